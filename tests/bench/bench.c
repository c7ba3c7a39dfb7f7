/* SPDX-License-Identifier: MIT */
/* Options, samples and results of the benchmarks; see bench.h. */
#include "bench.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *bench_name = "?";

static const struct {
    const char *name;
    double ns;
} units[] = {
    [UNIT_NS] = { "ns", 1 },
    [UNIT_US] = { "us", 1e3 },
    [UNIT_MS] = { "ms", 1e6 },
};

uint64_t
bench_now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void
bench_fail(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "bench_%s: ", bench_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void
samples_add(struct samples *s, uint64_t ns)
{
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        uint64_t *bigger = reallocarray(s->ns, room, sizeof *bigger);

        if (!bigger)
            bench_fail("out of memory");
        s->ns = bigger;
        s->room = room;
    }
    s->ns[s->n++] = ns;
}

void
samples_add_since(struct samples *s, uint64_t start_ns)
{
    samples_add(s, bench_now_ns() - start_ns);
}

void
samples_free(struct samples *s)
{
    free(s->ns);
    *s = (struct samples){ 0 };
}

static int
compare_ns(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

uint64_t
samples_at(const struct samples *s, double part)
{
    uint64_t *sorted, value;
    size_t rank; /* nearest rank: 1..n */

    if (!s->n)
        return 0;
    sorted = malloc(s->n * sizeof *sorted);
    if (!sorted)
        bench_fail("out of memory");
    memcpy(sorted, s->ns, s->n * sizeof *sorted);
    qsort(sorted, s->n, sizeof *sorted, compare_ns);
    rank = (size_t)ceil(part * (double)s->n);
    value = sorted[rank ? rank - 1 : 0];
    free(sorted);
    return value;
}

static json_t *
rounded(double value)
{
    return json_real(round(value * 1000) / 1000);
}

static void
print_json(json_t *line)
{
    char *text = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;

    if (!text)
        bench_fail("out of memory");
    puts(text);
    fflush(stdout);
    free(text);
    json_decref(line);
}

void
bench_report(const char *metric, enum bench_unit unit, const struct samples *s, struct versus versus)
{
    double ns = units[unit].ns, p50 = (double)samples_at(s, 0.5) / ns, p99 = (double)samples_at(s, 0.99) / ns;
    double base = versus.base ? (double)samples_at(versus.base, 0.5) / ns : 0, ratio = base > 0 ? p50 / base : 0;
    json_t *line;

    if (!s->n) /* left out of this run */
        return;
    line = json_pack("{ss ss ss so so sI}", "bench", bench_name, "metric", metric, "unit", units[unit].name, "p50", rounded(p50), "p99",
                     rounded(p99), "n", (json_int_t)s->n);
    fprintf(stderr, "%-8s %-34s p50 %10.3f  p99 %10.3f %s  n %zu", bench_name, metric, p50, p99, units[unit].name, s->n);
    if (base > 0) {
        json_object_set_new(line, "ratio_to", json_string(versus.ratio_to));
        json_object_set_new(line, "ratio", rounded(ratio));
        fprintf(stderr, "  %.2f x %s", ratio, versus.ratio_to);
    }
    if (versus.aim > 0 && (base > 0 || !versus.ratio_to)) {
        json_object_set_new(line, "aim", rounded(versus.aim));
        fprintf(stderr, "  (aim: at most %g%s)", versus.aim, (base > 0 ? ratio : p50) > versus.aim ? ", missed" : "");
    }
    fputc('\n', stderr);
    print_json(line);
}

void
bench_report_value(const char *metric, const char *unit, double value, double aim)
{
    json_t *line = json_pack("{ss ss ss so sI}", "bench", bench_name, "metric", metric, "unit", unit, "p50", rounded(value), "n", (json_int_t)1);

    fprintf(stderr, "%-8s %-34s     %10.3f %s", bench_name, metric, value, unit);
    if (aim > 0) {
        json_object_set_new(line, "aim", rounded(aim));
        fprintf(stderr, "  (aim: at most %g%s)", aim, value > aim ? ", missed" : "");
    }
    fputc('\n', stderr);
    print_json(line);
}

static bool
read_option(const struct bench_option *options, const char *argument)
{
    for (const struct bench_option *o = options; o->name; o++) {
        size_t len = strlen(o->name);
        char *end;

        if (strncmp(argument, "--", 2) || strncmp(argument + 2, o->name, len) || argument[2 + len] != '=')
            continue;
        errno = 0;
        *o->value = strtoull(argument + 3 + len, &end, 10);
        return !errno && end != argument + 3 + len && !*end && argument[3 + len] != '-';
    }
    return false;
}

void
bench_begin(const char *name, const struct bench_option *options, int argc, char **argv)
{
    bench_name = name;
    for (int i = 1; i < argc; i++) {
        if (read_option(options, argv[i]))
            continue;
        fprintf(stderr, "usage: bench_%s [--option=number]...\n", name);
        for (const struct bench_option *o = options; o->name; o++)
            fprintf(stderr, "  --%-16s %s (%ju)\n", o->name, o->help, (uintmax_t)*o->value);
        exit(strcmp(argv[i], "--help") ? 2 : 0);
    }
}
