/* SPDX-License-Identifier: MIT */
/* qcow2 headers: ours are what qemu-img takes, others' are read with care. Copies keep data and holes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <endian.h>
#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "qemu/proc_run.h"
#include "qemu/qemu_find.h"
#include "temp_dir.h"
#include "vm/image_file.h"
#include "skip.h"

#define MIB ((uint64_t)1 << 20)

/* ---- qemu-img as the judge ---- */

static char *qemu_img;

static char *
ask(const char *const *args)
{
    const char *argv[16] = { qemu_img };
    char *out = NULL;
    size_t n = 1;

    while ((argv[n] = args[n - 1]))
        n++;
    if (PRL_FAILED(proc_run(argv, NULL, clock_deadline(30000), -1, &out)))
        fail_msg("qemu-img %s: %s", args[0], err_peek()->details);
    return out;
}
#define ASK(...) ask((const char *const[]){ __VA_ARGS__, NULL })

static void
need_qemu_img(void)
{
    if (!qemu_img && PRL_FAILED(qemu_find_img(&qemu_img)))
        skip_because("there is no qemu-img");
}

static void
write_pattern(const char *path, const char *command)
{
    AUTO(cleanup_free) char *io = str_printf("%.*sio", (int)strlen(qemu_img) - 3, qemu_img);
    const char *argv[] = { io, "-f", "qcow2", "-c", command, path, NULL };
    AUTO(cleanup_free) char *out = NULL;

    assert_int_equal(proc_run(argv, NULL, clock_deadline(30000), -1, &out), PRL_ERR_SUCCESS);
    assert_null(strstr(out, "failed"));
}

/* ---- making ---- */

static void
create__qemu_img_finds_nothing_wrong(void **state)
{
    static const uint64_t sizes_mib[] = { 1, 100, 512, 513, 65536, 1u << 20 };

    need_qemu_img();
    for (size_t i = 0; i < ARRAY_LEN(sizes_mib); i++) {
        AUTO(cleanup_free) char *path = temp_path("disk.hdd");
        AUTO(cleanup_free) char *size = str_printf("\"virtual-size\": %llu,", (unsigned long long)(sizes_mib[i] * MIB));
        struct image_info info;

        assert_int_equal(image_create(path, sizes_mib[i]), PRL_ERR_SUCCESS);
        free(ASK("check", "-f", "qcow2", path));
        AUTO(cleanup_free) char *words = ASK("info", "--output=json", "-f", "qcow2", path);
        assert_non_null(strstr(words, size));
        assert_non_null(strstr(words, "\"lazy-refcounts\": false"));
        assert_int_equal(mode_of(path), 0600);
        assert_int_equal(image_file_info(path, &info), PRL_ERR_SUCCESS);
        assert_int_equal(info.format, IMAGE_QCOW2);
        assert_int_equal(info.size_bytes, sizes_mib[i] * MIB);
        assert_null(info.backing);
        assert_true(info.is_pristine);
        image_info_clear(&info);
        unlink(path);
    }
}

static void
create__existing_file__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    AUTO(cleanup_free) char *now = NULL;

    put_file(path, "old", 3);
    assert_int_equal(image_create(path, 10), PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST);
    now = get_file(path);
    assert_string_equal(now, "old");
}

static void
create__without_size__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");

    assert_int_equal(image_create(path, 0), PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE);
    assert_int_equal(image_create(path, UINT64_MAX >> 20), PRL_ERR_CANT_CREATE_HDD_IMAGE);
    assert_false(path_exists(path));
}

static void
created_image__takes_writes_and_is_pristine_no_more(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    struct image_info info;

    need_qemu_img();
    assert_int_equal(image_create(path, 2000), PRL_ERR_SUCCESS);
    write_pattern(path, "write -P 7 1500M 3M");
    free(ASK("check", "-f", "qcow2", path));
    assert_int_equal(image_file_info(path, &info), PRL_ERR_SUCCESS);
    assert_false(info.is_pristine);
    image_info_clear(&info);
}

/* ---- overlays ---- */

static void
overlay__shows_its_base_and_commits_back(void **state)
{
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    char *chain[] = { base, NULL };
    struct image_info info;

    need_qemu_img();
    assert_int_equal(image_create(base, 64), PRL_ERR_SUCCESS);
    write_pattern(base, "write -P 1 0 1M");
    assert_int_equal(image_overlay_create(top, base, "base.hdd"), PRL_ERR_SUCCESS);
    free(ASK("check", "-f", "qcow2", top));
    assert_int_equal(image_file_info(top, &info), PRL_ERR_SUCCESS);
    assert_string_equal(info.backing, "base.hdd");
    assert_int_equal(info.size_bytes, 64 * MIB);
    assert_true(info.is_pristine);
    image_info_clear(&info);
    free(ASK("compare", base, top));

    write_pattern(top, "write -P 2 512K 1M");
    assert_int_equal(image_commit(top, chain, false), PRL_ERR_SUCCESS);
    free(ASK("compare", base, top));
    write_pattern(base, "read -P 2 512K 1M");
    write_pattern(base, "read -P 1 0 512K");
}

/* A cluster of the base that it has only in part comes from what is below: a commit must not fill it with zeros. */
static void
commit__to_a_base_that_stands_on_another__keeps_what_is_below(void **state)
{
    AUTO(cleanup_free) char *bottom = temp_path("bottom.hdd");
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    char *chain[] = { base, bottom, NULL };

    need_qemu_img();
    assert_int_equal(image_create(bottom, 64), PRL_ERR_SUCCESS);
    write_pattern(bottom, "write -P 1 0 8M");
    free(ASK("create", "-q", "-f", "qcow2", "-o", "cluster_size=2M", "-b", bottom, "-F", "qcow2", base));
    assert_int_equal(image_overlay_create(top, base, "base.hdd"), PRL_ERR_SUCCESS);
    write_pattern(top, "write -P 2 64K 64K");
    assert_int_equal(image_commit(top, chain, false), PRL_ERR_SUCCESS);
    write_pattern(base, "read -P 1 0 64K");
    write_pattern(base, "read -P 2 64K 64K");
    write_pattern(base, "read -P 1 128K 4M");
}

static void
overlay__over_a_raw_file__is_refused(void **state)
{
    AUTO(cleanup_free) char *base = temp_path("raw.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");

    assert_int_equal(image_create_raw(base, MIB), PRL_ERR_SUCCESS);
    assert_int_equal(image_overlay_create(top, base, "raw.hdd"), PRL_ERR_DISK_NOT_PERMITTED);
    assert_false(path_exists(top));
}

static void
bare_backing__takes_the_directory_away(void **state)
{
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *top = temp_path("top.hdd");
    struct image_info info;
    int fd;

    assert_int_equal(image_create(base, 64), PRL_ERR_SUCCESS);
    assert_int_equal(image_overlay_create(top, base, base), PRL_ERR_SUCCESS);
    fd = open(top, O_RDWR | O_CLOEXEC);
    assert_int_equal(image_bare_backing(fd), 0);
    assert_int_equal(image_bare_backing(fd), 0);
    close(fd);
    assert_int_equal(image_file_info(top, &info), PRL_ERR_SUCCESS);
    assert_string_equal(info.backing, "base.hdd");
    image_info_clear(&info);
}

/* ---- hostile headers ---- */

struct bad {
    const char *what;
    size_t at, n;       /* n bytes of `value`, big-endian */
    uint64_t value;
};

static void
header__damaged__is_refused(void **state)
{
    static const struct bad bad[] = {
        { "version", 4, 4, 9 },
        { "cluster bits too small", 20, 4, 3 },
        { "cluster bits too large", 20, 4, 63 },
        { "size", 24, 8, UINT64_MAX },
        { "L1 size", 36, 4, UINT32_MAX },
        { "unknown feature", 72, 8, (uint64_t)1 << 40 },
        { "name far away", 8, 8, (uint64_t)1 << 40 },
        { "name too long", 16, 4, 1u << 20 },
        { "name is no text", 8, 8, 4 },
    };
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *path = temp_path("bad.hdd");

    assert_int_equal(image_create(base, 64), PRL_ERR_SUCCESS);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        uint64_t be = htobe64(bad[i].value) >> (64 - 8 * bad[i].n);
        struct image_info info;
        int fd;

        unlink(path);
        assert_int_equal(image_overlay_create(path, base, "base.hdd"), PRL_ERR_SUCCESS);
        fd = open(path, O_WRONLY | O_CLOEXEC);
        if (bad[i].n == 8)
            be = htobe64(bad[i].value);
        assert_int_equal(pwrite(fd, &be, bad[i].n, (off_t)bad[i].at), bad[i].n);
        close(fd);
        if (image_file_info(path, &info) != PRL_ERR_DISK_NOT_PERMITTED)
            fail_msg("%s was taken", bad[i].what);
    }
}

static void
header__cut_at_any_length__does_no_harm(void **state)
{
    AUTO(cleanup_free) char *base = temp_path("base.hdd");
    AUTO(cleanup_free) char *path = temp_path("cut.hdd");

    assert_int_equal(image_create(base, 64), PRL_ERR_SUCCESS);
    assert_int_equal(image_overlay_create(path, base, base), PRL_ERR_SUCCESS);
    for (int n = 300; n >= 0; n--) {
        struct image_info info;

        assert_int_equal(truncate(path, n), 0);
        if (PRL_SUCCEEDED(image_file_info(path, &info)))
            image_info_clear(&info);
    }
}

static void
external_data_file__is_seen(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    uint64_t features = htobe64(4);
    struct image_info info;
    int fd;

    assert_int_equal(image_create(path, 64), PRL_ERR_SUCCESS);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, &features, 8, 72), 8);
    close(fd);
    assert_int_equal(image_file_info(path, &info), PRL_ERR_SUCCESS);
    assert_true(info.has_data_file);
    image_info_clear(&info);
}

static void
info__of_no_regular_file__is_refused(void **state)
{
    AUTO(cleanup_free) char *fifo = temp_path("fifo");
    AUTO(cleanup_free) char *none = temp_path("none");
    struct image_info info;

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(image_file_info(fifo, &info), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(image_file_info(temp_dir, &info), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(image_file_info(none, &info), PRL_ERR_FILE_NOT_FOUND);
}

/* ---- copies ---- */

struct watch {
    uint64_t bytes, cancel_at;
};

static void
on_bytes(void *arg, uint64_t bytes)
{
    ((struct watch *)arg)->bytes += bytes;
}

static bool
on_ask(void *arg)
{
    struct watch *w = arg;

    return w->cancel_at && w->bytes >= w->cancel_at;
}

static int
open_sparse(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char block[65536];

    memset(block, 'x', sizeof block);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, block, sizeof block, 0), sizeof block);
    for (int i = 0; i < 320; i++) /* 20 MiB */
        assert_int_equal(pwrite(fd, block, sizeof block, (off_t)(100 * MIB) + i * (off_t)sizeof block), sizeof block);
    assert_int_equal(ftruncate(fd, (off_t)(1000 * MIB + 17)), 0);
    return fd;
}

static void
copy__keeps_data_and_holes(void **state)
{
    AUTO(cleanup_free) char *from = temp_path("from");
    AUTO(cleanup_free) char *to = temp_path("to");
    AUTO(cleanup_free) char *compare = str_printf("cmp '%s' '%s'", from, to);
    struct watch w = { 0 };
    struct image_copy_watch watch = { on_bytes, on_ask, &w };
    int src = open_sparse(from), dst = open(to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat a, b;

    assert_int_equal(image_copy(src, dst, &watch), 0);
    assert_int_equal(fsync(dst), 0);
    assert_int_equal(fstat(src, &a), 0);
    assert_int_equal(fstat(dst, &b), 0);
    assert_int_equal(a.st_size, b.st_size);
    assert_true((uint64_t)b.st_blocks * 512 < 40 * MIB);
    assert_true(w.bytes >= 20 * MIB && w.bytes < 40 * MIB);
    assert_int_equal(system(compare), 0);
    close(src);
    close(dst);
}

static void
copy__cancelled__stops_soon(void **state)
{
    AUTO(cleanup_free) char *from = temp_path("from");
    AUTO(cleanup_free) char *to = temp_path("to");
    struct watch w = { .cancel_at = 1 };
    struct image_copy_watch watch = { on_bytes, on_ask, &w };
    int src = open_sparse(from), dst = open(to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    assert_int_equal(image_copy(src, dst, &watch), -ECANCELED);
    assert_true(w.bytes <= 8 * MIB);
    close(src);
    close(dst);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, temp_dir_up, temp_dir_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(create__qemu_img_finds_nothing_wrong),
        IN_DIR(create__existing_file__is_refused),
        IN_DIR(create__without_size__is_refused),
        IN_DIR(created_image__takes_writes_and_is_pristine_no_more),
        IN_DIR(overlay__shows_its_base_and_commits_back),
        IN_DIR(commit__to_a_base_that_stands_on_another__keeps_what_is_below),
        IN_DIR(overlay__over_a_raw_file__is_refused),
        IN_DIR(bare_backing__takes_the_directory_away),
        IN_DIR(header__damaged__is_refused),
        IN_DIR(header__cut_at_any_length__does_no_harm),
        IN_DIR(external_data_file__is_seen),
        IN_DIR(info__of_no_regular_file__is_refused),
        IN_DIR(copy__keeps_data_and_holes),
        IN_DIR(copy__cancelled__stops_soon),
    };
    int r = cmocka_run_group_tests(tests, NULL, NULL);

    free(qemu_img);
    return r;
}
