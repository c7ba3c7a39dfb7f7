/* SPDX-License-Identifier: MIT */
/*
 * PrlKeys.h: keyboard keys.
 *
 * A PRL_SCAN_CODE_* macro is a list of bytes, one or several, meant as the
 * initialiser of an array:
 *
 *     PRL_UINT8 home[] = { PRL_SCAN_CODE_HOME };
 *
 * PRL_KEY numbers the keys themselves and is what PrlVm_SendKeyEvent-like calls
 * and the display protocol take.
 */

#ifndef PRL_KEYS_H
#define PRL_KEYS_H

#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Scan code sequences, in the order the bytes leave the keyboard (set 1, make codes). */
#define PRL_SCAN_CODE_ESC               0x01
#define PRL_SCAN_CODE_1                 0x02
#define PRL_SCAN_CODE_2                 0x03
#define PRL_SCAN_CODE_3                 0x04
#define PRL_SCAN_CODE_4                 0x05
#define PRL_SCAN_CODE_5                 0x06
#define PRL_SCAN_CODE_6                 0x07
#define PRL_SCAN_CODE_7                 0x08
#define PRL_SCAN_CODE_8                 0x09
#define PRL_SCAN_CODE_9                 0x0a
#define PRL_SCAN_CODE_0                 0x0b
#define PRL_SCAN_CODE_MINUS             0x0c
#define PRL_SCAN_CODE_PLUS              0x0d
#define PRL_SCAN_CODE_BACKSPACE         0x0e
#define PRL_SCAN_CODE_TAB               0x0f
#define PRL_SCAN_CODE_Q                 0x10
#define PRL_SCAN_CODE_W                 0x11
#define PRL_SCAN_CODE_E                 0x12
#define PRL_SCAN_CODE_R                 0x13
#define PRL_SCAN_CODE_T                 0x14
#define PRL_SCAN_CODE_Y                 0x15
#define PRL_SCAN_CODE_U                 0x16
#define PRL_SCAN_CODE_I                 0x17
#define PRL_SCAN_CODE_O                 0x18
#define PRL_SCAN_CODE_P                 0x19
#define PRL_SCAN_CODE_CBRACE_LEFT       0x1a
#define PRL_SCAN_CODE_CBRACE_RIGHT      0x1b
#define PRL_SCAN_CODE_ENTER             0x1c
#define PRL_SCAN_CODE_CTRL_LEFT         0x1d
#define PRL_SCAN_CODE_A                 0x1e
#define PRL_SCAN_CODE_S                 0x1f
#define PRL_SCAN_CODE_D                 0x20
#define PRL_SCAN_CODE_F                 0x21
#define PRL_SCAN_CODE_G                 0x22
#define PRL_SCAN_CODE_H                 0x23
#define PRL_SCAN_CODE_J                 0x24
#define PRL_SCAN_CODE_K                 0x25
#define PRL_SCAN_CODE_L                 0x26
#define PRL_SCAN_CODE_COLON             0x27
#define PRL_SCAN_CODE_QUOTE             0x28
#define PRL_SCAN_CODE_TILDA             0x29
#define PRL_SCAN_CODE_SHIFT_LEFT        0x2a
#define PRL_SCAN_CODE_BACKSLASH         0x2b
#define PRL_SCAN_CODE_Z                 0x2c
#define PRL_SCAN_CODE_X                 0x2d
#define PRL_SCAN_CODE_C                 0x2e
#define PRL_SCAN_CODE_V                 0x2f
#define PRL_SCAN_CODE_B                 0x30
#define PRL_SCAN_CODE_N                 0x31
#define PRL_SCAN_CODE_M                 0x32
#define PRL_SCAN_CODE_LESS              0x33
#define PRL_SCAN_CODE_GREATER           0x34
#define PRL_SCAN_CODE_SLASH             0x35
#define PRL_SCAN_CODE_SHIFT_RIGHT       0x36
#define PRL_SCAN_CODE_PAD_STAR          0x37
#define PRL_SCAN_CODE_ALT_LEFT          0x38
#define PRL_SCAN_CODE_SPACE             0x39
#define PRL_SCAN_CODE_CAPS_LOCK         0x3a
#define PRL_SCAN_CODE_F1                0x3b
#define PRL_SCAN_CODE_F2                0x3c
#define PRL_SCAN_CODE_F3                0x3d
#define PRL_SCAN_CODE_F4                0x3e
#define PRL_SCAN_CODE_F5                0x3f
#define PRL_SCAN_CODE_F6                0x40
#define PRL_SCAN_CODE_F7                0x41
#define PRL_SCAN_CODE_F8                0x42
#define PRL_SCAN_CODE_F9                0x43
#define PRL_SCAN_CODE_F10               0x44
#define PRL_SCAN_CODE_NUM_LOCK          0x45
#define PRL_SCAN_CODE_SCROLL_LOCK       0x46
#define PRL_SCAN_CODE_PAD_7             0x47
#define PRL_SCAN_CODE_PAD_8             0x48
#define PRL_SCAN_CODE_PAD_9             0x49
#define PRL_SCAN_CODE_PAD_MINUS         0x4a
#define PRL_SCAN_CODE_PAD_4             0x4b
#define PRL_SCAN_CODE_PAD_5             0x4c
#define PRL_SCAN_CODE_PAD_6             0x4d
#define PRL_SCAN_CODE_PAD_PLUS          0x4e
#define PRL_SCAN_CODE_PAD_1             0x4f
#define PRL_SCAN_CODE_PAD_2             0x50
#define PRL_SCAN_CODE_PAD_3             0x51
#define PRL_SCAN_CODE_PAD_0             0x52
#define PRL_SCAN_CODE_PAD_DEL           0x53
#define PRL_SCAN_CODE_PRINT_SCREEN      0xe0, 0x2a, 0xe0, 0x37
#define PRL_SCAN_CODE_EUROPE_1          0x2b
#define PRL_SCAN_CODE_LESS_GREATER      0x56
#define PRL_SCAN_CODE_F11               0x57
#define PRL_SCAN_CODE_F12               0x58
#define PRL_SCAN_CODE_HOME              0xe0, 0x47
#define PRL_SCAN_CODE_UP                0xe0, 0x48
#define PRL_SCAN_CODE_PAGE_UP           0xe0, 0x49
#define PRL_SCAN_CODE_LEFT              0xe0, 0x4b
#define PRL_SCAN_CODE_RIGHT             0xe0, 0x4d
#define PRL_SCAN_CODE_END               0xe0, 0x4f
#define PRL_SCAN_CODE_DOWN              0xe0, 0x50
#define PRL_SCAN_CODE_PAGE_DOWN         0xe0, 0x51
#define PRL_SCAN_CODE_INSERT            0xe0, 0x52
#define PRL_SCAN_CODE_DELETE            0xe0, 0x53
#define PRL_SCAN_CODE_PAD_ENTER         0xe0, 0x1c
#define PRL_SCAN_CODE_CTRL_RIGHT        0xe0, 0x1d
#define PRL_SCAN_CODE_PAUSE_BREAK       0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5
#define PRL_SCAN_CODE_PAD_SLASH         0xe0, 0x35
#define PRL_SCAN_CODE_ALT_RIGHT         0xe0, 0x38
#define PRL_SCAN_CODE_CMD_LEFT          0xe0, 0x5b
#define PRL_SCAN_CODE_CMD_RIGHT         0xe0, 0x5c
#define PRL_SCAN_CODE_MENU              0xe0, 0x5d
#define PRL_SCAN_CODE_MEDIA_NEXT_TRACK  0xe0, 0x19
#define PRL_SCAN_CODE_MEDIA_PREV_TRACK  0xe0, 0x10
#define PRL_SCAN_CODE_MEDIA_STOP        0xe0, 0x24
#define PRL_SCAN_CODE_MEDIA_PLAY_PAUSE  0xe0, 0x22
#define PRL_SCAN_CODE_MUTE              0xe0, 0x20
#define PRL_SCAN_CODE_VOLUME_UP         0xe0, 0x30
#define PRL_SCAN_CODE_VOLUME_DOWN       0xe0, 0x2e
#define PRL_SCAN_CODE_MEDIA_SELECT      0xe0, 0x6d
#define PRL_SCAN_CODE_APP_MAIL          0xe0, 0x6c
#define PRL_SCAN_CODE_APP_CALCULATOR    0xe0, 0x21
#define PRL_SCAN_CODE_APP_MY_COMPUTER   0xe0, 0x6b
#define PRL_SCAN_CODE_WWW_SEARCH        0xe0, 0x65
#define PRL_SCAN_CODE_WWW_HOME          0xe0, 0x32
#define PRL_SCAN_CODE_WWW_BACK          0xe0, 0x6a
#define PRL_SCAN_CODE_WWW_FORWARD       0xe0, 0x69
#define PRL_SCAN_CODE_WWW_STOP          0xe0, 0x68
#define PRL_SCAN_CODE_WWW_REFRESH       0xe0, 0x67
#define PRL_SCAN_CODE_WWW_FAVORITES     0xe0, 0x66
#define PRL_SCAN_CODE_EJECT             0xe0, 0x63
#define PRL_SCAN_CODE_SYSTEM_POWER      0xe0, 0x5e
#define PRL_SCAN_CODE_SYSTEM_SLEEP      0xe0, 0x5f
#define PRL_SCAN_CODE_SYSTEM_WAKE       0xe0, 0x63
#define PRL_SCAN_CODE_BRAZILIAN_KEYPAD  0x7e
#define PRL_SCAN_CODE_RO                0x73
#define PRL_SCAN_CODE_HIRAGANA_KATAKANA 0x70
#define PRL_SCAN_CODE_YEN               0x7d
#define PRL_SCAN_CODE_HENKAN            0x79
#define PRL_SCAN_CODE_MUHENKAN          0x7b
#define PRL_SCAN_CODE_PC9800_KEYPAD     0x5c
#define PRL_SCAN_CODE_HANGUEL           0xf2
#define PRL_SCAN_CODE_HANJA             0xf1
#define PRL_SCAN_CODE_KATAKANA          0x78
#define PRL_SCAN_CODE_HIRAGANA          0x77
#define PRL_SCAN_CODE_ZENKAKU_HANKAKU   0x76
#define PRL_SCAN_CODE_F13               0x64
#define PRL_SCAN_CODE_F14               0x65
#define PRL_SCAN_CODE_F15               0x66
#define PRL_SCAN_CODE_F16               0x67
#define PRL_SCAN_CODE_F17               0x68
#define PRL_SCAN_CODE_F18               0x69
#define PRL_SCAN_CODE_F19               0x6a
#define PRL_SCAN_CODE_F20               0x6b
#define PRL_SCAN_CODE_F21               0x6c
#define PRL_SCAN_CODE_F22               0x6d
#define PRL_SCAN_CODE_F23               0x6e
#define PRL_SCAN_CODE_F24               0x76
#define PRL_SCAN_CODE_PAD_EQUAL         0x59
#define PRL_SCAN_CODE_BREAK             0xe0, 0x46, 0xe0, 0xc6
#define PRL_SCAN_CODE_PRINT_SCREEN2     0xe0, 0x37
#define PRL_SCAN_CODE_SYSRQ             0x54
#define PRL_SCAN_CODE_EURO              0xe0, 0x33
#define PRL_SCAN_CODE_DOLLAR            0xe0, 0x34

/** Numbers of the keys. */
typedef enum _PRL_KEY {
    PRL_KEY_INVALID             = 0,
    PRL_KEY_WILDCARD_ANY        = 1,
    PRL_KEY_WILDCARD_KEYBOARD   = 2,
    PRL_KEY_WILDCARD_MOUSE      = 3,
    PRL_KEY_WILDCARD_SHIFT      = 4,
    PRL_KEY_WILDCARD_CTRL       = 5,
    PRL_KEY_WILDCARD_ALT        = 6,
    PRL_KEY_WILDCARD_WIN        = 7,
    PRL_KEY_ESCAPE              = 9,
    PRL_KEY_1                   = 10,
    PRL_KEY_2                   = 11,
    PRL_KEY_3                   = 12,
    PRL_KEY_4                   = 13,
    PRL_KEY_5                   = 14,
    PRL_KEY_6                   = 15,
    PRL_KEY_7                   = 16,
    PRL_KEY_8                   = 17,
    PRL_KEY_9                   = 18,
    PRL_KEY_0                   = 19,
    PRL_KEY_MINUS               = 20,
    PRL_KEY_EQUAL               = 21,
    PRL_KEY_BACKSPACE           = 22,
    PRL_KEY_TAB                 = 23,
    PRL_KEY_Q                   = 24,
    PRL_KEY_W                   = 25,
    PRL_KEY_E                   = 26,
    PRL_KEY_R                   = 27,
    PRL_KEY_T                   = 28,
    PRL_KEY_Y                   = 29,
    PRL_KEY_U                   = 30,
    PRL_KEY_I                   = 31,
    PRL_KEY_O                   = 32,
    PRL_KEY_P                   = 33,
    PRL_KEY_LEFT_BRACKET        = 34,
    PRL_KEY_RIGHT_BRACKET       = 35,
    PRL_KEY_ENTER               = 36,
    PRL_KEY_LEFT_CONTROL        = 37,
    PRL_KEY_A                   = 38,
    PRL_KEY_S                   = 39,
    PRL_KEY_D                   = 40,
    PRL_KEY_F                   = 41,
    PRL_KEY_G                   = 42,
    PRL_KEY_H                   = 43,
    PRL_KEY_J                   = 44,
    PRL_KEY_K                   = 45,
    PRL_KEY_L                   = 46,
    PRL_KEY_SEMICOLON           = 47,
    PRL_KEY_QUOTE               = 48,
    PRL_KEY_TILDA               = 49,
    PRL_KEY_LEFT_SHIFT          = 50,
    PRL_KEY_BACKSLASH           = 51,
    PRL_KEY_Z                   = 52,
    PRL_KEY_X                   = 53,
    PRL_KEY_C                   = 54,
    PRL_KEY_V                   = 55,
    PRL_KEY_B                   = 56,
    PRL_KEY_N                   = 57,
    PRL_KEY_M                   = 58,
    PRL_KEY_COMMA               = 59,
    PRL_KEY_DOT                 = 60,
    PRL_KEY_SLASH               = 61,
    PRL_KEY_RIGHT_SHIFT         = 62,
    PRL_KEY_NP_STAR             = 63,
    PRL_KEY_LEFT_ALT            = 64,
    PRL_KEY_SPACE               = 65,
    PRL_KEY_CAPS_LOCK           = 66,
    PRL_KEY_F1                  = 67,
    PRL_KEY_F2                  = 68,
    PRL_KEY_F3                  = 69,
    PRL_KEY_F4                  = 70,
    PRL_KEY_F5                  = 71,
    PRL_KEY_F6                  = 72,
    PRL_KEY_F7                  = 73,
    PRL_KEY_F8                  = 74,
    PRL_KEY_F9                  = 75,
    PRL_KEY_F10                 = 76,
    PRL_KEY_NUM_LOCK            = 77,
    PRL_KEY_SCROLL_LOCK         = 78,
    PRL_KEY_NP_7                = 79,
    PRL_KEY_NP_8                = 80,
    PRL_KEY_NP_9                = 81,
    PRL_KEY_NP_MINUS            = 82,
    PRL_KEY_NP_4                = 83,
    PRL_KEY_NP_5                = 84,
    PRL_KEY_NP_6                = 85,
    PRL_KEY_NP_PLUS             = 86,
    PRL_KEY_NP_1                = 87,
    PRL_KEY_NP_2                = 88,
    PRL_KEY_NP_3                = 89,
    PRL_KEY_NP_0                = 90,
    PRL_KEY_NP_DELETE           = 91,
    PRL_KEY_PRINT               = 92,
    PRL_KEY_EUROPE_1            = 93,
    PRL_KEY_EUROPE_2            = 94,
    PRL_KEY_F11                 = 95,
    PRL_KEY_F12                 = 96,
    PRL_KEY_HOME                = 97,
    PRL_KEY_UP                  = 98,
    PRL_KEY_PAGE_UP             = 99,
    PRL_KEY_LEFT                = 100,
    PRL_KEY_RIGHT               = 102,
    PRL_KEY_END                 = 103,
    PRL_KEY_DOWN                = 104,
    PRL_KEY_PAGE_DOWN           = 105,
    PRL_KEY_INSERT              = 106,
    PRL_KEY_DELETE              = 107,
    PRL_KEY_NP_ENTER            = 108,
    PRL_KEY_RIGHT_CONTROL       = 109,
    PRL_KEY_PAUSE               = 110,
    PRL_KEY_NP_SLASH            = 112,
    PRL_KEY_RIGHT_ALT           = 113,
    PRL_KEY_LEFT_WIN            = 115,
    PRL_KEY_RIGHT_WIN           = 116,
    PRL_KEY_MENU                = 117,
    PRL_KEY_MEDIA_NEXT_TRACK    = 118,
    PRL_KEY_MEDIA_PREV_TRACK    = 119,
    PRL_KEY_MEDIA_STOP          = 120,
    PRL_KEY_MEDIA_PLAY_PAUSE    = 121,
    PRL_KEY_MUTE                = 122,
    PRL_KEY_VOLUME_UP           = 123,
    PRL_KEY_VOLUME_DOWN         = 124,
    PRL_KEY_MEDIA_SELECT        = 125,
    PRL_KEY_APP_MAIL            = 126,
    PRL_KEY_APP_CALCULATOR      = 127,
    PRL_KEY_APP_MY_COMPUTER     = 128,
    PRL_KEY_WWW_SEARCH          = 129,
    PRL_KEY_WWW_HOME            = 130,
    PRL_KEY_WWW_BACK            = 131,
    PRL_KEY_WWW_FORWARD         = 132,
    PRL_KEY_WWW_STOP            = 133,
    PRL_KEY_WWW_REFRESH         = 134,
    PRL_KEY_WWW_FAVORITES       = 135,
    PRL_KEY_EJECT               = 136,
    PRL_KEY_SYSTEM_POWER        = 137,
    PRL_KEY_SYSTEM_SLEEP        = 138,
    PRL_KEY_SYSTEM_WAKE         = 139,
    PRL_KEY_BRAZILIAN_KEYPAD    = 140,
    PRL_KEY_RO                  = 141,
    PRL_KEY_HIRAGANA_KATAKANA   = 142,
    PRL_KEY_YEN                 = 143,
    PRL_KEY_HENKAN              = 144,
    PRL_KEY_MUHENKAN            = 145,
    PRL_KEY_PC9800_KEYPAD       = 146,
    PRL_KEY_HANGUEL             = 147,
    PRL_KEY_HANJA               = 148,
    PRL_KEY_KATAKANA            = 149,
    PRL_KEY_HIRAGANA            = 150,
    PRL_KEY_ZENKAKU_HANKAKU     = 151,
    PRL_KEY_F13                 = 152,
    PRL_KEY_F14                 = 153,
    PRL_KEY_F15                 = 154,
    PRL_KEY_F16                 = 155,
    PRL_KEY_F17                 = 156,
    PRL_KEY_F18                 = 157,
    PRL_KEY_F19                 = 158,
    PRL_KEY_F20                 = 159,
    PRL_KEY_F21                 = 160,
    PRL_KEY_F22                 = 161,
    PRL_KEY_F23                 = 162,
    PRL_KEY_F24                 = 163,
    PRL_KEY_NP_EQUAL            = 164,
    PRL_KEY_BREAK               = 165,
    PRL_KEY_PRINT_WITH_MODIFIER = 166,
    PRL_KEY_SYSRQ               = 167,
    PRL_KEY_FN                  = 168,
    PRL_KEY_EURO                = 169,
    PRL_KEY_DOLLAR              = 170,
    PRL_KEY_MON_BRIGHTNESS_DOWN = 171,
    PRL_KEY_MON_BRIGHTNESS_UP   = 172,
    PRL_KEY_APP_EXPOSE          = 173,
    PRL_KEY_APP_DASHBOARD       = 174,
    PRL_KEY_KBD_BRIGHTNESS_DOWN = 175,
    PRL_KEY_KBD_BRIGHTNESS_UP   = 176,
    PRL_KEY_MAC129              = 177,
    PRL_KEY_LEFT_BUTTON         = 178,
    PRL_KEY_MIDDLE_BUTTON       = 179,
    PRL_KEY_RIGHT_BUTTON        = 180,
    PRL_KEY_MOVE_UP_LEFT        = 181,
    PRL_KEY_MOVE_UP             = 182,
    PRL_KEY_MOVE_UP_RIGHT       = 183,
    PRL_KEY_MOVE_LEFT           = 184,
    PRL_KEY_MOVE_RIGHT          = 185,
    PRL_KEY_MOVE_DOWN_LEFT      = 186,
    PRL_KEY_MOVE_DOWN           = 187,
    PRL_KEY_MOVE_DOWN_RIGHT     = 188,
    PRL_KEY_WHEEL_UP            = 189,
    PRL_KEY_WHEEL_DOWN          = 190,
    PRL_KEY_WHEEL_LEFT          = 191,
    PRL_KEY_WHEEL_RIGHT         = 192,
    PRL_KEY_MAX                 = 193
} PRL_KEY;

#ifdef __cplusplus
}
#endif

#endif /* PRL_KEYS_H */
