/* SPDX-License-Identifier: MIT */
/*
 * Requests out from any thread, replies and events in on one reader thread, or on a waiting one that reads in its place. A request
 * is in `pending` from before it is sent until its outcome is delivered; whoever takes it out of there (the reader, or a sender that
 * could not send) owns it.
 */
#include "conn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/thread.h"
#include "conn_local.h"
#include "wire/frame.h"
#include "wire/version.h"

#define RANK_CONN 70
#define BUCKETS 256
#define OPEN_MAX 4096 /* doc/wire.md */
#define QUEUED_MAX (64u << 20)
#define HELP_US 100
#define LUCK_MAX 8    /* so many times in vain before it is given up */
#define LUCK_EVERY 16 /* and then tried again so often */

struct pending {
    struct pending *next;
    uint64_t id;
    conn_done *done;
    void *data;
};

struct conn {
    _Atomic unsigned refs; /* of users; the reader has none */
    struct frame *frame;   /* constant */
    struct conn_events events; /* constant */
    pthread_t reader;      /* constant; joined by the last user, or detached when that is the reader itself */
    int wake_fd;           /* constant: tells the reader to look at the flags */
    _Atomic bool is_closing, was_logoff, is_orphan, has_output;

    struct lock reading_lock; /* unranked, outermost: whose turn it is to read and to call back */
    bool is_over;             /* under reading_lock: the reader makes its last callbacks */
    _Atomic bool is_helped;   /* one helper at a time */
    _Atomic unsigned luck, n_helps;

    struct lock lock; /* rank 70 */
    struct cond ended_cond;
    struct pending *pending[BUCKETS]; /* under lock, as all below */
    unsigned n_pending;
    uint64_t last_id;
    bool is_dead;  /* takes no more requests */
    bool is_ended; /* the reader has made its last callback */
};

static _Thread_local struct conn *reading; /* the connection whose callbacks this thread makes */

/* ---- requests under way ---- */

/* Once it is in, p may be taken and freed at any moment: the connection breaks. */
static PRL_RESULT
pending_add(struct conn *c, struct pending *p, uint64_t *ret_id)
{
    LOCK_SCOPE(&c->lock);

    if (c->is_dead)
        return err_set(PRL_ERR_NOT_CONNECTED_TO_DISPATCHER, "the connection is closed");
    if (c->n_pending >= OPEN_MAX)
        return err_set(PRL_ERR_TRY_AGAIN, "%u requests are under way", c->n_pending);
    *ret_id = p->id = ++c->last_id;
    p->next = c->pending[p->id % BUCKETS];
    c->pending[p->id % BUCKETS] = p;
    c->n_pending++;
    return PRL_ERR_SUCCESS;
}

static struct pending *
pending_take(struct conn *c, uint64_t id)
{
    LOCK_SCOPE(&c->lock);

    for (struct pending **at = &c->pending[id % BUCKETS]; *at; at = &(*at)->next) {
        struct pending *p = *at;

        if (p->id != id)
            continue;
        *at = p->next;
        c->n_pending--;
        return p;
    }
    return NULL;
}

/* The oldest first, as the callers would expect; once the connection is dead none is added. */
static struct pending *
pending_take_oldest(struct conn *c)
{
    uint64_t oldest = 0;

    {
        LOCK_SCOPE(&c->lock);
        for (int i = 0; i < BUCKETS; i++)
            for (struct pending *p = c->pending[i]; p; p = p->next)
                if (!oldest || p->id < oldest)
                    oldest = p->id;
    }
    return oldest ? pending_take(c, oldest) : NULL;
}

static void
fail_pending(struct conn *c)
{
    struct pending *p;

    while ((p = pending_take_oldest(c))) {
        struct err err = { .code = PRL_ERR_WS_DISP_CONNECTION_CLOSED };

        p->done(p->data, NULL, -1, &err);
        free(p);
    }
}

/* ---- what the service says ---- */

/* A copy of a text member, or NULL. */
static char *
text_member(json_t *object, const char *name)
{
    return str_dup(json_string_value(json_object_get(object, name)));
}

/* The service is not trusted to give a code that is one. */
static PRL_RESULT
code_of(const char *error, json_t *parameters)
{
    json_t *code = json_object_get(parameters, "code");
    json_int_t n = json_integer_value(code);

    if (json_is_integer(code) && n < 0 && n >= INT32_MIN)
        return (PRL_RESULT)n;
    if (str_eq(error, "org.varlink.service.MethodNotFound"))
        return PRL_ERR_UNIMPLEMENTED;
    if (str_eq(error, "org.varlink.service.InvalidParameter"))
        return PRL_ERR_BAD_PARAMETERS;
    return PRL_ERR_FAILURE;
}

static struct err *
err_of_reply(const char *error, json_t *parameters)
{
    struct err *e = calloc(1, sizeof *e);
    json_t *params = json_object_get(parameters, "params");

    if (!e)
        return NULL;
    e->code = code_of(error, parameters);
    for (size_t i = 0; i < ERR_PARAMS; i++)
        e->param[i] = str_dup(json_string_value(json_array_get(params, i)));
    e->details = text_member(parameters, "details");
    e->nested = text_member(parameters, "nested");
    return e;
}

static void
deliver_event(struct conn *c, json_t *parameters)
{
    json_t *event = json_object_get(parameters, "event");
    json_t *progress = json_object_get(parameters, "progress");

    if (json_is_object(event) && c->events.event)
        c->events.event(c->events.data, event);
    if (json_is_object(progress) && c->events.progress) {
        json_int_t request = json_integer_value(json_object_get(progress, "request"));
        json_int_t percent = json_integer_value(json_object_get(progress, "percent"));

        if (request > 0 && percent >= 0 && percent <= 100)
            c->events.progress(c->events.data, (uint64_t)request, (unsigned)percent);
    }
}

static void
deliver_reply(struct conn *c, uint64_t id, json_t *msg, int memfd)
{
    const char *error = json_string_value(json_object_get(msg, "error"));
    json_t *parameters = json_object_get(msg, "parameters");
    struct pending *p = pending_take(c, id);

    if (!p)
        return; /* a service that answers twice */
    if (error) {
        AUTO(err_free) struct err *e = err_of_reply(error, parameters);
        struct err bare = { .code = PRL_ERR_OUT_OF_MEMORY };

        p->done(p->data, json_is_object(parameters) ? parameters : NULL, memfd, e ? e : &bare);
    } else {
        AUTO(json_decref) json_t *empty = json_is_object(parameters) ? NULL : json_object();

        p->done(p->data, empty ? empty : parameters, memfd, NULL);
    }
    free(p);
}

static void
deliver(struct conn *c, json_t *msg, int memfd)
{
    json_t *id = json_object_get(msg, "id");

    if (json_is_true(json_object_get(msg, "continues")))
        deliver_event(c, json_object_get(msg, "parameters"));
    else if (json_is_integer(id) && json_integer_value(id) > 0)
        deliver_reply(c, (uint64_t)json_integer_value(id), msg, memfd);
}

/* ---- the reader ---- */

static void
wake_reader(struct conn *c)
{
    const uint64_t one = 1;

    /* Full means that it is awake already. */
    while (write(c->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* Everything that has come. False: the connection is over. */
static bool
read_all(struct conn *c)
{
    for (;;) {
        AUTO(json_decref) json_t *msg = NULL;
        AUTO_FD int memfd = -1;

        if (PRL_FAILED(frame_read(c->frame, &msg, &memfd)))
            return false;
        if (!msg)
            return true;
        deliver(c, msg, memfd);
        if (c->is_closing)
            return false;
    }
}

/* Unless another thread is at it: what that leaves behind wakes the reader anew. */
static bool
read_turn(struct conn *c)
{
    struct conn *before = reading;
    bool ok;

    if (!lock_try(&c->reading_lock))
        return true;
    reading = c;
    ok = !c->is_over && read_all(c);
    reading = before;
    lock_drop(&c->reading_lock);
    return ok;
}

/*
 * More than one request, beside the Subscribe that always is under way: threads enough are awake, and one that lost its core while it
 * reads would hold up all.
 */
static bool
is_busy(struct conn *c)
{
    LOCK_SCOPE(&c->lock);

    return c->n_pending > 2;
}

void
conn_help(struct conn *c, bool (*is_done)(void *data), void *data)
{
    static _Atomic long cores;
    int64_t until;
    bool ok = true;

    if (!cores)
        cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 2 || reading || (!c->luck && c->n_helps++ % LUCK_EVERY) || is_busy(c) || atomic_exchange(&c->is_helped, true))
        return;
    until = clock_now_us() + HELP_US;
    while (ok && !is_done(data) && clock_now_us() < until)
        ok = read_turn(c);
    if (is_done(data))
        c->luck = LUCK_MAX;
    else if (c->luck)
        c->luck--;
    c->is_helped = false;
    if (!ok)
        shutdown(frame_fd(c->frame), SHUT_RDWR); /* the reader sees it too */
    err_clear();
}

static bool
write_rest(struct conn *c)
{
    bool pending = false;

    c->has_output = false;
    if (PRL_FAILED(frame_flush(c->frame, &pending)))
        return false;
    if (pending)
        c->has_output = true;
    return true;
}

static bool
wait_for_more(struct conn *c)
{
    struct pollfd fds[2] = {
        { .fd = frame_fd(c->frame), .events = (short)(POLLIN | (c->has_output ? POLLOUT : 0)) },
        { .fd = c->wake_fd, .events = POLLIN },
    };

    while (poll(fds, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    if (fds[1].revents) {
        uint64_t n;

        if (read(c->wake_fd, &n, sizeof n) < 0 && errno != EAGAIN && errno != EINTR)
            return false;
    }
    if (fds[0].revents & POLLOUT || c->has_output)
        return write_rest(c);
    return true;
}

static void
conn_free(struct conn *c)
{
    if (!c)
        return;
    frame_free(c->frame);
    cleanup_close(&c->wake_fd);
    cond_destroy(&c->ended_cond);
    lock_destroy(&c->lock);
    lock_destroy(&c->reading_lock);
    free(c);
}
CLEANUP_FOR(conn_free, struct conn *)

static void
reader_main(void *arg)
{
    struct conn *c = arg;
    bool is_orphan;

    reading = c;
    while (!c->is_closing && wait_for_more(c) && !c->is_closing && read_turn(c))
        ;
    lock_take(&c->reading_lock);
    c->is_over = true;
    lock_drop(&c->reading_lock);
    lock_take(&c->lock);
    c->is_dead = true;
    lock_drop(&c->lock);
    shutdown(frame_fd(c->frame), SHUT_RDWR);
    fail_pending(c);
    if (c->events.closed)
        c->events.closed(c->events.data, c->was_logoff);

    lock_take(&c->lock);
    c->is_ended = true;
    cond_broadcast(&c->ended_cond);
    is_orphan = c->is_orphan;
    lock_drop(&c->lock);
    reading = NULL;
    /* Its last user let go of it in one of the callbacks above; from elsewhere the thread would be joined. */
    if (is_orphan) {
        pthread_detach(pthread_self());
        conn_free(c);
    }
}

/* ---- life ---- */

PRL_RESULT
conn_open_frame(struct frame *frame, const struct conn_events *events, struct conn **ret)
{
    AUTO(frame_free) struct frame *owned = frame;
    AUTO(conn_free) struct conn *c = calloc(1, sizeof *c);
    int e;

    if (!c)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
    lock_init(&c->lock, RANK_CONN);
    lock_init(&c->reading_lock, 0);
    atomic_init(&c->luck, LUCK_MAX);
    cond_init(&c->ended_cond);
    atomic_init(&c->refs, 1);
    c->events = *events;
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    c->frame = TAKE(owned);
    if (c->wake_fd < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "connection");
    e = thread_start(&c->reader, "prl-conn", reader_main, c);
    if (e)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, e, "thread of the connection");
    *ret = TAKE(c);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
conn_open_fd(int fd, const struct conn_events *events, struct conn **ret)
{
    struct frame *frame;
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        PRL_RESULT r = err_errno(PRL_ERR_FAILURE, errno, "the socket of a connection");

        close(fd);
        return r;
    }
    frame = frame_new(fd);
    if (!frame) {
        close(fd);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
    }
    return conn_open_frame(frame, events, ret);
}

struct conn *
conn_ref(struct conn *c)
{
    if (c)
        atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
    return c;
}

void
conn_unref(struct conn *c)
{
    if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (reading == c) {
        lock_take(&c->lock);
        c->is_orphan = true;
        lock_drop(&c->lock);
        conn_close(c, true);
        return;
    }
    conn_close(c, true);
    thread_join(c->reader);
    conn_free(c);
}

void
conn_close(struct conn *c, bool was_logoff)
{
    if (!c)
        return;
    if (was_logoff)
        c->was_logoff = true;
    c->is_closing = true;
    shutdown(frame_fd(c->frame), SHUT_RDWR);
    wake_reader(c);
    if (reading == c)
        return;
    LOCK_SCOPE(&c->lock);
    while (!c->is_ended)
        cond_wait_until(&c->ended_cond, &c->lock, CLOCK_FOREVER);
}

bool
conn_is_open(struct conn *c)
{
    LOCK_SCOPE(&c->lock);

    return !c->is_dead && !c->is_closing;
}

/* ---- requests ---- */

static void
send_out(struct conn *c)
{
    bool rest = false;

    if (PRL_FAILED(frame_flush(c->frame, &rest))) {
        shutdown(frame_fd(c->frame), SHUT_RDWR); /* the reader sees the end and fails what is pending */
    } else if (rest && reading != c) {
        c->has_output = true;
        wake_reader(c);
    } else if (rest) {
        c->has_output = true;
    }
}

static PRL_RESULT
queue_request(struct conn *c, const struct op_row *row, uint64_t id, json_t *parameters /* taken */, struct frame_texts *texts)
{
    AUTO(json_decref) json_t *msg = json_object();
    PRL_RESULT r = frame_texts_seal(texts);

    if (PRL_FAILED(r)) {
        json_decref(parameters);
        return r;
    }
    if (!msg || json_object_set_new(msg, "parameters", parameters) < 0 ||
        json_object_set_new(msg, "method", json_sprintf(WIRE_PREFIX "%s", row->method)) < 0 ||
        json_object_set_new(msg, "id", json_integer((json_int_t)id)) < 0 ||
        (row->op == OP_SUBSCRIBE && json_object_set_new(msg, "more", json_true()) < 0))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "request %s", row->method);
    return frame_queue(c->frame, msg, texts->fd);
}

static PRL_RESULT
request(struct conn *c, enum op op, json_t *parameters /* taken */, struct frame_texts *texts, conn_done *done, void *data, uint64_t *ret_id)
{
    struct pending *p = calloc(1, sizeof *p), *taken;
    PRL_RESULT r;
    uint64_t id = 0;

    if (!p) {
        json_decref(parameters);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "request");
    }
    p->done = done;
    p->data = data;
    r = pending_add(c, p, &id);
    if (PRL_FAILED(r)) {
        json_decref(parameters);
        free(p);
        return r;
    }
    if (ret_id)
        *ret_id = id;
    r = queue_request(c, op_row(op), id, parameters, texts);
    if (PRL_FAILED(r)) {
        taken = pending_take(c, id);
        if (taken) {
            free(taken);
            return r;
        }
        /* The connection broke meanwhile: done has been called. */
    }
    return PRL_ERR_SUCCESS;
}

static void
subscribe_done(void *data, json_t *reply, int memfd, const struct err *err)
{
}

PRL_RESULT
conn_request(struct conn *c, enum op op, const char *vm_uuid, const struct op_arg *args, int n_args, conn_done *done,
             void *data, uint64_t *ret_id)
{
    struct frame_texts texts = FRAME_TEXTS_INIT;
    struct frame_texts none = FRAME_TEXTS_INIT;
    const struct op_row *row = op_row(op);
    json_t *parameters;
    PRL_RESULT r;

    if (!row)
        return err_set(PRL_ERR_UNIMPLEMENTED, "operation %d", (int)op);
    if (frame_queued_bytes(c->frame) > QUEUED_MAX)
        return err_set(PRL_ERR_TRY_AGAIN, "the service does not read");
    parameters = op_encode(row, vm_uuid, args, n_args, &texts);
    if (!parameters) {
        frame_texts_close(&texts);
        return err_set(PRL_ERR_INVALID_ARG, "%s: an argument that cannot be sent", row->method);
    }
    r = request(c, op, parameters, &texts, done, data, ret_id);
    frame_texts_close(&texts);
    if (PRL_FAILED(r))
        return r;
    /* Right behind it on the wire, so that the session misses no event. A login that fails makes it fail too. */
    if (op == OP_LOGIN)
        request(c, OP_SUBSCRIBE, json_object(), &none, subscribe_done, NULL, NULL);
    send_out(c);
    return PRL_ERR_SUCCESS;
}
