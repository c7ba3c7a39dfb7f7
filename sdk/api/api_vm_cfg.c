/* SPDX-License-Identifier: MIT */
/* PrlVmCfg_, PrlBootDev_, PrlAcl_, PrlShare_, PrlNetworkRate_: the configuration of a VM beyond
 * single elements. */
#include <limits.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/config_obj.h"
#include "core/vm_facts.h"
#include "host_facts.h"
#include "model/guest_os.h"
#include "model/vm_model.h"
#include "row_list.h"
#include "rows.h"
#include "vm_cfg.def"

#define HDD "Hardware/Hdd"
#define BOOT_DEVICES "Settings/Startup/BootingOrder"

static const struct field cpu_limit = { "Hardware/Cpu/CpuLimit", FIELD_IS_U32, 0, 0, U32_MAX };
static const struct field cpu_limit_type = { "Hardware/Cpu/CpuLimitType", FIELD_IS_U32,
                                             PRL_CPULIMIT_PERCENTS, 0, U32_MAX };
static const struct field cpu_limit_value = { "Hardware/Cpu/CpuLimitValue", FIELD_IS_U32, 0, 0,
                                              U32_MAX };
static const struct field video_3d = { "Hardware/Video/Enable3DAcceleration", FIELD_IS_U32, 0, 0,
                                       U32_MAX };
static const struct field optimize_power = { "Settings/Runtime/OptimizePowerConsumptionMode",
                                             FIELD_IS_BOOL, 1, 0, 1 };

/* ---- whole configurations ---- */

PRL_METHOD(PrlVmCfg_SetDefaultConfig)
(PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_UINT32 guestOsVersion, PRL_BOOL needCreateDevices)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    struct api_host host;
    xmlNodePtr root;
    PRL_RESULT r = api_host_read(hSrvConfig, true, &host);

    if (PRL_FAILED(r))
        return r;
    if (needCreateDevices)
        api_host_find_network(&host, &vm->obj);
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    r = vm_model_set_default(root->doc, &host.facts, guestOsVersion, needCreateDevices != 0);
    config_obj_unlock(vm, true);
    return r;
}

static PRL_RESULT
add_default_device(struct config_obj *vm, const struct host_facts *host, PRL_DEVICE_TYPE type,
                   struct config_obj **ret)
{
    xmlNodePtr root, device = NULL;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    r = vm_model_add_default_device(root->doc, host, type, &device);
    if (PRL_SUCCEEDED(r) && !(*ret = row_device_obj(vm, device)))
        r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(vm, true);
    return r;
}

PRL_METHOD(PrlVmCfg_AddDefaultDevice)
(PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_DEVICE_TYPE deviceType)
{
    PRL_HANDLE device;
    PRL_RESULT r = PrlVmCfg_AddDefaultDeviceEx(hVmCfg, hSrvConfig, deviceType, &device);

    if (PRL_SUCCEEDED(r))
        PrlHandle_Free(device);
    return r;
}

PRL_METHOD(PrlVmCfg_AddDefaultDeviceEx)
(PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_DEVICE_TYPE deviceType, PRL_HANDLE_PTR phVmDevice)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmDevice);
    struct config_obj *device = NULL;
    struct api_host host;
    PRL_RESULT r = api_host_read(hSrvConfig, false, &host);

    if (PRL_FAILED(r))
        return r;
    if (deviceType == PDE_GENERIC_NETWORK_ADAPTER)
        api_host_find_network(&host, &vm->obj);
    r = add_default_device(vm, &host.facts, deviceType, &device);
    return PRL_FAILED(r) ? r : row_give(&device->obj, phVmDevice);
}

PRL_METHOD(PrlVmCfg_CreateVmDev)
(PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE nDeviceType, PRL_HANDLE_PTR phVmDevice)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmDevice);
    struct config_obj *part = NULL;
    xmlNodePtr root, device;
    PRL_RESULT r;

    if (row_device_pht(nDeviceType) == PHT_ERROR)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    r = vm_model_create_device(root->doc, nDeviceType, &device);
    if (PRL_SUCCEEDED(r))
        part = row_device_obj(vm, device);
    config_obj_unlock(vm, true);
    return PRL_FAILED(r) ? r : row_give((struct object *)part, phVmDevice);
}

PRL_METHOD(PrlVmCfg_SetProfile)
(PRL_HANDLE hVmCfg, PRL_HANDLE hSrvConfig, PRL_VIRTUAL_MACHINE_PROFILE nVmProfile)
{
    static const struct field type = { "Settings/General/Profile/Type", FIELD_IS_U32, 0, 0,
                                       U32_MAX };
    ENTER();

    if (hSrvConfig && !row_handle_is(hSrvConfig, PHT_SERVER_CONFIG))
        return PRL_ERR_INVALID_ARG;
    return row_set_number(hVmCfg, PHT_VM_CONFIGURATION, &type, (PRL_UINT32)nVmProfile);
}

/* ---- pure functions ---- */

/* Usable before initialisation. */
PRL_METHOD(PrlVmCfg_IsConfigInvalid)(PRL_RESULT nErrCode, PRL_BOOL_PTR pbInvalid)
{
    const bool is_invalid = nErrCode == PRL_ERR_VM_CONFIG_DOESNT_EXIST ||
                            nErrCode == PRL_ERR_PARSE_VM_CONFIG ||
                            nErrCode == PRL_ERR_VM_CONFIG_INVALID_VM_UUID ||
                            nErrCode == PRL_ERR_VM_CONFIG_INVALID_SERVER_UUID;

    REQUIRE(pbInvalid);
    field_store(FIELD_IS_BOOL, is_invalid, pbInvalid);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_IsDefaultDeviceNeeded)
(PRL_UINT32 guestOsVersion, PRL_DEVICE_TYPE deviceType, PRL_BOOL_PTR pbNeeded)
{
    ENTER();
    REQUIRE(pbNeeded);
    field_store(FIELD_IS_BOOL, guest_os_needs_device(guestOsVersion, deviceType), pbNeeded);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_GetDefaultMemSize)
(PRL_UINT32 guestOsVersion, PRL_UINT32 hostRam, PRL_UINT32_PTR pnMemSize)
{
    ENTER();
    REQUIRE(pnMemSize);
    field_store(FIELD_IS_U32, guest_os_ram_mib(guestOsVersion, hostRam), pnMemSize);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_GetDefaultHddSize)(PRL_UINT32 guestOsVersion, PRL_UINT32_PTR pnHddSize)
{
    ENTER();
    REQUIRE(pnHddSize);
    field_store(FIELD_IS_U32, guest_os_hdd_mib(guestOsVersion), pnHddSize);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlVmCfg_GetDefaultVideoRamSize)
(PRL_UINT32 guestOsVersion, PRL_HANDLE hSrvConfig, PRL_BOOL bIs3DSupportEnabled,
 PRL_UINT32_PTR pnVideoRamSize)
{
    ENTER();
    REQUIRE(pnVideoRamSize);
    if (hSrvConfig && !row_handle_is(hSrvConfig, PHT_SERVER_CONFIG))
        return PRL_ERR_INVALID_ARG;
    field_store(FIELD_IS_U32, guest_os_video_mib(guestOsVersion), pnVideoRamSize);
    return PRL_ERR_SUCCESS;
}

/* ---- devices ---- */

PRL_METHOD(PrlVmCfg_GetDevsCountByType)
(PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE vmDeviceType, PRL_UINT32_PTR pnDevicesCount)
{
    return row_device_count(hVmCfg, vmDeviceType, pnDevicesCount);
}

PRL_METHOD(PrlVmCfg_GetDevByType)
(PRL_HANDLE hVmCfg, PRL_DEVICE_TYPE vmDeviceType, PRL_UINT32 nIndex, PRL_HANDLE_PTR phDevice)
{
    return row_device(hVmCfg, vmDeviceType, nIndex, phDevice);
}

static PRL_UINT32
count_devices(xmlDocPtr doc)
{
    PRL_UINT32 n = 0;

    while (vm_model_all_devices(doc, n))
        n++;
    return n;
}

PRL_METHOD(PrlVmCfg_GetDevsCount)(PRL_HANDLE hVmCfg, PRL_UINT32_PTR vmdev_handles_count)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(vmdev_handles_count);
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    const PRL_UINT32 count = count_devices(root->doc);
    config_obj_unlock(vm, false);
    field_store(FIELD_IS_U32, count, vmdev_handles_count);
    return PRL_ERR_SUCCESS;
}

/* All devices, or the first `most` of them, as objects. */
struct devices {
    struct object **p;
    size_t len, total;
};

static void
devices_free(struct devices *d)
{
    for (size_t i = 0; i < d->len; i++)
        object_unref(d->p[i]);
    free(d->p);
}
#define AUTO_DEVICES __attribute__((cleanup(devices_free))) struct devices

static PRL_RESULT
get_devices(struct config_obj *vm, size_t most, struct devices *ret)
{
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    ret->total = count_devices(root->doc);
    if (most > ret->total)
        most = ret->total;
    ret->p = calloc(most + 1, sizeof *ret->p);
    for (size_t i = 0; i < most && ret->p && PRL_SUCCEEDED(r); i++) {
        struct config_obj *device =
            row_device_obj(vm, vm_model_all_devices(root->doc, (unsigned)i));

        if (device)
            ret->p[ret->len++] = &device->obj;
        else
            r = PRL_ERR_OUT_OF_MEMORY;
    }
    config_obj_unlock(vm, false);
    return ret->p ? r : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmCfg_GetAllDevices)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phDevsList)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phDevsList);
    AUTO_DEVICES devices = { 0 };
    PRL_RESULT r = get_devices(vm, SIZE_MAX - 1, &devices);

    return PRL_FAILED(r) ? r : row_list_of(devices.p, devices.len, phDevsList);
}

/* A handle for each device, or none at all. */
static PRL_RESULT
give_devices(struct devices *devices, PRL_HANDLE_PTR ret_handles)
{
    AUTO(cleanup_free) PRL_HANDLE *handles = calloc(devices->len + 1, sizeof *handles);
    PRL_RESULT r = handles ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
    size_t given = 0;

    while (given < devices->len && PRL_SUCCEEDED(r)) {
        r = handle_give(devices->p[given], &handles[given]);
        if (PRL_SUCCEEDED(r))
            given++;
    }
    if (PRL_SUCCEEDED(r))
        memcpy(ret_handles, handles, given * sizeof *handles);
    else
        while (given)
            handle_free(handles[--given]);
    return r;
}

PRL_METHOD(PrlVmCfg_GetDevsList)
(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR vmdev_handles, PRL_UINT32_PTR vmdev_handles_count)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(vmdev_handles);
    REQUIRE(vmdev_handles_count);
    AUTO_DEVICES devices = { 0 };
    PRL_UINT32 room;
    PRL_RESULT r;

    memcpy(&room, vmdev_handles_count, sizeof room);
    if (!room)
        return PRL_ERR_INVALID_ARG;
    r = get_devices(vm, room, &devices);
    if (PRL_SUCCEEDED(r))
        r = give_devices(&devices, vmdev_handles);
    if (PRL_FAILED(r))
        return r;
    field_store(FIELD_IS_U32, (int64_t)devices.total, vmdev_handles_count);
    return devices.total > room ? PRL_ERR_BUFFER_OVERRUN : PRL_ERR_SUCCESS;
}

/* ---- identity, state, rights ---- */

PRL_METHOD(PrlVmCfg_SetOsVersion)(PRL_HANDLE hVmCfg, PRL_UINT32 nVmOsVersion)
{
    static const struct field os_type = { "Settings/General/OsType", FIELD_IS_U32, 0, 0, U32_MAX };
    static const struct field os_number = { "Settings/General/OsNumber", FIELD_IS_U32, 0, 0,
                                            U32_MAX };
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    xmlNodePtr root;
    PRL_RESULT r;

    if (!guest_os_type_is_known(GUEST_OS_TYPE(nVmOsVersion)))
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    r = field_set_number(root, &os_type, GUEST_OS_TYPE(nVmOsVersion));
    if (PRL_SUCCEEDED(r))
        r = field_set_number(root, &os_number, nVmOsVersion);
    config_obj_unlock(vm, true);
    return r;
}

PRL_METHOD(PrlVmCfg_GetAccessRights)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmAcl)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmAcl);
    return row_give(
        (struct object *)config_obj_part(PHT_ACCESS_RIGHTS, vm, PART_PATH, "Security", 0, 0, NULL),
        phVmAcl);
}

PRL_METHOD(PrlAcl_IsAllowed)
(PRL_HANDLE hAcl, PRL_ALLOWED_VM_COMMAND nPermission, PRL_BOOL_PTR pbAllowed)
{
    ENTER();
    RESOLVE(struct config_obj, acl, hAcl, PHT_ACCESS_RIGHTS);
    REQUIRE(pbAllowed);
    xmlNodePtr security;
    PRL_RESULT r = config_obj_lock(acl, &security);

    if (PRL_FAILED(r))
        return r;
    const bool is_allowed = vm_facts_is_allowed(security, (unsigned)nPermission);
    config_obj_unlock(acl, false);
    field_store(FIELD_IS_BOOL, is_allowed, pbAllowed);
    return PRL_ERR_SUCCESS;
}

/* A copy: state and validity as of the last reply (semantics 2.5). */
PRL_METHOD(PrlVmCfg_GetVmInfo)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmInfo)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmInfo);
    struct config_obj *info = NULL;
    xmlNodePtr root, event;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    event = xml_find(root, "Settings/Runtime/InternalVmInfo/VirtuozzoEvent");
    if (event)
        info = row_copy_doc(PHT_VM_INFO, event);
    config_obj_unlock(vm, false);
    return event ? row_give((struct object *)info, phVmInfo) : PRL_ERR_NO_DATA;
}

#define CONFIRMATIONS "Security/LockedOperationsList"

PRL_METHOD(PrlVmCfg_GetConfirmationsList)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phConfirmList)
{
    return row_get_numbers(hVmCfg, PHT_VM_CONFIGURATION, CONFIRMATIONS, "LockedOperation",
                           phConfirmList);
}

PRL_METHOD(PrlVmCfg_SetConfirmationsList)(PRL_HANDLE hVmCfg, PRL_HANDLE hConfirmList)
{
    return row_set_numbers(hVmCfg, PHT_VM_CONFIGURATION, CONFIRMATIONS, "LockedOperation",
                           hConfirmList);
}

/* ---- limits ---- */

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

/* ---- values seen from another side ---- */

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

PRL_METHOD(PrlVmCfg_GetFreeDiskSpaceRatio)(PRL_HANDLE hVmCfg, PRL_DOUBLE_PTR pdFreeDiskSpaceRatio)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(pdFreeDiskSpaceRatio);
    PRL_DOUBLE ratio = 50;
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    ratio = (PRL_DOUBLE)xml_get_u64(root, "Settings/AutoCompress/FreeDiskSpaceRatio", 50);
    config_obj_unlock(vm, false);
    memcpy(pdFreeDiskSpaceRatio, &ratio, sizeof ratio);
    return PRL_ERR_SUCCESS;
}

/* Whole percents are stored. */
PRL_METHOD(PrlVmCfg_SetFreeDiskSpaceRatio)(PRL_HANDLE hVmCfg, PRL_DOUBLE dFreeDiskSpaceRatio)
{
    static const struct field ratio = { "Settings/AutoCompress/FreeDiskSpaceRatio", FIELD_IS_U32,
                                        50, 0, U32_MAX };

    if (!(dFreeDiskSpaceRatio >= 0 && dFreeDiskSpaceRatio <= U32_MAX)) {
        ENTER();
        return PRL_ERR_INVALID_ARG;
    }
    return row_set_number(hVmCfg, PHT_VM_CONFIGURATION, &ratio,
                          (int64_t)(dFreeDiskSpaceRatio + 0.5));
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

/* ---- network rates ---- */

#define RATES "Settings/GlobalNetwork/NetworkRates"

PRL_METHOD(PrlVmCfg_GetNetworkRateList)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phNetworkRateList)
{
    return row_get_objects(hVmCfg, PHT_VM_CONFIGURATION, RATES, "NetworkRate", PHT_NETWORK_RATE,
                           phNetworkRateList);
}

PRL_METHOD(PrlVmCfg_SetNetworkRateList)(PRL_HANDLE hVmCfg, PRL_HANDLE hNetworkRateList)
{
    return row_set_objects(hVmCfg, PHT_VM_CONFIGURATION, RATES, "NetworkRate", PHT_NETWORK_RATE,
                           hNetworkRateList, ROW_LIST);
}

PRL_METHOD(PrlNetworkRate_Create)
(PRL_UINT32 nClassId, PRL_UINT32 nRate, PRL_HANDLE_PTR phNetworkRate)
{
    ENTER();
    REQUIRE(phNetworkRate);
    REQUIRE(nClassId);
    REQUIRE(nRate);
    const struct row_value values[] = { { "ClassId", nClassId }, { "Rate", nRate } };

    return row_give(row_new_values(PHT_NETWORK_RATE, "NetworkRate", values, ARRAY_LEN(values)),
                    phNetworkRate);
}

/* ---- boot order ---- */

PRL_METHOD(PrlVmCfg_CreateBootDev)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmBootDev)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmBootDev);
    unsigned position = 0;
    xmlNodePtr root, order, entry;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(root, BOOT_DEVICES "/BootDevice"); n; n = xml_next(n))
        position++;
    order = xml_make(root, BOOT_DEVICES);
    entry = order ? xmlNewChild(order, NULL, (const xmlChar *)"BootDevice", NULL) : NULL;
    const bool is_done =
        entry && xml_set_u64(entry, "Index", 0) && xml_set_u64(entry, "Type", PDE_HARD_DISK) &&
        xml_set_u64(entry, "BootingNumber", position) && xml_set_u64(entry, "InUse", 0);
    if (!is_done)
        xml_remove(entry);
    config_obj_unlock(vm, true);
    if (!is_done)
        return PRL_ERR_OUT_OF_MEMORY;
    return row_give((struct object *)config_obj_part(PHT_BOOT_DEVICE, vm, PART_LIST_ITEM,
                                                     BOOT_DEVICES "/BootDevice", 0, position, NULL),
                    phVmBootDev);
}

PRL_METHOD(PrlBootDev_Remove)(PRL_HANDLE hVmBootDev)
{
    ENTER();
    RESOLVE(struct config_obj, entry, hVmBootDev, PHT_BOOT_DEVICE);
    return config_obj_remove(entry);
}

/* The entries in ascending order; equal ones keep theirs. */
static void
sort_entries(xmlNodePtr order, const char *name)
{
    xmlNodePtr first = xml_child(order, name);

    for (xmlNodePtr n = first ? xml_next(first) : NULL, next; n; n = next) {
        xmlNodePtr before = NULL;

        next = xml_next(n);
        for (xmlNodePtr p = xml_child(order, name); p != n && !before; p = xml_next(p))
            if (xml_get_u64(p, "BootingNumber", 0) > xml_get_u64(n, "BootingNumber", 0))
                before = p;
        if (before)
            xmlAddPrevSibling(before, n); /* unlinks n first */
    }
}

PRL_METHOD(PrlBootDev_SetSequenceIndex)(PRL_HANDLE hVmBootDev, PRL_UINT32 nSequenceIndex)
{
    ENTER();
    RESOLVE(struct config_obj, o, hVmBootDev, PHT_BOOT_DEVICE);
    xmlNodePtr entry;
    PRL_RESULT r = config_obj_lock(o, &entry);

    if (PRL_FAILED(r))
        return r;
    if (xml_set_u64(entry, "BootingNumber", nSequenceIndex))
        sort_entries(entry->parent, (const char *)entry->name);
    else
        r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(o, true);
    return r;
}

/* ---- shared folders ---- */

PRL_METHOD(PrlShare_Remove)(PRL_HANDLE hVmShare)
{
    ENTER();
    RESOLVE(struct config_obj, share, hVmShare, PHT_SHARE);
    return config_obj_remove(share);
}
