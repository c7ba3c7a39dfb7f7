/* SPDX-License-Identifier: MIT */
#include "image/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "image/file_io.h"
#include "image/image_lock.h"

/* No room: the disk is full, a quota is used up, or the file would be larger than the file system allows. */
static bool
is_no_space(int e)
{
    return e == -ENOSPC || e == -EDQUOT || e == -EFBIG;
}

static PRL_RESULT
take_lock(int fd, const char *path, bool for_writing)
{
    int e = image_lock(fd, for_writing);

    if (e == -EAGAIN)
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s': %s", path,
                       for_writing ? "another program has it open" : "another program has it open for writing");
    /* A file system without such locks: reading is safe enough, two writers are not. */
    if (e && for_writing)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, -e, "'%s': cannot be locked", path);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
image_file_open(int dirfd, const char *path, unsigned flags, int *ret_fd, uint64_t *ret_size)
{
    /* O_NONBLOCK: a pipe of that name must not stop us. */
    int mode = (flags & IMAGE_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    AUTO_FD int fd = openat(dirfd, path, mode);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    if (!S_ISREG(st.st_mode))
        return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "'%s': not a regular file", path);
    if (!(flags & IMAGE_SHARE_WRITERS) || flags & IMAGE_WRITE) {
        PRL_RESULT r = take_lock(fd, path, flags & IMAGE_WRITE);

        if (PRL_FAILED(r))
            return r;
        /* Whoever had it before may have changed its size. */
        if (fstat(fd, &st) < 0)
            return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    }
    *ret_fd = TAKE_FD(fd);
    *ret_size = (uint64_t)st.st_size;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
image_create_error(const char *path, int e)
{
    PRL_RESULT code = e == -EEXIST ? PRL_ERR_DISK_FILE_EXISTS
                    : is_no_space(e) ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_DISK_FILE_CREATE_ERROR;

    return err_errno(code, -e, "'%s'", path);
}

PRL_RESULT
image_file_create(int dirfd, const char *path, int *ret_fd)
{
    AUTO_FD int fd = -1;
    PRL_RESULT r;
    int e = file_create(dirfd, path, 0600, &fd);

    if (e)
        return image_create_error(path, e);
    r = take_lock(fd, path, true);
    if (PRL_FAILED(r)) {
        file_unlink(dirfd, path);
        return r;
    }
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
image_read_error(const struct image *image, int e)
{
    return err_errno(PRL_ERR_FILE_READ_ERROR, -e, "'%s'", image->path);
}

PRL_RESULT
image_write_error(const struct image *image, int e)
{
    return err_errno(is_no_space(e) ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_FILE_WRITE_ERROR, -e, "'%s'", image->path);
}

PRL_RESULT
image_sync_error(const struct image *image, int e)
{
    return err_errno(is_no_space(e) ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", image->path);
}
