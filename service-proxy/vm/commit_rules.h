/* SPDX-License-Identifier: MIT */
/* What a commit may change in which state (semantics 6.7): pure functions over documents. */
#ifndef PRLKVM_VM_COMMIT_RULES_H
#define PRLKVM_VM_COMMIT_RULES_H

#include <libxml/tree.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

struct commit_effect {
    bool needs_restart; /* stored, but the running machine goes on as it is */
};

/* Wishes that no state allows: undo disks, start as a user, an unknown sample, hotplug of memory with too little of it. */
PRL_RESULT commit_check_wanted(xmlDocPtr stored, xmlDocPtr wanted);
/*
 * stored and next of a VM in this state. Nothing is changed on a live machine: what it can do without until its next start is
 * stored, all else refused: VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM, VMCONF_NUMANODES_VM_MUST_BE_STOPPED.
 */
PRL_RESULT commit_check_running(VIRTUAL_MACHINE_STATE state, xmlDocPtr stored, xmlDocPtr next, struct commit_effect *ret);

/* The part of it that is no hardware, for a machine whose hardware can change while it runs (live_change.h): its password can, too. */
PRL_RESULT commit_check_settings(xmlDocPtr stored, xmlDocPtr next, struct commit_effect *ret);

#endif
