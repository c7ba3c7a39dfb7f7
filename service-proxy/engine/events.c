/* SPDX-License-Identifier: MIT */
/* Events become text once and are queued for each client that subscribed. */
#include "events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/str.h"
#include "client.h"
#include "session.h"
#include "vm/vm.h"

static _Thread_local bool is_holding;
static _Atomic bool has_held; /* something, for somebody */

json_t *
event_new(PRL_EVENT_TYPE type, const char *issuer_uuid)
{
    return json_pack("{s:i,s:i,s:i,s:s,s:b,s:s,s:[]}", "type", (int)type, "code", 0, "issuer_type", (int)PIE_DISPATCHER, "issuer",
                     issuer_uuid ? issuer_uuid : "", "need_response", 0, "source", "", "params");
}

void
event_set_code(json_t *event, PRL_RESULT code)
{
    if (event)
        json_object_set_new(event, "code", json_integer(code));
}

void
event_set_issuer_type(json_t *event, PRL_EVENT_ISSUER_TYPE type)
{
    if (event)
        json_object_set_new(event, "issuer_type", json_integer((json_int_t)type));
}

static void
add(json_t *event, const char *name, enum event_param_type type, const char *value)
{
    json_t *params = json_object_get(event, "params");

    if (params)
        json_array_append_new(params, json_pack("{s:s,s:i,s:s}", "n", name, "t", (int)type, "v", value));
}

/* Text from outside may be no text at all: what XML cannot carry is shown escaped. */
void
event_add_text(json_t *event, const char *name, const char *value)
{
    size_t n = value ? strlen(value) : 0;
    AUTO(cleanup_free) char *clean = value && !str_is_xml_text(value, n) ? str_escape(value, n, n * 4 + 1) : NULL;

    add(event, name, PARAM_STRING, clean ? clean : value ? value : "");
}

void
event_add_int(json_t *event, const char *name, enum event_param_type type, int64_t value)
{
    char text[32];

    if (type == PARAM_BOOL)
        snprintf(text, sizeof text, "%d", value ? 1 : 0);
    else if (type == PARAM_U32)
        snprintf(text, sizeof text, "%" PRIu32, (uint32_t)value);
    else if (type == PARAM_U64)
        snprintf(text, sizeof text, "%" PRIu64, (uint64_t)value);
    else
        snprintf(text, sizeof text, "%" PRId64, value);
    add(event, name, type, text);
}

static void
send_to(struct session *only, json_t *event)
{
    AUTO(json_decref) json_t *parameters = event ? json_pack("{s:o}", "event", event) : NULL;
    AUTO(cleanup_free) char *text = NULL;
    struct session_clients clients = { NULL, 0 };

    if (!parameters)
        return;
    if (!session_clients(only, &clients))
        return;
    if (clients.n)
        text = json_dumps(parameters, JSON_COMPACT);
    for (size_t i = 0; i < clients.n && text; i++)
        client_send_event(clients.p[i], text, is_holding);
    session_clients_free(&clients);
    if (is_holding)
        has_held = true;
}

void
event_hold(bool is_on)
{
    is_holding = is_on;
}

void
event_flush(struct client *but)
{
    struct session_clients clients = { NULL, 0 };

    if (!has_held || !atomic_exchange(&has_held, false))
        return;
    if (!session_clients(NULL, &clients)) {
        has_held = true; /* with the next one */
        return;
    }
    for (size_t i = 0; i < clients.n; i++)
        if (clients.p[i] != but)
            client_flush(clients.p[i]);
    session_clients_free(&clients);
}

void
event_send_all(json_t *event)
{
    send_to(NULL, event);
}

/* Every session that is admitted today has the service's own uid, and so may see each VM: the VM need not be asked, nor locked. */
void
event_send_vm(struct vm *vm, json_t *event)
{
    vm_told(vm);
    send_to(NULL, event);
}

void
event_send_session(struct session *s, json_t *event)
{
    if (s)
        send_to(s, event);
    else
        json_decref(event);
}

void
event_vm(struct vm *vm, PRL_EVENT_TYPE type)
{
    event_send_vm(vm, event_new(type, vm->uuid));
}

void
event_vm_int(struct vm *vm, PRL_EVENT_TYPE type, const char *param, int64_t value)
{
    json_t *event = event_new(type, vm->uuid);

    event_add_int(event, param, PARAM_INT, value);
    event_send_vm(vm, event);
}
