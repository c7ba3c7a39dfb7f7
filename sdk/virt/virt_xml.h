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
    VIRT_OURS,     /* written from the configuration */
    VIRT_HONOURED, /* goes into the configuration, where no function of the SDK reads it all: given back as it came */
    VIRT_KEPT,     /* means nothing here, or is none of ours: given back as it came */
    VIRT_REFUSED,  /* would change the machine, and cannot be honoured */
};
/* in: the name of the element around it. */
enum virt_element virt_element_of(const char *in, const char *name);
/* Is all of it known, or without a meaning? What would silently run another machine than asked for is refused by name. False: raised. */
bool virt_xml_check(virConnectPtr conn, xmlNodePtr domain);

/* Attributes and children as texts; borrowed from the document by xmlFree'd copies: free() them. NULL: absent. */
char *virt_attr(xmlNodePtr node, const char *path, const char *attribute);
/* The file of EFI variables that a document names; NULL: none, or one that is not there, and then the machine gets its own as it does without. */
char *virt_nvram(xmlNodePtr domain);
/* Adds <name>text</name> (text NULL: empty). NULL: no memory. */
xmlNodePtr virt_add(xmlNodePtr to, const char *name, const char *text);
xmlNodePtr virt_add_u(xmlNodePtr to, const char *name, unsigned long long value);
bool virt_put(xmlNodePtr node, const char *attribute, const char *value);

#define VIRT_MOST_BOOTS 64
#define VIRT_SOUND_HDA ((PRL_VM_DEV_EMULATION_TYPE)2) /* of sound devices: what is neither AC97 nor Sound Blaster */

#define VIRT_NET_VMXNET3 ((PRL_VM_NET_ADAPTER_TYPE)6) /* has a number in the product's configurations, and no name in its headers */

/* Host names of disk buses: "scsi" and the SDK's PMS_*, and the prefix of target names. */
struct virt_bus {
    const char *name, *prefix;
    PRL_MASS_STORAGE_INTERFACE_TYPE iface;
    unsigned places;
    bool has_cd; /* a CD drive can be on it */
};
extern const struct virt_bus virt_buses[];
extern const size_t virt_n_buses;

/* Kept document of a domain, or NULL. */
xmlDocPtr virt_kept(PRL_HANDLE vm);
/* In its place, for a machine that no document defined: what no function of the SDK reads of its configuration. NULL: it could not be read. */
xmlDocPtr virt_document_of(PRL_HANDLE vm);

#endif
