/* SPDX-License-Identifier: MIT */
/* Connections: read in turns, written by anybody, closed on the I/O thread alone. */
#include "client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "dispatch.h"
#include "io.h"
#include "session.h"

#define TURN 64                    /* messages of one client before the others have theirs */
#define CLIENTS_MAX 256
#define STRANGER_BYTES (1u << 20)  /* a message before login */

static struct client *list; /* I/O thread only, as the next */
static size_t n_clients;
static _Thread_local bool is_io_thread;

static struct lock poke_lock = LOCK_INIT(44);
static struct client *poked; /* under poke_lock, as the next; each holds a reference */
static size_t n_poked;

/* ---- life ---- */

static bool
is_served(int fd, struct ucred *ret)
{
    socklen_t n = sizeof *ret;

    /* The system instance runs as uid 0, so this admits root alone there, as design 1 wants it until PAM and rights are built. */
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &n) == 0 && ret->uid == geteuid();
}

static void
client_free(struct client *c)
{
    if (!c)
        return;
    frame_free(c->frame);
    lock_destroy(&c->lock);
    free(c);
}
CLEANUP_FOR(client_free, struct client *)

static void ready(struct io_watch *w, uint32_t events);

struct client *
client_open(int fd)
{
    AUTO_FD int owned = fd;
    AUTO(client_free) struct client *c = NULL;
    struct ucred peer;

    is_io_thread = true;
    if (!is_served(fd, &peer)) {
        LOG_W("client", "uid %u was turned away", (unsigned)peer.uid);
        return NULL;
    }
    if (n_clients >= CLIENTS_MAX) {
        LOG_W("client", "%zu connections: no more are taken", n_clients);
        return NULL;
    }
    c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    atomic_init(&c->refs, 1);
    lock_init(&c->lock, 42);
    c->uid = peer.uid;
    c->pid = peer.pid;
    c->watch.ready = ready;
    c->frame = frame_new(owned);
    if (!c->frame)
        return NULL;
    owned = -1;
    frame_limit(c->frame, STRANGER_BYTES);
    c->armed = EPOLLIN;
    if (io_add(frame_fd(c->frame), c->armed, &c->watch) < 0)
        return NULL;
    c->next = list;
    if (list)
        list->prev = c;
    list = c;
    n_clients++;
    return TAKE(c);
}

void
client_close(struct client *c)
{
    if (c->is_closed)
        return;
    c->is_closed = true;
    io_remove(frame_fd(c->frame));
    /* Tasks may keep the frame for a while; the other side shall see the end now. What was written is still read there. */
    shutdown(frame_fd(c->frame), SHUT_RDWR);
    if (c->session) {
        session_close(c->session);
        session_unref(TAKE(c->session));
    }
    if (c->prev)
        c->prev->next = c->next;
    else
        list = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->prev = c->next = NULL;
    n_clients--;
    client_unref(c);
}

struct client *
client_ref(struct client *c)
{
    if (c)
        atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
    return c;
}

void
client_unref(struct client *c)
{
    if (c && atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
        client_free(c);
}

size_t
client_count(void)
{
    return n_clients;
}

void
client_close_all(void)
{
    bool pending;

    while (list) {
        frame_flush(list->frame, &pending);
        client_close(list);
    }
}

/* ---- reading ---- */

static bool
may_read(struct client *c)
{
    return !c->is_in_order && frame_queued_bytes(c->frame) <= CLIENT_UNREAD_MAX;
}

static void
arm(struct client *c)
{
    uint32_t events = 0;

    if (c->is_closed)
        return;
    if (may_read(c) && !c->is_ready)
        events |= EPOLLIN;
    if (frame_queued_bytes(c->frame))
        events |= EPOLLOUT;
    if (events != c->armed && io_change(frame_fd(c->frame), events, &c->watch) == 0)
        c->armed = events;
}

static void
turn(struct client *c)
{
    c->is_ready = false;
    for (int i = 0; i < TURN; i++) {
        AUTO(json_decref) json_t *msg = NULL;
        AUTO_FD int memfd = -1;

        if (c->is_doomed) {
            client_close(c);
            return;
        }
        if (!may_read(c))
            break;
        if (PRL_FAILED(frame_read(c->frame, &msg, &memfd))) {
            LOG_D("client", "pid %d: %s", (int)c->pid, err_peek()->details ? err_peek()->details : "closed");
            client_close(c);
            return;
        }
        if (!msg)
            break;
        dispatch_message(c, msg, TAKE_FD(memfd));
        c->is_ready = i == TURN - 1;
    }
    arm(c);
}

static void
ready(struct io_watch *w, uint32_t events)
{
    AUTO(client_unref) struct client *c = client_ref(CONTAINER_OF(w, struct client, watch));
    bool pending = false;

    if ((events & EPOLLOUT) && PRL_FAILED(frame_flush(c->frame, &pending))) {
        client_close(c);
        return;
    }
    if ((events & (EPOLLHUP | EPOLLERR)) && !may_read(c)) {
        client_close(c); /* gone while it is not read from: its tasks go on */
        return;
    }
    turn(c);
}

/* Poked ones leave the list before they are looked at: a poke that comes meanwhile counts again. */
static struct client *
next_poked(void)
{
    LOCK_SCOPE(&poke_lock);
    struct client *c = poked;

    if (c) {
        poked = c->poke_next;
        c->poke_next = NULL;
        c->is_poked = false;
        n_poked--;
    }
    return c;
}

static size_t
poked_count(void)
{
    LOCK_SCOPE(&poke_lock);

    return n_poked;
}

bool
client_look_after(void)
{
    bool again = false;

    for (size_t n = poked_count(); n; n--) {
        AUTO(client_unref) struct client *c = next_poked();

        if (c && !c->is_closed)
            turn(c);
    }
    for (struct client *c = list, *next; c; c = next) {
        next = c->next;
        if (!c->is_ready)
            continue;
        client_ref(c);
        turn(c);
        again = again || (!c->is_closed && c->is_ready);
        client_unref(c);
    }
    return again || poked_count() > 0;
}

void
client_poke(struct client *c)
{
    {
        LOCK_SCOPE(&poke_lock);
        if (c->is_poked)
            return;
        c->is_poked = true;
        c->poke_next = poked;
        poked = client_ref(c);
        n_poked++;
    }
    if (!is_io_thread)
        io_wake();
}

void
client_rest(void)
{
    if (is_io_thread)
        io_rest();
}

/* ---- writing ---- */

static void
doom(struct client *c, const char *why)
{
    if (c->is_doomed || c->is_closed)
        return;
    LOG_W("client", "pid %d: %s: closed", (int)c->pid, why);
    c->is_doomed = true;
    client_poke(c);
}

void
client_flush(struct client *c)
{
    bool pending = false;

    if (c->is_closed || c->is_doomed)
        return;
    if (PRL_FAILED(frame_flush(c->frame, &pending)))
        doom(c, "it does not take replies");
    else if (pending)
        client_poke(c);
}

void
client_send(struct client *c, json_t *msg, int memfd)
{
    if (!c->is_closed && !c->is_doomed) {
        if (!msg || PRL_FAILED(frame_queue(c->frame, msg, memfd)))
            doom(c, "a reply could not be written");
        else
            client_flush(c);
    }
    json_decref(msg);
}

void
client_send_event(struct client *c, const char *parameters, bool is_held)
{
    char *text = NULL;
    uint64_t id;

    {
        LOCK_SCOPE(&c->lock);
        if (!c->is_subscribed)
            return;
        id = c->subscription;
    }
    if (c->is_closed || c->is_doomed)
        return;
    if (frame_queued_bytes(c->frame) + strlen(parameters) > CLIENT_UNREAD_MAX) {
        doom(c, "it does not read its events");
        return;
    }
    text = id ? str_printf("{\"id\":%" PRIu64 ",\"continues\":true,\"parameters\":%s}", id, parameters)
              : str_printf("{\"continues\":true,\"parameters\":%s}", parameters);
    if (PRL_FAILED(frame_queue_text(c->frame, text)))
        doom(c, "no memory for an event");
    else if (!is_held)
        client_flush(c);
}

void
client_subscribe(struct client *c, uint64_t id, bool *ret_replaced, uint64_t *ret_old)
{
    LOCK_SCOPE(&c->lock);

    *ret_replaced = c->is_subscribed;
    *ret_old = c->subscription;
    c->is_subscribed = true;
    c->subscription = id;
}

bool
client_unsubscribe(struct client *c, uint64_t *ret_id)
{
    LOCK_SCOPE(&c->lock);
    bool was = c->is_subscribed;

    *ret_id = c->subscription;
    c->is_subscribed = false;
    return was;
}

void
client_request_done(struct client *c, bool in_order)
{
    if (!in_order)
        return;
    c->is_in_order = false;
    client_poke(c);
}
