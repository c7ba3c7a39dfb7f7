/* SPDX-License-Identifier: MIT */
/*
 * The engine's part of a test that drives a backend directly: tasks without clients, events that are counted, claims that nobody holds.
 * A program that links this defines the functions of task.h, events.h and claims.h that vm/ and qemu/ call, so the real engine
 * stays out of it.
 */
#ifndef PRLKVM_TESTS_STUB_ENGINE_H
#define PRLKVM_TESTS_STUB_ENGINE_H

#include <prlsdk/PrlEventsValues.h>
#include <stdatomic.h>

#include "engine/task.h"

struct stub_task {
    struct task task;
    _Atomic bool is_cancelled;
    _Atomic bool is_committed;
    _Atomic unsigned percent;
    unsigned cancel_at_percent; /* 0 never: the task is cancelled by its own progress, wherever that comes */
    unsigned call_at_percent;   /* the same, calls once */
    void (*call)(void *arg);
    void *arg;
    _Atomic bool has_called;
    int cancel_fd;
};

void stub_task_init(struct stub_task *t);
void stub_task_clear(struct stub_task *t);
void stub_task_cancel(struct stub_task *t);

/* Events sent so far, of that type (0: all). */
unsigned stub_events(PRL_EVENT_TYPE type);
/* Waits until there were n of them. False: not by the deadline. */
bool stub_events_wait(PRL_EVENT_TYPE type, unsigned n, int64_t deadline);

#endif
