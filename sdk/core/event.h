/* SPDX-License-Identifier: MIT */
/*
 * PHT_EVENT and PHT_EVENT_PARAMETER. An event comes as JSON (engine/events.h shape, doc/wire.md) and stays that until somebody asks for
 * a parameter or the XML; then it is a ParallelsEvent document. It keeps neither server nor VM alive.
 */
#ifndef PRLKVM_CORE_EVENT_H
#define PRLKVM_CORE_EVENT_H

#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <stdbool.h>

#include "base/err.h"
#include "config_obj.h"

struct srv_link;

struct event {
    struct object obj;
    struct srv_link *link; /* counted, constant; NULL: not bound to a server object */
    bool is_of_job;        /* constant: came from PrlJob_GetError */
    struct lock lock;      /* rank 58 */
    json_t *json;          /* under lock, until doc is there */
    struct doc *doc;       /* under lock until set, then constant */
};

/* Parameter types as stored (semantics 3.2). */
enum event_param_type {
    EVENT_UINT = 0, EVENT_STRING = 1, EVENT_INT = 2, EVENT_CDATA = 3, EVENT_TEXT = 4, EVENT_SHOW_NEXT = 5, EVENT_BOOL = 6,
    EVENT_VM_CONFIG = 7, EVENT_LICENSE = 8, EVENT_UUID = 9, EVENT_RETURN_CODE = 10, EVENT_RUNTIME_STATE = 11,
    EVENT_KERNEL_STATE = 12, EVENT_TOOL_STATE = 13, EVENT_ANSWER = 14, EVENT_DEVICE_STATE = 15, EVENT_INT64 = 16,
    EVENT_UINT64 = 17, EVENT_DATE_TIME = 18, EVENT_DATE = 19, EVENT_TIME = 20,
};

/* link may be NULL. NULL: no memory. */
struct event *event_from_json(struct srv_link *link, json_t *json);
struct event *event_from_error(struct srv_link *link, PRL_RESULT code, const struct err *err, PRL_EVENT_ISSUER_TYPE issuer);
struct event *event_of_type(struct srv_link *link, PRL_EVENT_TYPE type, PRL_RESULT code, PRL_EVENT_ISSUER_TYPE issuer_type, const char *issuer_id);
/* PRL_ERR_INVALID_ARG: not an event document. */
PRL_RESULT event_from_text(struct srv_link *link, const char *text, struct event **ret);

/* Its document, borrowed; NULL: no memory. */
struct doc *event_doc(struct event *e);
struct event_head {
    PRL_EVENT_TYPE type;
    PRL_RESULT code;
    PRL_EVENT_ISSUER_TYPE issuer_type;
    bool need_response;
    char *issuer_id; /* allocated: event_head_free */
};
bool event_head(struct event *e, struct event_head *ret); /* false: no memory */
void event_head_free(struct event_head *h);
/* Parameter by place, or by name when that is not NULL. PRL_ERR_INVALID_ARG, PRL_ERR_NO_DATA. */
PRL_RESULT event_param(struct event *e, PRL_UINT32 index, const char *name, struct config_obj **ret);
PRL_RESULT event_param_count(struct event *e, PRL_UINT32 *ret);
/* A parameter's text, allocated, or NULL. */
char *event_param_text(struct event *e, const char *name);
/* The text of its code with the parameters put in (PrlEvent_GetErrString). */
PRL_RESULT event_message(struct event *e, bool is_brief, bool is_formatted, char **ret_text);

#endif
