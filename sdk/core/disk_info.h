/* SPDX-License-Identifier: MIT */
/* PRL_DISK_PARAMETERS of an open disk: one buffer with the structure, its images and all names. */
#ifndef PRLKVM_CORE_DISK_INFO_H
#define PRLKVM_CORE_DISK_INFO_H

#include <prlsdk/PrlDisk.h>

#include "base/uuid.h"
#include "image/disk.h"

/* *io_size 0: becomes the bytes needed. Too small: PRL_ERR_INVALID_ARG, and *io_size is what is needed. PRL_ERR_DISK_DISK_NOT_OPENED: not known. */
PRL_RESULT disk_info(struct disk *d, PRL_DISK_PARAMETERS_PTR buf, PRL_UINT32_PTR io_size);
void disk_guid_text(const PRL_GUID *guid, char out[UUID_TEXT]);

#endif
