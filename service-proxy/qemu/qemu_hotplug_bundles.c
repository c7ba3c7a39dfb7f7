/* SPDX-License-Identifier: MIT */
/*
 * Bundles plugged in and out (qemu_export.h). The run record has an export before QEMU is told of it, so that it is found again whatever ends in
 * between: one whose node QEMU does not have in the end was being started, or was on its way out.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "qemu_export.h"
#include "qemu_hotplug_doing.h"

static void
save(struct backend_vm *b)
{
    if (PRL_FAILED(run_record_save(b->rec)))
        LOG_W("qemu", "%s: %s", b->vm->uuid, err_peek()->details ? err_peek()->details : "");
}

/* QEMU's end of the socket under a name; nothing where it has been taken by a node. */
static void
close_name(struct backend_vm *b, const char *node)
{
    char name[QEMU_NODE_NAME + 8];

    snprintf(name, sizeof name, "%s-file", node);
    qmp_call(b->qmp, "closefd", json_pack("{s:s}", "fdname", name), clock_deadline(QMP_ANSWER_MS), NULL);
}

void
hot_export_end(struct backend_vm *b, struct qemu_export *e)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());

    close_name(b, e->node);
    qemu_export_end(e, clock_deadline(EXPORT_END_MS));
    save(b);
    err_clear();
    if (why && why->code)
        err_put(why);
}

void
hot_export_put_back(struct backend_vm *b, struct qemu_export *e)
{
    if (!backend_exports_add(b, e))
        qemu_export_end(e, clock_now_ms());
}

bool
hot_row_is_export(json_t *row)
{
    return str_eq(json_string_value(json_object_get(row, "driver")), "nbd");
}

/* What the row is about, looked at as a start does. */
static PRL_RESULT
image_of(const char *drive, json_t *row, struct qemu_images *ret)
{
    struct qemu_image image = { .is_read_only = json_is_true(json_object_get(row, "read-only")) };
    PRL_RESULT rc;

    snprintf(image.node, sizeof image.node, "%s", drive);
    image.path = str_dup(json_string_value(json_object_get(row, "export")));
    if (!image.path || !vec_push(ret, image)) {
        free(image.path);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "bundle");
    }
    rc = qemu_images_check(ret);
    if (PRL_SUCCEEDED(rc) && !ret->p[0].is_bundle)
        rc = err_set(PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE, "'%s' is no bundle any more", image.path);
    return rc;
}

static PRL_RESULT
add_node(struct backend_vm *b, json_t *row, int fd)
{
    const char *name = json_string_value(json_object_get(row, "node-name"));
    json_t *copy = json_deep_copy(row);
    PRL_RESULT rc = qmp_call_fd(b->qmp, "getfd", json_pack("{s:s}", "fdname", name), fd, clock_deadline(QMP_ANSWER_MS));

    if (PRL_FAILED(rc)) {
        json_decref(copy);
        return rc;
    }
    json_object_set_new(json_object_get(copy, "server"), "str", json_string(name)); /* numbers are those of a start */
    return hot_call(b, "blockdev-add", copy);
}

static PRL_RESULT
start(struct backend_vm *b, const struct qemu_image *image, json_t *row)
{
    struct qemu_export e;
    AUTO_FD int fd = -1;
    int end;
    PRL_RESULT rc = qemu_export_start(image, b->home, -1, -1, &e, &end);

    if (PRL_FAILED(rc))
        return rc;
    fd = end;
    if (!backend_exports_add(b, &e)) {
        cleanup_close(&fd);
        fd = -1;
        qemu_export_end(&e, clock_deadline(EXPORT_END_MS));
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU has ended");
    }
    rc = run_record_save(b->rec);
    if (PRL_SUCCEEDED(rc))
        rc = add_node(b, row, fd);
    if (PRL_FAILED(rc) && backend_exports_take(b, image->node, &e)) {
        cleanup_close(&fd);
        fd = -1;
        hot_export_end(b, &e);
    }
    return rc;
}

PRL_RESULT
hot_plug_export(struct backend_vm *b, const char *drive, json_t *row)
{
    AUTO_IMAGES images = { 0 };
    struct qemu_export old;
    PRL_RESULT rc = image_of(drive, row, &images);

    if (PRL_FAILED(rc))
        return rc;
    if (backend_exports_take(b, drive, &old)) /* of a change that was cut */
        hot_export_end(b, &old);
    return start(b, &images.p[0], row);
}

/* ---- behind a change that was cut ---- */

static bool
has_node(json_t *nodes, const char *drive)
{
    char name[QEMU_NODE_NAME + 8];

    snprintf(name, sizeof name, "%s-file", drive);
    return json_object_get(nodes, name) != NULL;
}

void
hot_exports_recover(struct backend_vm *b)
{
    json_t *nodes = NULL;
    struct qemu_export e;

    if (PRL_SUCCEEDED(hot_ask_nodes(b, &nodes)))
        for (size_t i = 0; backend_exports_get(b, i, &e);) {
            cleanup_close(&e.pidfd);
            if (has_node(nodes, e.node) || !backend_exports_take(b, e.node, &e)) {
                i++;
                continue;
            }
            hot_export_end(b, &e);
        }
    json_decref(nodes);
    err_clear();
    backend_exports_watch(b);
}
