/* SPDX-License-Identifier: MIT */
/* login_local: log in to the service of this machine (it is started when absent), and say whom we are talking to. */
#include <prlsdk/Virtuozzo.h>
#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
    PRL_HANDLE hServer = PRL_INVALID_HANDLE, hJob, hResult, hLogin, hInfo;
    PRL_RESULT ret, nRetCode = PRL_ERR_UNINITIALIZED;
    char szText[256];
    PRL_UINT32 nLen;

    /* 1. The library, with the API version this program was written for. */
    ret = PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0);
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "PrlApi_InitEx: %s\n", prl_result_to_string(ret));
        return 1;
    }

    /* 2. A server object, and the login: an asynchronous call, so it returns a job at once. */
    ret = PrlSrv_Create(&hServer);
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "PrlSrv_Create: %s\n", prl_result_to_string(ret));
        PrlApi_Deinit();
        return 1;
    }
    hJob = PrlSrv_LoginLocal(hServer, "", 0, PSL_HIGH_SECURITY);

    /* 3. A failed wait only says that waiting failed; how the login went is the job's return code. */
    ret = PrlJob_Wait(hJob, 60000);
    if (PRL_SUCCEEDED(ret))
        ret = PrlJob_GetRetCode(hJob, &nRetCode);
    if (PRL_FAILED(ret) || PRL_FAILED(nRetCode)) {
        fprintf(stderr, "login: %s\n", prl_result_to_string(PRL_FAILED(ret) ? ret : nRetCode));
        PrlHandle_Free(hJob);
        PrlHandle_Free(hServer);
        PrlApi_Deinit();
        return 1;
    }

    /* 4. The result of a login is a PHT_LOGIN_RESPONSE. */
    if (PRL_SUCCEEDED(PrlJob_GetResult(hJob, &hResult))) {
        if (PRL_SUCCEEDED(PrlResult_GetParam(hResult, &hLogin))) {
            nLen = sizeof szText;
            if (PRL_SUCCEEDED(PrlLoginResponse_GetSessionUuid(hLogin, szText, &nLen)))
                printf("session         %s\n", szText);
            nLen = sizeof szText;
            if (PRL_SUCCEEDED(PrlLoginResponse_GetProductVersion(hLogin, szText, &nLen)))
                printf("product version %s\n", szText);
            nLen = sizeof szText;
            if (PRL_SUCCEEDED(PrlLoginResponse_GetHostOsVersion(hLogin, szText, &nLen)))
                printf("host system     %s\n", szText);
            PrlHandle_Free(hLogin);
        }
        PrlHandle_Free(hResult);
    }
    PrlHandle_Free(hJob);

    if (PRL_SUCCEEDED(PrlSrv_GetServerInfo(hServer, &hInfo))) {
        nLen = sizeof szText;
        if (PRL_SUCCEEDED(PrlSrvInfo_GetHostName(hInfo, szText, &nLen)))
            printf("host            %s\n", szText);
        PrlHandle_Free(hInfo);
    }

    /* 5. Log off, free what we own, shut the library down. */
    hJob = PrlSrv_Logoff(hServer);
    PrlJob_Wait(hJob, 10000);
    PrlHandle_Free(hJob);
    PrlHandle_Free(hServer);
    PrlApi_Deinit();
    return 0;
}
