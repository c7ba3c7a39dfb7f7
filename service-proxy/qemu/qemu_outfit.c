/* SPDX-License-Identifier: MIT */
#include "qemu_outfit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_host_pci.h"
#include "qemu_images.h"
#include "qemu_vm.h"

#define ASK_MS 5000

static char *tls_dir;

void
qemu_outfit_set_tls_dir(const char *dir)
{
    free(tls_dir);
    tls_dir = str_dup(dir);
}

/* ---- sound ---- */

static bool
has_sound(xmlNodePtr root)
{
    xmlNodePtr hw = xml_child(root, "Hardware");

    for (xmlNodePtr s = hw ? xml_child(hw, "Sound") : NULL; s; s = xml_next(s))
        if (qemu_device_is_on(s))
            return true;
    return false;
}

/* The user's sound server, where he has one and QEMU can talk to it; a service without a session plays to nobody. */
static const char *
audio_driver(xmlNodePtr root, const char *qemu)
{
    const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
    AUTO(cleanup_free) char *socket = runtime ? str_printf("%s/pulse/native", runtime) : NULL;
    const char *const argv[] = { qemu, "-audiodev", "help", NULL };
    AUTO(cleanup_free) char *drivers = NULL;

    if (!has_sound(root) || !socket || !path_exists(socket) || PRL_FAILED(proc_run(argv, NULL, clock_deadline(ASK_MS), -1, &drivers)))
        return NULL;
    return strstr(drivers, "\npa\n") ? "pa" : NULL;
}

/* ---- all of it ---- */

PRL_RESULT
qemu_outfit_find(struct qemu_outfit *o, xmlDocPtr doc, const char *home, const char *vm_uuid, const char *qemu)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    AUTO(cleanup_free) char *name = xml_get(root, "Identification/VmName");
    PRL_RESULT rc = qemu_extras_list(doc, home, &o->extras);

    if (PRL_SUCCEEDED(rc))
        rc = qemu_extras_check(&o->extras, &o->notes);
    if (PRL_SUCCEEDED(rc))
        rc = host_pci_check(doc);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_limits_read(doc, &o->limits, &o->notes);
    if (PRL_FAILED(rc))
        return rc;
    if (!qemu_forwards_list(vm_uuid, name ? name : "", &o->forwards))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "port forwarding");
    o->audio = audio_driver(root, qemu);
    if (tls_dir && path_is_dir(tls_dir))
        o->vnc_tls_dir = str_dup(tls_dir);
    return PRL_ERR_SUCCESS;
}

void
qemu_outfit_env(const struct qemu_outfit *o, struct qemu_args_env *env)
{
    env->extras = &o->extras;
    env->forwards = o->forwards.p;
    env->n_forwards = o->forwards.len;
    env->vnc_tls_dir = o->vnc_tls_dir;
    env->audio = o->audio;
    env->now = (int64_t)time(NULL);
}

PRL_RESULT
qemu_outfit_open(struct qemu_outfit *o, const char *home, qemu_sides *ret_sides)
{
    PRL_RESULT rc = qemu_extras_open(&o->extras, home, qemu_vm_run_dir());

    for (size_t i = 0; PRL_SUCCEEDED(rc) && i < o->extras.len; i++) {
        struct qemu_side *side = &o->extras.p[i].side;

        if (side->pid <= 0)
            continue;
        if (!vec_push(ret_sides, *side))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "processes");
        side->pidfd = -1; /* the record's now */
    }
    return rc;
}

PRL_RESULT
qemu_outfit_spawn(const struct qemu_outfit *o, struct qemu_spawn *how, const struct spawn_fd *others, size_t n_others, pid_t *ret_pid,
                  int *ret_pidfd)
{
    VEC(struct spawn_fd) fds = { 0 };
    struct qemu_limits_saved saved;
    bool is_good = true;
    PRL_RESULT rc;

    for (size_t i = 0; i < n_others; i++)
        is_good = is_good && vec_push(&fds, others[i]);
    for (size_t i = 0; i < o->extras.len; i++)
        is_good = is_good && vec_push(&fds, ((struct spawn_fd){ o->extras.p[i].fd, o->extras.p[i].number }));
    how->more = fds.p;
    how->n_more = fds.len;
    qemu_limits_begin(&o->limits, &saved);
    rc = is_good ? qemu_proc_spawn(how, ret_pid, ret_pidfd) : err_set(PRL_ERR_OUT_OF_MEMORY, "descriptors");
    qemu_limits_end(&o->limits, &saved);
    vec_free(&fds);
    how->more = NULL;
    how->n_more = 0;
    return rc;
}

void
qemu_outfit_drop(struct qemu_outfit *o, qemu_sides *sides)
{
    qemu_extras_close(&o->extras);
    qemu_sides_end(sides, 0);
}

void
qemu_outfit_clear(struct qemu_outfit *o)
{
    qemu_extras_clear(&o->extras);
    qemu_forwards_clear(&o->forwards);
    qemu_notes_clear(&o->notes);
    free(o->vnc_tls_dir);
}
