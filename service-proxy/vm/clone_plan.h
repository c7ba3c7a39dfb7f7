/* SPDX-License-Identifier: MIT */
/*
 * What a clone consists of: which files of the source are copied where, which images become overlays, and which stands on which.
 * Made before anything is changed; carried out into the home that is being built (vm_build.h).
 */
#ifndef PRLKVM_VM_CLONE_PLAN_H
#define PRLKVM_VM_CLONE_PLAN_H

#include <jansson.h>

#include "base/vec.h"
#include "model/vm_model.h"
#include "vm_build.h"

struct task;

struct clone_item {
    enum { CLONE_COPY, CLONE_EMPTY, CLONE_OVERLAY } what;
    char *src;         /* the file to copy, or the base of the overlay */
    char *dst;         /* as the clone's document has it: in its final place */
    PRL_RESULT failed; /* the code when it goes wrong */
    PRL_DEVICE_TYPE type;
    unsigned index;
    uint64_t bytes;    /* that src takes on disk */
    bool is_base;      /* a link of this clone stands on it: read-only */
    bool is_on_base;   /* what it stands on is copied beside it, under its own name: the header shall say just that */
};

struct clone_link {
    char *child, *base; /* as links.h, final places */
};

struct clone_plan {
    VEC(struct clone_item) items;
    VEC(struct clone_link) links;
    uint64_t bytes;
    bool is_linked; /* something of the clone stands on a file of another VM */
};

/*
 * images: of the source's document. bases: clone_disk_key (clone_source.h) -> base for a linked clone, NULL for a full one. Warnings about disks outside of the
 * source go to the session of t. ACCESS_TO_CLONE_VM_DEVICE_DENIED, COULDNT_TO_CREATE_HDD_LINKED_CLONE, DISK_NOT_PERMITTED.
 */
PRL_RESULT clone_plan_make(struct clone_plan *plan, struct task *t, const struct vm_images *images, const struct vm_prepare_clone *c,
                           json_t *bases);
void clone_plan_clear(struct clone_plan *plan);
/* Everything that is made outside the home under construction is noted in b, for the journal. */
bool clone_plan_note(const struct clone_plan *plan, struct vm_build *b);
/* Durable in links.json, before the files rely on it; and the way back. */
PRL_RESULT clone_plan_add_links(const struct clone_plan *plan, const char *vm_uuid);
void clone_plan_remove_links(const struct clone_plan *plan);
json_t *clone_plan_children(const struct clone_plan *plan); /* array of the links' children, for the journal */
/* Copies and makes; progress 5..90, events of copying; CLONE_OPERATION_CANCELED, FREE_DISC_SPACE_FOR_CLONE (p0 name). */
PRL_RESULT clone_plan_run(const struct clone_plan *plan, const struct vm_build *b, struct task *t);

/*
 * A bundle on another one; is_beside: in the same directory. COULDNT_TO_CREATE_HDD_LINKED_CLONE (p0 base), NOT_ENOUGH_DISK_FREE_SPACE.
 */
PRL_RESULT clone_bundle_overlay(const char *path, const char *base, bool is_beside);

/* True: a disk that its configuration calls raw. */
bool clone_is_raw(const struct vm_image *image);

#endif
