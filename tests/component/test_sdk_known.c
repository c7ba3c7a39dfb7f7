/* SPDX-License-Identifier: MIT */
/* What one session has changed is what another one sees with its next call, also where that call asks nobody. */
#include "sdk_support.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

/* A heavier sweep: PRLKVM_TEST_ROUNDS=10000. */
static unsigned
rounds(unsigned usual)
{
    const char *text = getenv("PRLKVM_TEST_ROUNDS");

    return text ? (unsigned)atoi(text) : usual;
}

static VIRTUAL_MACHINE_STATE
state_in_document(PRL_HANDLE vm)
{
    VIRTUAL_MACHINE_STATE state = 0;
    PRL_HANDLE info;

    call_ok(PrlVmCfg_GetVmInfo(vm, &info));
    call_ok(PrlVmInfo_GetState(info, &state));
    call_ok(PrlHandle_Free(info));
    return state;
}

static void
state__changed_by_another_session__is_seen_by_the_next_call(void **state)
{
    PRL_HANDLE a = login_new(), b = login_new();
    PRL_HANDLE theirs = vm_make(a, "shared"), ours = vm_get(b, "shared");

    for (unsigned i = 0; i < rounds(200); i++) {
        VIRTUAL_MACHINE_STATE want = i % 2 ? VMS_STOPPED : VMS_RUNNING;

        job_ok(i % 2 ? PrlVm_Stop(theirs, PRL_FALSE) : PrlVm_Start(theirs));
        if (i % 3) /* so that there is something known to be wrong */
            assert_int_equal(vm_state(ours), want);
        assert_int_equal(vm_state(ours), want);
        job_ok(PrlVm_RefreshConfig(ours));
        assert_int_equal(state_in_document(ours), want);
    }
    if (rounds(200) % 2)
        job_ok(PrlVm_Stop(theirs, PRL_FALSE));
    call_ok(PrlHandle_Free(ours));
    call_ok(PrlHandle_Free(theirs));
    logoff_free(b);
    logoff_free(a);
}

static void
lock__of_another_session__is_seen_by_the_next_call(void **state)
{
    PRL_HANDLE a = login_new(), b = login_new();
    PRL_HANDLE theirs = vm_make(a, "shared"), ours = vm_get(b, "shared");
    PRL_RESULT validity;

    for (unsigned i = 0; i < rounds(1000); i++) {
        job_ok(PrlVm_Lock(theirs, 0));
        job_ok(PrlVm_RefreshConfig(ours)); /* a lock is against changes: the configuration can be read, and says so */
        assert_int_equal(PrlVmCfg_GetConfigValidity(ours, &validity), PRL_ERR_SUCCESS);
        assert_int_equal(validity, PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
        job_ok(PrlVm_Unlock(theirs, 0));
        job_ok(PrlVm_RefreshConfig(ours));
        assert_int_equal(PrlVmCfg_GetConfigValidity(ours, &validity), PRL_ERR_SUCCESS);
        assert_int_equal(validity, PRL_ERR_SUCCESS);
        job_ok(PrlVm_RefreshConfig(ours));
    }
    call_ok(PrlHandle_Free(ours));
    call_ok(PrlHandle_Free(theirs));
    logoff_free(b);
    logoff_free(a);
}

static void
name__committed_by_another_session__is_found_by_the_next_call(void **state)
{
    PRL_HANDLE a = login_new(), b = login_new();
    PRL_HANDLE theirs = vm_make(a, "name 0"), ours = vm_get(b, "name 0");
    char name[32], seen[64];

    for (unsigned i = 1; i <= rounds(100) / 5; i++) {
        snprintf(name, sizeof name, "name %u", i);
        job_ok(PrlVm_BeginEdit(theirs));
        call_ok(PrlVmCfg_SetName(theirs, name));
        job_ok(PrlVm_Commit(theirs));
        if (i % 2)
            job_ok(PrlVm_RefreshConfig(ours));
        else
            call_ok(PrlHandle_Free(vm_get(b, name)));
        text_of(PrlVmCfg_GetName, ours, seen, sizeof seen);
        assert_string_equal(seen, name);
        snprintf(name, sizeof name, "name %u", i - 1);
        assert_int_equal(job_code(PrlSrv_GetVmConfig(b, name, PGVC_SEARCH_BY_NAME)), PRL_ERR_VM_UUID_NOT_FOUND);
    }
    call_ok(PrlHandle_Free(ours));
    call_ok(PrlHandle_Free(theirs));
    logoff_free(b);
    logoff_free(a);
}

/* ---- several threads ---- */

static PRL_HANDLE shared;
static _Atomic bool is_over;

static void *
ask(void *arg)
{
    unsigned *n = arg;

    for (; !is_over; ++*n) {
        VIRTUAL_MACHINE_STATE now = vm_state(shared);

        assert_true(now != 0);
        job_ok(PrlVm_RefreshConfig(shared));
        assert_true(state_in_document(shared) != 0);
    }
    return NULL;
}

static void
state__asked_by_many_threads_while_it_changes__is_never_an_old_one(void **state)
{
    PRL_HANDLE a = login_new(), b = login_new();
    PRL_HANDLE theirs = vm_make(a, "shared");
    pthread_t threads[4];
    unsigned n[4] = { 0 };

    shared = vm_get(b, "shared");
    is_over = false;
    for (int i = 0; i < 4; i++)
        threads[i] = thread_go(ask, &n[i]);
    for (unsigned i = 0; i < rounds(200); i++) {
        job_ok(PrlVm_Start(theirs));
        assert_int_equal(vm_state(shared), VMS_RUNNING);
        job_ok(PrlVm_Stop(theirs, PRL_FALSE));
        assert_int_equal(vm_state(shared), VMS_STOPPED);
    }
    is_over = true;
    for (int i = 0; i < 4; i++)
        thread_end(threads[i]);
    assert_int_equal(vm_state(shared), VMS_STOPPED);
    call_ok(PrlHandle_Free(shared));
    call_ok(PrlHandle_Free(theirs));
    logoff_free(b);
    logoff_free(a);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sdk_up, sdk_down)
    const struct CMUnitTest tests[] = {
        T(state__changed_by_another_session__is_seen_by_the_next_call),
        T(lock__of_another_session__is_seen_by_the_next_call),
        T(name__committed_by_another_session__is_found_by_the_next_call),
        T(state__asked_by_many_threads_while_it_changes__is_never_an_old_one),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
