/* SPDX-License-Identifier: MIT */
/*
 * Jobs. Replies come on the connection's reader thread: it converts the reply, updates the VM object, stores the outcome, wakes
 * the waiters and queues the job for the event thread. Nothing of that waits for a callback, so a callback may wait for jobs.
 *
 * Waiters share a few conditions, chosen by address: a job needs no lock of its own and Deinit can wake everybody.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "conn.h"
#include "entry_gate.h"
#include "handle.h"
#include "job_run.h"
#include "job_wait.h"
#include "srv_obj.h"
#include "wire/frame.h"

#define BUCKETS 64
#define HELP_FROM_MS 100 /* a long message of others that comes meanwhile must not make a short wait late */

struct bucket {
    struct lock lock; /* rank 80 */
    struct cond cond;
    unsigned waiters; /* under lock */
};

static struct bucket buckets[BUCKETS];

static void
make_buckets(void)
{
    for (int i = 0; i < BUCKETS; i++) {
        lock_init(&buckets[i].lock, 80);
        cond_init(&buckets[i].cond);
        buckets[i].waiters = 0;
    }
}

static struct bucket *
bucket_of(struct job *j)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_buckets);
    return &buckets[((uintptr_t)j >> 6) % BUCKETS];
}

void
job_wait_after_fork(void)
{
    make_buckets();
}

void
job_wait_wake_all(void)
{
    bucket_of(NULL);
    for (int i = 0; i < BUCKETS; i++) {
        LOCK_SCOPE(&buckets[i].lock);
        cond_broadcast(&buckets[i].cond);
    }
}

static bool
is_finished(void *data)
{
    struct job *j = data;

    return atomic_load_explicit(&j->is_finished, memory_order_acquire);
}

/* Most answers are a moment away. */
static void
help(struct job *j)
{
    struct srv_obj *srv = srv_link_get(j->link);
    struct conn *conn = srv ? srv_obj_conn(srv, NULL) : NULL;

    object_unref(srv ? &srv->obj : NULL);
    if (!conn)
        return;
    conn_help(conn, is_finished, j);
    conn_unref(conn);
}

PRL_RESULT
job_wait(struct job *j, PRL_UINT32 msecs)
{
    struct bucket *b = bucket_of(j);
    int64_t deadline = clock_deadline(msecs);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (atomic_load_explicit(&j->is_finished, memory_order_acquire))
        return PRL_ERR_SUCCESS;
    if (!msecs)
        return PRL_ERR_TIMEOUT;
    if (msecs >= HELP_FROM_MS && j->op != OP_LOGOFF && atomic_load(&j->was_sent)) {
        help(j);
        if (is_finished(j))
            return PRL_ERR_SUCCESS;
    }
    LOCK_SCOPE(&b->lock);
    b->waiters++;
    while (!atomic_load_explicit(&j->is_finished, memory_order_acquire)) {
        if (!entry_is_open()) {
            r = PRL_ERR_API_WASNT_INITIALIZED;
            break;
        }
        if (!cond_wait_until(&b->cond, &b->lock, deadline)) {
            if (!atomic_load_explicit(&j->is_finished, memory_order_acquire))
                r = PRL_ERR_TIMEOUT;
            break;
        }
    }
    b->waiters--;
    return r;
}

/* ---- life ---- */

static void
enlist(struct job *j)
{
    struct srv_obj *srv = j->srv;

    LOCK_SCOPE(&srv->lock);
    j->next = srv->running;
    j->prev = &srv->running;
    if (j->next)
        j->next->prev = &j->next;
    srv->running = j;
}

static void
delist(struct job *j)
{
    struct srv_obj *srv = j->srv;

    LOCK_SCOPE(&srv->lock);
    if (!j->prev)
        return;
    *j->prev = j->next;
    if (j->next)
        j->next->prev = j->prev;
    j->prev = NULL;
}

static void
destroy(struct object *obj)
{
    struct job *j = (struct job *)obj;

    if (j->srv)
        delist(j); /* it was never begun */
    object_unref(j->srv ? &j->srv->obj : NULL);
    object_unref(j->vm ? &j->vm->cfg.obj : NULL);
    srv_link_unref(j->link);
    json_decref(j->list_args);
    err_free(j->err);
    results_unref(j->results);
    free(j);
}

static const struct object_class job_class = { .type = PHT_JOB, .destroy = destroy };

struct job *
job_new(int op_code, enum op op, struct srv_obj *srv, struct vm_obj *vm)
{
    struct job *j = calloc(1, sizeof *j);

    if (!j)
        return NULL;
    object_init(&j->obj, &job_class);
    j->op_code = op_code;
    j->op = op;
    j->issuer_type = PIE_DISPATCHER;
    if (srv) {
        object_ref(&srv->obj);
        j->srv = srv;
        j->link = srv_link_ref(srv->link);
        enlist(j);
    }
    if (vm) {
        object_ref(&vm->cfg.obj);
        j->vm = vm;
    }
    return j;
}

PRL_HANDLE
job_give(struct job *j)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    handle_give(&j->obj, &h);
    object_unref(&j->obj);
    return h;
}

void
job_finish(struct job *j, PRL_RESULT code, struct err *err, struct results *results)
{
    struct bucket *b = bucket_of(j);
    struct srv_obj *srv = j->srv;
    struct vm_obj *vm = TAKE(j->vm);
    bool has_waiters;

    if (srv)
        delist(j);
    j->srv = NULL;
    j->code = code;
    j->err = err;
    j->results = results;
    atomic_store_explicit(&j->percent, 100, memory_order_relaxed);
    lock_take(&b->lock);
    atomic_store_explicit(&j->is_finished, true, memory_order_release);
    has_waiters = b->waiters;
    lock_drop(&b->lock);
    if (has_waiters)
        cond_broadcast(&b->cond); /* without the lock, which they would only wake up to wait for */
    if (srv)
        srv_obj_post(srv, &j->obj, vm);
    object_unref(vm ? &vm->cfg.obj : NULL);
    object_unref(srv ? &srv->obj : NULL);
}

void
job_progress(struct srv_obj *srv, uint64_t request, unsigned percent)
{
    LOCK_SCOPE(&srv->lock);

    for (struct job *j = srv->running; j; j = j->next) {
        if (atomic_load(&j->request) != request)
            continue;
        if (percent <= 100 && percent > atomic_load(&j->percent))
            atomic_store(&j->percent, percent);
        return;
    }
}

/* ---- finished from the start ---- */

/*
 * Before Init nobody can free a handle, so all calls made then share one job. It is usable once the library is initialised.
 */
static PRL_HANDLE
refused_before_init(int job_code, PRL_RESULT code)
{
    static struct job *_Atomic shared;
    struct job *j = atomic_load(&shared), *none = NULL;
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    if (!j) {
        j = job_new(job_code, OP_NONE, NULL, NULL);
        if (!j)
            return PRL_INVALID_HANDLE;
        j->issuer_type = PIE_WEB_SERVICE;
        job_finish(j, code, NULL, NULL);
        if (!atomic_compare_exchange_strong(&shared, &none, j)) {
            object_unref(&j->obj);
            j = none;
        }
    }
    handle_give(&j->obj, &h);
    return h;
}

/* The handlers of subject (NULL: of nobody) are told, as of a job that the service has answered. */
static PRL_HANDLE
finished(struct object *subject, int job_code, bool was_sent, PRL_RESULT code)
{
    struct srv_obj *srv = srv_obj_of(subject);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    struct job *j = job_new(job_code, OP_NONE, srv, srv ? vm_obj_of(subject) : NULL);

    if (!j)
        return PRL_INVALID_HANDLE;
    j->was_sent = was_sent;
    j->issuer_type = was_sent ? PIE_DISPATCHER : PIE_WEB_SERVICE;
    job_finish(j, code, PRL_FAILED(code) ? err_take(code) : NULL, NULL);
    return job_give(j);
}

PRL_HANDLE
job_refused(int job_code, PRL_RESULT code)
{
    if (code == PRL_ERR_API_WASNT_INITIALIZED)
        return refused_before_init(job_code, code);
    return finished(NULL, job_code, false, code);
}

PRL_HANDLE
job_unserved(struct object *subject, int job_code)
{
    return finished(subject, job_code, false, PRL_ERR_UNIMPLEMENTED);
}

PRL_HANDLE
job_done(struct object *subject, int job_code, PRL_RESULT code)
{
    return finished(subject, job_code, true, code);
}

/* ---- requests ---- */

static void on_reply(void *data, json_t *reply, int memfd, const struct err *err);

/* Sends, or says why not. On success on_reply owns one reference to j. */
static PRL_RESULT
send_request(struct job *j, const char *vm_uuid, const struct op_arg *args, int n_args)
{
    AUTO(cleanup_free) char *host = NULL;
    struct conn *conn = srv_obj_conn(j->srv, &host);
    uint64_t id = 0;
    PRL_RESULT r;

    if (!conn) {
        r = err_set(PRL_ERR_NOT_CONNECTED_TO_DISPATCHER, "not logged in");
        err_param(0, "%s", str_eq(host, "127.0.0.1") ? "localhost" : host ? host : "");
        return r;
    }
    object_ref(&j->obj);
    r = conn_request(conn, j->op, vm_uuid, args, n_args, on_reply, j, &id);
    if (PRL_SUCCEEDED(r))
        atomic_store(&j->request, id);
    else
        object_unref(&j->obj);
    conn_unref(conn);
    return r;
}

/* A listing whose texts are not all known here (another session's rights, a race in the service): everything, once. */
static bool
ask_again(struct job *j)
{
    struct op_arg args[] = { ARG_U((uint64_t)json_integer_value(json_array_get(j->list_args, 0))), ARG_U(0), ARG_U(0) };

    if (!j->list_args || j->is_again)
        return false;
    j->is_again = true;
    return PRL_SUCCEEDED(send_request(j, NULL, args, ARRAY_LEN(args)));
}

static void
on_reply(void *data, json_t *reply, int memfd, const struct err *err)
{
    struct job *j = data;
    OBJECT_SCOPE(&j->obj);
    AUTO(results_unref) struct results *results = NULL;
    PRL_RESULT r;

    if (err) {
        /* What failed may still have findings to show; what of them is unreadable is left out. */
        results_from_reply(j, reply, memfd, &results);
        job_finish(j, err->code, err_copy(err), TAKE(results));
        return;
    }
    r = results_from_reply(j, reply, memfd, &results);
    if (r == PRL_ERR_NO_DATA && ask_again(j))
        return;
    job_finish(j, r, PRL_FAILED(r) ? err_take(r) : NULL, TAKE(results));
}

static bool
are_texts_good(const struct op_arg *args, int n_args)
{
    for (int i = 0; i < n_args; i++) {
        const struct op_arg *a = &args[i];
        json_t *item;
        size_t k;

        if (a->kind == 's' && a->s && !str_is_xml_text(a->s, strlen(a->s)))
            return false;
        if (a->kind == 'x' && a->x.text && !str_is_xml_text(a->x.text, a->x.len))
            return false;
        if (a->kind == 'l')
            json_array_foreach (a->l, k, item)
                if (!json_is_string(item) || !str_is_xml_text(json_string_value(item), json_string_length(item)))
                    return false;
    }
    return true;
}

static bool
may_be_known(enum op op)
{
    return op == OP_VM_GET_STATE || op == OP_VM_REFRESH || op == OP_VM_CONFIG;
}

/* No round trip for what the service would say again. */
static bool
answer_known(struct job *j, const struct op_arg *args, int n_args)
{
    struct conn *conn = may_be_known(j->op) ? srv_obj_conn(j->srv, NULL) : NULL;
    uint64_t tag = conn ? conn_knows(conn) : 0;
    struct results *results = NULL;

    conn_unref(conn);
    if (!tag || !results_from_known(j, args, n_args, tag, &results))
        return false;
    job_finish(j, PRL_ERR_SUCCESS, NULL, results);
    return true;
}

static PRL_HANDLE
request_of(struct srv_obj *srv, struct vm_obj *vm, int job_code, const struct op_row *row, const struct op_arg *args, int n_args)
{
    AUTO(cleanup_free) char *uuid = row->subject == SUBJECT_VM ? vm_obj_uuid(vm) : NULL;
    struct op_arg list_args[3];
    struct job *j;
    PRL_RESULT r;

    if (row->subject == SUBJECT_VM && !uuid)
        return job_refused(job_code, PRL_ERR_UNINITIALIZED);
    j = job_new(job_code, row->op, srv, vm);
    if (!j)
        return PRL_INVALID_HANDLE;
    if (row->op == OP_VM_LIST && n_args > 0) {
        j->list_args = json_pack("[I]", (json_int_t)args[0].u);
        list_args[0] = args[0];
        list_args[1] = ARG_U(srv_obj_list_since(srv));
        list_args[2] = ARG_U(srv_obj_list_now(srv, args[0].u));
        args = list_args;
        n_args = ARRAY_LEN(list_args);
    }
    j->was_sent = true;
    if (answer_known(j, args, n_args))
        return job_give(j);
    r = send_request(j, uuid, args, n_args);
    if (PRL_FAILED(r))
        job_finish(j, r, err_take(r), NULL);
    return job_give(j);
}

PRL_HANDLE
job_request_args(struct object *subject, int job_code, enum op op, const struct op_arg *args, int n_args)
{
    const struct op_row *row = op_row(op);
    struct srv_obj *srv = srv_obj_of(subject);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    struct vm_obj *vm = vm_obj_of(subject);

    if (!job_code)
        job_code = row->job_code;
    if (!are_texts_good(args, n_args))
        return job_refused(job_code, err_set(PRL_ERR_INVALID_ARG, "text that is not UTF-8, or not for XML"));
    if (row->subject == SUBJECT_VM && !vm)
        return job_refused(job_code, PRL_ERR_UNINITIALIZED);
    if (!srv)
        return job_refused(job_code, vm ? PRL_ERR_INVALID_ARG : PRL_ERR_UNINITIALIZED);
    return request_of(srv, vm, job_code, row, args, n_args);
}

PRL_HANDLE
job_cancel(struct job *j)
{
    struct srv_obj *srv = srv_link_get(j->link);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    uint64_t request = atomic_load(&j->request);

    if (!j->link || !atomic_load(&j->was_sent))
        return job_done(srv ? &srv->obj : NULL, PJOC_JOB_CANCEL, PRL_ERR_UNINITIALIZED);
    if (!srv || !request || atomic_load(&j->is_finished))
        return job_done(srv ? &srv->obj : NULL, PJOC_JOB_CANCEL, err_set(PRL_ERR_TASK_NOT_FOUND, "the operation is over"));
    return job_request(&srv->obj, PJOC_JOB_CANCEL, OP_CANCEL, ARGS(ARG_U(request), ARG_S(NULL)));
}
