/* SPDX-License-Identifier: MIT */
/* What other handlers need of those for files of the host. */
#ifndef PRLKVM_HANDLERS_FS_H
#define PRLKVM_HANDLERS_FS_H

#include <prlsdk/PrlTypes.h>

struct task;

/* Adds the first free name of the task's prefix ("": tmpfile), delimiter, number and suffix in that directory. */
PRL_RESULT fs_generate_name_in(struct task *t, const char *dir);

#endif
