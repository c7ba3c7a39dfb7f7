/* SPDX-License-Identifier: MIT */
/*
 * The registry on disk: vms.json has all entries as they were at some time, vms.log one line for each that came or went since. So what registers one VM
 * among thousands writes one line. Each vms.json has a number and a log is of one number: a log left behind by the next vms.json is told from its own.
 *
 *     {"log":7}
 *     {"set":{an entry}}
 *     {"gone":"{uuid}"}
 *
 * A line counts when it is whole. Used by one thread at a time (durable.h).
 */
#ifndef PRLKVM_VM_REGISTRY_FILE_H
#define PRLKVM_VM_REGISTRY_FILE_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/str.h"

/* *ret an array, empty when there is no file. */
PRL_RESULT registry_file_read(const char *state_dir, json_t **ret);
/* All of it anew. */
PRL_RESULT registry_file_write(const char *state_dir, json_t *entries);
/* Lines made by the functions below. Fails also where only registry_file_write will do. */
PRL_RESULT registry_file_append(const char *state_dir, const char *lines, size_t len);
/* The next change is to be written by registry_file_write: an append has failed, or the log is long. */
bool registry_file_is_due(void);
/* Something stands in the log. */
bool registry_file_has_log(void);

/* entry is taken. False: no memory. */
bool registry_line_set(struct str *lines, json_t *entry);
bool registry_line_gone(struct str *lines, const char *uuid);

#endif
