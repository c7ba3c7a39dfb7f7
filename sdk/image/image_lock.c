/* SPDX-License-Identifier: MIT */
/*
 * Byte 100 + p says "I use permission p", byte 200 + p says "nobody else may"; both are shared locks, so any number of holders can say the
 * same thing. Each side first says its own, then looks for the opposite of it: of two who come at once, one sees the other (or both do,
 * and both fail).
 */
#include "image/image_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/cleanup.h"

#define USED_BASE 100
#define REFUSED_BASE 200
#define LOCK_RANGE (REFUSED_BASE + 64)

/* The permissions' numbers in QEMU's block layer. */
enum permission { CONSISTENT_READ = 0, WRITE = 1, RESIZE = 3 };

static int
lock_byte(int fd, int command, short type, off_t byte, short *ret_holder)
{
    struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

    while (fcntl(fd, command, &l) < 0)
        if (errno != EINTR)
            return errno == EACCES ? -EAGAIN : -errno;
    if (ret_holder)
        *ret_holder = l.l_type;
    return 0;
}

static int
lock_say(int fd, int base, enum permission p)
{
    return lock_byte(fd, F_OFD_SETLK, F_RDLCK, base + (int)p, NULL);
}

/* Would an exclusive lock be granted there, that is, does nobody else hold one? */
static int
lock_look(int fd, int base, enum permission p)
{
    short holder;
    int e = lock_byte(fd, F_OFD_GETLK, F_WRLCK, base + (int)p, &holder);

    return e ? e : holder == F_UNLCK ? 0 : -EAGAIN;
}

static int
lock_all(int fd, bool for_writing)
{
    static const enum permission used[] = { CONSISTENT_READ, WRITE, RESIZE }, refused[] = { WRITE, RESIZE };
    size_t n_used = for_writing ? ARRAY_LEN(used) : 1;
    int e = 0;

    for (size_t i = 0; !e && i < n_used; i++)
        e = lock_say(fd, USED_BASE, used[i]);
    for (size_t i = 0; !e && i < ARRAY_LEN(refused); i++)
        e = lock_say(fd, REFUSED_BASE, refused[i]);
    for (size_t i = 0; !e && i < n_used; i++)
        e = lock_look(fd, REFUSED_BASE, used[i]);
    for (size_t i = 0; !e && i < ARRAY_LEN(refused); i++)
        e = lock_look(fd, USED_BASE, refused[i]);
    return e;
}

int
image_lock(int fd, bool for_writing)
{
    int e = lock_all(fd, for_writing);

    if (e) {
        struct flock none = { .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = USED_BASE, .l_len = LOCK_RANGE - USED_BASE };

        (void)fcntl(fd, F_OFD_SETLK, &none);
    }
    return e;
}
