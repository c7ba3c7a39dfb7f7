/* SPDX-License-Identifier: MIT */
/*
 * A virtual disk of any format, open in this process: what PHT_VIRTUAL_DISK holds and what the disk tool and the service work on. Bundles and bare
 * expanding images are read here; everything else is served by a private qemu-nbd. Any number of threads may read, write and flush at once.
 */
#ifndef PRLKVM_IMAGE_DISK_H
#define PRLKVM_IMAGE_DISK_H

#include "base/cleanup.h"
#include "base/uuid.h"
#include "image/image.h"

enum disk_format {
    DISK_BUNDLE,
    DISK_EXPANDING, /* a bare .hds file */
    DISK_RAW,
    DISK_QCOW2,
    DISK_FOREIGN, /* VMDK, VHD, VHDX, VDI, LUKS ...: by its magic, name in disk_probe's ret_name */
    DISK_NBD,     /* nbd:// or nbd+unix:// */
};
/* Looks at the path as disk-format chapter 2 says, never at the name. ret_name: the word qemu-img uses; static. PRL_ERR_FILE_NOT_FOUND, PRL_ERR_DISK_XML_MISSING. */
PRL_RESULT disk_probe(const char *path, enum disk_format *ret, const char **ret_name);

struct disk;
struct disk_open_args {
    unsigned flags;      /* PRL_DISK_* of PrlDisk.h */
    uint64_t skip_bytes; /* the disk begins there: the offset of an open policy */
    const char *format;  /* NULL: probe; else the word qemu-img uses */
};
/*
 * Refuses to write (PRL_ERR_DISK_NOT_PERMITTED) beside a config.sav of the image's VM, or when clones stand on it. PRL_DISK_FAKE_OPEN alone: it
 * is a valid disk, no data is opened (PRL_ERR_DISK_DISK_NOT_OPENED). PRL_DISK_IGNORE_PROTECTION with reading alone: beside a writer too.
 */
PRL_RESULT disk_open(const char *path, const struct disk_open_args *args, struct disk **ret);
struct disk *disk_ref(struct disk *d);
void disk_unref(struct disk *d); /* the last one flushes and closes; use disk_flush to learn of failures */
CLEANUP_FOR(disk_unref, struct disk *)

PRL_RESULT disk_read(struct disk *d, void *buf, size_t size, uint64_t offset);
PRL_RESULT disk_write(struct disk *d, const void *buf, size_t size, uint64_t offset);
PRL_RESULT disk_flush(struct disk *d);
uint64_t disk_size(const struct disk *d); /* bytes, without what a policy skips */
enum disk_format disk_kind(const struct disk *d);
const char *disk_path(const struct disk *d); /* as it was given */
bool disk_is_writable(const struct disk *d);
struct bundle *disk_bundle(struct disk *d); /* borrowed; NULL: it is none */
struct image *disk_bare_image(struct disk *d); /* borrowed; of DISK_EXPANDING and DISK_RAW, else NULL */

enum disk_extent_kind { DISK_EXTENT_ABSENT /* reads as zeros, takes no room */, DISK_EXTENT_ZERO, DISK_EXTENT_DATA };
/* The extent that starts at offset, at most max bytes. */
PRL_RESULT disk_extent(struct disk *d, uint64_t offset, uint64_t max, enum disk_extent_kind *ret_kind, uint64_t *ret_length);

struct disk_map {
    uint32_t granularity_bytes;
    uint64_t n_bits;
    unsigned char *bits; /* bit i: bit i % 8, lowest first, of byte i / 8 */
};
PRL_RESULT disk_allocated(struct disk *d, uint32_t granularity_bytes, struct disk_map **ret);
/* Blocks changed from one point in time to another (NULL: now). PRL_ERR_NO_DATA: no such point, or its bitmap was lost. */
PRL_RESULT disk_changed(struct disk *d, const char *from_uuid, const char *to_uuid, struct disk_map **ret);
/* All bits clear. granularity_bytes: a power of two. */
PRL_RESULT disk_map_new(uint64_t size_bytes, uint32_t granularity_bytes, struct disk_map **ret);
void disk_map_set(struct disk_map *m, uint64_t offset, uint64_t length); /* every block that it touches; bytes */
void disk_map_free(struct disk_map *m);
CLEANUP_FOR(disk_map_free, struct disk_map *)

/*
 * A new qcow2 file as PrlDisk_CreateDisk_Local makes them (clusters of 1 MiB, lazy refcounts, extended L2), missing parents too. It is there under its
 * name when it is whole. PRL_ERR_DISK_FILE_EXISTS, _DIR_CREATE_ERROR, _CREATE_IMAGE_ERROR, _INSUFFICIENT_SPACE.
 */
PRL_RESULT disk_create_qcow2(const char *path, uint64_t size_bytes, const struct image_watch *watch);

#endif
