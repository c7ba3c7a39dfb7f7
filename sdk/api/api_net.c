/* SPDX-License-Identifier: MIT */
/* PrlVirtNet_, PrlPortFwd_, PrlIPPrivNet_, PrlNetworkClass_, PrlNetworkShaping*_,
 * PrlOffmgmtService_: networks of the host. */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "row_list.h"
#include "rows.h"
#include "net.def"

/* ---- free-standing objects ---- */

PRL_METHOD(PrlVirtNet_Create)(PRL_HANDLE_PTR phVirtNet)
{
    ENTER();
    REQUIRE(phVirtNet);
    AUTO(object_unref)
    struct object *net = (struct object *)row_new_doc(PHT_VIRTUAL_NETWORK, "VirtualNetwork");
    char uuid[UUID_TEXT];
    xmlNodePtr node;
    PRL_RESULT r = net ? config_obj_lock((struct config_obj *)net, &node) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_FAILED(r))
        return r;
    uuid_make(uuid);
    const bool is_done = xml_set(node, "Uuid", uuid);
    config_obj_unlock((struct config_obj *)net, true);
    return is_done ? row_give(TAKE(net), phVirtNet) : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlPortFwd_Create)(PRL_HANDLE_PTR phPortFwd)
{
    ENTER();
    REQUIRE(phPortFwd);
    return row_give((struct object *)row_new_doc(PHT_PORT_FORWARDING, "ForwardEntry"), phPortFwd);
}

PRL_METHOD(PrlIPPrivNet_Create)(PRL_HANDLE_PTR phPrivNet)
{
    ENTER();
    REQUIRE(phPrivNet);
    return row_give((struct object *)row_new_doc(PHT_IPPRIV_NET, "PrivateNetwork"), phPrivNet);
}

PRL_METHOD(PrlOffmgmtService_Create)(PRL_HANDLE_PTR phOffmgmtService)
{
    ENTER();
    REQUIRE(phOffmgmtService);
    return row_give((struct object *)row_new_doc(PHT_OFFLINE_SERVICE, "OffmgmtService"),
                    phOffmgmtService);
}

PRL_METHOD(PrlNetworkClass_Create)(PRL_UINT32 nClassId, PRL_HANDLE_PTR phNetworkClass)
{
    ENTER();
    REQUIRE(phNetworkClass);
    return row_give(row_new_values(PHT_NETWORK_CLASS, "NetworkClasses",
                                   &(struct row_value){ "ClassId", nClassId }, 1),
                    phNetworkClass);
}

PRL_METHOD(PrlNetworkShapingEntry_Create)
(PRL_UINT32 nClassId, PRL_UINT32 nTotalRate, PRL_HANDLE_PTR phNetworkShapingEntry)
{
    ENTER();
    REQUIRE(phNetworkShapingEntry);
    const struct row_value values[] = { { "ClassId", nClassId }, { "TotalRate", nTotalRate } };

    return row_give(
        row_new_values(PHT_NETWORK_SHAPING, "NetworkShaping", values, ARRAY_LEN(values)),
        phNetworkShapingEntry);
}

PRL_METHOD(PrlNetworkShapingBandwidthEntry_Create)
(PRL_CONST_STR sDev, PRL_UINT32 nBandwidth, PRL_HANDLE_PTR phDeviceEntry)
{
    static const struct field device = { "Device", FIELD_IS_TEXT };
    ENTER();
    REQUIRE(sDev);
    REQUIRE(phDeviceEntry);
    AUTO(object_unref)
    struct object *entry = row_new_values(PHT_NETWORK_SHAPING_BANDWIDTH, "DeviceBandwidth",
                                          &(struct row_value){ "Bandwidth", nBandwidth }, 1);
    xmlNodePtr node;
    PRL_RESULT r =
        entry ? config_obj_lock((struct config_obj *)entry, &node) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_FAILED(r))
        return r;
    r = field_set_text(node, &device, sDev);
    config_obj_unlock((struct config_obj *)entry, true);
    return PRL_FAILED(r) ? r : row_give(TAKE(entry), phDeviceEntry);
}

/* ---- traffic shaping ---- */

PRL_METHOD(PrlNetworkShapingConfig_GetNetworkShapingList)(PRL_HANDLE hConfig, PRL_HANDLE_PTR phList)
{
    return row_get_objects(hConfig, PHT_NETWORK_SHAPING_CONFIG, "", "NetworkShaping",
                           PHT_NETWORK_SHAPING, phList);
}

PRL_METHOD(PrlNetworkShapingConfig_SetNetworkShapingList)(PRL_HANDLE hConfig, PRL_HANDLE hList)
{
    return row_set_objects(hConfig, PHT_NETWORK_SHAPING_CONFIG, "", "NetworkShaping",
                           PHT_NETWORK_SHAPING, hList, ROW_LIST);
}

PRL_METHOD(PrlNetworkShapingConfig_GetNetworkDeviceBandwidthList)
(PRL_HANDLE hConfig, PRL_HANDLE_PTR phList)
{
    return row_get_objects(hConfig, PHT_NETWORK_SHAPING_CONFIG, "", "DeviceBandwidth",
                           PHT_NETWORK_SHAPING_BANDWIDTH, phList);
}

PRL_METHOD(PrlNetworkShapingConfig_SetNetworkDeviceBandwidthList)
(PRL_HANDLE hConfig, PRL_HANDLE hList)
{
    return row_set_objects(hConfig, PHT_NETWORK_SHAPING_CONFIG, "", "DeviceBandwidth",
                           PHT_NETWORK_SHAPING_BANDWIDTH, hList, ROW_LIST);
}

/* ---- port forwarding ---- */

#define FORWARDING "HostOnlyNetwork/NATServer/PortForwarding/"

/* NULL: unknown type. */
static const char *
forwarding_path(PRL_PORT_FORWARDING_TYPE type)
{
    return type == PPF_TCP ? FORWARDING "TCP" : type == PPF_UDP ? FORWARDING "UDP" : NULL;
}

PRL_METHOD(PrlVirtNet_GetPortForwardList)
(PRL_HANDLE hVirtNet, PRL_PORT_FORWARDING_TYPE nPortFwdType, PRL_HANDLE_PTR phPortFwdList)
{
    ENTER();
    REQUIRE(forwarding_path(nPortFwdType));
    return row_get_objects(hVirtNet, PHT_VIRTUAL_NETWORK, forwarding_path(nPortFwdType),
                           "ForwardEntry", PHT_PORT_FORWARDING, phPortFwdList);
}

PRL_METHOD(PrlVirtNet_SetPortForwardList)
(PRL_HANDLE hVirtNet, PRL_PORT_FORWARDING_TYPE nPortFwdType, PRL_HANDLE hPortFwdList)
{
    ENTER();
    REQUIRE(forwarding_path(nPortFwdType));
    return row_set_objects(hVirtNet, PHT_VIRTUAL_NETWORK, forwarding_path(nPortFwdType),
                           "ForwardEntry", PHT_PORT_FORWARDING, hPortFwdList, ROW_LIST_OR_0);
}

/* ---- the card a network is bound to ---- */

#define NO_VLAN 65535

/* Punctuation and case do not matter. */
static bool
is_same_mac(const char *a, const char *b)
{
    char x[TEXT_MAC], y[TEXT_MAC];

    return a && b && text_parse_mac(a, x) && text_parse_mac(b, y) && !strcmp(x, y);
}

static PRL_RESULT
find_card(struct config_obj *host, const char *mac, uint64_t vlan, unsigned *ret_position)
{
    PRL_RESULT r;
    xmlNodePtr root;
    unsigned position = 0;

    r = config_obj_lock(host, &root);
    if (PRL_FAILED(r))
        return r;
    r = PRL_ERR_NETWORK_ADAPTER_NOT_FOUND;
    for (xmlNodePtr n = xml_find(root, "NetworkAdapters/NetworkAdapter"); n && PRL_FAILED(r);
         n = xml_next(n), position++) {
        AUTO(cleanup_free) char *card = xml_get(n, "MacAddress");

        if (is_same_mac(card, mac) && xml_get_u64(n, "VLANTag", NO_VLAN) == vlan) {
            *ret_position = position;
            r = PRL_ERR_SUCCESS;
        }
    }
    config_obj_unlock(host, false);
    return r;
}

PRL_METHOD(PrlVirtNet_GetBoundAdapterInfo)
(PRL_HANDLE hVirtNet, PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phNetAdapter)
{
    ENTER();
    RESOLVE(struct config_obj, net, hVirtNet, PHT_VIRTUAL_NETWORK);
    RESOLVE(struct config_obj, host, hSrvConfig, PHT_SERVER_CONFIG);
    REQUIRE(phNetAdapter);
    unsigned position = 0;
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(net, &node);

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free) char *mac = xml_get(node, "BoundCardMac");
    const uint64_t vlan = xml_get_u64(node, "VLANTag", NO_VLAN);
    config_obj_unlock(net, false);

    r = find_card(host, mac, vlan, &position);
    if (PRL_FAILED(r))
        return r;
    return row_give((struct object *)config_obj_part(PHT_HW_NET_ADAPTER, host, PART_LIST_ITEM,
                                                     "NetworkAdapters/NetworkAdapter", 0, position,
                                                     NULL),
                    phNetAdapter);
}
