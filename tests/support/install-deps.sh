#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the packages that are missing (Debian and its kin). What is there already is left alone, so that a user without root who
# has everything needs no password. "install-deps.sh test" adds what only the tests need.
set -eu

need_build="gcc libc6-dev make cmake ninja-build pkg-config libxml2-dev libjansson-dev uuid-dev libxxhash-dev libnbd-dev nbdkit nbdkit-plugin-dev nettle-dev qemu-system-x86 qemu-utils seabios"
need_test="g++ libcmocka-dev libffi-dev python3 ovmf swtpm openssl grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools libvirt-dev libvirt-clients libvirt-daemon libvirt-daemon-driver-qemu libnss-wrapper libxml2-utils"

missing=
for package in $need_build $([ "${1-}" = test ] && echo "$need_test"); do
    # A tool that came another way is as good as its package.
    case $package in
    gcc | g++ | make | cmake | python3 | pkg-config) command -v "$package" >/dev/null 2>&1 && continue ;;
    ninja-build) command -v ninja >/dev/null 2>&1 && continue ;;
    qemu-system-x86) command -v qemu-system-x86_64 >/dev/null 2>&1 && continue ;;
    qemu-utils) command -v qemu-img >/dev/null 2>&1 && continue ;;
    esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

echo "Installing:$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; then
    echo "Please install these packages as root first:$missing" >&2
    exit 1
fi
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
