/* SPDX-License-Identifier: MIT */
/* Which blocks of a chain of images changed between two points in time. */
#ifndef PRLKVM_IMAGE_CHAIN_CHANGED_H
#define PRLKVM_IMAGE_CHAIN_CHANGED_H

#include "image/chain.h"
#include "image/disk.h"

/* A chain, and the part of a disk that it holds. */
struct changed_part {
    const char *path; /* for messages */
    struct chain *chain;
    const char **snapshots; /* uuid of the snapshot that each image is of, NULL for those that are none; NULL: for all of them */
    uint64_t start, size;   /* bytes */
};

/*
 * Sets the bits of blocks that changed from one point to another (NULL, or one that is not known: now). Both are texts as uuid_parse makes
 * them. A point is a snapshot of the chain, the moment when its image became read-only, or the moment when a bitmap was begun. Images between the
 * two points tell it by the clusters they have, as whatever was written then is in them; the image with `from` tells it by its bitmap. The image
 * with `to` may have been written before the bitmap was begun: its clusters count as far as the bitmap does not say that they are newer.
 * So blocks may be told of that did not change, and none is left out. PRL_ERR_NO_DATA: `from` is not known, or not before `to`.
 */
PRL_RESULT chain_changed(const struct changed_part *p, const char *from, const char *to, struct disk_map *m);

#endif
