/* SPDX-License-Identifier: MIT */
/*
 * The library as a whole: counted PrlApi_Init/Deinit (semantics 1.3), what was given to the first one, the worker pool for
 * calls that block (connecting), and the server objects that Deinit has to close. Called by api_init.c, srv_obj.c, login.c.
 */
#ifndef PRLKVM_CORE_INIT_H
#define PRLKVM_CORE_INIT_H

#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/pool.h"

PRL_RESULT init_begin(PRL_UINT32 version, PRL_APPLICATION_MODE mode);
PRL_RESULT init_end(void);
PRL_UINT32 init_version(void);     /* the word given to Init */
PRL_UINT32 init_api_version(void); /* without its sequence bits */
PRL_APPLICATION_MODE init_mode(void);
/* True once; false: Deinit came first, the job is the caller's again. */
bool init_pool_add(struct pool_job *job);

/* Server objects that are not ready for destruction by themselves: closed by Deinit. `item` is inside the caller's object. */
struct init_item {
    struct init_item *next, **prev;
    void (*close)(struct init_item *item); /* connections down; no lock held; the item is kept alive by `keep` */
    bool (*keep)(struct init_item *item);  /* under the list's lock: take a reference, false when it is ending */
    void (*drop)(struct init_item *item);
};
void init_item_add(struct init_item *item);
void init_item_remove(struct init_item *item);

#endif
