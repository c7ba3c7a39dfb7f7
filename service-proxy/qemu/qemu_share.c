/* SPDX-License-Identifier: MIT */
/*
 * Shared folders: one virtiofsd each, which serves the first connection to its socket and ends with that. The connection is made here and
 * given to QEMU, the socket's name is gone before either runs.
 */
#include <errno.h>
#include <inttypes.h>
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "qemu_extras.h"
#include "qemu_proc.h"
#include "qemu_share.h"

#define ASK_MS 5000

void
qemu_share_id(unsigned index, const char *path, bool is_read_only, char out[SIDE_NAME])
{
    uint64_t sum = XXH3_64bits_withSeed(path, strlen(path), is_read_only);

    snprintf(out, SIDE_NAME, "share%u-x%08" PRIx32, index % 10, (uint32_t)sum);
}

/* ---- which daemon ---- */

static struct {
    struct lock lock; /* held while it is asked */
    char *path;       /* what `daemon` is about */
    struct share_daemon daemon;
} known = { .lock = LOCK_INIT(0) };

/* The older one, in C, came with QEMU up to version 7: it needs root and cannot share read-only. */
static void
ask(const char *path, struct share_daemon *d)
{
    const char *const version[] = { path, "--version", NULL }, *const help[] = { path, "--help", NULL };
    AUTO(cleanup_free) char *said = NULL;
    AUTO(cleanup_free) char *options = NULL;

    memset(d, 0, sizeof *d);
    d->is_usable = PRL_SUCCEEDED(proc_run(version, NULL, clock_deadline(ASK_MS), -1, &said));
    d->is_old = said && strstr(said, "virtiofsd version") != NULL;
    if (!d->is_old && PRL_SUCCEEDED(proc_run(help, NULL, clock_deadline(ASK_MS), -1, &options)))
        d->has_read_only = strstr(options, "--readonly") != NULL;
    err_clear();
}

char *
qemu_share_program(struct share_daemon *ret)
{
    static const char *const paths[] = { "/usr/libexec/virtiofsd", "/usr/lib/virtiofsd", "/usr/lib/qemu/virtiofsd", "/usr/bin/virtiofsd" };
    char *path = qemu_extra_program("PRLKVM_VIRTIOFSD", paths, ARRAY_LEN(paths));
    LOCK_SCOPE(&known.lock);

    if (path && !str_eq(path, known.path)) {
        ask(path, &known.daemon);
        free(known.path);
        known.path = str_dup(path);
    }
    if (path)
        *ret = known.daemon;
    return path;
}

static PRL_RESULT
share_check(struct qemu_extra *x, qemu_notes *notes, bool *ret_drop)
{
    struct share_daemon d = { 0 };
    const char *why = NULL;

    x->program = qemu_share_program(&d);
    if (!x->program || !d.is_usable)
        why = "this host has no virtiofsd (Debian 12: in qemu-system-common; later: virtiofsd)";
    else if (d.is_old && geteuid() != 0)
        why = "the virtiofsd of this host works for root only; the newer one (in Rust) does not need that";
    else if (x->is_read_only && !d.has_read_only)
        why = "the virtiofsd of this host cannot keep it read-only";
    else if (!path_is_dir(x->path))
        why = "there is no such directory";
    if (!why)
        return PRL_ERR_SUCCESS;
    qemu_notes_add(notes, "shared folder '%s' ('%s') is left out: %s", x->name, x->path, why);
    *ret_drop = true;
    return PRL_ERR_SUCCESS;
}

/* ---- its process ---- */

/* For "-o source=": commas and backslashes escaped. */
static char *
option_safe(const char *path)
{
    struct str s = STR_INIT;

    for (; *path; path++) {
        if (*path == ',' || *path == '\\')
            str_add(&s, "\\");
        str_add_n(&s, path, 1);
    }
    return str_take(&s);
}

/* *ret_listener: for the daemon, with our connection waiting in it. */
static PRL_RESULT
connect_pair(const char *run_dir, int *ret_listener, int *ret_fd)
{
    static _Atomic unsigned count;
    AUTO(cleanup_free) char *path = str_printf("%s/share-%d-%u", run_dir, (int)getpid(), count++);
    AUTO_FD int listener = -1;
    pid_t ourselves;
    PRL_RESULT rc;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    rc = qemu_proc_bind(path, &listener);
    if (PRL_FAILED(rc))
        return rc;
    if (listen(listener, 1) < 0)
        rc = err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_proc_connect(path, ret_fd, &ourselves);
    unlink(path);
    if (PRL_SUCCEEDED(rc))
        *ret_listener = TAKE_FD(listener);
    return rc;
}

static PRL_RESULT
spawn(struct qemu_extra *x, const char *home, int listener)
{
    AUTO(cleanup_free) char *safe = option_safe(x->path);
    AUTO(cleanup_free) char *source = safe ? str_printf("source=%s", safe) : NULL;
    const struct spawn_fd fds[] = { { listener, SIDE_FD } };
    struct share_daemon d = { 0 };
    char *program = qemu_share_program(&d);

    free(program);
    if (!source)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (d.is_old) {
        char *argv[] = { x->program, "--fd=3", "-f", "-o", source, "-o", "log_level=warn", NULL };

        return qemu_side_spawn(x->id, argv, fds, ARRAY_LEN(fds), home, &x->side);
    } else {
        char *argv[] = { x->program, "--fd=3", "--shared-dir", x->path, "--log-level=warn", x->is_read_only ? "--readonly" : NULL, NULL };

        return qemu_side_spawn(x->id, argv, fds, ARRAY_LEN(fds), home, &x->side);
    }
}

static PRL_RESULT
share_open(struct qemu_extra *x, const char *home, const char *run_dir)
{
    AUTO_FD int listener = -1;
    PRL_RESULT rc = connect_pair(run_dir, &listener, &x->fd);

    return PRL_FAILED(rc) ? rc : spawn(x, home, listener);
}

const struct qemu_extra_row qemu_share_row = { share_check, share_open };
