/* SPDX-License-Identifier: MIT */
/*
 * PrlApiCt.h: containers. This implementation runs none.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_CT_H
#define PRL_API_CT_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Containers
 */

/**
 * PrlCt_Reinstall: installs a container anew. The job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hVm          PHT_VIRTUAL_MACHINE
 * @sOsTemplate  template; "" for the one it has
 * @nFlags       PRL_CT_REINSTALL_OPTIONS
 *
 * Job:    PJOC_CT_REINSTALL; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlCt_Reinstall,
    (PRL_HANDLE hVm, PRL_CONST_STR sOsTemplate, PRL_UINT32 nFlags));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_CT_H */
