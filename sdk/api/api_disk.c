/* SPDX-License-Identifier: MIT */
/* PrlDisk_, PrlDiskMap_, PrlDiskOpenPolicy_: virtual disks without a service. They work before PrlApi_Init too. */
#include <string.h>

#include "base/err.h"
#include "core/disk_info.h"
#include "core/disk_make.h"
#include "core/disk_obj.h"
#include "core/list.h"
#include "rows.h"
#include "disk.def"

#define SECTOR 512u
#define MAP_GRANULARITY 65536u

/* Takes the reference to obj in every case. */
static PRL_RESULT
give(struct object *obj, PRL_HANDLE_PTR ret)
{
    PRL_HANDLE h;
    PRL_RESULT r = obj ? handle_give(obj, &h) : err_set(PRL_ERR_OUT_OF_MEMORY, "disk");

    object_unref(obj);
    if (PRL_SUCCEEDED(r))
        *ret = h;
    return r;
}

/* ---- making and opening ---- */

/* The program's callback may look at its handle, so that is there before the work begins. */
static PRL_RESULT
make(struct disk_obj *o, const struct disk_work *work, PRL_HANDLE_PTR pHandle)
{
    PRL_HANDLE before = *pHandle;
    PRL_RESULT r;

    if (!work->tell) {
        r = disk_obj_work(o, work);
        return PRL_FAILED(r) ? r : handle_give((struct object *)o, pHandle);
    }
    r = handle_give((struct object *)o, pHandle);
    if (PRL_FAILED(r)) {
        work->free(work->arg);
        return r;
    }
    r = disk_obj_work(o, work);
    if (PRL_FAILED(r)) {
        handle_free(*pHandle);
        *pHandle = before;
    }
    return r;
}

PRL_METHOD(PrlDisk_CreateDisk_Local)(PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, PRL_CONST_DISK_PARAMETERS_PTR pParams,
                                     const PRL_DISK_CALLBACK pCallback, PRL_CONST_VOID_PTR pAdditional)
{
    struct disk_work work;
    struct disk_obj *o;
    PRL_RESULT r;

    REQUIRE(pHandle && pDiskName && pParams);
    r = disk_make_work(pDiskName, pParams, pCallback, (PRL_VOID_PTR)pAdditional, &work);
    if (PRL_FAILED(r))
        return r;
    o = disk_obj_new(NULL);
    if (!o) {
        work.free(work.arg);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
    }
    r = make(o, &work, pHandle);
    object_unref((struct object *)o);
    return r;
}

/* The last offset wins. */
static PRL_RESULT
offset_of(PRL_HANDLE hPolicyList, uint64_t *ret)
{
    RESOLVE(struct list, l, hPolicyList, PHT_HANDLES_LIST);

    for (PRL_UINT32 i = 0, n = list_count(l); i < n; i++) {
        AUTO(object_unref) struct object *item = NULL;
        PRL_RESULT r = list_get_object(l, i, &item);

        if (PRL_FAILED(r))
            return r;
        if (item->cls->type != PHT_VIRTUAL_DISK_OPEN_POLICY)
            return err_set(PRL_ERR_INVALID_ARG, "item %u of the list is no open policy", i);
        *ret = disk_policy_offset(item);
    }
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDisk_OpenDisk_Local)(PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, const PRL_DISK_OPEN_FLAGS OpenFlags, PRL_HANDLE hPolicyList)
{
    struct disk_open_args args = { .flags = OpenFlags, .format = OpenFlags & PRL_DISK_USE_RAW_DISK ? "raw" : NULL };
    struct disk *d;
    PRL_RESULT r = PRL_ERR_SUCCESS;

    REQUIRE(pHandle && pDiskName);
    if (hPolicyList)
        r = offset_of(hPolicyList, &args.skip_bytes);
    if (PRL_FAILED(r))
        return r;
    r = disk_open(pDiskName, &args, &d);
    if (r == PRL_ERR_FILE_NOT_FOUND)
        return PRL_ERR_INVALID_ARG;
    if (PRL_FAILED(r))
        return r;
    return give((struct object *)disk_obj_new(d), pHandle);
}

PRL_METHOD(PrlDiskOpenPolicy_CreateOffset)(PRL_HANDLE_PTR pHandle, PRL_UINT64 uiOffset)
{
    REQUIRE(pHandle);
    return give(disk_policy_obj_new(uiOffset), pHandle);
}

PRL_METHOD(PrlDisk_Free)(const PRL_HANDLE Handle)
{
    return row_handle_is(Handle, PHT_VIRTUAL_DISK) ? handle_free(Handle) : PRL_ERR_INVALID_ARG;
}

/* ---- transfers ---- */

static PRL_RESULT
transfer(struct disk_obj *o, void *in, const void *out, PRL_UINT32 size, PRL_UINT64 sector)
{
    PRL_RESULT r = PRL_ERR_SUCCESS;
    struct disk *d;

    if (size % SECTOR)
        return err_set(PRL_ERR_INVALID_ARG, "%u bytes are no whole sectors", size);
    r = disk_obj_begin(o, &d);
    if (PRL_FAILED(r))
        return r;
    if (size && sector > UINT64_MAX / SECTOR)
        r = err_set(in ? PRL_ERR_DISK_READ_OUT_DISK : PRL_ERR_DISK_WRITE_OUT_DISK, "sector %ju", (uintmax_t)sector);
    else if (size)
        r = in ? disk_read(d, in, size, sector * SECTOR) : disk_write(d, out, size, sector * SECTOR);
    disk_obj_end(o);
    return r;
}

PRL_METHOD(PrlDisk_Read)(const PRL_HANDLE Handle, PRL_VOID_PTR pBlock, const PRL_UINT32 uiSize, const PRL_UINT64 uiBlockOffset)
{
    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    REQUIRE(pBlock);
    return transfer(o, pBlock, NULL, uiSize, uiBlockOffset);
}

PRL_METHOD(PrlDisk_Write)(const PRL_HANDLE Handle, PRL_CONST_VOID_PTR pBlock, const PRL_UINT32 uiSize, const PRL_UINT64 uiBlockOffset)
{
    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    REQUIRE(pBlock);
    return transfer(o, NULL, pBlock, uiSize, uiBlockOffset);
}

PRL_METHOD(PrlDisk_FlushCache)(const PRL_HANDLE Handle)
{
    struct disk *d;

    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    PRL_RESULT r = disk_obj_begin(o, &d);

    if (PRL_FAILED(r))
        return r;
    r = disk_flush(d);
    disk_obj_end(o);
    return r;
}

/* ---- questions ---- */

PRL_METHOD(PrlDisk_GetDiskInfo)(const PRL_HANDLE Handle, PRL_DISK_PARAMETERS_PTR pDiskParameters, PRL_UINT32_PTR BufferSize)
{
    struct disk *d;

    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    REQUIRE(BufferSize);
    PRL_RESULT r = disk_obj_begin(o, &d);

    if (PRL_FAILED(r))
        return r;
    r = disk_info(d, pDiskParameters, BufferSize);
    disk_obj_end(o);
    return r;
}

PRL_METHOD(PrlDisk_GetChangesMap_Local)(PRL_HANDLE hDisk, PRL_CONST_STR sPit1Uuid, PRL_CONST_STR sPit2Uuid, PRL_HANDLE_PTR phMap)
{
    struct disk_map *map = NULL;
    struct disk *d;

    RESOLVE(struct disk_obj, o, hDisk, PHT_VIRTUAL_DISK);
    REQUIRE(phMap);
    PRL_RESULT r = disk_obj_begin(o, &d);

    if (PRL_FAILED(r))
        return r;
    r = sPit1Uuid ? disk_changed(d, sPit1Uuid, sPit2Uuid, &map) : disk_allocated(d, MAP_GRANULARITY, &map);
    disk_obj_end(o);
    return PRL_FAILED(r) ? r : give(disk_map_obj_new(map), phMap);
}

PRL_METHOD(PrlDiskMap_GetSize)(PRL_HANDLE hMap, PRL_UINT32_PTR pnSize)
{
    RESOLVE(struct object, o, hMap, PHT_VIRTUAL_DISK_MAP);
    REQUIRE(pnSize);
    *pnSize = (PRL_UINT32)disk_map_of(o)->n_bits;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDiskMap_GetGranularity)(PRL_HANDLE hMap, PRL_UINT32_PTR pnSize)
{
    RESOLVE(struct object, o, hMap, PHT_VIRTUAL_DISK_MAP);
    REQUIRE(pnSize);
    *pnSize = disk_map_of(o)->granularity_bytes;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDiskMap_Read)(PRL_HANDLE hMap, PRL_VOID_PTR pBuffer, PRL_UINT32_PTR pnCapacity)
{
    RESOLVE(struct object, o, hMap, PHT_VIRTUAL_DISK_MAP);
    REQUIRE(pnCapacity);
    const PRL_UINT32 need = (PRL_UINT32)((disk_map_of(o)->n_bits + 7) / 8);
    const PRL_UINT32 room = *pnCapacity;

    *pnCapacity = need;
    if (!pBuffer)
        return PRL_ERR_SUCCESS;
    if (room < need)
        return PRL_ERR_BUFFER_OVERRUN;
    memcpy(pBuffer, disk_map_of(o)->bits, need);
    return PRL_ERR_SUCCESS;
}

/* ---- work ---- */

PRL_METHOD(PrlDisk_WaitForCompletion)(const PRL_HANDLE Handle)
{
    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    return disk_obj_wait(o);
}

PRL_METHOD(PrlDisk_SwitchToState)(const PRL_HANDLE Handle, PRL_CONST_STR pDirectoryName, PRL_CONST_GUID_PTR pUid, const PRL_STATES_CALLBACK pCallback,
                                  PRL_VOID_PTR pParameter)
{
    struct disk_work work;

    RESOLVE(struct disk_obj, o, Handle, PHT_VIRTUAL_DISK);
    REQUIRE(pDirectoryName && pUid);
    const PRL_RESULT r = disk_switch_work(pUid, pCallback, pParameter, &work);

    return PRL_FAILED(r) ? r : disk_obj_work(o, &work);
}
