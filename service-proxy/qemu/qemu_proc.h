/* SPDX-License-Identifier: MIT */
/* A QEMU process: spawned with exactly the descriptors it shall have, watched and killed by pidfd, its words kept in qemu.log. */
#ifndef PRLKVM_QEMU_QEMU_PROC_H
#define PRLKVM_QEMU_QEMU_PROC_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc_spawn.h"

#define QEMU_LOG_FILE "qemu.log"

struct qemu_spawn {
    char *const *argv;
    const char *home; /* qemu.log is there */
    int qmp_fd, ram_fd, reattach_fd, lock_fd; /* end up at QEMU_FD_*; borrowed; ram_fd and lock_fd may be -1 */
    const struct spawn_fd *more; /* further ones, with their numbers */
    size_t n_more;
};
PRL_RESULT qemu_proc_spawn(const struct qemu_spawn *s, pid_t *ret_pid, int *ret_pidfd);

/* A unix socket bound at path (what stood there is replaced), not listening yet: QEMU does that. */
PRL_RESULT qemu_proc_bind(const char *path, int *ret_fd);
/* Connects to it; *ret_pid is the listener's process. PRL_ERR_VM_PROCESS_IS_NOT_STARTED: nobody listens. */
PRL_RESULT qemu_proc_connect(const char *path, int *ret_fd, pid_t *ret_pid);

/* A process of a run record: -1 when it is gone or its number is another's now. */
int qemu_proc_open(pid_t pid, uint64_t start_time);
void qemu_proc_kill(int pidfd);
/* Waits for the end. False: the deadline is over. */
bool qemu_proc_wait(int pidfd, int64_t deadline);
/* Behind the end of a child of ours: its exit in words ("exit 1", "signal 9"), allocated; NULL when it was no child. */
char *qemu_proc_reap(int pidfd);

/* A descriptor of that process opened anew through /proc. PRL_ERR_VM_PROCESS_IS_NOT_STARTED. */
PRL_RESULT qemu_proc_open_fd(pid_t pid, int number, int *ret_fd);

/* qemu.log of that home, to be appended to; a mark of a new start is in it. */
PRL_RESULT qemu_log_open(const char *home, int *ret_fd);
/* The last line QEMU wrote since it was started, escaped, allocated; "" for none. */
char *qemu_log_last_words(const char *home);
/* Keeps the log bounded; called now and then while QEMU runs. */
void qemu_log_trim(const char *home);

#endif
