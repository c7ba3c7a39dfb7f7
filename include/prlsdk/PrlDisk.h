/* SPDX-License-Identifier: MIT */
/*
 * PrlDisk.h: reading and writing virtual disks from the program's own process.
 *
 * These calls are synchronous and need no service. Offsets and sizes of disks are
 * sectors of 512 bytes unless a parameter says otherwise.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_DISK_H
#define PRL_DISK_H

#include "PrlErrors.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Types of images
 */

typedef PRL_UINT32 PRL_IMAGE_TYPE;
typedef PRL_IMAGE_TYPE *PRL_IMAGE_TYPE_PTR;

#define PRL_IMAGE_INVALID                0
#define PRL_IMAGE_PLAIN                  1
#define PRL_IMAGE_COMPRESSED             2
#define PRL_IMAGE_PHYSICAL               4
#define PRL_IMAGE_PARTITION              5
#define PRL_IMAGE_BOOTCAMP               6
#define PRL_IMAGE_BOOTCAMP_UID           7
#define PRL_IMAGE_BOOTCAMP_FAKE          8
#define PRL_IMAGE_VHD_PLAIN              80
#define PRL_IMAGE_VHD_DYNAMIC            81
#define PRL_IMAGE_VHD_PLAIN_PART         82
#define PRL_IMAGE_VHD_DYNAMIC_PART       83
#define PRL_IMAGE_VHD_DIFF               84
#define PRL_IMAGE_VMDK_MONOLITHIC_FLAT   90
#define PRL_IMAGE_VMDK_MONOLITHIC_SPARSE 91
#define PRL_IMAGE_VMDK_EXTENT_2GB_FLAT   92
#define PRL_IMAGE_VMDK_EXTENT_2GB_SPARSE 93
#define PRL_IMAGE_TRY_GUESS              100
#define PRL_IMAGE_LAST_INVALID           0x80000000u

/*
 * How a disk is opened: one of the access bits, one of PRL_DISK_FOPS_*, further bits
 */

typedef PRL_UINT32 PRL_DISK_OPEN_FLAGS;
typedef PRL_DISK_OPEN_FLAGS *PRL_DISK_OPEN_FLAGS_PTR;
typedef const PRL_DISK_OPEN_FLAGS *PRL_CONST_DISK_OPEN_FLAGS_PTR;

#define PRL_DISK_NOTHING           0x0
#define PRL_DISK_READ              0x1
#define PRL_DISK_WRITE             0x2
#define PRL_DISK_READ_LOCK         0x4
#define PRL_DISK_FAKE_OPEN         0x8
#define PRL_DISK_XML_CHANGE        0x20
#define PRL_DISK_FOPS_MASK         0x3c0
#define PRL_DISK_FOPS_DEFAULT      0x0
#define PRL_DISK_FOPS_NORMAL       0x40
#define PRL_DISK_FOPS_NONCACHED    0x80
#define PRL_DISK_FOPS_MERGING      0xc0
#define PRL_DISK_FOPS_PCS          0x1c0
#define PRL_DISK_NO_ERROR_CHECKING 0x400
#define PRL_DISK_NO_IMAGE_CREATION 0x1000
#define PRL_DISK_USE_RAW_DISK      0x2000
#define PRL_DISK_NOT_LIMIT_HANDLES 0x4000
#define PRL_DISK_NO_SPACE_CHECKS   0x8000
#define PRL_DISK_ALLOW_DATA_MODIFY 0x10000
#define PRL_DISK_ALIGN_REQUESTS    0x20000
#define PRL_DISK_IGNORE_PROTECTION 0x40000
#define PRL_DISK_DEFAULT_FLAG      0x3

/** Defined as nothing; older programs name it. */
#define PRL_DISK_INVALID

#define PRL_DISK_CACHE_DEFAULT           0
#define PRL_DISK_CACHE_ENABLED           1
#define PRL_DISK_CACHE_DISABLED          2
#define PRL_DISK_CACHE_UNCACHED_READ     3
#define PRL_DISK_CACHE_UNCACHED_SEQ_READ 4

/*
 * Progress callbacks. Progress goes from the MIN to the MAX value; the COMPLETED value
 * comes once, at the end.
 */

#define PRL_DISK_PROGRESS_MIN        0
#define PRL_DISK_PROGRESS_MAX        1000
#define PRL_DISK_PROGRESS_COMPLETED  1005
#define PRL_STATE_PROGRESS_MIN       0
#define PRL_STATE_PROGRESS_MAX       1000
#define PRL_STATE_PROGRESS_COMPLETED 1005

typedef PRL_INT32 PRL_STATES_CALLBACK_TYPE;
typedef PRL_STATES_CALLBACK_TYPE *PRL_STATES_CALLBACK_TYPE_PTR;

#define PRL_STATE_DISK_CALLBACK                    0x1000
#define PRL_STATE_CORE_FIRST_COMPLETE_CALLBACK     0x1001
#define PRL_STATE_CORE_FULL_COMPLETE_CALLBACK      0x1002
#define PRL_STATE_CORE_START_DISK_PROCESS_CALLBACK 0x1003
#define PRL_STATE_DISK_CALLBACK_STAGE_CPL          0x1004
#define PRL_STATE_CALLBACK_INVALID                 0x1005

/**
 * PRL_DISK_CALLBACK: function of the program that follows an operation on a disk.
 *
 * @iComplete  how much is done.
 * @iTotal     of how much.
 * @pParam     the pointer given with the callback.
 *
 * Returns PRL_TRUE to go on, PRL_FALSE to stop the operation.
 */
typedef PRL_BOOL(PRL_CALL *PRL_DISK_CALLBACK)(PRL_INT32 iComplete, PRL_INT32 iTotal, PRL_VOID_PTR pParam);

/**
 * PRL_STATES_CALLBACK: function of the program that follows an operation on disk states.
 *
 * @iCallbackType  PRL_STATE_*, which stage.
 * @iProgress      PRL_STATE_PROGRESS_MIN to PRL_STATE_PROGRESS_COMPLETED.
 * @pParameter     the pointer given with the callback.
 *
 * Returns PRL_TRUE to go on, PRL_FALSE to stop the operation.
 */
typedef PRL_BOOL(PRL_CALL *PRL_STATES_CALLBACK)(PRL_STATES_CALLBACK_TYPE iCallbackType,
                                                PRL_INT32 iProgress, PRL_VOID_PTR pParameter);

/*
 * Types of partitions, as in a partition table
 */

#define PRL_MSDOS_EXTENDED_PARTITION    0x5
#define PRL_WIN_EXTENDED_PARTITION      0xf
#define PRL_LINUX_EXTENDED_PARTITION    0x85
#define PRL_EFI_PARTITION_GPT           0xee
#define PRL_EFI_PARTITION               0xef
#define PRL_MACOS_PARTITION             0xaf
#define PRL_MACOS_BOOT_PARTITION        0xab
#define PRL_BSD_PARTITION               0xa5
#define PRL_LINUX_PARTITION_SWAP        0x82
#define PRL_LINUX_PARTITION_DATA        0x83
#define PRL_WINDOWS_PARTITION_NTFS      0x7
#define PRL_WINDOWS_PARTITION_FAT       0x6
#define PRL_WINDOWS_PARTITION_FAT32     0xb
#define PRL_WINDOWS_PARTITION_FAT32_LBA 0xc
#define PRL_INVALID_PARTITION           0xff
#define PRL_EMPTY_PARTITION             0x0
#define PRL_DATA_PARTITION              0xd8

/**
 * One image file of a disk: type, the part of the disk it holds (sectors of 512 bytes), its
 * name.
 */
typedef struct __PRL_IMAGE_PARAMETERS {
    PRL_IMAGE_TYPE Type;
    PRL_UINT64 uStart;
    PRL_UINT64 uSize;
    PRL_CHAR_PTR pFileName;
} PRL_STRUCT(PRL_IMAGE_PARAMETERS);
typedef PRL_IMAGE_PARAMETERS *PRL_IMAGE_PARAMETERS_PTR;

/**
 * A disk and its images. Sizes are sectors of 512 bytes; m_Storages points to m_Parts
 * elements.
 */
typedef struct __PRL_DISK_PARAMETERS {
    PRL_UINT32 m_Heads;
    PRL_UINT32 m_Cylinders;
    PRL_UINT32 m_Sectors;
    PRL_UINT64 m_SizeInSectors;
    PRL_UINT32 m_BlockSize;
    PRL_UINT32 m_Parts;
    PRL_IMAGE_PARAMETERS_PTR m_Storages;
    PRL_GUID Uid;
    PRL_CHAR_PTR Name;
} PRL_STRUCT(PRL_DISK_PARAMETERS);
typedef PRL_DISK_PARAMETERS *PRL_DISK_PARAMETERS_PTR;
typedef const PRL_DISK_PARAMETERS *PRL_CONST_DISK_PARAMETERS_PTR;

/** Node of a tree of disk states: first child and next sibling, NULL where there is none. */
typedef struct __PRL_SNAPSHOT_ELEMENT {
    PRL_GUID m_GUID;
    struct __PRL_SNAPSHOT_ELEMENT *m_pNext;
    struct __PRL_SNAPSHOT_ELEMENT *m_pChild;
} PRL_STRUCT(PRL_SNAPSHOT_ELEMENT);
typedef PRL_SNAPSHOT_ELEMENT *PRL_SNAPSHOT_ELEMENT_PTR;
typedef const PRL_SNAPSHOT_ELEMENT *PRL_CONST_SNAPSHOT_ELEMENT_PTR;

/** Position by sector, head and cylinder. Not packed. */
typedef struct _PRL_CHS {
    PRL_UINT32 Sectors;
    PRL_UINT32 Heads;
    PRL_UINT32 Cylinders;
} PRL_CHS;
typedef PRL_CHS *PRL_CHS_PTR;

/*
 * Disks
 */

/**
 * PrlDisk_CreateDisk_Local: makes a disk and opens it for reading and writing.
 *
 * @pHandle      [out] new reference to a PHT_VIRTUAL_DISK
 * @pDiskName    path
 * @pParams      the disk wanted; its size counts
 * @pCallback    NULL
 * @pAdditional  not looked at
 *
 * Errors: PRL_ERR_UNIMPLEMENTED when a callback is given
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_CreateDisk_Local,
    (PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, PRL_CONST_DISK_PARAMETERS_PTR pParams,
     const PRL_DISK_CALLBACK pCallback, PRL_CONST_VOID_PTR pAdditional));

/**
 * PrlDisk_OpenDisk_Local: opens a disk; its format is found out.
 *
 * @pHandle      [out] new reference to a PHT_VIRTUAL_DISK
 * @pDiskName    path, or nbd: address
 * @OpenFlags    PRL_DISK_READ, PRL_DISK_WRITE and others
 * @hPolicyList  PHT_HANDLES_LIST of PHT_VIRTUAL_DISK_OPEN_POLICY; may be PRL_INVALID_HANDLE
 *
 * Errors: PRL_ERR_INVALID_ARG for an item that is no PHT_VIRTUAL_DISK_OPEN_POLICY;
 *         PRL_ERR_INVALID_ARG for an unknown image format
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_OpenDisk_Local,
    (PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, const PRL_DISK_OPEN_FLAGS OpenFlags,
     PRL_HANDLE hPolicyList));

/**
 * PrlDisk_WaitForCompletion: waits for operations on a disk; PRL_ERR_UNIMPLEMENTED, there are
 * none that go on.
 *
 * @Handle  PHT_VIRTUAL_DISK
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_WaitForCompletion, (const PRL_HANDLE Handle));

/**
 * PrlDisk_SwitchToState: puts a disk into another of its states; PRL_ERR_UNIMPLEMENTED.
 *
 * @Handle          PHT_VIRTUAL_DISK
 * @pDirectoryName  directory of the state
 * @pUid            id of the state
 * @pCallback       follows the operation; may be NULL
 * @pParameter      given to the callback
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_SwitchToState,
    (const PRL_HANDLE Handle, PRL_CONST_STR pDirectoryName, PRL_CONST_GUID_PTR pUid,
     const PRL_STATES_CALLBACK pCallback, PRL_VOID_PTR pParameter));

/**
 * PrlDisk_Write: writes to a disk.
 *
 * @Handle         PHT_VIRTUAL_DISK
 * @pBlock         what to write
 * @uiSize         bytes
 * @uiBlockOffset  sectors of 512 bytes from the start
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Write,
    (const PRL_HANDLE Handle, PRL_CONST_VOID_PTR pBlock, const PRL_UINT32 uiSize,
     const PRL_UINT64 uiBlockOffset));

/**
 * PrlDisk_Read: reads from a disk.
 *
 * @Handle         PHT_VIRTUAL_DISK
 * @pBlock         [out] room for what is read
 * @uiSize         bytes
 * @uiBlockOffset  sectors of 512 bytes from the start
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Read,
    (const PRL_HANDLE Handle, PRL_VOID_PTR pBlock, const PRL_UINT32 uiSize,
     const PRL_UINT64 uiBlockOffset));

/**
 * PrlDisk_GetDiskInfo: describes a disk and its images.
 *
 * @Handle           PHT_VIRTUAL_DISK
 * @pDiskParameters  [out] room for the structure with its images and names; may be NULL if the
 *                   size is 0
 * @BufferSize       [in,out] bytes of the room; 0 asks for the bytes needed
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_GetDiskInfo,
    (const PRL_HANDLE Handle, PRL_DISK_PARAMETERS_PTR pDiskParameters,
     PRL_UINT32_PTR BufferSize));

/**
 * PrlDisk_FlushCache: puts what was written on the host's disk.
 *
 * @Handle  PHT_VIRTUAL_DISK
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDisk_FlushCache, (const PRL_HANDLE Handle));

/**
 * PrlDisk_GetChangesMap_Local: tells which blocks changed between two states of a disk.
 * PRL_ERR_NO_DATA if that is not known.
 *
 * @hDisk      PHT_VIRTUAL_DISK
 * @sPit1Uuid  earlier state; NULL for the beginning, which gives the blocks in use
 * @sPit2Uuid  later state
 * @phMap      [out] new reference to a PHT_VIRTUAL_DISK_MAP
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDisk_GetChangesMap_Local,
    (PRL_HANDLE hDisk, PRL_CONST_STR sPit1Uuid, PRL_CONST_STR sPit2Uuid, PRL_HANDLE_PTR phMap));

/**
 * PrlDisk_Free: gives a disk up; the same as PrlHandle_Free.
 *
 * @Handle  PHT_VIRTUAL_DISK
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Free, (const PRL_HANDLE Handle));

/*
 * Maps of used or changed blocks (PHT_VIRTUAL_DISK_MAP)
 */

/**
 * PrlDiskMap_GetSize: number of blocks in the map.
 *
 * @hMap    PHT_VIRTUAL_DISK_MAP
 * @pnSize  [out] bits
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_GetSize, (PRL_HANDLE hMap, PRL_UINT32_PTR pnSize));

/**
 * PrlDiskMap_GetGranularity: size of one block.
 *
 * @hMap    PHT_VIRTUAL_DISK_MAP
 * @pnSize  [out] bytes
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_GetGranularity,
    (PRL_HANDLE hMap, PRL_UINT32_PTR pnSize));

/**
 * PrlDiskMap_Read: the map: a bit for each block, lowest bit of a byte first.
 *
 * @hMap        PHT_VIRTUAL_DISK_MAP
 * @pBuffer     [out] room for the map
 * @pnCapacity  [in,out] bytes of the room; becomes the bytes there are
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_Read,
    (PRL_HANDLE hMap, PRL_VOID_PTR pBuffer, PRL_UINT32_PTR pnCapacity));

/*
 * Options of opening (PHT_VIRTUAL_DISK_OPEN_POLICY)
 */

/**
 * PrlDiskOpenPolicy_CreateOffset: makes an option that shifts all reading and writing.
 *
 * @pHandle   [out] new reference to a PHT_VIRTUAL_DISK_OPEN_POLICY
 * @uiOffset  bytes
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDiskOpenPolicy_CreateOffset,
    (PRL_HANDLE_PTR pHandle, PRL_UINT64 uiOffset));

#ifdef __cplusplus
}
#endif

#endif /* PRL_DISK_H */
