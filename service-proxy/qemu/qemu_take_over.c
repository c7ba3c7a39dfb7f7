/* SPDX-License-Identifier: MIT */
/*
 * A new service finds the QEMUs of the one before it, by run record, process (start time) and re-attach socket, and puts in order what
 * was cut: a half-written state is taken back, a written one ends its QEMU, a resume is finished or undone.
 */
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/thread.h"
#include "proc_run.h"
#include "qemu_cgroup.h"
#include "qemu_hotplug.h"
#include "qemu_proc.h"
#include "qemu_vm.h"
#include "saved_state.h"
#include "vm/vm_store.h"

#define REATTACH_MS 5000
#define HUNG_MS 2000
#define THREADS_MAX 32 /* records looked at side by side: QEMUs that do not answer cost their time once, not each */

/* A QEMU spawned by a service that died before it could note the pid is still starting: its socket tells who it is. */
static pid_t
find_pid(struct run_record *rec)
{
    int64_t deadline = clock_deadline(REATTACH_MS);
    int fd, lock_fd = -1;
    pid_t pid;

    if (rec->pid)
        return rec->pid;
    while (PRL_FAILED(qemu_proc_connect(rec->socket, &fd, &pid))) {
        if (vm_home_lock(rec->home, &lock_fd) != PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED) {
            cleanup_close(&lock_fd);
            return 0; /* nobody has the home: it was never spawned, or has ended */
        }
        if (clock_now_ms() >= deadline)
            return 0;
        poll(NULL, 0, 20); /* until it listens; there is nothing to wait on */
    }
    close(fd);
    rec->start_time = proc_start_time(pid);
    return pid;
}

/* -1: it does not answer. One that was just spawned does not listen yet: it gets the time for that, if it lives. */
static int
connect_to(struct run_record *rec, pid_t pid, int pidfd)
{
    bool is_new = rec->phase == RUN_STARTING || rec->phase == RUN_RESUMING;
    int64_t deadline = clock_deadline(REATTACH_MS);
    int fd;
    pid_t peer;

    while (PRL_FAILED(qemu_proc_connect(rec->socket, &fd, &peer)))
        if (!is_new || clock_now_ms() >= deadline || qemu_proc_wait(pidfd, clock_deadline(20)))
            return -1;
    if (peer == pid)
        return fd;
    close(fd);
    return -1;
}

static PRL_RESULT
query_status(struct backend_vm *b, char **ret)
{
    json_t *info = NULL;
    PRL_RESULT rc = qmp_wait_ready(b->qmp, clock_deadline(HUNG_MS));

    if (PRL_SUCCEEDED(rc))
        rc = qmp_call(b->qmp, "query-status", NULL, clock_deadline(HUNG_MS), &info);
    if (PRL_FAILED(rc))
        return rc;
    *ret = str_dup(json_string_value(json_object_get(info, "status")));
    json_decref(info);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU told no status");
}

/* ---- what was cut ---- */

/* The state was being written, or QEMU was about to end behind it. */
static PRL_RESULT
undo_suspend(struct backend_vm *b)
{
    AUTO(cleanup_free) char *sav = path_join(b->home, SAVED_STATE_FILE);
    AUTO(cleanup_free) char *sav_new = path_join(b->home, SAVED_STATE_NEW);
    AUTO(cleanup_free) char *ram = path_join(b->home, SAVED_STATE_RAM);
    PRL_RESULT rc;

    if (!sav || !sav_new || !ram)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (path_exists(sav)) {
        LOG_I("qemu", "%s: was suspended when the service ended", b->vm->uuid);
        backend_vm_set_end(b, VMS_SUSPENDED);
        return backend_vm_end(b, QUIT_GRACE_MS);
    }
    rc = backend_vm_take_back(b, b->rec->was_running);
    if (PRL_FAILED(rc))
        return rc;
    unlink(sav_new);
    unlink(ram);
    LOG_I("qemu", "%s: a suspend was cut and is taken back", b->vm->uuid);
    b->rec->phase = RUN_RUNNING;
    run_record_save(b->rec);
    backend_vm_set_quiet(b, false);
    backend_vm_state(b, b->rec->was_running ? VMS_RUNNING : VMS_PAUSED);
    return PRL_ERR_SUCCESS;
}

/* Not loaded, or loaded and not continued: back to suspended. Continued: it runs. */
static PRL_RESULT
finish_resume(struct backend_vm *b, const char *status)
{
    AUTO(cleanup_free) char *sav = path_join(b->home, SAVED_STATE_FILE);
    AUTO(cleanup_free) char *sav_run = path_join(b->home, SAVED_STATE_RUN);
    AUTO(cleanup_free) char *ram = path_join(b->home, SAVED_STATE_RAM);
    bool is_suspended, has_run;

    if (!sav || !sav_run || !ram)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    /* config.sav.run goes when cont is through; with it there, only the status tells */
    has_run = !path_exists(sav) && (!path_exists(sav_run) || (strcmp(status, "inmigrate") != 0 &&
                                                              strcmp(status, "prelaunch") != 0 && strcmp(status, "paused") != 0));
    if (!has_run) {
        PRL_RESULT rc = backend_vm_end(b, 0);

        if (PRL_SUCCEEDED(rc)) /* the guest has not run: the state is good */
            rc = saved_state_recover(b->home, true, &b->rec->images, &is_suspended);
        if (PRL_SUCCEEDED(rc))
            vm_state_set(b->vm, is_suspended ? VMS_SUSPENDED : VMS_STOPPED);
        return rc;
    }
    unlink(sav_run);
    unlink(ram);
    b->rec->phase = RUN_RUNNING;
    run_record_save(b->rec);
    backend_vm_set_end(b, VMS_STOPPED);
    backend_vm_set_quiet(b, false);
    backend_vm_state(b, strcmp(status, "running") == 0 ? VMS_RUNNING : VMS_PAUSED);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
go_on(struct backend_vm *b, const char *status)
{
    backend_vm_capabilities(b, b->rec->is_ram_shared, false);
    qemu_hotplug_recover(b);
    atomic_store(&b->has_let_go, true); /* nobody has heard what the guest did meanwhile */
    if (b->rec->phase != RUN_RUNNING) {
        b->rec->phase = RUN_RUNNING;
        run_record_save(b->rec);
    }
    backend_vm_set_quiet(b, false);
    backend_vm_state(b, strcmp(status, "running") == 0 ? VMS_RUNNING : VMS_PAUSED);
    return PRL_ERR_SUCCESS;
}

static void
take_vnc_port(struct backend_vm *b)
{
    json_t *info = NULL;
    const char *port;

    if (PRL_FAILED(qmp_call(b->qmp, "query-vnc", NULL, clock_deadline(HUNG_MS), &info)))
        return;
    port = json_string_value(json_object_get(info, "service"));
    if (port) {
        LOCK_SCOPE(&b->vm->lock);
        b->vm->vnc_port = atoi(port);
    }
    json_decref(info);
}

static PRL_RESULT
put_in_order(struct backend_vm *b)
{
    AUTO(cleanup_free) char *status = NULL;
    PRL_RESULT rc = query_status(b, &status);

    if (PRL_FAILED(rc))
        return rc;
    take_vnc_port(b);
    switch (b->rec->phase) {
    case RUN_SUSPENDING:
        return undo_suspend(b);
    case RUN_RESUMING:
        return finish_resume(b, status);
    default:
        return go_on(b, status);
    }
}

/* ---- one record ---- */

/* Alive and mute: the last that is known of it, and force is all that works. */
static void
take_mute(struct backend_vm *b)
{
    LOG_W("qemu", "%s: QEMU (process %d) is alive and does not answer: %s", b->vm->uuid, (int)b->pid,
          err_peek()->details ? err_peek()->details : "");
    backend_vm_set_quiet(b, false);
    backend_vm_state(b, VMS_RUNNING);
}

static void
take_record(struct run_record *rec)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(rec->uuid);
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    pid_t pid = find_pid(rec);
    int pidfd = pid ? qemu_proc_open(pid, rec->start_time) : -1;

    if (!vm || pidfd < 0) {
        if (pidfd >= 0) {
            LOG_W("qemu", "process %d runs %s, which is not registered: left alone", (int)pid, rec->uuid);
        } else {
            qemu_side_end_strays(rec->home);
            qemu_cgroup_remove(rec->uuid);
            run_record_remove(rec->uuid);
            unlink(rec->socket);
        }
        cleanup_close(&pidfd);
        run_record_free(rec);
        return;
    }
    rec->pid = pid;
    for (size_t i = 0; i < rec->exports.len; i++)
        qemu_export_reopen(&rec->exports.p[i]);
    for (size_t i = 0; i < rec->sides.len; i++)
        qemu_side_reopen(&rec->sides.p[i]);
    b = backend_vm_new(vm, rec, pid, pidfd, connect_to(rec, pid, pidfd), true, rec->phase == RUN_RESUMING ? VMS_SUSPENDED : VMS_STOPPED);
    if (!b)
        return;
    if (!b->qmp || PRL_FAILED(put_in_order(b)))
        take_mute(b);
    else
        LOG_I("qemu", "%s: taken over (process %d)", vm->uuid, (int)pid);
}

struct records {
    run_record_vec all;
    _Atomic size_t next;
};

static void
take_some(void *arg)
{
    struct records *r = arg;
    size_t i;

    while ((i = atomic_fetch_add(&r->next, 1)) < r->all.len)
        take_record(r->all.p[i]); /* takes it */
    err_clear();
}

/* This thread is one of them, so it works without any other. */
static void
take_all(struct records *r)
{
    pthread_t threads[THREADS_MAX - 1];
    size_t n = 0;

    while (n < ARRAY_LEN(threads) && n + 1 < r->all.len && thread_start(&threads[n], "qemu-found", take_some, r) == 0)
        n++;
    take_some(r);
    while (n)
        thread_join(threads[--n]);
}

/* ---- homes without a QEMU ---- */

static void
recover_home(struct vm *vm)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    AUTO(cleanup_free) char *sav_run = home ? path_join(home, SAVED_STATE_RUN) : NULL;
    AUTO_IMAGES images = { 0 };
    AUTO_FD int lock_fd = -1;
    bool is_suspended, has_images;

    if (!sav_run || !saved_state_has_litter(home))
        return;
    if (PRL_FAILED(vm_home_lock(home, &lock_fd))) {
        LOG_W("qemu", "%s: %s", vm->uuid, err_peek()->details); /* somebody else's QEMU: his files */
        return;
    }
    has_images = qemu_vm_stored_images(vm, &images);
    if (PRL_SUCCEEDED(saved_state_recover(home, proc_is_of_this_boot(sav_run), has_images ? &images : NULL, &is_suspended)))
        vm_state_set(vm, is_suspended ? VMS_SUSPENDED : VMS_STOPPED);
    else
        LOG_E("qemu", "%s: %s", vm->uuid, err_peek()->details);
}

PRL_RESULT
qemu_vm_take_over(void)
{
    struct records records = { { 0 }, 0 };
    vm_vec vms = { 0 };
    PRL_RESULT rc = run_record_load_all(&records.all);

    if (PRL_FAILED(rc))
        return rc;
    take_all(&records);
    vec_free(&records.all);
    if (!vm_store_list(&vms))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "list of VMs");
    for (size_t i = 0; i < vms.len; i++) {
        struct backend_vm *b = backend_vm_get(vms.p[i]);

        if (!b)
            recover_home(vms.p[i]);
        backend_vm_unref(b);
    }
    vm_vec_free(&vms);
    err_clear();
    return PRL_ERR_SUCCESS;
}
