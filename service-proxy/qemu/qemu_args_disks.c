/* SPDX-License-Identifier: MIT */
/* Images as block nodes, hard disks, optical and floppy drives with their controllers. */
#include <inttypes.h>
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

#define QUEUES 4
#define LIMIT_MAX UINT64_C(1000000000000000) /* QEMU's */

/* ---- images ---- */

json_t *
args_file_node(const char *node, const char *path, bool is_host_device, bool is_read_only)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:{s:b, s:b}, s:s}", "driver", is_host_device ? "host_device" : "file", "node-name",
                     node, "filename", path, "read-only", is_read_only, "auto-read-only", 0, "cache", "direct", 0, "no-flush", 0,
                     "discard", "unmap");
}

json_t *
args_format_node(const char *node, const char *file, bool is_qcow2, bool is_read_only, json_t *backing)
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

/*
 * QEMU's end of a socket whose other end an export has. Nobody shall connect again (qemu_export.h), so there is no waiting for it. The name of
 * the export tells nobody but us which bundle it is.
 */
static json_t *
export_node(const char *node, const struct qemu_image *i)
{
    char number[16];

    snprintf(number, sizeof number, "%d", i->export_fd);
    return json_pack("{s:s, s:s, s:{s:s, s:s}, s:s, s:b, s:b, s:i, s:{s:b, s:b}, s:s}", "driver", "nbd", "node-name", node, "server",
                     "type", "fd", "str", number, "export", i->path, "read-only", i->is_read_only, "auto-read-only", 0, "reconnect-delay", 0, "cache",
                     "direct", 0, "no-flush", 0, "discard", "unmap");
}

/* "hdd0-file", "hdd0"; below it "hdd0-b1-file", "hdd0-b1", ... The deepest comes first: each names the next. */
static void
add_image_nodes(struct args_builder *b, const struct qemu_image *i)
{
    char node[64], file[64], below[64] = "";

    for (size_t k = i->is_bundle ? 0 : i->backing.len; k-- > 0;) { /* a bundle's export follows it by itself */
        const struct qemu_backing *x = &i->backing.p[k];

        snprintf(node, sizeof node, "%s-b%zu", i->node, k + 1);
        snprintf(file, sizeof file, "%s-b%zu-file", i->node, k + 1);
        args_json(b, "-blockdev", args_file_node(file, x->path, false, true));
        args_json(b, "-blockdev", args_format_node(node, file, x->is_qcow2, true, below[0] ? json_string(below) : NULL));
        snprintf(below, sizeof below, "%s", node);
    }
    snprintf(file, sizeof file, "%s-file", i->node);
    args_json(b, "-blockdev",
              i->is_bundle ? export_node(file, i) : args_file_node(file, i->path, i->is_host_device, i->is_read_only));
    args_json(b, "-blockdev", args_format_node(i->node, file, i->is_qcow2, i->is_read_only, below[0] ? json_string(below) : NULL));
}

/* ---- disks and drives ---- */

/*
 * QEMU makes one queue per processor of the start. Where processors can be added, that would be another number when a state is loaded
 * than it was when the machine began.
 */
static void
set_queues(struct args_builder *b, json_t *d, const char *member)
{
    if (d && xml_get_u64(b->hw, "Cpu/EnableHotplug", 0))
        json_object_set_new(d, member, json_integer(QUEUES));
}

static void
add_virtio_scsi(struct args_builder *b)
{
    json_t *d;

    if (b->has_scsi)
        return;
    b->has_scsi = true;
    d = args_pci_device(b, "virtio-scsi-pci", "scsi", SLOT_SCSI);
    set_queues(b, d, "num_queues");
    args_json(b, "-device", d);
}

/* The controller of a SCSI disk: {bus, where on it}. */
static PRL_RESULT
scsi_place(struct args_builder *b, xmlNodePtr dev, unsigned at, json_t *d, const char *what, unsigned index)
{
    uint64_t sub = xml_get_u64(dev, "SubType", PCD_VIRTIO_SCSI);

    switch (sub) {
    case PCD_VIRTIO_SCSI:
        add_virtio_scsi(b);
        json_object_set_new(d, "bus", json_string("scsi.0"));
        json_object_set_new(d, "channel", json_integer(0));
        json_object_set_new(d, "scsi-id", json_integer(at));
        json_object_set_new(d, "lun", json_integer(0));
        return at < 16 ? PRL_ERR_SUCCESS : args_unsupported(what, index);
    case PCD_LSI_SPI:
        args_once(b, &b->has_spi, "lsi53c895a", "spi", SLOT_LSI_SPI);
        json_object_set_new(d, "bus", json_string("spi.0"));
        json_object_set_new(d, "scsi-id", json_integer(at < 7 ? at : at + 1)); /* 7 is the controller itself */
        return at < 15 ? PRL_ERR_SUCCESS : args_unsupported(what, index);
    case PCD_LSI_SAS:
        args_once(b, &b->has_sas, "mptsas1068", "sas", SLOT_LSI_SAS);
        json_object_set_new(d, "bus", json_string("sas.0"));
        json_object_set_new(d, "scsi-id", json_integer(at));
        return at < 8 ? PRL_ERR_SUCCESS : args_unsupported(what, index);
    default:
        return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "%s %u: SCSI controller type %" PRIu64, what, index, sub);
    }
}

static void
ide_place(struct args_builder *b, unsigned at, json_t *d)
{
    if (b->is_q35)
        args_once(b, &b->has_extra_disks, "piix4-ide", "pata", SLOT_EXTRA_DISKS);
    json_object_set_new(d, "bus", json_string(b->is_q35 ? (at < 2 ? "pata.0" : "pata.1") : (at < 2 ? "ide.0" : "ide.1")));
    json_object_set_new(d, "unit", json_integer(at % 2));
}

static void
sata_place(struct args_builder *b, unsigned at, json_t *d)
{
    char bus[16];

    if (!b->is_q35)
        args_once(b, &b->has_extra_disks, "ich9-ahci", "sata", SLOT_EXTRA_DISKS);
    snprintf(bus, sizeof bus, "%s.%u", b->is_q35 ? "ide" : "sata", at);
    json_object_set_new(d, "bus", json_string(bus));
}

static PRL_RESULT
place_drive(struct args_builder *b, xmlNodePtr dev, bool is_cd, const char *what, unsigned index, json_t *d)
{
    uint64_t bus = xml_get_u64(dev, "InterfaceType", PMS_IDE_DEVICE);
    uint64_t at = xml_get_u64(dev, "StackIndex", 0);

    if (at > 255)
        return args_unsupported(what, index);
    switch (bus) {
    case PMS_IDE_DEVICE:
        if (at >= 4)
            return args_unsupported(what, index);
        json_object_set_new(d, "driver", json_string(is_cd ? "ide-cd" : "ide-hd"));
        ide_place(b, (unsigned)at, d);
        return PRL_ERR_SUCCESS;
    case PMS_SATA_DEVICE:
        if (at >= 6)
            return args_unsupported(what, index);
        json_object_set_new(d, "driver", json_string(is_cd ? "ide-cd" : "ide-hd"));
        sata_place(b, (unsigned)at, d);
        return PRL_ERR_SUCCESS;
    case PMS_SCSI_DEVICE:
        json_object_set_new(d, "driver", json_string(is_cd ? "scsi-cd" : "scsi-hd"));
        return scsi_place(b, dev, (unsigned)at, d, what, index);
    case PMS_VIRTIO_BLOCK_DEVICE: {
        char addr[8];

        if (is_cd || at >= SLOTS_PER_KIND)
            return args_unsupported(what, index);
        snprintf(addr, sizeof addr, "%#x", SLOT_VIRTIO_BLK + (unsigned)at);
        json_object_set_new(d, "driver", json_string("virtio-blk-pci"));
        json_object_set_new(d, "bus", json_string(args_pci_bus(b)));
        json_object_set_new(d, "addr", json_string(addr));
        args_take_port(b, dev, d);
        set_queues(b, d, "num-queues");
        return PRL_ERR_SUCCESS;
    }
    case PMS_USB_DEVICE:
        if (!b->usb_bus || is_cd)
            return args_unsupported(what, index);
        json_object_set_new(d, "driver", json_string("usb-storage"));
        json_object_set_new(d, "bus", json_string(b->usb_bus));
        json_object_set_new(d, "removable", json_boolean(xml_get_u64(dev, "Removable", 0) != 0));
        return PRL_ERR_SUCCESS;
    default:
        return args_unsupported(what, index);
    }
}

static bool
is_block_size(uint64_t n)
{
    return n >= 512 && n <= 32768 && (n & (n - 1)) == 0;
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

/* What the guest is told of the disk's cache and its blocks. IDE knows 512-byte sectors only. */
static void
set_geometry(struct args_builder *b, xmlNodePtr dev, json_t *d)
{
    uint64_t logical = xml_get_u64(dev, "LogicalBlockSize", 512), physical = xml_get_u64(dev, "PhysicalBlockSize", 4096);
    bool is_ide = str_eq(json_string_value(json_object_get(d, "driver")), "ide-hd");
    bool is_sane = is_block_size(logical) && is_block_size(physical) && logical <= physical;

    if (is_sane && (!is_ide || logical == 512)) {
        json_object_set_new(d, "logical_block_size", json_integer((json_int_t)logical));
        json_object_set_new(d, "physical_block_size", json_integer((json_int_t)physical));
    } else {
        args_note(b, "hard disk %u: blocks of %" PRIu64 "/%" PRIu64 " bytes are not possible on its bus: 512/512",
                  (unsigned)xml_get_u64(dev, "Index", 0), logical, physical);
    }
    if (!xml_get_u64(b->root, "Settings/Runtime/DiskCachePolicy", 1)) /* write through: the guest sees no volatile cache */
        json_object_set_new(d, "write-cache", json_string("off"));
}

/* Where QEMU has the block device of a disk: virtio and USB have it in a part of their own. */
static json_t *
block_path(json_t *d)
{
    const char *driver = json_string_value(json_object_get(d, "driver")), *id = json_string_value(json_object_get(d, "id"));

    if (str_eq(driver, "virtio-blk-pci"))
        return json_sprintf("/machine/peripheral/%s/virtio-backend", id);
    if (str_eq(driver, "usb-storage"))
        return json_sprintf("/machine/peripheral/%s/%s.0/legacy[0]", id, id);
    return json_string(id);
}

/*
 * Of a bundle, whatever fails: a guest that were told of errors would go on without what an export that died had taken from it, but not
 * yet written out. It stops instead, as it does by QEMU's default where any disk is full.
 */
static void
set_error_policy(const struct qemu_image *image, json_t *d)
{
    if (!image->is_bundle)
        return;
    json_object_set_new(d, "rerror", json_string("stop"));
    json_object_set_new(d, "werror", json_string("stop"));
}

/* By QMP, as a change while it runs is. 0: no limit. */
static void
set_limits(struct args_builder *b, xmlNodePtr dev, json_t *d)
{
    xmlNodePtr runtime = xml_find(b->root, "Settings/Runtime");
    uint64_t iops = xml_get_u64(dev, "IopsLimit", runtime ? xml_get_u64(runtime, "IopsLimit", 0) : 0);
    uint64_t bps = xml_get_u64(dev, "IoLimit/IoLimitValue", runtime ? xml_get_u64(runtime, "IoLimit/IoLimitValue", 0) : 0);

    if (!iops && !bps)
        return;
    if (iops > LIMIT_MAX || bps > LIMIT_MAX) {
        args_note(b, "hard disk %u: an I/O limit beyond %" PRIu64 " is none", (unsigned)xml_get_u64(dev, "Index", 0), LIMIT_MAX);
        return;
    }
    args_setup(b, "block_set_io_throttle",
               json_pack("{s:o, s:I, s:i, s:i, s:I, s:i, s:i}", "id", block_path(d), "bps", (json_int_t)bps, "bps_rd", 0,
                         "bps_wr", 0, "iops", (json_int_t)iops, "iops_rd", 0, "iops_wr", 0));
}

static PRL_RESULT
add_drive(struct args_builder *b, xmlNodePtr dev, bool is_cd)
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
    if (!is_cd) {
        set_serial(dev, d);
        set_geometry(b, dev, d);
        set_error_policy(image, d);
        set_limits(b, dev, d);
    }
    args_set_boot_rank(b, d, is_cd ? PDE_OPTICAL_DISK : PDE_HARD_DISK, index);
    args_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

/* The controller has the boot order of its two drives. i440fx brings one along. */
static void
add_floppy_controller(struct args_builder *b)
{
    json_t *d = b->is_q35 ? json_pack("{s:s, s:s}", "driver", "isa-fdc", "id", "fdc") : NULL;

    for (unsigned i = 0; i < 2; i++) {
        unsigned rank = args_boot_rank(b, PDE_FLOPPY_DISK, i);
        const char *name = i ? "bootindexB" : "bootindexA";

        if (rank && d)
            json_object_set_new(d, name, json_integer(rank));
        else if (rank && !b->is_q35)
            args_addf(b, "-global", "isa-fdc.%s=%u", name, rank);
    }
    if (b->is_q35)
        args_json(b, "-device", d);
}

PRL_RESULT
args_floppy(struct args_builder *b, xmlNodePtr dev)
{
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    const struct qemu_image *image;
    char node[QEMU_NODE_NAME], id[QEMU_NODE_NAME + 4];
    json_t *d;

    if (index > 1)
        return args_unsupported("floppy drive", index);
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
    args_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
args_hdd(struct args_builder *b, xmlNodePtr dev)
{
    return add_drive(b, dev, false);
}

PRL_RESULT
args_cd(struct args_builder *b, xmlNodePtr dev)
{
    return add_drive(b, dev, true);
}
