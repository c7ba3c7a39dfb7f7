/* SPDX-License-Identifier: MIT */
/*
 * Answers from guest_os.def. Everything is static; a version the table does not have is answered by its
 * family's last row.
 */
#include "guest_os.h"

#include "base/cleanup.h"

enum ability { VIRTIO = 1, SMP = 2, E1000 = 4, USB = 8, XHC = 16 };

/* Fixed sizes are the number itself; the rules that follow the host are above any of them. */
#define RAM(mib) (mib)
enum ram_rule { RAM_WINDOWS = 1 << 30, RAM_LINUX, RAM_MACOS };

struct guest {
    unsigned version;
    uint32_t ram, hdd_mib;
    unsigned abilities;
};

static const struct guest guests[] = {
#define GUEST_TYPE(type, version)
#define GUEST(version, ram, hdd_mib, abilities) { version, ram, hdd_mib, abilities },
#include "guest_os.def"
#undef GUEST
#undef GUEST_TYPE
};

static const PRL_UINT16 versions[] = {
#define GUEST_TYPE(type, version)
#define GUEST(version, ram, hdd_mib, abilities) version,
#include "guest_os.def"
#undef GUEST
#undef GUEST_TYPE
};

static const PRL_UINT8 types[] = {
#define GUEST_TYPE(type, version) type,
#define GUEST(version, ram, hdd_mib, abilities)
#include "guest_os.def"
#undef GUEST
#undef GUEST_TYPE
};

static const PRL_UINT16 default_versions[] = {
#define GUEST_TYPE(type, version) version,
#define GUEST(version, ram, hdd_mib, abilities)
#include "guest_os.def"
#undef GUEST
#undef GUEST_TYPE
};

static const struct guest unknown = { 0, RAM(256), 8192, 0 };

static const struct guest *
find(unsigned version)
{
    const struct guest *of_family = &unknown;

    for (size_t i = 0; i < ARRAY_LEN(guests); i++) {
        if (guests[i].version == version)
            return &guests[i];
        if (GUEST_OS_TYPE(guests[i].version) == GUEST_OS_TYPE(version))
            of_family = &guests[i];
    }
    return of_family;
}

static bool
can(unsigned version, unsigned ability)
{
    return find(version)->abilities & ability;
}

bool
guest_os_type_is_known(unsigned type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i] == type)
            return true;
    return false;
}

bool
guest_os_version_is_known(unsigned version)
{
    return version && find(version)->version == version;
}

const char *
guest_os_name(unsigned id)
{
    return PVS_GUEST_TO_STRING(id);
}

/* Some versions have no name of their own in PrlOses.h: the helper there says "unknown" for them. */
const char *
guest_os_machine_name(unsigned version)
{
    const char *name = guest_os_name(version);

    if (name[0] != 'u')
        return name;
    name = guest_os_name(GUEST_OS_TYPE(version));
    return name[0] != 'u' ? name : guest_os_name(PVS_GUEST_TYPE_OTHER);
}

/* macOS, the first row, may run on Apple machines only. */
const PRL_UINT8 *
guest_os_types(PRL_HOST_OS_TYPE host, size_t *ret_n)
{
    size_t skip = host == PHO_MAC ? 0 : 1;

    *ret_n = ARRAY_LEN(types) - skip;
    return types + skip;
}

const PRL_UINT16 *
guest_os_versions(PRL_HOST_OS_TYPE host, unsigned type, size_t *ret_n)
{
    const PRL_UINT16 *first = NULL;

    (void)host;
    *ret_n = 0;
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        if (GUEST_OS_TYPE(versions[i]) != type)
            continue;
        if (!first)
            first = &versions[i];
        ++*ret_n;
    }
    return first;
}

PRL_UINT16
guest_os_default_version(unsigned type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i] == type)
            return default_versions[i];
    return 0;
}

uint32_t
guest_os_ram_mib(unsigned version, uint64_t host_ram_mib)
{
    uint32_t ram = find(version)->ram;

    if (GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_WINDOWS && !guest_os_version_is_known(version))
        return 1024; /* newer than this table */
    switch (ram) {
    case RAM_WINDOWS:
        return host_ram_mib > 3072 ? 1024 : host_ram_mib > 2048 ? 768 : 512;
    case RAM_LINUX:
        return host_ram_mib > 2048 ? 1024 : host_ram_mib > 1024 ? 768 : 512;
    case RAM_MACOS:
        return host_ram_mib >= 4096 ? 2048 : host_ram_mib > 2048 ? 1024 : 512;
    default:
        return ram;
    }
}

uint32_t
guest_os_hdd_mib(unsigned version)
{
    return find(version)->hdd_mib;
}

uint32_t
guest_os_video_mib(unsigned version)
{
    return version == PVS_GUEST_VER_WIN_2003 ? 64 : 32;
}

bool
guest_os_needs_device(unsigned version, PRL_DEVICE_TYPE type)
{
    switch (type) {
    case PDE_HARD_DISK:
    case PDE_OPTICAL_DISK:
        return true;
    case PDE_SERIAL_PORT:
        return GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_OS2;
    case PDE_GENERIC_NETWORK_ADAPTER:
        return GUEST_OS_TYPE(version) != PVS_GUEST_TYPE_NETWARE;
    case PDE_USB_DEVICE:
        return can(version, USB);
    default: /* no sound and no parallel port on a server; an install disk needs an image we do not have */
        return false;
    }
}

bool
guest_os_has_virtio(unsigned version)
{
    return can(version, VIRTIO);
}

bool
guest_os_has_smp(unsigned version)
{
    return can(version, SMP);
}

/* All that have virtio are younger than AHCI. */
bool
guest_os_has_sata(unsigned version)
{
    if (can(version, VIRTIO))
        return true;
    switch (GUEST_OS_TYPE(version)) {
    case PVS_GUEST_TYPE_WINDOWS: /* the last without is Server 2003 */
    case PVS_GUEST_TYPE_MSDOS:
    case PVS_GUEST_TYPE_OS2:
    case PVS_GUEST_TYPE_NETWARE:
        return !guest_os_version_is_known(version);
    case PVS_GUEST_TYPE_LINUX:
        return version != PVS_GUEST_VER_LIN_KRNL_24 && version != PVS_GUEST_VER_LIN_RHLES3;
    case PVS_GUEST_TYPE_SOLARIS:
        return version != PVS_GUEST_VER_SOL_9;
    default:
        return version != PVS_GUEST_VER_OTH_OPENSTEP;
    }
}

/* The older one has IDE on board, where systems of its time look for it. */
PRL_CHIPSET_TYPE
guest_os_chipset(unsigned version)
{
    return guest_os_has_sata(version) ? CHIP_Q35 : CHIP_PCI440FX;
}

bool
guest_os_needs_efi(unsigned version)
{
    return version == PVS_GUEST_VER_WIN_WINDOWS11 || GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_MACOS;
}

bool
guest_os_needs_tpm(unsigned version)
{
    return version == PVS_GUEST_VER_WIN_WINDOWS11;
}

/*
 * The reference leaves guests without both undefined; libvirt's driver drops such a machine, and they know the
 * RTL card.
 */
PRL_VM_NET_ADAPTER_TYPE
guest_os_net_adapter(unsigned version)
{
    if (can(version, VIRTIO) || !guest_os_type_is_known(GUEST_OS_TYPE(version))
        || GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_OTHER)
        return PNT_VIRTIO;
    return can(version, E1000) ? PNT_E1000 : PNT_RTL;
}

PRL_CLUSTERED_DEVICE_SUBTYPE
guest_os_scsi_controller(unsigned version)
{
    if (can(version, VIRTIO))
        return PCD_VIRTIO_SCSI;
    if (guest_os_is_windows_since(version, PVS_GUEST_VER_WIN_VISTA))
        return PCD_LSI_SAS;
    return GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_LINUX ? PCD_LSI_SPI : PCD_VIRTIO_SCSI;
}

/*
 * Installers of Windows and Debian look for their medium on SATA. A system without a driver for SATA would be put there by the
 * reference, whose installers brought one along.
 */
PRL_MASS_STORAGE_INTERFACE_TYPE
guest_os_disk_bus(unsigned version, bool is_optical)
{
    if (!can(version, VIRTIO))
        return guest_os_has_sata(version) ? PMS_SATA_DEVICE : PMS_IDE_DEVICE;
    if (is_optical
        && (GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_WINDOWS || version == PVS_GUEST_VER_LIN_DEBIAN))
        return PMS_SATA_DEVICE;
    return PMS_SCSI_DEVICE;
}

struct guest_usb
guest_os_usb(unsigned version)
{
    if (GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_OS2)
        return (struct guest_usb){ .has_uhc = true };
    if (can(version, XHC))
        return (struct guest_usb){ .has_xhc = true };
    return (struct guest_usb){ .has_uhc = true, .has_ehc = true };
}

bool
guest_os_is_windows_since(unsigned version, unsigned since)
{
    return GUEST_OS_TYPE(version) == PVS_GUEST_TYPE_WINDOWS && version >= since
           && version < PVS_GUEST_VER_WIN_OTHER;
}
