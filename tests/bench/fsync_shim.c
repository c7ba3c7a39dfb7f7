/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into prlkvmd by the benchmarks: adds up the time spent in fsync and fdatasync, or leaves them out. QEMU is compared
 * without fsync, so the service has to be measured without it too, and no estimate is as good as the same code with the call left out.
 */
#include "fsync_control.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static struct fsync_control *control;

__attribute__((constructor)) static void
attach(void)
{
    const char *path = getenv(FSYNC_CONTROL_ENV);
    void *map;
    int fd;

    if (!path || strcmp(program_invocation_short_name, "prlkvmd"))
        return;
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return;
    control = map;
    control->loaded = 1;
}

static int
timed(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct timespec before, after;
    int r, saved;

    if (!control)
        return real(fd);
    control->calls++;
    if (control->skip)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &before);
    r = real(fd);
    saved = errno;
    clock_gettime(CLOCK_MONOTONIC, &after);
    control->ns += (uint64_t)((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec);
    errno = saved;
    return r;
}

int
fsync(int fd)
{
    return timed("fsync", fd);
}

int
fdatasync(int fd)
{
    return timed("fdatasync", fd);
}
