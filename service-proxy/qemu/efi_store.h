/* SPDX-License-Identifier: MIT */
/*
 * Files of EFI variables as OVMF keeps them (a firmware volume with one authenticated variable store, EDK2's
 * MdeModulePkg/Include/Guid/VariableFormat.h): the variables of one into another that has more room.
 */
#ifndef PRLKVM_QEMU_EFI_STORE_H
#define PRLKVM_QEMU_EFI_STORE_H

#include <prlsdk/PrlErrors.h>
#include <stddef.h>
#include <stdint.h>

/*
 * into: a copy of the larger firmware's template. Behind it the store has all variables of from, and those of its own that from has not (keys
 * of secure boot). PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED: one of them is no such file, or they do not fit; into is as before.
 */
PRL_RESULT efi_store_move(const uint8_t *from, size_t from_len, uint8_t *into, size_t into_len);

#endif
