/* SPDX-License-Identifier: MIT */
#include "image/hds_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"
#include "image/file_io.h"

#define BLOCK_BYTES (BAT_BLOCK_ENTRIES * 4u)
#define PIECE_BYTES (BAT_PIECE_ENTRIES * 4u)
#define CACHE_BYTES (UINT32_C(64) << 20)
#define IS_LOADED 1u

static uint32_t
block_of(uint64_t cluster)
{
    return (uint32_t)(cluster / BAT_BLOCK_ENTRIES);
}

uint64_t
hds_bat_file_offset(uint64_t entry)
{
    return HDS_HEADER_BYTES + entry * 4;
}

PRL_RESULT
hds_bat_init(struct hds *h)
{
    struct hds_bat *b = &h->bat;
    void *p;

    b->n_blocks = (h->header.n_entries + BAT_BLOCK_ENTRIES - 1) / BAT_BLOCK_ENTRIES;
    b->max_loaded = CACHE_BYTES / BLOCK_BYTES;
    p = mmap(NULL, (size_t)b->n_blocks * BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return PRL_ERR_OUT_OF_MEMORY;
    b->entries = p;
    b->state = calloc(b->n_blocks, sizeof *b->state);
    b->dirty = calloc(b->n_blocks, sizeof *b->dirty);
    b->writing = calloc(b->n_blocks, sizeof *b->writing);
    b->pins = calloc(b->n_blocks, sizeof *b->pins);
    b->dirty_blocks = calloc(b->n_blocks, sizeof *b->dirty_blocks);
    return b->state && b->dirty && b->writing && b->pins && b->dirty_blocks ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

void
hds_bat_free(struct hds *h)
{
    struct hds_bat *b = &h->bat;

    if (b->entries)
        munmap((void *)b->entries, (size_t)b->n_blocks * BLOCK_BYTES);
    free((void *)b->state);
    free(b->dirty);
    free(b->writing);
    free(b->pins);
    free(b->dirty_blocks);
    *b = (struct hds_bat){ 0 };
}

static void
forget_block(struct hds_bat *b, uint32_t block)
{
    _Atomic uint32_t *at = b->entries + (size_t)block * BAT_BLOCK_ENTRIES;

    if (madvise((void *)at, BLOCK_BYTES, MADV_DONTNEED) == 0)
        return;
    for (uint32_t i = 0; i < BAT_BLOCK_ENTRIES; i++) /* a program that locks all its memory */
        atomic_store_explicit(&at[i], 0, memory_order_relaxed);
}

/* Readers that are in the block see its state change and look again; that its entries turn to zeros meanwhile misleads nobody. */
static void
evict_locked(struct hds_bat *b, uint32_t keep)
{
    for (uint32_t tries = 0; b->n_loaded > b->max_loaded && tries < b->n_blocks; tries++) {
        uint32_t i = b->hand;

        b->hand = i + 1 < b->n_blocks ? i + 1 : 0;
        if (i == keep || !(atomic_load(&b->state[i]) & IS_LOADED) || b->dirty[i] || b->writing[i] || b->pins[i])
            continue;
        atomic_fetch_add(&b->state[i], 1); /* odd to even */
        forget_block(b, i);
        b->n_loaded--;
    }
}

/* How many entries of a block the table has. */
static uint32_t
entries_in(const struct hds *h, uint32_t block)
{
    uint32_t first = block * BAT_BLOCK_ENTRIES, left = h->header.n_entries - first;

    return left < BAT_BLOCK_ENTRIES ? left : BAT_BLOCK_ENTRIES;
}

static PRL_RESULT
read_block(struct hds *h, uint32_t block, uint32_t *ret_entries)
{
    size_t size = entries_in(h, block) * sizeof *ret_entries, done;
    int e;

    if (atomic_load(&h->is_empty)) {
        memset(ret_entries, 0, size);
        return PRL_ERR_SUCCESS;
    }
    e = file_read(h->image.fd, ret_entries, size, hds_bat_file_offset((uint64_t)block * BAT_BLOCK_ENTRIES), &done);
    if (e)
        return image_read_error(&h->image, e);
    if (done < size)
        return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s': the file ends in its table", h->image.path);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
load_block(struct hds *h, uint32_t block)
{
    struct hds_bat *b = &h->bat;
    AUTO(cleanup_free) uint32_t *entries = malloc(entries_in(h, block) * sizeof *entries);
    _Atomic uint32_t *at = b->entries + (size_t)block * BAT_BLOCK_ENTRIES;
    uint32_t state = atomic_load(&b->state[block]);
    PRL_RESULT r;

    if (!entries)
        return PRL_ERR_OUT_OF_MEMORY;
    if (state & IS_LOADED)
        return PRL_ERR_SUCCESS;
    r = read_block(h, block, entries);
    if (PRL_FAILED(r))
        return r;
    LOCK_SCOPE(&h->lock);
    /* Loaded by another meanwhile, and perhaps changed, written and evicted since: then what was read here may be old. */
    if (atomic_load(&b->state[block]) != state)
        return PRL_ERR_SUCCESS;
    for (uint32_t i = 0, n = entries_in(h, block); i < n; i++)
        if (entries[i]) /* evicted pages are zeros: absent parts of a table take no memory */
            atomic_store_explicit(&at[i], entries[i], memory_order_relaxed);
    atomic_store_explicit(&b->state[block], state + 1, memory_order_release);
    b->n_loaded++;
    evict_locked(b, block);
    return PRL_ERR_SUCCESS;
}

static inline uint32_t
entry_at(struct hds *h, uint64_t cluster)
{
    return le32toh(atomic_load_explicit(&h->bat.entries[cluster], memory_order_acquire));
}

PRL_RESULT
hds_bat_run(struct hds *h, uint64_t cluster, uint64_t max, uint32_t *ret_entry, uint64_t *ret_n)
{
    uint32_t block = block_of(cluster);
    uint64_t room = BAT_BLOCK_ENTRIES - cluster % BAT_BLOCK_ENTRIES;

    if (max > room)
        max = room;
    for (;;) {
        uint32_t state = atomic_load_explicit(&h->bat.state[block], memory_order_acquire);

        if (state & IS_LOADED) {
            uint32_t entry = entry_at(h, cluster);
            uint64_t step = entry ? h->entry_step : 0, n = 1;

            while (n < max && entry_at(h, cluster + n) == entry + n * step)
                n++;
            if (atomic_load_explicit(&h->bat.state[block], memory_order_relaxed) == state) {
                *ret_entry = entry;
                *ret_n = n;
                return PRL_ERR_SUCCESS;
            }
        } else {
            PRL_RESULT r = load_block(h, block);

            if (PRL_FAILED(r))
                return r;
        }
    }
}

bool
hds_bat_pin_locked(struct hds *h, uint64_t cluster)
{
    uint32_t block = block_of(cluster);

    if (!(atomic_load(&h->bat.state[block]) & IS_LOADED))
        return false;
    h->bat.pins[block]++;
    return true;
}

void
hds_bat_unpin_locked(struct hds *h, uint64_t cluster)
{
    h->bat.pins[block_of(cluster)]--;
}

uint32_t
hds_bat_get_locked(struct hds *h, uint64_t cluster)
{
    return entry_at(h, cluster);
}

static void
mark_dirty_locked(struct hds *h, uint32_t block, uint16_t piece)
{
    struct hds_bat *b = &h->bat;

    if (b->dirty[block] & piece)
        return;
    if (!b->n_dirty_pieces)
        hds_flush_later_locked(h);
    if (!b->dirty[block])
        b->dirty_blocks[b->n_dirty_blocks++] = block;
    b->dirty[block] |= piece;
    b->n_dirty_pieces++;
}

void
hds_bat_set_locked(struct hds *h, uint64_t cluster, uint32_t entry)
{
    atomic_store_explicit(&h->bat.entries[cluster], htole32(entry), memory_order_release);
    mark_dirty_locked(h, block_of(cluster), (uint16_t)(1u << (cluster % BAT_BLOCK_ENTRIES / BAT_PIECE_ENTRIES)));
}

PRL_RESULT
hds_bat_set(struct hds *h, uint64_t cluster, uint32_t entry)
{
    for (;;) {
        PRL_RESULT r = load_block(h, block_of(cluster));

        if (PRL_FAILED(r))
            return r;
        LOCK_SCOPE(&h->lock);
        if (!hds_bat_pin_locked(h, cluster))
            continue;
        hds_bat_set_locked(h, cluster, entry); /* dirty, it stays without the pin */
        hds_bat_unpin_locked(h, cluster);
        return PRL_ERR_SUCCESS;
    }
}

PRL_RESULT
hds_bat_scan(struct hds *h, PRL_RESULT (*each)(void *arg, uint64_t first, const uint32_t *entries, uint32_t n), void *arg)
{
    AUTO(cleanup_free) uint32_t *entries = malloc(BLOCK_BYTES);

    if (!entries)
        return PRL_ERR_OUT_OF_MEMORY;
    for (uint32_t block = 0; block < h->bat.n_blocks; block++) {
        PRL_RESULT r = read_block(h, block, entries);

        if (PRL_SUCCEEDED(r))
            r = each(arg, (uint64_t)block * BAT_BLOCK_ENTRIES, entries, entries_in(h, block));
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

/* What a guest flush must wait for: entries as they are now, whatever is published later. */
bool
hds_bat_copy_locked(struct hds *h, struct hds_bat_copy *ret)
{
    struct hds_bat *b = &h->bat;
    struct hds_bat_copy copy = { 0 };

    if (!b->n_dirty_pieces) {
        *ret = copy;
        return true;
    }
    copy.entries = malloc((size_t)b->n_dirty_pieces * PIECE_BYTES);
    copy.pieces = malloc((size_t)b->n_dirty_pieces * sizeof *copy.pieces);
    if (!copy.entries || !copy.pieces) {
        hds_bat_copy_free(&copy);
        return false;
    }
    for (uint32_t i = 0; i < b->n_dirty_blocks; i++) {
        uint32_t block = b->dirty_blocks[i];

        for (uint32_t p = 0; p < BAT_PIECES; p++) {
            uint32_t piece = block * BAT_PIECES + p, *to = copy.entries + (size_t)copy.n * BAT_PIECE_ENTRIES;

            if (!(b->dirty[block] & 1u << p))
                continue;
            for (uint32_t k = 0; k < BAT_PIECE_ENTRIES; k++)
                to[k] = atomic_load_explicit(&b->entries[(size_t)piece * BAT_PIECE_ENTRIES + k], memory_order_relaxed);
            copy.pieces[copy.n++] = piece;
        }
        b->writing[block] |= b->dirty[block];
        b->dirty[block] = 0;
    }
    b->n_dirty_blocks = b->n_dirty_pieces = 0;
    *ret = copy;
    return true;
}

void
hds_bat_written_locked(struct hds *h, struct hds_bat_copy *copy, bool is_written)
{
    struct hds_bat *b = &h->bat;

    for (uint32_t i = 0; i < copy->n; i++) {
        uint32_t block = copy->pieces[i] / BAT_PIECES;
        uint16_t piece = (uint16_t)(1u << (copy->pieces[i] % BAT_PIECES));

        b->writing[block] &= (uint16_t)~piece;
        if (!is_written)
            mark_dirty_locked(h, block, piece);
    }
    hds_bat_copy_free(copy);
}

void
hds_bat_copy_free(struct hds_bat_copy *copy)
{
    free(copy->entries);
    free(copy->pieces);
    *copy = (struct hds_bat_copy){ 0 };
}

int
hds_bat_write(struct hds *h, const struct hds_bat_copy *copy)
{
    uint64_t table_end = hds_bat_file_offset(h->header.n_entries);
    int e = 0;

    for (uint32_t i = 0, n; !e && i < copy->n; i += n) {
        uint64_t from = hds_bat_file_offset((uint64_t)copy->pieces[i] * BAT_PIECE_ENTRIES), size;

        for (n = 1; i + n < copy->n && copy->pieces[i + n] == copy->pieces[i] + n; n++)
            ;
        size = (uint64_t)n * PIECE_BYTES;
        if (size > table_end - from)
            size = table_end - from;
        e = file_write(h->image.fd, copy->entries + (size_t)i * BAT_PIECE_ENTRIES, (size_t)size, from);
    }
    return e;
}

bool
hds_place(struct hds *h, uint32_t entry, uint64_t *ret_host)
{
    uint64_t host = entry * h->entry_bytes;

    if (host < h->data_start || host >= atomic_load_explicit(&h->file_end, memory_order_relaxed))
        return false;
    *ret_host = host;
    return true;
}

PRL_RESULT
hds_bad_entry(struct hds *h, uint64_t cluster, uint32_t entry)
{
    return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s': cluster %ju is at %ju, outside of the file's data", h->image.path,
                   (uintmax_t)cluster, (uintmax_t)(entry * h->entry_bytes));
}
