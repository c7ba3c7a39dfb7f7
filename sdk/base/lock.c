/* SPDX-License-Identifier: MIT */
/*
 * Ranked mutexes. Debug builds keep the ranks a thread holds and abort where a lock is not above all of them: a dead
 * lock that would need bad luck to happen becomes one line of text every time.
 */
#include "lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

static void
check(const char *what, int e)
{
    if (!e)
        return;
    fprintf(stderr, "prlkvm: %s: %s\n", what, strerror(e));
    abort();
}

#ifndef NDEBUG

#define HELD_MAX 16

/* In the order taken, so rising; unranked locks are not in it. */
static _Thread_local struct lock *held[HELD_MAX];
static _Thread_local int n_held;

static void
violation(const char *what, const struct lock *l)
{
    fprintf(stderr, "prlkvm: %s: lock of rank %d while holding", what, l->rank);
    for (int i = 0; i < n_held; i++)
        fprintf(stderr, " %d", held[i]->rank);
    fprintf(stderr, " (doc/locking.md)\n");
    abort();
}

static void
rank_check(struct lock *l)
{
    if (!l->rank)
        return;
    if (n_held && held[n_held - 1]->rank >= l->rank)
        violation("taken out of order", l);
    if (n_held == HELD_MAX)
        violation("too many locks", l);
}

static void
rank_push(struct lock *l)
{
    if (l->rank)
        held[n_held++] = l;
}

static void
rank_pop(struct lock *l)
{
    int i = n_held;

    if (!l->rank)
        return;
    while (i > 0 && held[i - 1] != l)
        i--;
    if (!i)
        violation("dropped but not held", l);
    memmove(&held[i - 1], &held[i], (size_t)(n_held - i) * sizeof held[0]);
    n_held--;
}

/* A wait takes its lock again at the end: a higher one held meanwhile would be out of order then. */
static void
rank_wait_check(struct lock *l)
{
    if (l->rank && (!n_held || held[n_held - 1] != l))
        violation("waited on below another", l);
}

#else

static void rank_check(struct lock *l) { (void)l; }
static void rank_push(struct lock *l) { (void)l; }
static void rank_pop(struct lock *l) { (void)l; }
static void rank_wait_check(struct lock *l) { (void)l; }

#endif

void
lock_init(struct lock *l, int rank)
{
    check("lock_init", pthread_mutex_init(&l->m, NULL));
    l->rank = rank;
}

void
lock_destroy(struct lock *l)
{
    check("lock_destroy", pthread_mutex_destroy(&l->m));
}

void
lock_take(struct lock *l)
{
    rank_check(l);
    check("lock_take", pthread_mutex_lock(&l->m));
    rank_push(l);
}

bool
lock_try(struct lock *l)
{
    int e = pthread_mutex_trylock(&l->m);

    if (e != EBUSY)
        check("lock_try", e);
    return !e;
}

void
lock_drop(struct lock *l)
{
    rank_pop(l);
    check("lock_drop", pthread_mutex_unlock(&l->m));
}

void
cond_init(struct cond *c)
{
    pthread_condattr_t attr;

    check("cond_init", pthread_condattr_init(&attr));
    check("cond_init", pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
    check("cond_init", pthread_cond_init(&c->c, &attr));
    pthread_condattr_destroy(&attr);
}

void
cond_destroy(struct cond *c)
{
    check("cond_destroy", pthread_cond_destroy(&c->c));
}

void
cond_signal(struct cond *c)
{
    check("cond_signal", pthread_cond_signal(&c->c));
}

void
cond_broadcast(struct cond *c)
{
    check("cond_broadcast", pthread_cond_broadcast(&c->c));
}

bool
cond_wait_until(struct cond *c, struct lock *l, int64_t deadline)
{
    struct timespec ts;
    int e;

    rank_wait_check(l);
    if (deadline == CLOCK_FOREVER) {
        check("cond_wait", pthread_cond_wait(&c->c, &l->m));
        return true;
    }
    if (deadline < 0)
        deadline = 0;
    ts.tv_sec = (time_t)(deadline / 1000);
    ts.tv_nsec = (long)(deadline % 1000) * 1000000;
    e = pthread_cond_timedwait(&c->c, &l->m, &ts);
    if (e == ETIMEDOUT)
        return false;
    check("cond_wait", e);
    return true;
}
