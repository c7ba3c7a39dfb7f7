/* SPDX-License-Identifier: MIT */
/* The parts of long work: the walk over what is not zero, helper programs, what is refused; and copies of odd sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "image/work_parts.h"
#include "temp_dir.h"
#include "work_disks.h"

/* ---- the walk ---- */

#define CONTENT (512u * KIB)

struct content {
    unsigned char bytes[CONTENT];
    bool is_hole[CONTENT / 512]; /* told as no data; zeros then */
    uint64_t size;
};
struct taken {
    unsigned char bytes[CONTENT];
    uint64_t size, n, last_end;
    uint32_t grain;
};
static struct content content;
static struct taken taken;

static PRL_RESULT
content_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    const struct content *c = arg;
    uint64_t end = offset;

    assert_true(max > 0 && offset + max <= c->size);
    *ret_is_data = !c->is_hole[offset / 512];
    while (end < offset + max && c->is_hole[end / 512] == c->is_hole[offset / 512])
        end++;
    *ret_length = end - offset;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
content_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    const struct content *c = arg;

    assert_true(offset + size <= c->size);
    memcpy(buf, c->bytes + offset, size);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
take(void *arg, const void *data, size_t size, uint64_t offset)
{
    struct taken *t = arg;

    assert_true(size > 0 && offset + size <= t->size);
    assert_true(offset >= t->last_end); /* nothing twice, nothing backwards */
    assert_false(work_is_zero(data, size));
    memcpy(t->bytes + offset, data, size);
    t->last_end = offset + size;
    t->n++;
    return PRL_ERR_SUCCESS;
}

static void
make_content(void)
{
    memset(&content, 0, sizeof content);
    content.size = CONTENT - disk_rnd(3) * disk_rnd(70000);
    for (uint64_t at = 0; at < CONTENT;) {
        uint64_t n = (1 + disk_rnd(300)) * 512;
        int kind = (int)disk_rnd(4);

        n = n < CONTENT - at ? n : CONTENT - at;
        for (uint64_t i = at; i < at + n; i++)
            content.bytes[i] = kind == 0 || i >= content.size ? 0 : kind == 1 ? 0 : (unsigned char)disk_rnd(256);
        memset(content.is_hole + at / 512, kind == 0, (n + 511) / 512);
        at += n;
    }
}

static void
pump__any_content_and_grain__gives_what_is_not_zero_once(void **state)
{
    static const uint32_t grains[] = { 0, 512, 4096, 32256 /* 63 sectors */, 65536, 1 << 20 };

    for (int round = 0; round < 60; round++) {
        struct work_source source = { content_extent, content_read, &content, 0 };
        struct work_sink sink = { take, &taken };

        make_content();
        memset(&taken, 0, sizeof taken);
        taken.size = source.size = content.size;
        assert_ok(work_pump(&source, grains[round % ARRAY_LEN(grains)], &sink, NULL));
        assert_memory_equal(taken.bytes, content.bytes, content.size);
    }
}

static void
pump__nothing_but_zeros__gives_nothing(void **state)
{
    struct work_source source = { content_extent, content_read, &content, CONTENT };
    struct work_sink sink = { take, &taken };

    memset(&content, 0, sizeof content);
    content.size = CONTENT;
    memset(&taken, 0, sizeof taken);
    assert_ok(work_pump(&source, 4096, &sink, NULL));
    assert_int_equal(taken.n, 0);
}

static void
is_zero__one_bit_anywhere__is_seen(void **state)
{
    unsigned char bytes[200] = { 0 };

    for (size_t n = 0; n < sizeof bytes; n++) {
        assert_true(work_is_zero(bytes, n));
        for (size_t i = 0; i < n; i++) {
            bytes[i] = 0x80;
            assert_false(work_is_zero(bytes, n));
            bytes[i] = 0;
        }
    }
}

/* ---- progress ---- */

struct seen {
    int last, n, stop_after;
    int64_t stop_ms;
};

static bool
see(void *arg, int permille)
{
    struct seen *s = arg;

    assert_in_range(permille, 0, 1000);
    s->last = permille;
    s->n++;
    return (!s->stop_after || s->n < s->stop_after) && (!s->stop_ms || clock_now_ms() < s->stop_ms);
}

static void
part__of_a_part__is_where_it_belongs(void **state)
{
    struct seen s = { 0 };
    struct image_watch whole = { see, &s };
    struct work_part half, quarter, none;

    work_part_init(&half, &whole, 500, 1000);
    work_part_init(&quarter, &half.watch, 0, 500);
    assert_ok(work_report(&quarter.watch, 1, 2));
    assert_int_equal(s.last, 625);
    assert_ok(work_report(&half.watch, UINT64_MAX, UINT64_MAX));
    assert_int_equal(s.last, 1000);
    assert_ok(work_report(&half.watch, UINT64_MAX - 1, UINT64_MAX));
    assert_ok(work_report(&half.watch, 0, 0));
    work_part_init(&none, NULL, 0, 1000);
    assert_ok(work_report(&none.watch, 1, 2));
    assert_ok(work_report(NULL, 1, 2));
}

/* ---- helpers ---- */

static PRL_RESULT
run_sh(const char *script, const char *input, const struct image_watch *watch, int *ret_exit, char **ret_out)
{
    const char *argv[] = { "/bin/sh", "-c", script, NULL };

    return work_run(argv, input, watch, ret_exit, ret_out);
}

static void
run__words_and_status__are_taken(void **state)
{
    char *out = NULL;
    int code = -1;

    assert_ok(run_sh("cat; echo more", "given\n", NULL, NULL, &out));
    assert_string_equal(out, "given\nmore\n");
    free(out);
    assert_ok(run_sh("exit 7", NULL, NULL, &code, NULL));
    assert_int_equal(code, 7);
    assert_int_equal(run_sh("echo it broke >&2; exit 7", NULL, NULL, NULL, NULL), PRL_ERR_DISK_TOOL_PROCESS_ERROR);
    assert_non_null(strstr(err_peek()->details, "it broke"));
    assert_int_equal(run_sh("kill -9 $$", NULL, NULL, &code, NULL), PRL_ERR_DISK_TOOL_PROCESS_ERROR);
    assert_int_equal(run_sh("echo 'Failed to get \"write\" lock' >&2; exit 1", NULL, NULL, NULL, NULL), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(run_sh("echo 'write: No space left on device' >&2; exit 1", NULL, NULL, NULL, NULL), PRL_ERR_DISK_INSUFFICIENT_SPACE);
}

/* It says the same until it is ended, so that the watch is asked after the words have come. */
static void
run__progress_words__reach_the_watch(void **state)
{
    struct seen s = { .stop_after = 20 };
    struct image_watch watch = { see, &s };

    assert_int_equal(run_sh("while :; do printf '(nonsense) (500/100%%) (42.00/100%%)'; done", NULL, &watch, NULL, NULL), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_int_equal(s.last, 420);
}

static void
run__cancelled__is_killed(void **state)
{
    struct seen s = { .stop_after = 2 };
    struct image_watch watch = { see, &s };
    int64_t began = clock_now_ms();

    assert_int_equal(run_sh("trap '' TERM INT; exec sleep 60", NULL, &watch, NULL, NULL), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_true(clock_now_ms() - began < 30000);
}

static void
run__nothing_moves__is_ended_and_busy_ones_are_not(void **state)
{
    struct seen s = { .stop_ms = clock_now_ms() + 1500 };
    struct image_watch watch = { see, &s };

    work_run_stall_ms = 480;
    assert_int_equal(run_sh("exec sleep 60", NULL, NULL, NULL, NULL), PRL_ERR_TIMEOUT);
    /* It closes its words and stays: the same. */
    assert_int_equal(run_sh("exec >&- 2>&-; exec sleep 60", NULL, NULL, NULL, NULL), PRL_ERR_DISK_TOOL_PROCESS_ERROR);
    /* Its helper is at work, itself it only waits. */
    assert_int_equal(run_sh("sh -c 'while :; do :; done' & wait", NULL, &watch, NULL, NULL), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_true(clock_now_ms() >= s.stop_ms);
    work_run_stall_ms = 120000;
}

static void
run__no_program__is_said(void **state)
{
    char *path = NULL;

    setenv("PRLKVM_QEMU_IMG", "/nonexistent/qemu-img", 1);
    assert_int_equal(work_find_program("qemu-img", "PRLKVM_QEMU_IMG", &path), PRL_ERR_DISK_TOOL_NOT_FOUND);
    assert_non_null(strstr(err_peek()->details, "/nonexistent/qemu-img"));
    unsetenv("PRLKVM_QEMU_IMG");
    assert_null(path);
}

/* ---- what is refused ---- */

static unsigned char data[2 * DISK_BYTES];

static void
resize__sizes_that_are_none__are_refused(void **state)
{
    char *path = temp_path("refused.hdd");

    disk_make_bundle(path, false, false, data, 0);
    assert_int_equal(work_resize(path, 0, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(work_resize(path, 513, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(work_resize(path, UINT64_MAX / 512 * 512, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    assert_int_equal(disk_must_have(path, data, 0, "refused"), DISK_BYTES);
    free(path);
}

static void
works__the_disk_is_open__are_refused(void **state)
{
    static const struct work_layout plain = { WORK_YES, WORK_KEEP };
    struct disk_open_args args = { .flags = PRL_DISK_READ };
    char *paths[] = { temp_path("open.hdd"), temp_path("open.hds"), temp_path("open.raw"), NULL };

    memset(data, 1, DISK_BYTES);
    disk_make_bundle(paths[0], false, false, data, DISK_BYTES);
    disk_make_hds(paths[1], data, DISK_BYTES);
    put_file(paths[2], data, DISK_BYTES);
    for (char **p = paths; *p; p++) {
        struct disk *d;
        char *id = NULL;

        assert_ok(disk_open(*p, &args, &d));
        assert_int_equal(work_resize(*p, 2 * DISK_BYTES, NULL), PRL_ERR_DISK_SHARING_VIOLATION);
        assert_int_equal(work_compact(*p, NULL, NULL), PRL_ERR_DISK_SHARING_VIOLATION);
        assert_int_equal(work_convert(*p, &plain, NULL), PRL_ERR_DISK_SHARING_VIOLATION);
        if (p == paths)
            assert_int_equal(work_snapshot_create(*p, NULL, &id, NULL), PRL_ERR_DISK_SHARING_VIOLATION);
        disk_unref(d);
        assert_int_equal(disk_must_have(*p, data, DISK_BYTES, *p), DISK_BYTES);
        free(*p);
    }
}

static void
works__beside_a_saved_state__are_refused(void **state)
{
    static const struct work_layout plain = { WORK_YES, WORK_KEEP };
    char *home = temp_path("suspended"), *path, *saved, *id = NULL;

    assert_int_equal(mkdir(home, 0700), 0);
    path = path_join(home, "d.hdd");
    saved = path_join(home, "config.sav");
    disk_make_bundle(path, false, false, data, DISK_BYTES);
    put_text(saved, "");
    assert_int_equal(work_resize(path, 2 * DISK_BYTES, NULL), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(work_compact(path, NULL, NULL), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(work_convert(path, &plain, NULL), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(work_merge(path, false, NULL), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(work_snapshot_create(path, NULL, &id, NULL), PRL_ERR_DISK_NOT_PERMITTED);
    unlink(saved);
    assert_ok(work_compact(path, NULL, NULL));
    free(saved);
    free(path);
    free(home);
}

static void
works__on_what_is_no_disk__say_so(void **state)
{
    char *none = temp_path("none"), *dir = temp_path("empty"), *vmdk = temp_path("x.vmdk");
    uint64_t a, b;

    assert_int_equal(work_resize(none, DISK_BYTES, NULL), PRL_ERR_FILE_NOT_FOUND);
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(work_compact(dir, NULL, NULL), PRL_ERR_DISK_XML_MISSING);
    assert_int_equal(work_resize_estimate(none, &a, &b), PRL_ERR_FILE_NOT_FOUND);
    put_text(vmdk, "KDMV and more of it");
    assert_int_equal(work_resize(vmdk, DISK_BYTES, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(work_compact(vmdk, NULL, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(work_copy(none, NULL, vmdk, "raw", NULL), PRL_ERR_FILE_NOT_FOUND);
    free(none);
    free(dir);
    free(vmdk);
}

/* ---- what only a look at the clusters can tell ---- */

static void
compact__zeros_that_hide_data_below__stay(void **state)
{
    char *path = temp_path("hide.hdd"), *id = NULL;
    struct work_blocks n;
    struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE };
    struct disk *d;

    memset(data, 7, DISK_BYTES);
    memset(data + 3 * CLUSTER, 0, CLUSTER);
    disk_make_bundle(path, false, false, data, 4 * CLUSTER);
    assert_ok(work_snapshot_create(path, NULL, &id, NULL));
    memset(data, 0, DISK_BYTES);
    assert_ok(disk_open(path, &args, &d));
    assert_ok(disk_write(d, data, CLUSTER, 0));               /* over sevens */
    assert_ok(disk_write(d, data, CLUSTER, 3 * CLUSTER));     /* over stored zeros */
    assert_ok(disk_write(d, data, CLUSTER, 8 * CLUSTER));     /* over nothing */
    disk_unref(d);
    memset(data + CLUSTER, 7, 2 * CLUSTER);
    assert_ok(work_compact_blocks(path, &n, NULL));
    assert_int_equal(n.allocated, 3);
    assert_int_equal(n.used, 1);
    assert_ok(work_compact(path, NULL, NULL));
    assert_ok(work_compact_blocks(path, &n, NULL));
    assert_int_equal(n.allocated, 1);
    disk_must_have(path, data, DISK_BYTES, "compacted overlay");
    free(id);
    free(path);
}

static void
shrink__one_byte_past_the_new_end__is_refused(void **state)
{
    char *path = temp_path("shrink.hdd");
    uint64_t size, min;

    memset(data, 0, DISK_BYTES);
    data[DISK_BYTES / 2] = 1;
    disk_make_bundle(path, false, false, data, DISK_BYTES);
    assert_int_equal(work_resize(path, DISK_BYTES / 2, NULL), PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW);
    disk_must_have(path, data, DISK_BYTES, "refused");
    assert_ok(work_resize(path, DISK_BYTES / 2 + 512, NULL));
    assert_int_equal(disk_must_have(path, data, DISK_BYTES / 2 + 512, "shrunk"), DISK_BYTES / 2 + 512);
    assert_ok(work_resize_estimate(path, &size, &min));
    assert_int_equal(size, DISK_BYTES / 2 + 512);
    assert_int_equal(min, size); /* a mebibyte would be more than it has */
    /* What lies past the end must not come back. */
    assert_ok(work_resize(path, 2 * DISK_BYTES, NULL));
    disk_must_have(path, data, DISK_BYTES / 2 + 512, "grown again");
    free(path);
}

static void
copy__a_raw_file_that_ends_in_a_sector__is_whole(void **state)
{
    char *raw = temp_path("odd.raw"), *to = temp_path("odd.hdd");

    disk_pattern(data, sizeof data, 3 * CLUSTER + 77);
    put_file(raw, data, 3 * CLUSTER + 77);
    assert_ok(work_copy(raw, "raw", to, "bundle", NULL));
    assert_int_equal(disk_must_have(to, data, 3 * CLUSTER + 77, "odd"), 3 * CLUSTER + 512);
    assert_int_equal(work_copy(raw, "raw", to, "bundle", NULL), PRL_ERR_DISK_FILE_EXISTS);
    assert_int_equal(work_copy(raw, "raw", to, "no format", NULL), PRL_ERR_DISK_INVALID_FORMAT);
    free(raw);
    free(to);
}

static int
up(void **state)
{
    if (temp_dir_up(state) < 0)
        return -1;
    setenv("PRLKVM_HOME", temp_dir, 1);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pump__any_content_and_grain__gives_what_is_not_zero_once),
        cmocka_unit_test(pump__nothing_but_zeros__gives_nothing),
        cmocka_unit_test(is_zero__one_bit_anywhere__is_seen),
        cmocka_unit_test(part__of_a_part__is_where_it_belongs),
        cmocka_unit_test(run__words_and_status__are_taken),
        cmocka_unit_test(run__progress_words__reach_the_watch),
        cmocka_unit_test(run__cancelled__is_killed),
        cmocka_unit_test(run__nothing_moves__is_ended_and_busy_ones_are_not),
        cmocka_unit_test(run__no_program__is_said),
        cmocka_unit_test(resize__sizes_that_are_none__are_refused),
        cmocka_unit_test(works__the_disk_is_open__are_refused),
        cmocka_unit_test(works__beside_a_saved_state__are_refused),
        cmocka_unit_test(works__on_what_is_no_disk__say_so),
        cmocka_unit_test(compact__zeros_that_hide_data_below__stay),
        cmocka_unit_test(shrink__one_byte_past_the_new_end__is_refused),
        cmocka_unit_test(copy__a_raw_file_that_ends_in_a_sector__is_whole),
    };

    return cmocka_run_group_tests(tests, up, temp_dir_down);
}
