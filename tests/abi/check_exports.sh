#!/bin/sh
# SPDX-License-Identifier: MIT
# The library exports the functions of exports.list and nothing else.
#
#     check_exports.sh LIBRARY [LIST]
set -eu

lib=${1:?library}
list=${2:-$(dirname "$0")/exports.list}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

: "${NM:=nm}"
# "name@@VERSION" would show a versioned symbol; it is left as it is, and so reported.
$NM -D --defined-only --format=posix "$lib" | awk '$2 != "A" { print $1 }' | LC_ALL=C sort >"$tmp/have"
LC_ALL=C sort "$list" >"$tmp/want"

missing=$(LC_ALL=C comm -13 "$tmp/have" "$tmp/want")
extra=$(LC_ALL=C comm -23 "$tmp/have" "$tmp/want")
[ -z "$missing" ] || { echo "not exported:"; echo "$missing" | sed 's/^/    /'; }
[ -z "$extra" ] || { echo "exported, but not of the API:"; echo "$extra" | sed 's/^/    /'; }
echo "$(wc -l <"$tmp/have") exported, $(wc -l <"$tmp/want") wanted"
[ -z "$missing$extra" ]
