/* SPDX-License-Identifier: MIT */
#include "live_change.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "qemu/backend.h"

/* Beside the hardware: what a running machine takes as well. */
static bool
has_other_changes(xmlDocPtr stored, xmlDocPtr next)
{
    static const char *const paths[] = { "Settings/RemoteDisplay/Password", "Settings/Runtime/IopsLimit", "Settings/Runtime/IoLimit",
                                         "Settings/Runtime/IoPriority", "Settings/Tools/SharedFolders",
                                         "Settings/Tools/IsolatedVm" };

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        xmlNodePtr a = xml_find(vm_model_root(stored), paths[i]), b = xml_find(vm_model_root(next), paths[i]);
        AUTO(cleanup_free) char *x = a ? xml_node_text(a, NULL) : NULL;
        AUTO(cleanup_free) char *y = b ? xml_node_text(b, NULL) : NULL;

        if (!str_eq(x, y))
            return true;
    }
    return false;
}

PRL_RESULT
live_change_prepare(struct vm *vm, struct task *t, VIRTUAL_MACHINE_STATE state, xmlDocPtr stored, xmlDocPtr next,
                    struct commit_effect *effect, struct backend_change **ret)
{
    struct backend_change *c = NULL;
    PRL_RESULT r;

    if (state != VMS_RUNNING || !backend->change_prepare)
        return commit_check_running(state, stored, next, effect);
    r = commit_check_settings(stored, next, effect);
    if (PRL_FAILED(r))
        return r;
    if (!vm_model_hardware_differs(stored, next) && !has_other_changes(stored, next))
        return PRL_ERR_SUCCESS;
    r = backend->change_prepare(vm, t, stored, next, &c);
    if (PRL_FAILED(r))
        return r;
    effect->needs_restart = effect->needs_restart || c->needs_restart;
    *ret = c;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
live_change_apply(struct backend_change *c)
{
    return c ? backend->change_apply(c) : PRL_ERR_SUCCESS;
}

void
live_change_keep(struct backend_change *c)
{
    AUTO(vm_text_unref) struct vm_text *text = c ? vm_config_ref(c->vm) : NULL;

    if (c)
        backend->change_keep(c, text ? text->p : NULL);
}

void
live_change_undo(struct backend_change *c)
{
    if (c)
        backend->change_undo(c);
}

void
live_change_free(struct backend_change *c)
{
    if (c)
        backend->change_free(c);
}
