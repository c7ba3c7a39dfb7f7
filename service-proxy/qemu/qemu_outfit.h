/* SPDX-License-Identifier: MIT */
/* All that a QEMU needs of this host beside its images, gathered for one start. */
#ifndef PRLKVM_QEMU_QEMU_OUTFIT_H
#define PRLKVM_QEMU_QEMU_OUTFIT_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>

#include "proc_spawn.h"
#include "qemu_args.h"
#include "qemu_cgroup.h"
#include "qemu_extras.h"
#include "qemu_networks.h"
#include "qemu_proc.h"

struct qemu_outfit {
    struct qemu_extras extras;
    struct qemu_forwards forwards;
    struct qemu_limits limits;
    char *vnc_tls_dir;
    const char *audio; /* static */
    qemu_notes notes;
};

PRL_RESULT qemu_outfit_find(struct qemu_outfit *o, xmlDocPtr doc, const char *home, const char *vm_uuid, const char *qemu);
void qemu_outfit_env(const struct qemu_outfit *o, struct qemu_args_env *env);
/* Starts the processes beside QEMU, which are added to the record, and opens taps. */
PRL_RESULT qemu_outfit_open(struct qemu_outfit *o, const char *home, qemu_sides *ret_sides);
/* QEMU with these descriptors and those of others, and with its processors and priorities. */
PRL_RESULT qemu_outfit_spawn(const struct qemu_outfit *o, struct qemu_spawn *how, const struct spawn_fd *others, size_t n_others,
                             pid_t *ret_pid, int *ret_pidfd);
/* QEMU has not come: what was started for it ends. */
void qemu_outfit_drop(struct qemu_outfit *o, qemu_sides *sides);
void qemu_outfit_clear(struct qemu_outfit *o);

/* Directory of certificates for encrypted remote displays; NULL: none. Set once at start. */
void qemu_outfit_set_tls_dir(const char *dir);

#endif
