/* SPDX-License-Identifier: MIT */
/*
 * PrlFs.h: permission bits of an entry of the host's file system
 * (PrlFsEntry_GetPermissions): what the session's user may do with it.
 */

#ifndef PRL_FS_H
#define PRL_FS_H

#define FS_PERM_EXECUTE 1
#define FS_PERM_READ    2
#define FS_PERM_WRITE   4

/** 1 if the bit is set, else 0. */
#define IS_FS_EXECUTE_PERMITTED(x) (((x)&FS_PERM_EXECUTE) ? 1 : 0)
#define IS_FS_READ_PERMITTED(x)    (((x)&FS_PERM_READ) ? 1 : 0)
#define IS_FS_WRITE_PERMITTED(x)   (((x)&FS_PERM_WRITE) ? 1 : 0)

/**
 * The word with the bit set or cleared. Each ends in a semicolon, since programs were
 * written without one of their own, so they are good only at the end of a statement:
 *
 *     permissions = SET_FS_READ_ENABLED(permissions)
 */
#define SET_FS_EXECUTE_ENABLED(x)  ((x) | FS_PERM_EXECUTE);
#define SET_FS_READ_ENABLED(x)     ((x) | FS_PERM_READ);
#define SET_FS_WRITE_ENABLED(x)    ((x) | FS_PERM_WRITE);
#define SET_FS_EXECUTE_DISABLED(x) ((x) & ~FS_PERM_EXECUTE);
#define SET_FS_READ_DISABLED(x)    ((x) & ~FS_PERM_READ);
#define SET_FS_WRITE_DISABLED(x)   ((x) & ~FS_PERM_WRITE);

#endif /* PRL_FS_H */
