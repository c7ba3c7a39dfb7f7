/* SPDX-License-Identifier: MIT */
/* Tasks: arguments, results, progress, cancel, and the list of all that have not ended. */
#include "task.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/str.h"
#include "claims_task.h"
#include "client.h"
#include "io.h"
#include "session.h"
#include "task_private.h"
#include "vm/text_bank.h"
#include "vm/vm.h"
#include "vm/vm_entry.h"

#define PROGRESS_EVERY_MS 100

static struct lock list_lock = LOCK_INIT(35);
static struct task *list; /* under list_lock, as the next */
static size_t n_tasks;
static _Atomic bool is_end_watched;

/* ---- life ---- */

void
task_drop_ahead(struct task *t)
{
    struct task_ahead *a = TAKE(t->ahead);

    if (a)
        a->drop(a);
}

static void
task_free(struct task *t)
{
    struct task_private *p;

    if (!t)
        return;
    task_drop_ahead(t);
    p = t->priv;
    if (p) {
        client_unref(p->client);
        cleanup_close(&p->cancel_fd);
        json_decref(p->results);
        json_decref(p->extra);
        frame_texts_close(&p->texts);
        vec_free(&p->attached);
        free(p->journal);
        free(p);
    }
    session_unref(t->session);
    json_decref(t->args);
    cleanup_close(&t->memfd);
    vm_unref(t->vm);
    free(t);
}
CLEANUP_FOR(task_free, struct task *)

/*
 * A random uuid whose last twelve digits count: uuid_make asks the kernel many questions, and a query is over in the time they take.
 */
static void
name_task(char out[UUID_TEXT])
{
    static char first[UUID_TEXT]; /* under list_lock, as the next */
    static uint64_t n;
    LOCK_SCOPE(&list_lock);

    if (!first[0])
        uuid_make(first);
    memcpy(out, first, UUID_TEXT);
    snprintf(out + 25, UUID_TEXT - 25, "%012" PRIx64 "}", ++n & 0xFFFFFFFFFFFF);
}

struct task *
task_new(const struct op_row *row, const struct handler_row *handler, struct client *client, struct session *session,
         uint64_t request, json_t *args, int memfd)
{
    AUTO(task_free) struct task *t = calloc(1, sizeof *t);

    if (!t) {
        cleanup_close(&memfd);
        json_decref(args);
        return NULL;
    }
    t->memfd = memfd;
    t->op = row->op;
    t->session = session_ref(session);
    t->args = args;
    t->priv = calloc(1, sizeof *t->priv);
    if (!t->priv)
        return NULL;
    name_task(t->uuid);
    t->priv->task = t;
    atomic_init(&t->priv->refs, 1);
    t->priv->row = row;
    t->priv->handler = handler;
    t->priv->client = client_ref(client);
    t->priv->request = request;
    t->priv->cancel_fd = -1;
    t->priv->texts = (struct frame_texts)FRAME_TEXTS_INIT;
    return TAKE(t);
}

struct task *
task_ref(struct task *t)
{
    if (t)
        atomic_fetch_add_explicit(&t->priv->refs, 1, memory_order_relaxed);
    return t;
}

void
task_unref(struct task *t)
{
    if (t && atomic_fetch_sub_explicit(&t->priv->refs, 1, memory_order_acq_rel) == 1)
        task_free(t);
}

/* ---- arguments ---- */

const char *
task_arg_s(struct task *t, const char *name)
{
    return json_string_value(json_object_get(t->args, name));
}

uint64_t
task_arg_u(struct task *t, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(t->args, name));
}

bool
task_arg_b(struct task *t, const char *name)
{
    return json_is_true(json_object_get(t->args, name));
}

json_t *
task_arg_l(struct task *t, const char *name)
{
    json_t *v = json_object_get(t->args, name);

    return json_is_array(v) ? v : NULL;
}

PRL_RESULT
task_arg_x(struct task *t, const char *name, char **ret_text, size_t *ret_len)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len = 0;
    PRL_RESULT r = frame_text_get(json_object_get(t->args, name), t->memfd, &text, &len);

    if (PRL_FAILED(r))
        return r;
    if (!str_is_xml_text(text, len))
        return err_set(PRL_ERR_BAD_PARAMETERS, "'%s' is no text that XML can carry", name);
    *ret_text = TAKE(text);
    if (ret_len)
        *ret_len = len;
    return PRL_ERR_SUCCESS;
}

/* ---- results ---- */

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "a result");
}

/* Steals value; NULL is memory that ran out. */
static PRL_RESULT
add_result(struct task *t, const char *kind, json_t *value)
{
    json_t *item = value ? json_object() : NULL;

    if (!t->priv->results)
        t->priv->results = json_array();
    if (!item || json_object_set_new(item, kind, value) < 0) {
        if (!item)
            json_decref(value);
        json_decref(item);
        return no_memory();
    }
    return json_array_append_new(t->priv->results, item) < 0 ? no_memory() : PRL_ERR_SUCCESS;
}

PRL_RESULT
task_add_vm(struct task *t, struct vm *vm)
{
    return task_add_vm_since(t, vm, 0);
}

PRL_RESULT
task_add_vm_since(struct task *t, struct vm *vm, uint64_t since_rev)
{
    struct vm_entry_texts to = { .since = since_rev, .texts = &t->priv->texts };

    return add_result(t, "vm", vm_entry_json(vm, t->session, &to));
}

PRL_RESULT
task_add_vms(struct task *t, const vm_vec *vms, bool (*wants)(struct vm *vm))
{
    AUTO(text_bank_unref) struct text_bank *bank = text_bank_of(vms);
    struct vm_entry_texts to = { .texts = &t->priv->texts };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (bank && text_bank_lend(bank, to.texts))
        to.bank = bank;
    for (; PRL_SUCCEEDED(r) && to.i < vms->len; to.i++)
        if (wants(vms->p[to.i]))
            r = add_result(t, "vm", vm_entry_json(vms->p[to.i], t->session, &to));
    return r;
}

PRL_RESULT
task_add_text(struct task *t, const char *text)
{
    return add_result(t, "text", json_string(text));
}

PRL_RESULT
task_add_doc(struct task *t, int pht, const char *xml, size_t len)
{
    json_t *text = frame_text_add(&t->priv->texts, xml, len);

    return add_result(t, "doc", text ? json_pack("{s:i,s:o}", "pht", pht, "xml", text) : NULL);
}

PRL_RESULT
task_add_event(struct task *t, json_t *event)
{
    return add_result(t, "event", event);
}

PRL_RESULT
task_add_value(struct task *t, const char *key, json_t *value)
{
    if (!t->priv->extra)
        t->priv->extra = json_object();
    return json_object_set_new(t->priv->extra, key, value) < 0 ? no_memory() : PRL_ERR_SUCCESS;
}

void
task_after(struct task *t, void (*fn)(void *arg), void *arg)
{
    t->priv->after = fn;
    t->priv->after_arg = arg;
}

void
task_defer(struct task *t)
{
    t->priv->is_deferred = true;
}

void
task_silent(struct task *t)
{
    t->priv->is_silent = true;
}

/* ---- progress ---- */

void
task_progress(struct task *t, unsigned percent)
{
    struct task_private *p = t->priv;
    unsigned before = p->percent;
    int64_t now, last;
    char text[80];

    if (percent > 100)
        percent = 100;
    do
        if (percent <= before)
            return;
    while (!atomic_compare_exchange_weak(&p->percent, &before, percent));
    now = clock_now_ms();
    last = p->progress_at_ms;
    if (!p->client || !p->request || (percent < 100 && last && now - last < PROGRESS_EVERY_MS))
        return;
    p->progress_at_ms = now;
    snprintf(text, sizeof text, "{\"progress\":{\"request\":%" PRIu64 ",\"percent\":%u}}", p->request, percent);
    client_send_event(p->client, text, false);
}

/* ---- cancel ---- */

bool
task_is_cancelled(struct task *t)
{
    return t->priv->is_cancelled;
}

static void
signal_fd(int fd)
{
    const uint64_t one = 1;

    while (fd >= 0 && write(fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

int
task_cancel_fd(struct task *t)
{
    LOCK_SCOPE(&list_lock);

    if (t->priv->cancel_fd < 0) {
        t->priv->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (t->priv->is_cancelled)
            signal_fd(t->priv->cancel_fd);
    }
    return t->priv->cancel_fd;
}

bool
task_commit_point(struct task *t)
{
    LOCK_SCOPE(&list_lock);

    if (t->priv->is_cancelled)
        return false;
    t->priv->is_past_commit = true;
    return true;
}

/* One that waits or is queued can always be taken back; a running one only if its kind looks at the flag. */
static bool
can_cancel_locked(const struct task *t)
{
    const struct task_private *p = t->priv;

    if (p->phase == TASK_ENDED || p->is_past_commit)
        return false;
    return p->phase != TASK_RUNNING || (p->handler->flags & HANDLER_CANCEL);
}

PRL_RESULT
task_cancel(struct task *t)
{
    {
        LOCK_SCOPE(&list_lock);
        if (!can_cancel_locked(t))
            return err_set(PRL_ERR_TASK_NOT_FOUND, "%s cannot be cancelled any more", t->priv->row->method);
        t->priv->is_cancelled = true;
        signal_fd(t->priv->cancel_fd);
    }
    claims_cancelled(t);
    return PRL_ERR_SUCCESS;
}

void
task_cancel_all(struct vm *vm, struct task *but)
{
    task_vec found = { 0 };

    {
        LOCK_SCOPE(&list_lock);
        for (struct task *t = list; t; t = t->priv->next)
            if (t != but && (vm ? t->vm == vm && t->priv->phase != TASK_WAITING : true) &&
                (t->priv->handler->flags & HANDLER_CANCEL || t->priv->phase == TASK_WAITING))
                if (vec_push(&found, t))
                    task_ref(t);
    }
    for (size_t i = 0; i < found.len; i++) {
        task_cancel(found.p[i]);
        task_unref(found.p[i]);
    }
    vec_free(&found);
}

PRL_RESULT
task_cancelled_code(const struct task *t)
{
    return t->op == OP_VM_CLONE ? PRL_ERR_CLONE_OPERATION_CANCELED : PRL_ERR_OPERATION_WAS_CANCELED;
}

/* ---- the list ---- */

void
task_list_add(struct task *t)
{
    LOCK_SCOPE(&list_lock);

    t->priv->next = list;
    if (list)
        list->priv->prev = t;
    list = task_ref(t);
    n_tasks++;
}

void
task_list_watch(bool is_watched)
{
    is_end_watched = is_watched;
}

size_t
task_list_count(void)
{
    LOCK_SCOPE(&list_lock);

    return n_tasks;
}

struct task *
task_find_of_vm(const struct vm *vm, enum op op)
{
    LOCK_SCOPE(&list_lock);

    for (struct task *t = list; t; t = t->priv->next)
        if (t->vm == vm && t->op == op)
            return task_ref(t);
    return NULL;
}

struct task *
task_find(const char *uuid)
{
    char wanted[UUID_TEXT];
    LOCK_SCOPE(&list_lock);

    if (!uuid_parse(uuid, wanted))
        return NULL;
    for (struct task *t = list; t; t = t->priv->next)
        if (strcmp(t->uuid, wanted) == 0)
            return task_ref(t);
    return NULL;
}

struct task *
task_find_request(struct client *client, uint64_t request)
{
    LOCK_SCOPE(&list_lock);

    for (struct task *t = list; request && t; t = t->priv->next)
        if (t->priv->client == client && t->priv->request == request)
            return task_ref(t);
    return NULL;
}

json_t *
task_list_of_user(unsigned uid)
{
    json_t *out = json_array();
    LOCK_SCOPE(&list_lock);

    for (struct task *t = list; t; t = t->priv->next) {
        const struct handler_row *h = t->priv->handler;

        if (!t->session || t->session->uid != uid || h->lane == LANE_INLINE || (h->claim == CLAIM_NONE && !(h->flags & HANDLER_CANCEL)))
            continue;
        json_array_append_new(out, json_pack("{s:s,s:i,s:s}", "uuid", t->uuid, "type", t->priv->row->job_code, "vm", t->vm ? t->vm->uuid : ""));
    }
    return out;
}

void
task_phase_set(struct task *t, enum task_phase phase)
{
    LOCK_SCOPE(&list_lock);

    t->priv->phase = phase;
}

void
task_close_cancel(struct task *t)
{
    LOCK_SCOPE(&list_lock);

    t->priv->is_past_commit = true;
}

bool
task_attach(struct task *t, struct task *waiter)
{
    LOCK_SCOPE(&list_lock);

    if (t->priv->phase == TASK_ENDED || !vec_push(&t->priv->attached, waiter))
        return false;
    task_ref(waiter);
    return true;
}

void
task_list_remove(struct task *t, task_vec *ret_attached)
{
    struct task_private *p = t->priv;
    bool is_last;

    {
        LOCK_SCOPE(&list_lock);
        p->phase = TASK_ENDED;
        if (p->prev)
            p->prev->priv->next = p->next;
        else
            list = p->next;
        if (p->next)
            p->next->priv->prev = p->prev;
        p->prev = p->next = NULL;
        n_tasks--;
        is_last = n_tasks == 0;
        memcpy(ret_attached, &p->attached, sizeof *ret_attached);
        memset(&p->attached, 0, sizeof p->attached);
    }
    if (is_last && is_end_watched)
        io_wake();
    task_unref(t);
}
