/* SPDX-License-Identifier: MIT */
/* EFI firmware for QEMU on this host, and the file of a VM's own EFI variables. */
#ifndef PRLKVM_QEMU_QEMU_FIRMWARE_H
#define PRLKVM_QEMU_QEMU_FIRMWARE_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#define EFI_VARS_FILE "NVRAM_4M.dat"

bool qemu_firmware_is_wanted(xmlDocPtr doc);
/* *ret_code is static; *ret_vars allocated: made from the firmware's template when missing. PRL_ERR_VM_START_FAILED: no firmware here. */
PRL_RESULT qemu_firmware_find(xmlDocPtr doc, const char *home, const char **ret_code, char **ret_vars);

#endif
