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

#include <jansson.h>
#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "qemu_caps.h"
#include "qemu_extras.h"
#include "qemu_find.h"
#include "qemu_firmware.h"
#include "qemu_images.h"

/* Descriptor numbers inside QEMU (qemu_proc puts them there). */
enum {
    QEMU_FD_QMP = 3,
    QEMU_FD_RAM = 4,
    QEMU_FD_REATTACH = 5,
    QEMU_FD_LOCK = 6,
    QEMU_FD_FIRST_FREE = 7, /* qemu_extras */
    QEMU_FD_DISKS = 64      /* and on: one for each bundle */
};

/* Memory that was plugged in while the machine ran, and is blocks of its own until that ends. */
#define QEMU_DIMMS 32
struct qemu_dimms {
    unsigned n;
    uint64_t mib[QEMU_DIMMS];
};

struct qemu_args_env {
    const struct qemu_caps *caps;
    enum qemu_accel accel;
    const char *kvm_cpu;  /* of qemu_caps_kvm_cpu; NULL: host */
    const char *home;
    const struct qemu_images *images;
    bool is_incoming;     /* a saved state will be loaded */
    const char *ram_file; /* guest RAM starts as this file, privately; NULL: the inherited memfd, shared */
    unsigned vnc_base_port, vnc_max_port;
    const struct qemu_firmware *firmware; /* NULL: EFI is not wanted, or not to be had */
    const struct qemu_extras *extras;     /* what comes from outside through a descriptor; NULL: nothing does */
    const struct qemu_forward *forwards;  /* ports of the host that lead to this VM */
    size_t n_forwards;
    const char *audio;                    /* QEMU's audio driver; NULL: "none" */
    const char *vnc_tls_dir;              /* certificates for an encrypted remote display; NULL: none */
    const struct qemu_dimms *dimms;       /* part of the configured memory; NULL: none */
    bool needs_user_net;                  /* one network of QEMU's own at least: a saved state has something of one */
    int64_t now;                          /* for a clock that is set apart from the host's */
};

struct qemu_forward {
    bool is_udp;
    uint16_t host_port, guest_port;
    const char *network; /* whose rule it is */
};

struct qemu_args {
    VEC(char *) argv;     /* argv[0] is the binary; a NULL behind the last */
    qemu_notes notes;     /* what is not as the configuration says, for people: "network 0: ..." */
    char *machine;        /* "pc-q35-7.2" */
    uint64_t ram_bytes;
    bool is_ram_private;  /* QEMU makes its memory itself: no memfd, and states go through its own stream */
    bool needs_ram_lock;  /* devices of the host see all of it */
    bool has_vnc;
    unsigned n_user_nets; /* networks of QEMU's own */
    char *vnc_password;   /* to be set by QMP, or NULL */
    json_t *shares;       /* array of {"id", "path", "read-only"}: the folder behind each connection of that id */
    json_t *setup;        /* array of {"execute", "arguments"}: after the start, before a loaded guest goes on */
};

/* The chipset that the configuration asks for. */
bool qemu_machine_is_i440fx(xmlDocPtr doc);
PRL_RESULT qemu_args_build(xmlDocPtr doc, const struct qemu_args_env *env, struct qemu_args **ret);
void qemu_args_free(struct qemu_args *a);
CLEANUP_FOR(qemu_args_free, struct qemu_args *)

#endif
