/* SPDX-License-Identifier: MIT */
/* Descriptors in memory: life, lookups, changes of the tree. */
#include "image/descriptor.h"

#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "image/descriptor_inside.h"

/* ---- life ---- */

struct descriptor *
descriptor_new(uint64_t size_sectors, const char *name)
{
    AUTO(descriptor_free) struct descriptor *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->size_sectors = size_sectors;
    geometry_of(size_sectors, &d->cylinders, &d->heads, &d->sectors);
    d->physical_sector_bytes = 4096;
    d->logical_sector_bytes = 512;
    uuid_make(d->uid);
    strcpy(d->active, DESCRIPTOR_ACTIVE);
    strcpy(d->merging, UUID_NIL);
    d->name = str_dup(name);
    if ((name && !d->name) || !descriptor_add_shot(d, d->active, UUID_NIL))
        return NULL;
    return TAKE(d);
}

static void
storage_free(struct descriptor_storage *s)
{
    for (int i = 0; i < s->n_images; i++)
        free(s->images[i].file);
    free(s->images);
}

void
descriptor_free(struct descriptor *d)
{
    if (!d)
        return;
    for (int i = 0; i < d->n_storages; i++)
        storage_free(&d->storages[i]);
    free(d->storages);
    free(d->shots);
    free(d->name);
    xmlFreeDoc(d->document);
    free(d);
}

PRL_RESULT
descriptor_copy(struct descriptor *d, struct descriptor **ret)
{
    size_t len;
    AUTO(cleanup_free) char *text = descriptor_text(d, &len);
    PRL_RESULT r;

    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a copy of the descriptor");
    r = descriptor_parse(text, len, ret);
    if (PRL_SUCCEEDED(r))
        (*ret)->is_from_backup = d->is_from_backup;
    return r;
}

/* ---- lookups ---- */

int
descriptor_shot(const struct descriptor *d, const char *guid)
{
    for (int i = 0; i < d->n_shots; i++)
        if (strcmp(d->shots[i].guid, guid) == 0)
            return i;
    return -1;
}

int
descriptor_chain(const struct descriptor *d, const char *guid, int *ret_chain)
{
    int n = 0;

    for (int i = descriptor_shot(d, guid); i >= 0 && n < d->n_shots; i = descriptor_shot(d, d->shots[i].parent))
        ret_chain[n++] = i;
    return n;
}

int
descriptor_children(const struct descriptor *d, const char *guid, int *ret_children)
{
    int n = 0;

    for (int i = 0; i < d->n_shots; i++) {
        if (strcmp(d->shots[i].parent, guid) != 0)
            continue;
        if (ret_children)
            ret_children[n] = i;
        n++;
    }
    return n;
}

struct descriptor_image *
descriptor_image(const struct descriptor *d, int storage, const char *guid)
{
    const struct descriptor_storage *s = &d->storages[storage];

    for (int i = 0; i < s->n_images; i++)
        if (strcmp(s->images[i].guid, guid) == 0)
            return &s->images[i];
    return NULL;
}

/* ---- changes ---- */

/* Room for one more; the arrays are small, so they grow one by one. */
static void *
grown(void *array, int n, size_t item_bytes)
{
    return realloc(array, ((size_t)n + 1) * item_bytes);
}

bool
descriptor_add_storage(struct descriptor *d, uint64_t start_sector, uint64_t end_sector, uint32_t cluster_sectors, bool is_preallocated)
{
    struct descriptor_storage *storages = grown(d->storages, d->n_storages, sizeof *storages);

    if (!storages)
        return false;
    d->storages = storages;
    storages[d->n_storages++] = (struct descriptor_storage){
        .start_sector = start_sector,
        .end_sector = end_sector,
        .cluster_sectors = cluster_sectors,
        .is_preallocated = is_preallocated,
    };
    return true;
}

bool
descriptor_add_shot(struct descriptor *d, const char *guid, const char *parent)
{
    struct descriptor_shot *shots = grown(d->shots, d->n_shots, sizeof *shots), *shot;

    if (!shots)
        return false;
    d->shots = shots;
    shot = &shots[d->n_shots++];
    memset(shot, 0, sizeof *shot);
    memcpy(shot->guid, guid, UUID_TEXT);
    memcpy(shot->parent, parent, UUID_TEXT);
    return true;
}

bool
descriptor_add_image(struct descriptor *d, int storage, const char *guid, bool is_plain, const char *file)
{
    struct descriptor_storage *s = &d->storages[storage];
    struct descriptor_image *images = grown(s->images, s->n_images, sizeof *images), *image;

    if (!images)
        return false;
    s->images = images;
    image = &images[s->n_images];
    memset(image, 0, sizeof *image);
    memcpy(image->guid, guid, UUID_TEXT);
    image->is_plain = is_plain;
    image->file = strdup(file);
    if (!image->file)
        return false;
    s->n_images++;
    return true;
}

void
descriptor_remove_shot(struct descriptor *d, const char *guid)
{
    int shot = descriptor_shot(d, guid);

    for (int i = 0; i < d->n_storages; i++) {
        struct descriptor_storage *s = &d->storages[i];
        struct descriptor_image *image = descriptor_image(d, i, guid);

        if (!image)
            continue;
        free(image->file);
        memmove(image, image + 1, (size_t)(s->images + --s->n_images - image) * sizeof *image);
    }
    if (shot >= 0) {
        d->n_shots--;
        memmove(&d->shots[shot], &d->shots[shot + 1], (size_t)(d->n_shots - shot) * sizeof *d->shots);
    }
}

/* gone: one per shot, those below the ones that are set are set too. room: for as many numbers. */
static void
mark_below(const struct descriptor *d, bool *gone, int *room, int first)
{
    int n = 1;

    room[0] = first;
    gone[first] = true;
    while (n) {
        const char *parent = d->shots[room[--n]].guid;

        for (int i = 0; i < d->n_shots; i++)
            if (!gone[i] && strcmp(d->shots[i].parent, parent) == 0) {
                gone[i] = true;
                room[n++] = i;
            }
    }
}

static void
remove_images(struct descriptor *d, struct descriptor_storage *s, const bool *gone)
{
    int kept = 0;

    for (int i = 0; i < s->n_images; i++) {
        int shot = descriptor_shot(d, s->images[i].guid);

        if (shot >= 0 && gone[shot])
            free(s->images[i].file);
        else
            s->images[kept++] = s->images[i];
    }
    s->n_images = kept;
}

bool
descriptor_remove_subtree(struct descriptor *d, const char *guid)
{
    AUTO(cleanup_free) bool *gone = calloc((size_t)d->n_shots + 1, sizeof *gone);
    AUTO(cleanup_free) int *room = malloc(((size_t)d->n_shots + 1) * sizeof *room);
    int shot = descriptor_shot(d, guid), kept = 0;

    if (!gone || !room)
        return false;
    if (shot < 0)
        return true;
    mark_below(d, gone, room, shot);
    for (int i = 0; i < d->n_storages; i++)
        remove_images(d, &d->storages[i], gone);
    for (int i = 0; i < d->n_shots; i++)
        if (!gone[i])
            d->shots[kept++] = d->shots[i];
    d->n_shots = kept;
    return true;
}

void
descriptor_rename_shot(struct descriptor *d, const char *guid, const char *to)
{
    char old[UUID_TEXT];

    memcpy(old, guid, sizeof old); /* it may be one of those that change */
    for (int i = 0; i < d->n_shots; i++) {
        if (strcmp(d->shots[i].guid, old) == 0)
            memcpy(d->shots[i].guid, to, UUID_TEXT);
        if (strcmp(d->shots[i].parent, old) == 0)
            memcpy(d->shots[i].parent, to, UUID_TEXT);
    }
    for (int i = 0; i < d->n_storages; i++) {
        struct descriptor_image *image = descriptor_image(d, i, old);

        if (image)
            memcpy(image->guid, to, UUID_TEXT);
    }
}
