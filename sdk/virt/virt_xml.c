/* SPDX-License-Identifier: MIT */
/* Names that reading and writing of domain documents share, and which elements are whose. */
#include "virt_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct virt_bus virt_buses[] = {
    { "scsi", "sd", PMS_SCSI_DEVICE },
    { "virtio", "vd", PMS_VIRTIO_BLOCK_DEVICE },
    { "sata", "sd", PMS_SATA_DEVICE },
    { "ide", "hd", PMS_IDE_DEVICE },
    { "usb", "sd", PMS_USB_DEVICE },
};
const size_t virt_n_buses = sizeof virt_buses / sizeof *virt_buses;

static const struct {
    const char *in, *name;
    enum virt_element what;
} elements[] = {
    { NULL, "name", VIRT_OURS },
    { NULL, "uuid", VIRT_OURS },
    { NULL, "description", VIRT_OURS },
    { NULL, "memory", VIRT_OURS },
    { NULL, "currentMemory", VIRT_OURS },
    { NULL, "vcpu", VIRT_OURS },
    { NULL, "os", VIRT_OURS },
    { NULL, "features", VIRT_OURS },
    { NULL, "clock", VIRT_OURS },
    { NULL, "on_poweroff", VIRT_OURS },
    { NULL, "on_reboot", VIRT_OURS },
    { NULL, "on_crash", VIRT_OURS },
    { NULL, "devices", VIRT_OURS },
    /* Another hypervisor's, or the guest would run another way than the document says. */
    { NULL, "bootloader", VIRT_REFUSED },
    { NULL, "bootloader_args", VIRT_REFUSED },
    { NULL, "memoryBacking", VIRT_REFUSED },
    { NULL, "numatune", VIRT_REFUSED },
    { NULL, "blkiotune", VIRT_REFUSED },
    { NULL, "memtune", VIRT_REFUSED },
    { NULL, "sysinfo", VIRT_REFUSED },
    { NULL, "idmap", VIRT_REFUSED },
    { NULL, "keywrap", VIRT_REFUSED },
    { NULL, "launchSecurity", VIRT_REFUSED },

    { "devices", "emulator", VIRT_KEPT }, /* the service chooses the program */
    { "devices", "disk", VIRT_OURS },
    { "devices", "interface", VIRT_OURS },
    { "devices", "serial", VIRT_OURS },
    { "devices", "console", VIRT_OURS },
    { "devices", "graphics", VIRT_OURS },
    { "devices", "video", VIRT_OURS },
    { "devices", "sound", VIRT_OURS },
    { "devices", "controller", VIRT_OURS },
    { "devices", "input", VIRT_KEPT }, /* every machine has a keyboard and a pointer */
    { "devices", "memballoon", VIRT_KEPT },
    { "devices", "audio", VIRT_KEPT },
    { "devices", "hub", VIRT_KEPT },
    { "devices", "hostdev", VIRT_REFUSED },
    { "devices", "filesystem", VIRT_REFUSED },
    { "devices", "lease", VIRT_REFUSED },
    { "devices", "redirdev", VIRT_REFUSED },
    { "devices", "redirfilter", VIRT_REFUSED },
    { "devices", "smartcard", VIRT_REFUSED },
    { "devices", "parallel", VIRT_REFUSED },
    { "devices", "channel", VIRT_REFUSED },
    { "devices", "watchdog", VIRT_REFUSED },
    { "devices", "rng", VIRT_REFUSED },
    { "devices", "tpm", VIRT_REFUSED },
    { "devices", "nvram", VIRT_REFUSED },
    { "devices", "panic", VIRT_REFUSED },
    { "devices", "shmem", VIRT_REFUSED },
    { "devices", "memory", VIRT_REFUSED },
    { "devices", "iommu", VIRT_REFUSED },
    { "devices", "vsock", VIRT_REFUSED },
    { "devices", "crypto", VIRT_REFUSED },
};

enum virt_element
virt_element_of(const char *in, const char *name)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if ((elements[i].in == NULL) == (in == NULL) && strcmp(elements[i].name, name) == 0)
            return elements[i].what;
    return VIRT_KEPT;
}

char *
virt_attr(xmlNodePtr node, const char *path, const char *attribute)
{
    xmlNodePtr at = path ? xml_find(node, path) : node;
    xmlChar *value = at ? xmlGetNoNsProp(at, (const xmlChar *)attribute) : NULL;
    char *copy = value ? strdup((const char *)value) : NULL;

    xmlFree(value);
    return copy;
}

xmlNodePtr
virt_add(xmlNodePtr to, const char *name, const char *text)
{
    return to ? xmlNewTextChild(to, NULL, (const xmlChar *)name, (const xmlChar *)text) : NULL;
}

xmlNodePtr
virt_add_u(xmlNodePtr to, const char *name, unsigned long long value)
{
    char text[24];

    snprintf(text, sizeof text, "%llu", value);
    return virt_add(to, name, text);
}

bool
virt_put(xmlNodePtr node, const char *attribute, const char *value)
{
    return node && xmlNewProp(node, (const xmlChar *)attribute, (const xmlChar *)value);
}
