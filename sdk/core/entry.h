/* SPDX-License-Identifier: MIT */
/*
 * The guard at the door of every exported function: the library is initialised, and Deinit waits for this call. Then the handles.
 *
 *     PRL_METHOD(PrlVmCfg_GetName)(PRL_HANDLE hVmCfg, PRL_STR sName, PRL_UINT32_PTR pnLen)
 *     {
 *         ENTER();
 *         RESOLVE(struct vm_obj, vm, hVmCfg, PHT_VIRTUAL_MACHINE);
 *         ...
 *
 * ENTER returns PRL_ERR_API_WASNT_INITIALIZED, RESOLVE PRL_ERR_INVALID_ARG; ENTER_ASYNC(job_code) and RESOLVE_ASYNC return a finished job.
 */
#ifndef PRLKVM_CORE_ENTRY_H
#define PRLKVM_CORE_ENTRY_H

#include <prlsdk/PrlTypes.h>
#include <stdbool.h>

#include "handle.h"
#include "job.h"

/* Counted in and out without a shared cache line per call; false: not initialised, or Deinit is under way. */
bool entry_begin(void);
void entry_end(void);
static inline __attribute__((unused)) void
entry_end_auto(bool *entered)
{
    if (*entered)
        entry_end();
}

#define ENTER()                                                                                    \
    bool entered_ __attribute__((cleanup(entry_end_auto), unused)) = entry_begin();                \
    if (!entered_)                                                                                 \
    return PRL_ERR_API_WASNT_INITIALIZED

#define RESOLVE(type_, var_, handle_, accept_)                                                     \
    AUTO(object_unref) struct object *var_##_obj_ = handle_get((handle_), (accept_));              \
    if (!var_##_obj_)                                                                              \
        return PRL_ERR_INVALID_ARG;                                                                \
    type_ *var_ __attribute__((unused)) = (type_ *)var_##_obj_

#define REQUIRE(ptr_)                                                                              \
    if (!(ptr_))                                                                                   \
    return PRL_ERR_INVALID_ARG

/* The same for functions that return a job: job_code is PJOC_*. */
#define ENTER_ASYNC(job_code_)                                                                     \
    const int async_job_code_ = (job_code_);                                                       \
    err_clear(); /* words of an earlier call are not this job's */                                 \
    bool entered_ __attribute__((cleanup(entry_end_auto), unused)) = entry_begin();                \
    if (!entered_)                                                                                 \
    return job_refused(async_job_code_, PRL_ERR_API_WASNT_INITIALIZED)

#define RESOLVE_ASYNC(type_, var_, handle_, accept_)                                               \
    AUTO(object_unref) struct object *var_##_obj_ = handle_get((handle_), (accept_));              \
    if (!var_##_obj_)                                                                              \
        return job_refused(async_job_code_, PRL_ERR_INVALID_ARG);                                  \
    type_ *var_ __attribute__((unused)) = (type_ *)var_##_obj_

#define REQUIRE_ASYNC(ptr_)                                                                        \
    if (!(ptr_))                                                                                   \
    return job_refused(async_job_code_, PRL_ERR_INVALID_ARG)

/* The text rule of semantics 4.1, once. text NULL counts as "". */
PRL_RESULT entry_text_out(const char *text, PRL_STR buf, PRL_UINT32_PTR len);
/* The same for bytes, without NUL. */
PRL_RESULT entry_bytes_out(const void *bytes, size_t n, PRL_VOID_PTR buf, PRL_UINT32_PTR len);

#endif
