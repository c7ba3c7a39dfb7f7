/* SPDX-License-Identifier: MIT */
#include "disk_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle.h"
#include "image/descriptor.h"

#define FILE_BLOCK_SECTORS 8 /* what VZ7 says of every file that is no bundle */

void
disk_guid_text(const PRL_GUID *guid, char out[UUID_TEXT])
{
    PRL_GUID g;

    memcpy(&g, guid, sizeof g);
    snprintf(out, UUID_TEXT, "{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}", g.Data1, g.Data2, g.Data3, g.Data4[0], g.Data4[1], g.Data4[2],
             g.Data4[3], g.Data4[4], g.Data4[5], g.Data4[6], g.Data4[7]);
}

static void
guid_of_text(const char *text, PRL_GUID *ret)
{
    unsigned d1, d2, d3, b[8];

    memset(ret, 0, sizeof *ret);
    if (sscanf(text, "{%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x}", &d1, &d2, &d3, &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7]) != 11)
        return;
    ret->Data1 = d1;
    ret->Data2 = (PRL_UINT16)d2;
    ret->Data3 = (PRL_UINT16)d3;
    for (int i = 0; i < 8; i++)
        ret->Data4[i] = (PRL_UINT8)b[i];
}

/* What goes into the buffer, with names of our own. */
struct facts {
    PRL_DISK_PARAMETERS disk;
    PRL_IMAGE_PARAMETERS *parts;
    char **files; /* m_Parts */
    const char *name;
};

static void
facts_clear(struct facts *f)
{
    for (PRL_UINT32 i = 0; f->files && i < f->disk.m_Parts; i++)
        free(f->files[i]);
    free(f->files);
    free(f->parts);
}

static PRL_RESULT
make_room(struct facts *f, PRL_UINT32 n)
{
    f->disk.m_Parts = n;
    f->parts = calloc(n, sizeof *f->parts);
    f->files = calloc(n, sizeof *f->files);
    return f->parts && f->files ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "facts of a disk");
}

static PRL_RESULT
facts_of_bundle(struct disk *d, const struct descriptor *x, struct facts *f)
{
    AUTO(cleanup_free) char *descriptor_dir = path_is_dir(disk_path(d)) ? NULL : path_dirname(disk_path(d));
    const char *dir = descriptor_dir ? descriptor_dir : disk_path(d);
    PRL_RESULT r = make_room(f, (PRL_UINT32)x->n_storages);

    if (PRL_FAILED(r))
        return r;
    f->disk.m_Heads = x->heads;
    f->disk.m_Cylinders = x->cylinders;
    f->disk.m_Sectors = x->sectors;
    f->disk.m_BlockSize = x->storages[0].cluster_sectors;
    guid_of_text(x->uid, &f->disk.Uid);
    f->name = x->name;
    for (int i = 0; i < x->n_storages; i++) {
        const struct descriptor_image *image = descriptor_image(x, i, x->active);

        f->parts[i].Type = image && image->is_plain ? PRL_IMAGE_PLAIN : PRL_IMAGE_COMPRESSED;
        f->parts[i].uStart = x->storages[i].start_sector;
        f->parts[i].uSize = x->storages[i].end_sector - x->storages[i].start_sector;
        f->files[i] = !image ? str_dup("") : path_is_absolute(image->file) ? str_dup(image->file) : path_join(dir, image->file);
    }
    return PRL_ERR_SUCCESS;
}

/* One expanding image by itself: as a bundle of it would look. */
static PRL_RESULT
facts_of_bare(struct disk *d, struct image *image, struct facts *f)
{
    PRL_UINT32 cylinders, heads, sectors;
    PRL_RESULT r = make_room(f, 1);

    if (PRL_FAILED(r))
        return r;
    geometry_of(image->size_bytes / 512, &cylinders, &heads, &sectors);
    f->disk.m_Cylinders = cylinders;
    f->disk.m_Heads = heads;
    f->disk.m_Sectors = sectors;
    f->disk.m_BlockSize = image->cluster_bytes / 512;
    f->parts[0].Type = PRL_IMAGE_COMPRESSED;
    f->parts[0].uSize = image->size_bytes / 512;
    f->files[0] = str_dup(disk_path(d));
    return PRL_ERR_SUCCESS;
}

/* As VZ7 tells of its one kind of file: no geometry, and the size of the part is bytes. */
static PRL_RESULT
facts_of_file(struct disk *d, struct facts *f)
{
    PRL_RESULT r = make_room(f, 1);

    if (PRL_FAILED(r))
        return r;
    f->disk.m_BlockSize = FILE_BLOCK_SECTORS;
    f->parts[0].Type = PRL_IMAGE_TRY_GUESS;
    f->parts[0].uSize = disk_size(d);
    f->files[0] = str_dup(disk_path(d));
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
gather(struct disk *d, struct facts *f)
{
    struct bundle *bundle = disk_bundle(d);
    PRL_RESULT r;

    if (bundle)
        r = facts_of_bundle(d, bundle_descriptor(bundle), f);
    else if (disk_kind(d) == DISK_EXPANDING)
        r = facts_of_bare(d, disk_bare_image(d), f);
    else if (disk_kind(d) == DISK_FOREIGN && !disk_size(d))
        r = err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "the size of '%s' is known when it is open", disk_path(d));
    else
        r = facts_of_file(d, f);
    f->disk.m_SizeInSectors = disk_size(d) / 512;
    for (PRL_UINT32 i = 0; PRL_SUCCEEDED(r) && i < f->disk.m_Parts; i++)
        if (!f->files[i])
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "facts of a disk");
    return r;
}

static size_t
bytes_needed(const struct facts *f)
{
    size_t n = sizeof f->disk + f->disk.m_Parts * sizeof *f->parts + strlen(f->name ? f->name : "") + 1;

    for (PRL_UINT32 i = 0; i < f->disk.m_Parts; i++)
        n += strlen(f->files[i]) + 1;
    return n;
}

static char *
put_text(char **at, const char *text)
{
    char *here = *at;

    memcpy(here, text, strlen(text) + 1);
    *at += strlen(text) + 1;
    return here;
}

/* The structures are packed, so they may lie anywhere. */
static void
lay_out(struct facts *f, char *buf, size_t size)
{
    char *parts = buf + sizeof f->disk, *at = parts + f->disk.m_Parts * sizeof *f->parts;

    memset(buf, 0, size);
    f->disk.m_Storages = (PRL_IMAGE_PARAMETERS_PTR)(void *)parts;
    f->disk.Name = put_text(&at, f->name ? f->name : "");
    for (PRL_UINT32 i = 0; i < f->disk.m_Parts; i++)
        f->parts[i].pFileName = put_text(&at, f->files[i]);
    memcpy(parts, f->parts, f->disk.m_Parts * sizeof *f->parts);
    memcpy(buf, &f->disk, sizeof f->disk);
}

PRL_RESULT
disk_info(struct disk *d, PRL_DISK_PARAMETERS_PTR buf, PRL_UINT32_PTR io_size)
{
    struct facts f = { 0 };
    PRL_RESULT r = gather(d, &f);

    if (PRL_SUCCEEDED(r)) {
        size_t need = bytes_needed(&f);

        if (*io_size && !buf)
            r = err_set(PRL_ERR_INVALID_ARG, "no room for the facts of a disk");
        else if (*io_size && *io_size < need)
            r = err_set(PRL_ERR_INVALID_ARG, "%zu bytes are needed", need);
        else if (*io_size)
            lay_out(&f, (char *)buf, *io_size);
        if (!*io_size || (*io_size < need && buf))
            *io_size = (PRL_UINT32)need;
    }
    facts_clear(&f);
    return r;
}
