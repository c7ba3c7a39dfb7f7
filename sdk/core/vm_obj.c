/* SPDX-License-Identifier: MIT */
/* PHT_VIRTUAL_MACHINE: made by CreateVm or from what the service tells; one object per uuid and server object (semantics 2.6). */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "doc.h"
#include "model/vm_model.h"
#include "srv_obj.h"
#include "vm_table.h"
#include "wire/frame.h"

static struct srv_obj *
srv_of(struct vm_obj *vm)
{
    struct object *owner = vm->cfg.owner;

    return owner && owner->cls->type == PHT_SERVER ? (struct srv_obj *)owner : NULL;
}

/* ---- life ---- */

static void
leave_table(struct vm_obj *vm)
{
    struct srv_obj *srv = srv_of(vm);
    struct vm_record *rec;

    if (!srv)
        return;
    LOCK_SCOPE(&srv->lock);
    rec = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;
    if (!rec || rec->vm != vm)
        return;
    rec->vm = NULL;
    if (rec->is_gone)
        vm_table_forget(srv->vms, vm->uuid);
}

static void
destroy(struct object *obj)
{
    struct vm_obj *vm = (struct vm_obj *)obj;

    leave_table(vm);
    event_bus_list_free(vm->handlers);
    free(vm->uuid);
    config_obj_release(&vm->cfg); /* may be the end of the server object, and its bus */
    free(vm);
}

static const struct object_class vm_class = {
    .type = PHT_VIRTUAL_MACHINE,
    .destroy = destroy,
    .to_text = config_obj_to_text,
    .from_text = config_obj_from_text,
};

/* May be called with the server's lock held, so nothing here is undone by an unref. */
struct config_obj *
vm_obj_over(struct doc *doc, struct object *owner)
{
    struct srv_obj *srv = owner && owner->cls->type == PHT_SERVER ? (struct srv_obj *)owner : NULL;
    struct vm_obj *vm = calloc(1, sizeof *vm);

    if (!vm)
        return NULL;
    if (srv && !(vm->handlers = event_bus_list_new(srv->bus))) {
        free(vm);
        return NULL;
    }
    config_obj_init(&vm->cfg, &vm_class, doc, owner);
    return &vm->cfg;
}

PRL_RESULT
vm_obj_new(struct srv_obj *srv, struct vm_obj **ret)
{
    AUTO(doc_unref) struct doc *doc = doc_new_tree(PHT_VIRTUAL_MACHINE, vm_model_new());
    struct config_obj *vm = doc ? vm_obj_over(doc, &srv->obj) : NULL;

    if (!vm)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = (struct vm_obj *)vm;
    return PRL_ERR_SUCCESS;
}

char *
vm_obj_uuid(struct vm_obj *vm)
{
    struct srv_obj *srv = srv_of(vm);
    char *uuid = NULL;
    xmlNodePtr root;

    if (srv) {
        LOCK_SCOPE(&srv->lock);
        uuid = str_dup(vm->uuid);
    }
    if (uuid || PRL_FAILED(config_obj_lock(&vm->cfg, &root)))
        return uuid;
    uuid = xml_get(root, "Identification/VmUuid");
    config_obj_unlock(&vm->cfg, false);
    return uuid;
}

struct vm_obj *
vm_obj_of(struct object *obj)
{
    while (obj && obj->cls->type != PHT_VIRTUAL_MACHINE) {
        if (!config_obj_is(obj))
            return NULL;
        obj = ((struct config_obj *)obj)->owner;
    }
    return (struct vm_obj *)obj;
}

/* ---- what the service tells ---- */

/* One VM entry, decoded. */
struct told {
    char uuid[UUID_TEXT];
    struct blob *text; /* counted; NULL: not sent */
    uint64_t rev;
    json_t *facts; /* the entry without its text; taken by the first document */
    bool is_textless; /* without text because the service has none */
};

static void
told_free(struct told *t)
{
    blob_unref(t->text);
    json_decref(t->facts);
}
#define AUTO_TOLD __attribute__((cleanup(told_free))) struct told

/* The entry itself becomes the facts: copying it took longer than all the rest. */
static PRL_RESULT
decode(json_t *entry /* taken, also on failure */, int memfd, struct told *ret)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    json_t *text = json_object_get(entry, "text");
    json_t *rev = json_object_get(entry, "config_rev");
    PRL_RESULT r;
    size_t len;
    char *copy;

    ret->facts = entry;
    if (!uuid || !uuid_parse(uuid, ret->uuid))
        return err_set(PRL_ERR_UNEXPECTED, "the service told of a VM without uuid");
    if (!rev)
        rev = json_object_get(entry, "rev");
    ret->rev = json_is_integer(rev) && json_integer_value(rev) > 0 ? (uint64_t)json_integer_value(rev) : 0;
    ret->is_textless = json_integer_value(json_object_get(entry, "valid")) < 0;
    if (!text || json_is_null(text))
        return PRL_ERR_SUCCESS;
    r = frame_text_get(text, memfd, &copy, &len);
    json_object_del(entry, "text");
    if (PRL_FAILED(r))
        return err_set(PRL_ERR_UNEXPECTED, "the service sent no readable configuration of %s", ret->uuid);
    ret->text = blob_new(copy, len);
    return ret->text ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* Stores a text that came, or finds the one that is meant. *ret_text: counted, may be NULL. */
static PRL_RESULT
settle_text_locked(struct vm_record *rec, struct told *t, struct blob **ret_text)
{
    if (t->text) {
        blob_unref(rec->text);
        rec->text = blob_ref(t->text);
        rec->rev = t->rev;
    } else if (t->is_textless && (!rec->text || rec->rev != t->rev)) {
        *ret_text = NULL;
        return PRL_ERR_SUCCESS;
    } else if (!rec->text || rec->rev != t->rev) {
        return PRL_ERR_NO_DATA;
    }
    *ret_text = blob_ref(rec->text);
    return PRL_ERR_SUCCESS;
}

static struct vm_obj *
make_locked(struct srv_obj *srv, struct vm_record *rec, struct blob *text, json_t *facts /* taken */)
{
    AUTO(doc_unref) struct doc *doc = doc_new_service(text, facts);
    struct vm_obj *vm = doc ? (struct vm_obj *)vm_obj_over(doc, &srv->obj) : NULL;

    if (!vm)
        return NULL;
    vm->uuid = str_dup(rec->uuid);
    if (!vm->uuid)
        return vm; /* works, but is not found again */
    rec->vm = vm;
    return vm;
}

PRL_RESULT
srv_obj_vm_from_reply(struct srv_obj *srv, json_t *entry, int memfd, struct vm_obj **ret)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO_TOLD told = { .text = NULL };
    struct vm_obj *vm, *made = NULL;
    PRL_RESULT r = decode(entry, memfd, &told);

    if (PRL_FAILED(r))
        return r;
    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm_table_make(srv->vms, told.uuid);
        if (!rec)
            return PRL_ERR_OUT_OF_MEMORY;
        r = settle_text_locked(rec, &told, &text);
        if (PRL_FAILED(r))
            return r;
        vm = rec->vm && object_try_ref(&rec->vm->cfg.obj) ? rec->vm : NULL;
        if (!vm)
            vm = made = make_locked(srv, rec, text, TAKE(told.facts));
    }
    if (!vm)
        return PRL_ERR_OUT_OF_MEMORY;
    if (!made)
        doc_set_service(vm->cfg.doc, text, TAKE(told.facts));
    *ret = vm;
    return PRL_ERR_SUCCESS;
}

/* vm takes the uuid, and the place in the table unless another living object has it: that one is left in rec->vm, counted. */
static PRL_RESULT
settle_uuid_locked(struct srv_obj *srv, struct vm_record *rec, struct vm_obj *vm)
{
    char *uuid = str_dup(rec->uuid);
    struct vm_record *old = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;

    if (!uuid)
        return PRL_ERR_OUT_OF_MEMORY;
    if (old && old != rec && old->vm == vm)
        old->vm = NULL;
    free(vm->uuid);
    vm->uuid = uuid;
    /* Where two objects are this VM now, the older one stays what lists give. */
    if (!rec->vm || rec->vm == vm || !object_try_ref(&rec->vm->cfg.obj))
        rec->vm = vm;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_obj_vm_update(struct srv_obj *srv, struct vm_obj *vm, json_t *entry, int memfd)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO_TOLD told = { .text = NULL };
    struct vm_obj *other = NULL;
    PRL_RESULT r = decode(entry, memfd, &told);

    if (PRL_FAILED(r))
        return r;
    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm_table_make(srv->vms, told.uuid);
        r = rec ? settle_text_locked(rec, &told, &text) : PRL_ERR_OUT_OF_MEMORY;
        if (PRL_SUCCEEDED(r))
            r = settle_uuid_locked(srv, rec, vm);
        if (PRL_FAILED(r))
            return r;
        if (rec->vm != vm)
            other = rec->vm; /* counted */
    }
    if (other) {
        doc_set_service(other->cfg.doc, text, json_deep_copy(told.facts));
        object_unref(&other->cfg.obj);
    }
    doc_set_service(vm->cfg.doc, text, TAKE(told.facts));
    return PRL_ERR_SUCCESS;
}

struct vm_obj *
srv_obj_find_vm(struct srv_obj *srv, const char *uuid)
{
    char braced[UUID_TEXT];
    struct vm_record *rec;

    if (!uuid_parse(uuid, braced))
        return NULL;
    LOCK_SCOPE(&srv->lock);
    rec = vm_table_find(srv->vms, braced);
    return rec && rec->vm && object_try_ref(&rec->vm->cfg.obj) ? rec->vm : NULL;
}

uint64_t
srv_obj_list_since(struct srv_obj *srv)
{
    LOCK_SCOPE(&srv->lock);

    return srv->vms->listed_rev;
}

void
srv_obj_list_seen(struct srv_obj *srv, uint64_t rev)
{
    LOCK_SCOPE(&srv->lock);

    if (rev > srv->vms->listed_rev)
        srv->vms->listed_rev = rev;
}
