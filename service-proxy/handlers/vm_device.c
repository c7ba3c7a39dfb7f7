/* SPDX-License-Identifier: MIT */
/*
 * PrlVmDev_Connect and _Disconnect (semantics 6.11): one device of a machine, now. A machine that is stopped has it so at its next start; of
 * one that runs the device is plugged or unplugged, the medium changed, the cable put in or out, and the configuration says so.
 */
#include <prlsdk/PrlEnums.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "model/vm_model.h"
#include "vm/disk_facts.h"
#include "vm/live_change.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"

struct device_change {
    struct task *t;
    bool wants_in; /* connect */
    PRL_DEVICE_TYPE type;
    char *home;
    xmlDocPtr stored, next;
    xmlNodePtr device; /* in next */
    struct commit_effect effect;
    struct backend_change *live;
};

static void
clear(struct device_change *d)
{
    live_change_free(d->live);
    xmlFreeDoc(d->stored);
    xmlFreeDoc(d->next);
    free(d->home);
}

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
}

static bool
has_medium(const struct device_change *d)
{
    return d->type == PDE_OPTICAL_DISK || d->type == PDE_FLOPPY_DISK;
}

/* Ports and sound are what QEMU was started with. */
static PRL_RESULT
check_type(const struct device_change *d)
{
    switch (d->type) {
    case PDE_HARD_DISK:
    case PDE_OPTICAL_DISK:
    case PDE_FLOPPY_DISK:
    case PDE_GENERIC_NETWORK_ADAPTER:
    case PDE_USB_DEVICE:
        return PRL_ERR_SUCCESS;
    default:
        return err_set(PRL_ERR_UNIMPLEMENTED, "devices of type %u are not connected while a virtual machine runs", (unsigned)d->type);
    }
}

/* An error whose parameters are the device's name and the machine's. */
static PRL_RESULT
already(struct device_change *d, PRL_RESULT code)
{
    AUTO(cleanup_free) char *vm = vm_name_dup(d->t->vm);
    AUTO(cleanup_free) char *name = xml_get(d->device, "UserFriendlyName");

    err_set(code, "%s: device %u of type %u", vm ? vm : "", (unsigned)xml_get_u64(d->device, "Index", 0), (unsigned)d->type);
    err_param(0, "%s", name ? name : "");
    err_param(1, "%s", vm ? vm : "");
    return code;
}

/* The medium that the caller's handle names goes into the drive; it need not be committed before. */
static PRL_RESULT
take_medium(struct device_change *d, bool *ret_is_other)
{
    const char *name = task_arg_s(d->t, "name"), *title = task_arg_s(d->t, "title");
    uint64_t kind = task_arg_u(d->t, "kind");
    AUTO(cleanup_free) char *now = xml_get(d->device, "SystemName");

    *ret_is_other = false;
    if (!d->wants_in || !has_medium(d) || !name || !name[0] ||
        (str_eq(name, now) && kind == xml_get_u64(d->device, "EmulatedType", PDT_USE_IMAGE_FILE)))
        return PRL_ERR_SUCCESS;
    if (!xml_set(d->device, "SystemName", name) || !xml_set(d->device, "UserFriendlyName", title && title[0] ? title : name) ||
        !xml_set_u64(d->device, "EmulatedType", kind))
        return err_set(PRL_ERR_INVALID_ARG, "the name of the medium");
    *ret_is_other = true;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
find_device(struct device_change *d)
{
    const char *name = task_arg_s(d->t, "name");
    AUTO(cleanup_free) char *now = NULL;
    bool is_in, is_other;
    PRL_RESULT r = vm_config_doc(d->t->vm, &d->stored);

    if (PRL_FAILED(r))
        return r;
    d->next = xmlCopyDoc(d->stored, 1);
    d->device = d->next ? vm_model_device_by_index(d->next, d->type, (unsigned)task_arg_u(d->t, "index")) : NULL;
    now = d->device ? xml_get(d->device, "SystemName") : NULL;
    if (!d->next)
        return no_memory();
    if (!d->device || (d->type == PDE_HARD_DISK && name && name[0] && !str_eq(name, now)))
        return err_set(PRL_ERR_OBJECT_NOT_FOUND, "the stored configuration has no such device");
    if (!xml_get_u64(d->device, "Enabled", 0))
        return err_set(d->wants_in ? PRL_ERR_VM_DEV_CONNECT_FAILED : PRL_ERR_VM_DEV_DISCONNECT_FAILED, "the device is disabled");
    is_in = xml_get_u64(d->device, "Connected", 1) != 0;
    r = take_medium(d, &is_other);
    if (PRL_FAILED(r))
        return r;
    if (is_in == d->wants_in && !is_other)
        return already(d, d->wants_in ? PRL_ERR_DEV_ALREADY_CONNECTED : PRL_ERR_DEV_ALREADY_DISCONNECTED);
    return xml_set_u64(d->device, "Connected", d->wants_in) ? PRL_ERR_SUCCESS : no_memory();
}

/* A disc that is not there would leave the drive empty at a start; who inserts it now is told. */
static PRL_RESULT
check_medium(const struct device_change *d)
{
    AUTO(cleanup_free) char *path = NULL;

    if (!d->wants_in || !has_medium(d))
        return PRL_ERR_SUCCESS;
    path = vm_model_image_path(d->device, d->home);
    if (path && path_exists(path))
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_VM_DEV_CONNECT_FAILED, "'%s' is not there", path ? path : "");
    err_param(0, "%s", path ? path : "");
    return PRL_ERR_VM_DEV_CONNECT_FAILED;
}

static PRL_RESULT
store(struct device_change *d)
{
    PRL_RESULT r = live_change_apply(d->live);

    if (PRL_FAILED(r))
        return r;
    r = vm_store_save_config(d->t->vm, d->next);
    if (PRL_FAILED(r))
        live_change_undo(d->live);
    else
        live_change_keep(d->live);
    return r;
}

/* NULL: no memory. */
static json_t *
device_event(struct vm *vm, xmlNodePtr device)
{
    json_t *e = event_new(PET_DSP_EVT_VM_DEV_STATE_CHANGED, vm->uuid);
    bool is_in = xml_get_u64(device, "Enabled", 0) && xml_get_u64(device, "Connected", 1);

    if (!e)
        return NULL;
    event_add_int(e, "device_type", PARAM_INT, vm_model_device_type(device));
    event_add_int(e, "device_index", PARAM_INT, (int64_t)xml_get_u64(device, "Index", 0));
    event_add_int(e, "device_state", PARAM_INT, is_in);
    return e;
}

static void
tell(const struct device_change *d)
{
    json_t *e = device_event(d->t->vm, d->device);

    event_vm(d->t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    if (e)
        event_send_vm(d->t->vm, e);
}

static PRL_RESULT
not_running(struct device_change *d, VIRTUAL_MACHINE_STATE state)
{
    AUTO(cleanup_free) char *name = vm_name_dup(d->t->vm);

    err_set(PRL_ERR_DISP_VM_IS_NOT_STARTED, "the VM is %s", vm_state_name(state));
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_DISP_VM_IS_NOT_STARTED;
}

static PRL_RESULT
change(struct device_change *d)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(d->t->vm);
    PRL_RESULT r = check_type(d);

    if (PRL_SUCCEEDED(r) && state != VMS_RUNNING)
        r = not_running(d, state);
    if (PRL_SUCCEEDED(r) && !d->home)
        r = no_memory();
    if (PRL_SUCCEEDED(r))
        r = find_device(d);
    if (PRL_SUCCEEDED(r))
        r = check_medium(d);
    if (PRL_SUCCEEDED(r))
        r = disk_facts_attach(d->next, d->stored, d->home);
    if (PRL_SUCCEEDED(r))
        r = live_change_prepare(d->t->vm, d->t, state, d->stored, d->next, &d->effect, &d->live);
    if (PRL_SUCCEEDED(r))
        r = store(d);
    if (PRL_SUCCEEDED(r))
        tell(d);
    return r;
}

static PRL_RESULT
run(struct task *t, bool wants_in)
{
    struct device_change d = { .t = t, .wants_in = wants_in, .type = (PRL_DEVICE_TYPE)task_arg_u(t, "type"), .home = vm_home_dup(t->vm) };
    PRL_RESULT r = change(&d);

    clear(&d);
    return r;
}

PRL_RESULT
vm_connect_device(struct task *t)
{
    return run(t, true);
}

PRL_RESULT
vm_disconnect_device(struct task *t)
{
    return run(t, false);
}

/* ---- PrlVm_InitiateDevStateNotifications ---- */

/* To who asked: nothing has changed for the others. */
PRL_RESULT
vm_tell_devices(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    PRL_RESULT r = vm_config_doc(t->vm, &doc);
    xmlNodePtr device;

    if (PRL_FAILED(r))
        return r;
    for (unsigned i = 0; (device = vm_model_all_devices(doc, i)); i++) {
        json_t *e = device_event(t->vm, device);

        if (!e)
            return no_memory();
        event_send_session(t->session, e);
    }
    return PRL_ERR_SUCCESS;
}
