/* SPDX-License-Identifier: MIT */
/*
 * What runs a VM. One table, implemented by qemu_vm.c and by a fake one in the tests. Every call is made by a task that holds its
 * claim, blocks with a deadline of its own, and leaves vm->state as it is true afterwards (vm_state_set inside). vm->backend
 * is set and cleared by the implementation. Errors are described with err_set, QEMU's own words in the details.
 */
#ifndef PRLKVM_QEMU_BACKEND_H
#define PRLKVM_QEMU_BACKEND_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task;
struct vm;

/* One writable image of a running VM and the overlay it shall go on in. */
struct backend_overlay {
    const char *node;    /* block node name as qemu_args names it: "disk-<type><index>", e.g. "hdd0" */
    const char *image;   /* the image to freeze, absolute */
    const char *overlay; /* the new file, absolute; created by the call */
};

/* What a running VM has used since its QEMU started; all numbers but ram_mib only rise while that lives. */
enum { BACKEND_STATS_VCPUS = 256, BACKEND_STATS_DISKS = 64 };
struct backend_disk_stats {
    char device[24]; /* as above: "hdd0", "cd1" */
    uint64_t read_requests, write_requests, read_bytes, write_bytes;
};
struct backend_stats {
    uint64_t cpu_ns; /* of the whole process, its virtual processors included */
    uint64_t ram_mib;
    unsigned n_vcpus;
    uint64_t vcpu_ns[BACKEND_STATS_VCPUS];
    unsigned n_disks;
    struct backend_disk_stats disk[BACKEND_STATS_DISKS];
};
struct backend_sample {
    struct vm *vm;               /* in: borrowed */
    PRL_RESULT rc;               /* out, as is the next */
    struct backend_stats *stats; /* written only on success; free(3) it. NULL else */
};

struct backend {
    const char *name;
    /* Once at start of the service / at its end (running VMs go on). */
    PRL_RESULT (*init)(const char *state_dir, const char *run_dir);
    void (*shutdown)(void);

    /* STOPPED or SUSPENDED (restores config.sav, design 5) -> RUNNING. */
    PRL_RESULT (*start)(struct vm *vm, struct task *t);
    PRL_RESULT (*stop)(struct vm *vm, struct task *t);                      /* quit, then SIGKILL */
    PRL_RESULT (*request_shutdown)(struct vm *vm, struct task *t);         /* ACPI button; returns when asked */
    PRL_RESULT (*wait_stopped)(struct vm *vm, struct task *t, int64_t deadline); /* PRL_ERR_TIMEOUT */
    PRL_RESULT (*reset)(struct vm *vm, struct task *t);
    PRL_RESULT (*restart_guest)(struct vm *vm, struct task *t);            /* asks the guest (Ctrl-Alt-Del); returns when asked */
    PRL_RESULT (*pause)(struct vm *vm, struct task *t);
    PRL_RESULT (*cont)(struct vm *vm, struct task *t);
    PRL_RESULT (*suspend)(struct vm *vm, struct task *t);
    PRL_RESULT (*drop_suspended)(struct vm *vm, struct task *t);

    /* Live clone: all overlays in one transaction, in ms; afterwards the frozen images are read-only to QEMU until committed back. */
    PRL_RESULT (*freeze)(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);
    PRL_RESULT (*commit_back)(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);

    /*
     * Without a claim, at any time: all n are asked at once and have until the deadline together, so that one that hangs costs the
     * others nothing. One that still owes an answer to an earlier question is not asked again: PRL_ERR_TIMEOUT at once.
     */
    void (*stats)(struct backend_sample *s, size_t n, int64_t deadline);

    /* At start of the service: QEMUs of the run records are found again (state RUNNING/PAUSED) or recorded as gone. */
    PRL_RESULT (*take_over)(void);
};

extern const struct backend *backend; /* chosen once in main; tests set their own before the engine starts */
extern const struct backend backend_qemu;

#endif
