/* SPDX-License-Identifier: MIT */
/*
 * The life of a VM through the SDK, step by step, beside bare QEMU doing the same in the same run. QEMU makes nothing durable; the
 * service does. So every step is measured twice: as it is, and with the service's fsync left out, which is what compares with QEMU.
 * Then the suspend of a larger guest with all its RAM touched, against writing as many bytes with O_DIRECT.
 */
#include "bare_qemu.h"
#include "bench.h"
#include "guest.h"
#include "home.h"
#include "sdk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AIM_TO_BARE 1.4
#define AIM_TO_DIRECT_WRITE 1.2
#define DIRECT_CHUNK (4 * MIB)
#define GUEST_DISK_MIB 64
/* SeaBIOS keeps the rings of its disk driver at the top of RAM; a guest that writes there cannot read its disk. */
#define UNTOUCHED_MIB 2

static uint64_t n_lives = 20, n_pauses = 5, n_suspends = 3, ram_mib = 128, big_ram_mib = 512, n_big = 5;

static const struct bench_option options[] = {
    { "n", &n_lives, "lives of a VM, of each kind" },
    { "pauses", &n_pauses, "pause and continue, in each life" },
    { "suspends", &n_suspends, "suspend and resume, in each life" },
    { "ram_mib", &ram_mib, "its RAM" },
    { "big_ram_mib", &big_ram_mib, "RAM of the larger guest" },
    { "big_n", &n_big, "suspends of the larger guest" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

/* ---- bare QEMU ---- */

enum bare_step {
    BARE_SPAWN,
    BARE_STOP,
    BARE_CONT,
    BARE_SAVE_END,
    BARE_SAVE_FSYNC_END,
    BARE_SPAWN_LOAD,
    BARE_QUIT,
    /* RAM in a memfd that outlives QEMU and is neither written nor read: no suspend and resume can be faster. */
    BARE_SAVE_END_WITHOUT_RAM,
    BARE_SPAWN_LOAD_WITHOUT_RAM,
    BARE_STEPS,
};

static const char *const bare_names[BARE_STEPS] = {
    [BARE_SPAWN] = "bare_qemu.spawn_to_qmp",
    [BARE_STOP] = "bare_qemu.stop",
    [BARE_CONT] = "bare_qemu.cont",
    [BARE_SAVE_END] = "bare_qemu.save_and_end",
    [BARE_SAVE_FSYNC_END] = "bare_qemu.save_fsync_and_end",
    [BARE_SPAWN_LOAD] = "bare_qemu.spawn_and_load",
    [BARE_QUIT] = "bare_qemu.quit",
    [BARE_SAVE_END_WITHOUT_RAM] = "bare_qemu.save_and_end.without_ram",
    [BARE_SPAWN_LOAD_WITHOUT_RAM] = "bare_qemu.spawn_and_load.without_ram",
};

static struct samples bare[BARE_STEPS];
static char bare_disk[PATH_MAX], bare_serial[PATH_MAX], bare_state[PATH_MAX];

static void
bare_prepare(void)
{
    char size[32];
    char *create[] = { "qemu-img", "create", "-q", "-f", "qcow2", bare_disk, size, NULL };

    snprintf(size, sizeof size, "%dM", GUEST_DISK_MIB);
    snprintf(bare_disk, sizeof bare_disk, "%.4000s", home_path("bare.qcow2"));
    snprintf(bare_serial, sizeof bare_serial, "%.4000s", home_path("bare.txt"));
    snprintf(bare_state, sizeof bare_state, "%.4000s", home_path("bare.sav"));
    if (home_run_program(create))
        bench_fail("cannot make '%s'", bare_disk);
    guest_install(bare_disk, 0);
}

static void
bare_pauses(struct bare_qemu *q)
{
    for (uint64_t i = 0; i < n_pauses; i++) {
        uint64_t start = bench_now_ns();

        bare_stop(q);
        samples_add_since(&bare[BARE_STOP], start);
        start = bench_now_ns();
        bare_cont(q);
        samples_add_since(&bare[BARE_CONT], start);
    }
}

static void
bare_suspend_resume(struct bare_qemu *q, const struct bare_spec *spec, enum bare_step save, enum bare_step load)
{
    enum bare_save mode = spec->ram_fd < 0 ? BARE_WITH_RAM : BARE_WITHOUT_RAM;
    uint64_t start = bench_now_ns();
    long count;

    bare_stop(q);
    bare_save(q, bare_state, mode, save == BARE_SAVE_FSYNC_END);
    bare_quit(q);
    samples_add_since(&bare[save], start);

    count = guest_last_count(bare_serial);
    start = bench_now_ns();
    bare_spawn(spec, true, q);
    bare_load(q, bare_state, mode);
    bare_cont(q);
    samples_add_since(&bare[load], start);
    guest_wait_count(bare_serial, count);
    unlink(bare_state);
}

static void
bare_life(void)
{
    struct bare_spec spec = { .ram_mib = (uint32_t)ram_mib, .disk = bare_disk, .serial = bare_serial, .ram_fd = -1 };
    struct bare_qemu q;
    uint64_t start = bench_now_ns();

    bare_spawn(&spec, false, &q);
    samples_add_since(&bare[BARE_SPAWN], start);
    guest_wait_count(bare_serial, 0);
    bare_pauses(&q);
    for (uint64_t i = 0; i < n_suspends; i++) {
        bare_suspend_resume(&q, &spec, BARE_SAVE_END, BARE_SPAWN_LOAD);
        bare_suspend_resume(&q, &spec, BARE_SAVE_FSYNC_END, BARE_SPAWN_LOAD);
    }
    start = bench_now_ns();
    bare_quit(&q);
    samples_add_since(&bare[BARE_QUIT], start);

    spec.ram_fd = bare_ram_new(spec.ram_mib);
    bare_spawn(&spec, false, &q);
    guest_wait_count(bare_serial, 0);
    for (uint64_t i = 0; i < n_suspends; i++)
        bare_suspend_resume(&q, &spec, BARE_SAVE_END_WITHOUT_RAM, BARE_SPAWN_LOAD_WITHOUT_RAM);
    bare_quit(&q);
    close(spec.ram_fd);
}

/* ---- ours ---- */

enum step { DEFINE, START, PAUSE, CONTINUE, SUSPEND, RESUME, STOP, DELETE, STEPS };

static PRL_HANDLE
vm_define(PRL_HANDLE vm)
{
    return PrlVm_Reg(vm, "", PRL_TRUE);
}

static PRL_HANDLE
vm_pause(PRL_HANDLE vm)
{
    return PrlVm_Pause(vm, PRL_FALSE);
}

static PRL_HANDLE
vm_stop(PRL_HANDLE vm)
{
    return PrlVm_StopEx(vm, PSM_KILL, 0);
}

static PRL_HANDLE
vm_delete(PRL_HANDLE vm)
{
    return PrlVm_Delete(vm, PRL_INVALID_HANDLE);
}

static const struct {
    const char *name;
    PRL_HANDLE (*call)(PRL_HANDLE vm);
    enum bare_step beside; /* BARE_STEPS: nothing */
} steps[STEPS] = {
    [DEFINE] = { "define", vm_define, BARE_STEPS },
    [START] = { "start", PrlVm_Start, BARE_SPAWN },
    [PAUSE] = { "pause", vm_pause, BARE_STOP },
    [CONTINUE] = { "continue", PrlVm_Resume, BARE_CONT },
    [SUSPEND] = { "suspend", PrlVm_Suspend, BARE_SAVE_END },
    [RESUME] = { "resume", PrlVm_Resume, BARE_SPAWN_LOAD },
    [STOP] = { "stop", vm_stop, BARE_QUIT },
    [DELETE] = { "delete", vm_delete, BARE_STEPS },
};

static struct samples ours[STEPS], ours_fsync_part[STEPS], ours_no_fsync[STEPS];

static void
do_step(PRL_HANDLE vm, enum step step, enum home_fsync mode)
{
    uint64_t fsync_before = home_fsync_ns(), start = bench_now_ns();

    sdk_wait(steps[step].call(vm), steps[step].name, NULL);
    samples_add_since(mode == HOME_FSYNC_SKIP ? &ours_no_fsync[step] : &ours[step], start);
    if (mode == HOME_FSYNC_REAL)
        samples_add(&ours_fsync_part[step], home_fsync_ns() - fsync_before);
}

static void
life(PRL_HANDLE server, enum home_fsync mode)
{
    PRL_HANDLE vm = sdk_new_vm(server, "bench life", (PRL_UINT32)ram_mib, GUEST_DISK_MIB);
    char disk[PATH_MAX], serial[PATH_MAX];
    long count;

    do_step(vm, DEFINE, mode);
    sdk_vm_disk(vm, disk, sizeof disk);
    sdk_vm_file(vm, "serial.txt", serial, sizeof serial);
    guest_install(disk, 0);
    do_step(vm, START, mode);
    guest_wait_count(serial, 0);
    for (uint64_t i = 0; i < n_pauses; i++) {
        do_step(vm, PAUSE, mode);
        do_step(vm, CONTINUE, mode);
    }
    for (uint64_t i = 0; i < n_suspends; i++) {
        do_step(vm, SUSPEND, mode);
        count = guest_last_count(serial);
        do_step(vm, RESUME, mode);
        guest_wait_count(serial, count);
    }
    do_step(vm, STOP, mode);
    do_step(vm, DELETE, mode);
    PrlHandle_Free(vm);
}

static void
report(int has_no_fsync)
{
    for (int i = 0; i < BARE_STEPS; i++)
        bench_report(bare_names[i], UNIT_MS, &bare[i], (struct versus){ 0 });
    for (int i = 0; i < STEPS; i++) {
        enum bare_step beside = steps[i].beside;
        bool is_compared = beside != BARE_STEPS;
        struct versus versus = { is_compared ? bare_names[beside] : NULL, is_compared ? &bare[beside] : NULL, is_compared ? AIM_TO_BARE : 0 };
        char metric[64];

        if (has_no_fsync) {
            snprintf(metric, sizeof metric, "%s.without_fsync", steps[i].name);
            bench_report(metric, UNIT_MS, &ours_no_fsync[i], versus);
            snprintf(metric, sizeof metric, "%s.fsync_part", steps[i].name);
            bench_report(metric, UNIT_MS, &ours_fsync_part[i], (struct versus){ 0 });
            versus.aim = 0;
        }
        if (i == SUSPEND)
            versus = (struct versus){ bare_names[BARE_SAVE_FSYNC_END], &bare[BARE_SAVE_FSYNC_END], versus.aim };
        bench_report(steps[i].name, UNIT_MS, &ours[i], versus);
    }
}

/* ---- the larger guest ---- */

/* Writes so many bytes of data to a new file, past the page cache, and makes them durable. */
static void
write_direct(const char *path, uint64_t bytes)
{
    void *chunk;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_DIRECT, 0600);

    if (fd < 0 || posix_memalign(&chunk, 4096, DIRECT_CHUNK))
        bench_fail("'%s': %s", path, strerror(errno));
    memset(chunk, 0x5a, DIRECT_CHUNK);
    for (uint64_t done = 0; done < bytes; done += DIRECT_CHUNK)
        if (write(fd, chunk, DIRECT_CHUNK) != (ssize_t)DIRECT_CHUNK)
            bench_fail("'%s': %s", path, strerror(errno));
    if (fsync(fd))
        bench_fail("'%s': %s", path, strerror(errno));
    close(fd);
    free(chunk);
}

static void
suspend_big(PRL_HANDLE server)
{
    PRL_HANDLE vm = sdk_new_vm(server, "bench big", (PRL_UINT32)big_ram_mib, GUEST_DISK_MIB);
    struct samples suspend = { 0 }, resume = { 0 }, direct = { 0 };
    char disk[PATH_MAX], serial[PATH_MAX], file[PATH_MAX], metric[64];
    uint64_t start;
    long count;

    sdk_wait(vm_define(vm), "define", NULL);
    sdk_vm_disk(vm, disk, sizeof disk);
    sdk_vm_file(vm, "serial.txt", serial, sizeof serial);
    sdk_vm_file(vm, "bench-direct", file, sizeof file);
    guest_install(disk, big_ram_mib > UNTOUCHED_MIB ? (uint32_t)big_ram_mib - UNTOUCHED_MIB : 0);
    sdk_wait(PrlVm_Start(vm), "start", NULL);
    count = guest_wait_count(serial, 0);
    for (uint64_t i = 0; i < n_big; i++) {
        home_settle();
        start = bench_now_ns();
        write_direct(file, big_ram_mib * MIB);
        samples_add_since(&direct, start);
        unlink(file);

        home_settle();
        start = bench_now_ns();
        sdk_wait(PrlVm_Suspend(vm), "suspend", NULL);
        samples_add_since(&suspend, start);

        count = guest_last_count(serial);
        start = bench_now_ns();
        sdk_wait(PrlVm_Resume(vm), "resume", NULL);
        samples_add_since(&resume, start);
        count = guest_wait_count(serial, count);
    }
    sdk_wait(vm_stop(vm), "stop", NULL);
    sdk_wait(vm_delete(vm), "delete", NULL);
    PrlHandle_Free(vm);

    snprintf(metric, sizeof metric, "write_%ju_mib_direct", (uintmax_t)big_ram_mib);
    bench_report(metric, UNIT_MS, &direct, (struct versus){ 0 });
    snprintf(metric, sizeof metric, "suspend_%ju_mib_touched", (uintmax_t)big_ram_mib);
    bench_report(metric, UNIT_MS, &suspend, (struct versus){ "write_direct", &direct, AIM_TO_DIRECT_WRITE });
    snprintf(metric, sizeof metric, "resume_%ju_mib_touched", (uintmax_t)big_ram_mib);
    bench_report(metric, UNIT_MS, &resume, (struct versus){ 0 });
    samples_free(&direct);
    samples_free(&suspend);
    samples_free(&resume);
}

static void
body(void)
{
    PRL_HANDLE server = sdk_login();
    int has_no_fsync = home_set_fsync(HOME_FSYNC_REAL);

    bare_prepare();
    for (uint64_t i = 0; i < n_lives; i++) {
        bare_life();
        life(server, HOME_FSYNC_REAL);
        if (home_set_fsync(HOME_FSYNC_SKIP))
            life(server, HOME_FSYNC_SKIP);
        home_set_fsync(HOME_FSYNC_REAL);
    }
    report(has_no_fsync);
    if (n_big)
        suspend_big(server);
    sdk_logoff(server);
}

int
main(int argc, char **argv)
{
    bench_begin("life", options, argc, argv);
    return home_run(body);
}
