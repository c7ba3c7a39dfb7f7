/* SPDX-License-Identifier: MIT */
/* The commands that only look: beside a writer too, where the format allows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "image/bundle.h"
#include "prlsdk/PrlDisk.h"
#include "tool.h"

#define SECTOR 512u

static PRL_RESULT
open_to_look(const char *path, struct disk **ret)
{
    struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_IGNORE_PROTECTION };

    return disk_open(path, &args, ret);
}

/* ---- info ---- */

static uint64_t
room_of(const char *dir, const char *file)
{
    AUTO(cleanup_free) char *path = dir && !path_is_absolute(file) ? path_join(dir, file) : str_dup(file);
    struct stat st;

    return path && stat(path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
}

/* Of all of its files; 0 where that is not known. */
uint64_t
look_room(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO(cleanup_free) char *dir = path_is_dir(path) ? str_dup(path) : path_dirname(path);
    const struct descriptor *d;
    enum disk_format kind;
    const char *format;
    uint64_t room = 0;

    if (PRL_FAILED(disk_probe(path, &kind, &format)) || kind == DISK_NBD)
        return 0;
    if (kind != DISK_BUNDLE)
        return room_of(NULL, path);
    if (PRL_FAILED(bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b)))
        return 0;
    d = bundle_descriptor(b);
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            room += room_of(dir, d->storages[i].images[k].file);
    return room;
}

static json_t *
images_json(const struct descriptor *d, const struct descriptor_storage *s, const char *dir, uint64_t *room)
{
    json_t *images = json_array();

    for (int k = 0; k < s->n_images; k++) {
        uint64_t bytes = room_of(dir, s->images[k].file);

        *room += bytes;
        json_array_append_new(images, json_pack("{s:s, s:s, s:s, s:I, s:b}", "guid", s->images[k].guid, "type", s->images[k].is_plain ? "plain" : "expanding",
                                                "file", s->images[k].file, "room_bytes", (json_int_t)bytes, "active",
                                                strcmp(s->images[k].guid, d->active) == 0));
    }
    return images;
}

static json_t *
bundle_json(const char *path, const struct descriptor *d)
{
    AUTO(cleanup_free) char *dir = path_is_dir(path) ? str_dup(path) : path_dirname(path);
    json_t *storages = json_array();
    uint64_t room = 0;

    for (int i = 0; i < d->n_storages; i++) {
        const struct descriptor_storage *s = &d->storages[i];

        json_array_append_new(storages,
                              json_pack("{s:I, s:I, s:I, s:o}", "start_bytes", (json_int_t)(s->start_sector * SECTOR), "end_bytes",
                                        (json_int_t)(s->end_sector * SECTOR), "block_bytes", (json_int_t)s->cluster_sectors * SECTOR, "images",
                                        images_json(d, s, dir, &room)));
    }
    return json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:[iii], s:i, s:b, s:s, s:o}", "path", path, "format", "bundle", "size_bytes",
                     (json_int_t)(d->size_sectors * SECTOR), "room_bytes", (json_int_t)room, "name", d->name ? d->name : "", "uid", d->uid, "geometry",
                     (int)d->cylinders, (int)d->heads, (int)d->sectors, "snapshots", d->n_shots - 1, "split", d->n_storages > 1, "type",
                     work_is_plain(d) ? "plain" : "expanding", "storages", storages);
}

static PRL_RESULT
bundle_info(const char *path, json_t **ret)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT rc = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL | BUNDLE_SHARE_WRITERS, &b);

    if (PRL_SUCCEEDED(rc))
        *ret = bundle_json(path, bundle_descriptor(b));
    return rc;
}

static PRL_RESULT
file_info(const char *path, enum disk_format kind, const char *format, json_t **ret)
{
    AUTO(disk_unref) struct disk *d = NULL;
    struct work_snapshot *list = NULL;
    int n = 0;
    PRL_RESULT rc = open_to_look(path, &d);

    if (PRL_SUCCEEDED(rc) && kind == DISK_QCOW2)
        rc = work_snapshots(path, &list, &n);
    if (PRL_SUCCEEDED(rc))
        *ret = json_pack("{s:s, s:s, s:I, s:I, s:i}", "path", path, "format", format, "size_bytes", (json_int_t)disk_size(d), "room_bytes",
                         (json_int_t)(kind == DISK_NBD ? 0 : room_of(NULL, path)), "snapshots", n);
    work_snapshots_free(list, n);
    return rc;
}

static const char *
text_of(json_t *info, const char *key)
{
    const char *s = json_string_value(json_object_get(info, key));

    return s ? s : "";
}

static unsigned long long
mib_of(json_t *info, const char *key)
{
    return ((unsigned long long)json_integer_value(json_object_get(info, key)) + (1 << 20) - 1) >> 20;
}

/* Names come from a file: nothing in them may steer a terminal. */
static void
print_line(const char *label, const char *value)
{
    AUTO(cleanup_free) char *safe = str_escape(value, strlen(value), 4096);

    printf("%-*s%s\n", label[0] ? 12 : 0, label, safe ? safe : "");
}

static void
print_images(json_t *info)
{
    json_t *storage, *image;
    size_t i, k;

    json_array_foreach(json_object_get(info, "storages"), i, storage)
        json_array_foreach(json_object_get(storage, "images"), k, image) {
            printf("%-12s", k || i ? "" : "Images:");
            printf("%lluM..%lluM %s %s%s ", mib_of(storage, "start_bytes"), mib_of(storage, "end_bytes"), text_of(image, "type"), text_of(image, "guid"),
                   json_is_true(json_object_get(image, "active")) ? " (active)" : "");
            print_line("", text_of(image, "file"));
        }
}

static int
print_info(json_t *info)
{
    bool is_bundle = strcmp(text_of(info, "format"), "bundle") == 0;

    print_line("Path:", text_of(info, "path"));
    print_line("Format:", text_of(info, "format"));
    printf("%-12s%lluM\n", "Size:", mib_of(info, "size_bytes"));
    printf("%-12s%lluM\n", "Room:", mib_of(info, "room_bytes"));
    printf("%-12s%lld\n", "Snapshots:", (long long)json_integer_value(json_object_get(info, "snapshots")));
    if (is_bundle) {
        print_line("Type:", text_of(info, "type"));
        print_line("Name:", text_of(info, "name"));
        print_line("UID:", text_of(info, "uid"));
        print_images(info);
    }
    json_decref(info);
    return EXIT_DONE;
}

int
command_info(const struct options *o)
{
    enum disk_format kind;
    const char *format;
    json_t *info = NULL;
    PRL_RESULT rc = disk_probe(o->hdd, &kind, &format);

    if (PRL_SUCCEEDED(rc))
        rc = kind == DISK_BUNDLE ? bundle_info(o->hdd, &info) : file_info(o->hdd, kind, format, &info);
    if (PRL_SUCCEEDED(rc) && !info)
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "the disk's description");
    if (PRL_FAILED(rc))
        return report_failure(rc);
    return has(o, OPT_JSON) ? report_json(info) : print_info(info);
}

/* ---- map ---- */

static const char *const kinds[] = { [DISK_EXTENT_ABSENT] = "absent", [DISK_EXTENT_ZERO] = "zero", [DISK_EXTENT_DATA] = "data" };

/* Neighbours of one kind are one line. */
static PRL_RESULT
walk_map(struct disk *d, void (*see)(void *arg, uint64_t start, uint64_t length, enum disk_extent_kind kind), void *arg)
{
    uint64_t start = 0, length = 0;
    enum disk_extent_kind last = DISK_EXTENT_ABSENT;

    for (uint64_t at = 0, n; at < disk_size(d); at += n) {
        enum disk_extent_kind kind;
        PRL_RESULT rc = disk_extent(d, at, disk_size(d) - at, &kind, &n);

        if (PRL_FAILED(rc))
            return rc;
        if (length && kind == last) {
            length += n;
            continue;
        }
        if (length)
            see(arg, start, length, last);
        start = at;
        length = n;
        last = kind;
    }
    if (length)
        see(arg, start, length, last);
    return PRL_ERR_SUCCESS;
}

static void
see_json(void *arg, uint64_t start, uint64_t length, enum disk_extent_kind kind)
{
    json_array_append_new(arg, json_pack("{s:I, s:I, s:b, s:b, s:b}", "start", (json_int_t)start, "length", (json_int_t)length, "data",
                                         kind == DISK_EXTENT_DATA, "zero", kind != DISK_EXTENT_DATA, "present", kind != DISK_EXTENT_ABSENT));
}

static void
see_line(void *arg, uint64_t start, uint64_t length, enum disk_extent_kind kind)
{
    printf("%-18llu %-18llu %s\n", (unsigned long long)start, (unsigned long long)length, kinds[kind]);
}

int
command_map(const struct options *o)
{
    AUTO(disk_unref) struct disk *d = NULL;
    json_t *all;
    PRL_RESULT rc = open_to_look(o->hdd, &d);

    if (PRL_FAILED(rc))
        return report_failure(rc);
    if (!has(o, OPT_JSON)) {
        printf("%-18s %-18s %s\n", "Offset", "Length", "Content");
        rc = walk_map(d, see_line, NULL);
        return PRL_FAILED(rc) ? report_failure(rc) : EXIT_DONE;
    }
    all = json_array();
    rc = walk_map(d, see_json, all);
    if (PRL_SUCCEEDED(rc))
        return report_json(all);
    json_decref(all);
    return report_failure(rc);
}

/* ---- check ---- */

static void
say_line(void *arg, const char *line)
{
    AUTO(cleanup_free) char *safe = str_escape(line, strlen(line), 4096);

    fprintf(stdout, "%s\n", safe ? safe : "");
}

static void
say_json(void *arg, const char *line)
{
    AUTO(cleanup_free) char *safe = str_escape(line, strlen(line), 4096);

    json_array_append_new(arg, json_string(safe ? safe : ""));
}

/* A repair that mended all leaves nothing to tell of: what remains is what the second look finds. */
static PRL_RESULT
check(const struct options *o, void (*say)(void *, const char *), void *arg, struct work_report *ret, bool *ret_is_sound)
{
    struct work_report after = { 0 };
    PRL_RESULT rc = work_check(o->hdd, has(o, OPT_REPAIR), say, arg, ret);

    if (PRL_FAILED(rc))
        return rc;
    *ret_is_sound = !ret->fatal && !ret->corruptions;
    if (*ret_is_sound || !has(o, OPT_REPAIR))
        return rc;
    rc = work_check(o->hdd, false, NULL, NULL, &after);
    if (PRL_SUCCEEDED(rc))
        *ret_is_sound = !after.fatal && !after.corruptions;
    return rc;
}

int
command_check(const struct options *o)
{
    bool is_json = has(o, OPT_JSON), is_sound = false;
    struct work_report r = { 0 };
    json_t *lines = is_json ? json_array() : NULL;
    PRL_RESULT rc = check(o, is_json ? say_json : say_line, lines, &r, &is_sound);
    int code;

    if (PRL_FAILED(rc)) {
        json_decref(lines);
        return report_failure(rc);
    }
    if (is_json) {
        code = report_json(json_pack("{s:b, s:i, s:i, s:i, s:i, s:I, s:b, s:o}", "sound", is_sound, "fatal", (int)r.fatal, "corruptions", (int)r.corruptions,
                                     "warnings", (int)r.warnings, "repaired", (int)r.repaired, "leaked_bytes", (json_int_t)r.leaked_bytes, "unclean",
                                     r.is_unclean, "findings", lines));
        return code == EXIT_DONE && !is_sound ? EXIT_DAMAGED : code;
    }
    printf("%s: %u fatal, %u corruptions, %u warnings, %llu bytes leaked, %u repaired%s\n", is_sound ? "Sound" : "Damaged", r.fatal, r.corruptions, r.warnings,
           (unsigned long long)r.leaked_bytes, r.repaired, r.is_unclean ? ", not closed cleanly" : "");
    return is_sound ? EXIT_DONE : EXIT_DAMAGED;
}

/* ---- snapshot list ---- */

static json_t *
snapshot_json(const struct work_snapshot *s)
{
    json_t *j = json_pack("{s:s, s:s, s:b}", "id", s->id, "name", s->name, "active", s->is_active);

    if (s->parent)
        json_object_set_new(j, "parent", json_string(s->parent));
    if (s->time >= 0)
        json_object_set_new(j, "time", json_integer(s->time));
    return j;
}

static void
print_snapshot(const struct work_snapshot *s)
{
    char when[20] = "";

    if (s->time >= 0)
        clock_local_text((time_t)s->time, when);
    printf("%-39s %-39s %-19s%s ", s->id, s->parent ? s->parent[0] ? s->parent : "-" : "-", when[0] ? when : "-", s->is_active ? " *" : "");
    print_line("", s->name);
}

int
command_snapshot_list(const struct options *o)
{
    struct work_snapshot *list = NULL;
    int n = 0, code = EXIT_DONE;
    PRL_RESULT rc = work_snapshots(o->hdd, &list, &n);

    if (PRL_FAILED(rc))
        return report_failure(rc);
    if (has(o, OPT_JSON)) {
        json_t *all = json_array();

        for (int i = 0; i < n; i++)
            json_array_append_new(all, snapshot_json(&list[i]));
        code = report_json(all);
    } else {
        printf("%-39s %-39s %-19s %s\n", "ID", "PARENT", "TIME", "NAME");
        for (int i = 0; i < n; i++)
            print_snapshot(&list[i]);
    }
    work_snapshots_free(list, n);
    return code;
}
