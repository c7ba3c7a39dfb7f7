/* SPDX-License-Identifier: MIT */
/* Which domains there are: lists and look-ups. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt.h"

bool
virt_is_active(VIRTUAL_MACHINE_STATE state)
{
    return state != VMS_STOPPED && state != VMS_SUSPENDED && state != VMS_MOUNTED && state != VMS_UNKNOWN;
}

static VIRTUAL_MACHINE_STATE
state_of(PRL_HANDLE vm)
{
    AUTO(prl_free) PRL_HANDLE info = PRL_INVALID_HANDLE;
    VIRTUAL_MACHINE_STATE state = VMS_UNKNOWN;

    if (PRL_SUCCEEDED(PrlVmCfg_GetVmInfo(vm, &info)))
        PrlVmInfo_GetState(info, &state);
    return state;
}

bool
virt_known_state(virDomainPtr domain, VIRTUAL_MACHINE_STATE *ret_state)
{
    if (PRL_FAILED(virt_job_wait(PrlVm_RefreshConfig(domain->vm), NULL, NULL)))
        return false;
    *ret_state = state_of(domain->vm);
    return *ret_state != VMS_UNKNOWN;
}

bool
virt_has_faded(PRL_HANDLE vm)
{
    return virt_is_transient(vm) && state_of(vm) == VMS_STOPPED;
}

/* ---- all of them ---- */

void
virt_machines_clear(struct virt_machines *m)
{
    for (size_t i = 0; i < m->n; i++)
        PrlHandle_Free(m->items[i].vm);
    free(m->items);
    *m = (struct virt_machines){ 0 };
}

/* What is freed may be the last reference: not under the lock. */
static void
remember_list(virConnectPtr conn, const struct virt_machines *m)
{
    PRL_HANDLE *fresh = calloc(m->n ? m->n : 1, sizeof *fresh), *old;
    size_t n_old;

    if (!fresh)
        return;
    for (size_t i = 0; i < m->n; i++) {
        fresh[i] = m->items[i].vm;
        PrlHandle_AddRef(fresh[i]);
    }
    pthread_mutex_lock(&conn->lock);
    old = conn->listed;
    n_old = conn->n_listed;
    conn->listed = fresh;
    conn->n_listed = m->n;
    pthread_mutex_unlock(&conn->lock);
    for (size_t i = 0; i < n_old; i++)
        PrlHandle_Free(old[i]);
    free(old);
}

void
virt_remember_one(virConnectPtr conn, PRL_HANDLE vm)
{
    PRL_HANDLE *at, old;

    PrlHandle_AddRef(vm);
    pthread_mutex_lock(&conn->lock);
    at = &conn->recent[conn->n_recent++ % VIRT_RECENT];
    old = *at;
    *at = vm;
    pthread_mutex_unlock(&conn->lock);
    if (old)
        PrlHandle_Free(old);
}

void
virt_remember_clear(virConnectPtr conn)
{
    for (size_t i = 0; i < conn->n_listed; i++)
        PrlHandle_Free(conn->listed[i]);
    free(conn->listed);
    for (unsigned i = 0; i < VIRT_RECENT; i++)
        if (conn->recent[i])
            PrlHandle_Free(conn->recent[i]);
}

/* The machine of an object just brought up to date. vm is not taken. */
static struct virt_machine
machine_of(PRL_HANDLE vm)
{
    struct virt_machine m = { .vm = vm, .state = state_of(vm), .is_transient = virt_is_transient(vm) };

    if (virt_is_active(m.state))
        PrlVmCfg_GetEnvId(vm, &m.id);
    return m;
}

bool
virt_machines(virConnectPtr conn, struct virt_machines *ret)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    struct virt_machines found = { 0 };
    PRL_UINT32 n = 0;

    if (!virt_job(conn, NULL, PrlSrv_GetVmListEx(conn->server, PVTF_VM), "list of domains", &result))
        return false;
    PrlResult_GetParamsCount(result, &n);
    found.items = calloc(n ? n : 1, sizeof *found.items);
    if (!found.items) {
        virt_raise(conn, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
        return false;
    }
    for (PRL_UINT32 i = 0; i < n; i++) {
        AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
        PRL_BOOL is_template = PRL_FALSE;

        if (PRL_FAILED(PrlResult_GetParamByIndex(result, i, &vm)))
            continue;
        struct virt_machine m = machine_of(vm);

        if (m.is_transient && m.state == VMS_STOPPED) {
            virt_forget(vm);
            continue;
        }
        if (PRL_SUCCEEDED(PrlVmCfg_IsTemplate(vm, &is_template)) && is_template)
            continue; /* it cannot run: no domain */
        found.items[found.n] = m;
        found.items[found.n++].vm = TAKE(vm);
    }
    remember_list(conn, &found);
    *ret = found;
    return true;
}

/* Counts the active ones, or those that are not, and hands each of the first `max` to `take`. -1: raised. */
static int
walk(virConnectPtr conn, bool active, int max, bool (*take)(const struct virt_machine *m, void *out, int i), void *out)
{
    struct virt_machines m;
    int n = 0;

    if (!virt_machines(conn, &m))
        return -1;
    for (size_t i = 0; i < m.n && n < max; i++)
        if (virt_is_active(m.items[i].state) == active && take(&m.items[i], out, n))
            n++;
    virt_machines_clear(&m);
    return n;
}

static bool
take_none(const struct virt_machine *m, void *out, int i)
{
    (void)m, (void)out, (void)i;
    return true;
}

static bool
take_id(const struct virt_machine *m, void *out, int i)
{
    ((int *)out)[i] = (int)m->id;
    return m->id != 0; /* it ended between the two looks */
}

static bool
take_name(const struct virt_machine *m, void *out, int i)
{
    char *name = virt_text(PrlVmCfg_GetName, m->vm);

    ((const char **)out)[i] = name;
    return name != NULL;
}

VIRT_PUBLIC int
virConnectNumOfDomains(virConnectPtr conn)
{
    ENTER_CONN(conn, false, -1);
    return walk(conn_, true, INT32_MAX, take_none, NULL);
}

VIRT_PUBLIC int
virConnectListDomains(virConnectPtr conn, int *ids, int maxids)
{
    ENTER_CONN(conn, false, -1);
    REQUIRE_ARG(conn_, NULL, ids, -1);
    REQUIRE_ARG(conn_, NULL, maxids > 0, -1);
    return walk(conn_, true, maxids, take_id, ids);
}

VIRT_PUBLIC int
virConnectNumOfDefinedDomains(virConnectPtr conn)
{
    ENTER_CONN(conn, false, -1);
    return walk(conn_, false, INT32_MAX, take_none, NULL);
}

VIRT_PUBLIC int
virConnectListDefinedDomains(virConnectPtr conn, const char **names, int maxnames)
{
    ENTER_CONN(conn, false, -1);
    REQUIRE_ARG(conn_, NULL, names, -1);
    REQUIRE_ARG(conn_, NULL, maxnames > 0, -1);
    return walk(conn_, false, maxnames, take_name, names);
}

/* ---- one of them ---- */

/* A domain that does not exist; what: as the program named it. */
static virDomainPtr
no_domain(virConnectPtr conn, const char *what)
{
    virt_raise(conn, NULL, VIR_FROM_DOM, VIR_ERR_NO_DOMAIN, what, "no domain '%.200s'", what);
    return NULL;
}

/* By uuid (braced) or name: the service looks in one step. */
static virDomainPtr
look_up(virConnectPtr conn, const char *id, PRL_UINT32 how, const char *what)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    AUTO(cleanup_free) char *details = NULL;
    PRL_BOOL is_template = PRL_FALSE;
    PRL_RESULT rc = virt_job_wait(PrlSrv_GetVmConfig(conn->server, id, how), &result, &details);

    if (PRL_SUCCEEDED(rc))
        rc = PrlResult_GetParam(result, &vm);
    if (rc == PRL_ERR_VM_UUID_NOT_FOUND)
        return no_domain(conn, what);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(conn, NULL, rc, details, what);
        return NULL;
    }
    if (PRL_SUCCEEDED(PrlVmCfg_IsTemplate(vm, &is_template)) && is_template)
        return no_domain(conn, what);
    if (virt_has_faded(vm)) {
        virt_forget(vm);
        return no_domain(conn, what);
    }
    return domain_new(conn, TAKE(vm));
}

VIRT_PUBLIC virDomainPtr
virDomainLookupByID(virConnectPtr conn, int id)
{
    ENTER_CONN(conn, false, NULL);
    REQUIRE_ARG(conn_, NULL, id >= 0, NULL);

    struct virt_machines m;
    PRL_HANDLE vm = PRL_INVALID_HANDLE;

    if (!virt_machines(conn_, &m))
        return NULL;
    for (size_t i = 0; i < m.n && !vm; i++)
        if (m.items[i].id == (unsigned)id && id > 0)
            vm = TAKE(m.items[i].vm);
    virt_machines_clear(&m);
    if (!vm) {
        char text[16];

        snprintf(text, sizeof text, "%d", id);
        return no_domain(conn_, text);
    }
    return domain_new(conn_, vm);
}

VIRT_PUBLIC virDomainPtr
virDomainLookupByName(virConnectPtr conn, const char *name)
{
    ENTER_CONN(conn, false, NULL);
    REQUIRE_ARG(conn_, NULL, name, NULL);
    return look_up(conn_, name, PGVC_SEARCH_BY_NAME, name);
}

VIRT_PUBLIC virDomainPtr
virDomainLookupByUUID(virConnectPtr conn, const unsigned char *uuid)
{
    ENTER_CONN(conn, false, NULL);
    REQUIRE_ARG(conn_, NULL, uuid, NULL);

    char text[UUID_TEXT], *p = text;

    *p++ = '{';
    for (int i = 0; i < 16; i++)
        p += sprintf(p, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uuid[i]);
    memcpy(p, "}", 2);
    return look_up(conn_, text, PGVC_SEARCH_BY_UUID, text);
}

VIRT_PUBLIC virDomainPtr
virDomainLookupByUUIDString(virConnectPtr conn, const char *uuidstr)
{
    char text[UUID_TEXT];

    ENTER_CONN(conn, false, NULL);
    REQUIRE_ARG(conn_, NULL, uuidstr, NULL);
    if (uuidstr[0] == '{' || !uuid_parse(uuidstr, text)) {
        virt_raise(conn_, NULL, VIR_FROM_NONE, VIR_ERR_INVALID_ARG, uuidstr, "'%.64s' is no UUID", uuidstr);
        return NULL;
    }
    return look_up(conn_, text, PGVC_SEARCH_BY_UUID, uuidstr);
}
