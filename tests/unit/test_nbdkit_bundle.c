/* SPDX-License-Identifier: MIT */
/*
 * export/nbdkit_bundle.c as a plain program: nbdkit loads no plugin that was built with a sanitizer, so here the plugin's callbacks are called as
 * nbdkit calls them, and what it needs of nbdkit is below.
 */
#include "export/nbdkit_bundle.c" /* before cmocka, which takes the word `fail` */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/path.h"
#include "bundle_fixture.h"

#define MIB ((uint64_t)1 << 20)

/* ---- in place of nbdkit ---- */

static _Thread_local int last_error;

void
nbdkit_error(const char *fmt, ...)
{
    (void)fmt;
}

void
nbdkit_debug(const char *fmt, ...)
{
    (void)fmt;
}

void
nbdkit_set_error(int e)
{
    last_error = e;
}

char *
nbdkit_absolute_path(const char *path)
{
    return strdup(path);
}

int
nbdkit_parse_bool(const char *s)
{
    return strcmp(s, "1") == 0;
}

int
nbdkit_parse_int(const char *what, const char *s, int *ret)
{
    (void)what;
    *ret = atoi(s);
    return 0;
}

struct nbdkit_extents {
    uint64_t end, data; /* where the last one ended; bytes that are no hole */
};

int
nbdkit_add_extent(struct nbdkit_extents *list, uint64_t offset, uint64_t length, uint32_t type)
{
    assert_int_equal(list->end, offset);
    list->end += length;
    list->data += type & NBDKIT_EXTENT_HOLE ? 0 : length;
    return 0;
}

/* ---- a served bundle ---- */

static int requests[2], replies[2];

static char *
number(int n)
{
    static char text[16];

    snprintf(text, sizeof text, "%d", n);
    return text;
}

/* What is said in answer to `line`, behind its number; static. */
static const char *
ask(const char *line)
{
    static char answer[4096];
    ssize_t n = write(requests[1], line, strlen(line));

    assert_int_equal(n, strlen(line));
    n = read(replies[0], answer, sizeof answer - 1);
    assert_true(n > 0);
    answer[n] = '\0';
    assert_int_equal(strtol(answer, NULL, 10), strtol(line, NULL, 10));
    return strchr(answer, ' ') + 1;
}

static void
serve(const char *path, const char *base)
{
    memset(&disk, 0, sizeof disk);
    pthread_rwlock_init(&disk.lock, NULL);
    disk.request_fd = disk.reply_fd = -1;
    assert_int_equal(pipe(requests), 0);
    assert_int_equal(pipe(replies), 0);
    assert_int_equal(config("path", path), 0);
    if (base)
        assert_int_equal(config("base", base), 0);
    assert_int_equal(config("request-fd", number(requests[0])), 0);
    assert_int_equal(config("reply-fd", number(replies[1])), 0);
    assert_int_equal(config_complete(), 0);
}

static void
ready(void)
{
    char line[64];

    assert_int_equal(get_ready(), 0);
    assert_true(read(replies[0], line, sizeof line) > 0);
    assert_int_equal(strncmp(line, "0 0 ", 4), 0);
    assert_int_equal(after_fork(), 0);
}

/* The thread of requests sees their end: it has the descriptor. */
static void
leave_it(void)
{
    connection_close(NULL);
    close(requests[1]);
    close(replies[0]);
    close(replies[1]);
    unload();
}

static void
put(unsigned char value, uint64_t offset)
{
    unsigned char block[BLOCK];

    memset(block, value, sizeof block);
    assert_int_equal(pwrite_(NULL, block, sizeof block, offset, 0), 0);
}

static void
holds(unsigned char value, uint64_t offset)
{
    unsigned char block[BLOCK];

    assert_int_equal(pread_(NULL, block, sizeof block, offset, 0), 0);
    assert_int_equal(block[0], value);
    assert_int_equal(block[sizeof block - 1], value);
}

static char *
eight_mib(const char *name)
{
    char *path = temp_path(name);
    struct bundle_new args = { .size_sectors = 8 * 2048 };

    ASSERT_OK(bundle_create(path, &args, NULL));
    return path;
}

/* ---- tests ---- */

static void
plugin__data_zeros_and_holes__are_told_apart(void **state)
{
    AUTO(cleanup_free) char *path = eight_mib("a.hdd");
    struct nbdkit_extents all = { 0, 0 };

    (void)state;
    serve(path, NULL);
    ready();
    assert_int_equal(get_size(NULL), 8 * MIB);
    put(7, 3 * MIB - BLOCK);
    put(8, 3 * MIB);
    assert_int_equal(extents(NULL, 8 * MIB, 0, 0, &all), 0);
    assert_int_equal(all.end, 8 * MIB);
    assert_int_equal(all.data, 2 * MIB);
    assert_int_equal(zero(NULL, BLOCK, 3 * MIB - BLOCK, 0), 0);
    holds(0, 3 * MIB - BLOCK);
    holds(8, 3 * MIB);
    assert_int_equal(zero(NULL, MIB, 3 * MIB, NBDKIT_FLAG_MAY_TRIM), 0);
    assert_int_equal(trim(NULL, MIB, 2 * MIB, 0), 0);
    all = (struct nbdkit_extents){ 0, 0 };
    assert_int_equal(extents(NULL, 8 * MIB, 0, 0, &all), 0);
    assert_int_equal(all.data, 0);
    assert_int_equal(flush(NULL, 0), 0);
    assert_int_equal(pread_(NULL, &all, 512, 8 * MIB, 0), -1);
    assert_int_equal(last_error, EIO);
    leave_it();
}

static void
plugin__moved_to_a_bundle_on_top__leaves_the_one_below_as_it_was(void **state)
{
    AUTO(cleanup_free) char *path = eight_mib("a.hdd");
    AUTO(cleanup_free) char *top = temp_path("b.hdd");
    AUTO(cleanup_free) char *there = str_printf("2 move %s\n", top);
    AUTO(cleanup_free) char *back = str_printf("6 move %s\n", path);
    AUTO(cleanup_free) char *nowhere = str_printf("3 move %s.not\n", top);
    AUTO(bundle_free) struct bundle *b = NULL;
    unsigned char block[BLOCK];

    (void)state;
    serve(path, NULL);
    ready();
    put(1, 0);
    ASSERT_OK(bundle_create_linked(top, path, true));
    assert_true(bundle_is_pristine(top));
    assert_int_not_equal(strncmp(ask("1 nonsense\n"), "0 ", 2), 0);
    assert_string_equal(ask(there), "0 \n");
    assert_string_equal(ask(there), "0 \n"); /* it is there already */
    holds(1, 0);
    assert_string_equal(ask(back), "0 \n"); /* nothing was written meanwhile */
    assert_string_equal(ask(there), "0 \n");
    put(2, 0);
    put(3, 2 * MIB);
    assert_int_not_equal(strncmp(ask(nowhere), "0 ", 2), 0); /* it stays where it is */
    holds(2, 0);
    assert_string_equal(ask("4 quiesce\n"), "0 \n");
    assert_int_equal(flush(NULL, 0), 0); /* opens nothing */
    assert_null(disk.bundle);
    holds(3, 2 * MIB);
    leave_it();

    assert_false(bundle_is_pristine(top));
    ASSERT_OK(bundle_open(path, 0, &b));
    ASSERT_OK(bundle_read(b, block, sizeof block, 0));
    assert_int_equal(block[0], 1);
    ASSERT_OK(bundle_read(b, block, sizeof block, 2 * MIB));
    assert_int_equal(block[0], 0);
}

static void
plugin__images_elsewhere__are_followed_into_named_bases_alone(void **state)
{
    AUTO(cleanup_free) char *path = eight_mib("a.hdd");
    AUTO(cleanup_free) char *other = eight_mib("other.hdd");
    AUTO(cleanup_free) char *top = temp_path("b.hdd");
    char line[1024];

    (void)state;
    ASSERT_OK(bundle_create_linked(top, path, false));
    serve(top, other);
    assert_int_equal(get_ready(), -1);
    assert_true(read(replies[0], line, sizeof line) > 0);
    assert_int_equal(strtol(line + 2, NULL, 10), PRL_ERR_DISK_NOT_PERMITTED);
    close(requests[0]);
    leave_it();
    serve(top, path);
    ready();
    holds(0, 0);
    leave_it();
}

/* ---- many at once ---- */

#define THREADS 4
#define ROUNDS 40

static void *
work(void *arg)
{
    uint64_t offset = (uint64_t)(uintptr_t)arg * 2 * MIB;

    for (unsigned char i = 1; i <= ROUNDS; i++) {
        put(i, offset);
        holds(i, offset);
        if (i % 8 == 0)
            assert_int_equal(flush(NULL, 0), 0);
        if (i % 10 == 0)
            assert_int_equal(zero(NULL, BLOCK, offset + MIB, NBDKIT_FLAG_MAY_TRIM), 0);
    }
    return NULL;
}

static void
plugin__quiesced_and_moved_under_load__loses_nothing(void **state)
{
    AUTO(cleanup_free) char *path = eight_mib("a.hdd");
    AUTO(cleanup_free) char *top = temp_path("b.hdd");
    AUTO(cleanup_free) char *there = str_printf("2 move %s\n", top);
    pthread_t threads[THREADS];

    (void)state;
    serve(path, NULL);
    ready();
    ASSERT_OK(bundle_create_linked(top, path, true));
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (int i = 0; i < 5; i++)
        assert_string_equal(ask("1 quiesce\n"), "0 \n");
    assert_string_equal(ask(there), "0 \n");
    for (int i = 0; i < 5; i++)
        assert_string_equal(ask("1 quiesce\n"), "0 \n");
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (uint64_t i = 0; i < THREADS; i++)
        holds(ROUNDS, i * 2 * MIB);
    leave_it();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plugin__data_zeros_and_holes__are_told_apart, fast_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(plugin__moved_to_a_bundle_on_top__leaves_the_one_below_as_it_was, fast_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(plugin__images_elsewhere__are_followed_into_named_bases_alone, fast_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(plugin__quiesced_and_moved_under_load__loses_nothing, fast_dir_up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
