/* SPDX-License-Identifier: MIT */
#include "links.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "config_file.h"
#include "durable.h"
#include "image/bundle.h"
#include "image/bundle_linked.h"
#include "image/disk_links.h"
#include "image_file.h"
#include "vm_store.h"

#define LINKS_FILE "links.json"
#define LINKS_MAX_BYTES (256u << 20)
#define RANK_LINKS 21

struct entry {
    char *child, *base, *vm;
};

static struct {
    struct lock lock;
    VEC(struct entry) all;
    struct durable file;
    char *state_dir;
} links = { .lock = LOCK_INIT(RANK_LINKS) };

static pthread_once_t links_once = PTHREAD_ONCE_INIT;

/* ---- the record ---- */

static void
entry_clear(struct entry *e)
{
    free(e->child);
    free(e->base);
    free(e->vm);
}

static struct entry *
find_locked(const char *child)
{
    for (size_t i = 0; i < links.all.len; i++)
        if (strcmp(links.all.p[i].child, child) == 0)
            return &links.all.p[i];
    return NULL;
}

static bool
set_locked(const char *child, const char *base, const char *vm)
{
    struct entry fresh = { strdup(child), strdup(base), strdup(vm) };
    struct entry *old = find_locked(child);

    if (!fresh.child || !fresh.base || !fresh.vm || (!old && !vec_push(&links.all, fresh))) {
        entry_clear(&fresh);
        return false;
    }
    if (old) {
        entry_clear(old);
        *old = fresh;
    }
    return true;
}

static json_t *
snapshot_locked(void)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < links.all.len; i++) {
        const struct entry *e = &links.all.p[i];

        if (json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "child", e->child, "base", e->base, "vm", e->vm)) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static PRL_RESULT
write_file(json_t *list)
{
    json_t *file = json_pack("{s:i, s:O}", "version", 1, "links", list);
    PRL_RESULT r = durable_write_json(links.state_dir, LINKS_FILE, file);

    json_decref(file);
    return r;
}

static void
links_init(void)
{
    durable_init(&links.file, snapshot_locked, write_file);
}

static bool
is_path(const char *s)
{
    return s && path_is_absolute(s) && path_is_clean(s);
}

PRL_RESULT
links_load(const char *state_dir)
{
    json_t *file = NULL, *item;
    PRL_RESULT r;
    size_t i;

    pthread_once(&links_once, links_init);
    r = durable_read_json(state_dir, LINKS_FILE, LINKS_MAX_BYTES, &file);
    if (PRL_FAILED(r))
        return r;
    LOCK_SCOPE(&links.lock);
    links.state_dir = strdup(state_dir);
    if (!links.state_dir)
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "links");
    json_array_foreach(json_object_get(file, "links"), i, item) {
        const char *child = json_string_value(json_object_get(item, "child"));
        const char *base = json_string_value(json_object_get(item, "base"));
        const char *vm = json_string_value(json_object_get(item, "vm"));

        if (!is_path(child) || !is_path(base))
            LOG_E("links", "entry %zu of '%s/" LINKS_FILE "' is no link", i, state_dir);
        else if (!set_locked(child, base, vm ? vm : ""))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "links");
    }
    json_decref(file);
    return r;
}

void
links_unload(void)
{
    LOCK_SCOPE(&links.lock);

    for (size_t i = 0; i < links.all.len; i++)
        entry_clear(&links.all.p[i]);
    vec_free(&links.all);
    free(TAKE(links.state_dir));
}

/* ---- chains ---- */

static char *
recorded_base(const char *child)
{
    LOCK_SCOPE(&links.lock);
    struct entry *e = find_locked(child);

    return e ? strdup(e->base) : NULL;
}

static bool
is_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What the header calls its backing file, as a path. A name with a protocol becomes a path that is nowhere recorded. */
static char *
resolve(const char *image, const char *name)
{
    AUTO(cleanup_free) char *dir = path_dirname(image);

    return path_is_absolute(name) ? strdup(name) : dir ? path_join(dir, name) : NULL;
}

/* A bundle that has images elsewhere: they are in the recorded one, or below that. */
static PRL_RESULT
next_of_bundle(const char *path, char **ret_base)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT r = bundle_open(path, BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b);

    if (PRL_FAILED(r))
        return r;
    *ret_base = NULL;
    if (!bundle_has_external(bundle_descriptor(b)))
        return r;
    *ret_base = recorded_base(path);
    return *ret_base ? r : err_set(PRL_ERR_DISK_NOT_PERMITTED, "the bundle '%s' names images outside of it, which are not on record here", path);
}

/* *ret_base: NULL at the end of the chain. Bases are qcow2: a raw one could be given any header by its guest. */
static PRL_RESULT
next_of_file(const char *image, bool is_base, char **ret_base)
{
    struct image_info info;
    AUTO(cleanup_free) char *recorded = NULL;
    AUTO(cleanup_free) char *named = NULL;
    PRL_RESULT r = image_file_info(image, &info);

    if (PRL_FAILED(r))
        return r;
    *ret_base = NULL;
    if (is_base && info.format != IMAGE_QCOW2) {
        r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is on record as a base but is no qcow2 image", image);
    } else if (info.has_data_file) {
        r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' keeps its data in another file, which is not allowed", image);
    } else if (info.backing) {
        recorded = recorded_base(image);
        named = resolve(image, info.backing);
        if (!recorded || !named)
            r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' names the backing file '%s', which is not on record here", image,
                        info.backing);
        else if (strcmp(recorded, named) != 0 && !is_same_file(recorded, named))
            r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' names the backing file '%s', but '%s' is on record", image, info.backing,
                        recorded);
        else
            *ret_base = TAKE(recorded);
    }
    image_info_clear(&info);
    return r;
}

static PRL_RESULT
next_of(const char *image, bool is_base, bool is_bundle, char **ret_base)
{
    return is_bundle ? next_of_bundle(image, ret_base) : next_of_file(image, is_base, ret_base);
}

/* Every image that the bundle names is in one of the recorded ones. */
static PRL_RESULT
check_bundle(char *const *paths, size_t n)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT r = bundle_open(paths[0], BUNDLE_DESCRIPTOR_ONLY | BUNDLE_ALLOW_EXTERNAL, &b);

    return PRL_FAILED(r) ? r : bundle_check_external(paths[0], bundle_descriptor(b), paths + 1, n - 1);
}

PRL_RESULT
links_chain(const char *image, char ***ret_paths)
{
    bool is_bundle = path_is_dir(image);
    VEC(char *) paths = { 0 };
    char *at = strdup(image);
    PRL_RESULT r = PRL_ERR_SUCCESS;

    while (at && PRL_SUCCEEDED(r)) {
        char *next = NULL;

        if (paths.len >= LINKS_MAX_DEPTH)
            r = err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' stands on more than %d images", image, LINKS_MAX_DEPTH);
        else if (!vec_push(&paths, at))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "chain of images");
        else
            r = next_of(TAKE(at), paths.len > 1, is_bundle, &next);
        if (PRL_SUCCEEDED(r))
            at = next;
    }
    free(at);
    if (PRL_SUCCEEDED(r) && is_bundle && paths.len)
        r = check_bundle(paths.p, paths.len);
    if (PRL_SUCCEEDED(r) && (!paths.len || !vec_push(&paths, NULL)))
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "chain of images");
    if (PRL_FAILED(r)) {
        for (size_t i = 0; i < paths.len; i++)
            free(paths.p[i]);
        vec_free(&paths);
        return r;
    }
    *ret_paths = paths.p;
    return PRL_ERR_SUCCESS;
}

void
links_chain_free(char **paths)
{
    for (char **p = paths; p && *p; p++)
        free(*p);
    free(paths);
}

/* ---- changes ---- */

static void
forget_locked(const char *child)
{
    struct entry *e = find_locked(child);

    if (!e)
        return;
    entry_clear(e);
    vec_remove(&links.all, (size_t)(e - links.all.p));
}

/* A link too many harms nobody (its child is not there), one too few opens nothing: a failed write leaves the former. */
PRL_RESULT
links_add(const struct link *add, size_t n)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;
    LOCK_SCOPE(&links.lock);

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < n; i++)
        if (!set_locked(add[i].child, add[i].base, add[i].vm_uuid))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "links");
    if (PRL_SUCCEEDED(r))
        r = durable_sync_locked(&links.file, &links.lock);
    if (PRL_FAILED(r))
        for (size_t i = 0; i < n; i++)
            forget_locked(add[i].child);
    return r;
}

static bool
is_on_list(const char *child, const char *const *children, size_t n, const char *dir)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(children[i], child) == 0)
            return true;
    return dir && path_is_inside(child, dir);
}

/* "win.hdd.0.{...}.hds" as desktop products call them, "root.hds.{...}" as servers do. */
bool
links_is_image_name(const char *name)
{
    return strstr(name, ".hds") != NULL;
}

/* Of a bundle its images; what else is in it nobody reads through a link. */
static int
set_mode_of_bundle(const char *path, mode_t mode)
{
    DIR *d = opendir(path);
    struct dirent *e;
    struct stat st;
    int failed = d ? 0 : errno;

    while (d && (e = readdir(d)))
        if (links_is_image_name(e->d_name) && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            fchmodat(dirfd(d), e->d_name, mode, 0) < 0)
            failed = errno;
    if (d)
        closedir(d);
    return -failed;
}

int
links_protect(const char *base, bool is_on)
{
    mode_t mode = is_on ? 0400 : 0600;

    if (path_is_dir(base))
        return set_mode_of_bundle(base, mode);
    return chmod(base, mode) < 0 ? -errno : 0;
}

static void
let_go_of(const char *base)
{
    int e = links_children_count(base) ? 0 : links_protect(base, false);

    if (e < 0 && e != -ENOENT)
        LOG_W("links", "'%s' stays read-only: %s", base, strerror(-e));
}

PRL_RESULT
links_remove(const char *const *children, size_t n, const char *dir)
{
    VEC(char *) bases = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    {
        LOCK_SCOPE(&links.lock);
        for (size_t i = links.all.len; i-- > 0;) {
            struct entry *e = &links.all.p[i];

            if (!is_on_list(e->child, children, n, dir))
                continue;
            if (vec_push(&bases, e->base))
                e->base = NULL;
            entry_clear(e);
            vec_remove(&links.all, i);
        }
        if (bases.len)
            r = durable_sync_locked(&links.file, &links.lock);
    }
    for (size_t i = 0; i < bases.len; i++) {
        if (PRL_SUCCEEDED(r))
            let_go_of(bases.p[i]);
        free(bases.p[i]);
    }
    vec_free(&bases);
    return r;
}

/* ---- questions ---- */

typedef VEC(struct entry) entry_vec;

static void
entry_vec_free(entry_vec *v)
{
    for (size_t i = 0; i < v->len; i++)
        entry_clear(&v->p[i]);
    vec_free(v);
}

/* Copies of the links whose base is `path` or below it: files are looked at without the lock. False: no memory. */
static bool
children_of(const char *path, entry_vec *ret)
{
    LOCK_SCOPE(&links.lock);

    for (size_t i = 0; i < links.all.len; i++) {
        const struct entry *e = &links.all.p[i];
        struct entry copy;

        if (strcmp(e->base, path) != 0 && !path_is_inside(e->base, path))
            continue;
        copy = (struct entry){ strdup(e->child), strdup(e->base), strdup(e->vm) };
        if (!copy.child || !copy.base || !copy.vm || !vec_push(ret, copy)) {
            entry_clear(&copy);
            return false;
        }
    }
    return true;
}

/* For people: by name, also when it is registered no more; at least by uuid. */
static void
add_name(struct str *names, const struct entry *e)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(e->vm);
    AUTO(cleanup_free) char *home = path_dirname(e->child);
    AUTO(cleanup_free) char *name = vm ? vm_name_dup(vm) : NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;

    if (!name && home && PRL_SUCCEEDED(config_file_load(home, &c)) && strcmp(c.uuid, e->vm) == 0)
        name = str_dup(c.name);
    str_addf(names, "%s'%s' %s ('%s')", names->len ? ", " : "", name ? name : "", e->vm, e->child);
}

PRL_RESULT
links_children_outside(const char *dir, char **ret_names)
{
    entry_vec found = { 0 };
    AUTO_STR names = STR_INIT;
    bool ok = children_of(dir, &found);

    for (size_t i = 0; ok && i < found.len; i++) {
        const struct entry *e = &found.p[i];

        if (path_is_inside(e->child, dir) || disk_links_is_gone(e->child))
            continue;
        add_name(&names, e);
    }
    entry_vec_free(&found);
    err_clear();
    if (!ok || names.failed)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "links");
    *ret_names = names.len ? str_take(&names) : NULL;
    return PRL_ERR_SUCCESS;
}

bool
links_stand_inside(const char *dir)
{
    bool found = false;
    LOCK_SCOPE(&links.lock);

    for (size_t i = 0; !found && i < links.all.len; i++)
        found = path_is_inside(links.all.p[i].child, dir);
    return found;
}

bool
links_is_child(const char *child, const char *base)
{
    AUTO(cleanup_free) char *recorded = recorded_base(child);

    return str_eq(recorded, base);
}

/* No memory: rather one too many. */
size_t
links_children_count(const char *image)
{
    entry_vec found = { 0 };
    size_t n = 0;

    if (!children_of(image, &found))
        n = 1;
    for (size_t i = 0; i < found.len; i++)
        n += !disk_links_is_gone(found.p[i].child);
    entry_vec_free(&found);
    return n;
}
