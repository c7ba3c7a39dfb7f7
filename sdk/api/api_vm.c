/* SPDX-License-Identifier: MIT */
/* PrlVm_ requests, PrlVmInfo_, PrlVmToolsInfo_: what a VM does. Everything asynchronous is one
 * request to the service. */
#include <string.h>

#include <jansson.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/srv_obj.h"
#include "model/event_xml.h"
#include "row_list.h"
#include "rows.h"
#include "vm.def"

#define VM(job, op, ...) row_request(hVm, PHT_VIRTUAL_MACHINE, job, op, __VA_ARGS__)
#define VM_REFUSED(job) row_request_refused(hVm, PHT_VIRTUAL_MACHINE, job, PRL_ERR_INVALID_ARG)
#define OR_EMPTY(text) ((text) ? (text) : "")

/* ---- life ---- */

PRL_ASYNC_METHOD(PrlVm_Start)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_START, OP_VM_START, ARGS(ARG_U(PSM_VM_START), ARG_U(0)));
}

PRL_ASYNC_METHOD(PrlVm_StartEx)(PRL_HANDLE hVm, PRL_UINT32 nStartMode, PRL_UINT32 nReserved)
{
    if (nStartMode > PSM_VM_START_LAST_ITEM)
        return VM_REFUSED(PJOC_VM_START_EX);
    return VM(PJOC_VM_START_EX, OP_VM_START_EX, ARGS(ARG_U(nStartMode), ARG_U(nReserved)));
}

/* The same request as Start, which resumes what is paused or suspended. */
PRL_ASYNC_METHOD(PrlVm_Resume)(PRL_HANDLE hVm)
{
    return PrlVm_Start(hVm);
}

PRL_ASYNC_METHOD(PrlVm_Stop)(PRL_HANDLE hVm, PRL_BOOL bGraceful)
{
    return PrlVm_StopEx(hVm, bGraceful ? PSM_SHUTDOWN : PSM_KILL, 0);
}

PRL_ASYNC_METHOD(PrlVm_StopEx)(PRL_HANDLE hVm, PRL_UINT32 nStopMode, PRL_UINT32 nFlags)
{
    if (nStopMode > PSM_LAST)
        return VM_REFUSED(PJOC_VM_STOP);
    return VM(PJOC_VM_STOP, OP_VM_STOP, ARGS(ARG_U(nStopMode), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_Restart)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_RESTART, OP_VM_RESTART, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Reset)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_RESET, OP_VM_RESET, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Pause)(PRL_HANDLE hVm, PRL_BOOL bAcpi)
{
    return VM(PJOC_VM_PAUSE, OP_VM_PAUSE, ARGS(ARG_B(bAcpi)));
}

PRL_ASYNC_METHOD(PrlVm_Suspend)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_SUSPEND, OP_VM_SUSPEND, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_DropSuspendedState)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_DROP_SUSPENDED_STATE, OP_VM_DROP_SUSPENDED, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_GetState)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_GET_STATE, OP_VM_GET_STATE, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_GetToolsState)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_GET_TOOLS_STATE, OP_VM_TOOLS_STATE, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_InitiateDevStateNotifications)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_INITIATE_DEV_STATE_NOTIFICATIONS, OP_VM_TELL_DEVICES, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_SubscribeToPerfStats)(PRL_HANDLE hVm, PRL_CONST_STR sFilter)
{
    return VM(PJOC_VM_SUBSCRIBE_PERFSTATS, OP_VM_SUBSCRIBE_PERF_STATS, ARGS(ARG_S(sFilter)));
}

PRL_ASYNC_METHOD(PrlVm_UnsubscribeFromPerfStats)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_UNSUBSCRIBE_PERFSTATS, OP_VM_UNSUBSCRIBE_PERF_STATS, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_GetPerfStats)(PRL_HANDLE hVm, PRL_CONST_STR sFilter)
{
    return VM(PJOC_VM_GET_PERFSTATS, OP_VM_PERF_STATS, ARGS(ARG_S(sFilter)));
}

PRL_ASYNC_METHOD(PrlVm_GetSnapshotsTree)(PRL_HANDLE hVm)
{
    return PrlVm_GetSnapshotsTreeEx(hVm, 0);
}

PRL_ASYNC_METHOD(PrlVm_GetSnapshotsTreeEx)(PRL_HANDLE hVm, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_GET_SNAPSHOTS_TREE, OP_VM_SNAPSHOTS_TREE, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_ResetUptime)(PRL_HANDLE hVm, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_RESET_UPTIME, OP_VM_RESET_UPTIME, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_UpdateNvram)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_UPDATE_NVRAM, OP_VM_UPDATE_NVRAM, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Lock)(PRL_HANDLE hVm, PRL_UINT32 nReserved)
{
    return VM(PJOC_VM_LOCK, OP_VM_LOCK, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Unlock)(PRL_HANDLE hVm, PRL_UINT32 nReserved)
{
    return VM(PJOC_VM_UNLOCK, OP_VM_UNLOCK, NO_ARGS);
}

/* ---- coming and going ---- */

PRL_ASYNC_METHOD(PrlVm_Reg)
(PRL_HANDLE hVm, PRL_CONST_STR sVmParentPath, PRL_BOOL bNonInteractiveMode)
{
    return PrlVm_RegEx(hVm, sVmParentPath, bNonInteractiveMode ? PACF_NON_INTERACTIVE_MODE : 0);
}

PRL_ASYNC_METHOD(PrlVm_RegEx)(PRL_HANDLE hVm, PRL_CONST_STR sVmParentPath, PRL_UINT32 nFlags)
{
    return row_request_doc(hVm, PHT_VIRTUAL_MACHINE, hVm, PHT_VIRTUAL_MACHINE, PJOC_VM_REG,
                           OP_VM_REG, ARGS(ARG_S(sVmParentPath), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_Unreg)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_UNREG, OP_VM_UNREG, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Restore)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_RESTORE, OP_VM_RESTORE, ARGS(ARG_U(0)));
}

/* List 0: the whole home, which is not the same as a list without entries. */
PRL_ASYNC_METHOD(PrlVm_Delete)(PRL_HANDLE hVm, PRL_HANDLE hDevicesList)
{
    ENTER_ASYNC(PJOC_VM_DELETE);
    RESOLVE_ASYNC(struct object, vm, hVm, PHT_VIRTUAL_MACHINE);
    AUTO_TEXTS struct row_texts files = { 0 };
    json_t *list = NULL;
    bool is_complete = true;
    PRL_RESULT r;

    r = row_texts_from_list(hDevicesList, ROW_LIST_OR_0, &files);
    if (PRL_FAILED(r))
        return job_refused(PJOC_VM_DELETE, r);
    if (hDevicesList) {
        list = json_array();
        for (size_t i = 0; i < files.len && is_complete; i++)
            is_complete = json_array_append_new(list, json_string(files.p[i])) == 0;
        is_complete = is_complete && list;
    }
    PRL_HANDLE job = is_complete ? job_request(vm, PJOC_VM_DELETE, OP_VM_DELETE, ARGS(ARG_L(list)))
                                 : job_refused(PJOC_VM_DELETE, PRL_ERR_OUT_OF_MEMORY);
    json_decref(list);
    return job;
}

PRL_ASYNC_METHOD(PrlVm_Clone)
(PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_root_path,
 PRL_BOOL bCreateTemplate)
{
    return PrlVm_CloneEx(hVm, new_vm_name, new_vm_root_path,
                         bCreateTemplate ? PCVF_CLONE_TO_TEMPLATE : 0);
}

PRL_ASYNC_METHOD(PrlVm_CloneEx)
(PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_root_path, PRL_UINT32 nFlags)
{
    return PrlVm_CloneWithUuid(hVm, new_vm_name, "", new_vm_root_path, nFlags);
}

PRL_ASYNC_METHOD(PrlVm_CloneWithUuid)
(PRL_HANDLE hVm, PRL_CONST_STR new_vm_name, PRL_CONST_STR new_vm_uuid,
 PRL_CONST_STR new_vm_root_path, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_CLONE, OP_VM_CLONE,
              ARGS(ARG_S(new_vm_name), ARG_S(new_vm_uuid), ARG_S(new_vm_root_path), ARG_U(nFlags)));
}

/* ---- configuration ---- */

PRL_ASYNC_METHOD(PrlVm_RefreshConfig)(PRL_HANDLE hVm)
{
    return PrlVm_RefreshConfigEx(hVm, 0);
}

/* No flag has an effect on what is read. */
PRL_ASYNC_METHOD(PrlVm_RefreshConfigEx)(PRL_HANDLE hVm, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_REFRESH_CONFIG, OP_VM_REFRESH, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_BeginEdit)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_BEGIN_EDIT, OP_VM_BEGIN_EDIT, NO_ARGS);
}

PRL_ASYNC_METHOD(PrlVm_Commit)(PRL_HANDLE hVm)
{
    return PrlVm_CommitEx(hVm, 0);
}

PRL_ASYNC_METHOD(PrlVm_CommitEx)(PRL_HANDLE hVm, PRL_UINT32 nFlags)
{
    return row_request_doc(hVm, PHT_VIRTUAL_MACHINE, hVm, PHT_VIRTUAL_MACHINE, PJOC_VM_COMMIT,
                           OP_VM_COMMIT, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_ValidateConfig)(PRL_HANDLE hVm, PRL_VM_CONFIG_SECTIONS nSection)
{
    if ((unsigned)nSection > PVC_LAST_SECTION)
        return VM_REFUSED(PJOC_VM_VALIDATE_CONFIG);
    return row_request_doc(hVm, PHT_VIRTUAL_MACHINE, hVm, PHT_VIRTUAL_MACHINE,
                           PJOC_VM_VALIDATE_CONFIG, OP_VM_VALIDATE,
                           ARGS(ARG_U((unsigned)nSection)));
}

PRL_ASYNC_METHOD(PrlVm_UpdateSecurity)(PRL_HANDLE hVm, PRL_HANDLE hAccessRights)
{
    ENTER_ASYNC(PJOC_VM_UPDATE_SECURITY);
    RESOLVE_ASYNC(struct object, vm, hVm, PHT_VIRTUAL_MACHINE);
    RESOLVE_ASYNC(struct object, rights, hAccessRights, PHT_ACCESS_RIGHTS);
    PRL_VM_ACCESS_FOR_OTHERS others;
    PRL_RESULT r = PrlAcl_GetAccessForOthers(hAccessRights, &others);

    if (PRL_FAILED(r))
        return job_refused(PJOC_VM_UPDATE_SECURITY, r);
    return job_request(vm, PJOC_VM_UPDATE_SECURITY, OP_VM_UPDATE_SECURITY,
                       ARGS(ARG_U((unsigned)others)));
}

PRL_ASYNC_METHOD(PrlVm_Compact)(PRL_HANDLE hVm, PRL_UINT32 uMask, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_COMPACT, OP_VM_COMPACT, ARGS(ARG_U(uMask), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_CancelCompact)(PRL_HANDLE hVm)
{
    return VM(PJOC_VM_CANCEL_COMPACT, OP_VM_CANCEL_COMPACT, NO_ARGS);
}

/* The cancel has an operation of its own: it must not wait for what it cancels. */
PRL_ASYNC_METHOD(PrlVm_ConvertDisks)(PRL_HANDLE hVm, PRL_UINT32 uMask, PRL_UINT32 nFlags)
{
    if (nFlags & PCVD_CANCEL)
        return PrlVm_CancelConvertDisks(hVm, nFlags & ~(PRL_UINT32)PCVD_CANCEL);
    return VM(PJOC_VM_CONVERT_DISKS, OP_VM_CONVERT_DISKS, ARGS(ARG_U(uMask), ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_CancelConvertDisks)(PRL_HANDLE hVm, PRL_UINT32 nFlags)
{
    return VM(PJOC_VM_CONVERT_DISKS, OP_VM_CANCEL_CONVERT_DISKS, ARGS(ARG_U(nFlags)));
}

PRL_ASYNC_METHOD(PrlVm_GenerateVmDevFilename)
(PRL_HANDLE hVm, PRL_CONST_STR sFilenamePrefix, PRL_CONST_STR sFilenameSuffix,
 PRL_CONST_STR sIndexDelimiter)
{
    PRL_UINT32 len = 0;

    /* Not registered: no directory to look into. */
    if (PRL_SUCCEEDED(PrlVmCfg_GetHomePath(hVm, NULL, &len)) && len <= 1)
        return row_request_refused(hVm, PHT_VIRTUAL_MACHINE, PJOC_VM_GENERATE_VM_DEV_FILENAME,
                                   PRL_ERR_NO_DATA);
    return VM(PJOC_VM_GENERATE_VM_DEV_FILENAME, OP_VM_GENERATE_FILENAME,
              ARGS(ARG_S(OR_EMPTY(sFilenamePrefix)), ARG_S(OR_EMPTY(sFilenameSuffix)),
                   ARG_S(OR_EMPTY(sIndexDelimiter))));
}

/* The VM is its configuration: the same handle once more. */
PRL_METHOD(PrlVm_GetConfig)(PRL_HANDLE hVm, PRL_HANDLE_PTR phVmCfg)
{
    ENTER();
    RESOLVE(struct object, vm, hVm, PHT_VIRTUAL_MACHINE);
    REQUIRE(phVmCfg);
    object_ref(vm);
    return row_give(vm, phVmCfg);
}

PRL_METHOD(PrlVm_SetConfig)(PRL_HANDLE hVm, PRL_HANDLE hVmCfg)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVm, PHT_VIRTUAL_MACHINE);
    RESOLVE(struct config_obj, other, hVmCfg, PHT_VM_CONFIGURATION);
    char *text = NULL;
    size_t len = 0;
    PRL_RESULT r;

    if (vm->doc == other->doc)
        return PRL_ERR_SUCCESS;
    r = doc_text(other->doc, &text, &len);
    return PRL_FAILED(r) ? r : doc_replace_text(vm->doc, text, len);
}

PRL_METHOD(PrlVm_FromString)(PRL_HANDLE hVm, PRL_CONST_STR vm_config)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVm, PHT_VIRTUAL_MACHINE);
    return PrlHandle_FromString(hVm, vm_config);
}

PRL_METHOD(PrlVm_ToString)(PRL_HANDLE hVm, PRL_VOID_PTR_PTR vm_config)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVm, PHT_VIRTUAL_MACHINE);
    return PrlHandle_ToString(hVm, vm_config);
}

PRL_METHOD(PrlVm_SetCpuVtxEnabled)(PRL_HANDLE hVm, PRL_BOOL bVmCpuVtxEnabled)
{
    static const struct field vtx = { "Hardware/Cpu/EnableVTxSupport", FIELD_IS_BOOL, 1, 0, 1 };

    return row_set_number(hVm, PHT_VIRTUAL_MACHINE, &vtx, bVmCpuVtxEnabled);
}

/* ---- PHT_VM_INFO ---- */

/* Either the flag or the code says it; without both the machine counts as invalid. */
static bool
read_validity(xmlNodePtr event, bool *ret_is_invalid, PRL_RESULT *ret_reason)
{
    xmlNodePtr flag = event_xml_param(event, "vminfo_vm_is_invalid"),
               code = event_xml_param(event, "vminfo_vm_valid_rc");
    PRL_BOOL is_invalid = PRL_TRUE;

    *ret_reason = code ? (PRL_RESULT)xml_get_i64(code, "Value", 0) : PRL_ERR_SUCCESS;
    if (code)
        PrlVmCfg_IsConfigInvalid(*ret_reason, &is_invalid);
    if (flag)
        is_invalid = xml_get_u64(flag, "Value", 1) != 0;
    *ret_is_invalid = is_invalid;
    return flag || code;
}

PRL_METHOD(PrlVmInfo_IsInvalidEx)
(PRL_HANDLE handle, PRL_BOOL_PTR pbIsInvalid, PRL_RESULT_PTR pnInvalidReason)
{
    ENTER();
    RESOLVE(struct config_obj, info, handle, PHT_VM_INFO);
    REQUIRE(pbIsInvalid);
    REQUIRE(pnInvalidReason);
    bool is_invalid = true;
    PRL_RESULT reason = PRL_ERR_SUCCESS;
    xmlNodePtr event;
    PRL_RESULT r = config_obj_lock(info, &event);

    if (PRL_FAILED(r))
        return r;
    const bool has_data = read_validity(event, &is_invalid, &reason);
    config_obj_unlock(info, false);
    field_store(FIELD_IS_BOOL, is_invalid, pbIsInvalid);
    field_store(FIELD_IS_I32, reason, pnInvalidReason);
    return has_data ? PRL_ERR_SUCCESS : PRL_ERR_NO_DATA;
}

PRL_METHOD(PrlVmInfo_IsInvalid)(PRL_HANDLE handle, PRL_BOOL_PTR pbIsInvalid)
{
    PRL_RESULT reason;

    return PrlVmInfo_IsInvalidEx(handle, pbIsInvalid, &reason);
}

PRL_METHOD(PrlVmInfo_GetAccessRights)(PRL_HANDLE hVmInfo, PRL_HANDLE_PTR phVmAcl)
{
    ENTER();
    RESOLVE(struct config_obj, info, hVmInfo, PHT_VM_INFO);
    REQUIRE(phVmAcl);
    AUTO(cleanup_free) char *text = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr tree = NULL;
    xmlNodePtr event, param;
    PRL_RESULT r = config_obj_lock(info, &event);

    if (PRL_FAILED(r))
        return r;
    param = event_xml_param(event, "vminfo_vm_security");
    if (param)
        text = xml_get(param, "Value");
    config_obj_unlock(info, false);
    tree = text ? xml_parse(text, strlen(text), NULL) : NULL;
    if (!tree)
        return PRL_ERR_NO_DATA;
    return row_give((struct object *)row_copy_doc(PHT_ACCESS_RIGHTS, xmlDocGetRootElement(tree)),
                    phVmAcl);
}
