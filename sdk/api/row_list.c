/* SPDX-License-Identifier: MIT */
/* Lists between documents and handles. Items are copied out of a list first, so that no lock is
 * held while another object is looked at. */
#include "row_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "base/xml.h"
#include "core/entry.h"
#include "core/list.h"

void
row_remove_all(xmlNodePtr from, const char *path)
{
    for (xmlNodePtr n = xml_find(from, path), next; n; n = next) {
        next = xml_next(n);
        xml_remove(n);
    }
}

/* ---- texts ---- */

bool
row_texts_add(struct row_texts *t, char *text)
{
    if (text && vec_push(t, text))
        return true;
    free(text);
    return false;
}

void
row_texts_free(struct row_texts *t)
{
    for (size_t i = 0; i < t->len; i++)
        free(t->p[i]);
    vec_free(t);
}

/* Another thread may shorten the list meanwhile: the index that is gone is refused. */
PRL_RESULT
row_texts_from_list(PRL_HANDLE list, enum row_list what, struct row_texts *ret)
{
    AUTO(object_unref) struct object *obj = handle_get(list, PHT_STRINGS_LIST);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!obj) {
        const bool is_absent =
            what != ROW_LIST &&
            (!list || (what == ROW_LIST_OR_DEAD && !row_handle_is(list, HANDLE_ANY)));

        return is_absent ? PRL_ERR_SUCCESS : PRL_ERR_INVALID_ARG;
    }
    for (PRL_UINT32 i = 0, n = list_count((struct list *)obj); i < n && PRL_SUCCEEDED(r); i++) {
        char *text = NULL;

        r = list_get_text((struct list *)obj, i, &text);
        if (PRL_FAILED(r))
            break;
        if (!str_is_xml_text(text, strlen(text))) {
            free(text);
            r = err_set(PRL_ERR_INVALID_ARG, "item %u of the list cannot be stored", (unsigned)i);
        } else if (!row_texts_add(ret, text)) {
            r = PRL_ERR_OUT_OF_MEMORY;
        }
    }
    return r;
}

PRL_RESULT
row_texts_to_list(const struct row_texts *t, PRL_HANDLE_PTR ret_list)
{
    struct list *list = list_new(PHT_STRINGS_LIST, 0);
    bool is_complete = list != NULL;

    for (size_t i = 0; i < t->len && is_complete; i++)
        is_complete = list_add_text(list, t->p[i]);
    if (!is_complete) {
        if (list)
            object_unref(list_object(list));
        return PRL_ERR_OUT_OF_MEMORY;
    }
    return row_give(list_object(list), ret_list);
}

/* ---- numbers ---- */

PRL_RESULT
row_get_numbers(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                PRL_HANDLE_PTR ret_list)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_list);
    struct list *list = list_new(PHT_OPAQUE_TYPE_LIST, sizeof(PRL_UINT32));
    AUTO(object_unref) struct object *list_obj = list ? list_object(list) : NULL;
    bool is_complete = true;
    xmlNodePtr node, within;
    PRL_RESULT r = list ? config_obj_lock(o, &node) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_FAILED(r))
        return r;
    within = xml_find(node, parent);
    for (xmlNodePtr n = within ? xml_child(within, name) : NULL; n && is_complete;
         n = xml_next(n)) {
        const PRL_UINT32 value = (PRL_UINT32)xml_get_u64(n, "", 0);

        is_complete = list_add_item(list, &value);
    }
    config_obj_unlock(o, false);
    return is_complete ? row_give(TAKE(list_obj), ret_list) : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
numbers_from_list(PRL_HANDLE h, struct row_texts *ret)
{
    AUTO(object_unref) struct object *obj = handle_get(h, PHT_OPAQUE_TYPE_LIST);
    struct list *list = (struct list *)obj;
    PRL_UINT32 value = 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!obj)
        return PRL_ERR_INVALID_ARG;
    if (list_item_size(list) != sizeof value)
        return err_set(PRL_ERR_INVALID_ARG, "the list is not one of 4-byte numbers");
    for (PRL_UINT32 i = 0, n = list_count(list); i < n && PRL_SUCCEEDED(r); i++) {
        r = list_get_item(list, i, &value);
        if (PRL_SUCCEEDED(r) && !row_texts_add(ret, str_printf("%u", (unsigned)value)))
            r = PRL_ERR_OUT_OF_MEMORY;
    }
    return r;
}

PRL_RESULT
row_set_numbers(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                PRL_HANDLE list)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    AUTO_TEXTS struct row_texts numbers = { 0 };
    xmlNodePtr node, within;
    PRL_RESULT r = numbers_from_list(list, &numbers);

    if (PRL_FAILED(r))
        return r;
    r = config_obj_lock(o, &node);
    if (PRL_FAILED(r))
        return r;
    within = xml_make(node, parent);
    if (within)
        row_remove_all(within, name);
    for (size_t i = 0; i < numbers.len && within; i++)
        if (!xmlNewTextChild(within, NULL, (const xmlChar *)name, (const xmlChar *)numbers.p[i]))
            within = NULL;
    config_obj_unlock(o, true);
    return within ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* ---- copies of elements ---- */

PRL_RESULT
row_list_of(struct object *const *objs, size_t n, PRL_HANDLE_PTR ret_list)
{
    struct list *list = list_new(PHT_HANDLES_LIST, 0);
    bool is_complete = list != NULL;

    for (size_t i = 0; i < n && is_complete; i++)
        is_complete = list_add_object(list, objs[i]);
    if (!is_complete) {
        if (list)
            object_unref(list_object(list));
        return PRL_ERR_OUT_OF_MEMORY;
    }
    return row_give(list_object(list), ret_list);
}

typedef VEC(struct object *) objects;

static void
objects_free(objects *v)
{
    for (size_t i = 0; i < v->len; i++)
        object_unref(v->p[i]);
    vec_free(v);
}
#define AUTO_OBJECTS __attribute__((cleanup(objects_free))) objects

PRL_RESULT
row_get_objects(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                PRL_HANDLE_TYPE pht, PRL_HANDLE_PTR ret_list)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_list);
    AUTO_OBJECTS items = { 0 };
    xmlNodePtr node, within;
    bool is_complete = true;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    within = xml_find(node, parent);
    for (xmlNodePtr n = within ? xml_child(within, name) : NULL; n && is_complete;
         n = xml_next(n)) {
        struct config_obj *copy = row_copy_doc(pht, n);

        is_complete = copy && vec_push(&items, &copy->obj);
        if (copy && !is_complete)
            object_unref(&copy->obj);
    }
    config_obj_unlock(o, false);
    return is_complete ? row_list_of(items.p, items.len, ret_list) : PRL_ERR_OUT_OF_MEMORY;
}

typedef VEC(xmlDocPtr) elements;

static void
elements_free(elements *v)
{
    for (size_t i = 0; i < v->len; i++)
        xmlFreeDoc(v->p[i]);
    vec_free(v);
}
#define AUTO_ELEMENTS __attribute__((cleanup(elements_free))) elements

/* A copy of an item's element, in a document of its own. */
static PRL_RESULT
add_element(elements *v, struct config_obj *item)
{
    xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr node, copy = NULL;
    PRL_RESULT r = doc ? config_obj_lock(item, &node) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_SUCCEEDED(r)) {
        copy = xmlDocCopyNode(node, doc, 1);
        config_obj_unlock(item, false);
    }
    if (copy)
        xmlDocSetRootElement(doc, copy);
    if (copy && vec_push(v, doc))
        return PRL_ERR_SUCCESS;
    if (doc)
        xmlFreeDoc(doc);
    return PRL_FAILED(r) ? r : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
elements_from_list(PRL_HANDLE h, PRL_HANDLE_TYPE pht, elements *ret)
{
    AUTO(object_unref) struct object *obj = handle_get(h, PHT_HANDLES_LIST);
    struct list *list = (struct list *)obj;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!obj)
        return PRL_ERR_INVALID_ARG;
    for (PRL_UINT32 i = 0, n = list_count(list); i < n && PRL_SUCCEEDED(r); i++) {
        AUTO(object_unref) struct object *item = NULL;

        r = list_get_object(list, i, &item);
        if (PRL_SUCCEEDED(r))
            r = item->cls->type == pht
                    ? add_element(ret, (struct config_obj *)item)
                    : err_set(PRL_ERR_INVALID_ARG, "item %u of the list is of another type",
                              (unsigned)i);
    }
    return r;
}

PRL_RESULT
row_set_objects(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                PRL_HANDLE_TYPE pht, PRL_HANDLE list, enum row_list what)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    AUTO_ELEMENTS items = { 0 };
    xmlNodePtr node, within;
    PRL_RESULT r =
        list || what == ROW_LIST ? elements_from_list(list, pht, &items) : PRL_ERR_SUCCESS;

    if (PRL_FAILED(r))
        return r;
    r = config_obj_lock(o, &node);
    if (PRL_FAILED(r))
        return r;
    within = xml_make(node, parent);
    if (within)
        row_remove_all(within, name);
    for (size_t i = 0; i < items.len && within; i++) {
        xmlNodePtr copy = xml_copy_into(within, xmlDocGetRootElement(items.p[i]));

        if (copy) {
            xmlNodeSetName(copy, (const xmlChar *)name);
            xmlUnsetProp(copy, (const xmlChar *)"id"); /* of the list it came from */
        } else {
            within = NULL;
        }
    }
    config_obj_unlock(o, true);
    return within ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}
