/* SPDX-License-Identifier: MIT */
/*
 * A task is one request of a client while the service works on it. handlers.def names the function that runs it; the engine checks
 * arguments, login, rights and VM, takes the claim (waiting without a worker), runs the handler on its lane and sends what it left.
 */
#ifndef PRLKVM_ENGINE_TASK_H
#define PRLKVM_ENGINE_TASK_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "vm/vm_store.h"
#include "wire/ops.h"

struct vm;
struct session;

struct task {
    char uuid[UUID_TEXT];    /* constant */
    enum op op;              /* constant */
    struct session *session; /* counted; constant. NULL for the service's own tasks (autostart, recovery) */
    json_t *args;            /* checked by op_check_args; constant */
    int memfd;               /* texts beside the request, or -1; owned */
    struct vm *vm;           /* counted; set where the subject is a VM */
    bool is_on_io;           /* the I/O thread runs it: memory only */
    struct task_ahead *ahead; /* NULL, or a head start; of the I/O thread, and from then on of the task's worker */
    struct task_private *priv;
};

/*
 * What was begun on the I/O thread before anybody runs the task: the backend's, who takes it out of the task when its handler comes to it.
 * One that is left at the end of the task, because that was cancelled or refused at the last moment, is dropped: undone.
 *
 * watch: over(t, may_run_here) is called once, on any thread, when the handler will not wait for it any more; may_run_here: on this thread
 * the handler waits for nothing at all. False: it will not be called, there is nothing to wait for.
 * unwatch: false: it has been called, or is about to be.
 */
typedef void task_ahead_over(struct task *t, bool may_run_here);
struct task_ahead {
    bool (*watch)(struct task_ahead *a, struct task *t, task_ahead_over *over);
    bool (*unwatch)(struct task_ahead *a);
    void (*drop)(struct task_ahead *a);
};

/* Handlers return the outcome; err_set has said why. They hold no lock while they run. */
typedef PRL_RESULT task_handler(struct task *t);

const char *task_arg_s(struct task *t, const char *name); /* NULL when an optional one is absent */
uint64_t task_arg_u(struct task *t, const char *name);
bool task_arg_b(struct task *t, const char *name);
json_t *task_arg_l(struct task *t, const char *name); /* borrowed array or NULL */
PRL_RESULT task_arg_x(struct task *t, const char *name, char **ret_text, size_t *ret_len);

/* Results, in order (semantics 2.6); each call appends one parameter to the reply. */
PRL_RESULT task_add_vm(struct task *t, struct vm *vm);                                  /* PHT_VIRTUAL_MACHINE */
PRL_RESULT task_add_vm_since(struct task *t, struct vm *vm, uint64_t since_rev);        /* the text only if newer */
/* All of them, before any other result that has a text: with their texts from what is kept for that. Those `wants` does not want are left out. */
PRL_RESULT task_add_vms(struct task *t, const vm_vec *vms, bool (*wants)(struct vm *vm));
PRL_RESULT task_add_text(struct task *t, const char *text);                             /* string */
PRL_RESULT task_add_doc(struct task *t, int pht, const char *xml, size_t len);          /* PHT_* over an XML document */
PRL_RESULT task_add_event(struct task *t, json_t *event);                               /* PHT_EVENT (events.h builds it); steals */
PRL_RESULT task_add_value(struct task *t, const char *key, json_t *value);              /* extra reply member (login); steals */

/*
 * What is left to do when all that counts is done: once the reply is out, on the same worker, whatever the outcome. The service ends after it, or without
 * it: what it leaves is found at the next start.
 */
void task_after(struct task *t, void (*fn)(void *arg), void *arg);

/*
 * The reply goes out now, and the task goes on with what its asker need not wait for: its journal entry and its claims stay until it ends. What it
 * returns then is only logged. It cannot be cancelled any more.
 */
void task_answer(struct task *t, PRL_RESULT code);

/* 0..100, monotone: lower values are ignored. Sent to the client at most every 100 ms. */
void task_progress(struct task *t, unsigned percent);
/* Cooperative: read at safe points; a handler that gives up returns PRL_ERR_OPERATION_WAS_CANCELED (or its own variant) after undoing. */
bool task_is_cancelled(struct task *t);
/* An eventfd that becomes readable on cancel, for poll(2) beside other descriptors; -1 never. Owned by the task. */
int task_cancel_fd(struct task *t);
/* From here on a cancel answers TASK_NOT_FOUND: the lasting step is about to be made. False: it was cancelled already. */
bool task_commit_point(struct task *t);

/*
 * The journal (design 2): durable before the first lasting change, gone with the stored result. `entry` says all that a next service
 * needs; handlers.def names the function that finishes or undoes it. Writing again replaces the entry.
 */
PRL_RESULT task_journal(struct task *t, json_t *entry); /* steals entry */
PRL_RESULT task_journal_done(struct task *t);

#endif
