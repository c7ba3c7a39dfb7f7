/* SPDX-License-Identifier: MIT */
/* The test guest (tests/support/guest): its image, and what it says on its serial port, a file. */
#ifndef PRLKVM_BENCH_GUEST_H
#define PRLKVM_BENCH_GUEST_H

#include <stdint.h>

/* Writes the guest onto an existing qcow2 disk; it touches its RAM up to touch_mib when it boots (0: little). */
void guest_install(const char *disk, uint32_t touch_mib);

/* Waits until the guest has reported a number above `above` (-1: any) and returns it. Fails the benchmark when it does not come. */
long guest_wait_count(const char *serial, long above);
/* The last number it reported, -1 for none yet. */
long guest_last_count(const char *serial);

#endif
