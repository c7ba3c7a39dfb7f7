/* SPDX-License-Identifier: MIT */
/* The service as a whole: start and stop order, and the loop of the I/O thread. */
#ifndef PRLKVM_ENGINE_ENGINE_H
#define PRLKVM_ENGINE_ENGINE_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

struct places;

struct engine_options {
    const char *state_dir, *run_dir;
    const struct places *places; /* NULL: no socket (tests hand over connections) */
    unsigned idle_exit_s;        /* 0: stays for ever */
    unsigned claim_wait_ms;      /* a conflicting operation waits this long */
    unsigned stop_grace_ms;      /* running tasks get this long to end */
    int signal_fd;               /* a signalfd that means stop, -1 none */
};

/*
 * Opens the store, takes over running VMs, recovers what a service before this one left, then listens. `backend` (qemu/backend.h) is set
 * before. What was opened is closed again on failure.
 */
PRL_RESULT engine_start(const struct engine_options *o);
/* The loop of the I/O thread, the caller's; returns when the service is to end. */
void engine_run(void);
/* After engine_run. False: tasks did not end in time; the process should end without more ado (they are in the journal). */
bool engine_finish(void);

/* Any thread. */
void engine_stop(void);
/* Takes a connected socket as a client. Any thread. */
void engine_add_fd(int fd);
/* Tells apart two runs of the service: revisions of one mean nothing to the other. */
const char *engine_epoch(void);
int64_t engine_start_time_ms(void); /* since the epoch */
int64_t engine_start_time_us(void); /* monotonic */

#endif
