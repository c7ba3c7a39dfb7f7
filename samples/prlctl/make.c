/* SPDX-License-Identifier: MIT */
/* Commands that bring a virtual machine into the list: create, clone, register. */
#include "prlctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CREATE_OSTYPE, CREATE_DISTRIBUTION, CREATE_DST, CREATE_UUID, CREATE_NO_HDD, CREATE_MEMSIZE, CREATE_CPUS, CREATE_HDD_SIZE, CREATE_VMTYPE };
static const struct ctl_option create_options[] = {
    [CREATE_OSTYPE] = { "ostype", 'o', true },   [CREATE_DISTRIBUTION] = { "distribution", 'd', true },
    [CREATE_DST] = { "dst", 0, true },           [CREATE_UUID] = { "uuid", 0, true },
    [CREATE_NO_HDD] = { "no-hdd", 0, false },    [CREATE_MEMSIZE] = { "memsize", 0, true },
    [CREATE_CPUS] = { "cpus", 0, true },         [CREATE_HDD_SIZE] = { "hdd-size", 0, true },
    [CREATE_VMTYPE] = { "vmtype", 0, true },     { NULL, 0, false },
};

static const struct {
    const char *name;
    unsigned version;
} systems[] = {
    { "linux", PVS_GUEST_VER_LIN_OTHER },     { "centos8", PVS_GUEST_VER_LIN_CENTOS_8 }, { "debian", PVS_GUEST_VER_LIN_DEBIAN },
    { "ubuntu", PVS_GUEST_VER_LIN_UBUNTU },   { "fedora", PVS_GUEST_VER_LIN_FEDORA },    { "windows", PVS_GUEST_VER_WIN_OTHER },
    { "win-2019", PVS_GUEST_VER_WIN_2019 },   { "freebsd", PVS_GUEST_VER_BSD_OTHER },    { "other", PVS_GUEST_VER_OTH_OTHER },
};

static int
guest_version(const char *name, unsigned *ret)
{
    size_t i;

    for (i = 0; i < sizeof systems / sizeof *systems; i++)
        if (!strcasecmp(systems[i].name, name)) {
            *ret = systems[i].version;
            return 0;
        }
    fprintf(stderr, "Known systems:");
    for (i = 0; i < sizeof systems / sizeof *systems; i++)
        fprintf(stderr, " %s", systems[i].name);
    fprintf(stderr, "\n");
    return -1;
}

static PRL_RESULT
configure(struct ctl *ctl, PRL_HANDLE hVm, const struct ctl_args *args, unsigned version)
{
    PRL_HANDLE hResult, hHost = PRL_INVALID_HANDLE, hHdd;
    PRL_RESULT ret = ctl_wait(ctl, NULL, PrlSrv_GetSrvConfig(ctl->server), &hResult);

    if (PRL_SUCCEEDED(ret)) {
        PrlResult_GetParam(hResult, &hHost);
        PrlHandle_Free(hResult);
    }
    ret = PrlVmCfg_SetDefaultConfig(hVm, hHost, version, PRL_TRUE);
    if (hHost)
        PrlHandle_Free(hHost);
    if (PRL_SUCCEEDED(ret))
        ret = PrlVmCfg_SetName(hVm, args->subject);
    if (PRL_SUCCEEDED(ret) && args->value[CREATE_UUID])
        ret = PrlVmCfg_SetUuid(hVm, args->value[CREATE_UUID]);
    if (PRL_SUCCEEDED(ret) && args->value[CREATE_MEMSIZE])
        ret = PrlVmCfg_SetRamSize(hVm, (PRL_UINT32)strtoul(args->value[CREATE_MEMSIZE], NULL, 10));
    if (PRL_SUCCEEDED(ret) && args->value[CREATE_CPUS])
        ret = PrlVmCfg_SetCpuCount(hVm, (PRL_UINT32)strtoul(args->value[CREATE_CPUS], NULL, 10));
    if (PRL_FAILED(ret) || PRL_FAILED(PrlVmCfg_GetHardDisk(hVm, 0, &hHdd)))
        return ret;
    if (args->value[CREATE_NO_HDD])
        ret = PrlVmDev_Remove(hHdd);
    else if (args->value[CREATE_HDD_SIZE])
        ret = PrlVmDevHd_SetDiskSize(hHdd, (PRL_UINT32)strtoul(args->value[CREATE_HDD_SIZE], NULL, 10));
    PrlHandle_Free(hHdd);
    return ret;
}

static int
run_create(struct ctl *ctl, const struct ctl_args *args)
{
    const char *system = args->value[CREATE_DISTRIBUTION] ? args->value[CREATE_DISTRIBUTION] : args->value[CREATE_OSTYPE];
    PRL_HANDLE hVm = PRL_INVALID_HANDLE;
    unsigned version;
    PRL_RESULT ret;

    if (guest_version(system ? system : "linux", &version) < 0)
        return EXIT_USAGE;
    ret = PrlSrv_CreateVm(ctl->server, &hVm);
    if (PRL_SUCCEEDED(ret))
        ret = configure(ctl, hVm, args, version);
    if (PRL_FAILED(ret))
        fprintf(stderr, "The configuration was not accepted: %s\n", prl_result_to_string(ret));
    else {
        printf("Creating the virtual machine...\n");
        ret = ctl_wait(ctl, "Creating", PrlVm_Reg(hVm, args->value[CREATE_DST] ? args->value[CREATE_DST] : "", PRL_TRUE), NULL);
        if (PRL_SUCCEEDED(ret))
            printf("The VM has been successfully created.\n");
    }
    if (hVm)
        PrlHandle_Free(hVm);
    return ctl_exit_status(ret);
}

const struct ctl_command ctl_create = {
    "create", "<ve_name> [-o,--ostype <name>|-d,--distribution <name>] [--dst <path>] [--uuid <uuid>] [--no-hdd] [--memsize <MiB>] [--cpus <n>] [--hdd-size <MiB>]",
    true, create_options, run_create,
};

enum { CLONE_NAME, CLONE_TEMPLATE, CLONE_DST, CLONE_CHANGESID, CLONE_LINKED, CLONE_UUID, CLONE_DETACH };
static const struct ctl_option clone_options[] = {
    [CLONE_NAME] = { "name", 0, true },      [CLONE_TEMPLATE] = { "template", 0, false },  [CLONE_DST] = { "dst", 0, true },
    [CLONE_CHANGESID] = { "changesid", 0, false }, [CLONE_LINKED] = { "linked", 0, false }, [CLONE_UUID] = { "uuid", 0, true },
    [CLONE_DETACH] = { "detach-external-hdd", 0, true }, { NULL, 0, false },
};

static int
run_clone(struct ctl *ctl, const struct ctl_args *args)
{
    PRL_UINT32 flags = PACF_NON_INTERACTIVE_MODE;
    PRL_HANDLE hVm;
    PRL_RESULT ret;

    if (!args->value[CLONE_NAME]) {
        fprintf(stderr, "Usage: prlctl clone %s\n", ctl_clone.usage);
        return EXIT_USAGE;
    }
    if (args->value[CLONE_TEMPLATE])
        flags |= PCVF_CLONE_TO_TEMPLATE;
    if (args->value[CLONE_CHANGESID])
        flags |= PCVF_CHANGE_SID;
    if (args->value[CLONE_LINKED])
        flags |= PCVF_LINKED_CLONE;
    if (args->value[CLONE_DETACH] && !strcmp(args->value[CLONE_DETACH], "yes"))
        flags |= PCVF_DETACH_EXTERNAL_VIRTUAL_HDD;

    hVm = ctl_find(ctl, args->subject);
    if (hVm == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    printf("Clone the %s VM to %s %s...\n", args->subject, args->value[CLONE_TEMPLATE] ? "VM template" : "VM", args->value[CLONE_NAME]);
    ret = ctl_wait(ctl, "Cloning",
                   PrlVm_CloneWithUuid(hVm, args->value[CLONE_NAME], args->value[CLONE_UUID] ? args->value[CLONE_UUID] : "",
                                       args->value[CLONE_DST] ? args->value[CLONE_DST] : "", flags),
                   NULL);
    if (PRL_SUCCEEDED(ret))
        printf("The VM has been successfully cloned.\n");
    PrlHandle_Free(hVm);
    return ctl_exit_status(ret);
}

const struct ctl_command ctl_clone = {
    "clone", "<ve_id|ve_name> --name <new_name> [--uuid <uuid>] [--template] [--dst <path>] [--changesid] [--linked] [--detach-external-hdd <yes|no>]",
    true, clone_options, run_clone,
};

enum { REGISTER_PRESERVE, REGISTER_UUID, REGISTER_SRC_UUID, REGISTER_FORCE };
static const struct ctl_option register_options[] = {
    [REGISTER_PRESERVE] = { "preserve-uuid", 0, false }, [REGISTER_UUID] = { "uuid", 0, true },
    [REGISTER_SRC_UUID] = { "regenerate-src-uuid", 0, false }, [REGISTER_FORCE] = { "force", 0, false }, { NULL, 0, false },
};

static int
run_register(struct ctl *ctl, const struct ctl_args *args)
{
    const char *uuid = args->value[REGISTER_UUID];
    PRL_UINT32 flags = PACF_NON_INTERACTIVE_MODE;
    PRL_RESULT ret;

    if (!uuid && !args->value[REGISTER_PRESERVE])
        flags |= PRVF_REGENERATE_VM_UUID;
    if (args->value[REGISTER_SRC_UUID])
        flags |= PRVF_REGENERATE_SRC_VM_UUID;
    if (args->value[REGISTER_FORCE])
        flags |= PRCF_FORCE;
    printf("Register the virtual environment...\n");
    ret = ctl_wait(ctl, "Registering", PrlSrv_RegisterVmWithUuid(ctl->server, args->subject, uuid ? uuid : "", flags), NULL);
    if (PRL_SUCCEEDED(ret))
        printf("The virtual environment has been successfully registered.\n");
    return ctl_exit_status(ret);
}

const struct ctl_command ctl_register = {
    "register", "<path> [--preserve-uuid | --uuid <UUID>] [--regenerate-src-uuid] [--force]", true, register_options, run_register,
};
