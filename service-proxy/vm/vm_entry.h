/* SPDX-License-Identifier: MIT */
/* What clients are told of a VM: the entry of doc/wire.md, the PHT_VM_INFO document. Memory only, never blocks. */
#ifndef PRLKVM_VM_VM_ENTRY_H
#define PRLKVM_VM_VM_ENTRY_H

#include <jansson.h>

#include "vm.h"
#include "wire/frame.h"

/* The entry for session s (NULL: the service's own user); the text only when config_rev is above since. NULL: no memory. */
json_t *vm_entry_json(struct vm *vm, struct session *s, uint64_t since, struct frame_texts *texts);
/* The ParallelsEvent with the vminfo_* parameters (semantics 3.6). */
PRL_RESULT vm_entry_info_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len);
/* The Security section as this session has it: an XML document. */
PRL_RESULT vm_entry_security_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len);

#endif
