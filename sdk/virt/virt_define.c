/* SPDX-License-Identifier: MIT */
/* Domains from documents: defined, started as transient ones, undefined, and written out again. */
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>
#include <string.h>

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

/* What shall be registered, under a uuid that is known from here on. False: raised. */
static bool
prepare(virConnectPtr conn, const struct virt_xml *x, bool is_transient, char uuid[UUID_TEXT], PRL_HANDLE *ret_vm)
{
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    PRL_RESULT rc = PrlSrv_CreateVm(conn->server, &vm);

    if (virt_xml_uuid(x))
        memcpy(uuid, virt_xml_uuid(x), UUID_TEXT);
    else
        uuid_make(uuid);
    if (PRL_SUCCEEDED(rc))
        rc = PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_OTHER, PRL_FALSE);
    if (PRL_SUCCEEDED(rc))
        rc = PrlVmCfg_SetUuid(vm, uuid);
    if (PRL_SUCCEEDED(rc))
        rc = virt_xml_keep(x, is_transient, vm);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(conn, NULL, rc, NULL, virt_xml_name(x));
        return false;
    }
    if (!virt_xml_apply(conn, x, vm))
        return false;
    *ret_vm = TAKE(vm);
    return true;
}

/* In one request. NULL: raised, or *ret_is_taken says that there is a machine of that name or uuid. */
static virDomainPtr
try_register(virConnectPtr conn, const struct virt_xml *x, bool is_transient, bool *ret_is_taken)
{
    static const PRL_RESULT taken[] = { PRL_ERR_VM_ALREADY_REGISTERED, PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID, PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME,
                                        PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH };
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *details = NULL;
    char uuid[UUID_TEXT];
    PRL_RESULT rc;

    if (!prepare(conn, x, is_transient, uuid, &vm))
        return NULL;
    rc = virt_job_wait(PrlVm_Reg(vm, "", PRL_TRUE), NULL, &details);
    if (PRL_SUCCEEDED(rc))
        return domain_new_named(conn, TAKE(vm), virt_xml_name(x), uuid);
    for (size_t i = 0; ret_is_taken && i < sizeof taken / sizeof *taken; i++)
        if (rc == taken[i]) {
            *ret_is_taken = true;
            return NULL;
        }
    virt_raise_prl(conn, NULL, rc, details, virt_xml_name(x));
    return NULL;
}

virDomainPtr
virt_register_new(virConnectPtr conn, const struct virt_xml *x, bool is_transient)
{
    return try_register(conn, x, is_transient, NULL);
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
    virt_raise(conn, NULL, VIR_FROM_DOM, VIR_ERR_OPERATION_FAILED, virt_xml_name(x), "domain '%s': another one has its name or UUID; to redefine it, give both",
               virt_xml_name(x));
    return VIRT_FOUND_CLASH;
}

static bool
redefine(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm)
{
    if (!virt_job(conn, NULL, PrlVm_BeginEdit(vm), virt_xml_name(x), NULL) || !virt_xml_apply(conn, x, vm))
        return false;
    PRL_RESULT rc = virt_xml_keep(x, false, vm);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(conn, NULL, rc, NULL, virt_xml_name(x));
        return false;
    }
    return virt_job(conn, NULL, PrlVm_CommitEx(vm, PVCF_DETACH_HDD_BUNDLE), virt_xml_name(x), NULL);
}

/* ---- public ---- */

VIRT_PUBLIC virDomainPtr
virDomainDefineXML(virConnectPtr conn, const char *xml)
{
    AUTO(virt_xml_free) struct virt_xml *x = NULL;
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    bool is_taken = false;
    virDomainPtr d;

    ENTER_CONN(conn, true, NULL);
    REQUIRE_ARG(conn_, NULL, xml, NULL);
    x = virt_xml_parse(conn_, xml);
    if (!x)
        return NULL;
    d = try_register(conn_, x, false, &is_taken);
    if (!is_taken)
        return d;
    switch (virt_find_existing(conn_, x, &vm)) {
    case VIRT_FOUND_NONE: /* it was one that had faded */
        return virt_register_new(conn_, x, false);
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
    AUTO(domain_unref) virDomainPtr d = NULL;

    ENTER_CONN(conn, true, NULL);
    REQUIRE_ARG(conn_, NULL, xmlDesc, NULL);
    REQUIRE_ARG(conn_, NULL, flags == 0, NULL);
    x = virt_xml_parse(conn_, xmlDesc);
    if (!x)
        return NULL;
    switch (virt_find_existing(conn_, x, &vm)) {
    case VIRT_FOUND_NONE:
        d = virt_register_new(conn_, x, true);
        if (!d)
            return NULL;
        break;
    case VIRT_FOUND_SAME: /* the machine would have two documents, one while it runs and one after */
        virt_raise(conn_, NULL, VIR_FROM_DOM, VIR_ERR_DOM_EXIST, virt_xml_name(x), "domain '%s' is defined: start it, or redefine it", virt_xml_name(x));
        return NULL;
    default:
        return NULL;
    }
    if (virt_job(conn_, NULL, PrlVm_Start(d->vm), virt_xml_name(x), NULL))
        return TAKE(d);
    virt_forget(d->vm);
    virt_live_drop(d, VIRT_DOMAIN);
    return NULL;
}

VIRT_PUBLIC int
virDomainUndefine(virDomainPtr domain)
{
    VIRTUAL_MACHINE_STATE state;
    PRL_RESULT rc;

    ENTER_DOMAIN(domain, true, -1);
    if (!virt_known_state(domain_, &state) && (!virt_refresh(domain_) || !virt_state(domain_, &state))) /* the second way says what is wrong */
        return -1;
    if (virt_is_transient(domain_->vm)) {
        virt_raise(domain_->conn, domain_, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, domain_->name, "domain '%s' has no definition: it is gone when it stops",
                   domain_->name);
        return -1;
    }
    if (virt_is_active(state)) { /* it goes on, and is gone when it stops */
        if (!virt_job(domain_->conn, domain_, PrlVm_BeginEdit(domain_->vm), domain_->name, NULL))
            return -1;
        rc = virt_make_transient(domain_->vm);
        if (PRL_FAILED(rc)) {
            virt_raise_prl(domain_->conn, domain_, rc, NULL, domain_->name);
            return -1;
        }
        return virt_job(domain_->conn, domain_, PrlVm_Commit(domain_->vm), domain_->name, NULL) ? 0 : -1;
    }
    rc = virt_forget(domain_->vm);
    if (PRL_FAILED(rc))
        virt_raise_prl(domain_->conn, domain_, rc, NULL, domain_->name);
    return PRL_SUCCEEDED(rc) ? 0 : -1;
}
