/* SPDX-License-Identifier: MIT */
/* The steps of a plan, done and taken back by QMP. What a guest has a say in waits for its word, with a deadline. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "qemu_hotplug_doing.h"

/* ---- networks ---- */

/* A tap is opened here, and goes by name: numbers inside QEMU are those of its start. */
static PRL_RESULT
add_net(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    struct qemu_extra *tap = NULL;
    json_t *copy;
    PRL_RESULT rc;

    (void)before;
    if (!str_eq(json_string_value(json_object_get(args, "type")), "tap"))
        return hot_call(d->b, "netdev_add", json_incref(args));
    if (d->outfit)
        tap = (struct qemu_extra *)qemu_extras_find(&d->outfit->extras, EXTRA_TAP, (unsigned)strtoul(id + strcspn(id, "0123456789"), NULL, 10));
    if (!tap)
        return err_set(PRL_ERR_VM_DEV_CONNECT_FAILED, "%s has no bridge", id);
    rc = tap->fd >= 0 ? PRL_ERR_SUCCESS : qemu_tap_row.open(tap, d->b->home, qemu_vm_run_dir());
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call_fd(d->b->qmp, "getfd", json_pack("{s:s}", "fdname", id), tap->fd, clock_deadline(QMP_ANSWER_MS));
    if (PRL_FAILED(rc))
        return rc;
    copy = json_deep_copy(args);
    json_object_set_new(copy, "fd", json_string(id));
    cleanup_close(&tap->fd);
    tap->fd = -1;
    return hot_call(d->b, "netdev_add", copy);
}

/* ---- all of them ---- */

/* Those that are more than one command of QMP's. */
static const struct {
    const char *command;
    PRL_RESULT (*run)(struct doing *d, json_t *args, json_t *before);
} made[] = {
    { "plug-nodes", step_plug_nodes },       { "drop-nodes", step_drop_nodes }, { "unplug", step_unplug },
    { "change-medium", step_change_medium }, { "plug-cpus", step_plug_cpus },   { "unplug-cpus", step_unplug_cpus },
    { "share-start", step_share_start },     { "share-end", step_share_end },   { "netdev_add", add_net },
};

static PRL_RESULT
run(struct doing *d, const char *command, json_t *args, json_t *before)
{
    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        if (strcmp(made[i].command, command) == 0)
            return made[i].run(d, args, before);
    return hot_call(d->b, command, json_incref(args));
}

static void
undo_first(struct doing *d, struct hot_plan *plan, size_t n)
{
    while (n--) {
        struct hot_step *s = &plan->steps.p[n];

        if (s->undo && PRL_FAILED(run(d, s->undo, s->undo_args, NULL)))
            LOG_W("qemu", "%s: '%s' could not be taken back: %s", d->b->vm->uuid, s->command,
                  err_peek()->details ? err_peek()->details : "");
    }
    err_clear();
}

void
hot_steps_undo(struct backend_vm *b, struct hot_plan *plan, struct qemu_outfit *outfit)
{
    struct doing d = { b, outfit };

    undo_first(&d, plan, plan->steps.len);
}

/* QEMU's refusal gets the step's own code; what a file or the death of QEMU said stays. */
static PRL_RESULT
refused(struct backend_vm *b, const struct hot_step *s, PRL_RESULT rc)
{
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    if (rc == PRL_ERR_VM_PROCESS_IS_NOT_STARTED)
        return backend_vm_died(b, s->refused, "change of the running machine");
    if (rc == PRL_ERR_VM_OPERATION_FAILED || (rc == PRL_ERR_TIMEOUT && strcmp(s->command, "unplug") == 0) ||
        (rc == PRL_ERR_TIMEOUT && strcmp(s->command, "change-medium") == 0))
        return err_set(s->refused, "%s", words ? words : s->command);
    return rc;
}

/*
 * A command that was not answered in time may be done yet: QEMU does what it is told in order, so its opposite is sent behind it, as that of
 * those before, and nobody waits.
 */
static void
undo_blindly(struct backend_vm *b, struct hot_plan *plan, size_t n)
{
    LOG_E("qemu", "%s: QEMU does not answer in a change of the machine", b->vm->uuid);
    while (n--) {
        struct hot_step *s = &plan->steps.p[n];

        if (!s->undo)
            continue;
        if (strcmp(s->undo, "unplug") == 0)
            qmp_abandon(b->qmp, qmp_send(b->qmp, "device_del", json_incref(s->undo_args), -1, NULL));
        else if (strcmp(s->undo, "netdev_del") == 0 || strcmp(s->undo, "device_add") == 0 || strcmp(s->undo, "set_link") == 0)
            qmp_abandon(b->qmp, qmp_send(b->qmp, s->undo, json_incref(s->undo_args), -1, NULL));
    }
}

PRL_RESULT
hot_steps_do(struct backend_vm *b, struct hot_plan *plan, struct qemu_outfit *outfit)
{
    struct doing d = { b, outfit };

    for (size_t i = 0; i < plan->steps.len; i++) {
        struct hot_step *s = &plan->steps.p[i];
        PRL_RESULT rc = run(&d, s->command, s->args, s->undo_args);

        if (PRL_FAILED(rc)) {
            bool is_mute = rc == PRL_ERR_TIMEOUT && qmp_is_behind(b->qmp);
            AUTO(err_free) struct err *why = err_take(refused(b, s, rc));

            if (is_mute)
                undo_blindly(b, plan, i + 1);
            else
                undo_first(&d, plan, i);
            return why ? err_put(why) : rc;
        }
    }
    return PRL_ERR_SUCCESS;
}
