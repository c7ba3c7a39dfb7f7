/* SPDX-License-Identifier: MIT */
/* A plain image: raw bytes, as long as the disk. A shorter file reads as zeros there, what is longer is ignored. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "image/file_io.h"
#include "image/image_file.h"

#define CREATE_STEPS 100 /* progress reports while a file is being allocated */
#define CREATE_STEP_MIN (UINT64_C(64) << 20)
#define ZEROS_BYTES (1u << 20)

struct plain {
    struct image image;
    atomic_bool is_dirty; /* written since the last sync began */
    /* errno of a sync that failed, or 0: the kernel reports a loss once, and the next sync would say that all is well. */
    atomic_int sync_failed;
};

static PRL_RESULT
plain_map(struct image *image, uint64_t offset, uint64_t max, struct image_run *ret_run)
{
    bool is_inside = offset < image->size_bytes;
    uint64_t left = is_inside ? image->size_bytes - offset : max;

    *ret_run = (struct image_run){ is_inside ? RUN_DATA : RUN_ABSENT, left < max ? left : max, offset };
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
plain_write(struct image *image, const struct image_parent *parent, const void *buf, size_t size, uint64_t offset)
{
    struct plain *p = (struct plain *)image;
    int e;

    if (!image->is_writable)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", image->path);
    if (offset > image->size_bytes || size > image->size_bytes - offset)
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "'%s': %zu bytes at %ju", image->path, size, (uintmax_t)offset);
    e = atomic_load_explicit(&p->sync_failed, memory_order_relaxed);
    if (!e)
        e = file_write(image->fd, buf, size, offset);
    /* After the write: a flush that clears it from now on has the data. */
    if (!atomic_load_explicit(&p->is_dirty, memory_order_relaxed))
        atomic_store(&p->is_dirty, true);
    return e ? image_write_error(image, e) : PRL_ERR_SUCCESS;
}

/* Of two flushes at once both sync: the second must not return before the data of the first is there. */
static PRL_RESULT
plain_flush(struct image *image)
{
    struct plain *p = (struct plain *)image;
    int e = atomic_load(&p->sync_failed), none = 0;

    if (!e && image->is_writable) {
        e = file_sync(image->fd);
        if (e)
            atomic_compare_exchange_strong(&p->sync_failed, &none, e);
    }
    return e ? image_sync_error(image, e) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
plain_close(struct image *image)
{
    struct plain *p = (struct plain *)image;

    return atomic_load(&p->is_dirty) ? plain_flush(image) : PRL_ERR_SUCCESS;
}

static void
plain_free(struct image *image)
{
    if (image->fd >= 0)
        close(image->fd);
    free(image->path);
    free(image);
}

static const struct image_class plain_class = { "plain", plain_map, plain_write, plain_flush, plain_close, plain_free };

PRL_RESULT
plain_open(int dirfd, const char *path, unsigned flags, uint64_t size_bytes, struct image **ret)
{
    struct plain *p;
    uint64_t file_size;
    PRL_RESULT r;

    if (size_bytes > INT64_MAX)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s': %ju bytes are too many", path, (uintmax_t)size_bytes);
    p = calloc(1, sizeof *p);
    if (!p)
        return PRL_ERR_OUT_OF_MEMORY;
    p->image = (struct image){ &plain_class, -1, str_dup(path), size_bytes, 0, flags & IMAGE_WRITE };
    r = p->image.path ? image_file_open(dirfd, path, flags, &p->image.fd, &file_size) : PRL_ERR_OUT_OF_MEMORY;
    if (PRL_FAILED(r)) {
        plain_free(&p->image);
        return r;
    }
    *ret = &p->image;
    return PRL_ERR_SUCCESS;
}

/* For a file system that cannot allocate without writing. */
static int
write_zeros(int fd, uint64_t offset, uint64_t size)
{
    AUTO(cleanup_free) char *zeros = calloc(1, ZEROS_BYTES);
    int e = zeros ? 0 : -ENOMEM;

    while (!e && size) {
        size_t n = size < ZEROS_BYTES ? (size_t)size : ZEROS_BYTES;

        e = file_write(fd, zeros, n, offset);
        offset += n;
        size -= n;
    }
    return e;
}

static PRL_RESULT
allocate_all(int fd, const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    uint64_t step = size_bytes / CREATE_STEPS > CREATE_STEP_MIN ? size_bytes / CREATE_STEPS : CREATE_STEP_MIN;
    int e = 0;

    for (uint64_t done = 0; !e && done < size_bytes;) {
        uint64_t n = size_bytes - done < step ? size_bytes - done : step;

        if (watch && watch->report && !watch->report(watch->arg, (int)((double)done / (double)size_bytes * 1000)))
            return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s'", path);
        e = file_allocate(fd, done, n);
        if (e == -EOPNOTSUPP)
            e = write_zeros(fd, done, n);
        done += n;
    }
    if (!e)
        e = file_sync(fd);
    return e ? image_create_error(path, e) : PRL_ERR_SUCCESS;
}

PRL_RESULT
plain_create(int dirfd, const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    AUTO_FD int fd = -1;
    PRL_RESULT r;

    if (!size_bytes || size_bytes > INT64_MAX)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s': a size of %ju bytes", path, (uintmax_t)size_bytes);
    r = image_file_create(dirfd, path, &fd);
    if (PRL_FAILED(r))
        return r;
    r = allocate_all(fd, path, size_bytes, watch);
    if (PRL_FAILED(r))
        file_unlink(dirfd, path);
    return r;
}
