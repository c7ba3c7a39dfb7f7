/* SPDX-License-Identifier: MIT */
#include "home_sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "config_file.h"
#include "vm_home.h"
#include "vm_store.h"

#define TRASH "trash"
#define PLAIN_DEPTH 4

/* ---- names ---- */

bool
home_is_swept(const char *home, const char *uuid)
{
    AUTO(cleanup_free) char *vms = path_join(vm_store_state_dir(), "vms");
    AUTO(cleanup_free) char *its = vms ? vm_home_final(vms, uuid) : NULL;

    return str_eq(home, its);
}

char *
home_trash(const char *uuid, const char *task_uuid)
{
    char bare[UUID_BARE], task[UUID_BARE];

    uuid_bare(uuid, bare);
    uuid_bare(task_uuid, task);
    return str_printf("%s/" TRASH "/%s.%s", vm_store_state_dir(), bare, task);
}

/* ---- moves ---- */

PRL_RESULT
home_put(const char *temp, const char *home)
{
    int e = path_rename_noreplace(temp, home);

    return e < 0 ? vm_home_not_put(-e, home) : PRL_ERR_SUCCESS;
}

/* The new name first: cut in between, it has two names rather than none. */
static int
sync_both(const char *to, const char *from)
{
    AUTO(cleanup_free) char *to_dir = path_dirname(to);
    AUTO(cleanup_free) char *from_dir = path_dirname(from);
    int e = to_dir && from_dir ? path_sync_dir(to_dir) : -ENOMEM;

    return e < 0 ? e : path_sync_dir(from_dir);
}

/* The trash is made when first needed. */
static int
rename_to_trash(const char *home, const char *trash)
{
    AUTO(cleanup_free) char *dir = path_dirname(trash);
    int e = path_rename_noreplace(home, trash);

    if (e != -ENOENT || !dir)
        return e;
    e = path_make_dirs(dir, 0700);
    if (e == 0)
        e = path_sync_dir(vm_store_state_dir());
    return e < 0 ? e : path_rename_noreplace(home, trash);
}

PRL_RESULT
home_discard(const char *home, const char *trash)
{
    int e = rename_to_trash(home, trash);

    if (e < 0)
        return err_errno(PRL_ERR_FAILURE, -e, "'%s'", home);
    e = sync_both(trash, home);
    if (e == 0)
        return PRL_ERR_SUCCESS;
    home_restore(trash, home);
    return err_errno(PRL_ERR_FAILURE, -e, "'%s'", home);
}

void
home_restore(const char *trash, const char *home)
{
    int e = path_rename_noreplace(trash, home);

    if (e == 0)
        e = sync_both(home, trash);
    if (e < 0)
        LOG_E("store", "'%s' is not back from '%s': %s", home, trash, strerror(-e));
}

/* ---- what may be removed unseen ---- */

static bool
is_plain_below(int dirfd, const char *name, int depth)
{
    int fd = depth ? openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    struct stat st;
    bool is_plain = d && fstat(fd, &st) == 0 && (geteuid() == 0 || st.st_uid == geteuid()) && (st.st_mode & 0300) == 0300;

    if (fd >= 0 && !d)
        close(fd);
    while (is_plain && (entry = readdir(d))) {
        struct statx x;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        is_plain = statx(fd, entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &x) == 0 &&
                   (depth == PLAIN_DEPTH || strcmp(entry->d_name, CONFIG_FILE) != 0) && !(x.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_MOUNT_ROOT)) &&
                   (!S_ISDIR(x.stx_mode) || is_plain_below(fd, entry->d_name, depth - 1));
    }
    if (d)
        closedir(d);
    return is_plain;
}

bool
home_is_plain(const char *home)
{
    AUTO(cleanup_free) char *dir = path_dirname(home);
    AUTO_FD int fd = dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

    return fd >= 0 && is_plain_below(fd, path_basename(home), PLAIN_DEPTH);
}

/* ---- the sweep ---- */

/* <uuid><dot and kind><task>, as we make them. */
static bool
read_name(const char *name, const char *middle, char uuid[UUID_TEXT], char task[UUID_TEXT])
{
    const size_t bare = UUID_BARE - 1, n = strlen(middle);
    char text[UUID_BARE];

    if (strlen(name) != 2 * bare + n || strncmp(name + bare, middle, n) != 0 || !uuid_parse(name + bare + n, task))
        return false;
    memcpy(text, name, bare);
    text[bare] = '\0';
    return uuid_parse(text, uuid);
}

static bool
is_registered(json_t *entries, const char *uuid, const char *home)
{
    json_t *entry;
    size_t i;

    json_array_foreach(entries, i, entry)
        if (str_eq(json_string_value(json_object_get(entry, "uuid")), uuid))
            return str_eq(json_string_value(json_object_get(entry, "home")), home);
    return false;
}

/* Then its recover function knows more. */
static bool
has_journal(const char *state_dir, const char *task)
{
    char bare[UUID_BARE];
    AUTO(cleanup_free) char *path = NULL;

    uuid_bare(task, bare);
    path = str_printf("%s/journal/%s.json", state_dir, bare);
    return !path || path_exists(path);
}

static void
sweep_one(const char *state_dir, json_t *entries, const char *path, const char *uuid)
{
    AUTO(cleanup_free) char *vms = path_join(state_dir, "vms");
    AUTO(cleanup_free) char *home = vms ? vm_home_final(vms, uuid) : NULL;
    bool is_wanted = home && is_registered(entries, uuid, home) && !path_exists(home);
    int e = !home ? -ENOMEM : is_wanted ? path_rename_noreplace_durable(path, home) : path_remove_tree(path);

    if (e < 0)
        LOG_E("store", "'%s' was left by a service before this one and stays: %s", path, strerror(-e));
    else
        LOG_I("store", "'%s', left by a service before this one, %s", path, is_wanted ? "has its place" : "was removed");
}

/* prefix: what the names begin with. */
static void
sweep_dir(const char *state_dir, json_t *entries, const char *dir, const char *prefix, const char *middle)
{
    AUTO(cleanup_free) char *where = path_join(state_dir, dir);
    const size_t n = strlen(prefix);
    DIR *d = where ? opendir(where) : NULL;
    struct dirent *entry;

    while (d && (entry = readdir(d))) {
        char uuid[UUID_TEXT], task[UUID_TEXT];
        AUTO(cleanup_free) char *path = NULL;

        if (strncmp(entry->d_name, prefix, n) != 0 || !read_name(entry->d_name + n, middle, uuid, task) || has_journal(state_dir, task))
            continue;
        path = path_join(where, entry->d_name);
        if (path)
            sweep_one(state_dir, entries, path, uuid);
    }
    if (d)
        closedir(d);
}

void
home_sweep(const char *state_dir, json_t *entries)
{
    sweep_dir(state_dir, entries, "vms", ".", ".new-");
    sweep_dir(state_dir, entries, TRASH, "", ".");
}
