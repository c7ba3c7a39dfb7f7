/* SPDX-License-Identifier: MIT */
/* Disks of all kinds behind one face: choosing who opens it, what may be written, the offset of a policy, bounds. */
#include "disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "image/disk_class.h"
#include "image/making.h"
#include "prlsdk/PrlDisk.h"
#include "prlsdk/PrlErrors.h"

static PRL_RESULT
format_by_name(const char *name, enum disk_format *ret)
{
    static const struct {
        const char *name;
        enum disk_format kind;
    } all[] = {
        { "bundle", DISK_BUNDLE }, { "parallels", DISK_EXPANDING }, { "raw", DISK_RAW },     { "qcow2", DISK_QCOW2 },   { "nbd", DISK_NBD },
        { "vmdk", DISK_FOREIGN },  { "vpc", DISK_FOREIGN },         { "vhdx", DISK_FOREIGN }, { "vdi", DISK_FOREIGN },   { "luks", DISK_FOREIGN },
        { "qed", DISK_FOREIGN },   { "qcow", DISK_FOREIGN },
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (str_eq(name, all[i].name)) {
            *ret = all[i].kind;
            return PRL_ERR_SUCCESS;
        }
    return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s' is no format of disks that is known", name);
}

/* The name of a bundle's descriptor means its directory. */
static char *
canonical(const char *path, enum disk_format kind)
{
    AUTO(cleanup_free) char *real = realpath(path, NULL);

    if (!real)
        return NULL;
    return kind == DISK_BUNDLE && !path_is_dir(real) ? path_dirname(real) : TAKE(real);
}

static bool
is_block_device(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISBLK(st.st_mode);
}

static PRL_RESULT
open_file(struct disk_spec *s, struct disk **ret)
{
    PRL_RESULT r = s->is_write ? disk_guard_write(s->path, s->kind == DISK_BUNDLE) : PRL_ERR_SUCCESS;

    if (PRL_FAILED(r))
        return r;
    if (s->is_write)
        making_sweep_beside(s->path);
    if (s->kind == DISK_BUNDLE)
        return disk_bundle_open(s, ret);
    if (s->kind == DISK_EXPANDING || (s->kind == DISK_RAW && !is_block_device(s->path)))
        return disk_bare_open(s, ret);
    return disk_nbd_open(s, ret);
}

static PRL_RESULT
open_kind(const char *path, struct disk_spec *s, struct disk **ret)
{
    AUTO(cleanup_free) char *real = NULL;

    s->path = path;
    if (s->kind == DISK_NBD)
        return disk_nbd_open_url(s, ret);
    real = canonical(path, s->kind);
    if (!real)
        return err_errno(errno == ENOENT ? PRL_ERR_FILE_NOT_FOUND : PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    s->path = real;
    return open_file(s, ret);
}

static PRL_RESULT
finish(struct disk *d, const char *path, const struct disk_spec *s, uint64_t skip_bytes)
{
    d->kind = s->kind;
    d->is_writable = s->is_write;
    d->is_fake = s->is_fake;
    atomic_init(&d->refs, 1);
    d->path = str_dup(path);
    if (!d->path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (skip_bytes % 512 || skip_bytes > d->size_bytes)
        return err_set(PRL_ERR_INVALID_ARG, "offset %ju in '%s' of %ju bytes", (uintmax_t)skip_bytes, path, (uintmax_t)d->size_bytes);
    d->skip_bytes = skip_bytes;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_open(const char *path, const struct disk_open_args *args, struct disk **ret)
{
    bool is_read = args->flags & (PRL_DISK_READ | PRL_DISK_WRITE);
    struct disk_spec s = {
        .is_fake = args->flags & PRL_DISK_FAKE_OPEN,
        .is_write = args->flags & PRL_DISK_WRITE && !(args->flags & PRL_DISK_FAKE_OPEN),
        .share_writers = args->flags & PRL_DISK_IGNORE_PROTECTION && !(args->flags & PRL_DISK_WRITE),
        .no_check = args->flags & PRL_DISK_NO_ERROR_CHECKING,
    };
    AUTO(disk_unref) struct disk *d = NULL;
    PRL_RESULT r;

    if (!is_read && !s.is_fake)
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is to be opened neither for reading nor for writing", path);
    r = args->format ? format_by_name(args->format, &s.kind) : disk_probe(path, &s.kind, &s.format);
    if (args->format)
        s.format = args->format;
    if (PRL_SUCCEEDED(r))
        r = open_kind(path, &s, &d);
    if (PRL_SUCCEEDED(r))
        r = finish(d, path, &s, args->skip_bytes);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(d);
    return r;
}

struct disk *
disk_ref(struct disk *d)
{
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
    return d;
}

void
disk_unref(struct disk *d)
{
    PRL_RESULT r;

    if (!d || atomic_fetch_sub_explicit(&d->refs, 1, memory_order_acq_rel) > 1)
        return;
    r = d->class->close(d);
    if (PRL_FAILED(r))
        LOG_E("disk", "closing '%s': %s", d->path ? d->path : "", err_peek()->details ? err_peek()->details : "");
    free(d->path);
    free(d);
}

/* ---- transfers ---- */

static bool
is_inside(const struct disk *d, uint64_t offset, uint64_t size)
{
    uint64_t all = disk_size(d);

    return offset <= all && size <= all - offset;
}

static PRL_RESULT
not_opened(const struct disk *d)
{
    return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s' is open without its data", d->path);
}

PRL_RESULT
disk_read(struct disk *d, void *buf, size_t size, uint64_t offset)
{
    if (d->is_fake)
        return not_opened(d);
    if (!is_inside(d, offset, size))
        return err_set(PRL_ERR_DISK_READ_OUT_DISK, "'%s': %zu bytes at %ju of %ju", d->path, size, (uintmax_t)offset, (uintmax_t)disk_size(d));
    return size ? d->class->read(d, buf, size, offset + d->skip_bytes) : PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_write(struct disk *d, const void *buf, size_t size, uint64_t offset)
{
    if (d->is_fake)
        return not_opened(d);
    if (!d->is_writable)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", d->path);
    if (!is_inside(d, offset, size))
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "'%s': %zu bytes at %ju of %ju", d->path, size, (uintmax_t)offset, (uintmax_t)disk_size(d));
    return size ? d->class->write(d, buf, size, offset + d->skip_bytes) : PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_flush(struct disk *d)
{
    if (d->is_fake)
        return not_opened(d);
    return d->is_writable ? d->class->flush(d) : PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_extent(struct disk *d, uint64_t offset, uint64_t max, enum disk_extent_kind *ret_kind, uint64_t *ret_length)
{
    struct disk_run run[16];
    uint64_t length;
    PRL_RESULT r;
    int n = 0;

    if (d->is_fake)
        return not_opened(d);
    if (!max || !is_inside(d, offset, 1))
        return err_set(PRL_ERR_DISK_READ_OUT_DISK, "'%s': extents at %ju of %ju", d->path, (uintmax_t)offset, (uintmax_t)disk_size(d));
    if (max > disk_size(d) - offset)
        max = disk_size(d) - offset;
    r = d->class->runs(d, offset + d->skip_bytes, max, run, ARRAY_LEN(run), &n);
    if (PRL_FAILED(r))
        return r;
    length = run[0].length;
    for (int i = 1; i < n && run[i].kind == run[0].kind; i++)
        length += run[i].length;
    *ret_kind = run[0].kind;
    *ret_length = length;
    return PRL_ERR_SUCCESS;
}

/* ---- questions ---- */

uint64_t
disk_size(const struct disk *d)
{
    return d->size_bytes - d->skip_bytes;
}

enum disk_format
disk_kind(const struct disk *d)
{
    return d->kind;
}

const char *
disk_path(const struct disk *d)
{
    return d->path;
}

bool
disk_is_writable(const struct disk *d)
{
    return d->is_writable;
}

struct bundle *
disk_bundle(struct disk *d)
{
    return d->class->bundle ? d->class->bundle(d) : NULL;
}

struct image *
disk_bare_image(struct disk *d)
{
    return d->class->bare_image ? d->class->bare_image(d) : NULL;
}
