/* SPDX-License-Identifier: MIT */
/* Parts of the host in the guest: PCI devices, shared folders. */
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"
#include "qemu_host_pci.h"

#define FIRST_VIDEO 4 /* PCI video adapters take the places behind the others */

PRL_RESULT
args_host_pci(struct args_builder *b, xmlNodePtr dev)
{
    bool is_video = strcmp((const char *)dev->name, "PciVideoAdapter") == 0;
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0), place = index + (is_video ? FIRST_VIDEO : 0);
    AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");
    char address[HOST_PCI_ADDRESS], id[24];
    json_t *d;

    if (index >= FIRST_VIDEO)
        return args_unsupported("PCI device", index);
    if (!xml_get_u64(dev, "Connected", 1))
        return PRL_ERR_SUCCESS;
    if (!name || !host_pci_parse(name, address)) {
        err_set(PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST, "PCI device %u: '%s' is no address of a PCI device", index, name ? name : "");
        err_param(0, "%s", name ? name : "");
        return PRL_ERR_VTD_DEVICE_DOES_NOT_EXIST;
    }
    snprintf(id, sizeof id, is_video ? "pcivideo%u-dev" : "pci%u-dev", index);
    d = args_slot_device(b, &b->has_host_pci, "vfio-pci", id, SLOT_HOST_PCI, place);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    json_object_set_new(d, "host", json_string(address));
    args_json(b, "-device", d);
    b->a->needs_ram_lock = true;
    return PRL_ERR_SUCCESS;
}

/* The port of q35 that it was plugged into, or a place of the shares' own. */
static json_t *
share_device(struct args_builder *b, const struct qemu_extra *x, const char *id)
{
    json_t *d;

    if (!args_has_port(b, x->port))
        return args_slot_device(b, &b->has_shares, "vhost-user-fs-pci", id, SLOT_SHARES, x->index);
    d = json_pack("{s:s, s:s}", "driver", "vhost-user-fs-pci", "id", id);
    args_take_port_no(b, x->port, d);
    return d;
}

/* Which folder it is, for a change while the machine runs. */
static void
note_share(struct args_builder *b, const struct qemu_extra *x)
{
    if (!b->a->shares)
        b->a->shares = json_array();
    if (json_array_append_new(b->a->shares, json_pack("{s:s, s:s, s:b}", "id", x->id, "path", x->path, "read-only", x->is_read_only)) < 0)
        b->has_failed = true;
}

/* Each folder is a file system that the guest mounts by its name: mount -t virtiofs <name> <where>. */
void
args_shares(struct args_builder *b)
{
    if (xml_get_u64(b->root, "Settings/Tools/SharedFolders/HostSharing/Enabled", 0) && !xml_get_u64(b->root, "Settings/Tools/IsolatedVm", 0))
        args_slot_places(b, &b->has_shares, SLOT_SHARES);
    for (size_t i = 0; b->env->extras && i < b->env->extras->len; i++) {
        const struct qemu_extra *x = &b->env->extras->p[i];
        char id[24];
        json_t *d;

        if (x->kind != EXTRA_SHARE)
            continue;
        if (b->env->ram_file) { /* the daemon must see the same memory as the guest */
            args_note(b, "shared folder '%s': not while memory comes from the saved state's file", x->name);
            continue;
        }
        snprintf(id, sizeof id, "share%u-dev", x->index);
        args_addf(b, "-chardev", "socket,id=%s,fd=%d", x->id, x->number);
        d = share_device(b, x, id);
        if (d) {
            json_object_set_new(d, "chardev", json_string(x->id));
            json_object_set_new(d, "tag", json_string(x->name));
        }
        args_json(b, "-device", d);
        note_share(b, x);
    }
}
