/* SPDX-License-Identifier: MIT */
/* The configuration of a registered VM: BeginEdit and Commit (semantics 6.7), its backup, small changes. */
#include <errno.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "engine/session.h"
#include "fs.h"
#include "host/host_info.h"
#include "model/vm_model.h"
#include "qemu/qemu_caps.h"
#include "vm/commit_rules.h"
#include "vm/disk_facts.h"
#include "vm/live_change.h"
#include "vm/removed_disks.h"
#include "vm/vm_build.h"
#include "vm/vm_home.h"
#include "vm/vm_registry.h"
#include "vm_config.h"

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
}

/* An error about the VM, its name first. */
PRL_RESULT
vm_config_fail(struct vm *vm, PRL_RESULT code, const char *words)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(code, "%s: %s", vm->uuid, words);
    err_param(0, "%s", name ? name : "");
    return code;
}

static PRL_RESULT
refuse_suspended(struct vm *vm)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(vm);

    if (state != VMS_SUSPENDED && state != VMS_SUSPENDING_SYNC)
        return PRL_ERR_SUCCESS;
    return vm_config_fail(vm, PRL_ERR_CANT_EDIT_SUSPENDED_VM, "a saved state needs the configuration as it is");
}

/*
 * A configuration that is not ours, or that PrlVm_Restore can bring back, is nothing to edit (semantics 5.3). One that is lost may be
 * replaced: see repair.
 */
static PRL_RESULT
refuse_unusable(struct vm *vm)
{
    AUTO(cleanup_free) char *path = NULL;
    PRL_RESULT rc;

    {
        LOCK_SCOPE(&vm->lock);
        rc = vm->valid_rc;
    }
    if (!PRL_FAILED(rc) || rc == PRL_ERR_PARSE_VM_CONFIG || rc == PRL_ERR_VM_CONFIG_DOESNT_EXIST)
        return PRL_ERR_SUCCESS;
    path = vm_path(vm, CONFIG_FILE);
    vm_config_fail(vm, rc, "the configuration cannot be used");
    err_param(1, "%s", path ? path : "");
    return rc;
}

static PRL_RESULT
parse(const struct vm_text *text, xmlDocPtr *ret)
{
    return vm_model_parse(text->p, text->len, ret);
}

/* ---- BeginEdit ---- */

PRL_RESULT
vm_begin_edit(struct task *t)
{
    PRL_RESULT r = refuse_unusable(t->vm);

    if (PRL_SUCCEEDED(r))
        r = refuse_suspended(t->vm);
    if (PRL_SUCCEEDED(r))
        r = vm_edit_begin(t->vm, t->session);
    return PRL_FAILED(r) ? r : task_add_vm(t, t->vm);
}

/* ---- Commit ---- */

struct commit {
    struct task *t;
    struct vm *vm;
    uint64_t flags;
    VIRTUAL_MACHINE_STATE state;
    char *home;
    xmlDocPtr cur, doc;   /* stored; to be stored */
    char *old_name, *new_name;
    bool is_renamed, was_template, is_template, is_repair;
    struct commit_effect effect;
    struct backend_change *live; /* of the machine that runs meanwhile; NULL: none */
    name_vec destroyed;   /* images of removed disks that shall go */
    int lock_fd;
};

static void
commit_clear(struct commit *c)
{
    live_change_free(c->live);
    free(c->home);
    xmlFreeDoc(c->cur);
    xmlFreeDoc(c->doc);
    free(c->old_name);
    free(c->new_name);
    name_vec_free(&c->destroyed);
    cleanup_close(&c->lock_fd);
}

/*
 * Nothing could be read at BeginEdit, nor can it now: the document takes the place of the damaged one. The stand-in that a client has
 * been shown is none to store; it says so itself (ValidRc), and a document from elsewhere (PrlVm_FromString) does not.
 */
static PRL_RESULT
repair(struct commit *c, xmlDocPtr wanted)
{
    xmlNodePtr root = vm_model_root(wanted);
    PRL_RESULT rc;

    {
        LOCK_SCOPE(&c->vm->lock);
        rc = c->vm->valid_rc;
    }
    if (xml_get_i64(root, "ValidRc", 0) != 0)
        return vm_config_fail(c->vm, PRL_FAILED(rc) ? rc : PRL_ERR_PARSE_VM_CONFIG, "this is no configuration of it: it could not be read");
    vm_model_drop_client_only(wanted, NULL);
    if (!xml_set(root, "Identification/VmUuid", c->vm->uuid) || !xml_set(root, "Identification/ServerUuid", vm_store_server_uuid()))
        return no_memory();
    c->is_repair = true;
    c->cur = xmlCopyDoc(wanted, 1);
    c->doc = xmlCopyDoc(wanted, 1);
    return c->cur && c->doc ? PRL_ERR_SUCCESS : no_memory();
}

/* Nobody has stored anything since: the two are one text. */
static bool
is_unchanged(struct vm *vm, const struct vm_text *base)
{
    LOCK_SCOPE(&vm->lock);

    return vm->config == base;
}

static PRL_RESULT
merge_with(struct commit *c, const struct vm_text *base, xmlDocPtr wanted)
{
    AUTO(xmlFreeDoc) xmlDocPtr old = NULL;
    bool is_alone = base && is_unchanged(c->vm, base);
    PRL_RESULT r = is_alone ? parse(base, &c->cur) : vm_config_doc(c->vm, &c->cur);

    if (PRL_SUCCEEDED(r) && !is_alone) /* nothing seen at BeginEdit, but something is there now: then it was changed */
        r = base ? parse(base, &old) : err_set(PRL_ERR_VM_CONFIG_WAS_CHANGED, "the configuration was put right meanwhile");
    if (PRL_SUCCEEDED(r))
        r = commit_check_wanted(c->cur, wanted);
    if (PRL_SUCCEEDED(r))
        disk_rooms_take_back(wanted, is_alone ? c->cur : old);
    return PRL_FAILED(r) ? r : vm_model_merge(is_alone ? c->cur : old, c->cur, wanted, &c->doc);
}

static bool
has_config(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm->config != NULL;
}

/* What the session saw at BeginEdit, what is stored, what it wants: one document. */
static PRL_RESULT
merge(struct commit *c)
{
    AUTO(vm_text_unref) struct vm_text *base = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr wanted = NULL;
    enum vm_edit_mark mark = vm_edit_base(c->vm, c->t->session, &base);
    size_t len;
    PRL_RESULT r;

    if (mark != VM_EDIT_OURS)
        return vm_config_fail(c->vm,
                    mark == VM_EDIT_OF_OTHERS ? PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_USER_UUID : PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID,
                    "no BeginEdit before");
    r = refuse_unusable(c->vm);
    if (PRL_SUCCEEDED(r))
        r = refuse_suspended(c->vm);
    if (PRL_SUCCEEDED(r))
        r = task_arg_x(c->t, "config", &text, &len);
    if (PRL_SUCCEEDED(r))
        r = vm_model_parse(text, len, &wanted);
    if (PRL_FAILED(r))
        return r;
    return !base && !has_config(c->vm) ? repair(c, wanted) : merge_with(c, base, wanted);
}

static PRL_RESULT
complete(struct commit *c)
{
    AUTO(qemu_caps_free) struct qemu_caps *caps = NULL;
    struct host_facts facts;
    struct vm_prepare_new p = { .home = c->home, .uuid = c->vm->uuid, .server_uuid = vm_store_server_uuid(), .now = time(NULL) };

    if (PRL_SUCCEEDED(qemu_caps_get(&caps)))
        p.machine = caps->machine;
    host_facts_get(&facts);
    p.bridged_network = facts.bridged_network;
    return vm_model_prepare_commit(c->doc, c->cur, &p);
}

/* Names and kinds before and after. */
static PRL_RESULT
look_at_identity(struct commit *c)
{
    xmlNodePtr before = vm_model_root(c->cur), after = vm_model_root(c->doc);

    c->old_name = xml_get(before, "Identification/VmName");
    c->new_name = xml_get(after, "Identification/VmName");
    if (c->is_repair) { /* what it was called is in the registry */
        free(c->old_name);
        c->old_name = vm_name_dup(c->vm);
    }
    if (!c->old_name || !c->new_name)
        return no_memory();
    c->is_renamed = strcmp(c->old_name, c->new_name) != 0;
    c->was_template = xml_get_u64(before, "Settings/General/IsTemplate", 0) != 0;
    c->is_template = vm_model_is_template(after);
    if (c->is_renamed && c->state != VMS_STOPPED)
        return vm_config_fail(c->vm, PRL_ERR_VM_MUST_BE_STOPPED_BEFORE_RENAMING, vm_state_name(c->state));
    if (c->is_template && !c->was_template && c->state != VMS_STOPPED)
        return vm_config_fail(c->vm, PRL_ERR_VM_EDIT_UNABLE_CONVERT_TO_TEMPLATE, vm_state_name(c->state));
    return PRL_ERR_SUCCESS;
}

static bool
has_output(const struct vm_images *images, const char *path)
{
    for (size_t i = 0; i < images->len; i++)
        if (images->p[i].kind == VM_IMAGE_OUTPUT && images->p[i].is_used && strcmp(images->p[i].path, path) == 0)
            return true;
    return false;
}

/* Serial ports and the like that are new and whose output file is not there yet. A port that there was has its file, or its trouble. */
static PRL_RESULT
make_outputs(struct commit *c)
{
    struct vm_images images = { 0 }, before = { 0 };
    PRL_RESULT r = vm_model_images(c->doc, c->home, &images);

    if (PRL_SUCCEEDED(r) && PRL_FAILED(vm_model_images(c->cur, c->home, &before)))
        err_clear();
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images.len; i++)
        if (images.p[i].kind == VM_IMAGE_OUTPUT && images.p[i].is_used && !has_output(&before, images.p[i].path))
            r = vm_build_output_file(images.p[i].path);
    vm_images_free(&before);
    vm_images_free(&images);
    return r;
}

static PRL_RESULT
write_journal(struct commit *c)
{
    json_t *list = json_array();

    if (!c->destroyed.len) { /* one rename is the whole change: nothing to take back */
        json_decref(list);
        return PRL_ERR_SUCCESS;
    }
    for (size_t i = 0; list && i < c->destroyed.len; i++)
        json_array_append_new(list, json_string(c->destroyed.p[i]));
    return task_journal(c->t, json_pack("{s:s, s:s, s:o}", "uuid", c->vm->uuid, "home", c->home, "destroy", list));
}

/* The damaged file stays beside the new one: a person may find something in it. */
static void
keep_damaged(struct commit *c)
{
    AUTO(cleanup_free) char *path = path_join(c->home, CONFIG_FILE);
    AUTO(cleanup_free) char *kept = path_join(c->home, CONFIG_FILE ".damaged");

    if (path && kept && rename(path, kept) < 0 && errno != ENOENT)
        LOG_W("commit", "'%s' was not kept: %s", path, strerror(errno));
}

static PRL_RESULT
store_it(struct commit *c)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!vm_state_is_live(c->state)) /* else it is held by our QEMU */
        r = vm_home_lock(c->home, &c->lock_fd);
    if (PRL_SUCCEEDED(r))
        r = make_outputs(c);
    if (PRL_SUCCEEDED(r))
        r = write_journal(c);
    if (PRL_SUCCEEDED(r) && c->is_renamed)
        r = vm_store_rename(c->vm, c->new_name);
    if (PRL_FAILED(r))
        return r;
    if (c->is_repair)
        keep_damaged(c);
    r = live_change_apply(c->live);
    if (PRL_FAILED(r))
        return r;
    r = vm_store_save_config(c->vm, c->doc);
    if (PRL_FAILED(r))
        live_change_undo(c->live);
    else
        live_change_keep(c->live);
    if (PRL_FAILED(r) && c->is_renamed) {
        AUTO(err_free) struct err *why = err_take(r);

        vm_store_rename(c->vm, c->old_name);
        event_vm(c->vm, PET_DSP_EVT_VM_CONFIG_CHANGED); /* somebody may have seen the other name */
        return why ? err_put(why) : r;
    }
    return r;
}

static void
tell_applied_later(struct commit *c)
{
    json_t *event = event_new(PET_DSP_EVT_VM_CONFIG_APPLIED, c->vm->uuid);

    if (!event)
        return;
    event_set_issuer_type(event, PIE_VIRTUAL_MACHINE);
    event_set_code(event, PRL_ERR_VM_APPLY_CONFIG_NEEDS_REBOOT);
    event_add_text(event, "vm_uuid", c->vm->uuid);
    event_add_int(event, "op_rc", PARAM_U32, PRL_ERR_VM_APPLY_CONFIG_NEEDS_REBOOT);
    event_send_session(c->t->session, event);
}

static void
tell(struct commit *c)
{
    if (c->was_template != c->is_template) {
        event_vm(c->vm, PET_DSP_EVT_VM_UNREGISTERED);
        vm_build_announce(c->vm, NULL);
    } else {
        event_vm(c->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    }
    if (c->effect.needs_restart)
        tell_applied_later(c);
}

static PRL_RESULT
commit(struct commit *c)
{
    PRL_RESULT r = c->home ? merge(c) : no_memory();

    if (PRL_SUCCEEDED(r))
        r = complete(c);
    if (PRL_SUCCEEDED(r))
        r = disk_facts_attach(c->doc, c->cur, c->home);
    if (PRL_SUCCEEDED(r))
        r = look_at_identity(c);
    if (PRL_SUCCEEDED(r))
        r = vm_config_check(c->t, c->doc, c->cur, c->home);
    if (PRL_SUCCEEDED(r))
        r = live_change_prepare(c->vm, c->t, c->state, c->cur, c->doc, &c->effect, &c->live);
    if (PRL_SUCCEEDED(r))
        r = removed_disks_find(c->cur, c->doc, c->home, c->old_name, c->flags, &c->destroyed);
    if (PRL_SUCCEEDED(r))
        r = store_it(c);
    if (PRL_FAILED(r))
        return r;
    vm_edit_end(c->vm, c->t->session);
    removed_disks_destroy(&c->destroyed);
    tell(c);
    return task_add_vm(c->t, c->vm);
}

PRL_RESULT
vm_commit(struct task *t)
{
    struct commit c = { .t = t, .vm = t->vm, .flags = task_arg_u(t, "flags"), .state = vm_state_get(t->vm), .lock_fd = -1 };
    PRL_RESULT r;

    c.home = vm_home_dup(t->vm);
    r = commit(&c);
    commit_clear(&c);
    return r;
}

/* The images go if the configuration that went without them got stored. */
void
vm_commit_recover(json_t *entry)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    AUTO(vm_unref) struct vm *vm = uuid ? vm_store_find(uuid) : NULL;
    struct commit c = { .vm = vm, .lock_fd = -1 };
    json_t *item;
    size_t i;

    if (!vm)
        return;
    c.home = vm_home_dup(vm);
    if (c.home && PRL_SUCCEEDED(vm_config_doc(vm, &c.doc)) && !vm_state_is_live(vm_state_get(vm)) &&
        PRL_SUCCEEDED(vm_home_lock(c.home, &c.lock_fd))) {
        json_array_foreach(json_object_get(entry, "destroy"), i, item) {
            const char *path = json_string_value(item);

            if (path && path_is_absolute(path) && path_is_clean(path) && !removed_disks_is_used(c.doc, c.home, path))
                name_vec_add(&c.destroyed, path);
        }
        removed_disks_destroy(&c.destroyed);
    }
    err_clear();
    commit_clear(&c);
}

/* ---- PrlVm_Restore ---- */

PRL_RESULT
vm_restore(struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    AUTO_CONFIG backup = CONFIG_FILE_INIT;
    AUTO_FD int lock_fd = -1;
    bool is_good;
    PRL_RESULT r;

    if (!home)
        return no_memory();
    vm_store_recheck(t->vm);
    {
        LOCK_SCOPE(&t->vm->lock);
        is_good = !t->vm->valid_rc;
    }
    if (is_good)
        return vm_config_fail(t->vm, PRL_ERR_VM_CONFIG_IS_ALREADY_VALID, "nothing to restore");
    r = config_file_load_backup(home, &backup);
    if (PRL_SUCCEEDED(r) && strcmp(backup.uuid, t->vm->uuid) != 0)
        r = vm_config_fail(t->vm, PRL_ERR_VM_CONFIG_INVALID_VM_UUID, "the backup copy is of another virtual machine");
    if (PRL_SUCCEEDED(r) && !vm_state_is_live(vm_state_get(t->vm)))
        r = vm_home_lock(home, &lock_fd);
    if (PRL_SUCCEEDED(r))
        r = config_file_save_text(home, backup.text->p, backup.text->len);
    if (PRL_FAILED(r))
        return r;
    vm_store_recheck(t->vm);
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return task_add_vm(t, t->vm);
}

/* ---- small ones ---- */

PRL_RESULT
vm_generate_filename(struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);

    return home ? fs_generate_name_in(t, home) : no_memory();
}

/* The time that counts from now on is in the configuration and in memory. */
PRL_RESULT
vm_reset_uptime(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    char now[20];
    xmlNodePtr root;
    PRL_RESULT r = vm_config_doc(t->vm, &doc);

    if (PRL_FAILED(r))
        return r;
    root = vm_model_root(doc);
    clock_utc_text(time(NULL), now);
    if (!xml_set(root, "Identification/VmUptimeStartDateTime", now) || !xml_set(root, "Identification/VmUptimeInSeconds", "0"))
        return no_memory();
    r = vm_store_save_config(t->vm, doc);
    if (PRL_FAILED(r))
        return r;
    {
        LOCK_SCOPE(&t->vm->lock);
        t->vm->uptime_s = 0;
        if (t->vm->run_since_ms)
            t->vm->run_since_ms = clock_now_ms();
        t->vm->rev = vm_store_next_rev();
    }
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}
