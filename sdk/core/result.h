/* SPDX-License-Identifier: MIT */
/* PHT_RESULT and what it shows: the parameters of a finished job, shared by all result objects of it. */
#ifndef PRLKVM_CORE_RESULT_H
#define PRLKVM_CORE_RESULT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "object.h"
#include "wire/ops.h"

struct job;
struct kept_answer;
struct result_obj;
struct srv_obj;
struct srv_link;

struct result_value {
    struct object *obj; /* counted, or NULL */
    char *text;         /* or NULL */
};

struct results {
    _Atomic unsigned refs;
    struct result_value *p; /* constant once the job is finished */
    size_t n, room;
    struct srv_link *keeper;  /* counted, of one that is kept (constant from then on), or NULL */
    struct kept_answer *kept; /* where; under the server object's lock */
    struct result_obj *shown; /* weak, of one that is kept: all jobs that have it show the same object */
};

struct results *results_new(void);
struct results *results_ref(struct results *r);
void results_unref(struct results *r);
CLEANUP_FOR(results_unref, struct results *)
bool results_add_object(struct results *r, struct object *obj); /* reference taken */
bool results_add_text(struct results *r, char *text);           /* taken, also on failure */

/*
 * To be given again as long as somebody has it: srv's lock is held. results_again: counted, or NULL where nobody has it any more.
 * results_unkeep: before `kept` goes.
 */
void results_keep(struct results *r, struct srv_obj *srv, struct kept_answer *kept);
struct results *results_again(struct kept_answer *kept);
void results_unkeep(struct kept_answer *kept);

/*
 * The `results` of a reply as values, with the updates of semantics 2.5 on job->vm. PRL_ERR_NO_DATA: a listing left out a
 * text that is not known here.
 */
PRL_RESULT results_from_reply(struct job *job, json_t *reply, int memfd, struct results **ret);

/* The same without asking, where it is known (conn_knows said tag, not 0). False: ask. */
bool results_from_known(struct job *job, const struct op_arg *args, int n_args, uint64_t tag, struct results **ret);

struct result_obj {
    struct object obj;
    struct results *values; /* counted, constant; NULL: none */
    struct job *job;        /* counted, constant: for PrlResult_GetError */
};
/* Jobs whose answers are one (results_keep) have one object, and its number says so. */
struct result_obj *result_obj_new(struct job *job);
size_t result_count(struct result_obj *r);
/* The text form of parameter i, allocated. PRL_ERR_INVALID_ARG, or what the object's text form says. */
PRL_RESULT result_text(struct result_obj *r, size_t i, char **ret_text);

#endif
