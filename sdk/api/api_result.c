/* SPDX-License-Identifier: MIT */
/* PrlResult_* (semantics 2.6). */
#include <stdlib.h>

#include "core/entry.h"
#include "core/event.h"
#include "core/job_run.h"
#include "core/result.h"
#include "public.h"

PRL_METHOD(PrlResult_GetParamsCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(ret);
    *ret = (PRL_UINT32)result_count(result);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlResult_GetParamByIndex)(PRL_HANDLE h, PRL_UINT32 i, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(ret);
    if (i >= result_count(result))
        return PRL_ERR_INVALID_ARG;
    if (!result->values->p[i].obj)
        return PRL_ERR_NO_DATA;
    return handle_give(result->values->p[i].obj, ret);
}

PRL_METHOD(PrlResult_GetParam)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    return PrlResult_GetParamByIndex(h, 0, ret);
}

PRL_METHOD(PrlResult_GetParamByIndexAsString)(PRL_HANDLE h, PRL_UINT32 i, PRL_STR buf, PRL_UINT32_PTR len)
{
    AUTO(cleanup_free) char *text = NULL;

    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(len);
    const PRL_RESULT r = result_text(result, i, &text);

    return PRL_FAILED(r) ? r : entry_text_out(text, buf, len);
}

PRL_METHOD(PrlResult_GetParamAsString)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)
{
    return PrlResult_GetParamByIndexAsString(h, 0, buf, len);
}

/* ---- deprecated ---- */

PRL_METHOD(PrlResult_GetParamToken)(PRL_HANDLE h, PRL_UINT32 i, PRL_VOID_PTR_PTR ret)
{
    char *text;

    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(ret);
    const PRL_RESULT r = result_text(result, i, &text);

    if (PRL_SUCCEEDED(r))
        *ret = text;
    return r;
}

PRL_METHOD(PrlResult_GetError)(PRL_HANDLE h, PRL_VOID_PTR_PTR ret)
{
    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(ret);
    struct job *j = result->job;

    if (PRL_SUCCEEDED(j->code))
        return PRL_ERR_NO_DATA;
    struct event *e = event_from_error(j->link, j->code, j->err, j->issuer_type);
    OBJECT_SCOPE(e ? &e->obj : NULL);
    struct doc *doc = e ? event_doc(e) : NULL;
    char *text;
    size_t len;
    const PRL_RESULT r = doc ? doc_text(doc, &text, &len) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_SUCCEEDED(r))
        *ret = text;
    return r;
}

PRL_METHOD(PrlResult_FromString)(PRL_HANDLE h, PRL_CONST_STR text)
{
    ENTER();
    RESOLVE(struct result_obj, result, h, PHT_RESULT);
    REQUIRE(text);
    return PRL_ERR_UNIMPLEMENTED;
}
