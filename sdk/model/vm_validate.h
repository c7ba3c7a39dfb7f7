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
    xmlNodePtr stored; /* the root of the stored document; NULL: there is none */
    unsigned version;  /* of the guest */
    const struct vm_validate_host *host;
    struct vm_findings *out;
    bool is_out_of_memory;
    int dev_index, dev_item_id; /* of the device being looked at; -1: none */
    xmlNodePtr about;           /* what the next findings are about: see validate_about */
    const char *about_paths;
    const char *about_text;     /* instead, or NULL */
};

enum severity { JUST_SAID, CRITICAL };
/* p0, p1: parameters of the message (errors.def says what they are), NULL: none. */
void finding(struct validation *v, PRL_RESULT code, enum severity severity, const char *p0, const char *p1);
void finding_u(struct validation *v, PRL_RESULT code, enum severity severity, uint64_t p0, uint64_t p1);
/* The same for a device, with its number as people count them (from 1) for p0. */
void finding_of(struct validation *v, PRL_RESULT code, enum severity severity, const char *p1);
/* With a third one; numbers all three. */
void finding_3(struct validation *v, PRL_RESULT code, enum severity severity, uint64_t p0, uint64_t p1, uint64_t p2);
/*
 * The values that the findings from here on are about: paths below `from`, separated by blanks; "" is `from` itself. By them a
 * validation of changes tells a fault that was there before from one that a new value makes again.
 */
void validate_about(struct validation *v, xmlNodePtr from, const char *paths);
void validate_about_text(struct validation *v, const char *text); /* values of several places; borrowed until the next validate_about */
uint64_t validate_u64(const struct validation *v, const char *path); /* with the default of vm_defaults.def */
/* Is it another value than the stored one, or, without a stored document, than the default? */
bool validate_is_changed(const struct validation *v, const char *path);

/* Runs check over the devices of a type that are enabled, with dev_index and dev_item_id set. */
typedef void validate_device(struct validation *v, xmlNodePtr device);
void validate_each(struct validation *v, PRL_DEVICE_TYPE type, validate_device *check);

typedef void validate_section(struct validation *v);
validate_section validate_general, validate_boot, validate_remote_display, validate_shared_folders;
validate_section validate_cpu, validate_memory, validate_video;
validate_section validate_floppy, validate_optical, validate_hard_disk, validate_ide, validate_scsi, validate_sata;
validate_section validate_network, validate_serial, validate_parallel, validate_sound, validate_pci;

#endif
