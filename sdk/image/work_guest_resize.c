/* SPDX-License-Identifier: MIT */
/* The last partition and its file system, as large as the disk is, or small enough for what it shall be. */
#include "image/work_guest_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "image/work_table.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define MIB ((uint64_t)1 << 20)

/*
 * Commands for a file system in the partition @: as large as that; of # bytes (NULL: no program can do it). What ntfsresize leaves is looked at by Windows
 * when it starts next.
 */
static const struct {
    const char *fs, *grow, *shrink;
} systems[] = {
    { "ext2", "e2fsck-f @\nresize2fs @\n", "e2fsck-f @\nresize2fs-size @ #\n" },
    { "ext3", "e2fsck-f @\nresize2fs @\n", "e2fsck-f @\nresize2fs-size @ #\n" },
    { "ext4", "e2fsck-f @\nresize2fs @\n", "e2fsck-f @\nresize2fs-size @ #\n" },
    { "ntfs", "ntfsresize @\n", "ntfsresize @ size:#\n" },
    { "xfs", "mount @ /\nxfs-growfs /\numount /\n", NULL },
    { "btrfs", "mount @ /\nbtrfs-filesystem-resize /\numount /\n", NULL },
};

static const char *
commands_for(const struct guest_partition *p, bool to_shrink)
{
    for (size_t i = 0; p && i < ARRAY_LEN(systems); i++)
        if (strcmp(systems[i].fs, p->fs) == 0)
            return to_shrink ? systems[i].shrink : systems[i].grow;
    return NULL;
}

static void
add_commands(struct str *s, const char *commands, int partition, uint64_t size_bytes)
{
    for (const char *c = commands; *c; c++) {
        if (*c == '@')
            str_addf(s, "/dev/sda%d", partition);
        else if (*c == '#')
            str_addf(s, "%llu", (unsigned long long)size_bytes);
        else
            str_add_n(s, c, 1);
    }
}

static bool
is_logical(const struct guest_table *t, const struct guest_partition *p)
{
    return !t->is_gpt && p->number > 4;
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

/* The drive and what is on it. *ret_is_used false: nothing, and nothing was started to find that out. */
static PRL_RESULT
look(const char *path, const struct image_watch *watch, struct guest_drive *drive, struct guest_table *t, bool *ret_is_used)
{
    PRL_RESULT rc = work_guest_can(path);

    if (PRL_SUCCEEDED(rc))
        rc = has_table(path, ret_is_used);
    if (PRL_FAILED(rc) || !*ret_is_used)
        return rc;
    rc = guest_drive_find(path, drive);
    return PRL_SUCCEEDED(rc) ? guest_look(drive, watch, t) : rc;
}

/* ---- growing ---- */

/* *ret stays NULL: no partition, or none with a file system that can grow. The disk alone is larger then, as with the products. */
static PRL_RESULT
grow_script(const struct guest_drive *d, const struct guest_table *t, char **ret)
{
    const struct guest_partition *last = guest_last_partition(t);
    const char *commands = commands_for(last, false);
    uint64_t end = work_table_last_sector(t->is_gpt, d->size_bytes);
    AUTO_STR s = STR_INIT;

    if (!commands)
        return PRL_ERR_SUCCESS;
    if (is_logical(t, last))
        return guest_cannot(d->path, "the last partition is a logical one, inside of an extended one");
    if (t->is_gpt)
        str_add(&s, "part-expand-gpt /dev/sda\n");
    if (end > last->end / SECTOR)
        str_addf(&s, "part-resize /dev/sda %d %llu\n", last->number, (unsigned long long)end);
    add_commands(&s, commands, last->number, 0);
    *ret = str_take(&s);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
}

/* The second part is not cancelled: a file system half moved would be worse than the wait. */
PRL_RESULT
work_guest_grow(const char *path, const struct image_watch *watch)
{
    AUTO_DRIVE drive = { 0 };
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    AUTO(cleanup_free) char *script = NULL;
    bool is_used = false;
    PRL_RESULT rc = t ? look(path, watch, &drive, t, &is_used) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_FAILED(rc) || !is_used)
        return rc;
    rc = grow_script(&drive, t, &script);
    return PRL_SUCCEEDED(rc) && script ? guest_run(&drive, true, script, NULL, NULL) : rc;
}

/* ---- shrinking ---- */

static PRL_RESULT
refuse_other_partitions(const struct guest_drive *d, const struct guest_table *t, const struct guest_partition *last, uint64_t end_sector)
{
    for (int i = 0; i < t->n; i++)
        if (&t->p[i] != last && t->p[i].end / SECTOR > end_sector)
            return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s': partition %d ends at byte %llu, and only the last one is made smaller", d->path,
                           t->p[i].number, (unsigned long long)t->p[i].end + 1);
    if (last->start / SECTOR >= end_sector)
        return err_set(PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "'%s': the last partition begins at byte %llu", d->path, (unsigned long long)last->start);
    return PRL_ERR_SUCCESS;
}

/* The file system of the last partition, so that this can end with end_sector. */
static PRL_RESULT
shrink_system(const struct guest_drive *d, const struct guest_table *t, const struct guest_partition *last, uint64_t end_sector)
{
    const char *commands = commands_for(last, true);
    AUTO_STR s = STR_INIT;

    if (is_logical(t, last))
        return guest_cannot(d->path, "the last partition is a logical one, inside of an extended one");
    if (!commands)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': the last partition holds %s%s, which cannot be made smaller", d->path,
                       last->fs[0] ? "a file system of kind " : "no file system that is known", last->fs);
    add_commands(&s, commands, last->number, (end_sector + 1) * SECTOR - last->start);
    return s.p ? guest_run(d, true, s.p, NULL, NULL) : err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
}

/* Then the table says so, and the disk ends: what is left behind its end is nobody's. */
static PRL_RESULT
cut_disk(const char *path, int number, uint64_t end_sector, uint64_t size_bytes)
{
    struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE };
    struct disk *d;
    PRL_RESULT rc = disk_open(path, &args, &d);

    if (PRL_FAILED(rc))
        return rc;
    rc = work_table_shrink(d, number, end_sector, size_bytes);
    disk_unref(d);
    return PRL_SUCCEEDED(rc) ? work_resize_cut(path, size_bytes) : rc;
}

PRL_RESULT
work_guest_shrink(const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    AUTO_DRIVE drive = { 0 };
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    const struct guest_partition *last;
    bool is_used = false, has_to_shrink;
    uint64_t end_sector;
    PRL_RESULT rc = t ? work_resize_can_cut(path, size_bytes) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_SUCCEEDED(rc))
        rc = look(path, watch, &drive, t, &is_used);
    if (PRL_FAILED(rc))
        return rc;
    last = guest_last_partition(t);
    if (!is_used || !last)
        return work_resize(path, size_bytes, watch);
    end_sector = work_table_last_sector(t->is_gpt, size_bytes);
    has_to_shrink = last->end / SECTOR > end_sector;
    rc = refuse_other_partitions(&drive, t, last, end_sector);
    if (PRL_SUCCEEDED(rc) && has_to_shrink)
        rc = shrink_system(&drive, t, last, end_sector);
    return PRL_SUCCEEDED(rc) ? cut_disk(path, has_to_shrink ? last->number : 0, end_sector, size_bytes) : rc;
}

/* The least size of the last file system, or the whole partition. */
static PRL_RESULT
least_of(const struct guest_drive *d, const struct guest_table *t, const struct guest_partition *last, const struct image_watch *watch, uint64_t *ret)
{
    AUTO(cleanup_free) char *command = str_printf("vfs-minimum-size /dev/sda%d\n", last->number);
    AUTO(cleanup_free) char *out = NULL;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    *ret = last->end + 1 - last->start;
    if (!commands_for(last, true) || is_logical(t, last))
        return rc;
    rc = command ? guest_run(d, false, command, watch, &out) : err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
    if (PRL_SUCCEEDED(rc)) {
        unsigned long long least = strtoull(out, NULL, 10);

        if (least && least < *ret)
            *ret = least;
    }
    return rc;
}

PRL_RESULT
work_guest_minimum(const char *path, const struct image_watch *watch, uint64_t *ret_min_bytes)
{
    AUTO_DRIVE drive = { 0 };
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    const struct guest_partition *last;
    bool is_used = false;
    uint64_t size, min, least;
    PRL_RESULT rc = t ? work_resize_estimate(path, &size, &min) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_SUCCEEDED(rc))
        rc = look(path, watch, &drive, t, &is_used);
    last = PRL_SUCCEEDED(rc) && is_used ? guest_last_partition(t) : NULL;
    if (last) {
        rc = least_of(&drive, t, last, watch, &least);
        min = last->start + least;
        for (int i = 0; i < t->n; i++)
            if (&t->p[i] != last && t->p[i].end + 1 > min)
                min = t->p[i].end + 1;
        min = (min + MIB - 1) / MIB * MIB + (t->is_gpt ? MIB : 0);
    }
    if (PRL_SUCCEEDED(rc))
        *ret_min_bytes = min < size ? min : size;
    return rc;
}
