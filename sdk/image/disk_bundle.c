/* SPDX-License-Identifier: MIT */
/* A bundle as a disk: bundle.c does the work. */
#include <stdlib.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/disk_class.h"
#include "image/disk_links.h"
#include "prlsdk/PrlErrors.h"

struct bundle_disk {
    struct disk disk;
    struct bundle *bundle;
};

static struct bundle *
of(struct disk *d)
{
    return ((struct bundle_disk *)d)->bundle;
}

static PRL_RESULT
read_it(struct disk *d, void *buf, size_t size, uint64_t offset)
{
    return bundle_read(of(d), buf, size, offset);
}

static PRL_RESULT
write_it(struct disk *d, const void *buf, size_t size, uint64_t offset)
{
    return bundle_write(of(d), buf, size, offset);
}

static PRL_RESULT
flush_it(struct disk *d)
{
    return bundle_flush(of(d));
}

static PRL_RESULT
runs(struct disk *d, uint64_t offset, uint64_t max, struct disk_run *out, int room, int *ret_n)
{
    int n = 0;

    while (n < room && max) {
        struct image_run run;
        int depth;
        PRL_RESULT r = bundle_map(of(d), offset, max, &run, &depth);

        if (PRL_FAILED(r))
            return r;
        out[n++] = (struct disk_run){ run.kind == RUN_DATA ? DISK_EXTENT_DATA : DISK_EXTENT_ABSENT, run.length };
        offset += run.length;
        max -= run.length;
    }
    *ret_n = n;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
changed(struct disk *d, const char *from, const char *to, struct disk_map *m)
{
    return bundle_changed(of(d), from, to, m);
}

static PRL_RESULT
close_it(struct disk *d)
{
    return bundle_close(of(d));
}

static const struct disk_class class = {
    .read = read_it,
    .write = write_it,
    .flush = flush_it,
    .runs = runs,
    .changed = changed,
    .close = close_it,
    .bundle = of,
};

/* A linked clone that is on record, all of whose images outside are in what it stands on. */
static bool
is_linked(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    const struct descriptor *d;

    if (PRL_FAILED(bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b)))
        return false;
    d = bundle_descriptor(b);
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++) {
            const char *file = d->storages[i].images[k].file;
            AUTO(cleanup_free) char *named = path_is_absolute(file) ? str_dup(file) : path_join(path, file);

            if (bundle_is_external(file) && (!named || !disk_links_is_base(path, named)))
                return false;
        }
    return true;
}

PRL_RESULT
disk_bundle_open(const struct disk_spec *s, struct disk **ret)
{
    unsigned flags = (s->is_write ? BUNDLE_WRITE : 0) | (s->no_check ? BUNDLE_NO_CHECK : 0) | (s->share_writers ? BUNDLE_SHARE_WRITERS : 0);
    AUTO(bundle_free) struct bundle *b = NULL;
    struct bundle_disk *d;
    PRL_RESULT r = bundle_open(s->path, s->is_fake ? BUNDLE_DESCRIPTOR_ONLY : flags, &b);

    if (r == PRL_ERR_DISK_NOT_PERMITTED && is_linked(s->path))
        r = bundle_open(s->path, flags | BUNDLE_ALLOW_EXTERNAL, &b);
    if (PRL_FAILED(r))
        return r;
    d = calloc(1, sizeof *d);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", s->path);
    d->disk.size_bytes = bundle_size(b);
    d->disk.class = &class;
    d->bundle = TAKE(b);
    *ret = &d->disk;
    return PRL_ERR_SUCCESS;
}
