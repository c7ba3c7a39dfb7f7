/* SPDX-License-Identifier: MIT */
#include "vm_entry.h"

#include <prlsdk/PrlEventsValues.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "engine/events.h"
#include "engine/rights.h"
#include "engine/session.h"
#include "host/host_info.h"
#include "model/event_xml.h"
#include "qemu/backend.h"
#include "text_bank.h"
#include "vm_store.h"

#define NAME_BYTES 256

/* ---- whose ---- */

/* The last answer is kept: a list of a thousand VMs has one owner. */
static void
user_name(uid_t uid, char out[NAME_BYTES])
{
    static struct lock lock = LOCK_INIT(0);
    static uid_t last_uid = (uid_t)-1;
    static char last_name[NAME_BYTES];
    struct passwd pw, *found = NULL;
    char buf[4096], fresh[NAME_BYTES];

    if (uid == geteuid()) { /* the usual case, without asking a name service on the I/O thread */
        snprintf(out, NAME_BYTES, "%s", host_identity()->user_name);
        return;
    }
    {
        LOCK_SCOPE(&lock);
        if (uid == last_uid) {
            memcpy(out, last_name, NAME_BYTES);
            return;
        }
    }
    if (getpwuid_r(uid, &pw, buf, sizeof buf, &found) == 0 && found)
        snprintf(fresh, sizeof fresh, "%s", found->pw_name);
    else
        snprintf(fresh, sizeof fresh, "%lu", (unsigned long)uid);
    memcpy(out, fresh, NAME_BYTES);
    LOCK_SCOPE(&lock);
    last_uid = uid;
    memcpy(last_name, fresh, NAME_BYTES);
}

/* ---- the entry ---- */

static PRL_RESULT
valid_for_locked(const struct vm *vm, struct session *s)
{
    if (vm->lock_session && vm->lock_session != s)
        return PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED;
    return vm->valid_rc;
}

/* A member that may be missing. */
static void
add_rooms_locked(const struct vm *vm, json_t *entry)
{
    json_t *rooms = entry ? disk_rooms_json_locked(vm) : NULL;

    if (rooms)
        json_object_set_new(entry, "rooms", rooms);
}

/* What is as usual is left out: of a thousand entries that is a third of the words. */
static bool
add_rest_locked(const struct vm *vm, struct session *s, pid_t env, json_t *entry)
{
    const struct {
        const char *key;
        json_int_t value, usual;
    } rest[] = {
        { "addition", vm->addition_state, VMAS_NOSTATE },
        { "valid", valid_for_locked(vm, s), PRL_ERR_SUCCESS },
        { "others", vm->others, PAO_VM_NOT_SHARED },
        { "vnc", vm->vnc_port, 0 },
        { "uptime", (json_int_t)vm_uptime_locked(vm), 0 },
        { "env", env, 0 },
    };
    bool ok = !vm->lock_session || json_object_set_new(entry, "locked", json_true()) == 0;

    for (size_t i = 0; ok && i < ARRAY_LEN(rest); i++)
        ok = rest[i].value == rest[i].usual || json_object_set_new(entry, rest[i].key, json_integer(rest[i].value)) == 0;
    return ok;
}

static json_t *
entry_locked(struct vm *vm, struct session *s, const char *owner, pid_t env)
{
    uid_t uid = s ? s->uid : geteuid();
    uint64_t told = atomic_load(&vm->told_rev);
    AUTO(json_decref) json_t *entry =
        json_pack("{s:s, s:I, s:I, s:s, s:b, s:I, s:s, s:s, s:b, s:i, s:I}", "uuid", vm->uuid, "rev", (json_int_t)vm->rev, "config_rev",
                  (json_int_t)vm->config_rev, "name", vm->name, "template", (int)vm->is_template, "state", (json_int_t)vm->state, "home", vm->home,
                  "owner", owner, "is_owner", (int)(uid == vm->owner_uid), "allowed", (int)rights_of_locked(s, vm), "told",
                  (json_int_t)(told > vm->rev ? told : vm->rev));

    return entry && add_rest_locked(vm, s, env, entry) ? TAKE(entry) : NULL;
}

static json_t *
text_json(const struct vm_text *text, const struct vm_entry_texts *to)
{
    size_t at;

    if (to->bank && text_bank_find(to->bank, to->i, text, &at))
        return frame_text_at(at, text->len);
    return frame_text_add(to->texts, text->p, text->len);
}

json_t *
vm_entry_json(struct vm *vm, struct session *s, const struct vm_entry_texts *to)
{
    AUTO(vm_text_unref) struct vm_text *text = NULL;
    char owner[NAME_BYTES];
    uid_t owner_uid;
    bool is_live;
    json_t *entry;

    {
        LOCK_SCOPE(&vm->lock);
        owner_uid = vm->owner_uid;
        is_live = vm_state_is_live(vm->state);
    }
    pid_t env = is_live && backend->pid ? backend->pid(vm) : 0;

    user_name(owner_uid, owner); /* may ask a name service: not under the lock */
    {
        LOCK_SCOPE(&vm->lock);
        entry = entry_locked(vm, s, owner, env);
        add_rooms_locked(vm, entry);
        if (vm->config && vm->config_rev > to->since)
            text = vm_text_ref(vm->config);
    }
    if (entry && text && json_object_set_new(entry, "text", text_json(text, to)) < 0) {
        json_decref(entry);
        return NULL;
    }
    return entry;
}

/* ---- the Security section ---- */

PRL_RESULT
vm_entry_security_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"Security", NULL) : NULL;
    char owner[NAME_BYTES];
    uid_t uid = s ? s->uid : geteuid(), owner_uid;
    unsigned others;
    bool is_locked;
    char *xml;

    if (!root)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "rights");
    xmlDocSetRootElement(doc, root);
    {
        LOCK_SCOPE(&vm->lock);
        owner_uid = vm->owner_uid;
        others = (unsigned)vm->others;
        is_locked = vm->lock_session != NULL;
    }
    user_name(owner_uid, owner);
    xml = xml_make(root, "AccessControlList") && xml_make(root, "LockedOperationsList") && xml_set(root, "Owner", owner) &&
                  xml_set_u64(root, "IsOwner", uid == owner_uid) && xml_set_u64(root, "AccessForOthers", others) &&
                  xml_set_u64(root, "LockedSign", is_locked) && xml_set_u64(root, "ParentalControlEnabled", 1)
              ? xml_text(doc, ret_len)
              : NULL;
    if (!xml)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "rights");
    *ret_xml = xml;
    return PRL_ERR_SUCCESS;
}

/* ---- PHT_VM_INFO ---- */

PRL_RESULT
vm_entry_info_xml(struct vm *vm, struct session *s, char **ret_xml, size_t *ret_len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_VM_STATE_CHANGED, PRL_ERR_SUCCESS, vm->uuid);
    xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;
    VIRTUAL_MACHINE_STATE state;
    unsigned addition;
    PRL_RESULT valid;
    AUTO(cleanup_free) char *security = NULL;
    bool has_vnc, ok;
    char text[24];
    size_t len;
    char *xml;

    {
        LOCK_SCOPE(&vm->lock);
        state = vm->state;
        addition = vm->addition_state;
        valid = valid_for_locked(vm, s);
        has_vnc = vm->vnc_port != 0;
    }
    snprintf(text, sizeof text, "%u", (unsigned)state);
    ok = root && event_xml_add(root, "vminfo_vm_state", PARAM_INT, text);
    snprintf(text, sizeof text, "%u", addition);
    ok = ok && event_xml_add(root, "vminfo_vm_addition_state", PARAM_INT, text);
    ok = ok && event_xml_add(root, "vminfo_vm_is_invalid", PARAM_BOOL, PRL_FAILED(valid) ? "1" : "0");
    snprintf(text, sizeof text, "%d", valid);
    ok = ok && event_xml_add(root, "vminfo_vm_valid_rc", PARAM_INT, text);
    ok = ok && event_xml_add(root, "vminfo_is_vm_waiting_for_answer", PARAM_BOOL, "0");
    ok = ok && event_xml_add(root, "vminfo_vm_is_vnc_server_started", PARAM_BOOL, has_vnc ? "1" : "0");
    ok = ok && PRL_SUCCEEDED(vm_entry_security_xml(vm, s, &security, &len)) &&
         event_xml_add(root, "vminfo_vm_security", PARAM_STRING, security);
    xml = ok ? xml_text(doc, ret_len) : NULL;
    if (!xml)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "state of %s", vm->uuid);
    *ret_xml = xml;
    return PRL_ERR_SUCCESS;
}
