/* SPDX-License-Identifier: MIT */
/*
 * PrlIOStructs.h: structures passed by address to a few calls, and those of the
 * display, input and proxy channels.
 *
 * All are packed: fields follow each other without padding, so do not take the
 * address of a pointer or 64-bit field where the machine cares about alignment.
 */

#ifndef PRL_IOSTRUCTS_H
#define PRL_IOSTRUCTS_H

#include "PrlEnums.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PRL_IO_MAX_DISPLAYS  16
#define PRL_IO_MAX_ENCODINGS 32
#define PRL_PROXY_MAX_HOSTS  16

/** Values of PRL_IO_DISPLAY_GAMMA::type. */
#define PRL_IO_GAMMARAMP_DEFAULT     1
#define PRL_IO_GAMMARAMP_RGB256x3x16 2

/** Network classes with counters, 0 to 15. */
#define PRL_TC_CLASS_MAX 16

/** 256 colours, 0x00RRGGBB each. */
typedef PRL_UINT32 PRL_IO_PALETTE[256];

/** Size of a screen: pixels, bits per pixel, bytes per line. */
typedef struct _PRL_IO_SCREEN_SIZE {
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 depth;
    PRL_INT32 lineBytes;
} PRL_STRUCT(PRL_IO_SCREEN_SIZE);
typedef PRL_IO_SCREEN_SIZE *PRL_IO_SCREEN_SIZE_PTR;

/** The same for one of several displays, with its place on the desktop in pixels. */
typedef struct _PRL_IO_DISPLAY_SCREEN_SIZE {
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 depth;
    PRL_INT32 lineBytes;
    PRL_UINT32 display;
    PRL_INT32 displayX;
    PRL_INT32 displayY;
} PRL_STRUCT(PRL_IO_DISPLAY_SCREEN_SIZE);
typedef PRL_IO_DISPLAY_SCREEN_SIZE *PRL_IO_DISPLAY_SCREEN_SIZE_PTR;

/** The same with its resolution in dots per inch. */
typedef struct _PRL_IO_DPI_DISPLAY_SCREEN_SIZE {
    PRL_IO_DISPLAY_SCREEN_SIZE display;
    PRL_INT32 dpi;
    PRL_UINT32 flags;
} PRL_STRUCT(PRL_IO_DPI_DISPLAY_SCREEN_SIZE);
typedef PRL_IO_DPI_DISPLAY_SCREEN_SIZE *PRL_IO_DPI_DISPLAY_SCREEN_SIZE_PTR;

/** Palette of one display. */
typedef struct _PRL_IO_DISPLAY_PALETTE {
    PRL_IO_PALETTE palette;
    PRL_UINT32 display;
} PRL_STRUCT(PRL_IO_DISPLAY_PALETTE);
typedef PRL_IO_DISPLAY_PALETTE *PRL_IO_DISPLAY_PALETTE_PTR;

/** Head of a gamma ramp; gammaSize bytes of type PRL_IO_GAMMARAMP_* follow. */
typedef struct _PRL_IO_DISPLAY_GAMMA {
    PRL_UINT32 display;
    PRL_UINT32 type;
    PRL_UINT32 gammaSize;
    PRL_UINT32 reserved;
} PRL_STRUCT(PRL_IO_DISPLAY_GAMMA);
typedef PRL_IO_DISPLAY_GAMMA *PRL_IO_DISPLAY_GAMMA_PTR;

/** Rectangle of a screen, pixels. */
typedef struct _PRL_IO_SCREEN_REGION {
    PRL_UINT32 x;
    PRL_UINT32 y;
    PRL_UINT32 width;
    PRL_UINT32 height;
} PRL_STRUCT(PRL_IO_SCREEN_REGION);
typedef PRL_IO_SCREEN_REGION *PRL_IO_SCREEN_REGION_PTR;

/** Rectangle of one display, pixels. */
typedef struct _PRL_IO_DISPLAY_SCREEN_REGION {
    PRL_UINT32 x;
    PRL_UINT32 y;
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 display;
} PRL_STRUCT(PRL_IO_DISPLAY_SCREEN_REGION);
typedef PRL_IO_DISPLAY_SCREEN_REGION *PRL_IO_DISPLAY_SCREEN_REGION_PTR;

/** Rectangle of one display and the size it is scaled to, pixels. */
typedef struct _PRL_IO_SCREEN_BUFFER_REGION {
    PRL_UINT32 x;
    PRL_UINT32 y;
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 scaleWidth;
    PRL_UINT32 scaleHeight;
    PRL_UINT32 display;
} PRL_STRUCT(PRL_IO_SCREEN_BUFFER_REGION);
typedef PRL_IO_SCREEN_BUFFER_REGION *PRL_IO_SCREEN_BUFFER_REGION_PTR;

/** Answer to a change of resolution. */
typedef struct _PRL_IO_DISPLAY_RESOLUTION_CONFIRMATION {
    PRL_BOOL success;
    PRL_UINT32 flags;
} PRL_STRUCT(PRL_IO_DISPLAY_RESOLUTION_CONFIRMATION);

/** Answer to a change of resolution, with its time. */
typedef struct _PRL_IO_DISPLAY_RESOLUTION_CONFIRMATION_EX {
    PRL_BOOL success;
    PRL_UINT32 flags;
    PRL_UINT64 timestamp;
    PRL_UINT8 reserved[64];
} PRL_STRUCT(PRL_IO_DISPLAY_RESOLUTION_CONFIRMATION_EX);

/** A key (PRL_KEY) and what happened to it (PRL_KEY_EVENT). */
typedef struct _PRL_IO_KEYBOARD_SCANCODE {
    PRL_UINT16 key;
    PRL_UINT16 event;
} PRL_STRUCT(PRL_IO_KEYBOARD_SCANCODE);
typedef PRL_IO_KEYBOARD_SCANCODE *PRL_IO_KEYBOARD_SCANCODE_PTR;

/** Lamps of the keyboard; bits. */
typedef struct _PRL_IO_KEYBOARD_LEDS {
    PRL_UINT32 ledsState;
} PRL_STRUCT(PRL_IO_KEYBOARD_LEDS);
typedef PRL_IO_KEYBOARD_LEDS *PRL_IO_KEYBOARD_LEDS_PTR;

/** Movement (x, y), wheel (z) and pressed buttons (PRL_MOUSE_BUTTON). */
typedef struct _PRL_IO_MOUSE_EVENT {
    PRL_INT32 x;
    PRL_INT32 y;
    PRL_INT32 z;
    PRL_UINT32 buttons;
} PRL_STRUCT(PRL_IO_MOUSE_EVENT);
typedef PRL_IO_MOUSE_EVENT *PRL_IO_MOUSE_EVENT_PTR;

/** The same with a sideways wheel (w). */
typedef struct _PRL_IO_MOUSE_EVENT_EX {
    PRL_INT32 x;
    PRL_INT32 y;
    PRL_INT32 z;
    PRL_UINT32 buttons;
    PRL_INT32 w;
} PRL_STRUCT(PRL_IO_MOUSE_EVENT_EX);
typedef PRL_IO_MOUSE_EVENT_EX *PRL_IO_MOUSE_EVENT_EX_PTR;

/** The same with wheel movement in 120ths of a notch. */
typedef struct _PRL_IO_MOUSE_EVENT_EX2 {
    PRL_INT32 x;
    PRL_INT32 y;
    PRL_INT32 z;
    PRL_UINT32 buttons;
    PRL_INT32 w;
    PRL_INT32 z120;
    PRL_INT32 w120;
} PRL_STRUCT(PRL_IO_MOUSE_EVENT_EX2);
typedef PRL_IO_MOUSE_EVENT_EX2 *PRL_IO_MOUSE_EVENT_EX2_PTR;

/** Request to end the guest's session; kind is a PRL_GRACEFUL_SHUTDOWN_KIND. */
typedef struct _PRL_IO_GRACEFUL_SHUTDOWN {
    PRL_UINT32 kind;
} PRL_STRUCT(PRL_IO_GRACEFUL_SHUTDOWN);
typedef PRL_IO_GRACEFUL_SHUTDOWN *PRL_IO_GRACEFUL_SHUTDOWN_PTR;

/** Whether the guest's desktop and task bar show. */
typedef struct _PRL_IO_DESKTOP_UTILITIES_STATE {
    PRL_UINT32 bDesktopShown;
    PRL_UINT32 bTaskbarShown;
} PRL_STRUCT(PRL_IO_DESKTOP_UTILITIES_STATE);
typedef PRL_IO_DESKTOP_UTILITIES_STATE *PRL_IO_DESKTOP_UTILITIES_STATE_PTR;

/** Keys that switch language and keyboard layout in the guest. */
typedef struct _PRL_IO_LANGUAGE_HOTKEYS {
    PRL_UINT32 LanguageHotkey;
    PRL_UINT32 LayoutHotkey;
} PRL_STRUCT(PRL_IO_LANGUAGE_HOTKEYS);
typedef PRL_IO_LANGUAGE_HOTKEYS *PRL_IO_LANGUAGE_HOTKEYS_PTR;

/** Scrolled surface of a guest window. */
typedef struct _PRL_IO_SCREEN_SURFACE {
    PRL_UINT32 windowId;
    PRL_UINT32 surfaceId;
    PRL_INT32 scrollX;
    PRL_INT32 scrollY;
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 display;
} PRL_STRUCT(PRL_IO_SCREEN_SURFACE);
typedef PRL_IO_SCREEN_SURFACE *PRL_IO_SCREEN_SURFACE_PTR;

/** Size, place and hot spot of the mouse cursor, pixels. */
typedef struct _PRL_IO_MOUSE_CURSOR {
    PRL_UINT32 x;
    PRL_UINT32 y;
    PRL_UINT32 hotSpotX;
    PRL_UINT32 hotSpotY;
    PRL_UINT32 width;
    PRL_UINT32 height;
} PRL_STRUCT(PRL_IO_MOUSE_CURSOR);
typedef PRL_IO_MOUSE_CURSOR *PRL_IO_MOUSE_CURSOR_PTR;

/** State of the sliding mouse (PRL_VM_MOUSE_STATE). */
typedef struct _PRL_IO_SLIDING_MOUSE {
    PRL_UINT32 state;
} PRL_STRUCT(PRL_IO_SLIDING_MOUSE);
typedef PRL_IO_SLIDING_MOUSE *PRL_IO_SLIDING_MOUSE_PTR;

/** How many displays the guest can use. */
typedef struct _PRL_IO_AVAILABLE_DISPLAYS {
    PRL_UINT32 availableDisplays;
} PRL_STRUCT(PRL_IO_AVAILABLE_DISPLAYS);
typedef PRL_IO_AVAILABLE_DISPLAYS *PRL_IO_AVAILABLE_DISPLAYS_PTR;

/** Activity of a device: PRL_DEVICE_TYPE, index, PRL_DEVICE_ACTION. */
typedef struct _PRL_IO_DEVICE_USED {
    PRL_UINT32 devType;
    PRL_UINT32 devIndex;
    PRL_UINT32 devAction;
} PRL_STRUCT(PRL_IO_DEVICE_USED);
typedef PRL_IO_DEVICE_USED *PRL_IO_DEVICE_USED_PTR;

/** A block of size bytes. */
typedef struct _PRL_IO_GENERIC_BUFFER {
    PRL_UINT32 size;
    PRL_VOID_PTR data;
} PRL_STRUCT(PRL_IO_GENERIC_BUFFER);
typedef PRL_IO_GENERIC_BUFFER *PRL_IO_GENERIC_BUFFER_PTR;

/** Version of a record of the tools information storage. */
typedef struct _PRL_TIS_VERSION {
    PRL_UINT32 maj;
    PRL_UINT32 min;
    PRL_UINT32 bld;
    PRL_UINT32 rev;
} PRL_STRUCT(PRL_TIS_VERSION);
typedef PRL_TIS_VERSION *PRL_TIS_VERSION_PTR;

/** Interface version of a record of the tools information storage. */
typedef struct _PRL_TIS_INT_VERSION {
    PRL_UINT32 maj;
    PRL_UINT32 min;
} PRL_STRUCT(PRL_TIS_INT_VERSION);
typedef PRL_TIS_INT_VERSION *PRL_TIS_INT_VERSION_PTR;

/** Both versions of such a record. */
typedef struct _PRL_TIS_RECORD_INFO {
    PRL_TIS_VERSION version;
    PRL_TIS_INT_VERSION intVersion;
} PRL_STRUCT(PRL_TIS_RECORD_INFO);
typedef PRL_TIS_RECORD_INFO *PRL_TIS_RECORD_INFO_PTR;

/** Head of a command to the guest tools' helper; dataSize bytes follow. */
typedef struct _PRL_IO_TOOLS_UTILITY_COMMAND {
    PRL_UINT32 command;
    PRL_UINT32 flags;
    PRL_UINT32 dataSize;
} PRL_STRUCT(PRL_IO_TOOLS_UTILITY_COMMAND);
typedef PRL_IO_TOOLS_UTILITY_COMMAND *PRL_IO_TOOLS_UTILITY_COMMAND_PTR;

/** Head of a shared application message; size bytes follow. */
typedef struct _PRL_IO_TOOLS_SIA_DATA {
    PRL_UINT32 ver;
    PRL_UINT32 command;
    PRL_UINT32 flags;
    PRL_UINT32 size;
} PRL_STRUCT(PRL_IO_TOOLS_SIA_DATA);
typedef PRL_IO_TOOLS_SIA_DATA *PRL_IO_TOOLS_SIA_DATA_PTR;

/** Whether the guest follows the size of the window. */
typedef struct _PRL_IO_DYNRES_TOOLS_STATUS {
    PRL_UINT32 status;
} PRL_STRUCT(PRL_IO_DYNRES_TOOLS_STATUS);
typedef PRL_IO_DYNRES_TOOLS_STATUS *PRL_IO_DYNRES_TOOLS_STATUS_PTR;

/** A client of the remote access proxy. Set structSize to the size of the structure. */
typedef struct _PRL_PROXY_CLIENT_INFO {
    PRL_UINT32 structSize;
    PRL_CHAR clientOptions[64];
    PRL_UINT8 customerSupportUUID[16];
    PRL_CHAR managerURL[256];
} PRL_STRUCT(PRL_PROXY_CLIENT_INFO);
typedef PRL_PROXY_CLIENT_INFO *PRL_PROXY_CLIENT_INFO_PTR;

/** A host as it registers with the proxy; hostAddressesSz addresses are filled in. */
typedef struct _PRL_PROXY_REGISTRATION_INFO {
    PRL_CHAR hostAddresses[PRL_PROXY_MAX_HOSTS][64];
    PRL_INT32 hostAddressesSz;
    PRL_CHAR hostName[64];
    PRL_UINT8 appUUID[16];
    PRL_CHAR appVersion[32];
    PRL_CHAR hostOptions[33];
    PRL_CHAR hostOsName[63];
    PRL_CHAR isoTimestamp[32];
} PRL_STRUCT(PRL_PROXY_REGISTRATION_INFO);
typedef PRL_PROXY_REGISTRATION_INFO *PRL_PROXY_REGISTRATION_INFO_PTR;

/** A host as the proxy knows it. */
typedef struct _PRL_PROXY_HOST_INFO {
    PRL_UINT8 hostUUID[16];
    PRL_CHAR brokerAddresses[PRL_PROXY_MAX_HOSTS][64];
    PRL_INT32 brokerAddressesSz;
    PRL_PROXY_REGISTRATION_INFO info;
} PRL_STRUCT(PRL_PROXY_HOST_INFO);
typedef PRL_PROXY_HOST_INFO *PRL_PROXY_HOST_INFO_PTR;

/** Where a host is. */
typedef struct _PRL_PROXY_GEO_INFO {
    PRL_CHAR countryName[64];
    PRL_CHAR countryCode[3];
    PRL_CHAR region[3];
    PRL_CHAR city[64];
    PRL_CHAR postalCode[10];
} PRL_STRUCT(PRL_PROXY_GEO_INFO);
typedef PRL_PROXY_GEO_INFO *PRL_PROXY_GEO_INFO_PTR;

/** Element of a list of hosts; the last has next NULL. */
typedef struct _PRL_PROXY_HOST_INFO_EXT {
    PRL_PROXY_HOST_INFO hostInfo;
    PRL_BOOL isOnline;
    PRL_PROXY_GEO_INFO_PTR geoInfo;
    struct _PRL_PROXY_HOST_INFO_EXT *next;
} PRL_STRUCT(PRL_PROXY_HOST_INFO_EXT);
typedef PRL_PROXY_HOST_INFO_EXT *PRL_PROXY_HOST_INFO_EXT_PTR;

/** Element of a list of values kept by the proxy; data has dataSize bytes. */
typedef struct _PRL_PROXY_USER_DATA {
    PRL_STR dataKey;
    PRL_INT32 dataVersion;
    PRL_VOID_PTR data;
    PRL_UINT32 dataSize;
    struct _PRL_PROXY_USER_DATA *next;
} PRL_STRUCT(PRL_PROXY_USER_DATA);
typedef PRL_PROXY_USER_DATA *PRL_PROXY_USER_DATA_PTR;

/** Element of a list of keys of such values. */
typedef struct _PRL_PROXY_DATA_KEY {
    PRL_STR dataKey;
    PRL_INT32 dataVersion;
    struct _PRL_PROXY_DATA_KEY *next;
} PRL_STRUCT(PRL_PROXY_DATA_KEY);
typedef PRL_PROXY_DATA_KEY *PRL_PROXY_DATA_KEY_PTR;

/**
 * Where guest and video memory lie in a shared file, bytes; filenameSize bytes of its name
 * follow.
 */
typedef struct _PRL_IO_MEMORY_INFO {
    PRL_UINT64 ramOffset;
    PRL_UINT64 ramSize;
    PRL_UINT64 vramOffset;
    PRL_UINT64 vramSize;
    PRL_UINT32 filenameSize;
} PRL_STRUCT(PRL_IO_MEMORY_INFO);
typedef PRL_IO_MEMORY_INFO *PRL_IO_MEMORY_INFO_PTR;

/** First message of a client: the uuid of its session. */
typedef struct _PRL_IO_AUTH_REQUEST {
    PRL_UINT8 sessionUuid[16];
} PRL_STRUCT(PRL_IO_AUTH_REQUEST);
typedef PRL_IO_AUTH_REQUEST *PRL_IO_AUTH_REQUEST_PTR;

/** The same on the channel of a guest program. */
typedef struct _PRL_IO_AUTH_EXEC_REQUEST {
    PRL_UINT8 sessionUuid[16];
} PRL_STRUCT(PRL_IO_AUTH_EXEC_REQUEST);
typedef PRL_IO_AUTH_EXEC_REQUEST *PRL_IO_AUTH_EXEC_REQUEST_PTR;

/** Answer: PRL_IO_STATE. */
typedef struct _PRL_IO_AUTH_RESPONSE {
    PRL_UINT32 authResult;
} PRL_STRUCT(PRL_IO_AUTH_RESPONSE);
typedef PRL_IO_AUTH_RESPONSE *PRL_IO_AUTH_RESPONSE_PTR;

/** Request to attach to the display of a machine. */
typedef struct _PRL_IO_ATTACH_REQUEST {
    PRL_UINT32 isClientLocal;
    PRL_UINT32 encodingType;
    PRL_UINT8 vmUuid[16];
    PRL_UINT32 attachFlags;
} PRL_STRUCT(PRL_IO_ATTACH_REQUEST);
typedef PRL_IO_ATTACH_REQUEST *PRL_IO_ATTACH_REQUEST_PTR;

/** Answer to it. */
typedef struct _PRL_IO_ATTACH_RESPONSE {
    PRL_UINT32 attachResult;
    PRL_UINT32 encodingResult;
} PRL_STRUCT(PRL_IO_ATTACH_RESPONSE);
typedef PRL_IO_ATTACH_RESPONSE *PRL_IO_ATTACH_RESPONSE_PTR;

/** Changed rectangle of a display and where its bytes start. */
typedef struct _PRL_IO_SCREEN_UPDATE {
    PRL_UINT32 offset;
    PRL_UINT32 x;
    PRL_UINT32 y;
    PRL_UINT32 width;
    PRL_UINT32 height;
    PRL_UINT32 display;
} PRL_STRUCT(PRL_IO_SCREEN_UPDATE);
typedef PRL_IO_SCREEN_UPDATE *PRL_IO_SCREEN_UPDATE_PTR;

/** Traffic of a machine by network class: bytes and packets, the index is the class. */
typedef struct _PRL_STAT_NET_TRAFFIC {
    PRL_UINT64 incoming[PRL_TC_CLASS_MAX];
    PRL_UINT64 outgoing[PRL_TC_CLASS_MAX];
    PRL_UINT32 incoming_pkt[PRL_TC_CLASS_MAX];
    PRL_UINT32 outgoing_pkt[PRL_TC_CLASS_MAX];
} PRL_STRUCT(PRL_STAT_NET_TRAFFIC);
typedef PRL_STAT_NET_TRAFFIC *PRL_STAT_NET_TRAFFIC_PTR;

/** Processor limit with its unit; 0 is no limit. */
typedef struct _PRL_CPULIMIT_DATA {
    PRL_UINT32 value;
    PRL_CPULIMIT_TYPE type;
} PRL_STRUCT(PRL_CPULIMIT_DATA);
typedef PRL_CPULIMIT_DATA *PRL_CPULIMIT_DATA_PTR;
typedef const PRL_CPULIMIT_DATA *PRL_CONST_CPULIMIT_DATA_PTR;

/** Disk bandwidth limit with its unit; 0 is no limit. */
typedef struct _PRL_IOLIMIT_DATA {
    PRL_UINT32 value;
    PRL_IOLIMIT_TYPE type;
} PRL_STRUCT(PRL_IOLIMIT_DATA);
typedef PRL_IOLIMIT_DATA *PRL_IOLIMIT_DATA_PTR;
typedef const PRL_IOLIMIT_DATA *PRL_CONST_IOLIMIT_DATA_PTR;

/**
 * What PrlSrv_GetDefaultVmConfig should make: PVT_VM or PVT_CT, the name of a sample
 * configuration (NULL or "" for none) and the guest version (PVS_GUEST_VER_*).
 */
typedef struct _PRL_GET_VM_CONFIG_PARAM_DATA {
    PRL_VM_TYPE nVmType;
    PRL_CONST_STR sConfigSample;
    PRL_UINT32 nOsVersion;
} PRL_STRUCT(PRL_GET_VM_CONFIG_PARAM_DATA);
typedef PRL_GET_VM_CONFIG_PARAM_DATA *PRL_GET_VM_CONFIG_PARAM_DATA_PTR;
typedef const PRL_GET_VM_CONFIG_PARAM_DATA *PRL_CONST_GET_VM_CONFIG_PARAM_DATA_PTR;

/** Frames a video source delivers. */
typedef struct _PRL_CVSRC_OPEN_MODE {
    PRL_UINT32 sessionId;
    PRL_UINT32 frameFormat;
    PRL_UINT32 frameWidth;
    PRL_UINT32 frameHeight;
    PRL_UINT32 frameBytesPerRow;
} PRL_STRUCT(PRL_CVSRC_OPEN_MODE);
typedef PRL_CVSRC_OPEN_MODE *PRL_CVSRC_OPEN_MODE_PTR;
typedef const PRL_CVSRC_OPEN_MODE *PRL_CONST_CVSRC_OPEN_MODE;

/** Request for credentials on the single sign-on channel. */
typedef struct _PRL_IO_SSO_CLIENT_VM_PACKET {
    PRL_UINT8 credentialsRequestUUID[16];
    PRL_UINT32 reserved[12];
} PRL_STRUCT(PRL_IO_SSO_CLIENT_VM_PACKET);
typedef PRL_IO_SSO_CLIENT_VM_PACKET *PRL_IO_SSO_CLIENT_VM_PACKET_PTR;

/** Quality of a connection: delay in ms, bytes per second each way. */
typedef struct _PRL_IO_CHANNEL_STAT {
    PRL_UINT32 delay;
    PRL_UINT32 upload;
    PRL_UINT32 download;
    PRL_UINT32 reserved1;
    PRL_UINT32 reserved2;
    PRL_UINT32 reserved3;
} PRL_STRUCT(PRL_IO_CHANNEL_STAT);
typedef PRL_IO_CHANNEL_STAT *PRL_IO_CHANNEL_STAT_PTR;

/** Bits of the CPUID words that guests may see, and whether the mask is in use. */
typedef struct _PRL_CPU_FEATURES_MASK {
    PRL_UINT32 nFEATURES_MASK;
    PRL_UINT32 nEXT_FEATURES_MASK;
    PRL_UINT32 nEXT_00000007_EBX_MASK;
    PRL_UINT32 nEXT_00000007_ECX_MASK;
    PRL_UINT32 nEXT_00000007_EDX_MASK;
    PRL_UINT32 nEXT_80000001_ECX_MASK;
    PRL_UINT32 nEXT_80000001_EDX_MASK;
    PRL_UINT32 nEXT_80000007_EDX_MASK;
    PRL_UINT32 nEXT_80000008_EAX;
    PRL_UINT32 nEXT_0000000D_EAX_MASK;
    PRL_UINT32 bIsValid;
} PRL_STRUCT(PRL_CPU_FEATURES_MASK);
typedef PRL_CPU_FEATURES_MASK *PRL_CPU_FEATURES_MASK_PTR;
typedef const PRL_CPU_FEATURES_MASK *PRL_CONST_CPU_FEATURES_MASK_PTR;

/** CPUID words of a processor. */
typedef struct _PRL_CPU_FEATURES {
    PRL_UINT32 nFEATURES;
    PRL_UINT32 nEXT_FEATURES;
    PRL_UINT32 nEXT_00000007_EBX;
    PRL_UINT32 nEXT_00000007_ECX;
    PRL_UINT32 nEXT_00000007_EDX;
    PRL_UINT32 nEXT_80000001_ECX;
    PRL_UINT32 nEXT_80000001_EDX;
    PRL_UINT32 nEXT_80000007_EDX;
    PRL_UINT32 nEXT_80000008_EAX;
    PRL_UINT32 nEXT_0000000D_EAX;
} PRL_STRUCT(PRL_CPU_FEATURES);
typedef PRL_CPU_FEATURES *PRL_CPU_FEATURES_PTR;

/** System of a host (PRL_HOST_OS_TYPE). */
typedef struct _PRL_HOST_OS_INFO {
    PRL_UINT32 hostOSType;
} PRL_STRUCT(PRL_HOST_OS_INFO);
typedef PRL_HOST_OS_INFO *PRL_HOST_OS_INFO_PTR;

/** Memory a machine keeps under pressure, with its unit. */
typedef struct _PRL_MEMGUARANTEE_DATA {
    PRL_UINT32 value;
    PRL_MEMGUARANTEE_TYPE type;
} PRL_STRUCT(PRL_MEMGUARANTEE_DATA);
typedef PRL_MEMGUARANTEE_DATA *PRL_MEMGUARANTEE_DATA_PTR;
typedef const PRL_MEMGUARANTEE_DATA *PRL_CONST_MEMGUARANTEE_DATA_PTR;

/**
 * Further arguments of the backup calls ending in Ex: the directory of the backups on the
 * target, NULL for the one configured there.
 */
typedef struct _PRL_BACKUP_PARAM {
    PRL_CONST_STR backup_directory;
} PRL_STRUCT(PRL_BACKUP_PARAM);
typedef PRL_BACKUP_PARAM *PRL_BACKUP_PARAM_PTR;

#ifdef __cplusplus
}
#endif

#endif /* PRL_IOSTRUCTS_H */
