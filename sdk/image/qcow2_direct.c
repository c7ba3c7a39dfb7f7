/* SPDX-License-Identifier: MIT */
/* L1 at open, L2 tables when they are first needed, as many as fit; no entry is believed that is not aligned or lies in the tables themselves. */
#include "qcow2_direct.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "image/file_io.h"
#include "image/qcow2_header.h"

#define EXTENDED_L2 (1u << 4)
#define OFFSET_MASK UINT64_C(0x00fffffffffffe00)
#define COPIED (UINT64_C(1) << 63)
#define COMPRESSED (UINT64_C(1) << 62)
#define ZERO 1u
#define TABLES_MAX_BYTES (64u << 20)
#define TABLE_MAX_ENTRIES 65536u /* of L1 and of the refcount table: what is larger goes the long way */
#define SUBCLUSTERS 32

/* QEMU's permissions as bytes of the file: in use from 100 on, not shared from 200 on. */
#define LOCK_IN_USE 100
#define LOCK_NOT_SHARED 200
#define PERM_READ 0
#define PERM_WRITE 1
#define PERM_RESIZE 3

struct qcow2_direct {
    int fd;
    bool is_write, is_extended;
    unsigned bits;          /* of a cluster */
    uint64_t size_bytes, file_clusters;
    uint32_t n_l1;
    uint64_t *l1;           /* native order */
    uint64_t *_Atomic *l2;  /* native order; NULL: not looked at yet. Constant once there */
    _Atomic uint64_t n_loaded_bytes;
    uint64_t *taken;        /* clusters of tables, rising: no data can be there */
    size_t n_taken;
};

static int
by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static bool
read_all(int fd, void *buf, size_t n, uint64_t offset)
{
    size_t done = 0;

    return file_read(fd, buf, n, offset, &done) == 0 && done == n;
}

/* Entries of a table, in native order; NULL: it cannot be read. */
static uint64_t *
read_table(int fd, uint64_t offset, uint64_t n)
{
    uint64_t *t = malloc(n * 8 + 8);

    if (t && !read_all(fd, t, n * 8, offset)) {
        free(t);
        return NULL;
    }
    for (uint64_t i = 0; t && i < n; i++)
        t[i] = be64toh(t[i]);
    return t;
}

/* ---- opening ---- */

static void
take_range(struct qcow2_direct *q, uint64_t offset, uint64_t bytes)
{
    for (uint64_t c = offset >> q->bits; bytes && c <= (offset + bytes - 1) >> q->bits; c++)
        q->taken[q->n_taken++] = c;
}

/* Where writing would be writing over tables. */
static bool
note_tables(struct qcow2_direct *q, const struct qcow2_header *h)
{
    uint64_t cluster = UINT64_C(1) << q->bits;
    uint64_t n_blocks = (uint64_t)be32toh(h->refcount_clusters) * (cluster / 8);
    uint64_t *blocks;

    if (n_blocks > TABLE_MAX_ENTRIES * 4u || be32toh(h->nb_snapshots))
        return false; /* snapshots have tables of their own */
    blocks = read_table(q->fd, be64toh(h->refcount_offset), n_blocks);
    q->taken = calloc(n_blocks * 2 + q->n_l1 * 2ull + 16, sizeof *q->taken);
    if (!blocks || !q->taken) {
        free(blocks);
        return false;
    }
    take_range(q, 0, cluster);
    take_range(q, be64toh(h->l1_offset), q->n_l1 * 8ull);
    take_range(q, be64toh(h->refcount_offset), n_blocks * 8);
    for (uint64_t i = 0; i < n_blocks; i++)
        if (blocks[i] & OFFSET_MASK)
            take_range(q, blocks[i] & OFFSET_MASK, 1);
    for (uint32_t i = 0; i < q->n_l1; i++)
        if (q->l1[i] & OFFSET_MASK)
            take_range(q, q->l1[i] & OFFSET_MASK, 1);
    free(blocks);
    qsort(q->taken, q->n_taken, sizeof *q->taken, by_number);
    return true;
}

static bool
lock_byte(int fd, off_t byte)
{
    struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

    return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static bool
lock_as_the_server(const struct qcow2_direct *q)
{
    bool ok = lock_byte(q->fd, LOCK_IN_USE + PERM_READ) && lock_byte(q->fd, LOCK_NOT_SHARED + PERM_WRITE) &&
              lock_byte(q->fd, LOCK_NOT_SHARED + PERM_RESIZE);

    return ok && (!q->is_write || (lock_byte(q->fd, LOCK_IN_USE + PERM_WRITE) && lock_byte(q->fd, LOCK_IN_USE + PERM_RESIZE)));
}

static bool
set_up(struct qcow2_direct *q, const char *path)
{
    struct qcow2_header h = { 0 };
    struct qcow2_info info;
    struct stat st;
    bool is_fit;

    if (fstat(q->fd, &st) < 0 || !S_ISREG(st.st_mode) || !lock_as_the_server(q) || PRL_FAILED(qcow2_info_read(q->fd, path, &info)))
        return false;
    is_fit = !info.is_encrypted && !info.has_data_file && !(q->is_write && info.n_bitmaps);
    qcow2_info_clear(&info);
    if (!is_fit || !read_all(q->fd, &h, offsetof(struct qcow2_header, incompat), 0) ||
        (be32toh(h.version) >= 3 && !read_all(q->fd, &h, sizeof h - sizeof h.padding - sizeof h.compression, 0)))
        return false;
    q->bits = be32toh(h.cluster_bits);
    q->size_bytes = be64toh(h.size);
    q->is_extended = be32toh(h.version) >= 3 && be64toh(h.incompat) & EXTENDED_L2;
    q->n_l1 = be32toh(h.l1_size);
    if (q->n_l1 > TABLE_MAX_ENTRIES || (q->is_extended && q->bits < 14))
        return false;
    q->l1 = read_table(q->fd, be64toh(h.l1_offset), q->n_l1);
    q->l2 = calloc(q->n_l1 + 1ull, sizeof *q->l2);
    return q->l1 && q->l2 && (!q->is_write || note_tables(q, &h));
}

struct qcow2_direct *
qcow2_direct_open(const char *path, bool is_write)
{
    AUTO(qcow2_direct_close) struct qcow2_direct *q = calloc(1, sizeof *q);
    bool is_fit;

    if (!q)
        return NULL;
    q->is_write = is_write;
    q->fd = open(path, (is_write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    is_fit = q->fd >= 0 && set_up(q, path);
    err_clear(); /* the long way is always there */
    return is_fit ? TAKE(q) : NULL;
}

void
qcow2_direct_close(struct qcow2_direct *q)
{
    if (!q)
        return;
    for (uint32_t i = 0; q->l2 && i < q->n_l1; i++)
        free(q->l2[i]);
    free(q->l2);
    free(q->l1);
    free(q->taken);
    if (q->fd >= 0)
        close(q->fd);
    free(q);
}

int
qcow2_direct_fd(const struct qcow2_direct *q)
{
    return q->fd;
}

/* ---- looking up ---- */

static bool
is_taken(const struct qcow2_direct *q, uint64_t cluster)
{
    return q->n_taken && bsearch(&cluster, q->taken, q->n_taken, sizeof *q->taken, by_number);
}

/* Two threads may read the same table: one copy stays. */
static const uint64_t *
table_of(struct qcow2_direct *q, uint64_t i)
{
    uint64_t bytes = UINT64_C(1) << q->bits, offset;
    uint64_t *table = i < q->n_l1 ? atomic_load_explicit(&q->l2[i], memory_order_acquire) : NULL, *none = NULL;

    if (table || i >= q->n_l1)
        return table;
    offset = q->l1[i] & OFFSET_MASK;
    if (!offset || offset & (bytes - 1) || (q->is_write && !(q->l1[i] & COPIED)))
        return NULL;
    if (atomic_fetch_add(&q->n_loaded_bytes, bytes) + bytes > TABLES_MAX_BYTES) {
        atomic_fetch_sub(&q->n_loaded_bytes, bytes);
        return NULL;
    }
    table = read_table(q->fd, offset, bytes / 8);
    if (table && atomic_compare_exchange_strong(&q->l2[i], &none, table))
        return table;
    free(table);
    atomic_fetch_sub(&q->n_loaded_bytes, bytes);
    return none;
}

/* Is every subcluster that these bytes of the cluster touch allocated, and none of them zeros? */
static bool
has_subclusters(const struct qcow2_direct *q, uint64_t map, uint64_t in_cluster, uint64_t n)
{
    unsigned sub = q->bits - 5;
    unsigned first = (unsigned)(in_cluster >> sub), last = (unsigned)((in_cluster + n - 1) >> sub);
    uint64_t mask = (last - first == SUBCLUSTERS - 1 ? UINT64_C(0xffffffff) : (UINT64_C(1) << (last - first + 1)) - 1) << first;

    return (map & mask) == mask && !(map >> 32 & mask);
}

/* One cluster's part of a request. */
static bool
find(struct qcow2_direct *q, uint64_t offset, uint64_t n, bool for_write, uint64_t *ret_host)
{
    unsigned per_table = q->bits - (q->is_extended ? 4 : 3);
    uint64_t cluster = offset >> q->bits, in_cluster = offset & ((UINT64_C(1) << q->bits) - 1);
    const uint64_t *table = table_of(q, cluster >> per_table);
    uint64_t at = cluster & ((UINT64_C(1) << per_table) - 1), entry, host;

    if (!table)
        return false;
    entry = table[q->is_extended ? at * 2 : at];
    host = entry & OFFSET_MASK;
    if (!host || entry & COMPRESSED || host & ((UINT64_C(1) << q->bits) - 1) || (q->is_write && !(entry & COPIED)))
        return false;
    if (q->is_extended ? !has_subclusters(q, table[at * 2 + 1], in_cluster, n) : entry & ZERO)
        return false;
    if (for_write && is_taken(q, host >> q->bits))
        return false;
    *ret_host = host + in_cluster;
    return true;
}

uint64_t
qcow2_direct_run(struct qcow2_direct *q, uint64_t offset, uint64_t max, bool for_write, bool *ret_is_direct, uint64_t *ret_host)
{
    uint64_t cluster = UINT64_C(1) << q->bits, done = 0;

    while (done < max) {
        uint64_t at = offset + done, left = cluster - (at & (cluster - 1)), n = left < max - done ? left : max - done, host = 0;
        bool is_direct = find(q, at, n, for_write, &host);

        if (!done) {
            *ret_is_direct = is_direct;
            *ret_host = host;
        } else if (is_direct != *ret_is_direct || (is_direct && host != *ret_host + done)) {
            break;
        }
        done += n;
    }
    return done;
}
