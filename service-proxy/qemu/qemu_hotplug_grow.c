/* SPDX-License-Identifier: MIT */
/* A plan's steps for what a machine is as a whole: processors and memory grow, the rest is fixed while it runs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "qemu_hotplug_planning.h"

#define DIMM_STEP_MIB 128 /* what a guest can take as a whole */
#define DIMMS_MAX 32

/* Of a machine that can grow. A row may come from a file: what is not exactly as we write it is none. */
static bool
parse_smp(const struct hot_row *row, unsigned *cpus, unsigned *most, unsigned *cores)
{
    unsigned sockets;
    char again[HOT_SMP];

    if (!row || sscanf(row->text, "-smp cpus=%u,maxcpus=%u,sockets=%u,cores=%u", cpus, most, &sockets, cores) != 4)
        return false;
    hot_smp_text(*cpus, *most, *cores, again);
    return *cores && *cpus && *cpus <= *most && *most <= HOT_CPUS_MAX && sockets == *most / *cores && str_eq(row->text, again);
}

void
hot_smp_text(unsigned cpus, unsigned most, unsigned cores, char out[HOT_SMP])
{
    snprintf(out, HOT_SMP, "-smp cpus=%u,maxcpus=%u,sockets=%u,cores=%u,threads=1", cpus, most, cores ? most / cores : 0, cores);
}

bool
hot_smp_same_number(const struct hot_row *a, const struct hot_row *b)
{
    unsigned cpus, most, cores, others;

    return parse_smp(a, &cpus, &most, &cores) && parse_smp(b, &others, &most, &cores) && cpus == others;
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
    char text[HOT_SMP];

    if (!parse_smp(r, &now, &most, &cores) || !parse_smp(n, &want, &want_most, &want_cores))
        return plan_refuse("processors", "their number is fixed: hotplug of processors was not on at the start");
    if (want < now)
        return plan_refuse("processors", "they cannot become fewer while the virtual machine runs");
    if (want == now)
        return plan_refuse("processors", "their arrangement is fixed while the virtual machine runs");
    if (want % cores || want > most)
        return plan_refuse("processors", "only whole sockets of as many cores as the others have can be added");
    plan_step(p, "plug-cpus", json_pack("{s:i}", "cpus", (int)want), "unplug-cpus", json_pack("{s:i}", "cpus", (int)now),
              PRL_ERR_VM_DEV_CONNECT_FAILED);
    hot_smp_text(want, most, cores, text); /* arranged as the configuration says from the next start on */
    hot_rows_drop(&p->plan->after, r->key);
    p->has_failed = p->has_failed || !hot_rows_add_text(&p->plan->after, text);
    return PRL_ERR_SUCCESS;
}

bool
hot_plan_cpus(struct hot_plan *plan, const struct hot_rows *wanted)
{
    struct planning p = { .plan = plan };
    unsigned cpus, cores;

    if (!hot_rows_cpus(wanted, &cpus, &cores))
        return true;
    plan_step(&p, "plug-cpus", json_pack("{s:i}", "cpus", (int)cpus), NULL, NULL, PRL_ERR_VM_DEV_CONNECT_FAILED);
    plan_step(&p, "unplug-cpus", json_pack("{s:i}", "cpus", (int)cpus), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
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
        return plan_refuse("memory", "its size is fixed: hotplug of memory was not on at the start");
    if (slots != want_slots || most != want_most)
        return plan_refuse("memory", "how far it can grow is fixed at the start");
    if (want < now || (want - now) % DIMM_STEP_MIB)
        return plan_refuse("memory", "it can grow by multiples of 128 MiB only while the virtual machine runs");
    do {
        snprintf(id, sizeof id, "dimm%u-dev", i);
        snprintf(memory, sizeof memory, "dimm%u", i);
    } while (hot_rows_find_id(p->running, ROW_DEVICE, id) && ++i < slots && i < DIMMS_MAX);
    if (i >= slots || i >= DIMMS_MAX)
        return plan_refuse("memory", "all slots are in use");
    for (size_t k = 0; k < p->running->len; k++)
        if (str_eq(hot_row_text(&p->running->p[k], "driver"), "vhost-user-fs-pci"))
            return plan_refuse("memory", "a shared folder is connected, whose server knows only the memory of the start");
    object = json_pack("{s:s, s:s, s:I}", "qom-type", "memory-backend-ram", "id", memory, "size", (json_int_t)((want - now) << 20));
    device = json_pack("{s:s, s:s, s:s, s:i}", "driver", "pc-dimm", "id", id, "memdev", memory, "slot", (int)i);
    if (!object || !device || !hot_rows_add_json(&p->plan->after, "-object", object) ||
        !hot_rows_add_json(&p->plan->after, "-device", device))
        p->has_failed = true;
    plan_step(p, "object-add", object, "object-del", json_pack("{s:s}", "id", memory), PRL_ERR_VM_DEV_CONNECT_FAILED);
    plan_step(p, "device_add", device, "unplug", json_pack("{s:s}", "id", id), PRL_ERR_VM_DEV_CONNECT_FAILED);
    return PRL_ERR_SUCCESS;
}

/* No configuration asks for it: what a service that died had added and not stored. */
PRL_RESULT
plan_unplug_dimm(struct planning *p, const struct hot_row *r)
{
    const char *memory = hot_row_text(r, "memdev");
    const struct hot_row *object = memory ? hot_rows_find_id(&p->plan->after, ROW_OBJECT, memory) : NULL;

    plan_step(p, "unplug", json_pack("{s:s}", "id", hot_row_id(r)), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
    hot_rows_drop(&p->plan->after, r->key);
    if (object) {
        plan_step(p, "object-del", json_pack("{s:s}", "id", memory), NULL, NULL, PRL_ERR_VM_DEV_DISCONNECT_FAILED);
        hot_rows_drop(&p->plan->after, object->key);
    }
    return PRL_ERR_SUCCESS;
}

/* Where memory is taken from. */
void
plan_objects(struct planning *p)
{
    for (size_t i = 0; i < p->next->len; i++) {
        const struct hot_row *n = &p->next->p[i];

        if (n->kind == ROW_OBJECT && !hot_rows_same(n, hot_rows_find(p->stored, n->key)) && !hot_rows_same(n, hot_rows_find(p->running, n->key)))
            p->plan->needs_restart = true;
    }
}

PRL_RESULT
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
        rc = parts[i].change && r && n ? parts[i].change(p, r, n) : plan_refuse(parts[i].key + 1, "it is fixed while the virtual machine runs");
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}
