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
