/* SPDX-License-Identifier: MIT */
/*
 * What a handle costs: addref+free and get (PrlHandle_GetType) through the exported functions, by 1, 2 and 4 threads, on a handle of
 * their own each and all on one; and the whole life of an object (create a list, free it).
 */
#include <prlsdk/Virtuozzo.h>
#include <pthread.h>
#include <stdio.h>

#include "bench.h"

#define THREADS_MAX 4

static uint64_t n = 2000000;

typedef void work(PRL_HANDLE h, uint64_t times);

struct worker {
    pthread_t thread;
    pthread_barrier_t *start;
    work *work;
    PRL_HANDLE h;
    uint64_t times, ns;
};

static void
addref_free(PRL_HANDLE h, uint64_t times)
{
    for (; times; times--) {
        PrlHandle_AddRef(h);
        PrlHandle_Free(h);
    }
}

static void
get(PRL_HANDLE h, uint64_t times)
{
    PRL_HANDLE_TYPE type;

    for (; times; times--)
        PrlHandle_GetType(h, &type);
}

static void
create_free(PRL_HANDLE h, uint64_t times)
{
    (void)h;
    for (; times; times--) {
        PRL_HANDLE list;

        if (PRL_FAILED(PrlApi_CreateStringsList(&list)))
            bench_fail("PrlApi_CreateStringsList");
        PrlHandle_Free(list);
    }
}

static void *
run(void *arg)
{
    struct worker *w = arg;
    uint64_t start;

    w->work(w->h, w->times / 10); /* the thread's own record, caches */
    pthread_barrier_wait(w->start);
    start = bench_now_ns();
    w->work(w->h, w->times);
    w->ns = bench_now_ns() - start;
    return NULL;
}

static PRL_HANDLE
new_handle(void)
{
    PRL_HANDLE h;

    if (PRL_FAILED(PrlApi_CreateStringsList(&h)))
        bench_fail("PrlApi_CreateStringsList");
    return h;
}

/* Time of one call as a thread sees it, the mean of all threads. */
static void
measure(const char *what, work *f, int n_threads, int is_shared, uint64_t times, double aim)
{
    struct worker w[THREADS_MAX];
    pthread_barrier_t start;
    PRL_HANDLE shared = new_handle();
    uint64_t sum = 0;
    char metric[80];

    pthread_barrier_init(&start, NULL, (unsigned)n_threads);
    for (int i = 0; i < n_threads; i++) {
        w[i] = (struct worker){ .start = &start, .work = f, .h = is_shared ? shared : new_handle(), .times = times };
        if (pthread_create(&w[i].thread, NULL, run, &w[i]))
            bench_fail("pthread_create");
    }
    for (int i = 0; i < n_threads; i++) {
        pthread_join(w[i].thread, NULL);
        sum += w[i].ns;
        if (!is_shared)
            PrlHandle_Free(w[i].h);
    }
    PrlHandle_Free(shared);
    pthread_barrier_destroy(&start);
    snprintf(metric, sizeof metric, "%s_%d_threads%s", what, n_threads, is_shared ? "_one_handle" : "");
    bench_report_value(metric, "ns", (double)sum / n_threads / (double)times, aim);
}

int
main(int argc, char **argv)
{
    const struct bench_option options[] = {
        { "n", &n, "calls per thread" },
        { NULL, NULL, NULL },
    };
    static const int threads[] = { 1, 2, 4 };

    bench_begin("handle", options, argc, argv);
    if (PRL_FAILED(PrlApi_Init(VIRTUOZZO_API_VER)))
        bench_fail("PrlApi_Init");
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        measure("addref_free", addref_free, threads[i], 0, n, threads[i] == 1 ? 40 : 0);
        measure("get", get, threads[i], 0, n, 0);
        measure("create_free", create_free, threads[i], 0, n / 10, 0);
        measure("addref_free", addref_free, threads[i], 1, n / 4, 0);
    }
    return PrlApi_Deinit();
}
