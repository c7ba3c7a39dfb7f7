/* SPDX-License-Identifier: MIT */
/* list -i: one machine in full, with the keys that scripts and other programs look for. */
#include "info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "emit.h"

static const struct ctl_word starts[] = {
    { "off", PAO_VM_START_MANUAL }, { "on", PAO_VM_START_ON_LOAD }, { "auto", PAO_VM_START_ON_RELOAD }, { NULL, 0 },
};
static const struct ctl_word stops[] = {
    { "stop", PAO_VM_STOP }, { "suspend", PAO_VM_SUSPEND }, { "shutdown", PAO_VM_SHUTDOWN }, { NULL, 0 },
};
static const struct ctl_word display_modes[] = {
    { "off", PRD_DISABLED }, { "auto", PRD_AUTO }, { "manual", PRD_MANUAL }, { NULL, 0 },
};

static void
emit_text(struct ctl_emit *e, const char *key, PRL_HANDLE h, ctl_getter get)
{
    char *text = ctl_text(h, get);

    ctl_emit_line(e, key, text);
    free(text);
}

static void
emit_flag(struct ctl_emit *e, const char *key, PRL_HANDLE hVm, PRL_RESULT (*get)(PRL_HANDLE, PRL_BOOL_PTR))
{
    PRL_BOOL flag = PRL_FALSE;

    get(hVm, &flag);
    ctl_emit_line(e, key, flag ? "on" : "off");
}

static void
emit_id(struct ctl_emit *e, PRL_HANDLE hVm)
{
    char *uuid = ctl_text(hVm, PrlVmCfg_GetUuid);
    size_t len = strlen(uuid);

    if (e->is_json && len > 2) { /* braces are for people */
        uuid[len - 1] = '\0';
        ctl_emit_line(e, "ID", uuid + 1);
    } else
        ctl_emit_line(e, "ID", uuid);
    free(uuid);
}

static void
emit_system(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_UINT32 version = 0, len = 128;
    char text[128] = "";

    PrlVmCfg_GetOsVersion(hVm, &version);
    if (PRL_FAILED(PrlApi_GuestToString(version, text, &len)))
        snprintf(text, sizeof text, "unknown");
    ctl_emit_line(e, "OS", text);
}

static void
emit_uptime(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_UINT64 seconds = 0;
    char text[64];

    PrlVmCfg_GetUptime(hVm, &seconds);
    if (e->is_json)
        snprintf(text, sizeof text, "%llu", (unsigned long long)seconds);
    else
        snprintf(text, sizeof text, "%02llu:%02llu:%02llu", (unsigned long long)seconds / 3600, (unsigned long long)seconds / 60 % 60,
                 (unsigned long long)seconds % 60);
    ctl_emit_line(e, "Uptime", text);
}

static const char *
kind_name(PRL_DEVICE_TYPE type)
{
    unsigned i;

    for (i = 0; i < ctl_n_device_kinds; i++)
        if (ctl_device_kinds[i].type == type)
            return ctl_device_kinds[i].name;
    return NULL;
}

/* "hdd0 cdrom0 " */
static void
emit_boot_order(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_UINT32 i, n = 0;
    char text[512] = "";
    size_t len = 0;

    PrlVmCfg_GetBootDevCount(hVm, &n);
    for (i = 0; i < n && len < sizeof text - 32; i++) {
        PRL_DEVICE_TYPE type = 0;
        PRL_UINT32 index = 0;
        PRL_BOOL is_used = PRL_FALSE;
        PRL_HANDLE hBoot;

        if (PRL_FAILED(PrlVmCfg_GetBootDev(hVm, i, &hBoot)))
            continue;
        PrlBootDev_GetType(hBoot, &type);
        PrlBootDev_GetIndex(hBoot, &index);
        PrlBootDev_IsInUse(hBoot, &is_used);
        PrlHandle_Free(hBoot);
        if (is_used && kind_name(type))
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%u ", kind_name(type), index);
    }
    ctl_emit_line(e, "Boot order", text);
}

static void
emit_display(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_VM_REMOTE_DISPLAY_MODE mode = PRD_DISABLED;
    PRL_UINT32 port = 0;
    char *address = ctl_text(hVm, PrlVmCfg_GetVNCHostName);

    PrlVmCfg_GetVNCMode(hVm, &mode);
    PrlVmCfg_GetVNCPort(hVm, &port);
    ctl_emit_item(e, "Remote display");
    ctl_emit_part(e, PART_PAIR, "mode", ctl_word_of(display_modes, mode));
    if (mode != PRD_DISABLED)
        ctl_emit_number(e, "port", port);
    if (*address)
        ctl_emit_part(e, PART_PAIR, "address", address);
    ctl_emit_item_end(e);
    free(address);
}

/* ---- hardware ---- */

static void
emit_size(struct ctl_emit *e, const char *item, PRL_HANDLE hVm, PRL_RESULT (*get)(PRL_HANDLE, PRL_UINT32_PTR))
{
    PRL_UINT32 mib = 0;
    char text[32];

    get(hVm, &mib);
    snprintf(text, sizeof text, "%uMb", mib);
    ctl_emit_item(e, item);
    ctl_emit_part(e, PART_BARE, "size", text);
    ctl_emit_item_end(e);
}

static void
emit_cpu(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_UINT32 cpus = 1, sockets = 1;
    PRL_CPU_MODE mode = PCM_CPU_MODE_64;

    PrlVmCfg_GetCpuCount(hVm, &cpus);
    PrlVmCfg_GetCpuSocketsCount(hVm, &sockets);
    PrlVmCfg_GetCpuMode(hVm, &mode);
    ctl_emit_item(e, "cpu");
    ctl_emit_number(e, "sockets", sockets);
    ctl_emit_number(e, "cpus", cpus);
    ctl_emit_part(e, PART_PAIR, "mode", mode == PCM_CPU_MODE_32 ? "32" : "64");
    ctl_emit_item_end(e);
}

static void
emit_storage(struct ctl_emit *e, PRL_HANDLE hDev, PRL_DEVICE_TYPE type, PRL_VM_DEV_EMULATION_TYPE emulated)
{
    PRL_MASS_STORAGE_INTERFACE_TYPE iface = PMS_UNKNOWN_DEVICE;
    PRL_HARD_DISK_INTERNAL_FORMAT format = PHD_PLAIN_HARD_DISK;
    PRL_UINT32 place = 0, mib = 0;
    char text[64];
    char *image = ctl_text(hDev, emulated == PDT_USE_REAL_DEVICE ? PrlVmDev_GetSysName : PrlVmDev_GetImagePath);

    if (type != PDE_FLOPPY_DISK) {
        PrlVmDev_GetIfaceType(hDev, &iface);
        PrlVmDev_GetStackIndex(hDev, &place);
        snprintf(text, sizeof text, "%s:%u", ctl_word_of(ctl_interfaces, iface), place);
        ctl_emit_part(e, PART_BARE, "port", text);
    }
    ctl_emit_part(e, PART_QUOTED, emulated == PDT_USE_REAL_DEVICE ? "device" : "image", image);
    free(image);
    if (type == PDE_HARD_DISK && emulated != PDT_USE_REAL_DEVICE) {
        PrlVmDevHd_GetDiskType(hDev, &format);
        PrlVmDevHd_GetDiskSize(hDev, &mib);
        snprintf(text, sizeof text, "%uMb", mib);
        ctl_emit_part(e, PART_QUOTED, "type", format == PHD_EXPANDING_HARD_DISK ? "expanded" : "plain");
        ctl_emit_part(e, PART_BARE, "size", text);
    }
}

static void
emit_adapter(struct ctl_emit *e, PRL_HANDLE hDev, PRL_VM_DEV_EMULATION_TYPE emulated)
{
    PRL_VM_NET_ADAPTER_TYPE card = PNT_UNDEFINED;
    char *network = ctl_text(hDev, PrlVmDevNet_GetVirtualNetworkId);
    char *mac = ctl_text(hDev, PrlVmDevNet_GetMacAddress);

    PrlVmDevNet_GetAdapterType(hDev, &card);
    if (emulated == (PRL_VM_DEV_EMULATION_TYPE)PNA_BRIDGED_NETWORK && *network)
        ctl_emit_part(e, PART_QUOTED, "network", network);
    else
        ctl_emit_part(e, PART_PAIR, "type", ctl_word_of(ctl_net_types, emulated));
    ctl_emit_part(e, PART_PAIR, "mac", mac);
    ctl_emit_part(e, PART_PAIR, "card", ctl_word_of(ctl_adapters, card));
    free(network);
    free(mac);
}

static void
emit_serial(struct ctl_emit *e, PRL_HANDLE hDev, PRL_VM_DEV_EMULATION_TYPE emulated)
{
    char *place = ctl_text(hDev, PrlVmDev_GetSysName);
    const char *key = emulated == PDT_USE_SERIAL_PORT_SOCKET_MODE ? "socket" : emulated == PDT_USE_OUTPUT_FILE ? "output" : "real";

    ctl_emit_part(e, PART_QUOTED, key, place);
    free(place);
}

static void
emit_device(struct ctl_emit *e, PRL_HANDLE hDev, const struct ctl_device_kind *kind)
{
    PRL_UINT32 index = 0;
    PRL_BOOL is_enabled = PRL_FALSE, is_connected = PRL_FALSE;
    PRL_VM_DEV_EMULATION_TYPE emulated = 0;
    char name[32];

    PrlVmDev_GetIndex(hDev, &index);
    PrlVmDev_IsEnabled(hDev, &is_enabled);
    PrlVmDev_IsConnected(hDev, &is_connected);
    PrlVmDev_GetEmulatedType(hDev, &emulated);
    snprintf(name, sizeof name, kind->type == PDE_USB_DEVICE ? "%s" : "%s%u", kind->name, index);
    ctl_emit_item(e, name);
    ctl_emit_enabled(e, is_enabled);
    switch (kind->type) {
    case PDE_HARD_DISK:
    case PDE_OPTICAL_DISK:
    case PDE_FLOPPY_DISK:
        emit_storage(e, hDev, kind->type, emulated);
        break;
    case PDE_GENERIC_NETWORK_ADAPTER:
        emit_adapter(e, hDev, emulated);
        break;
    case PDE_SERIAL_PORT:
        emit_serial(e, hDev, emulated);
        break;
    default:
        break;
    }
    ctl_emit_part(e, PART_PAIR, "state", is_connected ? "connected" : "disconnected");
    ctl_emit_item_end(e);
}

static void
emit_hardware(struct ctl_emit *e, PRL_HANDLE hVm)
{
    unsigned kind;

    ctl_emit_open(e, "Hardware");
    emit_cpu(e, hVm);
    emit_size(e, "memory", hVm, PrlVmCfg_GetRamSize);
    emit_size(e, "video", hVm, PrlVmCfg_GetVideoRamSize);
    for (kind = 0; kind < ctl_n_device_kinds; kind++) {
        PRL_UINT32 i, n = 0;
        PRL_HANDLE hDev;

        PrlVmCfg_GetDevsCountByType(hVm, ctl_device_kinds[kind].type, &n);
        for (i = 0; i < n; i++)
            if (PRL_SUCCEEDED(PrlVmCfg_GetDevByType(hVm, ctl_device_kinds[kind].type, i, &hDev))) {
                emit_device(e, hDev, &ctl_device_kinds[kind]);
                PrlHandle_Free(hDev);
            }
    }
    ctl_emit_close(e);
}

static void
emit_vm(struct ctl_emit *e, PRL_HANDLE hVm)
{
    PRL_BOOL is_template = PRL_FALSE;
    PRL_VM_AUTOSTART_OPTION start = PAO_VM_START_MANUAL;
    PRL_VM_AUTOSTOP_OPTION stop = PAO_VM_STOP;
    char *owner = ctl_vm_owner(hVm), *home = ctl_vm_home(hVm);

    PrlVmCfg_IsTemplate(hVm, &is_template);
    PrlVmCfg_GetAutoStart(hVm, &start);
    PrlVmCfg_GetAutoStop(hVm, &stop);
    ctl_emit_open(e, NULL);
    emit_id(e, hVm);
    emit_text(e, "Name", hVm, PrlVmCfg_GetName);
    emit_text(e, "Description", hVm, PrlVmCfg_GetDescription);
    ctl_emit_line(e, "Type", "VM");
    ctl_emit_line(e, "State", ctl_state_name(ctl_vm_state(hVm)));
    emit_system(e, hVm);
    ctl_emit_line(e, "Template", is_template ? "yes" : "no");
    emit_uptime(e, hVm);
    ctl_emit_line(e, "Home", home);
    ctl_emit_line(e, "Owner", owner);
    ctl_emit_item(e, "GuestTools"); /* nothing of ours runs in a guest */
    ctl_emit_part(e, PART_PAIR, "state", "not_installed");
    ctl_emit_item_end(e);
    ctl_emit_line(e, "Autostart", ctl_word_of(starts, start));
    ctl_emit_line(e, "Autostop", ctl_word_of(stops, stop));
    emit_boot_order(e, hVm);
    emit_flag(e, "EFI boot", hVm, PrlVmCfg_IsEfiEnabled);
    emit_display(e, hVm);
    emit_hardware(e, hVm);
    emit_flag(e, "Nested virtualization", hVm, PrlVmCfg_IsNestedVirtualizationEnabled);
    ctl_emit_close(e);
    free(owner);
    free(home);
}

void
ctl_info(const PRL_HANDLE *vms, unsigned n, bool is_json)
{
    struct ctl_emit e = { .is_json = is_json, .depth = is_json, .is_first = true };
    unsigned i;

    printf(is_json ? "[" : "INFO\n");
    for (i = 0; i < n; i++)
        emit_vm(&e, vms[i]);
    if (is_json)
        printf("\n]\n");
}
