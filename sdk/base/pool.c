/* SPDX-License-Identifier: MIT */
/*
 * Workers in lanes. A thread of a lane is idle, active (counts against `workers`) or blocked (does not), so
 *     n_threads = idle + active + blocked <= max,    a job is taken only while active < workers.
 * One thread per lane is there from the start, which makes sure that jobs run; the others come when work waits.
 * A job that returns from being blocked goes on at once: active may then exceed workers until it ends.
 */
#include "pool.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "lock.h"
#include "thread.h"

struct lane {
    char name[9];
    int workers, max; /* constant */

    struct lock lock; /* unranked: innermost, no other lock is taken and no job is run under it */
    struct cond work; /* a job may be taken, or the lane stops */
    struct pool_job *head, **tail; /* under lock, as all below */
    int queued;
    int idle, active, blocked;
    int n_threads;
    pthread_t *threads; /* max; never shrinks before pool_stop joins them */
    bool is_stopping;
};

struct pool {
    struct lane *lanes;
    int n_lanes;
    bool is_stopped; /* pool_stop and pool_free are called by the owner, one after the other */
};

/* The lane whose job this thread runs, and how deep it said that it blocks. */
static _Thread_local struct lane *my_lane;
static _Thread_local int my_depth;

static struct pool_job *
take_locked(struct lane *l)
{
    struct pool_job *job = l->head;

    l->head = job->next;
    if (!l->head)
        l->tail = &l->head;
    job->next = NULL;
    l->queued--;
    return job;
}

/* The next job, or NULL: end of the thread. Called as idle; returns as active. */
static struct pool_job *
next_job(struct lane *l)
{
    LOCK_SCOPE(&l->lock);

    for (;;) {
        if (l->head && l->active < l->workers) {
            struct pool_job *job = take_locked(l);

            l->idle--;
            l->active++;
            if (l->is_stopping && !l->head)
                cond_broadcast(&l->work); /* those who waited for a place may go */
            return job;
        }
        if (l->is_stopping && !l->head) {
            l->idle--;
            return NULL;
        }
        cond_wait_until(&l->work, &l->lock, CLOCK_FOREVER);
    }
}

static void
worker(void *arg)
{
    struct lane *l = arg;
    struct pool_job *job;

    my_lane = l;
    while ((job = next_job(l))) {
        job->run(job); /* job may be gone now */
        assert(my_depth == 0);
        LOCK_SCOPE(&l->lock);
        l->active--;
        l->idle++;
    }
}

static int
spawn_locked(struct lane *l)
{
    char name[32];
    int e;

    snprintf(name, sizeof name, "%s-%d", l->name, l->n_threads);
    e = thread_start(&l->threads[l->n_threads], name, worker, l);
    if (e)
        return e;
    l->n_threads++;
    l->idle++; /* from now: it will look at the queue without being woken */
    return 0;
}

/* A job or a place has come: sees to it that a thread takes it. True: one is to be woken, best without the lock that it would wait for. */
static bool
feed_locked(struct lane *l)
{
    int places = l->workers - l->active;
    int wanted = l->queued < places ? l->queued : places;

    if (wanted <= 0)
        return false;
    if (wanted > l->idle && l->n_threads < l->max)
        spawn_locked(l); /* if not, a thread we have takes the job when it is free */
    return true;
}

bool
pool_add(struct pool *p, int lane, struct pool_job *job)
{
    struct lane *l = &p->lanes[lane];
    bool wakes;

    assert(lane >= 0 && lane < p->n_lanes);
    {
        LOCK_SCOPE(&l->lock);
        if (l->is_stopping)
            return false;
        job->next = NULL;
        *l->tail = job;
        l->tail = &job->next;
        l->queued++;
        wakes = feed_locked(l);
    }
    if (wakes)
        cond_signal(&l->work);
    return true;
}

void
pool_blocking_begin(void)
{
    struct lane *l = my_lane;

    if (!l || my_depth++)
        return;
    LOCK_SCOPE(&l->lock);
    l->active--;
    l->blocked++;
    if (feed_locked(l))
        cond_signal(&l->work);
}

void
pool_blocking_end(void)
{
    struct lane *l = my_lane;

    if (!l)
        return;
    assert(my_depth > 0);
    if (--my_depth)
        return;
    LOCK_SCOPE(&l->lock);
    l->blocked--;
    l->active++;
}

static void
lane_stop(struct lane *l)
{
    lock_take(&l->lock);
    l->is_stopping = true;
    cond_broadcast(&l->work);
    /* A job that blocks may still bring a thread, so n_threads is read anew each time. */
    for (int i = 0; i < l->n_threads; i++) {
        pthread_t t = l->threads[i];

        lock_drop(&l->lock);
        thread_join(t);
        lock_take(&l->lock);
    }
    lock_drop(&l->lock);
}

void
pool_stop(struct pool *p)
{
    if (p->is_stopped)
        return;
    assert(!my_lane); /* a worker cannot join itself */
    p->is_stopped = true;
    for (int i = 0; i < p->n_lanes; i++)
        lane_stop(&p->lanes[i]);
}

static int
lane_init(struct lane *l, const struct pool_lane *from)
{
    int e;

    assert(from->workers > 0);
    snprintf(l->name, sizeof l->name, "%s", from->name);
    l->workers = from->workers;
    l->max = from->max < from->workers ? from->workers : from->max;
    l->tail = &l->head;
    l->threads = calloc((size_t)l->max, sizeof *l->threads);
    if (!l->threads)
        return ENOMEM;
    lock_init(&l->lock, 0);
    cond_init(&l->work);
    lock_take(&l->lock);
    e = spawn_locked(l);
    lock_drop(&l->lock);
    if (e) {
        cond_destroy(&l->work);
        lock_destroy(&l->lock);
        free(l->threads);
    }
    return e;
}

struct pool *
pool_new(const struct pool_lane *lanes, int n_lanes)
{
    AUTO(pool_free) struct pool *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->lanes = calloc((size_t)n_lanes, sizeof *p->lanes);
    if (!p->lanes)
        return NULL;
    for (; p->n_lanes < n_lanes; p->n_lanes++)
        if (lane_init(&p->lanes[p->n_lanes], &lanes[p->n_lanes]))
            return NULL;
    return TAKE(p);
}

void
pool_free(struct pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    for (int i = 0; i < p->n_lanes; i++) {
        cond_destroy(&p->lanes[i].work);
        lock_destroy(&p->lanes[i].lock);
        free(p->lanes[i].threads);
    }
    free(p->lanes);
    free(p);
}
