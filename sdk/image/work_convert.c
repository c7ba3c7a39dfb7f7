/* SPDX-License-Identifier: MIT */
/*
 * Another layout of the same content. New image files are filled beside the old ones and closed, one rewrite of the descriptor exchanges them, then the
 * old ones go: cut anywhere, the descriptor names whole files, and what else is left is on the bundle's record of litter.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"
#include "image/hds.h"
#include "image/work_parts.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define SPLIT_SECTORS ((uint64_t)2 << 30 >> 9)
#define STORAGES_MAX 65536
#define CLUSTER_SECTORS 2048u

/* ---- the plan ---- */

struct rebuild {
    const char *path;
    char *name; /* of the bundle */
    struct bundle *from;
    int dirfd;
    struct descriptor *to; /* loaded for the change: its storages are the new ones */
    bool *is_made; /* of each new storage */
    char **old;    /* image files to unlink at the end */
    int n_old;
    uint64_t done_bytes, total_bytes;
    const struct image_watch *watch;
};

static void
storages_free(struct descriptor_storage *s, int n)
{
    for (int i = 0; s && i < n; i++) {
        for (int k = 0; k < s[i].n_images; k++)
            free(s[i].images[k].file);
        free(s[i].images);
    }
    free(s);
}

static void
rebuild_clear(struct rebuild *r)
{
    descriptor_free(r->to);
    free(r->name);
    free(r->is_made);
    for (int i = 0; i < r->n_old; i++)
        free(r->old[i]);
    free(r->old);
    cleanup_close(&r->dirfd);
}

static PRL_RESULT
note_old_files(struct rebuild *r)
{
    const struct descriptor *d = r->to;
    int n = 0;

    for (int i = 0; i < d->n_storages; i++)
        n += d->storages[i].n_images;
    r->old = calloc((size_t)n + 1, sizeof *r->old);
    if (!r->old)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "image names");
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++) {
            const char *file = d->storages[i].images[k].file;

            if (!bundle_is_external(file) && !(r->old[r->n_old++] = str_dup(file)))
                return err_set(PRL_ERR_OUT_OF_MEMORY, "image names");
        }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_storage(struct rebuild *r, struct descriptor_storage *s, int index, uint64_t start, uint64_t end, uint32_t cluster, bool is_plain)
{
    s->start_sector = start;
    s->end_sector = end;
    s->cluster_sectors = cluster;
    s->images = calloc(1, sizeof *s->images);
    if (!s->images)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "storage");
    s->n_images = 1;
    memcpy(s->images[0].guid, r->to->active, UUID_TEXT);
    s->images[0].is_plain = is_plain;
    s->images[0].file = bundle_new_file_name(r->name, index);
    return s->images[0].file ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "storage");
}

static bool
wished(enum work_wish wish, bool now)
{
    return wish == WORK_KEEP ? now : wish == WORK_YES;
}

bool
work_is_plain(const struct descriptor *d)
{
    for (int i = 0; i < d->n_shots; i++)
        if (strcmp(d->shots[i].parent, UUID_NIL) == 0) {
            const struct descriptor_image *image = descriptor_image(d, 0, d->shots[i].guid);

            return image && image->is_plain;
        }
    return false;
}

/* The ends of the new storages: as they are, or in parts of 2 GiB. */
static int
storage_count(const struct descriptor *d, const struct work_layout *layout)
{
    if (layout->split == WORK_KEEP)
        return d->n_storages;
    return layout->split == WORK_NO ? 1 : (int)((d->size_sectors + SPLIT_SECTORS - 1) / SPLIT_SECTORS);
}

static PRL_RESULT
plan_storages(struct rebuild *r, const struct work_layout *layout)
{
    struct descriptor *d = r->to;
    bool is_plain = wished(layout->plain, work_is_plain(d));
    int n = d->size_sectors / SPLIT_SECTORS < STORAGES_MAX ? storage_count(d, layout) : 0;
    struct descriptor_storage *made = n ? calloc((size_t)n, sizeof *made) : NULL;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    r->is_made = n ? calloc((size_t)n, sizeof *r->is_made) : NULL;
    if (!made || !r->is_made) {
        free(made);
        return n ? err_set(PRL_ERR_OUT_OF_MEMORY, "storages") : err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s' is too large to split", r->path);
    }
    for (int i = 0; i < n && PRL_SUCCEEDED(rc); i++) {
        uint64_t start = layout->split == WORK_KEEP ? d->storages[i].start_sector : (uint64_t)i * SPLIT_SECTORS;
        uint64_t end = layout->split == WORK_KEEP ? d->storages[i].end_sector : i == n - 1 ? d->size_sectors : start + SPLIT_SECTORS;
        /* An odd cluster size of old images is not worth keeping. */
        uint32_t cluster = d->storages[layout->split == WORK_KEEP ? i : 0].cluster_sectors;

        if (cluster < 8 || (cluster & (cluster - 1)))
            cluster = CLUSTER_SECTORS;
        rc = make_storage(r, &made[i], i, start, end, cluster, is_plain);
    }
    if (PRL_FAILED(rc)) {
        storages_free(made, n);
        return rc;
    }
    storages_free(d->storages, d->n_storages);
    d->storages = made;
    d->n_storages = n;
    return PRL_ERR_SUCCESS;
}

/* One node, the active one, without a parent. */
static PRL_RESULT
plan_tree(struct descriptor *d)
{
    struct descriptor_shot *root = calloc(1, sizeof *root);

    if (!root)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "tree");
    memcpy(root->guid, d->active, UUID_TEXT);
    memcpy(root->parent, UUID_NIL, sizeof UUID_NIL);
    free(d->shots);
    d->shots = root;
    d->n_shots = 1;
    return PRL_ERR_SUCCESS;
}

/* ---- the new images ---- */

struct storage_source {
    struct bundle *b;
    uint64_t start;
};

static PRL_RESULT
storage_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    const struct storage_source *s = arg;
    struct image_run run;
    int depth;

    return work_run_extent(bundle_map(s->b, s->start + offset, max, &run, &depth), &run, ret_is_data, ret_length);
}

static PRL_RESULT
storage_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    const struct storage_source *s = arg;

    return bundle_read(s->b, buf, size, s->start + offset);
}

static PRL_RESULT
create_image(int dirfd, const char *file, bool is_plain, uint64_t size_bytes, uint32_t cluster_sectors, const struct image_watch *watch, bool *ret_made,
             struct image **ret)
{
    struct hds_new args = { size_bytes / SECTOR, cluster_sectors, false };
    PRL_RESULT rc = is_plain ? plain_create(dirfd, file, size_bytes, watch) : hds_create(dirfd, file, &args, watch);

    if (PRL_FAILED(rc))
        return rc;
    *ret_made = true;
    return is_plain ? plain_open(dirfd, file, IMAGE_WRITE, size_bytes, ret) : hds_open(dirfd, file, IMAGE_WRITE, ret);
}

static PRL_RESULT
fill_image(struct image *image, const struct work_source *source, const struct image_watch *watch)
{
    struct work_sink sink = work_image_sink(image);
    PRL_RESULT rc = work_pump(source, image->cluster_bytes, &sink, watch);

    if (PRL_SUCCEEDED(rc))
        return image_close(image);
    image_free(image);
    return rc;
}

static PRL_RESULT
make_image(struct rebuild *r, int i)
{
    const struct descriptor_storage *s = &r->to->storages[i];
    uint64_t start = s->start_sector * SECTOR, size = (s->end_sector - s->start_sector) * SECTOR;
    int first = (int)((__uint128_t)start * 980 / r->total_bytes), last = (int)((__uint128_t)(start + size) * 980 / r->total_bytes);
    struct storage_source from = { r->from, start };
    struct work_source source = { storage_extent, storage_read, &from, size };
    struct work_part create, fill;
    struct image *image;
    PRL_RESULT rc;

    work_part_init(&create, r->watch, first, first + (last - first) / 10);
    work_part_init(&fill, r->watch, first + (last - first) / 10, last);
    rc = create_image(r->dirfd, s->images[0].file, s->images[0].is_plain, size, s->cluster_sectors, &create.watch, &r->is_made[i], &image);
    return PRL_FAILED(rc) ? rc : fill_image(image, &source, &fill.watch);
}

static PRL_RESULT
make_images(struct rebuild *r)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;
    int e;

    for (int i = 0; i < r->to->n_storages && PRL_SUCCEEDED(rc); i++)
        rc = make_image(r, i);
    if (PRL_FAILED(rc))
        return rc;
    e = file_sync_dir(r->dirfd);
    return e ? work_failed(PRL_ERR_DISK_FSYNC_FAILED, e, "'%s'", r->path) : work_report(r->watch, 98, 100);
}

static void
unlink_made(struct rebuild *r)
{
    for (int i = 0; i < r->to->n_storages; i++)
        if (r->is_made[i])
            bundle_unlink(r->dirfd, r->to->storages[i].images[0].file);
}

/* ---- the exchange ---- */

/* Which files does the descriptor that is there now name? In doubt the new ones: then nothing is removed. */
static bool
names_new_files(struct rebuild *r)
{
    AUTO(descriptor_free) struct descriptor *now = NULL;

    if (PRL_FAILED(descriptor_load(r->dirfd, &now)))
        return true;
    return now->n_storages < 1 || now->storages[0].n_images < 1 || str_eq(now->storages[0].images[0].file, r->to->storages[0].images[0].file);
}

/* What cannot be removed now stays on record: the next one to write removes it. */
static void
remove_old(struct rebuild *r)
{
    int e = 0;

    for (int i = 0; i < r->n_old; i++) {
        int failed = bundle_unlink(r->dirfd, r->old[i]);

        e = e ? e : failed;
    }
    if (!e)
        e = file_sync_dir(r->dirfd);
    if (!e)
        bundle_record_clear(r->from);
}

/* A save that fails after its rename has put the new descriptor there, perhaps not durably: both sets of files stay then. */
static PRL_RESULT
exchange(struct rebuild *r)
{
    PRL_RESULT rc = descriptor_save(r->dirfd, r->to);

    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *said = err_take(rc);

        if (!names_new_files(r))
            unlink_made(r);
        return said ? err_put(said) : rc;
    }
    remove_old(r);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
rebuild_open(struct rebuild *r, const struct work_layout *layout)
{
    PRL_RESULT rc = work_open_bundle_dir(r->path, &r->dirfd);

    if (PRL_SUCCEEDED(rc))
        rc = descriptor_load(r->dirfd, &r->to);
    if (PRL_SUCCEEDED(rc) && !(r->name = bundle_name_at(r->dirfd)))
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "name");
    if (PRL_SUCCEEDED(rc))
        rc = note_old_files(r);
    if (PRL_SUCCEEDED(rc))
        rc = plan_storages(r, layout);
    if (PRL_SUCCEEDED(rc))
        rc = plan_tree(r->to);
    if (PRL_SUCCEEDED(rc))
        rc = bundle_record(r->from, bundle_descriptor(r->from), r->to);
    if (PRL_FAILED(rc))
        return rc;
    rc = make_images(r);
    if (PRL_SUCCEEDED(rc))
        return exchange(r);
    unlink_made(r);
    return rc;
}

PRL_RESULT
work_rebuild_bundle(const char *path, const struct work_layout *layout, bool allow_tree, const struct image_watch *watch)
{
    struct rebuild r = { .path = path, .dirfd = -1, .watch = watch };
    PRL_RESULT rc = allow_tree ? work_open_bundle(path, BUNDLE_WRITE, &r.from) : bundle_open(path, BUNDLE_WRITE, &r.from);
    const struct descriptor *d;

    if (PRL_FAILED(rc))
        return rc;
    d = bundle_descriptor(r.from);
    r.total_bytes = bundle_size(r.from);
    if (d->n_shots > 1 && !allow_tree)
        rc = err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has %d snapshots: merge them first", path, d->n_shots - 1);
    else if (allow_tree || wished(layout->plain, work_is_plain(d)) != work_is_plain(d) || storage_count(d, layout) != d->n_storages)
        rc = rebuild_open(&r, layout);
    rebuild_clear(&r);
    return work_close_bundle(r.from, rc);
}

/* ---- single files ---- */

/* An expanding image with a place for every cluster, or with as few as it needs. */
static PRL_RESULT
convert_hds(const char *path, bool to_plain, const struct image_watch *watch)
{
    AUTO_PLACE place = WORK_PLACE_INIT;
    AUTO_MAKING new = MAKING_INIT;
    struct hds_new args = { .is_preallocated = to_plain };
    struct work_source source;
    struct chain *c = NULL;
    struct image *image;
    PRL_RESULT rc = work_place_open(path, &place);

    if (PRL_SUCCEEDED(rc))
        rc = work_open_hds(path, &c);
    if (PRL_FAILED(rc))
        return rc;
    source = work_chain_source(c);
    args.size_sectors = source.size / SECTOR;
    args.cluster_sectors = chain_image(c, 0)->cluster_bytes / SECTOR;
    if (args.cluster_sectors < 8 || (args.cluster_sectors & (args.cluster_sectors - 1)))
        args.cluster_sectors = CLUSTER_SECTORS;
    rc = work_make_file(&place, &new);
    if (PRL_FAILED(rc))
        return work_close_chain(c, rc);
    rc = hds_create_in(new.fd, new.path, &args, NULL);
    if (PRL_SUCCEEDED(rc))
        rc = hds_open(place.dirfd, new.name, IMAGE_WRITE, &image);
    if (PRL_SUCCEEDED(rc))
        rc = fill_image(image, &source, watch);
    if (PRL_SUCCEEDED(rc))
        rc = work_replace(&place, new.name, chain_image(c, 0)->fd);
    else
        file_unlink(place.dirfd, new.name);
    return work_close_chain(c, rc);
}

/* Room for all of it; what is there stays as it is, so there is nothing to undo. */
static PRL_RESULT
fill_holes(const char *path, const struct image_watch *watch)
{
    AUTO_FD int fd = -1;
    struct work_file file;
    struct work_source source;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);
    const uint64_t step = (uint64_t)64 << 20;
    int e = 0;

    if (PRL_SUCCEEDED(rc))
        rc = work_file_source(fd, path, &file, &source);
    for (uint64_t at = 0; PRL_SUCCEEDED(rc) && !e && at < source.size; at += step) {
        rc = work_report(watch, at, source.size);
        if (PRL_SUCCEEDED(rc))
            e = file_allocate(fd, at, source.size - at < step ? source.size - at : step);
    }
    if (PRL_FAILED(rc))
        return rc;
    if (!e)
        e = file_sync(fd);
    return e ? work_failed(PRL_ERR_FILE_WRITE_ERROR, e, "'%s'", path) : PRL_ERR_SUCCESS;
}

/* ---- */

PRL_RESULT
work_convert(const char *path, const struct work_layout *layout, const struct image_watch *watch)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = work_begin(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_BUNDLE)
        return work_rebuild_bundle(path, layout, false, watch);
    if (layout->split != WORK_KEEP)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a single file: only bundles are split or joined", path);
    if (layout->plain == WORK_KEEP)
        return PRL_ERR_SUCCESS;
    if (kind == DISK_EXPANDING)
        return convert_hds(path, layout->plain == WORK_YES, watch);
    if (kind == DISK_QCOW2)
        return qcow2_convert(path, layout->plain == WORK_YES, watch);
    if (kind == DISK_RAW)
        return layout->plain == WORK_YES ? fill_holes(path, watch) : work_compact(path, watch, NULL);
    return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image: export it to another format first", path, name);
}

PRL_RESULT
work_convert_bundle(const char *path, bool to_plain, const struct image_watch *watch)
{
    struct work_layout layout = { to_plain ? WORK_YES : WORK_NO, WORK_KEEP };

    return work_convert(path, &layout, watch);
}
