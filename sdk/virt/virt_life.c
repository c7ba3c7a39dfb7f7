/* SPDX-License-Identifier: MIT */
/* Starting, stopping and freezing: one job of the SDK each. */
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>

#include "virt.h"

static int
done(bool ok)
{
    return ok ? 0 : -1;
}

/* Refuses a call on a domain that is not in the state it is for. */
static bool
check_active(virDomainPtr d, VIRTUAL_MACHINE_STATE state, bool want)
{
    if (virt_is_active(state) == want)
        return true;
    virt_raise(d->conn, d, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, d->name, "domain '%s' is %s", d->name, want ? "not active" : "already active");
    return false;
}

static bool
require_active(virDomainPtr d, bool want)
{
    VIRTUAL_MACHINE_STATE state;

    return virt_state(d, &state) && check_active(d, state, want);
}

/* Into `wanted` by one job of an active domain; it may be there already. */
static int
go_to(virDomainPtr d, VIRTUAL_MACHINE_STATE wanted, PRL_HANDLE (*begin)(PRL_HANDLE vm))
{
    VIRTUAL_MACHINE_STATE state;

    if (!virt_state(d, &state))
        return -1;
    if (state == wanted)
        return 0;
    return done(check_active(d, state, true) && virt_job(d->conn, d, begin(d->vm), d->name, NULL));
}

static PRL_HANDLE
begin_pause(PRL_HANDLE vm)
{
    return PrlVm_Pause(vm, PRL_FALSE);
}

static PRL_HANDLE
begin_start(PRL_HANDLE vm)
{
    return PrlVm_Start(vm);
}

VIRT_PUBLIC int
virDomainCreate(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    return done(require_active(domain_, false) && virt_job(domain_->conn, domain_, PrlVm_Start(domain_->vm), domain_->name, NULL));
}

VIRT_PUBLIC int
virDomainSuspend(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    return go_to(domain_, VMS_PAUSED, begin_pause);
}

VIRT_PUBLIC int
virDomainResume(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    return go_to(domain_, VMS_RUNNING, begin_start);
}

VIRT_PUBLIC int
virDomainShutdown(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    if (!require_active(domain_, true))
        return -1;
    /* The job ends with the guest, which may take its time or ignore it; this call ends when the guest was asked. */
    PrlHandle_Free(PrlVm_StopEx(domain_->vm, PSM_ACPI, PSF_NOFORCE));
    return 0;
}

VIRT_PUBLIC int
virDomainReboot(virDomainPtr domain, unsigned int flags)
{
    (void)flags; /* has no meaning yet, as the page says */
    ENTER_DOMAIN(domain, true, -1);
    return done(require_active(domain_, true) && virt_job(domain_->conn, domain_, PrlVm_Restart(domain_->vm), domain_->name, NULL));
}

VIRT_PUBLIC int
virDomainDestroy(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    if (!require_active(domain_, true) || !virt_job(domain_->conn, domain_, PrlVm_StopEx(domain_->vm, PSM_KILL, PSF_FORCE), domain_->name, NULL))
        return -1;
    if (virt_is_transient(domain_->vm))
        virt_forget(domain_->vm);
    return 0;
}
