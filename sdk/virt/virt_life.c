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
require_active(virDomainPtr d, bool want)
{
    VIRTUAL_MACHINE_STATE state;

    if (!virt_state(d, &state))
        return false;
    if (virt_is_active(state) == want)
        return true;
    virt_raise(d->conn, d, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, d->name, "domain '%s' is %s", d->name, want ? "not active" : "already active");
    return false;
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
    VIRTUAL_MACHINE_STATE state;

    ENTER_DOMAIN(domain, true, -1);
    if (!virt_state(domain_, &state))
        return -1;
    if (state == VMS_PAUSED)
        return 0; /* it is what was asked for */
    return done(require_active(domain_, true) && virt_job(domain_->conn, domain_, PrlVm_Pause(domain_->vm, PRL_FALSE), domain_->name, NULL));
}

VIRT_PUBLIC int
virDomainResume(virDomainPtr domain)
{
    VIRTUAL_MACHINE_STATE state;

    ENTER_DOMAIN(domain, true, -1);
    if (!virt_state(domain_, &state))
        return -1;
    if (state == VMS_RUNNING)
        return 0;
    return done(require_active(domain_, true) && virt_job(domain_->conn, domain_, PrlVm_Start(domain_->vm), domain_->name, NULL));
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
