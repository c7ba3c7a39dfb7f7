/* SPDX-License-Identifier: MIT */
/*
 * PrlApiDisp.h: the server object: login, the host and its devices, preferences of
 * the service, users, files of the host, licence.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_DISP_H
#define PRL_API_DISP_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Server object: connection, login, questions
 */

/**
 * PrlSrv_Create: makes a server object; needs no connection.
 *
 * @handle  [out] new reference to a PHT_SERVER
 *
 * Errors: PRL_ERR_UNEXPECTED when the notification thread cannot start
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_Create, (PRL_HANDLE_PTR handle));

/**
 * PrlSrv_Login: connects a server object to a service and logs in.
 *
 * @hServer           PHT_SERVER
 * @host              name or address; "" or "localhost" for this computer; NULL logs in again
 *                    on the open connection
 * @user              name of a user of that host
 * @passwd            password; never logged
 * @sPrevSessionUuid  uuid of an earlier session to go on with; NULL or "" for a new one
 * @port_cmd          TCP port; 0 for PRL_DISPATCHER_LISTEN_PORT
 * @timeout           milliseconds; 0 for 60000
 * @security_level    a PRL_SECURITY_LEVEL value, not below what the service asks for
 *
 * Job:    PJOC_SRV_LOGIN; result: one PHT_LOGIN_RESPONSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_Login,
    (PRL_HANDLE hServer, PRL_CONST_STR host, PRL_CONST_STR user, PRL_CONST_STR passwd,
     PRL_CONST_STR sPrevSessionUuid, PRL_UINT32 port_cmd, PRL_UINT32 timeout,
     PRL_SECURITY_LEVEL security_level));

/**
 * PrlSrv_LoginLocal: connects to the service of this computer; the user is the one the program
 * runs as, no password is asked.
 *
 * @hServer           PHT_SERVER
 * @sPrevSessionUuid  uuid of an earlier session to go on with; NULL or "" for a new one
 * @port              not looked at
 * @security_level    a PRL_SECURITY_LEVEL value
 *
 * Job:    PJOC_SRV_LOGIN_LOCAL; result: one PHT_LOGIN_RESPONSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_LoginLocal,
    (PRL_HANDLE hServer, PRL_CONST_STR sPrevSessionUuid, PRL_UINT32 port,
     PRL_SECURITY_LEVEL security_level));

/**
 * PrlSrv_Logoff: ends the session and closes the connection; handlers stay registered and the
 * object can log in again.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_LOGOFF; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_Logoff, (PRL_HANDLE hServer));

/**
 * PrlSrv_RegEventHandler: has a handler called for every event and every finished job of the
 * connection; works before login.
 *
 * @hServer   PHT_SERVER
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_RegEventHandler,
    (PRL_HANDLE hServer, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlSrv_UnregEventHandler: undoes one registration; the handler is not running any more when
 * this returns, unless called from it. An unknown pair is fine.
 *
 * @hServer   PHT_SERVER
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UnregEventHandler,
    (PRL_HANDLE hServer, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlSrv_GetQuestions: the questions that wait for an answer.
 *
 * @hServer         PHT_SERVER
 * @pQuestionsList  [out] new reference to a PHT_HANDLES_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetQuestions,
    (PRL_HANDLE hServer, PRL_HANDLE_PTR pQuestionsList));

/**
 * PrlSrv_SetNonInteractiveSession: chooses whether the session is spared questions: the
 * service then takes the default answers.
 *
 * @hServer          PHT_SERVER
 * @bNonInteractive  PRL_TRUE or PRL_FALSE
 * @nFlags           0
 *
 * Job:    PJOC_SRV_SET_NON_INTERACTIVE_SESSION; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_SetNonInteractiveSession,
    (PRL_HANDLE hServer, PRL_BOOL bNonInteractive, PRL_UINT32 nFlags));

/**
 * PrlSrv_IsNonInteractiveSession: tells whether the session is spared questions.
 *
 * @hServer           PHT_SERVER
 * @pbNonInteractive  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_IsNonInteractiveSession,
    (PRL_HANDLE hServer, PRL_BOOL_PTR pbNonInteractive));

/**
 * PrlSrv_DisableConfirmationMode: ends asking for an administrator's confirmation in this
 * session. The job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 * @sUser    name of a user
 * @sPasswd  password; never logged
 * @nFlags   0
 *
 * Job:    PJOC_SRV_SET_SESSION_CONFIRMATION_MODE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_DisableConfirmationMode,
    (PRL_HANDLE hServer, PRL_CONST_STR sUser, PRL_CONST_STR sPasswd, PRL_UINT32 nFlags));

/**
 * PrlSrv_EnableConfirmationMode: starts asking for an administrator's confirmation in this
 * session. The job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_SET_SESSION_CONFIRMATION_MODE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_EnableConfirmationMode,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_IsConfirmationModeEnabled: tells whether operations ask for an administrator's
 * confirmation.
 *
 * @hServer                    PHT_SERVER
 * @pbConfirmationModeEnabled  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_IsConfirmationModeEnabled,
    (PRL_HANDLE hServer, PRL_BOOL_PTR pbConfirmationModeEnabled));

/**
 * PrlSrv_IsConnected: tells whether the connection is up and whether it is to this computer.
 *
 * @hServer              PHT_SERVER
 * @pbConnected          [out] PRL_TRUE or PRL_FALSE
 * @pbIsConnectionLocal  [out] PRL_TRUE if the service is on this computer
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_IsConnected,
    (PRL_HANDLE hServer, PRL_BOOL_PTR pbConnected, PRL_BOOL_PTR pbIsConnectionLocal));

/**
 * PrlSrv_GetServerInfo: what the service said about itself at login; empty before.
 *
 * @hServer       PHT_SERVER
 * @phServerInfo  [out] new reference to a PHT_SERVER_INFO
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetServerInfo,
    (PRL_HANDLE hServer, PRL_HANDLE_PTR phServerInfo));

/**
 * PrlSrv_SendAnswer: answers a question. The job is finished at once.
 *
 * @hServer  PHT_SERVER
 * @hAnswer  PHT_EVENT made by PrlEvent_CreateAnswerEvent
 *
 * Job:    PJOC_SRV_SEND_ANSWER; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_SendAnswer,
    (PRL_HANDLE hServer, PRL_HANDLE hAnswer));

/**
 * PrlSrv_AttachToLostTask: follows an operation of an earlier session; the job finishes with
 * it.
 *
 * @hServer  PHT_SERVER
 * @sTaskId  uuid from PrlRunningTask_GetTaskUuid
 *
 * Job:    PJOC_SRV_ATTACH_TO_LOST_TASK; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_AttachToLostTask,
    (PRL_HANDLE hServer, PRL_CONST_STR sTaskId));

/**
 * PrlSrv_LoginEx: connects a server object to a service and logs in.
 *
 * @hServer           PHT_SERVER
 * @host              name or address; "" or "localhost" for this computer; NULL logs in again
 *                    on the open connection
 * @user              name of a user of that host
 * @passwd            password; never logged
 * @sPrevSessionUuid  uuid of an earlier session to go on with; NULL or "" for a new one
 * @port_cmd          TCP port; 0 for PRL_DISPATCHER_LISTEN_PORT
 * @timeout           milliseconds; 0 for 60000
 * @security_level    a PRL_SECURITY_LEVEL value, not below what the service asks for
 * @flags             PRL_LOGIN_FLAGS and PACF_NON_INTERACTIVE_MODE
 *
 * Job:    PJOC_SRV_LOGIN; result: one PHT_LOGIN_RESPONSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_LoginEx,
    (PRL_HANDLE hServer, PRL_CONST_STR host, PRL_CONST_STR user, PRL_CONST_STR passwd,
     PRL_CONST_STR sPrevSessionUuid, PRL_UINT32 port_cmd, PRL_UINT32 timeout,
     PRL_SECURITY_LEVEL security_level, PRL_UINT32 flags));

/**
 * PrlSrv_LoginLocalEx: connects to the service of this computer; the user is the one the
 * program runs as, no password is asked.
 *
 * @hServer           PHT_SERVER
 * @sPrevSessionUuid  uuid of an earlier session to go on with; NULL or "" for a new one
 * @port              not looked at
 * @security_level    a PRL_SECURITY_LEVEL value
 * @flags             PRL_LOGIN_LOCAL_FLAGS and PACF_NON_INTERACTIVE_MODE
 *
 * Job:    PJOC_SRV_LOGIN_LOCAL; result: one PHT_LOGIN_RESPONSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_LoginLocalEx,
    (PRL_HANDLE hServer, PRL_CONST_STR sPrevSessionUuid, PRL_UINT32 port,
     PRL_SECURITY_LEVEL security_level, PRL_UINT32 flags));

/**
 * PrlSrv_IsProxyConnection: tells whether the connection goes through a proxy.
 *
 * @hServer            PHT_SERVER
 * @pbProxyConnection  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_IsProxyConnection,
    (PRL_HANDLE hServer, PRL_BOOL_PTR pbProxyConnection));

/*
 * Server object: host description and preferences
 */

/**
 * PrlSrv_GetSrvConfig: asks for the description of the host.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_SRV_CONFIG; result: one PHT_SERVER_CONFIG
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetSrvConfig, (PRL_HANDLE hServer));

/**
 * PrlSrv_GetCommonPrefs: asks for the preferences of the service.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_COMMON_PREFS; result: one PHT_DISP_CONFIG
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetCommonPrefs, (PRL_HANDLE hServer));

/**
 * PrlSrv_CommonPrefsBeginEdit: starts a change of the preferences: note their state, so that
 * the commit can see changes by others.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_COMMON_PREFS_BEGIN_EDIT; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_CommonPrefsBeginEdit, (PRL_HANDLE hServer));

/**
 * PrlSrv_CommonPrefsCommit: stores changed preferences.
 *
 * @hServer   PHT_SERVER
 * @hDispCfg  PHT_DISP_CONFIG
 *
 * Job:    PJOC_SRV_COMMON_PREFS_COMMIT; result: nothing
 * Events: PET_DSP_EVT_COMMON_PREFS_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_CommonPrefsCommit,
    (PRL_HANDLE hServer, PRL_HANDLE hDispCfg));

/**
 * PrlSrv_CommonPrefsCommitEx: stores changed preferences.
 *
 * @hServer   PHT_SERVER
 * @hDispCfg  PHT_DISP_CONFIG
 * @nFlags    0
 *
 * Job:    PJOC_SRV_COMMON_PREFS_COMMIT; result: nothing
 * Events: PET_DSP_EVT_COMMON_PREFS_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlSrv_CommonPrefsCommitEx,
    (PRL_HANDLE hServer, PRL_HANDLE hDispCfg, PRL_UINT32 nFlags));

/**
 * PrlSrv_ConfigureGenericPci: moves PCI devices between the host and the machines. Each device
 * must have its new state set (PrlSrvCfgDev_SetDeviceState).
 *
 * @hServer   PHT_SERVER
 * @hDevList  PHT_HANDLES_LIST
 * @nFlags    0
 *
 * Job:    PJOC_SRV_CONFIGURE_GENERIC_PCI; result: any number of PHT_EVENT, by index
 * Errors: PRL_ERR_INVALID_ARG when the list is empty or an item is not
 *         PHT_HW_GENERIC_PCI_DEVICE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_ConfigureGenericPci,
    (PRL_HANDLE hServer, PRL_HANDLE hDevList, PRL_UINT32 nFlags));

/*
 * Server object: users
 */

/**
 * PrlSrv_GetUserProfile: asks for the profile of the session's user.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_USER_PROFILE; result: one PHT_USER_PROFILE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetUserProfile, (PRL_HANDLE hServer));

/**
 * PrlSrv_GetUserInfoList: asks for the users the service knows.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_USER_INFO_LIST; result: any number of PHT_USER_INFO, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetUserInfoList, (PRL_HANDLE hServer));

/**
 * PrlSrv_GetUserInfo: asks for one user.
 *
 * @hServer  PHT_SERVER
 * @sUserId  uuid of the user
 *
 * Job:    PJOC_SRV_GET_USER_INFO; result: one PHT_USER_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetUserInfo,
    (PRL_HANDLE hServer, PRL_CONST_STR sUserId));

/**
 * PrlSrv_UserProfileBeginEdit: starts a change of the profile of the session's user.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_USER_PROFILE_BEGIN_EDIT; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UserProfileBeginEdit, (PRL_HANDLE hServer));

/**
 * PrlSrv_UserProfileCommit: stores the changed profile of the session's user.
 *
 * @hServer       PHT_SERVER
 * @hUserProfile  PHT_USER_PROFILE
 *
 * Job:    PJOC_SRV_USER_PROFILE_COMMIT; result: nothing
 * Events: PET_DSP_EVT_USER_PROFILE_CHANGED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UserProfileCommit,
    (PRL_HANDLE hServer, PRL_HANDLE hUserProfile));

/*
 * Server object: files of the host, with the rights of the session user
 */

/**
 * PrlSrv_FsGetDiskList: lists the places files can be on: the root directory.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_FS_GET_DISK_LIST; result: one PHT_REMOTE_FILESYSTEM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsGetDiskList, (PRL_HANDLE hServer));

/**
 * PrlSrv_FsGetDirEntries: lists a directory of the host.
 *
 * @hServer  PHT_SERVER
 * @path     directory, absolute
 *
 * Job:    PJOC_SRV_FS_GET_DIR_ENTRIES; result: one PHT_REMOTE_FILESYSTEM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsGetDirEntries,
    (PRL_HANDLE hServer, PRL_CONST_STR path));

/**
 * PrlSrv_FsCreateDir: makes a directory on the host.
 *
 * @hServer  PHT_SERVER
 * @path     directory, absolute
 *
 * Job:    PJOC_SRV_FS_CREATE_DIR; result: one PHT_REMOTE_FILESYSTEM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsCreateDir,
    (PRL_HANDLE hServer, PRL_CONST_STR path));

/**
 * PrlSrv_FsRemoveEntry: deletes a file or an empty directory of the host.
 *
 * @hServer  PHT_SERVER
 * @path     file or directory, absolute
 *
 * Job:    PJOC_SRV_FS_REMOVE_ENTRY; result: one PHT_REMOTE_FILESYSTEM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsRemoveEntry,
    (PRL_HANDLE hServer, PRL_CONST_STR path));

/**
 * PrlSrv_FsCanCreateFile: finds out whether the session's user may make a file; nothing is
 * made. The return code of the job is the answer.
 *
 * @hServer  PHT_SERVER
 * @path     path of the file, absolute
 *
 * Job:    PJOC_SRV_FS_CAN_CREATE_FILE; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsCanCreateFile,
    (PRL_HANDLE hServer, PRL_CONST_STR path));

/**
 * PrlSrv_FsRenameEntry: renames a file or directory of the host.
 *
 * @hServer  PHT_SERVER
 * @oldPath  present path, absolute
 * @newPath  new path, absolute
 *
 * Job:    PJOC_SRV_FS_RENAME_ENTRY; result: one PHT_REMOTE_FILESYSTEM_INFO
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsRenameEntry,
    (PRL_HANDLE hServer, PRL_CONST_STR oldPath, PRL_CONST_STR newPath));

/**
 * PrlSrv_FsGenerateEntryName: finds a name no entry of a directory has: prefix and suffix, or
 * prefix, delimiter, number and suffix.
 *
 * @hServer          PHT_SERVER
 * @sDirPath         directory, absolute
 * @sFilenamePrefix  start of the name
 * @sFilenameSuffix  end of the name
 * @sIndexDelimiter  text before the number
 *
 * Job:    PJOC_SRV_FS_GENERATE_ENTRY_NAME; result: text
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_FsGenerateEntryName,
    (PRL_HANDLE hServer, PRL_CONST_STR sDirPath, PRL_CONST_STR sFilenamePrefix,
     PRL_CONST_STR sFilenameSuffix, PRL_CONST_STR sIndexDelimiter));

/**
 * PrlSrv_GetDiskFreeSpace: free space of the file system a path is on: bytes, as decimal text.
 *
 * @hServer  PHT_SERVER
 * @sPath    absolute path
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_DISK_FREE_SPACE; result: text
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetDiskFreeSpace,
    (PRL_HANDLE hServer, PRL_CONST_STR sPath, PRL_UINT32 nFlags));

/*
 * Server object: licence
 */

/**
 * PrlSrv_UpdateLicense: installs a licence key.
 *
 * @hServer   PHT_SERVER
 * @sKey      the key
 * @sUser     name the licence is for
 * @sCompany  company the licence is for
 *
 * Job:    PJOC_SRV_UPDATE_LICENSE; result: one PHT_LICENSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UpdateLicense,
    (PRL_HANDLE hServer, PRL_CONST_STR sKey, PRL_CONST_STR sUser, PRL_CONST_STR sCompany));

/**
 * PrlSrv_UpdateLicenseEx: installs, removes or renews a licence key.
 *
 * @hServer   PHT_SERVER
 * @sKey      the key
 * @sUser     name the licence is for
 * @sCompany  company the licence is for
 * @nFlags    PRL_UPDATE_LICENSE_FLAGS
 *
 * Job:    PJOC_SRV_UPDATE_LICENSE; result: one PHT_LICENSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_UpdateLicenseEx,
    (PRL_HANDLE hServer, PRL_CONST_STR sKey, PRL_CONST_STR sUser, PRL_CONST_STR sCompany,
     PRL_UINT32 nFlags));

/**
 * PrlSrv_GetLicenseInfo: asks for the licence.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_LICENSE_INFO; result: one PHT_LICENSE
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetLicenseInfo, (PRL_HANDLE hServer));

/**
 * PrlSrv_HasRestriction: tells whether the licence limits something; PRL_ERR_UNIMPLEMENTED
 * here, where nothing is limited.
 *
 * @hServer           PHT_SERVER
 * @nRestrictionKey   a PRL_LICENSE_RESTRICTION_KEY value
 * @pbHasRestriction  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_HasRestriction,
    (PRL_HANDLE hServer, PRL_LICENSE_RESTRICTION_KEY nRestrictionKey,
     PRL_BOOL_PTR pbHasRestriction));

/**
 * PrlSrv_GetRestrictionInfo: the limit the licence sets; PRL_ERR_UNIMPLEMENTED here, where
 * nothing is limited.
 *
 * @hServer          PHT_SERVER
 * @nRestrictionKey  a PRL_LICENSE_RESTRICTION_KEY value
 * @phEvtParam       [out] new reference to a PHT_EVENT_PARAMETER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_GetRestrictionInfo,
    (PRL_HANDLE hServer, PRL_LICENSE_RESTRICTION_KEY nRestrictionKey, PRL_HANDLE_PTR phEvtParam));

/*
 * Server object: processor pools and resource management
 */

/**
 * PrlSrv_GetCPUPoolsList: asks for the processor pools.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_CPU_POOLS_LIST_POOLS; result: any number of PHT_CPU_POOL, by index
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_GetCPUPoolsList, (PRL_HANDLE hServer));

/**
 * PrlSrv_MoveToCPUPool: puts the host into a processor pool.
 *
 * @hServer   PHT_SERVER
 * @sCpuPool  name of the pool
 *
 * Job:    PJOC_SRV_CPU_POOLS_MOVE; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_MoveToCPUPool,
    (PRL_HANDLE hServer, PRL_CONST_STR sCpuPool));

/**
 * PrlSrv_RecalculateCPUPool: works the common processor features of a pool out anew.
 *
 * @hServer   PHT_SERVER
 * @sCpuPool  name of the pool
 *
 * Job:    PJOC_SRV_CPU_POOLS_RECALCULATE; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_RecalculateCPUPool,
    (PRL_HANDLE hServer, PRL_CONST_STR sCpuPool));

/**
 * PrlSrv_GetVcmmdConfig: asks for the configuration of resource management.
 *
 * @hServer  PHT_SERVER
 * @nFlags   PRL_VCMMD_COMMAND_FLAGS
 *
 * Job:    PJOC_SRV_GET_VCMMD_CONFIG; result: one PHT_VCMMD_CONFIG
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_GetVcmmdConfig,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_SetVcmmdConfig: stores the configuration of resource management.
 *
 * @hDispConfig   PHT_SERVER
 * @hVcmmdConfig  PHT_VCMMD_CONFIG
 * @nFlags        PRL_VCMMD_COMMAND_FLAGS
 *
 * Job:    PJOC_SRV_STORE_VALUE_BY_KEY; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_SetVcmmdConfig,
    (PRL_HANDLE hDispConfig, PRL_HANDLE hVcmmdConfig, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetCpuMaskSupport: finds out whether processor features can be hidden from guests;
 * the return code of the job is the answer.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_GET_CPU_MASKING_FEATURE_SUPPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_GetCpuMaskSupport,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_JoinCPUPool: lets the host join the processor pool that fits it.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_CPU_POOLS_JOIN; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_JoinCPUPool, (PRL_HANDLE hServer));

/**
 * PrlSrv_LeaveCPUPool: takes the host out of its processor pool.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_CPU_POOLS_LEAVE; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_LeaveCPUPool, (PRL_HANDLE hServer));

/*
 * Server object: the rest
 */

/**
 * PrlSrv_Shutdown: ends the service.
 *
 * @hServer         PHT_SERVER
 * @bForceShutdown  PRL_TRUE to end it although others are logged in or machines run
 *
 * Job:    PJOC_SRV_SHUTDOWN; result: nothing
 * Events: PET_DSP_EVT_DISP_SHUTDOWN
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_Shutdown,
    (PRL_HANDLE hServer, PRL_BOOL bForceShutdown));

/**
 * PrlSrv_ShutdownEx: ends the service.
 *
 * @hServer  PHT_SERVER
 * @nFlags   PRL_SRV_SHUTDOWN_FLAGS
 *
 * Job:    PJOC_SRV_SHUTDOWN; result: nothing
 * Events: PET_DSP_EVT_DISP_SHUTDOWN
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_ShutdownEx,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetProblemReport: asks for a problem report about the service, as text.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_PROBLEM_REPORT; result: one PHT_PROBLEM_REPORT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetProblemReport, (PRL_HANDLE hServer));

/**
 * PrlSrv_GetPackedProblemReport: asks for a problem report about the service.
 *
 * @hServer  PHT_SERVER
 * @nFlags   PRL_PROBLEM_REPORT_FLAGS
 *
 * Job:    PJOC_SRV_GET_PACKED_PROBLEM_REPORT; result: one PHT_PROBLEM_REPORT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_GetPackedProblemReport,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_IsFeatureSupported: tells whether the service has a feature.
 *
 * @hServer        PHT_SERVER
 * @nFeatureId     a PRL_FEATURES_MATRIX value
 * @pbIsSupported  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrv_IsFeatureSupported,
    (PRL_HANDLE hServer, PRL_FEATURES_MATRIX nFeatureId, PRL_BOOL_PTR pbIsSupported));

/**
 * PrlSrv_RefreshPlugins: looks for plugins anew.
 *
 * @hServer  PHT_SERVER
 * @nFlags   0
 *
 * Job:    PJOC_SRV_REFRESH_PLUGINS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlSrv_RefreshPlugins,
    (PRL_HANDLE hServer, PRL_UINT32 nFlags));

/**
 * PrlSrv_GetPluginsList: asks for the plugins of a class.
 *
 * @hServer   PHT_SERVER
 * @sClassId  GUID of the class as text
 * @nFlags    0
 *
 * Job:    PJOC_SRV_GET_PLUGINS_LIST; result: any number of PHT_PLUGIN_INFO, by index
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlSrv_GetPluginsList,
    (PRL_HANDLE hServer, PRL_CONST_STR sClassId, PRL_UINT32 nFlags));

/**
 * PrlSrv_SendProblemReport: has the service send a problem report. This implementation sends
 * nothing anywhere.
 *
 * @hServer         PHT_SERVER
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @nFlags          0
 *
 * Job:    PJOC_SRV_SEND_PROBLEM_REPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_SendProblemReport,
    (PRL_HANDLE hServer, PRL_HANDLE hProblemReport, PRL_UINT32 nFlags));

/**
 * PrlSrv_SetVNCEncryption: sets the key pair VNC servers encrypt with.
 *
 * @hServer   PHT_SERVER
 * @sPubKey   certificate, PEM; "" turns encryption off
 * @sPrivKey  private key, PEM; never logged
 * @nFlags    0
 *
 * Job:    PJOC_SRV_STORE_VALUE_BY_KEY; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrv_SetVNCEncryption,
    (PRL_HANDLE hServer, PRL_CONST_STR sPubKey, PRL_CONST_STR sPrivKey, PRL_UINT32 nFlags));

/*
 * Virtual machine
 */

/**
 * PrlVm_BeginBackup: holds the state of a running machine's disks so that a program can read
 * them.
 *
 * @hVm     PHT_VIRTUAL_MACHINE
 * @nFlags  PRL_BEGIN_VM_BACKUP_FLAGS
 *
 * Job:    PJOC_SRV_BEGIN_VM_BACKUP; result: one PHT_BACKUP
 * Errors: PRL_ERR_INVALID_ARG when the VM has no server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVm_BeginBackup,
    (PRL_HANDLE hVm, PRL_UINT32 nFlags));

/*
 * Answer of a login (PHT_SERVER_INFO)
 */

/**
 * PrlSrvInfo_GetHostName: name the client connected to.
 *
 * @hServerInfo          PHT_SERVER_INFO
 * @sHostName            [out] text buffer, or NULL to ask for the length
 * @pnHostNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvInfo_GetHostName,
    (PRL_HANDLE hServerInfo, PRL_STR sHostName, PRL_UINT32_PTR pnHostNameBufLength));

/**
 * PrlSrvInfo_GetOsVersion: operating system of the host.
 *
 * @hServerInfo           PHT_SERVER_INFO
 * @sOsVersion            [out] text buffer, or NULL to ask for the length
 * @pnOsVersionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_os_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvInfo_GetOsVersion,
    (PRL_HANDLE hServerInfo, PRL_STR sOsVersion, PRL_UINT32_PTR pnOsVersionBufLength));

/**
 * PrlSrvInfo_GetProductVersion: version of the service; at least two dots.
 *
 * @hServerInfo                PHT_SERVER_INFO
 * @sProductVersion            [out] text buffer, or NULL to ask for the length
 * @pnProductVersionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_product_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvInfo_GetProductVersion,
    (PRL_HANDLE hServerInfo, PRL_STR sProductVersion, PRL_UINT32_PTR pnProductVersionBufLength));

/**
 * PrlSrvInfo_GetCmdPort: TCP port of the service.
 *
 * @hServerInfo  PHT_SERVER_INFO
 * @pnPort       [out] port
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_cmd_port
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvInfo_GetCmdPort,
    (PRL_HANDLE hServerInfo, PRL_UINT32_PTR pnPort));

/**
 * PrlSrvInfo_GetApplicationMode: mode of the service, PAM_SERVER.
 *
 * @hServerInfo        PHT_SERVER_INFO
 * @pnApplicationMode  [out] a PRL_APPLICATION_MODE value
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_app_execute_mode
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvInfo_GetApplicationMode,
    (PRL_HANDLE hServerInfo, PRL_APPLICATION_MODE_PTR pnApplicationMode));

/**
 * PrlSrvInfo_GetServerUuid: uuid of the server.
 *
 * @hServerInfo            PHT_SERVER_INFO
 * @sServerUuid            [out] text buffer, or NULL to ask for the length
 * @pnServerUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_server_uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvInfo_GetServerUuid,
    (PRL_HANDLE hServerInfo, PRL_STR sServerUuid, PRL_UINT32_PTR pnServerUuidBufLength));

/**
 * PrlSrvInfo_GetStartTime: when the service started.
 *
 * @hServerInfo  PHT_SERVER_INFO
 * @pnStartTime  [out] milliseconds since 1970, UTC
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_start_time
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrvInfo_GetStartTime,
    (PRL_HANDLE hServerInfo, PRL_UINT64_PTR pnStartTime));

/**
 * PrlSrvInfo_GetStartTimeMonotonic: when the service started, by the clock that is never set.
 *
 * @hServerInfo           PHT_SERVER_INFO
 * @pnStartTimeMonotonic  [out] microseconds
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_start_time_monotonic
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrvInfo_GetStartTimeMonotonic,
    (PRL_HANDLE hServerInfo, PRL_UINT64_PTR pnStartTimeMonotonic));

/*
 * Answer of a login (PHT_LOGIN_RESPONSE)
 */

/**
 * PrlLoginResponse_GetSessionUuid: uuid of the session.
 *
 * @hLoginResp              PHT_LOGIN_RESPONSE
 * @sSessionUuid            [out] text buffer, or NULL to ask for the length
 * @pnSessionUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter response_login_cmd_session_uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetSessionUuid,
    (PRL_HANDLE hLoginResp, PRL_STR sSessionUuid, PRL_UINT32_PTR pnSessionUuidBufLength));

/**
 * PrlLoginResponse_GetRunningTaskCount: number of operations of the earlier session that still
 * go on.
 *
 * @hLoginResp  PHT_LOGIN_RESPONSE
 * @pnCount     [out] count
 *
 * Source: event parameter response_login_cmd_task_info
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetRunningTaskCount,
    (PRL_HANDLE hLoginResp, PRL_UINT32_PTR pnCount));

/**
 * PrlLoginResponse_GetRunningTaskByIndex: one of those operations.
 *
 * @hLoginResp     PHT_LOGIN_RESPONSE
 * @nIndex         position, from 0
 * @phRunningTask  [out] new reference to a PHT_RUNNING_TASK
 *
 * Errors: PRL_ERR_UNEXPECTED
 * Source: event parameter response_login_cmd_task_info
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetRunningTaskByIndex,
    (PRL_HANDLE hLoginResp, PRL_UINT32 nIndex, PRL_HANDLE_PTR phRunningTask));

/**
 * PrlLoginResponse_GetServerUuid: uuid of the server.
 *
 * @hLoginResp             PHT_LOGIN_RESPONSE
 * @sServerUuid            [out] text buffer, or NULL to ask for the length
 * @pnServerUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_server_uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetServerUuid,
    (PRL_HANDLE hLoginResp, PRL_STR sServerUuid, PRL_UINT32_PTR pnServerUuidBufLength));

/**
 * PrlLoginResponse_GetHostOsVersion: operating system of the host.
 *
 * @hLoginResp                PHT_LOGIN_RESPONSE
 * @sHostOsVersion            [out] text buffer, or NULL to ask for the length
 * @pnHostOsVersionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_os_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetHostOsVersion,
    (PRL_HANDLE hLoginResp, PRL_STR sHostOsVersion, PRL_UINT32_PTR pnHostOsVersionBufLength));

/**
 * PrlLoginResponse_GetProductVersion: version of the service.
 *
 * @hLoginResp                 PHT_LOGIN_RESPONSE
 * @sProductVersion            [out] text buffer, or NULL to ask for the length
 * @pnProductVersionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter server_info_product_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLoginResponse_GetProductVersion,
    (PRL_HANDLE hLoginResp, PRL_STR sProductVersion, PRL_UINT32_PTR pnProductVersionBufLength));

/*
 * An operation of an earlier session (PHT_RUNNING_TASK)
 */

/**
 * PrlRunningTask_GetTaskUuid: uuid of the operation, for PrlSrv_AttachToLostTask.
 *
 * @hRunningTask         PHT_RUNNING_TASK
 * @sTaskUuid            [out] text buffer, or NULL to ask for the length
 * @pnTaskUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter response_login_cmd_task_id
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlRunningTask_GetTaskUuid,
    (PRL_HANDLE hRunningTask, PRL_STR sTaskUuid, PRL_UINT32_PTR pnTaskUuidBufLength));

/**
 * PrlRunningTask_GetTaskType: kind of the operation.
 *
 * @hRunningTask  PHT_RUNNING_TASK
 * @pnType        [out] a PRL_RUNNING_TASK_TYPE_ENUM value
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter response_login_cmd_task_type
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlRunningTask_GetTaskType,
    (PRL_HANDLE hRunningTask, PRL_RUNNING_TASK_TYPE_ENUM_PTR pnType));

/**
 * PrlRunningTask_GetTaskParametersAsString: arguments of the operation, XML.
 *
 * @hRunningTask           PHT_RUNNING_TASK
 * @sParamsStr             [out] text buffer, or NULL to ask for the length
 * @pnsParamsStrBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter response_login_cmd_task_params
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlRunningTask_GetTaskParametersAsString,
    (PRL_HANDLE hRunningTask, PRL_STR sParamsStr, PRL_UINT32_PTR pnsParamsStrBufLength));

/*
 * Host description (PHT_SERVER_CONFIG)
 */

/**
 * PrlSrvCfg_GetHostRamSize: memory of the host.
 *
 * @hSrvConfig     PHT_SERVER_CONFIG
 * @pnHostRamSize  [out] MiB
 *
 * Source: host description MemorySettings/HostRamSize
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostRamSize,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnHostRamSize));

/**
 * PrlSrvCfg_GetCpuModel: name of the host's processor.
 *
 * @hSrvConfig           PHT_SERVER_CONFIG
 * @sCpuModel            [out] text buffer, or NULL to ask for the length
 * @pnCpuModelBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description Cpu/Model, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetCpuModel,
    (PRL_HANDLE hSrvConfig, PRL_STR sCpuModel, PRL_UINT32_PTR pnCpuModelBufLength));

/**
 * PrlSrvCfg_GetCpuCount: number of processors of the host, at least 1.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @pnCpuCount  [out] count
 *
 * Source: host description Cpu/Number, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetCpuCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnCpuCount));

/**
 * PrlSrvCfg_GetCpuSpeed: clock of the host's processor.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @pnCpuSpeed  [out] MHz
 *
 * Source: host description Cpu/Speed, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetCpuSpeed,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnCpuSpeed));

/**
 * PrlSrvCfg_GetCpuMode: width of the host's processor.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @pnCpuMode   [out] a PRL_CPU_MODE value
 *
 * Source: host description Cpu/Mode, default 1 (PCM_CPU_MODE_64)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetCpuMode,
    (PRL_HANDLE hSrvConfig, PRL_CPU_MODE_PTR pnCpuMode));

/**
 * PrlSrvCfg_GetCpuHvt: hardware virtualization of the host's processor.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @pnCpuHvt    [out] a PRL_CPU_HVT value
 *
 * Source: host description Cpu/VtxMode, default 0 (PCM_CPU_NONE_HV)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetCpuHvt,
    (PRL_HANDLE hSrvConfig, PRL_CPU_HVT_PTR pnCpuHvt));

/**
 * PrlSrvCfg_GetCpuFeaturesEx: CPUID words of the host's processor.
 *
 * @hSrvConfig     PHT_SERVER_CONFIG
 * @phCpuFeatures  [out] new reference to a PHT_CPU_FEATURES
 *
 * Source: host description Cpu/FEATURES + Cpu/EXT_FEATURES + Cpu/EXT_80000001_ECX +
 *         Cpu/EXT_80000001_EDX + Cpu/EXT_80000007_EDX + Cpu/EXT_80000008_EAX +
 *         Cpu/EXT_00000007_EBX + Cpu/EXT_00000007_ECX + Cpu/EXT_00000007_EDX +
 *         Cpu/EXT_0000000D_EAX, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrvCfg_GetCpuFeaturesEx,
    (PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phCpuFeatures));

/**
 * PrlSrvCfg_GetCpuFeaturesMaskingCapabilities: the CPUID bits the host can hide from guests.
 *
 * @hSrvConfig     PHT_SERVER_CONFIG
 * @phCpuFeatures  [out] new reference to a PHT_CPU_FEATURES
 *
 * Source: host description Cpu/FEATURES_MASKING_CAP + Cpu/EXT_FEATURES_MASKING_CAP +
 *         Cpu/EXT_80000001_ECX_MASKING_CAP + Cpu/EXT_80000001_EDX_MASKING_CAP +
 *         Cpu/EXT_80000007_EDX_MASKING_CAP + Cpu/EXT_80000008_EAX_MASKING_CAP +
 *         Cpu/EXT_00000007_EBX_MASKING_CAP + Cpu/EXT_00000007_EDX_MASKING_CAP +
 *         Cpu/EXT_0000000D_EAX_MASKING_CAP + Cpu/EXT_00000007_ECX_MASKING_CAP, default 0
 *         (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrvCfg_GetCpuFeaturesMaskingCapabilities,
    (PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phCpuFeatures));

/**
 * PrlSrvCfg_GetHostOsType: kind of the host's operating system.
 *
 * @hSrvConfig    PHT_SERVER_CONFIG
 * @pnHostOsType  [out] a PRL_HOST_OS_TYPE value
 *
 * Source: host description OsVersion/Type, default 0 (PHO_MAC)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostOsType,
    (PRL_HANDLE hSrvConfig, PRL_HOST_OS_TYPE_PTR pnHostOsType));

/**
 * PrlSrvCfg_GetHostOsMajor: version of the host's system, first number.
 *
 * @hSrvConfig     PHT_SERVER_CONFIG
 * @pnHostOsMajor  [out] the number
 *
 * Source: host description OsVersion/Major, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostOsMajor,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnHostOsMajor));

/**
 * PrlSrvCfg_GetHostOsMinor: version of the host's system, second number.
 *
 * @hSrvConfig     PHT_SERVER_CONFIG
 * @pnHostOsMinor  [out] the number
 *
 * Source: host description OsVersion/Minor, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostOsMinor,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnHostOsMinor));

/**
 * PrlSrvCfg_GetHostOsSubMinor: version of the host's system, third number.
 *
 * @hSrvConfig        PHT_SERVER_CONFIG
 * @pnHostOsSubMinor  [out] the number
 *
 * Source: host description OsVersion/SubMinor, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostOsSubMinor,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnHostOsSubMinor));

/**
 * PrlSrvCfg_GetHostOsStrPresentation: name and version of the host's system, for people.
 *
 * @hSrvConfig                        PHT_SERVER_CONFIG
 * @sHostOsStrPresentation            [out] text buffer, or NULL to ask for the length
 * @pnHostOsStrPresentationBufLength  [in,out] bytes of the buffer; becomes the length with its
 *                                    NUL
 *
 * Source: host description OsVersion/StringPresentation, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHostOsStrPresentation,
    (PRL_HANDLE hSrvConfig, PRL_STR sHostOsStrPresentation,
     PRL_UINT32_PTR pnHostOsStrPresentationBufLength));

/**
 * PrlSrvCfg_IsSoundDefaultEnabled: tells whether new machines get a sound card.
 *
 * @hSrvConfig             PHT_SERVER_CONFIG
 * @pbSoundDefaultEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description SoundDefaultEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_IsSoundDefaultEnabled,
    (PRL_HANDLE hSrvConfig, PRL_BOOL_PTR pbSoundDefaultEnabled));

/**
 * PrlSrvCfg_IsUsbSupported: tells whether machines can use USB devices of the host.
 *
 * @hSrvConfig      PHT_SERVER_CONFIG
 * @pbUsbSupported  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description UsbSupported, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_IsUsbSupported,
    (PRL_HANDLE hSrvConfig, PRL_BOOL_PTR pbUsbSupported));

/**
 * PrlSrvCfg_IsVtdSupported: tells whether machines can be given PCI devices of the host.
 *
 * @hSrvConfig      PHT_SERVER_CONFIG
 * @pbVtdSupported  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description VtdSupported, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_IsVtdSupported,
    (PRL_HANDLE hSrvConfig, PRL_BOOL_PTR pbVtdSupported));

/**
 * PrlSrvCfg_GetMaxHostNetAdapters: most virtual adapters the host can have.
 *
 * @hSrvConfig             PHT_SERVER_CONFIG
 * @pnMaxNetAdaptersCount  [out] count
 *
 * Source: host description NetworkSettings/MaxHostNetAdapters
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvCfg_GetMaxHostNetAdapters,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnMaxNetAdaptersCount));

/**
 * PrlSrvCfg_GetMaxVmNetAdapters: most network adapters a machine can have.
 *
 * @hSrvConfig             PHT_SERVER_CONFIG
 * @pnMaxNetAdaptersCount  [out] count
 *
 * Source: host description NetworkSettings/MaxVmNetAdapters, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvCfg_GetMaxVmNetAdapters,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnMaxNetAdaptersCount));

/**
 * PrlSrvCfg_GetHostname: name of the host.
 *
 * @hSrvConfig           PHT_SERVER_CONFIG
 * @sHostname            [out] text buffer, or NULL to ask for the length
 * @pnHostnameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkSettings/GlobalNetwork/HostName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetHostname,
    (PRL_HANDLE hSrvConfig, PRL_STR sHostname, PRL_UINT32_PTR pnHostnameBufLength));

/**
 * PrlSrvCfg_GetDefaultGateway: IPv4 gateway of the host.
 *
 * @hSrvConfig                 PHT_SERVER_CONFIG
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkSettings/GlobalNetwork/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetDefaultGateway,
    (PRL_HANDLE hSrvConfig, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlSrvCfg_GetDefaultGatewayIPv6: IPv6 gateway of the host.
 *
 * @hSrvConfig                 PHT_SERVER_CONFIG
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkSettings/GlobalNetwork/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetDefaultGatewayIPv6,
    (PRL_HANDLE hSrvConfig, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlSrvCfg_GetDnsServers: name servers of the host, a list of addresses.
 *
 * @hSrvConfig        PHT_SERVER_CONFIG
 * @phDnsServersList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: host description NetworkSettings/GlobalNetwork/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetDnsServers,
    (PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phDnsServersList));

/**
 * PrlSrvCfg_GetSearchDomains: search domains of the host.
 *
 * @hSrvConfig           PHT_SERVER_CONFIG
 * @phSearchDomainsList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: host description NetworkSettings/GlobalNetwork/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetSearchDomains,
    (PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phSearchDomainsList));

/**
 * PrlSrvCfg_GetFloppyDisksCount: number of floppy drives of the host.
 *
 * @hSrvConfig          PHT_SERVER_CONFIG
 * @pnFloppyDisksCount  [out] count
 *
 * Source: host description count of FloppyDisks/FloppyDisk, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetFloppyDisksCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnFloppyDisksCount));

/**
 * PrlSrvCfg_GetFloppyDisk: a floppy drive of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description FloppyDisks/FloppyDisk[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetFloppyDisk,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetOpticalDisksCount: number of optical drives of the host.
 *
 * @hSrvConfig           PHT_SERVER_CONFIG
 * @pnOpticalDisksCount  [out] count
 *
 * Source: host description count of CdROMs/CdROM, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetOpticalDisksCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnOpticalDisksCount));

/**
 * PrlSrvCfg_GetOpticalDisk: an optical drive of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description CdROMs/CdROM[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetOpticalDisk,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetSerialPortsCount: number of serial ports of the host.
 *
 * @hSrvConfig          PHT_SERVER_CONFIG
 * @pnSerialPortsCount  [out] count
 *
 * Source: host description count of SerialPorts/SerialPort, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSerialPortsCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnSerialPortsCount));

/**
 * PrlSrvCfg_GetSerialPort: a serial port of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description SerialPorts/SerialPort[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSerialPort,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetParallelPortsCount: number of parallel ports of the host.
 *
 * @hSrvConfig            PHT_SERVER_CONFIG
 * @pnParallelPortsCount  [out] count
 *
 * Source: host description count of ParallelPorts/ParallelPort, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetParallelPortsCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnParallelPortsCount));

/**
 * PrlSrvCfg_GetParallelPort: a parallel port of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description ParallelPorts/ParallelPort[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetParallelPort,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetSoundOutputDevsCount: number of sound outputs of the host.
 *
 * @hSrvConfig              PHT_SERVER_CONFIG
 * @pnSoundOutputDevsCount  [out] count
 *
 * Source: host description count of SoundDevices/OutputDevices/OutputDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSoundOutputDevsCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnSoundOutputDevsCount));

/**
 * PrlSrvCfg_GetSoundOutputDev: a sound output of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description SoundDevices/OutputDevices/OutputDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSoundOutputDev,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetSoundMixerDevsCount: number of sound mixers of the host.
 *
 * @hSrvConfig             PHT_SERVER_CONFIG
 * @pnSoundMixerDevsCount  [out] count
 *
 * Source: host description count of SoundDevices/MixerDevices/MixerDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSoundMixerDevsCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnSoundMixerDevsCount));

/**
 * PrlSrvCfg_GetSoundMixerDev: a sound mixer of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description SoundDevices/MixerDevices/MixerDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetSoundMixerDev,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetPrintersCount: number of printers of the host.
 *
 * @hSrvConfig       PHT_SERVER_CONFIG
 * @pnPrintersCount  [out] count
 *
 * Source: host description count of Printers/Printer, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetPrintersCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnPrintersCount));

/**
 * PrlSrvCfg_GetPrinter: a printer of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description Printers/Printer[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetPrinter,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetGenericPciDevicesCount: number of PCI devices of the host.
 *
 * @hSrvConfig                PHT_SERVER_CONFIG
 * @pnGenericPciDevicesCount  [out] count
 *
 * Source: host description count of GenericPciDevices/GenericPciDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetGenericPciDevicesCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnGenericPciDevicesCount));

/**
 * PrlSrvCfg_GetGenericPciDevice: a PCI device of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description GenericPciDevices/GenericPciDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetGenericPciDevice,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetGenericScsiDevicesCount: number of SCSI devices of the host.
 *
 * @hSrvConfig                 PHT_SERVER_CONFIG
 * @pnGenericScsiDevicesCount  [out] count
 *
 * Source: host description count of GenericScsiDevices/GenericScsiDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetGenericScsiDevicesCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnGenericScsiDevicesCount));

/**
 * PrlSrvCfg_GetGenericScsiDevice: a SCSI device of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description GenericScsiDevices/GenericScsiDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfg_GetGenericScsiDevice,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetUsbDevsCount: number of USB devices of the host.
 *
 * @hSrvConfig      PHT_SERVER_CONFIG
 * @pnUsbDevsCount  [out] count
 *
 * Source: host description count of UsbDevices/UsbDevice, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetUsbDevsCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnUsbDevsCount));

/**
 * PrlSrvCfg_GetUsbDev: a USB device of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_GENERIC_DEVICE
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description UsbDevices/UsbDevice[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetUsbDev,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetHardDisksCount: number of hard disks of the host.
 *
 * @hSrvConfig        PHT_SERVER_CONFIG
 * @pnHardDisksCount  [out] count
 *
 * Source: host description count of HardDisks/HardDisk, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHardDisksCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnHardDisksCount));

/**
 * PrlSrvCfg_GetHardDisk: a hard disk of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_HARD_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description HardDisks/HardDisk[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetHardDisk,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetNetAdaptersCount: number of network adapters of the host.
 *
 * @hSrvConfig          PHT_SERVER_CONFIG
 * @pnNetAdaptersCount  [out] count
 *
 * Source: host description count of NetworkAdapters/NetworkAdapter, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetNetAdaptersCount,
    (PRL_HANDLE hSrvConfig, PRL_UINT32_PTR pnNetAdaptersCount));

/**
 * PrlSrvCfg_GetNetAdapter: a network adapter of the host, by position.
 *
 * @hSrvConfig  PHT_SERVER_CONFIG
 * @nIndex      position, from 0
 * @phDevice    [out] new reference to a PHT_HW_NET_ADAPTER
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: host description NetworkAdapters/NetworkAdapter[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfg_GetNetAdapter,
    (PRL_HANDLE hSrvConfig, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice));

/**
 * PrlSrvCfg_GetCpuFeatures: CPUID words of the host's processor, as a structure.
 *
 * @hSrvConfig    PHT_SERVER_CONFIG
 * @pCpuFeatures  [out] a PRL_CPU_FEATURES
 *
 * Source: host description Cpu/FEATURES + Cpu/EXT_FEATURES + Cpu/EXT_80000001_ECX +
 *         Cpu/EXT_80000001_EDX + Cpu/EXT_80000007_EDX + Cpu/EXT_80000008_EAX +
 *         Cpu/EXT_00000007_EBX + Cpu/EXT_0000000D_EAX + Cpu/EXT_00000007_EDX +
 *         Cpu/EXT_00000007_ECX, default 0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlSrvCfg_GetCpuFeatures,
    (PRL_HANDLE hSrvConfig, PRL_CPU_FEATURES_PTR pCpuFeatures));

/*
 * Any device of the host (PHT_HW_*)
 */

/**
 * PrlSrvCfgDev_GetName: name of the device for people.
 *
 * @hGenericDevice      PHT_HW_*
 * @sDevName            [out] text buffer, or NULL to ask for the length
 * @pnDevNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description <devgroup>/<dev>[i]/Name
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgDev_GetName,
    (PRL_HANDLE hGenericDevice, PRL_STR sDevName, PRL_UINT32_PTR pnDevNameBufLength));

/**
 * PrlSrvCfgDev_GetId: system name of the device, such as its node in /dev; what
 * PrlVmDev_SetSysName takes.
 *
 * @hGenericDevice    PHT_HW_*
 * @sDevId            [out] text buffer, or NULL to ask for the length
 * @pnDevIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description <devgroup>/<dev>[i]/Uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgDev_GetId,
    (PRL_HANDLE hGenericDevice, PRL_STR sDevId, PRL_UINT32_PTR pnDevIdBufLength));

/**
 * PrlSrvCfgDev_GetType: kind of the device.
 *
 * @hGenericDevice  PHT_HW_*
 * @pnDevType       [out] a PRL_DEVICE_TYPE value
 *
 * Source: host description (derived from the element name of the device)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgDev_GetType,
    (PRL_HANDLE hGenericDevice, PRL_DEVICE_TYPE_PTR pnDevType));

/**
 * PrlSrvCfgDev_IsConnectedToVm: tells whether a machine holds the device.
 *
 * @hGenericDevice  PHT_HW_*
 * @pbConnected     [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description <devgroup>/<dev>[i]/VmUuid + <devgroup>/<dev>[i]/DeviceState,
 *         default + PGS_CONNECTED_TO_HOST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgDev_IsConnectedToVm,
    (PRL_HANDLE hGenericDevice, PRL_BOOL_PTR pbConnected));

/**
 * PrlSrvCfgDev_GetDeviceState: who holds the device; takes effect with
 * PrlSrv_ConfigureGenericPci.
 *
 * @hGenericDevice  PHT_HW_*
 * @pnDeviceState   [out] a PRL_GENERIC_DEVICE_STATE value
 *
 * Source: host description <devgroup>/<dev>[i]/DeviceState, default 0 (PGS_CONNECTED_TO_HOST)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgDev_GetDeviceState,
    (PRL_HANDLE hGenericDevice, PRL_GENERIC_DEVICE_STATE_PTR pnDeviceState));

/**
 * PrlSrvCfgDev_SetDeviceState: sets who holds the device; takes effect with
 * PrlSrv_ConfigureGenericPci.
 *
 * @hGenericDevice  PHT_HW_*
 * @nDeviceState    a PRL_GENERIC_DEVICE_STATE value
 *
 * Source: host description <devgroup>/<dev>[i]/DeviceState, default 0 (PGS_CONNECTED_TO_HOST)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgDev_SetDeviceState,
    (PRL_HANDLE hGenericDevice, PRL_GENERIC_DEVICE_STATE nDeviceState));

/*
 * Hard disks of the host (PHT_HW_HARD_DISK)
 */

/**
 * PrlSrvCfgHdd_GetDevName: name of the disk for people.
 *
 * @hHardDisk           PHT_HW_HARD_DISK
 * @sDevName            [out] text buffer, or NULL to ask for the length
 * @pnDevNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description HardDisks/HardDisk[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetDevName,
    (PRL_HANDLE hHardDisk, PRL_STR sDevName, PRL_UINT32_PTR pnDevNameBufLength));

/**
 * PrlSrvCfgHdd_GetDevId: system name of the disk.
 *
 * @hHardDisk         PHT_HW_HARD_DISK
 * @sDevId            [out] text buffer, or NULL to ask for the length
 * @pnDevIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description HardDisks/HardDisk[i]/Uuid, default random uuid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetDevId,
    (PRL_HANDLE hHardDisk, PRL_STR sDevId, PRL_UINT32_PTR pnDevIdBufLength));

/**
 * PrlSrvCfgHdd_GetDevSize: size of the disk.
 *
 * @hHardDisk  PHT_HW_HARD_DISK
 * @pnSize     [out] bytes
 *
 * Source: host description HardDisks/HardDisk[i]/Size, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetDevSize,
    (PRL_HANDLE hHardDisk, PRL_UINT64_PTR pnSize));

/**
 * PrlSrvCfgHdd_GetDiskIndex: number of the disk.
 *
 * @hHardDisk  PHT_HW_HARD_DISK
 * @pnIndex    [out] number
 *
 * Source: host description HardDisks/HardDisk[i]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetDiskIndex,
    (PRL_HANDLE hHardDisk, PRL_UINT32_PTR pnIndex));

/**
 * PrlSrvCfgHdd_GetPartsCount: number of partitions of the disk.
 *
 * @hHardDisk     PHT_HW_HARD_DISK
 * @pnPartsCount  [out] count
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetPartsCount,
    (PRL_HANDLE hHardDisk, PRL_UINT32_PTR pnPartsCount));

/**
 * PrlSrvCfgHdd_GetPart: a partition of the disk.
 *
 * @hHardDisk  PHT_HW_HARD_DISK
 * @nIndex     position, from 0
 * @phPart     [out] new reference to a PHT_HW_HARD_DISK_PARTITION
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHdd_GetPart,
    (PRL_HANDLE hHardDisk, PRL_UINT32 nIndex, PRL_HANDLE_PTR phPart));

/*
 * Partitions of the host (PHT_HW_HARD_DISK_PARTITION)
 */

/**
 * PrlSrvCfgHddPart_GetName: name of the partition for people.
 *
 * @hPart            PHT_HW_HARD_DISK_PARTITION
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_GetName,
    (PRL_HANDLE hPart, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/**
 * PrlSrvCfgHddPart_GetSysName: system name of the partition.
 *
 * @hPart               PHT_HW_HARD_DISK_PARTITION
 * @sSysName            [out] text buffer, or NULL to ask for the length
 * @pnSysNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgHddPart_GetSysName,
    (PRL_HANDLE hPart, PRL_STR sSysName, PRL_UINT32_PTR pnSysNameBufLength));

/**
 * PrlSrvCfgHddPart_GetSize: size of the partition.
 *
 * @hPart   PHT_HW_HARD_DISK_PARTITION
 * @pnSize  [out] bytes
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Size, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_GetSize,
    (PRL_HANDLE hPart, PRL_UINT64_PTR pnSize));

/**
 * PrlSrvCfgHddPart_GetIndex: number of the partition.
 *
 * @hPart    PHT_HW_HARD_DISK_PARTITION
 * @pnIndex  [out] number
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Index, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_GetIndex,
    (PRL_HANDLE hPart, PRL_UINT32_PTR pnIndex));

/**
 * PrlSrvCfgHddPart_GetType: type byte of the partition table.
 *
 * @hPart   PHT_HW_HARD_DISK_PARTITION
 * @pnType  [out] PRL_*_PARTITION
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Type, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_GetType,
    (PRL_HANDLE hPart, PRL_UINT32_PTR pnType));

/**
 * PrlSrvCfgHddPart_IsInUse: tells whether the host has the partition mounted.
 *
 * @hPart    PHT_HW_HARD_DISK_PARTITION
 * @pbInUse  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/InUse, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_IsInUse,
    (PRL_HANDLE hPart, PRL_BOOL_PTR pbInUse));

/**
 * PrlSrvCfgHddPart_IsLogical: tells whether the partition is a logical one.
 *
 * @hPart      PHT_HW_HARD_DISK_PARTITION
 * @pbLogical  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Logical, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_IsLogical,
    (PRL_HANDLE hPart, PRL_BOOL_PTR pbLogical));

/**
 * PrlSrvCfgHddPart_IsActive: tells whether the partition is marked for booting.
 *
 * @hPart     PHT_HW_HARD_DISK_PARTITION
 * @pbActive  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description HardDisks/HardDisk[i]/Partition[j]/Active, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgHddPart_IsActive,
    (PRL_HANDLE hPart, PRL_BOOL_PTR pbActive));

/*
 * Network adapters of the host (PHT_HW_NET_ADAPTER)
 */

/**
 * PrlSrvCfgNet_GetNetAdapterType: kind of the adapter.
 *
 * @hNetAdapter       PHT_HW_NET_ADAPTER
 * @pnNetAdapterType  [out] a PRL_HW_INFO_NET_ADAPTER_TYPE value
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/Type, default 1
 *         (PHI_VIRTUAL_NET_ADAPTER)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgNet_GetNetAdapterType,
    (PRL_HANDLE hNetAdapter, PRL_HW_INFO_NET_ADAPTER_TYPE_PTR pnNetAdapterType));

/**
 * PrlSrvCfgNet_GetSysIndex: number of the adapter in the system.
 *
 * @hNetAdapter  PHT_HW_NET_ADAPTER
 * @pnSysIndex   [out] number
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/index, default -1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgNet_GetSysIndex,
    (PRL_HANDLE hNetAdapter, PRL_UINT32_PTR pnSysIndex));

/**
 * PrlSrvCfgNet_IsEnabled: tells whether the adapter is up.
 *
 * @hNetAdapter  PHT_HW_NET_ADAPTER
 * @pbEnabled    [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrvCfgNet_IsEnabled,
    (PRL_HANDLE hNetAdapter, PRL_BOOL_PTR pbEnabled));

/**
 * PrlSrvCfgNet_IsConfigureWithDhcp: tells whether the adapter gets IPv4 addresses by DHCP.
 *
 * @hNetAdapter          PHT_HW_NET_ADAPTER
 * @pbConfigureWithDhcp  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/ConfigureWithDhcp, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_IsConfigureWithDhcp,
    (PRL_HANDLE hNetAdapter, PRL_BOOL_PTR pbConfigureWithDhcp));

/**
 * PrlSrvCfgNet_IsConfigureWithDhcpIPv6: tells whether the adapter gets IPv6 addresses by DHCP.
 *
 * @hNetAdapter          PHT_HW_NET_ADAPTER
 * @pbConfigureWithDhcp  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/ConfigureWithDhcpIPv6, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvCfgNet_IsConfigureWithDhcpIPv6,
    (PRL_HANDLE hNetAdapter, PRL_BOOL_PTR pbConfigureWithDhcp));

/**
 * PrlSrvCfgNet_GetDefaultGateway: IPv4 gateway of the adapter.
 *
 * @hNetAdapter                PHT_HW_NET_ADAPTER
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/DefaultGateway, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetDefaultGateway,
    (PRL_HANDLE hNetAdapter, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlSrvCfgNet_GetDefaultGatewayIPv6: IPv6 gateway of the adapter.
 *
 * @hNetAdapter                PHT_HW_NET_ADAPTER
 * @sDefaultGateway            [out] text buffer, or NULL to ask for the length
 * @pnDefaultGatewayBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/DefaultGatewayIPv6, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvCfgNet_GetDefaultGatewayIPv6,
    (PRL_HANDLE hNetAdapter, PRL_STR sDefaultGateway, PRL_UINT32_PTR pnDefaultGatewayBufLength));

/**
 * PrlSrvCfgNet_GetMacAddress: hardware address, 12 hexadecimal digits.
 *
 * @hNetAdapter            PHT_HW_NET_ADAPTER
 * @sMacAddress            [out] text buffer, or NULL to ask for the length
 * @pnMacAddressBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/MacAddress, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetMacAddress,
    (PRL_HANDLE hNetAdapter, PRL_STR sMacAddress, PRL_UINT32_PTR pnMacAddressBufLength));

/**
 * PrlSrvCfgNet_GetVlanTag: VLAN of the adapter.
 *
 * @hNetAdapter  PHT_HW_NET_ADAPTER
 * @pnVlanTag    [out] tag, or PRL_INVALID_VLAN_TAG
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/VLANTag, default 65535
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetVlanTag,
    (PRL_HANDLE hNetAdapter, PRL_UINT16_PTR pnVlanTag));

/**
 * PrlSrvCfgNet_GetNetAddresses: addresses of the adapter, a list of address/mask.
 *
 * @hNetAdapter         PHT_HW_NET_ADAPTER
 * @phNetAddressesList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/NetAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetNetAddresses,
    (PRL_HANDLE hNetAdapter, PRL_HANDLE_PTR phNetAddressesList));

/**
 * PrlSrvCfgNet_GetDnsServers: name servers of the adapter.
 *
 * @hNetAdapter       PHT_HW_NET_ADAPTER
 * @phDnsServersList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/DnsIPAddress
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetDnsServers,
    (PRL_HANDLE hNetAdapter, PRL_HANDLE_PTR phDnsServersList));

/**
 * PrlSrvCfgNet_GetSearchDomains: search domains of the adapter.
 *
 * @hNetAdapter          PHT_HW_NET_ADAPTER
 * @phSearchDomainsList  [out] new reference to a PHT_STRINGS_LIST
 *
 * Source: host description NetworkAdapters/NetworkAdapter[i]/SearchDomain
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgNet_GetSearchDomains,
    (PRL_HANDLE hNetAdapter, PRL_HANDLE_PTR phSearchDomainsList));

/*
 * PCI devices of the host (PHT_HW_GENERIC_PCI_DEVICE)
 */

/**
 * PrlSrvCfgPci_GetDeviceClass: class of the device.
 *
 * @hGenericPci        PHT_HW_GENERIC_PCI_DEVICE
 * @pnGenericPciClass  [out] a PRL_GENERIC_PCI_DEVICE_CLASS value
 *
 * Source: host description GenericPciDevices/GenericPciDevice[i]/Type, default 0
 *         (PGD_PCI_NETWORK)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrvCfgPci_GetDeviceClass,
    (PRL_HANDLE hGenericPci, PRL_GENERIC_PCI_DEVICE_CLASS_PTR pnGenericPciClass));

/**
 * PrlSrvCfgPci_IsPrimaryDevice: tells whether the host depends on the device, as on its first
 * video card.
 *
 * @hGenericPci        PHT_HW_GENERIC_PCI_DEVICE
 * @pbIsPrimaryDevice  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: host description GenericPciDevices/GenericPciDevice[i]/Primary, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlSrvCfgPci_IsPrimaryDevice,
    (PRL_HANDLE hGenericPci, PRL_BOOL_PTR pbIsPrimaryDevice));

/*
 * Preferences of the service (PHT_DISP_CONFIG). They take effect with PrlSrv_CommonPrefsCommit
 */

/**
 * PrlDispCfg_GetDefaultVmDir: directory for new machines.
 *
 * @hDispConfig              PHT_DISP_CONFIG
 * @sDefaultVmDir            [out] text buffer, or NULL to ask for the length
 * @pnDefaultVmDirBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences WorkspacePreferences/DefaultVmDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetDefaultVmDir,
    (PRL_HANDLE hDispConfig, PRL_STR sDefaultVmDir, PRL_UINT32_PTR pnDefaultVmDirBufLength));

/**
 * PrlDispCfg_GetDefaultCtDir: directory for new containers.
 *
 * @hDispConfig            PHT_DISP_CONFIG
 * @sDefaultDir            [out] text buffer, or NULL to ask for the length
 * @pnDefaultDirBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences DispVirtuozzoPreferences/DefaultCtDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetDefaultCtDir,
    (PRL_HANDLE hDispConfig, PRL_STR sDefaultDir, PRL_UINT32_PTR pnDefaultDirBufLength));

/**
 * PrlDispCfg_GetReservedMemLimit: memory all machines together may take.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetReservedMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetReservedMemLimit: sets the memory all machines together may take.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryLimit, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetReservedMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_GetMinVmMem: least memory of one machine.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/MinVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetMinVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetMinVmMem: sets the least memory of one machine.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/MinVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetMinVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_GetMaxVmMem: most memory of one machine.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/MaxVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetMaxVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetMaxVmMem: sets the most memory of one machine.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/MaxVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetMaxVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_GetRecommendMaxVmMem: most memory of one machine that is advisable.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/RecommendedMaxVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetRecommendMaxVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetRecommendMaxVmMem: sets the most memory of one machine that is advisable.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/RecommendedMaxVmMemory, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetRecommendMaxVmMem,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_GetMaxReservMemLimit: greatest value of the memory limit.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryMax, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetMaxReservMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetMaxReservMemLimit: sets the greatest value of the memory limit.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryMax, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetMaxReservMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_GetMinReservMemLimit: least value of the memory limit.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnMemSize    [out] MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryMin, default 96
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetMinReservMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnMemSize));

/**
 * PrlDispCfg_SetMinReservMemLimit: sets the least value of the memory limit.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nMemSize     MiB
 *
 * Source: server preferences MemoryPreferences/ReservedMemoryMin, default 96
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetMinReservMemLimit,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nMemSize));

/**
 * PrlDispCfg_IsAdjustMemAuto: tells whether the service chooses the memory limit itself.
 *
 * @hDispConfig      PHT_DISP_CONFIG
 * @pbAdjustMemAuto  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences MemoryPreferences/AdjustMemAuto, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_IsAdjustMemAuto,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbAdjustMemAuto));

/**
 * PrlDispCfg_SetAdjustMemAuto: sets whether the service chooses the memory limit itself.
 *
 * @hDispConfig     PHT_DISP_CONFIG
 * @bAdjustMemAuto  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences MemoryPreferences/AdjustMemAuto, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetAdjustMemAuto,
    (PRL_HANDLE hDispConfig, PRL_BOOL bAdjustMemAuto));

/**
 * PrlDispCfg_IsSendStatisticReport: tells whether usage statistics are sent; nothing is sent
 * here.
 *
 * @hDispConfig            PHT_DISP_CONFIG
 * @pbSendStatisticReport  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/EnableSendStatisticReport, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_IsSendStatisticReport,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbSendStatisticReport));

/**
 * PrlDispCfg_SetSendStatisticReport: sets whether usage statistics are sent; nothing is sent
 * here.
 *
 * @hDispConfig           PHT_DISP_CONFIG
 * @bSendStatisticReport  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/EnableSendStatisticReport, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetSendStatisticReport,
    (PRL_HANDLE hDispConfig, PRL_BOOL bSendStatisticReport));

/**
 * PrlDispCfg_GetDefaultVNCHostName: address VNC servers listen on.
 *
 * @hDispConfig          PHT_DISP_CONFIG
 * @sHostName            [out] text buffer, or NULL to ask for the length
 * @pnHostNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences RemoteDisplayPreferences/BaseHostName, default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetDefaultVNCHostName,
    (PRL_HANDLE hDispConfig, PRL_STR sHostName, PRL_UINT32_PTR pnHostNameBufLength));

/**
 * PrlDispCfg_SetDefaultVNCHostName: sets the address VNC servers listen on.
 *
 * @hDispConfig   PHT_DISP_CONFIG
 * @sNewHostName  the text, UTF-8
 *
 * Source: server preferences RemoteDisplayPreferences/BaseHostName, default 0.0.0.0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetDefaultVNCHostName,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sNewHostName));

/**
 * PrlDispCfg_GetVNCBasePort: lowest port for VNC servers.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnPort       [out] port
 *
 * Source: server preferences RemoteDisplayPreferences/BasePort, default 5900
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetVNCBasePort,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnPort));

/**
 * PrlDispCfg_SetVNCBasePort: sets the lowest port for VNC servers.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nPort        port
 *
 * Source: server preferences RemoteDisplayPreferences/BasePort, default 5900
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetVNCBasePort,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nPort));

/**
 * PrlDispCfg_GetVNCMaxPort: highest port for VNC servers.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pnPort       [out] port
 *
 * Source: server preferences RemoteDisplayPreferences/MaxPort, default 6900
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDispCfg_GetVNCMaxPort,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnPort));

/**
 * PrlDispCfg_CanChangeDefaultSettings: tells whether new users may change the preferences.
 *
 * @hDispConfig              PHT_DISP_CONFIG
 * @pbDefaultChangeSettings  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/DefaultChangeSettings, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_CanChangeDefaultSettings,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbDefaultChangeSettings));

/**
 * PrlDispCfg_SetCanChangeDefaultSettings: sets whether new users may change the preferences.
 *
 * @hDispConfig             PHT_DISP_CONFIG
 * @bDefaultChangeSettings  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/DefaultChangeSettings, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetCanChangeDefaultSettings,
    (PRL_HANDLE hDispConfig, PRL_BOOL bDefaultChangeSettings));

/**
 * PrlDispCfg_GetMinSecurityLevel: least security level a client may connect with.
 *
 * @hDispConfig         PHT_DISP_CONFIG
 * @pnMinSecurityLevel  [out] a PRL_SECURITY_LEVEL value
 *
 * Source: server preferences WorkspacePreferences/MinimalSecurityLevel, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_GetMinSecurityLevel,
    (PRL_HANDLE hDispConfig, PRL_SECURITY_LEVEL_PTR pnMinSecurityLevel));

/**
 * PrlDispCfg_SetMinSecurityLevel: sets the least security level a client may connect with.
 *
 * @hDispConfig        PHT_DISP_CONFIG
 * @nMinSecurityLevel  a PRL_SECURITY_LEVEL value
 *
 * Source: server preferences WorkspacePreferences/MinimalSecurityLevel, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDispCfg_SetMinSecurityLevel,
    (PRL_HANDLE hDispConfig, PRL_SECURITY_LEVEL nMinSecurityLevel));

/**
 * PrlDispCfg_GetConfirmationsList: commands that ask for an administrator's confirmation, a
 * list of numbers.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @phConfirmList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 *
 * Source: server preferences LockedOperationsList/LockedOperation
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_GetConfirmationsList,
    (PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phConfirmList));

/**
 * PrlDispCfg_SetConfirmationsList: sets the commands that ask for an administrator's
 * confirmation, a list of numbers.
 *
 * @hDispConfig   PHT_DISP_CONFIG
 * @hConfirmList  PHT_OPAQUE_TYPE_LIST
 *
 * Source: server preferences LockedOperationsList/LockedOperation
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetConfirmationsList,
    (PRL_HANDLE hDispConfig, PRL_HANDLE hConfirmList));

/**
 * PrlDispCfg_GetDefaultBackupServer: host backups go to.
 *
 * @hDispConfig              PHT_DISP_CONFIG
 * @sBackupServer            [out] text buffer, or NULL to ask for the length
 * @pnBackupServerBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences BackupSourcePreferences/DefaultBackupServer, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_GetDefaultBackupServer,
    (PRL_HANDLE hDispConfig, PRL_STR sBackupServer, PRL_UINT32_PTR pnBackupServerBufLength));

/**
 * PrlDispCfg_SetDefaultBackupServer: sets the host backups go to.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @sBackupServer  the text, UTF-8
 *
 * Source: server preferences BackupSourcePreferences/DefaultBackupServer, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetDefaultBackupServer,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sBackupServer));

/**
 * PrlDispCfg_GetBackupUserLogin: user on the host backups go to.
 *
 * @hDispConfig           PHT_DISP_CONFIG
 * @sUserLogin            [out] text buffer, or NULL to ask for the length
 * @pnUserLoginBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences BackupSourcePreferences/Login, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_GetBackupUserLogin,
    (PRL_HANDLE hDispConfig, PRL_STR sUserLogin, PRL_UINT32_PTR pnUserLoginBufLength));

/**
 * PrlDispCfg_SetBackupUserLogin: sets the user on the host backups go to.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @sUserLogin   the text, UTF-8
 *
 * Source: server preferences BackupSourcePreferences/Login, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetBackupUserLogin,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sUserLogin));

/**
 * PrlDispCfg_SetBackupUserPassword: sets the password of that user; never logged.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @sUserPassword  password; never logged
 *
 * Source: server preferences BackupSourcePreferences/Password +
 *         BackupSourcePreferences/PasswordChanged, default "" + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetBackupUserPassword,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sUserPassword));

/**
 * PrlDispCfg_IsBackupUserPasswordEnabled: tells whether a stored password is used for backups.
 *
 * @hDispConfig            PHT_DISP_CONFIG
 * @pbUserPasswordEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/UsePassword, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_IsBackupUserPasswordEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbUserPasswordEnabled));

/**
 * PrlDispCfg_SetBackupUserPasswordEnabled: sets whether a stored password is used for backups.
 *
 * @hDispConfig           PHT_DISP_CONFIG
 * @bUserPasswordEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/UsePassword, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetBackupUserPasswordEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL bUserPasswordEnabled));

/**
 * PrlDispCfg_GetDefaultBackupDirectory: directory that backups are kept in.
 *
 * @hDispConfig                 PHT_DISP_CONFIG
 * @sBackupDirectory            [out] text buffer, or NULL to ask for the length
 * @pnBackupDirectoryBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences BackupTargetPreferences/DefaultBackupDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_GetDefaultBackupDirectory,
    (PRL_HANDLE hDispConfig, PRL_STR sBackupDirectory,
     PRL_UINT32_PTR pnBackupDirectoryBufLength));

/**
 * PrlDispCfg_SetDefaultBackupDirectory: sets the directory that backups are kept in.
 *
 * @hDispConfig       PHT_DISP_CONFIG
 * @sBackupDirectory  absolute path
 *
 * Source: server preferences BackupTargetPreferences/DefaultBackupDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetDefaultBackupDirectory,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sBackupDirectory));

/**
 * PrlDispCfg_GetBackupMode: layout of incremental backups.
 *
 * @hDispConfig   PHT_DISP_CONFIG
 * @pnBackupMode  [out] a PRL_VM_BACKUP_MODE value
 *
 * Errors: PRL_ERR_BACKUP_UNSUPPORTED_SETTING
 * Source: server preferences BackupSourcePreferences/BackupMode/Mode, default 0 (PBM_PUSH)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDispCfg_GetBackupMode,
    (PRL_HANDLE hDispConfig, PRL_VM_BACKUP_MODE_PTR pnBackupMode));

/**
 * PrlDispCfg_SetBackupMode: sets the layout of incremental backups.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nBackupMode  a PRL_VM_BACKUP_MODE value
 *
 * Errors: PRL_ERR_BACKUP_UNSUPPORTED_SETTING; PRL_ERR_BACKUP_UNSUPPORTED_SETTING for a known
 *         mode, PRL_ERR_INVALID_ARG for an unknown one
 * Source: server preferences BackupSourcePreferences/BackupMode/Mode, default 0 (PBM_PUSH)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDispCfg_SetBackupMode,
    (PRL_HANDLE hDispConfig, PRL_VM_BACKUP_MODE nBackupMode));

/**
 * PrlDispCfg_GetBackupTimeout: how long a backup may stand still.
 *
 * @hDispConfig      PHT_DISP_CONFIG
 * @pnBackupTimeout  [out] seconds
 *
 * Source: server preferences BackupSourcePreferences/Timeout, default 3600
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_GetBackupTimeout,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnBackupTimeout));

/**
 * PrlDispCfg_SetBackupTimeout: sets how long a backup may stand still.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @nTimeout     milliseconds
 *
 * Source: server preferences BackupSourcePreferences/Timeout, default 3600
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_SetBackupTimeout,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nTimeout));

/**
 * PrlDispCfg_IsBackupCompressionEnabled: tells whether backups are compressed.
 *
 * @hDispConfig             PHT_DISP_CONFIG
 * @pbIsCompressionEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/Compression, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_IsBackupCompressionEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbIsCompressionEnabled));

/**
 * PrlDispCfg_SetBackupCompression: sets whether backups are compressed.
 *
 * @hDispConfig            PHT_DISP_CONFIG
 * @bIsCompressionEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/Compression, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_SetBackupCompression,
    (PRL_HANDLE hDispConfig, PRL_BOOL bIsCompressionEnabled));

/**
 * PrlDispCfg_IsBackupTunnelEnabled: tells whether backup data goes through the encrypted
 * connection.
 *
 * @hDispConfig        PHT_DISP_CONFIG
 * @pbIsTunnelEnabled  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/Tunnel, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_IsBackupTunnelEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbIsTunnelEnabled));

/**
 * PrlDispCfg_SetBackupTunnel: sets whether backup data goes through the encrypted connection.
 *
 * @hDispConfig       PHT_DISP_CONFIG
 * @bIsTunnelEnabled  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences BackupSourcePreferences/Tunnel, default 1
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_SetBackupTunnel,
    (PRL_HANDLE hDispConfig, PRL_BOOL bIsTunnelEnabled));

/**
 * PrlDispCfg_ArePluginsEnabled: tells whether plugins are loaded.
 *
 * @hDispConfig         PHT_DISP_CONFIG
 * @pbIsPluginsAllowed  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/PluginsAllowed, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_ArePluginsEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbIsPluginsAllowed));

/**
 * PrlDispCfg_EnablePlugins: sets whether plugins are loaded.
 *
 * @hDispConfig            PHT_DISP_CONFIG
 * @bEnablePluginsSupport  PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/PluginsAllowed, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_EnablePlugins,
    (PRL_HANDLE hDispConfig, PRL_BOOL bEnablePluginsSupport));

/**
 * PrlDispCfg_GetVmCpuLimitType: what the processor limit of a machine covers
 * (PRL_VM_CPULIMIT_TYPE).
 *
 * @hDispConfig       PHT_DISP_CONFIG
 * @pnVmCpuLimitType  [out] PRL_VM_CPULIMIT_TYPE
 *
 * Source: server preferences WorkspacePreferences/VmGuestCpuLimitType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_GetVmCpuLimitType,
    (PRL_HANDLE hDispConfig, PRL_UINT32_PTR pnVmCpuLimitType));

/**
 * PrlDispCfg_SetVmCpuLimitType: sets what the processor limit of a machine covers
 * (PRL_VM_CPULIMIT_TYPE).
 *
 * @hDispConfig      PHT_DISP_CONFIG
 * @nVmCpuLimitType  PRL_VM_CPULIMIT_TYPE
 *
 * Source: server preferences WorkspacePreferences/VmGuestCpuLimitType, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_SetVmCpuLimitType,
    (PRL_HANDLE hDispConfig, PRL_UINT32 nVmCpuLimitType));

/**
 * PrlDispCfg_IsVerboseLogEnabled: tells whether the service logs in detail.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pbEnabled    [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences Debug/VerboseLogEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_IsVerboseLogEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbEnabled));

/**
 * PrlDispCfg_SetVerboseLogEnabled: sets whether the service logs in detail.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @bEnabled     PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences Debug/VerboseLogEnabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetVerboseLogEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL bEnabled));

/**
 * PrlDispCfg_IsAllowMultiplePMC: tells whether several management clients may be logged in.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pbEnabled    [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/AllowMultiplePMC, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_IsAllowMultiplePMC,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbEnabled));

/**
 * PrlDispCfg_SetAllowMultiplePMC: sets whether several management clients may be logged in.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @bEnabled     PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences WorkspacePreferences/AllowMultiplePMC, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlDispCfg_SetAllowMultiplePMC,
    (PRL_HANDLE hDispConfig, PRL_BOOL bEnabled));

/**
 * PrlDispCfg_IsLogRotationEnabled: tells whether log files are cut off by size.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @pbEnabled    [out] PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences LogRotatePreferences/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_IsLogRotationEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL_PTR pbEnabled));

/**
 * PrlDispCfg_SetLogRotationEnabled: sets whether log files are cut off by size.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @bEnabled     PRL_TRUE or PRL_FALSE
 *
 * Source: server preferences LogRotatePreferences/Enabled, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_SetLogRotationEnabled,
    (PRL_HANDLE hDispConfig, PRL_BOOL bEnabled));

/**
 * PrlDispCfg_GetCpuFeaturesMaskEx: mask of the processor features guests see.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @phCpuFeatures  [out] new reference to a PHT_CPU_FEATURES
 *
 * Source: server preferences CpuPreferences/FEATURES_MASK + CpuPreferences/EXT_FEATURES_MASK +
 *         CpuPreferences/EXT_80000001_ECX_MASK + CpuPreferences/EXT_80000001_EDX_MASK +
 *         CpuPreferences/EXT_80000007_EDX_MASK + CpuPreferences/EXT_80000008_EAX +
 *         CpuPreferences/EXT_00000007_EBX_MASK + CpuPreferences/EXT_00000007_ECX_MASK +
 *         CpuPreferences/EXT_00000007_EDX_MASK + CpuPreferences/EXT_0000000D_EAX_MASK, default
 *         0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_GetCpuFeaturesMaskEx,
    (PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phCpuFeatures));

/**
 * PrlDispCfg_SetCpuFeaturesMaskEx: sets the mask of the processor features guests see.
 *
 * @hDispConfig   PHT_DISP_CONFIG
 * @hCpuFeatures  PHT_CPU_FEATURES
 *
 * Source: server preferences CpuPreferences/FEATURES_MASK + CpuPreferences/EXT_FEATURES_MASK +
 *         CpuPreferences/EXT_80000001_ECX_MASK + CpuPreferences/EXT_80000001_EDX_MASK +
 *         CpuPreferences/EXT_80000007_EDX_MASK + CpuPreferences/EXT_80000008_EAX +
 *         CpuPreferences/EXT_00000007_EBX_MASK + CpuPreferences/EXT_00000007_ECX_MASK +
 *         CpuPreferences/EXT_00000007_EDX_MASK + CpuPreferences/EXT_0000000D_EAX_MASK, default
 *         0 (each)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_SetCpuFeaturesMaskEx,
    (PRL_HANDLE hDispConfig, PRL_HANDLE hCpuFeatures));

/**
 * PrlDispCfg_GetUsbIdentityCount: number of USB devices that have been seen.
 *
 * @hDispCfg            PHT_DISP_CONFIG
 * @pnUsbIdentityCount  [out] count
 *
 * Source: server preferences UsbPreferences/UsbIdentity[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_GetUsbIdentityCount,
    (PRL_HANDLE hDispCfg, PRL_UINT32_PTR pnUsbIdentityCount));

/**
 * PrlDispCfg_GetUsbIdentity: a USB device that has been seen.
 *
 * @hDispCfg        PHT_DISP_CONFIG
 * @nUsbIdentIndex  position, from 0
 * @phUsbIdent      [out] new reference to a PHT_USB_IDENTITY
 *
 * Source: server preferences UsbPreferences/UsbIdentity[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_GetUsbIdentity,
    (PRL_HANDLE hDispCfg, PRL_UINT32 nUsbIdentIndex, PRL_HANDLE_PTR phUsbIdent));

/**
 * PrlDispCfg_SetUsbIdentAssociation: sets what happens when a USB device is plugged in.
 *
 * @hDispCfg     PHT_DISP_CONFIG
 * @sSystemName  the text, UTF-8
 * @sVmUuid      uuid of the machine
 * @nFlags       0
 *
 * Source: CDispUsbAssociation Action + VmUuid, default 2 (PUD_ASK_USER_WHAT_TODO) + ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_SetUsbIdentAssociation,
    (PRL_HANDLE hDispCfg, PRL_CONST_STR sSystemName, PRL_CONST_STR sVmUuid, PRL_UINT32 nFlags));

/**
 * PrlDispCfg_GetCpuPool: processor pool the host is in.
 *
 * @hDispConfig  PHT_DISP_CONFIG
 * @phCpuPool    [out] new reference to a PHT_CPU_POOL
 *
 * Source: server preferences CpuPoolInfo/Name + CpuPreferences/FEATURES_MASK +
 *         CpuPreferences/EXT_FEATURES_MASK + CpuPreferences/EXT_80000001_ECX_MASK +
 *         CpuPreferences/EXT_80000001_EDX_MASK + CpuPreferences/EXT_80000007_EDX_MASK +
 *         CpuPreferences/EXT_80000008_EAX + CpuPreferences/EXT_00000007_EBX_MASK +
 *         CpuPreferences/EXT_00000007_ECX_MASK + CpuPreferences/EXT_00000007_EDX_MASK +
 *         CpuPreferences/EXT_0000000D_EAX_MASK, default "" + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 +
 *         ...
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDispCfg_GetCpuPool,
    (PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phCpuPool));

/**
 * PrlDispCfg_GetBackupTmpDir: directory for temporary files of backups.
 *
 * @hDispConfig              PHT_DISP_CONFIG
 * @sBackupTmpDir            [out] text buffer, or NULL to ask for the length
 * @pnBackupTmpDirBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences BackupSourcePreferences/TmpDir, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlDispCfg_GetBackupTmpDir,
    (PRL_HANDLE hDispConfig, PRL_STR sBackupTmpDir, PRL_UINT32_PTR pnBackupTmpDirBufLength));

/**
 * PrlDispCfg_SetBackupTmpDir: sets the directory for temporary files of backups.
 *
 * @hDispConfig    PHT_DISP_CONFIG
 * @sBackupTmpDir  absolute path
 *
 * Source: server preferences BackupSourcePreferences/TmpDir, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlDispCfg_SetBackupTmpDir,
    (PRL_HANDLE hDispConfig, PRL_CONST_STR sBackupTmpDir));

/*
 * CPUID words (PHT_CPU_FEATURES)
 */

/**
 * PrlCpuFeatures_Create: makes a set of CPUID words, all zero.
 *
 * @phCpuFeatures  [out] new reference to a PHT_CPU_FEATURES
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCpuFeatures_Create, (PRL_HANDLE_PTR phCpuFeatures));

/**
 * PrlCpuFeatures_GetValue: one CPUID word.
 *
 * @hCpuFeatures  PHT_CPU_FEATURES
 * @nId           a PRL_CPU_FEATURES_EX value
 * @pnValue       [out] the word
 *
 * Source: CpuFeatures FEATURES | EXT_FEATURES | EXT_80000001_ECX | EXT_80000001_EDX |
 *         EXT_80000007_EDX | EXT_80000008_EAX | EXT_00000007_EBX | EXT_00000007_EDX |
 *         EXT_0000000D_EAX | EXT_00000007_ECX, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCpuFeatures_GetValue,
    (PRL_HANDLE hCpuFeatures, PRL_CPU_FEATURES_EX nId, PRL_UINT32_PTR pnValue));

/**
 * PrlCpuFeatures_SetValue: sets the one CPUID word.
 *
 * @hCpuFeatures  PHT_CPU_FEATURES
 * @nId           a PRL_CPU_FEATURES_EX value
 * @nValue        the word
 *
 * Source: CpuFeatures FEATURES | EXT_FEATURES | EXT_80000001_ECX | EXT_80000001_EDX |
 *         EXT_80000007_EDX | EXT_80000008_EAX | EXT_00000007_EBX | EXT_00000007_EDX |
 *         EXT_0000000D_EAX | EXT_00000007_ECX, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCpuFeatures_SetValue,
    (PRL_HANDLE hCpuFeatures, PRL_CPU_FEATURES_EX nId, PRL_UINT32 nValue));

/*
 * Profile of the session user (PHT_USER_PROFILE)
 */

/**
 * PrlUsrCfg_GetVmDirUuid: uuid of the user's directory of machines.
 *
 * @hUserProfile          PHT_USER_PROFILE
 * @sVmDirUuid            [out] text buffer, or NULL to ask for the length
 * @pnVmDirUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtuozzoUser UserWorkspace/UserVmDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_GetVmDirUuid,
    (PRL_HANDLE hUserProfile, PRL_STR sVmDirUuid, PRL_UINT32_PTR pnVmDirUuidBufLength));

/**
 * PrlUsrCfg_SetVmDirUuid: sets the uuid of the user's directory of machines.
 *
 * @hUserProfile   PHT_USER_PROFILE
 * @sNewVmDirUuid  uuid
 *
 * Source: VirtuozzoUser UserWorkspace/UserVmDirectory, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_SetVmDirUuid,
    (PRL_HANDLE hUserProfile, PRL_CONST_STR sNewVmDirUuid));

/**
 * PrlUsrCfg_GetDefaultVmFolder: directory for the user's new machines; "" for the default of
 * the server.
 *
 * @hUserProfile                PHT_USER_PROFILE
 * @sDefaultVmFolder            [out] text buffer, or NULL to ask for the length
 * @pnDefaultVmFolderBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtuozzoUser UserWorkspace/UserDefaultVmFolder, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_GetDefaultVmFolder,
    (PRL_HANDLE hUserProfile, PRL_STR sDefaultVmFolder,
     PRL_UINT32_PTR pnDefaultVmFolderBufLength));

/**
 * PrlUsrCfg_SetDefaultVmFolder: sets the directory for the user's new machines; "" for the
 * default of the server.
 *
 * @hUserProfile         PHT_USER_PROFILE
 * @sNewDefaultVmFolder  absolute path
 *
 * Source: VirtuozzoUser UserWorkspace/UserDefaultVmFolder, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_SetDefaultVmFolder,
    (PRL_HANDLE hUserProfile, PRL_CONST_STR sNewDefaultVmFolder));

/**
 * PrlUsrCfg_CanUseMngConsole: tells whether the user may use management clients.
 *
 * @hUserProfile        PHT_USER_PROFILE
 * @pbCanUseMngConsole  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtuozzoUser AccessPreferences/UseManagementConsole, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_CanUseMngConsole,
    (PRL_HANDLE hUserProfile, PRL_BOOL_PTR pbCanUseMngConsole));

/**
 * PrlUsrCfg_CanChangeSrvSets: tells whether the user may change the preferences of the
 * service.
 *
 * @hUserProfile        PHT_USER_PROFILE
 * @pbCanChangeSrvSets  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtuozzoUser AccessPreferences/ChangeServerSettings, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrCfg_CanChangeSrvSets,
    (PRL_HANDLE hUserProfile, PRL_BOOL_PTR pbCanChangeSrvSets));

/**
 * PrlUsrCfg_IsLocalAdministrator: tells whether the user administers the host.
 *
 * @hUserProfile    PHT_USER_PROFILE
 * @pbIsLocalAdmin  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtuozzoUser AccessPreferences/LocalAdministrator, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlUsrCfg_IsLocalAdministrator,
    (PRL_HANDLE hUserProfile, PRL_BOOL_PTR pbIsLocalAdmin));

/*
 * A user the service knows (PHT_USER_INFO)
 */

/**
 * PrlUsrInfo_GetName: name of the user.
 *
 * @hUserInfo        PHT_USER_INFO
 * @sName            [out] text buffer, or NULL to ask for the length
 * @pnNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtuozzoUserInformation UserInfoList/UserInfo[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrInfo_GetName,
    (PRL_HANDLE hUserInfo, PRL_STR sName, PRL_UINT32_PTR pnNameBufLength));

/**
 * PrlUsrInfo_GetUuid: uuid of the user.
 *
 * @hUserInfo        PHT_USER_INFO
 * @sUuid            [out] text buffer, or NULL to ask for the length
 * @pnUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtuozzoUserInformation UserInfoList/UserInfo[i]/Uuid, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrInfo_GetUuid,
    (PRL_HANDLE hUserInfo, PRL_STR sUuid, PRL_UINT32_PTR pnUuidBufLength));

/**
 * PrlUsrInfo_GetSessionCount: sessions the user has now.
 *
 * @hUserInfo       PHT_USER_INFO
 * @pnSessionCount  [out] count
 *
 * Source: VirtuozzoUserInformation UserInfoList/UserInfo[i]/SessionCount, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrInfo_GetSessionCount,
    (PRL_HANDLE hUserInfo, PRL_UINT32_PTR pnSessionCount));

/**
 * PrlUsrInfo_GetDefaultVmFolder: directory for the user's new machines.
 *
 * @hUserInfo                   PHT_USER_INFO
 * @sDefaultVmFolder            [out] text buffer, or NULL to ask for the length
 * @pnDefaultVmFolderBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VirtuozzoUserInformation UserInfoList/UserInfo[i]/DefaultVmFolder, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrInfo_GetDefaultVmFolder,
    (PRL_HANDLE hUserInfo, PRL_STR sDefaultVmFolder, PRL_UINT32_PTR pnDefaultVmFolderBufLength));

/**
 * PrlUsrInfo_CanChangeSrvSets: tells whether the user may change the preferences of the
 * service.
 *
 * @hUserInfo           PHT_USER_INFO
 * @pbCanChangeSrvSets  [out] PRL_TRUE or PRL_FALSE
 *
 * Source: VirtuozzoUserInformation UserInfoList/UserInfo[i]/ChangeServerSettings
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlUsrInfo_CanChangeSrvSets,
    (PRL_HANDLE hUserInfo, PRL_BOOL_PTR pbCanChangeSrvSets));

/*
 * Listing of a directory (PHT_REMOTE_FILESYSTEM_INFO)
 */

/**
 * PrlFsInfo_GetType: path convention of the host.
 *
 * @hFsInfo   PHT_REMOTE_FILESYSTEM_INFO
 * @pnFsType  [out] a PRL_FILE_SYSTEM_TYPE value
 *
 * Source: FileSystemInfo Type, default 1 (PFS_UNIX_LIKE_FS)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsInfo_GetType,
    (PRL_HANDLE hFsInfo, PRL_FILE_SYSTEM_TYPE_PTR pnFsType));

/**
 * PrlFsInfo_GetFsType: file system the directory is on.
 *
 * @hFsInfo   PHT_REMOTE_FILESYSTEM_INFO
 * @pnFsType  [out] a PRL_FILE_SYSTEM_FS_TYPE value
 *
 * Source: FileSystemInfo FsType, default 255 (PRL_FS_UNSPECIFIED)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlFsInfo_GetFsType,
    (PRL_HANDLE hFsInfo, PRL_FILE_SYSTEM_FS_TYPE_PTR pnFsType));

/**
 * PrlFsInfo_GetChildEntriesCount: number of entries of the directory.
 *
 * @hFsInfo              PHT_REMOTE_FILESYSTEM_INFO
 * @pnChildEntriesCount  [out] count
 *
 * Source: FileSystemInfo FsElement[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsInfo_GetChildEntriesCount,
    (PRL_HANDLE hFsInfo, PRL_UINT32_PTR pnChildEntriesCount));

/**
 * PrlFsInfo_GetChildEntry: an entry of the directory.
 *
 * @hFsInfo       PHT_REMOTE_FILESYSTEM_INFO
 * @nIndex        position, from 0
 * @phChildEntry  [out] new reference to a PHT_REMOTE_FILESYSTEM_ENTRY
 *
 * Source: FileSystemInfo FsElement[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsInfo_GetChildEntry,
    (PRL_HANDLE hFsInfo, PRL_UINT32 nIndex, PRL_HANDLE_PTR phChildEntry));

/**
 * PrlFsInfo_GetParentEntry: the directory that was listed; PRL_ERR_NO_DATA for the list of
 * disks.
 *
 * @hFsInfo        PHT_REMOTE_FILESYSTEM_INFO
 * @phParentEntry  [out] new reference to a PHT_REMOTE_FILESYSTEM_ENTRY
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: FileSystemInfo ParentElement
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsInfo_GetParentEntry,
    (PRL_HANDLE hFsInfo, PRL_HANDLE_PTR phParentEntry));

/*
 * An entry of a listing (PHT_REMOTE_FILESYSTEM_ENTRY)
 */

/**
 * PrlFsEntry_GetAbsolutePath: full path of the entry.
 *
 * @hFsEntry                 PHT_REMOTE_FILESYSTEM_ENTRY
 * @sAbsolutePath            [out] text buffer, or NULL to ask for the length
 * @pnAbsolutePathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: FileSystemInfo FsElement[i]/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetAbsolutePath,
    (PRL_HANDLE hFsEntry, PRL_STR sAbsolutePath, PRL_UINT32_PTR pnAbsolutePathBufLength));

/**
 * PrlFsEntry_GetRelativeName: last part of the path.
 *
 * @hFsEntry                 PHT_REMOTE_FILESYSTEM_ENTRY
 * @sRelativeName            [out] text buffer, or NULL to ask for the length
 * @pnRelativeNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: FileSystemInfo FsElement[i]/Name
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetRelativeName,
    (PRL_HANDLE hFsEntry, PRL_STR sRelativeName, PRL_UINT32_PTR pnRelativeNameBufLength));

/**
 * PrlFsEntry_GetLastModifiedDate: when the entry changed, yyyy-MM-dd hh:mm:ss.
 *
 * @hFsEntry                            PHT_REMOTE_FILESYSTEM_ENTRY
 * @sFsEntryLastModifiedDate            [out] text buffer, or NULL to ask for the length
 * @pnFsEntryLastModifiedDateBufLength  [in,out] bytes of the buffer; becomes the length with
 *                                      its NUL
 *
 * Source: FileSystemInfo FsElement[i]/Modified, default current time
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetLastModifiedDate,
    (PRL_HANDLE hFsEntry, PRL_STR sFsEntryLastModifiedDate,
     PRL_UINT32_PTR pnFsEntryLastModifiedDateBufLength));

/**
 * PrlFsEntry_GetSize: size of the file.
 *
 * @hFsEntry  PHT_REMOTE_FILESYSTEM_ENTRY
 * @pnSize    [out] bytes
 *
 * Source: FileSystemInfo FsElement[i]/Size, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetSize,
    (PRL_HANDLE hFsEntry, PRL_UINT64_PTR pnSize));

/**
 * PrlFsEntry_GetPermissions: permission bits of the entry.
 *
 * @hFsEntry       PHT_REMOTE_FILESYSTEM_ENTRY
 * @pnPermissions  [out] mode bits, see PrlFs.h
 *
 * Source: FileSystemInfo FsElement[i]/Permissions, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetPermissions,
    (PRL_HANDLE hFsEntry, PRL_UINT32_PTR pnPermissions));

/**
 * PrlFsEntry_GetType: kind of the entry.
 *
 * @hFsEntry       PHT_REMOTE_FILESYSTEM_ENTRY
 * @pnFsEntryType  [out] a PRL_FILE_SYSTEM_ELEMENT_TYPE value
 *
 * Source: FileSystemInfo FsElement[i]/Type, default 2 (PSE_FILE)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlFsEntry_GetType,
    (PRL_HANDLE hFsEntry, PRL_FILE_SYSTEM_ELEMENT_TYPE_PTR pnFsEntryType));

/*
 * Licence (PHT_LICENSE)
 */

/**
 * PrlLic_IsValid: tells whether there is a good licence.
 *
 * @hLicense  PHT_LICENSE
 * @pbValue   [out] PRL_TRUE or PRL_FALSE
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter license_is_valid
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_IsValid, (PRL_HANDLE hLicense, PRL_BOOL_PTR pbValue));

/**
 * PrlLic_GetStatus: state of the licence.
 *
 * @hLicense  PHT_LICENSE
 * @pnValue   [out] a PRL_RESULT
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter license_status
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_GetStatus,
    (PRL_HANDLE hLicense, PRL_RESULT_PTR pnValue));

/**
 * PrlLic_GetLicenseKey: key of the licence.
 *
 * @hLicense               PHT_LICENSE
 * @sLicenseKey            [out] text buffer, or NULL to ask for the length
 * @pnLicenseKeyBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter license_key
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_GetLicenseKey,
    (PRL_HANDLE hLicense, PRL_STR sLicenseKey, PRL_UINT32_PTR pnLicenseKeyBufLength));

/**
 * PrlLic_GetUserName: user the licence is for.
 *
 * @hLicense             PHT_LICENSE
 * @sUserName            [out] text buffer, or NULL to ask for the length
 * @pnUserNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter license_user
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_GetUserName,
    (PRL_HANDLE hLicense, PRL_STR sUserName, PRL_UINT32_PTR pnUserNameBufLength));

/**
 * PrlLic_GetCompanyName: company the licence is for.
 *
 * @hLicense                PHT_LICENSE
 * @sCompanyName            [out] text buffer, or NULL to ask for the length
 * @pnCompanyNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter license_company
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlLic_GetCompanyName,
    (PRL_HANDLE hLicense, PRL_STR sCompanyName, PRL_UINT32_PTR pnCompanyNameBufLength));

/*
 * Plugins of the service (PHT_PLUGIN_INFO)
 */

/**
 * PrlPluginInfo_GetVendor: maker of the plugin.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sVendor      [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_vendor
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetVendor,
    (PRL_HANDLE hPluginInfo, PRL_STR sVendor, PRL_UINT32_PTR pnBufLength));

/**
 * PrlPluginInfo_GetCopyright: copyright line of the plugin.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sCopyright   [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_copyright
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetCopyright,
    (PRL_HANDLE hPluginInfo, PRL_STR sCopyright, PRL_UINT32_PTR pnBufLength));

/**
 * PrlPluginInfo_GetShortDescription: what the plugin is, in a few words.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sDescr       [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_desc_short
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetShortDescription,
    (PRL_HANDLE hPluginInfo, PRL_STR sDescr, PRL_UINT32_PTR pnBufLength));

/**
 * PrlPluginInfo_GetLongDescription: what the plugin is.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sDescr       [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_desc_long
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetLongDescription,
    (PRL_HANDLE hPluginInfo, PRL_STR sDescr, PRL_UINT32_PTR pnBufLength));

/**
 * PrlPluginInfo_GetVersion: version of the plugin.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sVersion     [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_version
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetVersion,
    (PRL_HANDLE hPluginInfo, PRL_STR sVersion, PRL_UINT32_PTR pnBufLength));

/**
 * PrlPluginInfo_GetId: GUID of the plugin.
 *
 * @hPluginInfo  PHT_PLUGIN_INFO
 * @sId          [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Errors: PRL_ERR_NO_DATA (there is no such value)
 * Source: event parameter plugin_info_id
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlPluginInfo_GetId,
    (PRL_HANDLE hPluginInfo, PRL_STR sId, PRL_UINT32_PTR pnBufLength));

/*
 * A USB device that has been seen (PHT_USB_IDENTITY)
 */

/**
 * PrlUsbIdent_GetSystemName: system name of the device.
 *
 * @hUsbIdent              PHT_USB_IDENTITY
 * @sSystemName            [out] text buffer, or NULL to ask for the length
 * @pnSystemNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences UsbPreferences/UsbIdentity[i]/SystemName, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlUsbIdent_GetSystemName,
    (PRL_HANDLE hUsbIdent, PRL_STR sSystemName, PRL_UINT32_PTR pnSystemNameBufLength));

/**
 * PrlUsbIdent_GetFriendlyName: name of the device for people.
 *
 * @hUsbIdent                PHT_USB_IDENTITY
 * @sFriendlyName            [out] text buffer, or NULL to ask for the length
 * @pnFriendlyNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences UsbPreferences/UsbIdentity[i]/FriendlyName +
 *         UsbPreferences/UsbIdentity[i]/Index, default "" + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlUsbIdent_GetFriendlyName,
    (PRL_HANDLE hUsbIdent, PRL_STR sFriendlyName, PRL_UINT32_PTR pnFriendlyNameBufLength));

/**
 * PrlUsbIdent_GetVmUuidAssociation: uuid of the machine the device goes to.
 *
 * @hUsbIdent          PHT_USB_IDENTITY
 * @sVmUuid            [out] text buffer, or NULL to ask for the length
 * @pnVmUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: server preferences UsbPreferences/UsbIdentity[i]/Association[]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlUsbIdent_GetVmUuidAssociation,
    (PRL_HANDLE hUsbIdent, PRL_STR sVmUuid, PRL_UINT32_PTR pnVmUuidBufLength));

/*
 * Processor pools (PHT_CPU_POOL)
 */

/**
 * PrlCPUPool_GetVendor: processor vendor all hosts of the pool share.
 *
 * @hCpuPool     PHT_CPU_POOL
 * @sBuf         [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CpuPool CpuPoolInfo/Vendor
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCPUPool_GetVendor,
    (PRL_HANDLE hCpuPool, PRL_STR sBuf, PRL_UINT32_PTR pnBufLength));

/**
 * PrlCPUPool_GetName: name of the pool.
 *
 * @hCpuPool     PHT_CPU_POOL
 * @sBuf         [out] text buffer, or NULL to ask for the length
 * @pnBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: CpuPool CpuPoolInfo/Name, default ""
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCPUPool_GetName,
    (PRL_HANDLE hCpuPool, PRL_STR sBuf, PRL_UINT32_PTR pnBufLength));

/**
 * PrlCPUPool_GetCpuFeaturesMask: processor features all hosts of the pool share.
 *
 * @hCpuPool       PHT_CPU_POOL
 * @phCpuFeatures  [out] new reference to a PHT_CPU_FEATURES
 *
 * Source: CpuPool CpuMask/FEATURES + CpuMask/EXT_FEATURES + CpuMask/EXT_80000001_ECX +
 *         CpuMask/EXT_80000001_EDX + CpuMask/EXT_80000007_EDX + CpuMask/EXT_80000008_EAX +
 *         CpuMask/EXT_00000007_EBX + CpuMask/EXT_00000007_ECX + CpuMask/EXT_00000007_EDX +
 *         CpuMask/EXT_0000000D_EAX, default 0 + 0 + 0 + 0 + 0 + 0 + 0 +  + 0 + 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlCPUPool_GetCpuFeaturesMask,
    (PRL_HANDLE hCpuPool, PRL_HANDLE_PTR phCpuFeatures));

/*
 * What a backup job gives (PHT_BACKUP_RESULT)
 */

/**
 * PrlBackupResult_GetBackupUuid: id of the backup: {uuid} of a base, {uuid}.N of an increment.
 *
 * @hBackupResult          PHT_BACKUP_RESULT
 * @sBackupUuid            [out] text buffer, or NULL to ask for the length
 * @pnBackupUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlBackupResult_GetBackupUuid,
    (PRL_HANDLE hBackupResult, PRL_STR sBackupUuid, PRL_UINT32_PTR pnBackupUuidBufLength));

/*
 * A backup in progress (PHT_VM_BACKUP)
 */

/**
 * PrlVmBackup_Commit: ends a backup in progress that went well.
 *
 * @hBackup  PHT_BACKUP
 *
 * Job:    PJOC_VM_END_BACKUP; result: nothing
 * Errors: PRL_ERR_INVALID_ARG when the backup lost its VM or server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmBackup_Commit, (PRL_HANDLE hBackup));

/**
 * PrlVmBackup_Rollback: gives a backup in progress up.
 *
 * @hBackup  PHT_BACKUP
 *
 * Job:    PJOC_VM_END_BACKUP; result: nothing
 * Errors: PRL_ERR_INVALID_ARG when the backup lost its VM or server
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmBackup_Rollback, (PRL_HANDLE hBackup));

/**
 * PrlVmBackup_GetDisksCount: number of disks of the backup.
 *
 * @hBackup       PHT_BACKUP
 * @pnDisksCount  [out] count
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmBackup_GetDisksCount,
    (PRL_HANDLE hBackup, PRL_UINT32_PTR pnDisksCount));

/**
 * PrlVmBackup_GetUuid: uuid of the backup.
 *
 * @hBackup          PHT_BACKUP
 * @sUuid            [out] text buffer, or NULL to ask for the length
 * @pnUuidBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmBackup_GetUuid,
    (PRL_HANDLE hBackup, PRL_STR sUuid, PRL_UINT32_PTR pnUuidBufLength));

/**
 * PrlVmBackup_GetDisk: a disk of the backup, for PrlDisk_Read.
 *
 * @hBackup     PHT_BACKUP
 * @nDiskIndex  position, from 0
 * @phDisk      [out] new reference to a PHT_VIRTUAL_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVmBackup_GetDisk,
    (PRL_HANDLE hBackup, PRL_UINT32 nDiskIndex, PRL_HANDLE_PTR phDisk));

/*
 * Resource management (PHT_VCMMD_CONFIG)
 */

/**
 * PrlVcmmdConfig_GetPolicy: name of the policy.
 *
 * @hVcmmdConfig  PHT_VCMMD_CONFIG
 * @sPolicy       [out] text buffer, or NULL to ask for the length
 * @pnSize        [in,out] bytes of the buffer; becomes the length with its NUL
 *
 * Source: VcmmdConfig Policy
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVcmmdConfig_GetPolicy,
    (PRL_HANDLE hVcmmdConfig, PRL_STR sPolicy, PRL_UINT32_PTR pnSize));

/**
 * PrlVcmmdConfig_SetPolicy: sets the name of the policy.
 *
 * @hVcmmdConfig  PHT_VCMMD_CONFIG
 * @sPolicy       the text, UTF-8
 *
 * Source: VcmmdConfig Policy
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlVcmmdConfig_SetPolicy,
    (PRL_HANDLE hVcmmdConfig, PRL_CONST_STR sPolicy));

/**
 * PrlSrv_CheckVirtuozzoServerAliveEx: find out whether a service answers at an address.
 *
 * @host       name or address; "" for this computer.
 * @port       TCP port; 0 for PRL_DISPATCHER_LISTEN_PORT.
 * @timeout    milliseconds.
 * @callback   also told of the finished job; may be NULL.
 * @user_data  passed to @callback.
 * @reserved   0.
 *
 * Job:    result: nothing; the return code says whether there was an answer.
 *
 * Older libraries export this function without declaring it, so it is in no list of
 * PrlApiMacro.h.
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlSrv_CheckVirtuozzoServerAliveEx,
    (PRL_CONST_STR host, PRL_UINT16 port, PRL_UINT32 timeout, PRL_EVENT_HANDLER_PTR callback,
     PRL_VOID_PTR user_data, PRL_UINT32 reserved));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_DISP_H */
