/* SPDX-License-Identifier: MIT */
/* What clients are told of a VM: the entry of doc/wire.md, the PHT_VM_INFO document. Memory only, never blocks. */
#ifndef PRLKVM_VM_VM_ENTRY_H
#define PRLKVM_VM_VM_ENTRY_H

#include <jansson.h>

#include "vm.h"
#include "wire/frame.h"

struct text_bank;

/* The texts of entries: what the asker has not, and where they lie or are put. */
struct vm_entry_texts {
    uint64_t since;               /* only of configurations with a config_rev above it */
    struct frame_texts *texts;    /* of the message */
    const struct text_bank *bank; /* that is lent to it, or NULL */
    size_t i;                     /* which of the bank's VMs this one is */
};
/* The entry for session s (NULL: the service's own user). NULL: no memory. */
json_t *vm_entry_json(struct vm *vm, struct session *s, const struct vm_entry_texts *to);
/* The ParallelsEvent with the vminfo_* parameters (semantics 3.6). */
PRL_RESULT vm_entry_info_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len);
/* The Security section as this session has it: an XML document. */
PRL_RESULT vm_entry_security_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len);

#endif
