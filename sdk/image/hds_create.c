/* SPDX-License-Identifier: MIT */
#include "image/hds_private.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "image/file_io.h"

#define DEFAULT_CLUSTER_SECTORS 2048u
#define MIN_CLUSTER_SECTORS 8u
#define ALLOCATE_STEPS 100u
#define ALLOCATE_STEP_MIN (UINT64_C(64) << 20)
#define TABLE_PIECE_ENTRIES (UINT32_C(1) << 18)

static int
write_full_table(int fd, const struct hds_header *h)
{
    AUTO(cleanup_free) uint32_t *entries = malloc(TABLE_PIECE_ENTRIES * sizeof *entries);
    uint32_t first_place = h->data_sector / h->cluster_sectors;
    int e = entries ? 0 : -ENOMEM;

    for (uint32_t at = 0, n; !e && at < h->n_entries; at += n) {
        n = h->n_entries - at < TABLE_PIECE_ENTRIES ? h->n_entries - at : TABLE_PIECE_ENTRIES;
        for (uint32_t i = 0; i < n; i++)
            entries[i] = htole32(first_place + at + i);
        e = file_write(fd, entries, (size_t)n * 4, hds_bat_file_offset(at));
    }
    return e;
}

/* Every cluster gets its place; -ECANCELED. */
static int
preallocate(int fd, const struct hds_header *h, const struct image_watch *watch)
{
    uint64_t start = (uint64_t)h->data_sector * HDS_SECTOR, all = (uint64_t)h->n_entries * h->cluster_sectors * HDS_SECTOR;
    uint64_t step = all / ALLOCATE_STEPS > ALLOCATE_STEP_MIN ? all / ALLOCATE_STEPS : ALLOCATE_STEP_MIN;
    int e = file_truncate(fd, start + all);

    for (uint64_t done = 0; !e && done < all; done += step) {
        uint64_t n = all - done < step ? all - done : step;

        if (watch && watch->report && !watch->report(watch->arg, (int)((double)done / (double)all * 1000)))
            return -ECANCELED;
        e = file_allocate(fd, start + done, n);
        if (e == -EOPNOTSUPP) /* the length is there, and that must do */
            return 0;
    }
    return e;
}

static int
write_new_image(int fd, const struct hds_header *h, bool is_preallocated, const struct image_watch *watch)
{
    int e = file_truncate(fd, (uint64_t)h->data_sector * HDS_SECTOR);

    if (!e && is_preallocated)
        e = preallocate(fd, h, watch);
    if (!e && is_preallocated)
        e = write_full_table(fd, h);
    if (!e)
        e = file_write(fd, h->raw, sizeof h->raw, 0);
    return e ? e : file_sync(fd);
}

static uint32_t
cluster_of(const struct hds_new *args)
{
    return args->cluster_sectors ? args->cluster_sectors : DEFAULT_CLUSTER_SECTORS;
}

static PRL_RESULT
check_args(const char *path, const struct hds_new *args)
{
    uint32_t cluster = cluster_of(args);
    bool is_usual = cluster >= MIN_CLUSTER_SECTORS && !(cluster & (cluster - 1));

    if ((!is_usual && !args->any_cluster) || cluster > HDS_MAX_CLUSTER_SECTORS)
        return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "'%s': clusters of %u sectors", path, cluster);
    if (!args->size_sectors || (args->size_sectors - 1) / cluster >= HDS_MAX_ENTRIES)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s': %ju sectors in clusters of %u", path, (uintmax_t)args->size_sectors, cluster);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
hds_create_in(int fd, const char *path, const struct hds_new *args, const struct image_watch *watch)
{
    struct hds_header h;
    PRL_RESULT r = check_args(path, args);
    int e;

    if (PRL_FAILED(r))
        return r;
    hds_header_new(&h, args->size_sectors, cluster_of(args));
    e = write_new_image(fd, &h, args->is_preallocated, watch);
    if (!e)
        return PRL_ERR_SUCCESS;
    return e == -ECANCELED ? err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s'", path) : image_create_error(path, e);
}

PRL_RESULT
hds_create(int dirfd, const char *path, const struct hds_new *args, const struct image_watch *watch)
{
    AUTO_FD int fd = -1;
    PRL_RESULT r = check_args(path, args);

    if (PRL_SUCCEEDED(r))
        r = image_file_create(dirfd, path, &fd);
    if (PRL_FAILED(r))
        return r;
    r = hds_create_in(fd, path, args, watch);
    if (PRL_FAILED(r))
        file_unlink(dirfd, path);
    return r;
}
