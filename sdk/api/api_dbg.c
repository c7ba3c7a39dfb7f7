/* SPDX-License-Identifier: MIT */
/* PrlDbg_*: the texts are constants of the library and work before Init. */
#include "core/entry.h"
#include "core/errors.h"
#include "public.h"

PRL_METHOD(PrlDbg_GetHandlesNum)(PRL_UINT32_PTR ret, PRL_HANDLE_TYPE type)
{
    ENTER();
    REQUIRE(ret);
    *ret = handle_count(type);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDbg_PrlResultToString)(PRL_RESULT value, PRL_CONST_STR_PTR ret)
{
    REQUIRE(ret);
    *ret = errors_name(value);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDbg_HandleTypeToString)(PRL_HANDLE_TYPE type, PRL_CONST_STR_PTR ret)
{
    REQUIRE(ret);
    *ret = errors_handle_type_name(type);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDbg_EventTypeToString)(PRL_EVENT_TYPE type, PRL_CONST_STR_PTR ret)
{
    REQUIRE(ret);
    *ret = errors_event_name(type);
    return PRL_ERR_SUCCESS;
}
