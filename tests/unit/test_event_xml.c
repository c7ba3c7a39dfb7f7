/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <prlsdk/PrlEventsValues.h>

#include "model/event_xml.h"

static xmlDocPtr
round_trip(xmlDocPtr doc)
{
    AUTO(cleanup_free) char *text = xml_text(doc, NULL);
    xmlDocPtr again = NULL;

    assert_non_null(text);
    assert_int_equal(event_xml_parse(text, strlen(text), &again), PRL_ERR_SUCCESS);
    return again;
}

static void
event_xml__new__has_all_that_is_required(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_VM_ADDED, PRL_ERR_TIMEOUT, "{id}");
    AUTO(xmlFreeDoc) xmlDocPtr again = round_trip(doc);
    xmlNodePtr root = xmlDocGetRootElement(again);

    (void)state;
    assert_string_equal((const char *)root->name, "ParallelsEvent");
    assert_int_equal(xml_get_u64(root, "EventType", 0), PET_DSP_EVT_VM_ADDED);
    assert_int_equal(xml_get_i64(root, "EventCode", 0), PRL_ERR_TIMEOUT);
    assert_int_equal(event_xml_count(root), 0);
}

static void
event_xml__parameters__come_back_by_name_and_number(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(1, 0, "");
    AUTO(xmlFreeDoc) xmlDocPtr again = NULL;
    AUTO(cleanup_free) char *value = NULL;
    xmlNodePtr root = xmlDocGetRootElement(doc);

    (void)state;
    assert_non_null(event_xml_add(root, "a", 1, "x < y & \"z\""));
    assert_non_null(event_xml_add(root, "b", 2, "-5"));
    again = round_trip(doc);
    root = xmlDocGetRootElement(again);
    assert_int_equal(event_xml_count(root), 2);
    value = event_xml_value(event_xml_param(root, "a"), NULL);
    assert_string_equal(value, "x < y & \"z\"");
    assert_ptr_equal(event_xml_nth(root, 1), event_xml_param(root, "b"));
    assert_int_equal(event_xml_type(event_xml_nth(root, 1)), 2);
    assert_null(event_xml_nth(root, 2));
    assert_null(event_xml_param(root, "c"));
}

static void
event_xml__a_configuration_as_parameter__travels_as_base64(void **state)
{
    static const char *const texts[] = { "", "a", "ab", "abc", "<x>\xC3\xA9</x>" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(1, 0, "");
        AUTO(xmlFreeDoc) xmlDocPtr again = NULL;
        AUTO(cleanup_free) char *value = NULL;
        AUTO(cleanup_free) char *plain = NULL;
        xmlNodePtr param;
        size_t len;

        assert_non_null(event_xml_add(xmlDocGetRootElement(doc), "vm_cfg", 7, texts[i]));
        again = round_trip(doc);
        param = event_xml_param(xmlDocGetRootElement(again), "vm_cfg");
        value = event_xml_value(param, &len);
        assert_string_equal(value, texts[i]);
        assert_int_equal(len, strlen(texts[i]));
        plain = xml_get(param, "Value");
        assert_string_equal(plain, "");
    }
}

/* As some writers have it: the element is there for its type, and the text in Value. */
static void
event_xml__an_empty_data__leaves_the_value(void **state)
{
    static const char text[] = "<ParallelsEvent><EventType>1</EventType><EventLevel/><EventCode>0</EventCode><EventNeedResponse/><EventIssuerType/>"
                               "<EventIssuerId/><EventSource/><EventInitialRequestId/><EventParameters><EventParameter><Name>vm_cfg</Name>"
                               "<Type>7</Type><Value>&lt;x/&gt;</Value><Data></Data></EventParameter></EventParameters></ParallelsEvent>";
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *value = NULL;
    size_t len;

    (void)state;
    assert_int_equal(event_xml_parse(text, strlen(text), &doc), PRL_ERR_SUCCESS);
    value = event_xml_value(event_xml_param(xmlDocGetRootElement(doc), "vm_cfg"), &len);
    assert_string_equal(value, "<x/>");
    assert_int_equal(len, strlen("<x/>"));
}

static void
event_xml__text_xml_cannot_carry__is_not_added(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(1, 0, "");
    xmlNodePtr root = xmlDocGetRootElement(doc);

    (void)state;
    assert_null(event_xml_add(root, "bad", 1, "\x01"));
    assert_null(event_xml_add(root, "bad", 1, "\xFF"));
    assert_int_equal(event_xml_count(root), 0);
}

static void
event_xml__broken_texts__are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "<ParallelsEvent/>",
        "<Other/>",
        "<!DOCTYPE a><ParallelsEvent/>",
        "<ParallelsEvent><EventType>1</EventType><EventLevel/><EventCode>0</EventCode><EventNeedResponse/>"
        "<EventIssuerType/><EventIssuerId/><EventSource/></ParallelsEvent>",
        "<ParallelsEvent><EventType>1</EventType><EventLevel/><EventCode>0</EventCode><EventNeedResponse/>"
        "<EventIssuerType/><EventIssuerId/><EventSource/><EventInitialRequestId/>"
        "<EventParameters><EventParameter><Name>x</Name></EventParameter></EventParameters></ParallelsEvent>",
    };
    xmlDocPtr doc = (xmlDocPtr)1;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(event_xml_parse(texts[i], strlen(texts[i]), &doc), PRL_ERR_INVALID_ARG);
        assert_ptr_equal(doc, (xmlDocPtr)1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_xml__new__has_all_that_is_required),
        cmocka_unit_test(event_xml__parameters__come_back_by_name_and_number),
        cmocka_unit_test(event_xml__a_configuration_as_parameter__travels_as_base64),
        cmocka_unit_test(event_xml__an_empty_data__leaves_the_value),
        cmocka_unit_test(event_xml__text_xml_cannot_carry__is_not_added),
        cmocka_unit_test(event_xml__broken_texts__are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
