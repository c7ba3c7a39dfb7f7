/* SPDX-License-Identifier: MIT */
/* Directory listings. */
#include "fs_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <prlsdk/PrlEnums.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"

/* Above this a listing would not fit in a document. */
#define ENTRIES_MAX 32768

#define CIFS_MAGIC 0xFF534D42
#define FUSE_MAGIC 0x65735546

CLEANUP_FOR(closedir, DIR *)

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "directory listing");
}

PRL_RESULT
fs_check_path(const char *path)
{
    if (!path || !path[0])
        return err_set(PRL_ERR_NO_TARGET_PATH_SPECIFIED, "no path is given");
    if (!path_is_absolute(path) || !path_is_clean(path))
        return err_set(PRL_ERR_BAD_PARAMETERS, "'%s' is not an absolute path without '.' and '..'", path);
    return PRL_ERR_SUCCESS;
}

/* ---- documents ---- */

static PRL_FILE_SYSTEM_FS_TYPE
fs_type(const char *path)
{
    static const struct {
        unsigned long magic;
        PRL_FILE_SYSTEM_FS_TYPE type;
    } types[] = {
        { EXT4_SUPER_MAGIC, PRL_FS_EXTFS },  { NFS_SUPER_MAGIC, PRL_FS_NFS },   { CIFS_MAGIC, PRL_FS_SMBFS },
        { SMB_SUPER_MAGIC, PRL_FS_SMBFS },   { FUSE_MAGIC, PRL_FS_FUSE },       { ISOFS_SUPER_MAGIC, PRL_FS_ISOFS },
        { MSDOS_SUPER_MAGIC, PRL_FS_FAT32 }, { REISERFS_SUPER_MAGIC, PRL_FS_REISERFS },
    };
    struct statfs s;

    if (statfs(path, &s) != 0)
        return PRL_FS_UNSPECIFIED;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (((unsigned long)s.f_type & 0xFFFFFFFF) == types[i].magic)
            return types[i].type;
    return PRL_FS_UNSPECIFIED;
}

static xmlDocPtr
new_listing(const char *path)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;

    xml_init();
    doc = xmlNewDoc((const xmlChar *)"1.0");
    root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"FileSystemInfo", NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(doc, root);
    if (!xml_set_u64(root, "Type", PFS_UNIX_LIKE_FS) || !xml_set_u64(root, "FsType", fs_type(path)))
        return NULL;
    return TAKE(doc);
}

static bool
set_entry(xmlNodePtr e, const char *path, PRL_FILE_SYSTEM_ELEMENT_TYPE type, const struct stat *st)
{
    char date[20];

    clock_local_text(st->st_mtime, date);
    return xml_set(e, "Name", path) && xml_set_u64(e, "Type", type) && xml_set_u64(e, "Size", (uint64_t)st->st_size)
           && xml_set(e, "Modified", date) && xml_set_u64(e, "Permissions", st->st_mode & 07777);
}

static PRL_FILE_SYSTEM_ELEMENT_TYPE
type_of(const struct stat *st)
{
    return S_ISDIR(st->st_mode) ? PSE_DIRECTORY : PSE_FILE;
}

/*
 * xmlNewChild appends at once; building the children of a long list with xml_make would look through it each
 * time.
 */
static xmlNodePtr
add_element(xmlNodePtr root, const char *name)
{
    return xmlNewChild(root, NULL, (const xmlChar *)name, NULL);
}

static bool
add_parent(xmlNodePtr root, const char *path)
{
    xmlNodePtr e;
    struct stat st;

    if (stat(path, &st) != 0)
        return true;
    e = add_element(root, "ParentElement");
    return e && set_entry(e, path, strcmp(path, "/") == 0 ? PSE_DRIVE : PSE_DIRECTORY, &st);
}

/* ---- listings ---- */

PRL_RESULT
fs_list_drives(xmlDocPtr *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_listing("/");
    xmlNodePtr e = doc ? add_element(xmlDocGetRootElement(doc), "FsElement") : NULL;
    struct stat st;

    if (!e)
        return no_memory();
    if (stat("/", &st) != 0)
        return err_errno(PRL_ERR_ACCESS_DENIED, errno, "'/'");
    if (!set_entry(e, "/", PSE_DRIVE, &st))
        return no_memory();
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
refuse_directory(const char *path, int e)
{
    bool is_missing = e == ENOENT || e == ENOTDIR || e == ELOOP || e == ENAMETOOLONG;
    PRL_RESULT code = is_missing ? PRL_ERR_DIRECTORY_DOES_NOT_EXIST : PRL_ERR_ACCESS_DENIED;

    err_errno(code, e, "'%s'", path);
    err_param(0, "%s", path);
    return code;
}

/* A name that a document cannot carry is left out: no caller could give it back to us. */
static PRL_RESULT
add_entry(xmlNodePtr root, int dir_fd, const char *dir, const char *name)
{
    AUTO(cleanup_free) char *path = NULL;
    struct stat st;
    xmlNodePtr e;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !str_is_xml_text(name, strlen(name)))
        return PRL_ERR_SUCCESS;
    if (fstatat(dir_fd, name, &st, 0) != 0 && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return PRL_ERR_SUCCESS; /* gone since */
    path = path_join(dir, name);
    e = path ? add_element(root, "FsElement") : NULL;
    return e && set_entry(e, path, type_of(&st), &st) ? PRL_ERR_SUCCESS : no_memory();
}

static PRL_RESULT
add_entries(xmlNodePtr root, const char *path)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    AUTO(closedir) DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    unsigned count = 0;
    struct dirent *e;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!dir)
        return refuse_directory(path, errno);
    (void)TAKE_FD(fd); /* dir's now */
    while (!PRL_FAILED(r) && (e = readdir(dir))) {
        if (++count > ENTRIES_MAX)
            return err_set(PRL_ERR_OPERATION_FAILED, "'%s' has more than %d entries", path, ENTRIES_MAX);
        r = add_entry(root, dirfd(dir), path, e->d_name);
    }
    return r;
}

PRL_RESULT
fs_list_directory(const char *path, xmlDocPtr *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = new_listing(path);
    PRL_RESULT r;

    if (!doc || !add_parent(xmlDocGetRootElement(doc), path))
        return no_memory();
    r = add_entries(xmlDocGetRootElement(doc), path);
    if (PRL_FAILED(r))
        return r;
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
fs_list_entry(const char *path, xmlDocPtr *ret)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(xmlFreeDoc) xmlDocPtr doc = dir ? new_listing(dir) : NULL;
    struct stat st;
    xmlNodePtr e;

    if (!doc || !add_parent(xmlDocGetRootElement(doc), dir))
        return no_memory();
    if (lstat(path, &st) == 0) {
        e = add_element(xmlDocGetRootElement(doc), "FsElement");
        if (!e || !set_entry(e, path, type_of(&st), &st))
            return no_memory();
    }
    *ret = TAKE(doc);
    return PRL_ERR_SUCCESS;
}
