/* SPDX-License-Identifier: MIT */
/*
 * Performance counters of VMs (semantics 6.15): read once, or for the sessions that subscribed: at once when they do or when the VM begins to
 * run (libvirt has no answer before its first event), and every second. One thread serves all subscriptions and sleeps while there are none.
 */
#ifndef PRLKVM_VM_PERF_H
#define PRLKVM_VM_PERF_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

struct session;
struct vm;

/* A subscription of s to vm in the place of the one it had; filter NULL or "": everything. I/O thread, as is perf_stop. */
PRL_RESULT perf_subscribe(struct vm *vm, struct session *s, const char *filter);
void perf_unsubscribe(struct vm *vm, struct session *s);
void perf_session_closed(struct session *s);
/* It runs from now on: who has subscribed does not wait for the next tick. Any thread. */
void perf_vm_runs(const struct vm *vm);
/* Ends the thread; what is still subscribed is forgotten. Before the backend's end. */
void perf_stop(void);

/* The event as it would be sent now, asked for at once; for a running VM. Waits for QEMU until the deadline. */
PRL_RESULT perf_event(struct vm *vm, const char *filter, int64_t deadline, json_t **ret);

/* Is `filter` the whole of `name`? '*' is any text, '#' digits, all else itself; NULL and "" are every name. Names have up to 62 bytes. */
bool perf_matches(const char *filter, const char *name);

#endif
