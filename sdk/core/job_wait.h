/* SPDX-License-Identifier: MIT */
/* Waiting for jobs, for init.c: at Deinit all waits end. */
#ifndef PRLKVM_CORE_JOB_WAIT_H
#define PRLKVM_CORE_JOB_WAIT_H

void job_wait_wake_all(void);
void job_wait_after_fork(void);

#endif
