/* SPDX-License-Identifier: MIT */
/* Asking for VMs: the list, one of them, its state. */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/uuid.h"
#include "engine/handlers.h"
#include "vm/vm_entry.h"
#include "vm/vm_store.h"

/* A VM that was removed while we looked is left out. */
static bool
is_listed(struct vm *vm, bool templates_only)
{
    LOCK_SCOPE(&vm->lock);

    return vm->is_registered && (vm->is_template || !templates_only);
}

PRL_RESULT
vm_list(struct task *t)
{
    uint64_t flags = task_arg_u(t, "flags"), since = task_arg_u(t, "since");
    bool has_types = flags & (PVTF_VM | PVTF_CT);
    PRL_RESULT r = PRL_ERR_SUCCESS;
    vm_vec all = { 0 };

    if (has_types && !(flags & PVTF_VM)) /* containers alone: there are none */
        return PRL_ERR_SUCCESS;
    if (!vm_store_list(&all))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "list of virtual machines");
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < all.len; i++) {
        if (!is_listed(all.p[i], flags & PGVLF_GET_ONLY_VM_TEMPLATES))
            continue;
        vm_store_recheck(all.p[i]);
        r = task_add_vm_since(t, all.p[i], since);
    }
    vm_vec_free(&all);
    return r;
}

PRL_RESULT
vm_get_config(struct task *t)
{
    const char *id = task_arg_s(t, "id");
    uint64_t flags = task_arg_u(t, "flags");
    AUTO(vm_unref) struct vm *vm = NULL;

    if (!(flags & (PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME)))
        flags |= PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME;
    if (flags & PGVC_SEARCH_BY_UUID)
        vm = vm_store_find(id);
    if (!vm && (flags & PGVC_SEARCH_BY_NAME))
        vm = vm_store_find_name(id);
    if (!vm) {
        err_set(PRL_ERR_VM_UUID_NOT_FOUND, "no virtual machine '%s' is registered", id);
        err_param(0, "%s", id);
        return PRL_ERR_VM_UUID_NOT_FOUND;
    }
    return task_add_vm(t, vm);
}

PRL_RESULT
vm_refresh(struct task *t)
{
    bool was_bad, is_old;

    {
        LOCK_SCOPE(&t->vm->lock);
        was_bad = PRL_FAILED(t->vm->valid_rc);
        is_old = disk_rooms_is_old_locked(t->vm);
    }
    if (is_old) /* on a worker, as below */
        disk_rooms_look(t->vm);
    if (was_bad) /* on a worker then: somebody may have put the file right */
        vm_store_recheck(t->vm);
    return task_add_vm(t, t->vm);
}

PRL_RESULT
vm_get_state(struct task *t)
{
    char *xml = NULL;
    size_t len;
    PRL_RESULT r = vm_entry_info_xml(t->vm, t->session, &xml, &len);

    if (PRL_SUCCEEDED(r))
        r = task_add_doc(t, PHT_VM_INFO, xml, len);
    free(xml);
    return r;
}
