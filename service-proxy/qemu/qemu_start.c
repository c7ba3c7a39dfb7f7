/* SPDX-License-Identifier: MIT */
/*
 * Start and resume. The order of a resume (design 5) is what keeps data:
 *
 *   check head of the state, images, hardware -> spawn; its sum checked and RAM filled beside that -> load -> config.sav becomes config.sav.run, durably -> cont
 *   -> config.sav.run and RAM file removed
 *
 * Images stay closed until cont, so a failed load has changed nothing and the state stays. A saved state that is left beside disks
 * that went on would corrupt them silently; hence the rename before, never after.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "engine/task.h"
#include "qemu_start_parts.h"

void
start_clear(struct start *s)
{
    start_close_disk_fds(s);
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
    PRL_RESULT rc = start_prepare(s);

    if (PRL_FAILED(rc))
        return rc;
    rc = start_spawn(s);
    tell_notes(s, &s->args->notes);
    tell_notes(s, &s->outfit.notes);
    if (PRL_FAILED(rc))
        return rc;
    task_progress(s->t, 5);
    pool_blocking_begin();
    rc = start_bring_up(s);
    if (PRL_FAILED(rc))
        rc = give_up(s, rc);
    pool_blocking_end();
    if (PRL_FAILED(rc))
        return rc;
    s->b->rec->phase = RUN_RUNNING;
    if (PRL_FAILED(run_record_save(s->b->rec)))
        LOG_W("qemu", "%s: %s", s->vm->uuid, err_peek()->details);
    start_set_up_vnc(s);
    err_clear();
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_vm_start(struct vm *vm, struct task *t)
{
    struct start s = { START_OF(vm), .t = t };
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
