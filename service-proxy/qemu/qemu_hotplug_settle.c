/* SPDX-License-Identifier: MIT */
/*
 * A device that its guest let go of when nobody waited any more is gone from QEMU, and still on the record. Before anybody stands on the
 * record it is settled: the device comes off, and what stood behind it goes. The configuration keeps it, for the next start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "qemu_hotplug_doing.h"

static void
drop(struct hot_rows *rows, enum row_kind kind, const char *id)
{
    const struct hot_row *row = hot_rows_find_id(rows, kind, id);
    char key[ROW_KEY];

    if (!row)
        return;
    snprintf(key, sizeof key, "%s", row->key);
    hot_rows_drop(rows, key);
}

/* What fails is said, and stays until QEMU ends. */
static void
do_step(struct backend_vm *b, PRL_RESULT (*step)(struct doing *d, json_t *args, json_t *before), const char *member, const char *value)
{
    struct doing d = { b, NULL };
    json_t *args = json_pack("{s:s}", member, value);

    if (args && PRL_FAILED(step(&d, args, NULL)))
        LOG_W("qemu", "%s: '%s' is left of a device that is gone: %s", b->vm->uuid, value, err_peek()->details ? err_peek()->details : "");
    json_decref(args);
    err_clear();
}

static PRL_RESULT
drop_netdev(struct doing *d, json_t *args, json_t *before)
{
    (void)before;
    return hot_call(d->b, "netdev_del", json_incref(args));
}

static PRL_RESULT
drop_object(struct doing *d, json_t *args, json_t *before)
{
    (void)before;
    return hot_call(d->b, "object-del", json_incref(args));
}

static void
let_go_of_drive(struct backend_vm *b, struct hot_rows *rows, const char *drive)
{
    do_step(b, step_drop_nodes, "drive", drive);
    for (size_t i = rows->len; i-- > 0;)
        if (rows->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&rows->p[i]), drive))
            drop(rows, ROW_BLOCKDEV, hot_row_id(&rows->p[i]));
    for (size_t i = b->rec->images.len; i-- > 0;)
        if (strcmp(b->rec->images.p[i].node, drive) == 0)
            qemu_images_drop(&b->rec->images, i);
}

static void
let_go_of_network(struct backend_vm *b, struct hot_rows *rows, const char *netdev)
{
    static const char *const ends[] = { "-hub", "", "-up" };

    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        AUTO(cleanup_free) char *id = str_printf("%s%s", netdev, ends[i]);

        if (!id || !hot_rows_find_id(rows, ROW_NETDEV, id))
            continue;
        do_step(b, drop_netdev, "id", id);
        drop(rows, ROW_NETDEV, id);
    }
}

/* Takes device, which is off the list. */
static void
let_go(struct backend_vm *b, struct hot_rows *rows, const struct hot_row *device)
{
    const char *netdev = hot_row_text(device, "netdev"), *memory = hot_row_text(device, "memdev"), *share = hot_row_text(device, "chardev");
    char drive[ROW_KEY];

    LOG_I("qemu", "%s: the guest has let go of %s", b->vm->uuid, hot_row_id(device));
    hot_drive_of(device, drive);
    if (hot_is_drive(device))
        let_go_of_drive(b, rows, drive);
    if (netdev)
        let_go_of_network(b, rows, netdev);
    if (memory) {
        do_step(b, drop_object, "id", memory);
        drop(rows, ROW_OBJECT, memory);
    }
    if (hot_is_share(device) && share) {
        do_step(b, step_share_end, "id", share);
        drop(rows, ROW_SHARE, share);
    }
    for (size_t i = rows->len; i-- > 0;)
        if (rows->p[i].kind == ROW_SETUP && hot_is_setting_of(hot_row_id(&rows->p[i]), hot_row_id(device)))
            drop(rows, ROW_SETUP, hot_row_id(&rows->p[i]));
}

/* The first row of a device that QEMU has not. Its copy; false: there is none. */
static bool
take_missing(struct hot_rows *rows, json_t *devices, struct hot_rows *ret)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == ROW_DEVICE && hot_row_id(&rows->p[i])[0] && !json_object_get(devices, hot_row_id(&rows->p[i]))) {
            bool is_good = hot_rows_add_text(ret, rows->p[i].text);

            drop(rows, ROW_DEVICE, hot_row_id(&rows->p[i]));
            return is_good && ret->len;
        }
    return false;
}

PRL_RESULT
qemu_hotplug_settle(struct backend_vm *b)
{
    AUTO_HOT_ROWS rows = { 0 };
    json_t *devices = NULL;
    bool has_changed = false;
    PRL_RESULT rc;

    if (!atomic_exchange(&b->has_let_go, false))
        return PRL_ERR_SUCCESS;
    rc = hot_record_rows(b->rec, &rows) ? hot_ask_devices(b, &devices) : err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    while (PRL_SUCCEEDED(rc)) {
        AUTO_HOT_ROWS missing = { 0 };

        if (!take_missing(&rows, devices, &missing))
            break;
        let_go(b, &rows, &missing.p[0]);
        has_changed = true;
    }
    json_decref(devices);
    if (PRL_SUCCEEDED(rc) && has_changed)
        rc = hot_record_set(b->rec, &rows) ? run_record_save(b->rec) : err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    if (PRL_FAILED(rc))
        atomic_store(&b->has_let_go, true); /* once more next time */
    return rc;
}
