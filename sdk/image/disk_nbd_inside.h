/* SPDX-License-Identifier: MIT */
/* What the disk_nbd*.c files share. */
#ifndef PRLKVM_IMAGE_DISK_NBD_INSIDE_H
#define PRLKVM_IMAGE_DISK_NBD_INSIDE_H

#include <stdatomic.h>

#include "base/lock.h"
#include "image/disk_class.h"
#include "image/disk_refs.h"
#include "image/nbd_link.h"
#include "image/nbd_server.h"

#define NBD_DISK_LINKS 4
#define NBD_BITMAP_PREFIX "qemu:dirty-bitmap:"

struct nbd_disk {
    struct disk disk;
    struct nbd_server *server; /* NULL: somebody else's */
    char *file;                /* canonical, of ours; NULL: an address */
    char *uri;                 /* of somebody else's */
    char *bitmap;              /* context of the bitmap that the links know, or NULL */
    uint64_t export_bytes;     /* may end inside the last sector */
    bool can_flush;
    struct qcow2_direct *direct; /* the short way to what is allocated already, or NULL */
    atomic_int sync_failed;      /* of it, -errno: the kernel reports a loss once, and the next sync would say that all is well */
    int n;                     /* links; constant once open */

    struct lock lock;          /* rank 88 */
    struct cond freed;
    struct nbd_link *links[NBD_DISK_LINKS]; /* under lock: those that nobody uses come first */
    int n_free;
    uint64_t turns;            /* under lock: how often a link came back */
    bool is_dead;              /* under lock: a link died */
};

static inline struct nbd_disk *
nbd_disk_of(struct disk *d)
{
    return (struct nbd_disk *)d;
}

/* disk_nbd.c */
/* A link for one command of this thread, code: the error when there is none any more; and back. */
PRL_RESULT nbd_disk_take(struct nbd_disk *d, PRL_RESULT code, struct nbd_link **ret);
void nbd_disk_give(struct nbd_disk *d, struct nbd_link *l);
PRL_RESULT nbd_disk_read(struct disk *disk, void *buf, size_t size, uint64_t offset);
PRL_RESULT nbd_disk_write(struct disk *disk, const void *buf, size_t size, uint64_t offset);
PRL_RESULT nbd_disk_flush(struct disk *disk);
PRL_RESULT nbd_disk_runs(struct disk *disk, uint64_t offset, uint64_t max, struct disk_run *out, int room, int *ret_n);
PRL_RESULT nbd_disk_close(struct disk *disk);

/* disk_nbd_serve.c: a private server for a file. */
struct nbd_source {
    struct refs refs;
    char *bitmap;         /* name, or NULL */
    const char *key_file; /* or NULL */
};

void nbd_source_clear(struct nbd_source *s);
PRL_RESULT nbd_source_find(const struct disk_spec *s, struct nbd_source *ret);
PRL_RESULT nbd_source_key(const char *path, struct nbd_source *s);
/* The name of the bitmap of that uuid; uuid NULL: of the only one there is. NULL: there is none. */
PRL_RESULT nbd_source_bitmap(const char *path, const char *uuid, char **ret_name);
/* n links to a new server; a failure leaves none. */
PRL_RESULT nbd_disk_serve(struct nbd_disk *d, const char *path, const struct nbd_source *s, bool is_write, int n);

/* disk_nbd_changed.c */
PRL_RESULT nbd_disk_changed(struct disk *disk, const char *from, const char *to, struct disk_map *m);

#endif
