/* SPDX-License-Identifier: MIT */
/* What is wrong with an image. One pass over the table and a bitmap of the file's clusters; what is found is counted and told. */
#include "image/hds_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

/* A hostile image has half a thousand million things to say. */
#define LINES_MAX 200u

struct checking {
    struct hds *h;
    const struct hds_finding_sink *sink;
    struct hds_report *report;
    unsigned lines;
    unsigned by_fault[HDS_SHARED + 1];
};

static __attribute__((format(printf, 2, 3))) void
say(struct checking *c, const char *fmt, ...)
{
    char line[256];
    va_list ap;

    if (!c->sink || !c->sink->say || c->lines > LINES_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    c->sink->say(c->sink->arg, c->lines++ < LINES_MAX ? line : "... and more");
}

static PRL_RESULT
count_fault(void *arg, uint64_t cluster, uint32_t entry, enum hds_fault fault)
{
    static const char *const words[] = { [HDS_BEYOND_DISK] = "lies past the end of the disk but has a place in the file",
                                         [HDS_OUTSIDE] = "has a place outside of the file's data",
                                         [HDS_SHARED] = "shares its place with another cluster" };
    struct checking *c = arg;

    c->by_fault[fault]++;
    say(c, "cluster %" PRIu64 " %s (entry %" PRIu32 ")", cluster, words[fault], entry);
    return PRL_ERR_SUCCESS;
}

/* The header puts the data's start behind some of them: believe the table, if all of it agrees. */
static bool
is_start_too_high(const struct hds *h, const struct hds_scan *scan)
{
    uint64_t grid = h->header.is_v1 ? HDS_SECTOR : h->image.cluster_bytes;

    return scan->lowest < h->data_start && scan->lowest >= hds_bat_file_offset(h->header.n_entries) && scan->lowest % grid == 0;
}

static PRL_RESULT
scan_table(struct checking *c, struct hds_space *space, struct hds_scan *scan)
{
    struct hds *h = c->h;
    PRL_RESULT r = hds_space_scan(h, space, scan); /* without telling anybody: it may be done twice */

    if (PRL_SUCCEEDED(r) && is_start_too_high(h, scan)) {
        h->data_start = scan->lowest;
        h->data_start_is_wrong = true;
    }
    if (PRL_FAILED(r))
        return r;
    hds_space_free(space);
    scan->fault = count_fault;
    scan->arg = c;
    return hds_space_scan(h, space, scan);
}

static void
look_at_file(struct checking *c, struct hds_space *space, const struct hds_scan *scan)
{
    struct hds *h = c->h;
    struct hds_report *report = c->report;
    uint64_t file_end = atomic_load(&h->file_end), n_ext = 0, n_free;

    if (h->data_start_is_wrong) {
        report->corruptions++;
        say(c, "the header is wrong about where the data begin");
    }
    if (hds_space_end(space) > file_end) {
        report->corruptions++;
        say(c, "the last cluster is cut short");
    }
    if (h->header.is_v1 && scan->is_unaligned) {
        report->warnings++;
        say(c, "clusters do not lie on a common grid");
    }
    hds_ext_check_overlap(h, space, &n_ext);
    if (h->extension_lost) {
        report->extension_lost = true;
        report->warnings++;
        say(c, "the record of changed blocks is lost");
    } else if (h->header.ext_sector && h->header.in_use != HDS_CLEAN && !h->is_unclean) {
        report->warnings++;
        say(c, "the record of changed blocks is not up to date");
    }
    report->allocated_clusters = scan->n_allocated;
    n_free = hds_space_free_units(space, file_end) / space->per_cluster;
    report->leaked_clusters = n_free > n_ext ? n_free - n_ext : 0;
    if (report->leaked_clusters)
        say(c, "%" PRIu64 " clusters of the file are used by nobody", report->leaked_clusters);
}

/* Clears entries (which: those that point nowhere) or gives the later users of a cluster copies of it. */
struct repairing {
    struct hds *h;
    struct hds_report *report;
    bool may_lose, is_copying;
};

static PRL_RESULT
copy_away(struct hds *h, uint64_t cluster, uint32_t entry)
{
    uint32_t copy;
    PRL_RESULT r = hds_copy_cluster(h, cluster, entry, &copy);

    return PRL_FAILED(r) ? r : hds_bat_set(h, cluster, copy);
}

static PRL_RESULT
repair_fault(void *arg, uint64_t cluster, uint32_t entry, enum hds_fault fault)
{
    struct repairing *x = arg;
    struct hds *h = x->h;
    bool is_due;
    PRL_RESULT r;

    if (x->is_copying != (fault == HDS_SHARED) || (fault != HDS_BEYOND_DISK && !x->may_lose))
        return PRL_ERR_SUCCESS;
    r = x->is_copying ? copy_away(h, cluster, entry) : hds_bat_set(h, cluster, 0);
    if (PRL_FAILED(r))
        return r;
    x->report->repaired++;
    lock_take(&h->lock);
    is_due = hds_flush_is_due_locked(h);
    lock_drop(&h->lock);
    return is_due ? hds_flush(&h->image) : PRL_ERR_SUCCESS;
}

/*
 * The same scan again, mending as it goes: what is mended lies behind the reader. First what points nowhere: afterwards the file may grow, and
 * what pointed past its end would point at something.
 */
static PRL_RESULT
repair_table(struct hds *h, struct hds_report *report, enum hds_repair repair)
{
    for (int is_copying = 0; is_copying < 2; is_copying++) {
        struct repairing x = { h, report, repair == HDS_REPAIR_ALL, is_copying };
        struct hds_space space = { 0 };
        struct hds_scan scan = { .fault = repair_fault, .arg = &x };
        PRL_RESULT r = hds_space_scan(h, &space, &scan);

        hds_space_free(&space);
        if (PRL_SUCCEEDED(r))
            r = hds_flush(&h->image);
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
repair_all(struct checking *c, struct hds_space *space, enum hds_repair repair)
{
    struct hds *h = c->h;
    struct hds_report *report = c->report;
    bool is_cut = hds_space_end(space) > atomic_load(&h->file_end), has_faults;
    PRL_RESULT r;

    if (h->header.flags & HDS_FLAG_CONVERTING || h->is_foreign_needed)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': the image needs a program that knows more", h->image.path);
    r = hds_ext_load(h);
    if (PRL_SUCCEEDED(r))
        r = hds_enter_changing(h, space);
    if (PRL_FAILED(r))
        return r;
    report->repaired += (unsigned)is_cut + h->data_start_is_wrong + h->extension_lost + report->is_unclean;
    h->data_start_is_wrong = false;
    has_faults = c->by_fault[HDS_BEYOND_DISK] || c->by_fault[HDS_OUTSIDE] || c->by_fault[HDS_SHARED];
    if (has_faults)
        r = repair_table(h, report, repair);
    report->unrepaired = repair == HDS_REPAIR_ALL ? 0 : c->by_fault[HDS_OUTSIDE] + c->by_fault[HDS_SHARED];
    return r;
}

PRL_RESULT
hds_check_open(struct hds *h, enum hds_repair repair, const struct hds_finding_sink *sink, struct hds_report *ret)
{
    struct checking c = { .h = h, .sink = sink, .report = ret };
    struct hds_space space = { 0 };
    struct hds_scan scan = { .wants_lowest = true };
    PRL_RESULT r;
    bool is_wrong;

    *ret = (struct hds_report){ .is_unclean = h->is_unclean, .clusters = h->n_clusters };
    if (h->is_unclean)
        say(&c, "the image was not closed");
    r = scan_table(&c, &space, &scan);
    if (PRL_FAILED(r))
        return r;
    look_at_file(&c, &space, &scan);
    ret->corruptions += c.by_fault[HDS_BEYOND_DISK] + c.by_fault[HDS_OUTSIDE] + c.by_fault[HDS_SHARED];
    ret->unrepaired = ret->corruptions;
    is_wrong = ret->is_unclean || ret->corruptions || ret->extension_lost || hds_space_end(&space) < atomic_load(&h->file_end);
    if (repair != HDS_REPAIR_NOTHING && is_wrong)
        r = repair_all(&c, &space, repair);
    hds_space_free(&space);
    return r;
}

/* An image that cannot be opened as one is a finding; a file that cannot be opened is not. */
static bool
is_fatal_finding(PRL_RESULT r)
{
    return r == PRL_ERR_DISK_INVALID_FORMAT || r == PRL_ERR_DISK_IMAGES_CORRUPTED;
}

PRL_RESULT
hds_check(int dirfd, const char *path, bool repair, void (*say_line)(void *arg, const char *line), void *arg, struct hds_report *ret)
{
    struct hds_finding_sink sink = { say_line, arg };
    struct hds_report report = { 0 };
    struct hds *h = NULL;
    PRL_RESULT r = hds_open_raw(dirfd, path, repair ? IMAGE_WRITE : 0, &h), close_r;

    if (PRL_FAILED(r)) {
        if (!is_fatal_finding(r))
            return r;
        report.fatal = report.unrepaired = 1;
        if (say_line)
            say_line(arg, err_peek()->details ? err_peek()->details : path);
        *ret = report;
        return PRL_ERR_SUCCESS;
    }
    r = hds_check_open(h, repair ? HDS_REPAIR_ALL : HDS_REPAIR_NOTHING, &sink, &report);
    if (PRL_FAILED(r)) {
        image_free(&h->image);
        return r;
    }
    close_r = image_close(&h->image);
    if (PRL_FAILED(close_r))
        return close_r;
    *ret = report;
    return PRL_ERR_SUCCESS;
}
