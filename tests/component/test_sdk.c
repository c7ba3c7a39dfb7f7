/* SPDX-License-Identifier: MIT */
/* The public functions against a real service: sessions, machines, jobs, editing, claims, locks. */
#include "sdk_support.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "sdk_backend.h"

/* ---- sessions ---- */

static void
login__after_logoff_of_the_same_object__works_again(void **state)
{
    PRL_HANDLE server = login_new();
    PRL_BOOL is_connected = PRL_FALSE, is_local = PRL_FALSE;

    assert_int_equal(job_code(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0)), PRL_ERR_ALREADY_CONNECTED_TO_DISPATCHER);
    job_ok(PrlSrv_Logoff(server));
    call_ok(PrlSrv_IsConnected(server, &is_connected, &is_local));
    assert_false(is_connected);
    assert_int_equal(job_code(PrlSrv_Logoff(server)), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    assert_int_equal(job_code(PrlSrv_GetVmList(server)), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    job_ok(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0));
    call_ok(PrlSrv_IsConnected(server, &is_connected, &is_local));
    assert_true(is_connected && is_local);
    assert_int_equal(vm_count(server), 0);
    logoff_free(server);
}

static void
login__two_server_objects__see_the_same_machines(void **state)
{
    PRL_HANDLE one = login_new(), two = login_new();
    PRL_HANDLE made = vm_make(one, "shared"), seen = vm_get(two, "shared"), again = vm_get(two, "shared");
    char a[64], b[64];

    assert_int_not_equal(made, seen);
    assert_int_equal(seen, again); /* one object per server object */
    text_of(PrlVmCfg_GetUuid, made, a, sizeof a);
    text_of(PrlVmCfg_GetUuid, seen, b, sizeof b);
    assert_string_equal(a, b);
    call_ok(PrlHandle_Free(again));
    call_ok(PrlHandle_Free(seen));
    call_ok(PrlHandle_Free(made));
    logoff_free(one);
    assert_int_equal(vm_count(two), 1);
    logoff_free(two);
}

static void
login__no_service_to_find_or_start__says_why(void **state)
{
    PRL_HANDLE server, job, error, param;
    char text[512];

    service_stop();
    call_ok(PrlSrv_Create(&server));
    job = PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0);
    assert_int_equal(job_peek(job), PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    call_ok(PrlJob_GetError(job, &error));
    call_ok(PrlEvent_GetParamByName(error, "Details", &param));
    text_of(PrlEvtPrm_ToString, param, text, sizeof text);
    assert_non_null(strstr(text, "/nonexistent/prlkvmd"));
    call_ok(PrlHandle_Free(param));
    call_ok(PrlHandle_Free(error));
    call_ok(PrlHandle_Free(job));
    service_start_again();
    job_ok(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0));
    logoff_free(server);
}

/* ---- machines ---- */

static void
vm__whole_life__is_as_asked(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "life");

    assert_int_equal(vm_state(vm), VMS_STOPPED);
    job_ok(PrlVm_StartEx(vm, PSM_VM_START, 0));
    assert_int_equal(vm_state(vm), VMS_RUNNING);
    assert_int_equal(job_code(PrlVm_Start(vm)), PRL_ERR_DISP_VM_IS_NOT_STOPPED);
    job_ok(PrlVm_Pause(vm, PRL_FALSE));
    assert_int_equal(vm_state(vm), VMS_PAUSED);
    job_ok(PrlVm_Resume(vm));
    assert_int_equal(vm_state(vm), VMS_RUNNING);
    job_ok(PrlVm_Suspend(vm));
    assert_int_equal(vm_state(vm), VMS_SUSPENDED);
    assert_int_equal(job_code(PrlVm_Suspend(vm)), PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED);
    assert_int_equal(job_code(PrlVm_BeginEdit(vm)), PRL_ERR_CANT_EDIT_SUSPENDED_VM);
    job_ok(PrlVm_Resume(vm));
    assert_int_equal(vm_state(vm), VMS_RUNNING);
    job_ok(PrlVm_Reset(vm));
    job_ok(PrlVm_Suspend(vm));
    job_ok(PrlVm_DropSuspendedState(vm));
    assert_int_equal(vm_state(vm), VMS_STOPPED);
    job_ok(PrlVm_Start(vm));
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    assert_int_equal(job_code(PrlVm_Stop(vm, PRL_FALSE)), PRL_ERR_DISP_VM_IS_NOT_STARTED);
    job_ok(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
    assert_int_equal(vm_count(server), 0);
    assert_int_equal(job_code(PrlVm_Start(vm)), PRL_ERR_VM_UUID_NOT_FOUND);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
service__ends_and_comes_back__knows_its_machines(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "kept");
    char before[64], after[64];

    text_of(PrlVmCfg_GetUuid, vm, before, sizeof before);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
    service_stop();
    service_start_again();
    server = login_new();
    vm = vm_get(server, "kept");
    text_of(PrlVmCfg_GetUuid, vm, after, sizeof after);
    assert_string_equal(before, after);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- jobs ---- */

static void *
wait_for_job(void *arg)
{
    const PRL_HANDLE *job = arg;

    assert_int_equal(job_peek(*job), PRL_ERR_SUCCESS);
    return NULL;
}

static void
job__several_threads_wait__all_wake_up(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "waits"), job;
    pthread_t threads[3];

    sdk_backend_hold(SDK_START);
    job = PrlVm_Start(vm);
    for (int i = 0; i < 3; i++)
        threads[i] = thread_go(wait_for_job, &job);
    assert_true(sdk_backend_wait_held(SDK_START, 1));
    assert_true(job_is_running(job));
    sdk_backend_let_go(SDK_START);
    for (int i = 0; i < 3; i++)
        thread_end(threads[i]);
    call_ok(PrlHandle_Free(job));
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void *
cancel_job(void *arg)
{
    const PRL_HANDLE *job = arg;

    assert_true(sdk_backend_wait_held(SDK_SUSPEND, 1));
    job_ok(PrlJob_Cancel(*job));
    return NULL;
}

static void
job__cancelled_from_another_thread__ends_and_undoes(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "cancelled"), job;
    pthread_t thread;

    job_ok(PrlVm_Start(vm));
    sdk_backend_hold(SDK_SUSPEND);
    job = PrlVm_Suspend(vm);
    thread = thread_go(cancel_job, &job);
    assert_int_equal(job_peek(job), PRL_ERR_OPERATION_WAS_CANCELED);
    thread_end(thread);
    assert_int_equal(vm_state(vm), VMS_RUNNING);
    assert_int_equal(job_code(PrlJob_Cancel(job)), PRL_ERR_TASK_NOT_FOUND);
    call_ok(PrlHandle_Free(job));
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
job__machine_hangs__wait_is_over_on_time_and_a_forced_stop_works(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "hangs"), other = vm_make(server, "other"), job;

    job_ok(PrlVm_Start(vm));
    sdk_backend_hold(SDK_PAUSE);
    job = PrlVm_Pause(vm, PRL_FALSE);
    assert_true(sdk_backend_wait_held(SDK_PAUSE, 1));
    assert_int_equal(PrlJob_Wait(job, 50), PRL_ERR_TIMEOUT);
    assert_int_equal(PrlJob_Wait(job, 0), PRL_ERR_TIMEOUT);
    assert_int_equal(vm_state(vm), VMS_RUNNING); /* queries are answered meanwhile */
    assert_int_equal(vm_count(server), 2);
    job_ok(PrlVm_Start(other));
    job_ok(PrlVm_StopEx(other, PSM_KILL, 0));
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    assert_int_equal(job_code(job), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    assert_int_equal(vm_state(vm), VMS_STOPPED);
    call_ok(PrlHandle_Free(other));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
job__handles_freed_while_it_runs__operation_ends_all_the_same(void **state)
{
    PRL_HANDLE server = login_new(), other = login_new(), vm = vm_make(server, "freed"), seen = vm_get(other, "freed");

    sdk_backend_hold(SDK_START);
    call_ok(PrlHandle_Free(PrlVm_Start(vm))); /* the job at once, */
    assert_true(sdk_backend_wait_held(SDK_START, 1));
    call_ok(PrlHandle_Free(vm));              /* the machine, */
    call_ok(PrlHandle_Free(server));          /* and with it the connection */
    sdk_backend_let_go(SDK_START);
    assert_int_equal(job_code(PrlVm_Start(seen)), PRL_ERR_DISP_VM_IS_NOT_STOPPED); /* waited for the other */
    job_ok(PrlVm_StopEx(seen, PSM_KILL, 0));
    call_ok(PrlHandle_Free(seen));
    logoff_free(other);
}

static void
job__many_at_once__are_all_answered(void **state)
{
    PRL_HANDLE server = login_new(), jobs[500];

    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        jobs[i] = i % 2 ? PrlSrv_GetVmList(server) : PrlSrv_GetVmConfig(server, "nobody", PGVC_SEARCH_BY_NAME);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(job_code(jobs[i]), i % 2 ? PRL_ERR_SUCCESS : PRL_ERR_VM_UUID_NOT_FOUND);
    logoff_free(server);
}

/* ---- editing ---- */

static void
edit__two_sessions_change_one_value__the_second_is_told(void **state)
{
    PRL_HANDLE one = login_new(), two = login_new();
    PRL_HANDLE a = vm_make(one, "edited"), b = vm_get(two, "edited");
    char text[64];

    job_ok(PrlVm_BeginEdit(a));
    job_ok(PrlVm_BeginEdit(b));
    call_ok(PrlVmCfg_SetDescription(a, "of one"));
    call_ok(PrlVmCfg_SetDescription(b, "of two"));
    job_ok(PrlVm_Commit(a));
    assert_int_equal(job_code(PrlVm_Commit(b)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    job_ok(PrlVm_BeginEdit(b)); /* the way out: begin again */
    text_of(PrlVmCfg_GetDescription, b, text, sizeof text);
    assert_string_equal(text, "of one");
    call_ok(PrlVmCfg_SetDescription(b, "of two"));
    job_ok(PrlVm_Commit(b));
    job_ok(PrlVm_RefreshConfig(a));
    text_of(PrlVmCfg_GetDescription, a, text, sizeof text);
    assert_string_equal(text, "of two");
    assert_int_equal(job_code(PrlVm_Commit(b)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID);
    call_ok(PrlHandle_Free(a));
    call_ok(PrlHandle_Free(b));
    logoff_free(one);
    logoff_free(two);
}

#define EDITORS 4
#define EDITS 6

struct editor {
    int number;
    int conflicts;
};

/* Until its edit goes in; another one got in first: begin again. */
static void
edit_once(PRL_HANDLE vm, struct editor *e, int i)
{
    char text[64];
    PRL_RESULT r;

    do {
        job_ok(PrlVm_BeginEdit(vm));
        snprintf(text, sizeof text, "%d/%d", e->number, i);
        call_ok(PrlVmCfg_SetDescription(vm, text));
        r = job_code(PrlVm_Commit(vm));
        e->conflicts += r == PRL_ERR_VM_CONFIG_WAS_CHANGED;
    } while (r == PRL_ERR_VM_CONFIG_WAS_CHANGED);
    assert_int_equal(r, PRL_ERR_SUCCESS);
}

static void *
editor_main(void *arg)
{
    struct editor *e = arg;
    PRL_HANDLE server = login_new(), vm = vm_get(server, "busy");

    for (int i = 0; i < EDITS; i++)
        edit_once(vm, e, i);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
    return NULL;
}

/* All with one server object, and so with one VM object. */
struct reader {
    PRL_HANDLE server;
    struct gate stop;
};

static void *
reader_main(void *arg)
{
    struct reader *r = arg;
    char text[256];

    while (!gate_value(&r->stop)) {
        PRL_HANDLE vm = vm_get(r->server, "busy");
        PRL_UINT32 len = sizeof text, ram_mib;

        assert_int_equal(vm_count(r->server), 1);
        call_ok(PrlVmCfg_GetDescription(vm, text, &len));
        call_ok(PrlVmCfg_GetRamSize(vm, &ram_mib));
        job_ok(PrlVm_RefreshConfig(vm));
        assert_int_equal(vm_state(vm), VMS_STOPPED);
        call_ok(PrlHandle_Free(vm));
    }
    return NULL;
}

static void
many_threads__list_read_and_edit__nothing_is_lost(void **state)
{
    struct reader reader = { .server = login_new() };
    PRL_HANDLE vm = vm_make(reader.server, "busy");
    struct editor editors[EDITORS] = { 0 };
    pthread_t threads[EDITORS], readers[3];

    gate_init(&reader.stop);
    for (int i = 0; i < 3; i++)
        readers[i] = thread_go(reader_main, &reader);
    for (int i = 0; i < EDITORS; i++) {
        editors[i].number = i;
        threads[i] = thread_go(editor_main, &editors[i]);
    }
    for (int i = 0; i < EDITORS; i++)
        thread_end(threads[i]);
    gate_add(&reader.stop, 1);
    for (int i = 0; i < 3; i++)
        thread_end(readers[i]);
    gate_free(&reader.stop);
    call_ok(PrlHandle_Free(vm));
    logoff_free(reader.server);
}

static void *
life_main(void *arg)
{
    PRL_HANDLE server = login_new(), vm;
    char name[32];

    snprintf(name, sizeof name, "of thread %d", *(int *)arg);
    for (int i = 0; i < 3; i++) {
        vm = vm_make(server, name);
        job_ok(PrlVm_Start(vm));
        job_ok(PrlVm_Suspend(vm));
        job_ok(PrlVm_Resume(vm));
        job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
        job_ok(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
        call_ok(PrlHandle_Free(vm));
    }
    logoff_free(server);
    return NULL;
}

static void
many_threads__each_makes_runs_and_deletes__all_succeed(void **state)
{
    PRL_HANDLE server = login_new();
    int numbers[6];
    pthread_t threads[6];

    for (int i = 0; i < 6; i++) {
        numbers[i] = i;
        threads[i] = thread_go(life_main, &numbers[i]);
    }
    for (int i = 0; i < 6; i++)
        thread_end(threads[i]);
    assert_int_equal(vm_count(server), 0);
    logoff_free(server);
}

/* Every outcome but these would be a surprise: another thread was there first. */
static bool
is_lost_race(PRL_RESULT r)
{
    return r == PRL_ERR_SUCCESS || r == PRL_ERR_DISP_VM_IS_NOT_STARTED || r == PRL_ERR_DISP_VM_IS_NOT_STOPPED ||
           r == PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED || r == PRL_ERR_VM_PROCESS_IS_NOT_STARTED ||
           r == PRL_ERR_OPERATION_WAS_CANCELED || r == PRL_ERR_UNABLE_DROP_SUSPENDED_STATE ||
           r == PRL_ERR_DISP_VM_IS_NOT_RUNNING;
}

static void *
quarrel_main(void *arg)
{
    unsigned n = *(unsigned *)arg;
    PRL_HANDLE server = login_new(), vm = vm_get(server, "fought over");

    for (int i = 0; i < 20; i++) {
        PRL_HANDLE job;
        PRL_RESULT r;

        switch (n++ % 6) {
        case 0: job = PrlVm_Start(vm); break;
        case 1: job = PrlVm_Pause(vm, PRL_FALSE); break;
        case 2: job = PrlVm_Suspend(vm); break;
        case 3: job = PrlVm_DropSuspendedState(vm); break;
        case 4: job = PrlVm_Resume(vm); break;
        default: job = PrlVm_StopEx(vm, PSM_KILL, 0); break;
        }
        r = job_code(job);
        if (!is_lost_race(r))
            print_error("unexpected: %s\n", prl_result_to_string(r));
        assert_true(is_lost_race(r));
    }
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
    return NULL;
}

static void
many_threads__fight_over_one_machine__it_ends_in_a_state_that_can_be_left(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "fought over");
    unsigned numbers[6];
    pthread_t threads[6];
    PRL_RESULT r;

    for (unsigned i = 0; i < 6; i++) {
        numbers[i] = i;
        threads[i] = thread_go(quarrel_main, &numbers[i]);
    }
    for (int i = 0; i < 6; i++)
        thread_end(threads[i]);
    r = job_code(vm_state(vm) == VMS_SUSPENDED ? PrlVm_DropSuspendedState(vm) : PrlVm_StopEx(vm, PSM_KILL, 0));
    assert_true(r == PRL_ERR_SUCCESS || r == PRL_ERR_DISP_VM_IS_NOT_STARTED);
    assert_int_equal(vm_state(vm), VMS_STOPPED);
    job_ok(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- clones: with disks, sparse ones ---- */

static PRL_HANDLE
make_with_disk(PRL_HANDLE server, const char *name)
{
    PRL_HANDLE vm;

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_TRUE));
    call_ok(PrlVmCfg_SetName(vm, name));
    job_ok(PrlVm_Reg(vm, "", PRL_TRUE));
    return vm;
}

#define CLONERS 4

/* Its own session; a full clone, a linked one, and one that is cancelled at some moment or other. */
static void *
cloner_main(void *arg)
{
    int number = *(int *)arg;
    PRL_HANDLE server = login_new(), source = vm_get(server, "source"), clone, job;
    char name[3][32];

    for (int i = 0; i < 3; i++)
        snprintf(name[i], sizeof name[i], "clone %d %d", number, i);
    clone = job_result(PrlVm_CloneEx(source, name[0], "", 0));
    job_ok(PrlVm_Delete(clone, PRL_INVALID_HANDLE));
    call_ok(PrlHandle_Free(clone));
    clone = job_result(PrlVm_CloneEx(source, name[1], "", PCVF_LINKED_CLONE));
    job = PrlVm_CloneEx(source, name[2], "", 0);
    job_code(PrlJob_Cancel(job));
    if (job_code(job) == PRL_ERR_SUCCESS) {
        PRL_HANDLE extra = vm_get(server, name[2]);

        job_ok(PrlVm_Delete(extra, PRL_INVALID_HANDLE));
        call_ok(PrlHandle_Free(extra));
    }
    job_ok(PrlVm_Delete(clone, PRL_INVALID_HANDLE));
    call_ok(PrlHandle_Free(clone));
    call_ok(PrlHandle_Free(source));
    logoff_free(server);
    return NULL;
}

static void
clones__many_at_once_of_one_machine__succeed_and_leave_nothing_when_deleted(void **state)
{
    PRL_HANDLE server = login_new(), source = make_with_disk(server, "source");
    pthread_t threads[CLONERS];
    int numbers[CLONERS];

    for (int i = 0; i < CLONERS; i++) {
        numbers[i] = i;
        threads[i] = thread_go(cloner_main, &numbers[i]);
    }
    for (int i = 0; i < CLONERS; i++)
        thread_end(threads[i]);
    assert_int_equal(vm_count(server), 1);
    job_ok(PrlVm_Delete(source, PRL_INVALID_HANDLE)); /* no child is left that would forbid it */
    call_ok(PrlHandle_Free(source));
    logoff_free(server);
}

/* ---- everything at once ---- */

#define SESSIONS 5
#define STEPS 40
#define NAMES 4

/* Numbers that look like chance but are the same in every run. */
static unsigned
next_number(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

static PRL_HANDLE
find_or_make(PRL_HANDLE server, const char *name)
{
    PRL_HANDLE job = PrlSrv_GetVmConfig(server, name, PGVC_SEARCH_BY_NAME), vm = PRL_INVALID_HANDLE, result;

    if (job_peek(job) == PRL_ERR_SUCCESS) {
        call_ok(PrlJob_GetResult(job, &result));
        call_ok(PrlResult_GetParam(result, &vm));
        call_ok(PrlHandle_Free(result));
        call_ok(PrlHandle_Free(job));
        return vm;
    }
    call_ok(PrlHandle_Free(job));
    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_TRUE));
    call_ok(PrlVmCfg_SetName(vm, name));
    job_code(PrlVm_Reg(vm, "", PRL_TRUE)); /* somebody may have made one of that name meanwhile */
    return vm;
}

static PRL_HANDLE
any_operation(PRL_HANDLE vm, unsigned number)
{
    char name[32];

    snprintf(name, sizeof name, "vm %u", number / 16 % NAMES);
    switch (number % 13) {
    case 0:
    case 1: return PrlVm_Start(vm);
    case 2: return PrlVm_Suspend(vm);
    case 3: return PrlVm_Pause(vm, PRL_FALSE);
    case 4: return PrlVm_StopEx(vm, PSM_KILL, 0);
    case 5: return PrlVm_DropSuspendedState(vm);
    case 6: return PrlVm_Delete(vm, PRL_INVALID_HANDLE);
    case 7: return PrlVm_CloneEx(vm, name, "", 0);
    case 8: return PrlVm_CloneEx(vm, name, "", PCVF_LINKED_CLONE);
    case 9: return PrlVm_BeginEdit(vm);
    case 10: return PrlVm_Commit(vm);
    case 11: return PrlVm_Reset(vm);
    default: return PrlVm_RefreshConfig(vm);
    }
}

/* Refusals are many and fine; these would mean that something broke. */
static bool
is_breakage(PRL_RESULT r)
{
    return r == PRL_ERR_UNEXPECTED || r == PRL_ERR_FAILURE || r == PRL_ERR_OUT_OF_MEMORY || r == PRL_ERR_TIMEOUT ||
           r == PRL_ERR_WS_DISP_CONNECTION_CLOSED || r == PRL_ERR_PARSE_VM_CONFIG || r == PRL_ERR_UNINITIALIZED;
}

static void *
chaos_main(void *arg)
{
    unsigned seed = *(unsigned *)arg;
    PRL_HANDLE server = login_new();

    for (int i = 0; i < STEPS; i++) {
        unsigned number = next_number(&seed);
        PRL_HANDLE vm, job;
        char name[32];
        PRL_RESULT r;

        snprintf(name, sizeof name, "vm %u", number % NAMES);
        vm = find_or_make(server, name);
        number = next_number(&seed);
        job = any_operation(vm, number);
        if (number % 5 == 0)
            job_code(PrlJob_Cancel(job));
        r = job_code(job);
        if (is_breakage(r))
            print_error("operation %u: %s\n", number % 13, prl_result_to_string(r));
        assert_false(is_breakage(r));
        call_ok(PrlHandle_Free(vm));
    }
    logoff_free(server);
    return NULL;
}

/* Children of linked clones first: a base with children cannot go. */
static void
delete_all(PRL_HANDLE server)
{
    for (int rounds = 0; rounds < 100 && vm_count(server); rounds++) {
        PRL_HANDLE job = PrlSrv_GetVmList(server), result, vm;
        PRL_UINT32 n;

        assert_int_equal(job_peek(job), PRL_ERR_SUCCESS);
        call_ok(PrlJob_GetResult(job, &result));
        call_ok(PrlResult_GetParamsCount(result, &n));
        for (PRL_UINT32 i = 0; i < n; i++) {
            call_ok(PrlResult_GetParamByIndex(result, i, &vm));
            job_code(PrlVm_StopEx(vm, PSM_KILL, 0));
            job_code(PrlVm_DropSuspendedState(vm));
            job_code(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
            call_ok(PrlHandle_Free(vm));
        }
        call_ok(PrlHandle_Free(result));
        call_ok(PrlHandle_Free(job));
    }
    assert_int_equal(vm_count(server), 0);
}

static unsigned
count_homes(void)
{
    char path[256];
    struct dirent *e;
    unsigned n = 0;
    DIR *dir;

    snprintf(path, sizeof path, "%s/vms", service_home());
    dir = opendir(path);
    assert_non_null(dir);
    while ((e = readdir(dir)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            print_error("left behind: %s\n", e->d_name);
            n++;
        }
    closedir(dir);
    return n;
}

static void
many_sessions__do_everything_at_once__nothing_breaks_and_nothing_is_left(void **state)
{
    pthread_t threads[SESSIONS];
    unsigned seeds[SESSIONS];
    PRL_HANDLE server;

    for (unsigned i = 0; i < SESSIONS; i++) {
        seeds[i] = i + 1;
        threads[i] = thread_go(chaos_main, &seeds[i]);
    }
    for (int i = 0; i < SESSIONS; i++)
        thread_end(threads[i]);
    server = login_new();
    delete_all(server);
    assert_int_equal(count_homes(), 0);
    logoff_free(server);
}

/* ---- claims and locks ---- */

static void
claims__conflicting_request__waits_and_gets_the_code_of_the_holder(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "claimed"), job;

    sdk_backend_hold(SDK_START);
    job = PrlVm_Start(vm);
    assert_true(sdk_backend_wait_held(SDK_START, 1));
    assert_int_equal(job_code(PrlVm_Delete(vm, PRL_INVALID_HANDLE)), PRL_ERR_VM_LOCKED_FOR_EXECUTE);
    assert_int_equal(job_code(PrlVm_Unreg(vm)), PRL_ERR_VM_LOCKED_FOR_EXECUTE);
    assert_int_equal(job_code(PrlVm_Start(vm)), PRL_ERR_VM_LOCKED_FOR_EXECUTE);
    sdk_backend_let_go(SDK_START);
    assert_int_equal(job_code(job), PRL_ERR_SUCCESS);
    sdk_backend_hold(SDK_SUSPEND);
    job = PrlVm_Suspend(vm);
    assert_true(sdk_backend_wait_held(SDK_SUSPEND, 1));
    assert_int_equal(job_code(PrlVm_Pause(vm, PRL_FALSE)), PRL_ERR_VM_LOCKED_FOR_INTERNAL_REASON);
    sdk_backend_let_go(SDK_SUSPEND);
    assert_int_equal(job_code(job), PRL_ERR_SUCCESS);
    job_ok(PrlVm_DropSuspendedState(vm));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
claims__holder_ends_in_time__the_waiting_one_goes_on(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "patient"), start, pause;

    sdk_backend_hold(SDK_START);
    start = PrlVm_Start(vm);
    assert_true(sdk_backend_wait_held(SDK_START, 1));
    pause = PrlVm_Pause(vm, PRL_FALSE);
    assert_int_equal(PrlJob_Wait(pause, 50), PRL_ERR_TIMEOUT);
    sdk_backend_let_go(SDK_START);
    assert_int_equal(job_code(start), PRL_ERR_SUCCESS);
    assert_int_equal(job_code(pause), PRL_ERR_SUCCESS);
    assert_int_equal(vm_state(vm), VMS_PAUSED);
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
lock__of_another_session__keeps_everybody_out_until_logoff(void **state)
{
    PRL_HANDLE one = login_new(), two = login_new();
    PRL_HANDLE a = vm_make(one, "locked"), b = vm_get(two, "locked");

    assert_int_equal(job_code(PrlVm_Unlock(a, 0)), PRL_ERR_VM_IS_NOT_LOCKED);
    job_ok(PrlVm_Lock(a, 0));
    assert_int_equal(job_code(PrlVm_Lock(a, 0)), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(job_code(PrlVm_Lock(b, 0)), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(job_code(PrlVm_Unlock(b, 0)), PRL_ERR_NOT_LOCK_OWNER_SESSION_TRIES_TO_UNLOCK);
    assert_int_equal(job_code(PrlVm_Start(b)), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(vm_state(b), VMS_STOPPED);
    job_ok(PrlVm_Start(a));
    job_ok(PrlVm_StopEx(a, PSM_KILL, 0));
    job_ok(PrlVm_Unlock(a, 0));
    job_ok(PrlVm_Lock(b, 0));
    call_ok(PrlHandle_Free(b));
    logoff_free(two); /* takes its lock along */
    job_ok(PrlVm_Lock(a, 0));
    call_ok(PrlHandle_Free(a));
    logoff_free(one);
}

#define T(name) cmocka_unit_test_setup_teardown(name, sdk_up, sdk_down)
#define T_SHORT(name) cmocka_unit_test_setup_teardown(name, sdk_up_short_claims, sdk_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(login__after_logoff_of_the_same_object__works_again),
        T(login__two_server_objects__see_the_same_machines),
        T(login__no_service_to_find_or_start__says_why),
        T(vm__whole_life__is_as_asked),
        T(service__ends_and_comes_back__knows_its_machines),
        T(job__several_threads_wait__all_wake_up),
        T(job__cancelled_from_another_thread__ends_and_undoes),
        T(job__machine_hangs__wait_is_over_on_time_and_a_forced_stop_works),
        T(job__handles_freed_while_it_runs__operation_ends_all_the_same),
        T(job__many_at_once__are_all_answered),
        T(edit__two_sessions_change_one_value__the_second_is_told),
        T(many_threads__list_read_and_edit__nothing_is_lost),
        T(many_threads__each_makes_runs_and_deletes__all_succeed),
        T(many_threads__fight_over_one_machine__it_ends_in_a_state_that_can_be_left),
        T(clones__many_at_once_of_one_machine__succeed_and_leave_nothing_when_deleted),
        T(many_sessions__do_everything_at_once__nothing_breaks_and_nothing_is_left),
        T_SHORT(claims__conflicting_request__waits_and_gets_the_code_of_the_holder),
        T(claims__holder_ends_in_time__the_waiting_one_goes_on),
        T(lock__of_another_session__keeps_everybody_out_until_logoff),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
