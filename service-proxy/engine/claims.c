/* SPDX-License-Identifier: MIT */
/*
 * One lock for the claims of all VMs: what is done under it is short. All waits have the same length, so the queue of waiting tasks is
 * in the order of their ends too. A wanted claim is compared with those that are held, not with those that wait: a stop must not
 * queue behind a delete that waits for it.
 */
#include "claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/pool.h"
#include "claims_task.h"
#include "dispatch.h"
#include "io.h"
#include "task_private.h"
#include "vm/vm.h"

static const struct {
    enum claim claim;
    const char *row;
    PRL_RESULT code;
} table[] = {
#define CLAIM_ROW(name, row, code) { CLAIM_##name, row, code },
#include "claims.def"
#undef CLAIM_ROW
};

struct claim_held {
    struct claim_held *of_vm, *of_task;
    struct vm *vm;     /* counted */
    struct task *task; /* borrowed: it lets go before it ends */
    enum claim claim;
};

struct vm_claims {
    struct claim_held *held;
    bool is_running;
};

static struct lock lock = LOCK_INIT(36);
static struct cond changed;                   /* something was let go, or a task cancelled: for waits inside of tasks */
static struct task *wait_first, *wait_last;   /* under lock, as the next */
static size_t n_running;
static unsigned wait_ms = 60000;              /* set before any task */

/* ---- the table ---- */

static const char *
row_of(enum claim wanted)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].claim == wanted)
            return table[i].row;
    return NULL;
}

int
claims_may_overlap(enum claim running, enum claim wanted)
{
    const char *row = row_of(wanted);
    int column = 0;

    if (!row || running == CLAIM_NONE)
        return 1;
    for (; *row; row++) {
        if (*row == ' ')
            continue;
        if (++column == (int)running) /* columns are in the order of the enumeration */
            return *row == '.';
    }
    return 0;
}

PRL_RESULT
claims_code(enum claim running)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].claim == running)
            return table[i].code;
    return PRL_ERR_VM_LOCKED_FOR_INTERNAL_REASON;
}

/* ---- what is held ---- */

void
claims_setup(unsigned new_wait_ms)
{
    static bool is_ready;

    if (!is_ready)
        cond_init(&changed);
    is_ready = true;
    wait_ms = new_wait_ms;
}

static struct vm_claims *
of_vm_locked(struct vm *vm)
{
    if (!vm->claims)
        vm->claims = calloc(1, sizeof *vm->claims);
    return vm->claims;
}

void
claims_free(struct vm_claims *c)
{
    if (!c)
        return;
    {
        LOCK_SCOPE(&lock);
        if (c->is_running)
            n_running--;
    }
    free(c);
}

/* The claim in the way, or CLAIM_NONE. What the task itself holds is not. */
static enum claim
in_the_way_locked(const struct task *t, struct vm *vm, enum claim wanted)
{
    for (struct claim_held *h = vm->claims ? vm->claims->held : NULL; h; h = h->of_vm)
        if (h->task != t && !claims_may_overlap(h->claim, wanted))
            return h->claim;
    return vm->claims && vm->claims->is_running && !claims_may_overlap(CLAIM_RUNNING, wanted) ? CLAIM_RUNNING : CLAIM_NONE;
}

static bool
hold_locked(struct task *t, struct vm *vm, enum claim c)
{
    struct vm_claims *claims = of_vm_locked(vm);
    struct claim_held *h = claims ? calloc(1, sizeof *h) : NULL;

    if (!h)
        return false;
    h->vm = vm_ref(vm);
    h->task = t;
    h->claim = c;
    h->of_vm = claims->held;
    claims->held = h;
    h->of_task = t->priv->held;
    t->priv->held = h;
    return true;
}

/* Takes h out of its VM's list; the task's list is the caller's business. */
static void
let_go_locked(struct claim_held *h)
{
    struct claim_held **at = &h->vm->claims->held;

    while (*at != h)
        at = &(*at)->of_vm;
    *at = h->of_vm;
}

static void
held_free(struct claim_held *h)
{
    vm_unref(h->vm);
    free(h);
}

/* ---- those who wait ---- */

static void
enqueue_locked(struct task *t)
{
    t->priv->wait_prev = wait_last;
    t->priv->wait_next = NULL;
    if (wait_last)
        wait_last->priv->wait_next = t;
    else
        wait_first = t;
    wait_last = task_ref(t);
}

static bool
waits_locked(const struct task *t)
{
    return t->priv->wait_prev || wait_first == t;
}

/* The queue's reference becomes the caller's. */
static void
dequeue_locked(struct task *t)
{
    struct task_private *p = t->priv;

    if (p->wait_prev)
        p->wait_prev->priv->wait_next = p->wait_next;
    else
        wait_first = p->wait_next;
    if (p->wait_next)
        p->wait_next->priv->wait_prev = p->wait_prev;
    else
        wait_last = p->wait_prev;
    p->wait_prev = p->wait_next = NULL;
}

/* The first that can go on now, holding its claim; NULL: none. */
static struct task *
grant_one_locked(void)
{
    for (struct task *t = wait_first; t; t = t->priv->wait_next) {
        if (in_the_way_locked(t, t->vm, t->priv->wanted) != CLAIM_NONE)
            continue;
        if (!hold_locked(t, t->vm, t->priv->wanted))
            return NULL; /* memory: at the next occasion, or its time is over */
        dequeue_locked(t);
        return t;
    }
    return NULL;
}

static void
grant(void)
{
    for (;;) {
        struct task *t;

        lock_take(&lock);
        t = grant_one_locked();
        cond_broadcast(&changed);
        lock_drop(&lock);
        if (!t)
            return;
        dispatch_granted(t);
        task_unref(t);
    }
}

static PRL_RESULT
refusal(struct vm *vm, enum claim in_the_way)
{
    PRL_RESULT code = claims_code(in_the_way);
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(code, "another operation has %s", vm->uuid);
    err_param(0, "%s", name ? name : "");
    return code;
}

/* ---- tasks ---- */

enum claims_outcome
claims_take(struct task *t, enum claim wanted, bool goes_past)
{
    bool is_first;

    {
        LOCK_SCOPE(&lock);
        if (goes_past || in_the_way_locked(t, t->vm, wanted) == CLAIM_NONE)
            return hold_locked(t, t->vm, wanted) ? CLAIMS_GRANTED : CLAIMS_NO_MEMORY;
        t->priv->wanted = wanted;
        t->priv->wait_until = clock_deadline(wait_ms);
        enqueue_locked(t);
        is_first = wait_first == t;
    }
    if (is_first)
        io_wake(); /* the loop has to know when to look */
    return CLAIMS_WAITING;
}

void
claims_release(struct task *t)
{
    struct claim_held *held, *next;

    {
        LOCK_SCOPE(&lock);
        held = TAKE(t->priv->held);
        for (struct claim_held *h = held; h; h = h->of_task)
            let_go_locked(h);
    }
    if (!held)
        return;
    for (; held; held = next) {
        next = held->of_task;
        held_free(held);
    }
    grant();
}

void
claims_cancelled(struct task *t)
{
    bool waited;

    {
        LOCK_SCOPE(&lock);
        waited = waits_locked(t);
        if (waited)
            dequeue_locked(t);
        cond_broadcast(&changed);
    }
    if (!waited)
        return;
    dispatch_refused(t, task_cancelled_code(t));
    task_unref(t);
}

int64_t
claims_deadline(void)
{
    LOCK_SCOPE(&lock);

    return wait_first ? wait_first->priv->wait_until : CLOCK_FOREVER;
}

void
claims_expire(void)
{
    int64_t now = clock_now_ms();

    for (;;) {
        struct task *t;
        enum claim in_the_way;

        {
            LOCK_SCOPE(&lock);
            t = wait_first;
            if (!t || t->priv->wait_until > now)
                return;
            in_the_way = in_the_way_locked(t, t->vm, t->priv->wanted);
            dequeue_locked(t);
        }
        dispatch_refused(t, refusal(t->vm, in_the_way));
        task_unref(t);
    }
}

/* ---- inside of tasks ---- */

static PRL_RESULT
take_inner(struct task *t, struct vm *vm, enum claim c, bool is_undo)
{
    int64_t deadline = clock_deadline(wait_ms);
    enum claim in_the_way;
    bool got = false, is_over = false;

    pool_blocking_begin();
    lock_take(&lock);
    while ((in_the_way = in_the_way_locked(t, vm, c)) != CLAIM_NONE && !is_over && (is_undo || !task_is_cancelled(t)))
        is_over = !cond_wait_until(&changed, &lock, deadline);
    if (in_the_way == CLAIM_NONE && (is_undo || !task_is_cancelled(t)))
        got = hold_locked(t, vm, c);
    lock_drop(&lock);
    pool_blocking_end();
    if (got)
        return PRL_ERR_SUCCESS;
    if (!is_undo && task_is_cancelled(t))
        return err_set(task_cancelled_code(t), "cancelled while waiting for another operation");
    return in_the_way == CLAIM_NONE ? err_set(PRL_ERR_OUT_OF_MEMORY, "claim") : refusal(vm, in_the_way);
}

PRL_RESULT
claims_take_inner(struct task *t, struct vm *vm, enum claim c)
{
    return take_inner(t, vm, c, false);
}

PRL_RESULT
claims_take_inner_undo(struct task *t, struct vm *vm, enum claim c)
{
    return take_inner(t, vm, c, true);
}

void
claims_drop_inner(struct task *t, struct vm *vm, enum claim c)
{
    struct claim_held *h = NULL;

    {
        LOCK_SCOPE(&lock);
        for (struct claim_held **at = &t->priv->held; *at; at = &(*at)->of_task)
            if ((*at)->vm == vm && (*at)->claim == c) {
                h = *at;
                *at = h->of_task;
                let_go_locked(h);
                break;
            }
    }
    if (!h)
        return;
    held_free(h);
    grant();
}

/* ---- running VMs ---- */

void
claims_vm_running(struct vm *vm, int is_running)
{
    {
        LOCK_SCOPE(&lock);
        struct vm_claims *c = of_vm_locked(vm);

        if (!c || c->is_running == (is_running != 0))
            return;
        c->is_running = is_running != 0;
        n_running += is_running ? 1 : (size_t)-1;
    }
    if (!is_running)
        io_wake(); /* the last one may let the service idle */
}

size_t
claims_running_vms(void)
{
    LOCK_SCOPE(&lock);

    return n_running;
}
