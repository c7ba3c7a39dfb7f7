/* SPDX-License-Identifier: MIT */
/*
 * FileSystemInfo documents (semantics 5.7): one entry, or a directory with what is in it. They touch the files
 * they speak of, so they can block.
 */
#ifndef PRLKVM_HOST_FS_LIST_H
#define PRLKVM_HOST_FS_LIST_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>

/* Absolute and clean; else PRL_ERR_BAD_PARAMETERS (NO_TARGET_PATH_SPECIFIED for an empty one). */
PRL_RESULT fs_check_path(const char *path);
/* The one drive there is. */
PRL_RESULT fs_list_drives(xmlDocPtr *ret);
/* path as ParentElement, its entries as FsElement. DIRECTORY_DOES_NOT_EXIST, ACCESS_DENIED. */
PRL_RESULT fs_list_directory(const char *path, xmlDocPtr *ret);
/* The directory of path as ParentElement, path alone as FsElement when it is there. */
PRL_RESULT fs_list_entry(const char *path, xmlDocPtr *ret);

#endif
