/* SPDX-License-Identifier: MIT */
/*
 * What the header of a qcow2 file says, read bounded and by our own code: asking a tool what a file is would let it open whatever that file
 * names. For the service and for PrlDisk_*.
 */
#ifndef PRLKVM_IMAGE_QCOW2_HEADER_H
#define PRLKVM_IMAGE_QCOW2_HEADER_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QCOW2_MAGIC 0x514649FBu
#define QCOW2_BACKING_FORMAT 0xE2792ACAu /* header extension: the format's name */
#define QCOW2_NAME_MAX 1023u
#define QCOW2_DISK_MAX_BYTES ((uint64_t)1 << 50)

/* As it is in the file: big-endian. */
struct __attribute__((packed)) qcow2_header {
    uint32_t magic, version;
    uint64_t backing_offset;
    uint32_t backing_size, cluster_bits;
    uint64_t size;
    uint32_t crypt_method, l1_size;
    uint64_t l1_offset, refcount_offset;
    uint32_t refcount_clusters, nb_snapshots;
    uint64_t snapshots_offset;
    uint64_t incompat, compat, autoclear; /* from version 3 */
    uint32_t refcount_order, header_length;
    uint8_t compression, padding[7];
};

struct qcow2_info {
    uint64_t size_bytes;    /* as the guest sees it */
    char *backing;          /* as the header has it, or NULL; allocated */
    char backing_format[16]; /* "" where the header does not say */
    bool has_data_file;     /* an external data file: never opened */
    bool is_dirty;          /* lazy refcounts or a corrupt mark */
    bool is_encrypted;
    bool is_pristine;       /* nothing was ever written to it (and no internal snapshots): every read goes to the backing */
    uint32_t n_bitmaps;     /* persistent ones in its directory */
    uint64_t bitmaps_offset, bitmaps_size; /* of that directory */
};
bool qcow2_is_magic(const void *first_bytes, size_t n);
/* fd: open for reading; path: for messages. PRL_ERR_DISK_NOT_PERMITTED: a damaged header, or features that are not known. */
PRL_RESULT qcow2_info_read(int fd, const char *path, struct qcow2_info *ret);
void qcow2_info_clear(struct qcow2_info *info);
/*
 * The name of the only persistent bitmap that can be used (allocated), NULL: there is none, or several (*ret_n says). A damaged directory
 * counts as none.
 */
char *qcow2_only_bitmap(int fd, const struct qcow2_info *info, unsigned *ret_n);
/* The name of the bitmap whose name is that uuid, with or without braces, in any case; allocated, NULL: none. */
char *qcow2_bitmap_of(int fd, const struct qcow2_info *info, const char *uuid);

#endif
