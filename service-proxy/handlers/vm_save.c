/* SPDX-License-Identifier: MIT */
/*
 * A VM's state in a file that a caller names, and back. Saving is a suspend into one file, which then leaves the home; loading puts it there again and resumes.
 * In between the VM is suspended as any other: a service that dies there loses nothing.
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

/* All of `from` to the new file `to`, durable under a name of its own before it gets that one. */
static PRL_RESULT
copy_file(const char *from, const char *to, PRL_RESULT failure)
{
    AUTO(cleanup_free) char *made = str_printf("%s.new", to);
    AUTO_FD int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
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

static PRL_RESULT
move_out(const char *sav, const char *to)
{
    int r = path_rename_durable(sav, to);
    PRL_RESULT rc;

    if (r == 0)
        return PRL_ERR_SUCCESS;
    if (r != -EXDEV)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, -r, "'%s'", to);
    rc = copy_file(sav, to, PRL_ERR_VM_SUSPEND_FAILED);
    if (PRL_SUCCEEDED(rc))
        path_unlink_durable(sav);
    return rc;
}

PRL_RESULT
vm_save(struct task *t)
{
    const char *to = task_arg_s(t, "path");
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    AUTO(cleanup_free) char *sav = home ? path_join(home, SAVED_STATE_FILE) : NULL;
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT rc = check_path(to);

    if (PRL_SUCCEEDED(rc) && state != VMS_RUNNING && state != VMS_PAUSED)
        rc = refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STARTED);
    if (PRL_SUCCEEDED(rc) && path_is_dir(to))
        rc = err_set(PRL_ERR_INVALID_ARG, "'%s' is a directory", to);
    if (PRL_SUCCEEDED(rc) && !sav)
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (PRL_SUCCEEDED(rc))
        rc = backend->suspend_in_one(t->vm, t);
    if (PRL_FAILED(rc))
        return rc; /* it runs as before */
    rc = saved_document_append(sav, task_arg_s(t, "document"));
    if (PRL_SUCCEEDED(rc))
        rc = move_out(sav, to);
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

PRL_RESULT
vm_load(struct task *t)
{
    const char *from = task_arg_s(t, "path");
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    AUTO(cleanup_free) char *sav = home ? path_join(home, SAVED_STATE_FILE) : NULL;
    AUTO(saved_state_free) struct saved_state *state = NULL;
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT rc = check_path(from);

    if (PRL_SUCCEEDED(rc) && vm_state_get(t->vm) != VMS_STOPPED)
        rc = refuse(t->vm, PRL_ERR_DISP_VM_IS_NOT_STOPPED);
    if (PRL_SUCCEEDED(rc) && !sav)
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (PRL_SUCCEEDED(rc))
        rc = saved_state_open(from, &state, NULL);
    if (PRL_SUCCEEDED(rc) && !state->is_ram_in_stream)
        rc = err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "'%s' is the state of a suspended VM without its memory", from);
    if (PRL_SUCCEEDED(rc))
        rc = copy_file(from, sav, PRL_ERR_VM_RESTORE_STATE_FAILED);
    if (PRL_FAILED(rc))
        return rc;
    vm_state_set(t->vm, VMS_SUSPENDED);
    rc = backend->start(t->vm, t); /* checks the images against the state */
    if (PRL_SUCCEEDED(rc))
        return rc;
    why = err_take(rc);
    if (vm_state_get(t->vm) == VMS_SUSPENDED)
        backend->drop_suspended(t->vm, t); /* the caller's file is still there */
    return why ? err_put(why) : rc;
}
