/* SPDX-License-Identifier: MIT */
/*
 * Live clones: all writable images frozen at once by moving the VM into overlays, and committed back when they are copied.
 *
 * Nodes: "hdd0" is the image QEMU was started with; an overlay's node is named after its path, so that a service that took the VM over
 * finds it again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "engine/task.h"
#include "image/bundle.h"
#include "proc_run.h"
#include "qemu_blocks_bundles.h"
#include "qemu_export.h"
#include "qemu_find.h"
#include "qemu_images.h"
#include "qemu_proc.h"
#include "qemu_vm.h"
#include "vm/image_file.h"
#include "vm/links.h"

#define NODE_MAX 32 /* QEMU's limit, NUL included */
#define CREATE_MS 60000

static void
overlay_node(const struct backend_overlay *o, const char *path, char out[NODE_MAX])
{
    snprintf(out, NODE_MAX, "%.11s-x%08" PRIx32, o->node, (uint32_t)XXH3_64bits(path, strlen(path)));
}

static void
file_node(const char *node, char out[NODE_MAX])
{
    snprintf(out, NODE_MAX, "%.26s-file", node);
}

static struct qemu_image *
running_image(struct backend_vm *b, const char *node)
{
    return (struct qemu_image *)qemu_images_find(&b->rec->images, node);
}

/* The record follows: a saved state stamps what QEMU really has open. */
static void
note_image(struct backend_vm *b, const char *node, const char *path, bool is_qcow2)
{
    struct qemu_image *image = running_image(b, node);
    char *copy = image ? str_dup(path) : NULL;

    if (!copy)
        return;
    free(image->path);
    image->path = copy;
    image->is_qcow2 = is_qcow2;
    image->is_bundle = path_is_dir(path);
    if (PRL_FAILED(run_record_save(b->rec)))
        LOG_W("qemu", "%s: %s", b->vm->uuid, err_peek()->details);
}

/* The node a disk is on now; allocated. */
static PRL_RESULT
active_node(struct backend_vm *b, const char *node, char **ret)
{
    char device[64], path[64];
    json_t *list = NULL, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-block", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    snprintf(device, sizeof device, "%.40s-dev", node);
    snprintf(path, sizeof path, "/%.40s-dev/", node); /* virtio-blk: /machine/peripheral/<id>/virtio-backend */
    rc = err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU has no disk '%s'", node);
    json_array_foreach(list, i, item) {
        const char *qdev = json_string_value(json_object_get(item, "qdev"));
        const char *name = json_string_value(json_object_get(json_object_get(item, "inserted"), "node-name"));

        if (!qdev || !name || (strcmp(qdev, device) != 0 && !strstr(qdev, path)))
            continue;
        *ret = str_dup(name);
        rc = *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "node");
        break;
    }
    json_decref(list);
    return rc;
}

static bool
node_exists(struct backend_vm *b, const char *node)
{
    json_t *list = NULL, *item;
    bool is_there = false;
    size_t i;

    if (PRL_FAILED(qmp_call(b->qmp, "query-named-block-nodes", json_pack("{s:b}", "flat", 1), clock_deadline(QMP_SLOW_MS), &list)))
        return false;
    json_array_foreach(list, i, item)
        is_there = is_there || str_eq(json_string_value(json_object_get(item, "node-name")), node);
    json_decref(list);
    return is_there;
}

/* ---- overlays ---- */

static PRL_RESULT
size_of(const char *image, uint64_t *ret_bytes)
{
    AUTO(bundle_free) struct bundle *bundle = NULL;
    struct image_info info;
    PRL_RESULT rc;

    if (path_is_dir(image)) {
        rc = bundle_open(image, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &bundle);
        if (PRL_SUCCEEDED(rc))
            *ret_bytes = bundle_size(bundle);
        return rc;
    }
    rc = image_file_info(image, &info);
    if (PRL_SUCCEEDED(rc)) {
        *ret_bytes = info.size_bytes;
        image_info_clear(&info);
    }
    return rc;
}

/* Over a raw image or a bundle, without a word of it in the header: nothing ever probes the raw one. */
static PRL_RESULT
create_over_raw(const struct backend_overlay *o)
{
    AUTO(cleanup_free) char *program = NULL;
    uint64_t bytes;
    char size[32];
    PRL_RESULT rc = size_of(o->image, &bytes);

    if (PRL_SUCCEEDED(rc)) {
        snprintf(size, sizeof size, "%" PRIu64, (bytes + 511) & ~(uint64_t)511);
        rc = qemu_find_img(&program);
    }
    if (PRL_SUCCEEDED(rc)) {
        const char *const argv[] = { program, "create", "-q", "-f", "qcow2", o->overlay, size, NULL };

        rc = proc_run(argv, NULL, clock_deadline(CREATE_MS), -1, NULL);
    }
    return rc;
}

static PRL_RESULT
create_overlay(struct backend_vm *b, const struct backend_overlay *o)
{
    const struct qemu_image *image = running_image(b, o->node);
    AUTO(cleanup_free) char *dir = path_dirname(o->overlay);
    AUTO(cleanup_free) char *image_dir = path_dirname(o->image);

    if (!image || !dir || !image_dir)
        return err_set(PRL_ERR_INVALID_ARG, "QEMU has no disk '%s'", o->node);
    if (!image->is_qcow2)
        return create_over_raw(o);
    return image_overlay_create(o->overlay, o->image, strcmp(dir, image_dir) == 0 ? path_basename(o->image) : o->image);
}

static PRL_RESULT
add_nodes(struct backend_vm *b, const struct backend_overlay *o)
{
    char node[NODE_MAX], file[NODE_MAX];
    int64_t deadline = clock_deadline(QMP_SLOW_MS);
    PRL_RESULT rc;

    overlay_node(o, o->overlay, node);
    file_node(node, file);
    rc = qmp_call(b->qmp, "blockdev-add",
                  json_pack("{s:s, s:s, s:s, s:s, s:{s:b, s:b}}", "driver", "file", "node-name", file, "filename", o->overlay,
                            "discard", "unmap", "cache", "direct", 0, "no-flush", 0),
                  deadline, NULL);
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call(b->qmp, "blockdev-add",
                      json_pack("{s:s, s:s, s:s, s:n}", "driver", "qcow2", "node-name", node, "file", file, "backing"), deadline,
                      NULL);
    return rc;
}

static void
delete_nodes(struct backend_vm *b, const struct backend_overlay *o)
{
    char node[NODE_MAX], file[NODE_MAX];

    overlay_node(o, o->overlay, node);
    file_node(node, file);
    qmp_call(b->qmp, "blockdev-del", json_pack("{s:s}", "node-name", node), clock_deadline(QMP_SLOW_MS), NULL);
    qmp_call(b->qmp, "blockdev-del", json_pack("{s:s}", "node-name", file), clock_deadline(QMP_SLOW_MS), NULL);
}

static PRL_RESULT
make_actions(struct backend_vm *b, const struct backend_overlay *o, int n, json_t **ret)
{
    json_t *actions = json_array();

    for (int i = 0; i < n; i++) {
        AUTO(cleanup_free) char *active = NULL;
        char node[NODE_MAX];
        PRL_RESULT rc;

        if (qemu_bundles_move(&o[i]))
            continue;
        rc = active_node(b, o[i].node, &active);
        if (PRL_FAILED(rc)) {
            json_decref(actions);
            return rc;
        }
        overlay_node(&o[i], o[i].overlay, node);
        json_array_append_new(
            actions, json_pack("{s:s, s:{s:s, s:s}}", "type", "blockdev-snapshot", "data", "node", active, "overlay", node));
    }
    *ret = actions;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
prepare_overlays(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    for (int i = 0; i < n; i++) {
        PRL_RESULT rc = PRL_ERR_SUCCESS;

        if (qemu_bundles_move(&o[i])) /* made by the caller */
            continue;
        rc = create_overlay(b, &o[i]);
        if (PRL_SUCCEEDED(rc))
            rc = add_nodes(b, &o[i]);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

/* The QEMU died in the transaction: whether the guest wrote to the overlays is not known, so what is in them goes back first. */
static void
commit_dead(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    backend_vm_wait_buried(b, clock_deadline(KILL_MS));
    for (int i = 0; i < n; i++) {
        const struct qemu_image *image = running_image(b, o[i].node);
        char *alone[] = { (char *)o[i].image, NULL }, **chain = alone;
        bool is_raw = image && !image->is_qcow2;
        PRL_RESULT rc;

        if (qemu_bundles_move(&o[i]) || !path_exists(o[i].overlay) || (!is_raw && PRL_FAILED(links_chain(o[i].image, &chain))))
            continue;
        rc = path_is_dir(o[i].image) ? qemu_export_commit(o[i].overlay, o[i].image) : image_commit(o[i].overlay, chain, is_raw);
        if (PRL_SUCCEEDED(rc))
            path_unlink_durable(o[i].overlay);
        else
            LOG_E("qemu", "'%s' holds the last writes of '%s' and could not be committed: %s", o[i].overlay, o[i].image,
                  err_peek()->details ? err_peek()->details : "");
        if (chain != alone)
            links_chain_free(chain);
    }
}

static void
drop_overlays(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    for (int i = 0; i < n; i++) {
        if (qemu_bundles_move(&o[i])) /* the caller's */
            continue;
        delete_nodes(b, &o[i]);
        unlink(o[i].overlay);
    }
}

/* The moment of it: what becomes an overlay file in one transaction, and before it the bundles. Steals actions. */
static PRL_RESULT
change_over(struct backend_vm *b, const struct backend_overlay *o, int n, json_t *actions, bool *ret_was_sent)
{
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT rc = qemu_bundles_change_over(b, o, n);

    if (PRL_FAILED(rc) || !json_array_size(actions)) {
        json_decref(actions);
        return rc;
    }
    *ret_was_sent = true;
    rc = qmp_call(b->qmp, "transaction", json_pack("{s:o}", "actions", actions), clock_deadline(qemu_vm_stall_ms()), NULL);
    if (PRL_SUCCEEDED(rc) || rc == PRL_ERR_TIMEOUT || rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        return rc;
    why = err_take(rc);
    qemu_bundles_change_back(b, o, n);
    return why ? err_put(why) : rc;
}

/* Where it takes more than one step, the guest stands still from the first to the last. */
static PRL_RESULT
change_over_held(struct backend_vm *b, const struct backend_overlay *o, int n, json_t *actions, bool *ret_was_sent)
{
    bool was_running = false;
    PRL_RESULT rc = n > 1 && qemu_bundles_any_move(o, n) ? qemu_bundles_hold(b, &was_running) : PRL_ERR_SUCCESS;

    if (PRL_FAILED(rc)) {
        json_decref(actions);
        return rc;
    }
    rc = change_over(b, o, n, actions, ret_was_sent);
    qemu_bundles_release(b, was_running);
    return rc;
}

/*
 * A transaction that is not answered in time may be made later, or never: the overlays stay, and the caller names them in the
 * configuration. Both outcomes are good then, since an empty overlay shows what is below it. Where no configuration can name them (over raw
 * images), it commits them back as soon as QEMU answers, or is gone.
 */
static PRL_RESULT
freeze(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    json_t *actions = NULL;
    PRL_RESULT rc = prepare_overlays(b, o, n);
    bool was_sent = false;

    if (PRL_SUCCEEDED(rc))
        rc = make_actions(b, o, n, &actions);
    if (PRL_SUCCEEDED(rc))
        rc = change_over_held(b, o, n, actions, &was_sent);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *e = err_take(rc);

        if (was_sent && rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
            commit_dead(b, o, n);
        else if (was_sent && rc == PRL_ERR_TIMEOUT)
            LOG_E("qemu", "%s: QEMU has not said whether it froze the disks", b->vm->uuid);
        else
            drop_overlays(b, o, n);
        return e ? err_put(e) : rc;
    }
    for (int i = 0; i < n; i++)
        note_image(b, o[i].node, o[i].overlay, !qemu_bundles_move(&o[i]));
    return qemu_bundles_settle(b, o, n);
}

PRL_RESULT
qemu_vm_freeze(struct vm *vm, struct task *t, const struct backend_overlay *o, int n)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    (void)t;
    if (PRL_FAILED(rc))
        return rc;
    pool_blocking_begin();
    rc = freeze(b, o, n);
    pool_blocking_end();
    return rc;
}

/* ---- commit back ---- */

static bool
job_is_ready_or_over(struct backend_vm *b, void *arg)
{
    struct backend_job *j = backend_vm_job_locked(b, arg);

    return !j || j->is_ready || j->has_ended;
}

static bool
job_is_over(struct backend_vm *b, void *arg)
{
    struct backend_job *j = backend_vm_job_locked(b, arg);

    return !j || j->has_ended;
}

static PRL_RESULT
job_outcome(struct backend_vm *b, const char *id)
{
    LOCK_SCOPE(&b->lock);
    struct backend_job *j = backend_vm_job_locked(b, id);

    if (!j)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "block job");
    return j->error ? err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU: '%s'", j->error) : PRL_ERR_SUCCESS;
}

/* A guest that writes fast moves the end away, but the job gets on. */
static bool
job_position(struct backend_vm *b, void *arg, int64_t deadline, uint64_t *ret)
{
    json_t *list = NULL, *item;
    bool is_found = false;
    size_t i;

    if (qmp_is_behind(b->qmp) || PRL_FAILED(qmp_call(b->qmp, "query-block-jobs", NULL, deadline, &list)))
        return false;
    json_array_foreach(list, i, item) {
        if (!str_eq(json_string_value(json_object_get(item, "device")), arg))
            continue;
        *ret = (uint64_t)json_integer_value(json_object_get(item, "offset"));
        is_found = true;
    }
    json_decref(list);
    return is_found;
}

/* QEMU does in order what it is told, so this one ends the job even if its start is not answered yet. Nobody waits for it. */
static void
cancel_job(struct backend_vm *b, const char *id)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());

    qmp_abandon(b->qmp, qmp_send(b->qmp, "block-job-cancel", json_pack("{s:s, s:b}", "device", id, "force", 1), -1, NULL));
    err_put(why);
}

static bool
job_is_over_now(struct backend_vm *b, const char *id)
{
    LOCK_SCOPE(&b->lock);

    return job_is_over(b, (void *)id);
}

static bool
is_completing(struct backend_vm *b, const char *id)
{
    LOCK_SCOPE(&b->lock);
    struct backend_job *j = backend_vm_job_locked(b, id);

    return j && j->stale;
}

static bool
set_completing(struct backend_vm *b, const char *id, const char *overlay)
{
    LOCK_SCOPE(&b->lock);
    struct backend_job *j = backend_vm_job_locked(b, id);

    if (j && !j->stale)
        j->stale = str_dup(overlay);
    return j && j->stale;
}

/*
 * From here on the VM may be back on its image at any moment, and whether it is has to be known, since one of the two, image and overlay, is stale
 * from then on. QEMU tells the end of the job in the same turn in which it changes over, before any guest can write: so what it has said by its
 * own end is the truth. What is not known in time is PRL_ERR_TRY_AGAIN: the job stays, and the next call waits on.
 */
static PRL_RESULT
complete_job(struct backend_vm *b, const char *id, const char *overlay)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (!set_completing(b, id, overlay))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "block job");
    if (!job_is_over_now(b, id) && !qmp_is_behind(b->qmp))
        rc = qmp_call(b->qmp, "job-complete", json_pack("{s:s}", "id", id), clock_deadline(qemu_vm_stall_ms()), NULL);
    if (PRL_SUCCEEDED(rc))
        rc = backend_vm_wait(b, job_is_over, (void *)id, clock_deadline(qemu_vm_stall_ms()));
    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        backend_vm_wait_buried(b, clock_deadline(KILL_MS)); /* then all that it said has been read */
    if (job_is_over_now(b, id))
        return PRL_ERR_SUCCESS;
    return rc == PRL_ERR_TIMEOUT ? err_set(PRL_ERR_TRY_AGAIN, "QEMU does not say whether it is back on its image (%s)", id) : rc;
}

/* Over the image again, or not: one way or the other. */
static PRL_RESULT
end_commit(struct backend_vm *b, const char *id, const char *overlay)
{
    PRL_RESULT rc = complete_job(b, id, overlay);

    if (rc == PRL_ERR_TRY_AGAIN)
        return rc;
    if (PRL_SUCCEEDED(rc))
        rc = job_outcome(b, id);
    backend_vm_forget_job(b, id);
    return rc;
}

static PRL_RESULT
run_commit(struct backend_vm *b, const char *id, const char *top, const char *base, const char *overlay)
{
    PRL_RESULT rc;

    backend_vm_forget_job(b, id);
    rc = qmp_call(b->qmp, "block-commit",
                  json_pack("{s:s, s:s, s:s, s:s}", "job-id", id, "device", top, "top-node", top, "base-node", base),
                  clock_deadline(qemu_vm_stall_ms()), NULL);
    if (PRL_SUCCEEDED(rc))
        rc = backend_vm_wait_moving(b, job_is_ready_or_over, job_position, (void *)id);
    if (rc == PRL_ERR_TIMEOUT)
        cancel_job(b, id);
    if (PRL_SUCCEEDED(rc))
        rc = job_outcome(b, id);
    if (PRL_SUCCEEDED(rc))
        return end_commit(b, id, overlay);
    backend_vm_forget_job(b, id);
    return rc;
}

static bool
has_raw_base(const struct backend_overlay *o, bool *ret_known)
{
    struct image_info info;
    bool is_raw;

    *ret_known = true;
    if (path_is_dir(o->image)) /* a bundle is no qcow2 file either */
        return true;
    *ret_known = PRL_SUCCEEDED(image_file_info(o->image, &info));
    if (!*ret_known)
        return false;
    is_raw = info.format == IMAGE_RAW;
    image_info_clear(&info);
    return is_raw;
}

/* *ret_was_there: false: the VM never went to the overlay, or is back already. */
static PRL_RESULT
begin_commit(struct backend_vm *b, const struct backend_overlay *o, const char *id, bool *ret_was_there)
{
    AUTO(cleanup_free) char *active = NULL;
    char top[NODE_MAX], base[NODE_MAX];
    PRL_RESULT rc = active_node(b, o->node, &active);

    if (PRL_FAILED(rc))
        return rc;
    overlay_node(o, o->overlay, top);
    *ret_was_there = strcmp(active, top) == 0;
    if (!*ret_was_there)
        return PRL_ERR_SUCCESS;
    overlay_node(o, o->image, base);
    if (!node_exists(b, base))
        snprintf(base, sizeof base, "%.31s", o->node);
    return run_commit(b, id, top, base, o->overlay);
}

static PRL_RESULT
commit_one(struct backend_vm *b, const struct backend_overlay *o)
{
    bool is_known, is_raw, was_there = true;
    char id[32];
    PRL_RESULT rc;

    if (qemu_bundles_move(o))
        return err_set(PRL_ERR_VM_OPERATION_FAILED, "'%s' is a bundle, which goes on where it is", o->overlay);
    snprintf(id, sizeof id, "commit-%.20s", o->node);
    rc = is_completing(b, id) ? end_commit(b, id, o->overlay) : begin_commit(b, o, id, &was_there);
    if (PRL_FAILED(rc))
        return rc;
    path_unlink_durable(o->overlay); /* at once: should QEMU end now, nobody may take it for newer than the image */
    if (!was_there)
        return rc;
    if (!qmp_is_open(b->qmp))
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU ended behind its last step");
    delete_nodes(b, o);
    is_raw = has_raw_base(o, &is_known);
    note_image(b, o->node, o->image, !(is_known && is_raw));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_vm_commit_back(struct vm *vm, struct task *t, const struct backend_overlay *o, int n)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    (void)t;
    if (PRL_FAILED(rc))
        return rc;
    pool_blocking_begin();
    for (int i = 0; i < n && PRL_SUCCEEDED(rc); i++)
        rc = commit_one(b, &o[i]);
    pool_blocking_end();
    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED) /* so that the caller sees it stopped and commits the files */
        backend_vm_wait_buried(b, clock_deadline(KILL_MS));
    return rc;
}

/* ---- resizing ---- */

/* By whatever node the disk is on now. QEMU writes the header, then the device says so to the guest. */
PRL_RESULT
qemu_vm_resize_disk(struct vm *vm, struct task *t, const char *node, uint64_t size_bytes)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    AUTO(cleanup_free) char *active = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    (void)t;
    if (PRL_FAILED(rc))
        return rc;
    pool_blocking_begin();
    rc = active_node(b, node, &active);
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call(b->qmp, "block_resize", json_pack("{s:s, s:I}", "node-name", active, "size", (json_int_t)size_bytes),
                      clock_deadline(QMP_SLOW_MS), NULL);
    pool_blocking_end();
    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        return backend_vm_died(b, PRL_ERR_DISK_RESIZE_FAILED, "block_resize");
    if (rc == PRL_ERR_VM_OPERATION_FAILED) {
        AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

        return err_set(PRL_ERR_DISK_RESIZE_FAILED, "%s", words ? words : node);
    }
    return rc;
}
