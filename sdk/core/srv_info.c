/* SPDX-License-Identifier: MIT */
#include "srv_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "event.h"
#include "model/event_xml.h"
#include "srv_obj.h"
#include "wire/frame.h"

#define TASKS "response_login_cmd_task_info"

/* ---- building ---- */

static void
put_text(xmlNodePtr root, const char *name, enum event_param_type type, const char *value)
{
    if (value && str_is_xml_text(value, strlen(value)))
        event_xml_add(root, name, type, value);
}

static void
put_number(xmlNodePtr root, const char *name, enum event_param_type type, json_int_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)value);
    event_xml_add(root, name, type, text);
}

static const char *
text_of(json_t *info, const char *key)
{
    const char *s = json_string_value(json_object_get(info, key));

    return s ? s : "";
}

static json_int_t
number_of(json_t *info, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(info, key));

    return n > 0 ? n : 0;
}

static void
put_server(xmlNodePtr root, json_t *info)
{
    json_int_t port = number_of(info, "port");

    put_text(root, "server_info_host_name", EVENT_STRING, text_of(info, "host_name"));
    put_text(root, "server_info_os_version", EVENT_STRING, text_of(info, "os_version"));
    put_text(root, "server_info_product_version", EVENT_STRING, text_of(info, "product_version"));
    put_text(root, "server_info_server_uuid", EVENT_STRING, text_of(info, "server_uuid"));
    put_number(root, "server_info_cmd_port", EVENT_UINT, port);
    put_number(root, "server_info_app_execute_mode", EVENT_UINT, PAM_SERVER);
    put_number(root, "server_info_start_time", EVENT_UINT64, number_of(info, "start_time_ms"));
    put_number(root, "server_info_start_time_monotonic", EVENT_UINT64, number_of(info, "start_time_us"));
}

/* A task is an event of its own, as text, in a list parameter. */
static char *
task_text(json_t *task)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(0, PRL_ERR_SUCCESS, "");
    AUTO(xmlFreeDoc) xmlDocPtr params = event_xml_new(0, PRL_ERR_SUCCESS, text_of(task, "vm"));
    AUTO(cleanup_free) char *params_text = NULL;
    xmlNodePtr root;

    if (!doc || !params)
        return NULL;
    put_text(xmlDocGetRootElement(params), "vm_uuid", EVENT_STRING, text_of(task, "vm"));
    params_text = xml_text(params, NULL);
    root = xmlDocGetRootElement(doc);
    put_text(root, "response_login_cmd_task_id", EVENT_STRING, text_of(task, "uuid"));
    put_number(root, "response_login_cmd_task_type", EVENT_UINT, number_of(task, "type"));
    put_text(root, "response_login_cmd_task_params", EVENT_TEXT, params_text);
    return xml_text(doc, NULL);
}

static void
put_tasks(xmlNodePtr root, json_t *tasks)
{
    xmlNodePtr param = event_xml_add(root, TASKS, EVENT_STRING, ""), value;
    json_t *task;
    size_t i;

    if (!param)
        return;
    xml_set(param, "IsList", "1");
    value = xml_make(param, "Value");
    json_array_foreach (tasks, i, task) {
        AUTO(cleanup_free) char *text = task_text(task);

        if (value && text)
            xmlNewTextChild(value, NULL, BAD_CAST "ListItem", BAD_CAST text);
    }
}

static struct config_obj *
object_over(PRL_HANDLE_TYPE pht, xmlDocPtr tree /* taken */)
{
    AUTO(doc_unref) struct doc *doc = tree ? doc_new_tree(pht, tree) : NULL;

    return doc ? config_obj_new(pht, doc, NULL) : NULL;
}

struct config_obj *
srv_info_login_response(json_t *info)
{
    xmlDocPtr tree = event_xml_new(0, PRL_ERR_SUCCESS, "");
    xmlNodePtr root;

    if (!tree)
        return NULL;
    root = xmlDocGetRootElement(tree);
    put_text(root, "response_login_cmd_session_uuid", EVENT_STRING, text_of(info, "session"));
    put_server(root, info);
    put_tasks(root, json_object_get(info, "tasks"));
    return object_over(PHT_LOGIN_RESPONSE, tree);
}

struct config_obj *
srv_info_of(struct srv_obj *srv)
{
    xmlDocPtr tree = event_xml_new(0, PRL_ERR_SUCCESS, "");
    AUTO(cleanup_free) char *host = NULL;
    AUTO(json_decref) json_t *info = NULL;
    xmlNodePtr param;

    if (!tree)
        return NULL;
    {
        LOCK_SCOPE(&srv->lock);
        info = json_deep_copy(srv->info);
        host = str_dup(srv->host ? srv->host : "");
    }
    put_server(xmlDocGetRootElement(tree), info);
    param = event_xml_param(xmlDocGetRootElement(tree), "server_info_host_name");
    if (param && host)
        xml_set(param, "Value", host);
    return object_over(PHT_SERVER_INFO, tree);
}

/* ---- reading ---- */

PRL_RESULT
srv_info_text(struct config_obj *o, const char *name, char **ret_text)
{
    xmlNodePtr root, param;
    PRL_RESULT r = config_obj_lock(o, &root);
    char *text;

    if (PRL_FAILED(r))
        return r;
    param = event_xml_param(root, name);
    text = param ? xml_get(param, "Value") : NULL;
    config_obj_unlock(o, false);
    if (!text)
        return PRL_ERR_NO_DATA;
    *ret_text = text;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_info_number(struct config_obj *o, const char *name, uint64_t *ret)
{
    AUTO(cleanup_free) char *text = NULL;
    PRL_RESULT r = srv_info_text(o, name, &text);

    if (PRL_FAILED(r))
        return r;
    *ret = strtoull(text, NULL, 10);
    return PRL_ERR_SUCCESS;
}

static xmlNodePtr
first_task(xmlNodePtr root)
{
    return xml_find(event_xml_param(root, TASKS), "Value/ListItem");
}

PRL_UINT32
srv_info_task_count(struct config_obj *o)
{
    PRL_UINT32 n = 0;
    xmlNodePtr root;

    if (PRL_FAILED(config_obj_lock(o, &root)))
        return 0;
    for (xmlNodePtr t = first_task(root); t; t = xml_next(t))
        n++;
    config_obj_unlock(o, false);
    return n;
}

PRL_RESULT
srv_info_task(struct config_obj *o, PRL_UINT32 i, struct config_obj **ret)
{
    AUTO(cleanup_free) char *text = NULL;
    struct config_obj *task;
    xmlDocPtr tree = NULL;
    xmlNodePtr root, t;
    PRL_RESULT r = config_obj_lock(o, &root);

    if (PRL_FAILED(r))
        return r;
    for (t = first_task(root); t && i; i--)
        t = xml_next(t);
    text = t ? xml_get(t, "") : NULL;
    config_obj_unlock(o, false);
    if (!t)
        return PRL_ERR_INVALID_ARG;
    r = text ? event_xml_parse(text, strlen(text), &tree) : PRL_ERR_OUT_OF_MEMORY;
    if (PRL_FAILED(r))
        return r;
    task = object_over(PHT_RUNNING_TASK, tree);
    if (!task)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = task;
    return PRL_ERR_SUCCESS;
}
