/* SPDX-License-Identifier: MIT */
/* PHT_SERVER and PHT_VIRTUAL_MACHINE: the connection, what login told, the VM objects by uuid (one per uuid and server object). */
#ifndef PRLKVM_CORE_SRV_OBJ_H
#define PRLKVM_CORE_SRV_OBJ_H

#include <jansson.h>
#include "config_obj.h"
#include "event_bus.h"
#include "init.h"

struct conn;
struct conn_events;
struct frame_map;
struct results;
struct srv_link;
struct job;

struct srv_obj {
    struct object obj;
    struct event_bus *bus; /* constant: callback thread, handlers of PrlSrv_RegEventHandler */
    struct srv_link *link; /* constant: the way back here for those that must not keep the object alive */
    struct init_item item; /* for PrlApi_Deinit */
    struct lock lock;      /* rank 50 */
    struct conn *conn;     /* under lock, counted; NULL while not connected */
    bool is_logging_in;    /* under lock: between the login call and its outcome */
    bool is_shut;          /* under lock: PrlApi_Deinit was here */
    json_t *info;          /* under lock: server info of the last login (host name, versions, uuids, start times), NULL before */
    char *host;            /* under lock: as PrlSrvInfo_GetHostName shows it, NULL before any login */
    bool is_non_interactive; /* under lock */
    struct vm_table *vms;  /* under lock: uuid -> vm_obj, weak; and the cached texts by (uuid, rev) */
    struct job *running;   /* under lock: jobs of this connection, for progress; linked through job.c */
};

struct vm_record;

struct vm_obj {
    struct config_obj cfg; /* cfg.owner is the srv_obj; cfg.doc the configuration */
    struct event_bus_list *handlers; /* PrlVm_RegEventHandler; NULL without a server */
    char *uuid;            /* under the server's lock: as the service knows it; NULL before Reg */
    uint64_t new_generation; /* constant: of its document while that is vm_model_new's; 0: it never was */
};

PRL_RESULT srv_obj_new(struct srv_obj **ret);
/* A fresh VM object bound to srv with the defaults of vm_model_new (PrlSrv_CreateVm). */
PRL_RESULT vm_obj_new(struct srv_obj *srv, struct vm_obj **ret);
/* One of those, with its document locked, which is as it was made. */
bool vm_obj_is_untouched_locked(struct config_obj *vm);
/*
 * The object for a VM the service told of ({"uuid","rev","text"|...} as vm entries of replies): found or made, updated.
 * PRL_ERR_NO_DATA: the entry has no text and the text it means is not known here (ask again with since 0).
 */
PRL_RESULT srv_obj_vm_from_reply(struct srv_obj *srv, json_t *entry /* taken, also on failure */, int memfd, struct frame_map *map /* of memfd, or NULL */,
                                 struct vm_obj **ret);
/* The same for a VM object at hand (Reg, BeginEdit, RefreshConfig): it is updated, whatever the table says. */
PRL_RESULT srv_obj_vm_update(struct srv_obj *srv, struct vm_obj *vm, json_t *entry /* taken, also on failure */, int memfd);
/*
 * Without asking, where what was told with that tag (conn_knows) is still true. srv_obj_vm_again: vm is as if a reply had updated it; false:
 * ask. srv_obj_vm_known: by uuid, else by name; either may be NULL; counted, or NULL: ask. The texts of PHT_VM_INFO: as the service wrote
 * them, allocated, or NULL: ask.
 */
bool srv_obj_vm_again(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag);
struct vm_obj *srv_obj_vm_known(struct srv_obj *srv, const char *uuid, const char *name, uint64_t tag);
bool srv_obj_vm_is_current(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag); /* its document is what is known */
void srv_obj_note_info(struct srv_obj *srv, struct vm_obj *vm, const char *xml); /* of a reply */
char *srv_obj_info_known(struct srv_obj *srv, struct vm_obj *vm, uint64_t tag);
struct vm_obj *srv_obj_find_vm(struct srv_obj *srv, const char *uuid); /* counted or NULL */
/* For OP_VM_LIST: the revision up to which every text is known. A whole list has told of all up to `rev`. */
uint64_t srv_obj_list_since(struct srv_obj *srv);
void srv_obj_list_seen(struct srv_obj *srv, uint64_t rev);
/*
 * And the number with which the service said what the last whole list was, 0 none: it then tells only what has changed since. _took: a whole list has come.
 * _again: what has changed has been taken in; the list as it is now. PRL_ERR_NO_DATA: ask for a whole one.
 */
uint64_t srv_obj_list_now(struct srv_obj *srv, uint64_t flags);
void srv_obj_list_took(struct srv_obj *srv, uint64_t flags, uint64_t now, struct results *list);
PRL_RESULT srv_obj_list_again(struct srv_obj *srv, uint64_t flags, uint64_t now, struct results **ret);
/* The object of a record, counted: living or new. NULL: no memory. Under srv's lock; *ret_is_new: it has text and facts already. */
struct vm_obj *srv_obj_vm_locked(struct srv_obj *srv, struct vm_record *rec, bool *ret_is_new);
/* A uuid as requests name this VM: of the service or, before Reg, of the document. Allocated; NULL: no memory, no document. */
char *vm_obj_uuid(struct vm_obj *vm);
struct config_obj *vm_obj_over(struct doc *doc, struct object *owner); /* a VM object over that document; owner: a server or NULL */
struct vm_obj *vm_obj_of(struct object *obj);   /* a VM, or the VM of a device or other part: borrowed, or NULL */
struct srv_obj *srv_obj_of(struct object *obj); /* server, VM or device: its server object, counted; NULL none */

/* The connection, counted, or NULL; *ret_host (optional, allocated): its host for messages, "" before any login. */
struct conn *srv_obj_conn(struct srv_obj *srv, char **ret_host);
/* Ends the connection, if this is still it (NULL: whichever). Pending jobs fail. */
void srv_obj_disconnect(struct srv_obj *srv, struct conn *conn, bool was_logoff);
/* What conn_open_* calls back; *ret_events->data is given away to it. */
PRL_RESULT srv_obj_conn_events(struct srv_obj *srv, struct conn_events *ret_events);
void srv_obj_conn_events_drop(struct conn_events *events); /* conn_open_* failed */
/* The right to log in, to be given back by srv_obj_login_end. ALREADY_CONNECTED_TO_DISPATCHER. */
PRL_RESULT srv_obj_login_begin(struct srv_obj *srv);
void srv_obj_login_end(struct srv_obj *srv);
/* Logged in: takes a reference to conn, keeps what the reply told. */
PRL_RESULT srv_obj_connected(struct srv_obj *srv, struct conn_events *events, struct conn *conn, json_t *info, const char *host, bool is_non_interactive);

/* A way to a server object that does not keep it. */
struct srv_link *srv_link_ref(struct srv_link *l);
void srv_link_unref(struct srv_link *l);
struct srv_obj *srv_link_get(struct srv_link *l); /* counted, or NULL when it is gone */

/* To the handlers: the server's, then those of vm (may be NULL). */
void srv_obj_post(struct srv_obj *srv, struct object *obj, struct vm_obj *vm);

#endif
