/* SPDX-License-Identifier: MIT */
/* handlers.def as declarations and rows. */
#ifndef PRLKVM_ENGINE_HANDLERS_H
#define PRLKVM_ENGINE_HANDLERS_H

#include "claims.h"
#include "rights.h"
#include "task.h"

enum handler_lane { LANE_INLINE = -1, LANE_QUERY, LANE_WORK, LANE_LONG, LANE_COUNT };

enum handler_flags {
    HANDLER_CANCEL = 1,
    HANDLER_NOLOGIN = 2,
    HANDLER_FORCE = 4,
    HANDLER_WHEN_LOCKED = 8,
    HANDLER_NEEDS_CONFIG = 16,
    HANDLER_UNREGISTERED_TOO = 32,
};

typedef void handler_recover(json_t *entry);

struct handler_row {
    enum op op;
    task_handler *run;
    enum handler_lane lane;
    enum claim claim;
    unsigned rights, flags;
    handler_recover *recover;
};

#define HANDLER(op, fn, lane, claim, rights, flags, recover) task_handler fn;
#include "handlers.def"
#undef HANDLER

/* Beside some handlers: what is begun on the I/O thread before a worker has the task (task.h, struct task_ahead). */
typedef void handler_ahead(struct task *t);
handler_ahead vm_pause_ahead, vm_start_ahead;

/* A list that the I/O thread can answer itself, for once. */
bool vm_list_is_short(struct task *t);

handler_recover vm_register_recover, vm_reg_recover, vm_unreg_recover, vm_delete_recover, vm_commit_recover, vm_clone_recover;
handler_recover disk_work_recover, disk_temp_recover;

#endif
