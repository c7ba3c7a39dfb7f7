/* SPDX-License-Identifier: MIT */
/*
 * A new bundle is built in a hidden directory beside its place and renamed there when it is whole, so that nobody ever sees half of one.
 * What a crash leaves is no disk to anybody, and is removed by the next one who makes, opens for writing or checks a disk of that name.
 */
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
#include "image/making.h"

#define CLUSTER_SECTORS 2048
#define MIN_CLUSTER_SECTORS 8
#define SPARE_BYTES (UINT64_C(1) << 20) /* a host is not filled to the last byte */

struct creation {
    const char *path;
    const struct bundle_new *args;
    const struct image_watch *watch;
    struct descriptor *d;
    char *dir;              /* where it will be */
    struct making building; /* the hidden directory */
    char *made_from;        /* the topmost parent that we had to make, or NULL */
    bool is_building;
    uint64_t done_sectors; /* of images that are made; for the progress */
    uint64_t making_sectors;
};

/* ---- what is asked for ---- */

static PRL_RESULT
check_parts(const struct bundle_new *a)
{
    uint64_t at = 0;

    if (!a->part_ends)
        return PRL_ERR_SUCCESS;
    if (a->n_parts < 1 || a->n_parts > DESCRIPTOR_MAX_STORAGES)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "%d parts, 1 to %d are possible", a->n_parts, DESCRIPTOR_MAX_STORAGES);
    for (int i = 0; i < a->n_parts; i++) {
        if (a->part_ends[i] <= at)
            return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "part %d ends at sector %llu, where it starts or before",
                           i, (unsigned long long)a->part_ends[i]);
        at = a->part_ends[i];
    }
    if (at != a->size_sectors)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "the parts end at sector %llu, the disk at %llu", (unsigned long long)at,
                       (unsigned long long)a->size_sectors);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_args(const struct bundle_new *a)
{
    uint32_t cluster = a->cluster_sectors ? a->cluster_sectors : CLUSTER_SECTORS;

    if (!a->size_sectors || a->size_sectors > DESCRIPTOR_MAX_SECTORS)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "a disk of %llu sectors", (unsigned long long)a->size_sectors);
    if (cluster < MIN_CLUSTER_SECTORS || cluster > DESCRIPTOR_MAX_CLUSTER || cluster & (cluster - 1))
        return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "clusters of %u sectors: a power of two of at least %d is needed",
                       cluster, MIN_CLUSTER_SECTORS);
    if (a->uid && !uuid_parse(a->uid, (char[UUID_TEXT]){ "" }))
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "the uid '%.40s' is none", a->uid);
    if (a->name && !str_is_xml_text(a->name, strlen(a->name)))
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "the name has characters that a descriptor cannot carry");
    return check_parts(a);
}

/* ---- the descriptor ---- */

static char *
display_name(const char *path)
{
    const char *base = path_basename(path);
    size_t n = strlen(base);

    if (n > 4 && strcmp(base + n - 4, ".hdd") == 0)
        n -= 4;
    return str_is_xml_text(base, n) ? strndup(base, n) : strdup("disk");
}

static PRL_RESULT
plan(struct creation *c)
{
    const struct bundle_new *a = c->args;
    AUTO(cleanup_free) char *name = a->name ? str_dup(a->name) : display_name(c->dir);
    uint32_t cluster = a->cluster_sectors ? a->cluster_sectors : CLUSTER_SECTORS;
    int n = a->part_ends ? a->n_parts : 1;
    uint64_t at = 0;

    c->d = name ? descriptor_new(a->size_sectors, name) : NULL;
    if (!c->d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", c->path);
    if (a->uid)
        uuid_parse(a->uid, c->d->uid);
    for (int i = 0; i < n; i++) {
        uint64_t end = a->part_ends ? a->part_ends[i] : a->size_sectors;
        AUTO(cleanup_free) char *file = bundle_new_file_name(path_basename(c->dir), i);

        if (!file || !descriptor_add_storage(c->d, at, end, cluster, a->is_preallocated && !a->is_plain)
            || !descriptor_add_image(c->d, i, c->d->active, a->is_plain, file))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", c->path);
        at = end;
    }
    return PRL_ERR_SUCCESS;
}

/* ---- directories ---- */

/* The topmost one that is not there; NULL: all are. */
static char *
first_missing(const char *dir)
{
    char *missing = NULL, *at = str_dup(dir);

    while (at && !path_exists(at)) {
        char *up = path_dirname(at);

        free(missing);
        missing = at;
        if (up && strcmp(up, at) == 0) {
            free(up);
            up = NULL;
        }
        at = up;
    }
    free(at);
    return missing;
}

/* Those that we made and that are empty, from the lowest up. */
static void
remove_parents(const struct creation *c)
{
    char *at = c->made_from ? path_dirname(c->dir) : NULL;

    while (at && strlen(at) >= strlen(c->made_from) && rmdir(at) == 0) {
        char *up = path_dirname(at);

        free(at);
        at = up;
    }
    free(at);
}

static PRL_RESULT
make_directories(struct creation *c)
{
    AUTO(cleanup_free) char *parent = path_dirname(c->dir);
    int e;

    if (!parent)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", c->path);
    c->made_from = first_missing(parent);
    e = path_make_dirs(parent, 0700);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_DIR_CREATE_ERROR, -e, "'%s'", parent);
    e = making_dir(parent, path_basename(c->dir), &c->building);
    if (e)
        return err_errno(e == -ENOSPC || e == -EDQUOT ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_DISK_DIR_CREATE_ERROR, -e, "in '%s'", parent);
    c->is_building = true;
    return PRL_ERR_SUCCESS;
}

/* Asked before anything is written: a disk of some TiB would take its time to find out. */
static PRL_RESULT
check_space(const struct creation *c)
{
    uint64_t free_bytes, needed = c->d->size_sectors * SECTOR_BYTES;
    int e;

    if (!c->args->is_plain && !c->args->is_preallocated)
        return PRL_ERR_SUCCESS;
    e = path_free_bytes(c->building.path, &free_bytes);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_CREATE_IMAGE_ERROR, -e, "'%s'", c->building.path);
    if (free_bytes < SPARE_BYTES || needed > free_bytes - SPARE_BYTES)
        return err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "'%s' needs %llu bytes, %llu are free", c->path, (unsigned long long)needed,
                       (unsigned long long)free_bytes);
    return PRL_ERR_SUCCESS;
}

/* ---- images ---- */

static bool
report(void *arg, int permille)
{
    const struct creation *c = arg;
    double sectors = (double)c->done_sectors + (double)c->making_sectors * permille / 1000;

    return c->watch->report(c->watch->arg, (int)(sectors / (double)c->d->size_sectors * 1000));
}

static PRL_RESULT
make_image(struct creation *c, int storage)
{
    const struct image_watch part = { report, c };
    const struct image_watch *watch = c->watch && c->watch->report ? &part : NULL;
    const struct descriptor_storage *s = &c->d->storages[storage];
    const struct hds_new hds = { s->end_sector - s->start_sector, s->cluster_sectors, s->is_preallocated };

    c->making_sectors = hds.size_sectors;
    if (watch && !report(c, 0))
        return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s'", c->path);
    if (s->images[0].is_plain)
        return plain_create(c->building.fd, s->images[0].file, storage_bytes(s), watch);
    return hds_create(c->building.fd, s->images[0].file, &hds, watch);
}

static PRL_RESULT
fill(struct creation *c)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; i < c->d->n_storages && PRL_SUCCEEDED(r); i++) {
        r = make_image(c, i);
        c->done_sectors += c->making_sectors;
    }
    return PRL_FAILED(r) ? r : descriptor_save(c->building.fd, c->d); /* syncs the directory, and with it the images' names */
}

/* ---- the whole ---- */

static PRL_RESULT
move_into_place(struct creation *c)
{
    int e = path_rename_noreplace_durable(c->building.path, c->dir);

    if (e == -EEXIST)
        return err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", c->path);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_RENAME_ERROR, -e, "'%s'", c->path);
    c->is_building = false;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
create(struct creation *c)
{
    PRL_RESULT r = check_args(c->args);

    if (PRL_SUCCEEDED(r) && path_exists(c->dir))
        r = err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", c->path);
    if (PRL_SUCCEEDED(r))
        r = plan(c);
    if (PRL_SUCCEEDED(r))
        r = make_directories(c);
    if (PRL_SUCCEEDED(r))
        r = check_space(c);
    if (PRL_SUCCEEDED(r))
        r = fill(c);
    return PRL_FAILED(r) ? r : move_into_place(c);
}

/* Leaves the error as it is. */
static void
clean_up(struct creation *c, bool is_failed)
{
    AUTO(err_free) struct err *e = is_failed ? err_copy(err_peek()) : NULL;

    if (c->is_building)
        path_remove_tree(c->building.path);
    if (is_failed)
        remove_parents(c);
    if (e)
        err_put(e);
}

PRL_RESULT
bundle_create(const char *path, const struct bundle_new *args, const struct image_watch *watch)
{
    struct creation c = { .path = path, .args = args, .watch = watch, .building = MAKING_INIT };
    size_t n = strlen(path);
    PRL_RESULT r;

    while (n > 1 && path[n - 1] == '/')
        n--;
    c.dir = strndup(path, n);
    if (!c.dir)
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    else if (!n || !path_basename(c.dir)[0])
        r = err_set(PRL_ERR_INVALID_ARG, "'%s' cannot be made", path);
    else
        r = create(&c);
    clean_up(&c, PRL_FAILED(r));
    descriptor_free(c.d);
    free(c.dir);
    making_end(&c.building);
    free(c.made_from);
    return r;
}
