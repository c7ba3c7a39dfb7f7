/* SPDX-License-Identifier: MIT */
/* Files and directories: durable writes, safe walks. All return 0 or -errno unless noted; none follows a link where it matters. */
#ifndef PRLKVM_BASE_PATH_H
#define PRLKVM_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

char *path_join(const char *dir, const char *name); /* allocated; NULL: no memory */
char *path_dirname(const char *path);               /* allocated */
const char *path_basename(const char *path);        /* borrowed */
bool path_is_absolute(const char *path);
/* No "." or ".." part, no NUL, no control character, at most 4095 bytes. */
bool path_is_clean(const char *path);
/* dir/... : path lies below dir, by text, both clean. */
bool path_is_inside(const char *path, const char *dir);

int path_make_dirs(const char *path, mode_t mode); /* existing directories are fine; parents are made 0700 too */
bool path_exists(const char *path);
bool path_is_dir(const char *path);

/* The whole file, NUL added behind it; -EFBIG above max. */
int path_read(const char *path, size_t max, char **ret_data, size_t *ret_len);
/* New file `path`.new, write, fsync, rename, fsync of the directory. Mode 0600. */
int path_write_durable(const char *path, const void *data, size_t len);
/* Where nobody looks yet: the new file itself, write, fsync. */
int path_make_durable(const char *path, const void *data, size_t len);
int path_sync_dir(const char *dir);
int path_rename_durable(const char *from, const char *to);           /* replaces; fsyncs the directories */
int path_rename_noreplace(const char *from, const char *to);         /* -EEXIST; syncs nothing */
int path_rename_noreplace_durable(const char *from, const char *to); /* the same; fsyncs the directories */
int path_exchange_durable(const char *a, const char *b);             /* each gets the other's name, files and directories alike */
int path_unlink_durable(const char *path);                           /* -ENOENT is returned */
/* Removes a tree: openat walk, no link followed, no mount crossed. -EXDEV when a mount is met (nothing on it is touched). */
int path_remove_tree(const char *path);
int path_free_bytes(const char *path, uint64_t *ret_bytes);
/* Opens "dir/name" for unix sockets longer than sun_path: fills a short "/proc/self/fd/N/name"; *ret_dirfd is the caller's to close. */
int path_socket_name(const char *path, char out[108], int *ret_dirfd);

#endif
