/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_kinds.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

bool
hot_is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, list[i]))
            return true;
    return false;
}

bool
hot_is_controller(const struct hot_row *device)
{
    static const char *const drivers[] = { "virtio-scsi-pci", "lsi53c895a",     "mptsas1068",      "piix4-ide",       "ich9-ahci",
                                           "isa-fdc",         "pcie-root-port", "pci-bridge",      "ich9-usb-ehci1",  "ich9-usb-uhci1",
                                           "ich9-usb-uhci2",  "ich9-usb-uhci3", "qemu-xhci",       "usb-tablet",      "virtio-balloon-pci" };

    return hot_is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

bool
hot_is_usb_bus(const char *bus)
{
    static const char *const buses[] = { "xhci.0", "ehci.0", "uhci0.0" };

    return hot_is_one_of(bus, buses, ARRAY_LEN(buses));
}

bool
hot_is_of_the_start(const struct hot_row *device)
{
    static const char *const drivers[] = { "vfio-pci", "tpm-crb", "virtio-rng-pci", "virtio-serial-pci", "virtserialport" };

    return hot_is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

bool
hot_is_share(const struct hot_row *device)
{
    return str_eq(hot_row_text(device, "driver"), "vhost-user-fs-pci");
}

bool
hot_has_medium(const struct hot_row *device)
{
    static const char *const drivers[] = { "ide-cd", "scsi-cd", "floppy" };

    return hot_is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

bool
hot_is_drive(const struct hot_row *device)
{
    return hot_row_text(device, "drive") != NULL || hot_has_medium(device);
}

void
hot_drive_of(const struct hot_row *device, char out[ROW_KEY])
{
    const char *id = hot_row_id(device);

    snprintf(out, ROW_KEY, "%.*s", (int)(strlen(id) > 4 ? strlen(id) - 4 : 0), id);
}

/* Buses that take and give devices while they run: not the root bus of q35, IDE or SATA. The last two are of i440fx. */
bool
hot_is_pluggable(const struct hot_rows *running, const struct hot_row *device, bool *ret_has_controller)
{
    static const char *const buses[] = { "scsi.0",   "spi.0",    "sas.0",    "xhci.0", "ehci.0", "uhci0.0",
                                         "hotplug0", "hotplug1", "hotplug2", "hotplug3", "pci.0" };
    const char *bus = hot_row_text(device, "bus");
    char controller[ROW_KEY];

    *ret_has_controller = true;
    if (!bus || !hot_is_one_of(bus, buses, ARRAY_LEN(buses)) || hot_is_of_the_start(device) || hot_is_controller(device))
        return false;
    if (strcmp(bus, "pci.0") == 0)
        return true;
    snprintf(controller, sizeof controller, "%.*s", (int)strcspn(bus, "."), bus);
    *ret_has_controller = hot_rows_find_id(running, ROW_DEVICE, controller) != NULL;
    return *ret_has_controller;
}

bool
hot_is_hub(const struct hot_row *netdev)
{
    return str_eq(hot_row_text(netdev, "type"), "hubport");
}

bool
hot_is_setting_of(const char *setting, const char *device)
{
    const char *at = device[0] ? strstr(setting, device) : NULL;

    return at && (at == setting || at[-1] == '/') && (!at[strlen(device)] || at[strlen(device)] == '/');
}
