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

# The prefix chosen at install time differs from the configured one: the files say where they are.
export PKG_CONFIG_PATH="$libdir/pkgconfig"
[ -d "$(pkg-config --variable=libdir libvirt-classic)" ]
for name in virtuozzo-sdk parallels-sdk; do
    pkg-config --exists "$name >= 7.0.22"
    flags=$(pkg-config --cflags --libs "$name")
    for flag in $flags; do
        case $flag in
        -[IL]"$tmp"/usr/*) [ -d "${flag#-?}" ] ;;
        -[IL]*) echo "$name.pc leads elsewhere: $flag" >&2; exit 1 ;;
        esac
    done
    # shellcheck disable=SC2086 # a list of words
    cc -o "$tmp/login_local" "$samples/login_local.c" $flags
done
LD_LIBRARY_PATH="$libdir" "$tmp/login_local" | grep -q session

cp -r "$samples" "$tmp/samples"
cmake -S "$tmp/samples" -B "$tmp/b" -DCMAKE_PREFIX_PATH="$tmp/usr" >/dev/null
cmake --build "$tmp/b" -j 2 >/dev/null
LD_LIBRARY_PATH="$libdir" "$tmp/b/prlctl" list -a | grep -q UUID

# A makefile of the field: SdkWrap compiled in from share/, the directory of the headers on the path and not the one above it.
c++ -std=c++98 -DDYN_API_WRAP -I"$tmp/usr/include/prlsdk" -I"$tmp/usr/share/prlsdk/helpers/SdkWrap" -o "$tmp/wrapped" -x c++ - \
    "$tmp/usr/share/prlsdk/helpers/SdkWrap/SdkWrap.cpp" -ldl <<'SOURCE'
#include "SdkWrap.h"
#include "SdkHandleWrap.h"
int
main()
{
    if (PRL_FAILED(SdkWrap_Load(SDK_LIB_NAME)) || PRL_FAILED(PrlApi_InitEx(PARALLELS_API_VER, PAM_SERVER, 0, 0)))
        return 1;
    {
        SdkHandleWrap server;
        if (PRL_FAILED(PrlSrv_Create(server.GetHandlePtr())) || !server.valid() || server.GetHandleType() != PHT_SERVER)
            return 1;
    }
    return PRL_FAILED(PrlApi_Deinit()) || PRL_FAILED(SdkWrap_Unload());
}
SOURCE
LD_LIBRARY_PATH="$libdir" "$tmp/wrapped"
