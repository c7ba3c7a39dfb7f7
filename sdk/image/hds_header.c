/* SPDX-License-Identifier: MIT */
#include "image/hds_private.h"

#include <string.h>

#include "base/err.h"

#define MAGIC_V1 "WithoutFreeSpace"
#define MAGIC_V2 "WithouFreSpacExt" /* sic */
#define MAGIC_BYTES 16
#define VERSION 2u
#define HEADS 16u
#define TRACK_SECTORS 32u

enum { AT_VERSION = 16, AT_HEADS = 20, AT_CYLINDERS = 24, AT_CLUSTER = 28, AT_ENTRIES = 32, AT_SECTORS = 36, AT_IN_USE = 44, AT_DATA = 48,
       AT_FLAGS = 52, AT_EXT = 56 };

static uint32_t
get32(const unsigned char *raw, int at)
{
    uint32_t v;

    memcpy(&v, raw + at, sizeof v);
    return le32toh(v);
}

static uint64_t
get64(const unsigned char *raw, int at)
{
    uint64_t v;

    memcpy(&v, raw + at, sizeof v);
    return le64toh(v);
}

static void
put32(unsigned char *raw, int at, uint32_t v)
{
    v = htole32(v);
    memcpy(raw + at, &v, sizeof v);
}

static void
put64(unsigned char *raw, int at, uint64_t v)
{
    v = htole64(v);
    memcpy(raw + at, &v, sizeof v);
}

bool
hds_is_magic(const void *first_bytes, size_t n)
{
    return n >= HDS_HEADER_BYTES && get32(first_bytes, AT_VERSION) == VERSION
        && (memcmp(first_bytes, MAGIC_V1, MAGIC_BYTES) == 0 || memcmp(first_bytes, MAGIC_V2, MAGIC_BYTES) == 0);
}

/* What makes it unusable. A data_sector that is merely wrong is for the check: nothing is read or written before it in any case. */
static const char *
nonsense_in(const struct hds_header *h, uint64_t file_size)
{
    uint64_t table_end = HDS_HEADER_BYTES + (uint64_t)h->n_entries * 4;

    if (!h->cluster_sectors || h->cluster_sectors > HDS_MAX_CLUSTER_SECTORS)
        return "the cluster size is absurd";
    if (h->n_entries > HDS_MAX_ENTRIES)
        return "the table is too large";
    if (h->n_sectors > (uint64_t)h->n_entries * h->cluster_sectors)
        return "the table is too small for the disk";
    if (!h->n_sectors)
        return "the disk has no size";
    if (table_end > file_size || (uint64_t)h->data_sector * HDS_SECTOR > file_size)
        return "the file ends before its data begin";
    return NULL;
}

PRL_RESULT
hds_header_parse(const unsigned char raw[HDS_HEADER_BYTES], uint64_t file_size, const char *path, struct hds_header *ret)
{
    struct hds_header h = { 0 };
    const char *nonsense;

    if (!hds_is_magic(raw, HDS_HEADER_BYTES))
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s': not an expanding image", path);
    memcpy(h.raw, raw, sizeof h.raw);
    h.is_v1 = memcmp(raw, MAGIC_V1, MAGIC_BYTES) == 0;
    h.cluster_sectors = get32(raw, AT_CLUSTER);
    h.n_entries = get32(raw, AT_ENTRIES);
    h.n_sectors = h.is_v1 ? get32(raw, AT_SECTORS) : get64(raw, AT_SECTORS);
    h.in_use = get32(raw, AT_IN_USE);
    h.data_sector = get32(raw, AT_DATA);
    h.flags = get32(raw, AT_FLAGS);
    h.ext_sector = get64(raw, AT_EXT);
    nonsense = nonsense_in(&h, file_size);
    if (nonsense)
        return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s': %s", path, nonsense);
    *ret = h;
    return PRL_ERR_SUCCESS;
}

void
hds_header_pack(struct hds_header *h)
{
    put32(h->raw, AT_ENTRIES, h->n_entries);
    put64(h->raw, AT_SECTORS, h->n_sectors);
    put32(h->raw, AT_IN_USE, h->in_use);
    put32(h->raw, AT_DATA, h->data_sector);
    put32(h->raw, AT_FLAGS, h->flags);
    put64(h->raw, AT_EXT, h->ext_sector);
}

void
hds_header_new(struct hds_header *h, uint64_t n_sectors, uint32_t cluster_sectors)
{
    uint64_t n_entries = (n_sectors + cluster_sectors - 1) / cluster_sectors, cylinders = n_sectors / (HEADS * TRACK_SECTORS);
    uint64_t table_sectors = (HDS_HEADER_BYTES + n_entries * 4 + HDS_SECTOR - 1) / HDS_SECTOR;

    *h = (struct hds_header){ .cluster_sectors = cluster_sectors, .n_entries = (uint32_t)n_entries, .n_sectors = n_sectors, .in_use = HDS_CLEAN };
    h->data_sector = (uint32_t)((table_sectors + cluster_sectors - 1) / cluster_sectors * cluster_sectors);
    memcpy(h->raw, MAGIC_V2, MAGIC_BYTES);
    put32(h->raw, AT_VERSION, VERSION);
    put32(h->raw, AT_HEADS, HEADS);
    put32(h->raw, AT_CYLINDERS, cylinders > UINT32_MAX ? UINT32_MAX : (uint32_t)cylinders);
    put32(h->raw, AT_CLUSTER, cluster_sectors);
    hds_header_pack(h);
}
