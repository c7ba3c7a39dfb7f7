/* SPDX-License-Identifier: MIT */
/*
 * Image files, looked at (image/qcow2_header.c reads the headers) and made. New images are written here rather than by qemu-img: one is
 * four clusters of which we know every byte, a linked clone would wait for two processes, and nothing that is not on the page gets opened. Layout of a new image (clusters
 * of 64 KiB): header - refcount table - one refcount block (enough for 2 GiB of metadata) - L1 table, all zeros.
 */
#include "image_file.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "image/file_io.h"
#include "image/qcow2_header.h"
#include "qemu/qemu_find.h"

#define CLUSTER_BITS 16
#define CLUSTER (1u << CLUSTER_BITS)
#define L2_COVERS ((uint64_t)CLUSTER / 8 * CLUSTER) /* bytes of disk behind one L1 entry */
#define FIRST_L1_CLUSTER 3
#define COMMIT_MAX_MS (4 * 3600 * 1000LL)

/* ---- reading ---- */

static PRL_RESULT
damaged(const char *path, const char *what)
{
    return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s': %s", path, what);
}

/* A pipe or a device in the place of an image is never opened for real. */
static PRL_RESULT
open_image(const char *path, int *ret_fd, struct stat *ret_st)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 && errno == ENOENT)
        return err_set(PRL_ERR_FILE_NOT_FOUND, "'%s' does not exist", path);
    if (fd < 0 || fstat(fd, ret_st) < 0)
        return err_errno(PRL_ERR_DISK_NOT_PERMITTED, errno, "'%s'", path);
    if (!S_ISREG(ret_st->st_mode))
        return damaged(path, "not a regular file");
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

/* Steals what is allocated in q. */
static struct image_info
info_of_qcow2(const struct qcow2_info *q)
{
    return (struct image_info){
        .format = IMAGE_QCOW2,
        .size_bytes = q->size_bytes,
        .backing = q->backing,
        .has_data_file = q->has_data_file,
        .is_dirty = q->is_dirty,
        .is_encrypted = q->is_encrypted,
        .is_pristine = q->is_pristine,
    };
}

PRL_RESULT
image_file_info(const char *path, struct image_info *ret)
{
    struct qcow2_info q;
    char magic[4];
    AUTO_FD int fd = -1;
    struct stat st;
    size_t n;
    PRL_RESULT r = open_image(path, &fd, &st);

    if (PRL_FAILED(r))
        return r;
    n = st.st_size < (off_t)sizeof magic ? (size_t)st.st_size : sizeof magic;
    if (!file_read_all(fd, magic, n, 0))
        return err_errno(PRL_ERR_DISK_NOT_PERMITTED, errno, "'%s'", path);
    if (!qcow2_is_magic(magic, n)) {
        *ret = (struct image_info){ .format = IMAGE_RAW, .size_bytes = (uint64_t)st.st_size };
        return PRL_ERR_SUCCESS;
    }
    r = qcow2_info_read(fd, path, &q);
    if (PRL_SUCCEEDED(r))
        *ret = info_of_qcow2(&q);
    return r;
}

void
image_info_clear(struct image_info *info)
{
    free(info->backing);
    info->backing = NULL;
}

/* ---- writing ---- */

struct backing {
    const char *name, *format;
};

static bool
write_at(int fd, const void *buf, size_t n, uint64_t offset)
{
    const char *p = buf;

    while (n) {
        ssize_t put = pwrite(fd, p, n, (off_t)offset);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
        offset += (uint64_t)put;
    }
    return true;
}

static void
fill_header(struct qcow2_header *h, uint64_t size_bytes, uint64_t l1_entries)
{
    memset(h, 0, sizeof *h);
    h->magic = htobe32(QCOW2_MAGIC);
    h->version = htobe32(3);
    h->cluster_bits = htobe32(CLUSTER_BITS);
    h->size = htobe64(size_bytes);
    h->l1_size = htobe32((uint32_t)l1_entries);
    h->l1_offset = htobe64((uint64_t)FIRST_L1_CLUSTER * CLUSTER);
    h->refcount_offset = htobe64(CLUSTER);
    h->refcount_clusters = htobe32(1);
    h->refcount_order = htobe32(4);
    h->header_length = htobe32(sizeof *h);
}

/* Header, its extensions, the name of the backing file: the start of the first cluster. Yields the length. */
static size_t
fill_first_cluster(char *buf, uint64_t size_bytes, uint64_t l1_entries, const struct backing *b)
{
    struct qcow2_header h;
    size_t at = sizeof h;

    fill_header(&h, size_bytes, l1_entries);
    if (b) {
        uint32_t ext[2] = { htobe32(QCOW2_BACKING_FORMAT), htobe32((uint32_t)strlen(b->format)) };

        memcpy(buf + at, ext, sizeof ext);
        memcpy(buf + at + sizeof ext, b->format, strlen(b->format));
        at += sizeof ext + 8; /* padded; "qcow2" fits */
        at += 8;              /* the end of the extensions: zeros */
        h.backing_offset = htobe64(at);
        h.backing_size = htobe32((uint32_t)strlen(b->name));
        memcpy(buf + at, b->name, strlen(b->name));
        at += strlen(b->name);
    } else {
        at += 8;
    }
    memcpy(buf, &h, sizeof h);
    return at;
}

static bool
write_qcow2(int fd, uint64_t size_bytes, const struct backing *b)
{
    uint64_t l1_entries = (size_bytes + L2_COVERS - 1) / L2_COVERS;
    uint64_t l1_clusters, used;
    uint64_t first_block = htobe64(2 * (uint64_t)CLUSTER);
    char first[sizeof(struct qcow2_header) + 32 + QCOW2_NAME_MAX] = { 0 };
    uint16_t one = htobe16(1);
    size_t n;

    if (!l1_entries)
        l1_entries = 1;
    l1_clusters = (l1_entries * 8 + CLUSTER - 1) / CLUSTER;
    used = FIRST_L1_CLUSTER + l1_clusters;
    n = fill_first_cluster(first, size_bytes, l1_entries, b);
    if (ftruncate(fd, (off_t)(used * CLUSTER)) < 0 || !write_at(fd, first, n, 0) ||
        !write_at(fd, &first_block, sizeof first_block, CLUSTER))
        return false;
    for (uint64_t i = 0; i < used; i++)
        if (!write_at(fd, &one, sizeof one, 2 * (uint64_t)CLUSTER + i * sizeof one))
            return false;
    return true;
}

static PRL_RESULT
cannot_create(const char *path, int e)
{
    PRL_RESULT code = PRL_ERR_CANT_CREATE_HDD_IMAGE;

    if (e == EEXIST)
        code = PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;
    else if (e == ENOSPC || e == EDQUOT)
        code = PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
    else if (e == EFBIG)
        code = PRL_ERR_CANTS_CREATE_DISK_IMAGE_ON_FAT;
    err_errno(code, e, "'%s'", path);
    err_param(0, "%s", path);
    return code;
}

static int
sync_with_parent(int fd, const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);

    if (!dir)
        return ENOMEM;
    return fsync(fd) < 0 ? errno : -path_sync_dir(dir);
}

static PRL_RESULT
create(const char *path, uint64_t size_bytes, const struct backing *b, bool is_raw)
{
    AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int e = 0;

    if (fd < 0)
        return cannot_create(path, errno);
    if (!(is_raw ? ftruncate(fd, (off_t)size_bytes) == 0 : write_qcow2(fd, size_bytes, b)))
        e = errno ? errno : EIO;
    if (!e)
        e = sync_with_parent(fd, path);
    if (e) {
        unlink(path);
        return cannot_create(path, e);
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
image_create(const char *path, uint64_t size_mib)
{
    if (!size_mib)
        return err_set(PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE, "'%s'", path);
    if (size_mib > QCOW2_DISK_MAX_BYTES >> 20)
        return err_set(PRL_ERR_CANT_CREATE_HDD_IMAGE, "'%s': %llu MiB are too many", path, (unsigned long long)size_mib);
    return create(path, size_mib << 20, NULL, false);
}

PRL_RESULT
image_create_raw(const char *path, uint64_t size_bytes)
{
    return create(path, size_bytes, NULL, true);
}

PRL_RESULT
image_overlay_create(const char *path, const char *base, const char *base_name)
{
    struct image_info info;
    struct backing b = { base_name, "qcow2" };
    const char *why = NULL;
    PRL_RESULT r = image_file_info(base, &info);

    if (PRL_FAILED(r))
        return r;
    if (info.format != IMAGE_QCOW2) /* its guest could write any header into it */
        why = "it is no qcow2 image";
    else if (info.has_data_file)
        why = "its data is in another file";
    else if (info.is_encrypted)
        why = "it is encrypted";
    else if (info.is_dirty)
        why = "it needs a repair";
    if (why)
        r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' cannot be a base: %s", base, why);
    else if (strlen(base_name) > QCOW2_NAME_MAX)
        r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' cannot be a base: its path is longer than qcow2 allows", base);
    if (PRL_SUCCEEDED(r))
        r = create(path, (info.size_bytes + 511) & ~(uint64_t)511, &b, false);
    image_info_clear(&info);
    return r;
}

/* The name gets shorter, so it fits where the old one was. */
int
image_bare_backing(int fd)
{
    struct qcow2_header h;
    char name[QCOW2_NAME_MAX + 1];
    const char *bare;
    uint32_t n, size;

    if (!file_read_all(fd, &h, offsetof(struct qcow2_header, incompat), 0) || be32toh(h.magic) != QCOW2_MAGIC)
        return -EINVAL;
    n = be32toh(h.backing_size);
    if (!h.backing_offset || !n || n > QCOW2_NAME_MAX || !file_read_all(fd, name, n, be64toh(h.backing_offset)))
        return -EINVAL;
    name[n] = '\0';
    bare = path_basename(name);
    if (bare == name)
        return 0;
    size = htobe32((uint32_t)strlen(bare));
    if (!write_at(fd, bare, strlen(bare), be64toh(h.backing_offset)) ||
        !write_at(fd, &size, sizeof size, offsetof(struct qcow2_header, backing_size)))
        return -EIO;
    return 0;
}

/* ---- committing ---- */

static json_t *
raw_spec(const char *path)
{
    return json_pack("{s:s, s:{s:s, s:s}}", "driver", "raw", "file", "driver", "file", "filename", path);
}

/* Steals backing (NULL: stands alone). */
static json_t *
node_spec(const char *path, json_t *backing)
{
    return json_pack("{s:s, s:{s:s, s:s}, s:o}", "driver", "qcow2", "file", "driver", "file", "filename", path, "backing",
                     backing ? backing : json_null());
}

/* From the bottom up; every image by name and format. */
static char *
overlay_spec(const char *overlay, char *const *base_chain, bool is_raw)
{
    json_t *spec = NULL;
    char *text, *arg;
    size_t n = 0;

    while (base_chain[n])
        n++;
    while (n-- > 0)
        spec = is_raw ? raw_spec(base_chain[n]) : node_spec(base_chain[n], spec);
    spec = node_spec(overlay, spec);
    text = spec ? json_dumps(spec, JSON_COMPACT) : NULL;
    json_decref(spec);
    arg = text ? str_printf("json:%s", text) : NULL;
    free(text);
    return arg;
}

PRL_RESULT
image_commit(const char *overlay, char *const *base_chain, bool is_raw)
{
    AUTO(cleanup_free) char *spec = NULL;
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *words = NULL;
    AUTO_FD int fd = -1;
    PRL_RESULT r = qemu_find_img(&program);

    if (PRL_FAILED(r))
        return r;
    spec = overlay_spec(overlay, base_chain, is_raw);
    if (!spec)
        return err_set(PRL_ERR_HDD_IMAGE_COPY, "'%s' cannot be committed to '%s'", overlay, base_chain[0]);
    {
        const char *const argv[] = { program, "commit", "-q", "-d", "-t", "writeback", spec, NULL };

        r = proc_run(argv, NULL, clock_deadline(COMMIT_MAX_MS), -1, &words);
    }
    if (PRL_FAILED(r))
        return r;
    fd = open(base_chain[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return err_errno(PRL_ERR_HDD_IMAGE_COPY, errno, "'%s'", base_chain[0]);
    return PRL_ERR_SUCCESS;
}
