/* SPDX-License-Identifier: MIT */
/* Bitmaps of changed blocks, in memory: what is written marks them. Where they come from and go to: hds_ext.c, hds_ext_save.c. */
#include "image/hds_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"

void
hds_bitmap_clear(struct hds_bitmap *b)
{
    if (b->bits)
        munmap((void *)b->bits, b->bytes);
    free(b->l1);
    *b = (struct hds_bitmap){ 0 };
}

uint64_t
hds_bitmap_bytes(uint64_t n_sectors, uint64_t granularity_sectors)
{
    uint64_t bytes;

    if (!granularity_sectors || granularity_sectors > UINT32_MAX / HDS_SECTOR || (granularity_sectors & (granularity_sectors - 1)))
        return 0;
    bytes = ((n_sectors + granularity_sectors - 1) / granularity_sectors + 7) / 8;
    return bytes <= HDS_MAX_BITMAP_BYTES ? bytes : 0;
}

static uint64_t
bytes_of_all(const struct hds *h)
{
    uint64_t sum = 0;

    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++)
        sum += h->bitmaps[i].bytes;
    return sum;
}

PRL_RESULT
hds_bitmap_append(struct hds *h, struct hds_bitmap *b)
{
    int n = atomic_load(&h->n_bitmaps);

    if (n == HDS_MAX_BITMAPS || b->bytes > HDS_MAX_BITMAP_BYTES - bytes_of_all(h))
        return PRL_ERR_OUT_OF_MEMORY;
    h->bitmaps[n] = *b;
    h->infos[n] = b->info;
    atomic_store(&h->n_bitmaps, n + 1);
    return PRL_ERR_SUCCESS;
}

_Atomic unsigned char *
hds_bitmap_map(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

/* Bits past the disk's end are nobody's. */
void
hds_bitmap_clear_tail(const struct hds_bitmap *b, uint64_t n_sectors)
{
    uint64_t granularity = b->info.granularity_bytes / HDS_SECTOR, n_bits = (n_sectors + granularity - 1) / granularity;

    if (n_bits % 8)
        b->bits[b->bytes - 1] &= (unsigned char)((1u << n_bits % 8) - 1);
}

static void
mark_byte(_Atomic unsigned char *p, unsigned char mask)
{
    if ((atomic_load_explicit(p, memory_order_relaxed) & mask) != mask)
        atomic_fetch_or_explicit(p, mask, memory_order_relaxed);
}

static void
mark_bits(struct hds_bitmap *b, uint64_t first, uint64_t last)
{
    unsigned char head = (unsigned char)(0xffu << first % 8), tail = (unsigned char)(0xffu >> (7 - last % 8));

    if (first / 8 == last / 8) {
        mark_byte(&b->bits[first / 8], head & tail);
        return;
    }
    mark_byte(&b->bits[first / 8], head);
    for (uint64_t i = first / 8 + 1; i < last / 8; i++)
        atomic_store_explicit(&b->bits[i], 0xff, memory_order_relaxed);
    mark_byte(&b->bits[last / 8], tail);
}

void
hds_bitmap_mark(struct hds *h, uint64_t offset, uint64_t size)
{
    int n = atomic_load_explicit(&h->n_bitmaps, memory_order_acquire);

    for (int i = 0; i < n; i++)
        mark_bits(&h->bitmaps[i], offset / h->bitmaps[i].info.granularity_bytes, (offset + size - 1) / h->bitmaps[i].info.granularity_bytes);
}

int
hds_bitmaps(struct image *image, const struct hds_bitmap_info **ret_infos)
{
    struct hds *h = hds_of(image);

    *ret_infos = h->infos;
    return atomic_load(&h->n_bitmaps);
}

PRL_RESULT
hds_bitmap_read(struct image *image, int i, unsigned char *bits, size_t n_bytes)
{
    struct hds *h = hds_of(image);
    const struct hds_bitmap *b;
    PRL_RESULT r = atomic_load(&h->n_bitmaps) ? hds_ext_load_once(h) : PRL_ERR_SUCCESS;

    if (PRL_FAILED(r))
        return r;
    if (i < 0 || i >= atomic_load(&h->n_bitmaps))
        return err_set(PRL_ERR_NO_DATA, "'%s' has no such bitmap", image->path);
    b = &h->bitmaps[i];
    if (n_bytes < b->bytes)
        return err_set(PRL_ERR_BUFFER_OVERRUN, "%zu of %ju bytes", n_bytes, (uintmax_t)b->bytes);
    for (uint64_t k = 0; k < b->bytes; k++)
        bits[k] = atomic_load_explicit(&b->bits[k], memory_order_relaxed);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
begin_bitmap_change(struct hds *h)
{
    if (!h->image.is_writable)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", h->image.path);
    return hds_begin_changes(h);
}

PRL_RESULT
hds_bitmap_add(struct image *image, const unsigned char uuid[16], uint32_t granularity_bytes)
{
    struct hds *h = hds_of(image);
    struct hds_bitmap b = { .bytes = hds_bitmap_bytes(h->header.n_sectors, granularity_bytes / HDS_SECTOR), .info.granularity_bytes = granularity_bytes };
    PRL_RESULT r;

    memcpy(b.info.uuid, uuid, sizeof b.info.uuid);
    if (granularity_bytes % HDS_SECTOR || !b.bytes || image->cluster_bytes > HDS_MAX_EXT_CLUSTER)
        return err_set(PRL_ERR_INVALID_ARG, "'%s': no bitmap with %u bytes per bit", image->path, granularity_bytes);
    r = begin_bitmap_change(h);
    if (PRL_FAILED(r))
        return r;
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++)
        if (memcmp(h->infos[i].uuid, uuid, sizeof b.info.uuid) == 0)
            return err_set(PRL_ERR_INVALID_ARG, "'%s' has such a bitmap already", image->path);
    b.bits = hds_bitmap_map(b.bytes);
    r = b.bits ? hds_bitmap_append(h, &b) : PRL_ERR_OUT_OF_MEMORY;
    if (PRL_FAILED(r))
        hds_bitmap_clear(&b);
    return r;
}

PRL_RESULT
hds_bitmap_remove(struct image *image, const unsigned char uuid[16])
{
    struct hds *h = hds_of(image);
    PRL_RESULT r = begin_bitmap_change(h);
    int n = atomic_load(&h->n_bitmaps), i = 0;

    if (PRL_FAILED(r))
        return r;
    while (i < n && memcmp(h->infos[i].uuid, uuid, sizeof h->infos[i].uuid) != 0)
        i++;
    if (i == n)
        return err_set(PRL_ERR_NO_DATA, "'%s' has no such bitmap", image->path);
    hds_bitmap_clear(&h->bitmaps[i]);
    memmove(&h->bitmaps[i], &h->bitmaps[i + 1], (size_t)(n - 1 - i) * sizeof h->bitmaps[0]);
    memmove(&h->infos[i], &h->infos[i + 1], (size_t)(n - 1 - i) * sizeof h->infos[0]);
    h->bitmaps[n - 1] = (struct hds_bitmap){ 0 };
    atomic_store(&h->n_bitmaps, n - 1);
    return PRL_ERR_SUCCESS;
}

/* What is new counts as changed. */
PRL_RESULT
hds_bitmap_resize(struct hds *h, uint64_t n_sectors)
{
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++) {
        struct hds_bitmap *b = &h->bitmaps[i];
        uint32_t granularity = b->info.granularity_bytes;
        uint64_t bytes = hds_bitmap_bytes(n_sectors, granularity / HDS_SECTOR), old_size = h->header.n_sectors * HDS_SECTOR;
        _Atomic unsigned char *bits = bytes ? hds_bitmap_map(bytes) : NULL;

        if (!bits) {
            hds_ext_lose(h, "the disk is too large for it now");
            return PRL_ERR_SUCCESS;
        }
        memcpy((void *)bits, (const void *)b->bits, bytes < b->bytes ? bytes : b->bytes);
        munmap((void *)b->bits, b->bytes);
        b->bits = bits;
        b->bytes = bytes;
        if (n_sectors > h->header.n_sectors)
            mark_bits(b, old_size / granularity, (n_sectors * HDS_SECTOR - 1) / granularity);
        else
            hds_bitmap_clear_tail(b, n_sectors);
    }
    return PRL_ERR_SUCCESS;
}
