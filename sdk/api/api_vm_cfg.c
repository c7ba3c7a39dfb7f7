/* SPDX-License-Identifier: MIT */
/* PrlVmCfg_, PrlAcl_: the configuration of a VM beyond single elements: as a whole, its devices, who it is. */
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/config_obj.h"
#include "core/doc.h"
#include "core/srv_obj.h"
#include "core/vm_facts.h"
#include "host_facts.h"
#include "model/guest_os.h"
#include "model/vm_model.h"
#include "row_list.h"
#include "rows.h"
#include "vm_cfg.def"

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
    if (vm_obj_is_untouched_locked(vm))
        r = vm_model_fill_new(root->doc, &host.facts, guestOsVersion, needCreateDevices != 0);
    else
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
    AUTO(doc_unref) struct doc *unread = vm->part == PART_ROOT ? doc_unread_info(vm->doc) : NULL;
    struct config_obj *info = NULL;
    xmlNodePtr root, event;
    PRL_RESULT r;

    if (unread)
        return row_give((struct object *)config_obj_new(PHT_VM_INFO, unread, NULL), phVmInfo);
    r = config_obj_lock(vm, &root);
    if (PRL_FAILED(r))
        return r;
    event = xml_find(root, VM_FACTS_INFO);
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
