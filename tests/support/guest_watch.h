/* SPDX-License-Identifier: MIT */
/* Follows what the test guest (guest/guest.S) writes to a serial port that is a file: woken by inotify, never by sleeping. */
#ifndef PRLKVM_TESTS_GUEST_WATCH_H
#define PRLKVM_TESTS_GUEST_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct guest_report {
    uint32_t r, d;
};

struct guest_watch {
    FILE *file;
    int inotify_fd;
    char line[256];
    size_t len;
    struct guest_report last;
};

/* The file is made if it is not there. False with errno. */
bool guest_watch_open(struct guest_watch *w, const char *path);
void guest_watch_close(struct guest_watch *w);
/* The next line, without its end; NULL: none by the deadline. */
const char *guest_watch_line(struct guest_watch *w, int64_t deadline);
/* The next "R=.. D=.." report; other lines are passed over, "BAD .." ends it with false and is printed. */
bool guest_watch_report(struct guest_watch *w, struct guest_report *ret, int64_t deadline);
/* Reads what is there without waiting; the last report that was ever read. */
struct guest_report guest_watch_last(struct guest_watch *w);

#endif
