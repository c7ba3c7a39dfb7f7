/* SPDX-License-Identifier: MIT */
/*
 * Three-way merge on commit (semantics 7.11). An element is found again by its name, a list item by name and id; several plain
 * elements of one name (DnsIPAddress ...) are one value together. The order of named elements does not matter, that of plain ones does.
 *
 *     new = old: take cur    cur = old: take new    cur = new: fine    both have elements: one level down    else a conflict
 *
 * Comments and attributes that nobody here knows are somebody's all the same: they count when documents are compared, and stay.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "vm_lists.h"
#include "vm_model.h"

/* ---- equality ---- */

static bool
is_element(const xmlNode *n)
{
    return n->type == XML_ELEMENT_NODE;
}

/* A comment or a processing instruction. */
static bool
is_note(const xmlNode *n)
{
    return n->type == XML_COMMENT_NODE || n->type == XML_PI_NODE;
}

static bool
has_elements(const xmlNode *n)
{
    for (const xmlNode *c = n->children; c; c = c->next)
        if (is_element(c))
            return true;
    return false;
}

/* Text between elements means that the whole is one value of somebody else's. */
static bool
is_mixed(const xmlNode *n)
{
    if (!has_elements(n))
        return false;
    for (const xmlNode *c = n->children; c; c = c->next)
        if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
            return true;
    return false;
}

static bool
same_name(const xmlNode *a, const xmlNode *b)
{
    return strcmp((const char *)a->name, (const char *)b->name) == 0;
}

static bool
same_text(const xmlNode *a, const xmlNode *b)
{
    AUTO(cleanup_free) char *x = xml_get((xmlNodePtr)a, "");
    AUTO(cleanup_free) char *y = xml_get((xmlNodePtr)b, "");

    return str_eq(x, y);
}

static bool
same_whole(const xmlNode *a, const xmlNode *b)
{
    AUTO(cleanup_free) char *x = xml_node_text((xmlNodePtr)a, NULL);
    AUTO(cleanup_free) char *y = xml_node_text((xmlNodePtr)b, NULL);

    return str_eq(x, y);
}

/* Keys and bookkeeping of the format: they say nothing about the machine. */
static bool
is_bookkeeping(const xmlAttr *a)
{
    static const char *const names[] = { "id", "dyn_lists", "schemaVersion" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp((const char *)a->name, names[i]) == 0)
            return true;
    return false;
}

static const xmlAttr *
find_attribute(const xmlNode *n, const xmlAttr *like)
{
    for (const xmlAttr *a = n ? n->properties : NULL; a; a = a->next)
        if (strcmp((const char *)a->name, (const char *)like->name) == 0 && !a->ns == !like->ns)
            return a;
    return NULL;
}

static bool
same_value(const xmlAttr *a, const xmlAttr *b)
{
    AUTO(cleanup_free) char *x = a && a->children ? xml_get((xmlNodePtr)a, "") : NULL;
    AUTO(cleanup_free) char *y = b && b->children ? xml_get((xmlNodePtr)b, "") : NULL;

    return !a == !b && strcmp(x ? x : "", y ? y : "") == 0;
}

static bool
same_attributes(const xmlNode *a, const xmlNode *b)
{
    for (const xmlAttr *x = a->properties; x; x = x->next)
        if (!is_bookkeeping(x) && !same_value(x, find_attribute(b, x)))
            return false;
    for (const xmlAttr *x = b->properties; x; x = x->next)
        if (!is_bookkeeping(x) && !find_attribute(a, x))
            return false;
    return true;
}

static const xmlNode *
next_note(const xmlNode *n)
{
    while (n && !is_note(n))
        n = n->next;
    return n;
}

static bool
same_note(const xmlNode *a, const xmlNode *b)
{
    return a->type == b->type && xmlStrEqual(a->name, b->name) && xmlStrEqual(a->content, b->content);
}

/* The comments in two lists of siblings, in their order. */
static bool
same_notes(const xmlNode *a, const xmlNode *b)
{
    for (a = next_note(a), b = next_note(b); a && b; a = next_note(a->next), b = next_note(b->next))
        if (!same_note(a, b))
            return false;
    return !a && !b;
}

static bool
has_note(const xmlNode *parent, const xmlNode *note)
{
    for (const xmlNode *n = next_note(parent ? parent->children : NULL); n; n = next_note(n->next))
        if (same_note(n, note))
            return true;
    return false;
}

/* The sibling list's first element with the key of n, from `from` on. */
static xmlNodePtr
find_key(xmlNodePtr from, const xmlNode *n)
{
    int id = vm_list_key(n);

    for (; from; from = from->next)
        if (is_element(from) && same_name(from, n) && vm_list_key(from) == id)
            return from;
    return NULL;
}

static unsigned
count_key(const xmlNode *parent, const xmlNode *n)
{
    unsigned count = 0;

    for (xmlNodePtr c = parent ? parent->children : NULL; (c = find_key(c, n)); c = c->next)
        count++;
    return count;
}

/* What two trees have to share to be the same: all of it, or what makes the machine. */
enum same_in { SAME_IN_ALL, SAME_IN_VALUES };

static bool same_tree(const xmlNode *a, const xmlNode *b, enum same_in what);

/* All elements with the key of n below both parents (NULL: none), one by one. */
static bool
same_group(const xmlNode *a, const xmlNode *b, const xmlNode *n, enum same_in what)
{
    xmlNodePtr x = find_key(a ? a->children : NULL, n), y = find_key(b ? b->children : NULL, n);

    while (x && y) {
        if (!same_tree(x, y, what))
            return false;
        x = find_key(x->next, n);
        y = find_key(y->next, n);
    }
    return !x && !y;
}

static bool
same_children(const xmlNode *a, const xmlNode *b, enum same_in what)
{
    for (const xmlNode *c = a->children; c; c = c->next)
        if (is_element(c) && find_key(a->children, c) == c && !same_group(a, b, c, what))
            return false;
    for (const xmlNode *c = b->children; c; c = c->next)
        if (is_element(c) && !find_key(a->children, c))
            return false;
    return true;
}

static bool
same_tree(const xmlNode *a, const xmlNode *b, enum same_in what)
{
    if (what == SAME_IN_ALL && (!same_attributes(a, b) || !same_notes(a->children, b->children)))
        return false;
    if (is_mixed(a) || is_mixed(b))
        return same_whole(a, b);
    if (has_elements(a) != has_elements(b))
        return false;
    return has_elements(a) ? same_children(a, b, what) : same_text(a, b);
}

/* ---- what belongs to the service ---- */

static const char *const owned[] = {
    "AppVersion",
    "ValidRc",
    "Identification/VmUuid",
    "Identification/ServerUuid",
    "Identification/LastServerUuid",
    "Identification/ServerHost",
    "Identification/LinkedVmUuid",
    "Identification/VmHome",
    "Identification/VmFilesLocation",
    "Identification/VmCreationDate",
    "Identification/VmUptimeStartDateTime",
    "Identification/VmUptimeInSeconds",
    "Identification/ChangedBy",
    "Identification/ChangeDateTime",
    "Identification/EnvId",
    "Identification/CtId",
    "Security/AccessControlList",
    "Security/Owner",
    "Security/IsOwner",
    "Security/AccessForOthers",
    "Security/LockedSign",
    "Settings/Startup/FastReboot",
    "Settings/Startup/VmFastRebootUser",
    "Settings/Runtime/InternalVmInfo",
    "Hardware/Chipset/QemuMachine",
};

static bool
take_one(xmlNodePtr to, xmlNodePtr from, const char *path)
{
    xmlNodePtr mine = xml_find(to, path), theirs = xml_find(from, path), copy;

    if (!theirs) {
        vm_remove_with_parents(mine, from, path);
        return true;
    }
    if (!mine)
        mine = xml_make(to, path);
    copy = mine ? xmlDocCopyNode(theirs, to->doc, 1) : NULL;
    if (!copy)
        return false;
    xmlFreeNode(xmlReplaceNode(mine, copy));
    return true;
}

bool
vm_model_take_owned(xmlDocPtr doc, xmlDocPtr from)
{
    for (size_t i = 0; i < ARRAY_LEN(owned); i++)
        if (!take_one(vm_model_root(doc), vm_model_root(from), owned[i]))
            return false;
    return true;
}

bool
vm_model_hardware_differs(xmlDocPtr a, xmlDocPtr b)
{
    xmlNodePtr x = xml_child(vm_model_root(a), "Hardware"), y = xml_child(vm_model_root(b), "Hardware");

    if (!x || !y)
        return x != y;
    return !same_tree(x, y, SAME_IN_VALUES);
}

/* ---- merging ---- */

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "merging configurations");
}

static PRL_RESULT
conflict(const xmlNode *n)
{
    xmlChar *path = xmlGetNodePath(n);

    err_set(PRL_ERR_VM_CONFIG_WAS_CHANGED, "%s was changed by somebody else meanwhile",
            path ? (const char *)path : (const char *)n->name);
    xmlFree(path);
    return PRL_ERR_VM_CONFIG_WAS_CHANGED;
}

/* Copies all elements with the key of n from one parent behind the children of another. */
static PRL_RESULT
copy_group(xmlNodePtr to, const xmlNode *from, const xmlNode *n)
{
    for (xmlNodePtr c = from ? from->children : NULL; (c = find_key(c, n)); c = c->next)
        if (!xml_copy_into(to, c))
            return no_memory();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT merge_elements(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now);

/* `to` has the attributes of cur. Those of a namespace stay so: it may not be declared where the other one stands. */
static PRL_RESULT
merge_attributes(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now)
{
    for (const xmlAttr *a = now->properties; a; a = a->next) {
        const xmlAttr *before = find_attribute(old, a), *theirs = find_attribute(cur, a);
        AUTO(cleanup_free) char *value = NULL;

        if (a->ns || is_bookkeeping(a) || same_value(a, before) || same_value(a, theirs))
            continue;
        if (!same_value(before, theirs))
            return conflict((const xmlNode *)a);
        value = xml_get((xmlNodePtr)a, "");
        if (!value || !xmlSetProp(to, a->name, (const xmlChar *)value))
            return no_memory();
    }
    for (const xmlAttr *a = old ? old->properties : NULL; a; a = a->next) {
        if (a->ns || is_bookkeeping(a) || find_attribute(now, a) || !find_attribute(cur, a))
            continue;
        if (!same_value(a, find_attribute(cur, a)))
            return conflict((const xmlNode *)a);
        xmlUnsetProp(to, a->name);
    }
    return PRL_ERR_SUCCESS;
}

/* An element of both, changed by both. */
static PRL_RESULT
merge_deeper(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now)
{
    xmlNodePtr copy = xmlDocCopyNode((xmlNodePtr)cur, to->doc, 2); /* 2: with attributes, without children */
    PRL_RESULT r;

    if (!copy)
        return no_memory();
    if (!xmlAddChild(to, copy)) {
        xmlFreeNode(copy);
        return no_memory();
    }
    r = merge_attributes(copy, old, cur, now);
    return PRL_FAILED(r) ? r : merge_elements(copy, old, cur, now);
}

static bool
can_go_deeper(const xmlNode *c, const xmlNode *w)
{
    return c && w && has_elements(c) && has_elements(w) && !is_mixed(c) && !is_mixed(w);
}

static PRL_RESULT
merge_group(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now, const xmlNode *n)
{
    xmlNodePtr c, w;

    if (same_group(old, now, n, SAME_IN_ALL))
        return copy_group(to, cur, n);
    if (same_group(old, cur, n, SAME_IN_ALL) || same_group(cur, now, n, SAME_IN_ALL))
        return copy_group(to, now, n);
    c = find_key(cur->children, n);
    w = find_key(now->children, n);
    /* An item that both have added is two items: nothing says which one was meant. */
    if (can_go_deeper(c, w) && count_key(cur, n) == 1 && count_key(now, n) == 1
        && !(vm_list_key(n) >= 0 && !count_key(old, n)))
        return merge_deeper(to, old ? find_key(old->children, n) : NULL, c, w);
    return conflict(n);
}

/* A comment goes only when somebody has taken it away. */
static PRL_RESULT
merge_note(xmlNodePtr to, const xmlNode *old, const xmlNode *other, const xmlNode *note)
{
    if (has_note(old, note) && !has_note(other, note))
        return PRL_ERR_SUCCESS;
    return xml_copy_into(to, (xmlNodePtr)note) ? PRL_ERR_SUCCESS : no_memory();
}

static PRL_RESULT
merge_elements(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (const xmlNode *n = now->children; n && PRL_SUCCEEDED(r); n = n->next) {
        if (is_note(n))
            r = merge_note(to, old, cur, n);
        else if (is_element(n) && find_key(now->children, n) == n)
            r = merge_group(to, old, cur, now, n);
    }
    for (const xmlNode *n = cur->children; n && PRL_SUCCEEDED(r); n = n->next) {
        if (is_note(n) && !has_note(now, n))
            r = merge_note(to, old, now, n);
        else if (is_element(n) && find_key(cur->children, n) == n && !find_key(now->children, n))
            r = merge_group(to, old, cur, now, n);
    }
    return r;
}

/* What stands before and behind the root. */
static bool
copy_around(xmlDocPtr to, xmlDocPtr from)
{
    xmlNodePtr root = vm_model_root(to);

    for (xmlNodePtr n = from->children, seen = NULL; n; n = n->next) {
        xmlNodePtr copy;

        if (n == vm_model_root(from)) {
            seen = root;
            continue;
        }
        copy = is_note(n) ? xmlDocCopyNode(n, to, 1) : NULL;
        if (is_note(n) && !copy)
            return false;
        if (copy && seen)
            seen = xmlAddNextSibling(seen, copy);
        else if (copy)
            xmlAddPrevSibling(root, copy);
    }
    return true;
}

static PRL_RESULT
merge_all(xmlDocPtr doc, xmlDocPtr old, xmlDocPtr cur, xmlDocPtr now)
{
    xmlNodePtr root = xmlDocCopyNode(vm_model_root(cur), doc, 2);
    PRL_RESULT r;

    if (!root)
        return no_memory();
    xmlDocSetRootElement(doc, root);
    r = merge_attributes(root, vm_model_root(old), vm_model_root(cur), vm_model_root(now));
    if (PRL_SUCCEEDED(r))
        r = merge_elements(root, vm_model_root(old), vm_model_root(cur), vm_model_root(now));
    if (PRL_SUCCEEDED(r) && !copy_around(doc, same_notes(old->children, now->children) ? cur : now))
        r = no_memory();
    return r;
}

PRL_RESULT
vm_model_merge(xmlDocPtr old_doc, xmlDocPtr cur_doc, xmlDocPtr new_doc, xmlDocPtr *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL, wanted = xmlCopyDoc(new_doc, 1);
    PRL_RESULT r;

    /* What the service fills in for clients comes back with their documents and is no change of theirs. */
    if (!wanted || !vm_model_take_owned(wanted, old_doc))
        return no_memory();
    if (!vm_list_number(vm_model_root(old_doc)) || !vm_list_number(vm_model_root(cur_doc))
        || !vm_list_number(vm_model_root(wanted)))
        return no_memory();
    /* One editor, as nearly always: the document is theirs to the last blank. */
    if (old_doc == cur_doc || (same_tree(vm_model_root(old_doc), vm_model_root(cur_doc), SAME_IN_ALL)
        && same_notes(old_doc->children, cur_doc->children))) {
        *ret = TAKE(wanted);
        return PRL_ERR_SUCCESS;
    }
    doc = xmlNewDoc((const xmlChar *)"1.0");
    r = doc ? merge_all(doc, old_doc, cur_doc, wanted) : no_memory();
    if (PRL_FAILED(r))
        return r;
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}
