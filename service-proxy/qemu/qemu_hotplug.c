/* SPDX-License-Identifier: MIT */
/* Changes of a running machine from one configuration to the next: see qemu_hotplug.h. */
#include "qemu_hotplug.h"

#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_cgroup.h"
#include "qemu_hotplug_place.h"

struct change {
    struct backend_change base; /* first */
    struct backend_vm *b;
    struct hot_machine before, after; /* by the stored configuration, by the next */
    struct hot_plan plan;
    bool has_limits; /* those of the processors or of input and output are others */
    bool is_applied;
};

/* ---- the run record ---- */

bool
hot_record_rows(const struct run_record *rec, struct hot_rows *ret)
{
    AUTO_HOT_ROWS rows = { 0 };

    for (size_t i = 0; i < rec->hardware.len; i++)
        if (!hot_rows_add_text(&rows, rec->hardware.p[i]))
            return false;
    for (size_t i = 0; i < rec->backends.len; i++)
        if (!hot_rows_add_text(&rows, rec->backends.p[i]))
            return false;
    *ret = rows;
    memset(&rows, 0, sizeof rows);
    return true;
}

/* Of plugged memory the size is part of what a state needs, and stands in the object. */
static bool
is_of_hardware(const struct hot_row *row)
{
    return row->is_hardware || (row->kind == ROW_OBJECT && strncmp(hot_row_id(row), "dimm", 4) == 0);
}

bool
hot_record_set(struct run_record *rec, const struct hot_rows *rows)
{
    run_texts hardware = { 0 }, backends = { 0 };

    for (size_t i = 0; i < rows->len; i++)
        if (!run_texts_add(is_of_hardware(&rows->p[i]) ? &hardware : &backends, rows->p[i].text)) {
            run_texts_clear(&hardware);
            run_texts_clear(&backends);
            return false;
        }
    run_texts_clear(&rec->hardware);
    run_texts_clear(&rec->backends);
    rec->hardware = hardware;
    rec->backends = backends;
    return true;
}

void
hot_dimms_of(char *const *texts, size_t n, struct qemu_dimms *ret)
{
    AUTO_HOT_ROWS rows = { 0 };

    for (size_t i = 0; i < n; i++)
        if (strncmp(texts[i], "-object ", 8) == 0)
            hot_rows_add_text(&rows, texts[i]);
    memset(ret, 0, sizeof *ret);
    while (ret->n < QEMU_DIMMS) {
        char id[16];
        const struct hot_row *row;
        json_int_t size;

        snprintf(id, sizeof id, "dimm%u", ret->n);
        row = hot_rows_find_id(&rows, ROW_OBJECT, id);
        size = row ? json_integer_value(json_object_get(row->json, "size")) : 0;
        if (size <= 0)
            return;
        ret->mib[ret->n++] = (uint64_t)size >> 20;
    }
}

static void
save(struct backend_vm *b)
{
    if (PRL_FAILED(run_record_save(b->rec)))
        LOG_W("qemu", "%s: %s", b->vm->uuid, err_peek()->details ? err_peek()->details : "");
}

/* ---- what runs ---- */

static PRL_RESULT
running_rows(struct backend_vm *b, struct hot_rows *ret)
{
    PRL_RESULT rc = qemu_hotplug_settle(b);

    if (PRL_FAILED(rc))
        return rc;
    if (!hot_record_rows(b->rec, ret))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    if (!ret->len)
        return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "it was started by an older version, which did not note what it runs");
    return PRL_ERR_SUCCESS;
}

/* ---- prepare ---- */

/* QEMU's own word on a lock comes late and is long; images that it has open already are its own. */
static PRL_RESULT
check_new_images(struct backend_vm *b, const struct qemu_images *images)
{
    struct qemu_images fresh = { 0 };
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (size_t i = 0; i < images->len; i++) {
        const struct qemu_image *old = qemu_images_find(&b->rec->images, images->p[i].node);

        if (old && str_eq(old->path, images->p[i].path))
            continue;
        if (!vec_push(&fresh, images->p[i])) /* borrowed */
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "images");
    }
    if (PRL_SUCCEEDED(rc))
        rc = qemu_images_check_unused(&fresh);
    vec_free(&fresh);
    return rc;
}

static bool
same_limits(const struct qemu_limits *a, const struct qemu_limits *b)
{
    return a->has_cpus == b->has_cpus && (!a->has_cpus || CPU_EQUAL(&a->cpus, &b->cpus)) && a->has_io_level == b->has_io_level &&
           a->io_level == b->io_level && a->cpu_units == b->cpu_units && a->cpu_100th == b->cpu_100th &&
           a->ram_guaranteed == b->ram_guaranteed;
}

/* Secrets are in no row: the plan is told of this one here. */
static PRL_RESULT
plan_password(struct change *c)
{
    const char *now = c->before.args->vnc_password, *next = c->after.args->vnc_password;
    struct hot_step step = { .command = "set_password", .undo = "set_password", .refused = PRL_ERR_VM_OPERATION_FAILED };

    if (!now || !next || strcmp(now, next) == 0)
        return PRL_ERR_SUCCESS;
    step.args = json_pack("{s:s, s:s}", "protocol", "vnc", "password", next);
    step.undo_args = json_pack("{s:s, s:s}", "protocol", "vnc", "password", now);
    if (step.args && step.undo_args && vec_push(&c->plan.steps, step))
        return PRL_ERR_SUCCESS;
    json_decref(step.args);
    json_decref(step.undo_args);
    return err_set(PRL_ERR_OUT_OF_MEMORY, "plan of a change");
}

static PRL_RESULT
make_plan(struct change *c, xmlDocPtr stored, xmlDocPtr next)
{
    AUTO_HOT_ROWS running = { 0 };
    struct qemu_dimms dimms;
    PRL_RESULT rc = running_rows(c->b, &running);

    if (PRL_SUCCEEDED(rc))
        rc = hot_place_devices(&running, stored, next);
    hot_dimms_of(c->b->rec->hardware.p, c->b->rec->hardware.len, &dimms);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_start_machine(c->b, stored, &dimms, &c->before);
    if (PRL_SUCCEEDED(rc))
        rc = qemu_start_machine(c->b, next, &dimms, &c->after);
    if (PRL_SUCCEEDED(rc))
        rc = hot_plan_make(&running, &c->before.rows, &c->after.rows, &c->plan);
    if (PRL_SUCCEEDED(rc))
        rc = check_new_images(c->b, &c->after.images);
    if (PRL_SUCCEEDED(rc))
        rc = plan_password(c);
    return rc;
}

/* Of the rest of the command line, in its order: serial ports, the clock, the remote display. */
static bool
other_options_differ(const struct qemu_args *a, const struct qemu_args *b)
{
    size_t i = 1, k = 1;

    for (;;) {
        while (i < a->argv.len && hot_is_row_option(a->argv.p[i]))
            i += 2;
        while (k < b->argv.len && hot_is_row_option(b->argv.p[k]))
            k += 2;
        if (i >= a->argv.len || k >= b->argv.len)
            return i < a->argv.len || k < b->argv.len;
        if (strcmp(a->argv.p[i++], b->argv.p[k++]) != 0)
            return true;
    }
}

/* A folder that is not there, say: a start would leave it out and say so. */
static void
tell_new_notes(const struct change *c)
{
    const qemu_notes *before = &c->before.outfit.notes, *after = &c->after.outfit.notes;

    for (size_t i = 0; i < after->len; i++) {
        bool is_new = true;

        for (size_t k = 0; k < before->len; k++)
            is_new = is_new && strcmp(before->p[k], after->p[i]) != 0;
        if (is_new)
            LOG_W("qemu", "%s: %s", c->b->vm->uuid, after->p[i]);
    }
}

PRL_RESULT
qemu_vm_change_prepare(struct vm *vm, struct task *t, xmlDocPtr stored, xmlDocPtr next, struct backend_change **ret)
{
    struct change *c = calloc(1, sizeof *c);
    PRL_RESULT rc;

    (void)t;
    if (!c)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "change");
    c->base.vm = vm_ref(vm);
    rc = backend_vm_need(vm, &c->b);
    pool_blocking_begin();
    if (PRL_SUCCEEDED(rc))
        rc = make_plan(c, stored, next);
    pool_blocking_end();
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        qemu_vm_change_free(&c->base);
        return why ? err_put(why) : rc;
    }
    tell_new_notes(c);
    c->has_limits = !same_limits(&c->before.outfit.limits, &c->after.outfit.limits);
    c->base.needs_restart = c->plan.needs_restart || other_options_differ(c->before.args, c->after.args);
    *ret = &c->base;
    return PRL_ERR_SUCCESS;
}

/* ---- apply ---- */

static PRL_RESULT
note_target(struct change *c)
{
    struct run_record *rec = c->b->rec;

    run_texts_clear(&rec->target);
    for (size_t i = 0; i < c->plan.after.len; i++)
        if (!run_texts_add(&rec->target, c->plan.after.p[i].text))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    rec->has_user_net = rec->has_user_net || c->plan.adds_user_net;
    return run_record_save(rec);
}

static void
forget_target(struct backend_vm *b)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());

    run_texts_clear(&b->rec->target);
    save(b);
    err_put(why);
}

PRL_RESULT
qemu_vm_change_apply(struct backend_change *base)
{
    struct change *c = (struct change *)base;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (c->plan.steps.len) {
        rc = note_target(c);
        pool_blocking_begin();
        if (PRL_SUCCEEDED(rc))
            rc = hot_steps_do(c->b, &c->plan, &c->after.outfit);
        pool_blocking_end();
        if (PRL_FAILED(rc))
            forget_target(c->b);
    }
    c->is_applied = PRL_SUCCEEDED(rc);
    return rc;
}

void
qemu_vm_change_undo(struct backend_change *base)
{
    struct change *c = (struct change *)base;
    AUTO(err_free) struct err *why = err_copy(err_peek());

    if (c->is_applied && c->plan.steps.len) {
        pool_blocking_begin();
        hot_steps_undo(c->b, &c->plan, &c->before.outfit);
        pool_blocking_end();
        forget_target(c->b);
    }
    c->is_applied = false;
    err_put(why);
}

/* ---- keep ---- */

/* "hdd0": a drive that is in the machine. */
static bool
has_drive(const struct hot_rows *rows, const char *node)
{
    char id[QEMU_NODE_NAME + 4];

    snprintf(id, sizeof id, "%s-dev", node);
    return hot_rows_find_id(rows, ROW_DEVICE, id) != NULL;
}

/* Is the drive on the same nodes as before? Then what the record says of its image is right, whatever the configuration calls it. */
static bool
was_left_alone(const struct change *c, const char *node)
{
    for (size_t i = 0; i < c->plan.steps.len; i++)
        if (str_eq(json_string_value(json_object_get(c->plan.steps.p[i].args, "drive")), node))
            return false;
    return true;
}

static bool
is_drive_node(const char *node)
{
    return strncmp(node, "hdd", 3) == 0 || strncmp(node, "cd", 2) == 0 || strncmp(node, "fdd", 3) == 0;
}

static bool
add_image(struct qemu_images *images, const struct qemu_image *from)
{
    struct qemu_image x = *from;

    memset(&x.backing, 0, sizeof x.backing);
    x.path = str_dup(from->path);
    if ((!from->path || x.path) && vec_push(images, x))
        return true;
    free(x.path);
    return false;
}

/* A saved state stamps the images that the record names. */
static bool
note_images(struct change *c)
{
    struct run_record *rec = c->b->rec;
    AUTO_IMAGES images = { 0 };
    bool is_good = true;

    for (size_t i = 0; i < rec->images.len; i++) {
        const struct qemu_image *x = &rec->images.p[i];

        if (!is_drive_node(x->node) || (was_left_alone(c, x->node) && has_drive(&c->plan.after, x->node)))
            is_good = is_good && add_image(&images, x);
    }
    for (size_t i = 0; i < c->after.images.len; i++) {
        const struct qemu_image *x = &c->after.images.p[i];

        if (!qemu_images_find(&images, x->node) && has_drive(&c->plan.after, x->node))
            is_good = is_good && add_image(&images, x);
    }
    if (!is_good)
        return false;
    qemu_images_clear(&rec->images);
    rec->images = images;
    memset(&images, 0, sizeof images);
    return true;
}

/* What cannot be kept is said, as at a start. */
static void
keep_limits(struct change *c)
{
    qemu_notes notes = { 0 };

    qemu_cgroup_change(&c->before.outfit.limits, &c->after.outfit.limits, c->b->vm->uuid, c->b->pid, &notes);
    for (size_t i = 0; i < notes.len; i++)
        LOG_W("qemu", "%s: %s", c->b->vm->uuid, notes.p[i]);
    qemu_notes_clear(&notes);
}

void
qemu_vm_change_keep(struct backend_change *base, const char *config)
{
    struct change *c = (struct change *)base;
    struct run_record *rec = c->b->rec;
    char *copy = config ? str_dup(config) : NULL;

    if (c->has_limits)
        keep_limits(c);
    if (copy) {
        free(rec->config);
        rec->config = copy;
    }
    if (c->plan.steps.len && (!hot_record_set(rec, &c->plan.after) || !note_images(c)))
        LOG_E("qemu", "%s: no memory to note what runs: a suspend will fail", c->b->vm->uuid);
    run_texts_clear(&rec->target);
    save(c->b);
    err_clear();
}

void
qemu_vm_change_free(struct backend_change *base)
{
    struct change *c = (struct change *)base;

    if (!c)
        return;
    hot_machine_clear(&c->before);
    hot_machine_clear(&c->after);
    hot_plan_clear(&c->plan);
    backend_vm_unref(c->b);
    vm_unref(c->base.vm);
    free(c);
}
