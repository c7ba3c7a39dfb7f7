/* SPDX-License-Identifier: MIT */
/*
 * One NBD connection, used by one thread at a time. Requests are cut and several pieces are under way at once. No wait is endless: when no byte
 * moves for nbd_link_idle_ms the connection counts as dead, and a dead one stays dead.
 */
#ifndef PRLKVM_IMAGE_NBD_LINK_H
#define PRLKVM_IMAGE_NBD_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "image/disk_class.h"
#include "prlsdk/PrlTypes.h"

#define NBD_ALLOCATION "base:allocation"

extern int nbd_link_idle_ms; /* set by tests alone */

struct nbd_link;
struct nbd_link_args {
    int fd;          /* a connected socket, taken in every case; -1: uri */
    const char *uri; /* as libnbd has it */
    const char *const *contexts; /* metadata besides NBD_ALLOCATION, NULL-ended; may be NULL */
};
/* PRL_ERR_DISK_FILE_OPEN_ERROR. */
PRL_RESULT nbd_link_open(const struct nbd_link_args *args, struct nbd_link **ret);
void nbd_link_close(struct nbd_link *l); /* says goodbye where it is alive */
void nbd_link_drop(struct nbd_link *l);  /* without a word: nobody listens any more */
CLEANUP_FOR(nbd_link_close, struct nbd_link *)

struct nbd_link_facts {
    uint64_t size_bytes;
    bool is_read_only, can_flush, can_multi_connect;
};
void nbd_link_facts(struct nbd_link *l, struct nbd_link_facts *ret);
bool nbd_link_is_dead(const struct nbd_link *l);
bool nbd_link_has_context(struct nbd_link *l, const char *context);

/* PRL_ERR_FILE_READ_ERROR, _FILE_WRITE_ERROR, _DISK_INSUFFICIENT_SPACE, _DISK_FSYNC_FAILED. */
PRL_RESULT nbd_link_read(struct nbd_link *l, void *buf, size_t size, uint64_t offset);
PRL_RESULT nbd_link_write(struct nbd_link *l, const void *buf, size_t size, uint64_t offset);
PRL_RESULT nbd_link_flush(struct nbd_link *l);
/* As disk_class.runs. Of a bitmap's context: DISK_EXTENT_DATA is dirty, all else DISK_EXTENT_ABSENT. */
PRL_RESULT nbd_link_runs(struct nbd_link *l, const char *context, uint64_t offset, uint64_t max, struct disk_run *runs, int room, int *ret_n);

#endif
