/* SPDX-License-Identifier: MIT */
/*
 * PrlApi.h: all functions of the API but the PrlDisk_ ones.
 */

#ifndef PRL_API_H
#define PRL_API_H

#include "PrlApiCore.h"
#include "PrlApiCt.h"
#include "PrlApiDeprecated.h"
#include "PrlApiDisp.h"
#include "PrlApiNet.h"
#include "PrlApiStat.h"
#include "PrlApiVm.h"

#endif /* PRL_API_H */
