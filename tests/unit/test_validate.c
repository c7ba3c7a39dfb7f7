/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/errors.h"
#include "model/event_xml.h"
#include "model/guest_os.h"
#include "model/vm_model.h"

static const struct vm_validate_host host = { .cpus = 4, .ram_mib = 4096 };
static const struct host_facts facts = { .cpus = 4, .ram_mib = 4096, .bridged_network = "Bridged" };

static xmlDocPtr
good_doc(void)
{
    xmlDocPtr doc = vm_model_new();

    assert_int_equal(vm_model_set_default(doc, &facts, PVS_GUEST_VER_LIN_DEBIAN, true), PRL_ERR_SUCCESS);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", "good"));
    return doc;
}

static struct vm_findings
validate(xmlDocPtr doc, int section)
{
    struct vm_findings found = { 0 };

    assert_true(vm_model_validate(doc, NULL, section, &host, &found));
    return found;
}

static const struct vm_finding *
find(const struct vm_findings *v, PRL_RESULT code)
{
    for (size_t i = 0; i < v->len; i++)
        if (v->p[i].code == code)
            return &v->p[i];
    return NULL;
}

static void
validate__a_default_configuration__has_no_findings(void **state)
{
    unsigned versions[256];
    size_t n = 0, n_types, n_versions;
    const PRL_UINT8 *types = guest_os_types(PHO_MAC, &n_types);

    (void)state;
    for (size_t t = 0; t < n_types; t++) {
        const PRL_UINT16 *list = guest_os_versions(PHO_MAC, types[t], &n_versions);

        for (size_t i = 0; i < n_versions; i++)
            versions[n++] = list[i];
    }
    assert_true(n > 70);
    for (size_t i = 0; i < n; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
        struct vm_findings found;

        assert_int_equal(vm_model_set_default(doc, &facts, versions[i], true), PRL_ERR_SUCCESS);
        assert_true(xml_set(vm_model_root(doc), "Identification/VmName", "x"));
        vm_model_renumber_boot(doc, true);
        found = validate(doc, PVC_ALL);
        for (size_t k = 0; k < found.len; k++)
            print_message("%u: %#x\n", versions[i], (unsigned)found.p[k].code);
        assert_int_equal(found.len, 0);
        vm_findings_free(&found);
    }
}

#define HDD "Hardware/Hdd/"
#define NET "Hardware/NetworkAdapter/"
#define CD "Hardware/CdRom/"
#define FDD "Hardware/Fdd/"
#define SERIAL "Hardware/Serial/"
#define PCI "Hardware/GenericPciDevice/"
#define RULE NET "Firewall/Incoming/Direction/FirewallRules/FirewallRule/"
#define BOOT "Settings/Startup/BootingOrder/BootDevice/"
#define VNC "Settings/RemoteDisplay/"
#define FOLDERS "Settings/Tools/SharedFolders/HostSharing/"
#define MEMORY "Hardware/Memory/"
#define CPU "Hardware/Cpu/"

static bool
is_taken(void *arg, const char *what)
{
    return strcmp(arg, what) == 0;
}

static char used_address[] = "10.0.0.5", used_pci[] = "0000:03:00.0";
static const struct vm_neighbours neighbours = { .arg = used_address, .has_address = is_taken };
static const struct vm_neighbours pci_neighbours = { .arg = used_pci, .has_pci_device = is_taken };
static const unsigned classes[] = { 2 };

#define HOST .cpus = 4, .ram_mib = 4096
static const struct vm_validate_host no_controls = { HOST, .lacks_cpu_units = true, .lacks_cpu_limit = true, .lacks_io_priority = true };
static const struct vm_validate_host recommends = { HOST, .ram_recommended_mib = 2048 };
static const struct vm_validate_host no_ports = { HOST, .lacking_devices = 1u << PDE_SOUND_DEVICE | 1u << PDE_PARALLEL_PORT };
static const struct vm_validate_host rates = { HOST, .rate_classes = classes, .n_rate_classes = 1 };
static const struct vm_validate_host addresses = { HOST, .neighbours = &neighbours };
static const struct vm_validate_host pci_users = { HOST, .neighbours = &pci_neighbours };
static const struct vm_validate_host looks = { HOST, .check_files = true, .home = "/nonexistent" };

/* Values in a good document; with the last one it is spoilt, without it the finding is not there. */
static const struct row {
    PRL_RESULT code;
    int section;
    bool is_critical;
    struct {
        const char *path, *value; /* NULL: the element goes */
    } set[4];
    const char *p[3];                    /* the parameters of the finding */
    const struct vm_validate_host *host; /* NULL: the usual one */
} rows[] = {
#define SAID false
#define STOPS true
    { PRL_ERR_VMCONF_VM_NAME_IS_EMPTY, PVC_GENERAL_PARAMETERS, SAID, { { "Identification/VmName", "" } } },
    { PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, PVC_GENERAL_PARAMETERS, STOPS, { { "Identification/VmName", "a/b" } }, { "a/b" } },
    { PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, PVC_GENERAL_PARAMETERS, STOPS, { { "Identification/VmName", "a\nb" } }, { "a\nb" } },
    { PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG, PVC_GENERAL_PARAMETERS, STOPS,
      { { "Identification/VmName", "0123456789012345678901234567890123456789" }, { "Identification/VmName", "0123456789012345678901234567890123456789X" } }, { "40" } },
    { PRL_ERR_VMCONF_UNKNOWN_OS_TYPE, PVC_GENERAL_PARAMETERS, SAID, { { "Settings/General/OsType", "77" } } },
    { PRL_ERR_VMCONF_UNKNOWN_OS_VERSION, PVC_GENERAL_PARAMETERS, SAID, { { "Settings/General/OsNumber", "2400" } } },
    { PRL_ERR_UNIMPLEMENTED, PVC_GENERAL_PARAMETERS, SAID, { { "Settings/Runtime/UndoDisks", "1" } } },
    { PRL_ERR_VMCONF_INVALID_DEVICE_MAIN_INDEX, PVC_GENERAL_PARAMETERS, STOPS, { { HDD "Index", "63" }, { HDD "Index", "64" } } },
    { PRL_ERR_VMCONF_INVALID_DEVICE_MAIN_INDEX, PVC_GENERAL_PARAMETERS, STOPS, { { HDD "Index", "99999999999" } } },
    { PRL_ERR_VMCONF_CPUUNITS_NOT_SUPPORTED, PVC_GENERAL_PARAMETERS, STOPS, { { CPU "CpuUnits", "0" }, { CPU "CpuUnits", "1000" } }, { 0 }, &no_controls },
    { PRL_ERR_VMCONF_CPULIMIT_NOT_SUPPORTED, PVC_GENERAL_PARAMETERS, STOPS, { { CPU "CpuLimit", "0" }, { CPU "CpuLimitValue", "50" } }, { 0 }, &no_controls },
    { PRL_ERR_VMCONF_IOPRIO_NOT_SUPPORTED, PVC_GENERAL_PARAMETERS, STOPS, { { "Settings/Runtime/IoPriority", "4" }, { "Settings/Runtime/IoPriority", "7" } }, { 0 }, &no_controls },
    { PRL_ERR_VMCONF_NO_CONFIGURED_TOTALRATE_FOR_NETWORK_CLASS, PVC_GENERAL_PARAMETERS, SAID,
      { { "Settings/GlobalNetwork/NetworkRates/NetworkRate/ClassId", "2" }, { "Settings/GlobalNetwork/NetworkRates/NetworkRate/ClassId", "3" } }, { 0 }, &rates },

    { PRL_ERR_VMCONF_BOOT_OPTION_INVALID_DEVICE_TYPE, PVC_BOOT_OPTION, SAID, { { BOOT "Type", "12" } } },
    { PRL_ERR_VMCONF_BOOT_OPTION_DEVICE_NOT_EXISTS, PVC_BOOT_OPTION, SAID, { { BOOT "Index", "9" } } },
    { PRL_ERR_VMCONF_BOOT_OPTION_DUPLICATE_DEVICE, PVC_BOOT_OPTION, SAID, { { BOOT "Type", "5" } } },
    { PRL_ERR_VMCONF_EFI_UNSUPPORTED_GUEST, PVC_BOOT_OPTION, STOPS, { { "Settings/Startup/Bios/EfiEnabled", "1" }, { "Settings/General/OsNumber", "2058" }, { "Settings/General/OsNumber", "2057" } } },

    { PRL_ERR_VMCONF_REMOTE_DISPLAY_PASSWORD_TOO_LONG, PVC_REMOTE_DISPLAY, SAID, { { VNC "Mode", "1" }, { VNC "Password", "12345678" }, { VNC "Password", "123456789" } }, { "8" } },
    { PRL_ERR_VMCONF_REMOTE_DISPLAY_EMPTY_PASSWORD, PVC_REMOTE_DISPLAY, SAID, { { VNC "Mode", "1" } } },
    { PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, PVC_REMOTE_DISPLAY, STOPS, { { VNC "Mode", "2" }, { VNC "PortNumber", "5900" }, { VNC "PortNumber", "5899" } }, { "5900", "65535" } },
    { PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, PVC_REMOTE_DISPLAY, STOPS, { { VNC "Mode", "2" }, { VNC "PortNumber", "65535" }, { VNC "PortNumber", "65536" } }, { "5900", "65535" } },
    { PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS, PVC_REMOTE_DISPLAY, SAID, { { VNC "Mode", "1" }, { VNC "HostName", "::1" }, { VNC "HostName", "nowhere" } } },

    { PRL_ERR_VMCONF_SHARED_FOLDERS_EMPTY_FOLDER_NAME, PVC_SHARED_FOLDERS, SAID, { { FOLDERS "SharedFolder/Path", "/x" } } },
    { PRL_ERR_VMCONF_SHARED_FOLDERS_INVALID_FOLDER_PATH, PVC_SHARED_FOLDERS, SAID,
      { { FOLDERS "SharedFolder/Name", "n" }, { FOLDERS "SharedFolder/Path", "/x" }, { FOLDERS "SharedFolder/Path", "/x/../etc" } }, { "n", "/x/../etc" } },

    { PRL_ERR_VMCONF_CPU_ZERO_COUNT, PVC_CPU, STOPS, { { CPU "Number", "0" } } },
    { PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, PVC_CPU, STOPS, { { CPU "Number", "256" }, { CPU "Number", "257" } }, { "256" } },
    { PRL_ERR_VMCONF_CPU_COUNT_MORE_HOST_CPU_COUNT, PVC_CPU, SAID, { { CPU "Number", "4" }, { CPU "Number", "5" } } },
    { PRL_ERR_VMCONF_CPU_COUNT_MORE_HOST_CPU_COUNT, PVC_CPU, SAID, { { CPU "Number", "2" }, { CPU "Sockets", "2" }, { CPU "Sockets", "3" } } },
    { PRL_ERR_VMCONF_CPU_MASK_INVALID, PVC_CPU, SAID, { { CPU "CpuMask", "1-3" }, { CPU "CpuMask", "3-1" } } },
    { PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM, PVC_CPU, STOPS, { { CPU "CpuMask", "0-3" }, { CPU "CpuMask", "0-4" } }, { "4" } },
    { PRL_ERR_VMCONF_CPU_NODE_MASK_INVALID, PVC_CPU, SAID, { { CPU "NodeMask", "0" }, { CPU "NodeMask", "x" } } },
    { PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED, PVC_CPU, STOPS, { { CPU "Sockets", "6" }, { CPU "NumaNodes", "2" }, { CPU "NumaNodes", "3" } }, { "3" } },
    { PRL_ERR_VMCONF_NUMANODES_INCONSISTENT_WITH_CPU, PVC_CPU, STOPS, { { CPU "NumaNodes", "1" }, { CPU "NumaNodes", "2" } }, { "2", "1" } },
    { PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG, PVC_CPU, STOPS, { { CPU "NumaNodes", "1" }, { CPU "EnableHotplug", "1" } } },
    { PRL_ERR_VMCONF_NUMANODES_MEMORY_HOTPLUG, PVC_CPU, STOPS, { { CPU "NumaNodes", "1" }, { MEMORY "EnableHotplug", "1" } } },

    { PRL_ERR_VMCONF_MAIN_MEMORY_ZERO_SIZE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "RAM", "0" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "RAM", "4" }, { MEMORY "RAM", "2" } }, { "4", "4096" } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "RAM", "4096" }, { MEMORY "RAM", "4100" } }, { "4", "4096" } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "RAM", "132" }, { MEMORY "RAM", "130" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_SIZE_NOT_EAQUAL_RECOMMENDED, PVC_MAIN_MEMORY, SAID, { { MEMORY "RAM", "2048" }, { MEMORY "RAM", "2052" } }, { "2052", "512", "2048" }, &recommends },
    { PRL_ERR_VMCONF_NEED_MORE_MEMORY_TO_ENABLE_HOTPLUG, PVC_MAIN_MEMORY, STOPS, { { MEMORY "EnableHotplug", "1" }, { MEMORY "RAM", "1024" }, { MEMORY "RAM", "1020" } } },
    { PRL_ERR_INVALID_MEMORY_GUARANTEE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "MemGuaranteeType", "1" }, { MEMORY "MemGuarantee", "100" }, { MEMORY "MemGuarantee", "101" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MAX_BALLOON_SIZE_MORE_100_PERCENT, PVC_MAIN_MEMORY, STOPS, { { MEMORY "MaxBalloonSize", "100" }, { MEMORY "MaxBalloonSize", "101" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_ZERO, PVC_MAIN_MEMORY, STOPS, { { MEMORY "AutoQuota", "0" }, { MEMORY "HostMemQuotaPriority", "0" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_OUT_OF_RANGE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "AutoQuota", "0" }, { MEMORY "HostMemQuotaPriority", "100" }, { MEMORY "HostMemQuotaPriority", "101" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MQ_INVALID_RANGE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "AutoQuota", "0" }, { MEMORY "HostMemQuotaMax", "128" }, { MEMORY "HostMemQuotaMax", "127" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_OUT_OF_RANGE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "AutoQuota", "0" }, { MEMORY "HostMemQuotaMin", "4096" }, { MEMORY "HostMemQuotaMin", "4097" } } },
    { PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_LESS_VMM_OVERHEAD_VALUE, PVC_MAIN_MEMORY, STOPS, { { MEMORY "AutoQuota", "0" }, { MEMORY "HostMemQuotaMin", "64" }, { MEMORY "HostMemQuotaMin", "63" } } },

    { PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, PVC_VIDEO_MEMORY, STOPS, { { "Hardware/Video/VideoMemorySize", "2" }, { "Hardware/Video/VideoMemorySize", "1" } }, { "2", "1024" } },
    { PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, PVC_VIDEO_MEMORY, STOPS, { { "Hardware/Video/VideoMemorySize", "1024" }, { "Hardware/Video/VideoMemorySize", "1025" } }, { "2", "1024" } },
    { PRL_ERR_VMCONF_VIDEO_NOT_ENABLED, PVC_VIDEO_MEMORY, STOPS, { { "Hardware/PciVideoAdapter/Enabled", "1" }, { "Hardware/Video/Enabled", "0" }, { "Hardware/PciVideoAdapter/Enabled", "0" } } },

    { PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_IS_EMPTY, PVC_FLOPPY_DISK, SAID, { { FDD "EmulatedType", "1" }, { FDD "Enabled", "1" } } },
    { PRL_ERR_VMCONF_FLOPPY_DISK_URL_FORMAT_SYS_NAME, PVC_FLOPPY_DISK, SAID, { { FDD "EmulatedType", "1" }, { FDD "Enabled", "1" }, { FDD "SystemName", "ftp://x/f" } }, { "ftp://x/f" } },
    { PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_HAS_INVALID_SYMBOL, PVC_FLOPPY_DISK, STOPS, { { FDD "EmulatedType", "1" }, { FDD "Enabled", "1" }, { FDD "SystemName", "../f" } }, { "../f" } },
    { PRL_ERR_VMCONF_FLOPPY_DISK_IMAGE_IS_NOT_EXIST, PVC_FLOPPY_DISK, SAID, { { FDD "EmulatedType", "1" }, { FDD "SystemName", "f" }, { FDD "Enabled", "1" } }, { "f" }, &looks },
    { PRL_ERR_VMCONF_FLOPPY_DISK_IS_NOT_ACCESSIBLE, PVC_FLOPPY_DISK, SAID, { { FDD "Enabled", "1" }, { FDD "SystemName", "/dev/null" }, { FDD "SystemName", "/nonexistent/fd0" } }, { 0 }, &looks },

    { PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_OLD_CHIPSET, PVC_CD_DVD_ROM, SAID, { { CD "InterfaceType", "2" }, { "Hardware/Chipset/Type", "1" } }, { "1" } },
    { PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_UNSUPPORTED_OS, PVC_CD_DVD_ROM, SAID, { { CD "InterfaceType", "2" }, { "Settings/General/OsNumber", "2055" } }, { "1" } },
    { PRL_ERR_VMCONF_CD_DVD_ROM_URL_FORMAT_SYS_NAME, PVC_CD_DVD_ROM, SAID, { { CD "SystemName", "http://x/y.iso" } }, { "1", "http://x/y.iso" } },
    { PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST, PVC_CD_DVD_ROM, STOPS, { { CD "SystemName", "../y.iso" } }, { "1", "../y.iso" } },
    { PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST, PVC_CD_DVD_ROM, SAID, { { CD "SystemName", "/dev/null" }, { CD "SystemName", "/nonexistent/y.iso" } }, { "1", "/nonexistent/y.iso" }, &looks },

    { PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_OLD_CHIPSET, PVC_HARD_DISK, SAID, { { HDD "InterfaceType", "2" }, { "Hardware/Chipset/Type", "1" } }, { "1" } },
    { PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_UNSUPPORTED_OS, PVC_HARD_DISK, SAID, { { HDD "InterfaceType", "2" }, { "Settings/General/OsNumber", "2055" } }, { "1" } },
    { PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_IS_EMPTY, PVC_HARD_DISK, SAID, { { HDD "SystemName", "" }, { HDD "UserFriendlyName", "" } }, { "1" } },
    { PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL, PVC_HARD_DISK, STOPS, { { HDD "SystemName", "../../etc/passwd" } }, { "../../etc/passwd" } },
    { PRL_ERR_VMCONF_HARD_DISK_URL_FORMAT_SYS_NAME, PVC_HARD_DISK, SAID, { { HDD "SystemName", "nbd://h/x" } }, { "1", "nbd://h/x" } },
    { PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST, PVC_HARD_DISK, SAID, { { HDD "SystemName", "/dev/null" }, { HDD "SystemName", "d" } }, { "1", "d" }, &looks },
    { PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_VALID, PVC_HARD_DISK, SAID, { { HDD "SystemName", "/nonexistent/d" }, { HDD "SystemName", "/dev" } }, { 0 }, &looks },
    { PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_VALID, PVC_HARD_DISK, SAID, { { HDD "SystemName", "/proc/self/exe" }, { HDD "DiskType", "2" }, { HDD "DiskType", "1" } }, { 0 }, &looks },
    { PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, PVC_HARD_DISK, STOPS, { { HDD "SerialNumber", "01234567890123456789" }, { HDD "SerialNumber", "012345678901234567890" } } },
    { PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, PVC_HARD_DISK, STOPS, { { HDD "SerialNumber", "a,b" } } },

    { PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE, PVC_SCSI_DEVICES, STOPS, { { HDD "StackIndex", "15" }, { HDD "StackIndex", "16" } }, { "16" } },
    { PRL_ERR_VMCONF_SATA_DEVICES_COUNT_OUT_OF_RANGE, PVC_SATA_DEVICES, STOPS, { { HDD "InterfaceType", "2" }, { HDD "StackIndex", "5" }, { HDD "StackIndex", "6" } }, { "6" } },
    { PRL_ERR_VMCONF_IDE_DEVICES_COUNT_OUT_OF_RANGE, PVC_IDE_DEVICES, STOPS, { { HDD "InterfaceType", "0" }, { HDD "StackIndex", "3" }, { HDD "StackIndex", "4" } }, { "4" } },
    { PRL_ERR_VMCONF_SCSI_HYPERV_LINUX_NOT_SUPPORTED, PVC_SCSI_DEVICES, SAID, { { HDD "SubType", "4" } } },
    { PRL_ERR_VMCONF_SATA_DEVICES_DUPLICATE_STACK_INDEX, PVC_SATA_DEVICES, STOPS, { { HDD "InterfaceType", "2" } } },
    { PRL_ERR_VMCONF_SCSI_DEVICES_DUPLICATE_STACK_INDEX, PVC_SCSI_DEVICES, STOPS, { { CD "InterfaceType", "1" } } },
    { PRL_ERR_VMCONF_IDE_DEVICES_DUPLICATE_STACK_INDEX, PVC_IDE_DEVICES, STOPS, { { CD "InterfaceType", "0" }, { HDD "InterfaceType", "0" } } },
    { PRL_ERR_VMCONF_VIRTIO_BLOCK_DEVICES_DUPLICATE_STACK_INDEX, PVC_IDE_DEVICES, STOPS, { { CD "InterfaceType", "3" }, { HDD "InterfaceType", "3" } } },

    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "MAC", "0123" } }, { "1" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "MAC", "020000000000" }, { NET "MAC", "010000000000" } }, { "1" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "NetAddress", "30.1.1.1" }, { NET "NetAddress", "300.1.1.1" } }, { "1", "300.1.1.1" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_MULTICAST_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "NetAddress", "224.1.1.1/255.255.255.0" } }, { "1", "224.1.1.1/255.255.255.0" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_MULTICAST_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "NetAddress", "fe80::1/64" }, { NET "NetAddress", "ff02::1/64" } }, { "1", "ff02::1/64" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_BROADCAST_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "NetAddress", "10.0.0.254/255.255.255.0" }, { NET "NetAddress", "10.0.0.255/255.255.255.0" } }, { "1", "10.0.0.255/255.255.255.0" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_GATEWAY_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "DefaultGateway", "10.0.0.3" }, { NET "DefaultGateway", "10.0.0.300" } }, { "1", "10.0.0.300" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_GATEWAY_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "DefaultGatewayIPv6", "10.0.0.3" } }, { "1", "10.0.0.3" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_GATEWAY_NOT_IN_SUBNET, PVC_NETWORK_ADAPTER, SAID,
      { { NET "NetAddress", "10.0.0.5/255.255.255.0" }, { NET "DefaultGateway", "10.0.0.1" }, { NET "DefaultGateway", "10.0.1.1" } }, { "1", "10.0.1.1" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_DNS_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "DnsIPAddress", "::1" }, { NET "DnsIPAddress", "x" } }, { "1", "x" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_SEARCH_DOMAIN_NAME, PVC_NETWORK_ADAPTER, SAID, { { NET "SearchDomain", "a.b" }, { NET "SearchDomain", "a..b" } }, { "1", "a..b" } },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_ROUTED_NO_STATIC_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "EmulatedType", "5" } }, { "1" } },
    { PRL_ERR_VMCONF_DUPLICATE_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, { { NET "NetAddress", "10.0.0.6/24" }, { NET "NetAddress", "10.0.0.5/24" } }, { "10.0.0.5/24" }, &addresses },
    { PRL_ERR_VMCONF_NETWORK_INCONSISTENT_FILTERS, PVC_NETWORK_ADAPTER, SAID, { { NET "PktFilter/PreventPromisc", "0" }, { NET "PktFilter/FilterRef", "clean-traffic" } } },
    { PRL_ERR_VMCONF_NETWORK_UNSUPPORTED_PROTOCOL, PVC_NETWORK_ADAPTER, STOPS, { { RULE "Protocol", "icmp" }, { RULE "Protocol", "sctp" } } },
    { PRL_ERR_VMCONF_NETWORK_INVALID_PORT_NUMBER, PVC_NETWORK_ADAPTER, STOPS, { { RULE "Protocol", "tcp" }, { RULE "LocalPort", "65535" }, { RULE "LocalPort", "65536" } } },
    { PRL_ERR_VMCONF_NETWORK_PORT_NOT_USED, PVC_NETWORK_ADAPTER, STOPS, { { RULE "Protocol", "icmp" }, { RULE "LocalPort", "0" }, { RULE "LocalPort", "80" } } },
    { PRL_ERR_VMCONF_NETWORK_INVALID_IP_ADDRESS, PVC_NETWORK_ADAPTER, STOPS, { { RULE "RemoteNetAddress", "1.2.3.0/24" }, { RULE "RemoteNetAddress", "1.2.3" } } },

    { PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_IS_EMPTY, PVC_SERIAL_PORT, SAID, { { SERIAL "EmulatedType", "2" }, { SERIAL "Enabled", "1" } }, { "1" } },
    { PRL_ERR_VMCONF_SERIAL_PORT_URL_FORMAT_SYS_NAME, PVC_SERIAL_PORT, SAID, { { SERIAL "EmulatedType", "2" }, { SERIAL "SystemName", "tcp://x" }, { SERIAL "Enabled", "1" } }, { "1", "tcp://x" } },
    { PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_HAS_INVALID_SYMBOL, PVC_SERIAL_PORT, STOPS, { { SERIAL "EmulatedType", "2" }, { SERIAL "SystemName", "../x" }, { SERIAL "Enabled", "1" } }, { "../x" } },
    { PRL_ERR_VMCONF_SERIAL_PORT_IMAGE_IS_NOT_EXIST, PVC_SERIAL_PORT, SAID, { { SERIAL "EmulatedType", "2" }, { SERIAL "SystemName", "x" }, { SERIAL "Enabled", "1" } }, { "1", "x" }, &looks },
    { PRL_ERR_UNSUPPORTED_DEVICE_TYPE, PVC_PARALLEL_PORT, SAID, { { "Hardware/Printer/Enabled", "0" }, { "Hardware/Printer/Enabled", "1" } }, { 0 }, &no_ports },
    { PRL_ERR_UNSUPPORTED_DEVICE_TYPE, PVC_SOUND, SAID, { { "Hardware/Sound/Enabled", "0" }, { "Hardware/Sound/Enabled", "1" } }, { 0 }, &no_ports },

    { PRL_ERR_VMCONF_GENERIC_PCI_WRONG_DEVICE, PVC_GENERIC_PCI, STOPS, { { PCI "Enabled", "0" }, { PCI "Enabled", "1" } } },
    { PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_NOT_FOUND, PVC_GENERIC_PCI, SAID, { { PCI "SystemName", "ffff:1f:1f.7" }, { PCI "Enabled", "1" } }, { "ffff:1f:1f.7" }, &looks },
    { PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_NOT_FOUND, PVC_GENERIC_PCI, SAID, { { PCI "SystemName", "../x" }, { PCI "Enabled", "1" } }, { "../x" }, &looks },
    { PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_DUPLICATE_IN_ANOTHER_VM, PVC_GENERIC_PCI, STOPS,
      { { PCI "Enabled", "1" }, { PCI "SystemName", "0000:04:00.0" }, { PCI "SystemName", "0000:03:00.0" } }, { "0000:03:00.0" }, &pci_users },
};

static void
apply(xmlDocPtr doc, const struct row *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_true(xml_set(vm_model_root(doc), row->set[i].path, row->set[i].value));
}

static struct vm_findings
look(xmlDocPtr doc, const struct row *row, int section)
{
    struct vm_findings found = { 0 };

    assert_true(vm_model_validate(doc, NULL, section, row->host ? row->host : &host, &found));
    return found;
}

/* Everything the texts have a place for is there, and as the row says. */
static bool
has_parameters(const struct row *row, const struct vm_finding *f)
{
    const struct error_text *text = errors_find(row->code);
    char place[] = "%0";

    for (int i = 0; i < 3; i++) {
        place[1] = (char)('1' + i);
        if ((strstr(text->brief_text, place) || strstr(text->long_text, place)) && !f->param[i])
            return false;
        if (row->p[i] && !str_eq(row->p[i], f->param[i]))
            return false;
    }
    return true;
}

static bool
is_good_row(const struct row *row, size_t n)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = good_doc();
    struct vm_findings before, all, section, other;
    const struct vm_finding *f;
    bool is_good;

    apply(doc, row, n - 1);
    before = look(doc, row, PVC_ALL);
    apply(doc, row, n);
    all = look(doc, row, PVC_ALL);
    section = look(doc, row, row->section);
    other = look(doc, row, PVC_OFFLINE_MANAGEMENT_SETTINGS);
    f = find(&section, row->code);
    is_good = !find(&before, row->code) && find(&all, row->code) && f && f->is_critical == row->is_critical && has_parameters(row, f)
              && !other.len && (PRL_FAILED(vm_findings_critical(&section)) || !row->is_critical);
    if (!is_good)
        print_message("%s of %s: before %d, found %d, %s %s %s\n", errors_name(row->code), row->set[n - 1].path,
                      find(&before, row->code) != NULL, f != NULL, f && f->param[0] ? f->param[0] : "-",
                      f && f->param[1] ? f->param[1] : "-", f && f->param[2] ? f->param[2] : "-");
    vm_findings_free(&before);
    vm_findings_free(&all);
    vm_findings_free(&section);
    vm_findings_free(&other);
    return is_good;
}

static size_t
count_settings(const struct row *row)
{
    size_t n = 0;

    while (n < sizeof row->set / sizeof row->set[0] && row->set[n].path)
        n++;
    return n;
}

static void
validate__each_broken_value__is_found_in_its_section(void **state)
{
    bool is_good = true;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        is_good &= is_good_row(&rows[i], count_settings(&rows[i]));
    assert_true(is_good);
}

/* Two of a kind, which rows cannot make. */
static const struct pair {
    PRL_RESULT code;
    int section;
    bool is_critical;
    PRL_DEVICE_TYPE type;       /* of the devices; PDE_MAX: shared folders */
    const char *path, *first, *second;
} pairs[] = {
    { PRL_ERR_VMCONF_HARD_DISK_DUPLICATE_SYS_NAME, PVC_HARD_DISK, SAID, PDE_HARD_DISK, "SystemName", "a.hdd", "b.hdd" },
    { PRL_ERR_VMCONF_CD_DVD_ROM_DUPLICATE_SYS_NAME, PVC_CD_DVD_ROM, SAID, PDE_OPTICAL_DISK, "SystemName", "/a.iso", "/b.iso" },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_MAC_ADDRESS, PVC_NETWORK_ADAPTER, STOPS, PDE_GENERIC_NETWORK_ADAPTER, "MAC", "020000000001", "020000000002" },
    { PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_IP_ADDRESS, PVC_NETWORK_ADAPTER, SAID, PDE_GENERIC_NETWORK_ADAPTER, "NetAddress", "10.0.0.1/255.255.255.0", "10.0.0.2/255.255.255.0" },
    { PRL_ERR_VMCONF_GENERIC_PCI_DUPLICATE_SYS_NAME, PVC_GENERIC_PCI, SAID, PDE_GENERIC_PCI_DEVICE, "SystemName", "03:00.0", "04:00.0" },
    { PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_NAME, PVC_SHARED_FOLDERS, SAID, PDE_MAX, "Name", "a", "b" },
    { PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_PATH, PVC_SHARED_FOLDERS, SAID, PDE_MAX, "Path", "/a", "/b" },
    { PRL_ERR_VMCONF_GENERIC_PCI_VIDEO_WRONG_COUNT, PVC_GENERIC_PCI, STOPS, PDE_PCI_VIDEO_ADAPTER, "Type", "1", NULL },
};

static xmlNodePtr
add_one(xmlDocPtr doc, const struct pair *p, const char *name)
{
    xmlNodePtr folders = xml_make(vm_model_root(doc), FOLDERS), n = NULL;

    if (p->type == PDE_MAX) {
        n = xmlNewChild(folders, NULL, (const xmlChar *)"SharedFolder", NULL);
        assert_true(xml_set(n, "Name", name) && xml_set(n, "Path", strcmp(name, "first") == 0 ? "/1" : "/2"));
    } else if (p->type == PDE_PCI_VIDEO_ADAPTER) {
        n = xmlNewChild(xml_child(vm_model_root(doc), "Hardware"), NULL, (const xmlChar *)"PciVideoAdapter", NULL);
    } else {
        assert_int_equal(vm_model_create_device(doc, p->type, &n), PRL_ERR_SUCCESS);
    }
    if (p->type == PDE_OPTICAL_DISK)
        assert_true(xml_set_u64(n, "EmulatedType", PDT_USE_IMAGE_FILE));
    assert_true(xml_set(n, "Enabled", "1"));
    return n;
}

static bool
has_code(xmlDocPtr doc, const struct pair *p)
{
    struct vm_findings found = validate(doc, p->section);
    const struct vm_finding *f = find(&found, p->code);
    bool has_it = f && f->is_critical == p->is_critical;

    vm_findings_free(&found);
    return has_it;
}

static void
validate__two_of_a_kind__are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct pair *p = &pairs[i];
        AUTO(xmlFreeDoc) xmlDocPtr doc = good_doc();
        xmlNodePtr a = add_one(doc, p, "first"), b;

        assert_true(xml_set(a, p->path, p->first));
        assert_false(has_code(doc, p));
        b = add_one(doc, p, "second");
        if (p->second) {
            assert_true(xml_set(b, p->path, p->second));
            assert_false(has_code(doc, p));
        }
        assert_true(xml_set(b, p->path, p->first));
        if (!has_code(doc, p))
            print_message("%s\n", errors_name(p->code));
        assert_true(has_code(doc, p));
    }
}

/* More of them than the bus has places: no position is free, so that one is twice there as well. */
static void
validate__too_many_on_a_bus__are_found(void **state)
{
    static const struct {
        PRL_MASS_STORAGE_INTERFACE_TYPE bus;
        unsigned places;
        PRL_RESULT code;
        int section;
    } buses[] = {
        { PMS_IDE_DEVICE, 4, PRL_ERR_VMCONF_IDE_DEVICES_COUNT_OUT_OF_RANGE, PVC_IDE_DEVICES },
        { PMS_SATA_DEVICE, 6, PRL_ERR_VMCONF_SATA_DEVICES_COUNT_OUT_OF_RANGE, PVC_SATA_DEVICES },
        { PMS_SCSI_DEVICE, 16, PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE, PVC_SCSI_DEVICES },
    };

    (void)state;
    for (size_t i = 0; i < sizeof buses / sizeof buses[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();

        for (unsigned n = 0; n <= buses[i].places; n++) {
            struct vm_findings found;
            xmlNodePtr disk;

            assert_int_equal(vm_model_create_device(doc, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
            assert_true(xml_set(disk, "Enabled", "1") && xml_set_u64(disk, "InterfaceType", buses[i].bus)
                        && xml_set_u64(disk, "StackIndex", n < buses[i].places ? n : 0));
            found = validate(doc, buses[i].section);
            assert_int_equal(find(&found, buses[i].code) != NULL, n == buses[i].places);
            vm_findings_free(&found);
        }
    }
}

/* Nothing of semantics 6.13 is without a row. HARD_DISK_UNABLE_DELETE_DISK_WITH_SNAPSHOTS is a commit's alone. */
static void
validate__every_code__has_a_row(void **state)
{
    static const PRL_RESULT codes[] = {
        PRL_ERR_VMCONF_VM_NAME_IS_EMPTY, PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG,
        PRL_ERR_VMCONF_UNKNOWN_OS_TYPE, PRL_ERR_VMCONF_UNKNOWN_OS_VERSION, PRL_ERR_UNIMPLEMENTED, PRL_ERR_VMCONF_VIDEO_NOT_ENABLED,
        PRL_ERR_VMCONF_CPUUNITS_NOT_SUPPORTED, PRL_ERR_VMCONF_CPULIMIT_NOT_SUPPORTED, PRL_ERR_VMCONF_IOPRIO_NOT_SUPPORTED,
        PRL_ERR_VMCONF_BOOT_OPTION_DEVICE_NOT_EXISTS, PRL_ERR_VMCONF_BOOT_OPTION_INVALID_DEVICE_TYPE,
        PRL_ERR_VMCONF_BOOT_OPTION_DUPLICATE_DEVICE, PRL_ERR_VMCONF_EFI_UNSUPPORTED_GUEST,
        PRL_ERR_VMCONF_REMOTE_DISPLAY_PASSWORD_TOO_LONG, PRL_ERR_VMCONF_REMOTE_DISPLAY_EMPTY_PASSWORD,
        PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS,
        PRL_ERR_VMCONF_SHARED_FOLDERS_EMPTY_FOLDER_NAME, PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_NAME,
        PRL_ERR_VMCONF_SHARED_FOLDERS_INVALID_FOLDER_PATH, PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_PATH,
        PRL_ERR_VMCONF_CPU_ZERO_COUNT, PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, PRL_ERR_VMCONF_CPU_COUNT_MORE_HOST_CPU_COUNT,
        PRL_ERR_VMCONF_CPU_MASK_INVALID, PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM, PRL_ERR_VMCONF_CPU_NODE_MASK_INVALID,
        PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG, PRL_ERR_VMCONF_NUMANODES_MEMORY_HOTPLUG, PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED,
        PRL_ERR_VMCONF_NUMANODES_INCONSISTENT_WITH_CPU, PRL_ERR_VMCONF_MAIN_MEMORY_ZERO_SIZE,
        PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE,
        PRL_ERR_VMCONF_MAIN_MEMORY_SIZE_NOT_EAQUAL_RECOMMENDED, PRL_ERR_INVALID_MEMORY_GUARANTEE,
        PRL_ERR_VMCONF_MAIN_MEMORY_MAX_BALLOON_SIZE_MORE_100_PERCENT, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_ZERO,
        PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_OUT_OF_RANGE, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_INVALID_RANGE,
        PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_OUT_OF_RANGE, PRL_ERR_VMCONF_MAIN_MEMORY_MQ_MIN_LESS_VMM_OVERHEAD_VALUE,
        PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_IS_EMPTY,
        PRL_ERR_VMCONF_FLOPPY_DISK_URL_FORMAT_SYS_NAME, PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_HAS_INVALID_SYMBOL,
        PRL_ERR_VMCONF_FLOPPY_DISK_IMAGE_IS_NOT_EXIST, PRL_ERR_VMCONF_FLOPPY_DISK_IS_NOT_ACCESSIBLE,
        PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_OLD_CHIPSET, PRL_ERR_VMCONF_CD_DVD_ROM_SET_SATA_FOR_UNSUPPORTED_OS,
        PRL_ERR_VMCONF_CD_DVD_ROM_URL_FORMAT_SYS_NAME, PRL_ERR_VMCONF_CD_DVD_ROM_DUPLICATE_SYS_NAME,
        PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST, PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_OLD_CHIPSET,
        PRL_ERR_VMCONF_HARD_DISK_SET_SATA_FOR_UNSUPPORTED_OS, PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_IS_EMPTY,
        PRL_ERR_VMCONF_HARD_DISK_URL_FORMAT_SYS_NAME, PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL,
        PRL_ERR_VMCONF_HARD_DISK_DUPLICATE_SYS_NAME, PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST,
        PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_VALID, PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID,
        PRL_ERR_VMCONF_IDE_DEVICES_DUPLICATE_STACK_INDEX, PRL_ERR_VMCONF_SATA_DEVICES_DUPLICATE_STACK_INDEX,
        PRL_ERR_VMCONF_SCSI_DEVICES_DUPLICATE_STACK_INDEX, PRL_ERR_VMCONF_VIRTIO_BLOCK_DEVICES_DUPLICATE_STACK_INDEX,
        PRL_ERR_VMCONF_IDE_DEVICES_COUNT_OUT_OF_RANGE, PRL_ERR_VMCONF_SATA_DEVICES_COUNT_OUT_OF_RANGE,
        PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE, PRL_ERR_VMCONF_SCSI_HYPERV_LINUX_NOT_SUPPORTED,
        PRL_ERR_VMCONF_INVALID_DEVICE_MAIN_INDEX, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS,
        PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_MAC_ADDRESS, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_IP_ADDRESS,
        PRL_ERR_VMCONF_NETWORK_ADAPTER_MULTICAST_IP_ADDRESS, PRL_ERR_VMCONF_NETWORK_ADAPTER_BROADCAST_IP_ADDRESS,
        PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_IP_ADDRESS, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_GATEWAY_IP_ADDRESS,
        PRL_ERR_VMCONF_NETWORK_ADAPTER_GATEWAY_NOT_IN_SUBNET, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_DNS_IP_ADDRESS,
        PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_SEARCH_DOMAIN_NAME, PRL_ERR_VMCONF_NETWORK_ADAPTER_ROUTED_NO_STATIC_ADDRESS,
        PRL_ERR_VMCONF_DUPLICATE_IP_ADDRESS, PRL_ERR_VMCONF_NETWORK_INCONSISTENT_FILTERS, PRL_ERR_VMCONF_NETWORK_UNSUPPORTED_PROTOCOL,
        PRL_ERR_VMCONF_NETWORK_INVALID_PORT_NUMBER, PRL_ERR_VMCONF_NETWORK_INVALID_IP_ADDRESS, PRL_ERR_VMCONF_NETWORK_PORT_NOT_USED,
        PRL_ERR_VMCONF_NO_CONFIGURED_TOTALRATE_FOR_NETWORK_CLASS, PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_IS_EMPTY,
        PRL_ERR_VMCONF_SERIAL_PORT_URL_FORMAT_SYS_NAME, PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_HAS_INVALID_SYMBOL,
        PRL_ERR_VMCONF_SERIAL_PORT_IMAGE_IS_NOT_EXIST, PRL_ERR_UNSUPPORTED_DEVICE_TYPE, PRL_ERR_VMCONF_GENERIC_PCI_WRONG_DEVICE,
        PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_NOT_FOUND, PRL_ERR_VMCONF_GENERIC_PCI_DUPLICATE_SYS_NAME,
        PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_DUPLICATE_IN_ANOTHER_VM, PRL_ERR_VMCONF_GENERIC_PCI_VIDEO_WRONG_COUNT,
    };
    unsigned n_missing = 0;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool has_row = false;

        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
            has_row |= rows[k].code == codes[i];
        for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
            has_row |= pairs[k].code == codes[i];
        if (!has_row)
            print_message("%s has no row\n", errors_name(codes[i]));
        n_missing += !has_row;
    }
    assert_int_equal(n_missing, 0);
}

/* What the host cannot do is refused when it is asked for, not when it was there before. */
static void
validate__controls_the_host_lacks__may_stay_as_they_were(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr stored = good_doc(), doc = NULL;
    struct vm_findings found = { 0 };

    (void)state;
    assert_true(xml_set(vm_model_root(stored), CPU "CpuUnits", "1000"));
    doc = xmlCopyDoc(stored, 1);
    assert_true(vm_model_validate(doc, stored, PVC_ALL, &no_controls, &found));
    assert_int_equal(found.len, 0);
    vm_findings_free(&found);
    assert_true(xml_set(vm_model_root(doc), CPU "CpuUnits", "1001"));
    assert_true(vm_model_validate(doc, stored, PVC_ALL, &no_controls, &found));
    assert_non_null(find(&found, PRL_ERR_VMCONF_CPUUNITS_NOT_SUPPORTED));
    vm_findings_free(&found);
}

static void
validate__a_missing_image__is_seen_when_files_are_asked_for(void **state)
{
    static const struct vm_validate_host with_files = { .cpus = 4, .ram_mib = 4096, .check_files = true, .home = "/nonexistent" };
    AUTO(xmlFreeDoc) xmlDocPtr doc = good_doc();
    struct vm_findings found = { 0 };
    const struct vm_finding *f;

    (void)state;
    assert_true(vm_model_validate(doc, NULL, PVC_ALL, &with_files, &found));
    f = find(&found, PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST);
    assert_non_null(f);
    assert_int_equal(f->dev_index, 0);
    assert_string_equal(f->param[0], "1");
    assert_string_equal(f->param[1], "harddisk.hdd");
    vm_findings_free(&found);
    assert_true(xml_set(vm_model_device_nth(doc, PDE_HARD_DISK, 0), "Connected", "0"));
    assert_true(vm_model_validate(doc, NULL, PVC_ALL, &with_files, &found));
    assert_null(find(&found, PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST));
    vm_findings_free(&found);
}

static void
validate__changes_only__leaves_out_what_was_so_before(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr stored = good_doc(), doc = NULL;
    struct vm_findings found = { 0 };

    (void)state;
    assert_true(xml_set(vm_model_root(stored), "Hardware/Memory/RAM", "130"));
    doc = xmlCopyDoc(stored, 1);
    assert_true(xml_set(vm_model_root(doc), "Hardware/Cpu/Number", "0"));
    assert_true(vm_model_validate(doc, stored, PVC_VALIDATE_CHANGES_ONLY, &host, &found));
    assert_int_equal(found.len, 1);
    assert_int_equal(found.p[0].code, PRL_ERR_VMCONF_CPU_ZERO_COUNT);
    vm_findings_free(&found);
}

static void
validate__changes_only__keeps_the_same_fault_of_a_new_value(void **state)
{
    static const struct {
        const char *path, *before, *after;
        PRL_RESULT code;
    } changes[] = {
        { MEMORY "RAM", "130", "134", PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE },
        { "Identification/VmName", "a/b", "a/c", PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL },
        { CPU "CpuMask", "3-1", "4-2", PRL_ERR_VMCONF_CPU_MASK_INVALID },
        { NET "MAC", "01", "02", PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS },
        { HDD "SerialNumber", "a,b", "a,c", PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID },
        { HDD "StackIndex", "16", "17", PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE },
        { RULE "Protocol", "x", "y", PRL_ERR_VMCONF_NETWORK_UNSUPPORTED_PROTOCOL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr stored = good_doc(), doc = NULL;
        struct vm_findings found = { 0 };

        assert_true(xml_set(vm_model_root(stored), changes[i].path, changes[i].before));
        doc = xmlCopyDoc(stored, 1);
        assert_true(xml_set(vm_model_root(doc), "Settings/General/VmDescription", "another value"));
        assert_true(xml_set(vm_model_root(doc), HDD "Size", "7"));
        assert_true(vm_model_validate(doc, stored, PVC_VALIDATE_CHANGES_ONLY, &host, &found));
        assert_int_equal(found.len, 0);
        vm_findings_free(&found);
        assert_true(xml_set(vm_model_root(doc), changes[i].path, changes[i].after));
        assert_true(vm_model_validate(doc, stored, PVC_VALIDATE_CHANGES_ONLY, &host, &found));
        if (found.len != 1)
            print_message("%s\n", changes[i].path);
        assert_int_equal(found.len, 1);
        assert_int_equal(found.p[0].code, changes[i].code);
        vm_findings_free(&found);
    }
}

static void
validate__a_critical_finding__becomes_a_nested_event(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = good_doc(), event = NULL;
    AUTO(cleanup_free) char *name = NULL;
    struct vm_findings found;
    xmlNodePtr root;

    (void)state;
    assert_true(xml_set(vm_model_device_nth(doc, PDE_HARD_DISK, 0), "SystemName", "a/../../<b>"));
    found = validate(doc, PVC_ALL);
    assert_int_equal(vm_findings_critical(&found), PRL_ERR_INCONSISTENCY_VM_CONFIG);
    vm_findings_free(&found);
    assert_non_null(err_peek()->nested);
    assert_int_equal(event_xml_parse(err_peek()->nested, strlen(err_peek()->nested), &event), PRL_ERR_SUCCESS);
    root = xmlDocGetRootElement(event);
    assert_int_equal(xml_get_i64(root, "EventCode", 0), PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL);
    name = event_xml_value(event_xml_param(root, "vm_message_param_0"), NULL);
    assert_string_equal(name, "a/../../<b>");
    assert_int_equal(xml_get_i64(event_xml_param(root, "vm_config_dev_index"), "Value", 9), 0);
}

static void
validate__names__are_checked_the_same_alone(void **state)
{
    (void)state;
    assert_int_equal(vm_model_check_name("fine name-1"), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_check_name("ünïcödé"), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_check_name(""), PRL_ERR_VM_NAME_IS_EMPTY);
    assert_int_equal(vm_model_check_name(NULL), PRL_ERR_VM_NAME_IS_EMPTY);
    assert_int_equal(vm_model_check_name("0123456789012345678901234567890123456789X"), PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG);
    assert_string_equal(err_peek()->param[0], "40");
    assert_int_equal(vm_model_check_name("a%b"), PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL);
    assert_string_equal(err_peek()->param[0], "a%b");
    assert_int_equal(vm_model_check_name(".."), PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL);
    assert_int_equal(vm_model_check_name("\x7F"), PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validate__a_default_configuration__has_no_findings),
        cmocka_unit_test(validate__each_broken_value__is_found_in_its_section),
        cmocka_unit_test(validate__two_of_a_kind__are_found),
        cmocka_unit_test(validate__too_many_on_a_bus__are_found),
        cmocka_unit_test(validate__every_code__has_a_row),
        cmocka_unit_test(validate__controls_the_host_lacks__may_stay_as_they_were),
        cmocka_unit_test(validate__a_missing_image__is_seen_when_files_are_asked_for),
        cmocka_unit_test(validate__changes_only__leaves_out_what_was_so_before),
        cmocka_unit_test(validate__changes_only__keeps_the_same_fault_of_a_new_value),
        cmocka_unit_test(validate__a_critical_finding__becomes_a_nested_event),
        cmocka_unit_test(validate__names__are_checked_the_same_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
