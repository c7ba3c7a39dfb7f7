/* SPDX-License-Identifier: MIT */
/* The few bodies that most exported functions share; rows.h makes the functions around them. */
#ifndef PRLKVM_API_ROW_BODY_H
#define PRLKVM_API_ROW_BODY_H

#include <prlsdk/PrlTypes.h>
#include <stdbool.h>

#include "core/config_obj.h"
#include "model/field.h"
#include "wire/ops.h"

/* One element of the document behind h; accept: a PHT_* or an enum handle_group. */
PRL_RESULT row_get_number(PRL_HANDLE h, unsigned accept, const struct field *f, void *ret_value);
PRL_RESULT row_set_number(PRL_HANDLE h, unsigned accept, const struct field *f, int64_t value);
PRL_RESULT
row_get_text(PRL_HANDLE h, unsigned accept, const struct field *f, PRL_STR buf, PRL_UINT32_PTR len);
PRL_RESULT row_set_text(PRL_HANDLE h, unsigned accept, const struct field *f, PRL_CONST_STR text);
/* What a list parameter may be; ROW_LIST_OR_DEAD: any number that is not a live handle counts as an
 * empty list. */
enum row_list { ROW_LIST, ROW_LIST_OR_0, ROW_LIST_OR_DEAD };
/* The texts of every element at path, as PHT_STRINGS_LIST. */
PRL_RESULT row_get_texts(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE_PTR ret_list);
PRL_RESULT
row_set_texts(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE list, enum row_list what);
/* Objects over the elements at path. */
PRL_RESULT row_count(PRL_HANDLE h, unsigned accept, const char *path, PRL_UINT32_PTR ret_count);
PRL_RESULT row_item(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE_TYPE pht,
                    PRL_UINT32 index, PRL_HANDLE_PTR ret_item);
/* Devices of one type of a VM configuration. */
PRL_RESULT row_device_count(PRL_HANDLE h, PRL_DEVICE_TYPE type, PRL_UINT32_PTR ret_count);
PRL_RESULT
row_device(PRL_HANDLE h, PRL_DEVICE_TYPE type, PRL_UINT32 index, PRL_HANDLE_PTR ret_device);
/* A named parameter of an event-like document. Absent: PRL_ERR_NO_DATA; a number's default (f->def)
 * is stored all the same. */
PRL_RESULT row_param_number(PRL_HANDLE h, unsigned accept, const struct field *f, void *ret_value);
PRL_RESULT
row_param_text(PRL_HANDLE h, unsigned accept, const char *name, PRL_STR buf, PRL_UINT32_PTR len);

/* Checks of rows without a body. */
bool row_handle_is(PRL_HANDLE h, unsigned accept);

/*
 * The body of a function that sends one request: h is its subject. Texts of the row that may not be
 * absent must not be NULL, all must be text that XML can carry; then job_request. job_code is
 * PJOC_*, as PrlJob_GetOpCode shall answer.
 */
PRL_HANDLE row_request(PRL_HANDLE h, unsigned accept, int job_code, enum op op,
                       const struct op_arg *args, int n_args);
/* The same with the text of the document behind doc_handle as the request's first argument. */
PRL_HANDLE
row_request_doc(PRL_HANDLE h, unsigned accept, PRL_HANDLE doc_handle, unsigned doc_accept,
                int job_code, enum op op, const struct op_arg *args, int n_args);
/* The same for a value that is refused: not initialised and a bad handle come first. */
PRL_HANDLE row_request_refused(PRL_HANDLE h, unsigned accept, int job_code, PRL_RESULT code);
/* The same for a function that has no body yet. */
PRL_HANDLE row_request_unserved(PRL_HANDLE h, unsigned accept, int job_code);

/* Gives obj (whose reference is taken, also on failure) a handle. NULL: PRL_ERR_OUT_OF_MEMORY. */
PRL_RESULT row_give(struct object *obj, PRL_HANDLE_PTR ret);
/* The device object over a device element of vm's document (which the caller has locked); NULL: no
 * memory. */
struct config_obj *row_device_obj(struct config_obj *vm, xmlNodePtr device);
/* PHT_VIRTUAL_DEV_* of a PDE_*; PHT_ERROR for a type without one. */
PRL_HANDLE_TYPE row_device_pht(PRL_DEVICE_TYPE type);
/* A free-standing object over a document of its own with root `root`; NULL: no memory. */
struct config_obj *row_new_doc(PRL_HANDLE_TYPE pht, const char *root);
/* The same with number elements in it. */
struct row_value {
    const char *path;
    uint64_t number;
};
struct object *
row_new_values(PRL_HANDLE_TYPE pht, const char *root, const struct row_value *values, size_t n);
/* The same over a copy of node. */
struct config_obj *row_copy_doc(PRL_HANDLE_TYPE pht, xmlNodePtr node);
/* The document alone: a copy of node, or an empty element `root` where node is NULL. NULL: no
 * memory. */
struct doc *row_copy_tree(PRL_HANDLE_TYPE pht, xmlNodePtr node, const char *root);

#endif
