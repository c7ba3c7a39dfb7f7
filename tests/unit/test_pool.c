/* SPDX-License-Identifier: MIT */
/* base/pool, base/lock and base/thread. Order is made by conditions only; a hang is the runner's time limit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/pool.h"
#include "base/thread.h"

/* A number that threads raise and wait for. */
struct gate {
    struct lock lock;
    struct cond changed;
    int value;
};

static void
gate_init(struct gate *g)
{
    lock_init(&g->lock, 0);
    cond_init(&g->changed);
    g->value = 0;
}

static void
gate_add(struct gate *g, int n)
{
    LOCK_SCOPE(&g->lock);
    g->value += n;
    cond_broadcast(&g->changed);
}

static void
gate_wait(struct gate *g, int at_least)
{
    LOCK_SCOPE(&g->lock);
    while (g->value < at_least)
        cond_wait_until(&g->changed, &g->lock, CLOCK_FOREVER);
}

static int
gate_value(struct gate *g)
{
    LOCK_SCOPE(&g->lock);
    return g->value;
}

static void
gate_destroy(struct gate *g)
{
    cond_destroy(&g->changed);
    lock_destroy(&g->lock);
}

static struct gate started, go, done;
static struct pool *current;

static void
run_count(struct pool_job *job)
{
    free(job);
    gate_add(&done, 1);
}

static void
run_until_go(struct pool_job *job)
{
    (void)job;
    gate_add(&started, 1);
    gate_wait(&go, 1);
    gate_add(&done, 1);
}

static void
run_blocked_until_go(struct pool_job *job)
{
    (void)job;
    pool_blocking_begin();
    pool_blocking_begin(); /* pairs may be nested */
    gate_add(&started, 1);
    gate_wait(&go, 1);
    pool_blocking_end();
    pool_blocking_end();
    gate_add(&done, 1);
}

static void
run_says_go(struct pool_job *job)
{
    (void)job;
    gate_add(&go, 1);
    gate_add(&done, 1);
}

static void
run_adds_another(struct pool_job *job)
{
    gate_add(&started, 1);
    if (!pool_add(current, 0, job))
        gate_add(&done, 1);
}

static int
setup(void **state)
{
    (void)state;
    gate_init(&started);
    gate_init(&go);
    gate_init(&done);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    gate_destroy(&started);
    gate_destroy(&go);
    gate_destroy(&done);
    return 0;
}

static void
pool__stop__runs_what_is_queued(void **state)
{
    const struct pool_lane lanes[] = { { "work", 3, 3 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job *extra = calloc(1, sizeof *extra);
    (void)state;

    for (int i = 0; i < 500; i++) {
        struct pool_job *job = calloc(1, sizeof *job);

        job->run = run_count;
        assert_true(pool_add(p, 0, job));
    }
    pool_stop(p);
    assert_int_equal(gate_value(&done), 500);
    assert_false(pool_add(p, 0, extra));
    free(extra);
}

static void
pool__all_workers__run_at_once(void **state)
{
    const struct pool_lane lanes[] = { { "work", 4, 4 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job jobs[6] = { { 0 } };
    (void)state;

    for (int i = 0; i < 6; i++) {
        jobs[i].run = run_until_go;
        assert_true(pool_add(p, 0, &jobs[i]));
    }
    gate_wait(&started, 4);
    assert_int_equal(gate_value(&started), 4);
    gate_add(&go, 1);
    pool_stop(p);
    assert_int_equal(gate_value(&done), 6);
}

static void
pool__blocked_worker__lets_another_run(void **state)
{
    const struct pool_lane lanes[] = { { "work", 1, 2 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job blocked = { .run = run_blocked_until_go }, other = { .run = run_says_go };
    (void)state;

    assert_true(pool_add(p, 0, &blocked));
    gate_wait(&started, 1);
    assert_true(pool_add(p, 0, &other)); /* without another thread this would wait for ever */
    gate_wait(&done, 2);
}

static void
pool__job_queued_before_the_block__runs_too(void **state)
{
    const struct pool_lane lanes[] = { { "work", 1, 2 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job blocked = { .run = run_blocked_until_go }, other = { .run = run_says_go };
    (void)state;

    assert_true(pool_add(p, 0, &blocked));
    assert_true(pool_add(p, 0, &other));
    gate_wait(&done, 2);
}

static void
pool__blocked_up_to_max__waits_then_goes_on(void **state)
{
    const struct pool_lane lanes[] = { { "work", 1, 3 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job jobs[8] = { { 0 } };
    (void)state;

    for (int i = 0; i < 8; i++) {
        jobs[i].run = run_blocked_until_go;
        assert_true(pool_add(p, 0, &jobs[i]));
    }
    gate_wait(&started, 3);
    assert_int_equal(gate_value(&started), 3);
    gate_add(&go, 1);
    pool_stop(p);
    assert_int_equal(gate_value(&done), 8);
}

static void
pool__stop_while_a_job_blocks__still_runs_the_queue(void **state)
{
    const struct pool_lane lanes[] = { { "work", 1, 4 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 1);
    struct pool_job jobs[4] = { { .run = run_blocked_until_go },
                                { .run = run_blocked_until_go },
                                { .run = run_blocked_until_go },
                                { .run = run_says_go } };
    (void)state;

    for (int i = 0; i < 4; i++)
        assert_true(pool_add(p, 0, &jobs[i]));
    pool_stop(p); /* the last job lets the others go */
    assert_int_equal(gate_value(&done), 4);
}

static void
pool__lanes__do_not_wait_for_each_other(void **state)
{
    const struct pool_lane lanes[] = { { "slow", 1, 1 }, { "fast", 1, 1 } };
    AUTO(pool_free) struct pool *p = pool_new(lanes, 2);
    struct pool_job slow = { .run = run_until_go }, fast = { .run = run_says_go };
    (void)state;

    assert_true(pool_add(p, 0, &slow));
    gate_wait(&started, 1);
    assert_true(pool_add(p, 1, &fast));
    gate_wait(&done, 2);
}

static void
pool__job_that_adds_itself__ends_with_the_pool(void **state)
{
    const struct pool_lane lanes[] = { { "work", 2, 2 } };
    struct pool_job job = { .run = run_adds_another };
    (void)state;

    current = pool_new(lanes, 1);
    assert_true(pool_add(current, 0, &job));
    gate_wait(&started, 50);
    pool_stop(current);
    assert_int_equal(gate_value(&done), 1);
    pool_free(current);
}

static void
pool__blocking_outside__does_nothing(void **state)
{
    (void)state;
    pool_blocking_begin();
    pool_blocking_end();
    pool_blocking_end();
    pool_free(NULL);
}

/* ---- locks and threads ---- */

static void
lock__deadline__ends_the_wait(void **state)
{
    struct lock l = LOCK_INIT(10);
    struct cond c;
    (void)state;

    cond_init(&c);
    LOCK_SCOPE(&l);
    while (cond_wait_until(&c, &l, clock_now_ms() + 1))
        ;
    assert_false(cond_wait_until(&c, &l, 0));
    assert_false(cond_wait_until(&c, &l, -5));
    cond_destroy(&c);
}

static void
lock__rising_ranks__are_fine(void **state)
{
    struct lock a = LOCK_INIT(10), b = LOCK_INIT(20), free_one = LOCK_INIT(0), c = LOCK_INIT(15);
    (void)state;

    lock_take(&a);
    lock_take(&b);
    lock_take(&free_one);
    lock_drop(&b); /* dropped in any order */
    lock_take(&c);
    lock_drop(&a);
    lock_drop(&free_one);
    lock_drop(&c);
    lock_take(&a);
    lock_drop(&a);
}

#ifndef NDEBUG
/* The signal that ended a child which ran f, or 0. */
static int
signal_of(void (*f)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        const struct rlimit none = { 0, 0 };

        setrlimit(RLIMIT_CORE, &none);
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        signal(SIGABRT, SIG_DFL);
        f();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
take_in_wrong_order(void)
{
    struct lock a = LOCK_INIT(10), b = LOCK_INIT(20);

    lock_take(&b);
    lock_take(&a);
}

static void
take_same_rank(void)
{
    struct lock a = LOCK_INIT(10), b = LOCK_INIT(10);

    lock_take(&a);
    lock_take(&b);
}

static void
drop_not_held(void)
{
    struct lock a = LOCK_INIT(10);

    lock_drop(&a);
}

static void
wait_below_another(void)
{
    struct lock a = LOCK_INIT(10), b = LOCK_INIT(20);
    struct cond c;

    cond_init(&c);
    lock_take(&a);
    lock_take(&b);
    cond_wait_until(&c, &a, 0);
}

static void
take_in_order(void)
{
    struct lock a = LOCK_INIT(10), b = LOCK_INIT(20);

    lock_take(&a);
    lock_take(&b);
    lock_drop(&b);
    lock_drop(&a);
}

static void
lock__wrong_order__aborts(void **state)
{
    (void)state;
    assert_int_equal(signal_of(take_in_order), 0);
    assert_int_equal(signal_of(take_in_wrong_order), SIGABRT);
    assert_int_equal(signal_of(take_same_rank), SIGABRT);
    assert_int_equal(signal_of(drop_not_held), SIGABRT);
    assert_int_equal(signal_of(wait_below_another), SIGABRT);
}
#endif

struct seen {
    char name[16];
    sigset_t mask;
};

static void
look_around(void *arg)
{
    struct seen *seen = arg;

    pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
    pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
}

static void
thread__started__has_a_name_and_no_signals(void **state)
{
    struct seen seen;
    sigset_t mine;
    pthread_t t;
    (void)state;

    assert_int_equal(thread_start(&t, "a-name-far-too-long", look_around, &seen), 0);
    thread_join(t);
    assert_string_equal(seen.name, "a-name-far-too-");
    assert_true(sigismember(&seen.mask, SIGTERM) && sigismember(&seen.mask, SIGCHLD)
                && sigismember(&seen.mask, SIGPIPE));
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_false(sigismember(&mine, SIGTERM));
}

#define POOL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        POOL_TEST(pool__stop__runs_what_is_queued),
        POOL_TEST(pool__all_workers__run_at_once),
        POOL_TEST(pool__blocked_worker__lets_another_run),
        POOL_TEST(pool__job_queued_before_the_block__runs_too),
        POOL_TEST(pool__blocked_up_to_max__waits_then_goes_on),
        POOL_TEST(pool__stop_while_a_job_blocks__still_runs_the_queue),
        POOL_TEST(pool__lanes__do_not_wait_for_each_other),
        POOL_TEST(pool__job_that_adds_itself__ends_with_the_pool),
        POOL_TEST(pool__blocking_outside__does_nothing),
        cmocka_unit_test(lock__deadline__ends_the_wait),
        cmocka_unit_test(lock__rising_ranks__are_fine),
#ifndef NDEBUG
        cmocka_unit_test(lock__wrong_order__aborts),
#endif
        cmocka_unit_test(thread__started__has_a_name_and_no_signals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
