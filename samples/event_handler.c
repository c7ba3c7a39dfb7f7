/* SPDX-License-Identifier: MIT */
/* event_handler [SECONDS]: prints what happens to the virtual machines of this service while it runs. */
#include "sample.h"
#include <unistd.h>

/* Runs on the library's own thread. The handle is ours: we must free it. The same handler also receives finished jobs. */
static PRL_RESULT
on_event(PRL_HANDLE hEvent, PRL_VOID_PTR pUserData)
{
    PRL_HANDLE_TYPE nHandleType = PHT_ERROR;
    PRL_EVENT_TYPE nType;
    char szIssuer[64] = "";
    PRL_UINT32 nLen = sizeof szIssuer;

    PrlHandle_GetType(hEvent, &nHandleType);
    if (nHandleType == PHT_EVENT && PRL_SUCCEEDED(PrlEvent_GetType(hEvent, &nType))) {
        PRL_HANDLE hParam;

        PrlEvent_GetIssuerId(hEvent, szIssuer, &nLen);
        printf("%s %s", event_type_to_string(nType), szIssuer);
        if (nType == PET_DSP_EVT_VM_STATE_CHANGED &&
            PRL_SUCCEEDED(PrlEvent_GetParamByName(hEvent, "vminfo_vm_state", &hParam))) {
            PRL_INT32 nState = 0;

            if (PRL_SUCCEEDED(PrlEvtPrm_ToInt32(hParam, &nState)))
                printf(" %s", sample_state_name((VIRTUAL_MACHINE_STATE)nState));
            PrlHandle_Free(hParam);
        }
        printf("\n");
        fflush(stdout);
        ++*(int *)pUserData;
    }
    PrlHandle_Free(hEvent);
    return PRL_ERR_SUCCESS;
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer = sample_login();
    int nSeen = 0;

    PrlSrv_RegEventHandler(hServer, on_event, &nSeen);
    sleep(argc > 1 ? (unsigned)atoi(argv[1]) : 60);
    /* After this call has returned the handler does not run any more. */
    PrlSrv_UnregEventHandler(hServer, on_event, &nSeen);
    printf("%d event(s)\n", nSeen);
    sample_logoff(hServer);
    return 0;
}
