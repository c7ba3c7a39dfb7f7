/* SPDX-License-Identifier: MIT */
/* What a path is: by looking at it, never by its name. Only the first bytes (and the last 512) are read. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/descriptor.h"
#include "image/disk_class.h"
#include "image/hds.h"
#include "image/qcow2_header.h"
#include "prlsdk/PrlErrors.h"

#define HEAD_BYTES 512

struct magic {
    size_t offset, length;
    const char *bytes;
    const char *name;
};

static const struct magic magics[] = {
    { 0, 4, "KDMV", "vmdk" },
    { 0, 4, "COWD", "vmdk" },
    { 0, 21, "# Disk DescriptorFile", "vmdk" },
    { 0, 8, "conectix", "vpc" },
    { 0, 8, "vhdxfile", "vhdx" },
    { 0x40, 4, "\x7f\x10\xda\xbe", "vdi" },
    { 0, 6, "LUKS\xba\xbe", "luks" },
    { 0, 4, "QED\0", "qed" },
};

bool
disk_is_nbd_url(const char *path)
{
    static const char *const starts[] = { "nbd:", "nbds:", "nbd+unix:", "nbds+unix:" };

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (strncmp(path, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* A fixed VHD is raw data with a footer; its checksum keeps a guest's data from being taken for one. */
static bool
is_fixed_vhd(int fd, off_t length)
{
    unsigned char f[512];
    uint32_t sum = 0, told, type;

    if (length < (off_t)sizeof f * 2 || length % 512 || pread(fd, f, sizeof f, length - (off_t)sizeof f) != (ssize_t)sizeof f ||
        memcmp(f, "conectix", 8) != 0)
        return false;
    memcpy(&type, f + 60, sizeof type);
    memcpy(&told, f + 64, sizeof told);
    memset(f + 64, 0, sizeof told);
    for (size_t i = 0; i < sizeof f; i++)
        sum += f[i];
    return be32toh(type) == 2 && be32toh(told) == ~sum;
}

static void
probe_head(int fd, const struct stat *st, const char *head, size_t n, enum disk_format *ret, const char **ret_name)
{
    *ret = DISK_RAW;
    *ret_name = "raw";
    if (qcow2_is_magic(head, n)) {
        bool is_first = n >= 8 && memcmp(head + 4, "\0\0\0\1", 4) == 0;

        *ret = is_first ? DISK_FOREIGN : DISK_QCOW2;
        *ret_name = is_first ? "qcow" : "qcow2";
    } else if (hds_is_magic(head, n)) {
        *ret = DISK_EXPANDING;
        *ret_name = "parallels";
    } else {
        for (size_t i = 0; i < ARRAY_LEN(magics); i++)
            if (n >= magics[i].offset + magics[i].length && memcmp(head + magics[i].offset, magics[i].bytes, magics[i].length) == 0) {
                *ret = DISK_FOREIGN;
                *ret_name = magics[i].name;
                return;
            }
        if (S_ISREG(st->st_mode) && is_fixed_vhd(fd, st->st_size)) {
            *ret = DISK_FOREIGN;
            *ret_name = "vpc";
        }
    }
}

static PRL_RESULT
probe_file(const char *path, const struct stat *st, enum disk_format *ret, const char **ret_name)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char head[HEAD_BYTES];
    size_t n = 0;

    if (fd < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    while (n < sizeof head) {
        ssize_t got = pread(fd, head + n, sizeof head - n, (off_t)n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    probe_head(fd, st, head, n, ret, ret_name);
    return PRL_ERR_SUCCESS;
}

static bool
has_file(const char *dir, const char *name)
{
    AUTO(cleanup_free) char *path = path_join(dir, name);

    return path && path_exists(path);
}

PRL_RESULT
disk_probe(const char *path, enum disk_format *ret, const char **ret_name)
{
    struct stat st;

    if (disk_is_nbd_url(path)) {
        *ret = DISK_NBD;
        *ret_name = "nbd";
        return PRL_ERR_SUCCESS;
    }
    if (stat(path, &st) < 0)
        return err_errno(errno == ENOENT || errno == ENOTDIR ? PRL_ERR_FILE_NOT_FOUND : PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path);
    if (S_ISDIR(st.st_mode) && !has_file(path, DESCRIPTOR_FILE) && !has_file(path, DESCRIPTOR_FILE ".Backup"))
        return err_set(PRL_ERR_DISK_XML_MISSING, "'%s' has no " DESCRIPTOR_FILE, path);
    if (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && str_eq(path_basename(path), DESCRIPTOR_FILE))) {
        *ret = DISK_BUNDLE;
        *ret_name = "bundle";
        return PRL_ERR_SUCCESS;
    }
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
        return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "'%s' is neither a file nor a block device", path);
    return probe_file(path, &st, ret, ret_name);
}
