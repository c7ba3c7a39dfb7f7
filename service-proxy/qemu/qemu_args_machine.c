/* SPDX-License-Identifier: MIT */
/* Machine, memory, clock, control connections, what happens at start and crash, firmware, TPM. */
#include <inttypes.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

#define RAM_MIN_MIB 4
#define RAM_MAX_MIB 1048576
#define SLOTS_MAX 32
#define SHIFT_MAX_S (INT64_C(100) * 366 * 86400)
#define ROOT_PORTS 4

bool
qemu_machine_is_i440fx(xmlDocPtr doc)
{
    xmlNodePtr chipset = xml_find(xmlDocGetRootElement(doc), "Hardware/Chipset");
    AUTO(cleanup_free) char *name = chipset ? xml_get(chipset, "QemuMachine") : NULL;
    uint64_t type = chipset ? xml_get_u64(chipset, "Type", CHIP_UNKNOWN) : CHIP_UNKNOWN;

    if (type == CHIP_UNKNOWN)
        return name && strncmp(name, "pc-i440fx-", 10) == 0;
    return type == CHIP_PCI440FX || type == CHIP_RHEL7;
}

/* The pinned version stays when the chipset was changed since: a setter of the API knows of Type alone. */
static char *
machine_name(struct args_builder *b, bool is_i440fx)
{
    AUTO(cleanup_free) char *pinned = xml_get(b->hw, "Chipset/QemuMachine");
    const char *family = is_i440fx ? "pc-i440fx-" : "pc-q35-", *name = pinned && pinned[0] ? pinned : b->env->caps->machine;
    const char *version = strrchr(name, '-');

    if (name == pinned && strncmp(name, "pc-q35-", 7) != 0 && strncmp(name, "pc-i440fx-", 10) != 0)
        return TAKE(pinned); /* to be refused by its name */
    if (strncmp(name, family, strlen(family)) == 0)
        return str_dup(name);
    return str_printf("%s%s", family, version ? version + 1 : "");
}

PRL_RESULT
args_choose_machine(struct args_builder *b)
{
    AUTO(cleanup_free) char *name = NULL;

    b->is_q35 = !qemu_machine_is_i440fx(b->root->doc);
    name = machine_name(b, !b->is_q35);
    if (!name)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "machine");
    /* The list also keeps everything out that is no name; an alias would change under a saved state. */
    if (!qemu_caps_has_machine(b->env->caps, name) || (strncmp(name, "pc-q35-", 7) != 0 && strncmp(name, "pc-i440fx-", 10) != 0))
        return err_set(PRL_ERR_VM_START_FAILED, "QEMU %s has no machine '%s'", b->env->caps->version, name);
    b->a->machine = TAKE(name);
    return PRL_ERR_SUCCESS;
}

static void
add_identity(struct args_builder *b)
{
    AUTO(cleanup_free) char *name = xml_get(b->root, "Identification/VmName");
    AUTO(cleanup_free) char *safe = args_comma_safe(name ? name : "");
    AUTO(cleanup_free) char *uuid = xml_get(b->root, "Identification/VmUuid");
    char braced[UUID_TEXT], bare[UUID_BARE];

    args_add(b, "-name");
    args_push(b, safe ? str_printf("guest=%s,debug-threads=on", safe) : NULL);
    if (uuid && uuid_parse(uuid, braced)) {
        uuid_bare(braced, bare);
        args_addf(b, "-uuid", "%s", bare);
    }
}

PRL_RESULT
args_machine(struct args_builder *b)
{
    const struct qemu_firmware *fw = b->env->firmware;
    unsigned nodes;
    PRL_RESULT rc = args_numa_nodes(b, &nodes);

    if (PRL_FAILED(rc))
        return rc;
    if (fw && fw->needs_smm && !b->is_q35)
        return err_set(PRL_ERR_VM_START_FAILED, "secure boot needs the chipset q35");
    args_add(b, "-nodefaults");
    args_add(b, "-no-user-config");
    args_addf(b, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    add_identity(b);
    args_addf(b, "-machine", "%s,usb=off,vmport=off,dump-guest-core=off%s%s%s", b->a->machine, nodes ? "" : ",memory-backend=ram0",
              fw ? ",pflash0=efi-code,pflash1=efi-vars" : "", fw && fw->needs_smm ? ",smm=on" : "");
    if (fw && fw->needs_smm)
        args_addf(b, "-global", "driver=cfi.pflash01,property=secure,value=on");
    args_addf(b, "-accel", "%s", b->env->accel == QEMU_ACCEL_KVM ? "kvm" : "tcg,thread=multi");
    return args_cpu(b);
}

/* ---- memory ---- */

/* "0-2,5": at most 64 of them, else -1. */
static int
number_list(const char *text, json_t *list)
{
    while (*text) {
        char *end;
        unsigned long from = strtoul(text, &end, 10), to = from;

        if (end == text || from > 1023)
            return -1;
        if (*end == '-') {
            text = end + 1;
            to = strtoul(text, &end, 10);
            if (end == text || to < from || to > 1023)
                return -1;
        }
        for (; from <= to; from++)
            if (json_array_size(list) >= 64 || json_array_append_new(list, json_integer((json_int_t)from)) < 0)
                return -1;
        if (*end && *end != ',')
            return -1;
        text = *end ? end + 1 : end;
    }
    return 0;
}

PRL_RESULT
args_bind_memory(struct args_builder *b, json_t *backend)
{
    AUTO(cleanup_free) char *mask = xml_get(b->hw, "Cpu/NodeMask");
    json_t *nodes;

    if (!mask || !mask[0])
        return PRL_ERR_SUCCESS;
    nodes = json_array();
    if (number_list(mask, nodes) < 0) {
        json_decref(nodes);
        return err_set(PRL_ERR_VMCONF_CPU_NODE_MASK_INVALID, "'%s' is no list of NUMA nodes", mask);
    }
    json_object_set_new(backend, "host-nodes", nodes);
    json_object_set_new(backend, "policy", json_string("bind"));
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_size(struct args_builder *b, uint64_t mib)
{
    uint64_t most = xml_get_u64(b->hw, "Memory/MaxRAM", 8192);
    uint64_t slots = xml_get_u64(b->hw, "Memory/MaxSlots", 256);

    if (!xml_get_u64(b->hw, "Memory/EnableHotplug", 0)) {
        args_addf(b, "-m", "size=%" PRIu64 "M", mib);
        return PRL_ERR_SUCCESS;
    }
    if (most > RAM_MAX_MIB)
        return err_set(PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, "%" PRIu64 " MiB of memory at most", most);
    if (most <= mib) {
        args_note(b, "memory: no more than the %" PRIu64 " MiB it has can be added", mib);
        args_addf(b, "-m", "size=%" PRIu64 "M", mib);
        return PRL_ERR_SUCCESS;
    }
    if (slots < 1 || slots > SLOTS_MAX) /* QEMU's number of slots is part of what the guest sees, so it is no matter of the host */
        slots = SLOTS_MAX;
    args_addf(b, "-m", "size=%" PRIu64 "M,slots=%" PRIu64 ",maxmem=%" PRIu64 "M", mib, slots, most);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_ram(struct args_builder *b)
{
    char fd_path[40];
    json_t *ram;
    PRL_RESULT rc;

    snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", QEMU_FD_RAM);
    ram = json_pack("{s:s, s:s, s:s, s:I, s:b}", "qom-type", "memory-backend-file", "id", "ram0", "mem-path",
                    b->env->ram_file ? b->env->ram_file : fd_path, "size", (json_int_t)b->a->ram_bytes, "share", !b->env->ram_file);
    rc = args_bind_memory(b, ram);
    args_json(b, "-object", ram);
    return rc;
}

/* The guest gives back what it does not need; how much is asked of it is a matter of QMP. */
static void
add_balloon(struct args_builder *b)
{
    json_t *d;

    if (!xml_get_u64(b->hw, "Memory/MaxBalloonSize", 70))
        return;
    d = args_pci_device(b, "virtio-balloon-pci", "balloon0", SLOT_BALLOON);
    if (d)
        json_object_set_new(d, "deflate-on-oom", json_true());
    args_json(b, "-device", d);
}

/* What the machine began with, and the blocks that were added to it. */
static void
add_dimms(struct args_builder *b)
{
    for (unsigned i = 0; b->env->dimms && i < b->env->dimms->n; i++) {
        char memory[16], id[20];

        snprintf(memory, sizeof memory, "dimm%u", i);
        snprintf(id, sizeof id, "dimm%u-dev", i);
        args_json(b, "-object", json_pack("{s:s, s:s, s:I}", "qom-type", "memory-backend-ram", "id", memory, "size",
                                          (json_int_t)(b->env->dimms->mib[i] << 20)));
        args_json(b, "-device", json_pack("{s:s, s:s, s:s, s:i}", "driver", "pc-dimm", "id", id, "memdev", memory, "slot", (int)i));
    }
}

static uint64_t
plugged_mib(struct args_builder *b)
{
    uint64_t sum = 0;

    for (unsigned i = 0; b->env->dimms && i < b->env->dimms->n; i++)
        sum += b->env->dimms->mib[i];
    return sum;
}

PRL_RESULT
args_memory(struct args_builder *b)
{
    uint64_t all = xml_get_u64(b->hw, "Memory/RAM", 256), plugged = plugged_mib(b), mib = all > plugged ? all - plugged : 0;
    unsigned nodes;
    PRL_RESULT rc = args_numa_nodes(b, &nodes);

    if (PRL_FAILED(rc))
        return rc;
    if (mib < RAM_MIN_MIB || mib > RAM_MAX_MIB || (nodes && mib / nodes < RAM_MIN_MIB))
        return err_set(PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, "%" PRIu64 " MiB of memory", mib);
    b->a->ram_bytes = mib << 20;
    rc = add_size(b, mib);
    if (PRL_SUCCEEDED(rc))
        rc = nodes ? args_numa(b, nodes, mib) : add_ram(b);
    add_dimms(b);
    if (PRL_SUCCEEDED(rc))
        add_balloon(b);
    return rc;
}

/* ---- the rest of the board ---- */

void
args_clock(struct args_builder *b)
{
    uint64_t os = xml_get_u64(b->root, "Settings/General/OsType", 0);
    int64_t shift = xml_get_i64(b->hw, "Clock/TimeShift", 0);
    char text[32];
    struct tm tm;
    time_t at;

    if (!shift || shift < -SHIFT_MAX_S || shift > SHIFT_MAX_S) {
        args_addf(b, "-rtc", "base=%s%s", os == PVS_GUEST_TYPE_WINDOWS ? "localtime" : "utc",
                  os == PVS_GUEST_TYPE_WINDOWS ? ",driftfix=slew" : "");
        return;
    }
    at = (time_t)(b->env->now + shift);
    if (os == PVS_GUEST_TYPE_WINDOWS ? !localtime_r(&at, &tm) : !gmtime_r(&at, &tm))
        return;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    args_addf(b, "-rtc", "base=%s%s", text, os == PVS_GUEST_TYPE_WINDOWS ? ",driftfix=slew" : "");
}

void
args_control(struct args_builder *b)
{
    args_addf(b, "-chardev", "socket,id=qmp0,fd=%d", QEMU_FD_QMP);
    args_addf(b, "-mon", "chardev=qmp0,mode=control");
    args_addf(b, "-chardev", "socket,id=qmp1,fd=%d,server=on,wait=off", QEMU_FD_REATTACH);
    args_addf(b, "-mon", "chardev=qmp1,mode=control");
    args_addf(b, "-msg", "timestamp=on");
    if (b->env->is_incoming) {
        args_add(b, "-S");
        args_addf(b, "-incoming", "defer");
    }
}

/* A guest that has crashed says so through this device; what then is a matter of QEMU (pause) or of the service (restart). */
static void
add_crash_action(struct args_builder *b)
{
    xmlNodePtr crash = xml_find(b->root, "Settings/Runtime/OnCrash");
    bool is_restart = (crash ? xml_get_u64(crash, "Mode", POCA_RESTART) : POCA_RESTART) == POCA_RESTART;
    AUTO(cleanup_free) char *action = xml_get(b->root, "Settings/Startup/OnCrashAction");

    args_json(b, "-device", json_pack("{s:s, s:s}", "driver", "pvpanic", "id", "panic0"));
    args_addf(b, "-action", "panic=%s", is_restart ? "none" : str_eq(action, "destroy") ? "shutdown" : "pause");
}

void
args_startup(struct args_builder *b)
{
    bool has_menu = xml_get_u64(b->root, "Settings/Startup/AllowSelectBootDevice", 0) != 0;
    AUTO(cleanup_free) char *reboot = xml_get(b->root, "Settings/Startup/OnRebootAction");

    args_addf(b, "-boot", "menu=%s,strict=%s", has_menu ? "on" : "off", b->n_boot ? "on" : "off");
    if (str_eq(reboot, "destroy"))
        args_addf(b, "-action", "reboot=shutdown");
    add_crash_action(b);
}

void
args_root_ports(struct args_builder *b)
{
    for (int i = 0; b->is_q35 && i < ROOT_PORTS; i++) {
        json_t *d = json_pack("{s:s, s:s+, s:s, s:s+, s:i, s:i}", "driver", "pcie-root-port", "id", "hotplug",
                              (char[]){ (char)('0' + i), 0 }, "bus", "pcie.0", "addr", "0x2.0x", (char[]){ (char)('0' + i), 0 },
                              "port", i, "chassis", i + 1);

        if (d && i == 0)
            json_object_set_new(d, "multifunction", json_true());
        args_json(b, "-device", d);
    }
}

bool
args_has_port(const struct args_builder *b, uint64_t port)
{
    return b->is_q35 && port < ROOT_PORTS && !(b->ports_in_use & 1u << port);
}

void
args_take_port(struct args_builder *b, xmlNodePtr dev, json_t *device)
{
    args_take_port_no(b, xml_get_u64(dev, "PciPort", ROOT_PORTS), device);
}

void
args_take_port_no(struct args_builder *b, uint64_t port, json_t *device)
{
    char bus[16];

    if (!device || !args_has_port(b, port))
        return;
    b->ports_in_use |= 1u << port;
    snprintf(bus, sizeof bus, "hotplug%u", (unsigned)port);
    json_object_set_new(device, "bus", json_string(bus));
    json_object_set_new(device, "addr", json_string("0x0"));
}

void
args_firmware(struct args_builder *b)
{
    const struct qemu_firmware *fw = b->env->firmware;

    if (!fw)
        return;
    args_json(b, "-blockdev", args_file_node("efi-code-file", fw->code, false, true));
    args_json(b, "-blockdev", args_format_node("efi-code", "efi-code-file", fw->is_code_qcow2, true, NULL));
    args_json(b, "-blockdev", args_file_node("efi-vars-file", fw->vars, false, false));
    args_json(b, "-blockdev", args_format_node("efi-vars", "efi-vars-file", fw->is_vars_qcow2, false, NULL));
}

PRL_RESULT
args_tpm(struct args_builder *b)
{
    const struct qemu_extra *tpm = qemu_extras_find(b->env->extras, EXTRA_TPM, 0);

    if (!xml_get_u64(b->hw, "TpmChip/Type", 0))
        return PRL_ERR_SUCCESS;
    if (!tpm)
        return err_set(PRL_ERR_VM_START_FAILED, "the VM wants a TPM, and there is none");
    args_addf(b, "-chardev", "socket,id=tpm0-chr,fd=%d", tpm->number);
    args_addf(b, "-tpmdev", "emulator,id=tpm0,chardev=tpm0-chr");
    args_json(b, "-device", json_pack("{s:s, s:s, s:s}", "driver", "tpm-crb", "id", "tpm0-dev", "tpmdev", "tpm0"));
    return PRL_ERR_SUCCESS;
}
