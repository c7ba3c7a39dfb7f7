/* SPDX-License-Identifier: MIT */
#include "disk_links.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "prlsdk/PrlErrors.h"
#include "wire/places.h"

#define LINKS_MAX_BYTES (256u << 20)

static bool
is_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool
disk_links_is_gone(const char *child)
{
    AUTO(cleanup_free) char *home = path_dirname(child);
    AUTO(cleanup_free) char *parent = home ? path_dirname(home) : NULL;

    return !path_exists(child) && parent && path_is_dir(parent);
}

/* A base may be a bundle, and `path` one of its images. */
static bool
stands_on(const char *base, const char *path, bool is_bundle)
{
    return is_same_file(base, path) || path_is_inside(path, base) || (is_bundle && path_is_inside(base, path));
}

static PRL_RESULT
guard_links(const char *path, bool is_bundle, json_t *links)
{
    json_t *link;
    size_t i;

    json_array_foreach(links, i, link) {
        const char *base = json_string_value(json_object_get(link, "base"));
        const char *child = json_string_value(json_object_get(link, "child"));

        if (base && child && stands_on(base, path, is_bundle) && !disk_links_is_gone(child))
            return err_set(PRL_ERR_DISK_NOT_PERMITTED, "the linked clone '%s' stands on '%s'", child, path);
    }
    return PRL_ERR_SUCCESS;
}

/* No instance, or one that is not ours to read: no record. A record that cannot be understood may hold anything: *ret is NULL then. */
static PRL_RESULT
load(json_t **ret)
{
    AUTO(places_free) struct places *p = NULL;
    AUTO(cleanup_free) char *file = NULL;
    AUTO(cleanup_free) char *text = NULL;
    json_t *record;
    size_t n = 0;
    int e;

    *ret = NULL;
    if (PRL_FAILED(places_find(&p))) {
        err_clear();
        return PRL_ERR_SUCCESS;
    }
    file = path_join(p->state, "links.json");
    if (!file)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "record of linked clones");
    e = path_read(file, LINKS_MAX_BYTES, &text, &n);
    if (e == -ENOENT || e == -ENOTDIR || e == -EACCES)
        return PRL_ERR_SUCCESS;
    record = e < 0 ? NULL : json_loadb(text, n, 0, NULL);
    *ret = json_incref(json_object_get(record, "links"));
    json_decref(record);
    if (json_is_array(*ret))
        return PRL_ERR_SUCCESS;
    json_decref(*ret);
    *ret = NULL;
    return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s', the record of linked clones, cannot be read", file);
}

PRL_RESULT
disk_links_guard(const char *path, bool is_bundle)
{
    json_t *links;
    PRL_RESULT r = load(&links);

    if (PRL_SUCCEEDED(r))
        r = guard_links(path, is_bundle, links);
    json_decref(links);
    return r;
}

/* What a child stands on, by the record; borrowed, NULL: nothing. */
static const char *
base_of(json_t *links, const char *child)
{
    json_t *link;
    size_t i;

    json_array_foreach(links, i, link) {
        const char *c = json_string_value(json_object_get(link, "child"));

        if (c && is_same_file(c, child))
            return json_string_value(json_object_get(link, "base"));
    }
    return NULL;
}

bool
disk_links_is_base(const char *child, const char *base)
{
    AUTO(cleanup_free) char *real = realpath(base, NULL);
    json_t *links;
    const char *at = child;
    bool is_base = false;

    if (!real)
        return false;
    if (PRL_FAILED(load(&links))) {
        err_clear();
        return false;
    }
    for (size_t i = 0; i < json_array_size(links) && !is_base && (at = base_of(links, at)); i++)
        is_base = stands_on(at, real, false);
    json_decref(links);
    return is_base;
}
