/* SPDX-License-Identifier: MIT */
/* PrlVm_Compact (semantics 6.11): what holds only zeros goes back to the host, disk by disk. */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/str.h"
#include "disk_work.h"
#include "engine/events.h"
#include "engine/task_private.h"

#define KNOWN_FLAGS (PCM_COMPACT_WITH_HARD_DISKS_INFO | PCM_HARD_DISKS_INFO | PCM_FULL_CLEAN_UP_VM)

/* An error about one disk: the VM's name, the disk's file. */
static PRL_RESULT
disk_error(struct disk_work *w, PRL_RESULT code, const struct disk_target *disk, const char *words)
{
    disk_work_refuse(w->vm, code, words);
    err_param(1, "%s", disk->path);
    return code;
}

/* What the products' tools print of a disk, as the named values of an event. */
static PRL_RESULT
tell_info(struct disk_work *w, const struct disk_target *disk)
{
    struct work_blocks n;
    json_t *event;
    PRL_RESULT r = work_compact_blocks(disk->path, &n, NULL);

    if (PRL_FAILED(r))
        return r;
    event = event_new(PET_DSP_EVT_VM_COMPACT_PROCESSING, w->vm->uuid);
    if (!event)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "event");
    event_add_int(event, "hdd_index", PARAM_U32, disk->index);
    event_add_text(event, "hdd_image", disk->path);
    event_add_int(event, "block_size", PARAM_U64, n.block_bytes);
    event_add_int(event, "blocks_total", PARAM_U64, (int64_t)n.total);
    event_add_int(event, "blocks_allocated", PARAM_U64, (int64_t)n.allocated);
    event_add_int(event, "blocks_used", PARAM_U64, (int64_t)n.used);
    return task_add_event(w->t, event);
}

static PRL_RESULT
compact_one(struct disk_work *w, const struct disk_target *disk)
{
    struct image_watch watch = disk_work_watch(w);
    uint64_t freed = 0;
    PRL_RESULT r;

    if (disk->facts.is_overlay)
        return disk_error(w, PRL_ERR_VM_HARD_DISK_NOT_COMPACTABLE, disk, "it stands on another image");
    r = disk_work_refuse_children(disk->path);
    if (PRL_SUCCEEDED(r))
        r = work_compact(disk->path, &watch, &freed);
    if (PRL_SUCCEEDED(r)) {
        LOG_I("disk", "'%s': %llu MiB given back", disk->path, (unsigned long long)(freed >> 20));
        return r;
    }
    {
        AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

        if (r == PRL_ERR_DISK_NOT_PERMITTED || r == PRL_ERR_DISK_OPERATION_NOT_ALLOWED || r == PRL_ERR_VM_REQUEST_NOT_SUPPORTED)
            return disk_error(w, PRL_ERR_VM_HARD_DISK_NOT_COMPACTABLE, disk, words ? words : "");
        r = disk_work_failed(r, disk->path, PRL_ERR_VM_COMPACT_HARD_DISK_FAILED);
        return r == PRL_ERR_VM_COMPACT_HARD_DISK_FAILED ? disk_error(w, r, disk, words ? words : "") : r;
    }
}

/* One that cannot be compacted holds the others up no more than it has to: its error counts if it was the only one. */
static PRL_RESULT
compact_all(struct disk_work *w, const disk_targets *disks, uint64_t flags)
{
    AUTO(err_free) struct err *skipped = NULL;
    size_t n_done = 0;

    for (size_t i = 0; i < disks->len; i++) {
        PRL_RESULT r;

        disk_work_part(w, i, disks->len);
        r = flags & PCM_HARD_DISKS_INFO ? tell_info(w, &disks->p[i]) : compact_one(w, &disks->p[i]);
        if (PRL_SUCCEEDED(r) && flags & PCM_COMPACT_WITH_HARD_DISKS_INFO)
            r = tell_info(w, &disks->p[i]);
        if (r == PRL_ERR_VM_HARD_DISK_NOT_COMPACTABLE) {
            err_free(TAKE(skipped));
            skipped = err_take(r);
        } else if (PRL_FAILED(r)) {
            return r;
        } else {
            n_done++;
        }
    }
    return n_done || !skipped ? PRL_ERR_SUCCESS : err_put(skipped);
}

static PRL_RESULT
compact(struct disk_work *w, uint64_t mask, uint64_t flags, disk_targets *disks)
{
    PRL_RESULT r;

    if (flags & ~(uint64_t)KNOWN_FLAGS)
        return err_set(PRL_ERR_INVALID_ARG, "flags %#llx", (unsigned long long)flags);
    if (w->state != VMS_STOPPED)
        return disk_work_refuse(w->vm, PRL_ERR_COMPACT_WRONG_VM_STATE, vm_state_name(w->state));
    r = disk_work_targets(w, mask, disks);
    if (PRL_FAILED(r))
        return disk_work_failed(r, w->home, r);
    if (!disks->len)
        return PRL_ERR_NO_ONE_HARD_DISK_TO_COMPRESS; /* a remark, no failure */
    if (flags & PCM_HARD_DISKS_INFO)
        return compact_all(w, disks, flags);
    r = disk_work_journal_targets(w, disks, WORK_KEEP);
    if (PRL_FAILED(r))
        return r;
    w->progress_event = PET_DSP_EVT_VM_COMPACT_PROCESSING;
    r = compact_all(w, disks, flags);
    {
        AUTO(err_free) struct err *why = PRL_FAILED(r) ? err_take(r) : NULL;

        event_vm(w->vm, PET_DSP_EVT_VM_COMPACT_FINISHED);
        return why ? err_put(why) : r;
    }
}

PRL_RESULT
vm_compact(struct task *t)
{
    struct disk_work w = { 0 };
    disk_targets disks = { 0 };
    PRL_RESULT r = disk_work_begin(&w, t);

    if (PRL_SUCCEEDED(r)) {
        pool_blocking_begin();
        r = compact(&w, task_arg_u(t, "mask"), disk_work_flags(t), &disks);
        pool_blocking_end();
    }
    disk_targets_free(&disks);
    disk_work_end(&w);
    return r;
}

/* ---- cancelling ---- */

static PRL_RESULT
cancel_of_vm(struct task *t, enum op op, const char *what)
{
    AUTO(task_unref) struct task *found = task_find_of_vm(t->vm, op);

    return found ? task_cancel(found) : err_set(PRL_ERR_TASK_NOT_FOUND, "nobody %s the disks of %s", what, t->vm->uuid);
}

PRL_RESULT
vm_cancel_compact(struct task *t)
{
    return cancel_of_vm(t, OP_VM_COMPACT, "compacts");
}

PRL_RESULT
vm_cancel_convert_disks(struct task *t)
{
    return cancel_of_vm(t, OP_VM_CONVERT_DISKS, "converts");
}
