/* SPDX-License-Identifier: MIT */
/*
 * What a client can send: bytes, cut into reads, with descriptors beside them. First byte: 1 a good memfd, 2 one that is not sealed,
 * 4 a pipe in place of a memfd, 8 in small pieces. Messages are then checked as requests and their texts are read.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "wire/frame.h"
#include "wire/ops.h"

#define SENT_MAX 65536 /* fits the buffer of the socket */
#define PIECE 7

static int
make_memfd(bool is_sealed)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    FUZZ_CHECK(fd >= 0 && write(fd, "0123456789<a>text</a>", 21) == 21);
    if (is_sealed)
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

static int
make_fd(uint8_t flags)
{
    if (flags & 4)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    return flags & 3 ? make_memfd(flags & 1) : -1;
}

static void
send_bytes(int sock, const uint8_t *data, size_t size, int fd)
{
    struct iovec iov = { (void *)data, size };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .bytes = { 0 } };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (fd >= 0) {
        struct cmsghdr *c;

        m.msg_control = control.bytes;
        m.msg_controllen = sizeof control.bytes;
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &fd, sizeof(int));
    }
    if (size)
        FUZZ_CHECK(sendmsg(sock, &m, MSG_NOSIGNAL) == (ssize_t)size);
}

static void
use_message(json_t *msg, int memfd)
{
    json_t *parameters = json_object_get(msg, "parameters"), *value;
    const char *method = json_string_value(json_object_get(msg, "method")), *key;
    const struct op_row *row = method ? op_find_method(method) : NULL;

    if (row)
        op_check_args(row, parameters);
    json_object_foreach (parameters, key, value) {
        AUTO(cleanup_free) char *text = NULL;
        size_t len;

        if (frame_text_is(value) && PRL_SUCCEEDED(frame_text_get(value, memfd, &text, &len)))
            FUZZ_CHECK(strlen(text) <= len);
    }
}

/* False: the connection is over. */
static bool
read_all(struct frame *f)
{
    for (;;) {
        AUTO(json_decref) json_t *msg = NULL;
        AUTO_FD int memfd = -1;

        if (PRL_FAILED(frame_read(f, &msg, &memfd)))
            return false;
        if (!msg)
            return true;
        use_message(msg, memfd);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t flags = size ? data[0] : 0;
    AUTO(frame_free) struct frame *f = NULL;
    AUTO_FD int theirs = -1;
    AUTO_FD int fd = make_fd(flags);
    bool is_open = true;
    int pair[2];

    if (!size || size > SENT_MAX)
        return 0;
    data++;
    size--;
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    theirs = pair[0];
    f = frame_new(pair[1]);
    FUZZ_CHECK(f);
    while (size && is_open) {
        size_t n = flags & 8 && size > PIECE ? PIECE : size;

        send_bytes(theirs, data, n, fd);
        data += n;
        size -= n;
        is_open = read_all(f);
    }
    return 0;
}
