/* SPDX-License-Identifier: MIT */
/* base/uuid and base/clock. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid.h"

#define TEXT "{01234567-89ab-cdef-0123-456789abcdef}"

static void
uuid__made__parses_and_differs(void **state)
{
    char a[UUID_TEXT], b[UUID_TEXT], again[UUID_TEXT];
    (void)state;

    uuid_make(a);
    uuid_make(b);
    assert_string_not_equal(a, b);
    assert_true(uuid_parse(a, again));
    assert_string_equal(a, again);
    assert_int_equal(a[15], '4'); /* random, version 4 */
}

static void
uuid__other_spellings__become_one(void **state)
{
    char out[UUID_TEXT], bare[UUID_BARE];
    (void)state;

    assert_true(uuid_parse("{01234567-89AB-CDEF-0123-456789ABCDEF}", out));
    assert_string_equal(out, TEXT);
    assert_true(uuid_parse("01234567-89ab-CDEF-0123-456789abcdef", out));
    assert_string_equal(out, TEXT);
    uuid_bare(out, bare);
    assert_string_equal(bare, "01234567-89ab-cdef-0123-456789abcdef");
}

static void
uuid__anything_else__is_refused_and_writes_nothing(void **state)
{
    static const char *const rows[] = {
        "", "{", "{}", " " TEXT, TEXT " ", "{01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89ab-cdef-0123-456789abcdef}", "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcde}", "{01234567-89ab-cdef-0123-456789abcdefa}",
        "{0123456g-89ab-cdef-0123-456789abcdef}", "{01234567x89ab-cdef-0123-456789abcdef}",
        "{{1234567-89ab-cdef-0123-456789abcdef}", "../../../../../../../../../../../etc/x",
    };
    char out[UUID_TEXT] = "same";
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (uuid_parse(rows[i], out))
            fail_msg("'%s' was taken", rows[i]);
        assert_string_equal(out, "same");
    }
    assert_false(uuid_parse(NULL, out));
}

static void
clock__deadlines__do_not_wrap(void **state)
{
    (void)state;
    assert_true(clock_deadline(UINT32_MAX) == CLOCK_FOREVER);
    assert_true(clock_deadline(CLOCK_FOREVER) == CLOCK_FOREVER);
    assert_true(clock_deadline(CLOCK_FOREVER - 1) == CLOCK_FOREVER);
    assert_int_equal(clock_left_ms(CLOCK_FOREVER), INT_MAX);
    assert_int_equal(clock_left_ms(CLOCK_FOREVER - 1), INT_MAX);
    assert_int_equal(clock_left_ms(INT64_MIN), 0);
    assert_int_equal(clock_left_ms(clock_deadline(0)), 0);
    assert_in_range(clock_left_ms(clock_deadline(100000)), 1, 100001);
}

static void
clock__deadline__never_ends_early(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t before_us = clock_now_us();

        assert_true(clock_deadline(5) * 1000 >= before_us + 5000);
    }
}

static void
clock__texts__have_nineteen_bytes(void **state)
{
    char out[20];
    (void)state;

    clock_utc_text(0, out);
    assert_string_equal(out, "1970-01-01 00:00:00");
    clock_utc_text(1769860800, out);
    assert_string_equal(out, "2026-01-31 12:00:00");
    clock_utc_text((time_t)1 << 60, out);
    assert_int_equal(strlen(out), 19);
    clock_local_text(-62135596800 - 400000, out);
    assert_int_equal(strlen(out), 19);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuid__made__parses_and_differs),
        cmocka_unit_test(uuid__other_spellings__become_one),
        cmocka_unit_test(uuid__anything_else__is_refused_and_writes_nothing),
        cmocka_unit_test(clock__deadlines__do_not_wrap),
        cmocka_unit_test(clock__deadline__never_ends_early),
        cmocka_unit_test(clock__texts__have_nineteen_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
