/* SPDX-License-Identifier: MIT */
/*
 * Which connections and domains a program may use. A pointer from a program is looked up here and never looked into before, so that a closed, freed or foreign one
 * is an error and not a crash. What is freed keeps its address for a while: until then nothing else can be mistaken for it.
 */
#include <search.h>
#include <stdlib.h>

#include "virt.h"

#define RETIRED 4096 /* objects kept back, a few hundred bytes each */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* a leaf */
static void *trees[2];          /* under lock, by kind */
static void *retired[RETIRED];  /* under lock: a ring */
static size_t next_retired;     /* under lock */

static int
by_address(const void *a, const void *b)
{
    return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

bool
virt_live_ref(const void *object, enum virt_kind kind)
{
    bool is_live;

    pthread_mutex_lock(&lock);
    is_live = object && tfind(object, &trees[kind], by_address);
    if (is_live) /* refs is the first member of both kinds */
        __atomic_add_fetch((int *)(uintptr_t)object, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock);
    return is_live;
}

bool
virt_live_add(const void *object, enum virt_kind kind)
{
    bool ok;

    pthread_mutex_lock(&lock);
    ok = tsearch(object, &trees[kind], by_address) != NULL;
    pthread_mutex_unlock(&lock);
    return ok;
}

bool
virt_live_drop(const void *object, enum virt_kind kind)
{
    bool was_live;

    pthread_mutex_lock(&lock);
    was_live = object && tfind(object, &trees[kind], by_address);
    if (was_live)
        tdelete(object, &trees[kind], by_address);
    pthread_mutex_unlock(&lock);
    return was_live;
}

void
virt_retire(void *memory)
{
    void *old;

    pthread_mutex_lock(&lock);
    old = retired[next_retired];
    retired[next_retired] = memory;
    next_retired = (next_retired + 1) % RETIRED;
    pthread_mutex_unlock(&lock);
    free(old);
}
