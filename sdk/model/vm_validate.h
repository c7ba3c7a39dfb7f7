/* SPDX-License-Identifier: MIT */
/*
 * Inside of validation (semantics 6.13): the rules of each section report through `finding`. Outside, use
 * vm_model.h.
 */
#ifndef PRLKVM_MODEL_VM_VALIDATE_H
#define PRLKVM_MODEL_VM_VALIDATE_H

#include "vm_model.h"

struct validation {
    xmlDocPtr doc;
    xmlNodePtr root;
    unsigned version; /* of the guest */
    const struct vm_validate_host *host;
    struct vm_findings *out;
    bool is_out_of_memory;
    int dev_index, dev_item_id; /* of the device being looked at; -1: none */
};

enum severity { JUST_SAID, CRITICAL };
/* p0, p1: parameters of the message, NULL: none. */
void finding(struct validation *v, PRL_RESULT code, enum severity severity, const char *p0, const char *p1);
void finding_u(struct validation *v, PRL_RESULT code, enum severity severity, uint64_t p0, uint64_t p1);
uint64_t validate_u64(const struct validation *v, const char *path); /* with the default of vm_defaults.def */

/* Runs check over the devices of a type that are enabled, with dev_index and dev_item_id set. */
typedef void validate_device(struct validation *v, xmlNodePtr device);
void validate_each(struct validation *v, PRL_DEVICE_TYPE type, validate_device *check);

typedef void validate_section(struct validation *v);
validate_section validate_general, validate_boot, validate_remote_display, validate_shared_folders;
validate_section validate_cpu, validate_memory, validate_video;
validate_section validate_floppy, validate_optical, validate_hard_disk, validate_ide, validate_scsi, validate_sata;
validate_section validate_network, validate_serial, validate_parallel, validate_sound, validate_pci;

#endif
