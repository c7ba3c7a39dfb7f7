/* SPDX-License-Identifier: MIT */
/* Reference counts. The last one out destroys, on whatever thread that is, without a lock. */
#include "object.h"

#include <assert.h>

void
object_init(struct object *obj, const struct object_class *cls)
{
    obj->cls = cls;
    atomic_init(&obj->refs, 1);
    atomic_init(&obj->handle, 0);
}

void
object_ref(struct object *obj)
{
    unsigned before = atomic_fetch_add_explicit(&obj->refs, 1, memory_order_relaxed);

    assert(before > 0);
    (void)before;
}

bool
object_try_ref(struct object *obj)
{
    unsigned refs = atomic_load_explicit(&obj->refs, memory_order_relaxed);

    while (refs)
        if (atomic_compare_exchange_weak_explicit(&obj->refs, &refs, refs + 1, memory_order_acquire,
                                                  memory_order_relaxed))
            return true;
    return false;
}

void
object_unref(struct object *obj)
{
    if (!obj)
        return;
    if (atomic_fetch_sub_explicit(&obj->refs, 1, memory_order_acq_rel) == 1)
        obj->cls->destroy(obj);
}
