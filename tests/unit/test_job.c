/* SPDX-License-Identifier: MIT */
/* Jobs, results and events through the public calls, against a scripted service (support/fake_conn.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <prlsdk/Virtuozzo.h>

#include "api/public.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/xml.h"
#include "core/event_bus.h"
#include "core/handle.h"
#include "core/job.h"
#include "core/srv_obj.h"
#include "fake_conn.h"
#include "model/vm_model.h"
#include "wire/frame.h"

#define WAIT_MS 10000
#define LOGIN                                                                                                          \
    "{'session':'{00000000-0000-4000-8000-0000000000aa}','server_uuid':'{00000000-0000-4000-8000-0000000000bb}',"      \
    "'host_name':'box','os_version':'Linux','product_version':'9.0.41','start_time_ms':1000,'start_time_us':2000,"     \
    "'port':64000,'epoch':'{00000000-0000-4000-8000-0000000000cc}','user':'me',"                                       \
    "'tasks':[{'uuid':'{00000000-0000-4000-8000-0000000000dd}','type':3,'vm':'{00000000-0000-4000-8000-0000000000ee}'}]}"

static int
setup(void **state)
{
    fake_conn_reset();
    fake_conn_script(OP_LOGIN, LOGIN);
    fake_conn_script(OP_LOGOFF, "{}");
    return PrlApi_Init(VIRTUOZZO_API_VER);
}

static int
teardown(void **state)
{
    int r = PrlApi_Deinit();

    fake_conn_reset();
    /* A reader that freed its own connection may still be on its last line. */
    for (int64_t until = clock_deadline(WAIT_MS); fake_conn_alive() && clock_left_ms(until);)
        ;
    return r || fake_conn_alive() ? 1 : 0;
}

/* Waits, frees, gives the return code. */
static PRL_RESULT
result_of(PRL_HANDLE job)
{
    PRL_RESULT code = 1;

    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    PrlHandle_Free(job);
    return code;
}

static PRL_HANDLE
server(void)
{
    PRL_HANDLE srv = PRL_INVALID_HANDLE;

    assert_int_equal(PrlSrv_Create(&srv), PRL_ERR_SUCCESS);
    return srv;
}

static PRL_HANDLE
logged_in(void)
{
    PRL_HANDLE srv = server();

    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
    return srv;
}

static bool
is_connected(PRL_HANDLE srv)
{
    PRL_BOOL yes, local;

    assert_int_equal(PrlSrv_IsConnected(srv, &yes, &local), PRL_ERR_SUCCESS);
    return yes;
}

typedef PRL_RESULT text_getter(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len);

static void
assert_text(text_getter *get, PRL_HANDLE h, const char *want)
{
    char buf[256];
    PRL_UINT32 len = sizeof buf;

    assert_int_equal(get(h, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, want);
    assert_int_equal(len, strlen(want) + 1);
}

/* The error event's parameter, or NULL. */
static char *
error_param(PRL_HANDLE job, const char *name)
{
    PRL_HANDLE e, p;
    PRL_UINT32 len = 0;
    char *text = NULL;

    assert_int_equal(PrlJob_GetError(job, &e), PRL_ERR_SUCCESS);
    if (PRL_SUCCEEDED(PrlEvent_GetParamByName(e, name, &p))) {
        assert_int_equal(PrlEvtPrm_ToString(p, NULL, &len), PRL_ERR_SUCCESS);
        text = malloc(len);
        assert_int_equal(PrlEvtPrm_ToString(p, text, &len), PRL_ERR_SUCCESS);
        PrlHandle_Free(p);
    }
    PrlHandle_Free(e);
    return text;
}

/* Some request without results. */
static PRL_HANDLE
request(PRL_HANDLE srv)
{
    struct object *obj = handle_get(srv, PHT_SERVER);
    PRL_HANDLE job = job_request(obj, PJOC_SRV_SHUTDOWN, OP_SHUTDOWN, ARGS(ARG_U(0)));

    object_unref(obj);
    return job;
}

/* ---- login ---- */

static void
login__success__fills_response_and_server_info(void **state)
{
    PRL_HANDLE srv = server(), job, result, response, info, task;
    PRL_UINT64 start = 0;
    PRL_UINT32 n = 0, port = 0;
    PRL_RUNNING_TASK_TYPE_ENUM type;

    job = PrlSrv_LoginLocalEx(srv, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE);
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamsCount(result, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 1);
    assert_int_equal(PrlResult_GetParam(result, &response), PRL_ERR_SUCCESS);
    assert_text(PrlLoginResponse_GetSessionUuid, response, "{00000000-0000-4000-8000-0000000000aa}");
    assert_text(PrlLoginResponse_GetServerUuid, response, "{00000000-0000-4000-8000-0000000000bb}");
    assert_text(PrlLoginResponse_GetHostOsVersion, response, "Linux");
    assert_text(PrlLoginResponse_GetProductVersion, response, "9.0.41");
    assert_int_equal(PrlLoginResponse_GetRunningTaskCount(response, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 1);
    assert_int_equal(PrlLoginResponse_GetRunningTaskByIndex(response, 0, &task), PRL_ERR_SUCCESS);
    assert_text(PrlRunningTask_GetTaskUuid, task, "{00000000-0000-4000-8000-0000000000dd}");
    assert_int_equal(PrlRunningTask_GetTaskType(task, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, RTT_RUNNING_TASK_CLONE_VM);
    assert_int_equal(PrlLoginResponse_GetRunningTaskByIndex(response, 1, &task), PRL_ERR_INVALID_ARG);

    assert_int_equal(PrlSrv_GetServerInfo(srv, &info), PRL_ERR_SUCCESS);
    assert_text(PrlSrvInfo_GetHostName, info, "127.0.0.1");
    assert_text(PrlSrvInfo_GetProductVersion, info, "9.0.41");
    assert_int_equal(PrlSrvInfo_GetCmdPort(info, &port), PRL_ERR_SUCCESS);
    assert_int_equal(port, 64000);
    assert_int_equal(PrlSrvInfo_GetStartTime(info, &start), PRL_ERR_SUCCESS);
    assert_int_equal(start, 1000);
    assert_true(is_connected(srv));
    assert_int_equal(PrlSrv_IsNonInteractiveSession(srv, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 1);
}

static void
login__before__server_info_is_empty(void **state)
{
    PRL_HANDLE info;
    PRL_UINT32 port = 1;

    assert_int_equal(PrlSrv_GetServerInfo(server(), &info), PRL_ERR_SUCCESS);
    assert_text(PrlSrvInfo_GetHostName, info, "");
    assert_text(PrlSrvInfo_GetServerUuid, info, "");
    assert_int_equal(PrlSrvInfo_GetCmdPort(info, &port), PRL_ERR_SUCCESS);
    assert_int_equal(port, 0);
}

static void
login__twice__is_refused(void **state)
{
    PRL_HANDLE srv = logged_in();

    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_ALREADY_CONNECTED_TO_DISPATCHER);
    assert_true(is_connected(srv));
}

static void
login__nobody_there__says_why(void **state)
{
    PRL_HANDLE srv = server(), job;
    AUTO(cleanup_free) char *details = NULL;
    PRL_RESULT code;

    fake_conn_refuse(PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    job = PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY);
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    details = error_param(job, "Details");
    assert_string_equal(details, "no service in this test");
    fake_conn_refuse(0);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
}

static void
login__refused_by_the_service__leaves_no_connection(void **state)
{
    PRL_HANDLE srv = server();

    fake_conn_script_error(OP_LOGIN, PRL_ERR_LOCAL_AUTHENTICATION_FAILED);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_LOCAL_AUTHENTICATION_FAILED);
    assert_false(is_connected(srv));
    fake_conn_script_error(OP_LOGIN, 0);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
}

static void
login__by_name_of_this_host__is_local(void **state)
{
    static const char *const names[] = { "", "localhost", "127.0.0.1" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(result_of(PrlSrv_Login(server(), names[i], "u", "p", NULL, 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(PrlSrv_Login(server(), "elsewhere.example", "u", "p", NULL, 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_UNIMPLEMENTED);
    assert_int_equal(result_of(PrlSrv_Login(server(), NULL, NULL, "p", NULL, 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_INVALID_ARG);
    assert_int_equal(result_of(PrlSrv_Login(server(), NULL, "u", "p", NULL, 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    assert_int_equal(result_of(PrlSrv_Login(logged_in(), NULL, "u", "p", NULL, 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_USER_IS_ALREADY_LOGGED);
    assert_int_equal(result_of(PrlSrv_Login(server(), "", "u", "p", "no uuid", 0, 0, PSL_HIGH_SECURITY)), PRL_ERR_INVALID_ARG);
}

static void
logoff__then_login_again(void **state)
{
    PRL_HANDLE srv = logged_in();

    for (int i = 0; i < 20; i++) {
        assert_int_equal(result_of(PrlSrv_Logoff(srv)), PRL_ERR_SUCCESS);
        assert_false(is_connected(srv));
        assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
        assert_true(is_connected(srv));
    }
    assert_int_equal(result_of(PrlSrv_Logoff(server())), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
}

static void
non_interactive__is_remembered(void **state)
{
    PRL_HANDLE srv = logged_in();
    PRL_BOOL yes = 7;

    fake_conn_script(OP_SET_NON_INTERACTIVE, "{}");
    assert_int_equal(PrlSrv_IsNonInteractiveSession(srv, &yes), PRL_ERR_SUCCESS);
    assert_int_equal(yes, 0);
    assert_int_equal(result_of(PrlSrv_SetNonInteractiveSession(srv, PRL_TRUE, 0)), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_IsNonInteractiveSession(srv, &yes), PRL_ERR_SUCCESS);
    assert_int_equal(yes, 1);
}

static PRL_RESULT
count_alive(PRL_HANDLE job, PRL_VOID_PTR data)
{
    PRL_HANDLE_TYPE type = PHT_ERROR;

    assert_int_equal(PrlHandle_GetType(job, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PHT_JOB);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_INVALID_ACTION_REQUESTED);
    PrlHandle_Free(job);
    sem_post(data);
    return PRL_ERR_SUCCESS;
}

static void
check_alive__calls_back_with_the_finished_job(void **state)
{
    sem_t said;

    sem_init(&said, 0, 0);
    assert_int_equal(result_of(PrlSrv_CheckVirtuozzoServerAliveEx("localhost", 0, 1000, count_alive, &said, 0)), PRL_ERR_SUCCESS);
    sem_wait(&said);
    assert_int_equal(result_of(PrlSrv_CheckVirtuozzoServerAliveEx(NULL, 0, 1000, NULL, NULL, 0)), PRL_ERR_INVALID_ARG);
    assert_int_equal(result_of(PrlSrv_CheckVirtuozzoServerAliveEx("", 0, 0, NULL, NULL, 0)), PRL_ERR_INVALID_ARG);
}

/* ---- jobs ---- */

static void
job__while_running__says_so(void **state)
{
    PRL_HANDLE srv = logged_in(), job = request(srv), h;
    PRL_JOB_OPERATION_CODE op;
    PRL_JOB_STATUS status;
    PRL_RESULT code = 0;
    PRL_UINT32 n = 0;

    assert_int_equal(PrlJob_GetStatus(job, &status), PRL_ERR_SUCCESS);
    assert_int_equal(status, PJS_RUNNING);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_UNINITIALIZED);
    assert_int_equal(PrlJob_GetResult(job, &h), PRL_ERR_OPERATION_PENDING);
    assert_int_equal(PrlJob_GetError(job, &h), PRL_ERR_NO_DATA);
    assert_int_equal(PrlJob_GetProgress(job, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlJob_IsRequestWasSent(job, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 1);
    assert_int_equal(PrlJob_GetOpCode(job, &op), PRL_ERR_SUCCESS);
    assert_int_equal(op, PJOC_SRV_SHUTDOWN);
    assert_int_equal(PrlJob_GetDataPtr(job, NULL, NULL), PRL_ERR_UNIMPLEMENTED);
    assert_int_equal(PrlJob_Wait(job, 0), PRL_ERR_TIMEOUT);
    fake_conn_answer(OP_SHUTDOWN, "{}");
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetStatus(job, &status), PRL_ERR_SUCCESS);
    assert_int_equal(status, PJS_FINISHED);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetError(job, &h), PRL_ERR_NO_DATA);
    assert_int_equal(PrlJob_GetResult(job, &h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamsCount(h, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlResult_GetParam(h, &h), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlJob_GetProgress(job, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 100);
}

static void
job__wait__ends_on_time(void **state)
{
    PRL_HANDLE job = request(logged_in());
    int64_t start = clock_now_ms(), took;

    assert_int_equal(PrlJob_Wait(job, 50), PRL_ERR_TIMEOUT);
    took = clock_now_ms() - start;
    assert_true(took >= 49 && took < 500); /* a loaded machine, but never for ever */
}

static void *
wait_for_it(void *arg)
{
    return (void *)(intptr_t)PrlJob_Wait((PRL_HANDLE)arg, WAIT_MS);
}

static void
job__waited_for_by_many__wakes_all(void **state)
{
    PRL_HANDLE job = request(logged_in());
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, wait_for_it, job), 0);
    fake_conn_answer(OP_SHUTDOWN, "{}");
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        void *r;

        pthread_join(t[i], &r);
        assert_int_equal((intptr_t)r, PRL_ERR_SUCCESS);
    }
}

static void
job__progress__is_real_and_only_grows(void **state)
{
    static const struct {
        unsigned told, seen;
    } steps[] = { { 10, 10 }, { 55, 55 }, { 30, 55 }, { 99, 99 } };
    PRL_HANDLE job = request(logged_in());
    PRL_UINT64 package = 0;

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        int64_t until = clock_deadline(WAIT_MS);
        PRL_UINT32 n = 0;

        fake_conn_progress(OP_SHUTDOWN, steps[i].told);
        do
            assert_int_equal(PrlJob_GetProgress(job, &n), PRL_ERR_SUCCESS);
        while (n != steps[i].seen && clock_left_ms(until));
        assert_int_equal(n, steps[i].seen);
    }
    assert_int_equal(PrlHandle_GetPackageId(job, &package), PRL_ERR_SUCCESS);
    assert_true(package);
    fake_conn_answer(OP_SHUTDOWN, "{}");
    assert_int_equal(result_of(job), PRL_ERR_SUCCESS);
}

static void
job__failed__tells_why(void **state)
{
    PRL_HANDLE job = request(logged_in()), e;
    AUTO(cleanup_free) char *p0 = NULL, *details = NULL;
    PRL_EVENT_ISSUER_TYPE issuer;
    PRL_EVENT_TYPE type;
    PRL_UINT32 len = 0;
    PRL_VOID_PTR xml;
    PRL_RESULT code;
    char text[500];

    fake_conn_answer_error(OP_SHUTDOWN, PRL_ERR_VM_UUID_NOT_FOUND, "a <name>", "QEMU said: no");
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_VM_UUID_NOT_FOUND);
    assert_int_equal(PrlJob_GetError(job, &e), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvent_GetType(e, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PET_VM_INF_UNINITIALIZED_EVENT_CODE);
    assert_int_equal(PrlEvent_GetErrCode(e, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_VM_UUID_NOT_FOUND);
    assert_int_equal(PrlEvent_GetIssuerType(e, &issuer), PRL_ERR_SUCCESS);
    assert_int_equal(issuer, PIE_DISPATCHER);
    assert_int_equal(PrlEvent_GetErrString(e, PRL_TRUE, PRL_FALSE, NULL, &len), PRL_ERR_SUCCESS);
    assert_true(len > 1 && len < sizeof text);
    len = sizeof text;
    assert_int_equal(PrlEvent_GetErrString(e, PRL_FALSE, PRL_FALSE, text, &len), PRL_ERR_SUCCESS);
    assert_null(strstr(text, "<name>"));
    p0 = error_param(job, "vm_message_param_0");
    assert_string_equal(p0, "a <name>");
    details = error_param(job, "Details");
    assert_string_equal(details, "QEMU said: no");
    assert_int_equal(PrlEvent_GetDataPtr(e, &xml), PRL_ERR_SUCCESS);
    snprintf(text, sizeof text, "<EventType>%d</EventType>", PET_DSP_EVT_ERROR_MESSAGE);
    assert_non_null(strstr(xml, text));
    assert_int_equal(PrlBuffer_Free(xml), PRL_ERR_SUCCESS);
}

static void
job__refused__is_finished_and_never_sent(void **state)
{
    PRL_HANDLE job = PrlSrv_Logoff(PRL_INVALID_HANDLE), e, result;
    PRL_EVENT_ISSUER_TYPE issuer;
    PRL_JOB_OPERATION_CODE op;
    PRL_UINT64 package = 7;
    PRL_UINT32 n = 7;

    assert_int_equal(PrlJob_Wait(job, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_IsRequestWasSent(job, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlHandle_GetPackageId(job, &package), PRL_ERR_SUCCESS);
    assert_int_equal(package, 0);
    assert_int_equal(PrlJob_GetOpCode(job, &op), PRL_ERR_SUCCESS);
    assert_int_equal(op, PJOC_SRV_LOGOFF);
    assert_int_equal(PrlJob_GetError(job, &e), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvent_GetIssuerType(e, &issuer), PRL_ERR_SUCCESS);
    assert_int_equal(issuer, PIE_WEB_SERVICE);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(job), PRL_ERR_INVALID_ARG);
}

static void
job__not_connected__names_the_host(void **state)
{
    PRL_HANDLE srv = server(), job = request(srv);
    AUTO(cleanup_free) char *before = error_param(job, "vm_message_param_0"), *after = NULL;

    assert_string_equal(before, "");
    assert_int_equal(result_of(job), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(PrlSrv_Logoff(srv)), PRL_ERR_SUCCESS);
    job = request(srv);
    after = error_param(job, "vm_message_param_0");
    assert_string_equal(after, "localhost");
    assert_int_equal(result_of(job), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
}

static void
job__bad_text__is_never_sent(void **state)
{
    static const char *const bad[] = { "bell \a", "half \xc3", "\xed\xa0\x80" };
    PRL_HANDLE srv = logged_in();

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(result_of(PrlSrv_AttachToLostTask(srv, bad[i])), PRL_ERR_INVALID_ARG);
    assert_int_equal(fake_conn_count(OP_ATTACH_TASK), 0);
}

static void
cancel__sends_the_request_id(void **state)
{
    PRL_HANDLE srv = logged_in(), job = request(srv), cancel;
    AUTO(json_decref) json_t *sent = NULL;

    fake_conn_script(OP_CANCEL, "{}");
    cancel = PrlJob_Cancel(job);
    assert_int_equal(result_of(cancel), PRL_ERR_SUCCESS);
    sent = fake_conn_sent(OP_CANCEL);
    assert_true(json_integer_value(json_object_get(sent, "request")) > 0);
    fake_conn_answer_error(OP_SHUTDOWN, PRL_ERR_OPERATION_WAS_CANCELED, NULL, NULL);
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(PrlJob_Cancel(job)), PRL_ERR_TASK_NOT_FOUND); /* it is over */
    assert_int_equal(result_of(job), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(result_of(PrlJob_Cancel(PrlSrv_Logoff(NULL))), PRL_ERR_UNINITIALIZED);
    assert_int_equal(result_of(PrlJob_Cancel(srv)), PRL_ERR_INVALID_ARG);
}

static void
job__handle_freed__operation_goes_on(void **state)
{
    PRL_HANDLE srv = logged_in(), job = request(srv);

    PrlHandle_Free(job);
    PrlHandle_Free(srv); /* the last one: the request keeps what it needs */
    fake_conn_answer(OP_SHUTDOWN, "{}");
}

/* ---- results ---- */

static void
result__kinds__are_told_apart(void **state)
{
    PRL_HANDLE srv = logged_in(), job = request(srv), result, again, h;
    PRL_HANDLE_TYPE type;
    PRL_UINT32 n = 0, len = 0;
    char buf[32];

    fake_conn_answer(OP_SHUTDOWN, "{'results':[{'text':'some words'},{'event':{'type':100028,'issuer':'x','params':[{'n':'a','t':0,'v':'5'}]}},"
                                  "{'doc':{'pht':268435478,'xml':'<CommonPreferences/>'}}]}");
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &again), PRL_ERR_SUCCESS);
    assert_ptr_not_equal(result, again);
    assert_int_equal(PrlResult_GetParamsCount(result, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 3);
    assert_int_equal(PrlResult_GetParam(result, &h), PRL_ERR_NO_DATA);
    len = sizeof buf;
    assert_int_equal(PrlResult_GetParamAsString(result, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, "some words");
    assert_int_equal(PrlResult_GetParamByIndex(result, 1, &h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_GetType(h, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PHT_EVENT);
    assert_int_equal(PrlResult_GetParamByIndex(result, 2, &h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_GetType(h, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PHT_DISP_CONFIG);
    assert_int_equal(PrlResult_GetParamByIndex(result, 3, &h), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlResult_GetParamByIndexAsString(result, 3, NULL, &len), PRL_ERR_INVALID_ARG);
}

static void
result__hostile_replies__fail_the_job(void **state)
{
    static const char *const bad[] = {
        "{'results':[5]}", "{'results':[{}]}", "{'results':[{'vm':{}}]}", "{'results':[{'doc':{'pht':268435473,'xml':'<a/>'}}]}",
        "{'results':[{'doc':{'pht':1,'xml':'<a/>'}}]}", "{'results':[{'text':{'at':[0,5]}}]}",
        "{'results':[{'doc':{'pht':268435474,'xml':'<a/>'}}]}",
    };
    PRL_HANDLE srv = logged_in();

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        PRL_HANDLE job = request(srv);

        fake_conn_answer(OP_SHUTDOWN, bad[i]);
        assert_true(PRL_FAILED(result_of(job)));
    }
}

/* ---- VMs ---- */

static char *
vm_text(const char *name)
{
    AUTO(xmlFreeDoc) xmlDocPtr tree = vm_model_new();
    char *text = NULL;
    size_t len;

    xml_set(xmlDocGetRootElement(tree), "Identification/VmName", name);
    assert_int_equal(vm_model_text(tree, VM_TEXT_FILE, &text, &len), PRL_ERR_SUCCESS);
    return text;
}

/* {"results":[{"vm":..}, ..]} of n VMs. */
static char *
list_reply(unsigned n, unsigned rev, bool with_text)
{
    AUTO(json_decref) json_t *results = json_array();
    json_t *reply;
    char *out;

    for (unsigned i = 0; i < n; i++) {
        AUTO(cleanup_free) char *text = with_text ? vm_text("vm") : NULL;
        AUTO(cleanup_free) char *vm = fake_vm(i, rev + i, "vm", text);

        json_array_append_new(results, json_pack("{so}", "vm", json_loads(vm, 0, NULL)));
    }
    reply = json_pack("{sO}", "results", results);
    /* fake_conn takes ' for ", and a configuration has none */
    out = json_dumps(reply, JSON_COMPACT);
    json_decref(reply);
    return out;
}

static PRL_HANDLE
nth_of(PRL_HANDLE job, PRL_UINT32 i)
{
    PRL_HANDLE result, h = PRL_INVALID_HANDLE;

    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamByIndex(result, i, &h), PRL_ERR_SUCCESS);
    PrlHandle_Free(result);
    return h;
}

static void
list__second__moves_only_what_changed(void **state)
{
    AUTO(cleanup_free) char *full = list_reply(3, 10, true), *empty = list_reply(3, 10, false);
    AUTO(json_decref) json_t *first = NULL, *second = NULL;
    PRL_HANDLE srv = logged_in(), job, a, b;

    job = PrlSrv_GetVmList(srv);
    fake_conn_answer(OP_VM_LIST, full);
    a = nth_of(job, 2);
    PrlHandle_Free(job);
    first = fake_conn_sent(OP_VM_LIST);
    assert_int_equal(json_integer_value(json_object_get(first, "since")), 0);
    assert_text(PrlVmCfg_GetName, a, "vm");

    job = PrlSrv_GetVmListEx(srv, PVTF_VM);
    fake_conn_answer(OP_VM_LIST, empty);
    b = nth_of(job, 2);
    PrlHandle_Free(job);
    second = fake_conn_sent(OP_VM_LIST);
    assert_int_equal(json_integer_value(json_object_get(second, "since")), 12);
    assert_ptr_equal(a, b);
    assert_text(PrlVmCfg_GetName, b, "vm");
}

static void
list__text_left_out_that_is_unknown__is_asked_for_again(void **state)
{
    AUTO(cleanup_free) char *full = list_reply(2, 10, true), *empty = list_reply(2, 10, false);
    AUTO(json_decref) json_t *sent = NULL;
    PRL_HANDLE srv = logged_in(), job = PrlSrv_GetVmList(srv);

    fake_conn_answer(OP_VM_LIST, empty);
    fake_conn_answer(OP_VM_LIST, full);
    assert_text(PrlVmCfg_GetName, nth_of(job, 1), "vm");
    sent = fake_conn_sent(OP_VM_LIST);
    assert_int_equal(json_integer_value(json_object_get(sent, "since")), 0);
    /* A service that leaves it out again is in error, once and for all. */
    job = PrlSrv_GetVmList(logged_in());
    fake_conn_answer(OP_VM_LIST, empty);
    fake_conn_answer(OP_VM_LIST, empty);
    assert_true(PRL_FAILED(result_of(job)));
}

static void
reg__updates_the_handle_before_the_job_ends(void **state)
{
    AUTO(cleanup_free) char *reply = list_reply(1, 5, true);
    PRL_HANDLE srv = logged_in(), vm, job, result;
    char uuid[64], want[64];
    PRL_UINT32 n = 7, len = sizeof uuid;

    assert_int_equal(PrlSrv_CreateVm(srv, &vm), PRL_ERR_SUCCESS);
    job = PrlVm_Reg(vm, "", PRL_TRUE);
    fake_conn_answer(OP_VM_REG, reply);
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetUuid(vm, uuid, &len), PRL_ERR_SUCCESS);
    snprintf(want, sizeof want, FAKE_UUID, 0);
    assert_string_equal(uuid, want);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamsCount(result, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(result_of(job), PRL_ERR_SUCCESS);
}

/* ---- events ---- */

static sem_t said;
static char seen[512];

static PRL_RESULT
note(PRL_HANDLE h, PRL_VOID_PTR data)
{
    PRL_HANDLE_TYPE type = PHT_ERROR;
    PRL_EVENT_TYPE event = 0;
    char line[64];

    if (!*(const char *)data) {
        PrlHandle_Free(h);
        return PRL_ERR_SUCCESS;
    }
    PrlHandle_GetType(h, &type);
    if (type == PHT_EVENT)
        PrlEvent_GetType(h, &event);
    snprintf(line, sizeof line, "%s%s%d ", (const char *)data, type == PHT_JOB ? "job" : "", (int)event);
    strncat(seen, line, sizeof seen - strlen(seen) - 1);
    PrlHandle_Free(h); /* refused once Deinit has begun, which drops it then */
    sem_post(&said);
    return PRL_ERR_SUCCESS;
}

static void
wait_said(int n)
{
    for (; n; n--) {
        struct timespec until;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 10;
        assert_int_equal(sem_timedwait(&said, &until), 0);
    }
}

static void
begin_noting(void)
{
    seen[0] = '\0';
    sem_init(&said, 0, 0);
}

/* A server whose handler has seen the login and is about to see more. */
static PRL_HANDLE
noting(void)
{
    PRL_HANDLE srv = server();

    begin_noting();
    assert_int_equal(PrlSrv_RegEventHandler(srv, note, "srv"), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
    wait_said(1);
    assert_string_equal(seen, "srvjob0 ");
    seen[0] = '\0';
    return srv;
}

static void
event__goes_to_the_server_then_to_its_vm(void **state)
{
    AUTO(cleanup_free) char *reply = list_reply(2, 10, true), *event = NULL;
    PRL_HANDLE srv = noting(), job = PrlSrv_GetVmList(srv), vm, other;

    fake_conn_answer(OP_VM_LIST, reply);
    vm = nth_of(job, 0);
    other = nth_of(job, 1);
    wait_said(1);
    seen[0] = '\0';
    assert_int_equal(PrlVm_RegEventHandler(vm, note, "vm"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVm_RegEventHandler(other, note, "other"), PRL_ERR_SUCCESS);
    event = str_printf("{'type':100028,'code':0,'issuer_type':1,'issuer':'" FAKE_UUID "','params':[]}", 0);
    fake_conn_event(event);
    wait_said(2);
    assert_string_equal(seen, "srv100028 vm100028 ");
}

static void
job__finished__is_told_to_handlers(void **state)
{
    PRL_HANDLE srv = noting(), job;

    job = request(srv);
    fake_conn_answer(OP_SHUTDOWN, "{}");
    assert_int_equal(result_of(job), PRL_ERR_SUCCESS);
    wait_said(1);
    assert_string_equal(seen, "srvjob0 ");
}

static void
connection__lost__fails_jobs_and_tells(void **state)
{
    PRL_HANDLE srv = noting(), job;
    char want[64];

    job = request(srv);
    fake_conn_break();
    assert_int_equal(result_of(job), PRL_ERR_WS_DISP_CONNECTION_CLOSED);
    wait_said(2);
    snprintf(want, sizeof want, "srvjob0 srv%d ", PET_DSP_EVT_DISP_CONNECTION_CLOSED);
    assert_string_equal(seen, want);
    assert_false(is_connected(srv));
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
}

static void
logoff__sends_no_closed_event(void **state)
{
    PRL_HANDLE srv = noting();

    assert_int_equal(result_of(PrlSrv_Logoff(srv)), PRL_ERR_SUCCESS);
    assert_int_equal(result_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY)), PRL_ERR_SUCCESS);
    wait_said(2);
    assert_string_equal(seen, "srvjob0 srvjob0 ");
}

/* In a callback: wait for a job of the same server, register, log off, free the server. */
static PRL_RESULT
do_everything(PRL_HANDLE h, PRL_VOID_PTR data)
{
    PRL_HANDLE srv = data, job;
    PRL_HANDLE_TYPE type;

    PrlHandle_GetType(h, &type);
    PrlHandle_Free(h);
    if (type == PHT_JOB)
        return PRL_ERR_SUCCESS;
    fake_conn_script(OP_SHUTDOWN, "{}");
    job = request(srv);
    assert_int_equal(result_of(job), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_RegEventHandler(srv, note, "never"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_UnregEventHandler(srv, note, "never"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_INVALID_ACTION_REQUESTED);
    assert_int_equal(result_of(PrlSrv_Logoff(srv)), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_Free(srv), PRL_ERR_SUCCESS);
    sem_post(&said);
    return PRL_ERR_SUCCESS;
}

static void
callback__may_do_anything_but_deinit(void **state)
{
    PRL_HANDLE srv = logged_in();

    begin_noting();
    assert_int_equal(PrlHandle_RegEventHandler(srv, do_everything, srv), PRL_ERR_SUCCESS);
    fake_conn_event("{'type':100028,'issuer':'x','params':[]}");
    wait_said(1);
    assert_true(event_bus_wait_all(clock_deadline(WAIT_MS)));
    assert_int_equal(PrlHandle_Free(srv), PRL_ERR_INVALID_ARG);
}

static void
event__parameters__convert_without_failing(void **state)
{
    PRL_HANDLE job = request(logged_in()), result, e, p;
    PRL_PARAM_FIELD_DATA_TYPE type;
    PRL_UINT64 u64 = 0;
    PRL_UINT32 n = 0, len = 0;
    PRL_INT64 i64 = 0;
    PRL_INT32 i32 = 0;
    char bytes[8];

    fake_conn_answer(OP_SHUTDOWN, "{'results':[{'event':{'type':100028,'issuer':'','params':["
                                  "{'n':'num','t':2,'v':'-5'},{'n':'word','t':6,'v':'true'},{'n':'big','t':17,'v':'18446744073709551615'},"
                                  "{'n':'word','t':1,'v':'second'}]}}]}");
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParam(result, &e), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvent_GetParamsCount(e, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 4);
    assert_int_equal(PrlEvent_GetParam(e, 4, &p), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlEvent_GetParamByName(e, "nothing", &p), PRL_ERR_NO_DATA);

    assert_int_equal(PrlEvent_GetParamByName(e, "num", &p), PRL_ERR_SUCCESS);
    assert_text(PrlEvtPrm_GetName, p, "num");
    assert_int_equal(PrlEvtPrm_GetType(p, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PFD_INT32);
    assert_int_equal(PrlEvtPrm_ToInt32(p, &i32), PRL_ERR_SUCCESS);
    assert_int_equal(i32, -5);
    assert_int_equal(PrlEvtPrm_ToInt64(p, &i64), PRL_ERR_SUCCESS);
    assert_int_equal(i64, -5);
    assert_int_equal(PrlEvtPrm_GetBuffer(p, NULL, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 2);
    assert_int_equal(PrlEvtPrm_GetBuffer(p, bytes, &len), PRL_ERR_SUCCESS);
    assert_memory_equal(bytes, "-5", 2);
    assert_int_equal(PrlEvtPrm_ToHandle(p, &p), PRL_ERR_INVALID_ARG);

    assert_int_equal(PrlEvent_GetParam(e, 1, &p), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvtPrm_ToBoolean(p, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlEvtPrm_ToUint32(p, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlEvent_GetParam(e, 3, &p), PRL_ERR_SUCCESS);
    assert_text(PrlEvtPrm_ToString, p, "second"); /* by place, though the name is there twice */
    assert_int_equal(PrlEvent_GetParam(e, 2, &p), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvtPrm_ToUint64(p, &u64), PRL_ERR_SUCCESS);
    assert_true(u64 == UINT64_MAX);
    assert_int_equal(PrlEvent_GetJob(e, &p), PRL_ERR_UNINITIALIZED);
    assert_int_equal(PrlEvent_GetVm(e, &p), PRL_ERR_INVALID_HANDLE);
    assert_int_equal(PrlEvent_GetServer(e, &p), PRL_ERR_SUCCESS);
}

static void
event__answer__names_the_question(void **state)
{
    PRL_HANDLE job = request(logged_in()), result, e, answer, p;
    PRL_EVENT_TYPE type;
    PRL_RESULT event_code;
    PRL_INT32 code = 0;

    fake_conn_answer(OP_SHUTDOWN, "{'results':[{'event':{'type':100028,'issuer':'abc','issuer_type':0,'need_response':true}}]}");
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParam(result, &e), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvent_CreateAnswerEvent(e, &answer, PET_ANSWER_YES), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvent_GetType(answer, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PET_DSP_EVT_VM_QUESTION);
    assert_int_equal(PrlEvent_GetErrCode(answer, &event_code), PRL_ERR_SUCCESS);
    assert_int_equal(event_code, PET_DSP_EVT_VM_QUESTION);
    assert_text(PrlEvent_GetIssuerId, answer, "abc");
    assert_int_equal(PrlEvent_GetParamByName(answer, "vm_message_choice_0", &p), PRL_ERR_SUCCESS);
    assert_int_equal(PrlEvtPrm_ToInt32(p, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PET_ANSWER_YES);
}

/* ---- the end of it all ---- */

static void
deinit__with_everything_open__leaves_nothing(void **state)
{
    PRL_HANDLE srv = logged_in();

    PrlSrv_RegEventHandler(srv, note, "srv");
    begin_noting();
    for (int i = 0; i < 50; i++) {
        request(srv);
        fake_conn_event("{'type':100028,'issuer':'x','params':[]}");
    }
    PrlSrv_LoginLocal(server(), NULL, 0, PSL_HIGH_SECURITY);
    /* teardown does it, and looks */
}

/* Deinit in the middle of a callback that waits for ever: the wait ends, the callback ends, Deinit ends. */
static _Atomic PRL_RESULT waited;

static PRL_RESULT
wait_for_ever(PRL_HANDLE h, PRL_VOID_PTR data)
{
    PRL_HANDLE_TYPE type;

    PrlHandle_GetType(h, &type);
    PrlHandle_Free(h);
    if (type == PHT_JOB)
        return PRL_ERR_SUCCESS;
    sem_post(&said);
    waited = PrlJob_Wait(data, 0xffffffff);
    return PRL_ERR_SUCCESS;
}

static void
deinit__with_a_callback_that_waits__ends_it(void **state)
{
    PRL_HANDLE srv = logged_in(), job = request(srv);

    begin_noting();
    waited = PRL_ERR_SUCCESS;
    assert_int_equal(PrlSrv_RegEventHandler(srv, wait_for_ever, job), PRL_ERR_SUCCESS);
    fake_conn_event("{'type':100028,'issuer':'x','params':[]}");
    wait_said(1);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    assert_true(PRL_FAILED(waited));
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
}

/* Several threads use one server object while others take it away. */
static void *
use_it(void *arg)
{
    PRL_HANDLE srv = arg;

    for (int i = 0; i < 200; i++) {
        PRL_BOOL a, b;
        PRL_HANDLE job = PrlSrv_AttachToLostTask(srv, "x"), vm;

        PrlJob_Wait(job, WAIT_MS);
        PrlJob_Cancel(job);
        PrlHandle_Free(job);
        PrlSrv_IsConnected(srv, &a, &b);
        if (PRL_SUCCEEDED(PrlSrv_CreateVm(srv, &vm))) {
            PrlVm_RegEventHandler(vm, note, "");
            PrlHandle_Free(vm);
        }
    }
    return NULL;
}

static void
server__used_and_freed_by_many__is_safe(void **state)
{
    fake_conn_script(OP_ATTACH_TASK, "{'results':[{'text':'x'}]}");
    for (int round = 0; round < 5; round++) {
        PRL_HANDLE srv = logged_in();
        pthread_t t[4];

        begin_noting();
        PrlSrv_RegEventHandler(srv, note, "");
        for (size_t i = 0; i < ARRAY_LEN(t); i++)
            assert_int_equal(pthread_create(&t[i], NULL, use_it, srv), 0);
        if (round % 2)
            PrlSrv_Logoff(srv);
        else
            fake_conn_break();
        PrlHandle_Free(srv);
        for (size_t i = 0; i < ARRAY_LEN(t); i++)
            pthread_join(t[i], NULL);
    }
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(login__success__fills_response_and_server_info),
        TEST(login__before__server_info_is_empty),
        TEST(login__twice__is_refused),
        TEST(login__nobody_there__says_why),
        TEST(login__refused_by_the_service__leaves_no_connection),
        TEST(login__by_name_of_this_host__is_local),
        TEST(logoff__then_login_again),
        TEST(non_interactive__is_remembered),
        TEST(check_alive__calls_back_with_the_finished_job),
        TEST(job__while_running__says_so),
        TEST(job__wait__ends_on_time),
        TEST(job__waited_for_by_many__wakes_all),
        TEST(job__progress__is_real_and_only_grows),
        TEST(job__failed__tells_why),
        TEST(job__refused__is_finished_and_never_sent),
        TEST(job__not_connected__names_the_host),
        TEST(job__bad_text__is_never_sent),
        TEST(cancel__sends_the_request_id),
        TEST(job__handle_freed__operation_goes_on),
        TEST(result__kinds__are_told_apart),
        TEST(result__hostile_replies__fail_the_job),
        TEST(list__second__moves_only_what_changed),
        TEST(list__text_left_out_that_is_unknown__is_asked_for_again),
        TEST(reg__updates_the_handle_before_the_job_ends),
        TEST(event__goes_to_the_server_then_to_its_vm),
        TEST(job__finished__is_told_to_handlers),
        TEST(connection__lost__fails_jobs_and_tells),
        TEST(logoff__sends_no_closed_event),
        TEST(callback__may_do_anything_but_deinit),
        TEST(event__parameters__convert_without_failing),
        TEST(event__answer__names_the_question),
        TEST(deinit__with_everything_open__leaves_nothing),
        TEST(deinit__with_a_callback_that_waits__ends_it),
        TEST(server__used_and_freed_by_many__is_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
