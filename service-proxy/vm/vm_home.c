/* SPDX-License-Identifier: MIT */
#include "vm_home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "config_file.h"
#include "host/prefs.h"
#include "model/vm_model.h"
#include "vm_store.h"

#define LOCK_FILE ".lock"

/* ---- the lock ---- */

static PRL_RESULT
lock_home(const char *home, int kind, bool is_made, int *ret_fd)
{
    AUTO(cleanup_free) char *path = path_join(home, LOCK_FILE);
    AUTO_FD int fd = -1;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    fd = open(path, O_RDWR | (is_made ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0 && !is_made && errno == ENOENT)
        return PRL_ERR_SUCCESS;
    if (fd < 0 && kind == LOCK_SH && (errno == EROFS || errno == EACCES)) /* to read, the directory itself will do */
        fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(PRL_ERR_ACCESS_DENIED, errno, "'%s'", path);
    if (flock(fd, kind | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            return err_set(PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED, "'%s' is held by another service or a QEMU of one", path);
        return err_errno(PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED, errno, "'%s'", path);
    }
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_home_lock(const char *home, int *ret_fd)
{
    return lock_home(home, LOCK_EX, true, ret_fd);
}

PRL_RESULT
vm_home_lock_existing(const char *home, int *ret_fd)
{
    return lock_home(home, LOCK_EX, false, ret_fd);
}

PRL_RESULT
vm_home_lock_shared(const char *home, int *ret_fd)
{
    return lock_home(home, LOCK_SH, true, ret_fd);
}

/* ---- where ---- */

PRL_RESULT
vm_home_parent(const char *path, char **ret)
{
    AUTO(cleanup_free) char *preferred = path[0] ? NULL : prefs_default_vm_dir();
    const char *dir = path[0] ? path : preferred ? preferred : vm_store_default_dir();
    char *copy;
    size_t n;
    int e;

    if (!path_is_absolute(dir)) {
        err_set(PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE, "'%s'", dir);
        err_param(0, "%s", dir);
        return PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE;
    }
    if (!path_is_clean(dir) || strlen(dir) > 3500) /* room for what is put below */
        return err_set(PRL_ERR_INVALID_ARG, "not a plain path: '%s'", dir);
    if (!path[0]) {
        e = path_make_dirs(dir, 0700);
        if (e < 0) {
            err_errno(PRL_ERR_VM_DIRECTORY_FOLDER_DOESNT_EXIST, -e, "'%s'", dir);
            err_param(0, "%s", dir);
            return PRL_ERR_VM_DIRECTORY_FOLDER_DOESNT_EXIST;
        }
    }
    if (!path_is_dir(dir)) {
        err_set(PRL_ERR_DIRECTORY_DOES_NOT_EXIST, "'%s'", dir);
        err_param(0, "%s", dir);
        return PRL_ERR_DIRECTORY_DOES_NOT_EXIST;
    }
    copy = strdup(dir);
    if (!copy)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    for (n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--)
        copy[n - 1] = '\0';
    *ret = copy;
    return PRL_ERR_SUCCESS;
}

char *
vm_home_final(const char *parent, const char *uuid)
{
    char bare[UUID_BARE];

    uuid_bare(uuid, bare);
    return path_join(parent, bare);
}

char *
vm_home_temp(const char *parent, const char *uuid, const char *kind, const char *task_uuid)
{
    char bare[UUID_BARE], task[UUID_BARE];
    AUTO(cleanup_free) char *name = NULL;

    uuid_bare(uuid, bare);
    uuid_bare(task_uuid, task);
    name = str_printf(".%s.%s-%s", bare, kind, task);
    return name ? path_join(parent, name) : NULL;
}

bool
vm_home_is_temp(const char *path, const char *uuid, const char *kind)
{
    char full[UUID_TEXT], bare[UUID_BARE], task[UUID_TEXT];
    AUTO(cleanup_free) char *prefix = NULL;
    const char *name = path_basename(path);
    size_t n;

    if (!path_is_absolute(path) || !path_is_clean(path) || !uuid_parse(uuid, full))
        return false;
    uuid_bare(full, bare);
    prefix = str_printf(".%s.%s-", bare, kind);
    if (!prefix)
        return false;
    n = strlen(prefix);
    return strncmp(name, prefix, n) == 0 && uuid_parse(name + n, task);
}

static const long shared_fs[] = { NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, 0xFF534D42 /* CIFS */, 0xFE534D42 /* SMB2 */, 0x00C36400 /* Ceph */,
                                  0x01161970 /* GFS2 */, OCFS2_SUPER_MAGIC, FUSE_SUPER_MAGIC, 0x0BD00BD0 /* Lustre */, 0x47504653 /* GPFS */ };

bool
vm_home_is_shared_fs(const char *dir)
{
    struct statfs fs;

    if (statfs(dir, &fs) < 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(shared_fs); i++)
        if ((unsigned long)fs.f_type == (unsigned long)shared_fs[i])
            return true;
    return false;
}

/* ---- building ---- */

PRL_RESULT
vm_home_make(const char *temp)
{
    PRL_RESULT code = PRL_ERR_USER_NO_AUTH_TO_CREATE_VM_IN_DIR;

    if (mkdir(temp, 0700) == 0)
        return PRL_ERR_SUCCESS;
    if (errno == ENOSPC || errno == EDQUOT)
        code = PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE;
    err_errno(code, errno, "'%s'", temp);
    err_param(0, "%s", temp);
    return code;
}

PRL_RESULT
vm_home_not_put(int e, const char *final)
{
    bool is_taken = e == EEXIST || e == ENOTEMPTY;
    PRL_RESULT r = is_taken ? err_set(PRL_ERR_VM_CONFIG_ALREADY_EXISTS, "'%s' exists", final)
                            : err_errno(PRL_ERR_USER_NO_AUTH_TO_CREATE_VM_IN_DIR, e, "'%s'", final);

    err_param(0, "%s", final);
    return r;
}

PRL_RESULT
vm_home_install(const char *temp, const char *final)
{
    int e = path_sync_dir(temp);

    if (e == 0)
        e = path_rename_noreplace_durable(temp, final);
    return e < 0 ? vm_home_not_put(-e, final) : PRL_ERR_SUCCESS;
}

/* ---- whose directory is it? ---- */

static bool
is_mount_point(const char *dir)
{
    AUTO(cleanup_free) char *parent = path_dirname(dir);
    struct statx a, b;

    if (!parent || statx(AT_FDCWD, dir, 0, STATX_BASIC_STATS | STATX_MNT_ID, &a) < 0 ||
        statx(AT_FDCWD, parent, 0, STATX_BASIC_STATS | STATX_MNT_ID, &b) < 0)
        return true; /* then better not */
    if (a.stx_dev_major != b.stx_dev_major || a.stx_dev_minor != b.stx_dev_minor)
        return true;
    return (a.stx_mask & b.stx_mask & STATX_MNT_ID) && a.stx_mnt_id != b.stx_mnt_id;
}

static bool
is_same_dir(const char *a, const char *b)
{
    struct stat x, y;

    return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* A home directory of a user of this host, or one above it. */
static bool
is_users_home(const char *dir)
{
    FILE *f = fopen("/etc/passwd", "re");
    bool found = is_same_dir(dir, secure_getenv("HOME"));
    struct passwd pw, *p;
    char buf[4096];

    while (f && !found && fgetpwent_r(f, &pw, buf, sizeof buf, &p) == 0)
        found = p->pw_dir && p->pw_dir[0] == '/' && (is_same_dir(dir, p->pw_dir) || path_is_inside(p->pw_dir, dir));
    if (f)
        fclose(f);
    return found;
}

/* Another VM below it: registered, or one that is not (a directory with a configuration). */
static bool
holds_other_vm(const char *dir)
{
    vm_vec all = { 0 };
    bool found = false;
    struct dirent *entry;
    DIR *d;

    if (!vm_store_list(&all))
        return true;
    for (size_t i = 0; !found && i < all.len; i++) {
        AUTO(cleanup_free) char *home = vm_home_dup(all.p[i]);

        found = !home || path_is_inside(home, dir) || is_same_dir(home, dir);
    }
    vm_vec_free(&all);
    d = found ? NULL : opendir(dir);
    while (d && !found && (entry = readdir(d))) {
        AUTO(cleanup_free) char *config = str_printf("%s/%s/" CONFIG_FILE, dir, entry->d_name);

        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            found = config && path_exists(config);
    }
    if (d)
        closedir(d);
    return found;
}

bool
vm_home_is_own(const char *home)
{
    return !is_mount_point(home) && !is_users_home(home) && !holds_other_vm(home) &&
           !path_is_inside(vm_store_state_dir(), home) && !path_is_inside(vm_store_default_dir(), home) &&
           !is_same_dir(home, vm_store_state_dir()) && !is_same_dir(home, vm_store_default_dir());
}

bool
vm_home_is_only_of(const char *home, const struct vm *vm)
{
    struct config_file config = CONFIG_FILE_INIT;

    config_file_stat(home, &config);
    return !is_mount_point(home) && !vm_store_has_other(vm, home, &config.stamp);
}

/* ---- removal ---- */

static void
name_left(json_t *left, const char *path)
{
    json_t *name = json_string(path);
    AUTO(cleanup_free) char *shown = name ? NULL : str_escape(path, strlen(path), 4096); /* bytes that are no text */

    if (!name && shown)
        name = json_string(shown);
    json_array_append_new(left, name);
}

/* A link among the directories on the way would lead out of the home. */
static bool
is_really_inside(const char *path, const char *home)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *real_dir = dir ? realpath(dir, NULL) : NULL;
    AUTO(cleanup_free) char *real_home = realpath(home, NULL);

    return real_dir && real_home && (strcmp(real_dir, real_home) == 0 || path_is_inside(real_dir, real_home));
}

static void
remove_one(const char *home, const char *path, json_t *left)
{
    int e;

    if (!path_exists(path))
        return;
    e = home && !is_really_inside(path, home) ? -EXDEV : path_remove_tree(path);

    if (e == 0 || e == -ENOENT)
        return;
    LOG_W("store", "'%s' was not removed: %s", path, strerror(-e));
    name_left(left, path);
}

static const char *const own_files[] = {
    CONFIG_BACKUP, CONFIG_FILE ".new", CONFIG_SAV, CONFIG_SAV ".run", "suspended.png", "NVRAM_4M.dat", "NVRAM_4M_SB.dat", "NVRAM.dat", "tpm",
    "VmInfo.pvi", "qemu-side.log",
    ".personality", "qemu.log",   "qemu.log.1",       "snapshots",        "Snapshots.xml", "Snapshots",
};

/* RAM of a saved state: config.mem, config.0.mem, ... */
static void
remove_ram_files(const char *home, json_t *left)
{
    DIR *d = opendir(home);
    struct dirent *entry;

    while (d && (entry = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(home, entry->d_name);
        size_t n = strlen(entry->d_name);

        if (path && n > 4 && strncmp(entry->d_name, "config", 6) == 0 && strcmp(entry->d_name + n - 4, ".mem") == 0)
            remove_one(home, path, left);
    }
    if (d)
        closedir(d);
}

static void
name_rest(const char *home, json_t *left)
{
    DIR *d = opendir(home);
    struct dirent *entry;

    while (d && (entry = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(home, entry->d_name);

        if (path && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            name_left(left, path);
    }
    if (d)
        closedir(d);
}

static void
remove_images(const char *home, xmlDocPtr doc, json_t *left)
{
    struct vm_images images = { 0 };

    if (!doc || PRL_FAILED(vm_model_images(doc, home, &images)))
        return;
    for (size_t i = 0; i < images.len; i++)
        if (images.p[i].is_inside)
            remove_one(home, images.p[i].path, left);
    vm_images_free(&images);
}

/* The configuration last but one: a directory cut in the middle still says what it was. Then the lock file. */
static void
remove_own_files(const char *home, xmlDocPtr doc, json_t *left)
{
    static const char *const last[] = { CONFIG_FILE, LOCK_FILE };

    remove_images(home, doc, left);
    remove_ram_files(home, left);
    for (size_t i = 0; i < ARRAY_LEN(own_files) + ARRAY_LEN(last); i++) {
        const char *name = i < ARRAY_LEN(own_files) ? own_files[i] : last[i - ARRAY_LEN(own_files)];
        AUTO(cleanup_free) char *path = path_join(home, name);

        if (path)
            remove_one(home, path, left);
    }
    path_sync_dir(home);
    if (rmdir(home) < 0)
        name_rest(home, left);
}

PRL_RESULT
vm_home_delete(const char *home, const char *del, xmlDocPtr doc, json_t *left)
{
    int e;

    if (!path_exists(home))
        return PRL_ERR_SUCCESS;
    if (!vm_home_is_own(home)) {
        remove_own_files(home, doc, left);
        return PRL_ERR_SUCCESS;
    }
    e = path_rename_noreplace_durable(home, del);
    if (e < 0) {
        err_errno(PRL_ERR_NOT_ALL_FILES_WAS_DELETED, -e, "'%s'", home);
        name_left(left, home);
        return PRL_ERR_SUCCESS;
    }
    remove_one(NULL, del, left);
    return PRL_ERR_SUCCESS;
}

static char *
inside_path(const char *home, const char *name)
{
    char *path = path_is_absolute(name) ? strdup(name) : path_join(home, name);

    if (path && path_is_clean(path) && path_is_inside(path, home))
        return path;
    free(path);
    return NULL;
}

PRL_RESULT
vm_home_delete_files(const char *home, json_t *files, json_t *left)
{
    json_t *item;
    size_t i;

    json_array_foreach(files, i, item) {
        const char *name = json_string_value(item);
        AUTO(cleanup_free) char *path = name ? inside_path(home, name) : NULL;

        if (path)
            remove_one(home, path, left);
        else if (name)
            name_left(left, name);
    }
    path_sync_dir(home);
    return PRL_ERR_SUCCESS;
}
