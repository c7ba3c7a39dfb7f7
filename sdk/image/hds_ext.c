/* SPDX-License-Identifier: MIT */
/*
 * The format extension: bitmaps of changed blocks. Read at open (the bits when they are first needed), kept in memory while the image is
 * written, and written afresh to new clusters by a clean close. Anything about it that is wrong makes it lost, which costs a full backup,
 * never data.
 */
#include "image/hds_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <nettle/md5.h>
#include <nettle/version.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "image/file_io.h"

#define EXT_MAGIC UINT64_C(0xAB234CEF23DCEA87)
#define BITMAP_MAGIC UINT64_C(0x20385FAE252CB34A)
#define EXT_HEAD_BYTES 24u     /* magic, MD5 */
#define FEATURE_HEAD_BYTES 24u /* magic, flags, size, 0 */
#define BITMAP_HEAD_BYTES 32u  /* size, uuid, granularity, l1_size */
#define FLAG_NECESSARY 1u
#define FLAG_TRANSIT 2u
#define L1_ALL_CLEAR 0u
#define L1_ALL_SET 1u

static uint32_t
get32(const unsigned char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static uint64_t
get64(const unsigned char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static void
put32(unsigned char *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof v);
}

static void
put64(unsigned char *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof v);
}

static void
md5_of(const unsigned char *data, size_t n, unsigned char ret[MD5_DIGEST_SIZE])
{
    struct md5_ctx ctx;

    md5_init(&ctx);
    md5_update(&ctx, n, data);
#if NETTLE_VERSION_MAJOR >= 4
    md5_digest(&ctx, ret);
#else
    md5_digest(&ctx, MD5_DIGEST_SIZE, ret);
#endif
}

static void
bitmap_clear(struct hds_bitmap *b)
{
    if (b->bits)
        munmap((void *)b->bits, b->bytes);
    free(b->l1);
    *b = (struct hds_bitmap){ 0 };
}

static void
drop_all(struct hds *h)
{
    int n = atomic_exchange(&h->n_bitmaps, 0);

    for (int i = 0; i < n; i++)
        bitmap_clear(&h->bitmaps[i]);
    for (size_t i = 0; i < h->features.len; i++)
        free(h->features.p[i].data);
    vec_free(&h->features);
}

static void
lose(struct hds *h, const char *why)
{
    LOG_W("image", "'%s': the record of changed blocks is lost: %s", h->image.path, why);
    drop_all(h);
    h->extension_lost = true;
    h->ext_offset = 0;
}

void
hds_ext_free(struct hds *h)
{
    drop_all(h);
}

/* Bytes of a bitmap; 0: the granularity is absurd or it would be too large. */
static uint64_t
bitmap_bytes(uint64_t n_sectors, uint64_t granularity_sectors)
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

static PRL_RESULT
bitmap_append(struct hds *h, struct hds_bitmap *b)
{
    int n = atomic_load(&h->n_bitmaps);

    if (n == HDS_MAX_BITMAPS || b->bytes > HDS_MAX_BITMAP_BYTES - bytes_of_all(h))
        return PRL_ERR_OUT_OF_MEMORY;
    h->bitmaps[n] = *b;
    h->infos[n] = b->info;
    atomic_store(&h->n_bitmaps, n + 1);
    return PRL_ERR_SUCCESS;
}

/* NULL: fine (or no memory, which loses it as well); else what is wrong. */
static const char *
parse_bitmap(struct hds *h, const unsigned char *data, uint32_t size)
{
    struct hds_bitmap b = { 0 };
    uint64_t clusters;

    if (size < BITMAP_HEAD_BYTES)
        return "a bitmap is cut short";
    b.l1_size = get32(data + 28);
    b.bytes = bitmap_bytes(h->header.n_sectors, get32(data + 24));
    if (get64(data) != h->header.n_sectors || !b.bytes)
        return "a bitmap is not of this disk";
    clusters = (b.bytes + h->image.cluster_bytes - 1) / h->image.cluster_bytes;
    if (b.l1_size > clusters || (uint64_t)b.l1_size * 8 > size - BITMAP_HEAD_BYTES)
        return "a bitmap's table is too large";
    memcpy(b.info.uuid, data + 8, sizeof b.info.uuid);
    b.info.granularity_bytes = get32(data + 24) * HDS_SECTOR;
    b.l1 = calloc(b.l1_size ? b.l1_size : 1, sizeof *b.l1);
    if (!b.l1)
        return "no memory";
    for (uint32_t i = 0; i < b.l1_size; i++)
        b.l1[i] = get64(data + BITMAP_HEAD_BYTES + 8 * i);
    if (PRL_FAILED(bitmap_append(h, &b))) {
        bitmap_clear(&b);
        return "the bitmaps are too many, or too large";
    }
    return NULL;
}

static const char *
keep_feature(struct hds *h, uint64_t magic, uint64_t flags, const unsigned char *data, uint32_t size)
{
    struct hds_feature f = { magic, flags, size, NULL };

    if (flags & FLAG_NECESSARY)
        h->is_foreign_needed = true;
    if (!(flags & FLAG_TRANSIT))
        return NULL; /* nobody asked to keep it */
    f.data = malloc(size ? size : 1);
    if (!f.data)
        return "no memory";
    memcpy(f.data, data, size);
    if (!vec_push(&h->features, f)) {
        free(f.data);
        return "no memory";
    }
    return NULL;
}

static const char *
parse(struct hds *h, const unsigned char *ext)
{
    unsigned char sum[MD5_DIGEST_SIZE];
    size_t size = h->image.cluster_bytes, at = EXT_HEAD_BYTES;

    if (get64(ext) != EXT_MAGIC)
        return "no extension where the header says";
    md5_of(ext + EXT_HEAD_BYTES, size - EXT_HEAD_BYTES, sum);
    if (memcmp(sum, ext + 8, sizeof sum) != 0)
        return "the checksum is wrong";
    for (;;) {
        uint64_t magic, flags;
        uint32_t n;
        const char *wrong;

        if (size - at < FEATURE_HEAD_BYTES)
            return "the list of features has no end";
        magic = get64(ext + at);
        flags = get64(ext + at + 8);
        n = get32(ext + at + 16);
        at += FEATURE_HEAD_BYTES;
        if (!magic)
            return NULL;
        if (n > size - at)
            return "a feature is cut short";
        wrong = magic == BITMAP_MAGIC ? parse_bitmap(h, ext + at, n) : keep_feature(h, magic, flags, ext + at, n);
        if (wrong)
            return wrong;
        at += n;
        at = at + 7 < size ? (at + 7) & ~(size_t)7 : size;
    }
}

/* Where a cluster of the extension is; false: not in the file's data area. */
static bool
ext_place(struct hds *h, uint64_t sector, uint64_t *ret_host)
{
    uint64_t end = atomic_load(&h->file_end), host = sector * HDS_SECTOR, grid = h->header.is_v1 ? HDS_SECTOR : h->image.cluster_bytes;

    if (sector > INT64_MAX / HDS_SECTOR || host < h->data_start || host >= end || end - host < h->image.cluster_bytes || host % grid)
        return false;
    *ret_host = host;
    return true;
}

PRL_RESULT
hds_ext_open(struct hds *h)
{
    AUTO(cleanup_free) unsigned char *ext = NULL;
    const char *wrong;
    size_t done;
    int e;

    if (h->header.in_use != HDS_CLEAN || !h->header.ext_sector)
        return PRL_ERR_SUCCESS;
    if (h->image.cluster_bytes > HDS_MAX_EXT_CLUSTER || !ext_place(h, h->header.ext_sector, &h->ext_offset)) {
        lose(h, "its place is wrong");
        return PRL_ERR_SUCCESS;
    }
    ext = malloc(h->image.cluster_bytes);
    if (!ext)
        return PRL_ERR_OUT_OF_MEMORY;
    e = file_read(h->image.fd, ext, h->image.cluster_bytes, h->ext_offset, &done);
    if (e)
        return image_read_error(&h->image, e);
    wrong = done < h->image.cluster_bytes ? "its cluster is cut short" : parse(h, ext);
    if (wrong)
        lose(h, wrong);
    return PRL_ERR_SUCCESS;
}

/* Every cluster of it in turn, until `each` is false. */
static bool
for_each_cluster(struct hds *h, bool (*each)(struct hds *h, void *arg, uint64_t sector), void *arg)
{
    if (!each(h, arg, h->ext_offset / HDS_SECTOR))
        return false;
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++) {
        const struct hds_bitmap *b = &h->bitmaps[i];

        for (uint32_t k = 0; b->l1 && k < b->l1_size; k++)
            if (b->l1[k] > L1_ALL_SET && !each(h, arg, b->l1[k]))
                return false;
    }
    return true;
}

struct taking {
    struct hds_space *space;
    uint64_t n, given;
};

static bool
take_cluster(struct hds *h, void *arg, uint64_t sector)
{
    struct taking *t = arg;
    uint64_t host;

    if (!ext_place(h, sector, &host) || !hds_space_take(t->space, host))
        return false;
    t->n++;
    return true;
}

static bool
give_cluster(struct hds *h, void *arg, uint64_t sector)
{
    struct taking *t = arg;
    uint64_t host;

    if (t->given++ == t->n || !ext_place(h, sector, &host))
        return false;
    hds_space_give(t->space, host);
    return true;
}

void
hds_ext_check_overlap(struct hds *h, struct hds_space *s, uint64_t *ret_clusters)
{
    struct taking t = { s, 0, 0 };
    uint64_t end = s->end, free_below_end = s->free_below_end;
    bool is_fine;

    if (ret_clusters)
        *ret_clusters = 0;
    if (!h->ext_offset)
        return;
    is_fine = for_each_cluster(h, take_cluster, &t);
    (void)for_each_cluster(h, give_cluster, &t);
    s->end = end;
    s->free_below_end = free_below_end;
    if (ret_clusters)
        *ret_clusters = t.n;
    if (!is_fine)
        lose(h, "its clusters are used twice, or outside of the file");
}

static _Atomic unsigned char *
map_bits(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

/* Bits past the disk's end are nobody's. */
static void
clear_tail(const struct hds_bitmap *b, uint64_t n_sectors)
{
    uint64_t granularity = b->info.granularity_bytes / HDS_SECTOR, n_bits = (n_sectors + granularity - 1) / granularity;

    if (n_bits % 8)
        b->bits[b->bytes - 1] &= (unsigned char)((1u << n_bits % 8) - 1);
}

static PRL_RESULT
load_bits(struct hds *h, struct hds_bitmap *b)
{
    for (uint32_t i = 0; i < b->l1_size; i++) {
        uint64_t from = (uint64_t)i * h->image.cluster_bytes, left = b->bytes - from, host;
        size_t n = left < h->image.cluster_bytes ? (size_t)left : h->image.cluster_bytes, done;
        int e;

        if (b->l1[i] == L1_ALL_CLEAR)
            continue;
        if (b->l1[i] == L1_ALL_SET) {
            memset((void *)(b->bits + from), 0xff, n);
            continue;
        }
        if (!ext_place(h, b->l1[i], &host))
            return err_set(PRL_ERR_NO_DATA, "'%s': a bitmap points outside of the file", h->image.path);
        e = file_read(h->image.fd, (void *)(b->bits + from), n, host, &done);
        if (e)
            return image_read_error(&h->image, e);
    }
    clear_tail(b, h->header.n_sectors);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_ext_load(struct hds *h)
{
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++) {
        struct hds_bitmap *b = &h->bitmaps[i];
        PRL_RESULT r;

        if (b->bits)
            continue;
        b->bits = map_bits(b->bytes);
        if (!b->bits)
            return PRL_ERR_OUT_OF_MEMORY;
        r = load_bits(h, b);
        if (PRL_FAILED(r)) {
            munmap((void *)b->bits, b->bytes);
            b->bits = NULL;
            return r;
        }
    }
    atomic_store(&h->ext_is_loaded, true);
    return PRL_ERR_SUCCESS;
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
hds_ext_mark(struct hds *h, uint64_t offset, uint64_t size)
{
    int n = atomic_load_explicit(&h->n_bitmaps, memory_order_acquire);

    for (int i = 0; i < n; i++)
        mark_bits(&h->bitmaps[i], offset / h->bitmaps[i].info.granularity_bytes, (offset + size - 1) / h->bitmaps[i].info.granularity_bytes);
}

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
    md5_of(ext + EXT_HEAD_BYTES, h->image.cluster_bytes - EXT_HEAD_BYTES, ext + 8);
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
        drop_all(h);
        h->extension_lost = true;
        *ret_sector = 0;
        err_clear();
    }
    vec_free(&taken);
    return PRL_ERR_SUCCESS;
}

int
hds_bitmaps(struct image *image, const struct hds_bitmap_info **ret_infos)
{
    struct hds *h = hds_of(image);

    *ret_infos = h->infos;
    return atomic_load(&h->n_bitmaps);
}

/* Before the first change the bits are in the file, and nobody has compared their clusters with the table yet. */
static PRL_RESULT
load_from_file(struct hds *h)
{
    struct hds_space space = { 0 };
    struct hds_scan scan = { 0 };
    PRL_RESULT r = hds_space_scan(h, &space, &scan);

    if (PRL_FAILED(r))
        return r;
    hds_ext_check_overlap(h, &space, NULL);
    hds_space_free(&space);
    return hds_ext_load(h);
}

/* One thread does it, as it would begin changes; the others wait for it. */
static PRL_RESULT
load_once(struct hds *h)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (atomic_load(&h->ext_is_loaded))
        return r;
    lock_take(&h->lock);
    while (atomic_load(&h->state) == HDS_BEGINNING)
        cond_wait_until(&h->changed, &h->lock, CLOCK_FOREVER);
    if (atomic_load(&h->state) == HDS_UNCHANGED && !atomic_load(&h->ext_is_loaded)) {
        atomic_store(&h->state, HDS_BEGINNING);
        lock_drop(&h->lock);
        r = load_from_file(h);
        lock_take(&h->lock);
        atomic_store(&h->state, HDS_UNCHANGED);
        cond_broadcast(&h->changed);
    }
    lock_drop(&h->lock);
    return r;
}

PRL_RESULT
hds_bitmap_read(struct image *image, int i, unsigned char *bits, size_t n_bytes)
{
    struct hds *h = hds_of(image);
    const struct hds_bitmap *b;
    PRL_RESULT r = atomic_load(&h->n_bitmaps) ? load_once(h) : PRL_ERR_SUCCESS;

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
    struct hds_bitmap b = { .bytes = bitmap_bytes(h->header.n_sectors, granularity_bytes / HDS_SECTOR), .info.granularity_bytes = granularity_bytes };
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
    b.bits = map_bits(b.bytes);
    r = b.bits ? bitmap_append(h, &b) : PRL_ERR_OUT_OF_MEMORY;
    if (PRL_FAILED(r))
        bitmap_clear(&b);
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
    bitmap_clear(&h->bitmaps[i]);
    memmove(&h->bitmaps[i], &h->bitmaps[i + 1], (size_t)(n - 1 - i) * sizeof h->bitmaps[0]);
    memmove(&h->infos[i], &h->infos[i + 1], (size_t)(n - 1 - i) * sizeof h->infos[0]);
    h->bitmaps[n - 1] = (struct hds_bitmap){ 0 };
    atomic_store(&h->n_bitmaps, n - 1);
    return PRL_ERR_SUCCESS;
}

/* What is new counts as changed. */
PRL_RESULT
hds_ext_resize(struct hds *h, uint64_t n_sectors)
{
    for (int i = 0; i < atomic_load(&h->n_bitmaps); i++) {
        struct hds_bitmap *b = &h->bitmaps[i];
        uint32_t granularity = b->info.granularity_bytes;
        uint64_t bytes = bitmap_bytes(n_sectors, granularity / HDS_SECTOR), old_size = h->header.n_sectors * HDS_SECTOR;
        _Atomic unsigned char *bits = bytes ? map_bits(bytes) : NULL;

        if (!bits) {
            lose(h, "the disk is too large for it now");
            return PRL_ERR_SUCCESS;
        }
        memcpy((void *)bits, (const void *)b->bits, bytes < b->bytes ? bytes : b->bytes);
        munmap((void *)b->bits, b->bytes);
        b->bits = bits;
        b->bytes = bytes;
        if (n_sectors > h->header.n_sectors)
            mark_bits(b, old_size / granularity, (n_sectors * HDS_SECTOR - 1) / granularity);
        else
            clear_tail(b, n_sectors);
    }
    return PRL_ERR_SUCCESS;
}
