/* SPDX-License-Identifier: MIT */
/* QEMU processes. */
#include "qemu_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "proc_run.h"
#include "qemu_args.h"

#define LOG_MAX (1u << 20)
#define LOG_TAIL 4096
#define WORDS_MAX 1000
#define START_MARK "--- started"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static int
pidfd_of(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* ---- qemu.log ---- */

static char *
log_path(const char *home)
{
    return path_join(home, QEMU_LOG_FILE);
}

void
qemu_log_trim(const char *home)
{
    AUTO(cleanup_free) char *path = log_path(home);
    AUTO_FD int fd = path ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    struct stat st;

    /* QEMU appends, so it goes on at the new end */
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > (off_t)LOG_MAX && ftruncate(fd, 0) < 0)
        return;
}

PRL_RESULT
qemu_log_open(const char *home, int *ret_fd)
{
    AUTO(cleanup_free) char *path = log_path(home);
    AUTO_FD int fd = -1;
    char now[20];
    struct stat st;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    qemu_log_trim(home);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    if (!S_ISREG(st.st_mode))
        return err_set(PRL_ERR_VM_START_FAILED, "'%s' is no regular file", path);
    clock_utc_text(time(NULL), now);
    dprintf(fd, START_MARK " %s\n", now);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

/* The last line that is not a mark of ours, without QEMU's time stamp and program name. */
static const char *
last_line(char *text)
{
    char *line = NULL;

    for (char *p = text; p && *p;) {
        char *end = strchr(p, '\n');

        if (end)
            *end = '\0';
        if (strncmp(p, START_MARK, strlen(START_MARK)) == 0)
            line = NULL; /* what an earlier QEMU said is not about this one */
        else if (*p)
            line = p;
        p = end ? end + 1 : NULL;
    }
    if (!line)
        return "";
    if (strspn(line, "0123456789-:.TZ") > 20 && strchr(line, ' ')) /* 2026-01-31T12:00:00.123456Z */
        line = strchr(line, ' ') + 1;
    if (strncmp(line, "qemu-system-", 12) == 0 && strstr(line, ": "))
        line = strstr(line, ": ") + 2;
    return line;
}

char *
qemu_log_last_words(const char *home)
{
    AUTO(cleanup_free) char *path = log_path(home);
    AUTO_FD int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    char tail[LOG_TAIL + 1];
    const char *line;
    struct stat st;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) < 0)
        return str_dup("");
    n = pread(fd, tail, LOG_TAIL, st.st_size > LOG_TAIL ? st.st_size - LOG_TAIL : 0);
    tail[n > 0 ? n : 0] = '\0';
    line = last_line(tail);
    return str_escape(line, strlen(line), WORDS_MAX);
}

/* ---- sockets ---- */

PRL_RESULT
qemu_proc_bind(const char *path, int *ret_fd)
{
    AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    AUTO_FD int dir = -1;
    struct sockaddr_un sa = { .sun_family = AF_UNIX };
    int r = path_socket_name(path, sa.sun_path, &dir);

    if (r < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, -r, "'%s'", path);
    unlink(path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof sa) < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_proc_connect(const char *path, int *ret_fd, pid_t *ret_pid)
{
    AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    AUTO_FD int dir = -1;
    struct sockaddr_un sa = { .sun_family = AF_UNIX };
    const struct timeval patience = { 2, 0 };
    struct ucred peer;
    socklen_t len = sizeof peer;
    int r = path_socket_name(path, sa.sun_path, &dir);

    if (r < 0)
        return err_errno(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, -r, "'%s'", path);
    if (fd >= 0) /* a listener that does not accept must not hold us up */
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
        return err_errno(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, errno, "'%s'", path);
    if (peer.uid != geteuid())
        return err_set(PRL_ERR_ACCESS_DENIED, "'%s' belongs to uid %u", path, (unsigned)peer.uid);
    *ret_fd = TAKE_FD(fd);
    *ret_pid = peer.pid;
    return PRL_ERR_SUCCESS;
}

/* ---- spawn ---- */

PRL_RESULT
qemu_proc_spawn(const struct qemu_spawn *s, pid_t *ret_pid, int *ret_pidfd)
{
    AUTO_FD int log = -1;
    VEC(struct spawn_fd) fds = { 0 };
    PRL_RESULT rc = qemu_log_open(s->home, &log);
    const struct spawn_fd fixed[] = {
        { log, 1 }, { log, 2 }, { s->qmp_fd, QEMU_FD_QMP }, { s->ram_fd, QEMU_FD_RAM }, { s->reattach_fd, QEMU_FD_REATTACH },
        { s->lock_fd, QEMU_FD_LOCK },
    };
    bool is_good = true;

    if (PRL_FAILED(rc))
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        is_good = is_good && vec_push(&fds, fixed[i]);
    for (size_t i = 0; i < s->n_more; i++)
        is_good = is_good && vec_push(&fds, s->more[i]);
    rc = is_good ? proc_spawn_fds(s->argv, fds.p, fds.len, ret_pid, ret_pidfd) : err_set(PRL_ERR_OUT_OF_MEMORY, "QEMU");
    vec_free(&fds);
    return rc;
}

/* ---- watching ---- */

int
qemu_proc_open(pid_t pid, uint64_t start_time)
{
    AUTO_FD int fd = pid > 0 ? pidfd_of(pid) : -1;

    /* the pidfd first: should the number have changed hands, the start time says so */
    if (fd < 0 || proc_start_time(pid) != start_time || qemu_proc_wait(fd, clock_now_ms()))
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return TAKE_FD(fd);
}

void
qemu_proc_kill(int pidfd)
{
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

bool
qemu_proc_wait(int pidfd, int64_t deadline)
{
    for (;;) {
        struct pollfd p = { pidfd, POLLIN, 0 };
        int n = poll(&p, 1, clock_left_ms(deadline));

        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR)
            return false;
    }
}

char *
qemu_proc_reap(int pidfd)
{
    siginfo_t si = { 0 };

    if (waitid(P_PIDFD, (id_t)pidfd, &si, WEXITED) < 0)
        return NULL;
    return str_printf(si.si_code == CLD_EXITED ? "exit %d" : "signal %d", si.si_status);
}

PRL_RESULT
qemu_proc_open_fd(pid_t pid, int number, int *ret_fd)
{
    char path[64];
    int fd;

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, number);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return err_errno(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, errno, "'%s'", path);
    *ret_fd = fd;
    return PRL_ERR_SUCCESS;
}
