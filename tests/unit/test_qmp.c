/* SPDX-License-Identifier: MIT */
/* qemu/qmp against the other end of a socketpair that the test plays. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/thread.h"
#include "qemu/loop.h"
#include "qemu/qmp.h"

#define WAIT_MS 10000
#define GREETING                                                                                                                   \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"\"}, \"capabilities\": "       \
    "[\"oob\"]}}\r\n"

static struct fixture {
    struct qmp *q;
    int peer;
    struct lock lock;
    struct cond changed;
    char events[256]; /* names, each with a blank behind it */
    bool is_closed, has_last;
    int got_fd;
} f;

static void
on_event(void *ctx, const char *name, json_t *data)
{
    LOCK_SCOPE(&f.lock);

    (void)ctx;
    (void)data;
    snprintf(f.events + strlen(f.events), sizeof f.events - strlen(f.events), "%s ", name);
    f.has_last = f.has_last || strcmp(name, "LAST") == 0;
    cond_broadcast(&f.changed);
}

static void
on_closed(void *ctx)
{
    LOCK_SCOPE(&f.lock);

    (void)ctx;
    f.is_closed = true;
    cond_broadcast(&f.changed);
}

static int
up(void **state)
{
    struct qmp_handler handler = { on_event, on_closed, NULL };
    int pair[2];

    (void)state;
    memset(&f, 0, sizeof f);
    f.got_fd = -1;
    lock_init(&f.lock, 0);
    cond_init(&f.changed);
    if (PRL_FAILED(loop_start()) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return -1;
    f.peer = pair[1];
    f.q = qmp_new(pair[0], &handler);
    return f.q ? 0 : -1;
}

static int
down(void **state)
{
    (void)state;
    qmp_free(f.q);
    if (f.peer >= 0)
        close(f.peer);
    if (f.got_fd >= 0)
        close(f.got_fd);
    loop_stop();
    cond_destroy(&f.changed);
    return 0;
}

/* ---- the played QEMU ---- */

static void
say(const char *text)
{
    assert_int_equal(send(f.peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* One JSON object; a descriptor beside it is kept. */
static json_t *
hear(void)
{
    static char text[65536];
    size_t len = 0;

    for (;;) {
        struct pollfd p = { f.peer, POLLIN, 0 };
        struct iovec iov = { text + len, 1 };
        char control[CMSG_SPACE(sizeof(int))];
        struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
        struct cmsghdr *c;
        json_t *o;

        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        assert_int_equal(recvmsg(f.peer, &msg, 0), 1);
        c = CMSG_FIRSTHDR(&msg);
        if (c)
            memcpy(&f.got_fd, CMSG_DATA(c), sizeof(int));
        if (text[len++] != '}')
            continue;
        o = json_loadb(text, len, 0, NULL);
        if (o)
            return o;
        assert_true(len < sizeof text);
    }
}

static json_int_t
hear_command(const char *name)
{
    json_t *o = hear();
    json_int_t id = json_integer_value(json_object_get(o, "id"));

    assert_string_equal(json_string_value(json_object_get(o, "execute")), name);
    json_decref(o);
    return id;
}

static void
answer(json_int_t id, const char *member)
{
    char text[300];

    snprintf(text, sizeof text, "{%s, \"id\": %lld}\r\n", member, (long long)id);
    say(text);
}

static void
greet(void)
{
    say(GREETING);
    answer(hear_command("qmp_capabilities"), "\"return\": {}");
    assert_int_equal(qmp_wait_ready(f.q, clock_deadline(WAIT_MS)), 0);
}

/* ---- tests ---- */

static void
qmp__greeting__makes_it_ready(void **state)
{
    (void)state;
    assert_int_equal(qmp_wait_ready(f.q, clock_now_ms()), PRL_ERR_TIMEOUT);
    greet();
    assert_true(qmp_is_open(f.q));
}

static void
qmp__answers_in_any_order__reach_their_commands(void **state)
{
    struct qmp_request *a, *b;
    json_t *ra = NULL, *rb = NULL;
    json_int_t ia, ib;

    (void)state;
    greet();
    a = qmp_send(f.q, "first", json_pack("{s:i}", "x", 1), -1, NULL);
    b = qmp_send(f.q, "second", NULL, -1, NULL);
    ia = hear_command("first");
    ib = hear_command("second");
    answer(ib, "\"return\": \"b\"");
    answer(ia, "\"return\": \"a\"");
    assert_int_equal(qmp_finish(f.q, a, clock_deadline(WAIT_MS), &ra), 0);
    assert_int_equal(qmp_finish(f.q, b, clock_deadline(WAIT_MS), &rb), 0);
    assert_string_equal(json_string_value(ra), "a");
    assert_string_equal(json_string_value(rb), "b");
    json_decref(ra);
    json_decref(rb);
}

static void
qmp__refusal__carries_qemus_words(void **state)
{
    struct qmp_request *r;

    (void)state;
    greet();
    r = qmp_send(f.q, "cont", NULL, -1, NULL);
    answer(hear_command("cont"), "\"error\": {\"class\": \"GenericError\", \"desc\": \"no way\"}");
    assert_int_equal(qmp_finish(f.q, r, clock_deadline(WAIT_MS), NULL), PRL_ERR_VM_OPERATION_FAILED);
    assert_non_null(strstr(err_peek()->details, "no way"));
}

static void
qmp__late_success__is_undone(void **state)
{
    json_int_t id;

    (void)state;
    greet();
    assert_int_equal(qmp_call_or_undo(f.q, "stop", NULL, "cont", clock_now_ms()), PRL_ERR_TIMEOUT);
    id = hear_command("stop");
    answer(id, "\"return\": {}");
    hear_command("cont");
    assert_int_equal(qmp_call_or_undo(f.q, "stop", NULL, "cont", clock_now_ms()), PRL_ERR_TIMEOUT);
    id = hear_command("stop");
    answer(id, "\"error\": {\"desc\": \"x\"}"); /* failed late: nothing to undo */
    assert_int_equal(qmp_call(f.q, "next", NULL, clock_now_ms(), NULL), PRL_ERR_TIMEOUT);
    hear_command("next");
}

static void
qmp__events__are_told_in_order(void **state)
{
    int64_t deadline = clock_deadline(WAIT_MS);

    (void)state;
    greet();
    say("{\"event\": \"STOP\", \"timestamp\": {}}\r\n{\"event\": \"RES");
    say("UME\", \"data\": {\"a\": [1, 2]}}\n\r\n{\"event\": \"X\"}\n");
    LOCK_SCOPE(&f.lock);
    while (strcmp(f.events, "STOP RESUME X ") != 0)
        assert_true(cond_wait_until(&f.changed, &f.lock, deadline));
}

static void
qmp__descriptor__goes_with_its_command(void **state)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct qmp_request *r;

    (void)state;
    greet();
    r = qmp_send(f.q, "getfd", json_pack("{s:s}", "fdname", "x"), fd, NULL);
    answer(hear_command("getfd"), "\"return\": {}");
    assert_int_equal(qmp_finish(f.q, r, clock_deadline(WAIT_MS), NULL), 0);
    assert_true(f.got_fd >= 0);
    close(fd);
}

static void
wait_closed(void)
{
    int64_t deadline = clock_deadline(WAIT_MS);
    LOCK_SCOPE(&f.lock);

    while (!f.is_closed)
        assert_true(cond_wait_until(&f.changed, &f.lock, deadline));
}

static void
qmp__peer_goes__waiters_are_told(void **state)
{
    struct qmp_request *r;

    (void)state;
    greet();
    r = qmp_send(f.q, "stop", NULL, -1, NULL);
    hear_command("stop");
    close(f.peer);
    f.peer = -1;
    assert_int_equal(qmp_finish(f.q, r, clock_deadline(WAIT_MS), NULL), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    wait_closed();
    assert_int_equal(qmp_call(f.q, "cont", NULL, clock_deadline(WAIT_MS), NULL), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    assert_true(qmp_wait_closed(f.q, clock_now_ms()));
}

static void
qmp__anything_but_json_objects__closes(void **state)
{
    static const char *const rows[] = { "hello\n",   "[1,2]\n", "{\"a\":1,\"a\":2}\n", "{\"event\": \"\xff\"}\n", "{\"return\"\n",
                                        "\"x\"\r\n", "{} x\n" };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        greet();
        say(rows[i]);
        wait_closed();
        assert_false(qmp_is_open(f.q));
        down(state);
        assert_int_equal(up(state), 0);
    }
}

static void
qmp__objects_of_odd_shape__are_passed_over(void **state)
{
    (void)state;
    greet();
    say("{\"event\": 5}\n{\"id\": \"x\"}\n{\"return\": 1, \"id\": 99999}\n{}\n{\"QMP\": 1}\n{\"error\": {\"desc\": []}, \"id\": "
        "-1}\n");
    {
        struct qmp_request *r = qmp_send(f.q, "ok", NULL, -1, NULL);

        answer(hear_command("ok"), "\"error\": 7");
        assert_int_equal(qmp_finish(f.q, r, clock_deadline(WAIT_MS), NULL), PRL_ERR_VM_OPERATION_FAILED);
    }
}

/* A peer that does not read: commands queue up and go when it does. */
static void
qmp__slow_peer__gets_everything(void **state)
{
    enum { N = 200 };
    static char big[8000];
    struct qmp_request *r[N];

    (void)state;
    greet();
    memset(big, 'x', sizeof big - 1);
    for (int i = 0; i < N; i++) {
        r[i] = qmp_send(f.q, "big", json_pack("{s:s}", "x", big), -1, NULL);
        assert_non_null(r[i]);
    }
    for (int i = 0; i < N; i++)
        answer(hear_command("big"), "\"return\": {}");
    for (int i = 0; i < N; i++)
        assert_int_equal(qmp_finish(f.q, r[i], clock_deadline(WAIT_MS), NULL), 0);
}

/* Abandoned before the answer is there, and behind it. */
static void
qmp__abandoned_command__is_undone(void **state)
{
    struct qmp_request *r;

    (void)state;
    greet();
    r = qmp_send(f.q, "stop", NULL, -1, "cont");
    qmp_abandon(f.q, r);
    assert_false(qmp_is_idle(f.q));
    answer(hear_command("stop"), "\"return\": {}");
    answer(hear_command("cont"), "\"return\": {}");

    r = qmp_send(f.q, "stop", NULL, -1, "cont");
    answer(hear_command("stop"), "\"return\": {}");
    assert_int_equal(qmp_call(f.q, "behind", NULL, clock_now_ms(), NULL), PRL_ERR_TIMEOUT); /* so that the answer has been read */
    hear_command("behind");
    qmp_abandon(f.q, r);
    hear_command("cont");

    r = qmp_send(f.q, "stop", NULL, -1, "cont");
    qmp_abandon(f.q, r);
    answer(hear_command("stop"), "\"error\": {\"desc\": \"x\"}"); /* refused: nothing to undo */
    qmp_abandon(f.q, qmp_send(f.q, "last", NULL, -1, NULL));
    hear_command("last");
}

/* A played QEMU that answers all it hears, each behind an event. */
enum { CALLERS = 4, CALLS = 100 };

static void
serve(void *arg)
{
    (void)arg;
    for (int i = 0; i < CALLERS * CALLS; i++) {
        say("{\"event\": \"E\"}\r\n");
        answer(hear_command("call"), "\"return\": {}");
    }
}

static void
call_often(void *arg)
{
    (void)arg;
    for (int i = 0; i < CALLS; i++)
        assert_int_equal(qmp_call(f.q, "call", NULL, clock_deadline(WAIT_MS), NULL), 0);
}

/* One of the callers reads for the others, and leaves in the middle; what it leaves behind is read by the loop or the next. */
static void
qmp__many_waiters__all_hear(void **state)
{
    pthread_t server, callers[CALLERS];
    int64_t deadline = clock_deadline(WAIT_MS);

    (void)state;
    greet();
    assert_int_equal(thread_start(&server, "server", serve, NULL), 0);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(thread_start(&callers[i], "caller", call_often, NULL), 0);
    for (int i = 0; i < CALLERS; i++)
        thread_join(callers[i]);
    thread_join(server);
    assert_true(qmp_is_idle(f.q));
    say("{\"event\": \"LAST\"}\r\n"); /* nobody waits: it is the loop's turn again */
    LOCK_SCOPE(&f.lock);
    while (!strstr(f.events, "E E E "))
        assert_true(cond_wait_until(&f.changed, &f.lock, deadline));
    while (!f.has_last)
        assert_true(cond_wait_until(&f.changed, &f.lock, deadline));
}

/* The reader is a waiter whose time is over while another still waits. */
static void
qmp__reader_gives_up__others_hear(void **state)
{
    struct qmp_request *a, *b;
    json_int_t ia, ib;

    (void)state;
    greet();
    a = qmp_send(f.q, "slow", NULL, -1, NULL);
    b = qmp_send(f.q, "slower", NULL, -1, NULL);
    ia = hear_command("slow");
    ib = hear_command("slower");
    assert_int_equal(qmp_finish(f.q, a, clock_deadline(20), NULL), PRL_ERR_TIMEOUT);
    answer(ia, "\"return\": {}");
    answer(ib, "\"return\": {}");
    assert_int_equal(qmp_finish(f.q, b, clock_deadline(WAIT_MS), NULL), 0);
}

/* The beginning of the next command has gone with the last one; nothing of it is a command. */
static void
qmp__begun_command__is_ended_by_what_comes_next(void **state)
{
    static const char head[] = "{\"execute\":\"", rest[] = "stop\"}{\"execute\":\"";
    char got[64] = "";

    (void)state;
    greet();
    assert_int_equal(recv(f.peer, got, sizeof got - 1, MSG_DONTWAIT), sizeof head - 1);
    assert_string_equal(got, head);
    qmp_abandon(f.q, qmp_send(f.q, "stop", NULL, -1, NULL));
    memset(got, 0, sizeof got);
    assert_int_equal(recv(f.peer, got, sizeof got - 1, MSG_DONTWAIT), sizeof rest - 1);
    assert_string_equal(got, rest);
}

/* ---- watched ---- */

static struct {
    struct qmp_request *r;
    struct lock lock;
    struct cond changed;
    int n_over;
    bool was_loop;
    PRL_RESULT finished;
} watched;

/* As a task that nobody waits for: finishes the request where the answer was read. */
static void
on_over(void *ctx)
{
    PRL_RESULT rc = qmp_finish(f.q, watched.r, clock_now_ms(), NULL);
    LOCK_SCOPE(&watched.lock);

    assert_ptr_equal(ctx, &watched);
    watched.finished = rc;
    watched.was_loop = loop_is_here();
    watched.n_over++;
    cond_broadcast(&watched.changed);
}

static void
send_watched(void)
{
    lock_init(&watched.lock, 0);
    cond_init(&watched.changed);
    watched.n_over = 0;
    watched.r = qmp_send(f.q, "stop", NULL, -1, "cont");
    assert_true(qmp_watch(f.q, watched.r, on_over, &watched));
    assert_true(qmp_is_watched(f.q));
}

static void
wait_over(void)
{
    LOCK_SCOPE(&watched.lock);

    while (!watched.n_over)
        assert_true(cond_wait_until(&watched.changed, &watched.lock, clock_deadline(WAIT_MS)));
    assert_int_equal(watched.n_over, 1);
    assert_true(watched.was_loop);
    assert_false(qmp_is_watched(f.q));
}

static void
qmp__watched_answer__is_told_where_it_was_read(void **state)
{
    (void)state;
    greet();
    send_watched();
    answer(hear_command("stop"), "\"return\": {}");
    wait_over();
    assert_int_equal(watched.finished, 0);
    assert_true(qmp_is_idle(f.q));
}

static void
qmp__peer_goes__the_watcher_is_told(void **state)
{
    (void)state;
    greet();
    send_watched();
    close(f.peer);
    f.peer = -1;
    wait_over();
    assert_int_equal(watched.finished, PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
}

static void
qmp__unwatched_in_time__only_the_waiter_hears(void **state)
{
    (void)state;
    greet();
    send_watched();
    assert_true(qmp_unwatch(f.q, watched.r));
    assert_false(qmp_unwatch(f.q, watched.r));
    assert_false(qmp_is_watched(f.q));
    answer(hear_command("stop"), "\"return\": {}");
    assert_int_equal(qmp_finish(f.q, watched.r, clock_deadline(WAIT_MS), NULL), 0);
    assert_int_equal(watched.n_over, 0);
    watched.r = qmp_send(f.q, "stop", NULL, -1, NULL);
    answer(hear_command("stop"), "\"return\": {}");
    assert_int_equal(qmp_call(f.q, "behind", NULL, clock_now_ms(), NULL), PRL_ERR_TIMEOUT); /* so that the answer has been read */
    assert_false(qmp_watch(f.q, watched.r, on_over, &watched));
    assert_int_equal(qmp_finish(f.q, watched.r, clock_now_ms(), NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(qmp__greeting__makes_it_ready),
        TEST(qmp__answers_in_any_order__reach_their_commands),
        TEST(qmp__refusal__carries_qemus_words),
        TEST(qmp__late_success__is_undone),
        TEST(qmp__events__are_told_in_order),
        TEST(qmp__descriptor__goes_with_its_command),
        TEST(qmp__peer_goes__waiters_are_told),
        TEST(qmp__anything_but_json_objects__closes),
        TEST(qmp__objects_of_odd_shape__are_passed_over),
        TEST(qmp__slow_peer__gets_everything),
        TEST(qmp__abandoned_command__is_undone),
        TEST(qmp__many_waiters__all_hear),
        TEST(qmp__reader_gives_up__others_hear),
        TEST(qmp__begun_command__is_ended_by_what_comes_next),
        TEST(qmp__watched_answer__is_told_where_it_was_read),
        TEST(qmp__peer_goes__the_watcher_is_told),
        TEST(qmp__unwatched_in_time__only_the_waiter_hears),
    };

    return cmocka_run_group_tests_name("qmp", tests, NULL, NULL);
}
