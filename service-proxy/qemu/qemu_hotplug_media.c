/* SPDX-License-Identifier: MIT */
/* Steps on what stands behind a drive: block nodes and media. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "qemu_hotplug_doing.h"

#define TRAY_MS 10000 /* for a guest to open a tray that it has locked */

PRL_RESULT
hot_ask_nodes(struct backend_vm *b, json_t **ret)
{
    json_t *list = NULL, *nodes, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-named-block-nodes", json_pack("{s:b}", "flat", 1), clock_deadline(QMP_SLOW_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    nodes = json_object();
    json_array_foreach(list, i, item) {
        const char *name = json_string_value(json_object_get(item, "node-name"));
        json_t *file = json_object_get(item, "file");

        if (name)
            json_object_set(nodes, name, file ? file : json_null());
    }
    json_decref(list);
    *ret = nodes;
    return nodes ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "block nodes");
}

/* A node goes when nothing stands on it, so each turn takes the uppermost of those that are left. */
static PRL_RESULT
drop_nodes(struct doing *d, const char *drive)
{
    PRL_RESULT last = PRL_ERR_SUCCESS;

    for (bool has_moved = true; has_moved;) {
        json_t *nodes = NULL, *file;
        const char *name;
        bool is_clean = true;
        PRL_RESULT rc = hot_ask_nodes(d->b, &nodes);

        if (PRL_FAILED(rc))
            return rc;
        has_moved = false;
        json_object_foreach(nodes, name, file) {
            if (!hot_is_node_of(name, drive))
                continue;
            rc = hot_call(d->b, "blockdev-del", json_pack("{s:s}", "node-name", name));
            has_moved = has_moved || PRL_SUCCEEDED(rc);
            is_clean = is_clean && PRL_SUCCEEDED(rc);
            last = PRL_FAILED(rc) ? rc : last;
        }
        json_decref(nodes);
        if (is_clean) {
            err_clear();
            return PRL_ERR_SUCCESS;
        }
    }
    return last;
}

/* Its export is not missed when it ends behind its node. */
PRL_RESULT
step_drop_nodes(struct doing *d, json_t *args, json_t *before)
{
    const char *drive = json_string_value(json_object_get(args, "drive"));
    struct qemu_export e;
    bool has_export = backend_exports_take(d->b, drive, &e);
    PRL_RESULT rc = drop_nodes(d, drive);

    (void)before;
    if (has_export && PRL_SUCCEEDED(rc))
        hot_export_end(d->b, &e);
    else if (has_export)
        hot_export_put_back(d->b, &e);
    return rc;
}

/* "another process" is another virtual machine, or a tool on the image. */
static PRL_RESULT
image_refused(PRL_RESULT rc, json_t *row)
{
    const char *path = json_string_value(json_object_get(row, "filename"));
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    return path && words && strstr(words, " lock") ? qemu_image_busy(path, words) : rc;
}

PRL_RESULT
step_plug_nodes(struct doing *d, json_t *args, json_t *before)
{
    const char *drive = json_string_value(json_object_get(args, "drive"));
    json_t *row;
    size_t i;

    (void)before;
    json_array_foreach(json_object_get(args, "rows"), i, row) {
        PRL_RESULT rc = hot_row_is_export(row) ? hot_plug_export(d->b, drive, row) : hot_call(d->b, "blockdev-add", json_incref(row));

        if (PRL_FAILED(rc)) {
            AUTO(err_free) struct err *why = err_take(image_refused(rc, row));

            rc = why ? why->code : rc;
            step_drop_nodes(d, args, NULL);
            return why ? err_put(why) : rc;
        }
    }
    return PRL_ERR_SUCCESS;
}

/* Floppy drives have no tray. */
static PRL_RESULT
ask_tray(struct backend_vm *b, const char *id, bool *ret_is_open)
{
    json_t *list = NULL, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-block", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    *ret_is_open = true;
    json_array_foreach(list, i, item) {
        json_t *tray = json_object_get(item, "tray_open");

        if (tray && str_eq(json_string_value(json_object_get(item, "qdev")), id))
            *ret_is_open = json_is_true(tray);
    }
    json_decref(list);
    return PRL_ERR_SUCCESS;
}

/* QEMU says yes also when the guest has locked it, and then only asks the guest. */
static PRL_RESULT
open_tray(struct doing *d, const char *id)
{
    bool is_open = false;
    char name[32];
    PRL_RESULT rc;

    snprintf(name, sizeof name, "tray:%s", id);
    hot_wait_begin(d->b, name);
    rc = hot_call(d->b, "blockdev-open-tray", json_pack("{s:s}", "id", id));
    if (PRL_SUCCEEDED(rc))
        rc = ask_tray(d->b, id, &is_open);
    if (PRL_FAILED(rc) || is_open) {
        backend_vm_forget_job(d->b, name);
        return rc;
    }
    rc = hot_wait_end(d->b, name, hot_patience_ms(TRAY_MS));
    return rc == PRL_ERR_TIMEOUT ? err_set(rc, "the guest has locked the drive, and does not open it") : rc;
}

static PRL_RESULT
insert(struct doing *d, json_t *args)
{
    const char *id = json_string_value(json_object_get(args, "id")), *drive = json_string_value(json_object_get(args, "drive"));
    PRL_RESULT rc = hot_call(d->b, "blockdev-remove-medium", json_pack("{s:s}", "id", id));

    if (PRL_SUCCEEDED(rc))
        rc = step_drop_nodes(d, args, NULL);
    if (PRL_SUCCEEDED(rc) && json_array_size(json_object_get(args, "rows"))) {
        rc = step_plug_nodes(d, args, NULL);
        if (PRL_SUCCEEDED(rc))
            rc = hot_call(d->b, "blockdev-insert-medium", json_pack("{s:s, s:s}", "id", id, "node-name", drive));
    }
    return rc;
}

/* Once the tray is open a disc that cannot be had is followed by the one that was there. */
PRL_RESULT
step_change_medium(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT rc = open_tray(d, id);

    if (PRL_FAILED(rc))
        return rc;
    rc = insert(d, args);
    if (PRL_FAILED(rc)) {
        why = err_take(rc == PRL_ERR_VM_OPERATION_FAILED ? err_set(PRL_ERR_VM_DEV_CONNECT_FAILED, "%s", err_peek()->details) : rc);
        if (before && PRL_FAILED(insert(d, before)))
            LOG_W("qemu", "%s: the drive %s stays empty", d->b->vm->uuid, id);
    }
    hot_call(d->b, "blockdev-close-tray", json_pack("{s:s}", "id", id));
    return why ? err_put(why) : PRL_ERR_SUCCESS;
}
