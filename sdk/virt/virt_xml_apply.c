/* SPDX-License-Identifier: MIT */
/* From a domain document to a configuration: the machine as a whole, and what it starts from. */
#include <prlsdk/PrlErrors.h>
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virt_xml_work.h"

bool
virt_refuse(struct virt_work *w, const char *element, const char *why)
{
    virt_raise(w->conn, NULL, VIR_FROM_XML, VIR_ERR_XML_ERROR, element, "element <%s>: %s", element, why);
    return false;
}

bool
virt_set(struct virt_work *w, const char *element, PRL_RESULT rc)
{
    if (rc == PRL_ERR_INVALID_ARG)
        return virt_refuse(w, element, "what it says is not possible");
    if (PRL_FAILED(rc))
        virt_raise_prl(w->conn, NULL, rc, NULL, element);
    return PRL_SUCCEEDED(rc);
}

/* ---- sizes ---- */

static const struct {
    const char *unit;
    unsigned long long bytes;
} units[] = {
    { "b", 1 },           { "bytes", 1 },        { "KB", 1000 },        { "k", 1024 },       { "KiB", 1024 },
    { "MB", 1000000 },    { "M", 1 << 20 },      { "MiB", 1 << 20 },    { "GB", 1000000000 }, { "G", 1 << 30 },
    { "GiB", 1 << 30 },   { "TB", 1000000000000 }, { "T", 1ull << 40 }, { "TiB", 1ull << 40 },
};

/* Without a unit it is KiB. Rounded up to MiB; 0: none, or no number. */
static unsigned
size_mib(xmlNodePtr root, const char *path)
{
    AUTO(cleanup_free) char *unit = virt_attr(root, path, "unit");
    unsigned long long n = xml_get_u64(root, path, 0), bytes = 1024;

    for (size_t i = 0; unit && i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, unit) == 0)
            bytes = units[i].bytes;
    if (n > (1ull << 50) / bytes)
        return 0;
    return (unsigned)((n * bytes + (1 << 20) - 1) >> 20);
}

/* ---- general ---- */

/* Does a list of processors ("0-3,6") name one that the host has not? */
static bool
is_beyond_host(const char *list)
{
    unsigned long n = (unsigned long)sysconf(_SC_NPROCESSORS_CONF);

    for (const char *p = list; (p = strpbrk(p, "0123456789"));) { /* the dash of a range is no sign */
        char *end;

        if (strtoul(p, &end, 10) >= n)
            return true;
        p = end;
    }
    return false;
}

static bool
apply_general(struct virt_work *w)
{
    AUTO(cleanup_free) char *name = xml_get(w->root, "name");
    AUTO(cleanup_free) char *description = xml_get(w->root, "description");
    AUTO(cleanup_free) char *cpuset = virt_attr(w->root, "vcpu", "cpuset");
    AUTO(cleanup_free) char *machine = virt_attr(w->root, "os/type", "machine");
    AUTO(cleanup_free) char *firmware = virt_attr(w->root, "os", "firmware");
    AUTO(cleanup_free) char *loader = virt_attr(w->root, "os/loader", "type");
    AUTO(cleanup_free) char *on_crash = xml_get(w->root, "on_crash");
    AUTO(cleanup_free) char *current = virt_attr(w->root, "vcpu", "current");
    AUTO(cleanup_free) char *menu = virt_attr(w->root, "os/bootmenu", "enable");
    unsigned ram = size_mib(w->root, "memory"), vcpus = (unsigned)xml_get_u64(w->root, "vcpu", 1);
    bool has_menu = menu && strcmp(menu, "yes") == 0;
    bool is_efi = (firmware && strcmp(firmware, "efi") == 0) || (loader && strcmp(loader, "pflash") == 0);

    if (ram < 4)
        return virt_refuse(w, "memory", "must be at least 4 MiB");
    if (vcpus < 1 || vcpus > 256)
        return virt_refuse(w, "vcpu", "must be 1 to 256");
    if (cpuset && is_beyond_host(cpuset))
        return virt_refuse(w, "vcpu", "its cpuset names processors that this host has not");
    if (current && strtoul(current, NULL, 10) != vcpus)
        return virt_refuse(w, "vcpu", "all of them are there from the start: current must be as many");
    return virt_set(w, "name", PrlVmCfg_SetName(w->vm, name)) && virt_set(w, "description", PrlVmCfg_SetDescription(w->vm, description ? description : "")) &&
           virt_set(w, "memory", PrlVmCfg_SetRamSize(w->vm, (ram + 3) / 4 * 4)) &&
           virt_set(w, "vcpu", PrlVmCfg_SetCpuMask(w->vm, cpuset ? cpuset : "")) &&
           virt_set(w, "type", PrlVmCfg_SetChipsetType(w->vm, machine && strstr(machine, "q35") ? CHIP_Q35 : CHIP_PCI440FX)) &&
           virt_set(w, "loader", PrlVmCfg_SetEfiEnabled(w->vm, is_efi)) &&
           virt_set(w, "bootmenu", PrlVmCfg_SetAllowSelectBootDevice(w->vm, has_menu)) &&
           virt_set(w, "on_crash", PrlVmCfg_SetActionOnGuestCrash(w->vm, on_crash && strcmp(on_crash, "restart") == 0 ? POCA_RESTART : POCA_PAUSE));
}

/* ---- processors ---- */

/* Of single features one can be chosen: to have machines inside. The others are the model's, which an optional one leaves as it is. */
static bool
apply_features(struct virt_work *w)
{
    AUTO(cleanup_free) char *pmu = virt_attr(w->root, "features/pmu", "state");
    bool has_pmu = xml_find(w->root, "features/pmu") && !(pmu && strcmp(pmu, "off") == 0), has_hv = false;

    for (xmlNodePtr at = xml_find(w->root, "cpu/feature"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *name = virt_attr(at, NULL, "name");
        AUTO(cleanup_free) char *policy = virt_attr(at, NULL, "policy");
        bool is_wanted = !policy || strcmp(policy, "require") == 0 || strcmp(policy, "force") == 0;

        if (name && (strcmp(name, "vmx") == 0 || strcmp(name, "svm") == 0))
            has_hv = is_wanted;
        else if (!policy || strcmp(policy, "optional") != 0)
            return virt_refuse(w, "feature", "of single features vmx and svm alone can be chosen");
    }
    return virt_set(w, "feature", PrlVmCfg_SetNestedVirtualizationEnabled(w->vm, has_hv)) &&
           virt_set(w, "pmu", PrlVmCfg_SetPMUVirtualizationEnabled(w->vm, has_pmu));
}

static bool
apply_topology(struct virt_work *w)
{
    AUTO(cleanup_free) char *sockets = virt_attr(w->root, "cpu/topology", "sockets");
    AUTO(cleanup_free) char *cores = virt_attr(w->root, "cpu/topology", "cores");
    unsigned long vcpus = xml_get_u64(w->root, "vcpu", 1), n = sockets ? strtoul(sockets, NULL, 10) : 1;
    unsigned long each = cores ? strtoul(cores, NULL, 10) : 0;

    if (n < 1 || n > 256 || (sockets && n * each != vcpus))
        return virt_refuse(w, "topology", "sockets and cores must make the number of processors");
    return virt_set(w, "vcpu", PrlVmCfg_SetCpuCount(w->vm, (PRL_UINT32)(vcpus / n))) &&
           virt_set(w, "topology", PrlVmCfg_SetCpuSocketsCount(w->vm, (PRL_UINT32)n));
}

/* The document's weight of a machine as others is 1024, the configuration's 1000. The limit is one on all processors together, in percents of one. */
static bool
apply_tuning(struct virt_work *w)
{
    AUTO(cleanup_free) char *nodes = virt_attr(w->root, "numatune/memory", "nodeset");
    uint64_t shares = xml_get_u64(w->root, "cputune/shares", 0), period = xml_get_u64(w->root, "cputune/global_period", 100000);
    int64_t quota = xml_get_i64(w->root, "cputune/global_quota", 0);
    PRL_CPULIMIT_DATA limit = { .type = PRL_CPULIMIT_PERCENTS };

    if (shares > 262144)
        return virt_refuse(w, "shares", "must be 2 to 262144");
    if (period < 1000 || period > 1000000 || quota > INT64_C(100000000000))
        return virt_refuse(w, "global_quota", "is out of range");
    if (quota > 0)
        limit.value = (PRL_UINT32)((uint64_t)quota * 100 / period);
    return virt_set(w, "shares", PrlVmCfg_SetCpuUnits(w->vm, (PRL_UINT32)((shares * 1000 + 512) / 1024))) &&
           virt_set(w, "global_quota", PrlVmCfg_SetCpuLimitEx(w->vm, &limit)) &&
           virt_set(w, "numatune", PrlVmCfg_SetNodeMask(w->vm, nodes ? nodes : ""));
}

/* A clock in local time is what guests of one family want, and it follows from the family here. */
static bool
apply_clock(struct virt_work *w)
{
    AUTO(cleanup_free) char *offset = virt_attr(w->root, "clock", "offset");
    bool is_local = offset && strcmp(offset, "localtime") == 0;
    PRL_UINT32 version = 0;

    if (PRL_SUCCEEDED(PrlVmCfg_GetOsVersion(w->vm, &version)) && IS_WINDOWS(version) == is_local)
        return true;
    return virt_set(w, "clock", PrlVmCfg_SetOsVersion(w->vm, is_local ? PVS_GUEST_VER_WIN_WINDOWS10 : PVS_GUEST_VER_LIN_OTHER));
}

/* ---- boot ---- */

static const struct {
    const char *name;
    PRL_DEVICE_TYPE type;
} boots[] = {
    { "hd", PDE_HARD_DISK }, { "cdrom", PDE_OPTICAL_DISK }, { "fd", PDE_FLOPPY_DISK }, { "network", PDE_GENERIC_NETWORK_ADAPTER },
};

static bool
remove_boot(struct virt_work *w)
{
    PRL_UINT32 n = 0;

    for (PrlVmCfg_GetBootDevCount(w->vm, &n); n > 0; n--) {
        AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;

        if (!virt_set(w, "boot", PrlVmCfg_GetBootDev(w->vm, 0, &boot)) || !virt_set(w, "boot", PrlBootDev_Remove(boot)))
            return false;
    }
    return true;
}

static bool
add_boot(struct virt_work *w, PRL_DEVICE_TYPE type, PRL_UINT32 index, PRL_UINT32 position)
{
    AUTO(prl_free) PRL_HANDLE boot = PRL_INVALID_HANDLE;

    return virt_set(w, "boot", PrlVmCfg_CreateBootDev(w->vm, &boot)) &&
           virt_set(w, "boot", PrlBootDev_SetType(boot, type)) && virt_set(w, "boot", PrlBootDev_SetIndex(boot, index)) &&
           virt_set(w, "boot", PrlBootDev_SetSequenceIndex(boot, position)) && virt_set(w, "boot", PrlBootDev_SetInUse(boot, PRL_TRUE));
}

/* The first device of that type, for documents that name kinds alone. A kind that the machine has none of is passed over. */
static bool
add_boot_kind(struct virt_work *w, PRL_DEVICE_TYPE type, PRL_UINT32 *position)
{
    AUTO(prl_free) PRL_HANDLE dev = PRL_INVALID_HANDLE;
    PRL_UINT32 index;

    if (PRL_FAILED(PrlVmCfg_GetDevByType(w->vm, type, 0, &dev)))
        return true;
    return virt_set(w, "boot", PrlVmDev_GetIndex(dev, &index)) && add_boot(w, type, index, (*position)++);
}

static int
by_order(const void *a, const void *b)
{
    const struct virt_boot *x = a, *y = b;

    return x->order < y->order ? -1 : x->order > y->order;
}

static bool
apply_boot_orders(struct virt_work *w)
{
    qsort(w->boots, w->n_boots, sizeof *w->boots, by_order);
    for (unsigned i = 0; i < w->n_boots; i++) {
        if (i > 0 && w->boots[i].order == w->boots[i - 1].order)
            return virt_refuse(w, "boot", "two devices have the same order");
        if (!add_boot(w, w->boots[i].type, w->boots[i].index, i))
            return false;
    }
    return true;
}

static bool
apply_boot(struct virt_work *w)
{
    PRL_UINT32 position = 0;

    if (!remove_boot(w))
        return false;
    if (w->n_boots > 0)
        return xml_find(w->root, "os/boot") ? virt_refuse(w, "boot", "kinds of devices and an order of devices exclude each other") : apply_boot_orders(w);
    for (xmlNodePtr at = xml_find(w->root, "os/boot"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *dev = virt_attr(at, NULL, "dev");
        bool is_known = false;

        for (size_t i = 0; dev && i < sizeof boots / sizeof *boots; i++)
            if (strcmp(boots[i].name, dev) == 0) {
                is_known = true;
                if (!add_boot_kind(w, boots[i].type, &position))
                    return false;
            }
        if (!is_known)
            return virt_refuse(w, "boot", "its dev must be hd, cdrom, fd or network");
    }
    return position > 0 || add_boot_kind(w, PDE_HARD_DISK, &position);
}

bool
virt_xml_apply(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm_cfg)
{
    struct virt_work w = { .conn = conn, .root = xmlDocGetRootElement(x->doc), .vm = vm_cfg };

    return apply_general(&w) && apply_features(&w) && apply_topology(&w) && apply_tuning(&w) && apply_clock(&w) && virt_apply_devices(&w) &&
           apply_boot(&w) && virt_apply_document(&w);
}
