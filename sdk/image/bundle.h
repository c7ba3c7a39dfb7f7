/* SPDX-License-Identifier: MIT */
/*
 * A bundle: a directory with a descriptor and image files, open as one disk. Opening for writing locks the bundle (DiskDescriptor.xml.lck)
 * and the active images exclusively and the others of the chain shared; every change of the snapshot tree is one rewrite of the descriptor,
 * in an order that makes each crash point harmless.
 */
#ifndef PRLKVM_IMAGE_BUNDLE_H
#define PRLKVM_IMAGE_BUNDLE_H

#include "image/chain.h"
#include "image/descriptor.h"

struct bundle;

#define BUNDLE_MAX_CHAIN 128      /* images of one storage that snapshots may make */
#define BUNDLE_MAX_CHAIN_READ 256 /* that are opened: what others made may be longer */

enum bundle_open_flags {
    BUNDLE_WRITE = 1 << 0,
    BUNDLE_NO_CHECK = 1 << 1,
    BUNDLE_ALLOW_EXTERNAL = 1 << 2, /* images outside of the bundle (linked clones), read-only */
    BUNDLE_SHARE_WRITERS = 1 << 3,  /* look at it beside a writer */
    BUNDLE_DESCRIPTOR_ONLY = 1 << 4 /* no image is opened */
};
/*
 * path: the directory, or the descriptor in it. When writing, an interrupted merge is finished first, and what an interrupted change has
 * left is removed: files that its record in the lock file names and no descriptor does. Refusals, beside those of descriptor_load and of
 * the images:
 *   PRL_ERR_FILE_NOT_FOUND              no such path
 *   PRL_ERR_DISK_SHARING_VIOLATION      somebody writes it, or reads it and we want to write
 *   PRL_ERR_DISK_XML_INVALID, _MISSING  writing, and only the descriptor's backup is good
 *   PRL_ERR_DISK_NOT_PERMITTED          an image outside of the bundle without BUNDLE_ALLOW_EXTERNAL, or to write to
 *   PRL_ERR_DISK_OPERATION_NOT_ALLOWED  writing with sectors that are not of 512 bytes; a chain too long to be opened
 *   PRL_ERR_DISK_INVALID_BLOCKSIZE      an image has another cluster size than its storage
 *   PRL_ERR_DISK_SMALL_IMAGE_SIZE       writing, and the active image ends before its storage
 *   PRL_ERR_DISK_IMAGES_CORRUPTED       one file under two names
 */
PRL_RESULT bundle_open(const char *path, unsigned flags, struct bundle **ret);
/* The state of another node than the active one, read-only. PRL_ERR_DISK_STATES_ERROR: no such node, or one that is being merged away. */
PRL_RESULT bundle_open_at(const char *path, const char *guid, unsigned flags, struct bundle **ret);

struct bundle_new {
    uint64_t size_sectors;    /* kept as it is: round it up to clusters for a geometry that fits */
    uint32_t cluster_sectors; /* 0: 2048 */
    bool is_plain;            /* root images are plain, fully allocated */
    bool is_preallocated;
    const uint64_t *part_ends; /* split: ends of the storages in sectors, rising, the last is size_sectors; NULL: one */
    int n_parts;
    const char *uid;  /* NULL: a new one */
    const char *name; /* NULL: of the path */
};
/*
 * Makes the directory (parents too), images, descriptor: beside it, then renamed into place. Nothing is left behind on failure or cancel; a
 * crash leaves a hidden directory, which goes as making.h says. PRL_ERR_DISK_FILE_EXISTS, _DIR_CREATE_ERROR, _INSUFFICIENT_SPACE, _INVALID_PARAMETERS,
 * _INVALID_BLOCKSIZE, _RENAME_ERROR, _USER_INTERRUPTED.
 */
PRL_RESULT bundle_create(const char *path, const struct bundle_new *args, const struct image_watch *watch);

PRL_RESULT bundle_read(struct bundle *b, void *buf, size_t size, uint64_t offset);
PRL_RESULT bundle_write(struct bundle *b, const void *buf, size_t size, uint64_t offset);
PRL_RESULT bundle_flush(struct bundle *b);
/* Run at offset over storages and chains; cut at the border of a storage. */
PRL_RESULT bundle_map(struct bundle *b, uint64_t offset, uint64_t max, struct image_run *ret_run, int *ret_depth);
uint64_t bundle_size(const struct bundle *b);
const struct descriptor *bundle_descriptor(const struct bundle *b); /* borrowed until the next change of the tree */
struct chain *bundle_chain(struct bundle *b, int storage);          /* borrowed likewise; NULL: no images are open */
PRL_RESULT bundle_close(struct bundle *b); /* flush, clean marks; gone in any case; NULL is fine */
void bundle_free(struct bundle *b);        /* as after a crash */
CLEANUP_FOR(bundle_free, struct bundle *)

/*
 * Blocks changed from one point in time to another (NULL, or none that is known here: up to the state that is open), as chain_changed.h says it: a
 * point is a snapshot below what is open, or a bitmap in its images. m: empty, of the whole disk. PRL_ERR_NO_DATA: no such point, its bitmap was
 * lost, or it is not before the other one.
 */
struct disk_map;
PRL_RESULT bundle_changed(struct bundle *b, const char *from, const char *to, struct disk_map *m);

/*
 * The snapshot tree, of a bundle open for writing; reads and writes by other threads must not be under way. After any failure the disk is as
 * before or as after; if its images cannot be opened again, the handle is of no more use (PRL_ERR_DISK_DISK_NOT_OPENED).
 * PRL_ERR_DISK_FSYNC_FAILED: the change is made, but may be undone by a power failure until a flush succeeds.
 * PRL_ERR_DISK_STATES_ERROR: no such node, the active one, or a name that cannot be given.
 * PRL_ERR_DISK_OPERATION_NOT_ALLOWED: not open for writing, or not possible with this tree; the text says why.
 */
PRL_RESULT bundle_snapshot_create(struct bundle *b, const char *guid); /* the snapshot's name; the active node keeps its own */
PRL_RESULT bundle_snapshot_switch(struct bundle *b, const char *guid, bool drop_snapshot);
/*
 * Merges where it has one child, refuses where it has several. A merge that is cancelled or fails leaves the child as it was; the snapshot
 * itself may then be gone already (descriptor.merging names it), and the next open for writing, or the next change of the tree, finishes
 * it.
 */
PRL_RESULT bundle_snapshot_delete(struct bundle *b, const char *guid, bool with_subtree, const struct image_watch *watch);
/* All nodes become one: the active one. Side branches refuse it. */
PRL_RESULT bundle_merge_all(struct bundle *b, const struct image_watch *watch);

/* Everything about it, without changing (repair false) or mending what can be mended. */
struct bundle_report {
    unsigned fatal, corruptions, warnings, repaired;
    uint64_t leaked_bytes;
    bool is_unclean, descriptor_from_backup;
};
PRL_RESULT bundle_check(const char *path, bool repair, void (*say)(void *arg, const char *line), void *arg, struct bundle_report *ret);

#endif
