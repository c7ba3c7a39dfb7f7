/* SPDX-License-Identifier: MIT */
/* image/making: what is being made keeps its hidden name as long as its maker lives, and no longer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "image/making.h"
#include "temp_dir.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, temp_dir_up, temp_dir_down)

static int
count(void)
{
    DIR *d = opendir(temp_dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d)))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void
making__alive__stays__dead__goes(void **state)
{
    int (*const kinds[])(const char *dir, const char *name, struct making *ret) = { making_file, making_dir };

    for (size_t i = 0; i < 2; i++) {
        struct making m = MAKING_INIT, other = MAKING_INIT;

        assert_int_equal(kinds[i](temp_dir, "d.hdd", &m), 0);
        assert_int_equal(strncmp(m.name, ".d.hdd.new-", 11), 0);
        assert_string_equal(m.path + strlen(temp_dir) + 1, m.name);
        making_sweep(temp_dir, "d.hdd");
        assert_true(path_exists(m.path));
        assert_int_equal(kinds[i](temp_dir, "d.hdd", &other), 0); /* sweeps as well */
        assert_true(path_exists(m.path));
        assert_string_not_equal(m.path, other.path);
        if (i) { /* with something in it */
            AUTO(cleanup_free) char *in = path_join(m.path, "a");

            assert_int_equal(mkdir(in, 0700), 0);
        }
        making_end(&m);
        making_sweep(temp_dir, "d.hd");
        making_sweep(temp_dir, "d.hdd.new-");
        assert_int_equal(count(), 2);
        making_sweep(temp_dir, "d.hdd");
        assert_int_equal(count(), 1);
        assert_true(path_exists(other.path));
        making_end(&other);
        making_sweep(temp_dir, "d.hdd");
        assert_int_equal(count(), 0);
    }
}

static void
making__killed__is_removed_by_the_next(void **state)
{
    struct making m = MAKING_INIT;
    int told[2], status;
    char byte;
    pid_t pid;

    assert_int_equal(pipe(told), 0);
    pid = fork();
    if (pid == 0) {
        if (making_dir(temp_dir, "d", &m) == 0)
            (void)!write(told[1], "m", 1);
        for (;;)
            pause();
    }
    assert_true(pid > 0);
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    making_sweep(temp_dir, "d");
    assert_int_equal(count(), 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(making_file(temp_dir, "d", &m), 0);
    assert_int_equal(count(), 1);
    making_end(&m);
    close(told[0]);
}

/* Names that others give, and what only looks like ours. */
static void
making__of_others__is_left_alone(void **state)
{
    static const char *const names[] = { ".d.new-12345678", ".d.new-12345678.own2", ".d.new-123456789.own", "d.new-12345678.own", ".d.new-.own" };
    AUTO(cleanup_free) char *link = temp_path(".d.new-aaaaaaaa.own");
    AUTO(cleanup_free) char *pipe = temp_path(".d.new-bbbbbbbb.own");
    AUTO(cleanup_free) char *ours = temp_path(".d.new-cccccccc.own");

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO(cleanup_free) char *path = temp_path(names[i]);

        put_text(path, "x");
    }
    put_text(ours, "x");
    assert_int_equal(symlink(names[0], link), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    making_sweep(temp_dir, "d");
    assert_int_equal(count(), (int)ARRAY_LEN(names) + 2);
    assert_false(path_exists(ours));
    making_sweep(pipe, "d"); /* no directory: nothing to do */
}

static atomic_bool sweeping;

static void *
sweep_on(void *arg)
{
    while (sweeping)
        making_sweep(temp_dir, "d");
    return NULL;
}

/* Between its making and its lock it looks like something dead. */
static void
making__swept_all_the_time__is_never_lost(void **state)
{
    pthread_t threads[2];

    sweeping = true;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sweep_on, NULL), 0);
    for (int i = 0; i < 500; i++) {
        struct making m = MAKING_INIT;
        struct stat st;

        assert_int_equal(i % 2 ? making_file(temp_dir, "d", &m) : making_dir(temp_dir, "d", &m), 0);
        assert_int_equal(stat(m.path, &st), 0);
        assert_int_equal(fstat(m.fd, &st), 0);
        assert_true(st.st_nlink > 0);
        making_end(&m);
    }
    sweeping = false;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    making_sweep(temp_dir, "d");
    assert_int_equal(count(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(making__alive__stays__dead__goes),
        TEST(making__killed__is_removed_by_the_next),
        TEST(making__of_others__is_left_alone),
        TEST(making__swept_all_the_time__is_never_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
