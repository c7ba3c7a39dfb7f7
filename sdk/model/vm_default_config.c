/* SPDX-License-Identifier: MIT */
/* The default configuration of a guest (semantics 7.5). */
#include <string.h>

#include "guest_os.h"
#include "vm_devices.h"
#include "vm_lists.h"

#define BOOT_ORDER "Settings/Startup/BootingOrder"

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "default configuration");
}

/* The document starts anew; with keep_devices the devices there were stay. */
static bool
replace_root(xmlDocPtr doc, bool keep_devices)
{
    AUTO(xmlFreeDoc) xmlDocPtr fresh = vm_model_new();
    xmlNodePtr old_root = vm_model_root(doc), root, hardware, n;

    if (!fresh)
        return false;
    root = vm_model_root(fresh);
    xmlUnlinkNode(root);
    xmlSetTreeDoc(root, doc);
    hardware = xml_child(root, "Hardware");
    n = keep_devices ? xml_child(old_root, "Hardware") : NULL;
    for (n = n ? n->children : NULL; n; n = n->next) {
        if (vm_device_kind_of_node(n) && !xml_copy_into(hardware, n)) {
            xmlFreeNode(root);
            return false;
        }
    }
    xmlFreeNode(xmlDocSetRootElement(doc, root));
    return true;
}

static unsigned
default_cpus(const struct host_facts *host, unsigned version)
{
    return host->cpus >= 4 && host->has_hw_virt && guest_os_has_smp(version) ? 2 : 1;
}

static bool
set_values(xmlNodePtr root, const struct host_facts *host, unsigned version)
{
    struct guest_usb usb = guest_os_usb(version);
    bool has_hi_res = guest_os_is_windows_since(version, PVS_GUEST_VER_WIN_WINDOWS7);
    const struct {
        const char *path;
        uint64_t value;
    } values[] = {
        { "Settings/General/OsType", GUEST_OS_TYPE(version) },
        { "Settings/General/OsNumber", version },
        { "Settings/Shutdown/AutoStop", PAO_VM_SHUTDOWN },
        { "Settings/VirtualPrintersInfo/UseHostPrinters", 0 },
        { "Settings/VirtualPrintersInfo/SyncDefaultPrinter", 0 },
        { "Settings/UsbController/UhcEnabled", usb.has_uhc },
        { "Settings/UsbController/EhcEnabled", usb.has_ehc },
        { "Settings/UsbController/XhcEnabled", usb.has_xhc },
        { "Settings/Startup/Bios/EfiEnabled", guest_os_needs_efi(version) },
        { "Hardware/Chipset/Type", guest_os_chipset(version) },
        { "Hardware/Chipset/Version", guest_os_chipset(version) == CHIP_PCI440FX ? PCI440FX_DEFAULT : 0 },
        { "Hardware/Cpu/Number", default_cpus(host, version) },
        { "Hardware/Memory/RAM", guest_os_ram_mib(version, host->ram_mib) },
        { "Hardware/Video/VideoMemorySize", guest_os_video_mib(version) },
        { "Hardware/Video/EnableHiResDrawing", has_hi_res },
    };

    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (!xml_set_u64(root, values[i].path, values[i].value))
            return false;
    return !guest_os_needs_tpm(version) || xml_set_u64(root, "Hardware/TpmChip/Type", 1);
}

static bool
add_boot_entry(xmlNodePtr root, PRL_DEVICE_TYPE type, unsigned number, bool is_in_use)
{
    xmlNodePtr order = xml_make(root, BOOT_ORDER), entry;

    entry = order ? xmlNewChild(order, NULL, (const xmlChar *)"BootDevice", NULL) : NULL;
    return entry && xml_set_u64(entry, "Index", 0) && xml_set_u64(entry, "Type", type)
           && xml_set_u64(entry, "BootingNumber", number) && xml_set_u64(entry, "InUse", is_in_use);
}

/* Numbers begin with 0 here: registration renumbers. */
static bool
set_boot_order(xmlNodePtr root, unsigned version)
{
    bool has_net = GUEST_OS_TYPE(version) != PVS_GUEST_TYPE_NETWARE;
    bool net_first = GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_OS2 && version <= PVS_GUEST_VER_OS2_WARP45;
    unsigned number = 0;

    if (net_first && !add_boot_entry(root, PDE_GENERIC_NETWORK_ADAPTER, number++, true))
        return false;
    if (!add_boot_entry(root, PDE_HARD_DISK, number, true) || !add_boot_entry(root, PDE_OPTICAL_DISK, number + 1, true)
        || !add_boot_entry(root, PDE_USB_DEVICE, number + 2, guest_os_needs_efi(version)))
        return false;
    return !has_net || net_first || add_boot_entry(root, PDE_GENERIC_NETWORK_ADAPTER, number + 3, true);
}

PRL_RESULT
vm_model_fill_new(xmlDocPtr doc, const struct host_facts *host, unsigned guest_version, bool create_devices)
{
    static const PRL_DEVICE_TYPE types[] = { PDE_HARD_DISK, PDE_OPTICAL_DISK, PDE_SERIAL_PORT,
                                             PDE_GENERIC_NETWORK_ADAPTER, PDE_USB_DEVICE };
    xmlNodePtr device;

    if (!set_values(vm_model_root(doc), host, guest_version) || !set_boot_order(vm_model_root(doc), guest_version))
        return no_memory();
    for (size_t i = 0; create_devices && i < ARRAY_LEN(types); i++) {
        PRL_RESULT r;

        if (!guest_os_needs_device(guest_version, types[i]))
            continue;
        r = vm_model_add_default_device(doc, host, types[i], &device);
        if (PRL_FAILED(r))
            return r;
    }
    return vm_list_number(vm_model_root(doc)) ? PRL_ERR_SUCCESS : no_memory();
}

PRL_RESULT
vm_model_set_default(xmlDocPtr doc, const struct host_facts *host, unsigned guest_version, bool create_devices)
{
    return replace_root(doc, !create_devices) ? vm_model_fill_new(doc, host, guest_version, create_devices) : no_memory();
}
