/* SPDX-License-Identifier: MIT */
/* What a domain is at this moment: state, memory, processor time, id. One question to the service each; what does not run is as it is configured. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt.h"

#define LEAST_KIB 4096

static unsigned char
state_of(VIRTUAL_MACHINE_STATE state)
{
    static const struct {
        VIRTUAL_MACHINE_STATE from;
        unsigned char to;
    } states[] = {
        { VMS_RUNNING, VIR_DOMAIN_RUNNING },     { VMS_STARTING, VIR_DOMAIN_RUNNING }, { VMS_RESUMING, VIR_DOMAIN_RUNNING },
        { VMS_RESETTING, VIR_DOMAIN_RUNNING },   { VMS_CONTINUING, VIR_DOMAIN_RUNNING }, { VMS_SNAPSHOTING, VIR_DOMAIN_RUNNING },
        { VMS_PAUSED, VIR_DOMAIN_PAUSED },       { VMS_PAUSING, VIR_DOMAIN_PAUSED },   { VMS_SUSPENDING, VIR_DOMAIN_PAUSED },
        { VMS_SUSPENDING_SYNC, VIR_DOMAIN_PAUSED }, { VMS_STOPPING, VIR_DOMAIN_SHUTDOWN }, { VMS_STOPPED, VIR_DOMAIN_SHUTOFF },
        { VMS_SUSPENDED, VIR_DOMAIN_SHUTOFF },   { VMS_MOUNTED, VIR_DOMAIN_SHUTOFF },
    };

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (states[i].from == state)
            return states[i].to;
    return VIR_DOMAIN_NOSTATE;
}

PRL_UINT32
virt_vcpus(PRL_HANDLE vm)
{
    PRL_UINT32 cores = 0, sockets = 0;

    if (PRL_FAILED(PrlVmCfg_GetCpuCount(vm, &cores)) || PRL_FAILED(PrlVmCfg_GetCpuSocketsCount(vm, &sockets)))
        return 0;
    return cores * sockets;
}

/* As many sockets as there are, where the number can be spread over them. */
static PRL_RESULT PRL_CALL
set_vcpus(PRL_HANDLE vm, PRL_UINT32 n)
{
    PRL_UINT32 sockets = 1;

    PrlVmCfg_GetCpuSocketsCount(vm, &sockets);
    if (sockets > 1 && n % sockets == 0)
        return PrlVmCfg_SetCpuCount(vm, n / sockets);
    PrlVmCfg_SetCpuSocketsCount(vm, 1);
    return PrlVmCfg_SetCpuCount(vm, n);
}

/* False: it is active, so that QEMU knows more than the configuration does, or its configuration cannot be read. */
static bool
info_of_inactive(virDomainPtr d, virDomainInfoPtr info)
{
    VIRTUAL_MACHINE_STATE state = VMS_UNKNOWN;
    PRL_UINT32 ram_mib = 0;

    if (!virt_known_state(d, &state) || virt_is_active(state))
        return false;
    if (PRL_FAILED(PrlVmCfg_GetRamSize(d->vm, &ram_mib)))
        return false;
    memset(info, 0, sizeof *info);
    info->state = state_of(state);
    info->maxMem = info->memory = (unsigned long)ram_mib * 1024;
    info->nrVirtCpu = (unsigned short)virt_vcpus(d->vm);
    return true;
}

VIRT_PUBLIC int
virDomainGetInfo(virDomainPtr domain, virDomainInfoPtr info)
{
    AUTO(cleanup_free) char *facts = NULL;

    ENTER_DOMAIN(domain, false, -1);
    REQUIRE_ARG(domain_->conn, domain_, info, -1);
    if (info_of_inactive(domain_, info))
        return 0;
    if (!virt_command(domain_, "facts", NULL, &facts))
        return -1;
    memset(info, 0, sizeof *info);
    info->state = state_of((VIRTUAL_MACHINE_STATE)virt_answer(facts, "state"));
    info->maxMem = (unsigned long)virt_answer(facts, "ram_kib");
    info->memory = (unsigned long)virt_answer(facts, "balloon_kib");
    info->nrVirtCpu = (unsigned short)virt_answer(facts, "vcpus");
    info->cpuTime = virt_answer(facts, "cpu_ns");
    return 0;
}

VIRT_PUBLIC unsigned int
virDomainGetID(virDomainPtr domain)
{
    AUTO(cleanup_free) char *facts = NULL;

    ENTER_DOMAIN(domain, false, (unsigned)-1);
    if (!virt_command(domain_, "facts", NULL, &facts) || virt_answer(facts, "id") == 0)
        return (unsigned)-1;
    return (unsigned)virt_answer(facts, "id");
}

VIRT_PUBLIC unsigned long
virDomainGetMaxMemory(virDomainPtr domain)
{
    AUTO(cleanup_free) char *facts = NULL;

    ENTER_DOMAIN(domain, false, 0);
    return virt_command(domain_, "facts", NULL, &facts) ? (unsigned long)virt_answer(facts, "ram_kib") : 0;
}

/* Changes the stored configuration by one setter. */
static bool
edit(virDomainPtr d, PRL_RESULT (PRL_CALL *set)(PRL_HANDLE, PRL_UINT32), PRL_UINT32 value)
{
    PRL_RESULT rc;

    if (!virt_job(d->conn, d, PrlVm_BeginEdit(d->vm), d->name, NULL))
        return false;
    rc = set(d->vm, value);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(d->conn, d, rc, NULL, d->name);
        return false;
    }
    return virt_job(d->conn, d, PrlVm_Commit(d->vm), d->name, NULL);
}

static bool
refuse_running(virDomainPtr d, const char *what)
{
    virt_raise(d->conn, d, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID, d->name, "domain '%s': %s", d->name, what);
    return false;
}

static bool
is_active_now(virDomainPtr d, bool *ret)
{
    VIRTUAL_MACHINE_STATE state;

    if (!virt_state(d, &state))
        return false;
    *ret = virt_is_active(state);
    return true;
}

VIRT_PUBLIC int
virDomainSetMaxMemory(virDomainPtr domain, unsigned long memory)
{
    bool active;

    ENTER_DOMAIN(domain, true, -1);
    REQUIRE_ARG(domain_->conn, domain_, memory >= LEAST_KIB, -1);
    REQUIRE_ARG(domain_->conn, domain_, memory <= (unsigned long)UINT32_MAX * 1024, -1);
    if (!is_active_now(domain_, &active))
        return -1;
    if (active) {
        refuse_running(domain_, "its memory ceiling cannot change while it is active");
        return -1;
    }
    return edit(domain_, PrlVmCfg_SetRamSize, (PRL_UINT32)((memory + 4095) / 4096 * 4)) ? 0 : -1;
}

VIRT_PUBLIC int
virDomainSetMemory(virDomainPtr domain, unsigned long memory)
{
    bool active;
    char kib[24];

    ENTER_DOMAIN(domain, true, -1);
    REQUIRE_ARG(domain_->conn, domain_, memory >= LEAST_KIB, -1);
    if (!is_active_now(domain_, &active))
        return -1;
    if (!active) {
        refuse_running(domain_, "it has a balloon only while it is active; change its ceiling");
        return -1;
    }
    snprintf(kib, sizeof kib, "%lu", memory);
    return virt_command(domain_, "balloon", (const char *const[]){ "--kib", kib, NULL }, NULL) ? 0 : -1;
}

VIRT_PUBLIC int
virDomainSetVcpus(virDomainPtr domain, unsigned int nvcpus)
{
    ENTER_DOMAIN(domain, true, -1);
    REQUIRE_ARG(domain_->conn, domain_, nvcpus > 0, -1);
    REQUIRE_ARG(domain_->conn, domain_, nvcpus <= 256, -1);
    return edit(domain_, set_vcpus, nvcpus) ? 0 : -1;
}
