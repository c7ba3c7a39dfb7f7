/* SPDX-License-Identifier: MIT */
/* Mutexes with ranks (taken in rising order, checked in debug builds; the list is doc/locking.md) and condition waits with deadlines. */
#ifndef PRLKVM_BASE_LOCK_H
#define PRLKVM_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "cleanup.h"

struct lock {
    pthread_mutex_t m;
    int rank; /* 0: not checked */
};

#define LOCK_INIT(rank_) { PTHREAD_MUTEX_INITIALIZER, (rank_) }

void lock_init(struct lock *l, int rank);
void lock_destroy(struct lock *l);
void lock_take(struct lock *l);
/* False: somebody has it. For unranked locks. */
bool lock_try(struct lock *l);
void lock_drop(struct lock *l);

static inline __attribute__((unused)) void
lock_drop_auto(struct lock **l)
{
    if (*l)
        lock_drop(*l);
}
static inline __attribute__((unused)) struct lock *
lock_take_ret(struct lock *l)
{
    lock_take(l);
    return l;
}
#define LOCK_PASTE2(a, b) a##b
#define LOCK_PASTE(a, b) LOCK_PASTE2(a, b)
/* Held to the end of the block. */
#define LOCK_SCOPE(l)                                                                              \
    struct lock *LOCK_PASTE(lock_scope_, __LINE__)                                                 \
        __attribute__((cleanup(lock_drop_auto), unused)) = lock_take_ret(l)

struct cond {
    pthread_cond_t c; /* CLOCK_MONOTONIC */
};
void cond_init(struct cond *c);
void cond_destroy(struct cond *c);
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);
/* False when the deadline (clock.h) has passed. Spurious wake-ups happen: look again. */
bool cond_wait_until(struct cond *c, struct lock *l, int64_t deadline);

#endif
