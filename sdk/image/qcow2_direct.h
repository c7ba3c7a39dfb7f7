/* SPDX-License-Identifier: MIT */
/*
 * The short way to data of a qcow2 file that qemu-nbd serves to us alone: clusters that the tables in the file show as allocated are read and
 * overwritten in the file itself, all else goes through the server. This holds because of what such a server never does: it moves no cluster that
 * is marked as owned once (a copied flag), and frees none, since nobody asks it to. Its cache of tables may only know of more clusters than the
 * file. Transfers of both sides meet in the kernel's page cache.
 */
#ifndef PRLKVM_IMAGE_QCOW2_DIRECT_H
#define PRLKVM_IMAGE_QCOW2_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

struct qcow2_direct;
/*
 * The server must have the file open by now: locks like its own keep others out should it die before us. NULL: this file is not for it (encrypted,
 * tables of absurd sizes, for writing also one with bitmaps, which would not notice).
 */
struct qcow2_direct *qcow2_direct_open(const char *path, bool is_write);
void qcow2_direct_close(struct qcow2_direct *q);
CLEANUP_FOR(qcow2_direct_close, struct qcow2_direct *)

/* The length of the run at offset, at most max, that is (*ret_is_direct, and then at *ret_host in the file) or is not in reach. Any thread. */
uint64_t qcow2_direct_run(struct qcow2_direct *q, uint64_t offset, uint64_t max, bool for_write, bool *ret_is_direct, uint64_t *ret_host);
int qcow2_direct_fd(const struct qcow2_direct *q);

#endif
