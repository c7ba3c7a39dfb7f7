/* SPDX-License-Identifier: MIT */
/* A process of a session of its own that gets exactly the descriptors it shall have, under fixed numbers. */
#ifndef PRLKVM_QEMU_PROC_SPAWN_H
#define PRLKVM_QEMU_PROC_SPAWN_H

#include <prlsdk/PrlErrors.h>
#include <stddef.h>
#include <sys/types.h>

struct spawn_fd {
    int fd, number; /* fd -1: /dev/null is put there, so that the number is nobody's */
};
/*
 * Every other descriptor is closed in it (0 is /dev/null unless named); signals are as at the start of a program. *ret_pidfd is the
 * caller's, who reaps it (qemu_proc_reap). PRL_ERR_VM_START_FAILED.
 */
PRL_RESULT proc_spawn_fds(char *const *argv, const struct spawn_fd *fds, size_t n, pid_t *ret_pid, int *ret_pidfd);

#endif
