/* SPDX-License-Identifier: MIT */
/* Bundles for programs that do not read them, QEMU above all: nbdkit serves them with a plugin of ours. */
#ifndef PRLKVM_IMAGE_BUNDLE_EXPORT_H
#define PRLKVM_IMAGE_BUNDLE_EXPORT_H

#include <prlsdk/PrlErrors.h>

/* Both are allocated. PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE: what is not installed. */
PRL_RESULT bundle_export_find(char **ret_nbdkit, char **ret_plugin);

#endif
