/* SPDX-License-Identifier: MIT */
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"

#define STAGED_FILE CONFIG_FILE ".staged"

void
config_file_clear(struct config_file *c)
{
    vm_text_unref(c->text);
    free(c->name);
    memset(c, 0, sizeof *c);
}

/* ---- reading ---- */

static const struct {
    mode_t mode;
    PRL_VM_ACCESS_FOR_OTHERS others;
} shares[] = { /* the first whose bits are all there */
    { 07, PAO_VM_SHARED_ON_FULL_ACCESS },
    { 05, PAO_VM_SHARED_ON_VIEW_AND_RUN },
    { 04, PAO_VM_SHARED_ON_VIEW },
    { 00, PAO_VM_NOT_SHARED },
};

static void
take_stat(const struct stat *st, struct config_file *c)
{
    c->stamp.dev = st->st_dev;
    c->stamp.ino = st->st_ino;
    c->stamp.size = (uint64_t)st->st_size;
    c->stamp.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    c->owner_uid = st->st_uid;
    for (size_t i = 0; i < ARRAY_LEN(shares); i++)
        if ((st->st_mode & 07 & shares[i].mode) == shares[i].mode) {
            c->others = shares[i].others;
            break;
        }
}

bool
config_file_stat(const char *home, struct config_file *ret)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    struct stat st;

    if (!path || stat(path, &st) < 0)
        return false;
    take_stat(&st, ret);
    return true;
}

/* An error about a file of the VM: its text wants the path second. */
static PRL_RESULT
fail(PRL_RESULT code, int e, const char *path)
{
    err_errno(code, e, "'%s'", path);
    err_param(1, "%s", path);
    return code;
}

static void
take_uuid(xmlNodePtr root, const char *path, char out[UUID_TEXT])
{
    AUTO(cleanup_free) char *text = xml_get(root, path);

    if (!text || !uuid_parse(text, out))
        out[0] = '\0';
}

/* What the service wants to know of it without parsing it again. */
static PRL_RESULT
take_facts(xmlDocPtr doc, const char *text, size_t len, struct config_file *c)
{
    xmlNodePtr root = vm_model_root(doc);

    c->name = xml_get(root, "Identification/VmName");
    if (!c->name)
        c->name = strdup("");
    c->is_template = vm_model_is_template(root);
    c->uptime_s = xml_get_u64(root, "Identification/VmUptimeInSeconds", 0);
    take_uuid(root, "Identification/VmUuid", c->uuid);
    take_uuid(root, "Identification/ServerUuid", c->server_uuid);
    c->text = vm_text_new(text, len);
    if (!c->text || !c->name)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
take_text(const char *text, size_t len, struct config_file *c)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    PRL_RESULT r = vm_model_parse(text, len, &doc);

    return PRL_FAILED(r) ? r : take_facts(doc, text, len, c);
}

static PRL_RESULT
load(const char *home, const char *file, struct config_file *ret)
{
    AUTO(cleanup_free) char *path = path_join(home, file);
    AUTO(cleanup_free) char *data = NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    struct stat st;
    size_t len;
    PRL_RESULT r;
    int e;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (stat(path, &st) < 0)
        return fail(errno == EACCES ? PRL_ERR_ACCESS_TO_VM_DENIED : PRL_ERR_VM_CONFIG_DOESNT_EXIST, errno, path);
    take_stat(&st, &c);
    e = path_read(path, XML_MAX_BYTES, &data, &len);
    if (e == -EACCES || e == -EPERM)
        return fail(PRL_ERR_ACCESS_TO_VM_DENIED, -e, path);
    if (e == -ENOENT)
        return fail(PRL_ERR_VM_CONFIG_DOESNT_EXIST, -e, path);
    if (e < 0)
        return fail(PRL_ERR_PARSE_VM_CONFIG, -e, path);
    r = take_text(data, len, &c);
    if (PRL_FAILED(r))
        return r;
    *ret = c;
    memset(&c, 0, sizeof c);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
config_file_load(const char *home, struct config_file *ret)
{
    return load(home, CONFIG_FILE, ret);
}

PRL_RESULT
config_file_load_backup(const char *home, struct config_file *ret)
{
    return load(home, CONFIG_BACKUP, ret);
}

/* ---- writing ---- */

static PRL_RESULT
save_failed(int e, const char *path)
{
    bool is_full = e == ENOSPC || e == EDQUOT;

    return fail(is_full ? PRL_ERR_NOT_ENOUGH_DISK_SPACE_TO_XML_SAVE : PRL_ERR_SAVE_VM_CONFIG, e, path);
}

/*
 * Renamed into place like the file itself, but not synced: it is needed only when config.pvs, which is durable, breaks later. Failing
 * to write it costs a warning.
 */
static void
write_backup(const char *home, const char *text, size_t len)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_BACKUP);
    AUTO(cleanup_free) char *fresh = path ? str_printf("%s.new", path) : NULL;
    AUTO_FD int fd = -1;

    if (!fresh)
        return;
    unlink(fresh);
    fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && write(fd, text, len) == (ssize_t)len && rename(fresh, path) == 0)
        return;
    LOG_W("config", "'%s' was not written: %s", path, strerror(errno));
    unlink(fresh);
}

PRL_RESULT
config_file_save_text(const char *home, const char *text, size_t len)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    struct config_file was = CONFIG_FILE_INIT;
    bool had = config_file_stat(home, &was);
    int e;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    e = path_write_durable(path, text, len);
    if (e < 0)
        return save_failed(-e, path);
    if (had && was.others != PAO_VM_NOT_SHARED)
        config_file_share(home, was.others); /* the new file has our umask's mode */
    write_backup(home, text, len);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
text_of(xmlDocPtr doc, struct config_file *ret)
{
    AUTO(cleanup_free) char *text = NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    size_t len;
    PRL_RESULT r = vm_model_text(doc, VM_TEXT_FILE, &text, &len);

    if (PRL_SUCCEEDED(r)) /* never rename into place what cannot be read back */
        r = take_text(text, len, &c);
    if (PRL_FAILED(r))
        return r;
    *ret = c;
    memset(&c, 0, sizeof c);
    return PRL_ERR_SUCCESS;
}

static void
give(struct config_file *c, struct config_file *ret)
{
    if (!ret)
        return;
    *ret = *c;
    memset(c, 0, sizeof *c);
}

PRL_RESULT
config_file_save(const char *home, xmlDocPtr doc, struct config_file *ret)
{
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    PRL_RESULT r = text_of(doc, &c);

    if (PRL_SUCCEEDED(r))
        r = config_file_save_text(home, c.text->p, c.text->len);
    if (PRL_FAILED(r))
        return r;
    config_file_stat(home, &c);
    give(&c, ret);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
config_file_make(const char *home, xmlDocPtr doc, struct config_file *ret)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    AUTO(cleanup_free) char *text = NULL;
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    size_t len;
    PRL_RESULT r = path ? vm_model_text(doc, VM_TEXT_FILE, &text, &len) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    int e;

    if (PRL_SUCCEEDED(r))
        r = take_facts(doc, text, len, &c);
    if (PRL_FAILED(r))
        return r;
    e = path_make_durable(path, text, len);
    if (e < 0)
        return save_failed(-e, path);
    config_file_stat(home, &c);
    give(&c, ret);
    return PRL_ERR_SUCCESS;
}

/* Without a name until it is whole: nobody waits for it, so the home may be moved or removed, or saved to, at any time. */
void
config_file_make_backup(const char *home, const struct vm_text *text)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_BACKUP);
    AUTO_FD int fd = path ? open(home, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    char name[40];

    if (fd < 0 && path && errno != ENOENT && !path_exists(path))
        write_backup(home, text->p, text->len); /* a file system without such files */
    if (fd < 0)
        return;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (write(fd, text->p, text->len) != (ssize_t)text->len ||
        (linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0 && errno != EEXIST && errno != ENOENT))
        LOG_W("config", "'%s' was not written: %s", path, strerror(errno));
}

PRL_RESULT
config_file_stage(const char *home, xmlDocPtr doc, struct config_file *ret)
{
    AUTO(cleanup_free) char *path = path_join(home, STAGED_FILE);
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    PRL_RESULT r = path ? text_of(doc, &c) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    int e;

    if (PRL_FAILED(r))
        return r;
    e = path_write_durable(path, c.text->p, c.text->len);
    if (e < 0)
        return save_failed(-e, path);
    give(&c, ret);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
config_file_put_staged(const char *home, struct config_file *c)
{
    AUTO(cleanup_free) char *staged = path_join(home, STAGED_FILE);
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    struct config_file was = CONFIG_FILE_INIT;
    bool had = config_file_stat(home, &was);
    int e;

    if (!staged || !path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    e = path_rename_durable(staged, path);
    if (e < 0)
        return save_failed(-e, path);
    if (had && was.others != PAO_VM_NOT_SHARED)
        config_file_share(home, was.others);
    write_backup(home, c->text->p, c->text->len);
    config_file_stat(home, c);
    return PRL_ERR_SUCCESS;
}

void
config_file_drop_staged(const char *home)
{
    AUTO(cleanup_free) char *staged = path_join(home, STAGED_FILE);
    AUTO(cleanup_free) char *half = path_join(home, STAGED_FILE ".new");

    if (staged)
        unlink(staged);
    if (half)
        unlink(half);
}

/* ---- permissions ---- */

PRL_RESULT
config_file_share(const char *home, PRL_VM_ACCESS_FOR_OTHERS others)
{
    AUTO(cleanup_free) char *path = path_join(home, CONFIG_FILE);
    mode_t bits = 0;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    for (size_t i = 0; i < ARRAY_LEN(shares); i++)
        if (shares[i].others == others)
            bits = shares[i].mode;
    /* A directory is of use to those who may look into it. */
    if (chmod(path, 0600 | bits) < 0 || chmod(home, 0700 | (bits & 02) | (bits ? 05 : 0)) < 0)
        return err_errno(PRL_ERR_ACCESS_DENIED, errno, "permissions of '%s'", home);
    return PRL_ERR_SUCCESS;
}
