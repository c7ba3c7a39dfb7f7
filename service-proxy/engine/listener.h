/* SPDX-License-Identifier: MIT */
/*
 * The lock that makes this process the one service of its state directory, and the socket where clients come in. I/O thread, but
 * for taking the lock, which comes before it.
 */
#ifndef PRLKVM_ENGINE_LISTENER_H
#define PRLKVM_ENGINE_LISTENER_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

struct places;

enum listener_lock { LISTENER_LOCKED, LISTENER_OTHER_IS_READY, LISTENER_FAILED };
/* For life. Where another one holds it: waits until that one listens, or is gone and the lock is ours; FAILED (err_set) on time. */
enum listener_lock listener_lock(const struct places *p, int64_t deadline);

/* Binds and watches; places must live on. */
PRL_RESULT listener_open(const struct places *p);
/* Nobody comes in any more. False: somebody had come meanwhile (he is a client now, and the socket is back). */
bool listener_leave(void);
void listener_close(void);
/* When it wants to look at its socket file again (clock.h), and that look. False: the state directory is not ours any more. */
int64_t listener_deadline(void);
bool listener_look(void);

#endif
