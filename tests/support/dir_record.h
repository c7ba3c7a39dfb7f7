/* SPDX-License-Identifier: MIT */
/*
 * What a crash may leave of a directory of files. Every change is recorded (file_watch), then states are made anew from the start: what was synced is
 * there; of the rest all, nothing, or any part: of a file any of the changes not yet synced, of the directory's names a first few of them, as a
 * journalled file system has it, new files perhaps left out, as another one may. Include it after cmocka.h.
 */
#ifndef PRLKVM_TESTS_DIR_RECORD_H
#define PRLKVM_TESTS_DIR_RECORD_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "image/file_io.h"

#define DIR_NODES 64
#define DIR_NAME 200

struct dir_op {
    enum file_change change;
    int node; /* of a change of a file, and of what a name is given to; -1: unlink, or nothing we look at */
    char name[DIR_NAME], to[DIR_NAME];
    uint64_t offset, size;
    unsigned char *data;
};
struct dir_names {
    char name[DIR_NODES][DIR_NAME]; /* of each node; "": it has none */
};
struct dir_file {
    unsigned char *data;
    uint64_t size, room;
};
struct dir_record {
    char path[512];
    struct dir_op *ops;
    size_t n, room;
    int n_nodes;
    struct dir_file first[DIR_NODES]; /* as they were at the start */
    struct dir_names first_names, now;
    struct file_watch watch;
    long fail_at; /* this change fails with fail_with, -1: none */
    int fail_with;
};

/* ---- files in memory ---- */

static __attribute__((unused)) void
dir_file_size(struct dir_file *f, uint64_t size)
{
    if (size > f->room) {
        f->data = realloc(f->data, size);
        assert_non_null(f->data);
        f->room = size;
    }
    if (size > f->size)
        memset(f->data + f->size, 0, size - f->size);
    f->size = size;
}

static __attribute__((unused)) void
dir_file_apply(struct dir_file *f, const struct dir_op *op)
{
    uint64_t end = op->offset + op->size;

    if (op->change == FILE_TRUNCATE) {
        dir_file_size(f, op->size);
    } else if (op->change == FILE_WRITE || op->change == FILE_ALLOCATE) {
        if (end > f->size)
            dir_file_size(f, end);
        if (op->change == FILE_WRITE)
            memcpy(f->data + op->offset, op->data, op->size);
    } else if (op->change == FILE_PUNCH && op->offset < f->size) {
        memset(f->data + op->offset, 0, (end < f->size ? end : f->size) - op->offset);
    }
}

/* ---- recording ---- */

static __attribute__((unused)) int
dir_find(const struct dir_names *names, const char *name)
{
    for (int i = 0; name && name[0] && i < DIR_NODES; i++)
        if (strcmp(names->name[i], name) == 0)
            return i;
    return -1;
}

/* A file that lost its last name stays a node without one: nobody can find it after a crash. */
static __attribute__((unused)) void
dir_names_apply(struct dir_names *names, const struct dir_op *op)
{
    int old;

    switch (op->change) {
    case FILE_CREATE:
        snprintf(names->name[op->node], DIR_NAME, "%s", op->name);
        break;
    case FILE_RENAME:
        old = dir_find(names, op->to);
        if (old >= 0)
            names->name[old][0] = '\0';
        snprintf(names->name[op->node], DIR_NAME, "%s", op->to);
        break;
    case FILE_UNLINK:
        old = dir_find(names, op->name);
        if (old >= 0)
            names->name[old][0] = '\0';
        break;
    default:
        break;
    }
}

/* By the name that it has now, which the kernel knows. */
static __attribute__((unused)) int
dir_node_of_fd(struct dir_record *r, int fd)
{
    char link[64], path[1024], *base;
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    if (n <= 0)
        return -1;
    path[n] = '\0';
    base = strrchr(path, '/');
    return base ? dir_find(&r->now, base + 1) : -1;
}

static __attribute__((unused)) int
dir_before(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    struct dir_record *r = arg;
    struct dir_op op = { .change = change, .node = -1, .offset = offset, .size = size };

    if (r->fail_at >= 0 && r->n == (size_t)r->fail_at) {
        r->fail_at = -1;
        return r->fail_with;
    }
    snprintf(op.name, sizeof op.name, "%s", name ? name : "");
    snprintf(op.to, sizeof op.to, "%s", to ? to : "");
    if (change == FILE_CREATE) {
        assert_true(r->n_nodes < DIR_NODES);
        op.node = r->n_nodes++;
    } else if (change == FILE_RENAME) {
        op.node = dir_find(&r->now, op.name);
        assert_true(op.node >= 0);
    } else if (change == FILE_LINK) {
        /* A second name is a node of its own here, with the contents that the first one has by then: the files so linked are not written again. */
        op.node = dir_find(&r->now, op.name);
        assert_true(op.node >= 0);
    } else if (change != FILE_UNLINK && change != FILE_SYNC_DIR) {
        op.node = dir_node_of_fd(r, fd);
    }
    if (data && change == FILE_WRITE) {
        op.data = malloc(size ? size : 1);
        memcpy(op.data, data, size);
    }
    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 256;
        r->ops = realloc(r->ops, r->room * sizeof *r->ops);
        assert_non_null(r->ops);
    }
    r->ops[r->n++] = op;
    dir_names_apply(&r->now, &op);
    return 0;
}

static __attribute__((unused)) void
dir_record_start(struct dir_record *r, const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    memset(r, 0, sizeof *r);
    r->fail_at = -1;
    snprintf(r->path, sizeof r->path, "%s", path);
    assert_non_null(d);
    while ((e = readdir(d))) {
        char *full, *text = NULL;
        size_t n;

        if (e->d_name[0] == '.' && (!e->d_name[1] || e->d_name[1] == '.'))
            continue;
        full = path_join(path, e->d_name);
        assert_int_equal(path_read(full, 256u << 20, &text, &n), 0);
        assert_true(r->n_nodes < DIR_NODES && strlen(e->d_name) < DIR_NAME);
        memcpy(r->first_names.name[r->n_nodes], e->d_name, strlen(e->d_name) + 1);
        r->first[r->n_nodes] = (struct dir_file){ (unsigned char *)text, n, n };
        r->n_nodes++;
        free(full);
    }
    closedir(d);
    r->now = r->first_names;
    r->watch = (struct file_watch){ dir_before, r };
    file_watch_set(&r->watch);
}

static __attribute__((unused)) void
dir_record_stop(struct dir_record *r)
{
    file_watch_set(NULL);
}

static __attribute__((unused)) void
dir_record_clear(struct dir_record *r)
{
    file_watch_set(NULL);
    for (size_t i = 0; i < r->n; i++)
        free(r->ops[i].data);
    for (int i = 0; i < r->n_nodes; i++)
        free(r->first[i].data);
    free(r->ops);
    memset(r, 0, sizeof *r);
}

/* ---- states ---- */

enum dir_crash { DIR_ALL, DIR_SYNCED, DIR_SOME };

static __attribute__((unused)) bool
dir_is_name_op(const struct dir_op *op)
{
    return op->change == FILE_CREATE || op->change == FILE_RENAME || op->change == FILE_LINK || op->change == FILE_UNLINK;
}

/* Of the first `end` changes: where the directory was last synced. */
static __attribute__((unused)) size_t
dir_synced_end(const struct dir_record *r, size_t end)
{
    size_t synced = 0;

    for (size_t i = 0; i < end; i++)
        if (r->ops[i].change == FILE_SYNC_DIR)
            synced = i;
    return synced;
}

static __attribute__((unused)) bool
dir_is_synced(const struct dir_record *r, size_t at, size_t end)
{
    for (size_t i = at + 1; i < end; i++)
        if (r->ops[i].change == FILE_SYNC && r->ops[i].node == r->ops[at].node)
            return true;
    return false;
}

static __attribute__((unused)) void
dir_make_file(const struct dir_record *r, int node, size_t end, enum dir_crash how, uint64_t (*rnd)(uint64_t below), struct dir_file *ret)
{
    const struct dir_file *first = &r->first[node];

    memset(ret, 0, sizeof *ret);
    if (first->size) {
        dir_file_size(ret, first->size);
        memcpy(ret->data, first->data, first->size);
    }
    for (size_t i = 0; i < end; i++) {
        const struct dir_op *op = &r->ops[i];

        if (op->node != node || dir_is_name_op(op) || op->change == FILE_SYNC)
            continue;
        if (how == DIR_ALL || dir_is_synced(r, i, end) || (how == DIR_SOME && rnd(2)))
            dir_file_apply(ret, op);
    }
}

static __attribute__((unused)) void
dir_store(const char *dir, const char *name, const struct dir_file *f)
{
    char *path = path_join(dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    for (uint64_t at = 0, n; at < f->size; at += n) { /* holes stay holes */
        n = f->size - at < 65536 ? f->size - at : 65536;
        if (f->data[at] || memcmp(f->data + at, f->data + at + 1, n - 1) != 0)
            assert_int_equal(pwrite(fd, f->data + at, n, (off_t)at), n);
    }
    assert_int_equal(ftruncate(fd, (off_t)f->size), 0);
    close(fd);
    free(path);
}

/* `to` is removed first. */
static __attribute__((unused)) void
dir_make_state(const struct dir_record *r, size_t end, enum dir_crash how, uint64_t (*rnd)(uint64_t below), const char *to)
{
    struct dir_names names = r->first_names;
    size_t synced = dir_synced_end(r, end);
    size_t names_end = how == DIR_ALL ? end : how == DIR_SYNCED ? synced : rnd(2) ? end : synced + rnd(end - synced + 1);
    bool is_lost[DIR_NODES] = { false };
    char second[8][DIR_NAME];
    int n_second = 0, second_of[8];

    path_remove_tree(to);
    assert_int_equal(mkdir(to, 0700), 0);
    for (size_t i = 0; i < names_end; i++) {
        const struct dir_op *op = &r->ops[i];

        if (how == DIR_SOME && op->change == FILE_CREATE && i >= synced && !rnd(4))
            is_lost[op->node] = true;
        if (op->node >= 0 && is_lost[op->node])
            continue;
        for (int k = 0; k < n_second; k++)
            if (op->change == FILE_UNLINK && strcmp(second[k], op->name) == 0)
                second[k][0] = '\0';
            else if (op->change == FILE_RENAME && strcmp(second[k], op->name) == 0)
                snprintf(second[k], DIR_NAME, "%s", op->to);
        if (op->change == FILE_LINK) {
            assert_true(n_second < 8);
            snprintf(second[n_second], DIR_NAME, "%s", op->to);
            second_of[n_second++] = op->node;
        } else {
            dir_names_apply(&names, op);
        }
    }
    for (int node = 0; node < r->n_nodes; node++) {
        struct dir_file f;

        dir_make_file(r, node, end, how, rnd, &f);
        if (names.name[node][0])
            dir_store(to, names.name[node], &f);
        for (int k = 0; k < n_second; k++)
            if (second_of[k] == node && second[k][0])
                dir_store(to, second[k], &f);
        free(f.data);
    }
}

#endif
