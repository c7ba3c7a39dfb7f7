/* SPDX-License-Identifier: MIT */
#include "qemu_export.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_export.h"
#include "proc_run.h"
#include "proc_spawn.h"
#include "qemu_find.h"
#include "qemu_proc.h"

#define LINE_MAX_BYTES 4096
#define OPEN_MS 120000 /* a large bundle that was not closed is checked first */

/* Numbers in the process; 0 and 1 are the socket. */
enum { FD_LOG = 2, FD_REQUEST = 3, FD_REPLY = 4, FD_LOCK = 5 };

/* ---- lines ---- */

/* The line "NUMBER CODE WORDS" with this number; others are answers that somebody did not wait for. */
static PRL_RESULT
take_line(const char *line, unsigned long long number, bool *ret_is_it)
{
    unsigned long long n;
    int code, at = 0;

    *ret_is_it = sscanf(line, "%llu %d%n", &n, &code, &at) == 2 && n == number;
    if (!*ret_is_it || code >= 0)
        return PRL_ERR_SUCCESS;
    return err_set(code, "%.1000s", line[at] ? line + at + 1 : "");
}

static PRL_RESULT
wait_readable(int fd, int pidfd, int cancel_fd, int64_t deadline)
{
    for (;;) {
        struct pollfd p[] = { { fd, POLLIN, 0 }, { pidfd, POLLIN, 0 }, { cancel_fd, POLLIN, 0 } };
        int n = poll(p, ARRAY_LEN(p), clock_left_ms(deadline));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(PRL_ERR_VM_OPERATION_FAILED, errno, "poll");
        if (p[0].revents & POLLIN)
            return PRL_ERR_SUCCESS;
        if (p[1].revents || p[0].revents)
            return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "the export has ended");
        if (p[2].revents)
            return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
        return err_set(PRL_ERR_TIMEOUT, "the export does not answer");
    }
}

static PRL_RESULT
read_reply(int fd, int pidfd, int cancel_fd, unsigned long long number, int64_t deadline)
{
    char buf[LINE_MAX_BYTES + 1];
    size_t len = 0;

    for (;;) {
        PRL_RESULT rc = wait_readable(fd, pidfd, cancel_fd, deadline);
        ssize_t n = PRL_FAILED(rc) ? 0 : read(fd, buf + len, LINE_MAX_BYTES - len);
        char *end;

        if (PRL_FAILED(rc))
            return rc;
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "the export has ended");
        len += (size_t)n;
        buf[len] = '\0';
        while ((end = strchr(buf, '\n'))) {
            bool is_it;

            *end = '\0';
            rc = take_line(buf, number, &is_it);
            if (is_it)
                return rc;
            len -= (size_t)(end + 1 - buf);
            memmove(buf, end + 1, len + 1);
        }
        if (len >= LINE_MAX_BYTES)
            return err_set(PRL_ERR_VM_OPERATION_FAILED, "the export does not speak its language");
    }
}

/* ---- starting ---- */

struct starting {
    int sockets[2];             /* QEMU's, the export's */
    int request, reply;         /* both open for both directions: neither side ever sees the end of one */
    int reply_ours;
    int log;
};

static void
starting_clear(struct starting *s)
{
    cleanup_close(&s->sockets[0]);
    cleanup_close(&s->sockets[1]);
    cleanup_close(&s->request);
    cleanup_close(&s->reply);
    cleanup_close(&s->reply_ours);
    cleanup_close(&s->log);
}

/* *ret_ours: our end for reading, or NULL. */
static int
open_pipe(int *ret_both, int *ret_ours)
{
    AUTO_FD int from = -1;
    AUTO_FD int to = -1;
    char path[64];
    int p[2];

    if (pipe2(p, O_CLOEXEC) < 0)
        return errno;
    from = p[0];
    to = p[1];
    snprintf(path, sizeof path, "/proc/self/fd/%d", from);
    *ret_both = open(path, O_RDWR | O_CLOEXEC);
    if (*ret_both < 0)
        return errno;
    if (ret_ours)
        *ret_ours = TAKE_FD(from);
    return 0;
}

static PRL_RESULT
open_ends(struct starting *s, const char *home)
{
    int e = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->sockets) < 0)
        e = errno;
    if (!e)
        e = open_pipe(&s->request, NULL);
    if (!e)
        e = open_pipe(&s->reply, &s->reply_ours);
    return e ? err_errno(PRL_ERR_OUT_OF_MEMORY, e, "export of a bundle") : qemu_log_open(home, &s->log);
}

/* PRL_ERR_DISK_* of the library become what a start says of an image it cannot have; QEMU has not run. */
static PRL_RESULT
cannot_open(const struct qemu_image *image, PRL_RESULT why)
{
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    if (why == PRL_ERR_OPERATION_WAS_CANCELED || why == PRL_ERR_OUT_OF_MEMORY)
        return why;
    if (why == PRL_ERR_DISK_SHARING_VIOLATION)
        return qemu_image_busy(image->path, words);
    err_set(PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE, "'%s': %s", image->path, words ? words : "");
    err_param(0, "%s", image->path);
    return PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE;
}

static void
argv_free(char **argv)
{
    for (char **a = argv; a && *a; a++)
        free(*a);
    free(argv);
}
CLEANUP_FOR(argv_free, char **)

/* The images that it may follow out of its bundle are those in what it stands on. NULL: no memory. */
static char **
make_argv(const struct qemu_image *image, const char *nbdkit, const char *plugin)
{
    const char *const fixed[] = { nbdkit, "-s", "--log=stderr", "-t", "8", plugin, "request-fd=3", "reply-fd=4",
                                  image->is_read_only ? "read-only=1" : "read-only=0" };
    size_t n = 0, all = ARRAY_LEN(fixed) + 1 + image->backing.len;
    AUTO(argv_free) char **argv = calloc(all + 1, sizeof *argv);

    for (size_t i = 0; argv && i < ARRAY_LEN(fixed); i++)
        if ((argv[n] = str_dup(fixed[i])))
            n++;
    if (argv && (argv[n] = str_printf("path=%s", image->path)))
        n++;
    for (size_t i = 0; argv && i < image->backing.len; i++)
        if ((argv[n] = str_printf("base=%s", image->backing.p[i].path)))
            n++;
    return n == all ? TAKE(argv) : NULL;
}

static PRL_RESULT
spawn(const struct qemu_image *image, struct starting *s, int lock_fd, struct qemu_export *e)
{
    AUTO(cleanup_free) char *nbdkit = NULL;
    AUTO(cleanup_free) char *plugin = NULL;
    AUTO(argv_free) char **argv = NULL;
    const struct spawn_fd fds[] = {
        { s->sockets[1], 0 }, { s->sockets[1], 1 }, { s->log, FD_LOG }, { s->request, FD_REQUEST }, { s->reply, FD_REPLY },
        { lock_fd, FD_LOCK },
    };
    PRL_RESULT rc = bundle_export_find(&nbdkit, &plugin);

    if (PRL_FAILED(rc))
        return rc;
    argv = make_argv(image, nbdkit, plugin);
    if (!argv)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "export");
    rc = proc_spawn_fds(argv, fds, ARRAY_LEN(fds), &e->pid, &e->pidfd);
    if (PRL_SUCCEEDED(rc))
        e->start_time = proc_start_time(e->pid);
    return rc;
}

static PRL_RESULT
start(const struct qemu_image *image, const char *home, int lock_fd, int cancel_fd, struct starting *s, struct qemu_export *e)
{
    PRL_RESULT rc = open_ends(s, home);

    if (PRL_SUCCEEDED(rc))
        rc = spawn(image, s, lock_fd, e);
    if (PRL_FAILED(rc))
        return rc;
    cleanup_close(&s->sockets[1]); /* so that the export sees the end of it with ours */
    s->sockets[1] = -1;
    rc = read_reply(s->reply_ours, e->pidfd, cancel_fd, 0, clock_deadline(OPEN_MS));
    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED) {
        AUTO(cleanup_free) char *words = qemu_log_last_words(home);

        rc = err_set(rc, "nbdkit has ended: '%s'", words ? words : "");
    }
    return rc;
}

PRL_RESULT
qemu_export_start(const struct qemu_image *image, const char *home, int lock_fd, int cancel_fd, struct qemu_export *ret, int *ret_fd)
{
    struct starting s = { { -1, -1 }, -1, -1, -1, -1 };
    struct qemu_export e = { .pidfd = -1 };
    PRL_RESULT rc = start(image, home, lock_fd, cancel_fd, &s, &e);

    memcpy(e.node, image->node, sizeof e.node);
    if (PRL_SUCCEEDED(rc)) {
        *ret = e;
        *ret_fd = TAKE_FD(s.sockets[0]);
    } else {
        rc = cannot_open(image, rc);
    }
    starting_clear(&s);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        qemu_export_end(&e, clock_now_ms()); /* it has opened nothing that it could close better */
        return why ? err_put(why) : rc;
    }
    return PRL_ERR_SUCCESS;
}

/* ---- while it runs ---- */

static PRL_RESULT
ask(const struct qemu_export *e, const char *what, int64_t deadline)
{
    AUTO_FD int request = -1;
    AUTO_FD int reply = -1;
    unsigned long long number = (unsigned long long)clock_now_us(); /* not one that a service before us has used */
    char line[LINE_MAX_BYTES];
    int n = snprintf(line, sizeof line, "%llu %s\n", number, what);
    PRL_RESULT rc = n >= (int)sizeof line || strchr(what, '\n') ? err_set(PRL_ERR_INVALID_ARG, "'%s'", what) : PRL_ERR_SUCCESS;

    if (PRL_SUCCEEDED(rc))
        rc = qemu_proc_open_fd(e->pid, FD_REQUEST, &request);

    if (PRL_SUCCEEDED(rc))
        rc = qemu_proc_open_fd(e->pid, FD_REPLY, &reply);
    if (PRL_SUCCEEDED(rc) && qemu_proc_wait(e->pidfd, clock_now_ms())) /* then the number is another's by now */
        rc = err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "the export has ended");
    if (PRL_FAILED(rc))
        return rc;
    fcntl(request, F_SETFL, O_NONBLOCK);
    fcntl(reply, F_SETFL, O_NONBLOCK);
    if (write(request, line, (size_t)n) != n)
        return err_errno(PRL_ERR_VM_OPERATION_FAILED, errno, "export of '%s'", e->node);
    return read_reply(reply, e->pidfd, -1, number, deadline);
}

PRL_RESULT
qemu_export_quiesce(const struct qemu_export *e, int64_t deadline)
{
    return ask(e, "quiesce", deadline);
}

PRL_RESULT
qemu_export_move(const struct qemu_export *e, const char *path, int64_t deadline)
{
    AUTO(cleanup_free) char *what = str_printf("move %s", path);

    return what ? ask(e, what, deadline) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

void
qemu_export_reopen(struct qemu_export *e)
{
    e->pidfd = qemu_proc_open(e->pid, e->start_time);
}

void
qemu_export_end(struct qemu_export *e, int64_t deadline)
{
    if (e->pidfd < 0)
        return;
    if (!qemu_proc_wait(e->pidfd, deadline)) {
        qemu_proc_kill(e->pidfd);
        qemu_proc_wait(e->pidfd, clock_deadline(2000)); /* a process in a hung file system call takes its time */
    }
    free(qemu_proc_reap(e->pidfd));
    cleanup_close(&e->pidfd);
    e->pidfd = -1;
}

/* ---- without a VM ---- */

#define COMMIT_MS 3600000 /* as long as there is anything to copy */
#define FD_DISK 3
#define FD_DISK_TEXT "3"

static char *
commit_spec(const char *overlay)
{
    json_t *spec = json_pack("{s:s, s:{s:s, s:s}, s:{s:s, s:{s:s, s:{s:s, s:s}}}}", "driver", "qcow2", "file", "driver", "file", "filename",
                             overlay, "backing", "driver", "raw", "file", "driver", "nbd", "server", "type", "fd", "str", FD_DISK_TEXT);
    AUTO(cleanup_free) char *text = spec ? json_dumps(spec, JSON_COMPACT) : NULL;

    json_decref(spec);
    return text ? str_printf("json:%s", text) : NULL;
}

/* fd: the other side of the export; it has to be closed here for the export to see its end. */
static PRL_RESULT
run_commit(const char *overlay, const char *home, int fd)
{
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *spec = commit_spec(overlay);
    AUTO(cleanup_free) char *how = NULL;
    AUTO_FD int disk = fd;
    AUTO_FD int log = -1;
    int pidfd;
    pid_t pid;
    PRL_RESULT rc = spec ? qemu_find_img(&program) : err_set(PRL_ERR_OUT_OF_MEMORY, "commit");

    if (PRL_SUCCEEDED(rc))
        rc = qemu_log_open(home, &log);
    if (PRL_SUCCEEDED(rc)) {
        char *argv[] = { program, "commit", "-q", "-d", "-t", "writeback", spec, NULL };
        const struct spawn_fd fds[] = { { log, FD_LOG }, { disk, FD_DISK } };

        rc = proc_spawn_fds(argv, fds, ARRAY_LEN(fds), &pid, &pidfd);
    }
    if (PRL_FAILED(rc))
        return rc;
    if (!qemu_proc_wait(pidfd, clock_deadline(COMMIT_MS))) {
        qemu_proc_kill(pidfd);
        qemu_proc_wait(pidfd, clock_deadline(2000));
    }
    how = qemu_proc_reap(pidfd);
    close(pidfd);
    if (str_eq(how, "exit 0"))
        return PRL_ERR_SUCCESS;
    {
        AUTO(cleanup_free) char *words = qemu_log_last_words(home);

        return err_set(PRL_ERR_HDD_IMAGE_COPY, "'%s' is not committed: %s: '%s'", overlay, how ? how : "", words ? words : "");
    }
}

PRL_RESULT
qemu_export_commit(const char *overlay, const char *bundle)
{
    AUTO(cleanup_free) char *home = path_dirname(bundle);
    struct qemu_images images = { 0 };
    struct qemu_image image = { .node = "hdd0", .path = str_dup(bundle) };
    struct qemu_export e;
    int fd;
    PRL_RESULT rc;

    if (!home || !image.path || !vec_push(&images, image)) {
        free(image.path);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    }
    rc = qemu_images_check(&images);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_export_start(&images.p[0], home, -1, -1, &e, &fd);
    if (PRL_SUCCEEDED(rc)) {
        rc = run_commit(overlay, home, fd);
        {
            AUTO(err_free) struct err *why = PRL_FAILED(rc) ? err_take(rc) : NULL;

            qemu_export_end(&e, clock_deadline(OPEN_MS)); /* it closes its images */
            if (why)
                err_put(why);
        }
    }
    qemu_images_clear(&images);
    return rc;
}
