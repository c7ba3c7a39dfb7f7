/* SPDX-License-Identifier: MIT */
/* vm/disk_facts and vm/disk_new: what a disk is, what is made for a configuration, what is recorded of an image that is attached. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/xml.h"
#include "image/bundle.h"
#include "model/vm_model.h"
#include "temp_dir.h"
#include "vm/disk_facts.h"
#include "vm/disk_new.h"
#include "vm/image_file.h"

#define MIB ((uint64_t)1 << 20)

/* A document with one disk. */
static xmlDocPtr
with_disk(const char *name, unsigned type, unsigned size_mib, unsigned splitted, xmlNodePtr *ret)
{
    xmlDocPtr doc = vm_model_new();

    assert_non_null(doc);
    assert_int_equal(vm_model_create_device(doc, PDE_HARD_DISK, ret), 0);
    xml_set(*ret, "SystemName", name);
    xml_set_u64(*ret, "EmulatedType", PDT_USE_IMAGE_FILE);
    xml_set_u64(*ret, "DiskType", type);
    xml_set_u64(*ret, "Size", size_mib);
    xml_set_u64(*ret, "Splitted", splitted);
    return doc;
}

static struct disk_facts
made(const char *home, unsigned type, unsigned size_mib, unsigned splitted)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct disk_facts f = { 0 };
    xmlNodePtr device;

    doc = with_disk(path, type, size_mib, splitted, &device);
    assert_int_equal(disk_new_create(device, home, path, path, NULL), 0);
    assert_int_equal(disk_facts_get(device, path, &f), 0);
    assert_int_equal(path_remove_tree(path), 0);
    return f;
}

static void
new__by_configuration__is_of_that_kind(void **state)
{
    static const struct {
        const char *home;
        unsigned type, splitted;
        enum disk_kind kind;
        bool is_plain, is_split;
    } rows[] = {
        { "/vms/1", PHD_EXPANDING_HARD_DISK, 0, DISK_IS_QCOW2, false, false }, { "/vms/1", PHD_RAW_HARD_DISK, 0, DISK_IS_RAW, false, false },
        { "/vms/1", PHD_RAW_HARD_DISK, 1, DISK_IS_RAW, false, false },         { NULL, PHD_EXPANDING_HARD_DISK, 1, DISK_IS_BUNDLE, false, true },
        { "/vms/1", PHD_PLAIN_HARD_DISK, 1, DISK_IS_BUNDLE, true, true },      { "/vms/a.pvm", PHD_EXPANDING_HARD_DISK, 0, DISK_IS_BUNDLE, false, false },
        { "/vms/a.pvm", PHD_PLAIN_HARD_DISK, 0, DISK_IS_BUNDLE, true, false }, { ".pvm", PHD_EXPANDING_HARD_DISK, 0, DISK_IS_QCOW2, false, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned size_mib = rows[i].splitted && rows[i].type != PHD_PLAIN_HARD_DISK ? 3000 : 4;
        struct disk_facts f = made(rows[i].home, rows[i].type, size_mib, rows[i].splitted);

        assert_int_equal(f.kind, rows[i].kind);
        assert_int_equal(f.size_bytes, size_mib * MIB);
        assert_int_equal(f.is_plain, rows[i].is_plain);
        assert_int_equal(f.is_split, rows[i].is_split && size_mib > 2048);
        assert_false(f.is_overlay);
    }
}

static void
new__impossible_sizes__are_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr device;

    (void)state;
    doc = with_disk(path, PHD_EXPANDING_HARD_DISK, 0, 0, &device);
    assert_int_equal(disk_new_create(device, NULL, path, path, NULL), PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE);
    xml_set(device, "Size", "99999999999999");
    assert_int_equal(disk_new_create(device, NULL, path, path, NULL), PRL_ERR_CANT_CREATE_HDD_IMAGE);
    xml_set_u64(device, "DiskType", PHD_PLAIN_HARD_DISK);
    xml_set_u64(device, "Size", (uint64_t)1 << 30);
    assert_int_equal(disk_new_create(device, NULL, path, path, NULL), PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE);
    assert_false(path_exists(path));
}

static void
facts__raw_disk_with_foreign_header__is_refused(void **state)
{
    static const char *const headers[] = { "QFI\xfb\0\0\0\3", "WithouFreSpacExt\2\0\0\0" };
    AUTO(cleanup_free) char *path = temp_path("disk.raw");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct disk_facts f;
    xmlNodePtr device;
    char bytes[4096] = { 0 };

    (void)state;
    doc = with_disk(path, PHD_RAW_HARD_DISK, 1, 0, &device);
    put_file(path, bytes, sizeof bytes);
    assert_int_equal(disk_facts_get(device, path, &f), 0);
    assert_int_equal(f.kind, DISK_IS_RAW);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        memcpy(bytes, headers[i], i ? 20 : 8);
        put_file(path, bytes, sizeof bytes);
        assert_int_equal(disk_facts_get(device, path, &f), PRL_ERR_DISK_NOT_PERMITTED);
    }
    /* The other way round: no qcow2 header where the configuration says so. */
    memset(bytes, 0, sizeof bytes);
    put_file(path, bytes, sizeof bytes);
    xml_set_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK);
    assert_int_equal(disk_facts_get(device, path, &f), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(disk_facts_get(device, "/nowhere/disk", &f), PRL_ERR_FILE_NOT_FOUND);
}

static unsigned
recorded(xmlDocPtr doc, const char *member)
{
    return (unsigned)xml_get_u64(vm_model_device_nth(doc, PDE_HARD_DISK, 0), member, 99);
}

static void
attach__an_image_that_is_there__is_recorded_once(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.raw");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr stored = NULL;
    xmlNodePtr device;

    (void)state;
    doc = with_disk(path, PHD_EXPANDING_HARD_DISK, 1, 0, &device);
    assert_int_equal(image_create_raw(path, 7 * MIB), 0);
    stored = xmlCopyDoc(doc, 1);
    assert_int_equal(disk_facts_attach(doc, stored, temp_dir), 0); /* known already: left alone */
    assert_int_equal(recorded(doc, "DiskType"), PHD_EXPANDING_HARD_DISK);
    assert_int_equal(disk_facts_attach(doc, NULL, temp_dir), 0);
    assert_int_equal(recorded(doc, "DiskType"), PHD_RAW_HARD_DISK);
    assert_int_equal(recorded(doc, "Size"), 7);
    /* From now on it is raw, whatever its guest writes. */
    put_file(path, "QFI\xfb\0\0\0\3", 8);
    assert_int_equal(disk_facts_attach(doc, NULL, temp_dir), 0);
    assert_int_equal(recorded(doc, "DiskType"), PHD_RAW_HARD_DISK);
}

static void
attach__a_bundle__is_recorded(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct bundle_new args = { .size_sectors = 9 * 2048, .is_plain = true };
    xmlNodePtr device;

    (void)state;
    doc = with_disk("disk.hdd", PHD_EXPANDING_HARD_DISK, 1, 1, &device);
    assert_int_equal(bundle_create(path, &args, NULL), 0);
    assert_int_equal(disk_facts_attach(doc, NULL, temp_dir), 0);
    assert_int_equal(recorded(doc, "DiskType"), PHD_PLAIN_HARD_DISK);
    assert_int_equal(recorded(doc, "Size"), 9);
    assert_int_equal(recorded(doc, "Splitted"), 0);
    assert_true(disk_facts_room(path) >= 9 * MIB);
}

static void
attach__an_image_that_is_missing__is_left_alone(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr device;

    (void)state;
    doc = with_disk("none.hdd", PHD_PLAIN_HARD_DISK, 5, 1, &device);
    assert_int_equal(disk_facts_attach(doc, NULL, temp_dir), 0);
    assert_int_equal(recorded(doc, "DiskType"), PHD_PLAIN_HARD_DISK);
    assert_int_equal(recorded(doc, "Size"), 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(new__by_configuration__is_of_that_kind, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(new__impossible_sizes__are_refused, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(facts__raw_disk_with_foreign_header__is_refused, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(attach__an_image_that_is_there__is_recorded_once, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(attach__a_bundle__is_recorded, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(attach__an_image_that_is_missing__is_left_alone, temp_dir_up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
