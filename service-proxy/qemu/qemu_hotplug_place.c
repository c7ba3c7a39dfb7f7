/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_place.h"

#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_extras.h"
#include "qemu_hotplug_kinds.h"
#include "qemu_hotplug_plan.h"

#define PORTS 4

static const struct {
    const char *element, *id;
} kinds[] = { { "NetworkAdapter", "net" }, { "Hdd", "hdd" } };

static bool
needs_port(size_t kind, xmlNodePtr dev)
{
    if (!qemu_device_is_on(dev))
        return false;
    return kind == 0 || (xml_get_u64(dev, "Connected", 1) && xml_get_u64(dev, "InterfaceType", PMS_IDE_DEVICE) == PMS_VIRTIO_BLOCK_DEVICE);
}

static bool
runs(const struct hot_rows *running, size_t kind, xmlNodePtr dev)
{
    char id[32];

    snprintf(id, sizeof id, "%s%u-dev", kinds[kind].id, (unsigned)xml_get_u64(dev, "Index", 0));
    return hot_rows_find_id(running, ROW_DEVICE, id) != NULL;
}

/* The ports of what runs, and of other devices that are in the machine at its next start: bits. */
static unsigned
taken_ports(const struct hot_rows *running, xmlNodePtr hw, xmlNodePtr but)
{
    unsigned taken = 0;

    for (size_t i = 0; i < running->len; i++) {
        const char *bus = running->p[i].kind == ROW_DEVICE ? hot_row_text(&running->p[i], "bus") : NULL;

        if (bus && strncmp(bus, "hotplug", 7) == 0 && bus[7] >= '0' && bus[7] < '0' + PORTS)
            taken |= 1u << (bus[7] - '0');
    }
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (xmlNodePtr dev = xml_child(hw, kinds[k].element); dev; dev = xml_next(dev)) {
            uint64_t port = xml_get_u64(dev, "PciPort", PORTS);

            if (dev != but && needs_port(k, dev) && port < PORTS)
                taken |= 1u << port;
        }
    return taken;
}

static PRL_RESULT
place(const struct hot_rows *running, xmlNodePtr hw, xmlNodePtr dev)
{
    uint64_t port = xml_get_u64(dev, "PciPort", PORTS);
    unsigned taken = taken_ports(running, hw, dev);

    if (port < PORTS && !(taken & 1u << port))
        return PRL_ERR_SUCCESS;
    for (port = 0; port < PORTS && (taken & 1u << port);)
        port++;
    if (port == PORTS)
        return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "all %d places for devices to be plugged in are taken", PORTS);
    return xml_set_u64(dev, "PciPort", port) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
}

static bool
keep_value(xmlDocPtr stored, xmlDocPtr next, const char *path)
{
    AUTO(cleanup_free) char *value = xml_get(xmlDocGetRootElement(stored), path);

    return !value || xml_set(xmlDocGetRootElement(next), path, value);
}

/* ---- shared folders ---- */

/* The device of the folder that the guest knows by this name. */
static const struct hot_row *
share_of(const struct hot_rows *running, xmlNodePtr folder)
{
    AUTO(cleanup_free) char *name = xml_get(folder, "Name");

    for (size_t i = 0; name && i < running->len; i++)
        if (running->p[i].kind == ROW_DEVICE && hot_is_share(&running->p[i]) && str_eq(hot_row_text(&running->p[i], "tag"), name))
            return &running->p[i];
    return NULL;
}

/* One that runs stays where it is when others of the list go: at its number, in its port. */
static bool
keep_place(xmlNodePtr folder, const struct hot_row *device)
{
    const char *bus = hot_row_text(device, "bus");
    unsigned number;

    if (sscanf(hot_row_id(device), "share%u-dev", &number) != 1 || !xml_set_u64(folder, "Place", number))
        return false;
    return !bus || strncmp(bus, "hotplug", 7) != 0 || xml_set_u64(folder, "PciPort", (uint64_t)strtoul(bus + 7, NULL, 10));
}

static bool
has_own_port(const struct hot_rows *running, unsigned number)
{
    char port[24];

    snprintf(port, sizeof port, "port1c.%u", number);
    return hot_rows_find_id(running, ROW_DEVICE, port) != NULL;
}

/* A new one, into a port for hot-plug where there are none for shares. Without a free one it waits for the next start. */
static bool
place_share(const struct hot_rows *running, xmlNodePtr hw, xmlNodePtr folder, unsigned number, unsigned *taken)
{
    unsigned all = *taken | taken_ports(running, hw, NULL), port = 0;

    if (!xml_set_u64(folder, "Place", number))
        return false;
    if (has_own_port(running, number)) {
        xml_remove(xml_child(folder, "PciPort"));
        return true;
    }
    while (port < PORTS && (all & 1u << port))
        port++;
    if (port == PORTS)
        return true;
    *taken |= 1u << port;
    return xml_set_u64(folder, "PciPort", port);
}

static bool
place_shares(const struct hot_rows *running, bool is_q35, xmlDocPtr next)
{
    xmlNodePtr root = xmlDocGetRootElement(next), sharing = xml_find(root, "Settings/Tools/SharedFolders/HostSharing"), nodes[SHARES_MAX];
    bool is_good = true;
    unsigned taken = 0;

    for (xmlNodePtr f = sharing ? xml_child(sharing, "SharedFolder") : NULL; f; f = xml_next(f)) {
        const struct hot_row *device = share_of(running, f);

        if (device)
            is_good = is_good && keep_place(f, device);
    }
    if (!sharing || !xml_get_u64(sharing, "Enabled", 0))
        return is_good;
    qemu_share_places(sharing, nodes);
    for (unsigned i = 0; is_q35 && i < SHARES_MAX; i++)
        if (nodes[i] && !share_of(running, nodes[i]))
            is_good = is_good && place_share(running, xml_child(root, "Hardware"), nodes[i], i, &taken);
    return is_good;
}

PRL_RESULT
hot_place_devices(const struct hot_rows *running, xmlDocPtr stored, xmlDocPtr next)
{
    xmlNodePtr hw = xml_child(xmlDocGetRootElement(next), "Hardware");
    bool is_q35 = hot_rows_find_id(running, ROW_DEVICE, "hotplug0") != NULL;

    if (!hw)
        return err_set(PRL_ERR_PARSE_VM_CONFIG, "the configuration has no Hardware");
    for (size_t k = 0; is_q35 && k < ARRAY_LEN(kinds); k++)
        for (xmlNodePtr dev = xml_child(hw, kinds[k].element); dev; dev = xml_next(dev)) {
            PRL_RESULT rc = needs_port(k, dev) && !runs(running, k, dev) ? place(running, hw, dev) : PRL_ERR_SUCCESS;

            if (PRL_FAILED(rc))
                return rc;
        }
    if (!place_shares(running, is_q35, next))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    if (xml_get_u64(hw, "Memory/EnableHotplug", 0) &&
        (!keep_value(stored, next, "Hardware/Memory/MaxRAM") || !keep_value(stored, next, "Hardware/Memory/MaxNumaRAM")))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    return PRL_ERR_SUCCESS;
}
