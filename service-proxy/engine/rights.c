/* SPDX-License-Identifier: MIT */
/* Rights by ownership and by what the owner gives to others. */
#include "rights.h"

#include "base/err.h"
#include "session.h"
#include "vm/vm.h"

#define RIGHT_ALL (RIGHT_R | RIGHT_W | RIGHT_X)

static unsigned
for_others(PRL_VM_ACCESS_FOR_OTHERS others)
{
    switch (others) {
    case PAO_VM_SHARED_ON_VIEW: return RIGHT_R;
    case PAO_VM_SHARED_ON_VIEW_AND_RUN: return RIGHT_R | RIGHT_X;
    case PAO_VM_SHARED_ON_FULL_ACCESS: return RIGHT_ALL;
    default: return 0;
    }
}

/* A VM whose file was never read has no owner that we know: whoever registered it may put that right. */
unsigned
rights_of_locked(const struct session *s, const struct vm *vm)
{
    if (!s || s->uid == 0 || s->uid == vm->owner_uid || !vm->config)
        return RIGHT_ALL;
    return for_others(vm->others);
}

unsigned
rights_of(const struct session *s, struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return rights_of_locked(s, vm);
}

PRL_RESULT
rights_check(const struct session *s, struct vm *vm, unsigned needed)
{
    AUTO(cleanup_free) char *name = NULL;

    if ((rights_of(s, vm) & needed) == needed)
        return PRL_ERR_SUCCESS;
    name = vm_name_dup(vm);
    err_set(PRL_ERR_ACCESS_TO_VM_DENIED, "uid %u has no right to do this with %s", (unsigned)s->uid, vm->uuid);
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_ACCESS_TO_VM_DENIED;
}
