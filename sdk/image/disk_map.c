/* SPDX-License-Identifier: MIT */
/* Maps of blocks: allocated ones, gathered run by run, and changed ones, of which a kind of disk keeps a record. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/disk_class.h"
#include "prlsdk/PrlErrors.h"

#define CHANGED_GRANULARITY 65536u
#define RUNS 1024

PRL_RESULT
disk_map_new(uint64_t size_bytes, uint32_t granularity_bytes, struct disk_map **ret)
{
    AUTO(disk_map_free) struct disk_map *m = calloc(1, sizeof *m);

    if (!m)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "map of blocks");
    if (!granularity_bytes || granularity_bytes & (granularity_bytes - 1))
        return err_set(PRL_ERR_INVALID_ARG, "blocks of %u bytes", granularity_bytes);
    m->granularity_bytes = granularity_bytes;
    m->n_bits = size_bytes / granularity_bytes + !!(size_bytes % granularity_bytes);
    if (m->n_bits > UINT32_MAX) /* callers count blocks in 32 bits; and a damaged header may claim any size */
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%ju blocks of %u bytes are too many for a map", (uintmax_t)m->n_bits, granularity_bytes);
    m->bits = calloc(m->n_bits / 8 + 1, 1);
    if (!m->bits)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "map of %ju blocks", (uintmax_t)m->n_bits);
    *ret = TAKE(m);
    return PRL_ERR_SUCCESS;
}

void
disk_map_free(struct disk_map *m)
{
    if (!m)
        return;
    free(m->bits);
    free(m);
}

/* Whole bytes at once: a run may be a whole disk. */
void
disk_map_set(struct disk_map *m, uint64_t offset, uint64_t length)
{
    uint64_t at = offset / m->granularity_bytes, end;

    if (!length)
        return;
    end = (offset + length - 1) / m->granularity_bytes + 1;
    if (end > m->n_bits)
        end = m->n_bits;
    while (at < end && at % 8) {
        m->bits[at / 8] |= (unsigned char)(1u << at % 8);
        at++;
    }
    if (at + 8 <= end) {
        memset(m->bits + at / 8, 0xff, end / 8 - at / 8);
        at = end / 8 * 8;
    }
    for (; at < end; at++)
        m->bits[at / 8] |= (unsigned char)(1u << at % 8);
}

static PRL_RESULT
gather(struct disk *d, struct disk_map *m)
{
    AUTO(cleanup_free) struct disk_run *runs = calloc(RUNS, sizeof *runs);
    uint64_t at = 0, size = disk_size(d);

    if (!runs)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "map of blocks");
    while (at < size) {
        int n = 0;
        PRL_RESULT r = d->class->runs(d, at + d->skip_bytes, size - at, runs, RUNS, &n);

        if (PRL_FAILED(r))
            return r;
        for (int i = 0; i < n; i++) {
            if (runs[i].kind != DISK_EXTENT_ABSENT)
                disk_map_set(m, at, runs[i].length);
            at += runs[i].length;
        }
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_allocated(struct disk *d, uint32_t granularity_bytes, struct disk_map **ret)
{
    AUTO(disk_map_free) struct disk_map *m = NULL;
    PRL_RESULT r;

    if (d->is_fake)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s' is open without its data", d->path);
    r = disk_map_new(disk_size(d), granularity_bytes, &m);
    if (PRL_SUCCEEDED(r))
        r = gather(d, m);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(m);
    return r;
}

/* The map of the whole disk as one that begins where a policy says. */
static PRL_RESULT
cut(struct disk *d, struct disk_map *whole, struct disk_map **ret)
{
    AUTO(disk_map_free) struct disk_map *m = NULL;
    uint64_t g = whole->granularity_bytes;
    PRL_RESULT r = disk_map_new(disk_size(d), whole->granularity_bytes, &m);

    if (PRL_FAILED(r))
        return r;
    for (uint64_t i = d->skip_bytes / g; i < whole->n_bits; i++) {
        uint64_t start = i * g < d->skip_bytes ? d->skip_bytes : i * g;

        if (whole->bits[i / 8] >> i % 8 & 1 && start < d->size_bytes)
            disk_map_set(m, start - d->skip_bytes, (i + 1) * g - start);
    }
    *ret = TAKE(m);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_changed(struct disk *d, const char *from_uuid, const char *to_uuid, struct disk_map **ret)
{
    AUTO(disk_map_free) struct disk_map *m = NULL;
    PRL_RESULT r;

    if (d->is_fake)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s' is open without its data", d->path);
    if (!d->class->changed)
        return err_set(PRL_ERR_NO_DATA, "'%s' keeps no record of changes", d->path);
    r = disk_map_new(d->size_bytes, CHANGED_GRANULARITY, &m);
    if (PRL_SUCCEEDED(r))
        r = d->class->changed(d, from_uuid, to_uuid, m);
    if (PRL_FAILED(r))
        return r;
    if (d->skip_bytes)
        return cut(d, m, ret);
    *ret = TAKE(m);
    return PRL_ERR_SUCCESS;
}
