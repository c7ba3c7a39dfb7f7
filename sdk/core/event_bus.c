/* SPDX-License-Identifier: MIT */
/*
 * The queue and the thread behind a server object's handlers.
 *
 *     post -> queue -> thread: pass over the server's handlers, pass over those of a VM, next
 *
 * A pass goes over the handlers there were at its start. While it runs, additions go behind its end and removals only mark, so
 * indexes stay good although the lock is dropped for every callback.
 */
#include "event_bus.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/thread.h"
#include "base/vec.h"
#include "handle.h"

#define RANK 75
#define UNREGISTER_MS 10000
/*
 * A program whose callback never returns shall not eat all memory: so many jobs are queued to be shown, and no more; events have twice the
 * room. What is dropped is only the call of the handlers: a job's outcome is stored, and its waiters woken, before it comes here.
 */
#define QUEUE_MAX 65536

struct registration {
    PRL_EVENT_HANDLER_PTR handler;
    PRL_VOID_PTR data;
    bool is_removed;
};

struct event_bus_list {
    struct event_bus *bus; /* constant; all else under its lock */
    VEC(struct registration) regs;
    bool is_in_pass;
    uint64_t n_passes;
};

struct entry {
    struct entry *next;
    struct object *obj;
    struct object *vm_obj; /* keeps vm_list, and through its owner the server */
    struct event_bus_list *vm_list;
};

struct event_bus {
    pthread_t thread; /* from the first handler on */
    struct lock lock; /* rank 75 */
    struct cond work, pass_over;
    struct entry *head, **tail; /* under lock, as all below */
    unsigned n_queued;
    uint64_t n_dropped; /* since the queue was full */
    bool has_thread;
    bool is_stopping; /* the thread is to end */
    bool is_quiet;    /* no callback begins any more; also while stopping */
    struct event_bus_list own;
    struct event_bus *next_done; /* under done_lock */
};

static _Thread_local bool is_callback_thread;

/* Threads that are about to end are joined by whoever comes next: a new bus, or Deinit. */
static struct lock done_lock = LOCK_INIT(0); /* leaf */
static struct cond done_cond = { PTHREAD_COND_INITIALIZER };
static struct event_bus *done; /* under done_lock */
static unsigned n_alive;       /* under done_lock */

bool
event_bus_is_callback_thread(void)
{
    return is_callback_thread;
}

/* ---- the thread ---- */

static void
call(struct object *obj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    PRL_HANDLE h;

    if (PRL_FAILED(handle_give(obj, &h)))
        return; /* a million handles are alive: somebody keeps what he is given */
    handler(h, data);
}

void
event_bus_call(struct object *obj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    bool before = is_callback_thread;

    is_callback_thread = true;
    call(obj, handler, data);
    is_callback_thread = before;
}

static void
compact_locked(struct event_bus_list *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->regs.len; i++)
        if (!l->regs.p[i].is_removed)
            l->regs.p[n++] = l->regs.p[i];
    l->regs.len = n;
}

static void
pass(struct event_bus *bus, struct event_bus_list *l, struct object *obj)
{
    size_t n;

    LOCK_SCOPE(&bus->lock);
    n = l->regs.len;
    l->is_in_pass = true;
    for (size_t i = 0; i < n && !bus->is_quiet; i++) {
        struct registration r = l->regs.p[i];

        if (r.is_removed)
            continue;
        lock_drop(&bus->lock);
        call(obj, r.handler, r.data);
        lock_take(&bus->lock);
    }
    l->is_in_pass = false;
    l->n_passes++;
    compact_locked(l);
    cond_broadcast(&bus->pass_over);
}

static struct entry *
take_entry(struct event_bus *bus, uint64_t *ret_dropped)
{
    struct entry *e;

    LOCK_SCOPE(&bus->lock);
    while (!bus->head && !bus->is_stopping)
        cond_wait_until(&bus->work, &bus->lock, CLOCK_FOREVER);
    if (bus->is_stopping)
        return NULL;
    e = bus->head;
    bus->head = e->next;
    if (!bus->head)
        bus->tail = &bus->head;
    if (--bus->n_queued == 0) {
        *ret_dropped = bus->n_dropped;
        bus->n_dropped = 0;
    }
    return e;
}

static struct entry *
next_entry(struct event_bus *bus)
{
    uint64_t dropped = 0;
    struct entry *e = take_entry(bus, &dropped);

    if (dropped)
        LOG_W("events", "the callbacks are through with the queue; they were not called for %" PRIu64 " events and jobs", dropped);
    return e;
}

static void
entry_free(struct entry *e)
{
    object_unref(e->obj);
    object_unref(e->vm_obj);
    free(e);
}

static void
run(void *arg)
{
    struct event_bus *bus = arg;
    struct entry *e;

    is_callback_thread = true;
    while ((e = next_entry(bus))) {
        pass(bus, &bus->own, e->obj);
        if (e->vm_list)
            pass(bus, e->vm_list, e->obj);
        entry_free(e); /* may be the end of the server object, and so of this thread */
    }
    /* event_bus_free emptied the queue and nobody posts any more. */
    LOCK_SCOPE(&done_lock);
    bus->next_done = done;
    done = bus;
    n_alive--;
    cond_broadcast(&done_cond);
}

/* ---- life ---- */

static void
destroy(struct event_bus *b)
{
    cond_destroy(&b->work);
    cond_destroy(&b->pass_over);
    lock_destroy(&b->lock);
    vec_free(&b->own.regs);
    free(b);
}

static void
reap(void)
{
    struct event_bus *b, *next;

    lock_take(&done_lock);
    b = TAKE(done);
    lock_drop(&done_lock);
    for (; b; b = next) {
        next = b->next_done;
        thread_join(b->thread);
        destroy(b);
    }
}

bool
event_bus_wait_all(int64_t deadline)
{
    bool is_over = true;

    lock_take(&done_lock);
    while (n_alive && is_over)
        is_over = cond_wait_until(&done_cond, &done_lock, deadline);
    is_over = !n_alive;
    lock_drop(&done_lock);
    reap();
    return is_over;
}

static void
make_clock(void)
{
    cond_init(&done_cond); /* static initialisers wait by the wall clock */
}

void
event_bus_after_fork(void)
{
    lock_init(&done_lock, 0);
    make_clock();
    done = NULL;
    n_alive = 0;
    is_callback_thread = false;
}

PRL_RESULT
event_bus_new(struct event_bus **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct event_bus *b = calloc(1, sizeof *b);

    if (!b)
        return PRL_ERR_OUT_OF_MEMORY;
    pthread_once(&once, make_clock);
    reap();
    lock_init(&b->lock, RANK);
    cond_init(&b->work);
    cond_init(&b->pass_over);
    b->tail = &b->head;
    b->own.bus = b;
    *ret = b;
    return PRL_ERR_SUCCESS;
}

/* Most programs that open a connection for one question have no handler, and starting a thread takes a part of that. */
static int
begin_locked(struct event_bus *b)
{
    int e = 0;

    if (b->has_thread)
        return 0;
    lock_take(&done_lock);
    n_alive++;
    e = thread_start(&b->thread, "prl-events", run, b);
    if (e)
        n_alive--;
    lock_drop(&done_lock);
    b->has_thread = !e;
    return e;
}

/* Takes the queue away; the caller frees it without the lock. */
static struct entry *
quiet_locked(struct event_bus *b)
{
    b->is_quiet = true;
    b->tail = &b->head;
    b->n_queued = 0;
    return TAKE(b->head);
}

static void
entries_free(struct entry *e)
{
    struct entry *next;

    for (; e; e = next) {
        next = e->next;
        entry_free(e);
    }
}

void
event_bus_quiet(struct event_bus *b)
{
    struct entry *e;

    lock_take(&b->lock);
    e = quiet_locked(b);
    lock_drop(&b->lock);
    entries_free(e);
}

void
event_bus_free(struct event_bus *b)
{
    struct entry *e;
    bool has_thread;

    if (!b)
        return;
    lock_take(&b->lock);
    e = quiet_locked(b);
    b->is_stopping = true;
    has_thread = b->has_thread;
    cond_signal(&b->work);
    lock_drop(&b->lock); /* the bus may be gone now */
    entries_free(e);
    if (!has_thread)
        destroy(b);
}

/* ---- handlers ---- */

struct event_bus_list *
event_bus_list_new(struct event_bus *b)
{
    struct event_bus_list *l = calloc(1, sizeof *l);

    if (l)
        l->bus = b;
    return l;
}

struct event_bus_list *
event_bus_own_list(struct event_bus *b)
{
    return &b->own;
}

void
event_bus_list_free(struct event_bus_list *l)
{
    if (!l)
        return;
    vec_free(&l->regs);
    free(l);
}

PRL_RESULT
event_bus_add(struct event_bus_list *l, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    struct registration r = { .handler = handler, .data = data };
    int e;

    LOCK_SCOPE(&l->bus->lock);
    e = begin_locked(l->bus);
    if (e)
        return err_errno(PRL_ERR_UNEXPECTED, e, "the notification thread");
    return vec_push(&l->regs, r) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_RESULT
event_bus_remove(struct event_bus_list *l, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    int64_t deadline = clock_deadline(UNREGISTER_MS);
    uint64_t now;

    LOCK_SCOPE(&l->bus->lock);
    for (size_t i = 0; i < l->regs.len; i++) {
        struct registration *r = &l->regs.p[i];

        if (r->is_removed || r->handler != handler || r->data != data)
            continue;
        r->is_removed = true;
        if (!l->is_in_pass)
            compact_locked(l);
        break;
    }
    now = l->n_passes;
    if (is_callback_thread)
        return PRL_ERR_SUCCESS;
    while (l->is_in_pass && l->n_passes == now)
        if (!cond_wait_until(&l->bus->pass_over, &l->bus->lock, deadline))
            return err_set(PRL_ERR_TIMEOUT, "a callback does not return");
    return PRL_ERR_SUCCESS;
}

bool
event_bus_has_handlers(struct event_bus_list *l)
{
    if (!l)
        return false;
    LOCK_SCOPE(&l->bus->lock);
    for (size_t i = 0; i < l->regs.len; i++)
        if (!l->regs.p[i].is_removed)
            return true;
    return false;
}

void
event_bus_post(struct event_bus *b, struct object *obj, struct object *vm_obj, struct event_bus_list *vm_list)
{
    struct entry *e = calloc(1, sizeof *e);
    /* Of a job that is not shown its waiters know; an event is told here or never. */
    unsigned max = obj->cls->type == PHT_JOB ? QUEUE_MAX : 2 * QUEUE_MAX;
    bool is_queued = false, is_first_drop = false;

    if (!e)
        return;
    *e = (struct entry){ .obj = obj, .vm_obj = vm_obj, .vm_list = vm_list };
    object_ref(obj);
    if (vm_obj)
        object_ref(vm_obj);
    lock_take(&b->lock);
    if (b->n_queued >= max) {
        is_first_drop = b->n_dropped++ == 0;
    } else if (!b->is_quiet && (b->own.regs.len || (vm_list && vm_list->regs.len))) {
        is_queued = true;
        *b->tail = e;
        b->tail = &e->next;
        b->n_queued++;
        cond_signal(&b->work);
    }
    lock_drop(&b->lock);
    if (is_first_drop)
        LOG_W("events", "%u wait for a callback that does not return: no more are kept", max);
    if (!is_queued)
        entry_free(e);
}
