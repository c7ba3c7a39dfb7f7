/* SPDX-License-Identifier: MIT */
/* base/log: format, levels, rotation. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/thread.h"

static char dir[] = "/tmp/prlkvm-test-log-XXXXXX";
static char file[64], old_file[64];

static void
read_text(const char *path, char **ret)
{
    assert_int_equal(path_read(path, 1 << 20, ret, NULL), 0);
}

static void
log__line__has_time_level_thread_and_subsystem(void **state)
{
    AUTO(cleanup_free) char *text = NULL;
    (void)state;

    assert_int_equal(log_open(file, 0), 0);
    log_set_level(LOG_INFO_LEVEL);
    errno = ENXIO;
    LOG_I("qmp", "hello %d", 42);
    LOG_D("qmp", "not shown");
    assert_int_equal(errno, ENXIO);
    read_text(file, &text);
    assert_int_equal(text[4], '-');
    assert_int_equal(text[10], ' ');
    assert_int_equal(text[19], '.');
    assert_memory_equal(text + 23, " INFO ", 6);
    assert_non_null(strstr(text, " qmp: hello 42\n"));
    assert_null(strstr(text, "not shown"));
}

static void
log__outside_text__is_escaped_and_cut(void **state)
{
    AUTO(cleanup_free) char *text = NULL;
    char *big = malloc(20000);
    const char *last;
    struct stat st;
    (void)state;

    assert_int_equal(log_open(file, 0), 0);
    LOG_E("x", "'%s'", "a\nb\x1b[31m\xff");
    memset(big, 'y', 19999);
    big[19999] = '\0';
    LOG_E("x", "%s", big);
    free(big);
    read_text(file, &text);
    assert_non_null(strstr(text, "'a\\x0Ab\\x1B[31m\\xFF'\n"));
    assert_true(str_is_xml_text(text, strlen(text)));
    last = strstr(text, "yyy");
    assert_true(strlen(last) < 4096);
    assert_string_equal(text + strlen(text) - 4, "...\n");
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void
log__full_file__is_rotated(void **state)
{
    AUTO(cleanup_free) char *now = NULL;
    AUTO(cleanup_free) char *before = NULL;
    (void)state;

    unlink(file);
    assert_int_equal(log_open(file, 1000), 0);
    for (int i = 0; i < 100; i++)
        LOG_W("x", "line %d", i);
    read_text(file, &now);
    read_text(old_file, &before);
    assert_true(strlen(now) <= 1000 && strlen(before) <= 1000);
    assert_non_null(strstr(now, "line 99\n"));
}

static void
log__bad_path__is_refused(void **state)
{
    (void)state;
    assert_int_equal(log_open("/none/at/all", 0), -ENOENT);
    assert_true(log_open(dir, 0) < 0);
}

static void
write_lines(void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++)
        LOG_W("thread", "some text of this line");
}

static void
log__threads__write_whole_lines(void **state)
{
    AUTO(cleanup_free) char *text = NULL;
    pthread_t t[4];
    int n = 0;
    (void)state;

    unlink(file);
    assert_int_equal(log_open(file, 0), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(thread_start(&t[i], "writer", write_lines, NULL), 0);
    for (int i = 0; i < 4; i++)
        thread_join(t[i]);
    read_text(file, &text);
    for (char *p = text; (p = strstr(p, " WARN writer thread: some text of this line\n")); p++)
        n++;
    assert_int_equal(n, 800);
}

static int
make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(file, sizeof file, "%s/log", dir);
    snprintf(old_file, sizeof old_file, "%s/log.1", dir);
    return 0;
}

static int
remove_dir(void **state)
{
    (void)state;
    return path_remove_tree(dir);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__line__has_time_level_thread_and_subsystem),
        cmocka_unit_test(log__outside_text__is_escaped_and_cut),
        cmocka_unit_test(log__full_file__is_rotated),
        cmocka_unit_test(log__bad_path__is_refused),
        cmocka_unit_test(log__threads__write_whole_lines),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
