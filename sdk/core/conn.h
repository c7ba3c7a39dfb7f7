/* SPDX-License-Identifier: MIT */
/*
 * The library's end of the wire: finds or starts prlkvmd (design 1), logs in, sends requests, and on its own thread reads replies and
 * events. Knows JSON and job ids; makes no PRL objects (the callbacks do).
 */
#ifndef PRLKVM_CORE_CONN_H
#define PRLKVM_CORE_CONN_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "wire/ops.h"

struct conn;

/*
 * How a request ended. On the reader's thread, or on one that reads in its place; no lock held. reply: parameters object (borrowed;
 * parts may be taken out of it) or NULL; err: why it failed, or NULL.
 */
typedef void conn_done(void *data, json_t *reply, int memfd, const struct err *err);

struct conn_events {
    void (*event)(void *data, json_t *event);                     /* events.h shape; borrowed */
    void (*progress)(void *data, uint64_t request, unsigned percent);
    void (*closed)(void *data, bool was_logoff);                  /* after every pending request was failed with WS_DISP_CONNECTION_CLOSED */
    void *data;
};

/* A request that goes out with the first words of a connection, as by conn_request. */
struct conn_first {
    enum op op;
    const struct op_arg *args;
    int n_args;
    conn_done *done; /* may come before the connection is given to who opens it, but behind *ret */
    void *data;
};

/*
 * Connects to the user's own service, starting it when it is not running. Blocks up to timeout_ms: call it from a thread of the
 * library's pool, not from PrlSrv_LoginLocal itself. CANT_CONNECT_TO_DISPATCHER with why. first may be NULL; unsuccessful, it is not done.
 */
PRL_RESULT conn_open_local(int64_t timeout_ms, const struct conn_events *events, const struct conn_first *first, struct conn **ret);
/* Tests: an already connected socket. */
PRL_RESULT conn_open_fd(int fd, const struct conn_events *events, struct conn **ret);
struct conn *conn_ref(struct conn *c);
void conn_unref(struct conn *c);
CLEANUP_FOR(conn_unref, struct conn *)

/* Sends a request; *ret_id names it for conn_cancel. Any thread, never blocks. TRY_AGAIN: queue full. done is called exactly once on success. */
PRL_RESULT conn_request(struct conn *c, enum op op, const char *vm_uuid, const struct op_arg *args, int n_args, conn_done *done,
                        void *data, uint64_t *ret_id);
/*
 * What was told is what the service would say now. The service sends the events of a change to every session before it answers who asked for
 * the change; so while nothing waits on the socket, and no event has come since, nothing has changed that any finished request has changed.
 *
 * conn_reply_tag: inside a conn_done, a number that stands for what the reply tells; 0: an event overtook it, or it does not count.
 * conn_knows: the tag that answers must have to be still true, 0: none is (something is under way, or waits to be read). Never blocks.
 */
uint64_t conn_reply_tag(void);
uint64_t conn_knows(struct conn *c);
/*
 * Reads in the reader's place until is_done(data), for 3 ms at most, since waking two threads for one answer costs more than the answer: first
 * awake, where that has paid of late, then asleep on the socket. With a reference to c, no lock held; callbacks may run.
 */
void conn_help(struct conn *c, bool (*is_done)(void *data), void *data);
/* Ends the connection: was_logoff suppresses the connection-closed event. Joins the reader unless called on it. */
void conn_close(struct conn *c, bool was_logoff);
bool conn_is_open(struct conn *c);

#endif
