/* SPDX-License-Identifier: MIT */
/*
 * Guest RAM in a file (config.mem): byte n of the file is byte n of RAM, so that QEMU can also start from the file itself; pages of
 * zeros are holes. Behind the RAM stands a trailer with the id of the saved state and a checksum of every chunk.
 */
#ifndef PRLKVM_QEMU_RAM_FILE_H
#define PRLKVM_QEMU_RAM_FILE_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

struct ram_watch {
    void (*progress)(void *arg, uint64_t done_bytes, uint64_t all_bytes); /* of the address range; any thread, may be NULL */
    bool (*is_cancelled)(void *arg);                                       /* may be NULL */
    void *arg;
};

/* A memfd of that size, sealed against resizing. PRL_ERR_OUT_OF_MEMORY. */
PRL_RESULT ram_memfd(uint64_t ram_bytes, int *ret_fd);

/*
 * RAM of the memfd to the new file `path` (what stood there is unlinked, never written to: a running QEMU may have it mapped), not
 * synced yet: *ret_fd is the caller's for that. ram_bytes is a multiple of 4096. On failure the file is gone. NOT_ENOUGH_DISK_FREE_SPACE,
 * OPERATION_WAS_CANCELED.
 */
PRL_RESULT ram_file_write(int memfd, uint64_t ram_bytes, const char *path, const char id[UUID_TEXT], const struct ram_watch *watch,
                          int *ret_fd);
/* `path` for messages alone. */
PRL_RESULT ram_file_sync(int fd, const char *path);
/*
 * The reverse, into a fresh memfd; every chunk is checked. PRL_ERR_VM_RESTORE_STATE_FAILED: damaged, cut, or of another state.
 */
PRL_RESULT ram_file_read(const char *path, const char id[UUID_TEXT], uint64_t ram_bytes, int memfd, const struct ram_watch *watch);
/* Only the trailer: is it whole and of this state? */
PRL_RESULT ram_file_check(const char *path, const char id[UUID_TEXT], uint64_t ram_bytes);

/* Bytes that a memfd really holds. */
uint64_t ram_used_bytes(int memfd);

#endif
