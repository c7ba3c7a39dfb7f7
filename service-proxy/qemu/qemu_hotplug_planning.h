/* SPDX-License-Identifier: MIT */
/*
 * A plan in the making. Each subject has a file, which looks at the rows that it is about and adds its steps: machine and memory
 * (qemu_hotplug_grow.c), networks (_nets), devices (_devices) with what stands behind a drive (_disks), shared folders (_shares), settings (_settings). Private to
 * these and qemu_hotplug_plan.c.
 */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_PLANNING_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_PLANNING_H

#include "qemu_hotplug_kinds.h"
#include "qemu_hotplug_plan.h"

struct planning {
    const struct hot_rows *running, *stored, *next;
    struct hot_plan *plan;
    bool has_failed; /* no memory */
};

/* Steals both. undo NULL: nothing to take back. */
void plan_step(struct planning *p, const char *command, json_t *args, const char *undo, json_t *undo_args, PRL_RESULT refused);
void plan_row(struct planning *p, const struct hot_row *row); /* it will be there behind the steps */
PRL_RESULT plan_refuse(const char *key, const char *why);

PRL_RESULT plan_machine(struct planning *p);
void plan_objects(struct planning *p);
void plan_netdevs(struct planning *p);
PRL_RESULT plan_devices(struct planning *p);
void plan_shares(struct planning *p);
/* Behind all that is plugged in: what is gone cannot be taken back as surely. */
PRL_RESULT plan_removals(struct planning *p);
void plan_settings(struct planning *p);

/* ---- for devices: what is behind them ---- */

PRL_RESULT plan_unplug_dimm(struct planning *p, const struct hot_row *r);
void plan_plug_net(struct planning *p, json_t *netdev);
void plan_unplug_net(struct planning *p, const char *id);
json_t *plan_nodes_of(const struct hot_rows *rows, const char *drive);
bool plan_same_nodes(const struct hot_rows *a, const struct hot_rows *b, const char *drive);
void plan_put_nodes(struct planning *p, const struct hot_rows *from, const char *drive); /* from NULL: there are none any more */
void plan_change_medium(struct planning *p, const struct hot_row *r, const struct hot_row *n);

#endif
