/* SPDX-License-Identifier: MIT */
#include "image/work_table.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "prlsdk/PrlErrors.h"

#define SECTOR 512u
#define ALIGN_SECTORS 2048u

/* ---- the old kind ---- */

#define MBR_ENTRIES 4
#define MBR_FIRST 446u
#define MBR_ENTRY 16u
#define MBR_PROTECTIVE 0xee /* all of a GPT disk, to those who know only this table */

/* ---- GPT: a header in the second sector and one in the last, each with its own list of entries ---- */

#define GPT_MAGIC "EFI PART"
#define GPT_HEADER_MIN 92u
#define GPT_ENTRY_MIN 128u
#define GPT_LIST_MAX (1u << 20)
#define GPT_TAIL_SECTORS 34u /* the usual list and header, and one of nothing */

struct gpt {
    unsigned char header[SECTOR];
    unsigned char *list;
    uint32_t header_bytes, n, entry_bytes;
    uint64_t list_sectors, list_at;
};

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

static uint32_t
crc32_of(const unsigned char *data, size_t n)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static PRL_RESULT
damaged(const struct disk *d, const char *what)
{
    return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': %s", disk_path(d), what);
}

static PRL_RESULT
too_small(const struct disk *d, unsigned number, uint64_t end_sector)
{
    return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s': partition %u ends at byte %ju", disk_path(d), number,
                   (uintmax_t)((end_sector + 1) * SECTOR));
}

uint64_t
work_table_last_sector(bool is_gpt, uint64_t size_bytes)
{
    uint64_t sectors = size_bytes / SECTOR, end = is_gpt ? sectors - GPT_TAIL_SECTORS : sectors < UINT32_MAX ? sectors : UINT32_MAX;

    return sectors > GPT_TAIL_SECTORS + ALIGN_SECTORS ? end / ALIGN_SECTORS * ALIGN_SECTORS - 1 : 0;
}

/* ---- reading ---- */

/* *ret->list stays NULL: there is none. */
static PRL_RESULT
read_gpt(struct disk *d, struct gpt *g)
{
    uint64_t sectors = disk_size(d) / SECTOR;
    unsigned char copy[SECTOR];
    PRL_RESULT r = sectors < 2 ? PRL_ERR_SUCCESS : disk_read(d, g->header, SECTOR, SECTOR);

    if (PRL_FAILED(r) || sectors < 2 || memcmp(g->header, GPT_MAGIC, 8) != 0)
        return r;
    g->header_bytes = get32(g->header + 12);
    g->list_at = get64(g->header + 72);
    g->n = get32(g->header + 80);
    g->entry_bytes = get32(g->header + 84);
    if (g->header_bytes < GPT_HEADER_MIN || g->header_bytes > SECTOR || g->entry_bytes < GPT_ENTRY_MIN || g->entry_bytes % GPT_ENTRY_MIN
        || !g->n || g->n > GPT_LIST_MAX / g->entry_bytes || get64(g->header + 24) != 1)
        return damaged(d, "the partition table is damaged");
    memcpy(copy, g->header, SECTOR);
    put32(copy + 16, 0);
    g->list_sectors = ((uint64_t)g->n * g->entry_bytes + SECTOR - 1) / SECTOR;
    if (crc32_of(copy, g->header_bytes) != get32(g->header + 16) || g->list_at < 2 || g->list_at > sectors
        || g->list_sectors > sectors - g->list_at || get64(g->header + 40) < g->list_at + g->list_sectors)
        return damaged(d, "the partition table is damaged");
    g->list = malloc(g->list_sectors * SECTOR);
    if (!g->list)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "partition table");
    r = disk_read(d, g->list, g->list_sectors * SECTOR, g->list_at * SECTOR);
    if (PRL_SUCCEEDED(r) && crc32_of(g->list, (size_t)g->n * g->entry_bytes) != get32(g->header + 88))
        r = damaged(d, "the partition table is damaged");
    return r;
}

/* ---- making it fit ---- */

static PRL_RESULT
end_gpt_partition(struct disk *d, struct gpt *g, unsigned number, uint64_t end_sector, uint64_t last_usable)
{
    static const unsigned char none[16];
    bool is_found = !number;

    for (unsigned i = 0; i < g->n; i++) {
        unsigned char *entry = g->list + (size_t)i * g->entry_bytes;

        if (memcmp(entry, none, sizeof none) == 0)
            continue;
        if (i + 1 == number) {
            if (end_sector < get64(entry + 32) || end_sector > get64(entry + 40))
                return damaged(d, "the partition would not become smaller");
            put64(entry + 40, end_sector);
            is_found = true;
        }
        if (get64(entry + 40) > last_usable)
            return too_small(d, i + 1, get64(entry + 40));
    }
    return is_found ? PRL_ERR_SUCCESS : damaged(d, "there is no such partition");
}

static void
seal(struct gpt *g, uint64_t at, uint64_t other_at, uint64_t list_at)
{
    put64(g->header + 24, at);
    put64(g->header + 32, other_at);
    put64(g->header + 72, list_at);
    put32(g->header + 88, crc32_of(g->list, (size_t)g->n * g->entry_bytes));
    put32(g->header + 16, 0);
    put32(g->header + 16, crc32_of(g->header, g->header_bytes));
}

static PRL_RESULT
put_gpt(struct disk *d, struct gpt *g, uint64_t at, uint64_t other_at, uint64_t list_at)
{
    PRL_RESULT r = disk_write(d, g->list, g->list_sectors * SECTOR, list_at * SECTOR);

    seal(g, at, other_at, list_at);
    if (PRL_SUCCEEDED(r))
        r = disk_write(d, g->header, SECTOR, at * SECTOR);
    return PRL_SUCCEEDED(r) ? disk_flush(d) : r;
}

/* The second one first, in room that no partition has: until the first one is written that one and the old second one hold. */
static PRL_RESULT
shrink_gpt(struct disk *d, struct gpt *g, unsigned number, uint64_t end_sector, uint64_t sectors)
{
    uint64_t last_usable = sectors - 2 - g->list_sectors;
    PRL_RESULT r;

    if (sectors < 4 + 2 * g->list_sectors || last_usable < get64(g->header + 40))
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s': no room for the partition table", disk_path(d));
    r = end_gpt_partition(d, g, number, end_sector, last_usable);
    if (PRL_FAILED(r))
        return r;
    put64(g->header + 48, last_usable);
    r = put_gpt(d, g, sectors - 1, 1, last_usable + 1);
    return PRL_SUCCEEDED(r) ? put_gpt(d, g, 1, sectors - 1, g->list_at) : r;
}

/* A GPT disk has this one too, so that others see it is not empty. */
static PRL_RESULT
shrink_mbr(struct disk *d, bool is_gpt, unsigned number, uint64_t end_sector, uint64_t sectors)
{
    unsigned char mbr[SECTOR];
    bool is_found = !number || is_gpt;
    PRL_RESULT r = disk_read(d, mbr, SECTOR, 0);

    if (PRL_FAILED(r))
        return r;
    if (mbr[510] != 0x55 || mbr[511] != 0xaa)
        return is_gpt ? r : damaged(d, "there is no partition table that is known");
    for (unsigned i = 0; i < MBR_ENTRIES; i++) {
        unsigned char *entry = mbr + MBR_FIRST + i * MBR_ENTRY;
        uint64_t start = get32(entry + 8), n = get32(entry + 12);

        if (!entry[4] || !n)
            continue;
        if (is_gpt && entry[4] == MBR_PROTECTIVE && start < sectors && n > sectors - start) {
            put32(entry + 12, (uint32_t)(sectors - start));
            continue;
        }
        if (!is_gpt && i + 1 == number) {
            if (end_sector < start || end_sector > start + n - 1)
                return damaged(d, "the partition would not become smaller");
            memcpy(entry + 5, "\xfe\xff\xff", 3); /* its end in the oldest way of counting: look at the sectors */
            put32(entry + 12, (uint32_t)(end_sector - start + 1));
            is_found = true;
        }
        if (!is_gpt && start + get32(entry + 12) > sectors)
            return too_small(d, i + 1, start + n - 1);
    }
    if (!is_found)
        return damaged(d, "there is no such partition");
    r = disk_write(d, mbr, SECTOR, 0);
    return PRL_SUCCEEDED(r) ? disk_flush(d) : r;
}

PRL_RESULT
work_table_shrink(struct disk *d, int number, uint64_t end_sector, uint64_t size_bytes)
{
    uint64_t sectors = size_bytes / SECTOR;
    struct gpt g = { 0 };
    PRL_RESULT r;

    if (size_bytes > disk_size(d) || number < 0)
        return err_set(PRL_ERR_INVALID_ARG, "'%s' would not become smaller", disk_path(d));
    r = read_gpt(d, &g);
    if (PRL_SUCCEEDED(r) && g.list)
        r = shrink_gpt(d, &g, (unsigned)number, end_sector, sectors);
    if (PRL_SUCCEEDED(r))
        r = shrink_mbr(d, g.list != NULL, (unsigned)number, end_sector, sectors);
    free(g.list);
    return r;
}
