/* SPDX-License-Identifier: MIT */
/*
 * One image file: the data of one storage for one node of the snapshot tree, plain (plain.c) or expanding (hds.c). An image says where its
 * bytes are; the chain above (chain.c) decides which image of several answers and does the transfers. Any number of threads may use one
 * image at once; no lock is held during I/O.
 */
#ifndef PRLKVM_IMAGE_IMAGE_H
#define PRLKVM_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "prlsdk/PrlTypes.h"

enum run_kind {
    RUN_ABSENT, /* not in this image: ask the parent; zeros when there is none */
    RUN_DATA,   /* at `host` in the file; what lies past the end of the file reads as zeros */
};
struct image_run {
    enum run_kind kind;
    uint64_t length; /* bytes, never 0 */
    uint64_t host;   /* byte offset in the file, RUN_DATA only */
};

struct image;
/* Reads guest bytes of what lies under an image: how an expanding image fills the rest of a new cluster. */
struct image_parent {
    PRL_RESULT (*read)(void *arg, void *buf, size_t size, uint64_t offset);
    /* Is everything in the range zero without looking at data (absent in all parents)? Then the parent need not be read. */
    bool (*is_absent)(void *arg, uint64_t offset, uint64_t size);
    void *arg;
};

struct image_class {
    const char *name; /* "plain", "expanding" */
    /* The run that starts at `offset`, at most `max` bytes. */
    PRL_RESULT (*map)(struct image *image, uint64_t offset, uint64_t max, struct image_run *ret_run);
    /* All or nothing. `parent` NULL: what is absent reads as zeros. */
    PRL_RESULT (*write)(struct image *image, const struct image_parent *parent, const void *buf, size_t size, uint64_t offset);
    /* Returns after every write that had returned before is durable, data before the tables that name it. */
    PRL_RESULT (*flush)(struct image *image);
    /* Flush, then the mark of a clean close. The image stays to be freed. */
    PRL_RESULT (*close)(struct image *image);
    void (*free)(struct image *image); /* without close: as after a crash */
};

/* First member of every image. All fields are constant while it is open. */
struct image {
    const struct image_class *class;
    int fd;
    char *path;             /* for messages */
    uint64_t size_bytes;    /* as the guest sees it */
    uint32_t cluster_bytes; /* plain: 0 */
    bool is_writable;
};
/* What image_close returns is what a caller must report; the image is gone either way. NULL is fine. */
PRL_RESULT image_close(struct image *image);
void image_free(struct image *image);
CLEANUP_FOR(image_free, struct image *)

enum image_open_flags {
    IMAGE_WRITE = 1 << 0,         /* takes the exclusive lock; without it a shared one */
    IMAGE_NO_CHECK = 1 << 1,      /* only what is fatal refuses it */
    IMAGE_REPAIR = 1 << 2,        /* not closed cleanly: check it, repair what loses nothing (always tried on IMAGE_WRITE), else also what does */
    IMAGE_SHARE_WRITERS = 1 << 3, /* reading beside a writer is wanted (a tool that looks): no lock */
};

/*
 * Opens a file of that format; path is absolute or relative to dirfd, no link is followed in its last part.
 * PRL_ERR_DISK_FILE_OPEN_ERROR, _INVALID_FORMAT, _SHARING_VIOLATION (another process writes it), _INCORRECTLY_CLOSED,
 * _IMAGES_CORRUPTED, _STORAGE_CORRUPTED, _SHARED_BLOCK (two entries, one cluster).
 */
/* An expanding image is checked piece by piece. At open: its header. Each time an entry of its table is used: that it lies in the
 * data area and in the file. Before the first change: the whole table, so that no cluster has two users; what is wrong then is the error of that
 * change. All at once only if it was not closed. IMAGE_NO_CHECK leaves out all but the bounds of what is used. The file is marked "in use" by the first change, not by opening.
 */
PRL_RESULT plain_open(int dirfd, const char *path, unsigned flags, uint64_t size_bytes, struct image **ret);
PRL_RESULT hds_open(int dirfd, const char *path, unsigned flags, struct image **ret);

/* Progress of long work in 1/1000; false cancels: PRL_ERR_DISK_USER_INTERRUPTED, with what was made removed. */
struct image_watch {
    bool (*report)(void *arg, int permille);
    void *arg;
};

struct hds_new {
    uint64_t size_sectors;
    uint32_t cluster_sectors; /* 0: 2048 */
    bool is_preallocated;     /* every cluster has its place from the start */
    bool any_cluster;         /* an overlay has the cluster size of its disk, also one that no new disk may have (63 sectors) */
};
/*
 * New files, mode 0600, durable themselves (the directory entry is the caller's to sync); none left behind on failure. PRL_ERR_DISK_FILE_EXISTS, _FILE_CREATE_ERROR,
 * _INSUFFICIENT_SPACE, _INVALID_BLOCKSIZE, _INVALID_PARAMETERS.
 */
PRL_RESULT plain_create(int dirfd, const char *path, uint64_t size_bytes, const struct image_watch *watch);
PRL_RESULT hds_create(int dirfd, const char *path, const struct hds_new *args, const struct image_watch *watch);
/* In an empty file, which is the caller's to remove on failure. */
PRL_RESULT hds_create_in(int fd, const char *path, const struct hds_new *args, const struct image_watch *watch);

#endif
