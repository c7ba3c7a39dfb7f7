/* SPDX-License-Identifier: MIT */
/* The daemon of shared folders on this host. */
#ifndef PRLKVM_QEMU_QEMU_SHARE_H
#define PRLKVM_QEMU_QEMU_SHARE_H

#include <stdbool.h>

struct share_daemon {
    bool is_usable, is_old, has_read_only;
};
/* virtiofsd's path, allocated, and what it can; NULL: none here. */
char *qemu_share_program(struct share_daemon *ret);

#endif
