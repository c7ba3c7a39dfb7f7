/* SPDX-License-Identifier: MIT */
/* qemu/qemu_caps against a binary that is a shell script: it counts how often it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/str.h"
#include "base/thread.h"
#include "qemu/qemu_caps.h"
#include "qemu/qemu_find.h"

#define CALLERS 8

static char *dir, *binary, *counter;

static void
write_binary(unsigned micro)
{
    FILE *f = fopen(binary, "w");

    assert_non_null(f);
    fprintf(f,
            "#!/bin/sh\n"
            "echo asked >> '%s'\n"
            "cat > /dev/null\n"
            "echo '{\"return\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": %u}}, \"id\": \"version\"}'\n"
            "echo '{\"return\": [{\"name\": \"pc-q35-7.2\", \"alias\": \"q35\"}], \"id\": \"machines\"}'\n"
            "echo '{\"return\": [{\"name\": \"virtio-blk-pci\"}], \"id\": \"devices\"}'\n",
            counter, micro);
    fclose(f);
    assert_int_equal(chmod(binary, 0700), 0);
}

static size_t
times_asked(void)
{
    char *text = NULL;
    size_t len = 0, n = 0;

    if (path_read(counter, 1 << 16, &text, &len) < 0)
        return 0;
    for (size_t i = 0; i < len; i++)
        n += text[i] == '\n';
    free(text);
    return n;
}

static int
up(void **state)
{
    char made[] = "/tmp/prlkvm-caps-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(made));
    dir = str_dup(made);
    binary = path_join(dir, "qemu");
    counter = path_join(dir, "asked");
    write_binary(1);
    unsetenv("PRLKVM_QEMU"); /* would come first */
    qemu_find_set_path(binary);
    qemu_caps_set_file(NULL);
    return 0;
}

static int
down(void **state)
{
    (void)state;
    path_remove_tree(dir);
    free(dir);
    free(binary);
    free(counter);
    return 0;
}

static void
get(void *arg)
{
    struct qemu_caps *c = NULL;

    assert_int_equal(qemu_caps_get(&c), 0);
    *(unsigned *)arg = c->version_no;
    assert_true(qemu_caps_has_device(c, "virtio-blk-pci"));
    qemu_caps_free(c);
}

static void
caps__wanted_by_many__are_asked_once(void **state)
{
    pthread_t threads[CALLERS];
    unsigned version[CALLERS] = { 0 };

    (void)state;
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(thread_start(&threads[i], "caller", get, &version[i]), 0);
    for (int i = 0; i < CALLERS; i++) {
        thread_join(threads[i]);
        assert_int_equal(version[i], 70201);
    }
    assert_int_equal(times_asked(), 1);
}

static void
caps__of_another_binary__are_asked_anew(void **state)
{
    unsigned version = 0;

    (void)state;
    get(&version);
    write_binary(22); /* one digit longer: another size, whatever the clock says */
    get(&version);
    assert_int_equal(version, 70222);
    assert_int_equal(times_asked(), 2);
}

/* The turn is given back by who failed, or the next would wait for it. */
static void
caps__of_a_broken_binary__are_refused_each_time(void **state)
{
    struct qemu_caps *c = NULL;
    unsigned version = 0;
    FILE *f = fopen(binary, "w");

    (void)state;
    assert_non_null(f);
    fputs("#!/bin/sh\ncat > /dev/null\nexit 3\n", f);
    fclose(f);
    for (int i = 0; i < 2; i++)
        assert_true(PRL_FAILED(qemu_caps_get(&c)));
    assert_null(c);
    write_binary(1);
    get(&version);
    assert_int_equal(version, 70201);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(caps__wanted_by_many__are_asked_once),
        TEST(caps__of_another_binary__are_asked_anew),
        TEST(caps__of_a_broken_binary__are_refused_each_time),
    };

    return cmocka_run_group_tests_name("qemu_caps", tests, NULL, NULL);
}
