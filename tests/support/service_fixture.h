/* SPDX-License-Identifier: MIT */
/*
 * The service in the test's own process: engine and I/O thread, a temporary state directory, a backend that runs nothing, clients over
 * socketpairs through the library's own connection. Failing here fails the test.
 */
#ifndef PRLKVM_TESTS_SERVICE_FIXTURE_H
#define PRLKVM_TESTS_SERVICE_FIXTURE_H

#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "gate.h"
#include "base/lock.h"
#include "core/conn.h"
#include "vm/vm.h"
#include "qemu/backend.h"
#include "wire/ops.h"

struct service_settings {
    unsigned claim_wait_ms, stop_grace_ms, idle_exit_s;
    const struct backend *backend; /* NULL: the next */
};
extern const struct backend service_no_backend; /* runs nothing */
void service_up(const struct service_settings *s); /* NULL: usual ones */
void service_down(void);
/* Down and up again over the same state directory. */
void service_restart(void);
/* After the loop has ended by itself. */
void service_wait_end(void);
const char *service_state_dir(void);
/* A registered, stopped VM (counted). */
struct vm *service_add_vm(const char *name);

/* One client: logged in unless said otherwise. */
struct caller {
    struct conn *conn;
    struct lock lock;
    struct cond changed;
    json_t *events;         /* all that came, in order; under lock, as the next */
    unsigned progress;      /* the last percentage */
    unsigned n_progress;
    bool is_closed;
};
struct caller *caller_new(bool with_login);
void caller_free(struct caller *c);
/* Waits until an event of that type has come; how many of it there are. */
int caller_wait_event(struct caller *c, int type);
void caller_wait_closed(struct caller *c);

/* A call under way. */
struct call {
    struct caller *caller;
    uint64_t id;
    struct gate done;
    PRL_RESULT code;
    json_t *reply;          /* counted */
    char *details;
    char *param0;
    char *text;             /* of the first VM entry, doc or text of the reply, allocated */
    int events_before;      /* events that had come when the reply came */
};
struct call *call_start(struct caller *c, enum op op, const char *vm, const struct op_arg *args, int n_args);
#define CALL_ARGS(...) ((const struct op_arg[]){ __VA_ARGS__ }), (int)(sizeof((const struct op_arg[]){ __VA_ARGS__ }) / sizeof(struct op_arg))
#define CALL_NO_ARGS NULL, 0
PRL_RESULT call_wait(struct call *call);
bool call_is_done(struct call *call);
void call_free(struct call *call);
/* Start, wait, free. */
PRL_RESULT call_now(struct caller *c, enum op op, const char *vm, const struct op_arg *args, int n_args);
PRL_RESULT call_cancel(struct call *call);

#endif
