/* SPDX-License-Identifier: MIT */
/* From a configuration to a domain document: its devices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt_xml_format.h"

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
add_target(struct virt_out *o, xmlNodePtr disk, PRL_HANDLE dev, PRL_DEVICE_TYPE type)
{
    xmlNodePtr target = virt_add(disk, "target", NULL);
    const struct virt_bus *bus = bus_of(dev);
    char name[16];

    if (type == PDE_FLOPPY_DISK) {
        target_name("fd", o->n_floppies++, name);
        virt_put(target, "dev", name);
        virt_put(target, "bus", "fdc");
        return;
    }
    target_name(bus->prefix, virt_number(PrlVmDev_GetStackIndex, dev), name);
    virt_put(target, "dev", name);
    virt_put(target, "bus", bus->name);
}

static void
add_order(const struct virt_out *o, xmlNodePtr element, PRL_DEVICE_TYPE type, PRL_HANDLE dev)
{
    PRL_UINT32 index = virt_number(PrlVmDev_GetIndex, dev);
    char order[12];

    for (unsigned i = 0; i < o->n_boots && o->has_boot_devices; i++)
        if (o->boots[i].type == type && o->boots[i].index == index) {
            snprintf(order, sizeof order, "%u", i + 1);
            virt_add_with(element, "boot", "order", order);
            return;
        }
}

/* The disk of the defining document in the place that this one has now; NULL: there was none. */
static xmlNodePtr
kept_disk(const struct virt_out *o, xmlNodePtr disk)
{
    AUTO(cleanup_free) char *target = virt_attr(disk, "target", "dev");

    for (xmlNodePtr at = o->old ? xml_find(o->old, "devices/disk") : NULL; at && target; at = xml_next(at)) {
        AUTO(cleanup_free) char *other = virt_attr(at, "target", "dev");

        if (other && strcmp(other, target) == 0)
            return at;
    }
    return NULL;
}

/* Limits and blocks, which no function of the SDK reads. */
static void
give_back_limits(const struct virt_out *o, xmlNodePtr disk)
{
    xmlNodePtr old = kept_disk(o, disk), blocks = old ? xml_child(old, "blockio") : NULL, limits = old ? xml_child(old, "iotune") : NULL;

    if (blocks)
        xml_copy_into(disk, blocks);
    if (limits)
        xml_copy_into(disk, limits);
}

/* One controller for all SCSI disks is what a document says; the model of the first counts. */
static void
add_scsi(struct virt_out *o, xmlNodePtr devices, PRL_HANDLE dev)
{
    PRL_MASS_STORAGE_INTERFACE_TYPE iface = PMS_IDE_DEVICE;
    PRL_CLUSTERED_DEVICE_SUBTYPE type = PCD_VIRTIO_SCSI;
    xmlNodePtr controller;

    if (o->has_scsi || PRL_FAILED(PrlVmDev_GetIfaceType(dev, &iface)) || iface != PMS_SCSI_DEVICE)
        return;
    o->has_scsi = true;
    PrlVmDev_GetSubType(dev, &type);
    controller = virt_add_with(devices, "controller", "type", "scsi");
    virt_put(controller, "index", "0");
    virt_put(controller, "model", type == PCD_LSI_SPI ? "lsilogic" : type == PCD_LSI_SAS ? "lsisas1068" : "virtio-scsi");
}

static void
add_disk(struct virt_out *o, xmlNodePtr devices, PRL_HANDLE dev, PRL_DEVICE_TYPE type)
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
    add_target(o, disk, dev, type);
    if (is_hd)
        give_back_limits(o, disk);
    add_order(o, disk, type, dev);
    if (serial && serial[0])
        virt_add(disk, "serial", serial);
    if (type == PDE_OPTICAL_DISK)
        virt_add(disk, "readonly", NULL);
    if (type != PDE_FLOPPY_DISK)
        add_scsi(o, devices, dev);
}

/* ---- the others ---- */

static void
add_interface(const struct virt_out *o, xmlNodePtr devices, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *mac = virt_text(PrlVmDevNet_GetMacAddressCanonical, dev);
    AUTO(cleanup_free) char *bridge = virt_text(PrlVmDevNet_GetBoundAdapterName, dev);
    AUTO(cleanup_free) char *network = virt_text(PrlVmDevNet_GetVirtualNetworkId, dev);
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_SHARED_NETWORK;
    PRL_VM_NET_ADAPTER_TYPE type = PNT_VIRTIO;
    xmlNodePtr nic = virt_add(devices, "interface", NULL);
    PRL_BOOL is_connected = PRL_TRUE;
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
             : type == VIRT_NET_VMXNET3 ? "vmxnet3"
                                        : "virtio");
    if (PRL_SUCCEEDED(PrlVmDev_IsConnected(dev, &is_connected)) && !is_connected)
        virt_add_with(nic, "link", "state", "down");
    add_order(o, nic, PDE_GENERIC_NETWORK_ADAPTER, dev);
}

static const char *
port_type(PRL_VM_DEV_EMULATION_TYPE kind)
{
    return kind == PDT_USE_OTHER ? "unix" : kind == PDT_USE_REAL_DEVICE ? "dev" : kind == PDT_USE_TCP ? "tcp" : kind == PDT_USE_UDP ? "udp" : "file";
}

/* "host:port"; UDP has a source for each direction, and one that listens has to send somewhere too. */
static void
add_address(xmlNodePtr port, const char *where, bool is_udp, bool is_server)
{
    const char *colon = strrchr(where, ':');
    AUTO(cleanup_free) char *host = colon ? strndup(where, (size_t)(colon - where)) : NULL;
    xmlNodePtr source;

    if (!host)
        return;
    if (is_udp && is_server) {
        source = virt_add_with(port, "source", "mode", "connect");
        virt_put(source, "host", "127.0.0.1");
        virt_put(source, "service", "9");
    }
    source = virt_add_with(port, "source", "mode", is_server ? "bind" : "connect");
    virt_put(source, "host", host);
    virt_put(source, "service", colon + 1);
    if (!is_udp)
        virt_add_with(port, "protocol", "type", "raw");
}

static void
add_port(xmlNodePtr devices, PRL_HANDLE dev, const char *name, unsigned number)
{
    AUTO(cleanup_free) char *path = virt_text(PrlVmDev_GetSysName, dev);
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_OUTPUT_FILE;
    PRL_SERIAL_PORT_SOCKET_OPERATION_MODE mode = PSP_SERIAL_SOCKET_SERVER;
    PRL_BOOL is_connected = PRL_TRUE;
    xmlNodePtr port = virt_add(devices, name, NULL), source;
    char text[12];

    PrlVmDev_GetEmulatedType(dev, &kind);
    PrlVmDev_IsConnected(dev, &is_connected);
    if (strcmp(name, "serial") == 0)
        PrlVmDevSerial_GetSocketMode(dev, &mode);
    virt_put(port, "type", path && path[0] && is_connected ? port_type(kind) : "null");
    if (path && path[0] && is_connected && (kind == PDT_USE_TCP || kind == PDT_USE_UDP)) {
        add_address(port, path, kind == PDT_USE_UDP, mode == PSP_SERIAL_SOCKET_SERVER);
    } else if (path && path[0] && is_connected) {
        source = virt_add(port, "source", NULL);
        if (kind == PDT_USE_OTHER)
            virt_put(source, "mode", mode == PSP_SERIAL_SOCKET_CLIENT ? "connect" : "bind");
        virt_put(source, "path", path);
    }
    snprintf(text, sizeof text, "%u", number);
    virt_add_with(port, "target", "port", text);
}

/* ---- of the host ---- */

static void
add_hex(xmlNodePtr to, const char *attribute, unsigned value, int digits)
{
    char text[16];

    snprintf(text, sizeof text, "0x%0*x", digits, value);
    virt_put(to, attribute, text);
}

/* Names of another shape (products name USB devices in their own way) have no place in a document. */
static void
add_hostdev(xmlNodePtr devices, PRL_HANDLE dev, bool is_usb)
{
    AUTO(cleanup_free) char *name = virt_text(PrlVmDev_GetSysName, dev);
    unsigned domain = 0, bus, slot, function = 0, vendor, product;
    xmlNodePtr hostdev, source, address;
    int end = 0;

    if (!name)
        return;
    if (is_usb ? sscanf(name, "%4x:%4x%n", &vendor, &product, &end) != 2 : sscanf(name, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4)
        return;
    if (name[end])
        return;
    hostdev = virt_add_with(devices, "hostdev", "mode", "subsystem");
    virt_put(hostdev, "type", is_usb ? "usb" : "pci");
    virt_put(hostdev, "managed", "no");
    source = virt_add(hostdev, "source", NULL);
    if (is_usb) {
        add_hex(virt_add(source, "vendor", NULL), "id", vendor, 4);
        add_hex(virt_add(source, "product", NULL), "id", product, 4);
        return;
    }
    address = virt_add(source, "address", NULL);
    add_hex(address, "domain", domain, 4);
    add_hex(address, "bus", bus, 2);
    add_hex(address, "slot", slot, 2);
    add_hex(address, "function", function, 1);
}

/* ---- one of each ---- */

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

/* Which adapter it is no function of the SDK says. */
static void
add_video(const struct virt_out *o, xmlNodePtr devices)
{
    AUTO(cleanup_free) char *type = o->old ? virt_attr(o->old, "devices/video/model", "type") : NULL;
    xmlNodePtr model = virt_add_with(virt_add(devices, "video", NULL), "model", "type", type ? type : "vga");
    char text[16];

    snprintf(text, sizeof text, "%u", virt_number(PrlVmCfg_GetVideoRamSize, o->vm) * 1024);
    if (!type || strcmp(type, "vga") == 0 || strcmp(type, "qxl") == 0 || strcmp(type, "vmvga") == 0) /* the others have their own */
        virt_put(model, "vram", text);
}

static void
add_sound(xmlNodePtr devices, PRL_HANDLE dev)
{
    PRL_VM_DEV_EMULATION_TYPE kind = PDT_USE_AC97_SOUND;

    PrlVmDev_GetEmulatedType(dev, &kind);
    virt_add_with(devices, "sound", "model", kind == PDT_USE_AC97_SOUND ? "ac97" : kind == PDT_USE_CREATIVE_SB16_SOUND ? "sb16" : "ich6");
}

/* Controllers follow from the machine and its disks; only a fast one for USB is somebody's choice, which no function of the SDK reads. */
static void
add_usb(const struct virt_out *o, xmlNodePtr devices)
{
    for (xmlNodePtr at = o->old ? xml_find(o->old, "devices/controller") : NULL; at; at = xml_next(at)) {
        AUTO(cleanup_free) char *model = virt_attr(at, NULL, "model");
        xmlNodePtr controller;

        if (!model || !strstr(model, "xhci"))
            continue;
        controller = virt_add_with(devices, "controller", "type", "usb");
        virt_put(controller, "index", "0");
        virt_put(controller, "model", "qemu-xhci");
        return;
    }
}

static void
add_device(struct virt_out *o, xmlNodePtr devices, PRL_HANDLE dev, PRL_DEVICE_TYPE type)
{
    switch (type) {
    case PDE_HARD_DISK:
    case PDE_OPTICAL_DISK:
    case PDE_FLOPPY_DISK:
        add_disk(o, devices, dev, type);
        break;
    case PDE_GENERIC_NETWORK_ADAPTER:
        add_interface(o, devices, dev);
        break;
    case PDE_SERIAL_PORT:
        add_port(devices, dev, "serial", o->n_serials++);
        break;
    case PDE_PARALLEL_PORT:
        add_port(devices, dev, "parallel", o->n_parallels++);
        break;
    case PDE_USB_DEVICE:
    case PDE_GENERIC_PCI_DEVICE:
        add_hostdev(devices, dev, type == PDE_USB_DEVICE);
        break;
    case PDE_SOUND_DEVICE:
        add_sound(devices, dev);
        break;
    default:
        break; /* documents have no word for it */
    }
}

void
virt_add_devices(struct virt_out *o, xmlNodePtr root)
{
    AUTO(prl_free) PRL_HANDLE list = PRL_INVALID_HANDLE;
    xmlNodePtr devices = virt_add(root, "devices", NULL);
    PRL_UINT32 n = 0;

    if (PRL_SUCCEEDED(PrlVmCfg_GetAllDevices(o->vm, &list)))
        PrlHndlList_GetItemsCount(list, &n);
    for (PRL_UINT32 i = 0; i < n; i++) {
        AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
        PRL_DEVICE_TYPE type;
        PRL_BOOL is_enabled = PRL_FALSE;

        if (PRL_SUCCEEDED(PrlHndlList_GetItem(list, i, &dev)) && PRL_SUCCEEDED(PrlVmDev_GetType(dev, &type)) &&
            PRL_SUCCEEDED(PrlVmDev_IsEnabled(dev, &is_enabled)) && is_enabled)
            add_device(o, devices, dev, type);
    }
    add_graphics(devices, o->vm, o->is_active);
    add_video(o, devices);
    add_usb(o, devices);
    virt_add_with(devices, "memballoon", "model", virt_number(PrlVmCfg_GetMaxBalloonSize, o->vm) > 0 ? "virtio" : "none");
}
