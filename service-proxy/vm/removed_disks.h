/* SPDX-License-Identifier: MIT */
/* The images of disks that a commit takes out of a configuration, where its flags say that they go. */
#ifndef PRLKVM_VM_REMOVED_DISKS_H
#define PRLKVM_VM_REMOVED_DISKS_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm_build.h"

/*
 * flags of the commit: DESTROY; the explicit DETACH goes before it. PRL_ERR_VMCONF_HARD_DISK_UNABLE_DELETE_DISK_WITH_SNAPSHOTS, and
 * PRL_ERR_VM_REQUEST_NOT_SUPPORTED where linked clones stand on one.
 */
PRL_RESULT removed_disks_find(xmlDocPtr before_doc, xmlDocPtr after_doc, const char *home, const char *vm_name, uint64_t flags, name_vec *ret);
bool removed_disks_is_used(xmlDocPtr doc, const char *home, const char *path);
/* What cannot be removed is logged. */
void removed_disks_destroy(const name_vec *images);

#endif
