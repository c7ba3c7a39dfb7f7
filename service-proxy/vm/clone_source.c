/* SPDX-License-Identifier: MIT */
#include "clone_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/vec.h"
#include "base/xml.h"
#include "clone_plan.h"
#include "engine/claims.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/task.h"
#include "image/bundle_linked.h"
#include "image_file.h"
#include "links.h"
#include "qemu/backend.h"
#include "qemu/qemu_export.h"
#include "vm_registry.h"
#include "vm_store.h"

#define LIVE_SUFFIX ".live" /* of an overlay that is there for the length of a copy */
#define FOLD_FROM 8 /* images in a chain: shorter ones cost little, and folding takes the time of a copy */
#define TAG_HEX 8

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "clone");
}

static const char *
text_of(json_t *item, const char *key)
{
    const char *s = json_string_value(json_object_get(item, key));

    return s ? s : "";
}

static bool
is_path(const char *s)
{
    return path_is_absolute(s) && path_is_clean(s);
}

static bool
is_live(struct vm *vm)
{
    return vm_state_is_live(vm_state_get(vm));
}

/* The array as the backend wants it: borrowed strings. False: no memory. */
typedef VEC(struct backend_overlay) overlay_vec;

static bool
overlays_of(json_t *list, overlay_vec *ret)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        struct backend_overlay o = { text_of(item, "node"), text_of(item, "image"), text_of(item, "overlay") };

        if (o.node[0] && !vec_push(ret, o))
            return false;
    }
    return true;
}

static json_t *
overlay_entry(const struct vm_image *image, const char *overlay, bool is_in_qemu)
{
    AUTO(cleanup_free) char *node = is_in_qemu ? str_printf("hdd%u", image->index) : str_dup("");

    return node ? json_pack("{s:s, s:s, s:s, s:b, s:i}", "node", node, "image", image->path, "overlay", overlay, "raw",
                            (int)(clone_is_raw(image) || path_is_dir(image->path)), "index", (int)image->index)
                : NULL;
}

/* ---- the configuration that names the overlays ---- */

static PRL_RESULT
set_images(xmlDocPtr doc, json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        unsigned index = (unsigned)json_integer_value(json_object_get(item, "index"));
        xmlNodePtr device = vm_model_device_by_index(doc, PDE_HARD_DISK, index);

        if (!device)
            return err_set(PRL_ERR_HDD_IMAGE_COPY, "hard disk %u is not in the configuration", index);
        if (!xml_set(device, "SystemName", text_of(item, "overlay")))
            return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
record_links(const struct vm *vm, json_t *list)
{
    VEC(struct link) add = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        struct link link = { text_of(item, "overlay"), text_of(item, "image"), vm->uuid };

        if (!vec_push(&add, link))
            r = no_memory();
    }
    if (PRL_SUCCEEDED(r) && add.len)
        r = links_add(add.p, add.len);
    vec_free(&add);
    return r;
}

static void
forget_links(json_t *list)
{
    VEC(const char *) children = { 0 };
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (!vec_push(&children, text_of(item, "overlay")))
            break;
    if (children.len)
        links_remove(children.p, children.len, NULL);
    vec_free(&children);
}

static void
remove_overlays(json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        const char *overlay = text_of(item, "overlay");
        int e = path_is_dir(overlay) ? path_remove_tree(overlay) : path_unlink_durable(overlay);

        if (e < 0 && e != -ENOENT)
            LOG_W("clone", "'%s' was not removed: %s", text_of(item, "overlay"), strerror(-e));
    }
}

/* Its own base, by name and header: made by us or by QEMU for us, to its end. */
static bool
is_overlay_of(const char *overlay, const char *image)
{
    struct image_info info;
    bool ok;

    if (path_is_dir(overlay))
        return bundle_stands_on(overlay, image);
    if (PRL_FAILED(image_file_info(overlay, &info)))
        return false;
    ok = info.format == IMAGE_QCOW2 && info.backing && strcmp(path_basename(info.backing), path_basename(image)) == 0;
    image_info_clear(&info);
    return ok;
}

/* ---- full clones of a live VM ---- */

PRL_RESULT
clone_freeze_plan(struct vm *vm, const struct vm_images *images, json_t **ret)
{
    json_t *list = json_array();
    PRL_RESULT r = list ? PRL_ERR_SUCCESS : no_memory();

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images->len; i++) {
        const struct vm_image *image = &images->p[i];
        AUTO(cleanup_free) char *overlay = NULL;

        if (image->kind != VM_IMAGE_DISK || !image->is_used || !path_exists(image->path))
            continue;
        overlay = str_printf("%s" LIVE_SUFFIX, image->path);
        if (!overlay || json_array_append_new(list, overlay_entry(image, overlay, true)) < 0)
            r = no_memory();
    }
    if (PRL_SUCCEEDED(r)) {
        *ret = json_pack("{s:s, s:o}", "vm", vm->uuid, "overlays", list);
        return *ret ? PRL_ERR_SUCCESS : no_memory();
    }
    json_decref(list);
    return r;
}

static PRL_RESULT
refuse_leftovers(json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (path_exists(text_of(item, "overlay")))
            return err_set(PRL_ERR_HDD_IMAGE_COPY, "'%s' is left from a clone that failed", text_of(item, "overlay"));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
clone_freeze(struct vm *vm, struct task *t, json_t *plan)
{
    json_t *list = json_object_get(plan, "overlays");
    overlay_vec overlays = { 0 };
    PRL_RESULT r = refuse_leftovers(list);

    if (PRL_SUCCEEDED(r) && !overlays_of(list, &overlays))
        r = no_memory();
    if (PRL_SUCCEEDED(r) && overlays.len)
        r = backend->freeze(vm, t, overlays.p, (int)overlays.len);
    vec_free(&overlays);
    return r;
}

/* qemu-img, for those that are there. */
static PRL_RESULT
commit_offline(json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        const char *image = text_of(item, "image"), *overlay = text_of(item, "overlay");
        bool is_raw = json_is_true(json_object_get(item, "raw"));
        char *alone[] = { (char *)image, NULL }, **chain = alone;
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (!path_exists(overlay))
            continue;
        if (!is_raw)
            r = links_chain(image, &chain);
        if (PRL_SUCCEEDED(r))
            r = path_is_dir(image) ? qemu_export_commit(overlay, image) : image_commit(overlay, chain, is_raw);
        if (chain != alone && PRL_SUCCEEDED(r))
            links_chain_free(chain);
        if (PRL_FAILED(r))
            return r;
        path_unlink_durable(overlay);
    }
    return PRL_ERR_SUCCESS;
}

/* What lies over a raw image or a bundle, and could not be put back: noted as its child, until clone_commit_left. */
static PRL_RESULT
note_left(struct vm *vm, json_t *item)
{
    struct link link = { text_of(item, "overlay"), text_of(item, "image"), vm->uuid };
    PRL_RESULT r = links_add(&link, 1);

    if (PRL_SUCCEEDED(r))
        LOG_W("clone", "'%s' holds the last writes of '%s', which gets them before it is used again", link.child, link.base);
    return r;
}

/* The overlays that are there stay, as the VM's disks. One over a raw image or a bundle cannot: no configuration can say what it stands on. */
static PRL_RESULT
keep_overlays(struct vm *vm, json_t *list)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    json_t *kept = json_array(), *item;
    size_t i;
    PRL_RESULT r = vm_config_doc(vm, &doc);

    json_array_foreach(list, i, item) {
        if (!path_exists(text_of(item, "overlay")))
            continue;
        if (json_is_true(json_object_get(item, "raw"))) {
            r = PRL_FAILED(r) ? r : note_left(vm, item);
            continue;
        }
        json_array_append(kept, item);
    }
    if (PRL_SUCCEEDED(r) && !json_array_size(kept)) {
        json_decref(kept);
        return r;
    }
    if (PRL_SUCCEEDED(r))
        r = record_links(vm, kept);
    if (PRL_SUCCEEDED(r))
        r = set_images(doc, kept);
    if (PRL_SUCCEEDED(r))
        r = vm_store_save_config(vm, doc);
    json_decref(kept);
    if (PRL_SUCCEEDED(r))
        event_vm(vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return r;
}

/* Those that were made: a freeze that failed has made none, or some. */
static json_t *
existing(json_t *plan)
{
    json_t *there = json_array(), *item;
    size_t i;

    json_array_foreach(json_object_get(plan, "overlays"), i, item)
        if (path_exists(text_of(item, "overlay")))
            json_array_append(there, item);
    return there;
}

static bool
has_raw(json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (json_is_true(json_object_get(item, "raw")))
            return true;
    return false;
}

/* In some overlay of which no configuration may say so: because it is over a raw image, or on its way back. */
static bool
is_open_yet(struct vm *vm, PRL_RESULT r, json_t *list)
{
    return is_live(vm) && (r == PRL_ERR_TRY_AGAIN || (r == PRL_ERR_TIMEOUT && has_raw(list)));
}

/* False: see clone_thaw. */
static bool
thaw(struct vm *vm, struct task *t, json_t *list)
{
    AUTO(err_free) struct err *before = err_copy(err_peek());
    overlay_vec overlays = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (is_live(vm) && overlays_of(list, &overlays) && overlays.len)
        r = backend->commit_back(vm, t, overlays.p, (int)overlays.len);
    vec_free(&overlays);
    if (is_open_yet(vm, r, list)) {
        LOG_W("clone", "what becomes of the overlays of %s is not known yet: %s", vm->uuid, err_peek()->details ? err_peek()->details : "");
        err_clear();
        if (before && before->code)
            err_put(before);
        return false;
    }
    if (!is_live(vm)) /* ended meanwhile, or had ended: its last writes are in the overlays */
        r = commit_offline(list);
    else if (PRL_SUCCEEDED(r))
        remove_overlays(list);
    if (PRL_FAILED(r)) {
        LOG_W("clone", "the disks of %s stay in their overlays: %s", vm->uuid, err_peek()->details ? err_peek()->details : "");
        r = keep_overlays(vm, list);
    }
    if (PRL_FAILED(r))
        LOG_E("clone", "the disks of %s are in overlays that its configuration does not name: %s", vm->uuid,
              err_peek()->details ? err_peek()->details : "");
    err_clear();
    if (before && before->code)
        err_put(before);
    return true;
}

static PRL_RESULT
find_left(const struct vm_images *images, json_t *ret)
{
    for (size_t i = 0; i < images->len; i++) {
        const struct vm_image *image = &images->p[i];
        AUTO(cleanup_free) char *overlay = str_printf("%s" LIVE_SUFFIX, image->path);

        if (!overlay)
            return no_memory();
        if (image->kind == VM_IMAGE_DISK && path_exists(overlay) && links_is_child(overlay, image->path) &&
            json_array_append_new(ret, overlay_entry(image, overlay, false)) < 0)
            return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
clone_commit_left(struct vm *vm)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    struct vm_images images = { 0 };
    json_t *left = json_array();
    PRL_RESULT r = home && left ? vm_config_doc(vm, &doc) : no_memory();

    if (PRL_SUCCEEDED(r))
        r = vm_model_images(doc, home, &images);
    if (PRL_SUCCEEDED(r))
        r = find_left(&images, left);
    if (PRL_SUCCEEDED(r) && json_array_size(left)) {
        r = commit_offline(left);
        if (PRL_SUCCEEDED(r))
            forget_links(left);
    }
    vm_images_free(&images);
    json_decref(left);
    return r;
}

bool
clone_thaw(struct vm *vm, struct task *t, json_t *plan)
{
    json_t *list = existing(plan);
    bool is_settled = !json_array_size(list) || thaw(vm, t, list);

    json_decref(list);
    return is_settled;
}

/* Already named by the configuration: it was kept. */
static bool
is_named(struct vm *vm, const char *overlay)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    bool found = false;

    if (PRL_FAILED(vm_config_doc(vm, &doc)))
        return false;
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0); n && !found; n = xml_next(n)) {
        AUTO(cleanup_free) char *name = xml_get(n, "SystemName");

        found = str_eq(name, overlay);
    }
    return found;
}

void
clone_freeze_recover(json_t *plan)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(text_of(plan, "vm"));
    json_t *list = json_object_get(plan, "overlays"), *item, *there = json_array();
    size_t i;

    json_array_foreach(list, i, item)
        if (vm && is_path(text_of(item, "overlay")) && path_exists(text_of(item, "overlay")) && !is_named(vm, text_of(item, "overlay")))
            json_array_append(there, item);
    if (json_array_size(there)) {
        json_t *left = json_pack("{s:s, s:O}", "vm", vm->uuid, "overlays", there);

        LOG_W("clone", "%s was left in overlays by a service that ended", vm->uuid);
        if (!clone_thaw(vm, NULL, left))
            journal_keep();
        json_decref(left);
    }
    json_decref(there);
}

/* ---- linked clones ---- */

static bool
is_tag(const char *s)
{
    return s[0] == '-' && strspn(s + 1, "0123456789abcdef") == TAG_HEX;
}

/* harddisk1.hdd -> harddisk1-1a2b3c4d.hdd -> harddisk1-5e6f7a8b.hdd */
static char *
overlay_name(const char *image)
{
    AUTO(cleanup_free) char *dir = path_dirname(image);
    const char *name = path_basename(image), *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    char uuid[UUID_TEXT];

    uuid_make(uuid);
    if (!dir)
        return NULL;
    if (stem > TAG_HEX + 1 && is_tag(name + stem - TAG_HEX - 1) && strspn(name + stem - TAG_HEX, "0123456789abcdef") >= TAG_HEX)
        stem -= TAG_HEX + 1;
    return str_printf("%s/%.*s-%.*s%s", strcmp(dir, "/") == 0 ? "" : dir, (int)stem, name, TAG_HEX, uuid + 1, dot && dot != name ? dot : "");
}

static PRL_RESULT
cannot_link(const char *image, const char *why)
{
    err_set(PRL_ERR_COULDNT_TO_CREATE_HDD_LINKED_CLONE, "'%s' %s", image, why);
    err_param(0, "%s", image);
    return PRL_ERR_COULDNT_TO_CREATE_HDD_LINKED_CLONE;
}

/* An overlay that nothing was written to: what it stands on is the base, and no chain grows. Allocated or NULL. */
static char *
reusable_base(const char *image, const struct image_info *info)
{
    struct image_info below;
    char **chain = NULL, *base = NULL;

    if (!info->is_pristine || !info->backing || PRL_FAILED(links_chain(image, &chain))) {
        err_clear();
        return NULL;
    }
    if (chain[1] && PRL_SUCCEEDED(image_file_info(chain[1], &below))) {
        if (below.size_bytes == info->size_bytes)
            base = strdup(chain[1]);
        image_info_clear(&below);
    }
    links_chain_free(chain);
    return base;
}

static size_t
chain_length(char *const *chain)
{
    size_t n = 0;

    while (chain[n])
        n++;
    return n;
}

static bool
is_same_dir(const char *a, const char *b)
{
    AUTO(cleanup_free) char *dir_a = path_dirname(a);
    AUTO(cleanup_free) char *dir_b = path_dirname(b);

    return dir_a && dir_b && str_eq(dir_a, dir_b);
}

static char *
reusable_bundle(const char *bundle)
{
    char **chain = NULL, *base = NULL;

    if (PRL_FAILED(links_chain(bundle, &chain))) {
        err_clear();
        return NULL;
    }
    if (chain[1] && bundle_is_pristine(bundle))
        base = strdup(chain[1]);
    links_chain_free(chain);
    err_clear();
    return base;
}

/*
 * A long chain whose top is the only child of what it stands on, because the clones made in between are gone: the top's data goes into
 * that image too, and clones stand on it as if nothing had been written since. Not while QEMU has them open. A crash in between
 * leaves nothing that the top does not hide. Allocated or NULL.
 */
static char *
folded_base(const char *image, const struct image_info *info)
{
    struct image_info below;
    char **chain = NULL, *base = NULL;

    if (PRL_FAILED(links_chain(image, &chain))) {
        err_clear();
        return NULL;
    }
    if (chain_length(chain) >= FOLD_FROM && is_same_dir(image, chain[1]) && links_children_count(chain[1]) == 1 &&
        PRL_SUCCEEDED(image_file_info(chain[1], &below))) {
        if (below.size_bytes == info->size_bytes && chmod(chain[1], 0600) == 0) {
            if (PRL_SUCCEEDED(image_commit(image, chain + 1, false)))
                base = strdup(chain[1]);
            chmod(chain[1], 0400);
        }
        image_info_clear(&below);
    }
    links_chain_free(chain);
    err_clear();
    return base;
}

const char *
clone_disk_key(unsigned index)
{
    static _Thread_local char key[16];

    snprintf(key, sizeof key, "hdd%u", index);
    return key;
}

struct linking {
    struct vm *vm;
    struct task *t;
    bool is_live;
    json_t *bases;  /* clone_disk_key -> base */
    json_t *turned; /* overlay_entry of each image that becomes a base */
};

static PRL_RESULT
check_chain(const char *image)
{
    char **chain;
    PRL_RESULT r = links_chain(image, &chain); /* nobody gets to read through us what its header names */

    if (PRL_FAILED(r))
        return r;
    if (chain_length(chain) >= LINKS_MAX_DEPTH) /* one more, and neither the clone nor the source could be opened */
        r = cannot_link(image, "stands on as many images as there may be: make a full clone");
    links_chain_free(chain);
    return r;
}

static PRL_RESULT
check_base(const char *image, const struct image_info *info)
{
    if (info->format != IMAGE_QCOW2)
        return cannot_link(image, "is no qcow2 image");
    if (info->is_encrypted || info->is_dirty)
        return cannot_link(image, "is encrypted or needs a repair");
    return check_chain(image);
}

/* An image that can be the base as it is, without a new overlay for the source; allocated or NULL. */
static PRL_RESULT
existing_base(const char *image, bool is_in_qemu, char **ret_base)
{
    struct image_info info;
    PRL_RESULT r;

    *ret_base = NULL;
    if (path_is_dir(image)) {
        r = check_chain(image);
        if (PRL_SUCCEEDED(r) && !is_in_qemu)
            *ret_base = reusable_bundle(image);
        return r;
    }
    r = image_file_info(image, &info);
    if (PRL_FAILED(r))
        return r;
    r = check_base(image, &info);
    if (PRL_SUCCEEDED(r) && !is_in_qemu) {
        *ret_base = reusable_base(image, &info);
        if (!*ret_base)
            *ret_base = folded_base(image, &info);
    }
    image_info_clear(&info);
    return r;
}

static PRL_RESULT
plan_base(struct linking *l, const struct vm_image *image)
{
    AUTO(cleanup_free) char *base = NULL;
    AUTO(cleanup_free) char *overlay = NULL;
    bool is_in_qemu = l->is_live && image->is_used;
    PRL_RESULT r = existing_base(image->path, is_in_qemu, &base);

    if (PRL_FAILED(r))
        return r;
    if (base)
        return json_object_set_new(l->bases, clone_disk_key(image->index), json_string(base)) < 0 ? no_memory() : PRL_ERR_SUCCESS;
    overlay = overlay_name(image->path);
    if (!overlay || json_object_set_new(l->bases, clone_disk_key(image->index), json_string(image->path)) < 0 ||
        json_array_append_new(l->turned, overlay_entry(image, overlay, is_in_qemu)) < 0)
        return no_memory();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
plan_bases(struct linking *l, const struct vm_images *images)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images->len; i++) {
        const struct vm_image *image = &images->p[i];

        if (image->kind != VM_IMAGE_DISK || !path_exists(image->path))
            continue;
        if (!clone_is_raw(image) || path_is_dir(image->path))
            r = plan_base(l, image);
        else if (image->is_used)
            r = cannot_link(image->path, "is no qcow2 image");
    }
    return r;
}

/* A running VM's bundles too: its exports change over to what is there. */
static PRL_RESULT
make_offline(struct linking *l)
{
    json_t *item;
    size_t i;

    json_array_foreach(l->turned, i, item) {
        const char *image = text_of(item, "image"), *overlay = text_of(item, "overlay");
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (path_is_dir(image))
            r = clone_bundle_overlay(overlay, image, true);
        else if (!text_of(item, "node")[0])
            r = image_overlay_create(overlay, image, path_basename(image));
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_live(struct linking *l)
{
    overlay_vec overlays = { 0 };
    PRL_RESULT r = overlays_of(l->turned, &overlays) ? PRL_ERR_SUCCESS : no_memory();

    if (PRL_SUCCEEDED(r) && overlays.len)
        r = backend->freeze(l->vm, l->t, overlays.p, (int)overlays.len);
    vec_free(&overlays);
    return r;
}

static void
protect_bases(json_t *turned)
{
    json_t *item;
    size_t i;

    json_array_foreach(turned, i, item) {
        int e = links_protect(text_of(item, "image"), true);

        if (e < 0)
            LOG_W("clone", "'%s' is a base now but stays writable: %s", text_of(item, "image"), strerror(-e));
    }
}

/* was it running: a guest that is held for more than one disk shall go on, whoever finds it. */
static json_t *
switch_entry(const struct linking *l)
{
    return json_pack("{s:s, s:b, s:b, s:O}", "vm", l->vm->uuid, "live", (int)l->is_live, "running",
                     (int)(vm_state_get(l->vm) == VMS_RUNNING), "overlays", l->turned);
}

/* As the next service would: the overlays are named, which is right whether the VM is in them, will be, or never. */
static void
go_forward(struct linking *l)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());
    json_t *turn = switch_entry(l);

    clone_link_recover(turn);
    json_decref(turn);
    event_vm(l->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    if (why)
        err_put(why);
}

/* Back to the images; only while the configuration still names them. Where there is no way back, forward. */
static void
undo_switch(struct linking *l, const char *home, bool is_frozen)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());
    overlay_vec overlays = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (is_frozen && is_live(l->vm) && overlays_of(l->turned, &overlays) && overlays.len)
        do
            r = backend->commit_back(l->vm, l->t, overlays.p, (int)overlays.len);
        while (r == PRL_ERR_TRY_AGAIN);
    if (PRL_FAILED(r)) {
        LOG_W("clone", "%s stays in its overlays: %s", l->vm->uuid, err_peek()->details ? err_peek()->details : "");
        go_forward(l);
    } else {
        remove_overlays(l->turned);
        forget_links(l->turned);
        config_file_drop_staged(home);
    }
    vec_free(&overlays);
    if (why)
        err_put(why);
}

static PRL_RESULT
switch_source(struct linking *l, const char *home, xmlDocPtr doc)
{
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    bool is_frozen = false;
    PRL_RESULT r = set_images(doc, l->turned);

    if (PRL_SUCCEEDED(r))
        r = record_links(l->vm, l->turned);
    if (PRL_SUCCEEDED(r))
        r = config_file_stage(home, doc, &c);
    if (PRL_SUCCEEDED(r))
        r = make_offline(l);
    if (PRL_SUCCEEDED(r) && l->is_live) {
        r = make_live(l);
        is_frozen = PRL_SUCCEEDED(r);
    }
    if (PRL_SUCCEEDED(r))
        r = config_file_put_staged(home, &c);
    if (r == PRL_ERR_TIMEOUT) /* QEMU may freeze them yet: the caller goes forward */
        return r;
    if (PRL_FAILED(r)) {
        undo_switch(l, home, is_frozen);
        return r;
    }
    vm_registry_take(l->vm, &c, PRL_ERR_SUCCESS, 0);
    protect_bases(l->turned);
    vm_store_touch();
    event_vm(l->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
journal_switch(struct linking *l, json_t *own_entry)
{
    json_t *entry = json_copy(own_entry);
    json_t *turn = switch_entry(l);

    if (!entry || json_object_set_new(entry, "switch", turn) < 0) {
        json_decref(entry);
        return no_memory();
    }
    return task_journal(l->t, entry);
}

PRL_RESULT
clone_link_bases(struct vm *vm, struct task *t, xmlDocPtr doc, const struct vm_images *images, json_t *own_entry, json_t **ret_bases)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    struct linking l = { vm, t, is_live(vm), json_object(), json_array() };
    PRL_RESULT r = home && l.bases && l.turned ? plan_bases(&l, images) : no_memory();

    if (PRL_SUCCEEDED(r) && json_array_size(l.turned)) {
        r = journal_switch(&l, own_entry);
        if (PRL_SUCCEEDED(r))
            r = switch_source(&l, home, doc);
        if (r == PRL_ERR_TIMEOUT)
            go_forward(&l);
    }
    json_decref(l.turned);
    if (PRL_FAILED(r)) {
        json_decref(l.bases);
        return r;
    }
    *ret_bases = l.bases;
    return PRL_ERR_SUCCESS;
}

/* ---- recovery ---- */

/* The exports may not have been told: those that serve their overlay already stay there. False: they may still write the bases. */
static bool
change_over_again(struct vm *vm, json_t *list)
{
    overlay_vec all = { 0 }, bundles = { 0 };
    bool is_done = overlays_of(list, &all);

    for (size_t i = 0; i < all.len && is_done; i++)
        is_done = !path_is_dir(all.p[i].overlay) || vec_push(&bundles, all.p[i]);
    if (is_done && bundles.len && is_live(vm))
        is_done = PRL_SUCCEEDED(backend->freeze(vm, NULL, bundles.p, (int)bundles.len));
    vec_free(&all);
    vec_free(&bundles);
    return is_done;
}

/*
 * Forward where the VM may be running in the overlay already, or its guest may have written there before the host went down; an overlay
 * in which nothing can be goes. Forward is never wrong: over a base that QEMU still writes it shows just that base.
 */
void
clone_link_recover(json_t *turn)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(text_of(turn, "vm"));
    AUTO(cleanup_free) char *home = vm ? vm_home_dup(vm) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    bool was_live = json_is_true(json_object_get(turn, "live"));
    json_t *forward = json_array(), *back = json_array(), *named = json_array(), *item;
    size_t i;

    json_array_foreach(json_object_get(turn, "overlays"), i, item) {
        const char *overlay = text_of(item, "overlay"), *image = text_of(item, "image");

        if (!vm || !is_path(overlay) || !is_path(image))
            continue;
        if (is_named(vm, overlay))
            json_array_append(named, item);
        else if (was_live && is_overlay_of(overlay, image))
            json_array_append(forward, item);
        else
            json_array_append(back, item);
    }
    if (json_array_size(forward) && PRL_SUCCEEDED(vm_config_doc(vm, &doc)) && PRL_SUCCEEDED(record_links(vm, forward)) &&
        PRL_SUCCEEDED(set_images(doc, forward)) && PRL_SUCCEEDED(vm_store_save_config(vm, doc))) {
        if (change_over_again(vm, forward))
            protect_bases(forward);
    } else if (json_array_size(forward))
        LOG_E("clone", "%s was left in overlays that its configuration does not name", vm->uuid);
    protect_bases(named);
    if (vm && json_is_true(json_object_get(turn, "running")) && vm_state_get(vm) == VMS_PAUSED && PRL_FAILED(backend->cont(vm, NULL)))
        LOG_W("clone", "%s was held for a clone and does not go on: %s", vm->uuid, err_peek()->details ? err_peek()->details : "");
    remove_overlays(back);
    forget_links(back);
    if (home)
        config_file_drop_staged(home);
    json_decref(forward);
    json_decref(back);
    json_decref(named);
    err_clear();
}
