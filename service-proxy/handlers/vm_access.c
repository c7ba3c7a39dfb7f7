/* SPDX-License-Identifier: MIT */
/* Who may do what with a VM: PrlVm_Lock, PrlVm_Unlock, PrlVm_UpdateSecurity. */
#include "base/err.h"
#include "base/str.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "engine/session.h"
#include "vm/config_file.h"
#include "vm/vm_entry.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"
#include "vm_config.h"

PRL_RESULT
vm_lock(struct task *t)
{
    bool is_mine;

    {
        LOCK_SCOPE(&t->vm->lock);
        is_mine = !t->vm->lock_session;
        if (is_mine) {
            t->vm->lock_session = t->session;
            t->vm->rev = vm_store_next_rev();
        }
    }
    if (!is_mine)
        return vm_config_fail(t->vm, PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED, "it is locked already");
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_unlock(struct task *t)
{
    struct session *owner;

    {
        LOCK_SCOPE(&t->vm->lock);
        owner = t->vm->lock_session;
        if (owner == t->session) {
            t->vm->lock_session = NULL;
            t->vm->rev = vm_store_next_rev();
        }
    }
    if (!owner)
        return vm_config_fail(t->vm, PRL_ERR_VM_IS_NOT_LOCKED, "it is not locked");
    if (owner != t->session)
        return vm_config_fail(t->vm, PRL_ERR_NOT_LOCK_OWNER_SESSION_TRIES_TO_UNLOCK, "another session has locked it");
    event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}

static void
tell_security(struct vm *vm, const char *xml)
{
    json_t *event = event_new(PET_DSP_EVT_VM_SECURITY_CHANGED, vm->uuid);

    if (!event)
        return;
    event_add_text(event, "vm_security_info", xml);
    event_send_vm(vm, event);
}

PRL_RESULT
vm_update_security(struct task *t)
{
    uint64_t others = task_arg_u(t, "others");
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    AUTO(cleanup_free) char *xml = NULL;
    struct config_file now = CONFIG_FILE_INIT;
    bool is_owner;
    size_t len;
    PRL_RESULT r;

    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    if (others > PAO_VM_SHARED_ON_FULL_ACCESS)
        return err_set(PRL_ERR_INVALID_ARG, "no such permission: %llu", (unsigned long long)others);
    {
        LOCK_SCOPE(&t->vm->lock);
        is_owner = !t->session || t->session->uid == 0 || t->session->uid == t->vm->owner_uid;
    }
    if (!is_owner)
        return vm_config_fail(t->vm, PRL_ERR_ACCESS_TO_VM_DENIED, "only its owner may do this");
    r = config_file_share(home, (PRL_VM_ACCESS_FOR_OTHERS)others);
    if (PRL_FAILED(r))
        return r;
    config_file_stat(home, &now);
    {
        LOCK_SCOPE(&t->vm->lock);
        t->vm->others = now.others;
        t->vm->rev = vm_store_next_rev();
    }
    r = vm_entry_security_xml(t->vm, t->session, &xml, &len);
    if (PRL_FAILED(r))
        return r;
    tell_security(t->vm, xml);
    return task_add_doc(t, PHT_ACCESS_RIGHTS, xml, len);
}
