/* SPDX-License-Identifier: MIT */
/* base/xml: limits, round trips, values by path. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/xml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static xmlDocPtr
parse(const char *text)
{
    char *why = NULL;
    xmlDocPtr doc = xml_parse(text, strlen(text), &why);

    if (!doc)
        fail_msg("%s: %s", text, why);
    return doc;
}

#define ROOT(doc) xmlDocGetRootElement(doc)

static void
assert_written(const char *in, const char *out)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse(in);
    size_t len = 0;
    char *text = xml_text(doc, &len);

    assert_string_equal(text, out);
    assert_int_equal(len, strlen(text));
    free(text);
}

static void
xml__text__is_indented_by_one_space(void **state)
{
    (void)state;
    assert_written("<A><B dyn_lists=\"\"><C>1</C>\n\n<D/></B></A>",
                   HEAD "<A>\n <B dyn_lists=\"\">\n  <C>1</C>\n  <D/>\n </B>\n</A>\n");
}

static void
xml__unknown_content__survives(void **state)
{
    static const char text[] =
        HEAD "<!-- top -->\n<A xmlns:q=\"urn:q\">\n <q:B q:x=\"1\" y=\"&lt;&quot;&#10;&amp;\"/>\n"
             " <!-- note -->\n <?pi some data?>\n <C><![CDATA[a<b>]]></C>\n <D><![CDATA[]]></D>\n"
             " <E>  </E>\n <F>mixed <G>text</G> here</F>\n <H>&lt;&amp;&gt;&#13;\xc3\xa4</H>\n</A>\n";
    (void)state;

    assert_written(text, text);
}

static void
xml__cdata_end_mark__is_divided(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<A><C><![CDATA[x]]></C></A>");
    (void)state;

    assert_true(xml_set(ROOT(doc), "C", "a]]>b]]>"));
    char *text = xml_text(doc, NULL);
    AUTO(xmlFreeDoc) xmlDocPtr again = parse(text);
    char *value = xml_get(ROOT(again), "C");
    assert_string_equal(value, "a]]>b]]>");
    assert_non_null(strstr(text, "<![CDATA["));
    free(value);
    free(text);
}

static void
assert_refused(const char *text, size_t len, const char *part_of_why)
{
    char *why = NULL;

    assert_null(xml_parse(text, len, &why));
    if (!why || !strstr(why, part_of_why))
        fail_msg("why: %s", why ? why : "(nothing)");
    assert_true(str_is_xml_text(why, strlen(why)));
    free(why);
    assert_null(xml_parse(text, len, NULL));
}

static void
xml__bad_documents__are_refused_with_a_reason(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "   ", "line" },
        { "no xml", "line 1" },
        { "<A>\n<B></A>", "line 2" },
        { "<A/><B/>", "line 1" },
        { "<A>\xff</A>", "line 1" },
        { "<A>\x01</A>", "line 1" },
        { "<A>&undefined;</A>", "line 1" },
        { "<!DOCTYPE A><A/>", "type declaration" },
        { "<!DOCTYPE A [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><A>&x;</A>", "type declaration" },
        { "<!DOCTYPE A [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><A>&b;</A>", "type declaration" },
        { "<!DOCTYPE A SYSTEM \"http://127.0.0.1/x.dtd\"><A/>", "type declaration" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_refused(rows[i][0], strlen(rows[i][0]), rows[i][1]);
    assert_refused("<A>\0</A>", 8, "line 1");
}

static char *
nested(int depth)
{
    struct str s = STR_INIT;

    for (int i = 0; i < depth; i++)
        str_add(&s, "<A>");
    for (int i = 0; i < depth; i++)
        str_add(&s, "</A>");
    return str_take(&s);
}

static void
xml__depth_and_size__are_limited(void **state)
{
    AUTO(cleanup_free) char *fits = nested(XML_MAX_DEPTH);
    AUTO(cleanup_free) char *deep = nested(XML_MAX_DEPTH + 1);
    AUTO(cleanup_free) char *big = calloc(1, XML_MAX_BYTES + 2);
    (void)state;

    xmlFreeDoc(parse(fits));
    assert_refused(deep, strlen(deep), "deeper");
    assert_refused(big, XML_MAX_BYTES + 1, "larger");
}

static void
xml__paths__find_the_first_match(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc =
        parse("<R>t<!-- B --><A><B>1</B></A><A><B>2</B><C/></A><D><B>3</B><B>4</B></D></R>");
    xmlNodePtr root = ROOT(doc);
    (void)state;

    assert_int_equal(xml_get_u64(root, "A/B", 9), 1);
    assert_null(xml_find(root, "A/C"));
    assert_ptr_equal(xml_find(root, ""), root);
    assert_null(xml_find(NULL, "A"));
    assert_null(xml_find(root, "A/B/x"));
    xmlNodePtr b = xml_child(xml_child(root, "D"), "B");
    assert_int_equal(xml_get_u64(b, "", 0), 3);
    b = xml_next(b);
    assert_int_equal(xml_get_u64(b, "", 0), 4);
    assert_null(xml_next(b));
    assert_null(xml_next(xml_child(root, "D")));
}

static void
xml__virtuozzo_names__match_the_older_ones(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<R><ParallelsSavedStates/><Virtuozzo/><xParallels1/></R>");
    xmlNodePtr root = ROOT(doc);
    (void)state;

    assert_non_null(xml_child(root, "VirtuozzoSavedStates"));
    assert_non_null(xml_child(root, "xVirtuozzo1"));
    assert_non_null(xml_child(root, "Virtuozzo"));
    assert_null(xml_child(root, "Parallels"));
    assert_null(xml_child(root, "VirtuozzoSaved"));
    assert_null(xml_child(root, "VirtuozzoSavedStates2"));
    assert_null(xml_child(root, "xVirtuozzo"));
}

static void
xml__values__are_made_and_replaced(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<R><A/></R>");
    xmlNodePtr root = ROOT(doc);
    (void)state;

    assert_true(xml_set(root, "A/B/C", "a & b <c> &amp;"));
    assert_true(xml_set_u64(root, "A/N", UINT64_MAX));
    assert_true(xml_set(root, "A/B/C", "second & last"));
    assert_true(xml_set(root, "A/E", NULL));
    char *value = xml_get(root, "A/B/C");
    assert_string_equal(value, "second & last");
    free(value);
    value = xml_get(root, "A/E");
    assert_string_equal(value, "");
    free(value);
    assert_null(xml_get(root, "A/none"));
    assert_false(xml_set(root, "A/X", "\x01"));
    assert_false(xml_set(root, "A/X", "\xff"));
    assert_null(xml_find(root, "A/X"));
    assert_ptr_equal(xml_make(root, "A/B"), xml_find(root, "A/B"));
    value = xml_node_text(xml_find(root, "A"), NULL);
    assert_string_equal(value, "<A>\n <B>\n  <C>second &amp; last</C>\n </B>\n <N>18446744073709551615</N>\n"
                               " <E/>\n</A>");
    free(value);
    xml_remove(xml_find(root, "A/B"));
    xml_remove(NULL);
    assert_null(xml_find(root, "A/B"));
}

static void
xml__set__keeps_elements_below(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<R><A>one<!-- c --><B/>two</A></R>");
    (void)state;

    char *value = xml_get(ROOT(doc), "A");
    assert_string_equal(value, "onetwo");
    free(value);
    assert_true(xml_set(ROOT(doc), "A", "new"));
    value = xml_node_text(ROOT(doc), NULL);
    assert_string_equal(value, "<R>\n <A>new<!-- c --><B/></A>\n</R>");
    free(value);
}

static void
xml__numbers__that_are_none_give_the_default(void **state)
{
    static const struct {
        const char *text;
        uint64_t u;
        int64_t i;
    } rows[] = {
        { "12", 12, 12 },
        { " 12\n", 12, 12 },
        { "007", 7, 7 },
        { "-5", 99, -5 },
        { "", 99, 99 },
        { "-", 99, 99 },
        { "- 5", 99, 99 },
        { "+5", 99, 99 },
        { "1x", 99, 99 },
        { "1 2", 99, 99 },
        { "0x10", 99, 99 },
        { "1.5", 99, 99 },
        { "18446744073709551615", UINT64_MAX, 99 },
        { "18446744073709551616", 99, 99 },
        { "9223372036854775807", INT64_MAX, INT64_MAX },
        { "-9223372036854775808", 99, INT64_MIN },
        { "-9223372036854775809", 99, 99 },
    };
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse("<R/>");
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(xml_set(ROOT(doc), "N", rows[i].text));
        if (xml_get_u64(ROOT(doc), "N", 99) != rows[i].u || xml_get_i64(ROOT(doc), "N", 99) != rows[i].i)
            fail_msg("'%s'", rows[i].text);
    }
    assert_int_equal(xml_get_u64(ROOT(doc), "none", 3), 3);
    assert_int_equal(xml_get_i64(NULL, "none", -3), -3);
}

static void
xml__copy_into__is_deep(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr from = parse("<R><A x=\"1\"><B>1</B></A></R>");
    AUTO(xmlFreeDoc) xmlDocPtr to = parse("<S/>");
    (void)state;

    assert_non_null(xml_copy_into(ROOT(to), xml_find(ROOT(from), "A")));
    assert_true(xml_set(ROOT(from), "A/B", "2"));
    char *text = xml_node_text(ROOT(to), NULL);
    assert_string_equal(text, "<S>\n <A x=\"1\">\n  <B>1</B>\n </A>\n</S>");
    free(text);
}

/* Not a limit (machines differ): the time is printed for the reader. */
static void
xml__twenty_kib__are_read_quickly(void **state)
{
    struct str s = STR_INIT;
    int64_t t0;
    (void)state;

    str_add(&s, "<R>\n");
    for (int i = 0; s.len < 20480; i++)
        str_addf(&s, " <Item%d>\n  <Index>%d</Index>\n  <Name>some name</Name>\n </Item%d>\n", i % 40, i, i % 40);
    str_add(&s, "</R>\n");
    t0 = clock_now_us();
    for (int i = 0; i < 100; i++)
        xmlFreeDoc(xml_parse(s.p, s.len, NULL));
    print_message("parse: %d us\n", (int)((clock_now_us() - t0) / 100));
    AUTO(xmlFreeDoc) xmlDocPtr doc = parse(s.p);
    t0 = clock_now_us();
    for (int i = 0; i < 100; i++)
        free(xml_text(doc, NULL));
    print_message("write: %d us\n", (int)((clock_now_us() - t0) / 100));
    str_free(&s);
}

/* What stands behind the element is not even looked at; without the element there is nothing. */
static void
parse_head__ends_behind_the_element(void **state)
{
    static const char whole[] = "<r><x><b>0</b></x><a><b>1</b><c/></a><a><b>2</b></a></r>", cut[] = "<r><a><b>1</b></a><broken", none[] = "<r><a/><a><b/></a></r>",
                      broken[] = "<r><a><b>1</a></r>", dtd[] = "<!DOCTYPE r []><r><a><b>1</b></a></r>";
    AUTO(xmlFreeDoc) xmlDocPtr head = xml_parse_head(whole, sizeof whole - 1, "a/b"), of_cut = xml_parse_head(cut, sizeof cut - 1, "a");

    assert_non_null(head);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(head), "a/b", 0), 1);
    assert_null(xml_find(xmlDocGetRootElement(head), "a/c"));
    assert_non_null(of_cut);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(of_cut), "a/b", 0), 1);
    assert_null(xml_parse_head(none, sizeof none - 1, "a/b"));
    assert_null(xml_parse_head(dtd, sizeof dtd - 1, "a"));
    assert_null(xml_parse_head("", 0, "a"));
    head = (xmlFreeDoc(head), xml_parse_head(broken, sizeof broken - 1, "a/b/c")); /* no crash; there is no such element */
    assert_null(head);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_head__ends_behind_the_element),
        cmocka_unit_test(xml__text__is_indented_by_one_space),
        cmocka_unit_test(xml__unknown_content__survives),
        cmocka_unit_test(xml__cdata_end_mark__is_divided),
        cmocka_unit_test(xml__bad_documents__are_refused_with_a_reason),
        cmocka_unit_test(xml__depth_and_size__are_limited),
        cmocka_unit_test(xml__paths__find_the_first_match),
        cmocka_unit_test(xml__virtuozzo_names__match_the_older_ones),
        cmocka_unit_test(xml__values__are_made_and_replaced),
        cmocka_unit_test(xml__set__keeps_elements_below),
        cmocka_unit_test(xml__numbers__that_are_none_give_the_default),
        cmocka_unit_test(xml__copy_into__is_deep),
        cmocka_unit_test(xml__twenty_kib__are_read_quickly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
