/* SPDX-License-Identifier: MIT */
/* One callback thread per server object: handlers run there one at a time, in order, outside all locks (semantics 3.1). */
#ifndef PRLKVM_CORE_EVENT_BUS_H
#define PRLKVM_CORE_EVENT_BUS_H

#include <prlsdk/PrlTypes.h>
#include <stdbool.h>
#include <stdint.h>

#include "object.h"

struct event_bus;
struct event_bus_list; /* the handlers of one source */

/* PRL_ERR_UNEXPECTED when the thread cannot start. */
PRL_RESULT event_bus_new(struct event_bus **ret);
/*
 * What is queued is dropped, the thread ends after the running callback. Never waits: the last reference to a server may be
 * freed by its own callback, or with a lock of the program held that a callback wants. The VMs' lists must be gone.
 */
void event_bus_free(struct event_bus *b);
void event_bus_quiet(struct event_bus *b); /* Deinit: no callback begins any more */
struct event_bus_list *event_bus_own_list(struct event_bus *b); /* the server's: lives as long as the bus */
struct event_bus_list *event_bus_list_new(struct event_bus *b);  /* a VM's */
void event_bus_list_free(struct event_bus_list *l);
PRL_RESULT event_bus_add(struct event_bus_list *l, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data);
/* Removes one registration; returns after a running pass is over (with a deadline: PRL_ERR_TIMEOUT; not when called inside a callback). */
PRL_RESULT event_bus_remove(struct event_bus_list *l, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data);
bool event_bus_has_handlers(struct event_bus_list *l);
/*
 * Queues obj (a PHT_EVENT or a finished PHT_JOB) for the server's handlers, then for those of vm_list, which vm_obj owns (both NULL: none).
 * Where 65,536 wait for a callback already, jobs are not shown any more, from 131,072 on events neither; the log says so, once at the
 * first and once when the queue is empty again. Waiting for a job does not need its event.
 */
void event_bus_post(struct event_bus *b, struct object *obj, struct object *vm_obj, struct event_bus_list *vm_list);
bool event_bus_is_callback_thread(void); /* any bus */
/* One call of a handler on this thread, which counts as a callback thread meanwhile. */
void event_bus_call(struct object *obj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data);

/* All threads have ended (their buses were freed) and are joined; false: the deadline passed. */
bool event_bus_wait_all(int64_t deadline);
void event_bus_after_fork(void);

#endif
