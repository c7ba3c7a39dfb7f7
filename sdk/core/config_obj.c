/* SPDX-License-Identifier: MIT */
/*
 * Objects over documents. `node` is only a hint: it is compared with the elements of the current tree and never followed unless it
 * is one of them, so an element that somebody else removed is found out, not touched.
 */
#include "config_obj.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "srv_obj.h"

/* ---- classes ---- */

#define FIRST_TYPE PHT_SERVER
#define N_TYPES (PHT_LAST - PHT_SERVER + 1)

static void
destroy(struct object *obj)
{
    config_obj_release((struct config_obj *)obj);
    free(obj);
}

/* Types that have no text form (semantics 1.1). */
static bool
has_text(PRL_HANDLE_TYPE pht)
{
    switch (pht) {
    case PHT_EVENT:
    case PHT_EVENT_PARAMETER:
    case PHT_SYSTEM_STATISTICS:
    case PHT_SYSTEM_STATISTICS_CPU:
    case PHT_SYSTEM_STATISTICS_IFACE:
    case PHT_SYSTEM_STATISTICS_USER_SESSION:
    case PHT_SYSTEM_STATISTICS_DISK:
    case PHT_SYSTEM_STATISTICS_DISK_PARTITION:
    case PHT_SYSTEM_STATISTICS_PROCESS:
    case PHT_SYSTEM_STATISTICS_VM_DATA:
    case PHT_REMOTE_FILESYSTEM_INFO:
    case PHT_REMOTE_FILESYSTEM_ENTRY:
    case PHT_CPU_FEATURES:
        return false;
    default:
        return true;
    }
}

/* One class per type; they differ in the number and the text form only. Filled once. */
static struct object_class classes[N_TYPES];

static void
make_classes(void)
{
    for (unsigned i = 0; i < N_TYPES; i++) {
        struct object_class *c = &classes[i];

        c->type = (PRL_HANDLE_TYPE)(FIRST_TYPE + i);
        c->destroy = destroy;
        if (has_text(c->type)) {
            c->to_text = config_obj_to_text;
            c->from_text = config_obj_from_text;
        }
    }
}

static const struct object_class *
class_of(PRL_HANDLE_TYPE pht)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_classes);
    return pht >= FIRST_TYPE && pht <= PHT_LAST ? &classes[pht - FIRST_TYPE] : NULL;
}

/* Handles of these types are cast to structs of their own: a document in their place would be another layout. */
static bool
is_of_own_layout(PRL_HANDLE_TYPE pht)
{
    switch (pht) {
    case PHT_SERVER:
    case PHT_JOB:
    case PHT_EVENT:
    case PHT_RESULT:
    case PHT_STRINGS_LIST:
    case PHT_HANDLES_LIST:
    case PHT_OPAQUE_TYPE_LIST:
    case PHT_VIRTUAL_DISK:
    case PHT_VIRTUAL_DISK_MAP:
    case PHT_VIRTUAL_DISK_OPEN_POLICY:
    case PHT_VIRTUAL_DISK_ENCRYPTION:
        return true;
    default:
        return false;
    }
}

bool
config_obj_is(const struct object *obj)
{
    return obj->cls->type == PHT_VIRTUAL_MACHINE || (obj->cls >= classes && obj->cls < classes + N_TYPES);
}

/* ---- life ---- */

void
config_obj_init(struct config_obj *o, const struct object_class *cls, struct doc *doc, struct object *owner)
{
    object_init(&o->obj, cls);
    o->doc = doc_ref(doc);
    o->owner = owner;
    if (owner)
        object_ref(owner);
    o->part = PART_ROOT;
}

void
config_obj_release(struct config_obj *o)
{
    doc_unref(o->doc);
    object_unref(o->owner);
    free(o->name);
}

struct config_obj *
config_obj_new(PRL_HANDLE_TYPE pht, struct doc *doc, struct object *owner)
{
    const struct object_class *cls = class_of(pht);
    struct config_obj *o;

    if (!cls || !doc || is_of_own_layout(pht))
        return NULL;
    if (pht == PHT_VIRTUAL_MACHINE)
        return vm_obj_over(doc, owner); /* every handle of this type is a struct vm_obj */
    o = calloc(1, sizeof *o);
    if (o)
        config_obj_init(o, cls, doc, owner);
    return o;
}

struct config_obj *
config_obj_part(PRL_HANDLE_TYPE pht, struct config_obj *of, enum part_kind part, const char *path, unsigned type,
                unsigned index, const char *name)
{
    struct config_obj *o = config_obj_new(pht, of->doc, &of->obj);

    if (!o)
        return NULL;
    o->part = part;
    o->path = path;
    o->type = type;
    o->index = index;
    if (name && !(o->name = str_dup(name))) {
        object_unref(&o->obj);
        return NULL;
    }
    return o;
}

/* ---- finding the element ---- */

static unsigned
read_once(const unsigned *p)
{
    return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* The object whose element ours lies in, or NULL: the document's root. */
static struct config_obj *
outer_of(struct config_obj *o)
{
    struct config_obj *outer = (struct config_obj *)o->owner;

    return outer && config_obj_is(o->owner) && outer->doc == o->doc ? outer : NULL;
}

/* Of all elements that could be it: the one we had if it is still there, else the one with the key. */
struct pick {
    xmlNodePtr had, found;
};

static void
pick_next(struct pick *p, xmlNodePtr candidate, bool has_key)
{
    if (has_key && (!p->found || candidate == p->had))
        p->found = candidate;
}

static xmlNodePtr
find_device(struct config_obj *o, xmlDocPtr tree)
{
    unsigned type = read_once(&o->type), index = read_once(&o->index);
    struct pick p = { .had = o->node };
    xmlNodePtr n;

    for (unsigned i = 0; (n = vm_model_device_nth(tree, (PRL_DEVICE_TYPE)type, i)); i++)
        pick_next(&p, n, xml_get_u64(n, "Index", i) == index);
    return p.found;
}

/*
 * Items have no key but their place, so the one we had wins wherever it is now. If it has gone out of this tree, with its device for one, what
 * stands in its place by now is another.
 */
static xmlNodePtr
find_item(struct config_obj *o, xmlNodePtr base)
{
    unsigned index = read_once(&o->index), i = 0;
    xmlNodePtr at_index = NULL;

    for (xmlNodePtr n = xml_find(base, o->path); n; n = xml_next(n), i++) {
        if (n == o->node) {
            __atomic_store_n(&o->index, i, __ATOMIC_RELAXED);
            return n;
        }
        if (i == index)
            at_index = n;
    }
    if (o->node)
        o->is_removed = true;
    return o->node ? NULL : at_index;
}

static bool
is_named(xmlNodePtr param, const char *name)
{
    AUTO(cleanup_free) char *text = xml_get(param, "Name");

    return text && !strcmp(text, name);
}

/* Parameters may share a name: first the one at our place, then the first of the name. */
static xmlNodePtr
find_param(struct config_obj *o, xmlNodePtr base)
{
    xmlNodePtr n = event_xml_nth(base, read_once(&o->index));

    return n && is_named(n, o->name) ? n : event_xml_param(base, o->name);
}

static xmlNodePtr find_node(struct config_obj *o, xmlDocPtr tree);

static xmlNodePtr
look_up(struct config_obj *o, xmlDocPtr tree)
{
    struct config_obj *outer = outer_of(o);
    xmlNodePtr base = outer ? find_node(outer, tree) : xmlDocGetRootElement(tree);

    if (!base)
        return NULL;
    switch (o->part) {
    case PART_ROOT:
        return base;
    case PART_DEVICE:
        return find_device(o, tree);
    case PART_LIST_ITEM:
        return find_item(o, base);
    case PART_NAMED:
        return find_param(o, base);
    case PART_PATH:
        return xml_make(base, o->path);
    }
    return NULL;
}

static xmlNodePtr
find_node(struct config_obj *o, xmlDocPtr tree)
{
    uint64_t now = doc_generation(o->doc);

    if (o->is_removed)
        return NULL;
    if (o->seen == now && o->node)
        return o->node;
    if (o->seen >> 32 != now >> 32)
        o->node = NULL; /* of another tree: its address may be something else's by now */
    o->node = look_up(o, tree);
    o->seen = now;
    return o->node;
}

PRL_RESULT
config_obj_lock(struct config_obj *o, xmlNodePtr *ret_node)
{
    xmlDocPtr tree = doc_lock(o->doc);
    xmlNodePtr node;

    if (!tree)
        return err_set(PRL_ERR_UNEXPECTED, "the document cannot be read");
    node = find_node(o, tree);
    if (!node) {
        doc_unlock(o->doc, false);
        return PRL_ERR_OBJECT_WAS_REMOVED;
    }
    *ret_node = node;
    return PRL_ERR_SUCCESS;
}

void
config_obj_unlock(struct config_obj *o, bool was_changed)
{
    doc_unlock(o->doc, was_changed);
}

PRL_RESULT
config_obj_remove(struct config_obj *o)
{
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    if (o->part == PART_DEVICE)
        vm_model_remove_device(node->doc, node);
    else if (o->part != PART_ROOT) /* one of its own, a device of no VM, stays: its handle alone is no good any more */
        xml_remove(node);
    o->is_removed = true;
    o->node = NULL;
    config_obj_unlock(o, true);
    return r;
}

/* ---- text form ---- */

PRL_RESULT
config_obj_to_text(struct object *obj, char **ret_text)
{
    struct config_obj *o = (struct config_obj *)obj;
    xmlNodePtr node;
    PRL_RESULT r;
    char *text;
    size_t len;

    if (o->part == PART_ROOT && !outer_of(o))
        return doc_text(o->doc, ret_text, &len);
    r = config_obj_lock(o, &node);
    if (PRL_FAILED(r))
        return r;
    text = xml_node_text(node, NULL);
    config_obj_unlock(o, false);
    if (!text)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret_text = text;
    return PRL_ERR_SUCCESS;
}

/* The element takes over attributes and children of another one; its place in the document stays. */
static bool
take_content(xmlNodePtr to, xmlNodePtr from)
{
    xmlNodePtr copy = xmlDocCopyNode(from, to->doc, 1);

    if (!copy)
        return false;
    xmlReplaceNode(to, copy);
    xmlFreeNode(to);
    return true;
}

static PRL_RESULT
replace_part(struct config_obj *o, xmlNodePtr from)
{
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    if (strcmp((const char *)node->name, (const char *)from->name) != 0)
        r = err_set(PRL_ERR_INVALID_ARG, "the root is '%s', not '%s'", (const char *)from->name, (const char *)node->name);
    else if (!take_content(node, from))
        r = PRL_ERR_OUT_OF_MEMORY;
    if (PRL_SUCCEEDED(r)) {
        /* A device may have got another Index by this. */
        if (o->part == PART_DEVICE)
            __atomic_store_n(&o->index, (unsigned)xml_get_u64(from, "Index", read_once(&o->index)), __ATOMIC_RELAXED);
        o->node = NULL;
    }
    config_obj_unlock(o, PRL_SUCCEEDED(r));
    return r;
}

PRL_RESULT
config_obj_from_text(struct object *obj, const char *text)
{
    struct config_obj *o = (struct config_obj *)obj;
    AUTO(cleanup_free) char *copy = str_dup(text), *why = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr tree = NULL;
    size_t len = strlen(text);

    if (!copy)
        return PRL_ERR_OUT_OF_MEMORY;
    if (o->part == PART_ROOT && !outer_of(o))
        return doc_replace_text(o->doc, TAKE(copy), len);
    if (!str_is_xml_text(copy, len))
        return err_set(PRL_ERR_INVALID_ARG, "not UTF-8, or characters that XML cannot carry");
    tree = xml_parse(copy, len, &why);
    if (!tree)
        return err_set(PRL_ERR_INVALID_ARG, "%s", why ? why : "no memory");
    return replace_part(o, xmlDocGetRootElement(tree));
}
