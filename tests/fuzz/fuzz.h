/* SPDX-License-Identifier: MIT */
/* What every fuzz target defines, and a few things they share. A target must leave nothing behind: it runs millions of times. */
#ifndef PRLKVM_TESTS_FUZZ_H
#define PRLKVM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv); /* once, before the first; optional */

/* A file of these bytes, the same one each time, removed at the end of the program. */
const char *fuzz_file(const void *data, size_t size);
/* What a fuzzer would stop for. */
#define FUZZ_CHECK(condition_)                                                                     \
    do {                                                                                           \
        if (!(condition_))                                                                         \
            __builtin_trap();                                                                      \
    } while (0)

#endif
