/* SPDX-License-Identifier: MIT */
/*
 * PrlVm_ConvertDisks (semantics 6.11): the layout of the images of a stopped VM. Each disk is made anew beside the old one, which stays until
 * then.
 */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "disk_work.h"
#include "engine/events.h"
#include "vm/links.h"

#define TO_LAYOUT (PCVD_TO_PLAIN_DISK | PCVD_TO_EXPANDING_DISK | PCVD_TO_SPLIT_DISK | PCVD_TO_NON_SPLIT_DISK)
#define KNOWN_FLAGS (TO_LAYOUT | PCVD_MERGE_ALL_SNAPSHOTS)

static enum work_wish
wish(uint64_t flags, uint64_t yes, uint64_t no)
{
    return flags & yes ? WORK_YES : flags & no ? WORK_NO : WORK_KEEP;
}

static PRL_RESULT
check_flags(uint64_t flags)
{
    if (flags & ~(uint64_t)KNOWN_FLAGS || !(flags & KNOWN_FLAGS))
        return err_set(PRL_ERR_INVALID_ARG, "flags %#llx", (unsigned long long)flags);
    if (((flags & PCVD_TO_PLAIN_DISK) && (flags & PCVD_TO_EXPANDING_DISK)) || ((flags & PCVD_TO_SPLIT_DISK) && (flags & PCVD_TO_NON_SPLIT_DISK)))
        return err_set(PRL_ERR_CONV_HD_CONFLICT, "two layouts at once");
    return PRL_ERR_SUCCESS;
}

/* Is there anything to do? A disk that is as wished is not written again. */
static bool
is_wished(const struct disk_facts *f, const struct work_layout *layout)
{
    bool is_plain = layout->plain == WORK_KEEP || (layout->plain == WORK_YES) == f->is_plain;
    bool is_split = layout->split == WORK_KEEP || (layout->split == WORK_YES) == f->is_split;

    return is_plain && is_split;
}

/* A bundle that stands on another one stands alone then, and the other one is no longer held by it. */
static PRL_RESULT
merge_bundle(const char *path, const struct image_watch *watch)
{
    char **chain = NULL;
    PRL_RESULT r = links_chain(path, &chain);
    bool is_linked = PRL_SUCCEEDED(r) && chain[1];

    links_chain_free(chain);
    if (PRL_SUCCEEDED(r))
        r = work_merge(path, is_linked, watch);
    return PRL_SUCCEEDED(r) && is_linked ? links_remove(&path, 1, NULL) : r;
}

static PRL_RESULT
convert_image(struct disk_work *w, const struct disk_target *disk, const struct work_layout *layout, bool merge)
{
    struct image_watch watch = disk_work_watch(w);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (merge && disk->facts.kind == DISK_IS_BUNDLE)
        r = merge_bundle(disk->path, &watch);
    if (PRL_SUCCEEDED(r) && !is_wished(&disk->facts, layout))
        r = work_convert(disk->path, layout, &watch);
    return disk_work_failed(r, disk->path, PRL_ERR_CONV_HD_EXIT_WITH_ERROR);
}

static PRL_RESULT
convert_one(struct disk_work *w, const struct disk_target *disk, const struct work_layout *layout, bool merge)
{
    struct disk_facts will_be = disk->facts;
    PRL_RESULT r = disk_work_refuse_children(disk->path);

    if (layout->plain != WORK_KEEP)
        will_be.is_plain = layout->plain == WORK_YES;
    if (layout->split != WORK_KEEP)
        will_be.is_split = layout->split == WORK_YES;
    if (PRL_SUCCEEDED(r))
        r = disk_work_stage(w, disk->device, &will_be);
    if (PRL_FAILED(r))
        return r;
    r = convert_image(w, disk, layout, merge);
    return disk_work_settle(w, disk, &will_be, false, r);
}

static PRL_RESULT
convert_all(struct disk_work *w, disk_targets *disks, uint64_t flags)
{
    const struct work_layout layout = { .plain = wish(flags, PCVD_TO_PLAIN_DISK, PCVD_TO_EXPANDING_DISK),
                                        .split = wish(flags, PCVD_TO_SPLIT_DISK, PCVD_TO_NON_SPLIT_DISK) };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < disks->len; i++) {
        disk_work_part(w, i, disks->len);
        r = convert_one(w, &disks->p[i], &layout, flags & PCVD_MERGE_ALL_SNAPSHOTS);
    }
    return r;
}

static PRL_RESULT
convert(struct disk_work *w, uint64_t mask, uint64_t flags, disk_targets *disks)
{
    PRL_RESULT r = check_flags(flags);

    if (PRL_FAILED(r))
        return r;
    if (w->state != VMS_STOPPED)
        return disk_work_refuse(w->vm, PRL_ERR_CONV_HD_WRONG_VM_STATE, vm_state_name(w->state));
    r = disk_work_targets(w, mask, disks);
    if (PRL_FAILED(r))
        return disk_work_failed(r, w->home, PRL_ERR_CONV_HD_EXIT_WITH_ERROR);
    if (!disks->len)
        return err_set(PRL_ERR_CONV_HD_NO_ONE_DISK_FOR_CONVERSION, "mask %#llx", (unsigned long long)mask);
    r = disk_work_journal_targets(w, disks, wish(flags, PCVD_TO_PLAIN_DISK, PCVD_TO_EXPANDING_DISK));
    if (PRL_FAILED(r))
        return r;
    w->progress_event = PET_DSP_EVT_CONVERSION_DISKS_PROGRESS_CHANGED;
    r = convert_all(w, disks, flags);
    {
        AUTO(err_free) struct err *why = PRL_FAILED(r) ? err_take(r) : NULL;

        event_vm(w->vm, PET_DSP_EVT_CONVERSION_DISKS_PROGRESS_FINISHED);
        return why ? err_put(why) : r;
    }
}

PRL_RESULT
vm_convert_disks(struct task *t)
{
    struct disk_work w = { 0 };
    disk_targets disks = { 0 };
    PRL_RESULT r = disk_work_begin(&w, t);

    if (PRL_SUCCEEDED(r)) {
        pool_blocking_begin();
        r = convert(&w, task_arg_u(t, "mask"), disk_work_flags(t), &disks);
        pool_blocking_end();
    }
    disk_targets_free(&disks);
    disk_work_end(&w);
    return r;
}
