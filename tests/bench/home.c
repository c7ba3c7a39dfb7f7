/* SPDX-License-Identifier: MIT */
/* Private home, supervisor and clean-up of a benchmark; see home.h. */
#include "home.h"

#include "bench.h"
#include "fsync_control.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CLEAN_UP_S 20

extern char **environ;

char home_dir[PATH_MAX];
char home_bin_dir[PATH_MAX];
char home_guest_image[PATH_MAX + 32];
char home_qemu[PATH_MAX];
char **home_plain_env;
uint64_t home_time_limit_s = 1800;

static struct fsync_control *fsync_control;

const char *
home_path(const char *name)
{
    static char paths[4][PATH_MAX + 300];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%.255s", home_dir, name);
    return path;
}

/* ---- processes ---- */

/* Parent, state and name of a process, from /proc/PID/stat. */
static bool
read_stat(const char *pid, pid_t *ret_parent, char *ret_state, char name[32])
{
    char path[64], text[512], *end;
    int fd, parent;
    ssize_t n;

    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    end = strrchr(text, ')'); /* the name may hold brackets itself */
    if (!end || sscanf(end, ") %c %d", ret_state, &parent) != 2 || sscanf(text, "%*d (%31[^)]", name) != 1)
        return false;
    *ret_parent = parent;
    return true;
}

/* The first living child of parent with that name (any for NULL), or 0. */
static pid_t
find_child(pid_t parent, const char *wanted)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    pid_t found = 0;

    while (dir && !found && (entry = readdir(dir))) {
        pid_t its_parent;
        char state, name[32];

        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_stat(entry->d_name, &its_parent, &state, name) &&
            its_parent == parent && state != 'Z' && (!wanted || !strcmp(name, wanted)))
            found = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    if (dir)
        closedir(dir);
    return found;
}

pid_t
home_service(void)
{
    return find_child(getppid(), "prlkvmd"); /* the supervisor has adopted it */
}

uint64_t
home_status_kib(pid_t pid, const char *name)
{
    char path[64], line[256];
    uint64_t value = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f && !value && fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
            value = strtoull(line + strlen(name) + 1, NULL, 10);
    if (f)
        fclose(f);
    return value;
}

int
home_run_program(char *const argv[])
{
    pid_t pid;
    int status = -1;

    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, home_plain_env) || waitpid(pid, &status, 0) != pid)
        return -1;
    return status;
}

/* ---- the disk ---- */

void
home_settle(void)
{
    int fd = open(home_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || syncfs(fd))
        bench_fail("'%s': %s", home_dir, strerror(errno));
    close(fd);
}

static void
make_fsync_control(void)
{
    const char *path = home_path("fsync-control");
    char shim[PATH_MAX + 64];
    int fd;

    snprintf(shim, sizeof shim, "%s/../lib/bench_fsync_shim.so", home_bin_dir);
    if (access(shim, R_OK))
        return; /* not built: sanitizers want to be the first library */
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *fsync_control))
        bench_fail("'%s': %s", path, strerror(errno));
    fsync_control = mmap(NULL, sizeof *fsync_control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (fsync_control == MAP_FAILED)
        bench_fail("'%s': %s", path, strerror(errno));
    setenv(FSYNC_CONTROL_ENV, path, 1);
    setenv("LD_PRELOAD", shim, 1);
}

int
home_set_fsync(enum home_fsync mode)
{
    if (!fsync_control || !fsync_control->loaded)
        return 0;
    fsync_control->skip = mode == HOME_FSYNC_SKIP;
    return 1;
}

uint64_t
home_fsync_ns(void)
{
    return fsync_control ? fsync_control->ns : 0;
}

/* ---- the home ---- */

static bool
find_qemu(void)
{
    const char *given = getenv("PRLKVM_QEMU"), *dirs = getenv("PATH");

    if (given && *given) {
        snprintf(home_qemu, sizeof home_qemu, "%s", given);
        return access(home_qemu, X_OK) == 0;
    }
    for (const char *dir = dirs; dir && *dir; dir += *dir == ':') {
        int len = (int)strcspn(dir, ":");

        snprintf(home_qemu, sizeof home_qemu, "%.*s/qemu-system-x86_64", len, dir);
        if (access(home_qemu, X_OK) == 0)
            return true;
        dir += len;
    }
    return false;
}

static void
make_home(void)
{
    const char *parent = getenv("TMPDIR"), *build = getenv("PRLKVM_BUILD_DIR");
    char made[PATH_MAX], daemon[PATH_MAX + 16];
    ssize_t n = readlink("/proc/self/exe", home_bin_dir, sizeof home_bin_dir - 1);

    if (n <= 0)
        bench_fail("/proc/self/exe: %s", strerror(errno));
    home_bin_dir[n] = '\0';
    *strrchr(home_bin_dir, '/') = '\0';
    if (build && *build)
        snprintf(home_guest_image, sizeof home_guest_image, "%.4000s/guest/guest.img", build);
    else
        snprintf(home_guest_image, sizeof home_guest_image, "%.4000s/../guest/guest.img", home_bin_dir);

    snprintf(made, sizeof made, "%.3000s/prlkvm-bench-XXXXXX", parent && *parent == '/' ? parent : P_tmpdir);
    if (!mkdtemp(made) || !realpath(made, home_dir))
        bench_fail("'%s': %s", made, strerror(errno));
    snprintf(daemon, sizeof daemon, "%s/prlkvmd", home_bin_dir);
    setenv("PRLKVM_HOME", home_dir, 1);
    setenv("PRLKVM_DAEMON", daemon, 0);
    setenv("PRLKVM_ACCEL", "tcg", 0);
    setenv("PRLKVM_IDLE_EXIT", "60", 1);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    remove(path);
    return 0;
}

/* Copies the pointers: setenv replaces entries, it does not write into them. */
static void
keep_plain_env(void)
{
    size_t n = 0;

    while (environ[n])
        n++;
    home_plain_env = calloc(n + 1, sizeof *home_plain_env);
    if (!home_plain_env)
        bench_fail("out of memory");
    memcpy(home_plain_env, environ, n * sizeof *environ);
}

/* Ends whatever is left of the benchmark: ours are those who have us as their parent, and an end gives us its children. */
static void
end_processes(void)
{
    uint64_t deadline = bench_now_ns() + CLEAN_UP_S * UINT64_C(1000000000);
    pid_t pid;

    while ((pid = find_child(getpid(), NULL)) && bench_now_ns() < deadline) {
        kill(pid, SIGKILL); /* ends a stopped one too */
        while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

/* Waits for the end of the child, of the time, or of the user's patience; the exit code. */
static int
supervise(pid_t child, const sigset_t *signals)
{
    struct timespec limit = { .tv_sec = (time_t)home_time_limit_s };
    uint64_t end_ns = bench_now_ns() + home_time_limit_s * UINT64_C(1000000000);

    for (;;) {
        int sig = sigtimedwait(signals, NULL, &limit), status;
        uint64_t now = bench_now_ns();
        pid_t pid;

        if (sig < 0 && errno == EINTR)
            continue;
        if (sig < 0 || now >= end_ns) {
            fprintf(stderr, "ended after %ju s\n", (uintmax_t)home_time_limit_s);
            return 1;
        }
        if (sig != SIGCHLD)
            return 128 + sig;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
            if (pid == child)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        limit.tv_sec = (time_t)((end_ns - now) / 1000000000 + 1);
    }
}

int
home_run(void (*body)(void))
{
    sigset_t signals, before;
    pid_t child;
    int code;

    if (!find_qemu()) {
        fprintf(stderr, "skipped: no QEMU (PRLKVM_QEMU, or qemu-system-x86_64 in PATH)\n");
        return BENCH_SKIPPED;
    }
    keep_plain_env();
    sigemptyset(&signals);
    for (const int *sig = (const int[]){ SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0 }; *sig; sig++)
        sigaddset(&signals, *sig);
    sigprocmask(SIG_BLOCK, &signals, &before);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1))
        bench_fail("PR_SET_CHILD_SUBREAPER: %s", strerror(errno));
    make_home();
    fflush(NULL);
    child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        make_fsync_control();
        body();
        exit(0);
    }
    code = child < 0 ? 1 : supervise(child, &signals);
    end_processes();
    nftw(home_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return code;
}
