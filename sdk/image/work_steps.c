/* SPDX-License-Identifier: MIT */
/* The steps of long work: progress and cancel, the walk over what is not zero, new names beside a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/disk_links.h"
#include "image/file_io.h"
#include "image/hds.h"
#include "image/work_parts.h"

/* ---- progress ---- */

PRL_RESULT
work_report(const struct image_watch *watch, uint64_t done, uint64_t total)
{
    int permille = total ? (int)((__uint128_t)(done < total ? done : total) * 1000 / total) : 1000;

    if (!watch || !watch->report || watch->report(watch->arg, permille))
        return PRL_ERR_SUCCESS;
    return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "cancelled");
}

static bool
report_part(void *arg, int permille)
{
    const struct work_part *part = arg;

    if (!part->whole || !part->whole->report)
        return true;
    return part->whole->report(part->whole->arg, part->first + (part->last - part->first) * permille / 1000);
}

void
work_part_init(struct work_part *part, const struct image_watch *whole, int first, int last)
{
    part->whole = whole;
    part->first = first;
    part->last = last;
    part->watch.report = report_part;
    part->watch.arg = part;
}

/* ---- zeros ---- */

/* The first bytes by hand, the rest against its own beginning: memcmp is as fast as memory. */
bool
work_is_zero(const void *data, size_t size)
{
    const unsigned char *p = data;
    size_t head = size < 16 ? size : 16;

    for (size_t i = 0; i < head; i++)
        if (p[i])
            return false;
    return size == head || memcmp(p, p + head, size - head) == 0;
}

#define GRAIN 65536u

static uint64_t
least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Up to the next multiple of `grain`, or the end. */
static size_t
piece_length(uint64_t at, size_t left, uint32_t grain)
{
    return (size_t)least(grain - at % grain, left);
}

/* Gives away the runs of pieces that hold something. */
static PRL_RESULT
take_pieces(const unsigned char *buf, size_t size, uint64_t at, uint32_t grain, const struct work_sink *sink)
{
    size_t done = 0, run = 0; /* [done - run, done) is to be given */
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    while (done < size && PRL_SUCCEEDED(rc)) {
        size_t n = piece_length(at + done, size - done, grain);
        bool is_zero = work_is_zero(buf + done, n);

        if (is_zero && run) {
            rc = sink->take(sink->arg, buf + done - run, run, at + done - run);
            run = 0;
        }
        done += n;
        if (!is_zero)
            run += n;
    }
    if (run && PRL_SUCCEEDED(rc))
        rc = sink->take(sink->arg, buf + done - run, run, at + done - run);
    return rc;
}

/* Steps end at multiples of the grain, so that no piece is looked at in halves; the buffer has room for one whole grain at least. */
static PRL_RESULT
pump_run(const struct work_source *source, uint64_t at, uint64_t end, uint32_t grain, unsigned char *buf, size_t room, const struct work_sink *sink,
         const struct image_watch *watch)
{
    while (at < end) {
        size_t n = (size_t)least(room - at % grain, end - at);
        PRL_RESULT rc = work_report(watch, at, source->size);

        if (PRL_SUCCEEDED(rc))
            rc = source->read(source->arg, buf, n, at);
        if (PRL_SUCCEEDED(rc))
            rc = take_pieces(buf, n, at, grain, sink);
        if (PRL_FAILED(rc))
            return rc;
        at += n;
    }
    return PRL_ERR_SUCCESS;
}

/*
 * The data that begins at `at`, up to the end of the grain it ends in: a grain that is half data, half hole is still one piece, or its halves would
 * be written twice. No more than a gibibyte, so that extents need not be asked for further.
 */
static PRL_RESULT
find_run(const struct work_source *source, uint64_t at, uint32_t grain, bool *ret_is_data, uint64_t *ret_end)
{
    uint64_t length;
    bool is_data;
    PRL_RESULT rc = source->extent(source->arg, at, least(source->size - at, (uint64_t)1 << 30), &is_data, &length);

    if (PRL_FAILED(rc))
        return rc;
    if (!length)
        return err_set(PRL_ERR_DISK_GENERIC_ERROR, "an extent of no length at %llu", (unsigned long long)at);
    at += length;
    if (is_data && at % grain)
        at += grain - at % grain;
    *ret_is_data = is_data;
    *ret_end = least(at, source->size);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
work_pump(const struct work_source *source, uint32_t grain, const struct work_sink *sink, const struct image_watch *watch)
{
    uint32_t step = grain ? grain : GRAIN;
    size_t room = (WORK_STEP + step - 1) / step * step;
    AUTO(cleanup_free) unsigned char *buf = malloc(room);

    if (!buf)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%zu bytes", room);
    for (uint64_t at = 0, end = 0; at < source->size; at = end) {
        bool is_data = false;
        PRL_RESULT rc = work_report(watch, at, source->size);

        if (PRL_SUCCEEDED(rc))
            rc = find_run(source, at, step, &is_data, &end);
        if (PRL_SUCCEEDED(rc) && is_data)
            rc = pump_run(source, at, end, step, buf, room, sink, watch);
        if (PRL_FAILED(rc))
            return rc;
    }
    return work_report(watch, 1, 1);
}

/* ---- sources and sinks ---- */

static PRL_RESULT
disk_source_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    enum disk_extent_kind kind;
    PRL_RESULT rc = disk_extent(arg, offset, max, &kind, ret_length);

    if (PRL_SUCCEEDED(rc))
        *ret_is_data = kind == DISK_EXTENT_DATA;
    return rc;
}

static PRL_RESULT
disk_source_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    return disk_read(arg, buf, size, offset);
}

struct work_source
work_disk_source(struct disk *d)
{
    return (struct work_source){ disk_source_extent, disk_source_read, d, disk_size(d) };
}

PRL_RESULT
work_run_extent(PRL_RESULT rc, const struct image_run *run, bool *ret_is_data, uint64_t *ret_length)
{
    if (PRL_FAILED(rc))
        return rc;
    *ret_is_data = run->kind == RUN_DATA;
    *ret_length = run->length;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
bundle_source_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    struct image_run run;
    int depth;

    return work_run_extent(bundle_map(arg, offset, max, &run, &depth), &run, ret_is_data, ret_length);
}

static PRL_RESULT
bundle_source_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    return bundle_read(arg, buf, size, offset);
}

struct work_source
work_bundle_source(struct bundle *b)
{
    return (struct work_source){ bundle_source_extent, bundle_source_read, b, bundle_size(b) };
}

static PRL_RESULT
chain_source_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    struct image_run run;
    int depth;

    return work_run_extent(chain_map(arg, offset, max, &run, &depth), &run, ret_is_data, ret_length);
}

static PRL_RESULT
chain_source_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    return chain_read(arg, buf, size, offset);
}

struct work_source
work_chain_source(struct chain *c)
{
    return (struct work_source){ chain_source_extent, chain_source_read, c, chain_image(c, 0)->size_bytes };
}

/* A file system without holes says that all is data. */
static PRL_RESULT
file_source_extent(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length)
{
    const struct work_file *f = arg;
    off_t data = lseek(f->fd, (off_t)offset, SEEK_DATA), end;

    *ret_is_data = true;
    *ret_length = max;
    if (data < 0) {
        *ret_is_data = errno != ENXIO;
        return PRL_ERR_SUCCESS;
    }
    if ((uint64_t)data > offset) {
        *ret_is_data = false;
        *ret_length = least((uint64_t)data - offset, max);
        return PRL_ERR_SUCCESS;
    }
    end = lseek(f->fd, (off_t)offset, SEEK_HOLE);
    if (end > (off_t)offset)
        *ret_length = least((uint64_t)end - offset, max);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
file_source_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    const struct work_file *f = arg;
    size_t done;
    int e = file_read(f->fd, buf, size, offset, &done);

    if (e)
        return err_errno(PRL_ERR_FILE_READ_ERROR, -e, "'%s'", f->path);
    memset((char *)buf + done, 0, size - done);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
work_file_source(int fd, const char *path, struct work_file *file, struct work_source *ret)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_FILE_READ_ERROR, errno, "'%s'", path);
    *file = (struct work_file){ fd, path };
    *ret = (struct work_source){ file_source_extent, file_source_read, file, (uint64_t)st.st_size };
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
image_sink_take(void *arg, const void *data, size_t size, uint64_t offset)
{
    struct image *image = arg;

    return image->class->write(image, NULL, data, size, offset);
}

struct work_sink
work_image_sink(struct image *image)
{
    return (struct work_sink){ image_sink_take, image };
}

/* ---- opening and closing ---- */

PRL_RESULT
work_open_bundle_dir(const char *path, int *ret_dirfd)
{
    AUTO(cleanup_free) char *dir = path_is_dir(path) ? str_dup(path) : path_dirname(path);
    int fd;

    if (!dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(PRL_ERR_DISK_XML_OPEN_FAILED, errno, "'%s'", dir);
    *ret_dirfd = fd;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
first_failure(PRL_RESULT rc, struct err *said, PRL_RESULT closed)
{
    if (PRL_SUCCEEDED(rc))
        return closed;
    return said ? err_put(said) : rc;
}

PRL_RESULT
work_close_bundle(struct bundle *b, PRL_RESULT rc)
{
    AUTO(err_free) struct err *said = PRL_FAILED(rc) ? err_take(rc) : NULL;

    return first_failure(rc, said, bundle_close(b));
}

PRL_RESULT
work_close_chain(struct chain *c, PRL_RESULT rc)
{
    AUTO(err_free) struct err *said = PRL_FAILED(rc) ? err_take(rc) : NULL;

    return first_failure(rc, said, chain_close(c));
}

/* Below the directory that holds the bundle, or what the service has on record as the clone's base. `home`: that directory. */
static bool
may_follow(const char *bundle, const char *home, const char *file)
{
    AUTO(cleanup_free) char *named = path_is_absolute(file) ? str_dup(file) : path_join(bundle, file);
    AUTO(cleanup_free) char *real = named ? realpath(named, NULL) : NULL;

    return real && (path_is_inside(real, home) || disk_links_is_base(bundle, real));
}

/* A descriptor made elsewhere could name any file of the host, and its bytes would end up in the disk. */
static PRL_RESULT
refuse_strange_images(const char *path, const struct descriptor *d)
{
    AUTO(cleanup_free) char *real = realpath(path, NULL);
    AUTO(cleanup_free) char *bundle = !real || path_is_dir(real) ? str_dup(real) : path_dirname(real);
    AUTO(cleanup_free) char *home = bundle ? path_dirname(bundle) : NULL;

    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++) {
            const char *file = d->storages[i].images[k].file;

            if (bundle_is_external(file) && !may_follow(bundle, home, file))
                return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' names '%s', which is followed only for linked clones on record", path, file);
        }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
work_open_bundle(const char *path, unsigned flags, struct bundle **ret)
{
    AUTO(bundle_free) struct bundle *look = NULL;
    PRL_RESULT rc = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &look);
    struct bundle *b;

    if (PRL_SUCCEEDED(rc))
        rc = refuse_strange_images(path, bundle_descriptor(look));
    if (PRL_SUCCEEDED(rc))
        rc = bundle_open(path, flags | BUNDLE_ALLOW_EXTERNAL, &b);
    if (PRL_FAILED(rc))
        return rc;
    /* It may have become another one in between; from here on it is locked. */
    rc = refuse_strange_images(path, bundle_descriptor(b));
    if (PRL_FAILED(rc))
        return work_close_bundle(b, rc);
    *ret = b;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
work_open_hds(const char *path, struct chain **ret)
{
    struct image *image;
    PRL_RESULT rc = hds_open(AT_FDCWD, path, IMAGE_WRITE, &image);

    return PRL_FAILED(rc) ? rc : chain_new(&image, 1, image->size_bytes, ret);
}

/* ---- names ---- */

PRL_RESULT
work_place_open(const char *path, struct work_place *ret)
{
    AUTO_PLACE p = WORK_PLACE_INIT;
    AUTO(cleanup_free) char *dir = NULL;
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    dir = path_dirname(path);
    p.dir = dir ? realpath(dir, NULL) : NULL; /* absolute, so that no part of it reads as "driver:" to anybody */
    if (dir && !p.dir)
        return err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", dir);
    p.name = strndup(path, n);
    if (!p.dir || !p.name)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    memmove(p.name, path_basename(p.name), strlen(path_basename(p.name)) + 1);
    if (!p.name[0] || str_eq(p.name, ".") || str_eq(p.name, ".."))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' names no file", path);
    p.dirfd = open(p.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p.dirfd < 0)
        return err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", p.dir);
    *ret = p;
    p = (struct work_place)WORK_PLACE_INIT;
    return PRL_ERR_SUCCESS;
}

void
work_place_close(struct work_place *place)
{
    free(place->dir);
    free(place->name);
    cleanup_close(&place->dirfd);
    *place = (struct work_place)WORK_PLACE_INIT;
}

PRL_RESULT
work_make_file(const struct work_place *place, struct making *ret)
{
    int e = making_file(place->dir, place->name, ret);

    return e ? work_failed(PRL_ERR_DISK_FILE_CREATE_ERROR, e, "a new file beside '%s/%s'", place->dir, place->name) : PRL_ERR_SUCCESS;
}
