/* SPDX-License-Identifier: MIT */
/* Every public prototype, for the files that define or list exported functions. */
#ifndef PRLKVM_API_PUBLIC_H
#define PRLKVM_API_PUBLIC_H

#include <prlsdk/Virtuozzo.h>

/* Exported without a public prototype (semantics 5.1): programs reach it through dlsym. */
PRL_ASYNC_METHOD(PrlSrv_CheckVirtuozzoServerAliveEx)(PRL_CONST_STR host, PRL_UINT16 port, PRL_UINT32 timeout_ms,
                                                     PRL_EVENT_HANDLER_PTR callback, PRL_VOID_PTR user_data, PRL_UINT32 reserved);

#endif
