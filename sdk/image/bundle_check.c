/* SPDX-License-Identifier: MIT */
/*
 * Check and repair of a whole bundle: the descriptor (from its backup if need be), every image file of every node, what the one says of the
 * other, and files that nobody names. Repairing wants the bundle to itself.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "image/bundle_inside.h"
#include "image/hds.h"

struct check {
    struct bundle *b; /* directory, lock and descriptor alone */
    bool is_repair;
    void (*say)(void *arg, const char *line);
    void *arg;
    const char *file; /* the image that is looked at, for the lines of its check */
    struct bundle_report report;
};

__attribute__((format(printf, 3, 4))) static void
found(struct check *c, unsigned *counter, const char *fmt, ...)
{
    AUTO(cleanup_free) char *line = NULL;
    va_list ap;

    if (counter)
        ++*counter;
    if (!c->say)
        return;
    va_start(ap, fmt);
    if (vasprintf(&line, fmt, ap) < 0)
        line = NULL;
    va_end(ap);
    if (line)
        c->say(c->arg, line);
}

static const char *
last_error(void)
{
    return err_peek()->details ? err_peek()->details : "";
}

/* ---- the descriptor ---- */

static PRL_RESULT
check_descriptor(struct check *c)
{
    struct bundle *b = c->b;
    PRL_RESULT r = descriptor_load(b->dirfd, &b->d);

    if (PRL_FAILED(r)) {
        found(c, &c->report.fatal, "%s", last_error());
        return r;
    }
    c->report.descriptor_from_backup = b->d->is_from_backup;
    if (b->d->is_from_backup) {
        found(c, &c->report.corruptions, "%s is missing or damaged, its backup is good", DESCRIPTOR_FILE);
        if (!c->is_repair)
            return PRL_ERR_SUCCESS;
        r = descriptor_save(b->dirfd, b->d);
        if (PRL_FAILED(r))
            return r;
        b->d->is_from_backup = false;
        found(c, &c->report.repaired, "%s was restored from its backup", DESCRIPTOR_FILE);
    }
    if (strcmp(b->d->merging, UUID_NIL) != 0)
        found(c, &c->report.warnings, "the snapshot %s is being merged into its child; the next one to write finishes that", b->d->merging);
    return PRL_ERR_SUCCESS;
}

/* ---- one image ---- */

static void
say_of_image(void *arg, const char *line)
{
    struct check *c = arg;

    found(c, NULL, "%s: %s", c->file, line);
}

static void
check_expanding(struct check *c, const struct descriptor_storage *s, const struct descriptor_image *di, int at, const char *name)
{
    AUTO(image_free) struct image *image = NULL;
    struct hds_report report = { 0 };
    PRL_RESULT r = hds_check(at, name, c->is_repair && !bundle_is_external(di->file), say_of_image, c, &report);

    c->report.fatal += report.fatal;
    c->report.corruptions += report.corruptions;
    c->report.warnings += report.warnings;
    c->report.repaired += report.repaired;
    c->report.is_unclean = c->report.is_unclean || report.is_unclean;
    if (PRL_FAILED(r)) {
        if (!report.fatal)
            found(c, &c->report.fatal, "%s", last_error());
        return;
    }
    if (PRL_FAILED(hds_open(at, name, IMAGE_NO_CHECK | IMAGE_SHARE_WRITERS, &image)))
        return; /* the check has said why */
    c->report.leaked_bytes += report.leaked_clusters * image->cluster_bytes;
    if (image->cluster_bytes != (uint64_t)s->cluster_sectors * SECTOR_BYTES)
        found(c, &c->report.fatal, "%s has clusters of %u bytes, the descriptor says %u sectors",
              di->file, image->cluster_bytes, s->cluster_sectors);
    if (image->size_bytes < storage_bytes(s) && strcmp(di->guid, c->b->d->active) == 0)
        found(c, &c->report.corruptions, "%s is shorter than its storage: it cannot be written to", di->file);
}

static void
check_plain(struct check *c, const struct descriptor_storage *s, const struct descriptor_image *di, const struct stat *st)
{
    if ((uint64_t)st->st_size < storage_bytes(s))
        found(c, &c->report.warnings, "%s has %lld of %llu bytes, the rest reads as zeros", di->file, (long long)st->st_size,
              (unsigned long long)storage_bytes(s));
}

static void
check_image(struct check *c, const struct descriptor_storage *s, const struct descriptor_image *di)
{
    bool may_be_external = c->b->flags & BUNDLE_ALLOW_EXTERNAL;
    AUTO_FD int at = -1;
    const char *name;
    struct stat st;

    c->file = di->file;
    if (PRL_FAILED(bundle_find(c->b->dirfd, di->file, may_be_external, &at, &name))) {
        found(c, &c->report.fatal, "%s", last_error());
        return;
    }
    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        found(c, &c->report.fatal, "%s: %s", di->file, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        found(c, &c->report.fatal, "%s is no regular file", di->file);
    else if (di->is_plain)
        check_plain(c, s, di, &st);
    else
        check_expanding(c, s, di, at, name);
}

static void
check_images(struct check *c)
{
    const struct descriptor *d = c->b->d;

    if (PRL_FAILED(bundle_check_files(c->b->dirfd, d, true))) {
        found(c, &c->report.fatal, "%s", last_error());
        c->is_repair = false; /* what is right for one node is wrong for the other */
    }
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            check_image(c, &d->storages[i], &d->storages[i].images[k]);
}

/* ---- files that nobody names ---- */

static void
check_others(struct check *c)
{
    AUTO_FD int fd = openat(c->b->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *e;

    if (!dir)
        return;
    fd = -1; /* closedir has it now */
    while ((e = readdir(dir))) {
        size_t n = strlen(e->d_name);

        if (n > 4 && strcmp(e->d_name + n - 4, ".hds") == 0 && !bundle_names(c->b->d, e->d_name))
            found(c, &c->report.warnings, "%s belongs to no node; it is left alone", e->d_name);
    }
    closedir(dir);
}

/* ---- the whole ---- */

static PRL_RESULT
check_bundle(struct check *c)
{
    struct bundle *b = c->b;
    unsigned removed;
    PRL_RESULT r = bundle_open_dir(b->path, &b->dirfd);

    if (PRL_SUCCEEDED(r) && c->is_repair)
        r = bundle_lock(b->dirfd, b->path, &b->lock_fd);
    if (PRL_FAILED(r))
        return r;
    r = check_descriptor(c);
    if (PRL_FAILED(r))
        return c->report.fatal ? PRL_ERR_SUCCESS : r; /* that is what was to be found out */
    if (b->lock_fd >= 0 && !b->d->is_from_backup) {
        removed = bundle_remove_litter(b->dirfd, b->lock_fd, b->d);
        if (removed)
            found(c, &c->report.repaired, "%u files that an interrupted change had left were removed", removed);
    }
    check_images(c);
    check_others(c);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
bundle_check(const char *path, bool repair, void (*say)(void *arg, const char *line), void *arg, struct bundle_report *ret)
{
    AUTO(bundle_free) struct bundle *b = calloc(1, sizeof *b);
    struct check c = { .b = b, .is_repair = repair, .say = say, .arg = arg };
    PRL_RESULT r;

    if (!b)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    b->dirfd = b->lock_fd = -1;
    b->flags = BUNDLE_ALLOW_EXTERNAL;
    b->path = str_dup(path);
    if (!b->path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    r = check_bundle(&c);
    if (PRL_SUCCEEDED(r))
        *ret = c.report;
    return r;
}
