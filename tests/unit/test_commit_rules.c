/* SPDX-License-Identifier: MIT */
/* What may change on a live machine: refused, stored for later, or of no matter to it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "vm/commit_rules.h"

struct row {
    const char *path, *value;
    PRL_RESULT running, paused;
    bool needs_restart;
};

static const struct row rows[] = {
    { "Hardware/Cpu/Number", "2", PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, PRL_ERR_CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM, false },
    { "Hardware/Memory/RAM", "512", PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, PRL_ERR_CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM, false },
    { "Hardware/Cpu/NumaNodes", "2", PRL_ERR_VMCONF_NUMANODES_VM_MUST_BE_STOPPED, PRL_ERR_VMCONF_NUMANODES_VM_MUST_BE_STOPPED, false },
    { "Hardware/Cpu/CpuUnits", "2000", PRL_ERR_SUCCESS, PRL_ERR_CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM, true },
    { "Settings/RemoteDisplay/Mode", "1", PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES,
      false },
    { "Settings/Startup/Bios/EfiEnabled", "1", PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES,
      PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, false },
    { "Settings/General/VmDescription", "words", PRL_ERR_SUCCESS, PRL_ERR_SUCCESS, false },
    { "Settings/General/OsNumber", "9", PRL_ERR_SUCCESS, PRL_ERR_SUCCESS, true },
};

static xmlDocPtr
document(const char *path, const char *value)
{
    xmlDocPtr doc = vm_model_new();

    assert_non_null(doc);
    if (path)
        assert_true(xml_set(vm_model_root(doc), path, value));
    return doc;
}

static void
check_running__row_by_row(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(xmlFreeDoc) xmlDocPtr stored = document(NULL, NULL);
        AUTO(xmlFreeDoc) xmlDocPtr next = xmlCopyDoc(stored, 1);
        struct commit_effect effect = { false }, none = { false };

        assert_true(xml_set(vm_model_root(next), rows[i].path, rows[i].value));
        if (commit_check_running(VMS_RUNNING, stored, next, &effect) != rows[i].running || effect.needs_restart != rows[i].needs_restart)
            fail_msg("running: %s", rows[i].path);
        if (commit_check_running(VMS_PAUSED, stored, next, &none) != rows[i].paused)
            fail_msg("paused: %s", rows[i].path);
        assert_int_equal(commit_check_running(VMS_STOPPED, stored, next, &none), PRL_ERR_SUCCESS);
    }
}

static void
check_running__device_that_is_in_no_machine__may_come_and_go(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr stored = document(NULL, NULL);
    AUTO(xmlFreeDoc) xmlDocPtr next = xmlCopyDoc(stored, 1);
    struct commit_effect effect = { false };
    xmlNodePtr disk = NULL;

    assert_int_equal(vm_model_create_device(next, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS); /* made with Enabled 0 */
    assert_int_equal(commit_check_running(VMS_RUNNING, stored, next, &effect), PRL_ERR_SUCCESS);
    assert_true(xml_set_u64(disk, "Enabled", 1));
    assert_true(xml_set_u64(disk, "Connected", 1));
    assert_int_equal(commit_check_running(VMS_RUNNING, stored, next, &effect), PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES);
}

static void
check_wanted__what_is_not_supported__is_refused(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr stored = document(NULL, NULL);
    AUTO(xmlFreeDoc) xmlDocPtr undo = document("Settings/Runtime/UndoDisks", "1");
    AUTO(xmlFreeDoc) xmlDocPtr sample = document("Settings/General/ConfigSampleName", "small");
    AUTO(xmlFreeDoc) xmlDocPtr hotplug = document("Hardware/Memory/EnableHotplug", "1");

    assert_int_equal(commit_check_wanted(stored, stored), PRL_ERR_SUCCESS);
    assert_int_equal(commit_check_wanted(stored, undo), PRL_ERR_UNIMPLEMENTED);
    assert_int_equal(commit_check_wanted(undo, undo), PRL_ERR_SUCCESS);
    assert_int_equal(commit_check_wanted(stored, sample), PRL_ERR_SAMPLE_CONFIG_NOT_FOUND);
    assert_int_equal(commit_check_wanted(stored, hotplug), PRL_ERR_VMCONF_NEED_MORE_MEMORY_TO_ENABLE_HOTPLUG);
    assert_true(xml_set(vm_model_root(hotplug), "Hardware/Memory/RAM", "1024"));
    assert_int_equal(commit_check_wanted(stored, hotplug), PRL_ERR_SUCCESS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_running__row_by_row),
        cmocka_unit_test(check_running__device_that_is_in_no_machine__may_come_and_go),
        cmocka_unit_test(check_wanted__what_is_not_supported__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
