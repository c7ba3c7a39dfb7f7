/* SPDX-License-Identifier: MIT */
#include "disk_facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <prlsdk/PrlEnums.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "image/bundle.h"
#include "image/disk.h"
#include "image_file.h"
#include "model/vm_model.h"

#define SECTOR 512u

/* ---- looking ---- */

static PRL_RESULT
look_at_bundle(const char *path, struct disk_facts *f)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT r = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b);
    const struct descriptor *d = PRL_SUCCEEDED(r) ? bundle_descriptor(b) : NULL;

    if (!d)
        return r;
    f->kind = DISK_IS_BUNDLE;
    f->size_bytes = d->size_sectors * SECTOR;
    f->is_split = d->n_storages > 1;
    f->is_plain = true;
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            f->is_plain = f->is_plain && d->storages[i].images[k].is_plain;
    f->snapshots = (unsigned)(d->n_shots - 1);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
look_at_file(const char *path, bool is_raw, struct disk_facts *f)
{
    struct image_info info;
    enum disk_format format;
    const char *name;
    bool is_qcow2;
    PRL_RESULT r = image_file_info(path, &info);

    if (PRL_FAILED(r))
        return r;
    is_qcow2 = info.format == IMAGE_QCOW2;
    f->kind = is_raw ? DISK_IS_RAW : DISK_IS_QCOW2;
    f->size_bytes = info.size_bytes;
    f->is_overlay = info.backing != NULL;
    image_info_clear(&info);
    if (!is_raw)
        return is_qcow2 ? PRL_ERR_SUCCESS : err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is no qcow2 image, as its configuration says it is", path);
    r = disk_probe(path, &format, &name);
    if (PRL_SUCCEEDED(r) && format != DISK_RAW)
        r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is a raw disk that begins like a %s image: its guest may have written that", path, name);
    return r;
}

PRL_RESULT
disk_facts_get(xmlNodePtr device, const char *path, struct disk_facts *ret)
{
    uint64_t type = xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK);
    struct disk_facts f = { .is_plain = type == PHD_PLAIN_HARD_DISK };
    PRL_RESULT r = path_is_dir(path) ? look_at_bundle(path, &f) : look_at_file(path, type == PHD_RAW_HARD_DISK, &f);

    if (PRL_SUCCEEDED(r))
        *ret = f;
    return r;
}

static uint64_t
blocks_of(int dirfd, const char *name)
{
    struct stat st;

    return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_blocks * 512 : 0;
}

uint64_t
disk_facts_room(const char *path)
{
    uint64_t room = 0;
    struct dirent *e;
    DIR *d;

    if (!path_is_dir(path))
        return blocks_of(AT_FDCWD, path);
    d = opendir(path);
    while (d && (e = readdir(d)))
        room += blocks_of(dirfd(d), e->d_name);
    if (d)
        closedir(d);
    return room;
}

/* By an absolute path: a copy would name the same file, and write it. */
static bool
names_itself(const char *bundle, const char *file)
{
    AUTO(cleanup_free) char *dir = path_is_absolute(file) ? realpath(bundle, NULL) : NULL;
    AUTO(cleanup_free) char *real = dir ? realpath(file, NULL) : NULL;

    return path_is_absolute(file) && (!real || path_is_inside(real, dir));
}

PRL_RESULT
disk_facts_can_copy_bundle(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT r = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b);
    const struct descriptor *d = PRL_SUCCEEDED(r) ? bundle_descriptor(b) : NULL;

    for (int i = 0; d && i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (names_itself(path, d->storages[i].images[k].file))
                return err_set(PRL_ERR_HDD_IMAGE_COPY, "'%s' names its file '%s' by an absolute path", path, d->storages[i].images[k].file);
    return r;
}

/* ---- recording ---- */

bool
disk_facts_record(xmlNodePtr device, const struct disk_facts *f)
{
    unsigned type = f->kind == DISK_IS_RAW ? PHD_RAW_HARD_DISK : f->is_plain ? PHD_PLAIN_HARD_DISK : PHD_EXPANDING_HARD_DISK;

    return xml_set_u64(device, "Size", f->size_bytes >> 20) && xml_set_u64(device, "SizeInBytes", f->size_bytes) &&
           xml_set_u64(device, "DiskType", type) && xml_set_u64(device, "Splitted", f->is_split);
}

static bool
is_known(xmlDocPtr stored, const char *home, const char *path)
{
    for (xmlNodePtr n = stored ? vm_model_device_nth(stored, PDE_HARD_DISK, 0) : NULL; n; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = vm_model_image_path(n, home);

        if (str_eq(other, path))
            return true;
    }
    return false;
}

/* A file that its configuration calls something else than raw, but that is no qcow2 image, is raw from now on. */
static void
choose_type(xmlNodePtr device, const char *path)
{
    struct image_info info;

    if (path_is_dir(path) || xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK) == PHD_RAW_HARD_DISK ||
        PRL_FAILED(image_file_info(path, &info)))
        return;
    if (info.format == IMAGE_RAW)
        xml_set_u64(device, "DiskType", PHD_RAW_HARD_DISK);
    image_info_clear(&info);
}

static PRL_RESULT
attach_one(xmlNodePtr device, const char *path)
{
    struct disk_facts f;

    choose_type(device, path);
    if (PRL_FAILED(disk_facts_get(device, path, &f)))
        return PRL_ERR_SUCCESS;
    return disk_facts_record(device, &f) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
}

PRL_RESULT
disk_facts_attach(xmlDocPtr doc, xmlDocPtr stored, const char *home)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0); PRL_SUCCEEDED(r) && n; n = xml_next(n)) {
        AUTO(cleanup_free) char *path = vm_model_image_path(n, home);

        if (path && path_exists(path) && !is_known(stored, home, path))
            r = attach_one(n, path);
    }
    if (PRL_SUCCEEDED(r))
        err_clear();
    return r;
}
