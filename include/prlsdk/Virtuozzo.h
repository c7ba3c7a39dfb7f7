/* SPDX-License-Identifier: MIT */
/*
 * Virtuozzo.h: the one header most programs include.
 *
 *     #include <prlsdk/Virtuozzo.h>
 *
 * and link with libprl_sdk (pkg-config virtuozzo-sdk), or load it at run time with
 * helpers/SdkWrap/SdkWrap.h, which includes this header. Not included here:
 * PrlApiMacro.h, PrlPluginClasses.h, PrlPorts.h, PrlFs.h.
 */

#ifndef VIRTUOZZO_H
#define VIRTUOZZO_H

#include "PrlTypes.h"

#include "PrlErrors.h"

#include "PrlEnums.h"

#include "PrlApi.h"

#include "PrlDisk.h"
#include "PrlKeys.h"
#include "PrlOses.h"
#include "PrlPerfCounters.h"

#endif /* VIRTUOZZO_H */
