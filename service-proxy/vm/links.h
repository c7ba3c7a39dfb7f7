/* SPDX-License-Identifier: MIT */
/*
 * Which image stands on which other one. The record is <state>/links.json, ours alone: what an image's header says is believed only
 * when it says the same, so that a header made elsewhere opens no file of this host. Bundles stand on bundles, by their directories. A base is mode 0400 (its images are) while it has children;
 * children of VMs that are not registered count as long as their file is there.
 */
#ifndef PRLKVM_VM_LINKS_H
#define PRLKVM_VM_LINKS_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

#define LINKS_MAX_DEPTH 64 /* images on top of each other */

/* Reads the record; a missing file is an empty one. Called by vm_store_load. */
PRL_RESULT links_load(const char *state_dir);
void links_unload(void);

/*
 * The images that `image` (absolute) is made of, itself first, the base last; NULL-ended, allocated (links_chain_free). Each is a
 * regular file whose qcow2 header names exactly the recorded next one, and no external data file. An image that is no qcow2
 * stands alone. Of a bundle: the bundles that it is made of, by their directories; no image of it is elsewhere. Refused with PRL_ERR_DISK_NOT_PERMITTED (details say which and why): a backing file that is not recorded, an external
 * data file. A missing image: PRL_ERR_FILE_NOT_FOUND.
 */
PRL_RESULT links_chain(const char *image, char ***ret_paths);
void links_chain_free(char **paths);

/* One link: `child` (an image to be, or there already) stands on `base`; the VM is for people. */
struct link {
    const char *child;
    const char *base;
    const char *vm_uuid;
};
/* All of them in one durable write: before the files rely on it. A child that has a link gets the new one. */
PRL_RESULT links_add(const struct link *links, size_t n);
/* Is it an image, by its name in a bundle? */
bool links_is_image_name(const char *name);
/* Read-only, as a base is, or not. 0 or -errno. */
int links_protect(const char *base, bool is_on);
/* Forgets the links of these children and of those below `dir` (NULL: none); bases left without children become 0600 again. Durable. */
PRL_RESULT links_remove(const char *const *children, size_t n, const char *dir);

/* Does an image in `dir` (or the image `dir` itself) carry a child outside of it? *ret_names: "'name' {uuid} ('image'), ..." or NULL: none. */
PRL_RESULT links_children_outside(const char *dir, char **ret_names);
bool links_is_child(const char *child, const char *base);
/* Does an image below this directory stand on another? Memory only. */
bool links_stand_inside(const char *dir);
/* The number of children an image has, wherever they are. */
size_t links_children_count(const char *image);

#endif
