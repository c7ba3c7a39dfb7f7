/* SPDX-License-Identifier: MIT */
/* Helper programs: started without a shell, watched, ended when their time is over. */
#include "proc_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "err.h"
#include "path.h"
#include "str.h"

#define OUT_MAX (4u << 20)
#define WORDS_MAX 1000

extern char **environ;

struct run {
    int in, out, err; /* our ends, -1 when closed */
    const char *input;
    size_t input_left;
    struct str out_text, err_text;
};

int
proc_spawn(const char *const *argv, int in, int out, int err, pid_t *ret_pid)
{
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t attr;
    sigset_t none, all;
    int e;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&fa);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_adddup2(&fa, in, 0);
    posix_spawn_file_actions_adddup2(&fa, out, 1);
    posix_spawn_file_actions_adddup2(&fa, err, 2);
    posix_spawn_file_actions_addclosefrom_np(&fa, 3);
    e = posix_spawn(ret_pid, argv[0], &fa, &attr, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&fa);
    return e;
}

/* False: end of that pipe. */
static bool
take_bytes(int fd, struct str *s, bool keep_end)
{
    char buf[16384];
    ssize_t n = read(fd, buf, sizeof buf);

    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0)
        return false;
    if (keep_end && s->len + (size_t)n > WORDS_MAX * 4)
        s->len = 0;
    if (s->len + (size_t)n > OUT_MAX)
        return false;
    str_add_n(s, buf, (size_t)n);
    return true;
}

static void
close_end(int *fd)
{
    cleanup_close(fd);
    *fd = -1;
}

/* Until both outputs have ended. */
static PRL_RESULT
converse(struct run *r, int64_t deadline, int cancel_fd)
{
    while (r->out >= 0 || r->err >= 0) {
        struct pollfd p[] = {
            { r->out, POLLIN, 0 }, { r->err, POLLIN, 0 }, { r->in, POLLOUT, 0 }, { cancel_fd, POLLIN, 0 },
        };
        int n = poll(p, ARRAY_LEN(p), clock_left_ms(deadline));

        if (n < 0 && errno != EINTR)
            return err_errno(PRL_ERR_VM_OPERATION_FAILED, errno, "poll");
        if (n == 0)
            return err_set(PRL_ERR_TIMEOUT, "no answer in time");
        if (n < 0)
            continue;
        if (p[3].revents)
            return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
        if (p[0].revents && !take_bytes(r->out, &r->out_text, false))
            close_end(&r->out);
        if (p[1].revents && !take_bytes(r->err, &r->err_text, true))
            close_end(&r->err);
        if (p[2].revents) {
            ssize_t w = r->input_left ? write(r->in, r->input, r->input_left) : 0;

            if (w > 0) {
                r->input += w;
                r->input_left -= (size_t)w;
            }
            if (!r->input_left || (w < 0 && errno != EINTR && errno != EAGAIN))
                close_end(&r->in);
        }
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
judge_exit(const char *program, int status, struct str *words)
{
    AUTO(cleanup_free) char *w = str_escape(words->p ? words->p : "", words->len, WORDS_MAX);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return PRL_ERR_SUCCESS;
    if (WIFSIGNALED(status))
        return err_set(PRL_ERR_VM_OPERATION_FAILED, "%s: killed by signal %d: '%s'", path_basename(program), WTERMSIG(status),
                       w ? w : "");
    return err_set(PRL_ERR_VM_OPERATION_FAILED, "%s: exit %d: '%s'", path_basename(program), WEXITSTATUS(status), w ? w : "");
}

static PRL_RESULT
talk_to(const char *const *argv, struct run *r, int64_t deadline, int cancel_fd)
{
    AUTO_FD int in = -1;
    AUTO_FD int out = -1;
    AUTO_FD int err = -1;
    int pi[2], po[2], pe[2];
    pid_t pid;
    int e, status = 0;
    PRL_RESULT rc;

    /* The write end of stdin is the only one we must not block on. */
    if (pipe2(pi, O_CLOEXEC) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "pipe");
    in = pi[0];
    r->in = pi[1];
    if (pipe2(po, O_CLOEXEC) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "pipe");
    out = po[1];
    r->out = po[0];
    if (pipe2(pe, O_CLOEXEC) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "pipe");
    err = pe[1];
    r->err = pe[0];
    fcntl(r->in, F_SETFL, O_NONBLOCK);
    e = proc_spawn(argv, in, out, err, &pid);
    if (e)
        return err_errno(PRL_ERR_VM_OPERATION_FAILED, e, "'%s' cannot be run", argv[0]);
    cleanup_close(&in);
    cleanup_close(&out);
    cleanup_close(&err);
    in = out = err = -1;
    rc = converse(r, deadline, cancel_fd);
    if (PRL_FAILED(rc))
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return PRL_FAILED(rc) ? rc : judge_exit(argv[0], status, &r->err_text);
}

PRL_RESULT
proc_run(const char *const *argv, const char *input, int64_t deadline, int cancel_fd, char **ret_out)
{
    struct run r = { -1, -1, -1, input, input ? strlen(input) : 0, STR_INIT, STR_INIT };
    PRL_RESULT rc = talk_to(argv, &r, deadline, cancel_fd);

    close_end(&r.in);
    close_end(&r.out);
    close_end(&r.err);
    str_free(&r.err_text);
    if (PRL_FAILED(rc) || !ret_out) {
        str_free(&r.out_text);
        return rc;
    }
    *ret_out = str_take(&r.out_text);
    return *ret_out ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "%s", path_basename(argv[0]));
}

/* ---- where they are ---- */

static const char usual_places[] = "/usr/bin:/usr/local/bin:/usr/libexec";

static bool
is_program(const char *path)
{
    return path_is_absolute(path) && access(path, X_OK) == 0 && !path_is_dir(path);
}

static char *
search_in(const char *places, const char *name)
{
    for (const char *p = places; p; p = strchr(p, ':') ? strchr(p, ':') + 1 : NULL) {
        size_t len = strcspn(p, ":");
        AUTO(cleanup_free) char *path = str_printf("%.*s/%s", (int)len, p, name);

        if (path && len && is_program(path))
            return TAKE(path);
    }
    return NULL;
}

PRL_RESULT
proc_find(const char *name, const char *variable, char **ret_path)
{
    const char *set = secure_getenv(variable);
    const char *path_env = secure_getenv("PATH");
    char *found;

    if (set && set[0]) {
        if (!is_program(set))
            return err_set(PRL_ERR_FILE_NOT_FOUND, "%s names '%s', which is no program with an absolute path", variable, set);
        found = str_dup(set);
        if (!found)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "%s", name);
    } else {
        found = path_env ? search_in(path_env, name) : NULL;
        if (!found)
            found = search_in(usual_places, name);
        if (!found)
            return err_set(PRL_ERR_FILE_NOT_FOUND, "no %s in PATH nor in %s (Debian: qemu-utils)", name, usual_places);
    }
    *ret_path = found;
    return PRL_ERR_SUCCESS;
}
