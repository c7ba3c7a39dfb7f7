/* SPDX-License-Identifier: MIT */
/*
 * One logged-in user of one connection. Counted: its tasks keep it after the client has gone. Login and logoff happen on the I/O
 * thread; everybody else only reads.
 */
#ifndef PRLKVM_ENGINE_SESSION_H
#define PRLKVM_ENGINE_SESSION_H

#include <prlsdk/PrlErrors.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/uuid.h"

struct client;

struct session {
    _Atomic unsigned refs;
    char uuid[UUID_TEXT];  /* constant */
    uid_t uid;             /* constant */
    char *user;            /* constant */
    unsigned api_version;  /* constant */
    _Atomic bool is_non_interactive;

    struct session *prev, *next; /* under the list's lock, as the next */
    struct client *client;       /* borrowed: NULL once closed */
};

/* Enters the list. NULL: no memory. */
struct session *session_open(struct client *client, uid_t uid, const char *user, unsigned api_version);
/* Leaves the list, drops its locks and marks on VMs. I/O thread. */
void session_close(struct session *s);
struct session *session_ref(struct session *s);
void session_unref(struct session *s);
CLEANUP_FOR(session_unref, struct session *)

size_t session_count(void);
/* The clients of all sessions, or of one: counted references, to be dropped with session_clients_free. False: no memory. */
struct session_clients {
    struct client **p;
    size_t n;
};
bool session_clients(struct session *only, struct session_clients *ret);
void session_clients_free(struct session_clients *c);

#endif
