/* SPDX-License-Identifier: MIT */
/* drop_suspended NAME: forgets the saved memory of a suspended virtual machine; it is stopped then, what was not on its disks is lost. */
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
        if (sample_vm_state(hVm) != VMS_SUSPENDED)
            fprintf(stderr, "%s is not suspended\n", argv[1]);
        else
            ret = sample_wait("PrlVm_DropSuspendedState", PrlVm_DropSuspendedState(hVm), NULL);
        printf("now: %s\n", sample_state_name(sample_vm_state(hVm)));
        PrlHandle_Free(hVm);
    }
    sample_logoff(hServer);
    return PRL_FAILED(ret);
}
