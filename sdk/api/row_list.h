/* SPDX-License-Identifier: MIT */
/* Lists between documents and handles: texts, numbers and copies of elements. For the bodies in
 * this directory. */
#ifndef PRLKVM_API_ROW_LIST_H
#define PRLKVM_API_ROW_LIST_H

#include <libxml/tree.h>
#include <stdint.h>

#include "row_body.h"

/* Texts of a PHT_STRINGS_LIST. */
struct row_texts {
    char **p; /* owned, each too */
    size_t len, room;
};
#define AUTO_TEXTS __attribute__((cleanup(row_texts_free)))
bool row_texts_add(struct row_texts *t, char *text /* taken, NULL: no memory */);
void row_texts_free(struct row_texts *t);
PRL_RESULT row_texts_from_list(PRL_HANDLE list, enum row_list what, struct row_texts *ret);
PRL_RESULT row_texts_to_list(const struct row_texts *t, PRL_HANDLE_PTR ret_list);

/* 4-byte numbers (PHT_OPAQUE_TYPE_LIST), one element each. */
PRL_RESULT row_get_numbers(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                           PRL_HANDLE_PTR ret_list);
PRL_RESULT row_set_numbers(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                           PRL_HANDLE list);

/* A PHT_HANDLES_LIST of objects of type pht over copies of parent's elements `name`, and back: the
 * items' root elements become them. */
PRL_RESULT row_get_objects(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                           PRL_HANDLE_TYPE pht, PRL_HANDLE_PTR ret_list);
PRL_RESULT row_set_objects(PRL_HANDLE h, unsigned accept, const char *parent, const char *name,
                           PRL_HANDLE_TYPE pht, PRL_HANDLE list, enum row_list what);
/* A list that holds the objects (references stay the caller's). */
PRL_RESULT row_list_of(struct object *const *objs, size_t n, PRL_HANDLE_PTR ret_list);

/* Removes every element at path. */
void row_remove_all(xmlNodePtr from, const char *path);

#endif
