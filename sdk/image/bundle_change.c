/* SPDX-License-Identifier: MIT */
/*
 * One change of the tree. In this order: the record of what may be left behind, durable; new image files, durable; the active image closed,
 * which marks it clean and puts its bitmaps away; the images of the new tree opened (and so locked); the descriptor replaced, which is the
 * moment of the change; old files removed; the record cleared. Before that moment everything is undone on a failure, behind it nothing is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

PRL_RESULT
bundle_begin_change(struct bundle *b)
{
    PRL_RESULT r;

    if (!(b->flags & BUNDLE_WRITE))
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", b->path);
    if (!b->chains)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s': its images are not open", b->path);
    r = bundle_flush(b);
    if (PRL_FAILED(r))
        return r;
    bundle_remove_litter(b->dirfd, b->lock_fd, b->d); /* of a change before that was not durable at first */
    if (strcmp(b->d->merging, UUID_NIL) == 0)
        return r;
    return bundle_finish_merge(b, NULL);
}

/* ---- files ---- */

/* Does what it is told with every image that d has and `other` has not; goes on behind a failure if `is_all`. */
static PRL_RESULT
for_each_new(struct bundle *b, const struct descriptor *d, const struct descriptor *other, bool is_all,
             PRL_RESULT (*what)(struct bundle *b, const struct descriptor_storage *s, const struct descriptor_image *image))
{
    PRL_RESULT first = PRL_ERR_SUCCESS;

    for (int i = 0; i < d->n_storages; i++) {
        const struct descriptor_storage *s = &d->storages[i];

        for (int k = 0; k < s->n_images && (is_all || PRL_SUCCEEDED(first)); k++) {
            PRL_RESULT r = bundle_names(other, s->images[k].file) ? PRL_ERR_SUCCESS : what(b, s, &s->images[k]);

            if (PRL_SUCCEEDED(first))
                first = r;
        }
    }
    return first;
}

/* New ones are overlays: empty, as large as the storage, in the directory itself. */
static PRL_RESULT
make_image(struct bundle *b, const struct descriptor_storage *s, const struct descriptor_image *image)
{
    const struct hds_new args = {
        .size_sectors = s->end_sector - s->start_sector,
        .cluster_sectors = s->cluster_sectors,
        .any_cluster = true,
    };

    return hds_create(b->dirfd, image->file, &args, NULL);
}

static PRL_RESULT
remove_image(struct bundle *b, const struct descriptor_storage *s, const struct descriptor_image *image)
{
    int e;

    if (bundle_is_external(image->file))
        return PRL_ERR_SUCCESS;
    e = bundle_unlink(b->dirfd, image->file);
    if (e == 0 || e == -ENOENT)
        return PRL_ERR_SUCCESS;
    LOG_W("bundle", "'%s/%s', which no snapshot needs any more, cannot be removed: %s", b->path, image->file, strerror(-e));
    return PRL_ERR_FAILURE;
}

static PRL_RESULT
make_images(struct bundle *b, const struct descriptor *next)
{
    PRL_RESULT r = for_each_new(b, next, b->d, false, make_image);
    int e = PRL_SUCCEEDED(r) ? file_sync_dir(b->dirfd) : 0;

    return e < 0 ? err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", b->path) : r;
}

/* ---- images that are open ---- */

static const char *
file_in_chain(const struct descriptor *d, const int *chain, int depth, int storage)
{
    return descriptor_image(d, storage, d->shots[chain[depth]].guid)->file;
}

/* Then they can stay open. Without memory to find out, they are not the same. */
static bool
is_same_chain(const struct bundle *b, const struct descriptor *next)
{
    AUTO(cleanup_free) int *old = malloc(((size_t)b->d->n_shots + 1) * sizeof *old);
    AUTO(cleanup_free) int *new = malloc(((size_t)next->n_shots + 1) * sizeof *new);
    int n;

    if (!old || !new)
        return false;
    n = descriptor_chain(b->d, b->node, old);
    if (descriptor_chain(next, next->active, new) != n)
        return false;
    for (int i = 0; i < b->d->n_storages; i++)
        for (int k = 0; k < n; k++)
            if (strcmp(file_in_chain(b->d, old, k, i), file_in_chain(next, new, k, i)) != 0)
                return false;
    return true;
}

/* The images that are open are those of next. On a failure those of b->d are open again, if that can be. */
static PRL_RESULT
exchange_chains(struct bundle *b, const struct descriptor *next)
{
    AUTO(err_free) struct err *e = NULL;
    PRL_RESULT r = bundle_close_chains(b);

    if (PRL_SUCCEEDED(r))
        r = bundle_open_chains(b, next);
    if (PRL_SUCCEEDED(r))
        return r;
    e = err_take(r);
    if (PRL_FAILED(bundle_open_chains(b, b->d)))
        LOG_W("bundle", "'%s' cannot be opened again: %s", b->path, err_peek()->details ? err_peek()->details : "");
    return e ? err_put(e) : r;
}

/* ---- the change ---- */

static void
undo_files(struct bundle *b, const struct descriptor *next)
{
    AUTO(err_free) struct err *e = err_copy(err_peek());

    if (PRL_SUCCEEDED(for_each_new(b, next, b->d, true, remove_image)))
        bundle_record_clear(b);
    if (e)
        err_put(e);
}

static PRL_RESULT
back_to_old_chains(struct bundle *b, PRL_RESULT code)
{
    AUTO(err_free) struct err *e = err_take(code);

    exchange_chains(b, b->d);
    return e ? err_put(e) : code;
}

/* Everything up to the moment; *ret_made: it has come, whatever is returned. */
static PRL_RESULT
change(struct bundle *b, struct descriptor *next, bool *ret_made)
{
    bool is_same = is_same_chain(b, next);
    PRL_RESULT r = make_images(b, next);

    if (PRL_SUCCEEDED(r) && !is_same)
        r = exchange_chains(b, next);
    if (PRL_FAILED(r))
        return r;
    r = descriptor_save(b->dirfd, next);
    *ret_made = PRL_SUCCEEDED(r) || r == PRL_ERR_DISK_FSYNC_FAILED;
    return *ret_made || is_same ? r : back_to_old_chains(b, r);
}

PRL_RESULT
bundle_commit(struct bundle *b, struct descriptor *next)
{
    AUTO(descriptor_free) struct descriptor *other = next; /* at the end, the one that is not in force */
    bool is_made = false;
    PRL_RESULT r = bundle_record(b, b->d, next);

    if (PRL_SUCCEEDED(r))
        r = change(b, next, &is_made);
    if (!is_made) {
        undo_files(b, next);
        return r;
    }
    other = b->d;
    b->d = next;
    memcpy(b->node, next->active, UUID_TEXT);
    /* Not durable: it may come back after a crash, so its files stay, and so does the record of them. */
    b->is_dir_unsynced = PRL_FAILED(r);
    if (PRL_SUCCEEDED(r) && PRL_SUCCEEDED(for_each_new(b, other, b->d, true, remove_image)))
        bundle_record_clear(b);
    return r;
}
