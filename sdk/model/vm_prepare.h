/* SPDX-License-Identifier: MIT */
/* Steps that registration, commit and clone have in common. Inside sdk/model only. */
#ifndef PRLKVM_MODEL_VM_PREPARE_H
#define PRLKVM_MODEL_VM_PREPARE_H

#include <time.h>

#include "vm_model.h"

/* Twelve upper-case digits out of any usual spelling. False: not an address of one card. */
bool vm_mac_parse(const char *text, char out[13]);
/* A MAC no adapter of doc has. */
void vm_mac_make_free(xmlDocPtr doc, char out[13]);
/* HostInterfaceName from the adapter's MAC. */
bool vm_set_host_interface(xmlNodePtr adapter, const char *mac);
/* SystemName and, where it showed the same, UserFriendlyName. */
bool vm_set_image_path(xmlNodePtr device, const char *path);
/* VmUptimeInSeconds 0 from now on, and VmCreationDate now. */
bool vm_set_birth(xmlNodePtr root, int64_t now);

#endif
