/* SPDX-License-Identifier: MIT */
/*
 * A backend that runs machines in memory: states change at once, unless the test holds an operation. A held one waits until it is
 * let go, its task is cancelled (where QEMU could be stopped in the middle of it), or the machine is stopped by force.
 */
#ifndef PRLKVM_TESTS_SDK_BACKEND_H
#define PRLKVM_TESTS_SDK_BACKEND_H

#include <stdbool.h>

#include "qemu/backend.h"

enum sdk_backend_op { SDK_START, SDK_STOP, SDK_RESET, SDK_PAUSE, SDK_CONT, SDK_SUSPEND, SDK_DROP, SDK_OPS };

extern const struct backend sdk_backend;

void sdk_backend_up(void);   /* nothing is held */
void sdk_backend_down(void);
void sdk_backend_hold(enum sdk_backend_op op);
void sdk_backend_let_go(enum sdk_backend_op op);
/* Waits until n operations of that kind have come to where they are held, since sdk_backend_up. False: not in time. */
bool sdk_backend_wait_held(enum sdk_backend_op op, int n);

#endif
