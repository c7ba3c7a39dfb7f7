/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/event_xml.h"
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
    static const unsigned versions[] = { PVS_GUEST_VER_LIN_DEBIAN, PVS_GUEST_VER_WIN_2019, PVS_GUEST_VER_WIN_XP,
                                         PVS_GUEST_VER_DOS_MS622,  PVS_GUEST_VER_BSD_8X,   PVS_GUEST_VER_NET_6X };

    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
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
#define RULE NET "Firewall/Incoming/Direction/FirewallRules/FirewallRule/"

/* One value, or two, that spoil a good document. */
static const struct row {
    const char *path, *value, *path2, *value2;
    PRL_RESULT code;
    bool is_critical;
    int section;
} rows[] = {
    { "Identification/VmName", "", 0, 0, PRL_ERR_VMCONF_VM_NAME_IS_EMPTY, false, PVC_GENERAL_PARAMETERS },
    { "Identification/VmName", "a/b", 0, 0, PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, true, PVC_GENERAL_PARAMETERS },
    { "Identification/VmName", "a\nb", 0, 0, PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL, true, PVC_GENERAL_PARAMETERS },
    { "Identification/VmName", "0123456789012345678901234567890123456789X", 0, 0, PRL_ERR_VMCONF_VM_NAME_IS_TOO_LONG, true, PVC_GENERAL_PARAMETERS },
    { "Settings/General/OsType", "77", 0, 0, PRL_ERR_VMCONF_UNKNOWN_OS_TYPE, false, PVC_GENERAL_PARAMETERS },
    { "Settings/General/OsNumber", "2400", 0, 0, PRL_ERR_VMCONF_UNKNOWN_OS_VERSION, false, PVC_GENERAL_PARAMETERS },
    { "Settings/Runtime/UndoDisks", "1", 0, 0, PRL_ERR_UNIMPLEMENTED, false, PVC_GENERAL_PARAMETERS },
    { HDD "Index", "5000", 0, 0, PRL_ERR_VMCONF_INVALID_DEVICE_MAIN_INDEX, true, PVC_GENERAL_PARAMETERS },
    { "Settings/Startup/BootingOrder/BootDevice/Type", "12", 0, 0, PRL_ERR_VMCONF_BOOT_OPTION_INVALID_DEVICE_TYPE, false, PVC_BOOT_OPTION },
    { "Settings/Startup/BootingOrder/BootDevice/Index", "9", 0, 0, PRL_ERR_VMCONF_BOOT_OPTION_DEVICE_NOT_EXISTS, false, PVC_BOOT_OPTION },
    { "Settings/Startup/BootingOrder/BootDevice/Type", "5", 0, 0, PRL_ERR_VMCONF_BOOT_OPTION_DUPLICATE_DEVICE, false, PVC_BOOT_OPTION },
    { "Settings/Startup/Bios/EfiEnabled", "1", "Settings/General/OsNumber", "2055", PRL_ERR_VMCONF_EFI_UNSUPPORTED_GUEST, true, PVC_BOOT_OPTION },
    { "Settings/RemoteDisplay/Mode", "1", "Settings/RemoteDisplay/Password", "123456789", PRL_ERR_VMCONF_REMOTE_DISPLAY_PASSWORD_TOO_LONG, false, PVC_REMOTE_DISPLAY },
    { "Settings/RemoteDisplay/Mode", "1", 0, 0, PRL_ERR_VMCONF_REMOTE_DISPLAY_EMPTY_PASSWORD, false, PVC_REMOTE_DISPLAY },
    { "Settings/RemoteDisplay/Mode", "2", "Settings/RemoteDisplay/PortNumber", "80", PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, true, PVC_REMOTE_DISPLAY },
    { "Settings/RemoteDisplay/Mode", "1", "Settings/RemoteDisplay/HostName", "nowhere", PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS, false, PVC_REMOTE_DISPLAY },
    { "Settings/Tools/SharedFolders/HostSharing/SharedFolder/Path", "/x", 0, 0, PRL_ERR_VMCONF_SHARED_FOLDERS_EMPTY_FOLDER_NAME, false, PVC_SHARED_FOLDERS },
    { "Settings/Tools/SharedFolders/HostSharing/SharedFolder/Name", "x", "Settings/Tools/SharedFolders/HostSharing/SharedFolder/Path", "/x/../etc", PRL_ERR_VMCONF_SHARED_FOLDERS_INVALID_FOLDER_PATH, false, PVC_SHARED_FOLDERS },
    { "Hardware/Cpu/Number", "0", 0, 0, PRL_ERR_VMCONF_CPU_ZERO_COUNT, true, PVC_CPU },
    { "Hardware/Cpu/Number", "257", 0, 0, PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, true, PVC_CPU },
    { "Hardware/Cpu/Number", "5", 0, 0, PRL_ERR_VMCONF_CPU_COUNT_MORE_HOST_CPU_COUNT, false, PVC_CPU },
    { "Hardware/Cpu/CpuMask", "3-1", 0, 0, PRL_ERR_VMCONF_CPU_MASK_INVALID, false, PVC_CPU },
    { "Hardware/Cpu/CpuMask", "0-4", 0, 0, PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM, true, PVC_CPU },
    { "Hardware/Cpu/NodeMask", "x", 0, 0, PRL_ERR_VMCONF_CPU_NODE_MASK_INVALID, false, PVC_CPU },
    { "Hardware/Cpu/NumaNodes", "3", 0, 0, PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED, true, PVC_CPU },
    { "Hardware/Cpu/NumaNodes", "2", 0, 0, PRL_ERR_VMCONF_NUMANODES_INCONSISTENT_WITH_CPU, true, PVC_CPU },
    { "Hardware/Cpu/NumaNodes", "1", "Hardware/Cpu/EnableHotplug", "1", PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG, true, PVC_CPU },
    { "Hardware/Cpu/NumaNodes", "1", "Hardware/Memory/EnableHotplug", "1", PRL_ERR_VMCONF_NUMANODES_MEMORY_HOTPLUG, true, PVC_CPU },
    { "Hardware/Memory/RAM", "0", 0, 0, PRL_ERR_VMCONF_MAIN_MEMORY_ZERO_SIZE, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/RAM", "2", 0, 0, PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/RAM", "4100", 0, 0, PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/RAM", "130", 0, 0, PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/RAM", "512", "Hardware/Memory/EnableHotplug", "1", PRL_ERR_VMCONF_NEED_MORE_MEMORY_TO_ENABLE_HOTPLUG, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/MemGuaranteeType", "1", "Hardware/Memory/MemGuarantee", "101", PRL_ERR_INVALID_MEMORY_GUARANTEE, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/MaxBalloonSize", "101", 0, 0, PRL_ERR_VMCONF_MAIN_MEMORY_MAX_BALLOON_SIZE_MORE_100_PERCENT, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/AutoQuota", "0", "Hardware/Memory/HostMemQuotaPriority", "0", PRL_ERR_VMCONF_MAIN_MEMORY_MQ_PRIOR_ZERO, true, PVC_MAIN_MEMORY },
    { "Hardware/Memory/AutoQuota", "0", "Hardware/Memory/HostMemQuotaMax", "1", PRL_ERR_VMCONF_MAIN_MEMORY_MQ_INVALID_RANGE, true, PVC_MAIN_MEMORY },
    { "Hardware/Video/VideoMemorySize", "1", 0, 0, PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, true, PVC_VIDEO_MEMORY },
    { "Hardware/Video/VideoMemorySize", "2048", 0, 0, PRL_ERR_VMCONF_VIDEO_MEMORY_OUT_OF_RANGE, true, PVC_VIDEO_MEMORY },
    { "Hardware/Video/Enabled", "0", 0, 0, PRL_ERR_VMCONF_VIDEO_NOT_ENABLED, true, PVC_VIDEO_MEMORY },
    { "Hardware/Fdd/Enabled", "1", "Hardware/Fdd/EmulatedType", "1", PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_IS_EMPTY, false, PVC_FLOPPY_DISK },
    { "Hardware/CdRom/SystemName", "http://x/y.iso", 0, 0, PRL_ERR_VMCONF_CD_DVD_ROM_URL_FORMAT_SYS_NAME, false, PVC_CD_DVD_ROM },
    { HDD "SystemName", "", HDD "UserFriendlyName", "", PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_IS_EMPTY, false, PVC_HARD_DISK },
    { HDD "SystemName", "../../etc/passwd", 0, 0, PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL, true, PVC_HARD_DISK },
    { HDD "SystemName", "nbd://h/x", 0, 0, PRL_ERR_VMCONF_HARD_DISK_URL_FORMAT_SYS_NAME, false, PVC_HARD_DISK },
    { HDD "SerialNumber", "012345678901234567890", 0, 0, PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, true, PVC_HARD_DISK },
    { HDD "SerialNumber", "a,b", 0, 0, PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, true, PVC_HARD_DISK },
    { HDD "StackIndex", "16", 0, 0, PRL_ERR_VMCONF_SCSI_DEVICES_COUNT_OUT_OF_RANGE, true, PVC_SCSI_DEVICES },
    { HDD "SubType", "4", 0, 0, PRL_ERR_VMCONF_SCSI_HYPERV_LINUX_NOT_SUPPORTED, false, PVC_SCSI_DEVICES },
    { HDD "InterfaceType", "2", 0, 0, PRL_ERR_VMCONF_SATA_DEVICES_DUPLICATE_STACK_INDEX, true, PVC_SATA_DEVICES },
    { NET "MAC", "0123", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "MAC", "010000000000", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "NetAddress", "300.1.1.1", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_IP_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "NetAddress", "224.1.1.1/255.255.255.0", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_MULTICAST_IP_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "NetAddress", "10.0.0.255/255.255.255.0", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_BROADCAST_IP_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "DefaultGateway", "10.0.0.300", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_GATEWAY_IP_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "NetAddress", "10.0.0.5/255.255.255.0", NET "DefaultGateway", "10.0.1.1", PRL_ERR_VMCONF_NETWORK_ADAPTER_GATEWAY_NOT_IN_SUBNET, false, PVC_NETWORK_ADAPTER },
    { NET "DnsIPAddress", "x", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_DNS_IP_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { NET "SearchDomain", "a..b", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_SEARCH_DOMAIN_NAME, false, PVC_NETWORK_ADAPTER },
    { NET "EmulatedType", "5", 0, 0, PRL_ERR_VMCONF_NETWORK_ADAPTER_ROUTED_NO_STATIC_ADDRESS, false, PVC_NETWORK_ADAPTER },
    { RULE "Protocol", "sctp", 0, 0, PRL_ERR_VMCONF_NETWORK_UNSUPPORTED_PROTOCOL, true, PVC_NETWORK_ADAPTER },
    { RULE "Protocol", "tcp", RULE "LocalPort", "65536", PRL_ERR_VMCONF_NETWORK_INVALID_PORT_NUMBER, true, PVC_NETWORK_ADAPTER },
    { RULE "Protocol", "icmp", RULE "LocalPort", "80", PRL_ERR_VMCONF_NETWORK_PORT_NOT_USED, true, PVC_NETWORK_ADAPTER },
    { RULE "RemoteNetAddress", "1.2.3", 0, 0, PRL_ERR_VMCONF_NETWORK_INVALID_IP_ADDRESS, true, PVC_NETWORK_ADAPTER },
    { "Hardware/Serial/Enabled", "1", "Hardware/Serial/EmulatedType", "2", PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_IS_EMPTY, false, PVC_SERIAL_PORT },
    { "Hardware/Printer/Enabled", "1", 0, 0, PRL_ERR_UNSUPPORTED_DEVICE_TYPE, true, PVC_PARALLEL_PORT },
    { "Hardware/Sound/Enabled", "1", 0, 0, PRL_ERR_UNSUPPORTED_DEVICE_TYPE, true, PVC_SOUND },
    { "Hardware/GenericPciDevice/Enabled", "1", 0, 0, PRL_ERR_VMCONF_GENERIC_PCI_WRONG_DEVICE, true, PVC_GENERIC_PCI },
};

static void
validate__each_broken_value__is_found_in_its_section(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = good_doc();
        struct vm_findings all, section, other;
        const struct vm_finding *f;

        assert_true(xml_set(vm_model_root(doc), rows[i].path, rows[i].value));
        assert_true(!rows[i].path2 || xml_set(vm_model_root(doc), rows[i].path2, rows[i].value2));
        all = validate(doc, PVC_ALL);
        section = validate(doc, rows[i].section);
        other = validate(doc, PVC_OFFLINE_MANAGEMENT_SETTINGS);
        f = find(&all, rows[i].code);
        if (!f || f->is_critical != rows[i].is_critical || !find(&section, rows[i].code))
            print_message("row %zu: %s\n", i, rows[i].path);
        assert_non_null(f);
        assert_int_equal(f->is_critical, rows[i].is_critical);
        assert_non_null(find(&section, rows[i].code));
        assert_int_equal(other.len, 0);
        assert_int_equal(vm_findings_critical(&section),
                         rows[i].is_critical ? PRL_ERR_INCONSISTENCY_VM_CONFIG : PRL_ERR_SUCCESS);
        vm_findings_free(&all);
        vm_findings_free(&section);
    }
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
    assert_string_equal(f->param[0], "harddisk.hdd");
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
        cmocka_unit_test(validate__a_missing_image__is_seen_when_files_are_asked_for),
        cmocka_unit_test(validate__changes_only__leaves_out_what_was_so_before),
        cmocka_unit_test(validate__a_critical_finding__becomes_a_nested_event),
        cmocka_unit_test(validate__names__are_checked_the_same_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
