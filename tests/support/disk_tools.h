/* SPDX-License-Identifier: MIT */
/* Disks for tests, and the programs of QEMU beside them. For tests with cmocka: include it after cmocka.h. */
#ifndef PRLKVM_TESTS_DISK_TOOLS_H
#define PRLKVM_TESTS_DISK_TOOLS_H

#include <prlsdk/PrlDisk.h>
#include <stdarg.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/proc_run.h"
#include "temp_dir.h"

#define DISK_RW (PRL_DISK_READ | PRL_DISK_WRITE)

/* Runs a program of QEMU with up to 30 words, NULL-ended; its output (allocated) or NULL when it failed. */
static __attribute__((unused, sentinel)) char *
tool(const char *name, ...)
{
    const char *argv[32] = { NULL };
    char *program = NULL, *out = NULL;
    va_list ap;
    int n = 1;

    assert_int_equal(proc_find(name, "PRLKVM_TEST_NOTHING", &program), PRL_ERR_SUCCESS);
    argv[0] = program;
    va_start(ap, name);
    while (n < 31 && (argv[n] = va_arg(ap, const char *)))
        n++;
    va_end(ap);
    if (PRL_FAILED(proc_run(argv, NULL, clock_deadline(30000), -1, &out)))
        out = NULL;
    free(program);
    return out;
}

#define TOOL(...)                                                                                  \
    do {                                                                                           \
        char *out_ = tool(__VA_ARGS__, NULL);                                                      \
        if (!out_)                                                                                 \
            print_error("%s\n", err_peek()->details ? err_peek()->details : "");                   \
        assert_non_null(out_);                                                                     \
        free(out_);                                                                                \
    } while (0)

/* Bytes that tell where they belong. */
static __attribute__((unused)) void
fill_pattern(unsigned char *buf, size_t n, uint64_t offset, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t x = (offset + i) / 8 * UINT64_C(0x9e3779b97f4a7c15) + seed * UINT64_C(0x2545f4914f6cdd1d);

        buf[i] = (unsigned char)(x >> ((offset + i) % 8 * 8));
    }
}

static __attribute__((unused)) bool
is_pattern(const unsigned char *buf, size_t n, uint64_t offset, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char want;

        fill_pattern(&want, 1, offset + i, seed);
        if (buf[i] != want)
            return false;
    }
    return true;
}

static __attribute__((unused)) bool
is_zeros(const unsigned char *buf, size_t n)
{
    return !n || (!buf[0] && memcmp(buf, buf + 1, n - 1) == 0);
}

#endif
