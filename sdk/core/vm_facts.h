/* SPDX-License-Identifier: MIT */
/*
 * What the service tells about a VM beside its configuration text (doc/wire.md, "VM entry") and where it goes in the document:
 * ValidRc, VmHome, Security, InternalVmInfo, uptime, VNC port (semantics 5.4). Called by doc.c under the document's lock.
 */
#ifndef PRLKVM_CORE_VM_FACTS_H
#define PRLKVM_CORE_VM_FACTS_H

#include <jansson.h>
#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#define VM_FACTS_INFO "Settings/Runtime/InternalVmInfo/VirtuozzoEvent" /* the PHT_VM_INFO in it */

/* local_fault: the text could not be read here, which ValidRc then says. Members of a wrong type are left out. */
void vm_facts_merge(xmlDocPtr doc, json_t *facts, PRL_RESULT local_fault);
/* The service could read the text. */
bool vm_facts_are_valid(json_t *facts);
/*
 * What the document has at path (below its root), or its PHT_VM_INFO has as parameter `path`, once facts are merged, where they alone decide: else
 * NULL (or no memory) and false.
 */
char *vm_facts_text(json_t *facts, const char *path);
bool vm_facts_number(json_t *facts, const char *path, int64_t *ret_value);
/* Replaces the Security section by the one in xml: a Security element or an event with parameter vminfo_vm_security. */
void vm_facts_set_security(xmlDocPtr doc, const char *xml);
/* PrlAcl_IsAllowed: whether the session may do PAR_* command, by the Security element that vm_facts_merge wrote. */
bool vm_facts_is_allowed(xmlNodePtr security, unsigned command);

#endif
