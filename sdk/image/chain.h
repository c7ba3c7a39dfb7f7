/* SPDX-License-Identifier: MIT */
/*
 * The images of one storage, active first, root last: reads come from the first that has the bytes, writes go to the active one. Any number
 * of threads at once.
 */
#ifndef PRLKVM_IMAGE_CHAIN_H
#define PRLKVM_IMAGE_CHAIN_H

#include "image/image.h"

struct chain;
/* Takes the images in every case. size_bytes: of the storage; an image that ends before it is absent (a root: zeros) there. */
PRL_RESULT chain_new(struct image **images, int n, uint64_t size_bytes, struct chain **ret);
PRL_RESULT chain_read(struct chain *c, void *buf, size_t size, uint64_t offset);
PRL_RESULT chain_write(struct chain *c, const void *buf, size_t size, uint64_t offset);
PRL_RESULT chain_flush(struct chain *c);
/* As image_run, over all images: which one has it (depth 0: the active one), or absent in all. */
PRL_RESULT chain_map(struct chain *c, uint64_t offset, uint64_t max, struct image_run *ret_run, int *ret_depth);
int chain_length(const struct chain *c);
struct image *chain_image(struct chain *c, int depth); /* borrowed */
PRL_RESULT chain_close(struct chain *c); /* closes every image, active first; gone in any case; the first failure */
void chain_free(struct chain *c);        /* as after a crash */
CLEANUP_FOR(chain_free, struct chain *)

#endif
