/* SPDX-License-Identifier: MIT */
/*
 * PrlApiStat.h: statistics of hosts and of machines. Sizes are bytes, times are
 * seconds unless a parameter says otherwise.
 *
 * Rules for all calls are at the top of PrlApiCore.h.
 */

#ifndef PRL_API_STAT_H
#define PRL_API_STAT_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Server object: statistics
 */

/**
 * PrlSrv_GetStatistics: asks for the statistics of the host.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_GET_STATISTICS; result: one PHT_SYSTEM_STATISTICS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_GetStatistics, (PRL_HANDLE hServer));

/**
 * PrlSrv_SubscribeToHostStatistics: has the statistics of the host sent as events, one a
 * second.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_SUBSCRIBE_TO_HOST_STATISTICS; result: nothing
 * Events: PET_DSP_EVT_HOST_STATISTICS_UPDATED
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_SubscribeToHostStatistics,
    (PRL_HANDLE hServer));

/**
 * PrlSrv_UnsubscribeFromHostStatistics: ends those events.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_UNSUBSCRIBE_FROM_HOST_STATISTICS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlSrv_UnsubscribeFromHostStatistics,
    (PRL_HANDLE hServer));

/**
 * PrlSrv_SubscribeToPerfStats: has counters of the host sent as events; a host has none today.
 *
 * @hServer  PHT_SERVER
 * @sFilter  which counters, by full name: * is any text, # digits; NULL or "" for all
 *
 * Job:    PJOC_SRV_SUBSCRIBE_PERFSTATS; result: nothing
 * Events: PET_DSP_EVT_PERFSTATS
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_SubscribeToPerfStats,
    (PRL_HANDLE hServer, PRL_CONST_STR sFilter));

/**
 * PrlSrv_UnsubscribeFromPerfStats: ends those events.
 *
 * @hServer  PHT_SERVER
 *
 * Job:    PJOC_SRV_UNSUBSCRIBE_PERFSTATS; result: nothing
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_UnsubscribeFromPerfStats,
    (PRL_HANDLE hServer));

/**
 * PrlSrv_GetPerfStats: asks once for counters of the host; a host has none today.
 *
 * @hServer  PHT_SERVER
 * @sFilter  which counters, by full name: * is any text, # digits; NULL or "" for all
 *
 * Job:    PJOC_SRV_GET_PERFSTATS; result: one PHT_EVENT
 */
PRL_ASYNC_SRV_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlSrv_GetPerfStats,
    (PRL_HANDLE hServer, PRL_CONST_STR sFilter));

/*
 * Statistics of a host or of a machine (PHT_SYSTEM_STATISTICS)
 */

/**
 * PrlStat_GetTotalRamSize: memory there is.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Memory/TotalSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetTotalRamSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetUsageRamSize: memory in use.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Memory/UsageSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetUsageRamSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetFreeRamSize: memory not in use.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Memory/FreeSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetFreeRamSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetRealRamSize: memory really taken, without caches.
 *
 * @hStat   PHT_SYSTEM_STATISTICS
 * @pnSize  [out] bytes
 *
 * Source: statistics Memory/RealSize, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlStat_GetRealRamSize,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnSize));

/**
 * PrlStat_GetOsUptime: how long the system runs.
 *
 * @hStat     PHT_SYSTEM_STATISTICS
 * @pnUptime  [out] seconds
 *
 * Source: statistics Uptime/OsUptime, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetOsUptime,
    (PRL_HANDLE hStat, PRL_UINT64_PTR pnUptime));

/**
 * PrlStat_GetCpusStatsCount: number of processors in the statistics.
 *
 * @hStat    PHT_SYSTEM_STATISTICS
 * @pnCount  [out] count
 *
 * Source: statistics count of Cpus/Cpu, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetCpusStatsCount,
    (PRL_HANDLE hStat, PRL_UINT32_PTR pnCount));

/**
 * PrlStat_GetCpuStat: a processor in the statistics.
 *
 * @hStat      PHT_SYSTEM_STATISTICS
 * @nIndex     position, from 0
 * @phCpuStat  [out] new reference to a PHT_SYSTEM_STATISTICS_CPU
 *
 * Errors: PRL_ERR_INVALID_ARG for an index out of range
 * Source: statistics Cpus/Cpu[i]
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStat_GetCpuStat,
    (PRL_HANDLE hStat, PRL_UINT32 nIndex, PRL_HANDLE_PTR phCpuStat));

/*
 * One processor in them (PHT_SYSTEM_STATISTICS_CPU)
 */

/**
 * PrlStatCpu_GetCpuUsage: how busy the processor is.
 *
 * @hCpuStat    PHT_SYSTEM_STATISTICS_CPU
 * @pnPercents  [out] percent
 *
 * Source: statistics Cpus/Cpu[i]/PercentsUsage, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatCpu_GetCpuUsage,
    (PRL_HANDLE hCpuStat, PRL_UINT32_PTR pnPercents));

/**
 * PrlStatCpu_GetTotalTime: time the processor was busy.
 *
 * @hCpuStat  PHT_SYSTEM_STATISTICS_CPU
 * @pnTime    [out] seconds
 *
 * Source: statistics Cpus/Cpu[i]/TotalTime, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatCpu_GetTotalTime,
    (PRL_HANDLE hCpuStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatCpu_GetUserTime: of it, time in programs.
 *
 * @hCpuStat  PHT_SYSTEM_STATISTICS_CPU
 * @pnTime    [out] seconds
 *
 * Source: statistics Cpus/Cpu[i]/UserTime, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatCpu_GetUserTime,
    (PRL_HANDLE hCpuStat, PRL_UINT64_PTR pnTime));

/**
 * PrlStatCpu_GetSystemTime: of it, time in the kernel.
 *
 * @hCpuStat  PHT_SYSTEM_STATISTICS_CPU
 * @pnTime    [out] seconds
 *
 * Source: statistics Cpus/Cpu[i]/SystemTime, default 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStatCpu_GetSystemTime,
    (PRL_HANDLE hCpuStat, PRL_UINT64_PTR pnTime));

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_STAT_H */
