/* SPDX-License-Identifier: MIT */
/* What sysfs says of the host's PCI devices. Nothing is unbound or bound here: that is the administrator's to do. */
#include "qemu_host_pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_images.h"

bool
host_pci_parse(const char *name, char ret[HOST_PCI_ADDRESS])
{
    static const char full[] = "0123:56:89.b"; /* as long as an address with its domain */
    size_t len = strlen(name), n = sizeof full - 1;
    const char *at = len > n ? name + len - n : name; /* the end of the name */
    unsigned domain = 0, bus, slot, function;
    char dot;

    if (len > n && at[-1] != ':' && at[-1] != ' ')
        return false;
    if (strspn(at, "0123456789abcdefABCDEF:.") != strlen(at) || (strlen(at) != n && strlen(at) != n - 5))
        return false;
    if (strlen(at) == n ? sscanf(at, "%4x:%2x:%2x%c%1u", &domain, &bus, &slot, &dot, &function) != 5
                        : sscanf(at, "%2x:%2x%c%1u", &bus, &slot, &dot, &function) != 4)
        return false;
    if (dot != '.' || slot > 31 || function > 7)
        return false;
    snprintf(ret, HOST_PCI_ADDRESS, "%04x:%02x:%02x.%u", domain & 0xFFFF, bus & 0xFF, slot, function);
    return strcasecmp(strlen(at) == n ? ret : ret + 5, at) == 0; /* every digit in its place */
}

/* The last part of a link's target, "" when there is no such link. */
static void
link_name(const char *address, const char *link, char out[64])
{
    char path[96], target[256];
    ssize_t n;

    snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/%s", address, link);
    n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    snprintf(out, 64, "%.63s", path_basename(target));
}

static PRL_RESULT
refuse(PRL_RESULT code, const char *name, const char *why)
{
    err_set(code, "PCI device '%s': %s", name, why);
    err_param(0, "%s", name);
    return code;
}

static PRL_RESULT
check_device(const char *name)
{
    char address[HOST_PCI_ADDRESS], path[96], driver[64], group[64];
    AUTO(cleanup_free) char *why = NULL;
    int fd;

    if (!host_pci_parse(name, address))
        return refuse(PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST, name, "no address of a PCI device");
    snprintf(path, sizeof path, "/sys/bus/pci/devices/%s", address);
    if (!path_exists(path))
        return refuse(PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST, name, "this host has none there");
    link_name(address, "iommu_group", group);
    if (!group[0])
        return refuse(PRL_ERR_CANT_START_VM_SINCE_NO_VTD_DRIVER, name,
                      "it is in no IOMMU group: VT-d or AMD-Vi is missing or switched off (intel_iommu=on, amd_iommu=on)");
    link_name(address, "driver", driver);
    if (strcmp(driver, "vfio-pci") != 0) {
        why = str_printf("bound to '%s', not to vfio-pci: 'driverctl set-override %s vfio-pci' does that", driver, address);
        return refuse(PRL_ERR_CANT_START_VM_SINCE_NO_VTD_DRIVER, name, why ? why : "not bound to vfio-pci");
    }
    snprintf(path, sizeof path, "/dev/vfio/%s", group);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        int e = errno;

        why = str_printf("'%s': %s", path, strerror(e));
        return refuse(e == EBUSY ? PRL_ERR_CANT_START_VM_SINCE_VTD_DEVICE_ALREADY_USED : PRL_ERR_CANT_START_VM_SINCE_NO_VTD_DRIVER,
                      name, why ? why : path);
    }
    close(fd);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
host_pci_check(xmlDocPtr doc)
{
    static const char *const elements[] = { "GenericPciDevice", "PciVideoAdapter" };
    xmlNodePtr hw = xml_find(xmlDocGetRootElement(doc), "Hardware");

    for (size_t k = 0; hw && k < ARRAY_LEN(elements); k++)
        for (xmlNodePtr dev = xml_child(hw, elements[k]); dev; dev = xml_next(dev)) {
            AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");
            PRL_RESULT rc;

            if (!qemu_device_is_on(dev) || !xml_get_u64(dev, "Connected", 1))
                continue;
            rc = check_device(name ? name : "");
            if (PRL_FAILED(rc))
                return rc;
        }
    return PRL_ERR_SUCCESS;
}
