/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into prlkvmd (or the program that PRLKVM_CRASH_PROGRAM names) by the crash tests: counts the calls that change a regular file or a
 * directory, and before the n-th of them kills somebody, or lets it and all later ones fail with ENOSPC or EIO. Tests steer it through a small shared file named by PRLKVM_CRASH_CONTROL:
 *
 *     u32 mode     0 off, 1 count, 2 SIGKILL to the service itself, 3 ENOSPC from call number `at` on, 4 SIGKILL to its QEMUs,
 *                  5 SIGKILL to `pid`, 6 EIO from call number `at` on
 *     u32 at
 *     u32 count    calls seen since the test last wrote 0 here
 *     u32 pid
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OFF, COUNT, KILL, NO_SPACE, KILL_QEMU, KILL_PID, IO_ERROR };

struct control {
    uint32_t mode, at;
    _Atomic uint32_t count;
    uint32_t pid;
};
static struct control *control;

__attribute__((constructor)) static void
attach(void)
{
    const char *path = getenv("PRLKVM_CRASH_CONTROL"), *program = getenv("PRLKVM_CRASH_PROGRAM");
    int fd;

    /* QEMU and its tools inherit the preload; the tests are about the service. */
    if (!path || strcmp(program_invocation_short_name, program ? program : "prlkvmd") || (fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
        return;
    control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED)
        control = NULL;
    close(fd);
}

/* The QEMUs of this service: they inherited its PRLKVM_HOME. */
static void
kill_qemus(void)
{
    const char *home = getenv("PRLKVM_HOME");
    DIR *proc = opendir("/proc");
    struct dirent *e;

    while (home && proc && (e = readdir(proc))) {
        char path[64], text[16384] = "", *p, *end;
        ssize_t n;
        int fd;

        if (atoi(e->d_name) <= 0)
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/exe", e->d_name);
        n = readlink(path, text, sizeof text - 1);
        if (n < 0 || !strstr(text, "qemu-system"))
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/environ", e->d_name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        close(fd);
        if (n < 0)
            continue;
        text[n] = 0;
        for (p = text, end = text + n; p < end; p += strlen(p) + 1)
            if (!strncmp(p, "PRLKVM_HOME=", 12) && !strcmp(p + 12, home))
                kill(atoi(e->d_name), SIGKILL);
    }
    if (proc)
        closedir(proc);
}

/* True: the caller shall fail, errno says how. */
static int
point(int takes_space)
{
    uint32_t n;

    if (!control || control->mode == OFF)
        return 0;
    n = atomic_fetch_add(&control->count, 1) + 1;
    if (control->mode == KILL && n >= control->at) {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    if (control->mode == KILL_QEMU && n == control->at)
        kill_qemus();
    if (control->mode == KILL_PID && n == control->at)
        kill((pid_t)control->pid, SIGKILL);
    if ((control->mode == NO_SPACE || control->mode == IO_ERROR) && n >= control->at && takes_space) {
        errno = control->mode == NO_SPACE ? ENOSPC : EIO;
        return 1;
    }
    return 0;
}

static int
is_file(int fd)
{
    struct stat st;

    /* A memfd is a regular file too, but nothing on it outlives the process. */
    return control && control->mode != OFF && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_nlink > 0;
}

#define REAL(ret, name, ...)                                                                       \
    static ret (*real)(__VA_ARGS__);                                                               \
    if (!real)                                                                                     \
        real = (ret(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define HOOK(ret, name, params, args, space, guard, ...)                                           \
    ret name params                                                                                \
    {                                                                                              \
        REAL(ret, name, __VA_ARGS__);                                                              \
        if ((guard) && point(space))                                                               \
            return -1;                                                                             \
        return real args;                                                                          \
    }

HOOK(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), 1, is_file(fd), int, const void *, size_t)
HOOK(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), 1, is_file(fd), int, const void *, size_t, off_t)
HOOK(ssize_t, pwrite64, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), 1, is_file(fd), int, const void *, size_t, off_t)
HOOK(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), 1, is_file(fd), int, const struct iovec *, int)
HOOK(ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t o), (fd, v, n, o), 1, is_file(fd), int, const struct iovec *, int, off_t)
HOOK(int, fsync, (int fd), (fd), 0, 1, int)
HOOK(int, fdatasync, (int fd), (fd), 0, 1, int)
HOOK(int, ftruncate, (int fd, off_t n), (fd, n), 0, is_file(fd), int, off_t)
HOOK(int, posix_fallocate, (int fd, off_t o, off_t n), (fd, o, n), 1, is_file(fd), int, off_t, off_t)
HOOK(int, fallocate, (int fd, int m, off_t o, off_t n), (fd, m, o, n), 1, is_file(fd), int, int, off_t, off_t)
HOOK(int, rename, (const char *a, const char *b), (a, b), 0, 1, const char *, const char *)
HOOK(int, renameat, (int x, const char *a, int y, const char *b), (x, a, y, b), 0, 1, int, const char *, int, const char *)
HOOK(int, renameat2, (int x, const char *a, int y, const char *b, unsigned f), (x, a, y, b, f), 0, 1, int, const char *, int, const char *, unsigned)
HOOK(int, link, (const char *a, const char *b), (a, b), 1, 1, const char *, const char *)
HOOK(int, linkat, (int x, const char *a, int y, const char *b, int f), (x, a, y, b, f), 1, 1, int, const char *, int, const char *, int)
HOOK(int, unlink, (const char *a), (a), 0, 1, const char *)
HOOK(int, unlinkat, (int d, const char *a, int f), (d, a, f), 0, 1, int, const char *, int)
HOOK(int, rmdir, (const char *a), (a), 0, 1, const char *)
HOOK(int, mkdir, (const char *a, mode_t m), (a, m), 1, 1, const char *, mode_t)
HOOK(int, mkdirat, (int d, const char *a, mode_t m), (d, a, m), 1, 1, int, const char *, mode_t)
HOOK(int, fchmod, (int fd, mode_t m), (fd, m), 0, is_file(fd), int, mode_t)
HOOK(int, chmod, (const char *a, mode_t m), (a, m), 0, 1, const char *, mode_t)
HOOK(ssize_t, copy_file_range, (int a, off64_t *x, int b, off64_t *y, size_t n, unsigned f), (a, x, b, y, n, f), 1, is_file(b), int, off64_t *, int,
     off64_t *, size_t, unsigned)

int
openat(int dir, const char *path, int flags, ...)
{
    REAL(int, openat, int, const char *, int, ...);
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if (flags & (O_CREAT | O_TRUNC) && point(1))
        return -1;
    return real(dir, path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return openat(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int dir, const char *path, int flags, ...) __attribute__((alias("openat")));
