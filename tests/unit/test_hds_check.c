/* SPDX-License-Identifier: MIT */
/* image/hds_check: every kind of damage made by hand, found, and put right where it can be. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "temp_dir.h"
#include "hds_make.h"
#include "image_support.h"

#define CLUSTER 4096u
#define N 16u
#define FILE_CLUSTERS 10u

/* Sixteen clusters of 4 KiB, the data begin at the second cluster of the file, which has ten; each is filled with its number. */
static char *path;

static int
up(void **state)
{
    if (temp_dir_up(state))
        return -1;
    path = temp_path("a.hds");
    return 0;
}

static int
down(void **state)
{
    free(path);
    return temp_dir_down(state);
}

struct damage {
    const char *name;
    struct hds_make m;
    uint32_t entries[N];
    int64_t size_change;          /* of the file, bytes */
    unsigned corruptions, warnings, leaks, unclean;
    PRL_RESULT open_unclean;      /* what opening for writing says if it was not closed either */
    unsigned char after[N];       /* what the clusters hold after repair: the number of a file cluster, 0 zeros */
};
#define HEADER { false, 8, N, HDS_MAKE_CLEAN, 8, 0, N * 8, 0 }
#define FULL 1, 2, 3, 4, 5, 6, 7, 8, 9

static const struct damage rows[] = {
    { "none", HEADER, { FULL }, .after = { FULL } },
    { "unclean", { false, 8, N, HDS_MAKE_IN_USE, 8, 0, N * 8, 0 }, { FULL }, .unclean = 1, .after = { FULL } },
    { "sparse", HEADER, { [0] = 1, [1] = 2, [2] = 3, [5] = 0 }, .leaks = 6, .after = { 1, 2, 3 } },
    { "past the end", HEADER, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 50 }, .corruptions = 1, .open_unclean = PRL_ERR_DISK_INCORRECTLY_CLOSED,
      .after = { FULL, 0 } },
    { "far past the end", HEADER, { FULL, UINT32_MAX }, .corruptions = 1, .open_unclean = PRL_ERR_DISK_INCORRECTLY_CLOSED, .after = { FULL } },
    { "shared", HEADER, { FULL, 3, 3 }, .corruptions = 2, .open_unclean = PRL_ERR_DISK_INCORRECTLY_CLOSED, .after = { FULL, 3, 3 } },
    { "beyond the disk", { false, 8, N, HDS_MAKE_CLEAN, 8, 0, 12 * 8, 0 }, { FULL, [14] = 4, [15] = 77 }, .corruptions = 2, .after = { FULL } },
    { "cut short", HEADER, { FULL }, -1000, .corruptions = 1, .after = { FULL } },
    { "leak at the end", HEADER, { 1, 2, 3 }, .leaks = 6, .after = { 1, 2, 3 } },
    { "leak inside", HEADER, { [3] = 9, [4] = 8, [5] = 1 }, .leaks = 6, .after = { 0, 0, 0, 9, 8, 1 } },
    { "data start 0", { false, 8, N, HDS_MAKE_CLEAN, 0, 0, N * 8, 0 }, { FULL }, .corruptions = 1, .after = { FULL } },
    { "data start unaligned", { false, 8, N, HDS_MAKE_CLEAN, 5, 0, N * 8, 0 }, { FULL }, .corruptions = 1, .after = { FULL } },
    { "data start too high", { false, 8, N, HDS_MAKE_CLEAN, 24, 0, N * 8, 0 }, { FULL }, .corruptions = 1, .after = { FULL } },
    { "extension not trusted", { false, 8, N, 0, 8, 0, N * 8, 16 }, { FULL }, .warnings = 1, .after = { FULL } },
    { "extension is nonsense", { false, 8, N, HDS_MAKE_CLEAN, 8, 0, N * 8, 9 * 8 }, { 1, 2, 3, 4, 5, 6, 7, 8 }, .warnings = 1, .leaks = 1,
      .after = { 1, 2, 3, 4, 5, 6, 7, 8 } },
};

static void
make(const struct damage *d, uint32_t in_use)
{
    struct hds_make m = d->m;
    int fd;

    m.in_use = in_use;
    unlink(path);
    fd = hds_make_file(path, &m, d->entries, FILE_CLUSTERS * CLUSTER);
    for (unsigned i = 1; i < FILE_CLUSTERS; i++) {
        unsigned char data[CLUSTER];

        memset(data, (int)i, sizeof data);
        assert_int_equal(pwrite(fd, data, sizeof data, i * CLUSTER), sizeof data);
    }
    assert_int_equal(ftruncate(fd, FILE_CLUSTERS * CLUSTER + d->size_change), 0);
    close(fd);
}

static unsigned n_lines;

static void
count_line(void *arg, const char *line)
{
    assert_true(strlen(line) > 0);
    n_lines++;
}

static void
assert_contents(const struct damage *d, bool is_cut)
{
    struct chain *c = chain_of(must_open(path, 0));
    unsigned n = (unsigned)(d->m.n_sectors / 8);

    for (unsigned i = 0; i < n; i++)
        assert_bytes(c, i * CLUSTER, is_cut && d->after[i] == FILE_CLUSTERS - 1 ? CLUSTER - 1000 : CLUSTER, d->after[i]);
    assert_int_equal(chain_close(c), 0);
}

static void
check__each_damage__is_found_and_repaired(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct damage *d = &rows[i];
        struct hds_report report;

        print_message("%s\n", d->name);
        make(d, d->m.in_use);
        n_lines = 0;
        assert_int_equal(hds_check(AT_FDCWD, path, false, count_line, NULL, &report), 0);
        assert_int_equal(report.fatal, 0);
        assert_int_equal(report.corruptions, d->corruptions);
        assert_int_equal(report.unrepaired, d->corruptions);
        assert_int_equal(report.warnings, d->warnings);
        assert_int_equal(report.leaked_clusters, d->leaks);
        assert_int_equal(report.is_unclean, d->unclean);
        assert_int_equal(report.repaired, 0);
        assert_int_equal(n_lines > 0, d->corruptions || d->warnings || d->leaks || d->unclean);
        assert_int_equal(hds_in_use_of(path), d->m.in_use); /* looking changes nothing */

        assert_int_equal(hds_check(AT_FDCWD, path, true, NULL, NULL, &report), 0);
        assert_int_equal(report.corruptions, d->corruptions);
        assert_int_equal(report.unrepaired, 0);
        assert_true(!d->corruptions || report.repaired);
        assert_contents(d, d->size_change < 0);

        assert_int_equal(hds_check(AT_FDCWD, path, false, NULL, NULL, &report), 0);
        assert_int_equal(report.corruptions, 0);
        assert_false(report.is_unclean);
        if (d->m.in_use == HDS_MAKE_CLEAN)
            assert_int_equal(report.warnings, 0);
    }
}

/* An image that was not closed and is damaged as well: opened for writing only where nothing is lost by that. */
static void
open__unclean_and_damaged__only_if_nothing_is_lost(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct damage *d = &rows[i];
        struct hds_report report;

        print_message("%s\n", d->name);
        make(d, HDS_MAKE_IN_USE);
        assert_int_equal(try_open(path, 0), 0);
        assert_int_equal(try_open(path, IMAGE_WRITE), d->open_unclean);
        if (d->open_unclean) {
            assert_int_equal(hds_in_use_of(path), HDS_MAKE_IN_USE);
            assert_int_equal(try_open(path, IMAGE_WRITE | IMAGE_REPAIR), 0);
        }
        assert_contents(d, d->size_change < 0);
        assert_int_equal(hds_check(AT_FDCWD, path, false, NULL, NULL, &report), 0);
        assert_int_equal(report.corruptions + report.warnings, 0);
    }
}

static void
check__what_cannot_be_opened__is_fatal(void **state)
{
    struct hds_report report;

    put_text(path, "This is a text, and no image of any kind; it is a bit longer than a header.");
    n_lines = 0;
    assert_int_equal(hds_check(AT_FDCWD, path, true, count_line, NULL, &report), 0);
    assert_int_equal(report.fatal, 1);
    assert_int_equal(n_lines, 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(hds_check(AT_FDCWD, path, true, NULL, NULL, &report), PRL_ERR_DISK_FILE_OPEN_ERROR);
}

static void
check__while_another_writes__is_refused(void **state)
{
    struct hds_report report;
    struct image *image;

    must_create(path, 1024, 8);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_check(AT_FDCWD, path, false, NULL, NULL, &report), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(image_close(image), 0);
}

/* Half a million bad entries: as many findings, a few lines. */
static void
check__very_many_findings__are_not_all_told(void **state)
{
    uint32_t n = 1u << 19, *entries = malloc(n * sizeof *entries);
    struct hds_make m = { false, 8, n, HDS_MAKE_CLEAN, 4104, 0, n * UINT64_C(8), 0 };
    struct hds_report report;

    for (uint32_t i = 0; i < n; i++)
        entries[i] = 513;
    close(hds_make_file(path, &m, entries, 514 * CLUSTER));
    free(entries);
    n_lines = 0;
    assert_int_equal(hds_check(AT_FDCWD, path, false, count_line, NULL, &report), 0);
    assert_int_equal(report.corruptions, n - 1);
    assert_true(n_lines < 300);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
    static const struct CMUnitTest tests[] = {
        TEST(check__each_damage__is_found_and_repaired),      TEST(open__unclean_and_damaged__only_if_nothing_is_lost),
        TEST(check__what_cannot_be_opened__is_fatal),         TEST(check__while_another_writes__is_refused),
        TEST(check__very_many_findings__are_not_all_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
