/* SPDX-License-Identifier: MIT */
/* The list of sessions. */
#include "session.h"

#include <stdlib.h>

#include "base/lock.h"
#include "base/str.h"
#include "client.h"
#include "host/prefs.h"
#include "vm/perf.h"
#include "vm/vm.h"

static struct lock list_lock = LOCK_INIT(40);
static struct session *list; /* under list_lock, as the next */
static size_t n_sessions;

static void
session_free(struct session *s)
{
    if (!s)
        return;
    free(s->user);
    free(s);
}
CLEANUP_FOR(session_free, struct session *)

struct session *
session_open(struct client *client, uid_t uid, const char *user, unsigned api_version)
{
    AUTO(session_free) struct session *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    atomic_init(&s->refs, 1);
    uuid_make(s->uuid);
    s->uid = uid;
    s->api_version = api_version;
    s->user = str_dup(user);
    if (!s->user)
        return NULL;
    LOCK_SCOPE(&list_lock);
    s->client = client;
    s->next = list;
    if (list)
        list->prev = s;
    list = s;
    n_sessions++;
    return TAKE(s);
}

void
session_close(struct session *s)
{
    {
        LOCK_SCOPE(&list_lock);
        if (!s->client)
            return;
        s->client = NULL;
        if (s->prev)
            s->prev->next = s->next;
        else
            list = s->next;
        if (s->next)
            s->next->prev = s->prev;
        s->prev = s->next = NULL;
        n_sessions--;
    }
    perf_session_closed(s);
    vm_session_closed(s);
}

struct session *
session_ref(struct session *s)
{
    if (s)
        atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

/* What a task that outlived its client remembered under the session's name goes only now. */
void
session_unref(struct session *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    prefs_session_gone(s);
    session_free(s);
}

size_t
session_count(void)
{
    LOCK_SCOPE(&list_lock);

    return n_sessions;
}

bool
session_clients(struct session *only, struct session_clients *ret)
{
    LOCK_SCOPE(&list_lock);

    ret->n = 0;
    ret->p = calloc(n_sessions + 1, sizeof *ret->p);
    if (!ret->p)
        return false;
    for (struct session *s = list; s; s = s->next)
        if (!only || s == only)
            ret->p[ret->n++] = client_ref(s->client);
    return true;
}

void
session_clients_free(struct session_clients *c)
{
    for (size_t i = 0; i < c->n; i++)
        client_unref(c->p[i]);
    free(c->p);
}
