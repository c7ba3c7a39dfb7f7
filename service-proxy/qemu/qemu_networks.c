/* SPDX-License-Identifier: MIT */
#include "qemu_networks.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "host/host_info.h"
#include "host/prefs.h"

#define NETWORKS_MAX 1000
#define CLASS_NET "/sys/class/net"

/* Network n, or NULL behind the last. */
static xmlDocPtr
network_doc(unsigned n)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;

    return n < NETWORKS_MAX && PRL_SUCCEEDED(prefs_network_text(n, &text, &len)) ? xml_parse(text, len, NULL) : NULL;
}

/* ---- cards ---- */

static bool
same_mac(const char *a, const char *b)
{
    while (*a || *b) {
        if (*a == ':' || *a == '-')
            a++;
        else if (*b == ':' || *b == '-')
            b++;
        else if (strncasecmp(a++, b++, 1) != 0)
            return false;
    }
    return true;
}

/* A port of a bridge and the bridge itself may have one address: the card is the one with a device behind it, or else any. */
static char *
interface_with(const char *mac)
{
    DIR *d = opendir(CLASS_NET);
    struct dirent *e;
    char *found = NULL;

    while (d && (e = readdir(d))) {
        AUTO(cleanup_free) char *address = str_printf(CLASS_NET "/%s/address", e->d_name);
        AUTO(cleanup_free) char *device = str_printf(CLASS_NET "/%s/device", e->d_name);
        AUTO(cleanup_free) char *text = NULL;

        if (e->d_name[0] == '.' || !address || path_read(address, 64, &text, NULL) < 0)
            continue;
        text[strcspn(text, "\n")] = '\0';
        if (!same_mac(text, mac) || (found && !path_exists(device ? device : "")))
            continue;
        free(found);
        found = str_dup(e->d_name);
    }
    if (d)
        closedir(d);
    return found;
}

char *
qemu_network_card(const char *id)
{
    for (unsigned n = 0;; n++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = network_doc(n);
        AUTO(cleanup_free) char *name = doc ? xml_get(xmlDocGetRootElement(doc), "NetworkID") : NULL;
        AUTO(cleanup_free) char *mac = doc ? xml_get(xmlDocGetRootElement(doc), "BoundCardMac") : NULL;

        if (!doc)
            return NULL;
        if (str_eq(name, id))
            return mac && mac[0] ? interface_with(mac) : NULL;
    }
}

bool
qemu_network_is_default(const char *id)
{
    return !id[0] || strcmp(id, HOST_BRIDGED_NETWORK) == 0;
}

/* ---- port forwarding ---- */

static bool
leads_to(xmlNodePtr entry, const char *vm_uuid, const char *vm_name)
{
    AUTO(cleanup_free) char *vm = xml_get(entry, "RedirectVm");
    char uuid[UUID_TEXT];

    if (!vm || !vm[0])
        return false;
    return str_eq(vm, vm_name) || (uuid_parse(vm, uuid) && strcmp(uuid, vm_uuid) == 0);
}

static bool
add_rules(xmlNodePtr net, const char *list, bool is_udp, const char *vm_uuid, const char *vm_name, struct qemu_forwards *ret)
{
    xmlNodePtr entries = xml_find(net, list);

    for (xmlNodePtr e = entries ? xml_child(entries, "ForwardEntry") : NULL; e; e = xml_next(e)) {
        uint64_t host = xml_get_u64(e, "IncomingPort", 0), guest = xml_get_u64(e, "RedirectPort", 0);
        struct qemu_forward f = { .is_udp = is_udp, .host_port = (uint16_t)host, .guest_port = (uint16_t)guest };

        if (host < 1 || host > 65535 || guest < 1 || guest > 65535 || !leads_to(e, vm_uuid, vm_name))
            continue;
        f.network = xml_get(net, "NetworkID");
        if (!f.network || !vec_push(ret, f)) {
            free((char *)f.network);
            return false;
        }
    }
    return true;
}

bool
qemu_forwards_list(const char *vm_uuid, const char *vm_name, struct qemu_forwards *ret)
{
    for (unsigned n = 0;; n++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = network_doc(n);
        xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;

        if (!doc)
            return true;
        if (!xml_get_u64(root, "Enabled", 1))
            continue;
        if (!add_rules(root, "HostOnlyNetwork/NATServer/PortForwarding/TCP", false, vm_uuid, vm_name, ret) ||
            !add_rules(root, "HostOnlyNetwork/NATServer/PortForwarding/UDP", true, vm_uuid, vm_name, ret))
            return false;
    }
}

void
qemu_forwards_clear(struct qemu_forwards *f)
{
    for (size_t i = 0; i < f->len; i++)
        free((char *)f->p[i].network);
    vec_free(f);
}
