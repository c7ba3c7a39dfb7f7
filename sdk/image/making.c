/* SPDX-License-Identifier: MIT */
#include "image/making.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "image/file_io.h"

#define RANDOM_CHARS 8
#define ATTEMPTS 100

/* ---- remains ---- */

static char *
prefix_of(const char *name)
{
    return str_printf(".%.100s.new-", name);
}

static bool
is_such_name(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(name, prefix, n) == 0 && strlen(name) == n + RANDOM_CHARS + strlen(MAKING_SUFFIX) && strcmp(name + n + RANDOM_CHARS, MAKING_SUFFIX) == 0;
}

static bool
is_still_there(int fd, const char *path)
{
    struct stat by_fd, by_path;

    return fstat(fd, &by_fd) == 0 && lstat(path, &by_path) == 0 && by_fd.st_dev == by_path.st_dev && by_fd.st_ino == by_path.st_ino;
}

/* With its lock, so that nobody who has just made it takes it for theirs. */
static void
remove_if_dead(const char *path)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    int e;

    if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != geteuid() || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 || !is_still_there(fd, path))
        return;
    e = S_ISDIR(st.st_mode) ? path_remove_tree(path) : unlink(path) < 0 ? -errno : 0;
    if (e)
        LOG_W("image", "'%s' was left by a process that died, and cannot be removed: %s", path, strerror(-e));
    else
        LOG_I("image", "'%s' was left by a process that died, and is removed", path);
}

void
making_sweep(const char *dir, const char *name)
{
    AUTO(cleanup_free) char *prefix = prefix_of(name);
    DIR *d = prefix ? opendir(dir) : NULL;
    struct dirent *e;

    while (d && (e = readdir(d))) {
        AUTO(cleanup_free) char *path = is_such_name(e->d_name, prefix) ? path_join(dir, e->d_name) : NULL;

        if (path)
            remove_if_dead(path);
    }
    if (d)
        closedir(d);
}

void
making_sweep_beside(const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);

    if (dir)
        making_sweep(dir, path_basename(path));
}

/* ---- making ---- */

static int
make_file(const char *dir, const char *name, const char *path, int *ret_fd)
{
    AUTO_FD int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return dirfd < 0 ? -errno : file_create(dirfd, name, 0600, ret_fd);
}

static int
make_dir(const char *dir, const char *name, const char *path, int *ret_fd)
{
    if (mkdir(path, 0700) < 0)
        return -errno;
    *ret_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (*ret_fd < 0) {
        int e = errno == ENOENT ? -EAGAIN : -errno; /* not there: see below */

        rmdir(path);
        return e;
    }
    return 0;
}

/* -EAGAIN: another one thought it dead before it was locked. A file system without such locks: it stays, should we die. */
static int
make_one(const char *dir, const char *name, int (*make)(const char *dir, const char *name, const char *path, int *ret_fd), struct making *m)
{
    AUTO(cleanup_free) char *prefix = prefix_of(name);
    char uuid[UUID_TEXT], bare[UUID_BARE];
    int e;

    uuid_make(uuid);
    uuid_bare(uuid, bare);
    {
        AUTO(cleanup_free) char *own = prefix ? str_printf("%s%.*s" MAKING_SUFFIX, prefix, RANDOM_CHARS, bare) : NULL;

        m->path = own ? path_join(dir, own) : NULL;
    }
    if (!m->path)
        return -ENOMEM;
    m->name = m->path + strlen(m->path) - strlen(path_basename(m->path));
    e = make(dir, m->name, m->path, &m->fd);
    if (e)
        return e == -EEXIST ? -EAGAIN : e;
    if (flock(m->fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EAGAIN : 0;
    return is_still_there(m->fd, m->path) ? 0 : -EAGAIN;
}

static int
make_new(const char *dir, const char *name, int (*make)(const char *dir, const char *name, const char *path, int *ret_fd), struct making *ret)
{
    int e = -EAGAIN;

    making_sweep(dir, name);
    for (int i = 0; e == -EAGAIN && i < ATTEMPTS; i++) {
        struct making m = MAKING_INIT;

        e = make_one(dir, name, make, &m);
        if (e)
            making_end(&m);
        else
            *ret = m;
    }
    return e;
}

int
making_file(const char *dir, const char *name, struct making *ret)
{
    return make_new(dir, name, make_file, ret);
}

int
making_dir(const char *dir, const char *name, struct making *ret)
{
    return make_new(dir, name, make_dir, ret);
}

void
making_end(struct making *m)
{
    free(m->path);
    cleanup_close(&m->fd);
    *m = (struct making)MAKING_INIT;
}
