/* SPDX-License-Identifier: MIT */
/*
 * The way to the service and back: PrlVm_GetState of a stopped VM (call, PrlJob_Wait, free), alone and by several threads on one
 * login; login to a service that runs.
 */
#include "bench.h"
#include "home.h"
#include "sdk.h"

#include <pthread.h>
#include <stdio.h>

#define AIM_ROUND_TRIP_US 80
#define MAX_THREADS 64

static uint64_t n_trips = 20000, n_logins = 300, n_threads = 4;

static const struct bench_option options[] = {
    { "n", &n_trips, "round trips, of each thread" },
    { "logins", &n_logins, "logins" },
    { "threads", &n_threads, "threads of the parallel part, up to 64" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

struct worker {
    pthread_t thread;
    PRL_HANDLE vm;
    struct samples trips;
};

static void *
round_trips(void *p)
{
    struct worker *w = p;

    for (uint64_t i = 0; i < n_trips; i++) {
        uint64_t start = bench_now_ns();
        PRL_HANDLE job = PrlVm_GetState(w->vm);

        sdk_must(PrlJob_Wait(job, 60000), "PrlVm_GetState");
        PrlHandle_Free(job);
        samples_add_since(&w->trips, start);
    }
    return NULL;
}

static void
alone(PRL_HANDLE vm)
{
    struct worker w = { .vm = vm };

    sdk_wait(PrlVm_GetState(vm), "PrlVm_GetState", NULL); /* that it works at all */
    round_trips(&w);
    bench_report("get_state", UNIT_US, &w.trips, (struct versus){ .aim = AIM_ROUND_TRIP_US });
    samples_free(&w.trips);
}

static void
parallel(PRL_HANDLE vm)
{
    struct worker workers[MAX_THREADS] = { 0 };
    uint64_t n = n_threads < MAX_THREADS ? n_threads : MAX_THREADS, start = bench_now_ns(), total;
    struct samples all = { 0 };
    char metric[64];

    for (uint64_t i = 0; i < n; i++) {
        workers[i].vm = vm;
        if (pthread_create(&workers[i].thread, NULL, round_trips, &workers[i]))
            bench_fail("pthread_create");
    }
    for (uint64_t i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
    total = bench_now_ns() - start;
    for (uint64_t i = 0; i < n; i++) {
        for (size_t k = 0; k < workers[i].trips.n; k++)
            samples_add(&all, workers[i].trips.ns[k]);
        samples_free(&workers[i].trips);
    }
    snprintf(metric, sizeof metric, "get_state.%ju_threads", (uintmax_t)n);
    bench_report(metric, UNIT_US, &all, (struct versus){ 0 });
    snprintf(metric, sizeof metric, "get_state.%ju_threads.rate", (uintmax_t)n);
    bench_report_value(metric, "1/s", (double)all.n * 1e9 / (double)total, 0);
    samples_free(&all);
}

static void
logins(void)
{
    struct samples login = { 0 }, logoff = { 0 };

    for (uint64_t i = 0; i < n_logins; i++) {
        PRL_HANDLE server;
        uint64_t start;

        sdk_must(PrlSrv_Create(&server), "PrlSrv_Create");
        start = bench_now_ns();
        sdk_login_on(server);
        samples_add_since(&login, start);
        start = bench_now_ns();
        sdk_wait(PrlSrv_Logoff(server), "logoff", NULL);
        samples_add_since(&logoff, start);
        PrlHandle_Free(server);
    }
    bench_report("login_warm", UNIT_US, &login, (struct versus){ 0 });
    bench_report("logoff", UNIT_US, &logoff, (struct versus){ 0 });
    samples_free(&login);
    samples_free(&logoff);
}

static void
body(void)
{
    struct samples cold = { 0 };
    uint64_t start = bench_now_ns();
    PRL_HANDLE server = sdk_login(), vm;

    samples_add_since(&cold, start);
    bench_report("login_cold", UNIT_MS, &cold, (struct versus){ 0 });
    samples_free(&cold);

    vm = sdk_new_vm(server, "bench service", 32, 0);
    sdk_wait(PrlVm_Reg(vm, "", PRL_TRUE), "PrlVm_Reg", NULL);
    alone(vm);
    parallel(vm);
    logins();
    sdk_wait(PrlVm_Delete(vm, PRL_INVALID_HANDLE), "PrlVm_Delete", NULL);
    PrlHandle_Free(vm);
    sdk_logoff(server);
}

int
main(int argc, char **argv)
{
    bench_begin("service", options, argc, argv);
    return home_run(body);
}
