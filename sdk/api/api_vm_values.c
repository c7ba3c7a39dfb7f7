/* SPDX-License-Identifier: MIT */
/* PrlVmCfg_: values that the document has in another form than a caller sees, or several of them at once. */
#include <libxml/xpath.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/config_obj.h"
#include "rows.h"

static const struct field video_3d = { "Hardware/Video/Enable3DAcceleration", FIELD_IS_U32, 0, 0,
                                       U32_MAX };
static const struct field optimize_power = { "Settings/Runtime/OptimizePowerConsumptionMode",
                                             FIELD_IS_BOOL, 1, 0, 1 };

PRL_METHOD(PrlVmCfg_Is3DAccelerationEnabled)
(PRL_HANDLE hVmCfg, PRL_BOOL_PTR pbVm3DAccelerationEnabled)
{
    ENTER();
    REQUIRE(pbVm3DAccelerationEnabled);
    PRL_UINT32 mode;
    PRL_RESULT r = row_get_number(hVmCfg, PHT_VM_CONFIGURATION, &video_3d, &mode);

    if (PRL_SUCCEEDED(r))
        field_store(FIELD_IS_BOOL, mode != P3D_DISABLED, pbVm3DAccelerationEnabled);
    return r;
}

PRL_METHOD(PrlVmCfg_Set3DAccelerationEnabled)(PRL_HANDLE hVmCfg, PRL_BOOL bVm3DAccelerationEnabled)
{
    return row_set_number(hVmCfg, PHT_VM_CONFIGURATION, &video_3d,
                          bVm3DAccelerationEnabled ? P3D_ENABLED_HIGHEST : P3D_DISABLED);
}

PRL_METHOD(PrlVmCfg_IsLongerBatteryLifeEnabled)(PRL_HANDLE hVm, PRL_BOOL_PTR pbEnable)
{
    ENTER();
    REQUIRE(pbEnable);
    PRL_BOOL is_power_optimized;
    PRL_RESULT r = row_get_number(hVm, PHT_VM_CONFIGURATION, &optimize_power, &is_power_optimized);

    if (PRL_SUCCEEDED(r))
        field_store(FIELD_IS_BOOL, !is_power_optimized, pbEnable);
    return r;
}

PRL_METHOD(PrlVmCfg_SetLongerBatteryLifeEnabled)(PRL_HANDLE hVm, PRL_BOOL bEnable)
{
    return row_set_number(hVm, PHT_VM_CONFIGURATION, &optimize_power, !bEnable);
}

PRL_METHOD(PrlVmCfg_GetVNCPort)(PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnVmRemoteDisplayPort)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pnVmRemoteDisplayPort);
    PRL_UINT32 port = 0;
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    if (xml_get_u64(root, "Settings/RemoteDisplay/Mode", PRD_DISABLED) != PRD_DISABLED)
        port = (PRL_UINT32)xml_get_u64(root, "Settings/RemoteDisplay/PortNumber", 6500);
    config_obj_unlock(vm, false);
    field_store(FIELD_IS_U32, port, pnVmRemoteDisplayPort);
    return PRL_ERR_SUCCESS;
}

#define FREE_SPACE "Settings/AutoCompress/FreeDiskSpaceRatio"

PRL_METHOD(PrlVmCfg_GetFreeDiskSpaceRatio)(PRL_HANDLE hVmCfg, PRL_DOUBLE_PTR pdFreeDiskSpaceRatio)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pdFreeDiskSpaceRatio);
    AUTO(cleanup_free) char *text = NULL;
    PRL_DOUBLE ratio;
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    text = xml_get(root, FREE_SPACE);
    config_obj_unlock(vm, false);
    ratio = text && *text ? xmlXPathCastStringToNumber((const xmlChar *)text) : 50;
    if (!(ratio >= 0 && ratio <= U32_MAX))
        ratio = 50;
    memcpy(pdFreeDiskSpaceRatio, &ratio, sizeof ratio);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_SetFreeDiskSpaceRatio)(PRL_HANDLE hVmCfg, PRL_DOUBLE dFreeDiskSpaceRatio)
{
    static const struct field ratio = { FREE_SPACE, FIELD_IS_TEXT, 0, 0, 0, "50" };
    xmlChar *text, *comma;
    PRL_RESULT r;

    if (!(dFreeDiskSpaceRatio >= 0 && dFreeDiskSpaceRatio <= U32_MAX)) {
        ENTER();
        return PRL_ERR_INVALID_ARG;
    }
    text = xmlXPathCastNumberToString(dFreeDiskSpaceRatio);
    comma = text ? (xmlChar *)strchr((char *)text, ',') : NULL;
    if (comma)
        *comma = '.'; /* it writes as the program's locale has it, and reads a point */
    r = text ? row_set_text(hVmCfg, PHT_VM_CONFIGURATION, &ratio, (const char *)text) : PRL_ERR_OUT_OF_MEMORY;
    xmlFree(text);
    return r;
}

PRL_METHOD(PrlVmCfg_GetFeaturesMask)(PRL_HANDLE hVmCfg, PRL_UINT32_PTR pnOn, PRL_UINT32_PTR pnOff)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pnOn);
    REQUIRE(pnOff);
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    const uint64_t on = xml_get_u64(root, "CtSettings/FeaturesOnMask", 0);
    const uint64_t off = xml_get_u64(root, "CtSettings/FeaturesOffMask", 0);
    config_obj_unlock(vm, false);
    field_store(FIELD_IS_U32, (int64_t)on, pnOn);
    field_store(FIELD_IS_U32, (int64_t)off, pnOff);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_SetFeaturesMask)(PRL_HANDLE hVmCfg, PRL_UINT32 nOn, PRL_UINT32 nOff)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    const bool is_done = xml_set_u64(root, "CtSettings/FeaturesOnMask", nOn) &&
                         xml_set_u64(root, "CtSettings/FeaturesOffMask", nOff);
    config_obj_unlock(vm, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmCfg_SetStartUserCreds)
(PRL_HANDLE hVmCfg, PRL_CONST_STR sStartUserLogin, PRL_CONST_STR sPassword)
{
    static const struct field user = { "Settings/Startup/VmStartAsUser", FIELD_IS_TEXT };
    static const struct field password = { "Settings/Startup/VmStartAsPassword", FIELD_IS_TEXT };
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(sStartUserLogin);
    REQUIRE(sPassword);
    xmlNodePtr root;
    PRL_RESULT r;

    if (!str_is_xml_text(sPassword, strlen(sPassword)))
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    r = field_set_text(root, &user, sStartUserLogin);
    if (PRL_SUCCEEDED(r))
        r = field_set_text(root, &password, sPassword);
    if (PRL_SUCCEEDED(r) && !xml_set_u64(root, "Settings/Startup/ChangedPassword", 1))
        r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(vm, true);
    return r;
}

PRL_METHOD(PrlVmCfg_UpdateNvram)(PRL_HANDLE hVmCfg)
{
    static const struct field nvram = { "Settings/Startup/Bios/NVRAM", FIELD_IS_TEXT };

    return row_set_text(hVmCfg, PHT_VM_CONFIGURATION, &nvram, "NVRAM_4M.dat");
}
