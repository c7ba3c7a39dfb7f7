/* SPDX-License-Identifier: MIT */
/*
 * Room that holds only zeros goes back to the host. In an overlay a cluster of zeros hides what the parent has there, so it can go only where
 * everything below reads as zeros too. The frozen images of snapshots are left alone. Every step leaves the content of the disk as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "image/file_io.h"
#include "image/hds.h"
#include "image/work_parts.h"
#include "prlsdk/PrlDisk.h"

#define RAW_BLOCK 65536u
#define SECTOR 512u

/* ---- which clusters of an expanding image are for nothing ---- */

/* What is found is given to `see`; a walk without changing counts only. */
struct walk {
    struct chain *chain;
    struct image *image; /* the active one */
    uint64_t done_bytes, total_bytes; /* of the whole work, for the watch */
    const struct image_watch *watch;
    bool is_dry;
    unsigned char *buf; /* one cluster */
    uint64_t run_start, run_end; /* found, not yet discarded */
    uint64_t zero_bytes, allocated_bytes;
};

/* Do the images below have only zeros in that range? Holes cost nothing, data is read. */
static PRL_RESULT
parents_are_zero(struct walk *w, uint64_t offset, uint64_t size, bool *ret)
{
    AUTO(cleanup_free) unsigned char *buf = NULL;

    for (int depth = 1; depth < chain_length(w->chain); depth++) {
        struct image *image = chain_image(w->chain, depth);

        for (uint64_t at = offset, end = offset + size; at < end && at < image->size_bytes;) {
            struct image_run run;
            size_t done;
            PRL_RESULT rc = image->class->map(image, at, end - at, &run);
            int e;

            if (PRL_FAILED(rc))
                return rc;
            if (run.kind == RUN_DATA) {
                if (!buf && !(buf = malloc(size)))
                    return err_set(PRL_ERR_OUT_OF_MEMORY, "%llu bytes", (unsigned long long)size);
                e = file_read(image->fd, buf, (size_t)run.length, run.host, &done);
                if (e)
                    return err_errno(PRL_ERR_FILE_READ_ERROR, -e, "'%s'", image->path);
                if (!work_is_zero(buf, done)) {
                    *ret = false;
                    return PRL_ERR_SUCCESS;
                }
            }
            at += run.length;
        }
    }
    *ret = true;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
discard_found(struct walk *w)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (w->run_end > w->run_start && !w->is_dry)
        rc = hds_discard(w->image, w->run_start, w->run_end - w->run_start);
    w->run_start = w->run_end = 0;
    return rc;
}

static PRL_RESULT
found(struct walk *w, uint64_t start, uint64_t end)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    w->zero_bytes += w->image->cluster_bytes;
    if (w->run_end != start) {
        rc = discard_found(w);
        w->run_start = start;
    }
    w->run_end = end;
    return rc;
}

static PRL_RESULT
look_at_cluster(struct walk *w, uint64_t start, uint64_t end)
{
    PRL_RESULT rc = chain_read(w->chain, w->buf, (size_t)(end - start), start);
    bool is_zero = false;

    w->allocated_bytes += w->image->cluster_bytes;
    if (PRL_SUCCEEDED(rc) && work_is_zero(w->buf, (size_t)(end - start)))
        rc = parents_are_zero(w, start, end - start, &is_zero);
    return PRL_SUCCEEDED(rc) && is_zero ? found(w, start, end) : rc;
}

static PRL_RESULT
walk_run(struct walk *w, uint64_t at, uint64_t end)
{
    uint32_t cluster = w->image->cluster_bytes;

    while (at < end) {
        uint64_t next = at + cluster < end ? at + cluster : end;
        PRL_RESULT rc = work_report(w->watch, w->done_bytes + at, w->total_bytes);

        if (PRL_SUCCEEDED(rc))
            rc = look_at_cluster(w, at, next);
        if (PRL_FAILED(rc))
            return rc;
        at = next;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
walk_chain(struct walk *w)
{
    uint64_t size = w->image->size_bytes;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    w->buf = malloc(w->image->cluster_bytes);
    if (!w->buf)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%u bytes", w->image->cluster_bytes);
    for (uint64_t at = 0; at < size && PRL_SUCCEEDED(rc);) {
        struct image_run run;

        rc = work_report(w->watch, w->done_bytes + at, w->total_bytes);
        if (PRL_SUCCEEDED(rc))
            rc = w->image->class->map(w->image, at, size - at, &run);
        if (PRL_SUCCEEDED(rc) && run.kind == RUN_DATA)
            rc = walk_run(w, at, at + run.length);
        if (PRL_SUCCEEDED(rc))
            at += run.length;
    }
    if (PRL_SUCCEEDED(rc))
        rc = discard_found(w);
    free(w->buf);
    w->buf = NULL;
    return rc;
}

/* One storage: the first 9/10 of its share is the look, the rest the packing. */
static PRL_RESULT
compact_chain(struct chain *c, uint64_t done_bytes, uint64_t total_bytes, const struct image_watch *watch)
{
    struct image *image = chain_image(c, 0);
    uint64_t size = image->size_bytes;
    int first = (int)(done_bytes * 1000 / total_bytes), last = (int)((done_bytes + size) * 1000 / total_bytes), middle = first + (last - first) * 9 / 10;
    struct walk w = { .chain = c, .image = image, .total_bytes = size };
    struct work_part look, pack;
    PRL_RESULT rc;

    if (!image->cluster_bytes) /* a plain image is to have all of its room */
        return PRL_ERR_SUCCESS;
    work_part_init(&look, watch, first, middle);
    work_part_init(&pack, watch, middle, last);
    w.watch = &look.watch;
    rc = walk_chain(&w);
    if (PRL_SUCCEEDED(rc))
        rc = image->class->flush(image);
    return PRL_FAILED(rc) ? rc : hds_pack(image, &pack.watch);
}

/* ---- room on the host ---- */

static uint64_t
file_room(const char *dir, const char *path)
{
    AUTO(cleanup_free) char *full = dir && !path_is_absolute(path) ? path_join(dir, path) : NULL;
    struct stat st;

    return stat(full ? full : path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
}

static uint64_t
chain_room(const char *dir, struct chain *c)
{
    return file_room(dir, chain_image(c, 0)->path);
}

/* ---- bundles and expanding images ---- */

static PRL_RESULT
compact_open_bundle(struct bundle *b, const char *dir, const struct image_watch *watch, uint64_t *ret_freed)
{
    int n = bundle_descriptor(b)->n_storages;
    uint64_t done = 0, before = 0, after = 0;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (int i = 0; i < n; i++)
        before += chain_room(dir, bundle_chain(b, i));
    for (int i = 0; i < n && PRL_SUCCEEDED(rc); i++) {
        struct chain *c = bundle_chain(b, i);

        rc = compact_chain(c, done, bundle_size(b), watch);
        done += chain_image(c, 0)->size_bytes;
    }
    for (int i = 0; i < n; i++)
        after += chain_room(dir, bundle_chain(b, i));
    *ret_freed = before > after ? before - after : 0;
    return rc;
}

static PRL_RESULT
compact_bundle(const char *path, const struct image_watch *watch, uint64_t *ret_freed)
{
    AUTO(cleanup_free) char *dir = path_is_dir(path) ? strdup(path) : path_dirname(path);
    struct bundle *b = NULL;
    PRL_RESULT rc = dir ? work_open_bundle(path, BUNDLE_WRITE, &b) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    return PRL_FAILED(rc) ? rc : work_close_bundle(b, compact_open_bundle(b, dir, watch, ret_freed));
}

static PRL_RESULT
compact_hds(const char *path, const struct image_watch *watch, uint64_t *ret_freed)
{
    struct chain *c = NULL;
    PRL_RESULT rc = work_open_hds(path, &c);
    uint64_t before, after;

    if (PRL_FAILED(rc))
        return rc;
    before = file_room(NULL, path);
    rc = work_close_chain(c, compact_chain(c, 0, chain_image(c, 0)->size_bytes, watch));
    after = file_room(NULL, path);
    *ret_freed = before > after ? before - after : 0;
    return rc;
}

/* ---- raw files ---- */

/* Walks the blocks that take room; those of zeros are counted and, with a file to write, given back. */
static PRL_RESULT
raw_blocks(int fd, const struct work_source *source, uint32_t block, bool is_dry, const struct image_watch *watch, struct work_blocks *ret)
{
    AUTO(cleanup_free) unsigned char *buf = malloc(block);
    struct work_blocks n = { block, (source->size + block - 1) / block, 0, 0 };
    PRL_RESULT rc = buf ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "buffer");

    for (uint64_t at = 0, length = 0; at < source->size && PRL_SUCCEEDED(rc); at += length) {
        bool is_data;

        rc = source->extent(source->arg, at, source->size - at, &is_data, &length);
        if (PRL_FAILED(rc) || !is_data)
            continue;
        /* Whole blocks: what begins in the middle of one counts from its beginning, up to the next whole one. */
        for (uint64_t b = at / block * block, end = at + length; b < end && PRL_SUCCEEDED(rc); b += block) {
            size_t size = source->size - b < block ? (size_t)(source->size - b) : block;

            rc = work_report(watch, b, source->size);
            if (PRL_SUCCEEDED(rc))
                rc = source->read(source->arg, buf, size, b);
            if (PRL_FAILED(rc))
                break;
            n.allocated++;
            length = b + size - at;
            if (!work_is_zero(buf, size)) {
                n.used++;
            } else if (!is_dry) {
                int e = file_punch(fd, b, size);

                if (e)
                    rc = work_failed(PRL_ERR_FILE_WRITE_ERROR, e, "a hole at %llu", (unsigned long long)b);
            }
        }
    }
    if (PRL_SUCCEEDED(rc) && ret)
        *ret = n;
    return rc;
}

static PRL_RESULT
compact_raw(const char *path, const struct image_watch *watch, uint64_t *ret_freed)
{
    AUTO_FD int fd = -1;
    struct work_file file;
    struct work_source source;
    uint64_t before, after;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);
    int e;

    if (PRL_SUCCEEDED(rc))
        rc = work_file_source(fd, path, &file, &source);
    if (PRL_FAILED(rc))
        return rc;
    before = file_room(NULL, path);
    rc = raw_blocks(fd, &source, RAW_BLOCK, false, watch, NULL);
    e = PRL_SUCCEEDED(rc) ? file_sync(fd) : 0;
    if (e)
        return work_failed(PRL_ERR_DISK_FSYNC_FAILED, e, "'%s'", path);
    after = file_room(NULL, path);
    *ret_freed = before > after ? before - after : 0;
    return rc;
}

/* ---- estimates ---- */

static PRL_RESULT
bundle_blocks(struct bundle *b, const struct image_watch *watch, struct work_blocks *ret)
{
    const struct descriptor *d = bundle_descriptor(b);
    struct work_blocks n = { d->storages[0].cluster_sectors * SECTOR, 0, 0, 0 };
    uint64_t done = 0;

    for (int i = 0; i < d->n_storages; i++) {
        struct chain *c = bundle_chain(b, i);
        struct image *image = chain_image(c, 0);
        struct walk w = { .chain = c, .image = image, .is_dry = true, .done_bytes = done, .total_bytes = bundle_size(b), .watch = watch };
        uint64_t total = (image->size_bytes + n.block_bytes - 1) / n.block_bytes;
        PRL_RESULT rc = image->cluster_bytes ? walk_chain(&w) : PRL_ERR_SUCCESS;

        if (PRL_FAILED(rc))
            return rc;
        done += image->size_bytes;
        n.total += total;
        n.allocated += image->cluster_bytes ? w.allocated_bytes / image->cluster_bytes : total;
        n.used += image->cluster_bytes ? (w.allocated_bytes - w.zero_bytes) / image->cluster_bytes : total;
    }
    *ret = n;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
hds_blocks(const char *path, const struct image_watch *watch, struct work_blocks *ret)
{
    AUTO(chain_free) struct chain *c = NULL;
    struct image *image;
    struct walk w = { .is_dry = true, .watch = watch };
    PRL_RESULT rc = hds_open(AT_FDCWD, path, 0, &image);

    if (PRL_SUCCEEDED(rc))
        rc = chain_new(&image, 1, image->size_bytes, &c);
    if (PRL_FAILED(rc))
        return rc;
    w.chain = c;
    w.image = chain_image(c, 0);
    w.total_bytes = w.image->size_bytes;
    rc = walk_chain(&w);
    if (PRL_FAILED(rc))
        return rc;
    ret->block_bytes = w.image->cluster_bytes;
    ret->total = (w.total_bytes + w.image->cluster_bytes - 1) / w.image->cluster_bytes;
    ret->allocated = w.allocated_bytes / w.image->cluster_bytes;
    ret->used = (w.allocated_bytes - w.zero_bytes) / w.image->cluster_bytes;
    return PRL_ERR_SUCCESS;
}

/* Anything else, through its own server; the block is what the format allocates. */
static PRL_RESULT
disk_blocks(const char *path, const char *format, const struct image_watch *watch, struct work_blocks *ret)
{
    AUTO(disk_unref) struct disk *d = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ, .format = format };
    struct work_source source;
    uint32_t block = RAW_BLOCK;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (strcmp(format, "qcow2") == 0) {
        AUTO_QCOW2 f = { 0 };
        AUTO_FD int fd = -1;

        rc = work_open_locked(path, WORK_LOCK_KEEP, &fd);
        if (PRL_SUCCEEDED(rc))
            rc = qcow2_facts_read(fd, path, &f);
        block = f.cluster_bytes;
    }
    if (PRL_SUCCEEDED(rc))
        rc = disk_open(path, &args, &d);
    if (PRL_FAILED(rc))
        return rc;
    source = work_disk_source(d);
    return raw_blocks(-1, &source, block, true, watch, ret);
}

static PRL_RESULT
open_bundle_blocks(const char *path, const struct image_watch *watch, struct work_blocks *ret)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT rc = work_open_bundle(path, 0, &b);

    return PRL_FAILED(rc) ? rc : bundle_blocks(b, watch, ret);
}

PRL_RESULT
work_compact_blocks(const char *path, struct work_blocks *ret, const struct image_watch *watch)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = disk_probe(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    switch (kind) {
    case DISK_BUNDLE:
        return open_bundle_blocks(path, watch, ret);
    case DISK_EXPANDING:
        return hds_blocks(path, watch, ret);
    case DISK_RAW:
    case DISK_QCOW2:
        return disk_blocks(path, name, watch, ret);
    default:
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image", path, name);
    }
}

PRL_RESULT
work_compact_estimate(const char *path, uint64_t *ret_size_bytes, uint64_t *ret_freed_bytes)
{
    struct work_blocks n;
    PRL_RESULT rc = work_compact_blocks(path, &n, NULL);

    if (PRL_FAILED(rc))
        return rc;
    *ret_size_bytes = n.used * n.block_bytes;
    *ret_freed_bytes = (n.allocated - n.used) * n.block_bytes;
    return PRL_ERR_SUCCESS;
}

/* ---- */

PRL_RESULT
work_compact(const char *path, const struct image_watch *watch, uint64_t *ret_freed_bytes)
{
    enum disk_format kind;
    const char *name;
    uint64_t freed = 0;
    PRL_RESULT rc = work_begin(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    switch (kind) {
    case DISK_BUNDLE:
        rc = compact_bundle(path, watch, &freed);
        break;
    case DISK_EXPANDING:
        rc = compact_hds(path, watch, &freed);
        break;
    case DISK_RAW:
        rc = compact_raw(path, watch, &freed);
        break;
    case DISK_QCOW2:
        rc = qcow2_compact(path, watch, &freed);
        break;
    default:
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image: it does not know which of its room is free", path, name);
    }
    if (PRL_SUCCEEDED(rc) && ret_freed_bytes)
        *ret_freed_bytes = freed;
    return rc;
}
