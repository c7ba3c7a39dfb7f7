/* SPDX-License-Identifier: MIT */
/*
 * Records every change to the files of one directory (through file_watch), and makes the directory anew as a crash at any moment may have
 * left it. What was not synced may be there, in part, or not at all. For tests with cmocka: include it after cmocka.h.
 *
 * A directory is a list of names, each of an object; an object is its content at the start and the changes since. Links are two names of
 * one object.
 */
#ifndef PRLKVM_TESTS_CRASH_REPLAY_H
#define PRLKVM_TESTS_CRASH_REPLAY_H

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

#include "image/file_io.h"
#include "temp_dir.h"

#define REPLAY_OBJECTS 512
#define REPLAY_SECTOR 512u

struct replay_change {
    enum file_change kind;
    int object; /* whose content changes, or that a name is given to or taken from; -1: none */
    char name[160], to[160];
    unsigned char *data;
    uint64_t offset, size;
};

struct replay_name {
    char name[160];
    int object;
};

struct replay_names {
    struct replay_name at[64];
    int n;
};

struct replay_object {
    ino_t inode; /* at the time of recording */
    unsigned char *base;
    size_t base_size;
};

static struct {
    pthread_mutex_t lock;
    struct replay_object objects[REPLAY_OBJECTS];
    int n_objects;
    struct replay_names base, now;
    struct replay_change *changes;
    int n_changes, room;
    int dies_at; /* from this change on everything fails: the program is dead; 0: never */
} replay = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- names ---- */

static void
replay_copy(char out[160], const char *name)
{
    size_t n = strlen(name);

    if (n >= 160)
        abort();
    memcpy(out, name, n + 1);
}

static int
replay_find(const struct replay_names *names, const char *name)
{
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->at[i].name, name) == 0)
            return i;
    return -1;
}

static void
replay_drop(struct replay_names *names, const char *name)
{
    int i = replay_find(names, name);

    if (i >= 0)
        names->at[i] = names->at[--names->n];
}

static void
replay_name(struct replay_names *names, const char *name, int object)
{
    replay_drop(names, name);
    if (names->n == 64)
        abort();
    replay_copy(names->at[names->n].name, name);
    names->at[names->n++].object = object;
}

/* An entry of a directory names an object, whatever else was lost: so it is the object of the recording that gets or loses a name. */
static void
replay_names_change(struct replay_names *names, const struct replay_change *c)
{
    int from = replay_find(names, c->name);
    bool is_its_name = from >= 0 && names->at[from].object == c->object;

    if (c->object < 0)
        return;
    if (c->kind == FILE_CREATE)
        replay_name(names, c->name, c->object);
    if ((c->kind == FILE_UNLINK || c->kind == FILE_RENAME) && is_its_name)
        replay_drop(names, c->name);
    if (c->kind == FILE_RENAME || (c->kind == FILE_LINK && replay_find(names, c->to) < 0))
        replay_name(names, c->to, c->object);
}

/* ---- recording ---- */

static int
replay_object_of(int fd)
{
    static const char deleted[] = " (deleted)";
    char link[64], path[4096];
    struct stat st;
    ssize_t n;
    int i;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    if (n < 0 || fstat(fd, &st) < 0)
        abort();
    path[n] = '\0';
    i = replay_find(&replay.now, path_basename(path));
    if (i >= 0 && strcmp(path + n - (sizeof deleted - 1), deleted) != 0) {
        replay.objects[replay.now.at[i].object].inode = st.st_ino;
        return replay.now.at[i].object;
    }
    for (i = replay.n_objects - 1; i >= 0; i--)
        if (replay.objects[i].inode == st.st_ino)
            return i;
    abort();
}

static int
replay_before(void *arg, enum file_change kind, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    struct replay_change *c;

    (void)arg;
    pthread_mutex_lock(&replay.lock);
    if (replay.dies_at && replay.n_changes >= replay.dies_at) {
        pthread_mutex_unlock(&replay.lock);
        return -EIO;
    }
    if (replay.n_changes == replay.room) {
        replay.room = replay.room ? replay.room * 2 : 256;
        replay.changes = realloc(replay.changes, (size_t)replay.room * sizeof *c);
    }
    c = &replay.changes[replay.n_changes++];
    *c = (struct replay_change){ .kind = kind, .object = -1, .offset = offset, .size = size };
    replay_copy(c->name, name ? name : "");
    replay_copy(c->to, to ? to : "");
    if (kind == FILE_CREATE) {
        c->object = replay.n_objects++;
        if (replay.n_objects == REPLAY_OBJECTS)
            abort();
        replay.objects[c->object] = (struct replay_object){ 0 };
    }
    if (name) {
        int i = replay_find(&replay.now, name);

        if (kind != FILE_CREATE)
            c->object = i >= 0 ? replay.now.at[i].object : -1;
        replay_names_change(&replay.now, c);
    } else if (kind != FILE_SYNC_DIR) {
        c->object = replay_object_of(fd);
        if (kind == FILE_WRITE) {
            c->data = malloc((size_t)size + 1);
            memcpy(c->data, data, (size_t)size);
        }
    }
    pthread_mutex_unlock(&replay.lock);
    return 0;
}

static void
replay_stop(void)
{
    file_watch_set(NULL);
    for (int i = 0; i < replay.n_changes; i++)
        free(replay.changes[i].data);
    for (int i = 0; i < replay.n_objects; i++)
        free(replay.objects[i].base);
    replay.n_changes = replay.n_objects = 0;
    replay.base.n = 0;
    replay.dies_at = 0;
}

/* What is in the directory now is durable. */
static void
replay_start(const char *dir)
{
    static const struct file_watch watch = { replay_before, NULL };
    DIR *d = opendir(dir);
    struct dirent *e;

    assert_non_null(d);
    replay_stop();
    while ((e = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(dir, e->d_name);
        struct replay_object *o = &replay.objects[replay.n_objects];
        struct stat st;

        assert_int_equal(lstat(path, &st), 0);
        if (!S_ISREG(st.st_mode))
            continue;
        *o = (struct replay_object){ .inode = st.st_ino };
        assert_int_equal(path_read(path, 64u << 20, (char **)&o->base, &o->base_size), 0);
        replay_name(&replay.base, e->d_name, replay.n_objects++);
    }
    closedir(d);
    replay.now = replay.base;
    file_watch_set(&watch);
}

/* ---- replaying ---- */

enum replay_loss { REPLAY_ALL, REPLAY_ONLY_SYNCED, REPLAY_SOME };

/* Is there a sync of it between the change and the crash? */
static bool
replay_is_synced(int change, int crash)
{
    const struct replay_change *c = &replay.changes[change];
    bool is_name = c->kind == FILE_CREATE || c->kind == FILE_RENAME || c->kind == FILE_LINK || c->kind == FILE_UNLINK;

    for (int i = change + 1; i < crash; i++)
        if (is_name ? replay.changes[i].kind == FILE_SYNC_DIR : replay.changes[i].kind == FILE_SYNC && replay.changes[i].object == c->object)
            return true;
    return false;
}

struct replay_content {
    unsigned char *bytes;
    size_t room;
    uint64_t size;
};

static void
replay_write(struct replay_content *x, const unsigned char *data, uint64_t offset, uint64_t size)
{
    if (offset + size > x->room) {
        size_t room = (size_t)(offset + size) * 2;

        assert_true(room < 64u << 20);
        x->bytes = realloc(x->bytes, room);
        memset(x->bytes + x->room, 0, room - x->room);
        x->room = room;
    }
    if (data)
        memcpy(x->bytes + offset, data, (size_t)size);
    else
        memset(x->bytes + offset, 0, (size_t)size);
    if (offset + size > x->size)
        x->size = offset + size;
}

static void
replay_content_change(struct replay_content *x, const struct replay_change *c, bool is_torn, unsigned *seed)
{
    switch (c->kind) {
    case FILE_WRITE:
        for (uint64_t at = 0; at < c->size; at += REPLAY_SECTOR)
            if (!is_torn || rand_r(seed) % 2)
                replay_write(x, c->data + at, c->offset + at, c->size - at < REPLAY_SECTOR ? c->size - at : REPLAY_SECTOR);
        break;
    case FILE_TRUNCATE:
        if (c->size < x->room)
            memset(x->bytes + c->size, 0, x->room - (size_t)c->size);
        x->size = c->size;
        break;
    case FILE_ALLOCATE:
        if (c->offset + c->size > x->size)
            x->size = c->offset + c->size;
        break;
    case FILE_PUNCH:
        if (c->offset < x->room)
            memset(x->bytes + c->offset, 0, (size_t)(c->offset + c->size < x->room ? c->size : x->room - c->offset));
        break;
    default:
        break;
    }
}

static void
replay_object(const char *path, int object, const unsigned char *is_done)
{
    const struct replay_object *o = &replay.objects[object];
    struct replay_content x = { malloc(o->base_size + 1), o->base_size, o->base_size };
    unsigned seed = (unsigned)object;
    int fd;

    if (o->base_size)
        memcpy(x.bytes, o->base, o->base_size);
    for (int i = 0; i < replay.n_changes; i++)
        if (replay.changes[i].object == object && !replay.changes[i].name[0] && is_done[i])
            replay_content_change(&x, &replay.changes[i], is_done[i] == 2, &seed);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, x.bytes, x.size < x.room ? (size_t)x.size : x.room), x.size < x.room ? x.size : x.room);
    assert_int_equal(ftruncate(fd, (off_t)x.size), 0);
    close(fd);
    free(x.bytes);
}

/*
 * dir: made, or emptied and filled, with what a crash before change number `crash` leaves. *ret_dropped (optional): something that was not
 * synced is not there.
 */
static void
replay_crash(const char *dir, int crash, enum replay_loss loss, unsigned *seed, bool *ret_dropped)
{
    AUTO(cleanup_free) unsigned char *is_done = calloc((size_t)replay.n_changes + 1, 1);
    struct replay_names names = replay.base;
    bool is_tail_lost = false, in_order = rand_r(seed) % 2, has_dropped = false;

    for (int i = 0; i < crash; i++) {
        bool is_name = replay.changes[i].name[0] != '\0';

        is_done[i] = 1;
        if (loss == REPLAY_ALL || replay_is_synced(i, crash))
            ;
        else if (loss == REPLAY_ONLY_SYNCED)
            is_done[i] = 0;
        else if (is_name && in_order)
            is_done[i] = !(is_tail_lost = is_tail_lost || rand_r(seed) % 3 == 0);
        else
            is_done[i] = (unsigned char)(rand_r(seed) % 3); /* 2: some sectors of it */
        has_dropped |= is_done[i] != 1;
        if (is_name && is_done[i])
            replay_names_change(&names, &replay.changes[i]);
    }
    if (path_exists(dir))
        assert_int_equal(path_remove_tree(dir), 0);
    assert_int_equal(mkdir(dir, 0700), 0);
    for (int i = 0; i < names.n; i++) {
        AUTO(cleanup_free) char *path = path_join(dir, names.at[i].name);

        replay_object(path, names.at[i].object, is_done);
    }
    if (ret_dropped)
        *ret_dropped = has_dropped;
}

#endif
