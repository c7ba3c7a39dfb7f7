/* SPDX-License-Identifier: MIT */
/* Network adapters. */
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

#define NIC_VMXNET3 6 /* beyond the API's types: what an imported VMware guest has a driver for */

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
    case NIC_VMXNET3:
        return "vmxnet3";
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
boots_before_disks(const struct args_builder *b, unsigned index)
{
    unsigned rank = args_boot_rank(b, PDE_GENERIC_NETWORK_ADAPTER, index);

    if (!rank)
        return false;
    for (unsigned i = 0; i + 1 < rank; i++)
        if (b->boot[i].type == PDE_HARD_DISK || b->boot[i].type == PDE_OPTICAL_DISK)
            return false;
    return true;
}

/* ---- what is behind the adapter ---- */

/* The rules of its network that name this VM; a port leads to one adapter, so one of no network in particular takes them all. */
static void
add_forwards(struct args_builder *b, json_t *netdev, const char *network)
{
    json_t *list;

    if (!network[0] && b->has_forwards)
        return;
    list = json_array();

    for (size_t i = 0; i < b->env->n_forwards; i++) {
        const struct qemu_forward *f = &b->env->forwards[i];
        char text[96];

        if (network[0] && !str_eq(f->network, network))
            continue;
        snprintf(text, sizeof text, "%s::%u-:%u", f->is_udp ? "udp" : "tcp", f->host_port, f->guest_port);
        json_array_append_new(list, json_pack("{s:s}", "str", text));
    }
    if (json_array_size(list)) {
        json_object_set(netdev, "hostfwd", list);
        b->has_forwards = true;
    }
    json_decref(list);
}

/* QEMU's own network: an address from its DHCP, a way out by the host's sockets, nothing comes in but what is forwarded. */
static void
add_user_net(struct args_builder *b, xmlNodePtr dev, const char *net, uint64_t kind)
{
    AUTO(cleanup_free) char *network = xml_get(dev, "VirtualNetworkID");
    AUTO(cleanup_free) char *host_name = xml_get(b->root, "Settings/GlobalNetwork/HostName");
    json_t *o = json_pack("{s:s, s:s, s:b}", "type", "user", "id", net, "restrict", kind == PNA_HOST_ONLY);

    if (!o) {
        b->has_failed = true;
        return;
    }
    b->n_user_nets++;
    if (host_name && host_name[0] && strlen(host_name) < 64)
        json_object_set_new(o, "hostname", json_string(host_name));
    if (kind == PNA_SHARED || kind == PNA_HOST_ONLY)
        add_forwards(b, o, network ? network : "");
    args_json(b, "-netdev", o);
}

static void
add_netdev(struct args_builder *b, xmlNodePtr dev, const char *net, unsigned index, uint64_t kind)
{
    const struct qemu_extra *tap = qemu_extras_find(b->env->extras, EXTRA_TAP, index);

    if (!xml_get_u64(dev, "Connected", 1)) { /* a hub with nobody else on it */
        args_json(b, "-netdev", json_pack("{s:s, s:s, s:i}", "type", "hubport", "id", net, "hubid", index));
    } else if (tap) {
        char fd[12];

        snprintf(fd, sizeof fd, "%d", tap->number);
        args_json(b, "-netdev", json_pack("{s:s, s:s, s:s}", "type", "tap", "id", net, "fd", fd));
    } else {
        add_user_net(b, dev, net, kind);
        if (kind != PNA_SHARED && kind != PNA_HOST_ONLY)
            args_note(b, "network adapter %u: no bridge is set up for its network, so QEMU's own NAT is used", index);
    }
}

PRL_RESULT
args_nic(struct args_builder *b, xmlNodePtr dev)
{
    unsigned index = (unsigned)xml_get_u64(dev, "Index", 0);
    uint64_t kind = xml_get_u64(dev, "EmulatedType", PNA_BRIDGED_NETWORK);
    const char *driver = nic_driver(xml_get_u64(dev, "AdapterType", PNT_UNDEFINED));
    AUTO(cleanup_free) char *mac = xml_get(dev, "MAC");
    char net[16], id[20], mac_colons[18];
    json_t *d;

    if (!driver || index >= SLOTS_PER_KIND || kind == PNA_DIRECT_ASSIGN)
        return args_unsupported("network adapter", index);
    if (mac && mac[0] && !mac_text(mac, mac_colons))
        return err_set(PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, "network adapter %u: '%s'", index, mac);
    snprintf(net, sizeof net, "net%u", index);
    snprintf(id, sizeof id, "net%u-dev", index);
    add_netdev(b, dev, net, index, kind);
    if (!xml_get_u64(dev, "Connected", 1)) /* the cable is out */
        args_setup(b, "set_link", json_pack("{s:s, s:b}", "name", id, "up", 0));
    d = args_pci_device(b, driver, id, SLOT_NET + index);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    args_take_port(b, dev, d);
    json_object_set_new(d, "netdev", json_string(net));
    if (mac && mac[0])
        json_object_set_new(d, "mac", json_string(mac_colons));
    if (boots_before_disks(b, index))
        args_set_boot_rank(b, d, PDE_GENERIC_NETWORK_ADAPTER, index);
    else
        json_object_set_new(d, "romfile", json_string(""));
    args_json(b, "-device", d);
    return PRL_ERR_SUCCESS;
}

/* A state that was saved after its last adapter had gone still has something of its network, and QEMU does not load it without any. */
void
args_spare_net(struct args_builder *b)
{
    if (!b->env->needs_user_net || b->n_user_nets)
        return;
    b->n_user_nets++;
    args_json(b, "-netdev", json_pack("{s:s, s:s, s:b}", "type", "user", "id", "spare", "restrict", 1));
}
