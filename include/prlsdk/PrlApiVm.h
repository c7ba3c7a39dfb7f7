/* SPDX-License-Identifier: MIT */
/*
 * PrlApiVm.h: virtual machines: life cycle, configuration, devices, snapshots,
 * backups.
 *
 * A PHT_VIRTUAL_MACHINE is its own configuration: PrlVmCfg_ calls take it wherever
 * PHT_VM_CONFIGURATION is named. Setters change the copy in the handle; between
 * PrlVm_BeginEdit and PrlVm_Commit the changes reach the service. MiB are 2^20
 * bytes.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_VM_H
#define PRL_API_VM_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlKeys.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What guests are supported
 */

/**
 * PrlApi_GetSupportedOsesTypes: families of guests that can be chosen: PVS_GUEST_TYPE_*
 * numbers of 1 byte.
 *
 * @nHostOsType      a PRL_HOST_OS_TYPE value
 * @phOsesTypesList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetSupportedOsesTypes,
    (PRL_HOST_OS_TYPE nHostOsType, PRL_HANDLE_PTR phOsesTypesList));

/**
 * PrlApi_GetSupportedOsesVersions: versions of one family of guests that can be chosen:
 * PVS_GUEST_VER_* numbers of 2 bytes.
 *
 * @nHostOsType   a PRL_HOST_OS_TYPE value
 * @nGuestOsType  PVS_GUEST_TYPE_*
 * @phGuestsList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 *
 * Errors: PRL_ERR_INVALID_ARG  a NULL pointer, or no such family
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetSupportedOsesVersions,
    (PRL_HOST_OS_TYPE nHostOsType, PRL_UINT8 nGuestOsType, PRL_HANDLE_PTR phGuestsList));

/**
 * PrlApi_GetDefaultOsVersion: the version of a family to offer first.
 *
 * @nGuestOsType  PVS_GUEST_TYPE_*
 * @pnOsVersion   [out] PVS_GUEST_VER_*
 *
 * Errors: PRL_ERR_INVALID_ARG  a NULL pointer, or no such family
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetDefaultOsVersion,
    (PRL_UINT8 nGuestOsType, PRL_UINT16_PTR pnOsVersion));

/**
 * PrlApi_GetRecommendMinVmMem: least memory a guest works well with. Works before PrlApi_Init.
 *
 * @nOsVersion    PVS_GUEST_VER_*
 * @pnMinMemSize  [out] MiB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetRecommendMinVmMem,
    (PRL_UINT32 nOsVersion, PRL_UINT32_PTR pnMinMemSize));

/*
 * Machines of a server: list, create, register
 */

/**
 * PrlSrv_RegisterVm: adds a machine that lies in a directory of the host to the server.
 *
 * @hServer              PHT_SERVER
 * @strVmDirPath         directory of the machine, absolute
 * @bNonInteractiveMode  PRL_TRUE for no questions
 *
 * Job:    PJOC_SRV_REGISTER_VM; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDED, PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_RegisterVm,
    (PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_BOOL bNonInteractiveMode));

/**
 * PrlSrv_RegisterVmEx: adds a machine that lies in a directory of the host to the server.
 *
 * @hServer       PHT_SERVER
 * @strVmDirPath  directory of the machine, absolute
 * @nFlags        PRL_REGISTER_VM_FLAGS and PACF_*
 *
 * Job:    PJOC_SRV_REGISTER_VM_EX; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDED, PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_RegisterVmEx,
    (PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_UINT32 nFlags));

/**
 * PrlSrv_RegisterVmWithUuid: adds a machine that lies in a directory of the host to the
 * server, under a given uuid.
 *
 * @hServer       PHT_SERVER
 * @strVmDirPath  directory of the machine, absolute
 * @strVmUuid     uuid to give it; NULL or "" keeps its own
 * @nFlags        PRL_REGISTER_VM_FLAGS and PACF_*
 *
 * Job:    PJOC_SRV_REGISTER_VM_EX; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDED, PET_DSP_EVT_VM_STATE_CHANGED
 * Errors: PRL_ERR_INVALID_ARG for what is no uuid
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_RegisterVmWithUuid,
    (PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_CONST_STR strVmUuid, PRL_UINT32 nFlags));

/**
 * PrlSrv_Register3rdPartyVm: adds a machine of another product. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer           PHT_SERVER
 * @strVmConfigPath   its configuration file, absolute
 * @strVmRootDirPath  directory for the new machine; "" for the default one
 * @nFlags            PRL_REGISTER_3PARTY_VM_FLAGS
 *
 * Job:    PJOC_SRV_REGISTER_3RD_PARTY_VM; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_Register3rdPartyVm,
    (PRL_HANDLE hServer, PRL_CONST_STR strVmConfigPath, PRL_CONST_STR strVmRootDirPath,
     PRL_UINT32 nFlags));

/**
 * PrlSrv_CreateVm: makes a machine object with default values; nothing exists until PrlVm_Reg.
 *
 * @hServer  PHT_SERVER
 * @phVm     [out] new reference to a PHT_VIRTUAL_MACHINE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_CreateVm, (PRL_HANDLE hServer, PRL_HANDLE_PTR phVm));

/**
 * PrlSrv_GetVmList: asks for the virtual machines of the server, templates first.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_VM_LIST; result: any number of PHT_VIRTUAL_MACHINE, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetVmList, (PRL_HANDLE hServer));

/**
 * PrlSrv_GetVmListEx: asks for machines of the server, templates first.
 *
 * @hServer  PHT_SERVER
 * @nFlags   PRL_GET_VM_LIST_FLAGS
 *
 * Job:    PJOC_SRV_GET_VM_LIST; result: any number of PHT_VIRTUAL_MACHINE, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetVmListEx,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetDefaultVmConfig: asks for a configuration with the defaults for a guest.
 *
 * @hServer  PHT_SERVER
 * @pParam   a PRL_GET_VM_CONFIG_PARAM_DATA
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_DEFAULT_VM_CONFIG; result: one PHT_VIRTUAL_MACHINE
 * Errors: PRL_ERR_INVALID_ARG when nVmType is neither PVT_VM nor PVT_CT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetDefaultVmConfig,
    (PRL_HANDLE hServer, PRL_CONST_GET_VM_CONFIG_PARAM_DATA_PTR pParam, PRL_UINT32 nFlags));

/**
 * PrlSrv_StartSearchVms: looks through directories for machines that are not registered; each
 * find is also an event.
 *
 * @hServer       PHT_SERVER
 * @hStringsList  PHT_STRINGS_LIST of directories; PRL_INVALID_HANDLE for the usual ones
 *
 * Job:    PJOC_SRV_START_SEARCH_VMS; result: any number of PHT_FOUND_VM_INFO, by index
 * Events: PET_DSP_EVT_FOUND_LOST_VM_CONFIG. Can be cancelled:
 *         PRL_ERR_SEARCH_CONFIG_OPERATION_CANCELED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_StartSearchVms,
    (PRL_HANDLE hServer, PRL_HANDLE hStringsList));

/**
 * PrlSrv_GetSupportedOses: the guests the service supports.
 *
 * @hServer       PHT_SERVER
 * @phOsesMatrix  [out] new reference to a PHT_GUEST_OSES_MATRIX
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetSupportedOses,
    (PRL_HANDLE hServer, PRL_HANDLE_PTR phOsesMatrix));

/**
 * PrlSrv_CreateUnattendedCd: makes an image for an unattended installation. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer        PHT_SERVER
 * @nGuestType     PVS_GUEST_VER_*
 * @sUserName      name of a user
 * @sPasswd        password; never logged
 * @sFullUserName  full name of the user
 * @sOsDistroPath  absolute path of the installation image
 * @sOutImagePath  absolute path of the image to make
 *
 * Job:    PJOC_SRV_CREATE_UNATTENDED_CD; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_CreateUnattendedCd,
    (PRL_HANDLE hServer, PRL_UINT32 nGuestType, PRL_CONST_STR sUserName, PRL_CONST_STR sPasswd,
     PRL_CONST_STR sFullUserName, PRL_CONST_STR sOsDistroPath, PRL_CONST_STR sOutImagePath));

/**
 * PrlSrv_InstallAppliance: fetches and registers an appliance.
 *
 * @hServer        PHT_SERVER
 * @hAppCfg        any live handle
 * @sVmParentPath  directory for the new machine; "" for the default one
 * @nFlags         PRL_INSTALL_APPLIANCE_FLAGS
 *
 * Job:    PJOC_SRV_INSTALL_APPLIANCE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_InstallAppliance,
    (PRL_HANDLE hServer, PRL_HANDLE hAppCfg, PRL_CONST_STR sVmParentPath, PRL_UINT32 nFlags));

/**
 * PrlSrv_CancelInstallAppliance: gives up an installation and removes what it fetched.
 *
 * @hServer  PHT_SERVER
 * @hAppCfg  any live handle
 * @nFlags   0
 *
 * Job:    PJOC_SRV_INSTALL_APPLIANCE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_CancelInstallAppliance,
    (PRL_HANDLE hServer, PRL_HANDLE hAppCfg, PRL_UINT32 nFlags));

/**
 * PrlSrv_StopInstallAppliance: interrupts an installation; it can go on later.
 *
 * @hServer  PHT_SERVER
 * @hAppCfg  any live handle
 * @nFlags   0
 *
 * Job:    PJOC_SRV_INSTALL_APPLIANCE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_StopInstallAppliance,
    (PRL_HANDLE hServer, PRL_HANDLE hAppCfg, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetCtTemplateList: asks for the container templates.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_CT_TEMPLATE_LIST; result: any number of PHT_CT_TEMPLATE, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetCtTemplateList,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_RemoveCtTemplate: removes a container template.
 *
 * @hServer      PHT_SERVER
 * @sName        name of the template
 * @sOsTmplName  system template it belongs to; "" if it is one itself
 * @nFlags       0
 *
 * Job:    PJOC_SRV_REMOVE_CT_TEMPLATE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_RemoveCtTemplate,
    (PRL_HANDLE hServer, PRL_CONST_STR sName, PRL_CONST_STR sOsTmplName, PRL_UINT32 nFlags));

/**
 * PrlSrv_CopyCtTemplate: copies a container template to another host.
 *
 * @hSrv                      PHT_SERVER
 * @sName                     name of the template
 * @sOsTmplName               system template it belongs to; "" if it is one itself
 * @sTargetServerHostname     name or address of the other host
 * @nTargetServerPort         its TCP port; 0 for the usual one
 * @sTargetServerSessionUuid  uuid of a session logged in there
 * @nFlags                    PRL_COPY_CT_TEMPLATE_FLAGS
 * @nReservedFlags            0
 *
 * Job:    PJOC_SRV_COPY_CT_TEMPLATE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_CopyCtTemplate,
    (PRL_HANDLE hSrv, PRL_CONST_STR sName, PRL_CONST_STR sOsTmplName,
     PRL_CONST_STR sTargetServerHostname, PRL_UINT32 nTargetServerPort,
     PRL_CONST_STR sTargetServerSessionUuid, PRL_UINT32 nFlags, PRL_UINT32 nReservedFlags));

/**
 * PrlSrv_GetVmConfig: finds one machine.
 *
 * @hServer    PHT_SERVER
 * @sSearchId  uuid or name, as the flags say; both flags try the uuid first
 * @nFlags     PRL_GET_VM_CONFIG_FLAGS
 *
 * Job:    PJOC_SRV_GET_VM_CONFIG; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_GetVmConfig,
    (PRL_HANDLE hServer, PRL_CONST_STR sSearchId, PRL_UINT32 nFlags));

/*
 * Backups of machines
 */

/**
 * PrlSrv_CreateVmBackup: backs a machine up.
 *
 * @hSourceServer     PHT_SERVER
 * @sVmUuid           uuid of the machine
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @strDescription    text for people; "" for none
 * @backup_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_SRV_CREATE_VM_BACKUP; result: any number of PHT_BACKUP_RESULT, by index
 * Events: PET_DSP_EVT_BACKUP_PROGRESS_CHANGED, PET_DSP_EVT_CREATE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_CreateVmBackup,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sTargetHost,
     PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId, PRL_CONST_STR strDescription,
     PRL_UINT32 backup_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlSrv_RestoreVmBackup: brings a machine back from a backup.
 *
 * @hSourceServer      PHT_SERVER
 * @sVmUuid            uuid of the machine
 * @sBackupUuid        id of the backup: {uuid} of the base, {uuid}.N of an increment
 * @sTargetHost        name or address of the other host; "" for this one
 * @nTargetPort        its TCP port; 0 for the usual one
 * @sTargetSessionId   uuid of a session logged in there
 * @sTargetVmHomePath  directory for the machine; "" for the old one
 * @sTargetVmName      name for the machine; "" for the old one
 * @restore_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags     0
 * @force_operation    PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_SRV_RESTORE_VM_BACKUP; result: nothing
 * Events: PET_DSP_EVT_RESTORE_PROGRESS_CHANGED, PET_DSP_EVT_RESTORE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_RestoreVmBackup,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sBackupUuid,
     PRL_CONST_STR sTargetHost, PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId,
     PRL_CONST_STR sTargetVmHomePath, PRL_CONST_STR sTargetVmName, PRL_UINT32 restore_flags,
     PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlSrv_GetBackupTree: asks for the backups of a machine, as XML.
 *
 * @hSourceServer     PHT_SERVER
 * @sUuid             uuid of the machine; "" for all
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @backup_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_SRV_GET_BACKUP_TREE; result: text
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_GetBackupTree,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sUuid, PRL_CONST_STR sTargetHost,
     PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId, PRL_UINT32 backup_flags,
     PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlSrv_RemoveVmBackup: deletes a backup, or all of a machine.
 *
 * @hSourceServer     PHT_SERVER
 * @sVmUuid           uuid of the machine
 * @sBackupUuid       id of the backup; "" for all of the machine
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @remove_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_SRV_REMOVE_VM_BACKUP; result: nothing
 * Events: PET_DSP_EVT_REMOVE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_RemoveVmBackup,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sBackupUuid,
     PRL_CONST_STR sTargetHost, PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId,
     PRL_UINT32 remove_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlSrv_CreateVmBackupEx: backs a machine up.
 *
 * @hSourceServer     PHT_SERVER
 * @sVmUuid           uuid of the machine
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @strDescription    text for people; "" for none
 * @backup_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 * @pExtra            further arguments; NULL for none
 *
 * Job:    PJOC_SRV_CREATE_VM_BACKUP; result: any number of PHT_BACKUP_RESULT, by index
 * Events: PET_DSP_EVT_BACKUP_PROGRESS_CHANGED, PET_DSP_EVT_CREATE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_CreateVmBackupEx,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sTargetHost,
     PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId, PRL_CONST_STR strDescription,
     PRL_UINT32 backup_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation,
     const PRL_BACKUP_PARAM *pExtra));

/**
 * PrlSrv_RestoreVmBackupEx: brings a machine back from a backup.
 *
 * @hSourceServer      PHT_SERVER
 * @sVmUuid            uuid of the machine
 * @sBackupUuid        id of the backup: {uuid} of the base, {uuid}.N of an increment
 * @sTargetHost        name or address of the other host; "" for this one
 * @nTargetPort        its TCP port; 0 for the usual one
 * @sTargetSessionId   uuid of a session logged in there
 * @sTargetVmHomePath  directory for the machine; "" for the old one
 * @sTargetVmName      name for the machine; "" for the old one
 * @restore_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags     0
 * @force_operation    PRL_TRUE to answer questions with yes
 * @pExtra             further arguments; NULL for none
 *
 * Job:    PJOC_SRV_RESTORE_VM_BACKUP; result: nothing
 * Events: PET_DSP_EVT_RESTORE_PROGRESS_CHANGED, PET_DSP_EVT_RESTORE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_RestoreVmBackupEx,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sBackupUuid,
     PRL_CONST_STR sTargetHost, PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId,
     PRL_CONST_STR sTargetVmHomePath, PRL_CONST_STR sTargetVmName, PRL_UINT32 restore_flags,
     PRL_UINT32 reserved_flags, PRL_BOOL force_operation, const PRL_BACKUP_PARAM *pExtra));

/**
 * PrlSrv_GetBackupTreeEx: asks for the backups of a machine, as XML.
 *
 * @hSourceServer     PHT_SERVER
 * @sUuid             uuid of the machine; "" for all
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @backup_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 * @pExtra            further arguments; NULL for none
 *
 * Job:    PJOC_SRV_GET_BACKUP_TREE; result: text
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_GetBackupTreeEx,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sUuid, PRL_CONST_STR sTargetHost,
     PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId, PRL_UINT32 backup_flags,
     PRL_UINT32 reserved_flags, PRL_BOOL force_operation, const PRL_BACKUP_PARAM *pExtra));

/**
 * PrlSrv_RemoveVmBackupEx: deletes a backup, or all of a machine.
 *
 * @hSourceServer     PHT_SERVER
 * @sVmUuid           uuid of the machine
 * @sBackupUuid       id of the backup; "" for all of the machine
 * @sTargetHost       name or address of the other host; "" for this one
 * @nTargetPort       its TCP port; 0 for the usual one
 * @sTargetSessionId  uuid of a session logged in there
 * @remove_flags      PRL_VM_BACKUP_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 * @pExtra            further arguments; NULL for none
 *
 * Job:    PJOC_SRV_REMOVE_VM_BACKUP; result: nothing
 * Events: PET_DSP_EVT_REMOVE_BACKUP_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_RemoveVmBackupEx,
    (PRL_HANDLE hSourceServer, PRL_CONST_STR sVmUuid, PRL_CONST_STR sBackupUuid,
     PRL_CONST_STR sTargetHost, PRL_UINT32 nTargetPort, PRL_CONST_STR sTargetSessionId,
     PRL_UINT32 remove_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation,
     const PRL_BACKUP_PARAM *pExtra));

/*
 * Virtual machine: start and stop
 */

/**
 * PrlVm_Start: starts a machine, or lets a paused or suspended one go on.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_START; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Start, (PRL_HANDLE hVm));

/**
 * PrlVm_StartEx: starts a machine, or lets a paused or suspended one go on.
 *
 * @hVm         PHT_VIRTUAL_MACHINE
 * @nStartMode  a PRL_VM_START_MODE value
 * @nReserved   0
 *
 * Job:    PJOC_VM_START_EX; result: nothing; on failure PHT_EVENTs, one for each finding
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 * Errors: PRL_ERR_INVALID_ARG above PSM_VM_START_LAST_ITEM
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_StartEx,
    (PRL_HANDLE hVm, PRL_UINT32 nStartMode, PRL_UINT32 nReserved));

/**
 * PrlVm_Restart: asks the guest to restart; finishes when it has been asked.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_RESTART; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Restart, (PRL_HANDLE hVm));

/**
 * PrlVm_Stop: stops a machine.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @bGraceful  PRL_TRUE asks the guest to shut down (PSM_SHUTDOWN), PRL_FALSE pulls the plug
 *             (PSM_KILL)
 *
 * Job:    PJOC_VM_STOP; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Stop, (PRL_HANDLE hVm, PRL_BOOL bGraceful));

/**
 * PrlVm_StopEx: stops a machine.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @nStopMode  a PRL_VM_STOP_MODE value
 * @nFlags     PRL_VM_STOP_FLAGS
 *
 * Job:    PJOC_VM_STOP; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 * Errors: PRL_ERR_INVALID_ARG above PSM_LAST
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_StopEx,
    (PRL_HANDLE hVm, PRL_UINT32 nStopMode, PRL_UINT32 nFlags));

/**
 * PrlVm_Pause: holds a running machine.
 *
 * @hVm    PHT_VIRTUAL_MACHINE
 * @bAcpi  not looked at
 *
 * Job:    PJOC_VM_PAUSE; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Pause, (PRL_HANDLE hVm, PRL_BOOL bAcpi));

/**
 * PrlVm_Reset: resets a machine, like its reset button; a paused one runs afterwards.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_RESET; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Reset, (PRL_HANDLE hVm));

/**
 * PrlVm_Suspend: writes the state of a machine to disk and ends it.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_SUSPEND; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Suspend, (PRL_HANDLE hVm));

/**
 * PrlVm_ResetUptime: sets the uptime of a machine to 0.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  0
 *
 * Job:    PJOC_VM_RESET_UPTIME; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_ResetUptime,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_Resume: lets a paused or suspended machine go on; the same request as PrlVm_Start.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_START; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Resume, (PRL_HANDLE hVm));

/*
 * Virtual machine: snapshots and suspended state
 */

/**
 * PrlVm_GetSuspendedScreen: asks for the picture a machine was suspended with, base64.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_SUSPENDED_SCREEN; result: text: PNG in base64
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_GetSuspendedScreen, (PRL_HANDLE hVm));

/**
 * PrlVm_CreateSnapshot: takes a snapshot, of memory too if the machine runs.
 *
 * @hVm           PHT_VIRTUAL_MACHINE
 * @sName         name for people
 * @sDescription  text for people; "" for none
 *
 * Job:    PJOC_VM_CREATE_SNAPSHOT; result: text: id of the snapshot, with braces
 * Events: PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED, PET_DSP_EVT_VM_SNAPSHOTED,
 *         PET_DSP_EVT_VM_MEMORY_SWAPPING_FINISHED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_CreateSnapshot,
    (PRL_HANDLE hVm, PRL_CONST_STR sName, PRL_CONST_STR sDescription));

/**
 * PrlVm_SwitchToSnapshot: puts the machine into the state of a snapshot.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sSnapshotUuid  uuid of the snapshot
 *
 * Job:    PJOC_VM_SWITCH_TO_SNAPSHOT; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED, PET_DSP_EVT_VM_MEMORY_SWAPPING_FINISHED,
 *         PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED, PET_DSP_EVT_VM_RESTORED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_SwitchToSnapshot,
    (PRL_HANDLE hVm, PRL_CONST_STR sSnapshotUuid));

/**
 * PrlVm_SwitchToSnapshotEx: puts the machine into the state of a snapshot.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sSnapshotUuid  uuid of the snapshot
 * @nFlags         PRL_SWITCH_SNAPSHOT_FLAGS
 *
 * Job:    PJOC_VM_SWITCH_TO_SNAPSHOT; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED, PET_DSP_EVT_VM_MEMORY_SWAPPING_FINISHED,
 *         PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED, PET_DSP_EVT_VM_RESTORED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVm_SwitchToSnapshotEx,
    (PRL_HANDLE hVm, PRL_CONST_STR sSnapshotUuid, PRL_UINT32 nFlags));

/**
 * PrlVm_DeleteSnapshot: deletes a snapshot; other snapshots stay good.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sSnapshotUuid  uuid of the snapshot
 * @bChild         PRL_TRUE to delete those below it too
 *
 * Job:    PJOC_VM_DELETE_SNAPSHOT; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_DELETED, PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_DeleteSnapshot,
    (PRL_HANDLE hVm, PRL_CONST_STR sSnapshotUuid, PRL_BOOL bChild));

/**
 * PrlVm_GetSnapshotsTree: asks for the snapshots of a machine, as XML.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_SNAPSHOTS_TREE; result: text: XML
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_GetSnapshotsTree, (PRL_HANDLE hVm));

/**
 * PrlVm_GetSnapshotsTreeEx: asks for the snapshots of a machine, as XML.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_GET_SNAPSHOT_TREE_FLAGS
 *
 * Job:    PJOC_VM_GET_SNAPSHOTS_TREE; result: text: XML
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_GetSnapshotsTreeEx,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_UpdateSnapshotData: changes the name and description of a snapshot.
 *
 * @hVm              PHT_VIRTUAL_MACHINE
 * @sSnapshotUuid    uuid of the snapshot
 * @sNewName         name for people
 * @sNewDescription  text for people
 *
 * Job:    PJOC_VM_UPDATE_SNAPSHOT_DATA; result: nothing
 * Events: PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_UpdateSnapshotData,
    (PRL_HANDLE hVm, PRL_CONST_STR sSnapshotUuid, PRL_CONST_STR sNewName,
     PRL_CONST_STR sNewDescription));

/**
 * PrlVm_CreateSnapshotEx: takes a snapshot.
 *
 * @hVm           PHT_VIRTUAL_MACHINE
 * @sName         name for people
 * @sDescription  text for people; "" for none
 * @nFlags        PRL_CREATE_SNAPSHOT_FLAGS
 *
 * Job:    PJOC_VM_CREATE_SNAPSHOT; result: text: id of the snapshot, with braces
 * Events: PET_DSP_EVT_VM_SNAPSHOTS_TREE_CHANGED, PET_DSP_EVT_VM_SNAPSHOTED,
 *         PET_DSP_EVT_VM_MEMORY_SWAPPING_FINISHED
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_CreateSnapshotEx,
    (PRL_HANDLE hVm, PRL_CONST_STR sName, PRL_CONST_STR sDescription, PRL_UINT32 nFlags));

/*
 * Virtual machine: register, clone, move, delete, lock
 */

/**
 * PrlVm_ChangeSid: gives a Windows guest a new security id; needs the guest tools.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  0
 *
 * Job:    PJOC_VM_CHANGE_SID; result: nothing
 * Events: PET_DSP_EVT_JOB_PROGRESS_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_ChangeSid,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_Lock: reserves a machine for this session; others get
 * PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @nReserved  0
 *
 * Job:    PJOC_VM_LOCK; result: nothing
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Lock, (PRL_HANDLE hVm, PRL_UINT32 nReserved));

/**
 * PrlVm_Unlock: ends the reservation.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @nReserved  0
 *
 * Job:    PJOC_VM_UNLOCK; result: nothing
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Unlock,
    (PRL_HANDLE hVm, PRL_UINT32 nReserved));

/**
 * PrlVm_Clone: copies a machine.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @new_vm_name       name of the copy
 * @new_vm_root_path  directory its directory is made in; "" for the default one
 * @bCreateTemplate   PRL_TRUE to make a template
 *
 * Job:    PJOC_VM_CLONE; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDITION_STATE_CHANGED, PET_JOB_FILE_COPY_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_ADDED. Can be cancelled: PRL_ERR_CLONE_OPERATION_CANCELED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Clone,
    (PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_root_path,
     PRL_BOOL bCreateTemplate));

/**
 * PrlVm_CloneEx: copies a machine.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @new_vm_name       name of the copy
 * @new_vm_root_path  directory its directory is made in; "" for the default one
 * @nFlags            PRL_CLONE_VM_FLAGS and PACF_*
 *
 * Job:    PJOC_VM_CLONE; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDITION_STATE_CHANGED, PET_JOB_FILE_COPY_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_ADDED. Can be cancelled: PRL_ERR_CLONE_OPERATION_CANCELED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_CloneEx,
    (PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_root_path,
     PRL_UINT32 nFlags));

/**
 * PrlVm_CloneWithUuid: copies a machine under a given uuid.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @new_vm_name       name of the copy
 * @new_vm_uuid       uuid of the copy; "" for a new one
 * @new_vm_root_path  directory its directory is made in; "" for the default one
 * @nFlags            PRL_CLONE_VM_FLAGS and PACF_*
 *
 * Job:    PJOC_VM_CLONE; result: one PHT_VIRTUAL_MACHINE
 * Events: PET_DSP_EVT_VM_ADDITION_STATE_CHANGED, PET_JOB_FILE_COPY_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_ADDED. Can be cancelled: PRL_ERR_CLONE_OPERATION_CANCELED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_CloneWithUuid,
    (PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_uuid,
     PRL_CONST_STR new_vm_root_path, PRL_UINT32 nFlags));

/**
 * PrlVm_Migrate: moves a machine to another server.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @hTargetServer     PHT_SERVER logged in to the other host
 * @target_home_path  directory for the machine there; "" for the default one
 * @migration_flags   PRL_VM_MIGRATION_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_VM_MIGRATE; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_MIGRATE_STARTED, PET_DSP_EVT_VM_MIGRATE_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_MIGRATE_FINISHED or PET_DSP_EVT_VM_MIGRATE_CANCELLED. Can be
 *         cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Migrate,
    (PRL_HANDLE hVm, PRL_HANDLE hTargetServer, PRL_CONST_STR target_home_path,
     PRL_UINT32 migration_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlVm_MigrateEx: moves a machine to another server.
 *
 * @hVm                PHT_VIRTUAL_MACHINE
 * @target_host        name or address of the other host
 * @target_port        its TCP port; 0 for the usual one
 * @target_session_id  uuid of a session logged in there
 * @target_home_path   directory for the machine there; "" for the default one
 * @migration_flags    PRL_VM_MIGRATION_FLAGS
 * @reserved_flags     0
 * @force_operation    PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_VM_MIGRATE; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_MIGRATE_STARTED, PET_DSP_EVT_VM_MIGRATE_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_MIGRATE_FINISHED or PET_DSP_EVT_VM_MIGRATE_CANCELLED. Can be
 *         cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_MigrateEx,
    (PRL_HANDLE hVm, PRL_CONST_STR target_host, PRL_UINT32 target_port,
     PRL_CONST_STR target_session_id, PRL_CONST_STR target_home_path,
     PRL_UINT32 migration_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlVm_MigrateWithRename: moves a machine to another server under another name.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @hTargetServer     PHT_SERVER logged in to the other host
 * @target_name       name of the machine there; "" for the same
 * @target_home_path  directory for the machine there; "" for the default one
 * @migration_flags   PRL_VM_MIGRATION_FLAGS
 * @reserved_flags    0
 * @force_operation   PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_VM_MIGRATE; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_MIGRATE_STARTED, PET_DSP_EVT_VM_MIGRATE_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_MIGRATE_FINISHED or PET_DSP_EVT_VM_MIGRATE_CANCELLED. Can be
 *         cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_MigrateWithRename,
    (PRL_HANDLE hVm, PRL_HANDLE hTargetServer, PRL_CONST_STR target_name,
     PRL_CONST_STR target_home_path, PRL_UINT32 migration_flags, PRL_UINT32 reserved_flags,
     PRL_BOOL force_operation));

/**
 * PrlVm_MigrateWithRenameEx: moves a machine to another server under another name.
 *
 * @hVm                PHT_VIRTUAL_MACHINE
 * @target_host        name or address of the other host
 * @target_port        its TCP port; 0 for the usual one
 * @target_session_id  uuid of a session logged in there
 * @target_name        name of the machine there; "" for the same
 * @target_home_path   directory for the machine there; "" for the default one
 * @migration_flags    PRL_VM_MIGRATION_FLAGS
 * @reserved_flags     0
 * @force_operation    PRL_TRUE to answer questions with yes
 *
 * Job:    PJOC_VM_MIGRATE; result: any number of PHT_EVENT, by index
 * Events: PET_DSP_EVT_VM_MIGRATE_STARTED, PET_DSP_EVT_VM_MIGRATE_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_MIGRATE_FINISHED or PET_DSP_EVT_VM_MIGRATE_CANCELLED. Can be
 *         cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_MigrateWithRenameEx,
    (PRL_HANDLE hVm, PRL_CONST_STR target_host, PRL_UINT32 target_port,
     PRL_CONST_STR target_session_id, PRL_CONST_STR target_name, PRL_CONST_STR target_home_path,
     PRL_UINT32 migration_flags, PRL_UINT32 reserved_flags, PRL_BOOL force_operation));

/**
 * PrlVm_MigrateCancel: ends a migration; the machine goes on where it was.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_MIGRATE_CANCEL; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_MigrateCancel, (PRL_HANDLE hVm));

/**
 * PrlVm_Delete: unregisters a machine and deletes its files.
 *
 * @hVm           PHT_VIRTUAL_MACHINE
 * @hDevicesList  PHT_STRINGS_LIST of files to delete; PRL_INVALID_HANDLE deletes the whole
 *                directory
 *
 * Job:    PJOC_VM_DELETE; result: nothing; with PRL_ERR_NOT_ALL_FILES_WAS_DELETED the names of
 *         what is left, as texts
 * Events: PET_DSP_EVT_VM_DELETED
 * Errors: PRL_ERR_INVALID_ARG when the VM has no server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Delete,
    (PRL_HANDLE hVm, PRL_HANDLE hDevicesList));

/**
 * PrlVm_Reg: registers a new machine and makes its directory and images. The handle gets the
 * final values.
 *
 * @hVm                  PHT_VIRTUAL_MACHINE
 * @sVmParentPath        directory its directory is made in, absolute; "" for the default one
 * @bNonInteractiveMode  PRL_TRUE for no questions
 *
 * Job:    PJOC_VM_REG; result: nothing
 * Events: PET_DSP_EVT_VM_ADDED, PET_DSP_EVT_VM_STATE_CHANGED
 * Errors: PRL_ERR_INVALID_ARG when the VM has no server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Reg,
    (PRL_HANDLE hVm, PRL_CONST_STR sVmParentPath, PRL_BOOL bNonInteractiveMode));

/**
 * PrlVm_RegEx: registers a new machine and makes its directory and images. The handle gets the
 * final values.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sVmParentPath  directory its directory is made in, absolute; "" for the default one
 * @nFlags         PRL_REGISTER_NEW_VM and PACF_NON_INTERACTIVE_MODE
 *
 * Job:    PJOC_VM_REG; result: nothing
 * Events: PET_DSP_EVT_VM_ADDED, PET_DSP_EVT_VM_STATE_CHANGED
 * Errors: PRL_ERR_INVALID_ARG when the VM has no server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVm_RegEx,
    (PRL_HANDLE hVm, PRL_CONST_STR sVmParentPath, PRL_UINT32 nFlags));

/**
 * PrlVm_Unreg: takes a machine off the server; its files stay.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_UNREG; result: nothing
 * Events: PET_DSP_EVT_VM_UNREGISTERED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Unreg, (PRL_HANDLE hVm));

/**
 * PrlVm_Restore: brings a machine whose configuration file is broken back from the backup copy
 * of that file.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_RESTORE; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Restore, (PRL_HANDLE hVm));

/**
 * PrlVm_Move: moves the directory of a machine; it may run.
 *
 * @hVm           PHT_VIRTUAL_MACHINE
 * @sNewHomePath  directory its directory is put in, absolute
 * @nFlags        0
 *
 * Job:    PJOC_VM_MOVE; result: nothing
 * Events: PET_DSP_EVT_VM_ADDITION_STATE_CHANGED, PET_JOB_FILE_COPY_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_CONFIG_CHANGED. Can be cancelled
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_Move,
    (PRL_HANDLE hVm, PRL_CONST_STR sNewHomePath, PRL_UINT32 nFlags));

/*
 * Virtual machine: change the configuration. PrlVm_BeginEdit, PrlVmCfg_ setters on the same
 * handle, PrlVm_Commit
 */

/**
 * PrlVm_GenerateVmDevFilename: finds a free name for an image in the directory of a machine.
 *
 * @hVm              PHT_VIRTUAL_MACHINE
 * @sFilenamePrefix  start of the name
 * @sFilenameSuffix  end of the name
 * @sIndexDelimiter  text before the number
 *
 * Job:    PJOC_VM_GENERATE_VM_DEV_FILENAME; result: nothing
 * Errors: PRL_ERR_NO_DATA when the home path is empty
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GenerateVmDevFilename,
    (PRL_HANDLE hVm, PRL_CONST_STR sFilenamePrefix, PRL_CONST_STR sFilenameSuffix,
     PRL_CONST_STR sIndexDelimiter));

/**
 * PrlVm_RefreshConfig: reads the configuration of a machine anew into the handle.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_REFRESH_CONFIG; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_RefreshConfig, (PRL_HANDLE hVm));

/**
 * PrlVm_RefreshConfigEx: reads the configuration of a machine anew into the handle.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_GET_VM_CONFIG_FLAGS
 *
 * Job:    PJOC_VM_REFRESH_CONFIG; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_RefreshConfigEx,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_SetConfig: replaces the configuration of a machine. The job fails with
 * PRL_ERR_UNIMPLEMENTED; see PrlVm_BeginEdit.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @hVmCfg  PHT_VM_CONFIGURATION
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_SetConfig, (PRL_HANDLE hVm, PRL_HANDLE hVmCfg));

/**
 * PrlVm_GetConfig: the configuration of a machine: another handle of the same content.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @phVmCfg  [out] new reference to a PHT_VM_CONFIGURATION
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetConfig, (PRL_HANDLE hVm, PRL_HANDLE_PTR phVmCfg));

/**
 * PrlVm_BeginEdit: starts a change of the configuration and reads it anew into the handle.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_BEGIN_EDIT; result: one PHT_VIRTUAL_MACHINE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_BeginEdit, (PRL_HANDLE hVm));

/**
 * PrlVm_Commit: stores the changed configuration.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_COMMIT; result: the new configuration as a PHT_VIRTUAL_MACHINE, or nothing;
 *         on failure PHT_EVENTs, one for each finding
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_Commit, (PRL_HANDLE hVm));

/**
 * PrlVm_CommitEx: stores the changed configuration.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_VM_COMMIT_FLAGS
 *
 * Job:    PJOC_VM_COMMIT; result: the new configuration as a PHT_VIRTUAL_MACHINE, or nothing;
 *         on failure PHT_EVENTs, one for each finding
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED, PET_DSP_EVT_VM_CONFIG_APPLIED if a restart is needed
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_CommitEx, (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_CreateUnattendedFloppy: makes a floppy image for an unattended installation. The job
 * fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm               PHT_VIRTUAL_MACHINE
 * @nGuestDistroType  a PRL_GUEST_DISTRO_VERSION_ENUM value
 * @sUsername         name of a user
 * @sCompanyName      name of a company
 * @sSerialKey        product key
 *
 * Job:    PJOC_VM_CREATE_UNATTENDED_FLOPPY; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_CreateUnattendedFloppy,
    (PRL_HANDLE hVm, PRL_GUEST_DISTRO_VERSION_ENUM nGuestDistroType, PRL_CONST_STR sUsername,
     PRL_CONST_STR sCompanyName, PRL_CONST_STR sSerialKey));

/**
 * PrlVm_ValidateConfig: checks the configuration in the handle. With findings the job fails
 * with PRL_ERR_VMCONF_VALIDATION_FAILED.
 *
 * @hVm       PHT_VIRTUAL_MACHINE
 * @nSection  a PRL_VM_CONFIG_SECTIONS value
 *
 * Job:    PJOC_VM_VALIDATE_CONFIG; result: PHT_EVENTs, one for each finding
 * Errors: PRL_ERR_INVALID_ARG outside PVC_VALIDATE_CHANGES_ONLY..PVC_LAST_SECTION
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_ValidateConfig,
    (PRL_HANDLE hVm, PRL_VM_CONFIG_SECTIONS nSection));

/**
 * PrlVm_UpdateSecurity: stores changed rights on a machine.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @hAccessRights  PHT_ACCESS_RIGHTS
 *
 * Job:    PJOC_VM_UPDATE_SECURITY; result: one PHT_ACCESS_RIGHTS
 * Events: PET_DSP_EVT_VM_SECURITY_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_UpdateSecurity,
    (PRL_HANDLE hVm, PRL_HANDLE hAccessRights));

/**
 * PrlVm_CommitEncryption: applies changed encryption of disks.
 *
 * @hVm          PHT_VIRTUAL_MACHINE
 * @nFlags       PRL_COMMIT_ENCRYPTION_FLAGS
 * @hPolicyList  any live handle
 * @hReserved    any live handle
 *
 * Job:    PJOC_VM_COMMIT_ENCRYPTION; result: one PHT_VIRTUAL_MACHINE[] on success, PHT_EVENT[]
 *         otherwise
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_CommitEncryption,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags, PRL_HANDLE hPolicyList, PRL_HANDLE hReserved));

/**
 * PrlVm_UpdateNvram: brings the EFI variables of a stopped machine up to date: those that an older
 * firmware with half the flash has kept are moved into a file for the firmware of this host, which
 * the configuration names from then on. The old file stays.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Errors:  PRL_ERR_UPDATE_NVRAM_EFI_DISABLED      the machine does not use EFI
 *          PRL_ERR_UPDATE_NVRAM_VM_IS_RUNNING     it is not stopped
 *          PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED   there is nothing to do
 *          PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED  a file cannot be read or written
 * Job:    PJOC_VM_UPDATE_NVRAM; result: nothing
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_UpdateNvram, (PRL_HANDLE hVm));

/*
 * Virtual machine: events and questions
 */

/**
 * PrlVm_RegEventHandler: has a handler called for the events of a machine and its finished
 * jobs.
 *
 * @hObj      PHT_VIRTUAL_MACHINE or PHT_DESKTOP_CONTROL
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_RegEventHandler,
    (PRL_HANDLE hObj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlVm_UnregEventHandler: undoes one registration; the handler is not running any more when
 * this returns, unless called from it. An unknown pair is fine.
 *
 * @hObj      PHT_VIRTUAL_MACHINE or PHT_DESKTOP_CONTROL
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_UnregEventHandler,
    (PRL_HANDLE hObj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlVm_GetQuestions: the questions about a machine that wait for an answer.
 *
 * @hVm             PHT_VIRTUAL_MACHINE
 * @pQuestionsList  [out] new reference to a PHT_HANDLES_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetQuestions,
    (PRL_HANDLE hVm, PRL_HANDLE_PTR pQuestionsList));

/**
 * PrlVm_CreateEvent: makes an empty event about a machine.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @phEvent  [out] new reference to a PHT_EVENT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_CreateEvent, (PRL_HANDLE hVm, PRL_HANDLE_PTR phEvent));

/*
 * Virtual machine: state and statistics
 */

/**
 * PrlVm_DropSuspendedState: throws the suspended state away; the machine is stopped then.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_DROP_SUSPENDED_STATE; result: nothing
 * Events: PET_DSP_EVT_VM_STATE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_DropSuspendedState, (PRL_HANDLE hVm));

/**
 * PrlVm_GetState: asks for the state of a machine.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_STATE; result: one PHT_VM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetState, (PRL_HANDLE hVm));

/**
 * PrlVm_GetStatistics: asks for the statistics of the guest.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_STATISTICS; result: one PHT_SYSTEM_STATISTICS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetStatistics, (PRL_HANDLE hVm));

/**
 * PrlVm_GetStatisticsEx: asks for parts of the statistics of the guest.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_VM_STATISTICS_FLAGS
 *
 * Job:    PJOC_VM_GET_STATISTICS; result: one PHT_SYSTEM_STATISTICS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVm_GetStatisticsEx,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_InitiateDevStateNotifications: has the present state of all devices sent as events.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_INITIATE_DEV_STATE_NOTIFICATIONS; result: nothing
 * Events: PET_DSP_EVT_VM_DEV_STATE_CHANGED for each device, to the caller's session: device_type,
 *         device_index, device_state (1 connected)
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_InitiateDevStateNotifications,
    (PRL_HANDLE hVm));

/**
 * PrlVm_SubscribeToPerfStats: has counters of a machine sent as events, one a second while it
 * runs. Replaces an earlier subscription.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @sFilter  which counters, by full name: * is any text, # digits; NULL or "" for all
 *
 * Job:    PJOC_VM_SUBSCRIBE_PERFSTATS; result: nothing
 * Events: PET_DSP_EVT_VM_PERFSTATS, a parameter for each counter (PrlPerfCounters.h)
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_SubscribeToPerfStats,
    (PRL_HANDLE hVm, PRL_CONST_STR sFilter));

/**
 * PrlVm_UnsubscribeFromPerfStats: ends those events.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_UNSUBSCRIBE_PERFSTATS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_UnsubscribeFromPerfStats, (PRL_HANDLE hVm));

/**
 * PrlVm_GetPerfStats: asks once for counters of a machine.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @sFilter  which counters, by full name: * is any text, # digits; NULL or "" for all
 *
 * Job:    PJOC_VM_GET_PERFSTATS; result: one PHT_EVENT, empty for a machine that does not run
 * Errors: PRL_ERR_DISP_VM_IS_NOT_STARTED (it is paused, or between two states)
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_GetPerfStats,
    (PRL_HANDLE hVm, PRL_CONST_STR sFilter));

/*
 * Virtual machine: the guest system and its tools
 */

/**
 * PrlVm_LoginInGuest: opens a session in the guest; needs the guest agent.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sUserName      user of the guest, not "", or PRL_PRIVILEGED_GUEST_OS_SESSION for the system
 * @sUserPassword  password; never logged
 * @nFlags         0
 *
 * Job:    PJOC_VM_LOGIN_IN_GUEST; result: one PHT_VM_GUEST_SESSION
 * Errors: PRL_ERR_INVALID_ARG for an empty user name
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_LoginInGuest,
    (PRL_HANDLE hVm, PRL_CONST_STR sUserName, PRL_CONST_STR sUserPassword, PRL_UINT32 nFlags));

/**
 * PrlVm_SetUserPasswd: sets the password of a user of the guest: now if the machine runs, else
 * at its next start.
 *
 * @hVm          PHT_VIRTUAL_MACHINE
 * @sUserName    name of a user
 * @sUserPasswd  password; never logged
 * @nFlags       PRL_SET_USERPASSWD_FLAGS
 *
 * Job:    PJOC_VM_GUEST_SET_USER_PASSWD; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_SetUserPasswd,
    (PRL_HANDLE hVm, PRL_CONST_STR sUserName, PRL_CONST_STR sUserPasswd, PRL_UINT32 nFlags));

/**
 * PrlVm_SubscribeToGuestStatistics: has the statistics of the guest sent as events.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_SUBSCRIBE_TO_GUEST_STATISTICS; result: nothing
 * Events: PET_DSP_EVT_VM_STATISTICS_UPDATED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_SubscribeToGuestStatistics, (PRL_HANDLE hVm));

/**
 * PrlVm_UnsubscribeFromGuestStatistics: ends those events.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_UNSUBSCRIBE_FROM_GUEST_STATISTICS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_UnsubscribeFromGuestStatistics,
    (PRL_HANDLE hVm));

/**
 * PrlVm_InstallTools: puts the disc with the guest tools into the machine.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_INSTALL_TOOLS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_InstallTools, (PRL_HANDLE hVm));

/**
 * PrlVm_GetToolsState: asks for the state of the guest tools.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_TOOLS_STATE; result: one PHT_VM_TOOLS_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetToolsState, (PRL_HANDLE hVm));

/**
 * PrlVm_AuthWithGuestSecurityDb: checks a user's password in the guest.
 *
 * @hVm            PHT_VIRTUAL_MACHINE
 * @sUserName      user of the guest, not ""
 * @sUserPassword  password; never logged
 * @nFlags         0
 *
 * Job:    PJOC_VM_AUTH_WITH_GUEST_SECURITY_DB; result: nothing
 * Errors: PRL_ERR_INVALID_ARG for an empty user name
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_AuthWithGuestSecurityDb,
    (PRL_HANDLE hVm, PRL_CONST_STR sUserName, PRL_CONST_STR sUserPassword, PRL_UINT32 nFlags));

/*
 * Virtual machine: display
 */

/**
 * PrlVm_StartVncServer: starts the VNC server of a running machine.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @nReserved  0
 *
 * Job:    PJOC_VM_START_VNC_SERVER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_StartVncServer,
    (PRL_HANDLE hVm, PRL_UINT32 nReserved));

/**
 * PrlVm_StopVncServer: stops the VNC server of a running machine.
 *
 * @hVm        PHT_VIRTUAL_MACHINE
 * @nReserved  0
 *
 * Job:    PJOC_VM_STOP_VNC_SERVER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_StopVncServer,
    (PRL_HANDLE hVm, PRL_UINT32 nReserved));

/**
 * PrlVm_Connect: opens the data channel of a machine; needed before PrlVmGuest_RunProgram with
 * descriptors.
 *
 * @hObj    PHT_VIRTUAL_MACHINE
 * @nFlags  0
 *
 * Job:    PJOC_VM_CONNECT_TO_VM; result: nothing
 * Errors: PRL_ERR_INVALID_ARG on a wrong handle
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVm_Connect, (PRL_HANDLE hObj, PRL_UINT32 nFlags));

/**
 * PrlVm_Disconnect: closes the data channel of a machine.
 *
 * @hObj  PHT_VIRTUAL_MACHINE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVm_Disconnect, (PRL_HANDLE hObj));

/**
 * PrlVm_CaptureScreen: asks for a picture of the screen: PNG, base64.
 *
 * @hVm      PHT_VIRTUAL_MACHINE
 * @nWidth   pixels; 0 to keep the ratio, both 0 for the size it has
 * @nHeight  pixels
 * @nFlags   0
 *
 * Job:    PJOC_VM_DEV_DISPLAY_CAPTURE_SCREEN; result: text: PNG in base64
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVm_CaptureScreen,
    (PRL_HANDLE hVm, PRL_UINT32 nWidth, PRL_UINT32 nHeight, PRL_UINT32 nFlags));

/*
 * Virtual machine: disks
 */

/**
 * PrlVm_Compact: gives unused space of disk images back.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @uMask   which disks: PIM_* bits of PRL_HARD_DISK_IFACE_MASK; PIM_ALL_DISKS also means those on buses without bits
 * @nFlags  PRL_COMPACT_MODE; PCM_HARD_DISKS_INFO changes nothing and only tells
 *
 * Job:    PJOC_VM_COMPACT; result: with one of the _HARD_DISKS_INFO flags a PHT_EVENT for each disk: hdd_index, hdd_image,
 *         block_size (bytes), blocks_total, blocks_allocated, blocks_used
 * Events: PET_DSP_EVT_VM_COMPACT_PROCESSING, PET_DSP_EVT_VM_COMPACT_FINISHED
 * Errors: PRL_ERR_COMPACT_WRONG_VM_STATE unless stopped
 *         PRL_ERR_VM_HARD_DISK_NOT_COMPACTABLE if it is so of all of these disks
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_Compact,
    (PRL_HANDLE hVm, PRL_UINT32 uMask, PRL_UINT32 nFlags));

/**
 * PrlVm_CancelCompact: ends compacting.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_CANCEL_COMPACT; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_CancelCompact, (PRL_HANDLE hVm));

/**
 * PrlVm_ConvertDisks: changes the layout of disk images of a stopped machine.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @uMask   which disks: PIM_* bits of PRL_HARD_DISK_IFACE_MASK
 * @nFlags  PRL_CONVERT_VIRTUAL_DISK; with PCVD_CANCEL it is PrlVm_CancelConvertDisks
 *
 * Job:    PJOC_VM_CONVERT_DISKS; result: nothing
 * Events: PET_DSP_EVT_CONVERSION_DISKS_PROGRESS_CHANGED,
 *         PET_DSP_EVT_CONVERSION_DISKS_PROGRESS_FINISHED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_ConvertDisks,
    (PRL_HANDLE hVm, PRL_UINT32 uMask, PRL_UINT32 nFlags));

/**
 * PrlVm_CancelConvertDisks: ends a conversion.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  0
 *
 * Job:    PJOC_VM_CONVERT_DISKS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_CancelConvertDisks,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/**
 * PrlVm_Mount: mounts the disks of a machine on the host.
 *
 * @hVm       PHT_VIRTUAL_MACHINE
 * @sMntPath  not looked at; the service chooses the place
 * @nFlags    PRL_MOUNT_VIRTUAL_DISK
 *
 * Job:    PJOC_VM_MOUNT; result: nothing; with PMVD_INFO text
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_Mount,
    (PRL_HANDLE hVm, PRL_CONST_STR sMntPath, PRL_UINT32 nFlags));

/**
 * PrlVm_Umount: ends the mount.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_MOUNT_VIRTUAL_DISK
 *
 * Job:    PJOC_VM_UMOUNT; result: nothing
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVm_Umount, (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/*
 * Virtual machine: problem reports
 */

/**
 * PrlVm_GetProblemReport: asks for a problem report about a machine, as text.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_VM_GET_PROBLEM_REPORT; result: one PHT_PROBLEM_REPORT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVm_GetProblemReport, (PRL_HANDLE hVm));

/**
 * PrlVm_GetPackedProblemReport: asks for a problem report about a machine.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_PROBLEM_REPORT_FLAGS
 *
 * Job:    PJOC_VM_GET_PACKED_PROBLEM_REPORT; result: one PHT_PROBLEM_REPORT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVm_GetPackedProblemReport,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/*
 * A session in the guest (PHT_VM_GUEST_SESSION)
 */

/**
 * PrlVmGuest_Logout: ends a session in the guest.
 *
 * @hVmGuest   PHT_VM_GUEST_SESSION
 * @nReserved  0
 *
 * Job:    PJOC_VM_GUEST_LOGOUT; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmGuest_Logout,
    (PRL_HANDLE hVmGuest, PRL_UINT32 nReserved));

/**
 * PrlVmGuest_RunProgram: runs a program in the guest; the job lasts as long as the program.
 *
 * @hVmGuest   PHT_VM_GUEST_SESSION
 * @sAppName   the program, not ""
 * @hArgsList  PHT_STRINGS_LIST of its arguments; may be PRL_INVALID_HANDLE
 * @hEnvsList  PHT_STRINGS_LIST of NAME=value; may be PRL_INVALID_HANDLE
 * @nFlags     PRL_VM_EXEC_APP_FILE_DESCRIPTOR and PRL_VM_EXEC_RUN_PROGRAM_MODES
 * @nStdin     read for the program's input if PFD_STDIN is set; stays the caller's
 * @nStdout    gets the program's output if PFD_STDOUT is set; stays the caller's
 * @nStderr    gets the program's errors if PFD_STDERR is set; stays the caller's
 *
 * Job:    PJOC_VM_GUEST_RUN_PROGRAM; result: one PHT_EVENT, its parameter vm_exec_app_ret_code
 *         is the exit code
 * Errors: PRL_ERR_INVALID_ARG for an empty program name; PRL_ERR_UNINITIALIZED when
 *         descriptors are given without a guest channel
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmGuest_RunProgram,
    (PRL_HANDLE hVmGuest, PRL_CONST_STR sAppName, PRL_HANDLE hArgsList, PRL_HANDLE hEnvsList,
     PRL_UINT32 nFlags, PRL_FILE_DESC nStdin, PRL_FILE_DESC nStdout, PRL_FILE_DESC nStderr));

/**
 * PrlVmGuest_GetNetworkSettings: asks for the network adapters as the guest sees them.
 *
 * @hVmGuest   PHT_VM_GUEST_SESSION
 * @nReserved  0
 *
 * Job:    PJOC_VM_GUEST_GET_NETWORK_SETTINGS; result: one PHT_SERVER_CONFIG
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmGuest_GetNetworkSettings,
    (PRL_HANDLE hVmGuest, PRL_UINT32 nReserved));

/*
 * What PrlVm_GetState and PrlVmCfg_GetVmInfo give (PHT_VM_INFO)
 */

/**
 * PrlVmInfo_GetState: state of the machine.
 *
 * @handle    PHT_VM_INFO
 * @pVmState  [out] a VIRTUAL_MACHINE_STATE value
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_state
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmInfo_GetState,
    (PRL_HANDLE handle, VIRTUAL_MACHINE_STATE_PTR pVmState));

/**
 * PrlVmInfo_GetAccessRights: rights of the session on the machine.
 *
 * @hVmInfo  PHT_VM_INFO
 * @phVmAcl  [out] new reference to a PHT_ACCESS_RIGHTS
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_security
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmInfo_GetAccessRights,
    (PRL_HANDLE hVmInfo, PRL_HANDLE_PTR phVmAcl));

/**
 * PrlVmInfo_IsInvalid: tells whether the configuration cannot be used.
 *
 * @handle       PHT_VM_INFO
 * @pbIsInvalid  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_is_invalid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmInfo_IsInvalid,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbIsInvalid));

/**
 * PrlVmInfo_IsVmWaitingForAnswer: tells whether the machine waits for an answer.
 *
 * @handle                  PHT_VM_INFO
 * @pbIsVmWaitingForAnswer  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_is_vm_waiting_for_answer
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmInfo_IsVmWaitingForAnswer,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbIsVmWaitingForAnswer));

/**
 * PrlVmInfo_IsVncServerStarted: tells whether the VNC server runs.
 *
 * @handle                PHT_VM_INFO
 * @pbIsVncServerStarted  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_is_vnc_server_started
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmInfo_IsVncServerStarted,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbIsVncServerStarted));

/**
 * PrlVmInfo_GetAdditionState: long operations going on.
 *
 * @handle    PHT_VM_INFO
 * @pVmState  [out] a VIRTUAL_MACHINE_ADDITION_STATE value
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_addition_state
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmInfo_GetAdditionState,
    (PRL_HANDLE handle, VIRTUAL_MACHINE_ADDITION_STATE_PTR pVmState));

/**
 * PrlVmInfo_IsInvalidEx: tells whether the configuration cannot be used, and why.
 *
 * @handle           PHT_VM_INFO
 * @pbIsInvalid      [out] PRL_TRUE or PRL_FALSE
 * @pnInvalidReason  [out] a PRL_RESULT
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vminfo_vm_is_invalid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmInfo_IsInvalidEx,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbIsInvalid, PRL_RESULT_PTR pnInvalidReason));

/*
 * What PrlVm_GetToolsState gives (PHT_VM_TOOLS_INFO)
 */

/**
 * PrlVmToolsInfo_GetState: state of the guest tools.
 *
 * @handle         PHT_VM_TOOLS_INFO
 * @pVmToolsState  [out] a PRL_VM_TOOLS_STATE value
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_tools_state
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmToolsInfo_GetState,
    (PRL_HANDLE handle, PRL_VM_TOOLS_STATE_PTR pVmToolsState));

/**
 * PrlVmToolsInfo_GetVersion: version of the guest tools.
 *
 * @handle           PHT_VM_TOOLS_INFO
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_tools_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmToolsInfo_GetVersion,
    (PRL_HANDLE handle, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/*
 * Configuration: identity
 */

/**
 * PrlVmCfg_GetName: name of the machine.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sVmName            [out] text buffer, or NULL to ask for the length
 * @pnVmNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/VmName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetName,
    (PRL_HANDLE hVmCfg, PRL_STR sVmName, PRL_UINT32_PTR pnVmNameBufLength));

/**
 * PrlVmCfg_SetName: sets the name of the machine.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @sNewVmName  name
 *
 * Source: config.pvs Identification/VmName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetName,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmName));

/**
 * PrlVmCfg_GetUuid: uuid of the machine.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sVmUuid            [out] text buffer, or NULL to ask for the length
 * @pnVmUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/VmUuid, default random uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetUuid,
    (PRL_HANDLE hVmCfg, PRL_STR sVmUuid, PRL_UINT32_PTR pnVmUuidBufLength));

/**
 * PrlVmCfg_SetUuid: sets the uuid of the machine.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @sNewVmUuid  uuid, with or without braces
 *
 * Source: config.pvs Identification/VmUuid, default random uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetUuid,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmUuid));

/**
 * PrlVmCfg_GetCtId: id of the container.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @sCtId            [out] text buffer, or NULL to ask for the length
 * @pnCtIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/CtId, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetCtId,
    (PRL_HANDLE hVmCfg, PRL_STR sCtId, PRL_UINT32_PTR pnCtIdBufLength));

/**
 * PrlVmCfg_GetLinkedVmUuid: uuid of the machine a linked clone was made from.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sVmUuid            [out] text buffer, or NULL to ask for the length
 * @pnVmUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/LinkedVmUuid, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetLinkedVmUuid,
    (PRL_HANDLE hVmCfg, PRL_STR sVmUuid, PRL_UINT32_PTR pnVmUuidBufLength));

/**
 * PrlVmCfg_GetServerUuid: uuid of the server the machine belongs to.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @sServerUuid            [out] text buffer, or NULL to ask for the length
 * @pnServerUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/ServerUuid, default random uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetServerUuid,
    (PRL_HANDLE hVmCfg, PRL_STR sServerUuid, PRL_UINT32_PTR pnServerUuidBufLength));

/**
 * PrlVmCfg_GetServerHost: host of the machine.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @sServerHost            [out] text buffer, or NULL to ask for the length
 * @pnServerHostBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/ServerHost, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetServerHost,
    (PRL_HANDLE hVmCfg, PRL_STR sServerHost, PRL_UINT32_PTR pnServerHostBufLength));

/**
 * PrlVmCfg_GetHomePath: path of the configuration file, config.pvs.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @sHomePath            [out] text buffer, or NULL to ask for the length
 * @pnHomePathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/VmHome, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetHomePath,
    (PRL_HANDLE hVmCfg, PRL_STR sHomePath, PRL_UINT32_PTR pnHomePathBufLength));

/**
 * PrlVmCfg_GetLocation: kind of storage the machine is on.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @pnVmLocation  [out] a PRL_VM_LOCATION value
 *
 * Source: config.pvs Identification/VmFilesLocation, default 0 (PVL_UNKNOWN)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetLocation,
    (PRL_HANDLE hVmCfg, PRL_VM_LOCATION_PTR pnVmLocation));

/**
 * PrlVmCfg_GetLastModifiedDate: when the configuration changed, yyyy-MM-dd hh:mm:ss.
 *
 * @hVmCfg                         PHT_VM_CONFIGURATION
 * @sVmLastModifiedDate            [out] text buffer, or NULL to ask for the length
 * @pnVmLastModifiedDateBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                 NUL
 *
 * Source: config.pvs Identification/ChangeDateTime, default 1752-01-01 00:00:00
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetLastModifiedDate,
    (PRL_HANDLE hVmCfg, PRL_STR sVmLastModifiedDate,
     PRL_UINT32_PTR pnVmLastModifiedDateBufLength));

/**
 * PrlVmCfg_GetLastModifierName: user who changed the configuration.
 *
 * @hVmCfg                         PHT_VM_CONFIGURATION
 * @sVmLastModifierName            [out] text buffer, or NULL to ask for the length
 * @pnVmLastModifierNameBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                 NUL
 *
 * Source: config.pvs Identification/ChangedBy, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetLastModifierName,
    (PRL_HANDLE hVmCfg, PRL_STR sVmLastModifierName,
     PRL_UINT32_PTR pnVmLastModifierNameBufLength));

/**
 * PrlVmCfg_GetUptimeStartDate: when the uptime was reset, yyyy-MM-dd hh:mm:ss UTC.
 *
 * @hVmCfg                        PHT_VM_CONFIGURATION
 * @sVmUptimeStartDate            [out] text buffer, or NULL to ask for the length
 * @pnVmUptimeStartDateBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Identification/VmUptimeStartDateTime, default current UTC time
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetUptimeStartDate,
    (PRL_HANDLE hVmCfg, PRL_STR sVmUptimeStartDate, PRL_UINT32_PTR pnVmUptimeStartDateBufLength));

/**
 * PrlVmCfg_GetUptime: how long the machine has run since its uptime was reset.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pnVmUptime  [out] seconds
 *
 * Source: config.pvs Identification/VmUptimeInSeconds, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetUptime,
    (PRL_HANDLE hVmCfg, PRL_UINT64_PTR pnVmUptime));

/*
 * Configuration: general
 */

/**
 * PrlVmCfg_ApplyConfigSample: names a sample whose values replace those of the configuration
 * at commit.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @sConfigSample  name of the sample
 *
 * Source: config.pvs Settings/General/ConfigSampleName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_ApplyConfigSample,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sConfigSample));

/**
 * PrlVmCfg_GetOsType: guest family.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pnVmOsType  [out] PVS_GUEST_TYPE_*
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Settings/General/OsType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetOsType,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmOsType));

/**
 * PrlVmCfg_GetOsVersion: guest version.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @pnVmOsVersion  [out] PVS_GUEST_VER_*
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Settings/General/OsNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetOsVersion,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmOsVersion));

/**
 * PrlVmCfg_SetOsVersion: sets the guest version.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @nVmOsVersion  PVS_GUEST_VER_*
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value); PRL_ERR_INVALID_ARG for an unknown guest
 *         type
 * Source: config.pvs Settings/General/OsNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetOsVersion,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmOsVersion));

/**
 * PrlVmCfg_GetIcon: path of a picture for the machine.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sVmIcon            [out] text buffer, or NULL to ask for the length
 * @pnVmIconBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/General/Icon, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetIcon,
    (PRL_HANDLE hVmCfg, PRL_STR sVmIcon, PRL_UINT32_PTR pnVmIconBufLength));

/**
 * PrlVmCfg_SetIcon: sets the path of a picture for the machine.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @sNewVmIcon  path
 *
 * Source: config.pvs Settings/General/Icon, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetIcon,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmIcon));

/**
 * PrlVmCfg_GetDescription: words about the machine.
 *
 * @hVmCfg                    PHT_VM_CONFIGURATION
 * @sVmDescription            [out] text buffer, or NULL to ask for the length
 * @pnVmDescriptionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/General/VmDescription, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDescription,
    (PRL_HANDLE hVmCfg, PRL_STR sVmDescription, PRL_UINT32_PTR pnVmDescriptionBufLength));

/**
 * PrlVmCfg_SetDescription: sets the words about the machine.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sNewVmDescription  the text, UTF-8
 *
 * Source: config.pvs Settings/General/VmDescription, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetDescription,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmDescription));

/**
 * PrlVmCfg_IsTemplate: tells whether it is a template.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @pbVmIsTemplate  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/General/IsTemplate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsTemplate,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmIsTemplate));

/**
 * PrlVmCfg_SetTemplateSign: sets whether it is a template.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @bVmIsTemplate  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/General/IsTemplate, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetTemplateSign,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmIsTemplate));

/**
 * PrlVmCfg_GetCustomProperty: text a program keeps with the machine.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @sVmCustomProperty            [out] text buffer, or NULL to ask for the length
 * @pnVmCustomPropertyBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/General/CustomProperty, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetCustomProperty,
    (PRL_HANDLE hVmCfg, PRL_STR sVmCustomProperty, PRL_UINT32_PTR pnVmCustomPropertyBufLength));

/**
 * PrlVmCfg_SetCustomProperty: sets the text a program keeps with the machine.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @sNewVmCustomProperty  the text, UTF-8
 *
 * Source: config.pvs Settings/General/CustomProperty, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetCustomProperty,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmCustomProperty));

/**
 * PrlVmCfg_GetDefaultBackupDirectory: directory the machine's backups are kept in.
 *
 * @hVmCfg                        PHT_VM_CONFIGURATION
 * @sVmBackupDirectory            [out] text buffer, or NULL to ask for the length
 * @pnVmBackupDirectoryBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/General/BackupTargetPreferences/DefaultBackupDirectory, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetDefaultBackupDirectory,
    (PRL_HANDLE hVmCfg, PRL_STR sVmBackupDirectory, PRL_UINT32_PTR pnVmBackupDirectoryBufLength));

/**
 * PrlVmCfg_SetDefaultBackupDirectory: sets the directory the machine's backups are kept in.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @sNewVmBackupDirectory  absolute path
 *
 * Source: config.pvs Settings/General/BackupTargetPreferences/DefaultBackupDirectory, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetDefaultBackupDirectory,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmBackupDirectory));

/**
 * PrlVmCfg_GetProfile: set of values the configuration follows.
 *
 * @hVm          PHT_VM_CONFIGURATION
 * @pnVmProfile  [out] a PRL_VIRTUAL_MACHINE_PROFILE value
 *
 * Source: config.pvs Settings/General/Profile/Type, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetProfile,
    (PRL_HANDLE hVm, PRL_VIRTUAL_MACHINE_PROFILE_PTR pnVmProfile));

/**
 * PrlVmCfg_SetProfile: sets the set of values the configuration follows.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @hSrvConfig  PHT_SERVER_CONFIG; may be PRL_INVALID_HANDLE
 * @nVmProfile  a PRL_VIRTUAL_MACHINE_PROFILE value
 *
 * Source: config.pvs Settings/General/Profile/Type, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetProfile,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_VIRTUAL_MACHINE_PROFILE nVmProfile));

/**
 * PrlVmCfg_IsCustomProfile: tells whether the configuration departs from its profile.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbCustom  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/General/Profile/Custom, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsCustomProfile,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbCustom));

/*
 * Configuration: defaults and checks
 */

/**
 * PrlVmCfg_SetDefaultConfig: replaces the configuration by the defaults for a guest.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @hSrvConfig         PHT_SERVER_CONFIG of the host; may be PRL_INVALID_HANDLE
 * @guestOsVersion     PVS_GUEST_VER_*
 * @needCreateDevices  PRL_TRUE to add the usual devices
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetDefaultConfig,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_UINT32 guestOsVersion,
     PRL_BOOL needCreateDevices));

/**
 * PrlVmCfg_IsConfigInvalid: tells whether a code of PrlVmCfg_GetConfigValidity means that the
 * rest cannot be trusted. Works before PrlApi_Init.
 *
 * @nErrCode   a result code
 * @pbInvalid  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsConfigInvalid,
    (PRL_RESULT nErrCode, PRL_BOOL_PTR pbInvalid));

/**
 * PrlVmCfg_GetDefaultMemSize: memory for a guest.
 *
 * @guestOsVersion  PVS_GUEST_VER_*
 * @hostRam         MiB
 * @pnMemSize       [out] MiB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDefaultMemSize,
    (PRL_UINT32 guestOsVersion, PRL_UINT32 hostRam, PRL_UINT32_PTR pnMemSize));

/**
 * PrlVmCfg_GetDefaultHddSize: size of a disk for a guest.
 *
 * @guestOsVersion  PVS_GUEST_VER_*
 * @pnHddSize       [out] MiB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDefaultHddSize,
    (PRL_UINT32 guestOsVersion, PRL_UINT32_PTR pnHddSize));

/**
 * PrlVmCfg_GetDefaultVideoRamSize: video memory for a guest.
 *
 * @guestOsVersion       PVS_GUEST_VER_*
 * @hSrvConfig           PHT_SERVER_CONFIG; may be PRL_INVALID_HANDLE
 * @bIs3DSupportEnabled  PRL_TRUE or PRL_FALSE
 * @pnVideoRamSize       [out] MiB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetDefaultVideoRamSize,
    (PRL_UINT32 guestOsVersion, PRL_HANDLE hSrvConfig, PRL_BOOL bIs3DSupportEnabled,
     PRL_UINT32_PTR pnVideoRamSize));

/*
 * Configuration: processor
 */

/**
 * PrlVmCfg_GetCpuCount: virtual processors of each socket; with one socket (the default) all of them.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @pnVmCpuCount  [out] count
 *
 * Source: config.pvs Hardware/Cpu/Number, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetCpuCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmCpuCount));

/**
 * PrlVmCfg_SetCpuCount: sets the number of virtual processors of each socket.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmCpuCount  count
 *
 * Source: config.pvs Hardware/Cpu/Number, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetCpuCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmCpuCount));

/**
 * PrlVmCfg_GetCpuSocketsCount: number of processor sockets, at least 1. Each has as many processors as PrlVmCfg_GetCpuCount says.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @pnVmCpuSocketsCount  [out] count
 *
 * Source: config.pvs Hardware/Cpu/Sockets, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetCpuSocketsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmCpuSocketsCount));

/**
 * PrlVmCfg_SetCpuSocketsCount: sets the number of processor sockets, at least 1.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @nVmCpuSocketsCount  count
 *
 * Errors: PRL_ERR_INVALID_ARG for 0
 * Source: config.pvs Hardware/Cpu/Sockets, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetCpuSocketsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmCpuSocketsCount));

/**
 * PrlVmCfg_GetNumaNodesCount: number of memory nodes the guest sees; 0 lets the service
 * choose.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnVmNumaNodesCount  [out] count
 *
 * Source: config.pvs Hardware/Cpu/NumaNodes, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetNumaNodesCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmNumaNodesCount));

/**
 * PrlVmCfg_SetNumaNodesCount: sets the number of memory nodes the guest sees; 0 lets the
 * service choose.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @nVmNumaNodesCount  count
 *
 * Source: config.pvs Hardware/Cpu/NumaNodes, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetNumaNodesCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmNumaNodesCount));

/**
 * PrlVmCfg_GetCpuMode: width of the virtual processor.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @pnVmCpuMode  [out] a PRL_CPU_MODE value
 *
 * Source: config.pvs Hardware/Cpu/Mode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetCpuMode,
    (PRL_HANDLE hVmCfg, PRL_CPU_MODE_PTR pnVmCpuMode));

/**
 * PrlVmCfg_SetCpuMode: sets the width of the virtual processor.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @nVmCpuMode  a PRL_CPU_MODE value
 *
 * Source: config.pvs Hardware/Cpu/Mode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetCpuMode,
    (PRL_HANDLE hVmCfg, PRL_CPU_MODE nVmCpuMode));

/**
 * PrlVmCfg_GetCpuAccelLevel: acceleration level; stored, without effect.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pnVmCpuAccelLevel  [out] a PRL_VM_ACCELERATION_LEVEL value
 *
 * Source: config.pvs Hardware/Cpu/AccelerationLevel, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetCpuAccelLevel,
    (PRL_HANDLE hVmCfg, PRL_VM_ACCELERATION_LEVEL_PTR pnVmCpuAccelLevel));

/**
 * PrlVmCfg_SetCpuAccelLevel: sets the acceleration level; stored, without effect.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @nVmCpuAccelLevel  a PRL_VM_ACCELERATION_LEVEL value
 *
 * Source: config.pvs Hardware/Cpu/AccelerationLevel, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetCpuAccelLevel,
    (PRL_HANDLE hVmCfg, PRL_VM_ACCELERATION_LEVEL nVmCpuAccelLevel));

/**
 * PrlVmCfg_IsCpuVtxEnabled: tells whether hardware virtualization is used; there is no other
 * kind.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pbVmCpuVtxEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/EnableVTxSupport, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsCpuVtxEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmCpuVtxEnabled));

/**
 * PrlVmCfg_IsCpuHotplugEnabled: tells whether processors can be added while the machine runs.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pbVmCpuHotplugEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/EnableHotplug, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsCpuHotplugEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmCpuHotplugEnabled));

/**
 * PrlVmCfg_SetCpuHotplugEnabled: sets whether processors can be added while the machine runs.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @bVmCpuHotplugEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/EnableHotplug, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetCpuHotplugEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmCpuHotplugEnabled));

/**
 * PrlVmCfg_IsNestedVirtualizationEnabled: tells whether the guest can run machines itself.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/VirtualizedHV, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsNestedVirtualizationEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetNestedVirtualizationEnabled: sets whether the guest can run machines itself.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/VirtualizedHV, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetNestedVirtualizationEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsPMUVirtualizationEnabled: tells whether the guest sees performance counters of
 * the processor.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/VirtualizePMU, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsPMUVirtualizationEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetPMUVirtualizationEnabled: sets whether the guest sees performance counters of
 * the processor.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Cpu/VirtualizePMU, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetPMUVirtualizationEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_GetCpuUnits: weight against other machines.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmCpuUnits  [out] weight, PRL_CPUUNITS_MIN to PRL_CPUUNITS_MAX
 *
 * Source: config.pvs Hardware/Cpu/CpuUnits, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetCpuUnits,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR nVmCpuUnits));

/**
 * PrlVmCfg_SetCpuUnits: sets the weight against other machines.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmCpuUnits  weight, PRL_CPUUNITS_MIN to PRL_CPUUNITS_MAX
 *
 * Source: config.pvs Hardware/Cpu/CpuUnits, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetCpuUnits,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmCpuUnits));

/**
 * PrlVmCfg_GetCpuLimit: most processor time, of one processor; 0 for no limit.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmCpuLimit  [out] percent
 *
 * Source: config.pvs Hardware/Cpu/CpuLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetCpuLimit,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR nVmCpuLimit));

/**
 * PrlVmCfg_SetCpuLimit: sets the most processor time, of one processor; 0 for no limit.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmCpuLimit  percent
 *
 * Source: config.pvs Hardware/Cpu/CpuLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetCpuLimit,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmCpuLimit));

/**
 * PrlVmCfg_GetCpuLimitEx: most processor time with its unit; 0 for no limit.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @pVmCpuLimit  [in,out] a PRL_CPULIMIT_DATA; its type says which unit is wanted
 *
 * Errors: PRL_ERR_INVALID_ARG unless type on entry is PRL_CPULIMIT_PERCENTS, _PERCENTS100 or
 *         _MHZ
 * Source: config.pvs Hardware/Cpu/CpuLimitType + Hardware/Cpu/CpuLimitValue, default 2 + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetCpuLimitEx,
    (PRL_HANDLE hVmCfg, PRL_CPULIMIT_DATA_PTR pVmCpuLimit));

/**
 * PrlVmCfg_SetCpuLimitEx: sets most processor time with its unit; 0 for no limit.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @pVmCpuLimit  a PRL_CPULIMIT_DATA
 *
 * Errors: PRL_ERR_INVALID_ARG unless type is PERCENTS, PERCENTS100, MHZ or PERCENTS_TO_MHZ
 * Source: config.pvs Hardware/Cpu/CpuLimitType + Hardware/Cpu/CpuLimitValue, default 2 + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetCpuLimitEx,
    (PRL_HANDLE hVmCfg, PRL_CONST_CPULIMIT_DATA_PTR pVmCpuLimit));

/**
 * PrlVmCfg_GetCpuMask: host processors the machine runs on, such as 0-3,8; "" for all.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @sMask            [out] text buffer, or NULL to ask for the length
 * @pnMaskBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/Cpu/CpuMask, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetCpuMask,
    (PRL_HANDLE hVmCfg, PRL_STR sMask, PRL_UINT32_PTR pnMaskBufLength));

/**
 * PrlVmCfg_SetCpuMask: sets the host processors the machine runs on, such as 0-3,8; "" for
 * all.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @sMask   numbers and ranges: 0-3,8
 *
 * Errors: NULL counts as ""; PRL_ERR_INVALID_ARG for bad syntax
 * Source: config.pvs Hardware/Cpu/CpuMask, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetCpuMask, (PRL_HANDLE hVmCfg, PRL_CONST_STR sMask));

/**
 * PrlVmCfg_GetNodeMask: host memory nodes the machine uses, such as 0-1; "" for all.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @sMask            [out] text buffer, or NULL to ask for the length
 * @pnMaskBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/Cpu/NodeMask, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetNodeMask,
    (PRL_HANDLE hVmCfg, PRL_STR sMask, PRL_UINT32_PTR pnMaskBufLength));

/**
 * PrlVmCfg_SetNodeMask: sets the host memory nodes the machine uses, such as 0-1; "" for all.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @sMask   numbers and ranges: 0-3,8
 *
 * Errors: PRL_ERR_INVALID_ARG for bad syntax
 * Source: config.pvs Hardware/Cpu/NodeMask, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetNodeMask,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sMask));

/**
 * PrlVmCfg_GetGuestCpuLimitType: what the processor limit covers (PRL_VM_CPULIMIT_TYPE).
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pnVmGuestCpuLimitType  [out] PRL_VM_CPULIMIT_TYPE
 *
 * Source: config.pvs Hardware/Cpu/GuestLimitType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetGuestCpuLimitType,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmGuestCpuLimitType));

/*
 * Configuration: chipset
 */

/**
 * PrlVmCfg_GetChipsetType: chipset of the machine.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @nChipsetType  [out] a PRL_CHIPSET_TYPE value
 *
 * Source: config.pvs Hardware/Chipset/Type, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetChipsetType,
    (PRL_HANDLE hVmCfg, PRL_CHIPSET_TYPE_PTR nChipsetType));

/**
 * PrlVmCfg_SetChipsetType: sets the chipset of the machine.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @nChipsetType  a PRL_CHIPSET_TYPE value
 *
 * Errors: PRL_ERR_INVALID_ARG outside CHIP_MIN_NUMBER..CHIP_MAX_NUMBER (1..3)
 * Source: config.pvs Hardware/Chipset/Type, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetChipsetType,
    (PRL_HANDLE hVmCfg, PRL_CHIPSET_TYPE nChipsetType));

/**
 * PrlVmCfg_GetChipsetVersion: release of the chipset.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @nChipsetVersion  [out] PRL_I440FX_VERSION or PRL_Q35_VERSION
 *
 * Source: config.pvs Hardware/Chipset/Version, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetChipsetVersion,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR nChipsetVersion));

/**
 * PrlVmCfg_SetChipsetVersion: sets the release of the chipset.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @nChipsetVersion  PRL_I440FX_VERSION or PRL_Q35_VERSION
 *
 * Source: config.pvs Hardware/Chipset/Version, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetChipsetVersion,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nChipsetVersion));

/*
 * Configuration: memory
 */

/**
 * PrlVmCfg_GetRamSize: main memory of the machine.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @pnVmRamSize  [out] MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/RAM, default 256
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetRamSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmRamSize));

/**
 * PrlVmCfg_SetRamSize: sets the main memory of the machine.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @nVmRamSize  MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value); PRL_ERR_INVALID_ARG for 0
 * Source: config.pvs Hardware/Memory/RAM, default 256
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetRamSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmRamSize));

/**
 * PrlVmCfg_GetMemGuaranteeSize: memory the machine keeps when it is short.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pMemGuaranteeSize  [out] a PRL_MEMGUARANTEE_DATA
 *
 * Errors: PRL_ERR_INVALID_MEMORY_GUARANTEE
 * Source: config.pvs Hardware/Memory/MemGuaranteeType + Hardware/Memory/MemGuarantee, default
 *         0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetMemGuaranteeSize,
    (PRL_HANDLE hVmCfg, PRL_MEMGUARANTEE_DATA_PTR pMemGuaranteeSize));

/**
 * PrlVmCfg_SetMemGuaranteeSize: sets the memory the machine keeps when it is short.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pMemGuaranteeSize  a PRL_MEMGUARANTEE_DATA
 *
 * Errors: PRL_ERR_INVALID_MEMORY_GUARANTEE
 * Source: config.pvs Hardware/Memory/MemGuaranteeType + Hardware/Memory/MemGuarantee, default
 *         0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetMemGuaranteeSize,
    (PRL_HANDLE hVmCfg, PRL_CONST_MEMGUARANTEE_DATA_PTR pMemGuaranteeSize));

/**
 * PrlVmCfg_IsRamHotplugEnabled: tells whether memory can be added while the machine runs.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pbVmRamHotplugEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/EnableHotplug, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsRamHotplugEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmRamHotplugEnabled));

/**
 * PrlVmCfg_SetRamHotplugEnabled: sets whether memory can be added while the machine runs.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @bVmRamHotplugEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Memory/EnableHotplug, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetRamHotplugEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmRamHotplugEnabled));

/*
 * Configuration: video
 */

/**
 * PrlVmCfg_GetVideoRamSize: video memory.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @pnVmVideoRamSize  [out] MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Hardware/Video/VideoMemorySize, default 16
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetVideoRamSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmVideoRamSize));

/**
 * PrlVmCfg_SetVideoRamSize: sets the video memory.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @nVmVideoRamSize  MiB
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value); PRL_ERR_INVALID_ARG for 0
 * Source: config.pvs Hardware/Video/VideoMemorySize, default 16
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetVideoRamSize,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmVideoRamSize));

/**
 * PrlVmCfg_Get3DAccelerationMode: 3D acceleration.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @pn3DAccelerationMode  [out] a PRL_VIDEO_3D_ACCELERATION value
 *
 * Source: config.pvs Hardware/Video/Enable3DAcceleration, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_Get3DAccelerationMode,
    (PRL_HANDLE hVmCfg, PRL_VIDEO_3D_ACCELERATION_PTR pn3DAccelerationMode));

/**
 * PrlVmCfg_Set3DAccelerationMode: sets the 3D acceleration.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @n3DAccelerationMode  a PRL_VIDEO_3D_ACCELERATION value
 *
 * Source: config.pvs Hardware/Video/Enable3DAcceleration, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_Set3DAccelerationMode,
    (PRL_HANDLE hVmCfg, PRL_VIDEO_3D_ACCELERATION n3DAccelerationMode));

/**
 * PrlVmCfg_IsVerticalSynchronizationEnabled: tells whether the display waits for the screen;
 * stored for graphical clients.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/EnableVSync, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsVerticalSynchronizationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetVerticalSynchronizationEnabled: sets whether the display waits for the screen;
 * stored for graphical clients.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/EnableVSync, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetVerticalSynchronizationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsHighResolutionEnabled: tells whether the guest draws for high resolution; stored
 * for graphical clients.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/EnableHiResDrawing, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsHighResolutionEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetHighResolutionEnabled: sets whether the guest draws for high resolution; stored
 * for graphical clients.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/EnableHiResDrawing, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetHighResolutionEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsScrResEnabled: tells whether only listed screen sizes are offered; stored for
 * graphical clients.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pbVmScrResEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/ScreenResolutions/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsScrResEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmScrResEnabled));

/**
 * PrlVmCfg_SetScrResEnabled: sets whether only listed screen sizes are offered; stored for
 * graphical clients.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @bVmScrResEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Hardware/Video/ScreenResolutions/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetScrResEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmScrResEnabled));

/**
 * PrlVmCfg_IsOsResInFullScrMode: tells whether full screen takes the guest's screen size;
 * stored for graphical clients.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pbVmOsResInFullScrMode  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/OsResolutionInFullScreen, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsOsResInFullScrMode,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmOsResInFullScrMode));

/**
 * PrlVmCfg_SetOsResInFullScrMode: sets whether full screen takes the guest's screen size;
 * stored for graphical clients.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @bVmOsResInFullScrMode  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/OsResolutionInFullScreen, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetOsResInFullScrMode,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmOsResInFullScrMode));

/*
 * Configuration: booting and firmware
 */

/**
 * PrlVmCfg_IsAllowSelectBootDevice: tells whether a person can choose the boot device at
 * start.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbAllowed  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/AllowSelectBootDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsAllowSelectBootDevice,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbAllowed));

/**
 * PrlVmCfg_SetAllowSelectBootDevice: sets whether a person can choose the boot device at
 * start.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bAllowed  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/AllowSelectBootDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetAllowSelectBootDevice,
    (PRL_HANDLE hVmCfg, PRL_BOOL bAllowed));

/**
 * PrlVmCfg_CreateBootDev: adds an entry to the boot order.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @phVmBootDev  [out] new reference to a PHT_BOOT_DEVICE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_CreateBootDev,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmBootDev));

/**
 * PrlVmCfg_GetBootDevCount: number of entries in the boot order.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @pnBootDevCount  [out] count
 *
 * Source: config.pvs count of Settings/Startup/BootingOrder/BootDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetBootDevCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnBootDevCount));

/**
 * PrlVmCfg_GetBootDev: an entry of the boot order.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @nBootDevIndex  position, from 0
 * @phVmBootDev    [out] new reference to a PHT_BOOT_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetBootDev,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nBootDevIndex, PRL_HANDLE_PTR phVmBootDev));

/**
 * PrlVmCfg_IsEfiEnabled: tells whether the firmware is EFI.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @pbEfiEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/Bios/EfiEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsEfiEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEfiEnabled));

/**
 * PrlVmCfg_SetEfiEnabled: sets whether the firmware is EFI.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @bEfiEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/Bios/EfiEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetEfiEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEfiEnabled));

/**
 * PrlVmCfg_GetExternalBootDevice: device outside of the configuration to boot from.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @sSysName            [out] text buffer, or NULL to ask for the length
 * @pnSysNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/Startup/ExternalDeviceSystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetExternalBootDevice,
    (PRL_HANDLE hVmCfg, PRL_STR sSysName, PRL_UINT32_PTR pnSysNameBufLength));

/**
 * PrlVmCfg_SetExternalBootDevice: sets the device outside of the configuration to boot from.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @sNewSysName  the text, UTF-8
 *
 * Source: config.pvs Settings/Startup/ExternalDeviceSystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetExternalBootDevice,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewSysName));

/**
 * PrlVmCfg_UpdateNvram: names the usual file of EFI variables, NVRAM_4M.dat in the home of the
 * machine. No file is touched: PrlVm_UpdateNvram does that.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 *
 * Source: config.pvs Settings/Startup/Bios/NVRAM
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_UpdateNvram, (PRL_HANDLE hVmCfg));

/*
 * Configuration: starting, stopping, window of a graphical client
 */

/**
 * PrlVmCfg_GetAutoStart: when the machine starts by itself.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @pnVmAutoStart  [out] a PRL_VM_AUTOSTART_OPTION value
 *
 * Source: config.pvs Settings/Startup/AutoStart, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetAutoStart,
    (PRL_HANDLE hVmCfg, PRL_VM_AUTOSTART_OPTION_PTR pnVmAutoStart));

/**
 * PrlVmCfg_SetAutoStart: sets when the machine starts by itself.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @nVmAutoStart  a PRL_VM_AUTOSTART_OPTION value
 *
 * Source: config.pvs Settings/Startup/AutoStart, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetAutoStart,
    (PRL_HANDLE hVmCfg, PRL_VM_AUTOSTART_OPTION nVmAutoStart));

/**
 * PrlVmCfg_GetAutoStartDelay: how long an automatic start waits.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnVmAutoStartDelay  [out] seconds
 *
 * Source: config.pvs Settings/Startup/AutoStartDelay, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetAutoStartDelay,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmAutoStartDelay));

/**
 * PrlVmCfg_SetAutoStartDelay: sets how long an automatic start waits.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @nVmAutoStartDelay  seconds
 *
 * Source: config.pvs Settings/Startup/AutoStartDelay, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetAutoStartDelay,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmAutoStartDelay));

/**
 * PrlVmCfg_GetStartLoginMode: account an autostarted machine runs under.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnVmStartLoginMode  [out] a PRL_VM_START_LOGIN_MODE value
 *
 * Source: config.pvs Settings/Startup/VmStartLoginMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetStartLoginMode,
    (PRL_HANDLE hVmCfg, PRL_VM_START_LOGIN_MODE_PTR pnVmStartLoginMode));

/**
 * PrlVmCfg_SetStartLoginMode: sets the account an autostarted machine runs under.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @nVmStartLoginMode  a PRL_VM_START_LOGIN_MODE value
 *
 * Source: config.pvs Settings/Startup/VmStartLoginMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetStartLoginMode,
    (PRL_HANDLE hVmCfg, PRL_VM_START_LOGIN_MODE nVmStartLoginMode));

/**
 * PrlVmCfg_GetStartUserLogin: user an autostarted machine runs as.
 *
 * @hVmCfg                     PHT_VM_CONFIGURATION
 * @sStartUserLogin            [out] text buffer, or NULL to ask for the length
 * @pnStartUserLoginBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/Startup/VmStartAsUser, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetStartUserLogin,
    (PRL_HANDLE hVmCfg, PRL_STR sStartUserLogin, PRL_UINT32_PTR pnStartUserLoginBufLength));

/**
 * PrlVmCfg_SetStartUserCreds: sets the user an autostarted machine runs as.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @sStartUserLogin  the text, UTF-8
 * @sPassword        password; never logged
 *
 * Source: config.pvs Settings/Startup/VmStartAsUser, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetStartUserCreds,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sStartUserLogin, PRL_CONST_STR sPassword));

/**
 * PrlVmCfg_GetAutoStop: what happens to the machine when the host goes down.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @pnVmAutoStop  [out] a PRL_VM_AUTOSTOP_OPTION value
 *
 * Source: config.pvs Settings/Shutdown/AutoStop, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetAutoStop,
    (PRL_HANDLE hVmCfg, PRL_VM_AUTOSTOP_OPTION_PTR pnVmAutoStop));

/**
 * PrlVmCfg_SetAutoStop: sets what happens to the machine when the host goes down.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nVmAutoStop  a PRL_VM_AUTOSTOP_OPTION value
 *
 * Source: config.pvs Settings/Shutdown/AutoStop, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetAutoStop,
    (PRL_HANDLE hVmCfg, PRL_VM_AUTOSTOP_OPTION nVmAutoStop));

/**
 * PrlVmCfg_GetActionOnWindowClose: what closing the window does; stored for graphical clients.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pnActionOnWindowClose  [out] a PRL_VM_ACTION_ON_WINDOW_CLOSE value
 *
 * Source: config.pvs Settings/Shutdown/OnVmWindowClose, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetActionOnWindowClose,
    (PRL_HANDLE hVmCfg, PRL_VM_ACTION_ON_WINDOW_CLOSE_PTR pnActionOnWindowClose));

/**
 * PrlVmCfg_SetActionOnWindowClose: sets what closing the window does; stored for graphical
 * clients.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @nActionOnWindowClose  a PRL_VM_ACTION_ON_WINDOW_CLOSE value
 *
 * Source: config.pvs Settings/Shutdown/OnVmWindowClose, default 2
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetActionOnWindowClose,
    (PRL_HANDLE hVmCfg, PRL_VM_ACTION_ON_WINDOW_CLOSE nActionOnWindowClose));

/**
 * PrlVmCfg_GetWindowMode: window of the machine; stored for graphical clients.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @pnVmWindowMode  [out] a PRL_VM_WINDOW_MODE value
 *
 * Source: config.pvs Settings/Startup/WindowMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetWindowMode,
    (PRL_HANDLE hVmCfg, PRL_VM_WINDOW_MODE_PTR pnVmWindowMode));

/**
 * PrlVmCfg_SetWindowMode: sets the window of the machine; stored for graphical clients.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @nVmWindowMode  a PRL_VM_WINDOW_MODE value
 *
 * Source: config.pvs Settings/Startup/WindowMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetWindowMode,
    (PRL_HANDLE hVmCfg, PRL_VM_WINDOW_MODE nVmWindowMode));

/**
 * PrlVmCfg_IsStartInDetachedWindowEnabled: tells whether the machine opens in its own window;
 * stored for graphical clients.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/StartInDetachedWindow, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsStartInDetachedWindowEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetStartInDetachedWindowEnabled: sets whether the machine opens in its own window;
 * stored for graphical clients.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/StartInDetachedWindow, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetStartInDetachedWindowEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsLockInFullScreenMode: tells whether leaving full screen needs a password; stored
 * for graphical clients.
 *
 * @hVmCfg   PHT_VM_CONFIGURATION
 * @pbValue  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/LockInFullScreenMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsLockInFullScreenMode,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbValue));

/**
 * PrlVmCfg_SetLockInFullScreenMode: sets whether leaving full screen needs a password; stored
 * for graphical clients.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @bValue  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Startup/LockInFullScreenMode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetLockInFullScreenMode,
    (PRL_HANDLE hVmCfg, PRL_BOOL bValue));

/*
 * Configuration: behaviour while running
 */

/**
 * PrlVmCfg_GetOptimizeModifiersMode: treatment of modifier keys; stored for graphical clients.
 *
 * @hVm     PHT_VM_CONFIGURATION
 * @pnMode  [out] a PRL_OPTIMIZE_MODIFIERS_MODE value
 *
 * Source: config.pvs Settings/Runtime/OptimizeModifiers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetOptimizeModifiersMode,
    (PRL_HANDLE hVm, PRL_OPTIMIZE_MODIFIERS_MODE_PTR pnMode));

/**
 * PrlVmCfg_SetOptimizeModifiersMode: sets the treatment of modifier keys; stored for graphical
 * clients.
 *
 * @hVm    PHT_VM_CONFIGURATION
 * @nMode  a PRL_OPTIMIZE_MODIFIERS_MODE value
 *
 * Source: config.pvs Settings/Runtime/OptimizeModifiers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetOptimizeModifiersMode,
    (PRL_HANDLE hVm, PRL_OPTIMIZE_MODIFIERS_MODE nMode));

/**
 * PrlVmCfg_IsAdaptiveHypervisorEnabled: tells whether the hypervisor prefers the machine in
 * front; stored, without effect.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/EnableAdaptiveHypervisor, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsAdaptiveHypervisorEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetAdaptiveHypervisorEnabled: sets whether the hypervisor prefers the machine in
 * front; stored, without effect.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/EnableAdaptiveHypervisor, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetAdaptiveHypervisorEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsSwitchOffWindowsLogoEnabled: tells whether Windows starts without its logo;
 * stored, without effect.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableWin7Logo, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsSwitchOffWindowsLogoEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetSwitchOffWindowsLogoEnabled: sets whether Windows starts without its logo;
 * stored, without effect.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableWin7Logo, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetSwitchOffWindowsLogoEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsLongerBatteryLifeEnabled: tells whether saving power comes before speed.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/OptimizePowerConsumptionMode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsLongerBatteryLifeEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetLongerBatteryLifeEnabled: sets whether saving power comes before speed.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/OptimizePowerConsumptionMode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetLongerBatteryLifeEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsBatteryStatusEnabled: tells whether the guest sees the host's battery.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/ShowBatteryStatus, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsBatteryStatusEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetBatteryStatusEnabled: sets whether the guest sees the host's battery.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/ShowBatteryStatus, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetBatteryStatusEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_GetIoPriority: priority of disk access.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @pnVmIoPriority  [out] PRL_IOPRIO_MIN to PRL_IOPRIO_MAX
 *
 * Source: config.pvs Settings/Runtime/IoPriority, default 4
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetIoPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmIoPriority));

/**
 * PrlVmCfg_SetIoPriority: sets the priority of disk access.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @nVmIoPriority  PRL_IOPRIO_MIN to PRL_IOPRIO_MAX
 *
 * Errors: PRL_ERR_INVALID_ARG above PRL_IOPRIO_MAX
 * Source: config.pvs Settings/Runtime/IoPriority, default 4
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetIoPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmIoPriority));

/**
 * PrlVmCfg_GetIoLimit: most disk traffic with its unit; 0 for no limit.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pVmIoLimit  [in,out] a PRL_IOLIMIT_DATA with its type set to PRL_IOLIMIT_BS
 *
 * Errors: PRL_ERR_INVALID_ARG unless type on entry is PRL_IOLIMIT_BS
 * Source: config.pvs Settings/Runtime/IoLimit/IoLimitType +
 *         Settings/Runtime/IoLimit/IoLimitValue, default 1 + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetIoLimit,
    (PRL_HANDLE hVmCfg, PRL_IOLIMIT_DATA_PTR pVmIoLimit));

/**
 * PrlVmCfg_SetIoLimit: sets the most disk traffic with its unit; 0 for no limit.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pVmIoLimit  a PRL_IOLIMIT_DATA
 *
 * Errors: PRL_ERR_INVALID_ARG unless type is PRL_IOLIMIT_BS
 * Source: config.pvs Settings/Runtime/IoLimit/IoLimitType +
 *         Settings/Runtime/IoLimit/IoLimitValue, default 1 + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetIoLimit,
    (PRL_HANDLE hVmCfg, PRL_CONST_IOLIMIT_DATA_PTR pVmIoLimit));

/**
 * PrlVmCfg_GetIopsLimit: most disk requests; 0 for no limit.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @pnVmIopsLimit  [out] requests per second
 *
 * Source: config.pvs Settings/Runtime/IopsLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_GetIopsLimit,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmIopsLimit));

/**
 * PrlVmCfg_SetIopsLimit: sets most disk requests, of the machine and of each disk; 0 for no
 * limit.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @nVmIopsLimit  requests per second
 *
 * Source: config.pvs Settings/Runtime/IopsLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_SetIopsLimit,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmIopsLimit));

/**
 * PrlVmCfg_GetActionOnStopMode: what stopping does to the window; stored for graphical
 * clients.
 *
 * @hVm     PHT_VM_CONFIGURATION
 * @pnMode  [out] a PRL_VM_ACTION_ON_STOP value
 *
 * Source: config.pvs Settings/Runtime/ActionOnStop, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetActionOnStopMode,
    (PRL_HANDLE hVm, PRL_VM_ACTION_ON_STOP_PTR pnMode));

/**
 * PrlVmCfg_SetActionOnStopMode: sets what stopping does to the window; stored for graphical
 * clients.
 *
 * @hVm    PHT_VM_CONFIGURATION
 * @nMode  a PRL_VM_ACTION_ON_STOP value
 *
 * Source: config.pvs Settings/Runtime/ActionOnStop, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetActionOnStopMode,
    (PRL_HANDLE hVm, PRL_VM_ACTION_ON_STOP nMode));

/**
 * PrlVmCfg_IsDiskCacheWriteBack: tells whether writes may stay in the host's cache.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pbVmDiskCacheWriteBack  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DiskCachePolicy, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsDiskCacheWriteBack,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmDiskCacheWriteBack));

/**
 * PrlVmCfg_SetDiskCacheWriteBack: sets whether writes may stay in the host's cache.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @bVmDiskCacheWriteBack  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DiskCachePolicy, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetDiskCacheWriteBack,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmDiskCacheWriteBack));

/**
 * PrlVmCfg_IsCloseAppOnShutdown: tells whether the client ends with the machine; stored for
 * graphical clients.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pbVmCloseAppOnShutdown  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/CloseAppOnShutdown, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsCloseAppOnShutdown,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmCloseAppOnShutdown));

/**
 * PrlVmCfg_SetCloseAppOnShutdown: sets whether the client ends with the machine; stored for
 * graphical clients.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @bVmCloseAppOnShutdown  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/CloseAppOnShutdown, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetCloseAppOnShutdown,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmCloseAppOnShutdown));

/**
 * PrlVmCfg_GetSystemFlags: names and values that change how the machine is run, for experts.
 *
 * @hVmCfg                    PHT_VM_CONFIGURATION
 * @sVmSystemFlags            [out] text buffer, or NULL to ask for the length
 * @pnVmSystemFlagsBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/Runtime/SystemFlags, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSystemFlags,
    (PRL_HANDLE hVmCfg, PRL_STR sVmSystemFlags, PRL_UINT32_PTR pnVmSystemFlagsBufLength));

/**
 * PrlVmCfg_SetSystemFlags: sets the names and values that change how the machine is run, for
 * experts.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @sNewVmSystemFlags  names and values, separated by semicolons
 *
 * Source: config.pvs Settings/Runtime/SystemFlags, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetSystemFlags,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmSystemFlags));

/**
 * PrlVmCfg_IsDisableAPIC: tells whether the guest has no APIC.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @pbDisableAPIC  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableAPIC, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsDisableAPIC,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbDisableAPIC));

/**
 * PrlVmCfg_SetDisableAPICSign: sets whether the guest has no APIC.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @bDisableAPIC  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableAPIC, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetDisableAPICSign,
    (PRL_HANDLE hVmCfg, PRL_BOOL bDisableAPIC));

/**
 * PrlVmCfg_IsDisableSpeaker: tells whether the guest has no speaker.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @pbDisableSpeaker  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableSpeaker, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsDisableSpeaker,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbDisableSpeaker));

/**
 * PrlVmCfg_SetDisableSpeakerSign: sets whether the guest has no speaker.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @bDisableSpeaker  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/DisableSpeaker, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetDisableSpeakerSign,
    (PRL_HANDLE hVmCfg, PRL_BOOL bDisableSpeaker));

/**
 * PrlVmCfg_GetUndoDisksMode: what happens to the disks' changes at stop; only
 * PUD_DISABLE_UNDO_DISKS can be committed.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @pnUndoDisksMode  [out] a PRL_UNDO_DISKS_MODE value
 *
 * Source: config.pvs Settings/Runtime/UndoDisks, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetUndoDisksMode,
    (PRL_HANDLE hVmCfg, PRL_UNDO_DISKS_MODE_PTR pnUndoDisksMode));

/**
 * PrlVmCfg_SetUndoDisksMode: sets what happens to the disks' changes at stop; only
 * PUD_DISABLE_UNDO_DISKS can be committed.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @nUndoDisksMode  a PRL_UNDO_DISKS_MODE value
 *
 * Source: config.pvs Settings/Runtime/UndoDisks, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUndoDisksMode,
    (PRL_HANDLE hVmCfg, PRL_UNDO_DISKS_MODE nUndoDisksMode));

/**
 * PrlVmCfg_GetForegroundPriority: priority while its window is in front.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pnVmForegroundPriority  [out] a PRL_VM_PRIORITY value
 *
 * Source: config.pvs Settings/Runtime/ForegroundPriority, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetForegroundPriority,
    (PRL_HANDLE hVmCfg, PRL_VM_PRIORITY_PTR pnVmForegroundPriority));

/**
 * PrlVmCfg_SetForegroundPriority: sets the priority while its window is in front.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @nVmForegroundPriority  a PRL_VM_PRIORITY value
 *
 * Source: config.pvs Settings/Runtime/ForegroundPriority, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetForegroundPriority,
    (PRL_HANDLE hVmCfg, PRL_VM_PRIORITY nVmForegroundPriority));

/**
 * PrlVmCfg_GetBackgroundPriority: priority while its window is not in front.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pnVmBackgroundPriority  [out] a PRL_VM_PRIORITY value
 *
 * Source: config.pvs Settings/Runtime/BackgroundPriority, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetBackgroundPriority,
    (PRL_HANDLE hVmCfg, PRL_VM_PRIORITY_PTR pnVmBackgroundPriority));

/**
 * PrlVmCfg_SetBackgroundPriority: sets the priority while its window is not in front.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @nVmBackgroundPriority  a PRL_VM_PRIORITY value
 *
 * Source: config.pvs Settings/Runtime/BackgroundPriority, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetBackgroundPriority,
    (PRL_HANDLE hVmCfg, PRL_VM_PRIORITY nVmBackgroundPriority));

/**
 * PrlVmCfg_IsUseDefaultAnswers: tells whether questions get their default answer.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @pbUseDefaultAnswers  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/UseDefaultAnswers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUseDefaultAnswers,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbUseDefaultAnswers));

/**
 * PrlVmCfg_SetUseDefaultAnswers: sets whether questions get their default answer.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @bUseDefaultAnswers  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Runtime/UseDefaultAnswers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUseDefaultAnswers,
    (PRL_HANDLE hVmCfg, PRL_BOOL bUseDefaultAnswers));

/**
 * PrlVmCfg_GetVmInfo: state of the machine as it came with the configuration.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @phVmInfo  [out] new reference to a PHT_VM_INFO
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: config.pvs Settings/Runtime/InternalVmInfo/ParallelsEvent
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetVmInfo,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmInfo));

/**
 * PrlVmCfg_GetActionOnGuestCrash: what happens when the guest crashes.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @pnAction  [out] a PRL_VM_ON_CRASH_ACTION value
 *
 * Source: config.pvs Settings/Runtime/OnCrash/Mode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetActionOnGuestCrash,
    (PRL_HANDLE hVmCfg, PRL_VM_ON_CRASH_ACTION_PTR pnAction));

/**
 * PrlVmCfg_SetActionOnGuestCrash: sets what happens when the guest crashes.
 *
 * @hVmCfg   PHT_VM_CONFIGURATION
 * @nAction  a PRL_VM_ON_CRASH_ACTION value
 *
 * Source: config.pvs Settings/Runtime/OnCrash/Mode, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetActionOnGuestCrash,
    (PRL_HANDLE hVmCfg, PRL_VM_ON_CRASH_ACTION nAction));

/**
 * PrlVmCfg_GetOptionsOnGuestCrash: what is kept when the guest crashes.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pnOptions  [out] PRL_VM_ON_CRASH_OPTION bits
 *
 * Source: config.pvs Settings/Runtime/OnCrash/Options, default 6144
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetOptionsOnGuestCrash,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnOptions));

/**
 * PrlVmCfg_SetOptionsOnGuestCrash: sets what is kept when the guest crashes.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nOptions  PRL_VM_ON_CRASH_OPTION bits
 *
 * Source: config.pvs Settings/Runtime/OnCrash/Options, default 6144
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_SetOptionsOnGuestCrash,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nOptions));

/*
 * Configuration: VNC server
 */

/**
 * PrlVmCfg_GetVNCMode: VNC server of the machine.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pnVmRemoteDisplayMode  [out] a PRL_VM_REMOTE_DISPLAY_MODE value
 *
 * Source: config.pvs Settings/RemoteDisplay/Mode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetVNCMode,
    (PRL_HANDLE hVmCfg, PRL_VM_REMOTE_DISPLAY_MODE_PTR pnVmRemoteDisplayMode));

/**
 * PrlVmCfg_SetVNCMode: sets the VNC server of the machine.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @nVmRemoteDisplayMode  a PRL_VM_REMOTE_DISPLAY_MODE value
 *
 * Source: config.pvs Settings/RemoteDisplay/Mode, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetVNCMode,
    (PRL_HANDLE hVmCfg, PRL_VM_REMOTE_DISPLAY_MODE nVmRemoteDisplayMode));

/**
 * PrlVmCfg_GetVNCPassword: password of the VNC server, at most 8 characters; never logged.
 *
 * @hVmCfg                              PHT_VM_CONFIGURATION
 * @sVmRemoteDisplayPassword            [out] text buffer, or NULL to ask for the length
 * @pnVmRemoteDisplayPasswordBufLength  [in,out] bytes of the buffer; becomes the length with
 *                                      its NUL
 *
 * Source: config.pvs Settings/RemoteDisplay/Password, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetVNCPassword,
    (PRL_HANDLE hVmCfg, PRL_STR sVmRemoteDisplayPassword,
     PRL_UINT32_PTR pnVmRemoteDisplayPasswordBufLength));

/**
 * PrlVmCfg_SetVNCPassword: sets the password of the VNC server, at most 8 characters; never
 * logged.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @sNewVmRemoteDisplayPassword  at most 8 characters; never logged
 *
 * Source: config.pvs Settings/RemoteDisplay/Password, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetVNCPassword,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmRemoteDisplayPassword));

/**
 * PrlVmCfg_GetVNCHostName: address the VNC server listens on.
 *
 * @hVmCfg                              PHT_VM_CONFIGURATION
 * @sVmRemoteDisplayHostName            [out] text buffer, or NULL to ask for the length
 * @pnVmRemoteDisplayHostNameBufLength  [in,out] bytes of the buffer; becomes the length with
 *                                      its NUL
 *
 * Source: config.pvs Settings/RemoteDisplay/HostName, default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetVNCHostName,
    (PRL_HANDLE hVmCfg, PRL_STR sVmRemoteDisplayHostName,
     PRL_UINT32_PTR pnVmRemoteDisplayHostNameBufLength));

/**
 * PrlVmCfg_SetVNCHostName: sets the address the VNC server listens on.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @sNewVmRemoteDisplayHostName  the text, UTF-8
 *
 * Source: config.pvs Settings/RemoteDisplay/HostName, default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetVNCHostName,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmRemoteDisplayHostName));

/**
 * PrlVmCfg_GetVNCPort: port of the VNC server; 0 while the mode is off.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pnVmRemoteDisplayPort  [out] port
 *
 * Source: config.pvs Settings/RemoteDisplay/PortNumber, default 6500
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetVNCPort,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmRemoteDisplayPort));

/**
 * PrlVmCfg_SetVNCPort: sets the port of the VNC server; 0 while the mode is off.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @nVmRemoteDisplayPort  port
 *
 * Source: config.pvs Settings/RemoteDisplay/PortNumber, default 6500
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetVNCPort,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nVmRemoteDisplayPort));

/**
 * PrlVmCfg_GetVNCWebSocketPort: port of the VNC server for web clients.
 *
 * @hVmCfg                          PHT_VM_CONFIGURATION
 * @pnVmRemoteDisplayWebSocketPort  [out] port
 *
 * Source: config.pvs Settings/RemoteDisplay/WebSocketPortNumber, default 6500
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_GetVNCWebSocketPort,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmRemoteDisplayWebSocketPort));

/**
 * PrlVmCfg_IsVNCEncryptionEnabled: tells whether the VNC server encrypts.
 *
 * @hVmCfg                              PHT_VM_CONFIGURATION
 * @pbVmRemoteDisplayEncryptionEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/RemoteDisplay/Encrypted, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmCfg_IsVNCEncryptionEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmRemoteDisplayEncryptionEnabled));

/*
 * Configuration: network of the whole machine
 */

/**
 * PrlVmCfg_GetNetworkRateList: rates in the network classes.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @phNetworkRateList  [out] new reference to a PHT_HANDLES_LIST of PHT_NETWORK_RATE
 *
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates +
 *         Settings/GlobalNetwork/NetworkRates/NetworkRate[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetNetworkRateList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phNetworkRateList));

/**
 * PrlVmCfg_SetNetworkRateList: sets the rates in the network classes.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @hNetworkRateList  PHT_HANDLES_LIST
 *
 * Errors: PRL_ERR_INVALID_ARG for an item that is no PHT_NETWORK_RATE
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates +
 *         Settings/GlobalNetwork/NetworkRates/NetworkRate[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetNetworkRateList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hNetworkRateList));

/**
 * PrlVmCfg_IsRateBound: tells whether a rate is also the most the machine can send.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates/RateBound, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsRateBound,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetRateBound: sets whether a rate is also the most the machine can send.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/NetworkRates/RateBound, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetRateBound, (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsOfflineManagementEnabled: tells whether the machine can be managed over the
 * network while it is stopped.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/OfflineManagementEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsOfflineManagementEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetOfflineManagementEnabled: sets whether the machine can be managed over the
 * network while it is stopped.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/OfflineManagementEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetOfflineManagementEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_GetHostname: host name of the guest.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @sVmHostname            [out] text buffer, or NULL to ask for the length
 * @pnVmHostnameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Settings/GlobalNetwork/HostName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetHostname,
    (PRL_HANDLE hVmCfg, PRL_STR sVmHostname, PRL_UINT32_PTR pnVmHostnameBufLength));

/**
 * PrlVmCfg_SetHostname: sets the host name of the guest.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @sNewVmHostname  the text, UTF-8
 *
 * Source: config.pvs Settings/GlobalNetwork/HostName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetHostname,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sNewVmHostname));

/**
 * PrlVmCfg_GetDnsServers: name servers of the guest.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @phDnsServersList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: config.pvs Settings/GlobalNetwork/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetDnsServers,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phDnsServersList));

/**
 * PrlVmCfg_SetDnsServers: sets the name servers of the guest.
 *
 * @hVmCfg           PHT_VM_CONFIGURATION
 * @hDnsServersList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Source: config.pvs Settings/GlobalNetwork/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetDnsServers,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hDnsServersList));

/**
 * PrlVmCfg_GetSearchDomains: search domains of the guest.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @phSearchDomainsList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: config.pvs Settings/GlobalNetwork/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetSearchDomains,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phSearchDomainsList));

/**
 * PrlVmCfg_SetSearchDomains: sets the search domains of the guest.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @hSearchDomainsList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Source: config.pvs Settings/GlobalNetwork/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSearchDomains,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hSearchDomainsList));

/**
 * PrlVmCfg_GetOfflineServices: names of its offline management services.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @phOfflineServicesList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: config.pvs Settings/GlobalNetwork/OfflineService
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetOfflineServices,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phOfflineServicesList));

/**
 * PrlVmCfg_SetOfflineServices: sets the names of its offline management services.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @hOfflineServicesList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Source: config.pvs Settings/GlobalNetwork/OfflineService
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetOfflineServices,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hOfflineServicesList));

/**
 * PrlVmCfg_IsAutoApplyIpOnly: tells whether only addresses, not names and name servers, are
 * applied to the guest.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pbAutoApplyIpOnly  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/AutoApplyIpOnly, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsAutoApplyIpOnly,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbAutoApplyIpOnly));

/**
 * PrlVmCfg_SetAutoApplyIpOnly: sets whether only addresses, not names and name servers, are
 * applied to the guest.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @bAutoApplyIpOnly  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/GlobalNetwork/AutoApplyIpOnly, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetAutoApplyIpOnly,
    (PRL_HANDLE hVmCfg, PRL_BOOL bAutoApplyIpOnly));

/*
 * Configuration: guest tools and sharing
 */

/**
 * PrlVmCfg_CreateShare: adds a shared folder; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @phVmShare  [out] new reference to a PHT_SHARE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_CreateShare,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmShare));

/**
 * PrlVmCfg_GetSharesCount: number of shared folders; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @pnSharesCount  [out] count
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSharesCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnSharesCount));

/**
 * PrlVmCfg_GetShare: a shared folder; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nShareIndex  position, from 0
 * @phVmShare    [out] new reference to a PHT_SHARE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetShare,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nShareIndex, PRL_HANDLE_PTR phVmShare));

/**
 * PrlVmCfg_IsUserDefinedSharedFoldersEnabled: tells whether the listed folders are shared;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUserDefinedSharedFoldersEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUserDefinedSharedFoldersEnabled: sets whether the listed folders are shared;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUserDefinedSharedFoldersEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSmartMountEnabled: tells whether removable media appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsSmartMountEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSmartMountEnabled: sets whether removable media appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetSmartMountEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSmartMountRemovableDrivesEnabled: tells whether removable drives appear in the
 * guest; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsSmartMountRemovableDrivesEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSmartMountRemovableDrivesEnabled: sets whether removable drives appear in the
 * guest; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetSmartMountRemovableDrivesEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSmartMountDVDsEnabled: tells whether discs appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsSmartMountDVDsEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSmartMountDVDsEnabled: sets whether discs appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetSmartMountDVDsEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSmartMountNetworkSharesEnabled: tells whether network shares appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_IsSmartMountNetworkSharesEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSmartMountNetworkSharesEnabled: sets whether network shares appear in the guest;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetSmartMountNetworkSharesEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSharedProfileEnabled: tells whether the guest uses folders of the user's home on
 * the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsSharedProfileEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSharedProfileEnabled: sets whether the guest uses folders of the user's home on
 * the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSharedProfileEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUseDesktop: tells whether the guest's desktop is the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDesktop, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUseDesktop,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUseDesktop: sets whether the guest's desktop is the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDesktop, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUseDesktop,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUseDocuments: tells whether the guest's documents are the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDocuments, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUseDocuments,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUseDocuments: sets whether the guest's documents are the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDocuments, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUseDocuments,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUsePictures: tells whether the guest's pictures are the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UsePictures, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUsePictures,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUsePictures: sets whether the guest's pictures are the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UsePictures, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUsePictures,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUseMusic: tells whether the guest's music is the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseMusic, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsUseMusic,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUseMusic: sets whether the guest's music is the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseMusic, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetUseMusic, (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUseDownloads: tells whether the guest's downloads are the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDownloads, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_IsUseDownloads,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUseDownloads: sets whether the guest's downloads are the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseDownloads, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_SetUseDownloads,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsUseMovies: tells whether the guest's movies are the user's on the host.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseMovies, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_IsUseMovies,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetUseMovies: sets whether the guest's movies are the user's on the host.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedProfile/UseMovies, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlVmCfg_SetUseMovies, (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsShareClipboard: tells whether host and guest share a clipboard.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/ClipboardSync/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsShareClipboard,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetShareClipboard: sets whether host and guest share a clipboard.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/ClipboardSync/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetShareClipboard,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsToolsAutoUpdateEnabled: tells whether the guest tools are kept up to date.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/AutoUpdate/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsToolsAutoUpdateEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetToolsAutoUpdateEnabled: sets whether the guest tools are kept up to date.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/AutoUpdate/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetToolsAutoUpdateEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsTimeSynchronizationEnabled: tells whether the guest's clock follows the host's.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/TimeSync/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsTimeSynchronizationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetTimeSynchronizationEnabled: sets whether the guest's clock follows the host's.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/TimeSync/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetTimeSynchronizationEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsTimeSyncSmartModeEnabled: tells whether the guest's clock keeps its distance to
 * the host's.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/TimeSync/KeepTimeDiff, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsTimeSyncSmartModeEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetTimeSyncSmartModeEnabled: sets whether the guest's clock keeps its distance to
 * the host's.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/TimeSync/KeepTimeDiff, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetTimeSyncSmartModeEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_GetTimeSyncInterval: how often the guest's clock is set.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnTimeSyncInterval  [out] seconds
 *
 * Source: config.pvs Settings/Tools/TimeSync/SyncInterval, default 60
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetTimeSyncInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnTimeSyncInterval));

/**
 * PrlVmCfg_SetTimeSyncInterval: sets how often the guest's clock is set.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @nTimeSyncInterval  seconds
 *
 * Source: config.pvs Settings/Tools/TimeSync/SyncInterval, default 60
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetTimeSyncInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nTimeSyncInterval));

/**
 * PrlVmCfg_IsLockGuestOnSuspendEnabled: tells whether the guest's session is locked at
 * suspend.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/LockGuestOnSuspend, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsLockGuestOnSuspendEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetLockGuestOnSuspendEnabled: sets whether the guest's session is locked at
 * suspend.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/LockGuestOnSuspend, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetLockGuestOnSuspendEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsIsolatedVmEnabled: tells whether all sharing with the host is off.
 *
 * @hVm       PHT_VM_CONFIGURATION
 * @pbEnable  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/IsolatedVm, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsIsolatedVmEnabled,
    (PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable));

/**
 * PrlVmCfg_SetIsolatedVmEnabled: sets whether all sharing with the host is off.
 *
 * @hVm      PHT_VM_CONFIGURATION
 * @bEnable  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/IsolatedVm, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetIsolatedVmEnabled,
    (PRL_HANDLE hVm, PRL_BOOL bEnable));

/**
 * PrlVmCfg_IsGuestSharingEnabled: tells whether the host sees disks of the guest.
 *
 * @hVmCfg                   PHT_VM_CONFIGURATION
 * @pbVmGuestSharingEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsGuestSharingEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmGuestSharingEnabled));

/**
 * PrlVmCfg_SetGuestSharingEnabled: sets whether the host sees disks of the guest.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @bVmGuestSharingEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetGuestSharingEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmGuestSharingEnabled));

/**
 * PrlVmCfg_IsGuestSharingAutoMount: tells whether the host mounts disks of the guest by
 * itself.
 *
 * @hVmCfg                     PHT_VM_CONFIGURATION
 * @pbVmGuestSharingAutoMount  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/AutoMount, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsGuestSharingAutoMount,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmGuestSharingAutoMount));

/**
 * PrlVmCfg_SetGuestSharingAutoMount: sets whether the host mounts disks of the guest by
 * itself.
 *
 * @hVmCfg                    PHT_VM_CONFIGURATION
 * @bVmGuestSharingAutoMount  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/AutoMount, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetGuestSharingAutoMount,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmGuestSharingAutoMount));

/**
 * PrlVmCfg_IsGuestSharingEnableSpotlight: tells whether the host indexes disks of the guest.
 *
 * @hVmCfg                           PHT_VM_CONFIGURATION
 * @pbVmGuestSharingEnableSpotlight  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/EnableSpotlight, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsGuestSharingEnableSpotlight,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmGuestSharingEnableSpotlight));

/**
 * PrlVmCfg_SetGuestSharingEnableSpotlight: sets whether the host indexes disks of the guest.
 *
 * @hVmCfg                          PHT_VM_CONFIGURATION
 * @bVmGuestSharingEnableSpotlight  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/GuestSharing/EnableSpotlight, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetGuestSharingEnableSpotlight,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmGuestSharingEnableSpotlight));

/**
 * PrlVmCfg_IsHostSharingEnabled: tells whether the guest sees folders of the host.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pbVmHostSharingEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsHostSharingEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVmHostSharingEnabled));

/**
 * PrlVmCfg_SetHostSharingEnabled: sets whether the guest sees folders of the host.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @bVmHostSharingEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_SetHostSharingEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bVmHostSharingEnabled));

/**
 * PrlVmCfg_IsShareAllHostDisks: tells whether the guest sees all disks of the host.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @pbShareAllHostDisks  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/ShareAllMacDisks, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsShareAllHostDisks,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbShareAllHostDisks));

/**
 * PrlVmCfg_SetShareAllHostDisks: sets whether the guest sees all disks of the host.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @bShareAllHostDisks  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/ShareAllMacDisks, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetShareAllHostDisks,
    (PRL_HANDLE hVmCfg, PRL_BOOL bShareAllHostDisks));

/**
 * PrlVmCfg_IsShareUserHomeDir: tells whether the guest sees the user's home directory.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pbShareUserHomeDir  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/ShareUserHomeDir, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsShareUserHomeDir,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbShareUserHomeDir));

/**
 * PrlVmCfg_SetShareUserHomeDir: sets whether the guest sees the user's home directory.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @bShareUserHomeDir  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/ShareUserHomeDir, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetShareUserHomeDir,
    (PRL_HANDLE hVmCfg, PRL_BOOL bShareUserHomeDir));

/**
 * PrlVmCfg_IsMapSharedFoldersOnLetters: tells whether shared folders get drive letters;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg                       PHT_VM_CONFIGURATION
 * @pbMapSharedFoldersOnLetters  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsMapSharedFoldersOnLetters,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbMapSharedFoldersOnLetters));

/**
 * PrlVmCfg_SetMapSharedFoldersOnLetters: sets whether shared folders get drive letters;
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmCfg                      PHT_VM_CONFIGURATION
 * @bMapSharedFoldersOnLetters  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetMapSharedFoldersOnLetters,
    (PRL_HANDLE hVmCfg, PRL_BOOL bMapSharedFoldersOnLetters));

/*
 * Configuration: automatic snapshots and compacting
 */

/**
 * PrlVmCfg_IsSmartGuardEnabled: tells whether snapshots are taken automatically.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Autoprotect/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsSmartGuardEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetSmartGuardEnabled: sets whether snapshots are taken automatically.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Autoprotect/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSmartGuardEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_IsSmartGuardNotifyBeforeCreation: tells whether a person is told before an
 * automatic snapshot.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pbNotifyBeforeCreation  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Autoprotect/NotifyBeforeCreation, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsSmartGuardNotifyBeforeCreation,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbNotifyBeforeCreation));

/**
 * PrlVmCfg_SetSmartGuardNotifyBeforeCreation: sets whether a person is told before an
 * automatic snapshot.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @bNotifyBeforeCreation  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/Autoprotect/NotifyBeforeCreation, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSmartGuardNotifyBeforeCreation,
    (PRL_HANDLE hVmCfg, PRL_BOOL bNotifyBeforeCreation));

/**
 * PrlVmCfg_GetSmartGuardInterval: time between automatic snapshots.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pnInterval  [out] seconds
 *
 * Source: config.pvs Settings/Autoprotect/Period, default 86400
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetSmartGuardInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnInterval));

/**
 * PrlVmCfg_SetSmartGuardInterval: sets the time between automatic snapshots.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @nInterval  seconds
 *
 * Source: config.pvs Settings/Autoprotect/Period, default 86400
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSmartGuardInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nInterval));

/**
 * PrlVmCfg_GetSmartGuardMaxSnapshotsCount: number of automatic snapshots kept.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @pnMaxSnapshotsCount  [out] count
 *
 * Source: config.pvs Settings/Autoprotect/TotalSnapshots, default 10
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetSmartGuardMaxSnapshotsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnMaxSnapshotsCount));

/**
 * PrlVmCfg_SetSmartGuardMaxSnapshotsCount: sets the number of automatic snapshots kept.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @nMaxSnapshotsCount  count
 *
 * Source: config.pvs Settings/Autoprotect/TotalSnapshots, default 10
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetSmartGuardMaxSnapshotsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nMaxSnapshotsCount));

/**
 * PrlVmCfg_IsAutoCompressEnabled: tells whether disks are compacted automatically.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/AutoCompress/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_IsAutoCompressEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetAutoCompressEnabled: sets whether disks are compacted automatically.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/AutoCompress/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetAutoCompressEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_GetAutoCompressInterval: time between two checks for compacting.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pnInterval  [out] seconds
 *
 * Source: config.pvs Settings/AutoCompress/Period, default 86400
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetAutoCompressInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnInterval));

/**
 * PrlVmCfg_SetAutoCompressInterval: sets the time between two checks for compacting.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @nInterval  seconds
 *
 * Source: config.pvs Settings/AutoCompress/Period, default 86400
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetAutoCompressInterval,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nInterval));

/**
 * PrlVmCfg_GetFreeDiskSpaceRatio: share of unused space that sets compacting off.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @pdFreeDiskSpaceRatio  [out] percent
 *
 * Source: config.pvs Settings/AutoCompress/FreeDiskSpaceRatio, default 50
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetFreeDiskSpaceRatio,
    (PRL_HANDLE hVmCfg, PRL_DOUBLE_PTR pdFreeDiskSpaceRatio));

/**
 * PrlVmCfg_SetFreeDiskSpaceRatio: sets the share of unused space that sets compacting off.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @dFreeDiskSpaceRatio  percent
 *
 * Source: config.pvs Settings/AutoCompress/FreeDiskSpaceRatio, default 50
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetFreeDiskSpaceRatio,
    (PRL_HANDLE hVmCfg, PRL_DOUBLE dFreeDiskSpaceRatio));

/*
 * Configuration: high availability
 */

/**
 * PrlVmCfg_IsHighAvailabilityEnabled: tells whether another host takes over when this one
 * fails.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/HighAvailability/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_IsHighAvailabilityEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmCfg_SetHighAvailabilityEnabled: sets whether another host takes over when this one
 * fails.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Settings/HighAvailability/Enabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetHighAvailabilityEnabled,
    (PRL_HANDLE hVmCfg, PRL_BOOL bEnabled));

/**
 * PrlVmCfg_GetHighAvailabilityPriority: who is taken over first; higher comes first.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @pnPriority  [out] number
 *
 * Source: config.pvs Settings/HighAvailability/Priority, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetHighAvailabilityPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnPriority));

/**
 * PrlVmCfg_SetHighAvailabilityPriority: sets who is taken over first; higher comes first.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @nPriority  higher comes first
 *
 * Source: config.pvs Settings/HighAvailability/Priority, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetHighAvailabilityPriority,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nPriority));

/*
 * Configuration: containers
 */

/**
 * PrlVmCfg_GetOsTemplate: system template of a container.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @sOsTemplate  [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs CtSettings/OsTemplate, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetOsTemplate,
    (PRL_HANDLE hVmCfg, PRL_STR sOsTemplate, PRL_UINT32_PTR pnBufLength));

/**
 * PrlVmCfg_SetOsTemplate: sets the system template of a container.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @sOsTemplate  name of the template
 *
 * Source: config.pvs CtSettings/OsTemplate, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetOsTemplate,
    (PRL_HANDLE hVmCfg, PRL_CONST_STR sOsTemplate));

/**
 * PrlVmCfg_GetAppTemplateList: application templates of a container.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @phAppList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: config.pvs VmType + CtSettings/AppTemplate, default 0 +
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetAppTemplateList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phAppList));

/**
 * PrlVmCfg_SetAppTemplateList: sets the application templates of a container.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @hAppList  PHT_STRINGS_LIST
 *
 * Source: config.pvs VmType + CtSettings/AppTemplate, default 0 +
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetAppTemplateList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hAppList));

/**
 * PrlVmCfg_GetResource: barrier and limit of a container's resource.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nResourceId  a PRL_CT_RESOURCE value
 * @pnBarrirer   [out] the value
 * @pnLimit      [out] the value
 *
 * Errors: PRL_ERR_PARAM_NOT_FOUND
 * Source: config.pvs CtSettings/CtResource[i]/Barrier + CtSettings/CtResource[i]/Limit,
 *         default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetResource,
    (PRL_HANDLE hVmCfg, PRL_CT_RESOURCE nResourceId, PRL_UINT64_PTR pnBarrirer,
     PRL_UINT64_PTR pnLimit));

/**
 * PrlVmCfg_SetResource: sets the barrier and limit of a container's resource.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nResourceId  a PRL_CT_RESOURCE value
 * @nBarrirer    the new value
 * @nLimit       the new value
 *
 * Errors: PRL_ERR_PARAM_NOT_FOUND
 * Source: config.pvs CtSettings/CtResource[i]/Barrier + CtSettings/CtResource[i]/Limit,
 *         default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetResource,
    (PRL_HANDLE hVmCfg, PRL_CT_RESOURCE nResourceId, PRL_UINT64 nBarrirer, PRL_UINT64 nLimit));

/**
 * PrlVmCfg_GetCapabilitiesMask: capabilities of a container.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pnCapMask  [out] PRL_CT_CAPMASK bits
 *
 * Source: config.pvs CtSettings/CapabilitiesMask, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetCapabilitiesMask,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnCapMask));

/**
 * PrlVmCfg_SetCapabilitiesMask: sets the capabilities of a container.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nCapMask  PRL_CT_CAPMASK bits
 *
 * Source: config.pvs CtSettings/CapabilitiesMask, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetCapabilitiesMask,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nCapMask));

/**
 * PrlVmCfg_GetFeaturesMask: kernel features of a container, those turned on and those turned
 * off.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @pnOn    [out] PRL_CT_FEATURES bits
 * @pnOff   [out] PRL_CT_FEATURES bits
 *
 * Source: config.pvs CtSettings/FeaturesOnMask + CtSettings/FeaturesOffMask, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_GetFeaturesMask,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnOn, PRL_UINT32_PTR pnOff));

/**
 * PrlVmCfg_SetFeaturesMask: sets the kernel features of a container, those turned on and those
 * turned off.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @nOn     PRL_CT_FEATURES bits
 * @nOff    PRL_CT_FEATURES bits
 *
 * Source: config.pvs CtSettings/FeaturesOnMask + CtSettings/FeaturesOffMask, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmCfg_SetFeaturesMask,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nOn, PRL_UINT32 nOff));

/*
 * Configuration: devices
 */

/**
 * PrlVmCfg_AddDefaultDevice: adds a device with the defaults for the guest.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @hSrvConfig  PHT_SERVER_CONFIG of the host; may be PRL_INVALID_HANDLE
 * @deviceType  a PRL_DEVICE_TYPE value
 *
 * Errors: PRL_ERR_OPERATION_FAILED for a type without defaults or when no slot is free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_AddDefaultDevice,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_DEVICE_TYPE deviceType));

/**
 * PrlVmCfg_AddDefaultDeviceEx: adds a device with the defaults for the guest, and gives it.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @hSrvConfig  PHT_SERVER_CONFIG of the host; may be PRL_INVALID_HANDLE
 * @deviceType  a PRL_DEVICE_TYPE value
 * @phVmDevice  [out] new reference to a PHT_VIRTUAL_DEV_*
 *
 * Errors: PRL_ERR_OPERATION_FAILED for a type without defaults or when no slot is free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_AddDefaultDeviceEx,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_DEVICE_TYPE deviceType,
     PRL_HANDLE_PTR phVmDevice));

/**
 * PrlVmCfg_IsDefaultDeviceNeeded: tells whether a guest usually has a device.
 *
 * @guestOsVersion  PVS_GUEST_VER_*
 * @deviceType      a PRL_DEVICE_TYPE value
 * @pbNeeded        [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_IsDefaultDeviceNeeded,
    (PRL_UINT32 guestOsVersion, PRL_DEVICE_TYPE deviceType, PRL_BOOL_PTR pbNeeded));

/**
 * PrlVmCfg_CreateVmDev: adds a device with default values; it is not enabled yet.
 *
 * @hVmCfg       PHT_VM_CONFIGURATION
 * @nDeviceType  a PRL_DEVICE_TYPE value
 * @phVmDevice   [out] new reference to a PHT_VIRTUAL_DEV_*
 *
 * Errors: PRL_ERR_INVALID_ARG for a type that is not creatable
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_CreateVmDev,
    (PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE nDeviceType, PRL_HANDLE_PTR phVmDevice));

/**
 * PrlVmCfg_GetDevsCount: number of devices of the machine.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @vmdev_handles_count  [out] count
 *
 * Source: config.pvs count of all device children of Hardware
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDevsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR vmdev_handles_count));

/**
 * PrlVmCfg_GetAllDevices: all devices of the machine, by kind.
 *
 * @hVmCfg      PHT_VM_CONFIGURATION
 * @phDevsList  [out] new reference to a PHT_HANDLES_LIST
 *
 * Source: config.pvs Hardware/Fdd[] + Hardware/Hdd[] + Hardware/CdRom[] + Hardware/Serial[] +
 *         Hardware/Printer[] + Hardware/USB[] + Hardware/NetworkAdapter[] + Hardware/Sound[] +
 *         Hardware/GenericPciDevice[] + Hardware/GenericScsiDevice[] +
 *         Hardware/PciVideoAdapter[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetAllDevices,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phDevsList));

/**
 * PrlVmCfg_GetDevsCountByType: number of devices of one kind.
 *
 * @hVmCfg          PHT_VM_CONFIGURATION
 * @vmDeviceType    a PRL_DEVICE_TYPE value
 * @pnDevicesCount  [out] count
 *
 * Errors: PRL_ERR_INVALID_ARG for a type from PDE_MAX on; PRL_ERR_UNSUPPORTED_DEVICE_TYPE for
 *         a type without a list
 * Source: config.pvs count of Hardware/<dev>, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDevsCountByType,
    (PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE vmDeviceType, PRL_UINT32_PTR pnDevicesCount));

/**
 * PrlVmCfg_GetDevByType: a device of one kind, by position.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @vmDeviceType  a PRL_DEVICE_TYPE value
 * @nIndex        position, from 0
 * @phDevice      [out] new reference to a PHT_VIRTUAL_DEV_*
 *
 * Errors: PRL_ERR_UNSUPPORTED_DEVICE_TYPE (a type that has no list); PRL_ERR_INVALID_ARG for a
 *         type from PDE_MAX on or index out of range; PRL_ERR_UNSUPPORTED_DEVICE_TYPE for a
 *         type without a list
 * Source: config.pvs Hardware/<dev>[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetDevByType,
    (PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE vmDeviceType, PRL_UINT32 nIndex,
     PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetFloppyDisksCount: number of floppy drives of the machine.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnFloppyDisksCount  [out] count
 *
 * Source: config.pvs count of Hardware/Fdd
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetFloppyDisksCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnFloppyDisksCount));

/**
 * PrlVmCfg_GetFloppyDisk: a floppy drive of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_FLOPPY
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/Fdd[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetFloppyDisk,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetHardDisksCount: number of hard disks of the machine.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @pnHardDisksCount  [out] count
 *
 * Source: config.pvs count of Hardware/Hdd
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetHardDisksCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnHardDisksCount));

/**
 * PrlVmCfg_GetHardDisk: a hard disk of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_HARD_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/Hdd[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetHardDisk,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetOpticalDisksCount: number of optical drives of the machine.
 *
 * @hVmCfg               PHT_VM_CONFIGURATION
 * @pnOpticalDisksCount  [out] count
 *
 * Source: config.pvs count of Hardware/CdRom
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetOpticalDisksCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnOpticalDisksCount));

/**
 * PrlVmCfg_GetOpticalDisk: an optical drive of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_OPTICAL_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/CdRom[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetOpticalDisk,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetParallelPortsCount: number of parallel ports of the machine.
 *
 * @hVmCfg                PHT_VM_CONFIGURATION
 * @pnParallelPortsCount  [out] count
 *
 * Source: config.pvs count of Hardware/Printer
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetParallelPortsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnParallelPortsCount));

/**
 * PrlVmCfg_GetParallelPort: a parallel port of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_PARALLEL_PORT
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/Printer[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetParallelPort,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetSerialPortsCount: number of serial ports of the machine.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnSerialPortsCount  [out] count
 *
 * Source: config.pvs count of Hardware/Serial
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSerialPortsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnSerialPortsCount));

/**
 * PrlVmCfg_GetSerialPort: a serial port of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_SERIAL_PORT
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/Serial[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSerialPort,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetSoundDevsCount: number of sound cards of the machine.
 *
 * @hVmCfg            PHT_VM_CONFIGURATION
 * @pnSoundDevsCount  [out] count
 *
 * Source: config.pvs count of Hardware/Sound
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSoundDevsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnSoundDevsCount));

/**
 * PrlVmCfg_GetSoundDev: a sound card of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_SOUND
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/Sound[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetSoundDev,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetUsbDevicesCount: number of USB devices of the machine.
 *
 * @hVmCfg             PHT_VM_CONFIGURATION
 * @pnUsbDevicesCount  [out] count
 *
 * Source: config.pvs count of Hardware/USB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetUsbDevicesCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnUsbDevicesCount));

/**
 * PrlVmCfg_GetUsbDevice: a USB device of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_USB_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/USB[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetUsbDevice,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetNetAdaptersCount: number of network adapters of the machine.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnNetAdaptersCount  [out] count
 *
 * Source: config.pvs count of Hardware/NetworkAdapter
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetNetAdaptersCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnNetAdaptersCount));

/**
 * PrlVmCfg_GetNetAdapter: a network adapter of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_NET_ADAPTER
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/NetworkAdapter[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetNetAdapter,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetGenericPciDevsCount: number of PCI devices of the machine.
 *
 * @hVmCfg                 PHT_VM_CONFIGURATION
 * @pnGenericPciDevsCount  [out] count
 *
 * Source: config.pvs count of Hardware/GenericPciDevice
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetGenericPciDevsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnGenericPciDevsCount));

/**
 * PrlVmCfg_GetGenericPciDev: a PCI device of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_GENERIC_PCI
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/GenericPciDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetGenericPciDev,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetGenericScsiDevsCount: number of SCSI devices of the machine.
 *
 * @hVmCfg                  PHT_VM_CONFIGURATION
 * @pnGenericScsiDevsCount  [out] count
 *
 * Source: config.pvs count of Hardware/GenericScsiDevice
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetGenericScsiDevsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnGenericScsiDevsCount));

/**
 * PrlVmCfg_GetGenericScsiDev: a SCSI device of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_GENERIC_SCSI
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/GenericScsiDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetGenericScsiDev,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlVmCfg_GetDisplayDevsCount: number of video adapters of the machine.
 *
 * @hVmCfg              PHT_VM_CONFIGURATION
 * @pnDisplayDevsCount  [out] count
 *
 * Source: config.pvs count of Hardware/PciVideoAdapter
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetDisplayDevsCount,
    (PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnDisplayDevsCount));

/**
 * PrlVmCfg_GetDisplayDev: a video adapter of the machine, by position.
 *
 * @hVmCfg    PHT_VM_CONFIGURATION
 * @nIndex    position, from 0
 * @phDevice  [out] new reference to a PHT_VIRTUAL_DEV_DISPLAY
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: config.pvs Hardware/PciVideoAdapter[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetDisplayDev,
    (PRL_HANDLE hVmCfg, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/*
 * Configuration: the rest
 */

/**
 * PrlVmCfg_GetConfigValidity: result code of the service about the configuration.
 *
 * @hVmCfg     PHT_VM_CONFIGURATION
 * @pnErrCode  [out] a PRL_RESULT
 *
 * Source: config.pvs ValidRc, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetConfigValidity,
    (PRL_HANDLE hVmCfg, PRL_RESULT_PTR pnErrCode));

/**
 * PrlVmCfg_GetAccessRights: rights of the session on the machine.
 *
 * @hVmCfg   PHT_VM_CONFIGURATION
 * @phVmAcl  [out] new reference to a PHT_ACCESS_RIGHTS
 *
 * Source: config.pvs Security
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmCfg_GetAccessRights,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmAcl));

/**
 * PrlVmCfg_GetConfirmationsList: commands on the machine that ask for an administrator's
 * confirmation, a list of numbers.
 *
 * @hVmCfg         PHT_VM_CONFIGURATION
 * @phConfirmList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 *
 * Source: config.pvs Security/LockedOperationsList/LockedOperation
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_GetConfirmationsList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phConfirmList));

/**
 * PrlVmCfg_SetConfirmationsList: sets the commands on the machine that ask for an
 * administrator's confirmation, a list of numbers.
 *
 * @hVmCfg        PHT_VM_CONFIGURATION
 * @hConfirmList  PHT_OPAQUE_TYPE_LIST
 *
 * Source: config.pvs Security/LockedOperationsList/LockedOperation
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmCfg_SetConfirmationsList,
    (PRL_HANDLE hVmCfg, PRL_HANDLE hConfirmList));

/**
 * PrlVmCfg_GetVmType: kind of machine: virtual machine or container.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @pnType  [out] a PRL_VM_TYPE value
 *
 * Source: config.pvs VmType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_GetVmType,
    (PRL_HANDLE hVmCfg, PRL_VM_TYPE_PTR pnType));

/**
 * PrlVmCfg_SetVmType: sets the kind of machine: virtual machine or container.
 *
 * @hVmCfg  PHT_VM_CONFIGURATION
 * @nType   a PRL_VM_TYPE value
 *
 * Source: config.pvs VmType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmCfg_SetVmType, (PRL_HANDLE hVmCfg, PRL_VM_TYPE nType));

/*
 * Any virtual device (PHT_VIRTUAL_DEV_*)
 */

/**
 * PrlVmDev_Create: makes a device that belongs to no machine.
 *
 * @nDeviceType  a PRL_DEVICE_TYPE value
 * @phVmDevice   [out] new reference to a PHT_VIRTUAL_DEV_*
 *
 * Errors: PRL_ERR_INVALID_ARG for a type that is not creatable
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_Create,
    (PRL_DEVICE_TYPE nDeviceType, PRL_HANDLE_PTR phVmDevice));

/**
 * PrlVmDev_Connect: plugs a device of a running machine in, or inserts its medium.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 *
 * Hard disks, network adapters (the cable) and USB devices as the stored configuration has them, by
 * type and index. Of CD and floppy drives the medium that the handle names, committed or not.
 *
 * Job:    PJOC_VM_DEV_CONNECT; result: nothing
 * Events: PET_DSP_EVT_VM_CONFIG_CHANGED, PET_DSP_EVT_VM_DEV_STATE_CHANGED (device_type, device_index,
 *         device_state: 1 connected)
 * Errors: PRL_ERR_UNINITIALIZED                 the device belongs to no VM
 *         PRL_ERR_DISP_VM_IS_NOT_STARTED        the machine does not run, or is paused
 *         PRL_ERR_OBJECT_NOT_FOUND              the stored configuration has no such device
 *         PRL_ERR_DEV_ALREADY_CONNECTED
 *         PRL_ERR_DISK_IMAGE_BUSY               somebody else has the image open
 *         PRL_ERR_VM_DEV_CONNECT_FAILED         there is no such medium, or QEMU refuses
 *         PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES  nothing can be plugged in there
 *         PRL_ERR_UNIMPLEMENTED                 other devices
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_Connect, (PRL_HANDLE hVmDev));

/**
 * PrlVmDev_Disconnect: unplugs a device of a running machine, or ejects its medium.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 *
 * Job:    PJOC_VM_DEV_DISCONNECT; result: nothing
 * Events: as of PrlVmDev_Connect, device_state 0
 * Errors: as of PrlVmDev_Connect, and
 *         PRL_ERR_DEV_ALREADY_DISCONNECTED
 *         PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED  the guest has locked the drive
 *         PRL_ERR_VM_HDD_DISCONNECT_FAILED_LOCKED  the guest does not let go of the disk
 *         PRL_ERR_VM_DEV_DISCONNECT_FAILED         nor of another device
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_Disconnect, (PRL_HANDLE hVmDev));

/**
 * PrlVmDev_CreateImage: makes the image of a device; the machine need not be registered yet.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_*
 * @bRecreateIsAllowed   PRL_TRUE to replace an image that exists
 * @bNonInteractiveMode  PRL_TRUE for no questions
 *
 * Job:    PJOC_VM_DEV_CREATE_IMAGE; result: nothing
 * Events: PET_JOB_HDD_CREATE_PROGRESS_CHANGED
 * Errors: PRL_ERR_UNINITIALIZED when the device belongs to no VM
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_CreateImage,
    (PRL_HANDLE hVmDev, PRL_BOOL bRecreateIsAllowed, PRL_BOOL bNonInteractiveMode));

/**
 * PrlVmDev_CopyImage: copies the image of a disk of a stopped machine.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_*
 * @sNewImageName  name of the copy; NULL or "": that of the image
 * @sTargetPath    directory of the copy, absolute
 * @nFlags         0
 *
 * Job:    PJOC_VM_DEV_COPY_IMAGE; result: nothing. An image that stands on others is copied whole
 * Events: PET_VM_INF_START_FILE_COPYING, PET_JOB_FILE_COPY_PROGRESS_CHANGED, PET_VM_INF_END_FILE_COPYING, to the session that asked
 * Errors: PRL_ERR_UNINITIALIZED when the device belongs to no VM
 *         PRL_ERR_CI_CANNOT_COPY_IMAGE_NON_STOPPED_VM unless stopped or suspended
 *         PRL_ERR_CI_DEVICE_IS_NOT_VIRTUAL, PRL_ERR_CI_PERMISSIONS_DENIED, PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDev_CopyImage,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewImageName, PRL_CONST_STR sTargetPath,
     PRL_UINT32 nFlags));

/**
 * PrlVmDev_ResizeImage: changes the size of a disk image; that of a running machine can only
 * grow.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_*
 * @nNewSize  MiB
 * @nFlags    PRL_RESIZE_IMAGE_FLAGS
 *
 * Job:    PJOC_VM_RESIZE_DISK_IMAGE; result: nothing; with PRIF_DISK_INFO text, MiB:
 *         <DiskInfo><Size>..</Size><MinimumSize>..</MinimumSize></DiskInfo>
 * Events: PET_DSP_EVT_DISK_RESIZE_STARTED, PET_DSP_EVT_DISK_RESIZE_PROGRESS_CHANGED,
 *         PET_DSP_EVT_VM_CONFIG_CHANGED
 * Errors: PRL_ERR_UNINITIALIZED when the device belongs to no VM
 *         PRL_ERR_FILE_NOT_FOUND when the stored configuration has no such disk
 *         PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW when there is data past the new end
 *         PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, PRL_ERR_CANT_EDIT_SUSPENDED_VM
 *         PRL_ERR_VM_REQUEST_NOT_SUPPORTED of a running machine: smaller, or any flag; also: linked clones stand on it
 *         PRL_ERR_DISK_RESIZER_NOT_FOUND with PRIF_RESIZE_LAST_PARTITION, without libguestfs
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDev_ResizeImage,
    (PRL_HANDLE hVmDev, PRL_UINT32 nNewSize, PRL_UINT32 nFlags));

/**
 * PrlVmDev_GetIndex: the device's own number among those of its kind.
 *
 * @hVmDev   PHT_VIRTUAL_DEV_FLOPPY or PHT_VIRTUAL_DEV_HARD_DISK or
 *           PHT_VIRTUAL_DEV_OPTICAL_DISK or PHT_VIRTUAL_DEV_PARALLEL_PORT or
 *           PHT_VIRTUAL_DEV_SERIAL_PORT or PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pnIndex  [out] number
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetIndex,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnIndex));

/**
 * PrlVmDev_SetIndex: sets the device's own number among those of its kind.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 * @nIndex  position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetIndex, (PRL_HANDLE hVmDev, PRL_UINT32 nIndex));

/**
 * PrlVmDev_Remove: takes a device out of the configuration, and out of the boot order.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_Remove, (PRL_HANDLE hVmDev));

/**
 * PrlVmDev_GetType: kind of the device.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_*
 * @pnDeviceType  [out] a PRL_DEVICE_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetType,
    (PRL_HANDLE hVmDev, PRL_DEVICE_TYPE_PTR pnDeviceType));

/**
 * PrlVmDev_IsConnected: tells whether the device is plugged in, its medium inserted.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_*
 * @pbConnected  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Connected, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_IsConnected,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbConnected));

/**
 * PrlVmDev_SetConnected: sets whether the device is plugged in, its medium inserted.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_*
 * @bConnected  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Connected, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetConnected,
    (PRL_HANDLE hVmDev, PRL_BOOL bConnected));

/**
 * PrlVmDev_IsEnabled: tells whether the machine has the device.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_*
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_IsEnabled,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmDev_SetEnabled: sets whether the machine has the device.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_*
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetEnabled, (PRL_HANDLE hVmDev, PRL_BOOL bEnabled));

/**
 * PrlVmDev_IsRemote: tells whether the device belongs to the client's computer.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_*
 * @pbRemote  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Remote, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_IsRemote, (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbRemote));

/**
 * PrlVmDev_SetRemote: sets whether the device belongs to the client's computer.
 *
 * @hVmDev   PHT_VIRTUAL_DEV_*
 * @bRemote  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/Remote, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetRemote, (PRL_HANDLE hVmDev, PRL_BOOL bRemote));

/**
 * PrlVmDev_GetEmulatedType: what backs the device: a PRL_VM_DEV_EMULATION_TYPE, for adapters a
 * PRL_NET_ADAPTER_EMULATED_TYPE number.
 *
 * @hVmDev          PHT_VIRTUAL_DEV_*
 * @pnEmulatedType  [out] a PRL_VM_DEV_EMULATION_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/EmulatedType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetEmulatedType,
    (PRL_HANDLE hVmDev, PRL_VM_DEV_EMULATION_TYPE_PTR pnEmulatedType));

/**
 * PrlVmDev_SetEmulatedType: sets what backs the device: a PRL_VM_DEV_EMULATION_TYPE, for
 * adapters a PRL_NET_ADAPTER_EMULATED_TYPE number.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_*
 * @nEmulatedType  a PRL_VM_DEV_EMULATION_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/EmulatedType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetEmulatedType,
    (PRL_HANDLE hVmDev, PRL_VM_DEV_EMULATION_TYPE nEmulatedType));

/**
 * PrlVmDev_GetImagePath: path of the image; a relative one is inside the directory of the
 * machine.
 *
 * @hVmDev                PHT_VIRTUAL_DEV_*
 * @sImagePath            [out] text buffer, or NULL to ask for the length
 * @pnImagePathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetImagePath,
    (PRL_HANDLE hVmDev, PRL_STR sImagePath, PRL_UINT32_PTR pnImagePathBufLength));

/**
 * PrlVmDev_SetImagePath: sets the path of the image; a relative one is inside the directory of
 * the machine.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_*
 * @sNewImagePath  path
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetImagePath,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewImagePath));

/**
 * PrlVmDev_GetSysName: path of the image or system name of the host device.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_*
 * @sSysName            [out] text buffer, or NULL to ask for the length
 * @pnSysNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetSysName,
    (PRL_HANDLE hVmDev, PRL_STR sSysName, PRL_UINT32_PTR pnSysNameBufLength));

/**
 * PrlVmDev_SetSysName: sets the path of the image or system name of the host device.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_*
 * @sNewSysName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetSysName,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewSysName));

/**
 * PrlVmDev_GetFriendlyName: name of the image or host device for people.
 *
 * @hVmDev                   PHT_VIRTUAL_DEV_*
 * @sFriendlyName            [out] text buffer, or NULL to ask for the length
 * @pnFriendlyNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetFriendlyName,
    (PRL_HANDLE hVmDev, PRL_STR sFriendlyName, PRL_UINT32_PTR pnFriendlyNameBufLength));

/**
 * PrlVmDev_SetFriendlyName: sets the name of the image or host device for people.
 *
 * @hVmDev            PHT_VIRTUAL_DEV_*
 * @sNewFriendlyName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetFriendlyName,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewFriendlyName));

/**
 * PrlVmDev_GetDescription: words about the device.
 *
 * @hVmDev                  PHT_VIRTUAL_DEV_*
 * @sDescription            [out] text buffer, or NULL to ask for the length
 * @pnDescriptionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/DeviceDescription, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDev_GetDescription,
    (PRL_HANDLE hVmDev, PRL_STR sDescription, PRL_UINT32_PTR pnDescriptionBufLength));

/**
 * PrlVmDev_SetDescription: sets the words about the device.
 *
 * @hVmDev           PHT_VIRTUAL_DEV_*
 * @sNewDescription  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/DeviceDescription, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDev_SetDescription,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewDescription));

/**
 * PrlVmDev_GetIfaceType: bus of the device.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_*
 * @pnIfaceType  [out] a PRL_MASS_STORAGE_INTERFACE_TYPE value
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/InterfaceType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetIfaceType,
    (PRL_HANDLE hVmDev, PRL_MASS_STORAGE_INTERFACE_TYPE_PTR pnIfaceType));

/**
 * PrlVmDev_SetIfaceType: sets the bus of the device.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_*
 * @nIfaceType  a PRL_MASS_STORAGE_INTERFACE_TYPE value
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/InterfaceType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetIfaceType,
    (PRL_HANDLE hVmDev, PRL_MASS_STORAGE_INTERFACE_TYPE nIfaceType));

/**
 * PrlVmDev_GetSubType: controller of the device.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_*
 * @pnSubType  [out] a PRL_CLUSTERED_DEVICE_SUBTYPE value
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/SubType, default 3
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDev_GetSubType,
    (PRL_HANDLE hVmDev, PRL_CLUSTERED_DEVICE_SUBTYPE_PTR pnSubType));

/**
 * PrlVmDev_SetSubType: sets the controller of the device.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_*
 * @nSubType  a PRL_CLUSTERED_DEVICE_SUBTYPE value
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/SubType, default 3
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDev_SetSubType,
    (PRL_HANDLE hVmDev, PRL_CLUSTERED_DEVICE_SUBTYPE nSubType));

/**
 * PrlVmDev_GetStackIndex: position on the bus.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_HARD_DISK or PHT_VIRTUAL_DEV_OPTICAL_DISK or
 *                PHT_VIRTUAL_DEV_GENERIC_SCSI or PHT_VIRTUAL_DEV_GENERIC_PCI
 * @pnStackIndex  [out] position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/GenericPciDevice[i]/StackIndex + Hardware/<dev>[i]/StackIndex,
 *         default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetStackIndex,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnStackIndex));

/**
 * PrlVmDev_SetStackIndex: sets the position on the bus.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_*
 * @nStackIndex  position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/GenericPciDevice[i]/StackIndex + Hardware/<dev>[i]/StackIndex,
 *         default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetStackIndex,
    (PRL_HANDLE hVmDev, PRL_UINT32 nStackIndex));

/**
 * PrlVmDev_SetDefaultStackIndex: chooses the lowest free position on the bus of the device.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_*
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/GenericPciDevice[i]/StackIndex + Hardware/Hdd[i]/StackIndex,
 *         default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetDefaultStackIndex, (PRL_HANDLE hVmDev));

/**
 * PrlVmDev_GetOutputFile: file a port writes to.
 *
 * @hVmDev                 PHT_VIRTUAL_DEV_*
 * @sOutputFile            [out] text buffer, or NULL to ask for the length
 * @pnOutputFileBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_GetOutputFile,
    (PRL_HANDLE hVmDev, PRL_STR sOutputFile, PRL_UINT32_PTR pnOutputFileBufLength));

/**
 * PrlVmDev_SetOutputFile: sets the file a port writes to.
 *
 * @hVmDev          PHT_VIRTUAL_DEV_*
 * @sNewOutputFile  path
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/<dev>[i]/UserFriendlyName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetOutputFile,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewOutputFile));

/**
 * PrlVmDev_IsPassthrough: tells whether commands go straight to the host device.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_*
 * @pbPassthrough  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/Passthrough, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_IsPassthrough,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbPassthrough));

/**
 * PrlVmDev_SetPassthrough: sets whether commands go straight to the host device.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_*
 * @bPassthrough  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_UNINITIALIZED
 * Source: config.pvs Hardware/<dev>[i]/Passthrough, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDev_SetPassthrough,
    (PRL_HANDLE hVmDev, PRL_BOOL bPassthrough));

/*
 * Virtual hard disks (PHT_VIRTUAL_DEV_HARD_DISK)
 */

/**
 * PrlVmDevHd_GetDiskType: layout of the image.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_HARD_DISK
 * @pnDiskType  [out] a PRL_HARD_DISK_INTERNAL_FORMAT value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/DiskType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_GetDiskType,
    (PRL_HANDLE hVmDev, PRL_HARD_DISK_INTERNAL_FORMAT_PTR pnDiskType));

/**
 * PrlVmDevHd_SetDiskType: sets the layout of the image.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_HARD_DISK
 * @nDiskType  a PRL_HARD_DISK_INTERNAL_FORMAT value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/DiskType, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_SetDiskType,
    (PRL_HANDLE hVmDev, PRL_HARD_DISK_INTERNAL_FORMAT nDiskType));

/**
 * PrlVmDevHd_IsSplitted: tells whether the image is in parts of 2 GiB.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_HARD_DISK
 * @pbSplitted  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Splitted, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_IsSplitted,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbSplitted));

/**
 * PrlVmDevHd_SetSplitted: sets whether the image is in parts of 2 GiB.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_HARD_DISK
 * @bSplitted  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Splitted, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_SetSplitted,
    (PRL_HANDLE hVmDev, PRL_BOOL bSplitted));

/**
 * PrlVmDevHd_GetDiskSize: size the guest sees.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_HARD_DISK
 * @pnDiskSize  [out] MiB
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Size, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_GetDiskSize,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnDiskSize));

/**
 * PrlVmDevHd_SetDiskSize: sets the size the guest sees.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_HARD_DISK
 * @nDiskSize  MiB
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Size, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_SetDiskSize,
    (PRL_HANDLE hVmDev, PRL_UINT32 nDiskSize));

/**
 * PrlVmDevHd_GetSizeOnDisk: space the image takes.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_HARD_DISK
 * @pnOnDiskSize  [out] MiB
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/SizeOnDisk, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevHd_GetSizeOnDisk,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnOnDiskSize));

/**
 * PrlVmDevHd_AddPartition: adds a host partition to the disk.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_HARD_DISK
 * @phPartition  [out] new reference to a PHT_VIRTUAL_DEV_HD_PARTITION
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Partition[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHd_AddPartition,
    (PRL_HANDLE hVmDev, PRL_HANDLE_PTR phPartition));

/**
 * PrlVmDevHd_GetPartitionsCount: number of host partitions given to the disk.
 *
 * @hVmDev             PHT_VIRTUAL_DEV_HARD_DISK
 * @pnPartitionsCount  [out] count
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Partition[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHd_GetPartitionsCount,
    (PRL_HANDLE hVmDev, PRL_UINT32_PTR pnPartitionsCount));

/**
 * PrlVmDevHd_GetPartition: a host partition given to the disk.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_HARD_DISK
 * @nIndex       position, from 0
 * @phPartition  [out] new reference to a PHT_VIRTUAL_DEV_HD_PARTITION
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Partition[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHd_GetPartition,
    (PRL_HANDLE hVmDev, PRL_UINT32 nIndex, PRL_HANDLE_PTR phPartition));

/**
 * PrlVmDevHd_GetMountPoint: where a container sees the disk.
 *
 * @hVmDev                 PHT_VIRTUAL_DEV_HARD_DISK
 * @sMountPoint            [out] text buffer, or NULL to ask for the length
 * @pnMountPointBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/MountPoint, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_GetMountPoint,
    (PRL_HANDLE hVmDev, PRL_STR sMountPoint, PRL_UINT32_PTR pnMountPointBufLength));

/**
 * PrlVmDevHd_SetMountPoint: sets where a container sees the disk.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_HARD_DISK
 * @sMountPoint  path in the container
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/MountPoint, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_SetMountPoint,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sMountPoint));

/**
 * PrlVmDevHd_IsAutoCompressEnabled: tells whether the disk is compacted automatically.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_HARD_DISK
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/AutoCompressEnabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_IsAutoCompressEnabled,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmDevHd_SetAutoCompressEnabled: sets whether the disk is compacted automatically.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_HARD_DISK
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/AutoCompressEnabled, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_SetAutoCompressEnabled,
    (PRL_HANDLE hVmDev, PRL_BOOL bEnabled));

/**
 * PrlVmDevHd_GetStorageURL: where a network disk is.
 *
 * @hVmDev          PHT_VIRTUAL_DEV_HARD_DISK
 * @sURL            [out] text buffer, or NULL to ask for the length
 * @pnURLBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/StorageURL, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_GetStorageURL,
    (PRL_HANDLE hVmDev, PRL_STR sURL, PRL_UINT32_PTR pnURLBufLength));

/**
 * PrlVmDevHd_SetStorageURL: sets where a network disk is.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_HARD_DISK
 * @sURL    address of the storage
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG for an empty or invalid URL
 * Source: config.pvs Hardware/Hdd[i]/StorageURL, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevHd_SetStorageURL,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sURL));

/**
 * PrlVmDevHd_GetEncryption: encryption of the disk.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_HARD_DISK
 * @phEncryption  [out] new reference to a PHT_VIRTUAL_DISK_ENCRYPTION
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Encryption
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHd_GetEncryption,
    (PRL_HANDLE hVmDev, PRL_HANDLE_PTR phEncryption));

/**
 * PrlVmDevHd_SetEncryption: sets the encryption of the disk.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_HARD_DISK
 * @hEncryption  PHT_VIRTUAL_DISK_ENCRYPTION
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Encryption
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHd_SetEncryption,
    (PRL_HANDLE hVmDev, PRL_HANDLE hEncryption));

/**
 * PrlVmDevHd_GetSerialNumber: serial number the guest sees: letters, digits and _ . + -, at
 * most 20.
 *
 * @hVmDev                   PHT_VIRTUAL_DEV_HARD_DISK
 * @sSerialNumber            [out] text buffer, or NULL to ask for the length
 * @pnSerialNumberBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/SerialNumber, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHd_GetSerialNumber,
    (PRL_HANDLE hVmDev, PRL_STR sSerialNumber, PRL_UINT32_PTR pnSerialNumberBufLength));

/**
 * PrlVmDevHd_SetSerialNumber: sets the serial number the guest sees: letters, digits and _ . +
 * -, at most 20.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_HARD_DISK
 * @sSerialNumber  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/SerialNumber, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHd_SetSerialNumber,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sSerialNumber));

/*
 * Encryption of a virtual disk (PHT_VIRTUAL_DISK_ENCRYPTION)
 */

/**
 * PrlVmDevHdEncryption_GetKeyId: id of the key.
 *
 * @hEncryption       PHT_VIRTUAL_DISK_ENCRYPTION
 * @sKeyId            [out] text buffer, or NULL to ask for the length
 * @pnKeyIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/Hdd[i]/Encryption[0]/KeyId, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHdEncryption_GetKeyId,
    (PRL_HANDLE hEncryption, PRL_STR sKeyId, PRL_UINT32_PTR pnKeyIdBufLength));

/**
 * PrlVmDevHdEncryption_SetKeyId: sets the id of the key.
 *
 * @hEncryption  PHT_VIRTUAL_DISK_ENCRYPTION
 * @sKeyId       the text, UTF-8
 *
 * Source: config.pvs Hardware/Hdd[i]/Encryption[0]/KeyId, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmDevHdEncryption_SetKeyId,
    (PRL_HANDLE hEncryption, PRL_CONST_STR sKeyId));

/*
 * Partitions of the host given to a virtual disk
 */

/**
 * PrlVmDevHdPart_Remove: takes a partition out of the configuration.
 *
 * @hPartition  PHT_VIRTUAL_DEV_HD_PARTITION
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHdPart_Remove, (PRL_HANDLE hPartition));

/**
 * PrlVmDevHdPart_GetSysName: system name of the partition.
 *
 * @hPartition          PHT_VIRTUAL_DEV_HD_PARTITION
 * @sSysName            [out] text buffer, or NULL to ask for the length
 * @pnSysNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Partition[j]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHdPart_GetSysName,
    (PRL_HANDLE hPartition, PRL_STR sSysName, PRL_UINT32_PTR pnSysNameBufLength));

/**
 * PrlVmDevHdPart_SetSysName: sets the system name of the partition.
 *
 * @hPartition  PHT_VIRTUAL_DEV_HD_PARTITION
 * @sSysName    the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Hdd[i]/Partition[j]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevHdPart_SetSysName,
    (PRL_HANDLE hPartition, PRL_CONST_STR sSysName));

/*
 * Virtual network adapters (PHT_VIRTUAL_DEV_NET_ADAPTER)
 */

/**
 * PrlVmDevNet_GetBoundAdapterIndex: number of the host adapter a bridged adapter uses.
 *
 * @hVmDev   PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pnIndex  [out] number
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_GetBoundAdapterIndex,
    (PRL_HANDLE hVmDev, PRL_INT32_PTR pnIndex));

/**
 * PrlVmDevNet_SetBoundAdapterIndex: sets the number of the host adapter a bridged adapter
 * uses.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nIndex  position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_SetBoundAdapterIndex,
    (PRL_HANDLE hVmDev, PRL_INT32 nIndex));

/**
 * PrlVmDevNet_GetBoundAdapterName: name of the host adapter a bridged adapter uses.
 *
 * @hVmDev                       PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sBoundAdapterName            [out] text buffer, or NULL to ask for the length
 * @pnBoundAdapterNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_GetBoundAdapterName,
    (PRL_HANDLE hVmDev, PRL_STR sBoundAdapterName, PRL_UINT32_PTR pnBoundAdapterNameBufLength));

/**
 * PrlVmDevNet_SetBoundAdapterName: sets the name of the host adapter a bridged adapter uses.
 *
 * @hVmDev                PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewBoundAdapterName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_SetBoundAdapterName,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewBoundAdapterName));

/**
 * PrlVmDevNet_GetMacAddress: hardware address, 12 hexadecimal digits; any usual form is taken.
 *
 * @hVmDev                 PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sMacAddress            [out] text buffer, or NULL to ask for the length
 * @pnMacAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/MAC, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_GetMacAddress,
    (PRL_HANDLE hVmDev, PRL_STR sMacAddress, PRL_UINT32_PTR pnMacAddressBufLength));

/**
 * PrlVmDevNet_SetMacAddress: sets the hardware address, 12 hexadecimal digits; any usual form
 * is taken.
 *
 * @hVmDev          PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewMacAddress  12 hexadecimal digits, with or without separators
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG for text that is no MAC address
 * Source: config.pvs Hardware/NetworkAdapter[i]/MAC, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_SetMacAddress,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewMacAddress));

/**
 * PrlVmDevNet_GetMacAddressCanonical: hardware address in lower case with colons.
 *
 * @hVmDev                 PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sMacAddress            [out] text buffer, or NULL to ask for the length
 * @pnMacAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/MAC, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevNet_GetMacAddressCanonical,
    (PRL_HANDLE hVmDev, PRL_STR sMacAddress, PRL_UINT32_PTR pnMacAddressBufLength));

/**
 * PrlVmDevNet_GenerateMacAddr: gives an adapter a new random hardware address.
 *
 * @hVmDev  PHT_VIRTUAL_DEV_NET_ADAPTER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevNet_GenerateMacAddr, (PRL_HANDLE hVmDev));

/**
 * PrlVmDevNet_IsAutoApply: tells whether the guest is configured with these addresses.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbAutoApply  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AutoApply, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_IsAutoApply,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbAutoApply));

/**
 * PrlVmDevNet_SetAutoApply: sets whether the guest is configured with these addresses.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bAutoApply  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AutoApply, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetAutoApply,
    (PRL_HANDLE hVmDev, PRL_BOOL bAutoApply));

/**
 * PrlVmDevNet_GetNetAddresses: addresses of the guest, a list of address/mask.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @phNetAddressesList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/NetAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_GetNetAddresses,
    (PRL_HANDLE hVmDev, PRL_HANDLE_PTR phNetAddressesList));

/**
 * PrlVmDevNet_SetNetAddresses: sets the addresses of the guest, a list of address/mask.
 *
 * @hVmDev             PHT_VIRTUAL_DEV_NET_ADAPTER
 * @hNetAddressesList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG for an item that is no address or has a broken mask
 * Source: config.pvs Hardware/NetworkAdapter[i]/NetAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetNetAddresses,
    (PRL_HANDLE hVmDev, PRL_HANDLE hNetAddressesList));

/**
 * PrlVmDevNet_GetDnsServers: name servers of the guest.
 *
 * @hVmDev            PHT_VIRTUAL_DEV_NET_ADAPTER
 * @phDnsServersList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_GetDnsServers,
    (PRL_HANDLE hVmDev, PRL_HANDLE_PTR phDnsServersList));

/**
 * PrlVmDevNet_SetDnsServers: sets the name servers of the guest.
 *
 * @hVmDev           PHT_VIRTUAL_DEV_NET_ADAPTER
 * @hDnsServersList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetDnsServers,
    (PRL_HANDLE hVmDev, PRL_HANDLE hDnsServersList));

/**
 * PrlVmDevNet_GetSearchDomains: search domains of the guest.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_NET_ADAPTER
 * @phSearchDomainsList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_GetSearchDomains,
    (PRL_HANDLE hVmDev, PRL_HANDLE_PTR phSearchDomainsList));

/**
 * PrlVmDevNet_SetSearchDomains: sets the search domains of the guest.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @hSearchDomainsList  PHT_STRINGS_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetSearchDomains,
    (PRL_HANDLE hVmDev, PRL_HANDLE hSearchDomainsList));

/**
 * PrlVmDevNet_IsConfigureWithDhcp: tells whether the guest gets IPv4 addresses by DHCP.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbConfigureWithDhcp  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/ConfigureWithDhcp, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_IsConfigureWithDhcp,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbConfigureWithDhcp));

/**
 * PrlVmDevNet_SetConfigureWithDhcp: sets whether the guest gets IPv4 addresses by DHCP.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bConfigureWithDhcp  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/ConfigureWithDhcp, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetConfigureWithDhcp,
    (PRL_HANDLE hVmDev, PRL_BOOL bConfigureWithDhcp));

/**
 * PrlVmDevNet_IsConfigureWithDhcpIPv6: tells whether the guest gets IPv6 addresses by DHCP.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbConfigureWithDhcp  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/ConfigureWithDhcpIPv6, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_IsConfigureWithDhcpIPv6,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbConfigureWithDhcp));

/**
 * PrlVmDevNet_SetConfigureWithDhcpIPv6: sets whether the guest gets IPv6 addresses by DHCP.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bConfigureWithDhcp  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/ConfigureWithDhcpIPv6, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetConfigureWithDhcpIPv6,
    (PRL_HANDLE hVmDev, PRL_BOOL bConfigureWithDhcp));

/**
 * PrlVmDevNet_GetDefaultGateway: IPv4 gateway of the guest.
 *
 * @hVmDev                     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_GetDefaultGateway,
    (PRL_HANDLE hVmDev, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlVmDevNet_SetDefaultGateway: sets the IPv4 gateway of the guest.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewDefaultGateway  address, or "" for none
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG unless "" or an IPv4 address
 * Source: config.pvs Hardware/NetworkAdapter[i]/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetDefaultGateway,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewDefaultGateway));

/**
 * PrlVmDevNet_GetDefaultGatewayIPv6: IPv6 gateway of the guest.
 *
 * @hVmDev                     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_GetDefaultGatewayIPv6,
    (PRL_HANDLE hVmDev, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlVmDevNet_SetDefaultGatewayIPv6: sets the IPv6 gateway of the guest.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewDefaultGateway  address, or "" for none
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG unless "" or an IPv6 address
 * Source: config.pvs Hardware/NetworkAdapter[i]/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetDefaultGatewayIPv6,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewDefaultGateway));

/**
 * PrlVmDevNet_GetVirtualNetworkId: virtual network the adapter is on.
 *
 * @hVmDev                       PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sVirtualNetworkId            [out] text buffer, or NULL to ask for the length
 * @pnVirtualNetworkIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/VirtualNetworkID, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_GetVirtualNetworkId,
    (PRL_HANDLE hVmDev, PRL_STR sVirtualNetworkId, PRL_UINT32_PTR pnVirtualNetworkIdBufLength));

/**
 * PrlVmDevNet_SetVirtualNetworkId: sets the virtual network the adapter is on.
 *
 * @hVmDev                PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewVirtualNetworkId  id of the network
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/VirtualNetworkID, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlVmDevNet_SetVirtualNetworkId,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewVirtualNetworkId));

/**
 * PrlVmDevNet_GetAdapterType: card the guest sees.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pnAdapterType  [out] a PRL_VM_NET_ADAPTER_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_GetAdapterType,
    (PRL_HANDLE hVmDev, PRL_VM_NET_ADAPTER_TYPE_PTR pnAdapterType));

/**
 * PrlVmDevNet_SetAdapterType: sets the card the guest sees.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nAdapterType  a PRL_VM_NET_ADAPTER_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/AdapterType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetAdapterType,
    (PRL_HANDLE hVmDev, PRL_VM_NET_ADAPTER_TYPE nAdapterType));

/**
 * PrlVmDevNet_IsPktFilterPreventMacSpoof: tells whether packets with another hardware address
 * are dropped.
 *
 * @hVmDev                      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbPktFilterPreventMacSpoof  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventMacSpoof, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_IsPktFilterPreventMacSpoof,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbPktFilterPreventMacSpoof));

/**
 * PrlVmDevNet_SetPktFilterPreventMacSpoof: sets whether packets with another hardware address
 * are dropped.
 *
 * @hVmDev                     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bPktFilterPreventMacSpoof  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventMacSpoof, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetPktFilterPreventMacSpoof,
    (PRL_HANDLE hVmDev, PRL_BOOL bPktFilterPreventMacSpoof));

/**
 * PrlVmDevNet_IsPktFilterPreventPromisc: tells whether the guest only gets packets meant for
 * it.
 *
 * @hVmDev                     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbPktFilterPreventPromisc  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventPromisc, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_IsPktFilterPreventPromisc,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbPktFilterPreventPromisc));

/**
 * PrlVmDevNet_SetPktFilterPreventPromisc: sets whether the guest only gets packets meant for
 * it.
 *
 * @hVmDev                    PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bPktFilterPreventPromisc  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventPromisc, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetPktFilterPreventPromisc,
    (PRL_HANDLE hVmDev, PRL_BOOL bPktFilterPreventPromisc));

/**
 * PrlVmDevNet_IsPktFilterPreventIpSpoof: tells whether packets with another IP address are
 * dropped.
 *
 * @hVmDev                     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbPktFilterPreventIpSpoof  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventIpSpoof, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_IsPktFilterPreventIpSpoof,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbPktFilterPreventIpSpoof));

/**
 * PrlVmDevNet_SetPktFilterPreventIpSpoof: sets whether packets with another IP address are
 * dropped.
 *
 * @hVmDev                    PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bPktFilterPreventIpSpoof  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/PktFilter/PreventIpSpoof, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetPktFilterPreventIpSpoof,
    (PRL_HANDLE hVmDev, PRL_BOOL bPktFilterPreventIpSpoof));

/**
 * PrlVmDevNet_IsFirewallEnabled: tells whether the firewall of the adapter works.
 *
 * @hVmDev     PHT_VIRTUAL_DEV_NET_ADAPTER
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_IsFirewallEnabled,
    (PRL_HANDLE hVmDev, PRL_BOOL_PTR pbEnabled));

/**
 * PrlVmDevNet_SetFirewallEnabled: sets whether the firewall of the adapter works.
 *
 * @hVmDev    PHT_VIRTUAL_DEV_NET_ADAPTER
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetFirewallEnabled,
    (PRL_HANDLE hVmDev, PRL_BOOL bEnabled));

/**
 * PrlVmDevNet_GetFirewallDefaultPolicy: what happens to packets no rule speaks of.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nDirection  a PRL_FIREWALL_DIRECTION value
 * @pnPolicy    [out] a PRL_FIREWALL_POLICY value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Incoming/Direction/DefaultPolicy +
 *         Hardware/NetworkAdapter[i]/Firewall/Outgoing/Direction/DefaultPolicy, default 0
 *         (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_GetFirewallDefaultPolicy,
    (PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_FIREWALL_POLICY_PTR pnPolicy));

/**
 * PrlVmDevNet_SetFirewallDefaultPolicy: sets what happens to packets no rule speaks of.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nDirection  a PRL_FIREWALL_DIRECTION value
 * @nPolicy     a PRL_FIREWALL_POLICY value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Incoming/Direction/DefaultPolicy +
 *         Hardware/NetworkAdapter[i]/Firewall/Outgoing/Direction/DefaultPolicy, default 0
 *         (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetFirewallDefaultPolicy,
    (PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_FIREWALL_POLICY nPolicy));

/**
 * PrlVmDevNet_GetFirewallRuleList: rules of the firewall, the first that fits counts.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nDirection  a PRL_FIREWALL_DIRECTION value
 * @phRuleList  [out] new reference to a PHT_HANDLES_LIST
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Incoming/Direction +
 *         Hardware/NetworkAdapter[i]/Firewall/Outgoing/Direction
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_GetFirewallRuleList,
    (PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_HANDLE_PTR phRuleList));

/**
 * PrlVmDevNet_SetFirewallRuleList: sets the rules of the firewall, the first that fits counts.
 *
 * @hVmDev      PHT_VIRTUAL_DEV_NET_ADAPTER
 * @nDirection  a PRL_FIREWALL_DIRECTION value
 * @hRuleList   PHT_HANDLES_LIST; PRL_INVALID_HANDLE for an empty one
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration);
 *         PRL_ERR_INVALID_ARG for an item that is no PHT_FIREWALL_RULE
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/Incoming/Direction +
 *         Hardware/NetworkAdapter[i]/Firewall/Outgoing/Direction
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlVmDevNet_SetFirewallRuleList,
    (PRL_HANDLE hVmDev, PRL_FIREWALL_DIRECTION nDirection, PRL_HANDLE hRuleList));

/**
 * PrlVmDevNet_GetHostInterfaceName: name of the adapter's end on the host.
 *
 * @hVmDev                        PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sHostInterfaceName            [out] text buffer, or NULL to ask for the length
 * @pnHostInterfaceNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/HostInterfaceName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevNet_GetHostInterfaceName,
    (PRL_HANDLE hVmDev, PRL_STR sHostInterfaceName, PRL_UINT32_PTR pnHostInterfaceNameBufLength));

/**
 * PrlVmDevNet_SetHostInterfaceName: sets the name of the adapter's end on the host.
 *
 * @hVmDev                 PHT_VIRTUAL_DEV_NET_ADAPTER
 * @sNewHostInterfaceName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/NetworkAdapter[i]/HostInterfaceName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlVmDevNet_SetHostInterfaceName,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewHostInterfaceName));

/*
 * Rules of the firewall of an adapter (PHT_FIREWALL_RULE)
 */

/**
 * PrlFirewallRule_Create: makes an empty firewall rule.
 *
 * @phRule  [out] new reference to a PHT_FIREWALL_RULE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_Create, (PRL_HANDLE_PTR phRule));

/**
 * PrlFirewallRule_GetLocalPort: port of the machine; 0 for any.
 *
 * @hRule   PHT_FIREWALL_RULE
 * @pnPort  [out] port
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/LocalPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_GetLocalPort,
    (PRL_HANDLE hRule, PRL_UINT32_PTR pnPort));

/**
 * PrlFirewallRule_SetLocalPort: sets the port of the machine; 0 for any.
 *
 * @hRule  PHT_FIREWALL_RULE
 * @nPort  port
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/LocalPort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_SetLocalPort,
    (PRL_HANDLE hRule, PRL_UINT32 nPort));

/**
 * PrlFirewallRule_GetRemotePort: port of the other side; 0 for any.
 *
 * @hRule   PHT_FIREWALL_RULE
 * @pnPort  [out] port
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/RemotePort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_GetRemotePort,
    (PRL_HANDLE hRule, PRL_UINT32_PTR pnPort));

/**
 * PrlFirewallRule_SetRemotePort: sets the port of the other side; 0 for any.
 *
 * @hRule  PHT_FIREWALL_RULE
 * @nPort  port
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/RemotePort,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_SetRemotePort,
    (PRL_HANDLE hRule, PRL_UINT32 nPort));

/**
 * PrlFirewallRule_GetProtocol: protocol: tcp, udp, icmp; "" for any.
 *
 * @hRule        PHT_FIREWALL_RULE
 * @sProtocol    [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/Protocol, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_GetProtocol,
    (PRL_HANDLE hRule, PRL_STR sProtocol, PRL_UINT32_PTR pnBufLength));

/**
 * PrlFirewallRule_SetProtocol: sets the protocol: tcp, udp, icmp; "" for any.
 *
 * @hRule      PHT_FIREWALL_RULE
 * @sProtocol  the text, UTF-8
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/Protocol, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_SetProtocol,
    (PRL_HANDLE hRule, PRL_CONST_STR sProtocol));

/**
 * PrlFirewallRule_GetLocalNetAddress: addresses of the machine, address/mask; "" for any.
 *
 * @hRule        PHT_FIREWALL_RULE
 * @sAddr        [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/LocalNetAddress,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_GetLocalNetAddress,
    (PRL_HANDLE hRule, PRL_STR sAddr, PRL_UINT32_PTR pnBufLength));

/**
 * PrlFirewallRule_SetLocalNetAddress: sets the addresses of the machine, address/mask; "" for
 * any.
 *
 * @hRule  PHT_FIREWALL_RULE
 * @sAddr  the text, UTF-8
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/LocalNetAddress,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_SetLocalNetAddress,
    (PRL_HANDLE hRule, PRL_CONST_STR sAddr));

/**
 * PrlFirewallRule_GetRemoteNetAddress: addresses of the other side, address/mask; "" for any.
 *
 * @hRule        PHT_FIREWALL_RULE
 * @sAddr        [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/RemoteNetAddress,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_GetRemoteNetAddress,
    (PRL_HANDLE hRule, PRL_STR sAddr, PRL_UINT32_PTR pnBufLength));

/**
 * PrlFirewallRule_SetRemoteNetAddress: sets the addresses of the other side, address/mask; ""
 * for any.
 *
 * @hRule  PHT_FIREWALL_RULE
 * @sAddr  the text, UTF-8
 *
 * Source: config.pvs Hardware/NetworkAdapter[i]/Firewall/.../FirewallRule[j]/RemoteNetAddress,
 *         default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlFirewallRule_SetRemoteNetAddress,
    (PRL_HANDLE hRule, PRL_CONST_STR sAddr));

/*
 * Virtual USB controllers
 */

/**
 * PrlVmDevUsb_GetAutoconnectOption: where newly plugged devices go.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_USB_DEVICE
 * @pnAutoconnectOption  [out] a PRL_USB_DEVICE_AUTO_CONNECT_OPTION value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/USB[i]/AutoConnect, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevUsb_GetAutoconnectOption,
    (PRL_HANDLE hVmDev, PRL_USB_DEVICE_AUTO_CONNECT_OPTION_PTR pnAutoconnectOption));

/**
 * PrlVmDevUsb_SetAutoconnectOption: sets where newly plugged devices go.
 *
 * @hVmDev              PHT_VIRTUAL_DEV_USB_DEVICE
 * @nAutoconnectOption  a PRL_USB_DEVICE_AUTO_CONNECT_OPTION value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/USB[i]/AutoConnect, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevUsb_SetAutoconnectOption,
    (PRL_HANDLE hVmDev, PRL_USB_DEVICE_AUTO_CONNECT_OPTION nAutoconnectOption));

/*
 * Virtual sound cards
 */

/**
 * PrlVmDevSound_GetOutputDev: host device sound is played on.
 *
 * @hVmDev                PHT_VIRTUAL_DEV_SOUND
 * @sOutputDev            [out] text buffer, or NULL to ask for the length
 * @pnOutputDevBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Sound[i]/SoundOutputs/Sound[0]/UserFriendlyName |
 *         Hardware/Sound[i]/Output, default Default
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSound_GetOutputDev,
    (PRL_HANDLE hVmDev, PRL_STR sOutputDev, PRL_UINT32_PTR pnOutputDevBufLength));

/**
 * PrlVmDevSound_SetOutputDev: sets the host device sound is played on.
 *
 * @hVmDev         PHT_VIRTUAL_DEV_SOUND
 * @sNewOutputDev  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Sound[i]/SoundOutputs/Sound[0]/UserFriendlyName |
 *         Hardware/Sound[i]/Output, default Default
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSound_SetOutputDev,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewOutputDev));

/**
 * PrlVmDevSound_GetMixerDev: host mixer the volume is set on.
 *
 * @hVmDev               PHT_VIRTUAL_DEV_SOUND
 * @sMixerDev            [out] text buffer, or NULL to ask for the length
 * @pnMixerDevBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Sound[i]/SoundInputs/Sound[0]/UserFriendlyName |
 *         Hardware/Sound[i]/Mixer, default Default
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSound_GetMixerDev,
    (PRL_HANDLE hVmDev, PRL_STR sMixerDev, PRL_UINT32_PTR pnMixerDevBufLength));

/**
 * PrlVmDevSound_SetMixerDev: sets the host mixer the volume is set on.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_SOUND
 * @sNewMixerDev  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Sound[i]/SoundInputs/Sound[0]/UserFriendlyName |
 *         Hardware/Sound[i]/Mixer, default Default
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSound_SetMixerDev,
    (PRL_HANDLE hVmDev, PRL_CONST_STR sNewMixerDev));

/*
 * Virtual serial ports
 */

/**
 * PrlVmDevSerial_GetSocketMode: which side opens the socket.
 *
 * @hVmDev        PHT_VIRTUAL_DEV_SERIAL_PORT
 * @pnSocketMode  [out] a PRL_SERIAL_PORT_SOCKET_OPERATION_MODE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Serial[i]/SocketMode, default 0 (PSP_SERIAL_SOCKET_SERVER)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSerial_GetSocketMode,
    (PRL_HANDLE hVmDev, PRL_SERIAL_PORT_SOCKET_OPERATION_MODE_PTR pnSocketMode));

/**
 * PrlVmDevSerial_SetSocketMode: sets which side opens the socket.
 *
 * @hVmDev       PHT_VIRTUAL_DEV_SERIAL_PORT
 * @nSocketMode  a PRL_SERIAL_PORT_SOCKET_OPERATION_MODE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Hardware/Serial[i]/SocketMode, default 0 (PSP_SERIAL_SOCKET_SERVER)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlVmDevSerial_SetSocketMode,
    (PRL_HANDLE hVmDev, PRL_SERIAL_PORT_SOCKET_OPERATION_MODE nSocketMode));

/*
 * Shared folders (PHT_SHARE)
 */

/**
 * PrlShare_Remove: takes a shared folder out of the configuration; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare  PHT_SHARE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_Remove, (PRL_HANDLE hVmShare));

/**
 * PrlShare_GetName: name of the folder in the guest; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare              PHT_SHARE
 * @sShareName            [out] text buffer, or NULL to ask for the length
 * @pnShareNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_GetName,
    (PRL_HANDLE hVmShare, PRL_STR sShareName, PRL_UINT32_PTR pnShareNameBufLength));

/**
 * PrlShare_SetName: sets the name of the folder in the guest; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare       PHT_SHARE
 * @sNewShareName  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_SetName,
    (PRL_HANDLE hVmShare, PRL_CONST_STR sNewShareName));

/**
 * PrlShare_GetPath: directory of the host; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare              PHT_SHARE
 * @sSharePath            [out] text buffer, or NULL to ask for the length
 * @pnSharePathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Path, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_GetPath,
    (PRL_HANDLE hVmShare, PRL_STR sSharePath, PRL_UINT32_PTR pnSharePathBufLength));

/**
 * PrlShare_SetPath: sets the directory of the host; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare       PHT_SHARE
 * @sNewSharePath  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Path, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_SetPath,
    (PRL_HANDLE hVmShare, PRL_CONST_STR sNewSharePath));

/**
 * PrlShare_GetDescription: words about the folder; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare                     PHT_SHARE
 * @sShareDescription            [out] text buffer, or NULL to ask for the length
 * @pnShareDescriptionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs
 *         Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/FolderDescription, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_GetDescription,
    (PRL_HANDLE hVmShare, PRL_STR sShareDescription, PRL_UINT32_PTR pnShareDescriptionBufLength));

/**
 * PrlShare_SetDescription: sets the words about the folder; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare              PHT_SHARE
 * @sNewShareDescription  the text, UTF-8
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs
 *         Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/FolderDescription, default
 *         ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_SetDescription,
    (PRL_HANDLE hVmShare, PRL_CONST_STR sNewShareDescription));

/**
 * PrlShare_IsEnabled: tells whether the folder is shared; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare   PHT_SHARE
 * @pbEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Enabled, default
 *         1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_IsEnabled,
    (PRL_HANDLE hVmShare, PRL_BOOL_PTR pbEnabled));

/**
 * PrlShare_SetEnabled: sets whether the folder is shared; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare  PHT_SHARE
 * @bEnabled  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/Enabled, default
 *         1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_SetEnabled, (PRL_HANDLE hVmShare, PRL_BOOL bEnabled));

/**
 * PrlShare_IsReadOnly: tells whether the guest may only read; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare    PHT_SHARE
 * @pbReadOnly  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/ReadOnly,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_IsReadOnly,
    (PRL_HANDLE hVmShare, PRL_BOOL_PTR pbReadOnly));

/**
 * PrlShare_SetReadOnly: sets whether the guest may only read; PRL_ERR_UNIMPLEMENTED.
 *
 * @hVmShare   PHT_SHARE
 * @bReadOnly  PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Tools/SharedFolders/HostSharing/SharedFolder[i]/ReadOnly,
 *         default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlShare_SetReadOnly,
    (PRL_HANDLE hVmShare, PRL_BOOL bReadOnly));

/*
 * Entries of the boot order (PHT_BOOT_DEVICE)
 */

/**
 * PrlBootDev_Remove: takes an entry out of the boot order.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_Remove, (PRL_HANDLE hVmBootDev));

/**
 * PrlBootDev_GetType: kind of the device.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @pnDevType   [out] a PRL_DEVICE_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/Type, default 6
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_GetType,
    (PRL_HANDLE hVmBootDev, PRL_DEVICE_TYPE_PTR pnDevType));

/**
 * PrlBootDev_SetType: sets the kind of the device.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @nDevType    a PRL_DEVICE_TYPE value
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/Type, default 6
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_SetType,
    (PRL_HANDLE hVmBootDev, PRL_DEVICE_TYPE nDevType));

/**
 * PrlBootDev_GetIndex: which device of that kind: its Index.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @pnDevIndex  [out] index
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_GetIndex,
    (PRL_HANDLE hVmBootDev, PRL_UINT32_PTR pnDevIndex));

/**
 * PrlBootDev_SetIndex: sets which device of that kind: its Index.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @nDevIndex   position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_SetIndex,
    (PRL_HANDLE hVmBootDev, PRL_UINT32 nDevIndex));

/**
 * PrlBootDev_GetSequenceIndex: place in the boot order.
 *
 * @hVmBootDev       PHT_BOOT_DEVICE
 * @pnSequenceIndex  [out] number, from 1
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/BootingNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_GetSequenceIndex,
    (PRL_HANDLE hVmBootDev, PRL_UINT32_PTR pnSequenceIndex));

/**
 * PrlBootDev_SetSequenceIndex: sets the place in the boot order.
 *
 * @hVmBootDev      PHT_BOOT_DEVICE
 * @nSequenceIndex  position, from 0
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/BootingNumber, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_SetSequenceIndex,
    (PRL_HANDLE hVmBootDev, PRL_UINT32 nSequenceIndex));

/**
 * PrlBootDev_IsInUse: tells whether the entry counts.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @pbInUse     [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/InUse, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_IsInUse,
    (PRL_HANDLE hVmBootDev, PRL_BOOL_PTR pbInUse));

/**
 * PrlBootDev_SetInUse: sets whether the entry counts.
 *
 * @hVmBootDev  PHT_BOOT_DEVICE
 * @bInUse      PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_OBJECT_WAS_REMOVED (the element has left the configuration)
 * Source: config.pvs Settings/Startup/BootingOrder/BootDevice[i]/InUse, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBootDev_SetInUse, (PRL_HANDLE hVmBootDev, PRL_BOOL bInUse));

/*
 * Rights of the session on a machine (PHT_ACCESS_RIGHTS)
 */

/**
 * PrlAcl_IsAllowed: tells whether the session may run a command on the machine.
 *
 * @hAcl         PHT_ACCESS_RIGHTS
 * @nPermission  a PRL_ALLOWED_VM_COMMAND value
 * @pbAllowed    [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Security/AccessControlList/AccessControl
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlAcl_IsAllowed,
    (PRL_HANDLE hAcl, PRL_ALLOWED_VM_COMMAND nPermission, PRL_BOOL_PTR pbAllowed));

/**
 * PrlAcl_GetAccessForOthers: what users who do not own the machine may do.
 *
 * @hAcl               PHT_ACCESS_RIGHTS
 * @pnAccessForOthers  [out] a PRL_VM_ACCESS_FOR_OTHERS value
 *
 * Source: config.pvs Security/AccessForOthers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlAcl_GetAccessForOthers,
    (PRL_HANDLE hAcl, PRL_VM_ACCESS_FOR_OTHERS_PTR pnAccessForOthers));

/**
 * PrlAcl_SetAccessForOthers: sets what users who do not own the machine may do.
 *
 * @hAcl              PHT_ACCESS_RIGHTS
 * @nAccessForOthers  a PRL_VM_ACCESS_FOR_OTHERS value
 *
 * Source: config.pvs Security/AccessForOthers, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlAcl_SetAccessForOthers,
    (PRL_HANDLE hAcl, PRL_VM_ACCESS_FOR_OTHERS nAccessForOthers));

/**
 * PrlAcl_GetOwnerName: name of the owner.
 *
 * @hAcl                  PHT_ACCESS_RIGHTS
 * @sOwnerNameBuf         [out] text buffer, or NULL to ask for the length
 * @pnOwnerNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: config.pvs Security/Owner, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlAcl_GetOwnerName,
    (PRL_HANDLE hAcl, PRL_STR sOwnerNameBuf, PRL_UINT32_PTR pnOwnerNameBufLength));

/**
 * PrlAcl_IsCurrentSessionOwner: tells whether the session's user owns the machine.
 *
 * @hAcl       PHT_ACCESS_RIGHTS
 * @pbIsOwner  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: config.pvs Security/IsOwner, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlAcl_IsCurrentSessionOwner,
    (PRL_HANDLE hAcl, PRL_BOOL_PTR pbIsOwner));

/*
 * A machine found by PrlSrv_StartSearchVms (PHT_FOUND_VM_INFO)
 */

/**
 * PrlFoundVmInfo_GetName: name of the machine.
 *
 * @handle           PHT_FOUND_VM_INFO
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_name
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFoundVmInfo_GetName,
    (PRL_HANDLE handle, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/**
 * PrlFoundVmInfo_IsOldConfig: tells whether the configuration is in a format of an older
 * product.
 *
 * @handle        PHT_FOUND_VM_INFO
 * @pbOldVersion  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_old_config
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFoundVmInfo_IsOldConfig,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbOldVersion));

/**
 * PrlFoundVmInfo_GetOSVersion: guest of the machine.
 *
 * @handle       PHT_FOUND_VM_INFO
 * @pnOSVersion  [out] PVS_GUEST_VER_*
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_os_number
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFoundVmInfo_GetOSVersion,
    (PRL_HANDLE handle, PRL_UINT32_PTR pnOSVersion));

/**
 * PrlFoundVmInfo_GetConfigPath: path of its configuration file.
 *
 * @handle           PHT_FOUND_VM_INFO
 * @sPath            [out] text buffer, or NULL to ask for the length
 * @pnPathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_config_path
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFoundVmInfo_GetConfigPath,
    (PRL_HANDLE handle, PRL_STR sPath, PRL_UINT32_PTR pnPathBufLength));

/**
 * PrlFoundVmInfo_IsTemplate: tells whether it is a template.
 *
 * @handle        PHT_FOUND_VM_INFO
 * @pbIsTemplate  [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter vm_is_template
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFoundVmInfo_IsTemplate,
    (PRL_HANDLE handle, PRL_BOOL_PTR pbIsTemplate));

/*
 * Guests a service supports (PHT_OSES_MATRIX)
 */

/**
 * PrlOsesMatrix_GetSupportedOsesTypes: families of guests: PVS_GUEST_TYPE_* numbers of 1 byte.
 *
 * @hOsesMatrix      PHT_GUEST_OSES_MATRIX
 * @phOsesTypesList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOsesMatrix_GetSupportedOsesTypes,
    (PRL_HANDLE hOsesMatrix, PRL_HANDLE_PTR phOsesTypesList));

/**
 * PrlOsesMatrix_GetSupportedOsesVersions: versions of a family: PVS_GUEST_VER_* numbers of 2
 * bytes.
 *
 * @hOsesMatrix   PHT_GUEST_OSES_MATRIX
 * @nGuestOsType  PVS_GUEST_TYPE_*
 * @phGuestsList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOsesMatrix_GetSupportedOsesVersions,
    (PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_HANDLE_PTR phGuestsList));

/**
 * PrlOsesMatrix_GetDefaultOsVersion: the version of a family to offer first.
 *
 * @hOsesMatrix   PHT_GUEST_OSES_MATRIX
 * @nGuestOsType  PVS_GUEST_TYPE_*
 * @pnOsVersion   [out] PVS_GUEST_VER_*
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlOsesMatrix_GetDefaultOsVersion,
    (PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_UINT16_PTR pnOsVersion));

/**
 * PrlOsesMatrix_GetSupportType: how well a guest is supported.
 *
 * @hOsesMatrix         PHT_GUEST_OSES_MATRIX
 * @nGuestOsType        PVS_GUEST_TYPE_*
 * @nGuestOSVersion     PVS_GUEST_VER_*
 * @pnGuestSupportType  [out] a PRL_GUEST_OS_SUPPORT_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlOsesMatrix_GetSupportType,
    (PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_UINT16 nGuestOSVersion,
     PRL_GUEST_OS_SUPPORT_TYPE_PTR pnGuestSupportType));

/*
 * Appliances (PHT_APPLIANCE_CONFIG)
 */

/**
 * PrlAppliance_Create: makes an appliance object.
 *
 * @phAppCfg  [out] new reference to a PHT_APPLIANCE_CONFIG
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlAppliance_Create, (PRL_HANDLE_PTR phAppCfg));

/*
 * Container templates (PHT_CT_TEMPLATE)
 */

/**
 * PrlCtTemplate_GetName: name of the template.
 *
 * @hTemplate     PHT_CT_TEMPLATE
 * @sName         [out] text buffer, or NULL to ask for the length
 * @pnNameLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CtTemplate Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetName,
    (PRL_HANDLE hTemplate, PRL_STR sName, PRL_UINT32_PTR pnNameLength));

/**
 * PrlCtTemplate_GetType: kind of the template.
 *
 * @hTemplate  PHT_CT_TEMPLATE
 * @pType      [out] a PRL_CT_TEMPLATE_TYPE value
 *
 * Source: CtTemplate Type, default 0 (PCT_TYPE_EZ_OS)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetType,
    (PRL_HANDLE hTemplate, PRL_CT_TEMPLATE_TYPE_PTR pType));

/**
 * PrlCtTemplate_GetDescription: words about the template.
 *
 * @hTemplate            PHT_CT_TEMPLATE
 * @sDescription         [out] text buffer, or NULL to ask for the length
 * @pnDescriptionLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CtTemplate Description, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetDescription,
    (PRL_HANDLE hTemplate, PRL_STR sDescription, PRL_UINT32_PTR pnDescriptionLength));

/**
 * PrlCtTemplate_GetVersion: version of the template.
 *
 * @hTemplate        PHT_CT_TEMPLATE
 * @sVersion         [out] text buffer, or NULL to ask for the length
 * @pnVersionLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CtTemplate Version, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetVersion,
    (PRL_HANDLE hTemplate, PRL_STR sVersion, PRL_UINT32_PTR pnVersionLength));

/**
 * PrlCtTemplate_GetOsType: guest family of the template.
 *
 * @hTemplate  PHT_CT_TEMPLATE
 * @pnOsType   [out] PVS_GUEST_TYPE_*
 *
 * Source: CtTemplate OsType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetOsType,
    (PRL_HANDLE hTemplate, PRL_UINT32_PTR pnOsType));

/**
 * PrlCtTemplate_GetOsVersion: guest version of the template.
 *
 * @hTemplate    PHT_CT_TEMPLATE
 * @pnOsVersion  [out] PVS_GUEST_VER_*
 *
 * Source: CtTemplate OsVersion, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetOsVersion,
    (PRL_HANDLE hTemplate, PRL_UINT32_PTR pnOsVersion));

/**
 * PrlCtTemplate_GetOsTemplate: system template an application template is for.
 *
 * @hTemplate           PHT_CT_TEMPLATE
 * @sOsTemplate         [out] text buffer, or NULL to ask for the length
 * @pnOsTemplateLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CtTemplate OsTemplate, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetOsTemplate,
    (PRL_HANDLE hTemplate, PRL_STR sOsTemplate, PRL_UINT32_PTR pnOsTemplateLength));

/**
 * PrlCtTemplate_GetCpuMode: width of the template's programs.
 *
 * @hTemplate  PHT_CT_TEMPLATE
 * @pnCpuMode  [out] a PRL_CPU_MODE value
 *
 * Source: CtTemplate CpuMode, default 1 (PCM_CPU_MODE_64)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_GetCpuMode,
    (PRL_HANDLE hTemplate, PRL_CPU_MODE_PTR pnCpuMode));

/**
 * PrlCtTemplate_IsCached: tells whether the template is ready for use.
 *
 * @hTemplate  PHT_CT_TEMPLATE
 * @pbCached   [out] PRL_TRUE or PRL_FALSE
 *
 * Source: CtTemplate Cached, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlCtTemplate_IsCached,
    (PRL_HANDLE hTemplate, PRL_BOOL_PTR pbCached));

/*
 * Containers
 */

/**
 * PrlCt_Convert: turns a container into a virtual machine. The job fails with
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm  PHT_VIRTUAL_MACHINE
 *
 * Job:    PJOC_CT_CONVERT; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlCt_Convert, (PRL_HANDLE hVm));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_VM_H */
