/* SPDX-License-Identifier: MIT */
/* The three list objects: one array of eight-byte items, read by type. */
#include "list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/vec.h"

union item {
    char *text;          /* owned */
    struct object *obj;  /* counted */
    uint64_t opaque;     /* the first item_size bytes */
};

struct list {
    struct object obj;
    unsigned item_size; /* constant */
    struct lock lock;   /* rank 85 */
    VEC(union item) items; /* under lock */
};

static void
item_free(const struct list *l, union item item)
{
    if (l->obj.cls->type == PHT_STRINGS_LIST)
        free(item.text);
    else if (l->obj.cls->type == PHT_HANDLES_LIST)
        object_unref(item.obj);
}

static void
destroy(struct object *obj)
{
    struct list *l = (struct list *)obj;

    for (size_t i = 0; i < l->items.len; i++)
        item_free(l, l->items.p[i]);
    vec_free(&l->items);
    lock_destroy(&l->lock);
    free(l);
}

static const struct object_class classes[] = {
    { .type = PHT_STRINGS_LIST, .destroy = destroy },
    { .type = PHT_HANDLES_LIST, .destroy = destroy },
    { .type = PHT_OPAQUE_TYPE_LIST, .destroy = destroy },
};

static bool
is_size_good(PRL_HANDLE_TYPE type, unsigned size)
{
    if (type != PHT_OPAQUE_TYPE_LIST)
        return true;
    return size == 1 || size == 2 || size == 4 || size == 8;
}

struct list *
list_new(PRL_HANDLE_TYPE type, unsigned item_size)
{
    struct list *l;

    if (!is_size_good(type, item_size))
        return NULL;
    l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (classes[i].type == type)
            object_init(&l->obj, &classes[i]);
    lock_init(&l->lock, 85);
    l->item_size = item_size;
    return l;
}

struct object *
list_object(struct list *l)
{
    return l ? &l->obj : NULL;
}

PRL_UINT32
list_count(struct list *l)
{
    LOCK_SCOPE(&l->lock);

    return (PRL_UINT32)l->items.len;
}

unsigned
list_item_size(struct list *l)
{
    return l->item_size;
}

static bool
add(struct list *l, union item item)
{
    LOCK_SCOPE(&l->lock);

    return vec_push(&l->items, item);
}

bool
list_add_text(struct list *l, const char *text)
{
    union item item = { .text = str_dup(text) };

    if (item.text && add(l, item))
        return true;
    free(item.text);
    return false;
}

bool
list_add_object(struct list *l, struct object *obj)
{
    object_ref(obj);
    if (add(l, (union item){ .obj = obj }))
        return true;
    object_unref(obj);
    return false;
}

bool
list_add_item(struct list *l, const void *bytes)
{
    union item item = { .opaque = 0 };

    memcpy(&item.opaque, bytes, l->item_size);
    return add(l, item);
}

static PRL_RESULT
out_of_range(PRL_UINT32 i, size_t n)
{
    return err_set(PRL_ERR_INVALID_ARG, "item %u of a list of %zu", i, n);
}

PRL_RESULT
list_get_text(struct list *l, PRL_UINT32 i, char **ret_copy)
{
    char *copy;

    LOCK_SCOPE(&l->lock);
    if (i >= l->items.len)
        return out_of_range(i, l->items.len);
    copy = str_dup(l->items.p[i].text);
    if (!copy)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret_copy = copy;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
list_get_object(struct list *l, PRL_UINT32 i, struct object **ret)
{
    LOCK_SCOPE(&l->lock);

    if (i >= l->items.len)
        return out_of_range(i, l->items.len);
    *ret = l->items.p[i].obj;
    object_ref(*ret);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
list_get_item(struct list *l, PRL_UINT32 i, void *ret_item)
{
    LOCK_SCOPE(&l->lock);

    if (i >= l->items.len)
        return out_of_range(i, l->items.len);
    memcpy(ret_item, &l->items.p[i].opaque, l->item_size);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
list_remove(struct list *l, PRL_UINT32 i)
{
    union item item;

    lock_take(&l->lock);
    if (i >= l->items.len) {
        size_t n = l->items.len;

        lock_drop(&l->lock);
        return out_of_range(i, n);
    }
    item = l->items.p[i];
    vec_remove(&l->items, i);
    lock_drop(&l->lock);
    item_free(l, item); /* may be the last reference to anything: not under the lock */
    return PRL_ERR_SUCCESS;
}
