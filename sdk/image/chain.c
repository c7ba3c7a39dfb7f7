/* SPDX-License-Identifier: MIT */
#include "image/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/file_io.h"
#include "image/image_file.h"

struct chain {
    uint64_t size_bytes;
    struct image_parent below; /* images[1] .. as the active image sees them */
    int n;
    struct image *images[];
};

/* The run at offset, at most max bytes, looking from image `depth` on; *ret_depth is n where all of them have nothing. */
static PRL_RESULT
chain_find(struct chain *c, int depth, uint64_t offset, uint64_t max, struct image_run *ret_run, int *ret_depth)
{
    for (; depth < c->n; depth++) {
        struct image *image = c->images[depth];
        struct image_run run;
        PRL_RESULT r;

        if (offset >= image->size_bytes)
            continue;
        if (max > image->size_bytes - offset)
            max = image->size_bytes - offset;
        r = image->class->map(image, offset, max, &run);
        if (PRL_FAILED(r))
            return r;
        if (run.kind == RUN_DATA) {
            *ret_run = run;
            *ret_depth = depth;
            return PRL_ERR_SUCCESS;
        }
        max = run.length;
    }
    *ret_run = (struct image_run){ RUN_ABSENT, max, 0 };
    *ret_depth = c->n;
    return PRL_ERR_SUCCESS;
}

/* What the file does not have, or no longer, is zeros. */
static PRL_RESULT
read_run(struct image *image, void *buf, size_t size, uint64_t host)
{
    size_t done;
    int e = file_read(image->fd, buf, size, host, &done);

    if (e)
        return image_read_error(image, e);
    if (done < size)
        memset((char *)buf + done, 0, size - done);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
read_from(struct chain *c, int first, char *buf, size_t size, uint64_t offset)
{
    while (size) {
        struct image_run run;
        int depth;
        PRL_RESULT r = chain_find(c, first, offset, size, &run, &depth);

        if (PRL_SUCCEEDED(r) && depth < c->n)
            r = read_run(c->images[depth], buf, (size_t)run.length, run.host);
        else if (PRL_SUCCEEDED(r))
            memset(buf, 0, (size_t)run.length);
        if (PRL_FAILED(r))
            return r;
        buf += run.length;
        size -= (size_t)run.length;
        offset += run.length;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
below_read(void *arg, void *buf, size_t size, uint64_t offset)
{
    return read_from(arg, 1, buf, size, offset);
}

static bool
below_is_absent(void *arg, uint64_t offset, uint64_t size)
{
    struct chain *c = arg;

    while (size) {
        struct image_run run;
        int depth;

        if (PRL_FAILED(chain_find(c, 1, offset, size, &run, &depth)) || depth < c->n)
            return false;
        offset += run.length;
        size -= run.length;
    }
    return true;
}

PRL_RESULT
chain_new(struct image **images, int n, uint64_t size_bytes, struct chain **ret)
{
    struct chain *c = malloc(sizeof *c + (size_t)n * sizeof c->images[0]);

    if (!c) {
        for (int i = 0; i < n; i++)
            image_free(images[i]);
        return PRL_ERR_OUT_OF_MEMORY;
    }
    *c = (struct chain){ .size_bytes = size_bytes, .below = { below_read, below_is_absent, c }, .n = n };
    memcpy(c->images, images, (size_t)n * sizeof c->images[0]);
    *ret = c;
    return PRL_ERR_SUCCESS;
}

static bool
is_inside(const struct chain *c, uint64_t size, uint64_t offset)
{
    return offset <= c->size_bytes && size <= c->size_bytes - offset;
}

PRL_RESULT
chain_read(struct chain *c, void *buf, size_t size, uint64_t offset)
{
    if (!is_inside(c, size, offset))
        return err_set(PRL_ERR_DISK_READ_OUT_DISK, "%zu bytes at %ju of %ju", size, (uintmax_t)offset, (uintmax_t)c->size_bytes);
    return read_from(c, 0, buf, size, offset);
}

PRL_RESULT
chain_write(struct chain *c, const void *buf, size_t size, uint64_t offset)
{
    if (!is_inside(c, size, offset))
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "%zu bytes at %ju of %ju", size, (uintmax_t)offset, (uintmax_t)c->size_bytes);
    return c->images[0]->class->write(c->images[0], c->n > 1 ? &c->below : NULL, buf, size, offset);
}

PRL_RESULT
chain_flush(struct chain *c)
{
    return c->images[0]->class->flush(c->images[0]);
}

PRL_RESULT
chain_map(struct chain *c, uint64_t offset, uint64_t max, struct image_run *ret_run, int *ret_depth)
{
    if (!max || !is_inside(c, max, offset))
        return err_set(PRL_ERR_DISK_READ_OUT_DISK, "%ju bytes at %ju of %ju", (uintmax_t)max, (uintmax_t)offset,
                       (uintmax_t)c->size_bytes);
    return chain_find(c, 0, offset, max, ret_run, ret_depth);
}

int
chain_length(const struct chain *c)
{
    return c->n;
}

struct image *
chain_image(struct chain *c, int depth)
{
    return c->images[depth];
}

PRL_RESULT
chain_close(struct chain *c)
{
    PRL_RESULT first = PRL_ERR_SUCCESS;

    if (!c)
        return first;
    for (int i = 0; i < c->n; i++) {
        PRL_RESULT r = image_close(c->images[i]);

        if (PRL_SUCCEEDED(first))
            first = r;
    }
    free(c);
    return first;
}

void
chain_free(struct chain *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->n; i++)
        image_free(c->images[i]);
    free(c);
}
