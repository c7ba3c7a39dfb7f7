/* SPDX-License-Identifier: MIT */
/*
 * Configurations: what a getter and a setter cost, an edit with its durable commit, and the start of a service that has many machines: with files
 * as it left them, and with files that somebody has touched, all of which it reads anew.
 */
#include "bench.h"
#include "home.h"
#include "sdk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AIM_GETTER_NS 300
#define AIM_EDIT_MS 3
#define AIM_START_MS 400
#define BATCH 100 /* calls between two looks at the clock, which costs as much as one of them */
#define END_MS 20000

static uint64_t n_getters = 10000, n_edits = 1000, n_vms = 1000, n_starts = 7;

static const struct bench_option options[] = {
    { "getters", &n_getters, "calls of each getter" },
    { "edits", &n_edits, "edits and commits" },
    { "vms", &n_vms, "machines that the service has when it starts" },
    { "starts", &n_starts, "starts of the service, of each kind" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

/* ---- getters ---- */

/* What is asked: the machine and its devices. */
static struct {
    PRL_HANDLE vm, disk, adapter;
} of;

static void
get_number(void)
{
    PRL_UINT32 value;

    sdk_must(PrlVmCfg_GetRamSize(of.vm, &value), "PrlVmCfg_GetRamSize");
}

static void
get_far_number(void)
{
    PRL_UINT32 value;

    sdk_must(PrlVmCfg_GetHighAvailabilityPriority(of.vm, &value), "PrlVmCfg_GetHighAvailabilityPriority");
}

static void
get_text(void)
{
    char text[256];
    PRL_UINT32 len = sizeof text;

    sdk_must(PrlVmCfg_GetName(of.vm, text, &len), "PrlVmCfg_GetName");
}

static void
get_of_device(void)
{
    PRL_UINT32 value;

    sdk_must(PrlVmDevHd_GetDiskSize(of.disk, &value), "PrlVmDevHd_GetDiskSize");
}

static void
get_of_last_device(void)
{
    PRL_BOOL value;

    sdk_must(PrlVmDevNet_IsPktFilterPreventIpSpoof(of.adapter, &value), "PrlVmDevNet_IsPktFilterPreventIpSpoof");
}

static void
set_number(void)
{
    sdk_must(PrlVmCfg_SetCpuCount(of.vm, 2), "PrlVmCfg_SetCpuCount");
}

static void
calls(const char *metric, void (*call)(void), double aim)
{
    struct samples one = { 0 };

    call(); /* parses the document */
    for (uint64_t i = 0; i < n_getters; i += BATCH) {
        uint64_t start = bench_now_ns();

        for (int k = 0; k < BATCH; k++)
            call();
        samples_add(&one, (bench_now_ns() - start) / BATCH);
    }
    bench_report(metric, UNIT_NS, &one, (struct versus){ .aim = aim });
    samples_free(&one);
}

static void
getters(PRL_HANDLE vm)
{
    of.vm = vm;
    sdk_must(PrlVmCfg_GetHardDisk(vm, 0, &of.disk), "PrlVmCfg_GetHardDisk");
    sdk_must(PrlVmCfg_GetNetAdapter(vm, 0, &of.adapter), "PrlVmCfg_GetNetAdapter");
    calls("getter.number", get_number, AIM_GETTER_NS);
    calls("getter.number_at_the_end", get_far_number, AIM_GETTER_NS);
    calls("getter.text", get_text, AIM_GETTER_NS);
    calls("getter.of_a_device", get_of_device, AIM_GETTER_NS);
    calls("getter.of_the_last_device", get_of_last_device, AIM_GETTER_NS);
    calls("setter.number", set_number, 0);
    PrlHandle_Free(of.disk);
    PrlHandle_Free(of.adapter);
}

/* ---- edits ---- */

static void
edits(PRL_HANDLE vm)
{
    struct samples all = { 0 }, begin = { 0 }, commit = { 0 };

    for (uint64_t i = 0; i < n_edits; i++) {
        char text[64];
        uint64_t start = bench_now_ns(), between;

        snprintf(text, sizeof text, "edit %ju", (uintmax_t)i);
        sdk_wait(PrlVm_BeginEdit(vm), "PrlVm_BeginEdit", NULL);
        samples_add_since(&begin, start);
        sdk_must(PrlVmCfg_SetDescription(vm, text), "PrlVmCfg_SetDescription");
        between = bench_now_ns();
        sdk_wait(PrlVm_Commit(vm), "PrlVm_Commit", NULL);
        samples_add_since(&commit, between);
        samples_add_since(&all, start);
    }
    bench_report("begin_edit", UNIT_US, &begin, (struct versus){ 0 });
    bench_report("commit", UNIT_MS, &commit, (struct versus){ .aim = AIM_EDIT_MS });
    bench_report("edit", UNIT_MS, &all, (struct versus){ 0 });
    samples_free(&all);
    samples_free(&begin);
    samples_free(&commit);
}

/* ---- starts ---- */

static void
end_service(void)
{
    pid_t pid = home_service();
    int fd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    struct pollfd gone = { .fd = fd, .events = POLLIN };

    if (fd < 0)
        bench_fail("the service is not to be found: %s", strerror(errno));
    kill(pid, SIGTERM);
    if (poll(&gone, 1, END_MS) != 1)
        bench_fail("the service does not end");
    close(fd);
}

/* Paths of all config.pvs. */
static char **paths;

static void
touch_all(void)
{
    for (uint64_t i = 0; i < n_vms; i++)
        if (utimensat(AT_FDCWD, paths[i], NULL, 0) < 0)
            bench_fail("%s: %s", paths[i], strerror(errno));
}

static void
start(struct samples *ret_login, struct samples *ret_list)
{
    PRL_HANDLE server, result;
    PRL_UINT32 count = 0;
    uint64_t from;

    sdk_must(PrlSrv_Create(&server), "PrlSrv_Create");
    from = bench_now_ns();
    sdk_login_on(server);
    samples_add_since(ret_login, from);
    from = bench_now_ns();
    sdk_wait(PrlSrv_GetVmListEx(server, PVTF_VM), "PrlSrv_GetVmListEx", &result);
    samples_add_since(ret_list, from);
    sdk_must(PrlResult_GetParamsCount(result, &count), "PrlResult_GetParamsCount");
    if (count != n_vms)
        bench_fail("%u machines, not %ju", count, (uintmax_t)n_vms);
    PrlHandle_Free(result);
    sdk_wait(PrlSrv_Logoff(server), "logoff", NULL);
    PrlHandle_Free(server);
}

static void
starts(void)
{
    struct samples known = { 0 }, changed = { 0 }, list = { 0 }, list_changed = { 0 };

    for (uint64_t i = 0; i < n_starts; i++) {
        end_service();
        home_settle();
        start(&known, &list);
        end_service();
        touch_all();
        home_settle();
        start(&changed, &list_changed);
    }
    bench_report("start.known_files", UNIT_MS, &known, (struct versus){ .aim = AIM_START_MS });
    bench_report("start.known_files.list", UNIT_MS, &list, (struct versus){ 0 });
    bench_report("start.changed_files", UNIT_MS, &changed, (struct versus){ .aim = AIM_START_MS });
    bench_report("start.changed_files.list", UNIT_MS, &list_changed, (struct versus){ 0 });
    samples_free(&known);
    samples_free(&changed);
    samples_free(&list);
    samples_free(&list_changed);
}

/* ---- all ---- */

/* A machine with what a guest gets by default. */
static PRL_HANDLE
new_vm(PRL_HANDLE server, const char *name)
{
    PRL_HANDLE vm, device;

    sdk_must(PrlSrv_CreateVm(server, &vm), "PrlSrv_CreateVm");
    sdk_must(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_TRUE), "PrlVmCfg_SetDefaultConfig");
    sdk_must(PrlVmCfg_SetName(vm, name), "PrlVmCfg_SetName");
    sdk_must(PrlVmCfg_GetHardDisk(vm, 0, &device), "PrlVmCfg_GetHardDisk");
    sdk_must(PrlVmDev_SetEnabled(device, PRL_FALSE), "PrlVmDev_SetEnabled"); /* no image is made for it */
    sdk_must(PrlVmDevHd_SetDiskSize(device, 0), "PrlVmDevHd_SetDiskSize");
    PrlHandle_Free(device);
    sdk_wait(PrlVm_Reg(vm, "", PRL_TRUE), "PrlVm_Reg", NULL);
    return vm;
}

static void
body(void)
{
    PRL_HANDLE server = sdk_login(), vm = PRL_INVALID_HANDLE;

    paths = calloc(n_vms + 1, sizeof *paths);
    if (!paths)
        bench_fail("no memory");
    for (uint64_t i = 0; i < n_vms; i++) {
        char name[32], path[1024];
        PRL_UINT32 len = sizeof path;

        if (vm)
            PrlHandle_Free(vm);
        snprintf(name, sizeof name, "bench %06ju", (uintmax_t)i);
        vm = new_vm(server, name);
        sdk_must(PrlVmCfg_GetHomePath(vm, path, &len), "PrlVmCfg_GetHomePath");
        paths[i] = strdup(path);
    }
    getters(vm);
    edits(vm);
    PrlHandle_Free(vm);
    sdk_wait(PrlSrv_Logoff(server), "logoff", NULL);
    PrlHandle_Free(server);
    starts();
    PrlApi_Deinit();
}

int
main(int argc, char **argv)
{
    bench_begin("config", options, argc, argv);
    return home_run(body);
}
