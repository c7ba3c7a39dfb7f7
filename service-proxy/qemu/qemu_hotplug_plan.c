/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

#define DIMM_STEP_MIB 128 /* what a guest can take as a whole */
#define DIMMS_MAX 32

struct planning {
    const struct hot_rows *running, *stored, *next;
    struct hot_plan *plan;
    bool has_failed; /* no memory */
};

void
hot_plan_clear(struct hot_plan *plan)
{
    for (size_t i = 0; i < plan->steps.len; i++) {
        json_decref(plan->steps.p[i].args);
        json_decref(plan->steps.p[i].undo_args);
    }
    vec_free(&plan->steps);
    hot_rows_clear(&plan->after);
}

/* Steals both. */
static void
add_step(struct planning *p, const char *command, json_t *args, const char *undo, json_t *undo_args, PRL_RESULT refused)
{
    struct hot_step step = { command, undo, args, undo_args, refused };

    if (args && (!undo || undo_args) && vec_push(&p->plan->steps, step))
        return;
    json_decref(args);
    json_decref(undo_args);
    p->has_failed = true;
}

static void
put(struct planning *p, const struct hot_row *row)
{
    p->has_failed = p->has_failed || !hot_rows_put(&p->plan->after, row);
}

static PRL_RESULT
refuse(const char *key, const char *why)
{
    return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "%s: %s", key, why);
}

/* ---- what a row is ---- */

static bool
is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, list[i]))
            return true;
    return false;
}

bool
hot_is_controller(const struct hot_row *device)
{
    static const char *const drivers[] = { "virtio-scsi-pci", "lsi53c895a",     "mptsas1068",      "piix4-ide",       "ich9-ahci",
                                           "isa-fdc",         "pcie-root-port", "pci-bridge",      "ich9-usb-ehci1",  "ich9-usb-uhci1",
                                           "ich9-usb-uhci2",  "ich9-usb-uhci3", "qemu-xhci",       "usb-tablet",      "virtio-balloon-pci" };

    return is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

static bool
is_usb_bus(const char *bus)
{
    static const char *const buses[] = { "xhci.0", "ehci.0", "uhci0.0" };

    return is_one_of(bus, buses, ARRAY_LEN(buses));
}

/* Host devices need more than a device_add: memory locked before the start, a process beside QEMU. */
static bool
is_of_the_start(const struct hot_row *device)
{
    static const char *const drivers[] = { "vfio-pci", "vhost-user-fs-pci", "tpm-crb" };

    return is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

bool
hot_has_medium(const struct hot_row *device)
{
    static const char *const drivers[] = { "ide-cd", "scsi-cd", "floppy" };

    return is_one_of(hot_row_text(device, "driver"), drivers, ARRAY_LEN(drivers));
}

static bool
is_drive(const struct hot_row *device)
{
    return hot_row_text(device, "drive") != NULL || hot_has_medium(device);
}

void
hot_drive_of(const struct hot_row *device, char out[ROW_KEY])
{
    const char *id = hot_row_id(device);

    snprintf(out, ROW_KEY, "%.*s", (int)(strlen(id) > 4 ? strlen(id) - 4 : 0), id);
}

/* Buses that take and give devices while they run: not the root bus of q35, IDE or SATA. The last two are of i440fx. */
static bool
is_pluggable(const struct planning *p, const struct hot_row *device, bool *ret_has_controller)
{
    static const char *const buses[] = { "scsi.0",   "spi.0",    "sas.0",    "xhci.0", "ehci.0", "uhci0.0",
                                         "hotplug0", "hotplug1", "hotplug2", "hotplug3", "pci.0" };
    const char *bus = hot_row_text(device, "bus");
    char controller[ROW_KEY];

    *ret_has_controller = true;
    if (!bus || !is_one_of(bus, buses, ARRAY_LEN(buses)) || is_of_the_start(device) || hot_is_controller(device))
        return false;
    if (strcmp(bus, "pci.0") == 0)
        return true;
    snprintf(controller, sizeof controller, "%.*s", (int)strcspn(bus, "."), bus);
    *ret_has_controller = hot_rows_find_id(p->running, ROW_DEVICE, controller) != NULL;
    return *ret_has_controller;
}

/* ---- block nodes ---- */

/* Nodes of a drive in the order in which they can be added: the builder's. */
static json_t *
nodes_of(const struct hot_rows *rows, const char *drive)
{
    json_t *list = json_array();

    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&rows->p[i]), drive))
            json_array_append(list, rows->p[i].json);
    return list;
}

static bool
same_nodes(const struct hot_rows *a, const struct hot_rows *b, const char *drive)
{
    size_t n = 0;

    for (size_t i = 0; i < a->len; i++) {
        if (a->p[i].kind != ROW_BLOCKDEV || !hot_is_node_of(hot_row_id(&a->p[i]), drive))
            continue;
        if (!hot_rows_same(&a->p[i], hot_rows_find(b, a->p[i].key)))
            return false;
        n++;
    }
    for (size_t i = 0; i < b->len; i++)
        n -= b->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&b->p[i]), drive);
    return n == 0;
}

static void
put_nodes(struct planning *p, const struct hot_rows *from, const char *drive)
{
    struct hot_rows *after = &p->plan->after;

    for (size_t i = 0; i < after->len;)
        if (after->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&after->p[i]), drive))
            hot_rows_drop(after, after->p[i].key);
        else
            i++;
    for (size_t i = 0; from && i < from->len; i++)
        if (from->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&from->p[i]), drive))
            put(p, &from->p[i]);
}

/* A bundle needs a process of its own before its node can be. */
static bool
has_export(const struct hot_rows *rows, const char *drive)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&rows->p[i]), drive) &&
            str_eq(hot_row_text(&rows->p[i], "driver"), "nbd"))
            return true;
    return false;
}

/* ---- networks ---- */

static bool
is_hub(const struct hot_row *netdev)
{
    return str_eq(hot_row_text(netdev, "type"), "hubport");
}

static void
plug_net(struct planning *p, json_t *netdev)
{
    p->plan->adds_user_net = p->plan->adds_user_net || str_eq(json_string_value(json_object_get(netdev, "type")), "user");
    if (!hot_rows_add_json(&p->plan->after, "-netdev", netdev))
        p->has_failed = true;
    add_step(p, "netdev_add", json_incref(netdev), "netdev_del", json_pack("{s:O}", "id", json_object_get(netdev, "id")),
             PRL_ERR_VM_DEV_CONNECT_FAILED);
}

static void
unplug_net(struct planning *p, const char *id)
{
    const struct hot_row *row = hot_rows_find_id(&p->plan->after, ROW_NETDEV, id);
    char key[ROW_KEY];

    if (!row)
        return;
    add_step(p, "netdev_del", json_pack("{s:s}", "id", id), "netdev_add", json_incref(row->json), PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    snprintf(key, sizeof key, "%s", row->key);
    hot_rows_drop(&p->plan->after, key);
}

/*
 * An adapter that was started without a network is alone on a hub. Its network joins that hub, since the backend of an adapter cannot be
 * exchanged: "net0" stays the adapter's port, "net0-up" is the network and "net0-hub" its port.
 */
static void
join_hub(struct planning *p, const struct hot_row *port, const struct hot_row *wanted)
{
    AUTO(cleanup_free) char *up = str_printf("%s-up", hot_row_id(port)), *hub = str_printf("%s-hub", hot_row_id(port));
    const struct hot_row *there = up ? hot_rows_find_id(p->running, ROW_NETDEV, up) : NULL;
    json_t *netdev = json_deep_copy(wanted->json), *joint;

    if (!up || !hub || !netdev || json_object_set_new(netdev, "id", json_string(up)) < 0) {
        p->has_failed = true;
        json_decref(netdev);
        return;
    }
    if (there && json_equal(there->json, netdev)) { /* it has been there since an earlier connection */
        json_decref(netdev);
        return;
    }
    unplug_net(p, hub);
    unplug_net(p, up);
    plug_net(p, netdev);
    joint = json_pack("{s:s, s:s, s:O, s:s}", "type", "hubport", "id", hub, "hubid", json_object_get(port->json, "hubid"), "netdev", up);
    if (joint)
        plug_net(p, joint);
    else
        p->has_failed = true;
    json_decref(joint);
    json_decref(netdev);
}

/* "net0": the adapter is "net0-dev". */
static bool
has_adapter(const struct hot_rows *rows, const char *netdev)
{
    char id[ROW_KEY + 8];

    snprintf(id, sizeof id, "%s-dev", netdev);
    return hot_rows_find_id(rows, ROW_DEVICE, id) != NULL;
}

static void
plan_netdevs(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key), *c = hot_rows_find(p->stored, n->key);

        if (n->kind != ROW_NETDEV || hot_rows_same(n, r) || hot_rows_same(n, c) || !r || !has_adapter(p->running, hot_row_id(n)))
            continue;
        if (is_hub(r) && !is_hub(n))
            join_hub(p, r, n);
        else if (!is_hub(n)) /* another network: the adapter has the one it was started with */
            p->plan->needs_restart = true;
    }
}

/* ---- devices ---- */

static const char *const later_members[] = { "bootindex", "romfile" };

/* Differs in nothing but what a guest reads at its start. */
static bool
differs_later(const struct hot_row *a, const struct hot_row *b, const char *also)
{
    const char *key;
    json_t *value;
    bool is_usb = is_usb_bus(hot_row_text(a, "bus")) && is_usb_bus(hot_row_text(b, "bus"));

    for (int turn = 0; turn < 2; turn++) {
        json_object_foreach(turn ? b->json : a->json, key, value) {
            if (json_equal(value, json_object_get(turn ? a->json : b->json, key)) || is_one_of(key, later_members, ARRAY_LEN(later_members)))
                continue;
            if ((is_usb && strcmp(key, "bus") == 0) || (also && strcmp(key, also) == 0))
                continue;
            return false;
        }
    }
    return true;
}

static PRL_RESULT
plug_device(struct planning *p, const struct hot_row *n)
{
    const struct hot_row *netdev = hot_row_text(n, "netdev") ? hot_rows_find_id(p->next, ROW_NETDEV, hot_row_text(n, "netdev")) : NULL;
    bool has_controller;
    char drive[ROW_KEY];

    if (hot_is_controller(n) || is_of_the_start(n)) {
        p->plan->needs_restart = true; /* what is plugged into one of those is refused there */
        return PRL_ERR_SUCCESS;
    }
    if (!is_pluggable(p, n, &has_controller))
        return refuse(hot_row_id(n), has_controller ? "nothing can be plugged in there while the virtual machine runs"
                                                    : "the running virtual machine has no controller for it");
    hot_drive_of(n, drive);
    if (is_drive(n) && has_export(p->next, drive))
        return refuse(hot_row_id(n), "a bundle is connected at the next start");
    if (netdev)
        plug_net(p, netdev->json);
    if (is_drive(n)) {
        add_step(p, "plug-nodes", json_pack("{s:o, s:s}", "rows", nodes_of(p->next, drive), "drive", drive), "drop-nodes",
                 json_pack("{s:s}", "drive", drive), PRL_ERR_VM_DEV_CONNECT_FAILED);
        put_nodes(p, p->next, drive);
    }
    add_step(p, "device_add", json_incref(n->json), "unplug", json_pack("{s:s}", "id", hot_row_id(n)), PRL_ERR_VM_DEV_CONNECT_FAILED);
    put(p, n);
    return PRL_ERR_SUCCESS;
}

/* Of a disk: "the guest has it locked" is what a guest means that does not answer. */
static PRL_RESULT
unplug_refusal(const struct hot_row *device)
{
    if (!is_drive(device))
        return PRL_ERR_VM_DEV_DISCONNECT_FAILED;
    return hot_has_medium(device) ? PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED : PRL_ERR_VM_HDD_DISCONNECT_FAILED_LOCKED;
}

/* No configuration asks for it: what a service that died had added and not stored. */
static PRL_RESULT
unplug_dimm(struct planning *p, const struct hot_row *r)
{
    const char *memory = hot_row_text(r, "memdev");
    const struct hot_row *object = memory ? hot_rows_find_id(&p->plan->after, ROW_OBJECT, memory) : NULL;

    add_step(p, "unplug", json_pack("{s:s}", "id", hot_row_id(r)), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    hot_rows_drop(&p->plan->after, r->key);
    if (object) {
        add_step(p, "object-del", json_pack("{s:s}", "id", memory), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
        hot_rows_drop(&p->plan->after, object->key);
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
unplug_device(struct planning *p, const struct hot_row *r)
{
    const char *netdev = hot_row_text(r, "netdev");
    char drive[ROW_KEY], more[ROW_KEY + 8];
    bool has_controller;

    if (hot_is_controller(r) || is_of_the_start(r)) {
        p->plan->needs_restart = p->plan->needs_restart || is_of_the_start(r);
        return PRL_ERR_SUCCESS;
    }
    if (str_eq(hot_row_text(r, "driver"), "pc-dimm"))
        return unplug_dimm(p, r);
    hot_drive_of(r, drive);
    if (!is_pluggable(p, r, &has_controller))
        return refuse(hot_row_id(r), "it cannot be taken out while the virtual machine runs");
    if (is_drive(r) && has_export(p->running, drive))
        return refuse(hot_row_id(r), "a bundle is disconnected at the next start");
    add_step(p, "unplug", json_pack("{s:s}", "id", hot_row_id(r)), "device_add", json_incref(r->json), unplug_refusal(r));
    if (is_drive(r)) { /* as the stored configuration has it, which knows overlays that came since the start */
        add_step(p, "drop-nodes", json_pack("{s:s}", "drive", drive), "plug-nodes",
                 json_pack("{s:o, s:s}", "rows", nodes_of(p->stored, drive), "drive", drive), PRL_ERR_VM_DEV_DISCONNECT_FAILED);
        put_nodes(p, NULL, drive);
    }
    hot_rows_drop(&p->plan->after, r->key);
    if (!netdev)
        return PRL_ERR_SUCCESS;
    snprintf(more, sizeof more, "%s-hub", netdev);
    unplug_net(p, more);
    unplug_net(p, netdev);
    snprintf(more, sizeof more, "%s-up", netdev);
    unplug_net(p, more);
    return PRL_ERR_SUCCESS;
}

bool
hot_plan_medium(struct hot_plan *plan, const struct hot_rows *wanted, const struct hot_row *device)
{
    struct planning p = { .plan = plan };
    char drive[ROW_KEY];

    hot_drive_of(device, drive);
    add_step(&p, "change-medium",
             json_pack("{s:s, s:s, s:o}", "id", hot_row_id(device), "drive", drive, "rows",
                       hot_row_text(device, "drive") ? nodes_of(wanted, drive) : json_null()),
             NULL, NULL, PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED);
    return !p.has_failed;
}

static void
change_medium(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    const char *wanted = hot_row_text(n, "drive"), *had = hot_row_text(r, "drive");
    char drive[ROW_KEY];

    hot_drive_of(n, drive);
    add_step(p, "change-medium",
             json_pack("{s:s, s:s, s:o}", "id", hot_row_id(n), "drive", drive, "rows", wanted ? nodes_of(p->next, drive) : json_null()),
             "change-medium",
             json_pack("{s:s, s:s, s:o}", "id", hot_row_id(n), "drive", drive, "rows", had ? nodes_of(p->running, drive) : json_null()),
             PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED);
    put_nodes(p, p->next, drive);
    put(p, n);
}

/* In both machines, but not alike, or on other images. */
static PRL_RESULT
change_device(struct planning *p, const struct hot_row *r, const struct hot_row *c, const struct hot_row *n)
{
    bool is_alike = hot_rows_same(r, n);
    char drive[ROW_KEY];

    hot_drive_of(n, drive);
    if (is_drive(n) && !same_nodes(p->running, p->next, drive) && !same_nodes(p->stored, p->next, drive)) {
        if (!hot_has_medium(n))
            return refuse(hot_row_id(n), "its image cannot be exchanged while the virtual machine runs");
        if (!differs_later(r, n, "drive"))
            return refuse(hot_row_id(n), "it is on another bus");
        change_medium(p, r, n);
        return PRL_ERR_SUCCESS;
    }
    if (is_alike || hot_rows_same(c, n))
        return PRL_ERR_SUCCESS;
    if (differs_later(r, n, NULL)) {
        p->plan->needs_restart = true;
        return PRL_ERR_SUCCESS;
    }
    if (!str_eq(hot_row_text(r, "driver"), "usb-host"))
        return refuse(hot_row_id(n), "it cannot become another device while the virtual machine runs");
    PRL_RESULT rc = unplug_device(p, r);

    return PRL_FAILED(rc) ? rc : plug_device(p, n);
}

static PRL_RESULT
plan_devices(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key), *c = hot_rows_find(p->stored, n->key);
        PRL_RESULT rc = PRL_ERR_SUCCESS;

        if (n->kind != ROW_DEVICE)
            continue;
        if (r)
            rc = change_device(p, r, c, n);
        else if (!hot_rows_same(c, n))
            rc = plug_device(p, n);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

/* Behind all that is plugged in: what is gone cannot be taken back as surely. */
static PRL_RESULT
plan_removals(struct planning *p)
{
    for (size_t i = 0; i < p->running->len; i++) {
        const struct hot_row *r = &p->running->p[i];
        PRL_RESULT rc;

        if (r->kind != ROW_DEVICE || hot_rows_find(p->next, r->key) || !hot_rows_find(p->stored, r->key))
            continue;
        rc = unplug_device(p, r);
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

/* ---- processors and memory ---- */

static bool
parse_smp(const struct hot_row *row, unsigned *cpus, unsigned *most, unsigned *cores)
{
    unsigned sockets;

    return row && sscanf(row->text, "-smp cpus=%u,maxcpus=%u,sockets=%u,cores=%u", cpus, most, &sockets, cores) == 4;
}

bool
hot_rows_cpus(const struct hot_rows *rows, unsigned *ret_cpus, unsigned *ret_cores)
{
    unsigned most;

    return parse_smp(hot_rows_find(rows, "-smp"), ret_cpus, &most, ret_cores);
}

static PRL_RESULT
grow_cpus(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    unsigned now, most, cores, want, want_most, want_cores;

    if (!parse_smp(r, &now, &most, &cores) || !parse_smp(n, &want, &want_most, &want_cores))
        return refuse("processors", "their number is fixed: hotplug of processors was not on at the start");
    if (most != want_most || cores != want_cores)
        return refuse("processors", "only whole sockets of as many cores as the others have can be added");
    if (want < now)
        return refuse("processors", "they cannot become fewer while the virtual machine runs");
    add_step(p, "plug-cpus", json_pack("{s:i}", "cpus", (int)want), "unplug-cpus", json_pack("{s:i}", "cpus", (int)now),
             PRL_ERR_VM_DEV_CONNECT_FAILED);
    put(p, n);
    return PRL_ERR_SUCCESS;
}

bool
hot_plan_cpus(struct hot_plan *plan, const struct hot_rows *wanted)
{
    struct planning p = { .plan = plan };
    unsigned cpus, cores;

    if (!hot_rows_cpus(wanted, &cpus, &cores))
        return true;
    add_step(&p, "plug-cpus", json_pack("{s:i}", "cpus", (int)cpus), NULL, NULL, PRL_ERR_VM_DEV_CONNECT_FAILED);
    add_step(&p, "unplug-cpus", json_pack("{s:i}", "cpus", (int)cpus), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    return !p.has_failed;
}

static bool
parse_memory(const struct hot_row *row, uint64_t *mib, unsigned *slots, uint64_t *most)
{
    return row && sscanf(row->text, "-m size=%" SCNu64 "M,slots=%u,maxmem=%" SCNu64 "M", mib, slots, most) == 3;
}

/*
 * A block of its own. It is private to QEMU: what the service writes of a suspended machine is the memory it began with, and QEMU's own
 * part of the state has the blocks.
 */
static PRL_RESULT
grow_memory(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    uint64_t now, want, most, want_most;
    unsigned slots, want_slots, i = 0;
    char id[ROW_KEY], memory[ROW_KEY];
    json_t *object, *device;

    if (!parse_memory(r, &now, &slots, &most) || !parse_memory(n, &want, &want_slots, &want_most))
        return refuse("memory", "its size is fixed: hotplug of memory was not on at the start");
    if (slots != want_slots || most != want_most)
        return refuse("memory", "how far it can grow is fixed at the start");
    if (want < now || (want - now) % DIMM_STEP_MIB)
        return refuse("memory", "it can grow by multiples of 128 MiB only while the virtual machine runs");
    do {
        snprintf(id, sizeof id, "dimm%u-dev", i);
        snprintf(memory, sizeof memory, "dimm%u", i);
    } while (hot_rows_find_id(p->running, ROW_DEVICE, id) && ++i < slots && i < DIMMS_MAX);
    if (i >= slots || i >= DIMMS_MAX)
        return refuse("memory", "all slots are in use");
    for (size_t k = 0; k < p->running->len; k++)
        if (str_eq(hot_row_text(&p->running->p[k], "driver"), "vhost-user-fs-pci"))
            return refuse("memory", "a shared folder is connected, whose server knows only the memory of the start");
    object = json_pack("{s:s, s:s, s:I}", "qom-type", "memory-backend-ram", "id", memory, "size", (json_int_t)((want - now) << 20));
    device = json_pack("{s:s, s:s, s:s, s:i}", "driver", "pc-dimm", "id", id, "memdev", memory, "slot", (int)i);
    if (!object || !device || !hot_rows_add_json(&p->plan->after, "-object", object) ||
        !hot_rows_add_json(&p->plan->after, "-device", device))
        p->has_failed = true;
    add_step(p, "object-add", object, "object-del", json_pack("{s:s}", "id", memory), PRL_ERR_VM_DEV_CONNECT_FAILED);
    add_step(p, "device_add", device, "unplug", json_pack("{s:s}", "id", id), PRL_ERR_VM_DEV_CONNECT_FAILED);
    return PRL_ERR_SUCCESS;
}

/* Where memory is taken from. */
static void
plan_objects(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i];

        if (n->kind == ROW_OBJECT && !hot_rows_same(n, hot_rows_find(p->stored, n->key)) && !hot_rows_same(n, hot_rows_find(p->running, n->key)))
            p->plan->needs_restart = true;
    }
}

static PRL_RESULT
plan_machine(struct planning *p)
{
    static const struct {
        const char *key;
        PRL_RESULT (*change)(struct planning *p, const struct hot_row *r, const struct hot_row *n);
    } parts[] = { { "-machine", NULL }, { "-cpu", NULL }, { "-smp", grow_cpus }, { "-m", grow_memory } };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const struct hot_row *r = hot_rows_find(p->running, parts[i].key), *n = hot_rows_find(p->next, parts[i].key);
        PRL_RESULT rc;

        if (hot_rows_same(r, n) || hot_rows_same(hot_rows_find(p->stored, parts[i].key), n))
            continue;
        rc = parts[i].change && r && n ? parts[i].change(p, r, n) : refuse(parts[i].key + 1, "it is fixed while the virtual machine runs");
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

/* ---- settings that are commands ---- */

/* The same command that means "as if there were none". */
static json_t *
neutral(const struct hot_row *row)
{
    if (strncmp(row->key, "@set_link ", 10) == 0)
        return json_pack("{s:s, s:b}", "name", hot_row_id(row), "up", 1);
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i}", "id", hot_row_id(row), "bps", 0, "bps_rd", 0, "bps_wr", 0, "iops", 0,
                     "iops_rd", 0, "iops_wr", 0);
}

static const char *
setting_command(const struct hot_row *row)
{
    return strncmp(row->key, "@set_link ", 10) == 0 ? "set_link" : "block_set_io_throttle";
}

bool
hot_plan_setting(struct hot_plan *plan, const struct hot_row *wanted, const struct hot_row *else_of)
{
    struct planning p = { .plan = plan };

    add_step(&p, setting_command(wanted ? wanted : else_of), wanted ? json_incref(wanted->json) : neutral(else_of), NULL, NULL,
             PRL_ERR_VM_OPERATION_FAILED);
    return !p.has_failed;
}

/* "hdd0-dev", or a path with it in: is that device in the machine? */
static bool
has_device_of(const struct hot_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->len; i++) {
        const char *device = rows->p[i].kind == ROW_DEVICE ? hot_row_id(&rows->p[i]) : "";
        const char *at = device[0] ? strstr(id, device) : NULL;

        if (at && (at == id || at[-1] == '/') && (!at[strlen(device)] || at[strlen(device)] == '/'))
            return true;
    }
    return false;
}

/* The adapter would come up on a network that it is no longer meant for. */
static bool
is_held_back(const struct planning *p, const struct hot_row *link)
{
    char netdev[ROW_KEY];
    const struct hot_row *r, *n;

    hot_drive_of(link, netdev);
    r = hot_rows_find_id(p->running, ROW_NETDEV, netdev);
    n = hot_rows_find_id(p->next, ROW_NETDEV, netdev);
    return strncmp(link->key, "@set_link ", 10) == 0 && r && n && !is_hub(r) && !is_hub(n) && !hot_rows_same(r, n);
}

static void
plan_setting(struct planning *p, const struct hot_row *r, const struct hot_row *n)
{
    const struct hot_row *any = r ? r : n;
    const char *command = setting_command(any);

    if (!has_device_of(&p->plan->after, hot_row_id(any))) {
        hot_rows_drop(&p->plan->after, any->key);
        return;
    }
    if (!n && is_held_back(p, r)) {
        p->plan->needs_restart = true;
        return;
    }
    add_step(p, command, n ? json_incref(n->json) : neutral(r), command, r ? json_incref(r->json) : neutral(n),
             PRL_ERR_VM_OPERATION_FAILED);
    if (n)
        put(p, n);
    else
        hot_rows_drop(&p->plan->after, r->key);
}

static void
plan_settings(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i], *r = hot_rows_find(p->running, n->key);

        if (n->kind == ROW_SETUP && !hot_rows_same(n, r))
            plan_setting(p, r, n);
    }
    for (size_t i = 0; i < p->running->len; i++)
        if (p->running->p[i].kind == ROW_SETUP && !hot_rows_find(p->next, p->running->p[i].key))
            plan_setting(p, &p->running->p[i], NULL);
}

PRL_RESULT
hot_plan_make(const struct hot_rows *running, const struct hot_rows *stored, const struct hot_rows *next, struct hot_plan *ret)
{
    struct hot_plan plan = { .needs_restart = false };
    struct planning p = { running, stored, next, &plan, false };
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (size_t i = 0; i < running->len; i++)
        put(&p, &running->p[i]);
    rc = plan_machine(&p);
    if (PRL_SUCCEEDED(rc)) {
        plan_objects(&p);
        plan_netdevs(&p);
        rc = plan_devices(&p);
    }
    if (PRL_SUCCEEDED(rc))
        rc = plan_removals(&p);
    if (PRL_SUCCEEDED(rc))
        plan_settings(&p);
    if (PRL_SUCCEEDED(rc) && p.has_failed)
        rc = err_set(PRL_ERR_OUT_OF_MEMORY, "plan of a change");
    if (PRL_FAILED(rc))
        hot_plan_clear(&plan);
    else
        *ret = plan;
    return rc;
}
