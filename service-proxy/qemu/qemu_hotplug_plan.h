/* SPDX-License-Identifier: MIT */
/*
 * From three lists of rows (what runs, what the stored configuration makes, what the next one makes) to the steps that change the running
 * machine: a pure function. What differs between running and stored only was left for the next start before, and is left again.
 */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_PLAN_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_PLAN_H

#include "qemu_hotplug_rows.h"

/*
 * One thing done and how it is taken back: QMP commands, or those that qemu_hotplug_steps.c makes of several:
 *
 *   plug-nodes    {"rows": [...]}                         block nodes, the deepest first
 *   drop-nodes    {"drive": "hdd1"}                       all that belong to a drive
 *   unplug        {"id": ...}                             device_del, and the guest's consent
 *   change-medium {"id", "drive", "rows": [...] or null}  of a CD or floppy drive
 *   plug-cpus     {"cpus": n}                             until there are so many
 *   share-start   {"id", "path", "read-only"}             a virtiofsd, and QEMU's connection to it
 *   share-end     {"id": ...}                             of both
 */
struct hot_step {
    const char *command, *undo; /* constant texts; undo NULL: nothing to take back */
    json_t *args, *undo_args;
    PRL_RESULT refused;         /* what it is called when QEMU, the guest or a file refuses it */
};

struct hot_plan {
    VEC(struct hot_step) steps;
    struct hot_rows after; /* what runs once all of it is done */
    bool adds_user_net;    /* a network of QEMU's own */
    bool needs_restart;    /* something waits for the next start */
};

/* PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES: says what. */
PRL_RESULT hot_plan_make(const struct hot_rows *running, const struct hot_rows *stored, const struct hot_rows *next, struct hot_plan *ret);
void hot_plan_clear(struct hot_plan *plan);

/* Whatever the drive has in it now: it gets the medium that wanted has for it. False: no memory. */
bool hot_plan_medium(struct hot_plan *plan, const struct hot_rows *wanted, const struct hot_row *device);
/* The same for a link or a limit, and for the number of processors ("-smp" of wanted; fewer as far as the guest agrees). */
bool hot_plan_setting(struct hot_plan *plan, const struct hot_row *wanted, const struct hot_row *else_of);
bool hot_plan_cpus(struct hot_plan *plan, const struct hot_rows *wanted);

/* ---- processors of a machine that can grow: "-smp" ---- */

#define HOT_CPUS_MAX 255
#define HOT_SMP 96
bool hot_rows_cpus(const struct hot_rows *rows, unsigned *ret_cpus, unsigned *ret_cores); /* false: it cannot */
void hot_smp_text(unsigned cpus, unsigned most, unsigned cores, char out[HOT_SMP]);
/* As many in both, however they are arranged. */
bool hot_smp_same_number(const struct hot_row *a, const struct hot_row *b);

#endif
