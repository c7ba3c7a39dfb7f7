/* SPDX-License-Identifier: MIT */
/* main() of a program that generates a page of doc/: writes it to standard output, or with "--check FILE" says whether FILE is what it would write. */
#ifndef PRLKVM_DOC_GENERATED_H
#define PRLKVM_DOC_GENERATED_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENERATED_MAX (1 << 20)

static char *
generated_read(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, GENERATED_MAX);

    if (f && text)
        text[fread(text, 1, GENERATED_MAX - 1, f)] = '\0';
    if (f)
        fclose(f);
    return text;
}

/* target: what to build for a new page. */
static int
generated_main(int argc, char **argv, void (*write_all)(FILE *f), const char *target)
{
    char *now = NULL, *then;
    size_t len = 0;
    FILE *f;
    bool is_same;

    if (argc != 3 || strcmp(argv[1], "--check") != 0) {
        write_all(stdout);
        return fflush(stdout) ? 1 : 0;
    }
    f = open_memstream(&now, &len);
    if (!f)
        return 1;
    write_all(f);
    fclose(f);
    then = generated_read(argv[2]);
    is_same = then && !strcmp(then, now);
    if (!is_same)
        fprintf(stderr, "%s is stale: build the target `%s` and look at the difference\n", argv[2], target);
    free(then);
    free(now);
    return is_same ? 0 : 1;
}

#endif
