/* SPDX-License-Identifier: MIT */
/*
 * Event documents. The old product name as root is what the reference writes, and the only one older readers
 * take.
 */
#include "event_xml.h"

#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"

#define MAX_PARAMS 16384

/* Types whose value is kept as base64 in Data. */
enum { TYPE_CDATA = 3, TYPE_VM_CONFIGURATION = 7, TYPE_LAST = 20 };

static const char *const required[] = {
    "EventType", "EventLevel", "EventCode", "EventNeedResponse", "EventIssuerType", "EventIssuerId", "EventSource",
    "EventInitialRequestId",
};

static bool
is_in_data(int type)
{
    return type == TYPE_CDATA || type == TYPE_VM_CONFIGURATION;
}

/* ---- base64 ---- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *
encode(const char *bytes, size_t n)
{
    const unsigned char *b = (const unsigned char *)bytes;
    char *out = malloc((n + 2) / 3 * 4 + 1), *o = out;

    if (!out)
        return NULL;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) | (left > 2 ? b[i + 2] : 0);

        *o++ = digits[v >> 18];
        *o++ = digits[v >> 12 & 63];
        *o++ = left > 1 ? digits[v >> 6 & 63] : '=';
        *o++ = left > 2 ? digits[v & 63] : '=';
    }
    *o = '\0';
    return out;
}

/* White space is skipped, anything else that is no digit ends the text. */
static char *
decode(const char *text, size_t *ret_len)
{
    char *out = malloc(strlen(text) / 4 * 3 + 4);
    unsigned v = 0, bits = 0;
    size_t n = 0;

    if (!out)
        return NULL;
    for (; *text; text++) {
        const char *d = strchr(digits, *text);

        if (strchr(" \t\r\n", *text))
            continue;
        if (!d)
            break;
        v = (v << 6 | (unsigned)(d - digits)) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (char)(v >> bits & 0xFF);
        }
    }
    out[n] = '\0';
    *ret_len = n;
    return out;
}

/* ---- documents ---- */

static bool
set_i64(xmlNodePtr root, const char *name, long value)
{
    char text[24];

    snprintf(text, sizeof text, "%ld", value);
    return xml_set(root, name, text);
}

xmlDocPtr
event_xml_new(int type, PRL_RESULT code, const char *issuer_id)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    char request[UUID_TEXT];
    xmlNodePtr root;

    xml_init();
    doc = xmlNewDoc((const xmlChar *)"1.0");
    root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"ParallelsEvent", NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(doc, root);
    uuid_make(request);
    if (!set_i64(root, "EventType", type) || !set_i64(root, "EventLevel", 0) || !set_i64(root, "EventCode", code)
        || !set_i64(root, "EventNeedResponse", 0) || !set_i64(root, "EventIssuerType", PIE_DISPATCHER)
        || !xml_set(root, "EventIssuerId", issuer_id) || !xml_set(root, "EventSource", "")
        || !xml_set(root, "EventInitialRequestId", request) || !xml_make(root, "EventParameters"))
        return NULL;
    return TAKE(doc);
}

static PRL_RESULT
check_param(xmlNodePtr param)
{
    AUTO(cleanup_free) char *name = xml_get(param, "Name");
    int64_t type = xml_get_i64(param, "Type", -1);

    if (!name)
        return err_set(PRL_ERR_INVALID_ARG, "event: a parameter has no Name");
    if (type < 0 || type > TYPE_LAST)
        return err_set(PRL_ERR_INVALID_ARG, "event: parameter '%.64s' has no type that exists", name);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check(xmlNodePtr root)
{
    unsigned count = 0;

    if (strcmp((const char *)root->name, "ParallelsEvent") != 0
        && strcmp((const char *)root->name, "VirtuozzoEvent") != 0)
        return err_set(PRL_ERR_INVALID_ARG, "event: the root is '%.64s'", root->name);
    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (!xml_child(root, required[i]))
            return err_set(PRL_ERR_INVALID_ARG, "event: there is no %s", required[i]);
    for (xmlNodePtr p = event_xml_nth(root, 0); p; p = xml_next(p)) {
        PRL_RESULT r = check_param(p);

        if (PRL_FAILED(r))
            return r;
        if (++count > MAX_PARAMS)
            return err_set(PRL_ERR_INVALID_ARG, "event: more than %d parameters", MAX_PARAMS);
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
event_xml_parse(const char *text, size_t len, xmlDocPtr *ret)
{
    AUTO(cleanup_free) char *why = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = xml_parse(text, len, &why);
    PRL_RESULT r;

    if (!doc)
        return err_set(PRL_ERR_INVALID_ARG, "event: %s", why ? why : "not well-formed");
    r = check(xmlDocGetRootElement(doc));
    if (PRL_FAILED(r))
        return r;
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}

/* ---- parameters ---- */

static bool
fill(xmlNodePtr param, const char *name, int type, const char *value, unsigned id)
{
    AUTO(cleanup_free) char *data = NULL;
    char text[16];

    snprintf(text, sizeof text, "%u", id);
    if (!xmlSetProp(param, (const xmlChar *)"id", (const xmlChar *)text) || !xml_set(param, "Name", name)
        || !set_i64(param, "Type", type))
        return false;
    if (!is_in_data(type))
        return xml_set(param, "Value", value);
    data = encode(value, strlen(value));
    return data && xml_set(param, "Value", "") && xml_set(param, "Data", data);
}

xmlNodePtr
event_xml_add(xmlNodePtr event_root, const char *name, int type, const char *value)
{
    xmlNodePtr list = xml_make(event_root, "EventParameters"), param;
    unsigned id = event_xml_count(event_root);

    param = list ? xmlNewChild(list, NULL, (const xmlChar *)"EventParameter", NULL) : NULL;
    if (!param)
        return NULL;
    if (!fill(param, name, type, value ? value : "", id)) {
        xml_remove(param);
        return NULL;
    }
    return param;
}

xmlNodePtr
event_xml_param(xmlNodePtr event_root, const char *name)
{
    for (xmlNodePtr p = event_xml_nth(event_root, 0); p; p = xml_next(p)) {
        AUTO(cleanup_free) char *of_param = xml_get(p, "Name");

        if (str_eq(of_param, name))
            return p;
    }
    return NULL;
}

unsigned
event_xml_count(xmlNodePtr event_root)
{
    unsigned count = 0;

    for (xmlNodePtr p = event_xml_nth(event_root, 0); p; p = xml_next(p))
        count++;
    return count;
}

xmlNodePtr
event_xml_nth(xmlNodePtr event_root, unsigned i)
{
    xmlNodePtr p = xml_find(event_root, "EventParameters/EventParameter");

    while (p && i--)
        p = xml_next(p);
    return p;
}

int
event_xml_type(xmlNodePtr param)
{
    return (int)xml_get_u64(param, "Type", 1);
}

char *
event_xml_value(xmlNodePtr param, size_t *ret_len)
{
    AUTO(cleanup_free) char *data = NULL;
    char *text;
    size_t len;

    if (is_in_data(event_xml_type(param)))
        data = xml_get(param, "Data");
    if (data && *data) { /* others write Data empty, and the value where it is of every other type */
        text = decode(data, &len);
    } else {
        text = xml_get(param, "Value");
        if (!text)
            text = strdup("");
        len = text ? strlen(text) : 0;
    }
    if (text && ret_len)
        *ret_len = len;
    return text;
}
