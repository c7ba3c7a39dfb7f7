/* SPDX-License-Identifier: MIT */
/*
 * PHT_VIRTUAL_DISK, PHT_VIRTUAL_DISK_MAP, PHT_VIRTUAL_DISK_OPEN_POLICY. They need no service, and no PrlApi_Init. Any number of threads may read and
 * write one disk; a change of its state or its making wants it alone: whoever comes meanwhile gets PRL_ERR_DISK_OPERATION_IN_PROGRESS.
 */
#ifndef PRLKVM_CORE_DISK_OBJ_H
#define PRLKVM_CORE_DISK_OBJ_H

#include <prlsdk/PrlDisk.h>
#include <stdbool.h>

#include "image/disk.h"
#include "object.h"

struct disk_obj;

/* Takes disk (may be NULL: work will make one). NULL: no memory, and the reference to disk is gone. */
struct disk_obj *disk_obj_new(struct disk *disk);
/* The disk, for one call: nothing changes it before disk_obj_end. PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_OPERATION_IN_PROGRESS. */
PRL_RESULT disk_obj_begin(struct disk_obj *o, struct disk **ret);
void disk_obj_end(struct disk_obj *o);

/*
 * Work that wants the disk alone. run gets the disk as it is and yields it as it shall be, itself or another, or NULL; *io_disk is owned. tell is the
 * program's callback: progress in 1/1000, PRL_DISK_PROGRESS_COMPLETED at the very end, after which nothing is called any more; false: cancel.
 */
struct disk_work {
    PRL_RESULT (*run)(void *arg, struct disk **io_disk, const struct image_watch *watch);
    bool (*tell)(void *arg, int progress); /* NULL: the caller waits, on its own thread */
    void (*free)(void *arg);
    void *arg;
};
/* work->arg is taken in every case. Without `tell` the result is that of the work, else that of its start. */
PRL_RESULT disk_obj_work(struct disk_obj *o, const struct disk_work *work);
/* Waits for the end of the work that was started last and yields its result. On the callback's own thread: PRL_ERR_DISK_OPERATION_IN_PROGRESS before the end. */
PRL_RESULT disk_obj_wait(struct disk_obj *o);
/* Is this thread inside a callback of such work? */
bool disk_obj_is_callback_thread(void);

struct object *disk_map_obj_new(struct disk_map *map); /* takes map; NULL: no memory */
const struct disk_map *disk_map_of(struct object *obj);
struct object *disk_policy_obj_new(PRL_UINT64 offset_bytes);
PRL_UINT64 disk_policy_offset(struct object *obj);

#endif
