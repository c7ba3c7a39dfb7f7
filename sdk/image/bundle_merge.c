/* SPDX-License-Identifier: MIT */
/*
 * Snapshot S and its only child C become one, C: whichever way takes less copying.
 *
 * Up: what S has and C has not is written to C. C reads the same all the time, and S is whole until the descriptor forgets it. Down: what C
 * has is written to S, and C then takes S's files. C reads the same all the time, but S is spoilt by the first write, so the descriptor
 * says so before: the merge is then finished by whoever next opens the bundle for writing. Doing it again from the start does no harm.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"
#include "image/hds.h"

#define COPY_BYTES ((size_t)1 << 20)

struct merge {
    struct bundle *b;
    char snapshot[UUID_TEXT], child[UUID_TEXT];
    bool is_down;
    const struct image_watch *watch;
    uint64_t done_bytes, total_bytes;
    void *buffer;
};

/* ---- copying ---- */

static bool
is_going_on(const struct merge *m)
{
    if (!m->watch || !m->watch->report)
        return true;
    return m->watch->report(m->watch->arg, m->total_bytes ? (int)((double)m->done_bytes / (double)m->total_bytes * 1000) : 0);
}

static bool
is_zero(const unsigned char *p, size_t n)
{
    return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* skip_zeros: where nothing lies below, what is absent reads the same. */
static PRL_RESULT
copy_run(struct merge *m, struct chain *from, struct chain *to, uint64_t offset, uint64_t size, bool skip_zeros)
{
    while (size) {
        size_t n = size < COPY_BYTES ? (size_t)size : COPY_BYTES;
        PRL_RESULT r;

        if (!is_going_on(m))
            return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s': the merge of %s", m->b->path, m->snapshot);
        r = chain_read(from, m->buffer, n, offset);
        if (PRL_SUCCEEDED(r) && !(skip_zeros && is_zero(m->buffer, n)))
            r = chain_write(to, m->buffer, n, offset);
        if (PRL_FAILED(r))
            return r;
        offset += n;
        size -= n;
        m->done_bytes += n;
    }
    return PRL_ERR_SUCCESS;
}

/* What the image at this depth of a chain shows of itself, added up, or copied (to not NULL). */
static PRL_RESULT
walk(struct merge *m, struct chain *from, int wanted_depth, uint64_t size_bytes, struct chain *to, uint64_t *ret_bytes)
{
    bool is_root = wanted_depth == chain_length(from) - 1;
    uint64_t offset = 0, sum = 0;

    while (offset < size_bytes) {
        struct image_run run;
        int depth;
        PRL_RESULT r = chain_map(from, offset, size_bytes - offset, &run, &depth);

        if (PRL_SUCCEEDED(r) && run.kind == RUN_DATA && depth == wanted_depth) {
            sum += run.length;
            if (to)
                r = copy_run(m, from, to, offset, run.length, is_root && wanted_depth == 1);
        }
        if (PRL_FAILED(r))
            return r;
        offset += run.length;
    }
    if (ret_bytes)
        *ret_bytes += sum;
    return PRL_ERR_SUCCESS;
}

/* ---- which way ---- */

/* Only into files of our own, and only if they are large enough for what the child has. */
static bool
can_go_down(const struct merge *m, int storage, const struct image *snapshot)
{
    const struct descriptor *d = m->b->d;
    const char *file = descriptor_image(d, storage, m->snapshot)->file;

    return !bundle_is_external(file) && snapshot->size_bytes >= storage_bytes(&d->storages[storage]);
}

static bool
can_go_up(const struct merge *m, int storage)
{
    return !bundle_is_external(descriptor_image(m->b->d, storage, m->child)->file);
}

static PRL_RESULT
measure(struct merge *m, int storage, uint64_t *up_bytes, uint64_t *down_bytes, bool *can_down)
{
    uint64_t size = storage_bytes(&m->b->d->storages[storage]);
    AUTO(chain_free) struct chain *c = NULL;
    PRL_RESULT r = bundle_open_chain(m->b, m->b->d, storage, m->child, false, &c);

    if (PRL_SUCCEEDED(r))
        r = walk(m, c, 1, size, NULL, up_bytes);
    if (PRL_SUCCEEDED(r))
        r = walk(m, c, 0, size, NULL, down_bytes);
    if (PRL_SUCCEEDED(r))
        *can_down = *can_down && can_go_down(m, storage, chain_image(c, 1));
    return r;
}

static PRL_RESULT
choose_way(struct merge *m)
{
    bool can_down = true, can_up = true;
    uint64_t up = 0, down = 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; i < m->b->d->n_storages && PRL_SUCCEEDED(r); i++) {
        r = measure(m, i, &up, &down, &can_down);
        can_up = can_up && can_go_up(m, i);
    }
    if (PRL_FAILED(r))
        return r;
    if (strcmp(m->b->d->merging, m->snapshot) == 0)
        can_up = false; /* it was begun the other way */
    if (!can_down && !can_up)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': neither snapshot %s nor its child can be written to",
                       m->b->path, m->snapshot);
    m->is_down = can_down && (!can_up || down < up);
    m->total_bytes = m->is_down ? down : up;
    return PRL_ERR_SUCCESS;
}

/* ---- the two ways, for one storage ---- */

static PRL_RESULT
finish_copy(struct chain *to, PRL_RESULT r)
{
    AUTO(err_free) struct err *e = PRL_FAILED(r) ? err_take(r) : NULL;
    PRL_RESULT flushed = PRL_SUCCEEDED(r) ? chain_flush(to) : PRL_ERR_SUCCESS, closed;

    if (PRL_FAILED(flushed))
        e = err_take(r = flushed);
    closed = chain_close(to); /* also after a failure: what it has is right */
    if (PRL_SUCCEEDED(r))
        return closed;
    return e ? err_put(e) : r;
}

static PRL_RESULT
copy_up(struct merge *m, int storage)
{
    struct chain *c = NULL;
    PRL_RESULT r = bundle_open_chain(m->b, m->b->d, storage, m->child, true, &c);

    if (PRL_FAILED(r))
        return r;
    r = walk(m, c, 1, storage_bytes(&m->b->d->storages[storage]), c, NULL);
    return finish_copy(c, r);
}

/*
 * Bitmaps of changes that the child has go on in the snapshot's file: empty ones, which copying then fills. Those of the snapshot itself
 * grow by what was changed since, as they must. Nothing but a full backup is lost if one cannot be added.
 */
static void
carry_bitmaps(struct image *child, struct image *snapshot)
{
    const struct hds_bitmap_info *infos;
    int n = child->cluster_bytes && snapshot->cluster_bytes ? hds_bitmaps(child, &infos) : 0;

    for (int i = 0; i < n; i++)
        if (PRL_FAILED(hds_bitmap_add(snapshot, infos[i].uuid, infos[i].granularity_bytes)))
            LOG_I("bundle", "'%s': a bitmap of changes is lost in a merge", snapshot->path);
}

static PRL_RESULT
copy_down(struct merge *m, int storage)
{
    const struct descriptor *d = m->b->d;
    uint64_t size = storage_bytes(&d->storages[storage]);
    AUTO(chain_free) struct chain *from = NULL;
    struct chain *to = NULL;
    struct image *child = NULL;
    PRL_RESULT r = bundle_open_image(m->b, d, storage, m->child, false, &child);

    if (PRL_SUCCEEDED(r))
        r = chain_new(&child, 1, size, &from);
    if (PRL_SUCCEEDED(r))
        r = bundle_open_chain(m->b, d, storage, m->snapshot, true, &to);
    if (PRL_FAILED(r))
        return r;
    carry_bitmaps(child, chain_image(to, 0));
    r = walk(m, from, 0, size, to, NULL);
    return finish_copy(to, r);
}

/* ---- the whole ---- */

/* Before the first byte is copied down. */
static PRL_RESULT
note_merge(struct merge *m)
{
    AUTO(descriptor_free) struct descriptor *next = NULL;
    PRL_RESULT r;

    if (strcmp(m->b->d->merging, m->snapshot) == 0)
        return PRL_ERR_SUCCESS;
    r = descriptor_copy(m->b->d, &next);
    if (PRL_FAILED(r))
        return r;
    memcpy(next->merging, m->snapshot, UUID_TEXT);
    r = descriptor_save(m->b->dirfd, next);
    if (PRL_FAILED(r) && r != PRL_ERR_DISK_FSYNC_FAILED)
        return r;
    descriptor_free(m->b->d);
    m->b->d = TAKE(next);
    m->b->is_dir_unsynced = PRL_FAILED(r);
    return r;
}

static PRL_RESULT
copy_all(struct merge *m)
{
    PRL_RESULT r = m->is_down ? note_merge(m) : PRL_ERR_SUCCESS;

    m->buffer = malloc(COPY_BYTES);
    if (!m->buffer && PRL_SUCCEEDED(r))
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", m->b->path);
    for (int i = 0; i < m->b->d->n_storages && PRL_SUCCEEDED(r); i++)
        r = m->is_down ? copy_down(m, i) : copy_up(m, i);
    free(m->buffer);
    return r;
}

/* The files change owners by name: the snapshot's go with it, or take the place of the child's. */
static void
swap_files(struct descriptor *d, const char *a, const char *b)
{
    for (int i = 0; i < d->n_storages; i++) {
        struct descriptor_image *x = descriptor_image(d, i, a), *y = descriptor_image(d, i, b), old = *x;

        x->file = y->file;
        x->is_plain = y->is_plain;
        y->file = old.file;
        y->is_plain = old.is_plain;
    }
}

static PRL_RESULT
forget_snapshot(struct merge *m)
{
    AUTO(descriptor_free) struct descriptor *next = NULL;
    PRL_RESULT r = descriptor_copy(m->b->d, &next);
    int child, snapshot;

    if (PRL_FAILED(r))
        return r;
    if (m->is_down)
        swap_files(next, m->snapshot, m->child);
    child = descriptor_shot(next, m->child);
    snapshot = descriptor_shot(next, m->snapshot);
    memcpy(next->shots[child].parent, next->shots[snapshot].parent, UUID_TEXT);
    descriptor_remove_shot(next, m->snapshot);
    memcpy(next->merging, UUID_NIL, UUID_TEXT);
    return bundle_commit(m->b, TAKE(next));
}

/* While files are copied nothing else is open: our own locks would be in our way. */
static PRL_RESULT
copy_closed(struct merge *m)
{
    PRL_RESULT r = bundle_close_chains(m->b), opened;
    AUTO(err_free) struct err *e = NULL;

    if (PRL_SUCCEEDED(r))
        r = choose_way(m);
    if (PRL_SUCCEEDED(r))
        r = copy_all(m);
    if (PRL_FAILED(r))
        e = err_take(r);
    opened = bundle_open_chains(m->b, m->b->d);
    if (PRL_SUCCEEDED(r))
        return opened;
    return e ? err_put(e) : r;
}

PRL_RESULT
bundle_merge(struct bundle *b, const char *guid, const struct image_watch *watch)
{
    AUTO(cleanup_free) int *children = malloc(((size_t)b->d->n_shots + 1) * sizeof *children);
    struct merge m = { .b = b, .watch = watch };
    PRL_RESULT r;

    if (!children)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
    memcpy(m.snapshot, guid, UUID_TEXT);
    if (descriptor_children(b->d, guid, children) != 1)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': snapshot %s has no single child", b->path, guid);
    memcpy(m.child, b->d->shots[children[0]].guid, UUID_TEXT);
    r = copy_closed(&m);
    return PRL_FAILED(r) ? r : forget_snapshot(&m);
}

PRL_RESULT
bundle_finish_merge(struct bundle *b, const struct image_watch *watch)
{
    char snapshot[UUID_TEXT];

    memcpy(snapshot, b->d->merging, UUID_TEXT);
    return bundle_merge(b, snapshot, watch);
}
