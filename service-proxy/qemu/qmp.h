/* SPDX-License-Identifier: MIT */
/*
 * A QMP client on a connected socket: commands with deadlines, answered in any order; events. Any thread may call. One thread reads at a
 * time and calls on_event, in QEMU's order: the loop's (loop.h), or, while somebody waits for an answer, a waiter's in its place. So who
 * waits holds no lock, and what on_event does never waits.
 *
 * A command past its deadline is not forgotten: QEMU will still do it (with hung storage `stop` answers late and has stopped the
 * VM). Who needs the opposite then names the command that undoes it.
 */
#ifndef PRLKVM_QEMU_QMP_H
#define PRLKVM_QEMU_QMP_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

#define QMP_MESSAGE_MAX (64u << 20)

struct qmp;
struct qmp_request;

struct qmp_handler {
    void (*on_event)(void *ctx, const char *name, json_t *data); /* reading thread; data may be NULL */
    void (*on_closed)(void *ctx);                                /* reading thread, once; QEMU closed it or spoke no QMP */
    void *ctx;
};

/* Takes fd, also on failure; asks for the capabilities at once. NULL: no memory. */
struct qmp *qmp_new(int fd, const struct qmp_handler *handler);
/* No callback runs behind it; requests still waited for end as closed. Not on the loop's thread. */
void qmp_free(struct qmp *q);
CLEANUP_FOR(qmp_free, struct qmp *)

/* Greeting and capabilities are through. PRL_ERR_TIMEOUT, PRL_ERR_VM_PROCESS_IS_NOT_STARTED. */
PRL_RESULT qmp_wait_ready(struct qmp *q, int64_t deadline);
bool qmp_is_open(struct qmp *q);
/* QEMU owes an answer to a command that nobody waits for any more: it hangs, or is busy with that one. */
bool qmp_is_behind(struct qmp *q);
/* All that QEMU has said is read: the connection has ended. False: not by the deadline. */
bool qmp_wait_closed(struct qmp *q, int64_t deadline);

/*
 * One command and its answer. args is stolen (NULL: none). ret (may be NULL) gets the "return" member, a new reference.
 * PRL_ERR_TIMEOUT         no answer by the deadline
 * PRL_ERR_VM_PROCESS_IS_NOT_STARTED  the connection is gone
 * PRL_ERR_VM_OPERATION_FAILED        QEMU refused; its words are in the details
 */
PRL_RESULT qmp_call(struct qmp *q, const char *command, json_t *args, int64_t deadline, json_t **ret);
/* As above; undo (constant text, may be NULL) is sent by itself when the answer comes too late and says success. */
PRL_RESULT qmp_call_or_undo(struct qmp *q, const char *command, json_t *args, const char *undo, int64_t deadline);
/* As qmp_call, with a descriptor beside it (getfd); borrowed. */
PRL_RESULT qmp_call_fd(struct qmp *q, const char *command, json_t *args, int fd, int64_t deadline);

/* The two halves, for commands in a row without waiting for each: every send is finished once. NULL: no memory (finish takes it). */
struct qmp_request *qmp_send(struct qmp *q, const char *command, json_t *args, int fd, const char *undo);
PRL_RESULT qmp_finish(struct qmp *q, struct qmp_request *r, int64_t deadline, json_t **ret);
/* In place of qmp_finish: nobody waits, and what the command does or has done is undone by `undo` of its send. */
void qmp_abandon(struct qmp *q, struct qmp_request *r);
/* Greeted, and owes no answer to anybody. */
bool qmp_is_idle(struct qmp *q);

/*
 * Between qmp_send and qmp_finish, for who does not sleep until the answer: fn is called once, on the reading thread, when qmp_finish will wait no
 * more: the answer is here, or the connection has ended. fn may finish the request. False: it will not be called, that is so already.
 */
typedef void qmp_over_fn(void *ctx);
bool qmp_watch(struct qmp *q, struct qmp_request *r, qmp_over_fn *fn, void *ctx);
/* False: fn has been called, or is about to be. */
bool qmp_unwatch(struct qmp *q, struct qmp_request *r);
bool qmp_is_watched(struct qmp *q); /* by anybody */

#endif
