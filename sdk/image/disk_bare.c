/* SPDX-License-Identifier: MIT */
/* A bare file as a disk: an expanding image or raw bytes, as a chain of one image. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "image/chain_changed.h"
#include "image/disk_class.h"
#include "prlsdk/PrlErrors.h"

struct bare_disk {
    struct disk disk;
    struct chain *chain;
};

static struct chain *
of(struct disk *d)
{
    return ((struct bare_disk *)d)->chain;
}

static struct image *
bare_image(struct disk *d)
{
    return chain_image(of(d), 0);
}

static PRL_RESULT
read_it(struct disk *d, void *buf, size_t size, uint64_t offset)
{
    return chain_read(of(d), buf, size, offset);
}

static PRL_RESULT
write_it(struct disk *d, const void *buf, size_t size, uint64_t offset)
{
    return chain_write(of(d), buf, size, offset);
}

static PRL_RESULT
flush_it(struct disk *d)
{
    return chain_flush(of(d));
}

/*
 * A raw file's holes take no room. They are looked for at the file's position, which nothing else uses; a file system that knows no holes says
 * that all is data.
 */
static struct disk_run
raw_run(int fd, uint64_t offset, uint64_t max)
{
    off_t data = lseek(fd, (off_t)offset, SEEK_DATA);
    off_t hole;

    if (data < 0)
        return (struct disk_run){ errno == ENXIO ? DISK_EXTENT_ABSENT : DISK_EXTENT_DATA, max };
    if ((uint64_t)data > offset)
        return (struct disk_run){ DISK_EXTENT_ABSENT, (uint64_t)data - offset < max ? (uint64_t)data - offset : max };
    hole = lseek(fd, (off_t)offset, SEEK_HOLE);
    if (hole <= (off_t)offset)
        return (struct disk_run){ DISK_EXTENT_DATA, max };
    return (struct disk_run){ DISK_EXTENT_DATA, (uint64_t)hole - offset < max ? (uint64_t)hole - offset : max };
}

static PRL_RESULT
runs(struct disk *d, uint64_t offset, uint64_t max, struct disk_run *out, int room, int *ret_n)
{
    int n = 0;

    while (n < room && max) {
        if (d->kind == DISK_RAW) {
            out[n] = raw_run(bare_image(d)->fd, offset, max);
        } else {
            struct image_run run;
            int depth;
            PRL_RESULT r = chain_map(of(d), offset, max, &run, &depth);

            if (PRL_FAILED(r))
                return r;
            out[n] = (struct disk_run){ run.kind == RUN_DATA ? DISK_EXTENT_DATA : DISK_EXTENT_ABSENT, run.length };
        }
        offset += out[n].length;
        max -= out[n].length;
        n++;
    }
    *ret_n = n;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
changed(struct disk *d, const char *from, const char *to, struct disk_map *m)
{
    const struct changed_part part = { d->path, of(d), NULL, 0, d->size_bytes };
    char first[UUID_TEXT], last[UUID_TEXT];
    bool has_last = to && uuid_parse(to, last);

    if (!uuid_parse(from, first))
        return err_set(PRL_ERR_NO_DATA, "'%.40s' is no uuid of a point in time", from);
    return chain_changed(&part, first, has_last ? last : NULL, m);
}

static PRL_RESULT
close_it(struct disk *d)
{
    return chain_close(of(d));
}

static const struct disk_class class = {
    .read = read_it,
    .write = write_it,
    .flush = flush_it,
    .runs = runs,
    .changed = changed,
    .close = close_it,
    .bare_image = bare_image,
};

/* A disk is whole sectors: what is missing in the last one reads as zeros. */
static PRL_RESULT
open_raw(const struct disk_spec *s, unsigned flags, struct image **ret)
{
    struct stat st;

    if (stat(s->path, &st) < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", s->path);
    return plain_open(AT_FDCWD, s->path, flags, ((uint64_t)st.st_size + 511) & ~(uint64_t)511, ret);
}

PRL_RESULT
disk_bare_open(const struct disk_spec *s, struct disk **ret)
{
    /* A fake opening looks beside whoever has it. */
    unsigned flags = (s->is_write ? IMAGE_WRITE : 0) | (s->no_check ? IMAGE_NO_CHECK : 0) |
                     (s->share_writers || s->is_fake ? IMAGE_SHARE_WRITERS : 0);
    struct image *image = NULL;
    struct bare_disk *d = NULL;
    PRL_RESULT r = s->kind == DISK_RAW ? open_raw(s, flags, &image) : hds_open(AT_FDCWD, s->path, flags, &image);

    if (PRL_FAILED(r))
        return r;
    d = calloc(1, sizeof *d);
    if (!d) {
        image_free(image);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", s->path);
    }
    d->disk.size_bytes = image->size_bytes;
    d->disk.class = &class;
    r = chain_new(&image, 1, image->size_bytes, &d->chain);
    if (PRL_FAILED(r)) {
        free(d);
        return r;
    }
    *ret = &d->disk;
    return PRL_ERR_SUCCESS;
}
