/* SPDX-License-Identifier: MIT */
/* The host's description, the preferences and the virtual networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "host/host_info.h"
#include "host/host_parts.h"
#include "host/prefs.h"
#include "vm/vm_store.h"

#define A ((const struct session *)1)
#define B ((const struct session *)2)

/* Stands in for the store. */
const char *
vm_store_default_dir(void)
{
    return "/default/vms";
}

static char home[] = "/tmp/prlkvm-host-XXXXXX";

static int
set_up(void **state)
{
    (void)state;
    strcpy(home, "/tmp/prlkvm-host-XXXXXX");
    return mkdtemp(home) && prefs_load(home) == PRL_ERR_SUCCESS ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    prefs_unload();
    return path_remove_tree(home);
}

typedef PRL_RESULT give_text(char **ret_text, size_t *ret_len);

static xmlDocPtr
get(give_text *give)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    xmlDocPtr doc;

    assert_int_equal(give(&text, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, strlen(text));
    doc = xml_parse(text, len, NULL);
    assert_non_null(doc);
    return doc;
}

static PRL_RESULT
commit(const struct session *s, xmlDocPtr doc)
{
    size_t len;
    AUTO(cleanup_free) char *text = xml_text(doc, &len);

    return strcmp((const char *)xmlDocGetRootElement(doc)->name, "VirtuozzoUser") == 0 ? prefs_user_commit(s, text, len)
                                                                                      : prefs_common_commit(s, text, len);
}

static bool
has_text(xmlDocPtr doc, const char *path, const char *wanted)
{
    AUTO(cleanup_free) char *text = xml_get(xmlDocGetRootElement(doc), path);

    if (!str_eq(text, wanted))
        print_message("%s is '%s'\n", path, text ? text : "(none)");
    return str_eq(text, wanted);
}

/* ---- host ---- */

static void
host__identity__is_what_clients_can_split_and_print(void **state)
{
    const struct host_identity *host = host_identity();
    const char *dot = strchr(host->product_version, '.');

    (void)state;
    assert_non_null(dot);
    assert_non_null(strchr(dot + 1, '.'));
    assert_true(host->host_name[0] && host->os_version[0] && host->user_name[0]);
    assert_int_equal(host->port, 64000);
    assert_ptr_equal(host, host_identity());
}

static void
host__the_document__has_what_clients_need(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = get(host_info_text), again = get(host_info_text);
    xmlNodePtr root = xmlDocGetRootElement(doc);
    static const char *const lists[] = { "HardDisks", "FloppyDisks", "CdROMs", "SerialPorts", "NetworkAdapters",
                                         "GenericPciDevices", "SoundDevices/OutputDevices" };

    (void)state;
    assert_string_equal((const char *)root->name, "VirtuozzoHostInfo");
    assert_true(xml_get_u64(root, "Cpu/Number", 0) >= 1);
    assert_true(xml_get_u64(root, "MemorySettings/HostRamSize", 0) > 0);
    assert_int_equal(xml_get_u64(root, "OsVersion/Type", 9), PHO_LIN);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        assert_non_null(xml_find(root, lists[i]));
#ifdef __x86_64__
    assert_true(xml_get_u64(root, "Cpu/FEATURES", 0) != 0);
#endif
}

static void
host__key_value_texts__are_read_in_both_spellings(void **state)
{
    char value[32];

    (void)state;
    assert_true(host_find_value("A=1\nB = \"two words\"\n", "B", value, sizeof value));
    assert_string_equal(value, "two words");
    assert_true(host_find_value("model name\t: X\nmodel name\t: Y\n", "model name", value, sizeof value));
    assert_string_equal(value, "X");
    assert_false(host_find_value("AB=1", "A", value, sizeof value));
    assert_false(host_find_value("", "A", value, sizeof value));
    assert_null(host_read_text("/nonexistent"));
    assert_int_equal(host_read_u64("/nonexistent", 7), 7);
}

/* ---- preferences ---- */

static void
prefs__a_fresh_service__has_the_documented_defaults(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr common = get(prefs_common_text), user = get(prefs_user_text);
    AUTO(cleanup_free) char *dir = prefs_default_vm_dir();
    AUTO(cleanup_free) char *uuid = prefs_user_value("Uuid");
    char parsed[UUID_TEXT];

    (void)state;
    assert_string_equal((const char *)xmlDocGetRootElement(common)->name, "CommonPreferences");
    assert_true(has_text(common, "WorkspacePreferences/DefaultVmDirectory", "/default/vms"));
    assert_true(has_text(common, "RemoteDisplayPreferences/BasePort", "5900"));
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(common), "MemoryPreferences/HostRamSize", 0), host_ram_mib());
    assert_string_equal((const char *)xmlDocGetRootElement(user)->name, "VirtuozzoUser");
    assert_true(has_text(user, "Name", host_identity()->user_name));
    assert_true(has_text(user, "UserWorkspace/UserDefaultVmFolder", ""));
    assert_true(has_text(user, "AccessPreferences/LocalAdministrator", "1"));
    assert_null(dir);
    assert_true(uuid_parse(uuid, parsed));
    assert_int_equal(prefs_vnc_base_port(), 5900);
    assert_int_equal(prefs_vnc_max_port(), 6900);
}

static void
prefs__a_committed_value__outlives_the_service(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr common = NULL, user = NULL;
    AUTO(cleanup_free) char *uuid = prefs_user_value("Uuid");
    AUTO(cleanup_free) char *uuid_after = NULL;
    AUTO(cleanup_free) char *dir = NULL;

    (void)state;
    assert_int_equal(prefs_common_begin_edit(A), PRL_ERR_SUCCESS);
    common = get(prefs_common_text);
    xml_set(xmlDocGetRootElement(common), "RemoteDisplayPreferences/BasePort", "6000");
    xml_set(xmlDocGetRootElement(common), "Unknown/Thing", "kept");
    assert_int_equal(commit(A, common), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_user_begin_edit(A), PRL_ERR_SUCCESS);
    user = get(prefs_user_text);
    xml_set(xmlDocGetRootElement(user), "UserWorkspace/UserDefaultVmFolder", home);
    assert_int_equal(commit(A, user), PRL_ERR_SUCCESS);

    prefs_unload();
    assert_int_equal(prefs_load(home), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_vnc_base_port(), 6000);
    dir = prefs_default_vm_dir();
    assert_string_equal(dir, home);
    uuid_after = prefs_user_value("Uuid");
    assert_string_equal(uuid_after, uuid);
    {
        AUTO(xmlFreeDoc) xmlDocPtr again = get(prefs_common_text);
        AUTO(cleanup_free) char *stored = prefs_common_value("WorkspacePreferences/DefaultVmDirectory");

        assert_true(has_text(again, "Unknown/Thing", "kept"));
        assert_string_equal(stored, ""); /* what was filled in is not stored */
    }
}

static void
prefs__two_sessions__merge_or_conflict(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr a = NULL, b = NULL;

    (void)state;
    assert_int_equal(prefs_common_begin_edit(A), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_common_begin_edit(B), PRL_ERR_SUCCESS);
    a = get(prefs_common_text);
    b = get(prefs_common_text);
    xml_set(xmlDocGetRootElement(a), "RemoteDisplayPreferences/BasePort", "6000");
    xml_set(xmlDocGetRootElement(b), "RemoteDisplayPreferences/MaxPort", "7000");
    assert_int_equal(commit(A, a), PRL_ERR_SUCCESS);
    assert_int_equal(commit(B, b), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_vnc_base_port(), 6000);
    assert_int_equal(prefs_vnc_max_port(), 7000);

    assert_int_equal(prefs_common_begin_edit(A), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_common_begin_edit(B), PRL_ERR_SUCCESS);
    xml_set(xmlDocGetRootElement(a), "RemoteDisplayPreferences/BasePort", "6001");
    xml_set(xmlDocGetRootElement(b), "RemoteDisplayPreferences/BasePort", "6002");
    assert_int_equal(commit(A, a), PRL_ERR_SUCCESS);
    assert_int_equal(commit(B, b), PRL_ERR_COMMON_SERVER_PREFS_WERE_CHANGED);
    assert_int_equal(prefs_vnc_base_port(), 6001);
    prefs_session_gone(A);
    prefs_session_gone(B);
}

static void
prefs__values_that_cannot_be__are_refused(void **state)
{
    static const struct {
        bool is_user;
        const char *path, *value;
        PRL_RESULT code;
    } rows[] = {
        { false, "WorkspacePreferences/DefaultVmDirectory", "/nonexistent/x", PRL_ERR_DIRECTORY_DOES_NOT_EXIST },
        { false, "WorkspacePreferences/DefaultVmDirectory", "vms", PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE },
        { false, "WorkspacePreferences/DefaultVmDirectory", "/tmp/../etc", PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE },
        { false, "WorkspacePreferences/HostId", "x", PRL_ERR_CANT_CHANGE_HOST_ID },
        { true, "UserWorkspace/UserDefaultVmFolder", "/nonexistent/x", PRL_ERR_DIRECTORY_DOES_NOT_EXIST },
        { true, "Uuid", "{00000000-0000-0000-0000-000000000001}", PRL_ERR_USER_CANT_CHANGE_READ_ONLY_VALUE },
        { true, "Name", "somebody else", PRL_ERR_USER_CANT_CHANGE_READ_ONLY_VALUE },
        { true, "AccessPreferences/LocalAdministrator", "0", PRL_ERR_USER_CANT_CHANGE_ACCESS_PROFILE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = get(rows[i].is_user ? prefs_user_text : prefs_common_text);
        AUTO(xmlFreeDoc) xmlDocPtr after = NULL;
        AUTO(cleanup_free) char *before = xml_get(xmlDocGetRootElement(doc), rows[i].path);

        xml_set(xmlDocGetRootElement(doc), rows[i].path, rows[i].value);
        assert_int_equal(commit(A, doc), rows[i].code);
        after = get(rows[i].is_user ? prefs_user_text : prefs_common_text);
        assert_true(has_text(after, rows[i].path, before));
    }
    assert_int_equal(prefs_common_commit(A, "<x/>", 4), PRL_ERR_PARSE_COMMON_SERVER_PREFS);
    assert_int_equal(prefs_common_commit(A, "<", 1), PRL_ERR_PARSE_COMMON_SERVER_PREFS);
    assert_int_equal(prefs_user_commit(A, "<x/>", 4), PRL_ERR_PARSE_USER_PROFILE);
}

static void
prefs__a_backup_password__is_not_given_out(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = get(prefs_common_text), again = NULL;
    AUTO(cleanup_free) char *stored = NULL;

    (void)state;
    xml_set(xmlDocGetRootElement(doc), "BackupSourcePreferences/Password", "secret");
    assert_int_equal(commit(A, doc), PRL_ERR_SUCCESS);
    again = get(prefs_common_text);
    assert_null(xml_find(xmlDocGetRootElement(again), "BackupSourcePreferences/Password"));
    assert_int_equal(commit(A, again), PRL_ERR_SUCCESS); /* not knowing it does not drop it */
    stored = prefs_common_value("BackupSourcePreferences/Password");
    assert_string_equal(stored, "secret");
}

static void
prefs__a_damaged_file__is_set_aside(void **state)
{
    AUTO(cleanup_free) char *path = path_join(home, "dispatcher.xml");
    AUTO(cleanup_free) char *aside = path_join(home, "dispatcher.xml.broken");

    (void)state;
    prefs_unload();
    assert_int_equal(path_write_durable(path, "<Virtuozzo", 10), 0);
    assert_int_equal(prefs_load(home), PRL_ERR_SUCCESS);
    assert_true(path_exists(aside));
    assert_int_equal(prefs_vnc_base_port(), 5900);
}

static void
prefs__a_file_that_cannot_be_written__changes_nothing(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = get(prefs_common_text);

    (void)state;
    assert_int_equal(path_remove_tree(home), 0);
    xml_set(xmlDocGetRootElement(doc), "RemoteDisplayPreferences/BasePort", "6000");
    assert_int_equal(commit(A, doc), PRL_ERR_DISP_CONFIG_WRITE_ERR);
    assert_int_equal(prefs_vnc_base_port(), 5900);
    assert_int_equal(mkdir(home, 0700), 0);
}

static void
prefs__networks__are_the_two_default_ones_and_stay(void **state)
{
    AUTO(cleanup_free) char *first = NULL;
    AUTO(cleanup_free) char *second = NULL;
    AUTO(cleanup_free) char *again = NULL;
    AUTO(cleanup_free) char *none = NULL;
    size_t len;

    (void)state;
    assert_int_equal(prefs_network_text(0, &first, &len), PRL_ERR_SUCCESS);
    assert_non_null(strstr(first, "<NetworkID>Host-Only</NetworkID>"));
    assert_int_equal(prefs_network_text(1, &second, &len), PRL_ERR_SUCCESS);
    assert_non_null(strstr(second, "<NetworkID>Bridged</NetworkID>"));
    assert_non_null(strstr(second, "<NetworkType>0</NetworkType>"));
    assert_int_equal(prefs_network_text(2, &none, &len), PRL_ERR_NO_DATA);
    prefs_unload();
    assert_int_equal(prefs_load(home), PRL_ERR_SUCCESS);
    assert_int_equal(prefs_network_text(1, &again, &len), PRL_ERR_SUCCESS);
    assert_string_equal(again, second);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host__identity__is_what_clients_can_split_and_print),
        cmocka_unit_test(host__the_document__has_what_clients_need),
        cmocka_unit_test(host__key_value_texts__are_read_in_both_spellings),
        cmocka_unit_test_setup_teardown(prefs__a_fresh_service__has_the_documented_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__a_committed_value__outlives_the_service, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__two_sessions__merge_or_conflict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__values_that_cannot_be__are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__a_backup_password__is_not_given_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__a_damaged_file__is_set_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__a_file_that_cannot_be_written__changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prefs__networks__are_the_two_default_ones_and_stay, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
