/* SPDX-License-Identifier: MIT */
/* image/work_table: partitions that end earlier, second tables that move, damaged tables that are left alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>

#include "image/file_io.h"
#include "image/work_table.h"
#include "prlsdk/PrlDisk.h"
#include "temp_dir.h"

#define SECTOR 512u
#define MIB (UINT64_C(1) << 20)
#define SIZE (64 * MIB)
#define SMALLER (40 * MIB)
#define ENTRIES 128u
#define LIST_BYTES (ENTRIES * 128u)
#define LIST_SECTORS (LIST_BYTES / SECTOR)
#define OK PRL_ERR_SUCCESS

static char *path;

static int
up(void **state)
{
    if (temp_dir_up(state) < 0)
        return -1;
    setenv("PRLKVM_HOME", temp_dir, 1);
    path = temp_path("disk.raw");
    return 0;
}

static int
down(void **state)
{
    file_watch_set(NULL);
    free(path);
    return temp_dir_down(state);
}

static uint32_t
crc_of(const void *data, size_t n)
{
    const unsigned char *p = data;
    uint32_t crc = ~0u;

    while (n--) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

/* As in the file, on a little-endian machine as this test's builds are. */
struct __attribute__((packed)) header {
    char magic[8];
    uint32_t revision, bytes, crc, zero;
    uint64_t at, other_at, first_usable, last_usable;
    unsigned char guid[16];
    uint64_t list_at;
    uint32_t n, entry_bytes, list_crc;
    unsigned char rest[SECTOR - 92];
};
struct __attribute__((packed)) entry {
    unsigned char type[16], guid[16];
    uint64_t first, last;
    unsigned char rest[80];
};
_Static_assert(sizeof(struct header) == SECTOR && sizeof(struct entry) == 128, "as in the file");

static void
put(int fd, const void *data, size_t n, uint64_t at)
{
    assert_int_equal(pwrite(fd, data, n, (off_t)at), n);
}

static void
put_table(int fd, const struct entry *list, uint64_t at, uint64_t other_at, uint64_t list_at)
{
    struct header h = { "EFI PART", 0x10000, 92, 0, 0, at, other_at, 34, SIZE / SECTOR - 34, "", list_at, ENTRIES, 128, crc_of(list, LIST_BYTES), "" };

    h.crc = crc_of(&h, 92);
    put(fd, list, LIST_BYTES, list_at * SECTOR);
    put(fd, &h, sizeof h, at * SECTOR);
}

static void
put_mbr(int fd, const uint32_t (*parts)[3], int n)
{
    unsigned char mbr[SECTOR] = { [510] = 0x55, [511] = 0xaa };

    for (int i = 0; i < n; i++) {
        mbr[446 + 16 * i + 4] = (unsigned char)parts[i][0];
        memcpy(mbr + 446 + 16 * i + 8, &parts[i][1], 8);
    }
    put(fd, mbr, sizeof mbr, 0);
}

/* The second partition reaches to the end of the disk. */
static void
make_gpt(uint64_t first_end)
{
    static const uint32_t all[][3] = { { 0xee, 1, SIZE / SECTOR - 1 } };
    struct entry list[ENTRIES] = { { .type = "a", .guid = "b", .first = 2048, .last = first_end },
                                   { .type = "a", .guid = "c", .first = 40960, .last = SIZE / SECTOR - 2049 } };
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, SIZE), 0);
    put_mbr(fd, all, 1);
    put_table(fd, list, 1, SIZE / SECTOR - 1, 2);
    put_table(fd, list, SIZE / SECTOR - 1, 1, SIZE / SECTOR - 1 - LIST_SECTORS);
    close(fd);
}

static void
make_mbr(void)
{
    static const uint32_t parts[][3] = { { 0x83, 2048, 38912 }, { 0x83, 40960, SIZE / SECTOR - 40960 } };
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, SIZE), 0);
    put_mbr(fd, parts, 2);
    close(fd);
}

static PRL_RESULT
shrink(int number, uint64_t end_sector, uint64_t size)
{
    const struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE, .format = "raw" };
    struct disk *d;
    PRL_RESULT r;

    assert_int_equal(disk_open(path, &args, &d), OK);
    r = work_table_shrink(d, number, end_sector, size);
    disk_unref(d);
    return r;
}

/* Is a whole table there? ret_last: where its second partition ends. */
static bool
is_table(uint64_t at, struct header *h, uint64_t *ret_last)
{
    struct entry list[ENTRIES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint32_t crc;
    bool is_it;

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, h, sizeof *h, (off_t)(at * SECTOR)), sizeof *h);
    is_it = memcmp(h->magic, "EFI PART", 8) == 0 && h->at == at && h->list_at < SIZE / SECTOR - LIST_SECTORS
            && pread(fd, list, sizeof list, (off_t)(h->list_at * SECTOR)) == (ssize_t)sizeof list && crc_of(list, LIST_BYTES) == h->list_crc;
    close(fd);
    crc = h->crc;
    h->crc = 0;
    *ret_last = list[1].last;
    return is_it && crc_of(h, 92) == crc;
}

static void
gpt__shrunk__has_both_tables_on_the_smaller_disk(void **state)
{
    uint64_t end = work_table_last_sector(true, SMALLER), last;
    struct header h;

    assert_int_equal(end, 39 * MIB / SECTOR - 1);
    make_gpt(40959);
    assert_int_equal(shrink(2, end, SMALLER), OK);
    for (int i = 0; i < 2; i++) {
        assert_true(is_table(i ? SMALLER / SECTOR - 1 : 1, &h, &last));
        assert_int_equal(last, end);
        assert_int_equal(h.other_at, i ? 1 : SMALLER / SECTOR - 1);
        assert_int_equal(h.last_usable, SMALLER / SECTOR - 2 - LIST_SECTORS);
    }
    {
        uint32_t n;
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        assert_int_equal(pread(fd, &n, 4, 446 + 12), 4);
        close(fd);
        assert_int_equal(n, SMALLER / SECTOR - 1); /* what the old table says of the whole */
    }
    /* Only the table moves. */
    assert_int_equal(shrink(0, 0, SMALLER), OK);
    assert_true(is_table(1, &h, &last));
    assert_int_equal(last, end);
}

struct failing {
    int left;
};

static int
fail_from(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    struct failing *f = arg;

    return f->left-- <= 0 ? -EIO : 0;
}

/* The first table or, if it is not whole, that in the last sector: what others look at. Until it is cut the disk has its old size. */
static void
gpt__cut_at_any_write__is_the_old_one_or_the_new_one(void **state)
{
    uint64_t end = work_table_last_sector(true, SMALLER), last;
    int at = 0;
    PRL_RESULT r;

    do {
        struct failing f = { at++ };
        const struct file_watch watch = { fail_from, &f };
        struct header h;

        make_gpt(40959);
        file_watch_set(&watch);
        r = shrink(2, end, SMALLER);
        file_watch_set(NULL);
        if (is_table(1, &h, &last))
            assert_true(last == end || last == SIZE / SECTOR - 2049);
        else
            assert_true(is_table(SIZE / SECTOR - 1, &h, &last) && last == SIZE / SECTOR - 2049);
        if (PRL_SUCCEEDED(r))
            assert_int_equal(last, end);
    } while (PRL_FAILED(r));
    assert_true(at > 6);
}

static void
gpt__that_does_not_fit__is_left_alone(void **state)
{
    uint64_t end = work_table_last_sector(true, SMALLER), last;
    struct header h;
    static const struct {
        size_t at;
        unsigned char byte;
    } damages[] = { { SECTOR + 12, 200 }, { SECTOR + 13, 7 }, { SECTOR + 24, 9 }, { SECTOR + 72, 77 }, { SECTOR + 80, 0xff }, { SECTOR + 83, 0xff },
                    { SECTOR + 84, 1 }, { SECTOR + 87, 0xff }, { SECTOR + 88, 1 }, { 2 * SECTOR + 40, 3 }, { SECTOR + 16, 1 } };

    make_gpt(SMALLER / SECTOR + 1);
    assert_int_equal(shrink(2, end, SMALLER), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW); /* the first partition */
    make_gpt(40959);
    assert_int_equal(shrink(0, 0, SMALLER), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);   /* the second */
    assert_int_equal(shrink(3, end, SIZE), PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* there is none */
    assert_int_equal(shrink(2, 100, SMALLER), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(shrink(2, end, 2 * SIZE), PRL_ERR_INVALID_ARG);
    assert_int_equal(shrink(2, end, 8 * SECTOR), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);
    assert_true(is_table(1, &h, &last));
    assert_int_equal(last, SIZE / SECTOR - 2049);
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        int fd;

        make_gpt(40959);
        fd = open(path, O_RDWR | O_CLOEXEC);
        put(fd, &damages[i].byte, 1, damages[i].at);
        close(fd);
        assert_int_equal(shrink(2, end, SMALLER), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    }
}

static void
mbr__shrunk__says_so(void **state)
{
    uint64_t end = work_table_last_sector(false, SMALLER);
    uint32_t words[2];
    int fd;

    assert_int_equal(end, SMALLER / SECTOR - 1);
    make_mbr();
    assert_int_equal(shrink(1, 100, SMALLER), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(shrink(3, end, SMALLER), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);
    assert_int_equal(shrink(0, 0, SMALLER), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);
    assert_int_equal(shrink(2, end, SMALLER), OK);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, words, 8, 446 + 16 + 8), 8);
    close(fd);
    assert_int_equal(words[0], 40960);
    assert_int_equal(words[1], SMALLER / SECTOR - 40960);
    assert_int_equal(shrink(0, 0, SMALLER), OK);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(truncate(path, SIZE), 0);
    assert_int_equal(shrink(0, 0, SMALLER), PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* no table */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gpt__shrunk__has_both_tables_on_the_smaller_disk, up, down),
        cmocka_unit_test_setup_teardown(gpt__cut_at_any_write__is_the_old_one_or_the_new_one, up, down),
        cmocka_unit_test_setup_teardown(gpt__that_does_not_fit__is_left_alone, up, down),
        cmocka_unit_test_setup_teardown(mbr__shrunk__says_so, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
