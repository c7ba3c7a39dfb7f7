/* SPDX-License-Identifier: MIT */
/*
 * One connection. The I/O thread reads it; any thread sends to it. Whoever finds it broken, too slow or in need of the I/O thread pokes it;
 * only the I/O thread closes. Counted, so that a task may reply to a client that has gone.
 */
#ifndef PRLKVM_ENGINE_CLIENT_H
#define PRLKVM_ENGINE_CLIENT_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/lock.h"
#include "io.h"
#include "wire/frame.h"

struct session;

#define CLIENT_OPEN_MAX 4096          /* requests at once, doc/wire.md */
#define CLIENT_UNREAD_MAX (8u << 20)  /* bytes of events it has not read */

struct client {
    _Atomic unsigned refs;
    struct frame *frame; /* constant; its socket is closed with the last reference */
    uid_t uid;           /* constant, as SO_PEERCRED says */
    pid_t pid;

    _Atomic unsigned n_open;      /* requests without a reply */
    _Atomic bool is_in_order;     /* a request without id is under way: nothing is read until its reply */
    _Atomic bool is_doomed;       /* to be closed at the next look */
    _Atomic bool is_closed;       /* left the loop */

    /* I/O thread only */
    struct io_watch watch;
    uint32_t armed; /* epoll events asked for */
    struct session *session; /* counted, NULL before login */
    struct client *prev, *next;
    bool is_ready; /* its turn ended before its messages did */

    struct lock lock; /* rank 42 */
    bool is_subscribed;          /* under lock, as the next */
    uint64_t subscription;       /* id of the Subscribe request, 0 when it had none */

    struct client *poke_next; /* under the poke list's lock */
    bool is_poked;
};

/* Takes the socket. NULL: no memory, or the peer is nobody we serve (the socket is closed then). I/O thread. */
struct client *client_open(int fd);
/* Logs off and leaves the loop. I/O thread. */
void client_close(struct client *c);
struct client *client_ref(struct client *c);
void client_unref(struct client *c);
CLEANUP_FOR(client_unref, struct client *)
size_t client_count(void); /* I/O thread */
void client_close_all(void);

/* Reads on for those whose turn was cut, and looks after the poked ones. I/O thread. True: some want another turn at once. */
bool client_look_after(void);
/* io_rest, when this is the loop's thread. */
void client_rest(void);
/* Asks the I/O thread to look at this client. Any thread. */
void client_poke(struct client *c);

/* Sends; a failure or a client that does not read ends it. Any thread. client_send steals msg. */
void client_send(struct client *c, json_t *msg, int memfd);
/* An event or progress message to a subscribed client: `parameters` is the text of its parameters object. is_held: written with what is next. */
void client_send_event(struct client *c, const char *parameters, bool is_held);
void client_flush(struct client *c);
/* Its events go to the request `id` from now on; ended: the request that had them before (0 none). */
void client_subscribe(struct client *c, uint64_t id, bool *ret_replaced, uint64_t *ret_old);
/* No more events. True: it was subscribed, *ret_id names the request that is to be ended. */
bool client_unsubscribe(struct client *c, uint64_t *ret_id);
/* A request of it has got its reply. in_order: it had no id, the next one may be read. */
void client_request_done(struct client *c, bool in_order);

#endif
