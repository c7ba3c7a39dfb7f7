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
virt_machines_unref(struct virt_machines *m)
{
    if (!m || __atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    for (size_t i = 0; i < m->n; i++) {
        PrlHandle_Free(m->items[i].vm);
        free(m->items[i].name);
    }
    if (m->result)
        PrlHandle_Free(m->result);
    free(m->items);
    free(m);
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
    virt_machines_unref(conn->listed);
    for (unsigned i = 0; i < VIRT_RECENT; i++)
        if (conn->recent[i])
            PrlHandle_Free(conn->recent[i]);
}

/* The machine of an object just brought up to date; vm is taken. False: it is no domain. */
static bool
machine_of(PRL_HANDLE vm, struct virt_machine *ret, bool *ret_has_faded)
{
    AUTO(prl_free) PRL_HANDLE held = vm;
    struct virt_machine m = { .vm = vm, .state = state_of(vm), .is_transient = virt_is_transient(vm) };
    PRL_BOOL is_template = PRL_FALSE;

    if (m.is_transient && m.state == VMS_STOPPED) {
        *ret_has_faded = true;
        virt_forget(vm);
        return false;
    }
    if (PRL_SUCCEEDED(PrlVmCfg_IsTemplate(vm, &is_template)) && is_template)
        return false; /* it cannot run */
    m.name = virt_text(PrlVmCfg_GetName, vm);
    if (!m.name)
        return false;
    if (virt_is_active(m.state))
        PrlVmCfg_GetEnvId(vm, &m.id);
    (void)TAKE(held);
    *ret = m;
    return true;
}

static struct virt_machines *
machines_of(PRL_HANDLE result, bool *ret_has_faded)
{
    struct virt_machines *m = calloc(1, sizeof *m);
    PRL_UINT32 n = 0;

    PrlResult_GetParamsCount(result, &n);
    if (m)
        m->items = calloc(n ? n : 1, sizeof *m->items);
    if (!m || !m->items) {
        free(m);
        return NULL;
    }
    m->refs = 1;
    PrlHandle_AddRef(result);
    m->result = result;
    for (PRL_UINT32 i = 0; i < n; i++) {
        PRL_HANDLE vm = PRL_INVALID_HANDLE;

        if (PRL_SUCCEEDED(PrlResult_GetParamByIndex(result, i, &vm)) && machine_of(vm, &m->items[m->n], ret_has_faded))
            m->n++;
    }
    return m;
}

/* The last list if it is of this answer, counted. */
static struct virt_machines *
listed(virConnectPtr conn, PRL_HANDLE result)
{
    struct virt_machines *m = NULL;

    pthread_mutex_lock(&conn->lock);
    if (conn->listed && conn->listed->result == result) {
        m = conn->listed;
        __atomic_add_fetch(&m->refs, 1, __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&conn->lock);
    return m;
}

/* What it replaces may be the last reference: not freed under the lock. */
static void
remember_list(virConnectPtr conn, struct virt_machines *m)
{
    struct virt_machines *old;

    __atomic_add_fetch(&m->refs, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(&conn->lock);
    old = conn->listed;
    conn->listed = m;
    pthread_mutex_unlock(&conn->lock);
    virt_machines_unref(old);
}

struct virt_machines *
virt_machines(virConnectPtr conn)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    bool has_faded = false;
    struct virt_machines *m;

    if (!virt_job(conn, NULL, PrlSrv_GetVmListEx(conn->server, PVTF_VM), "list of domains", &result))
        return NULL;
    m = listed(conn, result);
    if (m)
        return m;
    m = machines_of(result, &has_faded);
    if (!m)
        virt_raise(conn, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
    else if (!has_faded) /* else the next list tries again what could not be taken away */
        remember_list(conn, m);
    return m;
}

/* Counts the active ones, or those that are not, and hands each of the first `max` to `take`. -1: raised. */
static int
walk(virConnectPtr conn, bool active, int max, bool (*take)(const struct virt_machine *m, void *out, int i), void *out)
{
    AUTO(virt_machines_unref) struct virt_machines *m = virt_machines(conn);
    int n = 0;

    if (!m)
        return -1;
    for (size_t i = 0; i < m->n && n < max; i++)
        if (virt_is_active(m->items[i].state) == active && take(&m->items[i], out, n))
            n++;
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
    char *name = strdup(m->name);

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

    AUTO(virt_machines_unref) struct virt_machines *m = virt_machines(conn_);
    PRL_HANDLE vm = PRL_INVALID_HANDLE;

    if (!m)
        return NULL;
    for (size_t i = 0; i < m->n && !vm; i++)
        if (m->items[i].id == (unsigned)id && id > 0)
            vm = m->items[i].vm;
    if (!vm) {
        char text[16];

        snprintf(text, sizeof text, "%d", id);
        return no_domain(conn_, text);
    }
    PrlHandle_AddRef(vm);
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
