/* SPDX-License-Identifier: MIT */
/* Files for targets that take a path. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/prlkvm-fuzz-XXXXXX";
static int fd = -1;

static void
remove_file(void)
{
    unlink(path);
}

const char *
fuzz_file(const void *data, size_t size)
{
    if (fd < 0) {
        fd = mkstemp(path);
        atexit(remove_file);
    }
    FUZZ_CHECK(fd >= 0);
    FUZZ_CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    return path;
}
