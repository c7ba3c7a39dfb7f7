/* SPDX-License-Identifier: MIT */
/* List items and their ids. */
#include "vm_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
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
    "AccessControl", "CtResource", "NetworkAdapter", "VirtualNetwork", "UsbIdentity", "UserInfo",
};

static const xmlAttr *
id_attribute(const xmlNode *n)
{
    for (const xmlAttr *a = n->properties; a; a = a->next)
        if (strcmp((const char *)a->name, "id") == 0)
            return a;
    return NULL;
}

static bool
is_item(const xmlNode *n)
{
    for (size_t i = 0; i < ARRAY_LEN(item_names); i++)
        if (n->name[0] == (xmlChar)item_names[i][0] && strcmp((const char *)n->name, item_names[i]) == 0)
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
