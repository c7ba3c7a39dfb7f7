/* SPDX-License-Identifier: MIT */
/* The server object, logging in and out, and what the login told: PrlSrvInfo_*, PrlLoginResponse_*, PrlRunningTask_* (semantics 5.1, 5.2). */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/uuid.h"
#include "core/conn.h"
#include "core/entry.h"
#include "core/list.h"
#include "core/login.h"
#include "core/srv_info.h"
#include "core/srv_obj.h"
#include "public.h"

#define DEPRECATED_FLAGS (PACF_NORMAL_SECURITY | PACF_HIGH_SECURITY)

PRL_METHOD(PrlSrv_Create)(PRL_HANDLE_PTR ret)
{
    struct srv_obj *srv = NULL;

    ENTER();
    REQUIRE(ret);
    const PRL_RESULT r = srv_obj_new(&srv);
    AUTO(object_unref) struct object *obj = srv ? &srv->obj : NULL;

    return PRL_FAILED(r) ? r : handle_give(obj, ret);
}

PRL_METHOD(PrlSrv_CreateVm)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    struct vm_obj *vm = NULL;

    ENTER();
    RESOLVE(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE(ret);
    const PRL_RESULT r = vm_obj_new(srv, &vm);
    AUTO(object_unref) struct object *obj = vm ? &vm->cfg.obj : NULL;

    return PRL_FAILED(r) ? r : handle_give(obj, ret);
}

/* ---- in ---- */

/* NULL or "", or a uuid: the session to take over. */
static bool
is_session(const char *text)
{
    char braced[UUID_TEXT];

    return !text || !*text || uuid_parse(text, braced);
}

static bool
is_local_host(const char *host)
{
    return !*host || str_eq(host, "localhost") || str_eq(host, "127.0.0.1") || str_eq(host, "::1");
}

static PRL_HANDLE
login_local_ex(PRL_HANDLE h, const char *prev_session, PRL_UINT32 security, PRL_UINT32 flags)
{
    ENTER_ASYNC(PJOC_SRV_LOGIN_LOCAL);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    if (!is_session(prev_session))
        return job_refused(PJOC_SRV_LOGIN_LOCAL, err_set(PRL_ERR_INVALID_ARG, "the previous session is no uuid"));
    const struct login_args args = {
        .job_code = PJOC_SRV_LOGIN_LOCAL,
        .host = "127.0.0.1",
        .prev_session = prev_session,
        .security = security,
        .flags = flags & ~(PRL_UINT32)DEPRECATED_FLAGS,
    };
    return login_local(srv, &args);
}

PRL_ASYNC_METHOD(PrlSrv_LoginLocal)(PRL_HANDLE h, PRL_CONST_STR prev_session, PRL_UINT32 port, PRL_SECURITY_LEVEL security)
{
    return login_local_ex(h, prev_session, (PRL_UINT32)security, 0);
}

PRL_ASYNC_METHOD(PrlSrv_LoginLocalEx)(PRL_HANDLE h, PRL_CONST_STR prev_session, PRL_UINT32 port, PRL_SECURITY_LEVEL security, PRL_UINT32 flags)
{
    return login_local_ex(h, prev_session, (PRL_UINT32)security, flags);
}

/* Host NULL: once more on the connection there is. */
static PRL_HANDLE
login_again(struct srv_obj *srv, const char *user, const char *password)
{
    struct conn *conn;

    if (!user || !password)
        return job_refused(PJOC_SRV_LOGIN, PRL_ERR_INVALID_ARG);
    conn = srv_obj_conn(srv, NULL);
    conn_unref(conn);
    if (conn)
        return job_done(&srv->obj, PJOC_SRV_LOGIN, err_set(PRL_ERR_USER_IS_ALREADY_LOGGED, "this connection has a session"));
    return job_done(&srv->obj, PJOC_SRV_LOGIN, err_set(PRL_ERR_NOT_CONNECTED_TO_DISPATCHER, "not logged in"));
}

PRL_ASYNC_METHOD(PrlSrv_LoginEx)(PRL_HANDLE h, PRL_CONST_STR host, PRL_CONST_STR user, PRL_CONST_STR password,
                                 PRL_CONST_STR prev_session, PRL_UINT32 port, PRL_UINT32 timeout_ms,
                                 PRL_SECURITY_LEVEL security, PRL_UINT32 flags)
{
    char shown[300];

    ENTER_ASYNC(PJOC_SRV_LOGIN);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    if (!host)
        return login_again(srv, user, password);
    if (strlen(host) > 255 || !str_is_xml_text(host, strlen(host)) || !is_session(prev_session) || port > 65535)
        return job_refused(PJOC_SRV_LOGIN, PRL_ERR_INVALID_ARG);
    if (!is_local_host(host))
        return job_done(&srv->obj, PJOC_SRV_LOGIN, err_set(PRL_ERR_UNIMPLEMENTED, "login to another host ('%s'): TLS is not built yet", host));
    if (port)
        snprintf(shown, sizeof shown, "%s#%u", *host ? host : "localhost", port);
    else
        snprintf(shown, sizeof shown, "%s", *host ? host : "localhost");
    const struct login_args args = {
        .job_code = PJOC_SRV_LOGIN,
        .host = shown,
        .prev_session = prev_session,
        .timeout_ms = timeout_ms,
        .security = (PRL_UINT32)security,
        .flags = flags & ~(PRL_UINT32)DEPRECATED_FLAGS,
    };
    return login_local(srv, &args);
}

PRL_ASYNC_METHOD(PrlSrv_Login)(PRL_HANDLE h, PRL_CONST_STR host, PRL_CONST_STR user, PRL_CONST_STR password,
                               PRL_CONST_STR prev_session, PRL_UINT32 port, PRL_UINT32 timeout_ms, PRL_SECURITY_LEVEL security)
{
    return PrlSrv_LoginEx(h, host, user, password, prev_session, port, timeout_ms, security, 0);
}

PRL_ASYNC_METHOD(PrlSrv_CheckVirtuozzoServerAliveEx)(PRL_CONST_STR host, PRL_UINT16 port, PRL_UINT32 timeout_ms,
                                                     PRL_EVENT_HANDLER_PTR callback, PRL_VOID_PTR data, PRL_UINT32 reserved)
{
    ENTER_ASYNC(PJOC_SRV_CHECK_ALIVE);
    REQUIRE_ASYNC(host);
    REQUIRE_ASYNC(timeout_ms);
    if (strlen(host) > 255 || !str_is_xml_text(host, strlen(host)))
        return job_refused(PJOC_SRV_CHECK_ALIVE, PRL_ERR_INVALID_ARG);
    if (!is_local_host(host))
        return job_done(NULL, PJOC_SRV_CHECK_ALIVE, err_set(PRL_ERR_UNIMPLEMENTED, "another host ('%s'): TLS is not built yet", host));
    return login_check_alive(timeout_ms, callback, data);
}

/* ---- the session ---- */

PRL_ASYNC_METHOD(PrlSrv_Logoff)(PRL_HANDLE h)
{
    ENTER_ASYNC(PJOC_SRV_LOGOFF);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    return login_logoff(srv);
}

PRL_METHOD(PrlSrv_IsConnected)(PRL_HANDLE h, PRL_BOOL_PTR ret_connected, PRL_BOOL_PTR ret_local)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE(ret_connected);
    REQUIRE(ret_local);
    struct conn *conn = srv_obj_conn(srv, NULL);
    const bool is_open = conn && conn_is_open(conn);

    conn_unref(conn);
    *ret_connected = is_open;
    *ret_local = is_open; /* there are no others yet */
    return PRL_ERR_SUCCESS;
}

PRL_ASYNC_METHOD(PrlSrv_SetNonInteractiveSession)(PRL_HANDLE h, PRL_BOOL is_on, PRL_UINT32 flags)
{
    ENTER_ASYNC(PJOC_SRV_SET_NON_INTERACTIVE_SESSION);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    return login_set_non_interactive(srv, is_on, flags);
}

PRL_METHOD(PrlSrv_IsNonInteractiveSession)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE(ret);
    LOCK_SCOPE(&srv->lock);
    *ret = srv->is_non_interactive;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
always_false(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE(ret);
    *ret = PRL_FALSE;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlSrv_IsConfirmationModeEnabled)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    return always_false(h, ret);
}

PRL_METHOD(PrlSrv_IsProxyConnection)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    return always_false(h, ret);
}

PRL_ASYNC_METHOD(PrlSrv_AttachToLostTask)(PRL_HANDLE h, PRL_CONST_STR task)
{
    ENTER_ASYNC(PJOC_SRV_ATTACH_TO_LOST_TASK);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE_ASYNC(task);
    return job_request(&srv->obj, PJOC_SRV_ATTACH_TO_LOST_TASK, OP_ATTACH_TASK, ARGS(ARG_S(task)));
}

/* ---- questions: the service asks none, so there are none to list, and an answer goes nowhere ---- */

PRL_ASYNC_METHOD(PrlSrv_SendAnswer)(PRL_HANDLE h, PRL_HANDLE answer)
{
    ENTER_ASYNC(PJOC_SRV_SEND_ANSWER);
    RESOLVE_ASYNC(struct srv_obj, srv, h, PHT_SERVER);
    RESOLVE_ASYNC(struct object, event, answer, PHT_EVENT);
    return job_done(&srv->obj, PJOC_SRV_SEND_ANSWER, PRL_ERR_SUCCESS);
}

static PRL_RESULT
no_questions(PRL_HANDLE h, PRL_HANDLE_TYPE type, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct object, source, h, type);
    REQUIRE(ret);
    AUTO(object_unref) struct object *list = list_object(list_new(PHT_HANDLES_LIST, 0));

    return list ? handle_give(list, ret) : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlSrv_GetQuestions)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    return no_questions(h, PHT_SERVER, ret);
}

PRL_METHOD(PrlVm_GetQuestions)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    return no_questions(h, PHT_VIRTUAL_MACHINE, ret);
}

/* ---- what the login told ---- */

PRL_METHOD(PrlSrv_GetServerInfo)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, h, PHT_SERVER);
    REQUIRE(ret);
    struct config_obj *info = srv_info_of(srv);
    AUTO(object_unref) struct object *obj = info ? &info->obj : NULL;

    return obj ? handle_give(obj, ret) : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
get_text(PRL_HANDLE h, PRL_HANDLE_TYPE type, const char *name, PRL_STR buf, PRL_UINT32_PTR len)
{
    AUTO(cleanup_free) char *text = NULL;

    ENTER();
    RESOLVE(struct config_obj, o, h, type);
    REQUIRE(len);
    const PRL_RESULT r = srv_info_text(o, name, &text);

    return PRL_FAILED(r) ? r : entry_text_out(text, buf, len);
}

/* size: of *ret, 4 or 8 bytes. */
static PRL_RESULT
get_number(PRL_HANDLE h, PRL_HANDLE_TYPE type, const char *name, void *ret, size_t size)
{
    uint64_t value;

    ENTER();
    RESOLVE(struct config_obj, o, h, type);
    REQUIRE(ret);
    const PRL_RESULT r = srv_info_number(o, name, &value);

    if (PRL_FAILED(r))
        return r;
    if (size == sizeof(PRL_UINT64))
        *(PRL_UINT64 *)ret = value;
    else
        *(PRL_UINT32 *)ret = (PRL_UINT32)value;
    return PRL_ERR_SUCCESS;
}

#define INFO_TEXT(function_, type_, name_)                                                         \
    PRL_METHOD(function_)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)                           \
    {                                                                                              \
        return get_text(h, type_, name_, buf, len);                                                \
    }
#define INFO_NUMBER(function_, type_, ctype_, name_)                                               \
    PRL_METHOD(function_)(PRL_HANDLE h, ctype_ ret)                                                \
    {                                                                                              \
        return get_number(h, type_, name_, ret, sizeof *ret);                                      \
    }

INFO_TEXT(PrlSrvInfo_GetHostName, PHT_SERVER_INFO, "server_info_host_name")
INFO_TEXT(PrlSrvInfo_GetOsVersion, PHT_SERVER_INFO, "server_info_os_version")
INFO_TEXT(PrlSrvInfo_GetProductVersion, PHT_SERVER_INFO, "server_info_product_version")
INFO_TEXT(PrlSrvInfo_GetServerUuid, PHT_SERVER_INFO, "server_info_server_uuid")
INFO_NUMBER(PrlSrvInfo_GetCmdPort, PHT_SERVER_INFO, PRL_UINT32_PTR, "server_info_cmd_port")
INFO_NUMBER(PrlSrvInfo_GetApplicationMode, PHT_SERVER_INFO, PRL_APPLICATION_MODE_PTR, "server_info_app_execute_mode")
INFO_NUMBER(PrlSrvInfo_GetStartTime, PHT_SERVER_INFO, PRL_UINT64_PTR, "server_info_start_time")
INFO_NUMBER(PrlSrvInfo_GetStartTimeMonotonic, PHT_SERVER_INFO, PRL_UINT64_PTR, "server_info_start_time_monotonic")

INFO_TEXT(PrlLoginResponse_GetSessionUuid, PHT_LOGIN_RESPONSE, "response_login_cmd_session_uuid")
INFO_TEXT(PrlLoginResponse_GetServerUuid, PHT_LOGIN_RESPONSE, "server_info_server_uuid")
INFO_TEXT(PrlLoginResponse_GetHostOsVersion, PHT_LOGIN_RESPONSE, "server_info_os_version")
INFO_TEXT(PrlLoginResponse_GetProductVersion, PHT_LOGIN_RESPONSE, "server_info_product_version")

INFO_TEXT(PrlRunningTask_GetTaskUuid, PHT_RUNNING_TASK, "response_login_cmd_task_id")
INFO_TEXT(PrlRunningTask_GetTaskParametersAsString, PHT_RUNNING_TASK, "response_login_cmd_task_params")
INFO_NUMBER(PrlRunningTask_GetTaskType, PHT_RUNNING_TASK, PRL_RUNNING_TASK_TYPE_ENUM_PTR, "response_login_cmd_task_type")

PRL_METHOD(PrlLoginResponse_GetRunningTaskCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, PHT_LOGIN_RESPONSE);
    REQUIRE(ret);
    *ret = srv_info_task_count(o);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlLoginResponse_GetRunningTaskByIndex)(PRL_HANDLE h, PRL_UINT32 i, PRL_HANDLE_PTR ret)
{
    struct config_obj *task = NULL;

    ENTER();
    RESOLVE(struct config_obj, o, h, PHT_LOGIN_RESPONSE);
    REQUIRE(ret);
    const PRL_RESULT r = srv_info_task(o, i, &task);
    AUTO(object_unref) struct object *obj = task ? &task->obj : NULL;

    return PRL_FAILED(r) ? r : handle_give(obj, ret);
}

PRL_METHOD(PrlLoginResponse_ToString)(PRL_HANDLE h, PRL_VOID_PTR_PTR ret)
{
    char *text;

    ENTER();
    RESOLVE(struct object, obj, h, PHT_LOGIN_RESPONSE);
    REQUIRE(ret);
    const PRL_RESULT r = obj->cls->to_text(obj, &text);

    if (PRL_SUCCEEDED(r))
        *ret = text;
    return r;
}
