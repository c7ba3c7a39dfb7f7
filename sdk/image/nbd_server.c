/* SPDX-License-Identifier: MIT */
/*
 * Socket activation by hand: the variable LISTEN_PID must hold the child's own pid, so it is written between vfork and exec, where only what is
 * safe in a signal handler may be done (the child borrows our memory and our thread stands still).
 */
#include "nbd_server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "image/disk_refs.h"
#include "prlsdk/PrlErrors.h"

#define STOP_MS 120000 /* to write back what a slow disk takes */
#define HUNG_MS 2000
#define KILLED_MS 10000
#define WORDS_MS 2000
#define WORDS_MAX 1000
#define LISTEN_FD 3
#define FIRST_FREE_FD 10 /* above all that the child puts in place */

struct nbd_server {
    pid_t pid;
    int pidfd;
    int words; /* its stderr; non-blocking on both sides: what does not fit is lost, nobody waits */
};

/* ---- the socket ---- */

static PRL_RESULT
no_socket(const char *what)
{
    return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "a socket for qemu-nbd: %s", what);
}

static PRL_RESULT
connect_all(const struct sockaddr_un *name, int *fds, int n)
{
    for (int i = 0; i < n; i++) {
        fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fds[i] < 0 || connect(fds[i], (const struct sockaddr *)name, sizeof *name) < 0)
            return no_socket("connect");
    }
    return PRL_ERR_SUCCESS;
}

/* Listens in a directory of our own and connects; then name and directory go. The connections wait in the queue for the server to come. */
static PRL_RESULT
make_sockets(int *ret_listen, int *fds, int n)
{
    const char *tmp = secure_getenv("TMPDIR");
    char dir[64], path[80];
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (fd < 0)
        return no_socket("socket");
    if (snprintf(dir, sizeof dir, "%s/prlkvm-nbd-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp") >= (int)sizeof dir || !mkdtemp(dir)) {
        snprintf(dir, sizeof dir, "/tmp/prlkvm-nbd-XXXXXX"); /* too long for a socket, or not writable */
        if (!mkdtemp(dir))
            return no_socket(dir);
    }
    snprintf(path, sizeof path, "%s/nbd", dir);
    memcpy(name.sun_path, path, strlen(path) + 1);
    if (bind(fd, (const struct sockaddr *)&name, sizeof name) < 0 || listen(fd, n) < 0)
        r = no_socket(path);
    if (PRL_SUCCEEDED(r))
        r = connect_all(&name, fds, n);
    unlink(path);
    rmdir(dir);
    if (PRL_SUCCEEDED(r))
        *ret_listen = TAKE_FD(fd);
    return r;
}

/* ---- the process ---- */

struct child {
    const char *program;
    char *const *argv;
    char **env;
    char *pid_text; /* behind "LISTEN_PID=" in env, room for every pid */
    int listen, null, words;
    sigset_t mask;
    int failed; /* errno */
};

static void
write_number(char *out, long n)
{
    char digits[24];
    int i = 0;

    do
        digits[i++] = (char)('0' + n % 10);
    while (n /= 10);
    while (i)
        *out++ = digits[--i];
    *out = '\0';
}

static void
close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
        return;
#endif
    for (int fd = first; fd < 65536; fd++)
        close(fd);
}

static _Noreturn void
child_main(struct child *c)
{
    struct sigaction ours, plain = { .sa_handler = SIG_DFL };

    /* No handler of the program may run here. */
    for (int sig = 1; sig < NSIG; sig++)
        if (sigaction(sig, NULL, &ours) == 0 && ours.sa_handler != SIG_DFL && (ours.sa_handler != SIG_IGN || sig == SIGCHLD))
            sigaction(sig, &plain, NULL);
    write_number(c->pid_text, syscall(SYS_getpid));
    setsid();
    if (chdir("/") < 0 || dup2(c->null, 0) < 0 || dup2(c->null, 1) < 0 || dup2(c->words, 2) < 0 || dup2(c->listen, LISTEN_FD) < 0) {
        c->failed = errno;
        _exit(127);
    }
    close_from(LISTEN_FD + 1);
    sigprocmask(SIG_SETMASK, &c->mask, NULL);
    execve(c->program, c->argv, c->env);
    c->failed = errno;
    _exit(127);
}

/* vfork: the child runs before us, on our memory, and of its pid there is no doubt while it lives. ThreadSanitizer, which would be confused, forks. */
static __attribute__((noinline)) int
run_child(struct child *c, pid_t *ret_pid, int *ret_pidfd)
{
    sigset_t all, before;
    pid_t pid;
    int e;

    sigfillset(&all);
    sigemptyset(&c->mask);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid = vfork();
    if (pid == 0)
        child_main(c);
    e = pid < 0 ? errno : c->failed;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!e && (*ret_pidfd = (int)syscall(SYS_pidfd_open, pid, 0)) < 0) {
        e = errno;
        kill(pid, SIGKILL);
    }
    if (pid >= 0 && e)
        waitpid(pid, NULL, 0);
    *ret_pid = pid;
    return e;
}

static int
high_copy(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
}

/* A short environment: what the program has in its own is not qemu-nbd's business, but for where its libraries are. */
static PRL_RESULT
spawn(const char *program, char *const *argv, int listen_fd, int words, struct nbd_server *s)
{
    char pid_text[64] = "LISTEN_PID=", fds_text[] = "LISTEN_FDS=1", locale[] = "LC_ALL=C", path[] = "PATH=/usr/bin:/bin";
    const char *libs = secure_getenv("LD_LIBRARY_PATH");
    AUTO(cleanup_free) char *libs_text = libs ? str_printf("LD_LIBRARY_PATH=%s", libs) : NULL;
    char *env[] = { pid_text, fds_text, locale, path, libs_text, NULL };
    AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    AUTO_FD int high_null = high_copy(null);
    AUTO_FD int high_listen = high_copy(listen_fd);
    AUTO_FD int high_words = high_copy(words);
    struct child c = { program, argv, env, pid_text + strlen(pid_text), high_listen, high_null, high_words, .failed = 0 };
    int e;

    if (high_null < 0 || high_listen < 0 || high_words < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "files for qemu-nbd");
    e = run_child(&c, &s->pid, &s->pidfd);
    return e ? err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, e, "'%s' cannot be run", program) : PRL_ERR_SUCCESS;
}

/* Commas end a value there. */
static char *
secret_object(const char *key_file)
{
    AUTO_STR s = STR_INIT;

    str_add(&s, "secret,id=" REFS_KEY_ID ",file=");
    for (const char *p = key_file; *p; p++)
        str_add_n(&s, *p == ',' ? ",," : p, *p == ',' ? 2 : 1);
    return str_take(&s);
}

static PRL_RESULT
run_it(const struct nbd_server_args *a, int listen_fd, int words, struct nbd_server *s)
{
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *json = json_dumps(a->node, JSON_COMPACT);
    AUTO(cleanup_free) char *file = json ? str_printf("json:%s", json) : NULL;
    AUTO(cleanup_free) char *shared = str_printf("%d", a->n_connections);
    AUTO(cleanup_free) char *secret = a->key_file ? secret_object(a->key_file) : NULL;
    char *argv[16];
    int n = 0;
    PRL_RESULT r = proc_find("qemu-nbd", "PRLKVM_QEMU_NBD", &program);

    if (PRL_FAILED(r))
        return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "%s", err_peek()->details ? err_peek()->details : "no qemu-nbd");
    if (!file || !shared || (a->key_file && !secret))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "qemu-nbd");
    argv[n++] = program;
    argv[n++] = (char *)"--shared";
    argv[n++] = shared;
    argv[n++] = (char *)(a->is_write ? "--discard=ignore" : "--read-only");
    argv[n++] = (char *)"--aio=threads"; /* io_uring is faster, but QEMU 7.2 waits for ever for a read across the end of a file (tried) */
    if (a->bitmap) {
        argv[n++] = (char *)"--bitmap";
        argv[n++] = (char *)a->bitmap;
    }
    if (secret) {
        argv[n++] = (char *)"--object";
        argv[n++] = secret;
    }
    argv[n++] = file;
    argv[n] = NULL;
    return spawn(program, argv, listen_fd, words, s);
}

PRL_RESULT
nbd_server_start(const struct nbd_server_args *args, struct nbd_server **ret, int *fds)
{
    AUTO(cleanup_free) struct nbd_server *s = calloc(1, sizeof *s);
    AUTO_FD int listen_fd = -1;
    AUTO_FD int words_in = -1;
    AUTO_FD int words_out = -1;
    int made[args->n_connections], pipe_fds[2];
    PRL_RESULT r;

    if (!s)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "qemu-nbd");
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "pipe");
    words_out = pipe_fds[0];
    words_in = pipe_fds[1];
    for (int i = 0; i < args->n_connections; i++)
        made[i] = -1;
    r = make_sockets(&listen_fd, made, args->n_connections);
    if (PRL_SUCCEEDED(r))
        r = run_it(args, listen_fd, words_in, s);
    if (PRL_FAILED(r)) {
        for (int i = 0; i < args->n_connections; i++)
            cleanup_close(&made[i]);
        return r;
    }
    s->words = TAKE_FD(words_out);
    memcpy(fds, made, sizeof made);
    *ret = TAKE(s);
    return PRL_ERR_SUCCESS;
}

/* ---- its end ---- */

static bool
is_gone_within(const struct nbd_server *s, int timeout_ms)
{
    int64_t deadline = clock_deadline(timeout_ms);
    struct pollfd p = { s->pidfd, POLLIN, 0 };
    int n;

    do
        n = poll(&p, 1, clock_left_ms(deadline));
    while (n < 0 && errno == EINTR);
    return n > 0;
}

bool
nbd_server_is_alive(struct nbd_server *s)
{
    struct pollfd p = { s->pidfd, POLLIN, 0 };

    return poll(&p, 1, 0) <= 0;
}

char *
nbd_server_words(struct nbd_server *s)
{
    char buf[WORDS_MAX * 4];
    ssize_t n;

    is_gone_within(s, WORDS_MS);
    n = read(s->words, buf, sizeof buf);
    while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
        n--;
    return n > 0 ? str_escape(buf, (size_t)n, WORDS_MAX) : str_dup("");
}

static PRL_RESULT
reap(struct nbd_server *s)
{
    siginfo_t info = { 0 };
    int r;

    do
        r = waitid(P_PIDFD, (id_t)s->pidfd, &info, WEXITED);
    while (r < 0 && errno == EINTR);
    /* A program that ignores SIGCHLD or waits for all its children leaves us nothing to ask. */
    if (r < 0 || (info.si_code == CLD_EXITED && info.si_status == 0))
        return PRL_ERR_SUCCESS;
    {
        AUTO(cleanup_free) char *words = nbd_server_words(s);

        return err_set(PRL_ERR_FILE_WRITE_ERROR, "qemu-nbd ended with %s %d: '%s'", info.si_code == CLD_EXITED ? "status" : "signal",
                       info.si_status, words ? words : "");
    }
}

PRL_RESULT
nbd_server_stop(struct nbd_server *s, bool is_hung)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!s)
        return PRL_ERR_SUCCESS;
    if (!is_gone_within(s, is_hung ? HUNG_MS : STOP_MS)) {
        LOG_E("disk", "qemu-nbd %d does not end", (int)s->pid);
        syscall(SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0);
        r = err_set(PRL_ERR_TIMEOUT, "qemu-nbd did not end in time");
        is_gone_within(s, KILLED_MS);
    }
    if (is_gone_within(s, 0)) {
        PRL_RESULT end = reap(s);

        if (PRL_SUCCEEDED(r))
            r = end;
    }
    close(s->pidfd);
    close(s->words);
    free(s);
    return r;
}
