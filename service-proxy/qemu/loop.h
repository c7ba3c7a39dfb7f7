/* SPDX-License-Identifier: MIT */
/*
 * One thread that waits on the descriptors of all QEMUs (QMP, pidfds). Its callbacks take memory locks only: they read, queue and
 * wake; nothing in them waits for a file, a process or a guest.
 */
#ifndef PRLKVM_QEMU_LOOP_H
#define PRLKVM_QEMU_LOOP_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

struct loop_source;
typedef void loop_fn(void *ctx, uint32_t events); /* EPOLL* bits */

PRL_RESULT loop_start(void); /* counted: twice started is twice stopped */
void loop_stop(void);

/* fd is borrowed and outlives the source. NULL: no memory or no loop. */
struct loop_source *loop_add(int fd, uint32_t events, loop_fn *fn, void *ctx);
void loop_change(struct loop_source *s, uint32_t events); /* 0: no more calls, also not for a hang-up; final */
/* Behind it fn does not run and will not again; called inside fn itself, it ends with this run. NULL is fine. */
void loop_remove(struct loop_source *s);
bool loop_is_here(void); /* this is its thread */

#endif
