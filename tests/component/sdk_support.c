/* SPDX-License-Identifier: MIT */
/* See the header. */
#include "sdk_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/thread.h"
#include "base/xml.h"
#include "engine/client.h"
#include "engine/engine.h"
#include "engine/listener.h"
#include "engine/session.h"
#include "sdk_backend.h"
#include "wire/frame.h"
#include "wire/places.h"

/* ---- the service ---- */

static char home[] = "/tmp/prlkvm-test-XXXXXX";
static struct places *places;
static struct engine_options options;
static pthread_t io_thread;
static bool is_up;

const char *
service_home(void)
{
    return home;
}

static void
io_main(void *arg)
{
    engine_run();
}

void
service_start_again(void)
{
    backend = &sdk_backend;
    call_ok(engine_start(&options));
    assert_int_equal(thread_start(&io_thread, "io", io_main, NULL), 0);
    is_up = true;
}

/* No program is started: neither a service of the library's own, nor a QEMU that is asked for its machines. */
static void
set_environment(void)
{
    setenv("PRLKVM_HOME", home, 1);
    setenv("PRLKVM_DAEMON", "/nonexistent/prlkvmd", 1);
    setenv("PRLKVM_QEMU", "/nonexistent/qemu", 1);
}

void
service_up(unsigned claim_wait_ms)
{
    assert_false(is_up);
    memcpy(home + sizeof home - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(home));
    set_environment();
    xml_init();
    call_ok(places_find(&places));
    call_ok(places_make(places));
    assert_int_equal(listener_lock(places, 0), LISTENER_LOCKED);
    options = (struct engine_options){
        .state_dir = places->state,
        .run_dir = places->run,
        .places = places,
        .claim_wait_ms = claim_wait_ms ? claim_wait_ms : 60000,
        .stop_grace_ms = 10000,
        .signal_fd = -1,
    };
    sdk_backend_up();
    service_start_again();
}

void
service_stop(void)
{
    if (!is_up)
        return;
    engine_stop();
    thread_join(io_thread);
    assert_true(engine_finish());
    is_up = false;
}

void
service_down(void)
{
    service_stop();
    sdk_backend_down();
    places_free(places);
    places = NULL;
    assert_int_equal(path_remove_tree(home), 0);
}

void
service_cut_clients(void)
{
    struct session_clients clients = { 0 };

    assert_true(session_clients(NULL, &clients));
    for (size_t i = 0; i < clients.n; i++)
        shutdown(frame_fd(clients.p[i]->frame), SHUT_RDWR);
    session_clients_free(&clients);
}

void
sdk_fail_at_once(void)
{
    setenv("CMOCKA_TEST_ABORT", "1", 1);
}

static int
up(unsigned claim_wait_ms)
{
    service_up(claim_wait_ms);
    call_ok(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0));
    return 0;
}

int
sdk_up(void **state)
{
    return up(0);
}

int
sdk_up_short_claims(void **state)
{
    return up(200);
}

/* A test that left handles behind is wrong, or the library is. */
int
sdk_down(void **state)
{
    unsigned left = sdk_handles();

    call_ok(PrlApi_Deinit());
    service_down();
    assert_int_equal(left, 0);
    return 0;
}

unsigned
sdk_handles(void)
{
    PRL_UINT32 n = 0;

    call_ok(PrlDbg_GetHandlesNum(&n, PHT_ERROR));
    return n;
}

/* ---- calls ---- */

PRL_RESULT
job_peek(PRL_HANDLE job)
{
    PRL_RESULT code = PRL_ERR_UNINITIALIZED;

    assert_int_not_equal(job, PRL_INVALID_HANDLE);
    call_ok(PrlJob_Wait(job, SOON_MS));
    call_ok(PrlJob_GetRetCode(job, &code));
    return code;
}

static void
print_reason(PRL_HANDLE job, PRL_RESULT code)
{
    PRL_HANDLE error, param;
    char text[1024] = "";
    PRL_UINT32 len = sizeof text - 1;
    PRL_CONST_STR name = "?";

    PrlDbg_PrlResultToString(code, &name);
    if (PRL_SUCCEEDED(PrlJob_GetError(job, &error))) {
        if (PRL_SUCCEEDED(PrlEvent_GetParamByName(error, "Details", &param))) {
            PrlEvtPrm_ToString(param, text, &len);
            PrlHandle_Free(param);
        }
        PrlHandle_Free(error);
    }
    print_error("job failed: %s: %s\n", name, text);
}

PRL_RESULT
job_code(PRL_HANDLE job)
{
    PRL_RESULT code = job_peek(job);

    call_ok(PrlHandle_Free(job));
    return code;
}

PRL_HANDLE
job_result(PRL_HANDLE job)
{
    PRL_HANDLE result = PRL_INVALID_HANDLE, obj = PRL_INVALID_HANDLE;
    PRL_RESULT code = job_peek(job);

    if (PRL_FAILED(code))
        print_reason(job, code);
    assert_int_equal(code, PRL_ERR_SUCCESS);
    call_ok(PrlJob_GetResult(job, &result));
    call_ok(PrlResult_GetParam(result, &obj));
    call_ok(PrlHandle_Free(result));
    call_ok(PrlHandle_Free(job));
    return obj;
}

bool
job_is_running(PRL_HANDLE job)
{
    PRL_JOB_STATUS status;

    call_ok(PrlJob_GetStatus(job, &status));
    return status == PJS_RUNNING;
}

PRL_HANDLE
login_new(void)
{
    PRL_HANDLE server = PRL_INVALID_HANDLE, job;
    PRL_RESULT code;

    call_ok(PrlSrv_Create(&server));
    job = PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE);
    code = job_peek(job);
    if (PRL_FAILED(code))
        print_reason(job, code);
    assert_int_equal(code, PRL_ERR_SUCCESS);
    call_ok(PrlHandle_Free(job));
    return server;
}

void
logoff_free(PRL_HANDLE server)
{
    job_ok(PrlSrv_Logoff(server));
    call_ok(PrlHandle_Free(server));
}

PRL_HANDLE
vm_make(PRL_HANDLE server, const char *name)
{
    PRL_HANDLE vm = PRL_INVALID_HANDLE, job;
    PRL_RESULT code;

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    call_ok(PrlVmCfg_SetName(vm, name));
    job = PrlVm_Reg(vm, "", PRL_TRUE);
    code = job_peek(job);
    if (PRL_FAILED(code))
        print_reason(job, code);
    assert_int_equal(code, PRL_ERR_SUCCESS);
    call_ok(PrlHandle_Free(job));
    return vm;
}

PRL_HANDLE
vm_get(PRL_HANDLE server, const char *name)
{
    return job_result(PrlSrv_GetVmConfig(server, name, PGVC_SEARCH_BY_NAME));
}

VIRTUAL_MACHINE_STATE
vm_state(PRL_HANDLE vm)
{
    PRL_HANDLE info = job_result(PrlVm_GetState(vm));
    VIRTUAL_MACHINE_STATE state = VMS_UNKNOWN;

    call_ok(PrlVmInfo_GetState(info, &state));
    call_ok(PrlHandle_Free(info));
    return state;
}

unsigned
vm_count(PRL_HANDLE server)
{
    PRL_HANDLE job = PrlSrv_GetVmList(server), result;
    PRL_UINT32 n = 0;

    assert_int_equal(job_peek(job), PRL_ERR_SUCCESS);
    call_ok(PrlJob_GetResult(job, &result));
    call_ok(PrlResult_GetParamsCount(result, &n));
    call_ok(PrlHandle_Free(result));
    call_ok(PrlHandle_Free(job));
    return n;
}

void
text_of(PRL_RESULT (*getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR), PRL_HANDLE h, char *buf, unsigned size)
{
    PRL_UINT32 len = size;

    call_ok(getter(h, buf, &len));
}

pthread_t
thread_go(void *(*run)(void *), void *arg)
{
    pthread_t t;

    assert_int_equal(pthread_create(&t, NULL, run, arg), 0);
    return t;
}

void
thread_end(pthread_t t)
{
    assert_int_equal(pthread_join(t, NULL), 0);
}
