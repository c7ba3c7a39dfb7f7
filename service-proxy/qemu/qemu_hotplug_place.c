/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_place.h"

#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
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

/* As many cores in each as in those that run. */
static bool
add_sockets(const struct hot_rows *running, xmlNodePtr hw)
{
    unsigned cpus, cores;
    uint64_t wanted = xml_get_u64(hw, "Cpu/Number", 1);

    if (!hot_rows_cpus(running, &cpus, &cores) || !cores || wanted <= cpus || wanted % cores)
        return true;
    return xml_set_u64(hw, "Cpu/Sockets", wanted / cores);
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
    if (xml_get_u64(hw, "Memory/EnableHotplug", 0) &&
        (!keep_value(stored, next, "Hardware/Memory/MaxRAM") || !keep_value(stored, next, "Hardware/Memory/MaxNumaRAM")))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    if (xml_get_u64(hw, "Cpu/EnableHotplug", 0) && !add_sockets(running, hw))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    return PRL_ERR_SUCCESS;
}
