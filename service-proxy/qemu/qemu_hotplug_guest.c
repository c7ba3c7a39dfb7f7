/* SPDX-License-Identifier: MIT */
/* What a guest has a say in: waiting for its word, and a device that it lets go of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "qemu_hotplug_doing.h"

#define UNPLUG_MS 20000 /* for a guest to let go of a device */

int
hot_patience_ms(int ms)
{
    int stall = qemu_vm_stall_ms(); /* shorter in tests */

    return stall < ms ? stall : ms;
}

PRL_RESULT
hot_call(struct backend_vm *b, const char *command, json_t *args)
{
    return qmp_call(b->qmp, command, args, clock_deadline(QMP_SLOW_MS), NULL);
}

/* Notes the end of something that somebody waits for. False: nobody does. */
static bool
note(struct backend_vm *b, const char *prefix, const char *id, const char *error)
{
    char name[32];
    bool is_awaited = false;
    LOCK_SCOPE(&b->lock);

    snprintf(name, sizeof name, "%s%s", prefix, id);
    for (size_t i = 0; i < b->jobs.len; i++) {
        struct backend_job *j = &b->jobs.p[i];

        if (strcmp(j->id, name) != 0)
            continue;
        j->has_ended = true;
        free(j->error);
        j->error = error ? str_dup(error) : NULL;
        cond_broadcast(&b->changed);
        is_awaited = true;
    }
    return is_awaited;
}

void
qemu_hotplug_on_deleted(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "device"));

    if (id && !note(b, "unplug:", id, NULL))
        atomic_store(&b->has_let_go, true);
}

void
qemu_hotplug_on_refused(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "device"));

    if (id)
        note(b, "unplug:", id, "the guest refuses");
}

void
qemu_hotplug_on_tray(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "id"));

    if (id && json_is_true(json_object_get(data, "tray-open")))
        note(b, "tray:", id, NULL);
}

static bool
has_ended(struct backend_vm *b, void *arg)
{
    struct backend_job *j = backend_vm_job_locked(b, arg);

    return !j || j->has_ended;
}

void
hot_wait_begin(struct backend_vm *b, const char *name)
{
    backend_vm_forget_job(b, name);
    LOCK_SCOPE(&b->lock);
    backend_vm_job_locked(b, name);
}

/* Behind begin_waiting; forgets it. */
PRL_RESULT
hot_wait_end(struct backend_vm *b, const char *name, int ms)
{
    PRL_RESULT rc = backend_vm_wait(b, has_ended, (void *)name, clock_deadline(ms));

    if (PRL_SUCCEEDED(rc)) {
        LOCK_SCOPE(&b->lock);
        struct backend_job *j = backend_vm_job_locked(b, name);

        if (j && j->error)
            rc = err_set(PRL_ERR_VM_OPERATION_FAILED, "%s", j->error);
    }
    backend_vm_forget_job(b, name);
    return rc;
}

bool
hot_words_have(const char *part)
{
    const char *words = err_peek()->details;

    return words && strstr(words, part);
}

/* PRL_ERR_TIMEOUT: the guest has not answered; should it let go later, qemu_hotplug_settle sees it. */
PRL_RESULT
step_unplug(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    char name[32];
    PRL_RESULT rc;

    (void)before;
    snprintf(name, sizeof name, "unplug:%s", id);
    hot_wait_begin(d->b, name);
    rc = hot_call(d->b, "device_del", json_incref(args));
    if (PRL_FAILED(rc) && hot_words_have("not found")) {
        backend_vm_forget_job(d->b, name);
        err_clear();
        return PRL_ERR_SUCCESS;
    }
    if (PRL_FAILED(rc) && !hot_words_have("already in the process of unplug")) {
        backend_vm_forget_job(d->b, name);
        return rc;
    }
    rc = hot_wait_end(d->b, name, hot_patience_ms(UNPLUG_MS));
    if (PRL_FAILED(rc))
        atomic_store(&d->b->has_let_go, true); /* it may yet */
    return rc == PRL_ERR_TIMEOUT ? err_set(rc, "the guest does not let go of %s", id) : rc;
}

PRL_RESULT
hot_ask_devices(struct backend_vm *b, json_t **ret)
{
    json_t *list = NULL, *names, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "qom-list", json_pack("{s:s}", "path", "/machine/peripheral"), clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    names = json_object();
    json_array_foreach(list, i, item) {
        const char *name = json_string_value(json_object_get(item, "name"));

        if (name)
            json_object_set_new(names, name, json_true());
    }
    json_decref(list);
    *ret = names;
    return names ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "devices");
}
