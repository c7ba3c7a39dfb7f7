/* SPDX-License-Identifier: MIT */
/* Waiting for a job: progress bar, Ctrl-C, errors in words. */
#include "prlctl.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POLL_MS 100
#define BAR_WIDTH 40

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
    (void)sig;
    interrupted = 1;
}

static void
draw_bar(const char *what, unsigned percent)
{
    unsigned i, full = percent * BAR_WIDTH / 100;

    printf("\r%s [", what);
    for (i = 0; i < BAR_WIDTH; i++)
        putchar(i < full ? '=' : ' ');
    printf("] %3u %%", percent);
    fflush(stdout);
}

static void
print_failure(const char *what, PRL_HANDLE hJob, PRL_RESULT code)
{
    PRL_HANDLE hError, hParam;
    char text[4096] = "", details[4096] = "";
    PRL_UINT32 len = sizeof text;

    if (PRL_SUCCEEDED(PrlJob_GetError(hJob, &hError))) {
        PrlEvent_GetErrString(hError, PRL_FALSE, PRL_FALSE, text, &len);
        if (PRL_SUCCEEDED(PrlEvent_GetParamByName(hError, "Details", &hParam))) {
            len = sizeof details;
            PrlEvtPrm_ToString(hParam, details, &len);
            PrlHandle_Free(hParam);
        }
        PrlHandle_Free(hError);
    }
    fprintf(stderr, "%s: %.*s (%s)\n", what, (int)sizeof text, text, prl_result_to_string(code));
    if (*details)
        fprintf(stderr, "%.*s\n", (int)sizeof details, details);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* PRL_ERR_TIMEOUT when --timeout is over; the operation goes on in the service then. */
static PRL_RESULT
wait_with_bar(struct ctl *ctl, const char *what, PRL_HANDLE hJob)
{
    int64_t deadline = ctl->timeout_s ? now_ms() + (int64_t)ctl->timeout_s * 1000 : INT64_MAX;
    unsigned shown = 0;
    bool is_drawn = false, is_cancelled = false;
    PRL_RESULT ret;

    while ((ret = PrlJob_Wait(hJob, POLL_MS)) == PRL_ERR_TIMEOUT && now_ms() < deadline) {
        PRL_UINT32 percent = 0;

        if (interrupted && !is_cancelled) {
            is_cancelled = true;
            PrlHandle_Free(PrlJob_Cancel(hJob)); /* the job itself then ends with its "cancelled" code */
        }
        if (ctl->is_terminal && what && PRL_SUCCEEDED(PrlJob_GetProgress(hJob, &percent)) && (percent > shown || !is_drawn)) {
            draw_bar(what, shown = percent);
            is_drawn = true;
        }
    }
    if (is_drawn) {
        if (PRL_SUCCEEDED(ret))
            draw_bar(what, 100);
        printf("\n");
    }
    return ret;
}

PRL_RESULT
ctl_wait(struct ctl *ctl, const char *what, PRL_HANDLE hJob, PRL_HANDLE *phResult)
{
    struct sigaction act = { .sa_handler = on_interrupt }, old;
    PRL_RESULT code = PRL_ERR_UNINITIALIZED;
    PRL_RESULT ret;

    sigaction(SIGINT, &act, &old);
    ret = wait_with_bar(ctl, what, hJob);
    sigaction(SIGINT, &old, NULL);

    if (PRL_SUCCEEDED(ret))
        ret = PrlJob_GetRetCode(hJob, &code);
    if (PRL_SUCCEEDED(ret))
        ret = code;
    if (PRL_FAILED(ret) && what)
        print_failure(what, hJob, ret);
    if (PRL_SUCCEEDED(ret) && phResult)
        ret = PrlJob_GetResult(hJob, phResult);
    PrlHandle_Free(hJob);
    return ret;
}

PRL_HANDLE
ctl_find(struct ctl *ctl, const char *id)
{
    PRL_HANDLE hResult, hVm = PRL_INVALID_HANDLE;
    PRL_RESULT ret = ctl_wait(ctl, NULL, PrlSrv_GetVmConfig(ctl->server, id, PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME), &hResult);

    if (PRL_SUCCEEDED(ret)) {
        PrlResult_GetParam(hResult, &hVm);
        PrlHandle_Free(hResult);
    } else if (ret == PRL_ERR_VM_UUID_NOT_FOUND)
        fprintf(stderr, "The %s virtual machine does not exist.\n", id);
    else
        fprintf(stderr, "Failed to get the virtual machine %s: %s\n", id, prl_result_to_string(ret));
    return hVm;
}

int
ctl_exit_status(PRL_RESULT ret)
{
    if (PRL_SUCCEEDED(ret))
        return EXIT_OK;
    return ret == PRL_ERR_CANT_CONNECT_TO_DISPATCHER ? EXIT_NO_SERVICE : EXIT_FAILED;
}
