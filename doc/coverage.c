/* SPDX-License-Identifier: MIT */
/*
 * Writes doc/coverage.md from the rows of sdk/api/api.def:  api_coverage > doc/coverage.md
 * With --check FILE it compares instead: exit code 1 and a word on what to do when FILE is stale (a
 * test runs it).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generated.h"
#include "api/rows_reasons.h"

enum state {
    FIELD,
    HAND,
    LATER,
#define REASON(id, text) id,
    ROW_REASONS(REASON)
#undef REASON
        N_STATES,
};

static const char *const reason_text[N_STATES] = {
#define REASON(id, text) [id] = text,
    ROW_REASONS(REASON)
#undef REASON
};

static const struct row {
    const char *name;
    enum state state;
} rows[] = {
#define ROW(name, how, state, job_code, ...) { #name, state },
#include "api/rows_list.h"
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static size_t
prefix_len(const char *name)
{
    return strcspn(name, "_");
}

static bool
is_same_prefix(const char *a, const char *b)
{
    return prefix_len(a) == prefix_len(b) && !strncmp(a, b, prefix_len(a));
}

enum column { DONE, MISSING, OUT, N_COLUMNS };

static enum column
column_of(enum state s)
{
    return s == FIELD || s == HAND ? DONE : s == LATER ? MISSING : OUT;
}

static void
write_counts(FILE *f)
{
    unsigned all[N_COLUMNS] = { 0 }, fields = 0;

    for (size_t i = 0; i < N_ROWS; i++) {
        all[column_of(rows[i].state)]++;
        fields += rows[i].state == FIELD;
    }
    fprintf(f,
            "%zu functions are exported: %u implemented (%u of them are rows over an element of a "
            "document), %u unimplemented, %u out of "
            "scope.\n\n",
            N_ROWS, all[DONE], fields, all[MISSING], all[OUT]);
    fputs("| prefix | functions | implemented | unimplemented | out of scope |\n| --- | --- | --- "
          "| --- | --- |\n",
          f);
    for (size_t i = 0; i < N_ROWS; i++) {
        unsigned n[N_COLUMNS] = { 0 };
        bool is_first = true;

        for (size_t k = 0; k < i && is_first; k++)
            is_first = !is_same_prefix(rows[k].name, rows[i].name);
        if (!is_first)
            continue;
        for (size_t k = i; k < N_ROWS; k++)
            if (is_same_prefix(rows[k].name, rows[i].name))
                n[column_of(rows[k].state)]++;
        fprintf(f, "| %.*s | %u | %u | %u | %u |\n", (int)prefix_len(rows[i].name), rows[i].name,
                n[DONE] + n[MISSING] + n[OUT], n[DONE], n[MISSING], n[OUT]);
    }
}

/* Names of one state, a paragraph per prefix. */
static void
write_names(FILE *f, enum state s)
{
    const char *last = NULL;

    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].state != s)
            continue;
        if (!last)
            fputs(rows[i].name, f);
        else
            fprintf(f, "%s%s", is_same_prefix(last, rows[i].name) ? ",\n" : ".\n\n", rows[i].name);
        last = rows[i].name;
    }
    fputs(last ? ".\n" : "None.\n", f);
}

static void
write_all(FILE *f)
{
    fputs("# Coverage of the API\n\n"
          "Generated from the rows of sdk/api by the target `coverage`; do not edit. Every "
          "function refuses bad arguments. One without a body "
          "then returns\nPRL_ERR_UNIMPLEMENTED, an asynchronous one a finished job that failed "
          "with it.\n\n",
          f);
    write_counts(f);
    fputs("\n## Unimplemented\n\n", f);
    write_names(f, LATER);
    fputs("\n## Out of scope\n", f);
    for (int s = LATER + 1; s < N_STATES; s++) {
        fprintf(f, "\n### %c%s\n\n", reason_text[s][0] - ('a' - 'A') * (reason_text[s][0] >= 'a'),
                reason_text[s] + 1);
        write_names(f, (enum state)s);
    }
}

int
main(int argc, char **argv)
{
    return generated_main(argc, argv, write_all, "coverage");
}
