/* SPDX-License-Identifier: MIT */
/*
 * Devices of a VM document: finding, adding, removing them, their places on a bus and in the boot order
 * (semantics 7.3).
 */
#include "vm_devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/str.h"
#include "base/vec.h"
#include "vm_prepare.h"

#define BOOT_ORDER "Settings/Startup/BootingOrder"
#define MOST_CREATED 64u /* of one kind, in a document that is being edited */

static const struct device_kind kinds[] = {
#define COMMON(name, def)
#define DEVICE(element, type, most) { element, type, most },
#define MEMBER(element, name, def)
#define MEMBER_RT(element, name, def)
#include "vm_devices.def"
#undef MEMBER_RT
#undef MEMBER
#undef DEVICE
#undef COMMON
};

static const struct member {
    const char *element, *name, *def; /* element NULL: of every device */
    bool is_rt;
} members[] = {
#define COMMON(name, def) { NULL, name, def, false },
#define DEVICE(element, type, most)
#define MEMBER(element, name, def) { element, name, def, false },
#define MEMBER_RT(element, name, def) { element, name, def, true },
#include "vm_devices.def"
#undef MEMBER_RT
#undef MEMBER
#undef DEVICE
#undef COMMON
    { NULL, "DeviceDescription", "", false },
};

/* ---- kinds ---- */

const struct device_kind *
vm_device_kind(size_t i)
{
    return i < ARRAY_LEN(kinds) ? &kinds[i] : NULL;
}

const struct device_kind *
vm_device_kind_of_type(PRL_DEVICE_TYPE type)
{
    if (type == PDE_PRINTER) /* one list for both */
        type = PDE_PARALLEL_PORT;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return NULL;
}

const struct device_kind *
vm_device_kind_of_node(const xmlNode *n)
{
    if (!n || n->type != XML_ELEMENT_NODE)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp((const char *)n->name, kinds[i].element) == 0)
            return &kinds[i];
    return NULL;
}

const char *
vm_model_device_element(PRL_DEVICE_TYPE type)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);

    return kind ? kind->element : NULL;
}

PRL_DEVICE_TYPE
vm_model_device_type(xmlNodePtr device)
{
    const struct device_kind *kind = vm_device_kind_of_node(device);

    return kind ? kind->type : PDE_MAX;
}

const char *
vm_model_device_default(const char *element, const char *member)
{
    const char *found = NULL;

    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (strcmp(members[i].name, member) == 0
            && (!members[i].element || strcmp(members[i].element, element) == 0))
            found = members[i].def; /* the device's own row comes later */
    return found;
}

/* ---- finding ---- */

static xmlNodePtr
hardware_of(xmlDocPtr doc)
{
    return xml_child(vm_model_root(doc), "Hardware");
}

/* The next device of that kind behind `after` (NULL: the first). */
static xmlNodePtr
next_of_kind(xmlDocPtr doc, const struct device_kind *kind, xmlNodePtr after)
{
    if (!kind)
        return NULL;
    return after ? xml_next(after) : xml_child(hardware_of(doc), kind->element);
}

unsigned
vm_model_device_count(xmlDocPtr doc, PRL_DEVICE_TYPE type)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);
    unsigned count = 0;

    for (xmlNodePtr n = NULL; (n = next_of_kind(doc, kind, n));)
        count++;
    return count;
}

xmlNodePtr
vm_model_device_nth(xmlDocPtr doc, PRL_DEVICE_TYPE type, unsigned nth)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);
    xmlNodePtr n = next_of_kind(doc, kind, NULL);

    while (n && nth--)
        n = xml_next(n);
    return n;
}

xmlNodePtr
vm_model_device_by_index(xmlDocPtr doc, PRL_DEVICE_TYPE type, unsigned index)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);

    if (kind && !kind->most)
        return vm_model_device_nth(doc, type, index);
    for (xmlNodePtr n = NULL; (n = next_of_kind(doc, kind, n));)
        if (xml_get_u64(n, "Index", 0) == index)
            return n;
    return NULL;
}

xmlNodePtr
vm_model_all_devices(xmlDocPtr doc, unsigned nth)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (xmlNodePtr n = NULL; (n = next_of_kind(doc, &kinds[i], n));)
            if (!nth--)
                return n;
    return NULL;
}

/* ---- adding ---- */

int
vm_device_free_index(xmlDocPtr doc, const struct device_kind *kind, unsigned most)
{
    for (unsigned i = 0; kind->most && i < most; i++)
        if (!vm_model_device_by_index(doc, kind->type, i))
            return (int)i;
    return kind->most ? -1 : 0;
}

/* The device the new one goes behind; NULL: none stands in front of it. */
static xmlNodePtr
find_place(xmlNodePtr hardware, const struct device_kind *kind, unsigned index, bool is_sorted)
{
    xmlNodePtr place = NULL;

    for (xmlNodePtr n = hardware->children; n; n = n->next) {
        const struct device_kind *other = vm_device_kind_of_node(n);

        if (!other || other > kind)
            continue;
        if (other == kind && is_sorted && xml_get_u64(n, "Index", 0) > index)
            continue;
        place = n;
    }
    return place;
}

static void
put_in_place(xmlNodePtr hardware, xmlNodePtr node, xmlNodePtr place)
{
    if (place) {
        xmlAddNextSibling(place, node);
        return;
    }
    for (xmlNodePtr n = hardware->children; n; n = n->next) {
        if (vm_device_kind_of_node(n)) {
            xmlAddPrevSibling(n, node);
            return;
        }
    }
    xmlAddChild(hardware, node);
}

static bool
fill(xmlNodePtr node, const struct device_kind *kind, unsigned index)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const struct member *m = &members[i];

        if ((m->element && strcmp(m->element, kind->element) != 0) || m->is_rt)
            continue;
        if (!kind->most && strcmp(m->name, "Index") == 0)
            continue;
        if (!xml_set(node, m->name, m->def))
            return false;
    }
    return !kind->most || xml_set_u64(node, "Index", index);
}

xmlNodePtr
vm_device_add(xmlDocPtr doc, const struct device_kind *kind, unsigned index, bool is_sorted)
{
    xmlNodePtr hardware = xml_make(vm_model_root(doc), "Hardware"), node;

    node = hardware ? xmlNewDocNode(doc, NULL, (const xmlChar *)kind->element, NULL) : NULL;
    if (!node)
        return NULL;
    if (!fill(node, kind, index)) {
        xmlFreeNode(node);
        return NULL;
    }
    put_in_place(hardware, node, find_place(hardware, kind, index, is_sorted));
    return node;
}

static bool
fill_created(xmlNodePtr device, const struct device_kind *kind)
{
    char mac[13];

    if (kind->type == PDE_GENERIC_NETWORK_ADAPTER) {
        vm_mac_make_free(device->doc, mac);
        return xml_set(device, "MAC", mac);
    }
    if (kind->type == PDE_GENERIC_PCI_DEVICE)
        return xml_set_u64(device, "StackIndex", xml_get_u64(device, "Index", 0));
    return true;
}

PRL_RESULT
vm_model_create_device(xmlDocPtr doc, PRL_DEVICE_TYPE type, xmlNodePtr *ret_device)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);
    xmlNodePtr device;
    int index;

    if (!kind)
        return err_set(PRL_ERR_INVALID_ARG, "devices of type %d have no list", (int)type);
    /* More than a machine can have are the commit's to refuse: the caller may be about to take others away. */
    index = vm_device_free_index(doc, kind, MOST_CREATED);
    if (index < 0)
        return err_set(PRL_ERR_OPERATION_FAILED, "there are %u %s devices already", MOST_CREATED, kind->element);
    device = vm_device_add(doc, kind, (unsigned)index, false);
    if (!device || !fill_created(device, kind)) {
        xml_remove(device);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "new device");
    }
    *ret_device = device;
    return PRL_ERR_SUCCESS;
}

xmlDocPtr
vm_model_new_device(PRL_DEVICE_TYPE type)
{
    const struct device_kind *kind = vm_device_kind_of_type(type);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;

    xml_init();
    doc = kind ? xmlNewDoc((const xmlChar *)"1.0") : NULL;
    root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)kind->element, NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(doc, root);
    if (!fill(root, kind, 0) || !fill_created(root, kind))
        return NULL;
    return TAKE(doc);
}

void
vm_model_make_mac(char out[13])
{
    unsigned char b[3];

    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        abort(); /* three bytes cannot come short once the pool is ready */
    snprintf(out, 13, "C43772%02X%02X%02X", b[0], b[1], b[2]);
}

/* ---- buses ---- */

bool
vm_device_is_on_bus(const xmlNode *device)
{
    const struct device_kind *kind = vm_device_kind_of_node(device);

    return kind
           && (kind->type == PDE_HARD_DISK || kind->type == PDE_OPTICAL_DISK || kind->type == PDE_GENERIC_SCSI_DEVICE);
}

unsigned
vm_device_bus_places(PRL_MASS_STORAGE_INTERFACE_TYPE bus)
{
    switch (bus) {
    case PMS_IDE_DEVICE:
        return 4;
    case PMS_SATA_DEVICE:
        return 6;
    case PMS_SCSI_DEVICE:
    case PMS_VIRTIO_BLOCK_DEVICE:
    case PMS_USB_DEVICE:
        return 16;
    default:
        return 0;
    }
}

static bool
is_pci_device(const xmlNode *device)
{
    const struct device_kind *kind = device ? vm_device_kind_of_node(device) : NULL;

    return kind && kind->type == PDE_GENERIC_PCI_DEVICE;
}

/* Hard disks count positions on IDE and SATA together, and on SCSI and USB. */
static unsigned
shared_bus(unsigned bus)
{
    return bus == PMS_SATA_DEVICE ? PMS_IDE_DEVICE : bus == PMS_USB_DEVICE ? PMS_SCSI_DEVICE : bus;
}

static bool
is_place_taken(xmlDocPtr doc, xmlNodePtr device, unsigned bus, unsigned place)
{
    const bool is_pci = is_pci_device(device);
    xmlNodePtr hardware = hardware_of(doc);

    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next) {
        unsigned other;

        if (n == device || !(is_pci ? is_pci_device(n) : vm_device_is_on_bus(n)) || xml_get_u64(n, "StackIndex", 0) != place)
            continue;
        if (is_pci)
            return true;
        other = (unsigned)xml_get_u64(n, "InterfaceType", PMS_IDE_DEVICE);
        if (other == bus || (vm_model_device_type(n) == PDE_HARD_DISK && shared_bus(other) == shared_bus(bus)))
            return true;
    }
    return false;
}

int
vm_model_free_stack_index(xmlDocPtr doc, xmlNodePtr device, PRL_MASS_STORAGE_INTERFACE_TYPE bus)
{
    const unsigned places = is_pci_device(device) ? vm_device_kind_of_node(device)->most : vm_device_bus_places(bus);

    for (unsigned i = 0; i < places; i++)
        if (!is_place_taken(doc, device, bus, i))
            return (int)i;
    return -1;
}

/* ---- boot order ---- */

xmlNodePtr
vm_model_boot_device(xmlDocPtr doc, xmlNodePtr boot_entry)
{
    PRL_DEVICE_TYPE type = (PRL_DEVICE_TYPE)xml_get_u64(boot_entry, "Type", PDE_HARD_DISK);
    uint64_t index = xml_get_u64(boot_entry, "Index", 0);

    return index > UINT32_MAX ? NULL : vm_model_device_by_index(doc, type, (unsigned)index);
}

void
vm_model_remove_device(xmlDocPtr doc, xmlNodePtr device)
{
    xmlNodePtr entry = xml_child(xml_find(vm_model_root(doc), BOOT_ORDER), "BootDevice"), next;

    for (; entry; entry = next) {
        next = xml_next(entry);
        if (vm_model_boot_device(doc, entry) == device)
            xml_remove(entry);
    }
    xml_remove(device);
}

struct boot_entry {
    xmlNodePtr node;
    uint64_t number;
    size_t place; /* in the document, so that equal numbers keep their order */
};

static int
compare_entries(const void *a, const void *b)
{
    const struct boot_entry *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

void
vm_model_renumber_boot(xmlDocPtr doc, bool drop_dangling)
{
    xmlNodePtr order = xml_find(vm_model_root(doc), BOOT_ORDER), next;
    VEC(struct boot_entry) entries = { 0 };

    for (xmlNodePtr n = xml_child(order, "BootDevice"); n; n = next) {
        struct boot_entry e = { n, xml_get_u64(n, "BootingNumber", 0), entries.len };

        next = xml_next(n);
        if (drop_dangling && !vm_model_boot_device(doc, n))
            xml_remove(n);
        else if (!vec_push(&entries, e))
            goto out;
    }
    if (entries.len)
        qsort(entries.p, entries.len, sizeof *entries.p, compare_entries);
    for (size_t i = 0; i < entries.len; i++) {
        xmlUnlinkNode(entries.p[i].node);
        xmlAddChild(order, entries.p[i].node);
        xml_set_u64(entries.p[i].node, "BootingNumber", i + 1);
    }
out:
    vec_free(&entries);
}
