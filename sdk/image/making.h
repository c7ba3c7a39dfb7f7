/* SPDX-License-Identifier: MIT */
/*
 * What is being made beside its place, under the hidden name ".NAME.new-XXXXXXXX.own", until it is whole and renamed there. Who makes it holds a lock
 * on it (flock: an open file has it, a directory too, and it ends with the process); what is found without one was left by a process that died.
 */
#ifndef PRLKVM_IMAGE_MAKING_H
#define PRLKVM_IMAGE_MAKING_H

#include "base/cleanup.h"

#define MAKING_SUFFIX ".own" /* others have such names without it, and no lock */

struct making {
    char *path; /* of what is made */
    char *name; /* its last part, in path */
    int fd;     /* with the lock; a file is open for reading and writing */
};
#define MAKING_INIT { NULL, NULL, -1 }

/*
 * A new empty file or directory, for nobody else to read, that will be dir/name. What dead processes have left of others for that name is removed
 * first. -errno.
 */
int making_file(const char *dir, const char *name, struct making *ret);
int making_dir(const char *dir, const char *name, struct making *ret);
/* It is in its place now, or gone. */
void making_end(struct making *m);
static inline __attribute__((unused)) void
making_end_auto(struct making *m)
{
    making_end(m);
}
#define AUTO_MAKING __attribute__((cleanup(making_end_auto))) struct making

/* Removes what dead processes have left for this name. What cannot be removed stays. */
void making_sweep(const char *dir, const char *name);
void making_sweep_beside(const char *path); /* canonical, of what was to be made */

#endif
