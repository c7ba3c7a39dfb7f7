/* SPDX-License-Identifier: MIT */
/* The steps of a plan, done and taken back by QMP. What a guest has a say in waits for its word, with a deadline. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "qemu_hotplug.h"

#define UNPLUG_MS 20000 /* for a guest to let go of a device */
#define TRAY_MS 10000   /* to open a tray that it has locked */
#define CPUS_MAX 256

struct doing {
    struct backend_vm *b;
    struct qemu_outfit *outfit; /* NULL: no new taps */
};

static int
patience_ms(int ms)
{
    int stall = qemu_vm_stall_ms(); /* shorter in tests */

    return stall < ms ? stall : ms;
}

static PRL_RESULT
call(struct backend_vm *b, const char *command, json_t *args)
{
    return qmp_call(b->qmp, command, args, clock_deadline(QMP_SLOW_MS), NULL);
}

/* ---- what the guest says ---- */

/* Notes the end of something that somebody waits for; what nobody waits for leaves no trace. */
static void
note(struct backend_vm *b, const char *prefix, const char *id, const char *error)
{
    char name[32];
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
    }
}

void
qemu_hotplug_on_deleted(struct backend_vm *b, json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "device"));

    if (id)
        note(b, "unplug:", id, NULL);
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

static void
begin_waiting(struct backend_vm *b, const char *name)
{
    backend_vm_forget_job(b, name);
    LOCK_SCOPE(&b->lock);
    backend_vm_job_locked(b, name);
}

/* Behind begin_waiting; forgets it. */
static PRL_RESULT
wait_for(struct backend_vm *b, const char *name, int ms)
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

/* ---- devices ---- */

static bool
words_have(const char *part)
{
    const char *words = err_peek()->details;

    return words && strstr(words, part);
}

/* PRL_ERR_TIMEOUT: the guest has not answered; should it let go later, so be it. */
static PRL_RESULT
unplug(struct doing *d, json_t *args)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    char name[32];
    PRL_RESULT rc;

    snprintf(name, sizeof name, "unplug:%s", id);
    begin_waiting(d->b, name);
    rc = call(d->b, "device_del", json_incref(args));
    if (PRL_FAILED(rc) && words_have("not found")) {
        backend_vm_forget_job(d->b, name);
        err_clear();
        return PRL_ERR_SUCCESS;
    }
    if (PRL_FAILED(rc) && !words_have("already in the process of unplug")) {
        backend_vm_forget_job(d->b, name);
        return rc;
    }
    rc = wait_for(d->b, name, patience_ms(UNPLUG_MS));
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

/* ---- block nodes ---- */

PRL_RESULT
hot_ask_nodes(struct backend_vm *b, json_t **ret)
{
    json_t *list = NULL, *nodes, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-named-block-nodes", json_pack("{s:b}", "flat", 1), clock_deadline(QMP_SLOW_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    nodes = json_object();
    json_array_foreach(list, i, item) {
        const char *name = json_string_value(json_object_get(item, "node-name"));
        json_t *file = json_object_get(item, "file");

        if (name)
            json_object_set(nodes, name, file ? file : json_null());
    }
    json_decref(list);
    *ret = nodes;
    return nodes ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "block nodes");
}

/* A node goes when nothing stands on it, so each turn takes the uppermost of those that are left. */
static PRL_RESULT
drop_nodes(struct doing *d, json_t *args)
{
    const char *drive = json_string_value(json_object_get(args, "drive"));
    PRL_RESULT last = PRL_ERR_SUCCESS;

    for (bool has_moved = true; has_moved;) {
        json_t *nodes = NULL, *file;
        const char *name;
        bool is_clean = true;
        PRL_RESULT rc = hot_ask_nodes(d->b, &nodes);

        if (PRL_FAILED(rc))
            return rc;
        has_moved = false;
        json_object_foreach(nodes, name, file) {
            if (!hot_is_node_of(name, drive))
                continue;
            rc = call(d->b, "blockdev-del", json_pack("{s:s}", "node-name", name));
            has_moved = has_moved || PRL_SUCCEEDED(rc);
            is_clean = is_clean && PRL_SUCCEEDED(rc);
            last = PRL_FAILED(rc) ? rc : last;
        }
        json_decref(nodes);
        if (is_clean) {
            err_clear();
            return PRL_ERR_SUCCESS;
        }
    }
    return last;
}

/* "another process" is another virtual machine, or a tool on the image. */
static PRL_RESULT
image_refused(PRL_RESULT rc, json_t *row)
{
    const char *path = json_string_value(json_object_get(row, "filename"));
    AUTO(cleanup_free) char *words = str_dup(err_peek()->details);

    return path && words && strstr(words, " lock") ? qemu_image_busy(path, words) : rc;
}

static PRL_RESULT
plug_nodes(struct doing *d, json_t *args)
{
    json_t *row;
    size_t i;

    json_array_foreach(json_object_get(args, "rows"), i, row) {
        PRL_RESULT rc = call(d->b, "blockdev-add", json_incref(row));

        if (PRL_FAILED(rc)) {
            AUTO(err_free) struct err *why = err_take(image_refused(rc, row));

            rc = why ? why->code : rc;
            drop_nodes(d, args);
            return why ? err_put(why) : rc;
        }
    }
    return PRL_ERR_SUCCESS;
}

/* ---- media ---- */

/* Floppy drives have no tray. */
static PRL_RESULT
ask_tray(struct backend_vm *b, const char *id, bool *ret_is_open)
{
    json_t *list = NULL, *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-block", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    *ret_is_open = true;
    json_array_foreach(list, i, item) {
        json_t *tray = json_object_get(item, "tray_open");

        if (tray && str_eq(json_string_value(json_object_get(item, "qdev")), id))
            *ret_is_open = json_is_true(tray);
    }
    json_decref(list);
    return PRL_ERR_SUCCESS;
}

/* QEMU says yes also when the guest has locked it, and then only asks the guest. */
static PRL_RESULT
open_tray(struct doing *d, const char *id)
{
    bool is_open = false;
    char name[32];
    PRL_RESULT rc;

    snprintf(name, sizeof name, "tray:%s", id);
    begin_waiting(d->b, name);
    rc = call(d->b, "blockdev-open-tray", json_pack("{s:s}", "id", id));
    if (PRL_SUCCEEDED(rc))
        rc = ask_tray(d->b, id, &is_open);
    if (PRL_FAILED(rc) || is_open) {
        backend_vm_forget_job(d->b, name);
        return rc;
    }
    rc = wait_for(d->b, name, patience_ms(TRAY_MS));
    return rc == PRL_ERR_TIMEOUT ? err_set(rc, "the guest has locked the drive, and does not open it") : rc;
}

static PRL_RESULT
insert(struct doing *d, json_t *args)
{
    const char *id = json_string_value(json_object_get(args, "id")), *drive = json_string_value(json_object_get(args, "drive"));
    PRL_RESULT rc = call(d->b, "blockdev-remove-medium", json_pack("{s:s}", "id", id));

    if (PRL_SUCCEEDED(rc))
        rc = drop_nodes(d, args);
    if (PRL_SUCCEEDED(rc) && json_array_size(json_object_get(args, "rows"))) {
        rc = plug_nodes(d, args);
        if (PRL_SUCCEEDED(rc))
            rc = call(d->b, "blockdev-insert-medium", json_pack("{s:s, s:s}", "id", id, "node-name", drive));
    }
    return rc;
}

/* Once the tray is open a disc that cannot be had is followed by the one that was there. */
static PRL_RESULT
change_medium(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT rc = open_tray(d, id);

    if (PRL_FAILED(rc))
        return rc;
    rc = insert(d, args);
    if (PRL_FAILED(rc)) {
        why = err_take(rc == PRL_ERR_VM_OPERATION_FAILED ? err_set(PRL_ERR_VM_DEV_CONNECT_FAILED, "%s", err_peek()->details) : rc);
        if (before && PRL_FAILED(insert(d, before)))
            LOG_W("qemu", "%s: the drive %s stays empty", d->b->vm->uuid, id);
    }
    call(d->b, "blockdev-close-tray", json_pack("{s:s}", "id", id));
    return why ? err_put(why) : PRL_ERR_SUCCESS;
}

/* ---- processors ---- */

static int
by_place(const void *x, const void *y)
{
    static const char *const members[] = { "socket-id", "die-id", "core-id", "thread-id" };
    json_t *a = json_object_get(*(json_t *const *)x, "props"), *b = json_object_get(*(json_t *const *)y, "props");

    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_int_t m = json_integer_value(json_object_get(a, members[i])), n = json_integer_value(json_object_get(b, members[i]));

        if (m != n)
            return m < n ? -1 : 1;
    }
    return 0;
}

static PRL_RESULT
plug_cpu(struct doing *d, json_t *place, unsigned number)
{
    json_t *args = json_deep_copy(json_object_get(place, "props"));
    char id[16];

    snprintf(id, sizeof id, "cpu%u-dev", number);
    if (!args)
        return err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU does not say where processors can be");
    json_object_set(args, "driver", json_object_get(place, "type"));
    json_object_set_new(args, "id", json_string(id));
    return call(d->b, "device_add", args);
}

/* In the order of their places, which is that of a start with so many: a saved state finds them again. */
static PRL_RESULT
plug_cpus(struct doing *d, json_t *args)
{
    json_int_t want = json_integer_value(json_object_get(args, "cpus")), there = 0;
    json_t *list = NULL, *place, *free_places[CPUS_MAX];
    size_t i, n = 0;
    PRL_RESULT rc = qmp_call(d->b->qmp, "query-hotpluggable-cpus", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    json_array_foreach(list, i, place) {
        if (json_object_get(place, "qom-path"))
            there++;
        else if (n < CPUS_MAX)
            free_places[n++] = place;
    }
    qsort(free_places, n, sizeof free_places[0], by_place);
    for (i = 0; PRL_SUCCEEDED(rc) && there < want; i++, there++)
        rc = i < n ? plug_cpu(d, free_places[i], (unsigned)there)
                   : err_set(PRL_ERR_VM_OPERATION_FAILED, "there is no place for %d processors", (int)want);
    json_decref(list);
    return rc;
}

/* Down to so many, as far as the guest agrees: only ever to take back what was added a moment ago. */
static PRL_RESULT
unplug_cpus(struct doing *d, json_t *args)
{
    json_int_t first = json_integer_value(json_object_get(args, "cpus"));
    json_t *devices = NULL;
    PRL_RESULT rc = hot_ask_devices(d->b, &devices);

    for (json_int_t i = CPUS_MAX - 1; PRL_SUCCEEDED(rc) && i >= first; i--) {
        char id[16];

        snprintf(id, sizeof id, "cpu%d-dev", (int)i);
        if (json_object_get(devices, id)) {
            json_t *one = json_pack("{s:s}", "id", id);

            rc = unplug(d, one);
            json_decref(one);
        }
    }
    json_decref(devices);
    return rc;
}

static PRL_RESULT
plug_cpus_or_none(struct doing *d, json_t *args, json_t *before)
{
    PRL_RESULT rc = plug_cpus(d, args);

    if (PRL_FAILED(rc) && before) {
        AUTO(err_free) struct err *why = err_take(rc);

        if (PRL_FAILED(unplug_cpus(d, before)))
            LOG_W("qemu", "%s: the guest keeps processors that were to be taken back", d->b->vm->uuid);
        return why ? err_put(why) : rc;
    }
    return rc;
}

/* ---- networks ---- */

/* A tap is opened here, and goes by name: numbers inside QEMU are those of its start. */
static PRL_RESULT
add_net(struct doing *d, json_t *args)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    struct qemu_extra *tap = NULL;
    json_t *copy;
    PRL_RESULT rc;

    if (!str_eq(json_string_value(json_object_get(args, "type")), "tap"))
        return call(d->b, "netdev_add", json_incref(args));
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
    return call(d->b, "netdev_add", copy);
}

/* ---- all of them ---- */

/* before: what takes it back, for commands that do so by themselves when they fail half-way; NULL: nothing does. */
static PRL_RESULT
run(struct doing *d, const char *command, json_t *args, json_t *before)
{
    if (strcmp(command, "plug-nodes") == 0)
        return plug_nodes(d, args);
    if (strcmp(command, "drop-nodes") == 0)
        return drop_nodes(d, args);
    if (strcmp(command, "unplug") == 0)
        return unplug(d, args);
    if (strcmp(command, "change-medium") == 0)
        return change_medium(d, args, before);
    if (strcmp(command, "plug-cpus") == 0)
        return plug_cpus_or_none(d, args, before);
    if (strcmp(command, "unplug-cpus") == 0)
        return unplug_cpus(d, args);
    if (strcmp(command, "netdev_add") == 0)
        return add_net(d, args);
    return call(d->b, command, json_incref(args));
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
