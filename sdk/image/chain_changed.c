/* SPDX-License-Identifier: MIT */
#include "image/chain_changed.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/hds.h"

/* Images above this one were written after it. */
struct point {
    int image;  /* depth in the chain; -1: not known */
    int bitmap; /* of that image: what it says was written after the point as well; -1: nothing was, the point is a snapshot */
    uint32_t granularity_bytes;
};

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

static struct point
find(const struct changed_part *p, const char *uuid)
{
    unsigned char bytes[16];

    uuid_bytes(uuid, bytes);
    for (int i = 0; i < chain_length(p->chain); i++) {
        struct image *image = chain_image(p->chain, i);
        const struct hds_bitmap_info *infos;
        int n = image->cluster_bytes ? hds_bitmaps(image, &infos) : 0;

        if (p->snapshots && p->snapshots[i] && strcmp(p->snapshots[i], uuid) == 0)
            return (struct point){ i, -1, 0 };
        for (int k = 0; k < n; k++)
            if (memcmp(infos[k].uuid, bytes, sizeof bytes) == 0)
                return (struct point){ i, k, infos[k].granularity_bytes };
    }
    return (struct point){ -1, -1, 0 };
}

/* A bitmap's bits; *ret_n of them. */
static PRL_RESULT
read_bits(struct image *image, const struct point *at, unsigned char **ret, uint64_t *ret_n)
{
    uint64_t n = (image->size_bytes + at->granularity_bytes - 1) / at->granularity_bytes;
    size_t n_bytes = (size_t)((n + 7) / 8);
    AUTO(cleanup_free) unsigned char *bits = malloc(n_bytes + 1);
    PRL_RESULT r = bits ? hds_bitmap_read(image, at->bitmap, bits, n_bytes) : err_set(PRL_ERR_OUT_OF_MEMORY, "a bitmap of %zu bytes", n_bytes);

    if (PRL_FAILED(r))
        return r;
    *ret = TAKE(bits);
    *ret_n = n;
    return r;
}

/* Offsets of the image; what lies behind the part is nobody's. */
static void
mark(const struct changed_part *p, uint64_t offset, uint64_t size, struct disk_map *m)
{
    if (offset < p->size)
        disk_map_set(m, p->start + offset, size < p->size - offset ? size : p->size - offset);
}

static PRL_RESULT
mark_bitmap(const struct changed_part *p, const struct point *at, struct disk_map *m)
{
    AUTO(cleanup_free) unsigned char *bits = NULL;
    uint64_t n = 0;
    PRL_RESULT r = read_bits(chain_image(p->chain, at->image), at, &bits, &n);

    for (uint64_t k = 0; k < n; k++)
        if (bits[k / 8] & (1u << (k % 8)))
            mark(p, k * at->granularity_bytes, at->granularity_bytes, m);
    return r;
}

/* Of [offset, end) what `newer` has no bit for. */
static void
mark_older(const struct changed_part *p, const unsigned char *newer, uint32_t granularity, uint64_t offset, uint64_t end, struct disk_map *m)
{
    for (uint64_t next; offset < end; offset = next) {
        uint64_t k = offset / granularity;

        next = (k + 1) * granularity < end ? (k + 1) * granularity : end;
        if (!(newer[k / 8] & (1u << (k % 8))))
            mark(p, offset, next - offset, m);
    }
}

/* The clusters that an image has; newer (optional): but for what that bitmap of it tells of. */
static PRL_RESULT
mark_allocated(const struct changed_part *p, int image, const struct point *newer, struct disk_map *m)
{
    AUTO(cleanup_free) unsigned char *bits = NULL;
    struct image *of = chain_image(p->chain, image);
    uint64_t size = of->size_bytes < p->size ? of->size_bytes : p->size, n;
    PRL_RESULT r = newer ? read_bits(of, newer, &bits, &n) : PRL_ERR_SUCCESS;

    for (uint64_t offset = 0; PRL_SUCCEEDED(r) && offset < size;) {
        struct image_run run;

        r = of->class->map(of, offset, size - offset, &run);
        if (PRL_FAILED(r))
            break;
        if (run.kind == RUN_DATA && bits)
            mark_older(p, bits, newer->granularity_bytes, offset, offset + run.length, m);
        else if (run.kind == RUN_DATA)
            mark(p, offset, run.length, m);
        offset += run.length;
    }
    return r;
}

static bool
is_before(const struct point *a, const struct point *b)
{
    return a->image > b->image || (a->image == b->image && (a->bitmap >= 0 || b->bitmap < 0));
}

PRL_RESULT
chain_changed(const struct changed_part *p, const char *from, const char *to, struct disk_map *m)
{
    struct point first = find(p, from), last = to ? find(p, to) : (struct point){ -1, -1, 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (first.image < 0)
        return err_set(PRL_ERR_NO_DATA, "'%s' has no record of the changes since %s", p->path, from);
    if (last.image >= 0 && !is_before(&first, &last))
        return err_set(PRL_ERR_NO_DATA, "'%s': %s is not before %s", p->path, from, to);
    if (to && strcmp(from, to) == 0)
        return PRL_ERR_SUCCESS;
    for (int i = last.image < 0 ? 0 : last.image; i < first.image && PRL_SUCCEEDED(r); i++)
        r = mark_allocated(p, i, i == last.image && last.bitmap >= 0 ? &last : NULL, m);
    return PRL_SUCCEEDED(r) && first.bitmap >= 0 ? mark_bitmap(p, &first, m) : r;
}
