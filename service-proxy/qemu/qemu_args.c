/* SPDX-License-Identifier: MIT */
/*
 * config.pvs to argv: machine, memory, processors, drives and disks, network, serial ports, display.
 *
 * PCI addresses on the root bus (pcie.0 of q35, pci.0 of i440fx):
 *   01 video on q35, 02 on i440fx   02.0-3 root ports for hot-plug on q35   03 virtio-scsi   04 LSI SPI   05 LSI SAS
 *   06 IDE on q35, AHCI on i440fx   07 USB 3   08-0f virtio block 0-7   10-17 network 0-7
 */
#include "qemu_args.h"

#include <inttypes.h>
#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"

#define RAM_MIN_MIB 4
#define RAM_MAX_MIB 1048576
#define CPUS_MAX 255
#define ROOT_PORTS 4
#define BOOT_MAX 64
#define SLOT_SCSI 0x03
#define SLOT_LSI_SPI 0x04
#define SLOT_LSI_SAS 0x05
#define SLOT_EXTRA_DISKS 0x06
#define SLOT_XHCI 0x07
#define SLOT_VIRTIO_BLK 0x08
#define SLOT_NET 0x10
#define SLOTS_PER_KIND 8

struct boot_entry {
    unsigned type, index, number;
};

struct builder {
    struct qemu_args *a;
    const struct qemu_args_env *env;
    xmlNodePtr root, hw;
    bool is_q35, has_usb, has_failed; /* failed: no memory */
    bool has_scsi, has_spi, has_sas, has_extra_disks, has_fdc;
    struct boot_entry boot[BOOT_MAX];
    unsigned n_boot;
};

/* ---- small things ---- */

static void
push(struct builder *b, char *text)
{
    if (!text || !vec_push(&b->a->argv, text)) {
        free(text);
        b->has_failed = true;
    }
}

static void
arg(struct builder *b, const char *option)
{
    push(b, str_dup(option));
}

__attribute__((format(printf, 3, 4))) static void
arg_f(struct builder *b, const char *option, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text) {
        b->has_failed = true;
        return;
    }
    arg(b, option);
    push(b, str_dup(text));
}

/* Steals the object. */
static void
arg_json(struct builder *b, const char *option, json_t *o)
{
    arg(b, option);
    push(b, o ? json_dumps(o, JSON_COMPACT) : NULL);
    json_decref(o);
}

/* For options without a JSON form: commas doubled, line ends made blanks. */
static char *
comma_safe(const char *text)
{
    struct str s = STR_INIT;

    for (; *text; text++) {
        char c = (unsigned char)*text < 0x20 ? ' ' : *text;

        str_add_n(&s, &c, 1);
        if (c == ',')
            str_add(&s, ",");
    }
    return str_take(&s);
}

__attribute__((format(printf, 2, 3))) static void
note(struct builder *b, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    char *copy;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    copy = str_dup(text);
    if (!copy || !vec_push(&b->a->notes, copy)) {
        free(copy);
        b->has_failed = true;
    }
}

static const char *
pci_bus(const struct builder *b)
{
    return b->is_q35 ? "pcie.0" : "pci.0";
}

static json_t *
pci_device(struct builder *b, const char *driver, const char *id, unsigned slot)
{
    char addr[8];

    snprintf(addr, sizeof addr, "%#x", slot);
    return json_pack("{s:s, s:s, s:s, s:s}", "driver", driver, "id", id, "bus", pci_bus(b), "addr", addr);
}

static PRL_RESULT
unsupported(const char *what, unsigned index)
{
    return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "%s %u", what, index);
}

/* ---- boot order ---- */

static int
by_number(const void *x, const void *y)
{
    const struct boot_entry *a = x, *b = y;

    return a->number < b->number ? -1 : a->number > b->number;
}

static void
read_boot_order(struct builder *b)
{
    xmlNodePtr order = xml_find(b->root, "Settings/Startup/BootingOrder");

    for (xmlNodePtr e = order ? xml_child(order, "BootDevice") : NULL; e && b->n_boot < BOOT_MAX; e = xml_next(e)) {
        struct boot_entry *x = &b->boot[b->n_boot];

        if (!xml_get_u64(e, "InUse", 0))
            continue;
        x->type = (unsigned)xml_get_u64(e, "Type", PDE_HARD_DISK);
        x->index = (unsigned)xml_get_u64(e, "Index", 0);
        /* unlike numbers make the sort stable */
        x->number = ((unsigned)xml_get_u64(e, "BootingNumber", 0) & 0xFFFFFF) * BOOT_MAX + b->n_boot;
        b->n_boot++;
    }
    qsort(b->boot, b->n_boot, sizeof b->boot[0], by_number);
}

/* From 1; 0: not booted from. */
static unsigned
boot_rank(const struct builder *b, unsigned type, unsigned index)
{
    for (unsigned i = 0; i < b->n_boot; i++)
        if (b->boot[i].type == type && b->boot[i].index == index)
            return i + 1;
    return 0;
}

static void
set_boot_rank(struct builder *b, json_t *device, unsigned type, unsigned index)
{
    unsigned rank = boot_rank(b, type, index);

    if (rank && device)
        json_object_set_new(device, "bootindex", json_integer(rank));
}

/* ---- machine ---- */

static PRL_RESULT
choose_machine(struct builder *b)
{
    xmlNodePtr chipset = xml_find(b->hw, "Chipset");
    AUTO(cleanup_free) char *name = chipset ? xml_get(chipset, "QemuMachine") : NULL;
    uint64_t type = chipset ? xml_get_u64(chipset, "Type", CHIP_Q35) : CHIP_Q35;
    const char *version = strrchr(b->env->caps->machine, '-');

    if (!name || !name[0]) {
        free(name);
        name = type == CHIP_PCI440FX && version ? str_printf("pc-i440fx%s", version) : str_dup(b->env->caps->machine);
        if (!name)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "machine");
    }
    /* The list also keeps everything out that is no name; an alias would change under a saved state. */
    if (!qemu_caps_has_machine(b->env->caps, name) || (strncmp(name, "pc-q35-", 7) != 0 && strncmp(name, "pc-i440fx-", 10) != 0))
        return err_set(PRL_ERR_VM_START_FAILED, "QEMU %s has no machine '%s'", b->env->caps->version, name);
    b->is_q35 = strncmp(name, "pc-q35-", 7) == 0;
    b->a->machine = TAKE(name);
    return PRL_ERR_SUCCESS;
}

static void
add_identity(struct builder *b)
{
    AUTO(cleanup_free) char *name = xml_get(b->root, "Identification/VmName");
    AUTO(cleanup_free) char *safe = comma_safe(name ? name : "");
    AUTO(cleanup_free) char *uuid = xml_get(b->root, "Identification/VmUuid");
    char braced[UUID_TEXT], bare[UUID_BARE];

    arg(b, "-name");
    push(b, safe ? str_printf("guest=%s,debug-threads=on", safe) : NULL);
    if (uuid && uuid_parse(uuid, braced)) {
        uuid_bare(braced, bare);
        arg_f(b, "-uuid", "%s", bare);
    }
}

static void
add_machine(struct builder *b)
{
    bool is_kvm = b->env->accel == QEMU_ACCEL_KVM;
    bool has_efi = b->env->efi_code && b->env->efi_vars;

    arg(b, "-nodefaults");
    arg(b, "-no-user-config");
    arg_f(b, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    add_identity(b);
    arg_f(b, "-machine", "%s,usb=off,vmport=off,dump-guest-core=off,memory-backend=ram0%s", b->a->machine,
          has_efi ? ",pflash0=efi-code,pflash1=efi-vars" : "");
    arg_f(b, "-accel", "%s", is_kvm ? "kvm" : "tcg,thread=multi");
    arg_f(b, "-cpu", "%s", !is_kvm ? "max" : b->env->kvm_cpu ? b->env->kvm_cpu : "host,migratable=on");
}

static PRL_RESULT
add_cpus(struct builder *b)
{
    uint64_t n = xml_get_u64(b->hw, "Cpu/Number", 1);
    uint64_t sockets = xml_get_u64(b->hw, "Cpu/Sockets", 1);

    if (n < 1 || n > CPUS_MAX)
        return err_set(PRL_ERR_VMCONF_CPU_COUNT_MORE_MAX_CPU_COUNT, "%" PRIu64 " processors", n);
    if (sockets < 1 || sockets > n || n % sockets)
        sockets = 1;
    arg_f(b, "-smp", "cpus=%u,sockets=%u,cores=%u,threads=1", (unsigned)n, (unsigned)sockets, (unsigned)(n / sockets));
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_memory(struct builder *b)
{
    uint64_t mib = xml_get_u64(b->hw, "Memory/RAM", 256);
    char fd_path[40];

    if (mib < RAM_MIN_MIB || mib > RAM_MAX_MIB)
        return err_set(PRL_ERR_VMCONF_MAIN_MEMORY_OUT_OF_RANGE, "%" PRIu64 " MiB of memory", mib);
    b->a->ram_bytes = mib << 20;
    snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", QEMU_FD_RAM);
    arg_f(b, "-m", "size=%" PRIu64 "M", mib);
    arg_json(b, "-object",
             json_pack("{s:s, s:s, s:s, s:I, s:b}", "qom-type", "memory-backend-file", "id", "ram0", "mem-path",
                       b->env->ram_file ? b->env->ram_file : fd_path, "size", (json_int_t)b->a->ram_bytes, "share",
                       !b->env->ram_file));
    return PRL_ERR_SUCCESS;
}

static void
add_clock(struct builder *b)
{
    uint64_t os = xml_get_u64(b->root, "Settings/General/OsType", 0);

    arg_f(b, "-rtc", "base=%s", os == PVS_GUEST_TYPE_WINDOWS ? "localtime" : "utc");
}

static void
add_control(struct builder *b)
{
    arg_f(b, "-chardev", "socket,id=qmp0,fd=%d", QEMU_FD_QMP);
    arg_f(b, "-mon", "chardev=qmp0,mode=control");
    arg_f(b, "-chardev", "socket,id=qmp1,fd=%d,server=on,wait=off", QEMU_FD_REATTACH);
    arg_f(b, "-mon", "chardev=qmp1,mode=control");
    arg_f(b, "-msg", "timestamp=on");
    if (b->env->is_incoming) {
        arg(b, "-S");
        arg_f(b, "-incoming", "defer");
    }
}

static void
add_startup(struct builder *b)
{
    bool has_menu = xml_get_u64(b->root, "Settings/Startup/AllowSelectBootDevice", 0) != 0;
    AUTO(cleanup_free) char *reboot = xml_get(b->root, "Settings/Startup/OnRebootAction");

    arg_f(b, "-boot", "menu=%s,strict=%s", has_menu ? "on" : "off", b->n_boot ? "on" : "off");
    if (str_eq(reboot, "destroy"))
        arg_f(b, "-action", "reboot=shutdown");
}

/* ---- images ---- */

static json_t *
file_node(const char *node, const char *path, bool is_host_device, bool is_read_only)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:{s:b, s:b}, s:s}", "driver", is_host_device ? "host_device" : "file", "node-name",
                     node, "filename", path, "read-only", is_read_only, "auto-read-only", 0, "cache", "direct", 0, "no-flush", 0,
                     "discard", "unmap");
}

static json_t *
format_node(const char *node, const char *file, bool is_qcow2, bool is_read_only, json_t *backing)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "driver", is_qcow2 ? "qcow2" : "raw", "node-name", node, "file", file,
                          "read-only", is_read_only);

    if (!is_read_only && o)
        json_object_set_new(o, "discard", json_string("unmap"));
    if (is_qcow2 && o) /* named even if there is none: else QEMU opens what the header says */
        json_object_set_new(o, "backing", backing ? backing : json_null());
    else
        json_decref(backing);
    return o;
}

/* "hdd0-file", "hdd0"; below it "hdd0-b1-file", "hdd0-b1", ... The deepest comes first: each names the next. */
static void
add_image_nodes(struct builder *b, const struct qemu_image *i)
{
    char node[64], file[64], below[64] = "";

    for (size_t k = i->backing.len; k-- > 0;) {
        const struct qemu_backing *x = &i->backing.p[k];

        snprintf(node, sizeof node, "%s-b%zu", i->node, k + 1);
        snprintf(file, sizeof file, "%s-b%zu-file", i->node, k + 1);
        arg_json(b, "-blockdev", file_node(file, x->path, false, true));
        arg_json(b, "-blockdev", format_node(node, file, x->is_qcow2, true, below[0] ? json_string(below) : NULL));
        snprintf(below, sizeof below, "%s", node);
    }
    snprintf(file, sizeof file, "%s-file", i->node);
    arg_json(b, "-blockdev", file_node(file, i->path, i->is_host_device, i->is_read_only));
    arg_json(b, "-blockdev", format_node(i->node, file, i->is_qcow2, i->is_read_only, below[0] ? json_string(below) : NULL));
}

static void
add_firmware(struct builder *b)
{
    if (!b->env->efi_code || !b->env->efi_vars)
        return;
    arg_json(b, "-blockdev", file_node("efi-code-file", b->env->efi_code, false, true));
    arg_json(b, "-blockdev", format_node("efi-code", "efi-code-file", false, true, NULL));
    arg_json(b, "-blockdev", file_node("efi-vars-file", b->env->efi_vars, false, false));
    arg_json(b, "-blockdev", format_node("efi-vars", "efi-vars-file", false, false, NULL));
}

/* ---- disks and drives ---- */

static void
add_once(struct builder *b, bool *has_it, const char *driver, const char *id, unsigned slot)
{
    if (!*has_it)
        arg_json(b, "-device", pci_device(b, driver, id, slot));
    *has_it = true;
}

/* The controller of a SCSI disk: {bus, where on it}. */
static PRL_RESULT
scsi_place(struct builder *b, xmlNodePtr dev, unsigned at, json_t *d, const char *what, unsigned index)
{
    uint64_t sub = xml_get_u64(dev, "SubType", PCD_VIRTIO_SCSI);

    switch (sub) {
    case PCD_VIRTIO_SCSI:
        add_once(b, &b->has_scsi, "virtio-scsi-pci", "scsi", SLOT_SCSI);
        json_object_set_new(d, "bus", json_string("scsi.0"));
        json_object_set_new(d, "channel", json_integer(0));
        json_object_set_new(d, "scsi-id", json_integer(at));
        json_object_set_new(d, "lun", json_integer(0));
        return at < 16 ? PRL_ERR_SUCCESS : unsupported(what, index);
    case PCD_LSI_SPI:
        add_once(b, &b->has_spi, "lsi53c895a", "spi", SLOT_LSI_SPI);
        json_object_set_new(d, "bus", json_string("spi.0"));
        json_object_set_new(d, "scsi-id", json_integer(at < 7 ? at : at + 1)); /* 7 is the controller itself */
        return at < 15 ? PRL_ERR_SUCCESS : unsupported(what, index);
    case PCD_LSI_SAS:
        add_once(b, &b->has_sas, "mptsas1068", "sas", SLOT_LSI_SAS);
        json_object_set_new(d, "bus", json_string("sas.0"));
        json_object_set_new(d, "scsi-id", json_integer(at));
        return at < 8 ? PRL_ERR_SUCCESS : unsupported(what, index);
    default:
        return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "%s %u: SCSI controller type %" PRIu64, what, index, sub);
    }
}

static void
ide_place(struct builder *b, unsigned at, json_t *d)
{
    if (b->is_q35)
        add_once(b, &b->has_extra_disks, "piix4-ide", "pata", SLOT_EXTRA_DISKS);
    json_object_set_new(d, "bus", json_string(b->is_q35 ? (at < 2 ? "pata.0" : "pata.1") : (at < 2 ? "ide.0" : "ide.1")));
    json_object_set_new(d, "unit", json_integer(at % 2));
}

static void
sata_place(struct builder *b, unsigned at, json_t *d)
{
    char bus[16];

    if (!b->is_q35)
        add_once(b, &b->has_extra_disks, "ich9-ahci", "sata", SLOT_EXTRA_DISKS);
    snprintf(bus, sizeof bus, "%s.%u", b->is_q35 ? "ide" : "sata", at);
    json_object_set_new(d, "bus", json_string(bus));
}

static PRL_RESULT
place_drive(struct builder *b, xmlNodePtr dev, bool is_cd, const char *what, unsigned index, json_t *d)
{
    uint64_t bus = xml_get_u64(dev, "InterfaceType", PMS_IDE_DEVICE);
    uint64_t at = xml_get_u64(dev, "StackIndex", 0);

    if (at > 255)
        return unsupported(what, index);
    switch (bus) {
    case PMS_IDE_DEVICE:
        if (at >= 4)
            return unsupported(what, index);
        json_object_set_new(d, "driver", json_string(is_cd ? "ide-cd" : "ide-hd"));
        ide_place(b, (unsigned)at, d);
        return PRL_ERR_SUCCESS;
    case PMS_SATA_DEVICE:
        if (at >= 6)
            return unsupported(what, index);
        json_object_set_new(d, "driver", json_string(is_cd ? "ide-cd" : "ide-hd"));
        sata_place(b, (unsigned)at, d);
        return PRL_ERR_SUCCESS;
    case PMS_SCSI_DEVICE:
        json_object_set_new(d, "driver", json_string(is_cd ? "scsi-cd" : "scsi-hd"));
        return scsi_place(b, dev, (unsigned)at, d, what, index);
    case PMS_VIRTIO_BLOCK_DEVICE: {
        char addr[8];

        if (is_cd || at >= SLOTS_PER_KIND)
            return unsupported(what, index);
        snprintf(addr, sizeof addr, "%#x", SLOT_VIRTIO_BLK + (unsigned)at);
        json_object_set_new(d, "driver", json_string("virtio-blk-pci"));
        json_object_set_new(d, "bus", json_string(pci_bus(b)));
        json_object_set_new(d, "addr", json_string(addr));
        return PRL_ERR_SUCCESS;
    }
    case PMS_USB_DEVICE:
        if (!b->has_usb || is_cd)
            return unsupported(what, index);
        json_object_set_new(d, "driver", json_string("usb-storage"));
        json_object_set_new(d, "bus", json_string("xhci.0"));
        return PRL_ERR_SUCCESS;
    default:
        return unsupported(what, index);
    }
}

/* Letters, digits and _ . + - (semantics 6.11); anything else is left out. */
static void
set_serial(xmlNodePtr dev, json_t *d)
{
    AUTO(cleanup_free) char *serial = xml_get(dev, "SerialNumber");
    size_t n = serial ? strlen(serial) : 0;

    if (!n || n > 20)
        return;
    if (strspn(serial, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") == n)
        json_object_set_new(d, "serial", json_string(serial));
}

static PRL_RESULT
add_drive(struct builder *b, xmlNodePtr dev, bool is_cd)
{
    const char *what = is_cd ? "cd" : "hdd";
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    const struct qemu_image *image;
    char node[QEMU_NODE_NAME], id[QEMU_NODE_NAME + 4];
    json_t *d;
    PRL_RESULT rc;

    snprintf(node, sizeof node, "%s%u", what, index);
    image = qemu_images_find(b->env->images, node);
    if (!image)
        return PRL_ERR_SUCCESS; /* a disconnected disk */
    snprintf(id, sizeof id, "%s-dev", node);
    d = json_pack("{s:s, s:s}", "driver", "", "id", id);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    rc = place_drive(b, dev, is_cd, what, index, d);
    if (PRL_FAILED(rc)) {
        json_decref(d);
        return rc;
    }
    if (image->path) {
        add_image_nodes(b, image);
        json_object_set_new(d, "drive", json_string(node));
    }
    if (!is_cd)
        set_serial(dev, d);
    set_boot_rank(b, d, is_cd ? PDE_OPTICAL_DISK : PDE_HARD_DISK, index);
    arg_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

/* The controller has the boot order of its two drives. i440fx brings one along. */
static void
add_floppy_controller(struct builder *b)
{
    json_t *d = b->is_q35 ? json_pack("{s:s, s:s}", "driver", "isa-fdc", "id", "fdc") : NULL;

    for (unsigned i = 0; i < 2; i++) {
        unsigned rank = boot_rank(b, PDE_FLOPPY_DISK, i);
        const char *name = i ? "bootindexB" : "bootindexA";

        if (rank && d)
            json_object_set_new(d, name, json_integer(rank));
        else if (rank && !b->is_q35)
            arg_f(b, "-global", "isa-fdc.%s=%u", name, rank);
    }
    if (b->is_q35)
        arg_json(b, "-device", d);
}

static PRL_RESULT
add_floppy(struct builder *b, xmlNodePtr dev)
{
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    const struct qemu_image *image;
    char node[QEMU_NODE_NAME], id[QEMU_NODE_NAME + 4];
    json_t *d;

    if (index > 1)
        return unsupported("floppy drive", index);
    snprintf(node, sizeof node, "fdd%u", index);
    image = qemu_images_find(b->env->images, node);
    if (!image)
        return PRL_ERR_SUCCESS;
    snprintf(id, sizeof id, "%s-dev", node);
    if (!b->has_fdc)
        add_floppy_controller(b);
    b->has_fdc = true;
    d = json_pack("{s:s, s:s, s:i}", "driver", "floppy", "id", id, "unit", index);
    if (b->is_q35)
        json_object_set_new(d, "bus", json_string("fdc.0"));
    if (image->path) {
        add_image_nodes(b, image);
        json_object_set_new(d, "drive", json_string(node));
    }
    arg_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

/* ---- network ---- */

static const char *
nic_driver(uint64_t type)
{
    switch (type) {
    case PNT_RTL:
        return "rtl8139";
    case PNT_E1000:
        return "e1000";
    case PNT_E1000E:
        return "e1000e";
    case PNT_UNDEFINED:
    case PNT_VIRTIO:
        return "virtio-net-pci";
    default:
        return NULL;
    }
}

/* Twelve hex digits, with colons or without; false for anything else and for group addresses. */
static bool
mac_text(const char *mac, char out[18])
{
    char digits[13];
    size_t n = 0;

    for (; *mac && n < 12; mac++)
        if (strchr("0123456789abcdefABCDEF", *mac))
            digits[n++] = *mac;
        else if (*mac != ':' && *mac != '-')
            return false;
    digits[n] = '\0';
    if (n != 12 || *mac || (strtoul((char[]){ digits[1], 0 }, NULL, 16) & 1))
        return false;
    snprintf(out, 18, "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", digits, digits + 2, digits + 4, digits + 6, digits + 8, digits + 10);
    return true;
}

/* Network boot first of all is wanted: only then the adapter brings its boot ROM, which is a file the host may change under a state. */
static bool
boots_before_disks(const struct builder *b, unsigned index)
{
    unsigned rank = boot_rank(b, PDE_GENERIC_NETWORK_ADAPTER, index);

    if (!rank)
        return false;
    for (unsigned i = 0; i + 1 < rank; i++)
        if (b->boot[i].type == PDE_HARD_DISK || b->boot[i].type == PDE_OPTICAL_DISK)
            return false;
    return true;
}

static PRL_RESULT
add_nic(struct builder *b, xmlNodePtr dev)
{
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    uint64_t kind = xml_get_u64(dev, "EmulatedType", PNA_BRIDGED_NETWORK);
    const char *driver = nic_driver(xml_get_u64(dev, "AdapterType", PNT_UNDEFINED));
    AUTO(cleanup_free) char *mac = xml_get(dev, "MAC");
    char net[16], id[20], mac_colons[18];
    json_t *d;

    if (!driver || index >= SLOTS_PER_KIND || kind == PNA_DIRECT_ASSIGN)
        return unsupported("network adapter", index);
    if (mac && mac[0] && !mac_text(mac, mac_colons))
        return err_set(PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, "network adapter %u: '%s'", index, mac);
    snprintf(net, sizeof net, "net%u", index);
    snprintf(id, sizeof id, "net%u-dev", index);
    /* Without privileges there is only QEMU's own NAT; a host-only network gets it without a way out. */
    if (xml_get_u64(dev, "Connected", 1))
        arg_json(b, "-netdev", json_pack("{s:s, s:s, s:b}", "type", "user", "id", net, "restrict", kind == PNA_HOST_ONLY));
    else /* a hub with nobody else on it */
        arg_json(b, "-netdev", json_pack("{s:s, s:s, s:i}", "type", "hubport", "id", net, "hubid", index));
    if (kind != PNA_SHARED && kind != PNA_HOST_ONLY)
        note(b, "network adapter %u: a bridged network needs privileges this service has not, so QEMU's own NAT is used", index);
    d = pci_device(b, driver, id, SLOT_NET + index);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    json_object_set_new(d, "netdev", json_string(net));
    if (mac && mac[0])
        json_object_set_new(d, "mac", json_string(mac_colons));
    if (boots_before_disks(b, index))
        set_boot_rank(b, d, PDE_GENERIC_NETWORK_ADAPTER, index);
    else
        json_object_set_new(d, "romfile", json_string(""));
    arg_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

/* ---- serial ports ---- */

/* "host:port": the host is a name or an address, the port a number. */
static char *
tcp_chardev(const char *id, const char *where, bool is_server)
{
    const char *colon = strrchr(where, ':');
    int host_len;
    unsigned long port;
    char *end;

    if (!colon)
        return NULL;
    port = strtoul(colon + 1, &end, 10);
    host_len = (int)(colon - where);
    if (!colon[1] || *end || port < 1 || port > 65535 ||
        strspn(where, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_") < (size_t)host_len)
        return NULL;
    return str_printf("socket,id=%s,host=%.*s,port=%lu%s", id, host_len, where, port,
                      is_server ? ",server=on,wait=off" : ",reconnect=1");
}

static PRL_RESULT
serial_chardev(struct builder *b, xmlNodePtr dev, const char *id, unsigned index, char **ret)
{
    AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");
    uint64_t kind = xml_get_u64(dev, "EmulatedType", PDT_USE_OUTPUT_FILE);
    bool is_server = xml_get_u64(dev, "SocketMode", PSP_SERIAL_SOCKET_SERVER) == PSP_SERIAL_SOCKET_SERVER;
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *safe = NULL;
    PRL_RESULT rc;

    if (!xml_get_u64(dev, "Connected", 1) || !name || !name[0]) {
        *ret = str_printf("null,id=%s", id);
        return PRL_ERR_SUCCESS;
    }
    if (kind == PDT_USE_TCP) {
        *ret = tcp_chardev(id, name, is_server);
        return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "serial port %u: '%s' is no host:port", index, name);
    }
    rc = qemu_image_path(b->env->home, name, &path);
    if (PRL_FAILED(rc))
        return rc;
    safe = comma_safe(path);
    if (!safe)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    switch (kind) {
    case PDT_USE_OUTPUT_FILE:
        *ret = str_printf("file,id=%s,path=%s,append=on", id, safe);
        return PRL_ERR_SUCCESS;
    case PDT_USE_SERIAL_PORT_SOCKET_MODE:
        *ret = str_printf("socket,id=%s,path=%s%s", id, safe, is_server ? ",server=on,wait=off" : ",reconnect=1");
        return PRL_ERR_SUCCESS;
    case PDT_USE_REAL_DEVICE:
        *ret = str_printf("serial,id=%s,path=%s", id, safe);
        return PRL_ERR_SUCCESS;
    default:
        return unsupported("serial port", index);
    }
}

static PRL_RESULT
add_serial(struct builder *b, xmlNodePtr dev)
{
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    char id[16], dev_id[20];
    char *chardev = NULL;
    PRL_RESULT rc;

    if (index > 3)
        return unsupported("serial port", index);
    snprintf(id, sizeof id, "serial%u", index);
    snprintf(dev_id, sizeof dev_id, "serial%u-dev", index);
    rc = serial_chardev(b, dev, id, index, &chardev);
    if (PRL_FAILED(rc))
        return rc;
    arg(b, "-chardev");
    push(b, chardev);
    arg_json(b, "-device", json_pack("{s:s, s:s, s:s, s:i}", "driver", "isa-serial", "id", dev_id, "chardev", id, "index", index));
    return PRL_ERR_SUCCESS;
}

/* ---- display, USB ---- */

static unsigned
video_mib(struct builder *b)
{
    uint64_t want = xml_get_u64(b->hw, "Video/VideoMemorySize", 16);
    unsigned mib = 16; /* a power of two for QEMU */

    while (mib < want && mib < 256)
        mib *= 2;
    return mib;
}

/* An address or a host name, brackets for IPv6. NULL: neither. */
static char *
vnc_host(const char *name)
{
    if (strspn(name, "0123456789abcdefABCDEF:.") == strlen(name) && strchr(name, ':'))
        return str_printf("[%s]", name);
    if (strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-") == strlen(name) && name[0] != '-')
        return str_dup(name);
    return NULL;
}

static PRL_RESULT
add_display(struct builder *b)
{
    xmlNodePtr rd = xml_find(b->root, "Settings/RemoteDisplay");
    uint64_t mode = rd ? xml_get_u64(rd, "Mode", PRD_DISABLED) : PRD_DISABLED;
    AUTO(cleanup_free) char *name = rd ? xml_get(rd, "HostName") : NULL;
    AUTO(cleanup_free) char *host = vnc_host(name && name[0] ? name : "0.0.0.0");
    AUTO(cleanup_free) char *password = rd ? xml_get(rd, "Password") : NULL;
    uint64_t port = mode == PRD_MANUAL ? xml_get_u64(rd, "PortNumber", 6500) : b->env->vnc_base_port;
    bool has_password = password && password[0];

    arg_f(b, "-display", "none");
    if (xml_get_u64(b->hw, "Video/Enabled", 1)) {
        json_t *d = pci_device(b, "VGA", "video0", b->is_q35 ? 0x01 : 0x02);

        if (d)
            json_object_set_new(d, "vgamem_mb", json_integer(video_mib(b)));
        arg_json(b, "-device", d);
    }
    if (mode != PRD_AUTO && mode != PRD_MANUAL)
        return PRL_ERR_SUCCESS;
    if (port < 5900 || port > 65535)
        return err_set(PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, "remote display on port %" PRIu64, port);
    if (!host)
        return err_set(PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS, "'%s'", name);
    b->a->has_vnc = true;
    if (mode == PRD_AUTO)
        arg_f(b, "-vnc", "%s:%u,to=%u%s", host, (unsigned)port - 5900,
              b->env->vnc_max_port > port ? b->env->vnc_max_port - 5900 : (unsigned)port - 5900,
              has_password ? ",password=on" : "");
    else
        arg_f(b, "-vnc", "%s:%u%s", host, (unsigned)port - 5900, has_password ? ",password=on" : "");
    if (has_password)
        b->a->vnc_password = TAKE(password);
    return PRL_ERR_SUCCESS;
}

static void
add_usb(struct builder *b)
{
    xmlNodePtr usb = xml_find(b->root, "Settings/UsbController");
    bool has_xhc = usb && xml_get_u64(usb, "XhcEnabled", 0);

    if (!has_xhc)
        return;
    arg_json(b, "-device", pci_device(b, "qemu-xhci", "xhci", SLOT_XHCI));
    b->has_usb = true;
    if (b->a->has_vnc) /* a pointer that needs no grabbing */
        arg_json(b, "-device",
                 json_pack("{s:s, s:s, s:s, s:s}", "driver", "usb-tablet", "id", "tablet0", "bus", "xhci.0", "port", "1"));
}

static void
add_root_ports(struct builder *b)
{
    for (int i = 0; b->is_q35 && i < ROOT_PORTS; i++) {
        json_t *d = json_pack("{s:s, s:s+, s:s, s:s+, s:i, s:i}", "driver", "pcie-root-port", "id", "hotplug",
                              (char[]){ (char)('0' + i), 0 }, "bus", "pcie.0", "addr", "0x2.0x", (char[]){ (char)('0' + i), 0 },
                              "port", i, "chassis", i + 1);

        if (d && i == 0)
            json_object_set_new(d, "multifunction", json_true());
        arg_json(b, "-device", d);
    }
}

/* ---- all of it ---- */

typedef PRL_RESULT add_device_fn(struct builder *b, xmlNodePtr dev);

static PRL_RESULT
add_hdd(struct builder *b, xmlNodePtr dev)
{
    return add_drive(b, dev, false);
}

static PRL_RESULT
add_cd(struct builder *b, xmlNodePtr dev)
{
    return add_drive(b, dev, true);
}

static PRL_RESULT
refuse_pci(struct builder *b, xmlNodePtr dev)
{
    (void)b;
    return unsupported("PCI device", (unsigned)xml_get_u64(dev, "Index", 0));
}

static PRL_RESULT
leave_out(struct builder *b, xmlNodePtr dev)
{
    note(b, "%s %u: not provided", (const char *)dev->name, (unsigned)xml_get_u64(dev, "Index", 0));
    return PRL_ERR_SUCCESS;
}

static const struct {
    const char *element;
    add_device_fn *add;
} device_kinds[] = {
    { "Fdd", add_floppy },
    { "Hdd", add_hdd },
    { "CdRom", add_cd },
    { "Serial", add_serial },
    { "NetworkAdapter", add_nic },
    { "GenericPciDevice", refuse_pci },
    { "GenericScsiDevice", refuse_pci },
    { "Printer", leave_out },
    { "Parallel", leave_out },
    { "Sound", leave_out },
};

static PRL_RESULT
add_devices(struct builder *b)
{
    for (size_t k = 0; k < ARRAY_LEN(device_kinds); k++)
        for (xmlNodePtr dev = xml_child(b->hw, device_kinds[k].element); dev; dev = xml_next(dev)) {
            PRL_RESULT rc = qemu_device_is_on(dev) ? device_kinds[k].add(b, dev) : PRL_ERR_SUCCESS;

            if (PRL_FAILED(rc))
                return rc;
        }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
build(struct builder *b)
{
    PRL_RESULT rc = choose_machine(b);

    if (PRL_FAILED(rc))
        return rc;
    if (xml_get_u64(b->root, "Settings/Startup/Bios/EfiEnabled", 0) && !(b->env->efi_code && b->env->efi_vars))
        return err_set(PRL_ERR_VM_START_FAILED, "the VM wants EFI, and this host has no EFI firmware for QEMU (Debian: ovmf)");
    arg(b, b->env->caps->path);
    add_machine(b);
    rc = add_cpus(b);
    if (PRL_FAILED(rc))
        return rc;
    rc = add_memory(b);
    if (PRL_FAILED(rc))
        return rc;
    add_firmware(b);
    add_clock(b);
    add_control(b);
    read_boot_order(b);
    add_startup(b);
    rc = add_display(b);
    if (PRL_FAILED(rc))
        return rc;
    add_root_ports(b);
    add_usb(b);
    rc = add_devices(b);
    if (PRL_FAILED(rc))
        return rc;
    if (b->has_failed || !vec_push(&b->a->argv, NULL))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    b->a->argv.len--; /* the NULL is behind the last */
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_args_build(xmlDocPtr doc, const struct qemu_args_env *env, struct qemu_args **ret)
{
    AUTO(qemu_args_free) struct qemu_args *a = calloc(1, sizeof *a);
    struct builder b = { .a = a, .env = env, .root = xmlDocGetRootElement(doc) };
    PRL_RESULT rc;

    if (!a)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    b.hw = b.root ? xml_child(b.root, "Hardware") : NULL;
    if (!b.hw)
        return err_set(PRL_ERR_PARSE_VM_CONFIG, "the configuration has no Hardware");
    rc = build(&b);
    if (PRL_FAILED(rc))
        return rc;
    *ret = TAKE(a);
    return PRL_ERR_SUCCESS;
}

void
qemu_args_free(struct qemu_args *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->argv.len; i++)
        free(a->argv.p[i]);
    for (size_t i = 0; i < a->notes.len; i++)
        free(a->notes.p[i]);
    vec_free(&a->argv);
    vec_free(&a->notes);
    free(a->machine);
    free(a->vnc_password);
    free(a);
}
