/* SPDX-License-Identifier: MIT */
/*
 * Flush groups: copy the dirty pieces of the table, sync the data, write the pieces, sync again. An entry reaches the file only after the data that
 * it names, and entries that are published while a group is under way wait for the next. Groups run one at a time; whoever
 * calls flush waits for one that began after the call.
 */
#include "image/hds_private.h"

#include <errno.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/thread.h"
#include "image/file_io.h"

/* What is at stake if the process dies, and how much of the table is kept dirty: 4 MiB. */
#define DIRTY_PIECES_MAX 1024u

int hds_flush_after_ms = 2000;

void
hds_flush_later_locked(struct hds *h)
{
    h->dirty_since_ms = clock_now_ms();
    cond_signal(&h->flusher_wake);
}

bool
hds_flush_is_due_locked(struct hds *h)
{
    return h->bat.n_dirty_pieces >= DIRTY_PIECES_MAX;
}

/* After a sync that failed nobody knows which data arrived: the kernel forgets, and the next sync would succeed. */
static int
sync_file(struct hds *h)
{
    int e = file_sync(h->image.fd), none = 0;

    if (e)
        atomic_compare_exchange_strong(&h->sync_failed, &none, e);
    return e;
}

static int
write_group(struct hds *h, struct hds_bat_copy *copy)
{
    bool is_dirty = atomic_exchange(&h->is_dirty, false);
    int e = atomic_load(&h->sync_failed);

    if (!e && (is_dirty || copy->n))
        e = sync_file(h);
    if (!e && copy->n)
        e = hds_bat_write(h, copy);
    if (!e && copy->n)
        e = sync_file(h);
    return e;
}

/* With the lock held, which it drops meanwhile. */
static int
run_group_locked(struct hds *h, uint64_t number)
{
    struct hds_bat_copy copy;
    int e;

    if (!hds_bat_copy_locked(h, &copy))
        return -ENOMEM;
    for (; h->freed.len; h->freed.len--)
        if (!vec_push(&h->freeing, h->freed.p[h->freed.len - 1]))
            break; /* no memory: they stay for the next group */
    h->flush_started = number;
    h->is_flushing = true;
    lock_drop(&h->lock);
    e = write_group(h, &copy);
    lock_take(&h->lock);
    h->is_flushing = false;
    hds_bat_written_locked(h, &copy, !e);
    /* Nothing durable names them any more. */
    for (; !e && h->freeing.len; h->freeing.len--)
        hds_space_give(&h->space, h->freeing.p[h->freeing.len - 1] * h->entry_bytes);
    return e;
}

/* With the lock held: a group that begins from now on. */
static int
flush_locked(struct hds *h)
{
    uint64_t wanted = h->flush_started + 1;

    while (h->flush_ok < wanted) {
        int e;

        if (h->flush_done >= wanted)
            return h->flush_error;
        if (h->is_flushing) {
            cond_wait_until(&h->changed, &h->lock, CLOCK_FOREVER); /* for a sync that takes as long as ours would */
            continue;
        }
        e = run_group_locked(h, h->flush_started + 1);
        h->flush_done = h->flush_started;
        if (e)
            h->flush_error = e;
        else
            h->flush_ok = h->flush_done;
        cond_broadcast(&h->changed);
        if (e)
            return e;
    }
    return 0;
}

PRL_RESULT
hds_flush(struct image *image)
{
    struct hds *h = hds_of(image);
    int e;

    if (atomic_load(&h->state) != HDS_CHANGING)
        return PRL_ERR_SUCCESS;
    lock_take(&h->lock);
    e = flush_locked(h);
    lock_drop(&h->lock);
    return e ? image_sync_error(image, e) : PRL_ERR_SUCCESS;
}

/* A table that stays dirty is written after a while even if nobody flushes: the data are in the kernel's hands, its places are only in ours. */
static void
flusher(void *arg)
{
    struct hds *h = arg;
    int64_t not_before = 0;

    LOCK_SCOPE(&h->lock);
    while (!h->flusher_stop) {
        int64_t due = h->bat.n_dirty_pieces ? h->dirty_since_ms + hds_flush_after_ms : CLOCK_FOREVER;

        if (due < not_before)
            due = not_before;
        if (due == CLOCK_FOREVER || clock_now_ms() < due) {
            cond_wait_until(&h->flusher_wake, &h->lock, due);
            continue;
        }
        (void)flush_locked(h); /* what failed is dirty still, and the next flush says so */
        not_before = clock_now_ms() + hds_flush_after_ms;
    }
}

void
hds_flusher_start(struct hds *h)
{
    int e = h->has_flusher ? 0 : thread_start(&h->flusher, "prl-image", flusher, h);

    if (e)
        LOG_W("image", "no thread to flush '%s'; it is flushed when it is asked for", h->image.path);
    else
        h->has_flusher = true;
}

void
hds_flusher_stop(struct hds *h)
{
    if (!h->has_flusher)
        return;
    lock_take(&h->lock);
    h->flusher_stop = true;
    cond_signal(&h->flusher_wake);
    lock_drop(&h->lock);
    thread_join(h->flusher);
    h->has_flusher = h->flusher_stop = false;
}
