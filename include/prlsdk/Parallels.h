/* SPDX-License-Identifier: MIT */
/*
 * Parallels.h: the umbrella header under its name before API version 8, for programs
 * written to it (libvirt's vz driver is one).
 *
 * Such programs get API version 7: the version given to PrlApi_InitEx decides how a few
 * texts look, the snapshot tree among them.
 */

#ifndef PARALLELS_H
#define PARALLELS_H

#include "Virtuozzo.h"

#define TO_PARALLELS_API_VER(majorV, minorV) TO_VIRTUOZZO_API_VER(majorV, minorV)
#define FROM_PARALLELS_API_VER(version, majorV, minorV)                                          \
    FROM_VIRTUOZZO_API_VER(version, majorV, minorV)

#define PARALLELS_API_VER_1 VIRTUOZZO_API_VER_1
#define PARALLELS_API_VER_2 VIRTUOZZO_API_VER_2
#define PARALLELS_API_VER_3 VIRTUOZZO_API_VER_3
#define PARALLELS_API_VER_4 VIRTUOZZO_API_VER_4
#define PARALLELS_API_VER_5 VIRTUOZZO_API_VER_5
#define PARALLELS_API_VER_6 VIRTUOZZO_API_VER_6
#define PARALLELS_API_VER_7 VIRTUOZZO_API_VER_7

/** The version programs written to these names speak. */
#define PARALLELS_API_VER PARALLELS_API_VER_7

#define PARALLELS_SDK_LIB_MAJ VIRTUOZZO_SDK_LIB_MAJ

#endif /* PARALLELS_H */
