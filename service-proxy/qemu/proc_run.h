/* SPDX-License-Identifier: MIT */
/* Runs a short helper program (qemu-img, qemu --version) and takes its words: no shell, a deadline, bounded output. */
#ifndef PRLKVM_QEMU_PROC_RUN_H
#define PRLKVM_QEMU_PROC_RUN_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * argv[0] is the absolute path. cancel_fd (-1: none) readable, or the deadline over: the program is killed. stdin is `input` (NULL:
 * empty), ret_out gets stdout (at most 4 MiB, allocated, NUL-ended), the end of stderr goes into the error's details.
 * PRL_ERR_TIMEOUT, PRL_ERR_OPERATION_WAS_CANCELED, PRL_ERR_VM_OPERATION_FAILED (exit status not 0, or it could not run).
 */
PRL_RESULT proc_run(const char *const *argv, const char *input, int64_t deadline, int cancel_fd, char **ret_out);

/* Start time of a process in clock ticks since boot (/proc/PID/stat field 22), 0: there is none. */
uint64_t proc_start_time(pid_t pid);
/* The boot's id, of the kernel; static text. */
const char *proc_boot_id(void);
/* Was this file's entry last changed (renamed, linked) in this boot? By ctime against the boot's time: false when in doubt. */
bool proc_is_of_this_boot(const char *path);

#endif
