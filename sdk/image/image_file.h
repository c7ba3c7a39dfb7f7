/* SPDX-License-Identifier: MIT */
/* What plain and expanding images share: opening the file, and errors in the caller's words. */
#ifndef PRLKVM_IMAGE_IMAGE_FILE_H
#define PRLKVM_IMAGE_IMAGE_FILE_H

#include "image/image.h"

/* Opens and locks as the flags of hds_open say. Only regular files. */
PRL_RESULT image_file_open(int dirfd, const char *path, unsigned flags, int *ret_fd, uint64_t *ret_size);
PRL_RESULT image_file_create(int dirfd, const char *path, int *ret_fd);

/* e: -errno of file_io. They describe the error and choose its code. */
PRL_RESULT image_read_error(const struct image *image, int e);
PRL_RESULT image_write_error(const struct image *image, int e);
PRL_RESULT image_sync_error(const struct image *image, int e);
/* The same of a file that is being made. */
PRL_RESULT image_create_error(const char *path, int e);

#endif
