/* SPDX-License-Identifier: MIT */
/* Processors: model, features, topology, NUMA nodes. */
#include <inttypes.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "qemu_args_parts.h"

#define CPUS_MAX 255
#define HOTPLUG_CPUS 32 /* how many a VM can grow to: a number of its own, so that a state loads on any host */
#define NUMA_MAX 8
/*
 * Without svm QEMU ends "max" before the leaf with the width of addresses, while its la57 promises 57 bits: a Linux guest then takes its
 * own pointers for the kernel's.
 */
#define TCG_CPU "max,min-xlevel=0x80000008"
#define MODEL_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/* ---- model and features ---- */

/* A word of 0 is none: a processor without any of its features does not start, so nobody can mean that. */
static void
add_mask(struct args_builder *b, struct str *cpu)
{
    xmlNodePtr runtime = xml_find(b->root, "Settings/Runtime");
    uint64_t word = 0;

    if (!runtime || !xml_get_u64(runtime, "CpuFeaturesMaskValid", 0))
        return;
#define CPU_WORD(element) word = xml_get_u64(runtime, element, 0);
#define CPU_BIT(bit, name)                                                                         \
    if (word && !(word >> (bit) & 1))                                                              \
        str_add(cpu, "," name "=off");
#include "cpu_features.def"
#undef CPU_WORD
#undef CPU_BIT
}

/*
 * What Windows takes from a hypervisor by name: no watchdog on late interrupts, spinning that ends in a call. Those with registers of
 * their own (hv-time, hv-vapic) would be faster still, but there are hosts whose KVM offers them and then cannot set them, which ends QEMU.
 */
static bool
wants_hyperv(struct args_builder *b)
{
    return b->env->accel == QEMU_ACCEL_KVM && xml_get_u64(b->root, "Settings/General/OsType", 0) == PVS_GUEST_TYPE_WINDOWS &&
           !IS_WIN_VER_BELOW(xml_get_u64(b->root, "Settings/General/OsNumber", 0), PVS_GUEST_VER_WIN_VISTA);
}

static PRL_RESULT
add_model(struct args_builder *b)
{
    bool is_kvm = b->env->accel == QEMU_ACCEL_KVM;
    AUTO(cleanup_free) char *model = xml_get(b->hw, "Cpu/QemuModel");
    AUTO_STR cpu = STR_INIT;

    if (model && model[0]) {
        if (strlen(model) > 64 || strspn(model, MODEL_CHARACTERS) != strlen(model))
            return err_set(PRL_ERR_VM_START_FAILED, "'%s' is no name of a processor", model);
        str_add(&cpu, model);
    } else {
        str_add(&cpu, !is_kvm ? TCG_CPU : b->env->kvm_cpu ? b->env->kvm_cpu : "host,migratable=on");
    }
    if (!xml_get_u64(b->hw, "Cpu/VirtualizedHV", 0))
        str_add(&cpu, ",vmx=off,svm=off");
    if (!xml_get_u64(b->hw, "Cpu/VirtualizePMU", 0))
        str_add(&cpu, ",pmu=off");
    else
        str_add(&cpu, ",pmu=on");
    if (xml_get_u64(b->hw, "Cpu/Mode", PCM_CPU_MODE_64) == PCM_CPU_MODE_32)
        str_add(&cpu, ",lm=off");
    if (wants_hyperv(b))
        str_add(&cpu, ",hv-relaxed=on,hv-spinlocks=8191");
    add_mask(b, &cpu);
    args_add(b, "-cpu");
    args_push(b, str_take(&cpu));
    return PRL_ERR_SUCCESS;
}

/* ---- how many, and how they are arranged ---- */

static uint64_t
cpu_count(struct args_builder *b)
{
    return vm_model_cpus(b->root);
}

static PRL_RESULT
add_topology(struct args_builder *b)
{
    uint64_t n = cpu_count(b);
    unsigned cores = (unsigned)xml_get_u64(b->hw, "Cpu/Number", 1), sockets, most;

    if (n < 1 || n > CPUS_MAX)
        return err_set(PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, "%" PRIu64 " processors", n);
    sockets = (unsigned)n / cores;
    most = HOTPLUG_CPUS / cores; /* whole sockets are added */
    if (xml_get_u64(b->hw, "Cpu/EnableHotplug", 0) && most > sockets)
        args_addf(b, "-smp", "cpus=%u,maxcpus=%u,sockets=%u,cores=%u,threads=1", (unsigned)n, most * cores, most, cores);
    else
        args_addf(b, "-smp", "cpus=%u,sockets=%u,cores=%u,threads=1", (unsigned)n, sockets, cores);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
args_cpu(struct args_builder *b)
{
    PRL_RESULT rc = add_model(b);

    return PRL_FAILED(rc) ? rc : add_topology(b);
}

/* ---- NUMA ---- */

PRL_RESULT
args_numa_nodes(struct args_builder *b, unsigned *ret_nodes)
{
    uint64_t nodes = xml_get_u64(b->hw, "Cpu/NumaNodes", 0);

    *ret_nodes = 0;
    if (nodes < 2)
        return PRL_ERR_SUCCESS;
    if (nodes > NUMA_MAX || (nodes & (nodes - 1)))
        return err_set(PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED, "%" PRIu64 " NUMA nodes", nodes);
    if (cpu_count(b) % nodes)
        return err_set(PRL_ERR_VMCONF_NUMANODES_INCONSISTENT_WITH_CPU, "%" PRIu64 " NUMA nodes for %" PRIu64 " processors", nodes,
                       cpu_count(b));
    if (xml_get_u64(b->hw, "Cpu/EnableHotplug", 0))
        return err_set(PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG, "NUMA nodes and processors to be added");
    if (xml_get_u64(b->hw, "Memory/EnableHotplug", 0))
        return err_set(PRL_ERR_VMCONF_NUMANODES_MEMORY_HOTPLUG, "NUMA nodes and memory to be added");
    *ret_nodes = (unsigned)nodes;
    return PRL_ERR_SUCCESS;
}

/*
 * Each node has memory of its own, which QEMU makes: one file for all of them would need an offset into it, and QEMU learns that in
 * version 8.1 only.
 */
PRL_RESULT
args_numa(struct args_builder *b, unsigned nodes, uint64_t mib)
{
    unsigned cpus = (unsigned)cpu_count(b) / nodes;
    uint64_t each = mib / nodes;

    for (unsigned i = 0; i < nodes; i++) {
        uint64_t here = i + 1 < nodes ? each : mib - each * (nodes - 1);
        char id[16];
        json_t *ram;
        PRL_RESULT rc;

        snprintf(id, sizeof id, "ram%u", i);
        ram = json_pack("{s:s, s:s, s:I, s:b}", "qom-type", "memory-backend-memfd", "id", id, "size", (json_int_t)(here << 20),
                        "share", 1);
        rc = args_bind_memory(b, ram);
        args_json(b, "-object", ram);
        if (PRL_FAILED(rc))
            return rc;
        args_addf(b, "-numa", "node,nodeid=%u,cpus=%u-%u,memdev=%s", i, i * cpus, (i + 1) * cpus - 1, id);
    }
    b->a->is_ram_private = true;
    return PRL_ERR_SUCCESS;
}
