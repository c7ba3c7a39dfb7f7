/* SPDX-License-Identifier: MIT */
/* What a kind of disk does for disk.c. Offsets and sizes are inside the disk, not 0, without what a policy skips; writes come only to writable disks. */
#ifndef PRLKVM_IMAGE_DISK_CLASS_H
#define PRLKVM_IMAGE_DISK_CLASS_H

#include <stdatomic.h>

#include "image/disk.h"

struct disk_run {
    enum disk_extent_kind kind;
    uint64_t length;
};

struct disk_class {
    PRL_RESULT (*read)(struct disk *d, void *buf, size_t size, uint64_t offset);
    PRL_RESULT (*write)(struct disk *d, const void *buf, size_t size, uint64_t offset);
    PRL_RESULT (*flush)(struct disk *d);
    /* The runs from offset on, at least one and at most `room`, together at most max bytes. */
    PRL_RESULT (*runs)(struct disk *d, uint64_t offset, uint64_t max, struct disk_run *runs, int room, int *ret_n);
    /* m: empty, of the whole disk, 64 KiB a block; NULL: PRL_ERR_NO_DATA. */
    PRL_RESULT (*changed)(struct disk *d, const char *from, const char *to, struct disk_map *m);
    PRL_RESULT (*close)(struct disk *d); /* flushes, closes, frees all but d itself */
    struct bundle *(*bundle)(struct disk *d);
    struct image *(*bare_image)(struct disk *d);
};

/* First member of every disk. Constant while it is open. */
struct disk {
    const struct disk_class *class;
    enum disk_format kind;
    char *path;
    uint64_t size_bytes; /* of the whole disk */
    uint64_t skip_bytes;
    bool is_writable;
    bool is_fake; /* no data: nothing but size, bundle, bare_image and close of the class is asked */
    _Atomic unsigned refs;
};

/* path: canonical. Each fills in class, size and what is its own; name of a format: the word qemu-img uses. */
struct disk_spec {
    const char *path, *format;
    enum disk_format kind;
    bool is_write, is_fake, share_writers, no_check;
};
PRL_RESULT disk_bundle_open(const struct disk_spec *s, struct disk **ret);
PRL_RESULT disk_bare_open(const struct disk_spec *s, struct disk **ret);
PRL_RESULT disk_nbd_open(const struct disk_spec *s, struct disk **ret);     /* a file, through qemu-nbd */
PRL_RESULT disk_nbd_open_url(const struct disk_spec *s, struct disk **ret); /* path is the address */

bool disk_is_nbd_url(const char *path);
/* May this image be written at all: no saved state beside it, no clone on it? PRL_ERR_DISK_NOT_PERMITTED. */
PRL_RESULT disk_guard_write(const char *path, bool is_bundle);

#endif
