/* SPDX-License-Identifier: MIT */
/*
 * Writes. What has its place is written there. Clusters that have none are claimed (under the lock), filled (without it) and then published in the
 * table in memory: a reader sees the old state or the new one. Another writer of a claimed cluster waits until it is published.
 */
#include "image/hds_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "image/file_io.h"

static const char zeros[64 << 10];

int
hds_write_zeros(struct hds *h, uint64_t host, uint64_t size)
{
    int e = 0;

    while (!e && size) {
        size_t n = size < sizeof zeros ? (size_t)size : sizeof zeros;

        e = file_write(h->image.fd, zeros, n, host);
        host += n;
        size -= n;
    }
    return e;
}

int
hds_copy(struct hds *h, uint64_t from, uint64_t to, uint64_t size)
{
    AUTO(cleanup_free) char *buf = malloc(HDS_COPY_BYTES);
    int e = buf ? 0 : -ENOMEM;

    while (!e && size) {
        size_t n = size < HDS_COPY_BYTES ? (size_t)size : HDS_COPY_BYTES, done;

        e = file_read(h->image.fd, buf, n, from, &done);
        if (!e && done < n)
            memset(buf + done, 0, n - done);
        if (!e)
            e = file_write(h->image.fd, buf, n, to);
        from += n;
        to += n;
        size -= n;
    }
    return e;
}

PRL_RESULT
hds_copy_cluster(struct hds *h, uint64_t cluster, uint32_t entry, uint32_t *ret_entry)
{
    uint64_t from, to = 0, n;
    bool is_zero;
    PRL_RESULT r;
    int e;

    if (!hds_place(h, entry, &from))
        return hds_bad_entry(h, cluster, entry);
    lock_take(&h->lock);
    hds_space_allocate(h, 1, &to, &n, &is_zero);
    lock_drop(&h->lock);
    if (!n)
        return err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "'%s': no cluster left", h->image.path);
    r = hds_grow(h, to + h->image.cluster_bytes);
    if (PRL_FAILED(r))
        return r;
    e = hds_copy(h, from, to, h->image.cluster_bytes);
    if (e)
        return image_write_error(&h->image, e);
    *ret_entry = hds_entry_of(h, to);
    return PRL_ERR_SUCCESS;
}

/* New clusters that one thread fills. */
struct filling {
    struct hds_claim claim;
    uint64_t host;
    uint64_t guest; /* of the first cluster's start */
    uint64_t bytes; /* of all clusters */
    bool is_zero;   /* the place in the file reads as zeros */
};

/* What the parents have of [offset, offset + size), to its place in the new clusters. */
static PRL_RESULT
copy_up(struct hds *h, const struct image_parent *parent, const struct filling *f, uint64_t offset, uint64_t size)
{
    AUTO(cleanup_free) char *buf = malloc(size < HDS_COPY_BYTES ? (size_t)size : HDS_COPY_BYTES);

    if (!buf)
        return PRL_ERR_OUT_OF_MEMORY;
    while (size) {
        size_t n = size < HDS_COPY_BYTES ? (size_t)size : HDS_COPY_BYTES;
        PRL_RESULT r = parent->read(parent->arg, buf, n, offset);
        int e;

        if (PRL_FAILED(r))
            return r;
        e = file_write(h->image.fd, buf, n, f->host + (offset - f->guest));
        if (e)
            return image_write_error(&h->image, e);
        offset += n;
        size -= n;
    }
    return PRL_ERR_SUCCESS;
}

/* The part of the new clusters that the caller's data do not cover. */
static PRL_RESULT
fill_around(struct hds *h, const struct image_parent *parent, const struct filling *f, uint64_t from, uint64_t to)
{
    uint64_t copied_to = from, disk_end = to < h->image.size_bytes ? to : h->image.size_bytes;
    int e;

    if (parent && from < disk_end && !parent->is_absent(parent->arg, from, disk_end - from)) {
        PRL_RESULT r = copy_up(h, parent, f, from, disk_end - from);

        if (PRL_FAILED(r))
            return r;
        copied_to = disk_end;
    }
    if (f->is_zero || copied_to == to)
        return PRL_ERR_SUCCESS;
    e = hds_write_zeros(h, f->host + (copied_to - f->guest), to - copied_to);
    return e ? image_write_error(&h->image, e) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
fill(struct hds *h, const struct image_parent *parent, const struct filling *f, const void *buf, size_t size, uint64_t offset)
{
    PRL_RESULT r = hds_grow(h, f->host + f->bytes);
    int e;

    if (PRL_SUCCEEDED(r) && offset > f->guest)
        r = fill_around(h, parent, f, f->guest, offset);
    if (PRL_FAILED(r))
        return r;
    e = file_write(h->image.fd, buf, size, f->host + (offset - f->guest));
    if (e)
        return image_write_error(&h->image, e);
    if (offset + size < f->guest + f->bytes)
        r = fill_around(h, parent, f, offset + size, f->guest + f->bytes);
    return r;
}

/* Clusters [first, first + n) up to the first that another thread fills; 0: it is the first one. */
static uint64_t
unclaimed(const struct hds *h, uint64_t first, uint64_t n)
{
    for (const struct hds_claim *c = h->claims; c; c = c->next) {
        if (c->first <= first && first < c->first + c->n)
            return 0;
        if (first < c->first && c->first - first < n)
            n = c->first - first;
    }
    return n;
}

/* Claims up to n absent clusters from `first` on and gives them places. f->claim.n 0: things changed meanwhile, look again. */
static PRL_RESULT
claim(struct hds *h, uint64_t first, uint64_t n, struct filling *f)
{
    uint64_t absent = 0;

    *f = (struct filling){ .claim = { .first = first }, .guest = first * h->image.cluster_bytes };
    LOCK_SCOPE(&h->lock);
    n = unclaimed(h, first, n);
    if (!n) {
        cond_wait_until(&h->changed, &h->lock, CLOCK_FOREVER); /* for I/O that takes as long as ours would */
        return PRL_ERR_SUCCESS;
    }
    if (!hds_bat_pin_locked(h, first)) /* evicted: the next look loads it */
        return PRL_ERR_SUCCESS;
    while (absent < n && !hds_bat_get_locked(h, first + absent))
        absent++;
    if (absent) {
        hds_space_allocate(h, absent, &f->host, &f->claim.n, &f->is_zero);
        if (!f->claim.n) {
            hds_bat_unpin_locked(h, first);
            return err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "'%s': the image has no room for another cluster", h->image.path);
        }
        f->bytes = f->claim.n * h->image.cluster_bytes;
        f->claim.next = h->claims;
        h->claims = &f->claim;
    } else {
        hds_bat_unpin_locked(h, first);
    }
    return PRL_ERR_SUCCESS;
}

/* The new clusters become the disk's, or, if they could not be filled, free places with something in them. */
static bool
publish(struct hds *h, struct filling *f, bool is_filled)
{
    LOCK_SCOPE(&h->lock);

    for (uint64_t i = 0; i < f->claim.n; i++) {
        uint64_t host = f->host + i * h->image.cluster_bytes;

        if (is_filled)
            hds_bat_set_locked(h, f->claim.first + i, hds_entry_of(h, host));
        else
            hds_space_give(&h->space, host);
    }
    hds_bat_unpin_locked(h, f->claim.first);
    for (struct hds_claim **c = &h->claims; *c; c = &(*c)->next)
        if (*c == &f->claim) {
            *c = f->claim.next;
            break;
        }
    cond_broadcast(&h->changed);
    return hds_flush_is_due_locked(h);
}

/* n: absent clusters from the offset on. *ret_done 0: look again. */
static PRL_RESULT
write_new(struct hds *h, const struct image_parent *parent, const void *buf, size_t size, uint64_t offset, uint64_t n, size_t *ret_done)
{
    struct filling f;
    uint64_t in;
    PRL_RESULT r = claim(h, hds_cluster_of(h, offset), n, &f);

    *ret_done = 0;
    if (PRL_FAILED(r) || !f.claim.n)
        return r;
    in = offset - f.guest;
    if (size > f.bytes - in)
        size = (size_t)(f.bytes - in);
    r = fill(h, parent, &f, buf, size, offset);
    if (PRL_SUCCEEDED(r))
        *ret_done = size;
    if (publish(h, &f, PRL_SUCCEEDED(r)) && PRL_SUCCEEDED(r))
        r = hds_flush(&h->image);
    return r;
}

static PRL_RESULT
write_in_place(struct hds *h, uint32_t entry, uint64_t n, const void *buf, size_t size, uint64_t offset, size_t *ret_done)
{
    uint64_t cluster = hds_cluster_of(h, offset), in = offset - cluster * h->image.cluster_bytes, host, last;
    int e;

    if (!hds_place(h, entry, &host))
        return hds_bad_entry(h, cluster, entry);
    if (!hds_place(h, (uint32_t)(entry + (n - 1) * h->entry_step), &last))
        n = 1; /* the next look finds the bad one */
    if (size > n * h->image.cluster_bytes - in)
        size = (size_t)(n * h->image.cluster_bytes - in);
    e = file_write(h->image.fd, buf, size, host + in);
    if (e)
        return image_write_error(&h->image, e);
    *ret_done = size;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
write_all(struct hds *h, const struct image_parent *parent, const char *buf, size_t size, uint64_t offset)
{
    while (size) {
        uint64_t first = hds_cluster_of(h, offset), n = hds_cluster_of(h, offset + size - 1) - first + 1;
        uint32_t entry;
        size_t done = 0;
        PRL_RESULT r = hds_bat_run(h, first, n, &entry, &n);

        if (PRL_SUCCEEDED(r))
            r = entry ? write_in_place(h, entry, n, buf, size, offset, &done) : write_new(h, parent, buf, size, offset, n, &done);
        if (PRL_FAILED(r))
            return r;
        buf += done;
        size -= done;
        offset += done;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_write(struct image *image, const struct image_parent *parent, const void *buf, size_t size, uint64_t offset)
{
    struct hds *h = hds_of(image);
    PRL_RESULT r;

    if (!image->is_writable)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", image->path);
    if (offset > image->size_bytes || size > image->size_bytes - offset)
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "'%s': %zu bytes at %ju", image->path, size, (uintmax_t)offset);
    if (!size)
        return PRL_ERR_SUCCESS;
    r = hds_begin_changes(h);
    if (PRL_FAILED(r))
        return r;
    hds_bitmap_mark(h, offset, size);
    r = write_all(h, parent, buf, size, offset);
    /* Also of a write that failed in the middle. After it: a flush that clears the mark from now on has the data. */
    if (!atomic_load_explicit(&h->is_dirty, memory_order_relaxed))
        atomic_store(&h->is_dirty, true);
    return r;
}
