/* SPDX-License-Identifier: MIT */
/* What registration and commit make of a document (semantics 6.4 step 5, 6.7). */
#include "vm_prepare.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "guest_os.h"
#include "text_check.h"
#include "vm_devices.h"
#include "vm_lists.h"

#define MACHINE "Hardware/Chipset/QemuMachine"
#define MACHINE_MAX 40
#define MIN_I440FX_VERSION 5

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "completing a configuration");
}

/* ---- identity ---- */

bool
vm_set_birth(xmlNodePtr root, int64_t now)
{
    char date[20];

    clock_utc_text((time_t)now, date);
    return xml_set(root, "Identification/VmCreationDate", date)
           && xml_set(root, "Identification/VmUptimeStartDateTime", date)
           && xml_set_u64(root, "Identification/VmUptimeInSeconds", 0);
}

static bool
set_identity(xmlNodePtr root, const struct vm_prepare_new *p)
{
    return xml_set(root, "Identification/VmUuid", p->uuid) && xml_set(root, "Identification/SourceVmUuid", p->uuid)
           && xml_set(root, "Identification/LinkedVmUuid", "")
           && xml_set(root, "Identification/ServerUuid", p->server_uuid) && xml_set_u64(root, "ValidRc", 0)
           && xml_set(root, "AppVersion", vm_model_default("AppVersion")) && vm_set_birth(root, p->now);
}

static bool
set_name(xmlNodePtr root, bool *ret_is_generated)
{
    AUTO(cleanup_free) char *name = xml_get(root, "Identification/VmName");

    *ret_is_generated = !name || !name[0];
    if (!*ret_is_generated)
        return true;
    return xml_set(root, "Identification/VmName",
                   guest_os_machine_name((unsigned)xml_get_u64(root, "Settings/General/OsNumber", 0)));
}

/* ---- network adapters ---- */

bool
vm_mac_parse(const char *text, char out[TEXT_MAC])
{
    char mac[TEXT_MAC];

    if (!text_parse_mac(text, mac) || strcmp(mac, "000000000000") == 0)
        return false;
    if (strchr("13579BDF", mac[1])) /* a group's address */
        return false;
    memcpy(out, mac, sizeof mac);
    return true;
}

static bool
has_mac(xmlDocPtr doc, const char *mac)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = xml_get(n, "MAC");

        if (str_eq(other, mac))
            return true;
    }
    return false;
}

void
vm_mac_make_free(xmlDocPtr doc, char out[13])
{
    do {
        vm_model_make_mac(out);
    } while (has_mac(doc, out));
}

bool
vm_set_host_interface(xmlNodePtr adapter, const char *mac)
{
    char name[16] = "vme";

    for (size_t i = 0; i < 12; i++)
        name[3 + i] = (char)tolower((unsigned char)mac[i]);
    name[15] = '\0';
    return xml_set(adapter, "HostInterfaceName", name);
}

/* An address that is no address stays: validation speaks about it. */
static bool
complete_mac(xmlDocPtr doc, xmlNodePtr adapter)
{
    AUTO(cleanup_free) char *text = xml_get(adapter, "MAC");
    AUTO(cleanup_free) char *interface = xml_get(adapter, "HostInterfaceName");
    char mac[13];

    if (text && text[0] && !vm_mac_parse(text, mac))
        return true;
    if (!text || !text[0])
        vm_mac_make_free(doc, mac);
    if (!str_eq(text, mac) && !xml_set(adapter, "MAC", mac))
        return false;
    return (interface && interface[0]) || vm_set_host_interface(adapter, mac);
}

/*
 * An adapter without a network gets the default one of its kind; without that there is nothing to plug it
 * into.
 */
static bool
complete_network(xmlNodePtr adapter, const struct vm_prepare_new *p)
{
    AUTO(cleanup_free) char *id = xml_get(adapter, "VirtualNetworkID");
    uint64_t kind = xml_get_u64(adapter, "EmulatedType", PNA_BRIDGED_NETWORK);
    const char *network = kind == PNA_BRIDGED_NETWORK ? p->bridged_network : p->host_only_network;

    if ((id && id[0]) || (kind != PNA_BRIDGED_NETWORK && kind != PNA_HOST_ONLY && kind != PNA_SHARED))
        return true;
    if (!network)
        return true;
    if (network[0])
        return xml_set(adapter, "VirtualNetworkID", network);
    if (kind == PNA_SHARED) /* address translation needs no network of ours */
        return true;
    return xml_set_u64(adapter, "Connected", 0);
}

static PRL_RESULT
complete_adapters(xmlDocPtr doc, const struct vm_prepare_new *p)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0); n; n = xml_next(n))
        if (!complete_mac(doc, n) || !complete_network(n, p))
            return no_memory();
    return PRL_ERR_SUCCESS;
}

/* ---- images ---- */

bool
vm_set_image_path(xmlNodePtr device, const char *path)
{
    AUTO(cleanup_free) char *name = xml_get(device, "SystemName");
    AUTO(cleanup_free) char *shown = xml_get(device, "UserFriendlyName");

    if (str_eq(name, path) && str_eq(shown, path))
        return true;
    if (!shown || !shown[0] || !name || !name[0] || strcmp(shown, name) == 0 || !path_is_absolute(shown)) {
        if (!xml_set(device, "UserFriendlyName", path))
            return false;
    }
    return xml_set(device, "SystemName", path);
}

/* The code that validation has for such a name. */
static PRL_RESULT
refuse_image(xmlNodePtr device)
{
    static const struct {
        PRL_DEVICE_TYPE type;
        PRL_RESULT code;
    } codes[] = {
        { PDE_HARD_DISK, PRL_ERR_VMCONF_HARD_DISK_SYS_NAME_HAS_INVALID_SYMBOL },
        { PDE_OPTICAL_DISK, PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST },
        { PDE_FLOPPY_DISK, PRL_ERR_VMCONF_FLOPPY_DISK_SYS_NAME_HAS_INVALID_SYMBOL },
        { PDE_SERIAL_PORT, PRL_ERR_VMCONF_SERIAL_PORT_SYS_NAME_HAS_INVALID_SYMBOL },
        { PDE_PARALLEL_PORT, PRL_ERR_VMCONF_PARALLEL_PORT_SYS_NAME_HAS_INVALID_SYMBOL },
    };
    AUTO(cleanup_free) char *name = xml_get(device, "SystemName");
    struct vm_finding f = { .is_critical = true, .dev_index = (int)xml_get_u64(device, "Index", 0), .dev_item_id = -1 };
    struct vm_findings v = { .p = &f, .len = 1 };
    char number[24];

    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].type == vm_model_device_type(device))
            f.code = codes[i].code;
    f.dev_item_id = vm_list_key(device);
    if (f.code == PRL_ERR_VMCONF_CD_DVD_ROM_IMAGE_IS_NOT_EXIST)
        f.param[1] = name; /* behind the number of the drive */
    else
        f.param[0] = name;
    snprintf(number, sizeof number, "%lld", (long long)f.dev_index + 1);
    if (!f.param[0])
        f.param[0] = number;
    return vm_findings_critical(&v);
}

static PRL_RESULT
complete_images(xmlDocPtr doc, const char *home)
{
    for (unsigned i = 0;; i++) {
        xmlNodePtr device = vm_model_all_devices(doc, i);
        AUTO(cleanup_free) char *path = NULL;

        if (!device)
            return PRL_ERR_SUCCESS;
        err_clear();
        path = vm_model_image_path(device, home);
        if (path) {
            if (!vm_set_image_path(device, path))
                return no_memory();
        } else if (err_peek()->code == PRL_ERR_INVALID_ARG) {
            return refuse_image(device);
        } else if (PRL_FAILED(err_peek()->code)) {
            return err_peek()->code;
        }
    }
}

static bool
set_serial(xmlNodePtr disk)
{
    AUTO(cleanup_free) char *serial = xml_get(disk, "SerialNumber");
    unsigned char bytes[10];
    char text[2 * sizeof bytes + 1];

    if (serial && serial[0])
        return true;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02X", bytes[i]);
    return xml_set(disk, "SerialNumber", text);
}

static PRL_RESULT
complete_serials(xmlDocPtr doc)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0); n; n = xml_next(n))
        if (!set_serial(n))
            return no_memory();
    return PRL_ERR_SUCCESS;
}

/* ---- hardware ---- */

/* It becomes part of a command line; a name from outside is taken only when it looks like QEMU's own. */
static bool
is_machine_name(const char *name, const char *stem)
{
    size_t n = strlen(name);

    return n > strlen(stem) && n <= MACHINE_MAX && strncmp(name, stem, strlen(stem)) == 0
           && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == n;
}

static bool
set_machine(xmlNodePtr root, const struct vm_prepare_new *p)
{
    AUTO(cleanup_free) char *now = xml_get(root, MACHINE);
    bool is_i440fx = xml_get_u64(root, "Hardware/Chipset/Type", CHIP_Q35) == CHIP_PCI440FX;
    const char *version = p->machine ? strrchr(p->machine, '-') : NULL;
    AUTO(cleanup_free) char *machine = NULL;

    if (now && is_machine_name(now, is_i440fx ? "pc-i440fx-" : "pc-q35-"))
        return true;
    if (!p->machine) {
        xml_remove(xml_find(root, MACHINE));
        return true;
    }
    machine = is_i440fx && version ? str_printf("pc-i440fx%s", version) : str_dup(p->machine);
    return machine && xml_set(root, MACHINE, machine);
}

/* A machine has at least one of each. */
static bool
set_cpu(xmlNodePtr root)
{
    return xml_get_u64(root, "Hardware/Cpu/Sockets", 1) || xml_set_u64(root, "Hardware/Cpu/Sockets", 1);
}

static bool
set_chipset(xmlNodePtr root)
{
    if (!vm_model_make_above(root, MACHINE))
        return false;
    if (xml_get_u64(root, "Hardware/Chipset/Type", CHIP_Q35) != CHIP_PCI440FX
        || xml_get_u64(root, "Hardware/Chipset/Version", 0) >= MIN_I440FX_VERSION)
        return true;
    return xml_set_u64(root, "Hardware/Chipset/Version", PCI440FX_DEFAULT);
}

/* Windows keeps local time in the clock. */
static bool
set_clock(xmlNodePtr root, int64_t now)
{
    time_t t = (time_t)now;
    struct tm local;
    char text[24];

    if (xml_get_u64(root, "Settings/General/OsType", 0) != PVS_GUEST_TYPE_WINDOWS || !localtime_r(&t, &local))
        return true;
    snprintf(text, sizeof text, "%ld", local.tm_gmtoff);
    return xml_set(root, "Hardware/Clock/TimeShift", text);
}

/* Room for hot-plugged memory follows the RAM size. */
static bool
set_max_ram(xmlNodePtr root)
{
    uint64_t ram = xml_get_u64(root, "Hardware/Memory/RAM", 256), max_numa;

    if (ram > (UINT64_C(1) << 32))
        return true; /* validation refuses it */
    if (!vm_model_make_above(root, "Hardware/Memory/MaxRAM"))
        return false;
    max_numa = (ram + 4096 * ((ram + 16383) / 16384)) / 1024 * 1024;
    return xml_set_u64(root, "Hardware/Memory/MaxNumaRAM", max_numa)
           && xml_set_u64(root, "Hardware/Memory/MaxRAM", max_numa + 65536);
}

/* ---- the two calls ---- */

static PRL_RESULT
complete_devices(xmlDocPtr doc, const struct vm_prepare_new *p)
{
    PRL_RESULT r = complete_images(doc, p->home);

    if (!PRL_FAILED(r))
        r = complete_adapters(doc, p);
    if (!PRL_FAILED(r))
        r = complete_serials(doc);
    if (PRL_FAILED(r))
        return r;
    vm_model_renumber_boot(doc, true);
    return vm_list_number(vm_model_root(doc)) ? PRL_ERR_SUCCESS : no_memory();
}

PRL_RESULT
vm_model_prepare_new(xmlDocPtr doc, const struct vm_prepare_new *p, bool *ret_name_generated)
{
    xmlNodePtr root = vm_model_root(doc);
    bool is_generated;

    vm_model_drop_client_only(doc, NULL);
    if (!set_identity(root, p) || !set_name(root, &is_generated) || !set_cpu(root) || !set_chipset(root)
        || !set_machine(root, p) || !set_clock(root, p->now) || !set_max_ram(root))
        return no_memory();
    if (ret_name_generated)
        *ret_name_generated = is_generated;
    return complete_devices(doc, p);
}

/* The systems that were installed before, the last one first. */
static bool
remember_os(xmlNodePtr root, xmlNodePtr stored)
{
    uint64_t before = xml_get_u64(stored, "Settings/General/OsNumber", 0);
    xmlNodePtr general = xml_make(root, "Settings/General"), first, entry;
    char text[24];

    if (!general || !before || before == xml_get_u64(root, "Settings/General/OsNumber", 0))
        return general;
    snprintf(text, sizeof text, "%u", (unsigned)before);
    entry = xmlNewDocNode(root->doc, NULL, (const xmlChar *)"PrevOsNumber", NULL);
    if (!entry || !xml_set(entry, "", text)) {
        xmlFreeNode(entry);
        return false;
    }
    first = xml_child(general, "PrevOsNumber");
    if (first)
        xmlAddPrevSibling(first, entry);
    else
        xmlAddChild(general, entry);
    return true;
}

/* The port that an automatic display was given. */
static bool
keep_vnc_port(xmlNodePtr root, xmlNodePtr stored)
{
    static const char mode[] = "Settings/RemoteDisplay/Mode", port[] = "Settings/RemoteDisplay/PortNumber";
    AUTO(cleanup_free) char *given = xml_get(stored, port);

    if (xml_get_u64(root, mode, 0) != PRD_AUTO || xml_get_u64(stored, mode, 0) != PRD_AUTO || !given)
        return true;
    return xml_set(root, port, given);
}

PRL_RESULT
vm_model_prepare_commit(xmlDocPtr doc, xmlDocPtr stored, const struct vm_prepare_new *p)
{
    static const char ram[] = "Hardware/Memory/RAM", chipset[] = "Hardware/Chipset/Type";
    xmlNodePtr root = vm_model_root(doc), before = vm_model_root(stored);

    vm_model_drop_client_only(doc, stored);
    if (!vm_model_take_owned(doc, stored) || !remember_os(root, before) || !keep_vnc_port(root, before)
        || !set_cpu(root) || !set_chipset(root))
        return no_memory();
    if (xml_get_u64(root, chipset, CHIP_Q35) != xml_get_u64(before, chipset, CHIP_Q35))
        xml_remove(xml_find(root, MACHINE));
    if (!set_machine(root, p))
        return no_memory();
    if (xml_get_u64(root, ram, 256) != xml_get_u64(before, ram, 256) && !set_max_ram(root))
        return no_memory();
    return complete_devices(doc, p);
}
