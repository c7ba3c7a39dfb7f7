/* SPDX-License-Identifier: MIT */
/* base/str and base/vec: builder, UTF-8 checks, escapes, typed arrays. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"

static void
str__builder__grows_and_gives_its_text_away(void **state)
{
    AUTO_STR s = STR_INIT;
    (void)state;

    for (int i = 0; i < 1000; i++)
        str_addf(&s, "%d,", i);
    str_add(&s, "end");
    str_add(&s, NULL);
    str_add_n(&s, "\0x", 2);
    assert_int_equal(s.len, 10 * 2 + 90 * 3 + 900 * 4 + 3 + 2);
    char *text = str_take(&s);
    assert_memory_equal(text, "0,1,2,", 6);
    assert_null(s.p);
    free(text);
}

static void
str__empty_builder__gives_an_empty_text(void **state)
{
    struct str s = STR_INIT;
    (void)state;

    char *text = str_take(&s);
    assert_string_equal(text, "");
    free(text);
}

static void
str__long_format__is_not_cut(void **state)
{
    AUTO_STR s = STR_INIT;
    (void)state;

    str_addf(&s, "%5000s|", "x");
    assert_int_equal(s.len, 5001);
    assert_int_equal(s.p[4999], 'x');
}

static void
str__without_memory__says_so_at_the_end(void **state)
{
    struct str s = STR_INIT;
    (void)state;

    str_add(&s, "abc");
    str_add_n(&s, "", SIZE_MAX - 2);
    str_add(&s, "more");
    assert_true(s.failed);
    assert_null(str_take(&s));
    str_free(&s);
}

static void
str__eq__takes_null(void **state)
{
    (void)state;
    assert_true(str_eq(NULL, NULL));
    assert_false(str_eq(NULL, ""));
    assert_true(str_eq("a", "a"));
    assert_null(str_dup(NULL));
}

static void
str__xml_text__refuses_what_xml_cannot_carry(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
    } rows[] = {
        { "", true },
        { "plain\t\r\n", true },
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", true },
        { "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf4\x8f\xbf\xbf", true },
        { "\x01", false },
        { "\x1b[0m", false },
        { "\xc0\x80", false },         /* overlong */
        { "\xe0\x9f\xbf", false },     /* overlong */
        { "\xf0\x8f\xbf\xbf", false }, /* overlong */
        { "\xed\xa0\x80", false },     /* surrogate */
        { "\xf4\x90\x80\x80", false }, /* above U+10FFFF */
        { "\xef\xbf\xbe", false },     /* U+FFFE */
        { "\xe2\x82", false },         /* cut */
        { "\x80", false },
        { "\xff", false },
        { "\xc3(", false },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is_xml_text(rows[i].text, strlen(rows[i].text)) != rows[i].is_good)
            fail_msg("row %zu", i);
    assert_false(str_is_xml_text("a\0b", 3));
}

static void
str__escape__shows_what_cannot_be_seen(void **state)
{
    char *text = str_escape("a\n\xc2\x9b\x7f\xff\0\xc3\xa4", 9, 100);
    (void)state;

    assert_string_equal(text, "a\\x0A\\xC2\\x9B\\x7F\\xFF\\x00\xc3\xa4");
    free(text);
}

static void
str__escape__cuts_between_characters_with_a_mark(void **state)
{
    const char *in = "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac";
    (void)state;

    for (size_t max = 0; max < 14; max++) {
        char *text = str_escape(in, 12, max);

        assert_true(strlen(text) <= max);
        assert_true(str_is_xml_text(text, strlen(text)));
        if (max >= 12)
            assert_string_equal(text, in);
        else if (max >= 3)
            assert_string_equal(text + strlen(text) - 3, "...");
        free(text);
    }
}

static void
vec__push_and_remove__keep_the_order(void **state)
{
    VEC(int) v = { 0 };
    (void)state;

    for (int i = 0; i < 100; i++)
        assert_true(vec_push(&v, i));
    vec_remove(&v, 0);
    vec_remove(&v, 98);
    assert_int_equal(v.len, 98);
    assert_int_equal(v.p[0], 1);
    assert_int_equal(v.p[97], 98);
    vec_free(&v);
    assert_null(v.p);
}

static void
vec__impossible_size__is_refused(void **state)
{
    void *p = NULL;
    size_t room = 0;
    (void)state;

    assert_false(vec_grow(&p, &room, SIZE_MAX, 8));
    assert_false(vec_grow(&p, &room, SIZE_MAX / 4, 64));
    assert_null(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str__builder__grows_and_gives_its_text_away),
        cmocka_unit_test(str__empty_builder__gives_an_empty_text),
        cmocka_unit_test(str__long_format__is_not_cut),
        cmocka_unit_test(str__without_memory__says_so_at_the_end),
        cmocka_unit_test(str__eq__takes_null),
        cmocka_unit_test(str__xml_text__refuses_what_xml_cannot_carry),
        cmocka_unit_test(str__escape__shows_what_cannot_be_seen),
        cmocka_unit_test(str__escape__cuts_between_characters_with_a_mark),
        cmocka_unit_test(vec__push_and_remove__keep_the_order),
        cmocka_unit_test(vec__impossible_size__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
