/* SPDX-License-Identifier: MIT */
/* The service's record of linked clones (<state>/links.json), read without the service. A missing record is an empty one. */
#ifndef PRLKVM_IMAGE_DISK_LINKS_H
#define PRLKVM_IMAGE_DISK_LINKS_H

#include <stdbool.h>

#include "prlsdk/PrlTypes.h"

/* No clone stands on the image, or on an image of the bundle, that still exists. PRL_ERR_DISK_NOT_PERMITTED: one does, or the record is damaged. */
PRL_RESULT disk_links_guard(const char *path, bool is_bundle);
/* Is `base` what the record says `child` stands on, or that in turn? Of a bundle that is a base: any file in it. */
bool disk_links_is_base(const char *child, const char *base);
/* A clone that was removed by hand counts as gone; where its directory is not there at all, a disk may be that is not mounted. */
bool disk_links_is_gone(const char *child);

#endif
