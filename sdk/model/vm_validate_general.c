/* SPDX-License-Identifier: MIT */
/* Rules about names, guest, boot order, display, shared folders, processors, memory and video. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "guest_os.h"
#include "text_check.h"
#include "vm_devices.h"
#include "vm_model.h"
#include "vm_validate.h"

#define NAME_MAX_CHARACTERS 40
#define PASSWORD_MAX 8
#define VNC_BASE_PORT 5900
#define CPU_MAX 256
#define RAM_MIN_MIB 4
#define VIDEO_MIN_MIB 2
#define VIDEO_MAX_MIB 1024
#define HOTPLUG_MIN_MIB 1024
#define OVERHEAD_MIB 32 /* what QEMU takes beside the memory and the video memory of the guest */

/* ---- name and guest ---- */

static bool
has_forbidden_character(const char *name)
{
    for (const char *s = name; *s; s++)
        if (strchr("\\/:*?\"<>|%", *s) || (unsigned char)*s < 0x20 || *s == 0x7F)
            return true;
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static size_t
count_characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}

PRL_RESULT
vm_model_check_name(const char *name)
{
    PRL_RESULT code = PRL_ERR_SUCCESS;

    if (!name || !name[0])
        return err_set(PRL_ERR_VM_NAME_IS_EMPTY, "the name is empty");
    if (has_forbidden_character(name))
        code = PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL;
    else if (count_characters(name) > NAME_MAX_CHARACTERS)
        code = PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG;
    if (code == PRL_ERR_SUCCESS)
        return code;
    err_set(code, "the name '%s' cannot be given to a machine", name);
    if (code == PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG)
        err_param(0, "%d", NAME_MAX_CHARACTERS);
    else
        err_param(0, "%s", name);
    return code;
}

static void
check_name(struct validation *v)
{
    AUTO(cleanup_free) char *name = xml_get(v->root, "Identification/VmName");

    validate_about(v, v->root, "Identification/VmName");
    if (!name || !name[0])
        finding(v, PRL_ERR_VMCONF_VM_NAME_IS_EMPTY, JUST_SAID, NULL, NULL);
    else if (has_forbidden_character(name))
        finding(v, PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, CRITICAL, name, NULL);
    else if (count_characters(name) > NAME_MAX_CHARACTERS)
        finding_u(v, PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG, CRITICAL, NAME_MAX_CHARACTERS, 0);
}

/* An Index is part of a device's address: each is there once, in its range. */
static void
check_indexes(struct validation *v)
{
    const struct device_kind *kind;

    for (size_t i = 0; (kind = vm_device_kind(i)); i++) {
        for (xmlNodePtr n = kind->most ? vm_model_device_nth(v->doc, kind->type, 0) : NULL; n; n = xml_next(n)) {
            uint64_t index = xml_get_u64(n, "Index", 0);

            if (index < kind->most && vm_model_device_by_index(v->doc, kind->type, (unsigned)index) == n)
                continue;
            v->dev_index = index <= INT32_MAX ? (int)index : INT32_MAX;
            validate_about(v, n, "Index");
            finding(v, PRL_ERR_VMCONF_INVALID_DEVICE_MAIN_INDEX, CRITICAL, NULL, NULL);
            v->dev_index = -1;
        }
    }
}

/* Only a new value is refused: a machine that came from another host keeps what it has. */
static void
check_host_controls(struct validation *v)
{
    static const char units[] = "Hardware/Cpu/CpuUnits", io_priority[] = "Settings/Runtime/IoPriority";
    static const char limits[] = "Hardware/Cpu/CpuLimit Hardware/Cpu/CpuLimitType Hardware/Cpu/CpuLimitValue";

    validate_about(v, v->root, units);
    if (v->host->lacks_cpu_units && validate_is_changed(v, units))
        finding(v, PRL_ERR_VMCONF_CPUUNITS_NOT_SUPPORTED, CRITICAL, NULL, NULL);
    validate_about(v, v->root, limits);
    if (v->host->lacks_cpu_limit
        && (validate_is_changed(v, "Hardware/Cpu/CpuLimitValue") || validate_is_changed(v, "Hardware/Cpu/CpuLimitType")
            || validate_is_changed(v, "Hardware/Cpu/CpuLimit")))
        finding(v, PRL_ERR_VMCONF_CPULIMIT_NOT_SUPPORTED, CRITICAL, NULL, NULL);
    validate_about(v, v->root, io_priority);
    if (v->host->lacks_io_priority && validate_is_changed(v, io_priority))
        finding(v, PRL_ERR_VMCONF_IOPRIO_NOT_SUPPORTED, CRITICAL, NULL, NULL);
}

static bool
has_rate_class(const struct vm_validate_host *host, uint64_t class_id)
{
    for (size_t i = 0; i < host->n_rate_classes; i++)
        if (host->rate_classes[i] == class_id)
            return true;
    return false;
}

static void
check_rates(struct validation *v)
{
    xmlNodePtr n = xml_find(v->root, "Settings/GlobalNetwork/NetworkRates/NetworkRate");

    for (; n; n = xml_next(n)) {
        validate_about(v, n, "ClassId");
        if (!has_rate_class(v->host, xml_get_u64(n, "ClassId", 0)))
            finding(v, PRL_ERR_VMCONF_NO_CONFIGURED_TOTALRATE_FOR_NETWORK_CLASS, JUST_SAID, NULL, NULL);
    }
}

static void
check_guest(struct validation *v)
{
    validate_about(v, v->root, "Settings/General/OsType Settings/General/OsNumber");
    if (!guest_os_type_is_known((unsigned)validate_u64(v, "Settings/General/OsType")))
        finding(v, PRL_ERR_VMCONF_UNKNOWN_OS_TYPE, JUST_SAID, NULL, NULL);
    else if (!guest_os_version_is_known(v->version))
        finding(v, PRL_ERR_VMCONF_UNKNOWN_OS_VERSION, JUST_SAID, NULL, NULL);
}

void
validate_general(struct validation *v)
{
    check_name(v);
    check_guest(v);
    validate_about(v, v->root, "Settings/Runtime/UndoDisks");
    if (validate_u64(v, "Settings/Runtime/UndoDisks"))
        finding(v, PRL_ERR_UNIMPLEMENTED, JUST_SAID, NULL, NULL);
    check_host_controls(v);
    check_rates(v);
    check_indexes(v);
}

/* ---- boot order ---- */

static bool
is_bootable(uint64_t type)
{
    return type == PDE_HARD_DISK || type == PDE_OPTICAL_DISK || type == PDE_FLOPPY_DISK || type == PDE_USB_DEVICE
           || type == PDE_GENERIC_NETWORK_ADAPTER || type == PDE_GENERIC_SCSI_DEVICE;
}

static bool
has_twin_before(xmlNodePtr entry)
{
    xmlNodePtr n = xml_child(entry->parent, "BootDevice");

    for (; n && n != entry; n = xml_next(n))
        if (xml_get_u64(n, "Type", PDE_HARD_DISK) == xml_get_u64(entry, "Type", PDE_HARD_DISK)
            && xml_get_u64(n, "Index", 0) == xml_get_u64(entry, "Index", 0))
            return true;
    return false;
}

void
validate_boot(struct validation *v)
{
    xmlNodePtr n = xml_find(v->root, "Settings/Startup/BootingOrder/BootDevice");

    for (; n; n = xml_next(n)) {
        validate_about(v, n, "Type Index InUse");
        if (!is_bootable(xml_get_u64(n, "Type", PDE_HARD_DISK)))
            finding(v, PRL_ERR_VMCONF_BOOT_OPTION_INVALID_DEVICE_TYPE, JUST_SAID, NULL, NULL);
        else if (has_twin_before(n))
            finding(v, PRL_ERR_VMCONF_BOOT_OPTION_DUPLICATE_DEVICE, JUST_SAID, NULL, NULL);
        else if (xml_get_u64(n, "InUse", 0) && !vm_model_boot_device(v->doc, n))
            finding(v, PRL_ERR_VMCONF_BOOT_OPTION_DEVICE_NOT_EXISTS, JUST_SAID, NULL, NULL);
    }
    validate_about(v, v->root, "Settings/Startup/Bios/EfiEnabled Settings/General/OsNumber");
    if (validate_u64(v, "Settings/Startup/Bios/EfiEnabled") && GUEST_OS_TYPE(v->version) == PVS_GUEST_TYPE_WINDOWS
        && v->version < PVS_GUEST_VER_WIN_2008)
        finding(v, PRL_ERR_VMCONF_EFI_UNSUPPORTED_GUEST, CRITICAL, NULL, NULL);
}

/* ---- remote display ---- */

void
validate_remote_display(struct validation *v)
{
    xmlNodePtr display = xml_find(v->root, "Settings/RemoteDisplay");
    AUTO(cleanup_free) char *password = xml_get(display, "Password");
    AUTO(cleanup_free) char *host = xml_get(display, "HostName");
    uint64_t mode = xml_get_u64(display, "Mode", PRD_DISABLED), port = xml_get_u64(display, "PortNumber", 0);
    unsigned least = v->host->vnc_base_port ? v->host->vnc_base_port : VNC_BASE_PORT;

    if (mode == PRD_DISABLED)
        return;
    validate_about(v, display, "Mode Password");
    if (!password || !password[0])
        finding(v, PRL_ERR_VMCONF_REMOTE_DISPLAY_EMPTY_PASSWORD, JUST_SAID, NULL, NULL);
    else if (strlen(password) > PASSWORD_MAX)
        finding_u(v, PRL_ERR_VMCONF_REMOTE_DISPLAY_PASSWORD_TOO_LONG, JUST_SAID, PASSWORD_MAX, 0);
    validate_about(v, display, "Mode PortNumber");
    if (mode == PRD_MANUAL && (port < least || port > 65535))
        finding_u(v, PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, CRITICAL, least, 65535);
    validate_about(v, display, "Mode HostName");
    if (host && host[0] && !text_is_ip(host))
        finding(v, PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS, JUST_SAID, NULL, NULL);
}

/* ---- shared folders ---- */

static bool
has_same_before(xmlNodePtr folder, const char *what, const char *value)
{
    xmlNodePtr n = xml_child(folder->parent, "SharedFolder");

    for (; n && n != folder; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = xml_get(n, what);

        if (str_eq(other, value))
            return true;
    }
    return false;
}

static void
check_folder(struct validation *v, xmlNodePtr folder)
{
    AUTO(cleanup_free) char *name = xml_get(folder, "Name");
    AUTO(cleanup_free) char *path = xml_get(folder, "Path");

    validate_about(v, folder, "Name");
    if (!name || !name[0])
        finding(v, PRL_ERR_VMCONF_SHARED_FOLDERS_EMPTY_FOLDER_NAME, JUST_SAID, NULL, NULL);
    else if (has_same_before(folder, "Name", name))
        finding(v, PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_NAME, JUST_SAID, NULL, NULL);
    validate_about(v, folder, "Path");
    if (!path || !path[0] || !path_is_absolute(path) || !path_is_clean(path)
        || (v->host->check_files && !path_is_dir(path)))
        finding(v, PRL_ERR_VMCONF_SHARED_FOLDERS_INVALID_FOLDER_PATH, JUST_SAID, name ? name : "", path ? path : "");
    else if (has_same_before(folder, "Path", path))
        finding(v, PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_PATH, JUST_SAID, NULL, NULL);
}

void
validate_shared_folders(struct validation *v)
{
    xmlNodePtr n = xml_find(v->root, "Settings/Tools/SharedFolders/HostSharing/SharedFolder");

    for (; n; n = xml_next(n))
        if (xml_get_u64(n, "Enabled", 1))
            check_folder(v, n);
}

/* ---- processors ---- */

/* The highest number in a mask of good form. */
static uint64_t
highest_cpu(const char *mask)
{
    uint64_t highest = 0;

    while (*mask) {
        char *end;
        unsigned long long n;

        if (*mask < '0' || *mask > '9') { /* the dash of a range is no sign */
            mask++;
            continue;
        }
        n = strtoull(mask, &end, 10);
        if (n > highest)
            highest = n;
        mask = end;
    }
    return highest;
}

static void
check_masks(struct validation *v)
{
    AUTO(cleanup_free) char *cpus = xml_get(v->root, "Hardware/Cpu/CpuMask");
    AUTO(cleanup_free) char *nodes = xml_get(v->root, "Hardware/Cpu/NodeMask");

    validate_about(v, v->root, "Hardware/Cpu/CpuMask");
    if (cpus && !text_is_cpu_mask(cpus))
        finding(v, PRL_ERR_VMCONF_CPU_MASK_INVALID, JUST_SAID, NULL, NULL);
    else if (cpus && cpus[0] && v->host->cpus && highest_cpu(cpus) >= v->host->cpus)
        finding_u(v, PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM, CRITICAL, highest_cpu(cpus), 0);
    validate_about(v, v->root, "Hardware/Cpu/NodeMask");
    if (nodes && !text_is_cpu_mask(nodes))
        finding(v, PRL_ERR_VMCONF_CPU_NODE_MASK_INVALID, JUST_SAID, NULL, NULL);
}

static void
check_numa(struct validation *v)
{
    uint64_t nodes = validate_u64(v, "Hardware/Cpu/NumaNodes"), sockets = validate_u64(v, "Hardware/Cpu/Sockets");

    if (!nodes)
        return;
    validate_about(v, v->root,
                   "Hardware/Cpu/NumaNodes Hardware/Cpu/Sockets Hardware/Cpu/EnableHotplug Hardware/Memory/EnableHotplug");
    if (validate_u64(v, "Hardware/Cpu/EnableHotplug"))
        finding(v, PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG, CRITICAL, NULL, NULL);
    if (validate_u64(v, "Hardware/Memory/EnableHotplug"))
        finding(v, PRL_ERR_VMCONF_NUMANODES_MEMORY_HOTPLUG, CRITICAL, NULL, NULL);
    if (nodes & (nodes - 1))
        finding_u(v, PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED, CRITICAL, nodes, 0);
    else if (sockets % nodes)
        finding_u(v, PRL_ERR_VMCONF_NUMANODES_INCONSISTENT_WITH_CPU, CRITICAL, nodes, sockets);
}

void
validate_cpu(struct validation *v)
{
    uint64_t cpus = vm_model_cpus(v->root);

    validate_about(v, v->root, "Hardware/Cpu/Number Hardware/Cpu/Sockets");
    if (!cpus || !validate_u64(v, "Hardware/Cpu/Sockets"))
        finding(v, PRL_ERR_VMCONF_CPU_ZERO_COUNT, CRITICAL, NULL, NULL);
    else if (cpus > CPU_MAX)
        finding_u(v, PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, CRITICAL, CPU_MAX, 0);
    else if (v->host->cpus && cpus > v->host->cpus)
        finding(v, PRL_ERR_VMCONF_CPU_COUNT_MORE_HOST_CPU_COUNT, JUST_SAID, NULL, NULL);
    check_masks(v);
    check_numa(v);
}

/* ---- memory ---- */

static void
check_ram(struct validation *v)
{
    uint64_t ram = validate_u64(v, "Hardware/Memory/RAM");
    uint64_t most = v->host->ram_mib ? v->host->ram_mib : UINT32_MAX;

    validate_about(v, v->root, "Hardware/Memory/RAM");
    if (!ram)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_ZERO_SIZE, CRITICAL, NULL, NULL);
    else if (ram < RAM_MIN_MIB || ram > most)
        finding_u(v, PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, CRITICAL, RAM_MIN_MIB, most);
    else if (ram % 4)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE, CRITICAL, NULL, NULL);
    else if (v->host->ram_recommended_mib && ram > v->host->ram_recommended_mib)
        finding_3(v, PRL_ERR_VMCONF_MAIN_MEMORY_SIZE_NOT_EAQUAL_RECOMMENDED, JUST_SAID, ram, guest_os_ram_mib(v->version, 0),
                  v->host->ram_recommended_mib);
    validate_about(v, v->root, "Hardware/Memory/RAM Hardware/Memory/EnableHotplug");
    if (ram < HOTPLUG_MIN_MIB && validate_u64(v, "Hardware/Memory/EnableHotplug"))
        finding(v, PRL_ERR_VMCONF_NEED_MORE_MEMORY_TO_ENABLE_HOTPLUG, CRITICAL, NULL, NULL);
}

static void
check_quota(struct validation *v)
{
    uint64_t priority = validate_u64(v, "Hardware/Memory/HostMemQuotaPriority");
    uint64_t least = validate_u64(v, "Hardware/Memory/HostMemQuotaMin");

    if (validate_u64(v, "Hardware/Memory/AutoQuota"))
        return;
    validate_about(v, v->root, "Hardware/Memory/AutoQuota Hardware/Memory/HostMemQuotaPriority");
    if (!priority)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_ZERO, CRITICAL, NULL, NULL);
    else if (priority > 100)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_OUT_OF_RANGE, CRITICAL, NULL, NULL);
    validate_about(v, v->root, "Hardware/Memory/AutoQuota Hardware/Memory/HostMemQuotaMin Hardware/Memory/HostMemQuotaMax");
    if (least > validate_u64(v, "Hardware/Memory/HostMemQuotaMax"))
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_INVALID_RANGE, CRITICAL, NULL, NULL);
    if (v->host->ram_mib && least > v->host->ram_mib)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_OUT_OF_RANGE, CRITICAL, NULL, NULL);
    else if (least < OVERHEAD_MIB + validate_u64(v, "Hardware/Video/VideoMemorySize"))
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_LESS_VMM_OVERHEAD_VALUE, CRITICAL, NULL, NULL);
}

void
validate_memory(struct validation *v)
{
    check_ram(v);
    validate_about(v, v->root, "Hardware/Memory/MemGuaranteeType Hardware/Memory/MemGuarantee");
    if (validate_u64(v, "Hardware/Memory/MemGuaranteeType") == PRL_MEMGUARANTEE_PERCENTS
        && validate_u64(v, "Hardware/Memory/MemGuarantee") > 100)
        finding(v, PRL_ERR_INVALID_MEMORY_GUARANTEE, CRITICAL, NULL, NULL);
    validate_about(v, v->root, "Hardware/Memory/MaxBalloonSize");
    if (validate_u64(v, "Hardware/Memory/MaxBalloonSize") > 100)
        finding(v, PRL_ERR_VMCONF_MAIN_MEMORY_MAX_BALLOON_SIZE_MORE_100_PERCENT, CRITICAL, NULL, NULL);
    check_quota(v);
}

/* ---- video ---- */

static bool
has_video_adapter(xmlDocPtr doc)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_PCI_VIDEO_ADAPTER, 0); n; n = xml_next(n))
        if (xml_get_u64(n, "Enabled", 0))
            return true;
    return false;
}

void
validate_video(struct validation *v)
{
    uint64_t video = validate_u64(v, "Hardware/Video/VideoMemorySize");

    validate_about(v, v->root, "Hardware/Video/VideoMemorySize");
    if (video < VIDEO_MIN_MIB || video > VIDEO_MAX_MIB)
        finding_u(v, PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, CRITICAL, VIDEO_MIN_MIB, VIDEO_MAX_MIB);
    validate_about(v, v->root, "Hardware/Video/Enabled");
    if (!validate_u64(v, "Hardware/Video/Enabled") && !has_video_adapter(v->doc))
        finding(v, PRL_ERR_VMCONF_VIDEO_NOT_ENABLED, CRITICAL, NULL, NULL);
}
