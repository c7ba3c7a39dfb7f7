/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xml.h"
#include "model/field.h"
#include "model/text_check.h"

static xmlNodePtr
root_of(const char *text, xmlDocPtr *ret_doc)
{
    *ret_doc = xml_parse(text, strlen(text), NULL);
    assert_non_null(*ret_doc);
    return xmlDocGetRootElement(*ret_doc);
}

static void
field__number__takes_its_default_when_absent_or_unreadable(void **state)
{
    static const struct field ram = { "Memory/RAM", FIELD_IS_U32, 256, 1, UINT32_MAX };
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root = root_of("<V><Memory/></V>", &doc);

    (void)state;
    assert_int_equal(field_get_number(root, &ram), 256);
    assert_true(xml_set(root, "Memory/RAM", "many"));
    assert_int_equal(field_get_number(root, &ram), 256);
    assert_true(xml_set(root, "Memory/RAM", "99999999999"));
    assert_int_equal(field_get_number(root, &ram), 256);
    assert_true(xml_set(root, "Memory/RAM", "1024"));
    assert_int_equal(field_get_number(root, &ram), 1024);
}

static void
field__number__outside_its_range_is_refused_and_changes_nothing(void **state)
{
    static const struct field ram = { "Memory/RAM", FIELD_IS_U32, 256, 1, 4096 };
    static const struct field offset = { "Offset", FIELD_IS_I32, 0, (uint64_t)-5, 5 };
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root = root_of("<V/>", &doc);

    (void)state;
    assert_int_equal(field_set_number(root, &ram, 0), PRL_ERR_INVALID_ARG);
    assert_int_equal(field_set_number(root, &ram, 4097), PRL_ERR_INVALID_ARG);
    assert_null(xml_child(root, "Memory"));
    assert_int_equal(field_set_number(root, &ram, 4096), PRL_ERR_SUCCESS);
    assert_int_equal(field_get_number(root, &ram), 4096);
    assert_int_equal(field_set_number(root, &offset, -6), PRL_ERR_INVALID_ARG);
    assert_int_equal(field_set_number(root, &offset, -5), PRL_ERR_SUCCESS);
    assert_int_equal(field_get_number(root, &offset), -5);
}

static void
field__number__keeps_all_bits_and_a_stored_sign(void **state)
{
    static const struct field size = { "Size", FIELD_IS_U64, 0, 0, UINT64_MAX };
    static const struct field code = { "Code", FIELD_IS_U32, 0, 0, UINT32_MAX };
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root = root_of("<V><Code>-2147482876</Code></V>", &doc);
    PRL_UINT32 word;

    (void)state;
    assert_int_equal(field_set_number(root, &size, -1), PRL_ERR_SUCCESS);
    assert_true((uint64_t)field_get_number(root, &size) == UINT64_MAX);
    field_store(FIELD_IS_U32, field_get_number(root, &code), &word);
    assert_int_equal((PRL_RESULT)word, -2147482876);
}

static void
field__boolean__is_stored_as_0_or_1(void **state)
{
    static const struct field enabled = { "Enabled", FIELD_IS_BOOL, 1, 0, 1 };
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root = root_of("<V/>", &doc);

    (void)state;
    assert_int_equal(field_get_number(root, &enabled), 1);
    assert_int_equal(field_set_number(root, &enabled, 77), PRL_ERR_SUCCESS);
    AUTO(cleanup_free) char *text = xml_get(root, "Enabled");
    assert_string_equal(text, "1");
}

static void
field__text__that_xml_cannot_carry_is_refused(void **state)
{
    static const struct field name = { "Name", FIELD_IS_TEXT, .def_text = "none" };
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root = root_of("<V/>", &doc);

    (void)state;
    assert_int_equal(field_set_text(root, &name, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(field_set_text(root, &name, "a\x02"), PRL_ERR_INVALID_ARG);
    assert_int_equal(field_set_text(root, &name, "\xff\xfe"), PRL_ERR_INVALID_ARG);
    AUTO(cleanup_free) char *absent = field_get_text(root, &name);
    assert_string_equal(absent, "none");
    assert_int_equal(field_set_text(root, &name, "<a> & \xc3\xa4"), PRL_ERR_SUCCESS);
    AUTO(cleanup_free) char *stored = field_get_text(root, &name);
    assert_string_equal(stored, "<a> & \xc3\xa4");
}

static void
field__store__needs_no_alignment(void **state)
{
    unsigned char bytes[17] = { 0 };
    PRL_UINT64 value;

    (void)state;
    field_store(FIELD_IS_U64, 0x1122334455667788, bytes + 1);
    memcpy(&value, bytes + 1, sizeof value);
    assert_true(value == 0x1122334455667788);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(bytes[9], 0);
}

static void
text_check__addresses_and_masks(void **state)
{
    char out[TEXT_NET_ADDRESS] = "untouched";

    (void)state;
    assert_true(text_is_ip("10.0.0.1") && text_is_ip("fe80::1"));
    assert_false(text_is_ip("") || text_is_ip("10.0.0") || text_is_ip("10.0.0.1 ") ||
                 text_is_ip("host"));
    assert_true(text_is_ip4_or_empty("") && !text_is_ip4_or_empty("::1"));
    assert_true(text_is_ip6_or_empty("") && !text_is_ip6_or_empty("10.0.0.1"));
    assert_true(text_is_ip4_mask("255.255.255.0") && text_is_ip4_mask("0.0.0.0") &&
                text_is_ip4_mask("255.255.255.255"));
    assert_false(text_is_ip4_mask("255.0.255.0") || text_is_ip4_mask("24"));

    assert_false(text_parse_net_address("10.0.0.1/33", out) ||
                 text_parse_net_address("10.0.0.1/", out) ||
                 text_parse_net_address("10.0.0.1/255.0.255.0", out) ||
                 text_parse_net_address("fe80::1/129", out) ||
                 text_parse_net_address("name/24", out) || text_parse_net_address("", out));
    assert_string_equal(out, "untouched");
    assert_true(text_parse_net_address("10.0.0.1", out));
    assert_string_equal(out, "10.0.0.1/255.255.255.0");
    assert_true(text_parse_net_address("10.0.0.1/20", out));
    assert_string_equal(out, "10.0.0.1/255.255.240.0");
    assert_true(text_parse_net_address("10.0.0.1/0", out));
    assert_string_equal(out, "10.0.0.1/0.0.0.0");
    assert_true(text_parse_net_address("fe80::1/10", out));
    assert_string_equal(out, "fe80::1/10");
}

static void
text_check__mac_addresses(void **state)
{
    char mac[TEXT_MAC] = "untouched";

    (void)state;
    assert_false(text_parse_mac("", mac) || text_parse_mac("C4377200000", mac) ||
                 text_parse_mac("C437720000000", mac) || text_parse_mac("c4:37:72:00:00:0g", mac) ||
                 text_parse_mac("c4:37-72:00:00:01", mac) ||
                 text_parse_mac("c4.37.72.00.00.01", mac) ||
                 text_parse_mac("c4:37:72:00:00:1", mac));
    assert_string_equal(mac, "untouched");
    assert_true(text_parse_mac("c4:37:72:ab:cd:ef", mac));
    assert_string_equal(mac, "C43772ABCDEF");
    assert_true(text_parse_mac("c43772abcdef", mac) && text_parse_mac("c4-37-72-ab-cd-ef", mac));
}

static void
text_check__processor_lists(void **state)
{
    static const char *const good[] = { "", "0", "0,2,4", "0-3", "0-3,7,9-9" };
    static const char *const bad[] = { ",", "0,", "3-1", "a", "1-", "-1", "0,,1", "1 ", "999999" };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(text_is_cpu_mask(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_is_cpu_mask(bad[i]));
    assert_true(text_is_url("nbd://host:10809/disk") && !text_is_url("") && !text_is_url("disk") &&
                !text_is_url("nbd://") && !text_is_url("a b://c"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field__number__takes_its_default_when_absent_or_unreadable),
        cmocka_unit_test(field__number__outside_its_range_is_refused_and_changes_nothing),
        cmocka_unit_test(field__number__keeps_all_bits_and_a_stored_sign),
        cmocka_unit_test(field__boolean__is_stored_as_0_or_1),
        cmocka_unit_test(field__text__that_xml_cannot_carry_is_refused),
        cmocka_unit_test(field__store__needs_no_alignment),
        cmocka_unit_test(text_check__addresses_and_masks),
        cmocka_unit_test(text_check__mac_addresses),
        cmocka_unit_test(text_check__processor_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
