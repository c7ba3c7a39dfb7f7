/* SPDX-License-Identifier: MIT */
/*
 * Bundles that stand on another one, as linked clones do: their descriptor has the other's chain of images, by names that lead out of the
 * bundle, and an active node of their own on top. Nothing in the other one changes; it is the caller's to see that nobody writes it.
 */
#ifndef PRLKVM_IMAGE_BUNDLE_LINKED_H
#define PRLKVM_IMAGE_BUNDLE_LINKED_H

#include <stdbool.h>
#include <stddef.h>

#include "prlsdk/PrlTypes.h"

struct descriptor;

/*
 * A new bundle on the present state of `base`. is_beside: both lie in one directory once it is in its final place, so that they are moved
 * together; else the base is named by its absolute path. The descriptor comes last: a crash leaves a directory that is no bundle. Durable.
 * PRL_ERR_DISK_FILE_EXISTS, _DIR_CREATE_ERROR, _INSUFFICIENT_SPACE, _OPERATION_NOT_ALLOWED (as many images as there may be; a merge
 * that is not finished), _NOT_PERMITTED (an image of the base's whose name leads nobody knows where).
 */
PRL_RESULT bundle_create_linked(const char *path, const char *base, bool is_beside);
/* Has nothing been written to it since? Looks at it, also beside a writer. False when in doubt. */
bool bundle_is_pristine(const char *path);

/* PRL_ERR_DISK_NOT_PERMITTED: an image of d lies outside of its bundle and of these directories. */
PRL_RESULT bundle_check_external(const char *path, const struct descriptor *d, char *const *dirs, size_t n);
bool bundle_has_external(const struct descriptor *d);
/* Is one of its images in the other bundle? */
bool bundle_stands_on(const char *path, const char *base);

#endif
