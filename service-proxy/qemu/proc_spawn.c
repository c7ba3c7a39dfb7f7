/* SPDX-License-Identifier: MIT */
#include "proc_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/vec.h"

extern char **environ;

struct spawning {
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t attr;
    VEC(int) high;
};

static void
begin(struct spawning *s)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&s->fa);
    posix_spawnattr_init(&s->attr);
    posix_spawnattr_setsigmask(&s->attr, &none);
    posix_spawnattr_setsigdefault(&s->attr, &all);
    posix_spawnattr_setflags(&s->attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_addopen(&s->fa, 0, "/dev/null", O_RDONLY, 0);
}

static void
end(struct spawning *s)
{
    while (s->high.len)
        close(s->high.p[--s->high.len]);
    vec_free(&s->high);
    posix_spawnattr_destroy(&s->attr);
    posix_spawn_file_actions_destroy(&s->fa);
}

static bool
is_named(const struct spawn_fd *fds, size_t n, int number)
{
    for (size_t i = 0; i < n; i++)
        if (fds[i].number == number)
            return true;
    return false;
}

/* dup2 in the child could overwrite one of our numbers before it is copied, so all sources are moved above all targets first. */
static int
place(struct spawning *s, const struct spawn_fd *fds, size_t n, int above)
{
    for (size_t i = 0; i < n; i++) {
        int e, fd;

        if (fds[i].fd < 0) {
            e = posix_spawn_file_actions_addopen(&s->fa, fds[i].number, "/dev/null", O_RDWR, 0);
            if (e)
                return e;
            continue;
        }
        fd = fcntl(fds[i].fd, F_DUPFD_CLOEXEC, above);
        if (fd < 0)
            return errno;
        if (!vec_push(&s->high, fd)) {
            close(fd);
            return ENOMEM;
        }
        e = posix_spawn_file_actions_adddup2(&s->fa, fd, fds[i].number);
        if (e)
            return e;
    }
    for (int number = 3; number < above; number++) {
        int e = is_named(fds, n, number) ? 0 : posix_spawn_file_actions_addclose(&s->fa, number);

        if (e)
            return e;
    }
    return posix_spawn_file_actions_addclosefrom_np(&s->fa, above);
}

static int
first_free(const struct spawn_fd *fds, size_t n)
{
    int free = 3;

    for (size_t i = 0; i < n; i++)
        if (fds[i].number >= free)
            free = fds[i].number + 1;
    return free;
}

PRL_RESULT
proc_spawn_fds(char *const *argv, const struct spawn_fd *fds, size_t n, pid_t *ret_pid, int *ret_pidfd)
{
    struct spawning s = { 0 };
    int e, pidfd;
    pid_t pid;

    begin(&s);
    e = place(&s, fds, n, first_free(fds, n));
    if (!e)
        e = posix_spawn(&pid, argv[0], &s.fa, &s.attr, argv, environ);
    end(&s);
    if (e)
        return err_errno(PRL_ERR_VM_START_FAILED, e, "'%s' cannot be run", argv[0]);
    pidfd = (int)syscall(SYS_pidfd_open, pid, 0); /* our child: the number is its own until we reap it */
    if (pidfd < 0) {
        PRL_RESULT rc = err_errno(PRL_ERR_VM_START_FAILED, errno, "pidfd");

        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return rc;
    }
    fcntl(pidfd, F_SETFD, FD_CLOEXEC);
    *ret_pid = pid;
    *ret_pidfd = pidfd;
    return PRL_ERR_SUCCESS;
}
