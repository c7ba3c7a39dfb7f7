/* SPDX-License-Identifier: MIT */
/* New qcow2 files, made by qemu-img beside their place and moved there when they are whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "image/disk.h"
#include "image/making.h"
#include "prlsdk/PrlErrors.h"

#define CREATE_MS 120000
#define LITTLE_BYTES (UINT64_C(8) << 20) /* less than an empty image may need */

static bool
goes_on(const struct image_watch *watch, int permille)
{
    return !watch || !watch->report || watch->report(watch->arg, permille);
}

static PRL_RESULT
cancelled(const char *path)
{
    return err_set(PRL_ERR_DISK_USER_INTERRUPTED, "'%s': cancelled", path);
}

/* The path with all of its directories, made where they are missing, so that no part of it means anything to qemu-img. */
static PRL_RESULT
prepare(const char *path, char **ret_full)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *real = NULL;
    const char *name = path_basename(path);
    int e;

    if (!dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (!name[0] || str_eq(name, ".") || str_eq(name, ".."))
        return err_set(PRL_ERR_DISK_FILE_CREATE_ERROR, "'%s' is no name for a file", path);
    if (path_exists(path))
        return err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", path);
    e = path_make_dirs(dir, 0777);
    if (e < 0)
        return err_errno(PRL_ERR_DISK_DIR_CREATE_ERROR, -e, "'%s'", dir);
    real = realpath(dir, NULL);
    if (!real)
        return err_errno(PRL_ERR_DISK_DIR_CREATE_ERROR, errno, "'%s'", dir);
    *ret_full = path_join(real, name);
    return *ret_full ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
}

/* Options as one word: no part of it comes from outside. */
static PRL_RESULT
run_qemu_img(const char *file, uint64_t size_bytes)
{
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *words = NULL;
    AUTO(cleanup_free) char *size = str_printf("%ju", (uintmax_t)size_bytes);
    PRL_RESULT r = proc_find("qemu-img", "PRLKVM_QEMU_IMG", &program);

    if (PRL_FAILED(r))
        return r;
    if (!size)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", file);
    {
        const char *const argv[] = { program, "create", "-q", "-f", "qcow2", "-o", "cluster_size=1M,lazy_refcounts=on,extended_l2=on",
                                     file,    size,     NULL };

        return proc_run(argv, NULL, clock_deadline(CREATE_MS), -1, &words);
    }
}

static PRL_RESULT
no_image(const char *path)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);
    uint64_t room = UINT64_MAX;

    if (dir && path_free_bytes(dir, &room) == 0 && room < LITTLE_BYTES)
        return err_set(PRL_ERR_DISK_INSUFFICIENT_SPACE, "'%s': %s", path, words ? words : "");
    return err_set(PRL_ERR_DISK_CREATE_IMAGE_ERROR, "'%s': %s", path, words ? words : "");
}

static PRL_RESULT
sync_file(const char *path)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    return fd < 0 || fsync(fd) < 0 ? err_errno(PRL_ERR_DISK_CREATE_IMAGE_ERROR, errno, "'%s'", path) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
make(const char *path, const char *temporary, uint64_t size_bytes, const struct image_watch *watch)
{
    PRL_RESULT r;
    int e;

    if (!goes_on(watch, 0))
        return cancelled(path);
    r = run_qemu_img(temporary, size_bytes);
    if (PRL_FAILED(r))
        return no_image(path);
    r = sync_file(temporary);
    if (PRL_FAILED(r))
        return r;
    if (!goes_on(watch, 900))
        return cancelled(path);
    e = path_rename_noreplace_durable(temporary, path);
    if (e < 0)
        return err_errno(e == -EEXIST ? PRL_ERR_DISK_FILE_EXISTS : PRL_ERR_DISK_FILE_CREATE_ERROR, -e, "'%s'", path);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_create_qcow2(const char *path, uint64_t size_bytes, const struct image_watch *watch)
{
    AUTO(cleanup_free) char *full = NULL;
    AUTO(cleanup_free) char *dir = NULL;
    AUTO_MAKING new = MAKING_INIT;
    PRL_RESULT r = prepare(path, &full);
    int e;

    if (PRL_FAILED(r))
        return r;
    dir = path_dirname(full);
    e = dir ? making_file(dir, path_basename(full), &new) : -ENOMEM;
    if (e)
        return err_errno(e == -ENOSPC || e == -EDQUOT ? PRL_ERR_DISK_INSUFFICIENT_SPACE : PRL_ERR_DISK_FILE_CREATE_ERROR, -e, "'%s'", full);
    r = make(full, new.path, size_bytes, watch);
    if (PRL_FAILED(r))
        unlink(new.path);
    return r;
}
