/* SPDX-License-Identifier: MIT */
/* What QEMU says by itself. On the thread that reads it (qmp.h): notes, wakes, sets states; never waits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "engine/events.h"
#include "qemu_hotplug.h"
#include "qemu_vm.h"

#define WORDS_MAX 500
#define CRASH_APART_MS 60000

bool
backend_vm_follows_events(struct backend_vm *b)
{
    LOCK_SCOPE(&b->lock);

    return !b->is_quiet && !b->is_ending && !b->is_dead;
}

static bool
answer_is_near(struct backend_vm *b)
{
    return b->qmp && qmp_is_watched(b->qmp);
}

/*
 * Behind the event comes the answer to the command that caused it, within microseconds: who waits for that is not woken twice. The second look
 * is for an answer that is late, which nobody holds the events for any more.
 */
static void
show(struct backend_vm *b, VIRTUAL_MACHINE_STATE state)
{
    if (!backend_vm_follows_events(b))
        return;
    event_hold(answer_is_near(b));
    vm_state_set(b->vm, state);
    event_hold(false);
    if (!answer_is_near(b))
        event_flush(NULL);
}

static void
on_stop(struct backend_vm *b, json_t *data)
{
    (void)data;
    atomic_store(&b->is_stopped, true);
    show(b, VMS_PAUSED);
}

static void
on_resume(struct backend_vm *b, json_t *data)
{
    (void)data;
    atomic_store(&b->is_stopped, false);
    show(b, VMS_RUNNING);
}

/* The guest went to sleep (S3), and woke up. */
static void
on_sleep(struct backend_vm *b, json_t *data)
{
    {
        LOCK_SCOPE(&b->lock);
        b->is_asleep = true;
    }
    (void)data;
    show(b, VMS_PAUSED);
}

static void
on_wake(struct backend_vm *b, json_t *data)
{
    {
        LOCK_SCOPE(&b->lock);
        b->is_asleep = false;
    }
    on_resume(b, data);
}

/* The guest powered off, or we said quit: the process ends next. */
static void
on_shutdown(struct backend_vm *b, json_t *data)
{
    const char *reason = json_string_value(json_object_get(data, "reason"));
    bool is_wanted = str_eq(reason, "guest-shutdown") || str_eq(reason, "guest-reset") || str_eq(reason, "host-qmp-quit");
    LOCK_SCOPE(&b->lock);

    b->is_ending = b->is_ending || is_wanted;
}

static void
on_migration(struct backend_vm *b, json_t *data)
{
    const char *status = json_string_value(json_object_get(data, "status"));
    LOCK_SCOPE(&b->lock);

    snprintf(b->migration, sizeof b->migration, "%s", status ? status : "");
    cond_broadcast(&b->changed);
}

static void
on_job_ready(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "device"));
    LOCK_SCOPE(&b->lock);
    struct backend_job *j = id ? backend_vm_job_locked(b, id) : NULL;

    if (j)
        j->is_ready = true;
    cond_broadcast(&b->changed);
}

static void
on_job_ended(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "device"));
    const char *error = json_string_value(json_object_get(data, "error"));
    LOCK_SCOPE(&b->lock);
    struct backend_job *j = id ? backend_vm_job_locked(b, id) : NULL;

    if (j) {
        j->has_ended = true;
        free(j->error);
        j->error = error ? str_escape(error, strlen(error), WORDS_MAX) : NULL;
    }
    cond_broadcast(&b->changed);
}

/* One message to those who see the VM; the text is QEMU's or made of its words. */
static void
tell(struct backend_vm *b, PRL_RESULT code, const char *text)
{
    json_t *e = event_new(PET_DSP_EVT_VM_MESSAGE, b->vm->uuid);
    AUTO(cleanup_free) char *name = vm_name_dup(b->vm);

    if (!e)
        return;
    event_set_code(e, code);
    event_add_text(e, "vm_message_param_0", name ? name : "");
    event_add_text(e, "Details", text);
    event_send_vm(b->vm, e);
}

/* Of a disk that has failed so that the VM was stopped: by "nospace", and by the operation ("read", "write"). */
static PRL_RESULT
io_error_code(json_t *data)
{
    if (json_is_true(json_object_get(data, "nospace")))
        return PRL_ERR_OUT_OF_DISK_SPACE;
    return str_eq(json_string_value(json_object_get(data, "operation")), "read") ? PRL_ERR_DISK_READ_FAILED : PRL_ERR_DISK_WRITE_FAILED;
}

static void
on_io_error(struct backend_vm *b, json_t *data)
{
    const char *node = json_string_value(json_object_get(data, "node-name"));
    const char *reason = json_string_value(json_object_get(data, "reason"));
    const char *action = json_string_value(json_object_get(data, "action"));
    bool has_stopped = action && strcmp(action, "stop") == 0;
    AUTO(cleanup_free) char *safe = str_escape(reason ? reason : "", reason ? strlen(reason) : 0, WORDS_MAX);
    AUTO(cleanup_free) char *text =
        str_printf("disk '%.40s': %s%s", node ? node : "?", safe ? safe : "", has_stopped ? "; the VM is paused" : "");

    LOG_W("qemu", "%s: I/O error: %s", b->vm->uuid, text ? text : "");
    if (text && has_stopped)
        tell(b, io_error_code(data), text);
}

static void
on_image_corrupted(struct backend_vm *b, json_t *data)
{
    const char *node = json_string_value(json_object_get(data, "node-name"));
    AUTO(cleanup_free) char *text = str_printf("disk '%.40s': its image is damaged", node ? node : "?");

    LOG_E("qemu", "%s: %s", b->vm->uuid, text ? text : "");
    if (text)
        tell(b, PRL_ERR_HARD_DISK_IMAGE_CORRUPTED, text);
}

/* True: once more. A guest that crashes right after each reset is left as it is after some of them. */
static bool
may_reset(struct backend_vm *b)
{
    int64_t now = clock_now_ms();
    LOCK_SCOPE(&b->lock);

    if (now - b->crashed_at > CRASH_APART_MS)
        b->n_crashes = 0;
    b->crashed_at = now;
    return b->n_crashes++ < b->rec->crash_resets;
}

/* "pause": QEMU has done what the configuration says. "run": the reset is ours to do. */
static void
on_panic(struct backend_vm *b, json_t *data)
{
    bool is_ours = b->qmp && str_eq(json_string_value(json_object_get(data, "action")), "run") && may_reset(b);

    LOG_W("qemu", "%s: the guest system has crashed%s", b->vm->uuid, is_ours ? " and is reset" : "");
    if (is_ours)
        qmp_abandon(b->qmp, qmp_send(b->qmp, "system_reset", NULL, -1, NULL));
}

static void
on_watchdog(struct backend_vm *b, json_t *data)
{
    (void)data;
    LOG_W("qemu", "%s: the guest's watchdog fired", b->vm->uuid);
}

static const struct {
    const char *name;
    void (*take)(struct backend_vm *b, json_t *data);
} rows[] = {
#define QMP_EVENT(name, function) { name, function },
#include "qmp_events.def"
#undef QMP_EVENT
};

void
qemu_event(void *ctx, const char *name, json_t *data)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, name) == 0) {
            rows[i].take(ctx, data);
            return;
        }
}
