/* SPDX-License-Identifier: MIT */
/* PrlVmDev_CopyImage (semantics 6.11): a copy of a disk's or floppy's image that stands alone, made under another name and renamed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "disk_work.h"
#include "engine/events.h"
#include "model/vm_model.h"
#include "vm/image_file.h"
#include "vm/image_resize.h"
#include "vm/links.h"

struct copying {
    struct task *t;
    struct vm *vm;
    char *home, *from, *to, *temp;
    char *made; /* of a linked bundle the copy, in temp under its own name, as its files are called after it; else NULL */
    unsigned type, index;
    bool is_overlay;
    uint64_t done, all; /* bytes */
    int last_percent;
};

/* ---- what and where ---- */

static PRL_RESULT
find_source(struct copying *c)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr device;
    PRL_RESULT r;

    c->type = (unsigned)task_arg_u(c->t, "type");
    c->index = (unsigned)task_arg_u(c->t, "index");
    if (c->type != PDE_HARD_DISK && c->type != PDE_FLOPPY_DISK && c->type != PDE_OPTICAL_DISK)
        return err_set(PRL_ERR_CI_DEVICE_IS_NOT_VIRTUAL, "a device of type %u has no image", c->type);
    r = vm_config_doc(c->vm, &doc);
    if (PRL_FAILED(r))
        return r;
    device = vm_model_device_by_index(doc, c->type, c->index);
    if (!device)
        return err_set(PRL_ERR_FILE_NOT_FOUND, "the stored configuration has no such device");
    err_clear();
    c->from = vm_model_image_path(device, c->home);
    if (!c->from)
        return err_set(PRL_ERR_CI_DEVICE_IS_NOT_VIRTUAL, "the device has no image");
    if (c->type == PDE_HARD_DISK) {
        struct disk_facts f;

        r = disk_facts_get(device, c->from, &f);
        if (PRL_FAILED(r))
            return r;
        c->is_overlay = f.is_overlay;
    }
    return path_exists(c->from) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_FILE_NOT_FOUND, "'%s' does not exist", c->from);
}

static PRL_RESULT
choose_target(struct copying *c)
{
    const char *dir = task_arg_s(c->t, "dir"), *name = task_arg_s(c->t, "name");

    if (!name || !name[0])
        name = path_basename(c->from);
    if (!path_is_absolute(dir) || !path_is_clean(dir) || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return err_set(PRL_ERR_INVALID_ARG, "'%s' in '%s' is no file of an absolute directory", name, dir);
    c->to = path_join(dir, name);
    c->temp = c->to ? disk_work_temp(c->to, c->t) : NULL;
    if (!c->temp)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!path_is_clean(c->to))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no file name", name);
    if (!path_is_dir(dir))
        return err_set(PRL_ERR_DIRECTORY_DOES_NOT_EXIST, "'%s'", dir);
    if (access(dir, W_OK) < 0 || access(c->from, R_OK) < 0)
        return err_errno(PRL_ERR_CI_PERMISSIONS_DENIED, errno, "'%s' to '%s'", c->from, dir);
    if (path_is_inside(c->to, c->from))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is inside of what is copied", c->to);
    if (!path_exists(c->to))
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST, "'%s' exists", c->to);
    err_param(0, "%s", c->to);
    return PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;
}

/* ---- news ---- */

static void
tell(struct copying *c, PRL_EVENT_TYPE type)
{
    json_t *event = event_new(type, c->vm->uuid);

    if (!event)
        return;
    event_add_int(event, "device_type", PARAM_INT, c->type);
    event_add_int(event, "device_index", PARAM_INT, c->index);
    event_send_session(c->t->session, event);
}

static void
on_bytes(void *arg, uint64_t bytes)
{
    struct copying *c = arg;
    int percent;
    json_t *event;

    c->done += bytes;
    percent = (int)(c->done >= c->all ? 99 : c->done * 99 / (c->all ? c->all : 1));
    task_progress(c->t, (unsigned)percent);
    if (percent <= c->last_percent)
        return;
    c->last_percent = percent;
    event = event_new(PET_JOB_FILE_COPY_PROGRESS_CHANGED, c->vm->uuid);
    if (!event)
        return;
    event_add_int(event, "progress_changed", PARAM_U32, percent);
    event_send_session(c->t->session, event);
}

static bool
on_cancel_asked(void *arg)
{
    struct copying *c = arg;

    return task_is_cancelled(c->t);
}

/* ---- copying ---- */

static PRL_RESULT
copy_failed(struct copying *c, const char *file, int e)
{
    PRL_RESULT code = e == ENOSPC || e == EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE
                      : e == EACCES || e == EPERM || e == EROFS ? PRL_ERR_CI_PERMISSIONS_DENIED
                                                               : PRL_ERR_HDD_IMAGE_COPY;

    if (e == ECANCELED)
        return err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    err_errno(code, e, "'%s'", file);
    err_param(0, "%s", c->from);
    err_param(1, "%s", c->to);
    return code;
}

static PRL_RESULT
copy_file(struct copying *c, const char *from, const char *to)
{
    struct image_copy_watch watch = { on_bytes, on_cancel_asked, c };
    AUTO_FD int src = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    AUTO_FD int dst = -1;
    int e;

    if (src < 0)
        return copy_failed(c, from, errno);
    dst = open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (dst < 0)
        return copy_failed(c, to, errno);
    e = image_reflink(src, dst);
    if (e < 0)
        e = image_copy(src, dst, &watch);
    if (e == 0 && fsync(dst) < 0)
        e = -errno;
    return e < 0 ? copy_failed(c, to, -e) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
copy_bundle(struct copying *c)
{
    PRL_RESULT r = disk_facts_can_copy_bundle(c->from);
    DIR *d;
    struct dirent *e;

    if (PRL_FAILED(r))
        return disk_work_failed(r, c->from, PRL_ERR_HDD_IMAGE_COPY);
    if (mkdir(c->temp, 0700) < 0)
        return copy_failed(c, c->temp, errno);
    d = opendir(c->from);
    if (!d)
        return copy_failed(c, c->from, errno);
    while (PRL_SUCCEEDED(r) && (e = readdir(d))) {
        AUTO(cleanup_free) char *from = path_join(c->from, e->d_name);
        AUTO(cleanup_free) char *to = path_join(c->temp, e->d_name);
        struct stat st;

        if (!from || !to)
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "path");
        else if (lstat(from, &st) == 0 && S_ISREG(st.st_mode)) /* nothing else belongs to a bundle */
            r = copy_file(c, from, to);
    }
    closedir(d);
    if (PRL_SUCCEEDED(r)) {
        int sync = path_sync_dir(c->temp);

        r = sync < 0 ? copy_failed(c, c->temp, -sync) : r;
    }
    return r;
}

static PRL_RESULT
copy_chain(struct copying *c)
{
    char **chain = NULL;
    PRL_RESULT r = links_chain(c->from, &chain);

    if (PRL_FAILED(r))
        return r;
    r = image_flatten(chain, c->temp, task_cancel_fd(c->t));
    links_chain_free(chain);
    if (PRL_SUCCEEDED(r)) {
        AUTO_FD int fd = open(c->temp, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || fsync(fd) < 0)
            r = copy_failed(c, c->temp, errno);
    }
    return disk_work_failed(r, c->from, PRL_ERR_HDD_IMAGE_COPY);
}

static bool
on_permille(void *arg, int permille)
{
    struct copying *c = arg;
    uint64_t now = c->all / 1000 * (uint64_t)permille;

    on_bytes(c, now > c->done ? now - c->done : 0);
    return !task_is_cancelled(c->t);
}

/* A linked clone's: the copy has all images in itself, and no snapshots. */
static PRL_RESULT
copy_linked_bundle(struct copying *c)
{
    struct image_watch watch = { on_permille, c };
    struct disk_facts f;
    PRL_RESULT r = disk_facts_get(NULL, c->from, &f);

    c->made = path_join(c->temp, path_basename(c->to));
    if (PRL_SUCCEEDED(r) && !c->made)
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (PRL_SUCCEEDED(r) && mkdir(c->temp, 0700) < 0)
        return copy_failed(c, c->temp, errno);
    if (PRL_SUCCEEDED(r)) {
        c->all = f.size_bytes;
        r = work_copy(c->from, NULL, c->made, "bundle", &watch);
    }
    return disk_work_failed(r, c->from, PRL_ERR_HDD_IMAGE_COPY);
}

static PRL_RESULT
copy_any_bundle(struct copying *c)
{
    char **chain = NULL;
    PRL_RESULT r = links_chain(c->from, &chain);
    bool is_linked = PRL_SUCCEEDED(r) && chain[1];

    links_chain_free(chain);
    if (PRL_FAILED(r))
        return disk_work_failed(r, c->from, PRL_ERR_HDD_IMAGE_COPY);
    return is_linked ? copy_linked_bundle(c) : copy_bundle(c);
}

static PRL_RESULT
make(struct copying *c)
{
    PRL_RESULT r;
    int e;

    if (path_is_dir(c->from))
        r = copy_any_bundle(c);
    else
        r = c->is_overlay ? copy_chain(c) : copy_file(c, c->from, c->temp);
    if (PRL_SUCCEEDED(r) && !task_commit_point(c->t))
        r = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    if (PRL_FAILED(r))
        return r;
    e = path_rename_noreplace_durable(c->made ? c->made : c->temp, c->to);
    if (e == 0 && c->made)
        path_remove_tree(c->temp);
    if (e != -EEXIST)
        return e < 0 ? copy_failed(c, c->to, -e) : PRL_ERR_SUCCESS;
    err_errno(PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST, EEXIST, "'%s'", c->to);
    err_param(0, "%s", c->to);
    return PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST;
}

static PRL_RESULT
copy(struct copying *c)
{
    PRL_RESULT r = task_journal(c->t, json_pack("{s:s}", "temp", c->temp));

    if (PRL_FAILED(r))
        return r;
    c->all = disk_facts_room(c->from);
    tell(c, PET_VM_INF_START_BUNCH_COPYING);
    tell(c, PET_VM_INF_START_FILE_COPYING);
    r = make(c);
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        path_remove_tree(c->temp);
        return why ? err_put(why) : r;
    }
    tell(c, PET_VM_INF_END_FILE_COPYING);
    tell(c, PET_VM_INF_END_BUNCH_COPYING);
    return r;
}

PRL_RESULT
vm_copy_image(struct task *t)
{
    struct copying c = { .t = t, .vm = t->vm, .last_percent = -1 };
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    AUTO_FD int lock_fd = -1;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    c.home = vm_home_dup(t->vm);
    if (!c.home)
        r = err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    else if (state != VMS_STOPPED && state != VMS_SUSPENDED)
        r = disk_work_refuse(t->vm, PRL_ERR_CI_CANNOT_COPY_IMAGE_NON_STOPPED_VM, vm_state_name(state));
    if (PRL_SUCCEEDED(r))
        r = find_source(&c);
    if (PRL_SUCCEEDED(r))
        r = choose_target(&c);
    if (PRL_SUCCEEDED(r))
        r = vm_home_lock_shared(c.home, &lock_fd);
    if (PRL_SUCCEEDED(r)) {
        pool_blocking_begin();
        r = copy(&c);
        pool_blocking_end();
    }
    free(c.home);
    free(c.from);
    free(c.to);
    free(c.temp);
    free(c.made);
    return r;
}

/* Also of PrlVmDev_CreateImage: what was being made under its temporary name. */
void
disk_temp_recover(json_t *entry)
{
    const char *temp = json_string_value(json_object_get(entry, "temp"));

    if (!temp || !disk_work_is_temp(temp))
        return;
    disk_work_remove_litter(temp); /* of the library, whose own new files are named after ours */
    if (path_exists(temp) && path_remove_tree(temp) < 0)
        LOG_W("disk", "'%s' is left from work that was cut, and could not be removed", temp);
}
