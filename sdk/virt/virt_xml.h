/* SPDX-License-Identifier: MIT */
/* Domain documents: what the files that read and write them share. */
#ifndef PRLKVM_VIRT_VIRT_XML_H
#define PRLKVM_VIRT_VIRT_XML_H

#include "base/xml.h"
#include "virt.h"

struct virt_xml {
    xmlDocPtr doc;
    char *name;
    char uuid[UUID_TEXT]; /* "": none */
};

/* What becomes of an element of a domain document. */
enum virt_element {
    VIRT_OURS,    /* written from the configuration */
    VIRT_KEPT,    /* means nothing here, or is none of ours: given back as it came */
    VIRT_REFUSED, /* would change the machine, and cannot be honoured */
};
/* `in`: NULL for a child of <domain>, "devices" for a device. */
enum virt_element virt_element_of(const char *in, const char *name);

/* Attributes and children as texts; borrowed from the document by xmlFree'd copies: free() them. NULL: absent. */
char *virt_attr(xmlNodePtr node, const char *path, const char *attribute);
/* Adds <name>text</name> (text NULL: empty). NULL: no memory. */
xmlNodePtr virt_add(xmlNodePtr to, const char *name, const char *text);
xmlNodePtr virt_add_u(xmlNodePtr to, const char *name, unsigned long long value);
bool virt_put(xmlNodePtr node, const char *attribute, const char *value);

/* Host names of disk buses: "scsi" and the SDK's PMS_*, and the prefix of target names. */
struct virt_bus {
    const char *name, *prefix;
    PRL_MASS_STORAGE_INTERFACE_TYPE iface;
};
extern const struct virt_bus virt_buses[];
extern const size_t virt_n_buses;

/* Kept document of a domain, or NULL. */
xmlDocPtr virt_kept(PRL_HANDLE vm);

#endif
