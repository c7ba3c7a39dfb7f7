#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh BUILD_DIR: an installed tree stands on its own: pkg-config and CMake find it, the samples build against it alone, and run.
set -eu
build=$1
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
tmp=$(mktemp -d)
export PRLKVM_HOME="$tmp/home" PRLKVM_IDLE_EXIT=1
unset PRLKVM_DAEMON
clean_up() {
    find "$tmp" -name service.lock -exec flock -w 20 {} true \; 2>/dev/null || true
    rm -rf "$tmp"
}
trap clean_up EXIT

cmake --install "$build" --prefix "$tmp/usr" >/dev/null
libdir=$(dirname "$(find "$tmp/usr" -name 'libprl_sdk.so.9' | head -n 1)")

# The prefix chosen at install time differs from the configured one: pkg-config is told so, as packagers do.
export PKG_CONFIG_PATH="$libdir/pkgconfig"
for name in virtuozzo-sdk parallels-sdk; do
    pkg-config --exists "$name >= 7.0.22"
    flags=$(pkg-config --define-variable=prefix="$tmp/usr" --cflags --libs "$name")
    # shellcheck disable=SC2086 # a list of words
    cc -o "$tmp/login_local" "$samples/login_local.c" $flags
done
LD_LIBRARY_PATH="$libdir" "$tmp/login_local" | grep -q session

cp -r "$samples" "$tmp/samples"
cmake -S "$tmp/samples" -B "$tmp/b" -DCMAKE_PREFIX_PATH="$tmp/usr" >/dev/null
cmake --build "$tmp/b" -j 2 >/dev/null
LD_LIBRARY_PATH="$libdir" "$tmp/b/prlctl" list -a | grep -q UUID
