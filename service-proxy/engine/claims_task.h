/* SPDX-License-Identifier: MIT */
/* Claims as the engine uses them: a task takes its claim, waits for it without a worker, and lets go of all it holds. */
#ifndef PRLKVM_ENGINE_CLAIMS_TASK_H
#define PRLKVM_ENGINE_CLAIMS_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "claims.h"

struct task;
struct vm;
struct vm_claims;

/* Before any task. */
void claims_setup(unsigned wait_ms);

enum claims_outcome { CLAIMS_GRANTED, CLAIMS_WAITING, CLAIMS_NO_MEMORY };
/* Waiting: dispatch_granted or dispatch_refused will be called for it, from any thread. goes_past: granted whatever runs. */
enum claims_outcome claims_take(struct task *t, enum claim wanted, bool goes_past);
/* Everything that t holds; those that waited for it go on. */
void claims_release(struct task *t);
/* t was cancelled: if it waits it is refused with its code; a wait inside of it ends. */
void claims_cancelled(struct task *t);
/* When the next wait is over (clock.h), and the end of those that are. I/O thread. */
int64_t claims_deadline(void);
void claims_expire(void);
size_t claims_running_vms(void);
void claims_free(struct vm_claims *c);

#endif
