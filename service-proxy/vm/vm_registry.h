/* SPDX-License-Identifier: MIT */
/* Entries of the registry as JSON and back, and <state>/server.json. vm_store decides when, registry_file has the file. */
#ifndef PRLKVM_VM_VM_REGISTRY_H
#define PRLKVM_VM_VM_REGISTRY_H

#include <jansson.h>

#include "config_file.h"
#include "vm.h"

/* One entry; the caller holds vm->lock. NULL: no memory. */
json_t *vm_registry_entry_locked(const struct vm *vm);
/* A VM of an entry: identity, home, and the configuration read from its home, with its validity. NULL: no entry, or no memory. */
struct vm *vm_registry_vm(json_t *entry, const char *server_uuid);
/* The uuid of this service, made at its first start. */
PRL_RESULT vm_registry_server_uuid(const char *state_dir, char out[UUID_TEXT]);

/* Reads config.pvs of vm anew: text, name, validity, stamp, owner. Looks at files. */
void vm_registry_reload(struct vm *vm, const char *server_uuid);
/* Puts a configuration that was just read or saved into the VM; c is empty afterwards. only_if_rev as vm_config_adopt. */
void vm_registry_take(struct vm *vm, struct config_file *c, PRL_RESULT valid_rc, uint64_t only_if_rev);

#endif
