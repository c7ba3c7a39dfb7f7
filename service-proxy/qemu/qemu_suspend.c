/* SPDX-License-Identifier: MIT */
/*
 * Suspend, in the order of design 5:
 *
 *   stop -> RAM to config.mem -> devices to config.sav.new -> header, both synced -> renamed to config.sav, directory synced -> quit
 *
 * Up to the rename nothing has happened that cont does not take back; from it on the VM is suspended, whatever becomes of QEMU.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/thread.h"
#include "engine/task.h"
#include "qemu_args.h"
#include "qemu_hotplug.h"
#include "qemu_proc.h"
#include "qemu_vm.h"
#include "ram_file.h"
#include "saved_state.h"

#define STATE_ROOM (32ull << 20) /* for the devices (video memory is the largest) */
#define QUIT_AFTER_SAVE_MS 3000

struct suspend {
    struct vm *vm;
    struct task *t;
    struct backend_vm *b;
    struct saved_state *state;
    char *sav_path, *new_path, *ram_path;
    int fd;     /* config.sav.new */
    int memfd;  /* QEMU's RAM, or -1 when it is not shared */
    int ram_fd; /* config.mem until it is synced, or -1 */
    bool was_running;
};

static void
suspend_clear(struct suspend *s)
{
    cleanup_close(&s->fd);
    cleanup_close(&s->ram_fd);
    backend_close_later(s->memfd);
    saved_state_free(s->state);
    backend_vm_unref(s->b);
    free(s->sav_path);
    free(s->new_path);
    free(s->ram_path);
}

static PRL_RESULT
describe(struct suspend *s)
{
    const struct run_record *rec = s->b->rec;
    struct saved_state *x = s->state = saved_state_new();

    if (!x)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "saved state");
    x->qemu_version = str_dup(rec->qemu_version);
    x->version_no = rec->version_no;
    x->machine = str_dup(rec->machine);
    x->accel = str_dup(rec->accel);
    x->config = str_dup(rec->config);
    x->ram_bytes = rec->ram_bytes;
    x->is_ram_in_stream = s->memfd < 0;
    x->has_user_net = rec->has_user_net;
    for (size_t i = 0; i < rec->hardware.len; i++) {
        char *text = str_dup(rec->hardware.p[i]);

        if (!text || !vec_push(&x->hardware, text)) {
            free(text);
            return err_set(PRL_ERR_OUT_OF_MEMORY, "saved state");
        }
    }
    return x->qemu_version && x->machine && x->accel && x->config ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "saved state");
}

/* Refused before RAM is written; QEMU would say so only when it comes to the device. */
static PRL_RESULT
check_devices(const struct run_record *rec)
{
    static const struct {
        const char *driver, *member, *words;
    } kinds[] = {
        { "vhost-user-fs-pci", "tag", "shared folder '%s' is connected, whose state is the host's: take it out of the configuration first" },
        { "vfio-pci", "host", "PCI device '%s' of the host is connected, whose state cannot be saved" },
    };
    AUTO_HOT_ROWS rows = { 0 };

    for (size_t i = 0; i < rec->hardware.len; i++)
        if (!hot_rows_add_text(&rows, rec->hardware.p[i]))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    for (size_t i = 0; i < rows.len; i++)
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
            if (str_eq(hot_row_text(&rows.p[i], "driver"), kinds[k].driver)) {
                const char *name = hot_row_text(&rows.p[i], kinds[k].member);

                return err_set(PRL_ERR_VM_SUSPEND_FAILED, kinds[k].words, name ? name : "");
            }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
prepare(struct suspend *s)
{
    PRL_RESULT rc = backend_vm_need(s->vm, &s->b);

    if (PRL_FAILED(rc))
        return rc;
    rc = qemu_hotplug_settle(s->b);
    if (PRL_SUCCEEDED(rc))
        rc = check_devices(s->b->rec);
    if (PRL_FAILED(rc))
        return rc;
    s->sav_path = path_join(s->b->home, SAVED_STATE_FILE);
    s->new_path = path_join(s->b->home, SAVED_STATE_NEW);
    s->ram_path = path_join(s->b->home, SAVED_STATE_RAM);
    if (!s->sav_path || !s->new_path || !s->ram_path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (s->b->rec->is_ram_shared)
        rc = qemu_proc_open_fd(s->b->pid, QEMU_FD_RAM, &s->memfd);
    return PRL_FAILED(rc) ? rc : describe(s);
}

/* Of the RAM in use, not of all: a 64 GiB guest that touched 1 GiB needs 1 GiB. */
static PRL_RESULT
check_room(struct suspend *s)
{
    uint64_t need = STATE_ROOM + (s->memfd >= 0 ? ram_used_bytes(s->memfd) : s->state->ram_bytes);
    uint64_t room;
    int r = path_free_bytes(s->b->home, &room);

    if (r < 0 || room >= need)
        return PRL_ERR_SUCCESS; /* where it cannot be known, the writes will tell */
    err_set(PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE, "the state takes up to %llu MiB, '%s' has %llu MiB",
            (unsigned long long)(need >> 20), s->b->home, (unsigned long long)(room >> 20));
    err_param(0, "%s", s->b->home);
    return PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
}

static PRL_RESULT
note_phase(struct suspend *s, enum run_phase phase)
{
    s->b->rec->phase = phase;
    s->b->rec->was_running = s->was_running;
    return run_record_save(s->b->rec);
}

/* ---- RAM ---- */

static void
on_written(void *arg, uint64_t done, uint64_t all)
{
    struct suspend *s = arg;

    task_progress(s->t, (unsigned)(5 + done * 80 / (all ? all : 1)));
}

static bool
is_cancelled(void *arg)
{
    struct suspend *s = arg;

    return task_is_cancelled(s->t);
}

static PRL_RESULT
write_ram(struct suspend *s)
{
    struct ram_watch watch = { on_written, is_cancelled, s };

    return s->memfd < 0 ? PRL_ERR_SUCCESS : ram_file_write(s->memfd, s->state->ram_bytes, s->ram_path, s->state->id, &watch, &s->ram_fd);
}

/* Beside the saving of the devices: both are mostly waits. */
struct ram_sync {
    struct suspend *s;
    pthread_t thread;
    bool has_thread;
    PRL_RESULT rc;
    struct err *why; /* errors are a thread's own */
};

static void
sync_ram(void *arg)
{
    struct ram_sync *y = arg;

    y->rc = ram_file_sync(y->s->ram_fd, y->s->ram_path);
    y->why = PRL_FAILED(y->rc) ? err_take(y->rc) : NULL;
}

static void
ram_sync_begin(struct ram_sync *y)
{
    if (y->s->ram_fd < 0)
        return;
    y->has_thread = thread_start(&y->thread, "qemu-ram", sync_ram, y) == 0;
    if (!y->has_thread)
        sync_ram(y);
}

/* rc: what became of the rest, which counts first. */
static PRL_RESULT
ram_sync_end(struct ram_sync *y, PRL_RESULT rc)
{
    AUTO(err_free) struct err *why = NULL;

    if (y->has_thread)
        thread_join(y->thread);
    why = TAKE(y->why);
    if (PRL_FAILED(rc) || PRL_SUCCEEDED(y->rc))
        return rc;
    return why ? err_put(why) : y->rc;
}

/* ---- devices ---- */

static PRL_RESULT
migrate_to_file(struct suspend *s)
{
    struct backend_vm *b = s->b;
    int64_t deadline = clock_deadline(QMP_ANSWER_MS);
    PRL_RESULT rc = saved_state_create(s->new_path, &s->fd);

    if (PRL_SUCCEEDED(rc))
        rc = qmp_call_fd(b->qmp, "getfd", json_pack("{s:s}", "fdname", "state"), s->fd, deadline);
    if (PRL_FAILED(rc))
        return rc;
    backend_vm_reset_migration(b);
    rc = qmp_call(b->qmp, "migrate", json_pack("{s:s}", "uri", "fd:state"), deadline, NULL);
    if (PRL_FAILED(rc))
        return rc;
    return backend_vm_wait_migration(b, s->fd);
}

/* Behind the last write of QEMU. A guest that goes on after all has them opened again by its next access. */
static PRL_RESULT
quiesce_exports(struct backend_vm *b)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;
    struct qemu_export e;

    for (size_t i = 0; PRL_SUCCEEDED(rc) && backend_exports_get(b, i, &e); i++) {
        rc = qemu_export_quiesce(&e, clock_deadline(QMP_SLOW_MS));
        cleanup_close(&e.pidfd);
    }
    return rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED ? err_set(PRL_ERR_VM_SUSPEND_FAILED, "the process that serves a disk has ended") : rc;
}

static PRL_RESULT
write_state(struct suspend *s)
{
    struct backend_vm *b = s->b;
    PRL_RESULT rc = backend_vm_capabilities(b, s->memfd >= 0, false);

    if (PRL_SUCCEEDED(rc)) /* the default is 128 MiB/s */
        rc = qmp_call(b->qmp, "migrate-set-parameters", json_pack("{s:I}", "max-bandwidth", (json_int_t)INT64_MAX / 2),
                      clock_deadline(QMP_ANSWER_MS), NULL);
    if (PRL_SUCCEEDED(rc))
        rc = migrate_to_file(s);
    if (PRL_SUCCEEDED(rc))
        rc = quiesce_exports(b);
    if (PRL_SUCCEEDED(rc))
        rc = saved_state_stamp(s->state, &b->rec->images); /* QEMU writes to none of them after `completed` */
    if (PRL_SUCCEEDED(rc))
        rc = saved_state_seal(s->fd, s->state);
    return rc;
}

/* ---- undo ---- */

#define SLICE_MS 200

static bool
is_one_of(const char *status, const char *const *list)
{
    for (; *list; list++)
        if (str_eq(status, *list))
            return true;
    return false;
}

static PRL_RESULT
query_member(struct backend_vm *b, const char *command, char **ret)
{
    json_t *info = NULL;
    PRL_RESULT rc = qmp_call(b->qmp, command, NULL, clock_deadline(QMP_ANSWER_MS), &info);

    if (PRL_FAILED(rc))
        return rc;
    *ret = str_dup(json_string_value(json_object_get(info, "status")));
    json_decref(info);
    return PRL_ERR_SUCCESS;
}

static bool
migration_moved(struct backend_vm *b, void *arg)
{
    return strcmp(b->migration, arg) != 0;
}

/* Events wake us; the question is asked anew because the one that counts may have come before we listened. */
static PRL_RESULT
end_migration(struct backend_vm *b)
{
    static const char *const over[] = { "none", "completed", "failed", "cancelled", NULL };
    int64_t deadline = clock_deadline(QMP_SLOW_MS);
    bool is_cancelled_now = false;

    for (;;) {
        AUTO(cleanup_free) char *status = NULL;
        char seen[sizeof b->migration];
        PRL_RESULT rc = query_member(b, "query-migrate", &status);

        if (PRL_FAILED(rc) || !status || is_one_of(status, over))
            return rc;
        if (!is_cancelled_now)
            rc = qmp_call(b->qmp, "migrate_cancel", NULL, deadline, NULL);
        is_cancelled_now = true;
        if (PRL_FAILED(rc))
            return rc;
        if (clock_left_ms(deadline) == 0)
            return err_set(PRL_ERR_TIMEOUT, "QEMU does not end its migration");
        {
            LOCK_SCOPE(&b->lock);
            memcpy(seen, b->migration, sizeof seen);
        }
        rc = backend_vm_wait(b, migration_moved, seen, clock_deadline(SLICE_MS));
        if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
            return rc;
    }
}

/* A migrate, completed or failed, is taken back with cont; a VM that was paused goes back to that. */
PRL_RESULT
backend_vm_take_back(struct backend_vm *b, bool was_running)
{
    static const char *const needs_cont[] = { "postmigrate", "finish-migrate", "save-vm", NULL };
    AUTO(cleanup_free) char *status = NULL;
    int64_t deadline = clock_deadline(QMP_SLOW_MS);
    PRL_RESULT rc = end_migration(b);

    if (PRL_SUCCEEDED(rc))
        rc = query_member(b, "query-status", &status);
    if (PRL_FAILED(rc))
        return rc;
    if (is_one_of(status, needs_cont) || (was_running && str_eq(status, "paused"))) {
        rc = qmp_call(b->qmp, "cont", NULL, deadline, NULL);
        free(status);
        status = str_dup("running");
    }
    if (PRL_SUCCEEDED(rc) && !was_running && str_eq(status, "running"))
        rc = qmp_call(b->qmp, "stop", NULL, deadline, NULL);
    return rc;
}

/* A QEMU that is mute now takes it back when it comes to itself; RESUME tells of it. */
static void
take_back_later(struct suspend *s)
{
    qmp_abandon(s->b->qmp, qmp_send(s->b->qmp, "migrate_cancel", NULL, -1, NULL));
    if (s->was_running)
        qmp_abandon(s->b->qmp, qmp_send(s->b->qmp, "cont", NULL, -1, NULL));
}

static PRL_RESULT
give_up(struct suspend *s, PRL_RESULT rc)
{
    AUTO(err_free) struct err *e = err_take(rc);
    PRL_RESULT undone;

    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED) {
        undone = rc;
        rc = backend_vm_died(s->b, PRL_ERR_VM_SUSPEND_FAILED, "suspend");
        err_free(TAKE(e));
        e = err_take(rc);
    } else {
        undone = backend_vm_take_back(s->b, s->was_running);
        backend_vm_set_quiet(s->b, false);
        if (PRL_SUCCEEDED(undone))
            backend_vm_state(s->b, s->was_running ? VMS_RUNNING : VMS_PAUSED);
        else
            LOG_E("qemu", "%s: a failed suspend could not be taken back: %s", s->vm->uuid,
                  err_peek()->details ? err_peek()->details : "");
        if (undone == PRL_ERR_TIMEOUT)
            take_back_later(s);
    }
    unlink(s->new_path);
    unlink(s->ram_path);
    if (PRL_SUCCEEDED(undone) && PRL_FAILED(note_phase(s, RUN_RUNNING)))
        LOG_W("qemu", "%s: %s", s->vm->uuid, err_peek()->details);
    if (rc == PRL_ERR_VM_OPERATION_FAILED)
        return err_set(PRL_ERR_VM_SUSPEND_FAILED, "%s", e && e->details ? e->details : "");
    return e ? err_put(e) : rc;
}

/* ---- all of it ---- */

static PRL_RESULT
save(struct suspend *s)
{
    struct ram_sync y = { .s = s };
    PRL_RESULT rc = note_phase(s, RUN_SUSPENDING);

    if (PRL_SUCCEEDED(rc) && s->was_running) {
        rc = qmp_call_or_undo(s->b->qmp, "stop", NULL, "cont", clock_deadline(QMP_ANSWER_MS));
        if (PRL_SUCCEEDED(rc))
            backend_vm_state(s->b, VMS_PAUSED);
    }
    if (PRL_FAILED(rc))
        return rc;
    backend_vm_set_quiet(s->b, true);
    task_progress(s->t, 5);
    rc = write_ram(s);
    if (PRL_FAILED(rc))
        return rc;
    if (task_is_cancelled(s->t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "suspend");
    ram_sync_begin(&y);
    rc = ram_sync_end(&y, write_state(s));
    if (PRL_FAILED(rc))
        return rc;
    if (!task_commit_point(s->t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "suspend");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
commit(struct suspend *s)
{
    int r;

    /* before the rename, so that a QEMU that ends right behind it is buried as suspended */
    backend_vm_set_end(s->b, VMS_SUSPENDED);
    backend_vm_set_ending(s->b, true);
    r = path_rename_durable(s->new_path, s->sav_path);
    if (r < 0) {
        unlink(s->sav_path); /* the name may be there and its directory not on the disk */
        backend_vm_set_end(s->b, VMS_STOPPED);
        backend_vm_set_ending(s->b, false);
        return err_errno(r == -ENOSPC ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_VM_SUSPEND_FAILED, -r, "'%s'", s->sav_path);
    }
    task_progress(s->t, 95);
    /* Suspended. A QEMU that does not go is killed; should that take long (a dead disk), its lock keeps the home. */
    if (PRL_FAILED(backend_vm_end(s->b, QUIT_AFTER_SAVE_MS)))
        LOG_E("qemu", "%s: %s", s->vm->uuid, err_peek()->details);
    vm_state_set(s->vm, VMS_SUSPENDED); /* also when QEMU died by itself once its state was whole, and was buried as stopped */
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_vm_suspend(struct vm *vm, struct task *t)
{
    struct suspend s = {
        .vm = vm, .t = t, .fd = -1, .memfd = -1, .ram_fd = -1, .was_running = vm_state_get(vm) == VMS_RUNNING
    };
    PRL_RESULT rc = prepare(&s);

    if (PRL_SUCCEEDED(rc))
        rc = check_room(&s);
    if (PRL_SUCCEEDED(rc)) {
        pool_blocking_begin();
        rc = save(&s);
        if (PRL_SUCCEEDED(rc))
            rc = commit(&s);
        if (PRL_FAILED(rc) && !path_exists(s.sav_path))
            rc = give_up(&s, rc);
        pool_blocking_end();
    }
    suspend_clear(&s);
    return rc;
}

PRL_RESULT
qemu_vm_drop_suspended(struct vm *vm, struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    PRL_RESULT rc;

    (void)t;
    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    rc = saved_state_drop(home);
    if (PRL_SUCCEEDED(rc))
        vm_state_set(vm, VMS_STOPPED);
    return rc;
}
