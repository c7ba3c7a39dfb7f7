/* SPDX-License-Identifier: MIT */
/*
 * A VM's state in a file that a caller names, and back. Saving is a suspend whose files become one, which then leaves the home; loading puts them there again
 * and resumes. In between the VM is suspended as any other: a service that dies there loses nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "engine/handlers.h"
#include "engine/task.h"
#include "qemu/backend.h"
#include "qemu/saved_document.h"
#include "qemu/saved_state.h"
#include "vm/image_file.h"
#include "vm/vm.h"

#define LINKED_MAX_BYTES ((off_t)8 << 30)

static PRL_RESULT
refuse(struct vm *vm, PRL_RESULT code)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(code, "the VM is %s", vm_state_name(vm_state_get(vm)));
    err_param(0, "%s", name ? name : "");
    return code;
}

static PRL_RESULT
check_path(const char *path)
{
    return path_is_absolute(path) && path_is_clean(path) ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "'%.1000s' is no absolute path", path);
}

/* All of `from`, which is named for errors, to the new file `to`, durable under a name of its own before it gets that one. */
static PRL_RESULT
copy_file(int in, const char *from, const char *to, PRL_RESULT failure)
{
    AUTO(cleanup_free) char *made = str_printf("%s.new", to);
    AUTO_FD int out = -1;
    struct stat st;
    int r;

    if (!made)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode))
        return err_errno(failure, in < 0 ? errno : EINVAL, "'%s'", from);
    out = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out < 0)
        return err_errno(failure, errno, "'%s'", made);
    r = image_reflink(in, out);
    if (r < 0)
        r = image_copy(in, out, NULL);
    if (r == 0 && fsync(out) < 0)
        r = -errno;
    if (r == 0)
        r = path_rename_durable(made, to);
    if (r < 0)
        unlink(made);
    return r < 0 ? err_errno(r == -ENOSPC ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : failure, -r, "'%s'", to) : PRL_ERR_SUCCESS;
}

/*
 * The file itself under a second name, where it may have one: nothing writes to a saved state or its memory once it has its name. Not synced, since what is
 * lost on the way in is still where it came from. A large machine runs on its file, so that must be nobody else's.
 */
static PRL_RESULT
put_in(int in, const char *from, const char *to)
{
    struct stat st;
    char name[40];

    snprintf(name, sizeof name, "/proc/self/fd/%d", in);
    if (fstat(in, &st) == 0 && st.st_size < LINKED_MAX_BYTES && linkat(AT_FDCWD, name, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0)
        return PRL_ERR_SUCCESS;
    return copy_file(in, from, to, PRL_ERR_VM_RESTORE_STATE_FAILED);
}

struct files {
    char *sav, *ram, *fresh;
};

static void
files_clear(struct files *f)
{
    free(f->sav);
    free(f->ram);
    free(f->fresh);
}
#define AUTO_FILES __attribute__((cleanup(files_clear))) struct files

static PRL_RESULT
name_files(struct vm *vm, struct files *f)
{
    f->sav = vm_path(vm, SAVED_STATE_FILE);
    f->ram = vm_path(vm, SAVED_STATE_RAM);
    f->fresh = vm_path(vm, SAVED_STATE_NEW);
    return f->sav && f->ram && f->fresh ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

/* ---- save ---- */

/* A second name where there is a file already: that one is whole until it is replaced. A service that dies in between leaves `to`.new. */
static int
link_over(const char *from, const char *to)
{
    AUTO(cleanup_free) char *made = str_printf("%s.new", to);
    int r = 0;

    if (!made)
        return -ENOMEM;
    unlink(made);
    if (link(from, made) < 0)
        return -errno;
    if (rename(made, to) < 0) {
        r = -errno;
        unlink(made);
    }
    return r;
}

/* To that name, durably; the file keeps its own. */
static PRL_RESULT
put_out(const char *from, const char *to)
{
    AUTO(cleanup_free) char *dir = path_dirname(to);
    AUTO_FD int in = -1;
    int r = link(from, to) == 0 ? 0 : errno == EEXIST ? link_over(from, to) : -errno;

    if (r == 0)
        r = dir ? path_sync_dir(dir) : -ENOMEM;
    if (r == 0)
        return PRL_ERR_SUCCESS;
    in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return copy_file(in, from, to, PRL_ERR_VM_SUSPEND_FAILED); /* another file system, or one without such names; or the error that is told */
}

/* Until the state has left the home, which is one step, the VM is suspended as any other. */
static PRL_RESULT
move_out(struct task *t, const struct files *f, const char *to)
{
    bool has_ram = path_exists(f->ram);
    const char *whole = has_ram ? f->ram : f->sav;
    PRL_RESULT rc = has_ram ? saved_document_join(f->ram, f->sav) : PRL_ERR_SUCCESS;
    int r;

    if (PRL_SUCCEEDED(rc))
        rc = saved_document_append(whole, task_arg_s(t, "document"));
    if (PRL_SUCCEEDED(rc))
        rc = put_out(whole, to);
    if (PRL_FAILED(rc))
        return rc;
    r = path_unlink_durable(f->sav);
    if (r < 0)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, -r, "'%s'", f->sav);
    unlink(f->ram);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_save(struct task *t)
{
    const char *to = task_arg_s(t, "path");
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    AUTO(err_free) struct err *why = NULL;
    AUTO_FILES f = { 0 };
    PRL_RESULT rc = check_path(to);

    if (PRL_SUCCEEDED(rc) && state != VMS_RUNNING && state != VMS_PAUSED)
        rc = refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED);
    if (PRL_SUCCEEDED(rc) && path_is_dir(to))
        rc = err_set(PRL_ERR_INVALID_ARG, "'%s' is a directory", to);
    if (PRL_SUCCEEDED(rc))
        rc = name_files(t->vm, &f);
    if (PRL_SUCCEEDED(rc))
        rc = backend->suspend(t->vm, t);
    if (PRL_FAILED(rc))
        return rc; /* it runs as before */
    rc = move_out(t, &f, to);
    if (PRL_SUCCEEDED(rc)) {
        vm_state_set(t->vm, VMS_STOPPED);
        return rc;
    }
    why = err_take(rc);
    if (PRL_FAILED(backend->start(t->vm, t))) /* as it was before; else it stays suspended, which loses nothing either */
        return why ? err_put(why) : rc;
    if (state == VMS_PAUSED)
        backend->pause(t->vm, t);
    return why ? err_put(why) : rc;
}

/* ---- restore ---- */

/* The state in its place makes the VM a suspended one, so its memory goes first. */
static PRL_RESULT
split_in(int in, const char *from, const struct files *f, uint64_t at, uint64_t bytes)
{
    AUTO(saved_state_free) struct saved_state *state = NULL;
    PRL_RESULT rc = saved_document_part_out(in, at, bytes, f->fresh);

    if (PRL_FAILED(rc))
        return rc;
    rc = saved_state_open_unread(f->fresh, &state, NULL);
    unlink(f->ram); /* of no state: the VM is stopped */
    if (PRL_SUCCEEDED(rc))
        rc = put_in(in, from, f->ram);
    if (PRL_SUCCEEDED(rc) && rename(f->fresh, f->sav) < 0)
        rc = err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", f->sav);
    if (PRL_FAILED(rc)) {
        unlink(f->fresh);
        unlink(f->ram);
    }
    return rc;
}

static PRL_RESULT
move_in(const char *from, const struct files *f)
{
    AUTO(saved_state_free) struct saved_state *state = NULL;
    AUTO_FD int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    uint64_t at, bytes;
    PRL_RESULT rc;

    if (in < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", from);
    if (saved_document_parts(in, &at, &bytes))
        return split_in(in, from, f, at, bytes);
    rc = saved_state_open_unread(from, &state, NULL);
    if (PRL_SUCCEEDED(rc) && !state->is_ram_in_stream)
        rc = err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "'%s' is the state of a suspended VM without its memory", from);
    return PRL_SUCCEEDED(rc) ? put_in(in, from, f->sav) : rc;
}

PRL_RESULT
vm_load(struct task *t)
{
    const char *from = task_arg_s(t, "path");
    AUTO(err_free) struct err *why = NULL;
    AUTO_FILES f = { 0 };
    PRL_RESULT rc = check_path(from);

    if (PRL_SUCCEEDED(rc) && vm_state_get(t->vm) != VMS_STOPPED)
        rc = refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STOPPED);
    if (PRL_SUCCEEDED(rc))
        rc = name_files(t->vm, &f);
    if (PRL_SUCCEEDED(rc))
        rc = move_in(from, &f);
    if (PRL_FAILED(rc))
        return rc;
    vm_state_set(t->vm, VMS_SUSPENDED);
    rc = backend->start(t->vm, t); /* checks the state against its sums, and the images against the state */
    if (PRL_SUCCEEDED(rc))
        return rc;
    why = err_take(rc);
    if (vm_state_get(t->vm) == VMS_SUSPENDED)
        backend->drop_suspended(t->vm, t); /* the caller's file is still there */
    return why ? err_put(why) : rc;
}
