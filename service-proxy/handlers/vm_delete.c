/* SPDX-License-Identifier: MIT */
/* Leaving the registry: PrlVm_Unreg keeps the files, PrlVm_Delete removes them (semantics 6.6). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "model/vm_model.h"
#include "vm/config_file.h"
#include "vm/home_sweep.h"
#include "vm/links.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"

/* ---- both ---- */

static PRL_RESULT
check_not_live(struct vm *vm)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(vm);

    if (state == VMS_STOPPED || state == VMS_SUSPENDED)
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_DISP_VM_IS_NOT_STOPPED, "%s is %s", vm->uuid, vm_state_name(state));
    err_param(0, "%s", vm->uuid);
    return PRL_ERR_DISP_VM_IS_NOT_STOPPED;
}

/* A home that is gone needs no lock; one that is there and held is in use by somebody. */
static PRL_RESULT
lock_if_there(const char *home, int *ret_fd)
{
    if (!path_is_dir(home) || access(home, W_OK) < 0)
        return PRL_ERR_SUCCESS;
    return vm_home_lock(home, ret_fd);
}

static void
gone(struct vm *vm, PRL_EVENT_TYPE type)
{
    event_vm(vm, type);
    vm_state_set(vm, VMS_UNKNOWN);
}

/* ---- unregister ---- */

/* The mark of ownership is cleared in the file, unless it is somebody else's. */
static void
clear_owner(const char *home, const char *uuid, uint64_t uptime_s)
{
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;

    if (PRL_FAILED(config_file_load(home, &c)) || strcmp(c.uuid, uuid) != 0 || strcmp(c.server_uuid, vm_store_server_uuid()) != 0)
        return;
    if (PRL_FAILED(vm_model_parse(c.text->p, c.text->len, &doc)))
        return;
    root = vm_model_root(doc);
    if (uptime_s > xml_get_u64(root, "Identification/VmUptimeInSeconds", 0)) /* counted in the registry until now */
        xml_set_u64(root, "Identification/VmUptimeInSeconds", uptime_s);
    if (!xml_set(root, "Identification/ServerUuid", "") || !xml_set(root, "Identification/LastServerUuid", c.server_uuid) ||
        PRL_FAILED(config_file_save(home, doc, NULL)))
        LOG_W("store", "'%s' is unregistered but still carries our server's uuid", home);
}

PRL_RESULT
vm_unreg(struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    AUTO_FD int lock_fd = -1;
    uint64_t uptime_s;
    PRL_RESULT r = home ? check_not_live(t->vm) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    if (PRL_SUCCEEDED(r))
        r = lock_if_there(home, &lock_fd);
    if (PRL_SUCCEEDED(r))
        r = task_journal(t, json_pack("{s:s, s:s}", "uuid", t->vm->uuid, "home", home));
    if (PRL_SUCCEEDED(r))
        r = vm_store_remove(t->vm);
    if (PRL_FAILED(r))
        return r;
    {
        LOCK_SCOPE(&t->vm->lock);
        uptime_s = t->vm->uptime_s;
    }
    clear_owner(home, t->vm->uuid, uptime_s);
    err_clear();
    gone(t->vm, PET_DSP_EVT_VM_UNREGISTERED);
    return PRL_ERR_SUCCESS;
}

void
vm_unreg_recover(json_t *entry)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    const char *home = json_string_value(json_object_get(entry, "home"));
    AUTO(vm_unref) struct vm *vm = uuid ? vm_store_find(uuid) : NULL;

    if (!vm && uuid && home && path_is_absolute(home) && path_is_clean(home))
        clear_owner(home, uuid, 0);
}

/* ---- delete ---- */

static PRL_RESULT
refuse_children(const char *what)
{
    AUTO(cleanup_free) char *children = NULL;
    PRL_RESULT r = links_children_outside(what, &children);

    if (PRL_FAILED(r) || !children)
        return r;
    return err_set(PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "linked clones stand on it: %s", children);
}

/* Names are those of the home or below it; nothing else is looked at. */
static PRL_RESULT
check_files(const char *home, json_t *files)
{
    json_t *item;
    size_t i;

    json_array_foreach(files, i, item) {
        const char *name = json_string_value(item);
        AUTO(cleanup_free) char *path = !name ? NULL : path_is_absolute(name) ? strdup(name) : path_join(home, name);
        PRL_RESULT r;

        if (!path || !path_is_clean(path) || !path_is_inside(path, home))
            return err_set(PRL_ERR_INVALID_ARG, "'%s' is not inside '%s'", name ? name : "", home);
        r = refuse_children(path);
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

/* What lies there is another server's, or another virtual machine's: unregistering is all that we may do (semantics 5.3). */
static PRL_RESULT
check_ours(struct vm *vm)
{
    AUTO(cleanup_free) char *name = NULL;
    PRL_RESULT rc;
    bool is_template;

    vm_store_recheck_once(vm);
    {
        LOCK_SCOPE(&vm->lock);
        rc = vm->valid_rc;
        is_template = vm->is_template;
    }
    if (rc != PRL_ERR_VM_CONFIG_INVALID_VM_UUID && (rc != PRL_ERR_VM_CONFIG_INVALID_SERVER_UUID || is_template))
        return PRL_ERR_SUCCESS;
    name = vm_name_dup(vm);
    err_set(rc, "the directory of %s is not ours", vm->uuid);
    err_param(0, "%s", name ? name : "");
    return rc;
}

static json_t *
delete_journal(const char *uuid, const char *home, const char *del, json_t *files)
{
    return json_pack("{s:s, s:s, s:s, s:O*}", "uuid", uuid, "home", home, "del", del, "files", files);
}

static void
remove_files(const char *home, const char *del, json_t *files, xmlDocPtr doc, json_t *left)
{
    if (files) {
        vm_home_delete_files(home, files, left);
        return;
    }
    vm_home_delete(home, del, doc, left);
    links_remove(NULL, 0, home);
}

static PRL_RESULT
report_left(struct task *t, json_t *left)
{
    json_t *item;
    size_t i;

    if (!json_array_size(left))
        return PRL_ERR_SUCCESS;
    json_array_foreach(left, i, item)
        task_add_text(t, json_string_value(item));
    return err_set(PRL_ERR_NOT_ALL_FILES_WAS_DELETED, "%zu files or directories were not removed, the first is '%s'",
                   json_array_size(left), json_string_value(json_array_get(left, 0)));
}

static PRL_RESULT
check(struct task *t, const char *home, json_t *files)
{
    PRL_RESULT r = check_not_live(t->vm);

    if (PRL_SUCCEEDED(r))
        r = check_ours(t->vm);
    if (PRL_SUCCEEDED(r))
        r = files ? check_files(home, files) : refuse_children(home);
    return r;
}

/* A home that the sweep would find again, nothing of which can stay behind, and nobody's record names: gone is what it is once it has left its place. */
static bool
may_be_discarded(struct task *t, const char *home)
{
    return !task_arg_l(t, "files") && home_is_swept(home, t->vm->uuid) && !links_stand_inside(home) && vm_home_is_only_of(home, t->vm) &&
           home_is_plain(home);
}

static void
remove_discarded(void *arg)
{
    AUTO(cleanup_free) char *trash = arg;
    int e;

    pool_blocking_begin();
    e = path_remove_tree(trash);
    pool_blocking_end();
    if (e < 0)
        LOG_E("store", "'%s' was not removed: %s", trash, strerror(-e));
}

/* Nobody could take the lock of a home that has none: who came before the rename has left the file there. */
static PRL_RESULT
check_unlocked(const char *trash, int lock_fd)
{
    int fd = -1;
    PRL_RESULT r = lock_fd < 0 ? vm_home_lock_existing(trash, &fd) : PRL_ERR_SUCCESS;

    cleanup_close(&fd);
    return r;
}

static PRL_RESULT
discard(struct task *t, const char *home)
{
    AUTO(cleanup_free) char *trash = home_trash(t->vm->uuid, t->uuid);
    AUTO_FD int lock_fd = -1;
    PRL_RESULT r = trash ? vm_home_lock_existing(home, &lock_fd) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    if (PRL_SUCCEEDED(r))
        r = home_discard(home, trash);
    if (PRL_FAILED(r))
        return r;
    r = check_unlocked(trash, lock_fd);
    if (PRL_SUCCEEDED(r))
        r = vm_store_remove(t->vm);
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        home_restore(trash, home);
        return why ? err_put(why) : r;
    }
    gone(t->vm, PET_DSP_EVT_VM_DELETED);
    task_after(t, remove_discarded, TAKE(trash));
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
delete_files(struct task *t, const char *home, json_t *left)
{
    json_t *files = task_arg_l(t, "files");
    AUTO(cleanup_free) char *parent = path_dirname(home);
    AUTO(cleanup_free) char *del = parent ? vm_home_temp(parent, t->vm->uuid, "del", t->uuid) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO_FD int lock_fd = -1;
    PRL_RESULT r = del ? lock_if_there(home, &lock_fd) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    if (PRL_SUCCEEDED(r))
        r = task_journal(t, delete_journal(t->vm->uuid, home, del, files));
    if (PRL_SUCCEEDED(r))
        r = vm_store_remove(t->vm);
    if (PRL_FAILED(r))
        return r;
    if (PRL_FAILED(vm_config_doc(t->vm, &doc)))
        err_clear(); /* then without the names of its images */
    remove_files(home, del, files, doc, left);
    gone(t->vm, PET_DSP_EVT_VM_DELETED);
    return report_left(t, left);
}

static PRL_RESULT
delete_vm(struct task *t, const char *home, json_t *left)
{
    PRL_RESULT r = check(t, home, task_arg_l(t, "files"));

    if (PRL_FAILED(r))
        return r;
    return may_be_discarded(t, home) ? discard(t, home) : delete_files(t, home, left);
}

PRL_RESULT
vm_delete(struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    json_t *left = json_array();
    PRL_RESULT r = home && left ? delete_vm(t, home, left) : err_set(PRL_ERR_OUT_OF_MEMORY, "delete");

    json_decref(left);
    return r;
}

/* Is it still the directory of the VM that was being deleted? */
static bool
is_home_of(const char *home, const char *uuid, xmlDocPtr *ret_doc)
{
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    AUTO(vm_unref) struct vm *other = vm_store_find_home(home);

    return !other && PRL_SUCCEEDED(config_file_load(home, &c)) && strcmp(c.uuid, uuid) == 0 &&
           PRL_SUCCEEDED(vm_model_parse(c.text->p, c.text->len, ret_doc));
}

void
vm_delete_recover(json_t *entry)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    const char *home = json_string_value(json_object_get(entry, "home"));
    const char *del = json_string_value(json_object_get(entry, "del"));
    json_t *files = json_object_get(entry, "files");
    AUTO(vm_unref) struct vm *vm = uuid ? vm_store_find(uuid) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    json_t *left;
    int e;

    if (vm || !uuid || !home || !del || !path_is_absolute(home) || !path_is_clean(home) || !vm_home_is_temp(del, uuid, "del"))
        return; /* still registered: nothing had happened */
    left = json_array();
    if (path_is_dir(home) && is_home_of(home, uuid, &doc))
        remove_files(home, del, files, doc, left);
    e = path_remove_tree(del);
    if (e < 0 && e != -ENOENT)
        LOG_E("store", "'%s' was not removed: %s", del, strerror(-e));
    if (!files)
        links_remove(NULL, 0, home);
    json_decref(left);
    err_clear();
    LOG_I("store", "the removal of %s was finished after a restart", uuid);
}
