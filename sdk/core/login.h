/* SPDX-License-Identifier: MIT */
/* Logging in: connect on a thread of the library's pool, then the Login request; the job is given at once (semantics 5.1). */
#ifndef PRLKVM_CORE_LOGIN_H
#define PRLKVM_CORE_LOGIN_H

#include <prlsdk/PrlTypes.h>

struct srv_obj;

struct login_args {
    int job_code;
    const char *host;         /* as PrlSrvInfo_GetHostName will show it */
    const char *prev_session; /* NULL: none */
    PRL_UINT32 timeout_ms;    /* 0: the default */
    PRL_UINT32 security, flags;
};

PRL_HANDLE login_local(struct srv_obj *srv, const struct login_args *args);
PRL_HANDLE login_logoff(struct srv_obj *srv);
/* Connects, and no more; handler (may be NULL) gets the finished job. */
PRL_HANDLE login_check_alive(PRL_UINT32 timeout_ms, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR data);
/* SetNonInteractiveSession: the server object remembers it when the service agrees. */
PRL_HANDLE login_set_non_interactive(struct srv_obj *srv, PRL_BOOL is_on, PRL_UINT32 flags);

#endif
