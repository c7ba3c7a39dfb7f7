/* SPDX-License-Identifier: MIT */
/* What reading and writing of domain documents share. */
#include "virt_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct virt_bus virt_buses[] = {
    { "scsi", "sd", PMS_SCSI_DEVICE, 16, true },
    { "virtio", "vd", PMS_VIRTIO_BLOCK_DEVICE, 16, false },
    { "sata", "sd", PMS_SATA_DEVICE, 6, true },
    { "ide", "hd", PMS_IDE_DEVICE, 4, true },
    { "usb", "sd", PMS_USB_DEVICE, 16, false },
};
const size_t virt_n_buses = sizeof virt_buses / sizeof *virt_buses;

char *
virt_attr(xmlNodePtr node, const char *path, const char *attribute)
{
    xmlNodePtr at = path ? xml_find(node, path) : node;
    xmlChar *value = at ? xmlGetNoNsProp(at, (const xmlChar *)attribute) : NULL;
    char *copy = value ? strdup((const char *)value) : NULL;

    xmlFree(value);
    return copy;
}

char *
virt_nvram(xmlNodePtr domain)
{
    AUTO(cleanup_free) char *path = xml_get(domain, "os/nvram");

    return path && path[0] == '/' && access(path, F_OK) == 0 ? TAKE(path) : NULL;
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
