/* SPDX-License-Identifier: MIT */
/*
 * Between the files of qemu_args, for nobody else: the builder, and one function per part of the command line.
 *
 * PCI addresses on the root bus (pcie.0 of q35, pci.0 of i440fx):
 *   01 video on q35, 02 on i440fx   02.0-3 root ports for hot-plug on q35   03 virtio-scsi   04 LSI SPI   05 LSI SAS
 *   06 IDE on q35, AHCI on i440fx   07 USB 3   08-0f virtio block 0-7   10-17 network 0-7   18 balloon   19 sound
 *   1b PCI devices of the host: ports 1b.0-7 on q35, a bridge on i440fx   1c shared folders, the same   1d USB 1 and 2
 */
#ifndef PRLKVM_QEMU_QEMU_ARGS_PARTS_H
#define PRLKVM_QEMU_QEMU_ARGS_PARTS_H

#include <jansson.h>
#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "qemu_args.h"

enum {
    SLOT_SCSI = 0x03,
    SLOT_LSI_SPI = 0x04,
    SLOT_LSI_SAS = 0x05,
    SLOT_EXTRA_DISKS = 0x06,
    SLOT_XHCI = 0x07,
    SLOT_VIRTIO_BLK = 0x08,
    SLOT_NET = 0x10,
    SLOTS_PER_KIND = 8,
    SLOT_BALLOON = 0x18,
    SLOT_SOUND = 0x19,
    SLOT_RANDOM = 0x1a,
    SLOT_HOST_PCI = 0x1b,
    SLOT_SHARES = 0x1c,
    SLOT_USB2 = 0x1d,
    SLOT_CHANNELS = 0x1e,
    BOOT_MAX = 64,
};

struct boot_entry {
    unsigned type, index, number;
};

struct args_builder {
    struct qemu_args *a;
    const struct qemu_args_env *env;
    xmlNodePtr root, hw;
    bool is_q35, has_failed; /* failed: no memory */
    bool has_scsi, has_spi, has_sas, has_extra_disks, has_fdc, has_host_pci, has_shares, has_sound, has_forwards;
    const char *usb_bus; /* of the fastest controller; NULL: none */
    struct boot_entry boot[BOOT_MAX];
    unsigned n_boot, n_host_usb, n_user_nets;
    unsigned ports_in_use; /* of those for hot-plug: bits */
};

/* ---- qemu_args_parts.c ---- */

void args_push(struct args_builder *b, char *text); /* takes it; NULL: no memory */
void args_add(struct args_builder *b, const char *option);
__attribute__((format(printf, 3, 4))) void args_addf(struct args_builder *b, const char *option, const char *fmt, ...);
void args_json(struct args_builder *b, const char *option, json_t *o); /* steals o */
/* For options without a JSON form: commas doubled, line ends made blanks. Allocated. */
char *args_comma_safe(const char *text);
/* A QMP command to be sent once QEMU runs; steals arguments. */
void args_setup(struct args_builder *b, const char *command, json_t *arguments);
/* What is not as the configuration says, for people. */
__attribute__((format(printf, 2, 3))) void args_note(struct args_builder *b, const char *fmt, ...);
const char *args_pci_bus(const struct args_builder *b);
json_t *args_pci_device(struct args_builder *b, const char *driver, const char *id, unsigned slot);
/* A controller that several devices share: with the first of them. */
void args_once(struct args_builder *b, bool *has_it, const char *driver, const char *id, unsigned slot);
/*
 * Device `index` of a kind that has eight places behind a slot of its own, which can be plugged: ports of q35, a bridge of i440fx.
 * has_it as for args_once. NULL: no memory.
 */
json_t *args_slot_device(struct args_builder *b, bool *has_it, const char *driver, const char *id, unsigned slot, unsigned index);
/* On i440fx, that bridge before there is any such device, for those to come while the machine runs; q35 has ports for all kinds. */
void args_slot_places(struct args_builder *b, bool *has_it, unsigned slot);
PRL_RESULT args_unsupported(const char *what, unsigned index);

void args_read_boot_order(struct args_builder *b);
unsigned args_boot_rank(const struct args_builder *b, unsigned type, unsigned index); /* from 1; 0: not booted from */
void args_set_boot_rank(struct args_builder *b, json_t *device, unsigned type, unsigned index);

/* ---- qemu_args_machine.c ---- */

PRL_RESULT args_choose_machine(struct args_builder *b);
PRL_RESULT args_machine(struct args_builder *b);
PRL_RESULT args_memory(struct args_builder *b);
/* To the host's nodes that the configuration names. */
PRL_RESULT args_bind_memory(struct args_builder *b, json_t *backend);
void args_firmware(struct args_builder *b);
void args_clock(struct args_builder *b);
void args_control(struct args_builder *b);
void args_startup(struct args_builder *b);
void args_root_ports(struct args_builder *b);
/* To the port that the device was plugged into while the machine ran: PciPort, q35 only, where no device before it has that. */
void args_take_port(struct args_builder *b, xmlNodePtr dev, json_t *device);
bool args_has_port(const struct args_builder *b, uint64_t port); /* there is such a port, and it is free */
void args_take_port_no(struct args_builder *b, uint64_t port, json_t *device);
PRL_RESULT args_tpm(struct args_builder *b);

/* ---- qemu_args_cpu.c ---- */

PRL_RESULT args_cpu(struct args_builder *b);
/* Guest NUMA nodes; 0: none. */
PRL_RESULT args_numa_nodes(struct args_builder *b, unsigned *ret_nodes);
PRL_RESULT args_numa(struct args_builder *b, unsigned nodes, uint64_t mib);

/* ---- qemu_args_disks.c ---- */

/* Block nodes of one file and of an image with all that is below it. */
json_t *args_file_node(const char *node, const char *path, bool is_host_device, bool is_read_only);
json_t *args_format_node(const char *node, const char *file, bool is_qcow2, bool is_read_only, json_t *backing); /* steals backing */
PRL_RESULT args_hdd(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_cd(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_floppy(struct args_builder *b, xmlNodePtr dev);

/* ---- the others ---- */

PRL_RESULT args_nic(struct args_builder *b, xmlNodePtr dev);
void args_spare_net(struct args_builder *b);
PRL_RESULT args_serial(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_parallel(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_sound(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_display(struct args_builder *b);
void args_usb(struct args_builder *b);
PRL_RESULT args_usb_device(struct args_builder *b, xmlNodePtr dev);
PRL_RESULT args_host_pci(struct args_builder *b, xmlNodePtr dev);
void args_shares(struct args_builder *b);
void args_random(struct args_builder *b);
PRL_RESULT args_channels(struct args_builder *b);

#endif
