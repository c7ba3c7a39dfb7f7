/* SPDX-License-Identifier: MIT */
/*
 * PrlApiVersion.h: versions of the API.
 *
 * A program gives VIRTUOZZO_API_VER to PrlApi_Init or PrlApi_InitEx; a library that is
 * older than the headers refuses it with PRL_ERR_API_INCOMPATIBLE. The top three bits of
 * a version are not part of it. These are plain numbers, good for #if too.
 */

#ifndef PRL_API_VERSION_H
#define PRL_API_VERSION_H

#include "PrlTypes.h"

/** A version from its parts, and its parts from a version (two statements, no do-while). */
#define TO_VIRTUOZZO_API_VER(majorV, minorV) ((PRL_UINT32)(((majorV) << 16) | (minorV)))
#define FROM_VIRTUOZZO_API_VER(version, majorV, minorV)                                          \
    majorV = (version) >> 16;                                                                    \
    minorV = (version)&0xffff

/* Version 1 was 0.1; the others are n.0. */
#define VIRTUOZZO_API_VER_1 0x00000001u
#define VIRTUOZZO_API_VER_2 0x00020000u
#define VIRTUOZZO_API_VER_3 0x00030000u
#define VIRTUOZZO_API_VER_4 0x00040000u
#define VIRTUOZZO_API_VER_5 0x00050000u
#define VIRTUOZZO_API_VER_6 0x00060000u
#define VIRTUOZZO_API_VER_7 0x00070000u
#define VIRTUOZZO_API_VER_8 0x00080000u
#define VIRTUOZZO_API_VER_9 0x00090000u

/** The version these headers describe. */
#define VIRTUOZZO_API_VER VIRTUOZZO_API_VER_9

/** Major number of the library: libprl_sdk.so.9. */
#define VIRTUOZZO_SDK_LIB_MAJ "9"

#endif /* PRL_API_VERSION_H */
