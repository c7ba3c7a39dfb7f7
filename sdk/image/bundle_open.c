/* SPDX-License-Identifier: MIT */
/*
 * Opening: the lock (writers), the descriptor, the images of a chain, each checked against what the descriptor says of it. A reader holds
 * no lock while it goes from the descriptor to the images, so it looks afterwards whether the descriptor is still the same, and starts
 * again if not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

#define READER_ATTEMPTS 16

/* ---- the directory ---- */

PRL_RESULT
bundle_open_dir(const char *path, int *ret_dirfd)
{
    AUTO(cleanup_free) char *dir = NULL;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && (errno == ENOTDIR || errno == ENOENT) && strcmp(path_basename(path), DESCRIPTOR_FILE) == 0) {
        dir = path_dirname(path);
        if (!dir)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
        fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fd < 0)
        return err_errno(errno == ENOENT ? PRL_ERR_FILE_NOT_FOUND : PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    *ret_dirfd = fd;
    return PRL_ERR_SUCCESS;
}

/* ---- images ---- */

static PRL_RESULT
check_image(const struct bundle *b, const struct descriptor_storage *s, const struct descriptor_image *di, const struct image *image)
{
    if (!di->is_plain && image->cluster_bytes != (uint64_t)s->cluster_sectors * SECTOR_BYTES)
        return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "'%s/%s' has clusters of %u bytes, the descriptor says %u sectors",
                       b->path, di->file, image->cluster_bytes,
                       s->cluster_sectors);
    if (image->is_writable && image->size_bytes < storage_bytes(s))
        return err_set(PRL_ERR_DISK_SMALL_IMAGE_SIZE, "'%s/%s' has %llu bytes, its storage %llu",
                       b->path, di->file, (unsigned long long)image->size_bytes,
                       (unsigned long long)storage_bytes(s));
    return PRL_ERR_SUCCESS;
}

static unsigned
image_flags(const struct bundle *b, bool may_write)
{
    return (may_write ? IMAGE_WRITE : 0) | (b->flags & BUNDLE_NO_CHECK ? IMAGE_NO_CHECK : 0)
           | (b->flags & BUNDLE_SHARE_WRITERS && !may_write ? IMAGE_SHARE_WRITERS : 0);
}

PRL_RESULT
bundle_open_image(struct bundle *b, const struct descriptor *d, int storage, const char *guid, bool may_write, struct image **ret)
{
    const struct descriptor_image *di = descriptor_image(d, storage, guid);
    const struct descriptor_storage *s = &d->storages[storage];
    unsigned flags = image_flags(b, may_write);
    AUTO(image_free) struct image *image = NULL;
    AUTO_FD int at = -1;
    const char *name;
    PRL_RESULT r;

    if (may_write && bundle_is_external(di->file))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' lies outside of the bundle '%s', it is not written to", di->file, b->path);
    r = bundle_find(b->dirfd, di->file, b->flags & BUNDLE_ALLOW_EXTERNAL, &at, &name);
    if (PRL_SUCCEEDED(r))
        r = di->is_plain ? plain_open(at, name, flags, storage_bytes(s), &image) : hds_open(at, name, flags, &image);
    if (PRL_SUCCEEDED(r))
        r = check_image(b, s, di, image);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(image);
    return r;
}

PRL_RESULT
bundle_open_chain(struct bundle *b, const struct descriptor *d, int storage, const char *guid, bool may_write, struct chain **ret)
{
    AUTO(cleanup_free) int *nodes = malloc(((size_t)d->n_shots + 1) * sizeof *nodes);
    AUTO(cleanup_free) struct image **images = NULL;
    int n, opened = 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!nodes)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
    n = descriptor_chain(d, guid, nodes);
    if (n > BUNDLE_MAX_CHAIN_READ)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': a chain of %d images, at most %d are opened",
                       b->path, n, BUNDLE_MAX_CHAIN_READ);
    images = calloc((size_t)n + 1, sizeof *images);
    if (!images)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
    while (opened < n && PRL_SUCCEEDED(r)) {
        r = bundle_open_image(b, d, storage, d->shots[nodes[opened]].guid, may_write && opened == 0, &images[opened]);
        opened += PRL_SUCCEEDED(r);
    }
    if (PRL_SUCCEEDED(r))
        return chain_new(images, n, storage_bytes(&d->storages[storage]), ret);
    while (opened--)
        image_free(images[opened]);
    return r;
}

static void
free_chains(struct chain **chains, int n)
{
    while (n--)
        chain_free(chains[n]);
    free(chains);
}

PRL_RESULT
bundle_open_chains(struct bundle *b, const struct descriptor *d)
{
    struct chain **chains = calloc((size_t)d->n_storages, sizeof *chains);
    int n = 0;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!chains)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", b->path);
    while (n < d->n_storages && PRL_SUCCEEDED(r)) {
        r = bundle_open_chain(b, d, n, b->node, b->flags & BUNDLE_WRITE, &chains[n]);
        n += PRL_SUCCEEDED(r);
    }
    if (PRL_FAILED(r))
        free_chains(chains, n);
    else
        b->chains = chains;
    return r;
}

PRL_RESULT
bundle_close_chains(struct bundle *b)
{
    PRL_RESULT first = PRL_ERR_SUCCESS;

    if (!b->chains)
        return first;
    for (int i = 0; i < b->d->n_storages; i++) {
        PRL_RESULT r = chain_close(b->chains[i]);

        if (PRL_SUCCEEDED(first))
            first = r;
    }
    free(b->chains);
    b->chains = NULL;
    return first;
}

/* ---- the bundle ---- */

/* guid NULL: the active one. */
static PRL_RESULT
choose_node(struct bundle *b, const char *guid)
{
    if (!guid) {
        memcpy(b->node, b->d->active, UUID_TEXT);
        return PRL_ERR_SUCCESS;
    }
    if (!uuid_parse(guid, b->node) || descriptor_shot(b->d, b->node) < 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has no snapshot '%.40s'", b->path, guid);
    if (strcmp(b->node, b->d->merging) == 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s': the snapshot %s is being deleted", b->path, b->node);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
refuse_writing(const struct bundle *b)
{
    struct stat st;

    if (b->d->is_from_backup) {
        bool is_there = fstatat(b->dirfd, DESCRIPTOR_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0;

        return err_set(is_there ? PRL_ERR_DISK_XML_INVALID : PRL_ERR_DISK_XML_MISSING,
                       "'%s/%s' is %s, only its backup is good: repair it before you write to the disk",
                       b->path, DESCRIPTOR_FILE, is_there ? "damaged" : "missing");
    }
    if (b->d->logical_sector_bytes != SECTOR_BYTES)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has sectors of %u bytes: it can only be read",
                       b->path, b->d->logical_sector_bytes);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
open_once(struct bundle *b, const char *guid)
{
    bool may_be_external = b->flags & BUNDLE_ALLOW_EXTERNAL;
    PRL_RESULT r;

    descriptor_free(TAKE(b->d));
    r = descriptor_load(b->dirfd, &b->d);
    if (PRL_SUCCEEDED(r))
        r = choose_node(b, guid);
    if (PRL_SUCCEEDED(r) && b->flags & BUNDLE_WRITE)
        r = refuse_writing(b);
    if (PRL_FAILED(r))
        return r;
    if (b->lock_fd >= 0)
        bundle_remove_litter(b->dirfd, b->lock_fd, b->d);
    r = bundle_check_files(b->dirfd, b->d, may_be_external);
    return PRL_FAILED(r) || b->flags & BUNDLE_DESCRIPTOR_ONLY ? r : bundle_open_chains(b, b->d);
}

/* Of the descriptor, to see whether it was replaced meanwhile. */
static struct stat
stamp(const struct bundle *b)
{
    struct stat st = { 0 };

    if (fstatat(b->dirfd, DESCRIPTOR_FILE, &st, AT_SYMLINK_NOFOLLOW) < 0)
        st.st_ino = 0;
    return st;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec
           && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Of a node that a writer may change we say so at once, rather than by chance of the images' locks. */
static PRL_RESULT
open_for_reading(struct bundle *b, const char *guid)
{
    if (!guid && !(b->flags & (BUNDLE_SHARE_WRITERS | BUNDLE_DESCRIPTOR_ONLY)) && bundle_is_locked(b->dirfd))
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s': another one has it open for writing", b->path);
    for (int i = 1;; i++) {
        struct stat before = stamp(b), after;
        PRL_RESULT r = open_once(b, guid);

        after = stamp(b);
        if (i == READER_ATTEMPTS || is_same(&before, &after))
            return r;
        bundle_close_chains(b);
    }
}

/* A merge that cannot be finished, for want of room perhaps, does not keep anybody from the disk: what is open reads right. */
static PRL_RESULT
finish_merge(struct bundle *b)
{
    if (strcmp(b->d->merging, UUID_NIL) == 0 || b->flags & BUNDLE_DESCRIPTOR_ONLY)
        return PRL_ERR_SUCCESS;
    if (PRL_FAILED(bundle_finish_merge(b, NULL)))
        LOG_W("bundle", "'%s': the merge of %s is not finished: %s", b->path, b->d->merging, err_peek()->details ? err_peek()->details : "");
    return b->chains ? PRL_ERR_SUCCESS : bundle_open_chains(b, b->d);
}

/*
 * The descriptor may be from a writer that died before it was durable. What is written from now on relies on it, so it must not fall back
 * behind that in a power failure.
 */
static PRL_RESULT
make_durable(struct bundle *b)
{
    int e = file_sync_dir(b->dirfd);

    return e < 0 ? err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", b->path) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
open_for_writing(struct bundle *b)
{
    PRL_RESULT r = bundle_lock(b->dirfd, b->path, &b->lock_fd);

    if (PRL_SUCCEEDED(r))
        r = make_durable(b);
    if (PRL_SUCCEEDED(r))
        r = open_once(b, NULL);
    return PRL_FAILED(r) ? r : finish_merge(b);
}

PRL_RESULT
bundle_open_at(const char *path, const char *guid, unsigned flags, struct bundle **ret)
{
    AUTO(bundle_free) struct bundle *b = calloc(1, sizeof *b);
    PRL_RESULT r;

    if (!b)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    b->dirfd = b->lock_fd = -1;
    b->flags = flags;
    b->path = str_dup(path);
    if (!b->path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (guid && flags & BUNDLE_WRITE)
        return err_set(PRL_ERR_INVALID_ARG, "'%s': a snapshot can only be read", path);
    r = bundle_open_dir(path, &b->dirfd);
    if (PRL_SUCCEEDED(r))
        r = flags & BUNDLE_WRITE ? open_for_writing(b) : open_for_reading(b, guid);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(b);
    return r;
}

PRL_RESULT
bundle_open(const char *path, unsigned flags, struct bundle **ret)
{
    return bundle_open_at(path, NULL, flags, ret);
}

void
bundle_free(struct bundle *b)
{
    if (!b)
        return;
    if (b->chains)
        free_chains(b->chains, b->d->n_storages);
    descriptor_free(b->d);
    if (b->lock_fd >= 0)
        close(b->lock_fd);
    if (b->dirfd >= 0)
        close(b->dirfd);
    free(b->path);
    free(b);
}
