/* SPDX-License-Identifier: MIT */
/*
 * The classic libvirt C API over the public Prl API: what its files share. An entry point begins with one of the ENTER macros, which turn what the
 * program gave into a counted reference or an error record; nothing a program passes is looked into before that.
 */
#ifndef PRLKVM_VIRT_VIRT_H
#define PRLKVM_VIRT_VIRT_H

#include <libvirt/libvirt.h>
#include <prlsdk/Virtuozzo.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/uuid.h"

#define VIRT_RECENT 64

struct _virConnect {
    int refs;           /* atomic: the program's one, one of each domain, one of each call under way */
    bool is_read_only;  /* constant, as is the next */
    PRL_HANDLE server;
    pthread_mutex_t lock;  /* the rest; a leaf */
    virError error;
    virErrorFunc on_error; /* NULL: the process's */
    void *on_error_arg;
    struct virt_machines *listed; /* the last list, or NULL */
    PRL_HANDLE recent[VIRT_RECENT]; /* and to what was looked up of late: the next call finds these objects as they are */
    unsigned n_recent;
};

struct _virDomain {
    int refs;                     /* atomic: the program's one and one of each call under way */
    virConnectPtr conn;           /* a reference; constant, as is the next */
    PRL_HANDLE vm;                /* the SDK's object, one for all references of a server object */
    char uuid[UUID_TEXT];
    char *name;                   /* as it was when looked up */
};

/* ---- what is alive (virt_live.c) ---- */

enum virt_kind { VIRT_CONN, VIRT_DOMAIN };
/* Is it one that the program may use? Then with one more reference. */
bool virt_live_ref(const void *object, enum virt_kind kind);
bool virt_live_add(const void *object, enum virt_kind kind);
bool virt_live_drop(const void *object, enum virt_kind kind); /* false: was none; its reference is then not the caller's */
void virt_retire(void *memory);                               /* free(3) it later, so that its address does not soon stand for another */

void conn_unref(virConnectPtr conn);
void domain_unref(virDomainPtr domain);
CLEANUP_FOR(conn_unref, virConnectPtr)
CLEANUP_FOR(domain_unref, virDomainPtr)

/* A new reference for the program. vm is taken in every case. NULL: an error was raised. */
virDomainPtr domain_new(virConnectPtr conn, PRL_HANDLE vm);
/* The same where its name and uuid are known, so that its configuration need not be read for them. */
virDomainPtr domain_new_named(virConnectPtr conn, PRL_HANDLE vm, const char *name, const char *uuid);

/* ---- errors (virt_error.c) ---- */

/* Makes the record of the thread (and of conn, unless NULL) and calls the handler. what: str1, or NULL. */
void virt_raise(virConnectPtr conn, virDomainPtr dom, int domain, int code, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same from a failure of the SDK: code chosen by table, message from its result text and the cause in `details` (or NULL). */
void virt_raise_prl(virConnectPtr conn, virDomainPtr dom, PRL_RESULT rc, const char *details, const char *what);

/* ---- jobs (virt_job.c) ---- */

void prl_free(PRL_HANDLE h);
CLEANUP_FOR(prl_free, PRL_HANDLE)
/* Waits for the job and frees it; a failure is raised. ret_result may be NULL. */
bool virt_job(virConnectPtr conn, virDomainPtr dom, PRL_HANDLE job, const char *what, PRL_HANDLE *ret_result);
/* The same without raising: for calls that answer some failures themselves. */
PRL_RESULT virt_job_wait(PRL_HANDLE job, PRL_HANDLE *ret_result, char **ret_details);
/*
 * A command of the service on the domain (PrlVm_InternalCommand): args "--option", "value" ..., NULL-ended, or NULL. ret_answer: what it says, allocated, or NULL; it
 * may itself be NULL. False: raised.
 */
bool virt_command(virDomainPtr d, const char *name, const char *const args[], char **ret_answer);
/* A number of an answer that has one "name=number" on each line; 0: none. */
unsigned long long virt_answer(const char *text, const char *name);
/* A string getter of the SDK, allocated; NULL: it failed or memory is out. */
typedef PRL_RESULT (PRL_CALL *virt_getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR);
char *virt_text(virt_getter get, PRL_HANDLE h);

/* ---- machines (virt_list.c) ---- */

struct virt_machine {
    PRL_HANDLE vm; /* a reference */
    VIRTUAL_MACHINE_STATE state;
    bool is_transient;
    unsigned id; /* 0: not active */
    char *name;
};
/* Constant once it is made, and shared. */
struct virt_machines {
    int refs;          /* atomic */
    PRL_HANDLE result; /* a reference to the SDK's answer: one that is the same is the same handle (PrlSrv_GetVmListEx) */
    struct virt_machine *items;
    size_t n;
};
/* All that are domains, counted: transient ones that have stopped are none, and are taken away on the way. NULL: raised. */
struct virt_machines *virt_machines(virConnectPtr conn);
void virt_machines_unref(struct virt_machines *m);
CLEANUP_FOR(virt_machines_unref, struct virt_machines *)
/* The SDK's objects live as long as somebody has a handle of them, and making one anew means reading its document again. */
void virt_remember_one(virConnectPtr conn, PRL_HANDLE vm);
void virt_remember_clear(virConnectPtr conn); /* nobody else has conn */
bool virt_is_active(VIRTUAL_MACHINE_STATE state);
/* State as it is now, asked of the service. */
bool virt_state(virDomainPtr domain, VIRTUAL_MACHINE_STATE *ret_state);
/* Brings the domain's object up to date and gives the state in it. False: not raised, something is wrong with its configuration. */
PRL_UINT32 virt_vcpus(PRL_HANDLE vm); /* in all its sockets; 0: it has no answer */
bool virt_known_state(virDomainPtr domain, VIRTUAL_MACHINE_STATE *ret_state);
/* Brings the domain's object up to date (configuration and state). */
bool virt_refresh(virDomainPtr domain);

/* ---- transient domains (virt_keep.c, virt_transient.c) ---- */

bool virt_is_transient(PRL_HANDLE vm);
PRL_RESULT virt_make_transient(PRL_HANDLE vm); /* in the configuration, which is under edit */
bool virt_has_faded(PRL_HANDLE vm); /* a transient one that has stopped, as the handle has it */
/* It is not active: out of the service, its disks stay. Raises nothing. */
PRL_RESULT virt_forget(PRL_HANDLE vm);

/* ---- documents (virt_xml_*.c) ---- */

/* The domain's document, allocated; the configuration of domain->vm is current. NULL: raised. */
char *virt_xml_format(virDomainPtr domain, unsigned id);
struct virt_xml;                                                   /* a document that was read and found good */
struct virt_xml *virt_xml_parse(virConnectPtr conn, const char *text); /* NULL: raised */
const char *virt_xml_name(const struct virt_xml *x);
const char *virt_xml_uuid(const struct virt_xml *x); /* braced; NULL: it has none */
#define VIRT_PAUSED_MARK "<?prlkvm paused?>" /* behind the document of a domain that was saved while it was suspended */
bool virt_xml_is_paused(const struct virt_xml *x);
/* Puts it into a configuration (a new VM, or one under edit). False: raised. */
bool virt_xml_apply(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm_cfg);
/* Keeps the document in the configuration (a new VM, or one under edit), for what that cannot express. */
PRL_RESULT virt_xml_keep(const struct virt_xml *x, bool is_transient, PRL_HANDLE vm);
void virt_xml_free(struct virt_xml *x);
CLEANUP_FOR(virt_xml_free, struct virt_xml *)

/* ---- machines of documents (virt_define.c) ---- */

/* The machine that a document names: the same name and uuid. A machine that has one of them alone is a clash. Raised: CLASH and FAILED. */
enum virt_found { VIRT_FOUND_NONE, VIRT_FOUND_SAME, VIRT_FOUND_CLASH, VIRT_FOUND_FAILED };
enum virt_found virt_find_existing(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE *ret_vm);
/* A new one, registered. NULL: raised, and nothing is left. */
virDomainPtr virt_register_new(virConnectPtr conn, const struct virt_xml *x, bool is_transient);

/* ---- entry points ---- */

virConnectPtr virt_conn_enter(virConnectPtr conn, bool to_change);    /* NULL: raised */
virDomainPtr virt_domain_enter(virDomainPtr domain, bool to_change);

/* The rest of the function works on a counted reference named like the argument, released when it returns. */
#define ENTER_CONN(argument, to_change, failure)                                                                                           \
    AUTO(conn_unref) virConnectPtr conn_ = virt_conn_enter(argument, to_change);                                                            \
    if (!conn_)                                                                                                                            \
        return failure
#define ENTER_DOMAIN(argument, to_change, failure)                                                                                         \
    AUTO(domain_unref) virDomainPtr domain_ = virt_domain_enter(argument, to_change);                                                       \
    if (!domain_)                                                                                                                          \
        return failure

/* Refuses a bad argument. */
#define REQUIRE_ARG(conn, dom, condition, failure)                                                                                         \
    do {                                                                                                                                   \
        if (!(condition)) {                                                                                                                \
            virt_raise(conn, dom, VIR_FROM_NONE, VIR_ERR_INVALID_ARG, __func__, "%s: %s is required", __func__, #condition);                \
            return failure;                                                                                                                \
        }                                                                                                                                  \
    } while (0)

#define VIRT_PUBLIC __attribute__((visibility("default")))

#endif
