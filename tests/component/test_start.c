/* SPDX-License-Identifier: MIT */
/* The real prlkvmd, started by the library: races, leaving, what happens when it or its files are removed, who is let in. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/str.h"
#include "core/conn.h"
#include "skip.h"

#define SOON_MS 30000

static char home[256];
static char *daemon_path;

/* ---- a client ---- */

struct caller {
    struct conn *conn;
    struct lock lock;
    struct cond changed;
    bool is_closed, is_done;
    PRL_RESULT code;
    char epoch[64];
};

static void
on_closed(void *data, bool was_logoff)
{
    struct caller *c = data;
    LOCK_SCOPE(&c->lock);

    c->is_closed = true;
    cond_broadcast(&c->changed);
}

static void
on_done(void *data, json_t *reply, int memfd, const struct err *err)
{
    struct caller *c = data;
    const char *epoch = json_string_value(json_object_get(reply, "epoch"));
    LOCK_SCOPE(&c->lock);

    c->code = err ? err->code : PRL_ERR_SUCCESS;
    if (epoch)
        snprintf(c->epoch, sizeof c->epoch, "%s", epoch);
    c->is_done = true;
    cond_broadcast(&c->changed);
}

static bool
wait_flag(struct caller *c, const bool *flag)
{
    int64_t deadline = clock_deadline(SOON_MS);
    LOCK_SCOPE(&c->lock);

    while (!*flag)
        if (!cond_wait_until(&c->changed, &c->lock, deadline))
            return *flag;
    return true;
}

static struct caller *
caller_new(PRL_RESULT *ret)
{
    struct caller *c = calloc(1, sizeof *c);
    struct conn_events events = { .closed = on_closed, .data = c };

    lock_init(&c->lock, 0);
    cond_init(&c->changed);
    *ret = conn_open_local(SOON_MS, &events, NULL, &c->conn);
    return c;
}

static PRL_RESULT
login(struct caller *c)
{
    const struct op_arg args[] = { ARG_S(NULL), ARG_U(2), ARG_U(0), ARG_U(9) };
    PRL_RESULT r;

    c->is_done = false;
    r = conn_request(c->conn, OP_LOGIN, NULL, args, 4, on_done, c, NULL);
    if (PRL_FAILED(r))
        return r;
    return wait_flag(c, &c->is_done) ? c->code : PRL_ERR_TIMEOUT;
}

static void
caller_free(struct caller *c)
{
    if (c->conn)
        conn_close(c->conn, true);
    conn_unref(c->conn);
    cond_destroy(&c->changed);
    lock_destroy(&c->lock);
    free(c);
}

static struct caller *
logged_in(void)
{
    PRL_RESULT r;
    struct caller *c = caller_new(&r);

    if (PRL_FAILED(r))
        print_error("open: %s\n", err_peek()->details ? err_peek()->details : "?");
    assert_int_equal(r, PRL_ERR_SUCCESS);
    assert_int_equal(login(c), PRL_ERR_SUCCESS);
    return c;
}

/* ---- the service from outside ---- */

/* Of the service that holds the lock; 0: none (then the pid in the file may be anybody's by now). */
static pid_t
service_pid(void)
{
    AUTO(cleanup_free) char *lock = path_join(home, "service.lock");
    AUTO(cleanup_free) char *text = NULL;
    AUTO_FD int fd = open(lock, O_RDONLY | O_CLOEXEC);
    int pid = 0;

    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (path_read(lock, 4096, &text, NULL) < 0 || sscanf(text, "pid=%d", &pid) != 1)
        return 0;
    return pid;
}

/* Returns when no service holds the lock. */
static void
wait_no_service(void)
{
    AUTO(cleanup_free) char *lock = path_join(home, "service.lock");
    AUTO_FD int fd = open(lock, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return;
    alarm(SOON_MS / 1000);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    alarm(0);
}

static void
stop_service(int signal_number)
{
    pid_t pid = service_pid();

    if (pid > 0)
        kill(pid, signal_number);
    wait_no_service();
}

static int
set_up(void **state)
{
    const char *build = getenv("PRLKVM_BUILD_DIR");

    free(daemon_path);
    daemon_path = build ? path_join(build, "bin/prlkvmd") : NULL;
    if (!daemon_path || access(daemon_path, X_OK) != 0) {
        printf("skipped: no bin/prlkvmd in PRLKVM_BUILD_DIR\n");
        exit(77);
    }
    snprintf(home, sizeof home, "/tmp/prlkvm-start-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("PRLKVM_HOME", home, 1);
    setenv("PRLKVM_DAEMON", daemon_path, 1);
    unsetenv("PRLKVM_IDLE_EXIT");
    return 0;
}

static int
tear_down(void **state)
{
    stop_service(SIGKILL);
    return path_remove_tree(home);
}

/* ---- starting ---- */

#define MANY 8

/* Opens, logs in, says which service it met, waits until the others have done so too. */
static void
racer(int go, int say, int end)
{
    PRL_RESULT r;
    struct caller *c;
    char byte;

    if (read(go, &byte, 1) != 0)
        _exit(9);
    c = caller_new(&r);
    if (PRL_FAILED(r) || PRL_FAILED(login(c)))
        _exit(1);
    if (write(say, c->epoch, 38) != 38 || read(end, &byte, 1) != 0)
        _exit(2);
    caller_free(c);
    _exit(0);
}

static void
start__many_processes_at_once__meet_one_service(void **state)
{
    int go[2], say[2], end[2], status;
    char first[39] = "", epoch[39] = "";
    pid_t pids[MANY];

    assert_int_equal(pipe(go) | pipe(say) | pipe(end), 0);
    for (int i = 0; i < MANY; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            close(go[1]);
            close(end[1]);
            racer(go[0], say[1], end[0]);
        }
    }
    close(say[1]);
    close(go[1]);
    for (int i = 0; i < MANY; i++) {
        ssize_t n = read(say[0], i ? epoch : first, 38);

        assert_int_equal(n, 38);
        if (i)
            assert_string_equal(epoch, first);
    }
    close(end[1]);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    close(go[0]);
    close(say[0]);
    close(end[0]);
}

static void
start__no_program__says_which(void **state)
{
    PRL_RESULT r;
    struct caller *c;

    setenv("PRLKVM_DAEMON", "/nonexistent/prlkvmd", 1);
    c = caller_new(&r);
    assert_int_equal(r, PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    assert_non_null(strstr(err_peek()->details, "/nonexistent/prlkvmd"));
    caller_free(c);
}

static void
start__program_that_ends_without_a_word__fails_at_once(void **state)
{
    PRL_RESULT r;
    struct caller *c;
    int64_t before = clock_now_ms();

    setenv("PRLKVM_DAEMON", "/bin/false", 1);
    c = caller_new(&r);
    assert_int_equal(r, PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    assert_true(clock_now_ms() - before < SOON_MS / 2);
    caller_free(c);
}

static void
start__directory_of_others__is_refused_with_the_reason(void **state)
{
    AUTO(cleanup_free) char *run = path_join(home, "run");
    PRL_RESULT r;
    struct caller *c;

    assert_int_equal(mkdir(run, 0700), 0);
    assert_int_equal(chmod(run, 0777), 0);
    c = caller_new(&r);
    assert_int_equal(r, PRL_ERR_CANT_CONNECT_TO_DISPATCHER);
    assert_non_null(strstr(err_peek()->details, run));
    caller_free(c);
}

static void
start__long_home__is_no_problem(void **state)
{
    char longer[256], shorter[256];
    struct caller *c;

    snprintf(shorter, sizeof shorter, "%s", home);
    snprintf(longer, sizeof longer, "%.40s/%0*d", home, 180, 0);
    assert_int_equal(mkdir(longer, 0700), 0);
    setenv("PRLKVM_HOME", longer, 1);
    c = logged_in();
    caller_free(c);
    snprintf(home, sizeof home, "%s", longer);
    stop_service(SIGKILL);
    snprintf(home, sizeof home, "%s", shorter);
}

static char *
proc_text(pid_t pid, const char *file)
{
    AUTO(cleanup_free) char *path = str_printf("/proc/%d/%s", (int)pid, file);
    char *text = NULL;

    assert_int_equal(path_read(path, 1 << 20, &text, NULL), 0);
    return text;
}

static void
service__process__inherits_nothing_of_its_starter(void **state)
{
    int leak = open("/etc/passwd", O_RDONLY); /* without CLOEXEC, as programs do */
    mode_t old_mask = umask(0);
    struct caller *c = logged_in();
    pid_t pid = service_pid();
    AUTO(cleanup_free) char *status = proc_text(pid, "status");
    AUTO(cleanup_free) char *cwd = str_printf("/proc/%d/cwd", (int)pid);
    char link[64] = "";

    umask(old_mask);
    close(leak);
    assert_int_equal(getsid(pid), pid);
    assert_true(readlink(cwd, link, sizeof link - 1) == 1);
    assert_string_equal(link, "/");
    assert_non_null(strstr(status, "Umask:\t0077"));
    for (int fd = 0; fd < 64; fd++) {
        AUTO(cleanup_free) char *path = str_printf("/proc/%d/fd/%d", (int)pid, fd);
        ssize_t n = readlink(path, link, sizeof link - 1);

        if (n < 0)
            continue;
        link[n] = '\0';
        assert_string_not_equal(link, "/etc/passwd");
        assert_true(fd >= 3 || strcmp(link, "/dev/null") == 0);
        assert_null(strstr(link, "pipe:"));
    }
    caller_free(c);
}

/* ---- ends ---- */

static void
service__killed__closes_and_the_next_login_starts_another(void **state)
{
    static const int signals[] = { SIGKILL, SIGTERM };

    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        struct caller *c = logged_in(), *next;

        stop_service(signals[i]);
        assert_true(wait_flag(c, &c->is_closed));
        next = logged_in();
        assert_string_not_equal(next->epoch, c->epoch);
        caller_free(c);
        caller_free(next);
    }
}

static void
service__idle__leaves_and_takes_its_socket_along(void **state)
{
    AUTO(cleanup_free) char *socket_path = path_join(home, "run/service.sock");
    struct caller *c;

    setenv("PRLKVM_IDLE_EXIT", "1", 1);
    c = logged_in();
    assert_true(path_exists(socket_path));
    caller_free(c);
    wait_no_service();
    assert_false(path_exists(socket_path));
}

static void
copy_program(const char *to)
{
    AUTO(cleanup_free) char *bytes = NULL;
    size_t len;

    assert_int_equal(path_read(daemon_path, 1u << 30, &bytes, &len), 0);
    assert_int_equal(path_write_durable(to, bytes, len), 0);
    assert_int_equal(chmod(to, 0700), 0);
}

static void
service__program_replaced__leaves_with_its_last_client(void **state)
{
    AUTO(cleanup_free) char *program = path_join(home, "prlkvmd");
    struct caller *a, *b;
    int64_t before;

    copy_program(program);
    setenv("PRLKVM_DAEMON", program, 1);
    setenv("PRLKVM_IDLE_EXIT", "0", 1);
    a = logged_in();
    b = logged_in();
    assert_string_equal(a->epoch, b->epoch);
    copy_program(program);
    caller_free(a);
    assert_int_equal(login(b), PRL_ERR_USER_IS_ALREADY_LOGGED); /* still there */
    before = clock_now_ms();
    caller_free(b);
    wait_no_service();
    assert_true(clock_now_ms() - before < SOON_MS / 2);
}

static void
socket__removed__is_bound_again_by_the_same_service(void **state)
{
    AUTO(cleanup_free) char *socket_path = path_join(home, "run/service.sock");
    struct caller *c = logged_in(), *next;

    assert_int_equal(unlink(socket_path), 0);
    next = logged_in();
    assert_string_equal(next->epoch, c->epoch);
    caller_free(c);
    caller_free(next);
}

static void
state_directory__removed__ends_the_service(void **state)
{
    struct caller *c = logged_in();
    AUTO_FD int pid_fd = (int)syscall(SYS_pidfd_open, service_pid(), 0);
    struct pollfd p = { .fd = pid_fd, .events = POLLIN };

    assert_true(pid_fd >= 0);
    assert_int_equal(path_remove_tree(home), 0);
    assert_int_equal(poll(&p, 1, SOON_MS), 1);
    assert_false(path_exists(home));
    caller_free(c);
    assert_int_equal(mkdir(home, 0700), 0);
}

/* Services are told to stop again and again; whoever comes meanwhile always meets one that takes him in. */
static void
open__while_services_leave__always_succeeds(void **state)
{
    pid_t pids[3];
    int status, left = 3;

    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] != 0)
            continue;
        for (int k = 0; k < 25; k++) {
            PRL_RESULT r;
            struct caller *c = caller_new(&r);

            if (PRL_FAILED(r)) {
                fprintf(stderr, "open: %s\n", err_peek()->details);
                _exit(1);
            }
            login(c); /* may be refused by one that is stopping */
            caller_free(c);
        }
        _exit(0);
    }
    while (left) {
        pid_t pid = service_pid();

        if (pid > 0)
            kill(pid, SIGTERM);
        for (int i = 0; i < 3; i++) {
            if (pids[i] > 0 && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
                assert_int_equal(status, 0);
                pids[i] = 0;
                left--;
            }
        }
        poll(NULL, 0, 3);
    }
}

/* ---- who is let in ---- */

static void
socket__another_user__cannot_reach_it(void **state)
{
    struct caller *c;
    int status;
    pid_t pid;

    if (geteuid() != 0)
        skip_because("only root can be another user");
    c = logged_in();
    pid = fork();
    if (pid == 0) {
        struct sockaddr_un at = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        if (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
            _exit(9);
        snprintf(at.sun_path, sizeof at.sun_path, "%.60s/run/service.sock", home);
        _exit(connect(fd, (struct sockaddr *)&at, sizeof at) < 0 && errno == EACCES ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    caller_free(c);
}

/* Even with every directory open the service looks at who is there. */
static void
service__another_user_that_reaches_the_socket__is_turned_away(void **state)
{
    AUTO(cleanup_free) char *run = path_join(home, "run");
    AUTO(cleanup_free) char *socket_path = path_join(home, "run/service.sock");
    struct caller *c;
    int status;
    pid_t pid;

    if (geteuid() != 0)
        skip_because("only root can be another user");
    c = logged_in();
    assert_int_equal(chmod(home, 0755) | chmod(run, 0755) | chmod(socket_path, 0777), 0);
    pid = fork();
    if (pid == 0) {
        struct sockaddr_un at = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        char byte;

        if (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
            _exit(9);
        snprintf(at.sun_path, sizeof at.sun_path, "%.60s/run/service.sock", home);
        if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0)
            _exit(8);
        send(fd, "{\"method\":\"org.varlink.service.GetInfo\"}", 41, MSG_NOSIGNAL);
        _exit(recv(fd, &byte, 1, 0) > 0 ? 1 : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(run, 0700), 0);
    caller_free(c);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(start__many_processes_at_once__meet_one_service),
        T(start__no_program__says_which),
        T(start__program_that_ends_without_a_word__fails_at_once),
        T(start__directory_of_others__is_refused_with_the_reason),
        T(start__long_home__is_no_problem),
        T(service__process__inherits_nothing_of_its_starter),
        T(service__killed__closes_and_the_next_login_starts_another),
        T(service__idle__leaves_and_takes_its_socket_along),
        T(service__program_replaced__leaves_with_its_last_client),
        T(socket__removed__is_bound_again_by_the_same_service),
        T(state_directory__removed__ends_the_service),
        T(open__while_services_leave__always_succeeds),
        T(socket__another_user__cannot_reach_it),
        T(service__another_user_that_reaches_the_socket__is_turned_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
