/* SPDX-License-Identifier: MIT */
/* Helpers of a guest that the products have no devices for: random numbers, and channels between a program in the guest and one of the host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"
#include "qemu_images.h"

#define MOST_CHANNELS 8
#define NAME_MAX_BYTES 63

void
args_random(struct args_builder *b)
{
    if (xml_get_u64(b->hw, "RandomSource/Type", 0)) /* what is behind it is QEMU's own choice: the host's kernel */
        args_json(b, "-device", args_pci_device(b, "virtio-rng-pci", "rng0", SLOT_RANDOM));
}

/* A socket of the host that QEMU listens on; without a name it leads nowhere. */
static PRL_RESULT
add_backend(struct args_builder *b, xmlNodePtr channel, const char *id)
{
    AUTO(cleanup_free) char *name = xml_get(channel, "SystemName");
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *safe = NULL;
    PRL_RESULT rc;

    if (!name || !name[0]) {
        args_addf(b, "-chardev", "null,id=%s", id);
        return PRL_ERR_SUCCESS;
    }
    rc = qemu_image_path(b->env->home, name, &path);
    if (PRL_FAILED(rc))
        return rc;
    safe = args_comma_safe(path);
    if (!safe)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    args_addf(b, "-chardev", "socket,id=%s,path=%s,server=on,wait=off", id, safe);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_channel(struct args_builder *b, xmlNodePtr channel, unsigned number)
{
    AUTO(cleanup_free) char *name = xml_get(channel, "Name");
    char id[16];
    PRL_RESULT rc;

    if (!name || !name[0] || strlen(name) > NAME_MAX_BYTES)
        return err_set(PRL_ERR_VM_START_FAILED, "guest channel %u: a name of 1 to %d bytes is required", number, NAME_MAX_BYTES);
    snprintf(id, sizeof id, "channel%u", number);
    rc = add_backend(b, channel, id);
    if (PRL_FAILED(rc))
        return rc;
    args_json(b, "-device", json_pack("{s:s, s:s+, s:s, s:s, s:s}", "driver", "virtserialport", "id", id, "-dev", "bus", "channels.0", "chardev", id,
                                      "name", name));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
args_channels(struct args_builder *b)
{
    xmlNodePtr channel = xml_child(b->hw, "GuestChannel");
    PRL_RESULT rc = PRL_ERR_SUCCESS;
    unsigned n = 0;

    if (channel)
        args_json(b, "-device", args_pci_device(b, "virtio-serial-pci", "channels", SLOT_CHANNELS));
    for (; channel && PRL_SUCCEEDED(rc); channel = xml_next(channel))
        rc = n < MOST_CHANNELS ? add_channel(b, channel, n++) : err_set(PRL_ERR_VM_START_FAILED, "more than %d guest channels", MOST_CHANNELS);
    return rc;
}
