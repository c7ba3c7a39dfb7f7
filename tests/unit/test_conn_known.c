/* SPDX-License-Identifier: MIT */
/* conn_knows and conn_reply_tag: a real connection, at whose other end the test writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <prlsdk/PrlEventsValues.h>

#include "base/clock.h"
#include "base/lock.h"
#include "core/conn.h"
#include "core/job.h"

#define WAIT_MS 10000

static struct lock lock = LOCK_INIT(0);
static struct cond heard;
static unsigned n_events, n_replies; /* under lock, as the next */
static uint64_t last_tag;
static struct conn *conn;
static int service = -1;

static void
on_event(void *data, json_t *event)
{
    LOCK_SCOPE(&lock);

    n_events++;
    cond_broadcast(&heard);
}

static void
on_reply(void *data, json_t *reply, int memfd, const struct err *err)
{
    LOCK_SCOPE(&lock);

    n_replies++;
    last_tag = conn_reply_tag();
    cond_broadcast(&heard);
}

/* ---- the service ---- */

static void
say_bytes(const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(service, bytes, n);

        assert_true(done > 0);
        bytes += done;
        n -= (size_t)done;
    }
}

static void
say(const char *text)
{
    say_bytes(text, strlen(text) + 1);
}

static void
say_event(int type)
{
    char text[128];

    snprintf(text, sizeof text, "{\"continues\":true,\"parameters\":{\"event\":{\"type\":%d}}}", type);
    say(text);
}

static void
say_reply(uint64_t id)
{
    char text[64];

    snprintf(text, sizeof text, "{\"id\":%u,\"parameters\":{}}", (unsigned)id);
    say(text);
}

static void
hear(unsigned *counter, unsigned n)
{
    int64_t deadline = clock_deadline(WAIT_MS);
    LOCK_SCOPE(&lock);

    while (*counter < n)
        assert_true(cond_wait_until(&heard, &lock, deadline));
}

/* Logged in, and subscribed to events, as every session is. */
#define LOGIN_ARGS ARGS(ARG_S(NULL), ARG_U(0), ARG_U(0), ARG_U(0))

static int
setup(void **state)
{
    const struct conn_events events = { .event = on_event };
    uint64_t login = 0;
    int fds[2];

    cond_init(&heard);
    n_events = n_replies = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return -1;
    service = fds[1];
    if (PRL_FAILED(conn_open_fd(fds[0], &events, &conn)) || PRL_FAILED(conn_request(conn, OP_LOGIN, NULL, LOGIN_ARGS, on_reply, NULL, &login)))
        return -1;
    say_reply(login);
    hear(&n_replies, 1);
    n_replies = 0;
    return 0;
}


static int
teardown(void **state)
{
    conn_close(conn, true);
    conn_unref(conn);
    if (service >= 0)
        close(service);
    cond_destroy(&heard);
    return 0;
}

static uint64_t
ask(void)
{
    uint64_t id = 0;

    assert_int_equal(conn_request(conn, OP_SRV_CONFIG, NULL, NULL, 0, on_reply, NULL, &id), PRL_ERR_SUCCESS);
    return id;
}

/* The reader says that it is heard before it is through with its turn. */
static uint64_t
knows_soon(void)
{
    uint64_t tag = 0;

    for (int64_t until = clock_deadline(WAIT_MS); !tag && clock_left_ms(until);)
        tag = conn_knows(conn);
    return tag;
}

static void
assert_knows_nothing(void)
{
    for (int i = 0; i < 1000; i++)
        assert_int_equal(conn_knows(conn), 0);
}

/* ---- tests ---- */

static void
reply__with_nothing_behind_it__is_still_true(void **state)
{
    uint64_t id = ask();

    assert_knows_nothing(); /* under way */
    say_reply(id);
    hear(&n_replies, 1);
    assert_true(last_tag != 0);
    assert_true(knows_soon() == last_tag);
    assert_int_equal(conn_reply_tag(), 0);
}

static void
reply__before_an_event__is_true_no_more(void **state)
{
    say_reply(ask());
    say_event(PET_DSP_EVT_VM_STATE_CHANGED);
    hear(&n_events, 1);
    assert_true(last_tag != 0);
    assert_true(knows_soon() != last_tag);
}

static void
reply__behind_an_event_that_came_after_the_request__has_no_tag(void **state)
{
    uint64_t id = ask();

    say_event(PET_DSP_EVT_VM_STATE_CHANGED);
    say_reply(id);
    hear(&n_replies, 1);
    assert_int_equal(last_tag, 0);
    say_reply(ask());
    hear(&n_replies, 2);
    assert_true(last_tag != 0);
}

static void
message__of_a_kind_that_is_not_known__counts_as_news(void **state)
{
    uint64_t before = knows_soon();

    say("{\"continues\":true,\"parameters\":{\"something\":{}}}");
    say_event(PET_DSP_EVT_VM_PERFSTATS);
    hear(&n_events, 1);
    assert_true(knows_soon() != before);
}

static void
counters__of_a_machine__are_no_news(void **state)
{
    uint64_t before = knows_soon();

    say_event(PET_DSP_EVT_VM_PERFSTATS);
    hear(&n_events, 1);
    assert_true(knows_soon() == before);
}

static void
message__that_has_come_in_part__is_waited_for(void **state)
{
    const char text[] = "{\"continues\":true,\"parameters\":{\"event\":{\"type\":1}}}";
    uint64_t before = knows_soon();

    say_event(PET_DSP_EVT_VM_PERFSTATS);
    say_bytes(text, 10);
    hear(&n_events, 1);
    assert_knows_nothing();
    say_bytes(text + 10, sizeof text - 10);
    hear(&n_events, 2);
    assert_true(knows_soon() != before);
}

static void
connection__whose_other_end_is_gone__knows_nothing(void **state)
{
    assert_true(knows_soon() != 0);
    close(service);
    service = -1;
    assert_knows_nothing();
}

/* More than the socket takes has come: there may be something that found no room. The next answer has everything before it. */
static void
much__without_an_answer__is_not_trusted_until_the_next(void **state)
{
    int room = 0;
    socklen_t len = sizeof room;
    uint64_t before = knows_soon();
    unsigned n;

    assert_int_equal(getsockopt(service, SOL_SOCKET, SO_SNDBUF, &room, &len), 0);
    n = (unsigned)room / 2048 + 1;
    for (unsigned i = 0; i < n; i++)
        say_event(PET_DSP_EVT_VM_PERFSTATS);
    hear(&n_events, n);
    assert_knows_nothing();
    say_reply(ask());
    hear(&n_replies, 1);
    assert_true(knows_soon() == before);
}

static void
connection__that_gets_no_events__knows_nothing(void **state)
{
    assert_true(knows_soon() != 0);
    say_reply(2); /* the Subscribe, which is answered only when it ends */
    say_event(PET_DSP_EVT_VM_PERFSTATS);
    hear(&n_events, 1);
    assert_knows_nothing();
}

static void
connections__one_after_another__have_no_tag_in_common(void **state)
{
    uint64_t first = knows_soon();

    teardown(state);
    assert_int_equal(setup(state), 0);
    assert_true(knows_soon() != first);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(reply__with_nothing_behind_it__is_still_true),
        T(reply__before_an_event__is_true_no_more),
        T(reply__behind_an_event_that_came_after_the_request__has_no_tag),
        T(message__of_a_kind_that_is_not_known__counts_as_news),
        T(counters__of_a_machine__are_no_news),
        T(message__that_has_come_in_part__is_waited_for),
        T(connection__whose_other_end_is_gone__knows_nothing),
        T(much__without_an_answer__is_not_trusted_until_the_next),
        T(connection__that_gets_no_events__knows_nothing),
        T(connections__one_after_another__have_no_tag_in_common),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
