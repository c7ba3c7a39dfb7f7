/* SPDX-License-Identifier: MIT */
/* Snapshots of both kinds: nodes of a bundle's tree, internal snapshots of a qcow2 file; and making one state of all. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "image/work_parts.h"

void
work_snapshots_free(struct work_snapshot *list, int n)
{
    for (int i = 0; list && i < n; i++) {
        free(list[i].id);
        free(list[i].name);
        free(list[i].parent);
    }
    free(list);
}

/* ---- bundles ---- */

static PRL_RESULT
list_tree(const struct descriptor *d, struct work_snapshot **ret, int *ret_n)
{
    struct work_snapshot *list = calloc((size_t)d->n_shots + 1, sizeof *list);
    bool is_whole = list;

    for (int i = 0; is_whole && i < d->n_shots; i++) {
        const struct descriptor_shot *shot = &d->shots[i];

        list[i].id = str_dup(shot->guid);
        list[i].name = str_dup("");
        list[i].parent = str_dup(strcmp(shot->parent, UUID_NIL) == 0 ? "" : shot->parent);
        list[i].time = -1;
        list[i].is_active = strcmp(shot->guid, d->active) == 0;
        is_whole = list[i].id && list[i].name && list[i].parent;
    }
    if (!is_whole) {
        work_snapshots_free(list, d->n_shots);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "list of snapshots");
    }
    *ret = list;
    *ret_n = d->n_shots;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
bundle_list(const char *path, struct work_snapshot **ret, int *ret_n)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT rc = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b);

    return PRL_FAILED(rc) ? rc : list_tree(bundle_descriptor(b), ret, ret_n);
}

/* ---- qcow2 ---- */

static PRL_RESULT
take_snapshot(json_t *from, struct work_snapshot *ret)
{
    const char *id = json_string_value(json_object_get(from, "id")), *name = json_string_value(json_object_get(from, "name"));

    ret->id = str_dup(id ? id : "");
    ret->name = str_dup(name ? name : "");
    ret->time = json_integer_value(json_object_get(from, "date-sec"));
    return ret->id && ret->name ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "list of snapshots");
}

static PRL_RESULT
take_list(json_t *info, struct work_snapshot **ret, int *ret_n)
{
    json_t *all = json_object_get(info, "snapshots");
    int n = (int)json_array_size(all);
    struct work_snapshot *list = calloc((size_t)n + 1, sizeof *list);
    PRL_RESULT rc = list ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "list of snapshots");

    for (int i = 0; i < n && PRL_SUCCEEDED(rc); i++)
        rc = take_snapshot(json_array_get(all, (size_t)i), &list[i]);
    if (PRL_FAILED(rc)) {
        work_snapshots_free(list, n);
        return rc;
    }
    *ret = list;
    *ret_n = n;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
qcow2_list(const char *path, struct work_snapshot **ret, int *ret_n)
{
    AUTO(cleanup_free) char *spec = NULL;
    AUTO(cleanup_free) char *text = NULL;
    json_t *info;
    PRL_RESULT rc = qcow2_spec(path, &spec);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_tool(NULL, NULL, &text, "info", "-U", "--output=json", spec, NULL);
    if (PRL_FAILED(rc))
        return rc;
    info = json_loads(text, 0, NULL);
    rc = info ? take_list(info, ret, ret_n) : err_set(PRL_ERR_DISK_TOOL_PROCESS_ERROR, "qemu-img info says what is no JSON");
    json_decref(info);
    return rc;
}

/* qemu-img finds what it switches to by id, and what it deletes by name: the first one of that name. */
static const char *
word_for(const struct work_snapshot *list, int i, bool by_name)
{
    if (!by_name)
        return list[i].id;
    for (int k = 0; k < i; k++)
        if (strcmp(list[k].name, list[i].name) == 0)
            return NULL;
    return list[i].name;
}

/* By id; else by a name that only one has. */
static PRL_RESULT
find_snapshot(const struct work_snapshot *list, int n, const char *wanted, const char *path, bool by_name, const char **ret_word)
{
    int found = -1, named = 0;

    for (int i = 0; i < n && found < 0; i++)
        if (strcmp(list[i].id, wanted) == 0)
            found = i;
    for (int i = 0; i < n && (found < 0 || named); i++)
        if (strcmp(list[i].name, wanted) == 0) {
            found = i;
            named++;
        }
    if (found < 0)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has no snapshot '%s'", path, wanted);
    if (named > 1)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has several snapshots '%s': give the id", path, wanted);
    *ret_word = word_for(list, found, by_name);
    return *ret_word ? PRL_ERR_SUCCESS : err_set(PRL_ERR_DISK_STATES_ERROR, "an older snapshot has the name of '%s': delete that one first", wanted);
}

/* Nobody else may have it, and it is no disk that needs other files. */
static PRL_RESULT
refuse_busy(const char *path)
{
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    PRL_RESULT rc = work_open_locked(path, WORK_LOCK_WRITE, &fd);

    return PRL_FAILED(rc) ? rc : qcow2_facts_read(fd, path, &f);
}

static PRL_RESULT
qcow2_snapshot(const char *path, bool is_delete, const char *id, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *spec = NULL;
    struct work_snapshot *list = NULL;
    const char *word = NULL;
    int n = 0;
    PRL_RESULT rc = refuse_busy(path);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_spec(path, &spec);
    if (PRL_SUCCEEDED(rc))
        rc = qcow2_list(path, &list, &n);
    if (PRL_SUCCEEDED(rc))
        rc = find_snapshot(list, n, id, path, is_delete, &word);
    if (PRL_SUCCEEDED(rc))
        rc = qcow2_tool(watch, NULL, NULL, "snapshot", is_delete ? "-d" : "-a", word, spec, NULL);
    work_snapshots_free(list, n);
    return rc;
}

static PRL_RESULT
qcow2_create_snapshot(const char *path, const char *name, char **ret_id, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *spec = NULL;
    struct work_snapshot *list = NULL;
    int n = 0;
    PRL_RESULT rc = refuse_busy(path);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_spec(path, &spec);
    if (PRL_SUCCEEDED(rc))
        rc = qcow2_tool(watch, NULL, NULL, "snapshot", "-c", name, spec, NULL);
    if (PRL_SUCCEEDED(rc))
        rc = qcow2_list(path, &list, &n);
    if (PRL_SUCCEEDED(rc)) {
        *ret_id = str_dup(n ? list[n - 1].id : "");
        if (!*ret_id)
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "id");
    }
    work_snapshots_free(list, n);
    return rc;
}

/* ---- */

static PRL_RESULT
no_snapshots(const char *path, const char *name)
{
    return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image: it has no snapshots", path, name);
}

PRL_RESULT
work_snapshots(const char *path, struct work_snapshot **ret, int *ret_n)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = disk_probe(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_BUNDLE)
        return bundle_list(path, ret, ret_n);
    return kind == DISK_QCOW2 ? qcow2_list(path, ret, ret_n) : no_snapshots(path, name);
}

PRL_RESULT
work_snapshot_create(const char *path, const char *name, char **ret_id, const struct image_watch *watch)
{
    enum disk_format kind;
    const char *format;
    char guid[UUID_TEXT];
    struct bundle *b = NULL;
    PRL_RESULT rc = work_begin(path, &kind, &format);

    if (PRL_FAILED(rc))
        return rc;
    uuid_make(guid);
    if (kind == DISK_QCOW2)
        return qcow2_create_snapshot(path, name ? name : guid, ret_id, watch);
    if (kind != DISK_BUNDLE)
        return no_snapshots(path, format);
    if (name)
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a bundle: its snapshots have ids, no names", path);
    rc = work_open_bundle(path, BUNDLE_WRITE, &b);
    if (PRL_SUCCEEDED(rc))
        rc = work_close_bundle(b, bundle_snapshot_create(b, guid));
    if (PRL_SUCCEEDED(rc) && !(*ret_id = str_dup(guid)))
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "id");
    return rc;
}

/* The bundle that has the snapshot `id`; a qcow2 file is done with here: *ret is NULL then. */
static PRL_RESULT
open_for_snapshot(const char *path, const char *id, bool is_delete, const struct image_watch *watch, char ret_guid[UUID_TEXT], struct bundle **ret)
{
    enum disk_format kind;
    const char *format;
    PRL_RESULT rc = work_begin(path, &kind, &format);

    *ret = NULL;
    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_QCOW2)
        return qcow2_snapshot(path, is_delete, id, watch);
    if (kind != DISK_BUNDLE)
        return no_snapshots(path, format);
    if (!uuid_parse(id, ret_guid))
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' is no id of a snapshot", id);
    return work_open_bundle(path, BUNDLE_WRITE, ret);
}

PRL_RESULT
work_snapshot_delete(const char *path, const char *id, bool with_children, const struct image_watch *watch)
{
    char guid[UUID_TEXT];
    struct bundle *b;
    PRL_RESULT rc = open_for_snapshot(path, id, true, watch, guid, &b);

    return PRL_FAILED(rc) || !b ? rc : work_close_bundle(b, bundle_snapshot_delete(b, guid, with_children, watch));
}

PRL_RESULT
work_snapshot_switch(const char *path, const char *id, const struct image_watch *watch)
{
    char guid[UUID_TEXT];
    struct bundle *b;
    PRL_RESULT rc = open_for_snapshot(path, id, false, watch, guid, &b);

    return PRL_FAILED(rc) || !b ? rc : work_close_bundle(b, bundle_snapshot_switch(b, guid, false));
}

PRL_RESULT
work_merge(const char *path, bool external, const struct image_watch *watch)
{
    static const struct work_layout same = { WORK_KEEP, WORK_KEEP };
    enum disk_format kind;
    const char *format;
    struct bundle *b = NULL;
    PRL_RESULT rc = work_begin(path, &kind, &format);

    if (PRL_FAILED(rc))
        return rc;
    if (kind == DISK_QCOW2)
        return qcow2_merge(path, external, watch);
    if (kind != DISK_BUNDLE) /* one file, one state: nothing is left to do */
        return kind == DISK_RAW || kind == DISK_EXPANDING ? PRL_ERR_SUCCESS : no_snapshots(path, format);
    if (external)
        return work_rebuild_bundle(path, &same, true, watch);
    rc = bundle_open(path, BUNDLE_WRITE, &b);
    return PRL_FAILED(rc) ? rc : work_close_bundle(b, bundle_merge_all(b, watch));
}
