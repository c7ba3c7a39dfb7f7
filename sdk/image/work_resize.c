/* SPDX-License-Identifier: MIT */
/*
 * Another size. Growing: image files first, the descriptor last; shrinking the other way round. In between, an image is longer than its storage,
 * which every reader bears. What a guest could see past an end that moves is zeros, always.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "image/file_io.h"
#include "image/hds.h"
#include "image/work_parts.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define MIB ((uint64_t)1 << 20)
#define SECTORS_MAX (INT64_MAX / SECTOR)

/* ---- the end of what is not zero ---- */

struct data_run {
    uint64_t start, end;
};

static PRL_RESULT
end_in_run(const struct work_source *source, const struct data_run *run, unsigned char *buf, uint64_t *ret_end)
{
    uint64_t end = run->end;

    while (end > run->start) {
        size_t n = end - run->start < WORK_STEP ? (size_t)(end - run->start) : WORK_STEP;
        PRL_RESULT rc = source->read(source->arg, buf, n, end - n);

        if (PRL_FAILED(rc))
            return rc;
        if (!work_is_zero(buf, n)) {
            while (!buf[n - 1]) {
                n--;
                end--;
            }
            *ret_end = end;
            return PRL_ERR_SUCCESS;
        }
        end -= n;
    }
    *ret_end = 0;
    return PRL_ERR_SUCCESS;
}

/* Of [from, size): 0 when all of it is zeros. Extents can only be walked forward, so they are kept and looked at from the last one. */
static PRL_RESULT
data_end(const struct work_source *source, uint64_t from, uint64_t *ret_end)
{
    VEC(struct data_run) runs = { 0 };
    AUTO(cleanup_free) unsigned char *buf = malloc(WORK_STEP);
    PRL_RESULT rc = buf ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "buffer");
    uint64_t end = 0;

    for (uint64_t at = from, n = 0; PRL_SUCCEEDED(rc) && at < source->size; at += n) {
        bool is_data;

        rc = source->extent(source->arg, at, source->size - at, &is_data, &n);
        if (PRL_FAILED(rc) || !is_data)
            continue;
        if (runs.len && runs.p[runs.len - 1].end == at)
            runs.p[runs.len - 1].end += n;
        else if (!vec_push(&runs, ((struct data_run){ at, at + n })))
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "extents");
    }
    for (size_t i = runs.len; i-- && PRL_SUCCEEDED(rc) && !end;)
        rc = end_in_run(source, &runs.p[i], buf, &end);
    vec_free(&runs);
    if (PRL_SUCCEEDED(rc))
        *ret_end = end;
    return rc;
}

/* cuts_data: what lies there is nobody's, as who calls has found out. */
static PRL_RESULT
refuse_data_past(const struct work_source *source, uint64_t size_bytes, bool cuts_data)
{
    uint64_t end = 0;
    PRL_RESULT rc = cuts_data ? PRL_ERR_SUCCESS : data_end(source, size_bytes, &end);

    if (PRL_FAILED(rc))
        return rc;
    if (end)
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "there is data up to byte %llu", (unsigned long long)end);
    return PRL_ERR_SUCCESS;
}

/* ---- single images ---- */

static PRL_RESULT
grow_file(int fd, const char *path, uint64_t old_bytes, uint64_t size_bytes, bool is_full)
{
    struct stat st;
    int e = fstat(fd, &st) < 0 ? -errno : 0;

    /* What a longer file held past its end is not the guest's: cut first. */
    if (!e && (uint64_t)st.st_size > old_bytes)
        e = file_truncate(fd, old_bytes);
    if (!e)
        e = file_truncate(fd, size_bytes);
    if (!e && is_full) {
        e = file_allocate(fd, old_bytes, size_bytes - old_bytes);
        if (e == -EOPNOTSUPP)
            e = 0;
    }
    if (!e)
        e = file_sync(fd);
    if (!e)
        return PRL_ERR_SUCCESS;
    file_truncate(fd, old_bytes);
    return work_failed(PRL_ERR_DISK_RESIZE_FAILED, e, "'%s' to %llu bytes", path, (unsigned long long)size_bytes);
}

static PRL_RESULT
cut_file(int fd, const char *path, uint64_t size_bytes)
{
    int e = file_truncate(fd, size_bytes);

    if (!e)
        e = file_sync(fd);
    return e ? work_failed(PRL_ERR_DISK_RESIZE_FAILED, e, "'%s' to %llu bytes", path, (unsigned long long)size_bytes) : PRL_ERR_SUCCESS;
}

/* The image has no data past the end any more: clusters of zeros there are given up, for hds_resize wants none. */
static PRL_RESULT
drop_zeros_past(struct image *image, uint64_t size_bytes)
{
    uint64_t first = (size_bytes + image->cluster_bytes - 1) / image->cluster_bytes * image->cluster_bytes;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (first < image->size_bytes)
        rc = hds_discard(image, first, image->size_bytes - first);
    return PRL_FAILED(rc) ? rc : image->class->flush(image);
}

static PRL_RESULT
resize_image(struct image *image, uint64_t old_bytes, uint64_t size_bytes)
{
    PRL_RESULT rc;

    if (!image->cluster_bytes)
        return size_bytes > old_bytes ? grow_file(image->fd, image->path, old_bytes, size_bytes, true) : cut_file(image->fd, image->path, size_bytes);
    rc = hds_resize(image, size_bytes / SECTOR);
    return PRL_FAILED(rc) ? rc : image->class->flush(image);
}

/* ---- bundles ---- */

/* The descriptor as it shall be: only the last storage changes its end. */
static PRL_RESULT
save_size(const char *path, uint64_t size_sectors)
{
    AUTO(descriptor_free) struct descriptor *d = NULL;
    AUTO_FD int dirfd = -1;
    PRL_RESULT rc = work_open_bundle_dir(path, &dirfd);

    if (PRL_SUCCEEDED(rc))
        rc = descriptor_load(dirfd, &d);
    if (PRL_FAILED(rc))
        return rc;
    d->size_sectors = size_sectors;
    d->storages[d->n_storages - 1].end_sector = size_sectors;
    geometry_of(size_sectors, &d->cylinders, &d->heads, &d->sectors);
    return descriptor_save(dirfd, d);
}

static PRL_RESULT
refuse_bundle_resize(const char *path, struct bundle *b, uint64_t size_bytes, bool cuts_data)
{
    const struct descriptor *d = bundle_descriptor(b);
    const struct descriptor_storage *last = &d->storages[d->n_storages - 1];
    struct work_source source = work_bundle_source(b);

    if (d->n_shots > 1)
        return err_set(PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, "'%s' has %d snapshots: merge them first", path, d->n_shots - 1);
    if (size_bytes >= bundle_size(b))
        return PRL_ERR_SUCCESS;
    if (size_bytes / SECTOR <= last->start_sector)
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s' is split: its last part begins at %llu MiB, and no whole part can be cut off", path,
                       (unsigned long long)(last->start_sector * SECTOR / MIB));
    return refuse_data_past(&source, size_bytes, cuts_data);
}

static PRL_RESULT
resize_open_bundle(const char *path, struct bundle *b, uint64_t size_bytes)
{
    const struct descriptor *d = bundle_descriptor(b);
    uint64_t start = d->storages[d->n_storages - 1].start_sector * SECTOR, old = bundle_size(b);
    struct image *image = chain_image(bundle_chain(b, d->n_storages - 1), 0);
    PRL_RESULT rc;

    if (size_bytes > old) {
        rc = resize_image(image, old - start, size_bytes - start);
        return PRL_FAILED(rc) ? rc : save_size(path, size_bytes / SECTOR);
    }
    rc = image->cluster_bytes ? drop_zeros_past(image, size_bytes - start) : PRL_ERR_SUCCESS;
    if (PRL_SUCCEEDED(rc))
        rc = save_size(path, size_bytes / SECTOR);
    return PRL_FAILED(rc) ? rc : resize_image(image, old - start, size_bytes - start);
}

static PRL_RESULT
resize_bundle(const char *path, uint64_t size_bytes, bool cuts_data)
{
    struct bundle *b = NULL;
    PRL_RESULT rc = bundle_open(path, BUNDLE_WRITE, &b);

    if (PRL_FAILED(rc))
        return rc;
    rc = refuse_bundle_resize(path, b, size_bytes, cuts_data);
    if (PRL_SUCCEEDED(rc) && size_bytes != bundle_size(b))
        rc = resize_open_bundle(path, b, size_bytes);
    return work_close_bundle(b, rc);
}

/* ---- bare files ---- */

static PRL_RESULT
resize_open_hds(struct chain *c, const char *path, uint64_t size_bytes, bool cuts_data)
{
    struct image *image = chain_image(c, 0);
    struct work_source source = work_chain_source(c);
    PRL_RESULT rc;

    if (size_bytes >= source.size)
        return size_bytes == source.size ? PRL_ERR_SUCCESS : resize_image(image, source.size, size_bytes);
    rc = refuse_data_past(&source, size_bytes, cuts_data);
    if (PRL_SUCCEEDED(rc))
        rc = drop_zeros_past(image, size_bytes);
    return PRL_FAILED(rc) ? rc : resize_image(image, source.size, size_bytes);
}

static PRL_RESULT
resize_hds(const char *path, uint64_t size_bytes, bool cuts_data)
{
    struct chain *c = NULL;
    PRL_RESULT rc = work_open_hds(path, &c);

    return PRL_FAILED(rc) ? rc : work_close_chain(c, resize_open_hds(c, path, size_bytes, cuts_data));
}

static PRL_RESULT
resize_raw(const char *path, uint64_t size_bytes, bool cuts_data)
{
    AUTO_FD int fd = -1;
    struct work_file file;
    struct work_source source;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = work_file_source(fd, path, &file, &source);
    if (PRL_FAILED(rc) || size_bytes == source.size)
        return rc;
    if (size_bytes > source.size)
        return grow_file(fd, path, source.size, size_bytes, false);
    rc = refuse_data_past(&source, size_bytes, cuts_data);
    return PRL_FAILED(rc) ? rc : cut_file(fd, path, size_bytes);
}

/* qemu-img cuts whatever is there, so the look is ours; between the two nobody can write but by breaking in on a disk just named here. */
static PRL_RESULT
resize_qcow2(const char *path, uint64_t size_bytes, bool cuts_data, const struct image_watch *watch)
{
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    AUTO(disk_unref) struct disk *d = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ, .format = "qcow2" };
    PRL_RESULT rc = qcow2_open_alone(path, WORK_LOCK_KEEP, &fd, &f);

    if (PRL_SUCCEEDED(rc) && !f.snapshots && size_bytes < f.info.size_bytes && !cuts_data) {
        struct work_source source;

        rc = disk_open(path, &args, &d);
        if (PRL_SUCCEEDED(rc)) {
            source = work_disk_source(d);
            rc = refuse_data_past(&source, size_bytes, cuts_data);
        }
        disk_unref(d);
        d = NULL;
    }
    cleanup_close(&fd);
    fd = -1;
    return PRL_FAILED(rc) || (!f.snapshots && size_bytes == f.info.size_bytes) ? rc : qcow2_resize(path, size_bytes, watch);
}

/* ---- */

static PRL_RESULT
resize(const char *path, uint64_t size_bytes, bool cuts_data, const struct image_watch *watch)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc;

    if (!size_bytes || size_bytes % SECTOR || size_bytes / SECTOR > SECTORS_MAX)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "%llu bytes are no size of a disk", (unsigned long long)size_bytes);
    rc = work_begin(path, &kind, &name);
    if (PRL_SUCCEEDED(rc))
        rc = work_report(watch, 0, 1);
    if (PRL_FAILED(rc))
        return rc;
    switch (kind) {
    case DISK_BUNDLE:
        rc = resize_bundle(path, size_bytes, cuts_data);
        break;
    case DISK_EXPANDING:
        rc = resize_hds(path, size_bytes, cuts_data);
        break;
    case DISK_RAW:
        rc = resize_raw(path, size_bytes, cuts_data);
        break;
    case DISK_QCOW2:
        rc = resize_qcow2(path, size_bytes, cuts_data, watch);
        break;
    default:
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image: export it to another format first", path, name);
    }
    if (PRL_SUCCEEDED(rc))
        work_report(watch, 1, 1); /* nothing is left to cancel */
    return rc;
}

PRL_RESULT
work_resize(const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    return resize(path, size_bytes, false, watch);
}

PRL_RESULT
work_resize_cut(const char *path, uint64_t size_bytes)
{
    return resize(path, size_bytes, true, NULL);
}

/* Asked before a file system is made smaller for it. */
PRL_RESULT
work_resize_can_cut(const char *path, uint64_t size_bytes)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = work_begin(path, &kind, &name);

    if (PRL_FAILED(rc) || (kind != DISK_BUNDLE && kind != DISK_QCOW2))
        return rc;
    rc = kind == DISK_BUNDLE ? bundle_open(path, 0, &b) : qcow2_open_alone(path, WORK_LOCK_KEEP, &fd, &f);
    if (PRL_SUCCEEDED(rc) && b)
        return refuse_bundle_resize(path, b, size_bytes, true);
    if (PRL_SUCCEEDED(rc) && f.snapshots)
        return err_set(PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, "'%s' has %u snapshots: merge them first", path, f.snapshots);
    return rc;
}

PRL_RESULT
work_resize_estimate(const char *path, uint64_t *ret_size_bytes, uint64_t *ret_min_bytes)
{
    AUTO(disk_unref) struct disk *d = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ };
    PRL_RESULT rc = disk_open(path, &args, &d);
    struct work_source source;
    uint64_t end, min;

    if (PRL_FAILED(rc))
        return rc;
    source = work_disk_source(d);
    rc = data_end(&source, 0, &end);
    if (PRL_FAILED(rc))
        return rc;
    if (disk_bundle(d)) {
        const struct descriptor *desc = bundle_descriptor(disk_bundle(d));
        uint64_t last = desc->storages[desc->n_storages - 1].start_sector * SECTOR + 1;

        if (desc->n_storages > 1 && end < last)
            end = last;
    }
    min = (end + MIB - 1) / MIB * MIB;
    if (!min)
        min = MIB;
    *ret_size_bytes = source.size;
    *ret_min_bytes = min < source.size ? min : source.size;
    return PRL_ERR_SUCCESS;
}
