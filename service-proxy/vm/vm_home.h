/* SPDX-License-Identifier: MIT */
/* Homes of VMs as directories (design 2): where they may be, their lock, built under one name and removed under another. */
#ifndef PRLKVM_VM_VM_HOME_H
#define PRLKVM_VM_VM_HOME_H

#include <jansson.h>
#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/uuid.h"

struct vm;

/*
 * The directory that new homes are made in: `path`, or for "" the default one, created if missing (0700). Allocated.
 * VMDIR_PATH_IS_NOT_ABSOLUTE, DIRECTORY_DOES_NOT_EXIST (p0 path), INVALID_ARG for a path that is not clean.
 */
PRL_RESULT vm_home_parent(const char *path, char **ret);
/* <parent>/<uuid without braces>, <parent>/.<uuid>.new-<task>, <parent>/.<uuid>.del-<task>; allocated, NULL: no memory. */
char *vm_home_final(const char *parent, const char *uuid);
char *vm_home_temp(const char *parent, const char *uuid, const char *kind, const char *task_uuid);
/* Is `path` such a temporary name of kind ("new" or "del") for this uuid? What recovery may remove. */
bool vm_home_is_temp(const char *path, const char *uuid, const char *kind);

/* What a home that is being built is made of; put in place by vm_home_install. */
PRL_RESULT vm_home_make(const char *temp); /* mkdir 0700, new; USER_NO_AUTH_TO_CREATE_VM_IN_DIR (p0 path), NOT_ENOUGH_DISK_FREE_SPACE */
/* fsync of all in it was the makers' work; this syncs the directory, renames it without replacing and syncs the parent. */
PRL_RESULT vm_home_install(const char *temp, const char *final);
/* Why a home could not get its name. */
PRL_RESULT vm_home_not_put(int e, const char *final);

/*
 * Removes the home of a VM that is not registered any more: renamed to `del` first, then all of it; or, where the directory is not
 * the VM's alone (a mount point, somebody's home directory, holding another VM), only the VM's own files. Names left are appended
 * to `left` (array of strings).
 */
PRL_RESULT vm_home_delete(const char *home, const char *del, xmlDocPtr doc, json_t *left);
/* Only these, absolute or relative, all inside home. */
PRL_RESULT vm_home_delete_files(const char *home, json_t *files, json_t *left);
/* True: the whole directory is the VM's. */
bool vm_home_is_own(const char *home);
/* The same of a directory that this service has made (home_sweep.h), while vm is still registered; what lies below it is not looked at. */
bool vm_home_is_only_of(const char *home, const struct vm *vm);
/* NFS, CIFS, cluster file systems and FUSE: other hosts may see the directory. */
bool vm_home_is_shared_fs(const char *dir);

#endif
