/* SPDX-License-Identifier: MIT */
/*
 * What vm_devices.def says about a kind of device, and adding one. Inside sdk/model only; the rest uses
 * vm_model.h.
 */
#ifndef PRLKVM_MODEL_VM_DEVICES_H
#define PRLKVM_MODEL_VM_DEVICES_H

#include "vm_model.h"

struct device_kind {
    const char *element;
    PRL_DEVICE_TYPE type;
    unsigned most; /* highest Index + 1; 0: no Index */
};
/* In the order of enumeration; NULL behind the last. */
const struct device_kind *vm_device_kind(size_t i);
const struct device_kind *vm_device_kind_of_type(PRL_DEVICE_TYPE type);
const struct device_kind *vm_device_kind_of_node(const xmlNode *n); /* NULL: no device */

/* Lowest Index below `most` without a device; -1: none is left. */
int vm_device_free_index(xmlDocPtr doc, const struct device_kind *kind, unsigned most);
/*
 * A device with its defaults and that Index, behind the others of its kind (is_sorted: among them by Index).
 * NULL: no memory.
 */
xmlNodePtr vm_device_add(xmlDocPtr doc, const struct device_kind *kind, unsigned index, bool is_sorted);
/* Hard disks, optical disks and generic SCSI devices sit on a bus. */
bool vm_device_is_on_bus(const xmlNode *device);
/* How many positions a bus has. */
unsigned vm_device_bus_places(PRL_MASS_STORAGE_INTERFACE_TYPE bus);

#endif
