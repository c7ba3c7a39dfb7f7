/* SPDX-License-Identifier: MIT */
/* Runs a short helper program (qemu-img, qemu --version) and takes its words: no shell, a deadline, bounded output. */
#ifndef PRLKVM_BASE_PROC_RUN_H
#define PRLKVM_BASE_PROC_RUN_H

#include <prlsdk/PrlErrors.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * argv[0] is the absolute path. cancel_fd (-1: none) readable, or the deadline over: the program is killed. stdin is `input` (NULL:
 * empty), ret_out gets stdout (at most 4 MiB, allocated, NUL-ended), the end of stderr goes into the error's details.
 * PRL_ERR_TIMEOUT, PRL_ERR_OPERATION_WAS_CANCELED, PRL_ERR_VM_OPERATION_FAILED (exit status not 0, or it could not run).
 */
PRL_RESULT proc_run(const char *const *argv, const char *input, int64_t deadline, int cancel_fd, char **ret_out);
/* For those who talk to it otherwise: argv[0] as above, in a session of its own, with these three files alone. 0 or an errno value. */
int proc_spawn(const char *const *argv, int in, int out, int err, pid_t *ret_pid);
/* The absolute path of a program, allocated: what the environment variable says, else PATH and the usual places. PRL_ERR_FILE_NOT_FOUND. */
PRL_RESULT proc_find(const char *name, const char *variable, char **ret_path);

#endif
