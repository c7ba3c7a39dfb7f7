/* SPDX-License-Identifier: MIT */
/* Chains of qcow2 files and the other formats' ways to name files. */
#include "disk_refs.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/disk_links.h"
#include "image/qcow2_header.h"
#include "prlsdk/PrlErrors.h"

#define CHAIN_MAX 64
#define VMDK_TEXT_MAX ((1u << 20) - 1) /* as much as QEMU reads */

static PRL_RESULT
refused(const char *path, const char *why)
{
    return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s': %s", path, why);
}

void
refs_clear(struct refs *r)
{
    json_decref(r->node);
    r->node = NULL;
}

/* Steals backing; NULL: none, whatever the header says. */
static PRL_RESULT
make_node(const char *path, const char *format, bool is_device, json_t *backing, struct refs *ret)
{
    ret->node = json_pack("{s:s, s:{s:s, s:s}, s:o}", "driver", format, "file", "driver", is_device ? "host_device" : "file", "filename", path,
                          "backing", backing ? backing : json_null());
    return ret->node ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "'%s' is not UTF-8", path);
}

static PRL_RESULT
open_image(const char *path, int *ret_fd, struct stat *ret_st)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);

    if (fd < 0 || fstat(fd, ret_st) < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    if (!S_ISREG(ret_st->st_mode) && !S_ISBLK(ret_st->st_mode))
        return refused(path, "it is neither a file nor a block device");
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

/* ---- qcow2 ---- */

/* A name without a protocol: what stands before the first ':' would have to be one. */
static bool
is_plain_name(const char *name)
{
    const char *colon = strchr(name, ':');
    const char *slash = strchr(name, '/');

    return *name && (!colon || (slash && slash < colon));
}

/* *ret: the canonical path of the backing file that the header of `path` names. */
static PRL_RESULT
follow(const char *path, const char *name, char **ret)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *named = NULL;
    AUTO(cleanup_free) char *real = NULL;
    AUTO(cleanup_free) char *real_dir = NULL;

    if (!dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (!is_plain_name(name))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' names '%s' as its backing file, which is no file", path, name);
    named = path_is_absolute(name) ? str_dup(name) : path_join(dir, name);
    real = named ? realpath(named, NULL) : NULL;
    if (!real)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s', the backing file of '%s'", name, path);
    real_dir = path_dirname(real);
    if (!str_eq(real_dir, dir) && !disk_links_is_base(path, real))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' names the backing file '%s' in another directory, which is followed only for linked clones on record",
                       path, name);
    *ret = TAKE(real);
    return PRL_ERR_SUCCESS;
}

/* The format that the header gives, or what the file is: qcow2 or raw. */
static PRL_RESULT
backing_format(const char *path, const char *told, bool *ret_is_qcow2)
{
    AUTO_FD int fd = -1;
    struct stat st;
    char head[4];
    PRL_RESULT r = open_image(path, &fd, &st);

    if (PRL_FAILED(r))
        return r;
    if (*told && !str_eq(told, "qcow2") && !str_eq(told, "raw"))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s': backing files of format '%s' are not followed", path, told);
    *ret_is_qcow2 = *told ? str_eq(told, "qcow2") : pread(fd, head, sizeof head, 0) == sizeof head && qcow2_is_magic(head, sizeof head);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT chain_of(const char *path, int depth, struct refs *ret);

static PRL_RESULT
below(const char *path, const struct qcow2_info *info, int depth, json_t **ret)
{
    AUTO(cleanup_free) char *base = NULL;
    struct refs refs = { 0 };
    bool is_qcow2 = false;
    PRL_RESULT r = follow(path, info->backing, &base);

    if (PRL_SUCCEEDED(r))
        r = backing_format(base, info->backing_format, &is_qcow2);
    if (PRL_SUCCEEDED(r))
        r = is_qcow2 ? chain_of(base, depth + 1, &refs) : make_node(base, "raw", false, NULL, &refs);
    if (PRL_SUCCEEDED(r) && refs.needs_key) {
        refs_clear(&refs);
        r = refused(base, "an encrypted backing file");
    }
    if (PRL_SUCCEEDED(r))
        *ret = refs.node;
    return r;
}

static PRL_RESULT
chain_of(const char *path, int depth, struct refs *ret)
{
    struct qcow2_info info = { 0 };
    json_t *backing = NULL;
    AUTO_FD int fd = -1;
    struct stat st;
    PRL_RESULT r = open_image(path, &fd, &st);

    if (PRL_SUCCEEDED(r))
        r = qcow2_info_read(fd, path, &info);
    if (PRL_FAILED(r))
        return r;
    if (depth >= CHAIN_MAX)
        r = refused(path, "too many backing files");
    else if (info.has_data_file)
        r = refused(path, "it keeps its data in another file, which is not allowed");
    else if (info.backing)
        r = below(path, &info, depth, &backing);
    if (PRL_SUCCEEDED(r))
        r = make_node(path, "qcow2", S_ISBLK(st.st_mode), backing, ret);
    if (PRL_SUCCEEDED(r) && info.is_encrypted) {
        ret->needs_key = true;
        json_object_set_new(ret->node, "encrypt", json_pack("{s:s, s:s}", "format", "luks", "key-secret", REFS_KEY_ID));
    }
    qcow2_info_clear(&info);
    return r;
}

/* ---- VMDK ---- */

/* In the directory of the descriptor there may be such a file, but then a real one. */
static bool
is_harmless(int dirfd, const char *name, size_t n)
{
    char copy[513];
    struct stat st;

    if (n >= sizeof copy || memchr(name, '/', n) || memchr(name, ':', n))
        return false;
    memcpy(copy, name, n);
    copy[n] = '\0';
    return !n || fstatat(dirfd, copy, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISREG(st.st_mode);
}

/*
 * Whatever follows any quote that is no value ("key=\"value\"") may be taken for the name of an extent, also where quotes do not pair: all of it must
 * be harmless.
 */
static bool
is_text_harmless(int dirfd, const char *text)
{
    for (const char *q = strchr(text, '"'); q; q = strchr(q + 1, '"')) {
        const char *before = q;

        while (before > text && strchr(" \t\r\n\v\f", before[-1]))
            before--;
        if (before > text && before[-1] == '=')
            continue;
        if (!is_harmless(dirfd, q + 1, strcspn(q + 1, "\"\r\n")))
            return false;
    }
    return true;
}

static PRL_RESULT
check_vmdk_text(int fd, int dirfd, const char *path, uint64_t offset)
{
    AUTO(cleanup_free) char *text = malloc(VMDK_TEXT_MAX + 1);
    ssize_t n;

    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    n = offset <= INT64_MAX ? pread(fd, text, VMDK_TEXT_MAX, (off_t)offset) : 0;
    if (n < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    text[n] = '\0';
    if (strstr(text, "parentFileNameHint"))
        return refused(path, "a VMDK that stands on another one");
    if (!is_text_harmless(dirfd, text))
        return refused(path, "its descriptor names a file outside of its directory");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_vmdk(int fd, const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO_FD int dirfd = dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    unsigned char head[64] = { 0 };
    uint64_t sectors;
    PRL_RESULT r;

    if (dirfd < 0 || pread(fd, head, sizeof head, 0) < 4)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    if (memcmp(head, "COWD", 4) == 0)
        return check_vmdk_text(fd, dirfd, path, 0x200);
    if (memcmp(head, "KDMV", 4) != 0)
        return check_vmdk_text(fd, dirfd, path, 0);
    memcpy(&sectors, head + 28, sizeof sectors); /* where its descriptor is */
    sectors = le64toh(sectors);
    r = check_vmdk_text(fd, dirfd, path, 0x200);
    if (PRL_SUCCEEDED(r) && sectors != 1)
        r = sectors > UINT64_MAX / 512 / 2 ? refused(path, "its header is damaged") : check_vmdk_text(fd, dirfd, path, sectors * 512);
    return r;
}

/* ---- the rest ---- */

static PRL_RESULT
check_vhd(int fd, const char *path, const struct stat *st)
{
    unsigned char f[512];
    uint32_t type;

    if (pread(fd, f, sizeof f, 0) != (ssize_t)sizeof f)
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s': the header is cut", path);
    if (memcmp(f, "conectix", 8) != 0 && pread(fd, f, sizeof f, st->st_size - (off_t)sizeof f) != (ssize_t)sizeof f)
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s': the footer is cut", path);
    memcpy(&type, f + 60, sizeof type);
    type = be32toh(type);
    if (type != 2 && type != 3)
        return refused(path, "a VHD that stands on another one");
    return PRL_ERR_SUCCESS;
}

/* One field that says that there is a parent. */
static PRL_RESULT
check_no_parent(int fd, const char *path, off_t offset, size_t n, unsigned char mask)
{
    unsigned char field[8] = { 0 };

    if (pread(fd, field, n, offset) != (ssize_t)n)
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s': the header is cut", path);
    for (size_t i = 0; i < n; i++)
        if (field[i] & mask)
            return refused(path, "it stands on another image, which is not followed for its format");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_foreign(int fd, const char *path, const char *format, const struct stat *st)
{
    if (str_eq(format, "vmdk"))
        return check_vmdk(fd, path);
    if (str_eq(format, "vpc"))
        return check_vhd(fd, path, st);
    if (str_eq(format, "qcow"))
        return check_no_parent(fd, path, 8, 8, 0xff); /* offset of the backing file's name */
    if (str_eq(format, "qed"))
        return check_no_parent(fd, path, 16, 1, 1); /* features, little-endian: bit 0 */
    return PRL_ERR_SUCCESS; /* vhdx and vdi: QEMU opens none with a parent; luks and raw: none */
}

PRL_RESULT
refs_of(const char *path, const char *format, struct refs *ret)
{
    struct refs refs = { 0 };
    AUTO_FD int fd = -1;
    struct stat st;
    PRL_RESULT r;

    if (str_eq(format, "qcow2")) {
        r = chain_of(path, 0, &refs);
    } else {
        r = open_image(path, &fd, &st);
        if (PRL_SUCCEEDED(r))
            r = check_foreign(fd, path, format, &st);
        if (PRL_SUCCEEDED(r))
            r = make_node(path, format, S_ISBLK(st.st_mode), NULL, &refs);
        if (PRL_SUCCEEDED(r) && str_eq(format, "luks")) {
            refs.needs_key = true;
            json_object_set_new(refs.node, "key-secret", json_string(REFS_KEY_ID));
        }
    }
    if (PRL_SUCCEEDED(r))
        *ret = refs;
    else
        refs_clear(&refs);
    return r;
}
