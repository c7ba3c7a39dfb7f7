/* SPDX-License-Identifier: MIT */
#include "clone_plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <prlsdk/PrlEventsValues.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/xml.h"
#include "clone_source.h"
#include "disk_facts.h"
#include "engine/events.h"
#include "engine/task.h"
#include "image/bundle_linked.h"
#include "image_file.h"
#include "links.h"

#define PROGRESS_FROM 5u
#define PROGRESS_TO 90u

bool
clone_is_raw(const struct vm_image *image)
{
    return xml_get_u64(image->device, "DiskType", PHD_EXPANDING_HARD_DISK) == PHD_RAW_HARD_DISK;
}

/* ---- planning ---- */

struct planning {
    struct clone_plan *plan;
    struct task *t;
    const struct vm_prepare_clone *c;
    json_t *bases;
};

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "clone");
}

static void
item_clear(struct clone_item *i)
{
    free(i->src);
    free(i->dst);
}

static bool
is_planned(const struct clone_plan *plan, const char *dst)
{
    for (size_t i = 0; i < plan->items.len; i++)
        if (strcmp(plan->items.p[i].dst, dst) == 0)
            return true;
    return false;
}

/* Two disks may stand on one base: it is copied once. */
static PRL_RESULT
add_item(struct clone_plan *plan, struct clone_item item, const char *src, const char *dst)
{
    struct stat st;

    if (is_planned(plan, dst))
        return PRL_ERR_SUCCESS;
    item.src = str_dup(src);
    item.dst = str_dup(dst);
    if (item.what == CLONE_COPY && stat(src, &st) == 0)
        item.bytes = (uint64_t)st.st_blocks * 512;
    plan->bytes += item.bytes;
    if (!item.dst || (src && !item.src) || !vec_push(&plan->items, item)) {
        item_clear(&item);
        return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_link(struct clone_plan *plan, const char *child, const char *base)
{
    struct clone_link link = { strdup(child), strdup(base) };

    if (!link.child || !link.base || !vec_push(&plan->links, link)) {
        free(link.child);
        free(link.base);
        return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

/* What lies in one directory goes along; what stands elsewhere stays there and is shared. */
static bool
goes_along(const char *image, const char *base)
{
    AUTO(cleanup_free) char *a = path_dirname(image);
    AUTO(cleanup_free) char *b = path_dirname(base);

    return a && b && strcmp(a, b) == 0;
}

/* Plans what `item` says of the image or bundle `from`, which will be `to`. */
typedef PRL_RESULT plan_one(struct planning *p, const struct clone_item *item, const char *from, const char *to);

/* What each of them stands on goes along beside it, or is shared. */
static PRL_RESULT
plan_chain(struct planning *p, const struct clone_item *like, char **chain, const char *dst, plan_one *one)
{
    AUTO(cleanup_free) char *dir = path_dirname(dst);
    AUTO(cleanup_free) char *at = strdup(dst);
    PRL_RESULT r = dir && at ? PRL_ERR_SUCCESS : no_memory();

    for (char **from = chain; PRL_SUCCEEDED(r) && *from; from++) {
        bool has_base = from[1] != NULL, is_along = has_base && goes_along(from[0], from[1]);
        AUTO(cleanup_free) char *below = is_along ? path_join(dir, path_basename(from[1])) : str_dup(from[1]);
        struct clone_item item = *like;

        item.is_base = from != chain;
        item.is_on_base = is_along;
        r = has_base && !below ? no_memory() : one(p, &item, from[0], at);
        if (PRL_FAILED(r) || !has_base)
            return r;
        r = add_link(p->plan, at, below);
        if (!is_along) {
            p->plan->is_linked = true;
            return r;
        }
        free(at);
        at = TAKE(below);
    }
    return r;
}

static PRL_RESULT
plan_file(struct planning *p, const struct clone_item *item, const char *from, const char *to)
{
    return add_item(p->plan, *item, from, to);
}

static PRL_RESULT
plan_copy(struct planning *p, const struct vm_image *image, const struct clone_item *like, const char *dst)
{
    char **chain;
    PRL_RESULT r;

    if (clone_is_raw(image))
        return add_item(p->plan, *like, image->path, dst);
    r = links_chain(image->path, &chain);
    if (PRL_FAILED(r))
        return r;
    r = plan_chain(p, like, chain, dst, plan_file);
    links_chain_free(chain);
    return r;
}

/* A directory of files, one level deep. Of a base the images are read-only (links_protect); what it stands on, its descriptor names. */
static PRL_RESULT
plan_bundle_files(struct planning *p, const struct clone_item *like, const char *bundle, const char *dst)
{
    PRL_RESULT r = disk_facts_can_copy_bundle(bundle);
    DIR *d = PRL_SUCCEEDED(r) ? opendir(bundle) : NULL;
    struct dirent *entry;

    if (!d)
        return PRL_FAILED(r) ? r : err_errno(PRL_ERR_HDD_IMAGE_COPY, errno, "'%s'", bundle);
    while (PRL_SUCCEEDED(r) && (entry = readdir(d))) {
        AUTO(cleanup_free) char *from = path_join(bundle, entry->d_name);
        AUTO(cleanup_free) char *to = path_join(dst, entry->d_name);
        struct clone_item item = *like;
        struct stat st;

        item.is_base = like->is_base && links_is_image_name(entry->d_name);
        item.is_on_base = false;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!from || !to)
            r = no_memory();
        else if (lstat(from, &st) < 0 || !S_ISREG(st.st_mode))
            r = err_set(PRL_ERR_HDD_IMAGE_COPY, "'%s' is no regular file", from);
        else
            r = add_item(p->plan, item, from, to);
    }
    closedir(d);
    return r;
}

static PRL_RESULT
plan_bundle(struct planning *p, const struct vm_image *image, const struct clone_item *like, const char *dst)
{
    char **chain = NULL;
    PRL_RESULT r = links_chain(image->path, &chain);

    if (PRL_SUCCEEDED(r))
        r = plan_chain(p, like, chain, dst, plan_bundle_files);
    links_chain_free(chain);
    if (PRL_FAILED(r) && r != PRL_ERR_OUT_OF_MEMORY) {
        AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

        return err_set(PRL_ERR_HDD_IMAGE_COPY, "%s", words ? words : image->path);
    }
    return r;
}

PRL_RESULT
clone_bundle_overlay(const char *path, const char *base, bool is_beside)
{
    PRL_RESULT r = bundle_create_linked(path, base, is_beside);
    PRL_RESULT code = r == PRL_ERR_DISK_INSUFFICIENT_SPACE ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_COULDNT_TO_CREATE_HDD_LINKED_CLONE;
    AUTO(cleanup_free) char *words = PRL_FAILED(r) ? str_dup(err_peek()->details) : NULL;

    if (PRL_SUCCEEDED(r) || r == PRL_ERR_OUT_OF_MEMORY)
        return r;
    err_set(code, "%s", words ? words : base);
    err_param(0, "%s", base);
    return code;
}

static PRL_RESULT
plan_overlay(struct planning *p, const struct clone_item *like, const char *base, const char *dst)
{
    struct clone_item item = *like;
    PRL_RESULT r;

    item.what = CLONE_OVERLAY;
    item.failed = PRL_ERR_COULDNT_TO_CREATE_HDD_LINKED_CLONE;
    r = add_item(p->plan, item, base, dst);
    if (PRL_SUCCEEDED(r))
        r = add_link(p->plan, dst, base);
    p->plan->is_linked = true;
    return r;
}

/* The warning goes to the asking session alone, issued in the VM's name (semantics 3.4). */
static void
warn_outside(struct planning *p, const struct vm_image *image)
{
    AUTO(cleanup_free) char *name = xml_get(image->device, "UserFriendlyName");
    AUTO(cleanup_free) char *vm_name = vm_name_dup(p->t->vm);
    json_t *event = event_new(PET_DSP_EVT_VM_MESSAGE, vm_name ? vm_name : "");

    if (!event)
        return;
    event_set_code(event, p->c->detach_external ? PRL_WARN_LINK_TO_OUTSIDED_HDD_WILL_BE_DROPPED_AFTER_CLONE
                                                : PRL_WARN_OUTSIDED_HDD_WILL_BE_ONLY_LINKED_AFTER_CLONE);
    event_add_int(event, "vm_message_param_0", PARAM_STRING, image->index);
    event_add_text(event, "vm_message_param_1", name && name[0] ? name : image->path);
    event_send_session(p->t->session, event);
}

static PRL_RESULT
refuse_access(struct planning *p, const char *path)
{
    AUTO(cleanup_free) char *vm_name = vm_name_dup(p->t->vm);

    err_errno(PRL_ERR_ACCESS_TO_CLONE_VM_DEVICE_DENIED, EACCES, "'%s'", path);
    err_param(0, "%s", vm_name ? vm_name : "");
    err_param(1, "%s", path);
    return PRL_ERR_ACCESS_TO_CLONE_VM_DEVICE_DENIED;
}

static PRL_RESULT
plan_disk(struct planning *p, const struct vm_image *image, const char *dst)
{
    struct clone_item like = { .what = CLONE_COPY, .failed = PRL_ERR_HDD_IMAGE_COPY, .type = image->type, .index = image->index };
    const char *base = json_string_value(json_object_get(p->bases, clone_disk_key(image->index)));

    if (base)
        return plan_overlay(p, &like, base, dst);
    if (path_is_dir(image->path))
        return plan_bundle(p, image, &like, dst);
    return plan_copy(p, image, &like, dst);
}

static PRL_RESULT
plan_image(struct planning *p, const struct vm_image *image)
{
    AUTO(cleanup_free) char *dst = vm_model_clone_path(p->c, image->kind, image->path);
    struct clone_item like = { .what = CLONE_COPY, .failed = PRL_ERR_FDD_IMAGE_COPY, .type = image->type, .index = image->index };

    if (!dst)
        return no_memory();
    if (image->kind == VM_IMAGE_CD ? !image->is_inside : false)
        return PRL_ERR_SUCCESS;
    if (image->kind == VM_IMAGE_OUTPUT) {
        like.what = CLONE_EMPTY;
        return add_item(p->plan, like, NULL, dst);
    }
    if (image->kind == VM_IMAGE_DISK && !image->is_inside) {
        warn_outside(p, image);
        if (p->c->detach_external)
            return PRL_ERR_SUCCESS;
    }
    if (!path_exists(image->path)) /* skipped, as the reference does */
        return PRL_ERR_SUCCESS;
    if (access(image->path, R_OK) < 0)
        return image->is_used ? refuse_access(p, image->path) : PRL_ERR_SUCCESS;
    return image->kind == VM_IMAGE_DISK ? plan_disk(p, image, dst) : add_item(p->plan, like, image->path, dst);
}

static PRL_RESULT
plan_home_files(struct planning *p)
{
    static const char *const names[] = { "NVRAM_4M.dat", "NVRAM_4M_SB.dat", "NVRAM.dat", "tpm/tpm2-00.permall", "VmInfo.pvi" };
    struct clone_item like = { .what = CLONE_COPY, .failed = PRL_ERR_NVRAM_FILE_COPY };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < ARRAY_LEN(names); i++) {
        AUTO(cleanup_free) char *src = path_join(p->c->source_home, names[i]);
        AUTO(cleanup_free) char *dst = path_join(p->c->home, names[i]);

        if (!src || !dst)
            r = no_memory();
        else if (path_exists(src))
            r = add_item(p->plan, like, src, dst);
    }
    return r;
}

PRL_RESULT
clone_plan_make(struct clone_plan *plan, struct task *t, const struct vm_images *images, const struct vm_prepare_clone *c, json_t *bases)
{
    struct planning p = { plan, t, c, bases };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images->len; i++)
        r = plan_image(&p, &images->p[i]);
    return PRL_FAILED(r) ? r : plan_home_files(&p);
}

void
clone_plan_clear(struct clone_plan *plan)
{
    for (size_t i = 0; i < plan->items.len; i++)
        item_clear(&plan->items.p[i]);
    for (size_t i = 0; i < plan->links.len; i++) {
        free(plan->links.p[i].child);
        free(plan->links.p[i].base);
    }
    vec_free(&plan->items);
    vec_free(&plan->links);
}

/* Directories that are made for files outside the home are removed after them. */
static bool
note_parents(struct vm_build *b, const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);

    if (!dir)
        return false;
    return path_exists(dir) || (note_parents(b, dir) && vm_build_plan(b, dir));
}

bool
clone_plan_note(const struct clone_plan *plan, struct vm_build *b)
{
    for (size_t i = 0; i < plan->items.len; i++) {
        const char *dst = plan->items.p[i].dst;

        if (!path_is_inside(dst, b->home) && !note_parents(b, dst))
            return false;
        if (!vm_build_plan(b, dst))
            return false;
    }
    return true;
}

/* ---- links ---- */

PRL_RESULT
clone_plan_add_links(const struct clone_plan *plan, const char *vm_uuid)
{
    VEC(struct link) add = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < plan->links.len; i++) {
        struct link link = { plan->links.p[i].child, plan->links.p[i].base, vm_uuid };

        if (!vec_push(&add, link))
            r = no_memory();
    }
    if (PRL_SUCCEEDED(r) && add.len)
        r = links_add(add.p, add.len);
    vec_free(&add);
    return r;
}

void
clone_plan_remove_links(const struct clone_plan *plan)
{
    VEC(const char *) children = { 0 };
    AUTO(err_free) struct err *why = err_copy(err_peek()); /* of what is being undone */

    for (size_t i = 0; i < plan->links.len; i++)
        if (!vec_push(&children, plan->links.p[i].child))
            break;
    if (children.len)
        links_remove(children.p, children.len, NULL);
    vec_free(&children);
    if (why)
        err_put(why);
}

json_t *
clone_plan_children(const struct clone_plan *plan)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < plan->links.len; i++)
        json_array_append_new(list, json_string(plan->links.p[i].child));
    return list;
}

/* ---- carrying it out ---- */

struct running {
    const struct clone_plan *plan;
    const struct vm_build *b;
    struct task *t;
    uint64_t done;
    unsigned last_percent;
    bool has_checked_space;
};

static void
file_event(struct running *run, PRL_EVENT_TYPE type, const struct clone_item *item)
{
    json_t *event = event_new(type, run->t->vm->uuid);

    if (!event)
        return;
    if (item) {
        event_add_int(event, "device_type", PARAM_INT, item->type);
        event_add_int(event, "device_index", PARAM_INT, item->index);
    }
    event_send_session(run->t->session, event);
}

static void
on_bytes(void *arg, uint64_t bytes)
{
    struct running *run = arg;
    uint64_t all = run->plan->bytes ? run->plan->bytes : 1;
    unsigned percent;
    json_t *event;

    run->done += bytes;
    percent = (unsigned)(run->done >= all ? 100 : run->done * 100 / all);
    task_progress(run->t, PROGRESS_FROM + (PROGRESS_TO - PROGRESS_FROM) * percent / 100);
    if (percent == run->last_percent)
        return;
    run->last_percent = percent;
    event = event_new(PET_JOB_FILE_COPY_PROGRESS_CHANGED, run->t->vm->uuid);
    if (!event)
        return;
    event_add_int(event, "progress_changed", PARAM_U32, percent);
    event_send_session(run->t->session, event);
}

static bool
on_cancel_asked(void *arg)
{
    struct running *run = arg;

    return task_is_cancelled(run->t);
}

static PRL_RESULT
no_space(struct running *run, const char *words)
{
    AUTO(cleanup_free) char *name = vm_name_dup(run->t->vm);

    err_set(PRL_ERR_FREE_DISC_SPACE_FOR_CLONE, "%s", words);
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_FREE_DISC_SPACE_FOR_CLONE;
}

/* Once, and only where data is really going to be written: a reflink takes nothing. */
static PRL_RESULT
check_space(struct running *run)
{
    AUTO(cleanup_free) char *words = NULL;
    uint64_t room, left = run->plan->bytes - (run->done < run->plan->bytes ? run->done : run->plan->bytes);

    if (run->has_checked_space)
        return PRL_ERR_SUCCESS;
    run->has_checked_space = true;
    if (path_free_bytes(run->b->temp, &room) < 0 || room >= left)
        return PRL_ERR_SUCCESS;
    words = str_printf("%llu MiB are needed, %llu MiB are free", (unsigned long long)(left >> 20), (unsigned long long)(room >> 20));
    return no_space(run, words ? words : "disk full");
}

static PRL_RESULT
cancelled(void)
{
    return err_set(PRL_ERR_CLONE_OPERATION_CANCELED, "cancelled");
}

static PRL_RESULT
copy_failed(struct running *run, const struct clone_item *item, int e)
{
    if (e == ECANCELED)
        return cancelled();
    if (e == ENOSPC || e == EDQUOT)
        return no_space(run, "the disk is full");
    err_errno(item->failed, e, "'%s' to '%s'", item->src, item->dst);
    err_param(0, "%s", item->src);
    return item->failed;
}

static PRL_RESULT
copy_item(struct running *run, const struct clone_item *item, const char *to)
{
    struct image_copy_watch watch = { on_bytes, on_cancel_asked, run };
    AUTO_FD int src = open(item->src, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    AUTO_FD int dst = -1;
    PRL_RESULT r;
    int e;

    if (src < 0)
        return copy_failed(run, item, errno);
    dst = open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (dst < 0)
        return copy_failed(run, item, errno);
    e = image_reflink(src, dst);
    if (e == 0) {
        on_bytes(run, item->bytes);
    } else {
        r = check_space(run);
        if (PRL_FAILED(r))
            return r;
        e = image_copy(src, dst, &watch);
    }
    if (e == 0 && item->is_on_base)
        e = image_bare_backing(dst);
    if (e == 0 && fsync(dst) < 0)
        e = -errno;
    if (e == 0 && item->is_base && fchmod(dst, 0400) < 0)
        e = -errno;
    return e < 0 ? copy_failed(run, item, -e) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
overlay_item(const struct clone_item *item, const char *to)
{
    PRL_RESULT r = path_is_dir(item->src) ? clone_bundle_overlay(to, item->src, false) : image_overlay_create(to, item->src, item->src);

    if (PRL_FAILED(r) && r != PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE) {
        AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

        r = err_set(item->failed, "%s", words ? words : item->src);
        err_param(0, "%s", item->src);
    }
    return r;
}

/* Outside the home it is the directory named by the clone's uuid; inside, whatever the source had. */
static PRL_RESULT
make_parent(struct running *run, const char *to)
{
    AUTO(cleanup_free) char *dir = path_dirname(to);
    int e;

    if (!dir)
        return no_memory();
    if (path_is_inside(to, run->b->temp))
        return vm_build_make_parents(run->b, to);
    e = path_make_dirs(dir, 0700);
    return e < 0 ? err_errno(PRL_ERR_MAKE_DIRECTORY, -e, "'%s'", dir) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
run_item(struct running *run, const struct clone_item *item)
{
    AUTO(cleanup_free) char *to = vm_build_path(run->b, item->dst);
    PRL_RESULT r;

    if (!to)
        return no_memory();
    if (task_is_cancelled(run->t))
        return cancelled();
    r = make_parent(run, to);
    if (PRL_FAILED(r))
        return r;
    if (item->what == CLONE_EMPTY)
        return vm_build_output_file(to);
    file_event(run, PET_VM_INF_START_FILE_COPYING, item);
    r = item->what == CLONE_OVERLAY ? overlay_item(item, to) : copy_item(run, item, to);
    if (PRL_SUCCEEDED(r))
        file_event(run, PET_VM_INF_END_FILE_COPYING, item);
    return r;
}

PRL_RESULT
clone_plan_run(const struct clone_plan *plan, const struct vm_build *b, struct task *t)
{
    struct running run = { plan, b, t, 0, 0, false };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    task_progress(t, PROGRESS_FROM);
    file_event(&run, PET_VM_INF_START_BUNCH_COPYING, NULL);
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < plan->items.len; i++)
        r = run_item(&run, &plan->items.p[i]);
    if (PRL_SUCCEEDED(r))
        file_event(&run, PET_VM_INF_END_BUNCH_COPYING, NULL);
    return r;
}
