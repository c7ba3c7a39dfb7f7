/* SPDX-License-Identifier: MIT */
/* What only an expanding image has: its header's facts, freeing of clusters, change-tracking bitmaps, check and repair. */
#ifndef PRLKVM_IMAGE_HDS_H
#define PRLKVM_IMAGE_HDS_H

#include "image/image.h"

bool hds_is_magic(const void *first_bytes, size_t n); /* 64 bytes are enough */

/* Clusters in use; those of a plain image are all of it. */
uint64_t hds_allocated_bytes(struct image *image);
/*
 * Takes whole clusters of the range out of the image (they then read from the parent, or as zeros). Durable and reusable after the next
 * flush, never before. For images that nobody else is reading or writing, as all that follows here but the reading of bitmaps.
 */
PRL_RESULT hds_discard(struct image *image, uint64_t offset, uint64_t size);
/*
 * Moves clusters from the end into free places and cuts the file: what compacting does last. Crash-safe at every step; a cancel keeps what was
 * moved. A version 1 image whose clusters lie on no grid is only cut.
 */
PRL_RESULT hds_pack(struct image *image, const struct image_watch *watch);
/* Grows (or, where everything past the end is absent, shrinks) the guest size of a writable image. */
PRL_RESULT hds_resize(struct image *image, uint64_t size_sectors);

/* Bitmaps of changed blocks (format extension). uuid: 16 bytes in text order. */
struct hds_bitmap_info {
    unsigned char uuid[16];
    uint32_t granularity_bytes;
};
int hds_bitmaps(struct image *image, const struct hds_bitmap_info **ret_infos);               /* borrowed until the image is closed */
PRL_RESULT hds_bitmap_read(struct image *image, int i, unsigned char *bits, size_t n_bytes);  /* PRL_ERR_NO_DATA: lost by an unclean close */
PRL_RESULT hds_bitmap_add(struct image *image, const unsigned char uuid[16], uint32_t granularity_bytes); /* empty; writable images */
PRL_RESULT hds_bitmap_remove(struct image *image, const unsigned char uuid[16]);

/* Findings of a check, counted; the text of each goes to `say`. */
struct hds_report {
    unsigned fatal;       /* cannot be opened at all */
    unsigned corruptions; /* data may be lost or shared */
    unsigned warnings;
    uint64_t leaked_clusters;
    bool is_unclean;      /* in_use was set */
    bool extension_lost;
    unsigned repaired;
    unsigned unrepaired;  /* corruptions that are still there */
    uint64_t clusters, allocated_clusters;
};
/* Checks as disk-format chapter 10 (in doc) says, linear in the table; `repair`: mends what it can. say may be NULL. */
PRL_RESULT hds_check(int dirfd, const char *path, bool repair, void (*say)(void *arg, const char *line), void *arg, struct hds_report *ret);

#endif
