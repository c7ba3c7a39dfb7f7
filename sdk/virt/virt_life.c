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

VIRT_PUBLIC int
virDomainCreate(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    return done(require_active(domain_, false) && virt_job(domain_->conn, domain_, PrlVm_Start(domain_->vm), domain_->name, NULL));
}

VIRT_PUBLIC int
virDomainSuspend(virDomainPtr domain)
{
    AUTO(cleanup_free) char *details = NULL;
    VIRTUAL_MACHINE_STATE state;
    PRL_RESULT rc;

    ENTER_DOMAIN(domain, true, -1);
    rc = virt_job_wait(PrlVm_Pause(domain_->vm, PRL_FALSE), NULL, &details);
    if (PRL_SUCCEEDED(rc))
        return 0;
    if (!virt_state(domain_, &state)) /* asked only where it matters: the way there and back takes as long as QEMU's part */
        return -1;
    if (state == VMS_PAUSED) /* it was there already */
        return 0;
    if (check_active(domain_, state, true))
        virt_raise_prl(domain_->conn, domain_, rc, details, domain_->name);
    return -1;
}

VIRT_PUBLIC int
virDomainResume(virDomainPtr domain)
{
    VIRTUAL_MACHINE_STATE state;

    ENTER_DOMAIN(domain, true, -1);
    if (!virt_state(domain_, &state))
        return -1;
    if (state == VMS_RUNNING) {
        virt_raise(domain_->conn, domain_, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, domain_->name, "domain '%s' is running already", domain_->name);
        return -1;
    }
    return done(check_active(domain_, state, true) && virt_job(domain_->conn, domain_, PrlVm_Start(domain_->vm), domain_->name, NULL));
}

VIRT_PUBLIC int
virDomainShutdown(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, true, -1);
    return done(virt_command(domain_, "shutdown", NULL, NULL));
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
