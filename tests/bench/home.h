/* SPDX-License-Identifier: MIT */
/*
 * A private place to measure in: a fresh PRLKVM_HOME and every process that was started from it. The benchmark itself runs in a child
 * of a small supervisor, which adopts the service and the QEMUs when their parents are gone (PR_SET_CHILD_SUBREAPER). So whichever way
 * the benchmark ends, the supervisor knows all of them by pid, ends them, and removes the directory.
 */
#ifndef PRLKVM_BENCH_HOME_H
#define PRLKVM_BENCH_HOME_H

#include <stdint.h>
#include <sys/types.h>

extern char home_dir[];         /* PRLKVM_HOME, absolute */
extern char home_bin_dir[];     /* where this program and prlkvmd are */
extern char home_guest_image[]; /* the test guest, raw */
extern char home_qemu[];        /* the QEMU that the service will find */
extern char **home_plain_env;   /* the environment without what steers the service: for QEMUs and tools of our own */

/* Option of every benchmark: after so long it is ended. */
extern uint64_t home_time_limit_s;
#define HOME_OPTION { "time_limit_s", &home_time_limit_s, "end the run after so long" }

/* Runs body in its own home; the exit code for main. 77, with the reason printed, when QEMU is not there. */
int home_run(void (*body)(void));

/* "<home_dir>/<name>" in one of a few static buffers. */
const char *home_path(const char *name);

/* The service under this home, or 0. */
pid_t home_service(void);
/* A line of /proc/PID/status in KiB, e.g. "VmRSS"; 0 when it cannot be read. */
uint64_t home_status_kib(pid_t pid, const char *name);

/* How the service's fsync behaves from now on, where fsync_shim.so could be loaded into it: false otherwise. */
enum home_fsync { HOME_FSYNC_REAL, HOME_FSYNC_SKIP };
int home_set_fsync(enum home_fsync mode);
/* Sum of the time that the service has spent in fsync and the like. */
uint64_t home_fsync_ns(void);

/* Waits until what was written and removed before is done, so that it does not happen while the next thing is measured. */
void home_settle(void);

/* Runs a program to its end; 0 when it could and succeeded. */
int home_run_program(char *const argv[]);

#endif
