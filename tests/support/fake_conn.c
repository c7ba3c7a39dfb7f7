/* SPDX-License-Identifier: MIT */
/* A connection whose other end is the test. One at a time is enough for the scripts; several may live. */
#include "fake_conn.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/thread.h"
#include "base/vec.h"
#include "core/conn.h"
#include "wire/frame.h"

#define OPS 128
#define WAIT_MS 10000

struct request {
    struct request *next;
    enum op op;
    uint64_t id;
    conn_done *done;
    void *data;
    uint64_t news;
};

struct action {
    struct action *next;
    struct request *request; /* answered, or NULL */
    json_t *json;            /* parameters of the answer, or an event */
    struct err *err;
    uint64_t progress_id;
    unsigned percent;
};

struct conn {
    _Atomic unsigned refs;
    struct conn_events events;
    pthread_t reader;
    struct cond work, ended, idle;
    struct action *head, **tail; /* under lock, as all below */
    struct request *held;
    bool is_closing, was_logoff, is_dead, is_ended, is_orphan;
    bool is_acting, is_noisy;
    uint64_t news;
};

static struct lock lock = LOCK_INIT(0); /* of everything here */
static struct cond arrived;
static struct conn *current;
static uint64_t last_id, n_opened;
static unsigned n_alive;
static PRL_RESULT refusal;
static struct {
    json_t *answer;
    PRL_RESULT error;
    bool is_set;
    json_t *sent;
    unsigned count;
} scripts[OPS];
static _Thread_local struct conn *reading;
static _Thread_local uint64_t reply_tag;
static bool is_coherent; /* under lock */

/* ---- the reader ---- */

static void
act(struct conn *c, struct action *a)
{
    if (a->request) {
        reply_tag = is_coherent && a->request->news == c->news ? c->news : 0;
        a->request->done(a->request->data, a->json, -1, a->err);
        reply_tag = 0;
        free(a->request);
    } else if (a->progress_id) {
        c->events.progress(c->events.data, a->progress_id, a->percent);
    } else if (c->events.event) {
        lock_take(&lock);
        c->news++;
        lock_drop(&lock);
        c->events.event(c->events.data, a->json);
    }
    json_decref(a->json);
    err_free(a->err);
    free(a);
}

static void
conn_free(struct conn *c)
{
    cond_destroy(&c->work);
    cond_destroy(&c->ended);
    cond_destroy(&c->idle);
    free(c);
    LOCK_SCOPE(&lock);
    n_alive--;
}

static void
fail_all(struct conn *c)
{
    struct err err = { .code = PRL_ERR_WS_DISP_CONNECTION_CLOSED };

    for (;;) {
        struct request *r;

        lock_take(&lock);
        r = c->held;
        if (r)
            c->held = r->next;
        lock_drop(&lock);
        if (!r)
            return;
        r->done(r->data, NULL, -1, &err);
        free(r);
    }
}

static void
reader(void *arg)
{
    struct conn *c = arg;
    bool is_orphan;

    reading = c;
    lock_take(&lock);
    for (;;) {
        struct action *a = c->head;

        if (c->is_closing)
            break;
        if (!a) {
            cond_wait_until(&c->work, &lock, CLOCK_FOREVER);
            continue;
        }
        c->head = a->next;
        if (!c->head)
            c->tail = &c->head;
        c->is_acting = true;
        lock_drop(&lock);
        act(c, a);
        lock_take(&lock);
        c->is_acting = false;
        cond_broadcast(&c->idle);
    }
    c->is_dead = true;
    while (c->head) {
        struct action *a = c->head;

        c->head = a->next;
        if (a->request) {
            a->request->next = c->held;
            c->held = a->request;
        }
        json_decref(a->json);
        err_free(a->err);
        free(a);
    }
    lock_drop(&lock);
    fail_all(c);
    if (c->events.closed)
        c->events.closed(c->events.data, c->was_logoff);
    lock_take(&lock);
    c->is_ended = true;
    cond_broadcast(&c->ended);
    cond_broadcast(&c->idle);
    is_orphan = c->is_orphan;
    if (current == c)
        current = NULL;
    lock_drop(&lock);
    reading = NULL;
    if (is_orphan) {
        pthread_detach(pthread_self());
        conn_free(c);
    }
}

static void
push_locked(struct conn *c, struct action *a)
{
    *c->tail = a;
    c->tail = &a->next;
    cond_signal(&c->work);
}

/* ---- conn.h ---- */

PRL_RESULT
conn_open_local(int64_t timeout_ms, const struct conn_events *events, const struct conn_first *first, struct conn **ret)
{
    struct conn *c;

    (void)timeout_ms;
    if (refusal)
        return err_set(refusal, "no service in this test");
    c = calloc(1, sizeof *c);
    assert(c);
    atomic_init(&c->refs, 1);
    c->news = ++n_opened << 40;
    c->events = *events;
    cond_init(&c->work);
    cond_init(&c->ended);
    cond_init(&c->idle);
    c->tail = &c->head;
    lock_take(&lock);
    current = c;
    n_alive++;
    if (thread_start(&c->reader, "fake-reader", reader, c))
        abort();
    lock_drop(&lock);
    *ret = c;
    return first ? conn_request(c, first->op, NULL, first->args, first->n_args, first->done, first->data, NULL) : PRL_ERR_SUCCESS;
}

PRL_RESULT
conn_open_fd(int fd, const struct conn_events *events, struct conn **ret)
{
    (void)fd;
    return conn_open_local(0, events, NULL, ret);
}

struct conn *
conn_ref(struct conn *c)
{
    if (c)
        atomic_fetch_add(&c->refs, 1);
    return c;
}

void
conn_close(struct conn *c, bool was_logoff)
{
    if (!c)
        return;
    LOCK_SCOPE(&lock);
    c->is_closing = true;
    if (was_logoff)
        c->was_logoff = true;
    cond_signal(&c->work);
    while (reading != c && !c->is_ended)
        cond_wait_until(&c->ended, &lock, CLOCK_FOREVER);
}

void
conn_unref(struct conn *c)
{
    if (!c || atomic_fetch_sub(&c->refs, 1) != 1)
        return;
    if (reading == c) {
        lock_take(&lock);
        c->is_orphan = true;
        lock_drop(&lock);
        conn_close(c, true);
        return;
    }
    conn_close(c, true);
    thread_join(c->reader);
    conn_free(c);
}

void
conn_help(struct conn *c, bool (*is_done)(void *data), void *data)
{
    (void)c;
    (void)is_done;
    (void)data;
}

uint64_t
conn_reply_tag(void)
{
    return reply_tag;
}

uint64_t
conn_knows(struct conn *c)
{
    LOCK_SCOPE(&lock);

    /* Who was told of an answer may be here before the reader is through with it; the tests count requests. */
    while (is_coherent && reading != c && !c->is_ended && (c->head || c->is_acting))
        cond_wait_until(&c->idle, &lock, CLOCK_FOREVER);
    return is_coherent && !c->is_dead && !c->is_closing && !c->is_noisy && !c->is_acting && !c->held ? c->news : 0;
}

bool
conn_is_open(struct conn *c)
{
    LOCK_SCOPE(&lock);

    return !c->is_dead && !c->is_closing;
}

PRL_RESULT
conn_request(struct conn *c, enum op op, const char *vm_uuid, const struct op_arg *args, int n_args, conn_done *done,
             void *data, uint64_t *ret_id)
{
    struct frame_texts texts = FRAME_TEXTS_INIT;
    json_t *sent = op_encode(op_row(op), vm_uuid, args, n_args, &texts);
    struct request *r = calloc(1, sizeof *r), **at;

    assert(r && op < OPS);
    frame_texts_close(&texts);
    if (!sent) {
        free(r);
        return err_set(PRL_ERR_INVALID_ARG, "%d arguments that do not fit %s", n_args, op_row(op)->method);
    }
    LOCK_SCOPE(&lock);
    json_decref(scripts[op].sent);
    scripts[op].sent = sent;
    scripts[op].count++;
    if (c->is_dead || c->is_closing) {
        free(r);
        return err_set(PRL_ERR_NOT_CONNECTED_TO_DISPATCHER, "closed");
    }
    *r = (struct request){ .op = op, .id = ++last_id, .done = done, .data = data, .news = c->news };
    if (ret_id)
        *ret_id = r->id;
    if (scripts[op].is_set) {
        struct action *a = calloc(1, sizeof *a);

        assert(a);
        a->request = r;
        a->json = json_deep_copy(scripts[op].answer);
        if (scripts[op].error) {
            err_set(scripts[op].error, "scripted");
            a->err = err_take(scripts[op].error);
        }
        push_locked(c, a);
        return PRL_ERR_SUCCESS;
    }
    for (at = &c->held; *at; at = &(*at)->next)
        ;
    *at = r;
    cond_broadcast(&arrived);
    return PRL_ERR_SUCCESS;
}

/* ---- for the test ---- */

static json_t *
parse(const char *text)
{
    AUTO(cleanup_free) char *copy = str_dup(text);
    json_error_t why;
    json_t *json;

    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    json = json_loads(copy, 0, &why);
    if (!json)
        fprintf(stderr, "%s: %s\n", copy, why.text);
    assert(json);
    return json;
}

void
fake_conn_reset(void)
{
    static bool once;

    LOCK_SCOPE(&lock);
    if (!once)
        cond_init(&arrived);
    once = true;
    for (int i = 0; i < OPS; i++) {
        json_decref(scripts[i].answer);
        json_decref(scripts[i].sent);
    }
    memset(scripts, 0, sizeof scripts);
    refusal = 0;
    is_coherent = false;
}

void
fake_conn_coherent(bool on)
{
    LOCK_SCOPE(&lock);

    is_coherent = on;
}

void
fake_conn_noise(bool on)
{
    LOCK_SCOPE(&lock);

    if (current)
        current->is_noisy = on;
}

void
fake_conn_script(enum op op, const char *parameters)
{
    LOCK_SCOPE(&lock);

    json_decref(scripts[op].answer);
    scripts[op].answer = parameters ? parse(parameters) : NULL;
    scripts[op].error = 0;
    scripts[op].is_set = parameters;
}

void
fake_conn_script_error(enum op op, PRL_RESULT code)
{
    LOCK_SCOPE(&lock);

    scripts[op].error = code;
    scripts[op].is_set = true;
}

void
fake_conn_refuse(PRL_RESULT code)
{
    refusal = code;
}

/* Takes the oldest held request of op out, or only looks. */
static struct request *
find_held(enum op op, bool take)
{
    int64_t deadline = clock_deadline(WAIT_MS);

    for (;;) {
        for (struct request **at = current ? &current->held : NULL; at && *at; at = &(*at)->next) {
            struct request *r = *at;

            if (r->op != op)
                continue;
            if (take)
                *at = r->next;
            return r;
        }
        if (!cond_wait_until(&arrived, &lock, deadline))
            abort(); /* the request never came */
    }
}

static void
answer(enum op op, json_t *json, struct err *err)
{
    struct action *a = calloc(1, sizeof *a);

    assert(a);
    LOCK_SCOPE(&lock);
    a->request = find_held(op, true);
    a->json = json;
    a->err = err;
    push_locked(current, a);
}

void
fake_conn_answer(enum op op, const char *parameters)
{
    answer(op, parse(parameters), NULL);
}

void
fake_conn_answer_error(enum op op, PRL_RESULT code, const char *param0, const char *details)
{
    err_set(code, "%s", details ? details : "");
    if (param0)
        err_param(0, "%s", param0);
    answer(op, NULL, err_take(code));
}

void
fake_conn_progress(enum op op, unsigned percent)
{
    struct action *a = calloc(1, sizeof *a);

    assert(a);
    LOCK_SCOPE(&lock);
    a->progress_id = find_held(op, false)->id;
    a->percent = percent;
    push_locked(current, a);
}

void
fake_conn_event(const char *event)
{
    struct action *a = calloc(1, sizeof *a);

    assert(a);
    a->json = parse(event);
    LOCK_SCOPE(&lock);
    assert(current);
    push_locked(current, a);
}

void
fake_conn_break(void)
{
    LOCK_SCOPE(&lock);

    if (!current)
        return;
    current->is_closing = true;
    cond_signal(&current->work);
}

json_t *
fake_conn_sent(enum op op)
{
    LOCK_SCOPE(&lock);

    return json_deep_copy(scripts[op].sent);
}

unsigned
fake_conn_count(enum op op)
{
    LOCK_SCOPE(&lock);

    return scripts[op].count;
}

unsigned
fake_conn_alive(void)
{
    LOCK_SCOPE(&lock);

    return n_alive;
}

char *
fake_vm(unsigned n, unsigned rev, const char *name, const char *text)
{
    json_t *json = json_pack("{si si ss si si si ss ss sb si si sb si si}",
                             "rev", (int)rev, "config_rev", (int)rev, "name", name, "state", 805306369, "addition", 0,
                             "valid", 0, "home", "/vms/one", "owner", "tester", "is_owner", 1, "others", 0, "allowed", 7,
                             "locked", 0, "vnc", 0, "uptime", 5);
    char uuid[64], *out;

    assert(json);
    snprintf(uuid, sizeof uuid, FAKE_UUID, n);
    json_object_set_new(json, "uuid", json_string(uuid));
    if (text)
        json_object_set_new(json, "text", json_string(text));
    out = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return out;
}
