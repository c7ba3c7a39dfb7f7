/* SPDX-License-Identifier: MIT */
/* Rules about drives, ports, buses and passed-through devices. Only devices that are enabled get here. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "guest_os.h"
#include "vm_devices.h"
#include "vm_lists.h"
#include "vm_validate.h"

#define SERIAL_MAX 20

/*
 * The codes one kind of device has for its file name; 0: has none. Most texts begin with the number of the device; those that do not
 * have only the name.
 */
struct name_codes {
    PRL_RESULT is_empty, is_url, has_bad_character, is_missing, is_duplicate;
    bool has_number; /* "Image %2 of hard disk %1" */
    bool has_bad_number; /* the same for has_bad_character */
};

static bool
is_connected(xmlNodePtr device)
{
    return xml_get_u64(device, "Connected", 1);
}

static uint64_t
emulated_type(xmlNodePtr device)
{
    return xml_get_u64(device, "EmulatedType", 0);
}

static char *
file_name(xmlNodePtr device)
{
    char *name = xml_get(device, "SystemName");

    if (name && name[0])
        return name;
    free(name);
    return xml_get(device, "UserFriendlyName");
}

static bool
has_twin_before(xmlNodePtr device, const char *name)
{
    xmlNodePtr n = xml_child(device->parent, (const char *)device->name);

    for (; n && n != device; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = NULL;

        if (!xml_get_u64(n, "Enabled", 0) || emulated_type(n) != emulated_type(device))
            continue;
        other = file_name(n);
        if (str_eq(other, name))
            return true;
    }
    return false;
}

static bool
is_missing(struct validation *v, xmlNodePtr device)
{
    AUTO(cleanup_free) char *path = NULL;

    if (!v->host->check_files || !is_connected(device))
        return false;
    path = vm_model_image_path(device, v->host->home);
    return path && !path_exists(path);
}

static void
name_finding(struct validation *v, PRL_RESULT code, enum severity severity, bool has_number, const char *name)
{
    if (!code)
        return;
    if (has_number)
        finding_of(v, code, severity, name);
    else
        finding(v, code, severity, name, NULL);
}

/* True: it names a file that is there, as far as anybody has looked. */
static bool
check_file_name(struct validation *v, xmlNodePtr device, const struct name_codes *codes)
{
    AUTO(cleanup_free) char *name = file_name(device);
    bool is_good = false;

    validate_about(v, device, "EmulatedType SystemName UserFriendlyName Connected");
    if (!name || !name[0]) {
        if (codes->is_empty)
            finding_of(v, codes->is_empty, JUST_SAID, NULL);
        return false;
    }
    if (strstr(name, "://") && codes->is_url)
        name_finding(v, codes->is_url, JUST_SAID, codes->has_number, name);
    else if (!path_is_clean(name)) /* a path out of its directory is never used */
        name_finding(v, codes->has_bad_character, CRITICAL, codes->has_bad_number, name);
    else if (codes->is_missing && is_missing(v, device))
        name_finding(v, codes->is_missing, JUST_SAID, codes->has_number, name);
    else
        is_good = true;
    if (codes->is_duplicate && has_twin_before(device, name))
        finding(v, codes->is_duplicate, JUST_SAID, name, NULL);
    return is_good;
}

/* ---- drives ---- */

static void
check_floppy(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes codes = {
        .is_empty = PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_IS_EMPTY,
        .is_url = PRL_ERR_VMCONF_FLOPPY_DISK_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_HAS_INVALID_SYMBOL,
        .is_missing = PRL_ERR_VMCONF_FLOPPY_DISK_IMAGE_IS_NOT_EXIST,
    };
    AUTO(cleanup_free) char *name = NULL;

    if (emulated_type(device) == PDT_USE_IMAGE_FILE) {
        check_file_name(v, device, &codes);
        return;
    }
    name = file_name(device);
    validate_about(v, device, "EmulatedType SystemName UserFriendlyName Connected");
    if (v->host->check_files && is_connected(device) && name && !path_exists(name))
        finding(v, PRL_ERR_VMCONF_FLOPPY_DISK_IS_NOT_ACCESSIBLE, JUST_SAID, NULL, NULL);
}

void
validate_floppy(struct validation *v)
{
    validate_each(v, PDE_FLOPPY_DISK, check_floppy);
}

/* A drive that the machine has no place for, or the guest no driver. */
static void
check_sata(struct validation *v, xmlNodePtr device, PRL_RESULT old_chipset, PRL_RESULT unsupported_os)
{
    const unsigned chipset = (unsigned)validate_u64(v, "Hardware/Chipset/Type");
    char looked_at[64];

    if (xml_get_u64(device, "InterfaceType", PMS_IDE_DEVICE) != PMS_SATA_DEVICE)
        return;
    snprintf(looked_at, sizeof looked_at, "SATA, chipset %u, guest %u", chipset, v->version);
    validate_about_text(v, looked_at);
    if (chipset == CHIP_PCI440FX)
        finding_of(v, old_chipset, JUST_SAID, NULL);
    if (!guest_os_has_sata(v->version))
        finding_of(v, unsupported_os, JUST_SAID, NULL);
    validate_about(v, device, "");
}

static void
check_optical(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes codes = {
        .is_url = PRL_ERR_VMCONF_CD_DVD_ROM_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST,
        .is_missing = PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST,
        .is_duplicate = PRL_ERR_VMCONF_CD_DVD_ROM_DUPLICATE_SYS_NAME,
        .has_number = true,
        .has_bad_number = true,
    };
    AUTO(cleanup_free) char *name = file_name(device);

    check_sata(v, device, PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_OLD_CHIPSET, PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_UNSUPPORTED_OS);
    if (emulated_type(device) == PDT_USE_IMAGE_FILE && name && name[0]) /* an empty drive is a good one */
        check_file_name(v, device, &codes);
}

void
validate_optical(struct validation *v)
{
    validate_each(v, PDE_OPTICAL_DISK, check_optical);
}

static bool
is_serial_number(const char *text)
{
    if (strlen(text) > SERIAL_MAX)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("-_.", *text))
            return false;
    return true;
}

/*
 * What QEMU would refuse: no plain file, or not of the format that the configuration says. A file that this service may not read is
 * no matter of the configuration.
 */
static bool
is_image(const char *path, bool is_raw)
{
    static const char magic[4] = { 'Q', 'F', 'I', (char)0xFB };
    AUTO_FD int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char head[sizeof magic];
    struct stat st;

    if (fd < 0)
        return true;
    if (fstat(fd, &st) < 0)
        return false;
    if (S_ISDIR(st.st_mode)) /* a bundle */
        return faccessat(fd, "DiskDescriptor.xml", F_OK, 0) == 0;
    if (!S_ISREG(st.st_mode))
        return false;
    return is_raw || (pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head && memcmp(head, magic, sizeof magic) == 0);
}

static void
check_disk_image(struct validation *v, xmlNodePtr device)
{
    AUTO(cleanup_free) char *path = NULL;

    if (!v->host->check_files || !is_connected(device))
        return;
    path = vm_model_image_path(device, v->host->home);
    if (!path || is_image(path, xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK) == PHD_RAW_HARD_DISK))
        return;
    validate_about(v, device, "SystemName UserFriendlyName DiskType Connected");
    finding(v, PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_VALID, JUST_SAID, NULL, NULL);
}

static void
check_hard_disk(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes codes = {
        .is_empty = PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_IS_EMPTY,
        .is_url = PRL_ERR_VMCONF_HARD_DISK_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL,
        .is_missing = PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST,
        .is_duplicate = PRL_ERR_VMCONF_HARD_DISK_DUPLICATE_SYS_NAME,
        .has_number = true,
    };
    AUTO(cleanup_free) char *serial = xml_get(device, "SerialNumber");

    check_sata(v, device, PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_OLD_CHIPSET,
               PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_UNSUPPORTED_OS);
    if (check_file_name(v, device, &codes))
        check_disk_image(v, device);
    validate_about(v, device, "SerialNumber");
    if (serial && !is_serial_number(serial))
        finding(v, PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, CRITICAL, NULL, NULL);
}

void
validate_hard_disk(struct validation *v)
{
    validate_each(v, PDE_HARD_DISK, check_hard_disk);
}

/* ---- buses ---- */

static bool
is_used_on(const xmlNode *n, unsigned bus)
{
    return vm_device_is_on_bus(n) && xml_get_u64((xmlNodePtr)n, "Enabled", 0)
           && xml_get_u64((xmlNodePtr)n, "InterfaceType", PMS_IDE_DEVICE) == bus;
}

static bool
has_neighbour_before(xmlNodePtr device, unsigned bus)
{
    uint64_t place = xml_get_u64(device, "StackIndex", 0);

    for (xmlNodePtr n = device->prev; n; n = n->prev)
        if (is_used_on(n, bus) && xml_get_u64(n, "StackIndex", 0) == place)
            return true;
    return false;
}

/* 0 for a code that there is none of. */
static void
check_bus(struct validation *v, unsigned bus, PRL_RESULT duplicate, PRL_RESULT too_many)
{
    xmlNodePtr hardware = xml_child(v->root, "Hardware");
    unsigned places = vm_device_bus_places(bus), count = 0;
    bool is_duplicate = false, is_outside = false;
    AUTO_STR taken = STR_INIT;

    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next) {
        if (!is_used_on(n, bus))
            continue;
        count++;
        is_duplicate |= has_neighbour_before(n, bus);
        is_outside |= xml_get_u64(n, "StackIndex", 0) >= places;
        str_addf(&taken, "%s %d at %llu, ", (const char *)n->name, vm_list_key(n),
                 (unsigned long long)xml_get_u64(n, "StackIndex", 0));
    }
    validate_about_text(v, taken.p);
    if (is_duplicate)
        finding(v, duplicate, CRITICAL, NULL, NULL);
    if (too_many && (count > places || is_outside))
        finding_u(v, too_many, is_outside ? CRITICAL : JUST_SAID, places, 0);
    validate_about(v, NULL, "");
}

void
validate_ide(struct validation *v)
{
    check_bus(v, PMS_IDE_DEVICE, PRL_ERR_VMCONF_IDE_DEVICES_DUPLICATE_STACK_INDEX,
              PRL_ERR_VMCONF_IDE_DEVICES_COUNT_OUT_OF_RANGE);
    check_bus(v, PMS_VIRTIO_BLOCK_DEVICE, PRL_ERR_VMCONF_VIRTIO_BLOCK_DEVICES_DUPLICATE_STACK_INDEX, 0);
}

void
validate_sata(struct validation *v)
{
    check_bus(v, PMS_SATA_DEVICE, PRL_ERR_VMCONF_SATA_DEVICES_DUPLICATE_STACK_INDEX,
              PRL_ERR_VMCONF_SATA_DEVICES_COUNT_OUT_OF_RANGE);
}

void
validate_scsi(struct validation *v)
{
    xmlNodePtr hardware = xml_child(v->root, "Hardware");
    bool has_hyperv = false;

    check_bus(v, PMS_SCSI_DEVICE, PRL_ERR_VMCONF_SCSI_DEVICES_DUPLICATE_STACK_INDEX,
              PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE);
    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next)
        if (is_used_on(n, PMS_SCSI_DEVICE) && xml_get_u64(n, "SubType", PCD_VIRTIO_SCSI) == PCD_HYPER_V_SCSI)
            has_hyperv = true;
    validate_about(v, v->root, "Settings/General/OsNumber");
    if (has_hyperv && GUEST_OS_TYPE(v->version) == PVS_GUEST_TYPE_LINUX)
        finding(v, PRL_ERR_VMCONF_SCSI_HYPERV_LINUX_NOT_SUPPORTED, JUST_SAID, NULL, NULL);
}

/* ---- ports, sound, PCI ---- */

static void
check_serial(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes file = {
        .is_empty = PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_IS_EMPTY,
        .is_url = PRL_ERR_VMCONF_SERIAL_PORT_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_HAS_INVALID_SYMBOL,
        .is_missing = PRL_ERR_VMCONF_SERIAL_PORT_IMAGE_IS_NOT_EXIST,
        .has_number = true,
    };
    static const struct name_codes other = {
        .is_empty = PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_IS_EMPTY,
        .has_bad_character = PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_HAS_INVALID_SYMBOL,
    };

    check_file_name(v, device, emulated_type(device) == PDT_USE_OUTPUT_FILE ? &file : &other);
}

void
validate_serial(struct validation *v)
{
    validate_each(v, PDE_SERIAL_PORT, check_serial);
}

static void
check_type(struct validation *v, xmlNodePtr device)
{
    validate_about(v, device, "Enabled");
    if (v->host->lacking_devices & UINT64_C(1) << vm_model_device_type(device))
        finding(v, PRL_ERR_UNSUPPORTED_DEVICE_TYPE, JUST_SAID, NULL, NULL);
}

void
validate_parallel(struct validation *v)
{
    validate_each(v, PDE_PARALLEL_PORT, check_type);
}

void
validate_sound(struct validation *v)
{
    validate_each(v, PDE_SOUND_DEVICE, check_type);
}

/* "0000:03:00.0" or "03:00.0", as lspci prints it. */
static bool
is_on_host(const char *name)
{
    AUTO(cleanup_free) char *path = NULL;
    size_t colons = 0;

    if (strspn(name, "0123456789abcdefABCDEF:.") != strlen(name))
        return false;
    for (const char *c = name; *c; c++)
        colons += *c == ':';
    path = str_printf("/sys/bus/pci/devices/%s%s", colons == 1 ? "0000:" : "", name);
    return colons && path && path_exists(path);
}

static void
check_pci(struct validation *v, xmlNodePtr device)
{
    const struct vm_neighbours *others = v->host->neighbours;
    AUTO(cleanup_free) char *name = file_name(device);

    validate_about(v, device, "SystemName UserFriendlyName Connected");
    if (!name || !name[0]) {
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_WRONG_DEVICE, CRITICAL, NULL, NULL);
        return;
    }
    if (v->host->check_files && is_connected(device) && !is_on_host(name))
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_NOT_FOUND, JUST_SAID, name, NULL);
    if (has_twin_before(device, name))
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_DUPLICATE_SYS_NAME, JUST_SAID, NULL, NULL);
    if (others && others->has_pci_device && others->has_pci_device(others->arg, name))
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_DUPLICATE_IN_ANOTHER_VM, CRITICAL, name, NULL);
}

void
validate_pci(struct validation *v)
{
    validate_each(v, PDE_GENERIC_PCI_DEVICE, check_pci);
    validate_about(v, xml_child(v->root, "Hardware"), "PciVideoAdapter");
    if (vm_model_device_count(v->doc, PDE_PCI_VIDEO_ADAPTER) > 1)
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_VIDEO_WRONG_COUNT, CRITICAL, NULL, NULL);
}
