/* SPDX-License-Identifier: MIT */
/* What the bundle_*.c files share. */
#ifndef PRLKVM_IMAGE_BUNDLE_INSIDE_H
#define PRLKVM_IMAGE_BUNDLE_INSIDE_H

#include <sys/types.h>

#include "image/bundle.h"

#define SECTOR_BYTES 512u

struct bundle {
    char *path; /* as it was given, for messages */
    int dirfd;
    int lock_fd; /* -1: open for reading */
    unsigned flags;
    struct descriptor *d;
    char node[UUID_TEXT];  /* whose state is open */
    struct chain **chains; /* one per storage; NULL: not open */
    bool is_dir_unsynced;  /* the descriptor was replaced, and the directory could not be synced */
};

static inline uint64_t
storage_bytes(const struct descriptor_storage *s)
{
    return (s->end_sector - s->start_sector) * SECTOR_BYTES;
}

/* ---- bundle_open.c ---- */

/* The directory of a bundle, from its path or that of the descriptor in it. */
PRL_RESULT bundle_open_dir(const char *path, int *ret_dirfd);
/* The chain of a node; may_write: its own image for writing, the others never. */
PRL_RESULT bundle_open_chain(struct bundle *b, const struct descriptor *d, int storage, const char *guid, bool may_write, struct chain **ret);
/* Those of b->node as d has it; none may be open. */
PRL_RESULT bundle_open_chains(struct bundle *b, const struct descriptor *d);
PRL_RESULT bundle_close_chains(struct bundle *b); /* clean; the first failure */
PRL_RESULT bundle_open_image(struct bundle *b, const struct descriptor *d, int storage, const char *guid, bool may_write, struct image **ret);

/* ---- bundle_files.c: image files by the names that a descriptor gives them ---- */

bool bundle_is_external(const char *file);
/*
 * The directory that has the file, no link followed on the way, and the last part of its name (borrowed from file).
 * PRL_ERR_DISK_NOT_PERMITTED.
 */
PRL_RESULT bundle_find(int dirfd, const char *file, bool may_be_external, int *ret_dirfd, const char **ret_name);
/* What is there: -errno; nothing is opened. */
struct stat;
int bundle_stat(int dirfd, const char *file, bool may_be_external, struct stat *ret);
/*
 * Two names of one file, or one that is also the descriptor's or the lock's? Files that are not there do not matter.
 * PRL_ERR_DISK_IMAGES_CORRUPTED.
 */
PRL_RESULT bundle_check_files(int dirfd, const struct descriptor *d, bool may_be_external);
bool bundle_names(const struct descriptor *d, const char *file);
/* "NAME.hdd.INDEX.{GUID}.hds", the GUID new; NULL: no memory. */
char *bundle_new_file_name(const char *bundle_name, int storage);
char *bundle_name_at(int dirfd); /* the last part of the directory's path; NULL: no memory */
int bundle_unlink(int dirfd, const char *file);

/* ---- bundle_lock.c ---- */

/* The lock file, made if it is not there, locked whole. PRL_ERR_DISK_SHARING_VIOLATION. */
PRL_RESULT bundle_lock(int dirfd, const char *path, int *ret_fd);
bool bundle_is_locked(int dirfd); /* by another one */
/*
 * Before a change of files: writes down, durably, which files it may leave behind, those that `to` has and `from` has not, and the reverse.
 * Files outside of the bundle are never in it.
 */
PRL_RESULT bundle_record(struct bundle *b, const struct descriptor *from, const struct descriptor *to);
void bundle_record_clear(struct bundle *b);
/* Removes the files that the record names, are what it says, and d does not name. */
unsigned bundle_remove_litter(int dirfd, int lock_fd, const struct descriptor *d);

/* ---- bundle_change.c ---- */

/* May the tree be changed? Finishes a merge that was left. */
PRL_RESULT bundle_begin_change(struct bundle *b);
/*
 * From b->d to next: makes the image files that are new in it, replaces the descriptor, removes the files that it no longer names. Takes
 * next in every case. The images of b->node are open before, and after where that is possible.
 */
PRL_RESULT bundle_commit(struct bundle *b, struct descriptor *next);

/* ---- bundle_merge.c ---- */

PRL_RESULT bundle_merge(struct bundle *b, const char *guid, const struct image_watch *watch);
PRL_RESULT bundle_finish_merge(struct bundle *b, const struct image_watch *watch);

#endif
