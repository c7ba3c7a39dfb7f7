/* SPDX-License-Identifier: MIT */
/* Steps of a plan being done: what qemu_hotplug_steps.c calls for the commands that are more than one of QMP's. Private to these files. */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_DOING_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_DOING_H

#include "qemu_hotplug.h"

struct doing {
    struct backend_vm *b;
    struct qemu_outfit *outfit; /* NULL: no new taps */
};

PRL_RESULT hot_call(struct backend_vm *b, const char *command, json_t *args); /* steals args */
bool hot_words_have(const char *part); /* the last error's */

/* ---- qemu_hotplug_guest.c: "unplug:hdd0-dev", "tray:cd0-dev" ---- */

void hot_wait_begin(struct backend_vm *b, const char *name);
PRL_RESULT hot_wait_end(struct backend_vm *b, const char *name, int ms); /* behind hot_wait_begin; forgets it */
int hot_patience_ms(int ms);

/* ---- qemu_hotplug_bundles.c: exports of bundles ---- */

bool hot_row_is_export(json_t *row);
/* Starts the export of the bundle that the node's row names, and adds the node. After a failure neither is there. */
PRL_RESULT hot_plug_export(struct backend_vm *b, const char *drive, json_t *row);
/* One that was taken from the list (backend_exports_take): its node is gone, or is still there after all. */
void hot_export_end(struct backend_vm *b, struct qemu_export *e);
void hot_export_put_back(struct backend_vm *b, struct qemu_export *e);

/* ---- steps: see qemu_hotplug_plan.h. before: what takes it back, should it fail half-way; NULL: nothing does ---- */

PRL_RESULT step_unplug(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_plug_nodes(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_drop_nodes(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_change_medium(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_plug_cpus(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_unplug_cpus(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_share_start(struct doing *d, json_t *args, json_t *before);
PRL_RESULT step_share_end(struct doing *d, json_t *args, json_t *before);

#endif
