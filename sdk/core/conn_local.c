/* SPDX-License-Identifier: MIT */
/*
 * Finding the user's own service and starting it (design 1). Connecting can fail because no service is there, or because it left at
 * this moment: both end in starting one; of several started at once one stays, and the others end when its socket is there.
 *
 * A service that shall not share the cgroup of its first client would be put in a scope of its own between posix_spawn and the first
 * word on the pipe (systemd's StartTransientUnit with the pid); without systemd, or where it does not answer, it stays with the client.
 */
#include "conn_local.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "wire/places.h"
#include "wire/version.h"

#ifndef PRLKVM_LIBEXEC_DAEMON
#define PRLKVM_LIBEXEC_DAEMON "/usr/libexec/prlkvmd"
#endif

#define READY_FD 3
#define ATTEMPTS 256 /* services that leave while we come: each one is rare, the deadline comes first */

extern char **environ;

/* ---- connecting ---- */

enum found { FOUND, FOUND_NONE, FOUND_ERROR };

static PRL_RESULT
cannot(const char *what, int e)
{
    return err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, e, "%s", what);
}

static bool
peer_is_us(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.uid == geteuid();
}

/* Reached through the directory's descriptor: the length of its path does not matter, nor what is renamed meanwhile. */
static enum found
connect_in(const char *dir, int64_t deadline, int *ret_fd)
{
    AUTO_FD int dir_fd = places_open_dir(dir, true);
    AUTO_FD int fd = -1;
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int left_ms = clock_left_ms(deadline);
    struct timeval limit = { left_ms / 1000, left_ms % 1000 * 1000 + 1 };
    int flags;

    if (dir_fd == -ENOENT)
        return FOUND_NONE;
    if (dir_fd < 0) {
        err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, -dir_fd, "directory '%s' must be ours alone", dir);
        return FOUND_ERROR;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        cannot("socket", errno);
        return FOUND_ERROR;
    }
    snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/" PLACES_SOCKET, dir_fd);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); /* connect waits while the backlog is full */
    if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
        if (errno == ENOENT || errno == ECONNREFUSED || errno == EINTR)
            return FOUND_NONE;
        cannot("the service does not take the connection", errno);
        return FOUND_ERROR;
    }
    if (!peer_is_us(fd)) {
        err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "the service in '%s' runs for another user", dir);
        return FOUND_ERROR;
    }
    flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        cannot("socket", errno);
        return FOUND_ERROR;
    }
    *ret_fd = TAKE_FD(fd);
    return FOUND;
}

static enum found
connect_any(const struct places *p, int64_t deadline, int *ret_fd)
{
    enum found found = connect_in(p->run, deadline, ret_fd);
    AUTO(cleanup_free) char *dir = NULL;

    if (found != FOUND_NONE || !p->run_spare)
        return found;
    dir = places_socket_dir(p);
    return dir && !str_eq(dir, p->run) ? connect_in(dir, deadline, ret_fd) : FOUND_NONE;
}

/* ---- hello: the service has taken us in, and is one that we understand ---- */

static bool
has_interface(json_t *reply)
{
    json_t *parameters = json_object_get(reply, "parameters");
    json_t *interfaces = json_object_get(parameters, "interfaces");

    if (!str_eq(json_string_value(json_object_get(parameters, "product")), PRLKVM_PRODUCT))
        return false;
    for (size_t i = 0; i < json_array_size(interfaces); i++)
        if (str_eq(json_string_value(json_array_get(interfaces, i)), WIRE_INTERFACE))
            return true;
    return false;
}

/* FOUND_NONE: cut before the reply, which is what a service that is leaving does. What comes behind the reply waits in the frame. */
static enum found
hear_hello(struct frame *f, int64_t deadline)
{
    AUTO(json_decref) json_t *reply = NULL;

    while (!reply) {
        struct pollfd p = { .fd = frame_fd(f), .events = POLLIN };
        AUTO_FD int memfd = -1;
        int n = poll(&p, 1, clock_left_ms(deadline));

        if (n == 0) {
            err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "the service does not answer");
            return FOUND_ERROR;
        }
        if (n > 0 && PRL_FAILED(frame_read(f, &reply, &memfd)))
            return FOUND_NONE;
    }
    if (has_interface(reply))
        return FOUND;
    err_set(PRL_ERR_WRONG_PROTOCOL_VERSION, "the service is another program or another version");
    return FOUND_ERROR;
}

/* The first request goes out in the same write: it costs no second way there and back, and a service that it is not meant for does not understand it. */
static enum found
talk(struct frame *f, const struct conn_events *events, const struct conn_first *first, int64_t deadline, struct conn **ret)
{
    AUTO(json_decref) json_t *ask = json_pack("{s:s}", "method", "org.varlink.service.GetInfo");
    AUTO(conn_drop) struct conn *c = NULL;
    PRL_RESULT r = ask ? frame_queue(f, ask, -1) : err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
    bool rest = false;
    enum found found;

    if (PRL_FAILED(r)) {
        frame_free(f);
        return FOUND_ERROR;
    }
    r = conn_make(f, events, &c);
    if (PRL_SUCCEEDED(r) && first)
        r = conn_request(c, first->op, NULL, first->args, first->n_args, first->done, first->data, NULL);
    if (PRL_FAILED(r))
        return FOUND_ERROR;
    if (!first && PRL_FAILED(frame_flush(f, &rest)))
        return FOUND_NONE;
    found = hear_hello(f, deadline);
    if (found != FOUND)
        return found;
    return PRL_SUCCEEDED(conn_begin(TAKE(c), ret)) ? FOUND : FOUND_ERROR;
}

static enum found
try_service(const struct places *p, int64_t deadline, const struct conn_events *events, const struct conn_first *first, struct conn **ret)
{
    struct frame *f;
    AUTO_FD int fd = -1;
    enum found found = connect_any(p, deadline, &fd);

    if (found != FOUND)
        return found;
    f = frame_new(fd);
    if (!f) {
        err_set(PRL_ERR_OUT_OF_MEMORY, "connection");
        return FOUND_ERROR;
    }
    fd = -1;
    return talk(f, events, first, deadline, ret);
}

/* ---- starting ---- */

/* Where this code itself was loaded from: libprl_sdk, or a program it was linked into. Allocated; NULL: unknown. */
static char *
own_dir(void)
{
    AUTO(cleanup_free) char *file = NULL;
    Dl_info info;

    if (dladdr((void *)own_dir, &info) && info.dli_fname && strchr(info.dli_fname, '/'))
        file = realpath(info.dli_fname, NULL);
    if (!file)
        file = realpath("/proc/self/exe", NULL);
    return file ? path_dirname(file) : NULL;
}

static char *
find_program(void)
{
    static const char *const beside[] = {
        "prlkvmd", "../bin/prlkvmd", "../libexec/prlkvmd", "../../libexec/prlkvmd", "../../bin/prlkvmd",
    };
    const char *given = secure_getenv("PRLKVM_DAEMON");
    AUTO(cleanup_free) char *dir = own_dir();

    if (given && *given)
        return str_dup(given);
    for (size_t i = 0; dir && i < ARRAY_LEN(beside); i++) {
        AUTO(cleanup_free) char *program = path_join(dir, beside[i]);

        if (program && access(program, X_OK) == 0)
            return TAKE(program);
    }
    return access(PRLKVM_LIBEXEC_DAEMON, X_OK) == 0 ? str_dup(PRLKVM_LIBEXEC_DAEMON) : NULL;
}

/* Default signals, no descriptor but 0..2 (null) and the pipe. It daemonizes by itself: what we start ends at once. */
static int
spawn(const char *program, int ready_fd, pid_t *ret_pid)
{
    char *const argv[] = { (char *)program, (char *)"--start", (char *)"--ready-fd=3", NULL };
    char *const bare_env[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t all, none;
    int e;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    e = posix_spawn_file_actions_adddup2(&files, ready_fd, READY_FD);
    for (int fd = 0; fd < 3 && !e; fd++)
        e = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    if (!e)
        e = posix_spawn_file_actions_addclosefrom_np(&files, READY_FD + 1);
    if (!e)
        e = posix_spawn(ret_pid, program, &files, &attr, argv, getauxval(AT_SECURE) ? bare_env : environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return e;
}

/* The program of ours may reap all its children in a handler of its own: then there is nothing left to wait for. */
static void
reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* "ready", or "error <code> <words>"; an end without a word is a crash. */
static PRL_RESULT
read_ready(int fd, const struct places *places, int64_t deadline)
{
    char text[1024];
    size_t used = 0;
    long code;
    char *end;

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int n = poll(&p, 1, clock_left_ms(deadline));
        ssize_t got;

        if (n == 0)
            return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "the service is not ready in time, see '%s'", places->log);
        if (n < 0)
            continue;
        got = read(fd, text + used, sizeof text - 1 - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || (used += (size_t)got) == sizeof text - 1)
            break;
    }
    text[used] = '\0';
    if (strcmp(text, "ready\n") == 0)
        return PRL_ERR_SUCCESS;
    if (strncmp(text, "error ", 6) != 0)
        return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "the service ended while starting, see '%s'", places->log);
    text[strcspn(text, "\n")] = '\0';
    code = strtol(text + 6, &end, 10);
    (void)code; /* whatever it was: we could not connect */
    return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "the service could not start:%s", end);
}

static PRL_RESULT
start_service(const struct places *places, int64_t deadline)
{
    AUTO(cleanup_free) char *program = find_program();
    AUTO_FD int ours = -1;
    AUTO_FD int theirs = -1;
    pid_t pid = -1;
    int fds[2], e;
    PRL_RESULT r;

    if (!program)
        return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "no prlkvmd beside the library nor at " PRLKVM_LIBEXEC_DAEMON);
    if (pipe2(fds, O_CLOEXEC) < 0)
        return cannot("pipe", errno);
    ours = fds[0];
    theirs = fds[1];
    e = spawn(program, theirs, &pid);
    if (e)
        return err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, e, "'%s'", program);
    cleanup_close(&theirs);
    theirs = -1;
    r = read_ready(ours, places, deadline);
    reap(pid);
    return r;
}

/* ---- both ---- */

PRL_RESULT
conn_open_local(int64_t timeout_ms, const struct conn_events *events, const struct conn_first *first, struct conn **ret)
{
    AUTO(places_free) struct places *places = NULL;
    int64_t deadline = clock_deadline(timeout_ms);
    PRL_RESULT r;

    err_clear();
    r = places_find(&places);

    if (PRL_FAILED(r))
        return r;
    for (int i = 0; i < ATTEMPTS; i++) {
        enum found found = try_service(places, deadline, events, first, ret);

        if (found == FOUND)
            return PRL_ERR_SUCCESS;
        if (found == FOUND_ERROR)
            return err_peek()->code ? err_peek()->code : PRL_ERR_CANT_CONNECT_TO_DISPATCHER;
        if (clock_left_ms(deadline) == 0)
            break;
        r = start_service(places, deadline);
        if (PRL_FAILED(r))
            return r;
    }
    return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "services start and end again, see '%s'", places->log);
}
