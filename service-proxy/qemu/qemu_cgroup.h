/* SPDX-License-Identifier: MIT */
/*
 * What a VM may take of the host's processors, memory and disks. Processor affinity and I/O priority are given to QEMU with the spawn;
 * limits and weights are control groups, version 2 or 1, wherever this service may write them. Where it may not, the VM starts without,
 * and the reason is in the log and in `prlkvmd --check`.
 */
#ifndef PRLKVM_QEMU_QEMU_CGROUP_H
#define PRLKVM_QEMU_QEMU_CGROUP_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "qemu_extras.h"

struct qemu_limits {
    bool has_cpus, has_io_level;
    cpu_set_t cpus;
    int io_level;             /* best effort, 0 highest .. 7 */
    uint64_t cpu_units;       /* 1000: as others; 0: not set */
    uint64_t cpu_100th;       /* of one processor, in hundredths of a percent; 0: no limit */
    uint64_t ram_guaranteed;  /* bytes; 0: none */
    bool needs_ram_lock;
};

/* PRL_ERR_VMCONF_CPU_MASK_INVALID: the mask is no list, or names no processor of this host. */
PRL_RESULT qemu_limits_read(xmlDocPtr doc, struct qemu_limits *ret, qemu_notes *notes);

/* Between the two this thread's affinity and I/O priority are what a process it spawns begins with. */
struct qemu_limits_saved {
    cpu_set_t cpus;
    int io_prio;
};
void qemu_limits_begin(const struct qemu_limits *l, struct qemu_limits_saved *saved);
void qemu_limits_end(const struct qemu_limits *l, const struct qemu_limits_saved *saved);

/* Puts the process into a group of its own when a limit asks for one; what cannot be had is in notes. */
void qemu_cgroup_join(const struct qemu_limits *l, const char *vm_uuid, pid_t pid, qemu_notes *notes);
/* The same for one that runs, with other limits than before; its threads get the processors and priority too. */
void qemu_cgroup_change(const struct qemu_limits *before, const struct qemu_limits *l, const char *vm_uuid, pid_t pid, qemu_notes *notes);
/* Behind its end. */
void qemu_cgroup_remove(const char *vm_uuid);

/* For --check: "version 1: cpu memory", or why not. Allocated. */
char *qemu_cgroup_words(bool *ret_is_good);

#endif
