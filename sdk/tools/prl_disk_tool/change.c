/* SPDX-License-Identifier: MIT */
/* The commands that change or make disks. Each says on stderr what a user would not expect, and nothing when all is well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/bundle.h"
#include "prlsdk/PrlDisk.h"
#include "tool.h"

#define SECTOR 512u
#define MIB ((uint64_t)1 << 20)
#define PART_SECTORS ((uint64_t)2 << 30 >> 9)

static int
finish(PRL_RESULT rc)
{
    if (PRL_FAILED(rc))
        return report_failure(rc);
    report_progress_done();
    return EXIT_DONE;
}

/* ---- create ---- */

/* The ends of parts of 2 GiB; NULL with *ret_n 0: one part is enough. */
static PRL_RESULT
part_ends(uint64_t size_sectors, uint64_t **ret, int *ret_n)
{
    uint64_t n = (size_sectors + PART_SECTORS - 1) / PART_SECTORS;
    uint64_t *ends;

    if (n > 65536)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "%llu parts are too many", (unsigned long long)n);
    ends = calloc(n, sizeof *ends);
    if (!ends)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "parts");
    for (uint64_t i = 0; i < n; i++)
        ends[i] = i + 1 == n ? size_sectors : (i + 1) * PART_SECTORS;
    *ret = ends;
    *ret_n = (int)n;
    return PRL_ERR_SUCCESS;
}

int
command_create(const struct options *o)
{
    struct bundle_new args = { .size_sectors = o->size_bytes / SECTOR, .is_plain = !has(o, OPT_EXPANDING) };
    AUTO(cleanup_free) uint64_t *ends = NULL;
    PRL_RESULT rc = has(o, OPT_SPLIT) ? part_ends(args.size_sectors, &ends, &args.n_parts) : PRL_ERR_SUCCESS;

    args.part_ends = ends;
    return finish(PRL_FAILED(rc) ? rc : bundle_create(o->hdd, &args, report_watch()));
}

/* ---- resize ---- */

/* The size in the wished unit; not whole in it: with two digits behind the point. */
static void
print_size(const char *label, uint64_t bytes, char unit)
{
    int shift = unit == 'K' ? 10 : unit == 'G' ? 30 : unit == 'T' ? 40 : 20;
    uint64_t one = (uint64_t)1 << shift;

    if (bytes % one == 0 || shift <= 20)
        printf("%s%llu%c\n", label, (unsigned long long)((bytes + one - 1) / one), unit);
    else
        printf("%s%.2f%c\n", label, (double)bytes / (double)one, unit);
}

static int
resize_info(const struct options *o)
{
    uint64_t size, kept_min, min;
    PRL_RESULT rc = work_resize_estimate(o->hdd, &size, &kept_min), can;

    if (PRL_FAILED(rc))
        return report_failure(rc);
    min = kept_min;
    can = work_guest_minimum(o->hdd, report_watch(), &min);
    if (can == PRL_ERR_DISK_USER_INTERRUPTED)
        return report_failure(can);
    report_progress_done();
    if (has(o, OPT_JSON))
        return report_json(json_pack("{s:I, s:I, s:I, s:b}", "size_bytes", (json_int_t)size, "minimum_bytes", (json_int_t)min, "minimum_keep_partition_bytes",
                                     (json_int_t)kept_min, "can_resize_partition", PRL_SUCCEEDED(can)));
    printf("Disk information:\n");
    print_size("\tSize:\t\t\t\t\t\t", size, o->unit);
    print_size("\tMinimum:\t\t\t\t\t", min, o->unit);
    print_size("\tMinimum without resizing the last partition:\t", kept_min, o->unit);
    if (PRL_FAILED(can))
        printf("    Warning! The last partition cannot be resized here (%s).\n", err_peek()->details ? err_peek()->details : "no reason known");
    return EXIT_DONE;
}

static bool
is_smaller(const struct options *o)
{
    AUTO(disk_unref) struct disk *d = NULL;
    struct disk_open_args args = { .flags = PRL_DISK_READ };

    return PRL_SUCCEEDED(disk_open(o->hdd, &args, &d)) && o->size_bytes < disk_size(d);
}

/* Whether the partition can follow is found out before the disk is touched. */
int
command_resize(const struct options *o)
{
    bool with_partition = has(o, OPT_RESIZE_PARTITION);
    PRL_RESULT rc;

    if (has(o, OPT_INFO))
        return resize_info(o);
    rc = with_partition ? work_guest_can(o->hdd) : PRL_ERR_SUCCESS;
    if (PRL_SUCCEEDED(rc) && with_partition && is_smaller(o))
        return finish(work_guest_shrink(o->hdd, o->size_bytes, report_watch()));
    if (PRL_SUCCEEDED(rc))
        rc = work_resize(o->hdd, o->size_bytes, report_watch());
    if (PRL_FAILED(rc) || !with_partition)
        return finish(rc);
    rc = work_guest_grow(o->hdd, report_watch());
    if (PRL_FAILED(rc)) {
        int code = report_failure(rc);

        report_note("the disk has its new size, its last partition the old one");
        return code;
    }
    return finish(rc);
}

/* ---- compact ---- */

static int
compact_info(const struct options *o)
{
    struct work_blocks n;
    PRL_RESULT rc = work_compact_blocks(o->hdd, &n, report_watch());

    if (PRL_FAILED(rc))
        return report_failure(rc);
    report_progress_done();
    if (has(o, OPT_JSON))
        return report_json(json_pack("{s:I, s:I, s:I, s:I, s:I}", "block_bytes", (json_int_t)n.block_bytes, "total_blocks", (json_int_t)n.total,
                                     "allocated_blocks", (json_int_t)n.allocated, "used_blocks", (json_int_t)n.used, "can_free_bytes",
                                     (json_int_t)((n.allocated - n.used) * n.block_bytes)));
    printf("Disk information:\n");
    printf("        Block size:       %u\n", n.block_bytes / SECTOR);
    printf("        Total blocks:     %llu\n", (unsigned long long)n.total);
    printf("        Allocated blocks: %llu\n", (unsigned long long)n.allocated);
    printf("        Used blocks:      %llu\n", (unsigned long long)n.used);
    return EXIT_DONE;
}

/* What no file uses first, where that can be found out; without it only zeros are found, and the user is told. */
static PRL_RESULT
trim_inside(const struct options *o)
{
    PRL_RESULT rc = work_guest_can(o->hdd);

    if (PRL_SUCCEEDED(rc))
        rc = work_guest_trim(o->hdd, report_watch());
    if (PRL_FAILED(rc) && rc != PRL_ERR_DISK_USER_INTERRUPTED && rc != PRL_ERR_DISK_SHARING_VIOLATION && rc != PRL_ERR_DISK_NOT_PERMITTED) {
        report_note("only blocks of zeros are freed, not those that no file uses: %s", err_peek()->details ? err_peek()->details : "the guest cannot be read");
        rc = PRL_ERR_SUCCESS;
    }
    return rc;
}

int
command_compact(const struct options *o)
{
    uint64_t before, after;
    PRL_RESULT rc;

    if (has(o, OPT_INFO))
        return compact_info(o);
    before = look_room(o->hdd);
    rc = has(o, OPT_BUILDMAP) ? PRL_ERR_SUCCESS : trim_inside(o);
    if (PRL_SUCCEEDED(rc))
        rc = work_compact(o->hdd, report_watch(), NULL);
    if (PRL_FAILED(rc))
        return report_failure(rc);
    report_progress_done();
    after = look_room(o->hdd);
    if (o->is_verbose)
        printf("%llu MB freed\n", (unsigned long long)(before > after ? (before - after) / MIB : 0));
    return EXIT_DONE;
}

/* ---- merge, convert ---- */

int
command_merge(const struct options *o)
{
    return finish(work_merge(o->hdd, has(o, OPT_EXTERNAL), report_watch()));
}

static enum work_wish
wish(const struct options *o, enum option_bit yes, enum option_bit no)
{
    return has(o, yes) ? WORK_YES : has(o, no) ? WORK_NO : WORK_KEEP;
}

int
command_convert(const struct options *o)
{
    struct work_layout layout = { wish(o, OPT_PLAIN, OPT_EXPANDING), wish(o, OPT_SPLIT, OPT_NOSPLIT) };
    PRL_RESULT rc = has(o, OPT_MERGE) ? work_merge(o->hdd, false, report_watch()) : PRL_ERR_SUCCESS;

    if (PRL_SUCCEEDED(rc) && (layout.plain != WORK_KEEP || layout.split != WORK_KEEP))
        rc = work_convert(o->hdd, &layout, report_watch());
    return finish(rc);
}

/* ---- export, import ---- */

int
command_export(const struct options *o)
{
    return finish(work_copy(o->hdd, o->from_format, o->to, o->format, report_watch()));
}

int
command_import(const struct options *o)
{
    const char *format = has(o, OPT_FORMAT) ? o->format : has(o, OPT_PLAIN) ? "bundle-plain" : "bundle";

    return finish(work_copy(o->from, o->from_format, o->hdd, format, report_watch()));
}

/* ---- snapshots ---- */

int
command_snapshot_create(const struct options *o)
{
    AUTO(cleanup_free) char *id = NULL;
    PRL_RESULT rc = work_snapshot_create(o->hdd, o->name, &id, report_watch());

    if (PRL_FAILED(rc))
        return report_failure(rc);
    report_progress_done();
    printf("%s\n", id);
    return EXIT_DONE;
}

int
command_snapshot_delete(const struct options *o)
{
    return finish(work_snapshot_delete(o->hdd, o->id, has(o, OPT_CHILDREN), report_watch()));
}

int
command_snapshot_switch(const struct options *o)
{
    return finish(work_snapshot_switch(o->hdd, o->id, report_watch()));
}
