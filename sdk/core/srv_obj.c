/* SPDX-License-Identifier: MIT */
/* PHT_SERVER: one connection at a time, what its login told, and where its events go. */
#include "srv_obj.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/uuid.h"
#include "conn.h"
#include "event.h"
#include "job_run.h"
#include "model/event_xml.h"
#include "vm_table.h"

/* ---- the way back ---- */

struct srv_link {
    _Atomic unsigned refs;
    struct lock lock;    /* leaf */
    struct srv_obj *srv; /* under lock; NULL once the object is ending */
};

static struct srv_link *
srv_link_new(struct srv_obj *srv)
{
    struct srv_link *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    atomic_init(&l->refs, 1);
    lock_init(&l->lock, 0);
    l->srv = srv;
    return l;
}

struct srv_link *
srv_link_ref(struct srv_link *l)
{
    atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
    return l;
}

void
srv_link_unref(struct srv_link *l)
{
    if (!l || atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) != 1)
        return;
    lock_destroy(&l->lock);
    free(l);
}

struct srv_obj *
srv_link_get(struct srv_link *l)
{
    if (!l)
        return NULL;
    LOCK_SCOPE(&l->lock);
    return l->srv && object_try_ref(&l->srv->obj) ? l->srv : NULL;
}

static void
srv_link_cut(struct srv_link *l)
{
    LOCK_SCOPE(&l->lock);

    l->srv = NULL;
}

/* ---- life ---- */

static void
destroy(struct object *obj)
{
    struct srv_obj *srv = (struct srv_obj *)obj;

    if (srv->link)
        srv_link_cut(srv->link);
    init_item_remove(&srv->item);
    srv_obj_disconnect(srv, NULL, true);
    vm_table_free(srv->vms);
    event_bus_free(srv->bus);
    srv_link_unref(srv->link);
    json_decref(srv->info);
    free(srv->host);
    lock_destroy(&srv->lock);
    free(srv);
}

/* Its text form is the licence restriction event, which there is none of: no restrictions. */
static PRL_RESULT
to_text(struct object *obj, char **ret_text)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(0, PRL_ERR_SUCCESS, "");
    char *text = doc ? xml_text(doc, NULL) : NULL;

    if (!text)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret_text = text;
    return PRL_ERR_SUCCESS;
}

static const struct object_class srv_class = { .type = PHT_SERVER, .destroy = destroy, .to_text = to_text };

static bool
item_keep(struct init_item *item)
{
    return object_try_ref(&CONTAINER_OF(item, struct srv_obj, item)->obj);
}

static void
item_drop(struct init_item *item)
{
    object_unref(&CONTAINER_OF(item, struct srv_obj, item)->obj);
}

static void
item_close(struct init_item *item)
{
    struct srv_obj *srv = CONTAINER_OF(item, struct srv_obj, item);

    lock_take(&srv->lock);
    srv->is_shut = true;
    lock_drop(&srv->lock);
    event_bus_quiet(srv->bus);
    srv_obj_disconnect(srv, NULL, true);
}

PRL_RESULT
srv_obj_new(struct srv_obj **ret)
{
    AUTO(object_unref) struct object *obj = NULL;
    struct srv_obj *srv = calloc(1, sizeof *srv);
    PRL_RESULT r;

    if (!srv)
        return PRL_ERR_OUT_OF_MEMORY;
    object_init(&srv->obj, &srv_class);
    lock_init(&srv->lock, 50);
    obj = &srv->obj;
    srv->vms = vm_table_new();
    srv->link = srv_link_new(srv);
    if (!srv->vms || !srv->link)
        return PRL_ERR_OUT_OF_MEMORY;
    r = event_bus_new(&srv->bus);
    if (PRL_FAILED(r))
        return r;
    srv->item = (struct init_item){ .keep = item_keep, .drop = item_drop, .close = item_close };
    init_item_add(&srv->item);
    obj = NULL;
    *ret = srv;
    return PRL_ERR_SUCCESS;
}

struct srv_obj *
srv_obj_of(struct object *obj)
{
    while (obj && obj->cls->type != PHT_SERVER) {
        if (!config_obj_is(obj))
            return NULL;
        obj = ((struct config_obj *)obj)->owner;
    }
    if (obj)
        object_ref(obj);
    return (struct srv_obj *)obj;
}

void
srv_obj_post(struct srv_obj *srv, struct object *obj, struct vm_obj *vm)
{
    if (vm && event_bus_has_handlers(vm->handlers))
        event_bus_post(srv->bus, obj, &vm->cfg.obj, vm->handlers);
    else
        event_bus_post(srv->bus, obj, NULL, NULL);
}

/* ---- the connection ---- */

/* What conn.c calls back with. It outlives the server object if need be: freed by the last call. */
struct conn_side {
    struct srv_link *link;
    struct conn *conn; /* which one this is, for comparison only; set on the reader's thread */
};

static void
forget_vm(struct srv_obj *srv, const char *uuid)
{
    char braced[UUID_TEXT];

    if (!uuid || !uuid_parse(uuid, braced))
        return;
    LOCK_SCOPE(&srv->lock);
    vm_table_forget(srv->vms, braced);
}

static void
on_event(void *data, json_t *json)
{
    struct conn_side *side = data;
    struct srv_obj *srv = srv_link_get(side->link);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    json_int_t type = json_integer_value(json_object_get(json, "type"));
    const char *issuer = json_string_value(json_object_get(json, "issuer"));
    struct event *e;
    struct vm_obj *vm;

    if (!srv)
        return;
    e = event_from_json(side->link, json);
    if (!e)
        return;
    vm = issuer ? srv_obj_find_vm(srv, issuer) : NULL;
    srv_obj_post(srv, &e->obj, vm);
    object_unref(&e->obj);
    object_unref(vm ? &vm->cfg.obj : NULL);
    if (type == PET_DSP_EVT_VM_DELETED || type == PET_DSP_EVT_VM_UNREGISTERED)
        forget_vm(srv, issuer);
}

static void
on_progress(void *data, uint64_t request, unsigned percent)
{
    struct conn_side *side = data;
    struct srv_obj *srv = srv_link_get(side->link);

    if (!srv)
        return;
    job_progress(srv, request, percent);
    object_unref(&srv->obj);
}

/* The last call of a connection. Pending jobs have failed already. */
static void
on_closed(void *data, bool was_logoff)
{
    struct conn_side *side = data;
    struct srv_obj *srv = srv_link_get(side->link);
    struct conn *lost = NULL;
    char uuid[UUID_TEXT] = ""; /* of the service: clients take any issuer id for a uuid, and skip an event whose id is none */

    if (srv) {
        lock_take(&srv->lock);
        if (srv->conn && srv->conn == side->conn) {
            const char *told = json_string_value(json_object_get(srv->info, "server_uuid"));

            lost = TAKE(srv->conn);
            if (told)
                uuid_parse(told, uuid);
        }
        lock_drop(&srv->lock);
    }
    if (lost && !was_logoff) {
        struct event *e = event_of_type(side->link, PET_DSP_EVT_DISP_CONNECTION_CLOSED,
                                        PRL_ERR_WS_DISP_CONNECTION_CLOSED, PIE_DISPATCHER, uuid);

        if (e)
            srv_obj_post(srv, &e->obj, NULL);
        object_unref(e ? &e->obj : NULL);
    }
    conn_unref(lost);
    object_unref(srv ? &srv->obj : NULL);
    srv_link_unref(side->link);
    free(side);
}

PRL_RESULT
srv_obj_conn_events(struct srv_obj *srv, struct conn_events *ret)
{
    struct conn_side *side = calloc(1, sizeof *side);

    if (!side)
        return PRL_ERR_OUT_OF_MEMORY;
    side->link = srv_link_ref(srv->link);
    *ret = (struct conn_events){ .event = on_event, .progress = on_progress, .closed = on_closed, .data = side };
    return PRL_ERR_SUCCESS;
}

void
srv_obj_conn_events_drop(struct conn_events *events)
{
    struct conn_side *side = events->data;

    srv_link_unref(side->link);
    free(side);
}

struct conn *
srv_obj_conn(struct srv_obj *srv, char **ret_host)
{
    LOCK_SCOPE(&srv->lock);

    if (ret_host)
        *ret_host = str_dup(srv->host ? srv->host : "");
    return conn_ref(srv->conn);
}

void
srv_obj_disconnect(struct srv_obj *srv, struct conn *conn, bool was_logoff)
{
    struct conn *c = NULL;

    lock_take(&srv->lock);
    if (!conn || conn == srv->conn)
        c = TAKE(srv->conn);
    lock_drop(&srv->lock);
    if (!c)
        return;
    conn_close(c, was_logoff);
    conn_unref(c);
}

PRL_RESULT
srv_obj_login_begin(struct srv_obj *srv)
{
    LOCK_SCOPE(&srv->lock);

    if (srv->is_shut)
        return PRL_ERR_API_WASNT_INITIALIZED;
    if (srv->conn || srv->is_logging_in)
        return err_set(PRL_ERR_ALREADY_CONNECTED_TO_DISPATCHER, "this server object is connected, or about to be");
    srv->is_logging_in = true;
    return PRL_ERR_SUCCESS;
}

void
srv_obj_login_end(struct srv_obj *srv)
{
    LOCK_SCOPE(&srv->lock);

    srv->is_logging_in = false;
}

PRL_RESULT
srv_obj_connected(struct srv_obj *srv, struct conn_events *events, struct conn *conn, json_t *info, const char *host,
                  bool is_non_interactive)
{
    const char *epoch = json_string_value(json_object_get(info, "epoch"));
    char *host_copy = str_dup(host);
    json_t *info_copy = json_deep_copy(info), *old_info;

    ((struct conn_side *)events->data)->conn = conn;
    lock_take(&srv->lock);
    if (srv->is_shut || !host_copy || !info_copy) {
        const PRL_RESULT r = srv->is_shut ? PRL_ERR_API_WASNT_INITIALIZED : PRL_ERR_OUT_OF_MEMORY;

        lock_drop(&srv->lock);
        free(host_copy);
        json_decref(info_copy);
        return r;
    }
    srv->conn = conn_ref(conn);
    old_info = srv->info;
    srv->info = info_copy;
    free(srv->host);
    srv->host = host_copy;
    srv->is_non_interactive = is_non_interactive;
    vm_table_set_epoch(srv->vms, epoch ? epoch : "");
    lock_drop(&srv->lock);
    json_decref(old_info);
    return PRL_ERR_SUCCESS;
}
