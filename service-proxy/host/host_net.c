/* SPDX-License-Identifier: MIT */
/* Network cards with their addresses, and what the host knows of gateways and name servers. */
#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "host_info.h"
#include "host_parts.h"

#define CLASS_NET "/sys/class/net"
#define TYPE_ETHERNET 1
#define NO_VLAN 65535
#define ADAPTERS_MAX 16 /* of a machine: vm_devices.def */

/* ---- gateways ---- */

/* /proc/net/route: interface, destination, gateway in the byte order of the network read as a number. */
static void
find_gateway(const char *routes, const char *interface, char out[INET_ADDRSTRLEN])
{
    out[0] = '\0';
    for (const char *line = routes; line && *line; line = strchr(line, '\n')) {
        char name[IFNAMSIZ];
        unsigned destination, gateway;
        struct in_addr a;

        line += *line == '\n';
        if (sscanf(line, "%15s %x %x", name, &destination, &gateway) != 3 || destination || !gateway)
            continue;
        if (interface && strcmp(name, interface) != 0)
            continue;
        a.s_addr = gateway;
        inet_ntop(AF_INET, &a, out, INET_ADDRSTRLEN);
        return;
    }
}

/* ---- addresses ---- */

static unsigned
prefix_length(const unsigned char *mask, size_t n)
{
    unsigned bits = 0;

    for (size_t i = 0; i < n; i++)
        bits += (unsigned)__builtin_popcount(mask[i]);
    return bits;
}

/* "a.b.c.d/255.255.255.0" or "v6/64", as configurations have them. False: another family. */
static bool
address_text(const struct ifaddrs *a, char out[128])
{
    char address[INET6_ADDRSTRLEN], mask[INET_ADDRSTRLEN];

    if (!a->ifa_addr || !a->ifa_netmask)
        return false;
    if (a->ifa_addr->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)a->ifa_addr)->sin_addr, address, sizeof address);
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)a->ifa_netmask)->sin_addr, mask, sizeof mask);
        snprintf(out, 128, "%s/%s", address, mask);
        return true;
    }
    if (a->ifa_addr->sa_family == AF_INET6) {
        const struct in6_addr *m = &((struct sockaddr_in6 *)(void *)a->ifa_netmask)->sin6_addr;

        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(void *)a->ifa_addr)->sin6_addr, address, sizeof address);
        snprintf(out, 128, "%s/%u", address, prefix_length(m->s6_addr, 16));
        return true;
    }
    return false;
}

static bool
add_text(xmlNodePtr parent, const char *name, const char *text)
{
    return xmlNewTextChild(parent, NULL, (const xmlChar *)name, (const xmlChar *)text);
}

static bool
add_addresses(xmlNodePtr card, const struct ifaddrs *all, const char *interface)
{
    char text[128];
    unsigned count = 0;

    for (const struct ifaddrs *a = all; a && count < HOST_LIST_MAX; a = a->ifa_next) {
        if (strcmp(a->ifa_name, interface) != 0 || !address_text(a, text))
            continue;
        if (!add_text(card, "NetAddress", text))
            return false;
        count++;
    }
    return true;
}

/* ---- cards ---- */

static uint64_t
card_u64(const char *interface, const char *file)
{
    AUTO(cleanup_free) char *path = str_printf(CLASS_NET "/%s/%s", interface, file);

    return path ? host_read_u64(path, 0) : 0;
}

static bool
is_real(const char *interface)
{
    AUTO(cleanup_free) char *path = str_printf(CLASS_NET "/%s/device", interface);

    return path && path_exists(path);
}

static bool
is_up(const char *interface)
{
    AUTO(cleanup_free) char *path = str_printf(CLASS_NET "/%s/flags", interface);
    char flags[32] = "";

    if (path)
        host_read_line(path, flags, sizeof flags);
    return strtoul(flags, NULL, 16) & IFF_UP;
}

/* Twelve upper-case digits, as in configurations. */
static void
read_mac(const char *interface, char out[13])
{
    AUTO(cleanup_free) char *path = str_printf(CLASS_NET "/%s/address", interface);
    char text[64] = "";
    size_t n = 0;

    if (path)
        host_read_line(path, text, sizeof text);
    for (const char *s = text; *s && n < 12; s++)
        if (*s != ':')
            out[n++] = *s >= 'a' && *s <= 'f' ? (char)(*s - 'a' + 'A') : *s;
    out[n] = '\0';
}

static bool
add_card(xmlNodePtr list, const char *interface, const struct ifaddrs *addresses, const char *routes)
{
    xmlNodePtr card = xmlNewChild(list, NULL, (const xmlChar *)"NetworkAdapter", NULL);
    char mac[13], gateway[INET_ADDRSTRLEN];

    read_mac(interface, mac);
    find_gateway(routes, interface, gateway);
    return card && xml_set(card, "Name", interface) && xml_set(card, "Uuid", interface)
           && xml_set_u64(card, "DeviceState", 0) && xml_set(card, "MacAddress", mac)
           && xml_set_u64(card, "Type", is_real(interface) ? PHI_REAL_NET_ADAPTER : PHI_VIRTUAL_NET_ADAPTER)
           && xml_set_u64(card, "Enabled", is_up(interface))
           && xml_set_u64(card, "index", card_u64(interface, "ifindex"))
           && xml_set_u64(card, "VLANTag", NO_VLAN) && xml_set(card, "DefaultGateway", gateway)
           && add_addresses(card, addresses, interface);
}

static bool
add_cards(xmlNodePtr root, const struct ifaddrs *addresses, const char *routes)
{
    xmlNodePtr list = xmlNewChild(root, NULL, (const xmlChar *)"NetworkAdapters", NULL);
    struct dirent **names = NULL;
    int n = scandir(CLASS_NET, &names, NULL, alphasort);
    unsigned count = 0;
    bool is_good = list;

    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;

        if (is_good && name[0] != '.' && count < HOST_LIST_MAX && card_u64(name, "type") == TYPE_ETHERNET) {
            is_good = add_card(list, name, addresses, routes);
            count++;
        }
        free(names[i]);
    }
    free(names);
    return is_good;
}

/* ---- the host's own settings ---- */

/* "nameserver ADDRESS", "search NAME NAME ..." */
static bool
add_resolver(xmlNodePtr global, char *conf)
{
    char *line_end = NULL;

    for (char *line = strtok_r(conf, "\n", &line_end); line; line = strtok_r(NULL, "\n", &line_end)) {
        char *word_end = NULL;
        char *key = strtok_r(line, " \t", &word_end), *word;
        const char *element = str_eq(key, "nameserver") ? "DnsIPAddress"
                              : str_eq(key, "search")   ? "SearchDomain"
                                                        : NULL;

        for (unsigned n = 0; element && n < 16 && (word = strtok_r(NULL, " \t", &word_end)); n++)
            if (str_is_xml_text(word, strlen(word)) && !add_text(global, element, word))
                return false;
    }
    return true;
}

static bool
add_settings(xmlNodePtr root, const char *routes)
{
    AUTO(cleanup_free) char *resolver = host_read_text("/etc/resolv.conf");
    xmlNodePtr settings = xml_make(root, "NetworkSettings"), global;
    char gateway[INET_ADDRSTRLEN];

    find_gateway(routes, NULL, gateway);
    global = settings ? xml_make(settings, "GlobalNetwork") : NULL;
    return global && xml_set(global, "HostName", host_identity()->host_name)
           && xml_set(global, "DefaultGateway", gateway) && xml_set(global, "DefaultGatewayIPv6", "")
           && (!resolver || add_resolver(global, resolver))
           && xml_set_u64(settings, "MaxHostNetAdapters", HOST_LIST_MAX)
           && xml_set_u64(settings, "MaxVmNetAdapters", ADAPTERS_MAX);
}

bool
host_add_network(xmlNodePtr root)
{
    AUTO(cleanup_free) char *routes = host_read_text("/proc/net/route");
    struct ifaddrs *addresses = NULL;
    bool is_good;

    if (getifaddrs(&addresses) != 0)
        addresses = NULL;
    is_good = add_cards(root, addresses, routes) && add_settings(root, routes);
    if (addresses)
        freeifaddrs(addresses);
    return is_good;
}
