/* SPDX-License-Identifier: MIT */
/*
 * An open bundle as one disk: which storage has which bytes. Any number of threads read and write at once: nothing here changes meanwhile.
 */
#include "image/bundle.h"

#include "base/err.h"
#include "image/bundle_inside.h"
#include "image/file_io.h"

uint64_t
bundle_size(const struct bundle *b)
{
    return b->d->size_sectors * SECTOR_BYTES;
}

const struct descriptor *
bundle_descriptor(const struct bundle *b)
{
    return b->d;
}

struct chain *
bundle_chain(struct bundle *b, int storage)
{
    return b->chains ? b->chains[storage] : NULL;
}

/* The storage that has the byte; storages cover the disk without gaps. */
static int
storage_at(const struct descriptor *d, uint64_t offset)
{
    uint64_t sector = offset / SECTOR_BYTES;
    int low = 0, high = d->n_storages - 1;

    while (low < high) {
        int mid = low + (high - low) / 2;

        if (sector < d->storages[mid].end_sector)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* May the range be used? code: what to say of one that ends beyond the disk. */
static PRL_RESULT
check_range(const struct bundle *b, uint64_t size, uint64_t offset, PRL_RESULT code)
{
    if (!b->chains)
        return err_set(PRL_ERR_DISK_DISK_NOT_OPENED, "'%s': its images are not open", b->path);
    if (offset > bundle_size(b) || size > bundle_size(b) - offset)
        return err_set(code, "'%s': %llu bytes at %llu of %llu",
                       b->path, (unsigned long long)size, (unsigned long long)offset, (unsigned long long)bundle_size(b));
    return PRL_ERR_SUCCESS;
}

/* The part of a range that lies in one storage. */
struct part {
    struct chain *chain;
    uint64_t offset, size;
};

static struct part
first_part(struct bundle *b, uint64_t size, uint64_t offset)
{
    int i = storage_at(b->d, offset);
    const struct descriptor_storage *s = &b->d->storages[i];
    uint64_t left = s->end_sector * SECTOR_BYTES - offset;

    return (struct part){ b->chains[i], offset - s->start_sector * SECTOR_BYTES, size < left ? size : left };
}

PRL_RESULT
bundle_read(struct bundle *b, void *buf, size_t size, uint64_t offset)
{
    PRL_RESULT r = check_range(b, size, offset, PRL_ERR_DISK_READ_OUT_DISK);

    while (size && PRL_SUCCEEDED(r)) {
        struct part p = first_part(b, size, offset);

        r = chain_read(p.chain, buf, (size_t)p.size, p.offset);
        buf = (char *)buf + p.size;
        offset += p.size;
        size -= (size_t)p.size;
    }
    return r;
}

PRL_RESULT
bundle_write(struct bundle *b, const void *buf, size_t size, uint64_t offset)
{
    PRL_RESULT r = check_range(b, size, offset, PRL_ERR_DISK_WRITE_OUT_DISK);

    if (PRL_SUCCEEDED(r) && !(b->flags & BUNDLE_WRITE))
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", b->path);
    while (size && PRL_SUCCEEDED(r)) {
        struct part p = first_part(b, size, offset);

        r = chain_write(p.chain, buf, (size_t)p.size, p.offset);
        buf = (const char *)buf + p.size;
        offset += p.size;
        size -= (size_t)p.size;
    }
    return r;
}

/* A descriptor that may be undone by a crash would take what is written since with it. */
static PRL_RESULT
sync_descriptor(struct bundle *b)
{
    int e = b->is_dir_unsynced ? file_sync_dir(b->dirfd) : 0;

    if (e < 0)
        return err_errno(PRL_ERR_DISK_FSYNC_FAILED, -e, "'%s'", b->path);
    b->is_dir_unsynced = false;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
bundle_flush(struct bundle *b)
{
    PRL_RESULT first = check_range(b, 0, 0, PRL_ERR_SUCCESS);

    if (PRL_FAILED(first))
        return first;
    if (b->is_dir_unsynced)
        first = sync_descriptor(b);
    for (int i = 0; i < b->d->n_storages; i++) {
        PRL_RESULT r = chain_flush(b->chains[i]);

        if (PRL_SUCCEEDED(first))
            first = r;
    }
    return first;
}

PRL_RESULT
bundle_map(struct bundle *b, uint64_t offset, uint64_t max, struct image_run *ret_run, int *ret_depth)
{
    PRL_RESULT r = check_range(b, max, offset, PRL_ERR_DISK_READ_OUT_DISK);
    struct part p;

    if (PRL_FAILED(r))
        return r;
    if (!max)
        return err_set(PRL_ERR_INVALID_ARG, "'%s': the map of nothing", b->path);
    p = first_part(b, max, offset);
    return chain_map(p.chain, p.offset, p.size, ret_run, ret_depth);
}

PRL_RESULT
bundle_close(struct bundle *b)
{
    PRL_RESULT r = PRL_ERR_SUCCESS, closed;

    if (!b)
        return r;
    if (b->is_dir_unsynced)
        r = sync_descriptor(b);
    closed = bundle_close_chains(b);
    bundle_free(b);
    return PRL_FAILED(r) ? r : closed;
}
