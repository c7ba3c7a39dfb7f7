/* SPDX-License-Identifier: MIT */
/* Starting and ending the library. Nothing is held while Deinit waits: a call or callback may need any lock to come to its end. */
#include "init.h"

#include <errno.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/xml.h"
#include "disk_obj.h"
#include "entry_gate.h"
#include "event_bus.h"
#include "handle.h"
#include "job_wait.h"

#include <prlsdk/PrlApiVersion.h>

#define VERSION_MASK 0x1fffffffu /* above: sequence bits */
#define CALLS_MS 15000           /* how long Deinit waits for calls in progress */
#define OBJECTS_MS 15000         /* and for the callback threads */
#define TURN_MS 60000            /* how long Init waits for a Deinit under way */

enum phase { PHASE_DOWN, PHASE_UP, PHASE_ENDING };

static struct lock lock = LOCK_INIT(10); /* rank 10 */
static struct cond changed = { PTHREAD_COND_INITIALIZER };
static enum phase phase;         /* under lock, as all below */
static unsigned n_inits;
static PRL_UINT32 version;
static PRL_APPLICATION_MODE app_mode;
static struct pool *pool;
static struct lock items_lock = LOCK_INIT(11); /* rank 11 */
static struct init_item *items;  /* under items_lock */

/* The child of a fork has none of our threads; its connections are the parent's. It starts from nothing, what was is left alone. */
static void
in_child(void)
{
    lock_init(&lock, 10);
    lock_init(&items_lock, 11);
    cond_init(&changed);
    phase = PHASE_DOWN;
    n_inits = 0;
    pool = NULL;
    items = NULL;
    entry_after_fork();
    job_wait_after_fork();
    handle_forget_all();
    event_bus_after_fork();
}

static void
once_init(void)
{
    cond_init(&changed);
    pthread_atfork(NULL, NULL, in_child);
}

static void
run_registration(struct pool_job *job)
{
    entry_register();
}
static struct pool_job registration = { .run = run_registration }; /* pool_free has run it before the next Init queues it */

static PRL_RESULT
start_locked(void)
{
    static const struct pool_lane lanes[] = { { "prl-work", 2, 16 } };

    xml_init();
    pool = pool_new(lanes, 1);
    return pool ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "the library's threads");
}

PRL_RESULT
init_begin(PRL_UINT32 wanted, PRL_APPLICATION_MODE mode)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int64_t deadline = clock_deadline(TURN_MS);
    PRL_RESULT r;

    pthread_once(&once, once_init);
    LOCK_SCOPE(&lock);
    while (phase == PHASE_ENDING)
        if (!cond_wait_until(&changed, &lock, deadline))
            return err_set(PRL_ERR_UNEXPECTED, "PrlApi_Deinit does not end");
    if (phase == PHASE_UP) {
        n_inits++;
        return PRL_ERR_SUCCESS;
    }
    if ((wanted & VERSION_MASK) > VIRTUOZZO_API_VER)
        return err_set(PRL_ERR_API_INCOMPATIBLE, "API version 0x%x, the library has 0x%x", wanted & VERSION_MASK,
                       (unsigned)VIRTUOZZO_API_VER);
    entry_prepare();
    r = start_locked();
    if (PRL_FAILED(r))
        return r;
    version = wanted;
    app_mode = mode;
    n_inits = 1;
    phase = PHASE_UP;
    if (!handle_count(PHT_ERROR)) /* handles of disks may live already: their numbers stay as they are */
        handle_set_sequence(wanted >> 29);
    entry_open();
    pool_add(pool, 0, &registration);
    return PRL_ERR_SUCCESS;
}

/* ---- the end ---- */

static void
close_items(void)
{
    for (;;) {
        struct init_item *item;

        lock_take(&items_lock);
        /* Taken out as they are closed; those that are ending anyway take themselves out. */
        for (item = items; item && !item->keep(item); item = item->next)
            ;
        if (item) {
            *item->prev = item->next;
            if (item->next)
                item->next->prev = item->prev;
            item->prev = NULL;
        }
        lock_drop(&items_lock);
        if (!item)
            return;
        item->close(item);
        item->drop(item);
    }
}

static void
end(struct pool *p)
{
    entry_close();
    job_wait_wake_all();
    entry_wait_idle(clock_deadline(CALLS_MS));
    close_items();
    pool_free(p); /* a login may have been on its way: */
    close_items();
    handle_drop_all();
    event_bus_wait_all(clock_deadline(OBJECTS_MS));
    handle_drop_all(); /* of a callback that was just about to begin */
    entry_shut();
}

static bool
is_callback_thread(void)
{
    return event_bus_is_callback_thread() || disk_obj_is_callback_thread();
}

PRL_RESULT
init_end(void)
{
    struct pool *p;

    lock_take(&lock);
    if (phase != PHASE_UP || is_callback_thread() || n_inits > 1) {
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (phase != PHASE_UP)
            r = PRL_ERR_API_WASNT_INITIALIZED;
        else if (is_callback_thread())
            r = err_set(PRL_ERR_INVALID_ACTION_REQUESTED, "PrlApi_Deinit in a callback");
        else
            n_inits--;
        lock_drop(&lock);
        return r;
    }
    phase = PHASE_ENDING;
    n_inits = 0;
    p = TAKE(pool);
    lock_drop(&lock);

    end(p);

    lock_take(&lock);
    phase = PHASE_DOWN;
    cond_broadcast(&changed);
    lock_drop(&lock);
    return PRL_ERR_SUCCESS;
}

/* ---- questions ---- */

PRL_UINT32
init_version(void)
{
    LOCK_SCOPE(&lock);

    return version;
}

PRL_UINT32
init_api_version(void)
{
    return init_version() & VERSION_MASK;
}

PRL_APPLICATION_MODE
init_mode(void)
{
    LOCK_SCOPE(&lock);

    return app_mode;
}

bool
init_pool_add(struct pool_job *job)
{
    LOCK_SCOPE(&lock);

    return pool && pool_add(pool, 0, job);
}

void
init_item_add(struct init_item *item)
{
    LOCK_SCOPE(&items_lock);

    item->next = items;
    item->prev = &items;
    if (items)
        items->prev = &item->next;
    items = item;
}

void
init_item_remove(struct init_item *item)
{
    LOCK_SCOPE(&items_lock);

    if (!item->prev)
        return;
    *item->prev = item->next;
    if (item->next)
        item->next->prev = item->prev;
    item->prev = NULL;
}
