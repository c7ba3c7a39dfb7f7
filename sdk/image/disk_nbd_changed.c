/* SPDX-License-Identifier: MIT */
/* Which blocks changed: bitmaps of qcow2 files and of exports, as contexts of NBD. */
#include "image/disk_nbd_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "prlsdk/PrlErrors.h"

#define RUNS 1024

static PRL_RESULT
gather(struct nbd_disk *d, struct nbd_link *l, const char *context, struct disk_map *m)
{
    AUTO(cleanup_free) struct disk_run *list = calloc(RUNS, sizeof *list);
    uint64_t at = 0;

    if (!list)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "map of blocks");
    while (at < d->export_bytes) {
        int n = 0;
        PRL_RESULT r = nbd_link_runs(l, context, at, d->export_bytes - at, list, RUNS, &n);

        if (PRL_FAILED(r))
            return r;
        for (int i = 0; i < n; i++) {
            if (list[i].kind == DISK_EXTENT_DATA)
                disk_map_set(m, at, list[i].length);
            at += list[i].length;
        }
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
no_bitmap(const struct nbd_disk *d, const char *uuid)
{
    return err_set(PRL_ERR_NO_DATA, "'%s' has no record of the changes since '%s'", d->disk.path, uuid);
}

/* An export of somebody else: a connection of its own, which asks for the bitmap in the ways that a uuid can be spelled. */
static PRL_RESULT
changed_there(struct nbd_disk *d, const char *uuid, struct disk_map *m)
{
    char braced[UUID_TEXT], bare[UUID_BARE];
    AUTO(nbd_link_close) struct nbd_link *l = NULL;
    AUTO(cleanup_free) char *as_given = str_printf(NBD_BITMAP_PREFIX "%s", uuid);
    AUTO(cleanup_free) char *with_braces = NULL;
    AUTO(cleanup_free) char *without = NULL;
    const char *contexts[4] = { as_given };
    struct nbd_link_args a = { .fd = -1, .uri = d->uri, .contexts = contexts };
    int n = 1;
    PRL_RESULT r;

    if (!as_given || strlen(uuid) > 255)
        return no_bitmap(d, uuid);
    if (uuid_parse(uuid, braced)) {
        uuid_bare(braced, bare);
        with_braces = str_printf(NBD_BITMAP_PREFIX "%s", braced);
        without = str_printf(NBD_BITMAP_PREFIX "%s", bare);
        if (with_braces && strcmp(with_braces, as_given) != 0)
            contexts[n++] = with_braces;
        if (without && strcmp(without, as_given) != 0)
            contexts[n++] = without;
    }
    r = nbd_link_open(&a, &l);
    for (int i = 0; PRL_SUCCEEDED(r) && i < n; i++)
        if (nbd_link_has_context(l, contexts[i]))
            return gather(d, l, contexts[i], m);
    return PRL_FAILED(r) ? r : no_bitmap(d, uuid);
}

static bool
is_bitmap_of(const char *context, const char *uuid)
{
    char a[UUID_TEXT], b[UUID_TEXT];

    return context && uuid_parse(context + strlen(NBD_BITMAP_PREFIX), a) && uuid_parse(uuid, b) && strcmp(a, b) == 0;
}

/* One of several bitmaps of a file that we read: a server that tells of this one, for the moment. */
static PRL_RESULT
changed_in_file(struct nbd_disk *d, const char *uuid, struct disk_map *m)
{
    struct nbd_disk other = { .disk = { .path = d->disk.path }, .export_bytes = d->export_bytes };
    struct nbd_source s = { 0 };
    PRL_RESULT r = nbd_source_bitmap(d->file, uuid, &s.bitmap);

    if (PRL_SUCCEEDED(r) && !s.bitmap)
        r = no_bitmap(d, uuid);
    if (PRL_SUCCEEDED(r))
        r = refs_of(d->file, "qcow2", &s.refs);
    if (PRL_SUCCEEDED(r))
        r = nbd_source_key(d->file, &s);
    if (PRL_SUCCEEDED(r))
        r = nbd_disk_serve(&other, d->file, &s, false, 1);
    if (PRL_SUCCEEDED(r)) {
        r = gather(&other, other.links[0], other.bitmap, m);
        nbd_link_close(other.links[0]);
        nbd_server_stop(other.server, PRL_FAILED(r));
        free(other.bitmap);
    }
    nbd_source_clear(&s);
    return r;
}

/*
 * `to` is not looked at: bitmaps here are all of one image and tell of changes up to now; a block that changed after `to` may have changed before it
 * as well.
 */
PRL_RESULT
nbd_disk_changed(struct disk *disk, const char *from, const char *to, struct disk_map *m)
{
    struct nbd_disk *d = nbd_disk_of(disk);
    struct nbd_link *l;
    PRL_RESULT r;

    (void)to;
    if (d->uri)
        return changed_there(d, from, m);
    if (is_bitmap_of(d->bitmap, from)) {
        r = nbd_disk_take(d, PRL_ERR_FILE_READ_ERROR, &l);
        if (PRL_FAILED(r))
            return r;
        r = nbd_link_has_context(l, d->bitmap) ? gather(d, l, d->bitmap, m) : no_bitmap(d, from);
        nbd_disk_give(d, l);
        return r;
    }
    /* While we write the file its bitmaps are in our server's memory. */
    return disk->kind == DISK_QCOW2 && !disk->is_writable ? changed_in_file(d, from, m) : no_bitmap(d, from);
}
