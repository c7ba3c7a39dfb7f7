/* SPDX-License-Identifier: MIT */
/* What a QEMU binary can do: asked of it once (90 ms), kept in memory and in a file until its path, size or mtime changes. */
#ifndef PRLKVM_QEMU_QEMU_CAPS_H
#define PRLKVM_QEMU_QEMU_CAPS_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/vec.h"

struct qemu_caps {
    char *path;          /* of the binary */
    char *version;       /* "7.2.22" */
    unsigned version_no; /* 70222: major, two digits minor, two digits micro */
    char *machine;       /* what new VMs are pinned to: the versioned name behind the alias q35, "pc-q35-7.2" */
    VEC(char *) machines;
    VEC(char *) devices; /* names for -device */
};

/* A copy of the caps of the binary in use; the caller's. */
PRL_RESULT qemu_caps_get(struct qemu_caps **ret);
void qemu_caps_free(struct qemu_caps *c);
CLEANUP_FOR(qemu_caps_free, struct qemu_caps *)

bool qemu_caps_has_machine(const struct qemu_caps *c, const char *name);
bool qemu_caps_has_device(const struct qemu_caps *c, const char *name);

/*
 * The -cpu with which this binary can run a processor on this host's KVM, allocated: "host,migratable=on" where that works. Tried once
 * per binary and boot: some hosts offer features that a QEMU then cannot set. PRL_ERR_VM_PROCESS_IS_NOT_STARTED with its words: none works.
 */
PRL_RESULT qemu_caps_kvm_cpu(char **ret_cpu);

/* The file it is kept in; NULL: in memory only. */
void qemu_caps_set_file(const char *path);

#endif
