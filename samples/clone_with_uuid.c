/* SPDX-License-Identifier: MIT */
/*
 * clone_with_uuid NAME NEW_NAME [UUID [linked]]: an exact copy under a new name and, if given, a UUID of your choice (braces may be
 * left out; "" or nothing: a new one). A running machine may be cloned: it goes on meanwhile.
 */
#include "sample.h"

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm, hClone = PRL_INVALID_HANDLE, hResult = PRL_INVALID_HANDLE, hJob;
    PRL_UINT32 nFlags = PACF_NON_INTERACTIVE_MODE, nLen, nDone = 0, nNow;
    char szUuid[39];
    PRL_RESULT ret = PRL_ERR_FAILURE;

    if (argc < 3 || argc > 5) {
        fprintf(stderr, "usage: %s NAME NEW_NAME [UUID [linked]]\n", argv[0]);
        return 2;
    }
    if (argc == 5 && !strcmp(argv[4], "linked"))
        nFlags |= PCVF_LINKED_CLONE; /* shares the disk blocks of the original: made in a moment */
    hServer = sample_login();
    hVm = sample_find_vm(hServer, argv[1]);
    if (hVm != PRL_INVALID_HANDLE) {
        /* "" as the path: the default folder for virtual machines. */
        hJob = PrlVm_CloneWithUuid(hVm, argv[2], argc > 3 ? argv[3] : "", "", nFlags);
        while (PrlJob_Wait(hJob, 200) == PRL_ERR_TIMEOUT)
            if (PRL_SUCCEEDED(PrlJob_GetProgress(hJob, &nNow)) && nNow != nDone)
                printf("%u %%\n", nDone = nNow);
        ret = sample_wait("PrlVm_CloneWithUuid", hJob, &hResult);
        if (PRL_SUCCEEDED(ret) && PRL_SUCCEEDED(PrlResult_GetParam(hResult, &hClone))) {
            nLen = sizeof szUuid;
            if (PRL_SUCCEEDED(PrlVmCfg_GetUuid(hClone, szUuid, &nLen)))
                printf("cloned as %s %s\n", szUuid, argv[2]);
            PrlHandle_Free(hClone);
        }
        PrlHandle_Free(hResult);
        PrlHandle_Free(hVm);
    }
    sample_logoff(hServer);
    return PRL_FAILED(ret);
}
