/* SPDX-License-Identifier: MIT */
#include "freeze.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/pool.h"
#include "engine/task.h"
#include "vm.h"

#define RANK_FREEZE 22
#define WAIT_MAX_MS (12 * 3600 * 1000LL) /* a copy of a large disk */

struct freeze {
    struct freeze *next;    /* the list, under its lock; groups of one VM in the order of their coming */
    unsigned refs;          /* under the list's lock, as all below; the list has none */
    struct vm *vm;          /* counted; constant */
    enum freeze_kind kind;  /* constant */
    enum { GATHERING, CLOSED, READY, DONE } state;
    unsigned members;
    PRL_RESULT outcome;
    struct err *why;
    json_t *what;
    int ready_fd, done_fd;  /* eventfds that stay readable from then on; constant */
};

static struct lock lock = LOCK_INIT(RANK_FREEZE);
static struct freeze *groups;

/* ---- life ---- */

static void
freeze_free(struct freeze *f)
{
    if (!f)
        return;
    vm_unref(f->vm);
    err_free(f->why);
    json_decref(f->what);
    cleanup_close(&f->ready_fd);
    cleanup_close(&f->done_fd);
    free(f);
}
CLEANUP_FOR(freeze_free, struct freeze *)

static void
freeze_unref(struct freeze *f)
{
    bool is_last;

    if (!f)
        return;
    {
        LOCK_SCOPE(&lock);
        is_last = --f->refs == 0;
    }
    if (is_last)
        freeze_free(f);
}
CLEANUP_FOR(freeze_unref, struct freeze *)

static struct freeze *
freeze_new(struct vm *vm, enum freeze_kind kind)
{
    AUTO(freeze_free) struct freeze *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    f->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    f->vm = vm_ref(vm);
    f->kind = kind;
    f->refs = 1;
    f->members = 1;
    return f->ready_fd < 0 || f->done_fd < 0 ? NULL : TAKE(f);
}

static void
tell(int fd)
{
    const uint64_t one = 1;

    while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* ---- the list ---- */

static struct freeze *
last_of_locked(struct vm *vm)
{
    struct freeze *last = NULL;

    for (struct freeze *f = groups; f; f = f->next)
        if (f->vm == vm)
            last = f;
    return last;
}

static void
append_locked(struct freeze *f)
{
    struct freeze **at = &groups;

    while (*at)
        at = &(*at)->next;
    *at = f;
}

static void
take_out_locked(struct freeze *f)
{
    struct freeze **at = &groups;

    while (*at && *at != f)
        at = &(*at)->next;
    if (*at)
        *at = f->next;
}

bool
freeze_is_active(struct vm *vm)
{
    LOCK_SCOPE(&lock);

    return last_of_locked(vm) != NULL;
}

/* ---- coming ---- */

static PRL_RESULT
wait_for(int fd, struct task *t)
{
    int64_t deadline = clock_deadline(WAIT_MAX_MS);
    struct pollfd p[] = { { fd, POLLIN, 0 }, { task_cancel_fd(t), POLLIN, 0 } };
    int n;

    pool_blocking_begin();
    do
        n = poll(p, ARRAY_LEN(p), clock_left_ms(deadline));
    while ((n < 0 && errno == EINTR) || (n == 0 && clock_left_ms(deadline) > 0));
    pool_blocking_end();
    if (p[1].revents && !p[0].revents)
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    if (n <= 0)
        return err_set(PRL_ERR_TIMEOUT, "another clone of this virtual machine does not end");
    return PRL_ERR_SUCCESS;
}

/* A member or a new leader; *ret_before: counted, the group that has to end first. */
static struct freeze *
enter(struct vm *vm, enum freeze_kind kind, bool *ret_leads, struct freeze **ret_before)
{
    struct freeze *fresh = freeze_new(vm, kind), *f;
    AUTO(freeze_free) struct freeze *unused = NULL;
    LOCK_SCOPE(&lock);

    f = last_of_locked(vm);
    *ret_leads = false;
    if (f && f->state == GATHERING && f->kind == kind) {
        f->members++;
        f->refs++;
        unused = fresh;
        return f;
    }
    if (!fresh)
        return NULL;
    if (f) {
        f->refs++;
        *ret_before = f;
    }
    append_locked(fresh);
    *ret_leads = true;
    return fresh;
}

static void
fail(struct freeze *f, PRL_RESULT outcome)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());

    freeze_ready(f, outcome, NULL);
    if (freeze_leave(f))
        freeze_done(f);
    if (why)
        err_put(why);
}

static PRL_RESULT
outcome_of(struct freeze *f)
{
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT r;

    {
        LOCK_SCOPE(&lock);
        r = f->outcome;
        if (f->why)
            why = err_copy(f->why);
    }
    return why ? err_put(why) : r;
}

PRL_RESULT
freeze_join(struct vm *vm, struct task *t, enum freeze_kind kind, struct freeze **ret, bool *ret_leads)
{
    for (;;) {
        AUTO(freeze_unref) struct freeze *before = NULL;
        struct freeze *f = enter(vm, kind, ret_leads, &before);
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (!f)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "clone");
        if (*ret_leads) {
            if (before)
                r = wait_for(before->done_fd, t);
            if (PRL_FAILED(r)) {
                fail(f, r);
                return r;
            }
            *ret = f;
            return PRL_ERR_SUCCESS;
        }
        r = wait_for(f->ready_fd, t);
        if (PRL_SUCCEEDED(r))
            r = outcome_of(f);
        if (PRL_SUCCEEDED(r)) {
            *ret = f;
            return PRL_ERR_SUCCESS;
        }
        if (freeze_leave(f))
            freeze_done(f);
        if (r != PRL_ERR_OPERATION_WAS_CANCELED || task_is_cancelled(t))
            return r;
    }
}

/* ---- the leader ---- */

void
freeze_close(struct freeze *f)
{
    LOCK_SCOPE(&lock);

    f->state = CLOSED;
}

void
freeze_ready(struct freeze *f, PRL_RESULT outcome, json_t *what)
{
    struct err *why = PRL_FAILED(outcome) ? err_copy(err_peek()) : NULL;

    {
        LOCK_SCOPE(&lock);
        f->state = READY;
        f->outcome = outcome;
        f->why = why;
        f->what = what;
    }
    tell(f->ready_fd);
}

/* A copy: jansson's counts are no matter for several threads. */
json_t *
freeze_what(struct freeze *f)
{
    LOCK_SCOPE(&lock);

    return json_deep_copy(f->what);
}

/* ---- going ---- */

bool
freeze_leave(struct freeze *f)
{
    bool is_last;

    {
        LOCK_SCOPE(&lock);
        is_last = --f->members == 0;
    }
    if (!is_last)
        freeze_unref(f);
    return is_last;
}

void
freeze_done(struct freeze *f)
{
    {
        LOCK_SCOPE(&lock);
        f->state = DONE;
        take_out_locked(f);
    }
    tell(f->done_fd);
    freeze_unref(f);
}
