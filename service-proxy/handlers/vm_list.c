/* SPDX-License-Identifier: MIT */
/* Asking for VMs: the list, one of them, its state. */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/uuid.h"
#include "engine/handlers.h"
#include "vm/vm_entry.h"
#include "vm/vm_store.h"

#define SHORT 16 /* entries that the I/O thread writes itself */

/* A VM that was removed while we looked is left out. */
static bool
is_listed(struct vm *vm, bool templates_only)
{
    LOCK_SCOPE(&vm->lock);

    return vm->is_registered && (vm->is_template || !templates_only);
}

/* Can it be answered by naming what has changed since the client's last list? */
static bool
is_partial(struct task *t)
{
    const uint64_t seen = task_arg_u(t, "seen");

    return seen && vm_store_order_rev() <= seen && !(task_arg_u(t, "flags") & PGVLF_GET_ONLY_VM_TEMPLATES);
}

/* No file to look at, and few words: the way to a worker takes longer. */
bool
vm_list_is_short(struct task *t)
{
    return is_partial(t) && home_watch_all_quiet() && vm_store_count_changed(task_arg_u(t, "seen"), SHORT + 1) <= SHORT;
}

static bool
is_there(struct vm *vm)
{
    return is_listed(vm, false);
}

static PRL_RESULT
add_all(struct task *t, const vm_vec *all, bool templates_only, uint64_t seen)
{
    const uint64_t since = task_arg_u(t, "since");
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!since && !seen && !templates_only) /* a program's first list */
        return task_add_vms(t, all, is_there);
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < all->len; i++)
        if (is_listed(all->p[i], templates_only) && (!seen || vm_store_has_changed(all->p[i], seen)))
            r = task_add_vm_since(t, all->p[i], since);
    return r;
}

PRL_RESULT
vm_list(struct task *t)
{
    uint64_t flags = task_arg_u(t, "flags"), seen = task_arg_u(t, "seen"), now;
    bool has_types = flags & (PVTF_VM | PVTF_CT), has_part;
    PRL_RESULT r = PRL_ERR_SUCCESS;
    vm_vec all = { 0 };

    if (has_types && !(flags & PVTF_VM)) /* containers alone: there are none */
        return PRL_ERR_SUCCESS;
    if (!t->is_on_io) /* else it has just been found that there is nothing to look at */
        vm_store_recheck_all();
    now = vm_store_now();
    has_part = is_partial(t);
    if (!(has_part && now == seen) && !vm_store_list(&all))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "list of virtual machines");
    r = add_all(t, &all, flags & PGVLF_GET_ONLY_VM_TEMPLATES, has_part ? seen : 0);
    vm_vec_free(&all);
    if (PRL_SUCCEEDED(r))
        r = task_add_value(t, "now", json_integer((json_int_t)now));
    if (PRL_SUCCEEDED(r) && has_part)
        r = task_add_value(t, "is_partial", json_true());
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
