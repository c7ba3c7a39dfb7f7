/* SPDX-License-Identifier: MIT */
/*
 * Calls on a disk count themselves in and out without a lock. Work that wants the disk alone first says so (is_taken), then waits until those inside
 * have left; either side looks at the other's mark after setting its own, so they cannot miss each other.
 */
#include "disk_obj.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/pool.h"
#include "base/thread.h"
#include "init.h"

#define RANK_DISK_OBJ 86
#define LEAVE_MS 600000 /* for calls inside to end: each of them ends by a deadline of its own */
#define PROGRESS_LAST (PRL_DISK_PROGRESS_MAX - 1) /* until the work has succeeded */

enum phase { PHASE_IDLE, PHASE_WORKING, PHASE_TELLING /* done, but for the last callback */ };

struct disk_obj {
    struct object obj;         /* the program's; work goes on without it */
    _Atomic unsigned refs;     /* of the memory: obj's and the work's */
    struct init_item item;     /* while work runs: PrlApi_Deinit cancels it */
    _Atomic unsigned n_inside;
    _Atomic bool is_taken;
    _Atomic bool is_cancelled; /* by Deinit */
    struct disk *disk;         /* changes only while is_taken and nobody is inside */

    struct lock lock;          /* rank 86 */
    struct cond changed;
    enum phase phase;          /* under lock, as all below */
    pthread_t worker;          /* valid while there is background work */
    bool has_worker;
    bool is_freed;             /* by the program: the work closes the disk */
    PRL_RESULT result;         /* of the last work */
    struct err *why;           /* likewise, or NULL */
};

static _Thread_local int callback_depth;

bool
disk_obj_is_callback_thread(void)
{
    return callback_depth > 0;
}

/* ---- the object ---- */

static void
let_go(struct disk_obj *o)
{
    if (atomic_fetch_sub(&o->refs, 1) > 1)
        return;
    err_free(o->why);
    cond_destroy(&o->changed);
    lock_destroy(&o->lock);
    free(o);
}

/* A disk whose work has been waited for is closed when its handle is freed, though the work's thread may have some steps to go. */
static void
destroy(struct object *obj)
{
    struct disk_obj *o = (struct disk_obj *)obj;
    struct disk *disk = NULL;

    {
        LOCK_SCOPE(&o->lock);
        o->is_freed = true;
        if (o->phase == PHASE_IDLE)
            disk = TAKE(o->disk);
    }
    disk_unref(disk);
    let_go(o);
}

static const struct object_class disk_class = { .type = PHT_VIRTUAL_DISK, .destroy = destroy };

static void
item_close(struct init_item *item)
{
    atomic_store(&CONTAINER_OF(item, struct disk_obj, item)->is_cancelled, true);
}

/* The work has a reference as long as it is an item. */
static bool
item_keep(struct init_item *item)
{
    atomic_fetch_add(&CONTAINER_OF(item, struct disk_obj, item)->refs, 1);
    return true;
}

static void
item_drop(struct init_item *item)
{
    let_go(CONTAINER_OF(item, struct disk_obj, item));
}

struct disk_obj *
disk_obj_new(struct disk *disk)
{
    struct disk_obj *o = calloc(1, sizeof *o);

    if (!o) {
        disk_unref(disk);
        return NULL;
    }
    object_init(&o->obj, &disk_class);
    atomic_init(&o->refs, 1);
    o->item = (struct init_item){ .close = item_close, .keep = item_keep, .drop = item_drop };
    o->disk = disk;
    lock_init(&o->lock, RANK_DISK_OBJ);
    cond_init(&o->changed);
    return o;
}

/* ---- calls ---- */

static PRL_RESULT
in_progress(void)
{
    return err_set(PRL_ERR_DISK_OPERATION_IN_PROGRESS, "an operation on this disk is under way");
}

PRL_RESULT
disk_obj_begin(struct disk_obj *o, struct disk **ret)
{
    atomic_fetch_add(&o->n_inside, 1);
    if (atomic_load(&o->is_taken)) {
        disk_obj_end(o);
        return in_progress();
    }
    if (!o->disk) {
        disk_obj_end(o);
        return err_set(PRL_ERR_UNINITIALIZED, "this disk is not open");
    }
    *ret = o->disk;
    return PRL_ERR_SUCCESS;
}

void
disk_obj_end(struct disk_obj *o)
{
    if (atomic_fetch_sub(&o->n_inside, 1) > 1 || !atomic_load(&o->is_taken))
        return;
    LOCK_SCOPE(&o->lock);
    cond_broadcast(&o->changed);
}

/* ---- work ---- */

struct task {
    struct pool_job job;
    struct disk_obj *o; /* in background a reference of its own: the program may free the handle */
    struct disk_work work;
    int told; /* progress so far */
};

/* What it returns nobody needs any more: the caller's, to be closed without the lock. */
static struct disk *
leave_locked(struct disk_obj *o)
{
    o->phase = PHASE_IDLE;
    o->has_worker = false;
    atomic_store(&o->is_taken, false);
    cond_broadcast(&o->changed);
    return o->is_freed ? TAKE(o->disk) : NULL;
}

static void
leave(struct disk_obj *o)
{
    struct disk *disk;

    {
        LOCK_SCOPE(&o->lock);
        disk = leave_locked(o);
    }
    disk_unref(disk);
}

/* The disk is ours alone after it. */
static PRL_RESULT
take(struct disk_obj *o)
{
    int64_t deadline = clock_deadline(LEAVE_MS);
    LOCK_SCOPE(&o->lock);

    if (o->phase != PHASE_IDLE)
        return in_progress();
    o->phase = PHASE_WORKING;
    atomic_store(&o->is_taken, true);
    while (atomic_load(&o->n_inside))
        if (!cond_wait_until(&o->changed, &o->lock, deadline) && atomic_load(&o->n_inside)) {
            leave_locked(o);
            return in_progress();
        }
    err_free(TAKE(o->why));
    o->result = PRL_ERR_SUCCESS;
    return PRL_ERR_SUCCESS;
}

static bool
tell(struct task *t, int progress)
{
    bool goes_on;

    if (!t->work.tell || progress <= t->told)
        return true;
    t->told = progress;
    callback_depth++;
    goes_on = t->work.tell(t->work.arg, progress);
    callback_depth--;
    return goes_on;
}

static bool
report(void *arg, int permille)
{
    struct task *t = arg;

    if (atomic_load(&t->o->is_cancelled))
        return false;
    return tell(t, permille < 0 ? 0 : permille > PROGRESS_LAST ? PROGRESS_LAST : permille);
}

static void
note_result(struct disk_obj *o, PRL_RESULT r)
{
    struct err *why = PRL_FAILED(r) ? err_take(r) : NULL;
    LOCK_SCOPE(&o->lock);

    o->result = r;
    o->why = why;
    o->phase = PHASE_TELLING;
    atomic_store(&o->is_taken, false); /* the disk can be used, also by the last callback */
    cond_broadcast(&o->changed);
}

static PRL_RESULT
do_work(struct task *t)
{
    const struct image_watch watch = { report, t };
    struct disk_obj *o = t->o;
    PRL_RESULT r = report(t, 0) ? t->work.run(t->work.arg, &o->disk, &watch) : err_set(PRL_ERR_DISK_USER_INTERRUPTED, "cancelled");

    if (PRL_SUCCEEDED(r))
        tell(t, PRL_DISK_PROGRESS_MAX); /* too late to cancel */
    note_result(o, r);
    tell(t, PRL_DISK_PROGRESS_COMPLETED);
    leave(o);
    return r;
}

static void
run_in_background(struct task *t)
{
    struct disk_obj *o = t->o;

    {
        LOCK_SCOPE(&o->lock);
        o->worker = pthread_self();
        o->has_worker = true;
    }
    init_item_add(&o->item);
    do_work(t);
    init_item_remove(&o->item);
    t->work.free(t->work.arg);
    free(t);
    let_go(o);
}

static void
run_job(struct pool_job *job)
{
    pool_blocking_begin();
    run_in_background((struct task *)job);
    pool_blocking_end();
}

static void
run_thread(void *arg)
{
    run_in_background(arg);
}

/* On the library's pool; before PrlApi_Init there is none, and the work gets a thread of its own. */
static PRL_RESULT
start(const struct task *like)
{
    struct task *t = malloc(sizeof *t);
    pthread_t thread;

    if (!t)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "work on a disk");
    *t = *like;
    t->job = (struct pool_job){ .run = run_job };
    atomic_fetch_add(&t->o->refs, 1);
    if (init_pool_add(&t->job))
        return PRL_ERR_SUCCESS;
    if (thread_start(&thread, "prl-disk", run_thread, t) == 0) {
        pthread_detach(thread);
        return PRL_ERR_SUCCESS;
    }
    let_go(t->o);
    free(t);
    return err_set(PRL_ERR_OUT_OF_MEMORY, "a thread for work on a disk");
}

PRL_RESULT
disk_obj_work(struct disk_obj *o, const struct disk_work *work)
{
    struct task t = { .o = o, .work = *work, .told = -1 };
    PRL_RESULT r = take(o);

    if (PRL_SUCCEEDED(r) && !work->tell) {
        r = do_work(&t);
    } else if (PRL_SUCCEEDED(r)) {
        r = start(&t);
        if (PRL_SUCCEEDED(r))
            return r;
        leave(o);
    }
    work->free(work->arg);
    return r;
}

PRL_RESULT
disk_obj_wait(struct disk_obj *o)
{
    LOCK_SCOPE(&o->lock);

    while (o->phase != PHASE_IDLE) {
        bool is_own = o->has_worker && pthread_equal(o->worker, pthread_self());

        if (is_own && o->phase == PHASE_WORKING)
            return in_progress();
        if (is_own)
            break;
        cond_wait_until(&o->changed, &o->lock, CLOCK_FOREVER);
    }
    return o->why ? err_put(o->why) : o->result;
}

/* ---- maps and policies ---- */

struct map_obj {
    struct object obj;
    struct disk_map *map;
};

static void
map_destroy(struct object *obj)
{
    disk_map_free(((struct map_obj *)obj)->map);
    free(obj);
}

static const struct object_class map_class = { .type = PHT_VIRTUAL_DISK_MAP, .destroy = map_destroy };

struct object *
disk_map_obj_new(struct disk_map *map)
{
    struct map_obj *o = calloc(1, sizeof *o);

    if (!o) {
        disk_map_free(map);
        return NULL;
    }
    object_init(&o->obj, &map_class);
    o->map = map;
    return &o->obj;
}

const struct disk_map *
disk_map_of(struct object *obj)
{
    return ((struct map_obj *)obj)->map;
}

struct policy_obj {
    struct object obj;
    PRL_UINT64 offset_bytes;
};

static void
policy_destroy(struct object *obj)
{
    free(obj);
}

static const struct object_class policy_class = { .type = PHT_VIRTUAL_DISK_OPEN_POLICY, .destroy = policy_destroy };

struct object *
disk_policy_obj_new(PRL_UINT64 offset_bytes)
{
    struct policy_obj *o = calloc(1, sizeof *o);

    if (!o)
        return NULL;
    object_init(&o->obj, &policy_class);
    o->offset_bytes = offset_bytes;
    return &o->obj;
}

PRL_UINT64
disk_policy_offset(struct object *obj)
{
    return ((struct policy_obj *)obj)->offset_bytes;
}
