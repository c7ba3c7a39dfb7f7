/* SPDX-License-Identifier: MIT */
/* Between the files of a start, for nobody else: what is gathered for it (qemu_start_prepare.c), QEMU (_spawn.c), its state (_load.c). */
#ifndef PRLKVM_QEMU_QEMU_START_PARTS_H
#define PRLKVM_QEMU_QEMU_START_PARTS_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/vec.h"
#include "proc_spawn.h"
#include "qemu_args.h"
#include "qemu_caps.h"
#include "qemu_find.h"
#include "qemu_firmware.h"
#include "qemu_images.h"
#include "qemu_outfit.h"
#include "qemu_vm.h"
#include "saved_state.h"

struct start {
    struct vm *vm;
    struct task *t;
    char *home;
    xmlDocPtr doc;
    struct qemu_images images;
    struct qemu_caps *caps;
    enum qemu_accel accel;
    char *kvm_cpu;
    struct qemu_firmware *firmware;
    struct qemu_outfit outfit;
    struct qemu_dimms dimms; /* memory in blocks of its own: of a saved state, or of what runs */
    struct saved_state *saved; /* NULL: a cold start */
    char *sav_path, *run_path, *ram_path;
    int sav_fd;
    struct qemu_args *args;
    char *socket;
    int lock_fd, memfd, qmp_ours, qmp_theirs, reattach_fd;
    VEC(struct spawn_fd) disk_fds; /* QEMU's connections to the exports of its bundles */
    struct backend_vm *b; /* once spawned */
    struct loop_source *cancel_source;
};

/* With no descriptor open. */
#define START_OF(vm_) .vm = (vm_), .sav_fd = -1, .lock_fd = -1, .memfd = -1, .qmp_ours = -1, .qmp_theirs = -1, .reattach_fd = -1

void start_clear(struct start *s);

/* ---- qemu_start_prepare.c ---- */

/* Everything but QEMU: the home's lock, images, a saved state, the command line. */
PRL_RESULT start_prepare(struct start *s);
/* Large RAM is mapped from its file instead of being read first; such a VM's next suspend is the slow one (design 5). */
bool start_runs_from_file(const struct start *s);

/* ---- qemu_start_spawn.c ---- */

PRL_RESULT start_spawn(struct start *s);
void start_close_disk_fds(struct start *s);

/* ---- qemu_start_load.c ---- */

/* From a QEMU that has been spawned to a guest that runs. */
PRL_RESULT start_bring_up(struct start *s);
void start_set_up_vnc(struct start *s);

#endif
