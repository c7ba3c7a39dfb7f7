/* SPDX-License-Identifier: MIT */
/* From a configuration to a domain document: what the files that do it share. */
#ifndef PRLKVM_VIRT_VIRT_XML_FORMAT_H
#define PRLKVM_VIRT_VIRT_XML_FORMAT_H

#include "virt_xml.h"

struct virt_out {
    PRL_HANDLE vm;
    xmlNodePtr old; /* the document that defined it, or NULL */
    bool is_active;
    /* What the machine starts from, in order, as far as documents have a word for it. */
    struct {
        PRL_DEVICE_TYPE type;
        PRL_UINT32 index;
    } boots[VIRT_MOST_BOOTS];
    unsigned n_boots;
    bool has_boot_devices; /* more than the first device of each kind: then the devices have an order, and not the kinds */
    unsigned n_floppies, n_serials, n_parallels;
    bool has_scsi; /* the controller of SCSI disks is there */
};

/* A number of the configuration; 0: it has none. */
PRL_UINT32 virt_number(PRL_RESULT (PRL_CALL *get)(PRL_HANDLE, PRL_UINT32_PTR), PRL_HANDLE h);
/* An element with one attribute. */
xmlNodePtr virt_add_with(xmlNodePtr to, const char *name, const char *attribute, const char *value);
void virt_add_devices(struct virt_out *o, xmlNodePtr root);

#endif
