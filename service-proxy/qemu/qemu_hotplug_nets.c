/* SPDX-License-Identifier: MIT */
/* A plan's steps for networks. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "qemu_hotplug_planning.h"

void
plan_plug_net(struct planning *p, json_t *netdev)
{
    p->plan->adds_user_net = p->plan->adds_user_net || str_eq(json_string_value(json_object_get(netdev, "type")), "user");
    if (!hot_rows_add_json(&p->plan->after, "-netdev", netdev))
        p->has_failed = true;
    plan_step(p, "netdev_add", json_incref(netdev), "netdev_del", json_pack("{s:O}", "id", json_object_get(netdev, "id")),
              PRL_ERR_VM_DEV_CONNECT_FAILED);
}

void
plan_unplug_net(struct planning *p, const char *id)
{
    const struct hot_row *row = hot_rows_find_id(&p->plan->after, ROW_NETDEV, id);
    char key[ROW_KEY];

    if (!row)
        return;
    plan_step(p, "netdev_del", json_pack("{s:s}", "id", id), "netdev_add", json_incref(row->json), PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    snprintf(key, sizeof key, "%s", row->key);
    hot_rows_drop(&p->plan->after, key);
}

/*
 * An adapter that was started without a network is alone on a hub. Its network joins that hub, since the backend of an adapter cannot be
 * exchanged: "net0" stays the adapter's port, "net0-up" is the network and "net0-hub" its port.
 */
static void
join_hub(struct planning *p, const struct hot_row *port, const struct hot_row *wanted)
{
    AUTO(cleanup_free) char *up = str_printf("%s-up", hot_row_id(port)), *hub = str_printf("%s-hub", hot_row_id(port));
    const struct hot_row *there = up ? hot_rows_find_id(p->running, ROW_NETDEV, up) : NULL;
    json_t *netdev = json_deep_copy(wanted->json), *joint;

    if (!up || !hub || !netdev || json_object_set_new(netdev, "id", json_string(up)) < 0) {
        p->has_failed = true;
        json_decref(netdev);
        return;
    }
    if (there && json_equal(there->json, netdev)) { /* it has been there since an earlier connection */
        json_decref(netdev);
        return;
    }
    plan_unplug_net(p, hub);
    plan_unplug_net(p, up);
    plan_plug_net(p, netdev);
    joint = json_pack("{s:s, s:s, s:O, s:s}", "type", "hubport", "id", hub, "hubid", json_object_get(port->json, "hubid"), "netdev", up);
    if (joint)
        plan_plug_net(p, joint);
    else
        p->has_failed = true;
    json_decref(joint);
    json_decref(netdev);
}

/* "net0": the adapter is "net0-dev". */
static bool
has_adapter(const struct hot_rows *rows, const char *netdev)
{
    char id[ROW_KEY + 8];

    snprintf(id, sizeof id, "%s-dev", netdev);
    return hot_rows_find_id(rows, ROW_DEVICE, id) != NULL;
}

void
plan_netdevs(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key), *c = hot_rows_find(p->stored, n->key);

        if (n->kind != ROW_NETDEV || hot_rows_same(n, r) || hot_rows_same(n, c) || !r || !has_adapter(p->running, hot_row_id(n)))
            continue;
        if (hot_is_hub(r) && !hot_is_hub(n))
            join_hub(p, r, n);
        else if (!hot_is_hub(n)) /* another network: the adapter has the one it was started with */
            p->plan->needs_restart = true;
    }
}
