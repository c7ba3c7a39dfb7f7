/* SPDX-License-Identifier: MIT */
/* The other side of entry.h's door, for init.c (opens and closes it) and for waits that must end when it closes. */
#ifndef PRLKVM_CORE_ENTRY_GATE_H
#define PRLKVM_CORE_ENTRY_GATE_H

#include <stdbool.h>
#include <stdint.h>

bool entry_is_open(void);
/* Before the library starts its first thread: membarrier(2) registers at once while there is one thread only, else it takes 10 ms. */
void entry_prepare(void);
void entry_open(void);
/* Behind entry_open, on a thread of ours: registers after all where the program had threads before. Calls are a fence dearer until then. */
void entry_register(void);
/* No new call gets in; those inside are told by entry_is_open. */
void entry_close(void);
/* False: the deadline passed with calls still inside. */
bool entry_wait_idle(int64_t deadline);
void entry_shut(void);
/* In the child of a fork: no other thread exists, the library is as before Init. */
void entry_after_fork(void);

#endif
