/* SPDX-License-Identifier: MIT */
/*
 * DiskDescriptor.xml.lck: held by who has the bundle open for writing, from before the descriptor is read until it is closed. The lock
 * belongs to the open file, so the death of a process ends it; the file stays.
 *
 * While a change is under way the file also says which files it may leave behind:
 *
 *     prlkvm 1
 *     new win.hdd.0.{GUID}.hds        to be made
 *     old 4711 root.hds               to be removed; its inode number
 *     end
 *
 * It is durable before the first of them is made or removed. What the next one to write finds there and no descriptor names is removed;
 * nothing else ever is.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

#define RECORD_FIRST "prlkvm 1\n"
#define RECORD_LAST "end\n"
#define RECORD_MAX_BYTES (4u << 20)

/* ---- the lock ---- */

static int
open_or_make(int dirfd)
{
    const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = openat(dirfd, DESCRIPTOR_LOCK, flags), e;

    if (fd >= 0 || errno != ENOENT)
        return fd >= 0 ? fd : -errno;
    e = file_create(dirfd, DESCRIPTOR_LOCK, 0600, &fd);
    if (e == -EEXIST) { /* two at once: the lock says who goes on */
        fd = openat(dirfd, DESCRIPTOR_LOCK, flags);
        e = fd < 0 ? -errno : 0;
    }
    return e < 0 ? e : fd;
}

static int
lock_whole(int fd, int command, struct flock *l)
{
    *l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
    while (fcntl(fd, command, l) < 0)
        if (errno != EINTR)
            return errno == EACCES ? -EAGAIN : -errno;
    return 0;
}

PRL_RESULT
bundle_lock(int dirfd, const char *path, int *ret_fd)
{
    AUTO_FD int fd = -1;
    struct flock l;
    struct stat st;
    int e;

    fd = open_or_make(dirfd);
    if (fd < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, -fd, "'%s/%s'", path, DESCRIPTOR_LOCK);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "'%s/%s' is no regular file", path, DESCRIPTOR_LOCK);
    e = lock_whole(fd, F_OFD_SETLK, &l);
    if (e == -EAGAIN)
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s': another one has it open for writing", path);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, -e, "'%s/%s' cannot be locked", path, DESCRIPTOR_LOCK);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

bool
bundle_is_locked(int dirfd)
{
    AUTO_FD int fd = openat(dirfd, DESCRIPTOR_LOCK, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct flock l;

    return fd >= 0 && lock_whole(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

/* ---- writing the record ---- */

static int
by_file(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted; NULL: no memory. */
static const char **
files_of(const struct descriptor *d, size_t *ret_n)
{
    const char **files;
    size_t n = 0;

    for (int i = 0; i < d->n_storages; i++)
        n += (size_t)d->storages[i].n_images;
    files = malloc((n + 1) * sizeof *files);
    if (!files)
        return NULL;
    *ret_n = n;
    n = 0;
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            files[n++] = d->storages[i].images[k].file;
    qsort(files, n, sizeof *files, by_file);
    return files;
}

static void
add_line(struct bundle *b, struct str *out, const char *file, bool is_new)
{
    struct stat st;

    if (bundle_is_external(file) || strchr(file, '\n'))
        return;
    if (is_new)
        str_addf(out, "new %s\n", file);
    else if (bundle_stat(b->dirfd, file, false, &st) == 0)
        str_addf(out, "old %" PRIuMAX " %s\n", (uintmax_t)st.st_ino, file);
}

/* What the first has and the second has not. */
static void
add_difference(struct bundle *b, struct str *out, const char **a, size_t n_a, const char **other, size_t n_other, bool is_new)
{
    for (size_t i = 0, k = 0; i < n_a; i++) {
        while (k < n_other && strcmp(other[k], a[i]) < 0)
            k++;
        if (k == n_other || strcmp(other[k], a[i]) != 0)
            add_line(b, out, a[i], is_new);
    }
}

/* The last line goes in last of all: what is not whole is no record. */
static int
write_record(struct bundle *b, const char *text, size_t len)
{
    int e = file_truncate(b->lock_fd, 0);

    if (e == 0)
        e = file_write(b->lock_fd, text, len, 0);
    if (e == 0)
        e = file_sync(b->lock_fd);
    return e < 0 ? e : file_sync_dir(b->dirfd); /* it may have been made just now */
}

PRL_RESULT
bundle_record(struct bundle *b, const struct descriptor *from, const struct descriptor *to)
{
    AUTO(cleanup_free) const char **old = NULL, **new = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO_STR out = STR_INIT;
    size_t n_old = 0, n_new = 0;
    int e;

    old = files_of(from, &n_old);
    new = files_of(to, &n_new);
    if (!old || !new)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "the files of '%s'", b->path);
    str_add(&out, RECORD_FIRST);
    add_difference(b, &out, new, n_new, old, n_old, true);
    add_difference(b, &out, old, n_old, new, n_new, false);
    str_add(&out, RECORD_LAST);
    text = str_take(&out);
    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "the files of '%s'", b->path);
    e = write_record(b, text, strlen(text));
    if (e < 0)
        return err_errno(e == -ENOSPC || e == -EDQUOT ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_DISK_XML_SAVE_ERROR, -e, "'%s/%s'",
                         b->path,
                         DESCRIPTOR_LOCK);
    return PRL_ERR_SUCCESS;
}

/*
 * The files' removal must be durable before. If it cannot be cleared: the files that it names are gone or in the descriptor, so that it
 * does no harm.
 */
void
bundle_record_clear(struct bundle *b)
{
    int e = file_sync_dir(b->dirfd);

    if (e == 0)
        e = file_truncate(b->lock_fd, 0);
    if (e == 0)
        e = file_sync(b->lock_fd);
    if (e < 0)
        LOG_W("bundle", "'%s/%s' cannot be cleared: %s", b->path, DESCRIPTOR_LOCK, strerror(-e));
}

/* ---- obeying it ---- */

static char *
read_record(int fd)
{
    AUTO(cleanup_free) char *text = NULL;
    const size_t first = sizeof RECORD_FIRST - 1, last = sizeof RECORD_LAST - 1;
    struct stat st;
    size_t len;

    if (fstat(fd, &st) < 0 || st.st_size < (off_t)(first + last) || st.st_size > RECORD_MAX_BYTES)
        return NULL;
    text = malloc((size_t)st.st_size + 1);
    if (!text || file_read(fd, text, (size_t)st.st_size, 0, &len) < 0)
        return NULL;
    text[len] = '\0';
    if (len < first + last || strlen(text) != len || memcmp(text, RECORD_FIRST, first) != 0 || strcmp(text + len - last, RECORD_LAST) != 0
        || text[len - last - 1] != '\n')
        return NULL;
    return TAKE(text);
}

/* Does any name in the descriptor lead to it? */
static bool
is_in_use(int dirfd, const struct descriptor *d, const struct stat *file)
{
    struct stat st;

    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (bundle_stat(dirfd, d->storages[i].images[k].file, true, &st) == 0 && st.st_ino == file->st_ino && st.st_dev == file->st_dev)
                return true;
    return false;
}

static bool
is_litter(int dirfd, const struct descriptor *d, const char *file, uintmax_t inode)
{
    struct stat st;

    if (!file[0] || bundle_names(d, file) || bundle_stat(dirfd, file, false, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    if (inode && st.st_ino != inode)
        return false; /* another file has that name now, or the bundle was copied */
    return !is_in_use(dirfd, d, &st);
}

/* The name of a line, and the inode it must have (0: any). */
static const char *
parse_line(const char *line, uintmax_t *ret_inode)
{
    char *end;

    *ret_inode = 0;
    if (strncmp(line, "new ", 4) == 0) {
        size_t n = strlen(line);

        /* Only what we would call a new file. */
        return !strchr(line, '/') && n > 4 + 43 && line[n - 42] == '{' && strcmp(line + n - 5, "}.hds") == 0 ? line + 4 : NULL;
    }
    if (strncmp(line, "old ", 4) != 0 || line[4] < '1' || line[4] > '9')
        return NULL;
    errno = 0;
    *ret_inode = strtoumax(line + 4, &end, 10);
    return errno == 0 && *end == ' ' ? end + 1 : NULL;
}

unsigned
bundle_remove_litter(int dirfd, int lock_fd, const struct descriptor *d)
{
    AUTO(cleanup_free) char *text = read_record(lock_fd);
    unsigned n = 0;
    char *save = NULL;

    /* The descriptor that no longer names them must be durable first. */
    if (!text || file_sync_dir(dirfd) < 0)
        return 0;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        uintmax_t inode;
        const char *file = parse_line(line, &inode);

        if (!file || !is_litter(dirfd, d, file, inode))
            continue;
        if (bundle_unlink(dirfd, file) < 0)
            return n; /* the record stays for the next one */
        LOG_I("bundle", "removed '%s', left by a change that was interrupted", file);
        n++;
    }
    if (file_sync_dir(dirfd) == 0 && file_truncate(lock_fd, 0) == 0)
        file_sync(lock_fd);
    return n;
}
