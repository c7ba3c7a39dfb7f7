#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the benchmarks of a build: one JSON line per result on standard output, the same as a table on standard error.
#   tests/bench/run.sh [name...]          e.g. tests/bench/run.sh life clone; all of them without a name
#   BUILD_DIR=DIR                         the build (default: build)
#   PRLKVM_ACCEL=kvm                      instead of tcg, which runs everywhere
#   TMPDIR=DIR                            measure on this file system
# `cmake --build build --target bench` builds what is missing and calls this.
set -eu
build=${BUILD_DIR:-$(dirname "$0")/../../build}
PRLKVM_ACCEL=${PRLKVM_ACCEL:-tcg}
PRLKVM_BUILD_DIR=$(cd "$build" && pwd)
export PRLKVM_ACCEL PRLKVM_BUILD_DIR

[ $# -gt 0 ] || set -- handle service list config life clone image virt disk
code=0
for name; do
    program=$PRLKVM_BUILD_DIR/bin/bench_$name
    if [ ! -x "$program" ]; then
        echo "$program: not built (cmake --build $build --target bench)" >&2
        code=1
        continue
    fi
    "$program" || code=$?
done
exit $code
