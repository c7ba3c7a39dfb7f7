/* SPDX-License-Identifier: MIT */
/* Another size of an overlay, every image of its chain named (links.h): nothing is opened that a header alone names. */
#ifndef PRLKVM_VM_IMAGE_RESIZE_H
#define PRLKVM_VM_IMAGE_RESIZE_H

#include <prlsdk/PrlErrors.h>
#include <stdint.h>

/* chain: the overlay, what it stands on, ... all qcow2, NULL-ended. Growing only. cancel_fd: -1 for none. */
PRL_RESULT image_resize(char *const *chain, uint64_t size_bytes, int cancel_fd);
/* Everything the chain shows, in one new file that stands alone; sparse. */
PRL_RESULT image_flatten(char *const *chain, const char *to, int cancel_fd);

#endif
