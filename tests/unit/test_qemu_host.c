/* SPDX-License-Identifier: MIT */
/* What a start needs of the host, as far as no host is needed: qemu_extras, qemu_cgroup, qemu_host_pci, qemu_firmware. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu/qemu_args.h"
#include "qemu/qemu_cgroup.h"
#include "qemu/qemu_firmware.h"
#include "qemu/qemu_host_pci.h"
#include "temp_dir.h"

static xmlDocPtr
doc_of(const char *settings, const char *hardware)
{
    AUTO(cleanup_free)
    char *xml = str_printf("<VirtuozzoVirtualMachine><Settings>%s</Settings><Hardware>%s</Hardware></VirtuozzoVirtualMachine>", settings,
                           hardware);
    xmlDocPtr doc = xml_parse(xml, strlen(xml), NULL);

    assert_non_null(doc);
    return doc;
}

/* ---- PCI ---- */

static void
host_pci__address__is_found_in_names_and_nothing_else(void **state)
{
    static const struct {
        const char *name, *address;
    } rows[] = {
        { "0000:03:00.0", "0000:03:00.0" },   { "03:00.1", "0000:03:00.1" },  { "Intel NIC 0000:03:1f.7", "0000:03:1f.7" },
        { "a:b:0000:03:00.0", "0000:03:00.0" }, { "", NULL },                   { "0000:03:00.8", NULL },
        { "0000:03:20.0", NULL },              { "0000:03:00.0,x=y", NULL },   { "x0000:03:00.0", NULL },
        { "03:00", NULL },                     { "0000:03:00.0 ", NULL },      { "-1:03:00.0", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char address[HOST_PCI_ADDRESS];
        bool is_address = host_pci_parse(rows[i].name, address);

        if (is_address != (rows[i].address != NULL) || (is_address && strcmp(address, rows[i].address) != 0))
            fail_msg("'%s' is '%s'", rows[i].name, is_address ? address : "nothing");
    }
}

static void
host_pci__device_of_no_host__is_refused_by_name(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc =
        doc_of("", "<GenericPciDevice><Enabled>1</Enabled><SystemName>ffff:ff:1f.7</SystemName></GenericPciDevice>");
    AUTO(xmlFreeDoc) xmlDocPtr off =
        doc_of("", "<GenericPciDevice><Enabled>0</Enabled><SystemName>ffff:ff:1f.7</SystemName></GenericPciDevice>");

    (void)state;
    assert_int_equal(host_pci_check(doc), PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST);
    assert_string_equal(err_peek()->param[0], "ffff:ff:1f.7");
    assert_int_equal(host_pci_check(off), PRL_ERR_SUCCESS);
}

/* ---- descriptors ---- */

#define NIC(i)                                                                                                                     \
    "<NetworkAdapter><Index>" #i "</Index><Enabled>1</Enabled><EmulatedType>6</EmulatedType>"                                      \
    "<VirtualNetworkID>br0</VirtualNetworkID></NetworkAdapter>"
#define SHARES(text) "<Tools><SharedFolders><HostSharing><Enabled>1</Enabled>" text "</HostSharing></SharedFolders></Tools>"
#define FOLDER(name, path) "<SharedFolder><Name>" name "</Name><Path>" path "</Path></SharedFolder>"

static int
number_of(xmlDocPtr doc, enum qemu_extra_kind kind, unsigned index)
{
    struct qemu_extras extras = { 0 };
    const struct qemu_extra *x;
    int number;

    assert_int_equal(qemu_extras_list(doc, "/vm", &extras), 0);
    x = qemu_extras_find(&extras, kind, index);
    number = x ? x->number : -1;
    qemu_extras_clear(&extras);
    return number;
}

static void
extras__number__does_not_depend_on_others(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr one = doc_of("", NIC(3));
    AUTO(xmlFreeDoc)
    xmlDocPtr many = doc_of(SHARES(FOLDER("a", "/a") FOLDER("b", "/b")), "<TpmChip><Type>1</Type></TpmChip>" NIC(0) NIC(3));

    (void)state;
    assert_int_equal(number_of(one, EXTRA_TAP, 3), number_of(many, EXTRA_TAP, 3));
    assert_int_not_equal(number_of(many, EXTRA_TAP, 0), number_of(many, EXTRA_TAP, 3));
    assert_int_not_equal(number_of(many, EXTRA_SHARE, 1), number_of(many, EXTRA_TAP, 0));
    assert_int_equal(number_of(many, EXTRA_TPM, 0), QEMU_FD_FIRST_FREE);
}

static void
extras__all_there_can_be__stay_below_the_disks(void **state)
{
    struct str folders = STR_INIT;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct qemu_extras extras = { 0 };
    int last = 0;

    (void)state;
    for (int i = 0; i < 20; i++)
        str_addf(&folders, FOLDER("f%d", "/f"), i);
    {
        AUTO(cleanup_free) char *text = str_take(&folders);
        AUTO(cleanup_free) char *settings = str_printf(SHARES("%s"), text);

        doc = doc_of(settings, "<TpmChip><Type>1</Type></TpmChip>" NIC(0) NIC(1) NIC(2) NIC(3) NIC(4) NIC(5) NIC(6) NIC(7) NIC(8) NIC(7));
    }
    assert_int_equal(qemu_extras_list(doc, "/vm", &extras), 0);
    assert_int_equal(extras.len, 1 + 8 + 8);
    for (size_t i = 0; i < extras.len; i++) {
        assert_true(extras.p[i].number > last);
        last = extras.p[i].number;
    }
    assert_true(last < QEMU_FD_DISKS);
    qemu_extras_clear(&extras);
}

static void
extras__folder_that_is_none__is_left_out(void **state)
{
    static const char *const folders[] = {
        FOLDER("", "/a"), FOLDER("a", ""), FOLDER("a", "relative"), FOLDER("a", "/a/../b"),
        FOLDER("a name of thirty-six characters long!", "/a"),
        "<SharedFolder><Name>a</Name><Path>/a</Path><Enabled>0</Enabled></SharedFolder>",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        AUTO(cleanup_free) char *settings = str_printf(SHARES("%s"), folders[i]);
        AUTO(xmlFreeDoc) xmlDocPtr doc = doc_of(settings, "");

        assert_int_equal(number_of(doc, EXTRA_SHARE, 0), -1);
    }
}

/* ---- limits ---- */

static PRL_RESULT
limits_of(const char *settings, const char *hardware, struct qemu_limits *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = doc_of(settings, hardware);
    qemu_notes notes = { 0 };
    PRL_RESULT rc = qemu_limits_read(doc, ret, &notes);

    qemu_notes_clear(&notes);
    return rc;
}

static void
limits__nothing_said__asks_for_nothing(void **state)
{
    struct qemu_limits l, none = { 0 };

    (void)state;
    assert_int_equal(limits_of("", "", &l), 0);
    none.io_level = l.io_level;
    assert_memory_equal(&l, &none, sizeof l);
}

static void
limits__units__become_what_the_kernel_takes(void **state)
{
    struct qemu_limits l;

    (void)state;
#define CPU(type, value) "<Cpu><CpuLimitType>" #type "</CpuLimitType><CpuLimitValue>" #value "</CpuLimitValue></Cpu>"
    assert_int_equal(limits_of("", CPU(3, 150), &l), 0);
    assert_int_equal(l.cpu_100th, 15000);
    assert_int_equal(limits_of("", CPU(4, 50), &l), 0);
    assert_int_equal(l.cpu_100th, 5000);
    assert_int_equal(limits_of("", CPU(1, 2550), &l), 0);
    assert_int_equal(l.cpu_100th, 2550);
    assert_int_equal(limits_of("", CPU(1, 1), &l), 0);
    assert_int_equal(l.cpu_100th, 100);
    assert_int_equal(limits_of("", CPU(3, 99999999999), &l), 0);
    assert_int_equal(l.cpu_100th, 0);
    assert_int_equal(limits_of("<Runtime><IoPriority>7</IoPriority></Runtime>", "", &l), 0);
    assert_true(l.has_io_level && l.io_level == 1);
    assert_int_equal(limits_of("<Runtime><IoPriority>0</IoPriority></Runtime>", "", &l), 0);
    assert_true(l.has_io_level && l.io_level == 7);
    assert_int_equal(
        limits_of("", "<Memory><RAM>1000</RAM><MemGuaranteeType>1</MemGuaranteeType><MemGuarantee>50</MemGuarantee></Memory>", &l), 0);
    assert_int_equal(l.ram_guaranteed, 500 << 20);
}

static void
limits__mask__is_checked(void **state)
{
    static const char *const bad[] = { "x", "1-", "-1", "3-1", "0,,1", "0;1", "99999999999999999999", "0-99999" };
    struct qemu_limits l;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(cleanup_free) char *hardware = str_printf("<Cpu><CpuMask>%s</CpuMask></Cpu>", bad[i]);

        if (limits_of("", hardware, &l) != PRL_ERR_VMCONF_CPU_MASK_INVALID)
            fail_msg("'%s' is taken", bad[i]);
    }
    assert_int_equal(limits_of("", "<Cpu><CpuMask>1023</CpuMask></Cpu>", &l), PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM);
}

/* ---- firmware ---- */

#define FILE_OF(suffix) "{\"filename\":\"%s/%s." suffix "\",\"format\":\"raw\"}"
#define DESCRIPTOR                                                                                                                 \
    "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":" FILE_OF("code") ","                          \
    "\"nvram-template\":" FILE_OF("vars") "},\"targets\":[{\"architecture\":\"%s\",\"machines\":[\"pc-q35-*\"]}],"                     \
    "\"features\":[%s]}"

static void
write_text(const char *dir, const char *name, const char *text)
{
    AUTO(cleanup_free) char *path = path_join(dir, name);

    put_text(path, text);
}

static void
write_firmware(const char *dir, const char *name, const char *arch, const char *features, const char *vars)
{
    AUTO(cleanup_free) char *text = str_printf(DESCRIPTOR, dir, name, dir, name, arch, features);
    AUTO(cleanup_free) char *json = str_printf("%s.json", name);
    AUTO(cleanup_free) char *code_name = str_printf("%s.code", name);
    AUTO(cleanup_free) char *vars_name = str_printf("%s.vars", name);

    write_text(dir, json, text);
    write_text(dir, code_name, "code");
    write_text(dir, vars_name, vars);
}

/* The name of the firmware that is found, or "". */
static const char *
found(const char *dir, const char *home, const char *bios, const char *chipset, char out[64])
{
    AUTO(cleanup_free) char *settings = str_printf("<Startup><Bios><EfiEnabled>1</EfiEnabled>%s</Bios></Startup>", bios);
    AUTO(xmlFreeDoc) xmlDocPtr doc = doc_of(settings, chipset);
    AUTO(qemu_firmware_free) struct qemu_firmware *f = NULL;

    setenv("PRLKVM_FIRMWARE_DIRS", dir, 1);
    out[0] = '\0';
    if (PRL_SUCCEEDED(qemu_firmware_find(doc, home, &f)))
        snprintf(out, 64, "%.*s", (int)strcspn(path_basename(f->code), "."), path_basename(f->code));
    unsetenv("PRLKVM_FIRMWARE_DIRS");
    return out;
}

static void
firmware__descriptor__is_chosen_by_what_is_asked_for(void **state)
{
    const char *dir = temp_dir;
    AUTO(cleanup_free) char *home = temp_path("home");
    AUTO(cleanup_free) char *vars = path_join(home, EFI_VARS_FILE);
    AUTO(cleanup_free) char *data = NULL;
    char name[64];

    (void)state;
    assert_int_equal(path_make_dirs(home, 0700), 0);
    write_firmware(dir, "10-arm", "aarch64", "", "V");
    write_text(dir, "20-broken.json", "{\"interface-types\":");
    write_text(dir, "25-empty.json", "");
    write_firmware(dir, "30-setup", "x86_64", "\"secure-boot\",\"requires-smm\"", "VV");
    write_firmware(dir, "40-secure", "x86_64", "\"secure-boot\",\"requires-smm\",\"enrolled-keys\"", "VVV");
    write_firmware(dir, "50-plain", "x86_64", "", "VVVV");
    write_firmware(dir, "60-other", "x86_64", "", "VVVVV");
    assert_string_equal(found(dir, home, "", "", name), "50-plain");
    assert_int_equal(path_read(vars, 100, &data, NULL), 0);
    assert_string_equal(data, "VVVV");
    assert_string_equal(found(dir, home, "<EfiSecureBoot>1</EfiSecureBoot>", "", name), "40-secure");
    assert_string_equal(found(dir, home, "", "<Chipset><Type>1</Type></Chipset>", name), "");

    /* What the guest has written stays, and finds the firmware that it belongs to. */
    write_text(home, EFI_VARS_FILE, "vvvvv");
    assert_string_equal(found(dir, home, "", "", name), "60-other");
    write_text(home, EFI_VARS_FILE, "v");
    assert_string_equal(found(dir, home, "", "", name), "");
    free(TAKE(data));
    assert_int_equal(path_read(vars, 100, &data, NULL), 0);
    assert_string_equal(data, "v");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_pci__address__is_found_in_names_and_nothing_else),
        cmocka_unit_test(host_pci__device_of_no_host__is_refused_by_name),
        cmocka_unit_test(extras__number__does_not_depend_on_others),
        cmocka_unit_test(extras__all_there_can_be__stay_below_the_disks),
        cmocka_unit_test(extras__folder_that_is_none__is_left_out),
        cmocka_unit_test(limits__nothing_said__asks_for_nothing),
        cmocka_unit_test(limits__units__become_what_the_kernel_takes),
        cmocka_unit_test(limits__mask__is_checked),
        cmocka_unit_test_setup_teardown(firmware__descriptor__is_chosen_by_what_is_asked_for, temp_dir_up, temp_dir_down),
    };

    return cmocka_run_group_tests_name("qemu_host", tests, NULL, NULL);
}
