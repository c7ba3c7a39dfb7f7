/* SPDX-License-Identifier: MIT */
/*
 * Which homes somebody may have changed since they were last looked at. Configuration files are edited from outside without a word, so every list looks
 * at them; homes that inotify watches, and that it has said nothing of, need no look. What it cannot watch is looked at each time.
 *
 *     mark = home_watch_look(vm, home);     from here on changes are noticed ...
 *     ... stat(2), read again if it is another file, tell the sessions ...
 *     home_watch_looked(vm, mark);          ... and if there was none, the home is quiet
 *
 * The kernel queues what happened before the call that made it happen returns, so whoever asks after that finds it.
 */
#ifndef PRLKVM_VM_HOME_WATCH_H
#define PRLKVM_VM_HOME_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct vm;

/* In struct vm; all under the lock of home_watch.c. */
struct home_watch {
    struct vm *prev, *next; /* of those in the store */
    bool is_in_store;
    bool is_quiet;
    bool is_unsettled;  /* the directories above it have to be watched anew */
    uint64_t changed;   /* counts what was noticed */
    int dir_wd, file_wd; /* of the home and its config.pvs; 0 none */
};

/* Before the store is used, after it. Without inotify every home is looked at each time. */
void home_watch_open(void);
void home_watch_close(void);
/* vm enters the store, leaves it. Memory only; home_watch_drop then gives back what watched it. */
void home_watch_enter(struct vm *vm);
void home_watch_leave(struct vm *vm);
void home_watch_drop(struct vm *vm);
/* Takes what was noticed. Is no home of the store to be looked at? Memory only, never blocks. */
bool home_watch_all_quiet(void);
/* The same of one, by what was taken so far. */
bool home_watch_is_quiet(struct vm *vm);
/* Never 0 where the home is watched. Files: never on the I/O thread. */
uint64_t home_watch_look(struct vm *vm, const char *home);
void home_watch_looked(struct vm *vm, uint64_t mark);
/* Tests: so many watches from now on, as if the system gave no more. */
void home_watch_limit(int n);

#endif
