/* SPDX-License-Identifier: MIT */
/* The private qemu-nbd: what happens when it dies, hangs, or we die; locks; bitmaps; exports of others. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "disk_tools.h"
#include "base/lock.h"
#include "image/disk.h"
#include "image/file_io.h"
#include "image/nbd_link.h"

#define OK PRL_ERR_SUCCESS
#define MIB (1u << 20)
#define UUID_A "{0a1b2c3d-0000-4000-8000-00000000000a}"
#define UUID_B "{0a1b2c3d-0000-4000-8000-00000000000b}"

static char *image;

static int
up(void **state)
{
    temp_dir_up(state);
    setenv("PRLKVM_HOME", temp_dir, 1);
    image = temp_path("disk.qcow2");
    assert_int_equal(disk_create_qcow2(image, 64 * MIB, NULL), OK);
    return 0;
}

static int
down(void **state)
{
    nbd_link_idle_ms = 60000;
    free(image);
    return temp_dir_down(state);
}

static struct disk *
open_it(unsigned flags)
{
    const struct disk_open_args args = { .flags = flags };
    struct disk *d = NULL;

    assert_int_equal(disk_open(image, &args, &d), OK);
    return d;
}

/* The process that has our image on its command line, or 0. */
static pid_t
server(void)
{
    DIR *proc = opendir("/proc");
    struct dirent *e;
    pid_t found = 0;

    while ((e = readdir(proc))) {
        char path[300], line[4096] = { 0 };
        FILE *f;

        snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || !(f = fopen(path, "r")))
            continue;
        for (size_t i = 0, n = fread(line, 1, sizeof line - 1, f); i < n; i++)
            if (!line[i])
                line[i] = ' ';
        fclose(f);
        if (strstr(line, "qemu-nbd") && strstr(line, temp_dir))
            found = atoi(e->d_name);
    }
    closedir(proc);
    return found;
}

/* Its end is seen by the file system: the directory is looked at until the process is gone. */
static void
must_end(pid_t pid)
{
    for (int64_t deadline = clock_deadline(20000); kill(pid, 0) == 0 && server() == pid;)
        assert_true(clock_left_ms(deadline) > 0);
}

/* ---- ends ---- */

static void
close__ends_the_server(void **state)
{
    struct disk *d = open_it(DISK_RW);
    unsigned char buf[4096] = { 1 };
    pid_t pid = server();

    assert_true(pid > 0);
    assert_int_equal(disk_write(d, buf, sizeof buf, 0), OK);
    disk_unref(d);
    assert_int_equal(server(), 0); /* it is gone, not only told to go */
    TOOL("qemu-img", "check", "-q", image);
}

static void
fake_opening__starts_nothing(void **state)
{
    struct disk *d = open_it(PRL_DISK_FAKE_OPEN);

    assert_int_equal(server(), 0);
    assert_int_equal(disk_size(d), 64 * MIB);
    disk_unref(d);
}

static void
server__killed__is_an_error_for_every_call_from_then_on(void **state)
{
    struct disk *d = open_it(DISK_RW);
    unsigned char buf[4096] = { 1 };
    int64_t start;

    assert_int_equal(disk_write(d, buf, sizeof buf, 0), OK);
    assert_int_equal(kill(server(), SIGKILL), 0);
    start = clock_now_ms();
    assert_int_equal(disk_read(d, buf, sizeof buf, 0), PRL_ERR_FILE_READ_ERROR);
    assert_int_equal(disk_write(d, buf, sizeof buf, 0), PRL_ERR_FILE_WRITE_ERROR);
    assert_int_equal(disk_flush(d), PRL_ERR_DISK_FSYNC_FAILED);
    {
        const struct disk_open_args args = { .flags = DISK_RW };
        struct disk *other = NULL;

        assert_int_equal(disk_open(image, &args, &other), PRL_ERR_DISK_SHARING_VIOLATION); /* its locks are gone, ours are not */
    }
    disk_unref(d);
    assert_true(clock_now_ms() - start < 10000);
    d = open_it(DISK_RW);
    assert_int_equal(disk_read(d, buf, sizeof buf, 0), OK);
    disk_unref(d);
}

static void *
read_till_it_fails(void *arg)
{
    static _Thread_local unsigned char buf[MIB];

    while (disk_read(arg, buf, sizeof buf, 0) == OK)
        ;
    return NULL;
}

static void
server__killed_under_load__fails_all_threads(void **state)
{
    struct disk *d = open_it(DISK_RW);
    pthread_t t[8];

    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, read_till_it_fails, d), 0);
    assert_int_equal(kill(server(), SIGKILL), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    disk_unref(d);
}

static void
server__that_hangs__is_given_up_and_killed(void **state)
{
    struct disk *d = open_it(DISK_RW);
    unsigned char buf[4096] = { 1 };
    pid_t pid = server();
    int64_t start = clock_now_ms();

    nbd_link_idle_ms = 200;
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(disk_write(d, buf, sizeof buf, 0), PRL_ERR_FILE_WRITE_ERROR);
    assert_int_equal(disk_read(d, buf, sizeof buf, 0), PRL_ERR_FILE_READ_ERROR);
    disk_unref(d);
    assert_int_equal(server(), 0);
    assert_true(clock_now_ms() - start < 10000);
}

/* A program that is killed in the middle of writing: its qemu-nbd sees the connections end, writes what it has, and ends. */
static void
program__killed__leaves_no_server(void **state)
{
    int pipe_fds[2];
    pid_t child, pid;
    char ready;

    assert_int_equal(pipe(pipe_fds), 0);
    child = fork();
    if (!child) {
        const struct disk_open_args args = { .flags = DISK_RW };
        static unsigned char buf[MIB];
        struct disk *d;

        if (disk_open(image, &args, &d) != OK)
            _exit(1);
        for (uint64_t i = 0;; i = (i + 1) % 64) {
            if (disk_write(d, buf, sizeof buf, i * MIB) != OK)
                _exit(2);
            if (i == 8 && write(pipe_fds[1], "r", 1) != 1)
                _exit(3);
        }
    }
    assert_int_equal(read(pipe_fds[0], &ready, 1), 1);
    pid = server();
    assert_true(pid > 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    must_end(pid);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    TOOL("qemu-img", "check", "-q", image);
}

static void
temporary_files__are_none(void **state)
{
    AUTO(cleanup_free) char *out = NULL;
    struct disk *d;

    setenv("TMPDIR", temp_dir, 1);
    d = open_it(PRL_DISK_READ);
    out = tool("find", temp_dir, "-name", "prlkvm-nbd*", NULL);
    assert_string_equal(out, "");
    disk_unref(d);
    unsetenv("TMPDIR");
}

/* ---- requests ---- */

/* What was allocated when we opened it is written in the file itself: that is there after a flush whatever becomes of the server. */
static void
overwriting__is_durable_without_the_server(void **state)
{
    unsigned char buf[65536], back[65536];
    struct disk *d = open_it(DISK_RW);

    fill_pattern(buf, sizeof buf, 0, 1);
    assert_int_equal(disk_write(d, buf, sizeof buf, MIB), OK);
    disk_unref(d);
    for (int round = 0; round < 2; round++) {
        d = open_it(DISK_RW);
        fill_pattern(buf, sizeof buf, 0, 2 + (unsigned)round);
        assert_int_equal(disk_write(d, buf, sizeof buf, MIB), OK);
        assert_int_equal(disk_read(d, back, sizeof back, MIB), OK);
        assert_memory_equal(buf, back, sizeof buf);
        if (round)
            assert_int_equal(kill(server(), SIGKILL), 0);
        else
            assert_int_equal(disk_flush(d), OK);
        disk_unref(d);
        d = open_it(PRL_DISK_READ);
        assert_int_equal(disk_read(d, back, sizeof back, MIB), OK);
        assert_memory_equal(buf, back, sizeof buf);
        disk_unref(d);
    }
}

/* A sync that takes until it is let go, or fails. */
static struct {
    struct lock lock;
    struct cond changed;
    int begun, wanted; /* it goes on when so many have begun */
    int fails_with;
} sync_gate;

static int
before_sync(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    int64_t deadline = clock_deadline(30000);
    int e;

    if (change != FILE_SYNC)
        return 0;
    LOCK_SCOPE(&sync_gate.lock);
    sync_gate.begun++;
    cond_broadcast(&sync_gate.changed);
    while (sync_gate.begun < sync_gate.wanted && cond_wait_until(&sync_gate.changed, &sync_gate.lock, deadline))
        ;
    e = sync_gate.begun < sync_gate.wanted ? -ETIMEDOUT : sync_gate.fails_with;
    sync_gate.fails_with = 0;
    return e;
}

static struct disk *
open_watched(const struct file_watch *watch)
{
    struct disk *d = open_it(DISK_RW);

    assert_int_equal(disk_write(d, "0123456789abcdef", 16, MIB), OK); /* allocates: what follows goes past the server */
    disk_unref(d);
    d = open_it(DISK_RW);
    lock_init(&sync_gate.lock, 0);
    cond_init(&sync_gate.changed);
    sync_gate.begun = sync_gate.fails_with = 0;
    sync_gate.wanted = 1;
    file_watch_set(watch);
    return d;
}

static void *
flush_thread(void *d)
{
    return (void *)(uintptr_t)disk_flush(d);
}

static void
flush__beside_another__waits_for_a_sync_of_its_own(void **state)
{
    static const struct file_watch watch = { before_sync, NULL };
    struct disk *d = open_watched(&watch);
    pthread_t thread;
    void *other;

    sync_gate.wanted = 2; /* the first one ends when the second has begun as well */
    assert_int_equal(disk_write(d, "0123456789abcdef", 16, MIB), OK);
    assert_int_equal(pthread_create(&thread, NULL, flush_thread, d), 0);
    lock_take(&sync_gate.lock);
    while (!sync_gate.begun)
        cond_wait_until(&sync_gate.changed, &sync_gate.lock, CLOCK_FOREVER);
    lock_drop(&sync_gate.lock);
    assert_int_equal(disk_flush(d), OK);
    assert_int_equal(sync_gate.begun, 2);
    assert_int_equal(pthread_join(thread, &other), 0);
    assert_ptr_equal(other, NULL);
    file_watch_set(NULL);
    disk_unref(d);
}

/* The kernel tells of a loss once; that it is over does not mean that the data are there. */
static void
flush__failed__fails_from_then_on(void **state)
{
    static const struct file_watch watch = { before_sync, NULL };
    struct disk *d = open_watched(&watch);

    assert_int_equal(disk_write(d, "0123456789abcdef", 16, MIB), OK);
    sync_gate.fails_with = -EIO;
    assert_int_equal(disk_flush(d), PRL_ERR_DISK_FSYNC_FAILED);
    assert_int_equal(disk_flush(d), PRL_ERR_DISK_FSYNC_FAILED);
    assert_int_equal(disk_write(d, "0123456789abcdef", 16, MIB), PRL_ERR_FILE_WRITE_ERROR);
    file_watch_set(NULL);
    assert_int_equal(disk_flush(d), PRL_ERR_DISK_FSYNC_FAILED);
    disk_unref(d);
}

static void
large_requests__are_cut(void **state)
{
    struct disk *d = open_it(DISK_RW);
    size_t n = 48 * MIB;
    unsigned char *buf = malloc(n), *back = malloc(n);

    fill_pattern(buf, n, 512, 1);
    assert_int_equal(disk_write(d, buf, n, 512), OK);
    assert_int_equal(disk_flush(d), OK);
    assert_int_equal(disk_read(d, back, n, 512), OK);
    assert_memory_equal(buf, back, n);
    disk_unref(d);
    free(buf);
    free(back);
}

static void
extents__tell_holes_zeros_and_data(void **state)
{
    struct disk *d;
    enum disk_extent_kind kind;
    uint64_t length;

    TOOL("qemu-io", "-f", "qcow2", "-c", "write 8M 1M", "-c", "write -z 9M 1M", image);
    d = open_it(PRL_DISK_READ);
    assert_int_equal(disk_extent(d, 0, 64 * MIB, &kind, &length), OK);
    assert_int_equal(kind, DISK_EXTENT_ABSENT);
    assert_int_equal(length, 8 * MIB);
    assert_int_equal(disk_extent(d, 8 * MIB, 64 * MIB, &kind, &length), OK);
    assert_int_equal(kind, DISK_EXTENT_DATA);
    assert_int_equal(length, MIB);
    assert_int_equal(disk_extent(d, 9 * MIB, 64 * MIB, &kind, &length), OK);
    assert_int_not_equal(kind, DISK_EXTENT_DATA);
    assert_int_equal(disk_extent(d, 64 * MIB, 1, &kind, &length), PRL_ERR_DISK_READ_OUT_DISK);
    disk_unref(d);
}

static void
image__in_use_by_qemu__is_a_sharing_violation(void **state)
{
    const struct disk_open_args rw = { .flags = DISK_RW }, ro = { .flags = PRL_DISK_READ },
                                beside = { .flags = PRL_DISK_READ | PRL_DISK_IGNORE_PROTECTION };
    AUTO(cleanup_free) char *socket = temp_path("s");
    AUTO(cleanup_free) char *pid_file = temp_path("pid");
    AUTO(cleanup_free) char *pid = NULL;
    struct disk *d = NULL;

    TOOL("qemu-nbd", "--fork", "--persistent", "--pid-file", pid_file, "-f", "qcow2", "-k", socket, image);
    assert_int_equal(disk_open(image, &rw, &d), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(disk_open(image, &ro, &d), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_int_equal(disk_open(image, &beside, &d), OK);
    disk_unref(d);
    pid = get_file(pid_file);
    assert_int_equal(kill(atoi(pid), SIGTERM), 0);
    must_end(atoi(pid));
}

/* ---- changed blocks ---- */

static bool
is_set(const struct disk_map *m, uint64_t offset)
{
    uint64_t bit = offset / m->granularity_bytes;

    return m->bits[bit / 8] >> bit % 8 & 1;
}

static void
must_have_changed(struct disk *d, const char *uuid, const unsigned *mib, size_t n)
{
    struct disk_map *m = NULL;
    uint64_t set = 0;

    assert_int_equal(disk_changed(d, uuid, NULL, &m), OK);
    assert_int_equal(m->granularity_bytes, 65536);
    assert_int_equal(m->n_bits, 1024);
    for (size_t i = 0; i < n; i++)
        assert_true(is_set(m, (uint64_t)mib[i] * MIB));
    for (uint64_t i = 0; i < m->n_bits; i++)
        set += m->bits[i / 8] >> i % 8 & 1;
    assert_int_equal(set, n);
    disk_map_free(m);
}

static void
bitmaps__of_a_qcow2_file__tell_of_changes(void **state)
{
    static const unsigned since_a[] = { 3, 5, 7 }, since_b[] = { 7 };
    unsigned char buf[65536] = { 1 };
    struct disk_map *m = NULL;
    struct disk *d;

    TOOL("qemu-img", "bitmap", "--add", image, "0a1b2c3d-0000-4000-8000-00000000000a");
    d = open_it(DISK_RW); /* one bitmap: it goes on while we write */
    assert_int_equal(disk_write(d, buf, sizeof buf, 3 * MIB), OK);
    assert_int_equal(disk_write(d, buf, sizeof buf, 5 * MIB), OK);
    must_have_changed(d, UUID_A, since_a, 2);
    assert_int_equal(disk_changed(d, UUID_B, NULL, &m), PRL_ERR_NO_DATA);
    disk_unref(d);

    TOOL("qemu-img", "bitmap", "--add", image, UUID_B);
    TOOL("qemu-io", "-f", "qcow2", "-c", "write 7M 64k", image);
    d = open_it(PRL_DISK_READ);
    must_have_changed(d, "0A1B2C3D-0000-4000-8000-00000000000A", since_a, 3);
    must_have_changed(d, UUID_B, since_b, 1);
    assert_int_equal(disk_changed(d, "{99999999-0000-4000-8000-00000000000b}", NULL, &m), PRL_ERR_NO_DATA);
    assert_int_equal(disk_changed(d, "nonsense", NULL, &m), PRL_ERR_NO_DATA);
    disk_unref(d);
}

static void
export__of_another__reads_and_tells_of_changes(void **state)
{
    static const unsigned changed[] = { 7 };
    AUTO(cleanup_free) char *socket = temp_path("export");
    AUTO(cleanup_free) char *pid_file = temp_path("pid");
    AUTO(cleanup_free) char *url = str_printf("nbd+unix:///disk{0a}?socket=%s", socket);
    AUTO(cleanup_free) char *older = str_printf("nbd:unix:%s:exportname=disk{0a}", socket);
    AUTO(cleanup_free) char *pid = NULL;
    const struct disk_open_args ro = { .flags = PRL_DISK_READ }, rw = { .flags = DISK_RW };
    unsigned char buf[65536];
    struct disk_map *m = NULL;
    struct disk *d = NULL;

    TOOL("qemu-img", "bitmap", "--add", image, "0a1b2c3d-0000-4000-8000-00000000000a");
    TOOL("qemu-io", "-f", "qcow2", "-c", "write -P 3 7M 64k", image);
    TOOL("qemu-nbd", "--fork", "-t", "-r", "-e", "9", "-B", "0a1b2c3d-0000-4000-8000-00000000000a", "-x", "disk{0a}", "--pid-file", pid_file, "-f",
         "qcow2", "-k", socket, image);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(disk_open(i ? older : url, &ro, &d), OK);
        assert_int_equal(disk_kind(d), DISK_NBD);
        assert_int_equal(disk_read(d, buf, sizeof buf, 7 * MIB), OK);
        assert_int_equal(buf[5], 3);
        must_have_changed(d, UUID_A, changed, 1);
        assert_int_equal(disk_changed(d, UUID_B, NULL, &m), PRL_ERR_NO_DATA);
        assert_int_equal(disk_allocated(d, 65536, &m), OK);
        assert_true(is_set(m, 7 * MIB));
        assert_false(is_set(m, 0));
        disk_map_free(TAKE(m));
        disk_unref(d);
    }
    assert_int_equal(disk_open(url, &rw, &d), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    pid = get_file(pid_file);
    assert_int_equal(kill(atoi(pid), SIGKILL), 0);
    assert_int_equal(disk_open(url, &ro, &d), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(disk_open("nbd:", &ro, &d), PRL_ERR_INVALID_ARG);
    must_end(atoi(pid));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(close__ends_the_server, up, down),
        cmocka_unit_test_setup_teardown(fake_opening__starts_nothing, up, down),
        cmocka_unit_test_setup_teardown(server__killed__is_an_error_for_every_call_from_then_on, up, down),
        cmocka_unit_test_setup_teardown(server__killed_under_load__fails_all_threads, up, down),
        cmocka_unit_test_setup_teardown(server__that_hangs__is_given_up_and_killed, up, down),
        cmocka_unit_test_setup_teardown(program__killed__leaves_no_server, up, down),
        cmocka_unit_test_setup_teardown(temporary_files__are_none, up, down),
        cmocka_unit_test_setup_teardown(overwriting__is_durable_without_the_server, up, down),
        cmocka_unit_test_setup_teardown(flush__beside_another__waits_for_a_sync_of_its_own, up, down),
        cmocka_unit_test_setup_teardown(flush__failed__fails_from_then_on, up, down),
        cmocka_unit_test_setup_teardown(large_requests__are_cut, up, down),
        cmocka_unit_test_setup_teardown(extents__tell_holes_zeros_and_data, up, down),
        cmocka_unit_test_setup_teardown(image__in_use_by_qemu__is_a_sharing_violation, up, down),
        cmocka_unit_test_setup_teardown(bitmaps__of_a_qcow2_file__tell_of_changes, up, down),
        cmocka_unit_test_setup_teardown(export__of_another__reads_and_tells_of_changes, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
