/* SPDX-License-Identifier: MIT */
/* start_stop NAME: starts a virtual machine, shows its state, and powers it off. */
#include "sample.h"

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm;
    PRL_RESULT ret;

    if (argc != 2) {
        fprintf(stderr, "usage: %s NAME\n", argv[0]);
        return 2;
    }
    hServer = sample_login();
    hVm = sample_find_vm(hServer, argv[1]);
    if (hVm == PRL_INVALID_HANDLE) {
        sample_logoff(hServer);
        return 1;
    }
    ret = sample_wait("PrlVm_Start", PrlVm_Start(hVm), NULL);
    printf("after start: %s\n", sample_state_name(sample_vm_state(hVm)));
    if (PRL_SUCCEEDED(ret)) {
        /* PSM_SHUTDOWN would ask the guest; a guest without an operating system does not listen. */
        ret = sample_wait("PrlVm_StopEx", PrlVm_StopEx(hVm, PSM_KILL, 0), NULL);
        printf("after stop: %s\n", sample_state_name(sample_vm_state(hVm)));
    }
    PrlHandle_Free(hVm);
    sample_logoff(hServer);
    return PRL_FAILED(ret);
}
