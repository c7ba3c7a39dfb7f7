/* SPDX-License-Identifier: MIT */
/* Monotonic time, deadlines and the two time texts. */
#include "clock.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

int64_t
clock_now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

int64_t
clock_deadline(int64_t after_ms)
{
    int64_t now;

    if (after_ms == UINT32_MAX || after_ms == CLOCK_FOREVER)
        return CLOCK_FOREVER;
    now = clock_now_ms();
    if (after_ms <= 0)
        return now;
    now++; /* the part of a millisecond that clock_now_ms drops: a wait never ends early */
    return after_ms > CLOCK_FOREVER - now ? CLOCK_FOREVER : now + after_ms;
}

int
clock_left_ms(int64_t deadline)
{
    int64_t now;

    if (deadline == CLOCK_FOREVER)
        return INT_MAX;
    now = clock_now_ms();
    if (deadline <= now)
        return 0;
    /* A deadline far below zero or far ahead must not wrap. */
    return deadline - now > INT_MAX ? INT_MAX : (int)(deadline - now);
}

/* Years outside of four digits have no text in this format. */
static void
text_of(const struct tm *tm, char out[20])
{
    char text[20];

    if (!tm || tm->tm_year < -1900 || tm->tm_year > 8099
        || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", tm) != 19)
        memcpy(text, "1970-01-01 00:00:00", sizeof text);
    memcpy(out, text, sizeof text);
}

void
clock_utc_text(time_t t, char out[20])
{
    struct tm tm;

    text_of(gmtime_r(&t, &tm), out);
}

void
clock_local_text(time_t t, char out[20])
{
    struct tm tm;

    text_of(localtime_r(&t, &tm), out);
}
