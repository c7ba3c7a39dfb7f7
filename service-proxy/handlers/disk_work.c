/* SPDX-License-Identifier: MIT */
#include "disk_work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "engine/events.h"
#include "image/descriptor.h"
#include "image/image_lock.h"
#include "image/making.h"
#include "model/vm_model.h"
#include "vm/clone_source.h"
#include "vm/links.h"
#include "vm/vm_home.h"
#include "vm/vm_registry.h"

#define ORPHAN_MS 10000 /* a tool of ours outlives us by as long as its last step takes */

/* ---- begin and end ---- */

PRL_RESULT
disk_work_begin(struct disk_work *w, struct task *t)
{
    PRL_RESULT r;

    w->t = t;
    w->vm = t->vm;
    w->lock_fd = -1;
    w->last = 100;
    w->last_percent = -1;
    w->is_cancellable = true;
    w->state = vm_state_get(t->vm);
    w->home = vm_home_dup(t->vm);
    if (!w->home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    r = vm_config_doc(t->vm, &w->doc);
    if (PRL_SUCCEEDED(r) && !vm_state_is_live(w->state))
        r = vm_home_lock(w->home, &w->lock_fd);
    if (PRL_SUCCEEDED(r) && w->state == VMS_STOPPED)
        r = clone_commit_left(t->vm);
    return r;
}

void
disk_work_end(struct disk_work *w)
{
    if (w->is_staged)
        config_file_drop_staged(w->home);
    config_file_clear(&w->staged);
    free(w->home);
    if (w->doc)
        xmlFreeDoc(w->doc);
    cleanup_close(&w->lock_fd);
}

/* ---- which disks ---- */

static bool
is_in_mask(xmlNodePtr device, uint64_t mask)
{
    static const struct {
        PRL_MASS_STORAGE_INTERFACE_TYPE bus;
        unsigned first, n; /* bits of the mask */
    } places[] = { { PMS_IDE_DEVICE, 0, 4 }, { PMS_SCSI_DEVICE, 4, 16 }, { PMS_SATA_DEVICE, 20, 6 } };
    uint64_t bus = xml_get_u64(device, "InterfaceType", PMS_IDE_DEVICE), at = xml_get_u64(device, "StackIndex", 0);

    if ((mask & PIM_ALL_DISKS) == PIM_ALL_DISKS)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (places[i].bus == bus)
            return at < places[i].n && mask >> (places[i].first + at) & 1;
    return false;
}

PRL_RESULT
disk_work_add_target(struct disk_work *w, xmlNodePtr device, disk_targets *ret)
{
    struct disk_target x = { .device = device, .index = (unsigned)xml_get_u64(device, "Index", 0) };
    PRL_RESULT r;

    x.path = vm_model_image_path(device, w->home);
    if (!x.path)
        return PRL_ERR_SUCCESS;
    r = disk_facts_get(device, x.path, &x.facts);
    if (PRL_SUCCEEDED(r) && !vec_push(ret, x))
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "disks");
    if (PRL_FAILED(r))
        free(x.path);
    return r;
}

PRL_RESULT
disk_work_targets(struct disk_work *w, uint64_t mask, disk_targets *ret)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (xmlNodePtr n = vm_model_device_nth(w->doc, PDE_HARD_DISK, 0); PRL_SUCCEEDED(r) && n; n = xml_next(n))
        if (xml_get_u64(n, "Enabled", 0) && is_in_mask(n, mask))
            r = disk_work_add_target(w, n, ret);
    return r;
}

void
disk_targets_free(disk_targets *v)
{
    for (size_t i = 0; i < v->len; i++)
        free(v->p[i].path);
    vec_free(v);
}

PRL_RESULT
disk_work_journal_targets(struct disk_work *w, const disk_targets *v, enum work_wish plain)
{
    json_t *disks = json_array();

    for (size_t i = 0; disks && i < v->len; i++)
        json_array_append_new(disks, json_pack("{s:i, s:s}", "index", (int)v->p[i].index, "path", v->p[i].path));
    return task_journal(w->t, json_pack("{s:s, s:i, s:o}", "uuid", w->vm->uuid, "plain", plain, "disks", disks));
}

void
disk_work_part(struct disk_work *w, size_t i, size_t n)
{
    w->first = (unsigned)(i * 100 / n);
    w->last = (unsigned)((i + 1) * 100 / n);
}

/* ---- progress ---- */

static void
send_percent(const struct disk_work *w, unsigned percent)
{
    json_t *event = event_new(w->progress_event, w->vm->uuid);

    if (!event)
        return;
    event_add_int(event, "progress_changed", PARAM_U32, percent);
    event_send_vm(w->vm, event);
}

static bool
on_report(void *arg, int permille)
{
    struct disk_work *w = arg;
    unsigned percent = w->first + (w->last - w->first) * (unsigned)(permille < 0 ? 0 : permille > 1000 ? 1000 : permille) / 1000;

    task_progress(w->t, percent > 99 ? 99 : percent);
    if ((int)percent > w->last_percent && w->progress_event) {
        w->last_percent = (int)percent;
        send_percent(w, percent);
    }
    return !w->is_cancellable || !task_is_cancelled(w->t);
}

struct image_watch
disk_work_watch(struct disk_work *w)
{
    return (struct image_watch){ on_report, w };
}

/* ---- codes ---- */

PRL_RESULT
disk_work_refuse(struct vm *vm, PRL_RESULT code, const char *words)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(code, "%s: %s", vm->uuid, words);
    err_param(0, "%s", name ? name : "");
    return code;
}

PRL_RESULT
disk_work_failed(PRL_RESULT r, const char *path, PRL_RESULT otherwise)
{
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    switch (r) {
    case PRL_ERR_SUCCESS:
    case PRL_ERR_OUT_OF_MEMORY:
    case PRL_ERR_OPERATION_WAS_CANCELED:
    case PRL_ERR_DISK_TOOL_NOT_FOUND:
        return r;
    case PRL_ERR_DISK_USER_INTERRUPTED:
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    case PRL_ERR_DISK_SHARING_VIOLATION:
    case PRL_ERR_DISK_IMAGE_BUSY:
        r = PRL_ERR_DISK_IMAGE_BUSY;
        break;
    case PRL_ERR_DISK_INSUFFICIENT_SPACE:
    case PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE:
        r = PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
        break;
    default:
        r = otherwise;
    }
    err_set(r, "%s", words && words[0] ? words : path);
    err_param(0, "%s", path);
    return r;
}

PRL_RESULT
disk_work_refuse_children(const char *path)
{
    AUTO(cleanup_free) char *children = NULL;
    PRL_RESULT r = links_children_outside(path, &children);

    if (PRL_FAILED(r) || !children)
        return r;
    return err_set(PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "'%s': linked clones stand on it: %s", path, children);
}

bool
disk_work_has_snapshots(const struct disk_work *w)
{
    AUTO(cleanup_free) char *dir = path_join(w->home, "snapshots");

    return dir && path_exists(dir);
}

/* ---- the configuration ---- */

PRL_RESULT
disk_work_stage(struct disk_work *w, xmlNodePtr device, const struct disk_facts *will_be)
{
    PRL_RESULT r = disk_facts_record(device, will_be) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");

    config_file_clear(&w->staged);
    if (PRL_SUCCEEDED(r))
        r = config_file_stage(w->home, w->doc, &w->staged);
    w->is_staged = PRL_SUCCEEDED(r);
    return r;
}

PRL_RESULT
disk_work_store(struct disk_work *w)
{
    PRL_RESULT r = config_file_put_staged(w->home, &w->staged);

    if (PRL_FAILED(r))
        return r;
    w->is_staged = false;
    vm_registry_take(w->vm, &w->staged, PRL_ERR_SUCCESS, 0);
    vm_store_touch();
    event_vm(w->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return PRL_ERR_SUCCESS;
}

static bool
has_become(const struct disk_target *disk, const struct disk_facts *will_be, bool by_size)
{
    struct disk_facts f;

    if (PRL_FAILED(disk_facts_get(disk->device, disk->path, &f)) || f.size_bytes != will_be->size_bytes)
        return false;
    return f.kind == DISK_IS_BUNDLE ? f.is_plain == will_be->is_plain && f.is_split == will_be->is_split : by_size;
}

PRL_RESULT
disk_work_settle(struct disk_work *w, const struct disk_target *disk, const struct disk_facts *will_be, bool by_size, PRL_RESULT r)
{
    AUTO(err_free) struct err *why = PRL_FAILED(r) ? err_take(r) : NULL;

    if (PRL_SUCCEEDED(r))
        return disk_work_store(w);
    if (has_become(disk, will_be, by_size))
        disk_work_store(w);
    return why ? err_put(why) : r;
}

/* ---- the journal ---- */

char *
disk_work_temp(const char *path, const struct task *t)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);

    return dir ? str_printf("%s/.%.100s.new-%.8s", strcmp(dir, "/") == 0 ? "" : dir, path_basename(path), t->uuid + 1) : NULL;
}

bool
disk_work_is_temp(const char *path)
{
    const char *name = path_basename(path);
    size_t n = strlen(name), tail = strlen(".new-") + 8;

    return path_is_absolute(path) && path_is_clean(path) && name[0] == '.' && n > tail && strncmp(name + n - tail, ".new-", 5) == 0;
}

static void
remove_one(const char *dir, const char *name)
{
    AUTO(cleanup_free) char *path = path_join(dir, name);
    int e = path ? path_remove_tree(path) : -ENOMEM;

    if (e < 0)
        LOG_W("disk", "'%s/%s' is left from work that was cut, and could not be removed: %s", dir, name, strerror(-e));
    else
        LOG_I("disk", "'%s/%s', which was being made, was removed after a restart", dir, name);
}

static bool
ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), k = strlen(suffix);

    return n > k && strcmp(name + n - k, suffix) == 0;
}

/* ".<name>.new-..." of ours, and what the library's makers (making.h) have left: those may be alive, as tools beside the service. */
static void
remove_beside(const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *prefix = str_printf(".%.100s.new-", path_basename(path));
    DIR *d = dir && prefix ? opendir(dir) : NULL;
    struct dirent *e;

    while (d && (e = readdir(d)))
        if (strncmp(e->d_name, prefix, strlen(prefix)) == 0 && !ends_in(e->d_name, MAKING_SUFFIX))
            remove_one(dir, e->d_name);
    if (d)
        closedir(d);
    making_sweep_beside(path);
}

static bool
is_named(const struct descriptor *d, const char *name)
{
    for (int i = 0; i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (str_eq(d->storages[i].images[k].file, name))
                return true;
    return false;
}

/* Images that no descriptor names, and a descriptor that was not renamed into place. */
static void
remove_inside(const char *path)
{
    AUTO(descriptor_free) struct descriptor *desc = NULL;
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = NULL;
    struct dirent *e;

    if (fd < 0 || PRL_FAILED(descriptor_load(fd, &desc)) || desc->is_from_backup)
        return; /* then nothing is known for sure */
    d = opendir(path);
    while (d && (e = readdir(d)))
        if (!is_named(desc, e->d_name) && (ends_in(e->d_name, ".hds") || strcmp(e->d_name, DESCRIPTOR_FILE ".tmp") == 0))
            remove_one(path, e->d_name);
    if (d)
        closedir(d);
}

void
disk_work_remove_litter(const char *path)
{
    remove_beside(path);
    if (path_is_dir(path))
        remove_inside(path);
}

/* ---- recovery ---- */

/* A tool that a dead service had started holds QEMU's locks until it ends. */
static void
wait_for_orphan(const char *path)
{
    int64_t deadline = clock_deadline(ORPHAN_MS);

    for (;;) {
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

        if (fd < 0 || image_lock(fd, true) != -EAGAIN || clock_now_ms() >= deadline)
            return;
        poll(NULL, 0, 20); /* such locks have no other wait with a deadline */
    }
}

/* A qcow2 file does not say whether it is plain. If it was to become so, its room tells how far that came. */
static void
guess_plain(const char *path, enum work_wish plain, struct disk_facts *f)
{
    if (f->kind == DISK_IS_QCOW2 && plain != WORK_KEEP)
        f->is_plain = disk_facts_room(path) >= f->size_bytes;
}

static bool
recover_disk(struct vm *vm, xmlDocPtr doc, bool is_live, enum work_wish plain, json_t *item)
{
    const char *path = json_string_value(json_object_get(item, "path"));
    xmlNodePtr device = vm_model_device_by_index(doc, PDE_HARD_DISK, (unsigned)json_integer_value(json_object_get(item, "index")));
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    AUTO(cleanup_free) char *named = device && home ? vm_model_image_path(device, home) : NULL;
    struct disk_facts f;

    if (!path || !named || strcmp(path, named) != 0)
        return false;
    if (!is_live) {
        if (!path_is_dir(path))
            wait_for_orphan(path);
        disk_work_remove_litter(path);
    }
    if (PRL_FAILED(disk_facts_get(device, path, &f)))
        return false;
    guess_plain(path, plain, &f);
    return disk_facts_record(device, &f);
}

void
disk_work_recover(json_t *entry)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    AUTO(vm_unref) struct vm *vm = uuid ? vm_store_find(uuid) : NULL;
    AUTO(cleanup_free) char *home = vm ? vm_home_dup(vm) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO_FD int lock_fd = -1;
    bool is_live = vm && vm_state_is_live(vm_state_get(vm)), is_changed = false;
    json_t *item;
    size_t i;

    if (!home || PRL_FAILED(vm_config_doc(vm, &doc)))
        return;
    if (!is_live && PRL_FAILED(vm_home_lock(home, &lock_fd)))
        return;
    config_file_drop_staged(home);
    json_array_foreach(json_object_get(entry, "disks"), i, item)
        is_changed |= recover_disk(vm, doc, is_live, (enum work_wish)json_integer_value(json_object_get(entry, "plain")), item);
    if (is_changed && PRL_FAILED(vm_store_save_config(vm, doc)))
        LOG_E("disk", "%s: %s", vm->uuid, err_peek()->details ? err_peek()->details : "");
    err_clear();
}
