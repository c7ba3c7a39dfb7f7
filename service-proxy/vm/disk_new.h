/* SPDX-License-Identifier: MIT */
/*
 * New images as a configuration asks for them (disk_facts.h says what the types are). A virtual machine's disks are qcow2 files; a bundle is made
 * where only one will do (Splitted), or in a home of the products (*.pvm), which they shall be able to read.
 */
#ifndef PRLKVM_VM_DISK_NEW_H
#define PRLKVM_VM_DISK_NEW_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "image/image.h"

#define FLOPPY_BYTES (1440u * 1024)

/*
 * At path, which must not exist; durable, nothing left behind on failure. home: the VM's, or NULL; name: what the disk will be called in the end.
 * PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE, _CANT_CREATE_HDD_IMAGE (p0), _HDD_IMAGE_IS_ALREADY_EXIST, _NOT_ENOUGH_DISK_FREE_SPACE;
 * PRL_ERR_OPERATION_WAS_CANCELED.
 */
PRL_RESULT disk_new_create(xmlNodePtr device, const char *home, const char *path, const char *name, const struct image_watch *watch);
/* Would it be a directory? */
bool disk_new_is_bundle(xmlNodePtr device, const char *home);
PRL_RESULT floppy_new_create(const char *path);

#endif
