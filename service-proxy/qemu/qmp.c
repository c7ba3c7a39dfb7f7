/* SPDX-License-Identifier: MIT */
/* The QMP client. What QEMU sends is not trusted: sizes are limited, shapes are checked, its words are quoted by those who show them. */
#include "qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/vec.h"
#include "loop.h"

#define READ_CHUNK 16384
#define WORDS_MAX 1000 /* of QEMU in an error text */
#define HEAD "{\"execute\":\""
#define HEAD_LEN (sizeof HEAD - 1)

struct qmp_request {
    uint64_t id; /* 0: sent without one, see qmp_send */
    const char *undo;
    bool is_done, is_abandoned; /* abandoned: nobody waits, the answer only counts for its undo */
    json_t *answer;             /* the whole message */
    qmp_over_fn *over;          /* NULL: not watched */
    void *over_ctx;
};

struct out_part {
    char *data;
    size_t len, done;
    int fd; /* own, goes with the first byte; -1 none */
};

struct qmp {
    int fd;
    struct qmp_handler handler;
    struct loop_source *source;

    struct lock reading_lock; /* unranked, outermost: whose turn it is to read and to call back */
    char *in; /* under reading_lock, as the next */
    size_t in_len, in_room, in_scanned;

    struct lock lock; /* rank 50 */
    struct cond changed;
    bool is_open, is_ready;
    bool is_helped; /* a waiter reads, and the loop only hears of a hang-up */
    bool has_head;  /* QEMU has the HEAD of the next command */
    uint32_t armed; /* what the loop waits for */
    uint64_t last_id;
    VEC(struct qmp_request *) pending; /* owned here while abandoned, else by their waiter */
    VEC(struct out_part) out;
};

/* ---- writing ---- */

static void
out_part_free(struct out_part *p)
{
    free(p->data);
    if (p->fd >= 0)
        close(p->fd);
}

static ssize_t
send_part(int sock, struct out_part *p)
{
    struct iovec iov = { p->data + p->done, p->len - p->done };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (p->fd >= 0 && !p->done) {
        struct cmsghdr *c;

        memset(&control, 0, sizeof control);
        msg.msg_control = control.bytes;
        msg.msg_controllen = sizeof control.bytes;
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &p->fd, sizeof(int));
    }
    return sendmsg(sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Never nothing, which would be for good (loop.h); a hang-up is told anyway. */
static uint32_t
wanted_locked(const struct qmp *q)
{
    return (q->is_helped ? EPOLLERR : EPOLLIN) | (q->out.len ? EPOLLOUT : 0);
}

static void
arm_locked(struct qmp *q)
{
    if (!q->source || !q->is_open || q->armed == wanted_locked(q))
        return;
    q->armed = wanted_locked(q);
    loop_change(q->source, q->armed);
}

/* What does not go now goes when the loop says so. */
static void
flush_locked(struct qmp *q)
{
    while (q->is_open && q->out.len) {
        struct out_part *p = &q->out.p[0];
        ssize_t n = send_part(q->fd, p);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break; /* EAGAIN: later; else the reader sees the end */
        p->done += (size_t)n;
        if (p->done == p->len) {
            out_part_free(p);
            vec_remove(&q->out, 0);
        }
    }
    arm_locked(q);
}

/*
 * QEMU reads its commands byte by byte, each in a turn of its loop, so a text costs it more than what the text says. The beginning that all
 * commands have in common is sent with the command before, while nobody waits. A connection that ends there leaves nothing: QEMU
 * forgets what was begun.
 */
static char *
text_of(json_t *msg, bool has_head)
{
    AUTO(cleanup_free) char *whole = json_dumps(msg, JSON_COMPACT); /* "execute" went in first and comes out first */

    return whole && strncmp(whole, HEAD, HEAD_LEN) == 0 ? str_printf("%s" HEAD, whole + (has_head ? HEAD_LEN : 0)) : NULL;
}

static bool
queue_locked(struct qmp *q, const char *command, json_t *args, int fd, uint64_t id)
{
    json_t *msg = json_pack("{s:s}", "execute", command);
    struct out_part part = { .fd = -1 };

    if (!msg || (id && json_object_set_new(msg, "id", json_integer((json_int_t)id)) < 0) ||
        (args && json_object_set(msg, "arguments", args) < 0))
        goto out;
    part.data = text_of(msg, q->has_head);
    if (!part.data)
        goto out;
    part.len = strlen(part.data);
    if (fd >= 0 && (part.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
        goto out;
    if (!vec_push(&q->out, part))
        goto out;
    q->has_head = true;
    json_decref(msg);
    flush_locked(q);
    return true;
out:
    json_decref(msg);
    out_part_free(&part);
    return false;
}

/* Nobody waits for it. */
static void
undo_locked(struct qmp *q, const char *undo)
{
    queue_locked(q, undo, NULL, -1, ++q->last_id);
}

/* ---- requests ---- */

static void
request_free(struct qmp_request *r)
{
    if (!r)
        return;
    json_decref(r->answer);
    free(r);
}

static void
forget_locked(struct qmp *q, struct qmp_request *r)
{
    for (size_t i = 0; i < q->pending.len; i++)
        if (q->pending.p[i] == r) {
            vec_remove(&q->pending, i);
            return;
        }
}

static bool
has_open_locked(const struct qmp *q)
{
    for (size_t i = 0; i < q->pending.len; i++)
        if (!q->pending.p[i]->is_done)
            return true;
    return false;
}

/*
 * An id costs as much as a tenth of a whole `stop` (text_of says why). So the only command under way has none; what is sent beside it has,
 * and so has all before the greeting is over (a QEMU that was found again may still answer what its last service asked).
 */
struct qmp_request *
qmp_send(struct qmp *q, const char *command, json_t *args, int fd, const char *undo)
{
    struct qmp_request *r = calloc(1, sizeof *r);

    if (r) {
        LOCK_SCOPE(&q->lock);

        if (!q->is_ready || has_open_locked(q))
            r->id = ++q->last_id;
        r->undo = undo;
        if (!vec_push(&q->pending, r)) {
            free(r);
            r = NULL;
        } else if (!q->is_open || !queue_locked(q, command, args, fd, r->id)) {
            forget_locked(q, r);
            r->is_done = true; /* without an answer: the connection is gone */
        }
    }
    json_decref(args);
    return r;
}

static PRL_RESULT
judge_answer(json_t *answer, json_t **ret)
{
    json_t *value;
    const char *words;

    if (!answer)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU has closed its control connection");
    value = json_object_get(answer, "return");
    if (value) {
        if (ret)
            *ret = json_incref(value);
        return PRL_ERR_SUCCESS;
    }
    words = json_string_value(json_object_get(json_object_get(answer, "error"), "desc"));
    return err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU: '%.*s'", WORDS_MAX, words ? words : "no reason given");
}

static bool read_turn(struct qmp *q);

static bool
is_over(struct qmp *q, const struct qmp_request *r)
{
    LOCK_SCOPE(&q->lock);

    return r->is_done || !q->is_open;
}

/*
 * The waiter reads for itself, and for all others: one thread to wake in place of two. The turn before the first poll makes sure that the
 * loop has seen is_helped, or has finished what it was reading.
 */
static void
help(struct qmp *q, const struct qmp_request *r, int64_t deadline)
{
    struct pollfd p = { q->fd, POLLIN, 0 };
    int n;

    do
        n = read_turn(q) && !is_over(q, r) ? poll(&p, 1, clock_left_ms(deadline)) : 0;
    while (n > 0 || (n < 0 && errno == EINTR));
}

/* One helps, the others sleep. False: the deadline has passed. */
static bool
wait_locked(struct qmp *q, const struct qmp_request *r, int64_t deadline)
{
    if (q->is_helped)
        return cond_wait_until(&q->changed, &q->lock, deadline);
    q->is_helped = true;
    arm_locked(q);
    lock_drop(&q->lock);
    help(q, r, deadline);
    lock_take(&q->lock);
    q->is_helped = false;
    arm_locked(q);
    return r->is_done || !q->is_open || clock_now_ms() < deadline;
}

PRL_RESULT
qmp_finish(struct qmp *q, struct qmp_request *r, int64_t deadline, json_t **ret)
{
    PRL_RESULT rc;

    if (!r)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "QMP command");
    {
        LOCK_SCOPE(&q->lock);

        while (!r->is_done && q->is_open)
            if (!wait_locked(q, r, deadline))
                break;
        if (!r->is_done && q->is_open) {
            r->is_abandoned = true; /* stays in pending */
            return err_set(PRL_ERR_TIMEOUT, "QEMU did not answer in time");
        }
        forget_locked(q, r);
    }
    rc = judge_answer(r->answer, ret);
    request_free(r);
    return rc;
}

PRL_RESULT
qmp_call(struct qmp *q, const char *command, json_t *args, int64_t deadline, json_t **ret)
{
    return qmp_finish(q, qmp_send(q, command, args, -1, NULL), deadline, ret);
}

PRL_RESULT
qmp_call_or_undo(struct qmp *q, const char *command, json_t *args, const char *undo, int64_t deadline)
{
    return qmp_finish(q, qmp_send(q, command, args, -1, undo), deadline, NULL);
}

PRL_RESULT
qmp_call_fd(struct qmp *q, const char *command, json_t *args, int fd, int64_t deadline)
{
    return qmp_finish(q, qmp_send(q, command, args, fd, NULL), deadline, NULL);
}

PRL_RESULT
qmp_wait_ready(struct qmp *q, int64_t deadline)
{
    LOCK_SCOPE(&q->lock);

    while (!q->is_ready && q->is_open)
        if (!cond_wait_until(&q->changed, &q->lock, deadline))
            break;
    if (q->is_ready)
        return PRL_ERR_SUCCESS;
    if (q->is_open)
        return err_set(PRL_ERR_TIMEOUT, "QEMU did not greet in time");
    return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU closed its control connection before it greeted");
}

bool
qmp_is_open(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    return q->is_open;
}

/* An answer that is here is undone at once, one under way by who reads it. */
void
qmp_abandon(struct qmp *q, struct qmp_request *r)
{
    if (!r)
        return;
    LOCK_SCOPE(&q->lock);
    if (!r->is_done && q->is_open) {
        r->is_abandoned = true; /* stays in pending */
        return;
    }
    forget_locked(q, r);
    if (r->undo && q->is_open && json_object_get(r->answer, "return"))
        undo_locked(q, r->undo);
    request_free(r);
}

bool
qmp_is_idle(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    return q->is_open && q->is_ready && !q->pending.len;
}

bool
qmp_watch(struct qmp *q, struct qmp_request *r, qmp_over_fn *fn, void *ctx)
{
    if (!r)
        return false;
    LOCK_SCOPE(&q->lock);
    if (r->is_done || !q->is_open)
        return false;
    r->over = fn;
    r->over_ctx = ctx;
    return true;
}

bool
qmp_unwatch(struct qmp *q, struct qmp_request *r)
{
    LOCK_SCOPE(&q->lock);

    return r && TAKE(r->over);
}

bool
qmp_is_watched(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    for (size_t i = 0; i < q->pending.len; i++)
        if (q->pending.p[i]->over)
            return true;
    return false;
}

bool
qmp_is_behind(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    for (size_t i = 0; i < q->pending.len; i++)
        if (q->pending.p[i]->is_abandoned)
            return true;
    return false;
}

bool
qmp_wait_closed(struct qmp *q, int64_t deadline)
{
    LOCK_SCOPE(&q->lock);

    while (q->is_open)
        if (!cond_wait_until(&q->changed, &q->lock, deadline))
            break;
    return !q->is_open;
}

/* ---- reading: one at a time, the loop's thread or a waiter ---- */

struct over {
    qmp_over_fn *fn; /* NULL: nobody watches */
    void *ctx;
};

static struct over
over_of(struct qmp_request *r)
{
    return (struct over){ TAKE(r->over), r->over_ctx };
}

static void
tell_over(struct over o)
{
    if (o.fn)
        o.fn(o.ctx);
}

/* True: msg is the request's now, all of it (jansson's counts are not for two threads). */
static bool
take_answer_locked(struct qmp *q, json_t *msg, uint64_t id, struct over *ret)
{
    for (size_t i = 0; i < q->pending.len; i++) {
        struct qmp_request *r = q->pending.p[i];

        if (r->id != id || r->is_done)
            continue;
        if (r->is_abandoned) {
            const char *undo = json_object_get(msg, "return") ? r->undo : NULL;

            vec_remove(&q->pending, i);
            request_free(r);
            if (undo)
                undo_locked(q, undo);
            return false;
        }
        r->answer = msg;
        r->is_done = true;
        *ret = over_of(r);
        return true;
    }
    return false;
}

static bool
take_message(struct qmp *q, const char *text, size_t len)
{
    json_t *msg = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    const char *event;

    if (!json_is_object(msg)) {
        json_decref(msg);
        return false;
    }
    event = json_string_value(json_object_get(msg, "event"));
    if (event) {
        q->handler.on_event(q->handler.ctx, event, json_object_get(msg, "data"));
    } else if (!json_object_get(msg, "QMP")) {
        json_int_t id = json_integer_value(json_object_get(msg, "id"));
        struct over over = { 0 };
        bool is_taken;

        {
            LOCK_SCOPE(&q->lock);
            if (id == 1 && json_object_get(msg, "return")) /* qmp_capabilities was the first */
                q->is_ready = true;
            is_taken = id >= 0 && take_answer_locked(q, msg, (uint64_t)id, &over);
        }
        cond_broadcast(&q->changed); /* without the lock, which they would only wake up to wait for */
        tell_over(over);
        if (is_taken)
            return true;
    }
    json_decref(msg);
    return true;
}

/* Messages end in a newline, and carry none inside. */
static bool
take_lines(struct qmp *q)
{
    size_t start = 0;

    while (q->in_scanned < q->in_len) {
        char *end = memchr(q->in + q->in_scanned, '\n', q->in_len - q->in_scanned);
        size_t len;

        if (!end) {
            q->in_scanned = q->in_len;
            break;
        }
        len = (size_t)(end - q->in) - start;
        q->in_scanned = (size_t)(end - q->in) + 1;
        if (len && q->in[start + len - 1] == '\r')
            len--;
        if (len && !take_message(q, q->in + start, len))
            return false;
        start = q->in_scanned;
    }
    memmove(q->in, q->in + start, q->in_len - start);
    q->in_len -= start;
    q->in_scanned -= start;
    return true;
}

static bool
read_some(struct qmp *q)
{
    ssize_t n;

    if (q->in_len >= QMP_MESSAGE_MAX)
        return false;
    if (!vec_grow((void **)&q->in, &q->in_room, q->in_len + READ_CHUNK, 1))
        return false;
    n = recv(q->fd, q->in + q->in_len, q->in_room - q->in_len, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    q->in_len += (size_t)n;
    return take_lines(q);
}

static struct over
next_over(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    for (size_t i = 0; i < q->pending.len; i++)
        if (q->pending.p[i]->over)
            return over_of(q->pending.p[i]);
    return (struct over){ 0 };
}

static void
close_down(struct qmp *q)
{
    struct over over;

    {
        LOCK_SCOPE(&q->lock);

        if (!q->is_open)
            return;
        q->is_open = false;
        cond_broadcast(&q->changed);
        loop_change(q->source, 0);
    }
    shutdown(q->fd, SHUT_RDWR);
    while ((over = next_over(q)).fn)
        tell_over(over);
    if (q->handler.on_closed)
        q->handler.on_closed(q->handler.ctx);
}

/* What has come, or the end. False: the end. */
static bool
read_turn(struct qmp *q)
{
    LOCK_SCOPE(&q->reading_lock);

    if (read_some(q))
        return true;
    close_down(q);
    return false;
}

static bool
is_helped(struct qmp *q)
{
    LOCK_SCOPE(&q->lock);

    return q->is_helped;
}

static void
on_socket(void *ctx, uint32_t events)
{
    struct qmp *q = ctx;

    if (events & EPOLLOUT) {
        LOCK_SCOPE(&q->lock);
        flush_locked(q);
    }
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    LOCK_SCOPE(&q->reading_lock);
    /* While a waiter polls, nobody may take away what it polls for; of the end both hear, and the first to see it closes. */
    if (is_helped(q) && !(events & (EPOLLHUP | EPOLLERR)))
        return;
    if (!read_some(q))
        close_down(q);
}

/* ---- life ---- */

struct qmp *
qmp_new(int fd, const struct qmp_handler *handler)
{
    AUTO(qmp_free) struct qmp *q = calloc(1, sizeof *q);
    struct qmp_request *r;

    if (!q) {
        close(fd);
        return NULL;
    }
    q->fd = fd;
    q->handler = *handler;
    q->is_open = true;
    lock_init(&q->lock, 50);
    lock_init(&q->reading_lock, 0);
    cond_init(&q->changed);
    r = qmp_send(q, "qmp_capabilities", NULL, -1, NULL);
    if (!r)
        return NULL;
    {
        LOCK_SCOPE(&q->lock);
        r->is_abandoned = true; /* is_ready tells */
        q->armed = wanted_locked(q);
        q->source = loop_add(fd, q->armed, on_socket, q);
        if (!q->source)
            q->is_open = false;
    }
    return q->source ? TAKE(q) : NULL;
}

void
qmp_free(struct qmp *q)
{
    if (!q)
        return;
    loop_remove(q->source);
    {
        LOCK_SCOPE(&q->lock);
        q->is_open = false;
        cond_broadcast(&q->changed);
    }
    for (size_t i = 0; i < q->pending.len; i++)
        if (q->pending.p[i]->is_abandoned)
            request_free(q->pending.p[i]);
    vec_free(&q->pending);
    for (size_t i = 0; i < q->out.len; i++)
        out_part_free(&q->out.p[i]);
    vec_free(&q->out);
    close(q->fd);
    free(q->in);
    cond_destroy(&q->changed);
    lock_destroy(&q->reading_lock);
    lock_destroy(&q->lock);
    free(q);
}
