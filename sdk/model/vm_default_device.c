/* SPDX-License-Identifier: MIT */
/* A device as most users want it (semantics 7.6). */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "guest_os.h"
#include "vm_devices.h"
#include "vm_prepare.h"

#define INSTALL_DISK_MIB 2048
#define NAME_TRIES 1000

struct making {
    xmlDocPtr doc;
    const struct host_facts *host;
    unsigned version;
    PRL_DEVICE_TYPE type;
    xmlNodePtr device;
    unsigned index;
};

static bool
set(struct making *m, const char *name, uint64_t value)
{
    return xml_set_u64(m->device, name, value);
}

static bool
set_names(struct making *m, const char *name)
{
    return xml_set(m->device, "SystemName", name) && xml_set(m->device, "UserFriendlyName", name);
}

/* Another device has a file of that name, whatever its directory. */
static bool
is_name_taken(struct making *m, const char *name)
{
    xmlNodePtr device;

    for (unsigned i = 0; (device = vm_model_all_devices(m->doc, i)); i++) {
        AUTO(cleanup_free) char *other = device != m->device ? xml_get(device, "SystemName") : NULL;

        if (other && strcmp(path_basename(other), name) == 0)
            return true;
    }
    return false;
}

/* The file is there already: of a disk, say, that was taken out of the machine and kept. */
static bool
is_file_there(struct making *m, const char *name)
{
    AUTO(cleanup_free) char *config = xml_get(vm_model_root(m->doc), "Identification/VmHome");
    AUTO(cleanup_free) char *home = config && path_is_absolute(config) ? path_dirname(config) : NULL;
    AUTO(cleanup_free) char *path = home ? path_join(home, name) : NULL;

    return path && path_exists(path);
}

/* "serial.txt", then "serial2.txt", ...: the number is that of the device, or the first one above it that is free. */
static bool
set_numbered_names(struct making *m, const char *stem, const char *suffix)
{
    char name[64];

    for (unsigned number = m->index + 1;; number++) {
        if (number > 1)
            snprintf(name, sizeof name, "%s%u%s", stem, number, suffix);
        else
            snprintf(name, sizeof name, "%s%s", stem, suffix);
        if (number > m->index + NAME_TRIES || (!is_name_taken(m, name) && !is_file_there(m, name)))
            return set_names(m, name);
    }
}

/* The wanted bus, or where that is full its alternative; no place on either is a failure. */
static PRL_RESULT
put_on_bus(struct making *m, PRL_MASS_STORAGE_INTERFACE_TYPE bus)
{
    int place = vm_model_free_stack_index(m->doc, m->device, bus);

    if (place < 0) {
        bus = bus == PMS_SCSI_DEVICE ? PMS_SATA_DEVICE : PMS_SCSI_DEVICE;
        place = vm_model_free_stack_index(m->doc, m->device, bus);
    }
    if (place < 0)
        return err_set(PRL_ERR_OPERATION_FAILED, "no place is free for another disk");
    if (!set(m, "InterfaceType", bus) || !set(m, "StackIndex", (unsigned)place)
        || !set(m, "SubType", guest_os_scsi_controller(m->version)))
        return PRL_ERR_OUT_OF_MEMORY;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_hard_disk(struct making *m)
{
    if (!set(m, "EmulatedType", PDT_USE_IMAGE_FILE) || !set_numbered_names(m, "harddisk", ".hdd")
        || !set(m, "DiskType", PHD_EXPANDING_HARD_DISK) || !set(m, "Size", guest_os_hdd_mib(m->version))
        || !set(m, "Splitted", 0))
        return PRL_ERR_OUT_OF_MEMORY;
    return put_on_bus(m, guest_os_disk_bus(m->version, false));
}

/* The install disk of Windows is filled from an image that belongs to the products. */
static PRL_RESULT
make_install_disk(struct making *m)
{
    int place = vm_model_free_stack_index(m->doc, m->device, PMS_USB_DEVICE);

    if (GUEST_OS_TYPE(m->version) == PVS_GUEST_TYPE_WINDOWS)
        return err_set(PRL_ERR_OPERATION_FAILED, "there is no image for an install disk of Windows");
    if (place < 0)
        return err_set(PRL_ERR_OPERATION_FAILED, "no place is free for another disk on USB");
    if (!set(m, "EmulatedType", PDT_USE_IMAGE_FILE) || !set_numbered_names(m, "harddisk", ".hdd")
        || !set(m, "Size", INSTALL_DISK_MIB) || !set(m, "InterfaceType", PMS_USB_DEVICE)
        || !set(m, "StackIndex", (unsigned)place) || !set(m, "Removable", 1))
        return PRL_ERR_OUT_OF_MEMORY;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_optical_disk(struct making *m)
{
    if (!set(m, "EmulatedType", PDT_USE_IMAGE_FILE))
        return PRL_ERR_OUT_OF_MEMORY;
    return put_on_bus(m, guest_os_disk_bus(m->version, true));
}

static PRL_RESULT
make_net_adapter(struct making *m)
{
    const char *network = m->host->bridged_network ? m->host->bridged_network : "";
    char mac[13], name[16];

    vm_mac_make_free(m->doc, mac);
    snprintf(name, sizeof name, "eth%u", m->index);
    if (!set(m, "EmulatedType", PNA_BRIDGED_NETWORK) || !set_names(m, name)
        || !xml_set(m->device, "AdapterNumber", "-1") || !xml_set(m->device, "AdapterName", "Default Adapter")
        || !xml_set(m->device, "MAC", mac) || !xml_set(m->device, "VirtualNetworkID", network)
        || !set(m, "AdapterType", guest_os_net_adapter(m->version)) || !set(m, "StaticAddress", 0))
        return PRL_ERR_OUT_OF_MEMORY;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_serial_port(struct making *m)
{
    return set(m, "EmulatedType", PDT_USE_OUTPUT_FILE) && set_numbered_names(m, "serial", ".txt")
                   && set(m, "SocketMode", PSP_SERIAL_SOCKET_SERVER)
               ? PRL_ERR_SUCCESS
               : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
make_parallel_port(struct making *m)
{
    return set(m, "EmulatedType", PDT_USE_OUTPUT_FILE) && set_numbered_names(m, "parallel", ".txt")
               ? PRL_ERR_SUCCESS
               : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
make_sound_device(struct making *m)
{
    bool is_old = GUEST_OS_TYPE(m->version) == PVS_GUEST_TYPE_MSDOS || m->version == PVS_GUEST_VER_WIN_311;
    PRL_VM_DEV_EMULATION_TYPE card = is_old ? PDT_USE_CREATIVE_SB16_SOUND : PDT_USE_AC97_SOUND;

    return set(m, "EmulatedType", card) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

static PRL_RESULT
make_usb_device(struct making *m)
{
    struct guest_usb usb = guest_os_usb(m->version);
    xmlNodePtr controller = xml_make(vm_model_root(m->doc), "Settings/UsbController");

    if (!controller || !set(m, "AutoConnect", PUD_CONNECT_TO_PRIMARY_OS))
        return PRL_ERR_OUT_OF_MEMORY;
    if (xml_get_u64(controller, "UhcEnabled", 1) || xml_get_u64(controller, "EhcEnabled", 1)
        || xml_get_u64(controller, "XhcEnabled", 0))
        return PRL_ERR_SUCCESS;
    return xml_set_u64(controller, "UhcEnabled", usb.has_uhc) && xml_set_u64(controller, "EhcEnabled", usb.has_ehc)
                   && xml_set_u64(controller, "XhcEnabled", usb.has_xhc)
               ? PRL_ERR_SUCCESS
               : PRL_ERR_OUT_OF_MEMORY;
}

static const struct maker {
    PRL_DEVICE_TYPE type, list;
    PRL_RESULT (*make)(struct making *m);
} makers[] = {
    { PDE_HARD_DISK, PDE_HARD_DISK, make_hard_disk },
    { PDE_ATTACHED_BACKUP_DISK, PDE_HARD_DISK, make_hard_disk },
    { PDE_USB_HARD_DISK, PDE_HARD_DISK, make_install_disk },
    { PDE_OPTICAL_DISK, PDE_OPTICAL_DISK, make_optical_disk },
    { PDE_GENERIC_NETWORK_ADAPTER, PDE_GENERIC_NETWORK_ADAPTER, make_net_adapter },
    { PDE_SERIAL_PORT, PDE_SERIAL_PORT, make_serial_port },
    { PDE_PARALLEL_PORT, PDE_PARALLEL_PORT, make_parallel_port },
    { PDE_PRINTER, PDE_PARALLEL_PORT, make_parallel_port },
    { PDE_SOUND_DEVICE, PDE_SOUND_DEVICE, make_sound_device },
    { PDE_USB_DEVICE, PDE_USB_DEVICE, make_usb_device },
};

static const struct maker *
find_maker(PRL_DEVICE_TYPE type)
{
    for (size_t i = 0; i < ARRAY_LEN(makers); i++)
        if (makers[i].type == type)
            return &makers[i];
    return NULL;
}

PRL_RESULT
vm_model_add_default_device(xmlDocPtr doc, const struct host_facts *host, PRL_DEVICE_TYPE type,
                            xmlNodePtr *ret_device)
{
    const struct maker *maker = find_maker(type);
    const struct device_kind *kind = maker ? vm_device_kind_of_type(maker->list) : NULL;
    struct making m = { .doc = doc, .host = host, .type = type };
    PRL_RESULT r = PRL_ERR_OUT_OF_MEMORY;
    int index;

    if (!kind)
        return err_set(PRL_ERR_OPERATION_FAILED, "there is no default device of type %d", (int)type);
    index = vm_device_free_index(doc, kind, kind->most);
    if (index < 0)
        return err_set(PRL_ERR_OPERATION_FAILED, "all %u places for %s devices are taken", kind->most, kind->element);
    m.index = (unsigned)index;
    m.version = (unsigned)xml_get_u64(vm_model_root(doc), "Settings/General/OsNumber", 0);
    m.device = vm_device_add(doc, kind, m.index, true);
    if (m.device && set(&m, "Enabled", 1) && set(&m, "Connected", 1))
        r = maker->make(&m);
    if (PRL_FAILED(r)) {
        xml_remove(m.device);
        return r == PRL_ERR_OUT_OF_MEMORY ? err_set(r, "default device") : r;
    }
    *ret_device = m.device;
    return PRL_ERR_SUCCESS;
}
