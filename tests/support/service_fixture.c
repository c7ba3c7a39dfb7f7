/* SPDX-License-Identifier: MIT */
/* See the header. */
#include "service_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "base/thread.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "engine/engine.h"
#include "qemu/backend.h"
#include "vm/vm_store.h"
#include "wire/frame.h"

/* ---- the service ---- */

static PRL_RESULT
fake_init(const char *state_dir, const char *run_dir)
{
    return PRL_ERR_SUCCESS;
}

static void
fake_shutdown(void)
{
}

static PRL_RESULT
fake_take_over(void)
{
    return PRL_ERR_SUCCESS;
}

const struct backend service_no_backend = { .name = "none", .init = fake_init, .shutdown = fake_shutdown, .take_over = fake_take_over };

static char state_dir[] = "/tmp/prlkvm-test-XXXXXX";
static char run_dir[64];
static pthread_t io_thread;
static bool is_up;

static void
io_main(void *arg)
{
    engine_run();
}

const char *
service_state_dir(void)
{
    return state_dir;
}

static struct engine_options options;
static const struct backend *chosen;

static void
start(void)
{
    backend = chosen ? chosen : &service_no_backend;
    assert_int_equal(engine_start(&options), PRL_ERR_SUCCESS);
    assert_int_equal(thread_start(&io_thread, "io", io_main, NULL), 0);
    is_up = true;
}

void
service_up(const struct service_settings *s)
{
    chosen = s ? s->backend : NULL;
    options = (struct engine_options){
        .state_dir = state_dir,
        .run_dir = run_dir,
        .claim_wait_ms = s && s->claim_wait_ms ? s->claim_wait_ms : 60000,
        .stop_grace_ms = s && s->stop_grace_ms ? s->stop_grace_ms : 10000,
        .idle_exit_s = s ? s->idle_exit_s : 0,
        .signal_fd = -1,
    };

    assert_false(is_up);
    memcpy(state_dir + sizeof state_dir - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(state_dir));
    snprintf(run_dir, sizeof run_dir, "%s/run", state_dir);
    assert_int_equal(path_make_dirs(run_dir, 0700), 0);
    xml_init();
    start();
}

static void
end(void)
{
    thread_join(io_thread);
    assert_true(engine_finish());
    is_up = false;
}

void
service_restart(void)
{
    engine_stop();
    end();
    start();
}

void
service_wait_end(void)
{
    end();
    assert_int_equal(path_remove_tree(state_dir), 0);
}

void
service_down(void)
{
    engine_stop();
    service_wait_end();
}

struct vm *
service_add_vm(const char *name)
{
    char uuid[UUID_TEXT], bare[UUID_BARE];
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *xml = NULL;
    struct vm_reservation *reservation = NULL;
    struct vm *vm;

    uuid_make(uuid);
    uuid_bare(uuid, bare);
    home = str_printf("%s/vms/%s", state_dir, bare);
    assert_int_equal(path_make_dirs(home, 0700), 0);
    vm = vm_new(uuid, name, home);
    assert_non_null(vm);
    xml = str_printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ParallelsVirtualMachine schemaVersion=\"1.0\"><Identification>"
                     "<VmUuid>%s</VmUuid><VmName>%s</VmName><VmHome>%s</VmHome></Identification></ParallelsVirtualMachine>\n",
                     uuid, name, home);
    assert_int_equal(vm_config_set(vm, xml, strlen(xml)), PRL_ERR_SUCCESS);
    vm->owner_uid = geteuid();
    vm->state = VMS_STOPPED;
    assert_int_equal(vm_store_reserve(uuid, name, home, &reservation), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_publish(reservation, vm), PRL_ERR_SUCCESS);
    return vm;
}

/* ---- callers ---- */

static void
on_event(void *data, json_t *event)
{
    struct caller *c = data;
    LOCK_SCOPE(&c->lock);

    json_array_append_new(c->events, json_deep_copy(event));
    cond_broadcast(&c->changed);
}

static void
on_progress(void *data, uint64_t request, unsigned percent)
{
    struct caller *c = data;
    LOCK_SCOPE(&c->lock);

    c->progress = percent;
    c->n_progress++;
    cond_broadcast(&c->changed);
}

static void
on_closed(void *data, bool was_logoff)
{
    struct caller *c = data;
    LOCK_SCOPE(&c->lock);

    c->is_closed = true;
    cond_broadcast(&c->changed);
}

struct caller *
caller_new(bool with_login)
{
    struct caller *c = calloc(1, sizeof *c);
    struct conn_events events = { on_event, on_progress, on_closed, c };
    int pair[2];

    assert_non_null(c);
    lock_init(&c->lock, 0);
    cond_init(&c->changed);
    c->events = json_array();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
    engine_add_fd(pair[0]);
    assert_int_equal(conn_open_fd(pair[1], &events, &c->conn), PRL_ERR_SUCCESS);
    if (with_login)
        assert_int_equal(call_now(c, OP_LOGIN, NULL, CALL_ARGS(ARG_S(NULL), ARG_U(2), ARG_U(0), ARG_U(9))), PRL_ERR_SUCCESS);
    return c;
}

void
caller_free(struct caller *c)
{
    conn_close(c->conn, true);
    conn_unref(c->conn);
    json_decref(c->events);
    cond_destroy(&c->changed);
    lock_destroy(&c->lock);
    free(c);
}

static int
count_events_locked(struct caller *c, int type)
{
    int n = 0;

    for (size_t i = 0; i < json_array_size(c->events); i++)
        if (json_integer_value(json_object_get(json_array_get(c->events, i), "type")) == type)
            n++;
    return n;
}

int
caller_wait_event(struct caller *c, int type)
{
    int64_t deadline = clock_deadline(SOON_MS);
    bool in_time = true;
    int n;

    lock_take(&c->lock);
    while (!(n = count_events_locked(c, type)) && in_time)
        in_time = cond_wait_until(&c->changed, &c->lock, deadline);
    lock_drop(&c->lock);
    assert_true(n > 0);
    return n;
}

void
caller_wait_closed(struct caller *c)
{
    int64_t deadline = clock_deadline(SOON_MS);
    bool in_time = true;

    lock_take(&c->lock);
    while (!c->is_closed && in_time)
        in_time = cond_wait_until(&c->changed, &c->lock, deadline);
    in_time = c->is_closed;
    lock_drop(&c->lock);
    assert_true(in_time);
}

/* ---- calls ---- */

static char *
first_text(json_t *reply, int memfd)
{
    json_t *first = json_array_get(json_object_get(reply, "results"), 0);
    json_t *value = json_object_get(json_object_get(first, "vm"), "text");
    char *text = NULL;

    if (!value)
        value = json_object_get(json_object_get(first, "doc"), "xml");
    if (!value)
        value = json_object_get(first, "text");
    if (value)
        frame_text_get(value, memfd, &text, NULL);
    return text;
}

static void
on_done(void *data, json_t *reply, int memfd, const struct err *err)
{
    struct call *call = data;

    call->code = err ? err->code : PRL_ERR_SUCCESS;
    call->reply = json_deep_copy(reply); /* jansson's counts are not for two threads in the eyes of TSan */
    call->details = err ? str_dup(err->details) : NULL;
    call->param0 = err ? str_dup(err->param[0]) : NULL;
    call->text = first_text(reply, memfd);
    lock_take(&call->caller->lock);
    call->events_before = (int)json_array_size(call->caller->events);
    lock_drop(&call->caller->lock);
    gate_add(&call->done, 1);
}

struct call *
call_start(struct caller *c, enum op op, const char *vm, const struct op_arg *args, int n_args)
{
    struct call *call = calloc(1, sizeof *call);
    PRL_RESULT r;

    assert_non_null(call);
    call->caller = c;
    gate_init(&call->done);
    r = conn_request(c->conn, op, vm, args, n_args, on_done, call, &call->id);
    if (PRL_FAILED(r)) {
        call->code = r;
        gate_add(&call->done, 1);
    }
    return call;
}

PRL_RESULT
call_wait(struct call *call)
{
    gate_wait(&call->done, 1);
    assert_int_equal(gate_value(&call->done), 1);
    return call->code;
}

bool
call_is_done(struct call *call)
{
    return gate_value(&call->done) > 0;
}

void
call_free(struct call *call)
{
    json_decref(call->reply);
    free(call->details);
    free(call->param0);
    free(call->text);
    gate_free(&call->done);
    free(call);
}

PRL_RESULT
call_now(struct caller *c, enum op op, const char *vm, const struct op_arg *args, int n_args)
{
    struct call *call = call_start(c, op, vm, args, n_args);
    PRL_RESULT r = call_wait(call);

    call_free(call);
    return r;
}

PRL_RESULT
call_cancel(struct call *call)
{
    return call_now(call->caller, OP_CANCEL, NULL, CALL_ARGS(ARG_U(call->id), ARG_S(NULL)));
}
