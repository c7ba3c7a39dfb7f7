/* SPDX-License-Identifier: MIT */
/* error_handling: the three places where a call can fail, and what each tells: the call itself, the wait, the job. */
#include "sample.h"

static void
print_text(const char *what, PRL_RESULT nCode, PRL_BOOL bBrief)
{
    char szText[2048];
    PRL_UINT32 nLen = sizeof szText;

    if (PRL_SUCCEEDED(PrlApi_GetResultDescription(nCode, bBrief, PRL_FALSE, szText, &nLen)))
        printf("  %s: %s\n", what, szText);
}

int
main(void)
{
    PRL_HANDLE hServer = sample_login(), hJob, hError;
    PRL_RESULT ret, nRetCode = PRL_ERR_SUCCESS;

    /* 1. A synchronous call returns its result. A handle that is none is refused, never followed. */
    ret = PrlVmCfg_SetName(PRL_INVALID_HANDLE, "nobody");
    printf("a null handle: %s\n", prl_result_to_string(ret));
    print_text("brief", ret, PRL_TRUE);

    /* 2. An asynchronous call always returns a job, also for bad arguments; its return code is the outcome. */
    hJob = PrlSrv_GetVmConfig(hServer, "{00000000-0000-0000-0000-000000000000}", PGVC_SEARCH_BY_UUID);
    ret = PrlJob_Wait(hJob, 10000);
    if (PRL_SUCCEEDED(ret))
        PrlJob_GetRetCode(hJob, &nRetCode);
    printf("waiting: %s, the job: %s\n", prl_result_to_string(ret), prl_result_to_string(nRetCode));
    print_text("long", nRetCode, PRL_FALSE);

    /* 3. A failed job carries an event with the text filled in, and the cause where the service knows more. */
    if (PRL_SUCCEEDED(PrlJob_GetError(hJob, &hError))) {
        PRL_HANDLE hParam;
        char szText[2048];
        PRL_UINT32 nLen = sizeof szText;

        if (PRL_SUCCEEDED(PrlEvent_GetErrString(hError, PRL_FALSE, PRL_FALSE, szText, &nLen)))
            printf("  the job says: %s\n", szText);
        if (PRL_SUCCEEDED(PrlEvent_GetParamByName(hError, "Details", &hParam))) {
            nLen = sizeof szText;
            if (PRL_SUCCEEDED(PrlEvtPrm_ToString(hParam, szText, &nLen)))
                printf("  details: %s\n", szText);
            PrlHandle_Free(hParam);
        }
        PrlHandle_Free(hError);
    }
    PrlHandle_Free(hJob);
    sample_logoff(hServer);
    return nRetCode == PRL_ERR_VM_UUID_NOT_FOUND ? 0 : 1;
}
