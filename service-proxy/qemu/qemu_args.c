/* SPDX-License-Identifier: MIT */
/*
 * config.pvs to argv: the order of the parts. Each part is a file of its own, see qemu_args_parts.h.
 */
#include "qemu_args.h"

#include <prlsdk/PrlEnums.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

typedef PRL_RESULT add_device_fn(struct args_builder *b, xmlNodePtr dev);

static PRL_RESULT
refuse_scsi(struct args_builder *b, xmlNodePtr dev)
{
    (void)b;
    return args_unsupported("SCSI device of the host", (unsigned)xml_get_u64(dev, "Index", 0));
}

static const struct {
    const char *element;
    add_device_fn *add;
} device_kinds[] = {
    { "Fdd", args_floppy },
    { "Hdd", args_hdd },
    { "CdRom", args_cd },
    { "Serial", args_serial },
    { "Parallel", args_parallel },
    { "Printer", args_parallel },
    { "NetworkAdapter", args_nic },
    { "Sound", args_sound },
    { "USB", args_usb_device },
    { "GenericPciDevice", args_host_pci },
    { "PciVideoAdapter", args_host_pci },
    { "GenericScsiDevice", refuse_scsi },
};

static PRL_RESULT
add_devices(struct args_builder *b)
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
build(struct args_builder *b)
{
    PRL_RESULT rc = args_choose_machine(b);

    if (PRL_FAILED(rc))
        return rc;
    if (qemu_firmware_is_wanted(b->root->doc) && !b->env->firmware)
        return err_set(PRL_ERR_VM_START_FAILED, "the VM wants EFI, and this host has no EFI firmware for QEMU (Debian: ovmf)");
    args_add(b, b->env->caps->path);
    rc = args_machine(b);
    if (PRL_FAILED(rc))
        return rc;
    rc = args_memory(b);
    if (PRL_FAILED(rc))
        return rc;
    args_firmware(b);
    args_clock(b);
    args_control(b);
    args_read_boot_order(b);
    args_startup(b);
    rc = args_display(b);
    if (PRL_FAILED(rc))
        return rc;
    args_root_ports(b);
    args_usb(b);
    rc = add_devices(b);
    if (PRL_FAILED(rc))
        return rc;
    args_spare_net(b);
    b->a->n_user_nets = b->n_user_nets;
    args_shares(b);
    args_random(b);
    rc = args_channels(b);
    if (PRL_FAILED(rc))
        return rc;
    rc = args_tpm(b);
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
    struct args_builder b = { .a = a, .env = env, .root = xmlDocGetRootElement(doc) };
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
    json_decref(a->setup);
    json_decref(a->shares);
    vec_free(&a->argv);
    vec_free(&a->notes);
    free(a->machine);
    free(a->vnc_password);
    free(a);
}
