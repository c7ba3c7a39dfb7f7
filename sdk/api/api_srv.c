/* SPDX-License-Identifier: MIT */
/* PrlSrv_ requests and what they yield: user, file system, licence and guest system objects. Login
 * is in api_srv_login.c. */
#include <string.h>

#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "core/srv_obj.h"
#include "model/event_xml.h"
#include "model/guest_os.h"
#include "rows.h"
#include "srv.def"

#define SRV(job, op, ...) row_request(hServer, PHT_SERVER, job, op, __VA_ARGS__)

/* ---- host, preferences, users ---- */

PRL_ASYNC_METHOD(PrlSrv_GetSrvConfig)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_GET_SRV_CONFIG, OP_SRV_CONFIG, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_GetCommonPrefs)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_GET_COMMON_PREFS, OP_COMMON_PREFS, ARGS(ARG_U(0)));
}

PRL_ASYNC_METHOD(PrlSrv_CommonPrefsBeginEdit)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_COMMON_PREFS_BEGIN_EDIT, OP_COMMON_PREFS_BEGIN_EDIT, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_CommonPrefsCommit)(PRL_HANDLE hServer, PRL_HANDLE hDispCfg)
{
    return PrlSrv_CommonPrefsCommitEx(hServer, hDispCfg, 0);
}

PRL_ASYNC_METHOD(PrlSrv_CommonPrefsCommitEx)
(PRL_HANDLE hServer, PRL_HANDLE hDispCfg, PRL_UINT32 nFlags)
{
    return row_request_doc(hServer, PHT_SERVER, hDispCfg, PHT_DISP_CONFIG,
                           PJOC_SRV_COMMON_PREFS_COMMIT, OP_COMMON_PREFS_COMMIT,
                           ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlSrv_GetUserProfile)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_GET_USER_PROFILE, OP_USER_PROFILE, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_UserProfileBeginEdit)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_USER_PROFILE_BEGIN_EDIT, OP_USER_PROFILE_BEGIN_EDIT, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_UserProfileCommit)(PRL_HANDLE hServer, PRL_HANDLE hUserProfile)
{
    return row_request_doc(hServer, PHT_SERVER, hUserProfile, PHT_USER_PROFILE,
                           PJOC_SRV_USER_PROFILE_COMMIT, OP_USER_PROFILE_COMMIT, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_GetUserInfoList)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_GET_USER_INFO_LIST, OP_USER_INFO_LIST, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_GetUserInfo)(PRL_HANDLE hServer, PRL_CONST_STR sUserId)
{
    return SRV(PJOC_SRV_GET_USER_INFO, OP_USER_INFO, ARGS(ARG_S(sUserId)));
}

PRL_ASYNC_METHOD(PrlSrv_GetVirtualNetworkList)(PRL_HANDLE hServer, PRL_UINT32 nFlags)
{
    return SRV(PJOC_SRV_GET_VIRTUAL_NETWORK_LIST, OP_VIRTUAL_NETWORK_LIST, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlSrv_SubscribeToPerfStats)(PRL_HANDLE hServer, PRL_CONST_STR sFilter)
{
    return SRV(PJOC_SRV_SUBSCRIBE_PERFSTATS, OP_SUBSCRIBE_PERF_STATS, ARGS(ARG_S(sFilter)));
}

PRL_ASYNC_METHOD(PrlSrv_UnsubscribeFromPerfStats)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_UNSUBSCRIBE_PERFSTATS, OP_UNSUBSCRIBE_PERF_STATS, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_GetPerfStats)(PRL_HANDLE hServer, PRL_CONST_STR sFilter)
{
    return SRV(PJOC_SRV_GET_PERFSTATS, OP_PERF_STATS, ARGS(ARG_S(sFilter)));
}

PRL_ASYNC_METHOD(PrlSrv_GetLicenseInfo)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_GET_LICENSE_INFO, OP_LICENSE_INFO, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_Shutdown)(PRL_HANDLE hServer, PRL_BOOL bForceShutdown)
{
    return PrlSrv_ShutdownEx(hServer, bForceShutdown ? PSHF_FORCE_SHUTDOWN : 0);
}

PRL_ASYNC_METHOD(PrlSrv_ShutdownEx)(PRL_HANDLE hServer, PRL_UINT32 nFlags)
{
    return SRV(PJOC_SRV_SHUTDOWN, OP_SHUTDOWN, ARGS(ARG_U(nFlags)));
}

PRL_METHOD(PrlUsrCfg_FromString)(PRL_HANDLE hUsrCfg, PRL_CONST_STR sUsrCfg)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hUsrCfg, PHT_USER_PROFILE);
    return PrlHandle_FromString(hUsrCfg, sUsrCfg);
}

PRL_METHOD(PrlUsrCfg_ToString)(PRL_HANDLE hUsrCfg, PRL_VOID_PTR_PTR pUsrCfg)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hUsrCfg, PHT_USER_PROFILE);
    return PrlHandle_ToString(hUsrCfg, pUsrCfg);
}

/* ---- virtual machines ---- */

PRL_ASYNC_METHOD(PrlSrv_GetVmList)(PRL_HANDLE hServer)
{
    return PrlSrv_GetVmListEx(hServer, 0);
}

PRL_ASYNC_METHOD(PrlSrv_GetVmListEx)(PRL_HANDLE hServer, PRL_UINT32 nFlags)
{
    ENTER_ASYNC(PJOC_SRV_GET_VM_LIST);
    RESOLVE_ASYNC(struct srv_obj, srv, hServer, PHT_SERVER);
    return job_request(&srv->obj, PJOC_SRV_GET_VM_LIST, OP_VM_LIST, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlSrv_GetVmConfig)(PRL_HANDLE hServer, PRL_CONST_STR sSearchId, PRL_UINT32 nFlags)
{
    return SRV(PJOC_SRV_GET_VM_CONFIG, OP_VM_CONFIG, ARGS(ARG_S(sSearchId), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlSrv_GetDefaultVmConfig)
(PRL_HANDLE hServer, PRL_CONST_GET_VM_CONFIG_PARAM_DATA_PTR pParam, PRL_UINT32 nFlags)
{
    const int job = PJOC_SRV_GET_DEFAULT_VM_CONFIG;
    PRL_GET_VM_CONFIG_PARAM_DATA param;

    if (!pParam)
        return row_request_refused(hServer, PHT_SERVER, job, PRL_ERR_INVALID_ARG);
    memcpy(&param, pParam, sizeof param);
    if (param.nVmType != PVT_VM && param.nVmType != PVT_CT)
        return row_request_refused(hServer, PHT_SERVER, job, PRL_ERR_INVALID_ARG);
    return SRV(job, OP_DEFAULT_VM_CONFIG,
               ARGS(ARG_U(param.nVmType), ARG_U(param.nOsVersion), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlSrv_RegisterVm)
(PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_BOOL bNonInteractiveMode)
{
    return SRV(PJOC_SRV_REGISTER_VM, OP_REGISTER_VM,
               ARGS(ARG_S(strVmDirPath), ARG_S(NULL),
                    ARG_U(bNonInteractiveMode ? PACF_NON_INTERACTIVE_MODE : 0)));
}

PRL_ASYNC_METHOD(PrlSrv_RegisterVmEx)
(PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_UINT32 nFlags)
{
    return PrlSrv_RegisterVmWithUuid(hServer, strVmDirPath, NULL, nFlags);
}

PRL_ASYNC_METHOD(PrlSrv_RegisterVmWithUuid)
(PRL_HANDLE hServer, PRL_CONST_STR strVmDirPath, PRL_CONST_STR strVmUuid, PRL_UINT32 nFlags)
{
    const bool has_uuid = strVmUuid && *strVmUuid;
    char uuid[UUID_TEXT];

    if (has_uuid && !uuid_parse(strVmUuid, uuid))
        return row_request_refused(hServer, PHT_SERVER, PJOC_SRV_REGISTER_VM_EX,
                                   PRL_ERR_INVALID_ARG);
    return SRV(PJOC_SRV_REGISTER_VM_EX, OP_REGISTER_VM,
               ARGS(ARG_S(strVmDirPath), ARG_S(has_uuid ? uuid : NULL), ARG_U(nFlags)));
}

/* ---- files of the host ---- */

PRL_ASYNC_METHOD(PrlSrv_FsGetDiskList)(PRL_HANDLE hServer)
{
    return SRV(PJOC_SRV_FS_GET_DISK_LIST, OP_FS_DISK_LIST, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlSrv_FsGetDirEntries)(PRL_HANDLE hServer, PRL_CONST_STR path)
{
    return SRV(PJOC_SRV_FS_GET_DIR_ENTRIES, OP_FS_DIR_ENTRIES, ARGS(ARG_S(path)));
}

PRL_ASYNC_METHOD(PrlSrv_FsCreateDir)(PRL_HANDLE hServer, PRL_CONST_STR path)
{
    return SRV(PJOC_SRV_FS_CREATE_DIR, OP_FS_CREATE_DIR, ARGS(ARG_S(path)));
}

PRL_ASYNC_METHOD(PrlSrv_FsRemoveEntry)(PRL_HANDLE hServer, PRL_CONST_STR path)
{
    return SRV(PJOC_SRV_FS_REMOVE_ENTRY, OP_FS_REMOVE_ENTRY, ARGS(ARG_S(path)));
}

PRL_ASYNC_METHOD(PrlSrv_FsCanCreateFile)(PRL_HANDLE hServer, PRL_CONST_STR path)
{
    return SRV(PJOC_SRV_FS_CAN_CREATE_FILE, OP_FS_CAN_CREATE_FILE, ARGS(ARG_S(path)));
}

PRL_ASYNC_METHOD(PrlSrv_FsRenameEntry)
(PRL_HANDLE hServer, PRL_CONST_STR oldPath, PRL_CONST_STR newPath)
{
    return SRV(PJOC_SRV_FS_RENAME_ENTRY, OP_FS_RENAME_ENTRY, ARGS(ARG_S(oldPath), ARG_S(newPath)));
}

#define OR_EMPTY(text) ((text) ? (text) : "")

PRL_ASYNC_METHOD(PrlSrv_FsGenerateEntryName)
(PRL_HANDLE hServer, PRL_CONST_STR sDirPath, PRL_CONST_STR sFilenamePrefix,
 PRL_CONST_STR sFilenameSuffix, PRL_CONST_STR sIndexDelimiter)
{
    return SRV(PJOC_SRV_FS_GENERATE_ENTRY_NAME, OP_FS_GENERATE_NAME,
               ARGS(ARG_S(sDirPath), ARG_S(OR_EMPTY(sFilenamePrefix)),
                    ARG_S(OR_EMPTY(sFilenameSuffix)), ARG_S(OR_EMPTY(sIndexDelimiter))));
}

PRL_ASYNC_METHOD(PrlSrv_GetDiskFreeSpace)
(PRL_HANDLE hServer, PRL_CONST_STR sPath, PRL_UINT32 nFlags)
{
    return SRV(PJOC_SRV_GET_DISK_FREE_SPACE, OP_DISK_FREE_SPACE, ARGS(ARG_S(sPath), ARG_U(nFlags)));
}

PRL_METHOD(PrlFsInfo_GetParentEntry)(PRL_HANDLE hFsInfo, PRL_HANDLE_PTR phParentEntry)
{
    ENTER();
    RESOLVE(struct config_obj, info, hFsInfo, PHT_REMOTE_FILESYSTEM_INFO);
    REQUIRE(phParentEntry);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(info, &node);

    if (PRL_FAILED(r))
        return r;
    const bool has_parent = xml_child(node, "ParentElement") != NULL;
    config_obj_unlock(info, false);
    if (!has_parent)
        return PRL_ERR_NO_DATA;
    return row_give((struct object *)config_obj_part(PHT_REMOTE_FILESYSTEM_ENTRY, info, PART_PATH,
                                                     "ParentElement", 0, 0, NULL),
                    phParentEntry);
}

PRL_METHOD(PrlFsEntry_GetRelativeName)
(PRL_HANDLE hFsEntry, PRL_STR sRelativeName, PRL_UINT32_PTR pnRelativeNameBufLength)
{
    ENTER();
    RESOLVE(struct config_obj, entry, hFsEntry, PHT_REMOTE_FILESYSTEM_ENTRY);
    REQUIRE(pnRelativeNameBufLength);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(entry, &node);

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free) char *path = xml_get(node, "Name");
    config_obj_unlock(entry, false);
    const char *slash = path ? strrchr(path, '/') : NULL;

    return entry_text_out(slash ? slash + 1 : path, sRelativeName, pnRelativeNameBufLength);
}

/* ---- licence ---- */

PRL_METHOD(PrlLic_Create)(PRL_HANDLE_PTR phLic)
{
    ENTER();
    REQUIRE(phLic);
    AUTO(doc_unref) struct doc *d = NULL;
    xmlDocPtr tree = event_xml_new(0, PRL_ERR_SUCCESS, "");

    if (!tree || !(d = doc_new_tree(PHT_LICENSE, tree)))
        return PRL_ERR_OUT_OF_MEMORY;
    return row_give((struct object *)config_obj_new(PHT_LICENSE, d, NULL), phLic);
}

PRL_METHOD(PrlLic_FromString)(PRL_HANDLE hLicense, PRL_CONST_STR sLic)
{
    ENTER();
    RESOLVE(struct config_obj, licence, hLicense, PHT_LICENSE);
    return PrlHandle_FromString(hLicense, sLic);
}

PRL_METHOD(PrlLic_ToString)(PRL_HANDLE hLicense, PRL_VOID_PTR_PTR pLicStr)
{
    ENTER();
    RESOLVE(struct config_obj, licence, hLicense, PHT_LICENSE);
    return PrlHandle_ToString(hLicense, pLicStr);
}

/* ---- what the product can do, and for which guests ---- */

PRL_METHOD(PrlSrv_IsFeatureSupported)
(PRL_HANDLE hServer, PRL_FEATURES_MATRIX nFeatureId, PRL_BOOL_PTR pbIsSupported)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, hServer, PHT_SERVER);
    REQUIRE(pbIsSupported);
    /* What is made so far: adapters may be added and changed. The others come with their own work.
     */
    field_store(FIELD_IS_BOOL, nFeatureId == PFSM_NIC_CHANGE_ALLOWED, pbIsSupported);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlSrv_GetSupportedOses)(PRL_HANDLE hServer, PRL_HANDLE_PTR phOsesMatrix)
{
    ENTER();
    RESOLVE(struct srv_obj, srv, hServer, PHT_SERVER);
    REQUIRE(phOsesMatrix);
    return row_give((struct object *)row_new_doc(PHT_GUEST_OSES_MATRIX, "GuestOses"), phOsesMatrix);
}

PRL_METHOD(PrlOsesMatrix_GetSupportedOsesTypes)
(PRL_HANDLE hOsesMatrix, PRL_HANDLE_PTR phOsesTypesList)
{
    ENTER();
    RESOLVE(struct config_obj, matrix, hOsesMatrix, PHT_GUEST_OSES_MATRIX);
    return PrlApi_GetSupportedOsesTypes(PHO_LIN, phOsesTypesList);
}

PRL_METHOD(PrlOsesMatrix_GetSupportedOsesVersions)
(PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_HANDLE_PTR phGuestsList)
{
    ENTER();
    RESOLVE(struct config_obj, matrix, hOsesMatrix, PHT_GUEST_OSES_MATRIX);
    return PrlApi_GetSupportedOsesVersions(PHO_LIN, nGuestOsType, phGuestsList);
}

PRL_METHOD(PrlOsesMatrix_GetDefaultOsVersion)
(PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_UINT16_PTR pnOsVersion)
{
    ENTER();
    RESOLVE(struct config_obj, matrix, hOsesMatrix, PHT_GUEST_OSES_MATRIX);
    return PrlApi_GetDefaultOsVersion(nGuestOsType, pnOsVersion);
}

PRL_METHOD(PrlOsesMatrix_GetSupportType)
(PRL_HANDLE hOsesMatrix, PRL_UINT8 nGuestOsType, PRL_UINT16 nGuestOSVersion,
 PRL_GUEST_OS_SUPPORT_TYPE_PTR pnGuestSupportType)
{
    ENTER();
    RESOLVE(struct config_obj, matrix, hOsesMatrix, PHT_GUEST_OSES_MATRIX);
    REQUIRE(pnGuestSupportType);

    if (GUEST_OS_TYPE(nGuestOSVersion) != nGuestOsType ||
        !guest_os_version_is_known(nGuestOSVersion))
        return PRL_ERR_INVALID_ARG;
    field_store(FIELD_IS_U32, PGS_OS_SUPPORTED, pnGuestSupportType);
    return PRL_ERR_SUCCESS;
}
