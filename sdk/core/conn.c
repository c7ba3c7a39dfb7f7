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
#include <prlsdk/PrlEventsValues.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
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
#define STAY_AWAKE_US 100
#define HELP_US 3000  /* awake and asleep; bounded, so that nobody has to wake a helper */
#define LUCK_MAX 8    /* so many times awake in vain before it is given up */
#define LUCK_EVERY 16 /* and then tried again so often */

struct pending {
    struct pending *next;
    uint64_t id;
    conn_done *done;
    void *data;
    uint64_t news, taken; /* of the connection when it was made */
};

struct conn {
    _Atomic unsigned refs; /* of users; the reader has none */
    struct frame *frame;   /* constant */
    struct conn_events events; /* constant */
    pthread_t reader;      /* constant; joined by the last user, or detached when that is the reader itself */
    int wake_fd;           /* constant: tells the reader to look at the flags */
    int epoll_fd;          /* constant: what the reader waits on, the socket and wake_fd */
    _Atomic bool is_closing, was_logoff, is_orphan, has_output;

    struct lock reading_lock; /* unranked, outermost: whose turn it is to read and to call back */
    bool is_over;             /* under reading_lock: the reader makes its last callbacks */
    _Atomic bool is_helped;   /* one helper at a time */
    _Atomic unsigned luck, n_helps;

    /* Written by who holds reading_lock, read by anybody (conn_knows). */
    _Atomic unsigned turns;   /* odd: somebody reads */
    _Atomic bool has_part;    /* of a message */
    _Atomic uint64_t news;    /* counts events that may change what is known; no two connections have the same */
    _Atomic uint64_t taken;   /* what came so far, as a measure of the socket's room, never too small */
    _Atomic uint64_t proven;  /* the same when the request was made that was answered last */
    _Atomic bool is_deaf;     /* no events come */
    uint64_t n_messages;      /* of its holder alone */
    uint64_t room;            /* constant: what one side may have under way to the other */

    struct lock lock; /* rank 70 */
    struct cond ended_cond;
    struct pending *pending[BUCKETS]; /* under lock, as all below */
    unsigned n_pending;
    uint64_t last_id;
    bool is_dead;  /* takes no more requests */
    bool is_ended; /* the reader has made its last callback */
    bool is_relieved; /* a helper sleeps on the socket: the reader hears of a hang-up only */
    uint32_t armed;   /* what the reader waits for on the socket */
};

static _Thread_local struct conn *reading; /* the connection whose callbacks this thread makes */
static _Thread_local uint64_t reply_tag;

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
    p->news = c->news;
    p->taken = c->taken;
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

/* Counters of a second and percents say nothing about what a VM is. */
static bool
is_news(json_t *event, json_t *progress)
{
    json_int_t type = json_integer_value(json_object_get(event, "type"));

    return event ? type != PET_DSP_EVT_VM_PERFSTATS : !progress;
}

static void
deliver_event(struct conn *c, json_t *parameters)
{
    json_t *event = json_object_get(parameters, "event");
    json_t *progress = json_object_get(parameters, "progress");

    if (is_news(event, progress))
        c->news++;
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
    if (p->taken > c->proven)
        c->proven = p->taken;
    reply_tag = p->news == c->news ? p->news : 0;
    if (error) {
        AUTO(err_free) struct err *e = err_of_reply(error, parameters);
        struct err bare = { .code = PRL_ERR_OUT_OF_MEMORY };

        p->done(p->data, json_is_object(parameters) ? parameters : NULL, memfd, e ? e : &bare);
    } else {
        AUTO(json_decref) json_t *empty = json_is_object(parameters) ? NULL : json_object();

        p->done(p->data, empty ? empty : parameters, memfd, NULL);
    }
    reply_tag = 0;
    free(p);
}

uint64_t
conn_reply_tag(void)
{
    return reply_tag;
}

/*
 * Twice the bytes and 2 KiB for each message is never less than what the kernel counts against the sender's room. Where less than that room
 * has come since a request that is answered, the service had room for everything all the time, so nothing waits on its side.
 */
static void
note_taken(struct conn *c)
{
    c->n_messages++;
    c->taken = 2 * frame_received_bytes(c->frame) + 2048 * c->n_messages;
}

static void
deliver(struct conn *c, json_t *msg, int memfd)
{
    json_t *id = json_object_get(msg, "id");

    note_taken(c);
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

static bool
is_relieved(struct conn *c)
{
    LOCK_SCOPE(&c->lock);

    return c->is_relieved;
}

/*
 * Unless another thread is at it: what that leaves behind wakes the reader anew. What a sleeping helper waits for is not taken away from
 * under it.
 */
static bool
read_turn(struct conn *c, bool is_helper)
{
    struct conn *before = reading;
    bool ok = true;

    if (!lock_try(&c->reading_lock))
        return true;
    if (is_helper || !is_relieved(c)) {
        reading = c;
        c->turns++;
        ok = !c->is_over && read_all(c);
        c->has_part = frame_has_part(c->frame);
        c->turns++;
        reading = before;
    }
    lock_drop(&c->reading_lock);
    return ok;
}

static void
arm_locked(struct conn *c)
{
    uint32_t wanted = (c->is_relieved ? 0 : EPOLLIN) | (c->has_output ? EPOLLOUT : 0);
    struct epoll_event e = { .events = wanted, .data.fd = frame_fd(c->frame) };

    if (c->armed != wanted && epoll_ctl(c->epoll_fd, EPOLL_CTL_MOD, frame_fd(c->frame), &e) == 0)
        c->armed = wanted;
}

static void
relieve(struct conn *c, bool by_helper)
{
    LOCK_SCOPE(&c->lock);

    c->is_relieved = by_helper;
    arm_locked(c);
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

/* An answer that is a moment away: sleeping and being woken costs more than it. False: the connection is over. */
static bool
help_awake(struct conn *c, bool (*is_done)(void *data), void *data)
{
    static _Atomic long cores;
    int64_t until;
    bool ok = true;

    if (!cores)
        cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 2 || (!c->luck && c->n_helps++ % LUCK_EVERY))
        return true;
    until = clock_now_us() + STAY_AWAKE_US;
    while (ok && !is_done(data) && clock_now_us() < until)
        ok = read_turn(c, true);
    if (is_done(data))
        c->luck = LUCK_MAX;
    else if (c->luck)
        c->luck--;
    return ok;
}

/* A later one: being woken by it is half of what it takes when the reader is woken first. */
static bool
help_asleep(struct conn *c, bool (*is_done)(void *data), void *data)
{
    struct pollfd p = { .fd = frame_fd(c->frame), .events = POLLIN };
    const int64_t until = clock_now_us() + HELP_US;
    int64_t left = HELP_US;
    bool ok = true;

    relieve(c, true);
    /* A reader that was at it before it was relieved has to be through before we sleep; it may be at something long. */
    if (lock_try(&c->reading_lock)) {
        lock_drop(&c->reading_lock);
        while ((ok = read_turn(c, true)) && !is_done(data) && left > 0) {
            ppoll(&p, 1, &(struct timespec){ .tv_nsec = (long)left * 1000 }, NULL);
            left = until - clock_now_us();
        }
    }
    relieve(c, false);
    return ok;
}

void
conn_help(struct conn *c, bool (*is_done)(void *data), void *data)
{
    bool ok;

    if (reading || is_busy(c) || atomic_exchange(&c->is_helped, true))
        return;
    ok = help_awake(c, is_done, data);
    if (ok && !is_done(data))
        ok = help_asleep(c, is_done, data);
    c->is_helped = false;
    if (!ok)
        shutdown(frame_fd(c->frame), SHUT_RDWR); /* the reader sees it too */
    err_clear();
}

/* No other request is under way beside the Subscribe: what it is about to change may not be answered from before. */
static bool
is_idle(struct conn *c)
{
    LOCK_SCOPE(&c->lock);

    return !c->is_dead && c->n_pending <= 1;
}

/* Nobody has read from before the socket was found empty until after: then everything that has come is delivered. */
uint64_t
conn_knows(struct conn *c)
{
    const unsigned turns = c->turns;
    const uint64_t news = c->news;
    struct pollfd p = { .fd = frame_fd(c->frame), .events = POLLIN | POLLRDHUP };

    if (turns % 2 || c->has_part || c->is_deaf || c->is_closing || c->taken - c->proven > c->room || !is_idle(c))
        return 0;
    return poll(&p, 1, 0) == 0 && c->turns == turns ? news : 0;
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
    struct epoll_event events[2];
    uint64_t count;
    int n;

    {
        LOCK_SCOPE(&c->lock);
        arm_locked(c);
    }
    while ((n = epoll_wait(c->epoll_fd, events, ARRAY_LEN(events), -1)) < 0)
        if (errno != EINTR)
            return false;
    for (int i = 0; i < n; i++)
        if (events[i].data.fd == c->wake_fd && read(c->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR)
            return false;
    return !c->has_output || write_rest(c);
}

static void
conn_free(struct conn *c)
{
    if (!c)
        return;
    frame_free(c->frame);
    cleanup_close(&c->wake_fd);
    cleanup_close(&c->epoll_fd);
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
    /* At first what came with the answer to the first words: the socket will not tell of that. */
    for (bool ok = read_turn(c, false); ok && !c->is_closing && wait_for_more(c) && !c->is_closing; ok = read_turn(c, false))
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

static bool
watch(struct conn *c, int fd)
{
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

    return epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0;
}

/* What the service may have under way to us: its sockets have the same default as ours. */
static uint64_t
room_of(int fd)
{
    socklen_t len = sizeof(int);
    int room = 0;

    return getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &len) == 0 && room > 0 ? (uint64_t)room : 0;
}

PRL_RESULT
conn_make(struct frame *frame, const struct conn_events *events, struct conn **ret)
{
    AUTO(frame_free) struct frame *owned = frame;
    AUTO(conn_free) struct conn *c = calloc(1, sizeof *c);
    static _Atomic uint64_t serial = 1;

    if (!c)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
    lock_init(&c->lock, RANK_CONN);
    lock_init(&c->reading_lock, 0);
    atomic_init(&c->luck, LUCK_MAX);
    cond_init(&c->ended_cond);
    atomic_init(&c->refs, 1);
    c->events = *events;
    c->news = (atomic_fetch_add(&serial, 1) << 40) + 1;
    c->room = room_of(frame_fd(owned));
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    c->frame = TAKE(owned);
    if (c->wake_fd < 0 || c->epoll_fd < 0 || !watch(c, frame_fd(c->frame)) || !watch(c, c->wake_fd))
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "connection");
    c->armed = EPOLLIN;
    *ret = TAKE(c);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
conn_begin(struct conn *c, struct conn **ret)
{
    int e;

    *ret = c; /* before its callbacks can come */
    e = thread_start(&c->reader, "prl-conn", reader_main, c);
    if (!e)
        return PRL_ERR_SUCCESS;
    *ret = NULL;
    conn_drop(c);
    return err_errno(PRL_ERR_OUT_OF_MEMORY, e, "thread of the connection");
}

void
conn_drop(struct conn *c)
{
    struct pending *p;

    while (c && (p = pending_take_oldest(c)))
        free(p);
    conn_free(c);
}

PRL_RESULT
conn_open_fd(int fd, const struct conn_events *events, struct conn **ret)
{
    struct frame *frame;
    struct conn *c;
    int flags = fcntl(fd, F_GETFL);
    PRL_RESULT r;

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        r = err_errno(PRL_ERR_FAILURE, errno, "the socket of a connection");

        close(fd);
        return r;
    }
    frame = frame_new(fd);
    if (!frame) {
        close(fd);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
    }
    r = conn_make(frame, events, &c);
    return PRL_FAILED(r) ? r : conn_begin(c, ret);
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
    /*
     * Without a deadline, since what is behind it must not go on beside the reader: a socket that is shut ends its reads and polls, who reads
     * in its place stays HELP_US at most, and its callbacks convert and queue; the program's handlers run on threads of their own.
     */
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
    (void)reply, (void)memfd, (void)err;
    ((struct conn *)data)->is_deaf = true; /* it lasts as long as events come */
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
        if (PRL_FAILED(request(c, OP_SUBSCRIBE, json_object(), &none, subscribe_done, c, NULL)))
            c->is_deaf = true;
    send_out(c);
    return PRL_ERR_SUCCESS;
}
