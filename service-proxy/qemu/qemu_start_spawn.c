/* SPDX-License-Identifier: MIT */
/* QEMU is spawned: its record, its channels, what runs beside it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/task.h"
#include "proc_run.h"
#include "qemu_hotplug.h"
#include "qemu_proc.h"
#include "qemu_start_parts.h"
#include "ram_file.h"

/* ---- the record ---- */

static bool
copy_images(const struct qemu_images *from, struct qemu_images *to)
{
    for (size_t i = 0; i < from->len; i++) {
        struct qemu_image x = from->p[i];

        memset(&x.backing, 0, sizeof x.backing);
        x.path = str_dup(x.path);
        if (!vec_push(to, x)) {
            free(x.path);
            return false;
        }
    }
    return true;
}

/* What it is started with, for changes while it runs and for a saved state. */
static PRL_RESULT
note_rows(struct start *s, struct run_record *rec)
{
    AUTO_HOT_ROWS rows = { 0 };

    if (!hot_rows_of_args(s->args, &rows) || !hot_record_set(rec, &rows))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    rec->has_user_net = s->args->n_user_nets > 0; /* also a spare one, for a saved state */
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_record(struct start *s, struct run_record **ret)
{
    AUTO(run_record_free) struct run_record *r = run_record_new();
    AUTO(vm_text_unref) struct vm_text *text = vm_config_ref(s->vm);
    PRL_RESULT rc;

    if (!r || !text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    memcpy(r->uuid, s->vm->uuid, sizeof r->uuid);
    r->phase = s->saved ? RUN_RESUMING : RUN_STARTING;
    r->home = str_dup(s->home);
    r->socket = str_dup(s->socket);
    r->qemu_version = str_dup(s->caps->version);
    r->version_no = s->caps->version_no;
    r->machine = str_dup(s->args->machine);
    r->accel = str_dup(qemu_accel_name(s->accel));
    r->ram_bytes = s->args->ram_bytes;
    r->is_ram_shared = s->memfd >= 0;
    r->crash_resets = (unsigned)xml_get_u64(xmlDocGetRootElement(s->doc), "Settings/Runtime/OnCrash/Limit", 3);
    r->config = str_dup(text->p);
    if (!r->home || !r->socket || !r->qemu_version || !r->machine || !r->accel || !r->config ||
        !copy_images(&s->images, &r->images))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    rc = note_rows(s, r);
    if (PRL_FAILED(rc))
        return rc;
    *ret = TAKE(r);
    return PRL_ERR_SUCCESS;
}

/* ---- spawn ---- */

static void
on_cancel(void *ctx, uint32_t events)
{
    struct start *s = ctx;

    (void)events;
    qemu_proc_kill(s->b->pidfd); /* whoever waits for it sees it die */
}

static PRL_RESULT
open_channels(struct start *s)
{
    int pair[2];
    PRL_RESULT rc;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "socketpair");
    s->qmp_ours = pair[0];
    s->qmp_theirs = pair[1];
    rc = qemu_proc_bind(s->socket, &s->reattach_fd);
    if (PRL_FAILED(rc))
        return rc;
    return start_runs_from_file(s) || s->args->is_ram_private ? PRL_ERR_SUCCESS : ram_memfd(s->args->ram_bytes, &s->memfd);
}

/* Before QEMU, so that a bundle in use is refused without one. What is on record is found again by who takes over. */
static PRL_RESULT
start_exports(struct start *s, struct run_record *rec)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(rc) && i < s->images.len; i++) {
        const struct qemu_image *image = &s->images.p[i];
        struct qemu_export e;
        struct spawn_fd fd = { .number = image->export_fd };

        if (!image->is_bundle)
            continue;
        rc = qemu_export_start(image, s->home, s->lock_fd, task_cancel_fd(s->t), &e, &fd.fd);
        if (PRL_FAILED(rc))
            return rc;
        if (!vec_push(&s->disk_fds, fd)) {
            close(fd.fd); /* that ends it */
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "exports");
        }
        if (!vec_push(&rec->exports, e)) {
            qemu_export_end(&e, clock_now_ms());
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "exports");
        }
    }
    return PRL_SUCCEEDED(rc) && rec->exports.len ? run_record_save(rec) : rc;
}

void
start_close_disk_fds(struct start *s)
{
    for (size_t i = 0; i < s->disk_fds.len; i++)
        close(s->disk_fds.p[i].fd);
    vec_free(&s->disk_fds);
}

/* Nobody speaks to them any more: they close their images and end. */
static void
drop_exports(struct start *s, struct run_record *rec)
{
    int64_t deadline = clock_deadline(EXPORT_END_MS);

    start_close_disk_fds(s);
    for (size_t i = 0; i < rec->exports.len; i++)
        qemu_export_end(&rec->exports.p[i], deadline);
}

PRL_RESULT
start_spawn(struct start *s)
{
    AUTO(run_record_free) struct run_record *rec = NULL;
    struct qemu_spawn how = { .argv = s->args->argv.p, .home = s->home };
    pid_t pid;
    int pidfd;
    PRL_RESULT rc = open_channels(s);

    if (PRL_SUCCEEDED(rc))
        rc = make_record(s, &rec);
    if (PRL_SUCCEEDED(rc))
        rc = run_record_save(rec);
    if (PRL_FAILED(rc))
        return rc;
    rc = start_exports(s, rec);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        drop_exports(s, rec);
        run_record_remove(s->vm->uuid);
        return why ? err_put(why) : rc;
    }
    how.qmp_fd = s->qmp_theirs;
    how.ram_fd = s->memfd;
    how.reattach_fd = s->reattach_fd;
    how.lock_fd = s->lock_fd;
    rc = qemu_outfit_open(&s->outfit, s->home, &rec->sides);
    if (PRL_SUCCEEDED(rc) && rec->sides.len)
        rc = run_record_save(rec);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_outfit_spawn(&s->outfit, &how, s->disk_fds.p, s->disk_fds.len, &pid, &pidfd);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        drop_exports(s, rec);
        qemu_outfit_drop(&s->outfit, &rec->sides);
        run_record_remove(s->vm->uuid);
        return why ? err_put(why) : rc;
    }
    start_close_disk_fds(s);
    qemu_extras_close(&s->outfit.extras);
    qemu_cgroup_join(&s->outfit.limits, s->vm->uuid, pid, &s->outfit.notes);
    rec->pid = pid;
    rec->start_time = proc_start_time(pid);
    cleanup_close(&s->qmp_theirs); /* so that its end is seen as the end of the conversation */
    s->qmp_theirs = -1;
    rc = run_record_save(rec); /* a record that stays without the pid is found again by the socket */
    if (PRL_FAILED(rc))
        LOG_W("qemu", "%s: %s", s->vm->uuid, err_peek()->details);
    s->b = backend_vm_new(s->vm, TAKE(rec), pid, pidfd, TAKE_FD(s->qmp_ours), true, s->saved ? VMS_SUSPENDED : VMS_STOPPED);
    if (!s->b) {
        kill(pid, SIGKILL); /* our child, not reaped: the number is its own */
        waitpid(pid, NULL, 0);
        run_record_remove(s->vm->uuid);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "QEMU");
    }
    s->cancel_source = task_cancel_fd(s->t) >= 0 ? loop_add(task_cancel_fd(s->t), EPOLLIN | EPOLLONESHOT, on_cancel, s) : NULL;
    return PRL_ERR_SUCCESS;
}
