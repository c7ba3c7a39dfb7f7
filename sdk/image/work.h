/* SPDX-License-Identifier: MIT */
/*
 * Long work on a disk that nobody has open: what prl_disk_tool and the service's image operations do. Each refuses a disk in use
 * (PRL_ERR_DISK_SHARING_VIOLATION) and one that a saved state or clones rely on (PRL_ERR_DISK_NOT_PERMITTED), reports progress, and a cancel or a
 * crash at any moment leaves the disk as it was or as it shall be. Bundles, bare expanding images, qcow2 and raw files; else
 * PRL_ERR_DISK_OPERATION_NOT_ALLOWED. What qemu-img is needed for but is not installed: PRL_ERR_DISK_TOOL_NOT_FOUND.
 */
#ifndef PRLKVM_IMAGE_WORK_H
#define PRLKVM_IMAGE_WORK_H

#include "image/disk.h"

/*
 * Grows, or shrinks where there are only zeros past the new end. PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, _DISK_RESIZE_SIZE_TOO_LOW,
 * _DISK_INVALID_PARAMETERS (no multiple of a sector).
 */
PRL_RESULT work_resize(const char *path, uint64_t size_bytes, const struct image_watch *watch);
/* ret_min_bytes: the least whole number of mebibytes that work_resize takes. Reads the end of the data. */
PRL_RESULT work_resize_estimate(const char *path, uint64_t *ret_size_bytes, uint64_t *ret_min_bytes);

/* Gives the host back clusters that hold only zeros or lie past the end, then packs. ret_freed_bytes may be NULL. A plain image has none. */
PRL_RESULT work_compact(const char *path, const struct image_watch *watch, uint64_t *ret_freed_bytes);
PRL_RESULT work_compact_estimate(const char *path, uint64_t *ret_size_bytes, uint64_t *ret_freed_bytes);
struct work_blocks {
    uint32_t block_bytes;
    uint64_t total, allocated, used; /* used: allocated and not all zeros */
};
PRL_RESULT work_compact_blocks(const char *path, struct work_blocks *ret, const struct image_watch *watch);

/* Root images become plain or expanding; PRL_ERR_DISK_OPERATION_NOT_ALLOWED with snapshots unless merged first. */
PRL_RESULT work_convert_bundle(const char *path, bool to_plain, const struct image_watch *watch);
/*
 * The same of any disk, and more of bundles: every image anew, in one rewrite. A plain qcow2 or bare expanding image has all of its clusters
 * allocated; a plain raw file has no holes.
 */
struct descriptor;
bool work_is_plain(const struct descriptor *d); /* its root images */
enum work_wish { WORK_KEEP, WORK_NO, WORK_YES };
struct work_layout {
    enum work_wish plain;
    enum work_wish split; /* into storages of 2 GiB; bundles alone */
};
PRL_RESULT work_convert(const char *path, const struct work_layout *layout, const struct image_watch *watch);

/*
 * All snapshots become one state, the present one. external: what the disk takes from images outside of it (a linked clone's parents, the backing
 * files of a qcow2 overlay, which have to be in its own directory) is copied into it; those images are left as they are.
 */
PRL_RESULT work_merge(const char *path, bool external, const struct image_watch *watch);

/* Any disk to a new file or bundle of another format, sparse. format: a word of qemu-img, or "bundle", "bundle-plain". PRL_ERR_DISK_FILE_EXISTS. */
PRL_RESULT work_copy(const char *from, const char *from_format, const char *to, const char *format, const struct image_watch *watch);

/*
 * Everything that is wrong with it, line by line to `say` (may be NULL); repair: mends what can be mended. Raw files have nothing to check. The
 * disk's own numbers, of whatever format.
 */
struct work_report {
    unsigned fatal, corruptions, warnings, repaired;
    uint64_t leaked_bytes;
    bool is_unclean;
};
PRL_RESULT work_check(const char *path, bool repair, void (*say)(void *arg, const char *line), void *arg, struct work_report *ret);

/*
 * What needs to understand the file systems inside, by the programs of libguestfs. PRL_ERR_DISK_RESIZER_NOT_FOUND: they are not installed.
 * work_guest_can: only that, and whether this disk can be given to them. work_guest_grow: the last partition and its file system take what is free
 * behind them, if there are any that can; cannot be cancelled once it writes. work_guest_shrink: the other way round, and the disk with them (ext2, ext3,
 * ext4, ntfs); without partitions as work_resize. Cut off in between, the file system is smaller than the disk, which it bears. work_guest_minimum: the
 * least that it takes. work_guest_trim: blocks that no file uses become zeros, or are given back at once.
 */
PRL_RESULT work_guest_can(const char *path);
PRL_RESULT work_guest_grow(const char *path, const struct image_watch *watch);
PRL_RESULT work_guest_shrink(const char *path, uint64_t size_bytes, const struct image_watch *watch);
PRL_RESULT work_guest_minimum(const char *path, const struct image_watch *watch, uint64_t *ret_min_bytes);
PRL_RESULT work_guest_trim(const char *path, const struct image_watch *watch);

/* Snapshots: nodes of a bundle's tree, internal snapshots of a qcow2 file (named by id, or by a name only one has). */
struct work_snapshot {
    char *id;
    char *name;   /* "" where the format has none */
    char *parent; /* id, or "" for the root; NULL: the format has no tree */
    int64_t time; /* seconds since 1970, -1: not kept */
    bool is_active; /* a bundle's present state */
};
PRL_RESULT work_snapshots(const char *path, struct work_snapshot **ret, int *ret_n);
void work_snapshots_free(struct work_snapshot *list, int n);
/* name: of a qcow2 snapshot; a bundle's has none, NULL. *ret_id is allocated. */
PRL_RESULT work_snapshot_create(const char *path, const char *name, char **ret_id, const struct image_watch *watch);
PRL_RESULT work_snapshot_delete(const char *path, const char *id, bool with_children, const struct image_watch *watch);
PRL_RESULT work_snapshot_switch(const char *path, const char *id, const struct image_watch *watch);

#endif
