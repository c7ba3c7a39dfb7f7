/* SPDX-License-Identifier: MIT */
/* Where new devices of a running machine go: what a configuration needs so that its next start puts them there too. */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_PLACE_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_PLACE_H

#include <libxml/tree.h>

#include "qemu_hotplug_rows.h"

/*
 * Completes `next`. On q35 a new adapter, virtio disk or shared folder gets one of the ports for hot-plug (PciPort); shared folders that run
 * stay at their Place; how far the memory can grow stays. PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES: no port is free.
 */
PRL_RESULT hot_place_devices(const struct hot_rows *running, xmlDocPtr stored, xmlDocPtr next);

#endif
