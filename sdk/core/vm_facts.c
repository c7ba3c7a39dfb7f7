/* SPDX-License-Identifier: MIT */
/* Service-filled values of a VM document. */
#include "vm_facts.h"

#include <prlsdk/PrlEnums.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/event_xml.h"
#include "model/vm_model.h"

#define RIGHT_R 4u
#define RIGHT_W 2u
#define RIGHT_X 1u
#define ACL "AccessControlList"

/* Event parameter types (semantics 3.2). */
enum { PARAM_TEXT = 4, PARAM_INTEGER = 2, PARAM_BOOLEAN = 6, PARAM_RETURN_CODE = 10 };

/* Rights that a command needs (semantics 5.3); what is not listed needs all three. */
static const struct {
    unsigned char command, rights;
} needs[] = {
    { PAR_VM_GETCONFIG_ACCESS, RIGHT_R },
    { PAR_VM_GET_VMINFO_ACCESS, RIGHT_R },
    { PAR_VM_CLONE_ACCESS, RIGHT_R },
    { PAR_VMDEV_COPY_IMAGE_ACCESS, RIGHT_R },
    { PAR_VM_GETSTATISTICS_ACCESS, RIGHT_R },
    { PAR_VM_STATISTICS_SUBSCRIPTION_ACCESS, RIGHT_R },
    { PAR_VM_PERFSTAT_ACCESS, RIGHT_R },
    { PAR_VM_GETPROBLEMREPORT_ACCESS, RIGHT_R },
    { PAR_VM_GET_TOOLS_INFO, RIGHT_R },
    { PAR_VM_GET_VIRT_DEV_INFO, RIGHT_R },
    { PAR_VM_GET_SUSPENDED_SCREEN_ACCESS, RIGHT_R },
    { PAR_VM_CREATE_BACKUP_ACCESS, RIGHT_R },
    { PAR_VM_START_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_RESTART_GUEST_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_STOP_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_RESET_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_PAUSE_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_SUSPEND_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_RESUME_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_DROPSUSPENDEDSTATE_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_SEND_ANSWER_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_CHANGE_SID_ACCESS, RIGHT_R | RIGHT_X },
    { PAR_VM_BEGINEDIT_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_COMMIT_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_REGISTER_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_RESTORE_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_DELETE_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_UNREG_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VMDEV_CREATEIMAGE_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_RESIZE_DISK_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_CONVERT_DISKS_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_ENCRYPT_OPERATION_ACCESS, RIGHT_R | RIGHT_W },
    { PAR_VM_CREATE_ACCESS, 0 },
    { PAR_SRV_USER_PROFILE_BEGINEDIT_ACCESS, 0 },
    { PAR_SRV_USER_PROFILE_COMMIT_ACCESS, 0 },
    { PAR_SRV_SERVER_PROFILE_BEGINEDIT_ACCESS, 0 },
    { PAR_SRV_SERVER_PROFILE_COMMIT_ACCESS, 0 },
};

static unsigned
rights_needed(unsigned command)
{
    for (size_t i = 0; i < ARRAY_LEN(needs); i++)
        if (needs[i].command == command)
            return needs[i].rights;
    return RIGHT_R | RIGHT_W | RIGHT_X;
}

/* ---- JSON members, NULL or the default when absent or of another type; the service leaves out what is as usual ---- */

static const char *
text_of(json_t *facts, const char *key)
{
    const char *s = json_string_value(json_object_get(facts, key));

    return s && str_is_xml_text(s, strlen(s)) ? s : NULL;
}

static bool
has_number(json_t *facts, const char *key, int64_t *ret)
{
    json_t *v = json_object_get(facts, key);

    if (!json_is_integer(v))
        return false;
    *ret = json_integer_value(v);
    return true;
}

static void
set_i64(xmlNodePtr at, const char *path, int64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)value);
    xml_set(at, path, text);
}

/* ---- answers from the facts alone ---- */

static const struct {
    const char *path, *key;
    int64_t def; /* what an absent one counts as */
} numbers[] = {
    { "Identification/EnvId", "env", 0 },
    { "vminfo_vm_state", "state", VMS_UNKNOWN },
    { "vminfo_vm_addition_state", "addition", VMAS_NOSTATE },
};

bool
vm_facts_are_valid(json_t *facts)
{
    json_t *valid = json_object_get(facts, "valid");

    return !valid || (json_is_integer(valid) && !json_integer_value(valid));
}

/* As the service has read it in the same text; where that could not be read, a stand-in has the say. */
static bool
is_template(json_t *facts, int64_t *ret_value)
{
    json_t *flag = json_object_get(facts, "template");

    if (!json_is_boolean(flag) || !vm_facts_are_valid(facts))
        return false;
    *ret_value = json_is_true(flag);
    return true;
}

bool
vm_facts_number(json_t *facts, const char *path, int64_t *ret_value)
{
    if (!strcmp(path, "Settings/General/IsTemplate"))
        return is_template(facts, ret_value);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (strcmp(numbers[i].path, path) != 0)
            continue;
        *ret_value = numbers[i].def;
        has_number(facts, numbers[i].key, ret_value);
        return true;
    }
    return false;
}

#define UUID_PATH "Identification/VmUuid"
#define NAME_PATH "Identification/VmName"
#define HOME_PATH "Identification/VmHome"

static char *
config_of(json_t *facts)
{
    const char *home = text_of(facts, "home");

    return home && home[0] ? str_printf("%s/config.pvs", home) : NULL;
}

char *
vm_facts_text(json_t *facts, const char *path)
{
    if (!strcmp(path, NAME_PATH))
        return str_dup(text_of(facts, "name"));
    if (!strcmp(path, UUID_PATH))
        return str_dup(text_of(facts, "uuid"));
    return !strcmp(path, HOME_PATH) ? config_of(facts) : NULL;
}

/* ---- the parts ---- */

static void
put_identification(xmlNodePtr root, json_t *facts)
{
    const char *uuid = text_of(facts, "uuid"), *name = text_of(facts, "name");
    AUTO(cleanup_free) char *file = config_of(facts);
    int64_t uptime = 0, env = 0;

    if (uuid)
        xml_set(root, UUID_PATH, uuid);
    if (name)
        xml_set(root, NAME_PATH, name);
    has_number(facts, "env", &env);
    set_i64(root, "Identification/EnvId", env);
    if (file) {
        xml_set(root, HOME_PATH, file);
        xml_set_u64(root, "Identification/VmFilesLocation", PVL_LOCAL_FS);
    }
    has_number(facts, "uptime", &uptime);
    if (uptime >= 0)
        xml_set_u64(root, "Identification/VmUptimeInSeconds", (uint64_t)uptime);
}

/* A plain list of what is allowed. */
static void
put_acl(xmlNodePtr security, unsigned rights)
{
    xmlNodePtr list = xml_make(security, ACL);

    if (!list)
        return;
    while (list->children)
        xml_remove(list->children);
    for (unsigned command = 0; command < PAR_MAX; command++) {
        unsigned needed = rights_needed(command);
        char number[16];

        if ((rights & needed) != needed)
            continue;
        snprintf(number, sizeof number, "%u", command);
        xmlNewChild(list, NULL, BAD_CAST "AccessControl", BAD_CAST number);
    }
}

/* By owner and others alone: of a section that came without a list. */
static unsigned
rights_of(xmlNodePtr security)
{
    if (xml_get_u64(security, "IsOwner", 0))
        return RIGHT_R | RIGHT_W | RIGHT_X;
    switch (xml_get_u64(security, "AccessForOthers", PAO_VM_NOT_SHARED)) {
    case PAO_VM_SHARED_ON_VIEW:
        return RIGHT_R;
    case PAO_VM_SHARED_ON_VIEW_AND_RUN:
        return RIGHT_R | RIGHT_X;
    case PAO_VM_SHARED_ON_FULL_ACCESS:
        return RIGHT_R | RIGHT_W | RIGHT_X;
    default:
        return 0;
    }
}

bool
vm_facts_is_allowed(xmlNodePtr security, unsigned command)
{
    xmlNodePtr item = xml_find(security, ACL "/AccessControl");

    if (!item && command < PAR_MAX)
        return (rights_of(security) & rights_needed(command)) == rights_needed(command);
    for (; item; item = xml_next(item)) {
        const bool is_pair = xml_child(item, "Op"); /* some documents say no as well */

        if (xml_get_u64(item, is_pair ? "Op" : "", UINT64_MAX) == command)
            return !is_pair || xml_get_u64(item, "Allowed", 0) != 0;
    }
    return false;
}

static xmlNodePtr
put_security(xmlNodePtr root, json_t *facts)
{
    xmlNodePtr security = xml_make(root, "Security");
    const char *owner = text_of(facts, "owner");
    json_t *flag;
    int64_t n = PAO_VM_NOT_SHARED;

    if (!security)
        return NULL;
    if (owner)
        xml_set(security, "Owner", owner);
    flag = json_object_get(facts, "is_owner");
    if (json_is_boolean(flag))
        xml_set_u64(security, "IsOwner", json_is_true(flag));
    xml_set_u64(security, "LockedSign", json_is_true(json_object_get(facts, "locked")));
    has_number(facts, "others", &n);
    set_i64(security, "AccessForOthers", n);
    if (has_number(facts, "allowed", &n))
        put_acl(security, (unsigned)n & 7);
    return security;
}

static void
put_param(xmlNodePtr event, const char *name, int type, int64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)value);
    event_xml_add(event, name, type, text);
}

/* The event inside Settings/Runtime/InternalVmInfo, made anew: what PrlVmCfg_GetVmInfo reads (semantics 3.6). */
static void
put_vm_info(xmlNodePtr root, json_t *facts, xmlNodePtr security)
{
    xmlNodePtr info = xml_make(root, "Settings/Runtime/InternalVmInfo"), event;
    const char *uuid = text_of(facts, "uuid");
    int64_t state = VMS_UNKNOWN, addition = VMAS_NOSTATE, valid = 0, vnc = 0;
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_VM_STATE_CHANGED, PRL_ERR_SUCCESS, uuid ? uuid : "");

    if (!info || !doc)
        return;
    event = xmlDocGetRootElement(doc);
    has_number(facts, "state", &state);
    has_number(facts, "addition", &addition);
    has_number(facts, "valid", &valid);
    has_number(facts, "vnc", &vnc);
    put_param(event, "vminfo_vm_state", PARAM_INTEGER, state);
    put_param(event, "vminfo_vm_addition_state", PARAM_INTEGER, addition);
    put_param(event, "vminfo_vm_is_invalid", PARAM_BOOLEAN, valid < 0);
    put_param(event, "vminfo_vm_valid_rc", PARAM_RETURN_CODE, valid);
    put_param(event, "vminfo_is_vm_waiting_for_answer", PARAM_BOOLEAN, 0);
    put_param(event, "vminfo_vm_is_vnc_server_started", PARAM_BOOLEAN, vnc > 0);
    if (security) {
        AUTO(cleanup_free) char *text = xml_node_text(security, NULL);

        if (text)
            event_xml_add(event, "vminfo_vm_security", PARAM_TEXT, text);
    }
    while (info->children)
        xml_remove(info->children);
    xml_copy_into(info, event);
}

/* The port in use; a VM that does not run shows what is configured. */
static void
put_vnc(xmlNodePtr root, json_t *facts)
{
    int64_t port;

    if (has_number(facts, "vnc", &port) && port > 0 && port <= UINT16_MAX)
        xml_set_u64(root, "Settings/RemoteDisplay/PortNumber", (uint64_t)port);
}

/* What the images of the hard disks take on the host: [[index, MiB], ...]. */
static void
put_rooms(xmlDocPtr doc, json_t *facts)
{
    json_t *room;
    size_t i;

    json_array_foreach(json_object_get(facts, "rooms"), i, room) {
        json_t *index = json_array_get(room, 0), *mib = json_array_get(room, 1);
        xmlNodePtr disk = json_is_integer(index) && json_is_integer(mib) && json_integer_value(mib) >= 0
                              ? vm_model_device_by_index(doc, PDE_HARD_DISK, (unsigned)json_integer_value(index))
                              : NULL;

        if (disk)
            xml_set_u64(disk, "SizeOnDisk", (uint64_t)json_integer_value(mib));
    }
}

void
vm_facts_merge(xmlDocPtr doc, json_t *facts, PRL_RESULT local_fault)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    int64_t valid = 0;

    if (!root)
        return;
    has_number(facts, "valid", &valid);
    set_i64(root, "ValidRc", PRL_FAILED(local_fault) ? local_fault : valid);
    put_identification(root, facts);
    put_vm_info(root, facts, put_security(root, facts));
    put_vnc(root, facts);
    put_rooms(doc, facts);
}

static void
copy_security(xmlNodePtr to, xmlNodePtr from)
{
    for (xmlNodePtr n = from->children; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        /* An empty list says nothing about this session: what is known stays. */
        if (!strcmp((const char *)n->name, ACL) && !xml_child(n, "AccessControl"))
            continue;
        xml_remove(xml_child(to, (const char *)n->name));
        xml_copy_into(to, n);
    }
}

void
vm_facts_set_security(xmlDocPtr doc, const char *xml)
{
    AUTO(xmlFreeDoc) xmlDocPtr from = xml_parse(xml, strlen(xml), NULL), nested = NULL;
    xmlNodePtr root = from ? xmlDocGetRootElement(from) : NULL, to;
    xmlNodePtr param = root ? event_xml_param(root, "vminfo_vm_security") : NULL;

    if (param) {
        AUTO(cleanup_free) char *text = event_xml_value(param, NULL);

        nested = text ? xml_parse(text, strlen(text), NULL) : NULL;
        root = nested ? xmlDocGetRootElement(nested) : NULL;
    }
    to = root && !strcmp((const char *)root->name, "Security") ? xml_make(xmlDocGetRootElement(doc), "Security") : NULL;
    if (to)
        copy_security(to, root);
}
