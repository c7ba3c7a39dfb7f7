/* SPDX-License-Identifier: MIT */
/*
 * Two watches for each home and one for each directory above them:
 *
 *     the home         names that appear and go (config.pvs alone counts), its own mode, its own end or move. Not what is written
 *                      below it: images of disks lie there
 *     its config.pvs   what is written into it in place
 *     above            moves, ends and modes, which concern everything below
 *
 * What is mounted or unmounted on the way shows in /proc/self/mounts. Not watched: homes reached through symbolic links, file systems that others
 * may write to behind our kernel's back, and whatever the system's limits leave no watch for.
 */
#include "home_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "config_file.h"
#include "vm.h"

#define BUCKETS 1024
#define READS_MAX 64 /* of READ_BYTES each: more than the kernel queues */
#define READ_BYTES 16384
#define SELF (IN_MOVE_SELF | IN_DELETE_SELF)
#define OF_HOME (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | SELF | IN_ONLYDIR)
#define OF_FILE (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | SELF)
#define OF_ABOVE (IN_ATTRIB | SELF | IN_ONLYDIR)

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif
#ifndef ZFS_SUPER_MAGIC
#define ZFS_SUPER_MAGIC 0x2fc12fc1
#endif

/* One inode that is watched. Two names of one inode get one number from the kernel: then it concerns all. */
struct watch {
    struct watch *next;
    int wd;
    struct vm *vm; /* borrowed; NULL: concerns all */
};

static struct {
    struct lock lock; /* a leaf; the rest is under it, but the descriptors, which are constant while the store is in use */
    int fd, mounts_fd;
    struct watch *buckets[BUCKETS];
    struct vm *first;
    unsigned n_loud;    /* of those in the store */
    uint64_t n_selfs;   /* directories that were moved, ended or got another mode; mounts */
    uint64_t n_strange; /* watches that ended before we knew them */
    char *settled;      /* a directory whose way is watched as long as n_selfs is settled_at */
    uint64_t settled_at;
    int limit;          /* watches that may be added, -1 any number */
} all = { .lock = LOCK_INIT(0), .fd = -1, .mounts_fd = -1, .limit = -1 };

/* ---- what is watched ---- */

static struct watch **
place_locked(int wd)
{
    struct watch **at = &all.buckets[(unsigned)wd % BUCKETS];

    while (*at && (*at)->wd != wd)
        at = &(*at)->next;
    return at;
}

/* For vm (NULL: for all). False: no memory. */
static bool
note_locked(int wd, struct vm *vm)
{
    struct watch **at = place_locked(wd), *w = *at;

    if (w) {
        if (w->vm != vm)
            w->vm = NULL;
        return true;
    }
    w = calloc(1, sizeof *w);
    if (!w)
        return false;
    w->wd = wd;
    w->vm = vm;
    *at = w;
    return true;
}

/* Returns the number if the kernel's watch is to be removed as well, else 0. */
static int
forget_locked(int wd, const struct vm *vm)
{
    struct watch **at = place_locked(wd), *w = *at;

    if (wd <= 0 || !w || w->vm != vm)
        return 0;
    *at = w->next;
    free(w);
    return wd;
}

static void
remove_watch(int wd)
{
    if (wd > 0)
        inotify_rm_watch(all.fd, wd);
}

/* ---- who is quiet ---- */

static void
changed_locked(struct vm *vm, bool is_self)
{
    vm->watch.changed++;
    vm->watch.is_unsettled |= is_self;
    if (vm->watch.is_quiet)
        all.n_loud++;
    vm->watch.is_quiet = false;
}

static void
all_changed_locked(bool is_self)
{
    all.n_selfs += is_self;
    for (struct vm *vm = all.first; vm; vm = vm->watch.next)
        changed_locked(vm, is_self);
}

void
home_watch_enter(struct vm *vm)
{
    LOCK_SCOPE(&all.lock);
    struct home_watch *w = &vm->watch;

    *w = (struct home_watch){ .next = all.first, .is_in_store = true, .is_unsettled = true, .changed = 1 };
    if (all.first)
        all.first->watch.prev = vm;
    all.first = vm;
    all.n_loud++;
}

static void
leave_locked(struct vm *vm)
{
    struct home_watch *w = &vm->watch;

    if (!w->is_in_store)
        return;
    *(w->prev ? &w->prev->watch.next : &all.first) = w->next;
    if (w->next)
        w->next->watch.prev = w->prev;
    all.n_loud -= !w->is_quiet;
    w->is_in_store = w->is_quiet = false;
}

void
home_watch_leave(struct vm *vm)
{
    LOCK_SCOPE(&all.lock);

    leave_locked(vm);
}

void
home_watch_drop(struct vm *vm)
{
    int dir_wd, file_wd;

    {
        LOCK_SCOPE(&all.lock);
        dir_wd = forget_locked(vm->watch.dir_wd, vm);
        file_wd = forget_locked(vm->watch.file_wd, vm);
        vm->watch.dir_wd = vm->watch.file_wd = 0;
    }
    remove_watch(dir_wd);
    remove_watch(file_wd);
}

bool
home_watch_is_quiet(struct vm *vm)
{
    LOCK_SCOPE(&all.lock);

    return vm->watch.is_quiet;
}

/* ---- what was noticed ---- */

static void
take_event_locked(const struct inotify_event *e)
{
    const bool is_self = e->mask & (SELF | IN_UNMOUNT | IN_IGNORED) || (e->mask & IN_ATTRIB && !e->len);
    struct watch *w = *place_locked(e->wd);
    struct vm *vm = w ? w->vm : NULL;

    if (e->mask & IN_Q_OVERFLOW)
        all_changed_locked(true);
    if (!w)
        all.n_strange += (e->mask & IN_IGNORED) != 0;
    if (!w || (e->len && strcmp(e->name, CONFIG_FILE) != 0))
        return;
    if (vm)
        changed_locked(vm, is_self);
    else
        all_changed_locked(is_self);
    if (e->mask & IN_IGNORED)
        forget_locked(e->wd, vm);
}

static bool
take_some_locked(void)
{
    char buf[READ_BYTES] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n = read(all.fd, buf, sizeof buf);

    for (ssize_t at = 0; at < n;) {
        const struct inotify_event *e = (const void *)(buf + at);

        take_event_locked(e);
        at += (ssize_t)(sizeof *e + e->len);
    }
    return n > 0 || (n < 0 && errno == EINTR);
}

/* Under the lock, though it is a read: who finds the queue empty must find its effect as well. It does not block. */
static void
take_all_locked(void)
{
    struct pollfd p[2] = { { .fd = all.fd, .events = POLLIN }, { .fd = all.mounts_fd, .events = POLLPRI } };
    int n = 0;

    if (poll(p, 2, 0) <= 0)
        return;
    if (p[1].revents)
        all_changed_locked(true);
    if (!p[0].revents)
        return;
    while (n < READS_MAX && take_some_locked())
        n++;
    if (n == READS_MAX)
        all_changed_locked(true); /* faster than we read */
}

bool
home_watch_all_quiet(void)
{
    LOCK_SCOPE(&all.lock);

    if (all.fd >= 0)
        take_all_locked();
    return all.n_loud == 0;
}

/* ---- beginning to watch ---- */

static int
add(const char *path, uint32_t mask)
{
    int wd;

    {
        LOCK_SCOPE(&all.lock);
        if (all.limit == 0)
            return -ENOSPC;
        all.limit -= all.limit > 0;
    }
    /* IN_MASK_ADD: an inode may be watched for two reasons. */
    wd = inotify_add_watch(all.fd, path, mask | IN_MASK_ADD | IN_DONT_FOLLOW);
    return wd < 0 ? -errno : wd;
}

/* Notices what happens with `path` from now on, for vm, which had *wd so far. *ret_is_new: it is another inode. */
static int
watch(struct vm *vm, const char *path, uint32_t mask, int *wd, bool *ret_is_new)
{
    int fresh = add(path, mask), unused = 0;
    bool ok;

    if (fresh < 0)
        return fresh;
    {
        LOCK_SCOPE(&all.lock);
        ok = vm->watch.is_in_store && note_locked(fresh, vm);
        if (!ok) {
            unused = *place_locked(fresh) ? 0 : fresh;
        } else {
            *ret_is_new = *wd != fresh;
            unused = *ret_is_new ? forget_locked(*wd, vm) : 0;
            *wd = fresh;
        }
    }
    remove_watch(unused);
    return ok ? 0 : -ECANCELED;
}

static bool
watch_above(const char *dir)
{
    AUTO(cleanup_free) char *at = strdup(dir);

    while (at && at[0]) {
        int wd = add(at, OF_ABOVE);

        if (wd < 0)
            return false;
        {
            LOCK_SCOPE(&all.lock);
            if (!note_locked(wd, NULL))
                return false;
        }
        *strrchr(at, '/') = '\0';
    }
    return at;
}

/* File systems whose every change goes through this kernel, and whose inodes stay the same for it. */
static bool
is_local(const char *home)
{
    static const unsigned long local[] = { EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,    BTRFS_SUPER_MAGIC,    F2FS_SUPER_MAGIC,
                                           TMPFS_MAGIC,      ZFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC };
    struct statfs s;

    if (statfs(home, &s) < 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(local); i++)
        if ((unsigned long)s.f_type == local[i])
            return true;
    return false;
}

/* All that the name of the home goes through; of homes side by side once. */
static bool
settle(const char *home)
{
    AUTO(cleanup_free) char *dir = path_dirname(home);
    AUTO(cleanup_free) char *real = NULL;
    uint64_t at;

    if (!dir || !is_local(home))
        return false;
    {
        LOCK_SCOPE(&all.lock);
        at = all.n_selfs;
        if (all.settled && all.settled_at == at && strcmp(all.settled, dir) == 0)
            return true;
    }
    if (!watch_above(dir))
        return false;
    real = realpath(dir, NULL); /* behind the watches: a link that comes in place of a directory is a move of that */
    if (!real || strcmp(real, dir) != 0)
        return false;
    LOCK_SCOPE(&all.lock);
    free(all.settled);
    all.settled = TAKE(dir);
    all.settled_at = at;
    return true;
}

/* One that is not there needs no watch: that it comes, the home tells. */
static bool
watch_file(struct vm *vm, const char *home)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    struct stat st;
    bool is_new;
    int r;

    if (!path)
        return false;
    if (lstat(path, &st) < 0)
        return errno == ENOENT;
    if (!S_ISREG(st.st_mode))
        return false;
    r = watch(vm, path, OF_FILE, &vm->watch.file_wd, &is_new);
    return r == 0 || r == -ENOENT;
}

uint64_t
home_watch_look(struct vm *vm, const char *home)
{
    struct home_watch *w = &vm->watch;
    uint64_t mark, strange;
    bool is_unsettled, is_new, ok;

    {
        LOCK_SCOPE(&all.lock);
        if (all.fd < 0 || all.mounts_fd < 0 || !w->is_in_store)
            return 0;
        mark = w->changed;
        strange = all.n_strange;
        is_unsettled = w->is_unsettled;
        w->is_unsettled = false;
    }
    ok = watch(vm, home, OF_HOME, &w->dir_wd, &is_new) == 0 && (!(is_unsettled || is_new) || settle(home)) && watch_file(vm, home);
    LOCK_SCOPE(&all.lock);
    if (!ok)
        w->is_unsettled = true;
    return ok && all.n_strange == strange ? mark : 0;
}

void
home_watch_looked(struct vm *vm, uint64_t mark)
{
    LOCK_SCOPE(&all.lock);
    struct home_watch *w = &vm->watch;

    if (!w->is_in_store || w->is_quiet || mark != w->changed)
        return;
    w->is_quiet = true;
    all.n_loud--;
}

/* ---- life ---- */

void
home_watch_open(void)
{
    all.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    all.mounts_fd = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC);
}

void
home_watch_close(void)
{
    LOCK_SCOPE(&all.lock);

    while (all.first)
        leave_locked(all.first);
    for (unsigned i = 0; i < BUCKETS; i++)
        while (all.buckets[i])
            forget_locked(all.buckets[i]->wd, all.buckets[i]->vm);
    cleanup_close(&all.fd);
    cleanup_close(&all.mounts_fd);
    all.fd = all.mounts_fd = -1;
    all.limit = -1;
    free(TAKE(all.settled));
}

void
home_watch_limit(int n)
{
    LOCK_SCOPE(&all.lock);

    all.limit = n;
}
