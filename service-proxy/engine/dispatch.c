/* SPDX-License-Identifier: MIT */
/*
 *   message -> row -> arguments -> login -> VM -> lock, rights, configuration -> claim -> lane -> handler -> journal gone, claim gone -> reply
 *                                                                                  \-> QEMU ----/   a short command: no worker where QEMU answers
 * Everything up to the claim happens on the I/O thread and touches memory only. A task that waits for its claim has no worker. The reply
 * is queued after the events of its operation, since both go out through the same client in the order they were queued.
 */
#include "dispatch.h"

#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/str.h"
#include "claims_task.h"
#include "client.h"
#include "events.h"
#include "introspect.h"
#include "journal.h"
#include "session.h"
#include "task_private.h"
#include "vm/vm.h"
#include "vm/vm_store.h"

#define ID_MAX ((json_int_t)1 << 53)

/* The short names of handlers.def's columns. */
#define INLINE LANE_INLINE
#define QUERY LANE_QUERY
#define WORK LANE_WORK
#define LONG LANE_LONG
#define CANCEL HANDLER_CANCEL
#define NOLOGIN HANDLER_NOLOGIN
#define FORCE HANDLER_FORCE
#define WHEN_LOCKED HANDLER_WHEN_LOCKED
#define NEEDS_CONFIG HANDLER_NEEDS_CONFIG
#define UNREGISTERED_TOO HANDLER_UNREGISTERED_TOO

static struct handler_row rows[] = {
#define HANDLER(op, fn, lane, claim, rights, flags, recover) { OP_##op, fn, lane, claim, rights, flags, recover },
#include "handlers.def"
#undef HANDLER
};

#undef INLINE
#undef QUERY
#undef WORK
#undef LONG
#undef CANCEL
#undef NOLOGIN
#undef FORCE
#undef WHEN_LOCKED
#undef NEEDS_CONFIG

/* What is begun before a worker has the task; these touch memory and a socket that they do not wait for. */
static const struct {
    enum op op;
    handler_ahead *begin;
} head_starts[] = {
    { OP_VM_PAUSE, vm_pause_ahead },
    { OP_VM_START, vm_start_ahead },
    { OP_VM_START_EX, vm_start_ahead },
};

/*
 * Tasks whose command QEMU has, and which no worker has: who reads the answer finishes them. In the order of their times, which are all as
 * long. One in this list belongs to who takes it out of there.
 */
#define AHEAD_MS 10

struct airborne {
    struct task *task; /* the reference that start() would have */
    int64_t until;
};

static struct {
    struct lock lock; /* rank 37 */
    VEC(struct airborne) list;
} air = { .lock = LOCK_INIT(37) };

static struct pool *pool; /* from dispatch_open to dispatch_close */
static bool is_refusing;  /* I/O thread */

const struct handler_row *
dispatch_row(enum op op)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].op == op)
            return &rows[i];
    return NULL;
}

void
dispatch_replace(enum op op, task_handler *run)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].op == op)
            rows[i].run = run;
}

void
dispatch_replace_recover(enum op op, handler_recover *recover)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].op == op)
            rows[i].recover = recover;
}

/* ---- replies ---- */

/* The failure as parameters; err may be bare. */
static json_t *
failure_parameters(PRL_RESULT code, const struct err *e, json_t *results)
{
    AUTO(json_decref) json_t *out = json_pack("{s:i}", "code", (int)code);
    json_t *params = json_array();
    int n = 0;

    if (!out || !params) {
        json_decref(params);
        return NULL;
    }
    for (int i = 0; e && i < ERR_PARAMS; i++)
        if (e->param[i])
            n = i + 1;
    for (int i = 0; i < n; i++)
        json_array_append_new(params, json_string(e->param[i] ? e->param[i] : ""));
    json_object_set_new(out, "params", params);
    if (e && e->details)
        json_object_set_new(out, "details", json_string(e->details));
    if (e && e->nested)
        json_object_set_new(out, "nested", json_string(e->nested));
    if (results && json_array_size(results))
        json_object_set(out, "results", results);
    return TAKE(out);
}

static json_t *
success_parameters(struct task_private *p)
{
    json_t *out = p->extra ? json_incref(p->extra) : json_object();

    if (out && p->results && json_array_size(p->results))
        json_object_set(out, "results", p->results);
    return out;
}

/* Parameters are shared between the replies to one outcome, so they are referenced, not taken. */
static void
send_reply(struct client *c, uint64_t request, bool failed, json_t *parameters, int memfd)
{
    json_t *msg = json_object();

    if (msg && parameters)
        json_object_set(msg, "parameters", parameters);
    if (msg && failed)
        json_object_set_new(msg, "error", json_string(WIRE_PREFIX "Failed"));
    if (msg && request)
        json_object_set_new(msg, "id", json_integer((json_int_t)request));
    atomic_fetch_sub(&c->n_open, 1); /* before the client can know of it and send the next */
    client_send(c, msg, memfd);
    client_request_done(c, !request);
}

static void
refuse(struct client *c, uint64_t request, PRL_RESULT code, const char *method)
{
    AUTO(err_free) struct err *e = err_take(code);
    AUTO(json_decref) json_t *parameters = failure_parameters(code, e, NULL);

    LOG_I("dispatch", "%s refused: %d: %s", method, (int)code, e && e->details ? e->details : "");
    send_reply(c, request, true, parameters, -1);
}

void
dispatch_end_request(struct client *c, uint64_t request)
{
    AUTO(json_decref) json_t *parameters = json_object();

    send_reply(c, request, false, parameters, -1);
}

/* What sessions rely on (doc/wire.md) is seen to here, not in each handler: who changed its VM without a word has it told now. */
static void
tell_changes(struct task *t)
{
    if (!t->vm || !vm_is_untold(t->vm, t->priv->vm_rev))
        return;
    LOG_D("dispatch", "%s has changed %s and sent no event", t->priv->row->method, t->vm->uuid);
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
}

/* The same outcome for the task and for those that attached themselves to it. What it has changed is in the sockets of all others by then. */
static void
answer(struct task *t, bool failed, json_t *parameters)
{
    struct client *c = t->priv->is_silent || t->priv->is_answered ? NULL : t->priv->client;

    tell_changes(t);
    event_flush(c);
    if (c)
        send_reply(c, t->priv->request, failed, parameters, t->priv->texts.fd);
}

static void
answer_attached(struct task *t, task_vec *attached, bool failed, json_t *parameters)
{
    for (size_t i = 0; i < attached->len; i++) {
        struct task *a = attached->p[i];
        task_vec none = { 0 };

        if (a->priv->client)
            send_reply(a->priv->client, a->priv->request, failed, parameters, t->priv->texts.fd);
        task_list_remove(a, &none);
        vec_free(&none);
        task_unref(a);
    }
    vec_free(attached);
}

/* ---- the end of a task ---- */

static void
log_end(struct task *t, PRL_RESULT code, const struct err *e)
{
    const char *details = e && e->details ? e->details : "";
    const char *vm = t->vm ? t->vm->uuid : "";

    if (PRL_FAILED(code))
        LOG_E("task", "%s %s failed: %d: %s", t->priv->row->method, vm, (int)code, details);
    else if (t->priv->handler->lane > LANE_QUERY)
        LOG_I("task", "%s %s done", t->priv->row->method, vm);
}

/* The outcome as the client gets it. code: another one if the texts beside it cannot be sent. */
static json_t *
outcome(struct task *t, PRL_RESULT *code, struct err **ret_err)
{
    struct err *e = PRL_FAILED(*code) ? err_take(*code) : NULL;

    if (!t->priv->is_answered && PRL_FAILED(frame_texts_seal(&t->priv->texts)) && !e) {
        *code = err_peek()->code;
        e = err_take(*code);
    }
    *ret_err = e;
    return PRL_FAILED(*code) ? failure_parameters(*code, e, t->priv->results) : success_parameters(t->priv);
}

void
task_answer(struct task *t, PRL_RESULT code)
{
    AUTO(err_free) struct err *e = NULL;
    AUTO(json_decref) json_t *parameters = outcome(t, &code, &e);

    LOG_W("task", "%s %s is answered (%d) and goes on", t->priv->row->method, t->vm ? t->vm->uuid : "", (int)code);
    task_close_cancel(t);
    answer(t, PRL_FAILED(code), parameters);
    t->priv->is_answered = true;
}

/*
 * Consumes the caller's reference. The journal entry goes with the outcome, then the claim, then the client is told: what it does next
 * finds the VM free.
 */
static void
finish(struct task *t, PRL_RESULT code)
{
    AUTO(err_free) struct err *e = NULL;
    AUTO(json_decref) json_t *parameters = outcome(t, &code, &e);
    const bool failed = PRL_FAILED(code);
    task_vec attached = { 0 };

    if (failed)
        log_end(t, code, e);
    task_drop_ahead(t);
    if (t->priv->journal)
        task_journal_done(t);
    claims_release(t);
    task_phase_set(t, TASK_ENDED); /* who has the answer finds nothing to cancel any more */
    answer(t, failed, parameters);
    if (t->priv->after)
        sched_yield(); /* who waits for the answer may have been woken on this processor */
    if (!failed)
        log_end(t, code, NULL); /* nobody waits for a line in a file */
    if (t->priv->after)
        t->priv->after(t->priv->after_arg);
    task_list_remove(t, &attached); /* after the answer: the last one lets a stopping service end */
    answer_attached(t, &attached, failed, parameters);
    task_unref(t);
}

/* ---- the VM of a task ---- */

static PRL_RESULT
not_found(const char *uuid)
{
    err_set(PRL_ERR_VM_UUID_NOT_FOUND, "no virtual machine %s is registered", uuid);
    err_param(0, "%s", uuid);
    return PRL_ERR_VM_UUID_NOT_FOUND;
}

/* Semantics 5.3: the order is part of the contract. */
static PRL_RESULT
check_vm(struct task *t)
{
    const struct handler_row *h = t->priv->handler;
    AUTO(cleanup_free) char *name = NULL;
    AUTO(cleanup_free) char *config = NULL;
    bool is_registered, is_locked;
    PRL_RESULT valid_rc, r;

    {
        LOCK_SCOPE(&t->vm->lock);
        is_registered = t->vm->is_registered;
        is_locked = t->vm->lock_session && t->vm->lock_session != t->session;
        valid_rc = t->vm->valid_rc;
        name = str_dup(t->vm->name);
    }
    if (!is_registered)
        return not_found(t->vm->uuid);
    if (is_locked && !(h->flags & HANDLER_WHEN_LOCKED)) {
        err_set(PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED, "another session has locked %s", t->vm->uuid);
        err_param(0, "%s", name ? name : "");
        return PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED;
    }
    r = t->session ? rights_check(t->session, t->vm, h->rights) : PRL_ERR_SUCCESS;
    if (PRL_FAILED(r))
        return r;
    if (!PRL_FAILED(valid_rc) || !(h->flags & HANDLER_NEEDS_CONFIG))
        return PRL_ERR_SUCCESS;
    config = vm_path(t->vm, "config.pvs");
    err_set(valid_rc, "the configuration of %s cannot be used: '%s'", t->vm->uuid, config ? config : "");
    err_param(0, "%s", name ? name : "");
    err_param(1, "%s", config ? config : "");
    return valid_rc;
}

/* ---- running ---- */

static void
run(struct task *t)
{
    PRL_RESULT code;

    err_clear();
    if (task_is_cancelled(t)) {
        finish(t, err_set(task_cancelled_code(t), "cancelled before it began"));
        return;
    }
    /* Again: it may be gone, or locked, since the task was let in. */
    if (t->vm && t->priv->handler->lane != LANE_INLINE && PRL_FAILED(code = check_vm(t))) {
        finish(t, code);
        return;
    }
    task_phase_set(t, TASK_RUNNING);
    t->priv->vm_rev = t->vm ? vm_rev(t->vm) : 0;
    if (t->vm && t->priv->handler->claim != CLAIM_NONE)
        journal_recover_kept(t->vm);
    code = t->priv->handler->run(t);
    if (t->priv->is_deferred && !PRL_FAILED(code)) {
        task_unref(t); /* the list keeps it until the other task ends */
        return;
    }
    finish(t, code);
}

static void
run_job(struct pool_job *job)
{
    run(CONTAINER_OF(job, struct task_private, job)->task);
}

static bool
is_forced(struct task *t)
{
    return (t->priv->handler->flags & HANDLER_FORCE) && task_arg_u(t, "mode") == PSM_KILL;
}

/*
 * A machine that was unusable is looked at again when its configuration is asked for, and its images once a second: that is no work for the
 * I/O thread.
 */
static bool
looks_again(struct task *t)
{
    if (t->priv->handler->op != OP_VM_REFRESH || !t->vm)
        return false;
    LOCK_SCOPE(&t->vm->lock);
    return PRL_FAILED(t->vm->valid_rc) || disk_rooms_is_old_locked(t->vm);
}

/* Consumes the caller's reference. A stop by force does not queue behind starts that hang: it has the lane of the queries. */
static void
start(struct task *t)
{
    enum handler_lane lane = is_forced(t) || looks_again(t) ? LANE_QUERY : t->priv->handler->lane;

    if (t->op == OP_VM_LIST && vm_list_is_short(t))
        lane = LANE_INLINE;
    if (lane == LANE_INLINE) {
        t->is_on_io = true;
        run(t);
        return;
    }
    task_phase_set(t, TASK_QUEUED);
    t->priv->job.run = run_job;
    if (pool_add(pool, lane, &t->priv->job))
        client_rest();
    else
        finish(t, err_set(PRL_ERR_DISP_SHUTDOWN_IN_PROCESS, "the service is stopping"));
}

void
dispatch_granted(struct task *t)
{
    start(task_ref(t));
}

void
dispatch_refused(struct task *t, PRL_RESULT code)
{
    finish(task_ref(t), code);
}

/* ---- a head start ---- */

/* False: somebody else has it. */
static bool
leave_air(struct task *t)
{
    LOCK_SCOPE(&air.lock);

    for (size_t i = 0; i < air.list.len; i++)
        if (air.list.p[i].task == t) {
            vec_remove(&air.list, i);
            return true;
        }
    return false;
}

/* On the thread that read the answer. */
static void
ahead_over(struct task *t, bool may_run_here)
{
    if (!leave_air(t))
        return;
    if (may_run_here) {
        run(t);
        return;
    }
    event_flush(NULL); /* the reply may take longer than they should be held for */
    start(t);
}

/* False: it is still the caller's. */
static bool
enter_air(struct task *t)
{
    {
        LOCK_SCOPE(&air.lock);
        if (!vec_push(&air.list, ((struct airborne){ t, clock_deadline(AHEAD_MS) })))
            return false;
    }
    task_phase_set(t, TASK_QUEUED);
    if (t->ahead->watch(t->ahead, t, ahead_over))
        return true;
    leave_air(t);
    return false;
}

/* Late: a worker waits on. The lock keeps t->ahead from going meanwhile; who has been called comes for the lock too. */
static struct task *
next_late(void)
{
    LOCK_SCOPE(&air.lock);
    const int64_t now = clock_now_ms();

    for (size_t i = 0; i < air.list.len && air.list.p[i].until <= now; i++) {
        struct task *t = air.list.p[i].task;

        if (!t->ahead->unwatch(t->ahead))
            continue;
        vec_remove(&air.list, i);
        return t;
    }
    return NULL;
}

void
dispatch_expire(void)
{
    struct task *t;

    while ((t = next_late())) {
        event_flush(NULL);
        start(t);
    }
}

int64_t
dispatch_deadline(void)
{
    LOCK_SCOPE(&air.lock);

    return air.list.len ? air.list.p[0].until : CLOCK_FOREVER;
}

/* Consumes the caller's reference. Just checked, with the claim just taken; a task that had to wait begins with its worker. */
static void
start_ahead(struct task *t)
{
    for (size_t i = 0; i < ARRAY_LEN(head_starts); i++)
        if (head_starts[i].op == t->op)
            head_starts[i].begin(t);
    if (t->ahead && enter_air(t))
        client_rest();
    else
        start(t);
}

/* Consumes the caller's reference. */
static void
admit(struct task *t)
{
    const struct handler_row *h = t->priv->handler;
    bool forced = is_forced(t);

    if (!t->vm || h->claim == CLAIM_NONE) {
        start(t);
        return;
    }
    if (forced)
        task_cancel_all(t->vm, t);
    switch (claims_take(t, h->claim, forced)) {
    case CLAIMS_GRANTED:
        start_ahead(t);
        break;
    case CLAIMS_WAITING:
        task_unref(t); /* the queue and the list have it */
        break;
    case CLAIMS_NO_MEMORY:
        finish(t, err_set(PRL_ERR_OUT_OF_MEMORY, "claim"));
        break;
    }
}

/* ---- checks ---- */

static PRL_RESULT
check(struct task *t)
{
    PRL_RESULT r = op_check_args(t->priv->row, t->args);
    const char *uuid;

    if (PRL_FAILED(r))
        return r;
    if (is_refusing)
        return err_set(PRL_ERR_DISP_SHUTDOWN_IN_PROCESS, "the service is stopping");
    if (!t->session && !(t->priv->handler->flags & HANDLER_NOLOGIN))
        return err_set(PRL_ERR_USER_OPERATION_NOT_AUTHORISED, "log in first");
    if (t->priv->row->subject != SUBJECT_VM)
        return PRL_ERR_SUCCESS;
    uuid = task_arg_s(t, "vm");
    t->vm = vm_store_find(uuid);
    if (!t->vm && t->priv->handler->flags & HANDLER_UNREGISTERED_TOO)
        return PRL_ERR_SUCCESS;
    return t->vm ? check_vm(t) : not_found(uuid);
}

/* ---- messages ---- */

/* A method that is none of ours. Varlink's tools, which send no id, get Varlink's answer. */
static void
unknown_method(struct client *c, uint64_t request, const char *method)
{
    bool is_vm_command = strncmp(method, WIRE_PREFIX "Vm", sizeof WIRE_PREFIX + 1) == 0;

    if (!request) {
        atomic_fetch_sub(&c->n_open, 1);
        client_send(c, json_pack("{s:s,s:{s:s}}", "error", "org.varlink.service.MethodNotFound", "parameters", "method", method), -1);
        client_request_done(c, true);
        return;
    }
    refuse(c, request, err_set(is_vm_command ? PRL_ERR_UNRECOGNIZED_REQUEST : PRL_ERR_UNIMPLEMENTED, "no method '%s'", method), method);
}

static bool
answer_introspection(struct client *c, uint64_t request, const char *method, json_t *parameters)
{
    json_t *reply = introspect(method, parameters);

    if (!reply)
        return false;
    if (request)
        json_object_set_new(reply, "id", json_integer((json_int_t)request));
    atomic_fetch_sub(&c->n_open, 1);
    client_send(c, reply, -1);
    client_request_done(c, !request);
    return true;
}

static void
begin(struct client *c, uint64_t request, const struct op_row *row, const struct handler_row *handler, json_t *parameters /* taken */,
      int memfd)
{
    struct task *t = task_new(row, handler, c, c->session, request, parameters, memfd);
    PRL_RESULT r;

    if (!t) {
        refuse(c, request, err_set(PRL_ERR_OUT_OF_MEMORY, "task"), row->method);
        return;
    }
    err_clear();
    r = check(t);
    if (PRL_FAILED(r)) {
        refuse(c, request, r, row->method);
        task_unref(t);
        return;
    }
    task_list_add(t);
    admit(t);
}

void
dispatch_own_start(struct vm *vm)
{
    json_t *args = json_pack("{s:s, s:i, s:i}", "vm", vm->uuid, "mode", PSM_VM_START, "flags", 0);
    struct task *t = args ? task_new(op_row(OP_VM_START), dispatch_row(OP_VM_START), NULL, NULL, 0, args, -1) : NULL;
    PRL_RESULT r;

    if (!t)
        return;
    t->vm = vm_ref(vm);
    err_clear();
    r = check_vm(t);
    if (PRL_FAILED(r)) {
        log_end(t, r, err_peek());
        task_unref(t);
        return;
    }
    task_list_add(t);
    admit(t);
}

/* A message that is no request ends the connection: there is nobody to answer to. */
static bool
envelope(json_t *msg, const char **ret_method, uint64_t *ret_request, json_t **ret_parameters)
{
    json_t *id = json_object_get(msg, "id");
    json_t *parameters = json_object_get(msg, "parameters");

    *ret_method = json_string_value(json_object_get(msg, "method"));
    if (!*ret_method || (parameters && !json_is_object(parameters)))
        return false;
    if (id && (!json_is_integer(id) || json_integer_value(id) < 1 || json_integer_value(id) > ID_MAX))
        return false;
    *ret_request = id ? (uint64_t)json_integer_value(id) : 0;
    /* Out of the message: a worker will free them, at a time when the message may be under way to be freed here. */
    *ret_parameters = parameters ? json_incref(parameters) : json_object();
    if (parameters)
        json_object_del(msg, "parameters");
    return *ret_parameters != NULL;
}

void
dispatch_message(struct client *c, json_t *msg, int memfd)
{
    AUTO_FD int fd = memfd;
    AUTO(json_decref) json_t *parameters = NULL;
    const struct handler_row *handler;
    const struct op_row *row;
    const char *method;
    uint64_t request;

    if (!envelope(msg, &method, &request, &parameters) || c->n_open >= CLIENT_OPEN_MAX) {
        LOG_W("dispatch", "pid %d: a message that is no request, or too many of them", (int)c->pid);
        c->is_doomed = true;
        client_poke(c);
        return;
    }
    atomic_fetch_add(&c->n_open, 1);
    row = op_find_method(method);
    /* Events come until logoff, so nothing can wait for the end of a Subscribe. */
    c->is_in_order = !request && !(row && row->op == OP_SUBSCRIBE);
    if (answer_introspection(c, request, method, parameters))
        return;
    handler = row ? dispatch_row(row->op) : NULL;
    if (!handler)
        unknown_method(c, request, method);
    else
        begin(c, request, row, handler, TAKE(parameters), TAKE_FD(fd));
}

/* ---- workers ---- */

PRL_RESULT
dispatch_open(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const struct pool_lane lanes[LANE_COUNT] = {
        [LANE_QUERY] = { "query", 2, 16 },
        [LANE_WORK] = { "work", 4, 64 },
        [LANE_LONG] = { "long", cores > 2 ? (int)(cores < 32 ? cores : 32) : 2, 64 },
    };

    is_refusing = false;
    pool = pool_new(lanes, LANE_COUNT);
    return pool ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "workers");
}

void
dispatch_refuse_new(void)
{
    is_refusing = true;
}

void
dispatch_close(void)
{
    pool_free(TAKE(pool));
    vec_free(&air.list);
}
