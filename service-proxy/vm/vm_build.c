/* SPDX-License-Identifier: MIT */
#include "vm_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/task.h"
#include "host/host_info.h"
#include "image/descriptor.h"
#include "config_file.h"
#include "disk_new.h"
#include "home_sweep.h"
#include "model/vm_model.h"
#include "vm_home.h"
#include "vm_registry.h"

/* ---- lists of names ---- */

void
name_vec_free(name_vec *v)
{
    for (size_t i = 0; i < v->len; i++)
        free(v->p[i]);
    vec_free(v);
}

bool
name_vec_add(name_vec *v, const char *name)
{
    char *copy = strdup(name);

    if (copy && vec_push(v, copy))
        return true;
    free(copy);
    return false;
}

/* ---- begin ---- */

static PRL_RESULT
config_exists(const char *home)
{
    err_set(PRL_ERR_VM_CONFIG_ALREADY_EXISTS, "'%s' holds a configuration", home);
    err_param(0, "%s", home);
    return PRL_ERR_VM_CONFIG_ALREADY_EXISTS;
}

PRL_RESULT
vm_build_begin(struct vm_build *b, struct task *t, const char *parent, const char *uuid, const char *name)
{
    AUTO(cleanup_free) char *config = NULL;
    PRL_RESULT r;

    memcpy(b->uuid, uuid, UUID_TEXT);
    b->home = vm_home_final(parent, uuid);
    config = b->home ? path_join(b->home, CONFIG_FILE) : NULL;
    if (!config)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    r = vm_store_reserve(uuid, name, b->home, &b->reservation);
    if (PRL_FAILED(r))
        return r;
    if (path_exists(config))
        return config_exists(b->home);
    b->temp = path_exists(b->home) ? strdup(b->home) : vm_home_temp(parent, uuid, "new", t->uuid);
    return b->temp ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

static bool
is_in_place(const struct vm_build *b)
{
    return strcmp(b->temp, b->home) == 0;
}

char *
vm_build_path(const struct vm_build *b, const char *path)
{
    if (!path_is_inside(path, b->home))
        return strdup(path);
    return str_printf("%s%s", b->temp, path + strlen(b->home));
}

bool
vm_build_plan(struct vm_build *b, const char *path)
{
    if (path_is_inside(path, b->home) && !is_in_place(b))
        return true;
    return path_exists(path) || name_vec_add(&b->made, path);
}

bool
vm_build_needs_journal(const struct vm_build *b)
{
    return is_in_place(b) || b->made.len || !home_is_swept(b->home, b->uuid);
}

json_t *
vm_build_journal(struct vm_build *b)
{
    json_t *made = json_array();

    b->has_journal = true;
    for (size_t i = 0; made && i < b->made.len; i++)
        json_array_append_new(made, json_string(b->made.p[i]));
    return json_pack("{s:s, s:s, s:s, s:o}", "uuid", b->uuid, "home", b->home, "temp", b->temp, "made", made);
}

/* ---- files ---- */

PRL_RESULT
vm_build_make_home(struct vm_build *b)
{
    PRL_RESULT r = is_in_place(b) ? PRL_ERR_SUCCESS : vm_home_make(b->temp);

    b->is_begun = PRL_SUCCEEDED(r);
    return r;
}

PRL_RESULT
vm_build_make_parents(const struct vm_build *b, const char *file)
{
    AUTO(cleanup_free) char *dir = path_dirname(file);
    int e;

    if (!dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!path_is_inside(dir, b->temp))
        return PRL_ERR_SUCCESS;
    e = path_make_dirs(dir, 0700);
    return e < 0 ? err_errno(PRL_ERR_MAKE_DIRECTORY, -e, "'%s'", dir) : PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_build_output_file(const char *path)
{
    AUTO_FD int fd = -1;

    if (path_exists(path)) /* also a pipe or a terminal that the user has chosen */
        return PRL_ERR_SUCCESS;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST)
        return err_errno(errno == ENOSPC || errno == EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_ACCESS_DENIED, errno,
                         "output file '%s'", path);
    return PRL_ERR_SUCCESS;
}

/* A disk that is switched off and has no size may have no file either. */
static bool
is_wanted(const struct vm_image *image)
{
    if (image->kind == VM_IMAGE_CD)
        return false;
    return image->is_used || image->kind != VM_IMAGE_DISK || xml_get_u64(image->device, "Size", 0) != 0;
}

static bool
goes_on(void *arg, int permille)
{
    (void)permille;
    return !task_is_cancelled(arg);
}

static PRL_RESULT
make_image(const struct vm_build *b, const struct vm_image *image, struct task *t)
{
    AUTO(cleanup_free) char *path = vm_build_path(b, image->path);
    struct image_watch watch = { goes_on, t };
    PRL_RESULT r;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (path_exists(path))
        return PRL_ERR_SUCCESS;
    r = vm_build_make_parents(b, path);
    if (PRL_FAILED(r))
        return r;
    switch (image->kind) {
    case VM_IMAGE_DISK:
        return disk_new_create(image->device, b->home, path, image->path, &watch);
    case VM_IMAGE_FLOPPY:
        return floppy_new_create(path);
    default:
        return vm_build_output_file(path);
    }
}

PRL_RESULT
vm_build_plan_files(struct vm_build *b, xmlDocPtr doc)
{
    struct vm_images images = { 0 };
    PRL_RESULT r = vm_model_images(doc, b->home, &images);

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images.len; i++)
        if (is_wanted(&images.p[i]) && !vm_build_plan(b, images.p[i].path))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "list of files");
    vm_images_free(&images);
    return r;
}

PRL_RESULT
vm_build_make_files(struct vm_build *b, xmlDocPtr doc, struct task *t)
{
    struct vm_images images = { 0 };
    PRL_RESULT r = vm_model_images(doc, b->home, &images);

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images.len; i++) {
        if (task_is_cancelled(t))
            r = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
        else if (is_wanted(&images.p[i]))
            r = make_image(b, &images.p[i], t);
        task_progress(t, (unsigned)(90 * (i + 1) / images.len));
    }
    vm_images_free(&images);
    return r;
}

/* ---- finish ---- */

static struct vm *
new_vm(const char *uuid, const char *home, struct config_file *c)
{
    AUTO(vm_unref) struct vm *vm = vm_new(uuid, c->name, home);

    if (!vm)
        return NULL;
    vm->registered_by = strdup(host_identity()->user_name);
    clock_local_text(time(NULL), vm->registered_at);
    vm->uptime_s = c->uptime_s;
    vm->state = VMS_STOPPED; /* before anybody knows it: no event */
    vm_registry_take(vm, c, PRL_ERR_SUCCESS, 0);
    return TAKE(vm);
}

/* Recovery looks for a home under its name or its temporary one, and the registry decides. */
static PRL_RESULT
publish_journalled(struct vm_build *b, struct vm *vm)
{
    PRL_RESULT r = is_in_place(b) ? PRL_ERR_SUCCESS : vm_home_install(b->temp, b->home);

    if (PRL_FAILED(r))
        return r;
    r = vm_store_publish(TAKE(b->reservation), vm);
    if (PRL_FAILED(r) && !is_in_place(b) && path_rename_noreplace_durable(b->home, b->temp) < 0)
        LOG_E("store", "'%s' stays behind: it could not be renamed to '%s'", b->home, b->temp);
    return r;
}

static PRL_RESULT
publish_swept(struct vm_build *b, struct vm *vm)
{
    AUTO(cleanup_free) char *parent = path_dirname(b->temp);
    int e = path_sync_dir(b->temp);

    if (e == 0)
        e = parent ? path_sync_dir(parent) : -ENOMEM;
    return e < 0 ? vm_home_not_put(-e, b->home) : vm_store_publish_home(TAKE(b->reservation), vm, b->temp);
}

PRL_RESULT
vm_build_finish(struct vm_build *b, xmlDocPtr doc, struct vm **ret_vm)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    PRL_RESULT r = is_in_place(b) ? config_file_save(b->temp, doc, &c) : config_file_make(b->temp, doc, &c);

    if (PRL_FAILED(r))
        return r;
    vm = new_vm(b->uuid, b->home, &c);
    if (!vm)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "virtual machine");
    r = b->has_journal ? publish_journalled(b, vm) : publish_swept(b, vm);
    if (PRL_FAILED(r))
        return r;
    b->is_begun = false;
    name_vec_free(&b->made);
    *ret_vm = TAKE(vm);
    return PRL_ERR_SUCCESS;
}

/* ---- undo and recovery ---- */

static void
unlink_made(const char *path)
{
    AUTO(cleanup_free) char *descriptor = path_join(path, DESCRIPTOR_FILE);

    if (unlink(path) == 0 || (errno != EISDIR && errno != EPERM))
        return;
    if (rmdir(path) < 0 && errno == ENOTEMPTY && descriptor && path_exists(descriptor))
        path_remove_tree(path);
}

static void
remove_tree(const char *path)
{
    int e = path_remove_tree(path);

    if (e < 0 && e != -ENOENT)
        LOG_E("store", "'%s' was not removed: %s", path, strerror(-e));
}

/* In a directory that was there before, the configuration is ours as well; files go before the directories made for them. */
static void
remove_made(const char *home, const char *temp, const name_vec *made)
{
    for (size_t i = made->len; i-- > 0;)
        unlink_made(made->p[i]);
    if (strcmp(home, temp) == 0) {
        AUTO(cleanup_free) char *config = path_join(home, CONFIG_FILE);
        AUTO(cleanup_free) char *backup = path_join(home, CONFIG_BACKUP);

        if (config)
            unlink(config);
        if (backup)
            unlink(backup);
        path_sync_dir(home);
    } else {
        remove_tree(temp);
    }
}

void
vm_build_undo(struct vm_build *b)
{
    if (b->is_begun)
        remove_made(b->home, b->temp, &b->made);
    vm_store_cancel(b->reservation);
    name_vec_free(&b->made);
    free(b->home);
    free(b->temp);
    memset(b, 0, sizeof *b);
}

/* Renamed into place and not yet in the registry: whole and ours, by the uuid that only our task knew. */
static bool
register_installed(const char *uuid, const char *home)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    struct vm_reservation *reservation = NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;

    if (PRL_FAILED(config_file_load(home, &c)) || strcmp(c.uuid, uuid) != 0 || strcmp(c.server_uuid, vm_store_server_uuid()) != 0)
        return false;
    if (PRL_FAILED(vm_store_reserve(uuid, c.name, home, &reservation)))
        return false;
    vm = new_vm(uuid, home, &c);
    if (!vm) {
        vm_store_cancel(reservation);
        return false;
    }
    return PRL_SUCCEEDED(vm_store_publish(reservation, vm));
}

void
vm_build_recover(json_t *entry)
{
    const char *home = json_string_value(json_object_get(entry, "home"));
    const char *temp = json_string_value(json_object_get(entry, "temp"));
    const char *text = json_string_value(json_object_get(entry, "uuid"));
    char uuid[UUID_TEXT];
    AUTO(vm_unref) struct vm *vm = NULL;
    name_vec made = { 0 };
    json_t *item;
    size_t i;

    if (!home || !temp || !text || !uuid_parse(text, uuid) || !path_is_absolute(home) || !path_is_clean(home))
        return;
    vm = vm_store_find(uuid);
    if (vm)
        return;
    if (strcmp(home, temp) != 0 && !vm_home_is_temp(temp, uuid, "new"))
        return;
    if (!path_exists(temp) || strcmp(home, temp) == 0)
        if (register_installed(uuid, home)) {
            LOG_I("store", "%s was finished after a restart", uuid);
            return;
        }
    json_array_foreach(json_object_get(entry, "made"), i, item)
        if (json_is_string(item) && path_is_absolute(json_string_value(item)) && path_is_clean(json_string_value(item)))
            name_vec_add(&made, json_string_value(item));
    remove_made(home, temp, &made);
    name_vec_free(&made);
    LOG_I("store", "%s, which was being made, was removed after a restart", uuid);
}

/* ---- behind the reply ---- */

struct later {
    struct vm *vm;
    xmlDocPtr doc;
};

static void
make_backup(struct vm *vm)
{
    AUTO(vm_text_unref) struct vm_text *text = vm_config_ref(vm);
    AUTO(cleanup_free) char *home = vm_home_dup(vm);

    if (text && home)
        config_file_make_backup(home, text);
}

static void
do_later(void *arg)
{
    struct later *l = arg;

    make_backup(l->vm);
    vm_unref(l->vm);
    xmlFreeDoc(l->doc);
    free(l);
}

void
vm_build_later(struct task *t, struct vm *vm, xmlDocPtr doc)
{
    struct later *l = malloc(sizeof *l);

    if (!l) {
        xmlFreeDoc(doc);
        return; /* it has no backup until it is changed */
    }
    *l = (struct later){ vm_ref(vm), doc };
    task_after(t, do_later, l);
}

/* ---- news ---- */

void
vm_build_announce(struct vm *vm, const char *generated_name)
{
    json_t *event = event_new(PET_DSP_EVT_VM_ADDED, vm->uuid);
    bool is_template;

    if (!event)
        return;
    if (generated_name)
        event_add_text(event, "vm_generated_name", generated_name);
    {
        LOCK_SCOPE(&vm->lock);
        is_template = vm->is_template;
    }
    if (is_template)
        event_send_all(event);
    else
        event_send_vm(vm, event);
}
