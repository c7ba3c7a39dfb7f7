/* SPDX-License-Identifier: MIT */
/*
 * The exports of a running VM's bundles (qemu_export.h): which there are, what happens when one ends before its QEMU does, and their end
 * behind that of QEMU. The list is rec->exports; tasks and the undertaker meet at it, so it is looked at under this file's lock alone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "engine/events.h"
#include "qemu_export.h"
#include "qemu_proc.h"
#include "qemu_vm.h"

#define RANK_EXPORTS 46
#define OWN_END_MS 500 /* an export usually ends because its QEMU does, which is seen a moment later */

struct export_watch {
    struct backend_vm *b; /* whose it is */
    struct loop_source *source;
    char node[QEMU_NODE_NAME];
    pid_t pid;
    bool has_ended; /* under the lock */
};

struct lost_export {
    struct backend_vm *b; /* counted */
    char node[QEMU_NODE_NAME];
    pid_t pid;
};

static struct {
    struct lock lock;
    VEC(struct lost_export) lost; /* ended, perhaps without their QEMU */
} exports = { .lock = LOCK_INIT(RANK_EXPORTS) };

/* ---- the end of one ---- */

static void
add_lost_locked(struct backend_vm *b, const char *node, pid_t pid)
{
    struct lost_export l = { .b = b, .pid = pid };

    atomic_store(&b->has_lost_disk, true);
    snprintf(l.node, sizeof l.node, "%s", node);
    if (vec_push(&exports.lost, l))
        backend_vm_ref(b);
}

static void
on_export_exit(void *ctx, uint32_t events)
{
    struct export_watch *w = ctx;

    (void)events;
    {
        LOCK_SCOPE(&exports.lock); /* and so source is set, however early this comes */
        loop_change(w->source, 0);
        w->has_ended = true;
        add_lost_locked(w->b, w->node, w->pid);
    }
    atomic_fetch_sub(&w->b->n_exports, 1);
    backend_vm_wake_undertaker();
}

/* What the guest had written, and not flushed, may have gone with it: it is held where it is, before it goes on without that. */
static void
look_at_lost(const struct lost_export *l)
{
    struct backend_vm *b = l->b;
    AUTO(cleanup_free) char *name = NULL;
    json_t *e;
    bool is_expected;

    {
        LOCK_SCOPE(&b->lock);
        is_expected = b->is_dead || b->is_ending;
    }
    if (is_expected || qemu_proc_wait(b->pidfd, clock_deadline(OWN_END_MS)))
        return;
    LOG_E("qemu", "%s: the export of disk '%s' (process %d) has ended", b->vm->uuid, l->node, (int)l->pid);
    if (b->qmp) /* also one that is being taken over */
        qmp_abandon(b->qmp, qmp_send(b->qmp, "stop", NULL, -1, NULL));
    e = event_new(PET_DSP_EVT_VM_MESSAGE, b->vm->uuid);
    if (!e)
        return;
    name = vm_name_dup(b->vm);
    event_set_code(e, PRL_ERR_DISK_OPERATION_ABORTED);
    event_add_text(e, "vm_message_param_0", name ? name : "");
    event_add_text(e, "vm_message_param_1", l->node);
    event_add_text(e, "Details", "the process that serves this disk has ended: the virtual machine is paused, and has to be stopped and started again");
    event_send_vm(b->vm, e);
}

bool
backend_exports_have_lost(void)
{
    LOCK_SCOPE(&exports.lock);

    return exports.lost.len > 0;
}

static bool
take_lost(struct lost_export *ret)
{
    LOCK_SCOPE(&exports.lock);

    if (!exports.lost.len) {
        vec_free(&exports.lost);
        return false;
    }
    *ret = exports.lost.p[--exports.lost.len];
    return true;
}

void
backend_exports_look(void)
{
    struct lost_export l;

    while (take_lost(&l)) {
        look_at_lost(&l);
        backend_vm_unref(l.b);
    }
}

void
backend_exports_forget_lost(void)
{
    struct lost_export l;

    while (take_lost(&l))
        backend_vm_unref(l.b);
}

/* ---- watching ---- */

/* What a watch cannot be had for is waited for at the burial. */
static void
watch_locked(struct backend_vm *b, const struct qemu_export *e)
{
    struct export_watch *w = calloc(1, sizeof *w);

    if (!w || !vec_push(&b->exports, w)) {
        free(w);
        return;
    }
    w->b = b;
    w->pid = e->pid;
    memcpy(w->node, e->node, sizeof w->node);
    atomic_fetch_add(&b->n_exports, 1);
    w->source = loop_add(e->pidfd, EPOLLIN, on_export_exit, w);
    if (!w->source) {
        atomic_fetch_sub(&b->n_exports, 1);
        vec_remove(&b->exports, b->exports.len - 1);
        free(w);
    }
}

static bool
is_watched_locked(const struct backend_vm *b, const char *node)
{
    for (size_t i = 0; i < b->exports.len; i++)
        if (strcmp(b->exports.p[i]->node, node) == 0)
            return true;
    return false;
}

static void
watch_all_locked(struct backend_vm *b)
{
    for (size_t i = 0; i < b->rec->exports.len; i++) {
        const struct qemu_export *e = &b->rec->exports.p[i];

        if (is_watched_locked(b, e->node))
            continue;
        if (e->pidfd >= 0)
            watch_locked(b, e);
        else /* gone while no service was there */
            add_lost_locked(b, e->node, e->pid);
    }
}

void
backend_exports_watch(struct backend_vm *b)
{
    {
        LOCK_SCOPE(&exports.lock);
        watch_all_locked(b);
    }
    if (atomic_load(&b->has_lost_disk))
        backend_vm_wake_undertaker();
}

/* Any of them for node NULL; false: there is none. */
static bool
unwatch(struct backend_vm *b, const char *node)
{
    struct export_watch *w = NULL;

    {
        LOCK_SCOPE(&exports.lock);
        for (size_t i = 0; i < b->exports.len && !w; i++)
            if (!node || strcmp(b->exports.p[i]->node, node) == 0) {
                w = b->exports.p[i];
                vec_remove(&b->exports, i);
            }
    }
    if (!w)
        return false;
    loop_remove(w->source); /* behind it nobody looks at w */
    if (!w->has_ended)
        atomic_fetch_sub(&b->n_exports, 1);
    free(w);
    return true;
}

void
backend_exports_unwatch(struct backend_vm *b)
{
    while (unwatch(b, NULL))
        ;
    vec_free(&b->exports);
}

/* ---- the list ---- */

bool
backend_exports_add(struct backend_vm *b, const struct qemu_export *e)
{
    LOCK_SCOPE(&exports.lock);

    if (b->is_closed || !vec_push(&b->rec->exports, *e))
        return false;
    watch_locked(b, e);
    return true;
}

bool
backend_exports_take(struct backend_vm *b, const char *node, struct qemu_export *ret)
{
    bool is_found = false;

    unwatch(b, node);
    LOCK_SCOPE(&exports.lock);
    for (size_t i = 0; i < b->rec->exports.len && !is_found; i++)
        if (strcmp(b->rec->exports.p[i].node, node) == 0) {
            *ret = b->rec->exports.p[i];
            vec_remove(&b->rec->exports, i);
            is_found = true;
        }
    return is_found;
}

/* A descriptor of its own: the undertaker may close the other one meanwhile. */
bool
backend_exports_get(struct backend_vm *b, size_t i, struct qemu_export *ret)
{
    LOCK_SCOPE(&exports.lock);

    if (i >= b->rec->exports.len)
        return false;
    *ret = b->rec->exports.p[i];
    ret->pidfd = ret->pidfd >= 0 ? fcntl(ret->pidfd, F_DUPFD_CLOEXEC, 0) : -1;
    return true;
}

bool
backend_exports_find(struct backend_vm *b, const char *node, struct qemu_export *ret)
{
    for (size_t i = 0; backend_exports_get(b, i, ret); i++) {
        if (strcmp(ret->node, node) == 0)
            return true;
        cleanup_close(&ret->pidfd);
    }
    return false;
}

/* ---- behind QEMU ---- */

static bool
take_last(struct backend_vm *b, struct qemu_export *ret)
{
    LOCK_SCOPE(&exports.lock);

    b->is_closed = true;
    if (!b->rec->exports.len)
        return false;
    *ret = b->rec->exports.p[--b->rec->exports.len];
    return true;
}

void
backend_exports_end(struct backend_vm *b)
{
    struct qemu_export e;

    while (take_last(b, &e)) {
        /* The watched ones were waited for before. */
        int64_t deadline = unwatch(b, e.node) ? clock_now_ms() : clock_deadline(EXPORT_END_MS);

        if (e.pidfd >= 0 && !qemu_proc_wait(e.pidfd, deadline))
            LOG_E("qemu", "%s: the export of disk '%s' (process %d) does not end and is killed", b->vm->uuid, e.node, (int)e.pid);
        qemu_export_end(&e, clock_now_ms());
    }
}
