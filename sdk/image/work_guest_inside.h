/* SPDX-License-Identifier: MIT */
/* What the work_guest*.c files share. */
#ifndef PRLKVM_IMAGE_WORK_GUEST_INSIDE_H
#define PRLKVM_IMAGE_WORK_GUEST_INSIDE_H

#include "image/work_parts.h"

#define GUEST_PARTITIONS_MAX 128
#define GUEST_SYSTEMS_MAX 64

/* ---- work_guest.c ---- */

/* How guestfish gets at the disk. */
struct guest_drive {
    char *path; /* absolute */
    const char *format;
    uint64_t size_bytes;
    char *nbdkit, *plugin; /* the bundle at path is served to it; else it opens the file */
};
PRL_RESULT guest_drive_find(const char *path, struct guest_drive *ret);
void guest_drive_clear(struct guest_drive *d);
static inline __attribute__((unused)) void
guest_drive_clear_auto(struct guest_drive *d)
{
    guest_drive_clear(d);
}
#define AUTO_DRIVE __attribute__((cleanup(guest_drive_clear_auto))) struct guest_drive
PRL_RESULT guest_cannot(const char *path, const char *why);
PRL_RESULT guest_find_tool(const char *name, const char *variable, char **ret);
/* commands: what follows once its small machine runs. ret_out may be NULL. */
PRL_RESULT guest_run(const struct guest_drive *d, bool may_write, const char *commands, const struct image_watch *watch, char **ret_out);

struct guest_partition {
    int number;
    uint64_t start, end; /* bytes; the last one */
    char fs[32];         /* "ext4", "unknown", or "" */
};
struct guest_system { /* any file system that could be mounted, in a partition or not */
    char device[128], fs[32];
};
struct guest_table {
    bool is_gpt;
    struct guest_partition p[GUEST_PARTITIONS_MAX];
    int n;
    struct guest_system systems[GUEST_SYSTEMS_MAX];
    int n_systems;
};
PRL_RESULT guest_look(const struct guest_drive *d, const struct image_watch *watch, struct guest_table *ret);
/* NULL: there is none. */
const struct guest_partition *guest_last_partition(const struct guest_table *t);

#endif
