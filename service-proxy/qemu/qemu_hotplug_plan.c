/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_plan.h"

#include "base/err.h"
#include "qemu_hotplug_planning.h"

void
hot_plan_clear(struct hot_plan *plan)
{
    for (size_t i = 0; i < plan->steps.len; i++) {
        json_decref(plan->steps.p[i].args);
        json_decref(plan->steps.p[i].undo_args);
    }
    vec_free(&plan->steps);
    hot_rows_clear(&plan->after);
}

/* Steals both. */
void
plan_step(struct planning *p, const char *command, json_t *args, const char *undo, json_t *undo_args, PRL_RESULT refused)
{
    struct hot_step step = { command, undo, args, undo_args, refused };

    if (args && (!undo || undo_args) && vec_push(&p->plan->steps, step))
        return;
    json_decref(args);
    json_decref(undo_args);
    p->has_failed = true;
}

void
plan_row(struct planning *p, const struct hot_row *row)
{
    p->has_failed = p->has_failed || !hot_rows_put(&p->plan->after, row);
}

PRL_RESULT
plan_refuse(const char *key, const char *why)
{
    return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "%s: %s", key, why);
}

PRL_RESULT
hot_plan_make(const struct hot_rows *running, const struct hot_rows *stored, const struct hot_rows *next, struct hot_plan *ret)
{
    struct hot_plan plan = { .needs_restart = false };
    struct planning p = { running, stored, next, &plan, false };
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (size_t i = 0; i < running->len; i++)
        plan_row(&p, &running->p[i]);
    rc = plan_machine(&p);
    if (PRL_SUCCEEDED(rc)) {
        plan_objects(&p);
        plan_netdevs(&p);
        rc = plan_devices(&p);
    }
    if (PRL_SUCCEEDED(rc)) {
        plan_shares(&p);
        rc = plan_removals(&p);
    }
    if (PRL_SUCCEEDED(rc))
        plan_settings(&p);
    if (PRL_SUCCEEDED(rc) && p.has_failed)
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "plan of a change");
    if (PRL_FAILED(rc))
        hot_plan_clear(&plan);
    else
        *ret = plan;
    return rc;
}
