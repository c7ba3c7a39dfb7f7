/* SPDX-License-Identifier: MIT */
/*
 * Start and resume. The order of a resume (design 5) is what keeps data:
 *
 *   check state, images, hardware -> spawn, RAM filled beside it -> load -> config.sav becomes config.sav.run, durably -> cont
 *   -> config.sav.run and RAM file removed
 *
 * Images stay closed until cont, so a failed load has changed nothing and the state stays. A saved state that is left beside disks
 * that went on would corrupt them silently; hence the rename before, never after.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/task.h"
#include "host/prefs.h"
#include "proc_run.h"
#include "qemu_args.h"
#include "qemu_caps.h"
#include "qemu_find.h"
#include "qemu_firmware.h"
#include "qemu_hotplug.h"
#include "qemu_outfit.h"
#include "qemu_proc.h"
#include "qemu_vm.h"
#include "ram_file.h"
#include "saved_state.h"
#include "vm/vm_store.h"

#define LOCK_WAIT_MS 5000

static uint64_t ram_file_above = 8ull << 30;

void
qemu_vm_set_ram_file_above(uint64_t ram_bytes)
{
    ram_file_above = ram_bytes;
}

struct start {
    struct vm *vm;
    struct task *t;
    char *home;
    xmlDocPtr doc;
    struct qemu_images images;
    struct qemu_caps *caps;
    enum qemu_accel accel;
    char *kvm_cpu;
    struct qemu_firmware *firmware;
    struct qemu_outfit outfit;
    struct qemu_dimms dimms; /* memory in blocks of its own: of a saved state, or of what runs */
    struct saved_state *saved; /* NULL: a cold start */
    char *sav_path, *run_path, *ram_path;
    int sav_fd;
    struct qemu_args *args;
    char *socket;
    int lock_fd, memfd, qmp_ours, qmp_theirs, reattach_fd;
    VEC(struct spawn_fd) disk_fds; /* QEMU's connections to the exports of its bundles */
    struct backend_vm *b; /* once spawned */
    struct loop_source *cancel_source;
};

static void close_disk_fds(struct start *s);

static void
start_clear(struct start *s)
{
    close_disk_fds(s);
    loop_remove(s->cancel_source);
    backend_vm_unref(s->b);
    cleanup_close(&s->sav_fd);
    cleanup_close(&s->lock_fd);
    cleanup_close(&s->memfd);
    cleanup_close(&s->qmp_ours);
    cleanup_close(&s->qmp_theirs);
    cleanup_close(&s->reattach_fd);
    qemu_args_free(s->args);
    qemu_caps_free(s->caps);
    qemu_images_clear(&s->images);
    saved_state_free(s->saved);
    if (s->doc)
        xmlFreeDoc(s->doc);
    qemu_firmware_free(s->firmware);
    qemu_outfit_clear(&s->outfit);
    free(s->kvm_cpu);
    free(s->sav_path);
    free(s->run_path);
    free(s->ram_path);
    free(s->socket);
    free(s->home);
}

/* ---- what is there ---- */

static PRL_RESULT
name_files(struct start *s)
{
    char bare[UUID_BARE];

    uuid_bare(s->vm->uuid, bare);
    s->home = vm_home_dup(s->vm);
    if (!s->home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    s->sav_path = path_join(s->home, SAVED_STATE_FILE);
    s->run_path = path_join(s->home, SAVED_STATE_RUN);
    s->ram_path = path_join(s->home, SAVED_STATE_RAM);
    s->socket = str_printf("%s/%s.qmp", qemu_vm_run_dir(), bare);
    return s->sav_path && s->run_path && s->ram_path && s->socket ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

/* A QEMU whose end was told a moment ago may hold its lock a moment longer. */
static PRL_RESULT
take_lock(struct start *s)
{
    int64_t deadline = clock_deadline(LOCK_WAIT_MS);
    PRL_RESULT rc;

    {
        LOCK_SCOPE(&s->vm->lock);
        if (s->vm->lock_fd >= 0) /* the service has it already for a change that goes with a start */
            s->lock_fd = dup(s->vm->lock_fd);
    }
    if (s->lock_fd >= 0)
        return PRL_ERR_SUCCESS;
    rc = vm_home_lock(s->home, &s->lock_fd);
    while (rc == PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED && clock_now_ms() < deadline && !task_is_cancelled(s->t)) {
        struct pollfd p = { task_cancel_fd(s->t), POLLIN, 0 };

        poll(&p, 1, 50); /* flock has no other way to wait with a deadline */
        rc = vm_home_lock(s->home, &s->lock_fd);
    }
    return rc;
}

static PRL_RESULT
read_images(struct start *s)
{
    PRL_RESULT rc = qemu_images_list(s->doc, s->home, &s->images);

    if (PRL_SUCCEEDED(rc))
        rc = qemu_images_check(&s->images);
    if (PRL_SUCCEEDED(rc) && qemu_firmware_is_wanted(s->doc)) {
        struct qemu_image vars = { .node = "efi-vars" };

        rc = qemu_firmware_find(s->doc, s->home, &s->firmware);
        if (PRL_FAILED(rc))
            return rc;
        vars.path = str_dup(s->firmware->vars);
        vars.is_qcow2 = s->firmware->is_vars_qcow2;
        if (!vars.path || !vec_push(&s->images, vars)) {
            free(vars.path);
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "images");
        }
    }
    return rc;
}

bool
qemu_vm_stored_images(struct vm *vm, struct qemu_images *ret)
{
    struct start s = { .vm = vm, .sav_fd = -1, .lock_fd = -1, .memfd = -1, .qmp_ours = -1, .qmp_theirs = -1, .reattach_fd = -1 };
    bool is_good = PRL_SUCCEEDED(name_files(&s)) && PRL_SUCCEEDED(vm_config_doc(vm, &s.doc)) && PRL_SUCCEEDED(read_images(&s));

    if (is_good) {
        *ret = s.images;
        memset(&s.images, 0, sizeof s.images);
    }
    start_clear(&s);
    return is_good;
}

/* A state that a cut resume left as config.sav.run is put in order before anything is decided. */
static PRL_RESULT
read_state(struct start *s)
{
    bool is_suspended;
    PRL_RESULT rc;

    if (path_exists(s->run_path)) {
        rc = saved_state_recover(s->home, proc_is_of_this_boot(s->run_path), &s->images, &is_suspended);
        if (PRL_FAILED(rc))
            return rc;
    }
    if (!path_exists(s->sav_path))
        return PRL_ERR_SUCCESS;
    rc = saved_state_open(s->sav_path, &s->saved, &s->sav_fd);
    if (PRL_SUCCEEDED(rc))
        rc = saved_state_check_images(s->saved, &s->images);
    if (PRL_SUCCEEDED(rc) && !s->saved->is_ram_in_stream)
        rc = ram_file_check(s->ram_path, s->saved->id, s->saved->ram_bytes);
    if (PRL_SUCCEEDED(rc) && s->saved->version_no > s->caps->version_no)
        rc = err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "the state was saved by QEMU %s, this is %s", s->saved->qemu_version,
                     s->caps->version);
    return rc;
}

/* ---- the accelerator ---- */

static void
tell_tcg(struct start *s, const char *why)
{
    AUTO(cleanup_free) char *name = vm_name_dup(s->vm);
    json_t *e = event_new(PET_DSP_EVT_VM_MESSAGE, s->vm->uuid);

    LOG_W("qemu", "'%s' runs without hardware virtualisation (tcg): %s", name ? name : "", why);
    if (!e)
        return;
    event_set_code(e, PRL_ERR_HVT_NOT_AVAILABLE_WARNING);
    event_add_text(e, "vm_message_param_0", name ? name : "");
    event_add_text(e, "Details", why);
    event_send_vm(s->vm, e);
}

/* A state is loaded by the accelerator that saved it: the processor models differ. */
static PRL_RESULT
choose_accel(struct start *s)
{
    AUTO(cleanup_free) char *why = NULL;
    PRL_RESULT rc = qemu_find_accel(&s->accel, &why);

    if (PRL_FAILED(rc))
        return rc;
    if (s->saved && strcmp(s->saved->accel, qemu_accel_name(s->accel)) != 0) {
        if (strcmp(s->saved->accel, "tcg") != 0)
            return err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "the state was saved under %s, which is not to be had now%s%s",
                           s->saved->accel, why && why[0] ? ": " : "", why ? why : "");
        s->accel = QEMU_ACCEL_TCG;
    } else if (why && why[0]) {
        tell_tcg(s, why);
    }
    return s->accel == QEMU_ACCEL_KVM ? qemu_caps_kvm_cpu(&s->kvm_cpu) : PRL_ERR_SUCCESS;
}

/* ---- the command line ---- */

/* Large RAM is mapped from its file instead of being read first; such a VM's next suspend is the slow one (design 5). */
static bool
runs_from_file(const struct start *s)
{
    return s->saved && !s->saved->is_ram_in_stream && s->saved->ram_bytes > ram_file_above;
}

static PRL_RESULT
build_args(struct start *s)
{
    struct qemu_args_env env = {
        .caps = s->caps,
        .accel = s->accel,
        .kvm_cpu = s->kvm_cpu,
        .home = s->home,
        .images = &s->images,
        .is_incoming = s->saved != NULL,
        .vnc_base_port = prefs_vnc_base_port(),
        .vnc_max_port = prefs_vnc_max_port(),
        .firmware = s->firmware,
    };
    PRL_RESULT rc;

    if (runs_from_file(s))
        env.ram_file = s->ram_path;
    if (s->saved) {
        hot_dimms_of(s->saved->hardware.p, s->saved->hardware.len, &s->dimms);
        env.needs_user_net = s->saved->has_user_net;
    }
    env.dimms = &s->dimms;
    qemu_outfit_env(&s->outfit, &env);
    rc = qemu_args_build(s->doc, &env, &s->args);
    if (PRL_SUCCEEDED(rc) && s->saved)
        rc = qemu_hotplug_adopt(s->args, s->saved);
    if (PRL_SUCCEEDED(rc))
        s->outfit.limits.needs_ram_lock = s->args->needs_ram_lock;
    return rc;
}

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
    return runs_from_file(s) || s->args->is_ram_private ? PRL_ERR_SUCCESS : ram_memfd(s->args->ram_bytes, &s->memfd);
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

static void
close_disk_fds(struct start *s)
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

    close_disk_fds(s);
    for (size_t i = 0; i < rec->exports.len; i++)
        qemu_export_end(&rec->exports.p[i], deadline);
}

static PRL_RESULT
spawn(struct start *s)
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
    close_disk_fds(s);
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

/* Beside the start of QEMU, which does not touch RAM before it is told to load. */
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

static void
set_up_vnc(struct start *s)
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

static PRL_RESULT
bring_up(struct start *s)
{
    PRL_RESULT rc = fill_ram(s);

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

/* Somebody took an image between our look and QEMU's lock: what it says of that ("... using the image [PATH]?"). */
static PRL_RESULT
died(struct start *s, PRL_RESULT code)
{
    PRL_RESULT rc = backend_vm_died(s->b, code, s->saved ? "loading the saved state" : "start");
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);
    const char *path = words ? strstr(words, "another process using the image [") : NULL;

    if (!path)
        return rc;
    path = strchr(path, '[') + 1;
    for (size_t i = 0; i < s->images.len; i++)
        if (s->images.p[i].path && strncmp(path, s->images.p[i].path, strlen(s->images.p[i].path)) == 0)
            return qemu_image_busy(s->images.p[i].path, words);
    return rc;
}

/* QEMU goes; what was saved before is as before. */
static PRL_RESULT
give_up(struct start *s, PRL_RESULT rc)
{
    PRL_RESULT code = s->saved ? PRL_ERR_VM_RESTORE_STATE_FAILED : PRL_ERR_VM_START_FAILED;
    AUTO(err_free) struct err *e = err_take(rc);
    bool is_suspended;

    if (task_is_cancelled(s->t))
        rc = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "%s", s->saved ? "resume" : "start");
    else if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        rc = died(s, code);
    else if (rc == PRL_ERR_VM_OPERATION_FAILED)
        rc = err_set(code, "%s", e && e->details ? e->details : "");
    else if (e)
        err_put(e);
    err_free(TAKE(e));
    e = err_take(rc);
    backend_vm_end(s->b, 0);
    if (s->saved && path_exists(s->run_path)) {
        rc = saved_state_recover(s->home, true, &s->images, &is_suspended);
        vm_state_set(s->vm, PRL_SUCCEEDED(rc) && is_suspended ? VMS_SUSPENDED : VMS_STOPPED);
    }
    return e ? err_put(e) : code;
}

static PRL_RESULT
prepare(struct start *s)
{
    PRL_RESULT rc = name_files(s);

    if (PRL_SUCCEEDED(rc))
        rc = vm_config_doc(s->vm, &s->doc);
    if (PRL_SUCCEEDED(rc))
        rc = take_lock(s);
    if (PRL_SUCCEEDED(rc))
        rc = read_images(s);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_images_check_unused(&s->images);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_caps_get(&s->caps);
    if (PRL_SUCCEEDED(rc))
        rc = read_state(s);
    if (PRL_SUCCEEDED(rc))
        rc = choose_accel(s);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_outfit_find(&s->outfit, s->doc, s->home, s->vm->uuid, s->caps->path);
    if (PRL_SUCCEEDED(rc))
        rc = build_args(s);
    return rc;
}

/* What is not as the configuration says. */
static void
tell_notes(struct start *s, const qemu_notes *notes)
{
    for (size_t i = 0; i < notes->len; i++)
        LOG_W("qemu", "%s: %s", s->vm->uuid, notes->p[i]);
}

static PRL_RESULT
start(struct start *s)
{
    PRL_RESULT rc = prepare(s);

    if (PRL_FAILED(rc))
        return rc;
    rc = spawn(s);
    tell_notes(s, &s->args->notes);
    tell_notes(s, &s->outfit.notes);
    if (PRL_FAILED(rc))
        return rc;
    task_progress(s->t, 5);
    pool_blocking_begin();
    rc = bring_up(s);
    if (PRL_FAILED(rc))
        rc = give_up(s, rc);
    pool_blocking_end();
    if (PRL_FAILED(rc))
        return rc;
    s->b->rec->phase = RUN_RUNNING;
    if (PRL_FAILED(run_record_save(s->b->rec)))
        LOG_W("qemu", "%s: %s", s->vm->uuid, err_peek()->details);
    set_up_vnc(s);
    err_clear();
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_vm_start(struct vm *vm, struct task *t)
{
    struct start s = {
        .vm = vm, .t = t, .sav_fd = -1, .lock_fd = -1, .memfd = -1, .qmp_ours = -1, .qmp_theirs = -1, .reattach_fd = -1
    };
    PRL_RESULT rc;

    {
        AUTO(backend_vm_unref) struct backend_vm *b = backend_vm_get(vm);

        if (b)
            return err_set(PRL_ERR_VM_ALREADY_RUNNING, "a QEMU runs this VM (process %d)", (int)b->pid);
    }
    rc = start(&s);
    start_clear(&s);
    return rc;
}

/* ---- for a change of what runs ---- */

void
hot_machine_clear(struct hot_machine *m)
{
    qemu_images_clear(&m->images);
    qemu_outfit_clear(&m->outfit);
    qemu_args_free(m->args);
    hot_rows_clear(&m->rows);
}

PRL_RESULT
qemu_start_machine(struct backend_vm *b, xmlDocPtr doc, const struct qemu_dimms *dimms, struct hot_machine *ret)
{
    struct start s = {
        .vm = b->vm, .doc = doc, .dimms = *dimms, .sav_fd = -1, .lock_fd = -1, .memfd = -1, .qmp_ours = -1, .qmp_theirs = -1, .reattach_fd = -1
    };
    struct hot_machine m = { .args = NULL };
    PRL_RESULT rc = name_files(&s);

    if (PRL_SUCCEEDED(rc))
        rc = read_images(&s);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_caps_get(&s.caps);
    s.accel = strcmp(b->rec->accel, qemu_accel_name(QEMU_ACCEL_KVM)) == 0 ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
    if (PRL_SUCCEEDED(rc) && s.accel == QEMU_ACCEL_KVM)
        rc = qemu_caps_kvm_cpu(&s.kvm_cpu);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_outfit_find(&s.outfit, doc, s.home, b->vm->uuid, s.caps->path);
    if (PRL_SUCCEEDED(rc))
        rc = build_args(&s);
    if (PRL_SUCCEEDED(rc) && !hot_rows_of_args(s.args, &m.rows))
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    if (PRL_SUCCEEDED(rc)) {
        m.images = s.images;
        m.outfit = s.outfit;
        m.args = TAKE(s.args);
        memset(&s.images, 0, sizeof s.images);
        memset(&s.outfit, 0, sizeof s.outfit);
        *ret = m;
    }
    s.doc = NULL; /* the caller's */
    start_clear(&s);
    return rc;
}
