/* SPDX-License-Identifier: MIT */
/* What /proc says of processes; and base/proc_run.h, which runs helper programs. */
#ifndef PRLKVM_QEMU_PROC_RUN_H
#define PRLKVM_QEMU_PROC_RUN_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/proc_run.h"

/* Start time of a process in clock ticks since boot (/proc/PID/stat field 22), 0: there is none. */
uint64_t proc_start_time(pid_t pid);
/* The boot's id, of the kernel; static text. */
const char *proc_boot_id(void);
/* Was this file's entry last changed (renamed, linked) in this boot? By ctime against the boot's time: false when in doubt. */
bool proc_is_of_this_boot(const char *path);

#endif
