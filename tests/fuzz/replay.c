/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target without a fuzzer: over every file of the directories it is given, whole, cut short in many places, and with
 * single bytes changed. Finds nothing new, but what was found stays found.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIANTS 64

__attribute__((weak)) int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    return 0;
}

/* A buffer of exactly that size, so that a read beyond it is seen by a sanitizer. */
static void
run_once(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void
run_variants(uint8_t *data, size_t size)
{
    static const uint8_t bytes[] = { 0, 0xff, '<', '"' };

    run_once(data, size);
    for (size_t i = 0; i < VARIANTS && size; i++) {
        size_t at = size * i / VARIANTS;
        uint8_t old = data[at];

        run_once(data, at);
        data[at] = bytes[i % sizeof bytes];
        run_once(data, size);
        data[at] = old;
    }
}

static int
run_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    uint8_t *data;
    int ok;

    if (fd < 0 || fstat(fd, &st) < 0) {
        perror(path);
        return 0;
    }
    data = malloc((size_t)st.st_size + 1);
    ok = data && read(fd, data, (size_t)st.st_size) == st.st_size;
    close(fd);
    if (ok)
        run_variants(data, (size_t)st.st_size);
    else
        perror(path);
    free(data);
    return ok;
}

int
main(int argc, char **argv)
{
    unsigned n = 0;

    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        struct dirent *e;

        if (!dir) {
            perror(argv[i]);
            return 1;
        }
        while ((e = readdir(dir))) {
            char path[4096];

            if (e->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
            if (!run_file(path))
                return 1;
            n++;
        }
        closedir(dir);
    }
    printf("%u files\n", n);
    return n ? 0 : 1;
}
