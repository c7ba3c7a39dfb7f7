/* SPDX-License-Identifier: MIT */
/* New disks as PrlDisk_CreateDisk_Local describes them, and changes of a disk's state: what PHT_VIRTUAL_DISK does besides transfers. */
#ifndef PRLKVM_CORE_DISK_MAKE_H
#define PRLKVM_CORE_DISK_MAKE_H

#include "disk_obj.h"

/* Into *ret_work: makes the disk and opens it for reading and writing. What is wrong with params is said here. */
PRL_RESULT disk_make_work(PRL_CONST_STR path, PRL_CONST_DISK_PARAMETERS_PTR params, PRL_DISK_CALLBACK callback, PRL_VOID_PTR param,
                          struct disk_work *ret_work);
/* Into *ret_work: the active state becomes a new child of snapshot uid. */
PRL_RESULT disk_switch_work(PRL_CONST_GUID_PTR uid, PRL_STATES_CALLBACK callback, PRL_VOID_PTR param, struct disk_work *ret_work);

#endif
