/* SPDX-License-Identifier: MIT */
/* Short commands that were sent ahead: who reads the answer finishes the task; a late one falls to a worker; cancel; events held meanwhile. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "engine/dispatch.h"
#include "engine/events.h"
#include "engine/task.h"
#include "service_fixture.h"

/* ---- a backend whose answers come when the test says so ---- */

static struct {
    struct task_ahead base;
    struct lock lock;
    struct task *task;     /* under lock, as the next */
    task_ahead_over *over; /* NULL: not watched */
    bool is_stubborn;      /* as at the moment when `over` is about to be called: cannot be unwatched */
} sent;

static struct gate watching, entered, may_end, dropped;
static _Atomic bool ran_here;
static pthread_t test_thread;

static bool
watch(struct task_ahead *a, struct task *t, task_ahead_over *over)
{
    {
        LOCK_SCOPE(&sent.lock);
        sent.task = t;
        sent.over = over;
    }
    gate_add(&watching, 1);
    return true;
}

static bool
unwatch(struct task_ahead *a)
{
    LOCK_SCOPE(&sent.lock);

    return !sent.is_stubborn && TAKE(sent.over) != NULL;
}

static void
drop(struct task_ahead *a)
{
    gate_add(&dropped, 1);
}

static void
pause_ahead(struct vm *vm, struct task *t)
{
    sent.base = (struct task_ahead){ .watch = watch, .unwatch = unwatch, .drop = drop };
    t->ahead = &sent.base;
}

/* What the thread that reads the answer does. False: a worker waits for it. */
static bool
answer(bool may_run_here)
{
    struct task *t;
    task_ahead_over *over;

    {
        LOCK_SCOPE(&sent.lock);
        t = sent.task;
        over = TAKE(sent.over);
    }
    if (over)
        over(t, may_run_here);
    return over != NULL;
}

static PRL_RESULT
fake_pause(struct task *t)
{
    ran_here = pthread_equal(pthread_self(), test_thread);
    gate_add(&entered, 1);
    if (!ran_here)
        gate_wait(&may_end, 1);
    event_vm(t->vm, PET_DSP_EVT_VM_STATE_CHANGED);
    return PRL_ERR_SUCCESS;
}

/* ---- around each test ---- */

static struct vm *vm;
static struct caller *caller;

static int
set_up(void **state)
{
    static struct backend backend_ahead;
    struct service_settings settings = { .claim_wait_ms = 60000, .stop_grace_ms = 5000, .backend = &backend_ahead };

    backend_ahead = service_no_backend;
    backend_ahead.pause_ahead = pause_ahead;
    gate_init(&watching);
    gate_init(&entered);
    gate_init(&may_end);
    gate_init(&dropped);
    lock_init(&sent.lock, 0);
    sent.over = NULL;
    sent.is_stubborn = false;
    test_thread = pthread_self();
    dispatch_replace(OP_VM_PAUSE, fake_pause);
    service_up(&settings);
    vm = service_add_vm("short");
    vm_state_set(vm, VMS_RUNNING);
    caller = caller_new(true);
    return 0;
}

static int
tear_down(void **state)
{
    caller_free(caller);
    vm_state_set(vm, VMS_STOPPED);
    vm_unref(vm);
    service_down();
    gate_free(&watching);
    gate_free(&entered);
    gate_free(&may_end);
    gate_free(&dropped);
    return 0;
}

static struct call *
start_pause(void)
{
    struct call *pause = call_start(caller, OP_VM_PAUSE, vm->uuid, CALL_ARGS(ARG_B(false)));

    gate_wait(&watching, 1);
    return pause;
}

/* ---- tests ---- */

static void
answer__in_time__finishes_the_task_where_it_is_read(void **state)
{
    struct call *pause;

    sent.is_stubborn = true; /* however slow this machine is */
    pause = start_pause();
    assert_true(answer(true));
    assert_true(ran_here);
    assert_int_equal(call_wait(pause), PRL_ERR_SUCCESS);
    assert_true(pause->events_before >= 1);
    assert_int_equal(gate_value(&dropped), 1);
    call_free(pause);
}

static void
answer__on_a_thread_that_may_not__goes_to_a_worker(void **state)
{
    struct call *pause;

    sent.is_stubborn = true;
    pause = start_pause();
    assert_true(answer(false));
    gate_wait(&entered, 1);
    assert_false(ran_here);
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(pause), PRL_ERR_SUCCESS);
    call_free(pause);
}

static void
answer__late__is_waited_for_by_a_worker(void **state)
{
    struct call *pause = start_pause();

    gate_wait(&entered, 1);
    assert_false(ran_here);
    assert_false(answer(true));
    assert_false(call_is_done(pause));
    assert_int_equal(call_cancel(pause), PRL_ERR_TASK_NOT_FOUND); /* as each pause that a worker has */
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(pause), PRL_ERR_SUCCESS);
    assert_int_equal(gate_value(&dropped), 1);
    call_free(pause);
}

static void
cancel__before_the_answer__undoes_the_command(void **state)
{
    struct call *pause;

    sent.is_stubborn = true;
    pause = start_pause();
    assert_int_equal(call_cancel(pause), PRL_ERR_SUCCESS);
    assert_true(answer(true));
    assert_int_equal(call_wait(pause), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(gate_value(&entered), 0);
    assert_int_equal(gate_value(&dropped), 1);
    call_free(pause);
}

static void
client__dies_before_the_answer__the_task_ends(void **state)
{
    struct call *pause;

    sent.is_stubborn = true;
    pause = start_pause();
    caller_free(caller);
    assert_int_equal(call_wait(pause), PRL_ERR_WS_DISP_CONNECTION_CLOSED);
    call_free(pause);
    caller = caller_new(true);
    assert_true(answer(true));
    assert_int_equal(gate_value(&entered), 1);
    gate_wait(&dropped, 1);
}

/* Held for the reply, which does not come: they come with the worker's turn. */
static void
events__held_for_a_late_answer__come_without_it(void **state)
{
    struct call *pause = start_pause();

    event_hold(true);
    event_vm(vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    event_hold(false);
    gate_wait(&entered, 1);
    event_flush(NULL); /* as who held them does when nobody waits for an answer any more */
    assert_true(caller_wait_event(caller, PET_DSP_EVT_VM_CONFIG_CHANGED) >= 1);
    assert_false(call_is_done(pause));
    gate_add(&may_end, 1);
    assert_int_equal(call_wait(pause), PRL_ERR_SUCCESS);
    call_free(pause);
}

static void
events__held__come_to_everybody_with_the_reply(void **state)
{
    struct caller *other = caller_new(true);
    struct call *pause;

    sent.is_stubborn = true;
    pause = start_pause();
    event_hold(true);
    event_vm(vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    event_hold(false);
    assert_true(answer(true));
    assert_int_equal(call_wait(pause), PRL_ERR_SUCCESS);
    assert_true(pause->events_before >= 2);
    assert_true(caller_wait_event(other, PET_DSP_EVT_VM_CONFIG_CHANGED) >= 1);
    caller_free(other);
    call_free(pause);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer__in_time__finishes_the_task_where_it_is_read),
        TEST(answer__on_a_thread_that_may_not__goes_to_a_worker),
        TEST(answer__late__is_waited_for_by_a_worker),
        TEST(cancel__before_the_answer__undoes_the_command),
        TEST(client__dies_before_the_answer__the_task_ends),
        TEST(events__held_for_a_late_answer__come_without_it),
        TEST(events__held__come_to_everybody_with_the_reply),
    };

    return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
