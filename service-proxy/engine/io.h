/* SPDX-License-Identifier: MIT */
/* One epoll loop on one thread: descriptors with a function each, a wake-up from other threads, a time to look again. */
#ifndef PRLKVM_ENGINE_IO_H
#define PRLKVM_ENGINE_IO_H

#include <stdbool.h>
#include <stdint.h>

struct io_watch {
    void (*ready)(struct io_watch *w, uint32_t events); /* EPOLL* */
};

/* 0 or -errno. */
int io_open(void);
void io_close(void);
int io_add(int fd, uint32_t events, struct io_watch *w);
int io_change(int fd, uint32_t events, struct io_watch *w);
void io_remove(int fd);
/* Waits until something is ready, woken, or the deadline (clock.h) has passed, and calls the functions. */
void io_turn(int64_t deadline);
void io_wake(void); /* any thread */
/* The loop's thread: what has come is another thread's work now, which may need this core. */
void io_rest(void);

#endif
