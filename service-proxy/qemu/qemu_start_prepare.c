/* SPDX-License-Identifier: MIT */
/* What a start needs before there is a QEMU: files, images, the accelerator, the command line; the same for a change of what runs. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "engine/events.h"
#include "engine/task.h"
#include "host/prefs.h"
#include "proc_run.h"
#include "qemu_hotplug.h"
#include "qemu_start_parts.h"
#include "ram_file.h"
#include "vm/vm_store.h"

#define LOCK_WAIT_MS 5000

static uint64_t ram_file_above = 8ull << 30;

void
qemu_vm_set_ram_file_above(uint64_t ram_bytes)
{
    ram_file_above = ram_bytes;
}

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
    struct start s = { START_OF(vm) };
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
    rc = saved_state_open_unread(s->sav_path, &s->saved, &s->sav_fd);
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

bool
start_runs_from_file(const struct start *s)
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

    if (start_runs_from_file(s))
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

PRL_RESULT
start_prepare(struct start *s)
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
    struct start s = { START_OF(b->vm), .doc = doc, .dimms = *dimms };
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
