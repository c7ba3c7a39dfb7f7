/* SPDX-License-Identifier: MIT */
/* PHT_VIRTUAL_MACHINE: made by CreateVm or from what the service tells; one object per uuid and server object (semantics 2.6). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "conn.h"
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
    (*ret)->new_generation = doc_generation(doc);
    return PRL_ERR_SUCCESS;
}

bool
vm_obj_is_untouched_locked(struct config_obj *vm)
{
    return vm->obj.cls == &vm_class && ((struct vm_obj *)vm)->new_generation == doc_generation(vm->doc);
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
    struct facts *facts; /* the entry without its text */
    bool is_textless; /* without text because the service has none */
    uint64_t at;      /* the service's number of the entry */
    bool is_old;      /* a newer one has come first: that one's facts are here */
};

static void
told_free(struct told *t)
{
    blob_unref(t->text);
    facts_unref(t->facts);
}
#define AUTO_TOLD __attribute__((cleanup(told_free))) struct told

static PRL_RESULT
decode_text(json_t *text, int memfd, struct frame_map *map, struct told *ret)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;
    const char *place;
    size_t len;
    char *copy;

    if (map && !json_is_string(text)) {
        r = frame_map_text(map, text, &place, &len);
        if (PRL_SUCCEEDED(r))
            ret->text = blob_new_mapped(map, place, len);
    } else {
        r = frame_text_get(text, memfd, &copy, &len);
        if (PRL_SUCCEEDED(r))
            ret->text = blob_new(copy, len);
    }
    if (PRL_FAILED(r))
        return err_set(PRL_ERR_UNEXPECTED, "the service sent no readable configuration of %s", ret->uuid);
    return ret->text ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* The entry itself becomes the facts: copying it took longer than all the rest. */
static PRL_RESULT
decode(json_t *entry /* taken, also on failure */, int memfd, struct frame_map *map, struct told *ret)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    json_t *text = json_object_get(entry, "text");
    json_t *rev = json_object_get(entry, "config_rev");
    PRL_RESULT r;

    ret->at = (uint64_t)json_integer_value(json_object_get(entry, "told"));
    json_object_del(entry, "told"); /* alone it makes no other facts */
    ret->facts = facts_new(entry);
    if (!ret->facts)
        return PRL_ERR_OUT_OF_MEMORY;
    if (!uuid || !uuid_parse(uuid, ret->uuid))
        return err_set(PRL_ERR_UNEXPECTED, "the service told of a VM without uuid");
    if (!rev)
        rev = json_object_get(entry, "rev");
    ret->rev = json_is_integer(rev) && json_integer_value(rev) > 0 ? (uint64_t)json_integer_value(rev) : 0;
    ret->is_textless = json_integer_value(json_object_get(entry, "valid")) < 0;
    if (!text || json_is_null(text))
        return PRL_ERR_SUCCESS;
    r = decode_text(text, memfd, map, ret);
    json_object_del(entry, "text");
    return r;
}

/* Stores a text that came, or finds the one that is meant. *ret_text: counted, may be NULL. */
static PRL_RESULT
settle_text_locked(struct srv_obj *srv, struct vm_record *rec, struct told *t, struct blob **ret_text)
{
    t->is_old = rec->facts && t->at < rec->told;
    if (t->is_old) {
        facts_unref(t->facts);
        t->facts = facts_ref(rec->facts);
        *ret_text = rec->has_text ? blob_ref(rec->text) : NULL;
        return PRL_ERR_SUCCESS;
    }
    if (t->text && rec->text && t->rev && rec->rev == t->rev && rec->text->len == t->text->len) {
        blob_unref(TAKE(t->text)); /* the same again: documents made of it keep their trees */
    } else if (t->text) {
        blob_unref(rec->text);
        rec->text = blob_ref(t->text);
        rec->rev = t->rev;
        srv->vms->version++;
    } else if (t->is_textless && (!rec->text || rec->rev != t->rev)) {
        *ret_text = NULL;
        return PRL_ERR_SUCCESS;
    } else if (!rec->text || rec->rev != t->rev) {
        return PRL_ERR_NO_DATA;
    }
    *ret_text = blob_ref(rec->text);
    return PRL_ERR_SUCCESS;
}

/* ---- what is still true ---- */

#define PASSING_MS 1000 /* as old as the service's own measures of disks may be */

static json_int_t
fact(const struct facts *f, const char *name)
{
    return json_integer_value(json_object_get(f->json, name));
}

static bool
is_passing(const struct facts *f)
{
    json_int_t state = fact(f, "state");
    bool is_still = state == VMS_STOPPED || state == VMS_SUSPENDED || state == VMS_MOUNTED;

    return !is_still || fact(f, "vnc") || fact(f, "env") || json_object_get(f->json, "rooms");
}

/* Facts that say the same as the last ones are those: documents that have them need not take them again. */
static void
settle_facts_locked(struct srv_obj *srv, struct vm_record *rec, struct told *t)
{
    if (t->is_old)
        return;
    if (rec->facts && json_equal(rec->facts->json, t->facts->json)) {
        facts_unref(t->facts);
        t->facts = facts_ref(rec->facts);
    } else {
        facts_unref(rec->facts);
        rec->facts = facts_ref(t->facts);
        srv->vms->version++;
        vm_table_note_name(srv->vms, rec);
    }
    /* A configuration that cannot be used is asked for each time: somebody may have put the file right. */
    rec->told = t->at;
    rec->has_text = rec->text && rec->rev == t->rev;
    rec->is_whole = rec->has_text && !t->is_textless;
    rec->tag = rec->is_whole ? conn_reply_tag() : 0;
    rec->told_ms = clock_now_ms();
    rec->is_passing = is_passing(rec->facts);
}

static bool
is_known_locked(const struct vm_table *t, const struct vm_record *rec, uint64_t tag)
{
    bool is_told = rec && (rec->tag == tag || (rec->is_listed && rec->is_whole && t->listed_tag == tag));

    return is_told && !rec->is_gone && (!rec->is_passing || clock_now_ms() - rec->told_ms < PASSING_MS);
}

static struct vm_obj *
make_locked(struct srv_obj *srv, struct vm_record *rec, struct blob *text, struct facts *facts)
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

struct vm_obj *
srv_obj_vm_locked(struct srv_obj *srv, struct vm_record *rec, bool *ret_is_new)
{
    *ret_is_new = !(rec->vm && object_try_ref(&rec->vm->cfg.obj));
    return *ret_is_new ? make_locked(srv, rec, rec->has_text ? rec->text : NULL, rec->facts) : rec->vm;
}

PRL_RESULT
srv_obj_vm_from_reply(struct srv_obj *srv, json_t *entry, int memfd, struct frame_map *map, struct vm_obj **ret)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO_TOLD told = { .text = NULL };
    struct vm_obj *vm, *made = NULL;
    PRL_RESULT r = decode(entry, memfd, map, &told);

    if (PRL_FAILED(r))
        return r;
    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm_table_make(srv->vms, told.uuid);
        if (!rec)
            return PRL_ERR_OUT_OF_MEMORY;
        r = settle_text_locked(srv, rec, &told, &text);
        if (PRL_FAILED(r))
            return r;
        settle_facts_locked(srv, rec, &told);
        vm = rec->vm && object_try_ref(&rec->vm->cfg.obj) ? rec->vm : NULL;
        if (!vm)
            vm = made = make_locked(srv, rec, text, told.facts);
    }
    if (!vm)
        return PRL_ERR_OUT_OF_MEMORY;
    if (!made)
        doc_set_service(vm->cfg.doc, text, told.facts);
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
    srv->vms->version++;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_obj_vm_update(struct srv_obj *srv, struct vm_obj *vm, json_t *entry, int memfd)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO_TOLD told = { .text = NULL };
    struct vm_obj *other = NULL;
    PRL_RESULT r = decode(entry, memfd, NULL, &told);

    if (PRL_FAILED(r))
        return r;
    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm_table_make(srv->vms, told.uuid);
        r = rec ? settle_text_locked(srv, rec, &told, &text) : PRL_ERR_OUT_OF_MEMORY;
        if (PRL_SUCCEEDED(r))
            r = settle_uuid_locked(srv, rec, vm);
        if (PRL_FAILED(r))
            return r;
        settle_facts_locked(srv, rec, &told);
        if (rec->vm != vm)
            other = rec->vm; /* counted */
    }
    if (other) {
        doc_set_service(other->cfg.doc, text, told.facts);
        object_unref(&other->cfg.obj);
    }
    doc_set_service(vm->cfg.doc, text, told.facts);
    return PRL_ERR_SUCCESS;
}

bool
srv_obj_vm_again(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO(facts_unref) struct facts *facts = NULL;

    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;
        /* The owner may read it; whether another user may, the service says. */
        if (!is_known_locked(srv->vms, rec, tag) || rec->vm != vm || !json_is_true(json_object_get(rec->facts->json, "is_owner")))
            return false;
        text = blob_ref(rec->text);
        facts = facts_ref(rec->facts);
    }
    doc_set_service(vm->cfg.doc, text, facts);
    return true;
}

struct vm_obj *
srv_obj_vm_known(struct srv_obj *srv, const char *uuid, const char *name, uint64_t tag)
{
    AUTO(blob_unref) struct blob *text = NULL;
    AUTO(facts_unref) struct facts *facts = NULL;
    char braced[UUID_TEXT];
    struct vm_obj *vm;

    {
        bool is_uuid = uuid && uuid_parse(uuid, braced);
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = is_uuid ? vm_table_find(srv->vms, braced) : name ? vm_table_find_name(srv->vms, name) : NULL;
        if (!is_known_locked(srv->vms, rec, tag))
            return NULL;
        text = blob_ref(rec->text);
        facts = facts_ref(rec->facts);
        vm = rec->vm && object_try_ref(&rec->vm->cfg.obj) ? rec->vm : NULL;
        if (!vm)
            return make_locked(srv, rec, text, facts);
    }
    doc_set_service(vm->cfg.doc, text, facts);
    return vm;
}

bool
srv_obj_vm_is_current(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag)
{
    struct vm_record *rec;
    LOCK_SCOPE(&srv->lock);

    rec = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;
    return is_known_locked(srv->vms, rec, tag) && doc_is_service(vm->cfg.doc, rec->text, rec->facts);
}

void
srv_obj_note_info(struct srv_obj *srv, struct vm_obj *vm, const char *xml)
{
    uint64_t tag = conn_reply_tag();
    char *copy = tag ? str_dup(xml) : NULL;
    AUTO(blob_unref) struct blob *info = copy ? blob_new(copy, strlen(copy)) : NULL;
    struct vm_record *rec;

    if (!info)
        return;
    LOCK_SCOPE(&srv->lock);
    rec = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;
    if (!rec)
        return;
    blob_unref(rec->info);
    rec->info = TAKE(info);
    rec->info_tag = tag;
}

char *
srv_obj_info_known(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag)
{
    AUTO(blob_unref) struct blob *info = NULL;
    {
        struct vm_record *rec;

        LOCK_SCOPE(&srv->lock);
        rec = vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;
        if (!rec || rec->is_gone || rec->info_tag != tag)
            return NULL;
        info = blob_ref(rec->info);
    }
    return str_dup(info->text);
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
