/* SPDX-License-Identifier: MIT */
/* image/bundle_linked: bundles that stand on others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bundle_fixture.h"
#include "image/bundle_linked.h"

#define BLOCKS 64

/* Blocks 0 and 1 are 10 and 11, block 1 and 2 are 21 and 22 above a snapshot. */
static char *
base_with_snapshot(void)
{
    char *path = new_bundle("base.hdd", BLOCKS);
    struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 0, 10);
    put_block(b, 1, 11);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 1, 21);
    put_block(b, 2, 22);
    ASSERT_OK(bundle_close(b));
    return path;
}

static void
assert_as_base(struct bundle *b)
{
    assert_block(b, 0, 10);
    assert_block(b, 1, 21);
    assert_block(b, 2, 22);
    assert_block(b, 3, 0);
}

static void
linked__written__leaves_its_base_alone(void **state)
{
    AUTO(cleanup_free) char *base = base_with_snapshot();
    AUTO(cleanup_free) char *dir = temp_path("elsewhere");
    AUTO(cleanup_free) char *far = path_join(dir, "far.hdd");
    AUTO(cleanup_free) char *near = temp_path("near.hdd");
    const char *const both[] = { near, far };

    (void)state;
    assert_int_equal(mkdir(dir, 0700), 0);
    ASSERT_OK(bundle_create_linked(near, base, true));
    ASSERT_OK(bundle_create_linked(far, base, false));
    for (int i = 0; i < 2; i++) {
        struct bundle *b = opened(both[i], BUNDLE_WRITE | BUNDLE_ALLOW_EXTERNAL);

        assert_as_base(b);
        assert_true(bundle_has_external(bundle_descriptor(b)));
        ASSERT_OK(bundle_close(b));
        assert_true(bundle_is_pristine(both[i]));
        b = opened(both[i], BUNDLE_WRITE | BUNDLE_ALLOW_EXTERNAL);
        put_block(b, 0, 30);
        ASSERT_OK(bundle_close(b));
        assert_false(bundle_is_pristine(both[i]));
        assert_true(bundle_stands_on(both[i], base));
        assert_false(bundle_stands_on(base, both[i]));
        b = opened(base, 0);
        assert_as_base(b);
        bundle_free(b);
    }
}

static void
linked__moved_with_its_neighbour__finds_it(void **state)
{
    AUTO(cleanup_free) char *base = base_with_snapshot();
    AUTO(cleanup_free) char *one = temp_path("one.hdd");
    AUTO(cleanup_free) char *two = temp_path("two.hdd");
    AUTO(cleanup_free) char *far_dir = temp_path("far");
    AUTO(cleanup_free) char *far = path_join(far_dir, "far.hdd");
    AUTO(cleanup_free) char *home = str_dup(temp_dir);
    AUTO(cleanup_free) char *moved = str_printf("%s-moved", temp_dir);
    AUTO(cleanup_free) char *moved_two = str_printf("%s-moved/two.hdd", temp_dir);
    struct bundle *b;

    (void)state;
    assert_int_equal(mkdir(far_dir, 0700), 0);
    ASSERT_OK(bundle_create_linked(one, base, true));
    ASSERT_OK(bundle_create_linked(two, one, true)); /* a chain of them */
    ASSERT_OK(bundle_create_linked(far, two, false)); /* and one that names all by where they are */
    b = opened(far, BUNDLE_ALLOW_EXTERNAL);
    assert_as_base(b);
    for (int i = 0; i < bundle_descriptor(b)->n_shots; i++)
        assert_null(strstr(descriptor_image(bundle_descriptor(b), 0, bundle_descriptor(b)->shots[i].guid)->file, ".."));
    bundle_free(b);
    assert_int_equal(rename(home, moved), 0);
    b = opened(moved_two, BUNDLE_WRITE | BUNDLE_ALLOW_EXTERNAL);
    assert_as_base(b);
    assert_int_equal(bundle_descriptor(b)->n_shots, 4);
    ASSERT_OK(bundle_close(b));
    assert_int_equal(rename(moved, home), 0);
}

static void
linked__split__has_an_image_of_its_own_for_each_part(void **state)
{
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    const uint64_t ends[] = { 128, 256, 512 };
    const struct bundle_new args = { .size_sectors = 512, .cluster_sectors = CLUSTER_SECTORS, .is_plain = true, .part_ends = ends, .n_parts = 3 };
    struct bundle *b;

    (void)state;
    ASSERT_OK(bundle_create(base, &args, NULL));
    b = opened(base, BUNDLE_WRITE);
    put_block(b, 20, 5);
    ASSERT_OK(bundle_close(b));
    ASSERT_OK(bundle_create_linked(top, base, true));
    assert_int_equal(count_files(top, ".hds"), 3);
    b = opened(top, BUNDLE_WRITE | BUNDLE_ALLOW_EXTERNAL);
    put_block(b, 40, 6);
    assert_block(b, 20, 5);
    assert_block(b, 40, 6);
    ASSERT_OK(bundle_close(b));
}

static void
external__outside_of_the_named_directories__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = base_with_snapshot();
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    AUTO(cleanup_free) char *link = temp_path("link.hdd");
    AUTO(cleanup_free) char *wrong = temp_path("base");
    char *dirs[] = { wrong, base, link };
    AUTO(bundle_free) struct bundle *b = NULL;

    (void)state;
    assert_int_equal(mkdir(wrong, 0700), 0);
    assert_int_equal(symlink(base, link), 0);
    ASSERT_OK(bundle_create_linked(top, base, true));
    b = opened(top, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL);
    ASSERT_FAILS(bundle_check_external(top, bundle_descriptor(b), NULL, 0), PRL_ERR_DISK_NOT_PERMITTED);
    ASSERT_FAILS(bundle_check_external(top, bundle_descriptor(b), dirs, 1), PRL_ERR_DISK_NOT_PERMITTED); /* the beginning of the name alone */
    ASSERT_OK(bundle_check_external(top, bundle_descriptor(b), dirs, 2));
    ASSERT_OK(bundle_check_external(top, bundle_descriptor(b), dirs + 2, 1)); /* by where it leads */
    assert_int_equal(bundle_open(top, 0, &(struct bundle *){ NULL }), PRL_ERR_DISK_NOT_PERMITTED);
}

static void
create__in_the_place_of_something__is_refused_and_leaves_it(void **state)
{
    AUTO(cleanup_free) char *base = base_with_snapshot();
    AUTO(cleanup_free) char *nowhere = temp_path("none/top.hdd");
    AUTO(cleanup_free) char *no_bundle = temp_path("none.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;

    (void)state;
    ASSERT_FAILS(bundle_create_linked(base, base, true), PRL_ERR_DISK_FILE_EXISTS);
    ASSERT_FAILS(bundle_create_linked(nowhere, base, false), PRL_ERR_DISK_DIR_CREATE_ERROR);
    ASSERT_FAILS(bundle_create_linked(top, no_bundle, true), PRL_ERR_FILE_NOT_FOUND);
    assert_false(path_exists(top));
    b = opened(base, 0);
    assert_as_base(b);
}

/* A name that leads out of the base by a way of its own could mean anything from elsewhere. */
static void
create__on_a_base_with_a_devious_name__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = new_bundle("base.hdd", BLOCKS);
    AUTO(cleanup_free) char *top = temp_path("top.hdd");

    (void)state;
    edit_descriptor(base, "<File>", "<File>a/../../");
    ASSERT_FAILS(bundle_create_linked(top, base, true), PRL_ERR_DISK_NOT_PERMITTED);
    assert_false(path_exists(top));
}

static void
create__on_as_many_as_there_may_be__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = new_bundle("base.hdd", BLOCKS);
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    struct bundle *b = opened(base, BUNDLE_WRITE);

    (void)state;
    for (int i = 1; i < BUNDLE_MAX_CHAIN; i++) {
        char guid[UUID_TEXT];

        uuid_make(guid);
        ASSERT_OK(bundle_snapshot_create(b, guid));
    }
    ASSERT_OK(bundle_close(b));
    ASSERT_FAILS(bundle_create_linked(top, base, true), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fast_dir_up, temp_dir_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(linked__written__leaves_its_base_alone),
        TEST(linked__moved_with_its_neighbour__finds_it),
        TEST(linked__split__has_an_image_of_its_own_for_each_part),
        TEST(external__outside_of_the_named_directories__is_refused),
        TEST(create__in_the_place_of_something__is_refused_and_leaves_it),
        TEST(create__on_a_base_with_a_devious_name__is_refused),
        TEST(create__on_as_many_as_there_may_be__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
