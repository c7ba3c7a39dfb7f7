/* SPDX-License-Identifier: MIT */
/* wire/places.c: which directories, and which of them are trusted. */
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

#include "base/path.h"
#include "base/str.h"
#include "wire/places.h"
#include "skip.h"

static char home[] = "/tmp/prlkvm-places-XXXXXX";

static int
set_up(void **state)
{
    memcpy(home + sizeof home - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(home));
    setenv("PRLKVM_HOME", home, 1);
    return 0;
}

static int
tear_down(void **state)
{
    unsetenv("PRLKVM_HOME");
    return path_remove_tree(home);
}

static void
places__prlkvm_home__moves_all(void **state)
{
    AUTO(places_free) struct places *p = NULL;

    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_string_equal(p->state, home);
    assert_true(path_is_inside(p->run, home));
    assert_true(path_is_inside(p->conf, home));
    assert_true(path_is_inside(p->lock, home));
    assert_true(path_is_inside(p->log, home));
    assert_null(p->run_spare);
    assert_false(p->is_system);
}

static void
places__unclean_home__is_refused(void **state)
{
    static const char *const bad[] = { "relative", "/a/../b", "/a/./b", "/a\nb" };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct places *p = (struct places *)1;

        setenv("PRLKVM_HOME", bad[i], 1);
        assert_int_equal(places_find(&p), PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
        assert_ptr_equal(p, (struct places *)1);
    }
}

static void
places__root_without_home__ignores_xdg(void **state)
{
    AUTO(places_free) struct places *p = NULL;

    if (geteuid() != 0)
        skip_because("only root can be another user");
    unsetenv("PRLKVM_HOME");
    setenv("XDG_DATA_HOME", "/tmp/evil", 1);
    setenv("XDG_RUNTIME_DIR", "/tmp/evil", 1);
    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_true(p->is_system);
    assert_string_equal(p->state, "/var/lib/prlkvm");
    assert_string_equal(p->run, "/run/prlkvm");
    unsetenv("XDG_DATA_HOME");
    unsetenv("XDG_RUNTIME_DIR");
}

static void
directories__made__are_private(void **state)
{
    AUTO(places_free) struct places *p = NULL;
    struct stat st;

    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_int_equal(places_make(p), PRL_ERR_SUCCESS);
    assert_int_equal(stat(p->run, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

static void
run_directory__open_to_others_or_a_link__is_refused(void **state)
{
    AUTO(places_free) struct places *p = NULL;
    AUTO(cleanup_free) char *elsewhere = path_join(home, "elsewhere");

    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_int_equal(mkdir(p->run, 0700), 0);
    assert_int_equal(chmod(p->run, 0750), 0);
    assert_int_equal(places_open_dir(p->run, true), -EPERM);
    assert_int_equal(places_make(p), PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    assert_int_equal(rmdir(p->run), 0);
    assert_int_equal(mkdir(elsewhere, 0700), 0);
    assert_int_equal(symlink(elsewhere, p->run), 0);
    assert_true(places_open_dir(p->run, true) < 0);
    assert_int_equal(places_make(p), PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
}

static void
run_directory__of_another_user__is_refused(void **state)
{
    AUTO(places_free) struct places *p = NULL;

    if (geteuid() != 0)
        skip_because("only root can be another user");
    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_int_equal(mkdir(p->run, 0700), 0);
    assert_int_equal(chown(p->run, 65534, 65534), 0);
    assert_int_equal(places_make(p), PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
}

static void
lock_file__socket_dir__is_believed_for_known_directories_only(void **state)
{
    AUTO(places_free) struct places *p = NULL;
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *found = NULL;

    assert_int_equal(places_find(&p), PRL_ERR_SUCCESS);
    assert_null(places_socket_dir(p));
    assert_int_equal(path_write_durable(p->lock, "pid=1\nsocket_dir=/tmp\n", 22), 0);
    assert_null(places_socket_dir(p));
    good = str_printf("pid=1\nsocket_dir=%s\n", p->run);
    assert_int_equal(path_write_durable(p->lock, good, strlen(good)), 0);
    found = places_socket_dir(p);
    assert_string_equal(found, p->run);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(places__prlkvm_home__moves_all),
        T(places__unclean_home__is_refused),
        T(places__root_without_home__ignores_xdg),
        T(directories__made__are_private),
        T(run_directory__open_to_others_or_a_link__is_refused),
        T(run_directory__of_another_user__is_refused),
        T(lock_file__socket_dir__is_believed_for_known_directories_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
