/* SPDX-License-Identifier: MIT */
/*
 * The VM document (root VirtuozzoVirtualMachine): an empty one, parsing, text, the default configuration of a guest, default
 * devices, merging and validation. Pure functions over libxml2 trees; a tree belongs to one thread at a time. Used by both sides.
 */
#ifndef PRLKVM_MODEL_VM_MODEL_H
#define PRLKVM_MODEL_VM_MODEL_H

#include "base/err.h"
#include "base/xml.h"
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>

/* What the default configuration wants to know of the host. */
struct host_facts {
    unsigned cpus;          /* >= 1 */
    uint64_t ram_mib;       /* 512 when unknown */
    bool has_hw_virt;
    const char *bridged_network; /* id of the first enabled bridged network, "" none */
};

/* A new document with all defaults of semantics 7.2/7.3, random VmUuid. NULL: no memory. */
xmlDocPtr vm_model_new(void);
/*
 * Root checked, required structure made good (a missing complex element takes its defaults when read).
 * PARSE_VM_CONFIG with why.
 */
PRL_RESULT vm_model_parse(const char *text, size_t len, xmlDocPtr *ret);

/* A tree that a merge could take ages over is refused: PARSE_VM_CONFIG with why. */
PRL_RESULT vm_model_check_size(xmlNodePtr root);

enum vm_text_for {
    VM_TEXT_FILE,   /* config.pvs: schemaVersion="1.0" on the root */
    VM_TEXT_HANDLE, /* for a handle: id="-1" there */
};
PRL_RESULT vm_model_text(xmlDocPtr doc, enum vm_text_for what, char **ret_text, size_t *ret_len);

/*
 * The default of an element that vm_defaults.def has ("Hardware/Memory/RAM"), or of a member of a device;
 * NULL: none. Static.
 */
const char *vm_model_default(const char *path);
const char *vm_model_device_default(const char *element, const char *member);
/* Where the elements above that one are not there, they are made with all their plain members: readers insist on the older ones (7.1). */
bool vm_model_make_above(xmlNodePtr root, const char *path);

/* semantics 7.5 */
PRL_RESULT vm_model_set_default(xmlDocPtr doc, const struct host_facts *host, unsigned guest_version, bool create_devices);
/* The same for a document of vm_model_new that nobody has changed: it is not made twice. */
PRL_RESULT vm_model_fill_new(xmlDocPtr doc, const struct host_facts *host, unsigned guest_version, bool create_devices);
/* 7.6; *ret_device is inside doc. PRL_ERR_OPERATION_FAILED: other type, no slot. */
PRL_RESULT vm_model_add_default_device(xmlDocPtr doc, const struct host_facts *host, PRL_DEVICE_TYPE type, xmlNodePtr *ret_device);
/*
 * PrlVmCfg_CreateVmDev: appended with the device's defaults, first free Index, Enabled 0. INVALID_ARG for a
 * type without a list.
 */
PRL_RESULT vm_model_create_device(xmlDocPtr doc, PRL_DEVICE_TYPE type, xmlNodePtr *ret_device);
/*
 * A free-standing device with defaults, in a document of its own (root: the device's element). NULL: type
 * without a list, no memory.
 */
xmlDocPtr vm_model_new_device(PRL_DEVICE_TYPE type);
/* Also drops its boot entries. */
void vm_model_remove_device(xmlDocPtr doc, xmlNodePtr device);

/* Devices: the element name of a type below Hardware (NULL: has no list), n-th in document order, by Index. */
const char *vm_model_device_element(PRL_DEVICE_TYPE type);
PRL_DEVICE_TYPE vm_model_device_type(xmlNodePtr device);
unsigned vm_model_device_count(xmlDocPtr doc, PRL_DEVICE_TYPE type);
xmlNodePtr vm_model_device_nth(xmlDocPtr doc, PRL_DEVICE_TYPE type, unsigned n);
xmlNodePtr vm_model_device_by_index(xmlDocPtr doc, PRL_DEVICE_TYPE type, unsigned index);
/* The order PrlVmCfg_GetAllDevices enumerates (semantics 7.3): every device, NULL behind the last. */
xmlNodePtr vm_model_all_devices(xmlDocPtr doc, unsigned n);
/* Lowest free StackIndex of a bus; -1: full. */
int vm_model_free_stack_index(xmlDocPtr doc, xmlNodePtr device, PRL_MASS_STORAGE_INTERFACE_TYPE bus);
void vm_model_make_mac(char out[13]); /* "C43772" + six random upper-case hex digits */

/* The device a boot entry means; NULL: there is none. */
xmlNodePtr vm_model_boot_device(xmlDocPtr doc, xmlNodePtr boot_entry);
/*
 * Boot entries sorted by BootingNumber and renumbered from 1; entries without device dropped when
 * `drop_dangling`.
 */
void vm_model_renumber_boot(xmlDocPtr doc, bool drop_dangling);

/*
 * semantics 7.11: *ret a new document. VM_CONFIG_WAS_CHANGED with the field named in the details. old_doc may be cur_doc itself: nothing
 * was changed meanwhile.
 */
PRL_RESULT vm_model_merge(xmlDocPtr old_doc, xmlDocPtr cur_doc, xmlDocPtr new_doc, xmlDocPtr *ret);
/*
 * Takes away what a client's document has and config.pvs has not (the (rt) elements). What `stored` (may be NULL) has stays: other
 * programs wrote such elements.
 */
void vm_model_drop_client_only(xmlDocPtr doc, xmlDocPtr stored);
/*
 * What the service keeps and callers cannot change (dates, uptime, ServerUuid, home, owner ...) becomes as it
 * is in `from`.
 */
bool vm_model_take_owned(xmlDocPtr doc, xmlDocPtr from);

/* semantics 6.13. */
struct vm_finding {
    PRL_RESULT code;
    bool is_critical;
    char *param[ERR_PARAMS]; /* or NULL */
    int dev_index, dev_item_id; /* -1: not about a device */
    char *value; /* what was looked at, to tell changes from the rest; or NULL */
};
struct vm_findings {
    struct vm_finding *p;
    size_t len, room;
};
/* What other machines of the service use; asked without a lock held. */
struct vm_neighbours {
    void *arg;
    bool (*has_address)(void *arg, const char *address); /* "10.0.0.5", without a mask */
    bool (*has_pci_device)(void *arg, const char *system_name);
};
/* All zero asks for nothing but what a document says of itself. */
struct vm_validate_host {
    unsigned cpus;
    uint64_t ram_mib;
    uint64_t ram_recommended_mib; /* 0: none */
    bool check_files; /* look at image files */
    const char *home; /* relative names are inside it; may be NULL */
    unsigned vnc_base_port; /* lowest one of a manual display; 0: 5900 */
    bool lacks_cpu_units, lacks_cpu_limit, lacks_io_priority; /* control groups that this service cannot use */
    uint64_t lacking_devices;     /* bits 1 << PDE_*: types that no machine gets here */
    const unsigned *rate_classes; /* network classes with a total rate */
    size_t n_rate_classes;
    const struct vm_neighbours *neighbours; /* NULL: not asked */
};
/* section: PVC_*; stored: the stored document, NULL: there is none. False: no memory. */
bool vm_model_validate(xmlDocPtr doc, xmlDocPtr stored, int section, const struct vm_validate_host *host, struct vm_findings *ret);
void vm_findings_free(struct vm_findings *f);
/* One finding as an event document (semantics 6.13). NULL: no memory. */
xmlDocPtr vm_finding_event(const struct vm_finding *f);
/* The first critical one as INCONSISTENCY_VM_CONFIG with its nested event (err_set done), or SUCCESS. */
PRL_RESULT vm_findings_critical(const struct vm_findings *f);

/* ---- for the service: what registration, commit and clone do to a document ---- */

/* The root element; never NULL for a document of vm_model_new or vm_model_parse. */
xmlNodePtr vm_model_root(xmlDocPtr doc);
bool vm_model_is_template(xmlNodePtr root); /* as the row of vm_cfg.def reads it */
/* Virtual processors in all: Cpu/Number is the cores of each socket. */
uint64_t vm_model_cpus(xmlNodePtr root);
/* A name a VM may get: VM_NAME_IS_EMPTY, VMCONF_VM_NAME_HAS_INVALID_SYMBOL (p0 name), VMCONF_VM_NAME_IS_TOO_LONG (p0 the most). */
PRL_RESULT vm_model_check_name(const char *name);

/* A file of the host that a device names. */
enum vm_image_kind {
    VM_IMAGE_DISK,   /* Hdd, EmulatedType image */
    VM_IMAGE_CD,     /* CdRom, image: read-only, may lie anywhere */
    VM_IMAGE_FLOPPY, /* Fdd, image */
    VM_IMAGE_OUTPUT, /* Serial or Printer, output file */
};
struct vm_image {
    enum vm_image_kind kind;
    PRL_DEVICE_TYPE type;
    unsigned index;    /* the device's Index */
    xmlNodePtr device; /* inside the document */
    char *path;        /* absolute and clean; owned */
    bool is_inside;    /* below home */
    bool is_used;      /* enabled and connected */
};
struct vm_images {
    struct vm_image *p;
    size_t len, room;
};
/*
 * Devices with an empty SystemName are left out; relative names are inside home. INVALID_ARG, with why: a path
 * that is not clean.
 */
PRL_RESULT vm_model_images(xmlDocPtr doc, const char *home, struct vm_images *ret);
void vm_images_free(struct vm_images *v);
/*
 * Where the device's file is; allocated; NULL: it names none, no memory, or the name is not clean (then
 * err_set has said so).
 */
char *vm_model_image_path(xmlNodePtr device, const char *home);

/* 6.4 steps 3 and 5: the document of a VM that shall be registered. */
struct vm_prepare_new {
    const char *home;              /* absolute directory it gets */
    const char *uuid;              /* with braces */
    const char *server_uuid;
    const char *machine;           /* versioned q35 machine of QEMU ("pc-q35-7.2"): pinned as Hardware/Chipset/QemuMachine */
    const char *bridged_network;   /* network id for bridged adapters without one; "": there is none; NULL: leave them */
    const char *host_only_network; /* the same for host-only and shared ones */
    int64_t now;                   /* time_t */
};
/*
 * VmUuid, SourceVmUuid, ServerUuid, dates, uptime 0, an empty name (*ret_name_generated), MACs, host interface names, absolute image names, disk serials,
 * chipset version, Windows clock shift, boot order, maximum RAM, list ids. INCONSISTENCY_VM_CONFIG (nested event): an image name
 * that leads outside by tricks ("..", control characters).
 */
PRL_RESULT vm_model_prepare_new(xmlDocPtr doc, const struct vm_prepare_new *p, bool *ret_name_generated);
/*
 * The same for a committed document: what the caller cannot change comes from `stored` (VmUuid, creation date, uptime, ServerUuid,
 * home, fast reboot, the machine), new devices are made complete, PrevOsNumber, maximum RAM and boot order follow (6.7).
 */
PRL_RESULT vm_model_prepare_commit(xmlDocPtr doc, xmlDocPtr stored, const struct vm_prepare_new *p);

/* 6.8 "The copy". */
struct vm_prepare_clone {
    const char *uuid, *name;
    const char *home;        /* of the clone */
    const char *source_home;
    const char *source_uuid;
    const char *server_uuid;
    bool to_template;
    bool is_linked;          /* LinkedVmUuid = source_uuid; else cleared */
    bool detach_external;    /* disks outside source_home are left out */
    int64_t now;
};
PRL_RESULT vm_model_prepare_clone(xmlDocPtr doc, const struct vm_prepare_clone *c);
/*
 * Where the clone has the file that the source has at `path`: the same place below its home; an outside disk in a directory named by
 * the clone's bare uuid beside the original; an outside CD image stays where it is. Allocated; NULL: no memory.
 */
char *vm_model_clone_path(const struct vm_prepare_clone *c, enum vm_image_kind kind, const char *path);
/* True: something under Hardware differs (order and ids aside). */
bool vm_model_hardware_differs(xmlDocPtr a, xmlDocPtr b);

#endif
