/* SPDX-License-Identifier: MIT */
/*
 * Which QEMU runs our machines, and on which accelerator. PRLKVM_QEMU, then the setting, then PATH and the usual places. The
 * answers are asked of the binary once and kept until its path or mtime changes. Any thread; the first call starts the binary.
 */
#ifndef PRLKVM_QEMU_QEMU_FIND_H
#define PRLKVM_QEMU_QEMU_FIND_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

/*
 * Both allocated: the absolute path, and "7.2.22". PRL_ERR_VM_PROCESS_IS_NOT_STARTED, with what was looked at: there is none, or it is
 * too old.
 */
PRL_RESULT qemu_find(char **ret_path, char **ret_version);
/* The path alone, the binary is not asked. */
PRL_RESULT qemu_find_binary(char **ret_path);
/* The versioned machine that new VMs are pinned to ("pc-q35-7.2"), allocated. */
PRL_RESULT qemu_find_machine(char **ret_machine);
/* The qemu-img of that installation, allocated; PRLKVM_QEMU_IMG comes first. */
PRL_RESULT qemu_find_img(char **ret_path);

/* prlkvm.conf: "" or NULL leaves the search alone. Before the first qemu_find. */
void qemu_find_set_path(const char *path);

enum qemu_accel { QEMU_ACCEL_TCG, QEMU_ACCEL_KVM };
/* prlkvm.conf accel=: "", "kvm" or "tcg"; PRLKVM_ACCEL goes before it. False: another word. */
bool qemu_find_set_accel(const char *name);
/*
 * kvm where /dev/kvm opens, makes a VM, and QEMU can run a processor on it; else tcg. Asked for kvm where there is none:
 * PRL_ERR_VM_PROCESS_IS_NOT_STARTED. ret_why is allocated and says why it is not kvm ("" when it is, or when tcg was asked for):
 * falling back is never silent, callers show it.
 */
PRL_RESULT qemu_find_accel(enum qemu_accel *ret_accel, char **ret_why);
const char *qemu_accel_name(enum qemu_accel accel); /* "tcg", "kvm" */

#endif
