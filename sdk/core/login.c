/* SPDX-License-Identifier: MIT */
/*
 * Jobs around the connection itself.
 *
 *     pool thread: conn_open_local with the Login request -> reads the reply itself, as a rule -> waits for the job, so that a service
 *                  which does not answer costs no more than the timeout
 *     who reads the reply: the server object takes the connection -> job finished
 */
#include "login.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/str.h"
#include "conn.h"
#include "job_run.h"
#include "srv_info.h"
#include "srv_obj.h"

#define DEFAULT_MS 60000
#define ARRIVE_MS 5000 /* what the answer may take beyond the time to connect */

struct login {
    struct pool_job pool_job;
    _Atomic unsigned refs; /* the pool thread, the request */
    struct job *job;       /* counted, constant, as all below but conn */
    struct srv_obj *srv;   /* counted; NULL: only a check */
    char *host, *prev_session;
    PRL_UINT32 timeout_ms, security, flags;
    PRL_EVENT_HANDLER_PTR handler;
    PRL_VOID_PTR data;
    struct conn_events events;
    struct conn *conn; /* counted; set before the request is sent */
};

static void
login_unref(struct login *l)
{
    if (!l || atomic_fetch_sub(&l->refs, 1) != 1)
        return;
    conn_unref(l->conn);
    object_unref(l->job ? &l->job->obj : NULL);
    object_unref(l->srv ? &l->srv->obj : NULL);
    free(l->host);
    free(l->prev_session);
    free(l);
}
CLEANUP_FOR(login_unref, struct login *)

/* ---- login ---- */

static void
finish(struct login *l, PRL_RESULT code, struct err *err, struct results *results)
{
    srv_obj_login_end(l->srv);
    job_finish(l->job, code, err, results);
}

static PRL_RESULT
accept_reply(struct login *l, json_t *reply, struct results **ret)
{
    struct config_obj *response = srv_info_login_response(reply);
    OBJECT_SCOPE(response ? &response->obj : NULL);
    AUTO(results_unref) struct results *results = results_new();
    PRL_RESULT r;

    if (!response || !results || !results_add_object(results, &response->obj))
        return PRL_ERR_OUT_OF_MEMORY;
    r = srv_obj_connected(l->srv, &l->events, l->conn, reply, l->host, (l->flags & PACF_NON_INTERACTIVE_MODE) != 0);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(results);
    return r;
}

static void
on_login(void *data, json_t *reply, int memfd, const struct err *err)
{
    AUTO(login_unref) struct login *l = data;
    struct results *results = NULL;
    PRL_RESULT r;

    if (err) {
        struct err copy = *err;

        /* No session yet: the program knows this as "cannot connect". */
        if (copy.code == PRL_ERR_WS_DISP_CONNECTION_CLOSED)
            copy.code = PRL_ERR_CANT_CONNECT_TO_DISPATCHER;
        conn_close(l->conn, true);
        finish(l, copy.code, err_copy(&copy), NULL);
        return;
    }
    r = accept_reply(l, reply, &results);
    if (PRL_FAILED(r))
        conn_close(l->conn, true);
    finish(l, r, PRL_FAILED(r) ? err_take(r) : NULL, results);
}

static PRL_RESULT
connect_and_send(struct login *l)
{
    const struct op_arg args[] = { ARG_S(l->prev_session), ARG_U(l->security), ARG_U(l->flags), ARG_U(init_api_version()) };
    const struct conn_first login = { .op = OP_LOGIN, .args = args, .n_args = ARRAY_LEN(args), .done = on_login, .data = l };
    PRL_RESULT r = srv_obj_conn_events(l->srv, &l->events);

    if (PRL_FAILED(r))
        return r;
    atomic_fetch_add(&l->refs, 1);
    r = conn_open_local(l->timeout_ms, &l->events, &login, &l->conn);
    if (PRL_FAILED(r)) {
        atomic_fetch_sub(&l->refs, 1);
        srv_obj_conn_events_drop(&l->events);
    }
    return r;
}

static bool
is_answered(void *data)
{
    return atomic_load_explicit(&((struct job *)data)->is_finished, memory_order_acquire);
}

static void
run_login(struct pool_job *pool_job)
{
    AUTO(login_unref) struct login *l = CONTAINER_OF(pool_job, struct login, pool_job);
    int64_t deadline = clock_deadline((int64_t)l->timeout_ms + ARRIVE_MS);
    PRL_RESULT r;

    pool_blocking_begin();
    r = connect_and_send(l);
    if (PRL_SUCCEEDED(r)) /* the answer came with the first words, or is a moment away */
        conn_help(l->conn, is_answered, l->job);
    if (PRL_FAILED(r))
        finish(l, r, err_take(r), NULL);
    else if (PRL_FAILED(job_wait(l->job, (PRL_UINT32)clock_left_ms(deadline))))
        conn_close(l->conn, true); /* too late, or Deinit: the request fails, on_login finishes the job */
    pool_blocking_end();
}

static struct login *
login_new(struct srv_obj *srv, int job_code, PRL_UINT32 timeout_ms, void (*run)(struct pool_job *))
{
    struct login *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    atomic_init(&l->refs, 1);
    l->pool_job.run = run;
    l->timeout_ms = timeout_ms ? timeout_ms : DEFAULT_MS;
    l->job = job_new(job_code, OP_NONE, srv, NULL);
    if (!l->job) {
        login_unref(l);
        return NULL;
    }
    l->job->was_sent = true;
    if (srv) {
        object_ref(&srv->obj);
        l->srv = srv;
    }
    return l;
}

/* Hands l to the pool. */
static PRL_HANDLE
start(struct login *l)
{
    struct job *job = l->job;

    object_ref(&job->obj);
    if (!init_pool_add(&l->pool_job)) {
        if (l->srv)
            srv_obj_login_end(l->srv);
        job_finish(job, PRL_ERR_API_WASNT_INITIALIZED, NULL, NULL);
        login_unref(l);
    }
    return job_give(job);
}

PRL_HANDLE
login_local(struct srv_obj *srv, const struct login_args *args)
{
    struct login *l;
    PRL_RESULT r = srv_obj_login_begin(srv);

    if (PRL_FAILED(r))
        return job_done(&srv->obj, args->job_code, r);
    l = login_new(srv, args->job_code, args->timeout_ms, run_login);
    if (l) {
        l->host = str_dup(args->host);
        l->prev_session = args->prev_session && *args->prev_session ? str_dup(args->prev_session) : NULL;
        l->security = args->security;
        l->flags = args->flags;
    }
    if (!l || !l->host) {
        srv_obj_login_end(srv);
        login_unref(l);
        return PRL_INVALID_HANDLE;
    }
    return start(l);
}

/* ---- logoff, non-interactive: requests with an effect on the server object ---- */

struct effect {
    struct job *job;     /* counted */
    struct srv_obj *srv; /* counted */
    struct conn *conn;   /* counted */
    bool is_logoff, is_on;
};

static void
effect_free(struct effect *e)
{
    conn_unref(e->conn);
    object_unref(&e->job->obj);
    object_unref(&e->srv->obj);
    free(e);
}
CLEANUP_FOR(effect_free, struct effect *)

static void
on_effect(void *data, json_t *reply, int memfd, const struct err *err)
{
    AUTO(effect_free) struct effect *e = data;

    if (e->is_logoff) {
        /* Whatever the service said, the session ends with its connection. */
        srv_obj_disconnect(e->srv, e->conn, true);
    } else if (!err) {
        LOCK_SCOPE(&e->srv->lock);
        e->srv->is_non_interactive = e->is_on;
    }
    job_finish(e->job, err ? err->code : PRL_ERR_SUCCESS, err ? err_copy(err) : NULL, NULL);
}

static PRL_HANDLE
request_with_effect(struct srv_obj *srv, enum op op, const struct op_arg *args, int n_args, struct effect what)
{
    AUTO(effect_free) struct effect *e = NULL;
    AUTO(conn_unref) struct conn *conn = srv_obj_conn(srv, NULL); /* ours: e may be gone before conn_request returns */
    struct job *job = conn ? job_new(op_row(op)->job_code, op, srv, NULL) : NULL;
    uint64_t id = 0;
    PRL_RESULT r;

    if (!conn)
        return job_request_args(&srv->obj, 0, op, args, n_args); /* says why not */
    e = job ? malloc(sizeof *e) : NULL;
    if (!e) {
        object_unref(job ? &job->obj : NULL);
        return PRL_INVALID_HANDLE;
    }
    *e = what;
    e->job = job;
    e->srv = srv;
    e->conn = conn_ref(conn);
    object_ref(&srv->obj);
    object_ref(&job->obj);
    job->was_sent = true;
    r = conn_request(conn, op, NULL, args, n_args, on_effect, e, &id);
    if (PRL_FAILED(r))
        job_finish(job, r, err_take(r), NULL);
    else
        e = NULL;
    return job_give(job);
}

PRL_HANDLE
login_logoff(struct srv_obj *srv)
{
    return request_with_effect(srv, OP_LOGOFF, NULL, 0, (struct effect){ .is_logoff = true });
}

PRL_HANDLE
login_set_non_interactive(struct srv_obj *srv, PRL_BOOL is_on, PRL_UINT32 flags)
{
    const struct op_arg args[] = { ARG_B(is_on), ARG_U(flags) };

    return request_with_effect(srv, OP_SET_NON_INTERACTIVE, args, ARRAY_LEN(args), (struct effect){ .is_on = is_on != 0 });
}

/* ---- is anybody there? ---- */

static void
run_check(struct pool_job *pool_job)
{
    AUTO(login_unref) struct login *l = CONTAINER_OF(pool_job, struct login, pool_job);
    const struct conn_events nothing = { .data = NULL };
    PRL_RESULT r;

    pool_blocking_begin();
    r = conn_open_local(l->timeout_ms, &nothing, NULL, &l->conn);
    if (PRL_SUCCEEDED(r))
        conn_close(l->conn, true);
    job_finish(l->job, r, PRL_FAILED(r) ? err_take(r) : NULL, NULL);
    if (l->handler)
        event_bus_call(&l->job->obj, l->handler, l->data);
    pool_blocking_end();
}

PRL_HANDLE
login_check_alive(PRL_UINT32 timeout_ms, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data)
{
    struct login *l = login_new(NULL, PJOC_SRV_CHECK_ALIVE, timeout_ms, run_check);

    if (!l)
        return PRL_INVALID_HANDLE;
    l->handler = handler;
    l->data = data;
    return start(l);
}
