/* SPDX-License-Identifier: MIT */
/* core/errors: every row of errors.def against the published facts, names, texts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/str.h"
#include "core/errors.h"

#define PUBLIC_CODES 1628 /* the names of PrlErrorsValues.h .. */
#define ALIASES 13        /* .. of which these are second names */

static const struct row {
    PRL_RESULT code;
    PRL_MESSAGE_TYPE_ENUM type;
    bool is_ignorable;
    const char *name, *brief, *text;
} rows[] = {
#define ERROR_ROW(code_, type_, ignorable, brief_, text_) { code_, type_, ignorable, #code_, brief_, text_ },
#include "core/errors.def"
#undef ERROR_ROW
};

/* Bit i - 1: %i occurs. */
static unsigned
placeholders(const char *text)
{
    unsigned found = 0;

    for (; *text; text++)
        if (text[0] == '%') {
            if (text[1] < '1' || text[1] > '9')
                return ~0u;
            found |= 1u << (text[1] - '1');
        }
    return found;
}

static void
errors__rows__are_as_many_as_the_header_has(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LEN(rows), PUBLIC_CODES - ALIASES);
}

/* Reads the header itself, so that a code added there without a row is noticed. */
static void
errors__header__has_a_row_for_each_name(void **state)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(cleanup_free) char *path = source ? path_join(source, "include/prlsdk/PrlErrorsValues.h") : NULL;
    AUTO(cleanup_free) char *text = NULL;
    int names = 0, values = 0;
    (void)state;

    if (!path) {
        print_message("PRLKVM_SOURCE_DIR is not set\n");
        skip();
    }
    assert_int_equal(path_read(path, 1 << 20, &text, NULL), 0);
    for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        if (strncmp(line, "#define P", 9) != 0 || !strchr(line + 9, ' ')) /* the guard has no value */
            continue;
        names++;
        values += strstr(line, "PRL_RESULT_DECLARE") != NULL;
    }
    assert_int_equal(names, PUBLIC_CODES);
    assert_int_equal(values, ARRAY_LEN(rows));
}

static void
errors__rows__are_found_by_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct error_text *found = errors_find(rows[i].code);

        assert_non_null(found);
        assert_string_equal(found->name, rows[i].name); /* so no code occurs twice */
        assert_string_equal(errors_name(rows[i].code), rows[i].name);
        assert_int_equal(found->message_type, rows[i].type);
        assert_int_equal(found->is_ignorable, rows[i].is_ignorable);
        assert_string_equal(found->long_text, rows[i].text ? rows[i].text : rows[i].brief);
    }
}

static void
check_text(const struct row *row, const char *text)
{
    size_t n = strlen(text);
    unsigned found = placeholders(text);

    if (!n || n > 300 || !str_is_xml_text(text, n) || text[0] == ' ' || text[n - 1] == ' ')
        fail_msg("%s: '%s'", row->name, text);
    if (found & (found + 1)) /* %1, %2, .. without a gap */
        fail_msg("%s: placeholders of '%s'", row->name, text);
}

static void
errors__texts__are_utf8_with_placeholders_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_text(&rows[i], rows[i].brief);
        if (rows[i].text)
            check_text(&rows[i], rows[i].text);
    }
}

/* The number of parameters is part of the interface; these are the rows that have some, from its published facts. */
static const struct {
    PRL_RESULT code;
    int brief, text;
} counts[] = {
#include "errors_counts.inc"
};

static void
errors__texts__have_the_placeholders_of_the_interface(void **state)
{
    size_t at = 0;
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int brief = 0, text = 0;

        if (at < ARRAY_LEN(counts) && counts[at].code == rows[i].code) {
            brief = counts[at].brief;
            text = counts[at].text;
            at++;
        }
        if (placeholders(rows[i].brief) != (1u << brief) - 1)
            fail_msg("%s: brief '%s'", rows[i].name, rows[i].brief);
        if (rows[i].text ? placeholders(rows[i].text) != (1u << text) - 1 : text != 0)
            fail_msg("%s: long '%s'", rows[i].name, rows[i].text ? rows[i].text : "(none)");
    }
    assert_int_equal(at, ARRAY_LEN(counts));
}

static void
errors__aliases__give_the_first_name(void **state)
{
    (void)state;
    assert_string_equal(errors_name(PRL_ERR_SUCCESS), "PRL_ERR_SUCCESS");
    assert_string_equal(errors_event_name(PET_DSP_EVT_VM_STATESAVED), "PET_DSP_EVT_VM_SNAPSHOTED");
    assert_string_equal(errors_handle_type_name(PHT_VM_CONFIGURATION), "PHT_VIRTUAL_MACHINE");
    assert_string_equal(errors_handle_type_name(PHT_LAST), "PHT_BACKUP");
}

static void
errors__unknown_values__have_a_fixed_text(void **state)
{
    static const PRL_RESULT unknown[] = { 1, 77777, -1, INT32_MIN, INT32_MAX };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        assert_null(errors_find(unknown[i]));
        assert_string_equal(errors_name(unknown[i]), "(unknown)");
    }
    assert_string_equal(errors_event_name((PRL_EVENT_TYPE)5), "(unknown)");
    assert_string_equal(errors_handle_type_name((PRL_HANDLE_TYPE)0x7fffffff), "(unknown)");
    assert_string_equal(errors_event_name(PET_DSP_EVT_ERROR_MESSAGE), "PET_DSP_EVT_ERROR_MESSAGE");
    assert_string_equal(errors_handle_type_name(PHT_JOB), "PHT_JOB");
}

static void
errors__format__inserts_values_once(void **state)
{
    static const struct {
        const char *tmpl;
        bool html_escape;
        const char *out;
    } formats[] = {
        { "plain", true, "plain" },
        { "\"%1\" is %2", true, "\"a&lt;b&gt;&amp;&quot;%2\" is suspended" },
        { "%1", false, "a<b>&\"%2" },
        { "%3|%4|%9|", true, "|||" },
        { "100% %0 %", true, "100% %0 %" },
        { "%5", false, "VMS_" },
        { "%6/%7", false, "deleting state/VMS_no state" },
        { "", false, "" },
    };
    static const char *const params[] = { "a<b>&\"%2",         "VMS_SUSPENDED", NULL, "", "VMS_",
                                          "VMS_DELETING_STATE", "VMS_no state" };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        AUTO(cleanup_free) char *text =
            errors_format(formats[i].tmpl, params, ARRAY_LEN(params), formats[i].html_escape);

        assert_string_equal(text, formats[i].out);
    }
    AUTO(cleanup_free) char *none = errors_format("x%1y", NULL, 0, true);
    assert_string_equal(none, "xy");
}

static void
errors__plain__drops_tags(void **state)
{
    static const char *const texts[][2] = {
        { "a<br>b<BR/>c<br />d", "a/nb/nc/nd" },
        { "<b>x</b> <a href=\"http://y\">z</a>", "x z" },
        { "1 < 2 <body> <i>i</i> <b", "1 < 2 <body> <i>i</i> <b" },
        { "&lt;b&gt;", "&lt;b&gt;" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        AUTO(cleanup_free) char *text = errors_plain(texts[i][0]);

        assert_string_equal(text, texts[i][1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors__rows__are_as_many_as_the_header_has),
        cmocka_unit_test(errors__header__has_a_row_for_each_name),
        cmocka_unit_test(errors__rows__are_found_by_code),
        cmocka_unit_test(errors__texts__are_utf8_with_placeholders_in_order),
        cmocka_unit_test(errors__texts__have_the_placeholders_of_the_interface),
        cmocka_unit_test(errors__aliases__give_the_first_name),
        cmocka_unit_test(errors__unknown_values__have_a_fixed_text),
        cmocka_unit_test(errors__format__inserts_values_once),
        cmocka_unit_test(errors__plain__drops_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
