#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and runs every test.
#   tests/run.sh [ctest options]          e.g. tests/run.sh -L unit
#   PRLKVM_SANITIZE=address,undefined     build with sanitizers (own build directory)
#   BUILD_DIR=DIR                         where to build (default: build, or build-<sanitizer>)
set -eu
cd "$(dirname "$0")/.."
sh tests/support/install-deps.sh test

sanitize=${PRLKVM_SANITIZE-}
build=${BUILD_DIR:-build${sanitize:+-$(echo "$sanitize" | tr ',' '-')}}
# Without NDEBUG: assertions and lock ranks are checked.
cmake -S . -B "$build" -G Ninja -DPRLKVM_BUILD_TESTS=ON -DCMAKE_C_FLAGS_RELWITHDEBINFO="-O2 -g" ${sanitize:+-DPRLKVM_SANITIZE="$sanitize"} ${PRLKVM_CMAKE_ARGS-} >"$build.configure.log" 2>&1 || {
    cat "$build.configure.log" >&2
    exit 1
}
rm -f "$build.configure.log"
cmake --build "$build"

# tcg unless a test is about kvm: some hosts have a /dev/kvm that cannot run a stock kernel.
PRLKVM_ACCEL=${PRLKVM_ACCEL:-tcg}
export PRLKVM_ACCEL
cd "$build"
exec ctest --output-on-failure --no-tests=error "$@"
