/* SPDX-License-Identifier: MIT */
/*
 * Homes below <state>/vms come and go without a journal entry, since these directories are this service's alone and the registry says what shall be there:
 *
 *     a new one     made whole as .<uuid>.new-<task> - synced - its line in the registry - renamed
 *     one that goes renamed to <state>/trash/<uuid>.<task> - synced - out of the registry - removed, behind the reply
 *
 * Cut anywhere, the next start of the service renames what the registry has and removes what it has not. Homes elsewhere, and operations that make or remove
 * more than a home, have an entry in the journal instead, and their recover function.
 */
#ifndef PRLKVM_VM_HOME_SWEEP_H
#define PRLKVM_VM_HOME_SWEEP_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

/* Is it the place of this VM below <state>/vms? */
bool home_is_swept(const char *home, const char *uuid);
/* The whole directory to its name, which must be free. Not synced: whichever name a power cut leaves, the sweep knows it. */
PRL_RESULT home_put(const char *temp, const char *home);
/* Where it goes; allocated, NULL: no memory. */
char *home_trash(const char *uuid, const char *task_uuid);
/* To the trash, durably; and back. */
PRL_RESULT home_discard(const char *home, const char *trash);
void home_restore(const char *trash, const char *home);
/* Nothing in it makes its removal fail or is another VM's: plain files and directories of ours. */
bool home_is_plain(const char *home);

/* At the start, with the registry's entries and before its homes are looked at. */
void home_sweep(const char *state_dir, json_t *entries);

#endif
