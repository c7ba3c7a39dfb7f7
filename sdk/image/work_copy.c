/* SPDX-License-Identifier: MIT */
/*
 * From any format to any other. The new disk is made under a hidden name beside its place, filled, synced and only then renamed: what has the wanted
 * name is whole. Zeros are not copied, so it is as sparse as its format can be.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/file_io.h"
#include "image/work_parts.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define CLUSTER_BYTES ((uint32_t)1 << 20)

struct copy {
    const char *format;
    bool is_bundle;
    uint64_t size;
    struct work_place place; /* of the wanted name */
    struct making hidden;    /* directory that holds the new disk until it is whole */
    char *made;              /* the new disk in there, under its own name */
};

static void
copy_clear(struct copy *c)
{
    work_place_close(&c->place);
    making_end(&c->hidden);
    free(c->made);
}

/* ---- an empty disk ---- */

static PRL_RESULT
make_bundle(const struct copy *c)
{
    struct bundle_new args = { .size_sectors = c->size / SECTOR, .is_plain = str_eq(c->format, "bundle-plain") };

    return bundle_create(c->made, &args, NULL);
}

static PRL_RESULT
make_raw(const struct copy *c)
{
    AUTO_FD int fd = open(c->made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int e = fd < 0 ? -errno : file_truncate(fd, c->size);

    return e ? work_failed(PRL_ERR_DISK_FILE_CREATE_ERROR, e, "'%s'", c->made) : PRL_ERR_SUCCESS;
}

/* Its mode is ours, not the umask's. vpc rounds sizes to what old geometry can say, unless told not to. */
static PRL_RESULT
make_by_tool(const struct copy *c)
{
    AUTO(cleanup_free) char *size = str_printf("%llu", (unsigned long long)c->size);
    PRL_RESULT rc;

    if (!size)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "size");
    if (str_eq(c->format, "vpc"))
        rc = qcow2_tool(NULL, NULL, NULL, "create", "-q", "-f", "vpc", "-o", "force_size=on", c->made, size, NULL);
    else
        rc = qcow2_tool(NULL, NULL, NULL, "create", "-q", "-f", c->format, c->made, size, NULL);
    if (PRL_SUCCEEDED(rc) && chmod(c->made, 0600) < 0)
        rc = err_errno(PRL_ERR_DISK_FILE_CREATE_ERROR, errno, "'%s'", c->made);
    return rc;
}

static PRL_RESULT
make_empty(const struct copy *c)
{
    if (c->is_bundle)
        return make_bundle(c);
    return str_eq(c->format, "raw") ? make_raw(c) : make_by_tool(c);
}

/* ---- filling it ---- */

static PRL_RESULT
disk_take(void *arg, const void *data, size_t size, uint64_t offset)
{
    return disk_write(arg, data, size, offset);
}

/* Sources may end in the middle of a sector that the new disk has whole. */
static PRL_RESULT
fill(const struct copy *c, struct disk *from, const struct image_watch *watch)
{
    AUTO(disk_unref) struct disk *to = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE, .format = c->is_bundle ? "bundle" : c->format };
    struct work_source source = work_disk_source(from);
    struct work_sink sink = { disk_take, NULL };
    PRL_RESULT rc = disk_open(c->made, &args, &to);

    if (PRL_FAILED(rc))
        return rc;
    if (disk_size(to) < source.size)
        return err_set(PRL_ERR_DISK_SMALL_IMAGE_SIZE, "a new %s image is smaller than was asked for", c->format);
    sink.arg = to;
    rc = work_pump(&source, c->is_bundle ? CLUSTER_BYTES : 0, &sink, watch);
    return PRL_FAILED(rc) ? rc : disk_flush(to);
}

/* ---- its name ---- */

/* What several programs have written: all files below, then the directories. */
static int
sync_made(const struct copy *c)
{
    AUTO_FD int fd = open(c->made, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 || fsync(fd) < 0)
        return -errno;
    return path_sync_dir(c->hidden.path);
}

static PRL_RESULT
put_in_place(const struct copy *c, const char *to)
{
    AUTO(cleanup_free) char *wanted = path_join(c->place.dir, c->place.name);
    int e = wanted ? sync_made(c) : -ENOMEM;

    if (!e)
        e = path_rename_noreplace_durable(c->made, wanted);
    if (e == -EEXIST)
        return err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", to);
    return e ? work_failed(PRL_ERR_DISK_RENAME_ERROR, e, "'%s'", to) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_hidden(struct copy *c)
{
    int e = making_dir(c->place.dir, c->place.name, &c->hidden);

    if (e)
        return work_failed(PRL_ERR_DISK_DIR_CREATE_ERROR, e, "a new directory in '%s'", c->place.dir);
    c->made = path_join(c->hidden.path, c->place.name);
    return c->made ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

static PRL_RESULT
copy_disk(struct copy *c, struct disk *from, const char *to, const struct image_watch *watch)
{
    PRL_RESULT rc = make_hidden(c);

    if (PRL_SUCCEEDED(rc))
        rc = make_empty(c);
    if (PRL_SUCCEEDED(rc))
        rc = fill(c, from, watch);
    if (PRL_SUCCEEDED(rc))
        rc = put_in_place(c, to);
    if (c->hidden.path)
        path_remove_tree(c->hidden.path);
    return rc;
}

/* The words are given to qemu-img as they are: letters, digits and dashes, none of which is an option. */
static bool
is_word(const char *s)
{
    return s[0] && s[0] != '-' && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

PRL_RESULT
work_copy(const char *from, const char *from_format, const char *to, const char *format, const struct image_watch *watch)
{
    AUTO(disk_unref) struct disk *source = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ, .format = from_format };
    struct copy c = { .format = format, .is_bundle = str_eq(format, "bundle") || str_eq(format, "bundle-plain"), .place = WORK_PLACE_INIT,
                      .hidden = MAKING_INIT };
    PRL_RESULT rc;

    if (!is_word(format))
        return err_set(PRL_ERR_DISK_INVALID_FORMAT, "'%s' is no format", format);
    rc = disk_open(from, &args, &source);
    if (PRL_SUCCEEDED(rc))
        rc = work_place_open(to, &c.place);
    if (PRL_SUCCEEDED(rc) && faccessat(c.place.dirfd, c.place.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        rc = err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", to);
    if (PRL_SUCCEEDED(rc)) {
        c.size = (disk_size(source) + SECTOR - 1) / SECTOR * SECTOR;
        rc = copy_disk(&c, source, to, watch);
    }
    copy_clear(&c);
    return rc;
}
