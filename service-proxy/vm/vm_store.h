/* SPDX-License-Identifier: MIT */
/* All VMs of this service: found by uuid, name or home; the registry file; configuration files written safely. */
#ifndef PRLKVM_VM_VM_STORE_H
#define PRLKVM_VM_VM_STORE_H

#include "base/vec.h"
#include "vm.h"

typedef VEC(struct vm *) vm_vec;

/* Reads the registry and every config.pvs of it (state: SUSPENDED by config.sav, else STOPPED; take-over comes later). */
PRL_RESULT vm_store_load(const char *state_dir);
void vm_store_unload(void);

struct vm *vm_store_find(const char *uuid);          /* counted or NULL; any uuid spelling */
struct vm *vm_store_find_name(const char *name);
/* Templates first, then the others, each by registration; counted references. False: no memory. */
bool vm_store_list(vm_vec *ret);
void vm_vec_free(vm_vec *v); /* drops references too */
/*
 * What has changed since somebody was told, without comparing: all entries that are not changed behind vm_store_now's number are as they were then, and
 * the list has the same VMs in the same order unless vm_store_order_rev is higher. Take the number before anything else.
 */
uint64_t vm_store_now(void);
uint64_t vm_store_order_rev(void);
void vm_store_reordered(void);
bool vm_store_has_changed(struct vm *vm, uint64_t since);
/* How many have, counted to `enough` and no further. Memory only. */
unsigned vm_store_count_changed(uint64_t since, unsigned enough);
uint64_t vm_store_next_rev(void);
const char *vm_store_default_dir(void); /* new homes go here: <state>/vms unless prlkvm.conf says otherwise */
bool vm_store_set_default_dir(const char *dir); /* before the store is used by tasks; false: not absolute and clean, or no memory */
const char *vm_store_state_dir(void);
const char *vm_store_server_uuid(void); /* of this service, kept in the state directory */

/*
 * Names that a call in progress will register, so that two never make the same: reserve first (VM_ALREADY_REGISTERED_VM_UUID, _NAME,
 * _PATH, VM_ALREADY_REGISTERED, _UNIQUE_PARAMS), then publish or cancel.
 */
struct vm_reservation;
PRL_RESULT vm_store_reserve(const char *uuid, const char *name, const char *home, struct vm_reservation **ret);
/* vm (whose config text is set) enters the store and the registry file, durably; the reservation ends. */
PRL_RESULT vm_store_publish(struct vm_reservation *r, struct vm *vm);
/* The same for one whose home, whole and durable, is at `temp` and gets its name on the way (home_sweep.h). */
PRL_RESULT vm_store_publish_home(struct vm_reservation *r, struct vm *vm, const char *temp);
void vm_store_cancel(struct vm_reservation *r);
CLEANUP_FOR(vm_store_cancel, struct vm_reservation *)
/* A rename of a registered VM: VM_ALREADY_REGISTERED_VM_NAME. */
PRL_RESULT vm_store_rename(struct vm *vm, const char *name);
/* Leaves the store and the registry file, durably. Files stay. */
PRL_RESULT vm_store_remove(struct vm *vm);

/* Something changed that the registry file only remembers for convenience (uptime): it goes along with its next write. */
void vm_store_touch(void);
/* Looks whether config.pvs is still the file that was read and reads it again if not. Files: never on the I/O thread. */
void vm_store_recheck(struct vm *vm);
/* The same for one that is about to go: no watch is left behind that would go with it. */
void vm_store_recheck_once(struct vm *vm);
/* The same for all of which it is not known that they are (home_watch.h). */
void vm_store_recheck_all(void);
/* The registered VM whose home this directory is (by device and inode), counted, or NULL. Looks at files. */
struct vm *vm_store_find_home(const char *dir);
/* Has one but `but` its home there or below, by name or by which file its config.pvs was when last seen? Looks at no file. */
bool vm_store_has_other(const struct vm *but, const char *home, const struct vm_stamp *config);

/* config.pvs of vm, durably (written, parsed again, renamed, then the backup copy), and vm_config_set. */
PRL_RESULT vm_store_save_config(struct vm *vm, xmlDocPtr doc);

/* The home's lock file, design 2. Held by the service during a change; inherited by QEMU. PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED. */
PRL_RESULT vm_home_lock(const char *home, int *ret_fd);
/* The same, but a home without a lock file is held by nobody: SUCCESS, and *ret_fd stays as it is. */
PRL_RESULT vm_home_lock_existing(const char *home, int *ret_fd);
/* Shared, for those who only read (clones): several at once, none beside a change or a QEMU that is not ours. */
PRL_RESULT vm_home_lock_shared(const char *home, int *ret_fd);

#endif
