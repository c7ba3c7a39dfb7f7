/* SPDX-License-Identifier: MIT */
/*
 * From a configuration to a domain document: what the machine is, as its configuration has it now, and after that what a defining document had that
 * the configuration cannot express.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virt_xml.h"

static PRL_UINT32
number(PRL_RESULT (PRL_CALL *get)(PRL_HANDLE, PRL_UINT32_PTR), PRL_HANDLE h)
{
    PRL_UINT32 n = 0;

    get(h, &n);
    return n;
}

/* ---- general ---- */

static void
add_size(xmlNodePtr root, const char *name, unsigned long long kib)
{
    virt_put(virt_add_u(root, name, kib), "unit", "KiB");
}

static void
add_vcpu(xmlNodePtr root, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *mask = virt_text(PrlVmCfg_GetCpuMask, vm);
    xmlNodePtr vcpu = virt_add_u(root, "vcpu", number(PrlVmCfg_GetCpuCount, vm));

    virt_put(vcpu, "placement", "static");
    if (mask && mask[0])
        virt_put(vcpu, "cpuset", mask);
}

static const struct {
    PRL_DEVICE_TYPE type;
    const char *name;
} boots[] = {
    { PDE_HARD_DISK, "hd" }, { PDE_OPTICAL_DISK, "cdrom" }, { PDE_FLOPPY_DISK, "fd" }, { PDE_GENERIC_NETWORK_ADAPTER, "network" },
};

static void
add_boot(xmlNodePtr os, PRL_HANDLE vm)
{
    PRL_UINT32 n = number(PrlVmCfg_GetBootDevCount, vm);
    unsigned seen = 0; /* the document names each kind once */

    for (PRL_UINT32 i = 0; i < n; i++) {
        AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;
        PRL_DEVICE_TYPE type;
        PRL_BOOL in_use = PRL_FALSE;

        if (PRL_FAILED(PrlVmCfg_GetBootDev(vm, i, &boot)) || PRL_FAILED(PrlBootDev_GetType(boot, &type)) ||
            PRL_FAILED(PrlBootDev_IsInUse(boot, &in_use)) || !in_use)
            continue;
        for (size_t k = 0; k < sizeof boots / sizeof *boots; k++)
            if (boots[k].type == type && !(seen & 1u << k)) {
                seen |= 1u << k;
                virt_put(virt_add(os, "boot", NULL), "dev", boots[k].name);
            }
    }
}

static void
add_os(xmlNodePtr root, PRL_HANDLE vm)
{
    xmlNodePtr os = virt_add(root, "os", NULL), type;
    PRL_BOOL is_efi = PRL_FALSE;

    if (PRL_SUCCEEDED(PrlVmCfg_IsEfiEnabled(vm, &is_efi)) && is_efi)
        virt_put(os, "firmware", "efi");
    type = virt_add(os, "type", "hvm");
    virt_put(type, "arch", "x86_64");
    virt_put(type, "machine", number(PrlVmCfg_GetChipsetType, vm) == CHIP_PCI440FX ? "pc" : "q35");
    add_boot(os, vm);
}

static void
add_general(xmlNodePtr root, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *description = virt_text(PrlVmCfg_GetDescription, vm);
    unsigned long long kib = (unsigned long long)number(PrlVmCfg_GetRamSize, vm) * 1024;
    PRL_UINT32 on_crash = 0;
    xmlNodePtr features;

    if (description && description[0])
        virt_add(root, "description", description);
    add_size(root, "memory", kib);
    add_size(root, "currentMemory", kib);
    add_vcpu(root, vm);
    add_os(root, vm);
    features = virt_add(root, "features", NULL);
    virt_add(features, "acpi", NULL);
    virt_add(features, "apic", NULL);
    virt_put(virt_add(root, "clock", NULL), "offset", "utc");
    virt_add(root, "on_poweroff", "destroy");
    virt_add(root, "on_reboot", "restart");
    PrlVmCfg_GetActionOnGuestCrash(vm, (void *)&on_crash);
    virt_add(root, "on_crash", on_crash == POCA_RESTART ? "restart" : "preserve");
}

/* ---- disks ---- */

static const struct virt_bus *
bus_of(PRL_HANDLE dev)
{
    PRL_MASS_STORAGE_INTERFACE_TYPE iface = PMS_IDE_DEVICE;

    PrlVmDev_GetIfaceType(dev, &iface);
    for (size_t i = 0; i < virt_n_buses; i++)
        if (virt_buses[i].iface == iface)
            return &virt_buses[i];
    return &virt_buses[0];
}

/* "sda", "sdz", "sdaa"; the place on the bus says which, so that it stays when another disk goes. */
static void
target_name(const char *prefix, unsigned at, char out[16])
{
    char letters[8];
    int n = 0;

    for (unsigned left = at + 1; left > 0 && n < 7; left = (left - 1) / 26)
        letters[n++] = (char)('a' + (left - 1) % 26);
    out += sprintf(out, "%s", prefix);
    while (n > 0)
        *out++ = letters[--n];
    *out = '\0';
}

static void
add_target(xmlNodePtr disk, PRL_HANDLE dev, PRL_DEVICE_TYPE type, unsigned *floppies)
{
    xmlNodePtr target = virt_add(disk, "target", NULL);
    const struct virt_bus *bus = bus_of(dev);
    char name[16];

    if (type == PDE_FLOPPY_DISK) {
        target_name("fd", (*floppies)++, name);
        virt_put(target, "dev", name);
        virt_put(target, "bus", "fdc");
        return;
    }
    target_name(bus->prefix, number(PrlVmDev_GetStackIndex, dev), name);
    virt_put(target, "dev", name);
    virt_put(target, "bus", bus->name);
}

static void
add_disk(xmlNodePtr devices, PRL_HANDLE dev, PRL_DEVICE_TYPE type, unsigned *floppies)
{
    AUTO(cleanup_free) char *path = virt_text(PrlVmDev_GetSysName, dev);
    AUTO(cleanup_free) char *serial = type == PDE_HARD_DISK ? virt_text(PrlVmDevHd_GetSerialNumber, dev) : NULL;
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_IMAGE_FILE;
    PRL_HARD_DISK_INTERNAL_FORMAT format = PHD_EXPANDING_HARD_DISK;
    PRL_BOOL is_connected = PRL_TRUE;
    bool is_hd = type == PDE_HARD_DISK, is_block;
    xmlNodePtr disk = virt_add(devices, "disk", NULL), driver, source;

    PrlVmDev_GetEmulatedType(dev, &kind);
    PrlVmDev_IsConnected(dev, &is_connected);
    if (is_hd)
        PrlVmDevHd_GetDiskType(dev, &format);
    is_block = kind == PDT_USE_REAL_DEVICE;
    virt_put(disk, "type", is_block ? "block" : "file");
    virt_put(disk, "device", is_hd ? "disk" : type == PDE_OPTICAL_DISK ? "cdrom" : "floppy");
    driver = virt_add(disk, "driver", NULL);
    virt_put(driver, "name", "qemu");
    virt_put(driver, "type", !is_hd || is_block || format == PHD_RAW_HARD_DISK ? "raw" : "qcow2");
    if (path && path[0] && (is_hd || is_connected)) {
        source = virt_add(disk, "source", NULL);
        virt_put(source, is_block ? "dev" : "file", path);
    }
    add_target(disk, dev, type, floppies);
    if (serial && serial[0])
        virt_add(disk, "serial", serial);
    if (type == PDE_OPTICAL_DISK)
        virt_add(disk, "readonly", NULL);
}

/* ---- the others ---- */

static void
add_interface(xmlNodePtr devices, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *mac = virt_text(PrlVmDevNet_GetMacAddressCanonical, dev);
    AUTO(cleanup_free) char *bridge = virt_text(PrlVmDevNet_GetBoundAdapterName, dev);
    AUTO(cleanup_free) char *network = virt_text(PrlVmDevNet_GetVirtualNetworkId, dev);
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_SHARED_NETWORK;
    PRL_VM_NET_ADAPTER_TYPE type = PNT_VIRTIO;
    xmlNodePtr nic = virt_add(devices, "interface", NULL);
    bool is_bridge;

    PrlVmDev_GetEmulatedType(dev, &kind);
    PrlVmDevNet_GetAdapterType(dev, &type);
    is_bridge = (int)kind == PNA_BRIDGED_NETWORK && bridge && bridge[0];
    if (!is_bridge && network && network[0] && (int)kind != PNA_SHARED) {
        virt_put(nic, "type", "network");
        if (mac)
            virt_put(virt_add(nic, "mac", NULL), "address", mac);
        virt_put(virt_add(nic, "source", NULL), "network", network);
    } else {
        virt_put(nic, "type", is_bridge ? "bridge" : "user");
        if (mac)
            virt_put(virt_add(nic, "mac", NULL), "address", mac);
        if (is_bridge)
            virt_put(virt_add(nic, "source", NULL), "bridge", bridge);
    }
    virt_put(virt_add(nic, "model", NULL), "type",
             type == PNT_RTL     ? "rtl8139"
             : type == PNT_E1000 ? "e1000"
             : type == PNT_E1000E ? "e1000e"
                                  : "virtio");
}

static void
add_serial(xmlNodePtr devices, PRL_HANDLE dev, unsigned port)
{
    AUTO(cleanup_free) char *path = virt_text(PrlVmDev_GetSysName, dev);
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_OUTPUT_FILE;
    PRL_SERIAL_PORT_SOCKET_OPERATION_MODE mode = PSP_SERIAL_SOCKET_SERVER;
    xmlNodePtr serial, source;
    char text[12];

    PrlVmDev_GetEmulatedType(dev, &kind);
    if (!path || !path[0] || (kind != PDT_USE_OUTPUT_FILE && kind != PDT_USE_OTHER && kind != PDT_USE_REAL_DEVICE))
        return; /* TCP and UDP ports have another shape; they stay in the configuration */
    serial = virt_add(devices, "serial", NULL);
    virt_put(serial, "type", kind == PDT_USE_OTHER ? "unix" : kind == PDT_USE_REAL_DEVICE ? "dev" : "file");
    source = virt_add(serial, "source", NULL);
    if (kind == PDT_USE_OTHER && PRL_SUCCEEDED(PrlVmDevSerial_GetSocketMode(dev, &mode)))
        virt_put(source, "mode", mode == PSP_SERIAL_SOCKET_CLIENT ? "connect" : "bind");
    virt_put(source, "path", path);
    snprintf(text, sizeof text, "%u", port);
    virt_put(virt_add(serial, "target", NULL), "port", text);
}

static void
add_graphics(xmlNodePtr devices, PRL_HANDLE vm, bool is_active)
{
    AUTO(cleanup_free) char *host = virt_text(PrlVmCfg_GetVNCHostName, vm);
    PRL_VM_REMOTE_DISPLAY_MODE mode = PRD_DISABLED;
    PRL_UINT32 port = 0;
    char text[12] = "-1";
    xmlNodePtr graphics;

    if (PRL_FAILED(PrlVmCfg_GetVNCMode(vm, &mode)) || mode == PRD_DISABLED)
        return;
    if ((is_active || mode == PRD_MANUAL) && PRL_SUCCEEDED(PrlVmCfg_GetVNCPort(vm, &port)) && port > 0)
        snprintf(text, sizeof text, "%u", port);
    graphics = virt_add(devices, "graphics", NULL);
    virt_put(graphics, "type", "vnc");
    virt_put(graphics, "port", text);
    virt_put(graphics, "autoport", mode == PRD_AUTO ? "yes" : "no");
    if (host && host[0])
        virt_put(graphics, "listen", host);
}

static void
add_video(xmlNodePtr devices, PRL_HANDLE vm)
{
    xmlNodePtr model = virt_add(virt_add(devices, "video", NULL), "model", NULL);
    char text[16];

    snprintf(text, sizeof text, "%u", number(PrlVmCfg_GetVideoRamSize, vm) * 1024);
    virt_put(model, "type", "vga");
    virt_put(model, "vram", text);
}

static void
add_sound(xmlNodePtr devices)
{
    virt_put(virt_add(devices, "sound", NULL), "model", "ich6");
}

static void
add_devices(xmlNodePtr root, PRL_HANDLE vm, bool is_active)
{
    AUTO(prl_free) PRL_HANDLE list = PRL_INVALID_HANDLE;
    xmlNodePtr devices = virt_add(root, "devices", NULL);
    unsigned floppies = 0, serials = 0;
    PRL_UINT32 n = 0;

    if (PRL_SUCCEEDED(PrlVmCfg_GetAllDevices(vm, &list)))
        PrlHndlList_GetItemsCount(list, &n);
    for (PRL_UINT32 i = 0; i < n; i++) {
        AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
        PRL_DEVICE_TYPE type;
        PRL_BOOL is_enabled = PRL_FALSE;

        if (PRL_FAILED(PrlHndlList_GetItem(list, i, &dev)) || PRL_FAILED(PrlVmDev_GetType(dev, &type)) ||
            PRL_FAILED(PrlVmDev_IsEnabled(dev, &is_enabled)) || !is_enabled)
            continue;
        if (type == PDE_HARD_DISK || type == PDE_OPTICAL_DISK || type == PDE_FLOPPY_DISK)
            add_disk(devices, dev, type, &floppies);
        else if (type == PDE_GENERIC_NETWORK_ADAPTER)
            add_interface(devices, dev);
        else if (type == PDE_SERIAL_PORT)
            add_serial(devices, dev, serials++);
        else if (type == PDE_SOUND_DEVICE)
            add_sound(devices);
    }
    add_graphics(devices, vm, is_active);
    add_video(devices, vm);
}

/* ---- what was kept ---- */

static void
give_back(xmlNodePtr from, xmlNodePtr to, const char *in)
{
    for (xmlNodePtr at = from ? xmlFirstElementChild(from) : NULL; at; at = xmlNextElementSibling(at))
        if (at->ns || virt_element_of(in, (const char *)at->name) == VIRT_KEPT)
            xml_copy_into(to, at);
}

char *
virt_xml_format(virDomainPtr domain, unsigned id)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    AUTO(xmlFreeDoc) xmlDocPtr kept = virt_kept(domain->vm);
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"domain", NULL) : NULL;
    xmlNodePtr old = kept ? xmlDocGetRootElement(kept) : NULL;
    char uuid[UUID_BARE], number_text[12];
    size_t len;
    char *text;

    if (root) {
        AUTO(cleanup_free) char *name = virt_text(PrlVmCfg_GetName, domain->vm);

        xmlDocSetRootElement(doc, root);
        virt_put(root, "type", access("/dev/kvm", R_OK | W_OK) == 0 ? "kvm" : "qemu");
        if (id) {
            snprintf(number_text, sizeof number_text, "%u", id);
            virt_put(root, "id", number_text);
        }
        virt_add(root, "name", name);
        uuid_bare(domain->uuid, uuid);
        virt_add(root, "uuid", uuid);
        add_general(root, domain->vm);
        add_devices(root, domain->vm, id != 0);
        give_back(old, root, NULL);
        give_back(old ? xml_child(old, "devices") : NULL, xml_child(root, "devices"), "devices");
    }
    text = root ? xml_node_text(root, &len) : NULL;
    if (!text)
        virt_raise(domain->conn, domain, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
    return text;
}
