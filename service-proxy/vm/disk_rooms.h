/* SPDX-License-Identifier: MIT */
/*
 * The room that a VM's images take on the host (PrlVmDevHd_GetSizeOnDisk), as it was when somebody looked last. It goes with the VM's entry,
 * never into config.pvs: it changes with every write of the guest.
 */
#ifndef PRLKVM_VM_DISK_ROOMS_H
#define PRLKVM_VM_DISK_ROOMS_H

#include <jansson.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm;

struct disk_rooms {
    struct disk_room {
        unsigned index; /* of the hard disk */
        char *path;
        uint64_t mib;
    } *p;
    size_t len;
    uint64_t config_rev; /* the names are of */
    int64_t at_ms;       /* clock.h; 0: never looked */
};

/* Looks at the files. */
void disk_rooms_look(struct vm *vm);
/* Is the last look a second ago, or more? vm->lock is held, as in the next. */
bool disk_rooms_is_old_locked(const struct vm *vm);
/* [[index, MiB], ...], or NULL: not known. */
json_t *disk_rooms_json_locked(const struct vm *vm);
void disk_rooms_clear(struct disk_rooms *r);

/* A client's document that carries such values has them as `old` had them: they are nobody's change. */
void disk_rooms_take_back(xmlDocPtr doc, xmlDocPtr old);

#endif
