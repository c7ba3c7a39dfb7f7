/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into prlkvmd by the benchmarks: adds up the time spent in fsync and its like, or leaves them out. QEMU is compared
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

/* The time before a call, or -1 where it is to be left out. */
static int64_t
begin(void)
{
    struct timespec t;

    if (!control)
        return 0;
    control->calls++;
    if (control->skip)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
end(int64_t began_ns, int result)
{
    int saved = errno;
    struct timespec t;

    if (!control)
        return result;
    clock_gettime(CLOCK_MONOTONIC, &t);
    control->ns += (uint64_t)((int64_t)t.tv_sec * 1000000000 + t.tv_nsec - began_ns);
    errno = saved;
    return result;
}

int
fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int64_t began_ns = begin();

    return began_ns < 0 ? 0 : end(began_ns, real(fd));
}

int
fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int64_t began_ns = begin();

    return began_ns < 0 ? 0 : end(began_ns, real(fd));
}

/* What begins the writing early belongs to it. */
int
sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned flags)
{
    int (*real)(int, off64_t, off64_t, unsigned) = (int (*)(int, off64_t, off64_t, unsigned))dlsym(RTLD_NEXT, "sync_file_range");
    int64_t began_ns = begin();

    return began_ns < 0 ? 0 : end(began_ns, real(fd, offset, bytes, flags));
}
