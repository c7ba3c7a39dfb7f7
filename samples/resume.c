/* SPDX-License-Identifier: MIT */
/* resume NAME: lets a paused or suspended virtual machine go on from where it was. */
#include "sample.h"

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm;
    PRL_RESULT ret = PRL_ERR_FAILURE;

    if (argc != 2) {
        fprintf(stderr, "usage: %s NAME\n", argv[0]);
        return 2;
    }
    hServer = sample_login();
    hVm = sample_find_vm(hServer, argv[1]);
    if (hVm != PRL_INVALID_HANDLE) {
        printf("before: %s\n", sample_state_name(sample_vm_state(hVm)));
        ret = sample_wait("PrlVm_Resume", PrlVm_Resume(hVm), NULL); /* PrlVm_Start does the same here */
        printf("after: %s\n", sample_state_name(sample_vm_state(hVm)));
        PrlHandle_Free(hVm);
    }
    sample_logoff(hServer);
    return PRL_FAILED(ret);
}
