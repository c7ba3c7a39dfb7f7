/* SPDX-License-Identifier: MIT */
/* find_vm NAME: walks the list as the guide does, compares names, and prints what the configuration says. */
#include "sample.h"

static PRL_HANDLE
GetVmByName(const char *szVmName, PRL_HANDLE hServer)
{
    PRL_HANDLE hResult = PRL_INVALID_HANDLE, hFound = PRL_INVALID_HANDLE;
    PRL_UINT32 i, nCount = 0;

    if (PRL_FAILED(sample_wait("PrlSrv_GetVmList", PrlSrv_GetVmList(hServer), &hResult)))
        return PRL_INVALID_HANDLE;
    PrlResult_GetParamsCount(hResult, &nCount);
    for (i = 0; i < nCount && hFound == PRL_INVALID_HANDLE; i++) {
        PRL_HANDLE hVm;
        char szName[1024];
        PRL_UINT32 nLen = sizeof szName;

        if (PRL_FAILED(PrlResult_GetParamByIndex(hResult, i, &hVm)))
            continue;
        if (PRL_SUCCEEDED(PrlVmCfg_GetName(hVm, szName, &nLen)) && !strcmp(szName, szVmName))
            hFound = hVm; /* our reference goes to the caller */
        else
            PrlHandle_Free(hVm);
    }
    PrlHandle_Free(hResult);
    return hFound;
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm;
    PRL_UINT32 nRam = 0, nCpus = 0, nLen;
    char szHome[4096];

    if (argc != 2) {
        fprintf(stderr, "usage: %s NAME\n", argv[0]);
        return 2;
    }
    hServer = sample_login();
    hVm = GetVmByName(argv[1], hServer);
    if (hVm == PRL_INVALID_HANDLE) {
        fprintf(stderr, "Virtual machine \"%s\" was not found.\n", argv[1]);
        sample_logoff(hServer);
        return 1;
    }
    nLen = sizeof szHome;
    PrlVmCfg_GetRamSize(hVm, &nRam);
    PrlVmCfg_GetCpuCount(hVm, &nCpus);
    if (PRL_SUCCEEDED(PrlVmCfg_GetHomePath(hVm, szHome, &nLen)))
        printf("%s: %u MiB of RAM, %u CPU(s), configured in %s\n", argv[1], nRam, nCpus, szHome);
    PrlHandle_Free(hVm);
    sample_logoff(hServer);
    return 0;
}
