/* SPDX-License-Identifier: MIT */
/*
 * Where an instance keeps its things (design 2), for both sides of the wire: PRLKVM_HOME, the user's directories, or the
 * system's for root. Nothing of the environment counts in a program that was given rights (secure_getenv), and root ignores XDG_*.
 */
#ifndef PRLKVM_WIRE_PLACES_H
#define PRLKVM_WIRE_PLACES_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/cleanup.h"

struct places {
    bool is_system;   /* root's own instance */
    char *state;      /* directory: registry, journal, log, VM homes */
    char *run;        /* directory: service.sock and run files */
    char *run_spare;  /* directory for the socket where `run` can hold none, or NULL */
    char *conf;       /* prlkvm.conf */
    char *lock;       /* service.lock: held for the life of the service, names host, pid and socket */
    char *log;        /* prlkvmd.log */
};

/* PRL_ERR_CANT_CONNECT_TO_DISPATCHER when no home is known or a variable is no clean absolute path. */
PRL_RESULT places_find(struct places **ret);
void places_free(struct places *p);
CLEANUP_FOR(places_free, struct places *)

#define PLACES_SOCKET "service.sock"

/* Opens a directory of ours: no link, owner us, no rights for others (private_only: none at all, else: no writing). -errno. */
int places_open_dir(const char *path, bool private_only);
/* Makes the directories of the service and checks them. */
PRL_RESULT places_make(const struct places *p);
/* Where the running service listens, as service.lock says; else NULL. Only <run> and <run_spare> are believed. Allocated. */
char *places_socket_dir(const struct places *p);

#endif
