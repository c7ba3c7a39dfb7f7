/* SPDX-License-Identifier: MIT */
/* image/hds_change: clusters given back, the file packed, the disk made larger and smaller. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "temp_dir.h"
#include "hds_make.h"
#include "image_support.h"

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

static uint64_t
file_size(void)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return (uint64_t)st.st_size;
}

static void
assert_sound(uint64_t leaks)
{
    struct hds_report report;

    assert_int_equal(hds_check(AT_FDCWD, path, false, NULL, NULL, &report), 0);
    assert_int_equal(report.fatal + report.corruptions + report.warnings, 0);
    assert_int_equal(report.leaked_clusters, leaks);
    if (has_qemu_img() && !leaks)
        assert_int_equal(QEMU_IMG("check", "-q", "-f", "parallels", path), 0);
}

/* Each cluster filled with its number, in an order of places that is not that of the disk. */
static struct chain *
make(unsigned n, uint32_t cluster_sectors)
{
    size_t size = cluster_sectors * 512;
    unsigned char *data = malloc(size);
    struct chain *c;

    must_create(path, (uint64_t)n * cluster_sectors, cluster_sectors);
    c = chain_of(must_open(path, IMAGE_WRITE));
    for (unsigned i = 0; i < n; i++) {
        unsigned k = (i * 7 + 3) % n;

        memset(data, (int)k + 1, size);
        assert_int_equal(chain_write(c, data, size, k * size), 0);
    }
    free(data);
    return c;
}

static void
discard__whole_clusters__read_as_zeros_and_are_used_again(void **state)
{
    struct chain *c = make(20, 8);
    struct image *image = chain_image(c, 0);
    uint64_t full = hds_allocated_bytes(image);

    assert_int_equal(full, 20 * 4096);
    assert_int_equal(hds_discard(image, 100, 3 * 4096), 0); /* two whole ones */
    assert_int_equal(hds_allocated_bytes(image), full - 2 * 4096);
    assert_bytes(c, 0, 4096, 1);
    assert_bytes(c, 4096, 8192, 0);
    assert_bytes(c, 3 * 4096, 4096, 4);
    assert_int_equal(hds_discard(image, 0, 4095), 0);
    assert_bytes(c, 0, 4096, 1);
    assert_int_equal(hds_discard(image, 19 * 4096, 4097), PRL_ERR_DISK_WRITE_OUT_DISK);
    assert_int_equal(chain_flush(c), 0);
    /* A part of a cluster that lands in an old place: the rest must not show what was there. */
    assert_int_equal(chain_write(c, "x", 1, 4096 + 50), 0);
    assert_bytes(c, 4096, 50, 0);
    assert_bytes(c, 4096 + 51, 4045, 0);
    assert_int_equal(chain_close(c), 0);
    assert_int_equal(file_size(), 21 * 4096);
    assert_sound(1);
}

static void
pack__closes_the_holes(void **state)
{
    struct chain *c = make(200, 8);
    struct image *image = chain_image(c, 0);

    for (unsigned i = 0; i < 200; i++)
        if (i % 3)
            assert_int_equal(hds_discard(image, i * 4096, 4096), 0);
    assert_int_equal(hds_pack(image, NULL), 0);
    assert_int_equal(file_size(), 68 * 4096);
    for (unsigned i = 0; i < 200; i++)
        assert_bytes(c, i * 4096, 4096, i % 3 ? 0 : (unsigned char)(i + 1));
    assert_int_equal(chain_write(c, "x", 1, 4096), 0);
    assert_bytes(c, 4097, 4095, 0);
    assert_int_equal(chain_close(c), 0);
    assert_sound(0);
}

static int reports;

static bool
stop_soon(void *arg, int permille)
{
    assert_in_range(permille, 0, 1000);
    return ++reports < 20;
}

static void
pack__cancelled__loses_nothing(void **state)
{
    struct chain *c = make(200, 8);
    struct image *image = chain_image(c, 0);
    struct image_watch watch = { stop_soon, NULL };

    for (unsigned i = 0; i < 200; i++)
        if (i % 3)
            assert_int_equal(hds_discard(image, i * 4096, 4096), 0);
    reports = 0;
    assert_int_equal(hds_pack(image, &watch), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_int_equal(chain_close(c), 0);
    c = chain_of(must_open(path, 0));
    for (unsigned i = 0; i < 200; i++)
        assert_bytes(c, i * 4096, 4096, i % 3 ? 0 : (unsigned char)(i + 1));
    assert_int_equal(chain_close(c), 0);
}

/* From a table that fits in one cluster to one that needs many: what lies there moves. */
static void
resize__larger__again_and_again(void **state)
{
    uint64_t sectors = 20 * 8 - 3; /* the last cluster is not all the disk's */
    struct image *image;
    struct chain *c;

    must_create(path, sectors, 8);
    image = must_open(path, IMAGE_WRITE);
    for (unsigned i = 0; i < 20; i++) {
        unsigned char data[4096];

        memset(data, (int)i + 1, sizeof data);
        assert_int_equal(image_put(image, data, i < 19 ? 4096 : 5 * 512, i * 4096), 0);
    }
    for (unsigned round = 1; round < 10; round++) {
        sectors = sectors * 3 + round;
        assert_int_equal(hds_resize(image, sectors), 0);
        assert_int_equal(image->size_bytes, sectors * 512);
        assert_int_equal(image_put(image, "end", 3, sectors * 512 - 3), 0);
        if (round % 2) {
            assert_int_equal(image_close(image), 0);
            assert_sound(0);
            image = must_open(path, IMAGE_WRITE);
        }
    }
    assert_int_equal(image_close(image), 0);
    c = chain_of(must_open(path, 0));
    for (unsigned i = 0; i < 19; i++)
        assert_bytes(c, i * 4096, 4096, (unsigned char)(i + 1));
    assert_bytes(c, 19 * 4096, 5 * 512, 20);
    assert_bytes(c, 19 * 4096 + 5 * 512, 4096, 0);
    assert_bytes(c, sectors * 512 - 3, 1, 'e');
    assert_int_equal(chain_close(c), 0);
    assert_sound(0);
}

static void
resize__smaller__only_where_nothing_is(void **state)
{
    struct chain *c = make(20, 8);
    struct image *image = chain_image(c, 0);

    assert_int_equal(hds_resize(image, 0), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(hds_resize(image, UINT64_MAX), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(hds_resize(image, 19 * 8), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);
    assert_int_equal(hds_discard(image, 10 * 4096, 10 * 4096), 0);
    assert_int_equal(hds_resize(image, 10 * 8 - 4), 0);
    assert_int_equal(image->size_bytes, 10 * 4096 - 2048);
    /* What the last cluster still holds behind the end does not come back with the size. */
    assert_int_equal(hds_resize(image, 20 * 8), 0);
    assert_bytes(c, 9 * 4096, 2048, 10);
    assert_bytes(c, 9 * 4096 + 2048, 2048 + 10 * 4096, 0);
    assert_int_equal(chain_close(c), 0);
    c = chain_of(must_open(path, 0));
    assert_bytes(c, 9 * 4096 + 2048, 2048 + 10 * 4096, 0);
    assert_int_equal(chain_close(c), 0);
}

static void
resize__version_1__stays_what_it_is(void **state)
{
    uint32_t entries[100] = { [5] = 1, [6] = 1 + 63 };
    struct hds_make m = { true, 63, 100, 0, 0, 0, 6300, 0 };
    int fd = hds_make_file(path, &m, entries, (1 + 126) * 512);
    struct image *image;
    struct chain *c;

    assert_int_equal(pwrite(fd, "five", 4, 512), 4);
    assert_int_equal(pwrite(fd, "six", 3, 64 * 512), 3);
    close(fd);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_resize(image, UINT64_C(1) << 32), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(hds_resize(image, 63000), 0);
    assert_int_equal(image_put(image, "last", 4, 63000 * 512 - 4), 0);
    assert_int_equal(image_close(image), 0);
    c = chain_of(must_open(path, 0));
    assert_bytes(c, 5 * 63 * 512, 1, 'f');
    assert_bytes(c, 6 * 63 * 512, 1, 's');
    assert_bytes(c, 63000 * 512 - 4, 1, 'l');
    assert_int_equal(chain_close(c), 0);
    assert_sound(0);
}

/* Read-only images, and those that lie on no grid. */
static void
change__what_may_not_or_cannot(void **state)
{
    uint32_t entries[100] = { [5] = 7, [6] = 7 + 63 + 11 };
    struct hds_make m = { true, 63, 100, 0, 2, 0, 6300, 0 };
    struct image *image;

    close(hds_make_file(path, &m, entries, (7 + 63 + 11 + 63) * 512));
    image = must_open(path, 0);
    assert_int_equal(hds_discard(image, 0, 6300 * 512), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(hds_pack(image, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(hds_resize(image, 10000), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(image_close(image), 0);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_discard(image, 6 * 63 * 512, 63 * 512), 0);
    assert_int_equal(hds_pack(image, NULL), 0);
    assert_int_equal(image_close(image), 0);
    assert_int_equal(file_size(), (7 + 63) * 512);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
    static const struct CMUnitTest tests[] = {
        TEST(discard__whole_clusters__read_as_zeros_and_are_used_again),
        TEST(pack__closes_the_holes),
        TEST(pack__cancelled__loses_nothing),
        TEST(resize__larger__again_and_again),
        TEST(resize__smaller__only_where_nothing_is),
        TEST(resize__version_1__stays_what_it_is),
        TEST(change__what_may_not_or_cannot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
