/* SPDX-License-Identifier: MIT */
/* Rules about drives, ports, buses and passed-through devices. Only devices that are enabled get here. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "guest_os.h"
#include "vm_devices.h"
#include "vm_validate.h"

#define SERIAL_MAX 20

/* The codes one kind of device has for its file name; 0: has none. */
struct name_codes {
    PRL_RESULT is_empty, is_url, has_bad_character, is_missing, is_duplicate;
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
check_file_name(struct validation *v, xmlNodePtr device, const struct name_codes *codes)
{
    AUTO(cleanup_free) char *name = file_name(device);
    AUTO(cleanup_free) char *shown = xml_get(device, "UserFriendlyName");

    if (!name || !name[0]) {
        if (codes->is_empty)
            finding(v, codes->is_empty, JUST_SAID, shown, NULL);
        return;
    }
    if (strstr(name, "://") && codes->is_url)
        finding(v, codes->is_url, JUST_SAID, name, shown);
    else if (!path_is_clean(name) && codes->has_bad_character)
        finding(v, codes->has_bad_character, CRITICAL, name, NULL); /* a path out of its directory is never used */
    else if (codes->is_missing && is_missing(v, device))
        finding(v, codes->is_missing, JUST_SAID, name, shown);
    if (codes->is_duplicate && has_twin_before(device, name))
        finding(v, codes->is_duplicate, JUST_SAID, name, NULL);
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
    if (v->host->check_files && is_connected(device) && name && !path_exists(name))
        finding(v, PRL_ERR_VMCONF_FLOPPY_DISK_IS_NOT_ACCESSIBLE, JUST_SAID, NULL, NULL);
}

void
validate_floppy(struct validation *v)
{
    validate_each(v, PDE_FLOPPY_DISK, check_floppy);
}

static void
check_optical(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes codes = {
        .is_url = PRL_ERR_VMCONF_CD_DVD_ROM_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST,
        .is_missing = PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST,
        .is_duplicate = PRL_ERR_VMCONF_CD_DVD_ROM_DUPLICATE_SYS_NAME,
    };

    if (emulated_type(device) == PDT_USE_IMAGE_FILE)
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

static void
check_hard_disk(struct validation *v, xmlNodePtr device)
{
    static const struct name_codes codes = {
        .is_empty = PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_IS_EMPTY,
        .is_url = PRL_ERR_VMCONF_HARD_DISK_URL_FORMAT_SYS_NAME,
        .has_bad_character = PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL,
        .is_missing = PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST,
        .is_duplicate = PRL_ERR_VMCONF_HARD_DISK_DUPLICATE_SYS_NAME,
    };
    AUTO(cleanup_free) char *serial = xml_get(device, "SerialNumber");

    check_file_name(v, device, &codes);
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

    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next) {
        if (!is_used_on(n, bus))
            continue;
        count++;
        is_duplicate |= has_neighbour_before(n, bus);
        is_outside |= xml_get_u64(n, "StackIndex", 0) >= places;
    }
    if (is_duplicate)
        finding(v, duplicate, CRITICAL, NULL, NULL);
    if (too_many && (count > places || is_outside))
        finding_u(v, too_many, is_outside ? CRITICAL : JUST_SAID, places, 0);
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
refuse_device(struct validation *v, xmlNodePtr device)
{
    (void)device;
    finding(v, PRL_ERR_UNSUPPORTED_DEVICE_TYPE, CRITICAL, NULL, NULL);
}

void
validate_parallel(struct validation *v)
{
    validate_each(v, PDE_PARALLEL_PORT, refuse_device);
}

void
validate_sound(struct validation *v)
{
    validate_each(v, PDE_SOUND_DEVICE, refuse_device);
}

static void
check_pci(struct validation *v, xmlNodePtr device)
{
    AUTO(cleanup_free) char *name = file_name(device);

    if (!name || !name[0])
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_WRONG_DEVICE, CRITICAL, NULL, NULL);
    else if (has_twin_before(device, name))
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_DUPLICATE_SYS_NAME, JUST_SAID, NULL, NULL);
}

void
validate_pci(struct validation *v)
{
    validate_each(v, PDE_GENERIC_PCI_DEVICE, check_pci);
    if (vm_model_device_count(v->doc, PDE_PCI_VIDEO_ADAPTER) > 1)
        finding(v, PRL_ERR_VMCONF_GENERIC_PCI_VIDEO_WRONG_COUNT, CRITICAL, NULL, NULL);
}
