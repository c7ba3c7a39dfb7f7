/* SPDX-License-Identifier: MIT */
/*
 * Change of a running machine. What runs is a list of rows (qemu_hotplug_rows.h) in the run record; what a configuration would be comes
 * from the same builder as a start, so a device that is plugged in has the id and the place that it has at the next start.
 *
 *   prepare: rows of what runs, of the stored and of the next configuration -> plan (qemu_hotplug_plan.h); refusals are here
 *   apply:   target into the run record -> the steps (qemu_hotplug_steps.c); a step that fails takes back those before it
 *   keep, once the configuration is stored: the target is what runs; or undo
 *
 * A service that dies between apply and keep leaves the target in the run record: qemu_hotplug_recover makes the machine what the stored
 * configuration says.
 */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_H

#include "qemu_hotplug_kinds.h"
#include "qemu_hotplug_plan.h"
#include "qemu_outfit.h"
#include "qemu_vm.h"
#include "saved_state.h"

/* A configuration as a start of it would have it now. */
struct hot_machine {
    struct qemu_images images;
    struct qemu_outfit outfit;
    struct qemu_args *args;
    struct hot_rows rows;
};
void hot_machine_clear(struct hot_machine *m);

/* qemu_start.c. On the accelerator that b runs on; blocks of memory that were plugged in stay blocks. */
PRL_RESULT qemu_start_machine(struct backend_vm *b, xmlDocPtr doc, const struct qemu_dimms *dimms, struct hot_machine *ret);

/* qemu_hotplug_steps.c: taps of new adapters come from the outfit. After a failure nothing is done. */
PRL_RESULT hot_steps_do(struct backend_vm *b, struct hot_plan *plan, struct qemu_outfit *outfit);
/* All of them, the last first; what cannot be taken back is logged. */
void hot_steps_undo(struct backend_vm *b, struct hot_plan *plan, struct qemu_outfit *outfit);
/* Which devices and block nodes QEMU has: an object with their names as keys. */
PRL_RESULT hot_ask_devices(struct backend_vm *b, json_t **ret);
PRL_RESULT hot_ask_nodes(struct backend_vm *b, json_t **ret);

/* What runs, in the run record: rows to and from its texts. False: no memory. */
bool hot_record_rows(const struct run_record *rec, struct hot_rows *ret);
bool hot_record_set(struct run_record *rec, const struct hot_rows *rows);
/* The blocks of memory among the texts of a run record or a saved state. */
void hot_dimms_of(char *const *texts, size_t n, struct qemu_dimms *ret);

/*
 * qemu_hotplug_adopt.c: the command line for loading a state gets the hardware of that state where the configuration was changed since in
 * what waits for the next start. PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG: they differ in more.
 */
PRL_RESULT qemu_hotplug_adopt(struct qemu_args *args, const struct saved_state *saved);

/* qemu_hotplug_bundles.c, once that is over: exports that QEMU has no node for are ended, the others watched. */
void hot_exports_recover(struct backend_vm *b);

/*
 * qemu_hotplug_settle.c: the record is what QEMU has, also where a guest let go of a device late. By the task that holds the claim; cheap
 * where nothing has happened.
 */
PRL_RESULT qemu_hotplug_settle(struct backend_vm *b);

/* qemu_hotplug_recover.c: for a QEMU that was taken over. */
void qemu_hotplug_recover(struct backend_vm *b);

/* qemu_events.c */
void qemu_hotplug_on_deleted(struct backend_vm *b, json_t *data);
void qemu_hotplug_on_refused(struct backend_vm *b, json_t *data);
void qemu_hotplug_on_tray(struct backend_vm *b, json_t *data);

#endif
