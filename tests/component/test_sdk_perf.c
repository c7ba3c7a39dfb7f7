/* SPDX-License-Identifier: MIT */
/* Subscriptions to performance counters: who gets events, and that they come and go while machines and sessions do. */
#include "sdk_support.h"

#include <stdio.h>
#include <string.h>

#include "sdk_backend.h"

/* Counts PERFSTATS events of one machine, and notes what the last one had. */
struct watcher {
    char uuid[64];
    struct gate gate;
    struct lock lock;
    PRL_UINT32 n_params; /* under lock, as the next */
    PRL_UINT64 vcpu_ns;
};

static PRL_UINT64
number_in(PRL_HANDLE event, const char *name)
{
    PRL_HANDLE param;
    PRL_UINT64 value = 0;

    if (PRL_FAILED(PrlEvent_GetParamByName(event, name, &param)))
        return 0;
    call_ok(PrlEvtPrm_ToUint64(param, &value));
    call_ok(PrlHandle_Free(param));
    return value;
}

static PRL_RESULT PRL_CALL
watch(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct watcher *w = data;
    PRL_HANDLE_TYPE handle_type;
    PRL_EVENT_TYPE type = 0;
    PRL_EVENT_ISSUER_TYPE issuer_type;
    char issuer[64];

    call_ok(PrlHandle_GetType(h, &handle_type));
    if (handle_type == PHT_EVENT)
        call_ok(PrlEvent_GetType(h, &type));
    if (type == PET_DSP_EVT_VM_PERFSTATS) {
        text_of(PrlEvent_GetIssuerId, h, issuer, sizeof issuer);
        call_ok(PrlEvent_GetIssuerType(h, &issuer_type));
        assert_int_equal(issuer_type, PIE_VIRTUAL_MACHINE);
        if (strcmp(issuer, w->uuid) == 0) {
            {
                LOCK_SCOPE(&w->lock);
                call_ok(PrlEvent_GetParamsCount(h, &w->n_params));
                w->vcpu_ns = number_in(h, "guest.vcpu0.time");
            }
            gate_add(&w->gate, 1);
        }
    }
    call_ok(PrlHandle_Free(h));
    return PRL_ERR_SUCCESS;
}

static void
watcher_init(struct watcher *w, PRL_HANDLE server, PRL_HANDLE vm)
{
    memset(w, 0, sizeof *w);
    gate_init(&w->gate);
    lock_init(&w->lock, 0);
    text_of(PrlVmCfg_GetUuid, vm, w->uuid, sizeof w->uuid);
    call_ok(PrlSrv_RegEventHandler(server, watch, w));
}

static void
watcher_free(struct watcher *w, PRL_HANDLE server)
{
    call_ok(PrlSrv_UnregEventHandler(server, watch, w));
    gate_free(&w->gate);
    lock_destroy(&w->lock);
}

static PRL_UINT64
last_vcpu(struct watcher *w)
{
    LOCK_SCOPE(&w->lock);

    return w->vcpu_ns;
}

static PRL_UINT32
last_params(struct watcher *w)
{
    LOCK_SCOPE(&w->lock);

    return w->n_params;
}

static void
events__go_to_the_session_that_subscribed_while_the_machine_runs(void **state)
{
    PRL_HANDLE server = login_new(), other = login_new(), vm = vm_make(server, "one"), seen = vm_get(other, "one");
    struct watcher mine, theirs;
    PRL_UINT64 first;

    watcher_init(&mine, server, vm);
    watcher_init(&theirs, other, vm);
    job_ok(PrlVm_SubscribeToPerfStats(vm, NULL)); /* stopped: nothing comes until it runs */
    job_ok(PrlVm_Start(vm));
    gate_wait(&mine.gate, 1);
    first = last_vcpu(&mine);
    gate_wait(&mine.gate, 2);
    assert_true(last_vcpu(&mine) > first);
    assert_true(last_params(&mine) > 1);
    assert_int_equal(gate_value(&theirs.gate), 0);

    job_ok(PrlVm_SubscribeToPerfStats(vm, "guest.vcpu#.time")); /* in the place of the first */
    first = (PRL_UINT64)gate_value(&mine.gate);
    gate_wait(&mine.gate, (int)first + 2);
    assert_int_equal(last_params(&mine), 1);

    job_ok(PrlVm_SubscribeToPerfStats(seen, ""));
    job_ok(PrlVm_UnsubscribeFromPerfStats(vm));
    job_ok(PrlVm_UnsubscribeFromPerfStats(vm));
    first = (PRL_UINT64)gate_value(&theirs.gate);
    gate_wait(&theirs.gate, (int)first + 2);
    job_ok(PrlVm_Pause(vm, PRL_FALSE));
    assert_int_equal(job_code(PrlVm_GetPerfStats(vm, NULL)), PRL_ERR_DISP_VM_IS_NOT_STARTED);
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    job_ok(PrlVm_GetPerfStats(vm, NULL));

    watcher_free(&mine, server);
    watcher_free(&theirs, other);
    call_ok(PrlHandle_Free(seen));
    call_ok(PrlHandle_Free(vm));
    logoff_free(other); /* still subscribed */
    logoff_free(server);
}

struct churn {
    PRL_HANDLE server;
    struct gate stop;
};

static void *
churn_main(void *arg)
{
    struct churn *c = arg;
    static _Atomic int number;
    char name[32];

    while (!gate_value(&c->stop)) {
        PRL_HANDLE session = login_new(), vm, seen;

        snprintf(name, sizeof name, "churn %d", ++number);
        vm = vm_make(session, name);
        seen = vm_get(c->server, name);
        job_ok(PrlVm_SubscribeToPerfStats(vm, NULL));
        job_ok(PrlVm_SubscribeToPerfStats(seen, "*"));
        job_ok(PrlVm_Start(vm));
        job_ok(PrlVm_GetPerfStats(vm, NULL));
        job_ok(PrlVm_SubscribeToPerfStats(vm, "guest.*"));
        job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
        job_ok(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
        call_ok(PrlHandle_Free(vm));
        call_ok(PrlHandle_Free(seen));
        logoff_free(session);
    }
    return NULL;
}

/* Also: subscriptions of machines that are gone, and those that the end of the service finds, are let go of (the sanitizer says so). */
static void
subscriptions__come_and_go_with_machines_and_sessions(void **state)
{
    PRL_HANDLE server = login_new(), steady = vm_make(server, "steady");
    struct churn c = { server };
    struct watcher w;
    pthread_t threads[4];

    gate_init(&c.stop);
    watcher_init(&w, server, steady);
    job_ok(PrlVm_Start(steady));
    job_ok(PrlVm_SubscribeToPerfStats(steady, NULL));
    for (int i = 0; i < 4; i++)
        threads[i] = thread_go(churn_main, &c);
    gate_wait(&w.gate, 4);
    gate_add(&c.stop, 1);
    for (int i = 0; i < 4; i++)
        thread_end(threads[i]);
    job_ok(PrlVm_StopEx(steady, PSM_KILL, 0));
    service_cut_clients(); /* still subscribed */
    watcher_free(&w, server);
    gate_free(&c.stop);
    call_ok(PrlHandle_Free(steady));
    call_ok(PrlHandle_Free(server)); /* its connection is gone */
}

#define T(name) cmocka_unit_test_setup_teardown(name, sdk_up, sdk_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(events__go_to_the_session_that_subscribed_while_the_machine_runs),
        T(subscriptions__come_and_go_with_machines_and_sessions),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
