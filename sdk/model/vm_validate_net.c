/* SPDX-License-Identifier: MIT */
/* Rules about network adapters, their addresses and firewalls. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "text_check.h"
#include "vm_prepare.h"
#include "vm_validate.h"

/* An address with its mask, either family. */
struct address {
    int family;
    unsigned char bytes[16], mask[16];
    size_t len; /* 4 or 16 */
};

static void
fill_mask(struct address *a, unsigned bits)
{
    for (size_t i = 0; i < a->len; i++) {
        unsigned of_byte = bits > 8 ? 8 : bits;

        a->mask[i] = (unsigned char)(0xFF << (8 - of_byte));
        bits -= of_byte;
    }
}

static bool
parse_address(const char *text, struct address *ret)
{
    struct address a = { 0 };

    memset(&a, 0, sizeof a);
    if (inet_pton(AF_INET, text, a.bytes) == 1) {
        a.family = AF_INET;
        a.len = 4;
    } else if (inet_pton(AF_INET6, text, a.bytes) == 1) {
        a.family = AF_INET6;
        a.len = 16;
    } else {
        return false;
    }
    fill_mask(&a, (unsigned)a.len * 8);
    *ret = a;
    return true;
}

/* "a.b.c.d/255.255.255.0" and "v6/64", as NetAddress elements have them. */
static bool
parse_net_address(const char *text, struct address *ret)
{
    char normal[TEXT_NET_ADDRESS];
    char *slash;

    if (!text_parse_net_address(text, normal) || !(slash = strchr(normal, '/')))
        return false;
    *slash++ = '\0';
    if (!parse_address(normal, ret))
        return false;
    if (ret->family == AF_INET)
        return inet_pton(AF_INET, slash, ret->mask) == 1;
    fill_mask(ret, (unsigned)strtoul(slash, NULL, 10));
    return true;
}

static bool
is_multicast(const struct address *a)
{
    return a->family == AF_INET ? (a->bytes[0] & 0xF0) == 0xE0 : a->bytes[0] == 0xFF;
}

/* All host bits set, where there are any; version 6 has no broadcast. */
static bool
is_broadcast(const struct address *a)
{
    bool has_host_bits = false;

    if (a->family != AF_INET)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        unsigned char host = (unsigned char)~a->mask[i];

        has_host_bits |= host != 0;
        if ((a->bytes[i] & host) != host)
            return false;
    }
    return has_host_bits && memcmp(a->mask, "\xFF\xFF\xFF\xFE", 4) != 0; /* point to point: no broadcast */
}

static bool
is_in_net(const struct address *a, const struct address *net)
{
    if (a->family != net->family)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if ((a->bytes[i] ^ net->bytes[i]) & net->mask[i])
            return false;
    return true;
}

/* ---- adapters ---- */

/* Some enabled adapter in front of this one has the same. */
static bool
has_twin_before(xmlNodePtr adapter, const char *what, const char *value)
{
    xmlNodePtr n = xml_child(adapter->parent, "NetworkAdapter");

    for (; n && n != adapter; n = xml_next(n)) {
        if (!xml_get_u64(n, "Enabled", 0))
            continue;
        for (xmlNodePtr e = xml_child(n, what); e; e = xml_next(e)) {
            AUTO(cleanup_free) char *other = xml_get(e, "");

            if (str_eq(other, value))
                return true;
        }
    }
    return false;
}

static void
check_mac(struct validation *v, xmlNodePtr adapter)
{
    AUTO(cleanup_free) char *text = xml_get(adapter, "MAC");
    char mac[TEXT_MAC];

    if (!text || !text[0])
        return; /* registration makes one */
    validate_about(v, adapter, "MAC");
    if (!vm_mac_parse(text, mac))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_MAC_ADDRESS, JUST_SAID, NULL);
    else if (has_twin_before(adapter, "MAC", text))
        finding(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_MAC_ADDRESS, CRITICAL, NULL, NULL);
}

/* Some other machine has the address, whatever its mask. */
static bool
is_used_elsewhere(const struct validation *v, const char *text)
{
    const struct vm_neighbours *others = v->host->neighbours;
    char normal[TEXT_NET_ADDRESS];

    if (!others || !others->has_address || !text_parse_net_address(text, normal))
        return false;
    normal[strcspn(normal, "/")] = '\0';
    return others->has_address(others->arg, normal);
}

static void
check_address(struct validation *v, xmlNodePtr adapter, const char *text)
{
    struct address a;

    if (!parse_net_address(text, &a))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_IP_ADDRESS, JUST_SAID, text);
    else if (is_multicast(&a))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_MULTICAST_IP_ADDRESS, JUST_SAID, text);
    else if (is_broadcast(&a))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_BROADCAST_IP_ADDRESS, JUST_SAID, text);
    else if (has_twin_before(adapter, "NetAddress", text))
        finding(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_DUPLICATE_IP_ADDRESS, JUST_SAID, NULL, NULL);
    else if (is_used_elsewhere(v, text))
        finding(v, PRL_ERR_VMCONF_DUPLICATE_IP_ADDRESS, JUST_SAID, text, NULL);
}

static void
check_addresses(struct validation *v, xmlNodePtr adapter)
{
    for (xmlNodePtr n = xml_child(adapter, "NetAddress"); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *text = xml_get(n, "");

        validate_about(v, n, "");
        check_address(v, adapter, text ? text : "");
    }
}

/* Inside one of the adapter's nets; an adapter without any does not say where its gateway may be. */
static bool
is_gateway_reachable(xmlNodePtr adapter, const struct address *gateway)
{
    bool has_net = false;

    for (xmlNodePtr n = xml_child(adapter, "NetAddress"); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *text = xml_get(n, "");
        struct address net;

        if (!parse_net_address(text ? text : "", &net) || net.family != gateway->family)
            continue;
        if (is_in_net(gateway, &net))
            return true;
        has_net = true;
    }
    return !has_net;
}

static void
check_gateway(struct validation *v, xmlNodePtr adapter, const char *which, int family)
{
    AUTO(cleanup_free) char *text = xml_get(adapter, which);
    struct address gateway;

    if (!text || !text[0])
        return;
    validate_about(v, adapter, which);
    if (!parse_address(text, &gateway) || gateway.family != family)
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_GATEWAY_IP_ADDRESS, JUST_SAID, text);
    else if (!is_gateway_reachable(adapter, &gateway))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_GATEWAY_NOT_IN_SUBNET, JUST_SAID, text);
}

static bool
is_domain(const char *text)
{
    size_t n = strlen(text);

    if (!n || n > 253 || text[0] == '.' || text[0] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("-._", text[i]))
            return false;
    return !strstr(text, "..");
}

static void
check_names(struct validation *v, xmlNodePtr adapter)
{
    for (xmlNodePtr n = xml_child(adapter, "DnsIPAddress"); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *text = xml_get(n, "");

        validate_about(v, n, "");
        if (!text_is_ip(text ? text : ""))
            finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_DNS_IP_ADDRESS, JUST_SAID, text ? text : "");
    }
    for (xmlNodePtr n = xml_child(adapter, "SearchDomain"); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *text = xml_get(n, "");

        validate_about(v, n, "");
        if (!is_domain(text ? text : ""))
            finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_INVALID_SEARCH_DOMAIN_NAME, JUST_SAID, text ? text : "");
    }
}

/* ---- firewall ---- */

static bool
has_ports(const char *protocol)
{
    return str_eq(protocol, "tcp") || str_eq(protocol, "udp");
}

static bool
is_rule_address(const char *text)
{
    struct address a;

    return !text || !text[0] || parse_net_address(text, &a);
}

static void
check_rule(struct validation *v, xmlNodePtr rule)
{
    AUTO(cleanup_free) char *protocol = xml_get(rule, "Protocol");
    AUTO(cleanup_free) char *local = xml_get(rule, "LocalNetAddress");
    AUTO(cleanup_free) char *remote = xml_get(rule, "RemoteNetAddress");
    uint64_t local_port = xml_get_u64(rule, "LocalPort", 0), remote_port = xml_get_u64(rule, "RemotePort", 0);

    validate_about(v, rule, "Protocol LocalPort RemotePort");
    if (protocol && protocol[0] && !has_ports(protocol) && !str_eq(protocol, "icmp"))
        finding(v, PRL_ERR_VMCONF_NETWORK_UNSUPPORTED_PROTOCOL, CRITICAL, NULL, NULL);
    if (local_port > 65535 || remote_port > 65535)
        finding(v, PRL_ERR_VMCONF_NETWORK_INVALID_PORT_NUMBER, CRITICAL, NULL, NULL);
    else if ((local_port || remote_port) && !has_ports(protocol))
        finding(v, PRL_ERR_VMCONF_NETWORK_PORT_NOT_USED, CRITICAL, NULL, NULL);
    validate_about(v, rule, "LocalNetAddress RemoteNetAddress");
    if (!is_rule_address(local) || !is_rule_address(remote))
        finding(v, PRL_ERR_VMCONF_NETWORK_INVALID_IP_ADDRESS, CRITICAL, NULL, NULL);
}

static void
check_firewall(struct validation *v, xmlNodePtr adapter)
{
    static const char *const rules[] = { "Firewall/Incoming/Direction/FirewallRules/FirewallRule",
                                         "Firewall/Outgoing/Direction/FirewallRules/FirewallRule" };

    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        for (xmlNodePtr n = xml_find(adapter, rules[i]); n; n = xml_next(n))
            check_rule(v, n);
}

/* The filter of the host's own, named by FilterRef, and ours would each take the other's packets away. */
static void
check_filters(struct validation *v, xmlNodePtr adapter)
{
    static const char *const flags[] = { "PktFilter/PreventPromisc", "PktFilter/PreventMacSpoof", "PktFilter/PreventIpSpoof" };
    AUTO(cleanup_free) char *filter = xml_get(adapter, "PktFilter/FilterRef");
    bool has_own = false;

    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        has_own |= xml_get_u64(adapter, flags[i], 1) != 0;
    validate_about(v, adapter, "PktFilter");
    if (filter && filter[0] && has_own)
        finding(v, PRL_ERR_VMCONF_NETWORK_INCONSISTENT_FILTERS, JUST_SAID, NULL, NULL);
}

static void
check_adapter(struct validation *v, xmlNodePtr adapter)
{
    check_mac(v, adapter);
    check_addresses(v, adapter);
    check_gateway(v, adapter, "DefaultGateway", AF_INET);
    check_gateway(v, adapter, "DefaultGatewayIPv6", AF_INET6);
    check_names(v, adapter);
    check_filters(v, adapter);
    check_firewall(v, adapter);
    validate_about(v, adapter, "EmulatedType NetAddress");
    if (xml_get_u64(adapter, "EmulatedType", PNA_BRIDGED_NETWORK) == PNA_ROUTED && !xml_child(adapter, "NetAddress"))
        finding_of(v, PRL_ERR_VMCONF_NETWORK_ADAPTER_ROUTED_NO_STATIC_ADDRESS, JUST_SAID, NULL);
}

void
validate_network(struct validation *v)
{
    validate_each(v, PDE_GENERIC_NETWORK_ADAPTER, check_adapter);
}
