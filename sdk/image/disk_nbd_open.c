/* SPDX-License-Identifier: MIT */
/* Opening disks behind NBD: a file through a server of our own, or an address. */
#include "image/disk_nbd_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "image/nbd_uri.h"
#include "image/qcow2_direct.h"
#include "image/qcow2_header.h"
#include "prlsdk/PrlErrors.h"

#define RANK_NBD 88

static PRL_RESULT
take_facts(struct nbd_disk *d, bool is_write, struct nbd_link_facts *ret)
{
    nbd_link_facts(d->links[0], ret);
    d->export_bytes = ret->size_bytes;
    d->disk.size_bytes = (ret->size_bytes + 511) & ~UINT64_C(511);
    d->can_flush = ret->can_flush;
    if (is_write && ret->is_read_only)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' can only be read", d->uri ? d->uri : d->file);
    return PRL_ERR_SUCCESS;
}

static const struct disk_class class = {
    .read = nbd_disk_read,
    .write = nbd_disk_write,
    .flush = nbd_disk_flush,
    .runs = nbd_disk_runs,
    .changed = nbd_disk_changed,
    .close = nbd_disk_close,
};

static struct nbd_disk *
disk_new(void)
{
    struct nbd_disk *d = calloc(1, sizeof *d);

    if (!d) {
        err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
        return NULL;
    }
    d->disk.class = &class;
    lock_init(&d->lock, RANK_NBD);
    cond_init(&d->freed);
    return d;
}

static void
disk_drop(struct nbd_disk *d)
{
    nbd_disk_close(&d->disk);
    free(d);
}
CLEANUP_FOR(disk_drop, struct nbd_disk *)

/* Nothing is started: the headers have been looked at, which is all that is asked. */
static PRL_RESULT
open_fake(struct nbd_disk *d, const struct disk_spec *s)
{
    AUTO_FD int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct qcow2_info info;
    PRL_RESULT r;

    if (fd < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", s->path);
    if (s->kind != DISK_QCOW2)
        return PRL_ERR_SUCCESS;
    r = qcow2_info_read(fd, s->path, &info);
    if (PRL_FAILED(r))
        return r;
    d->disk.size_bytes = (info.size_bytes + 511) & ~UINT64_C(511);
    qcow2_info_clear(&info);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
open_served(struct nbd_disk *d, const struct disk_spec *s, struct nbd_source *source)
{
    struct nbd_link_facts facts;
    PRL_RESULT r = nbd_disk_serve(d, s->path, source, s->is_write, NBD_DISK_LINKS);

    if (PRL_FAILED(r) && r != PRL_ERR_DISK_SHARING_VIOLATION && source->bitmap) { /* a bitmap that only we can read is no reason not to open */
        free(TAKE(source->bitmap));
        r = nbd_disk_serve(d, s->path, source, s->is_write, NBD_DISK_LINKS);
    }
    if (PRL_SUCCEEDED(r))
        r = take_facts(d, s->is_write, &facts);
    if (PRL_SUCCEEDED(r) && s->kind == DISK_QCOW2 && !s->share_writers)
        d->direct = qcow2_direct_open(s->path, s->is_write);
    return r;
}

PRL_RESULT
disk_nbd_open(const struct disk_spec *s, struct disk **ret)
{
    AUTO(disk_drop) struct nbd_disk *d = disk_new();
    struct nbd_source source = { 0 };
    PRL_RESULT r;

    if (!d)
        return PRL_ERR_OUT_OF_MEMORY;
    d->file = str_dup(s->path);
    if (!d->file)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", s->path);
    r = nbd_source_find(s, &source);
    if (PRL_SUCCEEDED(r))
        r = s->is_fake ? open_fake(d, s) : open_served(d, s, &source);
    nbd_source_clear(&source);
    if (PRL_SUCCEEDED(r))
        *ret = &TAKE(d)->disk;
    return r;
}

PRL_RESULT
disk_nbd_open_url(const struct disk_spec *s, struct disk **ret)
{
    AUTO(disk_drop) struct nbd_disk *d = disk_new();
    struct nbd_link_args a = { .fd = -1 };
    struct nbd_link_facts facts;
    PRL_RESULT r;

    if (!d)
        return PRL_ERR_OUT_OF_MEMORY;
    d->uri = nbd_uri_of(s->path);
    if (!d->uri)
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no address of an NBD export", s->path);
    a.uri = d->uri;
    r = nbd_link_open(&a, &d->links[0]);
    if (PRL_FAILED(r))
        return r;
    d->n = d->n_free = 1;
    r = take_facts(d, s->is_write, &facts);
    /* Several writers need a server that keeps their views the same; readers too, when others may write. A refusal is no failure: one will do. */
    while (PRL_SUCCEEDED(r) && facts.can_multi_connect && d->n < NBD_DISK_LINKS && PRL_SUCCEEDED(nbd_link_open(&a, &d->links[d->n])))
        d->n_free = ++d->n;
    if (PRL_SUCCEEDED(r)) {
        err_clear();
        *ret = &TAKE(d)->disk;
    }
    return r;
}
