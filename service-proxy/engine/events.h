/* SPDX-License-Identifier: MIT */
/*
 * Events to sessions (semantics 3). An event on the wire: {"type":n,"code":n,"issuer_type":n,"issuer":"{uuid}","need_response":bool,
 * "source":"..","params":[{"n":name,"t":type number of semantics 3.2,"v":text}, ...]}. The library makes the PHT_EVENT of it.
 */
#ifndef PRLKVM_ENGINE_EVENTS_H
#define PRLKVM_ENGINE_EVENTS_H

#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlEventsValues.h>
#include <stdbool.h>
#include <stdint.h>

struct vm;
struct task;
struct session;
struct client;

enum event_param_type { PARAM_U32 = 0, PARAM_STRING = 1, PARAM_INT = 2, PARAM_CDATA = 3, PARAM_BOOL = 6, PARAM_I64 = 16, PARAM_U64 = 17 };

/* A new event (caller's reference); issuer "" and PIE_DISPATCHER unless set. NULL: no memory. */
json_t *event_new(PRL_EVENT_TYPE type, const char *issuer_uuid);
void event_set_code(json_t *event, PRL_RESULT code);
void event_set_issuer_type(json_t *event, PRL_EVENT_ISSUER_TYPE type);
void event_add_text(json_t *event, const char *name, const char *value);
void event_add_int(json_t *event, const char *name, enum event_param_type type, int64_t value);

/* Never block and take no lock of a VM; they steal the event. */
void event_send_all(json_t *event);
void event_send_vm(struct vm *vm, json_t *event); /* sessions that may see the VM */
void event_send_session(struct session *s, json_t *event);

/* On: what this thread sends from now on is queued, and written with whatever is written to that client next. */
void event_hold(bool is_on);
/* Writes what was held, but not to `but` (may be NULL), to whom a reply is about to be written. */
void event_flush(struct client *but);

/* The common one: an event about vm with no parameters, or one integer. */
void event_vm(struct vm *vm, PRL_EVENT_TYPE type);
void event_vm_int(struct vm *vm, PRL_EVENT_TYPE type, const char *param, int64_t value);

#endif
