/* SPDX-License-Identifier: MIT */
/* Partition tables, the old kind (MBR) and GPT: where partitions end, when a disk becomes smaller. */
#ifndef PRLKVM_IMAGE_WORK_TABLE_H
#define PRLKVM_IMAGE_WORK_TABLE_H

#include "image/disk.h"

/* The last sector that a partition may end with on a disk of that size: whole mebibytes, and room for the second table of GPT behind it. */
uint64_t work_table_last_sector(bool is_gpt, uint64_t size_bytes);
/*
 * For a disk that will have size_bytes: partition `number` (0: none) ends with end_sector from now on, and the second table of GPT is where the disk
 * will end. Durable. Cut at any moment one whole table is left. PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW: another partition ends behind it.
 * PRL_ERR_DISK_OPERATION_NOT_ALLOWED: the table is damaged, of another kind, or has no such partition.
 */
PRL_RESULT work_table_shrink(struct disk *d, int number, uint64_t end_sector, uint64_t size_bytes);

#endif
