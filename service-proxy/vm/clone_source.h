/* SPDX-License-Identifier: MIT */
/*
 * What a clone does to its source while the source stands still (freeze.h): overlays that come and go for a full clone of a VM with a
 * QEMU, overlays that stay for a linked one. Called by the leader of a group, which holds CLAIM_FREEZE for the short parts.
 */
#ifndef PRLKVM_VM_CLONE_SOURCE_H
#define PRLKVM_VM_CLONE_SOURCE_H

#include <jansson.h>

#include "model/vm_model.h"
#include "vm.h"

struct task;

/* ---- full clones of a live VM ---- */

/* What will be frozen, for every member's journal: {"vm":uuid,"overlays":[{"node","image","overlay","raw"}]}. Names are fixed by the images'. */
PRL_RESULT clone_freeze_plan(struct vm *vm, const struct vm_images *images, json_t **ret);
/* Overlays in one transaction. */
PRL_RESULT clone_freeze(struct vm *vm, struct task *t, json_t *plan);
/*
 * Puts the overlays back: by QEMU, or by qemu-img when there is none any more (t may be NULL: recovery). What cannot be put back
 * stays the VM's disk, on record: nothing the guest wrote is lost. False: what a mute QEMU does to them is not known; to be called again, with the
 * journal entry still there: the call waits for minutes, until QEMU answers or is gone.
 */
bool clone_thaw(struct vm *vm, struct task *t, json_t *plan);
void clone_freeze_recover(json_t *plan);
/*
 * Of a VM without a QEMU, before its disks are used: what could not be put back over a raw image or a bundle, which no configuration can name, is put
 * back now. Its failure refuses what was to be done: the image lacks the last writes.
 */
PRL_RESULT clone_commit_left(struct vm *vm);

/* ---- linked clones ---- */

/* The name of a disk in ret_bases; static for the thread until its next call. */
const char *clone_disk_key(unsigned index);

/*
 * The bases that clones of vm stand on (*ret_bases: clone_disk_key -> base), after the VM was switched to overlays where it has to be.
 * doc is the caller's copy of its configuration; own_entry what else the caller's journal holds (borrowed): the switch is added and
 * journalled here. COULDNT_TO_CREATE_HDD_LINKED_CLONE (p0 image).
 */
PRL_RESULT clone_link_bases(struct vm *vm, struct task *t, xmlDocPtr doc, const struct vm_images *images, json_t *own_entry,
                            json_t **ret_bases);
void clone_link_recover(json_t *switch_entry);

#endif
