/* SPDX-License-Identifier: MIT */
/*
 * Disk image files: made, looked at, copied and committed. Headers are read here, bounded and by our own code, since asking a tool
 * what a file is would let it open whatever that file names.
 */
#ifndef PRLKVM_VM_IMAGE_FILE_H
#define PRLKVM_VM_IMAGE_FILE_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

enum image_format { IMAGE_RAW, IMAGE_QCOW2 };

struct image_info {
    enum image_format format; /* IMAGE_RAW: anything without the magic of qcow2 */
    uint64_t size_bytes;      /* as the guest sees it; of a raw file its length */
    char *backing;            /* as the header has it, or NULL; allocated */
    bool has_data_file;       /* an external data file: never opened */
    bool is_dirty;            /* lazy refcounts or a corrupt mark */
    bool is_encrypted;
    bool is_pristine;         /* nothing was ever written to it (and no internal snapshots): every read goes to the backing */
};
/* PRL_ERR_FILE_NOT_FOUND; PRL_ERR_DISK_NOT_PERMITTED: no regular file, or a damaged header. */
PRL_RESULT image_file_info(const char *path, struct image_info *ret);
void image_info_clear(struct image_info *info);

/* A new qcow2 file, mode 0600, durable. PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST; NOT_ENOUGH_DISK_FREE_SPACE; CANT_CREATE_HDD_IMAGE. */
PRL_RESULT image_create(const char *path, uint64_t size_mib);
/* A raw file of zeros, e.g. a floppy. */
PRL_RESULT image_create_raw(const char *path, uint64_t size_bytes);
/*
 * A new overlay over `base`, of its size. `base_name` is what the header shall say: the file name alone when both are in one
 * directory, else the absolute path.
 */
PRL_RESULT image_overlay_create(const char *path, const char *base, const char *base_name);
/* The header's name of the backing file without its directory: of a copy whose base was copied to its side. 0 or -errno. */
int image_bare_backing(int fd);
/*
 * Puts what the overlay holds into its base (qemu-img commit): for images that no QEMU has open. The overlay stays. base_chain: the
 * base and what it stands on, NULL-ended (links_chain); all are opened by these names, none by a header's. is_raw: the base is a raw image, alone.
 */
PRL_RESULT image_commit(const char *overlay, char *const *base_chain, bool is_raw);

struct image_copy_watch {
    void (*progress)(void *arg, uint64_t bytes); /* more bytes are done; may be NULL */
    bool (*is_cancelled)(void *arg);             /* asked at least every 4 MiB; may be NULL */
    void *arg;
};
/* Shares all of src with dst at once where the file system can: 0, else -errno and dst as it was. */
int image_reflink(int src, int dst);
/*
 * All of src to dst (empty, just created): data extents only, so that holes stay. 0, -errno, -ECANCELED. Not synced, but
 * under way to the disk.
 */
int image_copy(int src, int dst, const struct image_copy_watch *watch);

#endif
