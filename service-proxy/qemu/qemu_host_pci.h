/* SPDX-License-Identifier: MIT */
/* PCI devices of the host that are given to guests through VFIO. */
#ifndef PRLKVM_QEMU_QEMU_HOST_PCI_H
#define PRLKVM_QEMU_QEMU_HOST_PCI_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#define HOST_PCI_ADDRESS 16 /* "0000:03:00.0" */

/* "0000:03:00.0" or "03:00.0"; the first also behind other words and a blank or colon. Pure. */
bool host_pci_parse(const char *name, char ret[HOST_PCI_ADDRESS]);
/*
 * Every PCI device of the configuration is there, bound to vfio-pci, and its group may be opened.
 * PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST, PRL_ERR_CANT_START_VM_SINCE_NO_VTD_DRIVER, PRL_ERR_CANT_START_VM_SINCE_VTD_DEVICE_ALREADY_USED,
 * p0 the device's name, what to do in the details.
 */
PRL_RESULT host_pci_check(xmlDocPtr doc);

#endif
