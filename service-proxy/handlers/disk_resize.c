/* SPDX-License-Identifier: MIT */
/*
 * PrlVmDev_ResizeImage (semantics 6.11). Stopped: by the library, which shrinks only where there is nothing but zeros. Running: QEMU grows the
 * image and tells the guest. Either way the configuration follows; a death in between is made good from the journal.
 */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "disk_work.h"
#include "engine/events.h"
#include "model/vm_model.h"
#include "qemu/backend.h"
#include "vm/image_resize.h"
#include "vm/links.h"

#define SIZE_MAX_MIB ((uint64_t)1 << 30)
#define KNOWN_FLAGS (PRIF_RESIZE_LAST_PARTITION | PRIF_DISK_INFO | PRIF_RESIZE_OFFLINE)

struct resize {
    struct disk_work w;
    disk_targets one; /* the disk */
    xmlNodePtr device; /* its, in w.doc, as the next */
    const char *path;
    struct disk_facts facts;
    uint64_t size_mib, flags;
};

/* ---- which disk ---- */

static PRL_RESULT
find_disk(struct resize *z)
{
    const char *name = task_arg_s(z->w.t, "name");
    AUTO(cleanup_free) char *stored = NULL;
    PRL_RESULT r;

    if (task_arg_u(z->w.t, "type") != PDE_HARD_DISK)
        return err_set(PRL_ERR_BAD_PARAMETERS, "only hard disks have another size");
    z->device = vm_model_device_by_index(z->w.doc, PDE_HARD_DISK, (unsigned)task_arg_u(z->w.t, "index"));
    stored = z->device ? xml_get(z->device, "SystemName") : NULL;
    if (!z->device || (name && name[0] && stored && strcmp(name, stored) != 0))
        return err_set(PRL_ERR_FILE_NOT_FOUND, "the stored configuration has no such disk");
    r = disk_work_add_target(&z->w, z->device, &z->one);
    if (PRL_SUCCEEDED(r) && !z->one.len)
        r = err_set(PRL_ERR_FILE_NOT_FOUND, "the disk has no image");
    if (PRL_FAILED(r))
        return r;
    z->path = z->one.p[0].path;
    z->facts = z->one.p[0].facts;
    return r;
}

/* ---- PRIF_DISK_INFO ---- */

/* MiB. Below the minimum there is data; what the guest thinks of its partitions is not looked at. */
static PRL_RESULT
tell_info(struct resize *z)
{
    uint64_t size = z->facts.size_bytes, min = size;
    AUTO(cleanup_free) char *xml = NULL;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!z->facts.is_overlay && !z->facts.snapshots) { /* those cannot be made smaller */
        pool_blocking_begin();
        r = work_resize_estimate(z->path, &size, &min);
        pool_blocking_end();
    }
    if (PRL_FAILED(r))
        return disk_work_failed(r, z->path, PRL_ERR_DISK_RESIZE_FAILED);
    xml = str_printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DiskInfo><Size>%llu</Size><MinimumSize>%llu</MinimumSize></DiskInfo>\n",
                     (unsigned long long)(size >> 20), (unsigned long long)((min + (1u << 20) - 1) >> 20));
    return xml ? task_add_text(z->w.t, xml) : err_set(PRL_ERR_OUT_OF_MEMORY, "disk info");
}

/* ---- a stopped VM ---- */

/* By qemu-img and with every image of the chain named; smaller than what is below would uncover it later, so only larger. */
static PRL_RESULT
resize_overlay(struct resize *z)
{
    char **chain = NULL;
    PRL_RESULT r;

    if (z->size_mib << 20 < z->facts.size_bytes)
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s' stands on another image and can only grow", z->path);
    r = links_chain(z->path, &chain);
    if (PRL_FAILED(r))
        return r;
    r = image_resize(chain, z->size_mib << 20, task_cancel_fd(z->w.t));
    links_chain_free(chain);
    return r;
}

static PRL_RESULT
failed(struct resize *z, PRL_RESULT r)
{
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    switch (r) {
    case PRL_ERR_SUCCESS:
    case PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED:
    case PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW:
        return r;
    case PRL_ERR_DISK_TOOL_NOT_FOUND:
        return err_set(PRL_ERR_DISK_RESIZER_NOT_FOUND, "%s", words ? words : "");
    default:
        return disk_work_failed(r, z->path, PRL_ERR_DISK_RESIZE_FAILED);
    }
}

static PRL_RESULT
resize_stopped(struct resize *z)
{
    struct image_watch watch = disk_work_watch(&z->w);
    PRL_RESULT r;

    pool_blocking_begin();
    r = z->facts.is_overlay ? resize_overlay(z) : work_resize(z->path, z->size_mib << 20, &watch);
    pool_blocking_end();
    return failed(z, r);
}

/* The image has its new size, whatever becomes of what is inside. */
static PRL_RESULT
grow_inside(struct resize *z)
{
    struct image_watch watch = disk_work_watch(&z->w);
    PRL_RESULT r;

    if (!(z->flags & PRIF_RESIZE_LAST_PARTITION) || z->size_mib << 20 < z->facts.size_bytes)
        return PRL_ERR_SUCCESS;
    z->w.is_cancellable = false;
    pool_blocking_begin();
    r = work_guest_grow(z->path, &watch);
    pool_blocking_end();
    return failed(z, r);
}

/* ---- a running VM ---- */

static PRL_RESULT
check_live(struct resize *z)
{
    if (z->flags)
        return disk_work_refuse(z->w.vm, PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "flags are for disks of a stopped virtual machine");
    if (!xml_get_u64(z->device, "Enabled", 0) || !xml_get_u64(z->device, "Connected", 1))
        return err_set(PRL_ERR_INVALID_HANDLE, "'%s' is not connected", z->path);
    if (z->size_mib << 20 < z->facts.size_bytes)
        return disk_work_refuse(z->w.vm, PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "while the virtual machine runs its disks can only grow");
    if (z->facts.kind == DISK_IS_BUNDLE)
        return disk_work_refuse(z->w.vm, PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "a bundle is resized only while the virtual machine is stopped");
    return backend->resize_disk ? PRL_ERR_SUCCESS : err_set(PRL_ERR_UNIMPLEMENTED, "resizing of a running disk");
}

static PRL_RESULT
resize_live(struct resize *z)
{
    AUTO(cleanup_free) char *node = str_printf("hdd%u", (unsigned)task_arg_u(z->w.t, "index"));

    return node ? backend->resize_disk(z->w.vm, z->w.t, node, z->size_mib << 20) : err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
}

/* ---- all of it ---- */

static PRL_RESULT
check(struct resize *z)
{
    bool is_live = vm_state_is_live(z->w.state);

    if (z->flags & ~(uint64_t)KNOWN_FLAGS)
        return err_set(PRL_ERR_INVALID_ARG, "flags %#llx", (unsigned long long)z->flags);
    if (is_live && z->flags)
        return check_live(z);
    if (z->flags & PRIF_DISK_INFO)
        return PRL_ERR_SUCCESS;
    if (!is_live && z->w.state != VMS_STOPPED)
        return disk_work_refuse(z->w.vm, PRL_ERR_CANT_EDIT_SUSPENDED_VM, "a saved state needs the disks as they are");
    if (!z->size_mib)
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "no size");
    if (z->size_mib > SIZE_MAX_MIB)
        return err_set(PRL_ERR_DISK_RESIZE_FAILED, "%llu MiB are too many", (unsigned long long)z->size_mib);
    if (disk_work_has_snapshots(&z->w) || z->facts.snapshots)
        return err_set(PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, "'%s'", z->path);
    if (is_live)
        return check_live(z);
    if (z->flags & PRIF_RESIZE_LAST_PARTITION) {
        PRL_RESULT r = z->facts.is_overlay ? err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "it stands on another image") : work_guest_can(z->path);

        if (PRL_FAILED(r))
            return r == PRL_ERR_DISK_RESIZER_NOT_FOUND ? r : disk_work_failed(r, z->path, PRL_ERR_DISK_RESIZE_FAILED);
    }
    return disk_work_refuse_children(z->path);
}

static PRL_RESULT
resize(struct resize *z)
{
    struct disk_facts will_be = z->facts;
    PRL_RESULT r = disk_work_journal_targets(&z->w, &z->one, WORK_KEEP);

    will_be.size_bytes = z->size_mib << 20;
    if (PRL_SUCCEEDED(r))
        r = disk_work_stage(&z->w, z->device, &will_be);
    if (PRL_FAILED(r))
        return r;
    event_vm(z->w.vm, PET_DSP_EVT_DISK_RESIZE_STARTED);
    z->w.progress_event = PET_DSP_EVT_DISK_RESIZE_PROGRESS_CHANGED;
    if (will_be.size_bytes != z->facts.size_bytes)
        r = vm_state_is_live(z->w.state) ? resize_live(z) : resize_stopped(z);
    r = disk_work_settle(&z->w, &z->one.p[0], &will_be, will_be.size_bytes != z->facts.size_bytes, r);
    return PRL_SUCCEEDED(r) ? grow_inside(z) : r;
}

PRL_RESULT
vm_resize_image(struct task *t)
{
    struct resize z = { .size_mib = task_arg_u(t, "size"), .flags = disk_work_flags(t) };
    PRL_RESULT r = disk_work_begin(&z.w, t);

    if (PRL_SUCCEEDED(r))
        r = find_disk(&z);
    if (PRL_SUCCEEDED(r))
        r = check(&z);
    if (PRL_SUCCEEDED(r))
        r = z.flags & PRIF_DISK_INFO ? tell_info(&z) : resize(&z);
    disk_targets_free(&z.one);
    disk_work_end(&z.w);
    return r;
}
