/* SPDX-License-Identifier: MIT */
/* Sessions and tasks: login, logoff, events, cancel, attach, shutdown of the service. All but the last on the I/O thread. */
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "engine/claims_task.h"
#include "engine/client.h"
#include "engine/dispatch.h"
#include "engine/engine.h"
#include "engine/events.h"
#include "engine/session.h"
#include "engine/task_private.h"
#include "host/host_info.h"
#include "vm/vm_store.h"

/* ---- login ---- */

static PRL_RESULT
describe_session(struct task *t, const struct session *s)
{
    const struct host_identity *host = host_identity();
    PRL_RESULT r = task_add_value(t, "session", json_string(s->uuid));

    if (!PRL_FAILED(r))
        r = task_add_value(t, "server_uuid", json_string(vm_store_server_uuid()));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "host_name", json_string(host->host_name));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "os_version", json_string(host->os_version));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "product_version", json_string(host->product_version));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "start_time_ms", json_integer(engine_start_time_ms()));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "start_time_us", json_integer(engine_start_time_us()));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "port", json_integer(host->port));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "epoch", json_string(engine_epoch()));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "user", json_string(s->user));
    if (!PRL_FAILED(r))
        r = task_add_value(t, "tasks", task_list_of_user(s->uid));
    return r;
}

/* A former session is not restored as such: its tasks are those of its user, and all of them are listed. */
PRL_RESULT
srv_login(struct task *t)
{
    struct client *c = t->priv->client;
    struct session *s;
    PRL_RESULT r;

    if (c->session)
        return err_set(PRL_ERR_USER_IS_ALREADY_LOGGED, "this connection has a session");
    s = session_open(c, c->uid, host_identity()->user_name, (unsigned)task_arg_u(t, "api_version"));
    if (!s)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "session");
    s->is_non_interactive = (task_arg_u(t, "flags") & PACF_NON_INTERACTIVE_MODE) != 0;
    r = describe_session(t, s);
    if (PRL_FAILED(r)) {
        session_close(s);
        session_unref(s);
        return r;
    }
    c->session = s;
    frame_limit(c->frame, FRAME_MAX_BYTES);
    LOG_I("login", "pid %d as %s", (int)c->pid, s->uuid);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_logoff(struct task *t)
{
    struct client *c = t->priv->client;
    uint64_t subscription;

    session_close(c->session);
    session_unref(TAKE(c->session));
    if (client_unsubscribe(c, &subscription))
        dispatch_end_request(c, subscription);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_subscribe(struct task *t)
{
    bool replaced;
    uint64_t old;

    client_subscribe(t->priv->client, t->priv->request, &replaced, &old);
    if (replaced)
        dispatch_end_request(t->priv->client, old);
    task_silent(t);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_set_non_interactive(struct task *t)
{
    t->session->is_non_interactive = task_arg_b(t, "on");
    return PRL_ERR_SUCCESS;
}

/* ---- tasks ---- */

static PRL_RESULT
no_task(void)
{
    return err_set(PRL_ERR_TASK_NOT_FOUND, "no such task is running");
}

/* A task is named by the request of this connection that began it, or by its uuid. Only its own session may stop it. */
PRL_RESULT
srv_cancel(struct task *t)
{
    const char *uuid = task_arg_s(t, "task");
    AUTO(task_unref) struct task *found =
        uuid ? task_find(uuid) : task_find_request(t->priv->client, task_arg_u(t, "request"));

    if (!found || found == t)
        return no_task();
    if (found->session != t->session)
        return err_set(PRL_ERR_ACCESS_DENIED, "another session has begun this task");
    return task_cancel(found);
}

/* The reply comes with the task's end, and is the task's. */
PRL_RESULT
srv_attach_task(struct task *t)
{
    AUTO(task_unref) struct task *found = task_find(task_arg_s(t, "task"));

    if (!found || found == t || found->priv->handler->run == srv_attach_task)
        return no_task();
    if (!found->session || found->session->uid != t->session->uid)
        return err_set(PRL_ERR_ATTACH_TO_TASK_BAD_SESSION, "the task of another user");
    task_defer(t); /* before: the task may end at this moment */
    if (task_attach(found, t))
        return PRL_ERR_SUCCESS;
    return no_task();
}

/* ---- shutdown ---- */

PRL_RESULT
srv_shutdown(struct task *t)
{
    bool is_forced = (task_arg_u(t, "flags") & PSHF_FORCE_SHUTDOWN) != 0;

    if (!is_forced && session_count() > 1)
        return err_set(PRL_ERR_ANOTHER_USER_SESSIONS_PRESENT, "%zu sessions", session_count());
    if (!is_forced && claims_running_vms())
        return err_set(PRL_ERR_SOME_VMS_RUNNING, "%zu virtual machines run", claims_running_vms());
    event_send_all(event_new(PET_DSP_EVT_DISP_SHUTDOWN, vm_store_server_uuid()));
    engine_stop();
    return PRL_ERR_SUCCESS;
}
