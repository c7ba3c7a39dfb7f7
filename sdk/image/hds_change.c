/* SPDX-License-Identifier: MIT */
/* Changes of an image that nobody else is reading or writing: giving clusters back, packing, another size. */
#include "image/hds_private.h"

#include <errno.h>

#include "base/err.h"
#include "image/file_io.h"

/* How many freed clusters are remembered before they are flushed, and how much is copied between two flushes. */
#define FREED_MAX (1u << 20)
#define COPY_GROUP_BYTES (UINT64_C(64) << 20)

static PRL_RESULT
may_change(struct hds *h)
{
    if (!h->image.is_writable)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", h->image.path);
    return hds_begin_changes(h);
}

uint64_t
hds_allocated_bytes(struct image *image)
{
    uint64_t sum = 0;

    for (uint64_t at = 0; at < image->size_bytes;) {
        struct image_run run;

        /* An entry that points nowhere holds no data; go on behind it. */
        if (PRL_FAILED(image->class->map(image, at, image->size_bytes - at, &run)))
            run = (struct image_run){ RUN_ABSENT, image->cluster_bytes ? image->cluster_bytes : image->size_bytes, 0 };
        if (run.kind == RUN_DATA)
            sum += run.length;
        at += run.length;
    }
    return sum;
}

/* The old place is free once the table that no longer names it is durable. */
static PRL_RESULT
set_entry(struct hds *h, uint64_t cluster, uint32_t old, uint32_t entry)
{
    PRL_RESULT r = hds_bat_set(h, cluster, entry);
    uint64_t host;
    bool is_due;

    if (PRL_FAILED(r))
        return r;
    lock_take(&h->lock);
    /* Where nothing was checked another entry may name it too; no memory to remember it: it is free when the image is opened next. */
    if (!(h->open_flags & IMAGE_NO_CHECK) && hds_place(h, old, &host))
        (void)vec_push(&h->freed, old);
    is_due = h->freed.len >= FREED_MAX || hds_flush_is_due_locked(h);
    lock_drop(&h->lock);
    return is_due ? hds_flush(&h->image) : PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_discard(struct image *image, uint64_t offset, uint64_t size)
{
    struct hds *h = hds_of(image);
    uint64_t first, end;
    PRL_RESULT r;

    if (offset > image->size_bytes || size > image->size_bytes - offset)
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "'%s': %ju bytes at %ju", image->path, (uintmax_t)size, (uintmax_t)offset);
    first = hds_cluster_of(h, offset + image->cluster_bytes - 1);
    end = offset + size == image->size_bytes ? h->n_clusters : hds_cluster_of(h, offset + size);
    if (first >= end)
        return PRL_ERR_SUCCESS;
    r = may_change(h);
    if (PRL_SUCCEEDED(r))
        hds_bitmap_mark(h, offset, size);
    for (uint64_t c = first, n; PRL_SUCCEEDED(r) && c < end; c += n) {
        uint32_t entry;

        r = hds_bat_run(h, c, end - c, &entry, &n);
        for (uint64_t i = 0; PRL_SUCCEEDED(r) && entry && i < n; i++)
            r = set_entry(h, c + i, (uint32_t)(entry + i * h->entry_step), 0);
    }
    return r;
}

static PRL_RESULT
move_cluster(struct hds *h, uint64_t cluster, uint32_t entry)
{
    uint32_t copy;
    PRL_RESULT r = hds_copy_cluster(h, cluster, entry, &copy);

    return PRL_FAILED(r) ? r : set_entry(h, cluster, entry, copy);
}

/* Moves every cluster with a place in [from, to), flushing as it goes. */
static PRL_RESULT
move_all(struct hds *h, uint64_t from, uint64_t to, const struct image_watch *watch)
{
    uint64_t copied = 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (uint64_t c = 0, n; c < h->n_clusters; c += n) {
        uint32_t entry;

        if (watch && watch->report && !watch->report(watch->arg, (int)((double)c / (double)h->n_clusters * 1000)))
            return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s'", h->image.path);
        r = hds_bat_run(h, c, h->n_clusters - c, &entry, &n);
        for (uint64_t i = 0; PRL_SUCCEEDED(r) && entry && i < n; i++) {
            uint64_t host = (entry + i * h->entry_step) * h->entry_bytes;

            if (host + h->image.cluster_bytes <= from || host >= to)
                continue;
            r = move_cluster(h, c + i, (uint32_t)(entry + i * h->entry_step));
            copied += h->image.cluster_bytes;
            if (PRL_SUCCEEDED(r) && copied >= COPY_GROUP_BYTES) {
                copied = 0;
                r = hds_flush(&h->image);
            }
        }
        if (PRL_FAILED(r))
            return r;
    }
    return r;
}

static PRL_RESULT
cut_file(struct hds *h)
{
    uint64_t end;
    int e;

    lock_take(&h->lock);
    end = hds_space_end(&h->space);
    lock_drop(&h->lock);
    e = file_truncate(h->image.fd, end);
    if (e)
        return image_write_error(&h->image, e); /* then what lies there are old clusters, not zeros */
    LOCK_SCOPE(&h->lock);
    hds_space_cut(&h->space, end); /* there, even if a flush has freed more meanwhile: below it the file is not zeros */
    atomic_store(&h->file_end, end);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_pack(struct image *image, const struct image_watch *watch)
{
    struct hds *h = hds_of(image);
    uint64_t packed_end;
    PRL_RESULT r = may_change(h), flush_r;

    if (PRL_SUCCEEDED(r))
        r = hds_flush(image); /* what was discarded is free now */
    if (PRL_FAILED(r))
        return r;
    lock_take(&h->lock);
    packed_end = hds_space_packed_end(&h->space);
    lock_drop(&h->lock);
    if (packed_end)
        r = move_all(h, packed_end, UINT64_MAX, watch);
    flush_r = hds_flush(image); /* also of what a cancel leaves */
    if (PRL_SUCCEEDED(r))
        r = flush_r;
    return PRL_SUCCEEDED(r) ? cut_file(h) : r;
}

/* A disk that grows shows what its last cluster has behind the old end, and entries that were beyond it. */
static PRL_RESULT
clear_beyond_end(struct hds *h)
{
    uint64_t in = h->image.size_bytes % h->image.cluster_bytes, host, n;
    uint32_t entry;
    PRL_RESULT r;

    for (uint64_t c = h->n_clusters; c < h->header.n_entries; c += n) {
        r = hds_bat_run(h, c, h->header.n_entries - c, &entry, &n);
        for (uint64_t i = 0; PRL_SUCCEEDED(r) && entry && i < n; i++)
            r = hds_bat_set(h, c + i, 0);
        if (PRL_FAILED(r))
            return r;
    }
    if (!in)
        return PRL_ERR_SUCCESS;
    r = hds_bat_run(h, h->n_clusters - 1, 1, &entry, &n);
    if (PRL_SUCCEEDED(r) && entry && hds_place(h, entry, &host)) {
        int e = hds_write_zeros(h, host + in, h->image.cluster_bytes - in);

        atomic_store(&h->is_dirty, true);
        if (e)
            r = image_write_error(&h->image, e);
    }
    return r;
}

/* Room for a longer table: clusters that are in its way move, and the place reads as an empty table before the header says that it is one. */
static PRL_RESULT
make_room(struct hds *h, uint64_t table_end, uint64_t data_start)
{
    uint64_t old_table_end = hds_bat_file_offset(h->header.n_entries);
    PRL_RESULT r = PRL_ERR_SUCCESS;
    int e;

    if (data_start > h->data_start) {
        lock_take(&h->lock);
        hds_space_reserve(&h->space, h->data_start, data_start);
        lock_drop(&h->lock);
        r = move_all(h, h->data_start, data_start, NULL);
    }
    if (PRL_SUCCEEDED(r))
        r = hds_flush(&h->image);
    if (PRL_SUCCEEDED(r))
        r = hds_grow(h, data_start);
    if (PRL_FAILED(r) || table_end <= old_table_end)
        return r;
    e = hds_write_zeros(h, old_table_end, data_start - old_table_end);
    if (!e)
        e = file_sync(h->image.fd);
    return e ? image_write_error(&h->image, e) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
is_absent_from(struct hds *h, uint64_t first)
{
    for (uint64_t c = first, n; c < h->n_clusters; c += n) {
        uint32_t entry;
        PRL_RESULT r = hds_bat_run(h, c, h->n_clusters - c, &entry, &n);

        if (PRL_FAILED(r))
            return r;
        if (entry)
            return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s' has data at %ju", h->image.path,
                           (uintmax_t)(c * h->image.cluster_bytes));
    }
    return PRL_ERR_SUCCESS;
}

/* A fresh table in memory for the header's new one; where there is no memory the old one stays. */
static PRL_RESULT
change_table(struct hds *h)
{
    struct hds_bat old, new;
    PRL_RESULT r;

    LOCK_SCOPE(&h->lock);
    old = h->bat;
    h->bat = (struct hds_bat){ 0 };
    r = hds_bat_init(h);
    new = h->bat;
    h->bat = PRL_SUCCEEDED(r) ? old : new;
    hds_bat_free(h);
    h->bat = PRL_SUCCEEDED(r) ? new : old;
    return r;
}

/* The header says it, durably; then the table in memory is as long. Nothing of it is dirty. */
static PRL_RESULT
set_size(struct hds *h, uint64_t n_sectors, uint32_t n_entries, uint64_t n_clusters, uint64_t data_start)
{
    struct hds_header old = h->header;
    PRL_RESULT r = hds_bitmap_resize(h, n_sectors);

    if (PRL_FAILED(r))
        return r;
    h->header.n_sectors = n_sectors;
    h->header.n_entries = n_entries;
    h->header.data_sector = (uint32_t)(data_start / HDS_SECTOR);
    r = hds_header_write(h);
    if (PRL_FAILED(r)) {
        /* Either header may be in the file, and both are right about it; but what is in memory fits the old one. */
        h->header = old;
        atomic_store(&h->sync_failed, -EIO);
        return r;
    }
    r = change_table(h);
    if (PRL_FAILED(r)) {
        h->header = old;
        atomic_store(&h->sync_failed, -ENOMEM);
        return r;
    }
    h->image.size_bytes = n_sectors * HDS_SECTOR;
    h->n_clusters = n_clusters;
    h->data_start = data_start;
    return r;
}

PRL_RESULT
hds_resize(struct image *image, uint64_t size_sectors)
{
    struct hds *h = hds_of(image);
    uint32_t per_cluster = h->header.cluster_sectors;
    uint64_t n_clusters = size_sectors / per_cluster + (size_sectors % per_cluster != 0), table_end = hds_bat_file_offset(n_clusters);
    uint64_t data_start = h->data_start, lacking;
    PRL_RESULT r;

    if (!size_sectors || n_clusters > HDS_MAX_ENTRIES || (h->header.is_v1 && size_sectors > UINT32_MAX))
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s': a size of %ju sectors", image->path, (uintmax_t)size_sectors);
    r = may_change(h);
    if (PRL_SUCCEEDED(r) && size_sectors < h->header.n_sectors)
        r = is_absent_from(h, n_clusters);
    else if (PRL_SUCCEEDED(r))
        r = clear_beyond_end(h);
    if (table_end > data_start) {
        lacking = table_end - data_start;
        data_start += (lacking + image->cluster_bytes - 1) / image->cluster_bytes * image->cluster_bytes;
    }
    if (PRL_SUCCEEDED(r))
        r = make_room(h, table_end, data_start);
    if (PRL_FAILED(r))
        return r;
    return set_size(h, size_sectors, n_clusters > h->header.n_entries ? (uint32_t)n_clusters : h->header.n_entries, n_clusters, data_start);
}
