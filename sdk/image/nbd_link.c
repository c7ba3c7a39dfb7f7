/* SPDX-License-Identifier: MIT */
#include "nbd_link.h"

#include <errno.h>
#include <libnbd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "prlsdk/PrlErrors.h"

#define CONNECT_MS 30000
#define START_MS 300000 /* a server of ours may have to repair the image first; it is alive, or the connection would end */
#define BYE_MS 5000
#define FLUSH_FACTOR 5 /* a flush may have a whole cache to write back */
#define PIECE (256u << 10)
#define DEPTH 8
#define STATUS_MAX (UINT64_C(2) << 30) /* one question: its length has 32 bits */

int nbd_link_idle_ms = 60000;

struct nbd_link {
    struct nbd_handle *nbd;
    size_t piece;
    bool is_dead;
};

static PRL_RESULT
failed(PRL_RESULT code, const char *what)
{
    int e = nbd_get_errno();
    const char *words = nbd_get_error();

    if (e == ENOSPC || e == EDQUOT)
        code = PRL_ERR_DISK_INSUFFICIENT_SPACE;
    return err_set(code, "%s: %s", what, words ? words : strerror(e));
}

/* ---- opening ---- */

static PRL_RESULT
set_up(struct nbd_link *l, const struct nbd_link_args *a)
{
    if (nbd_add_meta_context(l->nbd, NBD_ALLOCATION) < 0)
        return failed(PRL_ERR_DISK_FILE_OPEN_ERROR, "NBD");
    for (const char *const *c = a->contexts; c && *c; c++)
        if (nbd_add_meta_context(l->nbd, *c) < 0)
            return failed(PRL_ERR_DISK_FILE_OPEN_ERROR, "NBD");
    nbd_set_pread_initialize(l->nbd, false); /* what was not read is not looked at */
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
wait_ready(struct nbd_link *l, int timeout_ms)
{
    int64_t deadline = clock_deadline(timeout_ms);

    while (nbd_aio_is_connecting(l->nbd) > 0) {
        int left = clock_left_ms(deadline);
        int n = left > 0 ? nbd_poll(l->nbd, left) : 0;

        if (n < 0)
            return failed(PRL_ERR_DISK_FILE_OPEN_ERROR, "connecting to an NBD server");
        if (n == 0 && clock_left_ms(deadline) <= 0)
            return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "the NBD server does not answer");
    }
    return nbd_aio_is_ready(l->nbd) > 0 ? PRL_ERR_SUCCESS : failed(PRL_ERR_DISK_FILE_OPEN_ERROR, "connecting to an NBD server");
}

static PRL_RESULT
connect_it(struct nbd_link *l, const struct nbd_link_args *a)
{
    int fd = a->fd;
    int r = fd >= 0 ? nbd_aio_connect_socket(l->nbd, fd) : nbd_aio_connect_uri(l->nbd, a->uri);

    return r < 0 ? failed(PRL_ERR_DISK_FILE_OPEN_ERROR, a->uri ? a->uri : "qemu-nbd") : wait_ready(l, fd >= 0 ? START_MS : CONNECT_MS);
}

PRL_RESULT
nbd_link_open(const struct nbd_link_args *args, struct nbd_link **ret)
{
    AUTO(nbd_link_close) struct nbd_link *l = calloc(1, sizeof *l);
    int64_t max;
    PRL_RESULT r;

    if (l)
        l->nbd = nbd_create();
    if (!l || !l->nbd) {
        if (args->fd >= 0)
            close(args->fd);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "NBD");
    }
    r = set_up(l, args);
    if (PRL_SUCCEEDED(r))
        r = connect_it(l, args); /* libnbd has fd now, whatever comes of it */
    else if (args->fd >= 0)
        close(args->fd);
    if (PRL_FAILED(r)) {
        l->is_dead = true;
        return r;
    }
    max = nbd_get_block_size(l->nbd, LIBNBD_SIZE_MAXIMUM);
    l->piece = max > 0 && max < (int64_t)PIECE ? (size_t)max : PIECE;
    *ret = TAKE(l);
    return PRL_ERR_SUCCESS;
}

/* Without the goodbye a server may take the end for a crash and say so. */
static void
say_goodbye(struct nbd_link *l)
{
    int64_t deadline = clock_deadline(BYE_MS);

    if (nbd_aio_disconnect(l->nbd, 0) < 0)
        return;
    while (nbd_aio_is_closed(l->nbd) <= 0 && nbd_aio_is_dead(l->nbd) <= 0 && clock_left_ms(deadline) > 0)
        if (nbd_poll(l->nbd, clock_left_ms(deadline)) < 0)
            return;
}

void
nbd_link_close(struct nbd_link *l)
{
    if (!l)
        return;
    if (l->nbd && !l->is_dead)
        say_goodbye(l);
    nbd_close(l->nbd);
    free(l);
}

void
nbd_link_drop(struct nbd_link *l)
{
    l->is_dead = true;
    nbd_link_close(l);
}

void
nbd_link_facts(struct nbd_link *l, struct nbd_link_facts *ret)
{
    int64_t size = nbd_get_size(l->nbd);

    *ret = (struct nbd_link_facts){
        .size_bytes = size > 0 ? (uint64_t)size : 0,
        .is_read_only = nbd_is_read_only(l->nbd) != 0,
        .can_flush = nbd_can_flush(l->nbd) > 0,
        .can_multi_connect = nbd_can_multi_conn(l->nbd) > 0,
    };
}

bool
nbd_link_is_dead(const struct nbd_link *l)
{
    return l->is_dead;
}

bool
nbd_link_has_context(struct nbd_link *l, const char *context)
{
    return nbd_can_meta_context(l->nbd, context) > 0;
}

/* ---- commands ---- */

/* Something has moved, or the connection is dead. */
static PRL_RESULT
await(struct nbd_link *l, int factor, PRL_RESULT code)
{
    int n = nbd_poll(l->nbd, nbd_link_idle_ms * factor);

    if (n > 0)
        return PRL_ERR_SUCCESS;
    l->is_dead = true;
    return n < 0 ? failed(code, "the NBD server is gone") : err_set(code, "the NBD server does not answer");
}

static bool
is_broken(struct nbd_link *l)
{
    return nbd_aio_is_dead(l->nbd) > 0 || nbd_aio_is_closed(l->nbd) > 0;
}

/* Waits for one command. */
static PRL_RESULT
finish(struct nbd_link *l, int64_t cookie, int factor, PRL_RESULT code, const char *what)
{
    if (cookie < 0) {
        l->is_dead = l->is_dead || is_broken(l);
        return failed(code, what);
    }
    for (;;) {
        int done = nbd_aio_command_completed(l->nbd, (uint64_t)cookie);
        PRL_RESULT r;

        if (done > 0)
            return PRL_ERR_SUCCESS;
        if (done < 0) {
            r = failed(code, what);
            l->is_dead = l->is_dead || is_broken(l);
            return r;
        }
        r = await(l, factor, code);
        if (PRL_FAILED(r))
            return r;
    }
}

struct transfer {
    struct nbd_link *link;
    bool is_write;
    char *buf;
    size_t size, next; /* of it: asked for so far */
    uint64_t offset;
    int64_t cookies[DEPTH]; /* 0: free */
    int n;
    PRL_RESULT result;
};

static PRL_RESULT
transfer_failed(struct transfer *t)
{
    return failed(t->is_write ? PRL_ERR_FILE_WRITE_ERROR : PRL_ERR_FILE_READ_ERROR, t->is_write ? "writing" : "reading");
}

static void
submit(struct transfer *t)
{
    struct nbd_handle *nbd = t->link->nbd;

    for (int i = 0; i < DEPTH && t->next < t->size && PRL_SUCCEEDED(t->result); i++) {
        size_t left = t->size - t->next, n = left < t->link->piece ? left : t->link->piece;
        int64_t cookie;

        if (t->cookies[i])
            continue;
        cookie = t->is_write ? nbd_aio_pwrite(nbd, t->buf + t->next, n, t->offset + t->next, NBD_NULL_COMPLETION, 0)
                             : nbd_aio_pread(nbd, t->buf + t->next, n, t->offset + t->next, NBD_NULL_COMPLETION, 0);
        if (cookie < 0) {
            t->result = transfer_failed(t);
            return;
        }
        t->cookies[i] = cookie;
        t->next += n;
        t->n++;
    }
}

/* True: at least one has ended. */
static bool
collect(struct transfer *t)
{
    bool any = false;

    for (int i = 0; i < DEPTH; i++) {
        int done = t->cookies[i] ? nbd_aio_command_completed(t->link->nbd, (uint64_t)t->cookies[i]) : 0;

        if (!done)
            continue;
        if (done < 0 && PRL_SUCCEEDED(t->result))
            t->result = transfer_failed(t);
        t->cookies[i] = 0;
        t->n--;
        any = true;
    }
    return any;
}

/* Also after a failure until nothing is under way: the buffer is the caller's again after that. A dead connection is closed by its owner. */
static PRL_RESULT
run(struct transfer *t)
{
    do {
        submit(t);
        if (t->n && !collect(t)) {
            PRL_RESULT r = await(t->link, 1, t->is_write ? PRL_ERR_FILE_WRITE_ERROR : PRL_ERR_FILE_READ_ERROR);

            if (PRL_FAILED(r))
                return r;
        }
    } while (t->n || (t->next < t->size && PRL_SUCCEEDED(t->result)));
    if (PRL_FAILED(t->result) && is_broken(t->link))
        t->link->is_dead = true;
    return t->result;
}

PRL_RESULT
nbd_link_read(struct nbd_link *l, void *buf, size_t size, uint64_t offset)
{
    struct transfer t = { .link = l, .buf = buf, .size = size, .offset = offset };

    return run(&t);
}

PRL_RESULT
nbd_link_write(struct nbd_link *l, const void *buf, size_t size, uint64_t offset)
{
    struct transfer t = { .link = l, .is_write = true, .buf = (char *)buf, .size = size, .offset = offset };

    return run(&t);
}

PRL_RESULT
nbd_link_flush(struct nbd_link *l)
{
    return finish(l, nbd_aio_flush(l->nbd, NBD_NULL_COMPLETION, 0), FLUSH_FACTOR, PRL_ERR_DISK_FSYNC_FAILED, "flushing");
}

/* ---- extents ---- */

struct status {
    const char *context;
    bool is_allocation;
    struct disk_run *runs;
    int room, n;
    uint64_t left;
};

static int
take_status(void *arg, const char *context, uint64_t offset, uint32_t *entries, size_t n_entries, int *error)
{
    struct status *s = arg;

    if (!str_eq(context, s->context) || s->n)
        return 0;
    for (size_t i = 0; i + 1 < n_entries && s->n < s->room && s->left; i += 2) {
        uint64_t length = entries[i] < s->left ? entries[i] : s->left;
        uint32_t flags = entries[i + 1];
        enum disk_extent_kind kind = flags ? DISK_EXTENT_DATA : DISK_EXTENT_ABSENT;

        if (!length)
            continue;
        if (s->is_allocation)
            kind = !(flags & LIBNBD_STATE_ZERO) ? DISK_EXTENT_DATA : flags & LIBNBD_STATE_HOLE ? DISK_EXTENT_ABSENT : DISK_EXTENT_ZERO;
        s->runs[s->n++] = (struct disk_run){ kind, length };
        s->left -= length;
    }
    return 0;
}

PRL_RESULT
nbd_link_runs(struct nbd_link *l, const char *context, uint64_t offset, uint64_t max, struct disk_run *runs, int room, int *ret_n)
{
    struct status s = { context, str_eq(context, NBD_ALLOCATION), runs, room, 0, max < STATUS_MAX ? max : STATUS_MAX };
    nbd_extent_callback callback = { .callback = take_status, .user_data = &s };
    PRL_RESULT r;

    if (!nbd_link_has_context(l, context)) { /* a server that does not say: it may all be data */
        runs[0] = (struct disk_run){ DISK_EXTENT_DATA, max };
        *ret_n = 1;
        return PRL_ERR_SUCCESS;
    }
    r = finish(l, nbd_aio_block_status(l->nbd, s.left, offset, callback, NBD_NULL_COMPLETION, 0), 1, PRL_ERR_FILE_READ_ERROR, "extents");
    if (PRL_FAILED(r))
        return r;
    if (!s.n)
        return err_set(PRL_ERR_FILE_READ_ERROR, "the NBD server says nothing about the extents at %ju", (uintmax_t)offset);
    *ret_n = s.n;
    return PRL_ERR_SUCCESS;
}
