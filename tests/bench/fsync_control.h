/* SPDX-License-Identifier: MIT */
/* The shared file between a benchmark and fsync_shim.c in the service. */
#ifndef PRLKVM_BENCH_FSYNC_CONTROL_H
#define PRLKVM_BENCH_FSYNC_CONTROL_H

#include <stdatomic.h>
#include <stdint.h>

#define FSYNC_CONTROL_ENV "PRLKVM_BENCH_FSYNC"

struct fsync_control {
    _Atomic uint32_t skip;   /* written by the benchmark: fsync does nothing */
    _Atomic uint32_t loaded; /* written by the shim */
    _Atomic uint64_t calls;
    _Atomic uint64_t ns; /* summed over threads */
};

#endif
