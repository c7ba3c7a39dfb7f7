/* SPDX-License-Identifier: MIT */
/* A plan's steps for settings that are QMP commands: links and limits. */
#include <stdio.h>
#include <string.h>

#include "qemu_hotplug_planning.h"

/* The same command that means "as if there were none". */
static json_t *
neutral(const struct hot_row *row)
{
    if (strncmp(row->key, "@set_link ", 10) == 0)
        return json_pack("{s:s, s:b}", "name", hot_row_id(row), "up", 1);
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i}", "id", hot_row_id(row), "bps", 0, "bps_rd", 0, "bps_wr", 0, "iops", 0,
                     "iops_rd", 0, "iops_wr", 0);
}

static const char *
setting_command(const struct hot_row *row)
{
    return strncmp(row->key, "@set_link ", 10) == 0 ? "set_link" : "block_set_io_throttle";
}

bool
hot_plan_setting(struct hot_plan *plan, const struct hot_row *wanted, const struct hot_row *else_of)
{
    struct planning p = { .plan = plan };

    plan_step(&p, setting_command(wanted ? wanted : else_of), wanted ? json_incref(wanted->json) : neutral(else_of), NULL, NULL,
              PRL_ERR_VM_OPERATION_FAILED);
    return !p.has_failed;
}

static bool
has_device_of(const struct hot_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == ROW_DEVICE && hot_is_setting_of(id, hot_row_id(&rows->p[i])))
            return true;
    return false;
}

/* The adapter would come up on a network that it is no longer meant for. */
static bool
is_held_back(const struct planning *p, const struct hot_row *link)
{
    char netdev[ROW_KEY];
    const struct hot_row *r, *n;

    hot_drive_of(link, netdev);
    r = hot_rows_find_id(p->running, ROW_NETDEV, netdev);
    n = hot_rows_find_id(p->next, ROW_NETDEV, netdev);
    return strncmp(link->key, "@set_link ", 10) == 0 && r && n && !hot_is_hub(r) && !hot_is_hub(n) && !hot_rows_same(r, n);
}

static void
plan_setting(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    const struct hot_row *any = r ? r : n;
    const char *command = setting_command(any);

    if (!has_device_of(&p->plan->after, hot_row_id(any))) {
        hot_rows_drop(&p->plan->after, any->key);
        return;
    }
    if (!n && is_held_back(p, r)) {
        p->plan->needs_restart = true;
        return;
    }
    plan_step(p, command, n ? json_incref(n->json) : neutral(r), command, r ? json_incref(r->json) : neutral(n),
              PRL_ERR_VM_OPERATION_FAILED);
    if (n)
        plan_row(p, n);
    else
        hot_rows_drop(&p->plan->after, r->key);
}

void
plan_settings(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key);

        if (n->kind == ROW_SETUP && !hot_rows_same(n, r))
            plan_setting(p, r, n);
    }
    for (size_t i = 0; i < p->running->len; i++)
        if (p->running->p[i].kind == ROW_SETUP && !hot_rows_find(p->next, p->running->p[i].key))
            plan_setting(p, &p->running->p[i], NULL);
}
