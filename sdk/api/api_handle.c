/* SPDX-License-Identifier: MIT */
/* PrlHandle_*, PrlBuffer_Free, and the handlers of every event source. */
#include <stdlib.h>
#include <string.h>

#include "core/entry.h"
#include "core/job_run.h"
#include "core/srv_obj.h"
#include "public.h"
#include "row_body.h"

/* Handles of disks work without PrlApi_Init. */
static bool
is_of_disk(PRL_HANDLE h)
{
    return row_handle_is(h, PHT_VIRTUAL_DISK) || row_handle_is(h, PHT_VIRTUAL_DISK_MAP) || row_handle_is(h, PHT_VIRTUAL_DISK_OPEN_POLICY);
}

#define ENTER_UNLESS_OF_DISK(h_)                                                                   \
    bool entered_ __attribute__((cleanup(entry_end_auto), unused)) = entry_begin();                \
    if (!entered_ && !is_of_disk(h_))                                                              \
    return PRL_ERR_API_WASNT_INITIALIZED

PRL_METHOD(PrlHandle_AddRef)(PRL_HANDLE h)
{
    ENTER_UNLESS_OF_DISK(h);
    return handle_addref(h);
}

PRL_METHOD(PrlHandle_Free)(PRL_HANDLE h)
{
    ENTER_UNLESS_OF_DISK(h);
    return handle_free(h);
}

PRL_METHOD(PrlHandle_GetType)(PRL_HANDLE h, PRL_HANDLE_TYPE_PTR ret)
{
    ENTER_UNLESS_OF_DISK(h);
    RESOLVE(struct object, obj, h, HANDLE_ANY);
    REQUIRE(ret);
    *ret = obj->cls->type;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlHandle_GetPackageId)(PRL_HANDLE h, PRL_UINT64_PTR ret)
{
    ENTER();
    RESOLVE(struct object, obj, h, HANDLE_ANY);
    REQUIRE(ret);
    if (obj->cls->type != PHT_EVENT && obj->cls->type != PHT_JOB)
        return PRL_ERR_INVALID_ARG;
    /* This wire has no packages. A number that no other request of this process has serves as well. */
    const bool was_sent = obj->cls->type == PHT_JOB && atomic_load(&((struct job *)obj)->was_sent);
    const PRL_UINT64 id = was_sent ? (uintptr_t)h : 0;

    memcpy(ret, &id, sizeof id);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlHandle_ToString)(PRL_HANDLE h, PRL_VOID_PTR_PTR ret)
{
    char *text;

    ENTER();
    RESOLVE(struct object, obj, h, HANDLE_ANY);
    REQUIRE(ret);
    if (!obj->cls->to_text)
        return PRL_ERR_UNIMPLEMENTED;
    const PRL_RESULT r = obj->cls->to_text(obj, &text);

    if (PRL_SUCCEEDED(r))
        *ret = text;
    return r;
}

PRL_METHOD(PrlHandle_FromString)(PRL_HANDLE h, PRL_CONST_STR text)
{
    ENTER();
    RESOLVE(struct object, obj, h, HANDLE_ANY);
    REQUIRE(text);
    if (!obj->cls->from_text)
        return PRL_ERR_UNIMPLEMENTED;
    const PRL_RESULT r = obj->cls->from_text(obj, text);

    /* One code for a text that does not fit, whatever the reason. */
    return PRL_FAILED(r) && r != PRL_ERR_OUT_OF_MEMORY && r != PRL_ERR_OBJECT_WAS_REMOVED ? PRL_ERR_INVALID_ARG : r;
}

PRL_METHOD(PrlHandle_GetChannelStatistics)(PRL_HANDLE h, PRL_IO_CHANNEL_STAT_PTR ret)
{
    ENTER();
    RESOLVE(struct object, obj, h, HANDLE_ANY);
    return PRL_ERR_UNIMPLEMENTED;
}

PRL_METHOD(PrlBuffer_Free)(PRL_VOID_PTR buffer)
{
    REQUIRE(buffer);
    free(buffer);
    return PRL_ERR_SUCCESS;
}

/* ---- handlers ---- */

/* NULL: a VM that has no server object, so nobody would ever call it. */
static struct event_bus_list *
handlers_of(struct object *source)
{
    if (source->cls->type == PHT_SERVER)
        return event_bus_own_list(((struct srv_obj *)source)->bus);
    return ((struct vm_obj *)source)->handlers;
}

typedef PRL_RESULT change(struct event_bus_list *l, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data);

static PRL_RESULT
change_handlers(PRL_HANDLE h, unsigned accept, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data, change *how)
{
    ENTER();
    RESOLVE(struct object, source, h, accept);
    REQUIRE(handler);
    struct event_bus_list *l = handlers_of(source);

    return l ? how(l, handler, data) : PRL_ERR_INVALID_ARG;
}

PRL_METHOD(PrlHandle_RegEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, HANDLE_EVENT_SRC, handler, data, event_bus_add);
}

PRL_METHOD(PrlHandle_UnregEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, HANDLE_EVENT_SRC, handler, data, event_bus_remove);
}

PRL_METHOD(PrlSrv_RegEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, PHT_SERVER, handler, data, event_bus_add);
}

PRL_METHOD(PrlSrv_UnregEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, PHT_SERVER, handler, data, event_bus_remove);
}

PRL_METHOD(PrlVm_RegEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, PHT_VIRTUAL_MACHINE, handler, data, event_bus_add);
}

PRL_METHOD(PrlVm_UnregEventHandler)(PRL_HANDLE h, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    return change_handlers(h, PHT_VIRTUAL_MACHINE, handler, data, event_bus_remove);
}
