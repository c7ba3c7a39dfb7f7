/* SPDX-License-Identifier: MIT */
/*
 * Three-way merge on commit (semantics 7.11). An element is found again by its name, a list item by name and id; several plain
 * elements of one name (DnsIPAddress ...) are one value together. The order of named elements does not matter, that of plain ones does.
 *
 *     new = old: take cur    cur = old: take new    cur = new: fine    both have elements: one level down    else a conflict
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

static bool
has_elements(const xmlNode *n)
{
    for (const xmlNode *c = n->children; c; c = c->next)
        if (is_element(c))
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

static bool same_tree(const xmlNode *a, const xmlNode *b);

/* All elements with the key of n below both parents (NULL: none), one by one. */
static bool
same_group(const xmlNode *a, const xmlNode *b, const xmlNode *n)
{
    xmlNodePtr x = find_key(a ? a->children : NULL, n), y = find_key(b ? b->children : NULL, n);

    while (x && y) {
        if (!same_tree(x, y))
            return false;
        x = find_key(x->next, n);
        y = find_key(y->next, n);
    }
    return !x && !y;
}

static bool
same_tree(const xmlNode *a, const xmlNode *b)
{
    if (has_elements(a) != has_elements(b))
        return false;
    if (!has_elements(a))
        return same_text(a, b);
    for (const xmlNode *c = a->children; c; c = c->next)
        if (is_element(c) && find_key(a->children, c) == c && !same_group(a, b, c))
            return false;
    for (const xmlNode *c = b->children; c; c = c->next)
        if (is_element(c) && !find_key(a->children, c))
            return false;
    return true;
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
        xml_remove(mine);
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
    return !same_tree(x, y);
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

/* An element of both, changed by both: its attributes are those of cur. */
static PRL_RESULT
merge_deeper(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now)
{
    xmlNodePtr copy = xmlDocCopyNode((xmlNodePtr)cur, to->doc, 2); /* 2: with attributes, without children */

    if (!copy)
        return no_memory();
    if (!xmlAddChild(to, copy)) {
        xmlFreeNode(copy);
        return no_memory();
    }
    return merge_elements(copy, old, cur, now);
}

static PRL_RESULT
merge_group(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now, const xmlNode *n)
{
    xmlNodePtr c, w;

    if (same_group(old, now, n))
        return copy_group(to, cur, n);
    if (same_group(old, cur, n) || same_group(cur, now, n))
        return copy_group(to, now, n);
    c = find_key(cur->children, n);
    w = find_key(now->children, n);
    /* An item that both have added is two items: nothing says which one was meant. */
    if (c && w && has_elements(c) && has_elements(w) && count_key(cur, n) == 1 && count_key(now, n) == 1
        && !(vm_list_key(n) >= 0 && !count_key(old, n)))
        return merge_deeper(to, old ? find_key(old->children, n) : NULL, c, w);
    return conflict(n);
}

static PRL_RESULT
merge_elements(xmlNodePtr to, const xmlNode *old, const xmlNode *cur, const xmlNode *now)
{
    for (const xmlNode *n = now->children; n; n = n->next) {
        PRL_RESULT r;

        if (!is_element(n) || find_key(now->children, n) != n)
            continue;
        r = merge_group(to, old, cur, now, n);
        if (PRL_FAILED(r))
            return r;
    }
    for (const xmlNode *n = cur->children; n; n = n->next) {
        PRL_RESULT r;

        if (!is_element(n) || find_key(cur->children, n) != n || find_key(now->children, n))
            continue;
        r = merge_group(to, old, cur, now, n);
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_model_merge(xmlDocPtr old_doc, xmlDocPtr cur_doc, xmlDocPtr new_doc, xmlDocPtr *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL, wanted = xmlCopyDoc(new_doc, 1);
    xmlNodePtr root;
    PRL_RESULT r;

    /* What the service fills in for clients comes back with their documents and is no change of theirs. */
    if (!wanted || !vm_model_take_owned(wanted, old_doc))
        return no_memory();
    if (!vm_list_number(vm_model_root(old_doc)) || !vm_list_number(vm_model_root(cur_doc))
        || !vm_list_number(vm_model_root(wanted)))
        return no_memory();
    doc = xmlNewDoc((const xmlChar *)"1.0");
    root = doc ? xmlDocCopyNode(vm_model_root(cur_doc), doc, 2) : NULL;
    if (!root)
        return no_memory();
    xmlDocSetRootElement(doc, root);
    r = merge_elements(root, vm_model_root(old_doc), vm_model_root(cur_doc), vm_model_root(wanted));
    if (PRL_FAILED(r))
        return r;
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}
