/* SPDX-License-Identifier: MIT */
/* PrlApi_*: the library itself, its texts, guests it knows, new lists. */
#include <string.h>

#include "base/str.h"
#include "core/entry.h"
#include "core/entry_gate.h"
#include "core/errors.h"
#include "core/init.h"
#include "core/list.h"
#include "model/guest_os.h"
#include "public.h"

/* ---- life ---- */

PRL_METHOD(PrlApi_InitEx)(PRL_UINT32 version, PRL_APPLICATION_MODE mode, PRL_UINT32 flags, PRL_UINT32 reserved)
{
    return init_begin(version, mode);
}

PRL_METHOD(PrlApi_Init)(PRL_UINT32 version)
{
    return init_begin(version, PAM_SERVER);
}

PRL_METHOD(PrlApi_Deinit)(void)
{
    return init_end();
}

PRL_METHOD(PrlApi_GetVersion)(PRL_UINT32_PTR ret)
{
    ENTER();
    REQUIRE(ret);
    *ret = init_version();
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlApi_GetAppMode)(PRL_APPLICATION_MODE_PTR ret)
{
    ENTER();
    REQUIRE(ret);
    *ret = PAM_SERVER;
    return PRL_ERR_SUCCESS;
}

/* ---- texts of result codes: before Init too ---- */

PRL_METHOD(PrlApi_GetResultDescription)(PRL_RESULT code, PRL_BOOL is_brief, PRL_BOOL is_formatted, PRL_STR buf, PRL_UINT32_PTR len)
{
    const struct error_text *t = errors_find(code);
    const char *text = t ? is_brief ? t->brief_text : t->long_text : NULL;
    AUTO(cleanup_free) char *plain = NULL;

    REQUIRE(len);
    if (!text || !*text)
        text = errors_name(code);
    if (!is_formatted) {
        plain = errors_plain(text);
        if (!plain)
            return PRL_ERR_OUT_OF_MEMORY;
        text = plain;
    }
    return entry_text_out(text, buf, len);
}

PRL_METHOD(PrlApi_GetMessageType)(PRL_RESULT code, PRL_MESSAGE_TYPE_ENUM_PTR ret)
{
    const struct error_text *t = errors_find(code);

    REQUIRE(ret);
    *ret = t ? t->message_type : PMT_WARNING;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlApi_MsgCanBeIgnored)(PRL_RESULT code, PRL_BOOL_PTR ret)
{
    const struct error_text *t = errors_find(code);

    REQUIRE(ret);
    *ret = t && t->is_ignorable;
    return PRL_ERR_SUCCESS;
}

/* ---- logs and crashes: before Init too ---- */

/* Clients call it first. The library writes nothing to the console by itself. */
PRL_METHOD(PrlApi_SwitchConsoleLogging)(PRL_BOOL is_on)
{
    return PRL_ERR_SUCCESS;
}

/* Accepted and not tried, as programs expect; PRLKVM_LOG says what is logged and where. */
PRL_METHOD(PrlApi_SetLogPath)(PRL_CONST_STR path)
{
    if (path && *path)
        return PRL_ERR_SUCCESS;
    return entry_is_open() ? PRL_ERR_SUCCESS : PRL_ERR_UNINITIALIZED;
}

PRL_METHOD(PrlApi_InitCrashHandler)(PRL_CONST_STR suffix)
{
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlApi_GetCrashDumpsPath)(PRL_STR buf, PRL_UINT32_PTR len)
{
    return entry_text_out("/vz/tmp/vz_crash_dumps", buf, len);
}

/* ---- new lists ---- */

static PRL_RESULT
create_list(PRL_HANDLE_TYPE type, unsigned item_size, PRL_HANDLE_PTR ret)
{
    struct list *l = list_new(type, item_size);
    AUTO(object_unref) struct object *obj = list_object(l);

    return obj ? handle_give(obj, ret) : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlApi_CreateStringsList)(PRL_HANDLE_PTR ret)
{
    ENTER();
    REQUIRE(ret);
    return create_list(PHT_STRINGS_LIST, 0, ret);
}

PRL_METHOD(PrlApi_CreateHandlesList)(PRL_HANDLE_PTR ret)
{
    ENTER();
    REQUIRE(ret);
    return create_list(PHT_HANDLES_LIST, 0, ret);
}

PRL_METHOD(PrlApi_CreateOpTypeList)(PRL_HANDLE_PTR ret, PRL_SIZE size)
{
    ENTER();
    REQUIRE(ret);
    if (size != 1 && size != 2 && size != 4 && size != 8)
        return PRL_ERR_INVALID_ARG;
    return create_list(PHT_OPAQUE_TYPE_LIST, size, ret);
}

/* ---- guests ---- */

static PRL_RESULT
give_numbers(const void *numbers, size_t n, unsigned size, PRL_HANDLE_PTR ret)
{
    struct list *l = list_new(PHT_OPAQUE_TYPE_LIST, size);
    AUTO(object_unref) struct object *obj = list_object(l);

    if (!obj)
        return PRL_ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!list_add_item(l, (const char *)numbers + i * size))
            return PRL_ERR_OUT_OF_MEMORY;
    return handle_give(obj, ret);
}

PRL_METHOD(PrlApi_GetSupportedOsesTypes)(PRL_HOST_OS_TYPE host, PRL_HANDLE_PTR ret)
{
    const PRL_UINT8 *types;
    size_t n;

    ENTER();
    REQUIRE(ret);
    types = guest_os_types(host, &n);
    return give_numbers(types, n, sizeof *types, ret);
}

PRL_METHOD(PrlApi_GetSupportedOsesVersions)(PRL_HOST_OS_TYPE host, PRL_UINT8 type, PRL_HANDLE_PTR ret)
{
    const PRL_UINT16 *versions;
    size_t n;

    ENTER();
    REQUIRE(ret);
    versions = guest_os_versions(host, type, &n);
    if (!versions)
        return PRL_ERR_INVALID_ARG; /* no family */
    return give_numbers(versions, n, sizeof *versions, ret);
}

PRL_METHOD(PrlApi_GetDefaultOsVersion)(PRL_UINT8 type, PRL_UINT16_PTR ret)
{
    PRL_UINT16 version;

    ENTER();
    REQUIRE(ret);
    version = guest_os_default_version(type);
    if (!version)
        return PRL_ERR_INVALID_ARG; /* no family */
    *ret = version;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlApi_GetRecommendMinVmMem)(PRL_UINT32 version, PRL_UINT32_PTR ret)
{
    REQUIRE(ret);
    *ret = guest_os_ram_mib(version, 0);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlApi_GuestToString)(PRL_UINT32 id, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER();
    REQUIRE(len);
    return entry_text_out(guest_os_name(id), buf, len);
}

/* ---- problem reports: not made here ---- */

PRL_METHOD(PrlApi_CreateProblemReport)(PRL_PROBLEM_REPORT_SCHEME scheme, PRL_HANDLE_PTR ret)
{
    ENTER();
    REQUIRE(ret);
    return PRL_ERR_UNIMPLEMENTED;
}

PRL_ASYNC_METHOD(PrlApi_SendProblemReport)(PRL_CONST_STR report, PRL_BOOL use_proxy, PRL_CONST_STR proxy_host, PRL_UINT32 proxy_port,
                                           PRL_CONST_STR proxy_user, PRL_CONST_STR proxy_password, PRL_UINT32 timeout,
                                           PRL_UINT32 reserved, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    ENTER_ASYNC(PJOC_API_SEND_PROBLEM_REPORT);
    REQUIRE_ASYNC(report);
    return job_refused(PJOC_API_SEND_PROBLEM_REPORT, PRL_ERR_UNIMPLEMENTED);
}

PRL_ASYNC_METHOD(PrlApi_SendPackedProblemReport)(PRL_HANDLE report, PRL_BOOL use_proxy, PRL_CONST_STR proxy_host,
                                                 PRL_UINT32 proxy_port, PRL_CONST_STR proxy_user, PRL_CONST_STR proxy_password,
                                                 PRL_UINT32 timeout, PRL_UINT32 reserved, PRL_EVENT_HANDLER_PTR handler,
                                                 PRL_VOID_PTR data)
{
    ENTER_ASYNC(PJOC_API_SEND_PACKED_PROBLEM_REPORT);
    RESOLVE_ASYNC(struct object, r, report, PHT_PROBLEM_REPORT);
    return job_refused(PJOC_API_SEND_PACKED_PROBLEM_REPORT, PRL_ERR_UNIMPLEMENTED);
}
