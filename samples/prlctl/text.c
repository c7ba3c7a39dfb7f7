/* SPDX-License-Identifier: MIT */
/* Words: states, string getters, JSON strings. */
#include "prlctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
ctl_state_name(VIRTUAL_MACHINE_STATE state)
{
    static const struct {
        VIRTUAL_MACHINE_STATE state;
        const char *name;
    } rows[] = {
        { VMS_STOPPED, "stopped" },       { VMS_STARTING, "starting" },     { VMS_RESTORING, "restoring" },
        { VMS_RUNNING, "running" },       { VMS_PAUSED, "paused" },         { VMS_SUSPENDING, "suspending" },
        { VMS_STOPPING, "stopping" },     { VMS_COMPACTING, "compacting" }, { VMS_SUSPENDED, "suspended" },
        { VMS_SNAPSHOTING, "snapshoting" }, { VMS_RESETTING, "resetting" }, { VMS_PAUSING, "pausing" },
        { VMS_CONTINUING, "continuing" }, { VMS_MIGRATING, "migrating" },   { VMS_DELETING_STATE, "deleting_state" },
        { VMS_RESUMING, "resuming" },     { VMS_MOUNTED, "mounted" },
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].state == state)
            return rows[i].name;
    return "unknown";
}

char *
ctl_text(PRL_HANDLE h, ctl_getter get)
{
    PRL_UINT32 len = 0;
    char *text = NULL;

    if (PRL_SUCCEEDED(get(h, NULL, &len)) && len && (text = malloc(len)) && PRL_SUCCEEDED(get(h, text, &len)))
        return text;
    free(text);
    return calloc(1, 1);
}

VIRTUAL_MACHINE_STATE
ctl_vm_state(PRL_HANDLE hVm)
{
    VIRTUAL_MACHINE_STATE state = VMS_UNKNOWN;
    PRL_HANDLE hInfo;

    if (PRL_SUCCEEDED(PrlVmCfg_GetVmInfo(hVm, &hInfo))) {
        PrlVmInfo_GetState(hInfo, &state);
        PrlHandle_Free(hInfo);
    }
    return state;
}

char *
ctl_vm_owner(PRL_HANDLE hVm)
{
    PRL_HANDLE hRights;
    char *text;

    if (PRL_FAILED(PrlVmCfg_GetAccessRights(hVm, &hRights)))
        return strdup("-");
    text = ctl_text(hRights, PrlAcl_GetOwnerName);
    PrlHandle_Free(hRights);
    return text;
}

char *
ctl_vm_home(PRL_HANDLE hVm)
{
    char *path = ctl_text(hVm, PrlVmCfg_GetHomePath); /* of the configuration file */
    char *slash = path ? strrchr(path, '/') : NULL;

    if (slash)
        slash[1] = '\0';
    return path;
}

void
ctl_print_json(const char *text)
{
    const unsigned char *p;

    putchar('"');
    for (p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if (*p < 0x20)
            printf("\\u%04x", *p);
        else
            putchar(*p);
    }
    putchar('"');
}
