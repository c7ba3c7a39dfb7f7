/* SPDX-License-Identifier: MIT */
/* What /proc says of processes. */
#include "proc_run.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/path.h"

uint64_t
proc_start_time(pid_t pid)
{
    char path[64], *p;
    AUTO(cleanup_free) char *text = NULL;
    uint64_t value = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (path_read(path, 4096, &text, NULL) < 0)
        return 0;
    p = strrchr(text, ')'); /* the name before it may hold anything */
    for (int field = 2; p && field < 22; field++) {
        p = strchr(p, ' ');
        if (p)
            p++;
    }
    if (p)
        value = strtoull(p, NULL, 10);
    return value;
}

static char boot_id[64];

static void
read_boot_id(void)
{
    AUTO(cleanup_free) char *text = NULL;

    if (path_read("/proc/sys/kernel/random/boot_id", 256, &text, NULL) == 0)
        snprintf(boot_id, sizeof boot_id, "%.*s", (int)strcspn(text, "\n"), text);
}

const char *
proc_boot_id(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, read_boot_id);
    return boot_id;
}

bool
proc_is_of_this_boot(const char *path)
{
    struct timespec now, up;
    struct stat st;

    if (lstat(path, &st) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0 || clock_gettime(CLOCK_BOOTTIME, &up) < 0)
        return false;
    return st.st_ctim.tv_sec > now.tv_sec - up.tv_sec + 1;
}
