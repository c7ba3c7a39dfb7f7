/* SPDX-License-Identifier: MIT */
/* The door (entry.h), counted Init/Deinit, and what works without either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <prlsdk/Virtuozzo.h>

#include "core/entry.h"
#include "core/job_run.h"
#include "skip.h"

static PRL_HANDLE
strings(void)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(PrlApi_CreateStringsList(&h), PRL_ERR_SUCCESS);
    return h;
}

static void
init__counts(void **state)
{
    PRL_UINT32 version = 0;

    assert_int_equal(PrlApi_Deinit(), PRL_ERR_API_WASNT_INITIALIZED);
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_InitEx(1, PAM_SERVER, 0, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_GetVersion(&version), PRL_ERR_SUCCESS);
    assert_int_equal(version, VIRTUOZZO_API_VER);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_GetVersion(&version), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_GetVersion(&version), PRL_ERR_API_WASNT_INITIALIZED);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_API_WASNT_INITIALIZED);
}

static void
init__newer_version__is_incompatible(void **state)
{
    PRL_UINT32 version;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER + 1), PRL_ERR_API_INCOMPATIBLE);
    assert_int_equal(PrlApi_GetVersion(&version), PRL_ERR_API_WASNT_INITIALIZED);
    /* The three top bits are no part of it: they go into the handles. */
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER | 6u << 29), PRL_ERR_SUCCESS);
    assert_int_equal((uintptr_t)strings() >> 29, 6);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
}

static void
deinit__drops_every_handle(void **state)
{
    PRL_HANDLE h, srv;
    PRL_UINT32 n;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    h = strings();
    assert_int_equal(PrlHandle_AddRef(h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_Create(&srv), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_Free(h), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHandle_Free(srv), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlDbg_GetHandlesNum(&n, PHT_ERROR), PRL_ERR_SUCCESS);
    assert_int_equal(n, 0);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
}

static unsigned
n_threads(void)
{
    DIR *d = opendir("/proc/self/task");
    unsigned n = 0;

    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void
init__a_hundred_times__leaves_nothing(void **state)
{
    unsigned before = n_threads();

    for (int i = 0; i < 100; i++) {
        PRL_HANDLE srv, vm;

        assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
        assert_int_equal(PrlSrv_Create(&srv), PRL_ERR_SUCCESS);
        assert_int_equal(PrlSrv_CreateVm(srv, &vm), PRL_ERR_SUCCESS);
        strings();
        assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    }
    assert_int_equal(n_threads(), before);
}

static void
before_init__some_calls_work(void **state)
{
    PRL_MESSAGE_TYPE_ENUM type;
    PRL_UINT32 len = 0, n;
    PRL_CONST_STR text;
    PRL_BOOL yes;

    assert_int_equal(PrlApi_SwitchConsoleLogging(PRL_FALSE), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_InitCrashHandler("x"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_GetCrashDumpsPath(NULL, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, sizeof "/vz/tmp/vz_crash_dumps");
    assert_int_equal(PrlApi_GetResultDescription(PRL_ERR_OUT_OF_MEMORY, PRL_TRUE, PRL_FALSE, NULL, &len), PRL_ERR_SUCCESS);
    assert_true(len > 1);
    assert_int_equal(PrlApi_GetResultDescription(-12345, PRL_FALSE, PRL_FALSE, NULL, &len), PRL_ERR_SUCCESS);
    assert_true(len > 1);
    assert_int_equal(PrlApi_GetResultDescription(0, PRL_TRUE, PRL_FALSE, NULL, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlApi_GetMessageType(PRL_ERR_OUT_OF_MEMORY, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PMT_CRITICAL);
    assert_int_equal(PrlApi_GetMessageType(-12345, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PMT_WARNING);
    assert_int_equal(PrlApi_MsgCanBeIgnored(PRL_ERR_OUT_OF_MEMORY, &yes), PRL_ERR_SUCCESS);
    assert_false(yes);
    assert_int_equal(PrlApi_GetRecommendMinVmMem(PVS_GUEST_VER_LIN_DEBIAN, &n), PRL_ERR_SUCCESS);
    assert_true(n > 0);
    assert_int_equal(PrlDbg_PrlResultToString(PRL_ERR_INVALID_ARG, &text), PRL_ERR_SUCCESS);
    assert_string_equal(text, "PRL_ERR_INVALID_ARG");
    assert_int_equal(PrlDbg_HandleTypeToString(PHT_JOB, &text), PRL_ERR_SUCCESS);
    assert_string_equal(text, "PHT_JOB");
    assert_int_equal(PrlDbg_EventTypeToString((PRL_EVENT_TYPE)-1, &text), PRL_ERR_SUCCESS);
    assert_non_null(text);
    assert_int_equal(PrlDbg_EventTypeToString(PET_DSP_EVT_VM_ADDED, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlBuffer_Free(NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlBuffer_Free(malloc(1)), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_SetLogPath("/anything"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_SetLogPath(NULL), PRL_ERR_UNINITIALIZED);
}

static void
before_init__others_are_refused(void **state)
{
    PRL_HANDLE h, job;
    PRL_UINT32 n;

    assert_int_equal(PrlApi_CreateStringsList(&h), PRL_ERR_API_WASNT_INITIALIZED);
    assert_int_equal(PrlHandle_Free(NULL), PRL_ERR_API_WASNT_INITIALIZED);
    assert_int_equal(PrlDbg_GetHandlesNum(&n, PHT_ERROR), PRL_ERR_API_WASNT_INITIALIZED);
    job = PrlSrv_LoginLocal(NULL, NULL, 0, PSL_HIGH_SECURITY);
    assert_ptr_not_equal(job, PRL_INVALID_HANDLE);
    assert_int_equal(PrlJob_Wait(job, 0), PRL_ERR_API_WASNT_INITIALIZED);
}

static void
before_init__a_job_made_then__is_readable_later(void **state)
{
    PRL_HANDLE job = PrlSrv_Logoff(NULL);
    PRL_RESULT code = 0;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_Wait(job, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PRL_ERR_API_WASNT_INITIALIZED);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
}

/* ---- Deinit against calls in progress ---- */

static _Atomic int n_inside;
static _Atomic bool is_over;

static void *
hammer(void *arg)
{
    while (!is_over) {
        PRL_HANDLE h;

        if (!entry_begin())
            continue;
        n_inside++;
        if (PRL_SUCCEEDED(PrlApi_CreateStringsList(&h)))
            PrlHandle_Free(h);
        n_inside--;
        entry_end();
    }
    return NULL;
}

static void
deinit__waits_for_calls_in_progress(void **state)
{
    pthread_t t[3];

    is_over = false;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer, NULL), 0);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
        assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
        assert_int_equal(n_inside, 0);
    }
    is_over = true;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
}

struct waiter {
    PRL_HANDLE job;
    PRL_RESULT r;
};

static void *
wait_for_ever(void *arg)
{
    struct waiter *w = arg;

    w->r = PrlJob_Wait(w->job, 0xffffffff);
    return NULL;
}

static void
deinit__wakes_waiters_with_an_error(void **state)
{
    struct waiter w = { .r = PRL_ERR_SUCCESS };
    struct job *j;
    pthread_t t;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    j = job_new(PJOC_UNKNOWN, OP_NONE, NULL, NULL);
    w.job = job_give(j);
    assert_int_equal(pthread_create(&t, NULL, wait_for_ever, &w), 0);
    while (PrlJob_Wait(w.job, 1) == PRL_ERR_TIMEOUT && atomic_load(&j->obj.refs) < 2)
        ; /* until the thread holds the job: it is in the call */
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    pthread_join(t, NULL);
    assert_int_equal(w.r, PRL_ERR_API_WASNT_INITIALIZED);
}

static void
fork__child_is_as_before_init(void **state)
{
    PRL_HANDLE srv;
    int status = 0;
    pid_t pid;

#ifdef __SANITIZE_THREAD__
    skip_because("the sanitizer allows no threads in the child of a fork");
#endif
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_Create(&srv), PRL_ERR_SUCCESS);
    pid = fork();
    if (!pid) {
        PRL_UINT32 n;
        bool ok = PrlApi_Deinit() == PRL_ERR_API_WASNT_INITIALIZED;

        alarm(20); /* a hang is a failure */
        ok = ok && PrlHandle_Free(srv) == PRL_ERR_API_WASNT_INITIALIZED;
        ok = ok && PrlApi_Init(VIRTUOZZO_API_VER) == PRL_ERR_SUCCESS;
        ok = ok && PrlHandle_Free(srv) == PRL_ERR_INVALID_ARG;
        ok = ok && PrlSrv_Create(&srv) == PRL_ERR_SUCCESS;
        ok = ok && PrlDbg_GetHandlesNum(&n, PHT_ERROR) == PRL_ERR_SUCCESS && n == 1;
        ok = ok && PrlApi_Deinit() == PRL_ERR_SUCCESS;
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(PrlHandle_Free(srv), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
}

/* ---- outputs ---- */

static void
text_out__follows_the_buffer_rule(void **state)
{
    PRL_UINT32 len = 77;
    char buf[8];

    assert_int_equal(entry_text_out("abc", buf, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(entry_text_out("abc", NULL, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 4);
    len = 0;
    assert_int_equal(entry_text_out(NULL, buf, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 1);
    memset(buf, '#', sizeof buf);
    len = 3;
    assert_int_equal(entry_text_out("abc", buf, &len), PRL_ERR_BUFFER_OVERRUN);
    assert_int_equal(len, 4);
    assert_memory_equal(buf, "abc#####", 8);
    len = sizeof buf;
    assert_int_equal(entry_text_out("abc", buf, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 4);
    assert_string_equal(buf, "abc");
}

static void
bytes_out__counts_no_nul(void **state)
{
    PRL_UINT32 len = 0;
    char buf[4] = "####";

    assert_int_equal(entry_bytes_out("ab\0c", 4, NULL, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 4);
    len = 3;
    assert_int_equal(entry_bytes_out("ab\0c", 4, buf, &len), PRL_ERR_BUFFER_OVERRUN);
    assert_memory_equal(buf, "ab\0#", 4);
    assert_int_equal(len, 4);
    assert_int_equal(entry_bytes_out(NULL, 0, buf, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_init__some_calls_work),
        cmocka_unit_test(before_init__others_are_refused),
        cmocka_unit_test(before_init__a_job_made_then__is_readable_later),
        cmocka_unit_test(init__counts),
        cmocka_unit_test(init__newer_version__is_incompatible),
        cmocka_unit_test(deinit__drops_every_handle),
        cmocka_unit_test(init__a_hundred_times__leaves_nothing),
        cmocka_unit_test(deinit__waits_for_calls_in_progress),
        cmocka_unit_test(deinit__wakes_waiters_with_an_error),
        cmocka_unit_test(fork__child_is_as_before_init),
        cmocka_unit_test(text_out__follows_the_buffer_rule),
        cmocka_unit_test(bytes_out__counts_no_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
