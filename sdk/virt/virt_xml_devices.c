/* SPDX-License-Identifier: MIT */
/* From a domain document to a configuration: its devices, each by a function that reads one element and calls the SDK's setters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "virt_xml_work.h"

static bool
new_device(struct virt_work *w, const char *element, PRL_DEVICE_TYPE type, PRL_VM_DEV_EMULATION_TYPE kind, PRL_HANDLE *ret)
{
    PRL_HANDLE dev = PRL_INVALID_HANDLE;

    if (!virt_set(w, element, PrlVmCfg_CreateVmDev(w->vm, type, &dev)))
        return false;
    *ret = dev;
    return virt_set(w, element, PrlVmDev_SetEmulatedType(dev, kind)) && virt_set(w, element, PrlVmDev_SetEnabled(dev, PRL_TRUE)) &&
           virt_set(w, element, PrlVmDev_SetConnected(dev, PRL_TRUE));
}

/* A device that says when the firmware is to try it. */
static bool
note_boot(struct virt_work *w, xmlNodePtr element, PRL_DEVICE_TYPE type, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *order = virt_attr(element, "boot", "order");
    unsigned long n = order ? strtoul(order, NULL, 10) : 0;
    PRL_UINT32 index = 0;

    if (!order)
        return true;
    if (n < 1 || n > 1000 || w->n_boots == VIRT_MOST_BOOTS)
        return virt_refuse(w, "boot", "its order must be a number from 1 on");
    if (!virt_set(w, "boot", PrlVmDev_GetIndex(dev, &index)))
        return false;
    w->boots[w->n_boots++] = (struct virt_boot){ (unsigned)n, type, index };
    return true;
}

static bool
set_source(struct virt_work *w, const char *element, PRL_HANDLE dev, const char *path)
{
    return virt_set(w, element, PrlVmDev_SetSysName(dev, path)) && virt_set(w, element, PrlVmDev_SetFriendlyName(dev, path));
}

/* "vdb" is the second of its bus, and without <target bus> its letters say the bus. */
static const struct virt_bus *
bus_of(const char *bus, const char *target)
{
    for (size_t i = 0; i < virt_n_buses; i++)
        if (bus ? strcmp(virt_buses[i].name, bus) == 0 : target && strncmp(target, virt_buses[i].prefix, 2) == 0)
            return &virt_buses[i];
    return NULL;
}

static unsigned
place_of(const char *target)
{
    unsigned at = 0;

    for (const char *p = target + 2; *p >= 'a' && *p <= 'z' && at < 100; p++)
        at = at * 26 + (unsigned)(*p - 'a') + 1;
    return at ? at - 1 : 0;
}

static bool
apply_format(struct virt_work *w, xmlNodePtr disk, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *format = virt_attr(disk, "driver", "type");

    /* As everywhere in this format: what is not named is raw, since an image's own word is never believed. */
    if (!format || strcmp(format, "raw") == 0)
        return virt_set(w, "disk", PrlVmDevHd_SetDiskType(dev, PHD_RAW_HARD_DISK));
    if (strcmp(format, "qcow2") == 0)
        return virt_set(w, "disk", PrlVmDevHd_SetDiskType(dev, PHD_EXPANDING_HARD_DISK));
    return virt_refuse(w, "driver", "the type of a disk must be raw or qcow2");
}

/* What the document's controller is; without one as the configuration has it by default. */
static const struct {
    const char *name;
    PRL_CLUSTERED_DEVICE_SUBTYPE type;
} scsi[] = {
    { "virtio-scsi", PCD_VIRTIO_SCSI }, { "virtio-transitional", PCD_VIRTIO_SCSI }, { "virtio-non-transitional", PCD_VIRTIO_SCSI },
    { "lsilogic", PCD_LSI_SPI },        { "lsisas1068", PCD_LSI_SAS },
};

static bool
apply_scsi(struct virt_work *w, PRL_HANDLE dev)
{
    for (xmlNodePtr at = xml_find(w->root, "devices/controller"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *type = virt_attr(at, NULL, "type");
        AUTO(cleanup_free) char *model = virt_attr(at, NULL, "model");

        if (!model || !type || strcmp(type, "scsi") != 0 || strcmp(model, "auto") == 0)
            continue;
        for (size_t i = 0; i < sizeof scsi / sizeof *scsi; i++)
            if (strcmp(scsi[i].name, model) == 0)
                return virt_set(w, "controller", PrlVmDev_SetSubType(dev, scsi[i].type));
        return virt_refuse(w, "controller", "the model of a SCSI one must be virtio-scsi, lsilogic or lsisas1068");
    }
    return true;
}

/* Two disks cannot be in one place; said here, since here it is known which element says so. */
static bool
is_taken(xmlNodePtr disk, const char *target)
{
    for (xmlNodePtr at = disk->prev; at; at = at->prev) {
        bool is_disk = at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, "disk") == 0;
        AUTO(cleanup_free) char *other = is_disk ? virt_attr(at, "target", "dev") : NULL;

        if (other && strcmp(other, target) == 0)
            return true;
    }
    return false;
}

/* Blocks as the guest sees them. The size of logical ones has no function: virt_xml_document.c. */
static bool
apply_blocks(struct virt_work *w, xmlNodePtr disk, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *size = virt_attr(disk, "blockio", "physical_block_size");

    return !size || virt_set(w, "blockio", PrlVmDevHd_SetBlockSize(dev, (PRL_UINT32)strtoul(size, NULL, 10)));
}

static bool
apply_disk(struct virt_work *w, xmlNodePtr disk)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *device = virt_attr(disk, NULL, "device");
    AUTO(cleanup_free) char *file = virt_attr(disk, "source", "file");
    AUTO(cleanup_free) char *block = virt_attr(disk, "source", "dev");
    AUTO(cleanup_free) char *target = virt_attr(disk, "target", "dev");
    AUTO(cleanup_free) char *bus_name = virt_attr(disk, "target", "bus");
    AUTO(cleanup_free) char *serial = xml_get(disk, "serial");
    bool is_cd = device && strcmp(device, "cdrom") == 0, is_floppy = device && strcmp(device, "floppy") == 0;
    const char *path = file ? file : block;
    const struct virt_bus *bus;

    if (!target || strlen(target) < 3) {
        virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_NO_TARGET, "target", "element <disk>: <target dev> is required");
        return false;
    }
    if (!path && !is_cd && !is_floppy) {
        virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_NO_SOURCE, target, "element <disk> %s: <source file> or <source dev> is required", target);
        return false;
    }
    if (is_taken(disk, target))
        return virt_refuse(w, "target", "two disks are in one place");
    if (xml_find(disk, "readonly") && !is_cd && !is_floppy)
        return virt_refuse(w, "readonly", "a hard disk can be written to");
    if (!new_device(w, "disk", is_cd ? PDE_OPTICAL_DISK : is_floppy ? PDE_FLOPPY_DISK : PDE_HARD_DISK,
                    block && !file ? PDT_USE_REAL_DEVICE : PDT_USE_IMAGE_FILE, &dev) ||
        !set_source(w, "source", dev, path ? path : "") || (!path && !virt_set(w, "source", PrlVmDev_SetConnected(dev, PRL_FALSE))))
        return false;
    if (is_floppy)
        return note_boot(w, disk, PDE_FLOPPY_DISK, dev);
    bus = bus_of(bus_name, target);
    if (!bus)
        return virt_refuse(w, "target", "its bus must be scsi, virtio, sata, ide or usb");
    if (place_of(target) >= bus->places)
        return virt_refuse(w, "target", "its bus has no such place");
    if (is_cd && !bus->has_cd)
        return virt_refuse(w, "target", "the bus of a CD drive must be scsi, sata or ide");
    if (!virt_set(w, "target", PrlVmDev_SetIfaceType(dev, bus->iface)) || !virt_set(w, "target", PrlVmDev_SetStackIndex(dev, place_of(target))))
        return false;
    if (bus->iface == PMS_SCSI_DEVICE && !apply_scsi(w, dev))
        return false;
    if (!note_boot(w, disk, is_cd ? PDE_OPTICAL_DISK : PDE_HARD_DISK, dev))
        return false;
    if (is_cd)
        return true;
    return apply_blocks(w, disk, dev) && apply_format(w, disk, dev) && (!serial || virt_set(w, "serial", PrlVmDevHd_SetSerialNumber(dev, serial)));
}

static const struct {
    const char *name;
    PRL_VM_NET_ADAPTER_TYPE type;
} nics[] = {
    { "virtio", PNT_VIRTIO },  { "virtio-transitional", PNT_VIRTIO }, { "virtio-non-transitional", PNT_VIRTIO }, { "e1000", PNT_E1000 },
    { "e1000e", PNT_E1000E }, { "vmxnet3", VIRT_NET_VMXNET3 },            { "rtl8139", PNT_RTL },
};

static bool
apply_interface(struct virt_work *w, xmlNodePtr nic)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *type = virt_attr(nic, NULL, "type");
    AUTO(cleanup_free) char *mac = virt_attr(nic, "mac", "address");
    AUTO(cleanup_free) char *model = virt_attr(nic, "model", "type");
    AUTO(cleanup_free) char *network = virt_attr(nic, "source", "network");
    AUTO(cleanup_free) char *bridge = virt_attr(nic, "source", "bridge");
    PRL_NET_ADAPTER_EMULATED_TYPE kind = PNA_SHARED;
    AUTO(cleanup_free) char *link = virt_attr(nic, "link", "state");
    char digits[14];
    int n = 0;

    if (type && strcmp(type, "bridge") == 0)
        kind = PNA_BRIDGED_NETWORK;
    if (!new_device(w, "interface", PDE_GENERIC_NETWORK_ADAPTER, (PRL_VM_DEV_EMULATION_TYPE)kind, &dev))
        return false;
    if (network && !virt_set(w, "source", PrlVmDevNet_SetVirtualNetworkId(dev, network)))
        return false;
    if (bridge && !virt_set(w, "source", PrlVmDevNet_SetBoundAdapterName(dev, bridge)))
        return false;
    if (link && strcmp(link, "down") == 0 && !virt_set(w, "link", PrlVmDev_SetConnected(dev, PRL_FALSE)))
        return false;
    if (!note_boot(w, nic, PDE_GENERIC_NETWORK_ADAPTER, dev))
        return false;
    for (const char *p = mac; p && *p && n < 13; p++)
        if (*p != ':')
            digits[n++] = *p;
    digits[n] = '\0';
    if (mac && !virt_set(w, "mac", PrlVmDevNet_SetMacAddress(dev, digits)))
        return false;
    for (size_t i = 0; model && i < sizeof nics / sizeof *nics; i++)
        if (strcmp(nics[i].name, model) == 0)
            return virt_set(w, "model", PrlVmDevNet_SetAdapterType(dev, nics[i].type));
    return model ? virt_refuse(w, "model", "of an interface must be virtio, e1000, e1000e, vmxnet3 or rtl8139")
                 : virt_set(w, "model", PrlVmDevNet_SetAdapterType(dev, PNT_RTL)); /* the type's own default */
}

/* Where a port leads, by the type of its element. */
static const struct virt_port {
    const char *type;
    PRL_VM_DEV_EMULATION_TYPE kind;
    bool has_path;
} ports[] = {
    { "file", PDT_USE_OUTPUT_FILE, true }, { "dev", PDT_USE_REAL_DEVICE, true }, { "unix", PDT_USE_OTHER, true },
    { "tcp", PDT_USE_TCP, false },         { "udp", PDT_USE_UDP, false },
};

/* "host:port" of a network port. A UDP one has a source for each direction: here it is the one that sends, or the one that listens. */
static char *
address_of(xmlNodePtr element, bool *ret_is_server)
{
    for (xmlNodePtr at = xml_child(element, "source"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *mode = virt_attr(at, NULL, "mode");
        AUTO(cleanup_free) char *host = virt_attr(at, NULL, "host");
        AUTO(cleanup_free) char *service = virt_attr(at, NULL, "service");

        *ret_is_server = mode && strcmp(mode, "bind") == 0;
        if (service && (!*ret_is_server || !xml_next(at)))
            return str_printf("%s:%s", host && host[0] ? host : "127.0.0.1", service);
    }
    return NULL;
}

static bool
apply_port(struct virt_work *w, xmlNodePtr element, PRL_DEVICE_TYPE type)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *kind = virt_attr(element, NULL, "type");
    AUTO(cleanup_free) char *path = virt_attr(element, "source", "path");
    AUTO(cleanup_free) char *mode = virt_attr(element, "source", "mode");
    const char *name = (const char *)element->name;
    const struct virt_port *p = NULL;
    bool is_server = !(mode && strcmp(mode, "connect") == 0);

    for (size_t i = 0; kind && i < sizeof ports / sizeof *ports; i++)
        if (strcmp(ports[i].type, kind) == 0)
            p = &ports[i];
    if (!p) /* a terminal that nobody could open here, or nothing: the guest has its port, which leads nowhere */
        return new_device(w, name, type, PDT_USE_OUTPUT_FILE, &dev) && virt_set(w, name, PrlVmDev_SetConnected(dev, PRL_FALSE));
    if (!p->has_path) {
        free(path);
        path = address_of(element, &is_server);
    }
    if (!path || !path[0])
        return virt_refuse(w, name, p->has_path ? "<source path> is required" : "<source host service> is required");
    return new_device(w, name, type, p->kind, &dev) && set_source(w, "source", dev, path) &&
           (type != PDE_SERIAL_PORT ||
            virt_set(w, "source", PrlVmDevSerial_SetSocketMode(dev, is_server ? PSP_SERIAL_SOCKET_SERVER : PSP_SERIAL_SOCKET_CLIENT)));
}

static bool
apply_serial(struct virt_work *w, xmlNodePtr serial)
{
    return apply_port(w, serial, PDE_SERIAL_PORT);
}

static bool
apply_parallel(struct virt_work *w, xmlNodePtr parallel)
{
    return apply_port(w, parallel, PDE_PARALLEL_PORT);
}

/* The first console is another name of the first serial port, where there is one. */
static bool
apply_console(struct virt_work *w, xmlNodePtr console)
{
    bool is_first = console == xml_find(w->root, "devices/console");

    return (is_first && xml_find(w->root, "devices/serial")) || apply_serial(w, console);
}

/* ---- of the host ---- */

/* Of its <source>. */
static unsigned long
hex(xmlNodePtr hostdev, const char *child, const char *attribute)
{
    AUTO(cleanup_free) char *text = virt_attr(xml_find(hostdev, "source"), child, attribute);

    return text ? strtoul(text, NULL, 16) : 0;
}

static bool
apply_hostdev(struct virt_work *w, xmlNodePtr hostdev)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *type = virt_attr(hostdev, NULL, "type");
    bool is_usb = type && strcmp(type, "usb") == 0;
    char name[32];

    if (!type || !xml_find(hostdev, is_usb ? "source/vendor" : "source/address"))
        return virt_refuse(w, "hostdev", "a USB device is named by vendor and product, a PCI device by its address");
    if (is_usb)
        snprintf(name, sizeof name, "%04lx:%04lx", hex(hostdev, "vendor", "id") & 0xffff, hex(hostdev, "product", "id") & 0xffff);
    else
        snprintf(name, sizeof name, "%04lx:%02lx:%02lx.%lx", hex(hostdev, "address", "domain") & 0xffff, hex(hostdev, "address", "bus") & 0xff,
                 hex(hostdev, "address", "slot") & 0x1f, hex(hostdev, "address", "function") & 7);
    return new_device(w, "hostdev", is_usb ? PDE_USB_DEVICE : PDE_GENERIC_PCI_DEVICE, PDT_USE_REAL_DEVICE, &dev) &&
           set_source(w, "hostdev", dev, name);
}

/* ---- the others ---- */

/* A document without one (NULL) gets one, as is the format's rule. */
static bool
apply_memballoon(struct virt_work *w, xmlNodePtr balloon)
{
    AUTO(cleanup_free) char *model = balloon ? virt_attr(balloon, NULL, "model") : NULL;
    PRL_UINT32 percent = 0;

    PrlVmCfg_GetMaxBalloonSize(w->vm, &percent);
    if (model && strcmp(model, "none") == 0)
        return virt_set(w, "memballoon", PrlVmCfg_SetMaxBalloonSize(w->vm, 0));
    return percent > 0 || virt_set(w, "memballoon", PrlVmCfg_SetMaxBalloonSize(w->vm, 70));
}

static bool
apply_graphics(struct virt_work *w, xmlNodePtr graphics)
{
    AUTO(cleanup_free) char *port = virt_attr(graphics, NULL, "port");
    AUTO(cleanup_free) char *direct = virt_attr(graphics, NULL, "listen");
    AUTO(cleanup_free) char *inside = virt_attr(graphics, "listen", "address");
    const char *listen = direct ? direct : inside;
    AUTO(cleanup_free) char *password = virt_attr(graphics, NULL, "passwd");
    AUTO(cleanup_free) char *autoport = virt_attr(graphics, NULL, "autoport");
    int number = port && !(autoport && strcmp(autoport, "yes") == 0) ? atoi(port) : -1;

    if (graphics != xml_find(w->root, "devices/graphics"))
        return virt_refuse(w, "graphics", "a machine has one display");
    return virt_set(w, "graphics", PrlVmCfg_SetVNCMode(w->vm, number > 0 ? PRD_MANUAL : PRD_AUTO)) &&
           (number <= 0 || virt_set(w, "graphics", PrlVmCfg_SetVNCPort(w->vm, (PRL_UINT32)number))) &&
           virt_set(w, "graphics", PrlVmCfg_SetVNCHostName(w->vm, listen ? listen : "127.0.0.1")) &&
           (!password || virt_set(w, "graphics", PrlVmCfg_SetVNCPassword(w->vm, password)));
}

static bool
apply_video(struct virt_work *w, xmlNodePtr video)
{
    AUTO(cleanup_free) char *vram = virt_attr(video, "model", "vram");
    unsigned long kib = vram ? strtoul(vram, NULL, 10) : 0;

    if (video != xml_find(w->root, "devices/video"))
        return virt_refuse(w, "video", "a machine has one video adapter");
    return kib < 2048 || virt_set(w, "video", PrlVmCfg_SetVideoRamSize(w->vm, (PRL_UINT32)(kib / 1024)));
}

static bool
apply_sound(struct virt_work *w, xmlNodePtr sound)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *model = virt_attr(sound, NULL, "model");
    bool is_ac97 = model && strcmp(model, "ac97") == 0, is_sb16 = model && strcmp(model, "sb16") == 0;

    if (sound != xml_find(w->root, "devices/sound"))
        return virt_refuse(w, "sound", "a machine has one sound device");
    return new_device(w, "sound", PDE_SOUND_DEVICE, is_ac97 ? PDT_USE_AC97_SOUND : is_sb16 ? PDT_USE_CREATIVE_SB16_SOUND : VIRT_SOUND_HDA, &dev);
}

static const struct {
    const char *name;
    bool (*apply)(struct virt_work *w, xmlNodePtr device);
} devices[] = {
    { "disk", apply_disk },         { "interface", apply_interface }, { "serial", apply_serial },       { "console", apply_console },
    { "parallel", apply_parallel }, { "hostdev", apply_hostdev },     { "memballoon", apply_memballoon }, { "graphics", apply_graphics },
    { "video", apply_video },       { "sound", apply_sound },
};

static bool
remove_devices(struct virt_work *w)
{
    PRL_UINT32 n = 0;

    if (!virt_set(w, "devices", PrlVmCfg_GetDevsCount(w->vm, &n)))
        return false;
    while (n-- > 0) {
        AUTO(prl_free) PRL_HANDLE list = PRL_INVALID_HANDLE;
        AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;

        if (!virt_set(w, "devices", PrlVmCfg_GetAllDevices(w->vm, &list)) || !virt_set(w, "devices", PrlHndlList_GetItem(list, 0, &dev)) ||
            !virt_set(w, "devices", PrlVmDev_Remove(dev)))
            return false;
    }
    return true;
}

bool
virt_apply_devices(struct virt_work *w)
{
    xmlNodePtr parent = xml_child(w->root, "devices");

    if (!remove_devices(w) || !virt_set(w, "graphics", PrlVmCfg_SetVNCMode(w->vm, PRD_DISABLED)))
        return false;
    if (!xml_find(w->root, "devices/memballoon") && !apply_memballoon(w, NULL))
        return false;
    for (xmlNodePtr at = parent ? xmlFirstElementChild(parent) : NULL; at; at = xmlNextElementSibling(at))
        for (size_t i = 0; !at->ns && i < sizeof devices / sizeof *devices; i++)
            if (strcmp(devices[i].name, (const char *)at->name) == 0 && !devices[i].apply(w, at))
                return false;
    return true;
}

