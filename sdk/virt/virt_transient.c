/* SPDX-License-Identifier: MIT */
/*
 * Transient domains. The service knows defined machines alone, so one that shall be gone when it stops carries a mark in its configuration (virt_keep.c), from
 * the moment it is registered; who meets it stopped takes it out.
 */
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "virt.h"

/* Does a disk of it lie in its home? */
static bool
has_disk_at_home(PRL_HANDLE vm, const char *home)
{
    PRL_UINT32 n = 0;

    PrlVmCfg_GetHardDisksCount(vm, &n);
    for (PRL_UINT32 i = 0; i < n; i++) {
        AUTO(prl_free) PRL_HANDLE disk = PRL_INVALID_HANDLE;
        AUTO(cleanup_free) char *path = PRL_SUCCEEDED(PrlVmCfg_GetHardDisk(vm, i, &disk)) ? virt_text(PrlVmDev_GetSysName, disk) : NULL;

        if (!path || !path_is_absolute(path) || path_is_inside(path, home))
            return true; /* in doubt nothing is removed */
    }
    return false;
}

PRL_RESULT
virt_forget(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *config = virt_text(PrlVmCfg_GetHomePath, vm); /* of config.pvs */
    AUTO(cleanup_free) char *home = config ? path_dirname(config) : NULL;
    bool keep = !home || has_disk_at_home(vm, home);

    return virt_job_wait(keep ? PrlVm_Unreg(vm) : PrlVm_Delete(vm, PRL_INVALID_HANDLE), NULL, NULL);
}
