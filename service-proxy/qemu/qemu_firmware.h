/* SPDX-License-Identifier: MIT */
/*
 * EFI firmware for QEMU on this host, by the descriptors that distributions install (QEMU's docs/interop/firmware.json), and the file of
 * a VM's own EFI variables.
 */
#ifndef PRLKVM_QEMU_QEMU_FIRMWARE_H
#define PRLKVM_QEMU_QEMU_FIRMWARE_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/cleanup.h"

/* Inside the home, where the configuration names no other. Those of secure boot hold its keys, so each mode has its own. */
#define EFI_VARS_FILE "NVRAM_4M.dat"
#define EFI_VARS_SECURE_FILE "NVRAM_4M_SB.dat"
#define EFI_VARS_OLD_FILE "NVRAM.dat" /* of firmware with half the flash; looked at by an update only */

struct qemu_firmware {
    char *code, *vars; /* the firmware, and the VM's own variables */
    bool is_code_qcow2, is_vars_qcow2;
    bool needs_smm;    /* variables that only firmware may write: what secure boot stands on */
};

bool qemu_firmware_is_wanted(xmlDocPtr doc);
bool qemu_firmware_is_secure(xmlDocPtr doc);
/*
 * The variables are made from the firmware's template when missing.
 * PRL_ERR_VM_START_FAILED: no such firmware here, or the variables are another firmware's.
 */
PRL_RESULT qemu_firmware_find(xmlDocPtr doc, const char *home, struct qemu_firmware **ret);
/*
 * Variables of an older firmware, in whose size this host may have none any more, into a new file for the one that it has; the old file stays.
 * *ret_name: what the configuration calls the new one from then on, allocated; "" for its default. PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED: there
 * is nothing to do; _OPERATION_FAILED.
 */
PRL_RESULT qemu_firmware_update_vars(xmlDocPtr doc, const char *home, char **ret_name);
/* Some firmware for q35, for --check. */
bool qemu_firmware_is_here(bool is_secure);
void qemu_firmware_free(struct qemu_firmware *f);
CLEANUP_FOR(qemu_firmware_free, struct qemu_firmware *)

#endif
