/* SPDX-License-Identifier: MIT */
/* The inside of jobs, for those who make and finish them (srv_obj.c, login.c, api_job.c). */
#ifndef PRLKVM_CORE_JOB_RUN_H
#define PRLKVM_CORE_JOB_RUN_H

#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <stdbool.h>
#include <stdint.h>

#include "job.h"
#include "result.h"

struct srv_link;

struct job {
    struct object obj;
    int op_code;                       /* constant */
    enum op op;                        /* constant; OP_NONE for local work */
    struct srv_link *link;             /* counted, constant; NULL: not bound to a server object */
    PRL_EVENT_ISSUER_TYPE issuer_type; /* constant: of the error event */
    _Atomic bool was_sent;
    _Atomic unsigned percent;          /* only grows */
    _Atomic uint64_t request;          /* id on the connection, 0 before */

    struct srv_obj *srv;               /* counted; until finished, for its finisher alone */
    struct vm_obj *vm;                 /* likewise */
    json_t *list_args;                 /* OP_VM_LIST: [flags], so that it can be asked again */
    bool is_again;                     /* it was */
    struct job *next, **prev;          /* under srv->lock: in srv->running */

    _Atomic bool is_finished;
    PRL_RESULT code;                   /* these three before is_finished, then constant */
    struct err *err;
    struct results *results;
};

/* One reference, the caller's. srv NULL: local work. vm may be NULL. */
struct job *job_new(int op_code, enum op op, struct srv_obj *srv, struct vm_obj *vm);
/* Once. err is taken, may be NULL; results too. */
void job_finish(struct job *j, PRL_RESULT code, struct err *err, struct results *results);
/* SUCCESS: finished. PRL_ERR_TIMEOUT; PRL_ERR_API_WASNT_INITIALIZED: Deinit began. */
PRL_RESULT job_wait(struct job *j, PRL_UINT32 msecs);
/* Gives the caller's reference away for a handle; PRL_INVALID_HANDLE: no number is free. */
PRL_HANDLE job_give(struct job *j);
void job_progress(struct srv_obj *srv, uint64_t request, unsigned percent);
PRL_HANDLE job_cancel(struct job *j);

#endif
