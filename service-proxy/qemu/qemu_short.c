/* SPDX-License-Identifier: MIT */
/* Operations on a running QEMU that are one command or two: stop, reset, pause, continue, what is asked of the guest; and their head start. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "engine/task.h"
#include "qemu_vm.h"

PRL_RESULT
qemu_vm_stop(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = backend_vm_get(vm);

    (void)t;
    if (!b)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "no QEMU runs this VM");
    return backend_vm_end(b, QUIT_GRACE_MS);
}

/* A command that the I/O thread has sent for the task. */
struct ahead {
    struct task_ahead base;
    struct backend_vm *b; /* counted */
    struct qmp_request *request; /* NULL: taken */
    const char *command;
    task_ahead_over *over; /* set by the watch, as the next */
    struct task *task;
};

static void
drop_ahead(struct task_ahead *base)
{
    struct ahead *a = CONTAINER_OF(base, struct ahead, base);

    qmp_abandon(a->b->qmp, a->request);
    backend_vm_unref(a->b);
    free(a);
}

/* The end of QEMU is something to wait for, and the loop's thread, which brings it, is not one to wait on. */
static void
ahead_over(void *ctx)
{
    struct ahead *a = ctx;

    a->over(a->task, loop_is_here() && qmp_is_open(a->b->qmp) && backend_vm_follows_events(a->b));
}

static bool
watch_ahead(struct task_ahead *base, struct task *t, task_ahead_over *over)
{
    struct ahead *a = CONTAINER_OF(base, struct ahead, base);

    a->task = t;
    a->over = over;
    return qmp_watch(a->b->qmp, a->request, ahead_over, a);
}

static bool
unwatch_ahead(struct task_ahead *base)
{
    struct ahead *a = CONTAINER_OF(base, struct ahead, base);

    return qmp_unwatch(a->b->qmp, a->request);
}

static bool
guest_is_asleep(struct backend_vm *b)
{
    LOCK_SCOPE(&b->lock);

    return b->is_asleep;
}

/* Only to a QEMU at rest, whose answer can be to nothing else; and a guest that sleeps takes two commands. */
static void
send_ahead(struct vm *vm, struct task *t, const char *command, const char *undo)
{
    AUTO(backend_vm_unref) struct backend_vm *b = backend_vm_get(vm);
    struct ahead *a;

    if (!b || !b->qmp || atomic_load(&b->has_lost_disk) || !backend_vm_follows_events(b) || guest_is_asleep(b) ||
        !qmp_is_idle(b->qmp) || !(a = calloc(1, sizeof *a)))
        return;
    a->base = (struct task_ahead){ .watch = watch_ahead, .unwatch = unwatch_ahead, .drop = drop_ahead };
    a->command = command;
    a->request = qmp_send(b->qmp, command, NULL, -1, undo);
    a->b = TAKE(b);
    t->ahead = &a->base;
}

static struct qmp_request *
take_ahead(struct task *t, struct backend_vm *b, const char *command)
{
    struct ahead *a = t && t->ahead ? CONTAINER_OF(t->ahead, struct ahead, base) : NULL;

    return a && a->b == b && strcmp(a->command, command) == 0 ? TAKE(a->request) : NULL;
}

/* One command that a task waits for. QEMU's refusal becomes `code`; a late or missing answer stays what it is. */
static PRL_RESULT
command_with(struct backend_vm *b, struct task *t, const char *name, json_t *args, const char *undo, PRL_RESULT code)
{
    struct qmp_request *r = take_ahead(t, b, name);
    PRL_RESULT rc;

    pool_blocking_begin();
    if (!r)
        r = qmp_send(b->qmp, name, args, -1, undo);
    rc = qmp_finish(b->qmp, r, clock_deadline(QMP_ANSWER_MS), NULL);
    pool_blocking_end();
    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        return backend_vm_died(b, code, name);
    if (rc == PRL_ERR_VM_OPERATION_FAILED) {
        const struct err *e = err_peek();
        AUTO(cleanup_free) char *words = str_dup(e->details);

        return err_set(code, "%s", words ? words : "");
    }
    return rc;
}

static PRL_RESULT
command(struct backend_vm *b, struct task *t, const char *name, const char *undo, PRL_RESULT code)
{
    return command_with(b, t, name, NULL, undo, code);
}

PRL_RESULT
qemu_vm_request_shutdown(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    (void)t;
    return PRL_FAILED(rc) ? rc : command(b, NULL, "system_powerdown", NULL, PRL_ERR_VM_POWER_OFF_FAILED);
}

/* False: the deadline is over, or a cancel. */
static bool
wait_for_exit(struct backend_vm *b, struct task *t, int64_t deadline)
{
    for (;;) {
        struct pollfd p[] = { { b->pidfd, POLLIN, 0 }, { t ? task_cancel_fd(t) : -1, POLLIN, 0 } };
        int n = poll(p, ARRAY_LEN(p), clock_left_ms(deadline));

        if (n < 0 && errno == EINTR)
            continue;
        return n > 0 && p[0].revents;
    }
}

PRL_RESULT
qemu_vm_wait_stopped(struct vm *vm, struct task *t, int64_t deadline)
{
    AUTO(backend_vm_unref) struct backend_vm *b = backend_vm_get(vm);
    bool has_ended;

    if (!b)
        return PRL_ERR_SUCCESS;
    pool_blocking_begin();
    has_ended = wait_for_exit(b, t, deadline) && backend_vm_wait_buried(b, clock_deadline(KILL_MS));
    pool_blocking_end();
    if (has_ended)
        return PRL_ERR_SUCCESS;
    if (t && task_is_cancelled(t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled while the guest was shutting down");
    return err_set(PRL_ERR_TIMEOUT, "the guest did not power off in time");
}

PRL_RESULT
qemu_vm_cont(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_FAILED(rc))
        return rc;
    if (atomic_load(&b->has_lost_disk))
        return err_set(PRL_ERR_VM_UNPAUSE_FAILED, "the process that served a disk has ended: stop the virtual machine and start it again");
    rc = command(b, t, "cont", "stop", PRL_ERR_VM_UNPAUSE_FAILED);
    if (PRL_SUCCEEDED(rc) && !t->ahead && guest_is_asleep(b)) /* with a head start it was awake, and sleeps now if it wants to */
        rc = command(b, NULL, "system_wakeup", NULL, PRL_ERR_VM_UNPAUSE_FAILED);
    if (PRL_SUCCEEDED(rc))
        backend_vm_state(b, VMS_RUNNING);
    return rc;
}

PRL_RESULT
qemu_vm_pause(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_FAILED(rc))
        return rc;
    rc = command(b, t, "stop", "cont", PRL_ERR_VM_PAUSE_FAILED);
    if (PRL_SUCCEEDED(rc))
        backend_vm_state(b, VMS_PAUSED);
    return rc;
}

void
qemu_vm_cont_ahead(struct vm *vm, struct task *t)
{
    send_ahead(vm, t, "cont", "stop");
}

void
qemu_vm_pause_ahead(struct vm *vm, struct task *t)
{
    send_ahead(vm, t, "stop", "cont");
}

PRL_RESULT
qemu_vm_reset(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_FAILED(rc))
        return rc;
    rc = command(b, NULL, "system_reset", NULL, PRL_ERR_VM_RESET_FAILED);
    if (PRL_SUCCEEDED(rc) && vm_state_get(vm) == VMS_PAUSED)
        rc = qemu_vm_cont(vm, t);
    return rc;
}

/* ACPI has no button for it, so it is the keyboard's: Linux and Windows guests reboot in order. */
PRL_RESULT
qemu_vm_restart_guest(struct vm *vm, struct task *t)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    json_t *keys;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    (void)t;
    if (PRL_FAILED(rc))
        return rc;
    keys = json_pack("{s:[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]}", "keys", "type", "qcode", "data", "ctrl", "type", "qcode", "data",
                     "alt", "type", "qcode", "data", "delete");
    return command_with(b, NULL, "send-key", keys, NULL, PRL_ERR_VM_RESTART_GUEST_FAILED);
}
