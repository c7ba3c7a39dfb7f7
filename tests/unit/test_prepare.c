/* SPDX-License-Identifier: MIT */
/* What registration, commit and clone make of documents: vm_prepare.c, vm_prepare_clone.c, vm_images.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/vm_model.h"

#define UUID "{0a0a0a0a-0000-4000-8000-00000000000b}"
#define UUID2 "{0a0a0a0a-0000-4000-8000-00000000000c}"
#define BARE2 "0a0a0a0a-0000-4000-8000-00000000000c"
#define SERVER "{11111111-2222-4333-8444-555555555555}"

static const struct host_facts facts = { .cpus = 4, .ram_mib = 4096 };
static const struct vm_prepare_new prepare = {
    .home = "/vms/a",
    .uuid = UUID,
    .server_uuid = SERVER,
    .machine = "pc-q35-7.2",
    .bridged_network = "Bridged",
    .now = 1700000000,
};
static const struct vm_prepare_clone clone = {
    .uuid = UUID2,
    .name = "copy",
    .home = "/vms/b",
    .source_home = "/vms/a",
    .source_uuid = UUID,
    .server_uuid = SERVER,
    .now = 1700000000,
};

static xmlDocPtr
new_doc(unsigned version)
{
    xmlDocPtr doc = vm_model_new();

    assert_int_equal(vm_model_set_default(doc, &facts, version, true), PRL_ERR_SUCCESS);
    return doc;
}

static xmlDocPtr
registered_doc(unsigned version)
{
    xmlDocPtr doc = new_doc(version);

    assert_int_equal(vm_model_prepare_new(doc, &prepare, NULL), PRL_ERR_SUCCESS);
    return doc;
}

static bool
has_text(xmlNodePtr from, const char *path, const char *wanted)
{
    AUTO(cleanup_free) char *text = xml_get(from, path);

    if (!str_eq(text, wanted))
        print_message("%s is '%s'\n", path, text ? text : "(none)");
    return str_eq(text, wanted);
}

static void
prepare_new__a_default_document__is_made_complete(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);
    xmlNodePtr root = vm_model_root(doc), disk, net, boot;
    AUTO(cleanup_free) char *serial = NULL;
    AUTO(cleanup_free) char *mac = NULL;
    AUTO(cleanup_free) char *interface = NULL;
    bool is_generated = false;

    (void)state;
    assert_int_equal(vm_model_prepare_new(doc, &prepare, &is_generated), PRL_ERR_SUCCESS);
    assert_true(is_generated);
    assert_true(has_text(root, "Identification/VmName", "Debian GNU/Linux"));
    assert_true(has_text(root, "Identification/VmUuid", UUID));
    assert_true(has_text(root, "Identification/SourceVmUuid", UUID));
    assert_true(has_text(root, "Identification/ServerUuid", SERVER));
    assert_true(has_text(root, "Identification/VmCreationDate", "2023-11-14 22:13:20"));
    assert_true(has_text(root, "Hardware/Chipset/QemuMachine", "pc-q35-7.2"));
    assert_true(has_text(root, "Hardware/Clock/TimeShift", "0"));
    assert_int_equal(xml_get_u64(root, "Hardware/Memory/MaxNumaRAM", 0), 1024 + 4096);
    assert_int_equal(xml_get_u64(root, "Hardware/Memory/MaxRAM", 0), 1024 + 4096 + 65536);

    disk = vm_model_device_nth(doc, PDE_HARD_DISK, 0);
    assert_true(has_text(disk, "SystemName", "/vms/a/harddisk.hdd"));
    assert_true(has_text(disk, "UserFriendlyName", "/vms/a/harddisk.hdd"));
    serial = xml_get(disk, "SerialNumber");
    assert_int_equal(strlen(serial), 20);
    assert_int_equal(strspn(serial, "0123456789ABCDEF"), 20);

    net = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0);
    assert_true(has_text(net, "VirtualNetworkID", "Bridged"));
    mac = xml_get(net, "MAC");
    interface = xml_get(net, "HostInterfaceName");
    assert_int_equal(strlen(interface), 15);
    assert_memory_equal(interface, "vmec43772", 9);

    boot = xml_find(root, "Settings/Startup/BootingOrder/BootDevice");
    for (unsigned i = 1; boot; i++, boot = xml_next(boot))
        assert_int_equal(xml_get_u64(boot, "BootingNumber", 0), i);
}

static void
prepare_new__what_the_caller_set__stays(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);
    xmlNodePtr root = vm_model_root(doc), disk = vm_model_device_nth(doc, PDE_HARD_DISK, 0);
    xmlNodePtr net = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0);
    bool is_generated = true;

    (void)state;
    xml_set(root, "Identification/VmName", "mine");
    xml_set(disk, "SystemName", "/elsewhere/d.hdd");
    xml_set(disk, "UserFriendlyName", "My disk");
    xml_set(disk, "SerialNumber", "S1");
    xml_set(net, "MAC", "00:1c:42:ab:cd:ef");
    xml_set(net, "HostInterfaceName", "tap7");
    xml_set(net, "VirtualNetworkID", "Net");
    xml_set(root, "Hardware/Chipset/QemuMachine", "pc-q35-6.0");
    assert_int_equal(vm_model_prepare_new(doc, &prepare, &is_generated), PRL_ERR_SUCCESS);
    assert_false(is_generated);
    assert_true(has_text(root, "Identification/VmName", "mine"));
    assert_true(has_text(disk, "SystemName", "/elsewhere/d.hdd"));
    assert_true(has_text(disk, "SerialNumber", "S1"));
    assert_true(has_text(net, "MAC", "001C42ABCDEF"));
    assert_true(has_text(net, "HostInterfaceName", "tap7"));
    assert_true(has_text(net, "VirtualNetworkID", "Net"));
    assert_true(has_text(root, "Hardware/Chipset/QemuMachine", "pc-q35-6.0"));
}

static void
prepare_new__elements_made_for_a_new_member__have_the_old_ones(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);
    xmlNodePtr root = vm_model_root(doc);

    (void)state;
    xml_remove(xml_find(root, "Hardware/Chipset"));
    xml_remove(xml_find(root, "Hardware/Memory"));
    assert_int_equal(vm_model_prepare_new(doc, &prepare, NULL), PRL_ERR_SUCCESS);
    assert_true(has_text(root, "Hardware/Chipset/Type", "2"));
    assert_true(has_text(root, "Hardware/Chipset/Version", "0"));
    assert_true(has_text(root, "Hardware/Chipset/QemuMachine", "pc-q35-7.2"));
    assert_true(has_text(root, "Hardware/Memory/RAM", "256"));
}

static void
prepare_new__a_machine_name_with_options__is_replaced(void **state)
{
    static const char *const names[] = { "pc-q35-7.2,accel=x", "none", "pc-q35 7", "PC-Q35", "" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);

        xml_set(vm_model_root(doc), "Hardware/Chipset/QemuMachine", names[i]);
        xml_set_u64(vm_model_root(doc), "Hardware/Chipset/Type", CHIP_PCI440FX);
        xml_set_u64(vm_model_root(doc), "Hardware/Cpu/Sockets", 0);
        assert_int_equal(vm_model_prepare_new(doc, &prepare, NULL), PRL_ERR_SUCCESS);
        assert_true(has_text(vm_model_root(doc), "Hardware/Chipset/QemuMachine", "pc-i440fx-7.2"));
        assert_true(xml_get_u64(vm_model_root(doc), "Hardware/Chipset/Version", 0) >= 5);
        assert_int_equal(xml_get_u64(vm_model_root(doc), "Hardware/Cpu/Sockets", 0), 1);
    }
}

static void
prepare_new__names_that_lead_outside__are_refused(void **state)
{
    static const char *const names[] = {
        "../x.hdd", "a/../../x.hdd", "/vms/a/../b/x.hdd", "./x", "x\ny", "config.pvs", "/vms/a/config.sav",
        "/vms//a/./config.pvs", "/vms//a//config.pvs.backup", "config1.mem", ".lock",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);

        xml_set(vm_model_device_nth(doc, PDE_HARD_DISK, 0), "SystemName", names[i]);
        assert_int_equal(vm_model_prepare_new(doc, &prepare, NULL), PRL_ERR_INCONSISTENCY_VM_CONFIG);
        assert_non_null(err_peek()->nested);
    }
}

static void
prepare_new__an_adapter_without_network__is_unplugged(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_doc(PVS_GUEST_VER_LIN_DEBIAN);
    struct vm_prepare_new p = prepare;
    xmlNodePtr bridged = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0), shared;

    (void)state;
    p.bridged_network = "";
    assert_int_equal(vm_model_add_default_device(doc, &facts, PDE_GENERIC_NETWORK_ADAPTER, &shared), PRL_ERR_SUCCESS);
    xml_set_u64(shared, "EmulatedType", PNA_SHARED);
    xml_set(shared, "MAC", "");
    assert_int_equal(vm_model_prepare_new(doc, &p, NULL), PRL_ERR_SUCCESS);
    assert_int_equal(xml_get_u64(bridged, "Connected", 9), 0);
    assert_int_equal(xml_get_u64(shared, "Connected", 9), 1);
    assert_false(has_text(shared, "MAC", ""));
}

static void
prepare_commit__what_belongs_to_the_service__comes_from_the_stored_one(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr stored = registered_doc(PVS_GUEST_VER_LIN_DEBIAN), doc = xmlCopyDoc(stored, 1);
    xmlNodePtr root = vm_model_root(doc), disk;

    (void)state;
    xml_set(root, "Identification/VmUuid", UUID2);
    xml_set(root, "Identification/ServerUuid", UUID2);
    xml_set(root, "Identification/VmUptimeInSeconds", "99");
    xml_set(root, "Security/Owner", "somebody");
    xml_set(root, "Hardware/Chipset/QemuMachine", "pc-q35-1.0");
    xml_set(root, "Hardware/Memory/RAM", "2048");
    xml_set_u64(root, "Settings/General/OsNumber", PVS_GUEST_VER_LIN_UBUNTU);
    assert_int_equal(vm_model_add_default_device(doc, &facts, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_prepare_commit(doc, stored, &prepare), PRL_ERR_SUCCESS);
    assert_true(has_text(root, "Identification/VmUuid", UUID));
    assert_true(has_text(root, "Identification/ServerUuid", SERVER));
    assert_true(has_text(root, "Identification/VmUptimeInSeconds", "0"));
    assert_true(has_text(root, "Security/Owner", ""));
    assert_true(has_text(root, "Hardware/Chipset/QemuMachine", "pc-q35-7.2"));
    assert_true(has_text(root, "Settings/General/PrevOsNumber", "2310"));
    assert_int_equal(xml_get_u64(root, "Hardware/Memory/MaxNumaRAM", 0), 2048 + 4096);
    assert_true(has_text(disk, "SystemName", "/vms/a/harddisk2.hdd"));
    assert_false(has_text(disk, "SerialNumber", ""));

    xml_set_u64(root, "Hardware/Chipset/Type", CHIP_PCI440FX); /* another chipset is another machine */
    assert_int_equal(vm_model_prepare_commit(doc, stored, &prepare), PRL_ERR_SUCCESS);
    assert_true(has_text(root, "Hardware/Chipset/QemuMachine", "pc-i440fx-7.2"));
}

static void
prepare_clone__a_full_copy__stands_alone(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr source = registered_doc(PVS_GUEST_VER_LIN_DEBIAN), doc = xmlCopyDoc(source, 1);
    xmlNodePtr root = vm_model_root(doc), disk = vm_model_device_nth(doc, PDE_HARD_DISK, 0);
    xmlNodePtr net = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0);
    AUTO(cleanup_free) char *serial = xml_get(disk, "SerialNumber");
    AUTO(cleanup_free) char *mac = xml_get(net, "MAC");
    AUTO(cleanup_free) char *new_mac = NULL;

    (void)state;
    xml_set(root, "Identification/LinkedVmUuid", UUID);
    xml_set(root, "Settings/General/IsTemplate", "1");
    xml_set(root, "Settings/RemoteDisplay/Mode", "1");
    xml_set(root, "Settings/LockDown/Hash", "x");
    xml_set(root, "Security/Owner", "me");
    xml_set(root, "Security/LockedOperationsList/LockedOperation", "1");
    xml_set(root, "Settings/Startup/Bios/NVRAM", "/vms/a/NVRAM.dat");
    xml_set(net, "NetAddress", "10.0.0.1/255.0.0.0");
    xml_set(vm_model_device_nth(doc, PDE_OPTICAL_DISK, 0), "SystemName", "/iso/a.iso");
    assert_int_equal(vm_model_prepare_clone(doc, &clone), PRL_ERR_SUCCESS);
    assert_true(has_text(root, "Identification/VmUuid", UUID2));
    assert_true(has_text(root, "Identification/SourceVmUuid", UUID));
    assert_true(has_text(root, "Identification/VmName", "copy"));
    assert_true(has_text(root, "Identification/LinkedVmUuid", ""));
    assert_true(has_text(root, "Settings/General/IsTemplate", "0"));
    assert_true(has_text(root, "Settings/RemoteDisplay/PortNumber", "0"));
    assert_true(has_text(root, "Settings/LockDown/Hash", ""));
    assert_true(has_text(root, "Security/Owner", ""));
    assert_null(xml_find(root, "Security/LockedOperationsList/LockedOperation"));
    assert_true(has_text(root, "Settings/Startup/Bios/NVRAM", "/vms/b/NVRAM.dat"));
    assert_true(has_text(disk, "SystemName", "/vms/b/harddisk.hdd"));
    assert_true(has_text(disk, "UserFriendlyName", "/vms/b/harddisk.hdd"));
    assert_true(has_text(disk, "SerialNumber", serial));
    assert_true(has_text(vm_model_device_nth(doc, PDE_OPTICAL_DISK, 0), "SystemName", "/iso/a.iso"));
    assert_true(has_text(net, "NetAddress", "10.0.0.1/255.0.0.0"));
    new_mac = xml_get(net, "MAC");
    assert_string_not_equal(new_mac, mac);
}

static void
prepare_clone__to_a_linked_template__is_marked_and_loses_addresses(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = registered_doc(PVS_GUEST_VER_LIN_DEBIAN);
    struct vm_prepare_clone c = clone;
    xmlNodePtr net = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0);

    (void)state;
    c.to_template = c.is_linked = true;
    xml_set(net, "NetAddress", "10.0.0.1/255.0.0.0");
    xml_set(net, "DefaultGateway", "10.0.0.2");
    assert_int_equal(vm_model_prepare_clone(doc, &c), PRL_ERR_SUCCESS);
    assert_true(has_text(vm_model_root(doc), "Settings/General/IsTemplate", "1"));
    assert_true(has_text(vm_model_root(doc), "Identification/LinkedVmUuid", UUID));
    assert_null(xml_child(net, "NetAddress"));
    assert_true(has_text(net, "DefaultGateway", ""));
}

static void
prepare_clone__disks_elsewhere__are_copied_beside_the_original_or_left_out(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = registered_doc(PVS_GUEST_VER_LIN_DEBIAN), other = NULL;
    struct vm_prepare_clone c = clone;
    xmlNodePtr disk;

    (void)state;
    assert_int_equal(vm_model_add_default_device(doc, &facts, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    xml_set(disk, "SystemName", "/big/data.hdd");
    xml_set(disk, "UserFriendlyName", "/big/data.hdd");
    other = xmlCopyDoc(doc, 1);
    assert_int_equal(vm_model_prepare_clone(doc, &c), PRL_ERR_SUCCESS);
    assert_true(has_text(disk, "SystemName", "/big/" BARE2 "/data.hdd"));
    assert_true(has_text(disk, "UserFriendlyName", "/big/" BARE2 "/data.hdd"));
    c.detach_external = true;
    assert_int_equal(vm_model_prepare_clone(other, &c), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_device_count(other, PDE_HARD_DISK), 1);
}

static void
images__are_listed_with_kind_and_place(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = registered_doc(PVS_GUEST_VER_OS2_WARP45);
    struct vm_images images = { 0 };
    xmlNodePtr port = vm_model_device_nth(doc, PDE_SERIAL_PORT, 0);

    (void)state;
    xml_set(port, "Connected", "0");
    assert_int_equal(vm_model_images(doc, "/vms/a", &images), PRL_ERR_SUCCESS);
    assert_int_equal(images.len, 2); /* the CD drive is empty */
    assert_int_equal(images.p[0].kind, VM_IMAGE_DISK);
    assert_string_equal(images.p[0].path, "/vms/a/harddisk.hdd");
    assert_true(images.p[0].is_inside && images.p[0].is_used);
    assert_int_equal(images.p[1].kind, VM_IMAGE_OUTPUT);
    assert_false(images.p[1].is_used);
    vm_images_free(&images);
    xml_set_u64(port, "EmulatedType", PDT_USE_SERIAL_PORT_SOCKET_MODE);
    assert_null(vm_model_image_path(port, "/vms/a"));
    xml_set_u64(port, "EmulatedType", PDT_USE_OUTPUT_FILE);
    xml_set(port, "SystemName", "../x");
    assert_int_equal(vm_model_images(doc, "/vms/a", &images), PRL_ERR_INVALID_ARG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare_new__a_default_document__is_made_complete),
        cmocka_unit_test(prepare_new__what_the_caller_set__stays),
        cmocka_unit_test(prepare_new__elements_made_for_a_new_member__have_the_old_ones),
        cmocka_unit_test(prepare_new__a_machine_name_with_options__is_replaced),
        cmocka_unit_test(prepare_new__names_that_lead_outside__are_refused),
        cmocka_unit_test(prepare_new__an_adapter_without_network__is_unplugged),
        cmocka_unit_test(prepare_commit__what_belongs_to_the_service__comes_from_the_stored_one),
        cmocka_unit_test(prepare_clone__a_full_copy__stands_alone),
        cmocka_unit_test(prepare_clone__to_a_linked_template__is_marked_and_loses_addresses),
        cmocka_unit_test(prepare_clone__disks_elsewhere__are_copied_beside_the_original_or_left_out),
        cmocka_unit_test(images__are_listed_with_kind_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
