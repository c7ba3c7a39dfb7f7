/* SPDX-License-Identifier: MIT */
/*
 * Start, stop, reset, restart, pause, suspend and what belongs to them (semantics 6.1, 6.3): who may ask in which state, and what is
 * answered else. The work itself is the backend's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "engine/task.h"
#include "host/host_info.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "qemu/backend.h"
#include "vm/clone_source.h"
#include "vm/neighbours.h"
#include "vm/vm.h"

#include <prlsdk/PrlCommandsFlags.h>
#include <prlsdk/PrlEnums.h>

#define SHUTDOWN_MS 120000 /* what a guest has to power itself off */

/* ---- refusals ---- */

/* With the VM's name as p0 and, for the codes that show it, its state as p1. */
static PRL_RESULT
refuse(struct vm *vm, PRL_RESULT code, VIRTUAL_MACHINE_STATE state)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(code, "the VM is %s", vm_state_name(state));
    err_param(0, "%s", name ? name : "");
    err_param(1, "%s", vm_state_name(state));
    return code;
}

static bool
is_live(VIRTUAL_MACHINE_STATE state)
{
    return state == VMS_RUNNING || state == VMS_PAUSED;
}

/* ---- start ---- */

static PRL_RESULT
refuse_template(struct vm *vm)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);
    bool is_template;

    {
        LOCK_SCOPE(&vm->lock);
        is_template = vm->is_template;
    }
    if (!is_template)
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_CANT_TO_START_VM_TEMPLATE, "the VM is a template");
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_CANT_TO_START_VM_TEMPLATE;
}

/* Only findings of the critical kind: the others are advice. */
static PRL_RESULT
check_config(struct vm *vm)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct vm_validate_host host;
    struct vm_neighbours neighbours;
    struct vm_findings findings = { 0 };
    PRL_RESULT rc = vm_config_doc(vm, &doc);

    if (PRL_FAILED(rc))
        return rc;
    host_validate_get(&host);
    neighbours_of(vm->uuid, &neighbours);
    neighbours.has_address = NULL; /* not critical */
    host.neighbours = &neighbours;
    if (!vm_model_validate(doc, doc, PVC_ALL, &host, &findings))
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "validation");
    else
        rc = vm_findings_critical(&findings);
    vm_findings_free(&findings);
    return rc;
}

PRL_RESULT
vm_start(struct task *t)
{
    struct vm *vm = t->vm;
    VIRTUAL_MACHINE_STATE state = vm_state_get(vm);
    PRL_RESULT rc;

    if (task_arg_u(t, "mode") > PSM_VM_START_LAST_ITEM)
        return err_set(PRL_ERR_INVALID_ARG, "start mode %" PRIu64, task_arg_u(t, "mode"));
    rc = refuse_template(vm);
    if (PRL_FAILED(rc))
        return rc;
    if (t->ahead) /* it was paused when the command went out */
        return backend->cont(vm, t);
    switch (state) {
    case VMS_PAUSED:
        return backend->cont(vm, t);
    case VMS_RUNNING:
        return refuse(vm, PRL_ERR_DISP_VM_IS_NOT_STOPPED, state);
    case VMS_STOPPED:
    case VMS_SUSPENDED:
        break;
    default:
        return refuse(vm, PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED, state);
    }
    rc = check_config(vm);
    if (PRL_SUCCEEDED(rc) && state == VMS_STOPPED)
        rc = clone_commit_left(vm);
    if (PRL_FAILED(rc))
        return rc;
    rc = backend->start(vm, t);
    if (rc == PRL_ERR_VM_ALREADY_RUNNING && vm_state_get(vm) == VMS_RUNNING)
        return PRL_ERR_SUCCESS; /* found running at the last moment */
    return rc;
}

void
vm_start_ahead(struct task *t)
{
    if (backend->cont_ahead && vm_state_get(t->vm) == VMS_PAUSED && task_arg_u(t, "mode") <= PSM_VM_START_LAST_ITEM)
        backend->cont_ahead(t->vm, t);
}

/* ---- stop ---- */

/* ACPI button; a guest that does not follow is killed, unless that was not wanted. */
static PRL_RESULT
shut_down(struct task *t)
{
    struct vm *vm = t->vm;
    PRL_RESULT rc = backend->request_shutdown(vm, t);

    if (PRL_FAILED(rc))
        return rc;
    rc = backend->wait_stopped(vm, t, clock_deadline(SHUTDOWN_MS));
    if (rc != PRL_ERR_TIMEOUT || (task_arg_u(t, "flags") & PSF_NOFORCE))
        return rc;
    return backend->stop(vm, t);
}

PRL_RESULT
vm_stop(struct task *t)
{
    uint64_t mode = task_arg_u(t, "mode");
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    if (mode > PSM_LAST)
        return err_set(PRL_ERR_INVALID_ARG, "stop mode %" PRIu64, mode);
    if (!is_live(state))
        return refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED, state);
    if (mode == PSM_KILL)
        return backend->stop(t->vm, t);
    if (state == VMS_PAUSED) /* it could not hear the button */
        return refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_RUNNING, state);
    return shut_down(t);
}

/* ---- calls that need a state and one call of the backend ---- */

PRL_RESULT
vm_reset(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return is_live(state) ? backend->reset(t->vm, t) : refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED, state);
}

PRL_RESULT
vm_restart(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return state == VMS_RUNNING ? backend->restart_guest(t->vm, t) : refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED, state);
}

PRL_RESULT
vm_pause(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return state == VMS_RUNNING || t->ahead ? backend->pause(t->vm, t) : refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED, state);
}

void
vm_pause_ahead(struct task *t)
{
    if (backend->pause_ahead && vm_state_get(t->vm) == VMS_RUNNING)
        backend->pause_ahead(t->vm, t);
}

PRL_RESULT
vm_suspend(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return is_live(state) ? backend->suspend(t->vm, t) : refuse(t->vm, PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED, state);
}

PRL_RESULT
vm_drop_suspended(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return state == VMS_SUSPENDED ? backend->drop_suspended(t->vm, t) : refuse(t->vm, PRL_ERR_UNABLE_DROP_SUSPENDED_STATE, state);
}

/* ---- guest tools ---- */

/* Without a guest agent all we know is that we do not know. */
PRL_RESULT
vm_tools_state(struct task *t)
{
    bool is_running = is_live(vm_state_get(t->vm));
    AUTO(xmlFreeDoc) xmlDocPtr config = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(0, PRL_ERR_SUCCESS, t->vm->uuid);
    AUTO(cleanup_free) char *version = NULL;
    AUTO(cleanup_free) char *text = NULL;
    char number[16];
    PRL_VM_TOOLS_STATE state;
    size_t len;

    if (PRL_SUCCEEDED(vm_config_doc(t->vm, &config)))
        version = xml_get(xmlDocGetRootElement(config), "Settings/Tools/AgentVersion");
    state = is_running ? PTS_POSSIBLY_INSTALLED : version && version[0] ? PTS_INSTALLED : PTS_NOT_INSTALLED;
    snprintf(number, sizeof number, "%d", (int)state);
    if (!doc || !event_xml_add(xmlDocGetRootElement(doc), "vm_tools_state", 2, number) ||
        !event_xml_add(xmlDocGetRootElement(doc), "vm_tools_version", 1, version ? version : ""))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "tools state");
    text = xml_text(doc, &len);
    return text ? task_add_doc(t, PHT_VM_TOOLS_INFO, text, len) : err_set(PRL_ERR_OUT_OF_MEMORY, "tools state");
}
