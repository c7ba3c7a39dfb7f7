/* SPDX-License-Identifier: MIT */
/* One file per task that is changing something lasting: <state>/journal/<task>.json (design 2). */
#ifndef PRLKVM_ENGINE_JOURNAL_H
#define PRLKVM_ENGINE_JOURNAL_H

#include <prlsdk/PrlErrors.h>

struct vm;

/* The directory is made where it is missing. */
PRL_RESULT journal_open(const char *state_dir);
void journal_close(void);
/* Calls the recover function of every entry found, in the order of their names, and removes it. */
void journal_recover(void);
/*
 * Inside a recover function: it cannot say yet, since a QEMU that hangs has the last word. The entry stays, and is recovered anew before the first
 * operation on its VM without a QEMU, or by the next service.
 */
void journal_keep(void);
void journal_recover_kept(struct vm *vm);

#endif
