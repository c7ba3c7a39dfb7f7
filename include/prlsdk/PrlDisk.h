/* SPDX-License-Identifier: MIT */
/*
 * PrlDisk.h: reading and writing virtual disks from the program's own process.
 *
 * These calls need no service and no PrlApi_Init; the handles they make work before it, and
 * PrlHandle_AddRef, PrlHandle_Free and PrlHandle_GetType on them too. PrlApi_Deinit closes
 * every disk. Offsets and sizes of disks are sectors of 512 bytes unless a parameter says
 * otherwise. Otherwise the rules at the top of PrlApiCore.h hold.
 *
 * What a disk may be is found out by looking at it, never by its name:
 *
 *   bundle    a directory with a DiskDescriptor.xml (or the path of that file)
 *   files     an expanding image (.hds), raw bytes, qcow2, VMDK, VHD, VHDX, VDI, LUKS; anything
 *             else counts as raw. Raw block devices too
 *   network   nbd://HOST:PORT/EXPORT, nbd+unix:///EXPORT?socket=PATH, nbd:HOST:PORT:exportname=EXPORT
 *
 * Bundles, expanding images and raw files are read and written by the library itself, the
 * rest by a private qemu-nbd that it starts and that ends with the handle or with the program,
 * however that ends (a child of fork that does not exec holds it too). When it dies, every later
 * call on the handle fails. It is looked for in PATH; PRLKVM_QEMU_NBD and PRLKVM_QEMU_IMG name other
 * programs. What is allocated in a qcow2 file is read and overwritten in the file itself.
 *
 * Other files that an image names: a backing file of a qcow2 image is followed when it is a
 * regular file in the directory of that image, or when the service has it on record as the base of
 * a linked clone. Anything else (a backing file elsewhere or behind a protocol, an external data
 * file, extents of a VMDK in another directory, VMDK, VHD or QED images that stand on another) is
 * refused with PRL_ERR_DISK_NOT_PERMITTED: the header of an image from elsewhere must not
 * choose which files of this host are opened.
 *
 * Encrypted images (LUKS, qcow2 with LUKS) need the environment variable PRLKVM_DISK_KEY_FILE, the
 * path of a file that holds the passphrase; else PRL_ERR_DISK_NOT_PERMITTED.
 *
 * Any number of threads may use one handle at once. Writes that overlap each other, or reads that
 * overlap writes, have no defined order; all others do not disturb each other.
 *
 * Locks: a disk that is open for writing, here, in another process or in a virtual machine that
 * runs, cannot be opened a second time, not for reading either (PRL_ERR_DISK_SHARING_VIOLATION), see
 * PRL_DISK_IGNORE_PROTECTION; readers keep writers out. The locks are those of QEMU and end with the
 * process that holds them. An image is not opened for writing (PRL_ERR_DISK_NOT_PERMITTED) when a
 * suspended virtual machine keeps its state beside it, when linked clones stand on it, or when it
 * has no write permission at all, also for root.
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

/*
 * READ                 required, unless WRITE or FAKE_OPEN is given
 * WRITE                writing and reading
 * READ_LOCK            no difference: readers always keep writers out
 * FAKE_OPEN            only look whether it is a disk: it is not locked and its data cannot be
 *                      read (PRL_ERR_DISK_DISK_NOT_OPENED); PrlDisk_GetDiskInfo works where the header
 *                      tells all (bundles, expanding images, raw, qcow2)
 * NO_ERROR_CHECKING    bundles and expanding images: skip all checks of the tables but those
 *                      without which they cannot be used
 * USE_RAW_DISK         do not look at the contents: a file or block device is raw bytes
 * IGNORE_PROTECTION    with READ alone: also when somebody has it open for writing. What is read then
 *                      may be old, or torn. With WRITE it has no effect
 * FOPS_*, XML_CHANGE, NO_IMAGE_CREATION, NOT_LIMIT_HANDLES, NO_SPACE_CHECKS, ALLOW_DATA_MODIFY,
 * ALIGN_REQUESTS       accepted; nothing depends on them
 */
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
 * @pHandle      [out] new reference to a PHT_VIRTUAL_DISK; untouched on failure
 * @pDiskName    path of the disk; directories that are missing are made
 * @pParams      the disk wanted. m_SizeInSectors counts always. m_Parts 0, or a first part of type
 *               PRL_IMAGE_TRY_GUESS (100) or PRL_IMAGE_INVALID (0): one qcow2 file, and nothing else of the
 *               structure is looked at. PRL_IMAGE_COMPRESSED: a bundle with expanding images;
 *               PRL_IMAGE_PLAIN: a bundle with plain images, fully allocated. Several parts, all of
 *               one type and side by side from sector 0 to the end: a split bundle. The size of an
 *               only part may be 0. For bundles m_BlockSize is the size of a cluster in sectors, a
 *               power of two from 8 on (0: 2048), Uid that of the disk (all 0: a new one) and Name its
 *               name (NULL or "": from the path)
 * @pCallback    NULL: the call returns when the disk is there. Else it returns at once, and a thread of
 *               the library makes the disk and calls pCallback(progress, 1000, pAdditional) with rising
 *               progress from 0 to 1000, and at the very end, also after a failure, once with 1005.
 *               PRL_FALSE before 1000 cancels: what was made is removed. No lock is held meanwhile; the
 *               callback may call anything but PrlApi_Deinit, may free the handle, and must return
 * @pAdditional  given to the callback
 *
 * With a callback the handle is valid at once, also inside the callback; until the disk is there
 * every call on it but PrlDisk_WaitForCompletion, PrlDisk_Free and those of PrlHandle_ gives
 * PRL_ERR_DISK_OPERATION_IN_PROGRESS, and PRL_ERR_UNINITIALIZED after a failure, whose code
 * PrlDisk_WaitForCompletion tells. Freeing the handle does not end the work; PrlApi_Deinit cancels it.
 *
 * Errors: PRL_ERR_INVALID_ARG               a NULL pointer, or parts without m_Storages
 *         PRL_ERR_DISK_FILE_EXISTS          there is something under that path
 *         PRL_ERR_DISK_INVALID_PARAMETERS   size 0, another type of image, parts that do not fit
 *         PRL_ERR_DISK_NULL_PART_SIZE       one of several parts has no size
 *         PRL_ERR_DISK_INVALID_BLOCKSIZE    of a bundle
 *         PRL_ERR_DISK_DIR_CREATE_ERROR     a directory cannot be made
 *         PRL_ERR_DISK_CREATE_IMAGE_ERROR, PRL_ERR_DISK_FILE_CREATE_ERROR   the file cannot be made
 *         PRL_ERR_DISK_INSUFFICIENT_SPACE   the host has not that much room
 *         PRL_ERR_DISK_USER_INTERRUPTED     the callback, or PrlApi_Deinit, has cancelled it
 * Threads: any; without a callback it blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_CreateDisk_Local,
    (PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, PRL_CONST_DISK_PARAMETERS_PTR pParams,
     const PRL_DISK_CALLBACK pCallback, PRL_CONST_VOID_PTR pAdditional));

/**
 * PrlDisk_OpenDisk_Local: opens a disk; what it is is found out, see the top of this file.
 *
 * @pHandle      [out] new reference to a PHT_VIRTUAL_DISK; untouched on failure
 * @pDiskName    path or address
 * @OpenFlags    PRL_DISK_READ, PRL_DISK_WRITE and others, see there
 * @hPolicyList  PHT_HANDLES_LIST of PHT_VIRTUAL_DISK_OPEN_POLICY, of which the last offset counts; may be
 *               PRL_INVALID_HANDLE
 *
 * Of a bundle the active state is opened, its parents are only read.
 *
 * Errors: PRL_ERR_INVALID_ARG               a NULL pointer; neither READ, WRITE nor FAKE_OPEN; nothing under
 *                                           that path; an item that is no open policy; an offset that
 *                                           is no multiple of 512 or past the end of the disk
 *         PRL_ERR_DISK_SHARING_VIOLATION    somebody has it open for writing, or has it open at all and
 *                                           WRITE is wanted
 *         PRL_ERR_DISK_NOT_PERMITTED        see the top of this file
 *         PRL_ERR_DISK_FILE_OPEN_ERROR      the file or the server cannot be opened
 *         PRL_ERR_DISK_OPERATION_NOT_ALLOWED  WRITE, but the server only lets read
 *         PRL_ERR_DISK_XML_MISSING          a directory that is no bundle; other PRL_ERR_DISK_XML_*,
 *                                           PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, PRL_ERR_DISK_IMAGES_CORRUPTED,
 *                                           PRL_ERR_DISK_STORAGE_CORRUPTED: a damaged one
 *         PRL_ERR_DISK_INCORRECTLY_CLOSED, PRL_ERR_DISK_SHARED_BLOCK   an image that needs a repair
 *         PRL_ERR_DISK_INVALID_FORMAT       the header of an image makes no sense
 * Threads: any; blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_OpenDisk_Local,
    (PRL_HANDLE_PTR pHandle, PRL_CONST_STR pDiskName, const PRL_DISK_OPEN_FLAGS OpenFlags,
     PRL_HANDLE hPolicyList));

/**
 * PrlDisk_WaitForCompletion: waits for the end of the work that was started last on a disk with a
 * callback (PrlDisk_CreateDisk_Local, PrlDisk_SwitchToState), and tells its result, as often as it is
 * asked. Its last callback has returned then. Nothing was started: success.
 *
 * @Handle  PHT_VIRTUAL_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG, PRL_ERR_DISK_OPERATION_IN_PROGRESS inside the callback before its last
 *         call; those of the work.
 * Threads: any; blocks as long as the work goes on, which does not hang by itself.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_WaitForCompletion, (const PRL_HANDLE Handle));

/**
 * PrlDisk_SwitchToState: the active state of a bundle becomes a fresh child of a snapshot; what was
 * written since the last snapshot is lost. The handle works on the new state.
 *
 * @Handle          PHT_VIRTUAL_DISK, open for writing
 * @pDirectoryName  not looked at, but not NULL
 * @pUid            id of the snapshot
 * @pCallback       NULL: the call returns when it is done. Else a thread of the library does it and calls
 *                  pCallback with (PRL_STATE_CORE_START_DISK_PROCESS_CALLBACK, 0),
 *                  (PRL_STATE_DISK_CALLBACK, 0 to 1000), and at the very end, also after a failure, with
 *                  (PRL_STATE_CORE_FULL_COMPLETE_CALLBACK, 1005). PRL_FALSE before the switch itself, which is
 *                  one step, leaves the disk as it was (PRL_ERR_DISK_USER_INTERRUPTED)
 * @pParameter      given to the callback
 *
 * Calls that are under way are waited for; those that come meanwhile get
 * PRL_ERR_DISK_OPERATION_IN_PROGRESS.
 *
 * Errors: PRL_ERR_INVALID_ARG, PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_OPERATION_IN_PROGRESS
 *         PRL_ERR_DISK_STATES_ERROR            no such snapshot, or no bundle
 *         PRL_ERR_DISK_OPERATION_NOT_ALLOWED   not open for writing
 * Threads: any; without a callback it blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_SwitchToState,
    (const PRL_HANDLE Handle, PRL_CONST_STR pDirectoryName, PRL_CONST_GUID_PTR pUid,
     const PRL_STATES_CALLBACK pCallback, PRL_VOID_PTR pParameter));

/**
 * PrlDisk_Write: writes to a disk, all or nothing. It is durable after PrlDisk_FlushCache, or when the
 * last reference to the handle was freed.
 *
 * @Handle         PHT_VIRTUAL_DISK, open for writing
 * @pBlock         what to write; of any alignment
 * @uiSize         bytes, a multiple of 512; 0 does nothing
 * @uiBlockOffset  sectors of 512 bytes from the start
 *
 * Errors: PRL_ERR_INVALID_ARG                  a NULL pointer, another size
 *         PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_DISK_NOT_OPENED   the disk is not open
 *         PRL_ERR_DISK_OPERATION_IN_PROGRESS   see PrlDisk_CreateDisk_Local
 *         PRL_ERR_DISK_OPERATION_NOT_ALLOWED   open for reading only
 *         PRL_ERR_DISK_WRITE_OUT_DISK          past the end
 *         PRL_ERR_DISK_INSUFFICIENT_SPACE      the host has no room left
 *         PRL_ERR_FILE_WRITE_ERROR             the host says no, or qemu-nbd is gone
 * Threads: any; blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Write,
    (const PRL_HANDLE Handle, PRL_CONST_VOID_PTR pBlock, const PRL_UINT32 uiSize,
     const PRL_UINT64 uiBlockOffset));

/**
 * PrlDisk_Read: reads from a disk, all or nothing.
 *
 * @Handle         PHT_VIRTUAL_DISK
 * @pBlock         [out] room for what is read, of any alignment; after a failure its contents are undefined
 * @uiSize         bytes, a multiple of 512; 0 does nothing
 * @uiBlockOffset  sectors of 512 bytes from the start
 *
 * Errors: as PrlDisk_Write; PRL_ERR_DISK_READ_OUT_DISK past the end, PRL_ERR_FILE_READ_ERROR
 * Threads: any; blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Read,
    (const PRL_HANDLE Handle, PRL_VOID_PTR pBlock, const PRL_UINT32 uiSize,
     const PRL_UINT64 uiBlockOffset));

/**
 * PrlDisk_GetDiskInfo: describes a disk and its images.
 *
 * @Handle           PHT_VIRTUAL_DISK
 * @pDiskParameters  [out] room for the structure, behind it the parts (m_Storages), then Name and the file
 *                   names; pointers point into the room, what is left is zeroed. May be NULL if the
 *                   size is 0
 * @BufferSize       [in,out] bytes of the room; 0 asks for the bytes needed
 *
 * Bundles (and, as one part, expanding images): geometry, m_BlockSize, Uid and Name as the descriptor has
 * them, types PRL_IMAGE_PLAIN or PRL_IMAGE_COMPRESSED, uStart and uSize in sectors; the file names are those of
 * the active state. All others: geometry 0, m_BlockSize 8, Name "", Uid 0 and one part of type
 * PRL_IMAGE_TRY_GUESS whose uSize is bytes, and whose name is the path that was opened. An offset
 * policy makes m_SizeInSectors smaller (and that uSize in bytes), not what is said of a bundle's parts.
 *
 * Errors: PRL_ERR_INVALID_ARG   a NULL pointer; too small, and *BufferSize becomes what is needed
 *         PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_OPERATION_IN_PROGRESS, PRL_ERR_DISK_DISK_NOT_OPENED
 * Threads: any; does not block.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_GetDiskInfo,
    (const PRL_HANDLE Handle, PRL_DISK_PARAMETERS_PTR pDiskParameters,
     PRL_UINT32_PTR BufferSize));

/**
 * PrlDisk_FlushCache: returns when everything is durable that was written by calls that had returned.
 * Nothing to do for a disk that is open for reading only.
 *
 * @Handle  PHT_VIRTUAL_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG, PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_DISK_NOT_OPENED,
 *         PRL_ERR_DISK_OPERATION_IN_PROGRESS, PRL_ERR_DISK_FSYNC_FAILED, PRL_ERR_FILE_WRITE_ERROR,
 *         PRL_ERR_DISK_INSUFFICIENT_SPACE
 * Threads: any; blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDisk_FlushCache, (const PRL_HANDLE Handle));

/**
 * PrlDisk_GetChangesMap_Local: which blocks of 64 KiB are in use, or were changed since a point in time. The
 * map is a copy that later writes do not change.
 *
 * @hDisk      PHT_VIRTUAL_DISK
 * @sPit1Uuid  uuid of the point in time, braces optional: snapshots of a bundle, bitmaps in expanding
 *             images, persistent bitmaps of a qcow2 file (names are uuids; while it is open for writing
 *             only when it has just one), qemu:dirty-bitmap contexts of a network disk. NULL: blocks in
 *             use; what is not in use reads as zeros
 * @sPit2Uuid  the later point, of a bundle or an expanding image: what was written after it is left out,
 *             as far as the images tell. NULL, a point that is not known, other disks: changes up to now.
 *             Blocks that did not change may be among those in the map, and none that did is missing
 * @phMap      [out] new reference to a PHT_VIRTUAL_DISK_MAP; untouched on failure
 *
 * Errors: PRL_ERR_INVALID_ARG, PRL_ERR_UNINITIALIZED, PRL_ERR_DISK_DISK_NOT_OPENED,
 *         PRL_ERR_DISK_OPERATION_IN_PROGRESS
 *         PRL_ERR_NO_DATA         nothing is known of that point in time: copy everything; or the second
 *                                 point is older
 *         PRL_ERR_OUT_OF_MEMORY   a disk of more than 2^32 blocks
 * Threads: any; blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDisk_GetChangesMap_Local,
    (PRL_HANDLE hDisk, PRL_CONST_STR sPit1Uuid, PRL_CONST_STR sPit2Uuid, PRL_HANDLE_PTR phMap));

/**
 * PrlDisk_Free: gives a disk up; the same as PrlHandle_Free. The last reference flushes and closes it;
 * PrlDisk_FlushCache before tells of failures.
 *
 * @Handle  PHT_VIRTUAL_DISK
 *
 * Errors: PRL_ERR_INVALID_ARG
 * Threads: any; the last one blocks.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDisk_Free, (const PRL_HANDLE Handle));

/*
 * Maps of used or changed blocks (PHT_VIRTUAL_DISK_MAP)
 */

/**
 * PrlDiskMap_GetSize: number of blocks in the map, the last one counted in full.
 *
 * @hMap    PHT_VIRTUAL_DISK_MAP
 * @pnSize  [out] bits
 *
 * Errors: PRL_ERR_INVALID_ARG
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_GetSize, (PRL_HANDLE hMap, PRL_UINT32_PTR pnSize));

/**
 * PrlDiskMap_GetGranularity: size of one block.
 *
 * @hMap    PHT_VIRTUAL_DISK_MAP
 * @pnSize  [out] bytes
 *
 * Errors: PRL_ERR_INVALID_ARG
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_GetGranularity,
    (PRL_HANDLE hMap, PRL_UINT32_PTR pnSize));

/**
 * PrlDiskMap_Read: the map: block i is bit i mod 8, lowest first, of byte i / 8; 1: in use, or changed.
 *
 * @hMap        PHT_VIRTUAL_DISK_MAP
 * @pBuffer     [out] room for the map; NULL asks for the size
 * @pnCapacity  [in,out] bytes of the room; becomes the bytes there are, also on PRL_ERR_BUFFER_OVERRUN
 *
 * Errors: PRL_ERR_INVALID_ARG, PRL_ERR_BUFFER_OVERRUN (nothing is copied)
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlDiskMap_Read,
    (PRL_HANDLE hMap, PRL_VOID_PTR pBuffer, PRL_UINT32_PTR pnCapacity));

/*
 * Options of opening (PHT_VIRTUAL_DISK_OPEN_POLICY)
 */

/**
 * PrlDiskOpenPolicy_CreateOffset: makes an option that shifts all reading and writing: the disk begins
 * there, and is shorter by that much.
 *
 * @pHandle   [out] new reference to a PHT_VIRTUAL_DISK_OPEN_POLICY
 * @uiOffset  bytes; the opening of a disk looks at whether it fits
 *
 * Errors: PRL_ERR_INVALID_ARG
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlDiskOpenPolicy_CreateOffset,
    (PRL_HANDLE_PTR pHandle, PRL_UINT64 uiOffset));

#ifdef __cplusplus
}
#endif

#endif /* PRL_DISK_H */
