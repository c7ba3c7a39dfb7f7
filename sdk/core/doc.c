/* SPDX-License-Identifier: MIT */
/* One XML document with a lock: text until somebody looks, a tree from then on. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "doc.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "vm_facts.h"

/* Generations: the upper half counts trees, the lower one changes to a tree (config_obj.c tells them apart). */
#define NEXT_TREE (UINT64_C(1) << 32)

static _Atomic uint64_t n_changes; /* of all documents */

struct doc {
    _Atomic unsigned refs;
    PRL_HANDLE_TYPE kind; /* constant, from before it is given to anybody */
    _Atomic uint64_t generation;

    struct lock lock;   /* rank 60 */
    xmlDocPtr tree;     /* under lock, as all below; NULL: not parsed yet */
    struct blob *text;  /* what tree is, or was, parsed from */
    struct facts *facts; /* to be merged when somebody looks, or NULL */
    xmlDocPtr head;     /* while tree is NULL: the first part of text, or NULL */
    _Atomic bool is_unread; /* tree is NULL, and text and facts are all there is; written under lock */
    bool is_info;       /* likewise: the PHT_VM_INFO of the VM that text and facts are */
    uint64_t stamp;     /* of the facts last given; 0: something has come over them */
    char *security;     /* a newer Security section, likewise */
    bool is_changed;    /* the tree is more than `text` and facts */
    PRL_RESULT local_fault; /* why the tree is a stand-in, or success */
};

static struct blob *
make_blob(const char *text, size_t len, struct frame_map *map)
{
    struct blob *b = malloc(sizeof *b);

    if (!b)
        return NULL;
    atomic_init(&b->refs, 1);
    b->text = text;
    b->len = len;
    b->map = map;
    return b;
}

struct blob *
blob_new(char *text, size_t len)
{
    struct blob *b = make_blob(text, len, NULL);

    if (!b)
        free(text);
    return b;
}

struct blob *
blob_new_mapped(struct frame_map *map, const char *text, size_t len)
{
    struct blob *b = make_blob(text, len, map);

    if (b)
        frame_map_ref(map);
    return b;
}

struct blob *
blob_ref(struct blob *b)
{
    if (b)
        atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void
blob_unref(struct blob *b)
{
    if (!b || atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (b->map)
        frame_map_unref(b->map);
    else
        free((char *)b->text);
    free(b);
}

struct facts *
facts_new(json_t *json)
{
    static _Atomic uint64_t last;
    struct facts *f = malloc(sizeof *f);

    if (!f) {
        json_decref(json);
        return NULL;
    }
    atomic_init(&f->refs, 1);
    f->stamp = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
    f->json = json;
    return f;
}

struct facts *
facts_ref(struct facts *f)
{
    if (f)
        atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void
facts_unref(struct facts *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    json_decref(f->json);
    free(f);
}

static void
move_on(struct doc *d, uint64_t by)
{
    atomic_fetch_add(&d->generation, by);
    atomic_fetch_add(&n_changes, 1);
}

/* ---- life ---- */

static struct doc *
doc_new(PRL_HANDLE_TYPE kind)
{
    struct doc *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    atomic_init(&d->refs, 1);
    atomic_init(&d->generation, 1);
    d->kind = kind;
    lock_init(&d->lock, 60);
    return d;
}

struct doc *
doc_new_text(PRL_HANDLE_TYPE kind, char *text, size_t len)
{
    struct blob *b = blob_new(text, len);
    struct doc *d = b ? doc_new(kind) : NULL;

    if (d)
        d->text = b;
    else
        blob_unref(b);
    return d;
}

struct doc *
doc_new_tree(PRL_HANDLE_TYPE kind, xmlDocPtr tree)
{
    struct doc *d = tree ? doc_new(kind) : NULL;

    if (d) {
        d->tree = tree;
        d->is_changed = true;
    } else if (tree) {
        xmlFreeDoc(tree);
    }
    return d;
}

struct doc *
doc_ref(struct doc *d)
{
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
    return d;
}

void
doc_unref(struct doc *d)
{
    if (!d || atomic_fetch_sub_explicit(&d->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (d->tree)
        xmlFreeDoc(d->tree);
    if (d->head)
        xmlFreeDoc(d->head);
    blob_unref(d->text);
    facts_unref(d->facts);
    free(d->security);
    lock_destroy(&d->lock);
    free(d);
}

/* ---- looking ---- */

static bool
is_event_kind(PRL_HANDLE_TYPE kind)
{
    return kind == PHT_EVENT || kind == PHT_VM_INFO || kind == PHT_LOGIN_RESPONSE || kind == PHT_SERVER_INFO ||
           kind == PHT_RUNNING_TASK;
}

static PRL_RESULT
parse(PRL_HANDLE_TYPE kind, const char *text, size_t len, xmlDocPtr *ret)
{
    AUTO(cleanup_free) char *why = NULL;

    if (kind == PHT_VIRTUAL_MACHINE)
        return vm_model_parse(text, len, ret);
    if (is_event_kind(kind))
        return event_xml_parse(text, len, ret);
    *ret = xml_parse(text, len, &why);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "%s", why ? why : "no memory");
}

/* A VM whose text cannot be had or read is still a VM: name, uuid and why, from the facts. */
static bool
stand_in(struct doc *d, PRL_RESULT why)
{
    if (d->kind != PHT_VIRTUAL_MACHINE)
        return false;
    d->tree = vm_model_new();
    d->local_fault = why;
    return d->tree;
}

static bool
merge_locked(struct doc *d)
{
    if (!d->facts && !d->security)
        return false;
    if (d->facts)
        vm_facts_merge(d->tree, d->facts->json, d->local_fault);
    if (d->security)
        vm_facts_set_security(d->tree, d->security);
    facts_unref(TAKE(d->facts));
    free(TAKE(d->security));
    return true;
}

static bool load_locked(struct doc *d);

/* What it is in the tree of that VM. */
static void
load_info(struct doc *d)
{
    AUTO(doc_unref) struct doc *vm = doc_new_service(d->text, d->facts);
    bool is_read = vm && load_locked(vm); /* nobody else has it: no lock */
    xmlNodePtr event = is_read ? xml_find(xmlDocGetRootElement(vm->tree), VM_FACTS_INFO) : NULL, copy;

    d->tree = event ? xmlNewDoc((const xmlChar *)"1.0") : NULL;
    copy = d->tree ? xmlDocCopyNode(event, d->tree, 1) : NULL;
    if (copy) {
        xmlDocSetRootElement(d->tree, copy);
        facts_unref(TAKE(d->facts));
    } else if (d->tree) {
        xmlFreeDoc(TAKE(d->tree));
    }
}

static bool
load_locked(struct doc *d)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;
    bool is_new = !d->tree;

    if (is_new) {
        atomic_store_explicit(&d->is_unread, false, memory_order_relaxed);
        if (d->head)
            xmlFreeDoc(TAKE(d->head));
        d->local_fault = PRL_ERR_SUCCESS;
        if (d->is_info)
            load_info(d);
        else if (d->text)
            r = parse(d->kind, d->text->text, d->text->len, &d->tree);
        if (!d->tree && !stand_in(d, r))
            return false;
        if (d->kind != PHT_VIRTUAL_MACHINE)
            blob_unref(TAKE(d->text)); /* nobody compares it */
    }
    if (merge_locked(d) || is_new)
        move_on(d, is_new ? NEXT_TREE : 1); /* what was there to be read has not changed */
    return true;
}

xmlDocPtr
doc_lock(struct doc *d)
{
    lock_take(&d->lock);
    if (load_locked(d))
        return d->tree;
    lock_drop(&d->lock);
    return NULL;
}

void
doc_unlock(struct doc *d, bool was_changed)
{
    if (was_changed) {
        d->is_changed = true;
        move_on(d, 1);
    }
    lock_drop(&d->lock);
}

void
doc_nodes_changed(struct doc *d)
{
    move_on(d, 1);
}

uint64_t
doc_generation(struct doc *d)
{
    return atomic_load(&d->generation);
}

uint64_t
doc_changes(void)
{
    return atomic_load(&n_changes);
}

PRL_RESULT
doc_text(struct doc *d, char **ret_text, size_t *ret_len)
{
    xmlDocPtr tree = doc_lock(d);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!tree)
        return err_set(PRL_ERR_UNEXPECTED, "the document cannot be read");
    if (d->kind == PHT_VIRTUAL_MACHINE) {
        r = vm_model_text(tree, VM_TEXT_HANDLE, ret_text, ret_len);
    } else {
        char *text = xml_text(tree, ret_len);

        if (text)
            *ret_text = text;
        else
            r = PRL_ERR_OUT_OF_MEMORY;
    }
    doc_unlock(d, false);
    return r;
}

/* ---- replacing ---- */

/* What is replaced is freed after the lock is dropped. */
static void
swap_in(struct doc *d, xmlDocPtr tree)
{
    struct facts *facts;
    struct blob *text;
    char *security;
    xmlDocPtr old, head;

    lock_take(&d->lock);
    old = d->tree;
    d->tree = tree;
    head = TAKE(d->head);
    atomic_store_explicit(&d->is_unread, false, memory_order_relaxed);
    text = TAKE(d->text);
    facts = TAKE(d->facts);
    security = TAKE(d->security);
    d->stamp = 0;
    d->is_changed = true;
    d->local_fault = PRL_ERR_SUCCESS;
    move_on(d, NEXT_TREE);
    lock_drop(&d->lock);
    if (old)
        xmlFreeDoc(old);
    if (head)
        xmlFreeDoc(head);
    blob_unref(text);
    facts_unref(facts);
    free(security);
}

/* "VirtuozzoX" and "ParallelsX" are the same name. */
static bool
is_same_name(const xmlChar *a, const xmlChar *b)
{
    const char *x = (const char *)a, *y = (const char *)b;

    if (!strncmp(x, "Parallels", 9) || !strncmp(x, "Virtuozzo", 9))
        x += 9;
    if (!strncmp(y, "Parallels", 9) || !strncmp(y, "Virtuozzo", 9))
        y += 9;
    return !strcmp(x, y);
}

static PRL_RESULT
check_root(struct doc *d, xmlDocPtr tree)
{
    xmlNodePtr root = xmlDocGetRootElement(tree), mine;
    PRL_RESULT r = PRL_ERR_SUCCESS;
    xmlDocPtr now;

    if (!root)
        return err_set(PRL_ERR_INVALID_ARG, "a document without an element");
    now = doc_lock(d);
    if (!now)
        return PRL_ERR_SUCCESS; /* nothing readable to compare with */
    mine = xmlDocGetRootElement(now);
    if (!is_same_name(root->name, mine->name))
        r = err_set(PRL_ERR_INVALID_ARG, "the root is '%s', not '%s'", (const char *)root->name, (const char *)mine->name);
    doc_unlock(d, false);
    return r;
}

PRL_RESULT
doc_replace_tree(struct doc *d, xmlDocPtr tree)
{
    PRL_RESULT r = check_root(d, tree);

    if (PRL_FAILED(r))
        xmlFreeDoc(tree);
    else
        swap_in(d, tree);
    return r;
}

PRL_RESULT
doc_replace_text(struct doc *d, char *text, size_t len)
{
    AUTO(cleanup_free) char *mine = text;
    xmlDocPtr tree = NULL;
    PRL_RESULT r;

    if (!str_is_xml_text(mine, len))
        return err_set(PRL_ERR_INVALID_ARG, "not UTF-8, or characters that XML cannot carry");
    r = parse(d->kind, mine, len, &tree);
    return PRL_FAILED(r) ? r : doc_replace_tree(d, tree);
}

/* ---- from the service ---- */

struct doc *
doc_new_service(struct blob *text, struct facts *facts)
{
    struct doc *d = doc_new(PHT_VIRTUAL_MACHINE);

    if (!d)
        return NULL;
    d->text = blob_ref(text);
    d->facts = facts_ref(facts);
    d->stamp = facts ? facts->stamp : 0;
    atomic_init(&d->is_unread, facts);
    return d;
}

static bool
is_service_locked(const struct doc *d, const struct blob *text, const struct facts *facts)
{
    return d->text == text && !d->is_changed && !d->security && facts && d->stamp == facts->stamp;
}

bool
doc_is_service(struct doc *d, const struct blob *text, const struct facts *facts)
{
    LOCK_SCOPE(&d->lock);

    return is_service_locked(d, text, facts);
}

void
doc_set_service(struct doc *d, struct blob *text, struct facts *facts)
{
    struct blob *old_text = NULL;
    xmlDocPtr old_tree = NULL, old_head = NULL;
    struct facts *old_facts;
    char *old_security;

    lock_take(&d->lock);
    if (is_service_locked(d, text, facts)) {
        lock_drop(&d->lock);
        return;
    }
    old_facts = d->facts;
    old_security = TAKE(d->security);
    d->facts = facts_ref(facts);
    d->stamp = facts ? facts->stamp : 0;
    if (d->text != text || d->is_changed) {
        old_tree = TAKE(d->tree);
        old_head = TAKE(d->head);
        old_text = d->text;
        d->text = blob_ref(text);
        d->is_changed = false;
        move_on(d, NEXT_TREE);
    }
    atomic_store_explicit(&d->is_unread, !d->tree && facts, memory_order_relaxed);
    move_on(d, 1);
    lock_drop(&d->lock);
    if (old_tree)
        xmlFreeDoc(old_tree);
    if (old_head)
        xmlFreeDoc(old_head);
    blob_unref(old_text);
    facts_unref(old_facts);
    free(old_security);
}

/* ---- without looking into it ---- */

/* Mostly somebody has looked: that is seen without the lock. */
static bool
is_unread(struct doc *d)
{
    return atomic_load_explicit(&d->is_unread, memory_order_relaxed);
}

struct facts *
doc_unread_facts(struct doc *d)
{
    if (!is_unread(d))
        return NULL;
    LOCK_SCOPE(&d->lock);
    return is_unread(d) ? facts_ref(d->facts) : NULL;
}

struct doc *
doc_unread_info(struct doc *d)
{
    struct doc *info = NULL;

    if (!is_unread(d) || d->is_info)
        return NULL;
    LOCK_SCOPE(&d->lock);
    if (is_unread(d))
        info = doc_new_service(d->text, d->facts);
    if (info) {
        info->kind = PHT_VM_INFO;
        info->is_info = true;
    }
    return info;
}

/* The part of a configuration that lists are made of beside the facts, which say nothing of it; it stands near the beginning. */
#define HEAD "Settings/General"

/* Only a text that the service could read: for another one there is a stand-in, not its head. */
static bool
load_head_locked(struct doc *d)
{
    if (!is_unread(d))
        return false;
    if (!d->head && d->text && vm_facts_are_valid(d->facts->json))
        d->head = xml_parse_head(d->text->text, d->text->len, HEAD);
    return d->head;
}

xmlNodePtr
doc_lock_head(struct doc *d, const char *path)
{
    if (!is_unread(d) || d->is_info || strncmp(path, HEAD "/", sizeof HEAD) != 0)
        return NULL;
    lock_take(&d->lock);
    if (load_head_locked(d))
        return xmlDocGetRootElement(d->head);
    lock_drop(&d->lock);
    return NULL;
}

void
doc_set_security(struct doc *d, const char *xml)
{
    char *copy = str_dup(xml), *old;

    lock_take(&d->lock);
    old = d->security;
    d->security = copy;
    d->stamp = 0;
    move_on(d, 1);
    lock_drop(&d->lock);
    free(old);
}
