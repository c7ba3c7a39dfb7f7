/* SPDX-License-Identifier: MIT */
/*
 * What every benchmark needs: options, samples, and one line per result. A result goes to standard output as one JSON object and to
 * standard error as one row for people. Nothing here judges a number: an aim is printed beside it. An aim is always an upper bound.
 */
#ifndef PRLKVM_BENCH_H
#define PRLKVM_BENCH_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_SKIPPED 77
#define MIB (UINT64_C(1) << 20)

/* Durations in nanoseconds. Zero-initialised is empty; samples_free makes it empty again. */
struct samples {
    uint64_t *ns;
    size_t n;
    size_t room;
};

void samples_add(struct samples *s, uint64_t ns);
void samples_add_since(struct samples *s, uint64_t start_ns);
void samples_free(struct samples *s);
/* The value at or below which the given part (0..1) of the samples lies; 0 when there are none. */
uint64_t samples_at(const struct samples *s, double part);

uint64_t bench_now_ns(void);

enum bench_unit { UNIT_NS, UNIT_US, UNIT_MS };

/* What a result is compared with; all zero is nothing. */
struct versus {
    const char *ratio_to;       /* the name of the other measurement; NULL: the aim is for p50 itself, in the unit printed */
    const struct samples *base; /* its samples: p50 is compared with p50 */
    double aim;                 /* at most; 0: none */
};

void bench_report(const char *metric, enum bench_unit unit, const struct samples *s, struct versus versus);
/* One number that is no duration; aim 0: none. */
void bench_report_value(const char *metric, const char *unit, double value, double aim);

/* --name=value, a number; the table ends with a NULL name. */
struct bench_option {
    const char *name;
    uint64_t *value;
    const char *help;
};

/* Sets the name printed with each result and reads the command line; on a bad one, and for --help, prints and exits. */
void bench_begin(const char *name, const struct bench_option *options, int argc, char **argv);

/* Prints why and ends this process with 1. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
