/* SPDX-License-Identifier: MIT */
/*
 * The command line of QEMU for a configuration: a pure function, checked by golden files. Rules that keep saved states loadable and
 * strangers out:
 *   - every device has an id and an address that follow from its own type and index, never from what else there is;
 *   - text from outside goes in as JSON, or with commas doubled where QEMU takes none; secrets go by QMP only;
 *   - image formats and backing files are all named, nothing is probed.
 */
#ifndef PRLKVM_QEMU_QEMU_ARGS_H
#define PRLKVM_QEMU_QEMU_ARGS_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "qemu_caps.h"
#include "qemu_find.h"
#include "qemu_images.h"

/* Descriptor numbers inside QEMU (qemu_proc puts them there). */
enum { QEMU_FD_QMP = 3, QEMU_FD_RAM = 4, QEMU_FD_REATTACH = 5, QEMU_FD_LOCK = 6, QEMU_FD_FIRST_FREE = 7 };

struct qemu_args_env {
    const struct qemu_caps *caps;
    enum qemu_accel accel;
    const char *kvm_cpu;  /* of qemu_caps_kvm_cpu; NULL: host */
    const char *home;
    const struct qemu_images *images;
    bool is_incoming;     /* a saved state will be loaded */
    const char *ram_file; /* guest RAM starts as this file, privately; NULL: the inherited memfd, shared */
    unsigned vnc_base_port, vnc_max_port;
    const char *efi_code; /* firmware, NULL: none on this host */
    const char *efi_vars; /* the VM's own variables, beside efi_code */
};

struct qemu_args {
    VEC(char *) argv;     /* argv[0] is the binary; a NULL behind the last */
    VEC(char *) notes;    /* what is not as the configuration says, for people: "network 0: ..." */
    char *machine;        /* "pc-q35-7.2" */
    uint64_t ram_bytes;
    bool has_vnc;
    char *vnc_password;   /* to be set by QMP, or NULL */
};

PRL_RESULT qemu_args_build(xmlDocPtr doc, const struct qemu_args_env *env, struct qemu_args **ret);
void qemu_args_free(struct qemu_args *a);
CLEANUP_FOR(qemu_args_free, struct qemu_args *)

#endif
