/* SPDX-License-Identifier: MIT */
/* What has to be true before long work touches a disk: nobody has it open, no saved state and no clone relies on its bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/disk_class.h"
#include "image/image_lock.h"
#include "image/work_parts.h"

PRL_RESULT
work_failed(PRL_RESULT code, int e, const char *fmt, ...)
{
    AUTO(cleanup_free) char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    if (e == -ENOSPC || e == -EDQUOT)
        code = PRL_ERR_DISK_INSUFFICIENT_SPACE;
    return err_errno(code, -e, "%s", text ? text : "");
}

/* *ret_real stays NULL for what is no file. */
static PRL_RESULT
find(const char *path, enum disk_format *ret_kind, const char **ret_name, char **ret_real)
{
    PRL_RESULT rc = disk_probe(path, ret_kind, ret_name);
    char *real;

    if (PRL_FAILED(rc) || *ret_kind == DISK_NBD)
        return rc;
    real = realpath(path, NULL);
    if (!real)
        return err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);
    /* A descriptor named itself: its directory is the disk. */
    if (*ret_kind == DISK_BUNDLE && !path_is_dir(real))
        real[strlen(real) - strlen(path_basename(real)) - 1] = '\0';
    making_sweep_beside(real);
    *ret_real = real;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
work_begin(const char *path, enum disk_format *ret_kind, const char **ret_name)
{
    AUTO(cleanup_free) char *real = NULL;
    PRL_RESULT rc = find(path, ret_kind, ret_name, &real);

    return PRL_FAILED(rc) || !real ? rc : disk_guard_write(real, *ret_kind == DISK_BUNDLE);
}

PRL_RESULT
work_begin_look(const char *path, enum disk_format *ret_kind, const char **ret_name)
{
    AUTO(cleanup_free) char *real = NULL;

    return find(path, ret_kind, ret_name, &real);
}

/* ---- locks ---- */

PRL_RESULT
work_open_locked(const char *path, enum work_lock lock, int *ret_fd)
{
    AUTO_FD int fd = open(path, (lock == WORK_LOCK_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    struct stat st;
    int e;

    if (fd < 0)
        return err_errno(errno == ENOENT ? PRL_ERR_FILE_NOT_FOUND : PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is no regular file", path);
    e = image_lock(fd, lock == WORK_LOCK_WRITE);
    if (e == -EAGAIN)
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s' is in use by another process", path);
    if (e)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, -e, "'%s' cannot be locked", path);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}
