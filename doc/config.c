/* SPDX-License-Identifier: MIT */
/*
 * Writes doc/config.md, the table of the values of a configuration, from the rows of sdk/api and the trees of sdk/model:
 *   api_config > doc/config.md
 * With --check FILE it compares instead: exit code 1 and a word on what to do when FILE is stale (a test runs it).
 *
 * What QEMU makes of a value is said in service-proxy/qemu/config_effect.def, one row EFFECT(path, text) for each; paths of devices begin
 * with "Hardware/" and the element's name.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlTypes.h>

#include "generated.h"

#define U32_MAX 0xffffffffu
#define NUMBER(n) ((int64_t)(n))

/* ---- the rows ---- */

enum type { BOOL, U16, U32, I32, U64, ENUM, TEXT, LIST, N_TYPES };

static const char *const type_names[N_TYPES] = { "0, 1", "16 bits", "32 bits", "32 bits, signed", "64 bits", "enumeration", "text", "texts" };

/* A value: what reads it, what writes it, or both. */
static const struct row {
    const char *object, *get, *set, *path;
    enum type type;
    const char *type_name, *check; /* of an enumeration; of a text that is checked */
    int64_t def;
    const char *def_text;
    uint64_t lo, hi;
} rows[] = {
#define ROW_(get, set, path, type, name, check, def, text, lo, hi)                                                     \
    { ROW_OBJECT(ROW_PHT), get, set, path, type, name, check, NUMBER(def), text, (uint64_t)(lo), (uint64_t)(hi) },
#define ROW_OBJECT(pht) ROW_OBJECT_(pht)
#define ROW_OBJECT_(pht) #pht
#define FIELD_BOOL(get, set, path, def) ROW_(#get, #set, path, BOOL, NULL, NULL, def, NULL, 0, 1)
#define FIELD_U16(get, set, path, def, lo, hi) ROW_(#get, #set, path, U16, NULL, NULL, def, NULL, lo, hi)
#define FIELD_U32(get, set, path, def, lo, hi) ROW_(#get, #set, path, U32, NULL, NULL, (PRL_UINT32)(def), NULL, lo, hi)
#define FIELD_I32(get, set, path, def, lo, hi) ROW_(#get, #set, path, I32, NULL, NULL, def, NULL, (int64_t)(lo), (int64_t)(hi))
#define FIELD_U64(get, set, path, def, lo, hi) ROW_(#get, #set, path, U64, NULL, NULL, def, NULL, lo, hi)
#define FIELD_ENUM(get, set, type, path, def) ROW_(#get, #set, path, ENUM, #type, NULL, def, NULL, 0, U32_MAX)
#define FIELD_TEXT(get, set, path, def) ROW_(#get, #set, path, TEXT, NULL, NULL, 0, def, 0, 0)
#define FIELD_TEXT_OR_NULL FIELD_TEXT
#define TEXTS(get, set, path) ROW_(#get, #set, path, LIST, NULL, NULL, 0, "", 0, 0)
#define GET_BOOL(get, path, def) ROW_(#get, NULL, path, BOOL, NULL, NULL, def, NULL, 0, 1)
#define GET_U16(get, path, def) ROW_(#get, NULL, path, U16, NULL, NULL, def, NULL, 0, 0)
#define GET_U32(get, path, def) ROW_(#get, NULL, path, U32, NULL, NULL, (PRL_UINT32)(def), NULL, 0, 0)
#define GET_I32(get, path, def) ROW_(#get, NULL, path, I32, NULL, NULL, def, NULL, 0, 0)
#define GET_U64(get, path, def) ROW_(#get, NULL, path, U64, NULL, NULL, def, NULL, 0, 0)
#define GET_ENUM(get, type, path, def) ROW_(#get, NULL, path, ENUM, #type, NULL, def, NULL, 0, 0)
#define GET_TEXT(get, path, def) ROW_(#get, NULL, path, TEXT, NULL, NULL, 0, def, 0, 0)
#define GET_TEXTS(get, path) ROW_(#get, NULL, path, LIST, NULL, NULL, 0, "", 0, 0)
#define SET_BOOL(set, path) ROW_(NULL, #set, path, BOOL, NULL, NULL, 0, NULL, 0, 1)
#define SET_U16(set, path, lo, hi) ROW_(NULL, #set, path, U16, NULL, NULL, 0, NULL, lo, hi)
#define SET_U32(set, path, lo, hi) ROW_(NULL, #set, path, U32, NULL, NULL, 0, NULL, lo, hi)
#define SET_I32(set, path, lo, hi) ROW_(NULL, #set, path, I32, NULL, NULL, 0, NULL, (int64_t)(lo), (int64_t)(hi))
#define SET_U64(set, path, lo, hi) ROW_(NULL, #set, path, U64, NULL, NULL, 0, NULL, lo, hi)
#define SET_ENUM(set, type, path, lo, hi) ROW_(NULL, #set, path, ENUM, #type, NULL, 0, NULL, lo, hi)
#define SET_TEXT(set, path) ROW_(NULL, #set, path, TEXT, NULL, NULL, 0, NULL, 0, 0)
#define SET_TEXT_IF(set, path, check) ROW_(NULL, #set, path, TEXT, NULL, #check, 0, NULL, 0, 0)
#define SET_TEXTS(set, path) ROW_(NULL, #set, path, LIST, NULL, NULL, 0, "", 0, 0)
#define SET_TEXTS_NOT_0 SET_TEXTS
#define SET_TEXTS_OR_DEAD SET_TEXTS
#define COUNT(...)
#define ITEM(...)
#define DEVICE(...)
#define BY_HAND(...)
#define BY_HAND_NO_BODY(...)
#define NO_BODY(...)
#define NO_BODY_ASYNC(...)
#include "api/vm_cfg.def"
#include "api/vm_dev.def"
#include "api/vm_dev_hd.def"
#include "api/vm_dev_net.def"
#include "api/disp_cfg.def"
};
#define N_ROWS (sizeof rows / sizeof rows[0])

/* What functions by hand read and write. */
static const struct hand {
    const char *object, *path, *get, *set, *what;
} hands[] = {
    { "PHT_VM_CONFIGURATION", "Settings/General/OsNumber", "", "PrlVmCfg_SetOsVersion", "also OsType, the high byte; an unknown type is refused" },
    { "PHT_VM_CONFIGURATION", "Hardware/Cpu/CpuLimitValue", "PrlVmCfg_GetCpuLimitEx", "PrlVmCfg_SetCpuLimitEx", "with CpuLimitType and, of percents, CpuLimit" },
    { "PHT_VM_CONFIGURATION", "Hardware/Cpu/CpuLimit", "", "PrlVmCfg_SetCpuLimit", "percents" },
    { "PHT_VM_CONFIGURATION", "Hardware/Cpu/CpuMask", "", "PrlVmCfg_SetCpuMask", "\"0,2-5\"; \"\" is all" },
    { "PHT_VM_CONFIGURATION", "Hardware/Memory/MemGuarantee", "PrlVmCfg_GetMemGuaranteeSize", "PrlVmCfg_SetMemGuaranteeSize", "with MemGuaranteeType" },
    { "PHT_VM_CONFIGURATION", "Hardware/Video/Enable3DAcceleration", "PrlVmCfg_Is3DAccelerationEnabled", "PrlVmCfg_Set3DAccelerationEnabled", "the highest, or off" },
    { "PHT_VM_CONFIGURATION", "Settings/Runtime/IoLimit", "PrlVmCfg_GetIoLimit", "PrlVmCfg_SetIoLimit", "bytes per second; copied to each disk; 0 is none" },
    { "PHT_VM_CONFIGURATION", "Settings/Runtime/IopsLimit", "", "PrlVmCfg_SetIopsLimit", "copied to each disk; 0 is none" },
    { "PHT_VM_CONFIGURATION", "Settings/Runtime/OptimizePowerConsumptionMode", "PrlVmCfg_IsLongerBatteryLifeEnabled", "PrlVmCfg_SetLongerBatteryLifeEnabled", "stored as its opposite; default 1" },
    { "PHT_VM_CONFIGURATION", "Settings/RemoteDisplay/PortNumber", "PrlVmCfg_GetVNCPort", "", "default 6500; read as 0 while the mode is off" },
    { "PHT_VM_CONFIGURATION", "Settings/Startup/VmStartAsUser", "", "PrlVmCfg_SetStartUserCreds", "with VmStartAsPassword" },
    { "PHT_VM_CONFIGURATION", "Settings/AutoCompress/FreeDiskSpaceRatio", "PrlVmCfg_GetFreeDiskSpaceRatio", "PrlVmCfg_SetFreeDiskSpaceRatio", "percents, also 12.5; default 50" },
    { "PHT_VM_CONFIGURATION", "Settings/General/Profile/Type", "", "PrlVmCfg_SetProfile", "" },
    { "PHT_VM_CONFIGURATION", "Settings/GlobalNetwork/NetworkRates/NetworkRate", "PrlVmCfg_GetNetworkRateList", "PrlVmCfg_SetNetworkRateList", "" },
    { "PHT_VM_CONFIGURATION", "Security/LockedOperationsList/LockedOperation", "PrlVmCfg_GetConfirmationsList", "PrlVmCfg_SetConfirmationsList", "numbers of commands" },
    { "PHT_BOOT_DEVICE", "BootingNumber", "", "PrlBootDev_SetSequenceIndex", "sorts the entries; commit numbers them from 1" },
    { "HANDLE_VM_DEV", "Index", "PrlVmDev_GetIndex", "PrlVmDev_SetIndex", "default 0; with the type the name of a device" },
    { "HANDLE_VM_DEV", "UserFriendlyName", "", "PrlVmDev_SetFriendlyName", "and SetImagePath, SetOutputFile; of an image file SystemName too" },
    { "HANDLE_VM_DEV", "InterfaceType", "PrlVmDev_GetIfaceType", "PrlVmDev_SetIfaceType", "disks and SCSI devices; default 0; takes the lowest free StackIndex" },
    { "HANDLE_VM_DEV", "StackIndex", "PrlVmDev_GetStackIndex", "PrlVmDev_SetStackIndex", "IDE 0 to 3, SATA 0 to 5, others 0 to 15; default 0" },
    { "HANDLE_VM_DEV", "SubType", "PrlVmDev_GetSubType", "PrlVmDev_SetSubType", "SCSI controller; default 3" },
    { "HANDLE_VM_DEV", "Passthrough", "PrlVmDev_IsPassthrough", "PrlVmDev_SetPassthrough", "default 0" },
    { "PHT_VIRTUAL_DEV_SOUND", "Output", "PrlVmDevSound_GetOutputDev", "PrlVmDevSound_SetOutputDev", "or the first of SoundOutputs; default \"Default\"" },
    { "PHT_VIRTUAL_DEV_SOUND", "Mixer", "PrlVmDevSound_GetMixerDev", "PrlVmDevSound_SetMixerDev", "or the first of SoundInputs; default \"Default\"" },
    { "PHT_VIRTUAL_DEV_HARD_DISK", "Encryption", "PrlVmDevHd_GetEncryption", "PrlVmDevHd_SetEncryption", "" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "MAC", "", "PrlVmDevNet_SetMacAddress", "12 digits, plain or in pairs; stored in upper case" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "ConfigureWithDhcp", "", "PrlVmDevNet_SetConfigureWithDhcp", "1 takes the IPv4 addresses away" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "ConfigureWithDhcpIPv6", "", "PrlVmDevNet_SetConfigureWithDhcpIPv6", "1 takes the IPv6 addresses away" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "NetAddress", "", "PrlVmDevNet_SetNetAddresses", "\"10.0.0.1/255.255.255.0\", \"fe80::1/64\"" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "Firewall/Incoming/Direction/DefaultPolicy", "PrlVmDevNet_GetFirewallDefaultPolicy", "PrlVmDevNet_SetFirewallDefaultPolicy", "Outgoing likewise; default 0" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "Firewall/Incoming/Direction/FirewallRules", "PrlVmDevNet_GetFirewallRuleList", "PrlVmDevNet_SetFirewallRuleList", "Outgoing likewise" },
};
#define N_HANDS (sizeof hands / sizeof hands[0])

/* What commit and start want beyond the range of a setter (semantics of PrlVm_ValidateConfig). */
static const struct {
    const char *path, *text;
} rules[] = {
    { "Identification/VmName", "1 to 40 characters, none of \\ / : * ? \" < > % and the bar" },
    { "Settings/General/VmDescription", "any" },
    { "Hardware/Memory/RAM", "MiB, 4 to what the host has, a multiple of 4" },
    { "Hardware/Memory/EnableHotplug", "with 1024 MiB and more, without NUMA nodes" },
    { "Hardware/Memory/MaxBalloonSize", "percent, up to 100" },
    { "Hardware/Memory/HostMemQuotaMin", "MiB" },
    { "Hardware/Memory/HostMemQuotaMax", "MiB, not below the least" },
    { "Hardware/Memory/HostMemQuotaPriority", "1 to 100" },
    { "Hardware/Video/VideoMemorySize", "MiB, 2 to 1024" },
    { "Hardware/Cpu/Number", "1 to 256" },
    { "Hardware/Cpu/NumaNodes", "a power of two that divides the sockets; not with hot-plug" },
    { "Settings/RemoteDisplay/Password", "up to 8 characters" },
    { "Settings/RemoteDisplay/HostName", "an IP address" },
    { "Settings/RemoteDisplay/PortNumber", "by hand: from VNCBasePort of the preferences to 65535" },
    { "Settings/Startup/Bios/EfiEnabled", "of Windows from 2008 on" },
    { "Settings/Runtime/UndoDisks", "0: others are not supported" },
    { "Settings/Startup/VmStartLoginMode", "0: others are not supported" },
    { "Settings/Startup/AutoStartDelay", "seconds" },
    { "Settings/Autoprotect/Period", "seconds" },
    { "Settings/AutoCompress/Period", "seconds" },
    { "Settings/Tools/TimeSync/SyncInterval", "seconds" },
};

static const struct {
    const char *check, *words;
} checks[] = {
    { "text_is_ip", "an IP address" },
    { "text_is_ip4_mask", "255.255.255.0" },
    { "text_is_ip4_or_empty", "an IPv4 address or \"\"" },
    { "text_is_ip6_or_empty", "an IPv6 address or \"\"" },
    { "text_is_url", "scheme://something" },
    { "text_is_cpu_mask", "\"0,2-5\"; \"\" is all" },
    { "text_is_not_empty", "not \"\"" },
};

/* ---- what no function reads ---- */

static const struct element {
    const char *path, *def, *element; /* element: of a device, or NULL */
} elements[] = {
#define LEAF(path, def) { path, def, NULL },
#define ITEM_(path, def)
#undef ITEM
#define ITEM ITEM_
#define GROUP(path)
#define NEW_UUID(path) { path, "random", NULL },
#define NOW_UTC(path) { path, "now", NULL },
#define LEAF_RT(path, def) { path, def, NULL },
#define OPTIONAL(path, def) { path, def, NULL },
#define FILLED(path, def) { path, def, NULL },
#include "model/vm_defaults.def"
#undef DEVICE
#define COMMON(name, def)
#define DEVICE(element, type, most)
#define MEMBER(element, name, def) { name, def, element },
#define MEMBER_RT(element, name, def) { name, def, element },
#include "model/vm_devices.def"
};
#define N_ELEMENTS (sizeof elements / sizeof elements[0])

static const struct {
    const char *path, *text;
} effects[] = {
#if __has_include("qemu/config_effect.def")
#define EFFECT(path, text) { path, text },
#include "qemu/config_effect.def"
#endif
    { NULL, NULL },
};

static bool is_effect_shown[sizeof effects / sizeof effects[0]];

/* ---- the objects, in the order of the page ---- */

static const struct object {
    const char *pht, *title, *at; /* at: the path of its own element; NULL: effects are not told apart by it */
} objects[] = {
    { "PHT_VM_CONFIGURATION", "The machine", "" },
    { "PHT_BOOT_DEVICE", "Boot entries", "Settings/Startup/BootingOrder/BootDevice" },
    { "PHT_ACCESS_RIGHTS", "Rights", "Security" },
    { "PHT_SHARE", "Shared folders", "Settings/Tools/SharedFolders/HostSharing/SharedFolder" },
    { "PHT_NETWORK_RATE", "Network rates", "Settings/GlobalNetwork/NetworkRates/NetworkRate" },
    { "HANDLE_VM_DEV", "Every device", "Hardware/*" },
    { "PHT_VIRTUAL_DEV_HARD_DISK", "Hard disks", "Hardware/Hdd" },
    { "PHT_VIRTUAL_DEV_HD_PARTITION", "Partitions of hard disks", "Hardware/Hdd/Partition" },
    { "PHT_VIRTUAL_DISK_ENCRYPTION", "Encryption of hard disks", "Hardware/Hdd/Encryption" },
    { "PHT_VIRTUAL_DEV_NET_ADAPTER", "Network adapters", "Hardware/NetworkAdapter" },
    { "PHT_FIREWALL_RULE", "Firewall rules", "Hardware/NetworkAdapter/Firewall" },
    { "PHT_VIRTUAL_DEV_SOUND", "Sound devices", "Hardware/Sound" },
    { "PHT_VIRTUAL_DEV_USB_DEVICE", "USB devices", "Hardware/USB" },
    { "PHT_VIRTUAL_DEV_SERIAL_PORT", "Serial ports", "Hardware/Serial" },
    { "PHT_DISP_CONFIG", "Preferences of the service", NULL },
    { "PHT_DISP_NET_ADAPTER", "Network adapters of the service", NULL },
};
#define N_OBJECTS (sizeof objects / sizeof objects[0])

/* "a" and "b" as "a/b". */
static void
join(char out[256], const char *at, const char *path)
{
    snprintf(out, 256, "%s%s%s", at, *at ? "/" : "", path);
}

static const char *
effect_of(const struct object *o, const char *path)
{
    char full[256];

    if (!o->at)
        return "";
    join(full, o->at, path);
    for (size_t i = 0; effects[i].path; i++)
        if (!strcmp(effects[i].path, full)) {
            is_effect_shown[i] = true;
            return effects[i].text;
        }
    return "";
}

/* ---- a row ---- */

static const struct row *
find_row(const char *object, const char *path, bool is_set)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (!strcmp(rows[i].object, object) && !strcmp(rows[i].path, path) && (is_set ? rows[i].set : rows[i].get))
            return &rows[i];
    return NULL;
}

static const struct hand *
find_hand(const char *object, const char *path)
{
    for (size_t i = 0; i < N_HANDS; i++)
        if (!strcmp(hands[i].object, object) && !strcmp(hands[i].path, path))
            return &hands[i];
    return NULL;
}

static void
put_type(FILE *f, const struct row *r)
{
    if (r->type == ENUM)
        fprintf(f, "%s", r->type_name);
    else
        fprintf(f, "%s", type_names[r->type]);
}

static void
put_range(FILE *f, const struct row *set)
{
    if (!set)
        return;
    for (size_t i = 0; set->check && i < sizeof checks / sizeof checks[0]; i++)
        if (!strcmp(checks[i].check, set->check))
            fputs(checks[i].words, f);
    if (set->type == U32 || set->type == ENUM) {
        if (set->lo || set->hi != U32_MAX)
            fprintf(f, set->hi == U32_MAX ? "%" PRIu64 " and more" : "%" PRIu64 " to %" PRIu64, set->lo, set->hi);
    } else if (set->type == U16 && (set->lo || set->hi != UINT16_MAX)) {
        fprintf(f, "%" PRIu64 " to %" PRIu64, set->lo, set->hi);
    }
}

static bool
is_range_empty(const struct row *set)
{
    if (!set || set->check)
        return !set;
    return set->type == U16 ? !set->lo && set->hi == UINT16_MAX : (set->type != U32 && set->type != ENUM) || (!set->lo && set->hi == U32_MAX);
}

static void
put_default(FILE *f, const struct row *get)
{
    if (!get || get->type == LIST)
        return;
    if (get->type == TEXT)
        fprintf(f, "\"%s\"", get->def_text);
    else
        fprintf(f, "%" PRId64, get->def);
}

/* Names without the part that all of an object share would be shorter, and could not be searched for. */
static void
put_row(FILE *f, const struct object *o, const char *path, const struct row *get, const struct row *set, const struct hand *hand)
{
    const char *reader = get ? get->get : hand && *hand->get ? hand->get : NULL;
    const char *writer = set ? set->set : hand && *hand->set ? hand->set : NULL;

    fprintf(f, "| %s | ", path);
    if (get || set)
        put_type(f, set ? set : get);
    fputs(" | ", f);
    put_range(f, set);
    for (size_t i = 0; o->at && !*o->at && i < sizeof rules / sizeof rules[0]; i++)
        if (!strcmp(rules[i].path, path))
            fprintf(f, "%s%s", is_range_empty(set) ? "" : "; ", rules[i].text);
    if (hand)
        fprintf(f, "%s", hand->what);
    fputs(" | ", f);
    put_default(f, get);
    fprintf(f, " | %s%s%s | %s |\n", reader ? reader : "", reader && writer ? ", " : "", writer ? writer : "", effect_of(o, path));
}

static bool
is_first(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (!strcmp(rows[k].object, rows[i].object) && !strcmp(rows[k].path, rows[i].path))
            return false;
    return true;
}

static void
put_head(FILE *f, const char *title, const char *at)
{
    fprintf(f, "\n## %s\n\n", title);
    if (at && *at)
        fprintf(f, "Below `%s`.\n\n", at);
    fputs("| path | type | range, rule | default | functions | QEMU |\n| --- | --- | --- | --- | --- | --- |\n", f);
}

static void
put_path(FILE *f, const struct object *o, const char *path)
{
    put_row(f, o, path, find_row(o->pht, path, false), find_row(o->pht, path, true), find_hand(o->pht, path));
}

static bool
is_in_tree(const char *path)
{
    for (size_t i = 0; i < N_ELEMENTS; i++)
        if (!elements[i].element && !strcmp(elements[i].path, path))
            return true;
    return false;
}

static bool
has_function(const char *object, const char *path)
{
    return find_row(object, path, false) || find_row(object, path, true) || find_hand(object, path);
}

/* The machine's in the order of its document, the others in that of their functions. */
static void
put_object(FILE *f, const struct object *o)
{
    const bool is_machine = o->at && !*o->at;

    put_head(f, o->title, o->at);
    for (size_t i = 0; is_machine && i < N_ELEMENTS; i++)
        if (!elements[i].element && has_function(o->pht, elements[i].path))
            put_path(f, o, elements[i].path);
    for (size_t i = 0; i < N_ROWS; i++)
        if (!strcmp(rows[i].object, o->pht) && is_first(i) && !(is_machine && is_in_tree(rows[i].path)))
            put_path(f, o, rows[i].path);
    for (size_t i = 0; i < N_HANDS; i++)
        if (!strcmp(hands[i].object, o->pht) && !(is_machine && is_in_tree(hands[i].path)) && !find_row(o->pht, hands[i].path, false) && !find_row(o->pht, hands[i].path, true))
            put_row(f, o, hands[i].path, NULL, NULL, &hands[i]);
}

/* ---- the rest of the tree ---- */

static bool
is_shown(const struct element *e)
{
    static const struct {
        const char *element, *object;
    } of[] = {
        { "Hdd", "PHT_VIRTUAL_DEV_HARD_DISK" }, { "NetworkAdapter", "PHT_VIRTUAL_DEV_NET_ADAPTER" },
        { "Sound", "PHT_VIRTUAL_DEV_SOUND" },   { "USB", "PHT_VIRTUAL_DEV_USB_DEVICE" },
        { "Serial", "PHT_VIRTUAL_DEV_SERIAL_PORT" },
    };

    if (!e->element)
        return has_function("PHT_VM_CONFIGURATION", e->path);
    if (has_function("HANDLE_VM_DEV", e->path))
        return true;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++)
        if (!strcmp(of[i].element, e->element))
            return has_function(of[i].object, e->path);
    return false;
}

static void
put_rest(FILE *f)
{
    static const struct object machine = { "PHT_VM_CONFIGURATION", "", "" };

    fputs("\n## Elements without a function\n\nThey are kept as they come, and a new document has them with these values.\n\n"
          "| path | default | QEMU |\n| --- | --- | --- |\n",
          f);
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        char path[96], full[256];

        if (is_shown(&elements[i]))
            continue;
        snprintf(path, sizeof path, elements[i].element ? "Hardware/%s" : "%s", elements[i].element ? elements[i].element : "");
        join(full, path, elements[i].path);
        fprintf(f, "| %s | %s | %s |\n", full, elements[i].def, effect_of(&machine, full));
    }
}

/* Elements of ours and of the products that no tree has, and that count all the same when a document has them. */
static void
put_others(FILE *f)
{
    fputs("\n## Further elements that QEMU takes notice of\n\n| path | QEMU |\n| --- | --- |\n", f);
    for (size_t i = 0; effects[i].path; i++)
        if (!is_effect_shown[i])
            fprintf(f, "| %s | %s |\n", effects[i].path, effects[i].text);
}

static void
write_all(FILE *f)
{
    fputs("# Configurations\n\n"
          "Generated from the rows of sdk/api and the trees of sdk/model by the target `config_doc`; do not edit.\n\n"
          "A machine's configuration is `config.pvs`, one XML document with the root `VirtuozzoVirtualMachine` (`ParallelsVirtualMachine` is read too). "
          "An element\nthat is absent, or holds no value of its type, counts as its default. A setter refuses what is out of its range with "
          "PRL_ERR_INVALID_ARG and changes nothing;\nwhat values mean together is checked by PrlVm_ValidateConfig, and by registration, commit and start. "
          "Elements and attributes that nobody here knows are kept,\nand so are comments. An empty range is the whole of the type; an empty last column, that the value is kept and does nothing.\n",
          f);
    for (size_t i = 0; i < N_OBJECTS; i++)
        put_object(f, &objects[i]);
    put_rest(f);
    put_others(f);
}

int
main(int argc, char **argv)
{
    return generated_main(argc, argv, write_all, "config_doc");
}
