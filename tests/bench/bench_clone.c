/* SPDX-License-Identifier: MIT */
/*
 * Full clone of a stopped VM whose disk is full of data, against `cp --sparse=always` of the same image in the same file system; and
 * linked clones. cp makes nothing durable, a clone is: so both are measured with fsync and without.
 */
#include "bench.h"
#include "home.h"
#include "sdk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AIM_TIME_OF_CP (1 / 0.9) /* 90 % of its speed */
#define AIM_LINKED_MS 60

static uint64_t disk_mib = 1024, n_full = 8, n_linked = 30;

static const struct bench_option options[] = {
    { "disk_mib", &disk_mib, "size of the disk, all of it data" },
    { "n", &n_full, "full clones of each kind" },
    { "linked", &n_linked, "linked clones" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

/* Random data: nothing of it can be left out or shared by chance. */
static void
fill_disk(const char *disk)
{
    const char *raw = home_path("data.raw");
    char *convert[] = { "qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", (char *)raw, (char *)disk, NULL };
    int in = open("/dev/urandom", O_RDONLY | O_CLOEXEC), out = open(raw, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char *chunk = malloc(MIB);

    if (in < 0 || out < 0 || !chunk)
        bench_fail("'%s': %s", raw, strerror(errno));
    for (uint64_t i = 0; i < disk_mib; i++)
        if (read(in, chunk, MIB) != (ssize_t)MIB || write(out, chunk, MIB) != (ssize_t)MIB)
            bench_fail("'%s': %s", raw, strerror(errno));
    free(chunk);
    close(in);
    close(out);
    if (home_run_program(convert))
        bench_fail("cannot fill '%s'", disk);
    unlink(raw);
}

static void
time_cp(const char *disk, bool is_durable, struct samples *samples)
{
    const char *copy = home_path("copy.qcow2");
    char *cp[] = { "cp", "--sparse=always", (char *)disk, (char *)copy, NULL };
    uint64_t start;
    int fd;

    home_settle();
    start = bench_now_ns();
    if (home_run_program(cp))
        bench_fail("cp failed");
    if (is_durable) {
        fd = open(copy, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fsync(fd))
            bench_fail("'%s': %s", copy, strerror(errno));
        close(fd);
    }
    samples_add_since(samples, start);
    unlink(copy);
}

static void
time_clone(PRL_HANDLE vm, PRL_UINT32 flags, struct samples *samples)
{
    PRL_HANDLE clone;
    uint64_t start;

    home_settle();
    start = bench_now_ns();
    clone = sdk_wait_param(PrlVm_CloneEx(vm, "bench clone copy", "", flags), "PrlVm_CloneEx");
    samples_add_since(samples, start);
    sdk_wait(PrlVm_Delete(clone, PRL_INVALID_HANDLE), "PrlVm_Delete", NULL);
    PrlHandle_Free(clone);
}

enum kind { CP, CP_FSYNC, CLONE, CLONE_NO_FSYNC, KINDS };

static void
time_kind(enum kind kind, PRL_HANDLE vm, const char *disk, struct samples *samples)
{
    switch (kind) {
    case CP:
    case CP_FSYNC:
        time_cp(disk, kind == CP_FSYNC, samples);
        break;
    case CLONE_NO_FSYNC:
        if (home_set_fsync(HOME_FSYNC_SKIP))
            time_clone(vm, 0, samples);
        home_set_fsync(HOME_FSYNC_REAL);
        break;
    default:
        time_clone(vm, 0, samples);
        break;
    }
}

static void
full_clones(PRL_HANDLE vm, const char *disk)
{
    struct samples samples[KINDS] = { 0 };
    bool has_no_fsync = home_set_fsync(HOME_FSYNC_REAL);
    double aim_durable = has_no_fsync ? 0 : AIM_TIME_OF_CP;

    for (uint64_t i = 0; i < n_full; i++)
        for (int k = 0; k < KINDS; k++) { /* forth and back: a disk remembers for a while what it had to do just before */
            enum kind kind = (enum kind)(i % 2 ? KINDS - 1 - k : k);

            time_kind(kind, vm, disk, &samples[kind]);
        }
    bench_report("cp_sparse", UNIT_MS, &samples[CP], (struct versus){ 0 });
    bench_report("cp_sparse_fsync", UNIT_MS, &samples[CP_FSYNC], (struct versus){ 0 });
    bench_report("full_clone.without_fsync", UNIT_MS, &samples[CLONE_NO_FSYNC], (struct versus){ "cp_sparse", &samples[CP], AIM_TIME_OF_CP });
    bench_report("full_clone", UNIT_MS, &samples[CLONE], (struct versus){ "cp_sparse_fsync", &samples[CP_FSYNC], aim_durable });
    for (int i = 0; i < KINDS; i++)
        samples_free(&samples[i]);
}

static void
body(void)
{
    PRL_HANDLE server = sdk_login(), vm = sdk_new_vm(server, "bench clone", 32, (PRL_UINT32)disk_mib);
    struct samples linked = { 0 };
    char disk[PATH_MAX];

    sdk_wait(PrlVm_Reg(vm, "", PRL_TRUE), "PrlVm_Reg", NULL);
    sdk_vm_disk(vm, disk, sizeof disk);
    fill_disk(disk);
    full_clones(vm, disk);
    for (uint64_t i = 0; i < n_linked; i++)
        time_clone(vm, PCVF_LINKED_CLONE, &linked);
    bench_report("linked_clone", UNIT_MS, &linked, (struct versus){ .aim = AIM_LINKED_MS });
    samples_free(&linked);
    sdk_wait(PrlVm_Delete(vm, PRL_INVALID_HANDLE), "PrlVm_Delete", NULL);
    PrlHandle_Free(vm);
    sdk_logoff(server);
}

int
main(int argc, char **argv)
{
    bench_begin("clone", options, argc, argv);
    return home_run(body);
}
