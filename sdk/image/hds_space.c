/* SPDX-License-Identifier: MIT */
#include "image/hds_private.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/err.h"
#include "image/file_io.h"

/* 128 MiB of bits at most: twice as many clusters as a table can have entries. What lies beyond cannot be reached. */
#define MAX_UNITS (UINT64_C(1) << 30)
#define BITMAP_BYTES (MAX_UNITS / 8)
#define WORD_BITS 64u
/* How much a file grows at a time; it is cut when the image is closed. */
#define GROW_BYTES (UINT64_C(64) << 20)

static PRL_RESULT
space_init(struct hds *h, struct hds_space *s, bool by_sectors)
{
    void *p = mmap(NULL, BITMAP_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED)
        return PRL_ERR_OUT_OF_MEMORY;
    *s = (struct hds_space){ .bits = p, .max_units = MAX_UNITS, .per_cluster = 1 };
    s->unit_bytes = by_sectors ? HDS_SECTOR : h->image.cluster_bytes;
    s->per_cluster = by_sectors ? h->header.cluster_sectors : 1;
    /* Version 2 counts clusters from the start of the file, version 1 knows no grid but the first cluster's. */
    s->base = h->header.is_v1 ? h->data_start : 0;
    s->end = s->hint = (h->data_start - s->base + s->unit_bytes - 1) / s->unit_bytes;
    s->floor = h->data_start;
    return PRL_ERR_SUCCESS;
}

void
hds_space_free(struct hds_space *s)
{
    if (s->bits)
        munmap(s->bits, BITMAP_BYTES);
    *s = (struct hds_space){ 0 };
}

static bool
bit_is_set(const struct hds_space *s, uint64_t unit)
{
    return s->bits[unit / WORD_BITS] >> (unit % WORD_BITS) & 1;
}

static void
bits_put(struct hds_space *s, uint64_t unit, uint64_t n, bool value)
{
    while (n) {
        uint64_t in = unit % WORD_BITS, k = n < WORD_BITS - in ? n : WORD_BITS - in;
        uint64_t mask = (k == WORD_BITS ? UINT64_MAX : (UINT64_C(1) << k) - 1) << in;

        if (value)
            s->bits[unit / WORD_BITS] |= mask;
        else
            s->bits[unit / WORD_BITS] &= ~mask;
        unit += k;
        n -= k;
    }
}

/* The first unit of [unit, end) whose bit is `value`; end: none. */
static uint64_t
bits_find(const struct hds_space *s, uint64_t unit, uint64_t end, bool value)
{
    while (unit < end) {
        uint64_t word = s->bits[unit / WORD_BITS];

        word = (value ? word : ~word) >> (unit % WORD_BITS);
        if (word) {
            unit += (uint64_t)__builtin_ctzll(word);
            return unit < end ? unit : end;
        }
        unit = (unit / WORD_BITS + 1) * WORD_BITS;
    }
    return end;
}

/* The units that a cluster at host touches; false: out of reach. */
static bool
units_of(const struct hds_space *s, uint64_t host, uint64_t *ret_first, uint64_t *ret_n)
{
    uint64_t in, first;

    if (host < s->base)
        return false;
    first = (host - s->base) / s->unit_bytes;
    in = (host - s->base) % s->unit_bytes;
    *ret_first = first;
    *ret_n = s->per_cluster + (in != 0);
    return first < s->max_units && *ret_n <= s->max_units - first;
}

bool
hds_space_is_used(const struct hds_space *s, uint64_t host)
{
    uint64_t first, n;

    return !units_of(s, host, &first, &n) || bits_find(s, first, first + n, true) < first + n;
}

bool
hds_space_take(struct hds_space *s, uint64_t host)
{
    uint64_t first, n;

    if (!units_of(s, host, &first, &n) || bits_find(s, first, first + n, true) < first + n)
        return false;
    bits_put(s, first, n, true);
    if (first > s->end)
        s->free_below_end += first - s->end;
    if (first < s->end)
        s->free_below_end -= first + n < s->end ? n : s->end - first;
    if (first + n > s->end)
        s->end = first + n;
    return true;
}

void
hds_space_give(struct hds_space *s, uint64_t host)
{
    uint64_t first, n;

    if (host < s->floor || !units_of(s, host, &first, &n))
        return;
    bits_put(s, first, n, false);
    s->free_below_end += n;
    if (first < s->hint)
        s->hint = first;
}

/* Free clusters between used ones, the lowest first: at `hint` or above it. False: none that is whole. */
static bool
take_hole(struct hds_space *s, uint64_t n, uint64_t *ret_unit, uint64_t *ret_n)
{
    uint64_t unit = s->hint, k = 0;

    if (s->free_below_end < s->per_cluster)
        return false;
    for (;;) {
        uint64_t used;

        unit = bits_find(s, unit, s->end, false);
        unit = (unit + s->per_cluster - 1) / s->per_cluster * s->per_cluster;
        if (unit + s->per_cluster > s->end) {
            s->hint = s->end; /* until something is given back below */
            return false;
        }
        used = bits_find(s, unit, unit + s->per_cluster, true);
        if (used == unit + s->per_cluster)
            break;
        unit = used;
    }
    for (k = 1; k < n && unit + (k + 1) * s->per_cluster <= s->end; k++) {
        uint64_t next = unit + k * s->per_cluster;

        if (bits_find(s, next, next + s->per_cluster, true) < next + s->per_cluster)
            break;
    }
    bits_put(s, unit, k * s->per_cluster, true);
    s->free_below_end -= k * s->per_cluster;
    s->hint = unit + k * s->per_cluster;
    *ret_unit = unit;
    *ret_n = k;
    return true;
}

/* Of n clusters from unit on, those that our bitmap and an entry can tell. */
static uint64_t
clusters_within_reach(const struct hds *h, uint64_t unit, uint64_t n)
{
    const struct hds_space *s = &h->space;
    uint64_t last = UINT32_MAX * h->entry_bytes, host = s->base + unit * s->unit_bytes, most;

    if (unit >= s->max_units || host > last)
        return 0;
    most = (s->max_units - unit) / s->per_cluster;
    if (most > (last - host) / h->image.cluster_bytes + 1)
        most = (last - host) / h->image.cluster_bytes + 1;
    return n < most ? n : most;
}

void
hds_space_allocate(struct hds *h, uint64_t n, uint64_t *ret_host, uint64_t *ret_n, bool *ret_zero)
{
    struct hds_space *s = &h->space;
    uint64_t unit;

    *ret_n = 0;
    *ret_zero = !take_hole(s, n, &unit, &n);
    if (*ret_zero) {
        unit = (s->end + s->per_cluster - 1) / s->per_cluster * s->per_cluster;
        n = clusters_within_reach(h, unit, n);
        if (!n)
            return;
        bits_put(s, unit, n * s->per_cluster, true);
        s->free_below_end += unit - s->end;
        s->end = unit + n * s->per_cluster;
    }
    *ret_host = s->base + unit * s->unit_bytes;
    *ret_n = n;
}

uint64_t
hds_space_end(const struct hds_space *s)
{
    uint64_t end = s->end;

    while (end && !bit_is_set(s, end - 1)) {
        /* By words where a whole one is empty. */
        if (end % WORD_BITS == 0 && !s->bits[end / WORD_BITS - 1])
            end -= WORD_BITS;
        else
            end--;
    }
    end = s->base + end * s->unit_bytes;
    return end > s->floor ? end : s->floor;
}

uint64_t
hds_space_free_units(const struct hds_space *s, uint64_t file_end)
{
    uint64_t end = file_end > s->base ? (file_end - s->base + s->unit_bytes - 1) / s->unit_bytes : 0;

    return s->free_below_end + (end > s->end ? end - s->end : 0);
}

void
hds_space_cut(struct hds_space *s, uint64_t file_end)
{
    uint64_t new_end = (file_end - s->base + s->unit_bytes - 1) / s->unit_bytes;

    s->free_below_end -= s->end - new_end;
    s->end = new_end;
    if (s->hint > new_end)
        s->hint = new_end;
}

uint64_t
hds_space_packed_end(const struct hds_space *s)
{
    return s->per_cluster == 1 ? s->base + (s->end - s->free_below_end) * s->unit_bytes : 0;
}

void
hds_space_reserve(struct hds_space *s, uint64_t from, uint64_t to)
{
    uint64_t end = (to - s->base + s->unit_bytes - 1) / s->unit_bytes;

    for (uint64_t unit = (from - s->base) / s->unit_bytes; unit < end && unit < s->max_units; unit++) {
        if (!bit_is_set(s, unit) && unit < s->end)
            s->free_below_end--;
        bits_put(s, unit, 1, true);
    }
    if (end > s->end)
        s->end = end;
    s->floor = to; /* nor is what is moved away from there */
}

uint32_t
hds_entry_of(const struct hds *h, uint64_t host)
{
    return (uint32_t)(host / h->entry_bytes);
}

/* No more than a disk that is full needs. */
static uint64_t
step_beyond(const struct hds *h, uint64_t end)
{
    uint64_t full = h->data_start + h->n_clusters * h->image.cluster_bytes, lacking = full > end ? full - end : 0;

    return lacking < GROW_BYTES ? lacking : GROW_BYTES;
}

/* Allocated space is written to several times faster than a hole. On a disk that is nearly full a hole must do. */
static int
lengthen(struct hds *h, uint64_t from, uint64_t end, uint64_t *to)
{
    int e = file_allocate(h->image.fd, from, *to - from);

    if (e == -EOPNOTSUPP)
        e = file_truncate(h->image.fd, *to);
    if (e) {
        *to = end;
        e = file_truncate(h->image.fd, end);
    }
    return e;
}

/* One thread makes the file longer, the others that need it wait for that. */
PRL_RESULT
hds_grow(struct hds *h, uint64_t end)
{
    uint64_t to;
    int e;

    if (end <= atomic_load(&h->file_end))
        return PRL_ERR_SUCCESS;
    lock_take(&h->lock);
    while (h->is_growing)
        cond_wait_until(&h->changed, &h->lock, INT64_MAX); /* as long as a truncate takes */
    if (end <= atomic_load(&h->file_end)) {
        lock_drop(&h->lock);
        return PRL_ERR_SUCCESS;
    }
    h->is_growing = true;
    lock_drop(&h->lock);

    to = end + step_beyond(h, end);
    e = lengthen(h, atomic_load(&h->file_end), end, &to);
    lock_take(&h->lock);
    if (!e)
        atomic_store(&h->file_end, to);
    h->is_growing = false;
    cond_broadcast(&h->changed);
    lock_drop(&h->lock);
    return e ? image_write_error(&h->image, e) : PRL_ERR_SUCCESS;
}

struct scanning {
    struct hds *h;
    struct hds_space *space;
    struct hds_scan *scan;
    uint64_t limit; /* clusters end before it: the file's end, in whole clusters. Making the last one whole must not let others in */
};

static PRL_RESULT
scan_entry(struct scanning *s, uint64_t cluster, uint32_t entry)
{
    struct hds *h = s->h;
    enum hds_fault fault;
    uint64_t host, first, n;

    if (!hds_place(h, entry, &host) || host + h->image.cluster_bytes > s->limit || !units_of(s->space, host, &first, &n))
        fault = HDS_OUTSIDE;
    else if (!hds_space_take(s->space, host))
        fault = HDS_SHARED;
    else if (cluster >= h->n_clusters)
        fault = HDS_BEYOND_DISK;
    else {
        s->scan->n_allocated++;
        return PRL_ERR_SUCCESS;
    }
    if (cluster >= h->n_clusters)
        fault = HDS_BEYOND_DISK; /* whatever else it is */
    return s->scan->fault ? s->scan->fault(s->scan->arg, cluster, entry, fault) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
scan_block(void *arg, uint64_t first, const uint32_t *entries, uint32_t n)
{
    struct scanning *s = arg;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t entry = le32toh(entries[i]);
        PRL_RESULT r = entry ? scan_entry(s, first + i, entry) : PRL_ERR_SUCCESS;

        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
look_at_block(void *arg, uint64_t first, const uint32_t *entries, uint32_t n)
{
    struct scanning *s = arg;
    struct hds *h = s->h;

    for (uint32_t i = 0; i < n; i++) {
        uint64_t host = le32toh(entries[i]) * h->entry_bytes;

        if (!host)
            continue;
        if (host < s->scan->lowest)
            s->scan->lowest = host;
        if (host >= h->data_start && (host - h->data_start) % h->image.cluster_bytes)
            s->scan->is_unaligned = true;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_space_scan(struct hds *h, struct hds_space *s, struct hds_scan *scan)
{
    uint64_t file_end = atomic_load(&h->file_end), cluster = h->image.cluster_bytes;
    uint64_t data = file_end > h->data_start ? file_end - h->data_start : 0;
    struct scanning scanning = { h, s, scan, h->data_start + (data + cluster - 1) / cluster * cluster };
    PRL_RESULT r;

    scan->n_allocated = 0;
    scan->is_unaligned = false;
    scan->lowest = UINT64_MAX;
    r = h->header.is_v1 || scan->wants_lowest ? hds_bat_scan(h, look_at_block, &scanning) : PRL_ERR_SUCCESS;
    if (PRL_SUCCEEDED(r))
        r = space_init(h, s, h->header.is_v1 && scan->is_unaligned);
    if (PRL_SUCCEEDED(r))
        r = hds_bat_scan(h, scan_block, &scanning);
    if (PRL_FAILED(r))
        hds_space_free(s);
    return r;
}
