/* SPDX-License-Identifier: MIT */
/* PrlVmDev_CreateImage (semantics 6.11): the file of a disk or floppy, also of a VM that is not registered or not committed yet. */
#include <errno.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/xml.h"
#include "disk_work.h"
#include "engine/events.h"
#include "image/descriptor.h"
#include "model/vm_model.h"
#include "vm/disk_new.h"
#include "vm/links.h"
#include "vm/vm_store.h"

#define SERIAL_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-"

static PRL_RESULT
find_device(struct task *t, xmlDocPtr *ret_doc, xmlNodePtr *ret_device)
{
    uint64_t type = task_arg_u(t, "type"), index = task_arg_u(t, "index");
    AUTO(cleanup_free) char *text = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr device;
    size_t len;
    PRL_RESULT r;

    if (type != PDE_HARD_DISK && type != PDE_FLOPPY_DISK)
        return err_set(PRL_ERR_BAD_PARAMETERS, "images are made for hard disks and floppies");
    r = task_arg_x(t, "config", &text, &len);
    if (PRL_SUCCEEDED(r))
        r = vm_model_parse(text, len, &doc);
    if (PRL_FAILED(r))
        return r;
    device = vm_model_device_by_index(doc, (PRL_DEVICE_TYPE)type, (unsigned)index);
    if (!device)
        return err_set(PRL_ERR_BAD_PARAMETERS, "the configuration has no such device");
    *ret_doc = TAKE(doc);
    *ret_device = device;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_serial(xmlNodePtr device)
{
    AUTO(cleanup_free) char *serial = xml_get(device, "SerialNumber");

    if (!serial || strspn(serial, SERIAL_CHARS) == strlen(serial))
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID, "'%s'", serial);
    err_param(0, "%s", serial);
    return PRL_ERR_VMCONF_HARD_DISK_SERIAL_IS_NOT_VALID;
}

static PRL_RESULT
choose_path(struct task *t, xmlNodePtr device, char **ret)
{
    AUTO(cleanup_free) char *home = t->vm ? vm_home_dup(t->vm) : NULL;
    char *path;

    err_clear();
    path = vm_model_image_path(device, home);
    if (!path)
        return err_set(PRL_ERR_BAD_PARAMETERS, "the device names no image file, or a relative one of a virtual machine without directory");
    *ret = path;
    return PRL_ERR_SUCCESS;
}

/* Whose home is it in? Counted or NULL. */
static struct vm *
owner_of(const char *path)
{
    vm_vec all = { 0 };
    struct vm *found = NULL;

    if (!vm_store_list(&all))
        return NULL;
    for (size_t i = 0; !found && i < all.len; i++) {
        AUTO(cleanup_free) char *home = vm_home_dup(all.p[i]);

        if (home && path_is_inside(path, home))
            found = vm_ref(all.p[i]);
    }
    vm_vec_free(&all);
    return found;
}

/* What is there may be in use: by a machine, a saved state, or clones that stand on it. */
static PRL_RESULT
check_replaceable(struct task *t, const char *path)
{
    AUTO(vm_unref) struct vm *owner = owner_of(path);
    struct vm *vm = owner ? owner : t->vm;
    VIRTUAL_MACHINE_STATE state = vm ? vm_state_get(vm) : VMS_STOPPED;

    if (owner && t->vm && owner != t->vm)
        return err_set(PRL_ERR_ACCESS_DENIED, "'%s' is in the directory of another virtual machine", path);
    if (state != VMS_STOPPED)
        return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "'%s' may be in use", path);
    if (links_children_count(path))
        return err_set(PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "'%s': linked clones stand on it", path);
    return PRL_ERR_SUCCESS;
}

/* A file, or a bundle: no other directory is ever replaced. */
static bool
is_image(const char *path)
{
    AUTO(cleanup_free) char *descriptor = path_join(path, DESCRIPTOR_FILE);

    return !path_is_dir(path) || (descriptor && path_exists(descriptor));
}

static PRL_RESULT
check_existing(struct task *t, const char *path, bool is_floppy)
{
    PRL_RESULT code = is_floppy ? PRL_ERR_FLOPPY_IMAGE_ALREADY_EXIST : PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;

    if (!path_exists(path))
        return PRL_ERR_SUCCESS;
    if (task_arg_b(t, "recreate") && is_image(path))
        return check_replaceable(t, path);
    err_set(code, "'%s' exists", path);
    err_param(0, "%s", path);
    return code;
}

static PRL_RESULT
make_parent(const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    int e = dir ? path_make_dirs(dir, 0700) : -ENOMEM;

    if (e == -EACCES || e == -EPERM || e == -EROFS || (e == 0 && access(dir, W_OK) < 0))
        return err_errno(PRL_ERR_ACCES_DENIED_FILE_TO_PARENT_PARENT_DIR, e ? -e : EACCES, "'%s'", dir);
    return e < 0 ? err_errno(PRL_ERR_MAKE_DIRECTORY, -e, "'%s'", dir ? dir : "") : PRL_ERR_SUCCESS;
}

/* ---- making ---- */

struct creating {
    struct task *t;
    xmlNodePtr device;
    const char *home, *path;
    bool is_floppy;
    int last_percent;
};

static bool
on_report(void *arg, int permille)
{
    struct creating *c = arg;
    int percent = permille < 0 ? 0 : permille > 990 ? 99 : permille / 10;
    json_t *event;

    task_progress(c->t, (unsigned)percent);
    if (percent > c->last_percent) {
        c->last_percent = percent;
        event = event_new(PET_JOB_HDD_CREATE_PROGRESS_CHANGED, c->t->vm ? c->t->vm->uuid : "");
        if (event) {
            event_add_int(event, "progress_changed", PARAM_U32, percent);
            event_send_session(c->t->session, event);
        }
    }
    return !task_is_cancelled(c->t);
}

/* What stood there goes only when the new one is whole and has the name. `made` is temp, or in it; temp is removed by the caller. */
static PRL_RESULT
replace(struct creating *c, const char *made)
{
    PRL_RESULT code = c->is_floppy ? PRL_ERR_FLOPPY_IMAGE_ALREADY_EXIST : PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;
    int e;

    if (!task_commit_point(c->t))
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    if (path_is_dir(c->path) || (path_exists(c->path) && path_is_dir(made)))
        e = path_exchange_durable(made, c->path);
    else if (task_arg_b(c->t, "recreate"))
        e = path_rename_durable(made, c->path);
    else
        e = path_rename_noreplace_durable(made, c->path);
    if (e == 0)
        return PRL_ERR_SUCCESS;
    if (e != -EEXIST)
        code = c->is_floppy ? PRL_ERR_CANT_CREATE_FLOPPY_IMAGE : PRL_ERR_CANT_CREATE_HDD_IMAGE;
    err_errno(code, -e, "'%s'", c->path);
    err_param(0, "%s", c->path);
    return code;
}

/* A bundle's files are named after it, so it gets its name from the start, in a directory of its own. */
static char *
place_of(const struct creating *c, const char *temp)
{
    if (c->is_floppy || !disk_new_is_bundle(c->device, c->home))
        return strdup(temp);
    return mkdir(temp, 0700) < 0 ? NULL : path_join(temp, path_basename(c->path));
}

static PRL_RESULT
create(struct creating *c)
{
    AUTO(cleanup_free) char *temp = disk_work_temp(c->path, c->t);
    AUTO(cleanup_free) char *made = NULL;
    struct image_watch watch = { on_report, c };
    PRL_RESULT r = temp ? task_journal(c->t, json_pack("{s:s}", "temp", temp)) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    int e;

    if (PRL_FAILED(r))
        return r;
    pool_blocking_begin();
    made = place_of(c, temp);
    if (!made)
        r = err_errno(PRL_ERR_CANT_CREATE_HDD_IMAGE, errno, "'%s'", temp);
    else
        r = c->is_floppy ? floppy_new_create(made) : disk_new_create(c->device, c->home, made, c->path, &watch);
    if (PRL_SUCCEEDED(r))
        r = replace(c, made);
    {
        AUTO(err_free) struct err *why = PRL_FAILED(r) ? err_take(r) : NULL;

        e = path_remove_tree(temp); /* what was half made, or what stood in its place before */
        if (e < 0 && e != -ENOENT)
            LOG_W("disk", "'%s' could not be removed: %s", temp, strerror(-e));
        if (why)
            err_put(why);
    }
    pool_blocking_end();
    return r;
}

PRL_RESULT
vm_create_image(struct task *t)
{
    bool is_floppy = task_arg_u(t, "type") == PDE_FLOPPY_DISK;
    AUTO(cleanup_free) char *home = t->vm ? vm_home_dup(t->vm) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *path = NULL;
    struct creating c = { .t = t, .home = home, .is_floppy = is_floppy, .last_percent = -1 };
    PRL_RESULT r = find_device(t, &doc, &c.device);

    if (PRL_SUCCEEDED(r) && !is_floppy)
        r = check_serial(c.device);
    if (PRL_SUCCEEDED(r))
        r = choose_path(t, c.device, &path);
    if (PRL_SUCCEEDED(r))
        r = check_existing(t, path, is_floppy);
    if (PRL_SUCCEEDED(r))
        r = make_parent(path);
    c.path = path;
    return PRL_FAILED(r) ? r : create(&c);
}
