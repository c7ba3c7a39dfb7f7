/* SPDX-License-Identifier: MIT */
/*
 * What a crash may leave of one file. Its changes are recorded (file_watch); a state is what was synced, plus any part of what was not: any
 * subset of the sectors written since, in any order. Include it after cmocka.h.
 */
#ifndef PRLKVM_TESTS_FILE_RECORD_H
#define PRLKVM_TESTS_FILE_RECORD_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/file_io.h"

#define RECORD_SECTOR 512u
#define RECORD_BYTES (UINT64_C(8) << 20) /* data are written below that; a file may be longer, with zeros */

struct record_op {
    enum file_change change;
    uint64_t offset, size;
    unsigned char *data;
    unsigned mark; /* what the caller had noted when it was made */
};
struct record {
    struct record_op *ops;
    size_t n, room;
    unsigned mark; /* the caller's */
};
/* Contents of a file. */
struct record_file {
    unsigned char *data; /* RECORD_BYTES */
    uint64_t size;
    uint64_t used; /* behind it all of data is zeros */
};

static __attribute__((unused)) void
record_add(struct record *r, enum file_change change, uint64_t offset, uint64_t size, const void *data)
{
    struct record_op op = { change, offset, size, NULL, r->mark };

    if (data) {
        op.data = malloc(size);
        memcpy(op.data, data, size);
    }
    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 256;
        r->ops = realloc(r->ops, r->room * sizeof *r->ops);
    }
    r->ops[r->n++] = op;
}

static __attribute__((unused)) void
record_clear(struct record *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->ops[i].data);
    free(r->ops);
    *r = (struct record){ 0 };
}

static __attribute__((unused)) void
record_file_init(struct record_file *f, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    f->data = calloc(1, RECORD_BYTES);
    f->size = (uint64_t)st.st_size;
    assert_true(pread(fd, f->data, RECORD_BYTES, 0) >= 0);
    f->used = f->size < RECORD_BYTES ? f->size : RECORD_BYTES;
    close(fd);
}

static __attribute__((unused)) void
record_put(struct record_file *f, uint64_t offset, const unsigned char *data, uint64_t size)
{
    assert_true(offset + size <= RECORD_BYTES);
    memcpy(f->data + offset, data, size);
    if (offset + size > f->used)
        f->used = offset + size;
    if (offset + size > f->size)
        f->size = offset + size;
}

static __attribute__((unused)) void
record_apply(struct record_file *f, const struct record_op *op)
{
    if (op->change == FILE_WRITE)
        record_put(f, op->offset, op->data, op->size);
    if (op->change == FILE_TRUNCATE) {
        if (op->size < f->used) {
            memset(f->data + op->size, 0, f->used - op->size);
            f->used = op->size;
        }
        f->size = op->size;
    }
    if (op->change == FILE_ALLOCATE && op->offset + op->size > f->size)
        f->size = op->offset + op->size;
}

/* The same, but of a write only some of its sectors. */
static __attribute__((unused)) void
record_apply_torn(struct record_file *f, const struct record_op *op, uint64_t (*rnd)(uint64_t below))
{
    if (op->change != FILE_WRITE) {
        record_apply(f, op);
        return;
    }
    for (uint64_t at = op->offset, n; at < op->offset + op->size; at += n) {
        n = RECORD_SECTOR - at % RECORD_SECTOR;
        n = n < op->offset + op->size - at ? n : op->offset + op->size - at;
        if (rnd(2))
            record_put(f, at, op->data + (at - op->offset), n);
    }
}

/* Some of ops [first, end), some of them in part, in some order. */
static __attribute__((unused)) void
record_apply_some(struct record_file *f, const struct record *r, size_t first, size_t end, uint64_t (*rnd)(uint64_t below))
{
    size_t n = end - first, *order = malloc((n + 1) * sizeof *order);

    for (size_t i = 0; i < n; i++)
        order[i] = first + i;
    if (rnd(2))
        for (size_t i = n; i > 1; i--) {
            size_t k = rnd(i), t = order[i - 1];

            order[i - 1] = order[k];
            order[k] = t;
        }
    for (size_t i = 0; i < n; i++) {
        uint64_t fate = rnd(3);

        if (fate == 0)
            continue;
        if (fate == 1)
            record_apply(f, &r->ops[order[i]]);
        else
            record_apply_torn(f, &r->ops[order[i]], rnd);
    }
    free(order);
}

static __attribute__((unused)) void
record_copy(struct record_file *to, const struct record_file *from)
{
    memcpy(to->data, from->data, from->used);
    if (to->used > from->used)
        memset(to->data + from->used, 0, to->used - from->used);
    to->used = from->used;
    to->size = from->size;
}

static __attribute__((unused)) void
record_store(const struct record_file *f, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, f->data, f->used, 0), f->used);
    assert_int_equal(ftruncate(fd, (off_t)f->size), 0);
    close(fd);
}

#endif
