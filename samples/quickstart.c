/* SPDX-License-Identifier: MIT */
/*
 * quickstart GUEST_IMAGE: the main job on a real virtual machine, told in plain words. The guest counts in its memory and says its
 * number on the serial port, so that every claim made here is seen, not believed. Leaves nothing behind. samples/quickstart.sh runs it.
 */
#include "sample.h"

#include <poll.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CLONE_UUID "{c10e0000-1234-4321-8888-00000000c0de}"
#define WAIT_MS 30000

extern char **environ;

static int failures;

static void
show(int ok, const char *text)
{
    printf("  [%s] %s\n", ok ? "ok" : "FAILED", text);
    failures += !ok;
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The R of the last whole line "R=<r> D=<d>" of the serial file, -1 while there is none. */
static long
last_count(const char *path)
{
    char buf[4096];
    FILE *f = fopen(path, "r");
    char *end, *line;
    size_t n;

    if (!f)
        return -1;
    fseek(f, 0, SEEK_END);
    fseek(f, ftell(f) > (long)sizeof buf ? -(long)sizeof buf + 1 : -ftell(f), SEEK_CUR);
    n = fread(buf, 1, sizeof buf - 1, f);
    fclose(f);
    buf[n] = 0;
    end = strrchr(buf, '\n');
    if (!end)
        return -1;
    *end = 0;
    line = strrchr(buf, '\n');
    line = line ? line + 1 : buf;
    return strncmp(line, "R=", 2) ? -1 : strtol(line + 2, NULL, 10);
}

/* Waits until the guest has counted beyond `above`; its number then, -1 when it did not within the time. */
static long
wait_count(const char *path, long above, int wait_ms)
{
    int64_t deadline = now_ms() + wait_ms;
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    long seen;

    inotify_add_watch(fd, path, IN_MODIFY);
    while ((seen = last_count(path)) <= above && now_ms() < deadline) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        char events[4096];

        poll(&p, 1, (int)(deadline - now_ms()));
        while (read(fd, events, sizeof events) > 0)
            ;
    }
    close(fd);
    return seen > above ? seen : -1;
}

/* Installs the guest: copies its image into the VM's (stopped) disk. */
static int
write_disk(const char *image, const char *disk)
{
    char *argv[] = { "qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", (char *)image, (char *)disk, NULL };
    pid_t pid;
    int status = -1;

    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) || waitpid(pid, &status, 0) != pid)
        return -1;
    return status;
}

/* <home of hVm>/name: the directory of the configuration file. */
static void
home_file(PRL_HANDLE hVm, const char *name, char *path, size_t size)
{
    char home[4096] = "";
    PRL_UINT32 len = sizeof home;

    PrlVmCfg_GetHomePath(hVm, home, &len);
    if (strrchr(home, '/'))
        *strrchr(home, '/') = 0;
    snprintf(path, size, "%.4000s/%s", home, name);
}

static PRL_HANDLE
create(PRL_HANDLE hServer, const char *name, const char *image)
{
    PRL_HANDLE hVm, hDev;
    char path[4200];
    PRL_RESULT ret = PrlSrv_CreateVm(hServer, &hVm);

    if (PRL_FAILED(ret))
        return PRL_INVALID_HANDLE;
    PrlVmCfg_SetDefaultConfig(hVm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_OTHER, PRL_TRUE);
    PrlVmCfg_SetName(hVm, name);
    PrlVmCfg_SetRamSize(hVm, 128);
    if (PRL_SUCCEEDED(PrlVmCfg_GetHardDisk(hVm, 0, &hDev))) {
        PrlVmDevHd_SetDiskSize(hDev, 64);
        PrlHandle_Free(hDev);
    }
    /* A serial port that writes to a file in the VM's directory. */
    if (PRL_SUCCEEDED(PrlVmCfg_AddDefaultDeviceEx(hVm, PRL_INVALID_HANDLE, PDE_SERIAL_PORT, &hDev)))
        PrlHandle_Free(hDev);
    if (PRL_FAILED(sample_wait("PrlVm_Reg", PrlVm_Reg(hVm, "", PRL_TRUE), NULL))) {
        PrlHandle_Free(hVm);
        return PRL_INVALID_HANDLE;
    }
    home_file(hVm, "harddisk.hdd", path, sizeof path);
    show(write_disk(image, path) == 0, "created, and the guest is on its disk");
    return hVm;
}

static void
run(PRL_HANDLE hVm, PRL_HANDLE *phClone)
{
    PRL_HANDLE hResult;
    char serial[4200], text[200], uuid[39] = "";
    PRL_UINT32 len = sizeof uuid;
    long counted, paused, later;

    home_file(hVm, "serial.txt", serial, sizeof serial);

    if (PRL_FAILED(sample_wait("PrlVm_Start", PrlVm_Start(hVm), NULL)))
        return show(0, "started");
    counted = wait_count(serial, 20, WAIT_MS);
    snprintf(text, sizeof text, "started: the guest counts (%ld and rising)", counted);
    show(counted > 20, text);

    sample_wait("PrlVm_Pause", PrlVm_Pause(hVm, PRL_FALSE), NULL);
    paused = last_count(serial);
    later = wait_count(serial, paused, 1500);
    snprintf(text, sizeof text, "paused: its counter stands at %ld", paused);
    show(later < 0 && sample_vm_state(hVm) == VMS_PAUSED, text);

    show(PRL_SUCCEEDED(sample_wait("PrlVm_Suspend", PrlVm_Suspend(hVm), NULL)) && sample_vm_state(hVm) == VMS_SUSPENDED,
         "suspended: its memory is in a file, QEMU is gone");

    if (PRL_FAILED(sample_wait("PrlVm_Resume", PrlVm_Resume(hVm), NULL)))
        return show(0, "resumed");
    counted = wait_count(serial, paused, WAIT_MS);
    snprintf(text, sizeof text, "resumed: it goes on from %ld, now at %ld", paused, counted);
    show(counted > paused, text);

    /* The clone is made while the guest runs. */
    if (PRL_FAILED(sample_wait("PrlVm_CloneWithUuid", PrlVm_CloneWithUuid(hVm, "prlkvm quickstart clone", CLONE_UUID, "", 0), &hResult)))
        return show(0, "cloned");
    PrlResult_GetParam(hResult, phClone);
    PrlHandle_Free(hResult);
    PrlVmCfg_GetUuid(*phClone, uuid, &len);
    snprintf(text, sizeof text, "cloned while it ran, with the chosen UUID %s", uuid);
    show(!strcmp(uuid, CLONE_UUID), text);
    show(wait_count(serial, counted, WAIT_MS) > counted, "the original counts on");

    home_file(*phClone, "serial.txt", serial, sizeof serial);
    show(PRL_SUCCEEDED(sample_wait("PrlVm_Start", PrlVm_Start(*phClone), NULL)) && wait_count(serial, 20, WAIT_MS) > 20, "the clone runs and counts too");
}

static void
stop_and_delete(PRL_HANDLE hVm)
{
    if (sample_vm_state(hVm) != VMS_STOPPED)
        sample_wait("PrlVm_StopEx", PrlVm_StopEx(hVm, PSM_KILL, 0), NULL);
    show(PRL_SUCCEEDED(sample_wait("PrlVm_Delete", PrlVm_Delete(hVm, PRL_INVALID_HANDLE), NULL)), "stopped and removed");
    PrlHandle_Free(hVm);
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hServer, hVm, hClone = PRL_INVALID_HANDLE;

    if (argc != 2) {
        fprintf(stderr, "usage: %s GUEST_IMAGE\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    hServer = sample_login();
    show(1, "logged in to the service of this machine");
    hVm = create(hServer, "prlkvm quickstart", argv[1]);
    if (hVm != PRL_INVALID_HANDLE) {
        run(hVm, &hClone);
        if (hClone != PRL_INVALID_HANDLE)
            stop_and_delete(hClone);
        stop_and_delete(hVm);
    } else
        failures++;
    sample_logoff(hServer);
    printf(failures ? "\n%d step(s) failed\n" : "\nEverything worked.\n", failures);
    return failures != 0;
}
