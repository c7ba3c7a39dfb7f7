/* SPDX-License-Identifier: MIT */
/* The library and its connections. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/xml.h"
#include "virt.h"

#define TYPE "QEMU"
#define TYPE_VERSION 7002000 /* the oldest QEMU that the service drives */

/* ---- the SDK below ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static PRL_RESULT init_rc;

static void
init_sdk(void)
{
    init_rc = PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0);
}

VIRT_PUBLIC int
virInitialize(void)
{
    pthread_once(&once, init_sdk);
    if (PRL_SUCCEEDED(init_rc))
        return 0;
    virt_raise_prl(NULL, NULL, init_rc, NULL, __func__);
    return -1;
}

VIRT_PUBLIC int
virGetVersion(unsigned long *libVer, const char *type, unsigned long *typeVer)
{
    if (!libVer)
        return -1; /* and no record: as the page says */
    if (typeVer && type && strcasecmp(type, TYPE) != 0) {
        *typeVer = 0;
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_NO_SUPPORT, type, "%s: no support for type '%.64s'", __func__, type);
        return -1;
    }
    *libVer = LIBVIR_VERSION_NUMBER;
    if (typeVer)
        *typeVer = TYPE_VERSION;
    return 0;
}

/* ---- open and close ---- */

void
conn_unref(virConnectPtr conn)
{
    if (!conn || __atomic_sub_fetch(&conn->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    virt_remember_clear(conn);
    if (conn->server)
        PrlHandle_Free(conn->server);
    virResetError(&conn->error);
    pthread_mutex_destroy(&conn->lock);
    virt_retire(conn);
}

virConnectPtr
virt_conn_enter(virConnectPtr conn, bool to_change)
{
    AUTO(conn_unref) virConnectPtr held = virt_live_ref(conn, VIRT_CONN) ? conn : NULL;

    if (!held) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_INVALID_CONN, NULL, "this is no open connection");
        return NULL;
    }
    if (to_change && held->is_read_only) {
        virt_raise(held, NULL, VIR_FROM_NONE, VIR_ERR_OPERATION_DENIED, NULL, "the connection is open for reading alone");
        return NULL;
    }
    return TAKE(held);
}

/* What programs call their host's machines: the release's own name, and those of drivers for QEMU and Xen, which many have written down. */
static const struct {
    const char *name;
    bool is_system;
} names[] = {
    { "", false },
    { "xen", false },
    { "xen:///", false },
    { "xen:///system", true },
    { "qemu:///session", false },
    { "qemu:///system", true },
    { "prlkvm:///session", false },
    { "prlkvm:///system", true },
};

/* False: raised. */
static bool
check_name(const char *name)
{
    size_t i = 0;

    while (name && i < sizeof names / sizeof *names && strcasecmp(names[i].name, name) != 0)
        i++;
    if (i == sizeof names / sizeof *names) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_NO_CONNECT, name, "no machines are known as '%.200s'; try prlkvm:///session", name);
        return false;
    }
    if (names[i].is_system && geteuid() != 0) { /* the system instance admits root alone */
        virt_raise(NULL, NULL, VIR_FROM_RPC, VIR_ERR_NO_CONNECT, name, "only root can connect to '%s'", name);
        return false;
    }
    return true;
}

static virConnectPtr
open_as(const char *name, bool is_read_only)
{
    AUTO(conn_unref) virConnectPtr conn = NULL;

    if (virInitialize() < 0 || !check_name(name))
        return NULL;
    conn = calloc(1, sizeof *conn);
    if (!conn) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
        return NULL;
    }
    conn->refs = 1;
    conn->is_read_only = is_read_only;
    pthread_mutex_init(&conn->lock, NULL);
    PRL_RESULT rc = PrlSrv_Create(&conn->server);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(NULL, NULL, rc, NULL, "virConnectOpen");
        return NULL;
    }
    if (!virt_job(NULL, NULL, PrlSrv_LoginLocal(conn->server, "", 0, PSL_NORMAL_SECURITY), "virConnectOpen", NULL))
        return NULL;
    if (!virt_live_add(conn, VIRT_CONN)) {
        virt_raise(NULL, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
        return NULL;
    }
    return TAKE(conn);
}

VIRT_PUBLIC virConnectPtr
virConnectOpen(const char *name)
{
    return open_as(name, false);
}

VIRT_PUBLIC virConnectPtr
virConnectOpenReadOnly(const char *name)
{
    return open_as(name, true);
}

VIRT_PUBLIC int
virConnectClose(virConnectPtr conn)
{
    if (!virt_live_drop(conn, VIRT_CONN))
        return -1; /* and no record: as the page says */
    conn_unref(conn);
    return 0;
}

VIRT_PUBLIC const char *
virConnectGetType(virConnectPtr conn)
{
    ENTER_CONN(conn, false, NULL);
    return TYPE;
}

/* "7.2.22 (Debian ...)" is 7002022. */
static unsigned long
number_of(const char *text)
{
    unsigned major = 0, minor = 0, release = 0;

    return text && sscanf(text, "%u.%u.%u", &major, &minor, &release) >= 2 ? major * 1000000ul + minor * 1000ul + release : 0;
}

/* The host's document says which QEMU it has; the SDK has no getter for that. */
VIRT_PUBLIC int
virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer)
{
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE host = PRL_INVALID_HANDLE;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    PRL_VOID_PTR text = NULL;

    ENTER_CONN(conn, false, -1);
    REQUIRE_ARG(conn_, NULL, hvVer, -1);
    if (!virt_job(conn_, NULL, PrlSrv_GetSrvConfig(conn_->server), "version", &result))
        return -1;
    if (PRL_SUCCEEDED(PrlResult_GetParam(result, &host)) && PRL_SUCCEEDED(PrlHandle_ToString(host, &text)))
        doc = xml_parse(text, strlen(text), NULL);
    PrlBuffer_Free(text);

    AUTO(cleanup_free) char *version = doc ? xml_get(xmlDocGetRootElement(doc), "Hypervisor/Version") : NULL;

    *hvVer = number_of(version);
    return 0;
}
