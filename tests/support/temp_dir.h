/* SPDX-License-Identifier: MIT */
/* A directory of the test's own, and small files in it. For tests with cmocka: include it after cmocka.h. */
#ifndef PRLKVM_TESTS_TEMP_DIR_H
#define PRLKVM_TESTS_TEMP_DIR_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"

static char temp_dir[64];

static __attribute__((unused)) int
temp_dir_up(void **state)
{
    strcpy(temp_dir, "/tmp/prlkvm-test-XXXXXX");
    return mkdtemp(temp_dir) ? 0 : -1;
}

static __attribute__((unused)) int
temp_dir_down(void **state)
{
    return path_remove_tree(temp_dir);
}

/* Allocated, absolute. */
static __attribute__((unused)) char *
temp_path(const char *name)
{
    char *path = path_join(temp_dir, name);

    assert_non_null(path);
    return path;
}

static __attribute__((unused)) void
put_file(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), len);
    close(fd);
}

static __attribute__((unused)) void
put_text(const char *path, const char *text)
{
    put_file(path, text, strlen(text));
}

static __attribute__((unused)) char *
get_file(const char *path)
{
    char *data = NULL;

    assert_int_equal(path_read(path, 64u << 20, &data, NULL), 0);
    return data;
}

static __attribute__((unused)) unsigned
mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

#endif
