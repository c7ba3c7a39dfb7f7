/* SPDX-License-Identifier: MIT */
/* Chains are what the record and every header agree on; bases know their children. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "temp_dir.h"
#include "vm/image_file.h"
#include "vm/links.h"

#define VM_A "{aaaaaaaa-0000-4000-8000-000000000001}"

static int
up(void **state)
{
    AUTO(cleanup_free) char *one = NULL;
    AUTO(cleanup_free) char *two = NULL;

    temp_dir_up(state);
    one = temp_path("one");
    two = temp_path("two");
    assert_int_equal(mkdir(one, 0700), 0);
    assert_int_equal(mkdir(two, 0700), 0);
    assert_int_equal(links_load(temp_dir), PRL_ERR_SUCCESS);
    return 0;
}

static int
down(void **state)
{
    links_unload();
    return temp_dir_down(state);
}

static char *
make_base(const char *name)
{
    char *path = temp_path(name);

    assert_int_equal(image_create(path, 64), PRL_ERR_SUCCESS);
    return path;
}

static char *
make_overlay(const char *name, const char *base, const char *base_name)
{
    char *path = temp_path(name);

    assert_int_equal(image_overlay_create(path, base, base_name), PRL_ERR_SUCCESS);
    return path;
}

static void
chain__of_a_lone_image__is_that_image(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    char **chain = NULL;

    assert_int_equal(links_chain(base, &chain), PRL_ERR_SUCCESS);
    assert_string_equal(chain[0], base);
    assert_null(chain[1]);
    links_chain_free(chain);
}

static void
chain__recorded__goes_to_the_base_also_after_a_restart(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *mid = make_overlay("one/disk-1.hdd", base, "disk.hdd");
    AUTO(cleanup_free) char *top = make_overlay("two/disk.hdd", mid, mid);
    struct link add[] = { { mid, base, VM_A }, { top, mid, VM_A } };
    char **chain = NULL;

    assert_int_equal(links_add(add, 2), PRL_ERR_SUCCESS);
    links_unload();
    assert_int_equal(links_load(temp_dir), PRL_ERR_SUCCESS);
    assert_int_equal(links_chain(top, &chain), PRL_ERR_SUCCESS);
    assert_string_equal(chain[0], top);
    assert_string_equal(chain[1], mid);
    assert_string_equal(chain[2], base);
    assert_null(chain[3]);
    links_chain_free(chain);
}

static void
chain__backing_not_on_record__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *top = make_overlay("two/disk.hdd", base, base);
    char **chain = NULL;

    assert_int_equal(links_chain(top, &chain), PRL_ERR_DISK_NOT_PERMITTED);
    assert_non_null(strstr(err_peek()->details, "not on record"));
    assert_null(chain);
}

static void
chain__header_that_names_another_file__is_refused(void **state)
{
    static const char *const names[] = { "/etc/passwd", "../one/other.hdd", "json:{\"driver\":\"raw\"}", "nbd://host/x", "fat:/etc" };
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *other = make_base("one/other.hdd");
    char **chain = NULL;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO(cleanup_free) char *top = make_overlay("two/disk.hdd", base, names[i]);
        struct link add = { top, base, VM_A };

        assert_int_equal(links_add(&add, 1), PRL_ERR_SUCCESS);
        assert_int_equal(links_chain(top, &chain), PRL_ERR_DISK_NOT_PERMITTED);
        unlink(top);
    }
}

static void
chain__base_that_is_no_qcow2_any_more__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *top = make_overlay("two/disk.hdd", base, base);
    struct link add = { top, base, VM_A };
    char **chain = NULL;

    assert_int_equal(links_add(&add, 1), PRL_ERR_SUCCESS);
    put_text(base, "nothing");
    assert_int_equal(links_chain(top, &chain), PRL_ERR_DISK_NOT_PERMITTED);
    unlink(base);
    assert_int_equal(links_chain(top, &chain), PRL_ERR_FILE_NOT_FOUND);
}

static void
chain__in_a_circle__ends(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/a.hdd");
    AUTO(cleanup_free) char *b = make_overlay("one/b.hdd", base, "a.hdd");
    AUTO(cleanup_free) char *a = NULL;
    char **chain = NULL;

    unlink(base);
    AUTO(cleanup_free) char *tmp = make_base("one/tmp.hdd");
    a = make_overlay("one/a.hdd", tmp, "b.hdd");
    struct link add[] = { { a, b, VM_A }, { b, a, VM_A } };
    assert_int_equal(links_add(add, 2), PRL_ERR_SUCCESS);
    assert_int_equal(links_chain(a, &chain), PRL_ERR_DISK_NOT_PERMITTED);
}

static void
children__outside__are_named_and_those_inside_are_not(void **state)
{
    AUTO(cleanup_free) char *one = temp_path("one");
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *own = make_overlay("one/disk-1.hdd", base, "disk.hdd");
    AUTO(cleanup_free) char *child = temp_path("two/disk.hdd");
    AUTO(cleanup_free) char *names = NULL;
    struct link add[] = { { own, base, VM_A }, { child, base, VM_A } };

    assert_int_equal(links_add(add, 2), PRL_ERR_SUCCESS);
    assert_int_equal(links_children_outside(one, &names), PRL_ERR_SUCCESS);
    assert_null(names); /* the other one is not there */
    free(make_overlay("two/disk.hdd", base, base));
    assert_int_equal(links_children_count(base), 2);
    assert_int_equal(links_children_outside(one, &names), PRL_ERR_SUCCESS);
    assert_non_null(names);
    assert_non_null(strstr(names, child));
    assert_non_null(strstr(names, VM_A));
    assert_null(strstr(names, own));
}

static void
children__on_a_disk_that_is_not_mounted__count(void **state)
{
    AUTO(cleanup_free) char *one = temp_path("one");
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *child = temp_path("away/home/disk.hdd");
    AUTO(cleanup_free) char *names = NULL;
    struct link add = { child, base, VM_A };

    assert_int_equal(links_add(&add, 1), PRL_ERR_SUCCESS);
    assert_int_equal(links_children_outside(one, &names), PRL_ERR_SUCCESS);
    assert_non_null(names);
}

static void
remove__of_the_last_child__makes_the_base_writable_again(void **state)
{
    AUTO(cleanup_free) char *base = make_base("one/disk.hdd");
    AUTO(cleanup_free) char *first = make_overlay("two/a.hdd", base, base);
    AUTO(cleanup_free) char *second = make_overlay("two/b.hdd", base, base);
    AUTO(cleanup_free) char *two = temp_path("two");
    struct link add[] = { { first, base, VM_A }, { second, base, VM_A } };
    const char *gone[] = { first };

    assert_int_equal(chmod(base, 0400), 0);
    assert_int_equal(links_add(add, 2), PRL_ERR_SUCCESS);
    assert_int_equal(links_remove(gone, 1, NULL), PRL_ERR_SUCCESS);
    assert_int_equal(mode_of(base), 0400);
    assert_int_equal(links_remove(NULL, 0, two), PRL_ERR_SUCCESS);
    assert_int_equal(mode_of(base), 0600);
    assert_int_equal(links_children_count(base), 0);
}

static void
record__damaged__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("links.json");

    links_unload();
    put_text(path, "{\"links\":");
    assert_int_equal(links_load(temp_dir), PRL_ERR_FAILURE);
    put_text(path, "{\"links\":[{\"child\":\"x\",\"base\":\"/etc/../x\"},{},7]}");
    assert_int_equal(links_load(temp_dir), PRL_ERR_SUCCESS);
    assert_int_equal(links_children_count("/etc/../x"), 0);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(chain__of_a_lone_image__is_that_image),
        IN_DIR(chain__recorded__goes_to_the_base_also_after_a_restart),
        IN_DIR(chain__backing_not_on_record__is_refused),
        IN_DIR(chain__header_that_names_another_file__is_refused),
        IN_DIR(chain__base_that_is_no_qcow2_any_more__is_refused),
        IN_DIR(chain__in_a_circle__ends),
        IN_DIR(children__outside__are_named_and_those_inside_are_not),
        IN_DIR(children__on_a_disk_that_is_not_mounted__count),
        IN_DIR(remove__of_the_last_child__makes_the_base_writable_again),
        IN_DIR(record__damaged__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
