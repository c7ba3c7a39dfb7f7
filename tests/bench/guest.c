/* SPDX-License-Identifier: MIT */
/* The test guest's image and words; see guest.h. */
#include "guest.h"

#include "bench.h"
#include "home.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define OPTIONS_AT (3 * 512) /* u32 touch_mib, u32 off_at */
#define WAIT_S 60

void
guest_install(const char *disk, uint32_t touch_mib)
{
    const char *copy = home_path("guest.img");
    char *copy_argv[] = { "cp", home_guest_image, (char *)copy, NULL };
    char *convert[] = { "qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", (char *)copy, (char *)disk, NULL };
    uint32_t option = htole32(touch_mib);
    int fd;

    if (home_run_program(copy_argv))
        bench_fail("cannot copy '%s'", home_guest_image);
    fd = open(copy, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || pwrite(fd, &option, sizeof option, OPTIONS_AT) != sizeof option)
        bench_fail("'%s': %s", copy, strerror(errno));
    close(fd);
    if (home_run_program(convert))
        bench_fail("cannot write the guest to '%s'", disk);
}

long
guest_last_count(const char *serial)
{
    char text[4096], *end, *line;
    FILE *f = fopen(serial, "re");
    size_t n;

    if (!f)
        return -1;
    if (fseek(f, -(long)sizeof text + 1, SEEK_END))
        rewind(f); /* shorter than that */
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    if (strstr(text, "BAD "))
        bench_fail("the guest found its state damaged: '%.40s'", strstr(text, "BAD "));
    end = strrchr(text, '\n');
    if (!end)
        return -1;
    *end = '\0';
    line = strrchr(text, '\n');
    line = line ? line + 1 : text;
    return strncmp(line, "R=", 2) ? -1 : strtol(line + 2, NULL, 10);
}

long
guest_wait_count(const char *serial, long above)
{
    uint64_t deadline = bench_now_ns() + WAIT_S * UINT64_C(1000000000);
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    char events[4096];
    long count;

    if (inotify_add_watch(fd, serial, IN_MODIFY) < 0)
        bench_fail("'%s': %s", serial, strerror(errno));
    while ((count = guest_last_count(serial)) <= above) {
        if (bench_now_ns() > deadline)
            bench_fail("the guest does not count ('%s')", serial);
        poll(&p, 1, 1000);
        while (read(fd, events, sizeof events) > 0)
            ;
    }
    close(fd);
    return count;
}
