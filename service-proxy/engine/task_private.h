/* SPDX-License-Identifier: MIT */
/* The engine's side of a task: its client, where it stands, what it will answer. Handlers see task.h alone. */
#ifndef PRLKVM_ENGINE_TASK_PRIVATE_H
#define PRLKVM_ENGINE_TASK_PRIVATE_H

#include <stdatomic.h>

#include "base/pool.h"
#include "base/vec.h"
#include "handlers.h"
#include "task.h"
#include "wire/frame.h"

struct client;
struct claim_held;

enum task_phase {
    TASK_WAITING, /* for its claim, without a worker */
    TASK_QUEUED,
    TASK_RUNNING,
    TASK_ENDED,
};

struct task_private {
    struct task *task; /* constant, as the next */
    const struct op_row *row;
    const struct handler_row *handler;
    struct client *client; /* counted; NULL: nobody waits for the outcome */
    uint64_t request;      /* id given by the client, 0 none */
    struct pool_job job;
    _Atomic unsigned refs;
    _Atomic bool is_cancelled;
    _Atomic unsigned percent;
    _Atomic int64_t progress_at_ms; /* when it was last sent */

    struct task *prev, *next;       /* under the list's lock (rank 35), as all below */
    enum task_phase phase;
    bool is_past_commit;
    int cancel_fd;                  /* -1 until asked for */
    VEC(struct task *) attached;    /* counted: requests that wait for this one's outcome */

    struct claim_held *held;        /* under the claims' lock (rank 36), as the next */
    struct task *wait_prev, *wait_next;
    enum claim wanted;
    int64_t wait_until;

    /* Of the thread that runs it. */
    bool is_deferred; /* the reply comes when another task ends */
    bool is_silent;   /* a Subscribe: its reply ends the events, at logoff */
    bool is_answered; /* task_answer */
    uint64_t vm_rev;  /* of t->vm when it began */
    json_t *results, *extra;
    struct frame_texts texts;
    char *journal; /* path of its entry, NULL none */
    void (*after)(void *arg); /* task_after */
    void *after_arg;
};

/* Takes session and client references of its own; args and memfd are taken, also on failure. NULL: no memory. */
struct task *task_new(const struct op_row *row, const struct handler_row *handler, struct client *client, struct session *session,
                      uint64_t request, json_t *args, int memfd);
struct task *task_ref(struct task *t);
void task_unref(struct task *t);
CLEANUP_FOR(task_unref, struct task *)

void task_drop_ahead(struct task *t);

/* Enters the list of tasks, which keeps a reference. */
void task_list_add(struct task *t);
size_t task_list_count(void);
/* Is the loop to be woken when the last one has ended? To be said before it counts them and sleeps. */
void task_list_watch(bool is_watched);
/* Counted or NULL. */
struct task *task_find(const char *uuid);
struct task *task_find_of_vm(const struct vm *vm, enum op op);
struct task *task_find_request(struct client *client, uint64_t request);
/* What PHT_LOGIN_RESPONSE lists for this user: work of a kind that can be found again. */
json_t *task_list_of_user(unsigned uid);
/* Asks it to stop: SUCCESS, or TASK_NOT_FOUND when it has ended, is past the point, or is of a kind that does not stop. */
PRL_RESULT task_cancel(struct task *t);
/* All that can be cancelled: of one VM but `but`, or of all VMs (NULL). */
void task_cancel_all(struct vm *vm, struct task *but);
/* The code that a cancelled operation answers with. */
PRL_RESULT task_cancelled_code(const struct task *t);
/* From waiting to queued, from queued to running. */
void task_phase_set(struct task *t, enum task_phase phase);
/* No cancel is taken from now on. */
void task_close_cancel(struct task *t);
/* `waiter` gets its answer when t ends. False: t has ended. */
bool task_attach(struct task *t, struct task *waiter);
/* Ended; *ret_attached is the caller's. */
typedef VEC(struct task *) task_vec;
void task_list_remove(struct task *t, task_vec *ret_attached);

/* The handler's return code does not count: the reply comes with the end of another task. */
void task_defer(struct task *t);
/* Ends without a reply of its own; dispatch_end_request sends one later. */
void task_silent(struct task *t);

#endif
