/* SPDX-License-Identifier: MIT */
/*
 * What clients ask about the service itself: host, preferences, users, networks, licence (semantics 5.8 to
 * 5.11, 5.13).
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "engine/session.h"
#include "engine/task.h"
#include "host/host_info.h"
#include "host/prefs.h"
#include "model/event_xml.h"
#include "vm/vm_store.h"

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "reply");
}

static PRL_RESULT
add_tree(struct task *t, int pht, xmlDocPtr doc)
{
    size_t len;
    AUTO(cleanup_free) char *text = doc ? xml_text(doc, &len) : NULL;

    return text ? task_add_doc(t, pht, text, len) : no_memory();
}

/* ---- host ---- */

PRL_RESULT
srv_config_get(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = host_info_text(&text, &len);

    return PRL_FAILED(r) ? r : task_add_doc(t, PHT_SERVER_CONFIG, text, len);
}

/* ---- preferences ---- */

PRL_RESULT
srv_prefs_get(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = prefs_common_text(&text, &len);

    return PRL_FAILED(r) ? r : task_add_doc(t, PHT_DISP_CONFIG, text, len);
}

PRL_RESULT
srv_prefs_begin_edit(struct task *t)
{
    return prefs_common_begin_edit(t->session);
}

PRL_RESULT
srv_prefs_commit(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = task_arg_x(t, "config", &text, &len);

    if (!PRL_FAILED(r))
        r = prefs_common_commit(t->session, text, len);
    if (!PRL_FAILED(r))
        event_send_all(event_new(PET_DSP_EVT_COMMON_PREFS_CHANGED, vm_store_server_uuid()));
    return r;
}

/* ---- users ---- */

PRL_RESULT
srv_user_profile(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = prefs_user_text(&text, &len);

    return PRL_FAILED(r) ? r : task_add_doc(t, PHT_USER_PROFILE, text, len);
}

PRL_RESULT
srv_user_profile_begin_edit(struct task *t)
{
    return prefs_user_begin_edit(t->session);
}

/* All sessions are this user's. */
PRL_RESULT
srv_user_profile_commit(struct task *t)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = task_arg_x(t, "config", &text, &len);

    if (!PRL_FAILED(r))
        r = prefs_user_commit(t->session, text, len);
    if (!PRL_FAILED(r))
        event_send_all(event_new(PET_DSP_EVT_USER_PROFILE_CHANGED, vm_store_server_uuid()));
    return r;
}

static PRL_RESULT
add_user_info(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    AUTO(cleanup_free) char *uuid = prefs_user_value("Uuid");
    AUTO(cleanup_free) char *folder = prefs_user_value("UserWorkspace/UserDefaultVmFolder");
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"UserInfo", NULL) : NULL;

    if (!root)
        return no_memory();
    xmlDocSetRootElement(doc, root);
    if (!xml_set(root, "Name", host_identity()->user_name) || !xml_set(root, "Uuid", uuid)
        || !xml_set_u64(root, "SessionCount", session_count()) || !xml_set(root, "DefaultVmFolder", folder)
        || !xml_set_u64(root, "ChangeServerSettings", 1))
        return no_memory();
    return add_tree(t, PHT_USER_INFO, doc);
}

PRL_RESULT
srv_user_info(struct task *t)
{
    AUTO(cleanup_free) char *mine = prefs_user_value("Uuid");
    const char *wanted = task_arg_s(t, "uuid");
    char uuid[UUID_TEXT];

    if (!wanted || !uuid_parse(wanted, uuid) || !str_eq(uuid, mine))
        return err_set(PRL_ERR_USER_NOT_FOUND, "no user has the uuid '%s'", wanted ? wanted : "");
    return add_user_info(t);
}

PRL_RESULT
srv_user_info_list(struct task *t)
{
    return add_user_info(t);
}

/* ---- networks ---- */

PRL_RESULT
srv_virtual_network_list(struct task *t)
{
    for (unsigned i = 0;; i++) {
        AUTO(cleanup_free) char *text = NULL;
        size_t len;
        PRL_RESULT r = prefs_network_text(i, &text, &len);

        if (r == PRL_ERR_NO_DATA)
            return PRL_ERR_SUCCESS;
        if (!PRL_FAILED(r))
            r = task_add_doc(t, PHT_VIRTUAL_NETWORK, text, len);
        if (PRL_FAILED(r))
            return r;
    }
}

/* ---- licence ---- */

/* Free software: there is no key, and nothing runs out. */
PRL_RESULT
srv_license_info(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_LICENSE_CHANGED, PRL_ERR_LICENSE_VALID, "");
    xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;

    if (!root || !event_xml_add(root, "license_is_valid", PARAM_BOOL, "1")
        || !event_xml_add(root, "license_status", PARAM_INT, "0")
        || !event_xml_add(root, "license_key", PARAM_STRING, "MIT")
        || !event_xml_add(root, "license_user", PARAM_STRING, host_identity()->user_name)
        || !event_xml_add(root, "license_company", PARAM_STRING, ""))
        return no_memory();
    return add_tree(t, PHT_LICENSE, doc);
}
