/* SPDX-License-Identifier: MIT */
/*
 * The file systems inside, by guestfish: a small machine of its own looks at the disk, so that no hostile file system meets the host's kernel. It opens
 * one file by name and format; what stands on other images, is split or keeps a change-tracking bitmap cannot be given to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "image/disk.h"
#include "image/hds.h"
#include "image/work_parts.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define GPT_TAIL 34u       /* sectors of the second table, and one of nothing */
#define ALIGN_SECTORS 2048u
#define MBR_MAX_SECTORS UINT32_MAX
#define PARTITIONS_MAX 128

/* What of the disk it may open. */
struct guest_file {
    char *path; /* absolute */
    const char *format;
    uint64_t size_bytes;
};

static void
guest_file_clear(struct guest_file *f)
{
    free(f->path);
}

static PRL_RESULT
cannot(const char *path, const char *why)
{
    return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': the file systems inside cannot be reached: %s", path, why);
}

/* QEMU would write over the clusters that its bitmaps are in. */
static PRL_RESULT
refuse_bitmaps(const char *path, struct image *image)
{
    const struct hds_bitmap_info *infos;

    return image->cluster_bytes && hds_bitmaps(image, &infos) > 0 ? cannot(path, "it keeps track of changed blocks") : PRL_ERR_SUCCESS;
}

static PRL_RESULT
bundle_file(const char *path, struct guest_file *ret)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO(cleanup_free) char *dir = path_is_dir(path) ? str_dup(path) : path_dirname(path);
    AUTO(cleanup_free) char *file = NULL;
    const struct descriptor *d;
    struct image *image;
    PRL_RESULT rc = dir ? bundle_open(path, 0, &b) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    if (PRL_FAILED(rc))
        return rc;
    d = bundle_descriptor(b);
    if (d->n_shots > 1)
        return cannot(path, "it has snapshots, merge them first");
    if (d->n_storages > 1)
        return cannot(path, "it is split");
    image = chain_image(bundle_chain(b, 0), 0);
    rc = refuse_bitmaps(path, image);
    if (PRL_FAILED(rc))
        return rc;
    ret->format = image->cluster_bytes ? "parallels" : "raw";
    ret->size_bytes = bundle_size(b);
    file = path_join(dir, d->storages[0].images[0].file);
    ret->path = file ? realpath(file, NULL) : NULL;
    return ret->path ? PRL_ERR_SUCCESS : err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);
}

static PRL_RESULT
bare_file(const char *path, enum disk_format kind, struct guest_file *ret)
{
    AUTO(image_free) struct image *image = NULL;
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    struct stat st;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (kind == DISK_EXPANDING) {
        rc = hds_open(AT_FDCWD, path, 0, &image);
        if (PRL_SUCCEEDED(rc))
            rc = refuse_bitmaps(path, image);
        ret->size_bytes = image ? image->size_bytes : 0;
    } else if (kind == DISK_QCOW2) {
        rc = qcow2_open_alone(path, WORK_LOCK_KEEP, &fd, &f);
        ret->size_bytes = f.info.size_bytes;
    } else {
        rc = work_open_locked(path, WORK_LOCK_KEEP, &fd);
        ret->size_bytes = PRL_SUCCEEDED(rc) && fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
    }
    if (PRL_FAILED(rc))
        return rc;
    ret->format = kind == DISK_EXPANDING ? "parallels" : kind == DISK_QCOW2 ? "qcow2" : "raw";
    ret->path = realpath(path, NULL);
    return ret->path ? PRL_ERR_SUCCESS : err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);
}

static PRL_RESULT
find_file(const char *path, struct guest_file *ret)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = work_begin(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_BUNDLE)
        return bundle_file(path, ret);
    if (kind == DISK_EXPANDING || kind == DISK_RAW || kind == DISK_QCOW2)
        return bare_file(path, kind, ret);
    return cannot(path, "of its format");
}

static PRL_RESULT
find_tool(const char *name, const char *variable, char **ret)
{
    PRL_RESULT rc = proc_find(name, variable, ret);

    if (rc == PRL_ERR_FILE_NOT_FOUND)
        return err_set(PRL_ERR_DISK_RESIZER_NOT_FOUND, "there is no program %s (Debian: libguestfs-tools)", name);
    return rc;
}

static PRL_RESULT
guestfish(const struct guest_file *f, bool may_write, const char *script, const struct image_watch *watch, char **ret_out)
{
    AUTO(cleanup_free) char *tool = NULL;
    AUTO(cleanup_free) char *format = str_printf("--format=%s", f->format);
    PRL_RESULT rc = find_tool("guestfish", "PRLKVM_GUESTFISH", &tool);

    if (PRL_FAILED(rc))
        return rc;
    if (!format)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
    {
        const char *argv[] = { tool, may_write ? "--rw" : "--ro", format, "-a", f->path, NULL };

        return work_run(argv, script, watch, NULL, ret_out);
    }
}

PRL_RESULT
work_guest_can(const char *path)
{
    struct guest_file f = { 0 };
    AUTO(cleanup_free) char *tool = NULL;
    PRL_RESULT rc = find_tool("guestfish", "PRLKVM_GUESTFISH", &tool);

    if (PRL_SUCCEEDED(rc))
        rc = find_file(path, &f);
    guest_file_clear(&f);
    return rc;
}

/* ---- what is in there ---- */

struct guest_partition {
    int number;
    uint64_t start, end; /* bytes; the last one */
    char fs[32];         /* "ext4", or "unknown" */
};
struct guest_table {
    bool is_gpt;
    struct guest_partition p[PARTITIONS_MAX];
    int n;
};

/* part-list prints each as "[0] = {" and lines of "  part_num: 1". */
static void
take_part_line(struct guest_table *t, const char *line)
{
    unsigned long long value;
    int number;

    if (line[0] == '[' && t->n < PARTITIONS_MAX)
        memset(&t->p[t->n++], 0, sizeof t->p[0]);
    else if (t->n && sscanf(line, " part_num: %d", &number) == 1)
        t->p[t->n - 1].number = number;
    else if (t->n && sscanf(line, " part_start: %llu", &value) == 1)
        t->p[t->n - 1].start = value;
    else if (t->n && sscanf(line, " part_end: %llu", &value) == 1)
        t->p[t->n - 1].end = value;
}

/* list-filesystems prints "/dev/sda1: ext4". */
static void
take_fs_line(struct guest_table *t, const char *line)
{
    char fs[32];
    int number;

    if (sscanf(line, "/dev/sda%d: %31s", &number, fs) != 2)
        return;
    for (int i = 0; i < t->n; i++)
        if (t->p[i].number == number)
            snprintf(t->p[i].fs, sizeof t->p[i].fs, "%s", fs);
}

static PRL_RESULT
look_inside(const struct guest_file *f, const struct image_watch *watch, struct guest_table *ret)
{
    static const char script[] = "run\n-part-get-parttype /dev/sda\n-part-list /dev/sda\nlist-filesystems\n";
    AUTO(cleanup_free) char *out = NULL;
    PRL_RESULT rc = guestfish(f, false, script, watch, &out);

    if (PRL_FAILED(rc))
        return rc;
    memset(ret, 0, sizeof *ret);
    for (char *save = NULL, *line = strtok_r(out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        if (strcmp(line, "gpt") == 0)
            ret->is_gpt = true;
        take_part_line(ret, line);
        take_fs_line(ret, line);
    }
    return PRL_ERR_SUCCESS;
}

/* ---- growing the last partition ---- */

static const struct guest_partition *
last_partition(const struct guest_table *t)
{
    const struct guest_partition *last = NULL;

    for (int i = 0; i < t->n; i++)
        if (t->p[i].number > 0 && (!last || t->p[i].start > last->start))
            last = &t->p[i];
    return last;
}

/* Commands that make the file system as large as its partition, which is @. */
static const struct {
    const char *fs, *commands;
} growers[] = {
    { "ext2", "e2fsck-f @\nresize2fs @\n" },
    { "ext3", "e2fsck-f @\nresize2fs @\n" },
    { "ext4", "e2fsck-f @\nresize2fs @\n" },
    { "ntfs", "ntfsresize @\n" },
    { "xfs", "mount @ /\nxfs-growfs /\numount /\n" },
    { "btrfs", "mount @ /\nbtrfs-filesystem-resize /\numount /\n" },
};

static const char *
grower_of(const char *fs)
{
    for (size_t i = 0; i < ARRAY_LEN(growers); i++)
        if (strcmp(growers[i].fs, fs) == 0)
            return growers[i].commands;
    return NULL;
}

/* Whole mebibytes from the start of the disk, as partitions are laid out; a table of the old kind ends at 2 TiB. */
static uint64_t
new_end_sector(const struct guest_table *t, uint64_t size_bytes)
{
    uint64_t sectors = size_bytes / SECTOR;

    if (t->is_gpt)
        return sectors > GPT_TAIL ? (sectors - GPT_TAIL) / ALIGN_SECTORS * ALIGN_SECTORS - 1 : 0;
    return (sectors < MBR_MAX_SECTORS ? sectors : MBR_MAX_SECTORS) / ALIGN_SECTORS * ALIGN_SECTORS - 1;
}

/* *ret stays NULL: no partition, or none with a file system that can grow. The disk alone is larger then, as with the products. */
static PRL_RESULT
grow_script(const struct guest_file *f, const struct guest_table *t, char **ret)
{
    const struct guest_partition *last = last_partition(t);
    const char *commands = last ? grower_of(last->fs) : NULL;
    char device[32];
    AUTO_STR s = STR_INIT;
    uint64_t end = new_end_sector(t, f->size_bytes);

    if (!commands)
        return PRL_ERR_SUCCESS;
    if (!t->is_gpt && last->number > 4)
        return cannot(f->path, "the last partition is a logical one, inside of an extended one");
    snprintf(device, sizeof device, "/dev/sda%d", last->number);
    str_add(&s, "run\n");
    if (t->is_gpt)
        str_add(&s, "part-expand-gpt /dev/sda\n");
    if (end > last->end / SECTOR)
        str_addf(&s, "part-resize /dev/sda %d %llu\n", last->number, (unsigned long long)end);
    for (const char *c = commands; *c; c++)
        str_add_n(&s, *c == '@' ? device : c, *c == '@' ? strlen(device) : 1);
    str_add(&s, "sync\nshutdown\n");
    *ret = str_take(&s);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
}

/* Partition tables of every kind begin here; the small machine need not start to find that a fresh disk has none. */
static PRL_RESULT
has_table(const char *path, bool *ret)
{
    static const unsigned char zeros[64 << 10];
    AUTO(cleanup_free) unsigned char *head = malloc(sizeof zeros);
    AUTO(disk_unref) struct disk *d = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ };
    PRL_RESULT rc = head ? disk_open(path, &args, &d) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");
    size_t size;

    if (PRL_FAILED(rc))
        return rc;
    size = disk_size(d) < sizeof zeros ? (size_t)disk_size(d) : sizeof zeros;
    rc = disk_read(d, head, size, 0);
    if (PRL_SUCCEEDED(rc))
        *ret = memcmp(head, zeros, size) != 0;
    return rc;
}

/* The second part is not cancelled: a file system half moved would be worse than the wait. */
PRL_RESULT
work_guest_grow(const char *path, const struct image_watch *watch)
{
    struct guest_file f = { 0 };
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    AUTO(cleanup_free) char *script = NULL;
    bool is_used = true;
    PRL_RESULT rc = t ? work_guest_can(path) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_SUCCEEDED(rc))
        rc = has_table(path, &is_used);
    if (PRL_FAILED(rc) || !is_used)
        return rc;
    rc = find_file(path, &f);
    if (PRL_SUCCEEDED(rc))
        rc = look_inside(&f, watch, t);
    if (PRL_SUCCEEDED(rc))
        rc = grow_script(&f, t, &script);
    if (PRL_SUCCEEDED(rc) && script)
        rc = guestfish(&f, true, script, NULL, NULL);
    guest_file_clear(&f);
    return rc;
}

/* ---- blocks that no file uses ---- */

/* virt-sparsify trims every kind of file system where the format can give room back. */
static PRL_RESULT
sparsify(const struct guest_file *f, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *tool = NULL;
    PRL_RESULT rc = find_tool("virt-sparsify", "PRLKVM_VIRT_SPARSIFY", &tool);

    if (PRL_FAILED(rc))
        return rc;
    {
        const char *argv[] = { tool, "--quiet", "--in-place", "--format", f->format, f->path, NULL };

        return work_run(argv, NULL, watch, NULL, NULL);
    }
}

/* QEMU's driver of expanding images cannot give room back: zeros are written over what is free, without allocating; only ext can that. */
static PRL_RESULT
zero_free(const struct guest_file *f, const struct image_watch *watch)
{
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    AUTO(cleanup_free) char *script = NULL;
    AUTO_STR s = STR_INIT;
    bool is_any = false;
    PRL_RESULT rc = t ? look_inside(f, watch, t) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_FAILED(rc))
        return rc;
    str_add(&s, "run\n");
    for (int i = 0; i < t->n; i++)
        if (strncmp(t->p[i].fs, "ext", 3) == 0) {
            str_addf(&s, "zerofree /dev/sda%d\n", t->p[i].number);
            is_any = true;
        }
    str_add(&s, "sync\nshutdown\n");
    script = str_take(&s);
    if (!script)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
    if (!is_any)
        return cannot(f->path, "no partition has an ext2, ext3 or ext4 file system");
    return guestfish(f, true, script, watch, NULL);
}

PRL_RESULT
work_guest_trim(const char *path, const struct image_watch *watch)
{
    struct guest_file f = { 0 };
    PRL_RESULT rc = work_guest_can(path);

    if (PRL_SUCCEEDED(rc))
        rc = find_file(path, &f);
    if (PRL_SUCCEEDED(rc))
        rc = strcmp(f.format, "parallels") == 0 ? zero_free(&f, watch) : sparsify(&f, watch);
    guest_file_clear(&f);
    return rc;
}
