/* SPDX-License-Identifier: MIT */
/* Which blocks changed since a bitmap began: see bundle.h for what says so. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/bundle_inside.h"
#include "image/hds.h"

struct target {
    uint64_t granularity_bytes, size_bytes;
    unsigned char *bits;
};

/* Every block that the range touches; offsets of the disk. */
static void
mark(const struct target *t, uint64_t offset, uint64_t size)
{
    uint64_t end = offset + size < t->size_bytes ? offset + size : t->size_bytes;

    for (uint64_t i = offset / t->granularity_bytes; i * t->granularity_bytes < end; i++)
        t->bits[i / 8] |= (unsigned char)(1u << (i % 8));
}

static void
uuid_bytes(const char text[UUID_TEXT], unsigned char out[16])
{
    int n = 0;

    for (const char *p = text; n < 32; p++) {
        int digit = *p >= '0' && *p <= '9' ? *p - '0' : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10 : -1;

        if (digit < 0)
            continue;
        out[n / 2] = (unsigned char)(n % 2 ? out[n / 2] | digit : digit << 4);
        n++;
    }
}

/* Index of the bitmap in the image, or -1. */
static int
find_bitmap(struct image *image, const unsigned char uuid[16], uint32_t *ret_granularity)
{
    const struct hds_bitmap_info *infos;
    int n = image->cluster_bytes ? hds_bitmaps(image, &infos) : 0;

    for (int i = 0; i < n; i++)
        if (memcmp(infos[i].uuid, uuid, 16) == 0) {
            *ret_granularity = infos[i].granularity_bytes;
            return i;
        }
    return -1;
}

static PRL_RESULT
mark_bitmap(const struct target *t, struct image *image, int i, uint32_t granularity, uint64_t start)
{
    uint64_t n_bits = (image->size_bytes + granularity - 1) / granularity;
    size_t n_bytes = (size_t)((n_bits + 7) / 8);
    AUTO(cleanup_free) unsigned char *bits = malloc(n_bytes + 1);
    PRL_RESULT r;

    if (!bits)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s': a bitmap of %zu bytes", image->path, n_bytes);
    r = hds_bitmap_read(image, i, bits, n_bytes);
    for (uint64_t k = 0; k < n_bits && PRL_SUCCEEDED(r); k++)
        if (bits[k / 8] & (1u << (k % 8)))
            mark(t, start + k * granularity, granularity);
    return r;
}

/* What an overlay has was written while it was active. */
static PRL_RESULT
mark_allocated(const struct target *t, struct image *image, uint64_t size, uint64_t start)
{
    uint64_t offset = 0;

    if (size > image->size_bytes)
        size = image->size_bytes;
    while (offset < size) {
        struct image_run run;
        PRL_RESULT r = image->class->map(image, offset, size - offset, &run);

        if (PRL_FAILED(r))
            return r;
        if (run.kind == RUN_DATA)
            mark(t, start + offset, run.length);
        offset += run.length;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
mark_storage(struct bundle *b, int storage, const struct target *t, const char name[UUID_TEXT])
{
    const struct descriptor_storage *s = &b->d->storages[storage];
    struct chain *c = b->chains[storage];
    uint64_t start = s->start_sector * SECTOR_BYTES;
    unsigned char uuid[16];
    PRL_RESULT r = PRL_ERR_SUCCESS;

    uuid_bytes(name, uuid);
    for (int i = 0; i < chain_length(c) && PRL_SUCCEEDED(r); i++) {
        uint32_t granularity;
        int found = find_bitmap(chain_image(c, i), uuid, &granularity);

        if (found >= 0)
            return mark_bitmap(t, chain_image(c, i), found, granularity, start);
        r = mark_allocated(t, chain_image(c, i), storage_bytes(s), start);
    }
    return PRL_FAILED(r) ? r : err_set(PRL_ERR_NO_DATA, "'%s' has no bitmap %s", b->path, name);
}

PRL_RESULT
bundle_changed_since(struct bundle *b, const char *uuid, uint32_t granularity_bytes, unsigned char *bits, size_t n_bytes)
{
    AUTO(cleanup_free) unsigned char *own = NULL; /* the caller's are written only on success */
    struct target t = { granularity_bytes, bundle_size(b), NULL };
    char name[UUID_TEXT];
    size_t needed;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!b->chains)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s': its images are not open", b->path);
    needed = granularity_bytes ? (size_t)(((t.size_bytes + granularity_bytes - 1) / granularity_bytes + 7) / 8) : SIZE_MAX;
    if (n_bytes < needed)
        return err_set(PRL_ERR_INVALID_ARG, "'%s': no room for a bit per %u bytes", b->path, granularity_bytes);
    if (!uuid_parse(uuid, name))
        return err_set(PRL_ERR_NO_DATA, "'%.40s' is no uuid of a bitmap", uuid ? uuid : "");
    own = t.bits = calloc(needed, 1);
    if (!own)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a map of %zu bytes", needed);
    for (int i = 0; i < b->d->n_storages && PRL_SUCCEEDED(r); i++)
        r = mark_storage(b, i, &t, name);
    if (PRL_SUCCEEDED(r))
        memcpy(bits, own, needed);
    return r;
}
