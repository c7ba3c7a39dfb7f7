/* SPDX-License-Identifier: MIT */
/*
 * PrlApiDeprecated.h: calls that older programs use. New programs have better ones
 * in the other headers; nothing here will be removed.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_DEPRECATED_H
#define PRL_API_DEPRECATED_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Format of the list of USB associations. */
typedef enum _PRL_USB_LIST_VERSION {
    ULV_VER0    = 0,
    ULV_VER1    = 1,
    ULV_VER_END = ULV_VER1
} PRL_USB_LIST_VERSION;

/*
 * The library
 */

/**
 * PrlApi_SetLogPath: names a log file for the library. Works before PrlApi_Init.
 *
 * @sLogPath  path; NULL or "" for the file in the home directory, which needs PrlApi_Init
 *            (PRL_ERR_UNINITIALIZED)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlApi_SetLogPath, (PRL_CONST_STR sLogPath));

/*
 * Results of jobs
 */

/**
 * PrlResult_GetError: the event inside a result that explains a failure.
 *
 * @hResult   PHT_RESULT
 * @data_ptr  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetError,
    (PRL_HANDLE hResult, PRL_VOID_PTR_PTR data_ptr));

/**
 * PrlResult_GetParamToken: the first parameter of a result as allocated text.
 *
 * @hResult   PHT_RESULT
 * @index     position, from 0
 * @data_ptr  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParamToken,
    (PRL_HANDLE hResult, PRL_UINT32 index, PRL_VOID_PTR_PTR data_ptr));

/**
 * PrlResult_FromString: replaces the content of a result by a text form.
 *
 * @hResult  PHT_RESULT
 * @sResult  XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_FromString,
    (PRL_HANDLE hResult, PRL_CONST_STR sResult));

/*
 * Server object
 */

/**
 * PrlSrv_StartConvertHdd: converts a disk image. The job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer       PHT_SERVER
 * @hStringsList  PHT_STRINGS_LIST; may be PRL_INVALID_HANDLE
 *
 * Job:    PJOC_UNKNOWN; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_StartConvertHdd,
    (PRL_HANDLE hServer, PRL_HANDLE hStringsList));

/**
 * PrlSrv_SmcGetRuntimeInfo: asks for data of a Mac's system management controller.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_UNKNOWN; result: text
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_SmcGetRuntimeInfo, (PRL_HANDLE hServer));

/**
 * PrlSrv_PrepareForHibernate: gets machines ready for the host's sleep.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_PREPARE_FOR_HIBERNATE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_PrepareForHibernate,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_AfterHostResume: lets machines go on after the host's sleep.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_AFTER_HOST_RESUME; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_AfterHostResume,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_AddNetAdapter: adds a network adapter to the host. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer      PHT_SERVER
 * @hNetAdapter  PHT_DISP_NET_ADAPTER
 *
 * Job:    PJOC_SRV_ADD_NET_ADAPTER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_AddNetAdapter,
    (PRL_HANDLE hServer, PRL_HANDLE hNetAdapter));

/**
 * PrlSrv_DeleteNetAdapter: removes a network adapter from the host. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 * @nIndex   position, from 0
 *
 * Job:    PJOC_SRV_DELETE_NET_ADAPTER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_DeleteNetAdapter,
    (PRL_HANDLE hServer, PRL_UINT32 nIndex));

/**
 * PrlSrv_UpdateNetAdapter: changes a network adapter of the host. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer      PHT_SERVER
 * @hNetAdapter  PHT_DISP_NET_ADAPTER
 *
 * Job:    PJOC_SRV_UPDATE_NET_ADAPTER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UpdateNetAdapter,
    (PRL_HANDLE hServer, PRL_HANDLE hNetAdapter));

/**
 * PrlSrv_StoreValueByKey: stores a small value with the service.
 *
 * @hServer  PHT_SERVER
 * @sKey     name of the value
 * @sValue   the value
 * @nFlags   0
 *
 * Job:    PJOC_SRV_STORE_VALUE_BY_KEY; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_StoreValueByKey,
    (PRL_HANDLE hServer, PRL_CONST_STR sKey, PRL_CONST_STR sValue, PRL_UINT32 nFlags));

/**
 * PrlSrv_SendClientStatistics: passes usage statistics of a client on; nothing is kept.
 *
 * @hServer      PHT_SERVER
 * @sStatistics  anything
 * @nFlags       0
 *
 * Job:    PJOC_SRV_SEND_CLIENT_STATISTICS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_SendClientStatistics,
    (PRL_HANDLE hServer, PRL_CONST_STR sStatistics, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateUsbDevicesAssociationsList: replaces what happens when known USB devices are
 * plugged in.
 *
 * @hServer       PHT_SERVER
 * @hStringsList  PHT_STRINGS_LIST; may be PRL_INVALID_HANDLE
 * @nListVersion  a PRL_USB_LIST_VERSION value
 * @nFlags        0
 *
 * Job:    PJOC_SRV_UPDATE_USB_ASSOC_LIST; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_UpdateUsbDevicesAssociationsList,
    (PRL_HANDLE hServer, PRL_HANDLE hStringsList, PRL_UINT32 nListVersion, PRL_UINT32 nFlags));

/**
 * PrlSrv_RestartNetworkShaping: applies network shaping anew.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_RESTART_NETWORK_SHAPING; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_RestartNetworkShaping,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_UpdateNetworkShapingList: replaces the entries of network shaping.
 *
 * @hServer              PHT_SERVER
 * @hNetworkShapingList  PHT_HANDLES_LIST of PHT_NETWORK_SHAPING
 * @nFlags               0
 *
 * Job:    result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateNetworkShapingList,
    (PRL_HANDLE hServer, PRL_HANDLE hNetworkShapingList, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetNetworkShapingList: asks for the entries of network shaping.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    result: a PHT_HANDLES_LIST of PHT_NETWORK_SHAPING
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetNetworkShapingList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_StartClusterService: starts a cluster service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer       PHT_SERVER
 * @sServiceName  name of the service
 * @nFlags        0
 *
 * Job:    PJOC_SRV_START_CLUSTER_SERVICE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_StartClusterService,
    (PRL_HANDLE hServer, PRL_CONST_STR sServiceName, PRL_UINT32 nFlags));

/**
 * PrlSrv_StopClusterService: stops a cluster service. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer       PHT_SERVER
 * @sServiceName  name of the service
 * @nFlags        0
 *
 * Job:    PJOC_SRV_STOP_CLUSTER_SERVICE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_StopClusterService,
    (PRL_HANDLE hServer, PRL_CONST_STR sServiceName, PRL_UINT32 nFlags));

/*
 * Answer of a login
 */

/**
 * PrlLoginResponse_ToString: the login response as text.
 *
 * @hLoginResp     PHT_LOGIN_RESPONSE
 * @pLoginRespStr  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_ToString,
    (PRL_HANDLE hLoginResp, PRL_VOID_PTR_PTR pLoginRespStr));

/*
 * Licence
 */

/**
 * PrlLic_FromString: replaces the licence object's content by text.
 *
 * @hLicense  PHT_LICENSE
 * @sLic      XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlLic_FromString, (PRL_HANDLE hLicense, PRL_CONST_STR sLic));

/**
 * PrlLic_ToString: the licence as text.
 *
 * @hLicense  PHT_LICENSE
 * @pLicStr   [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_ToString,
    (PRL_HANDLE hLicense, PRL_VOID_PTR_PTR pLicStr));

/**
 * PrlLic_Create: makes an empty licence object.
 *
 * @phLic  [out] new reference to a PHT_LICENSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlLic_Create, (PRL_HANDLE_PTR phLic));

/*
 * User profile of another kind
 */

/**
 * PrlUsr_GetClientConfig: the configuration of a graphical client; PRL_ERR_UNIMPLEMENTED.
 *
 * @phConfig  [out] new reference, free with PrlHandle_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlUsr_GetClientConfig, (PRL_HANDLE_PTR phConfig));

/*
 * Profile of the session user
 */

/**
 * PrlUsrCfg_AddProxy: adds a proxy to the profile; PRL_ERR_UNIMPLEMENTED.
 *
 * @hUserProfile      PHT_USER_PROFILE
 * @sProxyHost        name or address of the proxy
 * @nProxyPort        port of the proxy
 * @sProxyUserLogin   user of the proxy
 * @sProxyUserPasswd  password for the proxy; never logged
 * @nReserved         0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlUsrCfg_AddProxy,
    (PRL_HANDLE hUserProfile, PRL_CONST_STR sProxyHost, PRL_UINT32 nProxyPort,
     PRL_CONST_STR sProxyUserLogin, PRL_CONST_STR sProxyUserPasswd, PRL_INT32 nReserved));

/**
 * PrlUsrCfg_FromString: replaces the profile by XML text.
 *
 * @hUsrCfg  PHT_USER_PROFILE
 * @sUsrCfg  XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_FromString,
    (PRL_HANDLE hUsrCfg, PRL_CONST_STR sUsrCfg));

/**
 * PrlUsrCfg_ToString: the profile as XML text.
 *
 * @hUsrCfg  PHT_USER_PROFILE
 * @pUsrCfg  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_ToString,
    (PRL_HANDLE hUsrCfg, PRL_VOID_PTR_PTR pUsrCfg));

/*
 * Preferences of the service
 */

/**
 * PrlDispCfg_FromString: replaces the preferences by XML text.
 *
 * @hDispCfg  PHT_DISP_CONFIG
 * @sDispCfg  XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_FromString,
    (PRL_HANDLE hDispCfg, PRL_CONST_STR sDispCfg));

/**
 * PrlDispCfg_ToString: the preferences as XML text.
 *
 * @hDispCfg  PHT_DISP_CONFIG
 * @pDispCfg  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_ToString,
    (PRL_HANDLE hDispCfg, PRL_VOID_PTR_PTR pDispCfg));

/**
 * PrlDispCfg_CreateDispNet: adds a network adapter to the preferences.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @phDispNet    [out] new reference to a PHT_DISP_NET_ADAPTER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_CreateDispNet,
    (PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phDispNet));

/**
 * PrlDispCfg_GetDispNetCount: number of network adapters of the service.
 *
 * @hDispCfg        PHT_DISP_CONFIG
 * @pnDispNetCount  [out] count
 *
 * Source: server preferences NetworkPreferences (count of NetworkAdapter children), default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetDispNetCount,
    (PRL_HANDLE hDispCfg, PRL_UINT32_PTR pnDispNetCount));

/**
 * PrlDispCfg_GetDispNet: a network adapter of the service by position.
 *
 * @hDispCfg       PHT_DISP_CONFIG
 * @nDispNetIndex  position, from 0
 * @phDispNet      [out] new reference to a PHT_DISP_NET_ADAPTER
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetDispNet,
    (PRL_HANDLE hDispCfg, PRL_UINT32 nDispNetIndex, PRL_HANDLE_PTR phDispNet));

/**
 * PrlDispCfg_IsClusterMode: tells whether the host is in a cluster; PRL_ERR_UNIMPLEMENTED.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @pbClusterMode  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_IsClusterMode,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbClusterMode));

/**
 * PrlDispCfg_SetClusterMode: sets whether the host is in a cluster; PRL_ERR_UNIMPLEMENTED.
 *
 * @hDispConfig   PHT_DISP_CONFIG
 * @bClusterMode  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_SetClusterMode,
    (PRL_HANDLE hDispConfig, PRL_BOOL bClusterMode));

/**
 * PrlDispCfg_GetHostId: id of the host in a cluster.
 *
 * @hDispConfig        PHT_DISP_CONFIG
 * @sHostId            [out] text buffer, or NULL to ask for the length
 * @pnHostIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences WorkspacePreferences/HostId, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_GetHostId,
    (PRL_HANDLE hDispConfig, PRL_STR sHostId, PRL_UINT32_PTR pnHostIdBufLength));

/**
 * PrlDispCfg_SetHostId: sets the id of the host in a cluster.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @sHostId      the text, UTF-8
 *
 * Source: server preferences WorkspacePreferences/HostId, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_SetHostId,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sHostId));

/**
 * PrlDispCfg_GetCpuFeaturesMask: mask of the processor features guests see, as a structure.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pMasks       [out] a PRL_CPU_FEATURES_MASK
 *
 * Source: server preferences CpuPreferences/FEATURES_MASK + CpuPreferences/EXT_FEATURES_MASK +
 *         CpuPreferences/EXT_80000001_ECX_MASK + CpuPreferences/EXT_80000001_EDX_MASK +
 *         CpuPreferences/EXT_80000007_EDX_MASK + CpuPreferences/EXT_80000008_EAX +
 *         CpuPreferences/EXT_00000007_EBX_MASK + CpuPreferences/EXT_0000000D_EAX_MASK +
 *         CpuPreferences/EXT_00000007_EDX_MASK + CpuPreferences/EXT_00000007_ECX_MASK +
 *         CpuPreferences/CpuFeaturesMaskValid, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_GetCpuFeaturesMask,
    (PRL_HANDLE hDispConfig, PRL_CPU_FEATURES_MASK_PTR pMasks));

/**
 * PrlDispCfg_SetCpuFeaturesMask: sets the mask of the processor features guests see, as a
 * structure.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pMasks       a PRL_CPU_FEATURES_MASK
 *
 * Source: server preferences CpuPreferences/FEATURES_MASK + CpuPreferences/EXT_FEATURES_MASK +
 *         CpuPreferences/EXT_80000001_ECX_MASK + CpuPreferences/EXT_80000001_EDX_MASK +
 *         CpuPreferences/EXT_80000007_EDX_MASK + CpuPreferences/EXT_80000008_EAX +
 *         CpuPreferences/EXT_00000007_EBX_MASK + CpuPreferences/EXT_0000000D_EAX_MASK +
 *         CpuPreferences/EXT_00000007_EDX_MASK + CpuPreferences/EXT_00000007_ECX_MASK +
 *         CpuPreferences/CpuFeaturesMaskValid, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_SetCpuFeaturesMask,
    (PRL_HANDLE hDispConfig, PRL_CONST_CPU_FEATURES_MASK_PTR pMasks));

/*
 * Network adapters of the service (PHT_DISP_NET_ADAPTER); virtual networks took their place
 */

/**
 * PrlDispNet_PortForwardingFromString: replaces the forwarded ports of the adapter by XML
 * text.
 *
 * @hDispNet         PHT_DISP_NET_ADAPTER
 * @sPortForwarding  XML text
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/PortForwarding
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispNet_PortForwardingFromString,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sPortForwarding));

/**
 * PrlDispNet_PortForwardingToString: forwarded ports of the adapter as XML text.
 *
 * @hDispNet         PHT_DISP_NET_ADAPTER
 * @pPortForwarding  [out] allocated text; release it with PrlBuffer_Free
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/PortForwarding
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispNet_PortForwardingToString,
    (PRL_HANDLE hDispNet, PRL_VOID_PTR_PTR pPortForwarding));

/**
 * PrlDispNet_Remove: takes the adapter out of the preferences.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_Remove, (PRL_HANDLE hDispNet));

/**
 * PrlDispNet_IsEnabled: tells whether the adapter is in use.
 *
 * @hDispNet   PHT_DISP_NET_ADAPTER
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_IsEnabled,
    (PRL_HANDLE hDispNet, PRL_BOOL_PTR pbEnabled));

/**
 * PrlDispNet_SetEnabled: sets whether the adapter is in use.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetEnabled,
    (PRL_HANDLE hDispNet, PRL_BOOL bEnabled));

/**
 * PrlDispNet_IsHidden: tells whether the adapter is hidden from users.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 * @pbHidden  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/HiddenAdapter, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispNet_IsHidden,
    (PRL_HANDLE hDispNet, PRL_BOOL_PTR pbHidden));

/**
 * PrlDispNet_SetHidden: sets whether the adapter is hidden from users.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 * @bHidden   PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/HiddenAdapter, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispNet_SetHidden, (PRL_HANDLE hDispNet, PRL_BOOL bHidden));

/**
 * PrlDispNet_IsDhcpEnabled: tells whether the adapter has a DHCP server.
 *
 * @hDispNet       PHT_DISP_NET_ADAPTER
 * @pbDhcpEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpScope/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_IsDhcpEnabled,
    (PRL_HANDLE hDispNet, PRL_BOOL_PTR pbDhcpEnabled));

/**
 * PrlDispNet_SetDhcpEnabled: sets whether the adapter has a DHCP server.
 *
 * @hDispNet      PHT_DISP_NET_ADAPTER
 * @bDhcpEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpScope/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetDhcpEnabled,
    (PRL_HANDLE hDispNet, PRL_BOOL bDhcpEnabled));

/**
 * PrlDispNet_GetNetworkType: kind of network of the adapter.
 *
 * @hDispNet       PHT_DISP_NET_ADAPTER
 * @pnNetworkType  [out] a PRL_NET_ADAPTER_EMULATED_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/EmulatedType, default 0
 *         (PNA_HOST_ONLY)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetNetworkType,
    (PRL_HANDLE hDispNet, PRL_NET_ADAPTER_EMULATED_TYPE_PTR pnNetworkType));

/**
 * PrlDispNet_SetNetworkType: sets the kind of network of the adapter.
 *
 * @hDispNet      PHT_DISP_NET_ADAPTER
 * @nNetworkType  a PRL_NET_ADAPTER_EMULATED_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/EmulatedType, default 0
 *         (PNA_HOST_ONLY)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetNetworkType,
    (PRL_HANDLE hDispNet, PRL_NET_ADAPTER_EMULATED_TYPE nNetworkType));

/**
 * PrlDispNet_GetName: name of the adapter for people.
 *
 * @hDispNet                PHT_DISP_NET_ADAPTER
 * @sDispNetName            [out] text buffer, or NULL to ask for the length
 * @pnDispNetNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetName,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetName, PRL_UINT32_PTR pnDispNetNameBufLength));

/**
 * PrlDispNet_SetName: sets the name of the adapter for people.
 *
 * @hDispNet         PHT_DISP_NET_ADAPTER
 * @sNewDispNetName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetName,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetName));

/**
 * PrlDispNet_GetUuid: uuid of the adapter.
 *
 * @hDispNet                PHT_DISP_NET_ADAPTER
 * @sDispNetUuid            [out] text buffer, or NULL to ask for the length
 * @pnDispNetUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Uuid, default random uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetUuid,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetUuid, PRL_UINT32_PTR pnDispNetUuidBufLength));

/**
 * PrlDispNet_GetSysName: system name of the adapter.
 *
 * @hDispNet                   PHT_DISP_NET_ADAPTER
 * @sDispNetSysName            [out] text buffer, or NULL to ask for the length
 * @pnDispNetSysNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/SysName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetSysName,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetSysName, PRL_UINT32_PTR pnDispNetSysNameBufLength));

/**
 * PrlDispNet_SetSysName: sets the system name of the adapter.
 *
 * @hDispNet            PHT_DISP_NET_ADAPTER
 * @sNewDispNetSysName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/SysName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetSysName,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetSysName));

/**
 * PrlDispNet_GetIndex: number of the adapter.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 * @pnIndex   [out] number
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetIndex,
    (PRL_HANDLE hDispNet, PRL_UINT32_PTR pnIndex));

/**
 * PrlDispNet_SetIndex: sets the number of the adapter.
 *
 * @hDispNet  PHT_DISP_NET_ADAPTER
 * @nIndex    position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetIndex, (PRL_HANDLE hDispNet, PRL_UINT32 nIndex));

/**
 * PrlDispNet_GetDhcpScopeStartIp: first address the DHCP server gives out.
 *
 * @hDispNet                            PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeStartIp            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeStartIpBufLength  [in,out] bytes of the buffer; becomes the length with
 *                                      its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeStartAddress, default
 *         127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetDhcpScopeStartIp,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeStartIp,
     PRL_UINT32_PTR pnDispNetDhcpScopeStartIpBufLength));

/**
 * PrlDispNet_SetDhcpScopeStartIp: sets the first address the DHCP server gives out.
 *
 * @hDispNet                     PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeStartIp  address
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeStartAddress, default
 *         127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetDhcpScopeStartIp,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeStartIp));

/**
 * PrlDispNet_GetDhcpScopeEndIp: last address the DHCP server gives out.
 *
 * @hDispNet                          PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeEndIp            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeEndIpBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                    NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeEndAddress, default
 *         127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetDhcpScopeEndIp,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeEndIp,
     PRL_UINT32_PTR pnDispNetDhcpScopeEndIpBufLength));

/**
 * PrlDispNet_SetDhcpScopeEndIp: sets the last address the DHCP server gives out.
 *
 * @hDispNet                   PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeEndIp  address
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeEndAddress, default
 *         127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetDhcpScopeEndIp,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeEndIp));

/**
 * PrlDispNet_GetDhcpScopeMask: mask of those addresses.
 *
 * @hDispNet                         PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeMask            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeMaskBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                   NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeMask,
 *         default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_GetDhcpScopeMask,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeMask,
     PRL_UINT32_PTR pnDispNetDhcpScopeMaskBufLength));

/**
 * PrlDispNet_SetDhcpScopeMask: sets the mask of those addresses.
 *
 * @hDispNet                  PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeMask  net mask
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpScope/DhcpScopeMask,
 *         default 127.0.0.1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispNet_SetDhcpScopeMask,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeMask));

/**
 * PrlDispNet_IsDhcp6Enabled: tells whether the adapter has a DHCPv6 server.
 *
 * @hDispNet       PHT_DISP_NET_ADAPTER
 * @pbDhcpEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/Enabled, default
 *         0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_IsDhcp6Enabled,
    (PRL_HANDLE hDispNet, PRL_BOOL_PTR pbDhcpEnabled));

/**
 * PrlDispNet_SetDhcp6Enabled: sets whether the adapter has a DHCPv6 server.
 *
 * @hDispNet      PHT_DISP_NET_ADAPTER
 * @bDhcpEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/Enabled, default
 *         0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_SetDhcp6Enabled,
    (PRL_HANDLE hDispNet, PRL_BOOL bDhcpEnabled));

/**
 * PrlDispNet_GetDhcp6ScopeStartIp: first address the DHCPv6 server gives out.
 *
 * @hDispNet                            PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeStartIp            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeStartIpBufLength  [in,out] bytes of the buffer; becomes the length with
 *                                      its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeStartAddress, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_GetDhcp6ScopeStartIp,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeStartIp,
     PRL_UINT32_PTR pnDispNetDhcpScopeStartIpBufLength));

/**
 * PrlDispNet_SetDhcp6ScopeStartIp: sets the first address the DHCPv6 server gives out.
 *
 * @hDispNet                     PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeStartIp  address
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeStartAddress, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_SetDhcp6ScopeStartIp,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeStartIp));

/**
 * PrlDispNet_GetDhcp6ScopeEndIp: last address the DHCPv6 server gives out.
 *
 * @hDispNet                          PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeEndIp            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeEndIpBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                    NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeEndAddress, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_GetDhcp6ScopeEndIp,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeEndIp,
     PRL_UINT32_PTR pnDispNetDhcpScopeEndIpBufLength));

/**
 * PrlDispNet_SetDhcp6ScopeEndIp: sets the last address the DHCPv6 server gives out.
 *
 * @hDispNet                   PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeEndIp  address
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences
 *         NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeEndAddress, default ::1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_SetDhcp6ScopeEndIp,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeEndIp));

/**
 * PrlDispNet_GetDhcp6ScopeMask: mask of those addresses.
 *
 * @hDispNet                         PHT_DISP_NET_ADAPTER
 * @sDispNetDhcpScopeMask            [out] text buffer, or NULL to ask for the length
 * @pnDispNetDhcpScopeMaskBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                   NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeMask,
 *         default ffff:ffff:ffff:ffff::
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_GetDhcp6ScopeMask,
    (PRL_HANDLE hDispNet, PRL_STR sDispNetDhcpScopeMask,
     PRL_UINT32_PTR pnDispNetDhcpScopeMaskBufLength));

/**
 * PrlDispNet_SetDhcp6ScopeMask: sets the mask of those addresses.
 *
 * @hDispNet                  PHT_DISP_NET_ADAPTER
 * @sNewDispNetDhcpScopeMask  net mask
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: server preferences NetworkPreferences/NetworkAdapter[i]/DhcpV6Scope/DhcpScopeMask,
 *         default ffff:ffff:ffff:ffff::
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispNet_SetDhcp6ScopeMask,
    (PRL_HANDLE hDispNet, PRL_CONST_STR sNewDispNetDhcpScopeMask));

/*
 * Virtual machine
 */

/**
 * PrlVm_FromString: replaces the configuration of a machine by XML text.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @vm_config  XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_FromString, (PRL_HANDLE hVm, PRL_CONST_STR vm_config));

/**
 * PrlVm_ToString: the configuration of a machine as XML text.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @vm_config  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_ToString, (PRL_HANDLE hVm, PRL_VOID_PTR_PTR vm_config));

/**
 * PrlVm_SetCpuVtxEnabled: chooses whether the machine may use hardware virtualization; there
 * is no other kind.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @bVmCpuVtxEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_SetCpuVtxEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bVmCpuVtxEnabled));

/**
 * PrlVm_CreateAnswerEvent: makes an answer to a question; PrlEvent_CreateAnswerEvent is the
 * better call.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @phEvent  [out] new reference to a PHT_EVENT
 * @nAnswer  PET_ANSWER_*
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_CreateAnswerEvent,
    (PRL_HANDLE hVm, PRL_HANDLE_PTR phEvent, PRL_RESULT nAnswer));

/**
 * PrlVm_StoreValueByKey: stores a small value with a machine.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @sKey    name of the value
 * @sValue  the value
 * @nFlags  PRL_VM_STORE_VALUE_FLAGS
 *
 * Job:    PJOC_VM_STORE_VALUE_BY_KEY; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_StoreValueByKey,
    (PRL_HANDLE hVm, PRL_CONST_STR sKey, PRL_CONST_STR sValue, PRL_UINT32 nFlags));

/**
 * PrlVm_RunCompressor: starts compacting the disks of a machine.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_RUN_COMPRESSOR; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_RunCompressor, (PRL_HANDLE hVm));

/**
 * PrlVm_CancelCompressor: ends compacting the disks of a machine.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_CANCEL_COMPRESSOR; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_CancelCompressor, (PRL_HANDLE hVm));

/**
 * PrlVm_InternalCommand: runs a service command by name, with options as pairs of texts.
 *
 *   dbgdump   --name NAME --path DIR     the guest's memory as an ELF core in a new file; running
 *   facts                                state, id, ram_kib, balloon_kib, vcpus, cpu_ns: one
 *                                        "name=number" on each line; any state
 *   vcpus                                one line for each virtual processor: number, ns used,
 *                                        host processor, list of those it may use; running
 *   vcpu-pin  --vcpu N --cpus 0-3,6      until the machine stops; running
 *   balloon   --kib N                    target of the guest's memory; running
 *   save      --path FILE --document T   suspends into one file, with T at its end, and out of
 *                                        the home: the machine is stopped then; running, paused
 *   restore   --path FILE                resumes from such a file; stopped
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @sCmdName   the command; an unknown one PRL_ERR_UNRECOGNIZED_REQUEST
 * @hArgsList  PHT_STRINGS_LIST; may be PRL_INVALID_HANDLE. Options that are missing, unknown or
 *             no numbers PRL_ERR_INVALID_ARG
 *
 * Job:    PJOC_VM_CMD_INTERNAL; result: a string for facts and vcpus, else nothing. A machine in
 *         another state: PRL_ERR_VM_PROCESS_IS_NOT_STARTED, PRL_ERR_DISP_VM_IS_NOT_STARTED,
 *         PRL_ERR_DISP_VM_IS_NOT_STOPPED. save and restore can be cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_InternalCommand,
    (PRL_HANDLE hVm, PRL_CONST_STR sCmdName, PRL_HANDLE hArgsList));

/**
 * PrlVm_SendProblemReport: sends a problem report about a machine. This implementation sends
 * nothing anywhere.
 *
 * @hVm             PHT_VIRTUAL_MACHINE
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @nFlags          0
 *
 * Job:    PJOC_VM_SEND_PROBLEM_REPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVm_SendProblemReport,
    (PRL_HANDLE hVm, PRL_HANDLE hProblemReport, PRL_UINT32 nFlags));

/**
 * PrlVm_GetVirtDevInfo: asked for the state of virtual devices; always PRL_INVALID_HANDLE.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  0
 *
 * Job:    result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_GetVirtDevInfo,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_UpdateToolsSection: replaces the guest tools' part of the configuration.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sToolsSection  XML of the element Settings/Tools
 *
 * Job:    PJOC_VM_UPDATE_TOOLS_SECTION; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_UpdateToolsSection,
    (PRL_HANDLE hVm, PRL_CONST_STR sToolsSection));

/**
 * PrlVm_SendToolsGeneralCommand: sends a command to the guest tools; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm       PHT_VIRTUAL_MACHINE
 * @command   number of the command
 * @data      bytes of the command
 * @dataSize  how many
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_SendToolsGeneralCommand,
    (PRL_HANDLE hVm, PRL_UINT32 command, PRL_CONST_VOID_PTR data, PRL_UINT32 dataSize));

/**
 * PrlVm_SSOSendEventCredentials: answers a single sign-on request of the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm        PHT_VM_CONFIGURATION
 * @hEvent     any live handle
 * @bEnabled   PRL_TRUE or PRL_FALSE
 * @sDomain    name of a domain
 * @sUsername  name of a user
 * @sPassword  password; never logged
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVm_SSOSendEventCredentials,
    (PRL_HANDLE hVm, PRL_HANDLE hEvent, PRL_BOOL bEnabled, PRL_CONST_STR sDomain,
     PRL_CONST_STR sUsername, PRL_CONST_STR sPassword));

/**
 * PrlVm_SSOSendEventSettingsChanged: tells the guest about single sign-on settings;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm               PHT_VM_CONFIGURATION
 * @bEnabled          PRL_TRUE or PRL_FALSE
 * @bLockSyncEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVm_SSOSendEventSettingsChanged,
    (PRL_HANDLE hVm, PRL_BOOL bEnabled, PRL_BOOL bLockSyncEnabled));

/**
 * PrlVm_SSOSendEventLockState: tells the guest whether the host's screen is locked;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bLocked  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVm_SSOSendEventLockState,
    (PRL_HANDLE hVm, PRL_BOOL bLocked));

/*
 * A session in the guest
 */

/**
 * PrlVmGuest_SetUserPasswd: sets the password of a user of the guest; PrlVm_SetUserPasswd is
 * the better call.
 *
 * @hVmGuest     PHT_VM_GUEST_SESSION
 * @sUserName    name of a user
 * @sUserPasswd  password; never logged
 * @nFlags       0
 *
 * Job:    PJOC_VM_GUEST_SET_USER_PASSWD; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmGuest_SetUserPasswd,
    (PRL_HANDLE hVmGuest, PRL_CONST_STR sUserName, PRL_CONST_STR sUserPasswd, PRL_UINT32 nFlags));

/*
 * Configuration of a machine
 */

/**
 * PrlVmCfg_GetDevsList: all devices of a machine, stored into an array of the program.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @vmdev_handles        [out] array of handles; each is a new reference
 * @vmdev_handles_count  [in,out] room in the array, not 0; becomes the number of devices
 *
 * Errors: PRL_ERR_INVALID_ARG when the capacity on entry is 0; PRL_ERR_BUFFER_OVERRUN when
 *         there are more devices than capacity (those that fit are returned)
 * Source: config.pvs Hardware/Fdd[] + Hardware/Hdd[] + Hardware/CdRom[] + Hardware/Serial[] +
 *         Hardware/Printer[] + Hardware/USB[] + Hardware/NetworkAdapter[] + Hardware/Sound[] +
 *         Hardware/GenericPciDevice[] + Hardware/GenericScsiDevice[] +
 *         Hardware/PciVideoAdapter[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDevsList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR vmdev_handles, PRL_UINT32_PTR vmdev_handles_count));

/**
 * PrlVmCfg_GetDefaultGateway: IPv4 gateway of the guest; PrlVmDevNet_GetDefaultGateway is the
 * better call.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @sVmDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnVmDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/GlobalNetwork/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetDefaultGateway,
    (PRL_HANDLE hVmCfg, PRL_STR sVmDefaultGateway, PRL_UINT32_PTR pnVmDefaultGatewayBufLength));

/**
 * PrlVmCfg_SetDefaultGateway: sets the IPv4 gateway of the guest;
 * PrlVmDevNet_GetDefaultGateway is the better call.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @sNewVmDefaultGateway  address, or "" for none
 *
 * Source: config.pvs Settings/GlobalNetwork/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetDefaultGateway,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmDefaultGateway));

/**
 * PrlVmCfg_GetDefaultGatewayIPv6: IPv6 gateway of the guest; PrlVmDevNet_GetDefaultGatewayIPv6
 * is the better call.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @sVmDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnVmDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/GlobalNetwork/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetDefaultGatewayIPv6,
    (PRL_HANDLE hVmCfg, PRL_STR sVmDefaultGateway, PRL_UINT32_PTR pnVmDefaultGatewayBufLength));

/**
 * PrlVmCfg_SetDefaultGatewayIPv6: sets the IPv6 gateway of the guest;
 * PrlVmDevNet_GetDefaultGatewayIPv6 is the better call.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @sNewVmDefaultGateway  address, or "" for none
 *
 * Source: config.pvs Settings/GlobalNetwork/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetDefaultGatewayIPv6,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmDefaultGateway));

/**
 * PrlVmCfg_Is3DAccelerationEnabled: tells whether there is 3D acceleration.
 *
 * @hVmCfg                     PHT_VM_CONFIGURATION
 * @pbVm3DAccelerationEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/Enable3DAcceleration, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_Is3DAccelerationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVm3DAccelerationEnabled));

/**
 * PrlVmCfg_Set3DAccelerationEnabled: sets whether there is 3D acceleration.
 *
 * @hVmCfg                    PHT_VM_CONFIGURATION
 * @bVm3DAccelerationEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/Enable3DAcceleration, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_Set3DAccelerationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVm3DAccelerationEnabled));

/**
 * PrlVmCfg_GetEnvId: number of the running machine on its host, as it was at the last refresh
 * of the handle: the id of its process, 0 while it does not run.
 *
 * @hVmCfg   PHT_VM_CONFIGURATION
 * @pnEnvId  [out] the number
 *
 * Source: config.pvs Identification/EnvId, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetEnvId,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnEnvId));

/**
 * PrlVmCfg_GetHostMemQuotaMin: least host memory the machine keeps.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pnHostMemQuotaMin  [out] MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaMin, default 128
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetHostMemQuotaMin,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnHostMemQuotaMin));

/**
 * PrlVmCfg_SetHostMemQuotaMin: sets the least host memory the machine keeps.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @nHostMemQuotaMin  MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaMin, default 128
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetHostMemQuotaMin,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nHostMemQuotaMin));

/**
 * PrlVmCfg_GetHostMemQuotaMax: most host memory the machine takes.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pnHostMemQuotaMax  [out] MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaMax, default 4294967295
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetHostMemQuotaMax,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnHostMemQuotaMax));

/**
 * PrlVmCfg_SetHostMemQuotaMax: sets the most host memory the machine takes.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @nHostMemQuotaMax  MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaMax, default 4294967295
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetHostMemQuotaMax,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nHostMemQuotaMax));

/**
 * PrlVmCfg_GetHostMemQuotaPriority: who gets memory first when it is short.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pnHostMemQuotaPriority  [out] 0 to 100
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaPriority, default 50
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetHostMemQuotaPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnHostMemQuotaPriority));

/**
 * PrlVmCfg_SetHostMemQuotaPriority: sets who gets memory first when it is short.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @nHostMemQuotaPriority  0 to 100
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/HostMemQuotaPriority, default 50
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetHostMemQuotaPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nHostMemQuotaPriority));

/**
 * PrlVmCfg_IsHostMemAutoQuota: tells whether the service chooses these values.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pbHostMemAutoQuota  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/AutoQuota, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsHostMemAutoQuota,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbHostMemAutoQuota));

/**
 * PrlVmCfg_SetHostMemAutoQuota: sets whether the service chooses these values.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @bHostMemAutoQuota  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/AutoQuota, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetHostMemAutoQuota,
    (PRL_HANDLE hVmCfg, PRL_BOOL bHostMemAutoQuota));

/**
 * PrlVmCfg_GetMaxBalloonSize: most memory that can be taken back from the guest.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @pnMaxBalloonSize  [out] percent of RAM
 *
 * Source: config.pvs Hardware/Memory/MaxBalloonSize, default 70
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetMaxBalloonSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnMaxBalloonSize));

/**
 * PrlVmCfg_SetMaxBalloonSize: sets the most memory that can be taken back from the guest.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @nMaxBalloonSize  percent of RAM
 *
 * Source: config.pvs Hardware/Memory/MaxBalloonSize, default 70
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetMaxBalloonSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nMaxBalloonSize));

/*
 * Any virtual device
 */

/**
 * PrlVmDev_FromString: replaces a device by XML text: its element, alone or within a Hardware.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 * @sXml    XML text
 *
 * Errors: PRL_ERR_INVALID_ARG  no XML, or another device's
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_FromString, (PRL_HANDLE hVmDev, PRL_CONST_STR sXml));

/**
 * PrlVmDev_ToString: a device as XML text: its element within a Hardware. PrlHandle_ToString gives
 * the element alone.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 * @sXml    [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_ToString, (PRL_HANDLE hVmDev, PRL_VOID_PTR_PTR sXml));

/**
 * PrlVmDev_UpdateInfo: reads the state of a device's image anew. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer      PHT_SERVER
 * @hVmInputDev  PHT_VIRTUAL_DEV_*
 *
 * Job:    PJOC_UNKNOWN; result: any number of PHT_VIRTUAL_DEV_HARD_DISK, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_UpdateInfo,
    (PRL_HANDLE hServer, PRL_HANDLE hVmInputDev));

/*
 * Virtual hard disks
 */

/**
 * PrlVmDevHd_GetBlockSize: physical block size the guest sees.
 *
 * @hVmDev   PHT_VIRTUAL_DEV_HARD_DISK
 * @pnBytes  [out] bytes
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/PhysicalBlockSize, default 4096
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmDevHd_GetBlockSize,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnBytes));

/**
 * PrlVmDevHd_SetBlockSize: sets the physical block size the guest sees.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_HARD_DISK
 * @nBytes  bytes
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/PhysicalBlockSize, default 4096
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmDevHd_SetBlockSize,
    (PRL_HANDLE hVmDev, PRL_UINT32 nBytes));

/*
 * State of virtual devices
 */

/**
 * PrlVmVirtDevInfo_GetUsbMouseState: state of the virtual USB mouse; PRL_ERR_UNIMPLEMENTED.
 *
 * @handle            any live handle
 * @pVmUsbMouseState  [out] a PRL_VOID
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmVirtDevInfo_GetUsbMouseState,
    (PRL_HANDLE handle, PRL_VOID_PTR pVmUsbMouseState));

/*
 * Statistics of a host or of a machine
 */

/**
 * PrlStat_GetDispUptime: how long the service runs.
 *
 * @hStat     PHT_SYSTEM_STATISTICS
 * @pnUptime  [out] seconds
 *
 * Source: statistics Uptime/DispatcherUptime, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetDispUptime,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnUptime));

/**
 * PrlStat_GetTotalSwapSize: swap space there is.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Swap/TotalSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetTotalSwapSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetUsageSwapSize: swap space in use.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Swap/UsageSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetUsageSwapSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetFreeSwapSize: swap space not in use.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Swap/FreeSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetFreeSwapSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetIfacesStatsCount: number of network interfaces in the statistics.
 *
 * @hStat    PHT_SYSTEM_STATISTICS
 * @pnCount  [out] count
 *
 * Source: statistics count of NetIfaces/NetIface, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetIfacesStatsCount,
    (PRL_HANDLE hStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStat_GetIfaceStat: a network interface in the statistics.
 *
 * @hStat        PHT_SYSTEM_STATISTICS
 * @nIndex       position, from 0
 * @phIfaceStat  [out] new reference to a PHT_SYSTEM_STATISTICS_IFACE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: statistics NetIfaces/NetIface[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetIfaceStat,
    (PRL_HANDLE hStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phIfaceStat));

/**
 * PrlStat_GetUsersStatsCount: number of sessions in the statistics.
 *
 * @hStat    PHT_SYSTEM_STATISTICS
 * @pnCount  [out] count
 *
 * Source: statistics count of UsersSessions/UserSession, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetUsersStatsCount,
    (PRL_HANDLE hStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStat_GetUserStat: a session in the statistics.
 *
 * @hStat       PHT_SYSTEM_STATISTICS
 * @nIndex      position, from 0
 * @phUserStat  [out] new reference to a PHT_SYSTEM_STATISTICS_USER_SESSION
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: statistics UsersSessions/UserSession[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetUserStat,
    (PRL_HANDLE hStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phUserStat));

/**
 * PrlStat_GetDisksStatsCount: number of disks in the statistics.
 *
 * @hStat    PHT_SYSTEM_STATISTICS
 * @pnCount  [out] count
 *
 * Source: statistics count of Disks/Disk, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetDisksStatsCount,
    (PRL_HANDLE hStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStat_GetDiskStat: a disk in the statistics.
 *
 * @hStat       PHT_SYSTEM_STATISTICS
 * @nIndex      position, from 0
 * @phDiskStat  [out] new reference to a PHT_SYSTEM_STATISTICS_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: statistics Disks/Disk[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetDiskStat,
    (PRL_HANDLE hStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDiskStat));

/**
 * PrlStat_GetProcsStatsCount: number of processes in the statistics.
 *
 * @hStat    PHT_SYSTEM_STATISTICS
 * @pnCount  [out] count
 *
 * Source: statistics count of Processes/Process, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetProcsStatsCount,
    (PRL_HANDLE hStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStat_GetProcStat: a process in the statistics.
 *
 * @hStat       PHT_SYSTEM_STATISTICS
 * @nIndex      position, from 0
 * @phProcStat  [out] new reference to a PHT_SYSTEM_STATISTICS_PROCESS
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: statistics Processes/Process[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetProcStat,
    (PRL_HANDLE hStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phProcStat));

/**
 * PrlStat_GetVmDataStat: disk space of the machine in the statistics.
 *
 * @hStat         PHT_SYSTEM_STATISTICS
 * @phVmDataStat  [out] new reference to a PHT_SYSTEM_STATISTICS_VM_DATA
 *
 * Source: VmDataStatistic (root)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlStat_GetVmDataStat,
    (PRL_HANDLE hStat, PRL_HANDLE_PTR phVmDataStat));

/*
 * A network interface in them
 */

/**
 * PrlStatIface_GetSystemName: name of the interface.
 *
 * @hIfaceStat             PHT_SYSTEM_STATISTICS_IFACE
 * @sSystemName            [out] text buffer, or NULL to ask for the length
 * @pnSystemNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics NetIfaces/NetIface[i]/SystemName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatIface_GetSystemName,
    (PRL_HANDLE hIfaceStat, PRL_STR sSystemName, PRL_UINT32_PTR pnSystemNameBufLength));

/**
 * PrlStatIface_GetInDataSize: data received.
 *
 * @hIfaceStat  PHT_SYSTEM_STATISTICS_IFACE
 * @pnDataSize  [out] bytes
 *
 * Source: statistics NetIfaces/NetIface[i]/InDataSize
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatIface_GetInDataSize,
    (PRL_HANDLE hIfaceStat, PRL_UINT64_PTR pnDataSize));

/**
 * PrlStatIface_GetOutDataSize: data sent.
 *
 * @hIfaceStat  PHT_SYSTEM_STATISTICS_IFACE
 * @pnDataSize  [out] bytes
 *
 * Source: statistics NetIfaces/NetIface[i]/OutDataSize
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatIface_GetOutDataSize,
    (PRL_HANDLE hIfaceStat, PRL_UINT64_PTR pnDataSize));

/**
 * PrlStatIface_GetInPkgsCount: packets received.
 *
 * @hIfaceStat   PHT_SYSTEM_STATISTICS_IFACE
 * @pnPkgsCount  [out] packets
 *
 * Source: statistics NetIfaces/NetIface[i]/InPkgsCount
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatIface_GetInPkgsCount,
    (PRL_HANDLE hIfaceStat, PRL_UINT64_PTR pnPkgsCount));

/**
 * PrlStatIface_GetOutPkgsCount: packets sent.
 *
 * @hIfaceStat   PHT_SYSTEM_STATISTICS_IFACE
 * @pnPkgsCount  [out] packets
 *
 * Source: statistics NetIfaces/NetIface[i]/OutPkgsCount
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatIface_GetOutPkgsCount,
    (PRL_HANDLE hIfaceStat, PRL_UINT64_PTR pnPkgsCount));

/*
 * A session in them
 */

/**
 * PrlStatUser_GetUserName: user of the session.
 *
 * @hUserStat            PHT_SYSTEM_STATISTICS_USER_SESSION
 * @sUserName            [out] text buffer, or NULL to ask for the length
 * @pnUserNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics UsersSessions/UserSession[i]/UserName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatUser_GetUserName,
    (PRL_HANDLE hUserStat, PRL_STR sUserName, PRL_UINT32_PTR pnUserNameBufLength));

/**
 * PrlStatUser_GetServiceName: service the user is logged in to.
 *
 * @hUserStat               PHT_SYSTEM_STATISTICS_USER_SESSION
 * @sServiceName            [out] text buffer, or NULL to ask for the length
 * @pnServiceNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics UsersSessions/UserSession[i]/ServiceName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatUser_GetServiceName,
    (PRL_HANDLE hUserStat, PRL_STR sServiceName, PRL_UINT32_PTR pnServiceNameBufLength));

/**
 * PrlStatUser_GetHostName: host the user is logged in from.
 *
 * @hUserStat            PHT_SYSTEM_STATISTICS_USER_SESSION
 * @sHostName            [out] text buffer, or NULL to ask for the length
 * @pnHostNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics UsersSessions/UserSession[i]/HostName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatUser_GetHostName,
    (PRL_HANDLE hUserStat, PRL_STR sHostName, PRL_UINT32_PTR pnHostNameBufLength));

/**
 * PrlStatUser_GetSessionTime: how long the session lasts.
 *
 * @hUserStat  PHT_SYSTEM_STATISTICS_USER_SESSION
 * @pnTime     [out] seconds
 *
 * Source: statistics UsersSessions/UserSession[i]/DurationTime
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatUser_GetSessionTime,
    (PRL_HANDLE hUserStat, PRL_UINT64_PTR pnTime));

/*
 * A disk in them
 */

/**
 * PrlStatDisk_GetSystemName: system name of the disk.
 *
 * @hDiskStat              PHT_SYSTEM_STATISTICS_DISK
 * @sSystemName            [out] text buffer, or NULL to ask for the length
 * @pnSystemNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics Disks/Disk[i]/SystemName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDisk_GetSystemName,
    (PRL_HANDLE hDiskStat, PRL_STR sSystemName, PRL_UINT32_PTR pnSystemNameBufLength));

/**
 * PrlStatDisk_GetUsageDiskSpace: space in use.
 *
 * @hDiskStat  PHT_SYSTEM_STATISTICS_DISK
 * @pnSize     [out] bytes
 *
 * Source: statistics Disks/Disk[i]/UsageDiskSpace
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDisk_GetUsageDiskSpace,
    (PRL_HANDLE hDiskStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatDisk_GetFreeDiskSpace: space not in use.
 *
 * @hDiskStat  PHT_SYSTEM_STATISTICS_DISK
 * @pnSize     [out] bytes
 *
 * Source: statistics Disks/Disk[i]/FreeDiskSpace
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDisk_GetFreeDiskSpace,
    (PRL_HANDLE hDiskStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatDisk_GetPartsStatsCount: number of partitions of the disk.
 *
 * @hDiskStat  PHT_SYSTEM_STATISTICS_DISK
 * @pnCount    [out] count
 *
 * Source: statistics count of Disks/Disk[i]/Partitions/Partition
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDisk_GetPartsStatsCount,
    (PRL_HANDLE hDiskStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStatDisk_GetPartStat: a partition of the disk.
 *
 * @hDiskStat   PHT_SYSTEM_STATISTICS_DISK
 * @nIndex      position, from 0
 * @phPartStat  [out] new reference to a PHT_SYSTEM_STATISTICS_DISK_PARTITION
 *
 * Source: statistics Disks/Disk[i]/Partitions/Partition[j]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDisk_GetPartStat,
    (PRL_HANDLE hDiskStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phPartStat));

/*
 * A partition in them
 */

/**
 * PrlStatDiskPart_GetSystemName: system name of the partition.
 *
 * @hPartStat              PHT_SYSTEM_STATISTICS_DISK_PARTITION
 * @sSystemName            [out] text buffer, or NULL to ask for the length
 * @pnSystemNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics Disks/Disk[i]/Partitions/Partition[j]/SystemName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDiskPart_GetSystemName,
    (PRL_HANDLE hPartStat, PRL_STR sSystemName, PRL_UINT32_PTR pnSystemNameBufLength));

/**
 * PrlStatDiskPart_GetUsageDiskSpace: space in use.
 *
 * @hPartStat  PHT_SYSTEM_STATISTICS_DISK_PARTITION
 * @pnSize     [out] bytes
 *
 * Source: statistics Disks/Disk[i]/Partitions/Partition[j]/UsageDiskSpace
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDiskPart_GetUsageDiskSpace,
    (PRL_HANDLE hPartStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatDiskPart_GetFreeDiskSpace: space not in use.
 *
 * @hPartStat  PHT_SYSTEM_STATISTICS_DISK_PARTITION
 * @pnSize     [out] bytes
 *
 * Source: statistics Disks/Disk[i]/Partitions/Partition[j]/FreeDiskSpace
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatDiskPart_GetFreeDiskSpace,
    (PRL_HANDLE hPartStat, PRL_UINT64_PTR pnSize));

/*
 * A process in them
 */

/**
 * PrlStatProc_GetCommandName: command of the process.
 *
 * @hProcStat               PHT_SYSTEM_STATISTICS_PROCESS
 * @sCommandName            [out] text buffer, or NULL to ask for the length
 * @pnCommandNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics Processes/Process[i]/CommandName
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetCommandName,
    (PRL_HANDLE hProcStat, PRL_STR sCommandName, PRL_UINT32_PTR pnCommandNameBufLength));

/**
 * PrlStatProc_GetId: number of the process.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnId       [out] number
 *
 * Source: statistics Processes/Process[i]/Id
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetId,
    (PRL_HANDLE hProcStat, PRL_UINT32_PTR pnId));

/**
 * PrlStatProc_GetOwnerUserName: user the process runs as.
 *
 * @hProcStat             PHT_SYSTEM_STATISTICS_PROCESS
 * @sOwnerName            [out] text buffer, or NULL to ask for the length
 * @pnOwnerNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: statistics Processes/Process[i]/OwnerUser
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetOwnerUserName,
    (PRL_HANDLE hProcStat, PRL_STR sOwnerName, PRL_UINT32_PTR pnOwnerNameBufLength));

/**
 * PrlStatProc_GetTotalMemUsage: all memory of the process.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnSize     [out] bytes
 *
 * Source: statistics Processes/Process[i]/TotalMemUsage
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetTotalMemUsage,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatProc_GetRealMemUsage: memory of the process that is in RAM.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnSize     [out] bytes
 *
 * Source: statistics Processes/Process[i]/RealMemUsage
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetRealMemUsage,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatProc_GetVirtMemUsage: address space of the process.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnSize     [out] bytes
 *
 * Source: statistics Processes/Process[i]/VirtualMemUsage
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetVirtMemUsage,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStatProc_GetStartTime: when the process started.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnTime     [out] seconds since 1970
 *
 * Source: statistics Processes/Process[i]/StartTime
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetStartTime,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatProc_GetTotalTime: processor time of the process.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnTime     [out] seconds
 *
 * Source: statistics Processes/Process[i]/TotalTime
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetTotalTime,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatProc_GetUserTime: of it, time in programs.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnTime     [out] seconds
 *
 * Source: statistics Processes/Process[i]/UserTime
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetUserTime,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatProc_GetSystemTime: of it, time in the kernel.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnTime     [out] seconds
 *
 * Source: statistics Processes/Process[i]/SystemTime
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetSystemTime,
    (PRL_HANDLE hProcStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatProc_GetState: state of the process.
 *
 * @hProcStat  PHT_SYSTEM_STATISTICS_PROCESS
 * @pnState    [out] a PRL_PROCESS_STATE_TYPE value
 *
 * Source: statistics Processes/Process[i]/State
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetState,
    (PRL_HANDLE hProcStat, PRL_PROCESS_STATE_TYPE_PTR pnState));

/**
 * PrlStatProc_GetCpuUsage: how much of a processor the process takes.
 *
 * @hProcStat   PHT_SYSTEM_STATISTICS_PROCESS
 * @pnPercents  [out] percent
 *
 * Source: statistics Processes/Process[i]/PercentsUsage
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatProc_GetCpuUsage,
    (PRL_HANDLE hProcStat, PRL_UINT32_PTR pnPercents));

/*
 * Disk space of a machine
 */

/**
 * PrlStatVmData_GetSegmentCapacity: disk space one part of the machine's data takes.
 *
 * @hVmDataStat  PHT_SYSTEM_STATISTICS_VM_DATA
 * @nSegment     a PRL_DATA_STATISTIC_SEGMENTS value
 * @pnCapacity   [out] bytes
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value); PRL_ERR_INVALID_ARG when the segment is
 *         not in 1..PDSS_VM_FULL_SPACE
 * Source: VmDataStatistic VmDataSegments/VmDataSegment[i]/Type +
 *         VmDataSegments/VmDataSegment[i]/Capacity, default 0 (PDSS_UNKNOWN) + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlStatVmData_GetSegmentCapacity,
    (PRL_HANDLE hVmDataStat, PRL_DATA_STATISTIC_SEGMENTS nSegment, PRL_UINT64_PTR pnCapacity));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_DEPRECATED_H */
