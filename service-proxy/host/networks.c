/* SPDX-License-Identifier: MIT */
/* Virtual networks as documents. */
#include "networks.h"

#include <prlsdk/PrlEnums.h>
#include <stdlib.h>

#include "base/uuid.h"
#include "base/xml.h"
#include "host_info.h"

static const struct {
    const char *path, *value;
} members[] = {
    { "Enabled", "1" },
    { "BoundCardMac", "" },
    { "VLANTag", "65535" },
    { "HostOnlyNetwork/HostIPAddress", "127.0.0.1" },
    { "HostOnlyNetwork/DhcpIPAddress", "127.0.0.1" },
    { "HostOnlyNetwork/IPNetMask", "255.255.255.0" },
    { "HostOnlyNetwork/HostIP6Address", "::1" },
    { "HostOnlyNetwork/DhcpIP6Address", "::1" },
    { "HostOnlyNetwork/IP6NetMask", "ffff:ffff:ffff:ffff::" },
    { "HostOnlyNetwork/VirtuozzoAdapter/Enabled", "1" },
    { "HostOnlyNetwork/VirtuozzoAdapter/Name", "" },
    { "HostOnlyNetwork/VirtuozzoAdapter/PrlAdapterIndex", "-2" },
    { "HostOnlyNetwork/VirtuozzoAdapter/HiddenAdapter", "1" },
    { "HostOnlyNetwork/DHCPServer/Enabled", "0" },
    { "HostOnlyNetwork/DHCPServer/IPScopeStart", "127.0.0.1" },
    { "HostOnlyNetwork/DHCPServer/IPScopeEnd", "127.0.0.1" },
    { "HostOnlyNetwork/DHCPv6Server/Enabled", "0" },
    { "HostOnlyNetwork/DHCPv6Server/IPScopeStart", "::1" },
    { "HostOnlyNetwork/DHCPv6Server/IPScopeEnd", "::1" },
    { "HostOnlyNetwork/NATServer/Enabled", "0" },
    { "HostOnlyNetwork/NATServer/PortForwarding/TCP", "" },
    { "HostOnlyNetwork/NATServer/PortForwarding/UDP", "" },
};

static xmlNodePtr
add_network(xmlNodePtr parent, const char *id, const char *description, PRL_NET_VIRTUAL_NETWORK_TYPE type)
{
    xmlNodePtr net = xmlNewChild(parent, NULL, (const xmlChar *)"VirtualNetwork", NULL);
    char uuid[UUID_TEXT];

    uuid_make(uuid);
    if (!net || !xml_set(net, "Uuid", uuid) || !xml_set(net, "NetworkID", id)
        || !xml_set(net, "Description", description) || !xml_set_u64(net, "NetworkType", type))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (!xml_set(net, members[i].path, members[i].value))
            return NULL;
    return net;
}

/* The card that leads out, if there is one. */
static bool
bind_default_card(xmlNodePtr net)
{
    AUTO(xmlFreeDoc) xmlDocPtr host = NULL;
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    xmlNodePtr card;

    if (PRL_FAILED(host_info_text(&text, &len)))
        return false;
    host = xml_parse(text, len, NULL);
    card = host ? xml_find(xmlDocGetRootElement(host), "NetworkAdapters/NetworkAdapter") : NULL;
    for (; card; card = xml_next(card)) {
        AUTO(cleanup_free) char *gateway = xml_get(card, "DefaultGateway");
        AUTO(cleanup_free) char *mac = xml_get(card, "MacAddress");

        if (gateway && gateway[0])
            return xml_set(net, "BoundCardMac", mac);
    }
    return host;
}

bool
networks_fill(xmlNodePtr parent)
{
    xmlNodePtr bridged;

    if (xml_child(parent, "VirtualNetwork"))
        return true;
    if (!add_network(parent, HOST_ONLY_NETWORK, "Host Only Network", PVN_HOST_ONLY))
        return false;
    bridged = add_network(parent, HOST_BRIDGED_NETWORK, "Bridged Network", PVN_BRIDGED_ETHERNET);
    return bridged && bind_default_card(bridged);
}
