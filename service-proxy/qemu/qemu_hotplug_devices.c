/* SPDX-License-Identifier: MIT */
/* A plan's steps for devices: in, out, and into others. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "qemu_hotplug_planning.h"

static const char *const later_members[] = { "bootindex", "romfile" };

/* Differs in nothing but what a guest reads at its start. */
static bool
differs_later(const struct hot_row *a, const struct hot_row *b, const char *also)
{
    const char *key;
    json_t *value;
    bool is_usb = hot_is_usb_bus(hot_row_text(a, "bus")) && hot_is_usb_bus(hot_row_text(b, "bus"));

    for (int turn = 0; turn < 2; turn++) {
        json_object_foreach(turn ? b->json : a->json, key, value) {
            if (json_equal(value, json_object_get(turn ? a->json : b->json, key)) || hot_is_one_of(key, later_members, ARRAY_LEN(later_members)))
                continue;
            if ((is_usb && strcmp(key, "bus") == 0) || (also && strcmp(key, also) == 0))
                continue;
            return false;
        }
    }
    return true;
}

static PRL_RESULT
plug_device(struct planning *p, const struct hot_row *n)
{
    const struct hot_row *netdev = hot_row_text(n, "netdev") ? hot_rows_find_id(p->next, ROW_NETDEV, hot_row_text(n, "netdev")) : NULL;
    bool has_controller;
    char drive[ROW_KEY];

    if (hot_is_controller(n) || hot_is_of_the_start(n)) {
        p->plan->needs_restart = true; /* what is plugged into one of those is refused there */
        return PRL_ERR_SUCCESS;
    }
    if (!hot_is_pluggable(p->running, n, &has_controller))
        return plan_refuse(hot_row_id(n), has_controller ? "nothing can be plugged in there while the virtual machine runs"
                                                         : "the running virtual machine has no controller for it");
    hot_drive_of(n, drive);
    if (netdev && !hot_rows_same(netdev, hot_rows_find(p->running, netdev->key))) { /* without an adapter, since a state was loaded */
        plan_unplug_net(p, hot_row_id(netdev));
        plan_plug_net(p, netdev->json);
    }
    if (hot_is_drive(n)) {
        plan_step(p, "plug-nodes", json_pack("{s:o, s:s}", "rows", plan_nodes_of(p->next, drive), "drive", drive), "drop-nodes",
                  json_pack("{s:s}", "drive", drive), PRL_ERR_VM_DEV_CONNECT_FAILED);
        plan_put_nodes(p, p->next, drive);
    }
    plan_step(p, "device_add", json_incref(n->json), "unplug", json_pack("{s:s}", "id", hot_row_id(n)), PRL_ERR_VM_DEV_CONNECT_FAILED);
    plan_row(p, n);
    return PRL_ERR_SUCCESS;
}

/* Of a disk: "the guest has it locked" is what a guest means that does not answer. */
static PRL_RESULT
unplug_refusal(const struct hot_row *device)
{
    if (!hot_is_drive(device))
        return PRL_ERR_VM_DEV_DISCONNECT_FAILED;
    return hot_has_medium(device) ? PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED : PRL_ERR_VM_HDD_DISCONNECT_FAILED_LOCKED;
}

static PRL_RESULT
unplug_device(struct planning *p, const struct hot_row *r)
{
    const char *netdev = hot_row_text(r, "netdev");
    char drive[ROW_KEY], more[ROW_KEY + 8];
    bool has_controller;

    if (hot_is_controller(r) || hot_is_of_the_start(r)) {
        p->plan->needs_restart = p->plan->needs_restart || hot_is_of_the_start(r);
        return PRL_ERR_SUCCESS;
    }
    if (str_eq(hot_row_text(r, "driver"), "pc-dimm"))
        return plan_unplug_dimm(p, r);
    hot_drive_of(r, drive);
    if (!hot_is_pluggable(p->running, r, &has_controller))
        return plan_refuse(hot_row_id(r), "it cannot be taken out while the virtual machine runs");
    plan_step(p, "unplug", json_pack("{s:s}", "id", hot_row_id(r)), "device_add", json_incref(r->json), unplug_refusal(r));
    if (hot_is_drive(r)) { /* as the stored configuration has it, which knows overlays that came since the start */
        plan_step(p, "drop-nodes", json_pack("{s:s}", "drive", drive), "plug-nodes",
                  json_pack("{s:o, s:s}", "rows", plan_nodes_of(p->stored, drive), "drive", drive), PRL_ERR_VM_DEV_DISCONNECT_FAILED);
        plan_put_nodes(p, NULL, drive);
    }
    hot_rows_drop(&p->plan->after, r->key);
    if (!netdev)
        return PRL_ERR_SUCCESS;
    snprintf(more, sizeof more, "%s-hub", netdev);
    plan_unplug_net(p, more);
    plan_unplug_net(p, netdev);
    snprintf(more, sizeof more, "%s-up", netdev);
    plan_unplug_net(p, more);
    return PRL_ERR_SUCCESS;
}

/* In both machines, but not alike, or on other images. */
static PRL_RESULT
change_device(struct planning *p, const struct hot_row *r, const struct hot_row *c, const struct hot_row *n)
{
    bool is_alike = hot_rows_same(r, n);
    char drive[ROW_KEY];

    hot_drive_of(n, drive);
    if (hot_is_drive(n) && !plan_same_nodes(p->running, p->next, drive) && !plan_same_nodes(p->stored, p->next, drive)) {
        if (!hot_has_medium(n))
            return plan_refuse(hot_row_id(n), "its image cannot be exchanged while the virtual machine runs");
        if (!differs_later(r, n, "drive"))
            return plan_refuse(hot_row_id(n), "it is on another bus");
        plan_change_medium(p, r, n);
        return PRL_ERR_SUCCESS;
    }
    if (is_alike || hot_rows_same(c, n))
        return PRL_ERR_SUCCESS;
    if (differs_later(r, n, NULL)) {
        p->plan->needs_restart = true;
        return PRL_ERR_SUCCESS;
    }
    if (!str_eq(hot_row_text(r, "driver"), "usb-host"))
        return plan_refuse(hot_row_id(n), "it cannot become another device while the virtual machine runs");
    PRL_RESULT rc = unplug_device(p, r);

    return PRL_FAILED(rc) ? rc : plug_device(p, n);
}

PRL_RESULT
plan_devices(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key), *c = hot_rows_find(p->stored, n->key);
        PRL_RESULT rc = PRL_ERR_SUCCESS;

        if (n->kind != ROW_DEVICE || hot_is_share(n))
            continue;
        if (r)
            rc = change_device(p, r, c, n);
        else if (!hot_rows_same(c, n))
            rc = plug_device(p, n);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

/* Behind all that is plugged in: what is gone cannot be taken back as surely. */
PRL_RESULT
plan_removals(struct planning *p)
{
    for (size_t i = 0; i < p->running->len; i++) {
        const struct hot_row *r = &p->running->p[i];
        PRL_RESULT rc;

        if (r->kind != ROW_DEVICE || hot_is_share(r) || hot_rows_find(p->next, r->key) || !hot_rows_find(p->stored, r->key))
            continue;
        rc = unplug_device(p, r);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}
