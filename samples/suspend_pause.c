/* SPDX-License-Identifier: MIT */
/*
 * suspend_pause NAME [pause]: the program of the guide's chapter on suspending and pausing, with the library loaded at run time by
 * SdkWrap: suspends the virtual machine, or pauses it.
 */
#include "SdkWrap.h"
#include <prlsdk/Virtuozzo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PRL_HANDLE
LoginLocal(void)
{
    PRL_HANDLE hServer = PRL_INVALID_HANDLE, hJob;
    PRL_RESULT nJobResult = PRL_ERR_UNINITIALIZED;

    if (PRL_FAILED(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0)) || PRL_FAILED(PrlSrv_Create(&hServer)))
        return PRL_INVALID_HANDLE;
    hJob = PrlSrv_LoginLocal(hServer, "", 0, PSL_HIGH_SECURITY);
    if (PRL_SUCCEEDED(PrlJob_Wait(hJob, 60000)))
        PrlJob_GetRetCode(hJob, &nJobResult);
    PrlHandle_Free(hJob);
    if (PRL_FAILED(nJobResult)) {
        fprintf(stderr, "login: %s\n", prl_result_to_string(nJobResult));
        PrlHandle_Free(hServer);
        return PRL_INVALID_HANDLE;
    }
    return hServer;
}

static PRL_HANDLE
GetVmByName(char *szVmName, PRL_HANDLE hServer)
{
    PRL_HANDLE hJob = PrlSrv_GetVmConfig(hServer, szVmName, PGVC_SEARCH_BY_NAME), hResult, hVm = PRL_INVALID_HANDLE;

    if (PRL_SUCCEEDED(PrlJob_Wait(hJob, 60000)) && PRL_SUCCEEDED(PrlJob_GetResult(hJob, &hResult))) {
        PrlResult_GetParam(hResult, &hVm);
        PrlHandle_Free(hResult);
    }
    PrlHandle_Free(hJob);
    return hVm;
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm, hJob;
    PRL_RESULT nJobResult = PRL_ERR_UNINITIALIZED;
    PRL_RESULT ret;
    int bPause = argc == 3 && !strcmp(argv[2], "pause");

    if (argc < 2) {
        fprintf(stderr, "usage: %s NAME [pause]\n", argv[0]);
        return 2;
    }
    /* Loading and initialising come first: no Prl function may be called before SdkWrap has found them all. */
    if (PRL_FAIL(SdkWrap_Load(SDK_LIB_NAME)) && !SdkWrap_LoadLibFromStdPaths()) {
        fprintf(stderr, "libprl_sdk could not be loaded\n");
        return 1;
    }
    hServer = LoginLocal();
    if (hServer == PRL_INVALID_HANDLE) {
        PrlApi_Deinit();
        SdkWrap_Unload();
        return 1;
    }

    /* Get a handle to the virtual machine with that name. */
    hVm = GetVmByName(argv[1], hServer);
    if (hVm == PRL_INVALID_HANDLE) {
        fprintf(stderr, "Virtual machine \"%s\" was not found.\n", argv[1]);
        PrlHandle_Free(hServer);
        PrlApi_Deinit();
        SdkWrap_Unload();
        return 1;
    }

    hJob = bPause ? PrlVm_Pause(hVm, PRL_FALSE) : PrlVm_Suspend(hVm);
    ret = PrlJob_Wait(hJob, 60000);
    if (PRL_FAIL(ret))
        fprintf(stderr, "PrlJob_Wait failed. Error: %s\n", prl_result_to_string(ret));
    else {
        PrlJob_GetRetCode(hJob, &nJobResult);
        if (PRL_FAILED(nJobResult))
            fprintf(stderr, "%s failed with error: %s\n", bPause ? "PrlVm_Pause" : "PrlVm_Suspend", prl_result_to_string(nJobResult));
        else
            printf("%s is %s\n", argv[1], bPause ? "paused" : "suspended");
        ret = nJobResult;
    }

    PrlHandle_Free(hJob);
    PrlHandle_Free(hVm);
    PrlHandle_Free(hServer);
    PrlApi_Deinit();
    SdkWrap_Unload();
    return PRL_FAIL(ret);
}
