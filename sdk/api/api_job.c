/* SPDX-License-Identifier: MIT */
/* PrlJob_* (semantics 2.3, 2.4). */
#include "core/entry.h"
#include "core/event.h"
#include "core/job_run.h"
#include "core/result.h"
#include "core/srv_obj.h"
#include "public.h"

static bool
is_finished(struct job *j)
{
    return atomic_load_explicit(&j->is_finished, memory_order_acquire);
}

PRL_METHOD(PrlJob_Wait)(PRL_HANDLE h, PRL_UINT32 msecs)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    return job_wait(j, msecs);
}

PRL_ASYNC_METHOD(PrlJob_Cancel)(PRL_HANDLE h)
{
    ENTER_ASYNC(PJOC_JOB_CANCEL);
    RESOLVE_ASYNC(struct job, j, h, PHT_JOB);
    return job_cancel(j);
}

PRL_METHOD(PrlJob_GetStatus)(PRL_HANDLE h, PRL_JOB_STATUS_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    *ret = is_finished(j) ? PJS_FINISHED : PJS_RUNNING;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlJob_GetProgress)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    *ret = atomic_load_explicit(&j->percent, memory_order_relaxed);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlJob_GetRetCode)(PRL_HANDLE h, PRL_RESULT_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    *ret = is_finished(j) ? j->code : PRL_ERR_UNINITIALIZED;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlJob_GetOpCode)(PRL_HANDLE h, PRL_JOB_OPERATION_CODE_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    *ret = (PRL_JOB_OPERATION_CODE)j->op_code;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlJob_IsRequestWasSent)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    *ret = atomic_load(&j->was_sent);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlJob_GetDataPtr)(PRL_HANDLE h, PRL_VOID_PTR data, PRL_UINT32_PTR size)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    return PRL_ERR_UNIMPLEMENTED;
}

PRL_METHOD(PrlJob_GetResult)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    if (!is_finished(j))
        return PRL_ERR_OPERATION_PENDING;
    struct result_obj *result = result_obj_new(j);
    AUTO(object_unref) struct object *obj = result ? &result->obj : NULL;

    return obj ? handle_give(obj, ret) : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlJob_GetError)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct job, j, h, PHT_JOB);
    REQUIRE(ret);
    if (!is_finished(j) || PRL_SUCCEEDED(j->code))
        return PRL_ERR_NO_DATA;
    struct event *e = event_from_error(j->link, j->code, j->err, j->issuer_type);
    AUTO(object_unref) struct object *obj = e ? &e->obj : NULL;

    return obj ? handle_give(obj, ret) : PRL_ERR_OUT_OF_MEMORY;
}
