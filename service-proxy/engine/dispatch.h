/* SPDX-License-Identifier: MIT */
/* From a message to a task and back to a reply: every check that an operation can rely on is made here, in one order. */
#ifndef PRLKVM_ENGINE_DISPATCH_H
#define PRLKVM_ENGINE_DISPATCH_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers.h"

struct client;
struct task;

/* Starts the workers. */
PRL_RESULT dispatch_open(void);
/* New requests are answered DISP_SHUTDOWN_IN_PROCESS from now on. */
void dispatch_refuse_new(void);
/* Ends the workers when their tasks have ended. */
void dispatch_close(void);

/* One message of a client; msg is borrowed (its parameters are taken out), memfd taken. I/O thread. */
void dispatch_message(struct client *c, json_t *msg, int memfd);

/* Starts vm by a task of the service's own: nobody is answered, the log says how it ended. */
void dispatch_own_start(struct vm *vm);

/* A task got the claim it waited for, or never will. Any thread. */
void dispatch_granted(struct task *t);
void dispatch_refused(struct task *t, PRL_RESULT code);

/* When the next command that was sent ahead is late (clock.h); a worker waits for those that are. I/O thread. */
int64_t dispatch_deadline(void);
void dispatch_expire(void);

/* The last reply, an empty one, to a request whose task was silent. */
void dispatch_end_request(struct client *c, uint64_t request);

const struct handler_row *dispatch_row(enum op op); /* NULL: none */
/* Tests: another function for an operation, or for what it left. Before the engine starts. */
void dispatch_replace(enum op op, task_handler *run);
void dispatch_replace_recover(enum op op, handler_recover *recover);

#endif
