/* SPDX-License-Identifier: MIT */
#include "saved_document.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "wire/saved_trailer.h"

#define PARTS_MARK "prlkvm-in-parts" /* 16 bytes with its NUL */
#define PAGE 4096u

struct parts { /* little-endian; behind the state that it tells of */
    uint64_t at, bytes;
    char mark[16];
};

uint64_t
saved_document_bytes(int fd, uint64_t file_bytes)
{
    struct saved_trailer t;
    uint64_t length;

    if (file_bytes < sizeof t || pread(fd, &t, sizeof t, (off_t)(file_bytes - sizeof t)) != (ssize_t)sizeof t ||
        memcmp(t.mark, SAVED_TRAILER_MARK, sizeof t.mark) != 0)
        return 0;
    length = le64toh(t.length);
    return length <= file_bytes - sizeof t ? length + sizeof t : 0;
}

PRL_RESULT
saved_document_append(const char *path, const char *text)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    struct saved_trailer t = { .length = htole64(strlen(text)) };
    struct iovec parts[] = { { (void *)(uintptr_t)text, strlen(text) }, { &t, sizeof t } };
    struct stat st;
    ssize_t want = (ssize_t)(strlen(text) + sizeof t), n;

    memcpy(t.mark, SAVED_TRAILER_MARK, sizeof t.mark);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s'", path);
    n = pwritev(fd, parts, 2, st.st_size);
    if (n == want && fsync(fd) == 0)
        return PRL_ERR_SUCCESS;

    int e = n >= 0 && n < want ? ENOSPC : errno;

    if (ftruncate(fd, st.st_size) < 0)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s' has half a document behind it", path);
    return err_errno(e == ENOSPC ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_VM_SUSPEND_FAILED, e, "'%s'", path);
}

/* ---- parts ---- */

static int
copy_to_end(int in, uint64_t from, uint64_t bytes, int out)
{
    while (bytes) {
        char buf[64 << 10];
        ssize_t n = pread(in, buf, bytes < sizeof buf ? bytes : sizeof buf, (off_t)from);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        for (ssize_t done = 0; done < n;) {
            ssize_t k = write(out, buf + done, (size_t)(n - done));

            if (k < 0 && errno != EINTR)
                return errno;
            done += k > 0 ? k : 0;
        }
        from += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    return 0;
}

static PRL_RESULT
not_written(PRL_RESULT code, int e, const char *path)
{
    return err_errno(e == ENOSPC || e == EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : code, e, "'%s'", path);
}

PRL_RESULT
saved_document_join(const char *ram, const char *sav)
{
    AUTO_FD int in = open(sav, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    AUTO_FD int out = open(ram, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct parts p = { .mark = PARTS_MARK };
    struct stat st, its;
    int e;

    if (in < 0 || out < 0 || fstat(in, &its) < 0 || fstat(out, &st) < 0)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s'", in < 0 ? sav : ram);
    e = copy_to_end(in, 0, (uint64_t)its.st_size, out);
    p.at = htole64((uint64_t)st.st_size);
    p.bytes = htole64((uint64_t)its.st_size);
    if (!e && write(out, &p, sizeof p) != (ssize_t)sizeof p)
        e = ENOSPC;
    if (!e)
        return PRL_ERR_SUCCESS;
    if (ftruncate(out, st.st_size) < 0) /* it is good all the same: what counts is before */
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s'", ram);
    return not_written(PRL_ERR_VM_SUSPEND_FAILED, e, ram);
}

bool
saved_document_parts(int fd, uint64_t *ret_at, uint64_t *ret_bytes)
{
    struct parts p;
    struct stat st;
    uint64_t end, at, bytes;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    end = (uint64_t)st.st_size - saved_document_bytes(fd, (uint64_t)st.st_size);
    if (end < sizeof p || pread(fd, &p, sizeof p, (off_t)(end - sizeof p)) != (ssize_t)sizeof p || memcmp(p.mark, PARTS_MARK, sizeof p.mark) != 0)
        return false;
    at = le64toh(p.at);
    bytes = le64toh(p.bytes);
    if (at < PAGE || at % PAGE || at > end - sizeof p || bytes != end - sizeof p - at)
        return false;
    *ret_at = at;
    *ret_bytes = bytes;
    return true;
}

PRL_RESULT
saved_document_part_out(int fd, uint64_t at, uint64_t bytes, const char *path)
{
    AUTO_FD int out = -1;
    int e;

    if (unlink(path) < 0 && errno != ENOENT)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    e = out < 0 ? errno : copy_to_end(fd, at, bytes, out);
    if (!e)
        return PRL_ERR_SUCCESS;
    unlink(path);
    return not_written(PRL_ERR_VM_RESTORE_STATE_FAILED, e, path);
}
