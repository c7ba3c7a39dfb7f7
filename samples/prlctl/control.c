/* SPDX-License-Identifier: MIT */
/* Commands that are one request on one virtual machine: start, stop, reset, restart, pause, suspend, resume, unregister, delete. */
#include "prlctl.h"

#include <stdio.h>

static PRL_HANDLE
do_start(PRL_HANDLE hVm)
{
    return PrlVm_Start(hVm);
}
static PRL_HANDLE
do_shutdown(PRL_HANDLE hVm)
{
    return PrlVm_StopEx(hVm, PSM_SHUTDOWN, 0);
}
static PRL_HANDLE
do_kill(PRL_HANDLE hVm)
{
    return PrlVm_StopEx(hVm, PSM_KILL, 0);
}
static PRL_HANDLE
do_pause(PRL_HANDLE hVm)
{
    return PrlVm_Pause(hVm, PRL_FALSE);
}
static PRL_HANDLE
do_delete(PRL_HANDLE hVm)
{
    return PrlVm_Delete(hVm, PRL_INVALID_HANDLE);
}

/* "Starting the VM...", the bar, and how it ended. */
static int
control(struct ctl *ctl, const struct ctl_args *args, const char *doing, const char *done, PRL_HANDLE (*request)(PRL_HANDLE))
{
    PRL_HANDLE hVm = ctl_find(ctl, args->subject);
    PRL_RESULT ret;

    if (hVm == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    printf("%s the VM...\n", doing);
    ret = ctl_wait(ctl, doing, request(hVm), NULL);
    if (PRL_SUCCEEDED(ret))
        printf("The VM has been successfully %s.\n", done);
    PrlHandle_Free(hVm);
    return ctl_exit_status(ret);
}

#define CONTROL(id, name, doing, done, request)                                                    \
    static int run_##id(struct ctl *ctl, const struct ctl_args *args)                              \
    {                                                                                              \
        return control(ctl, args, doing, done, request);                                           \
    }                                                                                              \
    const struct ctl_command ctl_##id = { name, "<ve_id|ve_name>", true, NULL, run_##id };

CONTROL(start, "start", "Starting", "started", do_start)
CONTROL(reset, "reset", "Resetting", "reset", PrlVm_Reset)
CONTROL(restart, "restart", "Restarting", "restarted", PrlVm_Restart)
CONTROL(pause, "pause", "Pausing", "paused", do_pause)
CONTROL(suspend, "suspend", "Suspending", "suspended", PrlVm_Suspend)
CONTROL(resume, "resume", "Resuming", "resumed", PrlVm_Resume)
CONTROL(unregister, "unregister", "Unregistering", "unregistered", PrlVm_Unreg)

static const struct ctl_option stop_options[] = { { "kill", 0, false }, { NULL, 0, false } };

static int
run_stop(struct ctl *ctl, const struct ctl_args *args)
{
    return control(ctl, args, "Stopping", "stopped", args->value[0] ? do_kill : do_shutdown);
}

const struct ctl_command ctl_stop = { "stop", "<ve_id|ve_name> [--kill]", true, stop_options, run_stop };

static const struct ctl_option delete_options[] = { { "force", 0, false }, { NULL, 0, false } };

static int
run_delete(struct ctl *ctl, const struct ctl_args *args)
{
    if (args->value[0]) {
        PRL_HANDLE hVm = ctl_find(ctl, args->subject);
        VIRTUAL_MACHINE_STATE state;

        if (hVm == PRL_INVALID_HANDLE)
            return EXIT_FAILED;
        state = ctl_vm_state(hVm);
        if (state != VMS_STOPPED && state != VMS_SUSPENDED)
            ctl_wait(ctl, "Stopping", do_kill(hVm), NULL);
        PrlHandle_Free(hVm);
    }
    return control(ctl, args, "Removing", "removed", do_delete);
}

const struct ctl_command ctl_delete = { "delete", "<ve_id|ve_name> [--force]", true, delete_options, run_delete };
