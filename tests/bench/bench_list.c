/* SPDX-License-Identifier: MIT */
/*
 * A service with many VMs: registering them, login, one VM by its uuid, the list (first and again in one client), and what memory the
 * service takes. Every client is a new process, so that "first" is what a program sees that has just started.
 */
#include "bench.h"
#include "home.h"
#include "sdk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define AIM_LIST_MS 30
#define AIM_RSS_MIB 48
#define UUID_SIZE 64

static uint64_t n_vms = 1000, n_clients = 30;

static const struct bench_option options[] = {
    { "vms", &n_vms, "registered VMs" },
    { "n", &n_clients, "clients" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

enum number { INIT, LOGIN, CONFIG, LIST_FIRST, NAMES, STATES, LIST_AGAIN, NUMBERS };

/* Written by the client processes. */
static struct shared {
    uint64_t ns[NUMBERS];
    char uuid[UUID_SIZE]; /* of a VM in the middle */
} *shared;

/* Runs part in a process of its own. */
static void
in_client(void (*part)(void))
{
    int status;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        part();
        fflush(NULL);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        bench_fail("client: %s", strerror(errno));
    if (status)
        _exit(1); /* it has said why */
}

static void
register_all(void)
{
    PRL_HANDLE server = sdk_login();
    struct samples one = { 0 };
    uint64_t begin = bench_now_ns();

    for (uint64_t i = 0; i < n_vms; i++) {
        char name[32];
        PRL_HANDLE vm;
        uint64_t start;
        PRL_UINT32 len = sizeof shared->uuid;

        snprintf(name, sizeof name, "bench %06ju", (uintmax_t)i);
        vm = sdk_new_vm(server, name, 32, 0);
        start = bench_now_ns();
        sdk_wait(PrlVm_Reg(vm, "", PRL_TRUE), "PrlVm_Reg", NULL);
        samples_add_since(&one, start);
        if (i == n_vms / 2)
            sdk_must(PrlVmCfg_GetUuid(vm, shared->uuid, &len), "PrlVmCfg_GetUuid");
        PrlHandle_Free(vm);
    }
    bench_report("register", UNIT_MS, &one, (struct versus){ 0 });
    bench_report_value("register_all", "s", (double)(bench_now_ns() - begin) / 1e9, 0);
    sdk_logoff(server);
}

/* The list, with a handle for each VM; how many. */
static PRL_HANDLE
get_list(PRL_HANDLE server, enum number number)
{
    uint64_t start = bench_now_ns();
    PRL_UINT32 count = 0;
    PRL_HANDLE result;

    sdk_wait(PrlSrv_GetVmListEx(server, PVTF_VM), "PrlSrv_GetVmListEx", &result);
    sdk_must(PrlResult_GetParamsCount(result, &count), "PrlResult_GetParamsCount");
    shared->ns[number] = bench_now_ns() - start;
    if (count != n_vms)
        bench_fail("the list has %u VMs, not %ju", count, (uintmax_t)n_vms);
    return result;
}

/* What a table of machines asks beside the name. */
static void
look_at(PRL_HANDLE result, PRL_UINT32 i)
{
    VIRTUAL_MACHINE_STATE state;
    PRL_BOOL is_template;
    PRL_HANDLE vm, info;

    sdk_must(PrlResult_GetParamByIndex(result, i, &vm), "PrlResult_GetParamByIndex");
    sdk_must(PrlVmCfg_GetVmInfo(vm, &info), "PrlVmCfg_GetVmInfo");
    sdk_must(PrlVmInfo_GetState(info, &state), "PrlVmInfo_GetState");
    sdk_must(PrlVmCfg_IsTemplate(vm, &is_template), "PrlVmCfg_IsTemplate");
    PrlHandle_Free(info);
    PrlHandle_Free(vm);
}

static void
client(void)
{
    uint64_t start = bench_now_ns();
    PRL_HANDLE server, result, vm;
    char text[512];
    PRL_UINT32 len;

    server = sdk_init();
    shared->ns[INIT] = bench_now_ns() - start;
    start = bench_now_ns();
    sdk_login_on(server);
    shared->ns[LOGIN] = bench_now_ns() - start;

    start = bench_now_ns();
    vm = sdk_wait_param(PrlSrv_GetVmConfig(server, shared->uuid, PGVC_SEARCH_BY_UUID), "PrlSrv_GetVmConfig");
    shared->ns[CONFIG] = bench_now_ns() - start;
    PrlHandle_Free(vm);

    result = get_list(server, LIST_FIRST);

    /* What most programs do next; a configuration is parsed when it is asked what its entry does not say. */
    start = bench_now_ns();
    for (PRL_UINT32 i = 0; i < n_vms; i++) {
        sdk_must(PrlResult_GetParamByIndex(result, i, &vm), "PrlResult_GetParamByIndex");
        len = sizeof text;
        sdk_must(PrlVmCfg_GetName(vm, text, &len), "PrlVmCfg_GetName");
        PrlHandle_Free(vm);
    }
    shared->ns[NAMES] = bench_now_ns() - start;
    start = bench_now_ns();
    for (PRL_UINT32 i = 0; i < n_vms; i++)
        look_at(result, i);
    shared->ns[STATES] = bench_now_ns() - start;
    PrlHandle_Free(get_list(server, LIST_AGAIN));
    PrlHandle_Free(result);
    sdk_logoff(server);
}

static void
body(void)
{
    static const struct {
        const char *metric;
        double aim;
    } names[NUMBERS] = {
        [INIT] = { "api_init", 0 },
        [LOGIN] = { "login", 0 },
        [CONFIG] = { "config_by_uuid", 0 },
        [LIST_FIRST] = { "list_first", AIM_LIST_MS },
        [NAMES] = { "names_of_all", 0 },
        [STATES] = { "states_of_all", 0 },
        [LIST_AGAIN] = { "list_again", AIM_LIST_MS },
    };
    struct samples samples[NUMBERS] = { 0 };
    pid_t service;

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        bench_fail("mmap: %s", strerror(errno));
    in_client(register_all);
    for (uint64_t i = 0; i < n_clients; i++) {
        in_client(client);
        for (int k = 0; k < NUMBERS; k++)
            samples_add(&samples[k], shared->ns[k]);
    }
    for (int k = 0; k < NUMBERS; k++) {
        bench_report(names[k].metric, UNIT_MS, &samples[k], (struct versus){ .aim = names[k].aim });
        samples_free(&samples[k]);
    }
    service = home_service();
    if (!service)
        bench_fail("the service is not to be found");
    bench_report_value("service_rss", "MiB", (double)home_status_kib(service, "VmRSS") / 1024, AIM_RSS_MIB);
    bench_report_value("service_rss_peak", "MiB", (double)home_status_kib(service, "VmHWM") / 1024, 0);
}

int
main(int argc, char **argv)
{
    bench_begin("list", options, argc, argv);
    return home_run(body);
}
