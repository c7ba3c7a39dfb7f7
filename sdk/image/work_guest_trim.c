/* SPDX-License-Identifier: MIT */
/* Blocks that no file uses. */
#include "image/work_guest_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* virt-sparsify trims every kind of file system where the format can give room back. */
static PRL_RESULT
sparsify(const struct guest_drive *d, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *tool = NULL;
    PRL_RESULT rc = guest_find_tool("virt-sparsify", "PRLKVM_VIRT_SPARSIFY", &tool);

    if (PRL_FAILED(rc))
        return rc;
    {
        const char *argv[] = { tool, "--quiet", "--in-place", "--format", d->format, d->path, NULL };

        return work_run(argv, NULL, watch, NULL, NULL);
    }
}

static bool
is_one_of(const char *fs, const char *const *list)
{
    while (*list && strcmp(*list, fs) != 0)
        list++;
    return *list;
}

/* One that cannot be mounted keeps its blocks, the others need not. */
static PRL_RESULT
for_each_system(const struct guest_drive *d, const char *const *kinds, void (*add)(struct str *s, const char *device), const char *without,
                const struct image_watch *watch)
{
    AUTO(cleanup_free) struct guest_table *t = calloc(1, sizeof *t);
    AUTO_STR s = STR_INIT;
    PRL_RESULT rc = t ? guest_look(d, watch, t) : err_set(PRL_ERR_OUT_OF_MEMORY, "partitions");

    if (PRL_FAILED(rc))
        return rc;
    for (int i = 0; i < t->n_systems; i++)
        if (is_one_of(t->systems[i].fs, kinds))
            add(&s, t->systems[i].device);
    return s.len ? guest_run(d, true, s.p, watch, NULL) : guest_cannot(d->path, without);
}

static void
add_trim(struct str *s, const char *device)
{
    str_addf(s, "-mount %s /\n-fstrim /\n-umount-all\n", device);
}

static void
add_zerofree(struct str *s, const char *device)
{
    str_addf(s, "zerofree %s\n", device);
}

PRL_RESULT
work_guest_trim(const char *path, const struct image_watch *watch)
{
    static const char *const trimmed[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "ntfs", "vfat", "f2fs", NULL };
    static const char *const zeroed[] = { "ext2", "ext3", "ext4", NULL };
    AUTO_DRIVE d = { 0 };
    PRL_RESULT rc = work_guest_can(path);

    if (PRL_SUCCEEDED(rc))
        rc = guest_drive_find(path, &d);
    if (PRL_FAILED(rc))
        return rc;
    if (d.plugin)
        return for_each_system(&d, trimmed, add_trim, "it has no file system that can be trimmed", watch);
    /* QEMU's driver of expanding images cannot give room back: zeros are written over what is free, without allocating; only ext can that. */
    if (strcmp(d.format, "parallels") == 0)
        return for_each_system(&d, zeroed, add_zerofree, "no partition has an ext2, ext3 or ext4 file system", watch);
    return sparsify(&d, watch);
}
