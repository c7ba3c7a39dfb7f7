/* SPDX-License-Identifier: MIT */
/* PrlVmDev_CreateImage (semantics 6.11): the file of a disk or floppy, also of a VM that is not registered or not committed yet. */
#include <errno.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "model/vm_model.h"
#include "vm/image_file.h"
#include "vm/links.h"
#include "vm/vm_store.h"

#define FLOPPY_BYTES (1440u * 1024)
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

static PRL_RESULT
check_existing(struct task *t, const char *path, bool is_floppy)
{
    PRL_RESULT code = is_floppy ? PRL_ERR_FLOPPY_IMAGE_ALREADY_EXIST : PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;

    if (!path_exists(path))
        return PRL_ERR_SUCCESS;
    if (task_arg_b(t, "recreate") && !path_is_dir(path))
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

static PRL_RESULT
create(xmlNodePtr device, const char *path, bool is_floppy)
{
    uint64_t size_mib = xml_get_u64(device, "Size", 0);

    if (is_floppy)
        return image_create_raw(path, FLOPPY_BYTES);
    if (xml_get_u64(device, "DiskType", PHD_EXPANDING_HARD_DISK) != PHD_RAW_HARD_DISK)
        return image_create(path, size_mib);
    if (!size_mib || size_mib > (uint64_t)1 << 30)
        return err_set(size_mib ? PRL_ERR_CANT_CREATE_HDD_IMAGE : PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE, "'%s'", path);
    return image_create_raw(path, size_mib << 20);
}

/* The old one stays until the new one is whole. */
static PRL_RESULT
create_in_place(struct task *t, xmlNodePtr device, const char *path, bool is_floppy)
{
    AUTO(cleanup_free) char *fresh = str_printf("%s.%.8s.new", path, t->uuid + 1);
    PRL_RESULT r;
    int e;

    if (!fresh)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!path_exists(path))
        return create(device, path, is_floppy);
    r = create(device, fresh, is_floppy);
    if (PRL_FAILED(r))
        return r;
    e = path_rename_durable(fresh, path);
    if (e == 0)
        return PRL_ERR_SUCCESS;
    unlink(fresh);
    return err_errno(is_floppy ? PRL_ERR_CANT_CREATE_FLOPPY_IMAGE : PRL_ERR_CANT_CREATE_HDD_IMAGE, -e, "'%s'", path);
}

PRL_RESULT
vm_create_image(struct task *t)
{
    bool is_floppy = task_arg_u(t, "type") == PDE_FLOPPY_DISK;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *path = NULL;
    xmlNodePtr device = NULL;
    PRL_RESULT r = find_device(t, &doc, &device);

    if (PRL_SUCCEEDED(r) && !is_floppy)
        r = check_serial(device);
    if (PRL_SUCCEEDED(r))
        r = choose_path(t, device, &path);
    if (PRL_SUCCEEDED(r))
        r = check_existing(t, path, is_floppy);
    if (PRL_SUCCEEDED(r))
        r = make_parent(path);
    if (PRL_SUCCEEDED(r) && !task_commit_point(t))
        r = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    return PRL_FAILED(r) ? r : create_in_place(t, device, path, is_floppy);
}
