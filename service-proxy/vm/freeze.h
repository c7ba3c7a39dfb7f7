/* SPDX-License-Identifier: MIT */
/*
 * The images of a VM held still for the clones that were asked for at that time. Groups of one VM follow each other:
 *
 *   copy   a VM with a QEMU goes on in overlays; all members copy the still files; the last one to leave commits the overlays back
 *   link   the images become bases and the VM goes on in overlays, for good; the members make their own overlays on the bases
 *
 * The first to come leads: it waits for the groups before, closes its own and does the work. Who comes after that is in the next
 * group, since its clone must show what the guest has written until then.
 */
#ifndef PRLKVM_VM_FREEZE_H
#define PRLKVM_VM_FREEZE_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

enum freeze_kind { FREEZE_COPY, FREEZE_LINK };

struct freeze;
struct task;
struct vm;

/* Is there a group (of any kind) that has not ended? Then the images may not be what they seem. */
bool freeze_is_active(struct vm *vm);

/*
 * Enters a group, waiting for its turn. *ret_leads: the caller must freeze_close, work, and freeze_ready with the outcome. Else the
 * work has been done, well: an error of the leader is this call's error too (a leader that was cancelled is followed by another).
 * A cancel of t ends the wait: PRL_ERR_OPERATION_WAS_CANCELED.
 */
PRL_RESULT freeze_join(struct vm *vm, struct task *t, enum freeze_kind kind, struct freeze **ret, bool *ret_leads);
/* No more members: called by the leader right before the images stand still. */
void freeze_close(struct freeze *f);
/* outcome: PRL_ERR_SUCCESS, or what err_peek says. `what`: what the members need to know of it; stolen. */
void freeze_ready(struct freeze *f, PRL_RESULT outcome, json_t *what);
/* copy: the plan of clone_freeze_plan that was carried out; link: the bases. A reference of the caller's own. */
json_t *freeze_what(struct freeze *f);
/* Leaves; true: the caller is the last one: it ends what the group has done and then calls freeze_done. Else f is gone. */
bool freeze_leave(struct freeze *f);
void freeze_done(struct freeze *f);

#endif
