/* SPDX-License-Identifier: MIT */
/*
 * Writing and reading guest RAM: a few threads take chunks in turn, so that one computes while another's I/O is under way; O_DIRECT on
 * the file, since a page cache full of RAM images helps nobody. Each thread copies through a buffer that stays in its cache: mapping
 * the memfd instead took half again as long (a fault for every 4 KiB, and each fresh page cleared before it is read into).
 */
#include "ram_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/path.h"
#include "base/thread.h"

#define PAGE 4096u
#define CHUNK (16u << 20) /* and the size of most requests: smaller ones cost ext4 a journal entry each */
#define EXTENTS_MAX (CHUNK / PAGE / 2 + 1)
#define HUGE_PAGE (2u << 20)
#define GAP (64u << 10) /* zeros shorter than this are written along: fewer, larger requests */
#define THREADS 3
#define MAGIC "PRLKVMRAM1\r\n\x1a\0\0"

struct trailer { /* little-endian, at offset ram_bytes; the sums follow */
    char magic[16];
    char id[40];
    uint64_t ram_bytes;
    uint32_t chunk_bytes, chunks;
    uint64_t sums_hash;
    uint64_t hash; /* of all before it */
};

struct work {
    int memfd, file; /* file: O_DIRECT where possible */
    uint64_t ram_bytes;
    uint64_t *sums;  /* of the chunks */
    uint32_t chunks;
    bool is_write;
    const struct ram_watch *watch;
    _Atomic uint32_t next;
    _Atomic uint64_t done_bytes;
    _Atomic int failure;       /* -errno, 1 cancelled, 2 damaged */
    _Atomic uint32_t bad_chunk;
};

PRL_RESULT
ram_memfd(uint64_t ram_bytes, int *ret_fd)
{
    AUTO_FD int fd = memfd_create("guest-ram", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0 || ftruncate(fd, (off_t)ram_bytes) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "%llu MiB of guest memory", (unsigned long long)(ram_bytes >> 20));
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

uint64_t
ram_used_bytes(int memfd)
{
    struct stat st;

    return fstat(memfd, &st) < 0 ? 0 : (uint64_t)st.st_blocks * 512;
}

static bool
is_zero_page(const char *p)
{
    uint64_t first;

    memcpy(&first, p, sizeof first);
    return !first && memcmp(p, p + 8, PAGE - 8) == 0;
}

/* ---- one chunk ---- */

typedef ssize_t io_fn(int fd, void *buf, size_t len, off_t at);

static ssize_t
do_pwrite(int fd, void *buf, size_t len, off_t at)
{
    return pwrite(fd, buf, len, at);
}

static int
transfer(io_fn *io, int fd, char *buf, uint64_t at, uint64_t len)
{
    while (len) {
        ssize_t n = io(fd, buf, len, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return 2; /* a file that ends early */
        buf += n;
        at += (uint64_t)n;
        len -= (uint64_t)n;
    }
    return 0;
}

/*
 * Pages with data among the len bytes at offset `at` of RAM: each run of them goes into the sum with its place, and runs with small
 * gaps go out together.
 */
static int
scan_and_write(int fd, char *buf, uint64_t at, uint64_t len, uint64_t *sum)
{
    uint64_t out = 0, out_end = 0, i = 0; /* out..out_end: to be written */

    while (i < len) {
        uint64_t end = i;

        while (end < len && !is_zero_page(buf + end))
            end += PAGE;
        if (end == i) {
            i += PAGE;
            continue;
        }
        *sum = XXH3_64bits_withSeed(buf + i, end - i, *sum ^ (at + i));
        if (fd >= 0) {
            if (out_end && i - out_end >= GAP) {
                int r = transfer(do_pwrite, fd, buf + out, at + out, out_end - out);

                if (r)
                    return r;
                out_end = 0;
            }
            if (!out_end)
                out = i;
            out_end = end;
        }
        i = end;
    }
    return out_end ? transfer(do_pwrite, fd, buf + out, at + out, out_end - out) : 0;
}

struct buffer {
    char *p; /* a chunk; only its extents hold anything */
    struct {
        uint32_t from, to;
    } extents[EXTENTS_MAX];
    uint32_t n;
};

/* Extents that touch once rounded to pages are one, so that both ends of a state see the same runs. */
static void
note_extent(struct buffer *b, uint64_t from, uint64_t to)
{
    if (b->n && b->extents[b->n - 1].to == from) {
        b->extents[b->n - 1].to = (uint32_t)to;
        return;
    }
    b->extents[b->n].from = (uint32_t)from;
    b->extents[b->n++].to = (uint32_t)to;
}

static int
read_extents(int fd, struct buffer *b, uint64_t at, uint64_t len)
{
    uint64_t i = 0;

    b->n = 0;
    while (i < len) {
        off_t data = lseek(fd, (off_t)(at + i), SEEK_DATA), hole;
        uint64_t from, to;
        int r;

        if (data < 0 && errno != ENXIO)
            return -errno;
        if (data < 0 || (uint64_t)data >= at + len)
            break;
        hole = lseek(fd, data, SEEK_HOLE);
        if (hole < 0)
            return -errno;
        from = ((uint64_t)data - at) & ~(uint64_t)(PAGE - 1);
        to = ((uint64_t)hole - at + PAGE - 1) & ~(uint64_t)(PAGE - 1);
        if (to > len)
            to = len;
        r = transfer(pread, fd, b->p + from, at + from, to - from);
        if (r)
            return r;
        note_extent(b, from, to);
        i = to;
    }
    return 0;
}

/* fd -1: only the sum. */
static int
scan_chunk(int fd, struct buffer *b, uint64_t at, uint64_t *ret_sum)
{
    uint64_t sum = 0;

    for (uint32_t k = 0; k < b->n; k++) {
        uint64_t from = b->extents[k].from;
        int r = scan_and_write(fd, b->p + from, at + from, b->extents[k].to - from, &sum);

        if (r)
            return r;
    }
    *ret_sum = sum;
    return 0;
}

static int
do_chunk(struct work *w, uint32_t i, struct buffer *b)
{
    uint64_t at = (uint64_t)i * CHUNK;
    uint64_t len = w->ram_bytes - at < CHUNK ? w->ram_bytes - at : CHUNK;
    uint64_t sum;
    int r = read_extents(w->is_write ? w->memfd : w->file, b, at, len);

    if (r)
        return r;
    if (w->is_write)
        return scan_chunk(w->file, b, at, &w->sums[i]);
    r = scan_chunk(-1, b, at, &sum);
    if (!r && w->sums[i] != sum) {
        w->bad_chunk = i;
        r = 2;
    }
    return r ? r : scan_chunk(w->memfd, b, at, &sum);
}

static void
run_chunks(void *arg)
{
    struct work *w = arg;
    AUTO(cleanup_free) struct buffer *b = malloc(sizeof *b);
    AUTO(cleanup_free) void *p = NULL;

    if (!b || posix_memalign(&p, HUGE_PAGE, CHUNK)) {
        w->failure = -ENOMEM;
        return;
    }
    madvise(p, CHUNK, MADV_HUGEPAGE);
    b->p = p;
    while (!w->failure) {
        uint32_t i = w->next++;
        int r;

        if (i >= w->chunks)
            break;
        r = w->watch && w->watch->is_cancelled && w->watch->is_cancelled(w->watch->arg) ? 1 : do_chunk(w, i, b);
        if (r) {
            int none = 0;

            atomic_compare_exchange_strong(&w->failure, &none, r);
            break;
        }
        w->done_bytes += CHUNK;
        if (w->watch && w->watch->progress)
            w->watch->progress(w->watch->arg, w->done_bytes < w->ram_bytes ? w->done_bytes : w->ram_bytes, w->ram_bytes);
    }
}

static int
run_threads(struct work *w)
{
    pthread_t threads[THREADS - 1];
    uint32_t n = 0;

    while (n < THREADS - 1 && n + 1 < w->chunks && thread_start(&threads[n], "qemu-ram", run_chunks, w) == 0)
        n++;
    run_chunks(w);
    while (n)
        thread_join(threads[--n]);
    return w->failure;
}

/* ---- the trailer ---- */

static uint64_t
trailer_bytes(uint32_t chunks)
{
    uint64_t n = sizeof(struct trailer) + (uint64_t)chunks * sizeof(uint64_t);

    return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

static uint32_t
chunk_count(uint64_t ram_bytes)
{
    return (uint32_t)((ram_bytes + CHUNK - 1) / CHUNK);
}

static uint64_t
trailer_hash(const struct trailer *t)
{
    return XXH3_64bits(t, offsetof(struct trailer, hash));
}

static int
write_trailer(struct work *w, const char *id)
{
    uint64_t len = trailer_bytes(w->chunks);
    struct trailer t = { .magic = MAGIC, .ram_bytes = w->ram_bytes, .chunk_bytes = CHUNK, .chunks = w->chunks };
    AUTO(cleanup_free) char *buf = NULL;
    void *p;
    ssize_t n;

    if (posix_memalign(&p, PAGE, len))
        return -ENOMEM;
    buf = p;
    memset(buf, 0, len);
    memcpy(t.id, id, UUID_TEXT);
    t.sums_hash = XXH3_64bits(w->sums, w->chunks * sizeof(uint64_t));
    t.hash = trailer_hash(&t);
    memcpy(buf, &t, sizeof t);
    memcpy(buf + sizeof t, w->sums, w->chunks * sizeof(uint64_t));
    n = pwrite(w->file, buf, len, (off_t)w->ram_bytes);
    return n < 0 ? -errno : (uint64_t)n == len ? 0 : -ENOSPC;
}

static PRL_RESULT
bad_file(const char *path, const char *why)
{
    return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "'%s' %s", path, why);
}

static PRL_RESULT
read_trailer(int fd, const char *path, const char *id, uint64_t ram_bytes, uint64_t **ret_sums)
{
    uint32_t chunks = chunk_count(ram_bytes);
    AUTO(cleanup_free) uint64_t *sums = malloc(chunks * sizeof *sums);
    struct trailer t;
    struct stat st;

    if (!sums)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "checksums of '%s'", path);
    if (fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < ram_bytes + trailer_bytes(chunks)) /* more may stand behind it (saved_document.h) */
        return bad_file(path, "has not the length of this VM's memory");
    if (pread(fd, &t, sizeof t, (off_t)ram_bytes) != sizeof t ||
        pread(fd, sums, chunks * sizeof *sums, (off_t)(ram_bytes + sizeof t)) != (ssize_t)(chunks * sizeof *sums))
        return bad_file(path, "cannot be read to its end");
    if (memcmp(t.magic, MAGIC, sizeof t.magic) != 0 || t.hash != trailer_hash(&t) || t.ram_bytes != ram_bytes ||
        t.chunk_bytes != CHUNK || t.chunks != chunks || t.sums_hash != XXH3_64bits(sums, chunks * sizeof *sums))
        return bad_file(path, "is damaged at its end");
    if (memcmp(t.id, id, UUID_TEXT) != 0)
        return bad_file(path, "belongs to another saved state");
    *ret_sums = TAKE(sums);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
ram_file_check(const char *path, const char id[UUID_TEXT], uint64_t ram_bytes)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    AUTO(cleanup_free) uint64_t *sums = NULL;

    if (fd < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    return read_trailer(fd, path, id, ram_bytes, &sums);
}

/* ---- whole files ---- */

static PRL_RESULT
say_failure(const struct work *w, const char *path)
{
    PRL_RESULT code = w->is_write ? PRL_ERR_VM_SUSPEND_FAILED : PRL_ERR_VM_RESTORE_STATE_FAILED;

    if (w->failure == 1)
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "'%s'", path);
    if (w->failure == 2)
        return err_set(code, "'%s' is damaged (memory from %u MiB on)", path, w->bad_chunk * (CHUNK >> 20));
    if (w->failure == -ENOSPC || w->failure == -EDQUOT)
        code = PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
    return err_errno(code, -w->failure, "'%s'", path);
}

/* Some file systems have no O_DIRECT; then the page cache it is. */
static int
open_direct(const char *path, int flags)
{
    int fd = open(path, flags | O_DIRECT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 && errno == EINVAL)
        fd = open(path, (flags & ~O_EXCL) | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd;
}

static PRL_RESULT
write_all(struct work *w, const char *path, const char *id)
{
    int r = ftruncate(w->file, (off_t)(w->ram_bytes + trailer_bytes(w->chunks))) < 0 ? -errno : 0;

    if (!r)
        r = run_threads(w);
    if (!r)
        r = write_trailer(w, id);
    w->failure = r;
    return r ? say_failure(w, path) : PRL_ERR_SUCCESS;
}

PRL_RESULT
ram_file_sync(int fd, const char *path)
{
    struct work w = { .is_write = true };

    if (fsync(fd) == 0)
        return PRL_ERR_SUCCESS;
    w.failure = -errno;
    return say_failure(&w, path);
}

PRL_RESULT
ram_file_write(int memfd, uint64_t ram_bytes, const char *path, const char id[UUID_TEXT], const struct ram_watch *watch, int *ret_fd)
{
    struct work w = {
        .memfd = memfd, .file = -1, .ram_bytes = ram_bytes, .chunks = chunk_count(ram_bytes), .is_write = true, .watch = watch
    };
    AUTO(cleanup_free) uint64_t *sums = calloc(w.chunks, sizeof *sums);
    PRL_RESULT rc;

    if (!sums)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "checksums");
    w.sums = sums;
    if (unlink(path) < 0 && errno != ENOENT)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s'", path);
    w.file = open_direct(path, O_RDWR | O_CREAT | O_EXCL);
    if (w.file < 0)
        rc = err_errno(errno == ENOSPC || errno == EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_VM_SUSPEND_FAILED, errno,
                       "'%s'", path);
    else
        rc = write_all(&w, path, id);
    if (w.file >= 0 && PRL_FAILED(rc)) {
        close(w.file);
        unlink(path);
    } else if (PRL_SUCCEEDED(rc)) {
        *ret_fd = w.file;
    }
    return rc;
}

PRL_RESULT
ram_file_read(const char *path, const char id[UUID_TEXT], uint64_t ram_bytes, int memfd, const struct ram_watch *watch)
{
    struct work w = { .memfd = memfd, .ram_bytes = ram_bytes, .chunks = chunk_count(ram_bytes), .watch = watch };
    AUTO(cleanup_free) uint64_t *sums = NULL;
    AUTO_FD int plain = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    AUTO_FD int fd = -1;
    PRL_RESULT rc;
    int r;

    if (plain < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    rc = read_trailer(plain, path, id, ram_bytes, &sums);
    if (PRL_FAILED(rc))
        return rc;
    fd = open_direct(path, O_RDONLY);
    if (fd < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    w.file = fd;
    w.sums = sums;
    r = run_threads(&w);
    return r ? say_failure(&w, path) : PRL_ERR_SUCCESS;
}
