/* SPDX-License-Identifier: MIT */
/*
 * XML to struct descriptor. Elements may come in any order. One of ours that is there twice is refused: another program may take the other
 * one for true. Children are only ever walked from one to the next, so that a file of any shape takes linear time.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "image/descriptor_inside.h"

/* ---- elements ---- */

static bool
is_named(xmlNodePtr n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

/* PRL_ERR_DISK_XML_INVALID: twice. *ret NULL: absent. */
static PRL_RESULT
single(xmlNodePtr parent, const char *name, xmlNodePtr *ret)
{
    xmlNodePtr found = NULL;

    for (xmlNodePtr n = parent ? parent->children : NULL; n; n = n->next) {
        if (!is_named(n, name))
            continue;
        if (found)
            return err_set(PRL_ERR_DISK_XML_INVALID, "%s is there twice in %s", name, (const char *)parent->name);
        found = n;
    }
    *ret = found;
    return PRL_ERR_SUCCESS;
}

static int
count(xmlNodePtr parent, const char *name)
{
    int n = 0;

    for (xmlNodePtr c = parent ? parent->children : NULL; c; c = c->next)
        n += is_named(c, name);
    return n;
}

/* ---- values ---- */

/* The text without white space around it, allocated; NULL: absent. */
static PRL_RESULT
get_text(xmlNodePtr parent, const char *name, char **ret)
{
    static const char space[] = " \t\r\n";
    xmlNodePtr n;
    char *text = NULL;
    PRL_RESULT r = single(parent, name, &n);

    if (PRL_FAILED(r))
        return r;
    if (n) {
        size_t skip, len;

        text = xml_get(n, "");
        if (!text)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "%s", name);
        skip = strspn(text, space);
        for (len = strlen(text + skip); len && strchr(space, text[skip + len - 1]); len--)
            ;
        memmove(text, text + skip, len);
        text[len] = '\0';
    }
    *ret = text;
    return PRL_ERR_SUCCESS;
}

/* Absent or empty: def. */
static PRL_RESULT
get_number(xmlNodePtr parent, const char *name, uint64_t max, uint64_t def, uint64_t *ret)
{
    AUTO(cleanup_free) char *text = NULL;
    PRL_RESULT r = get_text(parent, name, &text);
    uint64_t v = 0;

    if (PRL_FAILED(r))
        return r;
    if (!text || !text[0]) {
        *ret = def;
        return PRL_ERR_SUCCESS;
    }
    for (const char *s = text; *s; s++) {
        if (*s < '0' || *s > '9')
            return err_set(PRL_ERR_DISK_XML_INVALID, "%s is no number: '%.40s'", name, text);
        if (__builtin_mul_overflow(v, (uint64_t)10, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v) || v > max)
            return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "%s is beyond %" PRIu64 ": '%.40s'", name, max, text);
    }
    *ret = v;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
get_u32(xmlNodePtr parent, const char *name, uint32_t def, uint32_t *ret)
{
    uint64_t v;
    PRL_RESULT r = get_number(parent, name, UINT32_MAX, def, &v);

    if (PRL_SUCCEEDED(r))
        *ret = (uint32_t)v;
    return r;
}

static PRL_RESULT
need_sectors(xmlNodePtr parent, const char *name, uint64_t *ret)
{
    uint64_t v;
    PRL_RESULT r = get_number(parent, name, DESCRIPTOR_MAX_SECTORS, UINT64_MAX, &v);

    if (PRL_FAILED(r))
        return r;
    if (v == UINT64_MAX)
        return err_set(PRL_ERR_DISK_XML_INVALID, "%s has no %s", (const char *)parent->name, name);
    *ret = v;
    return PRL_ERR_SUCCESS;
}

/* def NULL: it must be there. */
static PRL_RESULT
get_guid(xmlNodePtr parent, const char *name, const char *def, PRL_RESULT code, char ret[UUID_TEXT])
{
    AUTO(cleanup_free) char *text = NULL;
    PRL_RESULT r = get_text(parent, name, &text);

    if (PRL_FAILED(r))
        return r;
    if (!text || !text[0]) {
        if (!def)
            return err_set(code, "%s has no %s", (const char *)parent->name, name);
        memcpy(ret, def, UUID_TEXT);
        return PRL_ERR_SUCCESS;
    }
    return uuid_parse(text, ret) ? PRL_ERR_SUCCESS : err_set(code, "%s is no GUID: '%.40s'", name, text);
}

/* ---- Disk_Parameters ---- */

static PRL_RESULT
refuse_encrypted(xmlNodePtr params)
{
    char engine[UUID_TEXT];
    xmlNodePtr encryption;
    PRL_RESULT r = single(params, "Encryption", &encryption);

    if (PRL_FAILED(r) || !encryption)
        return r;
    r = get_guid(encryption, "Engine", UUID_NIL, PRL_ERR_DISK_NOT_IMPLEMENTED, engine);
    if (PRL_SUCCEEDED(r) && strcmp(engine, UUID_NIL) != 0)
        return err_set(PRL_ERR_DISK_NOT_IMPLEMENTED, "the disk is encrypted by the engine %s", engine);
    return r;
}

/* Absent, no numbers at all, or numbers that do not fit the size: computed. */
static PRL_RESULT
parse_geometry(struct descriptor *d, xmlNodePtr params)
{
    PRL_RESULT r = get_u32(params, "Cylinders", 0, &d->cylinders);
    uint64_t tracks, product;

    if (PRL_SUCCEEDED(r))
        r = get_u32(params, "Heads", 0, &d->heads);
    if (PRL_SUCCEEDED(r))
        r = get_u32(params, "Sectors", 0, &d->sectors);
    tracks = (uint64_t)d->cylinders * d->heads;
    if (PRL_FAILED(r) || __builtin_mul_overflow(tracks, (uint64_t)d->sectors, &product) || product != d->size_sectors)
        geometry_of(d->size_sectors, &d->cylinders, &d->heads, &d->sectors);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
parse_merge_note(struct descriptor *d, xmlNodePtr params)
{
    xmlNodePtr misc;
    PRL_RESULT r = single(params, "Miscellaneous", &misc);

    memcpy(d->merging, UUID_NIL, UUID_TEXT);
    if (PRL_FAILED(r) || !misc)
        return r;
    return get_guid(misc, DESCRIPTOR_MERGE_NOTE, UUID_NIL, PRL_ERR_DISK_XML_INVALID, d->merging);
}

static PRL_RESULT
parse_parameters(struct descriptor *d, xmlNodePtr params)
{
    uint64_t padding = 0;
    PRL_RESULT r = need_sectors(params, "Disk_size", &d->size_sectors);

    if (PRL_FAILED(r))
        return r;
    if (!d->size_sectors)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "Disk_size is 0");
    r = get_number(params, "Padding", UINT64_MAX, 0, &padding);
    if (PRL_SUCCEEDED(r) && padding)
        r = err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "Padding is %" PRIu64 ", only 0 is supported", padding);
    if (PRL_SUCCEEDED(r))
        r = refuse_encrypted(params);
    if (PRL_SUCCEEDED(r))
        r = get_u32(params, "PhysicalSectorSize", 4096, &d->physical_sector_bytes);
    if (PRL_SUCCEEDED(r))
        r = get_u32(params, "LogicSectorSize", 512, &d->logical_sector_bytes);
    if (PRL_SUCCEEDED(r))
        r = parse_geometry(d, params);
    if (PRL_SUCCEEDED(r))
        r = get_guid(params, "UID", UUID_NIL, PRL_ERR_DISK_XML_INVALID, d->uid);
    if (PRL_SUCCEEDED(r))
        r = get_text(params, "Name", &d->name);
    return PRL_FAILED(r) ? r : parse_merge_note(d, params);
}

/* ---- StorageData ---- */

static PRL_RESULT
parse_image(xmlNodePtr node, struct descriptor_image *image)
{
    AUTO(cleanup_free) char *type = NULL;
    PRL_RESULT r = get_guid(node, "GUID", NULL, PRL_ERR_DISK_IMAGES_CORRUPTED, image->guid);

    if (PRL_SUCCEEDED(r))
        r = get_text(node, "Type", &type);
    if (PRL_SUCCEEDED(r))
        r = get_text(node, "File", &image->file);
    if (PRL_FAILED(r))
        return r;
    image->node = node;
    image->is_plain = str_eq(type, "Plain");
    if (!image->is_plain && !str_eq(type, "Compressed"))
        return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "the image of %s has the Type '%.40s'", image->guid, type ? type : "");
    if (!image->file || !image->file[0])
        return err_set(PRL_ERR_DISK_IMAGES_CORRUPTED, "the image of %s has no File", image->guid);
    return PRL_ERR_SUCCESS;
}

/* Blocksize is also written BlockSize. */
static PRL_RESULT
parse_cluster(xmlNodePtr node, uint32_t *ret)
{
    uint32_t one = 0, other = 0;
    PRL_RESULT r = get_u32(node, "Blocksize", 0, &one);

    if (PRL_SUCCEEDED(r))
        r = get_u32(node, "BlockSize", 0, &other);
    if (PRL_FAILED(r))
        return r;
    if (one && other && one != other)
        return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "a storage has two cluster sizes, %" PRIu32 " and %" PRIu32, one, other);
    *ret = one ? one : other;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
parse_storage(xmlNodePtr node, struct descriptor_storage *s)
{
    int n = count(node, "Image");
    uint32_t preallocated = 0;
    PRL_RESULT r = need_sectors(node, "Start", &s->start_sector);

    s->node = node;
    if (PRL_SUCCEEDED(r))
        r = need_sectors(node, "End", &s->end_sector);
    if (PRL_SUCCEEDED(r))
        r = parse_cluster(node, &s->cluster_sectors);
    if (PRL_SUCCEEDED(r))
        r = get_u32(node, "Preallocated", 0, &preallocated);
    if (PRL_FAILED(r))
        return r;
    s->is_preallocated = preallocated != 0;
    s->images = calloc((size_t)n + 1, sizeof *s->images);
    if (!s->images)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%d images", n);
    for (xmlNodePtr c = node->children; c && PRL_SUCCEEDED(r); c = c->next)
        if (is_named(c, "Image"))
            r = parse_image(c, &s->images[s->n_images++]);
    return r;
}

static int
by_start(const void *a, const void *b)
{
    const struct descriptor_storage *x = a, *y = b;

    return x->start_sector < y->start_sector ? -1 : x->start_sector > y->start_sector;
}

static PRL_RESULT
parse_storages(struct descriptor *d, xmlNodePtr data)
{
    int n = count(data, "Storage");
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (n > DESCRIPTOR_MAX_STORAGES)
        return err_set(PRL_ERR_DISK_STORAGE_CORRUPTED, "%d storages, at most %d are allowed", n, DESCRIPTOR_MAX_STORAGES);
    d->storages = calloc((size_t)n + 1, sizeof *d->storages);
    if (!d->storages)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%d storages", n);
    for (xmlNodePtr c = data->children; c && PRL_SUCCEEDED(r); c = c->next)
        if (is_named(c, "Storage"))
            r = parse_storage(c, &d->storages[d->n_storages++]);
    if (PRL_SUCCEEDED(r))
        qsort(d->storages, (size_t)n, sizeof *d->storages, by_start);
    return r;
}

/* ---- Snapshots ---- */

/* Without a tree each storage has one image, of the one node there is. */
static PRL_RESULT
make_single_node(struct descriptor *d, const char *top)
{
    const struct descriptor_storage *s = d->storages;

    if (d->n_storages < 1 || s->n_images != 1)
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "no Snapshots, and not exactly one image");
    if (top[0] && strcmp(top, s->images[0].guid) != 0)
        return err_set(PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "the active node %s is no snapshot", top);
    memcpy(d->active, s->images[0].guid, UUID_TEXT);
    return descriptor_add_shot(d, d->active, UUID_NIL) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "a snapshot");
}

static PRL_RESULT
parse_shots(struct descriptor *d, xmlNodePtr snapshots)
{
    int n = count(snapshots, "Shot");
    char top[UUID_TEXT] = "";
    PRL_RESULT r = get_guid(snapshots, "TopGUID", top, PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, top);

    if (PRL_FAILED(r))
        return r;
    if (!n)
        return make_single_node(d, top);
    memcpy(d->active, top[0] ? top : DESCRIPTOR_ACTIVE, UUID_TEXT);
    d->shots = calloc((size_t)n, sizeof *d->shots);
    if (!d->shots)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%d snapshots", n);
    for (xmlNodePtr c = snapshots->children; c && PRL_SUCCEEDED(r); c = c->next) {
        struct descriptor_shot *shot = &d->shots[d->n_shots];

        if (!is_named(c, "Shot"))
            continue;
        d->n_shots++;
        shot->node = c;
        r = get_guid(c, "GUID", NULL, PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, shot->guid);
        if (PRL_SUCCEEDED(r))
            r = get_guid(c, "ParentGUID", UUID_NIL, PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, shot->parent);
    }
    return r;
}

/* ---- the whole ---- */

/* No other encoding is converted: iconv has seen enough trouble, and nobody writes any. */
static bool
is_utf8(const char *text, size_t len)
{
    static const char bom[] = "\xef\xbb\xbf", key[] = "encoding";
    const char *end, *at;

    if (!str_is_xml_text(text, len))
        return false;
    if (len >= 3 && memcmp(text, bom, 3) == 0) {
        text += 3;
        len -= 3;
    }
    end = len > 5 && memcmp(text, "<?xml", 5) == 0 ? memchr(text, '>', len) : NULL;
    at = end ? memmem(text, (size_t)(end - text), key, sizeof key - 1) : NULL;
    if (!at)
        return true;
    for (at += sizeof key - 1; at < end && strchr(" \t\r\n='\"", *at); at++)
        ;
    return end - at > 5 && strncasecmp(at, "UTF-8", 5) == 0 && (at[5] == '\'' || at[5] == '"');
}

static PRL_RESULT
check_root(xmlNodePtr root)
{
    xmlChar *version;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!is_named(root, "Parallels_disk_image") && !is_named(root, "Virtuozzo_disk_image"))
        return err_set(PRL_ERR_DISK_XML_INVALID, "the root element is '%.40s'", (const char *)root->name);
    version = xmlGetProp(root, (const xmlChar *)"Version");
    if (version && strcmp((const char *)version, "1.0") != 0)
        r = err_set(PRL_ERR_DISK_XML_INVALID_VERSION, "Version '%.40s'", (const char *)version);
    xmlFree(version);
    return r;
}

static PRL_RESULT
parse_document(struct descriptor *d)
{
    xmlNodePtr root = xmlDocGetRootElement(d->document), params, data, snapshots;
    PRL_RESULT r = check_root(root);

    if (PRL_SUCCEEDED(r))
        r = single(root, "Disk_Parameters", &params);
    if (PRL_SUCCEEDED(r))
        r = single(root, "StorageData", &data);
    if (PRL_SUCCEEDED(r))
        r = single(root, "Snapshots", &snapshots);
    if (PRL_FAILED(r))
        return r;
    if (!params || !data)
        return err_set(PRL_ERR_DISK_XML_INVALID, "no %s", params ? "StorageData" : "Disk_Parameters");
    r = parse_parameters(d, params);
    if (PRL_SUCCEEDED(r))
        r = parse_storages(d, data);
    if (PRL_SUCCEEDED(r))
        r = parse_shots(d, snapshots);
    return PRL_FAILED(r) ? r : descriptor_check(d);
}

PRL_RESULT
descriptor_parse(const char *text, size_t len, struct descriptor **ret)
{
    AUTO(descriptor_free) struct descriptor *d = NULL;
    AUTO(cleanup_free) char *why = NULL;
    PRL_RESULT r;

    if (len > DESCRIPTOR_MAX_BYTES)
        return err_set(PRL_ERR_DISK_XML_LARGE_FILE, "%zu bytes, at most %u are allowed", len, DESCRIPTOR_MAX_BYTES);
    if (!is_utf8(text, len))
        return err_set(PRL_ERR_DISK_XML_INVALID, "not UTF-8, or characters that XML does not have");
    d = calloc(1, sizeof *d);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "a descriptor");
    d->document = xml_parse(text, len, &why);
    if (!d->document)
        return why ? err_set(PRL_ERR_DISK_XML_INVALID, "%s", why) : err_set(PRL_ERR_OUT_OF_MEMORY, "%zu bytes of XML", len);
    r = parse_document(d);
    if (PRL_SUCCEEDED(r))
        *ret = TAKE(d);
    return r;
}
