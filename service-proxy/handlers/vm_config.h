/* SPDX-License-Identifier: MIT */
/* Between the handlers of a VM's configuration. */
#ifndef PRLKVM_HANDLERS_VM_CONFIG_H
#define PRLKVM_HANDLERS_VM_CONFIG_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>

struct task;
struct vm;

/* vm_config.c. An error about the VM, its name as the first parameter. */
PRL_RESULT vm_config_fail(struct vm *vm, PRL_RESULT code, const char *words);
/*
 * vm_validate.c. PRL_ERR_INCONSISTENCY_VM_CONFIG: doc, in the place of stored, has critical faults; the first is the nested event, and the task's
 * results have an event for each. Files are not looked at.
 */
PRL_RESULT vm_config_check(struct task *t, xmlDocPtr doc, xmlDocPtr stored, const char *home);

#endif
