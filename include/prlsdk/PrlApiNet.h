/* SPDX-License-Identifier: MIT */
/*
 * PrlApiNet.h: virtual networks, port forwarding, network classes and shaping.
 *
 * Addresses are text; a network address is written address/mask.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_NET_H
#define PRL_API_NET_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Server object: networks
 */

/**
 * PrlSrv_GetVirtualNetworkList: asks for the virtual networks.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_VIRTUAL_NETWORK_LIST; result: any number of PHT_VIRTUAL_NETWORK, by
 *         index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_GetVirtualNetworkList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_AddVirtualNetwork: adds a virtual network.
 *
 * @hServer   PHT_SERVER
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @nFlags    PRL_VIRTUAL_NETWORK_FLAGS
 *
 * Job:    PJOC_SRV_ADD_VIRTUAL_NETWORK; result: nothing
 * Events: PET_DSP_EVT_COMMON_PREFS_CHANGED, PET_DSP_EVT_HW_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_AddVirtualNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hVirtNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateVirtualNetwork: changes the virtual network with the same uuid.
 *
 * @hServer   PHT_SERVER
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @nFlags    PRL_VIRTUAL_NETWORK_FLAGS
 *
 * Job:    PJOC_SRV_UPDATE_VIRTUAL_NETWORK; result: nothing
 * Events: PET_DSP_EVT_COMMON_PREFS_CHANGED, PET_DSP_EVT_HW_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_UpdateVirtualNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hVirtNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_DeleteVirtualNetwork: deletes the virtual network with the same id.
 *
 * @hServer   PHT_SERVER
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @nFlags    0
 *
 * Job:    PJOC_SRV_DELETE_VIRTUAL_NETWORK; result: nothing
 * Events: PET_DSP_EVT_COMMON_PREFS_CHANGED, PET_DSP_EVT_HW_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_DeleteVirtualNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hVirtNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateOfflineService: adds or changes the offline management service of the same
 * name.
 *
 * @hServer          PHT_SERVER
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @nFlags           0
 *
 * Job:    PJOC_SRV_UPDATE_OFFLINE_SERVICE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateOfflineService,
    (PRL_HANDLE hServer, PRL_HANDLE hOffmgmtService, PRL_UINT32 nFlags));

/**
 * PrlSrv_DeleteOfflineService: deletes an offline management service.
 *
 * @hServer          PHT_SERVER
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @nFlags           0
 *
 * Job:    PJOC_SRV_DELETE_OFFLINE_SERVICE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_DeleteOfflineService,
    (PRL_HANDLE hServer, PRL_HANDLE hOffmgmtService, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetOfflineServicesList: asks for the offline management services.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_OFFLINE_SERVICES_LIST; result: any number of PHT_OFFLINE_SERVICE, by
 *         index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetOfflineServicesList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateNetworkClassesList: replaces the network classes.
 *
 * @hServer              PHT_SERVER
 * @hNetworkClassesList  PHT_HANDLES_LIST
 * @nFlags               0
 *
 * Job:    PJOC_SRV_UPDATE_NETWORK_CLASSES_CONFIG; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateNetworkClassesList,
    (PRL_HANDLE hServer, PRL_HANDLE hNetworkClassesList, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetNetworkClassesList: asks for the network classes.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_NETWORK_CLASSES_LIST; result: a PHT_HANDLES_LIST of PHT_NETWORK_CLASS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetNetworkClassesList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateNetworkShapingConfig: replaces the configuration of network shaping.
 *
 * @hServer                PHT_SERVER
 * @hNetworkShapingConfig  PHT_NETWORK_SHAPING_CONFIG
 * @nFlags                 0
 *
 * Job:    PJOC_SRV_UPDATE_NETWORK_SHAPING_CONFIG; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateNetworkShapingConfig,
    (PRL_HANDLE hServer, PRL_HANDLE hNetworkShapingConfig, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetNetworkShapingConfig: asks for the configuration of network shaping.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_NETWORK_SHAPING_CONFIG; result: one PHT_NETWORK_SHAPING_CONFIG
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetNetworkShapingConfig,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_NetServiceStart: starts the network service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_NET_SERVICE_START; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_NetServiceStart, (PRL_HANDLE hServer));

/**
 * PrlSrv_NetServiceStop: stops the network service. The job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_NET_SERVICE_STOP; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_NetServiceStop, (PRL_HANDLE hServer));

/**
 * PrlSrv_NetServiceRestart: restarts the network service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_NET_SERVICE_RESTART; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_NetServiceRestart, (PRL_HANDLE hServer));

/**
 * PrlSrv_NetServiceRestoreDefaults: resets the network service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_NET_SERVICE_RESTORE_DEFAULTS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_NetServiceRestoreDefaults,
    (PRL_HANDLE hServer));

/**
 * PrlSrv_GetNetServiceStatus: asks for the state of the network service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_NET_SERVICE_STATUS; result: one PHT_NET_SERVICE_STATUS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetNetServiceStatus, (PRL_HANDLE hServer));

/**
 * PrlSrv_AddIPPrivateNetwork: adds a private network of addresses.
 *
 * @hServer   PHT_SERVER
 * @hPrivNet  PHT_IPPRIV_NET
 * @nFlags    0
 *
 * Job:    PJOC_SRV_ADD_IPPRIVATE_NETWORK; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_AddIPPrivateNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hPrivNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_RemoveIPPrivateNetwork: deletes a private network of addresses.
 *
 * @hServer   PHT_SERVER
 * @hPrivNet  PHT_IPPRIV_NET
 * @nFlags    0
 *
 * Job:    PJOC_SRV_REMOVE_IPPRIVATE_NETWORK; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_RemoveIPPrivateNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hPrivNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateIPPrivateNetwork: changes the private network of the same name.
 *
 * @hServer   PHT_SERVER
 * @hPrivNet  PHT_IPPRIV_NET
 * @nFlags    0
 *
 * Job:    PJOC_SRV_UPDATE_IPPRIVATE_NETWORK; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateIPPrivateNetwork,
    (PRL_HANDLE hServer, PRL_HANDLE hPrivNet, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetIPPrivateNetworksList: asks for the private networks.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_IPPRIVATE_NETWORKS_LIST; result: any number of PHT_IPPRIV_NET, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetIPPrivateNetworksList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/*
 * Virtual networks (PHT_VIRTUAL_NETWORK)
 */

/**
 * PrlVirtNet_Create: makes a virtual network object with default values; nothing exists until
 * PrlSrv_AddVirtualNetwork.
 *
 * @phVirtNet  [out] new reference to a PHT_VIRTUAL_NETWORK
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_Create, (PRL_HANDLE_PTR phVirtNet));

/**
 * PrlVirtNet_GetNetworkId: name of the network, which adapters refer to.
 *
 * @hVirtNet              PHT_VIRTUAL_NETWORK
 * @sNetworkId            [out] text buffer, or NULL to ask for the length
 * @pnNetworkIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork NetworkID, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetNetworkId,
    (PRL_HANDLE hVirtNet, PRL_STR sNetworkId, PRL_UINT32_PTR pnNetworkIdBufLength));

/**
 * PrlVirtNet_SetNetworkId: sets the name of the network, which adapters refer to.
 *
 * @hVirtNet    PHT_VIRTUAL_NETWORK
 * @sNetworkId  id of a virtual network
 *
 * Source: VirtualNetwork NetworkID, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetNetworkId,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sNetworkId));

/**
 * PrlVirtNet_GetDescription: words about the network.
 *
 * @hVirtNet                PHT_VIRTUAL_NETWORK
 * @sDescription            [out] text buffer, or NULL to ask for the length
 * @pnDescriptionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork Description, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetDescription,
    (PRL_HANDLE hVirtNet, PRL_STR sDescription, PRL_UINT32_PTR pnDescriptionBufLength));

/**
 * PrlVirtNet_SetDescription: sets the words about the network.
 *
 * @hVirtNet      PHT_VIRTUAL_NETWORK
 * @sDescription  text for people; "" for none
 *
 * Source: VirtualNetwork Description, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetDescription,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sDescription));

/**
 * PrlVirtNet_GetNetworkType: kind of the network.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @pnNetworkType  [out] a PRL_NET_VIRTUAL_NETWORK_TYPE value
 *
 * Source: VirtualNetwork NetworkType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetNetworkType,
    (PRL_HANDLE hVirtNet, PRL_NET_VIRTUAL_NETWORK_TYPE_PTR pnNetworkType));

/**
 * PrlVirtNet_SetNetworkType: sets the kind of the network.
 *
 * @hVirtNet      PHT_VIRTUAL_NETWORK
 * @nNetworkType  a PRL_NET_VIRTUAL_NETWORK_TYPE value
 *
 * Source: VirtualNetwork NetworkType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetNetworkType,
    (PRL_HANDLE hVirtNet, PRL_NET_VIRTUAL_NETWORK_TYPE nNetworkType));

/**
 * PrlVirtNet_GetBoundCardMac: hardware address of the host adapter a bridged network uses.
 *
 * @hVirtNet                 PHT_VIRTUAL_NETWORK
 * @sBoundCardMac            [out] text buffer, or NULL to ask for the length
 * @pnBoundCardMacBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork BoundCardMac, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetBoundCardMac,
    (PRL_HANDLE hVirtNet, PRL_STR sBoundCardMac, PRL_UINT32_PTR pnBoundCardMacBufLength));

/**
 * PrlVirtNet_SetBoundCardMac: sets the hardware address of the host adapter a bridged network
 * uses.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @sBoundCardMac  12 hexadecimal digits, with or without separators
 *
 * Source: VirtualNetwork BoundCardMac, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetBoundCardMac,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sBoundCardMac));

/**
 * PrlVirtNet_GetAdapterName: name of the host's adapter on the network.
 *
 * @hVirtNet                PHT_VIRTUAL_NETWORK
 * @sAdapterName            [out] text buffer, or NULL to ask for the length
 * @pnAdapterNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetAdapterName,
    (PRL_HANDLE hVirtNet, PRL_STR sAdapterName, PRL_UINT32_PTR pnAdapterNameBufLength));

/**
 * PrlVirtNet_SetAdapterName: sets the name of the host's adapter on the network.
 *
 * @hVirtNet      PHT_VIRTUAL_NETWORK
 * @sAdapterName  the text, UTF-8
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetAdapterName,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sAdapterName));

/**
 * PrlVirtNet_GetAdapterIndex: number of the host's adapter on the network.
 *
 * @hVirtNet        PHT_VIRTUAL_NETWORK
 * @pnAdapterIndex  [out] number, or a PRL_ADAPTER_INDEX value
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/PrlAdapterIndex, default -2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetAdapterIndex,
    (PRL_HANDLE hVirtNet, PRL_UINT32_PTR pnAdapterIndex));

/**
 * PrlVirtNet_SetAdapterIndex: sets the number of the host's adapter on the network.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @nAdapterIndex  position, from 0
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/PrlAdapterIndex, default -2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetAdapterIndex,
    (PRL_HANDLE hVirtNet, PRL_UINT32 nAdapterIndex));

/**
 * PrlVirtNet_GetHostIPAddress: IPv4 address of the host on the network.
 *
 * @hVirtNet                  PHT_VIRTUAL_NETWORK
 * @sHostIPAddress            [out] text buffer, or NULL to ask for the length
 * @pnHostIPAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/HostIPAddress, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetHostIPAddress,
    (PRL_HANDLE hVirtNet, PRL_STR sHostIPAddress, PRL_UINT32_PTR pnHostIPAddressBufLength));

/**
 * PrlVirtNet_SetHostIPAddress: sets the IPv4 address of the host on the network.
 *
 * @hVirtNet        PHT_VIRTUAL_NETWORK
 * @sHostIPAddress  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/HostIPAddress, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetHostIPAddress,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sHostIPAddress));

/**
 * PrlVirtNet_GetHostIP6Address: IPv6 address of the host on the network.
 *
 * @hVirtNet                  PHT_VIRTUAL_NETWORK
 * @sHostIPAddress            [out] text buffer, or NULL to ask for the length
 * @pnHostIPAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/HostIP6Address, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_GetHostIP6Address,
    (PRL_HANDLE hVirtNet, PRL_STR sHostIPAddress, PRL_UINT32_PTR pnHostIPAddressBufLength));

/**
 * PrlVirtNet_SetHostIP6Address: sets the IPv6 address of the host on the network.
 *
 * @hVirtNet        PHT_VIRTUAL_NETWORK
 * @sHostIPAddress  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/HostIP6Address, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetHostIP6Address,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sHostIPAddress));

/**
 * PrlVirtNet_GetDhcpIPAddress: IPv4 address of the DHCP server.
 *
 * @hVirtNet                  PHT_VIRTUAL_NETWORK
 * @sDhcpIPAddress            [out] text buffer, or NULL to ask for the length
 * @pnDhcpIPAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DhcpIPAddress, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetDhcpIPAddress,
    (PRL_HANDLE hVirtNet, PRL_STR sDhcpIPAddress, PRL_UINT32_PTR pnDhcpIPAddressBufLength));

/**
 * PrlVirtNet_SetDhcpIPAddress: sets the IPv4 address of the DHCP server.
 *
 * @hVirtNet        PHT_VIRTUAL_NETWORK
 * @sDhcpIPAddress  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DhcpIPAddress, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetDhcpIPAddress,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sDhcpIPAddress));

/**
 * PrlVirtNet_GetDhcpIP6Address: IPv6 address of the DHCP server.
 *
 * @hVirtNet                  PHT_VIRTUAL_NETWORK
 * @sDhcpIPAddress            [out] text buffer, or NULL to ask for the length
 * @pnDhcpIPAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DhcpIP6Address, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_GetDhcpIP6Address,
    (PRL_HANDLE hVirtNet, PRL_STR sDhcpIPAddress, PRL_UINT32_PTR pnDhcpIPAddressBufLength));

/**
 * PrlVirtNet_SetDhcpIP6Address: sets the IPv6 address of the DHCP server.
 *
 * @hVirtNet        PHT_VIRTUAL_NETWORK
 * @sDhcpIPAddress  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DhcpIP6Address, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetDhcpIP6Address,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sDhcpIPAddress));

/**
 * PrlVirtNet_GetIPNetMask: IPv4 mask of the network.
 *
 * @hVirtNet              PHT_VIRTUAL_NETWORK
 * @sIPNetMask            [out] text buffer, or NULL to ask for the length
 * @pnIPNetMaskBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/IPNetMask, default 255.255.255.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetIPNetMask,
    (PRL_HANDLE hVirtNet, PRL_STR sIPNetMask, PRL_UINT32_PTR pnIPNetMaskBufLength));

/**
 * PrlVirtNet_SetIPNetMask: sets the IPv4 mask of the network.
 *
 * @hVirtNet    PHT_VIRTUAL_NETWORK
 * @sIPNetMask  net mask
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IPv4 net mask
 * Source: VirtualNetwork HostOnlyNetwork/IPNetMask, default 255.255.255.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetIPNetMask,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPNetMask));

/**
 * PrlVirtNet_GetIP6NetMask: IPv6 mask of the network.
 *
 * @hVirtNet              PHT_VIRTUAL_NETWORK
 * @sIPNetMask            [out] text buffer, or NULL to ask for the length
 * @pnIPNetMaskBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/IP6NetMask, default ffff:ffff:ffff:ffff::
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_GetIP6NetMask,
    (PRL_HANDLE hVirtNet, PRL_STR sIPNetMask, PRL_UINT32_PTR pnIPNetMaskBufLength));

/**
 * PrlVirtNet_SetIP6NetMask: sets the IPv6 mask of the network.
 *
 * @hVirtNet    PHT_VIRTUAL_NETWORK
 * @sIPNetMask  net mask
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/IP6NetMask, default ffff:ffff:ffff:ffff::
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetIP6NetMask,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPNetMask));

/**
 * PrlVirtNet_GetVlanTag: VLAN of a bridged network.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pnVlanTag  [out] tag, or PRL_INVALID_VLAN_TAG
 *
 * Source: VirtualNetwork VLANTag, default 65535
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetVlanTag,
    (PRL_HANDLE hVirtNet, PRL_UINT16_PTR pnVlanTag));

/**
 * PrlVirtNet_SetVlanTag: sets the VLAN of a bridged network.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @nVlanTag  tag, or PRL_INVALID_VLAN_TAG
 *
 * Source: VirtualNetwork VLANTag, default 65535
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetVlanTag,
    (PRL_HANDLE hVirtNet, PRL_UINT16 nVlanTag));

/**
 * PrlVirtNet_GetIPScopeStart: first address the DHCP server gives out.
 *
 * @hVirtNet                 PHT_VIRTUAL_NETWORK
 * @sIPScopeStart            [out] text buffer, or NULL to ask for the length
 * @pnIPScopeStartBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/IPScopeStart, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetIPScopeStart,
    (PRL_HANDLE hVirtNet, PRL_STR sIPScopeStart, PRL_UINT32_PTR pnIPScopeStartBufLength));

/**
 * PrlVirtNet_SetIPScopeStart: sets the first address the DHCP server gives out.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @sIPScopeStart  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/IPScopeStart, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetIPScopeStart,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPScopeStart));

/**
 * PrlVirtNet_GetIPScopeEnd: last address the DHCP server gives out.
 *
 * @hVirtNet               PHT_VIRTUAL_NETWORK
 * @sIPScopeEnd            [out] text buffer, or NULL to ask for the length
 * @pnIPScopeEndBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/IPScopeEnd, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetIPScopeEnd,
    (PRL_HANDLE hVirtNet, PRL_STR sIPScopeEnd, PRL_UINT32_PTR pnIPScopeEndBufLength));

/**
 * PrlVirtNet_SetIPScopeEnd: sets the last address the DHCP server gives out.
 *
 * @hVirtNet     PHT_VIRTUAL_NETWORK
 * @sIPScopeEnd  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/IPScopeEnd, default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetIPScopeEnd,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPScopeEnd));

/**
 * PrlVirtNet_GetIP6ScopeStart: first address the DHCPv6 server gives out.
 *
 * @hVirtNet                 PHT_VIRTUAL_NETWORK
 * @sIPScopeStart            [out] text buffer, or NULL to ask for the length
 * @pnIPScopeStartBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/IPScopeStart, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_GetIP6ScopeStart,
    (PRL_HANDLE hVirtNet, PRL_STR sIPScopeStart, PRL_UINT32_PTR pnIPScopeStartBufLength));

/**
 * PrlVirtNet_SetIP6ScopeStart: sets the first address the DHCPv6 server gives out.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @sIPScopeStart  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/IPScopeStart, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetIP6ScopeStart,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPScopeStart));

/**
 * PrlVirtNet_GetIP6ScopeEnd: last address the DHCPv6 server gives out.
 *
 * @hVirtNet               PHT_VIRTUAL_NETWORK
 * @sIPScopeEnd            [out] text buffer, or NULL to ask for the length
 * @pnIPScopeEndBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/IPScopeEnd, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_GetIP6ScopeEnd,
    (PRL_HANDLE hVirtNet, PRL_STR sIPScopeEnd, PRL_UINT32_PTR pnIPScopeEndBufLength));

/**
 * PrlVirtNet_SetIP6ScopeEnd: sets the last address the DHCPv6 server gives out.
 *
 * @hVirtNet     PHT_VIRTUAL_NETWORK
 * @sIPScopeEnd  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address (either family)
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/IPScopeEnd, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetIP6ScopeEnd,
    (PRL_HANDLE hVirtNet, PRL_CONST_STR sIPScopeEnd));

/**
 * PrlVirtNet_IsEnabled: tells whether the network is in use.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_IsEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVirtNet_SetEnabled: sets whether the network is in use.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL bEnabled));

/**
 * PrlVirtNet_IsAdapterEnabled: tells whether the host has an adapter on the network.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_IsAdapterEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVirtNet_SetAdapterEnabled: sets whether the host has an adapter on the network.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/VirtuozzoAdapter/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetAdapterEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL bEnabled));

/**
 * PrlVirtNet_IsDHCPServerEnabled: tells whether there is a DHCP server.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_IsDHCPServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVirtNet_SetDHCPServerEnabled: sets whether there is a DHCP server.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPServer/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetDHCPServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL bEnabled));

/**
 * PrlVirtNet_IsDHCP6ServerEnabled: tells whether there is a DHCPv6 server.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_IsDHCP6ServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVirtNet_SetDHCP6ServerEnabled: sets whether there is a DHCPv6 server.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/DHCPv6Server/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVirtNet_SetDHCP6ServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL bEnabled));

/**
 * PrlVirtNet_IsNATServerEnabled: tells whether machines reach the outside by address
 * translation.
 *
 * @hVirtNet   PHT_VIRTUAL_NETWORK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/NATServer/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_IsNATServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVirtNet_SetNATServerEnabled: sets whether machines reach the outside by address
 * translation.
 *
 * @hVirtNet  PHT_VIRTUAL_NETWORK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: VirtualNetwork HostOnlyNetwork/NATServer/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetNATServerEnabled,
    (PRL_HANDLE hVirtNet, PRL_BOOL bEnabled));

/**
 * PrlVirtNet_GetPortForwardList: ports of the host that lead to machines.
 *
 * @hVirtNet       PHT_VIRTUAL_NETWORK
 * @nPortFwdType   a PRL_PORT_FORWARDING_TYPE value
 * @phPortFwdList  [out] new reference to a PHT_HANDLES_LIST of PHT_PORT_FORWARDING
 *
 * Errors: PRL_ERR_INVALID_ARG for an unknown port forwarding type
 * Source: VirtualNetwork HostOnlyNetwork/NATServer/PortForwarding +
 *         HostOnlyNetwork/NATServer/PortForwarding/TCP/ForwardEntry[] +
 *         HostOnlyNetwork/NATServer/PortForwarding/UDP/ForwardEntry[], default +  +
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetPortForwardList,
    (PRL_HANDLE hVirtNet, PRL_PORT_FORWARDING_TYPE nPortFwdType, PRL_HANDLE_PTR phPortFwdList));

/**
 * PrlVirtNet_SetPortForwardList: sets the ports of the host that lead to machines.
 *
 * @hVirtNet      PHT_VIRTUAL_NETWORK
 * @nPortFwdType  a PRL_PORT_FORWARDING_TYPE value
 * @hPortFwdList  PHT_HANDLES_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Errors: PRL_ERR_INVALID_ARG for an unknown type or a list item that is not
 *         PHT_PORT_FORWARDING
 * Source: VirtualNetwork HostOnlyNetwork/NATServer/PortForwarding +
 *         HostOnlyNetwork/NATServer/PortForwarding/TCP/ForwardEntry[] +
 *         HostOnlyNetwork/NATServer/PortForwarding/UDP/ForwardEntry[], default +  +
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_SetPortForwardList,
    (PRL_HANDLE hVirtNet, PRL_PORT_FORWARDING_TYPE nPortFwdType, PRL_HANDLE hPortFwdList));

/**
 * PrlVirtNet_GetBoundAdapterInfo: the host adapter a bridged network uses.
 *
 * @hVirtNet      PHT_VIRTUAL_NETWORK
 * @hSrvConfig    PHT_SERVER_CONFIG
 * @phNetAdapter  [out] new reference to a PHT_HW_NET_ADAPTER
 *
 * Errors: PRL_ERR_NETWORK_ADAPTER_NOT_FOUND
 * Source: VirtualNetwork BoundCardMac + VLANTag + NetworkAdapters/NetworkAdapter[i]/Name +
 *         NetworkAdapters/NetworkAdapter[i]/MacAddress +
 *         NetworkAdapters/NetworkAdapter[i]/VLANTag, default "" + 65535 + "" + "" + 65535
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVirtNet_GetBoundAdapterInfo,
    (PRL_HANDLE hVirtNet, PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phNetAdapter));

/*
 * Forwarded ports (PHT_PORT_FORWARDING)
 */

/**
 * PrlPortFwd_Create: makes a forwarding rule.
 *
 * @phPortFwd  [out] new reference to a PHT_PORT_FORWARDING
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_Create, (PRL_HANDLE_PTR phPortFwd));

/**
 * PrlPortFwd_GetRuleName: name of the rule.
 *
 * @hPortFwd             PHT_PORT_FORWARDING
 * @sRuleName            [out] text buffer, or NULL to ask for the length
 * @pnRuleNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RuleName, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlPortFwd_GetRuleName,
    (PRL_HANDLE hPortFwd, PRL_STR sRuleName, PRL_UINT32_PTR pnRuleNameBufLength));

/**
 * PrlPortFwd_SetRuleName: sets the name of the rule.
 *
 * @hPortFwd   PHT_PORT_FORWARDING
 * @sRuleName  the text, UTF-8
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RuleName, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlPortFwd_SetRuleName,
    (PRL_HANDLE hPortFwd, PRL_CONST_STR sRuleName));

/**
 * PrlPortFwd_GetIncomingPort: port of the host.
 *
 * @hPortFwd        PHT_PORT_FORWARDING
 * @pnIncomingPort  [out] port
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/IncomingPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_GetIncomingPort,
    (PRL_HANDLE hPortFwd, PRL_UINT16_PTR pnIncomingPort));

/**
 * PrlPortFwd_SetIncomingPort: sets the port of the host.
 *
 * @hPortFwd       PHT_PORT_FORWARDING
 * @nIncomingPort  port
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/IncomingPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_SetIncomingPort,
    (PRL_HANDLE hPortFwd, PRL_UINT16 nIncomingPort));

/**
 * PrlPortFwd_GetRedirectIPAddress: address the connection goes to.
 *
 * @hPortFwd                      PHT_PORT_FORWARDING
 * @sRedirectIPAddress            [out] text buffer, or NULL to ask for the length
 * @pnRedirectIPAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectIp,
 *         default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_GetRedirectIPAddress,
    (PRL_HANDLE hPortFwd, PRL_STR sRedirectIPAddress,
     PRL_UINT32_PTR pnRedirectIPAddressBufLength));

/**
 * PrlPortFwd_SetRedirectIPAddress: sets the address the connection goes to.
 *
 * @hPortFwd            PHT_PORT_FORWARDING
 * @sRedirectIPAddress  address
 *
 * Errors: PRL_ERR_INVALID_ARG for text that is no IP address
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectIp,
 *         default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_SetRedirectIPAddress,
    (PRL_HANDLE hPortFwd, PRL_CONST_STR sRedirectIPAddress));

/**
 * PrlPortFwd_GetRedirectPort: port the connection goes to.
 *
 * @hPortFwd        PHT_PORT_FORWARDING
 * @pnRedirectPort  [out] port
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_GetRedirectPort,
    (PRL_HANDLE hPortFwd, PRL_UINT16_PTR pnRedirectPort));

/**
 * PrlPortFwd_SetRedirectPort: sets the port the connection goes to.
 *
 * @hPortFwd       PHT_PORT_FORWARDING
 * @nRedirectPort  port
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlPortFwd_SetRedirectPort,
    (PRL_HANDLE hPortFwd, PRL_UINT16 nRedirectPort));

/**
 * PrlPortFwd_GetRedirectVm: uuid of the machine the connection goes to; "" if the address
 * counts.
 *
 * @hPortFwd               PHT_PORT_FORWARDING
 * @sRedirectVm            [out] text buffer, or NULL to ask for the length
 * @pnRedirectVmBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectVm,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlPortFwd_GetRedirectVm,
    (PRL_HANDLE hPortFwd, PRL_STR sRedirectVm, PRL_UINT32_PTR pnRedirectVmBufLength));

/**
 * PrlPortFwd_SetRedirectVm: sets the uuid of the machine the connection goes to; "" if the
 * address counts.
 *
 * @hPortFwd     PHT_PORT_FORWARDING
 * @sRedirectVm  uuid, or ""
 *
 * Source: VirtualNetwork
 *         HostOnlyNetwork/NATServer/PortForwarding/{TCP|UDP}/ForwardEntry[i]/RedirectVm,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlPortFwd_SetRedirectVm,
    (PRL_HANDLE hPortFwd, PRL_CONST_STR sRedirectVm));

/*
 * State of the network service
 */

/**
 * PrlNetSvc_GetStatus: state of the network service.
 *
 * @handle       PHT_NET_SERVICE_STATUS
 * @pnNetStatus  [out] a PRL_SERVICE_STATUS_ENUM value
 *
 * Errors: PRL_ERR_GET_NET_SERVICE_STATUS_FAILED
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlNetSvc_GetStatus,
    (PRL_HANDLE handle, PRL_SERVICE_STATUS_ENUM_PTR pnNetStatus));

/*
 * Network classes (PHT_NETWORK_CLASS)
 */

/**
 * PrlNetworkClass_Create: makes a network class without networks.
 *
 * @nClassId        number of the class
 * @phNetworkClass  [out] new reference to a PHT_NETWORK_CLASS
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkClass_Create,
    (PRL_UINT32 nClassId, PRL_HANDLE_PTR phNetworkClass));

/**
 * PrlNetworkClass_GetClassId: number of the class.
 *
 * @hNetworkClass  PHT_NETWORK_CLASS
 * @pnClassId      [out] number
 *
 * Source: NetworkClasses ClassId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkClass_GetClassId,
    (PRL_HANDLE hNetworkClass, PRL_UINT32_PTR pnClassId));

/**
 * PrlNetworkClass_SetClassId: sets the number of the class.
 *
 * @hNetworkClass  PHT_NETWORK_CLASS
 * @nClassId       number of the class
 *
 * Source: NetworkClasses ClassId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkClass_SetClassId,
    (PRL_HANDLE hNetworkClass, PRL_UINT32 nClassId));

/**
 * PrlNetworkClass_GetNetworkList: networks of the class, a list of address/mask.
 *
 * @hNetworkClass  PHT_NETWORK_CLASS
 * @phNetworkList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: NetworkClasses Network
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkClass_GetNetworkList,
    (PRL_HANDLE hNetworkClass, PRL_HANDLE_PTR phNetworkList));

/**
 * PrlNetworkClass_SetNetworkList: sets the networks of the class, a list of address/mask.
 *
 * @hNetworkClass  PHT_NETWORK_CLASS
 * @hNetworkList   PHT_STRINGS_LIST
 *
 * Source: NetworkClasses Network
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkClass_SetNetworkList,
    (PRL_HANDLE hNetworkClass, PRL_HANDLE hNetworkList));

/*
 * Network shaping (PHT_NETWORK_SHAPING_CONFIG)
 */

/**
 * PrlNetworkShapingConfig_IsEnabled: tells whether traffic is shaped.
 *
 * @hConfig    PHT_NETWORK_SHAPING_CONFIG
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: NetworkShapingConfig Enabled
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_IsEnabled,
    (PRL_HANDLE hConfig, PRL_BOOL_PTR pbEnabled));

/**
 * PrlNetworkShapingConfig_SetEnabled: sets whether traffic is shaped.
 *
 * @hConfig   PHT_NETWORK_SHAPING_CONFIG
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: NetworkShapingConfig Enabled
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_SetEnabled,
    (PRL_HANDLE hConfig, PRL_BOOL bEnabled));

/**
 * PrlNetworkShapingConfig_GetNetworkShapingList: entries of network shaping.
 *
 * @hConfig  PHT_NETWORK_SHAPING_CONFIG
 * @phList   [out] new reference to a PHT_HANDLES_LIST of PHT_NETWORK_SHAPING
 *
 * Source: NetworkShapingConfig NetworkShaping[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_GetNetworkShapingList,
    (PRL_HANDLE hConfig, PRL_HANDLE_PTR phList));

/**
 * PrlNetworkShapingConfig_SetNetworkShapingList: sets the entries of network shaping.
 *
 * @hConfig  PHT_NETWORK_SHAPING_CONFIG
 * @hList    PHT_HANDLES_LIST of PHT_NETWORK_SHAPING
 *
 * Source: NetworkShapingConfig NetworkShaping[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_SetNetworkShapingList,
    (PRL_HANDLE hConfig, PRL_HANDLE hList));

/**
 * PrlNetworkShapingConfig_GetNetworkDeviceBandwidthList: bandwidths of the host's adapters.
 *
 * @hConfig  PHT_NETWORK_SHAPING_CONFIG
 * @phList   [out] new reference to a PHT_HANDLES_LIST of PHT_NETWORK_SHAPING_BANDWIDTH
 *
 * Source: NetworkShapingConfig DeviceBandwidth[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_GetNetworkDeviceBandwidthList,
    (PRL_HANDLE hConfig, PRL_HANDLE_PTR phList));

/**
 * PrlNetworkShapingConfig_SetNetworkDeviceBandwidthList: sets the bandwidths of the host's
 * adapters.
 *
 * @hConfig  PHT_NETWORK_SHAPING_CONFIG
 * @hList    PHT_HANDLES_LIST of PHT_NETWORK_SHAPING_BANDWIDTH
 *
 * Source: NetworkShapingConfig DeviceBandwidth[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingConfig_SetNetworkDeviceBandwidthList,
    (PRL_HANDLE hConfig, PRL_HANDLE hList));

/*
 * Entries of it (PHT_NETWORK_SHAPING)
 */

/**
 * PrlNetworkShapingEntry_Create: makes an entry of network shaping.
 *
 * @nClassId               number of the network class
 * @nTotalRate             kilobits per second for all machines
 * @phNetworkShapingEntry  [out] new reference to a PHT_NETWORK_SHAPING
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_Create,
    (PRL_UINT32 nClassId, PRL_UINT32 nTotalRate, PRL_HANDLE_PTR phNetworkShapingEntry));

/**
 * PrlNetworkShapingEntry_GetClassId: network class the entry is for.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @pnClassId             [out] number
 *
 * Source: NetworkShaping ClassId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_GetClassId,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32_PTR pnClassId));

/**
 * PrlNetworkShapingEntry_SetClassId: sets the network class the entry is for.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @nClassId              number of the class
 *
 * Source: NetworkShaping ClassId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_SetClassId,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32 nClassId));

/**
 * PrlNetworkShapingEntry_GetTotalRate: what all machines together may send.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @pnTotalRate           [out] kilobits per second
 *
 * Source: NetworkShaping TotalRate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_GetTotalRate,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32_PTR pnTotalRate));

/**
 * PrlNetworkShapingEntry_SetTotalRate: sets what all machines together may send.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @nTotalRate            kilobits per second
 *
 * Source: NetworkShaping TotalRate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_SetTotalRate,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32 nTotalRate));

/**
 * PrlNetworkShapingEntry_GetDevice: host adapter the entry is for.
 *
 * @hNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @sDev                  [out] text buffer, or NULL to ask for the length
 * @pnBufLength           [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: NetworkShaping Device, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_GetDevice,
    (PRL_HANDLE hNetworkShapingEntry, PRL_STR sDev, PRL_UINT32_PTR pnBufLength));

/**
 * PrlNetworkShapingEntry_SetDevice: sets the host adapter the entry is for.
 *
 * @hNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @sDev                  name of a host adapter
 *
 * Source: NetworkShaping Device, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_SetDevice,
    (PRL_HANDLE hNetworkShapingEntry, PRL_CONST_STR sDev));

/**
 * PrlNetworkShapingEntry_GetRate: what a machine without a rate of its own may send.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @pnRate                [out] kilobits per second
 *
 * Source: NetworkShaping Rate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_GetRate,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32_PTR pnRate));

/**
 * PrlNetworkShapingEntry_SetRate: sets what a machine without a rate of its own may send.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @nRate                 kilobits per second
 *
 * Source: NetworkShaping Rate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingEntry_SetRate,
    (PRL_HANDLE pNetworkShapingEntry, PRL_UINT32 nRate));

/**
 * PrlNetworkShapingEntry_GetRateMPU: smallest packet size counted.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @pnRateMPU             [out] bytes, or a PRL_NETWORK_RATE_MPU value
 *
 * Source: NetworkShaping RateMPU
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlNetworkShapingEntry_GetRateMPU,
    (PRL_HANDLE pNetworkShapingEntry, PRL_INT32_PTR pnRateMPU));

/**
 * PrlNetworkShapingEntry_SetRateMPU: sets the smallest packet size counted.
 *
 * @pNetworkShapingEntry  PHT_NETWORK_SHAPING
 * @nRateMPU              bytes, or a PRL_NETWORK_RATE_MPU value
 *
 * Source: NetworkShaping RateMPU
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlNetworkShapingEntry_SetRateMPU,
    (PRL_HANDLE pNetworkShapingEntry, PRL_INT32 nRateMPU));

/*
 * Bandwidth of an adapter (PHT_NETWORK_SHAPING_BANDWIDTH)
 */

/**
 * PrlNetworkShapingBandwidthEntry_Create: makes an entry for the bandwidth of a host adapter.
 *
 * @sDev           name of the adapter
 * @nBandwidth     kilobits per second
 * @phDeviceEntry  [out] new reference to a PHT_NETWORK_SHAPING_BANDWIDTH
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingBandwidthEntry_Create,
    (PRL_CONST_STR sDev, PRL_UINT32 nBandwidth, PRL_HANDLE_PTR phDeviceEntry));

/**
 * PrlNetworkShapingBandwidthEntry_GetDevice: host adapter the entry is for.
 *
 * @hDeviceEntry  PHT_NETWORK_SHAPING_BANDWIDTH
 * @sDev          [out] text buffer, or NULL to ask for the length
 * @pnBufLength   [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: DeviceBandwidth Device, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingBandwidthEntry_GetDevice,
    (PRL_HANDLE hDeviceEntry, PRL_STR sDev, PRL_UINT32_PTR pnBufLength));

/**
 * PrlNetworkShapingBandwidthEntry_SetDevice: sets the host adapter the entry is for.
 *
 * @hDeviceEntry  PHT_NETWORK_SHAPING_BANDWIDTH
 * @sDev          name of a host adapter
 *
 * Source: DeviceBandwidth Device, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingBandwidthEntry_SetDevice,
    (PRL_HANDLE hDeviceEntry, PRL_CONST_STR sDev));

/**
 * PrlNetworkShapingBandwidthEntry_GetBandwidth: bandwidth of the adapter.
 *
 * @hDeviceEntry  PHT_NETWORK_SHAPING_BANDWIDTH
 * @pnBandwidth   [out] kilobits per second
 *
 * Source: DeviceBandwidth Bandwidth
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingBandwidthEntry_GetBandwidth,
    (PRL_HANDLE hDeviceEntry, PRL_UINT32_PTR pnBandwidth));

/**
 * PrlNetworkShapingBandwidthEntry_SetBandwidth: sets the bandwidth of the adapter.
 *
 * @hDeviceEntry  PHT_NETWORK_SHAPING_BANDWIDTH
 * @nBandwidth    kilobits per second
 *
 * Source: DeviceBandwidth Bandwidth
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkShapingBandwidthEntry_SetBandwidth,
    (PRL_HANDLE hDeviceEntry, PRL_UINT32 nBandwidth));

/*
 * Rate of a machine in one network class (PHT_NETWORK_RATE)
 */

/**
 * PrlNetworkRate_Create: makes a rate for one network class.
 *
 * @nClassId       number of the network class, not 0
 * @nRate          kilobits per second, not 0
 * @phNetworkRate  [out] new reference to a PHT_NETWORK_RATE
 *
 * Errors: PRL_ERR_INVALID_ARG when class or rate is 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkRate_Create,
    (PRL_UINT32 nClassId, PRL_UINT32 nRate, PRL_HANDLE_PTR phNetworkRate));

/**
 * PrlNetworkRate_GetClassId: network class the rate is for.
 *
 * @hNetworkRate  PHT_NETWORK_RATE
 * @pnClassId     [out] number
 *
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates/NetworkRate[i]/ClassId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkRate_GetClassId,
    (PRL_HANDLE hNetworkRate, PRL_UINT32_PTR pnClassId));

/**
 * PrlNetworkRate_GetRate: what the machine may send in the class.
 *
 * @hNetworkRate  PHT_NETWORK_RATE
 * @pnRate        [out] kilobits per second
 *
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates/NetworkRate[i]/Rate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlNetworkRate_GetRate,
    (PRL_HANDLE hNetworkRate, PRL_UINT32_PTR pnRate));

/*
 * Offline management services (PHT_OFFLINE_SERVICE)
 */

/**
 * PrlOffmgmtService_Create: makes an offline management service object.
 *
 * @phOffmgmtService  [out] new reference to a PHT_OFFLINE_SERVICE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_Create, (PRL_HANDLE_PTR phOffmgmtService));

/**
 * PrlOffmgmtService_GetName: name of the service.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: OffmgmtService Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_GetName,
    (PRL_HANDLE hOffmgmtService, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/**
 * PrlOffmgmtService_SetName: sets the name of the service.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @sName            the text, UTF-8
 *
 * Errors: PRL_ERR_INVALID_ARG for ""
 * Source: OffmgmtService Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_SetName,
    (PRL_HANDLE hOffmgmtService, PRL_CONST_STR sName));

/**
 * PrlOffmgmtService_GetPort: port of the service.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @pnPort           [out] port
 *
 * Source: OffmgmtService Port, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_GetPort,
    (PRL_HANDLE hOffmgmtService, PRL_UINT32_PTR pnPort));

/**
 * PrlOffmgmtService_SetPort: sets the port of the service.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @nPort            port
 *
 * Errors: PRL_ERR_INVALID_ARG for 0
 * Source: OffmgmtService Port, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_SetPort,
    (PRL_HANDLE hOffmgmtService, PRL_UINT32 nPort));

/**
 * PrlOffmgmtService_IsUsedByDefault: tells whether machines use the service unless told
 * otherwise.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @pbDefault        [out] PRL_TRUE or PRL_FALSE
 *
 * Source: OffmgmtService UsedByDefault
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_IsUsedByDefault,
    (PRL_HANDLE hOffmgmtService, PRL_BOOL_PTR pbDefault));

/**
 * PrlOffmgmtService_SetUsedByDefault: sets whether machines use the service unless told
 * otherwise.
 *
 * @hOffmgmtService  PHT_OFFLINE_SERVICE
 * @bDefault         PRL_TRUE or PRL_FALSE
 *
 * Source: OffmgmtService UsedByDefault
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOffmgmtService_SetUsedByDefault,
    (PRL_HANDLE hOffmgmtService, PRL_BOOL bDefault));

/*
 * Private networks of addresses (PHT_IPPRIV_NET)
 */

/**
 * PrlIPPrivNet_Create: makes a private network object.
 *
 * @phPrivNet  [out] new reference to a PHT_IPPRIV_NET
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_Create, (PRL_HANDLE_PTR phPrivNet));

/**
 * PrlIPPrivNet_GetName: name of the private network.
 *
 * @hPrivNet         PHT_IPPRIV_NET
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: PrivateNetwork Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_GetName,
    (PRL_HANDLE hPrivNet, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/**
 * PrlIPPrivNet_SetName: sets the name of the private network.
 *
 * @hPrivNet  PHT_IPPRIV_NET
 * @sName     the text, UTF-8
 *
 * Source: PrivateNetwork Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_SetName,
    (PRL_HANDLE hPrivNet, PRL_CONST_STR sName));

/**
 * PrlIPPrivNet_GetNetAddresses: addresses of the private network, a list of address/mask; a
 * lone * stands for all.
 *
 * @hPrivNet       PHT_IPPRIV_NET
 * @pNetAddresses  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: PrivateNetwork NetAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_GetNetAddresses,
    (PRL_HANDLE hPrivNet, PRL_HANDLE_PTR pNetAddresses));

/**
 * PrlIPPrivNet_SetNetAddresses: sets the addresses of the private network, a list of
 * address/mask; a lone * stands for all.
 *
 * @hPrivNet      PHT_IPPRIV_NET
 * @NetAddresses  any live handle; PRL_INVALID_HANDLE for an empty one
 *
 * Source: PrivateNetwork NetAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_SetNetAddresses,
    (PRL_HANDLE hPrivNet, PRL_HANDLE NetAddresses));

/**
 * PrlIPPrivNet_IsGlobal: tells whether all other private networks may reach this one.
 *
 * @hPrivNet  PHT_IPPRIV_NET
 * @pbGlobal  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: PrivateNetwork Global, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_IsGlobal,
    (PRL_HANDLE hPrivNet, PRL_BOOL_PTR pbGlobal));

/**
 * PrlIPPrivNet_SetGlobal: sets whether all other private networks may reach this one.
 *
 * @hPrivNet  PHT_IPPRIV_NET
 * @bGlobal   PRL_TRUE or PRL_FALSE
 *
 * Source: PrivateNetwork Global, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlIPPrivNet_SetGlobal,
    (PRL_HANDLE hPrivNet, PRL_BOOL bGlobal));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_NET_H */
