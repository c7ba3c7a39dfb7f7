/* SPDX-License-Identifier: MIT */
/* See the header. Waits are polls on event descriptors: they end for three reasons, one of which is the task's cancel descriptor. */
#include "sdk_backend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/path.h"
#include "engine/task.h"
#include "vm/config_file.h"
#include "vm/vm.h"

#define LONGEST_MS 60000 /* of a hold that the test forgot */

struct backend_vm {
    _Atomic unsigned refs;
    int kill_fd; /* readable once the machine was stopped by force */
};

static struct lock lock = LOCK_INIT(0);
static struct cond changed;
static bool is_held[SDK_OPS]; /* under lock, as the next */
static int n_held[SDK_OPS];
static int go_fd[SDK_OPS] = { -1, -1, -1, -1, -1, -1, -1 }; /* readable while that operation is not held */

/* ---- what the test says ---- */

static void
raise_fd(int fd)
{
    const uint64_t one = 1;

    while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void
sdk_backend_up(void)
{
    cond_init(&changed);
    for (int op = 0; op < SDK_OPS; op++) {
        is_held[op] = false;
        n_held[op] = 0;
        go_fd[op] = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    }
}

void
sdk_backend_down(void)
{
    for (int op = 0; op < SDK_OPS; op++) {
        cleanup_close(&go_fd[op]);
        go_fd[op] = -1;
    }
    cond_destroy(&changed);
}

void
sdk_backend_hold(enum sdk_backend_op op)
{
    uint64_t n;
    LOCK_SCOPE(&lock);

    is_held[op] = true;
    while (read(go_fd[op], &n, sizeof n) < 0 && errno == EINTR)
        ;
}

void
sdk_backend_let_go(enum sdk_backend_op op)
{
    LOCK_SCOPE(&lock);

    is_held[op] = false;
    raise_fd(go_fd[op]);
}

bool
sdk_backend_wait_held(enum sdk_backend_op op, int n)
{
    int64_t deadline = clock_deadline(LONGEST_MS / 2);
    LOCK_SCOPE(&lock);

    while (n_held[op] < n)
        if (!cond_wait_until(&changed, &lock, deadline))
            return n_held[op] >= n;
    return true;
}

/* ---- machines ---- */

static struct backend_vm *
machine_new(void)
{
    struct backend_vm *m = calloc(1, sizeof *m);

    if (!m)
        return NULL;
    atomic_init(&m->refs, 1);
    m->kill_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return m;
}

static void
machine_unref(struct backend_vm *m)
{
    if (!m || atomic_fetch_sub(&m->refs, 1) != 1)
        return;
    cleanup_close(&m->kill_fd);
    free(m);
}
CLEANUP_FOR(machine_unref, struct backend_vm *)

static struct backend_vm *
machine_of(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    if (vm->backend)
        atomic_fetch_add(&vm->backend->refs, 1);
    return vm->backend;
}

/* A state belongs to a machine: who was held while the machine was stopped by force must not set it any more. */
static struct lock state_lock = LOCK_INIT(0);

static bool
set_state_of(struct vm *vm, struct backend_vm *m, VIRTUAL_MACHINE_STATE state)
{
    struct backend_vm *now;
    LOCK_SCOPE(&state_lock);

    now = machine_of(vm);
    if (now == m)
        vm_state_set(vm, state);
    machine_unref(now);
    return now == m;
}

/* Puts another machine, or none, in the place of the one there is. */
static void
machine_put(struct vm *vm, struct backend_vm *m, VIRTUAL_MACHINE_STATE state)
{
    struct backend_vm *old;
    LOCK_SCOPE(&state_lock);

    lock_take(&vm->lock);
    old = vm->backend;
    vm->backend = m;
    lock_drop(&vm->lock);
    if (old)
        raise_fd(old->kill_fd);
    machine_unref(old);
    vm_state_set(vm, state);
}

/* Whether `op` may go on: not while the test holds it. */
static PRL_RESULT
hold(struct backend_vm *m, struct task *t, enum sdk_backend_op op, bool can_cancel)
{
    int64_t deadline = clock_deadline(LONGEST_MS);
    struct pollfd fds[3] = {
        { .fd = go_fd[op], .events = POLLIN },
        { .fd = m ? m->kill_fd : -1, .events = POLLIN },
        { .fd = can_cancel ? task_cancel_fd(t) : -1, .events = POLLIN },
    };

    {
        LOCK_SCOPE(&lock);
        if (is_held[op]) {
            n_held[op]++;
            cond_broadcast(&changed);
        }
    }
    while (poll(fds, 3, clock_left_ms(deadline)) < 0 && errno == EINTR)
        ;
    if (fds[1].revents)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "the machine was stopped");
    if (fds[2].revents)
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    return fds[0].revents ? PRL_ERR_SUCCESS : err_set(PRL_ERR_TIMEOUT, "held for %d ms", LONGEST_MS);
}

/* ---- backend.h ---- */

static PRL_RESULT
up(const char *state_dir, const char *run_dir)
{
    return PRL_ERR_SUCCESS;
}

static void
down(void)
{
}

static PRL_RESULT
take_over(void)
{
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
sav_file(struct vm *vm, bool is_there)
{
    AUTO(cleanup_free) char *path = vm_path(vm, CONFIG_SAV);
    AUTO_FD int fd = -1;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!is_there)
        return unlink(path) == 0 || errno == ENOENT ? PRL_ERR_SUCCESS : err_errno(PRL_ERR_FAILURE, errno, "'%s'", path);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 ? PRL_ERR_SUCCESS : err_errno(PRL_ERR_FAILURE, errno, "'%s'", path);
}

static PRL_RESULT
start(struct vm *vm, struct task *t)
{
    VIRTUAL_MACHINE_STATE before = vm_state_get(vm);
    AUTO(machine_unref) struct backend_vm *m = machine_new();
    PRL_RESULT r;

    if (!m)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "machine");
    atomic_fetch_add(&m->refs, 1);
    machine_put(vm, m, before == VMS_SUSPENDED ? VMS_RESUMING : VMS_STARTING);
    r = hold(m, t, SDK_START, true);
    if (PRL_SUCCEEDED(r))
        r = sav_file(vm, false);
    if (PRL_FAILED(r))
        machine_put(vm, NULL, before);
    else
        set_state_of(vm, m, VMS_RUNNING);
    return r;
}

/* What waits for this machine is woken, as the end of a QEMU wakes who talks to it. */
static PRL_RESULT
stop(struct vm *vm, struct task *t)
{
    PRL_RESULT r = hold(NULL, t, SDK_STOP, true);

    if (PRL_SUCCEEDED(r))
        machine_put(vm, NULL, VMS_STOPPED);
    return r;
}

static PRL_RESULT
wait_stopped(struct vm *vm, struct task *t, int64_t deadline)
{
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
reset(struct vm *vm, struct task *t)
{
    AUTO(machine_unref) struct backend_vm *m = machine_of(vm);

    return hold(m, t, SDK_RESET, false);
}

static PRL_RESULT
change(struct vm *vm, struct task *t, enum sdk_backend_op op, VIRTUAL_MACHINE_STATE state)
{
    AUTO(machine_unref) struct backend_vm *m = machine_of(vm);
    PRL_RESULT r = hold(m, t, op, false);

    if (PRL_SUCCEEDED(r) && !set_state_of(vm, m, state))
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "the machine was stopped");
    return r;
}

static PRL_RESULT
pause_vm(struct vm *vm, struct task *t)
{
    return change(vm, t, SDK_PAUSE, VMS_PAUSED);
}

static PRL_RESULT
cont(struct vm *vm, struct task *t)
{
    return change(vm, t, SDK_CONT, VMS_RUNNING);
}

/* A failed or cancelled one changes nothing. */
static PRL_RESULT
suspend(struct vm *vm, struct task *t)
{
    AUTO(machine_unref) struct backend_vm *m = machine_of(vm);
    VIRTUAL_MACHINE_STATE before = vm_state_get(vm);
    PRL_RESULT r;

    set_state_of(vm, m, VMS_SUSPENDING);
    for (unsigned percent = 0; percent < 100; percent += 10)
        task_progress(t, percent);
    r = hold(m, t, SDK_SUSPEND, true);
    if (PRL_SUCCEEDED(r))
        r = sav_file(vm, true);
    if (PRL_SUCCEEDED(r))
        machine_put(vm, NULL, VMS_SUSPENDED);
    else
        set_state_of(vm, m, before);
    return r;
}

static PRL_RESULT
drop_suspended(struct vm *vm, struct task *t)
{
    PRL_RESULT r = hold(NULL, t, SDK_DROP, false);

    if (PRL_SUCCEEDED(r))
        r = sav_file(vm, false);
    if (PRL_SUCCEEDED(r))
        vm_state_set(vm, VMS_STOPPED);
    return r;
}

static PRL_RESULT
no_overlays(struct vm *vm, struct task *t, const struct backend_overlay *o, int n)
{
    return err_set(PRL_ERR_UNIMPLEMENTED, "these machines have no images");
}

/* Counters that rise with each question, of one processor and one disk. */
static void
stats(struct backend_sample *s, size_t n, int64_t deadline)
{
    static _Atomic unsigned asked;

    for (size_t i = 0; i < n; i++) {
        unsigned now = atomic_fetch_add(&asked, 1) + 1;

        s[i].stats = calloc(1, sizeof *s[i].stats);
        s[i].rc = s[i].stats ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "counters");
        if (!s[i].stats)
            continue;
        s[i].stats->cpu_ns = now * UINT64_C(2000);
        s[i].stats->ram_mib = 64;
        s[i].stats->n_vcpus = 1;
        s[i].stats->vcpu_ns[0] = now * UINT64_C(1000);
        s[i].stats->n_disks = 1;
        s[i].stats->disk[0] = (struct backend_disk_stats){ "hdd0", now, now, now * UINT64_C(512), now * UINT64_C(512) };
    }
}

const struct backend sdk_backend = {
    .name = "memory",
    .init = up,
    .shutdown = down,
    .start = start,
    .stop = stop,
    .request_shutdown = stop,
    .wait_stopped = wait_stopped,
    .reset = reset,
    .restart_guest = reset,
    .pause = pause_vm,
    .cont = cont,
    .suspend = suspend,
    .drop_suspended = drop_suspended,
    .freeze = no_overlays,
    .commit_back = no_overlays,
    .stats = stats,
    .take_over = take_over,
};
