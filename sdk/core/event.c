/* SPDX-License-Identifier: MIT */
/* Events: header from JSON or XML, parameters always from the XML. */
#include "event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "errors.h"
#include "wire/frame.h"
#include "model/event_xml.h"
#include "srv_obj.h"

#define PARAMS_MAX 4096 /* of one event */
#define MESSAGE_PARAMS 9

/* ---- life ---- */

static void
destroy(struct object *obj)
{
    struct event *e = (struct event *)obj;

    srv_link_unref(e->link);
    json_decref(e->json);
    doc_unref(e->doc);
    lock_destroy(&e->lock);
    free(e);
}

/* No text form through PrlHandle_ToString; PrlEvent_GetDataPtr and FromString have it (semantics 1.1). */
static const struct object_class event_class = { .type = PHT_EVENT, .destroy = destroy };

static struct event *
event_new(struct srv_link *link)
{
    struct event *e = calloc(1, sizeof *e);

    if (!e)
        return NULL;
    object_init(&e->obj, &event_class);
    lock_init(&e->lock, 58);
    e->link = link ? srv_link_ref(link) : NULL;
    return e;
}

static struct event *
event_take_json(struct srv_link *link, json_t *json /* taken, NULL: no memory */)
{
    struct event *e = json ? event_new(link) : NULL;

    if (e)
        e->json = json;
    else
        json_decref(json);
    return e;
}

/* A copy of its own: jansson's counts are not made for values that several threads let go of. */
struct event *
event_from_json(struct srv_link *link, json_t *json)
{
    return event_take_json(link, json_deep_copy(json));
}

struct event *
event_of_type(struct srv_link *link, PRL_EVENT_TYPE type, PRL_RESULT code, PRL_EVENT_ISSUER_TYPE issuer_type, const char *issuer_id)
{
    return event_take_json(link, json_pack("{sisisiss}", "type", (int)type, "code", (int)code, "issuer_type",
                                           (int)issuer_type, "issuer", issuer_id));
}

static void
add_text(json_t *params, const char *name, const char *value)
{
    if (value)
        json_array_append_new(params, json_pack("{sssiss}", "n", name, "t", EVENT_STRING, "v", value));
}

/* What the event inside an error says, for people; NULL: nothing. */
static char *
nested_text(const char *xml)
{
    struct event *inner = NULL;
    char *text = NULL;

    if (!xml || PRL_FAILED(event_from_text(NULL, xml, &inner)))
        return NULL;
    if (PRL_FAILED(event_message(inner, false, false, &text)))
        text = NULL;
    object_unref(&inner->obj);
    return text;
}

struct event *
event_from_error(struct srv_link *link, PRL_RESULT code, const struct err *err, PRL_EVENT_ISSUER_TYPE issuer)
{
    json_t *json = json_pack("{sisisisss[]}", "type", PET_DSP_EVT_ERROR_MESSAGE, "code", (int)code,
                             "issuer_type", (int)issuer, "issuer", "", "params");
    json_t *params = json_object_get(json, "params");
    struct event *e;

    if (!json)
        return NULL;
    for (int i = 0; err && i < ERR_PARAMS; i++) {
        char name[32];

        snprintf(name, sizeof name, "vm_message_param_%d", i);
        add_text(params, name, err->param[i]);
    }
    if (err) {
        AUTO(cleanup_free) char *text = nested_text(err->nested); /* programs print Details, and look no further */

        add_text(params, "Details", text ? text : err->details);
        add_text(params, "internal_event", err->nested);
    }
    e = event_take_json(link, json);
    if (e)
        e->is_of_job = true;
    return e;
}

PRL_RESULT
event_from_text(struct srv_link *link, const char *text, struct event **ret)
{
    xmlDocPtr tree = NULL;
    struct event *e;
    PRL_RESULT r = event_xml_parse(text, strlen(text), &tree);

    if (PRL_FAILED(r))
        return r;
    e = event_new(link);
    if (e)
        e->doc = doc_new_tree(PHT_EVENT, TAKE(tree));
    if (tree)
        xmlFreeDoc(tree);
    if (!e || !e->doc) {
        object_unref(e ? &e->obj : NULL);
        return PRL_ERR_OUT_OF_MEMORY;
    }
    *ret = e;
    return PRL_ERR_SUCCESS;
}

/* ---- JSON to XML ---- */

static int
int_of(json_t *json, const char *key, int def)
{
    json_t *v = json_object_get(json, key);
    json_int_t n = json_integer_value(v);

    return json_is_integer(v) && n >= INT32_MIN && n <= INT32_MAX ? (int)n : def;
}

/* Text that XML can carry; the service is not trusted to send only such. */
static char *
text_of(json_t *json, const char *key)
{
    json_t *v = json_object_get(json, key);
    const char *s = json_string_value(v);
    size_t n = json_string_length(v);

    if (!s)
        return str_dup("");
    return str_is_xml_text(s, n) ? str_dup(s) : str_escape(s, n, n * 4 + 1);
}

static void
add_param(xmlNodePtr root, json_t *param)
{
    AUTO(cleanup_free) char *name = text_of(param, "n"), *value = text_of(param, "v");

    if (name && value)
        event_xml_add(root, name, int_of(param, "t", EVENT_STRING), value);
}

static xmlDocPtr
tree_of(json_t *json)
{
    AUTO(cleanup_free) char *issuer = text_of(json, "issuer"), *source = text_of(json, "source");
    json_t *params = json_object_get(json, "params"), *param;
    xmlDocPtr tree = event_xml_new(int_of(json, "type", 0), int_of(json, "code", 0), issuer ? issuer : "");
    xmlNodePtr root;
    size_t i;

    if (!tree)
        return NULL;
    root = xmlDocGetRootElement(tree);
    xml_set_u64(root, "EventIssuerType", (uint64_t)int_of(json, "issuer_type", PIE_DISPATCHER));
    xml_set_u64(root, "EventNeedResponse", json_is_true(json_object_get(json, "need_response")));
    if (source)
        xml_set(root, "EventSource", source);
    json_array_foreach (params, i, param)
        if (i < PARAMS_MAX)
            add_param(root, param);
    return tree;
}

struct doc *
event_doc(struct event *e)
{
    LOCK_SCOPE(&e->lock);

    if (!e->doc) {
        e->doc = doc_new_tree(PHT_EVENT, tree_of(e->json));
        if (e->doc)
            json_decref(TAKE(e->json));
    }
    return e->doc;
}

/* ---- header ---- */

static bool
head_of_json(json_t *json, struct event_head *ret)
{
    ret->type = (PRL_EVENT_TYPE)int_of(json, "type", 0);
    ret->code = int_of(json, "code", 0);
    ret->issuer_type = (PRL_EVENT_ISSUER_TYPE)int_of(json, "issuer_type", PIE_DISPATCHER);
    ret->need_response = json_is_true(json_object_get(json, "need_response"));
    ret->issuer_id = text_of(json, "issuer");
    return ret->issuer_id;
}

static bool
head_of_doc(struct doc *d, struct event_head *ret)
{
    xmlDocPtr tree = doc_lock(d);
    xmlNodePtr root;

    if (!tree)
        return false;
    root = xmlDocGetRootElement(tree);
    ret->type = (PRL_EVENT_TYPE)xml_get_i64(root, "EventType", 0);
    ret->code = (PRL_RESULT)xml_get_i64(root, "EventCode", 0);
    ret->issuer_type = (PRL_EVENT_ISSUER_TYPE)xml_get_u64(root, "EventIssuerType", PIE_UNKNOWN);
    ret->need_response = xml_get_u64(root, "EventNeedResponse", 0) != 0;
    ret->issuer_id = xml_get(root, "EventIssuerId");
    if (!ret->issuer_id)
        ret->issuer_id = str_dup("");
    doc_unlock(d, false);
    return ret->issuer_id;
}

bool
event_head(struct event *e, struct event_head *ret)
{
    {
        LOCK_SCOPE(&e->lock);
        if (!e->doc)
            return head_of_json(e->json, ret);
    }
    return head_of_doc(e->doc, ret);
}

void
event_head_free(struct event_head *h)
{
    free(h->issuer_id);
}

/* ---- parameters ---- */

PRL_RESULT
event_param_count(struct event *e, PRL_UINT32 *ret)
{
    struct doc *d = event_doc(e);
    xmlDocPtr tree = d ? doc_lock(d) : NULL;

    if (!tree)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = event_xml_count(xmlDocGetRootElement(tree));
    doc_unlock(d, false);
    return PRL_ERR_SUCCESS;
}

static xmlNodePtr
find_param(xmlNodePtr root, PRL_UINT32 *index, const char *name)
{
    xmlNodePtr n;

    if (!name)
        return event_xml_nth(root, *index);
    n = event_xml_param(root, name);
    for (*index = 0; n && event_xml_nth(root, *index) != n; ++*index)
        ;
    return n;
}

PRL_RESULT
event_param(struct event *e, PRL_UINT32 index, const char *name, struct config_obj **ret)
{
    AUTO(cleanup_free) char *found_name = NULL;
    struct doc *d = event_doc(e);
    xmlDocPtr tree = d ? doc_lock(d) : NULL;
    struct config_obj *o;
    xmlNodePtr n;

    if (!tree)
        return PRL_ERR_OUT_OF_MEMORY;
    n = find_param(xmlDocGetRootElement(tree), &index, name);
    found_name = n ? xml_get(n, "Name") : NULL;
    doc_unlock(d, false);
    if (!n)
        return name ? PRL_ERR_NO_DATA : PRL_ERR_INVALID_ARG;
    o = config_obj_new(PHT_EVENT_PARAMETER, d, &e->obj);
    if (!o)
        return PRL_ERR_OUT_OF_MEMORY;
    o->part = PART_NAMED;
    o->index = index;
    o->name = found_name ? TAKE(found_name) : str_dup("");
    if (!o->name) {
        object_unref(&o->obj);
        return PRL_ERR_OUT_OF_MEMORY;
    }
    *ret = o;
    return PRL_ERR_SUCCESS;
}

char *
event_param_text(struct event *e, const char *name)
{
    struct doc *d = event_doc(e);
    xmlDocPtr tree = d ? doc_lock(d) : NULL;
    xmlNodePtr n;
    char *text;

    if (!tree)
        return NULL;
    n = event_xml_param(xmlDocGetRootElement(tree), name);
    text = n ? event_xml_value(n, NULL) : NULL;
    doc_unlock(d, false);
    return text;
}

PRL_RESULT
event_message(struct event *e, bool is_brief, bool is_formatted, char **ret_text)
{
    AUTO(cleanup_free) char *text = NULL;
    char *params[MESSAGE_PARAMS], *plain;
    struct event_head head;
    const struct error_text *t;
    const char *tmpl;

    if (!event_head(e, &head))
        return PRL_ERR_OUT_OF_MEMORY;
    event_head_free(&head);
    t = errors_find(head.code);
    tmpl = t ? is_brief ? t->brief_text : t->long_text : NULL;
    if (!tmpl || !*tmpl)
        tmpl = errors_name(head.code);
    for (int i = 0; i < MESSAGE_PARAMS; i++) {
        char name[32];

        snprintf(name, sizeof name, "vm_message_param_%d", i);
        params[i] = strchr(tmpl, '%') ? event_param_text(e, name) : NULL;
    }
    text = errors_format(tmpl, (const char *const *)params, MESSAGE_PARAMS, true);
    for (int i = 0; i < MESSAGE_PARAMS; i++)
        free(params[i]);
    if (!text)
        return PRL_ERR_OUT_OF_MEMORY;
    plain = is_formatted ? TAKE(text) : errors_plain(text);
    if (!plain)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret_text = plain;
    return PRL_ERR_SUCCESS;
}
