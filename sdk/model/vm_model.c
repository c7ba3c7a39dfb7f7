/* SPDX-License-Identifier: MIT */
/* The VM document as a whole: a new one, from text, to text. The tree itself is vm_defaults.def. */
#include "vm_model.h"

#include <libxml/tree.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/uuid.h"
#include "field.h"
#include "vm_lists.h"

#define ROOT "VirtuozzoVirtualMachine"
#define OLD_ROOT "ParallelsVirtualMachine"

/*
 * An honest document has some 500 elements, ten deep; a merge compares siblings with each other at each level.
 */
#define MAX_ELEMENTS 32768
#define MAX_CHILDREN 1024
#define MAX_ATTRIBUTES 64
#define MAX_DEPTH 32

enum row_kind { ROW_LEAF, ROW_ITEM, ROW_GROUP, ROW_NEW_UUID, ROW_NOW_UTC, ROW_RT, ROW_OPTIONAL, ROW_FILLED };

struct row {
    enum row_kind kind;
    const char *path, *def;
};

static const struct row rows[] = {
#define LEAF(path, def) { ROW_LEAF, path, def },
#define ITEM(path, def) { ROW_ITEM, path, def },
#define GROUP(path) { ROW_GROUP, path, NULL },
#define NEW_UUID(path) { ROW_NEW_UUID, path, NULL },
#define NOW_UTC(path) { ROW_NOW_UTC, path, NULL },
#define LEAF_RT(path, def) { ROW_RT, path, def },
#define OPTIONAL(path, def) { ROW_OPTIONAL, path, def },
#define FILLED(path, def) { ROW_FILLED, path, def },
#include "vm_defaults.def"
#undef FILLED
#undef OPTIONAL
#undef LEAF_RT
#undef NOW_UTC
#undef NEW_UUID
#undef GROUP
#undef ITEM
#undef LEAF
};

/* What a client sees of a device and a file does not keep. */
static const struct {
    const char *element, *name;
} device_rt[] = {
#define COMMON(name, def)
#define DEVICE(element, type, most)
#define MEMBER(element, name, def)
#define MEMBER_RT(element, name, def) { element, name },
#include "vm_devices.def"
#undef MEMBER_RT
#undef MEMBER
#undef DEVICE
#undef COMMON
};

xmlNodePtr
vm_model_root(xmlDocPtr doc)
{
    return xmlDocGetRootElement(doc);
}

uint64_t
vm_model_cpus(xmlNodePtr root)
{
    uint64_t cores = xml_get_u64(root, "Hardware/Cpu/Number", 1), sockets = xml_get_u64(root, "Hardware/Cpu/Sockets", 1), n;

    return __builtin_mul_overflow(cores, sockets ? sockets : 1, &n) ? UINT64_MAX : n;
}

const char *
vm_model_default(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].def && strcmp(rows[i].path, path) == 0)
            return rows[i].def;
    return NULL;
}

/* The plain members of the element at path. */
static bool
add_members(xmlNodePtr root, const char *path)
{
    const size_t len = strlen(path);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == ROW_LEAF && strncmp(rows[i].path, path, len) == 0 && rows[i].path[len] == '/'
            && !strchr(rows[i].path + len + 1, '/') && !xml_set(root, rows[i].path, rows[i].def))
            return false;
    return true;
}

bool
vm_model_make_above(xmlNodePtr root, const char *path)
{
    const char *last = strrchr(path, '/');
    AUTO(cleanup_free) char *above = last ? strndup(path, (size_t)(last - path)) : NULL;

    if (!last || (above && xml_find(root, above)))
        return true;
    return above && vm_model_make_above(root, above) && add_members(root, above);
}

/* ---- a new one ---- */

static bool
add_item(xmlNodePtr root, const struct row *row)
{
    const char *name = strrchr(row->path, '/') + 1;
    AUTO(cleanup_free) char *parent_path = strndup(row->path, (size_t)(name - row->path) - 1);
    xmlNodePtr parent = parent_path ? xml_make(root, parent_path) : NULL;

    return parent && xmlNewTextChild(parent, NULL, (const xmlChar *)name, (const xmlChar *)row->def);
}

static bool
add_row(xmlNodePtr root, const struct row *row)
{
    char text[UUID_TEXT];

    switch (row->kind) {
    case ROW_LEAF:
    case ROW_RT:
        return xml_set(root, row->path, row->def);
    case ROW_ITEM:
        return add_item(root, row);
    case ROW_GROUP:
        return xml_make(root, row->path);
    case ROW_NEW_UUID:
        uuid_make(text);
        return xml_set(root, row->path, text);
    case ROW_NOW_UTC:
        clock_utc_text(time(NULL), text);
        return xml_set(root, row->path, text);
    case ROW_OPTIONAL:
    case ROW_FILLED:
        return true;
    }
    return true;
}

static xmlDocPtr
build(void)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;

    xml_init();
    doc = xmlNewDoc((const xmlChar *)"1.0");
    root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)ROOT, NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(doc, root);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!add_row(root, &rows[i]))
            return NULL;
    return TAKE(doc);
}

static xmlDocPtr first; /* constant once made */

static void
build_first(void)
{
    first = build();
}

/* A copy takes half the time of looking up five hundred paths. */
xmlDocPtr
vm_model_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    pthread_once(&once, build_first);
    doc = first ? xmlCopyDoc(first, 1) : NULL;
    if (!doc)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((rows[i].kind == ROW_NEW_UUID || rows[i].kind == ROW_NOW_UTC) && !add_row(vm_model_root(doc), &rows[i]))
            return NULL;
    return TAKE(doc);
}

/* ---- from text ---- */

static PRL_RESULT
refuse(const char *why)
{
    return err_set(PRL_ERR_PARSE_VM_CONFIG, "configuration: %s", why);
}

static size_t
count_attributes(const xmlNode *n)
{
    size_t count = 0;

    for (const xmlAttr *a = n->properties; a; a = a->next)
        count++;
    return count;
}

static size_t
depth_of(const xmlNode *n)
{
    size_t depth = 0;

    for (; n; n = n->parent)
        depth++;
    return depth;
}

PRL_RESULT
vm_model_check_size(xmlNodePtr root)
{
    size_t elements = 0;

    for (xmlNodePtr n = root; n; n = vm_list_walk(root, n)) {
        if (++elements > MAX_ELEMENTS)
            return refuse("more elements than any machine needs");
        if (xmlChildElementCount(n) > MAX_CHILDREN)
            return err_set(PRL_ERR_PARSE_VM_CONFIG, "configuration: '%.64s' has more than %d elements", n->name,
                           MAX_CHILDREN);
        if (depth_of(n) > MAX_DEPTH)
            return refuse("elements are nested deeper than in any machine");
        if (count_attributes(n) > MAX_ATTRIBUTES)
            return err_set(PRL_ERR_PARSE_VM_CONFIG, "configuration: '%.64s' has more than %d attributes", n->name,
                           MAX_ATTRIBUTES);
    }
    return PRL_ERR_SUCCESS;
}

/* An empty one is allowed: registration makes a new one then. */
static PRL_RESULT
check_uuid(xmlNodePtr root)
{
    AUTO(cleanup_free) char *text = xml_get(root, "Identification/VmUuid");
    char uuid[UUID_TEXT];

    if (!text || !text[0])
        return PRL_ERR_SUCCESS;
    if (!uuid_parse(text, uuid))
        return err_set(PRL_ERR_PARSE_VM_CONFIG, "configuration: VmUuid '%.64s' is not a uuid", text);
    if (strcmp(text, uuid) != 0 && !xml_set(root, "Identification/VmUuid", uuid))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    return PRL_ERR_SUCCESS;
}

/* Names that older writers used. */
static void
rename_old_elements(xmlNodePtr root)
{
    xmlNodePtr hardware = xml_child(root, "Hardware");

    if (strcmp((const char *)root->name, ROOT) != 0)
        xmlNodeSetName(root, (const xmlChar *)ROOT);
    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, "Parallel") == 0)
            xmlNodeSetName(n, (const xmlChar *)"Printer");
}

bool
vm_model_is_template(xmlNodePtr root)
{
    static const struct field row = { .path = "Settings/General/IsTemplate", .type = FIELD_IS_BOOL };

    return field_get_number(root, &row);
}

PRL_RESULT
vm_model_parse(const char *text, size_t len, xmlDocPtr *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *why = NULL;
    xmlNodePtr root;
    PRL_RESULT r;

    doc = xml_parse(text, len, &why);
    if (!doc)
        return refuse(why ? why : "not well-formed");
    root = vm_model_root(doc);
    if (strcmp((const char *)root->name, ROOT) != 0 && strcmp((const char *)root->name, OLD_ROOT) != 0)
        return err_set(PRL_ERR_PARSE_VM_CONFIG, "configuration: the root is '%.64s', not " ROOT, root->name);
    r = vm_model_check_size(root);
    if (PRL_FAILED(r))
        return r;
    r = check_uuid(root);
    if (PRL_FAILED(r))
        return r;
    rename_old_elements(root);
    if (!vm_list_number(root))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}

/* ---- what only clients see ---- */

/* Files of other programs may hold such an element: what `stored` has is theirs and stays. */
static void
drop_unless_stored(xmlNodePtr at, xmlNodePtr stored, const char *path)
{
    if (!stored || !xml_find(stored, path))
        vm_remove_with_parents(xml_find(at, path), stored, path);
}

static xmlNodePtr
find_item(xmlNodePtr within, xmlNodePtr like)
{
    xmlNodePtr n = within ? xml_child(within, (const char *)like->name) : NULL;

    while (n && vm_list_key(n) != vm_list_key(like))
        n = xml_next(n);
    return n;
}

void
vm_model_drop_client_only(xmlDocPtr doc, xmlDocPtr stored)
{
    xmlNodePtr root = vm_model_root(doc), before = stored ? vm_model_root(stored) : NULL;
    xmlNodePtr hardware = xml_child(root, "Hardware"), old_hardware = before ? xml_child(before, "Hardware") : NULL;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == ROW_RT || rows[i].kind == ROW_FILLED)
            drop_unless_stored(root, before, rows[i].path);
    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(device_rt); i++)
            if (strcmp((const char *)n->name, device_rt[i].element) == 0)
                drop_unless_stored(n, find_item(old_hardware, n), device_rt[i].name);
    }
}

/* ---- to text ---- */

static bool
set_attribute(xmlNodePtr root, const char *name, const char *value, const char *not_this)
{
    xmlUnsetProp(root, (const xmlChar *)not_this);
    return xmlSetProp(root, (const xmlChar *)name, (const xmlChar *)value);
}

PRL_RESULT
vm_model_text(xmlDocPtr doc, enum vm_text_for what, char **ret_text, size_t *ret_len)
{
    xmlNodePtr root = vm_model_root(doc);
    bool is_good = vm_list_number(root);
    char *text = NULL;
    size_t len = 0;

    if (is_good && what == VM_TEXT_FILE)
        is_good = vm_list_update_counts(root) && set_attribute(root, "schemaVersion", "1.0", "id");
    else if (is_good)
        is_good = set_attribute(root, "id", "-1", "schemaVersion");
    if (is_good)
        text = xml_text(doc, &len);
    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration text");
    *ret_text = text;
    if (ret_len)
        *ret_len = len;
    return PRL_ERR_SUCCESS;
}
