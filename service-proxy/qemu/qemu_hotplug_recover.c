/* SPDX-License-Identifier: MIT */
/*
 * A service died in a change of a running machine. The run record has what ran before and what was to run, QEMU something in between, and the
 * stored configuration decides: it was replaced by one rename, behind the last step. What can be asked of QEMU is asked; what cannot is done
 * again, since every such step may be done twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_hotplug.h"

struct recovery {
    struct backend_vm *b;
    xmlDocPtr doc;
    struct hot_rows old, target; /* of the run record */
    struct hot_machine stored;   /* the configuration as a start would have it */
    struct hot_rows wanted;      /* what shall run */
    struct hot_rows actual;      /* what does, as far as it matters */
    struct hot_plan plan;
    bool has_failed; /* no memory */
};

static void
recovery_clear(struct recovery *r)
{
    xmlFreeDoc(r->doc);
    hot_rows_clear(&r->old);
    hot_rows_clear(&r->target);
    hot_machine_clear(&r->stored);
    hot_rows_clear(&r->wanted);
    hot_rows_clear(&r->actual);
    hot_plan_clear(&r->plan);
}

/* Memory that was to be added is there or not by what the configuration calls all of it. */
static PRL_RESULT
build_stored(struct recovery *r)
{
    struct qemu_dimms dimms;
    const struct run_record *rec = r->b->rec;
    PRL_RESULT rc;

    hot_dimms_of(rec->target.p, rec->target.len, &dimms);
    rc = qemu_start_machine(r->b, r->doc, &dimms, &r->stored);
    if (PRL_SUCCEEDED(rc) && hot_rows_same(hot_rows_find(&r->stored.rows, "-m"), hot_rows_find(&r->old, "-m")))
        return rc;
    hot_machine_clear(&r->stored);
    memset(&r->stored, 0, sizeof r->stored);
    hot_dimms_of(rec->hardware.p, rec->hardware.len, &dimms);
    return qemu_start_machine(r->b, r->doc, &dimms, &r->stored);
}

static PRL_RESULT
gather(struct recovery *r)
{
    bool is_good = hot_record_rows(r->b->rec, &r->old);
    PRL_RESULT rc;

    for (size_t i = 0; i < r->b->rec->target.len; i++)
        is_good = is_good && hot_rows_add_text(&r->target, r->b->rec->target.p[i]);
    rc = is_good ? vm_config_doc(r->b->vm, &r->doc) : err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    return PRL_SUCCEEDED(rc) ? build_stored(r) : rc;
}

static void
put(struct recovery *r, struct hot_rows *rows, const struct hot_row *row)
{
    r->has_failed = r->has_failed || !hot_rows_put(rows, row);
}

/* Is it so in the stored configuration? Processors that were added are arranged as those that ran. */
static bool
is_stored_so(const struct hot_row *stored, const struct hot_row *row)
{
    return hot_rows_same(stored, row) || (stored && str_eq(row->key, "-smp") && hot_smp_same_number(stored, row));
}

/* Of what the change was about the configuration has the new or the old; of all else it may have more than runs. */
static void
choose(struct recovery *r)
{
    for (size_t i = 0; i < r->old.len; i++) {
        const struct hot_row *o = &r->old.p[i], *t = hot_rows_find(&r->target, o->key), *s = hot_rows_find(&r->stored.rows, o->key);

        if (t && !hot_rows_same(o, t) && is_stored_so(s, t))
            put(r, &r->wanted, t);
        else if (t || s)
            put(r, &r->wanted, o);
    }
    for (size_t i = 0; i < r->target.len; i++) {
        const struct hot_row *t = &r->target.p[i];
        bool joins_hub = t->kind == ROW_NETDEV && strchr(hot_row_id(t), '-'); /* no configuration has those; harmless where the link is down */

        if (!hot_rows_find(&r->old, t->key) && (joins_hub || hot_rows_same(t, hot_rows_find(&r->stored.rows, t->key))))
            put(r, &r->wanted, t);
    }
}

/* ---- what there is ---- */

/* Devices and block nodes of QEMU, and its connections to shared folders. */
struct found {
    json_t *devices, *nodes, *connections;
};

static PRL_RESULT
ask_connections(struct backend_vm *b, json_t **ret)
{
    json_t *list = NULL, *names = json_object(), *item;
    size_t i;
    PRL_RESULT rc = qmp_call(b->qmp, "query-chardev", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    json_array_foreach(list, i, item) {
        const char *label = json_string_value(json_object_get(item, "label"));

        if (label)
            json_object_set_new(names, label, json_true());
    }
    json_decref(list);
    *ret = names;
    return rc;
}

/* The folder may be another: then it is the connection of the device that tells. */
static bool
has_share(struct backend_vm *b, json_t *devices, const struct hot_row *row)
{
    AUTO(cleanup_free) char *path = str_printf("/machine/peripheral/%s", hot_row_id(row));
    json_t *answer = NULL;
    bool is_it;

    if (!path || !json_object_get(devices, hot_row_id(row)))
        return false;
    is_it = PRL_SUCCEEDED(qmp_call(b->qmp, "qom-get", json_pack("{s:s, s:s}", "path", path, "property", "chardev"),
                                   clock_deadline(QMP_ANSWER_MS), &answer)) &&
            str_eq(json_string_value(answer), hot_row_text(row, "chardev"));
    json_decref(answer);
    err_clear();
    return is_it;
}

static bool
has_node(json_t *nodes, const struct hot_row *row)
{
    json_t *file = json_object_get(nodes, hot_row_id(row));
    const char *name = hot_row_text(row, "filename");

    return file && (!name || str_eq(json_string_value(file), name));
}

/* Networks are not told by QEMU: an adapter has its own; what else there may be goes, and is made again. */
static bool
has_network(struct backend_vm *b, json_t *devices, const struct hot_row *row)
{
    char adapter[ROW_KEY + 8];
    size_t n = strcspn(hot_row_id(row), "-");

    snprintf(adapter, sizeof adapter, "%.*s-dev", (int)n, hot_row_id(row));
    if (!hot_row_id(row)[n] && json_object_get(devices, adapter))
        return true;
    qmp_call(b->qmp, "netdev_del", json_pack("{s:s}", "id", hot_row_id(row)), clock_deadline(QMP_ANSWER_MS), NULL);
    err_clear();
    return false;
}

static bool
is_untouched(const struct recovery *r, const struct hot_row *row)
{
    return hot_rows_same(hot_rows_find(&r->old, row->key), hot_rows_find(&r->target, row->key));
}

static bool
is_there(struct recovery *r, const struct hot_row *row, const struct found *f)
{
    if (is_untouched(r, row))
        return true;
    switch (row->kind) {
    case ROW_DEVICE:
        return hot_is_share(row) ? has_share(r->b, f->devices, row) : json_object_get(f->devices, hot_row_id(row)) != NULL;
    case ROW_BLOCKDEV:
        return has_node(f->nodes, row);
    case ROW_NETDEV:
        return has_network(r->b, f->devices, row);
    case ROW_SHARE:
        return json_object_get(f->connections, hot_row_id(row)) != NULL;
    default:
        return false;
    }
}

static PRL_RESULT
look(struct recovery *r)
{
    const struct hot_rows *both[] = { &r->target, &r->old };
    struct found f = { NULL, NULL, NULL };
    PRL_RESULT rc = hot_ask_devices(r->b, &f.devices);

    if (PRL_SUCCEEDED(rc))
        rc = hot_ask_nodes(r->b, &f.nodes);
    if (PRL_SUCCEEDED(rc))
        rc = ask_connections(r->b, &f.connections);
    for (size_t k = 0; PRL_SUCCEEDED(rc) && k < ARRAY_LEN(both); k++)
        for (size_t i = 0; i < both[k]->len; i++)
            if (!hot_rows_find(&r->actual, both[k]->p[i].key) && is_there(r, &both[k]->p[i], &f))
                put(r, &r->actual, &both[k]->p[i]);
    json_decref(f.devices);
    json_decref(f.nodes);
    json_decref(f.connections);
    return rc;
}

/* ---- what may be done twice ---- */

static bool
is_node_of_drive(const struct hot_row *row, const char *drive)
{
    return row->kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(row), drive);
}

/* From here on the plan takes the row of `wanted` for what there is, and leaves it alone. */
static void
take_as_wanted(struct recovery *r, const char *key)
{
    const struct hot_row *w = hot_rows_find(&r->wanted, key);

    hot_rows_drop(&r->actual, key);
    if (w)
        put(r, &r->actual, w);
}

static bool
has_other_medium(const struct recovery *r, const struct hot_row *device, const char *drive)
{
    const struct hot_rows *both[] = { &r->target, &r->old };

    if (!is_untouched(r, device))
        return true;
    for (size_t k = 0; k < ARRAY_LEN(both); k++)
        for (size_t i = 0; i < both[k]->len; i++)
            if (is_node_of_drive(&both[k]->p[i], drive) && !is_untouched(r, &both[k]->p[i]))
                return true;
    return false;
}

static void
redo_medium(struct recovery *r, const struct hot_row *device)
{
    const struct hot_rows *all[] = { &r->target, &r->old, &r->wanted };
    char drive[ROW_KEY];

    hot_drive_of(device, drive);
    if (!hot_rows_find(&r->old, device->key) || !has_other_medium(r, device, drive))
        return;
    r->has_failed = r->has_failed || !hot_plan_medium(&r->plan, &r->wanted, device);
    for (size_t k = 0; k < ARRAY_LEN(all); k++)
        for (size_t i = 0; i < all[k]->len; i++)
            if (is_node_of_drive(&all[k]->p[i], drive))
                take_as_wanted(r, all[k]->p[i].key);
    take_as_wanted(r, device->key);
}

static void
redo_settings(struct recovery *r)
{
    const struct hot_rows *both[] = { &r->target, &r->old };

    for (size_t k = 0; k < ARRAY_LEN(both); k++)
        for (size_t i = 0; i < both[k]->len; i++) {
            const struct hot_row *row = &both[k]->p[i];

            if (row->kind != ROW_SETUP || is_untouched(r, row) || hot_rows_find(&r->actual, row->key))
                continue;
            r->has_failed = r->has_failed || !hot_plan_setting(&r->plan, hot_rows_find(&r->wanted, row->key), row);
            take_as_wanted(r, row->key);
        }
}

static void
plan_again(struct recovery *r)
{
    const struct hot_row *smp = hot_rows_find(&r->wanted, "-smp");

    for (size_t i = 0; i < r->wanted.len; i++)
        if (hot_has_medium(&r->wanted.p[i]))
            redo_medium(r, &r->wanted.p[i]);
    if (smp && !is_untouched(r, smp)) {
        r->has_failed = r->has_failed || !hot_plan_cpus(&r->plan, &r->wanted);
        take_as_wanted(r, "-smp");
    }
    redo_settings(r);
}

/* Nodes of drives whose device never came, or is gone. */
static void
drop_lone_nodes(struct recovery *r)
{
    for (size_t i = r->actual.len; i-- > 0;) {
        const struct hot_row *row = &r->actual.p[i];

        if (row->kind == ROW_BLOCKDEV && !hot_rows_find(&r->wanted, row->key))
            qmp_call(r->b->qmp, "blockdev-del", json_pack("{s:s}", "node-name", hot_row_id(row)), clock_deadline(QMP_ANSWER_MS), NULL);
    }
    err_clear();
}

/* Those whose drive is to come, and which would be in its way. */
static void
drop_half_nodes(struct recovery *r)
{
    for (size_t i = r->wanted.len; i-- > 0;) {
        const struct hot_row *device = &r->wanted.p[i];
        char drive[ROW_KEY];

        if (device->kind != ROW_DEVICE || !hot_row_text(device, "drive") || hot_rows_find(&r->actual, device->key))
            continue;
        hot_drive_of(device, drive);
        for (size_t k = r->actual.len; k-- > 0;)
            if (is_node_of_drive(&r->actual.p[k], drive)) {
                qmp_call(r->b->qmp, "blockdev-del", json_pack("{s:s}", "node-name", hot_row_id(&r->actual.p[k])),
                         clock_deadline(QMP_ANSWER_MS), NULL);
                hot_rows_drop(&r->actual, r->actual.p[k].key);
            }
    }
    err_clear();
}

/* ---- all of it ---- */

static PRL_RESULT
make_it_so(struct recovery *r)
{
    struct hot_plan rest = { .needs_restart = false };
    PRL_RESULT rc;

    drop_half_nodes(r);
    plan_again(r);
    rc = r->has_failed ? err_set(PRL_ERR_OUT_OF_MEMORY, "rows") : hot_plan_make(&r->actual, &r->actual, &r->wanted, &rest);
    if (PRL_SUCCEEDED(rc))
        rc = hot_steps_do(r->b, &rest, &r->stored.outfit);
    if (PRL_SUCCEEDED(rc))
        rc = hot_steps_do(r->b, &r->plan, NULL);
    if (PRL_SUCCEEDED(rc))
        drop_lone_nodes(r);
    hot_plan_clear(&rest);
    return rc;
}

/* Those that were started for a folder which did not come to be connected. */
static void
end_lone_sides(struct recovery *r)
{
    qemu_sides *sides = &r->b->rec->sides;

    for (size_t i = sides->len; i-- > 0;) {
        char name[SIDE_NAME];

        snprintf(name, sizeof name, "%s", sides->p[i].name);
        if (strncmp(name, "share", 5) == 0 && strchr(name, '-') && !hot_rows_find_id(&r->wanted, ROW_SHARE, name))
            backend_side_end(r->b, name, clock_now_ms());
    }
}

/* The images that QEMU has open: those of the configuration, where it and the machine agree on the drives. */
static void
note(struct recovery *r)
{
    struct run_record *rec = r->b->rec;

    if (!hot_record_set(rec, &r->wanted)) {
        LOG_E("qemu", "%s: no memory to note what runs", r->b->vm->uuid);
        return;
    }
    end_lone_sides(r);
    qemu_images_clear(&rec->images);
    rec->images = r->stored.images;
    memset(&r->stored.images, 0, sizeof r->stored.images);
}

void
qemu_hotplug_recover(struct backend_vm *b)
{
    struct recovery r = { .b = b };
    PRL_RESULT rc;

    if (!b->rec->target.len)
        return;
    rc = gather(&r);
    if (PRL_SUCCEEDED(rc)) {
        choose(&r);
        rc = look(&r);
    }
    if (PRL_SUCCEEDED(rc))
        rc = make_it_so(&r);
    if (PRL_FAILED(rc)) {
        LOG_E("qemu", "%s: a change of the running machine was cut and could not be made whole: %s", b->vm->uuid,
              err_peek()->details ? err_peek()->details : "");
    } else {
        LOG_I("qemu", "%s: a change of the running machine was cut: it is as its configuration says", b->vm->uuid);
        note(&r);
    }
    hot_exports_recover(b);
    run_texts_clear(&b->rec->target);
    if (PRL_FAILED(run_record_save(b->rec)))
        LOG_W("qemu", "%s: %s", b->vm->uuid, err_peek()->details ? err_peek()->details : "");
    recovery_clear(&r);
    err_clear();
}
