/* SPDX-License-Identifier: MIT */
/* What a cut leaves of the registry and of homes on their way: lines that are whole count, and directories are where the registry says. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "temp_dir.h"
#include "vm/home_sweep.h"
#include "vm/registry_file.h"
#include "wire/frame.h"

#define BARE_A "aaaaaaaa-0000-4000-8000-000000000001"
#define BARE_B "bbbbbbbb-0000-4000-8000-000000000002"
#define UUID_A "{" BARE_A "}"
#define UUID_B "{" BARE_B "}"
#define TASK "11111111-0000-4000-8000-000000000003"

static json_t *
entry(const char *uuid, const char *name)
{
    AUTO(cleanup_free) char *vms = temp_path("vms");
    AUTO(cleanup_free) char *home = str_printf("%s/%.36s", vms, uuid + 1);

    return json_pack("{s:s, s:s, s:s}", "uuid", uuid, "name", name, "home", home);
}

static void
put_all(json_t *entries)
{
    assert_int_equal(registry_file_write(temp_dir, entries), PRL_ERR_SUCCESS);
    json_decref(entries);
}

static void
append(const char *set, const char *name, const char *gone)
{
    AUTO_STR lines = STR_INIT;

    if (set)
        assert_true(registry_line_set(&lines, entry(set, name)));
    if (gone)
        assert_true(registry_line_gone(&lines, gone));
    assert_int_equal(registry_file_append(temp_dir, lines.p, lines.len), PRL_ERR_SUCCESS);
}

/* Names of what is read now, in order: "one two ". */
static char *
read_names(void)
{
    AUTO(json_decref) json_t *entries = NULL;
    struct str names = STR_INIT;
    json_t *e;
    size_t i;

    assert_int_equal(registry_file_read(temp_dir, &entries), PRL_ERR_SUCCESS);
    json_array_foreach(entries, i, e)
        str_addf(&names, "%s ", json_string_value(json_object_get(e, "name")));
    return str_take(&names);
}

static void
assert_names(const char *expected)
{
    AUTO(cleanup_free) char *names = read_names();

    assert_string_equal(names, expected);
}

static void
append__lines__are_applied_in_their_order(void **state)
{
    assert_names("");
    put_all(json_pack("[o]", entry(UUID_A, "one")));
    append(UUID_B, "two", NULL);
    append(UUID_A, "first", NULL);
    assert_names("first two ");
    assert_true(registry_file_is_due()); /* a log that another service has left */
    put_all(json_pack("[o, o]", entry(UUID_A, "first"), entry(UUID_B, "two")));
    assert_false(registry_file_is_due());
    append(NULL, NULL, UUID_A);
    assert_names("two ");
}

static void
read__a_line_that_was_cut__is_left_out(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vms.log");
    AUTO(cleanup_free) char *whole = NULL;
    size_t len, first;

    put_all(json_pack("[]"));
    append(UUID_A, "one", NULL);
    assert_int_equal(path_read(path, 1 << 20, &whole, &len), 0);
    first = len;
    append(UUID_B, "two", UUID_A);
    free(whole);
    assert_int_equal(path_read(path, 1 << 20, &whole, &len), 0);
    for (size_t cut = len; cut >= first; cut--) {
        const char *last = memrchr(whole, '\n', len - 1);

        assert_int_equal(truncate(path, (off_t)cut), 0);
        assert_names(cut == len ? "two " : cut > (size_t)(last - whole) ? "one two " : "one ");
    }
    put_text(path, "{\"log\":"); /* not even its first line */
    assert_names("");
}

static void
read__a_log_of_an_older_file__does_not_count(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vms.log");
    AUTO(cleanup_free) char *old = NULL;

    put_all(json_pack("[]"));
    append(UUID_A, "one", NULL);
    assert_int_equal(path_read(path, 1 << 20, &old, NULL), 0);
    put_all(json_pack("[o]", entry(UUID_B, "two")));
    assert_false(path_exists(path));
    put_text(path, old); /* its removal was lost */
    assert_names("two ");
}

static void
append__that_fails__asks_for_the_whole(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vms.log");

    put_all(json_pack("[]"));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(registry_file_append(temp_dir, "{}\n", 3), PRL_ERR_SAVE_VM_CONFIG);
    assert_true(registry_file_is_due());
    assert_int_equal(rmdir(path), 0);
    put_all(json_pack("[o]", entry(UUID_A, "one")));
    assert_false(registry_file_is_due());
    assert_names("one ");
}

/* The file stays open from line to line. */
static void
append__to_a_log_that_was_taken_away__asks_for_the_whole(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vms.log");

    put_all(json_pack("[]"));
    append(UUID_A, "one", NULL);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(registry_file_append(temp_dir, "{}\n", 3), PRL_ERR_SAVE_VM_CONFIG);
    assert_true(registry_file_is_due());
    put_all(json_pack("[o,o]", entry(UUID_A, "one"), entry(UUID_B, "two")));
    append(UUID_A, "three", NULL);
    assert_names("three two ");
}

/* ---- homes ---- */

static void
make(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);
    AUTO(cleanup_free) char *file = path_join(path, "disk");

    assert_int_equal(path_make_dirs(path, 0700), 0);
    put_text(file, "x");
}

static bool
is_there(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return path_exists(path);
}

static void
sweep(json_t *entries)
{
    home_sweep(temp_dir, entries);
    json_decref(entries);
}

static void
sweep__a_new_home__gets_its_name_if_the_registry_has_it(void **state)
{
    make("vms/." BARE_A ".new-" TASK);
    make("vms/." BARE_B ".new-" TASK);
    sweep(json_pack("[o]", entry(UUID_A, "one")));
    assert_true(is_there("vms/" BARE_A "/disk"));
    assert_false(is_there("vms/." BARE_A ".new-" TASK));
    assert_false(is_there("vms/." BARE_B ".new-" TASK));
    assert_false(is_there("vms/" BARE_B));
}

static void
sweep__a_home_in_the_trash__comes_back_if_the_registry_has_it(void **state)
{
    make("trash/" BARE_A "." TASK);
    make("trash/" BARE_B "." TASK);
    make("vms/none");
    sweep(json_pack("[o]", entry(UUID_A, "one")));
    assert_true(is_there("vms/" BARE_A "/disk"));
    assert_false(is_there("trash/" BARE_A "." TASK));
    assert_false(is_there("trash/" BARE_B "." TASK));
}

static void
sweep__a_name_in_use__is_not_taken_from_who_has_it(void **state)
{
    make("vms/" BARE_A);
    make("trash/" BARE_A "." TASK);
    sweep(json_pack("[o]", entry(UUID_A, "one")));
    assert_true(is_there("vms/" BARE_A "/disk"));
    assert_false(is_there("trash/" BARE_A "." TASK)); /* an earlier one of that name, whose removal was cut */
}

static void
sweep__what_has_a_journal_entry_or_another_name__stays(void **state)
{
    AUTO(cleanup_free) char *journal = NULL;

    make("journal");
    journal = temp_path("journal/" TASK ".json");
    put_text(journal, "{}");
    make("vms/." BARE_A ".new-" TASK);
    make("vms/.mine");
    make("vms/" BARE_B);
    make("trash/mine");
    sweep(json_array());
    assert_true(is_there("vms/." BARE_A ".new-" TASK));
    assert_true(is_there("vms/.mine"));
    assert_true(is_there("vms/" BARE_B "/disk"));
    assert_true(is_there("trash/mine"));
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, temp_dir_up, temp_dir_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(append__lines__are_applied_in_their_order),
        IN_DIR(read__a_line_that_was_cut__is_left_out),
        IN_DIR(read__a_log_of_an_older_file__does_not_count),
        IN_DIR(append__that_fails__asks_for_the_whole),
        IN_DIR(append__to_a_log_that_was_taken_away__asks_for_the_whole),
        IN_DIR(sweep__a_new_home__gets_its_name_if_the_registry_has_it),
        IN_DIR(sweep__a_home_in_the_trash__comes_back_if_the_registry_has_it),
        IN_DIR(sweep__a_name_in_use__is_not_taken_from_who_has_it),
        IN_DIR(sweep__what_has_a_journal_entry_or_another_name__stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
