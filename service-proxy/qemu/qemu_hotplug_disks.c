/* SPDX-License-Identifier: MIT */
/* A plan's steps for what stands behind a drive: block nodes and media. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "qemu_hotplug_planning.h"

/* Nodes of a drive in the order in which they can be added: the builder's. */
json_t *
plan_nodes_of(const struct hot_rows *rows, const char *drive)
{
    json_t *list = json_array();

    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&rows->p[i]), drive))
            json_array_append(list, rows->p[i].json);
    return list;
}

bool
plan_same_nodes(const struct hot_rows *a, const struct hot_rows *b, const char *drive)
{
    size_t n = 0;

    for (size_t i = 0; i < a->len; i++) {
        if (a->p[i].kind != ROW_BLOCKDEV || !hot_is_node_of(hot_row_id(&a->p[i]), drive))
            continue;
        if (!hot_rows_same(&a->p[i], hot_rows_find(b, a->p[i].key)))
            return false;
        n++;
    }
    for (size_t i = 0; i < b->len; i++)
        n -= b->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&b->p[i]), drive);
    return n == 0;
}

void
plan_put_nodes(struct planning *p, const struct hot_rows *from, const char *drive)
{
    struct hot_rows *after = &p->plan->after;

    for (size_t i = 0; i < after->len;)
        if (after->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&after->p[i]), drive))
            hot_rows_drop(after, after->p[i].key);
        else
            i++;
    for (size_t i = 0; from && i < from->len; i++)
        if (from->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&from->p[i]), drive))
            plan_row(p, &from->p[i]);
}

bool
hot_plan_medium(struct hot_plan *plan, const struct hot_rows *wanted, const struct hot_row *device)
{
    struct planning p = { .plan = plan };
    char drive[ROW_KEY];

    hot_drive_of(device, drive);
    plan_step(&p, "change-medium",
              json_pack("{s:s, s:s, s:o}", "id", hot_row_id(device), "drive", drive, "rows",
                        hot_row_text(device, "drive") ? plan_nodes_of(wanted, drive) : json_null()),
              NULL, NULL, PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED);
    return !p.has_failed;
}

void
plan_change_medium(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    const char *wanted = hot_row_text(n, "drive"), *had = hot_row_text(r, "drive");
    char drive[ROW_KEY];

    hot_drive_of(n, drive);
    plan_step(p, "change-medium",
              json_pack("{s:s, s:s, s:o}", "id", hot_row_id(n), "drive", drive, "rows", wanted ? plan_nodes_of(p->next, drive) : json_null()),
              "change-medium",
              json_pack("{s:s, s:s, s:o}", "id", hot_row_id(n), "drive", drive, "rows", had ? plan_nodes_of(p->running, drive) : json_null()),
              PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED);
    plan_put_nodes(p, p->next, drive);
    plan_row(p, n);
}
