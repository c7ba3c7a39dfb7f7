/* SPDX-License-Identifier: MIT */
/*
 * The processes beside a running QEMU (qemu_side.h), watched by their pidfds: they end with it, may be ended and followed by others while it
 * runs, and where one ends by itself the VM's users are told. rec->sides is the note of them for a next service and belongs to the task
 * that holds the claim; who lives, and its pidfd, is here, under b->lock.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "engine/events.h"
#include "qemu_proc.h"
#include "qemu_vm.h"

#define GRACE_MS 500 /* from the end of one to that of its QEMU, where that is the reason */

struct side_watch {
    struct backend_vm *b;
    struct qemu_side side; /* the pidfd is ours */
    struct loop_source *exit_source, *grace_source;
    int grace_fd;
};

/* Not under b->lock: what runs in the loop takes it. Behind it nothing of w does. */
static void
leave_loop(struct side_watch *w)
{
    loop_remove(w->exit_source);
    w->exit_source = NULL;
    loop_remove(w->grace_source); /* behind the other, which makes it */
    w->grace_source = NULL;
}

static void
watch_free(struct side_watch *w)
{
    leave_loop(w);
    cleanup_close(&w->grace_fd);
    cleanup_close(&w->side.pidfd);
    free(w);
}

/* ---- an end that nobody asked for ---- */

static const struct {
    const char *name, *what, *words; /* of the process; in the log; for people */
} kinds[] = {
    { "tpm", "the TPM", "the process that is its TPM has ended: the guest has none until it is stopped and started again" },
    { "share", "a shared folder", "the process that serves a shared folder has ended: the guest has lost that folder until it is taken out and put in again" },
};

static void
tell(struct side_watch *w)
{
    AUTO(cleanup_free) char *name = vm_name_dup(w->b->vm);
    json_t *e;
    size_t k = 0;

    while (k + 1 < ARRAY_LEN(kinds) && strncmp(w->side.name, kinds[k].name, strlen(kinds[k].name)) != 0)
        k++;
    LOG_E("qemu", "%s: the process of %s (%s, process %d) has ended", w->b->vm->uuid, kinds[k].what, w->side.name, (int)w->side.pid);
    e = event_new(PET_DSP_EVT_VM_MESSAGE, w->b->vm->uuid);
    if (!e)
        return;
    event_set_code(e, PRL_ERR_VM_OPERATION_FAILED);
    event_add_text(e, "vm_message_param_0", name ? name : "");
    event_add_text(e, "vm_message_param_1", w->side.name);
    event_add_text(e, "Details", kinds[k].words);
    event_send_vm(w->b->vm, e);
}

/* QEMU has had its time to be seen dead, too. */
static void
on_grace(void *ctx, uint32_t events)
{
    struct side_watch *w = ctx;
    struct pollfd qemu = { w->b->pidfd, POLLIN, 0 };
    bool is_expected;

    (void)events;
    loop_change(w->grace_source, 0);
    {
        LOCK_SCOPE(&w->b->lock);
        is_expected = w->b->is_dead || w->b->is_ending;
    }
    if (!is_expected && poll(&qemu, 1, 0) == 0)
        tell(w);
}

static void
on_exit_fd(void *ctx, uint32_t events)
{
    struct side_watch *w = ctx;
    struct itimerspec in = { .it_value = { GRACE_MS / 1000, GRACE_MS % 1000 * 1000000 } };
    LOCK_SCOPE(&w->b->lock); /* and so exit_source is set, however early this comes */

    (void)events;
    loop_change(w->exit_source, 0);
    w->grace_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (w->grace_fd >= 0 && timerfd_settime(w->grace_fd, 0, &in, NULL) == 0)
        w->grace_source = loop_add(w->grace_fd, EPOLLIN, on_grace, w);
    if (!w->grace_source)
        LOG_E("qemu", "%s: a process beside QEMU (%s) has ended", w->b->vm->uuid, w->side.name);
}

/* ---- the list ---- */

/* Takes the pidfd. */
static bool
watch(struct backend_vm *b, struct qemu_side *side)
{
    struct side_watch *w = calloc(1, sizeof *w);
    LOCK_SCOPE(&b->lock);

    if (!w || b->has_ended_sides || !vec_push(&b->sides, w)) {
        free(w);
        return false;
    }
    w->b = b;
    w->side = *side;
    w->grace_fd = -1;
    side->pidfd = -1;
    w->exit_source = loop_add(w->side.pidfd, EPOLLIN, on_exit_fd, w); /* unwatched, it is ended with QEMU all the same */
    return true;
}

void
backend_sides_watch(struct backend_vm *b)
{
    for (size_t i = 0; i < b->rec->sides.len; i++)
        if (b->rec->sides.p[i].pidfd >= 0 && !watch(b, &b->rec->sides.p[i]))
            LOG_W("qemu", "%s: '%s' is not watched", b->vm->uuid, b->rec->sides.p[i].name);
}

bool
backend_side_add(struct backend_vm *b, struct qemu_side *side)
{
    struct qemu_side note = *side;

    note.pidfd = -1;
    return vec_push(&b->rec->sides, note) && watch(b, side);
}

bool
backend_has_sides(struct backend_vm *b)
{
    LOCK_SCOPE(&b->lock);

    return b->sides.len > 0;
}

static struct side_watch *
take(struct backend_vm *b, const char *name)
{
    LOCK_SCOPE(&b->lock);

    for (size_t i = 0; i < b->sides.len; i++)
        if (!name || strcmp(b->sides.p[i]->side.name, name) == 0) {
            struct side_watch *w = b->sides.p[i];

            vec_remove(&b->sides, i);
            return w;
        }
    return NULL;
}

static void
end(struct side_watch *w, int64_t deadline)
{
    leave_loop(w);
    qemu_side_end(&w->side, deadline);
    watch_free(w);
}

void
backend_side_end(struct backend_vm *b, const char *name, int64_t deadline)
{
    struct side_watch *w = take(b, name);

    if (w)
        end(w, deadline);
    for (size_t i = b->rec->sides.len; i-- > 0;)
        if (strcmp(b->rec->sides.p[i].name, name) == 0) {
            cleanup_close(&b->rec->sides.p[i].pidfd);
            vec_remove(&b->rec->sides, i);
        }
}

void
backend_sides_end(struct backend_vm *b, int64_t deadline)
{
    struct side_watch *w;

    {
        LOCK_SCOPE(&b->lock);
        b->has_ended_sides = true;
    }
    while ((w = take(b, NULL)))
        end(w, deadline);
}

void
backend_sides_unwatch(struct backend_vm *b)
{
    for (size_t i = 0; i < b->sides.len; i++)
        watch_free(b->sides.p[i]);
    vec_free(&b->sides);
}
