/* SPDX-License-Identifier: MIT */
/*
 * A bounded pool of workers with lanes. Each lane keeps `workers` threads running jobs; a job about to wait long for
 * something outside (a guest, a process) says pool_blocking_begin and the lane may run another in its place, up to `max`.
 */
#ifndef PRLKVM_BASE_POOL_H
#define PRLKVM_BASE_POOL_H

#include <stdbool.h>

#include "cleanup.h"

struct pool;
struct pool_lane {
    const char *name; /* at most 8 bytes: part of the thread names */
    int workers;      /* running at once */
    int max;          /* threads at most, blocked ones included */
};

struct pool_job {
    struct pool_job *next; /* owned by the pool while queued */
    void (*run)(struct pool_job *job);
};

struct pool *pool_new(const struct pool_lane *lanes, int n_lanes); /* NULL: no memory or no thread */
/* Queues job (borrowed until run is called, which may free it). False after pool_stop. Never blocks. */
bool pool_add(struct pool *p, int lane, struct pool_job *job);
/* Called inside a job, in pairs. Outside of a pool thread they do nothing. */
void pool_blocking_begin(void);
void pool_blocking_end(void);
/* Takes no more jobs, runs what is queued, joins all threads. */
void pool_stop(struct pool *p);
void pool_free(struct pool *p);
CLEANUP_FOR(pool_free, struct pool *)

#endif
