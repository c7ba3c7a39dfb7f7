/* SPDX-License-Identifier: MIT */
/* Calls to the SDK that the benchmarks share; see sdk.h. */
#include "sdk.h"

#include <stdio.h>
#include <string.h>

#define JOB_WAIT_MS (10 * 60 * 1000)

void
sdk_must(PRL_RESULT r, const char *what)
{
    if (PRL_FAILED(r))
        bench_fail("%s: %s", what, prl_result_to_string(r));
}

_Noreturn static void
job_failed(PRL_HANDLE job, const char *what, PRL_RESULT code)
{
    PRL_HANDLE error = PRL_INVALID_HANDLE;
    char text[2048] = "";
    PRL_UINT32 len = sizeof text - 1;

    if (PRL_SUCCEEDED(PrlJob_GetError(job, &error)))
        PrlEvent_GetErrString(error, PRL_FALSE, PRL_FALSE, text, &len);
    bench_fail("%s: %s (%s)", what, text, prl_result_to_string(code));
}

void
sdk_wait(PRL_HANDLE job, const char *what, PRL_HANDLE *ret_result)
{
    PRL_RESULT code = PRL_ERR_UNINITIALIZED;

    sdk_must(PrlJob_Wait(job, JOB_WAIT_MS), what);
    sdk_must(PrlJob_GetRetCode(job, &code), what);
    if (PRL_FAILED(code))
        job_failed(job, what, code);
    if (ret_result)
        sdk_must(PrlJob_GetResult(job, ret_result), what);
    PrlHandle_Free(job);
}

PRL_HANDLE
sdk_wait_param(PRL_HANDLE job, const char *what)
{
    PRL_HANDLE result, param;

    sdk_wait(job, what, &result);
    sdk_must(PrlResult_GetParam(result, &param), what);
    PrlHandle_Free(result);
    return param;
}

PRL_HANDLE
sdk_init(void)
{
    PRL_HANDLE server;

    sdk_must(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0), "PrlApi_InitEx");
    sdk_must(PrlSrv_Create(&server), "PrlSrv_Create");
    return server;
}

void
sdk_login_on(PRL_HANDLE server)
{
    sdk_wait(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE), "PrlSrv_LoginLocalEx", NULL);
}

PRL_HANDLE
sdk_login(void)
{
    PRL_HANDLE server = sdk_init();

    sdk_login_on(server);
    return server;
}

void
sdk_logoff(PRL_HANDLE server)
{
    sdk_wait(PrlSrv_Logoff(server), "PrlSrv_Logoff", NULL);
    PrlHandle_Free(server);
    PrlApi_Deinit();
}

static void
add_device(PRL_HANDLE vm, PRL_DEVICE_TYPE type, PRL_HANDLE *ret_device)
{
    PRL_HANDLE device;

    sdk_must(PrlVmCfg_AddDefaultDeviceEx(vm, PRL_INVALID_HANDLE, type, &device), "PrlVmCfg_AddDefaultDeviceEx");
    if (ret_device)
        *ret_device = device;
    else
        PrlHandle_Free(device);
}

PRL_HANDLE
sdk_new_vm(PRL_HANDLE server, const char *name, PRL_UINT32 ram_mib, PRL_UINT32 disk_mib)
{
    PRL_HANDLE vm, disk;

    sdk_must(PrlSrv_CreateVm(server, &vm), "PrlSrv_CreateVm");
    sdk_must(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_OTHER, PRL_FALSE), "PrlVmCfg_SetDefaultConfig");
    sdk_must(PrlVmCfg_SetName(vm, name), "PrlVmCfg_SetName");
    sdk_must(PrlVmCfg_SetRamSize(vm, ram_mib), "PrlVmCfg_SetRamSize");
    if (disk_mib) {
        add_device(vm, PDE_HARD_DISK, &disk);
        sdk_must(PrlVmDevHd_SetDiskSize(disk, disk_mib), "PrlVmDevHd_SetDiskSize");
        PrlHandle_Free(disk);
        add_device(vm, PDE_SERIAL_PORT, NULL);
    }
    return vm;
}

void
sdk_vm_file(PRL_HANDLE vm, const char *name, char *path, size_t size)
{
    char home[4096];
    PRL_UINT32 len = sizeof home;

    sdk_must(PrlVmCfg_GetHomePath(vm, home, &len), "PrlVmCfg_GetHomePath");
    *strrchr(home, '/') = '\0'; /* it names the configuration file */
    snprintf(path, size, "%s/%s", home, name);
}

void
sdk_vm_disk(PRL_HANDLE vm, char *path, size_t size)
{
    PRL_HANDLE disk;
    char name[4096];
    PRL_UINT32 len = sizeof name;

    sdk_must(PrlVmCfg_GetHardDisk(vm, 0, &disk), "PrlVmCfg_GetHardDisk");
    sdk_must(PrlVmDev_GetSysName(disk, name, &len), "PrlVmDev_GetSysName");
    PrlHandle_Free(disk);
    if (name[0] == '/')
        snprintf(path, size, "%s", name);
    else
        sdk_vm_file(vm, name, path, size);
}
