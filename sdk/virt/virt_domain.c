/* SPDX-License-Identifier: MIT */
/* A reference to a domain, and what it is called. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "virt.h"

/* ---- references ---- */

virDomainPtr
domain_new(virConnectPtr conn, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *name = virt_text(PrlVmCfg_GetName, vm);
    AUTO(cleanup_free) char *uuid = virt_text(PrlVmCfg_GetUuid, vm);

    return domain_new_named(conn, vm, name, uuid);
}

virDomainPtr
domain_new_named(virConnectPtr conn, PRL_HANDLE vm, const char *name, const char *uuid)
{
    AUTO(domain_unref) virDomainPtr d = calloc(1, sizeof *d);
    AUTO(prl_free) PRL_HANDLE held = vm;

    if (d) {
        d->refs = 1;
        d->name = str_dup(name);
        __atomic_add_fetch(&conn->refs, 1, __ATOMIC_RELAXED);
        d->conn = conn;
        d->vm = TAKE(held);
        virt_remember_one(conn, vm);
    }
    if (!d || !uuid || !uuid_parse(uuid, d->uuid) || !d->name || !virt_live_add(d, VIRT_DOMAIN)) {
        virt_raise(conn, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "no room for a domain");
        return NULL;
    }
    return TAKE(d);
}

void
domain_unref(virDomainPtr domain)
{
    if (!domain || __atomic_sub_fetch(&domain->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    if (domain->vm)
        PrlHandle_Free(domain->vm);
    free(domain->name);
    domain->name = NULL;
    conn_unref(domain->conn);
    virt_retire(domain);
}

virDomainPtr
virt_domain_enter(virDomainPtr domain, bool to_change)
{
    AUTO(domain_unref) virDomainPtr held = virt_live_ref(domain, VIRT_DOMAIN) ? domain : NULL;

    if (!held) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_INVALID_DOMAIN, NULL, "this is no reference to a domain");
        return NULL;
    }
    AUTO(conn_unref) virConnectPtr conn = virt_conn_enter(held->conn, to_change);

    return conn ? TAKE(held) : NULL; /* closed, or may not be changed: raised */
}

VIRT_PUBLIC int
virDomainFree(virDomainPtr domain)
{
    if (!virt_live_drop(domain, VIRT_DOMAIN)) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_INVALID_DOMAIN, NULL, "this is no reference to a domain");
        return -1;
    }
    domain_unref(domain);
    return 0;
}

/* ---- up to date ---- */

bool
virt_refresh(virDomainPtr domain)
{
    return virt_job(domain->conn, domain, PrlVm_RefreshConfig(domain->vm), domain->name, NULL);
}

bool
virt_state(virDomainPtr domain, VIRTUAL_MACHINE_STATE *ret_state)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE info = PRL_INVALID_HANDLE;

    if (!virt_job(domain->conn, domain, PrlVm_GetState(domain->vm), domain->name, &result))
        return false;
    PRL_RESULT rc = PrlResult_GetParam(result, &info);
    if (PRL_SUCCEEDED(rc))
        rc = PrlVmInfo_GetState(info, ret_state);
    if (PRL_FAILED(rc))
        virt_raise_prl(domain->conn, domain, rc, NULL, domain->name);
    return PRL_SUCCEEDED(rc);
}

/* ---- names ---- */

VIRT_PUBLIC const char *
virDomainGetName(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, false, NULL);
    return domain->name; /* constant while the program holds the reference */
}

VIRT_PUBLIC int
virDomainGetUUID(virDomainPtr domain, unsigned char *uuid)
{
    ENTER_DOMAIN(domain, false, -1);
    REQUIRE_ARG(domain_->conn, domain_, uuid, -1);

    const char *p = domain_->uuid + 1;

    for (int i = 0; i < 16; i++) {
        unsigned byte;

        if (*p == '-')
            p++;
        sscanf(p, "%2x", &byte);
        uuid[i] = (unsigned char)byte;
        p += 2;
    }
    return 0;
}

VIRT_PUBLIC int
virDomainGetUUIDString(virDomainPtr domain, char *buf)
{
    ENTER_DOMAIN(domain, false, -1);
    REQUIRE_ARG(domain_->conn, domain_, buf, -1);
    uuid_bare(domain_->uuid, buf);
    return 0;
}

VIRT_PUBLIC char *
virDomainGetOSType(virDomainPtr domain)
{
    ENTER_DOMAIN(domain, false, NULL);
    return strdup("hvm"); /* all are full machines */
}
