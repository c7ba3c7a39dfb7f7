/* SPDX-License-Identifier: MIT */
/* Monotonic time and deadlines, in milliseconds unless the name says otherwise. */
#ifndef PRLKVM_BASE_CLOCK_H
#define PRLKVM_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_FOREVER INT64_MAX

int64_t clock_now_ms(void); /* CLOCK_MONOTONIC */
int64_t clock_now_us(void);
/* A deadline `after_ms` from now; UINT32_MAX or CLOCK_FOREVER gives CLOCK_FOREVER. */
int64_t clock_deadline(int64_t after_ms);
/* Milliseconds left, 0 when over, INT_MAX for CLOCK_FOREVER: fits poll(2). */
int clock_left_ms(int64_t deadline);
/* UTC as "yyyy-MM-dd hh:mm:ss" (19 bytes and NUL). */
void clock_utc_text(time_t t, char out[20]);
void clock_local_text(time_t t, char out[20]);

#endif
