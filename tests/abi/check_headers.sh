#!/bin/sh
# SPDX-License-Identifier: MIT
# Every public header compiles alone, in C99, C17 and C++17, plain and with DYN_API_WRAP.
#
#     check_headers.sh INCLUDE_DIR SDKWRAP_DIR
#
# CC and CXX choose the compilers. Syntax only, one compiler run per language and mode
# and header; they run two at a time.
set -u

inc=${1:?include directory}
wrap=${2:-}
: "${CC:=cc}" "${CXX:=c++}"
export CC CXX inc wrap

headers=$(cd "$inc/prlsdk" && ls ./*.h | sed 's|^\./|prlsdk/|')
for h in "${wrap:+$wrap/SdkWrap.h}" "${wrap:+$wrap/SdkHandleWrap.h}"; do
    [ -n "$h" ] && headers="$headers $h"
done

one='
    h=$1
    warn="-Wall -Wextra -Wpedantic -Werror -fsyntax-only"
    case $h in
    *.h) ;;
    esac
    case $h in
    /*) line="#include \"$h\"" ;;
    *) line="#include <$h>" ;;
    esac
    status=0
    for mode in "" -DDYN_API_WRAP; do
        for std in c99 c17; do
            case $h in *SdkHandleWrap.h) continue ;; esac
            printf "%s\n%s\nint used;\n" "$line" "$line" |
                $CC -std=$std $warn $mode -I "$inc" -I "$inc/prlsdk" -x c - ||
                { echo "FAILED: $h -std=$std $mode"; status=1; }
        done
        printf "%s\n%s\nint used;\n" "$line" "$line" |
            $CXX -std=c++17 $warn $mode -I "$inc" -I "$inc/prlsdk" -x c++ - ||
            { echo "FAILED: $h -std=c++17 $mode"; status=1; }
    done
    exit $status
'
# shellcheck disable=SC2086
printf '%s\n' $headers | xargs -n 1 -P 2 sh -c "$one" sh || exit 1
