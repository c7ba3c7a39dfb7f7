/* SPDX-License-Identifier: MIT */
/* What the handlers of image operations share: which disk of which configuration, progress, cancel, the journal, codes. For disk_*.c. */
#ifndef PRLKVM_HANDLERS_DISK_WORK_H
#define PRLKVM_HANDLERS_DISK_WORK_H

#include "base/vec.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "image/work.h"
#include "prlsdk/PrlCommandsFlags.h"
#include "prlsdk/PrlEventsValues.h"
#include "vm/config_file.h"
#include "vm/disk_facts.h"
#include "vm/vm_store.h"

struct disk_work {
    struct task *t;
    struct vm *vm;
    char *home;
    xmlDocPtr doc; /* the stored configuration, a copy of our own */
    int lock_fd;   /* of the home, while the VM is stopped */
    VIRTUAL_MACHINE_STATE state;

    struct config_file staged;
    bool is_staged;

    PRL_EVENT_TYPE progress_event; /* `progress_changed` in percent; 0: none */
    unsigned first, last;          /* the part of the whole that is being done, in percent */
    int last_percent;
    bool is_cancellable;
};

/* Flags of the command without the PACF_* bits that any command may have: nothing is asked here, and nothing left half done. */
static inline uint64_t
disk_work_flags(struct task *t)
{
    return task_arg_u(t, "flags") & ~(uint64_t)PACF_MASK;
}

/* Both in any case, in this order. begin takes the home's lock unless the VM has a QEMU, which has it. */
PRL_RESULT disk_work_begin(struct disk_work *w, struct task *t);
void disk_work_end(struct disk_work *w);

/*
 * The disks of a PIM_* mask: bus and place of each; a bus that has no bits is meant by PIM_ALL_DISKS alone. Disks without an image, and those
 * switched off, are left out. The paths are the caller's (disk_targets_free).
 */
struct disk_target {
    xmlNodePtr device;
    unsigned index;
    char *path;
    struct disk_facts facts;
};
typedef VEC(struct disk_target) disk_targets;
PRL_RESULT disk_work_targets(struct disk_work *w, uint64_t mask, disk_targets *ret);
PRL_RESULT disk_work_add_target(struct disk_work *w, xmlNodePtr device, disk_targets *ret); /* nothing for a disk without an image */
void disk_targets_free(disk_targets *v);
/* Durable: whatever becomes of the work, recovery makes these disks' configuration true and removes what was half made. */
PRL_RESULT disk_work_journal_targets(struct disk_work *w, const disk_targets *v, enum work_wish plain);
/* The part of the whole that disk i of n is. */
void disk_work_part(struct disk_work *w, size_t i, size_t n);

/* For work.h: progress to the client and as events, cancel. */
struct image_watch disk_work_watch(struct disk_work *w);

/*
 * What the disk will be, as a configuration that lies ready beside the stored one: where it shall not be possible that the work is done and then
 * there is no room to say so. store: it takes its place, CONFIG_CHANGED. end drops one that was not stored.
 */
PRL_RESULT disk_work_stage(struct disk_work *w, xmlNodePtr device, const struct disk_facts *will_be);
PRL_RESULT disk_work_store(struct disk_work *w);
/*
 * Stores it if the work went well, or if it failed and the disk is so all the same: a last step may fail that no longer changes it. by_size: a file's
 * size tells that; a bundle's descriptor tells everything.
 */
PRL_RESULT disk_work_settle(struct disk_work *w, const struct disk_target *disk, const struct disk_facts *will_be, bool by_size, PRL_RESULT r);

/* Clones stand on it, or it has snapshots of the VM: PRL_ERR_VM_REQUEST_NOT_SUPPORTED, `snapshots`. */
PRL_RESULT disk_work_refuse_children(const char *path);
bool disk_work_has_snapshots(const struct disk_work *w);

/* The library's codes as those of the service, its words kept: busy, full, cancelled; everything else is `otherwise`. */
PRL_RESULT disk_work_failed(PRL_RESULT r, const char *path, PRL_RESULT otherwise);
/* err_set(code) with the VM's name as p0. */
PRL_RESULT disk_work_refuse(struct vm *vm, PRL_RESULT code, const char *words);

/*
 * What work on this image that a service's death cut has left beside it, and inside of it.
 */
void disk_work_remove_litter(const char *path);
/* "<dir>/.<name>.new-<task>": where something is made before it gets its name. Allocated. */
char *disk_work_temp(const char *path, const struct task *t);
bool disk_work_is_temp(const char *path);

#endif
