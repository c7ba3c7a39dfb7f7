/* SPDX-License-Identifier: MIT */
/*
 * A qcow2 file (through our private qemu-nbd) and an expanding image (our own engine) through PrlDisk_*, against qemu-io on the same file in the same run:
 * sequential 1 MiB, random 4 KiB and 64 KiB, reads and writes, by one and four threads. qemu-io takes one command at a time, its start and end are taken
 * off. The page cache is warm and nothing is flushed on either side.
 */
#include <fcntl.h>
#include <prlsdk/Virtuozzo.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define THREADS_MAX 4
#define SECTOR 512

extern char **environ;

static uint64_t disk_mib = 512, n = 2000, rounds = 5;
static char dir[256], image[300], script[300];

static const struct format {
    const char *name, *qemu; /* qemu: the word of QEMU's tools */
    double aim;              /* part of qemu-io's time */
} formats[] = { { "qcow2", "qcow2", 1.0 }, { "expanding", "parallels", 0.5 } };
static const struct format *format;

struct load {
    const char *name;
    uint32_t size;
    bool is_random, is_write;
};

static const struct load loads[] = {
    { "seq_read_1m", 1 << 20, false, false },    { "seq_write_1m", 1 << 20, false, true },   { "rand_read_4k", 4096, true, false },
    { "rand_write_4k", 4096, true, true },       { "rand_read_64k", 65536, true, false },    { "rand_write_64k", 65536, true, true },
};

static uint64_t
offset_of(const struct load *l, uint64_t i)
{
    uint64_t places = disk_mib * MIB / l->size;

    return (l->is_random ? i * UINT64_C(2654435761) % places : i % places) * l->size;
}

static uint64_t
times_of(const struct load *l)
{
    uint64_t all = disk_mib * MIB / l->size;

    return l->is_random || n < all ? n : all;
}

/* ---- ours ---- */

struct worker {
    pthread_t thread;
    pthread_barrier_t *start;
    PRL_HANDLE disk;
    const struct load *load;
    uint64_t first, times;
};

static void *
work(void *arg)
{
    struct worker *w = arg;
    char *buf = malloc(w->load->size);

    if (!buf)
        bench_fail("no memory");
    memset(buf, 'x', w->load->size);
    pthread_barrier_wait(w->start);
    for (uint64_t i = w->first; i < w->first + w->times; i++) {
        uint64_t at = offset_of(w->load, i);
        PRL_RESULT r = w->load->is_write ? PrlDisk_Write(w->disk, buf, w->load->size, at / SECTOR) : PrlDisk_Read(w->disk, buf, w->load->size, at / SECTOR);

        if (PRL_FAILED(r))
            bench_fail("%s: %#x", w->load->name, (unsigned)r);
    }
    free(buf);
    return NULL;
}

static PRL_HANDLE
open_disk(void)
{
    PRL_HANDLE h;
    PRL_RESULT r = PrlDisk_OpenDisk_Local(&h, image, PRL_DISK_READ | PRL_DISK_WRITE, PRL_INVALID_HANDLE);

    if (PRL_FAILED(r))
        bench_fail("opening '%s': %#x", image, (unsigned)r);
    return h;
}

/* Nanoseconds a request, of all threads together. */
static uint64_t
run_ours(const struct load *l, int threads)
{
    uint64_t times = times_of(l), start;
    struct worker w[THREADS_MAX];
    pthread_barrier_t barrier;
    PRL_HANDLE disk = open_disk();

    pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
    for (int i = 0; i < threads; i++) {
        w[i] = (struct worker){ .start = &barrier, .disk = disk, .load = l, .first = times / threads * i, .times = times / threads };
        if (pthread_create(&w[i].thread, NULL, work, &w[i]))
            bench_fail("no thread");
    }
    pthread_barrier_wait(&barrier);
    start = bench_now_ns();
    for (int i = 0; i < threads; i++)
        pthread_join(w[i].thread, NULL);
    start = (bench_now_ns() - start) / (times / threads * threads);
    pthread_barrier_destroy(&barrier);
    PrlHandle_Free(disk);
    return start;
}

/* ---- qemu-io ---- */

static void
run_program(char *const *argv, const char *in)
{
    posix_spawn_file_actions_t fa;
    pid_t pid;
    int status;

    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_addopen(&fa, 0, in, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ) || waitpid(pid, &status, 0) < 0 || status)
        bench_fail("%s failed", argv[0]);
    posix_spawn_file_actions_destroy(&fa);
}

static uint64_t
run_script(void)
{
    char *argv[] = { (char *)"qemu-io", (char *)"-t", (char *)"writeback", (char *)"-f", (char *)(uintptr_t)format->qemu, image, NULL };
    uint64_t start = bench_now_ns();

    run_program(argv, script);
    return bench_now_ns() - start;
}

static void
write_script(const struct load *l, uint64_t times)
{
    FILE *f = fopen(script, "w");

    if (!f)
        bench_fail("'%s'", script);
    for (uint64_t i = 0; i < times; i++)
        fprintf(f, "%s -q %llu %u\n", l->is_write ? "write" : "read", (unsigned long long)offset_of(l, i), l->size);
    if (fclose(f))
        bench_fail("'%s'", script);
}

static uint64_t
run_qemu_io(const struct load *l)
{
    uint64_t times = times_of(l), all, empty;

    write_script(l, 0);
    empty = run_script();
    write_script(l, times);
    all = run_script();
    return (all > empty ? all - empty : 1) / times;
}

/* ---- all of it ---- */

static void
measure(const struct load *l)
{
    struct samples ours[2] = { 0 }, theirs = { 0 };

    for (uint64_t i = 0; i < rounds; i++) {
        samples_add(&theirs, run_qemu_io(l));
        samples_add(&ours[0], run_ours(l, 1));
        samples_add(&ours[1], run_ours(l, THREADS_MAX));
    }
    for (int i = 0; i < 2; i++) {
        char metric[64];

        snprintf(metric, sizeof metric, "%s.%s.%d_thread%s", format->name, l->name, i ? THREADS_MAX : 1, i ? "s" : "");
        bench_report(metric, UNIT_US, &ours[i], (struct versus){ "qemu_io", &theirs, format->aim });
        samples_free(&ours[i]);
    }
    samples_free(&theirs);
}

/* A bare expanding file as QEMU's tool makes it. */
static PRL_HANDLE
make_expanding(void)
{
    char size[32];
    char *argv[] = { (char *)"qemu-img", (char *)"create", (char *)"-q", (char *)"-f", (char *)"parallels", image, size, NULL };
    int status;
    pid_t pid;

    snprintf(size, sizeof size, "%lluM", (unsigned long long)disk_mib);
    if (posix_spawnp(&pid, "qemu-img", NULL, NULL, argv, environ) || waitpid(pid, &status, 0) != pid || status)
        bench_fail("making '%s'", image);
    return open_disk();
}

static PRL_HANDLE
make_qcow2(void)
{
    PRL_DISK_PARAMETERS p;
    PRL_HANDLE h;
    PRL_RESULT r;

    memset(&p, 0, sizeof p);
    p.m_SizeInSectors = disk_mib * MIB / SECTOR;
    r = PrlDisk_CreateDisk_Local(&h, image, &p, NULL, NULL);
    if (PRL_FAILED(r))
        bench_fail("making '%s': %#x", image, (unsigned)r);
    return h;
}

static void
fill(PRL_HANDLE h)
{
    char *buf = malloc(MIB);

    if (!buf)
        bench_fail("no memory");
    memset(buf, 'y', MIB);
    for (uint64_t i = 0; i < disk_mib; i++)
        if (PRL_FAILED(PrlDisk_Write(h, buf, MIB, i * MIB / SECTOR)))
            bench_fail("writing '%s'", image);
    free(buf);
    PrlHandle_Free(h);
}

static void
clean_up(void)
{
    unlink(image);
    unlink(script);
    rmdir(dir);
}

int
main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        { "disk_mib", &disk_mib, "size of the disk" }, { "n", &n, "requests of a round" }, { "rounds", &rounds, "rounds of each" }, { NULL, NULL, NULL }
    };
    const char *tmp = getenv("TMPDIR");

    bench_begin("disk", options, argc, argv);
    if (access("/usr/bin/qemu-io", X_OK) < 0) {
        printf("skipped: there is no qemu-io\n");
        return BENCH_SKIPPED;
    }
    snprintf(dir, sizeof dir, "%s/prlkvm-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        bench_fail("'%s'", dir);
    snprintf(script, sizeof script, "%s/script", dir);
    atexit(clean_up);
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        format = &formats[f];
        snprintf(image, sizeof image, "%s/disk.%s", dir, format->name);
        fill(strcmp(format->name, "qcow2") == 0 ? make_qcow2() : make_expanding());
        for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++)
            measure(&loads[i]);
        unlink(image);
    }
    return 0;
}
