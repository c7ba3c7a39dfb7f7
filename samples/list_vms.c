/* SPDX-License-Identifier: MIT */
/* list_vms: every virtual machine of this machine's service, with its state. */
#include "sample.h"

int
main(void)
{
    PRL_HANDLE hServer = sample_login(), hResult = PRL_INVALID_HANDLE;
    PRL_UINT32 i, nCount = 0;

    if (PRL_FAILED(sample_wait("PrlSrv_GetVmListEx", PrlSrv_GetVmListEx(hServer, PVTF_VM), &hResult))) {
        sample_logoff(hServer);
        return 1;
    }
    PrlResult_GetParamsCount(hResult, &nCount);
    for (i = 0; i < nCount; i++) {
        PRL_HANDLE hVm = PRL_INVALID_HANDLE, hInfo = PRL_INVALID_HANDLE;
        VIRTUAL_MACHINE_STATE nState = VMS_UNKNOWN;
        char szUuid[39], szName[1024]; /* {..} is 38 characters and the NUL */
        PRL_UINT32 nUuid = sizeof szUuid, nName = sizeof szName;

        if (PRL_FAILED(PrlResult_GetParamByIndex(hResult, i, &hVm)))
            continue;
        /* The list already carries the state: no request of its own is needed. */
        if (PRL_SUCCEEDED(PrlVmCfg_GetVmInfo(hVm, &hInfo))) {
            PrlVmInfo_GetState(hInfo, &nState);
            PrlHandle_Free(hInfo);
        }
        if (PRL_SUCCEEDED(PrlVmCfg_GetUuid(hVm, szUuid, &nUuid)) && PRL_SUCCEEDED(PrlVmCfg_GetName(hVm, szName, &nName)))
            printf("%s  %-10s  %s\n", szUuid, sample_state_name(nState), szName);
        PrlHandle_Free(hVm);
    }
    PrlHandle_Free(hResult);
    sample_logoff(hServer);
    return 0;
}
