/* SPDX-License-Identifier: MIT */
/* Tasks, events and claims for tests without an engine. */
#include "stub_engine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "engine/claims.h"
#include "engine/claims_task.h"
#include "engine/events.h"
#include "vm/perf.h"
#include "vm/vm.h"

/* ---- tasks ---- */

void
stub_task_init(struct stub_task *t)
{
    memset(t, 0, sizeof *t);
    uuid_make(t->task.uuid);
    t->task.memfd = -1;
    t->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void
stub_task_clear(struct stub_task *t)
{
    cleanup_close(&t->cancel_fd);
}

void
stub_task_cancel(struct stub_task *t)
{
    uint64_t one = 1;

    if (t->is_committed)
        return;
    t->is_cancelled = true;
    if (write(t->cancel_fd, &one, sizeof one) < 0)
        abort();
}

static struct stub_task *
of(struct task *t)
{
    return CONTAINER_OF(t, struct stub_task, task);
}

void
task_progress(struct task *t, unsigned percent)
{
    struct stub_task *s = of(t);

    if (percent > s->percent)
        s->percent = percent;
    if (s->cancel_at_percent && percent >= s->cancel_at_percent && !s->is_cancelled)
        stub_task_cancel(s);
    if (s->call_at_percent && percent >= s->call_at_percent && !atomic_exchange(&s->has_called, true))
        s->call(s->arg);
}

bool
task_is_cancelled(struct task *t)
{
    return of(t)->is_cancelled;
}

int
task_cancel_fd(struct task *t)
{
    return of(t)->cancel_fd;
}

bool
task_commit_point(struct task *t)
{
    of(t)->is_committed = true;
    return !of(t)->is_cancelled;
}

/* ---- events ---- */

static struct {
    struct lock lock;
    struct cond changed;
    pthread_once_t once;
    VEC(int) types;
} sent = { .lock = LOCK_INIT(0), .once = PTHREAD_ONCE_INIT };

static void
make_cond(void)
{
    cond_init(&sent.changed);
}

static void
count(int type)
{
    pthread_once(&sent.once, make_cond);
    LOCK_SCOPE(&sent.lock);
    if (!vec_push(&sent.types, type))
        abort();
    cond_broadcast(&sent.changed);
}

static unsigned
count_locked(PRL_EVENT_TYPE type)
{
    unsigned n = 0;

    for (size_t i = 0; i < sent.types.len; i++)
        n += !type || sent.types.p[i] == (int)type;
    return n;
}

unsigned
stub_events(PRL_EVENT_TYPE type)
{
    LOCK_SCOPE(&sent.lock);

    return count_locked(type);
}

bool
stub_events_wait(PRL_EVENT_TYPE type, unsigned n, int64_t deadline)
{
    pthread_once(&sent.once, make_cond);
    LOCK_SCOPE(&sent.lock);
    while (count_locked(type) < n)
        if (!cond_wait_until(&sent.changed, &sent.lock, deadline))
            return count_locked(type) >= n;
    return true;
}

json_t *
event_new(PRL_EVENT_TYPE type, const char *issuer_uuid)
{
    return json_pack("{s:i, s:s}", "type", (int)type, "issuer", issuer_uuid);
}

void
event_hold(bool is_on)
{
    (void)is_on;
}

void
event_flush(struct client *but)
{
    (void)but;
}

void
perf_vm_runs(const struct vm *vm)
{
    (void)vm;
}

void
event_set_code(json_t *event, PRL_RESULT code)
{
    json_object_set_new(event, "code", json_integer(code));
}

void
event_set_issuer_type(json_t *event, PRL_EVENT_ISSUER_TYPE type)
{
    json_object_set_new(event, "issuer_type", json_integer(type));
}

void
event_add_text(json_t *event, const char *name, const char *value)
{
    json_object_set_new(event, name, json_string(value));
}

void
event_add_int(json_t *event, const char *name, enum event_param_type type, int64_t value)
{
    (void)type;
    json_object_set_new(event, name, json_integer(value));
}

void
event_send_vm(struct vm *vm, json_t *event)
{
    (void)vm;
    count((int)json_integer_value(json_object_get(event, "type")));
    json_decref(event);
}

void
event_send_all(json_t *event)
{
    event_send_vm(NULL, event);
}

void
event_vm(struct vm *vm, PRL_EVENT_TYPE type)
{
    (void)vm;
    count((int)type);
}

void
event_vm_int(struct vm *vm, PRL_EVENT_TYPE type, const char *param, int64_t value)
{
    (void)param;
    (void)value;
    event_vm(vm, type);
}

/* ---- claims ---- */

void
claims_vm_running(struct vm *vm, int is_running)
{
    (void)vm;
    (void)is_running;
}

void
claims_free(struct vm_claims *c)
{
    (void)c;
}
