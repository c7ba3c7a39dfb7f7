/* SPDX-License-Identifier: MIT */
/*
 * Every read and every change this directory makes to a file goes through here: whole transfers, EINTR and short counts dealt with, and one
 * place where a test can record what was written and synced, or make any of it fail. All return 0 or -errno.
 */
#ifndef PRLKVM_IMAGE_FILE_IO_H
#define PRLKVM_IMAGE_FILE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int file_read(int fd, void *buf, size_t size, uint64_t offset, size_t *ret_done); /* *ret_done < size: the file ended there */
bool file_read_all(int fd, void *buf, size_t size, uint64_t offset); /* false: it failed, or the file ended */
int file_write(int fd, const void *buf, size_t size, uint64_t offset);
int file_sync(int fd); /* fdatasync */
int file_truncate(int fd, uint64_t size);
int file_allocate(int fd, uint64_t offset, uint64_t size); /* fallocate: grows the file; -EOPNOTSUPP where the file system cannot */
int file_punch(int fd, uint64_t offset, uint64_t size);    /* makes a hole that reads as zeros, the length stays */
/* Names are relative to dirfd. */
int file_create(int dirfd, const char *name, mode_t mode, int *ret_fd); /* O_EXCL, read-write, close-on-exec */
int file_rename(int dirfd, const char *from, const char *to);           /* replaces */
int file_link(int dirfd, const char *from, const char *to);
int file_unlink(int dirfd, const char *name);
int file_sync_dir(int dirfd);

enum file_change { FILE_WRITE, FILE_SYNC, FILE_TRUNCATE, FILE_ALLOCATE, FILE_PUNCH, FILE_CREATE, FILE_RENAME, FILE_LINK, FILE_UNLINK, FILE_SYNC_DIR };

/* For tests alone: called before each change, from the thread that makes it; not 0 (-errno): the change is not made and fails so. */
struct file_watch {
    int (*before)(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size);
    void *arg;
};
void file_watch_set(const struct file_watch *watch); /* NULL: none. No I/O may be under way */

#endif
