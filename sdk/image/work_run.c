/* SPDX-License-Identifier: MIT */
/* Helper programs that work for long: progress read from their words, cancel, and a deadline that counts from their last sign of life. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "image/work_parts.h"

#define OUT_MAX (4u << 20)
#define WORDS_MAX 1000
#define TICK_MS 200

int work_run_stall_ms = 120000;

PRL_RESULT
work_find_program(const char *name, const char *variable, char **ret_path)
{
    PRL_RESULT rc = proc_find(name, variable, ret_path);
    AUTO(cleanup_free) char *why = rc == PRL_ERR_FILE_NOT_FOUND ? str_dup(err_peek()->details) : NULL;

    return rc == PRL_ERR_FILE_NOT_FOUND ? err_set(PRL_ERR_DISK_TOOL_NOT_FOUND, "%s", why ? why : name) : rc;
}

struct run {
    pid_t pid;
    int in, out, err; /* our ends, -1 when closed */
    const char *input;
    size_t input_left;
    struct str out_text, err_text;
    int permille;
    const struct image_watch *watch;
    uint64_t life; /* what /proc said last of its work */
    int64_t life_ms, look_ms;
};

static void
close_end(int *fd)
{
    cleanup_close(fd);
    *fd = -1;
}

/* ---- start ---- */

/* It is in a session of its own: Ctrl-C on our terminal reaches us alone, and we decide. */
static PRL_RESULT
start(struct run *r, const char *const *argv)
{
    int p[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } }, e = 0;

    for (int i = 0; i < 3 && !e; i++)
        if (pipe2(p[i], O_CLOEXEC) < 0)
            e = errno;
    if (!e)
        e = proc_spawn(argv, p[0][0], p[1][1], p[2][1], &r->pid);
    cleanup_close(&p[0][0]);
    cleanup_close(&p[1][1]);
    cleanup_close(&p[2][1]);
    r->in = p[0][1];
    r->out = p[1][0];
    r->err = p[2][0];
    if (e)
        return err_errno(PRL_ERR_DISK_TOOL_PROCESS_ERROR, e, "'%s' cannot be run", argv[0]);
    fcntl(r->in, F_SETFL, O_NONBLOCK);
    return PRL_ERR_SUCCESS;
}

/* ---- signs of life ---- */

static uint64_t
sum_of_numbers(const char *path)
{
    AUTO(cleanup_free) char *text = NULL;
    uint64_t sum = 0;

    if (path_read(path, 8192, &text, NULL) < 0)
        return 0;
    for (const char *p = text; *p;) {
        if (*p >= '0' && *p <= '9')
            sum += strtoull(p, (char **)&p, 10);
        else
            p++;
    }
    return sum;
}

/* Bytes moved, and processor time with whatever else /proc counts: only a change matters. */
static uint64_t
life_of(const char *pid)
{
    char io[64], stat[64];

    snprintf(io, sizeof io, "/proc/%.20s/io", pid);
    snprintf(stat, sizeof stat, "/proc/%.20s/stat", pid);
    return sum_of_numbers(io) + sum_of_numbers(stat);
}

/* Its helpers too: guestfish waits while a QEMU of its own works. They are all in the session that it was started in. */
static uint64_t
life_of_session(pid_t session)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    uint64_t life = 0;

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && getsid((pid_t)atoi(entry->d_name)) == session)
            life += life_of(entry->d_name);
    if (dir)
        closedir(dir);
    return life;
}

static bool
has_stalled(struct run *r)
{
    uint64_t life;

    if (clock_now_ms() < r->look_ms)
        return false;
    r->look_ms = clock_now_ms() + work_run_stall_ms / 24;
    life = life_of_session(r->pid) + r->out_text.len + r->err_text.len;
    if (life != r->life) {
        r->life = life;
        r->life_ms = clock_now_ms();
    }
    return clock_now_ms() - r->life_ms > work_run_stall_ms;
}

/* The last "(12.34/100%)" of what came now. */
static void
take_progress(struct run *r, const char *text)
{
    for (const char *p = text; (p = strchr(p, '(')); p++) {
        char *end;
        double percent = strtod(p + 1, &end);

        if (end != p + 1 && strncmp(end, "/100%)", 6) == 0 && percent >= 0 && percent <= 100)
            r->permille = (int)(percent * 10);
    }
}

/* ---- talk ---- */

/* False: the end of that pipe. Of stderr the end is kept, of stdout the beginning. */
static bool
take_bytes(struct run *r, int fd, struct str *s, bool keep_end)
{
    char buf[4097];
    ssize_t n = read(fd, buf, sizeof buf - 1);

    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0)
        return false;
    buf[n] = '\0';
    take_progress(r, buf);
    if (keep_end && s->len + (size_t)n > WORDS_MAX * 4)
        s->len = 0;
    if (s->len + (size_t)n <= OUT_MAX)
        str_add_n(s, buf, (size_t)n);
    return true;
}

static void
give_bytes(struct run *r)
{
    ssize_t n = r->input_left ? write(r->in, r->input, r->input_left) : 0;

    if (n > 0) {
        r->input += n;
        r->input_left -= (size_t)n;
    }
    if (!r->input_left || (n < 0 && errno != EINTR && errno != EAGAIN))
        close_end(&r->in);
}

static PRL_RESULT
converse(struct run *r, const char *program)
{
    while (r->out >= 0 || r->err >= 0) {
        struct pollfd p[] = { { r->out, POLLIN, 0 }, { r->err, POLLIN, 0 }, { r->in, POLLOUT, 0 } };
        PRL_RESULT rc;

        if (poll(p, ARRAY_LEN(p), TICK_MS) < 0 && errno != EINTR)
            return err_errno(PRL_ERR_DISK_TOOL_PROCESS_ERROR, errno, "poll");
        rc = work_report(r->watch, (uint64_t)r->permille, 1000);
        if (PRL_FAILED(rc))
            return rc;
        if (has_stalled(r))
            return err_set(PRL_ERR_TIMEOUT, "%s has done nothing for %d s", program, work_run_stall_ms / 1000);
        if (p[0].revents && !take_bytes(r, r->out, &r->out_text, false))
            close_end(&r->out);
        if (p[1].revents && !take_bytes(r, r->err, &r->err_text, true))
            close_end(&r->err);
        if (p[2].revents)
            give_bytes(r);
    }
    return PRL_ERR_SUCCESS;
}

static bool
says(const char *words, const char *what)
{
    return words && strcasestr(words, what);
}

static PRL_RESULT
judge(const char *program, int status, struct run *r)
{
    AUTO(cleanup_free) char *w = str_escape(r->err_text.p ? r->err_text.p : "", r->err_text.len, WORDS_MAX);
    PRL_RESULT code = PRL_ERR_DISK_TOOL_PROCESS_ERROR;

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return PRL_ERR_SUCCESS;
    if (says(w, "Failed to get") && says(w, "lock"))
        code = PRL_ERR_DISK_SHARING_VIOLATION;
    else if (says(w, "No space left"))
        code = PRL_ERR_DISK_INSUFFICIENT_SPACE;
    if (WIFSIGNALED(status))
        return err_set(code, "%s: killed by signal %d: '%s'", program, WTERMSIG(status), w ? w : "");
    return err_set(code, "%s: exit %d: '%s'", program, WEXITSTATUS(status), w ? w : "");
}

/* Its outputs have ended, so it is about to: what still lives after that time is ended. */
static int
reap(struct run *r, bool is_wanted_dead)
{
    AUTO_FD int pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
    struct pollfd p = { pidfd, POLLIN, 0 };
    int64_t deadline = clock_deadline(work_run_stall_ms);
    int status = 0, n = 0;

    while (!is_wanted_dead && pidfd >= 0 && (n = poll(&p, 1, clock_left_ms(deadline))) < 0 && errno == EINTR)
        ;
    if (is_wanted_dead || (pidfd >= 0 && n == 0))
        kill(-r->pid, SIGKILL); /* its helpers with it */
    while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

PRL_RESULT
work_run(const char *const *argv, const char *input, const struct image_watch *watch, int *ret_exit, char **ret_out)
{
    struct run r = { .in = -1, .out = -1, .err = -1, .input = input, .input_left = input ? strlen(input) : 0, .watch = watch };
    const char *program = path_basename(argv[0]);
    PRL_RESULT rc;

    r.life_ms = clock_now_ms();
    r.look_ms = r.life_ms + work_run_stall_ms / 24;
    rc = start(&r, argv);
    if (PRL_SUCCEEDED(rc)) {
        int status;

        rc = converse(&r, program);
        status = reap(&r, PRL_FAILED(rc));
        if (PRL_SUCCEEDED(rc) && ret_exit && WIFEXITED(status))
            *ret_exit = WEXITSTATUS(status);
        else if (PRL_SUCCEEDED(rc))
            rc = judge(program, status, &r);
    }
    close_end(&r.in);
    close_end(&r.out);
    close_end(&r.err);
    str_free(&r.err_text);
    if (PRL_FAILED(rc) || !ret_out) {
        str_free(&r.out_text);
        return rc;
    }
    *ret_out = str_take(&r.out_text);
    return *ret_out ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "%s", program);
}
