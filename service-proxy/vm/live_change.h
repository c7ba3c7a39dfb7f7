/* SPDX-License-Identifier: MIT */
/*
 * A configuration that is about to be stored, and the machine that runs meanwhile (semantics 6.7): what can change is changed before the
 * file is, and taken back when that cannot be written. So a commit is done as a whole or not at all.
 *
 *   live_change_prepare -> live_change_apply -> (the configuration is stored) -> live_change_keep, or live_change_undo
 */
#ifndef PRLKVM_VM_LIVE_CHANGE_H
#define PRLKVM_VM_LIVE_CHANGE_H

#include <libxml/tree.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>

#include "commit_rules.h"
#include "vm.h"

struct task;
struct backend_change;

/*
 * Refuses what this state does not allow; `next` may be completed. *ret stays NULL where nothing is to be done to a machine, which all
 * the others take as well.
 */
PRL_RESULT live_change_prepare(struct vm *vm, struct task *t, VIRTUAL_MACHINE_STATE state, xmlDocPtr stored, xmlDocPtr next,
                               struct commit_effect *effect, struct backend_change **ret);
PRL_RESULT live_change_apply(struct backend_change *c);
void live_change_keep(struct backend_change *c);
void live_change_undo(struct backend_change *c); /* the error at hand stays as it is */
void live_change_free(struct backend_change *c);

#endif
