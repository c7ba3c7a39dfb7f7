/* SPDX-License-Identifier: MIT */
/* Snapshots (semantics 6.10). None can be made yet, so a VM has none, unless the products made them. */
#include "base/cleanup.h"
#include "base/path.h"
#include "engine/handlers.h"
#include "engine/session.h"
#include "vm/vm.h"

#include <prlsdk/PrlApiVersion.h>

/* What the products keep snapshots in, now and formerly. */
static const char *const stores[] = { "Snapshots.xml", "Snapshots", "snapshots" };

static PRL_RESULT
check_none(struct vm *vm)
{
    for (size_t i = 0; i < ARRAY_LEN(stores); i++) {
        AUTO(cleanup_free) char *path = vm_path(vm, stores[i]);

        if (!path)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
        if (path_exists(path))
            return err_set(PRL_ERR_UNIMPLEMENTED, "'%s': snapshots made by another product cannot be read", path);
    }
    return PRL_ERR_SUCCESS;
}

/* Clients of the old name look for the old root. */
PRL_RESULT
vm_snapshots_tree(struct task *t)
{
    PRL_RESULT rc = check_none(t->vm);

    if (PRL_FAILED(rc))
        return rc;
    return task_add_text(t, t->session->api_version <= VIRTUOZZO_API_VER_7
                                ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ParallelsSavedStates/>\n"
                                : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<VirtuozzoSavedStates/>\n");
}
