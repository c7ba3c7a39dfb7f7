/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "model/vm_model.h"

#define MINI(inside) "<VirtuozzoVirtualMachine>" inside "</VirtuozzoVirtualMachine>"

static const struct host_facts host = { .cpus = 8, .ram_mib = 16384, .has_hw_virt = true, .bridged_network = "Bridged" };

static xmlDocPtr
parse(const char *text)
{
    xmlDocPtr doc = NULL;

    assert_int_equal(vm_model_parse(text, strlen(text), &doc), PRL_ERR_SUCCESS);
    return doc;
}

static char *
text_of(xmlDocPtr doc, enum vm_text_for what)
{
    char *text = NULL;
    size_t len;

    assert_int_equal(vm_model_text(doc, what, &text, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, strlen(text));
    return text;
}

static xmlDocPtr
default_doc(unsigned version)
{
    xmlDocPtr doc = vm_model_new();

    assert_non_null(doc);
    assert_int_equal(vm_model_set_default(doc, &host, version, true), PRL_ERR_SUCCESS);
    return doc;
}

static uint64_t
get(xmlDocPtr doc, const char *path)
{
    return xml_get_u64(vm_model_root(doc), path, 0xDEAD);
}

static bool
has_text(xmlNodePtr from, const char *path, const char *wanted)
{
    AUTO(cleanup_free) char *text = xml_get(from, path);

    return str_eq(text, wanted);
}

/* ---- documents ---- */

static void
vm_model__a_new_document__has_defaults_and_fresh_ids(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr a = vm_model_new(), b = vm_model_new();
    AUTO(cleanup_free) char *x = xml_get(vm_model_root(a), "Identification/VmUuid");
    AUTO(cleanup_free) char *y = xml_get(vm_model_root(b), "Identification/VmUuid");
    char uuid[UUID_TEXT];

    (void)state;
    assert_true(uuid_parse(x, uuid));
    assert_string_not_equal(x, y);
    assert_int_equal(get(a, "Hardware/Memory/RAM"), 256);
    assert_int_equal(get(a, "Settings/Runtime/OnCrash/Options"), 6144);
    assert_true(has_text(vm_model_root(a), "Settings/Startup/OnCrashAction", "preserve"));
    assert_null(xml_find(vm_model_root(a), "Settings/Runtime/InternalVmInfo"));
    assert_int_equal(vm_model_device_count(a, PDE_HARD_DISK), 0);
    assert_string_equal(vm_model_default("Hardware/Memory/MaxBalloonSize"), "70");
    assert_null(vm_model_default("Hardware/Memory"));
}

static void
vm_model__text__keeps_what_it_does_not_know(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse(MINI("<Zebra a=\"1\">z</Zebra><Identification><VmName>n</VmName></Identification>"
                                                "<Ant><Bee c=\"&lt;\"/></Ant><Hardware><Hdd><Odd>1</Odd></Hdd></Hardware>"));
    AUTO(cleanup_free) char *text = text_of(doc, VM_TEXT_FILE);
    const char *zebra = strstr(text, "<Zebra a=\"1\">z</Zebra>"), *ant = strstr(text, "<Ant>");

    (void)state;
    assert_non_null(zebra);
    assert_true(ant > zebra);
    assert_non_null(strstr(text, "<Bee c=\"&lt;\"/>"));
    assert_non_null(strstr(text, "<Hdd id=\"0\">"));
    assert_non_null(strstr(text, "<Odd>1</Odd>"));
    assert_non_null(strstr(text, "<VirtuozzoVirtualMachine schemaVersion=\"1.0\">"));
}

static void
vm_model__a_file__lacks_what_only_clients_see(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_DEBIAN);
    AUTO(cleanup_free) char *file = NULL;
    AUTO(cleanup_free) char *handle = NULL;
    xmlNodePtr root = vm_model_root(doc);

    (void)state;
    assert_true(xml_set(root, "Settings/Runtime/InternalVmInfo/ParallelsEvent/EventType", "1"));
    assert_true(xml_set(root, "Identification/VmHome", "/x/config.pvs"));
    assert_true(xml_set(vm_model_device_nth(doc, PDE_HARD_DISK, 0), "MountPoint", "/mnt"));
    handle = text_of(doc, VM_TEXT_HANDLE);
    vm_model_drop_client_only(doc, NULL);
    file = text_of(doc, VM_TEXT_FILE);
    assert_null(strstr(file, "InternalVmInfo"));
    assert_null(strstr(file, "VmHome"));
    assert_null(strstr(file, "MountPoint"));
    assert_null(strstr(file, "WebSocketPortNumber"));
    assert_non_null(strstr(handle, "InternalVmInfo"));
    assert_non_null(strstr(handle, "MountPoint"));
    assert_non_null(strstr(handle, "<VirtuozzoVirtualMachine id=\"-1\">"));
}

/* Such a file was written by another product. */
static void
vm_model__what_a_stored_file_has__stays_although_only_clients_see_it(void **state)
{
    static const char hardware[] = "<Hardware><Hdd id=\"%d\"><MountPoint>m</MountPoint><Alias>a</Alias></Hdd>"
                                   "<Hdd id=\"7\"><MountPoint>n</MountPoint></Hdd></Hardware>";
    AUTO(cleanup_free) char *mine = str_printf(hardware, 3);
    AUTO(cleanup_free) char *theirs = str_printf(hardware, 4);
    AUTO(cleanup_free) char *wanted = str_printf("<VirtuozzoVirtualMachine><VmType>0</VmType>%s</VirtuozzoVirtualMachine>", mine);
    AUTO(cleanup_free) char *stored = str_printf("<VirtuozzoVirtualMachine>%s</VirtuozzoVirtualMachine>", theirs);
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse(wanted);
    AUTO(xmlFreeDoc) xmlDocPtr before = parse(stored);
    xmlNodePtr disk = vm_model_device_nth(doc, PDE_HARD_DISK, 0);

    (void)state;
    vm_model_drop_client_only(doc, before);
    assert_null(xml_find(vm_model_root(doc), "VmType"));
    assert_null(xml_child(disk, "MountPoint")); /* another disk */
    assert_null(xml_child(disk, "Alias"));
    assert_non_null(xml_child(xml_next(disk), "MountPoint"));
}

static void
vm_model__counts_of_lists__follow_the_items(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<VirtuozzoVirtualMachine dyn_lists=\"VirtualAppliance 0\">"
                                           "<Hardware dyn_lists=\"Fdd 0  Hdd 2 CdRom 9 Odd x 12345678901 Serial\">"
                                           "<Hdd id=\"4\"/><Hdd/><CdRom id=\"0\"/><Serial id=\"5\"/></Hardware></VirtuozzoVirtualMachine>");
    AUTO(cleanup_free) char *text = text_of(doc, VM_TEXT_FILE);

    (void)state;
    assert_non_null(strstr(text, "<VirtuozzoVirtualMachine dyn_lists=\"VirtualAppliance 0\" schemaVersion=\"1.0\">"));
    assert_non_null(strstr(text, "<Hardware dyn_lists=\"Fdd 0  Hdd 6 CdRom 9 Odd x 12345678901 Serial\">"));
}

static void
vm_model__parse_and_text__are_stable(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_WIN_2019);
    AUTO(cleanup_free) char *first = text_of(doc, VM_TEXT_FILE);
    AUTO(xmlFreeDoc) xmlDocPtr again = parse(first);
    AUTO(cleanup_free) char *second = text_of(again, VM_TEXT_FILE);

    (void)state;
    assert_string_equal(first, second);
}

static void
vm_model__the_old_root_and_an_unbraced_uuid__are_taken(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc =
        parse("<ParallelsVirtualMachine><Identification><VmUuid>0A0A0A0A-0000-4000-8000-00000000000B</VmUuid>"
              "</Identification><Hardware><Parallel><Index>0</Index></Parallel></Hardware></ParallelsVirtualMachine>");
    AUTO(cleanup_free) char *text = text_of(doc, VM_TEXT_FILE);

    (void)state;
    assert_true(has_text(vm_model_root(doc), "Identification/VmUuid", "{0a0a0a0a-0000-4000-8000-00000000000b}"));
    assert_int_equal(vm_model_device_count(doc, PDE_PARALLEL_PORT), 1);
    assert_int_equal(vm_model_device_count(doc, PDE_PRINTER), 1);
    assert_non_null(strstr(text, "<VirtuozzoVirtualMachine"));
}

static void
vm_model__texts_that_are_no_machine__are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "<",
        "<VirtuozzoHostInfo/>",
        "<VirtuozzoVirtualMachine>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><VirtuozzoVirtualMachine>&x;</VirtuozzoVirtualMachine>",
        MINI("<Identification><VmUuid>../../etc</VmUuid></Identification>"),
        MINI("<Identification><VmUuid>{00000000-0000-0000-0000-0000000000}</VmUuid></Identification>"),
        "<VirtuozzoVirtualMachine>\xFF</VirtuozzoVirtualMachine>",
    };
    xmlDocPtr doc = (xmlDocPtr)1;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(vm_model_parse(texts[i], strlen(texts[i]), &doc), PRL_ERR_PARSE_VM_CONFIG);
        assert_non_null(err_peek()->details);
        assert_ptr_equal(doc, (xmlDocPtr)1);
    }
}

static char *
repeated(const char *before, const char *what, unsigned times, const char *after)
{
    AUTO_STR s = STR_INIT;

    str_add(&s, before);
    while (times--)
        str_add(&s, what);
    str_add(&s, after);
    return str_take(&s);
}

static void
vm_model__documents_made_to_be_slow__are_refused(void **state)
{
    AUTO(cleanup_free) char *wide = repeated("<VirtuozzoVirtualMachine><Hardware>", "<Hdd/>", 3000,
                                             "</Hardware></VirtuozzoVirtualMachine>");
    AUTO(cleanup_free) char *deep = repeated("<VirtuozzoVirtualMachine>", "<a>", 60, "");
    AUTO(cleanup_free) char *ends = repeated("", "</a>", 60, "</VirtuozzoVirtualMachine>");
    AUTO(cleanup_free) char *all = str_printf("%s%s", deep, ends);
    xmlDocPtr doc = NULL;

    (void)state;
    assert_int_equal(vm_model_parse(wide, strlen(wide), &doc), PRL_ERR_PARSE_VM_CONFIG);
    assert_int_equal(vm_model_parse(all, strlen(all), &doc), PRL_ERR_PARSE_VM_CONFIG);
}

static void
vm_model__ids__are_unique_and_stay(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse(MINI("<Hardware><Hdd id=\"7\"/><Hdd/><Hdd id=\"7\"/><Hdd id=\"x\"/><CdRom/></Hardware>"));
    static const char *const wanted[] = { "7", "8", "9", "10" };
    xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0);

    (void)state;
    for (size_t i = 0; i < 4; i++, n = xml_next(n)) {
        xmlChar *id = xmlGetProp(n, (const xmlChar *)"id");

        assert_string_equal((const char *)id, wanted[i]);
        xmlFree(id);
    }
}

/* ---- default configurations ---- */

static void
vm_model__set_default__follows_guest_and_host(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr linux_doc = default_doc(PVS_GUEST_VER_LIN_UBUNTU);
    AUTO(xmlFreeDoc) xmlDocPtr dos = default_doc(PVS_GUEST_VER_DOS_MS622);
    xmlNodePtr disk = vm_model_device_nth(linux_doc, PDE_HARD_DISK, 0);

    (void)state;
    assert_int_equal(get(linux_doc, "Settings/General/OsType"), PVS_GUEST_TYPE_LINUX);
    assert_int_equal(get(linux_doc, "Settings/General/OsNumber"), PVS_GUEST_VER_LIN_UBUNTU);
    assert_int_equal(get(linux_doc, "Hardware/Cpu/Number"), 2);
    assert_int_equal(get(linux_doc, "Hardware/Memory/RAM"), 1024);
    assert_int_equal(get(linux_doc, "Settings/UsbController/XhcEnabled"), 1);
    assert_int_equal(get(linux_doc, "Settings/Shutdown/AutoStop"), PAO_VM_SHUTDOWN);
    assert_true(has_text(disk, "SystemName", "harddisk.hdd"));
    assert_int_equal(xml_get_u64(disk, "InterfaceType", 99), PMS_SCSI_DEVICE);
    assert_int_equal(xml_get_u64(disk, "SubType", 99), PCD_VIRTIO_SCSI);
    assert_int_equal(xml_get_u64(disk, "Size", 0), 65536);
    assert_int_equal(vm_model_device_count(linux_doc, PDE_GENERIC_NETWORK_ADAPTER), 1);
    assert_int_equal(vm_model_device_count(linux_doc, PDE_USB_DEVICE), 1);
    assert_int_equal(get(dos, "Hardware/Cpu/Number"), 1);
    assert_int_equal(vm_model_device_count(dos, PDE_USB_DEVICE), 0);
    assert_int_equal(xml_get_u64(vm_model_device_nth(dos, PDE_HARD_DISK, 0), "InterfaceType", 99), PMS_IDE_DEVICE);
    assert_int_equal(get(dos, "Hardware/Chipset/Type"), CHIP_PCI440FX);
    assert_int_equal(get(linux_doc, "Hardware/Chipset/Type"), CHIP_Q35);
    assert_int_equal(get(linux_doc, "Settings/Startup/Bios/EfiEnabled"), 0);
}

static void
vm_model__windows_11__gets_what_it_does_not_do_without(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_WIN_WINDOWS11);
    xmlNodePtr n = xml_find(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice");

    (void)state;
    assert_int_equal(get(doc, "Settings/Startup/Bios/EfiEnabled"), 1);
    assert_int_equal(get(doc, "Hardware/TpmChip/Type"), 1);
    for (; n; n = xml_next(n))
        assert_int_equal(xml_get_u64(n, "InUse", 0), 1); /* USB too, with EFI */
}

static void
vm_model__new_image_names__are_free(void **state)
{
    static const char name[] = "/tmp/prlkvm-model-XXXXXX";
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_UBUNTU);
    AUTO(cleanup_free) char *home = str_dup(name);
    AUTO(cleanup_free) char *config = NULL;
    AUTO(cleanup_free) char *left = NULL;
    xmlNodePtr disk;

    (void)state;
    assert_true(xml_set(vm_model_device_nth(doc, PDE_HARD_DISK, 0), "SystemName", "/elsewhere/harddisk2.hdd"));
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_true(has_text(disk, "SystemName", "harddisk3.hdd")); /* a clone would bring the two together */
    vm_model_remove_device(doc, disk);

    assert_non_null(mkdtemp(home));
    config = path_join(home, "config.pvs");
    left = path_join(home, "harddisk3.hdd");
    assert_int_equal(path_write_durable(left, "", 0), 0); /* of a disk taken out and kept */
    assert_true(xml_set(vm_model_root(doc), "Identification/VmHome", config));
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(xml_get_u64(disk, "Index", 99), 1);
    assert_true(has_text(disk, "SystemName", "harddisk4.hdd"));
    assert_int_equal(path_remove_tree(home), 0);
}

static void
vm_model__set_default_without_devices__keeps_those_there_are(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    xmlNodePtr cd;

    (void)state;
    assert_int_equal(vm_model_create_device(doc, PDE_OPTICAL_DISK, &cd), PRL_ERR_SUCCESS);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", "x"));
    assert_int_equal(vm_model_set_default(doc, &host, PVS_GUEST_VER_WIN_XP, false), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_device_count(doc, PDE_OPTICAL_DISK), 1);
    assert_int_equal(vm_model_device_count(doc, PDE_HARD_DISK), 0);
    assert_true(has_text(vm_model_root(doc), "Identification/VmName", ""));
}

static void
vm_model__boot_order__is_0_up_and_renumbered_from_1(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_DEBIAN);
    xmlNodePtr n = xml_find(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice");
    static const uint64_t types[] = { PDE_HARD_DISK, PDE_OPTICAL_DISK, PDE_USB_DEVICE, PDE_GENERIC_NETWORK_ADAPTER };

    (void)state;
    for (unsigned i = 0; i < 4; i++, n = xml_next(n)) {
        assert_int_equal(xml_get_u64(n, "BootingNumber", 99), i);
        assert_int_equal(xml_get_u64(n, "Type", 99), types[i]);
        assert_int_equal(xml_get_u64(n, "InUse", 99), types[i] != PDE_USB_DEVICE);
    }
    vm_model_remove_device(doc, vm_model_device_nth(doc, PDE_OPTICAL_DISK, 0));
    n = xml_find(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice");
    xml_set_u64(n, "BootingNumber", 50); /* the disk goes last */
    vm_model_renumber_boot(doc, true);
    n = xml_find(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice");
    assert_int_equal(xml_get_u64(n, "Type", 99), PDE_USB_DEVICE);
    for (unsigned i = 1; i <= 3; i++, n = xml_next(n))
        assert_int_equal(xml_get_u64(n, "BootingNumber", 99), i);
    assert_null(n);
}

static void
vm_model__warp_4_5__boots_from_the_network_first(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_OS2_WARP45);
    xmlNodePtr n = xml_find(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice");

    (void)state;
    assert_int_equal(xml_get_u64(n, "Type", 99), PDE_GENERIC_NETWORK_ADAPTER);
    assert_int_equal(vm_model_device_count(doc, PDE_SERIAL_PORT), 1);
}

/* ---- devices ---- */

static void
vm_model__added_devices__get_the_lowest_free_index_and_place(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_UBUNTU);
    xmlNodePtr a, b, c;

    (void)state;
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &a), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &b), PRL_ERR_SUCCESS);
    assert_true(has_text(b, "SystemName", "harddisk3.hdd"));
    assert_int_equal(xml_get_u64(b, "StackIndex", 99), 3); /* 0 disk, 1 cd, 2 second disk */
    vm_model_remove_device(doc, a);
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &c), PRL_ERR_SUCCESS);
    assert_int_equal(xml_get_u64(c, "Index", 99), 1);
    assert_ptr_equal(vm_model_device_nth(doc, PDE_HARD_DISK, 1), c); /* sorted by Index */
    assert_int_equal(xml_get_u64(c, "Enabled", 0), 1);
    assert_ptr_equal(vm_model_device_by_index(doc, PDE_HARD_DISK, 2), b);
    assert_null(vm_model_device_by_index(doc, PDE_HARD_DISK, 3));
}

static void
vm_model__a_created_device__is_not_enabled(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    AUTO(cleanup_free) char *mac = NULL;
    xmlNodePtr net, usb;

    (void)state;
    assert_int_equal(vm_model_create_device(doc, PDE_GENERIC_NETWORK_ADAPTER, &net), PRL_ERR_SUCCESS);
    assert_int_equal(xml_get_u64(net, "Enabled", 99), 0);
    assert_int_equal(xml_get_u64(net, "Connected", 99), 1);
    mac = xml_get(net, "MAC");
    assert_int_equal(strlen(mac), 12);
    assert_memory_equal(mac, "C43772", 6);
    assert_int_equal(vm_model_create_device(doc, PDE_USB_DEVICE, &usb), PRL_ERR_SUCCESS);
    assert_null(xml_child(usb, "Index"));
    assert_int_equal(vm_model_create_device(doc, PDE_MIXER_DEVICE, &usb), PRL_ERR_INVALID_ARG);
    assert_int_equal(vm_model_create_device(doc, (PRL_DEVICE_TYPE)1000, &usb), PRL_ERR_INVALID_ARG);
}

static void
vm_model__when_all_places_are_taken__adding_fails(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_UBUNTU);
    xmlNodePtr disk;
    unsigned added = 0;

    (void)state;
    while (added < 100 && !PRL_FAILED(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &disk)))
        added++;
    assert_int_equal(added, 14 + 6); /* what the SCSI bus has left, then SATA */
    assert_int_equal(vm_model_device_count(doc, PDE_HARD_DISK), 1 + added);
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_HARD_DISK, &disk), PRL_ERR_OPERATION_FAILED);
    assert_int_equal(vm_model_add_default_device(doc, &host, PDE_FLOPPY_DISK, &disk), PRL_ERR_OPERATION_FAILED);
    for (added = 0; added < 100 && !PRL_FAILED(vm_model_add_default_device(doc, &host, PDE_SERIAL_PORT, &disk));)
        added++;
    assert_int_equal(added, 4);
}

static void
vm_model__hard_disks__share_positions_of_ide_and_sata(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    xmlNodePtr disk, cd;

    (void)state;
    assert_int_equal(vm_model_create_device(doc, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS); /* IDE 0 */
    assert_int_equal(vm_model_create_device(doc, PDE_OPTICAL_DISK, &cd), PRL_ERR_SUCCESS);
    xml_set_u64(cd, "StackIndex", 1); /* IDE 1 */
    assert_int_equal(vm_model_free_stack_index(doc, NULL, PMS_IDE_DEVICE), 2);
    assert_int_equal(vm_model_free_stack_index(doc, NULL, PMS_SATA_DEVICE), 1);
    assert_int_equal(vm_model_free_stack_index(doc, NULL, PMS_SCSI_DEVICE), 0);
    assert_int_equal(vm_model_free_stack_index(doc, disk, PMS_IDE_DEVICE), 0);
    assert_int_equal(vm_model_free_stack_index(doc, disk, PMS_UNKNOWN_DEVICE), -1);
}

static void
vm_model__all_devices__come_in_the_documented_order(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    static const PRL_DEVICE_TYPE added[] = { PDE_SOUND_DEVICE, PDE_USB_DEVICE,   PDE_GENERIC_NETWORK_ADAPTER,
                                             PDE_SERIAL_PORT,  PDE_OPTICAL_DISK, PDE_FLOPPY_DISK,
                                             PDE_HARD_DISK,    PDE_HARD_DISK,    PDE_PRINTER };
    static const PRL_DEVICE_TYPE wanted[] = { PDE_FLOPPY_DISK,   PDE_HARD_DISK,  PDE_HARD_DISK,
                                              PDE_OPTICAL_DISK,  PDE_SERIAL_PORT, PDE_PARALLEL_PORT,
                                              PDE_USB_DEVICE,    PDE_GENERIC_NETWORK_ADAPTER, PDE_SOUND_DEVICE };
    xmlNodePtr n;

    (void)state;
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(vm_model_create_device(doc, added[i], &n), PRL_ERR_SUCCESS);
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(vm_model_device_type(vm_model_all_devices(doc, i)), wanted[i]);
    assert_null(vm_model_all_devices(doc, 9));
    assert_string_equal(vm_model_device_default("Hdd", "EmulatedType"), "1");
    assert_string_equal(vm_model_device_default("CdRom", "EmulatedType"), "0");
    assert_null(vm_model_device_default("CdRom", "NoSuch"));
}

/* ---- golden documents ---- */

/* Replaces what is different each time. */
static void
mask(xmlDocPtr doc)
{
    xmlNodePtr root = vm_model_root(doc), net;

    xml_set(root, "Identification/VmUuid", "UUID");
    xml_set(root, "Identification/ServerUuid", "UUID");
    xml_set(root, "Identification/VmUptimeStartDateTime", "DATE");
    for (net = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0); net; net = xml_next(net))
        xml_set(net, "MAC", "MAC");
}

static void
check_golden(const char *name, unsigned version)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(version);
    AUTO(cleanup_free) char *path = str_printf("%s/tests/golden/vm_default/%s.pvs", source ? source : ".", name);
    AUTO(cleanup_free) char *text = NULL;
    AUTO(cleanup_free) char *wanted = NULL;
    size_t len;

    mask(doc);
    vm_model_drop_client_only(doc, NULL);
    text = text_of(doc, VM_TEXT_FILE);
    if (getenv("PRL_TEST_REGENERATE")) {
        assert_int_equal(path_write_durable(path, text, strlen(text)), 0);
        return;
    }
    assert_int_equal(path_read(path, 1 << 20, &wanted, &len), 0);
    assert_string_equal(text, wanted);
}

static void
vm_model__default_documents__are_as_recorded(void **state)
{
    (void)state;
    check_golden("debian", PVS_GUEST_VER_LIN_DEBIAN);
    check_golden("windows-2019", PVS_GUEST_VER_WIN_2019);
    check_golden("windows-xp", PVS_GUEST_VER_WIN_XP);
    check_golden("dos", PVS_GUEST_VER_DOS_MS622);
    check_golden("freebsd", PVS_GUEST_VER_BSD_OTHER);
}

static void
vm_model__parse_and_text__take_well_under_a_millisecond(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = default_doc(PVS_GUEST_VER_LIN_DEBIAN);
    AUTO(cleanup_free) char *text = text_of(doc, VM_TEXT_FILE);
    int64_t from = clock_now_us(), took;
    const int rounds = 100;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr again = parse(text);
        AUTO(cleanup_free) char *out = text_of(again, VM_TEXT_FILE);
    }
    took = (clock_now_us() - from) / rounds;
    print_message("parse and text: %d us\n", (int)took);
    assert_true(took < 20000); /* a sanitizer build on a busy machine */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vm_model__a_new_document__has_defaults_and_fresh_ids),
        cmocka_unit_test(vm_model__text__keeps_what_it_does_not_know),
        cmocka_unit_test(vm_model__a_file__lacks_what_only_clients_see),
        cmocka_unit_test(vm_model__what_a_stored_file_has__stays_although_only_clients_see_it),
        cmocka_unit_test(vm_model__counts_of_lists__follow_the_items),
        cmocka_unit_test(vm_model__parse_and_text__are_stable),
        cmocka_unit_test(vm_model__the_old_root_and_an_unbraced_uuid__are_taken),
        cmocka_unit_test(vm_model__texts_that_are_no_machine__are_refused),
        cmocka_unit_test(vm_model__documents_made_to_be_slow__are_refused),
        cmocka_unit_test(vm_model__ids__are_unique_and_stay),
        cmocka_unit_test(vm_model__set_default__follows_guest_and_host),
        cmocka_unit_test(vm_model__windows_11__gets_what_it_does_not_do_without),
        cmocka_unit_test(vm_model__new_image_names__are_free),
        cmocka_unit_test(vm_model__set_default_without_devices__keeps_those_there_are),
        cmocka_unit_test(vm_model__boot_order__is_0_up_and_renumbered_from_1),
        cmocka_unit_test(vm_model__warp_4_5__boots_from_the_network_first),
        cmocka_unit_test(vm_model__added_devices__get_the_lowest_free_index_and_place),
        cmocka_unit_test(vm_model__a_created_device__is_not_enabled),
        cmocka_unit_test(vm_model__when_all_places_are_taken__adding_fails),
        cmocka_unit_test(vm_model__hard_disks__share_positions_of_ide_and_sata),
        cmocka_unit_test(vm_model__all_devices__come_in_the_documented_order),
        cmocka_unit_test(vm_model__default_documents__are_as_recorded),
        cmocka_unit_test(vm_model__parse_and_text__take_well_under_a_millisecond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
