/* SPDX-License-Identifier: MIT */
/*
 * qcow2 files, changed by qemu-img. It gets every file by name and format (disk_refs.h), none from a header. Its own lock keeps others away while it
 * works; where it writes, ours is let go just before, since it would keep qemu-img away as well.
 */
#include <endian.h>
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
#include "image/disk_refs.h"
#include "image/file_io.h"
#include "image/work_parts.h"

#define LAZY_REFCOUNTS 1u
#define EXTENDED_L2 16u
#define WORDS 24

/* ---- facts ---- */

void
qcow2_facts_clear(struct qcow2_facts *facts)
{
    qcow2_info_clear(&facts->info);
}

PRL_RESULT
qcow2_facts_read(int fd, const char *path, struct qcow2_facts *ret)
{
    AUTO_QCOW2 f = { 0 };
    struct qcow2_header h = { 0 };
    size_t done;
    PRL_RESULT rc = qcow2_info_read(fd, path, &f.info);
    int e;

    if (PRL_FAILED(rc))
        return rc;
    e = file_read(fd, &h, sizeof h, 0, &done);
    if (e)
        return err_errno(PRL_ERR_FILE_READ_ERROR, -e, "'%s'", path);
    if (f.info.has_data_file)
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' keeps its data in another file", path);
    if (f.info.is_encrypted)
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is encrypted", path);
    f.version = be32toh(h.version);
    f.cluster_bytes = 1u << be32toh(h.cluster_bits);
    f.snapshots = be32toh(h.nb_snapshots);
    f.refcount_bits = f.version >= 3 ? 1u << (be32toh(h.refcount_order) & 7) : 16;
    f.has_lazy_refcounts = f.version >= 3 && (be64toh(h.compat) & LAZY_REFCOUNTS);
    f.has_extended_l2 = f.version >= 3 && (be64toh(h.incompat) & EXTENDED_L2);
    *ret = f;
    memset(&f, 0, sizeof f);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qcow2_open_alone(const char *path, enum work_lock lock, int *ret_fd, struct qcow2_facts *ret)
{
    AUTO_FD int fd = -1;
    AUTO_QCOW2 f = { 0 };
    PRL_RESULT rc = work_open_locked(path, lock, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_facts_read(fd, path, &f);
    if (PRL_FAILED(rc))
        return rc;
    if (f.info.backing)
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' stands on another image ('%s'): merge it first (merge --external)", path, f.info.backing);
    *ret_fd = TAKE_FD(fd);
    *ret = f;
    memset(&f, 0, sizeof f);
    return PRL_ERR_SUCCESS;
}

/* ---- words for qemu-img ---- */

PRL_RESULT
qcow2_spec(const char *path, char **ret)
{
    AUTO(cleanup_free) char *real = realpath(path, NULL);
    AUTO(cleanup_free) char *text = NULL;
    struct refs refs = { 0 };
    PRL_RESULT rc = real ? refs_of(real, "qcow2", &refs) : err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);

    if (PRL_FAILED(rc))
        return rc;
    text = json_dumps(refs.node, JSON_COMPACT);
    refs_clear(&refs);
    *ret = text ? str_printf("json:%s", text) : NULL;
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "words for qemu-img");
}

PRL_RESULT
qcow2_tool(const struct image_watch *watch, int *ret_exit, char **ret_out, ...)
{
    AUTO(cleanup_free) char *tool = NULL;
    const char *argv[WORDS] = { NULL };
    PRL_RESULT rc = work_find_program("qemu-img", "PRLKVM_QEMU_IMG", &tool);
    va_list ap;
    int n = 0;

    if (PRL_FAILED(rc))
        return rc;
    argv[n++] = tool;
    va_start(ap, ret_out);
    while (n < WORDS - 1 && (argv[n] = va_arg(ap, const char *)))
        n++;
    va_end(ap);
    argv[n] = NULL;
    return work_run(argv, NULL, watch, ret_exit, ret_out);
}

/* ---- resize ---- */

PRL_RESULT
qcow2_resize(const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    AUTO(cleanup_free) char *image = NULL;
    AUTO(cleanup_free) char *size = str_printf("%llu", (unsigned long long)size_bytes);
    PRL_RESULT rc = qcow2_open_alone(path, WORK_LOCK_WRITE, &fd, &f);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_spec(path, &image);
    if (PRL_FAILED(rc))
        return rc;
    if (!size)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for qemu-img");
    if (f.snapshots)
        return err_set(PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, "'%s' has %u snapshots: merge them first", path, f.snapshots);
    cleanup_close(&fd);
    fd = -1;
    if (size_bytes < f.info.size_bytes)
        return qcow2_tool(watch, NULL, NULL, "resize", "--shrink", image, size, NULL);
    return qcow2_tool(watch, NULL, NULL, "resize", image, size, NULL);
}

/* ---- convert ---- */

/* The features of the old one, so that the new one serves the same programs. */
static char *
creation_options(const struct qcow2_facts *f, bool to_plain)
{
    AUTO_STR s = STR_INIT;

    str_addf(&s, "compat=%s,cluster_size=%u,preallocation=%s", f->version >= 3 ? "1.1" : "0.10", f->cluster_bytes, to_plain ? "falloc" : "off");
    if (f->version >= 3)
        str_addf(&s, ",lazy_refcounts=%s,refcount_bits=%u,extended_l2=%s", f->has_lazy_refcounts ? "on" : "off", f->refcount_bits,
                 f->has_extended_l2 ? "on" : "off");
    return str_take(&s);
}

/* Owner and mode of the old file; a mode that cannot be kept is not given away either. */
static int
take_rights(int fd, int dirfd, const char *name)
{
    AUTO_FD int to = openat(dirfd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;

    if (to < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (fchown(to, st.st_uid, st.st_gid) == 0 && fchmod(to, st.st_mode & 07777) < 0)
        return -errno;
    return file_sync(to);
}

/* The new file takes the place of the old one, which is locked through fd up to here. */
PRL_RESULT
work_replace(const struct work_place *place, const char *new_name, int fd)
{
    int e = take_rights(fd, place->dirfd, new_name);

    if (!e)
        e = file_rename(place->dirfd, new_name, place->name);
    if (e) {
        file_unlink(place->dirfd, new_name);
        return work_failed(PRL_ERR_DISK_RENAME_ERROR, e, "'%s/%s'", place->dir, place->name);
    }
    e = file_sync_dir(place->dirfd);
    return e ? work_failed(PRL_ERR_DISK_FSYNC_FAILED, e, "'%s'", place->dir) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
convert_beside(const char *path, const struct qcow2_facts *f, bool to_plain, const char *new_path, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *image = NULL;
    AUTO(cleanup_free) char *options = creation_options(f, to_plain);
    PRL_RESULT rc = qcow2_spec(path, &image);

    if (PRL_FAILED(rc))
        return rc;
    if (!options)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for qemu-img");
    if (f->info.n_bitmaps)
        return qcow2_tool(watch, NULL, NULL, "convert", "-p", "--bitmaps", image, "-O", "qcow2", "-o", options, new_path, NULL);
    return qcow2_tool(watch, NULL, NULL, "convert", "-p", image, "-O", "qcow2", "-o", options, new_path, NULL);
}

PRL_RESULT
qcow2_convert(const char *path, bool to_plain, const struct image_watch *watch)
{
    AUTO_QCOW2 f = { 0 };
    AUTO_PLACE place = WORK_PLACE_INIT;
    AUTO_FD int fd = -1;
    AUTO_MAKING new = MAKING_INIT;
    PRL_RESULT rc = work_place_open(path, &place);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_open_alone(path, WORK_LOCK_KEEP, &fd, &f);
    if (PRL_FAILED(rc))
        return rc;
    if (f.snapshots)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has %u snapshots: merge them first", path, f.snapshots);
    rc = work_make_file(&place, &new);
    if (PRL_FAILED(rc))
        return rc;
    rc = convert_beside(path, &f, to_plain, new.path, watch);
    if (PRL_FAILED(rc)) {
        file_unlink(place.dirfd, new.name);
        return rc;
    }
    return work_replace(&place, new.name, fd);
}

/* ---- merge ---- */

/*
 * Copies up what the overlay takes from below, then the header forgets the backing file: the overlay reads the same before, during and after, and
 * what else stands on the base is not touched, as it would be by a commit.
 */
static PRL_RESULT
merge_backing(const char *path, const struct image_watch *watch)
{
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    AUTO(cleanup_free) char *chain = NULL;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_facts_read(fd, path, &f);
    if (PRL_FAILED(rc) || !f.info.backing)
        return rc;
    if (f.snapshots) /* their clusters that come from below would be lost */
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' has %u internal snapshots: merge them first", path, f.snapshots);
    rc = qcow2_spec(path, &chain);
    if (PRL_FAILED(rc))
        return rc;
    cleanup_close(&fd);
    fd = -1;
    return qcow2_tool(watch, NULL, NULL, "rebase", "-p", "-b", "", chain, NULL);
}

/* The first of the list each time: it can be deleted whatever the names are. */
static PRL_RESULT
merge_snapshots(const char *path, const struct image_watch *watch)
{
    int n = 1, all = 0;

    while (n) {
        struct work_snapshot *list = NULL;
        struct work_part part;
        PRL_RESULT rc = work_snapshots(path, &list, &n);

        if (PRL_FAILED(rc))
            return rc;
        if (n > all)
            all = n;
        if (n) {
            work_part_init(&part, watch, (all - n) * 1000 / all, (all - n + 1) * 1000 / all);
            rc = work_snapshot_delete(path, list[0].id, false, &part.watch);
        }
        work_snapshots_free(list, n);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qcow2_merge(const char *path, bool external, const struct image_watch *watch)
{
    return external ? merge_backing(path, watch) : merge_snapshots(path, watch);
}
