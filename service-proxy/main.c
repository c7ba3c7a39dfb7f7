/* SPDX-License-Identifier: MIT */
/*
 * prlkvmd. Started by the library (--start) it forks once and leaves the session, says on the pipe how it went, and lives until nobody
 * needs it. Run by hand or by an init system it stays where it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/engine.h"
#include "engine/listener.h"
#include "host/check.h"
#include "options.h"
#include "qemu/backend.h"
#include "qemu/qemu_find.h"
#include "vm/vm_store.h"
#include "wire/places.h"
#include "wire/version.h"

#define LOG_BYTES (4u << 20)
#define OTHER_WAIT_MS 60000 /* for another service to listen or to end */

static int ready_fd = -1;

/* The first word counts; the library reads it. */
static void
tell(const char *text)
{
    if (ready_fd < 0)
        return;
    while (write(ready_fd, text, strlen(text)) < 0 && errno == EINTR)
        ;
    cleanup_close(&ready_fd);
    ready_fd = -1;
}

static int
fail(PRL_RESULT code)
{
    const char *details = err_peek()->details ? err_peek()->details : "no reason is known";
    AUTO(cleanup_free) char *text = str_printf("error %d %s\n", (int)code, details);

    LOG_E("main", "%s", details);
    tell(text ? text : "error -1 no memory\n");
    return 1;
}

/* ---- the process ---- */

/* Many images and sockets; what was allowed to raise is given to QEMU too. */
static void
raise_limits(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max > 65536 && r.rlim_max != RLIM_INFINITY ? 65536 : r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static void
default_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    for (int s = 1; s < NSIG; s++)
        if (s != SIGKILL && s != SIGSTOP)
            signal(s, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What the program that started us had open is none of our business. */
static void
close_others(int keep)
{
    if (keep >= 3) {
        if (keep > 3)
            close_range(3, (unsigned)keep - 1, 0);
        close_range((unsigned)keep + 1, ~0u, 0);
    } else {
        close_range(3, ~0u, 0);
    }
}

static void
stdio_to_null(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int i = 0; i < 3 && fd >= 0; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
}

/* The process that the library started ends at once; false in it. */
static bool
go_into_background(void)
{
    pid_t pid = fork();

    if (pid < 0) {
        err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, errno, "fork");
        fail(PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
        return false;
    }
    if (pid > 0)
        return false;
    setsid();
    stdio_to_null();
    return true;
}

static int
make_signal_fd(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL); /* before any thread */
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* ---- service ---- */

static void
apply_settings(const struct options *o)
{
    if (o->qemu)
        qemu_find_set_path(o->qemu);
    if (o->accel)
        qemu_find_set_accel(o->accel);
    if (o->vm_dir)
        vm_store_set_default_dir(o->vm_dir);
}

static int
serve(const struct options *o, const struct places *places, int signal_fd)
{
    const struct engine_options engine = {
        .state_dir = places->state,
        .run_dir = places->run,
        .places = places,
        .idle_exit_s = o->idle_exit_s,
        .claim_wait_ms = o->claim_wait_ms,
        .stop_grace_ms = o->stop_grace_ms,
        .signal_fd = signal_fd,
    };
    PRL_RESULT r;

    backend = &backend_qemu;
    r = engine_start(&engine);
    if (PRL_FAILED(r))
        return fail(r);
    LOG_I("main", "prlkvmd " PRLKVM_VERSION " serves '%s', pid %d", places->state, (int)getpid());
    tell("ready\n");
    engine_run();
    LOG_I("main", "leaving");
    if (!engine_finish())
        _exit(0); /* threads that wait for something that hangs: the journal says what they were at */
    return 0;
}

static int
run(const struct options *o)
{
    AUTO(places_free) struct places *places = NULL;
    PRL_RESULT r = places_find(&places);
    int signal_fd = make_signal_fd();

    if (!PRL_FAILED(r))
        r = places_make(places);
    if (PRL_FAILED(r))
        return fail(r);
    if (o->mode == OPTIONS_START)
        log_open(places->log, LOG_BYTES);
    else if (!secure_getenv("PRLKVM_LOG"))
        log_set_level(LOG_INFO_LEVEL);
    r = options_load(places->conf);
    if (PRL_FAILED(r))
        return fail(r);
    apply_settings(o);
    switch (listener_lock(places, clock_deadline(o->mode == OPTIONS_START ? OTHER_WAIT_MS : 0))) {
    case LISTENER_LOCKED:
        break;
    case LISTENER_OTHER_IS_READY:
        LOG_I("main", "another service has '%s'", places->state);
        tell("ready\n");
        return o->mode == OPTIONS_START ? 0 : 1;
    case LISTENER_FAILED:
        return fail(err_peek()->code);
    }
    return serve(o, places, signal_fd);
}

static int
check(void)
{
    AUTO(places_free) struct places *places = NULL;
    PRL_RESULT r = places_find(&places);

    if (!PRL_FAILED(r))
        r = options_load(places->conf);
    if (PRL_FAILED(r)) {
        fprintf(stderr, "prlkvmd: %s\n", err_peek()->details ? err_peek()->details : "no settings");
        return 1;
    }
    apply_settings(options_current());
    return host_check_print(stdout);
}

int
main(int argc, char **argv)
{
    const struct options *o = options_current();
    const char *why = "";

    if (!options_parse(argc, argv, &why)) {
        fprintf(stderr, "prlkvmd: %s\n", why);
        return 2;
    }
    if (o->mode == OPTIONS_HELP) {
        options_usage();
        return 0;
    }
    if (o->mode == OPTIONS_VERSION) {
        printf("prlkvmd " PRLKVM_VERSION "\n");
        return 0;
    }
    if (o->mode == OPTIONS_CHECK)
        return check();

    ready_fd = o->ready_fd;
    if (ready_fd >= 0)
        fcntl(ready_fd, F_SETFD, FD_CLOEXEC);
    umask(077);
    default_signals();
    if (o->mode == OPTIONS_START) {
        close_others(ready_fd);
        if (!go_into_background())
            return 0;
    }
    if (chdir("/") < 0)
        return 1;
    raise_limits();
    xml_init();
    return run(o);
}
