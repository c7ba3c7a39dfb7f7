/* SPDX-License-Identifier: MIT */
/*
 * Group commit of a small file that mirrors something in memory: whoever needs a write first makes it for all who wait, without
 * the lock held meanwhile. Sixteen clones at once cost two writes.
 */
#ifndef PRLKVM_VM_DURABLE_H
#define PRLKVM_VM_DURABLE_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"

struct durable {
    uint64_t changed, written; /* numbers of changes; under the owner's lock */
    bool is_writing;
    struct cond written_cond;
    json_t *(*snapshot_locked)(void);        /* what the file shall hold now; NULL: no memory */
    PRL_RESULT (*write)(json_t *snapshot);   /* durably; without the lock */
};

void durable_init(struct durable *d, json_t *(*snapshot_locked)(void), PRL_RESULT (*write)(json_t *snapshot));
/* Called with the lock, which is dropped while the file is written: on SUCCESS the change just made is in the file. */
PRL_RESULT durable_sync_locked(struct durable *d, struct lock *lock);

/* What path_write_durable leaves when its process dies: `name`.new. Only while nobody can be writing it: at the start. */
void durable_drop_half_written(const char *dir, const char *name);
/* JSON files of the state directory, read once at the start. A missing one gives NULL and SUCCESS. */
PRL_RESULT durable_read_json(const char *dir, const char *name, size_t max_bytes, json_t **ret);
PRL_RESULT durable_write_json(const char *dir, const char *name, json_t *value);

#endif
