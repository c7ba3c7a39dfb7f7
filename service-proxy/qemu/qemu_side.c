/* SPDX-License-Identifier: MIT */
#include "qemu_side.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "proc_run.h"
#include "qemu_proc.h"

#define LOG_MAX (256 << 10)
#define TAIL 2048
#define WORDS_MAX 500
#define KILL_WAIT_MS 2000

/* They say little; what one start wrote is kept until the log is too long. */
static PRL_RESULT
open_log(const char *home, int *ret_fd)
{
    AUTO(cleanup_free) char *path = path_join(home, SIDE_LOG_FILE);
    AUTO_FD int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600) : -1;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, path ? errno : ENOMEM, "'%s/" SIDE_LOG_FILE "'", home);
    if (!S_ISREG(st.st_mode))
        return err_set(PRL_ERR_VM_START_FAILED, "'%s' is no regular file", path);
    if (st.st_size > LOG_MAX && ftruncate(fd, 0) < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_side_spawn(const char *name, char *const *argv, const struct spawn_fd *fds, size_t n, const char *home, struct qemu_side *ret)
{
    struct qemu_side side = { .pidfd = -1 };
    VEC(struct spawn_fd) all = { 0 };
    AUTO_FD int log = -1;
    PRL_RESULT rc = open_log(home, &log);
    bool is_good;

    if (PRL_FAILED(rc))
        return rc;
    is_good = vec_push(&all, ((struct spawn_fd){ log, 1 })) && vec_push(&all, ((struct spawn_fd){ log, 2 }));
    for (size_t i = 0; i < n; i++)
        is_good = is_good && vec_push(&all, fds[i]);
    rc = is_good ? proc_spawn_fds(argv, all.p, all.len, &side.pid, &side.pidfd) : err_set(PRL_ERR_OUT_OF_MEMORY, "%s", name);
    vec_free(&all);
    if (PRL_FAILED(rc))
        return rc;
    snprintf(side.name, sizeof side.name, "%s", name);
    side.start_time = proc_start_time(side.pid);
    *ret = side;
    return PRL_ERR_SUCCESS;
}

void
qemu_side_reopen(struct qemu_side *side)
{
    side->pidfd = qemu_proc_open(side->pid, side->start_time);
}

void
qemu_side_end(struct qemu_side *side, int64_t deadline)
{
    if (side->pidfd < 0)
        return;
    if (!qemu_proc_wait(side->pidfd, deadline)) {
        qemu_proc_kill(side->pidfd);
        qemu_proc_wait(side->pidfd, clock_deadline(KILL_WAIT_MS));
    }
    free(qemu_proc_reap(side->pidfd));
    cleanup_close(&side->pidfd);
    side->pidfd = -1;
}

void
qemu_sides_end(qemu_sides *sides, int64_t deadline)
{
    for (size_t i = 0; i < sides->len; i++)
        qemu_side_end(&sides->p[i], deadline);
    vec_free(sides);
}

static bool
writes_to(pid_t pid, const char *log)
{
    char path[64], target[4096];
    ssize_t n;

    snprintf(path, sizeof path, "/proc/%d/fd/1", (int)pid);
    n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    return n > 0 && strcmp(target, log) == 0;
}

void
qemu_side_end_strays(const char *home)
{
    AUTO(cleanup_free) char *path = path_join(home, SIDE_LOG_FILE);
    AUTO(cleanup_free) char *log = path ? realpath(path, NULL) : NULL; /* as /proc has it */
    DIR *d = log ? opendir("/proc") : NULL;
    struct dirent *e;

    while (d && (e = readdir(d))) {
        struct qemu_side side = { .pid = (pid_t)strtol(e->d_name, NULL, 10), .pidfd = -1 };

        if (side.pid <= 0 || side.pid == getpid() || !writes_to(side.pid, log))
            continue;
        side.start_time = proc_start_time(side.pid);
        qemu_side_reopen(&side);
        if (side.pidfd < 0 || !writes_to(side.pid, log)) { /* looked at again behind the pidfd: now it is surely this one */
            cleanup_close(&side.pidfd);
            continue;
        }
        LOG_W("qemu", "'%s': process %d is left of a start that was cut, and is ended", home, (int)side.pid);
        qemu_side_end(&side, 0);
    }
    if (d)
        closedir(d);
}

char *
qemu_side_last_words(const char *home)
{
    AUTO(cleanup_free) char *path = path_join(home, SIDE_LOG_FILE);
    AUTO_FD int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    char tail[TAIL + 1], *line;
    struct stat st;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) < 0)
        return str_dup("");
    n = pread(fd, tail, TAIL, st.st_size > TAIL ? st.st_size - TAIL : 0);
    while (n > 0 && tail[n - 1] == '\n')
        n--;
    tail[n > 0 ? n : 0] = '\0';
    line = strrchr(tail, '\n');
    line = line ? line + 1 : tail;
    return str_escape(line, strlen(line), WORDS_MAX);
}
