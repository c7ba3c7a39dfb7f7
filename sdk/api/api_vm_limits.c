/* SPDX-License-Identifier: MIT */
/* PrlVmCfg_: what a machine may have of the host: processors, input and output, memory. */
#include <string.h>

#include "base/xml.h"
#include "core/config_obj.h"
#include "rows.h"

#define HDD "Hardware/Hdd"

static const struct field cpu_limit = { "Hardware/Cpu/CpuLimit", FIELD_IS_U32, 0, 0, U32_MAX };
static const struct field cpu_limit_type = { "Hardware/Cpu/CpuLimitType", FIELD_IS_U32,
                                             PRL_CPULIMIT_PERCENTS, 0, U32_MAX };
static const struct field cpu_limit_value = { "Hardware/Cpu/CpuLimitValue", FIELD_IS_U32, 0, 0,
                                              U32_MAX };

PRL_METHOD(PrlVmCfg_SetCpuLimit)(PRL_HANDLE hVmCfg, PRL_UINT32 nVmCpuLimit)
{
    const PRL_CPULIMIT_DATA limit = { nVmCpuLimit, PRL_CPULIMIT_PERCENTS };

    return PrlVmCfg_SetCpuLimitEx(hVmCfg, &limit);
}

PRL_METHOD(PrlVmCfg_SetCpuLimitEx)(PRL_HANDLE hVmCfg, PRL_CONST_CPULIMIT_DATA_PTR pVmCpuLimit)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pVmCpuLimit);
    PRL_CPULIMIT_DATA limit;
    xmlNodePtr root;
    PRL_RESULT r;

    memcpy(&limit, pVmCpuLimit, sizeof limit);
    if (limit.type != PRL_CPULIMIT_PERCENTS && limit.type != PRL_CPULIMIT_PERCENTS100 &&
        limit.type != PRL_CPULIMIT_MHZ && limit.type != PRL_CPULIMIT_PERCENTS_TO_MHZ)
        return PRL_ERR_INVALID_ARG;

    const bool is_percent =
        limit.type == PRL_CPULIMIT_PERCENTS || limit.type == PRL_CPULIMIT_PERCENTS_TO_MHZ;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    r = field_set_number(root, &cpu_limit, is_percent ? limit.value : 0);
    if (PRL_SUCCEEDED(r))
        r = field_set_number(root, &cpu_limit_type, limit.type);
    if (PRL_SUCCEEDED(r))
        r = field_set_number(root, &cpu_limit_value, limit.value);
    config_obj_unlock(vm, true);
    return r;
}

PRL_METHOD(PrlVmCfg_GetCpuLimitEx)(PRL_HANDLE hVmCfg, PRL_CPULIMIT_DATA_PTR pVmCpuLimit)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pVmCpuLimit);
    PRL_CPULIMIT_DATA limit;
    xmlNodePtr root;
    PRL_RESULT r;

    memcpy(&limit, pVmCpuLimit, sizeof limit);
    if (limit.type != PRL_CPULIMIT_PERCENTS && limit.type != PRL_CPULIMIT_PERCENTS100 &&
        limit.type != PRL_CPULIMIT_MHZ)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    limit.type = (PRL_CPULIMIT_TYPE)field_get_number(root, &cpu_limit_type);
    limit.value = (PRL_UINT32)field_get_number(root, &cpu_limit_value);
    config_obj_unlock(vm, false);
    memcpy(pVmCpuLimit, &limit, sizeof limit);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_SetCpuMask)(PRL_HANDLE hVmCfg, PRL_CONST_STR sMask)
{
    static const struct field mask = { "Hardware/Cpu/CpuMask", FIELD_IS_TEXT,
                                       .is_valid = text_is_cpu_mask };

    return row_set_text(hVmCfg, PHT_VM_CONFIGURATION, &mask, sMask ? sMask : "");
}

PRL_METHOD(PrlVmCfg_GetIoLimit)(PRL_HANDLE hVmCfg, PRL_IOLIMIT_DATA_PTR pVmIoLimit)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pVmIoLimit);
    PRL_IOLIMIT_DATA limit;
    xmlNodePtr root;
    PRL_RESULT r;

    memcpy(&limit, pVmIoLimit, sizeof limit);
    if (limit.type != PRL_IOLIMIT_BS)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    limit.value = (PRL_UINT32)xml_get_u64(root, "Settings/Runtime/IoLimit/IoLimitValue", 0);
    config_obj_unlock(vm, false);
    memcpy(pVmIoLimit, &limit, sizeof limit);
    return PRL_ERR_SUCCESS;
}

/* 0 is no limit: the element goes. */
static bool
put_io_limit(xmlNodePtr within, PRL_UINT32 value)
{
    if (!value) {
        xml_remove(xml_child(within, "IoLimit"));
        return true;
    }
    return xml_set_u64(within, "IoLimit/IoLimitType", PRL_IOLIMIT_BS) &&
           xml_set_u64(within, "IoLimit/IoLimitValue", value);
}

PRL_METHOD(PrlVmCfg_SetIoLimit)(PRL_HANDLE hVmCfg, PRL_CONST_IOLIMIT_DATA_PTR pVmIoLimit)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pVmIoLimit);
    PRL_IOLIMIT_DATA limit;
    xmlNodePtr root, runtime;
    PRL_RESULT r;

    memcpy(&limit, pVmIoLimit, sizeof limit);
    if (limit.type != PRL_IOLIMIT_BS)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    runtime = xml_make(root, "Settings/Runtime");
    bool is_done = runtime && put_io_limit(runtime, limit.value);
    for (xmlNodePtr disk = xml_find(root, HDD); disk && is_done; disk = xml_next(disk))
        is_done = put_io_limit(disk, limit.value);
    config_obj_unlock(vm, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmCfg_SetIopsLimit)(PRL_HANDLE hVmCfg, PRL_UINT32 nVmIopsLimit)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    bool is_done = xml_set_u64(root, "Settings/Runtime/IopsLimit", nVmIopsLimit);
    for (xmlNodePtr disk = xml_find(root, HDD); disk && is_done; disk = xml_next(disk))
        is_done = xml_set_u64(disk, "IopsLimit", nVmIopsLimit);
    config_obj_unlock(vm, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmCfg_GetMemGuaranteeSize)
(PRL_HANDLE hVmCfg, PRL_MEMGUARANTEE_DATA_PTR pMemGuaranteeSize)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pMemGuaranteeSize);
    PRL_MEMGUARANTEE_DATA data = { 0 };
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    data.type = (PRL_MEMGUARANTEE_TYPE)xml_get_u64(root, "Hardware/Memory/MemGuaranteeType", 0);
    data.value = (PRL_UINT32)xml_get_u64(root, "Hardware/Memory/MemGuarantee", 0);
    config_obj_unlock(vm, false);
    memcpy(pMemGuaranteeSize, &data, sizeof data);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_SetMemGuaranteeSize)
(PRL_HANDLE hVmCfg, PRL_CONST_MEMGUARANTEE_DATA_PTR pMemGuaranteeSize)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pMemGuaranteeSize);
    PRL_MEMGUARANTEE_DATA data;
    xmlNodePtr root;
    PRL_RESULT r;

    memcpy(&data, pMemGuaranteeSize, sizeof data);
    if (data.type != PRL_MEMGUARANTEE_AUTO && data.type != PRL_MEMGUARANTEE_PERCENTS)
        return err_set(PRL_ERR_INVALID_MEMORY_GUARANTEE, "unknown type %u", (unsigned)data.type);
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    const bool is_done = xml_set_u64(root, "Hardware/Memory/MemGuaranteeType", data.type) &&
                         xml_set_u64(root, "Hardware/Memory/MemGuarantee", data.value);
    config_obj_unlock(vm, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}
