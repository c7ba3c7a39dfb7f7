/* SPDX-License-Identifier: MIT */
/*
 * What runs a VM. One table, implemented by qemu_vm.c and by a fake one in the tests. Every call is made by a task that holds its
 * claim, blocks with a deadline of its own, and leaves vm->state as it is true afterwards (vm_state_set inside). vm->backend
 * is set and cleared by the implementation. Errors are described with err_set, QEMU's own words in the details.
 */
#ifndef PRLKVM_QEMU_BACKEND_H
#define PRLKVM_QEMU_BACKEND_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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
/* One virtual processor at this moment. */
struct backend_vcpu {
    uint64_t ns;
    int host_cpu;     /* where it was last */
    cpu_set_t allowed;
};
struct backend_sample {
    struct vm *vm;               /* in: borrowed */
    PRL_RESULT rc;               /* out, as is the next */
    struct backend_stats *stats; /* written only on success; free(3) it. NULL else */
};

/* One change of a running machine. */
struct backend_change {
    struct vm *vm;      /* counted */
    bool needs_restart; /* something waits for the next start */
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
    /*
     * Either may be NULL. On the I/O thread: sends the command of the call above and leaves in t->ahead what that will wait for, so that
     * QEMU works while a worker wakes up. Sending may fail or be left out: then the call above does it.
     */
    void (*pause_ahead)(struct vm *vm, struct task *t);
    void (*cont_ahead)(struct vm *vm, struct task *t);
    PRL_RESULT (*suspend)(struct vm *vm, struct task *t);
    PRL_RESULT (*drop_suspended)(struct vm *vm, struct task *t);

    /*
     * Live clone: all overlays in one transaction, in ms; afterwards the frozen images are read-only to QEMU until committed back. freeze,
     * PRL_ERR_TIMEOUT: it may happen yet. commit_back removes each overlay that is done with; PRL_ERR_TRY_AGAIN: whether QEMU is back on an image is
     * not known, to be called again.
     */
    PRL_RESULT (*freeze)(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);
    PRL_RESULT (*commit_back)(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);

    /* A writable disk of a running VM ("hdd0") becomes larger, and its guest is told. NULL: cannot be done. */
    PRL_RESULT (*resize_disk)(struct vm *vm, struct task *t, const char *node, uint64_t size_bytes);

    /*
     * Another configuration for a RUNNING VM. prepare only looks: it refuses what needs a stop (VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES ...)
     * and completes `next`. apply does it, or has taken back what it did when it fails. Once `next` is stored, as the text `config`: keep;
     * where it cannot be stored: undo. All NULL: a running machine stays as it is.
     */
    PRL_RESULT (*change_prepare)(struct vm *vm, struct task *t, xmlDocPtr stored, xmlDocPtr next, struct backend_change **ret);
    PRL_RESULT (*change_apply)(struct backend_change *c);
    void (*change_keep)(struct backend_change *c, const char *config);
    void (*change_undo)(struct backend_change *c);
    void (*change_free)(struct backend_change *c); /* NULL is fine */

    /*
     * Without a claim, at any time: all n are asked at once and have until the deadline together, so that one that hangs costs the
     * others nothing. One that still owes an answer to an earlier question is not asked again: PRL_ERR_TIMEOUT at once.
     */
    void (*stats)(struct backend_sample *s, size_t n, int64_t deadline);

    /* Small questions and settings of a running VM, without a claim but for dump. PRL_ERR_VM_PROCESS_IS_NOT_STARTED where it has no QEMU. */
    pid_t (*pid)(struct vm *vm); /* 0: none */
    PRL_RESULT (*vcpus)(struct vm *vm, struct backend_vcpu *out, unsigned room, unsigned *ret_n);
    PRL_RESULT (*pin_vcpu)(struct vm *vm, unsigned vcpu, const cpu_set_t *cpus); /* until QEMU ends */
    PRL_RESULT (*balloon)(struct vm *vm, uint64_t set_bytes, uint64_t *ret_bytes); /* set_bytes 0: only asks; ret_bytes may be NULL */
    PRL_RESULT (*dump)(struct vm *vm, int fd);                                   /* the guest's memory as an ELF core */

    /* At start of the service: QEMUs of the run records are found again (state RUNNING/PAUSED) or recorded as gone. */
    PRL_RESULT (*take_over)(void);
};

extern const struct backend *backend; /* chosen once in main; tests set their own before the engine starts */
extern const struct backend backend_qemu;

#endif
