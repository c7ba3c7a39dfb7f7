/* SPDX-License-Identifier: MIT */
/*
 * Everything a PRL_HANDLE can name: a class and an atomic reference count. A handle holds one object reference however often the
 * handle itself was counted up; handles.c knows the numbers, this file the lives.
 */
#ifndef PRLKVM_CORE_OBJECT_H
#define PRLKVM_CORE_OBJECT_H

#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/cleanup.h"

struct object;

struct object_class {
    PRL_HANDLE_TYPE type;
    void (*destroy)(struct object *obj); /* frees obj itself; runs without any lock */
    /* PrlHandle_ToString / FromString; NULL: PRL_ERR_UNIMPLEMENTED. *ret_text is malloc'ed. */
    PRL_RESULT (*to_text)(struct object *obj, char **ret_text);
    PRL_RESULT (*from_text)(struct object *obj, const char *text);
};

struct object {
    const struct object_class *cls;
    _Atomic unsigned refs;
    _Atomic unsigned handle; /* the live handle number, 0 while there is none; written by handle.c */
};

/* One reference, the creator's. */
void object_init(struct object *obj, const struct object_class *cls);
void object_ref(struct object *obj);
/* For weak tables whose entries leave under a lock that the caller holds: false when the last reference is already gone. */
bool object_try_ref(struct object *obj);
void object_unref(struct object *obj);
CLEANUP_FOR(object_unref, struct object *)
/* Drops the reference at the end of the block: OBJECT_SCOPE(srv ? &srv->obj : NULL); */
#define OBJECT_SCOPE_NAME2(line_) object_scope_##line_
#define OBJECT_SCOPE_NAME(line_) OBJECT_SCOPE_NAME2(line_)
#define OBJECT_SCOPE(obj_) AUTO(object_unref) struct object *OBJECT_SCOPE_NAME(__LINE__) __attribute__((unused)) = (obj_)

#endif
