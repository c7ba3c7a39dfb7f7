/* SPDX-License-Identifier: MIT */
/*
 * Is a descriptor consistent? Storages that cover the disk, a tree with one root and no loop, one image of each node in each storage. Files
 * of some MiB hold tens of thousands of nodes, so names are looked up in sorted lists.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/descriptor_inside.h"

/* ---- storages ---- */

static PRL_RESULT
check_storages(const struct descriptor *d)
{
    uint64_t at = 0;

    if (!d->n_storages)
        return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "no Storage");
    if (d->n_storages > DESCRIPTOR_MAX_STORAGES)
        return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "%d storages, at most %d are allowed", d->n_storages, DESCRIPTOR_MAX_STORAGES);
    for (int i = 0; i < d->n_storages; i++) {
        const struct descriptor_storage *s = &d->storages[i];

        if (s->start_sector != at)
            return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "storage %d starts at sector %" PRIu64 ", %s %" PRIu64, i, s->start_sector,
                           i ? "the one before ends at" : "not at", at);
        if (s->end_sector <= s->start_sector)
            return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "storage %d ends at sector %" PRIu64 ", where it starts or before",
                           i, s->end_sector);
        if (!s->cluster_sectors || s->cluster_sectors > DESCRIPTOR_MAX_CLUSTER)
            return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "storage %d: Blocksize %" PRIu32, i, s->cluster_sectors);
        at = s->end_sector;
    }
    if (at != d->size_sectors)
        return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "the last storage ends at sector %" PRIu64 ", the disk at %" PRIu64,
                       at, d->size_sectors);
    return PRL_ERR_SUCCESS;
}

/* ---- tree ---- */

static int
by_guid(const void *a, const void *b)
{
    return strcmp((*(const struct descriptor_shot *const *)a)->guid, (*(const struct descriptor_shot *const *)b)->guid);
}

static const struct descriptor_shot *
find(const struct descriptor_shot **sorted, int n, const char *guid)
{
    struct descriptor_shot key;
    const struct descriptor_shot *wanted = &key, **found;

    memcpy(key.guid, guid, UUID_TEXT);
    found = bsearch(&wanted, sorted, (size_t)n, sizeof *sorted, by_guid);
    return found ? *found : NULL;
}

/* Every way up ends at the root; each node is walked over once. walked: zeros, one byte per shot. */
static PRL_RESULT
check_loops(const struct descriptor *d, const struct descriptor_shot **sorted, unsigned char *walked)
{
    enum { NEW, ON_THIS_WAY, GOOD };

    for (int i = 0; i < d->n_shots; i++) {
        const struct descriptor_shot *s = &d->shots[i];

        for (; s && walked[s - d->shots] == NEW; s = find(sorted, d->n_shots, s->parent))
            walked[s - d->shots] = ON_THIS_WAY;
        if (s && walked[s - d->shots] == ON_THIS_WAY)
            return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "snapshot %s is its own ancestor", s->guid);
        for (s = &d->shots[i]; s && walked[s - d->shots] == ON_THIS_WAY; s = find(sorted, d->n_shots, s->parent))
            walked[s - d->shots] = GOOD;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_parents(const struct descriptor *d, const struct descriptor_shot **sorted)
{
    const struct descriptor_shot *root = NULL;

    for (int i = 0; i < d->n_shots; i++) {
        const struct descriptor_shot *s = sorted[i];

        if (strcmp(s->guid, UUID_NIL) == 0)
            return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "a snapshot with the nil GUID");
        if (i && strcmp(s->guid, sorted[i - 1]->guid) == 0)
            return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "two snapshots are %s", s->guid);
        if (strcmp(s->parent, UUID_NIL) == 0) {
            if (root)
                return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "both %s and %s have no parent", root->guid, s->guid);
            root = s;
        } else if (!find(sorted, d->n_shots, s->parent)) {
            return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "snapshot %s has the parent %s, which is not there", s->guid, s->parent);
        }
        if (strcmp(s->parent, d->active) == 0)
            return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "the active node %s has a child, %s", d->active, s->guid);
    }
    if (!root)
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "every snapshot has a parent: none is the root");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_tree(const struct descriptor *d, const struct descriptor_shot **sorted)
{
    AUTO(cleanup_free) unsigned char *walked = calloc((size_t)d->n_shots, 1);
    PRL_RESULT r = check_parents(d, sorted);

    if (!walked)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a snapshot tree");
    if (PRL_FAILED(r))
        return r;
    if (!find(sorted, d->n_shots, d->active))
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "the active node %s is no snapshot", d->active);
    if (strcmp(d->active, DESCRIPTOR_OF_BACKUP) == 0)
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "%s is active, the name of a backup's node", d->active);
    if (strcmp(d->merging, UUID_NIL) != 0 && (!find(sorted, d->n_shots, d->merging) || descriptor_children(d, d->merging, NULL) != 1))
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "a merge into %s is noted, which has no single child", d->merging);
    return check_loops(d, sorted, walked);
}

/* ---- images ---- */

static int
image_by_guid(const void *a, const void *b)
{
    return strcmp((*(const struct descriptor_image *const *)a)->guid, (*(const struct descriptor_image *const *)b)->guid);
}

static int
image_by_file(const void *a, const void *b)
{
    return strcmp((*(const struct descriptor_image *const *)a)->file, (*(const struct descriptor_image *const *)b)->file);
}

/* Both lists sorted by GUID must be the same; that is said of the first that differs. */
static PRL_RESULT
compare_guids(int storage, const struct descriptor_image **images, int n, const struct descriptor_shot **shots, int n_shots)
{
    for (int i = 0; i < n || i < n_shots; i++) {
        int order = i >= n ? 1 : i >= n_shots ? -1 : strcmp(images[i]->guid, shots[i]->guid);

        if (order > 0)
            return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "storage %d has no image of the node %s", storage, shots[i]->guid);
        if (order < 0)
            return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "storage %d: %s image of %s, '%s'", storage,
                           i && strcmp(images[i]->guid, images[i - 1]->guid) == 0 ? "a second" : "the tree knows no node for the",
                           images[i]->guid, images[i]->file);
        if (images[i]->is_plain && strcmp(shots[i]->parent, UUID_NIL) != 0)
            return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "storage %d: the plain image '%s' belongs to a node with a parent",
                           storage, images[i]->file);
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_files(const struct descriptor_image **images, int n)
{
    static const char *const ours[] = { DESCRIPTOR_FILE, DESCRIPTOR_BACKUP, DESCRIPTOR_NEW, DESCRIPTOR_LOCK };

    qsort(images, (size_t)n, sizeof *images, image_by_file);
    for (int i = 0; i < n; i++) {
        if (i && strcmp(images[i]->file, images[i - 1]->file) == 0)
            return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s' is named twice", images[i]->file);
        for (size_t k = 0; k < ARRAY_LEN(ours); k++)
            if (strcmp(images[i]->file, ours[k]) == 0)
                return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s' as an image", ours[k]);
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_images(const struct descriptor *d, const struct descriptor_shot **sorted)
{
    AUTO(cleanup_free) const struct descriptor_image **images = NULL;
    size_t n = 0, at = 0;
    PRL_RESULT r;

    for (int i = 0; i < d->n_storages; i++)
        n += (size_t)d->storages[i].n_images;
    images = malloc((n + 1) * sizeof *images);
    if (!images)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%zu images", n);
    for (int i = 0; i < d->n_storages; i++) {
        const struct descriptor_storage *s = &d->storages[i];

        for (int k = 0; k < s->n_images; k++)
            images[at + (size_t)k] = &s->images[k];
        qsort(images + at, (size_t)s->n_images, sizeof *images, image_by_guid);
        r = compare_guids(i, images + at, s->n_images, sorted, d->n_shots);
        if (PRL_FAILED(r))
            return r;
        at += (size_t)s->n_images;
    }
    return check_files(images, (int)n);
}

PRL_RESULT
descriptor_check(const struct descriptor *d)
{
    AUTO(cleanup_free) const struct descriptor_shot **sorted = malloc(((size_t)d->n_shots + 1) * sizeof *sorted);
    PRL_RESULT r = check_storages(d);

    if (PRL_FAILED(r))
        return r;
    if (!sorted)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%d snapshots", d->n_shots);
    for (int i = 0; i < d->n_shots; i++)
        sorted[i] = &d->shots[i];
    qsort(sorted, (size_t)d->n_shots, sizeof *sorted, by_guid);
    r = check_tree(d, sorted);
    return PRL_FAILED(r) ? r : check_images(d, sorted);
}
