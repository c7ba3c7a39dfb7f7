/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "gate.h"

void
gate_init(struct gate *g)
{
    lock_init(&g->lock, 0);
    cond_init(&g->changed);
    g->value = 0;
}

void
gate_free(struct gate *g)
{
    cond_destroy(&g->changed);
    lock_destroy(&g->lock);
}

void
gate_add(struct gate *g, int n)
{
    LOCK_SCOPE(&g->lock);
    g->value += n;
    cond_broadcast(&g->changed);
}

void
gate_wait(struct gate *g, int at_least)
{
    int64_t deadline = clock_deadline(SOON_MS);
    bool in_time = true;

    lock_take(&g->lock);
    while (g->value < at_least && in_time)
        in_time = cond_wait_until(&g->changed, &g->lock, deadline);
    in_time = g->value >= at_least;
    lock_drop(&g->lock);
    assert_true(in_time);
}

int
gate_value(struct gate *g)
{
    LOCK_SCOPE(&g->lock);
    return g->value;
}
