/* SPDX-License-Identifier: MIT */
#include "image/bundle_linked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

/* ---- names that lead out ---- */

/* "../OTHER.hdd/FILE": a bundle beside this one. */
static bool
is_beside_name(const char *file)
{
    return strncmp(file, "../", 3) == 0 && !bundle_is_external(file + 3);
}

/* What a bundle that stands on `base` calls one of its files; *ret is allocated. */
static PRL_RESULT
name_from_outside(const char *base, const char *file, bool is_beside, char **ret)
{
    AUTO(cleanup_free) char *dir = path_dirname(base);
    char *name = NULL;

    if (bundle_is_external(file) && !path_is_absolute(file) && !is_beside_name(file))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' calls one of its images '%s'", base, file);
    if (path_is_absolute(file) || (is_beside && is_beside_name(file)))
        name = str_dup(file);
    else if (is_beside)
        name = str_printf("../%s/%s", path_basename(base), file);
    else if (dir)
        name = is_beside_name(file) ? path_join(dir, file + 3) : path_join(base, file);
    if (!name)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", base);
    *ret = name;
    return PRL_ERR_SUCCESS;
}

/* ---- the descriptor ---- */

struct linking {
    const char *path, *base;
    bool is_beside;
    const struct descriptor *below; /* the base's */
    struct descriptor *d;
};

static PRL_RESULT
no_memory(const struct linking *l)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", l->path);
}

/* The base's node and its images. The name of the active one is ours. */
static PRL_RESULT
add_node(struct linking *l, const struct descriptor_shot *shot, const char *name, const char *parent)
{
    if (!descriptor_add_shot(l->d, name, parent))
        return no_memory(l);
    for (int i = 0; i < l->below->n_storages; i++) {
        const struct descriptor_image *image = descriptor_image(l->below, i, shot->guid);
        AUTO(cleanup_free) char *file = NULL;
        PRL_RESULT r = name_from_outside(l->base, image->file, l->is_beside, &file);

        if (PRL_FAILED(r))
            return r;
        if (!descriptor_add_image(l->d, i, name, image->is_plain, file))
            return no_memory(l);
    }
    return PRL_ERR_SUCCESS;
}

/* chain: the active node first. */
static PRL_RESULT
add_chain(struct linking *l, const int *chain, int n)
{
    char top[UUID_TEXT];
    PRL_RESULT r = PRL_ERR_SUCCESS;

    uuid_make(top);
    descriptor_remove_shot(l->d, l->d->active);
    if (strcmp(l->below->active, l->d->active) != 0 && descriptor_shot(l->below, l->d->active) >= 0)
        uuid_make(l->d->active); /* the usual name is a snapshot's there */
    while (n-- > 0 && PRL_SUCCEEDED(r)) {
        const struct descriptor_shot *shot = &l->below->shots[chain[n]];

        r = add_node(l, shot, n ? shot->guid : top, shot->parent);
    }
    if (PRL_SUCCEEDED(r) && !descriptor_add_shot(l->d, l->d->active, top))
        r = no_memory(l);
    return r;
}

static PRL_RESULT
add_own_images(struct linking *l)
{
    for (int i = 0; i < l->d->n_storages; i++) {
        AUTO(cleanup_free) char *file = bundle_new_file_name(path_basename(l->path), i);

        if (!file || !descriptor_add_image(l->d, i, l->d->active, false, file))
            return no_memory(l);
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
plan(struct linking *l)
{
    AUTO(cleanup_free) int *chain = malloc(((size_t)l->below->n_shots + 1) * sizeof *chain);
    int n = chain ? descriptor_chain(l->below, l->below->active, chain) : 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (n >= BUNDLE_MAX_CHAIN)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has as many images on each other as there may be", l->base);
    l->d = n ? descriptor_new(l->below->size_sectors, l->below->name) : NULL;
    if (!l->d)
        return no_memory(l);
    l->d->physical_sector_bytes = l->below->physical_sector_bytes;
    l->d->logical_sector_bytes = l->below->logical_sector_bytes;
    for (int i = 0; i < l->below->n_storages; i++) {
        const struct descriptor_storage *s = &l->below->storages[i];

        if (!descriptor_add_storage(l->d, s->start_sector, s->end_sector, s->cluster_sectors, false))
            return no_memory(l);
    }
    r = add_chain(l, chain, n);
    return PRL_FAILED(r) ? r : add_own_images(l);
}

/* ---- the files ---- */

static PRL_RESULT
fill(struct linking *l, int dirfd)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; i < l->d->n_storages && PRL_SUCCEEDED(r); i++) {
        const struct descriptor_storage *s = &l->d->storages[i];
        const struct hds_new args = {
            .size_sectors = s->end_sector - s->start_sector,
            .cluster_sectors = s->cluster_sectors,
            .any_cluster = true,
        };

        r = hds_create(dirfd, descriptor_image(l->d, i, l->d->active)->file, &args, NULL);
    }
    return PRL_FAILED(r) ? r : descriptor_save(dirfd, l->d); /* syncs the directory, and with it the images' names */
}

static PRL_RESULT
make(struct linking *l)
{
    AUTO(cleanup_free) char *parent = path_dirname(l->path);
    AUTO_FD int dirfd = -1;
    PRL_RESULT r;
    int e;

    if (!parent)
        return no_memory(l);
    if (mkdir(l->path, 0700) < 0)
        return err_errno(errno == EEXIST                      ? PRL_ERR_DISK_FILE_EXISTS
                         : errno == ENOSPC || errno == EDQUOT ? PRL_ERR_DISK_INSUFFICIENT_SPACE
                                                              : PRL_ERR_DISK_DIR_CREATE_ERROR,
                         errno, "'%s'", l->path);
    dirfd = open(l->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    r = dirfd < 0 ? err_errno(PRL_ERR_DISK_DIR_CREATE_ERROR, errno, "'%s'", l->path) : fill(l, dirfd);
    e = PRL_SUCCEEDED(r) ? path_sync_dir(parent) : 0;
    if (e < 0)
        r = err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", parent);
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        path_remove_tree(l->path);
        return why ? err_put(why) : r;
    }
    return r;
}

PRL_RESULT
bundle_create_linked(const char *path, const char *base, bool is_beside)
{
    AUTO(bundle_free) struct bundle *below = NULL;
    struct linking l = { .path = path, .base = base, .is_beside = is_beside };
    PRL_RESULT r = bundle_open(base, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &below);

    if (PRL_FAILED(r))
        return r;
    l.below = bundle_descriptor(below);
    if (l.below->is_from_backup || strcmp(l.below->merging, UUID_NIL) != 0)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' needs a repair, or a merge in it is not finished", base);
    r = plan(&l);
    if (PRL_SUCCEEDED(r))
        r = make(&l);
    descriptor_free(l.d);
    return r;
}

/* ---- looking ---- */

bool
bundle_is_pristine(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    uint64_t at = 0;

    if (PRL_FAILED(bundle_open(path, BUNDLE_SHARE_WRITERS | BUNDLE_ALLOW_EXTERNAL, &b)))
        return false;
    while (at < bundle_size(b)) {
        struct image_run run;
        int depth;

        if (PRL_FAILED(bundle_map(b, at, bundle_size(b) - at, &run, &depth)) || (run.kind != RUN_ABSENT && depth == 0))
            return false;
        at += run.length;
    }
    return true;
}

bool
bundle_has_external(const struct descriptor *d)
{
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (bundle_is_external(d->storages[i].images[k].file))
                return true;
    return false;
}

/* Where it really is; NULL: nowhere. */
static char *
where(const char *path, const char *file)
{
    AUTO(cleanup_free) char *named = path_is_absolute(file) ? str_dup(file) : path_join(path, file);

    return named ? realpath(named, NULL) : NULL;
}

static bool
is_in(const char *real, const char *dir)
{
    AUTO(cleanup_free) char *real_dir = realpath(dir, NULL);

    return real && real_dir && path_is_inside(real, real_dir);
}

PRL_RESULT
bundle_check_external(const char *path, const struct descriptor *d, char *const *dirs, size_t n)
{
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++) {
            const char *file = d->storages[i].images[k].file;
            AUTO(cleanup_free) char *real = bundle_is_external(file) ? where(path, file) : NULL;
            bool is_known = !bundle_is_external(file);

            for (size_t m = 0; m < n && !is_known; m++)
                is_known = is_in(real, dirs[m]);
            if (!is_known)
                return err_set(PRL_ERR_DISK_NOT_PERMITTED, "the image '%s' lies outside of the bundle '%s' and of what it stands on", file, path);
        }
    return PRL_ERR_SUCCESS;
}

bool
bundle_stands_on(const char *path, const char *base)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    const struct descriptor *d;

    if (PRL_FAILED(bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b)))
        return false;
    d = bundle_descriptor(b);
    for (int k = 0; k < d->storages[0].n_images; k++) {
        const char *file = d->storages[0].images[k].file;
        AUTO(cleanup_free) char *real = bundle_is_external(file) ? where(path, file) : NULL;

        if (is_in(real, base))
            return true;
    }
    return false;
}
