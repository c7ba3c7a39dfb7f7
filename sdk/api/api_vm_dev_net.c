/* SPDX-License-Identifier: MIT */
/* PrlVmDevNet_, PrlFirewallRule_: network adapters. */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "row_list.h"
#include "rows.h"
#include "vm_dev_net.def"

/* ---- MAC addresses: stored as 12 upper-case hex digits ---- */

PRL_METHOD(PrlVmDevNet_GetMacAddressCanonical)
(PRL_HANDLE hVmDev, PRL_STR sMacAddress, PRL_UINT32_PTR pnMacAddressBufLength)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    REQUIRE(pnMacAddressBufLength);
    char mac[TEXT_MAC], canonical[18] = "";
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free) char *text = xml_get(node, "MAC");
    config_obj_unlock(adapter, false);
    if (text && text_parse_mac(text, mac)) {
        for (unsigned i = 0, at = 0; i < 12; i++) {
            canonical[at++] = (char)tolower((unsigned char)mac[i]);
            if (i % 2 && i < 11)
                canonical[at++] = ':';
        }
    }
    return entry_text_out(canonical, sMacAddress, pnMacAddressBufLength);
}

static PRL_RESULT
put_mac(struct config_obj *adapter, const char *mac, bool is_static)
{
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    const bool is_done = xml_set(node, "MAC", mac) && xml_set_u64(node, "StaticAddress", is_static);
    config_obj_unlock(adapter, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmDevNet_SetMacAddress)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewMacAddress)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    REQUIRE(sNewMacAddress);
    char mac[TEXT_MAC];

    return text_parse_mac(sNewMacAddress, mac) ? put_mac(adapter, mac, true) : PRL_ERR_INVALID_ARG;
}

PRL_METHOD(PrlVmDevNet_GenerateMacAddr)(PRL_HANDLE hVmDev)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    char mac[TEXT_MAC];

    vm_model_make_mac(mac);
    return put_mac(adapter, mac, false);
}

/* ---- addresses ---- */

PRL_METHOD(PrlVmDevNet_SetNetAddresses)(PRL_HANDLE hVmDev, PRL_HANDLE hNetAddressesList)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    AUTO_TEXTS struct row_texts texts = { 0 };
    xmlNodePtr node;
    PRL_RESULT r = row_texts_from_list(hNetAddressesList, ROW_LIST_OR_DEAD, &texts);

    for (size_t i = 0; i < texts.len && PRL_SUCCEEDED(r); i++) {
        char address[TEXT_NET_ADDRESS];

        if (!text_parse_net_address(texts.p[i], address))
            return err_set(PRL_ERR_INVALID_ARG, "'%s' is no address", texts.p[i]);
        free(texts.p[i]);
        texts.p[i] = str_dup(address);
        if (!texts.p[i])
            r = PRL_ERR_OUT_OF_MEMORY;
    }
    if (PRL_SUCCEEDED(r))
        r = config_obj_lock(adapter, &node);
    if (PRL_FAILED(r))
        return r;
    row_remove_all(node, "NetAddress");
    for (size_t i = 0; i < texts.len && PRL_SUCCEEDED(r); i++)
        if (!xmlNewTextChild(node, NULL, (const xmlChar *)"NetAddress",
                             (const xmlChar *)texts.p[i]))
            r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(adapter, true);
    return r;
}

/* Addresses of that family that were set by hand are gone where DHCP gives them. */
static PRL_RESULT
set_dhcp(PRL_HANDLE h, const char *path, bool is_v6, PRL_BOOL value)
{
    const struct field row = { path, FIELD_IS_BOOL, 0, 0, 1, NULL };
    ENTER();
    RESOLVE(struct config_obj, adapter, h, PHT_VIRTUAL_DEV_NET_ADAPTER);
    xmlNodePtr node, next;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    r = field_set_number(node, &row, value);
    for (xmlNodePtr n = value && PRL_SUCCEEDED(r) ? xml_child(node, "NetAddress") : NULL; n; n = next) {
        AUTO(cleanup_free) char *address = xml_get(n, "");

        next = xml_next(n);
        if (address && !strchr(address, ':') != is_v6)
            xml_remove(n);
    }
    config_obj_unlock(adapter, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDevNet_SetConfigureWithDhcp)(PRL_HANDLE hVmDev, PRL_BOOL bConfigureWithDhcp)
{
    return set_dhcp(hVmDev, "ConfigureWithDhcp", false, bConfigureWithDhcp);
}

PRL_METHOD(PrlVmDevNet_SetConfigureWithDhcpIPv6)(PRL_HANDLE hVmDev, PRL_BOOL bConfigureWithDhcp)
{
    return set_dhcp(hVmDev, "ConfigureWithDhcpIPv6", true, bConfigureWithDhcp);
}

/* ---- firewall ---- */

/* NULL: no such direction. */
static const char *
direction_path(PRL_FIREWALL_DIRECTION direction)
{
    switch (direction) {
    case PFD_INCOMING:
        return "Firewall/Incoming/Direction";
    case PFD_OUTGOING:
        return "Firewall/Outgoing/Direction";
    default:
        return NULL;
    }
}

static const char *
rules_path(PRL_FIREWALL_DIRECTION direction)
{
    switch (direction) {
    case PFD_INCOMING:
        return "Firewall/Incoming/Direction/FirewallRules";
    case PFD_OUTGOING:
        return "Firewall/Outgoing/Direction/FirewallRules";
    default:
        return NULL;
    }
}

PRL_METHOD(PrlVmDevNet_GetFirewallDefaultPolicy)
(PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_FIREWALL_POLICY_PTR pnPolicy)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    REQUIRE(pnPolicy);
    REQUIRE(direction_path(nDirection));
    xmlNodePtr node, direction;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    direction = xml_find(node, direction_path(nDirection));
    const uint64_t policy = direction ? xml_get_u64(direction, "DefaultPolicy", 0) : 0;
    config_obj_unlock(adapter, false);
    field_store(FIELD_IS_U32, (int64_t)policy, pnPolicy);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmDevNet_SetFirewallDefaultPolicy)
(PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_FIREWALL_POLICY nPolicy)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER);
    REQUIRE(direction_path(nDirection));
    xmlNodePtr node, direction;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    direction = xml_make(node, direction_path(nDirection));
    const bool is_done = direction && xml_set_u64(direction, "DefaultPolicy", (unsigned)nPolicy);
    config_obj_unlock(adapter, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmDevNet_GetFirewallRuleList)
(PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_HANDLE_PTR phRuleList)
{
    ENTER();
    REQUIRE(rules_path(nDirection));
    return row_get_objects(hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER, rules_path(nDirection),
                           "FirewallRule", PHT_FIREWALL_RULE, phRuleList);
}

PRL_METHOD(PrlVmDevNet_SetFirewallRuleList)
(PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_HANDLE hRuleList)
{
    ENTER();
    REQUIRE(rules_path(nDirection));
    return row_set_objects(hVmDev, PHT_VIRTUAL_DEV_NET_ADAPTER, rules_path(nDirection),
                           "FirewallRule", PHT_FIREWALL_RULE, hRuleList, ROW_LIST_OR_0);
}

PRL_METHOD(PrlFirewallRule_Create)(PRL_HANDLE_PTR phRule)
{
    ENTER();
    REQUIRE(phRule);
    return row_give((struct object *)row_new_doc(PHT_FIREWALL_RULE, "FirewallRule"), phRule);
}
