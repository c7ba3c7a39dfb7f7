#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and shows the main job on a real virtual machine. Everything it makes at run time lives in one
# temporary directory and is gone at the end.
set -eu
cd "$(dirname "$0")/.."
sh tests/support/install-deps.sh

build=${BUILD_DIR:-build}
echo "Building into $build ..."
cmake -S . -B "$build" -G Ninja -DPRLKVM_BUILD_TESTS=OFF >/dev/null
cmake --build "$build" >"$build/build.log" || {
    cat "$build/build.log" >&2
    exit 1
}

PRLKVM_HOME=$(mktemp -d)
export PRLKVM_HOME
export PRLKVM_IDLE_EXIT=1
# The service ends by itself a second after its last client; its directory can go only then.
clean_up() {
    flock -w 20 "$PRLKVM_HOME" true 2>/dev/null || true
    for lock in "$PRLKVM_HOME"/service.lock "$PRLKVM_HOME"/*/service.lock; do
        [ ! -e "$lock" ] || flock -w 20 "$lock" true || true
    done
    rm -rf "$PRLKVM_HOME"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

"$build"/bin/prlkvmd --check | sed 's/^/  /'
echo
"$build"/bin/quickstart "$build"/guest/guest.img
