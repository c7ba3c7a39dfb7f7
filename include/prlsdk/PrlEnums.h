/* SPDX-License-Identifier: MIT */
/*
 * PrlEnums.h: the enumerations of the API: handle types, states, device types,
 * job operation codes, modes of configuration values.
 *
 * Numbers are part of the binary interface and of files on disk; a name is never
 * renumbered. Flags that only go into a call are in PrlCommandsFlags.h.
 */

#ifndef PRL_ENUMS_H
#define PRL_ENUMS_H

#include "PrlCommandsFlags.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most USB printers and parallel ports a configuration can have. */
#define MAX_USB_PRINTER_COUNT 126
#define MAX_PARALLEL_COUNT    3

/** VLAN tags: none, and the highest. */
#define PRL_INVALID_VLAN_TAG 0xffff
#define PRL_MAX_VLAN_TAG     4095

/** Guest sessions without a login: that of the guest tools, and that of the user at the console. */
#define PRL_PRIVILEGED_GUEST_OS_SESSION "531582ac-3dce-446f-8c26-dd7e3384dcf4"
#define PRL_CURRENT_GUEST_OS_SESSION    "4a5533a7-31c6-4d7a-a400-1f330dc57a9d"

/** Part of a stop request that holds the PRL_VM_STOP_MODE. */
#define PRL_VM_STOP_MODE_MASK 0xff

/** Capabilities (PRL_CT_CAPMASK) of a new container. */
#define CAPDEFAULTMASK 0xfdccefffu

/** Level of security in a flags word, as PRL_SECURITY_LEVEL. */
#define PVM_GET_SECURITY_LEVEL(flags)                                                            \
    ((PRL_SECURITY_LEVEL)((flags) & (PSL_LOW_SECURITY | PSL_NORMAL_SECURITY | PSL_HIGH_SECURITY)))

/*
 * Handles, jobs, events, the library
 */

/**
 * What a handle refers to. PHT_VM_CONFIGURATION and PHT_VIRTUAL_MACHINE are the same number:
 * the object of a machine is its configuration.
 */
typedef enum _PRL_HANDLE_TYPE {
    PHT_ERROR                            = 0,
    PHT_SERVER                           = 268435457,
    PHT_SERVER_CONFIG                    = 268435458,
    PHT_REMOTE_FILESYSTEM_INFO           = 268435459,
    PHT_REMOTE_FILESYSTEM_ENTRY          = 268435460,
    PHT_VIRTUAL_MACHINE                  = 268435461,
    PHT_VIRTUAL_DEV_DISPLAY              = 268435462,
    PHT_VIRTUAL_DEV_KEYBOARD             = 268435463,
    PHT_VIRTUAL_DEV_MOUSE                = 268435464,
    PHT_VIRTUAL_DEV_FLOPPY               = 268435465,
    PHT_VIRTUAL_DEV_HARD_DISK            = 268435466,
    PHT_VIRTUAL_DEV_NET_ADAPTER          = 268435467,
    PHT_VIRTUAL_DEV_PARALLEL_PORT        = 268435468,
    PHT_VIRTUAL_DEV_SERIAL_PORT          = 268435469,
    PHT_VIRTUAL_DEV_OPTICAL_DISK         = 268435470,
    PHT_VIRTUAL_DEV_USB_DEVICE           = 268435471,
    PHT_VIRTUAL_DEV_SOUND                = 268435472,
    PHT_JOB                              = 268435473,
    PHT_EVENT                            = 268435474,
    PHT_RESULT                           = 268435475,
    PHT_VM_INFO                          = 268435476,
    PHT_USER_PROFILE                     = 268435477,
    PHT_DISP_CONFIG                      = 268435478,
    PHT_SHARE                            = 268435479,
    PHT_SCREEN_RESOLUTION                = 268435480,
    PHT_DISP_NET_ADAPTER                 = 268435481,
    PHT_HW_GENERIC_DEVICE                = 268435482,
    PHT_HW_HARD_DISK                     = 268435483,
    PHT_HW_HARD_DISK_PARTITION           = 268435484,
    PHT_HW_NET_ADAPTER                   = 268435485,
    PHT_EVENT_PARAMETER                  = 268435486,
    PHT_REMOTEDEV_CMD                    = 268435487,
    PHT_SYSTEM_STATISTICS                = 268435488,
    PHT_SYSTEM_STATISTICS_CPU            = 268435489,
    PHT_SYSTEM_STATISTICS_IFACE          = 268435490,
    PHT_SYSTEM_STATISTICS_USER_SESSION   = 268435491,
    PHT_SYSTEM_STATISTICS_DISK           = 268435492,
    PHT_SYSTEM_STATISTICS_DISK_PARTITION = 268435493,
    PHT_SYSTEM_STATISTICS_PROCESS        = 268435494,
    PHT_LICENSE                          = 268435495,
    PHT_SERVER_INFO                      = 268435496,
    PHT_BOOT_DEVICE                      = 268435497,
    PHT_STRINGS_LIST                     = 268435498,
    PHT_LOGIN_RESPONSE                   = 268435499,
    PHT_RUNNING_TASK                     = 268435500,
    PHT_NET_SERVICE_STATUS               = 268435501,
    PHT_HANDLES_LIST                     = 268435502,
    PHT_VIRTUAL_DISK                     = 268435503,
    PHT_ACCESS_RIGHTS                    = 268435504,
    PHT_VM_TOOLS_INFO                    = 268435505,
    PHT_FOUND_VM_INFO                    = 268435506,
    PHT_TIS_RECORD                       = 268435507,
    PHT_USER_INFO                        = 268435508,
    PHT_VM_CONFIGURATION                 = PHT_VIRTUAL_MACHINE,
    PHT_TIS_EMITTER                      = 268435510,
    PHT_TOOL                             = 268435511,
    PHT_VIRTUAL_DEV_HD_PARTITION         = 268435512,
    PHT_VIRTUAL_DEV_GENERIC_PCI          = 268435513,
    PHT_VIRTUAL_DEV_GENERIC_SCSI         = 268435514,
    PHT_VM_GUEST_SESSION                 = 268435515,
    PHT_VIRTUAL_NETWORK                  = 268435516,
    PHT_PORT_FORWARDING                  = 268435517,
    PHT_HW_GENERIC_PCI_DEVICE            = 268435518,
    PHT_OPAQUE_TYPE_LIST                 = 268435519,
    PHT_GUEST_OSES_MATRIX                = 268435520,
    PHT_PROBLEM_REPORT                   = 268435521,
    PHT_APPLIANCE_CONFIG                 = 268435522,
    PHT_OFFLINE_SERVICE                  = 268435523,
    PHT_VM_VIRTUAL_DEVICES_INFO          = 268435524,
    PHT_NETWORK_CLASS                    = 268435525,
    PHT_NETWORK_SHAPING                  = 268435526,
    PHT_NETWORK_RATE                     = 268435527,
    PHT_ISCSI_LUN                        = 268435528,
    PHT_CT_TEMPLATE                      = 268435529,
    PHT_USB_IDENTITY                     = 268435537,
    PHT_FIREWALL_RULE                    = 268435538,
    PHT_IPPRIV_NET                       = 268435539,
    PHT_PLUGIN_INFO                      = 268435540,
    PHT_CVSRC                            = 268435541,
    PHT_DESKTOP_CONTROL                  = 268435542,
    PHT_BACKUP_RESULT                    = 268435543,
    PHT_NETWORK_SHAPING_CONFIG           = 268435544,
    PHT_NETWORK_SHAPING_BANDWIDTH        = 268435545,
    PHT_SYSTEM_STATISTICS_VM_DATA        = 268435546,
    PHT_VIDEO_RECEIVER                   = 268435547,
    PHT_SESSION_INFO                     = 268435548,
    PHT_CPU_FEATURES                     = 268435549,
    PHT_CPU_POOL                         = 268435550,
    PHT_VIRTUAL_DISK_MAP                 = 268435551,
    PHT_VIRTUAL_DISK_OPEN_POLICY         = 268435552,
    PHT_VIRTUAL_DISK_ENCRYPTION          = 268435553,
    PHT_VCMMD_CONFIG                     = 268435554,
    PHT_BACKUP                           = 268435555,
    PHT_LAST                             = PHT_BACKUP
} PRL_HANDLE_TYPE;
typedef PRL_HANDLE_TYPE *PRL_HANDLE_TYPE_PTR;

/** State of a job (PrlJob_GetStatus). */
PRL_WIDE_ENUM typedef enum _PRL_JOB_STATUS {
    PJS_UNKNOWN  = 0,
    PJS_RUNNING  = 0xd0000001u,
    PJS_FINISHED = 0xd0000002u
} PRL_JOB_STATUS;
typedef PRL_JOB_STATUS *PRL_JOB_STATUS_PTR;

/** Type of the value of an event parameter. */
typedef enum _PRL_PARAM_FIELD_DATA_TYPE {
    PFD_UINT32      = 0,
    PFD_STRING      = 1,
    PFD_INT32       = 2,
    PFD_CDATA       = 3,
    PFD_BOOLEAN     = 4,
    PFD_ENTITY      = 5,
    PFD_ENUMERATION = 6,
    PFD_INT64       = 7,
    PFD_UINT64      = 8,
    PFD_BINARY      = 9,
    PFD_UNKNOWN     = 255
} PRL_PARAM_FIELD_DATA_TYPE;
typedef PRL_PARAM_FIELD_DATA_TYPE *PRL_PARAM_FIELD_DATA_TYPE_PTR;

/** Who sent an event. */
typedef enum _PRL_EVENT_ISSUER_TYPE {
    PIE_VIRTUAL_MACHINE = 0,
    PIE_DISPATCHER      = 1,
    PIE_IO_SERVICE      = 2,
    PIE_WEB_SERVICE     = 3,
    PIE_UNKNOWN         = 255
} PRL_EVENT_ISSUER_TYPE;
typedef PRL_EVENT_ISSUER_TYPE *PRL_EVENT_ISSUER_TYPE_PTR;

/** Major version of the product. */
typedef enum _PRL_VERSION_ENUM {
    PRL_VERSION_ANY = 0,
    PRL_VERSION_3X  = 1,
    PRL_VERSION_4X  = 2,
    PRL_VERSION_5X  = 3,
    PRL_VERSION_6X  = 4,
    PRL_VERSION_7X  = 5,
    PRL_VERSION_8X  = 6,
    PRL_VERSION_9X  = 7,
    PRL_VERSION_10X = 8
} PRL_VERSION_ENUM;
typedef PRL_VERSION_ENUM *PRL_VERSION_ENUM_PTR;

/** Edition of the product. */
typedef enum _PRL_PRODUCT_ENUM {
    PRL_PRODUCT_ANY         = 0,
    PRL_PRODUCT_DESKTOP     = 1,
    PRL_PRODUCT_SERVER      = 2,
    PRL_PRODUCT_WORKSTATION = 3,
    PRL_PRODUCT_STM         = 4,
    PRL_PRODUCT_PLAYER      = 5,
    PRL_PRODUCT_DESKTOP_WL  = 6
} PRL_PRODUCT_ENUM;
typedef PRL_PRODUCT_ENUM *PRL_PRODUCT_ENUM_PTR;

/** How a result code should be presented to a person. */
typedef enum _PRL_MESSAGE_TYPE_ENUM {
    PMT_WARNING     = 0,
    PMT_INFORMATION = 1,
    PMT_CRITICAL    = 2,
    PMT_QUESTION    = 3,
    PMT_ANSWER      = 4
} PRL_MESSAGE_TYPE_ENUM;
typedef PRL_MESSAGE_TYPE_ENUM *PRL_MESSAGE_TYPE_ENUM_PTR;

/** Which operation a job performs (PrlJob_GetOpCode). */
typedef enum _PRL_JOB_OPERATION_CODE {
    PJOC_UNKNOWN                              = 0,
    PJOC_JOB_CANCEL                           = 1,
    PJOC_SRV_LOOKUP_VIRTUOZZO_SERVERS         = 2,
    PJOC_SRV_LOGIN                            = 3,
    PJOC_SRV_LOGIN_LOCAL                      = 4,
    PJOC_SRV_LOGOFF                           = 5,
    PJOC_SRV_GET_SRV_CONFIG                   = 6,
    PJOC_SRV_GET_COMMON_PREFS                 = 7,
    PJOC_SRV_COMMON_PREFS_BEGIN_EDIT          = 8,
    PJOC_SRV_COMMON_PREFS_COMMIT              = 9,
    PJOC_SRV_GET_USER_PROFILE                 = 10,
    PJOC_SRV_GET_STATISTICS                   = 11,
    PJOC_SRV_USER_PROFILE_BEGIN_EDIT          = 12,
    PJOC_SRV_USER_PROFILE_COMMIT              = 13,
    PJOC_SRV_REGISTER_VM                      = 14,
    PJOC_SRV_REGISTER_VM_EX                   = PJOC_SRV_REGISTER_VM,
    PJOC_SRV_GET_VM_LIST                      = 15,
    PJOC_SRV_SUBSCRIBE_TO_HOST_STATISTICS     = 16,
    PJOC_SRV_UNSUBSCRIBE_FROM_HOST_STATISTICS = 17,
    PJOC_SRV_SHUTDOWN                         = 18,
    PJOC_SRV_FS_GET_DISK_LIST                 = 19,
    PJOC_SRV_FS_GET_DIR_ENTRIES               = 20,
    PJOC_SRV_FS_CREATE_DIR                    = 21,
    PJOC_SRV_FS_REMOVE_ENTRY                  = 22,
    PJOC_SRV_FS_CAN_CREATE_FILE               = 23,
    PJOC_SRV_FS_RENAME_ENTRY                  = 24,
    PJOC_SRV_FS_GENERATE_ENTRY_NAME           = 25,
    PJOC_SRV_UPDATE_LICENSE                   = 26,
    PJOC_SRV_GET_LICENSE_INFO                 = 27,
    PJOC_SRV_SEND_ANSWER                      = 28,
    PJOC_SRV_START_SEARCH_VMS                 = 29,
    PJOC_SRV_NET_SERVICE_START                = 30,
    PJOC_SRV_NET_SERVICE_STOP                 = 31,
    PJOC_SRV_NET_SERVICE_RESTART              = 32,
    PJOC_SRV_NET_SERVICE_RESTORE_DEFAULTS     = 33,
    PJOC_SRV_GET_NET_SERVICE_STATUS           = 34,
    PJOC_SRV_ADD_NET_ADAPTER                  = 35,
    PJOC_SRV_DELETE_NET_ADAPTER               = 36,
    PJOC_SRV_UPDATE_NET_ADAPTER               = 37,
    PJOC_SRV_GET_PROBLEM_REPORT               = 38,
    PJOC_SRV_ATTACH_TO_LOST_TASK              = 39,
    PJOC_SRV_GET_USER_INFO_LIST               = 40,
    PJOC_SRV_GET_USER_INFO                    = 41,
    PJOC_VM_START                             = 42,
    PJOC_VM_STOP                              = 43,
    PJOC_VM_PAUSE                             = 44,
    PJOC_VM_RESET                             = 45,
    PJOC_VM_SUSPEND                           = 46,
    PJOC_VM_RESUME                            = PJOC_VM_START,
    PJOC_VM_DROP_SUSPENDED_STATE              = 49,
    PJOC_VM_CLONE                             = 50,
    PJOC_VM_DELETE                            = 51,
    PJOC_VM_GET_PROBLEM_REPORT                = 52,
    PJOC_VM_GET_STATE                         = 53,
    PJOC_VM_GENERATE_VM_DEV_FILENAME          = 54,
    PJOC_VM_GET_TOOLS_STATE                   = 55,
    PJOC_VM_REFRESH_CONFIG                    = 56,
    PJOC_VM_GET_STATISTICS                    = 57,
    PJOC_VM_SUBSCRIBE_TO_GUEST_STATISTICS     = 58,
    PJOC_VM_UNSUBSCRIBE_FROM_GUEST_STATISTICS = 59,
    PJOC_VM_REG                               = 60,
    PJOC_VM_UNREG                             = 61,
    PJOC_VM_BEGIN_EDIT                        = 62,
    PJOC_VM_COMMIT                            = 63,
    PJOC_VM_CREATE_UNATTENDED_FLOPPY          = 64,
    PJOC_VM_INITIATE_DEV_STATE_NOTIFICATIONS  = 65,
    PJOC_VM_UPDATE_SECURITY                   = 66,
    PJOC_VM_VALIDATE_CONFIG                   = 67,
    PJOC_VM_DEV_CONNECT                       = 68,
    PJOC_VM_DEV_DISCONNECT                    = 69,
    PJOC_VM_DEV_CREATE_IMAGE                  = 70,
    PJOC_VM_INSTALL_TOOLS                     = 71,
    PJOC_VM_SEND_SHUTDOWN_COMMAND             = 72,
    PJOC_VM_SEND_CLIPBOARD_REQUEST            = 73,
    PJOC_VM_CONNECT_TO_VM                     = 74,
    PJOC_VM_DEV_DISPLAY_CAPTURE_SCREEN        = 75,
    PJOC_VM_MIGRATE                           = 76,
    PJOC_VM_SEND_DRAGDROP_COMMAND             = 77,
    PJOC_VM_GUEST_RUN_PROGRAM                 = 78,
    PJOC_VM_GUEST_LOGOUT                      = 79,
    PJOC_SRV_SUBSCRIBE_PERFSTATS              = 80,
    PJOC_SRV_UNSUBSCRIBE_PERFSTATS            = 81,
    PJOC_SRV_GET_PERFSTATS                    = 82,
    PJOC_VM_SUBSCRIBE_PERFSTATS               = 83,
    PJOC_VM_UNSUBSCRIBE_PERFSTATS             = 84,
    PJOC_VM_GET_PERFSTATS                     = 85,
    PJOC_VM_GET_SUSPENDED_SCREEN              = 86,
    PJOC_VM_MIGRATE_CANCEL                    = 87,
    PJOC_VM_RUN_COMPRESSOR                    = 88,
    PJOC_VM_CANCEL_COMPRESSOR                 = 89,
    PJOC_VM_CREATE_SNAPSHOT                   = 90,
    PJOC_VM_SWITCH_TO_SNAPSHOT                = 91,
    PJOC_VM_DELETE_SNAPSHOT                   = 92,
    PJOC_VM_GET_SNAPSHOTS_TREE                = 93,
    PJOC_VM_START_EX                          = 94,
    PJOC_VM_LOGIN_IN_GUEST                    = 95,
    PJOC_VM_UPDATE_SNAPSHOT_DATA              = 96,
    PJOC_VM_RESTART                           = 97,
    PJOC_VM_INSTALL_UTILITY                   = 98,
    PJOC_VM_UPDATE_TOOLS_SECTION              = 99,
    PJOC_SRV_GET_ALL_HOST_USERS               = 100,
    PJOC_VM_RESTORE                           = 101,
    PJOC_VM_START_VNC_SERVER                  = 102,
    PJOC_VM_STOP_VNC_SERVER                   = 103,
    PJOC_VM_GUEST_GET_NETWORK_SETTINGS        = 104,
    PJOC_SRV_GET_VIRTUAL_NETWORK_LIST         = 105,
    PJOC_VM_AUTH_WITH_GUEST_SECURITY_DB       = 106,
    PJOC_VM_GUEST_SET_USER_PASSWD             = 107,
    PJOC_SRV_ADD_VIRTUAL_NETWORK              = 108,
    PJOC_SRV_UPDATE_VIRTUAL_NETWORK           = 109,
    PJOC_SRV_DELETE_VIRTUAL_NETWORK           = 110,
    PJOC_SRV_CONFIGURE_GENERIC_PCI            = 111,
    PJOC_SRV_PREPARE_FOR_HIBERNATE            = 112,
    PJOC_SRV_AFTER_HOST_RESUME                = 113,
    PJOC_SRV_GET_BACKUP_TREE                  = 114,
    PJOC_SRV_CREATE_VM_BACKUP                 = 115,
    PJOC_SRV_RESTORE_VM_BACKUP                = 116,
    PJOC_API_SEND_PROBLEM_REPORT              = 117,
    PJOC_VM_LOCK                              = 118,
    PJOC_VM_UNLOCK                            = 119,
    PJOC_SRV_SET_NON_INTERACTIVE_SESSION      = 120,
    PJOC_SRV_CREATE_UNATTENDED_CD             = 121,
    PJOC_SRV_REMOVE_VM_BACKUP                 = 122,
    PJOC_VM_RESIZE_DISK_IMAGE                 = 123,
    PJOC_SRV_SET_SESSION_CONFIRMATION_MODE    = 124,
    PJOC_SRV_STORE_VALUE_BY_KEY               = 125,
    PJOC_VM_STORE_VALUE_BY_KEY                = 126,
    PJOC_VM_COMPACT                           = 127,
    PJOC_VM_CANCEL_COMPACT                    = 128,
    PJOC_SRV_SEND_CLIENT_STATISTICS           = 129,
    PJOC_VM_GET_PACKED_PROBLEM_REPORT         = 130,
    PJOC_SRV_GET_PACKED_PROBLEM_REPORT        = 131,
    PJOC_API_SEND_PACKED_PROBLEM_REPORT       = 132,
    PJOC_SRV_UPDATE_USB_ASSOC_LIST            = 133,
    PJOC_SRV_REGISTER_3RD_PARTY_VM            = 134,
    PJOC_VM_CHANGE_SID                        = 135,
    PJOC_VM_RESET_UPTIME                      = 136,
    PJOC_REPORT_ASSEMBLY                      = 137,
    PJOC_SRV_INSTALL_APPLIANCE                = 138,
    PJOC_SRV_UPDATE_OFFLINE_SERVICE           = 139,
    PJOC_SRV_DELETE_OFFLINE_SERVICE           = 140,
    PJOC_SRV_GET_OFFLINE_SERVICES_LIST        = 141,
    PJOC_SRV_START_CLUSTER_SERVICE            = 142,
    PJOC_SRV_STOP_CLUSTER_SERVICE             = 143,
    PJOC_VM_CMD_INTERNAL                      = 144,
    PJOC_VM_GET_VIRTUAL_DEVICES_INFO          = 145,
    PJOC_VM_CONVERT_DISKS                     = 146,
    PJOC_SRV_UPDATE_NETWORK_CLASSES_CONFIG    = 152,
    PJOC_SRV_GET_NETWORK_CLASSES_LIST         = 153,
    PJOC_SRV_UPDATE_NETWORK_SHAPING_CONFIG    = 154,
    PJOC_SRV_GET_NETWORK_SHAPING_CONFIG       = 155,
    PJOC_SRV_RESTART_NETWORK_SHAPING          = 156,
    PJOC_SRV_PROXY_GET_REGISTERED_HOSTS       = 157,
    PJOC_SRV_REGISTER_ISCSI_STORAGE           = 158,
    PJOC_SRV_UNREGISTER_ISCSI_STORAGE         = 159,
    PJOC_SRV_EXTEND_ISCSI_STORAGE             = 160,
    PJOC_SRV_GET_CT_TEMPLATE_LIST             = 161,
    PJOC_SRV_CHECK_ALIVE                      = 162,
    PJOC_SRV_GET_DEFAULT_VM_CONFIG            = 163,
    PJOC_SRV_REMOVE_CT_TEMPLATE               = 164,
    PJOC_SRV_COPY_CT_TEMPLATE                 = 165,
    PJOC_SRV_ADD_IPPRIVATE_NETWORK            = 166,
    PJOC_SRV_REMOVE_IPPRIVATE_NETWORK         = 167,
    PJOC_SRV_UPDATE_IPPRIVATE_NETWORK         = 168,
    PJOC_SRV_GET_IPPRIVATE_NETWORKS_LIST      = 169,
    PJOC_VM_DEV_COPY_IMAGE                    = 170,
    PJOC_SRV_REFRESH_PLUGINS                  = 171,
    PJOC_VM_MOUNT                             = 172,
    PJOC_VM_UMOUNT                            = 173,
    PJOC_SRV_GET_PLUGINS_LIST                 = 174,
    PJOC_SRV_GET_DISK_FREE_SPACE              = 175,
    PJOC_DESKTOP_CONTROL_CONNECT              = 176,
    PJOC_VM_MOVE                              = 177,
    PJOC_SRV_GENERATE_CSR                     = 178,
    PJOC_SRV_SIGN_CERTIFICATION_REQUEST       = 179,
    PJOC_SRV_GET_VM_CONFIG                    = 180,
    PJOC_PTM_RPC                              = 181,
    PJOC_API_PUT_USER_DATA                    = 182,
    PJOC_API_GET_USER_DATA                    = 183,
    PJOC_API_GET_USER_KEYS                    = 184,
    PJOC_API_REMOVE_USER_DATA                 = 185,
    PJOC_API_PUT_ICON                         = 186,
    PJOC_API_VALIDATE_IN_CACHE                = 187,
    PJOC_SRV_UPDATE_SESSION_INFO              = 188,
    PJOC_API_SUBSCRIBE_ON_REGISTRATION        = 189,
    PJOC_SRV_SEND_PROBLEM_REPORT              = 190,
    PJOC_VM_SEND_PROBLEM_REPORT               = 191,
    PJOC_VM_SET_PROTECTION                    = 192,
    PJOC_VM_REMOVE_PROTECTION                 = 193,
    PJOC_SRV_CPU_POOLS_LIST_POOLS             = 194,
    PJOC_SRV_CPU_POOLS_MOVE                   = 195,
    PJOC_SRV_CPU_POOLS_RECALCULATE            = 196,
    PJOC_SRV_CPU_POOLS_JOIN                   = 197,
    PJOC_SRV_CPU_POOLS_LEAVE                  = 198,
    PJOC_VM_COMMIT_ENCRYPTION                 = 199,
    PJOC_SRV_GET_VCMMD_CONFIG                 = 200,
    PJOC_CT_REINSTALL                         = 201,
    PJOC_SRV_BEGIN_VM_BACKUP                  = 202,
    PJOC_VM_END_BACKUP                        = 203,
    PJOC_SRV_GET_CPU_MASKING_FEATURE_SUPPORT  = 204,
    PJOC_VM_UPDATE_NVRAM                      = 205,
    PJOC_CT_CONVERT                           = 206
} PRL_JOB_OPERATION_CODE;
typedef PRL_JOB_OPERATION_CODE *PRL_JOB_OPERATION_CODE_PTR;

/** Mode a program starts the library in. PAM_SERVER is the one there is. */
typedef enum _PRL_APPLICATION_MODE {
    PAM_UNKNOWN = 65535,
    PAM_SERVER  = 0,
    PAM_LAST    = PAM_SERVER
} PRL_APPLICATION_MODE;
typedef PRL_APPLICATION_MODE *PRL_APPLICATION_MODE_PTR;

/** Features a service can be asked about (PrlSrv_IsFeatureSupported). */
typedef enum _PRL_FEATURES_MATRIX {
    PFSM_UNKNOWN_FEATURE           = 0,
    PFSM_SATA_HOTPLUG_SUPPORT      = 1,
    PFSM_DEFAULT_SATA_ALLOWED      = PFSM_SATA_HOTPLUG_SUPPORT,
    PFSM_VM_CONFIG_MERGE_SUPPORT   = 2,
    PFSM_PSBM5                     = 3,
    PFSM_AUTOSTART_VM_AS_OWNER     = 4,
    PFSM_DEFAULT_PLAINDISK_ALLOWED = 5,
    PFSM_NO_SHARED_NETWORKING      = 6,
    PFSM_DISK_IO_LIMITS            = 7,
    PFSM_FINE_CPU_LIMITS           = 8,
    PFSM_ROUTED_NETWORKING         = 9,
    PFSM_RAM_HOTPLUG_SUPPORT       = 10,
    PFSM_CPU_HOTPLUG_SUPPORT       = 11,
    PFSM_IPV6_SUPPORT              = 12,
    PFSM_USB_PRINTER_SUPPORT       = 13,
    PFSM_NIC_CHANGE_ALLOWED        = 14,
    PFSM_DESKTOP_CONTROL_SUPPORT   = 15
} PRL_FEATURES_MATRIX;
typedef PRL_FEATURES_MATRIX *PRL_FEATURES_MATRIX_PTR;

/*
 * State of a virtual machine
 */

/** State of a machine (PrlVmInfo_GetState). */
typedef enum _VIRTUAL_MACHINE_STATE {
    VMS_UNKNOWN         = 0,
    VMS_STOPPED         = 805306369,
    VMS_STARTING        = 805306370,
    VMS_RESTORING       = 805306371,
    VMS_RUNNING         = 805306372,
    VMS_PAUSED          = 805306373,
    VMS_SUSPENDING      = 805306374,
    VMS_STOPPING        = 805306375,
    VMS_COMPACTING      = 805306376,
    VMS_SUSPENDED       = 805306377,
    VMS_SNAPSHOTING     = 805306378,
    VMS_RESETTING       = 805306379,
    VMS_PAUSING         = 805306380,
    VMS_CONTINUING      = 805306381,
    VMS_MIGRATING       = 805306382,
    VMS_DELETING_STATE  = 805306383,
    VMS_RESUMING        = 805306384,
    VMS_SUSPENDING_SYNC = 805306385,
    VMS_RECONNECTING    = 805306386,
    VMS_MOUNTED         = 805306387
} VIRTUAL_MACHINE_STATE;
typedef VIRTUAL_MACHINE_STATE *VIRTUAL_MACHINE_STATE_PTR;

/** Long operations going on beside the main state; bits. */
PRL_WIDE_ENUM typedef enum _VIRTUAL_MACHINE_ADDITION_STATE {
    VMAS_NOSTATE               = 0x1,
    VMAS_BACKUPING             = 0x2,
    VMAS_RESTORING_FROM_BACKUP = 0x4,
    VMAS_CLONING               = 0x20,
    VMAS_MOVING                = 0x40,
    VMAS_MAX                   = 0x80000000u
} VIRTUAL_MACHINE_ADDITION_STATE;
typedef VIRTUAL_MACHINE_ADDITION_STATE *VIRTUAL_MACHINE_ADDITION_STATE_PTR;

/** Guest tools as last seen in the guest. */
typedef enum _PRL_VM_TOOLS_STATE {
    PTS_UNKNOWN            = 0,
    PTS_POSSIBLY_INSTALLED = PTS_UNKNOWN,
    PTS_NOT_INSTALLED      = 1,
    PTS_INSTALLED          = 2,
    PTS_OUTDATED           = 3
} PRL_VM_TOOLS_STATE;
typedef PRL_VM_TOOLS_STATE *PRL_VM_TOOLS_STATE_PTR;

/** How the guest tools are asked to end the session. */
typedef enum _PRL_GRACEFUL_SHUTDOWN_KIND {
    PST_VM_SHUTDOWN  = 0,
    PST_VM_REBOOT    = 1,
    PST_VM_HIBERNATE = 2,
    PST_VM_SUSPEND   = 3
} PRL_GRACEFUL_SHUTDOWN_KIND;
typedef PRL_GRACEFUL_SHUTDOWN_KIND *PRL_GRACEFUL_SHUTDOWN_KIND_PTR;

/** Which of those ways the guest offers; bits. */
typedef enum _PRL_GRACEFUL_SHUTDOWN_CAPABILITIES {
    PGST_CAPABILITY_SHUTDOWN  = 0x1,
    PGST_CAPABILITY_REBOOT    = 0x2,
    PGST_CAPABILITY_SUSPEND   = 0x4,
    PGST_CAPABILITY_HIBERNATE = 0x8
} PRL_GRACEFUL_SHUTDOWN_CAPABILITIES;
typedef PRL_GRACEFUL_SHUTDOWN_CAPABILITIES *PRL_GRACEFUL_SHUTDOWN_CAPABILITIES_PTR;

/** Kind of storage a machine lies on. */
typedef enum _PRL_VM_LOCATION {
    PVL_UNKNOWN        = 0,
    PVL_LOCAL_FS       = 1,
    PVL_REMOTE_FS      = 2,
    PVL_USB_DRIVE      = 3,
    PVL_FIREWIRE_DRIVE = 4
} PRL_VM_LOCATION;
typedef PRL_VM_LOCATION *PRL_VM_LOCATION_PTR;

/** How PrlVm_StopEx stops: pull the plug, ask the guest tools, or press the ACPI power button. */
typedef enum _PRL_VM_STOP_MODE {
    PSM_KILL     = 0,
    PSM_SHUTDOWN = 1,
    PSM_ACPI     = 2,
    PSM_LAST     = PSM_ACPI
} PRL_VM_STOP_MODE;

/** Virtual machine or container. */
typedef enum _PRL_VM_TYPE {
    PVT_VM = 0,
    PVT_CT = 1
} PRL_VM_TYPE;
typedef PRL_VM_TYPE *PRL_VM_TYPE_PTR;

/** Product a foreign machine comes from. */
typedef enum _PRL_EXTERNAL_VM_TYPE {
    PEVT_VM_UNKNOWN = 0,
    PEVT_NATIVE_VM  = PEVT_VM_UNKNOWN,
    PEVT_VMWARE     = 1
} PRL_EXTERNAL_VM_TYPE;
typedef PRL_EXTERNAL_VM_TYPE *PRL_EXTERNAL_VM_TYPE_PTR;

/** Moments at which a script of a machine runs. */
typedef enum _PRL_VM_ACTION {
    PVA_PRESTART  = 0,
    PVA_POSTSTART = 1,
    PVA_PRESTOP   = 2,
    PVA_POSTSTOP  = 3
} PRL_VM_ACTION;
typedef PRL_VM_ACTION *PRL_VM_ACTION_PTR;

/** What a backup was made of. */
typedef enum _PRL_VM_BACKUP_TYPE {
    PVBT_VM       = 0,
    PVBT_CT_VZFS  = 1,
    PVBT_CT_PLOOP = 2,
    PVBT_CT_VZWIN = 3
} PRL_VM_BACKUP_TYPE;
typedef PRL_VM_BACKUP_TYPE *PRL_VM_BACKUP_TYPE_PTR;

/** Layout of incremental backups. */
typedef enum _PRL_VM_BACKUP_MODE {
    PBM_PUSH                = 0,
    PBM_PUSH_REVERSED_DELTA = 1
} PRL_VM_BACKUP_MODE;
typedef PRL_VM_BACKUP_MODE *PRL_VM_BACKUP_MODE_PTR;

/** What happens to a machine whose guest crashed. */
typedef enum _PRL_VM_ON_CRASH_ACTION {
    POCA_PAUSE   = 0,
    POCA_RESTART = 1
} PRL_VM_ON_CRASH_ACTION;
typedef PRL_VM_ON_CRASH_ACTION *PRL_VM_ON_CRASH_ACTION_PTR;

/*
 * Access
 */

/** What a licence can limit (PrlLic_GetRestriction and the like). */
typedef enum _PRL_LICENSE_RESTRICTION_KEY {
    PLRK_UNKNOWN                    = 0,
    PLRK_VM_CPU_LIMIT               = 1,
    PLRK_VM_MEMORY_LIMIT            = 2,
    PLRK_VM_VTD_AVAILABLE           = 3,
    PLRK_ALLOWED_GUEST_OS_VERSIONS  = 4,
    PLRK_RUNNING_VMS_LIMIT          = 5,
    PLRK_VM_CREATE                  = 6,
    PLRK_VM_REGISTER                = 7,
    PLRK_VM_IMPORT_3RD_PARTY        = 8,
    PLRK_VM_CLONE                   = 9,
    PLRK_VM_CONVERT_TO_TEMPLATE     = 10,
    PLRK_VM_CONVERT_FROM_TEMPLATE   = 11,
    PLRK_VM_DOWNLOAD                = 12,
    PLRK_VM_SUSPEND                 = 13,
    PLRK_VM_PAUSE                   = 14,
    PLRK_VM_SNAPSHOT_CREATE         = 15,
    PLRK_VM_SNAPSHOT_SWITCH         = 16,
    PLRK_VM_SNAPSHOT_DELETE         = 17,
    PLRK_VM_SNAPSHOT_TREE           = 18,
    PLRK_VM_UNDODISK_FEATURE        = 19,
    PLRK_VM_SAFEMODE_FEATURE        = 20,
    PLRK_VM_SMARTGUARD_FEATURE      = 21,
    PLRK_VM_SHOW_FULLSCREEN         = 22,
    PLRK_RUNNING_VMS_LIMIT_PER_USER = 23
} PRL_LICENSE_RESTRICTION_KEY;
typedef PRL_LICENSE_RESTRICTION_KEY *PRL_LICENSE_RESTRICTION_KEY_PTR;

/** Operations a user can be allowed on one machine (PrlAcl_IsAllowed). */
typedef enum _PRL_ALLOWED_VM_COMMAND {
    PAR_VM_START_ACCESS                            = 0,
    PAR_VM_STOP_ACCESS                             = 1,
    PAR_VM_PAUSE_ACCESS                            = 2,
    PAR_VM_RESET_ACCESS                            = 3,
    PAR_VM_SUSPEND_ACCESS                          = 4,
    PAR_VM_RESUME_ACCESS                           = 5,
    PAR_VM_DROPSUSPENDEDSTATE_ACCESS               = 6,
    PAR_VM_CLONE_ACCESS                            = 7,
    PAR_VM_DELETE_ACCESS                           = 8,
    PAR_VM_GETPROBLEMREPORT_ACCESS                 = 9,
    PAR_VM_GETCONFIG_ACCESS                        = 10,
    PAR_VM_GETSTATISTICS_ACCESS                    = 11,
    PAR_VM_STATISTICS_SUBSCRIPTION_ACCESS          = 12,
    PAR_VM_SUBSCRIBETOGUESTSTATISTICS_ACCESS       = PAR_VM_STATISTICS_SUBSCRIPTION_ACCESS,
    PAR_VM_UNSUBSCRIBEFROMGUESTSTATISTICS_ACCESS   = PAR_VM_STATISTICS_SUBSCRIPTION_ACCESS,
    PAR_VM_UNREG_ACCESS                            = 13,
    PAR_VM_COMMIT_ACCESS                           = 14,
    PAR_VM_EDITING_ACCESS                          = PAR_VM_COMMIT_ACCESS,
    PAR_VMDEV_CONNECT_ACCESS                       = 15,
    PAR_VMDEV_DISCONNECT_ACCESS                    = 16,
    PAR_VMDEV_CREATEIMAGE_ACCESS                   = 17,
    PAR_VM_SEND_ANSWER_ACCESS                      = 18,
    PAR_VM_GET_VMINFO_ACCESS                       = 19,
    PAR_VM_INSTALL_TOOLS_ACCESS                    = 20,
    PAR_VM_INITIATE_DEV_STATE_NOTIFICATIONS_ACCESS = 21,
    PAR_VM_UPDATE_SECURITY_ACCESS                  = 22,
    PAR_VM_CANCEL_COMPACT_ACCESS                   = 23,
    PAR_VM_REGISTER_ACCESS                         = 24,
    PAR_VM_MIGRATE_ACCESS                          = 25,
    PAR_VM_START_STOP_VNC_SERVER                   = 26,
    PAR_VM_GET_SUSPENDED_SCREEN_ACCESS             = 27,
    PAR_VM_PERFSTAT_ACCESS                         = 28,
    PAR_VM_LOCK_ACCESS                             = 29,
    PAR_VM_MIGRATE_CANCEL_ACCESS                   = PAR_VM_MIGRATE_ACCESS,
    PAR_VM_RUN_COMPRESSOR_ACCESS                   = 31,
    PAR_VM_CANCEL_COMPRESSOR_ACCESS                = 32,
    PAR_VM_CREATE_SNAPSHOT_ACCESS                  = 33,
    PAR_VM_SWITCH_TO_SNAPSHOT_ACCESS               = 34,
    PAR_VM_DELETE_SNAPSHOT_ACCESS                  = 35,
    PAR_VM_START_EX_ACCESS                         = 36,
    PAR_VM_UNLOCK_ACCESS                           = 37,
    PAR_VM_RESTART_GUEST_ACCESS                    = 38,
    PAR_VM_INSTALL_UTILITY_ACCESS                  = 39,
    PAR_VM_UPDATE_TOOLS_SECTION                    = 40,
    PAR_VM_RESTORE_ACCESS                          = 41,
    PAR_VM_CREATE_BACKUP_ACCESS                    = 42,
    PAR_VM_RESIZE_DISK_ACCESS                      = 43,
    PAR_VM_CREATE_ACCESS                           = 44,
    PAR_SRV_USER_PROFILE_BEGINEDIT_ACCESS          = 45,
    PAR_SRV_USER_PROFILE_COMMIT_ACCESS             = 46,
    PAR_SRV_SERVER_PROFILE_BEGINEDIT_ACCESS        = 47,
    PAR_SRV_SERVER_PROFILE_COMMIT_ACCESS           = 48,
    PAR_VM_GUI_VIEW_MODE_CHANGE_ACCESS             = 49,
    PAR_VM_BEGINEDIT_ACCESS                        = 50,
    PAR_VM_RESTORE_BACKUP_ACCESS                   = 51,
    PAR_VM_COMPACT_ACCESS                          = 52,
    PAR_VM_CHANGE_SID_ACCESS                       = 53,
    PAR_VM_RESET_UPTIME_ACCESS                     = 54,
    PAR_VM_INTERNAL_CMD_ACCESS                     = 55,
    PAR_VM_GET_VIRT_DEV_INFO                       = 56,
    PAR_VM_GET_TOOLS_INFO                          = 57,
    PAR_VM_CONVERT_DISKS_ACCESS                    = 58,
    PAR_VM_ENCRYPT_OPERATION_ACCESS                = 59,
    PAR_VM_CHANGE_PASSWORD_ACCESS                  = PAR_VM_ENCRYPT_OPERATION_ACCESS,
    PAR_VM_ENCRYPT_ACCESS                          = PAR_VM_ENCRYPT_OPERATION_ACCESS,
    PAR_VM_DECRYPT_ACCESS                          = PAR_VM_ENCRYPT_OPERATION_ACCESS,
    PAR_VM_SET_PROTECTION_ACCESS                   = PAR_VM_ENCRYPT_OPERATION_ACCESS,
    PAR_VM_REMOVE_PROTECTION_ACCESS                = PAR_VM_ENCRYPT_OPERATION_ACCESS,
    PAR_VM_AUTHORISE_ACCESS                        = 60,
    PAR_VMDEV_COPY_IMAGE_ACCESS                    = 61,
    PAR_VM_MOUNT_ACCESS                            = 62,
    PAR_VM_MOVE_ACCESS                             = 63,
    PAR_VM_CHANGE_GUEST_OS_PASSWORD_ACCESS         = 64,
    PAR_SRV_SENDPROBLEMREPORT_ACCESS               = 65,
    PAR_VM_UPDATE_NVRAM                            = 66,
    PAR_CT_CONVERT                                 = 67,
    PAR_MAX                                        = 68
} PRL_ALLOWED_VM_COMMAND;
typedef PRL_ALLOWED_VM_COMMAND *PRL_ALLOWED_VM_COMMAND_PTR;

/** What users who do not own a machine may do with it. */
typedef enum _PRL_VM_ACCESS_FOR_OTHERS {
    PAO_VM_NOT_SHARED             = 0,
    PAO_VM_SHARED_ON_VIEW         = 1,
    PAO_VM_SHARED_ON_VIEW_AND_RUN = 2,
    PAO_VM_SHARED_ON_FULL_ACCESS  = 3
} PRL_VM_ACCESS_FOR_OTHERS;
typedef PRL_VM_ACCESS_FOR_OTHERS *PRL_VM_ACCESS_FOR_OTHERS_PTR;

/** Whether a mobile client must authenticate again. */
typedef enum _PRL_MOBILE_ADVANCED_AUTH_MODE {
    PMAA_NO_ADVANCED_AUTH_NEEDED = 0,
    PMAA_USE_SYSTEM_CREDENTIALS  = 1
} PRL_MOBILE_ADVANCED_AUTH_MODE;
typedef PRL_MOBILE_ADVANCED_AUTH_MODE *PRL_MOBILE_ADVANCED_AUTH_MODE_PTR;

/** Limits for passwords, bytes. */
enum _PRL_PASSWD_LENGTH {
    MAX_PASSWORD_LENGTH         = 1024,
    MAX_ENCODED_PASSWORD_LENGTH = 1368
};

/*
 * Devices
 */

/**
 * What backs a virtual device (PrlVmDev_SetEmulatedType). Many values apply to one kind of
 * device only.
 */
typedef enum _PRL_VM_DEV_EMULATION_TYPE {
    PDT_ANY_TYPE                            = 65535,
    PDT_USE_REAL_DEVICE                     = 0,
    PDT_USE_IMAGE_FILE                      = 1,
    PDT_USE_OUTPUT_FILE                     = 2,
    PDT_USE_OTHER                           = 3,
    PDT_USE_DIRECT_ASSIGN                   = 4,
    PDT_USE_FILE_SYSTEM                     = 5,
    PDT_USE_TCP                             = 6,
    PDT_USE_UDP                             = 7,
    PDT_USE_REAL_FLOPPY                     = PDT_USE_REAL_DEVICE,
    PDT_USE_REAL_HDD                        = PDT_USE_REAL_DEVICE,
    PDT_USE_REAL_CDDVD                      = PDT_USE_REAL_DEVICE,
    PDT_USE_REAL_SERIAL_PORT                = PDT_USE_REAL_DEVICE,
    PDT_USE_SERIAL_PORT_SOCKET_MODE         = PDT_USE_OTHER,
    PDT_USE_SERIAL_PORT_TCP_MODE            = PDT_USE_TCP,
    PDT_USE_SERIAL_PORT_UDP_MODE            = PDT_USE_UDP,
    PDT_USE_REAL_PARALLEL_PORT              = PDT_USE_REAL_DEVICE,
    PDT_USE_PARALLEL_PORT_PRINTER_MODE      = PDT_USE_OTHER,
    PDT_USE_PARALLEL_PORT_PRINT_TO_PDF_MODE = PDT_USE_IMAGE_FILE,
    PDT_USE_HOST_ONLY_NETWORK               = PDT_USE_REAL_DEVICE,
    PDT_USE_SHARED_NETWORK                  = PDT_USE_IMAGE_FILE,
    PDT_USE_BRIDGE_ETHERNET                 = PDT_USE_OUTPUT_FILE,
    PDT_USE_AC97_SOUND                      = PDT_USE_REAL_DEVICE,
    PDT_USE_CREATIVE_SB16_SOUND             = PDT_USE_IMAGE_FILE,
    PDT_USE_REAL_USB_CONTROLLER             = PDT_USE_REAL_DEVICE,
    PDT_USE_BOOTCAMP                        = PDT_USE_OTHER
} PRL_VM_DEV_EMULATION_TYPE;
typedef PRL_VM_DEV_EMULATION_TYPE *PRL_VM_DEV_EMULATION_TYPE_PTR;

/** Bus a virtual disk or optical drive sits on. */
typedef enum _PRL_MASS_STORAGE_INTERFACE_TYPE {
    PMS_IDE_DEVICE          = 0,
    PMS_SCSI_DEVICE         = 1,
    PMS_SATA_DEVICE         = 2,
    PMS_VIRTIO_BLOCK_DEVICE = 3,
    PMS_USB_DEVICE          = 4,
    PMS_UNKNOWN_DEVICE      = 255
} PRL_MASS_STORAGE_INTERFACE_TYPE;
typedef PRL_MASS_STORAGE_INTERFACE_TYPE *PRL_MASS_STORAGE_INTERFACE_TYPE_PTR;

/** Bus a virtual printer port sits on. */
typedef enum _PRL_PRINTER_INTERFACE_TYPE {
    PRN_LPT_DEVICE     = 0,
    PRN_USB_DEVICE     = 1,
    PRN_UNKNOWN_DEVICE = 255
} PRL_PRINTER_INTERFACE_TYPE;
typedef PRL_PRINTER_INTERFACE_TYPE *PRL_PRINTER_INTERFACE_TYPE_PTR;

/** How the image of a virtual disk is laid out: all space at once, growing, or a bare raw file. */
typedef enum _PRL_HARD_DISK_INTERNAL_FORMAT {
    PHD_PLAIN_HARD_DISK     = 0,
    PHD_EXPANDING_HARD_DISK = 1,
    PHD_RAW_HARD_DISK       = 2
} PRL_HARD_DISK_INTERNAL_FORMAT;
typedef PRL_HARD_DISK_INTERNAL_FORMAT *PRL_HARD_DISK_INTERNAL_FORMAT_PTR;

/** Which side opens the socket of a serial port. */
typedef enum _PRL_SERIAL_PORT_SOCKET_OPERATION_MODE {
    PSP_SERIAL_SOCKET_SERVER = 0,
    PSP_SERIAL_SOCKET_CLIENT = 1
} PRL_SERIAL_PORT_SOCKET_OPERATION_MODE;
typedef PRL_SERIAL_PORT_SOCKET_OPERATION_MODE *PRL_SERIAL_PORT_SOCKET_OPERATION_MODE_PTR;

/** Activity of a device, for the lamps of a graphical client. */
typedef enum _PRL_DEVICE_ACTION {
    PDA_DEVICE_IDLE  = 0,
    PDA_DEVICE_READ  = 1,
    PDA_DEVICE_WRITE = 2
} PRL_DEVICE_ACTION;
typedef PRL_DEVICE_ACTION *PRL_DEVICE_ACTION_PTR;

/**
 * Kind of a device, of the host or of a machine. PDE_GENERIC_DEVICE stands for any device
 * where a type is asked for.
 */
typedef enum _PRL_DEVICE_TYPE {
    PDE_GENERIC_DEVICE                = 0,
    PDE_CLUSTERED_DEVICE              = 1,
    PDE_STORAGE_DEVICE                = 2,
    PDE_FLOPPY_DISK                   = 3,
    PDE_MASSSTORAGE_DEVICE            = 4,
    PDE_OPTICAL_DISK                  = 5,
    PDE_HARD_DISK                     = 6,
    PDE_GENERIC_NETWORK_ADAPTER       = 8,
    PDE_GENERIC_PORT                  = 9,
    PDE_SERIAL_PORT                   = 10,
    PDE_PARALLEL_PORT                 = 11,
    PDE_SOUND_DEVICE                  = 12,
    PDE_MIXER_DEVICE                  = 13,
    PDE_USB_DEVICE                    = 15,
    PDE_PRINTER                       = 16,
    PDE_GENERIC_PCI_DEVICE            = 17,
    PDE_GENERIC_SCSI_DEVICE           = 18,
    PDE_VIRTUAL_SNAPSHOT_DEVICE       = 19,
    PDE_PCI_VIDEO_ADAPTER             = 20,
    PDE_VIRTUAL_SHARED_FOLDERS_DEVICE = 21,
    PDE_ATTACHED_BACKUP_DISK          = 22,
    PDE_USB_HARD_DISK                 = 23,
    PDE_MAX                           = 24
} PRL_DEVICE_TYPE;
typedef PRL_DEVICE_TYPE *PRL_DEVICE_TYPE_PTR;

/** Where a newly plugged USB device goes. */
typedef enum _PRL_USB_DEVICE_AUTO_CONNECT_OPTION {
    PUD_CONNECT_TO_PRIMARY_OS = 0,
    PUD_CONNECT_TO_GUEST_OS   = 1,
    PUD_ASK_USER_WHAT_TODO    = 2
} PRL_USB_DEVICE_AUTO_CONNECT_OPTION;
typedef PRL_USB_DEVICE_AUTO_CONNECT_OPTION *PRL_USB_DEVICE_AUTO_CONNECT_OPTION_PTR;

/** Why a USB device became connected to a machine. */
typedef enum _PRL_USB_DEVICE_CONNECT_REASON {
    PUD_CONNECTED_MANUALLY      = 0,
    PUD_CONNECTED_AUTOMATICALLY = 1
} PRL_USB_DEVICE_CONNECT_REASON;
typedef PRL_USB_DEVICE_CONNECT_REASON *PRL_USB_DEVICE_CONNECT_REASON_PTR;

/** Kind of a USB device. */
typedef enum _PRL_USB_DEVICE_TYPE {
    PUDT_OTHER          = 0,
    PUDT_HUB            = 1,
    PUDT_VIDEO          = 2,
    PUDT_FOTO           = 3,
    PUDT_AUDIO          = 4,
    PUDT_PRINTER        = 5,
    PUDT_SCANNER        = 6,
    PUDT_BLUETOOTH      = 7,
    PUDT_WIRELESS       = 8,
    PUDT_COMMUNICATION  = 9,
    PUDT_KEYBOARD       = 10,
    PUDT_MOUSE          = 11,
    PUDT_SMART_CARD     = 12,
    PUDT_DISK_STORAGE   = 13,
    PUDT_ATAPI_STORAGE  = 14,
    PUDT_APPLE_IPHONE   = 1000,
    PUDT_APPLE_IPOD     = 1001,
    PUDT_APPLE_IPAD     = 1002,
    PUDT_APPLE_IETH     = 1003,
    PUDT_RIM_BLACKBERRY = 2000,
    PUDT_GARMIN_GPS     = 3000
} PRL_USB_DEVICE_TYPE;
typedef PRL_USB_DEVICE_TYPE *PRL_USB_DEVICE_TYPE_PTR;

/** Class of a PCI device of the host. */
typedef enum _PRL_GENERIC_PCI_DEVICE_CLASS {
    PGD_PCI_NETWORK = 0,
    PGD_PCI_DISPLAY = 1,
    PGD_PCI_SOUND   = 2,
    PGD_PCI_OTHER   = 3
} PRL_GENERIC_PCI_DEVICE_CLASS;
typedef PRL_GENERIC_PCI_DEVICE_CLASS *PRL_GENERIC_PCI_DEVICE_CLASS_PTR;

/** Who holds a PCI or USB device that can be given to a machine. */
typedef enum _PRL_GENERIC_DEVICE_STATE {
    PGS_CONNECTED_TO_HOST  = 0,
    PGS_CONNECTED_TO_VM    = 1,
    PGS_RESERVED           = 2,
    PGS_NON_CONTROLLED_USB = PGS_RESERVED,
    PGS_CONNECTING_TO_VM   = 3
} PRL_GENERIC_DEVICE_STATE;
typedef PRL_GENERIC_DEVICE_STATE *PRL_GENERIC_DEVICE_STATE_PTR;

/** Bus positions for disks; bits. */
PRL_WIDE_ENUM typedef enum _PRL_HARD_DISK_IFACE_MASK {
    PIM_IDE_0_0          = 0x1,
    PIM_IDE_0_1          = 0x2,
    PIM_IDE_1_0          = 0x4,
    PIM_IDE_1_1          = 0x8,
    PIM_SCSI_0_0         = 0x10,
    PIM_SCSI_1_0         = 0x20,
    PIM_SCSI_2_0         = 0x40,
    PIM_SCSI_3_0         = 0x80,
    PIM_SCSI_4_0         = 0x100,
    PIM_SCSI_5_0         = 0x200,
    PIM_SCSI_6_0         = 0x400,
    PIM_SCSI_7_0         = 0x800,
    PIM_SCSI_8_0         = 0x1000,
    PIM_SCSI_9_0         = 0x2000,
    PIM_SCSI_10_0        = 0x4000,
    PIM_SCSI_11_0        = 0x8000,
    PIM_SCSI_12_0        = 0x10000,
    PIM_SCSI_13_0        = 0x20000,
    PIM_SCSI_14_0        = 0x40000,
    PIM_SCSI_15_0        = 0x80000,
    PIM_SATA_0_0         = 0x100000,
    PIM_SATA_0_1         = 0x200000,
    PIM_SATA_0_2         = 0x400000,
    PIM_SATA_0_3         = 0x800000,
    PIM_SATA_0_4         = 0x1000000,
    PIM_SATA_0_5         = 0x2000000,
    PIM_ALL_DISKS        = 0x3ffffff,
    PIM_COMPACT_DELAYED  = 0x80000000u,
    PIM_IDE_MASK_OFFSET  = PIM_IDE_0_0,
    PIM_SCSI_MASK_OFFSET = PIM_SCSI_0_0,
    PIM_SATA_MASK_OFFSET = PIM_SATA_0_0
} PRL_HARD_DISK_IFACE_MASK;
typedef PRL_HARD_DISK_IFACE_MASK *PRL_HARD_DISK_IFACE_MASK_PTR;

/** Speakers of a virtual sound card. */
typedef enum _PRL_SOUND_CHANNEL_TYPE {
    PSCT_AUTO         = 0,
    PSCT_STEREO       = 1,
    PSCT_SURROUND_5_1 = 2
} PRL_SOUND_CHANNEL_TYPE;
typedef PRL_SOUND_CHANNEL_TYPE *PRL_SOUND_CHANNEL_TYPE_PTR;

/** Whether the host can give PCI devices to machines; negative is why not. */
typedef enum _PRL_VTD_STATUS_CODE {
    PVSC_DMAR_NOT_FOUND = -5,
    PVSC_DMAR_ERROR     = -4,
    PVSC_ACPI_ERROR     = -3,
    PVSC_HARDWARE_ERROR = -2,
    PVSC_INTERNAL_ERROR = -1,
    PVSC_NOT_PRESENT    = 0,
    PVSC_ENABLED        = 1
} PRL_VTD_STATUS_CODE;
typedef PRL_VTD_STATUS_CODE *PRL_VTD_STATUS_CODE_PTR;

/** SCSI controller a disk hangs on. */
typedef enum _PRL_CLUSTERED_DEVICE_SUBTYPE {
    PCD_BUSLOGIC       = 0,
    PCD_LSI_SPI        = 1,
    PCD_LSI_SAS        = 2,
    PCD_VIRTIO_SCSI    = 3,
    PCD_HYPER_V_SCSI   = 4,
    PCD_UNKNOWN_DEVICE = 255
} PRL_CLUSTERED_DEVICE_SUBTYPE;
typedef PRL_CLUSTERED_DEVICE_SUBTYPE *PRL_CLUSTERED_DEVICE_SUBTYPE_PTR;

/** Whether discarded blocks free space of the image while the guest runs. */
typedef enum _PRL_ONLINE_COMPACT_MODE {
    POCM_DISABLED = 0,
    POCM_ENABLED  = 1,
    POCM_AUTO     = 2
} PRL_ONLINE_COMPACT_MODE;
typedef PRL_ONLINE_COMPACT_MODE *PRL_ONLINE_COMPACT_MODE_PTR;

/*
 * Network
 */

/** What a virtual network adapter is attached to. */
typedef enum _PRL_NET_ADAPTER_EMULATED_TYPE {
    PNA_HOST_ONLY        = 0,
    PNA_SHARED           = 1,
    PNA_BRIDGED_NETWORK  = 2,
    PNA_BRIDGED_ETHERNET = PNA_BRIDGED_NETWORK,
    PNA_DIRECT_ASSIGN    = 4,
    PNA_ROUTED           = 5,
    PNA_BRIDGE           = 6
} PRL_NET_ADAPTER_EMULATED_TYPE;
typedef PRL_NET_ADAPTER_EMULATED_TYPE *PRL_NET_ADAPTER_EMULATED_TYPE_PTR;

/** Kind of a virtual network. */
typedef enum _PRL_NET_VIRTUAL_NETWORK_TYPE {
    PVN_BRIDGED_ETHERNET = 0,
    PVN_HOST_ONLY        = 1
} PRL_NET_VIRTUAL_NETWORK_TYPE;
typedef PRL_NET_VIRTUAL_NETWORK_TYPE *PRL_NET_VIRTUAL_NETWORK_TYPE_PTR;

/** Kind of a host network adapter. */
typedef enum _PRL_HW_INFO_NET_ADAPTER_TYPE {
    PHI_REAL_NET_ADAPTER      = 0,
    PHI_VIRTUAL_NET_ADAPTER   = 1,
    PHY_WIFI_REAL_NET_ADAPTER = 2
} PRL_HW_INFO_NET_ADAPTER_TYPE;
typedef PRL_HW_INFO_NET_ADAPTER_TYPE *PRL_HW_INFO_NET_ADAPTER_TYPE_PTR;

/** Protocol of a forwarding rule. */
typedef enum _PRL_PORT_FORWARDING_TYPE {
    PPF_TCP = 0,
    PPF_UDP = 1
} PRL_PORT_FORWARDING_TYPE;
typedef PRL_PORT_FORWARDING_TYPE *PRL_PORT_FORWARDING_TYPE_PTR;

/** Special numbers of a host-only adapter. */
typedef enum _PRL_ADAPTER_INDEX {
    PAI_INVALID_ADAPTER = -1,
    PAI_GENERATE_INDEX  = -2
} PRL_ADAPTER_INDEX;

/** Network card the guest sees. */
typedef enum _PRL_VM_NET_ADAPTER_TYPE {
    PNT_UNDEFINED = 0,
    PNT_RTL       = 1,
    PNT_E1000     = 2,
    PNT_VIRTIO    = 3,
    PNT_E1000E    = 4,
    PNT_HYPERV    = 5
} PRL_VM_NET_ADAPTER_TYPE;
typedef PRL_VM_NET_ADAPTER_TYPE *PRL_VM_NET_ADAPTER_TYPE_PTR;

/** MAC address used on a wireless host adapter. */
typedef enum _PRL_VM_NET_ADAPTER_WIFI_RULE {
    PNWR_GENERATED_MAC = 0,
    PNWR_HOST_MAC      = 1,
    PNWR_AUTO          = 2
} PRL_VM_NET_ADAPTER_WIFI_RULE;
typedef PRL_VM_NET_ADAPTER_WIFI_RULE *PRL_VM_NET_ADAPTER_WIFI_RULE_PTR;

/** What the firewall does with packets no rule speaks of. */
typedef enum _PRL_FIREWALL_POLICY {
    PFP_ACCEPT = 0,
    PFP_DENY   = 1
} PRL_FIREWALL_POLICY;
typedef PRL_FIREWALL_POLICY *PRL_FIREWALL_POLICY_PTR;

/** Direction of the packets a firewall rule set looks at. */
typedef enum _PRL_FIREWALL_DIRECTION {
    PFD_INCOMING = 0,
    PFD_OUTGOING = 1
} PRL_FIREWALL_DIRECTION;
typedef PRL_FIREWALL_DIRECTION *PRL_FIREWALL_DIRECTION_PTR;

/** Connection to the remote access proxy. */
typedef enum _PRL_PROXY_CONNECTION_STATUS {
    PCS_DISCONNECTED = 0,
    PCS_CONNECTED    = 1,
    PCS_CONNECTING   = 2
} PRL_PROXY_CONNECTION_STATUS;
typedef PRL_PROXY_CONNECTION_STATUS *PRL_PROXY_CONNECTION_STATUS_PTR;

/** Smallest packet size counted by network shaping. */
typedef enum _PRL_NETWORK_RATE_MPU {
    NRM_DISABLED = -1,
    NRM_ENABLED  = 0
} PRL_NETWORK_RATE_MPU;
typedef PRL_NETWORK_RATE_MPU *PRL_NETWORK_RATE_MPU_PTR;

/** Kind of a network adapter in a list of host adapters. */
typedef enum _PRL_NET_ADAPTER_TYPE {
    NIC_TYPE_PHYSICAL = 0,
    NIC_TYPE_BRIDGE   = 1,
    NIC_TYPE_VLAN     = 2,
    NIC_TYPE_VETH     = 3
} PRL_NET_ADAPTER_TYPE;
typedef PRL_NET_ADAPTER_TYPE *PRL_NET_ADAPTER_TYPE_PTR;

/*
 * Processor, memory, firmware, limits
 */

/** Width of a processor. */
typedef enum _PRL_CPU_MODE {
    PCM_CPU_MODE_32 = 0,
    PCM_CPU_MODE_64 = 1
} PRL_CPU_MODE;
typedef PRL_CPU_MODE *PRL_CPU_MODE_PTR;

/** Hardware virtualization of the host processor. */
typedef enum _PRL_CPU_HVT {
    PCM_CPU_NONE_HV    = 0,
    PCM_CPU_INTEL_VT_X = 1,
    PCM_CPU_AMD_V      = 2
} PRL_CPU_HVT;
typedef PRL_CPU_HVT PRL_CPU_VTX_MODE;
typedef PRL_CPU_HVT *PRL_CPU_HVT_PTR;
typedef PRL_CPU_HVT *PRL_CPU_VTX_MODE_PTR;

/** Kept for old configurations; the level has no effect with KVM. */
typedef enum _PRL_VM_ACCELERATION_LEVEL {
    PVA_ACCELERATION_DISABLED = 0,
    PVA_ACCELERATION_NORMAL   = 1,
    PVA_ACCELERATION_HIGH     = 2
} PRL_VM_ACCELERATION_LEVEL;
typedef PRL_VM_ACCELERATION_LEVEL *PRL_VM_ACCELERATION_LEVEL_PTR;

/** Priority of the processes of a machine on the host. */
typedef enum _PRL_VM_PRIORITY {
    PVR_PRIORITY_LOW    = 0,
    PVR_PRIORITY_NORMAL = 1,
    PVR_PRIORITY_HIGH   = 2
} PRL_VM_PRIORITY;
typedef PRL_VM_PRIORITY *PRL_VM_PRIORITY_PTR;

/** Range of disk priorities; higher is served first. */
typedef enum _PRL_IOPRIO {
    PRL_IOPRIO_MIN     = 0,
    PRL_IOPRIO_DEFAULT = 4,
    PRL_IOPRIO_MAX     = 7
} PRL_IOPRIO;

/** Range of processor weights. */
typedef enum _PRL_CPUUNITS {
    PRL_CPUUNITS_MIN     = 10,
    PRL_CPUUNITS_DEFAULT = 1000,
    PRL_CPUUNITS_MAX     = 500000
} PRL_CPUUITS;

/** Unit of PRL_CPULIMIT_DATA::value: hundredths of a percent, MHz, or percent of one processor. */
typedef enum _PRL_CPULIMIT_TYPE {
    PRL_CPULIMIT_PERCENTS100     = 1,
    PRL_CPULIMIT_MHZ             = 2,
    PRL_CPULIMIT_PERCENTS        = 3,
    PRL_CPULIMIT_PERCENTS_TO_MHZ = 4
} PRL_CPULIMIT_TYPE;

/**
 * Whether a processor limit covers all threads of a machine or those of the guest's processors
 * only.
 */
typedef enum _PRL_VM_CPULIMIT_TYPE {
    PRL_VM_CPULIMIT_FULL  = 0,
    PRL_VM_CPULIMIT_GUEST = 1
} PRL_VM_CPULIMIT_TYPE;

/** A container without a limit on its processors. */
PRL_WIDE_ENUM typedef enum _PRL_CPUS_COUNT {
    PRL_CPU_UNLIMITED = 0xffffffffu
} PRL_CPUS_COUNT;

/** Unit of PRL_IOLIMIT_DATA::value: bytes per second. */
typedef enum _PRL_IOLIMIT_TYPE {
    PRL_IOLIMIT_BS = 1
} PRL_IOLIMIT_TYPE;

/** CPUID words of PrlCpuFeatures_GetValue and PrlCpuFeatures_SetValue. */
typedef enum _PRL_CPU_FEATURES_EX {
    PCFE_FEATURES         = 0,
    PCFE_EXT_FEATURES     = 1,
    PCFE_EXT_00000007_EBX = 2,
    PCFE_EXT_80000001_ECX = 3,
    PCFE_EXT_80000001_EDX = 4,
    PCFE_EXT_80000007_EDX = 5,
    PCFE_EXT_80000008_EAX = 6,
    PCFE_EXT_0000000D_EAX = 7,
    PCFE_EXT_00000007_EDX = 8,
    PCFE_EXT_00000007_ECX = 9,
    PCFE_MAX              = 10
} PRL_CPU_FEATURES_EX;

/** Firmware of a machine. */
typedef enum _PRL_BIOS_TYPE {
    PBT_LEGACY = 0,
    PBT_EFI    = 1
} PRL_BIOS_TYPE;
typedef PRL_BIOS_TYPE *PRL_BIOS_TYPE_PTR;

/** 3D acceleration offered to the guest. */
typedef enum _PRL_VIDEO_3D_ACCELERATION {
    P3D_DISABLED        = 0,
    P3D_ENABLED_HIGHEST = 1,
    P3D_ENABLED_DX9     = 2
} PRL_VIDEO_3D_ACCELERATION;
typedef PRL_VIDEO_3D_ACCELERATION *PRL_VIDEO_3D_ACCELERATION_PTR;

/**
 * Unit of PRL_MEMGUARANTEE_DATA::value: chosen by the service, or percent of the machine's
 * memory.
 */
typedef enum _PRL_MEMGUARANTEE_TYPE {
    PRL_MEMGUARANTEE_AUTO     = 0,
    PRL_MEMGUARANTEE_PERCENTS = 1
} PRL_MEMGUARANTEE_TYPE;

/** Chipset of a machine. */
typedef enum _PRL_CHIPSET_TYPE {
    CHIP_UNKNOWN    = 0,
    CHIP_MIN_NUMBER = 1,
    CHIP_PCI440FX   = CHIP_MIN_NUMBER,
    CHIP_Q35        = 2,
    CHIP_RHEL7      = 3,
    CHIP_MAX_NUMBER = CHIP_RHEL7
} PRL_CHIPSET_TYPE;
typedef PRL_CHIPSET_TYPE *PRL_CHIPSET_TYPE_PTR;

/** Releases of the i440FX machine type. */
typedef enum PRL_I440FX_VERSION {
    PCI440FX_78      = 5,
    PCI440FX_710     = 7,
    PCI440FX_712     = 9,
    PCI440FX_DEFAULT = PCI440FX_712
} PRL_I440FX_VERSION;

/** Releases of the Q35 machine type. */
typedef enum PRL_Q35_VERSION {
    Q35_DEFAULT = 0
} PRL_Q35_VERSION;

/*
 * Start, stop and other settings of a machine
 */

/**
 * When a machine starts by itself. ON_LOAD starts it with the service, ON_RELOAD only if it
 * ran when the service stopped; the GUI values are kept and not acted on.
 */
typedef enum _PRL_VM_AUTOSTART_OPTION {
    PAO_VM_START_MANUAL                = 0,
    PAO_VM_START_ON_LOAD               = 1,
    PAO_VM_START_ON_RELOAD             = 2,
    PAO_VM_START_ON_GUI_APP_STARTUP    = 3,
    PAO_VM_START_ON_GUI_VM_WINDOW_OPEN = 4,
    PAO_VM_START_ON_GUI_WINDOW_LOAD    = PAO_VM_START_ON_GUI_APP_STARTUP
} PRL_VM_AUTOSTART_OPTION;
typedef PRL_VM_AUTOSTART_OPTION *PRL_VM_AUTOSTART_OPTION_PTR;

/** Account an autostarted machine runs under. The _ACOUNT names are old misspellings. */
typedef enum _PRL_VM_START_LOGIN_MODE {
    PLM_START_ACCOUNT = 0,
    PLM_ROOT_ACCOUNT  = 1,
    PLM_USER_ACCOUNT  = 2,
    PLM_START_ACOUNT  = PLM_START_ACCOUNT,
    PLM_ROOT_ACOUNT   = PLM_ROOT_ACCOUNT,
    PLM_USER_ACOUNT   = PLM_USER_ACCOUNT
} PRL_VM_START_LOGIN_MODE;
typedef PRL_VM_START_LOGIN_MODE *PRL_VM_START_LOGIN_MODE_PTR;

/** What happens to a running machine when the service or the host goes down. */
typedef enum _PRL_VM_AUTOSTOP_OPTION {
    PAO_VM_STOP     = 0,
    PAO_VM_SUSPEND  = 1,
    PAO_VM_SHUTDOWN = 2
} PRL_VM_AUTOSTOP_OPTION;
typedef PRL_VM_AUTOSTOP_OPTION *PRL_VM_AUTOSTOP_OPTION_PTR;

/** Boot orders of old configurations; see PrlBootDev_ for the present list. */
typedef enum _PRL_VM_BOOT_ORDER {
    PBO_HDD_CD_FLOPPY = 0,
    PBO_FLOPPY_HDD_CD = 1,
    PBO_CD_HDD_FLOPPY = 2
} PRL_VM_BOOT_ORDER;
typedef PRL_VM_BOOT_ORDER *PRL_VM_BOOT_ORDER_PTR;

/** Windows releases an unattended installation knows. */
typedef enum _PRL_GUEST_DISTRO_VERSION_ENUM {
    PGD_UNKNOWN          = 0,
    PGD_WINDOWS_VISTA    = 1,
    PGD_WINDOWS_XP       = 2,
    PGD_WINDOWS_XP_32    = PGD_WINDOWS_XP,
    PGD_WINDOWS_XP_64    = 3,
    PGD_WINDOWS_VISTA_32 = PGD_WINDOWS_VISTA,
    PGD_WINDOWS_VISTA_64 = 4
} PRL_GUEST_DISTRO_VERSION_ENUM;
typedef PRL_GUEST_DISTRO_VERSION_ENUM *PRL_GUEST_DISTRO_VERSION_ENUM_PTR;

/** VNC server of a machine: off, on a port chosen by the service, or on a given port. */
typedef enum _PRL_VM_REMOTE_DISPLAY_MODE {
    PRD_DISABLED = 0,
    PRD_AUTO     = 1,
    PRD_MANUAL   = 2
} PRL_VM_REMOTE_DISPLAY_MODE;
typedef PRL_VM_REMOTE_DISPLAY_MODE *PRL_VM_REMOTE_DISPLAY_MODE_PTR;

/** Part of a configuration to validate (PrlVm_ValidateConfig). */
typedef enum _PRL_VM_CONFIG_SECTIONS {
    PVC_VALIDATE_CHANGES_ONLY       = 0,
    PVC_ALL                         = 1,
    PVC_GENERAL_PARAMETERS          = 2,
    PVC_BOOT_OPTION                 = 3,
    PVC_REMOTE_DISPLAY              = 4,
    PVC_SHARED_FOLDERS              = 5,
    PVC_CPU                         = 6,
    PVC_MAIN_MEMORY                 = 7,
    PVC_VIDEO_MEMORY                = 8,
    PVC_FLOPPY_DISK                 = 9,
    PVC_CD_DVD_ROM                  = 10,
    PVC_HARD_DISK                   = 11,
    PVC_NETWORK_ADAPTER             = 12,
    PVC_SOUND                       = 13,
    PVC_SERIAL_PORT                 = 14,
    PVC_PARALLEL_PORT               = 15,
    PVC_IDE_DEVICES                 = 16,
    PVC_SCSI_DEVICES                = 17,
    PVC_GENERIC_PCI                 = 18,
    PVC_OFFLINE_MANAGEMENT_SETTINGS = 19,
    PVC_LICENSE_RESTRICTIONS        = 20,
    PVC_SATA_DEVICES                = 21,
    PVC_LAST_SECTION                = PVC_SATA_DEVICES
} PRL_VM_CONFIG_SECTIONS;
typedef PRL_VM_CONFIG_SECTIONS *PRL_VM_CONFIG_SECTIONS_PTR;

/** What happens at stop to the changes a session made to the disks. */
typedef enum _PRL_UNDO_DISKS_MODE {
    PUD_DISABLE_UNDO_DISKS = 0,
    PUD_REVERSE_CHANGES    = 1,
    PUD_COMMIT_CHANGES     = 2,
    PUD_PROMPT_BEHAVIOUR   = 3
} PRL_UNDO_DISKS_MODE;
typedef PRL_UNDO_DISKS_MODE *PRL_UNDO_DISKS_MODE_PTR;

/** Colour labels of a machine, 0x00RRGGBB. */
typedef enum _PRL_VM_COLOR {
    PVC_COLOR_RED    = 16409690,
    PVC_COLOR_ORANGE = 16165444,
    PVC_COLOR_YELLOW = 15719239,
    PVC_COLOR_GREEN  = 11851591,
    PVC_COLOR_BLUE   = 5940223,
    PVC_COLOR_PURPLE = 12619480,
    PVC_COLOR_GREY   = 8421504,
    PVC_NO_COLOR     = 0
} PRL_VM_COLOR;
typedef PRL_VM_COLOR *PRL_VM_COLOR_PTR;

/** Schedule of automatic snapshots. */
typedef enum _PRL_VM_SMARTGUARD_SCHEMA {
    PVSS_OPTIMIZED_FOR_TIME_MACHINE = 1,
    PVSS_CUSTOM                     = 2
} PRL_VM_SMARTGUARD_SCHEMA;
typedef PRL_VM_SMARTGUARD_SCHEMA *PRL_VM_SMARTGUARD_SCHEMA_PTR;

/** Kind of an installation medium. */
typedef enum _PRL_DISTRO_MEDIA_TYPE {
    DMT_DISTRO  = 0,
    DMT_LIVE_CD = 1,
    DMT_MBR     = 2
} PRL_DISTRO_MEDIA_TYPE;
typedef PRL_DISTRO_MEDIA_TYPE *PRL_DISTRO_MEDIA_TYPE_PTR;

/** Whether the guest's task bar shows. */
typedef enum _PRL_TASKBAR_STATES {
    PTBS_UNKNOWN = -1,
    PTBS_HIDE    = 0,
    PTBS_SHOW    = 1,
    PTBS_DEFAULT = 2
} PRL_TASKBAR_STATES;

/** How a graphical client treats modifier keys. */
typedef enum _PRL_OPTIMIZE_MODIFIERS_MODE {
    POD_STANDARD                   = 0,
    POD_OPTIMIZE_FOR_GAMES         = 1,
    POD_OPTIMIZE_FOR_ACCESSIBILITY = 2
} PRL_OPTIMIZE_MODIFIERS_MODE;
typedef PRL_OPTIMIZE_MODIFIERS_MODE *PRL_OPTIMIZE_MODIFIERS_MODE_PTR;

/** Ready-made sets of configuration values. */
typedef enum _PRL_VIRTUAL_MACHINE_PROFILE {
    VMP_PRODUCTIVITY       = 0,
    VMP_GAMES              = 1,
    VMP_SOFTWARE_DEVELOPER = 2,
    VMP_DESIGNER           = 3
} PRL_VIRTUAL_MACHINE_PROFILE;
typedef PRL_VIRTUAL_MACHINE_PROFILE *PRL_VIRTUAL_MACHINE_PROFILE_PTR;

/** How well a guest system is supported. */
typedef enum _PRL_GUEST_OS_SUPPORT_TYPE {
    PGS_OS_SUPPORTED    = 0,
    PGS_OS_EXPERIMENTAL = 1
} PRL_GUEST_OS_SUPPORT_TYPE;
typedef PRL_GUEST_OS_SUPPORT_TYPE *PRL_GUEST_OS_SUPPORT_TYPE_PTR;

/*
 * Host, file systems, statistics, service
 */

/** Operating system of a host. */
typedef enum _PRL_HOST_OS_TYPE {
    PHO_MAC     = 0,
    PHO_LIN     = 1,
    PHO_WIN     = 2,
    PHO_UNKNOWN = 255
} PRL_HOST_OS_TYPE;
typedef PRL_HOST_OS_TYPE *PRL_HOST_OS_TYPE_PTR;

/** Path convention of a host: drives or one tree. */
typedef enum _PRL_FILE_SYSTEM_TYPE {
    PFS_WINDOWS_LIKE_FS = 0,
    PFS_UNIX_LIKE_FS    = 1
} PRL_FILE_SYSTEM_TYPE;
typedef PRL_FILE_SYSTEM_TYPE *PRL_FILE_SYSTEM_TYPE_PTR;

/** Type of a mounted file system. */
typedef enum _PRL_FILE_SYSTEM_FS_TYPE {
    PRL_FS_INVALID     = 0,
    PRL_FS_FAT         = 1,
    PRL_FS_FAT32       = 2,
    PRL_FS_NTFS        = 3,
    PRL_FS_HFS         = 4,
    PRL_FS_ADFS        = 5,
    PRL_FS_AFFS        = 6,
    PRL_FS_AFS         = 7,
    PRL_FS_AUTOFS      = 8,
    PRL_FS_CODA        = 9,
    PRL_FS_EFS         = 10,
    PRL_FS_EXTFS       = 11,
    PRL_FS_HPFS        = 12,
    PRL_FS_ISOFS       = 13,
    PRL_FS_JFFS2       = 14,
    PRL_FS_NFS         = 15,
    PRL_FS_QNX4        = 16,
    PRL_FS_REISERFS    = 17,
    PRL_FS_SMBFS       = 18,
    PRL_FS_GFS         = 19,
    PRL_FS_FUSE        = 20,
    PRL_FS_UNSPECIFIED = 255
} PRL_FILE_SYSTEM_FS_TYPE;
typedef PRL_FILE_SYSTEM_FS_TYPE *PRL_FILE_SYSTEM_FS_TYPE_PTR;

/** Kind of a directory entry. */
typedef enum _PRL_FILE_SYSTEM_ELEMENT_TYPE {
    PSE_DRIVE     = 0,
    PSE_DIRECTORY = 1,
    PSE_FILE      = 2
} PRL_FILE_SYSTEM_ELEMENT_TYPE;
typedef PRL_FILE_SYSTEM_ELEMENT_TYPE *PRL_FILE_SYSTEM_ELEMENT_TYPE_PTR;

/** State of a process in the statistics. */
typedef enum _PRL_PROCESS_STATE_TYPE {
    PPS_PROC_SLEEP  = 0,
    PPS_PROC_RUN    = 1,
    PPS_PROC_STOP   = 2,
    PPS_PROC_ZOMBIE = 3,
    PPS_PROC_IDLE   = 4
} PRL_PROCESS_STATE_TYPE;
typedef PRL_PROCESS_STATE_TYPE *PRL_PROCESS_STATE_TYPE_PTR;

/** State of a service of the host. */
typedef enum _PRL_SERVICE_STATUS_ENUM {
    PSS_STARTED       = 0,
    PSS_STOPPED       = 1,
    PSS_NOT_INSTALLED = 2,
    PSS_UNKNOWN       = 3
} PRL_SERVICE_STATUS_ENUM;
typedef PRL_SERVICE_STATUS_ENUM *PRL_SERVICE_STATUS_ENUM_PTR;

/** Kind of an operation that was going on when a client reconnected. */
typedef enum _PRL_RUNNING_TASK_TYPE_ENUM {
    RTT_RUNNING_TASK_UNKNOWN      = 0,
    RTT_RUNNING_TASK_CREATE_VM    = 1,
    RTT_RUNNING_TASK_REGISTER_VM  = 2,
    RTT_RUNNING_TASK_CLONE_VM     = 3,
    RTT_RUNNING_TASK_DELETE_VM    = 4,
    RTT_RUNNING_TASK_UNREG_VM     = 5,
    RTT_RUNNING_TASK_CREATE_IMAGE = 6,
    RTT_RUNNING_TASK_RESTORE_VM   = 7,
    RTT_RUNNING_TASK_MIGRATE_VM   = 8,
    RTT_RUNNING_TASK_COPY_IMAGE   = 9
} PRL_RUNNING_TASK_TYPE_ENUM;
typedef PRL_RUNNING_TASK_TYPE_ENUM *PRL_RUNNING_TASK_TYPE_ENUM_PTR;

/** Progress of an appliance installation. */
typedef enum _PRL_APPLIANCE_DOWNLOAD_STATUS {
    PADS_NOT_STARTED = 1,
    PADS_STOPPED     = 2,
    PADS_DOWNLOADING = 3,
    PADS_DOWNLOADED  = 4,
    PADS_UNPACKED    = 5,
    PADS_MOVED       = 6,
    PADS_REGISTERED  = 7,
    PADS_CANCELED    = 8
} PRL_APPLIANCE_DOWNLOAD_STATUS;
typedef PRL_APPLIANCE_DOWNLOAD_STATUS *PRL_APPLIANCE_DOWNLOAD_STATUS_PTR;

/** Parts of the disk space a machine takes. */
typedef enum _PRL_DATA_STATISTIC_SEGMENTS {
    PDSS_UNKNOWN                = 0,
    PDSS_VM_MISCELLANEOUS_SPACE = 1,
    PDSS_VM_RECLAIM_SPACE       = 2,
    PDSS_VM_SNAPSHOTS_SPACE     = 3,
    PDSS_VM_DISK_DATA_SPACE     = 4,
    PDSS_VM_FULL_SPACE          = 5
} PRL_DATA_STATISTIC_SEGMENTS;
typedef PRL_DATA_STATISTIC_SEGMENTS *PRL_DATA_STATISTIC_SEGMENTS_PTR;

/*
 * Containers. This implementation stores these values and runs no containers
 */

/** Limits of a container. */
typedef enum _PRL_CT_RESOURCE {
    PCR_KMEMSIZE       = 1,
    PCR_LOCKEDPAGES    = 2,
    PCR_PRIVVMPAGES    = 3,
    PCR_SHMPAGES       = 4,
    PCR_NUMPROC        = 5,
    PCR_PHYSPAGES      = 6,
    PCR_VMGUARPAGES    = 7,
    PCR_OOMGUARPAGES   = 8,
    PCR_NUMTCPSOCK     = 9,
    PCR_NUMFLOCK       = 10,
    PCR_NUMPTY         = 11,
    PCR_NUMSIGINFO     = 12,
    PCR_TCPSNDBUF      = 13,
    PCR_TCPRCVBUF      = 14,
    PCR_OTHERSOCKBUF   = 15,
    PCR_DGRAMRCVBUF    = 16,
    PCR_NUMOTHERSOCK   = 17,
    PCR_DCACHESIZE     = 18,
    PCR_NUMFILE        = 19,
    PCR_NUMIPTENT      = 20,
    PCR_SWAPPAGES      = 21,
    PCR_QUOTAUGIDLIMIT = 22,
    PCR_LAST           = PCR_QUOTAUGIDLIMIT
} PRL_CT_RESOURCE;

/** Container template of a system or of an application. */
typedef enum _PRL_CT_TEMPLATE_TYPE {
    PCT_TYPE_EZ_OS  = 0,
    PCT_TYPE_EZ_APP = 1
} PRL_CT_TEMPLATE_TYPE;
typedef PRL_CT_TEMPLATE_TYPE *PRL_CT_TEMPLATE_TYPE_PTR;

/** Linux capabilities of a container; bits. */
PRL_WIDE_ENUM typedef enum _PRL_CT_CAPMASK {
    PCC_CHOWN            = 0x1,
    PCC_FS_MASK          = PCC_CHOWN,
    PCC_DAC_OVERRIDE     = 0x2,
    PCC_DAC_READ_SEARCH  = 0x4,
    PCC_FOWNER           = 0x8,
    PCC_FSETID           = 0x10,
    PCC_KILL             = 0x20,
    PCC_SETGID           = 0x40,
    PCC_SETUID           = 0x80,
    PCC_SETPCAP          = 0x100,
    PCC_LINUX_IMMUTABLE  = 0x200,
    PCC_NET_BIND_SERVICE = 0x400,
    PCC_NET_BROADCAST    = 0x800,
    PCC_NET_ADMIN        = 0x1000,
    PCC_NET_RAW          = 0x2000,
    PCC_IPC_LOCK         = 0x4000,
    PCC_IPC_OWNER        = 0x8000,
    PCC_SYS_MODULE       = 0x10000,
    PCC_SYS_RAWIO        = 0x20000,
    PCC_SYS_CHROOT       = 0x40000,
    PCC_SYS_PTRACE       = 0x80000,
    PCC_SYS_PACCT        = 0x100000,
    PCC_SYS_ADMIN        = 0x200000,
    PCC_SYS_BOOT         = 0x400000,
    PCC_SYS_NICE         = 0x800000,
    PCC_SYS_RESOURCE     = 0x1000000,
    PCC_SYS_TIME         = 0x2000000,
    PCC_SYS_TTY_CONFIG   = 0x4000000,
    PCC_MKNOD            = 0x8000000,
    PCC_LEASE            = 0x10000000,
    PCC_AUDIT_WRITE      = 0x20000000,
    PCC_VE_ADMIN         = 0x40000000,
    PCC_SETFCAP          = 0x80000000u
} PRL_CT_CAPMASK;
typedef PRL_CT_CAPMASK *PRL_CT_CAPMASK_PTR;

/** Kernel features of a container; bits. */
typedef enum _PRL_CT_FEATURES {
    PCF_FEATURE_SYSFS    = 0x1,
    PCF_FEATURE_NFS      = 0x2,
    PCF_FEATURE_DEF_PERM = 0x4,
    PCF_FEATURE_SIT      = 0x8,
    PCF_FEATURE_IPIP     = 0x10,
    PCF_FEATURE_PPP      = 0x20,
    PCF_FEATURE_IPGRE    = 0x40,
    PCF_FEATURE_BRIDGE   = 0x80,
    PCF_FEATURE_NFSD     = 0x100,
    PCF_FEATURE_TIME     = 0x200
} PRL_CT_FEATURES;

/*
 * Problem reports
 */

/** Format of a problem report: one XML document or an archive. */
typedef enum _PRL_PROBLEM_REPORT_SCHEME {
    PRS_OLD_XML_BASED = 0,
    PRS_NEW_PACKED    = 1
} PRL_PROBLEM_REPORT_SCHEME;
typedef PRL_PROBLEM_REPORT_SCHEME *PRL_PROBLEM_REPORT_SCHEME_PTR;

/** What set off a problem report. */
typedef enum _PRL_PROBLEM_REPORT_TYPE {
    PRT_REPORT_TYPE_UNDEFINED                    = 0x0,
    PRT_AUTOMATIC_VM_GENERATED_REPORT            = 0x1,
    PRT_AUTOMATIC_DISPATCHER_GENERATED_REPORT    = 0x2,
    PRT_USER_DEFINED_ON_STOPPED_VM_REPORT        = 0x3,
    PRT_USER_DEFINED_ON_RUNNING_VM_REPORT        = 0x4,
    PRT_USER_DEFINED_ON_CONNECTED_SERVER         = 0x5,
    PRT_USER_DEFINED_ON_DISCONNECTED_SERVER      = 0x6,
    PRT_USER_DEFINED_ON_NOT_RESPONDING_VM_REPORT = 0x7,
    PRT_AUTOMATIC_DETECTED_REPORT                = 0x8,
    PRT_AUTOMATIC_STATISTICS_REPORT              = 0x9,
    PRT_AUTOMATIC_INSTALLED_SOFTWARE_REPORT      = 0xa,
    PRT_AUTOMATIC_VZ_STATISTICS_REPORT           = 0xb,
    PRT_AUTOMATIC_UTW7AGENT_PRE_MIGRATION        = 0xc,
    PRT_AUTOMATIC_UTW7AGENT_POST_MIGRATION       = 0xd,
    PRT_AUTOMATIC_TRANSPORTER_REPORT             = 0xe,
    PRT_USER_DEFINED_TRANSPORTER_REPORT          = 0xf,
    PRT_AUTOMATIC_GUEST_GENERATED_REPORT         = 0x10,
    PRT_USER_DEFINED_ON_CONTAINER_REPORT         = 0x11,
    PRT_USER_DEFINED_ON_MOBILE_REPORT            = 0x12,
    PRT_USER_DEFINED_ON_MOBILE_FEEDBACK_REPORT   = 0x13,
    PRT_LAST                                     = PRT_USER_DEFINED_ON_MOBILE_FEEDBACK_REPORT
} PRL_PROBLEM_REPORT_TYPE;
typedef PRL_PROBLEM_REPORT_TYPE *PRL_PROBLEM_REPORT_TYPE_PTR;

/** What the user says is wrong. */
typedef enum _PRL_PROBLEM_REPORT_REASON {
    PRR_UNKNOWN              = 0,
    PRR_BOOT_CAMP            = 1,
    PRR_HANG_LOCKUP          = 2,
    PRR_KEYBOARD             = 3,
    PRR_NETWORK              = 4,
    PRR_VIRTUOZZO_TOOLS      = 5,
    PRR_PERFORMANCE          = 6,
    PRR_PRODUCT_REGISTRATION = 7,
    PRR_SNAPSHOTS            = 8,
    PRR_SOUND                = 9,
    PRR_SUPPORT_REQUEST      = 10,
    PRR_USB                  = 11,
    PRR_VIDEO_3D_GRAPHICS    = 12,
    PRR_OTHER                = 13,
    PRR_BACKUP               = 14,
    PRR_MIGRATION            = 15,
    PRR_CONNECTION           = 16,
    PRR_LAST                 = PRR_CONNECTION
} PRL_PROBLEM_REPORT_REASON;
typedef PRL_PROBLEM_REPORT_REASON *PRL_PROBLEM_REPORT_REASON_PTR;

/*
 * Guest tools
 */

/** Commands to the guest tools' helper. */
typedef enum _PRL_TOOLS_UTILITY_COMMAND_ID {
    PTU_CMD_INVALID   = 0,
    PTU_CMD_PTU_ALIVE = 1
} PRL_TOOLS_UTILITY_COMMAND_ID;
typedef PRL_TOOLS_UTILITY_COMMAND_ID *PRL_TOOLS_UTILITY_COMMAND_ID_PTR;

/** State of a record of the tools information storage. */
typedef enum _PRL_TIS_RECORD_STATE {
    PTIS_RECORD_EMPTY    = 0,
    PTIS_RECORD_ACTIVE   = 1,
    PTIS_RECORD_CANCELED = 2
} PRL_TIS_RECORD_STATE;
typedef PRL_TIS_RECORD_STATE *PRL_TIS_RECORD_STATE_PTR;

/** Fields of a record of the tools information storage; bits. */
PRL_WIDE_ENUM typedef enum _PRL_TIS_RECORD_FIELD {
    PTIS_RECORD_UID     = 0x1,
    PTIS_RECORD_NAME    = 0x2,
    PTIS_RECORD_INFO    = 0x4,
    PTIS_RECORD_TEXT    = 0x8,
    PTIS_RECORD_DATA    = 0x10,
    PTIS_RECORD_STATE   = 0x20,
    PTIS_RECORD_TIME    = 0x40,
    PTIS_RECORD_OWNER   = 0x80,
    PTIS_RECORD_FLAGS   = 0x100,
    PTIS_RECORD_REMOVED = 0x40000000,
    PTIS_RECORD_CLEARED = 0x80000000u
} PRL_TIS_RECORD_FIELD;
typedef PRL_TIS_RECORD_FIELD *PRL_TIS_RECORD_FIELD_PTR;

/** Where a shared application opens a document. */
typedef enum _PRL_TOOLS_SIA_OPEN_IN_TYPES {
    PSIA_OPEN_DEFAULT  = 0,
    PSIA_OPEN_IN_GUEST = 1,
    PSIA_OPEN_IN_HOST  = 2
} PRL_TOOLS_SIA_OPEN_IN_TYPES;
typedef PRL_TOOLS_SIA_OPEN_IN_TYPES *PRL_TOOLS_SIA_OPEN_IN_TYPES_PTR;

/** Where to look for a user interface element of the guest. */
typedef enum _PRL_QUERY_ELEMENT_FLAGS {
    PRL_UIEMU_ELEMENT_SEARCH_AREA_WINDOW = 0x0,
    PRL_UIEMU_ELEMENT_SEARCH_AREA_GLOBAL = 0x1
} PRL_QUERY_ELEMENT_FLAGS;
typedef PRL_QUERY_ELEMENT_FLAGS *PRL_QUERY_ELEMENT_FLAGS_PTR;

/** Events of a channel between host and guest programs. */
typedef enum _PRL_VMCTG_EVENT {
    TEV_DATA_RECEIVED = 0,
    TEV_CONNECTED     = 1,
    TEV_DISCONNECTED  = 2
} PRL_VMCTG_EVENT;
typedef PRL_VMCTG_EVENT *PRL_VMCTG_EVENT_PTR;

/*
 * Display and input channel
 */

/** How the guest reads the mouse. */
typedef enum _PRL_VM_MOUSE_STATE {
    PTS_RELATIVE_MOUSE = 0,
    PTS_SLIDING_MOUSE  = 1,
    PTS_ABSOLUTE_MOUSE = 2
} PRL_VM_MOUSE_STATE;
typedef PRL_VM_MOUSE_STATE *PRL_VM_MOUSE_STATE_PTR;

/** Who draws the mouse cursor. */
typedef enum _PRL_VM_MOUSE_CURSOR_STATE {
    PTS_NO_CURSOR      = 0,
    PTS_SLIDING_CURSOR = 1,
    PTS_MOVING_CURSOR  = 2
} PRL_VM_MOUSE_CURSOR_STATE;
typedef PRL_VM_MOUSE_CURSOR_STATE *PRL_VM_MOUSE_CURSOR_STATE_PTR;

/** State of the display and input channel. */
typedef enum _PRL_IO_STATE {
    IOS_DISABLED           = 0,
    IOS_STARTED            = 1,
    IOS_STOPPED            = 2,
    IOS_UNKNOWN_VM_UUID    = 3,
    IOS_CONNECTION_TIMEOUT = 4,
    IOS_AUTH_FAILED        = 5
} PRL_IO_STATE;
typedef PRL_IO_STATE *PRL_IO_STATE_PTR;

/** Mouse buttons; bits of PRL_IO_MOUSE_EVENT::buttons. */
typedef enum _PRL_MOUSE_BUTTON {
    PMB_NOBUTTON      = 0x0,
    PMB_LEFT_BUTTON   = 0x1,
    PMB_RIGHT_BUTTON  = 0x2,
    PMB_MIDDLE_BUTTON = 0x4,
    PMB_XBUTTON1      = 0x8,
    PMB_XBUTTON2      = 0x10,
    PMB_XBUTTON3      = 0x20,
    PMB_XBUTTON4      = 0x40,
    PMB_XBUTTON5      = 0x80
} PRL_MOUSE_BUTTON;
typedef PRL_MOUSE_BUTTON *PRL_MOUSE_BUTTON_PTR;

/** Whether a key goes down or up. */
typedef enum _PRL_KEY_EVENT {
    PKE_PRESS   = 0,
    PKE_RELEASE = 128
} PRL_KEY_EVENT;
typedef PRL_KEY_EVENT *PRL_KEY_EVENT_PTR;

/** Format of a screen shot. */
typedef enum _PRL_IMAGE_FORMAT {
    PIF_RAW = 1342177288,
    PIF_BMP = 1342177289,
    PIF_JPG = 1342177290,
    PIF_PNG = 1342177291
} PRL_IMAGE_FORMAT;
typedef PRL_IMAGE_FORMAT *PRL_IMAGE_FORMAT_PTR;

/** Picture quality of the display channel; bits. */
typedef enum _PRL_DISPLAY_CODEC_QUALITY {
    PDCQ_HIGH_QUALITY   = 1,
    PDCQ_MEDIUM_QUALITY = 2,
    PDCQ_LOW_QUALITY    = 4
} PRL_DISPLAY_CODEC_QUALITY;

/** Compression of the display channel; bits. */
typedef enum _PRL_DISPLAY_CODEC_COMPRESSION {
    PDCC_HIGH_COMPRESSION   = 0x8000,
    PDCC_MEDIUM_COMPRESSION = 0x10000,
    PDCC_LOW_COMPRESSION    = 0x20000,
    PDCC_NO_COMPRESSION     = 0x40000
} PRL_DISPLAY_CODEC_COMPRESSION;

/** Usual pairs of quality and compression. */
typedef enum _PRL_DISPLAY_CODEC_TYPE {
    PDCT_HIGH_QUALITY_WITHOUT_COMPRESSION   = 262145,
    PDCT_HIGH_QUALITY_WITH_COMPRESSION      = 65537,
    PDCT_MEDIUM_QUALITY_WITHOUT_COMPRESSION = 262146,
    PDCT_MEDIUM_QUALITY_WITH_COMPRESSION    = 65538,
    PDCT_LOW_QUALITY_WITHOUT_COMPRESSION    = 262148,
    PDCT_LOW_QUALITY_WITH_COMPRESSION       = 65540
} PRL_DISPLAY_CODEC_TYPE;

/** Pixel format of a display buffer. */
typedef enum _PRL_DISPLAY_BUFFER_FORMAT {
    PDBF_NO_CONVERSION = 0,
    PDBF_INDEX8        = 1,
    PDBF_RGB15         = 2,
    PDBF_RGB16         = 3,
    PDBF_RGB24         = 4,
    PDBF_BGR32         = 5,
    PDBF_RGB32         = 6,
    PDBF_YUV422x8      = 10,
    PDBF_YUV422x6      = 11,
    PDBF_YUV422x4      = 12,
    PDBF_YUV420        = 16
} PRL_DISPLAY_BUFFER_FORMAT;
typedef PRL_DISPLAY_BUFFER_FORMAT *PRL_DISPLAY_BUFFER_FORMAT_PTR;

/** Options of a change of the guest's displays; bits. */
typedef enum _PRL_DISPLAY_CONFIG_MODE {
    PDCM_CLIENT_DISPLAY_INFO      = 0x1,
    PDCM_HAS_HIDPI_DISPLAY        = 0x2,
    PDCM_DO_NOT_RESTORE           = 0x4,
    PDCM_RESTORE_DEFAULT          = 0x8,
    PDCM_DISABLE_HIDPI_ADJUSTMENT = 0x10,
    PDCM_RETINA_MODE              = 0x20,
    PDCM_ENABLE_HEADS             = 0x40
} PRL_DISPLAY_CONFIG_MODE;
typedef PRL_DISPLAY_CONFIG_MODE *PRL_DISPLAY_CONFIG_MODE_PTR;

/** Why the display and input channel was closed. */
typedef enum _PRL_IO_DISCONNECT_REASON {
    PDR_UNSPECIFIED              = 0,
    PDR_RECONNECT                = 1,
    PDR_HOST_USER_LOGGED_IN      = 2,
    PDR_HOST_USER_INPUT_DETECTED = 3,
    PDR_ANOTHER_CLIENT_CONNECTED = 4,
    PDR_SESSION_BECOME_INACTIVE  = 5
} PRL_IO_DISCONNECT_REASON;
typedef PRL_IO_DISCONNECT_REASON *PRL_IO_DISCONNECT_REASON_PTR;

/** State of a video receiver. */
typedef enum PRL_VIDEO_RECEIVER_CONNECTION_STATE {
    PVRCS_CONNECTED     = 0,
    PVRCS_DISCONNECTED  = 1,
    PVRCS_NO_CONNECTION = 2,
    PVRCS_CONNECTING    = 3
} PRL_VIDEO_RECEIVER_CONNECTION_STATE;
typedef PRL_VIDEO_RECEIVER_CONNECTION_STATE *PRL_VIDEO_RECEIVER_CONNECTION_STATE_PTR;

/*
 * Graphical clients: kept in configurations, not acted on
 */

/** Window a graphical client opens for a machine. */
typedef enum _PRL_VM_WINDOW_MODE {
    PWM_DEFAULT_WINDOW_MODE     = 0,
    PWM_WINDOWED_WINDOW_MODE    = 1,
    PWM_FULL_SCREEN_WINDOW_MODE = 2
} PRL_VM_WINDOW_MODE;
typedef PRL_VM_WINDOW_MODE *PRL_VM_WINDOW_MODE_PTR;

/** Corners of the screen with an action in full screen mode. */
typedef enum _PRL_WINDOW_CORNERS {
    PWC_TOP_LEFT_CORNER     = 0,
    PWC_TOP_RIGHT_CORNER    = 1,
    PWC_BOTTOM_LEFT_CORNER  = 2,
    PWC_BOTTOM_RIGHT_CORNER = 3
} PRL_WINDOW_CORNERS;
typedef PRL_WINDOW_CORNERS *PRL_WINDOW_CORNERS_PTR;

/** What a screen corner does. */
typedef enum _PRL_CORNER_ACTIONS {
    PCA_NO_ACTION        = 0,
    PCA_WINDOWED         = 1,
    PCA_COHERENCE        = 2,
    PCA_SEAMLESS         = 3,
    PCA_MODALITY         = 4,
    PCA_HIDE_APPLICATION = 5,
    PCA_UNGRAB_INPUT     = 6,
    PCA_CRYSTAL          = 7
} PRL_CORNER_ACTIONS;
typedef PRL_CORNER_ACTIONS *PRL_CORNER_ACTIONS_PTR;

/** How a graphical client scales the guest's screen. */
typedef enum _PRL_SCALE_VIEW_MODE {
    PSVM_OFF                            = 0,
    PSVM_AUTO                           = 1,
    PSVM_KEEP_ASPECT_RATIO              = 2,
    PSVM_KEEP_ASPECT_RATIO_BY_EXPANDING = 3,
    PSVM_IGNORE_ASPECT_RATIO            = 4
} PRL_SCALE_VIEW_MODE;
typedef PRL_SCALE_VIEW_MODE *PRL_SCALE_VIEW_MODE_PTR;

/** What a graphical client does to the machine when its window is closed. */
typedef enum _PRL_VM_ACTION_ON_WINDOW_CLOSE {
    PWC_VM_UNKNOWN_ACTION = 65535,
    PWC_VM_STOP           = 0,
    PWC_VM_SUSPEND        = 1,
    PWC_VM_ASK_USER       = 2,
    PWC_VM_PAUSE          = 3,
    PWC_VM_SHUTDOWN       = 4,
    PWC_VM_DO_NOTHING     = 5
} PRL_VM_ACTION_ON_WINDOW_CLOSE;
typedef PRL_VM_ACTION_ON_WINDOW_CLOSE *PRL_VM_ACTION_ON_WINDOW_CLOSE_PTR;

/** What a graphical client does when the machine stops. */
typedef enum _PRL_VM_ACTION_ON_STOP {
    PAS_KEEP_VM_WINDOW_OPEN = 0,
    PAS_CLOSE_VM_WINDOW     = 1,
    PAS_QUIT_APPLICATION    = 2
} PRL_VM_ACTION_ON_STOP;
typedef PRL_VM_ACTION_ON_STOP *PRL_VM_ACTION_ON_STOP_PTR;

/** Which guest applications show in the Mac dock. */
typedef enum _PRL_APP_IN_DOCK_MODE {
    PDM_APP_IN_DOCK_NEVER          = 0,
    PDM_APP_IN_DOCK_COHERENCE_ONLY = 1,
    PDM_APP_IN_DOCK_ALWAYS         = 2
} PRL_APP_IN_DOCK_MODE;
typedef PRL_APP_IN_DOCK_MODE *PRL_APP_IN_DOCK_MODE_PTR;

/** Icon of a machine in the Mac dock. */
typedef enum _PRL_DOCK_ICON_TYPE {
    PIT_DOCK_ICON_SYSTEM           = 0,
    PIT_DOCK_ICON_LIVE_SCREEN_SHOT = 1,
    PIT_DOCK_ICON_START_MENU       = 2
} PRL_DOCK_ICON_TYPE;
typedef PRL_DOCK_ICON_TYPE *PRL_DOCK_ICON_TYPE_PTR;

/** Edges of a window; bits. */
typedef enum _PRL_WINDOW_EDGE_MASK {
    WINDOW_LEFT_EDGE_MASK   = 0x1,
    WINDOW_TOP_EDGE_MASK    = 0x2,
    WINDOW_RIGHT_EDGE_MASK  = 0x4,
    WINDOW_BOTTOM_EDGE_MASK = 0x8,
    WINDOW_ALL_EDGE_MASK    = 0xf
} PRL_WINDOW_EDGE_MASK;
typedef PRL_WINDOW_EDGE_MASK *PRL_WINDOW_EDGE_MASK_PTR;

#ifdef __cplusplus
}
#endif

#endif /* PRL_ENUMS_H */
