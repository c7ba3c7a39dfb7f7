/* SPDX-License-Identifier: MIT */
/* Headers and bitmap directories of qcow2 files. Every number is compared with what may be before it is used. */
#include "qcow2_header.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "image/file_io.h"

#define V2_BYTES 72
#define V3_BYTES 104
#define DIRTY (1u << 0)
#define CORRUPT (1u << 1)
#define DATA_FILE (1u << 2)
#define KNOWN_INCOMPAT 0x1Fu
#define AUTOCLEAR_BITMAPS 1u
#define L1_MAX_ENTRIES (4u << 20) /* 2 PiB at the usual cluster size */
#define EXT_BITMAPS 0x23852875u
#define EXTS_MAX 64
#define BITMAPS_MAX 65535u
#define BITMAP_DIR_MAX (8u << 20)
#define BITMAP_IN_USE 1u

static PRL_RESULT
damaged(const char *path, const char *what)
{
    return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s': %s", path, what);
}

static bool
is_all_zero(const char *p, size_t n)
{
    return !n || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* No L1 entry: no cluster was ever allocated. A table that cannot be read counts as written to. */
static bool
has_empty_l1(int fd, uint64_t offset, uint32_t entries)
{
    char buf[4096];
    uint64_t left = (uint64_t)entries * 8;

    while (left) {
        size_t n = left < sizeof buf ? (size_t)left : sizeof buf;

        if (!file_read_all(fd, buf, n, offset) || !is_all_zero(buf, n))
            return false;
        left -= n;
        offset += n;
    }
    return true;
}

static PRL_RESULT
read_backing(int fd, const char *path, const struct qcow2_header *h, struct qcow2_info *ret)
{
    uint64_t offset = be64toh(h->backing_offset);
    uint32_t n = be32toh(h->backing_size);

    if (!offset || !n)
        return PRL_ERR_SUCCESS;
    if (n > QCOW2_NAME_MAX || offset > (2u << 20))
        return damaged(path, "the name of its backing file is out of bounds");
    ret->backing = malloc(n + 1);
    if (!ret->backing)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (!file_read_all(fd, ret->backing, n, offset))
        return damaged(path, "the name of its backing file cannot be read");
    ret->backing[n] = '\0';
    if (strlen(ret->backing) != n || !str_is_xml_text(ret->backing, n))
        return damaged(path, "the name of its backing file is no text");
    return PRL_ERR_SUCCESS;
}

static void
take_bitmaps(int fd, uint32_t n, uint64_t at, uint64_t autoclear, struct qcow2_info *ret)
{
    struct __attribute__((packed)) {
        uint32_t n, reserved;
        uint64_t size, offset;
    } ext;

    /* Without the autoclear bit a program that knows no bitmaps has written the image: they say nothing any more. */
    if (n < sizeof ext || !(autoclear & AUTOCLEAR_BITMAPS) || !file_read_all(fd, &ext, sizeof ext, at))
        return;
    if (be32toh(ext.n) > BITMAPS_MAX || be64toh(ext.size) > BITMAP_DIR_MAX || be64toh(ext.offset) > (uint64_t)INT64_MAX / 2)
        return;
    ret->n_bitmaps = be32toh(ext.n);
    ret->bitmaps_size = be64toh(ext.size);
    ret->bitmaps_offset = be64toh(ext.offset);
}

/* An extension that makes no sense ends the search: what matters for safety, the backing file's name, is not in there. */
static void
read_extensions(int fd, const struct qcow2_header *h, uint32_t version, uint32_t bits, struct qcow2_info *ret)
{
    uint64_t at = version >= 3 ? be32toh(h->header_length) : V2_BYTES;
    uint64_t end = be64toh(h->backing_offset) ? be64toh(h->backing_offset) : (uint64_t)1 << bits;

    for (int i = 0; i < EXTS_MAX && at + 8 <= end; i++) {
        uint32_t ext[2], n;

        if (!file_read_all(fd, ext, sizeof ext, at))
            return;
        n = be32toh(ext[1]);
        if (!ext[0] || n > end - at - 8)
            return;
        at += sizeof ext;
        if (be32toh(ext[0]) == QCOW2_BACKING_FORMAT && n < sizeof ret->backing_format) {
            if (!file_read_all(fd, ret->backing_format, n, at))
                return;
            ret->backing_format[n] = '\0';
        } else if (be32toh(ext[0]) == EXT_BITMAPS && version >= 3) {
            take_bitmaps(fd, n, at, be64toh(h->autoclear), ret);
        }
        at += (n + 7ull) & ~7ull;
    }
}

static PRL_RESULT
read_all(int fd, const char *path, const struct qcow2_header *h, struct qcow2_info *ret)
{
    uint32_t version = be32toh(h->version), bits = be32toh(h->cluster_bits), l1 = be32toh(h->l1_size);
    uint64_t incompat = version >= 3 ? be64toh(h->incompat) : 0;
    PRL_RESULT r;

    if (version != 2 && version != 3)
        return damaged(path, "a version of qcow2 that is not known");
    if (bits < 9 || bits > 21 || l1 > L1_MAX_ENTRIES || be64toh(h->size) > QCOW2_DISK_MAX_BYTES)
        return damaged(path, "the header is damaged");
    if (incompat & ~(uint64_t)KNOWN_INCOMPAT)
        return damaged(path, "it needs features that are not known");
    ret->size_bytes = be64toh(h->size);
    ret->has_data_file = incompat & DATA_FILE;
    ret->is_dirty = incompat & (DIRTY | CORRUPT);
    ret->is_encrypted = h->crypt_method != 0;
    ret->is_pristine = !ret->is_dirty && !h->nb_snapshots && has_empty_l1(fd, be64toh(h->l1_offset), l1);
    r = read_backing(fd, path, h, ret);
    if (PRL_SUCCEEDED(r))
        read_extensions(fd, h, version, bits, ret);
    return r;
}

bool
qcow2_is_magic(const void *first_bytes, size_t n)
{
    static const unsigned char magic[] = { 'Q', 'F', 'I', 0xfb };

    return n >= sizeof magic && memcmp(first_bytes, magic, sizeof magic) == 0;
}

PRL_RESULT
qcow2_info_read(int fd, const char *path, struct qcow2_info *ret)
{
    struct qcow2_info info = { 0 };
    struct qcow2_header h = { 0 };
    PRL_RESULT r;

    if (!file_read_all(fd, &h, V2_BYTES, 0))
        return damaged(path, "the header is cut");
    if (be32toh(h.version) >= 3 && !file_read_all(fd, &h, V3_BYTES, 0))
        return damaged(path, "the header is cut");
    r = read_all(fd, path, &h, &info);
    if (PRL_FAILED(r)) {
        qcow2_info_clear(&info);
        return r;
    }
    *ret = info;
    return PRL_ERR_SUCCESS;
}

void
qcow2_info_clear(struct qcow2_info *info)
{
    free(info->backing);
    info->backing = NULL;
}

/* ---- the directory of bitmaps ---- */

struct __attribute__((packed)) bitmap_entry {
    uint64_t table_offset;
    uint32_t table_size, flags;
    uint8_t type, granularity_bits;
    uint16_t name_size;
    uint32_t extra_size;
};

/* Calls `see` with the name of each bitmap that is usable, until it says false. */
static void
each_bitmap(int fd, const struct qcow2_info *info, bool (*see)(void *arg, const char *name, size_t n), void *arg)
{
    AUTO(cleanup_free) char *dir = NULL;
    size_t at = 0, size = info->bitmaps_size;

    if (!info->n_bitmaps || !size)
        return;
    dir = malloc(size);
    if (!dir || !file_read_all(fd, dir, size, info->bitmaps_offset))
        return;
    for (uint32_t i = 0; i < info->n_bitmaps; i++) {
        struct bitmap_entry e;
        size_t extra, name;

        if (size - at < sizeof e)
            return;
        memcpy(&e, dir + at, sizeof e);
        extra = be32toh(e.extra_size);
        name = be16toh(e.name_size);
        at += sizeof e;
        if (extra > size - at || name > size - at - extra)
            return;
        at += extra;
        if (!(be32toh(e.flags) & BITMAP_IN_USE) && name && !see(arg, dir + at, name))
            return;
        at += name;
        at = (at + 7) & ~(size_t)7;
        if (at > size)
            return;
    }
}

struct only {
    char *name;
    unsigned n;
};

static bool
see_only(void *arg, const char *name, size_t n)
{
    struct only *o = arg;

    if (!o->n++)
        o->name = strndup(name, n);
    return true;
}

char *
qcow2_only_bitmap(int fd, const struct qcow2_info *info, unsigned *ret_n)
{
    struct only o = { 0 };

    each_bitmap(fd, info, see_only, &o);
    *ret_n = o.n;
    if (o.n != 1)
        free(TAKE(o.name));
    return o.name;
}

struct wanted {
    const char *uuid; /* with braces */
    char *name;
};

static bool
see_wanted(void *arg, const char *name, size_t n)
{
    struct wanted *w = arg;
    char text[UUID_TEXT], uuid[UUID_TEXT];

    if (n >= sizeof text)
        return true;
    memcpy(text, name, n);
    text[n] = '\0';
    if (!uuid_parse(text, uuid) || strcmp(uuid, w->uuid) != 0)
        return true;
    w->name = str_dup(text);
    return false;
}

char *
qcow2_bitmap_of(int fd, const struct qcow2_info *info, const char *uuid)
{
    char wanted[UUID_TEXT];
    struct wanted w = { wanted, NULL };

    if (uuid_parse(uuid, wanted))
        each_bitmap(fd, info, see_wanted, &w);
    return w.name;
}
