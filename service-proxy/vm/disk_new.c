/* SPDX-License-Identifier: MIT */
#include "disk_new.h"

#include <prlsdk/PrlEnums.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "image/bundle.h"
#include "image/work.h"
#include "image_file.h"

#define SECTORS_PER_MIB 2048u
#define SPLIT_SECTORS ((uint64_t)2048 * SECTORS_PER_MIB - 2048) /* below 2 GiB, as the products cut */
#define SIZE_MAX_MIB ((uint64_t)1 << 30)

static PRL_RESULT
cannot_create(const char *name, PRL_RESULT why)
{
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);
    PRL_RESULT code = PRL_ERR_CANT_CREATE_HDD_IMAGE;

    if (why == PRL_ERR_DISK_USER_INTERRUPTED)
        code = PRL_ERR_OPERATION_WAS_CANCELED;
    else if (why == PRL_ERR_DISK_INSUFFICIENT_SPACE)
        code = PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
    else if (why == PRL_ERR_DISK_FILE_EXISTS)
        code = PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;
    err_set(code, "%s", words ? words : name);
    err_param(0, "%s", name);
    return code;
}

/* ---- bundles ---- */

bool
disk_new_is_bundle(xmlNodePtr device, const char *home)
{
    size_t n = home ? strlen(home) : 0;

    if (xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK) == PHD_RAW_HARD_DISK)
        return false;
    return xml_get_u64(device, "Splitted", 0) || (n > 4 && strcmp(home + n - 4, ".pvm") == 0);
}

static PRL_RESULT
create_bundle(xmlNodePtr device, const char *path, const char *name, uint64_t size_mib, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *bare = str_dup(path_basename(name));
    struct bundle_new args = { .size_sectors = size_mib * SECTORS_PER_MIB,
                               .is_plain = xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK) == PHD_PLAIN_HARD_DISK };
    AUTO(cleanup_free) uint64_t *ends = NULL;
    char *dot = bare ? strrchr(bare, '.') : NULL;
    PRL_RESULT r;

    if (dot && dot > bare)
        *dot = '\0';
    if (xml_get_u64(device, "Splitted", 0)) {
        args.n_parts = (int)((args.size_sectors + SPLIT_SECTORS - 1) / SPLIT_SECTORS);
        ends = calloc((size_t)args.n_parts, sizeof *ends);
        for (int i = 0; ends && i < args.n_parts; i++)
            ends[i] = i + 1 < args.n_parts ? (uint64_t)(i + 1) * SPLIT_SECTORS : args.size_sectors;
        args.part_ends = ends;
    }
    if (!bare || (args.n_parts && !ends))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "bundle");
    args.name = bare;
    r = bundle_create(path, &args, watch);
    return PRL_FAILED(r) ? cannot_create(name, r) : r;
}

/* ---- files ---- */

/* Sparse first, which takes nothing, then all of its clusters. */
static PRL_RESULT
create_preallocated(const char *path, const char *name, uint64_t size_mib, const struct image_watch *watch)
{
    const struct work_layout layout = { .plain = WORK_YES };
    AUTO(cleanup_free) char *dir = path_dirname(path);
    uint64_t room = 0;
    PRL_RESULT r;

    if (dir && path_free_bytes(dir, &room) == 0 && room >> 20 < size_mib) {
        err_set(PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE, "'%s' has %llu MiB, %llu are needed", dir, (unsigned long long)(room >> 20),
                (unsigned long long)size_mib);
        err_param(0, "%s", name);
        return PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
    }
    r = image_create(path, size_mib);
    if (PRL_FAILED(r))
        return r;
    r = work_convert(path, &layout, watch);
    if (PRL_SUCCEEDED(r))
        return r;
    r = cannot_create(name, r);
    unlink(path);
    return r;
}

PRL_RESULT
disk_new_create(xmlNodePtr device, const char *home, const char *path, const char *name, const struct image_watch *watch)
{
    uint64_t size_mib = xml_get_u64(device, "Size", 0);

    if (!size_mib)
        return err_set(PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE, "'%s'", name);
    if (size_mib > SIZE_MAX_MIB) {
        err_set(PRL_ERR_CANT_CREATE_HDD_IMAGE, "'%s': %llu MiB are too many", name, (unsigned long long)size_mib);
        err_param(0, "%s", name);
        return PRL_ERR_CANT_CREATE_HDD_IMAGE;
    }
    if (disk_new_is_bundle(device, home))
        return create_bundle(device, path, name, size_mib, watch);
    switch (xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK)) {
    case PHD_RAW_HARD_DISK:
        return image_create_raw(path, size_mib << 20);
    case PHD_PLAIN_HARD_DISK:
        return create_preallocated(path, name, size_mib, watch);
    default:
        return image_create(path, size_mib);
    }
}

PRL_RESULT
floppy_new_create(const char *path)
{
    return image_create_raw(path, FLOPPY_BYTES);
}
