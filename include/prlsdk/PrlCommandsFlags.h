/* SPDX-License-Identifier: MIT */
/*
 * PrlCommandsFlags.h: flag and mode words taken by the functions of the API.
 *
 * Values of one type may be or-ed where they are single bits. A call whose flags
 * have no type here wants 0. Commands share PACF_* bits; a clone also accepts its
 * own PCVF_* bits in the same word.
 */

#ifndef PRL_COMMANDS_FLAGS_H
#define PRL_COMMANDS_FLAGS_H

#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Protection of a connection: none, only the login is encrypted, or everything is. */
typedef enum _PRL_SECURITY_LEVEL {
    PSL_LOW_SECURITY    = 0,
    PSL_NORMAL_SECURITY = 1,
    PSL_HIGH_SECURITY   = 2
} PRL_SECURITY_LEVEL;
typedef PRL_SECURITY_LEVEL *PRL_SECURITY_LEVEL_PTR;

/** Flags common to many asynchronous calls. PACF_LAST marks the end of the shared bits. */
typedef enum _PRL_API_COMMAND_FLAGS {
    PACF_NORMAL_SECURITY            = PSL_NORMAL_SECURITY,
    PACF_HIGH_SECURITY              = PSL_HIGH_SECURITY,
    PACF_NON_INTERACTIVE_MODE       = 0x4,
    PACF_CANCEL_TASK_ON_END_SESSION = 0x8,
    PACF_MAX                        = 0xa,
    PACF_LAST                       = 0x400,
    PACF_MASK                       = 0x7ff
} PRL_API_COMMAND_FLAGS;
typedef PRL_API_COMMAND_FLAGS *PRL_API_COMMAND_FLAGS_PTR;

/**
 * PrlSrv_RegisterVmEx, PrlSrv_RegisterVmWithUuid; the unregister bits go to PrlVm_Unreg-like
 * calls.
 */
typedef enum _PRL_REGISTER_VM_FLAGS {
    PRVF_REGENERATE_VM_UUID      = 0x800,
    PRVF_KEEP_OTHERS_PERMISSIONS = 0x1000,
    PRCF_FORCE                   = 0x2000,
    PRVF_REGENERATE_SRC_VM_UUID  = 0x4000,
    PRVF_IGNORE_HA_CLUSTER       = 0x8000,
    PRCF_UNREG_PRESERVE          = 0x10000
} PRL_REGISTER_VM_FLAGS;
typedef PRL_REGISTER_VM_FLAGS *PRL_REGISTER_VM_FLAGS_PTR;

/** PrlVm_CloneEx, PrlVm_CloneWithUuid. */
typedef enum _PRL_CLONE_VM_FLAGS {
    PCVF_CLONE_TO_TEMPLATE           = 0x800,
    PCVF_CHANGE_SID                  = 0x1000,
    PCVF_LINKED_CLONE                = 0x2000,
    PCVF_IMPORT_BOOT_CAMP            = 0x4000,
    PCVF_DETACH_EXTERNAL_VIRTUAL_HDD = 0x8000
} PRL_CLONE_VM_FLAGS;
typedef PRL_CLONE_VM_FLAGS *PRL_CLONE_VM_FLAGS_PTR;

/** PrlSrv_Register3rdPartyVm. */
typedef enum _PRL_REGISTER_3PARTY_VM_FLAGS {
    PR3F_ALLOW_UNKNOWN_OS = 0x800,
    PR3F_CREATE_SHADOW_VM = 0x1000
} PRL_REGISTER_3PARTY_VM_FLAGS;
typedef PRL_REGISTER_3PARTY_VM_FLAGS *PRL_REGISTER_3PARTY_VM_FLAGS_PTR;

/** PrlVmDev_ResizeImage. PRIF_DISK_INFO asks for the sizes possible and changes nothing. */
typedef enum _PRL_RESIZE_IMAGE_FLAGS {
    PRIF_RESIZE_LAST_PARTITION = 0x800,
    PRIF_DISK_INFO             = 0x1000,
    PRIF_RESIZE_OFFLINE        = 0x2000
} PRL_RESIZE_IMAGE_FLAGS;
typedef PRL_RESIZE_IMAGE_FLAGS *PRL_RESIZE_IMAGE_FLAGS_PTR;

/**
 * PrlVm_MigrateEx and its relatives: security level, kind of migration, what happens to the
 * source.
 */
typedef enum _PRL_VM_MIGRATION_FLAGS {
    PVMSL_LOW_SECURITY          = PSL_LOW_SECURITY,
    PVMSL_NORMAL_SECURITY       = PACF_NORMAL_SECURITY,
    PVMSL_HIGH_SECURITY         = PACF_HIGH_SECURITY,
    PVMT_COLD_MIGRATION         = 0x800,
    PVMT_WARM_MIGRATION         = 0x1000,
    PVMT_HOT_MIGRATION          = 0x2000,
    PVM_DONT_RESUME_VM          = 0x4000,
    PVMT_DONT_RESUME_VM         = PVM_DONT_RESUME_VM,
    PVMT_CLONE_MODE             = 0x8000,
    PVMT_SWITCH_TEMPLATE        = 0x10000,
    PVMT_CHANGE_SID             = 0x20000,
    PVMT_IGNORE_EXISTING_BUNDLE = 0x40000,
    PVMT_REMOVE_SOURCE_BUNDLE   = 0x80000,
    PVMT_SEND_DISK_MAP          = 0x100000,
    PVMT_UNCOMPRESSED           = 0x200000,
    PVMT_DIRECT_DATA_CONNECTION = 0x400000,
    PVMT_DONT_CREATE_DISK       = 0x800000,
    PVM_UPDATE_MODE             = 0x1000000,
    PVM_FORCE                   = 0x2000000
} PRL_VM_MIGRATION_FLAGS;

/** PrlSrv_CreateVmBackup and its relatives: security level, kind of backup, compression. */
typedef enum _PRL_VM_BACKUP_FLAGS {
    PBSL_LOW_SECURITY          = PSL_LOW_SECURITY,
    PBSL_NORMAL_SECURITY       = PACF_NORMAL_SECURITY,
    PBSL_HIGH_SECURITY         = PACF_HIGH_SECURITY,
    PBT_FULL                   = 0x800,
    PBT_INCREMENTAL            = 0x1000,
    PBT_DIFFERENTIAL           = 0x2000,
    PBT_RESTORE_TO_COPY        = 0x4000,
    PBT_IGNORE_NOT_EXISTS      = 0x8000,
    PBT_UNCOMPRESSED           = 0x10000,
    PBT_VM                     = 0x20000,
    PBT_CT                     = 0x40000,
    PBT_BACKUP_ID              = 0x80000,
    PBT_CHAIN                  = 0x100000,
    PBT_KEEP_CHAIN             = 0x200000,
    PBT_DIRECT_DATA_CONNECTION = 0x400000,
    PBT_RESTORE_RUNNING        = 0x800000,
    PBT_DIRECT_DELTA           = 0x1000000
} PRL_VM_BACKUP_FLAGS;

/** Which streams PrlVmGuest_RunProgram connects; bits. */
typedef enum _PRL_VM_EXEC_APP_FILE_DESCRIPTOR {
    PFD_STDOUT = 0x800,
    PFD_STDERR = 0x1000,
    PFD_STDIN  = 0x2000,
    PFD_ALL    = 0x3800
} PRL_VM_EXEC_APP_FILE_DESCRIPTOR;
typedef PRL_VM_EXEC_APP_FILE_DESCRIPTOR *PRL_VM_EXEC_APP_FILE_DESCRIPTOR_PTR;

/** How PrlVmGuest_RunProgram runs the program. */
typedef enum _PRL_VM_EXEC_RUN_PROGRAM_MODES {
    PRPM_RUN_PROGRAM_AND_RETURN_IMMEDIATELY = 0x4000,
    PRPM_RUN_PROGRAM_IN_SHELL               = 0x8000,
    PRPM_RUN_PROGRAM_ENTER                  = 0x10000
} PRL_VM_EXEC_RUN_PROGRAM_MODES;
typedef PRL_VM_EXEC_RUN_PROGRAM_MODES *PRL_VM_EXEC_RUN_PROGRAM_MODES_PTR;

/** Mode of PrlVm_StartEx. */
typedef enum _PRL_VM_START_MODE {
    PSM_VM_START             = 0x800,
    PSM_VM_SAFE_START        = 0x1000,
    PSM_VM_START_FOR_COMPACT = 0x2000,
    PSM_VM_START_FOR_REPAIR  = 0x4000,
    PSM_VM_START_LAST_ITEM   = PSM_VM_START_FOR_REPAIR
} PRL_VM_START_MODE;
typedef PRL_VM_START_MODE *PRL_VM_START_MODE_PTR;

/** Options of PrlVm_StartEx that go with PSM_VM_START. */
typedef enum _PRL_VM_NORMAL_START_FLAGS {
    PNSF_VM_START_WAIT     = 0x1000,
    PNSF_CT_SKIP_ARPDETECT = 0x2000
} PRL_VM_NORMAL_START_FLAGS;
typedef PRL_VM_NORMAL_START_FLAGS *PRL_VM_NORMAL_START_FLAGS_PTR;

/** PrlVm_Compact. */
typedef enum _PRL_COMPACT_MODE {
    PCM_COMPACT_WITH_HARD_DISKS_INFO = 0x800,
    PCM_HARD_DISKS_INFO              = 0x1000,
    PCM_FULL_CLEAN_UP_VM             = 0x2000
} PRL_COMPACT_MODE;
typedef PRL_COMPACT_MODE *PRL_COMPACT_MODE_PTR;

/** Flags of a command to the guest tools' helper. */
typedef enum _PRL_TOOLS_UTILITY_COMMAND_FLAG {
    PTU_FLG_ZERO = 1
} PRL_TOOLS_UTILITY_COMMAND_FLAG;
typedef PRL_TOOLS_UTILITY_COMMAND_FLAG *PRL_TOOLS_UTILITY_COMMAND_FLAG_PTR;

/** Which parts a problem report has. */
typedef enum _PRL_PROBLEM_REPORT_FLAGS {
    PPRF_ADD_CLIENT_PART               = 0x800,
    PPRF_ADD_SERVER_PART               = 0x1000,
    PPRF_DO_NOT_CREATE_HOST_SCREENSHOT = 0x2000,
    PPRF_DUMP_FULL_REPORT              = 0x4000
} PRL_PROBLEM_REPORT_FLAGS;
typedef PRL_PROBLEM_REPORT_FLAGS *PRL_PROBLEM_REPORT_FLAGS_PTR;

/** PrlApi_InitEx. */
typedef enum _PRL_API_INIT_FLAGS {
    PAIF_USE_GRAPHIC_MODE        = 0x800,
    PAIF_INIT_AS_APPSTORE_CLIENT = 0x1000
} PRL_API_INIT_FLAGS;
typedef PRL_API_INIT_FLAGS *PRL_API_INIT_FLAGS_PTR;

/** PrlVm_StopEx: whether to fall back on pulling the plug. */
typedef enum _PRL_VM_STOP_FLAGS {
    PSF_FORCE   = 0x800,
    PSF_NOFORCE = 0x1000
} PRL_VM_STOP_FLAGS;

/** PrlSrv_InstallAppliance. */
typedef enum _PRL_INSTALL_APPLIANCE_FLAGS {
    PIAF_CANCEL = 0x800,
    PIAF_FORCE  = 0x1000,
    PIAF_STOP   = 0x2000
} PRL_INSTALL_APPLIANCE_FLAGS;

/** PrlVm_ConvertDisks. */
typedef enum _PRL_CONVERT_VIRTUAL_DISK {
    PCVD_CANCEL              = 0x800,
    PCVD_TO_PLAIN_DISK       = 0x1000,
    PCVD_TO_EXPANDING_DISK   = 0x2000,
    PCVD_TO_SPLIT_DISK       = 0x4000,
    PCVD_TO_NON_SPLIT_DISK   = 0x8000,
    PCVD_MERGE_ALL_SNAPSHOTS = 0x10000
} PRL_CONVERT_VIRTUAL_DISK;

/** Kind of client on the display and input channel. */
typedef enum _PRL_IO_CLIENT_FLAGS {
    PCF_ORIGINAL_CLIENT    = 0x800,
    PCF_LIGHTWEIGHT_CLIENT = 0x1000,
    PCF_TRUSTED_CHANNEL    = 0x2000
} PRL_IO_CLIENT_FLAGS;

/** PrlVm_StoreValueByKey. */
typedef enum _PRL_VM_STORE_VALUE_FLAGS {
    PSV_CALC_BOOT_CAMP_SIZE = 0x800
} PRL_VM_STORE_VALUE_FLAGS;

/** Operations on an iSCSI storage. */
typedef enum _PRL_ISCSI_STORAGE_CMD_FLAGS {
    PISCSI_STORAGE_CREATE       = 0x800,
    PISCSI_STORAGE_REMOVE       = 0x1000,
    PISCSI_STORAGE_MOUNT_RDONLY = 0x2000,
    PISCSI_STORAGE_REMOUNT      = 0x4000,
    PISCSI_STORAGE_MOUNT        = 0x8000
} PRL_ISCSI_STORAGE_CMD_FLAGS;

/** File system of an iSCSI storage. */
typedef enum _PRL_ISCSI_STORAGE_FSTYPE_FLAGS {
    PISCSI_STORAGE_EXT3 = 0x800,
    PISCSI_STORAGE_EXT4 = 0x1000,
    PISCSI_STORAGE_NTFS = 0x2000
} PRL_ISCSI_STORAGE_FSTYPE_FLAGS;

/** Which kinds of machine a call looks at; bits. None means virtual machines. */
typedef enum _PRL_VM_TYPE_FLAGS {
    PVTF_VM = 0x800,
    PVTF_CT = 0x1000
} PRL_VM_TYPE_FLAGS;

/** PrlVm_GetSnapshotsTreeEx: whether the screen shots come along. */
typedef enum _PRL_GET_SNAPSHOT_TREE_FLAGS {
    PGST_FULL_SIZE_SCREENSHOTS = 0x800,
    PGST_WITHOUT_SCREENSHOTS   = 0x1000
} PRL_GET_SNAPSHOT_TREE_FLAGS;

/** PrlVm_CreateSnapshotEx. */
typedef enum _PRL_CREATE_SNAPSHOT_FLAGS {
    PCSF_DISK_ONLY = 0x800,
    PCSF_BACKUP    = 0x1000
} PRL_CREATE_SNAPSHOT_FLAGS;

/** PrlVm_SwitchToSnapshotEx. */
typedef enum _PRL_SWITCH_SNAPSHOT_FLAGS {
    PSSF_SKIP_RESUME = 0x800
} PRL_SWITCH_SNAPSHOT_FLAGS;

/** Deleting a snapshot. */
typedef enum _PRL_DELETE_SNAPSHOT_FLAGS {
    PDSF_SKIP_SPACE_CHECK = 0x800,
    PDSF_BACKUP           = 0x1000,
    PDSF_BACKUP_MAP       = 0x2000
} PRL_DELETE_SNAPSHOT_FLAGS;

/** PrlSrv_CopyCtTemplate. */
typedef enum _PRL_COPY_CT_TEMPLATE_FLAGS {
    PCTMP_LOW_SECURITY    = PSL_LOW_SECURITY,
    PCTMP_NORMAL_SECURITY = PACF_NORMAL_SECURITY,
    PCTMP_HIGH_SECURITY   = PACF_HIGH_SECURITY,
    PCTMPL_FORCE          = 0x800
} PRL_COPY_CT_TEMPLATE_FLAGS;

/** PrlVm_CommitEx: what becomes of the images of disks that left the configuration. */
typedef enum _PRL_VM_COMMIT_FLAGS {
    PVCF_DESTROY_HDD_BUNDLE       = 0x800,
    PVCF_WAIT_FOR_APPLY           = 0x1000,
    PEVF_WAIT_FOR_APPLY           = PVCF_WAIT_FOR_APPLY,
    PVCF_DESTROY_HDD_BUNDLE_FORCE = 0x2000,
    PVCF_DETACH_HDD_BUNDLE        = 0x4000,
    PVCF_RENAME_EXT_DISKS         = 0x8000
} PRL_VM_COMMIT_FLAGS;

/** PrlVm_Mount. */
typedef enum _PRL_MOUNT_VIRTUAL_DISK {
    PMVD_READ_ONLY  = 0x800,
    PMVD_READ_WRITE = 0x1000,
    PMVD_INFO       = 0x2000
} PRL_MOUNT_VIRTUAL_DISK;

/** PrlVmDev_CreateImage-like calls. */
typedef enum _PRL_CREATE_DISK_IMAGE_FLAGS {
    PCDIF_CREATE_FROM_LION_RECOVERY_PARTITION = 0x800
} PRL_CREATE_DISK_IMAGE_FLAGS;
typedef PRL_CREATE_DISK_IMAGE_FLAGS *PRL_CREATE_DISK_IMAGE_FLAGS_PTR;

/** PrlVm_RegEx. */
typedef enum _PRL_REGISTER_NEW_VM {
    PRNVM_CREATE_FROM_LION_RECOVERY_PARTITION = PCDIF_CREATE_FROM_LION_RECOVERY_PARTITION,
    PRNVM_ALLOW_TO_AUTO_DECREASE_HDD_SIZE     = 0x1000,
    PRNVM_PRESERVE_DISK                       = 0x2000
} PRL_REGISTER_NEW_VM;
typedef PRL_REGISTER_NEW_VM *PRL_REGISTER_NEW_VM_PTR;

/** PrlSrv_GetVmListEx: which machines, and how much about each. */
typedef enum _PRL_GET_VM_LIST_FLAGS {
    PGVLF_GET_ONLY_VM            = PVTF_VM,
    PGVLF_GET_ONLY_CT            = PVTF_CT,
    PGVLF_GET_ONLY_IDENTITY_INFO = 0x2000,
    PGVLF_GET_STATE_INFO         = 0x4000,
    PGVLF_FILL_AUTOGENERATED     = 0x8000,
    PGVLF_GET_ONLY_VM_TEMPLATES  = 0x10000,
    PGVLF_GET_NET_INFO           = 0x20000,
    PGVLF_GET_NET_STATIC_IP_INFO = 0x40000
} PRL_GET_VM_LIST_FLAGS;
typedef PRL_GET_VM_LIST_FLAGS *PRL_GET_VM_LIST_FLAGS_PTR;

/** PrlSrv_GetVmConfig: what the given text is. */
typedef enum _PRL_GET_VM_CONFIG_FLAGS {
    PGVC_SEARCH_BY_UUID     = 0x800,
    PGVC_SEARCH_BY_NAME     = 0x1000,
    PGVC_FILL_AUTOGENERATED = 0x2000
} PRL_GET_VM_CONFIG_FLAGS;
typedef PRL_GET_VM_CONFIG_FLAGS *PRL_GET_VM_CONFIG_FLAGS_PTR;

/** PrlSrv_UpdateLicenseEx. */
typedef enum _PRL_UPDATE_LICENSE_FLAGS {
    PUPLF_KICK_TO_UDPATE_CURR_FILE_LICENSE           = 0x800,
    PUPLF_ACTIVATE_PERMANENT_LICENSE_ONLINE          = 0x1000,
    PUPLF_ACTIVATE_PERMANENT_LICENSE_OFFLINE         = 0x2000,
    PUPLF_CHECK_KEY_ONLY                             = 0x4000,
    PUPLF_DEACTIVATE_CURRENT_LICENSE                 = 0x8000,
    PUPLF_ACTIVATE_PRECACHED_KEY                     = 0x10000,
    PUPLF_STORE_PRECACHED_KEY                        = 0x20000,
    PUPLF_REMOVE_PRECACHED_KEY                       = 0x40000,
    PUPLF_DEACTIVATE_CURRENT_LICENSE_OFFLINE_ALLOWED = 0x80000,
    PUPLF_CHECK_KEY_ONLY_VOLUME                      = 0x100000,
    PUPLF_REGISTER_CURRENT_LICENSE                   = 0x200000
} PRL_UPDATE_LICENSE_FLAGS;
typedef PRL_UPDATE_LICENSE_FLAGS *PRL_UPDATE_LICENSE_FLAGS_PTR;

/** PrlSrv_ShutdownEx. */
typedef enum _PRL_SRV_SHUTDOWN_FLAGS {
    PSHF_FORCE_SHUTDOWN        = 0x800,
    PSHF_DONT_WAIT_TO_COMPLETE = 0x1000,
    PSHF_SUSPEND_VM_TO_PRAM    = 0x2000
} PRL_SRV_SHUTDOWN_FLAGS;
typedef PRL_SRV_SHUTDOWN_FLAGS *PRL_SRV_SHUTDOWN_FLAGS_PTR;

/** PrlVm_SetUserPasswd. */
typedef enum _PRL_SET_USERPASSWD_FLAGS {
    PSPF_PASSWD_CRYPTED = 0x800
} PRL_SET_USERPASSWD_FLAGS;
typedef PRL_SET_USERPASSWD_FLAGS *PRL_SET_USERPASSWD_FLAGS_PTR;

/** Which part of a machine's statistics is wanted. */
typedef enum _PRL_VM_STATISTICS_FLAGS {
    PVMSF_HOST_DISK_SPACE_USAGE_ONLY = 0x800,
    PVMSF_GUEST_OS_INFORMATION_ONLY  = 0x1000
} PRL_VM_STATISTICS_FLAGS;
typedef PRL_VM_STATISTICS_FLAGS *PRL_VM_STATISTICS_FLAGS_PTR;

/** PrlSrv_LoginLocalEx. */
typedef enum _PRL_LOGIN_LOCAL_FLAGS {
    PLLF_LOGIN_WITH_DELAYED_CONNECTION = 0x800
} PRL_LOGIN_LOCAL_FLAGS;
typedef PRL_LOGIN_LOCAL_FLAGS *PRL_LOGIN_LOCAL_FLAGS_PTR;

/** PrlSrv_LoginEx. */
typedef enum _PRL_LOGIN_FLAGS {
    PLLF_LOGIN_WITH_RSA_KEYS = 0x4000
} PRL_LOGIN_FLAGS;
typedef PRL_LOGIN_FLAGS *PRL_LOGIN_FLAGS_PTR;

/** PrlSrv_AddVirtualNetwork, PrlSrv_UpdateVirtualNetwork. */
typedef enum _PRL_VIRTUAL_NETWORK_FLAGS {
    PRL_USE_VNET_NAME_FOR_BRIDGE_NAME = 0x800
} PRL_VIRTUAL_NETWORK_FLAGS;
typedef PRL_VIRTUAL_NETWORK_FLAGS *PRL_VIRTUAL_NETWORK_FLAGS_PTR;

/** PrlVm_BeginBackup. */
typedef enum _PRL_BEGIN_VM_BACKUP_FLAGS {
    PBMBF_CREATE_MAP = 0x800,
    PBMBF_FSSYNC     = 0x1000
} PRL_BEGIN_VM_BACKUP_FLAGS;

/** PrlVmBackup_Commit, PrlVmBackup_Rollback. */
typedef enum _PRL_END_VM_BACKUP_FLAGS {
    PEMBF_FAILURE_CLEANUP = 0x800
} PRL_END_VM_BACKUP_FLAGS;

/** PrlVm_CommitEx: changes to disk encryption. */
typedef enum _PRL_COMMIT_ENCRYPTION_FLAGS {
    PCEF_CHANGE_MASTER_KEY     = 0x800,
    PCEF_DONT_SHRED_PLAIN_DATA = 0x1000
} PRL_COMMIT_ENCRYPTION_FLAGS;
typedef PRL_COMMIT_ENCRYPTION_FLAGS *PRL_COMMIT_ENCRYPTION_FLAGS_PTR;

/** What is kept of a crashed guest; bits. */
typedef enum _PRL_VM_ON_CRASH_OPTION {
    POCO_DUMP   = 2048,
    POCO_REPORT = 4096,
    POCO_FULL   = 6144
} PRL_VM_ON_CRASH_OPTION;
typedef PRL_VM_ON_CRASH_OPTION *PRL_VM_ON_CRASH_OPTION_PTR;

/**
 * PrlSrv_GetVcmmdConfig, PrlSrv_SetVcmmdConfig: the running policy rather than the configured
 * one.
 */
typedef enum _PRL_VCMMD_COMMAND_FLAGS {
    VCMMD_COMMAND_RUNTIME = 0x800
} PRL_VCMMD_COMMAND_FLAGS;
typedef PRL_VCMMD_COMMAND_FLAGS *PRL_VCMMD_COMMAND_FLAGS_PTR;

/** PrlCt_Reinstall. */
typedef enum _PRL_CT_REINSTALL_OPTIONS {
    REINSTALL_SKIP_BACKUP  = 2048,
    REINSTALL_SKIP_SCRIPTS = 4096,
    REINSTALL_RESET_PWDB   = 6144
} PRL_CT_REINSTALL_OPTIONS;
typedef PRL_CT_REINSTALL_OPTIONS *PRL_CT_REINSTALL_OPTIONS_PTR;

/** Spelling used by the programmer's guide for PCVF_CLONE_TO_TEMPLATE. */
#define PACF_CLONEVM_TO_TEMPLATE PCVF_CLONE_TO_TEMPLATE

#ifdef __cplusplus
}
#endif

#endif /* PRL_COMMANDS_FLAGS_H */
