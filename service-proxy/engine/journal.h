/* SPDX-License-Identifier: MIT */
/* One file per task that is changing something lasting: <state>/journal/<task>.json (design 2). */
#ifndef PRLKVM_ENGINE_JOURNAL_H
#define PRLKVM_ENGINE_JOURNAL_H

#include <prlsdk/PrlErrors.h>

/* The directory is made where it is missing. */
PRL_RESULT journal_open(const char *state_dir);
void journal_close(void);
/* Calls the recover function of every entry found, in the order of their names, and removes it. */
void journal_recover(void);

#endif
