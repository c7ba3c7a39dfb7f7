/* SPDX-License-Identifier: MIT */
/* Error records: one per thread, one per connection, and who is told. */
#include <libvirt/virterror.h>
#include <prlsdk/PrlErrors.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt.h"

/*
 * A program built with today's libvirt passes a record that is one pointer longer: only the classic members are touched.
 */
static void
clear(virErrorPtr e)
{
    free(e->message);
    free(e->str1);
    free(e->str2);
    free(e->str3);
    memset(e, 0, sizeof *e);
}

static char *
copy_text(const char *s)
{
    return s ? strdup(s) : NULL;
}

static void
copy(const virError *from, virErrorPtr to)
{
    *to = *from;
    to->message = copy_text(from->message);
    to->str1 = copy_text(from->str1);
    to->str2 = copy_text(from->str2);
    to->str3 = copy_text(from->str3);
}

/* ---- of the thread ---- */

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool has_key;

static void
free_record(void *record)
{
    clear(record);
    free(record);
}

static void
make_key(void)
{
    has_key = pthread_key_create(&key, free_record) == 0;
}

static virErrorPtr
mine(bool make)
{
    virErrorPtr e;

    pthread_once(&key_once, make_key);
    if (!has_key)
        return NULL;
    e = pthread_getspecific(key);
    if (!e && make && (e = calloc(1, sizeof *e)) && pthread_setspecific(key, e) != 0) {
        free(e);
        return NULL;
    }
    return e;
}

/* ---- who is told ---- */

static pthread_mutex_t process_lock = PTHREAD_MUTEX_INITIALIZER;
static virErrorFunc process_handler; /* under process_lock, as is the next */
static void *process_arg;

static void
tell(virConnectPtr conn, virErrorPtr e)
{
    virErrorFunc handler = NULL;
    void *arg = NULL;

    if (conn) {
        pthread_mutex_lock(&conn->lock);
        handler = conn->on_error;
        arg = conn->on_error_arg;
        pthread_mutex_unlock(&conn->lock);
    }
    if (!handler) {
        pthread_mutex_lock(&process_lock);
        handler = process_handler;
        arg = process_arg;
        pthread_mutex_unlock(&process_lock);
    }
    if (handler)
        handler(arg, e);
    else
        virDefaultErrorFunc(e);
}

/* ---- raising ---- */

static void
publish(virConnectPtr conn, virErrorPtr e)
{
    if (conn) {
        virError old;

        pthread_mutex_lock(&conn->lock);
        old = conn->error;
        copy(e, &conn->error);
        pthread_mutex_unlock(&conn->lock);
        clear(&old);
    }
    tell(conn, e);
}

void
virt_raise(virConnectPtr conn, virDomainPtr dom, int domain, int code, const char *what, const char *fmt, ...)
{
    virErrorPtr e = mine(true);
    va_list args;

    if (!e)
        return;
    clear(e);
    e->code = code;
    e->domain = domain;
    e->level = VIR_ERR_ERROR;
    e->conn = conn;
    e->dom = dom;
    e->str1 = copy_text(what);
    va_start(args, fmt);
    if (vasprintf(&e->message, fmt, args) < 0)
        e->message = NULL;
    va_end(args);
    publish(conn, e);
}

static const struct {
    PRL_RESULT rc;
    int domain, code;
} codes[] = {
    { PRL_ERR_VM_UUID_NOT_FOUND, VIR_FROM_DOM, VIR_ERR_NO_DOMAIN },
    { PRL_ERR_OBJECT_WAS_REMOVED, VIR_FROM_DOM, VIR_ERR_NO_DOMAIN },
    { PRL_ERR_OUT_OF_MEMORY, VIR_FROM_NONE, VIR_ERR_NO_MEMORY },
    { PRL_ERR_INVALID_ARG, VIR_FROM_DOM, VIR_ERR_INVALID_ARG },
    { PRL_ERR_UNIMPLEMENTED, VIR_FROM_DOM, VIR_ERR_NO_SUPPORT },
    { PRL_ERR_ACCESS_DENIED, VIR_FROM_DOM, VIR_ERR_OPERATION_DENIED },
    { PRL_ERR_NOT_CONNECTED_TO_DISPATCHER, VIR_FROM_RPC, VIR_ERR_NO_CONNECT },
    { PRL_ERR_WS_DISP_CONNECTION_CLOSED, VIR_FROM_RPC, VIR_ERR_NO_CONNECT },
    { PRL_ERR_CANT_CONNECT_TO_DISPATCHER, VIR_FROM_RPC, VIR_ERR_NO_CONNECT },
    { PRL_ERR_VM_ALREADY_REGISTERED, VIR_FROM_DOM, VIR_ERR_DOM_EXIST },
    { PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID, VIR_FROM_DOM, VIR_ERR_DOM_EXIST },
    { PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME, VIR_FROM_DOM, VIR_ERR_DOM_EXIST },
    { PRL_ERR_VM_ALREADY_REGISTERED_UNIQUE_PARAMS, VIR_FROM_DOM, VIR_ERR_DOM_EXIST },
    { PRL_ERR_DISP_VM_IS_NOT_STARTED, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID },
    { PRL_ERR_DISP_VM_IS_NOT_STOPPED, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID },
    { PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID },
    { PRL_ERR_VM_PROCESS_IS_NOT_STARTED, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID },
    { PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, VIR_FROM_DOM, VIR_ERR_OPERATION_INVALID },
};

void
virt_raise_prl(virConnectPtr conn, virDomainPtr dom, PRL_RESULT rc, const char *details, const char *what)
{
    int domain = VIR_FROM_DOM, code = VIR_ERR_OPERATION_FAILED;
    char text[1024];
    PRL_UINT32 len = sizeof text;
    PRL_CONST_STR name = NULL;
    virErrorPtr e = mine(true);

    if (!e)
        return;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].rc == rc) {
            domain = codes[i].domain;
            code = codes[i].code;
        }
    if (PRL_FAILED(PrlApi_GetResultDescription(rc, PRL_TRUE, PRL_FALSE, text, &len)))
        snprintf(text, sizeof text, "the operation failed");
    PrlDbg_PrlResultToString(rc, &name);
    clear(e);
    e->code = code;
    e->domain = domain;
    e->level = VIR_ERR_ERROR;
    e->conn = conn;
    e->dom = dom;
    e->str1 = copy_text(what);
    e->str2 = copy_text(name);
    e->int1 = rc;
    if (asprintf(&e->message, "%s: %s%s%s%s", what, text, details ? " (" : "", details ? details : "", details ? ")" : "") < 0)
        e->message = NULL;
    publish(conn, e);
}

/* ---- public ---- */

VIRT_PUBLIC virErrorPtr
virGetLastError(void)
{
    virErrorPtr e = mine(false);

    return e && e->code != VIR_ERR_OK ? e : NULL;
}

VIRT_PUBLIC void
virResetLastError(void)
{
    virErrorPtr e = mine(false);

    if (e)
        clear(e);
}

VIRT_PUBLIC void
virResetError(virErrorPtr err)
{
    if (err)
        clear(err);
}

VIRT_PUBLIC int
virCopyLastError(virErrorPtr to)
{
    virErrorPtr e = virGetLastError();

    if (!to)
        return -1;
    if (!e) {
        memset(to, 0, sizeof *to);
        return 0;
    }
    copy(e, to);
    return e->code;
}

VIRT_PUBLIC virErrorPtr
virConnGetLastError(virConnectPtr conn)
{
    AUTO(conn_unref) virConnectPtr held = virt_live_ref(conn, VIRT_CONN) ? conn : NULL;
    bool has_error = false;

    if (held) {
        pthread_mutex_lock(&held->lock);
        has_error = held->error.code != VIR_ERR_OK;
        pthread_mutex_unlock(&held->lock);
    }
    return has_error ? &conn->error : NULL;
}

VIRT_PUBLIC void
virConnResetLastError(virConnectPtr conn)
{
    AUTO(conn_unref) virConnectPtr held = virt_live_ref(conn, VIRT_CONN) ? conn : NULL;
    virError old;

    if (!held)
        return;
    pthread_mutex_lock(&held->lock);
    old = held->error;
    memset(&held->error, 0, sizeof held->error);
    pthread_mutex_unlock(&held->lock);
    clear(&old);
}

VIRT_PUBLIC int
virConnCopyLastError(virConnectPtr conn, virErrorPtr to)
{
    AUTO(conn_unref) virConnectPtr held = virt_live_ref(conn, VIRT_CONN) ? conn : NULL;
    int code;

    if (!held || !to)
        return -1;
    pthread_mutex_lock(&held->lock);
    code = held->error.code;
    copy(&held->error, to);
    pthread_mutex_unlock(&held->lock);
    return code;
}

VIRT_PUBLIC void
virDefaultErrorFunc(virErrorPtr err)
{
    static const char *const from[] = { "", "Xen ", "Xen Daemon ", "Xen Store ", "S-Expr ", "XML ", "Domain ", "RPC ", "Proxy ", "Config " };

    if (!err || err->code == VIR_ERR_OK)
        return;
    fprintf(stderr, "libvir: %s%s : %s\n", err->domain > 0 && (size_t)err->domain < sizeof from / sizeof *from ? from[err->domain] : "",
            err->level == VIR_ERR_WARNING ? "warning" : "error", err->message ? err->message : "no message");
}

VIRT_PUBLIC void
virSetErrorFunc(void *userData, virErrorFunc handler)
{
    pthread_mutex_lock(&process_lock);
    process_handler = handler;
    process_arg = userData;
    pthread_mutex_unlock(&process_lock);
}

VIRT_PUBLIC void
virConnSetErrorFunc(virConnectPtr conn, void *userData, virErrorFunc handler)
{
    AUTO(conn_unref) virConnectPtr held = virt_live_ref(conn, VIRT_CONN) ? conn : NULL;

    if (!held)
        return;
    pthread_mutex_lock(&held->lock);
    held->on_error = handler;
    held->on_error_arg = userData;
    pthread_mutex_unlock(&held->lock);
}
