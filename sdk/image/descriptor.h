/* SPDX-License-Identifier: MIT */
/*
 * DiskDescriptor.xml: what a bundle is made of. Loaded into plain structs and written back with every element that we do not know kept.
 * The tree rules (one root, no loop, one image of each node in each storage) are checked on load and again before a save: what is here and
 * what is written is consistent.
 */
#ifndef PRLKVM_IMAGE_DESCRIPTOR_H
#define PRLKVM_IMAGE_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/uuid.h"
#include "prlsdk/PrlTypes.h"

#define DESCRIPTOR_FILE "DiskDescriptor.xml"
#define DESCRIPTOR_BACKUP DESCRIPTOR_FILE ".Backup" /* the previous good one */
#define DESCRIPTOR_NEW DESCRIPTOR_FILE ".tmp"       /* the next one while it is written; left by a crash */
#define DESCRIPTOR_LOCK DESCRIPTOR_FILE ".lck"
#define DESCRIPTOR_ACTIVE "{5fbaabe3-6958-40ff-92a7-860e329aab41}"    /* the usual name of the active node */
#define DESCRIPTOR_OF_BACKUP "{704718e1-2314-44c8-9087-d78ed36b0f4e}" /* a node of backup software: never active, never made here */
#define UUID_NIL "{00000000-0000-0000-0000-000000000000}"

#define DESCRIPTOR_MAX_BYTES (4u << 20)
#define DESCRIPTOR_MAX_STORAGES 4096
#define DESCRIPTOR_MAX_SECTORS ((uint64_t)INT64_MAX / 512) /* what a file offset can reach */
#define DESCRIPTOR_MAX_CLUSTER (1u << 22)                  /* sectors */

struct descriptor_image {
    char guid[UUID_TEXT]; /* the node it belongs to */
    bool is_plain;
    char *file; /* as written: relative to the bundle, or absolute; never empty, unique */
    void *node; /* its element in the document; NULL: a new one */
};
struct descriptor_storage {
    uint64_t start_sector, end_sector;
    uint32_t cluster_sectors;
    bool is_preallocated;
    struct descriptor_image *images; /* one of each node */
    int n_images;
    void *node;
};
struct descriptor_shot {
    char guid[UUID_TEXT], parent[UUID_TEXT]; /* parent UUID_NIL: the root */
    void *node;
};
struct descriptor {
    uint64_t size_sectors;
    uint32_t cylinders, heads, sectors; /* computed where the file has none that fit */
    uint32_t physical_sector_bytes, logical_sector_bytes;
    char uid[UUID_TEXT]; /* UUID_NIL: none */
    char *name;          /* NULL: none */
    struct descriptor_storage *storages; /* in address order */
    int n_storages;
    struct descriptor_shot *shots;
    int n_shots;
    char active[UUID_TEXT];
    char merging[UUID_TEXT]; /* a merge into this node's files was under way (Miscellaneous): finish it; UUID_NIL: none */
    void *document;          /* the XML it came from, or NULL for a new one; owned */
    bool is_from_backup;     /* the file itself was missing or damaged: for reading only */
};

/*
 * dirfd: the bundle's directory. Neither links nor anything but regular files are opened. Refusals:
 *   PRL_ERR_DISK_XML_MISSING           no such file (nor a backup of it)
 *   PRL_ERR_DISK_XML_OPEN_FAILED       it cannot be opened or read, or is no regular file
 *   PRL_ERR_DISK_XML_LARGE_FILE        more than DESCRIPTOR_MAX_BYTES
 *   PRL_ERR_DISK_XML_INVALID           no XML, a DTD, another root element, what must be there is absent, said twice or no number
 *   PRL_ERR_DISK_XML_INVALID_VERSION   Version other than 1.0
 *   PRL_ERR_DISK_INVALID_PARAMETERS    size 0 or beyond reach, Padding
 *   PRL_ERR_DISK_NOT_IMPLEMENTED       encrypted
 *   PRL_ERR_DISK_INVALID_BLOCKSIZE     cluster size 0 or absurd
 *   PRL_ERR_DISK_STORAGE_CORRUPTED     storages that are empty, overlap, leave gaps, or do not end with the disk
 *   PRL_ERR_DISK_SNAPSHOTS_CORRUPTED   the tree
 *   PRL_ERR_DISK_IMAGES_CORRUPTED      a node without exactly one image in each storage, a plain overlay, one file for two
 * A file that is missing, not well-formed or incomplete is replaced by a good backup of it (is_from_backup).
 */
PRL_RESULT descriptor_load(int dirfd, struct descriptor **ret);
PRL_RESULT descriptor_parse(const char *text, size_t len, struct descriptor **ret);
/*
 * New file, fsync, the old one kept as .Backup, rename, fsync of the directory. The caller holds the lock of the bundle.
 * PRL_ERR_DISK_XML_SAVE_ERROR: nothing has changed. PRL_ERR_DISK_FSYNC_FAILED: the new one is in place, but may not be after a power
 * failure. What the rules refuse is not written.
 */
PRL_RESULT descriptor_save(int dirfd, struct descriptor *d);
/* One storage and no image yet: geometry, a new uid, the active node. NULL: no memory. */
struct descriptor *descriptor_new(uint64_t size_sectors, const char *name);
/* A copy to change: saved or thrown away as a whole. Checked as in a load. */
PRL_RESULT descriptor_copy(struct descriptor *d, struct descriptor **ret);
void descriptor_free(struct descriptor *d);
CLEANUP_FOR(descriptor_free, struct descriptor *)

/* Index of the shot, or -1. */
int descriptor_shot(const struct descriptor *d, const char *guid);
/* The nodes from `guid` up to the root, as indexes of shots; ret_chain has room for n_shots. */
int descriptor_chain(const struct descriptor *d, const char *guid, int *ret_chain);
int descriptor_children(const struct descriptor *d, const char *guid, int *ret_children); /* number; ret_children may be NULL */
struct descriptor_image *descriptor_image(const struct descriptor *d, int storage, const char *guid);

/* Changes of a copy. False: no memory. */
bool descriptor_add_storage(struct descriptor *d, uint64_t start_sector, uint64_t end_sector, uint32_t cluster_sectors, bool is_preallocated);
bool descriptor_add_shot(struct descriptor *d, const char *guid, const char *parent);
bool descriptor_add_image(struct descriptor *d, int storage, const char *guid, bool is_plain, const char *file);
void descriptor_remove_shot(struct descriptor *d, const char *guid); /* and its images; not its children */
bool descriptor_remove_subtree(struct descriptor *d, const char *guid); /* the node and all below it, with their images */
void descriptor_rename_shot(struct descriptor *d, const char *guid, const char *to); /* its images and children follow */

void geometry_of(uint64_t size_sectors, uint32_t *ret_cylinders, uint32_t *ret_heads, uint32_t *ret_sectors);

#endif
