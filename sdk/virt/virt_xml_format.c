/* SPDX-License-Identifier: MIT */
/*
 * From a configuration to a domain document: what the machine is, as its configuration has it now, and after that what a defining document had that
 * the configuration cannot express.
 */
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virt_xml_format.h"

PRL_UINT32
virt_number(PRL_RESULT (PRL_CALL *get)(PRL_HANDLE, PRL_UINT32_PTR), PRL_HANDLE h)
{
    PRL_UINT32 n = 0;

    get(h, &n);
    return n;
}

xmlNodePtr
virt_add_with(xmlNodePtr to, const char *name, const char *attribute, const char *value)
{
    xmlNodePtr e = virt_add(to, name, NULL);

    virt_put(e, attribute, value);
    return e;
}

/* ---- general ---- */

static void
add_size(xmlNodePtr root, const char *name, unsigned long long kib)
{
    virt_put(virt_add_u(root, name, kib), "unit", "KiB");
}

static void
add_vcpu(xmlNodePtr root, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *mask = virt_text(PrlVmCfg_GetCpuMask, vm);
    xmlNodePtr vcpu = virt_add_u(root, "vcpu", virt_vcpus(vm));

    virt_put(vcpu, "placement", "static");
    if (mask && mask[0])
        virt_put(vcpu, "cpuset", mask);
}

static const struct {
    PRL_DEVICE_TYPE type;
    const char *name;
} boots[] = {
    { PDE_HARD_DISK, "hd" }, { PDE_OPTICAL_DISK, "cdrom" }, { PDE_FLOPPY_DISK, "fd" }, { PDE_GENERIC_NETWORK_ADAPTER, "network" },
};

/* Is it another one than the first device of its kind? */
static bool
is_later(PRL_HANDLE vm, PRL_DEVICE_TYPE type, PRL_UINT32 index)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    PRL_UINT32 first = index;

    if (PRL_SUCCEEDED(PrlVmCfg_GetDevByType(vm, type, 0, &dev)))
        PrlVmDev_GetIndex(dev, &first);
    return first != index;
}

static const char *
boot_name(PRL_DEVICE_TYPE type)
{
    for (size_t k = 0; k < sizeof boots / sizeof *boots; k++)
        if (boots[k].type == type)
            return boots[k].name;
    return NULL;
}

static void
read_boots(struct virt_out *o)
{
    PRL_UINT32 n = virt_number(PrlVmCfg_GetBootDevCount, o->vm);

    for (PRL_UINT32 i = 0; i < n && o->n_boots < VIRT_MOST_BOOTS; i++) {
        AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;
        PRL_DEVICE_TYPE type;
        PRL_UINT32 index = 0;
        PRL_BOOL in_use = PRL_FALSE;

        if (PRL_FAILED(PrlVmCfg_GetBootDev(o->vm, i, &boot)) || PRL_FAILED(PrlBootDev_GetType(boot, &type)) ||
            PRL_FAILED(PrlBootDev_IsInUse(boot, &in_use)) || !in_use || !boot_name(type))
            continue;
        PrlBootDev_GetIndex(boot, &index);
        o->has_boot_devices |= is_later(o->vm, type, index);
        o->boots[o->n_boots].type = type;
        o->boots[o->n_boots++].index = index;
    }
}

static void
add_boot(const struct virt_out *o, xmlNodePtr os)
{
    for (unsigned i = 0; i < o->n_boots && !o->has_boot_devices; i++) {
        bool is_new = true; /* the document names each kind once */

        for (unsigned k = 0; k < i; k++)
            is_new &= o->boots[k].type != o->boots[i].type;
        if (is_new)
            virt_add_with(os, "boot", "dev", boot_name(o->boots[i].type));
    }
}

/* Of the firmware, what no function of the SDK reads. */
static void
add_firmware(xmlNodePtr os, xmlNodePtr old)
{
    AUTO(cleanup_free) char *secure = old ? virt_attr(old, "os/loader", "secure") : NULL;
    AUTO(cleanup_free) char *nvram = old ? virt_nvram(old) : NULL;
    xmlNodePtr features = old ? xml_find(old, "os/firmware") : NULL;

    if (features) {
        xml_copy_into(os, features);
    } else if (secure && strcmp(secure, "yes") == 0) {
        xmlNodePtr feature = virt_add(virt_add(os, "firmware", NULL), "feature", NULL);

        virt_put(feature, "enabled", "yes");
        virt_put(feature, "name", "secure-boot");
    }
    if (nvram)
        virt_add(os, "nvram", nvram);
}

static void
add_os(const struct virt_out *o, xmlNodePtr root)
{
    xmlNodePtr os = virt_add(root, "os", NULL), type;
    PRL_BOOL is_efi = PRL_FALSE, has_menu = PRL_FALSE;

    if (PRL_SUCCEEDED(PrlVmCfg_IsEfiEnabled(o->vm, &is_efi)) && is_efi)
        virt_put(os, "firmware", "efi");
    type = virt_add(os, "type", "hvm");
    virt_put(type, "arch", "x86_64");
    virt_put(type, "machine", virt_number(PrlVmCfg_GetChipsetType, o->vm) == CHIP_PCI440FX ? "pc" : "q35");
    if (is_efi)
        add_firmware(os, o->old);
    add_boot(o, os);
    if (PRL_SUCCEEDED(PrlVmCfg_IsAllowSelectBootDevice(o->vm, &has_menu)) && has_menu)
        virt_put(virt_add(os, "bootmenu", NULL), "enable", "yes");
}

/* ---- what it may use ---- */

static void
add_tuning(xmlNodePtr root, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *nodes = virt_text(PrlVmCfg_GetNodeMask, vm);
    PRL_CPULIMIT_DATA limit = { .type = PRL_CPULIMIT_PERCENTS };
    PRL_UINT32 units = virt_number(PrlVmCfg_GetCpuUnits, vm);
    xmlNodePtr tune = NULL, memory;

    if (PRL_FAILED(PrlVmCfg_GetCpuLimitEx(vm, &limit)))
        limit.value = 0;
    if (units > 0 || limit.value > 0)
        tune = virt_add(root, "cputune", NULL);
    if (units > 0)
        virt_add_u(tune, "shares", ((unsigned long long)units * 1024 + 500) / 1000);
    if (limit.value > 0) {
        virt_add_u(tune, "global_period", 100000);
        virt_add_u(tune, "global_quota", limit.value * 1000ull);
    }
    if (!nodes || !nodes[0])
        return;
    memory = virt_add(virt_add(root, "numatune", NULL), "memory", NULL);
    virt_put(memory, "mode", "strict");
    virt_put(memory, "nodeset", nodes);
}

/* The processor is as the document said; how it is arranged, as the configuration says now. */
static void
add_cpu(const struct virt_out *o, xmlNodePtr root)
{
    PRL_UINT32 sockets = virt_number(PrlVmCfg_GetCpuSocketsCount, o->vm), cores = virt_number(PrlVmCfg_GetCpuCount, o->vm);
    xmlNodePtr kept = o->old ? xml_child(o->old, "cpu") : NULL, cpu = kept ? xml_copy_into(root, kept) : NULL, topology;
    char text[12];

    xml_remove(cpu ? xml_child(cpu, "topology") : NULL);
    if (sockets < 2 && !(kept && xml_find(kept, "topology")))
        return;
    topology = virt_add(cpu ? cpu : virt_add(root, "cpu", NULL), "topology", NULL);
    snprintf(text, sizeof text, "%u", sockets);
    virt_put(topology, "sockets", text);
    snprintf(text, sizeof text, "%u", cores);
    virt_put(topology, "cores", text);
    virt_put(topology, "threads", "1");
}

static void
add_features(const struct virt_out *o, xmlNodePtr root)
{
    xmlNodePtr kept = o->old ? xml_child(o->old, "features") : NULL, features = kept ? xml_copy_into(root, kept) : virt_add(root, "features", NULL), pmu;
    PRL_BOOL has_pmu = PRL_FALSE;

    if (!kept) {
        virt_add(features, "acpi", NULL);
        virt_add(features, "apic", NULL);
    }
    PrlVmCfg_IsPMUVirtualizationEnabled(o->vm, &has_pmu);
    pmu = xml_child(features, "pmu");
    if (!has_pmu && !pmu)
        return;
    xml_remove(pmu);
    virt_put(virt_add(features, "pmu", NULL), "state", has_pmu ? "on" : "off");
}

static void
add_clock(const struct virt_out *o, xmlNodePtr root)
{
    xmlNodePtr kept = o->old ? xml_child(o->old, "clock") : NULL, clock = kept ? xml_copy_into(root, kept) : virt_add(root, "clock", NULL);
    bool is_local = IS_WINDOWS(virt_number(PrlVmCfg_GetOsVersion, o->vm));
    AUTO(cleanup_free) char *offset = virt_attr(clock, NULL, "offset");

    if (!offset || (strcmp(offset, "localtime") == 0) != is_local)
        xmlSetProp(clock, (const xmlChar *)"offset", (const xmlChar *)(is_local ? "localtime" : "utc"));
}

/* ---- when it ends ---- */

static void
add_actions(const struct virt_out *o, xmlNodePtr root)
{
    AUTO(cleanup_free) char *reboot = o->old ? xml_get(o->old, "on_reboot") : NULL;
    AUTO(cleanup_free) char *crash = o->old ? xml_get(o->old, "on_crash") : NULL;
    PRL_VM_ON_CRASH_ACTION on_crash = POCA_PAUSE;

    virt_add(root, "on_poweroff", "destroy");
    virt_add(root, "on_reboot", reboot ? reboot : "restart");
    PrlVmCfg_GetActionOnGuestCrash(o->vm, &on_crash);
    virt_add(root, "on_crash", on_crash == POCA_RESTART ? "restart" : crash && strcmp(crash, "destroy") == 0 ? "destroy" : "preserve");
}

static void
add_general(const struct virt_out *o, xmlNodePtr root)
{
    AUTO(cleanup_free) char *description = virt_text(PrlVmCfg_GetDescription, o->vm);
    unsigned long long kib = (unsigned long long)virt_number(PrlVmCfg_GetRamSize, o->vm) * 1024;

    if (description && description[0])
        virt_add(root, "description", description);
    add_size(root, "memory", kib);
    add_size(root, "currentMemory", kib);
    add_vcpu(root, o->vm);
    add_tuning(root, o->vm);
    add_os(o, root);
    add_features(o, root);
    add_cpu(o, root);
    add_clock(o, root);
    add_actions(o, root);
}

/* ---- what was kept ---- */

/* Elements of <os>, <cpu> and others that are honoured have been given back where they belong. */
static bool
is_given_back(const char *in, const char *name)
{
    enum virt_element what = virt_element_of(in, name);

    return what == VIRT_KEPT || (what == VIRT_HONOURED && strcmp(in, "devices") == 0);
}

static void
give_back(xmlNodePtr from, xmlNodePtr to, const char *in)
{
    for (xmlNodePtr at = from ? xmlFirstElementChild(from) : NULL; at; at = xmlNextElementSibling(at))
        if (at->ns || is_given_back(in, (const char *)at->name))
            xml_copy_into(to, at);
}

char *
virt_xml_format(virDomainPtr domain, unsigned id)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    AUTO(xmlFreeDoc) xmlDocPtr kept = virt_kept(domain->vm);
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"domain", NULL) : NULL;
    struct virt_out o = { .vm = domain->vm, .is_active = id != 0 };
    char uuid[UUID_BARE], number_text[12];
    size_t len;
    char *text;

    if (!kept)
        kept = virt_document_of(domain->vm);
    o.old = kept ? xmlDocGetRootElement(kept) : NULL;
    if (root) {
        AUTO(cleanup_free) char *name = virt_text(PrlVmCfg_GetName, domain->vm);

        xmlDocSetRootElement(doc, root);
        virt_put(root, "type", access("/dev/kvm", R_OK | W_OK) == 0 ? "kvm" : "qemu");
        if (id) {
            snprintf(number_text, sizeof number_text, "%u", id);
            virt_put(root, "id", number_text);
        }
        virt_add(root, "name", name);
        uuid_bare(domain->uuid, uuid);
        virt_add(root, "uuid", uuid);
        read_boots(&o);
        add_general(&o, root);
        virt_add_devices(&o, root);
        give_back(o.old, root, "domain");
        give_back(o.old ? xml_child(o.old, "devices") : NULL, xml_child(root, "devices"), "devices");
    }
    text = root ? xml_node_text(root, &len) : NULL;
    if (!text)
        virt_raise(domain->conn, domain, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
    return text;
}
