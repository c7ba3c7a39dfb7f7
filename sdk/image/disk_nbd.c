/* SPDX-License-Identifier: MIT */
/*
 * Disks behind NBD: files of formats that are not ours, served by a private qemu-nbd, and exports of others. What is allocated in a qcow2 file is
 * read and overwritten without a detour (qcow2_direct.h). Several connections, so that threads
 * do not wait for each other; each is one thread's at a time. When the server dies every call fails from then on: what it had not written back
 * is lost, and a new one would hide that.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/uuid.h"
#include "image/disk_class.h"
#include "image/disk_refs.h"
#include "image/file_io.h"
#include "image/nbd_link.h"
#include "image/nbd_server.h"
#include "image/nbd_uri.h"
#include "image/qcow2_direct.h"
#include "image/qcow2_header.h"
#include "prlsdk/PrlErrors.h"

#define LINKS 4
#define RANK_NBD 88
#define BITMAP_PREFIX "qemu:dirty-bitmap:"
#define RUNS 1024

struct nbd_disk {
    struct disk disk;
    struct nbd_server *server; /* NULL: somebody else's */
    char *file;                /* canonical, of ours; NULL: an address */
    char *uri;                 /* of somebody else's */
    char *bitmap;              /* context of the bitmap that the links know, or NULL */
    uint64_t export_bytes;     /* may end inside the last sector */
    bool can_flush;
    struct qcow2_direct *direct; /* the short way to what is allocated already, or NULL */
    _Atomic bool is_unsynced;    /* written by it since the last flush */
    int n;                     /* links; constant once open */

    struct lock lock;          /* rank 88 */
    struct cond freed;
    struct nbd_link *links[LINKS]; /* under lock: those that nobody uses come first */
    int n_free;
    uint64_t turns;            /* under lock: how often a link came back */
    bool is_dead;              /* under lock: a link died */
};

static struct nbd_disk *
of(struct disk *d)
{
    return (struct nbd_disk *)d;
}

/* ---- links ---- */

static PRL_RESULT
gone(const struct nbd_disk *d, PRL_RESULT code)
{
    return err_set(code, "the NBD server of '%s' is gone", d->disk.path ? d->disk.path : "");
}

/* As long as links come back there is no deadline: everybody gets a turn. */
static PRL_RESULT
take_link(struct nbd_disk *d, PRL_RESULT code, struct nbd_link **ret)
{
    LOCK_SCOPE(&d->lock);
    uint64_t seen = d->turns;
    int64_t deadline = clock_deadline(8LL * nbd_link_idle_ms);

    while (!d->n_free && !d->is_dead) {
        if (!cond_wait_until(&d->freed, &d->lock, deadline) && seen == d->turns)
            return err_set(code, "'%s': the NBD server does not answer", d->disk.path);
        if (seen != d->turns) {
            seen = d->turns;
            deadline = clock_deadline(8LL * nbd_link_idle_ms);
        }
    }
    if (d->is_dead)
        return gone(d, code);
    *ret = d->links[--d->n_free];
    return PRL_ERR_SUCCESS;
}

static void
give_link(struct nbd_disk *d, struct nbd_link *l)
{
    bool is_dead = nbd_link_is_dead(l);

    if (is_dead)
        nbd_link_close(l); /* it may still hold what belongs to the caller of the failed command */
    lock_take(&d->lock);
    d->turns++;
    if (is_dead)
        d->is_dead = true;
    else
        d->links[d->n_free++] = l;
    lock_drop(&d->lock);
    if (is_dead)
        cond_broadcast(&d->freed);
    else
        cond_signal(&d->freed);
}

/* ---- the class ---- */

static bool
is_zero(const char *p, size_t n)
{
    return !n || (!p[0] && memcmp(p, p + 1, n - 1) == 0);
}

/* Through the server. What the last sector has past the export's end is zeros. */
static PRL_RESULT
read_served(struct nbd_disk *d, void *buf, size_t size, uint64_t offset)
{
    uint64_t there = offset < d->export_bytes ? d->export_bytes - offset : 0;
    struct nbd_link *l;
    PRL_RESULT r;

    if (there < size)
        memset((char *)buf + there, 0, size - there);
    r = take_link(d, PRL_ERR_FILE_READ_ERROR, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_read(l, buf, there < size ? there : size, offset);
    give_link(d, l);
    return r;
}

static PRL_RESULT
write_served(struct nbd_disk *d, const void *buf, size_t size, uint64_t offset)
{
    uint64_t there = offset < d->export_bytes ? d->export_bytes - offset : 0;
    struct nbd_link *l;
    PRL_RESULT r;

    if (there < size && !is_zero((const char *)buf + there, size - there))
        return err_set(PRL_ERR_DISK_WRITE_OUT_DISK, "'%s' ends inside its last sector", d->disk.path);
    r = take_link(d, PRL_ERR_FILE_WRITE_ERROR, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_write(l, buf, there < size ? there : size, offset);
    give_link(d, l);
    return r;
}

/* What a cluster at the end of the file has not got yet is zeros. */
static PRL_RESULT
read_direct(struct nbd_disk *d, void *buf, size_t size, uint64_t host)
{
    size_t done = 0;
    int e = file_read(qcow2_direct_fd(d->direct), buf, size, host, &done);

    if (e)
        return err_errno(PRL_ERR_FILE_READ_ERROR, -e, "'%s'", d->disk.path);
    memset((char *)buf + done, 0, size - done);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
write_direct(struct nbd_disk *d, const void *buf, size_t size, uint64_t host)
{
    int e = file_write(qcow2_direct_fd(d->direct), buf, size, host);

    atomic_store(&d->is_unsynced, true); /* after the write: a flush that clears it from now on has the data */
    if (e)
        return err_errno(e == -ENOSPC || e == -EDQUOT ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_FILE_WRITE_ERROR, -e, "'%s'", d->disk.path);
    return PRL_ERR_SUCCESS;
}

/* A server that is gone is an error for what it need not be asked for too: what was written before may be lost. */
static PRL_RESULT
check_alive(struct nbd_disk *d, PRL_RESULT code)
{
    return nbd_server_is_alive(d->server) ? PRL_ERR_SUCCESS : gone(d, code);
}

static PRL_RESULT
read_it(struct disk *disk, void *buf, size_t size, uint64_t offset)
{
    struct nbd_disk *d = of(disk);
    PRL_RESULT r = d->direct ? check_alive(d, PRL_ERR_FILE_READ_ERROR) : read_served(d, buf, size, offset);
    size_t done = d->direct ? 0 : size;

    while (PRL_SUCCEEDED(r) && done < size) {
        bool is_direct;
        uint64_t host, n = qcow2_direct_run(d->direct, offset + done, size - done, false, &is_direct, &host);

        r = is_direct ? read_direct(d, (char *)buf + done, n, host) : read_served(d, (char *)buf + done, n, offset + done);
        done += n;
    }
    return r;
}

static PRL_RESULT
write_it(struct disk *disk, const void *buf, size_t size, uint64_t offset)
{
    struct nbd_disk *d = of(disk);
    PRL_RESULT r = d->direct ? check_alive(d, PRL_ERR_FILE_WRITE_ERROR) : write_served(d, buf, size, offset);
    size_t done = d->direct ? 0 : size;

    while (PRL_SUCCEEDED(r) && done < size) {
        bool is_direct;
        uint64_t host, n = qcow2_direct_run(d->direct, offset + done, size - done, true, &is_direct, &host);

        r = is_direct ? write_direct(d, (const char *)buf + done, n, host) : write_served(d, (const char *)buf + done, n, offset + done);
        done += n;
    }
    return r;
}

/* The server syncs nothing when it has written nothing itself. */
static PRL_RESULT
sync_direct(struct nbd_disk *d)
{
    int e = d->direct && atomic_exchange(&d->is_unsynced, false) ? file_sync(qcow2_direct_fd(d->direct)) : 0;

    if (!e)
        return PRL_ERR_SUCCESS;
    atomic_store(&d->is_unsynced, true);
    return err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", d->disk.path);
}

static PRL_RESULT
flush_it(struct disk *disk)
{
    struct nbd_disk *d = of(disk);
    struct nbd_link *l;
    PRL_RESULT r = sync_direct(d);

    if (PRL_FAILED(r) || !d->can_flush)
        return r;
    r = take_link(d, PRL_ERR_DISK_FSYNC_FAILED, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_flush(l);
    give_link(d, l);
    return r;
}

/* What a policy or the last sector adds past the export's end is data, so that nobody skips it. */
static PRL_RESULT
runs_of(struct nbd_disk *d, struct nbd_link *l, const char *context, uint64_t offset, uint64_t max, struct disk_run *runs, int room, int *ret_n)
{
    uint64_t there = offset < d->export_bytes ? d->export_bytes - offset : 0;

    if (!there) {
        runs[0] = (struct disk_run){ DISK_EXTENT_DATA, max };
        *ret_n = 1;
        return PRL_ERR_SUCCESS;
    }
    return nbd_link_runs(l, context, offset, there < max ? there : max, runs, room, ret_n);
}

static PRL_RESULT
runs(struct disk *disk, uint64_t offset, uint64_t max, struct disk_run *out, int room, int *ret_n)
{
    struct nbd_disk *d = of(disk);
    struct nbd_link *l;
    PRL_RESULT r = take_link(d, PRL_ERR_FILE_READ_ERROR, &l);

    if (PRL_FAILED(r))
        return r;
    r = runs_of(d, l, NBD_ALLOCATION, offset, max, out, room, ret_n);
    give_link(d, l);
    return r;
}

static PRL_RESULT
close_it(struct disk *disk)
{
    struct nbd_disk *d = of(disk);
    PRL_RESULT r = PRL_ERR_SUCCESS, end;

    if (disk->is_writable && d->n)
        r = flush_it(disk);
    for (int i = 0; i < d->n_free; i++)
        (d->is_dead ? nbd_link_drop : nbd_link_close)(d->links[i]);
    end = nbd_server_stop(d->server, d->is_dead);
    if (PRL_SUCCEEDED(r) && disk->is_writable)
        r = end;
    qcow2_direct_close(d->direct); /* its locks last as long as the server's */
    cond_destroy(&d->freed);
    lock_destroy(&d->lock);
    free(d->file);
    free(d->uri);
    free(d->bitmap);
    return r;
}

/* ---- starting a server ---- */

struct source {
    struct refs refs;
    char *bitmap;         /* name, or NULL */
    const char *key_file; /* or NULL */
};

static void
source_clear(struct source *s)
{
    refs_clear(&s->refs);
    free(TAKE(s->bitmap));
}

static PRL_RESULT
find_key(const char *path, struct source *s)
{
    if (!s->refs.needs_key)
        return PRL_ERR_SUCCESS;
    s->key_file = secure_getenv(REFS_KEY_VARIABLE);
    if (!s->key_file || !s->key_file[0])
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is encrypted, and " REFS_KEY_VARIABLE " names no file with its passphrase", path);
    return PRL_ERR_SUCCESS;
}

/* uuid NULL: the only bitmap there is. */
static PRL_RESULT
find_bitmap(const char *path, const char *uuid, char **ret_name)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct qcow2_info info = { 0 };
    unsigned n;
    PRL_RESULT r = fd < 0 ? err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path) : qcow2_info_read(fd, path, &info);

    if (PRL_FAILED(r))
        return r;
    *ret_name = uuid ? qcow2_bitmap_of(fd, &info, uuid) : qcow2_only_bitmap(fd, &info, &n);
    qcow2_info_clear(&info);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
find_source(const struct disk_spec *s, struct source *ret)
{
    PRL_RESULT r = refs_of(s->path, s->format, &ret->refs);

    if (PRL_SUCCEEDED(r) && !s->is_fake)
        r = find_key(s->path, ret);
    if (PRL_SUCCEEDED(r) && s->kind == DISK_QCOW2)
        r = find_bitmap(s->path, NULL, &ret->bitmap);
    /* A reader beside a writer: what it reads may be torn, it was asked for. */
    if (PRL_SUCCEEDED(r) && s->share_writers)
        json_object_set_new(ret->refs.node, "force-share", json_true());
    return r;
}

/* Its own words tell why there is no connection; that of a lock is an error of its own. */
static PRL_RESULT
explain(const char *path, struct nbd_server *server, PRL_RESULT r)
{
    AUTO(cleanup_free) char *words = nbd_server_words(server);

    if (!words || !words[0])
        return r;
    if (strstr(words, "Failed to get") && strstr(words, "lock"))
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s' is in use by another process: '%s'", path, words);
    return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "'%s': '%s'", path, words);
}

static PRL_RESULT
open_links(struct nbd_disk *d, const int *fds, int n, const char *context)
{
    const char *const contexts[] = { context, NULL };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; i < n; i++) {
        struct nbd_link_args a = { .fd = fds[i], .contexts = contexts };

        if (PRL_FAILED(r)) {
            close(fds[i]);
            continue;
        }
        r = nbd_link_open(&a, &d->links[i]);
        if (PRL_SUCCEEDED(r))
            d->n = d->n_free = i + 1;
    }
    return r;
}

/* Links to a new server for the source; a failure leaves none. */
static PRL_RESULT
serve(struct nbd_disk *d, const char *path, const struct source *s, bool is_write, int n)
{
    AUTO(cleanup_free) char *context = s->bitmap ? str_printf(BITMAP_PREFIX "%s", s->bitmap) : NULL;
    struct nbd_server_args args = { s->refs.node, is_write, s->bitmap, s->key_file, n };
    int fds[LINKS];
    PRL_RESULT r = nbd_server_start(&args, &d->server, fds);

    if (PRL_SUCCEEDED(r))
        r = open_links(d, fds, n, context);
    else
        return r;
    if (PRL_SUCCEEDED(r)) {
        d->bitmap = TAKE(context);
        return r;
    }
    for (int i = 0; i < d->n; i++)
        nbd_link_drop(d->links[i]);
    d->n = d->n_free = 0;
    r = explain(path, d->server, r);
    {
        AUTO(err_free) struct err *why = err_take(r); /* its words are the reason, whatever its end is */

        nbd_server_stop(TAKE(d->server), true);
        return why ? err_put(why) : r;
    }
}

static PRL_RESULT
take_facts(struct nbd_disk *d, bool is_write, struct nbd_link_facts *ret)
{
    nbd_link_facts(d->links[0], ret);
    d->export_bytes = ret->size_bytes;
    d->disk.size_bytes = (ret->size_bytes + 511) & ~UINT64_C(511);
    d->can_flush = ret->can_flush;
    if (is_write && ret->is_read_only)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' can only be read", d->uri ? d->uri : d->file);
    return PRL_ERR_SUCCESS;
}

/* ---- changed blocks ---- */

static PRL_RESULT
gather(struct nbd_disk *d, struct nbd_link *l, const char *context, struct disk_map *m)
{
    AUTO(cleanup_free) struct disk_run *list = calloc(RUNS, sizeof *list);
    uint64_t at = 0;

    if (!list)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "map of blocks");
    while (at < d->export_bytes) {
        int n = 0;
        PRL_RESULT r = nbd_link_runs(l, context, at, d->export_bytes - at, list, RUNS, &n);

        if (PRL_FAILED(r))
            return r;
        for (int i = 0; i < n; i++) {
            if (list[i].kind == DISK_EXTENT_DATA)
                disk_map_set(m, at, list[i].length);
            at += list[i].length;
        }
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
no_bitmap(const struct nbd_disk *d, const char *uuid)
{
    return err_set(PRL_ERR_NO_DATA, "'%s' has no record of the changes since '%s'", d->disk.path, uuid);
}

/* An export of somebody else: a connection of its own, which asks for the bitmap in the ways that a uuid can be spelled. */
static PRL_RESULT
changed_there(struct nbd_disk *d, const char *uuid, struct disk_map *m)
{
    char braced[UUID_TEXT], bare[UUID_BARE];
    AUTO(nbd_link_close) struct nbd_link *l = NULL;
    AUTO(cleanup_free) char *as_given = str_printf(BITMAP_PREFIX "%s", uuid);
    AUTO(cleanup_free) char *with_braces = NULL;
    AUTO(cleanup_free) char *without = NULL;
    const char *contexts[4] = { as_given };
    struct nbd_link_args a = { .fd = -1, .uri = d->uri, .contexts = contexts };
    int n = 1;
    PRL_RESULT r;

    if (!as_given || strlen(uuid) > 255)
        return no_bitmap(d, uuid);
    if (uuid_parse(uuid, braced)) {
        uuid_bare(braced, bare);
        with_braces = str_printf(BITMAP_PREFIX "%s", braced);
        without = str_printf(BITMAP_PREFIX "%s", bare);
        if (with_braces && strcmp(with_braces, as_given) != 0)
            contexts[n++] = with_braces;
        if (without && strcmp(without, as_given) != 0)
            contexts[n++] = without;
    }
    r = nbd_link_open(&a, &l);
    for (int i = 0; PRL_SUCCEEDED(r) && i < n; i++)
        if (nbd_link_has_context(l, contexts[i]))
            return gather(d, l, contexts[i], m);
    return PRL_FAILED(r) ? r : no_bitmap(d, uuid);
}

static bool
is_bitmap_of(const char *context, const char *uuid)
{
    char a[UUID_TEXT], b[UUID_TEXT];

    return context && uuid_parse(context + strlen(BITMAP_PREFIX), a) && uuid_parse(uuid, b) && strcmp(a, b) == 0;
}

/* One of several bitmaps of a file that we read: a server that tells of this one, for the moment. */
static PRL_RESULT
changed_in_file(struct nbd_disk *d, const char *uuid, struct disk_map *m)
{
    struct nbd_disk other = { .disk = { .path = d->disk.path }, .export_bytes = d->export_bytes };
    struct source s = { 0 };
    PRL_RESULT r = find_bitmap(d->file, uuid, &s.bitmap);

    if (PRL_SUCCEEDED(r) && !s.bitmap)
        r = no_bitmap(d, uuid);
    if (PRL_SUCCEEDED(r))
        r = refs_of(d->file, "qcow2", &s.refs);
    if (PRL_SUCCEEDED(r))
        r = find_key(d->file, &s);
    if (PRL_SUCCEEDED(r))
        r = serve(&other, d->file, &s, false, 1);
    if (PRL_SUCCEEDED(r)) {
        r = gather(&other, other.links[0], other.bitmap, m);
        nbd_link_close(other.links[0]);
        nbd_server_stop(other.server, PRL_FAILED(r));
        free(other.bitmap);
    }
    source_clear(&s);
    return r;
}

/*
 * `to` is not looked at: bitmaps tell of changes up to now, and blocks that changed later than `to` besides are no loss to who copies
 * them.
 */
static PRL_RESULT
changed(struct disk *disk, const char *from, const char *to, struct disk_map *m)
{
    struct nbd_disk *d = of(disk);
    struct nbd_link *l;
    PRL_RESULT r;

    (void)to;
    if (d->uri)
        return changed_there(d, from, m);
    if (is_bitmap_of(d->bitmap, from)) {
        r = take_link(d, PRL_ERR_FILE_READ_ERROR, &l);
        if (PRL_FAILED(r))
            return r;
        r = nbd_link_has_context(l, d->bitmap) ? gather(d, l, d->bitmap, m) : no_bitmap(d, from);
        give_link(d, l);
        return r;
    }
    /* While we write the file its bitmaps are in our server's memory. */
    return disk->kind == DISK_QCOW2 && !disk->is_writable ? changed_in_file(d, from, m) : no_bitmap(d, from);
}

static const struct disk_class class = {
    .read = read_it,
    .write = write_it,
    .flush = flush_it,
    .runs = runs,
    .changed = changed,
    .close = close_it,
};

/* ---- opening ---- */

static struct nbd_disk *
disk_new(void)
{
    struct nbd_disk *d = calloc(1, sizeof *d);

    if (!d) {
        err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
        return NULL;
    }
    d->disk.class = &class;
    lock_init(&d->lock, RANK_NBD);
    cond_init(&d->freed);
    return d;
}

static void
disk_drop(struct nbd_disk *d)
{
    close_it(&d->disk);
    free(d);
}
CLEANUP_FOR(disk_drop, struct nbd_disk *)

/* Nothing is started: the headers have been looked at, which is all that is asked. */
static PRL_RESULT
open_fake(struct nbd_disk *d, const struct disk_spec *s)
{
    AUTO_FD int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct qcow2_info info;
    PRL_RESULT r;

    if (fd < 0)
        return err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", s->path);
    if (s->kind != DISK_QCOW2)
        return PRL_ERR_SUCCESS;
    r = qcow2_info_read(fd, s->path, &info);
    if (PRL_FAILED(r))
        return r;
    d->disk.size_bytes = (info.size_bytes + 511) & ~UINT64_C(511);
    qcow2_info_clear(&info);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
open_served(struct nbd_disk *d, const struct disk_spec *s, struct source *source)
{
    struct nbd_link_facts facts;
    PRL_RESULT r = serve(d, s->path, source, s->is_write, LINKS);

    if (PRL_FAILED(r) && r != PRL_ERR_DISK_SHARING_VIOLATION && source->bitmap) { /* a bitmap that only we can read is no reason not to open */
        free(TAKE(source->bitmap));
        r = serve(d, s->path, source, s->is_write, LINKS);
    }
    if (PRL_SUCCEEDED(r))
        r = take_facts(d, s->is_write, &facts);
    if (PRL_SUCCEEDED(r) && s->kind == DISK_QCOW2 && !s->share_writers)
        d->direct = qcow2_direct_open(s->path, s->is_write);
    return r;
}

PRL_RESULT
disk_nbd_open(const struct disk_spec *s, struct disk **ret)
{
    AUTO(disk_drop) struct nbd_disk *d = disk_new();
    struct source source = { 0 };
    PRL_RESULT r;

    if (!d)
        return PRL_ERR_OUT_OF_MEMORY;
    d->file = str_dup(s->path);
    if (!d->file)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", s->path);
    r = find_source(s, &source);
    if (PRL_SUCCEEDED(r))
        r = s->is_fake ? open_fake(d, s) : open_served(d, s, &source);
    source_clear(&source);
    if (PRL_SUCCEEDED(r))
        *ret = &TAKE(d)->disk;
    return r;
}

PRL_RESULT
disk_nbd_open_url(const struct disk_spec *s, struct disk **ret)
{
    AUTO(disk_drop) struct nbd_disk *d = disk_new();
    struct nbd_link_args a = { .fd = -1 };
    struct nbd_link_facts facts;
    PRL_RESULT r;

    if (!d)
        return PRL_ERR_OUT_OF_MEMORY;
    d->uri = nbd_uri_of(s->path);
    if (!d->uri)
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no address of an NBD export", s->path);
    a.uri = d->uri;
    r = nbd_link_open(&a, &d->links[0]);
    if (PRL_FAILED(r))
        return r;
    d->n = d->n_free = 1;
    r = take_facts(d, s->is_write, &facts);
    /* Several writers need a server that keeps their views the same; readers too, when others may write. A refusal is no failure: one will do. */
    while (PRL_SUCCEEDED(r) && facts.can_multi_connect && d->n < LINKS && PRL_SUCCEEDED(nbd_link_open(&a, &d->links[d->n])))
        d->n_free = ++d->n;
    if (PRL_SUCCEEDED(r)) {
        err_clear();
        *ret = &TAKE(d)->disk;
    }
    return r;
}
