/* SPDX-License-Identifier: MIT */
/*
 * Disks behind NBD: files of formats that are not ours, served by a private qemu-nbd, and exports of others. What is allocated in a qcow2 file is
 * read and overwritten without a detour (qcow2_direct.h). Several connections, so that threads do not wait for each other; each is one thread's at a
 * time. When the server dies every call fails from then on: what it had not written back is lost, and a new one would hide that.
 */
#include "image/disk_nbd_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "image/file_io.h"
#include "image/qcow2_direct.h"
#include "prlsdk/PrlErrors.h"

/* ---- links ---- */

static PRL_RESULT
gone(const struct nbd_disk *d, PRL_RESULT code)
{
    return err_set(code, "the NBD server of '%s' is gone", d->disk.path ? d->disk.path : "");
}

/* As long as links come back there is no deadline: everybody gets a turn. */
PRL_RESULT
nbd_disk_take(struct nbd_disk *d, PRL_RESULT code, struct nbd_link **ret)
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

void
nbd_disk_give(struct nbd_disk *d, struct nbd_link *l)
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

/* ---- transfers ---- */

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
    r = nbd_disk_take(d, PRL_ERR_FILE_READ_ERROR, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_read(l, buf, there < size ? there : size, offset);
    nbd_disk_give(d, l);
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
    r = nbd_disk_take(d, PRL_ERR_FILE_WRITE_ERROR, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_write(l, buf, there < size ? there : size, offset);
    nbd_disk_give(d, l);
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
    int e = atomic_load_explicit(&d->sync_failed, memory_order_relaxed);

    if (!e)
        e = file_write(qcow2_direct_fd(d->direct), buf, size, host);
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

PRL_RESULT
nbd_disk_read(struct disk *disk, void *buf, size_t size, uint64_t offset)
{
    struct nbd_disk *d = nbd_disk_of(disk);
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

PRL_RESULT
nbd_disk_write(struct disk *disk, const void *buf, size_t size, uint64_t offset)
{
    struct nbd_disk *d = nbd_disk_of(disk);
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

/*
 * What went past the server, which syncs nothing when it has written nothing itself. Of two flushes at once both sync: neither may return before
 * the data of the other's thread is there.
 */
static PRL_RESULT
sync_direct(struct nbd_disk *d)
{
    int e = atomic_load(&d->sync_failed), none = 0;

    if (!e && d->direct && d->disk.is_writable) {
        e = file_sync(qcow2_direct_fd(d->direct));
        if (e)
            atomic_compare_exchange_strong(&d->sync_failed, &none, e);
    }
    return e ? err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", d->disk.path) : PRL_ERR_SUCCESS;
}

PRL_RESULT
nbd_disk_flush(struct disk *disk)
{
    struct nbd_disk *d = nbd_disk_of(disk);
    struct nbd_link *l;
    PRL_RESULT r = sync_direct(d);

    if (PRL_FAILED(r) || !d->can_flush)
        return r;
    r = nbd_disk_take(d, PRL_ERR_DISK_FSYNC_FAILED, &l);
    if (PRL_FAILED(r))
        return r;
    r = nbd_link_flush(l);
    nbd_disk_give(d, l);
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

PRL_RESULT
nbd_disk_runs(struct disk *disk, uint64_t offset, uint64_t max, struct disk_run *out, int room, int *ret_n)
{
    struct nbd_disk *d = nbd_disk_of(disk);
    struct nbd_link *l;
    PRL_RESULT r = nbd_disk_take(d, PRL_ERR_FILE_READ_ERROR, &l);

    if (PRL_FAILED(r))
        return r;
    r = runs_of(d, l, NBD_ALLOCATION, offset, max, out, room, ret_n);
    nbd_disk_give(d, l);
    return r;
}

PRL_RESULT
nbd_disk_close(struct disk *disk)
{
    struct nbd_disk *d = nbd_disk_of(disk);
    PRL_RESULT r = PRL_ERR_SUCCESS, end;

    if (disk->is_writable && d->n)
        r = nbd_disk_flush(disk);
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
