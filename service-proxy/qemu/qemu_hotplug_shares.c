/* SPDX-License-Identifier: MIT */
/*
 * A plan's steps for shared folders. The device's row says by the id of its connection which folder it stands for, so another folder at a
 * place is another device. The guest's memory must be the server's too: where part of it is QEMU's alone, the folder waits for a start.
 */
#include <string.h>

#include "base/str.h"
#include "qemu_hotplug_planning.h"

/* Of the start, and blocks that were added. */
static bool
is_memory_shared(const struct hot_rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        const char *type = rows->p[i].kind == ROW_OBJECT ? hot_row_text(&rows->p[i], "qom-type") : NULL;

        if (type && strncmp(type, "memory-backend-", 15) == 0 && !json_is_true(json_object_get(rows->p[i].json, "share")))
            return false;
    }
    return true;
}

/* A port for hot-plug, or one of the shares' own, which a machine has that was started with a share. */
static bool
has_place(const struct planning *p, const struct hot_row *device)
{
    const char *bus = hot_row_text(device, "bus");

    return bus && hot_rows_find_id(p->running, ROW_DEVICE, bus) != NULL;
}

static const struct hot_row *
folder_of(const struct hot_rows *rows, const struct hot_row *device)
{
    const char *id = hot_row_text(device, "chardev");

    return id ? hot_rows_find_id(rows, ROW_SHARE, id) : NULL;
}

static void
end_share(struct planning *p, const struct hot_row *r)
{
    const struct hot_row *folder = folder_of(p->running, r);
    const char *id = hot_row_text(r, "chardev");

    plan_step(p, "unplug", json_pack("{s:s}", "id", hot_row_id(r)), "device_add", json_incref(r->json), PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    plan_step(p, "share-end", json_pack("{s:s}", "id", id ? id : ""), folder ? "share-start" : NULL, folder ? json_incref(folder->json) : NULL,
              PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    hot_rows_drop(&p->plan->after, r->key);
    if (folder)
        hot_rows_drop(&p->plan->after, folder->key);
}

static void
start_share(struct planning *p, const struct hot_row *n, const struct hot_row *folder)
{
    plan_step(p, "share-start", json_incref(folder->json), "share-end", json_pack("{s:s}", "id", hot_row_id(folder)),
              PRL_ERR_VM_DEV_CONNECT_FAILED);
    plan_step(p, "device_add", json_incref(n->json), "unplug", json_pack("{s:s}", "id", hot_row_id(n)), PRL_ERR_VM_DEV_CONNECT_FAILED);
    plan_row(p, folder);
    plan_row(p, n);
}

static void
change_share(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    const struct hot_row *folder = folder_of(p->next, n);

    if (!folder || !has_place(p, n) || !is_memory_shared(&p->plan->after)) {
        p->plan->needs_restart = true;
        return;
    }
    if (r)
        end_share(p, r);
    start_share(p, n, folder);
}

/* Connections whose device never came, or was let go of when nobody waited any more. */
static void
end_lone_connections(struct planning *p)
{
    for (size_t i = 0; i < p->running->len; i++) {
        const struct hot_row *folder = &p->running->p[i];
        bool has_device = false;

        if (folder->kind != ROW_SHARE)
            continue;
        for (size_t k = 0; k < p->running->len; k++)
            has_device = has_device || str_eq(hot_row_text(&p->running->p[k], "chardev"), hot_row_id(folder));
        if (has_device)
            continue;
        plan_step(p, "share-end", json_pack("{s:s}", "id", hot_row_id(folder)), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
        hot_rows_drop(&p->plan->after, folder->key);
    }
}

void
plan_shares(struct planning *p)
{
    end_lone_connections(p);
    for (size_t i = 0; i < p->running->len; i++) {
        const struct hot_row *r = &p->running->p[i];

        if (r->kind == ROW_DEVICE && hot_is_share(r) && !hot_rows_find(p->next, r->key) && hot_rows_find(p->stored, r->key))
            end_share(p, r);
    }
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key);

        if (n->kind == ROW_DEVICE && hot_is_share(n) && !hot_rows_same(n, r) && !hot_rows_same(n, hot_rows_find(p->stored, n->key)))
            change_share(p, r, n);
    }
}
