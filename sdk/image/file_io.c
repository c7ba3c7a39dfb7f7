/* SPDX-License-Identifier: MIT */
#include "image/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <unistd.h>

#include "base/cleanup.h"

/* Set between runs of a test, while nothing is under way: a plain pointer is enough, and costs a release build one load. */
static const struct file_watch *watch;

void
file_watch_set(const struct file_watch *w)
{
    watch = w;
}

static int
about_to(enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    return __builtin_expect(watch != NULL, 0) ? watch->before(watch->arg, change, fd, name, to, data, offset, size) : 0;
}

/* Beyond this the kernel's signed offsets end; a table entry of a hostile image could ask for it. */
static bool
is_reachable(uint64_t offset, uint64_t size)
{
    return offset <= INT64_MAX && size <= INT64_MAX - offset;
}

int
file_read(int fd, void *buf, size_t size, uint64_t offset, size_t *ret_done)
{
    size_t done = 0;

    if (!is_reachable(offset, size))
        return -EINVAL;
    while (done < size) {
        ssize_t n = pread(fd, (char *)buf + done, size - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *ret_done = done;
    return 0;
}

bool
file_read_all(int fd, void *buf, size_t size, uint64_t offset)
{
    size_t done;

    return file_read(fd, buf, size, offset, &done) == 0 && done == size;
}

int
file_write(int fd, const void *buf, size_t size, uint64_t offset)
{
    int e = about_to(FILE_WRITE, fd, NULL, NULL, buf, offset, size);

    if (e)
        return e;
    if (!is_reachable(offset, size))
        return -EFBIG;
    while (size) {
        ssize_t n = pwrite(fd, buf, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -EIO; /* no file does that */
        buf = (const char *)buf + n;
        offset += (size_t)n;
        size -= (size_t)n;
    }
    return 0;
}

int
file_sync(int fd)
{
    int e = about_to(FILE_SYNC, fd, NULL, NULL, NULL, 0, 0);

    if (e)
        return e;
    while (fdatasync(fd) < 0)
        if (errno != EINTR)
            return -errno;
    return 0;
}

int
file_truncate(int fd, uint64_t size)
{
    int e = about_to(FILE_TRUNCATE, fd, NULL, NULL, NULL, 0, size);

    if (e)
        return e;
    if (!is_reachable(0, size))
        return -EFBIG;
    while (ftruncate(fd, (off_t)size) < 0)
        if (errno != EINTR)
            return -errno;
    return 0;
}

static int
file_fallocate(enum file_change change, int mode, int fd, uint64_t offset, uint64_t size)
{
    int e = about_to(change, fd, NULL, NULL, NULL, offset, size);

    if (e)
        return e;
    if (!is_reachable(offset, size))
        return -EFBIG;
    while (fallocate(fd, mode, (off_t)offset, (off_t)size) < 0)
        if (errno != EINTR)
            return errno == ENOSYS ? -EOPNOTSUPP : -errno;
    return 0;
}

int
file_allocate(int fd, uint64_t offset, uint64_t size)
{
    return file_fallocate(FILE_ALLOCATE, 0, fd, offset, size);
}

int
file_punch(int fd, uint64_t offset, uint64_t size)
{
    return file_fallocate(FILE_PUNCH, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, fd, offset, size);
}

int
file_create(int dirfd, const char *name, mode_t mode, int *ret_fd)
{
    int e = about_to(FILE_CREATE, dirfd, name, NULL, NULL, 0, 0), fd;

    if (e)
        return e;
    fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

int
file_rename(int dirfd, const char *from, const char *to)
{
    int e = about_to(FILE_RENAME, dirfd, from, to, NULL, 0, 0);

    if (e)
        return e;
    return renameat(dirfd, from, dirfd, to) < 0 ? -errno : 0;
}

int
file_link(int dirfd, const char *from, const char *to)
{
    int e = about_to(FILE_LINK, dirfd, from, to, NULL, 0, 0);

    if (e)
        return e;
    return linkat(dirfd, from, dirfd, to, 0) < 0 ? -errno : 0;
}

int
file_unlink(int dirfd, const char *name)
{
    int e = about_to(FILE_UNLINK, dirfd, name, NULL, NULL, 0, 0);

    if (e)
        return e;
    return unlinkat(dirfd, name, 0) < 0 ? -errno : 0;
}

/* A directory opened O_PATH cannot be synced: open it again for reading. */
int
file_sync_dir(int dirfd)
{
    AUTO_FD int fd = -1;
    int e = about_to(FILE_SYNC_DIR, dirfd, NULL, NULL, NULL, 0, 0);

    if (e)
        return e;
    fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    while (fsync(fd) < 0)
        if (errno != EINTR) /* some file systems cannot do it for directories: nothing more is possible there */
            return errno == EINVAL || errno == ENOTSUP ? 0 : -errno;
    return 0;
}
