/* SPDX-License-Identifier: MIT */
/* Parameters of finished jobs: from the wire (doc/wire.md, "Replies") to objects and texts. */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "doc.h"
#include "event.h"
#include "job_run.h"
#include "srv_obj.h"
#include "vm_table.h"
#include "wire/frame.h"

#define MAP_FROM 16 /* results */

struct results *
results_new(void)
{
    struct results *r = calloc(1, sizeof *r);

    if (r)
        atomic_init(&r->refs, 1);
    return r;
}

struct results *
results_ref(struct results *r)
{
    if (r)
        atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

static void
leave(struct results *r)
{
    struct srv_obj *srv = srv_link_get(r->keeper);

    if (srv) {
        LOCK_SCOPE(&srv->lock);
        if (r->kept)
            r->kept->results = NULL;
    }
    object_unref(srv ? &srv->obj : NULL);
    srv_link_unref(r->keeper);
}

void
results_unref(struct results *r)
{
    if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (r->keeper)
        leave(r);
    for (size_t i = 0; i < r->n; i++) {
        object_unref(r->p[i].obj);
        free(r->p[i].text);
    }
    free(r->p);
    free(r);
}

static bool
add(struct results *r, struct result_value v)
{
    if (!vec_grow((void **)&r->p, &r->room, r->n + 1, sizeof *r->p))
        return false;
    r->p[r->n++] = v;
    return true;
}

bool
results_add_object(struct results *r, struct object *obj)
{
    if (!obj || !add(r, (struct result_value){ .obj = obj }))
        return false;
    object_ref(obj);
    return true;
}

bool
results_add_text(struct results *r, char *text)
{
    if (text && add(r, (struct result_value){ .text = text }))
        return true;
    free(text);
    return false;
}

/* ---- one answer for equal questions ---- */

void
results_keep(struct results *r, struct srv_obj *srv, struct kept_answer *kept)
{
    results_unkeep(kept);
    if (!r->keeper)
        r->keeper = srv_link_ref(srv->link);
    r->kept = kept;
    kept->results = r;
}

struct results *
results_again(struct kept_answer *kept)
{
    struct results *r = kept->results;
    unsigned refs = r ? atomic_load(&r->refs) : 0;

    while (refs)
        if (atomic_compare_exchange_weak(&r->refs, &refs, refs + 1))
            return r;
    return NULL;
}

void
results_unkeep(struct kept_answer *kept)
{
    if (kept->results)
        kept->results->kept = NULL;
    kept->results = NULL;
}

/* Adds and gives the caller's reference away. */
static PRL_RESULT
add_new(struct results *r, struct object *obj)
{
    bool ok = results_add_object(r, obj);

    object_unref(obj);
    return ok ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* ---- values of the wire ---- */

/* A default configuration is no VM yet: nothing is entered in the table, the program will Reg it. */
static PRL_RESULT
add_unregistered(struct job *job, struct results *to, const json_t *entry, int memfd)
{
    AUTO(doc_unref) struct doc *doc = NULL;
    struct config_obj *vm;
    size_t len;
    char *text;

    if (PRL_FAILED(frame_text_get(json_object_get(entry, "text"), memfd, &text, &len)))
        return err_set(PRL_ERR_UNEXPECTED, "the service sent no readable configuration");
    doc = doc_new_text(PHT_VIRTUAL_MACHINE, text, len);
    vm = doc ? config_obj_new(PHT_VIRTUAL_MACHINE, doc, &job->srv->obj) : NULL;
    return vm ? add_new(to, &vm->obj) : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
add_vm(struct job *job, struct results *to, json_t *taken, int memfd, struct frame_map *map)
{
    AUTO(json_decref) json_t *entry = taken;
    struct vm_obj *vm;
    PRL_RESULT r;

    switch (job->op) {
    case OP_VM_COMMIT: /* leaves the handle as the caller filled it */
        return PRL_ERR_SUCCESS;
    case OP_DEFAULT_VM_CONFIG:
        return add_unregistered(job, to, entry, memfd);
    case OP_VM_REG:
        return job->vm ? srv_obj_vm_update(job->srv, job->vm, TAKE(entry), memfd) : PRL_ERR_SUCCESS;
    case OP_VM_REFRESH:
    case OP_VM_BEGIN_EDIT:
        if (!job->vm)
            break;
        r = srv_obj_vm_update(job->srv, job->vm, TAKE(entry), memfd);
        if (PRL_SUCCEEDED(r) && !results_add_object(to, &job->vm->cfg.obj))
            r = PRL_ERR_OUT_OF_MEMORY;
        return r;
    default:
        break;
    }
    r = srv_obj_vm_from_reply(job->srv, TAKE(entry), memfd, map, &vm);
    return PRL_FAILED(r) ? r : add_new(to, &vm->cfg.obj);
}

static PRL_RESULT
add_text(struct results *to, json_t *value, int memfd)
{
    size_t len;
    char *text;

    if (PRL_FAILED(frame_text_get(value, memfd, &text, &len)))
        return err_set(PRL_ERR_UNEXPECTED, "the service sent an unreadable text");
    return results_add_text(to, text) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
add_event(struct job *job, struct results *to, json_t *json)
{
    struct event *e = event_from_json(job->link, json);

    return e ? add_new(to, &e->obj) : PRL_ERR_OUT_OF_MEMORY;
}

/* GetState and UpdateSecurity bring the Security section of the VM object up to date (semantics 2.5), nothing else. */
static void
note_security(struct job *job, int pht, const char *xml)
{
    bool is_section = job->op == OP_VM_UPDATE_SECURITY && pht == PHT_ACCESS_RIGHTS;
    bool is_info = job->op == OP_VM_GET_STATE && pht == PHT_VM_INFO;

    if (job->vm && (is_section || is_info))
        doc_set_security(job->vm->cfg.doc, xml);
    if (job->vm && is_info)
        srv_obj_note_info(job->srv, job->vm, xml);
}

static PRL_RESULT
add_doc(struct job *job, struct results *to, json_t *value, int memfd)
{
    int pht = (int)json_integer_value(json_object_get(value, "pht"));
    AUTO(doc_unref) struct doc *doc = NULL;
    struct event *event;
    struct config_obj *o;
    PRL_RESULT r;
    size_t len;
    char *xml;

    if (PRL_FAILED(frame_text_get(json_object_get(value, "xml"), memfd, &xml, &len)))
        return err_set(PRL_ERR_UNEXPECTED, "the service sent an unreadable document");
    if (pht == PHT_EVENT) {
        r = event_from_text(job->link, xml, &event);
        free(xml);
        return PRL_FAILED(r) ? r : add_new(to, &event->obj);
    }
    note_security(job, pht, xml);
    doc = doc_new_text((PRL_HANDLE_TYPE)pht, xml, len);
    if (!doc)
        return PRL_ERR_OUT_OF_MEMORY;
    o = config_obj_new((PRL_HANDLE_TYPE)pht, doc, pht == PHT_VIRTUAL_MACHINE ? &job->srv->obj : NULL);
    if (!o)
        return err_set(PRL_ERR_UNEXPECTED, "the service sent a document of type %d", pht);
    return add_new(to, &o->obj);
}

/* ---- from what is known ---- */

static bool
add_known_info(struct job *job, struct results *to, uint64_t tag)
{
    AUTO(doc_unref) struct doc *doc = NULL;
    char *xml = srv_obj_info_known(job->srv, job->vm, tag);
    struct config_obj *o;

    if (!xml)
        return false;
    if (!srv_obj_vm_is_current(job->srv, job->vm, tag))
        doc_set_security(job->vm->cfg.doc, xml);
    doc = doc_new_text(PHT_VM_INFO, xml, strlen(xml));
    o = doc ? config_obj_new(PHT_VM_INFO, doc, NULL) : NULL;
    return o && PRL_SUCCEEDED(add_new(to, &o->obj));
}

/* As the service does: by uuid first. */
static bool
add_known_vm(struct job *job, struct results *to, const char *id, uint64_t flags, uint64_t tag)
{
    const uint64_t both = PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME;
    char uuid[UUID_TEXT];
    struct vm_obj *vm;

    if (!(flags & both))
        flags |= both;
    /* That there is none of that uuid is not known here. */
    bool is_uuid = flags & PGVC_SEARCH_BY_UUID && uuid_parse(id, uuid);
    vm = is_uuid ? srv_obj_vm_known(job->srv, uuid, NULL, tag) : flags & PGVC_SEARCH_BY_NAME ? srv_obj_vm_known(job->srv, NULL, id, tag) : NULL;
    return vm && PRL_SUCCEEDED(add_new(to, &vm->cfg.obj));
}

bool
results_from_known(struct job *job, const struct op_arg *args, int n_args, uint64_t tag, struct results **ret)
{
    AUTO(results_unref) struct results *to = results_new();
    bool is_known = false;

    if (!to)
        return false;
    if (job->op == OP_VM_GET_STATE)
        is_known = add_known_info(job, to, tag);
    else if (job->op == OP_VM_REFRESH)
        is_known = srv_obj_vm_again(job->srv, job->vm, tag) && results_add_object(to, &job->vm->cfg.obj);
    else if (job->op == OP_VM_CONFIG && n_args == 2 && args[0].s)
        is_known = add_known_vm(job, to, args[0].s, args[1].u, tag);
    if (is_known)
        *ret = TAKE(to);
    return is_known;
}

/* ---- from a reply ---- */

static PRL_RESULT
add_value(struct job *job, struct results *to, json_t *value, int memfd, struct frame_map *map)
{
    json_t *v;

    if ((v = json_object_get(value, "vm"))) {
        /* Out of the reply: it may become part of an object of other threads, and jansson's counts are not for several. */
        json_incref(v);
        json_object_del(value, "vm");
        return add_vm(job, to, v, memfd, map);
    }
    if ((v = json_object_get(value, "text")))
        return add_text(to, v, memfd);
    if ((v = json_object_get(value, "doc")))
        return add_doc(job, to, v, memfd);
    if ((v = json_object_get(value, "event")))
        return add_event(job, to, v);
    return err_set(PRL_ERR_UNEXPECTED, "the service sent a result of a kind that is not known");
}

static uint64_t
highest_rev(json_t *values)
{
    uint64_t seen = 0;
    json_t *value;
    size_t i;

    json_array_foreach (values, i, value) {
        json_int_t rev = json_integer_value(json_object_get(json_object_get(value, "vm"), "rev"));

        if (rev > 0 && (uint64_t)rev > seen)
            seen = (uint64_t)rev;
    }
    return seen;
}

static PRL_RESULT
values_of(struct job *job, json_t *values, int memfd, struct results *to)
{
    AUTO(frame_map_unref) struct frame_map *map = NULL;
    json_t *value;
    size_t i;

    /* One mapping stays as long as any of its texts, so a few texts are copied. */
    if (json_array_size(values) >= MAP_FROM)
        map = frame_map_new(memfd);
    json_array_foreach (values, i, value) {
        PRL_RESULT r = add_value(job, to, value, memfd, map);

        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

/* Of a list of everything, or of what has changed in one. */
static PRL_RESULT
list_of(struct job *job, json_t *reply, int memfd, struct results **ret)
{
    json_t *values = json_object_get(reply, "results");
    AUTO(results_unref) struct results *to = results_new();
    const uint64_t flags = (uint64_t)json_integer_value(json_array_get(job->list_args, 0));
    const json_int_t now = json_integer_value(json_object_get(reply, "now"));
    const uint64_t seen = highest_rev(values); /* before the entries are taken out */
    PRL_RESULT r = to ? values_of(job, values, memfd, to) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_FAILED(r))
        return r;
    if (json_is_true(json_object_get(reply, "is_partial")))
        return now > 0 ? srv_obj_list_again(job->srv, flags, (uint64_t)now, ret) : PRL_ERR_NO_DATA;
    if (!(flags & PGVLF_GET_ONLY_VM_TEMPLATES)) {
        srv_obj_list_seen(job->srv, seen);
        srv_obj_list_took(job->srv, flags, now > 0 ? (uint64_t)now : 0, to);
    }
    *ret = TAKE(to);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
results_from_reply(struct job *job, json_t *reply, int memfd, struct results **ret)
{
    json_t *values = json_object_get(reply, "results");
    AUTO(results_unref) struct results *to = NULL;
    PRL_RESULT r;

    if (job->op == OP_VM_LIST)
        return list_of(job, reply, memfd, ret);
    if (!json_array_size(values))
        return PRL_ERR_SUCCESS;
    to = results_new();
    r = to ? values_of(job, values, memfd, to) : PRL_ERR_OUT_OF_MEMORY;
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(to);
    return r;
}

/* ---- PHT_RESULT ---- */

static struct lock shown_lock = LOCK_INIT(0); /* of results.shown */

static void
destroy(struct object *obj)
{
    struct result_obj *r = (struct result_obj *)obj;

    if (r->values) {
        LOCK_SCOPE(&shown_lock);
        if (r->values->shown == r)
            r->values->shown = NULL;
    }
    results_unref(r->values);
    object_unref(&r->job->obj);
    free(r);
}

static const struct object_class result_class = { .type = PHT_RESULT, .destroy = destroy };

static struct result_obj *
shown_before(struct results *values, struct result_obj *fresh)
{
    LOCK_SCOPE(&shown_lock);

    if (values->shown && object_try_ref(&values->shown->obj))
        return values->shown;
    values->shown = fresh;
    return fresh;
}

struct result_obj *
result_obj_new(struct job *job)
{
    struct results *values = job->results;
    struct result_obj *r = calloc(1, sizeof *r), *shown;

    if (!r)
        return NULL;
    object_init(&r->obj, &result_class);
    r->values = results_ref(values);
    r->job = job;
    object_ref(&job->obj);
    shown = values && values->keeper ? shown_before(values, r) : r;
    if (shown != r)
        object_unref(&r->obj);
    return shown;
}

size_t
result_count(struct result_obj *r)
{
    return r->values ? r->values->n : 0;
}

PRL_RESULT
result_text(struct result_obj *r, size_t i, char **ret_text)
{
    struct result_value *v;
    char *copy;

    if (i >= result_count(r))
        return PRL_ERR_INVALID_ARG;
    v = &r->values->p[i];
    if (v->obj && v->obj->cls->type == PHT_EVENT) {
        struct doc *d = event_doc((struct event *)v->obj);
        size_t len;

        return d ? doc_text(d, ret_text, &len) : PRL_ERR_OUT_OF_MEMORY;
    }
    if (v->obj)
        return v->obj->cls->to_text ? v->obj->cls->to_text(v->obj, ret_text) : PRL_ERR_NO_DATA;
    copy = str_dup(v->text);
    if (!copy)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret_text = copy;
    return PRL_ERR_SUCCESS;
}
