/* SPDX-License-Identifier: MIT */
/* Event handlers: who is called, how often, in which order, what they may do inside, and what a broken connection looks like. */
#include "sdk_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/claims_task.h"
#include "sdk_backend.h"
#include "vm/vm_store.h"

/* ---- what a handler is given ---- */

/* The type of an event, 0 for a finished job. */
static PRL_EVENT_TYPE
type_of(PRL_HANDLE h)
{
    PRL_HANDLE_TYPE handle_type;
    PRL_EVENT_TYPE type = 0;

    call_ok(PrlHandle_GetType(h, &handle_type));
    assert_true(handle_type == PHT_EVENT || handle_type == PHT_JOB);
    if (handle_type == PHT_EVENT)
        call_ok(PrlEvent_GetType(h, &type));
    return type;
}

static bool
is_issued_by(PRL_HANDLE event, PRL_HANDLE vm)
{
    char issuer[64], uuid[64];

    text_of(PrlEvent_GetIssuerId, event, issuer, sizeof issuer);
    text_of(PrlVmCfg_GetUuid, vm, uuid, sizeof uuid);
    return strcmp(issuer, uuid) == 0;
}

static int
state_in(PRL_HANDLE event)
{
    PRL_HANDLE param;
    PRL_INT32 state = 0;

    call_ok(PrlEvent_GetParamByName(event, "vminfo_vm_state", &param));
    call_ok(PrlEvtPrm_ToInt32(param, &state));
    call_ok(PrlHandle_Free(param));
    return state;
}

/* Counts events of one type (0: jobs). */
struct counter {
    PRL_EVENT_TYPE type;
    struct gate gate;
};

static PRL_RESULT PRL_CALL
count(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct counter *c = data;
    bool is_it = type_of(h) == c->type;

    call_ok(PrlHandle_Free(h));
    if (is_it)
        gate_add(&c->gate, 1);
    return PRL_ERR_SUCCESS;
}

/* Three events, which may come after the last job's end. */
static void
change_state(PRL_HANDLE vm)
{
    job_ok(PrlVm_Start(vm));
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
}
#define STATES_OF_A_CHANGE 3 /* STARTING, RUNNING, STOPPED */

/* ---- who is called ---- */

static void
handler__registered_twice__is_called_twice_and_leaves_once_at_a_time(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "twice");
    struct counter c = { PET_DSP_EVT_VM_STATE_CHANGED }, last = { PET_DSP_EVT_VM_STATE_CHANGED };

    gate_init(&c.gate);
    gate_init(&last.gate);
    call_ok(PrlSrv_RegEventHandler(server, count, &c));
    call_ok(PrlSrv_RegEventHandler(server, count, &c));
    call_ok(PrlSrv_RegEventHandler(server, count, &last)); /* called after the others: when it was, they were */
    change_state(vm);
    gate_wait(&last.gate, STATES_OF_A_CHANGE);
    assert_int_equal(gate_value(&c.gate), 2 * STATES_OF_A_CHANGE);
    call_ok(PrlSrv_UnregEventHandler(server, count, &c));
    change_state(vm);
    gate_wait(&last.gate, 2 * STATES_OF_A_CHANGE);
    assert_int_equal(gate_value(&c.gate), 3 * STATES_OF_A_CHANGE);
    call_ok(PrlSrv_UnregEventHandler(server, count, &c));
    call_ok(PrlSrv_UnregEventHandler(server, count, &c)); /* unknown: SUCCESS */
    change_state(vm);
    gate_wait(&last.gate, 3 * STATES_OF_A_CHANGE);
    assert_int_equal(gate_value(&c.gate), 3 * STATES_OF_A_CHANGE);
    call_ok(PrlSrv_UnregEventHandler(server, count, &last));
    gate_free(&c.gate);
    gate_free(&last.gate);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
handler__of_a_machine__sees_only_that_machine_and_its_jobs(void **state)
{
    PRL_HANDLE server = login_new(), a = vm_make(server, "a"), b = vm_make(server, "b");
    struct counter of_a = { PET_DSP_EVT_VM_STATE_CHANGED }, jobs_of_a = { 0 }, all = { PET_DSP_EVT_VM_STATE_CHANGED }, jobs = { 0 };

    gate_init(&of_a.gate);
    gate_init(&jobs_of_a.gate);
    gate_init(&all.gate);
    gate_init(&jobs.gate);
    call_ok(PrlVm_RegEventHandler(a, count, &of_a));
    call_ok(PrlVm_RegEventHandler(a, count, &jobs_of_a));
    call_ok(PrlSrv_RegEventHandler(server, count, &all));
    call_ok(PrlSrv_RegEventHandler(server, count, &jobs));
    change_state(b);
    change_state(a);
    gate_wait(&of_a.gate, STATES_OF_A_CHANGE);
    gate_wait(&jobs_of_a.gate, 2);
    gate_wait(&jobs.gate, 4);
    call_ok(PrlVm_UnregEventHandler(a, count, &of_a)); /* the pass over: nothing is counted any more */
    assert_int_equal(gate_value(&of_a.gate), STATES_OF_A_CHANGE);
    assert_int_equal(gate_value(&all.gate), 2 * STATES_OF_A_CHANGE);
    call_ok(PrlVm_UnregEventHandler(a, count, &jobs_of_a));
    call_ok(PrlSrv_UnregEventHandler(server, count, &all));
    call_ok(PrlSrv_UnregEventHandler(server, count, &jobs));
    gate_free(&of_a.gate);
    gate_free(&jobs_of_a.gate);
    gate_free(&all.gate);
    gate_free(&jobs.gate);
    call_ok(PrlHandle_Free(a));
    call_ok(PrlHandle_Free(b));
    logoff_free(server);
}

/* The outcome of each job that comes by, by its operation. */
struct outcomes {
    PRL_UINT32 snapshot_codes, statistics_codes; /* PRL_ERR_UNIMPLEMENTED seen so often */
    struct gate jobs;
};

static PRL_RESULT PRL_CALL
note_outcome(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct outcomes *o = data;
    PRL_JOB_OPERATION_CODE op;
    PRL_RESULT code = PRL_ERR_SUCCESS;

    if (type_of(h) == 0) {
        call_ok(PrlJob_GetOpCode(h, &op));
        call_ok(PrlJob_GetRetCode(h, &code));
        o->snapshot_codes += op == PJOC_VM_CREATE_SNAPSHOT && code == PRL_ERR_UNIMPLEMENTED;
        o->statistics_codes += op == PJOC_SRV_GET_STATISTICS && code == PRL_ERR_UNIMPLEMENTED;
        gate_add(&o->jobs, 1);
    }
    call_ok(PrlHandle_Free(h));
    return PRL_ERR_SUCCESS;
}

/* What nobody serves ends as all jobs do for a program that only listens, connected or not. */
static void
handler__of_what_nobody_serves__sees_the_failed_job(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "unserved"), alone;
    struct outcomes of_server = { 0 }, of_vm = { 0 }, of_alone = { 0 };

    gate_init(&of_server.jobs);
    gate_init(&of_vm.jobs);
    gate_init(&of_alone.jobs);
    call_ok(PrlSrv_RegEventHandler(server, note_outcome, &of_server));
    call_ok(PrlVm_RegEventHandler(vm, note_outcome, &of_vm));
    call_ok(PrlHandle_Free(PrlVm_CreateSnapshot(vm, "name", "")));
    gate_wait(&of_server.jobs, 1);
    gate_wait(&of_vm.jobs, 1);
    call_ok(PrlHandle_Free(PrlSrv_GetStatistics(server)));
    gate_wait(&of_server.jobs, 2);
    call_ok(PrlVm_UnregEventHandler(vm, note_outcome, &of_vm));
    call_ok(PrlSrv_UnregEventHandler(server, note_outcome, &of_server));
    assert_int_equal(of_server.snapshot_codes, 1);
    assert_int_equal(of_server.statistics_codes, 1);
    assert_int_equal(of_vm.snapshot_codes, 1);
    assert_int_equal(of_vm.statistics_codes, 0);

    call_ok(PrlSrv_Create(&alone));
    call_ok(PrlSrv_RegEventHandler(alone, note_outcome, &of_alone));
    call_ok(PrlHandle_Free(PrlSrv_GetStatistics(alone)));
    gate_wait(&of_alone.jobs, 1);
    call_ok(PrlSrv_UnregEventHandler(alone, note_outcome, &of_alone));
    assert_int_equal(of_alone.statistics_codes, 1);
    call_ok(PrlHandle_Free(alone));
    gate_free(&of_server.jobs);
    gate_free(&of_vm.jobs);
    gate_free(&of_alone.jobs);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

struct sequence {
    PRL_HANDLE vm;
    int states[1024];
    struct gate n;
};

static PRL_RESULT PRL_CALL
note_state(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct sequence *s = data;

    if (type_of(h) == PET_DSP_EVT_VM_STATE_CHANGED && is_issued_by(h, s->vm)) {
        s->states[gate_value(&s->n) % 1024] = state_in(h);
        gate_add(&s->n, 1);
    }
    call_ok(PrlHandle_Free(h));
    return PRL_ERR_SUCCESS;
}

static void
events__of_one_machine__come_in_order(void **state)
{
    static const int expected[] = { VMS_STARTING, VMS_RUNNING, VMS_PAUSED, VMS_RUNNING, VMS_SUSPENDING, VMS_SUSPENDED, VMS_STOPPED };
    PRL_HANDLE server = login_new(), vm = vm_make(server, "ordered");
    struct sequence s = { .vm = vm };

    gate_init(&s.n);
    call_ok(PrlSrv_RegEventHandler(server, note_state, &s));
    job_ok(PrlVm_Start(vm));
    job_ok(PrlVm_Pause(vm, PRL_FALSE));
    job_ok(PrlVm_Resume(vm));
    job_ok(PrlVm_Suspend(vm));
    job_ok(PrlVm_DropSuspendedState(vm));
    gate_wait(&s.n, ARRAY_LEN(expected));
    call_ok(PrlSrv_UnregEventHandler(server, note_state, &s));
    assert_int_equal(gate_value(&s.n), ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        assert_int_equal(s.states[i], expected[i]);
    gate_free(&s.n);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* QEMU's own thread and a task set states at the same time: the last event is the last state all the same. */
struct setter {
    struct vm *vm;
    VIRTUAL_MACHINE_STATE state;
    struct gate *go;
};

static void *
setter_main(void *arg)
{
    struct setter *s = arg;

    for (int i = 1; i <= 300; i++) {
        gate_wait(s->go, 2 * i - 1);
        vm_state_set(s->vm, s->state);
        gate_add(s->go + 1, 1);
    }
    return NULL;
}

static void
events__states_set_by_two_threads__come_in_the_order_of_the_states(void **state)
{
    PRL_HANDLE server = login_new(), handle = vm_make(server, "raced");
    struct sequence s = { .vm = handle };
    struct gate gates[2]; /* may go on, has done */
    struct setter setters[2] = { { NULL, VMS_RUNNING, gates }, { NULL, VMS_STOPPED, gates } };
    pthread_t threads[2];
    char uuid[64];

    text_of(PrlVmCfg_GetUuid, handle, uuid, sizeof uuid);
    setters[0].vm = setters[1].vm = vm_store_find(uuid);
    assert_non_null(setters[0].vm);
    gate_init(&s.n);
    gate_init(&gates[0]);
    gate_init(&gates[1]);
    call_ok(PrlSrv_RegEventHandler(server, note_state, &s));
    for (int i = 0; i < 2; i++)
        threads[i] = thread_go(setter_main, &setters[i]);
    for (int i = 1; i <= 300; i++) {
        gate_add(&gates[0], 2);
        gate_wait(&gates[1], 2 * i);
        assert_int_equal(claims_running_vms(), vm_state_get(setters[0].vm) == VMS_RUNNING);
    }
    for (int i = 0; i < 2; i++)
        thread_end(threads[i]);
    vm_state_set(setters[0].vm, VMS_STOPPED);
    vm_state_set(setters[0].vm, VMS_PAUSED); /* the mark of the end */
    vm_state_set(setters[0].vm, VMS_STOPPED);
    for (int n = 2;; n++) {
        gate_wait(&s.n, n);
        if (s.states[(n - 2) % 1024] == VMS_PAUSED && s.states[(n - 1) % 1024] == VMS_STOPPED)
            break;
        assert_int_not_equal(s.states[(n - 2) % 1024], s.states[(n - 1) % 1024]);
    }
    call_ok(PrlSrv_UnregEventHandler(server, note_state, &s));
    vm_unref(setters[0].vm);
    gate_free(&s.n);
    gate_free(&gates[0]);
    gate_free(&gates[1]);
    call_ok(PrlHandle_Free(handle));
    logoff_free(server);
}

/* ---- what they may do ---- */

struct inside {
    PRL_HANDLE server, vm;
    struct counter extra;
    bool was_here;
    struct gate done;
};

static PRL_RESULT PRL_CALL
call_everything(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct inside *in = data;
    bool is_it = type_of(h) == PET_DSP_EVT_VM_STATE_CHANGED && state_in(h) == VMS_RUNNING && !in->was_here;
    PRL_HANDLE found;

    if (is_it) {
        in->was_here = true;
        job_ok(PrlVm_RefreshConfig(in->vm));
        assert_int_equal(vm_state(in->vm), VMS_RUNNING);
        assert_int_equal(vm_count(in->server), 1);
        found = vm_get(in->server, "inside");
        assert_int_equal(found, in->vm);
        call_ok(PrlHandle_Free(found));
        call_ok(PrlEvent_GetServer(h, &found));
        assert_int_equal(found, in->server);
        call_ok(PrlHandle_Free(found));
        call_ok(PrlSrv_RegEventHandler(in->server, count, &in->extra));
        call_ok(PrlSrv_RegEventHandler(in->server, count, &in->extra));
        call_ok(PrlSrv_UnregEventHandler(in->server, count, &in->extra));
        call_ok(PrlSrv_UnregEventHandler(in->server, call_everything, in)); /* itself */
        assert_int_equal(PrlApi_Deinit(), PRL_ERR_INVALID_ACTION_REQUESTED);
        gate_add(&in->done, 1);
    }
    call_ok(PrlHandle_Free(h));
    return PRL_ERR_SUCCESS;
}

static void
handler__calls_back_in__everything_works_but_deinit(void **state)
{
    struct inside in = { .server = login_new(), .extra = { PET_DSP_EVT_VM_STATE_CHANGED } };

    in.vm = vm_make(in.server, "inside");
    gate_init(&in.done);
    gate_init(&in.extra.gate);
    call_ok(PrlSrv_RegEventHandler(in.server, call_everything, &in));
    job_ok(PrlVm_Start(in.vm));
    gate_wait(&in.done, 1);
    job_ok(PrlVm_StopEx(in.vm, PSM_KILL, 0)); /* the handler registered inside is there now */
    gate_wait(&in.extra.gate, 1);
    call_ok(PrlSrv_UnregEventHandler(in.server, count, &in.extra));
    assert_int_equal(gate_value(&in.extra.gate), 1);
    gate_free(&in.extra.gate);
    gate_free(&in.done);
    call_ok(PrlHandle_Free(in.vm));
    logoff_free(in.server);
}

/* The last act of this server object. */
static PRL_RESULT PRL_CALL
leave(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct inside *in = data;
    bool is_it = type_of(h) == PET_DSP_EVT_VM_STATE_CHANGED && !in->was_here;

    call_ok(PrlHandle_Free(h));
    if (is_it) {
        in->was_here = true;
        job_ok(PrlSrv_Logoff(in->server));
        call_ok(PrlHandle_Free(in->vm));
        call_ok(PrlHandle_Free(in->server));
        gate_add(&in->done, 1);
    }
    return PRL_ERR_SUCCESS;
}

static void
handler__logs_off_and_frees_the_server__is_fine(void **state)
{
    for (int i = 0; i < 10; i++) {
        PRL_HANDLE other = login_new(), vm;
        struct inside in = { .server = login_new() };

        vm = i ? vm_get(other, "left") : vm_make(other, "left");
        in.vm = vm_get(in.server, "left");
        gate_init(&in.done);
        call_ok(PrlSrv_RegEventHandler(in.server, leave, &in));
        change_state(vm); /* more events than the first are on their way */
        gate_wait(&in.done, 1);
        gate_free(&in.done);
        call_ok(PrlHandle_Free(vm));
        logoff_free(other);
    }
}

struct blocker {
    struct gate entered, may_go;
    bool is_done;
};

static PRL_RESULT PRL_CALL
block(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct blocker *b = data;

    call_ok(PrlHandle_Free(h));
    gate_add(&b->entered, 1);
    gate_wait(&b->may_go, 1);
    b->is_done = true; /* no lock: who unregistered may read it */
    return PRL_ERR_SUCCESS;
}

struct unregistering {
    PRL_HANDLE server;
    struct blocker *b;
    struct gate begun, done;
};

static void *
unregister_main(void *arg)
{
    struct unregistering *u = arg;

    gate_add(&u->begun, 1);
    call_ok(PrlSrv_UnregEventHandler(u->server, block, u->b));
    assert_true(u->b->is_done);
    gate_add(&u->done, 1);
    return NULL;
}

static void
handler__does_not_return_yet__jobs_go_on_and_unregistering_waits(void **state)
{
    PRL_HANDLE server = login_new(), other = login_new(), vm = vm_make(server, "blocked");
    struct blocker b = { .is_done = false };
    struct counter c = { PET_DSP_EVT_VM_STATE_CHANGED };
    struct unregistering u = { .server = server, .b = &b };
    pthread_t thread;
    int calls;

    gate_init(&b.entered);
    gate_init(&b.may_go);
    gate_init(&c.gate);
    gate_init(&u.begun);
    gate_init(&u.done);
    call_ok(PrlSrv_RegEventHandler(server, block, &b));
    call_ok(PrlSrv_RegEventHandler(other, count, &c));
    change_state(vm);
    gate_wait(&b.entered, 1);
    change_state(vm);
    gate_wait(&c.gate, 2 * STATES_OF_A_CHANGE); /* the other server object has a thread of its own */
    thread = thread_go(unregister_main, &u);
    gate_wait(&u.begun, 1);
    assert_int_equal(vm_count(server), 1);
    assert_int_equal(gate_value(&u.done), 0);
    gate_add(&b.may_go, 1);
    thread_end(thread);
    calls = gate_value(&b.entered);
    change_state(vm);
    gate_wait(&c.gate, 3 * STATES_OF_A_CHANGE);
    job_ok(PrlVm_RefreshConfig(vm));
    assert_int_equal(gate_value(&b.entered), calls); /* not called any more */
    call_ok(PrlSrv_UnregEventHandler(other, count, &c));
    gate_free(&b.entered);
    gate_free(&b.may_go);
    gate_free(&c.gate);
    gate_free(&u.begun);
    gate_free(&u.done);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
    logoff_free(other);
}

/* Handlers come and go while events pour in. */
struct changer {
    PRL_HANDLE server, vm;
    struct gate *stop;
};

static void *
changer_main(void *arg)
{
    struct changer *c = arg;
    struct counter mine = { PET_DSP_EVT_VM_STATE_CHANGED };

    gate_init(&mine.gate);
    while (!gate_value(c->stop)) {
        call_ok(PrlSrv_RegEventHandler(c->server, count, &mine));
        call_ok(PrlVm_RegEventHandler(c->vm, count, &mine));
        call_ok(PrlVm_UnregEventHandler(c->vm, count, &mine));
        call_ok(PrlSrv_UnregEventHandler(c->server, count, &mine));
    }
    gate_free(&mine.gate); /* nobody calls with it any more, or the sanitizer tells */
    return NULL;
}

static void
handlers__come_and_go_while_events_do__none_is_called_after_it_left(void **state)
{
    struct gate stop;
    struct changer c = { .server = login_new(), .stop = &stop };
    pthread_t threads[3];

    gate_init(&stop);
    c.vm = vm_make(c.server, "changing");
    for (int i = 0; i < 3; i++)
        threads[i] = thread_go(changer_main, &c);
    for (int i = 0; i < 10; i++)
        change_state(c.vm);
    gate_add(&stop, 1);
    for (int i = 0; i < 3; i++)
        thread_end(threads[i]);
    gate_free(&stop);
    call_ok(PrlHandle_Free(c.vm));
    logoff_free(c.server);
}

/* ---- a connection that breaks ---- */

static void
connection__cut__pending_jobs_fail_an_event_tells_and_login_works_again(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "cut"), jobs[3];
    struct counter closed = { PET_DSP_EVT_DISP_CONNECTION_CLOSED };
    PRL_BOOL is_connected, is_local;

    gate_init(&closed.gate);
    call_ok(PrlSrv_RegEventHandler(server, count, &closed));
    sdk_backend_hold(SDK_START);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        jobs[i] = PrlVm_Start(vm);
    assert_true(sdk_backend_wait_held(SDK_START, 1));
    service_cut_clients();
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(job_code(jobs[i]), PRL_ERR_WS_DISP_CONNECTION_CLOSED);
    gate_wait(&closed.gate, 1);
    call_ok(PrlSrv_IsConnected(server, &is_connected, &is_local));
    assert_false(is_connected);
    assert_int_equal(job_code(PrlVm_GetState(vm)), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    job_ok(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0));
    sdk_backend_let_go(SDK_START); /* the start went on without us: the next one waits for it, and is too late */
    assert_int_equal(job_code(PrlVm_Start(vm)), PRL_ERR_DISP_VM_IS_NOT_STOPPED);
    job_ok(PrlVm_StopEx(vm, PSM_KILL, 0));
    call_ok(PrlSrv_UnregEventHandler(server, count, &closed));
    assert_int_equal(gate_value(&closed.gate), 1);
    gate_free(&closed.gate);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static PRL_RESULT PRL_CALL
login_again(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct inside *in = data;
    bool is_it = type_of(h) == PET_DSP_EVT_DISP_CONNECTION_CLOSED;
    char issuer[64] = "";

    if (is_it) {
        text_of(PrlEvent_GetIssuerId, h, issuer, sizeof issuer);
        assert_int_equal(strlen(issuer), 38); /* libvirt takes it for a uuid, and misses the event else */
    }
    call_ok(PrlHandle_Free(h));
    if (is_it) {
        job_ok(PrlSrv_LoginLocalEx(in->server, NULL, 0, PSL_HIGH_SECURITY, 0));
        gate_add(&in->done, 1);
    }
    return PRL_ERR_SUCCESS;
}

static void
connection__cut_again_and_again__handler_logs_in_each_time(void **state)
{
    struct inside in = { .server = login_new() };

    gate_init(&in.done);
    call_ok(PrlSrv_RegEventHandler(in.server, login_again, &in));
    for (int i = 1; i <= 10; i++) {
        service_cut_clients();
        gate_wait(&in.done, i);
    }
    assert_int_equal(vm_count(in.server), 0);
    call_ok(PrlSrv_UnregEventHandler(in.server, login_again, &in));
    gate_free(&in.done);
    logoff_free(in.server);
}

static void
service__leaves__connection_is_closed_and_comes_back_with_it(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "stays");
    struct counter closed = { PET_DSP_EVT_DISP_CONNECTION_CLOSED };

    gate_init(&closed.gate);
    call_ok(PrlSrv_RegEventHandler(server, count, &closed));
    service_stop();
    gate_wait(&closed.gate, 1);
    service_start_again();
    job_ok(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0));
    assert_int_equal(vm_count(server), 1); /* another run of the service: what was cached is worth nothing */
    job_ok(PrlVm_RefreshConfig(vm));
    call_ok(PrlSrv_UnregEventHandler(server, count, &closed));
    gate_free(&closed.gate);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

struct talker {
    PRL_HANDLE vm;
    struct gate stop, *logins;
};

/* Without a connection it waits for the next login: jobs refused in a loop would fill the queue of the handler that logs in. */
static void *
talk_main(void *arg)
{
    struct talker *t = arg;

    while (!gate_value(&t->stop)) {
        int logins = gate_value(t->logins);
        PRL_RESULT r = job_code(PrlVm_GetState(t->vm));

        assert_true(r == PRL_ERR_SUCCESS || r == PRL_ERR_WS_DISP_CONNECTION_CLOSED || r == PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
        if (r == PRL_ERR_NOT_CONNECTED_TO_DISPATCHER)
            gate_wait(t->logins, logins + 1);
    }
    return NULL;
}

static void
connection__cut_while_threads_talk__every_job_ends(void **state)
{
    struct inside in = { .server = login_new() };
    struct talker talker = { .vm = vm_make(in.server, "talk"), .logins = &in.done };
    pthread_t threads[4];

    gate_init(&talker.stop);
    gate_init(&in.done);
    call_ok(PrlSrv_RegEventHandler(in.server, login_again, &in));
    for (int i = 0; i < 4; i++)
        threads[i] = thread_go(talk_main, &talker);
    for (int i = 1; i <= 10; i++) {
        service_cut_clients();
        gate_wait(&in.done, i);
    }
    gate_add(&talker.stop, 1);
    for (int i = 0; i < 4; i++)
        thread_end(threads[i]);
    call_ok(PrlSrv_UnregEventHandler(in.server, login_again, &in));
    gate_free(&talker.stop);
    gate_free(&in.done);
    call_ok(PrlHandle_Free(talker.vm));
    logoff_free(in.server);
}

#define T(name) cmocka_unit_test_setup_teardown(name, sdk_up, sdk_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(handler__registered_twice__is_called_twice_and_leaves_once_at_a_time),
        T(handler__of_a_machine__sees_only_that_machine_and_its_jobs),
        T(handler__of_what_nobody_serves__sees_the_failed_job),
        T(events__of_one_machine__come_in_order),
        T(events__states_set_by_two_threads__come_in_the_order_of_the_states),
        T(handler__calls_back_in__everything_works_but_deinit),
        T(handler__logs_off_and_frees_the_server__is_fine),
        T(handler__does_not_return_yet__jobs_go_on_and_unregistering_waits),
        T(handlers__come_and_go_while_events_do__none_is_called_after_it_left),
        T(connection__cut__pending_jobs_fail_an_event_tells_and_login_works_again),
        T(connection__cut_again_and_again__handler_logs_in_each_time),
        T(service__leaves__connection_is_closed_and_comes_back_with_it),
        T(connection__cut_while_threads_talk__every_job_ends),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
