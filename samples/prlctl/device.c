/* SPDX-License-Identifier: MIT */
/* The words of devices: hdd0, net1, "scsi:0". For info.c, which says them, and set.c, which reads them. */
#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ctl_device_kind ctl_device_kinds[] = {
    { "hdd", PDE_HARD_DISK },      { "cdrom", PDE_OPTICAL_DISK },      { "fdd", PDE_FLOPPY_DISK }, { "serial", PDE_SERIAL_PORT },
    { "usb", PDE_USB_DEVICE },     { "sound", PDE_SOUND_DEVICE },      { "pci", PDE_GENERIC_PCI_DEVICE },
    { "net", PDE_GENERIC_NETWORK_ADAPTER },
};
const unsigned ctl_n_device_kinds = sizeof ctl_device_kinds / sizeof *ctl_device_kinds;

const struct ctl_word ctl_interfaces[] = {
    { "ide", PMS_IDE_DEVICE }, { "scsi", PMS_SCSI_DEVICE }, { "sata", PMS_SATA_DEVICE }, { "virtio", PMS_VIRTIO_BLOCK_DEVICE }, { "usb", PMS_USB_DEVICE }, { NULL, 0 },
};
const struct ctl_word ctl_adapters[] = {
    { "rtl", PNT_RTL }, { "e1000", PNT_E1000 }, { "e1000e", PNT_E1000E }, { "virtio", PNT_VIRTIO }, { "hyperv", PNT_HYPERV }, { NULL, 0 },
};
const struct ctl_word ctl_net_types[] = {
    { "host-only", PNA_HOST_ONLY }, { "host", PNA_HOST_ONLY }, { "shared", PNA_SHARED }, { "bridged", PNA_BRIDGED_NETWORK },
    { "routed", PNA_ROUTED },       { "bridge", PNA_BRIDGE },  { NULL, 0 },
};

const char *
ctl_word_of(const struct ctl_word *words, unsigned value)
{
    for (; words->name; words++)
        if (words->value == value)
            return words->name;
    return "unknown";
}

int
ctl_word_find(const struct ctl_word *words, const char *name, unsigned *ret)
{
    for (; words->name; words++)
        if (!strcmp(words->name, name)) {
            *ret = words->value;
            return 0;
        }
    return -1;
}

const struct ctl_device_kind *
ctl_device_kind(const char *name, size_t len)
{
    unsigned i;

    for (i = 0; i < ctl_n_device_kinds; i++)
        if (strlen(ctl_device_kinds[i].name) == len && !strncmp(ctl_device_kinds[i].name, name, len))
            return &ctl_device_kinds[i];
    return NULL;
}

/* "hdd0", and "usb", of which a machine has one. */
const struct ctl_device_kind *
ctl_device_parse(const char *name, unsigned *ret_index)
{
    size_t len = strcspn(name, "0123456789");
    char *end;

    *ret_index = (unsigned)strtoul(name + len, &end, 10);
    return *end ? NULL : ctl_device_kind(name, len);
}

PRL_HANDLE
ctl_device_find(PRL_HANDLE hVm, const char *name)
{
    unsigned wanted;
    const struct ctl_device_kind *kind = ctl_device_parse(name, &wanted);
    PRL_UINT32 i, n = 0, index;
    PRL_HANDLE hDev;

    if (kind)
        PrlVmCfg_GetDevsCountByType(hVm, kind->type, &n);
    for (i = 0; i < n; i++) {
        if (PRL_FAILED(PrlVmCfg_GetDevByType(hVm, kind->type, i, &hDev)))
            continue;
        if (PRL_SUCCEEDED(PrlVmDev_GetIndex(hDev, &index)) && index == wanted)
            return hDev;
        PrlHandle_Free(hDev);
    }
    fprintf(stderr, "The %s device does not exist.\n", name);
    return PRL_INVALID_HANDLE;
}
