/* SPDX-License-Identifier: MIT */
/* handlers/fs.c and host/fs_list.c: the calls are made without an engine, which is stood in for below. */
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
#include "base/xml.h"
#include "engine/handlers.h"
#include "engine/task.h"

static struct {
    const char *name, *value;
} args[4];
static char *result;

const char *
task_arg_s(struct task *t, const char *name)
{
    (void)t;
    for (size_t i = 0; i < 4; i++)
        if (args[i].name && strcmp(args[i].name, name) == 0)
            return args[i].value;
    return NULL;
}

PRL_RESULT
task_add_text(struct task *t, const char *text)
{
    (void)t;
    free(result);
    result = strdup(text);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
task_add_doc(struct task *t, int pht, const char *xml, size_t len)
{
    assert_int_equal(pht, PHT_REMOTE_FILESYSTEM_INFO);
    assert_int_equal(len, strlen(xml));
    return task_add_text(t, xml);
}

bool
task_is_cancelled(struct task *t)
{
    (void)t;
    return false;
}

static char home[] = "/tmp/prlkvm-fs-XXXXXX";

static int
set_up(void **state)
{
    AUTO(cleanup_free) char *dir = NULL;
    AUTO(cleanup_free) char *in_home = NULL;

    (void)state;
    strcpy(home, "/tmp/prlkvm-fs-XXXXXX");
    if (!mkdtemp(home))
        return -1;
    dir = path_join(home, "dir");
    in_home = path_join(home, "file.txt");
    return mkdir(dir, 0700) == 0 && path_write_durable(in_home, "12345", 5) == 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    free(result);
    result = NULL;
    return path_remove_tree(home);
}

static PRL_RESULT
call(task_handler *h, const char *path)
{
    args[0].name = "path";
    args[0].value = path;
    return h(NULL);
}

static char *
in(const char *name)
{
    return path_join(home, name);
}

static PRL_RESULT
call_in(task_handler *h, const char *name)
{
    AUTO(cleanup_free) char *path = in(name);

    return call(h, path);
}

static PRL_RESULT
call_rename(const char *from, const char *to)
{
    AUTO(cleanup_free) char *f = in(from);
    AUTO(cleanup_free) char *t = in(to);

    args[0].name = "from";
    args[0].value = f;
    args[1].name = "to";
    args[1].value = t;
    return fs_rename_entry(NULL);
}

static bool
is_there(const char *name)
{
    AUTO(cleanup_free) char *path = in(name);

    return path_exists(path);
}

static void
fs__hostile_paths__are_refused_by_all(void **state)
{
    static task_handler *const all[] = { fs_dir_entries, fs_create_dir, fs_remove_entry, fs_can_create_file };
    static const char *const paths[] = { "relative", "../x", "/tmp/../etc", "/tmp/./x", "/a\nb", "/a\x01" };

    (void)state;
    for (size_t h = 0; h < sizeof all / sizeof all[0]; h++) {
        assert_int_equal(call(all[h], ""), PRL_ERR_NO_TARGET_PATH_SPECIFIED);
        for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
            assert_int_equal(call(all[h], paths[i]), PRL_ERR_BAD_PARAMETERS);
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_int_equal(call(fs_free_space, paths[i]), PRL_ERR_INCORRECT_PATH);
    assert_int_equal(call_rename("file.txt", "../x"), PRL_ERR_BAD_PARAMETERS);
    assert_true(is_there("file.txt"));
}

static void
fs__a_listing__has_parent_and_entries(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *file = in("file.txt");
    xmlNodePtr root, e, found = NULL;
    unsigned count = 0;

    (void)state;
    assert_int_equal(call(fs_dir_entries, home), PRL_ERR_SUCCESS);
    doc = xml_parse(result, strlen(result), NULL);
    root = xmlDocGetRootElement(doc);
    assert_int_equal(xml_get_u64(root, "Type", 9), PFS_UNIX_LIKE_FS);
    for (e = xml_child(root, "FsElement"); e; e = xml_next(e), count++) {
        AUTO(cleanup_free) char *name = xml_get(e, "Name");

        if (str_eq(name, file))
            found = e;
    }
    assert_int_equal(count, 2);
    assert_non_null(found);
    assert_int_equal(xml_get_u64(found, "Type", 9), PSE_FILE);
    assert_int_equal(xml_get_u64(found, "Size", 9), 5);
    assert_int_equal(xml_get_u64(found, "Permissions", 0), 0600);
    assert_non_null(xml_find(root, "ParentElement/Name"));
    assert_int_equal(call_in(fs_dir_entries, "none"), PRL_ERR_DIRECTORY_DOES_NOT_EXIST);
    assert_non_null(err_peek()->param[0]);
    assert_int_equal(call_in(fs_dir_entries, "file.txt"), PRL_ERR_DIRECTORY_DOES_NOT_EXIST);
    assert_int_equal(call(fs_disk_list, NULL), PRL_ERR_SUCCESS);
    assert_non_null(strstr(result, "<Name>/</Name>"));
}

static void
fs__names_xml_cannot_carry__are_left_out(void **state)
{
    AUTO(cleanup_free) char *bad = in("dir/\xFF\x01");

    (void)state;
    assert_int_equal(path_write_durable(bad, "", 0), 0);
    assert_int_equal(call_in(fs_dir_entries, "dir"), PRL_ERR_SUCCESS);
    assert_null(strstr(result, "FsElement"));
}

static void
fs__directories__are_made_and_removed(void **state)
{
    (void)state;
    assert_int_equal(call_in(fs_create_dir, "new"), PRL_ERR_SUCCESS);
    assert_true(is_there("new"));
    assert_int_equal(call_in(fs_create_dir, "new"), PRL_ERR_TARGET_NAME_ALREADY_OCCUPIED);
    assert_int_equal(call_in(fs_create_dir, "a/b/c"), PRL_ERR_MAKE_DIRECTORY);
    assert_int_equal(call_in(fs_create_dir, "new/x"), PRL_ERR_SUCCESS);
    assert_int_equal(call_in(fs_remove_entry, "new"), PRL_ERR_CANT_REMOVE_DIR_ENTRY); /* not empty */
    assert_int_equal(call_in(fs_remove_entry, "new/x"), PRL_ERR_SUCCESS);
    assert_int_equal(call_in(fs_remove_entry, "new"), PRL_ERR_SUCCESS);
    assert_int_equal(call_in(fs_remove_entry, "new"), PRL_ERR_ENTRY_DOES_NOT_EXIST);
    assert_int_equal(call_in(fs_remove_entry, "file.txt"), PRL_ERR_SUCCESS);
    assert_false(is_there("file.txt"));
}

static void
fs__renaming__replaces_nothing(void **state)
{
    (void)state;
    assert_int_equal(call_in(fs_create_dir, "dir2"), PRL_ERR_SUCCESS);
    assert_int_equal(call_rename("dir", "dir2"), PRL_ERR_ENTRY_DIR_ALREADY_EXISTS);
    assert_int_equal(call_rename("file.txt", "dir"), PRL_ERR_ENTRY_ALREADY_EXISTS);
    assert_int_equal(call_rename("none", "x"), PRL_ERR_ENTRY_DOES_NOT_EXIST);
    assert_int_equal(call_rename("file.txt", "none/x"), PRL_ERR_CANT_RENAME_ENTRY);
    assert_int_equal(call_rename("file.txt", "other.txt"), PRL_ERR_SUCCESS);
    assert_true(is_there("other.txt") && !is_there("file.txt"));
}

static PRL_RESULT
generate(const char *dir, const char *prefix, const char *suffix)
{
    args[0].name = "dir";
    args[0].value = dir;
    args[1].name = "prefix";
    args[1].value = prefix;
    args[2].name = "suffix";
    args[2].value = suffix;
    args[3].name = "delimiter";
    args[3].value = "-";
    return fs_generate_name(NULL);
}

static void
fs__generated_names__are_the_first_free_ones(void **state)
{
    AUTO(cleanup_free) char *none = in("none");

    (void)state;
    assert_int_equal(generate(home, "disk", ".hdd"), PRL_ERR_SUCCESS);
    assert_string_equal(result, "disk.hdd");
    assert_int_equal(generate(home, "file", ".txt"), PRL_ERR_SUCCESS);
    assert_string_equal(result, "file-1.txt");
    assert_int_equal(generate(home, "../x", ""), PRL_ERR_BAD_PARAMETERS);
    assert_int_equal(generate(none, "x", ""), PRL_ERR_DIRECTORY_DOES_NOT_EXIST);
}

static void
fs__free_space__is_a_number_of_bytes(void **state)
{
    char *end;

    (void)state;
    assert_int_equal(call(fs_free_space, home), PRL_ERR_SUCCESS);
    assert_true(strtoull(result, &end, 10) > 0);
    assert_string_equal(end, "");
    assert_int_equal(call_in(fs_free_space, "none"), PRL_ERR_INCORRECT_PATH);
}

static void
fs__can_create__looks_at_the_directory(void **state)
{
    (void)state;
    assert_int_equal(call_in(fs_can_create_file, "x"), PRL_ERR_SUCCESS);
    assert_int_equal(call_in(fs_can_create_file, "dir"), PRL_ERR_SUCCESS);
    assert_int_equal(call_in(fs_can_create_file, "none/x"), PRL_ERR_DIRECTORY_DOES_NOT_EXIST);
    if (geteuid() != 0)
        assert_int_equal(call(fs_can_create_file, "/proc/x"), PRL_ERR_ACCESS_DENIED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fs__hostile_paths__are_refused_by_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__a_listing__has_parent_and_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__names_xml_cannot_carry__are_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__directories__are_made_and_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__renaming__replaces_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__generated_names__are_the_first_free_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__free_space__is_a_number_of_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fs__can_create__looks_at_the_directory, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
