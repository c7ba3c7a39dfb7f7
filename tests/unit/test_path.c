/* SPDX-License-Identifier: MIT */
/* base/path: texts, durable files, renames, removal of trees. Each test has a directory of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/str.h"

int path_rename_noreplace_fallback(const char *from, const char *to);

static char base[] = "/tmp/prlkvm-test-path-XXXXXX";
static char here[64];

static const char *
at(const char *name)
{
    static char texts[8][512];
    static int next;
    char *text = texts[next++ % 8];

    snprintf(text, sizeof texts[0], "%s/%s", here, name);
    return text;
}

static void
put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
assert_content(const char *path, const char *text)
{
    AUTO(cleanup_free) char *data = NULL;
    size_t len;

    assert_int_equal(path_read(path, 1000, &data, &len), 0);
    assert_string_equal(data, text);
    assert_int_equal(len, strlen(text));
}

static void
path__texts__are_joined_and_split(void **state)
{
    static const char *const rows[][3] = {
        /* path, dirname, basename */
        { "/a/b", "/a", "b" }, { "/a", "/", "a" }, { "a", ".", "a" }, { "/", "/", "" }, { "a//b", "a", "b" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(cleanup_free) char *dir = path_dirname(rows[i][0]);

        assert_string_equal(dir, rows[i][1]);
        assert_string_equal(path_basename(rows[i][0]), rows[i][2]);
    }
    AUTO(cleanup_free) char *a = path_join("/x", "y");
    AUTO(cleanup_free) char *b = path_join("/x/", "y");
    AUTO(cleanup_free) char *c = path_dirname("/a/b/");
    assert_string_equal(a, "/x/y");
    assert_string_equal(b, "/x/y");
    assert_string_equal(c, "/a");
}

static void
path__clean__has_no_dots_and_no_controls(void **state)
{
    char big[5000];
    (void)state;

    assert_true(path_is_clean("/a/b.c/..d/...") && path_is_clean("a") && path_is_clean("/"));
    assert_false(path_is_clean("") || path_is_clean(".") || path_is_clean("/a/../b") || path_is_clean("a/."));
    assert_false(path_is_clean("a\nb") || path_is_clean("a\x7f"));
    memset(big, 'a', sizeof big);
    big[4096] = '\0';
    assert_false(path_is_clean(big));
    big[4095] = '\0';
    assert_true(path_is_clean(big));
}

static void
path__inside__compares_whole_parts(void **state)
{
    (void)state;
    assert_true(path_is_inside("/a/b", "/a") && path_is_inside("/a//b", "/a/") && path_is_inside("/a", "/"));
    assert_false(path_is_inside("/a", "/a") || path_is_inside("/ab", "/a") || path_is_inside("/", "/"));
    assert_false(path_is_inside("a/b", "/a") || path_is_inside("/a", "/a/b"));
}

static void
path__make_dirs__makes_parents_private(void **state)
{
    struct stat st;
    (void)state;

    assert_int_equal(path_make_dirs(at("p/q//r/"), 0755), 0);
    assert_int_equal(path_make_dirs(at("p/q/r"), 0755), 0);
    assert_int_equal(stat(at("p/q"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    put(at("p/file"), "");
    assert_int_equal(path_make_dirs(at("p/file/x"), 0700), -ENOTDIR);
    assert_int_equal(path_make_dirs("", 0700), -ENOENT);
    assert_true(path_is_dir(at("p")) && !path_is_dir(at("p/file")) && path_exists(at("p/file")));
}

static void
path__read__has_a_limit(void **state)
{
    AUTO(cleanup_free) char *data = NULL;
    size_t len;
    (void)state;

    put(at("f"), "12345");
    assert_int_equal(path_read(at("f"), 4, &data, &len), -EFBIG);
    assert_null(data);
    assert_int_equal(path_read(at("f"), 5, &data, &len), 0);
    assert_string_equal(data, "12345");
    cleanup_free(TAKE(data));
    assert_int_equal(path_read("/proc/self/status", 100000, &data, NULL), 0);
    assert_memory_equal(data, "Name:", 5);
    cleanup_free(TAKE(data));
    assert_int_equal(path_read("/proc/self/status", 10, &data, NULL), -EFBIG);
    assert_int_equal(path_read(at("none"), 10, &data, NULL), -ENOENT);
    assert_int_equal(path_read(here, 10, &data, NULL), -EISDIR);
    assert_int_equal(mkfifo(at("pipe"), 0600), 0);
    assert_int_equal(path_read(at("pipe"), 10, &data, NULL), -EINVAL);
}

static void
path__write_durable__replaces_and_is_private(void **state)
{
    struct stat st;
    (void)state;

    put(at("f.new"), "left from a crash");
    put(at("target"), "not mine");
    assert_int_equal(symlink(at("target"), at("f")), 0);
    assert_int_equal(path_write_durable(at("f"), "new", 3), 0);
    assert_content(at("f"), "new");
    assert_content(at("target"), "not mine"); /* the link was replaced, not followed */
    assert_int_equal(lstat(at("f"), &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(path_exists(at("f.new")));
}

static void
path__write_durable__that_fails_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(path_write_durable(at("no/f"), "x", 1), -ENOENT);
    assert_int_equal(path_make_dirs(at("d/sub"), 0700), 0);
    assert_int_equal(path_write_durable(at("d"), "x", 1), -EISDIR);
    assert_false(path_exists(at("d.new")));
}

static void
check_noreplace(int (*rename_it)(const char *, const char *))
{
    put(at("a"), "a");
    put(at("b"), "b");
    assert_int_equal(rename_it(at("a"), at("b")), -EEXIST);
    assert_content(at("b"), "b");
    assert_int_equal(rename_it(at("a"), at("c")), 0);
    assert_content(at("c"), "a");
    assert_false(path_exists(at("a")));

    assert_int_equal(path_make_dirs(at("d/in"), 0700), 0);
    assert_int_equal(path_make_dirs(at("e"), 0700), 0);
    assert_int_equal(rename_it(at("d"), at("e")), -EEXIST);
    assert_int_equal(rename_it(at("d"), at("g")), 0);
    assert_true(path_is_dir(at("g/in")) && !path_exists(at("d")));
    assert_int_equal(rename_it(at("none"), at("h")), -ENOENT);
    assert_false(path_exists(at("h")));
    assert_true(rename_it(at("g"), at("g/in/deeper")) < 0);
    assert_false(path_exists(at("g/in/deeper")));
}

static void
path__rename_noreplace__keeps_what_is_there(void **state)
{
    (void)state;
    check_noreplace(path_rename_noreplace_durable);
}

static void
path__rename_noreplace_fallback__keeps_what_is_there(void **state)
{
    (void)state;
    check_noreplace(path_rename_noreplace_fallback);
}

static void
path__rename_and_unlink__say_what_is_missing(void **state)
{
    (void)state;
    put(at("a"), "a");
    put(at("b"), "b");
    assert_int_equal(path_rename_durable(at("a"), at("b")), 0);
    assert_content(at("b"), "a");
    assert_int_equal(path_unlink_durable(at("b")), 0);
    assert_int_equal(path_unlink_durable(at("b")), -ENOENT);
    assert_int_equal(path_rename_durable(at("b"), at("c")), -ENOENT);
}

static void
path__remove_tree__does_not_follow_links(void **state)
{
    (void)state;
    assert_int_equal(path_make_dirs(at("keep"), 0700), 0);
    put(at("keep/me"), "x");
    assert_int_equal(path_make_dirs(at("t/1/2/3"), 0700), 0);
    for (int i = 0; i < 300; i++) {
        char name[32];

        snprintf(name, sizeof name, "t/1/file%d", i);
        put(at(name), "");
    }
    assert_int_equal(symlink(at("keep"), at("t/1/link")), 0);
    assert_int_equal(symlink("/none", at("t/dangling")), 0);
    assert_int_equal(path_remove_tree(at("t/")), 0);
    assert_false(path_exists(at("t")));
    assert_content(at("keep/me"), "x");

    assert_int_equal(symlink(at("keep"), at("link")), 0);
    assert_int_equal(path_remove_tree(at("link")), 0);
    assert_false(path_exists(at("link")));
    assert_true(path_exists(at("keep/me")));
    assert_int_equal(path_remove_tree(at("link")), -ENOENT);
    assert_int_equal(path_remove_tree("/"), -EINVAL);
    assert_int_equal(path_remove_tree(at("keep/..")), -EINVAL);
}

static void
path__remove_tree__does_not_cross_a_mount(void **state)
{
    (void)state;
    assert_int_equal(path_remove_tree("/proc"), -EXDEV); /* a mount point in every place that runs these tests */
    assert_true(path_exists("/proc/self"));
}

static void
path__socket_name__reaches_through_a_long_path(void **state)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    AUTO(cleanup_free) char *path = NULL;
    AUTO_FD int dirfd = -1;
    AUTO_FD int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char dir[200];
    (void)state;

    memset(dir, 'd', sizeof dir);
    dir[199] = '\0';
    assert_int_equal(path_make_dirs(at(dir), 0700), 0);
    path = path_join(at(dir), "sock");
    assert_int_equal(path_socket_name(path, name.sun_path, &dirfd), 0);
    assert_int_equal(bind(s, (struct sockaddr *)&name, sizeof name), 0);
    assert_true(path_exists(path));
}

static void
path__free_bytes__are_told(void **state)
{
    uint64_t n = 0;
    (void)state;

    assert_int_equal(path_free_bytes(here, &n), 0);
    assert_true(n > 0);
    assert_int_equal(path_free_bytes(at("none"), &n), -ENOENT);
}

static int
make_place(void **state)
{
    static int n;

    (void)state;
    snprintf(here, sizeof here, "%s/%d", base, n++);
    return mkdir(here, 0700);
}

static int
make_base(void **state)
{
    (void)state;
    return mkdtemp(base) ? 0 : -1;
}

static int
remove_base(void **state)
{
    (void)state;
    return path_remove_tree(base);
}

#define IN_PLACE(f) cmocka_unit_test_setup(f, make_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path__texts__are_joined_and_split),
        cmocka_unit_test(path__clean__has_no_dots_and_no_controls),
        cmocka_unit_test(path__inside__compares_whole_parts),
        IN_PLACE(path__make_dirs__makes_parents_private),
        IN_PLACE(path__read__has_a_limit),
        IN_PLACE(path__write_durable__replaces_and_is_private),
        IN_PLACE(path__write_durable__that_fails_leaves_nothing),
        IN_PLACE(path__rename_noreplace__keeps_what_is_there),
        IN_PLACE(path__rename_noreplace_fallback__keeps_what_is_there),
        IN_PLACE(path__rename_and_unlink__say_what_is_missing),
        IN_PLACE(path__remove_tree__does_not_follow_links),
        cmocka_unit_test(path__remove_tree__does_not_cross_a_mount),
        IN_PLACE(path__socket_name__reaches_through_a_long_path),
        IN_PLACE(path__free_bytes__are_told),
    };

    return cmocka_run_group_tests(tests, make_base, remove_base);
}
