/* SPDX-License-Identifier: MIT */
/* A saved state is loaded, and the guest runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "engine/events.h"
#include "engine/task.h"
#include "qemu_start_parts.h"
#include "ram_file.h"
#include "vm/vm_store.h"

/* ---- loading ---- */

static void
on_fill(void *arg, uint64_t done, uint64_t all)
{
    task_progress(arg, (unsigned)(5 + done * 80 / (all ? all : 1)));
}

static bool
is_cancelled(void *arg)
{
    return task_is_cancelled(arg);
}

/* Beside the start of QEMU, which is given the state when this is done. */
static PRL_RESULT
check_state(struct start *s)
{
    return s->saved ? saved_state_check_stream(s->saved, s->sav_fd) : PRL_ERR_SUCCESS;
}

/* The same, since QEMU does not touch RAM before it is told to load. */
static PRL_RESULT
fill_ram(struct start *s)
{
    struct ram_watch watch = { on_fill, is_cancelled, s->t };

    if (!s->saved || s->saved->is_ram_in_stream || s->memfd < 0)
        return PRL_ERR_SUCCESS;
    return ram_file_read(s->ram_path, s->saved->id, s->saved->ram_bytes, s->memfd, &watch);
}

static PRL_RESULT
load_state(struct start *s)
{
    struct backend_vm *b = s->b;
    int64_t deadline = clock_deadline(QMP_SLOW_MS);
    PRL_RESULT rc;

    backend_vm_reset_migration(b);
    rc = backend_vm_capabilities(b, !s->saved->is_ram_in_stream, true);
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call_fd(b->qmp, "getfd", json_pack("{s:s}", "fdname", "state"), s->sav_fd, deadline);
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call(b->qmp, "migrate-incoming", json_pack("{s:s}", "uri", "fd:state"), deadline, NULL);
    if (PRL_SUCCEEDED(rc))
        rc = backend_vm_wait_migration(b, s->sav_fd);
    return rc;
}

/* The name goes at once; the blocks, 100 ms of work for 512 MiB, with the last descriptor, on another thread. */
static void
drop_ram_file(struct start *s)
{
    int fd = open(s->ram_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    unlink(s->ram_path);
    backend_close_later(fd);
}

/* From the rename on the state is used up, unless the guest turns out not to have run. */
static PRL_RESULT
run_loaded(struct start *s)
{
    int r;
    PRL_RESULT rc;

    if (!task_commit_point(s->t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "resume");
    r = path_rename_durable(s->sav_path, s->run_path);
    if (r < 0)
        return err_errno(r == -ENOSPC ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_VM_RESTORE_STATE_FAILED, -r, "'%s'",
                         s->run_path);
    backend_vm_set_quiet(s->b, false); /* RESUME makes it RUNNING */
    rc = qmp_call(s->b->qmp, "cont", NULL, clock_deadline(QMP_SLOW_MS), NULL);
    if (PRL_FAILED(rc)) {
        backend_vm_set_quiet(s->b, true);
        return rc;
    }
    backend_vm_set_end(s->b, VMS_STOPPED);
    backend_vm_state(s->b, VMS_RUNNING);
    unlink(s->run_path);
    drop_ram_file(s);
    return PRL_ERR_SUCCESS;
}

/* ---- the end of a start ---- */

void
start_set_up_vnc(struct start *s)
{
    struct backend_vm *b = s->b;
    json_t *info = NULL;
    const char *port;

    if (!s->args->has_vnc)
        return;
    if (s->args->vnc_password &&
        PRL_FAILED(qmp_call(b->qmp, "set_password", json_pack("{s:s, s:s}", "protocol", "vnc", "password", s->args->vnc_password),
                            clock_deadline(QMP_ANSWER_MS), NULL)))
        LOG_W("qemu", "%s: the remote display's password could not be set: nobody can log in there", s->vm->uuid);
    if (PRL_FAILED(qmp_call(b->qmp, "query-vnc", NULL, clock_deadline(QMP_ANSWER_MS), &info)))
        return;
    port = json_string_value(json_object_get(info, "service"));
    if (port) {
        uint64_t rev = vm_store_next_rev();
        LOCK_SCOPE(&s->vm->lock);

        s->vm->vnc_port = atoi(port);
        s->vm->rev = rev;
    }
    json_decref(info);
    event_vm(s->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
}

static PRL_RESULT
start_cold(struct start *s)
{
    PRL_RESULT rc = backend_vm_capabilities(s->b, true, false);

    if (PRL_FAILED(rc))
        return rc;
    if (!task_commit_point(s->t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "start");
    backend_vm_set_quiet(s->b, false);
    backend_vm_state(s->b, VMS_RUNNING);
    return PRL_ERR_SUCCESS;
}

/* What QEMU takes by QMP only, or what changes that way while it runs. */
static PRL_RESULT
set_up(struct start *s)
{
    json_t *x;
    size_t i;

    json_array_foreach(s->args->setup, i, x) {
        PRL_RESULT rc = qmp_call(s->b->qmp, json_string_value(json_object_get(x, "execute")), json_incref(json_object_get(x, "arguments")),
                                 clock_deadline(QMP_ANSWER_MS), NULL);

        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
start_bring_up(struct start *s)
{
    PRL_RESULT rc = check_state(s);

    if (PRL_SUCCEEDED(rc))
        rc = fill_ram(s);
    if (PRL_FAILED(rc))
        return rc;
    rc = qmp_wait_ready(s->b->qmp, clock_deadline(START_MS));
    if (PRL_FAILED(rc))
        return rc;
    task_progress(s->t, 90);
    if (s->saved)
        rc = load_state(s);
    if (PRL_SUCCEEDED(rc))
        rc = set_up(s);
    if (PRL_FAILED(rc))
        return rc;
    return s->saved ? run_loaded(s) : start_cold(s);
}
