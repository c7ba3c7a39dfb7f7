/* SPDX-License-Identifier: MIT */
/*
 * Open, first change, close. The file says "in use" only from the first change on: who opens for writing and does not write leaves it
 * as it was, bitmaps included.
 */
#include "image/hds_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "image/file_io.h"

/* A file that another program is writing grows while we look at it. */
static bool
place_after_growth(struct hds *h, uint32_t entry, uint64_t *ret_host)
{
    struct stat st;

    if (h->image.is_writable || fstat(h->image.fd, &st) < 0)
        return false;
    atomic_store(&h->file_end, (uint64_t)st.st_size);
    return hds_place(h, entry, ret_host);
}

static PRL_RESULT
hds_map(struct image *image, uint64_t offset, uint64_t max, struct image_run *ret_run)
{
    struct hds *h = hds_of(image);
    uint64_t cluster = hds_cluster_of(h, offset), in = offset - cluster * image->cluster_bytes, n, host, last;
    uint32_t entry;
    PRL_RESULT r;

    if (offset >= image->size_bytes) {
        *ret_run = (struct image_run){ RUN_ABSENT, max, 0 };
        return PRL_ERR_SUCCESS;
    }
    if (max > image->size_bytes - offset)
        max = image->size_bytes - offset;
    r = hds_bat_run(h, cluster, hds_cluster_of(h, offset + max - 1) - cluster + 1, &entry, &n);
    if (PRL_FAILED(r))
        return r;
    if (entry) {
        if (!hds_place(h, entry, &host) && !place_after_growth(h, entry, &host))
            return hds_bad_entry(h, cluster, entry);
        if (n > 1 && !hds_place(h, (uint32_t)(entry + (n - 1) * h->entry_step), &last))
            n = 1;
    }
    if (max > n * image->cluster_bytes - in)
        max = n * image->cluster_bytes - in;
    *ret_run = (struct image_run){ entry ? RUN_DATA : RUN_ABSENT, max, entry ? host + in : 0 };
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_header_write(struct hds *h)
{
    int e;

    hds_header_pack(&h->header);
    e = file_write(h->image.fd, h->header.raw, sizeof h->header.raw, 0);
    if (e)
        return image_write_error(&h->image, e);
    e = file_sync(h->image.fd);
    return e ? image_sync_error(&h->image, e) : PRL_ERR_SUCCESS;
}

/* The header said "all zeros, whatever the table says": the table must say so before the header stops. */
static PRL_RESULT
wipe_table(struct hds *h)
{
    int e = hds_write_zeros(h, HDS_HEADER_BYTES, (uint64_t)h->header.n_entries * 4);

    if (!e)
        e = file_sync(h->image.fd);
    if (e)
        return image_write_error(&h->image, e);
    h->header.flags &= ~HDS_FLAG_EMPTY;
    return PRL_ERR_SUCCESS;
}

/*
 * Takes the space over. The mark is durable before anything else changes. The extension is given up with it: a crash must not leave bitmaps
 * behind that miss a write. Then the file is cut, or made whole, to its last used cluster: what follows it is zeros from now on.
 */
PRL_RESULT
hds_enter_changing(struct hds *h, struct hds_space *space)
{
    uint64_t end = hds_space_end(space);
    PRL_RESULT r;
    int e;

    h->is_marked = true;
    h->header.in_use = HDS_IN_USE;
    h->header.ext_sector = 0;
    h->header.data_sector = (uint32_t)(h->data_start / HDS_SECTOR);
    r = hds_header_write(h);
    if (PRL_SUCCEEDED(r) && atomic_load(&h->is_empty)) {
        r = wipe_table(h);
        if (PRL_SUCCEEDED(r))
            r = hds_header_write(h);
    }
    if (PRL_FAILED(r))
        return r;
    atomic_store(&h->is_empty, false);
    e = atomic_load(&h->file_end) == end ? 0 : file_truncate(h->image.fd, end);
    if (e)
        return image_write_error(&h->image, e);
    atomic_store(&h->file_end, end);
    lock_take(&h->lock);
    h->space = *space;
    *space = (struct hds_space){ 0 };
    atomic_store(&h->state, HDS_CHANGING);
    cond_broadcast(&h->changed);
    lock_drop(&h->lock);
    hds_flusher_start(h);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
refuse_fault(void *arg, uint64_t cluster, uint32_t entry, enum hds_fault fault)
{
    struct hds *h = arg;

    if (h->open_flags & IMAGE_NO_CHECK || fault == HDS_BEYOND_DISK)
        return PRL_ERR_SUCCESS; /* bounds are looked at again whenever an entry is used */
    if (fault == HDS_OUTSIDE)
        return hds_bad_entry(h, cluster, entry);
    return err_set(PRL_ERR_DISK_SHARED_BLOCK, "'%s': cluster %ju shares its place with another one", h->image.path, (uintmax_t)cluster);
}

static PRL_RESULT
begin(struct hds *h)
{
    struct hds_space space = { 0 };
    struct hds_scan scan = { .fault = refuse_fault, .arg = h };
    PRL_RESULT r = hds_space_scan(h, &space, &scan);

    if (PRL_SUCCEEDED(r)) {
        hds_ext_check_overlap(h, &space, NULL);
        r = hds_ext_load(h);
    }
    if (PRL_SUCCEEDED(r))
        r = hds_enter_changing(h, &space);
    hds_space_free(&space);
    return r;
}

PRL_RESULT
hds_begin_changes(struct hds *h)
{
    int e = atomic_load_explicit(&h->sync_failed, memory_order_relaxed);
    PRL_RESULT r;

    if (e)
        return image_write_error(&h->image, e);
    if (atomic_load_explicit(&h->state, memory_order_acquire) == HDS_CHANGING)
        return PRL_ERR_SUCCESS;
    lock_take(&h->lock);
    while (atomic_load(&h->state) == HDS_BEGINNING)
        cond_wait_until(&h->changed, &h->lock, CLOCK_FOREVER); /* for I/O that takes as long as ours would */
    if (atomic_load(&h->state) == HDS_CHANGING) {
        lock_drop(&h->lock);
        return PRL_ERR_SUCCESS;
    }
    atomic_store(&h->state, HDS_BEGINNING);
    lock_drop(&h->lock);

    r = begin(h);
    if (PRL_FAILED(r)) {
        lock_take(&h->lock);
        atomic_store(&h->state, HDS_UNCHANGED);
        cond_broadcast(&h->changed);
        lock_drop(&h->lock);
    }
    return r;
}

/* The mark is ours, but the first change never came: the header goes back to what it was. */
static PRL_RESULT
unmark(struct hds *h)
{
    PRL_RESULT r;

    h->header.in_use = h->found_in_use;
    h->header.ext_sector = h->found_ext_sector;
    r = hds_header_write(h);
    if (PRL_SUCCEEDED(r))
        h->is_marked = false;
    return r;
}

static PRL_RESULT
hds_close(struct image *image)
{
    struct hds *h = hds_of(image);
    uint64_t ext_sector;
    PRL_RESULT r;
    int e;

    hds_flusher_stop(h);
    if (atomic_load(&h->state) != HDS_CHANGING)
        return h->is_marked ? unmark(h) : PRL_ERR_SUCCESS;
    r = hds_flush(image);
    if (PRL_SUCCEEDED(r))
        r = hds_ext_save(h, &ext_sector);
    if (PRL_FAILED(r))
        return r;
    e = file_truncate(image->fd, hds_space_end(&h->space));
    if (!e)
        e = file_sync(image->fd);
    if (e)
        return image_sync_error(image, e);
    h->header.in_use = HDS_CLEAN;
    h->header.ext_sector = ext_sector;
    r = hds_header_write(h);
    if (PRL_SUCCEEDED(r)) {
        h->is_marked = false;
        atomic_store(&h->state, HDS_UNCHANGED);
    }
    return r;
}

static void
hds_free(struct image *image)
{
    struct hds *h = hds_of(image);

    hds_flusher_stop(h);
    hds_ext_free(h);
    hds_bat_free(h);
    hds_space_free(&h->space);
    vec_free(&h->freed);
    vec_free(&h->freeing);
    lock_destroy(&h->lock);
    cond_destroy(&h->changed);
    cond_destroy(&h->flusher_wake);
    if (image->fd >= 0)
        close(image->fd);
    free(image->path);
    free(h);
}

static const struct image_class hds_class = { "expanding", hds_map, hds_write, hds_flush, hds_close, hds_free };

/* Where data may begin. What the header says, unless the table would be in the way (or version 1 leaves it open). */
static uint64_t
data_start_of(const struct hds_header *header)
{
    uint64_t table_end = hds_bat_file_offset(header->n_entries), start = (uint64_t)header->data_sector * HDS_SECTOR;
    uint64_t grid = header->is_v1 ? HDS_SECTOR : (uint64_t)header->cluster_sectors * HDS_SECTOR;

    return start >= table_end && start % grid == 0 ? start : (table_end + grid - 1) / grid * grid;
}

static void
set_facts(struct hds *h)
{
    uint32_t cluster = h->header.cluster_sectors * HDS_SECTOR;

    h->image.cluster_bytes = cluster;
    h->image.size_bytes = h->header.n_sectors * HDS_SECTOR;
    h->cluster_shift = (cluster & (cluster - 1)) ? -1 : __builtin_ctz(cluster);
    h->entry_bytes = h->header.is_v1 ? HDS_SECTOR : cluster;
    h->entry_step = h->header.is_v1 ? h->header.cluster_sectors : 1;
    h->data_start = data_start_of(&h->header);
    h->data_start_is_wrong = h->data_start != (uint64_t)h->header.data_sector * HDS_SECTOR && !(h->header.is_v1 && !h->header.data_sector);
    h->n_clusters = (h->header.n_sectors + h->header.cluster_sectors - 1) / h->header.cluster_sectors;
    h->found_in_use = h->header.in_use;
    h->found_ext_sector = h->header.ext_sector;
    h->is_unclean = h->header.in_use == HDS_IN_USE;
    atomic_store(&h->is_empty, (h->header.flags & HDS_FLAG_EMPTY) != 0);
}

static PRL_RESULT
load(struct hds *h, int dirfd, const char *path)
{
    unsigned char raw[HDS_HEADER_BYTES];
    uint64_t file_size;
    size_t done;
    PRL_RESULT r = image_file_open(dirfd, path, h->open_flags, &h->image.fd, &file_size);
    int e;

    if (PRL_FAILED(r))
        return r;
    e = file_read(h->image.fd, raw, sizeof raw, 0, &done);
    if (e)
        return image_read_error(&h->image, e);
    if (done < sizeof raw)
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s': too short for an image", path);
    r = hds_header_parse(raw, file_size, path, &h->header);
    if (PRL_FAILED(r))
        return r;
    atomic_store(&h->file_end, file_size);
    set_facts(h);
    r = hds_bat_init(h);
    return PRL_SUCCEEDED(r) ? hds_ext_open(h) : r;
}

PRL_RESULT
hds_open_raw(int dirfd, const char *path, unsigned flags, struct hds **ret)
{
    struct hds *h = calloc(1, sizeof *h);
    PRL_RESULT r = PRL_ERR_OUT_OF_MEMORY;

    if (!h)
        return r;
    h->image = (struct image){ .class = &hds_class, .fd = -1, .path = str_dup(path), .is_writable = flags & IMAGE_WRITE };
    h->open_flags = flags;
    lock_init(&h->lock, 0);
    cond_init(&h->changed);
    cond_init(&h->flusher_wake);
    if (h->image.path)
        r = load(h, dirfd, path);
    if (PRL_FAILED(r)) {
        hds_free(&h->image);
        return r;
    }
    *ret = h;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
may_write(struct hds *h)
{
    if (h->header.flags & HDS_FLAG_CONVERTING)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': a conversion of the image was not finished", h->image.path);
    if (h->is_foreign_needed)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': a feature of the image is not known here", h->image.path);
    return PRL_ERR_SUCCESS;
}

/* An image that was not closed: all of it is looked at, and what loses no data is put right. */
static PRL_RESULT
recover(struct hds *h)
{
    struct hds_report report;
    bool is_all = h->open_flags & IMAGE_REPAIR;
    PRL_RESULT r = hds_check_open(h, is_all ? HDS_REPAIR_ALL : HDS_REPAIR_LOSSLESS, NULL, &report);

    if (PRL_FAILED(r))
        return r;
    if (report.unrepaired)
        return err_set(PRL_ERR_DISK_INCORRECTLY_CLOSED, "'%s' was not closed, and putting it right would lose data", h->image.path);
    LOG_W("image", "'%s' was not left in order: checked, %u things put right", h->image.path, report.repaired);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_open(int dirfd, const char *path, unsigned flags, struct image **ret)
{
    struct hds *h;
    PRL_RESULT r = hds_open_raw(dirfd, path, flags, &h);

    if (PRL_FAILED(r))
        return r;
    if (flags & IMAGE_WRITE)
        r = may_write(h);
    if (PRL_SUCCEEDED(r) && flags & IMAGE_WRITE && !(flags & IMAGE_NO_CHECK) && (h->is_unclean || h->data_start_is_wrong))
        r = recover(h);
    if (PRL_FAILED(r)) {
        hds_free(&h->image);
        return r;
    }
    *ret = &h->image;
    return PRL_ERR_SUCCESS;
}
