/* SPDX-License-Identifier: MIT */
/*
 * The three steps every program of the guide begins with: initialise the library and log in to the service of this machine, wait for a
 * job and say why it failed, find a virtual machine by its name.
 */
#ifndef PRLKVM_SAMPLE_H
#define PRLKVM_SAMPLE_H

#include <prlsdk/Virtuozzo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The readable text of a failed job: brief, and the details the service gave. */
static inline void
sample_print_job_error(const char *what, PRL_HANDLE hJob, PRL_RESULT nCode)
{
    PRL_HANDLE hError = PRL_INVALID_HANDLE;
    char szText[1024] = "";
    PRL_UINT32 nLen = sizeof szText - 1;

    if (PRL_SUCCEEDED(PrlJob_GetError(hJob, &hError))) {
        PrlEvent_GetErrString(hError, PRL_FALSE, PRL_FALSE, szText, &nLen);
        PrlHandle_Free(hError);
    }
    fprintf(stderr, "%s: %s (%s)\n", what, szText, prl_result_to_string(nCode));
}

/* Waits for hJob, frees it, and gives its return code; phResult, if not NULL, receives the PHT_RESULT of a job that succeeded. */
static inline PRL_RESULT
sample_wait(const char *what, PRL_HANDLE hJob, PRL_HANDLE *phResult)
{
    PRL_RESULT nCode = PRL_ERR_UNINITIALIZED;
    PRL_RESULT ret = PrlJob_Wait(hJob, 10 * 60 * 1000);

    if (PRL_SUCCEEDED(ret))
        ret = PrlJob_GetRetCode(hJob, &nCode);
    if (PRL_FAILED(ret))
        fprintf(stderr, "%s: waiting failed: %s\n", what, prl_result_to_string(ret));
    else if (PRL_FAILED(ret = nCode))
        sample_print_job_error(what, hJob, nCode);
    else if (phResult)
        ret = PrlJob_GetResult(hJob, phResult);
    PrlHandle_Free(hJob);
    return ret;
}

/* A logged-in server object, or exits. */
static inline PRL_HANDLE
sample_login(void)
{
    PRL_HANDLE hServer = PRL_INVALID_HANDLE;
    PRL_RESULT ret = PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0);

    if (PRL_FAILED(ret)) {
        fprintf(stderr, "PrlApi_InitEx: %s\n", prl_result_to_string(ret));
        exit(1);
    }
    if (PRL_FAILED(PrlSrv_Create(&hServer)) ||
        PRL_FAILED(sample_wait("PrlSrv_LoginLocalEx",
                               PrlSrv_LoginLocalEx(hServer, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE), NULL))) {
        PrlApi_Deinit();
        exit(1);
    }
    return hServer;
}

static inline void
sample_logoff(PRL_HANDLE hServer)
{
    sample_wait("PrlSrv_Logoff", PrlSrv_Logoff(hServer), NULL);
    PrlHandle_Free(hServer);
    PrlApi_Deinit();
}

/* The VM of that name or uuid (one handle reference), or PRL_INVALID_HANDLE with a message. */
static inline PRL_HANDLE
sample_find_vm(PRL_HANDLE hServer, const char *szId)
{
    PRL_HANDLE hResult = PRL_INVALID_HANDLE, hVm = PRL_INVALID_HANDLE;
    PRL_HANDLE hJob = PrlSrv_GetVmConfig(hServer, szId, PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME);

    if (PRL_SUCCEEDED(sample_wait(szId, hJob, &hResult))) {
        PrlResult_GetParam(hResult, &hVm);
        PrlHandle_Free(hResult);
    }
    return hVm;
}

/* The state of hVm as the service knows it now. */
static inline VIRTUAL_MACHINE_STATE
sample_vm_state(PRL_HANDLE hVm)
{
    PRL_HANDLE hResult = PRL_INVALID_HANDLE, hInfo = PRL_INVALID_HANDLE;
    VIRTUAL_MACHINE_STATE nState = VMS_UNKNOWN;

    if (PRL_SUCCEEDED(sample_wait("PrlVm_GetState", PrlVm_GetState(hVm), &hResult))) {
        if (PRL_SUCCEEDED(PrlResult_GetParam(hResult, &hInfo))) {
            PrlVmInfo_GetState(hInfo, &nState);
            PrlHandle_Free(hInfo);
        }
        PrlHandle_Free(hResult);
    }
    return nState;
}

static inline const char *
sample_state_name(VIRTUAL_MACHINE_STATE nState)
{
    switch (nState) {
    case VMS_STOPPED: return "stopped";
    case VMS_STARTING: return "starting";
    case VMS_RUNNING: return "running";
    case VMS_PAUSED: return "paused";
    case VMS_SUSPENDED: return "suspended";
    case VMS_SUSPENDING: return "suspending";
    case VMS_STOPPING: return "stopping";
    case VMS_RESUMING: return "resuming";
    case VMS_MOUNTED: return "mounted";
    case VMS_MIGRATING: return "migrating";
    default: return "unknown";
    }
}

#endif
