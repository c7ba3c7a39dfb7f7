/* SPDX-License-Identifier: MIT */
/*
 * What else an image names. A header may name any file of the host (backing file, data file, extents), so headers are read here first and
 * qemu-nbd gets every file by name and format, never a name out of a header that was not looked at:
 *
 * - a backing file is followed when it is a regular file in the directory of the image that names it, or when the service's record of linked
 *   clones says the same as the header; names with a protocol ("json:", "nbd:") never;
 * - external data files, and extents or parents of VMDK files outside of their directory: never.
 */
#ifndef PRLKVM_IMAGE_DISK_REFS_H
#define PRLKVM_IMAGE_DISK_REFS_H

#include <jansson.h>
#include <stdbool.h>

#include "prlsdk/PrlTypes.h"

/* The passphrase of encrypted images: a file that this variable names. */
#define REFS_KEY_VARIABLE "PRLKVM_DISK_KEY_FILE"
#define REFS_KEY_ID "key0"

struct refs {
    json_t *node;   /* as -blockdev has it */
    bool needs_key; /* an object "secret" with REFS_KEY_ID must be there */
};
/* path: canonical. format: qcow2, raw or a foreign one. PRL_ERR_DISK_NOT_PERMITTED, _INVALID_FORMAT, _FILE_OPEN_ERROR. */
PRL_RESULT refs_of(const char *path, const char *format, struct refs *ret);
void refs_clear(struct refs *r);

#endif
