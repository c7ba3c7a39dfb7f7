/* SPDX-License-Identifier: MIT */
/* Start in the order in which things need each other, stop in the reverse, and between them one loop. */
#include "engine.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "autostart.h"
#include "claims_task.h"
#include "client.h"
#include "dispatch.h"
#include "host/prefs.h"
#include "io.h"
#include "journal.h"
#include "listener.h"
#include "qemu/backend.h"
#include "task_private.h"
#include "vm/perf.h"
#include "vm/vm_store.h"

const struct backend *backend;

static struct engine_options options; /* from engine_start, constant */
static char epoch[UUID_TEXT];
static int64_t started_ms, started_us;
static struct stat binary; /* as it was when we started */
static bool has_binary;

static _Atomic bool stop_asked;

/* I/O thread */
static bool is_stopping;
static int64_t stop_deadline, idle_since;
static size_t clients_before;

static struct lock fds_lock = LOCK_INIT(43);
static VEC(int) new_fds; /* under fds_lock */

/* ---- facts ---- */

const char *
engine_epoch(void)
{
    return epoch;
}

int64_t
engine_start_time_ms(void)
{
    return started_ms;
}

int64_t
engine_start_time_us(void)
{
    return started_us;
}

static void
note_start(void)
{
    struct timespec now;

    uuid_make(epoch);
    clock_gettime(CLOCK_REALTIME, &now);
    started_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    started_us = clock_now_us();
    has_binary = stat("/proc/self/exe", &binary) == 0;
}

/* The file our name leads to now is another one than we were started from. */
static bool
binary_is_newer(void)
{
    char path[4096];
    static const char deleted[] = " (deleted)";
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    struct stat now;

    if (!has_binary || n <= 0)
        return false;
    path[n] = '\0';
    if ((size_t)n > sizeof deleted && strcmp(path + n - (sizeof deleted - 1), deleted) == 0)
        path[n - (ssize_t)(sizeof deleted - 1)] = '\0';
    if (stat(path, &now) < 0)
        return false;
    return now.st_ino != binary.st_ino || now.st_dev != binary.st_dev || now.st_mtim.tv_sec != binary.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != binary.st_mtim.tv_nsec;
}

/* ---- start ---- */

static struct io_watch on_signal;

static void
signal_came(struct io_watch *w, uint32_t events)
{
    struct signalfd_siginfo s;

    if (read(options.signal_fd, &s, sizeof s) != sizeof s)
        return;
    LOG_I("engine", "stopping: signal %u from pid %u", s.ssi_signo, s.ssi_pid);
    engine_stop();
}

static struct io_watch on_signal = { signal_came };

/* Live clones left overlays that their journal entries name: QEMUs are found first, so that recovery knows who has them open. */
static PRL_RESULT
open_machines(void)
{
    PRL_RESULT r = prefs_load(options.state_dir);

    if (!PRL_FAILED(r))
        r = vm_store_load(options.state_dir);
    if (!PRL_FAILED(r))
        r = backend->init(options.state_dir, options.run_dir);
    if (!PRL_FAILED(r))
        r = backend->take_over();
    if (PRL_FAILED(r))
        return r;
    journal_recover();
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
engine_start(const struct engine_options *o)
{
    PRL_RESULT r;
    int e;

    options = *o;
    stop_asked = false;
    is_stopping = false;
    idle_since = 0;
    clients_before = 0;
    note_start();
    claims_setup(options.claim_wait_ms);
    e = io_open();
    if (e < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, -e, "I/O loop");
    r = dispatch_open();
    if (!PRL_FAILED(r))
        r = journal_open(options.state_dir);
    if (!PRL_FAILED(r))
        r = open_machines();
    if (!PRL_FAILED(r) && options.signal_fd >= 0)
        io_add(options.signal_fd, EPOLLIN, &on_signal);
    if (!PRL_FAILED(r) && options.places)
        r = listener_open(options.places);
    if (!PRL_FAILED(r))
        autostart_run(options.state_dir);
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        engine_finish();
        if (why)
            err_put(why);
    }
    return r;
}

/* ---- the loop ---- */

void
engine_stop(void)
{
    stop_asked = true;
    io_wake();
}

void
engine_add_fd(int fd)
{
    bool ok;

    {
        LOCK_SCOPE(&fds_lock);
        ok = vec_push(&new_fds, fd);
    }
    if (!ok)
        close(fd);
    io_wake();
}

static void
take_new_fds(void)
{
    for (;;) {
        int fd;

        {
            LOCK_SCOPE(&fds_lock);
            if (!new_fds.len)
                return;
            fd = new_fds.p[--new_fds.len];
        }
        client_open(fd);
    }
}

/* Suspends and copies give up and undo; what must not be left half done is waited for. QEMUs go on. */
static void
begin_stop(void)
{
    is_stopping = true;
    stop_deadline = clock_deadline(options.stop_grace_ms);
    dispatch_refuse_new();
    listener_close();
    task_cancel_all(NULL, NULL);
}

/* With machines that run somebody has to be there when they end; a newer program takes them over at the next login. */
static bool
may_leave(void)
{
    size_t clients = client_count();
    bool had_clients = clients_before > 0;

    clients_before = clients;
    if (clients || task_list_count()) {
        idle_since = 0;
        return false;
    }
    if (had_clients && options.places && binary_is_newer()) {
        LOG_I("engine", "the program was replaced: leaving with the last client");
        return true;
    }
    if (!options.idle_exit_s || claims_running_vms()) {
        idle_since = 0;
        return false;
    }
    if (!idle_since)
        idle_since = clock_now_ms();
    return clock_now_ms() - idle_since >= (int64_t)options.idle_exit_s * 1000;
}

/* False: this was the last turn. */
static bool
is_to_go_on(void)
{
    if (stop_asked && !is_stopping)
        begin_stop();
    /* The end of the last task matters to a service that waits for it, to stop or to idle; else it would cost each task a wake-up. */
    task_list_watch(is_stopping || !client_count());
    if (is_stopping)
        return task_list_count() > 0 && clock_now_ms() < stop_deadline;
    if (!may_leave())
        return true;
    if (!options.places || listener_leave())
        return false;
    idle_since = 0;
    return true;
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t
next_look(void)
{
    int64_t at = earlier(dispatch_deadline(), earlier(claims_deadline(), listener_deadline()));

    if (is_stopping)
        at = earlier(at, stop_deadline);
    else if (idle_since)
        at = earlier(at, idle_since + (int64_t)options.idle_exit_s * 1000);
    return at;
}

void
engine_run(void)
{
    bool again = false;

    for (;;) {
        take_new_fds();
        again = client_look_after();
        claims_expire();
        dispatch_expire();
        if (!is_stopping && !listener_look())
            engine_stop();
        if (!is_to_go_on())
            return;
        io_turn(again ? 0 : next_look());
    }
}

/* ---- stop ---- */

bool
engine_finish(void)
{
    listener_close();
    take_new_fds();
    client_close_all();
    if (task_list_count() > 0) {
        LOG_W("engine", "%zu tasks did not end in time: the next service finishes or undoes them", task_list_count());
        return false;
    }
    dispatch_close();
    perf_stop();
    if (backend)
        backend->shutdown();
    vm_store_unload();
    prefs_unload();
    journal_close();
    io_close();
    return true;
}
