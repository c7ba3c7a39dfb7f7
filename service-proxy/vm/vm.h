/* SPDX-License-Identifier: MIT */
/*
 * One registered virtual machine: identity, stored configuration, state, and its QEMU while there is one. Counted; a VM that was
 * deleted lives on, unregistered, until the last task lets go of it.
 */
#ifndef PRLKVM_VM_VM_H
#define PRLKVM_VM_VM_H

#include <libxml/tree.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/lock.h"
#include "base/uuid.h"
#include "disk_rooms.h"
#include "home_watch.h"

/* Immutable configuration text, shared by reference. */
struct vm_text {
    _Atomic unsigned refs;
    size_t len;
    char p[]; /* NUL-ended */
};
struct vm_text *vm_text_new(const char *text, size_t len);
struct vm_text *vm_text_ref(struct vm_text *t);
void vm_text_unref(struct vm_text *t);
CLEANUP_FOR(vm_text_unref, struct vm_text *)

struct backend_vm; /* the running QEMU, see qemu/backend.h */
struct session;
struct vm_claims;

/* BeginEdit of one session: what it saw then. Several sessions may edit at once, Commit merges (semantics 7.11). */
struct vm_edit {
    struct vm_edit *next;
    struct session *session; /* borrowed: the mark goes when the session closes */
    struct vm_text *base;
};

/* Which file a configuration was read from, to see that it is another one now. */
struct vm_stamp {
    uint64_t dev, ino, size;
    int64_t mtime_ns;
};

struct vm {
    _Atomic unsigned refs;
    char uuid[UUID_TEXT]; /* constant */

    struct lock order; /* rank 29: the events of state changes go out in the order of the changes. Held for queueing them, nothing else */
    struct lock lock; /* rank 30, after vm_store.lock (20). Held for memory only, never across QMP, files, processes, events */
    struct vm_text *config;        /* as stored in config.pvs; replaced as a whole */
    uint64_t rev;                  /* of config or state or validity: a store-wide rising number */
    uint64_t config_rev;           /* the rev at which `config` last changed */
    _Atomic uint64_t told_rev;     /* without the lock: the rev at which its entry last became another one (vm_told, vm_drifted) */
    _Atomic uint64_t event_rev;    /* the same: at which an event said so */
    struct vm_stamp stamp;         /* of the config.pvs that `config` is; zero while there is none */
    char *name;                    /* changed by vm_name_set_locked alone */
    _Atomic uint32_t name_hash;    /* of it, without the lock: who looks for a name among a thousand */
    char *home;                    /* directory, absolute; constant */
    bool is_template;
    bool is_registered;            /* false once unregistered or deleted */
    VIRTUAL_MACHINE_STATE state;
    unsigned addition_state;       /* VMAS_* bits */
    unsigned clones;               /* being made of it: VMAS_CLONING while above 0 */
    PRL_RESULT valid_rc;           /* 0, or why the configuration cannot be used */
    struct backend_vm *backend;    /* counted by backend.h; NULL while no QEMU lives */
    struct vm_edit *edits;         /* owned */
    struct session *lock_session;  /* PrlVm_Lock, borrowed: cleared at logoff */
    int64_t run_since_ms;          /* monotonic, 0 while not running */
    uint64_t uptime_s;             /* of earlier runs */
    int vnc_port;                  /* real one while running, 0 none */
    struct disk_rooms rooms;       /* of its images on the host */

    struct home_watch watch;       /* home_watch.c's, under its lock */
    struct vm *hash_next;          /* vm_store's, under its lock */
    bool is_leaving;               /* the same: left out of the registry file that is being written */

    struct vm_claims *claims;      /* engine/claims.c */
    int lock_fd;                   /* flock on <home>/.lock while the service holds it, else -1 */
    uid_t owner_uid;               /* of config.pvs */
    PRL_VM_ACCESS_FOR_OTHERS others; /* by the mode of config.pvs */
    char *registered_by;           /* user name; set before publish, then constant */
    char registered_at[20];        /* local time, the same */
};

struct vm *vm_new(const char *uuid, const char *name, const char *home);
uint32_t vm_hash(const char *text);
char *vm_name_set_locked(struct vm *vm, char *name /* taken */); /* the one before, the caller's to free */
struct vm *vm_ref(struct vm *vm);
void vm_unref(struct vm *vm);
CLEANUP_FOR(vm_unref, struct vm *)

/* Copies made under the lock; allocated. */
char *vm_name_dup(struct vm *vm);
char *vm_home_dup(struct vm *vm);
char *vm_path(struct vm *vm, const char *file); /* <home>/file */
VIRTUAL_MACHINE_STATE vm_state_get(struct vm *vm);
struct vm_text *vm_config_ref(struct vm *vm); /* counted; NULL while the file is unreadable */
/* The configuration parsed anew: the caller's own document. */
PRL_RESULT vm_config_doc(struct vm *vm, xmlDocPtr *ret);
/* Replaces the text in memory, takes a new rev; name/is_template follow the document. The file is vm_store_save_config's business. */
PRL_RESULT vm_config_set(struct vm *vm, const char *text, size_t len);
/*
 * The same for a text whose name and template mark are known: no parsing; steals both. only_if_rev: config_rev as it was when the
 * file was read, so that an old text never replaces one saved meanwhile (then false); 0: always.
 */
bool vm_config_adopt(struct vm *vm, struct vm_text *text, char *name, bool is_template, uint64_t only_if_rev);
/* Why the configuration cannot be used, or 0; a new rev when it differs. */
void vm_valid_set(struct vm *vm, PRL_RESULT rc);

/* BeginEdit marks: whose there are. */
enum vm_edit_mark { VM_EDIT_NOBODYS, VM_EDIT_OF_OTHERS, VM_EDIT_OURS };
PRL_RESULT vm_edit_begin(struct vm *vm, struct session *s);
/* *ret_base: what our session saw, counted; NULL where nothing could be read then, and for the marks of others. */
enum vm_edit_mark vm_edit_base(struct vm *vm, struct session *s, struct vm_text **ret_base);
void vm_edit_end(struct vm *vm, struct session *s);
/* Drops the marks and the lock of a session that ends; for all VMs: vm_session_closed. True: it held the lock. */
bool vm_forget_session(struct vm *vm, struct session *s);
/* Called by the engine when a session ends. */
void vm_session_closed(struct session *s);

/* What its entry says has changed, and lists of those who have seen it before have it again. Each event about a VM does this. Behind the change. */
void vm_told(struct vm *vm);
/* The same for what changes by itself, without an event: the room of its disks. */
void vm_drifted(struct vm *vm);
/* Has its entry changed since it was at `rev`, and no event said so since? */
bool vm_is_untold(struct vm *vm, uint64_t rev);
uint64_t vm_rev(struct vm *vm);

/* Sets state, takes a new rev and sends PET_DSP_EVT_VM_STATE_CHANGED when it differs. Keeps CLAIM_RUNNING and the uptime true. */
void vm_state_set(struct vm *vm, VIRTUAL_MACHINE_STATE state);
const char *vm_state_name(VIRTUAL_MACHINE_STATE state); /* "VMS_STOPPED" ... */
/* Is QEMU there in this state? RUNNING, PAUSED and what lies between them. */
bool vm_state_is_live(VIRTUAL_MACHINE_STATE state);
/* Seconds of uptime, the current run included. */
uint64_t vm_uptime_locked(const struct vm *vm);
void vm_addition_state(struct vm *vm, unsigned set, unsigned clear); /* + event */
/* VMAS_CLONING from the first of several clones to the last. */
void vm_cloning_begin(struct vm *vm);
void vm_cloning_end(struct vm *vm);

#endif
