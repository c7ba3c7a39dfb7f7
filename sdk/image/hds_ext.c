/* SPDX-License-Identifier: MIT */
/*
 * The format extension, read: features and bitmaps at open, the bits when they are first needed. Anything about it that is wrong makes it lost, which
 * costs a full backup, never data. hds_ext_save.c writes it afresh when the image is closed, hds_bitmap.c has the bitmaps in between.
 */
#include "image/hds_ext_format.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "image/file_io.h"

void
hds_ext_drop(struct hds *h)
{
    int n = atomic_exchange(&h->n_bitmaps, 0);

    for (int i = 0; i < n; i++)
        hds_bitmap_clear(&h->bitmaps[i]);
    for (size_t i = 0; i < h->features.len; i++)
        free(h->features.p[i].data);
    vec_free(&h->features);
}

void
hds_ext_lose(struct hds *h, const char *why)
{
    LOG_W("image", "'%s': the record of changed blocks is lost: %s", h->image.path, why);
    hds_ext_drop(h);
    h->extension_lost = true;
    h->ext_offset = 0;
}

void
hds_ext_free(struct hds *h)
{
    hds_ext_drop(h);
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
    b.bytes = hds_bitmap_bytes(h->header.n_sectors, get32(data + 24));
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
    if (PRL_FAILED(hds_bitmap_append(h, &b))) {
        hds_bitmap_clear(&b);
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
    ext_md5(ext + EXT_HEAD_BYTES, size - EXT_HEAD_BYTES, sum);
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
        hds_ext_lose(h, "its place is wrong");
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
        hds_ext_lose(h, wrong);
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
        hds_ext_lose(h, "its clusters are used twice, or outside of the file");
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
    hds_bitmap_clear_tail(b, h->header.n_sectors);
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
        b->bits = hds_bitmap_map(b->bytes);
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
PRL_RESULT
hds_ext_load_once(struct hds *h)
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
