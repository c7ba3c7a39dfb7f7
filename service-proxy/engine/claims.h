/* SPDX-License-Identifier: MIT */
/* What may run together on one VM (semantics 6.2, design 9): a table of claim by claim, and the queue of those that must wait. */
#ifndef PRLKVM_ENGINE_CLAIMS_H
#define PRLKVM_ENGINE_CLAIMS_H

#include <prlsdk/PrlErrors.h>

enum claim {
    CLAIM_NONE,      /* reads and cheap controls: never waits */
    CLAIM_START,     /* start, resume from a saved state */
    CLAIM_RUNNING,   /* held by a VM from RUNNING/PAUSED to STOPPED, not by a task */
    CLAIM_STOP,      /* stop by force, guest shutdown */
    CLAIM_SUSPEND,
    CLAIM_CONTROL,   /* reset, pause, restart, continue, drop: short, waits for a suspend */
    CLAIM_CLONE,     /* shares with itself */
    CLAIM_FREEZE,    /* the short exclusive part of a live or linked clone */
    CLAIM_EDIT,      /* commit */
    CLAIM_DELETE,
    CLAIM_UNREG,
    CLAIM_SECURITY,
    CLAIM_DISK,      /* images created */
    CLAIM_SNAPSHOT,
    CLAIM_RESIZE,
    CLAIM_COMPACT,
    CLAIM_CONVERT,
    CLAIM_COPY_IMAGE, /* shares with itself */
    CLAIM_COUNT
};

struct vm;

/* May `wanted` run while `running` does? The code a loser gets after its wait is the running one's (VM_LOCKED_FOR_*). */
int claims_may_overlap(enum claim running, enum claim wanted);
PRL_RESULT claims_code(enum claim running);

/* For the short exclusive part inside a task that holds CLAIM_CLONE: waits up to the usual 60 s, cancel wakes it. */
struct task;
PRL_RESULT claims_take_inner(struct task *t, struct vm *vm, enum claim c);
/* The same for an undo: a cancel does not end the wait. */
PRL_RESULT claims_take_inner_undo(struct task *t, struct vm *vm, enum claim c);
void claims_drop_inner(struct task *t, struct vm *vm, enum claim c);
/* CLAIM_RUNNING follows the VM's state; never waits. */
void claims_vm_running(struct vm *vm, int is_running);

#endif
