/* SPDX-License-Identifier: MIT */
/* create_vm NAME [DISK_MIB]: a virtual machine with the default configuration of a Linux guest and a small disk. */
#include "sample.h"

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm = PRL_INVALID_HANDLE, hResult = PRL_INVALID_HANDLE, hHostConfig = PRL_INVALID_HANDLE, hHdd;
    char szUuid[39] = "";
    PRL_UINT32 nLen = sizeof szUuid;
    PRL_RESULT ret;

    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s NAME [DISK_MIB]\n", argv[0]);
        return 2;
    }
    hServer = sample_login();

    /* The defaults look at the host: how many processors, how much memory. */
    if (PRL_SUCCEEDED(sample_wait("PrlSrv_GetSrvConfig", PrlSrv_GetSrvConfig(hServer), &hResult))) {
        PrlResult_GetParam(hResult, &hHostConfig);
        PrlHandle_Free(hResult);
    }

    /* Nothing exists outside this program until PrlVm_Reg. */
    ret = PrlSrv_CreateVm(hServer, &hVm);
    if (PRL_SUCCEEDED(ret))
        ret = PrlVmCfg_SetDefaultConfig(hVm, hHostConfig, PVS_GUEST_VER_LIN_OTHER, PRL_TRUE);
    if (PRL_SUCCEEDED(ret))
        ret = PrlVmCfg_SetName(hVm, argv[1]);
    if (PRL_SUCCEEDED(ret))
        ret = PrlVmCfg_SetRamSize(hVm, 128);
    if (PRL_SUCCEEDED(ret) && PRL_SUCCEEDED(PrlVmCfg_GetHardDisk(hVm, 0, &hHdd))) {
        ret = PrlVmDevHd_SetDiskSize(hHdd, argc == 3 ? (PRL_UINT32)atoi(argv[2]) : 64);
        PrlHandle_Free(hHdd);
    }
    if (PRL_FAILED(ret))
        fprintf(stderr, "configuration: %s\n", prl_result_to_string(ret));
    else
        ret = sample_wait("PrlVm_Reg", PrlVm_Reg(hVm, "", PRL_TRUE), NULL);
    if (PRL_SUCCEEDED(ret) && PRL_SUCCEEDED(PrlVmCfg_GetUuid(hVm, szUuid, &nLen)))
        printf("created %s %s\n", szUuid, argv[1]);

    PrlHandle_Free(hVm);
    PrlHandle_Free(hHostConfig);
    sample_logoff(hServer);
    return PRL_FAILED(ret);
}
