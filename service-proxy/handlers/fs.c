/* SPDX-License-Identifier: MIT */
/*
 * Files of the host, with the rights of the session's user (semantics 5.7). A file system that hangs holds up its caller alone: the
 * pool runs others in its place.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "engine/task.h"
#include "fs.h"
#include "host/fs_list.h"

#define NAME_TRIES 100000

static PRL_RESULT
fail_path(PRL_RESULT code, int e, const char *path)
{
    err_errno(code, e, "'%s'", path);
    err_param(0, "%s", path);
    return code;
}

static PRL_RESULT
add_listing(struct task *t, xmlDocPtr doc)
{
    size_t len;
    AUTO(cleanup_free) char *text = xml_text(doc, &len);

    return text ? task_add_doc(t, PHT_REMOTE_FILESYSTEM_INFO, text, len) : err_set(PRL_ERR_OUT_OF_MEMORY, "reply");
}

static bool
is_denied(int e)
{
    return e == EACCES || e == EPERM || e == EROFS;
}

/* ---- looking ---- */

PRL_RESULT
fs_free_space(struct task *t)
{
    const char *path = task_arg_s(t, "path");
    uint64_t bytes = 0;
    char text[24];
    int e;

    if (!path[0] || !path_is_absolute(path) || !path_is_clean(path))
        return fail_path(PRL_ERR_INCORRECT_PATH, EINVAL, path);
    pool_blocking_begin();
    e = path_free_bytes(path, &bytes);
    pool_blocking_end();
    if (e == -ENOENT || e == -ENOTDIR)
        return fail_path(PRL_ERR_INCORRECT_PATH, -e, path);
    if (e < 0)
        return fail_path(PRL_ERR_GET_DISK_FREE_SPACE_FAILED, -e, path);
    snprintf(text, sizeof text, "%" PRIu64, bytes);
    return task_add_text(t, text);
}

PRL_RESULT
fs_disk_list(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    PRL_RESULT r = fs_list_drives(&doc);

    return PRL_FAILED(r) ? r : add_listing(t, doc);
}

PRL_RESULT
fs_dir_entries(struct task *t)
{
    const char *path = task_arg_s(t, "path");
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    PRL_RESULT r = fs_check_path(path);

    if (PRL_FAILED(r))
        return r;
    pool_blocking_begin();
    r = fs_list_directory(path, &doc);
    pool_blocking_end();
    return PRL_FAILED(r) ? r : add_listing(t, doc);
}

/* A directory, or the file that is to be made in one. */
static PRL_RESULT
can_create(const char *path)
{
    AUTO(cleanup_free) char *parent = path_is_dir(path) ? str_dup(path) : path_dirname(path);

    if (!parent)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!path_is_dir(parent))
        return fail_path(PRL_ERR_DIRECTORY_DOES_NOT_EXIST, ENOENT, parent);
    if (access(parent, W_OK | X_OK) != 0)
        return fail_path(PRL_ERR_ACCESS_DENIED, errno, parent);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
fs_can_create_file(struct task *t)
{
    const char *path = task_arg_s(t, "path");
    PRL_RESULT r = fs_check_path(path);

    if (PRL_FAILED(r))
        return r;
    pool_blocking_begin();
    r = can_create(path);
    pool_blocking_end();
    return r;
}

/* "a.x", "a1.x", "a2.x" ... */
static PRL_RESULT
find_free_name(struct task *t, const char *dir, char **ret)
{
    const char *given = task_arg_s(t, "prefix"), *prefix = given[0] ? given : "tmpfile", *suffix = task_arg_s(t, "suffix");
    const char *delimiter = task_arg_s(t, "delimiter");

    for (unsigned i = 0; i < NAME_TRIES && !task_is_cancelled(t); i++) {
        AUTO(cleanup_free) char *name = i ? str_printf("%s%s%u%s", prefix, delimiter, i, suffix)
                                          : str_printf("%s%s", prefix, suffix);
        AUTO(cleanup_free) char *path = name ? path_join(dir, name) : NULL;

        if (!path)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "name");
        if (path_exists(path))
            continue;
        *ret = TAKE(name);
        return PRL_ERR_SUCCESS;
    }
    return err_set(PRL_ERR_OPERATION_FAILED, "'%s': no name is free", dir);
}

PRL_RESULT
fs_generate_name_in(struct task *t, const char *dir)
{
    AUTO(cleanup_free) char *parts =
        str_printf("x%s%s%s", task_arg_s(t, "prefix"), task_arg_s(t, "delimiter"), task_arg_s(t, "suffix"));
    AUTO(cleanup_free) char *name = NULL;
    PRL_RESULT r;

    if (!parts || strchr(parts, '/') || !path_is_clean(parts) || strlen(parts) > 200)
        return err_set(PRL_ERR_BAD_PARAMETERS, "not parts of a file name");
    pool_blocking_begin();
    r = path_is_dir(dir) ? find_free_name(t, dir, &name) : fail_path(PRL_ERR_DIRECTORY_DOES_NOT_EXIST, ENOENT, dir);
    pool_blocking_end();
    return PRL_FAILED(r) ? r : task_add_text(t, name);
}

PRL_RESULT
fs_generate_name(struct task *t)
{
    const char *dir = task_arg_s(t, "dir");
    PRL_RESULT r = fs_check_path(dir);

    return PRL_FAILED(r) ? r : fs_generate_name_in(t, dir);
}

/* ---- changing ---- */

/* What was done is done, whatever can be told about it. */
static PRL_RESULT
tell_entry(struct task *t, const char *path)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    if (!PRL_FAILED(fs_list_entry(path, &doc)))
        add_listing(t, doc);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_directory(const char *path)
{
    if (mkdir(path, 0777) == 0)
        return PRL_ERR_SUCCESS;
    if (errno == EEXIST)
        return fail_path(PRL_ERR_TARGET_NAME_ALREADY_OCCUPIED, errno, path);
    return fail_path(is_denied(errno) ? PRL_ERR_ACCESS_DENIED : PRL_ERR_MAKE_DIRECTORY, errno, path);
}

static PRL_RESULT
remove_entry(const char *path)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return fail_path(is_denied(errno) ? PRL_ERR_ACCESS_DENIED : PRL_ERR_ENTRY_DOES_NOT_EXIST, errno, path);
    if (S_ISDIR(st.st_mode))
        return rmdir(path) == 0 ? PRL_ERR_SUCCESS : fail_path(PRL_ERR_CANT_REMOVE_DIR_ENTRY, errno, path);
    return unlink(path) == 0 ? PRL_ERR_SUCCESS : fail_path(PRL_ERR_CANT_REMOVE_ENTRY, errno, path);
}

static PRL_RESULT
rename_entry(const char *from, const char *to)
{
    struct stat st;
    bool is_dir;
    int e;

    if (lstat(from, &st) != 0)
        return fail_path(is_denied(errno) ? PRL_ERR_ACCESS_DENIED : PRL_ERR_ENTRY_DOES_NOT_EXIST, errno, from);
    is_dir = S_ISDIR(st.st_mode);
    e = path_rename_noreplace_durable(from, to);
    if (e == -EEXIST || e == -ENOTEMPTY)
        return fail_path(is_dir ? PRL_ERR_ENTRY_DIR_ALREADY_EXISTS : PRL_ERR_ENTRY_ALREADY_EXISTS, -e, to);
    if (e < 0)
        return fail_path(is_dir ? PRL_ERR_CANT_RENAME_DIR_ENTRY : PRL_ERR_CANT_RENAME_ENTRY, -e, from);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
change(struct task *t, PRL_RESULT (*how)(const char *path))
{
    const char *path = task_arg_s(t, "path");
    PRL_RESULT r = fs_check_path(path);

    if (PRL_FAILED(r))
        return r;
    pool_blocking_begin();
    r = how(path);
    if (!PRL_FAILED(r))
        r = tell_entry(t, path);
    pool_blocking_end();
    return r;
}

PRL_RESULT
fs_create_dir(struct task *t)
{
    return change(t, make_directory);
}

PRL_RESULT
fs_remove_entry(struct task *t)
{
    return change(t, remove_entry);
}

PRL_RESULT
fs_rename_entry(struct task *t)
{
    const char *from = task_arg_s(t, "from"), *to = task_arg_s(t, "to");
    PRL_RESULT r = fs_check_path(from);

    if (!PRL_FAILED(r))
        r = fs_check_path(to);
    if (PRL_FAILED(r))
        return r;
    pool_blocking_begin();
    r = rename_entry(from, to);
    if (!PRL_FAILED(r))
        r = tell_entry(t, to);
    pool_blocking_end();
    return r;
}
