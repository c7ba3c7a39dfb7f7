/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/event_bus.h"
#include "core/handle.h"

/* ---- something to post ---- */

static _Atomic int n_objects;

static void
destroy(struct object *obj)
{
    n_objects--;
    free(obj);
}

static const struct object_class a_class = { .type = PHT_EVENT, .destroy = destroy };

static const struct object_class a_job_class = { .type = PHT_JOB, .destroy = destroy };

static void
post_a(const struct object_class *cls, struct event_bus *b, struct object *vm, struct event_bus_list *vm_list)
{
    struct object *obj = calloc(1, sizeof *obj);

    assert_non_null(obj);
    object_init(obj, cls);
    n_objects++;
    event_bus_post(b, obj, vm, vm_list);
    object_unref(obj);
}

static void
post(struct event_bus *b, struct object *vm, struct event_bus_list *vm_list)
{
    post_a(&a_class, b, vm, vm_list);
}

static void
finish(struct event_bus *b)
{
    event_bus_free(b);
    assert_true(event_bus_wait_all(clock_deadline(10000)));
    assert_int_equal(n_objects, 0);
    assert_int_equal(handle_count(PHT_ERROR), 0);
}

static void
wait_for(sem_t *s)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    assert_int_equal(sem_timedwait(s, &until), 0);
}

/* ---- handlers ---- */

static struct log {
    pthread_mutex_t lock;
    char text[4096];
    sem_t said;
} log_ = { .lock = PTHREAD_MUTEX_INITIALIZER };

static PRL_RESULT
say(PRL_HANDLE h, PRL_VOID_PTR data)
{
    pthread_mutex_lock(&log_.lock);
    strncat(log_.text, data, sizeof log_.text - strlen(log_.text) - 1);
    pthread_mutex_unlock(&log_.lock);
    assert_true(event_bus_is_callback_thread());
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS); /* owned by the handler */
    sem_post(&log_.said);
    return PRL_ERR_SUCCESS;
}

static int
reset(void **state)
{
    log_.text[0] = '\0';
    sem_init(&log_.said, 0, 0);
    return 0;
}

static struct event_bus *
new_bus(void)
{
    struct event_bus *b = NULL;

    assert_int_equal(event_bus_new(&b), PRL_ERR_SUCCESS);
    return b;
}

static void
post__calls_all_in_order_of_registration(void **state)
{
    struct event_bus *b = new_bus();
    struct event_bus_list *l = event_bus_own_list(b);

    event_bus_add(l, say, "a");
    event_bus_add(l, say, "b");
    event_bus_add(l, say, "a"); /* the same pair once more */
    for (int i = 0; i < 3; i++)
        post(b, NULL, NULL);
    for (int i = 0; i < 9; i++)
        wait_for(&log_.said);
    assert_string_equal(log_.text, "abaabaaba");
    assert_false(event_bus_is_callback_thread());
    finish(b);
}

static void
remove__takes_one_registration(void **state)
{
    struct event_bus *b = new_bus();
    struct event_bus_list *l = event_bus_own_list(b);

    event_bus_add(l, say, "a");
    event_bus_add(l, say, "b");
    event_bus_add(l, say, "a");
    assert_int_equal(event_bus_remove(l, say, "a"), PRL_ERR_SUCCESS);
    assert_int_equal(event_bus_remove(l, say, "unknown"), PRL_ERR_SUCCESS);
    post(b, NULL, NULL);
    wait_for(&log_.said);
    wait_for(&log_.said);
    assert_string_equal(log_.text, "ba");
    finish(b);
}

static void
post__server_first_then_vm(void **state)
{
    struct event_bus *b = new_bus();
    struct event_bus_list *vm_list = event_bus_list_new(b);
    struct object *vm = calloc(1, sizeof *vm);

    object_init(vm, &a_class);
    n_objects++;
    event_bus_add(vm_list, say, "v");
    event_bus_add(event_bus_own_list(b), say, "s");
    post(b, vm, vm_list);
    post(b, NULL, NULL);
    for (int i = 0; i < 3; i++)
        wait_for(&log_.said);
    assert_string_equal(log_.text, "svs");
    event_bus_free(b);
    assert_true(event_bus_wait_all(clock_deadline(10000)));
    event_bus_list_free(vm_list);
    object_unref(vm);
    assert_int_equal(n_objects, 0);
}

static void
post__without_handlers__keeps_nothing(void **state)
{
    struct event_bus *b = new_bus();

    post(b, NULL, NULL);
    assert_int_equal(n_objects, 0);
    finish(b);
}

/* ---- a callback that blocks until it is let go ---- */

static sem_t entered, let_go;
static _Atomic bool is_inside;

static PRL_RESULT
block(PRL_HANDLE h, PRL_VOID_PTR data)
{
    is_inside = true;
    handle_free(h);
    sem_post(&entered);
    sem_wait(&let_go);
    is_inside = false;
    return PRL_ERR_SUCCESS;
}

struct removal {
    struct event_bus_list *l;
    sem_t begun;
    bool was_inside_after;
};

static void *
remove_it(void *arg)
{
    struct removal *r = arg;

    sem_post(&r->begun);
    assert_int_equal(event_bus_remove(r->l, block, NULL), PRL_ERR_SUCCESS);
    r->was_inside_after = is_inside;
    return NULL;
}

static void
remove__from_another_thread__waits_for_the_pass(void **state)
{
    struct event_bus *b = new_bus();
    struct removal r = { .l = event_bus_own_list(b), .was_inside_after = true };
    pthread_t t;

    sem_init(&entered, 0, 0);
    sem_init(&let_go, 0, 0);
    sem_init(&r.begun, 0, 0);
    event_bus_add(r.l, block, NULL);
    post(b, NULL, NULL);
    wait_for(&entered);
    assert_int_equal(pthread_create(&t, NULL, remove_it, &r), 0);
    wait_for(&r.begun);
    sem_post(&let_go);
    pthread_join(t, NULL);
    assert_false(r.was_inside_after);
    finish(b);
}

static PRL_RESULT
remove_myself(PRL_HANDLE h, PRL_VOID_PTR data)
{
    assert_int_equal(event_bus_remove(data, remove_myself, data), PRL_ERR_SUCCESS);
    assert_int_equal(event_bus_add(data, say, "later"), PRL_ERR_SUCCESS);
    return say(h, "once,");
}

static void
remove__inside_the_callback__does_not_wait(void **state)
{
    struct event_bus *b = new_bus();
    struct event_bus_list *l = event_bus_own_list(b);

    event_bus_add(l, remove_myself, l);
    post(b, NULL, NULL);
    post(b, NULL, NULL);
    wait_for(&log_.said);
    wait_for(&log_.said);
    assert_string_equal(log_.text, "once,later");
    finish(b);
}

static PRL_RESULT
free_bus(PRL_HANDLE h, PRL_VOID_PTR data)
{
    event_bus_free(data); /* as the destructor of a server freed by its own callback does */
    return say(h, "freed");
}

static void
free__inside_the_callback__ends_the_thread_after_it(void **state)
{
    struct event_bus *b = new_bus();

    event_bus_add(event_bus_own_list(b), free_bus, b);
    event_bus_add(event_bus_own_list(b), say, "never");
    post(b, NULL, NULL);
    assert_true(event_bus_wait_all(clock_deadline(10000)));
    assert_string_equal(log_.text, "freed");
    assert_int_equal(n_objects, 0);
}

static void
free__while_a_callback_blocks__does_not_wait(void **state)
{
    struct event_bus *b = new_bus();

    sem_init(&entered, 0, 0);
    sem_init(&let_go, 0, 0);
    event_bus_add(event_bus_own_list(b), block, NULL);
    post(b, NULL, NULL);
    post(b, NULL, NULL);
    wait_for(&entered);
    event_bus_free(b);
    assert_true(is_inside);
    assert_false(event_bus_wait_all(clock_deadline(20)));
    sem_post(&let_go);
    assert_true(event_bus_wait_all(clock_deadline(10000)));
    assert_int_equal(n_objects, 0); /* the second one was dropped, not delivered */
}

static void
quiet__calls_nobody_any_more(void **state)
{
    struct event_bus *b = new_bus();

    event_bus_add(event_bus_own_list(b), say, "x");
    event_bus_quiet(b);
    post(b, NULL, NULL);
    assert_int_equal(n_objects, 0);
    finish(b);
    assert_string_equal(log_.text, "");
}

/* ---- a callback that does not return ---- */

static _Atomic int n_shown;

static PRL_RESULT
block_once(PRL_HANDLE h, PRL_VOID_PTR data)
{
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    if (n_shown++ == 0) {
        sem_post(&entered);
        wait_for(&let_go);
    }
    if (n_shown == *(int *)data)
        sem_post(&log_.said);
    return PRL_ERR_SUCCESS;
}

/* Jobs first, then events too; what was queued is shown all the same, and so is what comes when there is room again. */
static void
post__queue_is_full__drops_what_comes(void **state)
{
    enum { JOBS = 65536, EVENTS = 131072 };
    static const struct {
        const struct object_class *cls;
        int posted, kept; /* one is in the callback, which is not in the queue */
    } rows[] = { { &a_job_class, JOBS + 10, JOBS }, { &a_class, EVENTS - JOBS + 10, EVENTS }, { &a_job_class, 10, EVENTS } };
    struct event_bus *b = new_bus();
    int wanted = EVENTS + 1;

    n_shown = 0;
    sem_init(&entered, 0, 0);
    sem_init(&let_go, 0, 0);
    event_bus_add(event_bus_own_list(b), block_once, &wanted);
    post(b, NULL, NULL);
    wait_for(&entered);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        for (int i = 0; i < rows[r].posted; i++)
            post_a(rows[r].cls, b, NULL, NULL);
        assert_int_equal(n_objects, rows[r].kept + 1);
    }
    sem_post(&let_go);
    wait_for(&log_.said);
    wanted++;
    post_a(&a_job_class, b, NULL, NULL);
    wait_for(&log_.said);
    finish(b);
}

/* ---- everything at once ---- */

static PRL_RESULT
count(PRL_HANDLE h, PRL_VOID_PTR data)
{
    ++*(_Atomic int *)data;
    return handle_free(h);
}

struct storm {
    struct event_bus *b;
    _Atomic int n;
};

static void *
storm(void *arg)
{
    struct storm *s = arg;

    for (int i = 0; i < 3000; i++) {
        assert_int_equal(event_bus_add(event_bus_own_list(s->b), count, &s->n), PRL_ERR_SUCCESS);
        post(s->b, NULL, NULL);
        assert_int_equal(event_bus_remove(event_bus_own_list(s->b), count, &s->n), PRL_ERR_SUCCESS);
    }
    return NULL;
}

static void
storm__of_posts_and_changes__is_safe(void **state)
{
    struct storm s = { .b = new_bus() };
    pthread_t t[3];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, storm, &s), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    finish(s.b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(post__calls_all_in_order_of_registration, reset),
        cmocka_unit_test_setup(remove__takes_one_registration, reset),
        cmocka_unit_test_setup(post__server_first_then_vm, reset),
        cmocka_unit_test_setup(post__without_handlers__keeps_nothing, reset),
        cmocka_unit_test_setup(remove__from_another_thread__waits_for_the_pass, reset),
        cmocka_unit_test_setup(remove__inside_the_callback__does_not_wait, reset),
        cmocka_unit_test_setup(free__inside_the_callback__ends_the_thread_after_it, reset),
        cmocka_unit_test_setup(free__while_a_callback_blocks__does_not_wait, reset),
        cmocka_unit_test_setup(quiet__calls_nobody_any_more, reset),
        cmocka_unit_test_setup(post__queue_is_full__drops_what_comes, reset),
        cmocka_unit_test_setup(storm__of_posts_and_changes__is_safe, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
