/* SPDX-License-Identifier: MIT */
/*
 * virterror.h: error records of the classic libvirt C API.
 *
 * Each thread has a last error, and each connection one. A record belongs to the library and stays as it is until the thread's next error; what virCopyLastError
 * and virConnCopyLastError filled belongs to the caller, who empties it with virResetError.
 */
#ifndef __VIR_VIRERR_H__
#define __VIR_VIRERR_H__

#include <libvirt/libvirt.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { VIR_ERR_NONE = 0, VIR_ERR_WARNING = 1, VIR_ERR_ERROR = 2 } virErrorLevel;

/* The part that raised it. Here: NONE (the library), XML (documents), DOM (operations on a domain), RPC (the way to the service). */
typedef enum {
    VIR_FROM_NONE = 0,
    VIR_FROM_XEN = 1,
    VIR_FROM_XEND = 2,
    VIR_FROM_XENSTORE = 3,
    VIR_FROM_SEXPR = 4,
    VIR_FROM_XML = 5,
    VIR_FROM_DOM = 6,
    VIR_FROM_RPC = 7,
    VIR_FROM_PROXY = 8,
    VIR_FROM_CONF = 9
} virErrorDomain;

typedef enum {
    VIR_ERR_OK = 0,
    VIR_ERR_INTERNAL_ERROR = 1,
    VIR_ERR_NO_MEMORY = 2,
    VIR_ERR_NO_SUPPORT = 3,
    VIR_ERR_UNKNOWN_HOST = 4,
    VIR_ERR_NO_CONNECT = 5,
    VIR_ERR_INVALID_CONN = 6,
    VIR_ERR_INVALID_DOMAIN = 7, /* no reference to a domain */
    VIR_ERR_INVALID_ARG = 8,
    VIR_ERR_OPERATION_FAILED = 9,
    VIR_ERR_GET_FAILED = 10,
    VIR_ERR_POST_FAILED = 11,
    VIR_ERR_HTTP_ERROR = 12,
    VIR_ERR_SEXPR_SERIAL = 13,
    VIR_ERR_NO_XEN = 14,
    VIR_ERR_XEN_CALL = 15,
    VIR_ERR_OS_TYPE = 16,
    VIR_ERR_NO_KERNEL = 17,
    VIR_ERR_NO_ROOT = 18,
    VIR_ERR_NO_SOURCE = 19,
    VIR_ERR_NO_TARGET = 20,
    VIR_ERR_NO_NAME = 21,
    VIR_ERR_NO_OS = 22,
    VIR_ERR_NO_DEVICE = 23,
    VIR_ERR_NO_XENSTORE = 24,
    VIR_ERR_DRIVER_FULL = 25,
    VIR_ERR_CALL_FAILED = 26,
    VIR_ERR_XML_ERROR = 27,
    VIR_ERR_DOM_EXIST = 28,
    VIR_ERR_OPERATION_DENIED = 29, /* a read-only connection */
    VIR_ERR_OPEN_FAILED = 30,
    VIR_ERR_READ_FAILED = 31,
    VIR_ERR_PARSE_FAILED = 32,
    VIR_ERR_CONF_SYNTAX = 33,
    VIR_ERR_WRITE_FAILED = 34,
    /* Of later versions: told apart since programs of today look for them. */
    VIR_ERR_NO_DOMAIN = 42,
    VIR_ERR_OPERATION_INVALID = 55 /* not in the state the domain is in */
} virErrorNumber;

struct _virError {
    int code;            /* virErrorNumber */
    int domain;          /* virErrorDomain */
    char *message;       /* UTF-8, or NULL */
    virErrorLevel level;
    virConnectPtr conn;  /* or NULL */
    virDomainPtr dom;    /* or NULL; may be freed by now: compare it, do not use it */
    char *str1;          /* what the message is about, or NULL */
    char *str2;          /* the SDK's name of the failure, or NULL */
    char *str3;          /* NULL */
    int int1;            /* the SDK's result code, or 0 */
    int int2;            /* 0 */
};
typedef struct _virError virError;
typedef virError *virErrorPtr;

/** Called once for each error, in the thread and at the moment it happens, with no lock held. The record is the library's. */
typedef void (*virErrorFunc)(void *userData, virErrorPtr error);

virErrorPtr virGetLastError(void); /* of this thread; NULL: none */
void virResetLastError(void);
void virResetError(virErrorPtr err); /* empties a record and frees its strings, not the record */
int virCopyLastError(virErrorPtr to); /* the code copied, 0: none, -1: bad argument */

virErrorPtr virConnGetLastError(virConnectPtr conn); /* NULL: none; until the connection's next error */
void virConnResetLastError(virConnectPtr conn);
int virConnCopyLastError(virConnectPtr conn, virErrorPtr to);

void virDefaultErrorFunc(virErrorPtr err); /* one line on stderr */
void virSetErrorFunc(void *userData, virErrorFunc handler); /* of the process; NULL: the default again */
void virConnSetErrorFunc(virConnectPtr conn, void *userData, virErrorFunc handler); /* of a connection, instead of the process's */

#ifdef __cplusplus
}
#endif

#endif
