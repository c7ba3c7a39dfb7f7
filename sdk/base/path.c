/* SPDX-License-Identifier: MIT */
/*
 * Files and directories. Links are followed in the parents of a path (they are the caller's choice) and when a file is
 * read; never in the last part of what is written, renamed or removed, and nowhere inside a tree that is removed.
 */
#include "path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "str.h"

#define PATH_BYTES 4095
#define TREE_DEPTH 256 /* one descriptor per level */

/* ---- texts ---- */

char *
path_join(const char *dir, const char *name)
{
    size_t n = strlen(dir);

    return str_printf("%s%s%s", dir, n && dir[n - 1] != '/' ? "/" : "", name);
}

/* End of the text without trailing slashes; a lone "/" stays. */
static size_t
trimmed_length(const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

char *
path_dirname(const char *path)
{
    size_t n = trimmed_length(path);

    while (n && path[n - 1] != '/')
        n--;
    if (!n)
        return strdup(".");
    while (n > 1 && path[n - 1] == '/')
        n--;
    return strndup(path, n);
}

const char *
path_basename(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool
path_is_absolute(const char *path)
{
    return path[0] == '/';
}

bool
path_is_clean(const char *path)
{
    size_t n = strlen(path);

    if (!n || n > PATH_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)path[i] < 0x20 || path[i] == 0x7F)
            return false;
    while (*path) {
        size_t part = strcspn(path, "/");

        if ((part == 1 && path[0] == '.') || (part == 2 && path[0] == '.' && path[1] == '.'))
            return false;
        path += part + strspn(path + part, "/");
    }
    return true;
}

/* Part by part, so that repeated slashes make no difference. */
bool
path_is_inside(const char *path, const char *dir)
{
    if (path_is_absolute(path) != path_is_absolute(dir))
        return false;
    for (;;) {
        size_t part, dir_part;

        path += strspn(path, "/");
        dir += strspn(dir, "/");
        if (!*dir)
            return *path != '\0';
        part = strcspn(path, "/");
        dir_part = strcspn(dir, "/");
        if (part != dir_part || memcmp(path, dir, part) != 0)
            return false;
        path += part;
        dir += part;
    }
}

/* ---- directories ---- */

/* Some file systems have no fsync for directories: nothing more can be done there. */
static int
sync_dir_fd(int fd)
{
    if (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS)
        return 0;
    return -errno;
}

int
path_sync_dir(const char *dir)
{
    AUTO_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 ? -errno : sync_dir_fd(fd);
}

static int
sync_parent(const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);

    return dir ? path_sync_dir(dir) : -ENOMEM;
}

/* An existing directory is fine, whoever made it and when. */
static int
make_dir(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        return sync_parent(path);
    if (errno == EEXIST)
        return path_is_dir(path) ? 0 : -ENOTDIR;
    return -errno;
}

int
path_make_dirs(const char *path, mode_t mode)
{
    AUTO(cleanup_free) char *copy = strndup(path, trimmed_length(path));
    int r;

    if (!copy)
        return -ENOMEM;
    if (!copy[0])
        return -ENOENT;
    if (path_is_dir(copy)) /* the usual case; parents may not even be ours to look at */
        return 0;
    for (char *p = copy + strspn(copy, "/"); (p = strchr(p, '/')); p += strspn(p, "/")) {
        *p = '\0';
        r = path_is_dir(copy) ? 0 : make_dir(copy, 0700);
        *p = '/';
        if (r < 0)
            return r;
    }
    return make_dir(copy, mode);
}

bool
path_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool
path_is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- files ---- */

static int
read_all(int fd, size_t max, size_t guess, char **ret_data, size_t *ret_len)
{
    AUTO(cleanup_free) char *data = NULL;
    size_t room = (guess < max ? guess : max) + 1, len = 0;

    data = malloc(room + 1); /* room holds one byte too many, to see the end; then the NUL */
    if (!data)
        return -ENOMEM;
    for (;;) {
        ssize_t n = read(fd, data + len, room - len);

        if (n < 0) {
            if (errno == EINTR)
                continue;
            return -errno;
        }
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > max)
            return -EFBIG;
        if (len == room) {
            size_t want = room > max / 2 ? max + 1 : room * 2; /* /proc says size 0 */
            char *grown = realloc(data, want + 1);

            if (!grown)
                return -ENOMEM;
            data = grown;
            room = want;
        }
    }
    data[len] = '\0';
    if (ret_len)
        *ret_len = len;
    *ret_data = TAKE(data);
    return 0;
}

/* O_NONBLOCK: a pipe put in the place of the file must not hold us up. */
int
path_read(const char *path, size_t max, char **ret_data, size_t *ret_len)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return -EISDIR;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    if (max > SIZE_MAX / 4)
        max = SIZE_MAX / 4;
    if (st.st_size > 0 && (uint64_t)st.st_size > max)
        return -EFBIG;
    return read_all(fd, max, st.st_size > 0 ? (size_t)st.st_size : 4096, ret_data, ret_len);
}

static int
write_all(int fd, const void *data, size_t len)
{
    const char *p = data;

    while (len) {
        ssize_t n = write(fd, p, len);

        if (n < 0) {
            if (errno == EINTR)
                continue;
            return -errno;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* What stands there already is left from a crash: the caller has the right to write `path`, so nobody else is at it. */
static int
open_new(const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, 0600);

    if (fd < 0 && errno == EEXIST && unlink(path) == 0)
        fd = open(path, flags, 0600);
    return fd < 0 ? -errno : fd;
}

static int
write_new(const char *path, const void *data, size_t len)
{
    int fd = open_new(path);
    int r;

    if (fd < 0)
        return fd;
    r = write_all(fd, data, len);
    if (r == 0 && fsync(fd) < 0)
        r = -errno;
    if (close(fd) < 0 && r == 0) /* NFS tells a full disk only here */
        r = -errno;
    if (r < 0)
        unlink(path);
    return r;
}

int
path_make_durable(const char *path, const void *data, size_t len)
{
    return write_new(path, data, len);
}

int
path_write_durable(const char *path, const void *data, size_t len)
{
    AUTO(cleanup_free) char *new_path = str_printf("%s.new", path);
    int r;

    if (!new_path)
        return -ENOMEM;
    r = write_new(new_path, data, len);
    if (r < 0)
        return r;
    if (rename(new_path, path) < 0) {
        r = -errno;
        unlink(new_path);
        return r;
    }
    return sync_parent(path);
}

/* ---- renames ---- */

/* The new name first: cut in between, a file has two names rather than none. */
static int
sync_parents(const char *from, const char *to)
{
    AUTO(cleanup_free) char *from_dir = path_dirname(from);
    AUTO(cleanup_free) char *to_dir = path_dirname(to);
    int r;

    if (!from_dir || !to_dir)
        return -ENOMEM;
    r = path_sync_dir(to_dir);
    if (r == 0 && strcmp(from_dir, to_dir) != 0)
        r = path_sync_dir(from_dir);
    return r;
}

int
path_rename_durable(const char *from, const char *to)
{
    if (rename(from, to) < 0)
        return -errno;
    return sync_parents(from, to);
}

/* rename(2) onto an empty directory replaces it: one that we have just made, or that nobody has put anything in yet. */
static int
rename_dir_onto_own(const char *from, const char *to)
{
    int e;

    if (mkdir(to, 0700) < 0)
        return -errno;
    if (rename(from, to) == 0)
        return 0;
    e = errno;
    rmdir(to);
    return e == ENOTEMPTY ? -EEXIST : -e;
}

static int
rename_file_by_link(const char *from, const char *to)
{
    int e;

    if (link(from, to) < 0)
        return -errno;
    if (unlink(from) == 0)
        return 0;
    e = errno;
    unlink(to);
    return -e;
}

/* For file systems without hard links. A crash in between leaves an empty file behind, never a replaced one. */
static int
rename_file_onto_own(const char *from, const char *to)
{
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int e;

    if (fd < 0)
        return -errno;
    close(fd);
    if (rename(from, to) == 0)
        return 0;
    e = errno;
    unlink(to);
    return -e;
}

/* Not static: the file systems that need it are rare, so the tests call it themselves. */
int path_rename_noreplace_fallback(const char *from, const char *to);

int
path_rename_noreplace_fallback(const char *from, const char *to)
{
    struct stat st;
    int r;

    if (lstat(from, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return rename_dir_onto_own(from, to);
    r = rename_file_by_link(from, to);
    if (r == -EPERM || r == -ENOTSUP || r == -ENOSYS || r == -EMLINK)
        r = rename_file_onto_own(from, to);
    return r;
}

int
path_exchange_durable(const char *a, const char *b)
{
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) < 0 ? -errno : sync_parents(a, b);
}

int
path_rename_noreplace(const char *from, const char *to)
{
    int r = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? -errno : 0;

    return r == -EINVAL || r == -ENOSYS || r == -ENOTSUP ? path_rename_noreplace_fallback(from, to) : r;
}

int
path_rename_noreplace_durable(const char *from, const char *to)
{
    int r = path_rename_noreplace(from, to);

    return r < 0 ? r : sync_parents(from, to);
}

int
path_unlink_durable(const char *path)
{
    if (unlink(path) < 0)
        return -errno;
    return sync_parent(path);
}

/* ---- removal of trees ---- */

/*
 * Opens directory `name` below dirfd, itself no link and on the same mount (a bind mount has the same st_dev, so only
 * the kernel can tell). Before Linux 5.6, or where a sandbox forbids openat2, st_dev has to do.
 */
static int
open_below(int dirfd, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct open_how how = { .flags = (uint64_t)flags, .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS };
    AUTO_FD int fd = (int)syscall(SYS_openat2, dirfd, name, &how, sizeof how);
    struct stat above, st;

    if (fd >= 0)
        return TAKE_FD(fd);
    if (errno != ENOSYS && errno != EPERM)
        return -errno;
    fd = openat(dirfd, name, flags);
    if (fd < 0 || fstat(dirfd, &above) < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (st.st_dev != above.st_dev)
        return -EXDEV;
    return TAKE_FD(fd);
}

static int
unlink_below(int dirfd, const char *name, int flags)
{
    if (unlinkat(dirfd, name, flags) == 0 || errno == ENOENT)
        return 0;
    return errno == EBUSY ? -EXDEV : -errno; /* busy: a file with something mounted on it */
}

static int remove_below(int dirfd, const char *name, int depth);

/* Some file systems skip entries when others are removed meanwhile, hence the passes until one finds nothing. */
static int
remove_entries(int fd, int depth)
{
    AUTO_FD int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    int r = 0, n;

    if (!d)
        return -errno;
    copy = -1; /* closedir has it now */
    do {
        n = 0;
        rewinddir(d);
        while (r == 0) {
            struct dirent *entry;

            errno = 0;
            entry = readdir(d);
            if (!entry) {
                r = -errno;
                break;
            }
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                continue;
            r = remove_below(fd, entry->d_name, depth);
            n++;
        }
    } while (r == 0 && n);
    closedir(d);
    return r;
}

static int
remove_below(int dirfd, const char *name, int depth)
{
    AUTO_FD int fd = -1;
    int r;

    if (depth > TREE_DEPTH)
        return -ELOOP;
    fd = open_below(dirfd, name);
    if (fd == -ENOTDIR || fd == -ELOOP) /* a file, or a link: itself goes, not what it names */
        return unlink_below(dirfd, name, 0);
    if (fd < 0)
        return fd == -ENOENT && depth ? 0 : fd;
    r = remove_entries(fd, depth + 1);
    return r < 0 ? r : unlink_below(dirfd, name, AT_REMOVEDIR);
}

int
path_remove_tree(const char *path)
{
    AUTO(cleanup_free) char *copy = strndup(path, trimmed_length(path));
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO_FD int fd = -1;
    const char *name;

    if (!copy || !dir)
        return -ENOMEM;
    name = path_basename(copy);
    if (!name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -EINVAL;
    fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : remove_below(fd, name, 0);
}

/* ---- others ---- */

int
path_free_bytes(const char *path, uint64_t *ret_bytes)
{
    struct statvfs fs;

    if (statvfs(path, &fs) < 0)
        return -errno;
    *ret_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

int
path_socket_name(const char *path, char out[108], int *ret_dirfd)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO_FD int fd = -1;
    char text[108];
    int n;

    if (!dir)
        return -ENOMEM;
    fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    n = snprintf(text, sizeof text, "/proc/self/fd/%d/%s", fd, path_basename(path));
    if (n < 0 || (size_t)n >= sizeof text)
        return -ENAMETOOLONG;
    memcpy(out, text, sizeof text);
    *ret_dirfd = TAKE_FD(fd);
    return 0;
}
