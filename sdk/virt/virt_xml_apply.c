/* SPDX-License-Identifier: MIT */
/*
 * From a domain document to a configuration: each part is a function that reads one element and calls the SDK's setters. The configuration's devices are
 * replaced by those of the document.
 */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt_xml.h"

struct work {
    virConnectPtr conn;
    xmlNodePtr root;
    PRL_HANDLE vm;
};

static bool
refuse(struct work *w, const char *element, const char *why)
{
    virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_XML_ERROR, element, "element <%s>: %s", element, why);
    return false;
}

/* A setter's answer; element: what asked for it. */
static bool
set(struct work *w, const char *element, PRL_RESULT rc)
{
    if (PRL_FAILED(rc))
        virt_raise_prl(w->conn, NULL, rc, NULL, element);
    return PRL_SUCCEEDED(rc);
}

/* ---- sizes ---- */

static const struct {
    const char *unit;
    unsigned long long bytes;
} units[] = {
    { "b", 1 },           { "bytes", 1 },        { "KB", 1000 },        { "k", 1024 },       { "KiB", 1024 },
    { "MB", 1000000 },    { "M", 1 << 20 },      { "MiB", 1 << 20 },    { "GB", 1000000000 }, { "G", 1 << 30 },
    { "GiB", 1 << 30 },   { "TB", 1000000000000 }, { "T", 1ull << 40 }, { "TiB", 1ull << 40 },
};

/* Without a unit it is KiB. Rounded up to MiB; 0: none, or no number. */
static unsigned
size_mib(xmlNodePtr root, const char *path)
{
    AUTO(cleanup_free) char *unit = virt_attr(root, path, "unit");
    unsigned long long n = xml_get_u64(root, path, 0), bytes = 1024;

    for (size_t i = 0; unit && i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, unit) == 0)
            bytes = units[i].bytes;
    if (n > (1ull << 50) / bytes)
        return 0;
    return (unsigned)((n * bytes + (1 << 20) - 1) >> 20);
}

/* ---- general ---- */

static bool
apply_general(struct work *w)
{
    AUTO(cleanup_free) char *name = xml_get(w->root, "name");
    AUTO(cleanup_free) char *description = xml_get(w->root, "description");
    AUTO(cleanup_free) char *cpuset = virt_attr(w->root, "vcpu", "cpuset");
    AUTO(cleanup_free) char *machine = virt_attr(w->root, "os/type", "machine");
    AUTO(cleanup_free) char *firmware = virt_attr(w->root, "os", "firmware");
    AUTO(cleanup_free) char *loader = virt_attr(w->root, "os/loader", "type");
    AUTO(cleanup_free) char *on_crash = xml_get(w->root, "on_crash");
    unsigned ram = size_mib(w->root, "memory"), vcpus = (unsigned)xml_get_u64(w->root, "vcpu", 1);
    bool is_efi = (firmware && strcmp(firmware, "efi") == 0) || (loader && strcmp(loader, "pflash") == 0);

    if (ram < 4)
        return refuse(w, "memory", "must be at least 4 MiB");
    if (vcpus < 1 || vcpus > 256)
        return refuse(w, "vcpu", "must be 1 to 256");
    return set(w, "name", PrlVmCfg_SetName(w->vm, name)) && set(w, "description", PrlVmCfg_SetDescription(w->vm, description ? description : "")) &&
           set(w, "memory", PrlVmCfg_SetRamSize(w->vm, (ram + 3) / 4 * 4)) && set(w, "vcpu", PrlVmCfg_SetCpuCount(w->vm, vcpus)) &&
           set(w, "vcpu", PrlVmCfg_SetCpuMask(w->vm, cpuset ? cpuset : "")) &&
           set(w, "type", PrlVmCfg_SetChipsetType(w->vm, machine && strstr(machine, "q35") ? CHIP_Q35 : CHIP_PCI440FX)) &&
           set(w, "loader", PrlVmCfg_SetEfiEnabled(w->vm, is_efi)) &&
           set(w, "on_crash", PrlVmCfg_SetActionOnGuestCrash(w->vm, on_crash && strcmp(on_crash, "restart") == 0 ? POCA_RESTART : POCA_PAUSE));
}

/* ---- devices ---- */

static bool
new_device(struct work *w, const char *element, PRL_DEVICE_TYPE type, PRL_VM_DEV_EMULATION_TYPE kind, PRL_HANDLE *ret)
{
    PRL_HANDLE dev = PRL_INVALID_HANDLE;

    if (!set(w, element, PrlVmCfg_CreateVmDev(w->vm, type, &dev)))
        return false;
    *ret = dev;
    return set(w, element, PrlVmDev_SetEmulatedType(dev, kind)) && set(w, element, PrlVmDev_SetEnabled(dev, PRL_TRUE)) &&
           set(w, element, PrlVmDev_SetConnected(dev, PRL_TRUE));
}

static bool
set_source(struct work *w, const char *element, PRL_HANDLE dev, const char *path)
{
    return set(w, element, PrlVmDev_SetSysName(dev, path)) && set(w, element, PrlVmDev_SetFriendlyName(dev, path));
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
apply_format(struct work *w, xmlNodePtr disk, PRL_HANDLE dev)
{
    AUTO(cleanup_free) char *format = virt_attr(disk, "driver", "type");

    /* As everywhere in this format: what is not named is raw, since an image's own word is never believed. */
    if (!format || strcmp(format, "raw") == 0)
        return set(w, "disk", PrlVmDevHd_SetDiskType(dev, PHD_RAW_HARD_DISK));
    if (strcmp(format, "qcow2") == 0)
        return set(w, "disk", PrlVmDevHd_SetDiskType(dev, PHD_EXPANDING_HARD_DISK));
    return refuse(w, "driver", "the type of a disk must be raw or qcow2");
}

static bool
apply_disk(struct work *w, xmlNodePtr disk)
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

    if (device && !is_cd && !is_floppy && strcmp(device, "disk") != 0)
        return refuse(w, "disk", "its device must be disk, cdrom or floppy");
    if (!target || strlen(target) < 3) {
        virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_NO_TARGET, "target", "element <disk>: <target dev> is required");
        return false;
    }
    if (!path && !is_cd && !is_floppy) {
        virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_NO_SOURCE, target, "element <disk> %s: <source file> or <source dev> is required", target);
        return false;
    }
    if (!new_device(w, "disk", is_cd ? PDE_OPTICAL_DISK : is_floppy ? PDE_FLOPPY_DISK : PDE_HARD_DISK,
                    block && !file ? PDT_USE_REAL_DEVICE : PDT_USE_IMAGE_FILE, &dev) ||
        !set_source(w, "source", dev, path ? path : "") || (!path && !set(w, "source", PrlVmDev_SetConnected(dev, PRL_FALSE))))
        return false;
    if (is_floppy)
        return true;
    bus = bus_of(bus_name, target);
    if (!bus)
        return refuse(w, "target", "its bus must be scsi, virtio, sata, ide or usb");
    if (!set(w, "target", PrlVmDev_SetIfaceType(dev, bus->iface)) || !set(w, "target", PrlVmDev_SetStackIndex(dev, place_of(target))))
        return false;
    if (is_cd)
        return true;
    return apply_format(w, disk, dev) && (!serial || set(w, "serial", PrlVmDevHd_SetSerialNumber(dev, serial)));
}

static const struct {
    const char *name;
    PRL_VM_NET_ADAPTER_TYPE type;
} nics[] = { { "virtio", PNT_VIRTIO }, { "e1000", PNT_E1000 }, { "rtl8139", PNT_RTL } };

static bool
apply_interface(struct work *w, xmlNodePtr nic)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *type = virt_attr(nic, NULL, "type");
    AUTO(cleanup_free) char *mac = virt_attr(nic, "mac", "address");
    AUTO(cleanup_free) char *model = virt_attr(nic, "model", "type");
    AUTO(cleanup_free) char *network = virt_attr(nic, "source", "network");
    AUTO(cleanup_free) char *bridge = virt_attr(nic, "source", "bridge");
    PRL_NET_ADAPTER_EMULATED_TYPE kind = PNA_SHARED;
    char digits[13];
    int n = 0;

    if (type && strcmp(type, "bridge") == 0)
        kind = PNA_BRIDGED_NETWORK;
    else if (type && strcmp(type, "user") != 0 && strcmp(type, "network") != 0)
        return refuse(w, "interface", "its type must be user, network or bridge");
    if (!new_device(w, "interface", PDE_GENERIC_NETWORK_ADAPTER, (PRL_VM_DEV_EMULATION_TYPE)kind, &dev))
        return false;
    if (network && !set(w, "source", PrlVmDevNet_SetVirtualNetworkId(dev, network)))
        return false;
    if (bridge && !set(w, "source", PrlVmDevNet_SetBoundAdapterName(dev, bridge)))
        return false;
    for (const char *p = mac; p && *p && n < 12; p++)
        if (*p != ':')
            digits[n++] = *p;
    digits[n] = '\0';
    if (mac && !set(w, "mac", PrlVmDevNet_SetMacAddress(dev, digits)))
        return false;
    for (size_t i = 0; model && i < sizeof nics / sizeof *nics; i++)
        if (strcmp(nics[i].name, model) == 0)
            return set(w, "model", PrlVmDevNet_SetAdapterType(dev, nics[i].type));
    return model ? refuse(w, "model", "of an interface must be virtio, e1000 or rtl8139")
                 : set(w, "model", PrlVmDevNet_SetAdapterType(dev, PNT_RTL)); /* the type's own default */
}

static bool
apply_serial(struct work *w, xmlNodePtr serial)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *type = virt_attr(serial, NULL, "type");
    AUTO(cleanup_free) char *path = virt_attr(serial, "source", "path");
    AUTO(cleanup_free) char *mode = virt_attr(serial, "source", "mode");
    bool is_socket = type && strcmp(type, "unix") == 0;

    if (!type || strcmp(type, "pty") == 0 || strcmp(type, "null") == 0)
        return true; /* kept in the document: nothing listens there */
    if (!is_socket && strcmp(type, "file") != 0 && strcmp(type, "dev") != 0)
        return refuse(w, "serial", "its type must be file, unix, dev, pty or null");
    if (!path)
        return refuse(w, "serial", "<source path> is required");
    return new_device(w, "serial", PDE_SERIAL_PORT, is_socket ? PDT_USE_OTHER : type[0] == 'd' ? PDT_USE_REAL_DEVICE : PDT_USE_OUTPUT_FILE, &dev) &&
           set_source(w, "source", dev, path) &&
           (!is_socket || set(w, "source", PrlVmDevSerial_SetSocketMode(dev, mode && strcmp(mode, "connect") == 0 ? PSP_SERIAL_SOCKET_CLIENT
                                                                                                                    : PSP_SERIAL_SOCKET_SERVER)));
}

static bool
apply_graphics(struct work *w, xmlNodePtr graphics)
{
    AUTO(cleanup_free) char *type = virt_attr(graphics, NULL, "type");
    AUTO(cleanup_free) char *port = virt_attr(graphics, NULL, "port");
    AUTO(cleanup_free) char *listen = virt_attr(graphics, NULL, "listen");
    AUTO(cleanup_free) char *password = virt_attr(graphics, NULL, "passwd");
    AUTO(cleanup_free) char *autoport = virt_attr(graphics, NULL, "autoport");
    int number = port && !(autoport && strcmp(autoport, "yes") == 0) ? atoi(port) : -1;

    if (!type || strcmp(type, "vnc") != 0)
        return refuse(w, "graphics", "its type must be vnc");
    return set(w, "graphics", PrlVmCfg_SetVNCMode(w->vm, number > 0 ? PRD_MANUAL : PRD_AUTO)) &&
           (number <= 0 || set(w, "graphics", PrlVmCfg_SetVNCPort(w->vm, (PRL_UINT32)number))) &&
           set(w, "graphics", PrlVmCfg_SetVNCHostName(w->vm, listen ? listen : "127.0.0.1")) &&
           (!password || set(w, "graphics", PrlVmCfg_SetVNCPassword(w->vm, password)));
}

static bool
apply_video(struct work *w, xmlNodePtr video)
{
    AUTO(cleanup_free) char *vram = virt_attr(video, "model", "vram");
    unsigned long kib = vram ? strtoul(vram, NULL, 10) : 0;

    return kib < 2048 || set(w, "video", PrlVmCfg_SetVideoRamSize(w->vm, (PRL_UINT32)(kib / 1024)));
}

static bool
apply_sound(struct work *w, xmlNodePtr sound)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;

    return new_device(w, "sound", PDE_SOUND_DEVICE, PDT_USE_AC97_SOUND, &dev);
}

static const struct {
    const char *name;
    bool (*apply)(struct work *w, xmlNodePtr device);
} devices[] = {
    { "disk", apply_disk },         { "interface", apply_interface }, { "serial", apply_serial },
    { "graphics", apply_graphics }, { "video", apply_video },         { "sound", apply_sound },
};

static bool
remove_devices(struct work *w)
{
    PRL_UINT32 n = 0;

    if (!set(w, "devices", PrlVmCfg_GetDevsCount(w->vm, &n)))
        return false;
    while (n-- > 0) {
        AUTO(prl_free) PRL_HANDLE list = PRL_INVALID_HANDLE;
        AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;

        if (!set(w, "devices", PrlVmCfg_GetAllDevices(w->vm, &list)) || !set(w, "devices", PrlHndlList_GetItem(list, 0, &dev)) ||
            !set(w, "devices", PrlVmDev_Remove(dev)))
            return false;
    }
    return true;
}

static bool
apply_devices(struct work *w)
{
    xmlNodePtr parent = xml_child(w->root, "devices");

    if (!remove_devices(w) || !set(w, "graphics", PrlVmCfg_SetVNCMode(w->vm, PRD_DISABLED)))
        return false;
    for (xmlNodePtr at = parent ? xmlFirstElementChild(parent) : NULL; at; at = xmlNextElementSibling(at))
        for (size_t i = 0; !at->ns && i < sizeof devices / sizeof *devices; i++)
            if (strcmp(devices[i].name, (const char *)at->name) == 0 && !devices[i].apply(w, at))
                return false;
    return true;
}

/* ---- boot ---- */

static const struct {
    const char *name;
    PRL_DEVICE_TYPE type;
} boots[] = {
    { "hd", PDE_HARD_DISK }, { "cdrom", PDE_OPTICAL_DISK }, { "fd", PDE_FLOPPY_DISK }, { "network", PDE_GENERIC_NETWORK_ADAPTER },
};

static bool
remove_boot(struct work *w)
{
    PRL_UINT32 n = 0;

    for (PrlVmCfg_GetBootDevCount(w->vm, &n); n > 0; n--) {
        AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;

        if (!set(w, "boot", PrlVmCfg_GetBootDev(w->vm, 0, &boot)) || !set(w, "boot", PrlBootDev_Remove(boot)))
            return false;
    }
    return true;
}

/* The first device of that type, since the document names kinds alone. A kind that the machine has none of is passed over. */
static bool
add_boot(struct work *w, PRL_DEVICE_TYPE type, PRL_UINT32 position)
{
    AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    PRL_UINT32 index;

    if (PRL_FAILED(PrlVmCfg_GetDevByType(w->vm, type, 0, &dev)))
        return true;
    return set(w, "boot", PrlVmDev_GetIndex(dev, &index)) && set(w, "boot", PrlVmCfg_CreateBootDev(w->vm, &boot)) &&
           set(w, "boot", PrlBootDev_SetType(boot, type)) && set(w, "boot", PrlBootDev_SetIndex(boot, index)) &&
           set(w, "boot", PrlBootDev_SetSequenceIndex(boot, position)) && set(w, "boot", PrlBootDev_SetInUse(boot, PRL_TRUE));
}

static bool
apply_boot(struct work *w)
{
    PRL_UINT32 position = 0;

    if (!remove_boot(w))
        return false;
    for (xmlNodePtr at = xml_find(w->root, "os/boot"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *dev = virt_attr(at, NULL, "dev");
        bool is_known = false;

        for (size_t i = 0; dev && i < sizeof boots / sizeof *boots; i++)
            if (strcmp(boots[i].name, dev) == 0) {
                is_known = true;
                if (!add_boot(w, boots[i].type, position++))
                    return false;
            }
        if (!is_known)
            return refuse(w, "boot", "its dev must be hd, cdrom, fd or network");
    }
    return position > 0 || add_boot(w, PDE_HARD_DISK, 0);
}

bool
virt_xml_apply(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm_cfg)
{
    struct work w = { conn, xmlDocGetRootElement(x->doc), vm_cfg };

    return apply_general(&w) && apply_devices(&w) && apply_boot(&w);
}
