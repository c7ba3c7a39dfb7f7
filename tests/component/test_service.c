/* SPDX-License-Identifier: MIT */
/* Library connection and service in one process: requests, order, claims, cancel, attach, journal, disconnects. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "engine/claims.h"
#include "engine/dispatch.h"
#include "engine/engine.h"
#include "engine/events.h"
#include "engine/task.h"
#include "service_fixture.h"
#include "vm/vm_store.h"
#include "wire/frame.h"

/* ---- handlers that do what the test says ---- */

static struct gate entered, may_end; /* handlers that have begun, and how many of them may go on */
static struct gate cancelled;
static int running_now, running_most; /* under entered.lock */
static const char *journal_note;

static void
enter(void)
{
    LOCK_SCOPE(&entered.lock);
    entered.value++;
    running_now++;
    if (running_now > running_most)
        running_most = running_now;
    cond_broadcast(&entered.changed);
}

static void
leave(void)
{
    LOCK_SCOPE(&entered.lock);
    running_now--;
}

/* Ends when may_end says so; looks at cancel all the time. */
static PRL_RESULT
fake_work(struct task *t)
{
    int64_t deadline = clock_deadline(SOON_MS);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (journal_note && PRL_FAILED(task_journal(t, json_pack("{s:s}", "note", journal_note))))
        r = PRL_ERR_FAILURE;
    enter();
    lock_take(&may_end.lock);
    while (may_end.value < 1 && !task_is_cancelled(t) && clock_left_ms(deadline))
        cond_wait_until(&may_end.changed, &may_end.lock, clock_deadline(5));
    lock_drop(&may_end.lock);
    if (task_is_cancelled(t)) {
        r = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "as asked");
        gate_add(&cancelled, 1);
    }
    leave();
    return r;
}

static PRL_RESULT
fake_quick(struct task *t)
{
    enter();
    leave();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
fake_events(struct task *t)
{
    for (int i = 0; i < 50; i++)
        event_vm_int(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED, "n", i);
    return task_add_text(t, "done");
}

static PRL_RESULT
fake_progress(struct task *t)
{
    for (unsigned i = 0; i <= 100; i++)
        task_progress(t, i);
    task_progress(t, 3); /* ignored */
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
fake_failure(struct task *t)
{
    err_set(PRL_ERR_VM_CONFIG_WAS_CHANGED, "why it failed");
    err_param(0, "first");
    task_add_text(t, "finding");
    return PRL_ERR_VM_CONFIG_WAS_CHANGED;
}

static char *
big_text(size_t n)
{
    char *text = malloc(n + 1);

    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + i % 26);
    text[n] = '\0';
    return text;
}

/* Gives back the configuration it was given. */
static PRL_RESULT
fake_echo(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = task_arg_x(t, "config", &text, &len);

    return PRL_FAILED(r) ? r : task_add_doc(t, PHT_VM_CONFIGURATION, text, len);
}

static PRL_RESULT
fake_commit_point(struct task *t)
{
    assert_true(task_commit_point(t));
    enter();
    gate_wait(&may_end, 1);
    leave();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
fake_unreg(struct task *t)
{
    PRL_RESULT r = fake_work(t);

    return PRL_FAILED(r) ? r : vm_store_remove(t->vm);
}

/* A clone that has a short exclusive part. */
static PRL_RESULT
fake_freeze(struct task *t)
{
    PRL_RESULT r = claims_take_inner(t, t->vm, CLAIM_FREEZE);

    if (PRL_FAILED(r))
        return r;
    enter();
    leave();
    claims_drop_inner(t, t->vm, CLAIM_FREEZE);
    return PRL_ERR_SUCCESS;
}

static int recovered;
static void
fake_recover(json_t *entry)
{
    assert_string_equal(json_string_value(json_object_get(entry, "note")), "half done");
    recovered++;
}

/* ---- around each test ---- */

static void
all_usual(void)
{
    for (enum op op = OP_VM_UNREG; op <= OP_VM_RESET_UPTIME; op++)
        dispatch_replace(op, fake_quick);
}

static int
set_up(void **state)
{
    gate_init(&entered);
    gate_init(&may_end);
    gate_init(&cancelled);
    running_now = running_most = 0;
    journal_note = NULL;
    all_usual();
    return 0;
}

static int
tear_down(void **state)
{
    gate_free(&entered);
    gate_free(&may_end);
    gate_free(&cancelled);
    return 0;
}

#define CLONE_ARGS CALL_ARGS(ARG_S("x"), ARG_S(""), ARG_S(""), ARG_U(0))
#define STOP_ARGS(mode) CALL_ARGS(ARG_U(mode), ARG_U(0))

/* ---- sessions ---- */

static void
service__before_login__serves_nothing_but_login(void **state)
{
    service_up(NULL);
    struct caller *c = caller_new(false);

    assert_int_equal(call_now(c, OP_LOGOFF, NULL, CALL_NO_ARGS), PRL_ERR_USER_OPERATION_NOT_AUTHORISED);
    assert_int_equal(call_now(c, OP_SET_NON_INTERACTIVE, NULL, CALL_ARGS(ARG_B(true), ARG_U(0))), PRL_ERR_USER_OPERATION_NOT_AUTHORISED);
    assert_int_equal(call_now(c, OP_LOGIN, NULL, CALL_ARGS(ARG_S(NULL), ARG_U(2), ARG_U(0), ARG_U(9))), PRL_ERR_SUCCESS);
    assert_int_equal(call_now(c, OP_LOGIN, NULL, CALL_ARGS(ARG_S(NULL), ARG_U(2), ARG_U(0), ARG_U(9))), PRL_ERR_USER_IS_ALREADY_LOGGED);
    assert_int_equal(call_now(c, OP_SET_NON_INTERACTIVE, NULL, CALL_ARGS(ARG_B(true), ARG_U(0))), PRL_ERR_SUCCESS);
    assert_int_equal(call_now(c, OP_LOGOFF, NULL, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    assert_int_equal(call_now(c, OP_LOGOFF, NULL, CALL_NO_ARGS), PRL_ERR_USER_OPERATION_NOT_AUTHORISED);
    caller_free(c);
    service_down();
}

static void
login__reply__has_what_clients_need(void **state)
{
    service_up(NULL);
    struct caller *c = caller_new(false);
    struct call *call = call_start(c, OP_LOGIN, NULL, CALL_ARGS(ARG_S("{old}"), ARG_U(2), ARG_U(0), ARG_U(9)));
    static const char *const texts[] = { "session", "server_uuid", "host_name", "os_version", "product_version", "epoch", "user" };

    assert_int_equal(call_wait(call), PRL_ERR_SUCCESS);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_true(json_string_length(json_object_get(call->reply, texts[i])) > 0);
    assert_int_equal(json_string_value(json_object_get(call->reply, "session"))[0], '{');
    assert_int_equal(json_string_value(json_object_get(call->reply, "server_uuid"))[0], '{');
    assert_true(json_is_array(json_object_get(call->reply, "tasks")));
    assert_true(json_integer_value(json_object_get(call->reply, "start_time_ms")) > 0);
    call_free(call);
    caller_free(c);
    service_down();
}

static void
service__unknown_vm_and_bad_arguments__are_refused(void **state)
{
    service_up(NULL);
    struct caller *c = caller_new(true);

    assert_int_equal(call_now(c, OP_VM_GET_STATE, "{00000000-0000-0000-0000-000000000001}", CALL_NO_ARGS), PRL_ERR_VM_UUID_NOT_FOUND);
    assert_int_equal(call_now(c, OP_VM_GET_STATE, "no uuid", CALL_NO_ARGS), PRL_ERR_BAD_PARAMETERS);
    assert_int_equal(call_now(c, OP_VM_PAUSE, "{00000000-0000-0000-0000-000000000001}", CALL_NO_ARGS), PRL_ERR_BAD_PARAMETERS);
    caller_free(c);
    service_down();
}

/* ---- replies and events ---- */

static void
reply__events_of_its_operation__come_before_it(void **state)
{
    dispatch_replace(OP_VM_RESET, fake_events);
    service_up(NULL);
    struct vm *vm = service_add_vm("events");
    struct caller *c = caller_new(true), *other = caller_new(true);
    struct call *call = call_start(c, OP_VM_RESET, vm->uuid, CALL_NO_ARGS);

    assert_int_equal(call_wait(call), PRL_ERR_SUCCESS);
    assert_int_equal(call->events_before, 50);
    assert_string_equal(call->text, "done");
    call_free(call);
    caller_wait_event(other, PET_DSP_EVT_VM_CONFIG_CHANGED);
    caller_free(other);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static PRL_RESULT
fake_untold(struct task *t)
{
    vm_valid_set(t->vm, PRL_ERR_PARSE_VM_CONFIG);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
fake_told(struct task *t)
{
    vm_valid_set(t->vm, PRL_ERR_SUCCESS);
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}

/* Also where its handler has forgotten it, and once where it has not. */
static void
reply__change_of_a_machine__is_told_to_all_before_it(void **state)
{
    dispatch_replace(OP_VM_RESET, fake_untold);
    dispatch_replace(OP_VM_DROP_SUSPENDED, fake_told);
    service_up(NULL);
    struct vm *vm = service_add_vm("untold");
    struct caller *c = caller_new(true), *other = caller_new(true);
    struct call *call = call_start(c, OP_VM_RESET, vm->uuid, CALL_NO_ARGS);

    assert_int_equal(call_wait(call), PRL_ERR_SUCCESS);
    assert_int_equal(call->events_before, 1);
    assert_int_equal(caller_wait_event(other, PET_DSP_EVT_VM_CONFIG_CHANGED), 1);
    call_free(call);
    call = call_start(c, OP_VM_DROP_SUSPENDED, vm->uuid, CALL_NO_ARGS);
    assert_int_equal(call_wait(call), PRL_ERR_SUCCESS);
    assert_int_equal(call->events_before, 2);
    call_free(call);
    caller_free(other);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

/* ---- a reply before the end ---- */

static PRL_RESULT
fake_answer_first(struct task *t)
{
    PRL_RESULT r = task_add_text(t, "early");

    task_answer(t, r);
    enter();
    gate_wait(&may_end, 1);
    leave();
    return err_set(PRL_ERR_FAILURE, "which nobody hears any more");
}

/* Its claim stays, and it is too late for a cancel. */
static void
reply__before_the_end__leaves_the_claim_with_the_task(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_answer_first);
    service_up(NULL);
    struct vm *vm = service_add_vm("early");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS), *reset;

    assert_int_equal(call_wait(suspend), PRL_ERR_SUCCESS);
    assert_string_equal(suspend->text, "early");
    gate_wait(&entered, 1);
    assert_int_equal(call_cancel(suspend), PRL_ERR_TASK_NOT_FOUND);
    reset = call_start(c, OP_VM_RESET, vm->uuid, CALL_NO_ARGS);
    assert_int_equal(call_now(c, OP_VM_GET_STATE, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    assert_false(call_is_done(reset));
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(reset), PRL_ERR_SUCCESS);
    call_free(reset);
    call_free(suspend);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
failure__code_params_details_and_results__arrive(void **state)
{
    dispatch_replace(OP_VM_RESET, fake_failure);
    service_up(NULL);
    struct vm *vm = service_add_vm("failure");
    struct caller *c = caller_new(true);
    struct call *call = call_start(c, OP_VM_RESET, vm->uuid, CALL_NO_ARGS);

    assert_int_equal(call_wait(call), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    assert_string_equal(call->details, "why it failed");
    assert_string_equal(call->param0, "first");
    assert_string_equal(call->text, "finding");
    call_free(call);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
progress__of_a_task__is_sent_rate_limited_and_ends_at_100(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_progress);
    service_up(NULL);
    struct vm *vm = service_add_vm("progress");
    struct caller *c = caller_new(true);

    assert_int_equal(call_now(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    {
        LOCK_SCOPE(&c->lock);
        assert_int_equal(c->progress, 100);
        assert_true(c->n_progress < 50);
    }
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
texts__large_ones__travel_both_ways(void **state)
{
    dispatch_replace(OP_VM_REG, fake_echo);
    service_up(NULL);
    struct caller *c = caller_new(true);
    static const size_t sizes[] = { 0, 1, 2047, 2048, 100000, 5000000 };

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(cleanup_free) char *text = big_text(sizes[i]);
        struct call *call = call_start(c, OP_VM_REG, NULL, CALL_ARGS(ARG_X(text, sizes[i]), ARG_S(""), ARG_U(0)));

        assert_int_equal(call_wait(call), PRL_ERR_SUCCESS);
        assert_string_equal(call->text, text);
        call_free(call);
    }
    caller_free(c);
    service_down();
}

/* ---- claims ---- */

static void
claims__conflicting_task__waits_for_the_other(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("claims");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS), *reset;

    gate_wait(&entered, 1);
    reset = call_start(c, OP_VM_RESET, vm->uuid, CALL_NO_ARGS);
    /* A call without claim is answered meanwhile, and has gone through behind the reset. */
    assert_int_equal(call_now(c, OP_VM_GET_STATE, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    assert_false(call_is_done(reset));
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(suspend), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(reset), PRL_ERR_SUCCESS);
    call_free(suspend);
    call_free(reset);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
claims__wait_is_over__fails_with_the_code_of_the_holder(void **state)
{
    dispatch_replace(OP_VM_CLONE, fake_work);
    service_up(&(struct service_settings){ .claim_wait_ms = 50 });
    struct vm *vm = service_add_vm("loser");
    struct caller *c = caller_new(true);
    struct call *clone = call_start(c, OP_VM_CLONE, vm->uuid, CLONE_ARGS), *commit;

    gate_wait(&entered, 1);
    commit = call_start(c, OP_VM_START, vm->uuid, CALL_ARGS(ARG_U(PSM_VM_START), ARG_U(0)));
    assert_int_equal(call_wait(commit), PRL_ERR_VM_LOCKED_FOR_CLONE);
    assert_string_equal(commit->param0, "loser");
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(clone), PRL_ERR_SUCCESS);
    call_free(commit);
    call_free(clone);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
claims__clones_of_one_vm__run_together(void **state)
{
    struct call *clones[8];

    dispatch_replace(OP_VM_CLONE, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("clones");
    struct caller *c = caller_new(true);

    for (size_t i = 0; i < ARRAY_LEN(clones); i++)
        clones[i] = call_start(c, OP_VM_CLONE, vm->uuid, CLONE_ARGS);
    gate_wait(&entered, 2); /* as many as there are workers for long tasks, at least two */
    gate_add(&may_end, 1);
    for (size_t i = 0; i < ARRAY_LEN(clones); i++) {
        assert_int_equal(call_wait(clones[i]), PRL_ERR_SUCCESS);
        call_free(clones[i]);
    }
    assert_true(running_most >= 2);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
claims__freeze_inside_clones__is_exclusive_and_never_deadlocks(void **state)
{
    struct call *clones[16];

    dispatch_replace(OP_VM_CLONE, fake_freeze);
    service_up(NULL);
    struct vm *vm = service_add_vm("freeze");
    struct caller *c = caller_new(true);

    for (size_t i = 0; i < ARRAY_LEN(clones); i++)
        clones[i] = call_start(c, OP_VM_CLONE, vm->uuid, CLONE_ARGS);
    for (size_t i = 0; i < ARRAY_LEN(clones); i++) {
        assert_int_equal(call_wait(clones[i]), PRL_ERR_SUCCESS);
        call_free(clones[i]);
    }
    assert_int_equal(running_most, 1);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
claims__vm_gone_after_the_wait__is_not_found(void **state)
{
    dispatch_replace(OP_VM_UNREG, fake_unreg);
    service_up(NULL);
    struct vm *vm = service_add_vm("gone");
    struct caller *c = caller_new(true);
    struct call *unreg = call_start(c, OP_VM_UNREG, vm->uuid, CALL_NO_ARGS), *start;

    gate_wait(&entered, 1);
    start = call_start(c, OP_VM_START, vm->uuid, CALL_ARGS(ARG_U(PSM_VM_START), ARG_U(0)));
    assert_int_equal(call_now(c, OP_VM_GET_STATE, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(unreg), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(start), PRL_ERR_VM_UUID_NOT_FOUND);
    call_free(unreg);
    call_free(start);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
force_stop__while_a_suspend_runs__cancels_it_and_does_not_wait(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("force");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS);

    gate_wait(&entered, 1);
    assert_int_equal(call_now(c, OP_VM_STOP, vm->uuid, STOP_ARGS(PSM_KILL)), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(suspend), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(gate_value(&cancelled), 1);
    call_free(suspend);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
force_stop__while_all_workers_are_busy__is_served(void **state)
{
    struct call *starts[12];
    struct vm *vms[12];

    dispatch_replace(OP_VM_START, fake_work);
    service_up(NULL);
    struct caller *c = caller_new(true);

    for (int i = 0; i < 12; i++) {
        AUTO(cleanup_free) char *name = str_printf("busy-%d", i);

        vms[i] = service_add_vm(name);
        starts[i] = call_start(c, OP_VM_START, vms[i]->uuid, CALL_ARGS(ARG_U(PSM_VM_START), ARG_U(0)));
    }
    gate_wait(&entered, 4);
    assert_int_equal(call_now(c, OP_VM_STOP, vms[11]->uuid, STOP_ARGS(PSM_KILL)), PRL_ERR_SUCCESS);
    gate_add(&may_end, 1);
    for (int i = 0; i < 12; i++) {
        PRL_RESULT r = call_wait(starts[i]);

        assert_true(r == PRL_ERR_SUCCESS || (i == 11 && r == PRL_ERR_OPERATION_WAS_CANCELED));
        call_free(starts[i]);
        vm_unref(vms[i]);
    }
    caller_free(c);
    service_down();
}

/* ---- cancel ---- */

static void
cancel__running_task__ends_it_with_its_code(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("cancel");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS);

    gate_wait(&entered, 1);
    assert_int_equal(call_cancel(suspend), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(suspend), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(call_cancel(suspend), PRL_ERR_TASK_NOT_FOUND);
    call_free(suspend);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
cancel__task_that_waits_for_its_claim__ends_it_at_once(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("cancel-waiting");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS), *clone;

    gate_wait(&entered, 1);
    clone = call_start(c, OP_VM_CLONE, vm->uuid, CLONE_ARGS);
    assert_int_equal(call_cancel(clone), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(clone), PRL_ERR_CLONE_OPERATION_CANCELED);
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(suspend), PRL_ERR_SUCCESS);
    assert_int_equal(gate_value(&entered), 1);
    call_free(clone);
    call_free(suspend);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
cancel__not_cancellable_or_past_the_point__finds_no_task(void **state)
{
    dispatch_replace(OP_VM_COMMIT, fake_work);
    dispatch_replace(OP_VM_SUSPEND, fake_commit_point);
    service_up(NULL);
    struct vm *vm = service_add_vm("point"), *vm2 = service_add_vm("commit");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS);
    struct call *commit = call_start(c, OP_VM_COMMIT, vm2->uuid, CALL_ARGS(ARG_X("<x/>", 4), ARG_U(0)));

    gate_wait(&entered, 2);
    assert_int_equal(call_cancel(suspend), PRL_ERR_TASK_NOT_FOUND);
    assert_int_equal(call_cancel(commit), PRL_ERR_TASK_NOT_FOUND);
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(suspend), PRL_ERR_SUCCESS);
    assert_int_equal(call_wait(commit), PRL_ERR_SUCCESS);
    call_free(suspend);
    call_free(commit);
    caller_free(c);
    vm_unref(vm);
    vm_unref(vm2);
    service_down();
}

/* The uuid of the one task that a new session is told of. */
static char *
only_task(struct caller *c)
{
    struct call *login = call_start(c, OP_LOGIN, NULL, CALL_ARGS(ARG_S(NULL), ARG_U(2), ARG_U(0), ARG_U(9)));
    json_t *tasks;
    char *uuid;

    assert_int_equal(call_wait(login), PRL_ERR_SUCCESS);
    tasks = json_object_get(login->reply, "tasks");
    assert_int_equal(json_array_size(tasks), 1);
    uuid = str_dup(json_string_value(json_object_get(json_array_get(tasks, 0), "uuid")));
    call_free(login);
    return uuid;
}

static void
client__dies__its_task_goes_on_and_is_found_again(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("lost");
    struct caller *first = caller_new(true), *second = caller_new(false);
    struct call *lost = call_start(first, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS), *found;
    AUTO(cleanup_free) char *uuid = NULL;

    gate_wait(&entered, 1);
    conn_close(first->conn, false);
    assert_int_equal(call_wait(lost), PRL_ERR_WS_DISP_CONNECTION_CLOSED);
    caller_wait_closed(first);

    uuid = only_task(second);
    assert_int_equal(call_now(second, OP_ATTACH_TASK, NULL, CALL_ARGS(ARG_S("{00000000-0000-0000-0000-000000000009}"))), PRL_ERR_TASK_NOT_FOUND);
    assert_int_equal(call_now(second, OP_CANCEL, NULL, CALL_ARGS(ARG_U(1), ARG_S(uuid))), PRL_ERR_ACCESS_DENIED);
    found = call_start(second, OP_ATTACH_TASK, NULL, CALL_ARGS(ARG_S(uuid)));
    assert_int_equal(call_now(second, OP_VM_GET_STATE, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    assert_false(call_is_done(found));
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(found), PRL_ERR_SUCCESS);
    call_free(found);
    call_free(lost);
    caller_free(second);
    caller_free(first);
    vm_unref(vm);
    service_down();
}

/* ---- VM checks ---- */

static void
checks__order__is_lock_then_configuration(void **state)
{
    service_up(NULL);
    struct vm *vm = service_add_vm("checks");
    struct caller *c = caller_new(true);
    struct session *stranger = (struct session *)&stranger; /* only compared */

    vm_valid_set(vm, PRL_ERR_PARSE_VM_CONFIG);
    assert_int_equal(call_now(c, OP_VM_START, vm->uuid, CALL_ARGS(ARG_U(PSM_VM_START), ARG_U(0))), PRL_ERR_PARSE_VM_CONFIG);
    assert_int_equal(call_now(c, OP_VM_UNREG, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    lock_take(&vm->lock);
    vm->lock_session = stranger;
    lock_drop(&vm->lock);
    assert_int_equal(call_now(c, OP_VM_START, vm->uuid, CALL_ARGS(ARG_U(PSM_VM_START), ARG_U(0))), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(call_now(c, OP_VM_GET_STATE, vm->uuid, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    lock_take(&vm->lock);
    vm->lock_session = NULL;
    lock_drop(&vm->lock);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

/* ---- journal ---- */

static int
count_journal(void)
{
    AUTO(cleanup_free) char *dir = path_join(service_state_dir(), "journal");
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d)))
        if (strstr(e->d_name, ".json"))
            n++;
    closedir(d);
    return n;
}

static void
journal__entry__lives_as_long_as_its_task(void **state)
{
    dispatch_replace(OP_VM_CLONE, fake_work);
    service_up(NULL);
    journal_note = "half done";
    struct vm *vm = service_add_vm("journal");
    struct caller *c = caller_new(true);
    struct call *clone = call_start(c, OP_VM_CLONE, vm->uuid, CLONE_ARGS);

    gate_wait(&entered, 1);
    assert_int_equal(count_journal(), 1);
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(clone), PRL_ERR_SUCCESS);
    assert_int_equal(count_journal(), 0);
    call_free(clone);
    caller_free(c);
    vm_unref(vm);
    service_down();
}

static void
put_journal(const char *name, const char *text)
{
    AUTO(cleanup_free) char *path = str_printf("%s/journal/%s", service_state_dir(), name);

    assert_int_equal(path_write_durable(path, text, strlen(text)), 0);
}

static void
journal__entries_of_a_service_that_died__are_recovered(void **state)
{
    recovered = 0;
    dispatch_replace_recover(OP_VM_CLONE, fake_recover);
    service_up(NULL);
    put_journal("1.json", "{\"method\":\"VmClone\",\"task\":\"{..}\",\"vm\":\"{..}\",\"entry\":{\"note\":\"half done\"}}");
    put_journal("2.json", "{\"method\":\"VmClone\",\"entry\":");
    put_journal("3.json", "{\"method\":\"VmGetState\",\"entry\":{}}");
    put_journal("4.json", "{\"method\":\"VmClone\",\"entry\":{\"note\":\"half done\"}}");
    put_journal("5.json.new", "left from a write that was cut");
    service_restart();
    assert_int_equal(recovered, 2);
    assert_int_equal(count_journal(), 2); /* 2 and 3 set aside as .bad; 5 changed nothing and is gone */
    service_restart();
    assert_int_equal(recovered, 2);
    service_down();
}

/* ---- the end ---- */

static void
stop__running_tasks__are_cancelled_and_answered(void **state)
{
    dispatch_replace(OP_VM_SUSPEND, fake_work);
    service_up(NULL);
    struct vm *vm = service_add_vm("stop");
    struct caller *c = caller_new(true);
    struct call *suspend = call_start(c, OP_VM_SUSPEND, vm->uuid, CALL_NO_ARGS);

    gate_wait(&entered, 1);
    engine_stop();
    assert_int_equal(call_wait(suspend), PRL_ERR_OPERATION_WAS_CANCELED);
    vm_unref(vm);
    service_wait_end();
    caller_wait_closed(c);
    call_free(suspend);
    caller_free(c);
}

static void
idle__nobody_there__ends_by_itself(void **state)
{
    service_up(&(struct service_settings){ .idle_exit_s = 1 });
    struct caller *c = caller_new(true);

    caller_free(c);
    service_wait_end();
}

static void
shutdown__other_sessions__need_force(void **state)
{
    service_up(NULL);
    struct caller *a = caller_new(true), *b = caller_new(true);

    assert_int_equal(call_now(a, OP_SHUTDOWN, NULL, CALL_ARGS(ARG_U(0))), PRL_ERR_ANOTHER_USER_SESSIONS_PRESENT);
    assert_int_equal(call_now(a, OP_SHUTDOWN, NULL, CALL_ARGS(ARG_U(PSHF_FORCE_SHUTDOWN))), PRL_ERR_SUCCESS);
    caller_wait_event(b, PET_DSP_EVT_DISP_SHUTDOWN);
    service_wait_end();
    caller_free(a);
    caller_free(b);
}

/* ---- hostile clients ---- */

static int
raw_client(void)
{
    int pair[2];
    struct timeval limit = { SOON_MS / 1000, 0 };

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
    engine_add_fd(pair[0]);
    return pair[1];
}

static void
send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text) + 1, MSG_NOSIGNAL), (ssize_t)strlen(text) + 1);
}

/* The next message, allocated; NULL: closed. */
static char *
receive_text(int fd)
{
    AUTO_STR s = STR_INIT;
    char c;

    for (;;) {
        ssize_t n = recv(fd, &c, 1, 0);

        assert_true(n >= 0);
        if (n == 0)
            return NULL;
        if (!c)
            return str_take(&s);
        str_add_n(&s, &c, 1);
    }
}

static void
client__bad_messages__end_only_that_connection(void **state)
{
    static const char *const bad[] = {
        "", "x", "[]", "{}", "{\"method\":5}", "{\"method\":\"a\",\"id\":0}", "{\"method\":\"a\",\"id\":-3}", "{\"method\":\"a\",\"id\":\"1\"}",
        "{\"method\":\"a\",\"parameters\":[]}", "{\"method\":\"a\",\"method\":\"b\"}", "{\"method\":\"a\",\"fds\":1}", "{\"method\":\"a\",\"fds\":2}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"method\":\"\xff\"}", "{\"method\":\"a\\u0000\"}",
    };

    service_up(NULL);
    struct caller *good = caller_new(true);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_FD int fd = raw_client();
        AUTO(cleanup_free) char *text = NULL;

        send_text(fd, bad[i]);
        text = receive_text(fd);
        assert_null(text);
    }
    assert_int_equal(call_now(good, OP_SET_NON_INTERACTIVE, NULL, CALL_ARGS(ARG_B(true), ARG_U(0))), PRL_ERR_SUCCESS);
    caller_free(good);
    service_down();
}

static void
varlink__calls_without_id__are_answered_in_order(void **state)
{
    service_up(NULL);
    AUTO_FD int fd = raw_client();
    AUTO(cleanup_free) char *info = NULL;
    AUTO(cleanup_free) char *description = NULL;
    AUTO(cleanup_free) char *login = NULL;
    AUTO(cleanup_free) char *list = NULL;
    AUTO(cleanup_free) char *unknown = NULL;

    send_text(fd, "{\"method\":\"org.varlink.service.GetInfo\"}");
    send_text(fd, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{\"interface\":\"org.prlkvm\"}}");
    send_text(fd, "{\"method\":\"org.prlkvm.Login\",\"parameters\":{\"security\":0,\"flags\":0,\"api_version\":9}}");
    send_text(fd, "{\"method\":\"org.prlkvm.GetVmList\",\"parameters\":{\"flags\":0,\"since\":0}}");
    send_text(fd, "{\"method\":\"org.prlkvm.NoSuchThing\"}");
    info = receive_text(fd);
    description = receive_text(fd);
    login = receive_text(fd);
    list = receive_text(fd);
    unknown = receive_text(fd);
    assert_non_null(strstr(info, "org.prlkvm"));
    assert_non_null(strstr(description, "method VmClone("));
    assert_non_null(strstr(login, "\"session\""));
    assert_null(strstr(list, "error"));
    assert_non_null(strstr(unknown, "org.varlink.service.MethodNotFound"));
    service_down();
}

static void
client__does_not_read_its_events__is_disconnected(void **state)
{
    static char filler[64 * 1024];
    service_up(NULL);
    AUTO_FD int fd = raw_client();
    struct caller *good = caller_new(true);
    struct pollfd p = { .fd = fd, .events = 0 };

    memset(filler, 'x', sizeof filler - 1);
    send_text(fd, "{\"method\":\"org.prlkvm.Login\",\"id\":1,\"parameters\":{\"security\":0,\"flags\":0,\"api_version\":9}}");
    send_text(fd, "{\"method\":\"org.prlkvm.Subscribe\",\"id\":2,\"more\":true,\"parameters\":{}}");
    send_text(fd, "{\"method\":\"org.prlkvm.SetNonInteractive\",\"id\":3,\"parameters\":{\"on\":true,\"flags\":0}}");
    for (int i = 0; i < 2; i++)
        free(receive_text(fd)); /* login and the last one: subscribed now */
    /* The one that reads gets all of them. */
    for (int i = 0; i < 200; i++) {
        json_t *event = event_new(PET_DSP_EVT_HW_CONFIG_CHANGED, "");

        event_add_text(event, "filler", filler);
        event_send_all(event);
        lock_take(&good->lock);
        while (json_array_size(good->events) < (size_t)i + 1)
            assert_true(cond_wait_until(&good->changed, &good->lock, clock_deadline(SOON_MS)));
        lock_drop(&good->lock);
    }
    assert_int_equal(poll(&p, 1, SOON_MS), 1);
    assert_true(p.revents & POLLHUP);
    assert_int_equal(call_now(good, OP_SET_NON_INTERACTIVE, NULL, CALL_ARGS(ARG_B(true), ARG_U(0))), PRL_ERR_SUCCESS);
    caller_free(good);
    service_down();
}

/* Many at once from many threads: every request is answered once, and rightly. */
struct hammer {
    struct caller *caller;
    const char *vm;
    int n;
};

static void *
hammer_main(void *arg)
{
    struct hammer *h = arg;

    for (int i = 0; i < h->n; i++) {
        struct call *a = call_start(h->caller, OP_VM_RESET, h->vm, CALL_NO_ARGS);
        struct call *b = call_start(h->caller, OP_VM_GET_STATE, h->vm, CALL_NO_ARGS);
        struct call *c = call_start(h->caller, OP_VM_CLONE, h->vm, CLONE_ARGS);

        if (i % 3 == 0)
            call_cancel(c);
        call_wait(a);
        call_wait(b);
        call_wait(c);
        call_free(a);
        call_free(b);
        call_free(c);
    }
    return NULL;
}

static void
service__many_threads_and_clients__all_are_answered(void **state)
{
    pthread_t threads[6];
    struct hammer h[6];

    dispatch_replace(OP_VM_RESET, fake_events);
    service_up(NULL);
    struct vm *vm = service_add_vm("many");
    struct caller *callers[3] = { caller_new(true), caller_new(true), caller_new(true) };

    for (int i = 0; i < 6; i++) {
        h[i] = (struct hammer){ callers[i % 3], vm->uuid, 30 };
        assert_int_equal(pthread_create(&threads[i], NULL, hammer_main, &h[i]), 0);
    }
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 3; i++)
        caller_free(callers[i]);
    vm_unref(vm);
    service_down();
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(service__before_login__serves_nothing_but_login),
        T(login__reply__has_what_clients_need),
        T(service__unknown_vm_and_bad_arguments__are_refused),
        T(reply__events_of_its_operation__come_before_it),
        T(reply__change_of_a_machine__is_told_to_all_before_it),
        T(reply__before_the_end__leaves_the_claim_with_the_task),
        T(failure__code_params_details_and_results__arrive),
        T(progress__of_a_task__is_sent_rate_limited_and_ends_at_100),
        T(texts__large_ones__travel_both_ways),
        T(claims__conflicting_task__waits_for_the_other),
        T(claims__wait_is_over__fails_with_the_code_of_the_holder),
        T(claims__clones_of_one_vm__run_together),
        T(claims__freeze_inside_clones__is_exclusive_and_never_deadlocks),
        T(claims__vm_gone_after_the_wait__is_not_found),
        T(force_stop__while_a_suspend_runs__cancels_it_and_does_not_wait),
        T(force_stop__while_all_workers_are_busy__is_served),
        T(cancel__running_task__ends_it_with_its_code),
        T(cancel__task_that_waits_for_its_claim__ends_it_at_once),
        T(cancel__not_cancellable_or_past_the_point__finds_no_task),
        T(client__dies__its_task_goes_on_and_is_found_again),
        T(checks__order__is_lock_then_configuration),
        T(journal__entry__lives_as_long_as_its_task),
        T(journal__entries_of_a_service_that_died__are_recovered),
        T(stop__running_tasks__are_cancelled_and_answered),
        T(idle__nobody_there__ends_by_itself),
        T(shutdown__other_sessions__need_force),
        T(client__bad_messages__end_only_that_connection),
        T(varlink__calls_without_id__are_answered_in_order),
        T(client__does_not_read_its_events__is_disconnected),
        T(service__many_threads_and_clients__all_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
