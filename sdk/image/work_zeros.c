/* SPDX-License-Identifier: MIT */
/*
 * Clusters of a qcow2 file that hold only zeros go back to the host, in place: a private qemu-nbd finds that what is written to them is zeros and makes them
 * holes. Content, snapshots and bitmaps stay as they are, and it may be cut at any moment. One server reads and writes, so nobody is in between.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "image/disk_refs.h"
#include "image/nbd_link.h"
#include "image/nbd_server.h"
#include "image/work_parts.h"

struct zeros {
    struct nbd_server *server;
    struct nbd_link *link;
    uint64_t size;
    uint32_t cluster;
    unsigned char *buf;
};

static uint64_t
room_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
}

static PRL_RESULT
start(struct zeros *z, const char *path)
{
    AUTO(cleanup_free) char *real = realpath(path, NULL);
    struct refs refs = { 0 };
    struct nbd_server_args args = { .is_write = true, .n_connections = 1 };
    struct nbd_link_args link = { .fd = -1 };
    struct nbd_link_facts facts;
    PRL_RESULT rc = real ? refs_of(real, "qcow2", &refs) : err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);

    if (PRL_FAILED(rc))
        return rc;
    json_object_set_new(refs.node, "discard", json_string("unmap"));
    json_object_set_new(refs.node, "detect-zeroes", json_string("unmap"));
    /* qemu-nbd resets detect-zeroes of the node it is given; the one below keeps it. */
    args.node = json_pack("{s:s, s:s, s:O}", "driver", "raw", "discard", "unmap", "file", refs.node);
    refs_clear(&refs);
    rc = args.node ? nbd_server_start(&args, &z->server, &link.fd) : err_set(PRL_ERR_OUT_OF_MEMORY, "words for qemu-nbd");
    json_decref(args.node);
    if (PRL_SUCCEEDED(rc))
        rc = nbd_link_open(&link, &z->link);
    if (PRL_FAILED(rc))
        return rc;
    nbd_link_facts(z->link, &facts);
    z->size = facts.size_bytes;
    return PRL_ERR_SUCCESS;
}

/* Everything is written and synced when the server has gone. */
static PRL_RESULT
stop(struct zeros *z, PRL_RESULT rc)
{
    AUTO(err_free) struct err *said = NULL;
    bool is_hung = !z->link || nbd_link_is_dead(z->link);
    PRL_RESULT stopped;

    if (PRL_SUCCEEDED(rc))
        rc = nbd_link_flush(z->link);
    said = PRL_FAILED(rc) ? err_take(rc) : NULL;
    is_hung = is_hung || nbd_link_is_dead(z->link);
    nbd_link_close(z->link);
    stopped = z->server ? nbd_server_stop(z->server, is_hung) : PRL_ERR_SUCCESS;
    free(z->buf);
    if (PRL_SUCCEEDED(rc))
        return stopped;
    return said ? err_put(said) : rc;
}

static PRL_RESULT
free_zeros(struct zeros *z, uint64_t at, uint64_t end, const struct image_watch *watch)
{
    while (at < end) {
        size_t n = end - at < z->cluster ? (size_t)(end - at) : z->cluster;
        PRL_RESULT rc = work_report(watch, at, z->size);

        if (PRL_SUCCEEDED(rc))
            rc = nbd_link_read(z->link, z->buf, n, at);
        if (PRL_SUCCEEDED(rc) && work_is_zero(z->buf, n))
            rc = nbd_link_write(z->link, z->buf, n, at);
        if (PRL_FAILED(rc))
            return rc;
        at += n;
    }
    return PRL_ERR_SUCCESS;
}

/* Whole clusters: data that begins in the middle of one counts from its beginning. */
static PRL_RESULT
walk(struct zeros *z, const struct image_watch *watch)
{
    uint64_t at = 0;

    z->buf = malloc(z->cluster);
    if (!z->buf)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%u bytes", z->cluster);
    while (at < z->size) {
        struct disk_run run;
        uint64_t end;
        int n = 0;
        PRL_RESULT rc = work_report(watch, at, z->size);

        if (PRL_SUCCEEDED(rc))
            rc = nbd_link_runs(z->link, NBD_ALLOCATION, at, z->size - at, &run, 1, &n);
        if (PRL_FAILED(rc))
            return rc;
        if (n < 1 || !run.length)
            return err_set(PRL_ERR_DISK_GENERIC_ERROR, "qemu-nbd tells of no extent at %llu", (unsigned long long)at);
        end = at + run.length;
        if (run.kind == DISK_EXTENT_DATA) {
            end = (end + z->cluster - 1) / z->cluster * z->cluster;
            end = end < z->size ? end : z->size;
            rc = free_zeros(z, at / z->cluster * z->cluster, end, watch);
        }
        if (PRL_FAILED(rc))
            return rc;
        at = end;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qcow2_compact(const char *path, const struct image_watch *watch, uint64_t *ret_freed_bytes)
{
    struct zeros z = { 0 };
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    uint64_t before = room_of(path), after;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_facts_read(fd, path, &f);
    if (PRL_FAILED(rc))
        return rc;
    cleanup_close(&fd);
    fd = -1;
    z.cluster = f.cluster_bytes;
    rc = start(&z, path);
    if (PRL_SUCCEEDED(rc))
        rc = walk(&z, watch);
    rc = stop(&z, rc);
    after = room_of(path);
    if (PRL_SUCCEEDED(rc))
        *ret_freed_bytes = before > after ? before - after : 0;
    return rc;
}
