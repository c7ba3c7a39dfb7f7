/* SPDX-License-Identifier: MIT */
/* What the descriptor_*.c files share. */
#ifndef PRLKVM_IMAGE_DESCRIPTOR_INSIDE_H
#define PRLKVM_IMAGE_DESCRIPTOR_INSIDE_H

#include "image/descriptor.h"

/* The merge under way, a child of Disk_Parameters/Miscellaneous. */
#define DESCRIPTOR_MERGE_NOTE "UnfinishedMerge"

/* The rules of storages, tree and images; linear but for sorting. */
PRL_RESULT descriptor_check(const struct descriptor *d);
/* Brings the document up to date and renders it; NULL: no memory, or a text that XML cannot carry. */
char *descriptor_text(struct descriptor *d, size_t *ret_len);

#endif
