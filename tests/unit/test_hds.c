/* SPDX-License-Identifier: MIT */
/* image/hds*: expanding images of every kind, written and read back; and what QEMU says of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "image/file_io.h"
#include "temp_dir.h"
#include "hds_make.h"
#include "image_support.h"

/* Also without holes, where nothing was freed. */
static bool may_have_holes;

static void
assert_sound(const char *path)
{
    struct hds_report report;

    assert_int_equal(hds_check(AT_FDCWD, path, false, NULL, NULL, &report), 0);
    assert_int_equal(report.fatal, 0);
    assert_int_equal(report.corruptions, 0);
    assert_true(may_have_holes || !report.leaked_clusters);
    assert_false(report.is_unclean);
}

static void
read_all(struct chain *c, unsigned char *buf, uint64_t size)
{
    for (uint64_t at = 0; at < size;) {
        uint64_t n = 1 + rnd(3 * MIB);

        n = n < size - at ? n : size - at;
        assert_int_equal(chain_read(c, buf + at, n, at), 0);
        at += n;
    }
}

/* Random writes, flushes, and closes; then what the file holds, by us and by QEMU. */
static void
exercise(const char *path, unsigned char *model, uint64_t size, unsigned n_writes, uint64_t longest)
{
    struct chain *c = chain_of(must_open(path, IMAGE_WRITE));
    unsigned char *buf = malloc(size);

    for (unsigned i = 0; i < n_writes; i++) {
        uint64_t at = rnd(size), n = 1 + rnd(rnd(4) ? 8192 : longest);

        if (rnd(3))
            at &= ~UINT64_C(511), n = (n + 511) & ~UINT64_C(511);
        n = n < size - at ? n : size - at;
        memset(model + at, 0, n);
        for (uint64_t k = 0; k < n; k += 1 + rnd(64))
            model[at + k] = (unsigned char)(i + k);
        assert_int_equal(chain_write(c, model + at, n, at), 0);
        if (!rnd(20))
            assert_int_equal(chain_flush(c), 0);
        if (!rnd(40)) {
            assert_int_equal(chain_close(c), 0);
            c = chain_of(must_open(path, IMAGE_WRITE));
        }
    }
    read_all(c, buf, size);
    assert_int_equal(memcmp(buf, model, size), 0);
    assert_int_equal(chain_close(c), 0);
    assert_sound(path);
    c = chain_of(must_open(path, 0));
    read_all(c, buf, size);
    assert_int_equal(memcmp(buf, model, size), 0);
    assert_int_equal(chain_close(c), 0);
    free(buf);
}

static void
assert_qemu_agrees(const char *path, const unsigned char *model, uint64_t size)
{
    AUTO(cleanup_free) char *raw = temp_path("raw");

    if (!has_qemu_img())
        return;
    assert_int_equal(QEMU_IMG("check", "-q", "-f", "parallels", path), 0);
    put_file(raw, model, size);
    assert_int_equal(QEMU_IMG("compare", "-q", "-fparallels", "-Fraw", path, raw), 0);
}

static void
hds__random_writes__read_back_by_us_and_qemu(void **state)
{
    static const struct {
        uint64_t size_sectors;
        uint32_t cluster_sectors;
        bool is_preallocated;
    } kinds[] = { { 131072, 0, false }, { 40000, 128, false }, { 33333, 8, false }, { 20001, 2048, true }, { 1, 8, false } };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        AUTO(cleanup_free) char *path = temp_path("a.hds");
        uint64_t size = kinds[i].size_sectors * 512;
        AUTO(cleanup_free) unsigned char *model = calloc(1, size);

        struct hds_new args = { kinds[i].size_sectors, kinds[i].cluster_sectors, kinds[i].is_preallocated };

        assert_int_equal(hds_create(AT_FDCWD, path, &args, NULL), 0);
        assert_sound(path);
        exercise(path, model, size, 150, 2 * MIB);
        assert_qemu_agrees(path, model, size);
        assert_int_equal(unlink(path), 0);
    }
}

/* Version 1, 63 sectors per cluster, data_off 0: as very old programs made them. */
static void
hds__old_images__are_read_and_written_in_place(void **state)
{
    static const struct {
        uint32_t cluster_sectors, data_sector;
        uint32_t first_entry; /* of two clusters that are there already */
    } kinds[] = { { 63, 0, 4 }, { 63, 100, 100 }, { 504, 0, 4 }, { 512, 512, 512 }, { 63, 0, 9 /* on no grid */ } };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        AUTO(cleanup_free) char *path = temp_path("old.hds");
        uint32_t per = kinds[i].cluster_sectors, entries[400] = { [3] = kinds[i].first_entry, [7] = kinds[i].first_entry + 2 * per };
        uint64_t size = ((uint64_t)per * 399 + 5) * 512;
        struct hds_make m = { true, per, 400, 0, kinds[i].data_sector, 0, size / 512, 0 };
        AUTO(cleanup_free) unsigned char *model = calloc(1, size);
        int fd = hds_make_file(path, &m, entries, (kinds[i].first_entry + 3 * per) * UINT64_C(512));

        for (unsigned k = 0; k < 2; k++) {
            unsigned char *at = model + (k ? 7 : 3) * per * UINT64_C(512);

            memset(at, 'a' + (int)k, per * 512);
            assert_int_equal(pwrite(fd, at, per * 512, entries[k ? 7 : 3] * INT64_C(512)), per * 512);
        }
        close(fd);
        assert_int_equal(try_open(path, 0), 0);
        may_have_holes = i + 1 == ARRAY_LEN(kinds); /* on no grid there is waste */
        exercise(path, model, size, 120, MIB);
        may_have_holes = false;
        assert_int_equal(hds_data_sector_of(path), kinds[i].data_sector ? kinds[i].data_sector : (64 + 1600 + 511) / 512);
        if (i + 1 < ARRAY_LEN(kinds)) /* QEMU's check knows only grids */
            assert_qemu_agrees(path, model, size);
    }
}

static void
hds__beyond_two_tebibytes__of_file_and_disk(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("far.hds");
    uint32_t *entries = calloc(6000000, sizeof *entries);
    struct hds_make m = { false, 2048, 6000000, HDS_MAKE_CLEAN, 24 * 2048, 0, UINT64_C(6000000) * 2048, 0 };
    struct chain *c;
    int fd;

    entries[5500000] = 3 << 20; /* at 3 TiB */
    fd = hds_make_file(path, &m, entries, (UINT64_C(3) << 40) + MIB);
    free(entries);
    if (pwrite(fd, "far", 3, INT64_C(3) << 40) != 3) {
        print_message("no files of 3 TiB on this file system: skipped\n");
        close(fd);
        skip();
    }
    close(fd);
    c = chain_of(must_open(path, IMAGE_WRITE));
    assert_bytes(c, UINT64_C(5500000) * MIB, 1, 'f');
    assert_int_equal(chain_write(c, "new", 3, UINT64_C(5999999) * MIB + 7), 0);
    assert_int_equal(chain_write(c, "old", 3, UINT64_C(5500000) * MIB), 0);
    assert_int_equal(chain_close(c), 0);
    c = chain_of(must_open(path, 0));
    assert_bytes(c, UINT64_C(5500000) * MIB, 1, 'o');
    assert_bytes(c, UINT64_C(5999999) * MIB + 7, 1, 'n');
    assert_bytes(c, UINT64_C(5999999) * MIB + 10, 4096, 0);
    assert_int_equal(chain_close(c), 0);
    assert_true(hds_entry_at(path, 5999999) != 0);
}

static void
hds__marks__of_all_kinds(void **state)
{
    static const struct {
        uint32_t in_use;
        unsigned flags;
        PRL_RESULT want;
    } rows[] = {
        { HDS_MAKE_CLEAN, 0, 0 },   { 0, 0, 0 },
        { 0x37316470 /* pd17 */, 0, 0 }, { HDS_MAKE_IN_USE, 0, 0 },
        { HDS_MAKE_CLEAN, 2, PRL_ERR_DISK_OPERATION_NOT_ALLOWED },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(cleanup_free) char *path = temp_path("mark.hds");
        uint32_t entries[16] = { [2] = 1 };
        struct hds_make m = { false, 8, 16, rows[i].in_use, 8, rows[i].flags, 128, 0 };
        struct image *image;

        close(hds_make_file(path, &m, entries, 8192));
        assert_int_equal(try_open(path, 0), 0);
        assert_int_equal(hds_in_use_of(path), rows[i].in_use);
        assert_int_equal(try_open(path, IMAGE_WRITE), rows[i].want);
        /* What was clean and was not written stays as it was; what was not is checked and closed. */
        assert_int_equal(hds_in_use_of(path), rows[i].in_use == HDS_MAKE_IN_USE ? HDS_MAKE_CLEAN : rows[i].in_use);
        if (rows[i].want)
            continue;
        image = must_open(path, IMAGE_WRITE);
        assert_int_equal(image_put(image, "x", 1, 5), 0);
        assert_int_equal(hds_in_use_of(path), HDS_MAKE_IN_USE);
        assert_int_equal(image_close(image), 0);
        assert_int_equal(hds_in_use_of(path), HDS_MAKE_CLEAN);
    }
}

static void
hds__empty_flag__hides_the_table_until_the_first_write(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("empty.hds");
    uint32_t entries[16] = { [2] = 1, [3] = 1, [4] = 999 };
    struct hds_make m = { false, 8, 16, HDS_MAKE_CLEAN, 8, 1, 128, 0 };
    int fd = hds_make_file(path, &m, entries, 8192);
    struct chain *c;

    assert_int_equal(pwrite(fd, "garbage", 7, 4096), 7);
    close(fd);
    c = chain_of(must_open(path, IMAGE_WRITE));
    assert_bytes(c, 0, 65536, 0);
    assert_int_equal(chain_write(c, "x", 1, 0), 0);
    assert_bytes(c, 1, 65535, 0);
    assert_int_equal(chain_close(c), 0);
    assert_sound(path);
    assert_int_equal(hds_get32(path, 52), 0);
    c = chain_of(must_open(path, 0));
    assert_bytes(c, 0, 1, 'x');
    assert_bytes(c, 1, 65535, 0);
    assert_int_equal(chain_close(c), 0);
}

static void
hds__header_that_cannot_be__is_refused(void **state)
{
    static const struct {
        struct hds_make m;
        uint64_t size;
        PRL_RESULT want;
    } rows[] = {
        { { false, 0, 16, 0, 8, 0, 128, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },                     /* no cluster size */
        { { false, (1 << 22) + 1, 16, 0, 8, 0, 128, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },         /* absurd */
        { { false, 8, 16, 0, 8, 0, 129, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },                     /* table too small */
        { { false, 8, 16, 0, 8, 0, UINT64_MAX, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },              /* overflow bait */
        { { false, 8, 16, 0, 8, 0, 0, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },                       /* no disk */
        { { false, 8, 16, 0, 800, 0, 128, 0 }, 8192, PRL_ERR_DISK_IMAGES_CORRUPTED },                   /* data past the file */
        { { false, 8, 16, 0, 0, 0, 128, 0 }, 100, PRL_ERR_DISK_IMAGES_CORRUPTED },                      /* ends in its table */
    };
    AUTO(cleanup_free) char *path = temp_path("bad.hds");
    AUTO(cleanup_free) char *link = temp_path("link.hds");
    static const uint32_t entries[16];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        close(hds_make_file(path, &rows[i].m, entries, rows[i].size));
        assert_int_equal(try_open(path, 0), rows[i].want);
        assert_int_equal(try_open(path, IMAGE_WRITE | IMAGE_NO_CHECK), rows[i].want);
    }
    put_text(path, "not an image, but longer than its header would have to be, surely so by now");
    assert_int_equal(try_open(path, 0), PRL_ERR_DISK_INVALID_FORMAT);
    put_text(path, "short");
    assert_int_equal(try_open(path, 0), PRL_ERR_DISK_INVALID_FORMAT);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(try_open(link, 0), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(try_open(temp_dir, 0), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(try_open(path, 0), PRL_ERR_DISK_FILE_OPEN_ERROR);
}

/* Nothing is read or written through an entry that points elsewhere, with checks or without. */
static void
hds__evil_entries__reach_nothing(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("evil.hds");
    uint32_t entries[16] = { [1] = UINT32_MAX, [2] = 1000 };
    struct hds_make m = { false, 8, 16, HDS_MAKE_CLEAN, 16, 0, 128, 0 };
    struct chain *c;
    char byte;

    close(hds_make_file(path, &m, entries, 16 * 512 + 4096));
    c = chain_of(must_open(path, 0));
    assert_int_equal(chain_read(c, &byte, 1, 4096), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(chain_read(c, &byte, 1, 8192), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(chain_read(c, &byte, 1, 0), 0);
    assert_int_equal(chain_close(c), 0);

    c = chain_of(must_open(path, IMAGE_WRITE));
    assert_int_equal(chain_write(c, "x", 1, 0), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(chain_close(c), 0);
    assert_int_equal(hds_in_use_of(path), HDS_MAKE_CLEAN);

    entries[1] = entries[2] = 2; /* two clusters, one place */
    close(hds_make_file(path, &m, entries, 16 * 512 + 4096));
    c = chain_of(must_open(path, IMAGE_WRITE));
    assert_int_equal(chain_write(c, "x", 1, 4096), PRL_ERR_DISK_SHARED_BLOCK);
    assert_int_equal(chain_close(c), 0);

    entries[2] = 1; /* in the table */
    close(hds_make_file(path, &m, entries, 16 * 512 + 4096));
    c = chain_of(must_open(path, IMAGE_WRITE | IMAGE_NO_CHECK));
    assert_int_equal(chain_write(c, "x", 1, 8192), PRL_ERR_DISK_IMAGES_CORRUPTED);
    assert_int_equal(chain_write(c, "x", 1, 0), 0);
    assert_int_equal(chain_close(c), 0);
}

static void
hds__created__only_as_it_can_be(void **state)
{
    static const struct {
        struct hds_new args;
        PRL_RESULT want;
    } rows[] = {
        { { 0, 8, false }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { 100, 7, false }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { 100, 4, false }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { 100, 63, false }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { 100, 1u << 23, false }, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { { UINT64_C(8) << 29 | 1, 8, false }, PRL_ERR_DISK_INVALID_PARAMETERS },
        { { UINT64_MAX, 8, false }, PRL_ERR_DISK_INVALID_PARAMETERS },
    };
    AUTO(cleanup_free) char *path = temp_path("new.hds");
    struct hds_new fine = { 131072, 0, false };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(hds_create(AT_FDCWD, path, &rows[i].args, NULL), rows[i].want);
        assert_false(path_exists(path));
    }
    assert_int_equal(hds_create(AT_FDCWD, path, &fine, NULL), 0);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(hds_create(AT_FDCWD, path, &fine, NULL), PRL_ERR_DISK_FILE_EXISTS);
    assert_int_equal(hds_data_sector_of(path), 2048);
    assert_int_equal(hds_get32(path, 32), 64);
    assert_int_equal(hds_in_use_of(path), HDS_MAKE_CLEAN);
}

static void
image__locks__are_those_of_qemu(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("lock.hds");
    struct image *a, *b;

    must_create(path, 131072, 0);
    a = must_open(path, IMAGE_WRITE);
    assert_int_equal(try_open(path, IMAGE_WRITE), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(try_open(path, 0), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(try_open(path, IMAGE_SHARE_WRITERS), 0);
    if (has_qemu_img()) {
        assert_int_not_equal(QEMU_IMG("check", "-q", "-f", "parallels", path), 0);
        assert_int_equal(QEMU_IMG("check", "-q", "-U", "-f", "parallels", path), 0);
    }
    assert_int_equal(image_close(a), 0);

    a = must_open(path, 0);
    b = must_open(path, 0);
    assert_int_equal(try_open(path, IMAGE_WRITE), PRL_ERR_DISK_SHARING_VIOLATION);
    if (has_qemu_img()) {
        assert_int_equal(QEMU_IMG("check", "-q", "-f", "parallels", path), 0);
        assert_int_not_equal(QEMU_IMG("check", "-q", "-r", "all", "-f", "parallels", path), 0);
    }
    assert_int_equal(image_close(a), 0);
    assert_int_equal(try_open(path, IMAGE_WRITE), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(image_close(b), 0);
    assert_int_equal(try_open(path, IMAGE_WRITE), 0);
}

static void
image__lock_of_a_killed_process__is_gone(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("lock.hds");
    int ready[2], status;
    char byte;
    pid_t pid;

    must_create(path, 131072, 0);
    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        struct image *image;

        if (PRL_FAILED(hds_open(AT_FDCWD, path, IMAGE_WRITE, &image)) || PRL_FAILED(image_put(image, "x", 1, 0))
            || write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(try_open(path, IMAGE_WRITE), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(hds_in_use_of(path), HDS_MAKE_IN_USE);
    assert_int_equal(try_open(path, IMAGE_WRITE), 0); /* checked on the way */
    assert_sound(path);
    close(ready[0]);
    close(ready[1]);
}

static void
hds__made_by_qemu__goes_on_here(void **state)
{
    static const char *const cluster_sizes[] = { "cluster_size=1M", "cluster_size=64k" };
    AUTO(cleanup_free) char *path = temp_path("qemu.hds");
    AUTO(cleanup_free) char *raw = temp_path("from.raw");
    uint64_t size = 20 * MIB + 512 * 77;
    AUTO(cleanup_free) unsigned char *model = calloc(1, size);

    if (!has_qemu_img())
        skip();
    for (uint64_t at = 3 * MIB + 500; at < size; at += 2 * MIB)
        memset(model + at, (int)(at / MIB), 100000 < size - at ? 100000 : size - at);
    put_file(raw, model, size);
    for (size_t i = 0; i < ARRAY_LEN(cluster_sizes); i++) {
        assert_int_equal(QEMU_IMG("convert", "-q", "-fraw", "-Oparallels", "-o", cluster_sizes[i], raw, path), 0);
        exercise(path, model, size, 80, MIB);
        assert_qemu_agrees(path, model, size);
        put_file(raw, model, size);
    }
}

static sem_t table_written;

static int
see_table_write(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    if (change == FILE_WRITE && offset == 64)
        sem_post(&table_written);
    return 0;
}

/* A process that dies loses the places of its data unless somebody has written them meanwhile. */
static void
hds__nobody_flushes__the_table_is_written_all_the_same(void **state)
{
    static const struct file_watch watch = { see_table_write, NULL };
    AUTO(cleanup_free) char *path = temp_path("lazy.hds");
    struct timespec deadline;
    struct image *image;

    assert_int_equal(sem_init(&table_written, 0, 0), 0);
    must_create(path, 131072, 0);
    file_watch_set(&watch);
    image = must_open(path, IMAGE_WRITE);
    assert_int_equal(image_put(image, "x", 1, 0), 0);
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 30;
    assert_int_equal(sem_timedwait(&table_written, &deadline), 0);
    image_free(image); /* as if the process died */
    file_watch_set(NULL);
    assert_int_equal(hds_entry_at(path, 0), 1);
    assert_int_equal(try_open(path, IMAGE_WRITE), 0);
    sem_destroy(&table_written);
}

static int n_syncs;

static int
fail_second_sync(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    return change == FILE_SYNC && ++n_syncs == 2 ? -EIO : 0;
}

/* The kernel tells of a loss once. Whoever syncs again is told that all is well, and must not believe it. */
static void
hds__sync_that_failed__is_never_forgotten(void **state)
{
    static const struct file_watch watch = { fail_second_sync, NULL };
    AUTO(cleanup_free) char *path = temp_path("sync.hds");
    struct chain *c;

    must_create(path, 131072, 0);
    n_syncs = 0;
    file_watch_set(&watch);
    c = chain_of(must_open(path, IMAGE_WRITE));
    assert_int_equal(chain_write(c, "x", 1, 0), 0); /* the first: the mark */
    assert_int_equal(chain_flush(c), PRL_ERR_DISK_FSYNC_FAILED);
    assert_int_equal(chain_flush(c), PRL_ERR_DISK_FSYNC_FAILED);
    assert_true(PRL_FAILED(chain_write(c, "x", 1, 0)));
    assert_true(PRL_FAILED(chain_close(c)));
    file_watch_set(NULL);
    assert_int_equal(hds_in_use_of(path), HDS_MAKE_IN_USE);
    assert_int_equal(try_open(path, IMAGE_WRITE), 0);
}

/* As somebody who may not write it: root may always. */
static void
image__that_may_only_be_read__is_read(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("ro.hds");
    int status;
    pid_t pid;

    must_create(path, 2048, 8);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(temp_dir, 0755), 0);
    pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) < 0)
            _exit(1);
        _exit(try_open(path, IMAGE_WRITE) == PRL_ERR_DISK_FILE_OPEN_ERROR && try_open(path, 0) == PRL_ERR_SUCCESS ? 0 : 2);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
plain__image__reads_writes_and_ends_where_it_should(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("plain");
    struct image *image;
    struct chain *c;
    struct stat st;

    assert_int_equal(plain_create(AT_FDCWD, path, 3 * MIB + 512, NULL), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 3 * MIB + 512);
    assert_true((uint64_t)st.st_blocks * 512 >= 3 * MIB);
    assert_int_equal(plain_create(AT_FDCWD, path, MIB, NULL), PRL_ERR_DISK_FILE_EXISTS);
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_equal(plain_open(AT_FDCWD, path, IMAGE_WRITE, 3 * MIB + 512, &image), 0);
    c = chain_of(image);
    assert_bytes(c, 0, 3 * MIB + 512, 0);
    assert_int_equal(chain_write(c, "end", 3, 3 * MIB + 509), 0);
    assert_int_equal(chain_write(c, "over", 4, 3 * MIB + 509), PRL_ERR_DISK_WRITE_OUT_DISK);
    assert_bytes(c, 3 * MIB + 509, 1, 'e');
    assert_int_equal(chain_flush(c), 0);
    assert_int_equal(chain_close(c), 0);
    assert_int_equal(plain_open(AT_FDCWD, path, 0, MIB, &image), 0);
    assert_int_equal(image_put(image, "x", 1, 0), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(image_close(image), 0);
}

static bool
stop_at_half(void *arg, int permille)
{
    return permille < 500;
}

static void
plain__creation_cancelled__leaves_nothing(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("plain");
    struct image_watch watch = { stop_at_half, NULL };
    struct hds_new args = { 1 << 20, 0, true };

    assert_int_equal(plain_create(AT_FDCWD, path, 512 * MIB, &watch), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_false(path_exists(path));
    assert_int_equal(hds_create(AT_FDCWD, path, &args, &watch), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_false(path_exists(path));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temp_dir_up, temp_dir_down)
    static const struct CMUnitTest tests[] = {
        TEST(hds__random_writes__read_back_by_us_and_qemu),
        TEST(hds__old_images__are_read_and_written_in_place),
        TEST(hds__beyond_two_tebibytes__of_file_and_disk),
        TEST(hds__marks__of_all_kinds),
        TEST(hds__empty_flag__hides_the_table_until_the_first_write),
        TEST(hds__header_that_cannot_be__is_refused),
        TEST(hds__evil_entries__reach_nothing),
        TEST(hds__created__only_as_it_can_be),
        TEST(image__locks__are_those_of_qemu),
        TEST(image__lock_of_a_killed_process__is_gone),
        TEST(image__that_may_only_be_read__is_read),
        TEST(hds__made_by_qemu__goes_on_here),
        TEST(hds__nobody_flushes__the_table_is_written_all_the_same),
        TEST(hds__sync_that_failed__is_never_forgotten),
        TEST(plain__image__reads_writes_and_ends_where_it_should),
        TEST(plain__creation_cancelled__leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
