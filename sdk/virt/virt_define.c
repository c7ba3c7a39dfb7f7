/* SPDX-License-Identifier: MIT */
/* Domains from documents: defined, started as transient ones, undefined, and written out again. */
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>

#include "virt.h"

VIRT_PUBLIC char *
virDomainGetXMLDesc(virDomainPtr domain, int flags)
{
    PRL_UINT32 id = 0;

    ENTER_DOMAIN(domain, false, NULL);
    REQUIRE_ARG(domain_->conn, domain_, flags == 0, NULL);
    if (!virt_refresh(domain_))
        return NULL;
    PrlVmCfg_GetEnvId(domain_->vm, &id);
    return virt_xml_format(domain_, id);
}

/* ---- a new machine ---- */

bool
virt_register_new(virConnectPtr conn, const struct virt_xml *x, bool is_transient, PRL_HANDLE *ret_vm)
{
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    PRL_RESULT rc = PrlSrv_CreateVm(conn->server, &vm);

    if (PRL_SUCCEEDED(rc))
        rc = PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_OTHER, PRL_FALSE);
    if (PRL_SUCCEEDED(rc) && virt_xml_uuid(x))
        rc = PrlVmCfg_SetUuid(vm, virt_xml_uuid(x));
    if (PRL_SUCCEEDED(rc) && is_transient)
        rc = PrlVmCfg_SetCustomProperty(vm, VIRT_TRANSIENT);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(conn, NULL, rc, NULL, virt_xml_name(x));
        return false;
    }
    if (!virt_xml_apply(conn, x, vm) || !virt_job(conn, NULL, PrlVm_Reg(vm, "", PRL_TRUE), virt_xml_name(x), NULL))
        return false;
    if (!virt_xml_keep(conn, x, vm)) {
        virt_forget(vm);
        return false;
    }
    *ret_vm = TAKE(vm);
    return true;
}

/* ---- an existing one ---- */

/* A machine by name or uuid; NULL with success: there is none. */
static PRL_RESULT
find_one(virConnectPtr conn, const char *id, PRL_UINT32 how, PRL_HANDLE *ret_vm)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    PRL_RESULT rc = virt_job_wait(PrlSrv_GetVmConfig(conn->server, id, how), &result, NULL);

    if (rc == PRL_ERR_VM_UUID_NOT_FOUND)
        return PRL_ERR_SUCCESS;
    if (PRL_SUCCEEDED(rc))
        rc = PrlResult_GetParam(result, ret_vm);
    if (PRL_SUCCEEDED(rc) && virt_has_faded(*ret_vm)) {
        virt_forget(*ret_vm);
        PrlHandle_Free(*ret_vm);
        *ret_vm = PRL_INVALID_HANDLE;
    }
    return rc;
}

enum virt_found
virt_find_existing(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE *ret_vm)
{
    AUTO(prl_free) PRL_HANDLE by_name = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE by_uuid = PRL_INVALID_HANDLE;
    PRL_RESULT rc = find_one(conn, virt_xml_name(x), PGVC_SEARCH_BY_NAME, &by_name);

    if (PRL_SUCCEEDED(rc) && virt_xml_uuid(x))
        rc = find_one(conn, virt_xml_uuid(x), PGVC_SEARCH_BY_UUID, &by_uuid);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(conn, NULL, rc, NULL, virt_xml_name(x));
        return VIRT_FOUND_FAILED;
    }
    if (!by_name && !by_uuid)
        return VIRT_FOUND_NONE;
    if (by_name == by_uuid) { /* one object of the SDK for each machine */
        *ret_vm = TAKE(by_name);
        return VIRT_FOUND_SAME;
    }
    virt_raise(conn, NULL, VIR_FROM_DOM, VIR_ERR_DOM_EXIST, virt_xml_name(x), "domain '%s': another one has its name or UUID; to redefine it, give both",
               virt_xml_name(x));
    return VIRT_FOUND_CLASH;
}

static bool
redefine(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm)
{
    if (!virt_job(conn, NULL, PrlVm_BeginEdit(vm), virt_xml_name(x), NULL) || !virt_xml_apply(conn, x, vm))
        return false;
    PrlVmCfg_SetCustomProperty(vm, "");
    return virt_job(conn, NULL, PrlVm_CommitEx(vm, PVCF_DETACH_HDD_BUNDLE), virt_xml_name(x), NULL) && virt_xml_keep(conn, x, vm);
}

/* ---- public ---- */

VIRT_PUBLIC virDomainPtr
virDomainDefineXML(virConnectPtr conn, const char *xml)
{
    AUTO(virt_xml_free) struct virt_xml *x = NULL;
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;

    ENTER_CONN(conn, true, NULL);
    REQUIRE_ARG(conn_, NULL, xml, NULL);
    x = virt_xml_parse(conn_, xml);
    if (!x)
        return NULL;
    switch (virt_find_existing(conn_, x, &vm)) {
    case VIRT_FOUND_NONE:
        return virt_register_new(conn_, x, false, &vm) ? domain_new(conn_, TAKE(vm)) : NULL;
    case VIRT_FOUND_SAME:
        return redefine(conn_, x, vm) ? domain_new(conn_, TAKE(vm)) : NULL;
    default:
        return NULL; /* raised */
    }
}

VIRT_PUBLIC virDomainPtr
virDomainCreateLinux(virConnectPtr conn, const char *xmlDesc, unsigned int flags)
{
    AUTO(virt_xml_free) struct virt_xml *x = NULL;
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;

    ENTER_CONN(conn, true, NULL);
    REQUIRE_ARG(conn_, NULL, xmlDesc, NULL);
    REQUIRE_ARG(conn_, NULL, flags == 0, NULL);
    x = virt_xml_parse(conn_, xmlDesc);
    if (!x)
        return NULL;
    switch (virt_find_existing(conn_, x, &vm)) {
    case VIRT_FOUND_NONE:
        if (!virt_register_new(conn_, x, true, &vm))
            return NULL;
        break;
    case VIRT_FOUND_SAME: /* the machine would have two documents, one while it runs and one after */
        virt_raise(conn_, NULL, VIR_FROM_DOM, VIR_ERR_DOM_EXIST, virt_xml_name(x), "domain '%s' is defined: start it, or redefine it", virt_xml_name(x));
        return NULL;
    default:
        return NULL;
    }
    if (!virt_job(conn_, NULL, PrlVm_Start(vm), virt_xml_name(x), NULL)) {
        virt_forget(vm);
        return NULL;
    }
    return domain_new(conn_, TAKE(vm));
}

VIRT_PUBLIC int
virDomainUndefine(virDomainPtr domain)
{
    VIRTUAL_MACHINE_STATE state;
    PRL_RESULT rc;

    ENTER_DOMAIN(domain, true, -1);
    if (!virt_refresh(domain_) || !virt_state(domain_, &state))
        return -1;
    if (virt_is_transient(domain_->vm)) {
        virt_raise(domain_->conn, domain_, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, domain_->name, "domain '%s' has no definition: it is gone when it stops",
                   domain_->name);
        return -1;
    }
    if (virt_is_active(state)) { /* it goes on, and is gone when it stops */
        if (!virt_job(domain_->conn, domain_, PrlVm_BeginEdit(domain_->vm), domain_->name, NULL))
            return -1;
        PrlVmCfg_SetCustomProperty(domain_->vm, VIRT_TRANSIENT);
        return virt_job(domain_->conn, domain_, PrlVm_Commit(domain_->vm), domain_->name, NULL) ? 0 : -1;
    }
    rc = virt_forget(domain_->vm);
    if (PRL_FAILED(rc))
        virt_raise_prl(domain_->conn, domain_, rc, NULL, domain_->name);
    return PRL_SUCCEEDED(rc) ? 0 : -1;
}
