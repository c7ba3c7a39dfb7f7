/* SPDX-License-Identifier: MIT */
/* PHT_STRINGS_LIST, PHT_HANDLES_LIST, PHT_OPAQUE_TYPE_LIST (semantics 1.6). Any thread; each list has a lock of its own. */
#ifndef PRLKVM_CORE_LIST_H
#define PRLKVM_CORE_LIST_H

#include <prlsdk/PrlTypes.h>
#include <stdbool.h>

#include "object.h"

struct list;

/* type: one of the three. item_size: of an opaque list, 1, 2, 4 or 8 bytes; else 0. NULL: no memory, or another size. */
struct list *list_new(PRL_HANDLE_TYPE type, unsigned item_size);
struct object *list_object(struct list *l); /* for handle_give and object_unref */
PRL_UINT32 list_count(struct list *l);
unsigned list_item_size(struct list *l);

bool list_add_text(struct list *l, const char *text);      /* copied */
bool list_add_object(struct list *l, struct object *obj);  /* reference taken */
bool list_add_item(struct list *l, const void *item);      /* item_size bytes copied */
/* PRL_ERR_INVALID_ARG: no such index. */
PRL_RESULT list_get_text(struct list *l, PRL_UINT32 i, char **ret_copy);
PRL_RESULT list_get_object(struct list *l, PRL_UINT32 i, struct object **ret); /* counted */
PRL_RESULT list_get_item(struct list *l, PRL_UINT32 i, void *ret_item);
PRL_RESULT list_remove(struct list *l, PRL_UINT32 i);

#endif
