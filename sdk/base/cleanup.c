/* SPDX-License-Identifier: MIT */
/* The two releases that need a function of their own; both leave errno as it was. */
#include "cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void
cleanup_free(void *p)
{
    int saved = errno;

    free(p);
    errno = saved;
}

void
cleanup_close(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    errno = saved;
}
