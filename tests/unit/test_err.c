/* SPDX-License-Identifier: MIT */
/* base/err: the last error of a thread. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"

static void
err__set__is_remembered_with_details_and_parameters(void **state)
{
    (void)state;
    assert_int_equal(err_set(PRL_ERR_NO_DATA, "disk %d of '%s'", 3, "vm"), PRL_ERR_NO_DATA);
    err_param(0, "%s", "vm");
    err_param(2, "%d", 7);
    err_nested("<e/>");
    assert_int_equal(err_peek()->code, PRL_ERR_NO_DATA);
    assert_string_equal(err_peek()->details, "disk 3 of 'vm'");
    assert_string_equal(err_peek()->param[0], "vm");
    assert_null(err_peek()->param[1]);
    assert_string_equal(err_peek()->param[2], "7");
    assert_string_equal(err_peek()->nested, "<e/>");
}

static void
err__second_set__drops_the_first(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "a");
    err_param(0, "p");
    err_set(PRL_ERR_INVALID_ARG, "b");
    assert_string_equal(err_peek()->details, "b");
    assert_null(err_peek()->param[0]);
    err_clear();
    assert_int_equal(err_peek()->code, 0);
    assert_null(err_peek()->details);
}

static void
err__arguments_from_the_old_error__are_still_good(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "inner");
    err_set(PRL_ERR_INVALID_ARG, "outer: %s", err_peek()->details);
    assert_string_equal(err_peek()->details, "outer: inner");
    err_param(0, "%s", err_peek()->details);
    err_param(0, "<%s>", err_peek()->param[0]);
    assert_string_equal(err_peek()->param[0], "<outer: inner>");
}

static void
err__errno__ends_the_details_and_is_left_alone(void **state)
{
    (void)state;
    errno = EBADF;
    assert_int_equal(err_errno(PRL_ERR_OPERATION_FAILED, ENOENT, "open '%s'", "/x"), PRL_ERR_OPERATION_FAILED);
    assert_int_equal(errno, EBADF);
    assert_string_equal(err_peek()->details, "open '/x': No such file or directory");
}

static void
err__text_that_xml_cannot_carry__is_escaped(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "a\xff\x01\nb");
    assert_string_equal(err_peek()->details, "a\\xFF\\x01\nb");
}

static void
err__long_text__is_cut_to_four_kib(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "x");
    err_param(1, "%8000s", "\xc3\xa4");
    assert_true(strlen(err_peek()->param[1]) <= 4096);
    assert_true(strlen(err_peek()->param[1]) > 4000);
    assert_true(str_is_xml_text(err_peek()->param[1], strlen(err_peek()->param[1])));
}

static void
err__take__moves_it_out(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "why");
    AUTO(err_free) struct err *e = err_take(PRL_ERR_NO_DATA);
    assert_string_equal(e->details, "why");
    assert_int_equal(err_peek()->code, 0);
}

static void
err__take_of_another_code__is_bare(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "why");
    AUTO(err_free) struct err *e = err_take(PRL_ERR_TIMEOUT);
    assert_int_equal(e->code, PRL_ERR_TIMEOUT);
    assert_null(e->details);
    assert_int_equal(err_peek()->code, 0);
}

static void
err__put__copies_it_back(void **state)
{
    (void)state;
    err_set(PRL_ERR_NO_DATA, "why");
    err_param(1, "one");
    AUTO(err_free) struct err *e = err_take(PRL_ERR_NO_DATA);
    AUTO(err_free) struct err *copy = err_copy(e);
    assert_int_equal(err_put(copy), PRL_ERR_NO_DATA);
    assert_string_equal(err_peek()->param[1], "one");
    assert_ptr_not_equal(err_peek()->param[1], copy->param[1]);
    assert_int_equal(err_put(err_peek()), PRL_ERR_NO_DATA);
    assert_string_equal(err_peek()->details, "why");
}

static void
set_in_thread(void *arg)
{
    *(PRL_RESULT *)arg = err_peek()->code;
    err_set(PRL_ERR_TIMEOUT, "of the thread"); /* freed when it ends: the leak checkers look */
    err_param(0, "p");
}

static void
err__of_another_thread__is_not_seen(void **state)
{
    PRL_RESULT seen = -1;
    pthread_t t;

    (void)state;
    err_set(PRL_ERR_NO_DATA, "mine");
    assert_int_equal(thread_start(&t, "test", set_in_thread, &seen), 0);
    thread_join(t);
    assert_int_equal(seen, 0);
    assert_string_equal(err_peek()->details, "mine");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err__set__is_remembered_with_details_and_parameters),
        cmocka_unit_test(err__second_set__drops_the_first),
        cmocka_unit_test(err__arguments_from_the_old_error__are_still_good),
        cmocka_unit_test(err__errno__ends_the_details_and_is_left_alone),
        cmocka_unit_test(err__text_that_xml_cannot_carry__is_escaped),
        cmocka_unit_test(err__long_text__is_cut_to_four_kib),
        cmocka_unit_test(err__take__moves_it_out),
        cmocka_unit_test(err__take_of_another_code__is_bare),
        cmocka_unit_test(err__put__copies_it_back),
        cmocka_unit_test(err__of_another_thread__is_not_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
