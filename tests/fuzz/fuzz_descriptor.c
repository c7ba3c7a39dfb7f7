/* SPDX-License-Identifier: MIT */
/*
 * DiskDescriptor.xml. What parses is walked over, written and read again, changed as snapshots change it, and opened as a bundle, for
 * reading: in a directory with a few images whose names the seeds have.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xml.h"
#include "image/bundle.h"
#include "image/hds.h"

#define IMAGE_SECTORS 20480
#define NODE "{eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee}"

static char dir[] = "/tmp/prlkvm-fuzz-XXXXXX";
static int dirfd_ = -1;

static void
remove_dir(void)
{
    close(dirfd_);
    path_remove_tree(dir);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const images[] = { "a.hds", "b.hds", "c.hds" };
    const struct hds_new args = { .size_sectors = IMAGE_SECTORS, .cluster_sectors = 2048 };

    xml_init();
    FUZZ_CHECK(mkdtemp(dir));
    dirfd_ = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    atexit(remove_dir);
    for (size_t i = 0; i < ARRAY_LEN(images); i++)
        FUZZ_CHECK(PRL_SUCCEEDED(hds_create(dirfd_, images[i], &args, NULL)));
    FUZZ_CHECK(PRL_SUCCEEDED(plain_create(dirfd_, "p.img", IMAGE_SECTORS * 512, NULL)));
    return 0;
}

/* What the rules promise to whoever walks over it. */
static void
walk(const struct descriptor *d)
{
    int *chain = calloc((size_t)d->n_shots + 1, sizeof *chain);
    uint64_t at = 0;
    int n;

    FUZZ_CHECK(chain && d->n_shots > 0 && d->n_storages > 0);
    n = descriptor_chain(d, d->active, chain);
    FUZZ_CHECK(n > 0 && n <= d->n_shots && strcmp(d->shots[chain[n - 1]].parent, UUID_NIL) == 0);
    FUZZ_CHECK(descriptor_children(d, d->active, chain) == 0);
    for (int i = 0; i < d->n_storages; i++) {
        const struct descriptor_storage *s = &d->storages[i];

        FUZZ_CHECK(s->start_sector == at && s->end_sector > at && s->n_images == d->n_shots && s->cluster_sectors);
        at = s->end_sector;
        for (int k = 0; k < d->n_shots && k < 64; k++) {
            const struct descriptor_image *image = descriptor_image(d, i, d->shots[k].guid);

            FUZZ_CHECK(image && image->file[0]);
        }
    }
    FUZZ_CHECK(at == d->size_sectors && at <= DESCRIPTOR_MAX_SECTORS);
    FUZZ_CHECK(strcmp(d->merging, UUID_NIL) == 0 || descriptor_children(d, d->merging, NULL) == 1);
    free(chain);
}

static void
assert_same(const struct descriptor *a, const struct descriptor *b)
{
    FUZZ_CHECK(a->size_sectors == b->size_sectors && a->n_shots == b->n_shots && a->n_storages == b->n_storages);
    FUZZ_CHECK(a->cylinders == b->cylinders && a->heads == b->heads && a->sectors == b->sectors);
    FUZZ_CHECK(strcmp(a->active, b->active) == 0 && strcmp(a->merging, b->merging) == 0 && strcmp(a->uid, b->uid) == 0);
    for (int i = 0; i < a->n_storages; i++)
        for (int k = 0; k < a->storages[i].n_images; k++)
            FUZZ_CHECK(strcmp(a->storages[i].images[k].file, b->storages[i].images[k].file) == 0);
}

/* A snapshot, and it goes again. */
static void
change(struct descriptor *d)
{
    struct descriptor *with = NULL, *without = NULL;
    int n = d->n_shots;

    if (descriptor_shot(d, NODE) >= 0)
        return;
    descriptor_rename_shot(d, d->active, NODE);
    FUZZ_CHECK(descriptor_add_shot(d, d->active, NODE));
    for (int i = 0; i < d->n_storages; i++) {
        char file[32];

        snprintf(file, sizeof file, "fuzz-new-%d", i);
        FUZZ_CHECK(descriptor_add_image(d, i, d->active, false, file));
    }
    if (PRL_FAILED(descriptor_copy(d, &with))) /* too large now, or has such a file */
        return;
    walk(with);
    FUZZ_CHECK(with->n_shots == n + 1);
    descriptor_remove_shot(with, with->active);
    descriptor_rename_shot(with, NODE, with->active);
    FUZZ_CHECK(PRL_SUCCEEDED(descriptor_copy(with, &without)));
    walk(without);
    FUZZ_CHECK(without->n_shots == n);
    descriptor_free(with);
    descriptor_free(without);
}

static void
open_bundle(const uint8_t *data, size_t size)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    int fd = openat(dirfd_, DESCRIPTOR_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct bundle_report report;
    struct image_run run;
    char buf[4096];
    int depth;

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    if (PRL_SUCCEEDED(bundle_open(dir, 0, &b))) {
        size_t n = bundle_size(b) < sizeof buf ? (size_t)bundle_size(b) : sizeof buf;

        bundle_read(b, buf, n, 0);
        bundle_read(b, buf, n, bundle_size(b) - n);
        FUZZ_CHECK(PRL_FAILED(bundle_map(b, 0, bundle_size(b), &run, &depth)) || (run.length && run.length <= bundle_size(b)));
    }
    bundle_check(dir, false, NULL, NULL, &report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(descriptor_free) struct descriptor *d = NULL, *copy = NULL;

    if (PRL_FAILED(descriptor_parse((const char *)data, size, &d)))
        return 0;
    walk(d);
    if (PRL_SUCCEEDED(descriptor_copy(d, &copy))) {
        walk(copy);
        assert_same(d, copy);
        change(copy);
    }
    open_bundle(data, size);
    return 0;
}
