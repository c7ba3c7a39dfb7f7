/* SPDX-License-Identifier: MIT */
/* image/bundle: creation, opening with every check, reads and writes over storages and chains, locks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "bundle_fixture.h"
#include "image/file_io.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fast_dir_up, temp_dir_down)

/* ---- creation ---- */

static void
create__of_an_expanding_disk__makes_what_the_products_read(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("sub/dir/win.hdd", 256);
    AUTO(cleanup_free) char *lower = temp_path("sub/dir");
    AUTO(bundle_free) struct bundle *b = opened(path, 0);
    const struct descriptor *d = bundle_descriptor(b);
    const char *file = d->storages[0].images[0].file;

    assert_int_equal(bundle_size(b), 256 * BLOCK);
    assert_string_equal(d->name, "win");
    assert_string_equal(d->active, DESCRIPTOR_ACTIVE);
    assert_string_not_equal(d->uid, UUID_NIL);
    assert_int_equal(d->n_shots, 1);
    assert_false(d->storages[0].images[0].is_plain);
    assert_int_equal(strncmp(file, "win.hdd.0.{", 11), 0);
    assert_string_equal(file + strlen(file) - 5, "}.hds");
    assert_int_equal(count_files(lower, "") , 1);
    assert_block(b, 255, 0);
}

static void
create__of_a_plain_disk__allocates_it(void **state)
{
    const struct bundle_new args = { .size_sectors = 4096, .is_plain = true, .uid = S1, .name = "data" };
    AUTO(cleanup_free) char *path = temp_path("plain.hdd");
    AUTO(cleanup_free) char *file = NULL;
    AUTO(bundle_free) struct bundle *b = NULL;
    struct stat st;

    ASSERT_OK(bundle_create(path, &args, NULL));
    file = file_of(path, 0, NULL);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_size, 4096 * 512);
    assert_true(st.st_blocks >= 4096);
    b = opened(path, BUNDLE_WRITE);
    assert_string_equal(bundle_descriptor(b)->uid, S1);
    assert_string_equal(bundle_descriptor(b)->name, "data");
    assert_true(bundle_descriptor(b)->storages[0].images[0].is_plain);
    put_block(b, 3, 7);
    assert_block(b, 3, 7);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
create__preallocated__says_so_and_reads_zeros(void **state)
{
    const struct bundle_new args = { .size_sectors = 4096, .is_preallocated = true, .cluster_sectors = 64 };
    AUTO(cleanup_free) char *path = temp_path("p.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;

    ASSERT_OK(bundle_create(path, &args, NULL));
    b = opened(path, 0);
    assert_true(bundle_descriptor(b)->storages[0].is_preallocated);
    assert_int_equal(hds_allocated_bytes(chain_image(bundle_chain(b, 0), 0)), 4096 * 512);
    assert_block(b, 100, 0);
}

static void
create__with_bad_arguments__says_which(void **state)
{
    static const uint64_t falling[] = { 100, 50, 200 }, equal[] = { 100, 100, 200 }, short_[] = { 100, 150 };
    const struct {
        struct bundle_new args;
        PRL_RESULT want;
    } rows[] = {
        { { .size_sectors = 0 }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = UINT64_MAX }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .cluster_sectors = 7 }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { .size_sectors = 200, .cluster_sectors = 4 }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { .size_sectors = 200, .cluster_sectors = 63 }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { .size_sectors = 200, .cluster_sectors = 1u << 23 }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { .size_sectors = 200, .part_ends = falling, .n_parts = 3 }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .part_ends = equal, .n_parts = 3 }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .part_ends = short_, .n_parts = 2 }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .part_ends = short_, .n_parts = 0 }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .uid = "7" }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = 200, .name = "\x01" }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { .size_sectors = UINT64_C(1) << 50, .is_plain = true }, PRL_ERR_DISK_INSUFFICIENT_SPACE },
        { { .size_sectors = UINT64_C(1) << 38, .is_preallocated = true }, PRL_ERR_DISK_INSUFFICIENT_SPACE },
    };
    AUTO(cleanup_free) char *path = temp_path("new/deep/x.hdd");

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ASSERT_FAILS(bundle_create(path, &rows[i].args, NULL), rows[i].want);
        assert_int_equal(count_files(temp_dir, ""), 0); /* nor any of the parents */
    }
}

static void
create__where_something_is__leaves_it(void **state)
{
    const struct bundle_new args = { .size_sectors = 2048 };
    AUTO(cleanup_free) char *path = temp_path("x.hdd");
    AUTO(cleanup_free) char *below = temp_path("x.hdd/y.hdd");

    put_text(path, "mine");
    ASSERT_FAILS(bundle_create(path, &args, NULL), PRL_ERR_DISK_FILE_EXISTS);
    ASSERT_FAILS(bundle_create(below, &args, NULL), PRL_ERR_DISK_DIR_CREATE_ERROR);
    ASSERT_FAILS(bundle_create("", &args, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(count_files(temp_dir, ""), 1);
}

struct cancel {
    int calls, last, at;
};

static bool
count_and_cancel(void *arg, int permille)
{
    struct cancel *c = arg;

    assert_true(permille >= c->last && permille <= 1000);
    c->last = permille;
    return ++c->calls != c->at;
}

static void
create__cancelled_anywhere__leaves_nothing(void **state)
{
    static const uint64_t ends[] = { 4096, 8192, 12288 };
    AUTO(cleanup_free) char *path = temp_path("a/b/x.hdd");
    int last = 0;

    for (int at = 1; !last; at++) {
        struct cancel c = { .at = at };
        const struct image_watch watch = { count_and_cancel, &c };
        const struct bundle_new args = { .size_sectors = 12288, .is_plain = at % 2, .part_ends = ends, .n_parts = 3 };
        PRL_RESULT r = bundle_create(path, &args, &watch);

        if (c.calls < at) {
            ASSERT_OK(r);
            last = at;
        } else {
            assert_int_equal(r, PRL_ERR_DISK_USER_INTERRUPTED);
            assert_int_equal(count_files(temp_dir, ""), 0);
        }
    }
    assert_true(last > 3);
}

static void
create__with_a_strange_name__still_works(void **state)
{
    static const char *const names[] = { "plain name", "\xc3\xa4\xc3\xb6.hdd", ".hdd", "bad\xffutf8.hdd", "line\nfeed", "trailing.hdd/", "a&<b>\".hdd" };
    char longest[240];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO(cleanup_free) char *path = new_bundle(names[i], 4);
        AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

        ASSERT_OK(bundle_snapshot_create(b, S1));
        ASSERT_OK(bundle_close(TAKE(b)));
    }
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    free(new_bundle(longest, 4));
}

/* ---- opening ---- */

static void
open__by_either_path__is_the_same_disk(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *file = path_join(path, DESCRIPTOR_FILE);
    AUTO(cleanup_free) char *nowhere = temp_path("nowhere");
    AUTO(cleanup_free) char *empty = temp_path("empty");
    AUTO(bundle_free) struct bundle *b = opened(file, 0);
    struct bundle *none = NULL;

    assert_int_equal(bundle_size(b), 4 * BLOCK);
    ASSERT_FAILS(bundle_open(nowhere, 0, &none), PRL_ERR_FILE_NOT_FOUND);
    assert_int_equal(mkdir(empty, 0700), 0);
    ASSERT_FAILS(bundle_open(empty, 0, &none), PRL_ERR_DISK_XML_MISSING);
    ASSERT_FAILS(bundle_open("/dev/null", 0, &none), PRL_ERR_DISK_FILE_OPEN_ERROR);
}

static void
open__descriptor_only__reads_no_data(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *file = file_of(path, 0, NULL);
    AUTO(bundle_free) struct bundle *b = NULL;
    char buf[512];

    assert_int_equal(unlink(file), 0);
    b = opened(path, BUNDLE_DESCRIPTOR_ONLY);
    ASSERT_FAILS(bundle_read(b, buf, 512, 0), PRL_ERR_DISK_DISK_NOT_OPENED);
    ASSERT_FAILS(bundle_flush(b), PRL_ERR_DISK_DISK_NOT_OPENED);
    assert_null(bundle_chain(b, 0));
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
open__of_a_path_that_leaves__is_refused_unless_allowed(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *file = file_of(path, 0, NULL);
    AUTO(cleanup_free) char *outside = temp_path("outside.hds");
    AUTO(cleanup_free) char *out_dir = temp_path("out");
    AUTO(cleanup_free) char *link = path_join(path, "sub");
    struct bundle *b = NULL;

    assert_int_equal(rename(file, outside), 0);
    edit_descriptor(path, name_in(file), "../outside.hds");
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_NOT_PERMITTED);
    b = opened(path, BUNDLE_ALLOW_EXTERNAL);
    ASSERT_OK(bundle_close(TAKE(b)));
    ASSERT_FAILS(bundle_open(path, BUNDLE_ALLOW_EXTERNAL | BUNDLE_WRITE, &b), PRL_ERR_DISK_NOT_PERMITTED);
    edit_descriptor(path, "../outside.hds", outside);
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_NOT_PERMITTED);
    b = opened(path, BUNDLE_ALLOW_EXTERNAL);
    ASSERT_OK(bundle_close(TAKE(b)));
    edit_descriptor(path, outside, "a/../../outside.hds");
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_NOT_PERMITTED);

    /* Neither by a link on the way nor by one at its end. */
    assert_int_equal(mkdir(out_dir, 0700), 0);
    assert_int_equal(symlink("../out", link), 0);
    edit_descriptor(path, "a/../../outside.hds", "sub/i.hds");
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(symlink("../outside.hds", link), 0);
    edit_descriptor(path, "sub/i.hds", "sub");
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(unlink(link), 0);

    /* A directory of the bundle's own is fine. */
    assert_int_equal(mkdir(link, 0700), 0);
    {
        AUTO(cleanup_free) char *inside = path_join(link, "i.hds");

        assert_int_equal(rename(outside, inside), 0);
    }
    edit_descriptor(path, "<File>sub<", "<File>./sub//i.hds<");
    b = opened(path, BUNDLE_WRITE);
    put_block(b, 1, 5);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    assert_block(b, 1, 5);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
open__of_what_is_no_file__never_blocks(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *file = file_of(path, 0, NULL);
    AUTO(cleanup_free) char *lock = path_join(path, DESCRIPTOR_LOCK);
    struct bundle *b = NULL;

    assert_int_equal(unlink(file), 0);
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(mkfifo(file, 0600), 0);
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    edit_descriptor(path, "Compressed", "Plain");
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    edit_descriptor(path, name_in(file), "/dev/zero");
    ASSERT_FAILS(bundle_open(path, BUNDLE_ALLOW_EXTERNAL, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
    unlink(lock);
    assert_int_equal(mkfifo(lock, 0600), 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_FILE_OPEN_ERROR);
}

static void
open__of_one_file_under_two_names__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *active = NULL, *other = NULL, *descriptor = path_join(path, DESCRIPTOR_FILE);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    struct bundle *none = NULL;

    ASSERT_OK(bundle_snapshot_create(b, S1));
    ASSERT_OK(bundle_snapshot_create(b, S2));
    ASSERT_OK(bundle_snapshot_switch(b, S1, false)); /* S2 is on a side branch, of which nothing else would be opened */
    ASSERT_OK(bundle_close(TAKE(b)));
    active = file_of(path, 0, NULL);
    other = file_of(path, 0, S2);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(link(active, other), 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &none), PRL_ERR_DISK_IMAGES_CORRUPTED);
    ASSERT_FAILS(bundle_open(path, 0, &none), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(link(descriptor, other), 0);
    ASSERT_FAILS(bundle_open(path, 0, &none), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(unlink(other), 0);
    b = opened(path, BUNDLE_WRITE); /* what is missing on a side branch keeps nobody out */
}

static void
open__of_what_differs_from_its_images__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 16);
    struct bundle *b = NULL;

    edit_descriptor(path, "<Blocksize>8<", "<Blocksize>16<");
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_INVALID_BLOCKSIZE);
    edit_descriptor(path, "<Blocksize>16<", "<Blocksize>8<");
    edit_descriptor(path, "<Disk_size>128<", "<Disk_size>256<");
    edit_descriptor(path, "<End>128<", "<End>256<");
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_SMALL_IMAGE_SIZE);
    b = opened(path, 0);
    assert_block(b, 31, 0);
    ASSERT_OK(bundle_close(TAKE(b)));
    edit_descriptor(path, "<Disk_size>256<", "<Disk_size>64<");
    edit_descriptor(path, "<End>256<", "<End>64<");
    b = opened(path, BUNDLE_WRITE); /* a longer image is one whose disk was made smaller */
    put_block(b, 7, 1);
    ASSERT_OK(bundle_close(TAKE(b)));
    edit_descriptor(path, "Compressed", "Plain");
    b = opened(path, 0);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
open__with_other_sectors__is_for_reading(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    struct bundle *b = NULL;

    edit_descriptor(path, "<LogicSectorSize>512<", "<LogicSectorSize>4096<");
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    b = opened(path, 0);
    assert_block(b, 1, 0);
    ASSERT_FAILS(bundle_write(b, "", 1, 0), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    ASSERT_FAILS(bundle_snapshot_create(b, S1), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    ASSERT_FAILS(bundle_snapshot_delete(b, S1, true, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
open__from_a_backup__is_for_reading_until_repaired(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(cleanup_free) char *file = path_join(path, DESCRIPTOR_FILE);
    AUTO(cleanup_free) char *backup = path_join(path, DESCRIPTOR_BACKUP);
    struct bundle_report report;
    struct bundle *b = NULL;

    assert_int_equal(rename(file, backup), 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_XML_MISSING);
    put_text(file, "<half");
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_XML_INVALID);
    b = opened(path, 0);
    assert_true(bundle_descriptor(b)->is_from_backup);
    ASSERT_OK(bundle_close(TAKE(b)));
    ASSERT_OK(bundle_check(path, false, NULL, NULL, &report));
    assert_true(report.descriptor_from_backup);
    assert_int_equal(report.corruptions, 1);
    assert_int_equal(report.repaired, 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_XML_INVALID);
    ASSERT_OK(bundle_check(path, true, NULL, NULL, &report));
    assert_int_equal(report.repaired, 1);
    b = opened(path, BUNDLE_WRITE);
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* ---- reading and writing ---- */

static void
ranges__beyond_the_disk__are_refused(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    struct image_run run;
    char buf[1024] = "";
    int depth;

    ASSERT_OK(bundle_read(b, buf, 512, 4 * BLOCK - 512));
    ASSERT_OK(bundle_read(b, buf, 0, 4 * BLOCK));
    ASSERT_FAILS(bundle_read(b, buf, 1024, 4 * BLOCK - 512), PRL_ERR_DISK_READ_OUT_DISK);
    ASSERT_FAILS(bundle_read(b, buf, 1, UINT64_MAX), PRL_ERR_DISK_READ_OUT_DISK);
    ASSERT_FAILS(bundle_write(b, buf, 1024, 4 * BLOCK - 512), PRL_ERR_DISK_WRITE_OUT_DISK);
    ASSERT_FAILS(bundle_write(b, buf, SIZE_MAX, 512), PRL_ERR_DISK_WRITE_OUT_DISK);
    ASSERT_FAILS(bundle_map(b, 4 * BLOCK, 1, &run, &depth), PRL_ERR_DISK_READ_OUT_DISK);
    ASSERT_FAILS(bundle_map(b, 0, 0, &run, &depth), PRL_ERR_INVALID_ARG);
    assert_block(b, 3, 0);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
split__of_three__reads_and_writes_over_its_borders(void **state)
{
    static const uint64_t ends[] = { 1000, 2008, 5000 }; /* no multiples of a cluster */
    const size_t size = 5000 * 512;
    AUTO(cleanup_free) unsigned char *model = calloc(1, size), *back = malloc(size);
    AUTO(cleanup_free) char *path = temp_path("split.hdd");
    unsigned seed = 7;

    for (int is_plain = 0; is_plain < 2; is_plain++) {
        const struct bundle_new args = { .size_sectors = 5000, .cluster_sectors = 16, .part_ends = ends, .n_parts = 3, .is_plain = is_plain };
        AUTO(bundle_free) struct bundle *b = NULL;
        uint64_t offset = 0;

        memset(model, 0, size);
        ASSERT_OK(bundle_create(path, &args, NULL));
        b = opened(path, BUNDLE_WRITE);
        assert_int_equal(bundle_descriptor(b)->n_storages, 3);
        for (int i = 0; i < 300; i++) {
            size_t at = rand_r(&seed) % size, n = rand_r(&seed) % 200000;

            if (i % 3 == 0) /* about a border */
                at = (size_t)ends[i % 2] * 512 - rand_r(&seed) % 30000;
            n = n < size - at ? n : size - at;
            for (size_t k = 0; k < n; k++)
                model[at + k] = (unsigned char)(rand_r(&seed) >> 7);
            ASSERT_OK(bundle_write(b, model + at, n, at));
            if (i == 150)
                ASSERT_OK(bundle_snapshot_create(b, S1));
        }
        ASSERT_OK(bundle_read(b, back, size, 0));
        assert_memory_equal(back, model, size);
        while (offset < size) { /* runs add up and end at borders */
            struct image_run run;
            int depth;

            ASSERT_OK(bundle_map(b, offset, size - offset, &run, &depth));
            assert_true(run.length > 0);
            for (int k = 0; k < 2; k++)
                assert_true(offset >= ends[k] * 512 || offset + run.length <= ends[k] * 512);
            offset += run.length;
        }
        ASSERT_OK(bundle_close(TAKE(b)));
        b = opened(path, 0);
        ASSERT_OK(bundle_read(b, back, size, 0));
        assert_memory_equal(back, model, size);
        bundle_free(TAKE(b));
        assert_int_equal(path_remove_tree(path), 0);
    }
}

static void
chain__of_a_plain_root_and_overlays__reads_through(void **state)
{
    const struct bundle_new args = { .size_sectors = 64 * 8, .cluster_sectors = CLUSTER_SECTORS, .is_plain = true };
    AUTO(cleanup_free) char *path = temp_path("x.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;

    ASSERT_OK(bundle_create(path, &args, NULL));
    b = opened(path, BUNDLE_WRITE);
    for (uint32_t i = 0; i < 64; i++)
        put_block(b, i, 100 + i);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 1, 201);
    put_block(b, 2, 0); /* zeros over the parent's data */
    ASSERT_OK(bundle_write(b, "partial", 7, 3 * BLOCK + 100));
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 1, 301);
    for (int round = 0; round < 2; round++) {
        unsigned char got[BLOCK], want[BLOCK];

        assert_block(b, 0, 100);
        assert_block(b, 1, 301);
        assert_block(b, 2, 0);
        fill_block(want, 103);
        memcpy(want + 100, "partial", 7);
        ASSERT_OK(bundle_read(b, got, BLOCK, 3 * BLOCK));
        assert_memory_equal(got, want, BLOCK);
        assert_block(b, 63, 163);
        ASSERT_OK(bundle_close(TAKE(b)));
        b = opened(path, round ? 0 : BUNDLE_WRITE);
    }
    bundle_free(TAKE(b));
    b = opened_at(path, S2);
    assert_block(b, 1, 201);
    bundle_free(TAKE(b));
    b = opened_at(path, S1);
    assert_block(b, 1, 101);
    assert_block(b, 2, 102);
}

static void
chain__with_a_parent_that_ends_before__reads_zeros_there(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 7, 7);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    ASSERT_OK(hds_resize(chain_image(bundle_chain(b, 0), 0), 16 * 8));
    ASSERT_OK(bundle_close(TAKE(b)));
    edit_descriptor(path, "<Disk_size>64<", "<Disk_size>128<");
    edit_descriptor(path, "<End>64<", "<End>128<");
    b = opened(path, BUNDLE_WRITE);
    assert_block(b, 7, 7);
    assert_block(b, 8, 0);
    ASSERT_OK(bundle_write(b, "x", 1, 9 * BLOCK));
    put_block(b, 15, 15);
    ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL)); /* merged up: the parent is too short */
    assert_block(b, 7, 7);
    assert_block(b, 15, 15);
    assert_block(b, 8, 0);
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* ---- locks ---- */

static void
locks__of_a_writer__keep_everybody_out_who_must(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(bundle_free) struct bundle *writer = opened(path, BUNDLE_WRITE), *reader = NULL, *other = NULL;

    ASSERT_OK(bundle_snapshot_create(writer, S1));
    put_block(writer, 0, 1);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &other), PRL_ERR_DISK_SHARING_VIOLATION);
    ASSERT_FAILS(bundle_open(path, 0, &other), PRL_ERR_DISK_SHARING_VIOLATION);
    reader = opened(path, BUNDLE_SHARE_WRITERS);
    bundle_free(TAKE(reader));
    reader = opened(path, BUNDLE_DESCRIPTOR_ONLY);
    bundle_free(TAKE(reader));
    reader = opened_at(path, S1); /* nobody writes that */
    assert_block(reader, 0, 0);
    bundle_free(TAKE(reader));
    ASSERT_OK(bundle_close(TAKE(writer)));

    reader = opened(path, 0);
    other = opened(path, 0);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &writer), PRL_ERR_DISK_SHARING_VIOLATION);
    ASSERT_OK(bundle_close(TAKE(reader)));
    ASSERT_OK(bundle_close(TAKE(other)));
    writer = opened(path, BUNDLE_WRITE);
    assert_block(writer, 0, 1);
}

static void
locks__of_a_process_that_died__keep_nobody_out(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 4);
    AUTO(bundle_free) struct bundle *b = NULL;
    int ready[2], status;
    char byte;
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct bundle *theirs = NULL;
        unsigned char block[BLOCK];

        fill_block(block, 9);
        if (PRL_FAILED(bundle_open(path, BUNDLE_WRITE, &theirs)) || PRL_FAILED(bundle_write(theirs, block, BLOCK, 0)) || PRL_FAILED(bundle_flush(theirs)))
            _exit(1);
        if (write(ready[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    ASSERT_FAILS(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_SHARING_VIOLATION);
    ASSERT_FAILS(bundle_open(path, 0, &b), PRL_ERR_DISK_SHARING_VIOLATION);
    {
        struct bundle_report report;

        ASSERT_FAILS(bundle_check(path, true, NULL, NULL, &report), PRL_ERR_DISK_SHARING_VIOLATION);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    b = opened(path, BUNDLE_WRITE);
    assert_block(b, 0, 9);
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* ---- check ---- */

static void
collect(void *arg, const char *line)
{
    str_add(arg, line);
    str_add(arg, "\n");
}

static void
check__of_a_bundle__finds_what_is_wrong(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(cleanup_free) char *stray = path_join(path, "stray.hds");
    AUTO(cleanup_free) char *active = NULL, *below = NULL;
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    struct bundle_report report;
    AUTO_STR said = STR_INIT;

    put_block(b, 0, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 1, 1);
    ASSERT_OK(bundle_close(TAKE(b)));
    ASSERT_OK(bundle_check(path, false, collect, &said, &report));
    if (report.fatal || report.corruptions || report.warnings || report.is_unclean)
        fail_msg("%s", said.p);

    active = file_of(path, 0, NULL);
    below = file_of(path, 0, S1);
    put_text(stray, "not ours");
    ASSERT_OK(bundle_check(path, true, collect, &said, &report));
    assert_int_equal(report.warnings, 1);
    assert_non_null(strstr(said.p, "stray.hds"));
    assert_true(path_exists(stray));

    edit_descriptor(path, "<Blocksize>8<", "<Blocksize>64<");
    ASSERT_OK(bundle_check(path, false, collect, &said, &report));
    assert_int_equal(report.fatal, 2);
    edit_descriptor(path, "<Blocksize>64<", "<Blocksize>8<");
    assert_int_equal(truncate(below, 40), 0);
    assert_int_equal(unlink(active), 0);
    ASSERT_OK(bundle_check(path, false, collect, &said, &report));
    assert_true(report.fatal >= 2);
    edit_descriptor(path, "<Padding>0<", "<Padding>5<");
    ASSERT_OK(bundle_check(path, false, collect, &said, &report));
    assert_int_equal(report.fatal, 1);
    assert_non_null(strstr(said.p, "Padding"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(create__of_an_expanding_disk__makes_what_the_products_read),
        TEST(create__of_a_plain_disk__allocates_it),
        TEST(create__preallocated__says_so_and_reads_zeros),
        TEST(create__with_bad_arguments__says_which),
        TEST(create__where_something_is__leaves_it),
        TEST(create__cancelled_anywhere__leaves_nothing),
        TEST(create__with_a_strange_name__still_works),
        TEST(open__by_either_path__is_the_same_disk),
        TEST(open__descriptor_only__reads_no_data),
        TEST(open__of_a_path_that_leaves__is_refused_unless_allowed),
        TEST(open__of_what_is_no_file__never_blocks),
        TEST(open__of_one_file_under_two_names__is_refused),
        TEST(open__of_what_differs_from_its_images__is_refused),
        TEST(open__with_other_sectors__is_for_reading),
        TEST(open__from_a_backup__is_for_reading_until_repaired),
        TEST(ranges__beyond_the_disk__are_refused),
        TEST(split__of_three__reads_and_writes_over_its_borders),
        TEST(chain__of_a_plain_root_and_overlays__reads_through),
        TEST(chain__with_a_parent_that_ends_before__reads_zeros_there),
        TEST(locks__of_a_writer__keep_everybody_out_who_must),
        TEST(locks__of_a_process_that_died__keep_nobody_out),
        TEST(check__of_a_bundle__finds_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
