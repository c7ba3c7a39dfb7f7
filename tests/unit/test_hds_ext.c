/* SPDX-License-Identifier: MIT */
/* image/hds_ext: bitmaps of changed blocks, made by hand and by us; lost as soon as anything about them is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <nettle/md5.h>
#include <nettle/version.h>

#include "base/clock.h"
#include "base/proc_run.h"
#include "temp_dir.h"
#include "hds_make.h"
#include "image_support.h"
#include "skip.h"

#define CLUSTER 4096u
#define N 4096u                       /* 16 MiB */
#define DATA_CLUSTER 5u               /* the table takes 16 KiB and 64 bytes */
#define EXT_CLUSTER (DATA_CLUSTER + 1)
#define BITS_CLUSTER (DATA_CLUSTER + 2)
#define FILE_CLUSTERS (DATA_CLUSTER + 3)
#define SECTORS_PER_BIT 1u            /* 4096 bytes of bits: one cluster */
#define DISK_SECTORS (N * 8u)

static const unsigned char uuid_a[16] = { 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 1, 2, 3, 4, 5, 6, 7, 8 };
static const unsigned char uuid_b[16] = { 9 };
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

static void
put(unsigned char *p, uint64_t v, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

/* What a hand-made extension looks like; a wrong one differs in one thing. */
struct ext {
    uint64_t magic, size, l1;
    uint32_t granularity, l1_size;
    uint64_t foreign_flags;
    bool has_foreign, is_md5_wrong, has_no_end;
    uint32_t in_use, ext_sector, data_entry; /* data_entry: of the disk's first cluster */
};
#define GOOD                                                                                                                             \
    {                                                                                                                                    \
        UINT64_C(0x20385FAE252CB34A), DISK_SECTORS, BITS_CLUSTER * 8, SECTORS_PER_BIT, 1, 0, false, false, false, HDS_MAKE_CLEAN,        \
            EXT_CLUSTER * 8, DATA_CLUSTER                                                                                                \
    }

static size_t
put_bitmap(unsigned char *p, const struct ext *e)
{
    put(p, e->magic, 8);
    put(p + 16, 32 + 8, 4);
    put(p + 24, e->size, 8);
    memcpy(p + 32, uuid_a, 16);
    put(p + 48, e->granularity, 4);
    put(p + 52, e->l1_size, 4);
    put(p + 56, e->l1, 8);
    return 64;
}

static void
make(const struct ext *e)
{
    static uint32_t entries[N];
    unsigned char ext[CLUSTER] = { 0 }, bits[CLUSTER] = { 0xa5, 1 };
    struct hds_make m = { false, 8, N, e->in_use, DATA_CLUSTER * 8, 0, DISK_SECTORS, e->ext_sector };
    struct md5_ctx ctx;
    size_t at = 24;
    int fd;

    entries[0] = e->data_entry;
    put(ext, UINT64_C(0xAB234CEF23DCEA87), 8);
    if (e->has_foreign) {
        put(ext + at, 0x1234, 8);
        put(ext + at + 8, e->foreign_flags, 8);
        put(ext + at + 16, 5, 4);
        memcpy(ext + at + 24, "other", 5);
        at += 32;
    }
    at += put_bitmap(ext + at, e);
    if (e->has_no_end)
        memset(ext + at, 0x11, sizeof ext - at);
    md5_init(&ctx);
    md5_update(&ctx, sizeof ext - 24, ext + 24);
#if NETTLE_VERSION_MAJOR >= 4
    md5_digest(&ctx, ext + 8);
#else
    md5_digest(&ctx, 16, ext + 8);
#endif
    ext[9] ^= e->is_md5_wrong;
    unlink(path);
    fd = hds_make_file(path, &m, entries, FILE_CLUSTERS * CLUSTER);
    assert_int_equal(pwrite(fd, ext, sizeof ext, EXT_CLUSTER * CLUSTER), sizeof ext);
    assert_int_equal(pwrite(fd, bits, sizeof bits, BITS_CLUSTER * CLUSTER), sizeof bits);
    close(fd);
}

static int
bitmaps_of(struct image *image)
{
    const struct hds_bitmap_info *infos;

    return hds_bitmaps(image, &infos);
}

static void
ext__made_by_hand__is_read_and_kept(void **state)
{
    static const struct ext good = GOOD;
    const struct hds_bitmap_info *infos;
    unsigned char bits[CLUSTER];
    struct image *image;

    make(&good);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_bitmaps(image, &infos), 1);
    assert_memory_equal(infos[0].uuid, uuid_a, 16);
    assert_int_equal(infos[0].granularity_bytes, 512);
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits - 1), PRL_ERR_BUFFER_OVERRUN);
    assert_int_equal(hds_bitmap_read(image, 1, bits, sizeof bits), PRL_ERR_NO_DATA);
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), 0);
    assert_int_equal(bits[0], 0xa5);
    assert_int_equal(bits[1], 1);
    assert_int_equal(image_close(image), 0);
    assert_int_equal(hds_ext_sector_of(path), EXT_CLUSTER * 8); /* not written: as it was */

    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(image_put(image, "x", 1, 513 * 512), 0);
    assert_int_equal(hds_ext_sector_of(path), 0); /* a crash now leaves no bitmap that misses this */
    assert_int_equal(image_close(image), 0);
    image = must_open(path, 0);
    assert_int_equal(bitmaps_of(image), 1);
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), 0);
    assert_int_equal(bits[0], 0xa5);
    assert_int_equal(bits[513 / 8], 2);
    assert_int_equal(image_close(image), 0);
}

static void
ext__anything_wrong__is_lost(void **state)
{
    struct ext rows[24];
    unsigned n = 0;

#define BAD(field, value) (rows[n] = (struct ext)GOOD, rows[n++].field = (value))
    BAD(in_use, 0);
    BAD(in_use, 0x37316470);
    BAD(in_use, HDS_MAKE_IN_USE);
    BAD(is_md5_wrong, true);
    BAD(has_no_end, true);
    BAD(size, DISK_SECTORS - 8);
    BAD(granularity, 0);
    BAD(granularity, 3);
    BAD(granularity, 1u << 31);
    BAD(l1_size, 2);
    BAD(l1_size, UINT32_MAX);
    BAD(l1, 1000000);
    BAD(l1, UINT64_MAX);
    BAD(l1, BITS_CLUSTER * 8 + 1);
    BAD(l1, 8);
    BAD(l1, DATA_CLUSTER * 8);
    BAD(l1, EXT_CLUSTER * 8);
    BAD(ext_sector, 8);
    BAD(ext_sector, FILE_CLUSTERS * 8);
    BAD(data_entry, EXT_CLUSTER);
    BAD(data_entry, BITS_CLUSTER);

    for (unsigned i = 0; i < n; i++) {
        unsigned char bits[CLUSTER];
        struct image *image;

        make(&rows[i]);
        image = must_open(path, 0);
        assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), PRL_ERR_NO_DATA);
        assert_int_equal(image_close(image), 0);
        image = must_open(path, IMAGE_WRITE);
        assert_int_equal(image_put(image, "x", 1, 1 << 20), 0);
        assert_int_equal(bitmaps_of(image), 0);
        assert_int_equal(image_close(image), 0);
        assert_int_equal(hds_ext_sector_of(path), 0);
        assert_int_equal(hds_in_use_of(path), HDS_MAKE_CLEAN);
    }
}

static void
ext__feature_of_others__is_kept_or_dropped_as_it_says(void **state)
{
    static const struct {
        uint64_t flags;
        PRL_RESULT write;
        bool is_kept;
    } rows[] = { { 0, 0, false }, { 2, 0, true }, { 1, PRL_ERR_DISK_OPERATION_NOT_ALLOWED, true }, { 3, PRL_ERR_DISK_OPERATION_NOT_ALLOWED, true } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ext e = GOOD;
        struct image *image;
        char *file;
        bool is_kept;

        e.has_foreign = true;
        e.foreign_flags = rows[i].flags;
        make(&e);
        assert_int_equal(try_open(path, 0), 0);
        assert_int_equal(try_open(path, IMAGE_WRITE), rows[i].write);
        if (!rows[i].write) {
            image = must_open(path, IMAGE_WRITE);
            assert_int_equal(bitmaps_of(image), 1);
            assert_int_equal(image_put(image, "x", 1, 1 << 20), 0);
            assert_int_equal(image_close(image), 0);
            image = must_open(path, 0);
            assert_int_equal(bitmaps_of(image), 1);
            assert_int_equal(image_close(image), 0);
        }
        file = get_file(path);
        is_kept = memmem(file + hds_ext_sector_of(path) * 512, CLUSTER, "other", 5) != NULL;
        free(file);
        assert_int_equal(is_kept, rows[i].is_kept);
    }
}

static void
ext__bits__say_what_was_written(void **state)
{
    unsigned char bits[CLUSTER], want[CLUSTER] = { 0 };
    struct image *image;

    must_create(path, DISK_SECTORS, 8);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_bitmap_add(image, uuid_a, 4096), 0);
    assert_int_equal(hds_bitmap_add(image, uuid_a, 4096), PRL_ERR_INVALID_ARG);
    assert_int_equal(hds_bitmap_add(image, uuid_b, 3000), PRL_ERR_INVALID_ARG);
    assert_int_equal(hds_bitmap_add(image, uuid_b, 65536), 0);
    for (int i = 0; i < 200; i++) {
        uint64_t at = rnd(16 * MIB - 70000);
        size_t size = 1 + rnd(rnd(3) ? 5000 : 70000);
        static const char data[70001];

        if (i % 10 == 9) {
            assert_int_equal(hds_discard(image, at / 4096 * 4096, size / 4096 * 4096), 0);
            for (uint64_t b = at / 4096; b < at / 4096 + size / 4096; b++)
                want[b / 8] |= 1 << b % 8;
        } else {
            assert_int_equal(image_put(image, data, size, at), 0);
            for (uint64_t b = at / 4096; b <= (at + size - 1) / 4096; b++)
                want[b / 8] |= 1 << b % 8;
        }
        if (i % 50 == 0) {
            assert_int_equal(image_close(image), 0);
            image = must_open(path, IMAGE_WRITE);
        }
    }
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), 0);
    assert_memory_equal(bits, want, 512);
    assert_int_equal(hds_bitmap_remove(image, uuid_a), 0);
    assert_int_equal(hds_bitmap_remove(image, uuid_a), PRL_ERR_NO_DATA);
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), 0);
    for (unsigned b = 0; b < 256; b++) {
        bool any = want[2 * b] || want[2 * b + 1];

        assert_int_equal(bits[b / 8] >> b % 8 & 1, any);
    }
    assert_int_equal(hds_resize(image, DISK_SECTORS * 2), 0);
    assert_int_equal(image_close(image), 0);
    image = must_open(path, 0);
    assert_int_equal(hds_bitmap_read(image, 0, bits, sizeof bits), 0);
    for (unsigned i = 32; i < 64; i++)
        assert_int_equal(bits[i], 0xff); /* what is new counts as changed */
    assert_int_equal(image_close(image), 0);
}

static void
ext__process_dies__bitmap_is_gone(void **state)
{
    struct image *image;

    must_create(path, DISK_SECTORS, 8);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_bitmap_add(image, uuid_a, 4096), 0);
    assert_int_equal(image_close(image), 0);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(bitmaps_of(image), 1);
    assert_int_equal(image_put(image, "x", 1, 0), 0);
    image_free(image);
    image = must_open(path, 0);
    assert_int_equal(bitmaps_of(image), 0);
    assert_int_equal(image_close(image), 0);
    assert_int_equal(try_open(path, IMAGE_WRITE), 0);
}

/* What QEMU's driver reads of it when it opens the image for reading. */
static void
ext__of_ours__is_read_by_qemu(void **state)
{
    static const char input[] = "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-named-block-nodes\"}\n{\"execute\": \"quit\"}\n";
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *out = NULL;
    AUTO(cleanup_free) char *file = str_printf("driver=file,node-name=f,read-only=on,filename=%s", path);
    struct image *image;

    if (PRL_FAILED(proc_find("qemu-storage-daemon", "PRLKVM_TEST_NOTHING", &program)))
        skip_because("qemu-storage-daemon is not installed");
    must_create(path, 64 * 2048, 2048); /* 64 MiB in clusters of 1 MiB */
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_bitmap_add(image, uuid_a, 65536), 0);
    assert_int_equal(image_put(image, "x", 1, 0), 0);
    assert_int_equal(image_put(image, "x", 1, 10 * 65536 + 77), 0);
    assert_int_equal(image_put(image, "x", 1, 64 * MIB - 1), 0);
    assert_int_equal(image_close(image), 0);
    {
        const char *argv[] = { program, "--chardev", "stdio,id=c", "--monitor", "chardev=c", "--blockdev", file, "--blockdev",
                               "driver=parallels,node-name=p,file=f,read-only=on", NULL };

        if (PRL_FAILED(proc_run(argv, input, clock_deadline(30000), -1, &out)))
            fail_msg("%s", err_peek()->details ? err_peek()->details : "");
    }
    assert_non_null(strstr(out, "\"name\": \"10203040-5060-7080-0102-030405060708\""));
    assert_non_null(strstr(out, "\"granularity\": 65536"));
    assert_non_null(strstr(out, "\"count\": 196608")); /* three blocks */
}

/* A bitmap costs nothing in the file, but could be made to cost any amount of memory. */
static void
ext__bitmaps_too_large__are_lost(void **state)
{
    struct ext e = GOOD;
    struct image *image;

    must_create(path, UINT64_C(2) << 40, 1 << 22); /* a disk of 1 PiB */
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(hds_bitmap_add(image, uuid_a, 512), PRL_ERR_INVALID_ARG);
    assert_int_equal(image_close(image), 0);
    e.l1 = 1; /* all set */
    make(&e);
    image = must_open(path, 0);
    assert_int_equal(bitmaps_of(image), 1);
    assert_int_equal(image_close(image), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
    static const struct CMUnitTest tests[] = {
        TEST(ext__made_by_hand__is_read_and_kept), TEST(ext__anything_wrong__is_lost),   TEST(ext__feature_of_others__is_kept_or_dropped_as_it_says),
        TEST(ext__bits__say_what_was_written),     TEST(ext__process_dies__bitmap_is_gone), TEST(ext__bitmaps_too_large__are_lost),
        TEST(ext__of_ours__is_read_by_qemu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
