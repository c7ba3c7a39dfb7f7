/* SPDX-License-Identifier: MIT */
/* The calls that the benchmarks share, over the public interface. What fails ends the benchmark and says why. */
#ifndef PRLKVM_BENCH_SDK_H
#define PRLKVM_BENCH_SDK_H

#include "bench.h"

#include <prlsdk/Virtuozzo.h>

void sdk_must(PRL_RESULT r, const char *what);
/* Waits for job and frees it; ret_result, if not NULL, gets its PHT_RESULT. */
void sdk_wait(PRL_HANDLE job, const char *what, PRL_HANDLE *ret_result);
/* The same, and its only parameter. */
PRL_HANDLE sdk_wait_param(PRL_HANDLE job, const char *what);

/* PrlApi_InitEx and a server object. */
PRL_HANDLE sdk_init(void);
/* Starts the service when there is none. */
void sdk_login_on(PRL_HANDLE server);
/* Both. */
PRL_HANDLE sdk_login(void);
void sdk_logoff(PRL_HANDLE server);

/* A machine with one hard disk and a serial port into a file, unregistered; with disk_mib 0 without any device. */
PRL_HANDLE sdk_new_vm(PRL_HANDLE server, const char *name, PRL_UINT32 ram_mib, PRL_UINT32 disk_mib);
/* "<home of vm>/name" in a buffer of the caller. */
void sdk_vm_file(PRL_HANDLE vm, const char *name, char *path, size_t size);
/* Path of its first hard disk's image, absolute. */
void sdk_vm_disk(PRL_HANDLE vm, char *path, size_t size);

#endif
