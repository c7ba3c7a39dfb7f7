/* SPDX-License-Identifier: MIT */
/* The library's own beginning and end: again and again, with calls, waits, logins and callbacks under way, and in the child of a fork. */
#include "sdk_support.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/events.h"
#include "sdk_backend.h"

/* The child of a fork is a copy of a program with many threads: what those own looks lost to the leak checker. */
static bool is_child;

__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
    return is_child;
}

/* The thread sanitizer ends such a child when it starts a thread ("not supported"). */
#if defined(__SANITIZE_THREAD__)
#define CHILD_MAY_HAVE_THREADS false
#elif defined(__has_feature)
#define CHILD_MAY_HAVE_THREADS !__has_feature(thread_sanitizer)
#else
#define CHILD_MAY_HAVE_THREADS true
#endif

/* ---- around each test: the service alone ---- */

static int
set_up(void **state)
{
    service_up(0);
    return 0;
}

static int
tear_down(void **state)
{
    PRL_UINT32 n = 0;

    assert_int_equal(PrlDbg_GetHandlesNum(&n, PHT_ERROR), PRL_ERR_API_WASNT_INITIALIZED);
    service_down();
    return 0;
}

static void
init(void)
{
    call_ok(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0));
}

/* The first one: nothing is left of the life before. */
static void
init_anew(void)
{
    init();
    assert_int_equal(sdk_handles(), 0);
}

static unsigned
count_entries(const char *path)
{
    DIR *dir = opendir(path);
    unsigned n = 0;

    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

/* ---- once and again ---- */

static void
init__counted__only_the_last_deinit_ends_it(void **state)
{
    PRL_HANDLE server;

    assert_int_equal(PrlApi_Deinit(), PRL_ERR_API_WASNT_INITIALIZED);
    init_anew();
    init();
    server = login_new();
    call_ok(PrlApi_Deinit());
    assert_int_equal(vm_count(server), 0);
    call_ok(PrlApi_Deinit());
    assert_int_equal(PrlHandle_Free(server), PRL_ERR_API_WASNT_INITIALIZED);
    init_anew();
    assert_int_equal(PrlHandle_Free(server), PRL_ERR_INVALID_ARG); /* of the life before */
    call_ok(PrlApi_Deinit());
}

static void
init__a_hundred_times__threads_and_descriptors_are_as_before(void **state)
{
    unsigned threads = 0, fds = 0;

    for (int i = 0; i < 100; i++) {
        PRL_HANDLE server;

        init_anew();
        if (i % 4 == 0) {
            server = login_new();
            assert_int_equal(vm_count(server), 0);
            if (i % 8)
                logoff_free(server); /* else Deinit has to */
        } else {
            call_ok(PrlSrv_Create(&server));
        }
        call_ok(PrlApi_Deinit());
        if (i == 8) {
            threads = count_entries("/proc/self/task");
            fds = count_entries("/proc/self/fd");
        }
    }
    /* The service, in this process too, closes its ends a moment later: a few of the last ones may be open still. */
    assert_in_range(count_entries("/proc/self/task"), 1, threads + 8);
    assert_in_range(count_entries("/proc/self/fd"), 1, fds + 8);
}

static void *
init_main(void *arg)
{
    for (int i = 0; i < 50; i++) {
        PRL_HANDLE server = PRL_INVALID_HANDLE, job;
        PRL_UINT32 version;

        init();
        call_ok(PrlApi_GetVersion(&version));
        call_ok(PrlSrv_Create(&server));
        job = PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0);
        if (i % 2)
            job_ok(job);
        call_ok(PrlHandle_Free(server));
        if (i % 2 == 0)
            call_ok(PrlHandle_Free(job));
        call_ok(PrlApi_Deinit());
    }
    return NULL;
}

static void
init__many_threads_each_with_its_own_pair__none_is_disturbed(void **state)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        threads[i] = thread_go(init_main, NULL);
    for (int i = 0; i < 4; i++)
        thread_end(threads[i]);
}

/* ---- Deinit with something under way ---- */

struct pump {
    struct gate stop;
    struct gate handled;
    PRL_HANDLE server;
    bool is_over; /* no lock: a callback that runs behind Deinit is a race the sanitizer shows */
};

static void *
pump_main(void *arg)
{
    struct pump *p = arg;

    while (!gate_value(&p->stop))
        event_send_all(event_new(PET_DSP_EVT_HW_CONFIG_CHANGED, ""));
    return NULL;
}

/* Calls in, however that ends. */
static PRL_RESULT PRL_CALL
take_event(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct pump *p = data;
    PRL_HANDLE job;

    assert_false(p->is_over);
    job = PrlSrv_GetVmList(p->server);
    PrlJob_Wait(job, SOON_MS);
    PrlHandle_Free(job);
    PrlHandle_Free(h);
    gate_add(&p->handled, 1);
    return PRL_ERR_SUCCESS;
}

static void
deinit__events_in_flight__no_callback_comes_behind_it(void **state)
{
    for (int i = 0; i < 15; i++) {
        struct pump p = { .is_over = false };
        pthread_t thread;

        gate_init(&p.stop);
        gate_init(&p.handled);
        init_anew();
        p.server = login_new();
        call_ok(PrlSrv_RegEventHandler(p.server, take_event, &p));
        thread = thread_go(pump_main, &p);
        gate_wait(&p.handled, 1 + i % 3);
        call_ok(PrlApi_Deinit());
        p.is_over = true;
        gate_add(&p.stop, 1);
        thread_end(thread);
        gate_free(&p.stop);
        gate_free(&p.handled);
    }
}

struct caller {
    PRL_HANDLE server, vm, job;
    struct gate begun;
};

/* Until the library is gone. Everything may fail, nothing may hang or crash. */
static void *
call_main(void *arg)
{
    struct caller *c = arg;
    char name[256];
    bool has_begun = false;

    for (;;) {
        PRL_HANDLE job = PrlSrv_GetVmList(c->server), result, vm;
        PRL_UINT32 len = sizeof name, n;

        PrlJob_Wait(job, SOON_MS);
        if (PRL_SUCCEEDED(PrlJob_GetResult(job, &result))) {
            if (PRL_SUCCEEDED(PrlResult_GetParam(result, &vm))) {
                PrlVmCfg_GetName(vm, name, &len);
                PrlVmCfg_SetDescription(vm, "x");
                PrlHandle_Free(vm);
            }
            PrlHandle_Free(result);
        }
        PrlHandle_Free(job);
        if (!has_begun)
            gate_add(&c->begun, 1);
        has_begun = true;
        if (PrlDbg_GetHandlesNum(&n, PHT_ERROR) == PRL_ERR_API_WASNT_INITIALIZED)
            return NULL;
    }
}

static void *
wait_main(void *arg)
{
    struct caller *c = arg;

    gate_add(&c->begun, 1);
    assert_int_equal(PrlJob_Wait(c->job, UINT32_MAX), PRL_ERR_API_WASNT_INITIALIZED);
    return NULL;
}

static void
deinit__threads_in_calls_and_waits__all_come_out(void **state)
{
    for (int i = 0; i < 8; i++) {
        pthread_t threads[6];
        struct caller c;

        gate_init(&c.begun);
        init(); /* not anew: a call refused before it leaves a job behind, for its caller to look at */
        c.server = login_new();
        c.vm = i ? vm_get(c.server, "waited for") : vm_make(c.server, "waited for");
        sdk_backend_hold(SDK_START);
        c.job = PrlVm_Start(c.vm);
        for (int t = 0; t < 3; t++) {
            threads[t] = thread_go(wait_main, &c);
            threads[t + 3] = thread_go(call_main, &c);
        }
        gate_wait(&c.begun, 6);
        call_ok(PrlApi_Deinit());
        for (int t = 0; t < 6; t++)
            thread_end(threads[t]);
        gate_free(&c.begun);
        sdk_backend_let_go(SDK_START);
        init(); /* the machine runs, and the service is as well as ever */
        c.server = login_new();
        c.vm = vm_get(c.server, "waited for");
        assert_int_equal(job_code(PrlVm_Start(c.vm)), PRL_ERR_DISP_VM_IS_NOT_STOPPED);
        job_ok(PrlVm_StopEx(c.vm, PSM_KILL, 0));
        call_ok(PrlApi_Deinit());
    }
}

static void
deinit__logins_under_way__they_are_dropped(void **state)
{
    for (int i = 0; i < 20; i++) {
        PRL_HANDLE servers[4];

        init_anew();
        for (int s = 0; s < 4; s++) {
            call_ok(PrlSrv_Create(&servers[s]));
            PrlSrv_LoginLocalEx(servers[s], NULL, 0, PSL_HIGH_SECURITY, 0);
        }
        if (i % 2)
            PrlHandle_Free(servers[0]);
        call_ok(PrlApi_Deinit());
    }
}

static PRL_RESULT PRL_CALL
hang_until_told(PRL_HANDLE h, PRL_VOID_PTR data)
{
    struct pump *p = data;
    PRL_HANDLE_TYPE type = PHT_ERROR;

    PrlHandle_GetType(h, &type);
    if (type != PHT_EVENT) { /* the login's job */
        PrlHandle_Free(h);
        return PRL_ERR_SUCCESS;
    }
    gate_add(&p->handled, 1);
    gate_wait(&p->stop, 1);
    assert_int_equal(PrlHandle_Free(h), PRL_ERR_API_WASNT_INITIALIZED);
    gate_add(&p->handled, 1);
    return PRL_ERR_SUCCESS;
}

static void *
deinit_main(void *arg)
{
    struct pump *p = arg;

    call_ok(PrlApi_Deinit());
    assert_int_equal(gate_value(&p->handled), 2); /* waited for the callback */
    return NULL;
}

static void
deinit__callback_is_running__is_waited_for(void **state)
{
    struct pump p = { .is_over = false };
    pthread_t thread;
    PRL_UINT32 n;

    gate_init(&p.stop);
    gate_init(&p.handled);
    init_anew();
    p.server = login_new();
    call_ok(PrlSrv_RegEventHandler(p.server, hang_until_told, &p));
    event_send_all(event_new(PET_DSP_EVT_HW_CONFIG_CHANGED, ""));
    gate_wait(&p.handled, 1);
    thread = thread_go(deinit_main, &p);
    while (PrlDbg_GetHandlesNum(&n, PHT_ERROR) != PRL_ERR_API_WASNT_INITIALIZED)
        sched_yield(); /* Deinit has begun once calls are refused */
    gate_add(&p.stop, 1);
    thread_end(thread);
    gate_free(&p.stop);
    gate_free(&p.handled);
}

/* ---- fork ---- */

/* Exit codes tell which step went wrong; nothing here may jump back into the test runner. */
static int
in_child(PRL_HANDLE server, bool with_login)
{
    PRL_HANDLE job;
    PRL_RESULT r = PRL_ERR_FAILURE;

    if (PrlHandle_Free(server) != PRL_ERR_API_WASNT_INITIALIZED)
        return 2;
    if (PrlApi_Deinit() != PRL_ERR_API_WASNT_INITIALIZED)
        return 3;
    if (!with_login)
        return 0;
    if (PRL_FAILED(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0)))
        return 4;
    if (PrlHandle_Free(server) != PRL_ERR_INVALID_ARG)
        return 5;
    if (PRL_FAILED(PrlSrv_Create(&server)))
        return 6;
    job = PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, 0);
    if (PRL_FAILED(PrlJob_Wait(job, SOON_MS)) || PRL_FAILED(PrlJob_GetRetCode(job, &r)) || PRL_FAILED(r))
        return 7;
    job = PrlSrv_GetVmList(server);
    if (PRL_FAILED(PrlJob_Wait(job, SOON_MS)) || PRL_FAILED(PrlJob_GetRetCode(job, &r)) || PRL_FAILED(r))
        return 8;
    if (PRL_FAILED(PrlApi_Deinit()))
        return 9;
    return 0;
}

static void
fork_and_see(PRL_HANDLE server, bool with_login)
{
    struct pollfd p = { .events = POLLIN };
    int status = -1;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (!pid) {
        is_child = true;
        alarm(60);
        exit(in_child(server, with_login)); /* with exit handlers: they must cope */
    }
    p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
    assert_true(p.fd >= 0);
    if (poll(&p, 1, 2 * SOON_MS) != 1)
        kill(pid, SIGKILL);
    close(p.fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
fork__of_a_program_that_is_logged_in__child_starts_from_nothing(void **state)
{
    PRL_HANDLE server;

    init_anew();
    server = login_new();
    for (int i = 0; i < 5; i++) {
        fork_and_see(server, CHILD_MAY_HAVE_THREADS);
        assert_int_equal(vm_count(server), 0); /* and the parent has noticed nothing */
    }
    logoff_free(server);
    call_ok(PrlApi_Deinit());
}

static void
fork__while_other_threads_call__child_exits_cleanly(void **state)
{
    struct caller c;
    pthread_t threads[3];

    gate_init(&c.begun);
    init_anew();
    c.server = login_new();
    c.vm = vm_make(c.server, "forked");
    for (int i = 0; i < 3; i++)
        threads[i] = thread_go(call_main, &c);
    gate_wait(&c.begun, 3);
    for (int i = 0; i < 10; i++)
        fork_and_see(c.server, false);
    job_ok(PrlVm_GetState(c.vm));
    call_ok(PrlApi_Deinit());
    for (int i = 0; i < 3; i++)
        thread_end(threads[i]);
    gate_free(&c.begun);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(init__counted__only_the_last_deinit_ends_it),
        T(init__a_hundred_times__threads_and_descriptors_are_as_before),
        T(init__many_threads_each_with_its_own_pair__none_is_disturbed),
        T(deinit__events_in_flight__no_callback_comes_behind_it),
        T(deinit__threads_in_calls_and_waits__all_come_out),
        T(deinit__logins_under_way__they_are_dropped),
        T(deinit__callback_is_running__is_waited_for),
        T(fork__of_a_program_that_is_logged_in__child_starts_from_nothing),
        T(fork__while_other_threads_call__child_exits_cleanly),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
