/* SPDX-License-Identifier: MIT */
/* From a domain document to a configuration: what the files that do it share. */
#ifndef PRLKVM_VIRT_VIRT_XML_WORK_H
#define PRLKVM_VIRT_VIRT_XML_WORK_H

#include "virt_xml.h"

struct virt_work {
    virConnectPtr conn;
    xmlNodePtr root;
    PRL_HANDLE vm;
    struct virt_boot {
        unsigned order; /* as the document numbers it, from 1 */
        PRL_DEVICE_TYPE type;
        PRL_UINT32 index;
    } boots[VIRT_MOST_BOOTS]; /* devices with an order of their own */
    unsigned n_boots;
};

/* Raises that the element cannot be as it is; false, to be returned. */
bool virt_refuse(struct virt_work *w, const char *element, const char *why);
/* A setter's answer; element: what asked for it. False: raised. */
bool virt_set(struct virt_work *w, const char *element, PRL_RESULT rc);

/* The devices of the configuration become those of the document. */
bool virt_apply_devices(struct virt_work *w);
/* What a configuration has elements for but the SDK no functions. */
bool virt_apply_document(struct virt_work *w);

#endif
