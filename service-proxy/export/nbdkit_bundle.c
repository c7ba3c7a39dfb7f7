/* SPDX-License-Identifier: MIT */
/*
 * A bundle as an NBD export for one QEMU: a plugin of nbdkit, which speaks the protocol on a socket it inherits (`nbdkit -s`) and ends
 * when the other side is gone. Started by qemu/qemu_export.c, which says why it is done this way.
 *
 *     path=DIR  base=DIR...  read-only=BOOL  request-fd=N  reply-fd=N
 *
 * The two descriptors are pipes whose other ends anybody may open through /proc who may open our memory: the service, and the next one
 * after it. Lines on them:
 *
 *     reply   "0 CODE WORDS"    once, when the bundle is open or cannot be opened
 *     request "N quiesce"       everything durable, the bundle closed cleanly; the next read or write opens it again
 *     request "N move PATH"     the same, and from then on it is the bundle PATH, of equal size: one that stands on the present one, or back.
 *                               On failure it is the one that it was
 *     reply   "N CODE WORDS"
 *
 * Quiescing is what a suspend needs: stamps of files that nobody will touch any more. Images outside of the bundle are followed into the
 * directories that base= names and no others; a move to a bundle adds the one that was served so far.
 */
#define NBDKIT_API_VERSION 2
#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL

#include <errno.h>
#include <fcntl.h>
#include <nbdkit-plugin.h>
#include <prlsdk/PrlErrors.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "image/bundle.h"
#include "image/bundle_linked.h"
#include "image/hds.h"

#define SECTOR 512u
#define WORDS_MAX 1000
#define ZEROS_MAX (1u << 20)

static struct {
    bool is_read_only; /* constant once configured, as the next two */
    int request_fd, reply_fd;
    uint64_t size_bytes; /* constant once opened */

    pthread_rwlock_t lock; /* held for reading by every request, for writing to open, close, or take clusters out */
    char *path;
    VEC(char *) bases;     /* what it may stand on */
    struct bundle *bundle; /* NULL: closed cleanly */
} disk = { .request_fd = -1, .reply_fd = -1, .lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP };

/* ---- opening and closing ---- */

static PRL_RESULT
check_images(struct bundle *b)
{
    return bundle_check_external(disk.path, bundle_descriptor(b), disk.bases.p, disk.bases.len);
}

/* Looked at before any image is touched, and again once it is locked: it may have become another one in between. */
static PRL_RESULT
open_checked(struct bundle **ret)
{
    AUTO(bundle_free) struct bundle *look = NULL;
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT r = bundle_open(disk.path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &look);

    if (PRL_SUCCEEDED(r))
        r = check_images(look);
    if (PRL_SUCCEEDED(r))
        r = bundle_open(disk.path, BUNDLE_ALLOW_EXTERNAL | (disk.is_read_only ? 0 : BUNDLE_WRITE), &b);
    if (PRL_SUCCEEDED(r))
        r = check_images(b);
    if (PRL_SUCCEEDED(r) && disk.size_bytes && bundle_size(b) != disk.size_bytes)
        r = err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "'%s' has another size than what is served", disk.path);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(b);
    return r;
}

static PRL_RESULT
open_locked(void)
{
    err_clear();
    return disk.bundle ? PRL_ERR_SUCCESS : open_checked(&disk.bundle);
}

static PRL_RESULT
close_locked(void)
{
    err_clear();
    return disk.bundle ? bundle_close(TAKE(disk.bundle)) : PRL_ERR_SUCCESS;
}

/* While a guest lives: what cannot be written out now may be later, so it stays open then. */
static PRL_RESULT
put_down_locked(void)
{
    PRL_RESULT r;

    err_clear();
    r = disk.bundle ? bundle_flush(disk.bundle) : PRL_ERR_SUCCESS;
    return PRL_FAILED(r) ? r : close_locked();
}

/* One write: shorter than a pipe takes at once, so that lines never mix. */
static void
reply(unsigned long long number, PRL_RESULT code)
{
    const char *details = PRL_FAILED(code) ? err_peek()->details : NULL;
    AUTO(cleanup_free) char *words = details ? str_escape(details, strlen(details), WORDS_MAX) : NULL;
    AUTO(cleanup_free) char *line = str_printf("%llu %d %s\n", number, (int)code, words ? words : "");

    if (line && disk.reply_fd >= 0 && write(disk.reply_fd, line, strlen(line)) < 0)
        nbdkit_debug("reply: %m");
}

static int
fail(PRL_RESULT code)
{
    bool is_full = code == PRL_ERR_DISK_INSUFFICIENT_SPACE || code == PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;

    nbdkit_error("%#x: %s", (unsigned)code, err_peek()->details ? err_peek()->details : "");
    nbdkit_set_error(is_full ? ENOSPC : code == PRL_ERR_OUT_OF_MEMORY ? ENOMEM : EIO);
    return -1;
}

/* Begins a request; on SUCCESS the lock is held, shared. */
static PRL_RESULT
enter(void)
{
    for (;;) {
        PRL_RESULT r;

        pthread_rwlock_rdlock(&disk.lock);
        if (disk.bundle)
            return PRL_ERR_SUCCESS;
        pthread_rwlock_unlock(&disk.lock);
        pthread_rwlock_wrlock(&disk.lock);
        r = open_locked();
        pthread_rwlock_unlock(&disk.lock);
        if (PRL_FAILED(r))
            return r;
    }
}

static int
leave(PRL_RESULT r)
{
    int result = PRL_FAILED(r) ? fail(r) : 0;

    pthread_rwlock_unlock(&disk.lock);
    return result;
}

/* ---- the service ---- */

/* path: taken. The bundle is closed; on failure the next access opens the one that it was. */
static PRL_RESULT
exchange_locked(char *path)
{
    char *before = disk.path;
    PRL_RESULT r;

    if (!vec_push(&disk.bases, before)) {
        free(path);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    }
    disk.path = path;
    r = open_locked();
    if (PRL_FAILED(r)) {
        disk.bases.len--;
        disk.path = before;
        free(path);
    }
    return r;
}

static PRL_RESULT
move_locked(const char *to)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;
    char *path;

    if (strcmp(to, disk.path) == 0)
        return r;
    path = str_dup(to);
    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    r = put_down_locked();
    if (PRL_SUCCEEDED(r))
        return exchange_locked(path);
    free(path);
    return r;
}

static void
serve_request(const char *line)
{
    unsigned long long number;
    int at = 0;
    PRL_RESULT r;

    if (sscanf(line, "%llu %n", &number, &at) != 1 || !at)
        return;
    line += at;
    pthread_rwlock_wrlock(&disk.lock);
    if (strcmp(line, "quiesce") == 0)
        r = put_down_locked();
    else if (strncmp(line, "move /", 6) == 0)
        r = move_locked(line + 5);
    else
        r = err_set(PRL_ERR_UNIMPLEMENTED, "'%.20s'", line);
    reply(number, r);
    pthread_rwlock_unlock(&disk.lock);
}

/* The pipe is open for writing here too, so it never ends. */
static void *
control_run(void *arg)
{
    FILE *f = arg;
    char line[4096 + 64];

    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        serve_request(line);
    }
    fclose(f);
    return NULL;
}

static int
after_fork(void)
{
    FILE *f = disk.request_fd >= 0 ? fdopen(disk.request_fd, "r") : NULL;
    pthread_t thread;
    int e;

    if (!f)
        return 0;
    e = pthread_create(&thread, NULL, control_run, f);
    if (e) {
        nbdkit_error("thread: %s", strerror(e));
        fclose(f);
        return -1;
    }
    pthread_detach(thread); /* it waits for requests until the process ends */
    return 0;
}

/* ---- the life of the plugin ---- */

static int
config(const char *key, const char *value)
{
    if (strcmp(key, "path") == 0) {
        free(disk.path);
        disk.path = nbdkit_absolute_path(value);
        return disk.path ? 0 : -1;
    }
    if (strcmp(key, "base") == 0) {
        char *base = nbdkit_absolute_path(value);

        if (base && vec_push(&disk.bases, base))
            return 0;
        free(base);
        return -1;
    }
    if (strcmp(key, "read-only") == 0) {
        int on = nbdkit_parse_bool(value);

        disk.is_read_only = on > 0;
        return on < 0 ? -1 : 0;
    }
    if (strcmp(key, "request-fd") == 0)
        return nbdkit_parse_int(key, value, &disk.request_fd);
    if (strcmp(key, "reply-fd") == 0)
        return nbdkit_parse_int(key, value, &disk.reply_fd);
    nbdkit_error("unknown parameter '%s'", key);
    return -1;
}

static int
config_complete(void)
{
    if (disk.path)
        return 0;
    nbdkit_error("path= is missing");
    return -1;
}

/* Before the first word with QEMU, so that a disk in use is refused before there is one. */
static int
get_ready(void)
{
    PRL_RESULT r = open_locked();

    prctl(PR_SET_PDEATHSIG, 0); /* `-s` asked for one; but our life is QEMU's, not that of the thread of the service that started us */
    if (PRL_SUCCEEDED(r))
        disk.size_bytes = bundle_size(disk.bundle);
    reply(0, r);
    return PRL_FAILED(r) ? fail(r) : 0;
}

static void
cleanup(void)
{
    PRL_RESULT r;

    pthread_rwlock_wrlock(&disk.lock);
    r = close_locked();
    if (PRL_FAILED(r))
        fail(r);
    pthread_rwlock_unlock(&disk.lock);
}

static void
unload(void)
{
    free(disk.path);
    for (size_t i = 0; i < disk.bases.len; i++)
        free(disk.bases.p[i]);
    vec_free(&disk.bases);
}

static void *
connection_open(int is_read_only)
{
    (void)is_read_only;
    return NBDKIT_HANDLE_NOT_NEEDED;
}

static void
connection_close(void *handle)
{
    (void)handle;
    cleanup();
}

/* ---- what it is ---- */

static int64_t
get_size(void *handle)
{
    (void)handle;
    return (int64_t)disk.size_bytes;
}

static int
can_write(void *handle)
{
    (void)handle;
    return !disk.is_read_only;
}

static int
yes(void *handle)
{
    (void)handle;
    return 1;
}

static int
can_fua(void *handle)
{
    (void)handle;
    return NBDKIT_FUA_EMULATE;
}

static int
block_size(void *handle, uint32_t *minimum, uint32_t *preferred, uint32_t *maximum)
{
    (void)handle;
    *minimum = SECTOR;
    *preferred = 4096;
    *maximum = 32u << 20;
    return 0;
}

/* ---- data ---- */

static int
pread_(void *handle, void *buf, uint32_t count, uint64_t offset, uint32_t flags)
{
    PRL_RESULT r = enter();

    (void)handle, (void)flags;
    return PRL_FAILED(r) ? fail(r) : leave(bundle_read(disk.bundle, buf, count, offset));
}

static int
pwrite_(void *handle, const void *buf, uint32_t count, uint64_t offset, uint32_t flags)
{
    PRL_RESULT r = enter();

    (void)handle, (void)flags;
    return PRL_FAILED(r) ? fail(r) : leave(bundle_write(disk.bundle, buf, count, offset));
}

static int
flush(void *handle, uint32_t flags)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    (void)handle, (void)flags;
    pthread_rwlock_rdlock(&disk.lock);
    if (disk.bundle) /* else everything has been made durable, and nothing written since */
        r = bundle_flush(disk.bundle);
    return leave(r);
}

/* ---- zeros ---- */

/* Whole clusters go, where nothing below would shine through. With the lock held for writing. */
static PRL_RESULT
free_clusters_locked(uint64_t offset, uint64_t count)
{
    const struct descriptor *d = bundle_descriptor(disk.bundle);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; PRL_SUCCEEDED(r) && i < d->n_storages; i++) {
        uint64_t start = d->storages[i].start_sector * SECTOR, end = d->storages[i].end_sector * SECTOR;
        uint64_t from = offset > start ? offset : start, to = offset + count < end ? offset + count : end;
        struct chain *c = bundle_chain(disk.bundle, i);

        if (from < to && chain_length(c) == 1 && chain_image(c, 0)->cluster_bytes)
            r = hds_discard(chain_image(c, 0), from - start, to - from);
    }
    return r;
}

static PRL_RESULT
free_clusters(uint64_t offset, uint64_t count)
{
    PRL_RESULT r;

    pthread_rwlock_wrlock(&disk.lock);
    r = open_locked();
    if (PRL_SUCCEEDED(r))
        r = free_clusters_locked(offset, count);
    pthread_rwlock_unlock(&disk.lock);
    return r;
}

static int
trim(void *handle, uint32_t count, uint64_t offset, uint32_t flags)
{
    PRL_RESULT r = free_clusters(offset, count);

    (void)handle, (void)flags;
    return PRL_FAILED(r) ? fail(r) : 0;
}

static PRL_RESULT
write_zeros(uint64_t offset, uint64_t count)
{
    AUTO(cleanup_free) char *zeros = calloc(1, count < ZEROS_MAX ? count : ZEROS_MAX);
    PRL_RESULT r = zeros ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "zeros");

    while (PRL_SUCCEEDED(r) && count) {
        size_t n = count < ZEROS_MAX ? count : ZEROS_MAX;

        r = bundle_write(disk.bundle, zeros, n, offset);
        offset += n;
        count -= n;
    }
    return r;
}

/* What is absent everywhere is zero already. */
static PRL_RESULT
zero_what_is_there(uint64_t offset, uint64_t count)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    while (PRL_SUCCEEDED(r) && count) {
        struct image_run run;
        int depth;

        r = bundle_map(disk.bundle, offset, count, &run, &depth);
        if (PRL_SUCCEEDED(r) && run.kind == RUN_DATA)
            r = write_zeros(offset, run.length);
        if (PRL_SUCCEEDED(r)) {
            offset += run.length;
            count -= run.length;
        }
    }
    return r;
}

static int
zero(void *handle, uint32_t count, uint64_t offset, uint32_t flags)
{
    PRL_RESULT r = flags & NBDKIT_FLAG_MAY_TRIM ? free_clusters(offset, count) : PRL_ERR_SUCCESS;

    (void)handle;
    if (PRL_SUCCEEDED(r))
        r = enter();
    return PRL_FAILED(r) ? fail(r) : leave(zero_what_is_there(offset, count));
}

static int
extents(void *handle, uint32_t count, uint64_t offset, uint32_t flags, struct nbdkit_extents *list)
{
    PRL_RESULT r = enter();

    (void)handle;
    if (PRL_FAILED(r))
        return fail(r);
    for (uint64_t at = offset, end = offset + count; PRL_SUCCEEDED(r) && at < end;) {
        struct image_run run;
        int depth;

        r = bundle_map(disk.bundle, at, end - at, &run, &depth);
        if (PRL_FAILED(r))
            break;
        if (nbdkit_add_extent(list, at, run.length, run.kind == RUN_ABSENT ? NBDKIT_EXTENT_HOLE | NBDKIT_EXTENT_ZERO : 0) < 0)
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "extents");
        at += run.length;
        if (flags & NBDKIT_FLAG_REQ_ONE)
            break;
    }
    return leave(r);
}

static struct nbdkit_plugin plugin = {
    .name = "prlkvm-bundle",
    .longname = "virtual disk bundles",
    .config = config,
    .config_complete = config_complete,
    .get_ready = get_ready,
    .after_fork = after_fork,
    .cleanup = cleanup,
    .unload = unload,
    .open = connection_open,
    .close = connection_close,
    .get_size = get_size,
    .block_size = block_size,
    .can_write = can_write,
    .can_flush = yes,
    .can_trim = can_write,
    .can_zero = can_write,
    .can_fua = can_fua,
    .can_extents = yes,
    .pread = pread_,
    .pwrite = pwrite_,
    .flush = flush,
    .trim = trim,
    .zero = zero,
    .extents = extents,
    .errno_is_preserved = 0,
};
NBDKIT_REGISTER_PLUGIN(plugin)
