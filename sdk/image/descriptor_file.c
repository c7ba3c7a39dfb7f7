/* SPDX-License-Identifier: MIT */
/* DiskDescriptor.xml in its directory: read with care, replaced durably. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "image/descriptor_inside.h"
#include "image/file_io.h"

/* For messages: where dirfd is. */
static const char *
dir_text(int dirfd, char out[512])
{
    char link[64];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
    n = readlink(link, out, 511);
    out[n > 0 ? n : 0] = '\0';
    return out;
}

/* The failure that was just described, with the file's name in front. */
static PRL_RESULT
in_file(PRL_RESULT code, int dirfd, const char *name)
{
    const struct err *e = err_peek();
    char dir[512];

    return err_set(code, "'%s/%s': %s", dir_text(dirfd, dir), name, e->code == code && e->details ? e->details : "");
}

/* ---- reading ---- */

static PRL_RESULT
open_file(int dirfd, const char *name, int *ret_fd, size_t *ret_size)
{
    AUTO_FD int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return err_errno(errno == ENOENT ? PRL_ERR_DISK_XML_MISSING : PRL_ERR_DISK_XML_OPEN_FAILED, errno, "cannot be opened");
    if (fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_DISK_XML_OPEN_FAILED, errno, "cannot be looked at");
    if (!S_ISREG(st.st_mode))
        return err_set(PRL_ERR_DISK_XML_OPEN_FAILED, "is no regular file");
    if (st.st_size > DESCRIPTOR_MAX_BYTES)
        return err_set(PRL_ERR_DISK_XML_LARGE_FILE, "%lld bytes, at most %u are allowed", (long long)st.st_size, DESCRIPTOR_MAX_BYTES);
    *ret_size = (size_t)st.st_size;
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
read_text(int dirfd, const char *name, char **ret_text, size_t *ret_len)
{
    AUTO(cleanup_free) char *text = NULL;
    AUTO_FD int fd = -1;
    size_t size = 0, len = 0;
    PRL_RESULT r = open_file(dirfd, name, &fd, &size);
    int e;

    if (PRL_FAILED(r))
        return r;
    text = malloc(size + 1);
    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%zu bytes", size);
    e = file_read(fd, text, size, 0, &len);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_XML_OPEN_FAILED, -e, "cannot be read");
    text[len] = '\0';
    *ret_len = len;
    *ret_text = TAKE(text);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
load_from(int dirfd, const char *name, struct descriptor **ret)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = read_text(dirfd, name, &text, &len);

    if (PRL_SUCCEEDED(r))
        r = descriptor_parse(text, len, ret);
    return PRL_FAILED(r) ? in_file(r, dirfd, name) : r;
}

/* A file that says something we refuse is not damaged: what it says is not replaced by what it once said. */
static bool
is_damage(PRL_RESULT r)
{
    return r == PRL_ERR_DISK_XML_MISSING || r == PRL_ERR_DISK_XML_INVALID;
}

PRL_RESULT
descriptor_load(int dirfd, struct descriptor **ret)
{
    AUTO(err_free) struct err *e = NULL;
    PRL_RESULT r = load_from(dirfd, DESCRIPTOR_FILE, ret);

    if (!is_damage(r))
        return r;
    e = err_take(r);
    if (PRL_SUCCEEDED(load_from(dirfd, DESCRIPTOR_BACKUP, ret))) {
        (*ret)->is_from_backup = true;
        return PRL_ERR_SUCCESS;
    }
    return e ? err_put(e) : r;
}

/* ---- writing ---- */

static PRL_RESULT
save_error(int errno_value, const char *what, int dirfd)
{
    char dir[512];

    return err_errno(PRL_ERR_DISK_XML_SAVE_ERROR, errno_value, "'%s/%s': %s", dir_text(dirfd, dir), DESCRIPTOR_FILE, what);
}

static int
unlink_if_there(int dirfd, const char *name)
{
    int e = file_unlink(dirfd, name);

    return e == -ENOENT ? 0 : e;
}

/* A new file of this name, whole and durable, with the rights of `like`. What a crash has left under the name goes. */
static int
write_whole(int dirfd, const char *name, const char *text, size_t len, const struct stat *like)
{
    AUTO_FD int fd = -1;
    int e = unlink_if_there(dirfd, name);

    if (e == 0)
        e = file_create(dirfd, name, like->st_mode & 0777, &fd);
    if (e < 0)
        return e;
    if (fchown(fd, like->st_uid, like->st_gid) < 0)
        errno = 0; /* only root can; anybody else may have written the old one through its group */
    e = file_write(fd, text, len, 0);
    if (e == 0)
        e = file_sync(fd);
    if (e < 0)
        file_unlink(dirfd, name);
    return e;
}

/* On file systems without hard links the backup is a copy. */
static int
copy_to_backup(int dirfd, const struct stat *like)
{
    static const char name[] = DESCRIPTOR_BACKUP ".tmp";
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    int e;

    if (PRL_FAILED(read_text(dirfd, DESCRIPTOR_FILE, &text, &len)))
        return -EIO;
    e = write_whole(dirfd, name, text, len, like);
    return e < 0 ? e : file_rename(dirfd, name, DESCRIPTOR_BACKUP);
}

static int
keep_backup(int dirfd, const struct stat *like)
{
    int e = unlink_if_there(dirfd, DESCRIPTOR_BACKUP);

    if (e < 0)
        return e;
    e = file_link(dirfd, DESCRIPTOR_FILE, DESCRIPTOR_BACKUP);
    if (e == -EPERM || e == -EOPNOTSUPP || e == -EMLINK)
        e = copy_to_backup(dirfd, like);
    return e;
}

/* What we are about to write, we can read. */
static PRL_RESULT
proof_read(const char *text, size_t len)
{
    AUTO(descriptor_free) struct descriptor *again = NULL;

    return descriptor_parse(text, len, &again);
}

static PRL_RESULT
replace(int dirfd, const char *text, size_t len, bool has_good_backup)
{
    struct stat like = { .st_mode = 0600, .st_uid = geteuid(), .st_gid = getegid() };
    bool is_there = fstatat(dirfd, DESCRIPTOR_FILE, &like, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(like.st_mode);
    int e = write_whole(dirfd, DESCRIPTOR_NEW, text, len, &like);

    if (e < 0)
        return save_error(-e, "the new one cannot be written", dirfd);
    /* A damaged file must not take the place of the good backup that was loaded for it. */
    e = is_there && !has_good_backup ? keep_backup(dirfd, &like) : 0;
    if (e == 0)
        e = file_rename(dirfd, DESCRIPTOR_NEW, DESCRIPTOR_FILE);
    if (e < 0) {
        file_unlink(dirfd, DESCRIPTOR_NEW);
        return save_error(-e, "cannot be replaced", dirfd);
    }
    e = file_sync_dir(dirfd);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s' was replaced, but the directory cannot be synced", DESCRIPTOR_FILE);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
descriptor_save(int dirfd, struct descriptor *d)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r;

    text = descriptor_text(d, &len);
    if (!text)
        return save_error(ENOMEM, "no memory, or a text that XML cannot carry", dirfd);
    r = proof_read(text, len);
    if (PRL_FAILED(r))
        return in_file(r, dirfd, DESCRIPTOR_FILE);
    return replace(dirfd, text, len, d->is_from_backup);
}
