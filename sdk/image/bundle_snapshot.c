/* SPDX-License-Identifier: MIT */
/* Create, switch, delete: what the tree shall be afterwards, as a copy of the descriptor. bundle_change.c makes it so. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "image/bundle_inside.h"

/* ---- what they have in common ---- */

static PRL_RESULT
no_memory(const struct bundle *b)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
}

/* A node of the tree that is not the active one. */
static PRL_RESULT
find_snapshot(const struct bundle *b, const char *guid, char ret[UUID_TEXT])
{
    char name[UUID_TEXT];

    if (!uuid_parse(guid, name) || descriptor_shot(b->d, name) < 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has no snapshot '%.40s'", b->path, guid ? guid : "");
    if (strcmp(name, b->d->active) == 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s': %s is the active node, no snapshot", b->path, name);
    memcpy(ret, name, UUID_TEXT);
    return PRL_ERR_SUCCESS;
}

static int
chain_length_of(const struct descriptor *d, const char *guid)
{
    AUTO(cleanup_free) int *chain = malloc(((size_t)d->n_shots + 1) * sizeof *chain);

    return chain ? descriptor_chain(d, guid, chain) : -1;
}

/* An image of the active node in each storage, to be made. */
static PRL_RESULT
add_active_images(struct bundle *b, struct descriptor *next)
{
    AUTO(cleanup_free) char *bundle_name = bundle_name_at(b->dirfd);

    for (int i = 0; bundle_name && i < next->n_storages; i++) {
        AUTO(cleanup_free) char *file = bundle_new_file_name(bundle_name, i);

        if (!file || !descriptor_add_image(next, i, next->active, false, file))
            return no_memory(b);
    }
    return bundle_name ? PRL_ERR_SUCCESS : no_memory(b);
}

/* The active node as a new child of `parent`, with new images. */
static PRL_RESULT
add_active_node(struct bundle *b, struct descriptor *next, const char *parent)
{
    int n = chain_length_of(next, parent);

    if (n < 0)
        return no_memory(b);
    if (n >= BUNDLE_MAX_CHAIN)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': snapshot %s has %d images below it already; delete some snapshots first",
                       b->path, parent, n);
    return descriptor_add_shot(next, next->active, parent) ? add_active_images(b, next) : no_memory(b);
}

/* ---- create ---- */

static PRL_RESULT
check_new_name(const struct bundle *b, const char *guid, char ret[UUID_TEXT])
{
    char name[UUID_TEXT];

    if (!uuid_parse(guid, name))
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%.40s' is no GUID", guid ? guid : "");
    if (strcmp(name, UUID_NIL) == 0 || strcmp(name, DESCRIPTOR_OF_BACKUP) == 0 || strcmp(name, DESCRIPTOR_ACTIVE) == 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "%s cannot be the name of a snapshot", name);
    if (descriptor_shot(b->d, name) >= 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has a snapshot %s already", b->path, name);
    memcpy(ret, name, UUID_TEXT);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
bundle_snapshot_create(struct bundle *b, const char *guid)
{
    AUTO(descriptor_free) struct descriptor *next = NULL;
    char name[UUID_TEXT];
    PRL_RESULT r = bundle_begin_change(b);

    if (PRL_SUCCEEDED(r))
        r = check_new_name(b, guid, name);
    if (PRL_SUCCEEDED(r))
        r = descriptor_copy(b->d, &next);
    if (PRL_FAILED(r))
        return r;
    descriptor_rename_shot(next, next->active, name);
    r = add_active_node(b, next, name);
    return PRL_FAILED(r) ? r : bundle_commit(b, TAKE(next));
}

/* ---- switch ---- */

/* The snapshot's own images become the active node's. */
static PRL_RESULT
become(struct bundle *b, struct descriptor *next, const char *guid)
{
    if (descriptor_children(next, guid, NULL))
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': snapshot %s has children, it cannot be dropped", b->path, guid);
    for (int i = 0; i < next->n_storages; i++)
        if (bundle_is_external(descriptor_image(next, i, guid)->file))
            return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': snapshot %s belongs to another disk, it cannot be dropped",
                           b->path, guid);
    descriptor_rename_shot(next, guid, next->active);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
bundle_snapshot_switch(struct bundle *b, const char *guid, bool drop_snapshot)
{
    AUTO(descriptor_free) struct descriptor *next = NULL;
    char name[UUID_TEXT];
    PRL_RESULT r = bundle_begin_change(b);

    if (PRL_SUCCEEDED(r))
        r = find_snapshot(b, guid, name);
    if (PRL_SUCCEEDED(r))
        r = descriptor_copy(b->d, &next);
    if (PRL_FAILED(r))
        return r;
    descriptor_remove_shot(next, next->active);
    r = drop_snapshot ? become(b, next, name) : add_active_node(b, next, name);
    return PRL_FAILED(r) ? r : bundle_commit(b, TAKE(next));
}

/* ---- delete ---- */

static PRL_RESULT
delete_nodes(struct bundle *b, const char *guid)
{
    AUTO(descriptor_free) struct descriptor *next = NULL;
    PRL_RESULT r = descriptor_copy(b->d, &next);

    if (PRL_FAILED(r))
        return r;
    if (!descriptor_remove_subtree(next, guid))
        return no_memory(b);
    if (descriptor_shot(next, next->active) < 0)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': the active node stands on snapshot %s, so its subtree cannot be deleted",
                       b->path, guid);
    return bundle_commit(b, TAKE(next));
}

PRL_RESULT
bundle_snapshot_delete(struct bundle *b, const char *guid, bool with_subtree, const struct image_watch *watch)
{
    char name[UUID_TEXT];
    PRL_RESULT r;
    int n;

    if (b->flags & BUNDLE_WRITE && b->chains && uuid_parse(guid, name) && strcmp(name, UUID_NIL) != 0 && strcmp(name, b->d->merging) == 0)
        return bundle_finish_merge(b, watch); /* that is what was begun */
    r = bundle_begin_change(b);
    if (PRL_SUCCEEDED(r))
        r = find_snapshot(b, guid, name);
    if (PRL_FAILED(r))
        return r;
    n = descriptor_children(b->d, name, NULL);
    if (with_subtree || n == 0)
        return delete_nodes(b, name);
    if (n > 1)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': snapshot %s has %d children, it cannot be merged into one of them",
                       b->path, name, n);
    return bundle_merge(b, name, watch);
}

/* ---- all into one ---- */

struct step_watch {
    const struct image_watch *watch;
    int done, steps;
};

static bool
report_step(void *arg, int permille)
{
    const struct step_watch *s = arg;

    return s->watch->report(s->watch->arg, (s->done * 1000 + permille) / s->steps);
}

/* From the root on: each image is then copied once, down into the one that has most. */
PRL_RESULT
bundle_merge_all(struct bundle *b, const struct image_watch *watch)
{
    struct step_watch steps = { watch, 0, 1 };
    const struct image_watch step = { report_step, &steps };
    PRL_RESULT r = bundle_begin_change(b);
    int n;

    if (PRL_FAILED(r))
        return r;
    n = chain_length_of(b->d, b->d->active);
    if (n < 0)
        return no_memory(b);
    if (n != b->d->n_shots)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has snapshots beside the active node's, which merging would destroy",
                       b->path);
    steps.steps = n > 1 ? n - 1 : 1;
    for (; b->d->n_shots > 1 && PRL_SUCCEEDED(r); steps.done++) {
        char root[UUID_TEXT];

        for (int i = 0; i < b->d->n_shots; i++)
            if (strcmp(b->d->shots[i].parent, UUID_NIL) == 0)
                memcpy(root, b->d->shots[i].guid, UUID_TEXT);
        r = bundle_merge(b, root, watch && watch->report ? &step : NULL);
    }
    return r;
}
