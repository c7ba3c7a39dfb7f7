/* SPDX-License-Identifier: MIT */
/* Which blocks changed between two points in time: storage by storage, see chain_changed.h. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/bundle_inside.h"
#include "image/chain_changed.h"

/*
 * The snapshots that the images of b->node's chain are of. The active node is none, and one that is being merged away may have been changed
 * already.
 */
static PRL_RESULT
snapshots_of(const struct bundle *b, const char ***ret)
{
    AUTO(cleanup_free) int *nodes = calloc((size_t)b->d->n_shots + 1, sizeof *nodes);
    const char **names = calloc((size_t)b->d->n_shots + 1, sizeof *names);
    int n;

    if (!nodes || !names) {
        free(names);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
    }
    n = descriptor_chain(b->d, b->node, nodes);
    for (int i = 0; i < n; i++) {
        const char *guid = b->d->shots[nodes[i]].guid;

        if (strcmp(guid, b->d->active) != 0 && strcmp(guid, b->d->merging) != 0)
            names[i] = guid;
    }
    *ret = names;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
bundle_changed(struct bundle *b, const char *from, const char *to, struct disk_map *m)
{
    AUTO(cleanup_free) const char **snapshots = NULL;
    char first[UUID_TEXT], last[UUID_TEXT];
    bool has_last = to && uuid_parse(to, last);
    PRL_RESULT r;

    if (!b->chains)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s': its images are not open", b->path);
    if (!from || !uuid_parse(from, first))
        return err_set(PRL_ERR_NO_DATA, "'%.40s' is no uuid of a point in time", from ? from : "");
    r = snapshots_of(b, &snapshots);
    for (int i = 0; i < b->d->n_storages && PRL_SUCCEEDED(r); i++) {
        const struct descriptor_storage *s = &b->d->storages[i];
        const struct changed_part part = { b->path, b->chains[i], snapshots, s->start_sector * SECTOR_BYTES, storage_bytes(s) };

        r = chain_changed(&part, first, has_last ? last : NULL, m);
    }
    return r;
}
