/* SPDX-License-Identifier: MIT */
/* The format extension, written afresh to new clusters when the image is closed. */
#include "image/hds_ext_format.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "image/file_io.h"

/* Places that a save has taken so far. */
typedef VEC(uint64_t) places;

/* A cluster of the file for the extension, written whole. */
static PRL_RESULT
put_cluster(struct hds *h, places *taken, const void *data, size_t size, uint64_t *ret_sector)
{
    uint64_t host = 0, n;
    bool is_zero;
    PRL_RESULT r;
    int e;

    lock_take(&h->lock);
    hds_space_allocate(h, 1, &host, &n, &is_zero);
    lock_drop(&h->lock);
    if (!n)
        return err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "'%s': no cluster left", h->image.path);
    (void)vec_push(taken, host); /* no memory: a cluster that nobody names, if the save fails */
    r = hds_grow(h, host + h->image.cluster_bytes);
    if (PRL_FAILED(r))
        return r;
    e = file_write(h->image.fd, data, size, host);
    if (!e && !is_zero)
        e = hds_write_zeros(h, host + size, h->image.cluster_bytes - size);
    if (e)
        return image_write_error(&h->image, e);
    *ret_sector = host / HDS_SECTOR;
    return PRL_ERR_SUCCESS;
}

static bool
is_all(const _Atomic unsigned char *bits, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++)
        if (atomic_load_explicit(&bits[i], memory_order_relaxed) != value)
            return false;
    return true;
}

static PRL_RESULT
put_bitmap(struct hds *h, places *taken, const struct hds_bitmap *b, unsigned char *data, uint32_t l1_size)
{
    put64(data, h->header.n_sectors);
    memcpy(data + 8, b->info.uuid, sizeof b->info.uuid);
    put32(data + 24, b->info.granularity_bytes / HDS_SECTOR);
    put32(data + 28, l1_size);
    for (uint32_t i = 0; i < l1_size; i++) {
        uint64_t from = (uint64_t)i * h->image.cluster_bytes, left = b->bytes - from, entry;
        size_t n = left < h->image.cluster_bytes ? (size_t)left : h->image.cluster_bytes;
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (is_all(b->bits + from, n, 0))
            entry = L1_ALL_CLEAR;
        else if (is_all(b->bits + from, n, 0xff))
            entry = L1_ALL_SET;
        else
            r = put_cluster(h, taken, (const void *)(b->bits + from), n, &entry);
        if (PRL_FAILED(r))
            return r;
        put64(data + BITMAP_HEAD_BYTES + 8 * (size_t)i, entry);
    }
    return PRL_ERR_SUCCESS;
}

/* Room for a feature's data at *at, with its head written; NULL: the cluster is full. The list's end must still fit behind it. */
static unsigned char *
put_feature(const struct hds *h, unsigned char *ext, size_t *at, uint64_t magic, uint64_t flags, uint64_t size)
{
    unsigned char *p = ext + *at;
    uint64_t whole = FEATURE_HEAD_BYTES + (size + 7) / 8 * 8;

    if (size > UINT32_MAX || whole + FEATURE_HEAD_BYTES > h->image.cluster_bytes - *at)
        return NULL;
    put64(p, magic);
    put64(p + 8, flags);
    put32(p + 16, (uint32_t)size);
    *at += whole;
    return p + FEATURE_HEAD_BYTES;
}

static PRL_RESULT
fill_ext(struct hds *h, places *taken, unsigned char *ext)
{
    size_t at = EXT_HEAD_BYTES;

    for (size_t i = 0; i < h->features.len; i++) {
        const struct hds_feature *f = &h->features.p[i];
        unsigned char *data = put_feature(h, ext, &at, f->magic, f->flags, f->size);

        if (data)
            memcpy(data, f->data, f->size);
    }
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++) {
        const struct hds_bitmap *b = &h->bitmaps[i];
        uint32_t l1_size = (uint32_t)((b->bytes + h->image.cluster_bytes - 1) / h->image.cluster_bytes);
        unsigned char *data = put_feature(h, ext, &at, BITMAP_MAGIC, 0, BITMAP_HEAD_BYTES + (uint64_t)l1_size * 8);
        PRL_RESULT r = data ? put_bitmap(h, taken, b, data, l1_size)
                            : err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "the bitmaps' tables need more than a cluster");

        if (PRL_FAILED(r))
            return r;
    }
    put64(ext, EXT_MAGIC);
    ext_md5(ext + EXT_HEAD_BYTES, h->image.cluster_bytes - EXT_HEAD_BYTES, ext + 8);
    return PRL_ERR_SUCCESS;
}

/* Where it cannot be written (a full disk) the image is closed without it: its data matter more than the next backup's size. */
PRL_RESULT
hds_ext_save(struct hds *h, uint64_t *ret_sector)
{
    AUTO(cleanup_free) unsigned char *ext = NULL;
    places taken = { 0 };
    PRL_RESULT r;

    *ret_sector = 0;
    if (!atomic_load(&h->n_bitmaps) && !h->features.len)
        return PRL_ERR_SUCCESS;
    ext = calloc(1, h->image.cluster_bytes);
    if (!ext)
        return PRL_ERR_OUT_OF_MEMORY;
    r = fill_ext(h, &taken, ext);
    if (PRL_SUCCEEDED(r))
        r = put_cluster(h, &taken, ext, h->image.cluster_bytes, ret_sector);
    if (PRL_FAILED(r)) {
        LOG_W("image", "'%s': the record of changed blocks could not be saved", h->image.path);
        for (size_t i = 0; i < taken.len; i++)
            hds_space_give(&h->space, taken.p[i]);
        hds_ext_drop(h);
        h->extension_lost = true;
        *ret_sector = 0;
        err_clear();
    }
    vec_free(&taken);
    return PRL_ERR_SUCCESS;
}
