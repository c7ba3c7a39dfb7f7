/* SPDX-License-Identifier: MIT */
/* The search for QEMU, qemu-img and a usable accelerator. */
#include "qemu_find.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/str.h"
#include "qemu_caps.h"

static const char *const binary_names[] = { "qemu-system-x86_64", "qemu-kvm" };
static const char *const img_names[] = { "qemu-img" };
static const char usual_places[] = "/usr/bin:/usr/local/bin:/usr/libexec";

static struct {
    struct lock lock;
    char *path; /* of the settings, or NULL */
    bool has_accel;
    enum qemu_accel accel; /* of the settings, if has_accel */
} settings = { .lock = LOCK_INIT(0) };

void
qemu_find_set_path(const char *path)
{
    LOCK_SCOPE(&settings.lock);

    free(settings.path);
    settings.path = path && path[0] ? str_dup(path) : NULL;
}

static bool
is_program(const char *path)
{
    return path_is_absolute(path) && access(path, X_OK) == 0 && !path_is_dir(path);
}

static char *
search_in(const char *places, const char *const *names, size_t n_names)
{
    for (const char *p = places; p; p = strchr(p, ':') ? strchr(p, ':') + 1 : NULL) {
        size_t len = strcspn(p, ":");

        for (size_t i = 0; i < n_names; i++) {
            AUTO(cleanup_free) char *path = str_printf("%.*s/%s", (int)len, p, names[i]);

            if (path && len && is_program(path))
                return TAKE(path);
        }
    }
    return NULL;
}

static PRL_RESULT
must_be_program(const char *path, const char *said_by, char **ret_path)
{
    if (!is_program(path))
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "%s names '%s', which is no program with an absolute path", said_by,
                       path);
    *ret_path = str_dup(path);
    return *ret_path ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path of QEMU");
}

static PRL_RESULT
search(const char *const *names, size_t n_names, char **ret_path)
{
    const char *path_env = secure_getenv("PATH");
    char *found = path_env ? search_in(path_env, names, n_names) : NULL;

    if (!found)
        found = search_in(usual_places, names, n_names);
    if (!found)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED,
                       "no %s in PATH nor in %s; install QEMU (Debian: qemu-system-x86, qemu-utils)", names[0], usual_places);
    *ret_path = found;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_find_binary(char **ret_path)
{
    const char *env = secure_getenv("PRLKVM_QEMU");
    AUTO(cleanup_free) char *set = NULL;

    if (env && env[0])
        return must_be_program(env, "PRLKVM_QEMU", ret_path);
    {
        LOCK_SCOPE(&settings.lock);
        set = str_dup(settings.path);
    }
    if (set)
        return must_be_program(set, "the setting qemu", ret_path);
    return search(binary_names, ARRAY_LEN(binary_names), ret_path);
}

PRL_RESULT
qemu_find_img(char **ret_path)
{
    const char *env = secure_getenv("PRLKVM_QEMU_IMG");

    if (env && env[0])
        return must_be_program(env, "PRLKVM_QEMU_IMG", ret_path);
    return search(img_names, ARRAY_LEN(img_names), ret_path);
}

PRL_RESULT
qemu_find(char **ret_path, char **ret_version)
{
    AUTO(qemu_caps_free) struct qemu_caps *c = NULL;
    PRL_RESULT rc = qemu_caps_get(&c);

    if (PRL_FAILED(rc))
        return rc;
    *ret_path = TAKE(c->path);
    *ret_version = TAKE(c->version);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_find_machine(char **ret_machine)
{
    AUTO(qemu_caps_free) struct qemu_caps *c = NULL;
    PRL_RESULT rc = qemu_caps_get(&c);

    if (PRL_FAILED(rc))
        return rc;
    *ret_machine = TAKE(c->machine);
    return PRL_ERR_SUCCESS;
}

/* ---- accelerator ---- */

const char *
qemu_accel_name(enum qemu_accel accel)
{
    return accel == QEMU_ACCEL_KVM ? "kvm" : "tcg";
}

static bool
accel_parse(const char *name, enum qemu_accel *ret)
{
    if (!str_eq(name, "kvm") && !str_eq(name, "tcg"))
        return false;
    *ret = str_eq(name, "kvm") ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
    return true;
}

bool
qemu_find_set_accel(const char *name)
{
    enum qemu_accel accel = QEMU_ACCEL_TCG;
    bool is_set = name && name[0];

    if (is_set && !accel_parse(name, &accel))
        return false;
    LOCK_SCOPE(&settings.lock);
    settings.has_accel = is_set;
    settings.accel = accel;
    return true;
}

/* NULL: usable. */
static char *
why_not_kvm(void)
{
    AUTO_FD int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    AUTO_FD int vm = -1;

    if (kvm < 0)
        return str_printf("/dev/kvm cannot be opened: %s", strerror(errno));
    vm = ioctl(kvm, KVM_CREATE_VM, 0UL);
    if (vm < 0)
        return str_printf("/dev/kvm makes no virtual machine: %s", strerror(errno));
    return NULL;
}

static char *
why_no_kvm_cpu(void)
{
    AUTO(cleanup_free) char *cpu = NULL;
    char *why;

    if (PRL_SUCCEEDED(qemu_caps_kvm_cpu(&cpu)))
        return NULL;
    why = str_printf("QEMU cannot run a processor on this host's KVM: %s", err_peek()->details ? err_peek()->details : "");
    err_clear();
    return why;
}

PRL_RESULT
qemu_find_accel(enum qemu_accel *ret_accel, char **ret_why)
{
    const char *env = secure_getenv("PRLKVM_ACCEL");
    enum qemu_accel wanted = QEMU_ACCEL_KVM;
    AUTO(cleanup_free) char *why = NULL;
    bool is_asked_for;

    {
        LOCK_SCOPE(&settings.lock);
        is_asked_for = settings.has_accel;
        if (is_asked_for)
            wanted = settings.accel;
    }
    if (env && env[0]) {
        if (!accel_parse(env, &wanted))
            return err_set(PRL_ERR_INVALID_ARG, "PRLKVM_ACCEL is '%s'; it must be kvm or tcg", env);
        is_asked_for = true;
    }
    if (wanted == QEMU_ACCEL_KVM) {
        why = why_not_kvm();
        if (!why)
            why = why_no_kvm_cpu();
        if (why && is_asked_for)
            return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "kvm is asked for, but %s", why);
    }
    *ret_accel = wanted == QEMU_ACCEL_KVM && !why ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
    *ret_why = why ? TAKE(why) : str_dup("");
    return PRL_ERR_SUCCESS;
}
