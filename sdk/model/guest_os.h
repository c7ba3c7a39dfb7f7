/* SPDX-License-Identifier: MIT */
/*
 * The guest operating systems of PrlOses.h and what each likes by default (guest_os.def; semantics 7.5, 7.6,
 * 7.8).
 */
#ifndef PRLKVM_MODEL_GUEST_OS_H
#define PRLKVM_MODEL_GUEST_OS_H

#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A version id holds its family in the high byte. */
#define GUEST_OS_TYPE(version) ((unsigned)(version) >> 8)

bool guest_os_type_is_known(unsigned type);
bool guest_os_version_is_known(unsigned version);
/* Static text, "unknown" for an id without a name; takes families and versions. */
const char *guest_os_name(unsigned id);
/* A name for a machine of that guest: where the version has none, that of its family. Never empty. */
const char *guest_os_machine_name(unsigned version);

/* Families offered to users of a host (PHO_*), and versions of a family; *ret_n entries, static. */
const PRL_UINT8 *guest_os_types(PRL_HOST_OS_TYPE host, size_t *ret_n);
/* NULL and 0: unknown family. */
const PRL_UINT16 *guest_os_versions(PRL_HOST_OS_TYPE host, unsigned type, size_t *ret_n);
/* 0: unknown family. */
PRL_UINT16 guest_os_default_version(unsigned type);

/* The pure functions behind PrlVmCfg_GetDefault*; an unknown version has answers too. */
uint32_t guest_os_ram_mib(unsigned version, uint64_t host_ram_mib);
uint32_t guest_os_hdd_mib(unsigned version);
uint32_t guest_os_video_mib(unsigned version);
/* Is the device one of the default set? */
bool guest_os_needs_device(unsigned version, PRL_DEVICE_TYPE type);

bool guest_os_has_virtio(unsigned version);
bool guest_os_has_smp(unsigned version);
bool guest_os_has_sata(unsigned version); /* it, or its installer, finds a disk behind AHCI */
PRL_CHIPSET_TYPE guest_os_chipset(unsigned version);
bool guest_os_needs_efi(unsigned version); /* it starts with nothing else */
bool guest_os_needs_tpm(unsigned version); /* it is not installed without */
PRL_VM_NET_ADAPTER_TYPE guest_os_net_adapter(unsigned version);
PRL_CLUSTERED_DEVICE_SUBTYPE guest_os_scsi_controller(unsigned version);
/* Bus of a new hard disk (is_optical false) or optical disk. */
PRL_MASS_STORAGE_INTERFACE_TYPE guest_os_disk_bus(unsigned version, bool is_optical);
struct guest_usb {
    bool has_uhc, has_ehc, has_xhc;
};
struct guest_usb guest_os_usb(unsigned version);
bool guest_os_is_windows_since(unsigned version, unsigned since); /* a numbered Windows, `since` or later */

#endif
