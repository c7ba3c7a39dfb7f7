/* SPDX-License-Identifier: MIT */
/*
 * Messages in and out of one socket. The other side is not trusted: sizes, nesting, number of values, descriptors and seals are
 * checked before anything is made of them. Descriptors are read with pread(2), or mapped when seals say that nobody can cut them, so that
 * no file can raise SIGBUS.
 */
#include "frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lock.h"
#include "base/str.h"

#define RANK_FRAME 75
#define READ_CHUNK (32u << 10)
#define KEEP_ROOM (256u << 10) /* a buffer that had to hold more is given back */
#define FDS_PER_READ 4
#define FDS_WAITING 8
#define IOV_MANY 16
#define SMALL_TEXT 2048

/* One message on its way out. */
struct chunk {
    struct chunk *next;
    char *bytes; /* with its NUL */
    size_t len, sent;
    int memfd; /* goes with the first byte, then closed; -1 none */
};

struct frame {
    int fd;

    /* reading side: one thread */
    char *in;
    size_t in_room, in_start, in_end; /* unread bytes are [in_start, in_end) */
    size_t scanned;                   /* no NUL before in_start + scanned */
    size_t max_bytes;
    uint64_t received;
    bool is_drained;                  /* the last read left room: nothing was behind it */
    int fds[FDS_WAITING]; /* received, not yet claimed by a message: messages claim them in order */
    int n_fds;

    struct lock lock; /* rank 75: innermost of both sides */
    struct chunk *out, **out_end; /* under lock */
    size_t queued;                /* under lock: bytes not sent */
};

static PRL_RESULT
broken(const char *why)
{
    return err_set(PRL_ERR_FAILURE, "%s", why);
}

/* ---- life ---- */

struct frame *
frame_new(int fd)
{
    struct frame *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->fd = fd;
    f->max_bytes = FRAME_MAX_BYTES;
    f->out_end = &f->out;
    lock_init(&f->lock, RANK_FRAME);
    return f;
}

static void
chunk_free(struct chunk *c)
{
    if (!c)
        return;
    cleanup_close(&c->memfd);
    free(c->bytes);
    free(c);
}
CLEANUP_FOR(chunk_free, struct chunk *)

void
frame_free(struct frame *f)
{
    if (!f)
        return;
    while (f->out) {
        struct chunk *next = f->out->next;

        chunk_free(f->out);
        f->out = next;
    }
    for (int i = 0; i < f->n_fds; i++)
        close(f->fds[i]);
    cleanup_close(&f->fd);
    lock_destroy(&f->lock);
    free(f->in);
    free(f);
}

int
frame_fd(const struct frame *f)
{
    return f->fd;
}

uint64_t
frame_received_bytes(const struct frame *f)
{
    return f->received;
}

bool
frame_has_part(const struct frame *f)
{
    return f->in_end > f->in_start || f->n_fds;
}

void
frame_limit(struct frame *f, size_t max_bytes)
{
    f->max_bytes = max_bytes < FRAME_MAX_BYTES ? max_bytes : FRAME_MAX_BYTES;
}

/* ---- in ---- */

/* Nesting and number of values, seen without building anything. What is no JSON at all is left to the parser. */
static bool
is_modest(const char *p, size_t len)
{
    unsigned depth = 0, values = 0;
    bool in_text = false;

    for (size_t i = 0; i < len; i++) {
        char c = p[i];

        if (in_text) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_text = false;
            continue;
        }
        switch (c) {
        case '"':
            in_text = true;
            break;
        case '{':
        case '[':
            if (++depth > FRAME_MAX_DEPTH)
                return false;
            values++;
            break;
        case ',':
            values++;
            break;
        case '}':
        case ']':
            if (depth)
                depth--;
            break;
        default:
            break;
        }
        if (values > FRAME_MAX_VALUES)
            return false;
    }
    return true;
}

/* A memfd nobody can write or cut any more, of a size we are willing to read. */
static PRL_RESULT
memfd_check(int fd)
{
    const int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int seals = fcntl(fd, F_GET_SEALS);
    struct stat st;

    if (seals < 0)
        return broken("the descriptor beside a message is no memfd");
    if ((seals & wanted) != wanted)
        return broken("the memfd beside a message is not sealed");
    if (fstat(fd, &st) < 0 || st.st_size < 0 || (uint64_t)st.st_size > FRAME_MEMFD_MAX)
        return broken("the memfd beside a message is too large");
    return PRL_ERR_SUCCESS;
}

/* The memfd that the message announces, in the order of arrival. */
static PRL_RESULT
claim_memfd(struct frame *f, json_t *msg, int *ret_fd)
{
    json_t *fds = json_object_get(msg, "fds");
    PRL_RESULT r;
    int fd;

    *ret_fd = -1;
    if (!fds)
        return PRL_ERR_SUCCESS;
    if (!json_is_integer(fds) || json_integer_value(fds) < 0 || json_integer_value(fds) > 1)
        return broken("a message announces more descriptors than one");
    if (json_integer_value(fds) == 0)
        return PRL_ERR_SUCCESS;
    if (!f->n_fds)
        return broken("a message announces a descriptor that did not come");
    fd = f->fds[0];
    r = memfd_check(fd);
    if (PRL_FAILED(r))
        return r; /* closed with the frame */
    f->n_fds--;
    memmove(&f->fds[0], &f->fds[1], (size_t)f->n_fds * sizeof f->fds[0]);
    *ret_fd = fd;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
parse(struct frame *f, size_t len, json_t **ret_msg, int *ret_memfd)
{
    const char *text = f->in + f->in_start;
    AUTO(json_decref) json_t *msg = NULL;
    json_error_t why;
    PRL_RESULT r;

    if (!is_modest(text, len))
        return broken("a message with too many values or nested too deep");
    msg = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!msg)
        return err_set(PRL_ERR_FAILURE, "a message that is no JSON: %s", why.text);
    if (!json_is_object(msg))
        return broken("a message that is no object");
    r = claim_memfd(f, msg, ret_memfd);
    if (PRL_FAILED(r))
        return r;
    *ret_msg = TAKE(msg);
    return PRL_ERR_SUCCESS;
}

/* Forgets the message just parsed and its NUL. */
static void
consume(struct frame *f, size_t len)
{
    f->in_start += len + 1;
    f->scanned = 0;
    if (f->in_start < f->in_end)
        return;
    f->in_start = f->in_end = 0;
    if (f->in_room > KEEP_ROOM) {
        free(f->in);
        f->in = NULL;
        f->in_room = 0;
    }
}

/* Room for READ_CHUNK more bytes behind in_end. */
static PRL_RESULT
make_room(struct frame *f)
{
    size_t have = f->in_end - f->in_start;

    if (f->in_room - f->in_end >= READ_CHUNK)
        return PRL_ERR_SUCCESS;
    if (f->in_start) {
        memmove(f->in, f->in + f->in_start, have);
        f->in_start = 0;
        f->in_end = have;
    }
    if (f->in_room - f->in_end < READ_CHUNK) {
        size_t want = have + READ_CHUNK > 2 * f->in_room ? have + READ_CHUNK : 2 * f->in_room;
        char *grown = realloc(f->in, want);

        if (!grown)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "a message of %zu bytes", want);
        f->in = grown;
        f->in_room = want;
    }
    return PRL_ERR_SUCCESS;
}

/* All of them are taken before any is refused, so that none leaks. */
static PRL_RESULT
keep_fds(struct frame *f, struct msghdr *m)
{
    bool too_many = false;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        size_t n = 0;
        int fds[FDS_PER_READ + 1];

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (n > ARRAY_LEN(fds))
            n = ARRAY_LEN(fds); /* the buffer has no room for more */
        memcpy(fds, CMSG_DATA(c), n * sizeof(int));
        for (size_t i = 0; i < n; i++) {
            if (f->n_fds < FDS_WAITING) {
                f->fds[f->n_fds++] = fds[i];
            } else {
                close(fds[i]);
                too_many = true;
            }
        }
    }
    return too_many || (m->msg_flags & MSG_CTRUNC) ? broken("more descriptors than messages") : PRL_ERR_SUCCESS;
}

/* One read. *ret_more: something came. */
static PRL_RESULT
receive(struct frame *f, bool *ret_more)
{
    union {
        char room[CMSG_SPACE(FDS_PER_READ * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec iov;
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t n;
    PRL_RESULT r = make_room(f);

    *ret_more = false;
    if (PRL_FAILED(r))
        return r;
    iov.iov_base = f->in + f->in_end;
    iov.iov_len = f->in_room - f->in_end;
    do
        n = recvmsg(f->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? PRL_ERR_SUCCESS : err_errno(PRL_ERR_FAILURE, errno, "reading the connection");
    r = keep_fds(f, &m);
    if (PRL_FAILED(r))
        return r;
    if (n == 0)
        return broken("the other side closed the connection");
    f->in_end += (size_t)n;
    f->received += (uint64_t)n;
    f->is_drained = (size_t)n < iov.iov_len;
    *ret_more = true;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
frame_read(struct frame *f, json_t **ret_msg, int *ret_memfd)
{
    bool more = true;

    for (;;) {
        size_t have = f->in_end - f->in_start;
        const char *nul = have > f->scanned ? memchr(f->in + f->in_start + f->scanned, '\0', have - f->scanned) : NULL;
        size_t len = nul ? (size_t)(nul - (f->in + f->in_start)) : have;
        PRL_RESULT r;

        if (len > f->max_bytes)
            return err_set(PRL_ERR_FAILURE, "a message of more than %zu bytes", f->max_bytes);
        if (nul) {
            json_t *msg = NULL;
            int memfd = -1;

            r = parse(f, len, &msg, &memfd);
            if (PRL_FAILED(r))
                return r;
            consume(f, len);
            *ret_msg = msg;
            *ret_memfd = memfd;
            return PRL_ERR_SUCCESS;
        }
        f->scanned = have;
        /* A read that left room is not repeated to hear that there is no more: whoever polls is told of what comes later. */
        more = !f->is_drained;
        f->is_drained = false;
        r = more ? receive(f, &more) : PRL_ERR_SUCCESS;
        if (PRL_FAILED(r))
            return r;
        if (!more) {
            *ret_msg = NULL;
            *ret_memfd = -1;
            return PRL_ERR_SUCCESS;
        }
    }
}

/* ---- out ---- */

static void
append(struct frame *f, struct chunk *c)
{
    LOCK_SCOPE(&f->lock);

    *f->out_end = c;
    f->out_end = &c->next;
    f->queued += c->len;
}

static struct chunk *
chunk_new(char *text)
{
    struct chunk *c = text ? calloc(1, sizeof *c) : NULL;

    if (!c) {
        free(text);
        return NULL;
    }
    c->bytes = text;
    c->len = strlen(text) + 1;
    c->memfd = -1;
    return c;
}

PRL_RESULT
frame_queue(struct frame *f, json_t *msg, int memfd)
{
    AUTO(chunk_free) struct chunk *c = NULL;

    if (memfd >= 0 && json_object_set_new(msg, "fds", json_integer(1)) < 0)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a message");
    c = chunk_new(json_dumps(msg, JSON_COMPACT));
    if (!c)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a message");
    if (c->len > FRAME_MAX_BYTES)
        return err_set(PRL_ERR_FAILURE, "a message of %zu bytes", c->len);
    if (memfd >= 0) {
        c->memfd = fcntl(memfd, F_DUPFD_CLOEXEC, 3);
        if (c->memfd < 0)
            return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "a descriptor for a message");
    }
    append(f, TAKE(c));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
frame_queue_text(struct frame *f, char *text)
{
    struct chunk *c = chunk_new(text);

    if (!c)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a message");
    append(f, c);
    return PRL_ERR_SUCCESS;
}

/* Takes n sent bytes off the front. */
static void
sent_locked(struct frame *f, size_t n)
{
    f->queued -= n;
    while (f->out) {
        struct chunk *c = f->out;
        size_t left = c->len - c->sent;

        if (n)
            cleanup_close(&c->memfd), c->memfd = -1;
        if (n < left) {
            c->sent += n;
            return;
        }
        n -= left;
        f->out = c->next;
        if (!f->out)
            f->out_end = &f->out;
        chunk_free(c);
        if (!n)
            return;
    }
}

/* The first messages as one write; one that brings a descriptor begins a write of its own. */
static ssize_t
send_some_locked(struct frame *f)
{
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct iovec iov[IOV_MANY];
    struct msghdr m = { .msg_iov = iov };
    size_t n = 0;

    for (struct chunk *c = f->out; c && n < IOV_MANY && (n == 0 || c->memfd < 0); c = c->next)
        iov[n++] = (struct iovec){ c->bytes + c->sent, c->len - c->sent };
    m.msg_iovlen = n;
    if (f->out->memfd >= 0) {
        struct cmsghdr *c;

        m.msg_control = &control;
        m.msg_controllen = sizeof control;
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &f->out->memfd, sizeof(int));
    }
    return sendmsg(f->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

PRL_RESULT
frame_flush(struct frame *f, bool *ret_pending)
{
    LOCK_SCOPE(&f->lock);

    while (f->out) {
        ssize_t n = send_some_locked(f);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n < 0)
            return err_errno(PRL_ERR_FAILURE, errno, "writing to the connection");
        sent_locked(f, (size_t)n);
    }
    *ret_pending = f->out != NULL;
    return PRL_ERR_SUCCESS;
}

size_t
frame_queued_bytes(struct frame *f)
{
    LOCK_SCOPE(&f->lock);

    return f->queued;
}

/* ---- texts beside a message ---- */

static bool
write_all(int fd, const char *p, size_t len)
{
    while (len) {
        ssize_t n = write(fd, p, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

bool
frame_texts_put(struct frame_texts *t, const char *text, size_t len, size_t *ret_at)
{
    if (t->is_sealed || len > FRAME_MEMFD_MAX - t->used)
        return false;
    if (t->fd < 0)
        t->fd = memfd_create("prlkvm-texts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (t->fd < 0 || !write_all(t->fd, text, len))
        return false;
    *ret_at = t->used;
    t->used += len;
    return true;
}

json_t *
frame_text_at(size_t at, size_t len)
{
    return json_pack("{s:[I,I]}", "at", (json_int_t)at, (json_int_t)len);
}

json_t *
frame_text_add(struct frame_texts *t, const char *text, size_t len)
{
    size_t at;

    if (len < SMALL_TEXT || t->is_sealed)
        return json_stringn(text, len);
    return frame_texts_put(t, text, len, &at) ? frame_text_at(at, len) : NULL;
}

bool
frame_texts_lend(const struct frame_texts *from, struct frame_texts *t)
{
    int fd = from->is_sealed && from->fd >= 0 && t->fd < 0 ? fcntl(from->fd, F_DUPFD_CLOEXEC, 3) : -1;

    if (fd < 0)
        return false;
    *t = *from;
    t->fd = fd;
    return true;
}

PRL_RESULT
frame_texts_seal(struct frame_texts *t)
{
    if (t->fd < 0 || t->is_sealed)
        return PRL_ERR_SUCCESS;
    if (fcntl(t->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return err_errno(PRL_ERR_FAILURE, errno, "sealing texts");
    t->is_sealed = true;
    return PRL_ERR_SUCCESS;
}

void
frame_texts_close(struct frame_texts *t)
{
    cleanup_close(&t->fd);
    t->fd = -1;
    t->used = 0;
    t->is_sealed = false;
}

static bool
text_range(const json_t *value, json_int_t *ret_at, json_int_t *ret_len)
{
    json_t *at = json_object_get(value, "at");
    json_t *offset = json_array_get(at, 0), *len = json_array_get(at, 1);

    if (json_object_size(value) != 1 || json_array_size(at) != 2 || !json_is_integer(offset) || !json_is_integer(len))
        return false;
    *ret_at = json_integer_value(offset);
    *ret_len = json_integer_value(len);
    return *ret_at >= 0 && *ret_len >= 0 && *ret_at <= (json_int_t)FRAME_MEMFD_MAX && *ret_len <= (json_int_t)FRAME_MEMFD_MAX;
}

bool
frame_text_is(const json_t *value)
{
    json_int_t at, len;

    return json_is_string(value) || text_range(value, &at, &len);
}

static PRL_RESULT
text_from_memfd(int memfd, json_int_t at, json_int_t len, char **ret_text)
{
    AUTO(cleanup_free) char *text = NULL;
    struct stat st;

    if (memfd < 0 || fstat(memfd, &st) < 0 || at + len > st.st_size)
        return err_set(PRL_ERR_BAD_PARAMETERS, "a text outside of what came beside the message");
    text = malloc((size_t)len + 1);
    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a text of %lld bytes", (long long)len);
    for (json_int_t got = 0; got < len;) {
        ssize_t n = pread(memfd, text + got, (size_t)(len - got), at + got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(PRL_ERR_BAD_PARAMETERS, "a text beside the message that cannot be read");
        got += n;
    }
    text[len] = '\0';
    if (memchr(text, '\0', (size_t)len))
        return err_set(PRL_ERR_BAD_PARAMETERS, "a text with a NUL");
    *ret_text = TAKE(text);
    return PRL_ERR_SUCCESS;
}

struct frame_map {
    _Atomic unsigned refs;
    char *p;    /* constant, as the next */
    size_t len;
};

struct frame_map *
frame_map_new(int memfd)
{
    struct frame_map *m;
    struct stat st;

    if (memfd < 0 || PRL_FAILED(memfd_check(memfd)) || fstat(memfd, &st) < 0 || st.st_size <= 0 || !(m = calloc(1, sizeof *m)))
        return NULL;
    atomic_init(&m->refs, 1);
    m->len = (size_t)st.st_size;
    m->p = mmap(NULL, m->len, PROT_READ, MAP_PRIVATE, memfd, 0);
    if (m->p != MAP_FAILED)
        return m;
    free(m);
    return NULL;
}

struct frame_map *
frame_map_ref(struct frame_map *m)
{
    if (m)
        atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void
frame_map_unref(struct frame_map *m)
{
    if (!m || atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) != 1)
        return;
    munmap(m->p, m->len);
    free(m);
}

PRL_RESULT
frame_map_text(const struct frame_map *m, const json_t *value, const char **ret_text, size_t *ret_len)
{
    json_int_t at, len;

    if (!text_range(value, &at, &len) || (uint64_t)(at + len) > m->len)
        return err_set(PRL_ERR_BAD_PARAMETERS, "a text outside of what came beside the message");
    *ret_text = m->p + at;
    *ret_len = (size_t)len;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
frame_text_get(json_t *value, int memfd, char **ret_text, size_t *ret_len)
{
    json_int_t at = 0, len = 0;
    char *text = NULL;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (json_is_string(value)) {
        len = (json_int_t)json_string_length(value);
        text = malloc((size_t)len + 1);
        if (!text)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "a text of %lld bytes", (long long)len);
        memcpy(text, json_string_value(value), (size_t)len + 1);
    } else if (text_range(value, &at, &len)) {
        r = text_from_memfd(memfd, at, len, &text);
    } else {
        r = err_set(PRL_ERR_BAD_PARAMETERS, "no text where one belongs");
    }
    if (PRL_FAILED(r))
        return r;
    *ret_text = text;
    if (ret_len)
        *ret_len = (size_t)len;
    return PRL_ERR_SUCCESS;
}
