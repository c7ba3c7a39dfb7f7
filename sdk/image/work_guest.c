/* SPDX-License-Identifier: MIT */
/*
 * The file systems inside, by guestfish: a small machine of its own looks at the disk, so that no hostile file system meets the host's kernel. Bundles are
 * served to it by nbdkit with our plugin, where both are installed: then snapshots, parts and bitmaps are no matter, and what is trimmed is given
 * back. Else it opens one file by name and format, which a bundle may be too.
 */
#include "image/work_guest_inside.h"

#include <ctype.h>
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
#include "image/bundle_export.h"
#include "image/hds.h"

/* ---- the drive ---- */

void
guest_drive_clear(struct guest_drive *d)
{
    free(d->path);
    free(d->nbdkit);
    free(d->plugin);
    *d = (struct guest_drive){ 0 };
}

PRL_RESULT
guest_cannot(const char *path, const char *why)
{
    return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s': the file systems inside cannot be reached: %s", path, why);
}

/* QEMU would write over the clusters that its bitmaps are in. */
static PRL_RESULT
refuse_bitmaps(const char *path, struct image *image)
{
    const struct hds_bitmap_info *infos;

    return image->cluster_bytes && hds_bitmaps(image, &infos) > 0 ? guest_cannot(path, "it keeps track of changed blocks") : PRL_ERR_SUCCESS;
}

static PRL_RESULT
bundle_file(const char *path, struct guest_drive *ret)
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
        return guest_cannot(path, "it has snapshots, merge them first");
    if (d->n_storages > 1)
        return guest_cannot(path, "it is split");
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
bare_file(const char *path, enum disk_format kind, struct guest_drive *ret)
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

/* ret->plugin stays NULL: it cannot be served. */
static PRL_RESULT
served_bundle(const char *path, struct guest_drive *ret)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO(cleanup_free) char *nbdkit = NULL;
    AUTO(cleanup_free) char *plugin = NULL;
    const struct descriptor *d;
    PRL_RESULT rc;

    if (PRL_FAILED(bundle_export_find(&nbdkit, &plugin)))
        return PRL_ERR_SUCCESS;
    rc = bundle_open(path, 0, &b); /* with its images: is it whole, and not in use? */
    if (PRL_FAILED(rc))
        return rc;
    d = bundle_descriptor(b);
    if (d->logical_sector_bytes != 512)
        return guest_cannot(path, "its sectors are not of 512 bytes");
    ret->path = realpath(path, NULL);
    if (!ret->path)
        return err_errno(PRL_ERR_FILE_NOT_FOUND, errno, "'%s'", path);
    ret->format = "raw";
    ret->size_bytes = bundle_size(b);
    ret->nbdkit = TAKE(nbdkit);
    ret->plugin = TAKE(plugin);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
guest_drive_find(const char *path, struct guest_drive *ret)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = work_begin(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_BUNDLE) {
        rc = served_bundle(path, ret);
        return PRL_FAILED(rc) || ret->plugin ? rc : bundle_file(path, ret);
    }
    if (kind == DISK_EXPANDING || kind == DISK_RAW || kind == DISK_QCOW2)
        return bare_file(path, kind, ret);
    return guest_cannot(path, "of its format");
}

PRL_RESULT
guest_find_tool(const char *name, const char *variable, char **ret)
{
    PRL_RESULT rc = proc_find(name, variable, ret);

    if (rc == PRL_ERR_FILE_NOT_FOUND)
        return err_set(PRL_ERR_DISK_RESIZER_NOT_FOUND, "there is no program %s (Debian: libguestfs-tools)", name);
    return rc;
}

PRL_RESULT
work_guest_can(const char *path)
{
    AUTO_DRIVE d = { 0 };
    AUTO(cleanup_free) char *tool = NULL;
    PRL_RESULT rc = guest_find_tool("guestfish", "PRLKVM_GUESTFISH", &tool);

    return PRL_SUCCEEDED(rc) ? guest_drive_find(path, &d) : rc;
}

/* ---- running it ---- */

static PRL_RESULT
run_on_file(const struct guest_drive *d, const char *tool, bool may_write, const char *script, const struct image_watch *watch, char **ret_out)
{
    AUTO(cleanup_free) char *format = str_printf("--format=%s", d->format);
    const char *argv[] = { tool, may_write ? "--rw" : "--ro", format, "-a", d->path, NULL };

    return format ? work_run(argv, script, watch, NULL, ret_out) : err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
}

/* A word for a shell, whatever is in it. */
static void
add_quoted(struct str *s, const char *word)
{
    str_add(s, "'");
    for (; *word; word++) {
        if (*word == '\'')
            str_add(s, "'\\''");
        else
            str_add_n(s, word, 1);
    }
    str_add(s, "'");
}

/* nbdkit makes the socket, starts guestfish, and ends with it. Only the drive's address is added to the script here, as guestfish reads it. */
static PRL_RESULT
run_served(const struct guest_drive *d, const char *tool, bool may_write, const char *script, const struct image_watch *watch, char **ret_out)
{
    static const char add[] = "{ echo \"add '' protocol:nbd server:unix:$unixsocket format:raw ";
    AUTO(cleanup_free) char *path = str_printf("path=%s", d->path);
    AUTO_STR command = STR_INIT;

    str_add(&command, add);
    str_addf(&command, "%s\"; cat; } | ", may_write ? "discard:besteffort" : "readonly:true");
    add_quoted(&command, tool);
    if (!path || !command.p)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
    {
        const char *argv[] = { d->nbdkit, "-U", "-", "--run", command.p, d->plugin, path, may_write ? "read-only=0" : "read-only=1", NULL };

        return work_run(argv, script, watch, NULL, ret_out);
    }
}

PRL_RESULT
guest_run(const struct guest_drive *d, bool may_write, const char *commands, const struct image_watch *watch, char **ret_out)
{
    AUTO(cleanup_free) char *tool = NULL;
    AUTO(cleanup_free) char *script = str_printf("run\n%s%s", commands, may_write ? "sync\nshutdown\n" : "");
    PRL_RESULT rc = guest_find_tool("guestfish", "PRLKVM_GUESTFISH", &tool);

    if (PRL_FAILED(rc))
        return rc;
    if (!script)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "words for guestfish");
    return (d->plugin ? run_served : run_on_file)(d, tool, may_write, script, watch, ret_out);
}

/* ---- what is in there ---- */

/* part-list prints each as "[0] = {" and lines of "  part_num: 1". */
static void
take_part_line(struct guest_table *t, const char *line)
{
    unsigned long long value;
    int number;

    if (line[0] == '[' && t->n < GUEST_PARTITIONS_MAX)
        memset(&t->p[t->n++], 0, sizeof t->p[0]);
    else if (t->n && sscanf(line, " part_num: %d", &number) == 1)
        t->p[t->n - 1].number = number;
    else if (t->n && sscanf(line, " part_start: %llu", &value) == 1)
        t->p[t->n - 1].start = value;
    else if (t->n && sscanf(line, " part_end: %llu", &value) == 1)
        t->p[t->n - 1].end = value;
}

/* Of names that a guest may have given: only what needs no quotes in a script. */
static bool
is_plain_device(const char *s)
{
    return strncmp(s, "/dev/", 5) == 0 && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")];
}

/* list-filesystems prints "/dev/sda1: ext4". */
static void
take_fs_line(struct guest_table *t, const char *line)
{
    struct guest_system s;
    int number;

    if (sscanf(line, "%127[^: ]: %31[a-z0-9_]", s.device, s.fs) != 2 || !is_plain_device(s.device))
        return;
    if (t->n_systems < GUEST_SYSTEMS_MAX)
        t->systems[t->n_systems++] = s;
    for (int i = 0; i < t->n && sscanf(s.device, "/dev/sda%d", &number) == 1; i++)
        if (t->p[i].number == number)
            memcpy(t->p[i].fs, s.fs, sizeof s.fs);
}

PRL_RESULT
guest_look(const struct guest_drive *d, const struct image_watch *watch, struct guest_table *ret)
{
    static const char commands[] = "-part-get-parttype /dev/sda\n-part-list /dev/sda\nlist-filesystems\n";
    AUTO(cleanup_free) char *out = NULL;
    PRL_RESULT rc = guest_run(d, false, commands, watch, &out);

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

const struct guest_partition *
guest_last_partition(const struct guest_table *t)
{
    const struct guest_partition *last = NULL;

    for (int i = 0; i < t->n; i++)
        if (t->p[i].number > 0 && (!last || t->p[i].start > last->start))
            last = &t->p[i];
    return last;
}
