/* SPDX-License-Identifier: MIT */
/*
 * PHT_JOB. A job is made by a request to the service (job_request), by local work (job_local), or refused at once (job_refused). It
 * becomes finished once: outcome stored first, then waiters woken, then the server object's handlers are told.
 */
#ifndef PRLKVM_CORE_JOB_H
#define PRLKVM_CORE_JOB_H

#include <prlsdk/PrlTypes.h>

#include "base/err.h"
#include "object.h"
#include "wire/ops.h"

struct job;
struct srv_obj;
struct vm_obj;

/* A finished job that failed with code (semantics 2.2: request not sent, issuer PIE_WEB_SERVICE). PRL_INVALID_HANDLE: no memory. Works before init. */
PRL_HANDLE job_refused(int job_code, PRL_RESULT code);
/*
 * The same for what nobody serves (PRL_ERR_UNIMPLEMENTED), where nothing is wrong with the call: the handlers of subject (a server or VM
 * object, or a device bound to one; NULL: nobody's) get the job, for a program that only listens must not wait for ever.
 */
PRL_HANDLE job_unserved(struct object *subject, int job_code);
/* A finished job of local work, likewise shown to the handlers: code, and on failure what err_set said. */
PRL_HANDLE job_done(struct object *subject, int job_code, PRL_RESULT code);

/*
 * Sends op to the service of `subject` (a server or VM object, or a device bound to one) and returns the job. Not connected:
 * a finished job NOT_CONNECTED_TO_DISPATCHER. job_code 0: the row's own. Arguments by ops.def:
 *     job_request(vm, 0, OP_VM_CLONE, ARGS(ARG_S(name), ARG_S(uuid), ARG_S(path), ARG_U(flags)))
 * What OP_VM_LIST says of the last list is filled in here.
 */
PRL_HANDLE job_request_args(struct object *subject, int job_code, enum op op, const struct op_arg *args, int n_args);
#define ARGS(...) ((const struct op_arg[]){ __VA_ARGS__ }), (int)ARRAY_LEN(((const struct op_arg[]){ __VA_ARGS__ }))
#define NO_ARGS NULL, 0
#define job_request(subject, job_code, op, ...) job_request_args((subject), (job_code), (op), __VA_ARGS__)

#endif
