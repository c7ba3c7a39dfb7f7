/* SPDX-License-Identifier: MIT */
/*
 * Image files by the names in a descriptor, which anybody may have written: nothing outside of the bundle is reached by "..", an absolute
 * path or a link, unless the caller wants it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

/* ---- where a name leads ---- */

bool
bundle_is_external(const char *file)
{
    if (path_is_absolute(file))
        return true;
    for (const char *part = file; *part;) {
        size_t n = strcspn(part, "/");

        if (n == 2 && part[0] == '.' && part[1] == '.')
            return true;
        part += n + strspn(part + n, "/");
    }
    return false;
}

/* One directory further down; a link is refused (ENOTDIR, ELOOP). */
static int
step_into(int *fd, const char *part, size_t n)
{
    char name[256];
    int next;

    if (n >= sizeof name)
        return -ENAMETOOLONG;
    memcpy(name, part, n);
    name[n] = '\0';
    next = openat(*fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0)
        return -errno;
    close(*fd);
    *fd = next;
    return 0;
}

/* -EXDEV: outside. */
static int
find(int dirfd, const char *file, bool may_be_external, int *ret_dirfd, const char **ret_name)
{
    AUTO_FD int fd = -1;
    const char *slash;

    if (bundle_is_external(file) && !may_be_external)
        return -EXDEV;
    fd = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (!bundle_is_external(file)) {
        while ((slash = strchr(file, '/'))) {
            int e = step_into(&fd, file, (size_t)(slash - file));

            if (e < 0)
                return e;
            file = slash + strspn(slash, "/");
        }
    }
    *ret_dirfd = TAKE_FD(fd);
    *ret_name = file;
    return 0;
}

PRL_RESULT
bundle_find(int dirfd, const char *file, bool may_be_external, int *ret_dirfd, const char **ret_name)
{
    int e = find(dirfd, file, may_be_external, ret_dirfd, ret_name);

    if (e == -EXDEV)
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "the image '%s' lies outside of the bundle", file);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, -e, "the image '%s'", file);
    return PRL_ERR_SUCCESS;
}

int
bundle_stat(int dirfd, const char *file, bool may_be_external, struct stat *ret)
{
    AUTO_FD int at = -1;
    const char *name;
    int e = find(dirfd, file, may_be_external, &at, &name);

    if (e < 0)
        return e;
    return fstatat(at, name, ret, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int
bundle_unlink(int dirfd, const char *file)
{
    AUTO_FD int at = -1;
    const char *name;
    int e = find(dirfd, file, false, &at, &name);

    return e < 0 ? e : file_unlink(at, name);
}

/* ---- all files of a descriptor ---- */

struct identity {
    dev_t dev;
    ino_t ino;
    const char *file;
};

static int
by_identity(const void *a, const void *b)
{
    const struct identity *x = a, *y = b;

    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    return x->ino < y->ino ? -1 : x->ino > y->ino;
}

/* Nothing there: no entry. */
static void
identify(int dirfd, const char *file, bool may_be_external, struct identity *list, size_t *n)
{
    struct stat st;

    if (bundle_stat(dirfd, file, may_be_external, &st) == 0)
        list[(*n)++] = (struct identity){ st.st_dev, st.st_ino, file };
}

PRL_RESULT
bundle_check_files(int dirfd, const struct descriptor *d, bool may_be_external)
{
    static const char *const ours[] = { DESCRIPTOR_FILE, DESCRIPTOR_LOCK };
    AUTO(cleanup_free) struct identity *list = NULL;
    size_t n = 0, room = ARRAY_LEN(ours);

    for (int i = 0; i < d->n_storages; i++)
        room += (size_t)d->storages[i].n_images;
    list = calloc(room, sizeof *list);
    if (!list)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%zu images", room);
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        identify(dirfd, ours[i], false, list, &n);
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            identify(dirfd, d->storages[i].images[k].file, may_be_external, list, &n);
    qsort(list, n, sizeof *list, by_identity);
    for (size_t i = 1; i < n; i++)
        if (by_identity(&list[i - 1], &list[i]) == 0)
            return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "'%s' and '%s' are one file", list[i - 1].file, list[i].file);
    return PRL_ERR_SUCCESS;
}

bool
bundle_names(const struct descriptor *d, const char *file)
{
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (strcmp(d->storages[i].images[k].file, file) == 0)
                return true;
    return false;
}

/* ---- new names ---- */

#define NAME_PART_BYTES 150 /* a file name has 255, and ".hdd", the number, the GUID and ".hds" must fit too */

char *
bundle_name_at(int dirfd)
{
    char link[64], path[4096];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
    n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return str_dup(path_basename(path));
}

char *
bundle_new_file_name(const char *bundle_name, int storage)
{
    size_t n = strlen(bundle_name), suffix = sizeof ".hdd" - 1;
    char guid[UUID_TEXT];

    if (n > suffix && strcmp(bundle_name + n - suffix, ".hdd") == 0)
        n -= suffix;
    if (n > NAME_PART_BYTES)
        for (n = NAME_PART_BYTES; n && ((unsigned char)bundle_name[n] & 0xC0) == 0x80;) /* not inside of a character */
            n--;
    if (!n || !str_is_xml_text(bundle_name, n) || memchr(bundle_name, '/', n) || memchr(bundle_name, '\n', n)
        || strchr(" \t\r", bundle_name[0])) {
        bundle_name = "disk";
        n = strlen(bundle_name);
    }
    uuid_make(guid);
    return str_printf("%.*s.hdd.%d.%s.hds", (int)n, bundle_name, storage, guid);
}
