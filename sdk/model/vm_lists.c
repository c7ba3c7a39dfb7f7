/* SPDX-License-Identifier: MIT */
/* List items and their ids. */
#include "vm_lists.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "base/xml.h"

static const char *const item_names[] = {
#define COMMON(name, def)
#define DEVICE(element, type, most) element,
#define MEMBER(element, name, def)
#define MEMBER_RT(element, name, def)
#include "vm_devices.def"
#undef MEMBER_RT
#undef MEMBER
#undef DEVICE
#undef COMMON
    "GenericDevice", "BootDevice", "SharedFolder", "NetworkRate", "FirewallRule", "Partition", "ScreenResolution",
    "CtResource", "NetworkAdapter", "VirtualNetwork", "UsbIdentity", "UserInfo",
};

static const xmlAttr *
id_attribute(const xmlNode *n)
{
    for (const xmlAttr *a = n->properties; a; a = a->next)
        if (strcmp((const char *)a->name, "id") == 0)
            return a;
    return NULL;
}

/* By first byte, the lengths that names of items have: one bit each, which is all that most elements are asked for. */
static uint32_t lengths[256];

static void
note_lengths(void)
{
    for (size_t i = 0; i < ARRAY_LEN(item_names); i++)
        lengths[(unsigned char)item_names[i][0]] |= UINT32_C(1) << strlen(item_names[i]) % 32;
}

static bool
is_item(const xmlNode *n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *name = (const char *)n->name;

    pthread_once(&once, note_lengths);
    if (!(lengths[(unsigned char)name[0]] >> strlen(name) % 32 & 1))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(item_names); i++)
        if (strcmp(name, item_names[i]) == 0)
            return true;
    return false;
}

int
vm_list_key(const xmlNode *n)
{
    const xmlAttr *a = id_attribute(n);
    const char *text = a && a->children && a->children->content ? (const char *)a->children->content : "";
    char *end;
    long v;

    if (text[0] < '0' || text[0] > '9')
        return -1;
    v = strtol(text, &end, 10);
    return *end || v > 1000000000 ? -1 : (int)v;
}

static bool
same_name(const xmlNode *a, const xmlNode *b)
{
    return b->type == XML_ELEMENT_NODE && strcmp((const char *)a->name, (const char *)b->name) == 0;
}

/* Another item in front of n has this id. */
static bool
is_taken(const xmlNode *n, int id)
{
    for (const xmlNode *p = n->prev; p; p = p->prev)
        if (same_name(n, p) && vm_list_key(p) == id)
            return true;
    return false;
}

static int
next_id(const xmlNode *n)
{
    int next = 0;

    for (const xmlNode *p = n->parent->children; p; p = p->next)
        if (same_name(n, p) && vm_list_key(p) >= next)
            next = vm_list_key(p) + 1;
    return next;
}

xmlNodePtr
vm_list_walk(xmlNodePtr root, xmlNodePtr n)
{
    xmlNodePtr next = n->children;

    for (;;) {
        for (; next; next = next->next)
            if (next->type == XML_ELEMENT_NODE)
                return next;
        if (n == root)
            return NULL;
        next = n->next;
        n = n->parent;
    }
}

bool
vm_list_number(xmlNodePtr root)
{
    char text[16];

    for (xmlNodePtr n = vm_list_walk(root, root); n; n = vm_list_walk(root, n)) {
        int id;

        if (!is_item(n))
            continue;
        id = vm_list_key(n);
        if (id >= 0 && !is_taken(n, id))
            continue;
        snprintf(text, sizeof text, "%d", next_id(n));
        if (!xmlSetProp(n, (const xmlChar *)"id", (const xmlChar *)text))
            return false;
    }
    return true;
}

/* ---- removing ---- */

void
vm_remove_with_parents(xmlNodePtr mine, xmlNodePtr from, const char *path)
{
    const char *end = path + strlen(path);

    while (mine) {
        xmlNodePtr parent = mine->parent;
        char name[128];

        xml_remove(mine);
        while (end > path && *--end != '/')
            ;
        if (end == path || (size_t)(end - path) >= sizeof name || parent->children || parent->properties)
            return;
        memcpy(name, path, (size_t)(end - path));
        name[end - path] = '\0';
        mine = xml_find(from, name) ? NULL : parent;
    }
}

/* ---- dyn_lists ---- */

/* Highest id + 1 of the children of that name. */
static unsigned long
ids_used(const xmlNode *parent, const char *name, size_t len)
{
    unsigned long used = 0;

    for (const xmlNode *c = parent->children; c; c = c->next)
        if (c->type == XML_ELEMENT_NODE && strncmp((const char *)c->name, name, len) == 0 && !c->name[len]
            && vm_list_key(c) >= (int)used)
            used = (unsigned long)vm_list_key(c) + 1;
    return used;
}

/* The same list with its numbers raised. */
static char *
raise_counts(const xmlNode *parent, const char *list)
{
    AUTO_STR out = STR_INIT;
    const char *name = "";
    size_t len = 0;

    while (*list) {
        const size_t space = strspn(list, " "), word = strcspn(list + space, " ");
        const bool is_number = word && strspn(list + space, "0123456789") >= word;
        const unsigned long used = is_number ? ids_used(parent, name, len) : 0;

        str_add_n(&out, list, space);
        list += space;
        if (is_number && word < 10 && strtoul(list, NULL, 10) < used)
            str_addf(&out, "%lu", used);
        else
            str_add_n(&out, list, word);
        name = list;
        len = word;
        list += word;
    }
    return str_take(&out);
}

bool
vm_list_update_counts(xmlNodePtr root)
{
    static const xmlChar dyn_lists[] = "dyn_lists";

    for (xmlNodePtr n = root; n; n = vm_list_walk(root, n)) {
        xmlAttrPtr a = xmlHasProp(n, dyn_lists);
        AUTO(cleanup_free) char *old = a ? xml_get((xmlNodePtr)a, "") : NULL;
        AUTO(cleanup_free) char *now = NULL;

        if (!a)
            continue;
        now = old ? raise_counts(n, old) : NULL;
        if (!now || (strcmp(old, now) != 0 && !xmlSetProp(n, dyn_lists, (const xmlChar *)now)))
            return false;
    }
    return true;
}
